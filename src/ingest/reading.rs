//! The reading threads of a run: each takes one source after another, parses it, and hands its articles to those that write.

use std::any::Any;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::counter::Counter;
use super::done::{Done, Fate, Seen};
use super::enter::taken_down;
use super::limit::{self, longest};
use super::members::{take_members, too_many};
use super::report::{Phase, Progress};
use super::room::{Held, Room};
use super::work::{Belt, Job, Press, Tray};
use crate::corpus::discover::SourceFile;
use crate::corpus::file::{Opened, read_file};
use crate::corpus::format::{Flow, Parsed, Place, Record};
use crate::corpus::held::{Hands, HeldFile, Helpers, Part};
use crate::corpus::large::{LeftOff, Limits};
use crate::corpus::read::OPENING;
use crate::index::{Beginning, ContentHash, Marks, SourceEntry, Sources, Tombstone, Tombstones};
use crate::{Code, Level, Notice, ParseOptions, SourceKey};

/// A source of more bytes is read in pieces where its form allows.
const PIECE: usize = 2 << 20;
/// The same where less is read at once: what a source is must be told from a piece.
const LEAST_PIECE: u64 = 4 << 10;
/// What reading takes for each byte of a source: the bytes, what a format makes of them, and the article.
pub(super) const READ: u64 = 3;

/// The time of a file in an archive, which has none that tells whether it changed: only its archive has.
const MEMBER_TIME: i64 = 0;

/// One source to read.
pub(super) struct Task<'a> {
    pub(super) corpus: &'a str,
    /// The folder that the source's path is relative to.
    pub(super) root: &'a Path,
    pub(super) parse: &'a ParseOptions,
    pub(super) default_language: Option<&'a str>,
    pub(super) max_article: u64,
    pub(super) reread: bool,
    pub(super) started: i64,
    pub(super) tombstones: &'a Tombstones,
    pub(super) source: &'a SourceFile,
    pub(super) known: Option<&'a SourceEntry>,
    /// What is known of the corpus's sources, for those that are files of an archive.
    pub(super) sources: Option<&'a Sources>,
    /// What is done of it already.
    pub(super) begun: Option<Beginning>,
}

impl Task<'_> {
    /// Returns how many bytes are left to be read.
    pub(super) fn size_left(&self) -> u64 {
        self.source.size.saturating_sub(self.begun.as_ref().map_or(0, |begun| begun.bytes))
    }
}

/// The reading threads' side of a run.
pub(super) struct Floor<'a> {
    tasks: &'a [Task<'a>],
    press: &'a Press<'a>,
    next: AtomicUsize,
    sources: AtomicU64,
    bytes: AtomicU64,
    read: AtomicU64,
    /// Of one source no more bytes are read.
    most: u64,
    /// For sources that are being read.
    room: Arc<Room>,
    /// What other threads read of archives and crawls.
    counter: Counter<Handed>,
}

/// What is on its way to another thread.
enum Handed {
    /// A file of an archive, and its number in what became of the archive.
    File {
        task: usize,
        member: usize,
        file: HeldFile,
        _held: Held,
    },
    Part(Part),
}

/// What became of a file that was handed over.
pub(super) struct Helped {
    pub(super) task: usize,
    pub(super) member: usize,
    pub(super) done: Done,
    pub(super) format: Option<&'static str>,
    pub(super) notices: Vec<Notice>,
}

/// What a reading thread did.
#[derive(Default)]
pub(super) struct OfReader {
    /// By task, what became of sources.
    pub(super) done: Vec<(usize, Done)>,
    /// The same of files of archives that others unpacked.
    pub(super) helped: Vec<Helped>,
}

/// The other threads, to one that unpacks an archive.
struct Others<'f, 'd> {
    press: &'f Press<'f>,
    counter: &'f Counter<Handed>,
    room: &'f Arc<Room>,
    task: usize,
    done: &'f RefCell<&'d mut Done>,
}

impl Helpers for Others<'_, '_> {
    fn are_free(&self) -> bool {
        // Whoever unpacks is told to stop where it reads a file itself.
        self.counter.is_free() && !self.press.must_stop()
    }

    fn offer(&mut self, file: HeldFile) -> Option<HeldFile> {
        let Some(held) = self.room.try_take(file.bytes.len() as u64 * READ) else { return Some(file) };
        let member = self.done.borrow_mut().member(&file.path);
        match self.counter.offer(Handed::File { task: self.task, member, file, _held: held })? {
            Handed::File { file, .. } => Some(file),
            Handed::Part(_) => None,
        }
    }

    fn room_for(&self, bytes: u64) -> Option<Box<dyn Any>> {
        Some(Box::new(self.room.try_take(bytes * READ)?))
    }

    fn offer_part(&mut self, part: Part) -> Option<Part> {
        match self.counter.offer(Handed::Part(part))? {
            Handed::Part(part) => Some(part),
            Handed::File { .. } => None,
        }
    }
}

impl<'a> Floor<'a> {
    /// Of one source no more than `most` bytes are read where it can be left off.
    pub(super) fn new(tasks: &'a [Task<'a>], press: &'a Press<'a>, most: u64, room: Arc<Room>) -> Floor<'a> {
        let (next, sources) = (AtomicUsize::new(0), AtomicU64::new(0));
        let (bytes, read) = (AtomicU64::new(0), AtomicU64::new(0));
        Floor { tasks, press, next, sources, bytes, read, most, room, counter: Counter::new() }
    }

    /// Returns how many bytes of sources were looked at.
    pub(super) fn bytes_read(self) -> u64 {
        self.read.into_inner()
    }

    /// Reads one source after another until none is left, then what others unpack, and returns what became
    /// of each.
    pub(super) fn read_tasks(&self, belt: &Belt<'a>, progress: &Progress) -> OfReader {
        let mut of_reader = OfReader::default();
        let mut tray = Tray::new(belt);
        let reader = self.counter.reader();
        while !self.press.must_stop() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = self.tasks.get(number) else { break };
            of_reader.done.push((number, self.read_task(number, task, &mut tray, progress)));
            self.sources.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(task.size_left().min(self.most), Ordering::Relaxed);
            self.tell(progress);
        }
        drop(reader);
        self.counter.help(|handed| match handed {
            Handed::File { task, member, file, _held } => {
                of_reader.helped.push(self.read_handed(task, member, &file, &mut tray, progress));
            }
            Handed::Part(part) => (part.work)(),
        });
        of_reader
    }

    /// Reads a file of an archive that another thread unpacked.
    fn read_handed(
        &self,
        number: usize,
        member: usize,
        file: &HeldFile,
        tray: &mut Tray<'_, 'a>,
        progress: &Progress,
    ) -> Helped {
        let (task, mut done) = (&self.tasks[number], Done::unread(""));
        let reading = file.read(task.parse, &mut |record| {
            let origin = Origin { number, task, member: Some(member), path: &file.path };
            self.take_record_of(&origin, record, tray, &mut done);
            self.tell(progress);
            if self.press.must_stop() { Flow::Stop } else { Flow::Continue }
        });
        Helped { task: number, member, done, format: reading.format, notices: reading.notices }
    }

    fn read_task(&self, number: usize, task: &Task<'a>, tray: &mut Tray<'_, 'a>, progress: &Progress) -> Done {
        let mut done = Done::unread("");
        match self.read_source(number, task, tray, progress, &mut done) {
            Ok(fate) => done.fate = fate,
            Err(error) => done.fate = Fate::Unreadable(error.to_string()),
        }
        done
    }

    fn read_source(
        &self,
        number: usize,
        task: &Task<'a>,
        tray: &mut Tray<'_, 'a>,
        progress: &Progress,
        done: &mut Done,
    ) -> io::Result<Fate> {
        let source = task.source;
        let (size, modified) = (source.size, source.mtime_ns);
        let mut held = Some(self.room.take(size.min(2 * PIECE as u64) * READ));
        let file = File::open(task.root.join(&source.path))?;
        let mut opened = Opened::OnDisk(&file);
        let (hash, before) = match task.begun.as_ref().and_then(|begun| Some((begun.entry.hash, begun.seen?))) {
            Some(by_this_run) => by_this_run,
            None => {
                let before = seen(&file)?;
                let (hash, read) = if before.0 < PIECE as u64 {
                    let mut bytes = Vec::with_capacity(usize::try_from(before.0).unwrap_or_default() + 1);
                    (&file).take(u64::MAX).read_to_end(&mut bytes)?;
                    let hash_and_length = (ContentHash::of(&bytes), bytes.len() as u64);
                    opened = Opened::Held(&file, Cursor::new(bytes));
                    hash_and_length
                } else {
                    // Twice, first for the hash alone: what is as it was is most often told by it, and none is held whole for it.
                    ContentHash::of_reader(&file)?
                };
                self.read.fetch_add(read, Ordering::Relaxed);
                if !task.reread && task.known.is_some_and(|known| known.hash == hash) {
                    return Ok(Fate::Unchanged { size, modified });
                }
                if read == 0 {
                    done.notices.push(located(Notice::new(Code::EmptyFile, None, "the file is empty"), task));
                    return Ok(Fate::Skipped { code: Code::EmptyFile, size, modified, hash });
                }
                opened.rewind()?;
                (hash, before)
            }
        };
        // What has changed since it was left off is read from its beginning.
        let begun = task.begun.as_ref().filter(|begun| begun.seen.is_some() || begun.entry.hash == hash);
        let longest = usize::try_from(longest(task.max_article)).unwrap_or(usize::MAX);
        let piece = PIECE.min(usize::try_from(self.most.max(LEAST_PIECE)).unwrap_or(PIECE));
        let limits = Limits { piece, longest, from: begun.map(left_off), most: self.most, bounds: task.parse.limits };
        // What is held is given back before more is taken: two that wait for each other would wait for ever.
        let mut make_room = |bytes: u64| {
            drop(held.take());
            held = Some(self.room.take(bytes.saturating_mul(READ)));
        };
        let read = before.0;
        let shared = RefCell::new(&mut *done);
        let mut emit = |record| {
            self.take_record(number, task, record, tray, &mut shared.borrow_mut());
            self.tell(progress);
            if self.press.must_stop() { Flow::Stop } else { Flow::Continue }
        };
        let mut others =
            Others { press: self.press, counter: &self.counter, room: &self.room, task: number, done: &shared };
        let must_stop = || self.press.must_stop();
        let hands =
            Hands { make_room: &mut make_room, emit: &mut emit, must_stop: &must_stop, helpers: Some(&mut others) };
        let (reading, at) = read_file(&source.path, opened, read, &limits, task.parse, hands)?;
        self.take_last(number, task, hash, &reading.notices, tray, done);
        take_members(reading.members, task, MEMBER_TIME, done);
        done.notices.extend(done.has_too_many.then(|| too_many(&source.path, task)));
        done.format = reading.format;
        let skip = reading.notices.iter().find(|notice| notice.level == Level::Skip).map(|notice| notice.code);
        done.notices.extend(reading.notices.into_iter().map(|notice| located(notice, task)));
        let anew = begun.is_none();
        // A source that is written meanwhile may be read in part as it was and in part as it is.
        let is_same = seen(&file)? == before;
        if let Some(at) = at {
            let hash = if is_same { hash } else { ContentHash::default() };
            return Ok(Fate::LeftOff { anew, at, hash, seen: before });
        }
        let (modified, hash) = if is_same { (modified, hash) } else { (i64::MIN, ContentHash::default()) };
        if !is_same {
            let message = "it changed while it was read; the next run reads it again";
            done.notices.push(located(Notice::new(Code::ChangedWhileRead, None, message), task));
        }
        Ok(match reading.format {
            Some(_) => Fate::Read { anew, size, modified, hash },
            None => Fate::Skipped { code: skip.unwrap_or(Code::UnknownFormat), size, modified, hash },
        })
    }

    /// Takes a record of a source or, where it is an archive, of a file in it.
    fn take_record(
        &self,
        number: usize,
        task: &Task<'a>,
        mut record: Record,
        tray: &mut Tray<'_, 'a>,
        done: &mut Done,
    ) {
        let path = match &mut record {
            Record::Reject { notice } => {
                Some(notice.path.clone()).filter(|path| !path.is_empty() && *path != task.source.path)
            }
            Record::Article(parsed) => parsed.member.take(),
        };
        let Some(path) = path else {
            let origin = Origin { number, task, member: None, path: &task.source.path };
            if let Some(last) = done.last.take() {
                self.take_record_of(&origin, Record::Article(last), tray, done);
            }
            match record {
                Record::Article(parsed) => done.last = Some(parsed),
                reject => self.take_record_of(&origin, reject, tray, done),
            }
            return;
        };
        let member = done.member(&path);
        let origin = Origin { number, task, member: Some(member), path: &path };
        self.take_record_of(&origin, record, tray, &mut done.members[member].1);
    }

    /// Takes the last article of a source, of which this is said. A part of one does not take the place of what was whole.
    fn take_last(
        &self,
        number: usize,
        task: &Task<'a>,
        hash: ContentHash,
        told: &[Notice],
        tray: &mut Tray<'_, 'a>,
        done: &mut Done,
    ) {
        let Some(last) = done.last.take() else { return };
        let is_told = |code| last.notices.iter().chain(told).any(|notice| notice.code == code);
        let known = task.known.filter(|known| known.hash != hash);
        let is_known = known.is_some_and(|known| known.article(last.record.unwrap_or(0)).is_some());
        if is_known && is_told(Code::BrokenOff) && !is_told(Code::CutShort) {
            done.notices.extend(last.notices.into_iter().map(|notice| located(notice, task)));
            return;
        }
        let origin = Origin { number, task, member: None, path: &task.source.path };
        self.take_record_of(&origin, Record::Article(last), tray, done);
    }

    /// Takes a record of one source; `done` is what becomes of that.
    fn take_record_of(&self, origin: &Origin<'_, 'a>, record: Record, tray: &mut Tray<'_, 'a>, done: &mut Done) {
        let Origin { number, task, member, path } = *origin;
        match record {
            Record::Reject { notice, .. } => {
                // What is left out by intent is told the same way, and is no rejection.
                done.rejected += u64::from(notice.level == Level::Reject);
                done.notices.push(located(notice, task));
            }
            // Numbers tell how many came before, also before the source was left off.
            Record::Article(parsed) if parsed.record.is_some_and(|n| u64::from(n) > task.parse.limits.articles) => {
                done.has_too_many = true;
            }
            Record::Article(parsed) => {
                let known = match member {
                    Some(_) => task.sources.and_then(|sources| sources.get(path)),
                    None => task.known,
                };
                let mut doubts = doubts(&parsed);
                done.notices.extend(parsed.notices.into_iter().map(|notice| located(notice, task)));
                let mut article = Box::new(parsed.article);
                let too_large = limit::cut(&mut article, task.max_article, parsed.line);
                too_large.iter().for_each(|notice| doubts.warn(notice.code));
                done.notices.extend(too_large.map(|notice| located(notice, task)));
                article.source = SourceKey::new(task.corpus, path, parsed.record);
                if let Some(reason) = task.tombstones.reason(&article) {
                    done.kept_out += 1;
                    if task.tombstones.is_known_by_number(&article.source) {
                        done.recognised.push(Tombstone::new(&article, None, reason));
                    }
                    done.notices.push(located(taken_down(&article, reason), task));
                    return;
                }
                let known = known.and_then(|known| known.article(parsed.record.unwrap_or(0)));
                // The writing threads are gone only where one of them failed, which is told at the end.
                let default_language = task.default_language;
                let _ = tray.put(Job { task: number, member, article, known, default_language, doubts });
            }
        }
    }

    fn tell(&self, start: &Progress) {
        let Some(progress) = self.press.options.progress else { return };
        progress(Progress {
            phase: Phase::Reading,
            sources_done: start.sources_done + self.sources.load(Ordering::Relaxed),
            bytes_done: start.bytes_done + self.bytes.load(Ordering::Relaxed),
            articles: start.articles + self.press.articles.load(Ordering::Relaxed),
            ..*start
        });
    }
}

/// Where a record comes from.
struct Origin<'o, 'a> {
    /// The number of the task.
    number: usize,
    task: &'o Task<'a>,
    /// Of a file in an archive its number there.
    member: Option<usize>,
    path: &'o str,
}

/// Returns what is doubtful of an article.
fn doubts(parsed: &Parsed) -> Marks {
    let mut doubts = Marks::default();
    parsed.notices.iter().for_each(|notice| doubts.warn(notice.code));
    let is_from_text = |field: &str| {
        let place = parsed.found.iter().find(|found| found.field == field).map(|found| found.place.as_str());
        place.is_some_and(|place| place.starts_with("line ") || place == OPENING)
    };
    doubts.note_from_text(is_from_text("headline"), is_from_text("published"));
    doubts
}

fn seen(file: &File) -> io::Result<Seen> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.modified().ok()))
}

/// Returns where a source was left off.
fn left_off(begun: &Beginning) -> LeftOff {
    let Beginning { bytes, lines, records, ref told, .. } = *begun;
    LeftOff { bytes, at: Place { line: lines, record: records }, told: told.clone() }
}

pub(super) fn located(mut notice: Notice, task: &Task<'_>) -> Notice {
    notice.corpus = task.corpus.to_owned();
    if notice.path.is_empty() {
        notice.path.clone_from(&task.source.path);
    }
    notice
}

#[cfg(test)]
mod tests;
