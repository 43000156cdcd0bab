//! The threads of a run: some read and parse sources, some write articles. Nothing here depends on their order.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

use super::done::Done;
use super::members::take_helped;
use super::reading::{Floor, Task};
use super::report::{ArticleCounts, Progress};
use super::room::{Held, Room};
use super::{IngestOptions, limit};
use crate::index::{ArticleEntry, Building, ContentHash, Marks, Prepared, Writer};
use crate::{Article, Error, Result, SourceKey};

/// Trays that wait for a writing thread: enough that no thread is idle.
const WAITING: usize = 4;
/// A tray is handed over when it has so many articles,
const TRAY_ARTICLES: usize = 64;
/// or so many bytes of text.
const TRAY_BYTES: u64 = 256 << 10;
/// Of the memory, sources that are being read have one part in so many, and articles that wait; segments have the rest.
const FOR_SOURCES: u64 = 4;
const FOR_ARTICLES: u64 = 8;
/// What writing takes for each byte of an article's text: the article, its stored form, and that in a block.
const WRITTEN: u64 = 4;
/// What is remembered of an article until the commit, in bytes: its place in the manifest, and in the file of that.
const REMEMBERED: u64 = 48;
/// The same until all that is read with it is written: that it was, in a list that may be half empty.
const REMEMBERED_AS_WRITTEN: u64 = 2 * size_of::<Written>() as u64;
/// The same of a source that is read, besides its path, which is kept several times.
const REMEMBERED_SOURCE: u64 = 640;

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
    /// Of a file in an archive its number there.
    pub(super) member: Option<usize>,
    /// The article, with its source key.
    pub(super) article: Box<Article>,
    /// The hash of what is in the index under its key.
    pub(super) known: Option<ContentHash>,
    /// The language that it has where its own is not known.
    pub(super) default_language: Option<&'a str>,
    /// What is doubtful of it.
    pub(super) doubts: Marks,
}

/// What a writing thread did with an article.
pub(super) struct Written {
    pub(super) task: usize,
    pub(super) member: Option<usize>,
    pub(super) entry: ArticleEntry,
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
    pub(super) fn new(belt: &'b Belt<'a>) -> Tray<'b, 'a> {
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
pub(super) struct Belt<'a> {
    send: SyncSender<(Vec<Job<'a>>, Held)>,
    room: Arc<Room>,
}

/// The writing threads' side of a run.
pub(super) struct Press<'a> {
    pub(super) options: &'a IngestOptions<'a>,
    writer: Option<&'a Writer>,
    stop: AtomicBool,
    failure: Mutex<Option<Error>>,
    pub(super) articles: AtomicU64,
    /// For articles that wait.
    room: Arc<Room>,
}

/// Returns room for the sources of a run that are being read.
pub(super) fn room_for_sources(memory: u64) -> Arc<Room> {
    Room::new(memory / FOR_SOURCES)
}

/// Returns what segments in the making have of the memory of a run, in bytes.
pub(super) fn for_segments(memory: u64) -> u64 {
    memory - memory / FOR_SOURCES - memory / FOR_ARTICLES
}

/// Reads the tasks' sources and writes their articles; without a writer, only tells what it would write. What has many
/// articles is left off after `most` bytes.
///
/// Fails with [`Error::Cancelled`] where the caller asked to stop, and with the first failure of the index.
pub(super) fn work(
    tasks: &[Task<'_>],
    options: &IngestOptions<'_>,
    threads: usize,
    writer: Option<&Writer>,
    most: u64,
    progress: &Progress,
) -> Result<Worked> {
    let press = Press::new(options, writer);
    let paths: usize = tasks.iter().map(|task| task.source.path.len()).sum();
    press.remember(tasks.len() as u64 * REMEMBERED_SOURCE + 3 * paths as u64);
    let floor = Floor::new(tasks, &press, most, room_for_sources(options.memory));
    let (done, written) = press.run(threads, |belt| {
        thread::scope(|scope| {
            let read = || floor.read_tasks(&belt.clone(), progress);
            join(press.start(scope, Builder::new, threads, read))
        })
    })?;
    let bytes_read = floor.bytes_read();
    let (mut all_done, mut helped) = (Vec::new(), Vec::new());
    for of_reader in done {
        all_done.extend(of_reader.done);
        helped.extend(of_reader.helped);
    }
    all_done.sort_by_key(|(task, _)| *task);
    let mut done: Vec<_> = all_done.into_iter().map(|(_, done)| done).collect();
    for of_member in helped {
        let task = of_member.task;
        take_helped(of_member, &tasks[task], &mut done[task]);
    }
    let worked = assemble(done, written, bytes_read);
    if let Some(writer) = writer {
        writer.take_back(press.articles.into_inner() * REMEMBERED_AS_WRITTEN);
    }
    Ok(worked)
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

fn join<T>(threads: Vec<ScopedJoinHandle<'_, T>>) -> Result<Vec<T>> {
    threads.into_iter().map(|thread| thread.join().map_err(|_| panicked())).collect()
}

fn panicked() -> Error {
    Error::Internal { detail: "a thread of the ingest panicked".to_owned() }
}

fn assemble(mut done: Vec<Done>, threads: Vec<OfThread>, bytes_read: u64) -> Worked {
    let mut articles = ArticleCounts::default();
    for OfThread { written, named, counts } in threads {
        articles.add(&counts);
        for Written { task, member, entry } in written {
            let of_task = &mut done[task];
            let of_source = match member {
                Some(member) => &mut of_task.members[member].1,
                None => of_task,
            };
            of_source.articles.push(entry);
        }
        for (task, key, id) in named {
            done[task].named.push((key, id));
        }
    }
    for of_task in &mut done {
        let of_members = of_task.members.iter_mut().map(|(_, of_member)| of_member);
        for articles in of_members.map(|of_member| &mut of_member.articles).chain([&mut of_task.articles]) {
            articles.sort_unstable();
            articles.shrink_to_fit();
        }
    }
    for of_source in done.iter().flat_map(Done::of_sources) {
        articles.rejected += of_source.rejected;
        articles.kept_out += of_source.kept_out;
    }
    Worked { done, articles, bytes_read }
}

impl<'a> Press<'a> {
    pub(super) fn new(options: &'a IngestOptions<'a>, writer: Option<&'a Writer>) -> Press<'a> {
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
        let (supplied, written) = thread::scope(|scope| {
            let write = || self.write_articles(&receive);
            let writers = self.start(scope, Builder::new, threads, write);
            // What is supplied is taken by somebody, or waits for ever.
            let supplied = if writers.len() == threads { supply(&belt) } else { Err(Error::Cancelled) };
            drop(belt);
            (supplied, join(writers))
        });
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)?;
        Ok((supplied?, written?))
    }

    /// Starts threads, each made by `builder`. Where the system gives fewer, the run fails: what is short is memory as a rule, and
    /// those that run would be refused it soon, which ends a process.
    fn start<'s, T: Send + 's>(
        &self,
        scope: &'s Scope<'s, '_>,
        builder: impl Fn() -> Builder,
        threads: usize,
        work: impl Fn() -> T + Copy + Send + 's,
    ) -> Vec<ScopedJoinHandle<'s, T>> {
        let mut started = Vec::with_capacity(threads);
        for number in 1..=threads {
            match builder().spawn_scoped(scope, work) {
                Ok(thread) => started.push(thread),
                Err(error) => {
                    let told = format!(
                        "the system refuses thread {number} of {threads} ({error}); take fewer, or free some memory"
                    );
                    let path = self.writer.map_or_else(|| PathBuf::from("."), |writer| writer.path().to_path_buf());
                    self.fail(Error::Io { path, source: io::Error::new(error.kind(), told) });
                    break;
                }
            }
        }
        started
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
        done.written.push(Written {
            task: job.task,
            member: job.member,
            entry: (key.record.unwrap_or(0), prepared.hash, Marks::of(&prepared.article).and(job.doubts)),
        });
        if let Some(id) = prepared.article.native_id.as_ref().filter(|_| self.writer.is_none()) {
            done.named.push((job.task, key.clone(), id.clone()));
        }
        self.remember(REMEMBERED + REMEMBERED_AS_WRITTEN);
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

    pub(super) fn must_stop(&self) -> bool {
        if self.options.cancel.is_some_and(|cancel| cancel()) {
            self.fail(Error::Cancelled);
        }
        self.stop.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_the_system_refuses_is_told_and_the_others_end() {
        let options = IngestOptions::default();
        let press = Press::new(&options, None);
        let asked = AtomicU64::new(0);
        // The third has a stack for which no machine has room.
        let builder =
            || Builder::new().stack_size(if asked.fetch_add(1, Ordering::Relaxed) == 2 { 1 << 60 } else { 1 << 20 });
        let wait = || {
            while !press.must_stop() {
                thread::yield_now();
            }
        };
        let ended = thread::scope(|scope| join(press.start(scope, builder, 8, wait)));
        assert_eq!(ended.map(|ended| ended.len()).ok(), Some(2));
        let failure = press.failure.into_inner().expect("nobody panicked").expect("it failed");
        assert!(failure.to_string().starts_with(".: the system refuses thread 3 of 8 ("), "{failure}");
        assert!(failure.to_string().ends_with("); take fewer, or free some memory"), "{failure}");
        assert_eq!(failure.kind(), crate::ErrorKind::Io);
    }
}
