//! One file as it lies on the disk: packed or not, an archive, a crawl, or one source. The one way from a file's bytes to
//! records. A file of an archive is a source of its own, whose path is that of the archive, `!/`, and that in it.

mod early;
mod opened;
mod streams;
mod wanted;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufReader, Cursor, Read, Seek};

use early::{cut_last_short, tell_end, unread};
pub(crate) use opened::{Opened, Readable};
use streams::{Hashed, Stream, UpTo, Watched};
use wanted::Wanted;
pub(crate) use wanted::read_wanted;

use super::archive::{self, Archive, Found};
use super::format::{Flow, HEAD, ParseOptions, Record};
#[cfg(feature = "parquet")]
use super::formats::parquet;
use super::held::{Hands, HeldFile, Helpers, located};
use super::issues::{IssuesInArchive, begins_mets, may_be_issue};
use super::large::{LeftOff, Limits, UNKNOWN_SIZE, read_large};
use super::packed::{self, Bounds, Codec, EarlyEnd};
use super::read::{Member, SourceReading, read_source, with_path};
use super::warc;
use crate::limits::raise;
use crate::source_key::name_within;
use crate::{Code, Notice};

/// How many bytes tell what a file is.
const BEGINNING: usize = 512;

/// The longest source of one article, where it is for people to look at.
const LONGEST: usize = 64 << 20;

/// Reads a file of `size` bytes and hands out its records as [`read_large`] does, whatever it is packed in. Only one that is
/// neither packed nor an archive is ever left off.
pub(crate) fn read_file<'a>(
    path: &str,
    mut file: impl Readable,
    size: u64,
    limits: &'a Limits,
    options: &'a ParseOptions,
    hands: Hands<'a>,
) -> io::Result<(SourceReading, Option<LeftOff>)> {
    if limits.from.is_none() {
        let beginning = beginning_of(&mut file)?;
        #[cfg(feature = "parquet")]
        if let Some(disk) = file.on_disk().filter(|_| parquet::begins_table(&beginning)) {
            return Ok((parquet::read_file(path, disk?, size, limits, &options.of_source(path), hands)?, None));
        }
        let archive = Archive::of(path, &beginning);
        if archive.is_some() || Codec::of(&beginning).is_some() || warc::begins_crawl(&beginning) {
            let mut reader = Reader::new(limits, options, hands);
            let mut reading = reader.read_opened(path, file, size, archive)?;
            reading.members = reader.members;
            return Ok((reading, None));
        }
        if let Some(bytes) = file.held().filter(|bytes| bytes.len() < limits.piece) {
            return Ok((read_source(path, bytes, &options.of_source(path), hands.emit), None));
        }
    }
    read_large(path, file, size, limits, &options.of_source(path), hands)
}

/// Returns the first bytes of a file, and goes back to them.
fn beginning_of(file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    file.take(BEGINNING as u64).read_to_end(&mut beginning)?;
    file.rewind()?;
    Ok(beginning)
}

/// Reads a file that is held in memory, for people to look at: nothing is left off, and only what is packed is bounded.
pub(crate) fn read_whole(
    path: &str,
    bytes: &[u8],
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> SourceReading {
    let limits =
        Limits { piece: bytes.len() + 1, longest: LONGEST, from: None, most: u64::MAX, bounds: options.limits };
    let hands = Hands { make_room: &mut |_| {}, emit, must_stop: &|| false, helpers: None };
    let read = read_file(path, Cursor::new(bytes), bytes.len() as u64, &limits, options, hands);
    read.map(|(reading, _)| reading).unwrap_or_else(|error| unread(path, Code::UnknownFormat, error.to_string()))
}

/// What a file that is packed or an archive is read with.
struct Reader<'a> {
    limits: &'a Limits,
    options: &'a ParseOptions,
    make_room: &'a mut dyn FnMut(u64),
    emit: &'a mut dyn FnMut(Record) -> Flow,
    must_stop: &'a dyn Fn() -> bool,
    helpers: Option<&'a mut dyn Helpers>,
    is_stopped: bool,
    /// The files of archives, and their paths.
    members: Vec<Member>,
    paths: HashSet<String>,
    issues: IssuesInArchive,
    /// The one file that is wanted, where it is not all.
    wanted: Option<Wanted<'a>>,
}

impl<'a> Reader<'a> {
    fn new(limits: &'a Limits, options: &'a ParseOptions, hands: Hands<'a>) -> Reader<'a> {
        let Hands { make_room, emit, must_stop, helpers } = hands;
        let (members, paths, issues) = (Vec::new(), HashSet::new(), IssuesInArchive::default());
        let is_stopped = false;
        Reader {
            limits,
            options,
            make_room,
            emit,
            must_stop,
            helpers,
            is_stopped,
            members,
            paths,
            issues,
            wanted: None,
        }
    }

    /// Reads a file as it lies on the disk.
    fn read_opened(
        &mut self,
        path: &str,
        file: impl Read + Seek,
        size: u64,
        archive: Option<Archive>,
    ) -> io::Result<SourceReading> {
        let failure = RefCell::new(None);
        let watched = Watched::new(file, &failure, self.must_stop);
        let reading = match archive {
            Some(Archive::Zip) => self.read_zip(path, watched, size, 0),
            _ => self.read(path, path, Box::new(watched), size, 0),
        };
        // Readers of archives tell of a failing disk as if the data were at fault, which would delete articles.
        failure.take().map_or(reading, Err)
    }

    /// Reads the bytes of a source that would be a file called `name` if they were not packed in others.
    fn read(
        &mut self,
        path: &str,
        name: &str,
        mut bytes: Box<dyn Read + '_>,
        size: u64,
        depth: u32,
    ) -> io::Result<SourceReading> {
        let mut beginning = Vec::new();
        (&mut bytes).take(BEGINNING as u64).read_to_end(&mut beginning)?;
        let (codec, archive) = (Codec::of(&beginning), Archive::of(name, &beginning));
        let is_crawl = warc::begins_crawl(&beginning);
        let bytes = Cursor::new(beginning).chain(bytes);
        let Bounds { nesting, members, .. } = self.limits.bounds;
        if (codec.is_some() || archive.is_some()) && u64::from(depth) >= nesting {
            let message = format!("packed more than {nesting} times over; not read; {}", raise("nesting"));
            return Ok(unread(path, Code::OverLimit, message));
        }
        match (codec, archive) {
            (Some(codec), _) => self.read_packed(path, name, bytes, codec, depth),
            (None, Some(Archive::Tar)) => {
                self.read_archive(path, depth, |take| archive::read_tar(bytes, members, take))
            }
            (None, Some(Archive::Zip)) => self.read_held_zip(path, bytes, depth),
            (None, None) if is_crawl => self.read_crawl(path, bytes),
            (None, None) => self.read_plain(path, name, bytes, size),
        }
    }

    fn read_packed(
        &mut self,
        path: &str,
        name: &str,
        bytes: impl Read,
        codec: Codec,
        depth: u32,
    ) -> io::Result<SourceReading> {
        let (unpacked, health) = packed::unpacked(bytes, codec, &self.limits.bounds)?;
        let first = self.members.len();
        let mut reading = self.read(path, name_within(name), unpacked, UNKNOWN_SIZE, depth + 1)?;
        if let Some(end) = health.early_end() {
            if end.code == Code::CutShort {
                cut_last_short(&mut self.members[first..]);
            }
            tell_end(&mut reading, &end, "what came before is kept");
        }
        with_path(&mut reading.notices, path);
        Ok(reading)
    }

    fn read_crawl(&mut self, path: &str, bytes: impl Read) -> io::Result<SourceReading> {
        let Reader { limits, options, make_room, emit, must_stop, helpers, is_stopped, paths, .. } = self;
        let mut located = |record| hand_out(path, record, paths, is_stopped, emit);
        let helpers = helpers.as_mut().map(|helpers| &mut **helpers as &mut dyn Helpers);
        let hands = Hands { make_room, emit: &mut located, must_stop, helpers };
        let means = warc::Means { piece: limits.piece, longest: limits.longest as u64, options, hands };
        warc::read(path, &mut BufReader::new(bytes), means)
    }

    fn read_plain(&mut self, path: &str, name: &str, bytes: impl Read, size: u64) -> io::Result<SourceReading> {
        let limits = Limits { from: None, most: u64::MAX, ..self.limits.clone() };
        let (stream, page) = (Stream::new(bytes), self.issues.of_page(path));
        let Reader { options, make_room, emit, must_stop, helpers, is_stopped, paths, .. } = self;
        let mut located = |record| hand_out(path, record, paths, is_stopped, emit);
        let helpers = helpers.as_mut().map(|helpers| &mut **helpers as &mut dyn Helpers);
        let hands = Hands { make_room, emit: &mut located, must_stop, helpers };
        let (mut reading, _) = read_large(name, stream, size, &limits, &options.of_member(path, page.as_ref()), hands)?;
        with_path(&mut reading.notices, path);
        Ok(reading)
    }

    /// Reads a zip archive that stands in another, as a whole: where its files are stands at its end.
    fn read_held_zip(&mut self, path: &str, bytes: impl Read, depth: u32) -> io::Result<SourceReading> {
        let most = self.limits.longest as u64;
        (self.make_room)(2 * most);
        let mut held = Vec::new();
        bytes.take(most + 1).read_to_end(&mut held)?;
        if held.len() as u64 > most {
            let message = format!("a zip archive of more than {most} bytes within another; not read");
            return Ok(unread(path, Code::OverLimit, message));
        }
        let size = held.len() as u64;
        self.read_zip(path, Cursor::new(held), size, depth)
    }

    fn read_zip(
        &mut self,
        path: &str,
        mut bytes: impl Read + Seek,
        size: u64,
        depth: u32,
    ) -> io::Result<SourceReading> {
        let members = self.limits.bounds.members;
        // Files may lie over one another in a zip archive: together they are held against its size.
        let (mut left, too_much) = packed::most_in_zip(size, &self.limits.bounds);
        self.learn_issues(path, &mut bytes, left)?;
        let first = self.members.len();
        let reading = self.read_archive(path, depth, |take| {
            archive::read_zip(bytes, members, &mut |found| match found {
                Found::File(name, size, bytes) => {
                    let goes_on = take(Found::File(name, size, &mut UpTo { bytes, left: &mut left }))?;
                    if left > 0 || !goes_on {
                        return Ok(goes_on);
                    }
                    let message = format!("the archive unpacks to {too_much}; what came before is kept");
                    take(Found::Other(Notice::new(Code::CutShort, None, message)))?;
                    Ok(false)
                }
                other => take(other),
            })
        });
        if left == 0 {
            cut_last_short(&mut self.members[first..]);
        }
        reading
    }

    /// Reads the files of an archive, each as a source of its own.
    fn read_archive(
        &mut self,
        path: &str,
        depth: u32,
        files: impl FnOnce(&mut archive::Take<'_>) -> io::Result<()>,
    ) -> io::Result<SourceReading> {
        let (mut notices, mut n_files) = (Vec::new(), 0u64);
        let (first, mut refused) = (self.members.len(), BTreeMap::new());
        files(&mut |found| {
            match found {
                Found::Other(notice) => notices.push(notice),
                Found::Refused(name, notice) => {
                    refused.entry(name).or_insert(notice);
                }
                Found::File(name, size, bytes) => {
                    let member = format!("{path}!/{name}");
                    if self.paths.insert(member.clone()) {
                        n_files += 1;
                        if let Some(notice) = self.options.members.left_out(&member) {
                            self.members.push(left_out(member, size, notice));
                            return Ok(!self.is_stopped);
                        }
                        if self.wanted.as_ref().is_some_and(|wanted| !wanted.concerns(&member)) {
                            self.learn_issue(&member, bytes, size)?;
                            return Ok(true);
                        }
                        self.read_member(member, &name, bytes, size, depth)?;
                    } else {
                        notices.push(second(&name));
                    }
                }
            }
            Ok(!self.is_stopped)
        })?;
        // A link, or a name that is none, takes no path from a file that is read.
        let (doubled, refused): (Vec<_>, Vec<_>) = refused
            .into_iter()
            .map(|(name, notice)| (format!("{path}!/{name}"), name, notice))
            .partition(|(member, ..)| self.paths.contains(member));
        notices.extend(doubled.iter().map(|(_, name, _)| second(name)));
        // Before the others: the last is the one that a limit may have ended.
        self.members.splice(first..first, refused.into_iter().map(|(member, _, notice)| left_out(member, 0, notice)));
        let message = format!("an archive of {n_files} files, each of which is a source of its own");
        notices.insert(0, Notice::new(Code::Archive, None, message));
        with_path(&mut notices, path);
        let (charset, charset_origin) = ("binary", "its first bytes");
        Ok(SourceReading { format: None, reason: None, charset, charset_origin, notices, members: Vec::new() })
    }

    fn read_member(&mut self, path: String, name: &str, bytes: &mut dyn Read, size: u64, depth: u32) -> io::Result<()> {
        let at = self.members.len();
        self.members.push(Member { path: path.clone(), size, hash: [0; 16], format: None, notices: Vec::new() });
        let mut watched = Hashed::new(bytes);
        let (held, n_late) = self.learn_issue(&path, &mut watched, size)?;
        // What is told of METS that is late is told here.
        let held = if n_late > 0 { Some(held) } else { self.hand_over(&path, name, held, &mut watched, size)? };
        let Some(held) = held else {
            let member = &mut self.members[at];
            (member.size, member.hash) = watched.size_and_hash();
            return Ok(());
        };
        let bytes = Cursor::new(held).chain(&mut watched);
        let mut reading = self.read(&path, name, Box::new(bytes), size, depth + 1)?;
        if !self.is_stopped {
            // What was not read of it is part of it all the same.
            io::copy(&mut watched, &mut io::sink())?;
        }
        if let Some(why) = watched.broken() {
            let end = EarlyEnd { code: Code::BrokenOff, why: format!("it breaks off in its archive ({why})") };
            tell_end(&mut reading, &end, "what is there of it is kept");
            with_path(&mut reading.notices, &path);
        }
        if n_late > 0 {
            let message = format!("it stands behind {n_late} of its pages in the archive, which are read without it");
            reading.notices.push(Notice::new(Code::DoubtfulField, None, message));
            with_path(&mut reading.notices, &path);
        }
        let member = &mut self.members[at];
        (member.size, member.hash) = watched.size_and_hash();
        (member.format, member.notices) = (reading.format, reading.notices);
        if let Some(wanted) = self.wanted.as_mut().filter(|wanted| wanted.is(&path)) {
            wanted.reading = Some(SourceReading { notices: Vec::new(), ..reading });
            self.is_stopped = true;
        }
        Ok(())
    }

    /// Takes up what METS in a zip archive says before its files are read: it may stand behind the pages that it tells of. Of all files
    /// together no more than so many bytes are unpacked.
    fn learn_issues(&mut self, path: &str, bytes: &mut (impl Read + Seek), mut left: u64) -> io::Result<()> {
        archive::read_zip(bytes, self.limits.bounds.members, &mut |found| {
            let Found::File(name, size, bytes) = found else { return Ok(true) };
            let member = format!("{path}!/{name}");
            if self.options.members.left_out(&member).is_none() {
                let mut bounded = Hashed::new(bytes.take(left));
                self.learn_issue(&member, &mut bounded, size)?;
                left -= bounded.size_and_hash().0;
            }
            Ok(left > 0)
        })
    }

    /// Takes up what a file of an archive says of pages in it, if it is METS. Returns what was read of it, and of how many pages it is
    /// too late.
    fn learn_issue(&mut self, path: &str, bytes: &mut dyn Read, size: u64) -> io::Result<(Vec<u8>, usize)> {
        let mut held = Vec::new();
        if !may_be_issue(path) {
            return Ok((held, 0));
        }
        let longest = self.limits.longest as u64;
        bytes.take(HEAD as u64).read_to_end(&mut held)?;
        if !begins_mets(path, &held) {
            return Ok((held, 0));
        }
        if size >= self.limits.piece as u64 {
            (self.make_room)(size.min(longest));
        }
        bytes.take(longest.saturating_sub(held.len() as u64)).read_to_end(&mut held)?;
        let n_late = self.issues.learn(path, &held, |page| self.paths.contains(page));
        Ok((held, n_late))
    }

    /// Hands a file over to a thread that helps, where one is free and the file is neither large nor broken nor packed. Else
    /// returns what was read of it.
    fn hand_over(
        &mut self,
        path: &str,
        name: &str,
        mut held: Vec<u8>,
        bytes: &mut Hashed<&mut dyn Read>,
        size: u64,
    ) -> io::Result<Option<Vec<u8>>> {
        let piece = self.limits.piece;
        let Some(helpers) = self.helpers.as_mut().filter(|helpers| size < piece as u64 && helpers.are_free()) else {
            return Ok(Some(held));
        };
        bytes.take((piece - held.len().min(piece)) as u64).read_to_end(&mut held)?;
        let is_whole = held.len() < piece && bytes.broken().is_none();
        let beginning = &held[..held.len().min(BEGINNING)];
        let is_packed =
            Codec::of(beginning).is_some() || Archive::of(name, beginning).is_some() || warc::begins_crawl(beginning);
        if !is_whole || is_packed {
            return Ok(Some(held));
        }
        let page = self.issues.of_page(path).map(Box::new);
        let file = HeldFile { path: path.to_owned(), name: name.to_owned(), page, bytes: held };
        Ok(helpers.offer(file).map(|file| file.bytes))
    }
}

/// Returns a file of an archive that is not read.
fn left_out(path: String, size: u64, notice: Notice) -> Member {
    let mut notices = vec![notice];
    with_path(&mut notices, &path);
    Member { path, size, hash: [0; 16], format: None, notices }
}

fn second(name: &str) -> Notice {
    Notice::new(Code::BadName, None, format!("a second file called `{name}` in the archive; not read"))
}

/// Hands out a record of a source, which is a file of an archive where its path is one of those.
fn hand_out(
    path: &str,
    record: Record,
    members: &HashSet<String>,
    is_stopped: &mut bool,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> Flow {
    let flow = emit(located(path, record, members.contains(path)));
    *is_stopped |= flow == Flow::Stop;
    flow
}

#[cfg(test)]
mod archives;
#[cfg(test)]
mod tests;
