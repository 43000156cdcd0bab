//! The threads of a run: some read and parse sources, some write articles. Nothing here depends on their order.

use std::fs::File;
use std::io::{self, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::enter::taken_down;
use super::report::{ArticleCounts, Phase, Progress};
use super::room::{Held, Room};
use super::{IngestOptions, limit};
use crate::corpus::discover::SourceFile;
use crate::corpus::format::{Flow, Record};
use crate::corpus::large::{Limits, read_large};
use crate::index::{Building, ContentHash, Prepared, SourceEntry, Tombstones, Writer};
use crate::{Article, Code, Error, Level, Notice, ParseOptions, Result, SourceKey};

/// Trays that wait for a writing thread: enough that no thread is idle.
const WAITING: usize = 4;
/// A tray is handed over when it has so many articles,
const TRAY_ARTICLES: usize = 64;
/// or so many bytes of text.
const TRAY_BYTES: u64 = 256 << 10;
/// Of the memory, sources that are being read have one part in so many, and articles that wait; segments have the rest.
const FOR_SOURCES: u64 = 4;
const FOR_ARTICLES: u64 = 8;
/// A source of more bytes is read in pieces where its form allows.
const PIECE: usize = 2 << 20;
/// The longest line, and the most that is read of a source of one article: in articles of the greatest size, and in bytes
/// where those are small.
const LONGEST: u64 = 3;
const LONGEST_AT_LEAST: u64 = 48 << 20;
/// What reading takes for each byte of a source: the bytes, what a format makes of them, and the article.
const READ: u64 = 3;
/// What writing takes for each byte of an article's text: the article, its stored form, and that in a block.
const WRITTEN: u64 = 4;
/// What is remembered of an article until the commit, in bytes: that it was written, and its place in the manifest.
const REMEMBERED: u64 = 96;
/// The same of a source that is read, besides its path, which is kept several times.
const REMEMBERED_SOURCE: u64 = 640;

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
}

/// What became of a source.
pub(super) struct Done {
    pub(super) fate: Fate,
    /// With corpus and path put in.
    pub(super) notices: Vec<Notice>,
    pub(super) rejected: u64,
    pub(super) kept_out: u64,
    /// Articles that the source gave, by record, and the hash of each.
    pub(super) articles: Vec<(u32, ContentHash)>,
    /// Articles with an id of their own, where nothing is written.
    pub(super) named: Vec<(SourceKey, String)>,
}

/// What became of a source as a whole.
pub(super) enum Fate {
    /// It was parsed.
    Read { size: u64, modified: i64, hash: ContentHash },
    /// Its bytes are those of the last run.
    Unchanged { size: u64, modified: i64 },
    /// It could not be read.
    Unreadable(String),
    /// It is in no form that is known, or empty.
    Skipped { code: Code, size: u64, modified: i64, hash: ContentHash },
}

/// The result of a run's threads.
pub(super) struct Worked {
    /// What became of each task, in the order of the tasks.
    pub(super) done: Vec<Done>,
    pub(super) articles: ArticleCounts,
    pub(super) bytes_read: u64,
}

/// An article on its way to a writing thread.
pub(super) struct Job<'a> {
    /// The number of what it came from, by which the work on it is told again.
    pub(super) task: usize,
    /// The article, with its source key.
    pub(super) article: Box<Article>,
    /// The hash of what is in the index under its key.
    pub(super) known: Option<ContentHash>,
    /// The language that it has where its own is not known.
    pub(super) default_language: Option<&'a str>,
}

/// What a writing thread did with an article.
pub(super) struct Written {
    pub(super) task: usize,
    pub(super) record: u32,
    pub(super) hash: ContentHash,
}

/// What one writing thread did.
#[derive(Default)]
struct OfThread {
    written: Vec<Written>,
    /// By task, articles with an id of their own. The index tells them where there is one.
    named: Vec<(usize, SourceKey, String)>,
    counts: ArticleCounts,
}

/// Articles on their way from a reading thread to the writing ones, some at a time: to hand each over alone costs about as
/// much as to write it.
pub(super) struct Tray<'b, 'a> {
    belt: &'b Belt<'a>,
    jobs: Vec<Job<'a>>,
    bytes: u64,
}

impl<'b, 'a> Tray<'b, 'a> {
    fn new(belt: &'b Belt<'a>) -> Tray<'b, 'a> {
        Tray { belt, jobs: Vec::new(), bytes: 0 }
    }

    /// Puts an article on the tray, and hands it over when it is full and there is room. False where the writing threads
    /// have ended, as they do early only where one of them failed, which is told by them.
    pub(super) fn put(&mut self, job: Job<'a>) -> bool {
        self.bytes += limit::size(&job.article);
        self.jobs.push(job);
        (self.jobs.len() < TRAY_ARTICLES && self.bytes < TRAY_BYTES) || self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        let held = self.belt.room.take(std::mem::take(&mut self.bytes) * WRITTEN);
        self.belt.send.send((std::mem::take(&mut self.jobs), held)).is_ok()
    }
}

impl Drop for Tray<'_, '_> {
    fn drop(&mut self) {
        if !self.jobs.is_empty() {
            self.hand_over();
        }
    }
}

/// The way from the reading threads to the writing ones.
#[derive(Clone)]
struct Belt<'a> {
    send: SyncSender<(Vec<Job<'a>>, Held)>,
    room: Arc<Room>,
}

/// The writing threads' side of a run.
struct Press<'a> {
    options: &'a IngestOptions<'a>,
    writer: Option<&'a Writer>,
    stop: AtomicBool,
    failure: Mutex<Option<Error>>,
    articles: AtomicU64,
    /// For articles that wait.
    room: Arc<Room>,
}

/// The reading threads' side of a run.
struct Floor<'a> {
    tasks: &'a [Task<'a>],
    press: &'a Press<'a>,
    next: AtomicUsize,
    sources: AtomicU64,
    bytes: AtomicU64,
    read: AtomicU64,
    /// For sources that are being read.
    room: Arc<Room>,
}

/// Returns what segments in the making have of the memory of a run, in bytes.
pub(super) fn for_segments(memory: u64) -> u64 {
    memory - memory / FOR_SOURCES - memory / FOR_ARTICLES
}

/// Reads the tasks' sources and writes their articles; without a writer, only tells what it would write.
///
/// Fails with [`Error::Cancelled`] where the caller asked to stop, and with the first failure of the index.
pub(super) fn work(
    tasks: &[Task<'_>],
    options: &IngestOptions<'_>,
    threads: usize,
    writer: Option<&Writer>,
    progress: &Progress,
) -> Result<Worked> {
    let press = Press::new(options, writer);
    let paths: usize = tasks.iter().map(|task| task.source.path.len()).sum();
    press.remember(tasks.len() as u64 * REMEMBERED_SOURCE + 3 * paths as u64);
    let floor = Floor {
        tasks,
        press: &press,
        next: AtomicUsize::new(0),
        sources: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        read: AtomicU64::new(0),
        room: Room::new(options.memory / FOR_SOURCES),
    };
    let (done, written) = press.run(threads, |belt| {
        std::thread::scope(|scope| {
            let read = || floor.read_tasks(&belt.clone(), progress);
            join((0..threads).map(|_| scope.spawn(read)).collect())
        })
    })?;
    let bytes_read = floor.read.into_inner();
    Ok(assemble(done.into_iter().flatten().collect(), written, bytes_read))
}

/// Writes the articles that `supply` hands over, which stays on the calling thread.
pub(super) fn write<'a>(
    options: &IngestOptions<'_>,
    threads: usize,
    writer: Option<&Writer>,
    supply: impl FnOnce(&mut Tray<'_, 'a>) -> Result<()>,
) -> Result<(Vec<Written>, ArticleCounts)> {
    let ((), threads) = Press::new(options, writer).run(threads, |belt| supply(&mut Tray::new(belt)))?;
    let (mut all, mut articles) = (Vec::new(), ArticleCounts::default());
    for of_thread in threads {
        all.extend(of_thread.written);
        articles.add(&of_thread.counts);
    }
    Ok((all, articles))
}

fn join<T>(threads: Vec<std::thread::ScopedJoinHandle<'_, T>>) -> Result<Vec<T>> {
    threads.into_iter().map(|thread| thread.join().map_err(|_| panicked())).collect()
}

fn panicked() -> Error {
    Error::Internal { detail: "a thread of the ingest panicked".to_owned() }
}

fn assemble(mut done: Vec<(usize, Done)>, threads: Vec<OfThread>, bytes_read: u64) -> Worked {
    done.sort_by_key(|(task, _)| *task);
    let mut done: Vec<_> = done.into_iter().map(|(_, done)| done).collect();
    let mut articles = ArticleCounts::default();
    for OfThread { written, named, counts } in threads {
        articles.add(&counts);
        for Written { task, record, hash } in written {
            done[task].articles.push((record, hash));
        }
        for (task, key, id) in named {
            done[task].named.push((key, id));
        }
    }
    for of_source in &mut done {
        of_source.articles.sort_unstable();
        of_source.articles.shrink_to_fit();
    }
    articles.rejected = done.iter().map(|done| done.rejected).sum();
    articles.kept_out = done.iter().map(|done| done.kept_out).sum();
    Worked { done, articles, bytes_read }
}

impl<'a> Press<'a> {
    fn new(options: &'a IngestOptions<'a>, writer: Option<&'a Writer>) -> Press<'a> {
        Press {
            options,
            writer,
            stop: AtomicBool::new(false),
            failure: Mutex::new(None),
            articles: AtomicU64::new(0),
            room: Room::new(options.memory / FOR_ARTICLES),
        }
    }

    /// Has the writer do with less memory, for what is remembered until the commit.
    fn remember(&self, bytes: u64) {
        if let Some(writer) = self.writer {
            writer.set_aside(bytes);
        }
    }

    /// Runs the writing threads while `supply` hands articles over.
    fn run<'j, T>(&self, threads: usize, supply: impl FnOnce(&Belt<'j>) -> Result<T>) -> Result<(T, Vec<OfThread>)> {
        let (send, receive) = sync_channel(WAITING);
        let belt = Belt { send, room: Arc::clone(&self.room) };
        let receive = Mutex::new(receive);
        let (supplied, written) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.write_articles(&receive))).collect();
            let supplied = supply(&belt);
            drop(belt);
            (supplied, join(writers))
        });
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)?;
        Ok((supplied?, written?))
    }

    fn write_articles(&self, receive: &Mutex<Receiver<(Vec<Job<'_>>, Held)>>) -> OfThread {
        let mut done = OfThread::default();
        let mut building = Building::default();
        loop {
            let tray = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((jobs, _held)) = tray else {
                self.finish_segment(&mut building);
                return done;
            };
            for job in jobs {
                if self.stop.load(Ordering::Relaxed) {
                    break;
                }
                // A fault of ours in one article must not leave the reading threads waiting for ever.
                let write = AssertUnwindSafe(|| self.write_article(job, &mut building, &mut done));
                if let Err(error) = catch_unwind(write).unwrap_or_else(|_| Err(panicked())) {
                    self.fail(error);
                }
            }
        }
    }

    fn finish_segment(&self, building: &mut Building) {
        let Some(writer) = self.writer.filter(|_| !self.stop.load(Ordering::Relaxed)) else { return };
        let finish = AssertUnwindSafe(|| writer.finish_segment(building));
        if let Err(error) = catch_unwind(finish).unwrap_or_else(|_| Err(panicked())) {
            self.fail(error);
        }
    }

    fn write_article(&self, job: Job<'_>, building: &mut Building, done: &mut OfThread) -> Result<()> {
        let prepared = Prepared::new(*job.article, job.default_language)?;
        let key = &prepared.article.source;
        done.written.push(Written { task: job.task, record: key.record.unwrap_or(0), hash: prepared.hash });
        if let Some(id) = prepared.article.native_id.as_ref().filter(|_| self.writer.is_none()) {
            done.named.push((job.task, key.clone(), id.clone()));
        }
        self.remember(REMEMBERED);
        self.articles.fetch_add(1, Ordering::Relaxed);
        let counts = &mut done.counts;
        if job.known == Some(prepared.hash) && !self.options.full {
            counts.unchanged += 1;
            return Ok(());
        }
        match job.known {
            None => counts.added += 1,
            // A full run writes every article again, and counts as replaced only those that differ.
            Some(hash) if hash == prepared.hash => counts.unchanged += 1,
            Some(_) => counts.replaced += 1,
        }
        if let Some(writer) = self.writer {
            writer.put(&prepared, job.known.is_some(), building)?;
        }
        Ok(())
    }

    fn fail(&self, error: Error) {
        self.stop.store(true, Ordering::Relaxed);
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn must_stop(&self) -> bool {
        if self.options.cancel.is_some_and(|cancel| cancel()) {
            self.fail(Error::Cancelled);
        }
        self.stop.load(Ordering::Relaxed)
    }
}

impl<'a> Floor<'a> {
    fn read_tasks(&self, belt: &Belt<'a>, progress: &Progress) -> Vec<(usize, Done)> {
        let mut all_done = Vec::new();
        let mut tray = Tray::new(belt);
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = self.tasks.get(number) else { return all_done };
            if self.press.must_stop() {
                return all_done;
            }
            all_done.push((number, self.read_task(number, task, &mut tray, progress)));
            self.sources.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(task.source.size, Ordering::Relaxed);
            self.tell(progress);
        }
    }

    fn read_task(&self, number: usize, task: &Task<'a>, tray: &mut Tray<'_, 'a>, progress: &Progress) -> Done {
        let mut done = Done {
            fate: Fate::Unreadable(String::new()),
            notices: Vec::new(),
            rejected: 0,
            kept_out: 0,
            articles: Vec::new(),
            named: Vec::new(),
        };
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
        // Twice, first for the hash alone: what is as it was is most often told by it, and no source is held whole for it.
        let mut file = File::open(task.root.join(&source.path))?;
        let before = file.metadata()?;
        let (hash, read) = ContentHash::of_reader(&mut file)?;
        self.read.fetch_add(read, Ordering::Relaxed);
        if !task.reread && task.known.is_some_and(|known| known.hash == hash) {
            return Ok(Fate::Unchanged { size, modified });
        }
        if read == 0 {
            done.notices.push(located(Notice::new(Code::EmptyFile, None, "the file is empty"), task));
            return Ok(Fate::Skipped { code: Code::EmptyFile, size, modified, hash });
        }
        file.rewind()?;
        let again = file.try_clone()?;
        let longest = task.max_article.saturating_mul(LONGEST).max(LONGEST_AT_LEAST);
        let limits = Limits { piece: PIECE, longest: usize::try_from(longest).unwrap_or(usize::MAX) };
        // What is held is given back before more is taken: two that wait for each other would wait for ever.
        let mut make_room = |bytes: u64| {
            drop(held.take());
            held = Some(self.room.take(bytes.saturating_mul(READ)));
        };
        let reading = read_large(&source.path, file, read, limits, task.parse, &mut make_room, &mut |record| {
            self.take_record(number, task, record, tray, done);
            self.tell(progress);
            if self.press.must_stop() { Flow::Stop } else { Flow::Continue }
        })?;
        let skip = reading.notices.iter().find(|notice| notice.level == Level::Skip).map(|notice| notice.code);
        done.notices.extend(reading.notices.into_iter().map(|notice| located(notice, task)));
        // A source that is written meanwhile may be read in part as it was and in part as it is.
        let now = again.metadata()?;
        let is_same = now.len() == before.len() && now.modified().ok() == before.modified().ok();
        let (modified, hash) = if is_same { (modified, hash) } else { (i64::MIN, ContentHash::default()) };
        if !is_same {
            let message = "it changed while it was read; the next run reads it again";
            done.notices.push(located(Notice::new(Code::ChangedWhileRead, None, message), task));
        }
        Ok(match reading.format {
            Some(_) => Fate::Read { size, modified, hash },
            None => Fate::Skipped { code: skip.unwrap_or(Code::UnknownFormat), size, modified, hash },
        })
    }

    fn take_record(&self, number: usize, task: &Task<'a>, record: Record, tray: &mut Tray<'_, 'a>, done: &mut Done) {
        match record {
            Record::Reject { notice, .. } => {
                done.rejected += 1;
                done.notices.push(located(notice, task));
            }
            Record::Article(parsed) => {
                done.notices.extend(parsed.notices.into_iter().map(|notice| located(notice, task)));
                let mut article = Box::new(parsed.article);
                let too_large = limit::cut(&mut article, task.max_article, parsed.line);
                done.notices.extend(too_large.map(|notice| located(notice, task)));
                article.source = SourceKey::new(task.corpus, &*task.source.path, parsed.record);
                if let Some(reason) = task.tombstones.reason(&article) {
                    done.kept_out += 1;
                    done.notices.push(located(taken_down(&article, reason), task));
                    return;
                }
                let known = task.known.and_then(|known| known.article(parsed.record.unwrap_or(0)));
                // The writing threads are gone only where one of them failed, which is told at the end.
                let _ = tray.put(Job { task: number, article, known, default_language: task.default_language });
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

fn located(mut notice: Notice, task: &Task<'_>) -> Notice {
    notice.corpus = task.corpus.to_owned();
    notice.path = task.source.path.clone();
    notice
}
