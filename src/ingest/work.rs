//! The threads of a run: some read and parse sources, some write articles. Nothing here depends on their order.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::IngestOptions;
use super::report::{ArticleCounts, Phase, Progress};
use crate::analysis::Analyzers;
use crate::corpus::discover::SourceFile;
use crate::corpus::format::{Flow, Record};
use crate::corpus::read::read_source;
use crate::index::{ContentHash, Prepared, SourceEntry, Writer};
use crate::{Article, Code, Error, Level, Notice, ParseOptions, Result, SourceKey};

/// Articles that wait for a writing thread: enough that no thread is idle, few enough not to fill the memory.
const WAITING: usize = 64;

/// One source to read.
pub(super) struct Task<'a> {
    pub(super) corpus: &'a str,
    pub(super) parse: &'a ParseOptions,
    pub(super) default_language: Option<&'a str>,
    pub(super) reread: bool,
    pub(super) started: i64,
    pub(super) source: &'a SourceFile,
    pub(super) known: Option<&'a SourceEntry>,
}

/// What became of a source.
pub(super) struct Done {
    pub(super) fate: Fate,
    /// With corpus and path put in.
    pub(super) notices: Vec<Notice>,
    pub(super) rejected: u64,
    /// Articles that the source gave, by record, and the hash of each.
    pub(super) articles: BTreeMap<u32, u64>,
    /// Articles with an id of their own that were written.
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
    pub(super) known: Option<u64>,
    /// The language that it has where its own is not known.
    pub(super) default_language: Option<&'a str>,
}

/// What a writing thread did with an article.
pub(super) struct Written {
    pub(super) task: usize,
    pub(super) record: u32,
    pub(super) hash: u64,
    named: Option<(SourceKey, String)>,
}

/// What one writing thread did.
type OfThread = (Vec<Written>, ArticleCounts);

/// The writing threads' side of a run.
struct Press<'a> {
    options: &'a IngestOptions<'a>,
    writer: Option<&'a Writer>,
    stop: AtomicBool,
    failure: Mutex<Option<Error>>,
    articles: AtomicU64,
}

/// The reading threads' side of a run.
struct Floor<'a> {
    tasks: &'a [Task<'a>],
    press: &'a Press<'a>,
    next: AtomicUsize,
    sources: AtomicU64,
    bytes: AtomicU64,
    read: AtomicU64,
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
    let floor = Floor {
        tasks,
        press: &press,
        next: AtomicUsize::new(0),
        sources: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        read: AtomicU64::new(0),
    };
    let (done, written) = press.run(threads, |send| {
        std::thread::scope(|scope| {
            let read = || floor.read_tasks(&send.clone(), progress);
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
    supply: impl FnOnce(&SyncSender<Job<'a>>) -> Result<()>,
) -> Result<(Vec<Written>, ArticleCounts)> {
    let ((), written) = Press::new(options, writer).run(threads, supply)?;
    let (mut all, mut articles) = (Vec::new(), ArticleCounts::default());
    for (written, counts) in written {
        all.extend(written);
        articles.add(&counts);
    }
    Ok((all, articles))
}

fn join<T>(threads: Vec<std::thread::ScopedJoinHandle<'_, T>>) -> Result<Vec<T>> {
    threads.into_iter().map(|thread| thread.join().map_err(|_| panicked())).collect()
}

fn panicked() -> Error {
    Error::Internal { detail: "a thread of the ingest panicked".to_owned() }
}

fn assemble(mut done: Vec<(usize, Done)>, written: Vec<OfThread>, bytes_read: u64) -> Worked {
    done.sort_by_key(|(task, _)| *task);
    let mut done: Vec<_> = done.into_iter().map(|(_, done)| done).collect();
    let mut articles = ArticleCounts::default();
    for (written, counts) in written {
        articles.add(&counts);
        for Written { task, record, hash, named } in written {
            done[task].articles.insert(record, hash);
            done[task].named.extend(named);
        }
    }
    articles.rejected = done.iter().map(|done| done.rejected).sum();
    Worked { done, articles, bytes_read }
}

impl<'a> Press<'a> {
    fn new(options: &'a IngestOptions<'a>, writer: Option<&'a Writer>) -> Press<'a> {
        Press { options, writer, stop: AtomicBool::new(false), failure: Mutex::new(None), articles: AtomicU64::new(0) }
    }

    /// Runs the writing threads while `supply` hands articles over.
    fn run<'j, T>(
        &self,
        threads: usize,
        supply: impl FnOnce(&SyncSender<Job<'j>>) -> Result<T>,
    ) -> Result<(T, Vec<OfThread>)> {
        let (send, receive) = sync_channel(WAITING);
        let receive = Mutex::new(receive);
        let (supplied, written) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.write_articles(&receive))).collect();
            let supplied = supply(&send);
            drop(send);
            (supplied, join(writers))
        });
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)?;
        Ok((supplied?, written?))
    }

    fn write_articles(&self, receive: &Mutex<Receiver<Job<'_>>>) -> OfThread {
        let (mut written, mut counts) = (Vec::new(), ArticleCounts::default());
        let mut analyzers = Analyzers::default();
        loop {
            let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = job else { return (written, counts) };
            if self.stop.load(Ordering::Relaxed) {
                continue;
            }
            // A fault of ours in one article must not leave the reading threads waiting for ever.
            let write = AssertUnwindSafe(|| self.write_article(job, &mut analyzers, &mut counts));
            match catch_unwind(write).unwrap_or_else(|_| Err(panicked())) {
                Ok(done) => written.push(done),
                Err(error) => self.fail(error),
            }
        }
    }

    fn write_article(&self, job: Job<'_>, analyzers: &mut Analyzers, counts: &mut ArticleCounts) -> Result<Written> {
        let prepared = Prepared::new(*job.article, job.default_language)?;
        let key = &prepared.article.source;
        let named = prepared.article.native_id.clone().map(|id| (key.clone(), id));
        let written = Written { task: job.task, record: key.record.unwrap_or(0), hash: prepared.hash, named };
        self.articles.fetch_add(1, Ordering::Relaxed);
        if job.known == Some(prepared.hash) && !self.options.full {
            counts.unchanged += 1;
            return Ok(written);
        }
        match job.known {
            None => counts.added += 1,
            // A full run writes every article again, and counts as replaced only those that differ.
            Some(hash) if hash == prepared.hash => counts.unchanged += 1,
            Some(_) => counts.replaced += 1,
        }
        if let Some(writer) = self.writer {
            writer.put(&prepared, job.known.is_some(), analyzers)?;
        }
        Ok(written)
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
    fn read_tasks(&self, send: &SyncSender<Job<'a>>, progress: &Progress) -> Vec<(usize, Done)> {
        let mut all_done = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = self.tasks.get(number) else { return all_done };
            if self.press.must_stop() {
                return all_done;
            }
            all_done.push((number, self.read_task(number, task, send, progress)));
            self.sources.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(task.source.size, Ordering::Relaxed);
            self.tell(progress);
        }
    }

    fn read_task(&self, number: usize, task: &Task<'a>, send: &SyncSender<Job<'a>>, progress: &Progress) -> Done {
        let source = task.source;
        let mut done = Done {
            fate: Fate::Unreadable(String::new()),
            notices: Vec::new(),
            rejected: 0,
            articles: BTreeMap::new(),
            named: Vec::new(),
        };
        let bytes = match fs::read(&source.absolute) {
            Ok(bytes) => bytes,
            Err(error) => {
                done.fate = Fate::Unreadable(error.to_string());
                return done;
            }
        };
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let hash = ContentHash::of(&bytes);
        if !task.reread && task.known.is_some_and(|known| known.hash == hash) {
            done.fate = Fate::Unchanged { size: source.size, modified: source.mtime_ns };
            return done;
        }
        let (size, modified) = (source.size, source.mtime_ns);
        if bytes.is_empty() {
            done.fate = Fate::Skipped { code: Code::EmptyFile, size, modified, hash };
            done.notices.push(located(Notice::new(Code::EmptyFile, None, "the file is empty"), task));
            return done;
        }
        let known: BTreeMap<u32, u64> = task.known.iter().flat_map(|known| known.articles.iter().copied()).collect();
        let reading = read_source(&source.path, &bytes, task.parse, &mut |record| {
            self.take_record(number, task, record, &known, send, &mut done);
            self.tell(progress);
            if self.press.must_stop() { Flow::Stop } else { Flow::Continue }
        });
        let skip = reading.notices.iter().find(|notice| notice.level == Level::Skip).map(|notice| notice.code);
        done.notices.extend(reading.notices.into_iter().map(|notice| located(notice, task)));
        done.fate = match reading.format {
            Some(_) => Fate::Read { size, modified, hash },
            None => Fate::Skipped { code: skip.unwrap_or(Code::UnknownFormat), size, modified, hash },
        };
        done
    }

    fn take_record(
        &self,
        number: usize,
        task: &Task<'a>,
        record: Record,
        known: &BTreeMap<u32, u64>,
        send: &SyncSender<Job<'a>>,
        done: &mut Done,
    ) {
        match record {
            Record::Reject { notice, .. } => {
                done.rejected += 1;
                done.notices.push(located(notice, task));
            }
            Record::Article(parsed) => {
                done.notices.extend(parsed.notices.into_iter().map(|notice| located(notice, task)));
                let mut article = Box::new(parsed.article);
                article.source = SourceKey::new(task.corpus, &*task.source.path, parsed.record);
                let known = known.get(&parsed.record.unwrap_or(0)).copied();
                // The writing threads are gone only where one of them failed, which is told at the end.
                let _ = send.send(Job { task: number, article, known, default_language: task.default_language });
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
