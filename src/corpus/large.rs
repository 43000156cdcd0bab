//! Sources that are too large to be held in memory at once. Of formats whose records follow one another, as in JSON Lines,
//! some records at a time are read. Of what is one article a source, no more is read than an article may have, many times
//! over. A JSON document that is no list is read whole however large it is, since only its end tells what it is.
//!
//! Of records a part may be read, and the rest another time.
//!
//! Which charset it is in is told from the first records, and from the whole of all else.

mod records;

use std::io::{self, Read, Seek, SeekFrom};

use records::{Form, Records};

use super::charset::charset_of;
use super::format::{Format, ParseOptions, Place, detect};
use super::formats::json;
use super::held::Hands;
use super::packed::Bounds;
use super::read::{SourceReading, read_source, with_path};
use super::source::Source;
use crate::{Code, Notice};

/// The size of a source of which it is known only when it was read.
pub(super) const UNKNOWN_SIZE: u64 = u64::MAX;

/// How much is read of a source, and how much of it is held at once.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Records are read in pieces of about this many bytes; a source that is not larger is read whole.
    pub(crate) piece: usize,
    /// A longer record is rejected; of one article no more than this is read.
    pub(crate) longest: usize,
    /// Where records were left off, to go on from there.
    pub(crate) from: Option<LeftOff>,
    /// Records are left off after about so many bytes.
    pub(crate) most: u64,
    /// To how much a source may unpack, where it is packed.
    pub(crate) bounds: Bounds,
}

/// Where the reading of records was left off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LeftOff {
    /// How many bytes were read, which end with a record.
    pub(crate) bytes: u64,
    /// How many lines and records these are.
    pub(crate) at: Place,
    /// What was told of the source as a whole, which is told once.
    pub(crate) told: Vec<Code>,
}

/// Reads a source of `size` bytes, and does with what is in it as [`read_source`] does. The second value tells where it was left
/// off, if it was.
pub(crate) fn read_large(
    path: &str,
    mut reader: impl Read + Seek,
    size: u64,
    limits: &Limits,
    options: &ParseOptions,
    hands: Hands<'_>,
) -> io::Result<(SourceReading, Option<LeftOff>)> {
    // Room for a piece and what is left of the one before, once for all: a buffer that grows and shrinks among the articles
    // leaves holes in the allocator's memory.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(usize::MAX).min(2 * limits.piece) + 64);
    let is_all = fill(&mut reader, &mut bytes, limits.piece)?;
    if is_all && limits.from.is_none() {
        return Ok((read_source(path, &bytes, options, hands.emit), None));
    }
    // A last line that has most of it, as of a feed that is one line behind its declaration, tells what the source is.
    let end = end_of_lines(&bytes).filter(|end| *end > bytes.len() / 2);
    let first = end.map_or_else(|| whole_characters(&bytes), |end| &bytes[..end]);
    let source = Source::decode(path, first);
    let found = detect(&source);
    let pieces = match &found {
        Some((format, _)) => format.in_pieces(&source),
        None => None,
    };
    // What was left off are records, whatever has become of the source.
    let pieces = pieces.or_else(|| limits.from.as_ref().and_then(|_| json::JsonLines.in_pieces(&source)));
    let needs_its_end = found.as_ref().is_some_and(|(format, _)| format.needs_its_end());
    let found = found.map(|(format, detected)| (format.name(), detected.reason));
    let charset = charset_of(first);
    if let Some(pieces) = pieces.filter(|pieces| pieces.is_of_bytes() || charset.has_line_ends()) {
        let mut reading = source.reading(found.or(Some(("jsonl", "it was read as lines before"))));
        drop(source);
        let LeftOff { bytes: read, at, told } = limits.from.clone().unwrap_or_default();
        if limits.from.is_some() {
            bytes.clear();
            reader.seek(SeekFrom::Start(read))?;
        }
        let form = Form { path: path.to_owned(), pieces, charset, options: options.clone() };
        let mut records = Records::new(form, hands, at, told);
        let end = records.read_all(&mut reader, bytes, limits)?;
        let (at, told) = records.finish();
        let left_off = end.map(|bytes| LeftOff { bytes, at, told: told.codes });
        reading.notices = told.notices;
        with_path(&mut reading.notices, path);
        return Ok((reading, left_off));
    }
    drop(source);
    let is_document = matches!(found, Some(("json" | "jsonl", _)));
    let is_bounded = !is_document && size > limits.longest as u64;
    let Hands { make_room, emit, .. } = hands;
    let held = if is_bounded || size == UNKNOWN_SIZE { limits.longest as u64 } else { size };
    make_room(held);
    let is_all = fill(&mut reader, &mut bytes, if is_bounded { limits.longest } else { usize::MAX })?;
    let is_cut = is_bounded && !is_all;
    if is_cut && needs_its_end {
        let message = format!(
            "a document of more than {} bytes, which is read whole or not at all; raise the limit (--max-article)",
            limits.longest
        );
        let mut notice = Notice::new(Code::TooLarge, None, message);
        path.clone_into(&mut notice.path);
        emit(notice.into());
        return Ok((Source::decode(path, &bytes).reading(found), None));
    }
    if is_cut {
        // A character that is cut in two would be a bad one.
        bytes.truncate(end_of_lines(&bytes).unwrap_or(bytes.len()));
    }
    let mut reading = read_source(path, &bytes, options, emit);
    if is_cut && reading.format.is_some() {
        let has = if size == UNKNOWN_SIZE { "more".to_owned() } else { size.to_string() };
        let message = format!(
            "the source has {has} bytes, of which the first {} are read; raise the limit (--max-article) to have more",
            bytes.len()
        );
        reading.notices.push(Notice::new(Code::Truncated, None, message));
        with_path(&mut reading.notices, path);
    }
    Ok((reading, None))
}

/// Reads until so many bytes are there, and tells whether it was the end.
fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<bool> {
    let missing = wanted.saturating_sub(bytes.len());
    let read = reader.take(missing as u64).read_to_end(bytes)?;
    Ok(read < missing)
}

/// Returns bytes without the beginning of a character of UTF-8 at their end.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    match str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

/// Returns where the last line that is whole ends.
fn end_of_lines(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1)
}

#[cfg(test)]
mod tests;
