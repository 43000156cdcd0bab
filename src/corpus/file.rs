//! One file as it lies on the disk: packed or not, a crawl, or one source. The one way from a file's bytes to records.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use super::format::{Flow, ParseOptions, Record};
use super::large::{LeftOff, Limits, UNKNOWN_SIZE, read_large};
use super::packed::{self, Bounds, Codec};
use super::read::{SourceReading, with_path};
use super::warc;
use crate::{Code, Notice};

/// How deep packed data may be packed again.
const DEEPEST: u32 = 4;
/// How many bytes tell what a file is.
const BEGINNING: usize = 512;

/// Reads a file of `size` bytes and hands out its records as [`read_large`] does, whatever it is packed in. Only one that is
/// not packed is ever left off.
pub(crate) fn read_file(
    path: &str,
    mut file: impl Read + Seek,
    size: u64,
    limits: &Limits,
    options: &ParseOptions,
    make_room: &mut dyn FnMut(u64),
    emit: &mut dyn FnMut(Record) -> Flow,
) -> io::Result<(SourceReading, Option<LeftOff>)> {
    if limits.from.is_none() {
        let mut beginning = Vec::new();
        (&mut file).take(BEGINNING as u64).read_to_end(&mut beginning)?;
        file.rewind()?;
        if Codec::of(&beginning).is_some() || warc::begins_crawl(&beginning) {
            let mut reader = Reader { path, limits, options, make_room, emit };
            return Ok((reader.read(path, Box::new(file), size, 0)?, None));
        }
    }
    read_large(path, file, size, limits, options, make_room, emit)
}

/// Reads a file that is held in memory, for people to look at: nothing is left off, and only what is packed is bounded.
pub(crate) fn read_whole(
    path: &str,
    bytes: &[u8],
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> SourceReading {
    const LONGEST: usize = 64 << 20;
    let limits =
        Limits { piece: bytes.len() + 1, longest: LONGEST, from: None, most: u64::MAX, bounds: Bounds::default() };
    let read = read_file(path, Cursor::new(bytes), bytes.len() as u64, &limits, options, &mut |_| {}, emit);
    read.map(|(reading, _)| reading).unwrap_or_else(|error| unread(path, error.to_string()))
}

/// What a file that is packed is read with.
struct Reader<'a> {
    path: &'a str,
    limits: &'a Limits,
    options: &'a ParseOptions,
    make_room: &'a mut dyn FnMut(u64),
    emit: &'a mut dyn FnMut(Record) -> Flow,
}

impl Reader<'_> {
    /// Reads bytes that would be a file called `name` if they were not packed in others.
    fn read(&mut self, name: &str, mut bytes: Box<dyn Read + '_>, size: u64, depth: u32) -> io::Result<SourceReading> {
        let mut beginning = Vec::new();
        (&mut bytes).take(BEGINNING as u64).read_to_end(&mut beginning)?;
        let codec = Codec::of(&beginning);
        let is_crawl = warc::begins_crawl(&beginning);
        let bytes = Cursor::new(beginning).chain(bytes);
        match codec {
            Some(codec) if depth < DEEPEST => self.read_packed(name, bytes, codec, depth),
            Some(_) => Ok(unread(self.path, format!("packed more than {DEEPEST} times over; not read"))),
            None if is_crawl => {
                // A response is held more than once while it is read.
                (self.make_room)(2 * self.limits.longest as u64);
                warc::read(self.path, &mut BufReader::new(bytes), self.limits.longest as u64, self.options, self.emit)
            }
            None => self.read_plain(name, bytes, size),
        }
    }

    fn read_packed(&mut self, name: &str, bytes: impl Read, codec: Codec, depth: u32) -> io::Result<SourceReading> {
        let (unpacked, health) = packed::unpacked(bytes, codec, &self.limits.bounds)?;
        let mut reading = self.read(packed::name_within(name), unpacked, UNKNOWN_SIZE, depth + 1)?;
        if let Some(why) = health.broken() {
            let is_read = reading.format.is_some();
            // That nothing came out says no more than this does.
            reading.notices.retain(|_| is_read);
            let (code, end) =
                if is_read { (Code::BrokenOff, "what came before is kept") } else { (Code::UnknownFormat, "not read") };
            reading.notices.push(Notice::new(code, None, format!("{why}; {end}")));
        }
        with_path(&mut reading.notices, self.path);
        Ok(reading)
    }

    fn read_plain(&mut self, name: &str, bytes: impl Read, size: u64) -> io::Result<SourceReading> {
        let limits = Limits { from: None, most: u64::MAX, ..self.limits.clone() };
        let (path, emit) = (self.path, &mut *self.emit);
        let mut located = |mut record: Record| {
            match &mut record {
                Record::Article(parsed) => with_path(&mut parsed.notices, path),
                Record::Reject { notice } => path.clone_into(&mut notice.path),
            }
            emit(record)
        };
        let stream = Stream { bytes, read: 0 };
        let (mut reading, _) = read_large(name, stream, size, &limits, self.options, self.make_room, &mut located)?;
        with_path(&mut reading.notices, path);
        Ok(reading)
    }
}

/// Returns the reading of what is not read.
fn unread(path: &str, why: String) -> SourceReading {
    let mut notices = vec![Notice::new(Code::UnknownFormat, None, why)];
    with_path(&mut notices, path);
    SourceReading { format: None, reason: None, charset: "binary", charset_origin: "its first bytes", notices }
}

/// Bytes that come once, with their place.
struct Stream<R> {
    bytes: R,
    read: u64,
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<R> Seek for Stream<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Current(0) => Ok(self.read),
            // Only what was left off is gone on with, which is never packed.
            SeekFrom::Current(_) | SeekFrom::Start(_) | SeekFrom::End(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

#[cfg(test)]
mod tests;
