//! Adding, replacing and deleting articles; the only place that commits.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::TantivyError;

use super::Index;
use super::checkpoint::{CHECKPOINT, Checkpoint, Kept};
use super::commit::{Commit, Pending};
use super::coverage::Marks;
use super::directory::tantivy_error;
use super::manifest::{ContentHash, Manifest};
use super::merge;
use super::missing::Missing;
use super::seal::{Broken, Seal};
use super::segment::{Left, SegmentBuilder};
use super::write_lock::WriteLock;
use crate::analysis::{count_words, detect};
use crate::{Article, ArticleId, Damage, Error, Language, LanguageOrigin, Result, SourceKey, Value};

/// The least memory that a segment in the making is given, in bytes.
const LEAST_MEMORY: usize = 4 << 20;
/// What inverting an article takes for each byte of it, where its words are short, in bytes.
const INVERTED: usize = 6;

/// Adds and deletes articles. Dropped without [`commit`](Writer::commit), it leaves the index unchanged.
///
/// ```
/// use newshound::{Article, Index};
///
/// let index = Index::in_memory()?;
/// let mut writer = index.writer()?;
/// writer.add(Article::new("1"))?;
/// writer.commit()?;
/// assert_eq!(index.status()?.articles, 1);
/// # Ok::<(), newshound::Error>(())
/// ```
pub struct Writer {
    /// What the last commit, and what has been done since, make of the corpora.
    pub(crate) manifest: Manifest,
    pub(super) index: Index,
    lock: WriteLock,
    work: Option<Work>,
    /// What the work is to go on from.
    resumed: Option<Pending>,
    /// For [`add`](Writer::add); threads that write at once have their own.
    building: Building,
}

/// What a writer has once there is something to write.
struct Work {
    stacks: tantivy::Index,
    pending: Mutex<Pending>,
    /// The memory of all segments in the making, in bytes, and how many there are at once.
    memory: u64,
    threads: u64,
    /// How much of the memory is taken by what is remembered until the commit.
    aside: AtomicU64,
    /// What segments have left for those that follow, of whatever thread.
    left: Mutex<Vec<Left>>,
    opstamp: u64,
}

impl Work {
    /// Returns the memory of one segment in the making, in bytes.
    fn share(&self) -> usize {
        let left = self.memory.saturating_sub(self.aside.load(Ordering::Relaxed));
        // With less, a million sources would be cut into hundreds of segments.
        let share = left.max(self.memory / 8) / self.threads;
        usize::try_from(share).unwrap_or(usize::MAX).max(LEAST_MEMORY)
    }

    fn left(&self) -> MutexGuard<'_, Vec<Left>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a commit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// With the segments as they came to be.
    AsWritten,
    /// The same, with nothing left in them of deleted articles.
    Purged,
    /// With segments that the articles alone determine.
    Canonical,
}

/// A thread's segment in the making.
#[derive(Default)]
pub(crate) struct Building(Option<SegmentBuilder>);

impl Writer {
    /// Takes the lock and reads what the last commit was made from. Nothing is written before something changes.
    pub(super) fn open(index: &Index) -> Result<Writer> {
        let lock = index.place.lock()?;
        let manifest = index.read_manifest()?;
        let (work, resumed, building) = (None, None, Building::default());
        Ok(Writer { manifest, index: index.clone(), lock, work, resumed, building })
    }

    /// Takes up what a run of the same purpose did before it was cut off; returns what is done. Where a file of it is damaged,
    /// nothing is taken up, and the second value tells which.
    pub(crate) fn resume(&mut self, purpose: ContentHash) -> Result<(Option<Kept>, Option<Damage>)> {
        let bytes = match self.index.place.read(CHECKPOINT) {
            Err(Error::Damaged { detail, .. }) => {
                return Ok((None, Some(Damage { file: CHECKPOINT.to_owned(), detail })));
            }
            read => read?,
        };
        let Some(bytes) = bytes else { return Ok((None, None)) };
        let files = self.index.place.writing()?;
        let stacks = tantivy::Index::open(files.box_clone()).map_err(|error| self.error(error))?;
        let read = Checkpoint::of(&bytes, &self.index.place, purpose).and_then(|read| {
            let Some(mut checkpoint) = read else { return Ok(None) };
            let kept = std::mem::take(&mut checkpoint.kept);
            Ok(Some((kept, checkpoint.pending(&stacks, &*files)?)))
        });
        match read {
            Ok(None) => Ok((None, None)),
            Ok(Some((kept, pending))) => {
                self.resumed = Some(pending);
                Ok((Some(kept), None))
            }
            Err(broken) if broken.refused.is_some() => Err(self.index.place.broken(broken)),
            Err(Broken { file, detail, .. }) => Ok((None, Some(Damage { file, detail }))),
        }
    }

    /// Keeps what was done since the last commit, for a run of the same purpose to go on from. Of articles in segments that
    /// are not finished nothing is kept.
    pub(crate) fn keep(&self, purpose: ContentHash, kept: Kept) -> Result<()> {
        let pending = self.work()?.pending.lock().unwrap_or_else(PoisonError::into_inner);
        Checkpoint::write(&self.index.place, purpose, &pending, kept)
    }

    /// Makes ready to write with this many threads at once, which share this much memory, in bytes.
    pub(crate) fn begin(&mut self, threads: usize, memory: u64) -> Result<()> {
        if self.work.is_some() {
            return Ok(());
        }
        let stacks = tantivy::Index::open(self.index.place.writing()?).map_err(|error| self.error(error))?;
        let meta = stacks.load_metas().map_err(|error| self.error(error))?;
        self.index.place.forget_refused();
        // What a run that failed left behind goes first: it may be what fills the disk.
        let seal = meta.payload.as_deref().map(Seal::parse).unwrap_or_default();
        let generation = seal.manifest().and_then(Manifest::generation_of).unwrap_or_default();
        let (mut needed, mut living) = (meta.clone(), HashSet::new());
        let pending = self.resumed.take().unwrap_or_default();
        if !pending.segments.is_empty() {
            needed.segments.extend(pending.segments.iter().cloned());
            living.insert(PathBuf::from(CHECKPOINT));
        }
        living.extend(needed.list_segment_files());
        if self.index.place.remove_other_files(&living, generation)? {
            // It may be what a purge that was cut off left.
            self.index.place.sync()?;
        }
        let (pending, aside, threads) = (Mutex::new(pending), AtomicU64::new(0), threads.max(1) as u64);
        let (left, opstamp) = (Mutex::default(), meta.opstamp + 1);
        self.work = Some(Work { stacks, pending, memory, threads, aside, left, opstamp });
        Ok(())
    }

    /// Takes some bytes from the memory of segments, for what is remembered until the commit.
    pub(crate) fn set_aside(&self, bytes: u64) {
        if let Some(work) = &self.work {
            work.aside.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Gives some of that back.
    pub(crate) fn take_back(&self, bytes: u64) {
        if let Some(work) = &self.work {
            work.aside.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    /// Adds an article; one of the same id is replaced.
    ///
    /// An article without language is given the one that its text shows, where it shows one. A value of a declared field
    /// that is of another kind is taken for one of the declared kind where nothing of it is lost; else it is kept, and the
    /// field does not find it.
    ///
    /// # Errors
    ///
    /// An article without id cannot be added, nor one that was [taken down](Writer::take_down).
    pub fn add(&mut self, mut article: Article) -> Result<()> {
        if article.id.as_str().is_empty() && article.source.path.is_empty() {
            return Err(Error::Options { option: "id", problem: "an article needs an id; set Article::id".to_owned() });
        }
        if article.source.path.is_empty() {
            article.source = SourceKey::new(article.source.corpus, article.id.as_str(), None);
        }
        check_article(&article)?;
        if let Some(reason) = self.manifest.tombstones.reason(&article) {
            let problem =
                format!("`{}` was taken down: {reason}; let it in again with Writer::restore", article.source);
            return Err(Error::Options { option: "id", problem });
        }
        self.begin_default()?;
        let prepared = Prepared::new(article, None)?;
        let SourceKey { corpus, path, record } = prepared.article.source.clone();
        let source = self.manifest.corpora.entry(corpus).or_default().sources.entry(path).or_default();
        let record = record.unwrap_or(0);
        let before = source.articles.len();
        source.articles.retain(|(other, ..)| *other != record);
        let known = source.articles.len() < before;
        source.articles.push((record, prepared.hash, Marks::of(&prepared.article)));
        source.articles.sort_unstable();
        let mut building = std::mem::take(&mut self.building);
        let put = self.put(&prepared, known, &mut building);
        self.building = building;
        put
    }

    /// Deletes the article of this id, if there is one. What was added since the last commit is found by the id
    /// that it was added under; an article of a folder comes back when that folder is next indexed. One that is missing since
    /// a repair is told no more.
    ///
    /// # Errors
    ///
    /// Where several corpora have an article of this id, none is deleted; `corpus:id` names one of them.
    pub fn delete(&mut self, id: &ArticleId) -> Result<()> {
        let named = self.named(id)?;
        self.begin_default()?;
        if let ([missing], None) = (&self.manifest.missing.named(id.as_str())[..], &named) {
            self.manifest.missing.articles.remove(missing);
        }
        named.map_or(Ok(()), |(article, _)| self.delete_key(&article.source))
    }

    /// Deletes an article; the manifest does not know of it yet.
    pub(super) fn delete_article(&mut self, key: &SourceKey) -> Result<()> {
        self.remove(key)?;
        if let Some(builder) = &mut self.building.0 {
            builder.delete(&key.to_term());
        }
        Ok(())
    }

    fn delete_key(&mut self, key: &SourceKey) -> Result<()> {
        self.delete_article(key)?;
        let Some(corpus) = self.manifest.corpora.get_mut(&key.corpus) else { return Ok(()) };
        let Some(source) = corpus.sources.get_mut(&key.path) else { return Ok(()) };
        source.articles.retain(|(record, ..)| *record != key.record.unwrap_or(0));
        // The source still has the article: it is to be read again.
        source.read_again();
        if corpus.root.is_none() && source.articles.is_empty() {
            corpus.sources.remove(&key.path);
        }
        Ok(())
    }

    /// Makes everything since the last commit visible and durable, at once.
    pub fn commit(&mut self) -> Result<()> {
        self.commit_as(Form::AsWritten)
    }

    /// Commits, and has the index's files depend on its articles and on nothing else: the same bytes on any machine, after
    /// any history. Every article is written anew.
    pub(crate) fn commit_canonical(&mut self) -> Result<()> {
        self.commit_as(Form::Canonical)
    }

    pub(super) fn commit_as(&mut self, form: Form) -> Result<()> {
        let index = self.index.clone();
        index.guarded(|| self.commit_unguarded(form))
    }

    fn commit_unguarded(&mut self, form: Form) -> Result<()> {
        if self.work.is_none() {
            return Ok(());
        }
        let mut building = std::mem::take(&mut self.building);
        self.finish_segment(&mut building)?;
        if let Some(work) = &mut self.work {
            // A commit that fails leaves files with its number behind.
            work.opstamp += 2;
            // A merge has the memory of segments for itself, and what comes after the commit may be long in coming.
            work.left().truncate(1);
            work.left().iter_mut().for_each(|left| left.shrink(work.share()));
        }
        let work = self.work()?;
        self.index.place.forget_refused();
        let failed = |error| self.error(error);
        let mut pending = work.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let mut commit =
            Commit::new(&work.stacks, self.index.fields.clone(), &pending, work.opstamp + 1).map_err(failed)?;
        match form {
            Form::AsWritten | Form::Purged => {
                let directory = self.index.place.writing()?;
                merge::merge(&mut commit, work.share(), directory.as_ref()).map_err(failed)?;
                if form == Form::Purged {
                    merge::purge(&mut commit, work.share()).map_err(failed)?;
                }
            }
            Form::Canonical => merge::canonical(&mut commit).map_err(failed)?,
        }
        self.check_deleted(&commit)?;
        // A copy: where the commit fails, the manifest is what it was.
        let mut manifest = self.manifest.clone();
        manifest.written_by = env!("CARGO_PKG_VERSION").to_owned();
        let found = commit.live_ids(&manifest.missing.native_ids()).map_err(failed)?;
        manifest.strike_found(|corpus, id| found.contains(&(corpus.to_owned(), id.to_owned())));
        match form {
            Form::AsWritten | Form::Purged => {
                manifest.generation = manifest.generation.wrapping_add(1);
                manifest.is_canonical = false;
            }
            Form::Canonical => manifest.make_canonical()?,
        }
        let bytes = manifest.to_bytes()?;
        let name = Manifest::file_name(manifest.generation);
        self.index.place.write(&name, &bytes)?;
        drop(bytes);
        let files = self.index.place.writing()?;
        let living = commit.publish(&*files, (&name, &manifest.tombstones), manifest.is_canonical).map_err(failed)?;
        // The commit stands: what fails from here on is no reason to say that it does not.
        *pending = Pending::default();
        drop(pending);
        let removed = self.index.place.remove_other_files(&living, manifest.generation);
        self.manifest = manifest;
        // Words of deleted articles are no words of the index any more.
        if form == Form::Purged {
            self.work()?.left().clear();
        }
        // What a purge removes must not come back with a cut of power.
        if form == Form::Purged { removed.and_then(|_| self.index.place.sync()) } else { Ok(()) }
    }

    /// Checks that what was to be deleted is. A damaged dictionary may not have it: an article that was taken down would still be
    /// found.
    fn check_deleted(&self, commit: &Commit<'_>) -> Result<()> {
        let live: u64 = commit.segments().iter().map(|segment| u64::from(segment.num_docs())).sum();
        let known = self.manifest.corpora.keys().map(|corpus| self.manifest.counts(corpus).1).sum::<u64>();
        if live == known {
            return Ok(());
        }
        // Where a file is damaged, that is told instead.
        Err(Error::Internal { detail: format!("a commit would have {live} articles where its manifest has {known}") })
    }

    /// Gives up what is missing since a repair, which is told until it is there again or given up: after the next
    /// [`commit`](Writer::commit) it is not told any more.
    pub fn give_up_missing(&mut self) -> Result<()> {
        if !self.manifest.missing.is_empty() {
            self.begin_default()?;
            self.manifest.missing = Missing::default();
        }
        Ok(())
    }

    /// Forgets everything since the last commit.
    pub fn rollback(&mut self) -> Result<()> {
        self.building = Building::default();
        self.manifest = self.index.read_manifest()?;
        // The files of what is forgotten go when the work is taken up again.
        self.work = None;
        Ok(())
    }

    /// Writes an article under its source key, in place of the one that was there if `known`.
    pub(crate) fn put(&self, prepared: &Prepared, known: bool, building: &mut Building) -> Result<()> {
        let work = self.work()?;
        if known {
            let key = prepared.article.source.to_term();
            if let Some(builder) = &mut building.0 {
                builder.delete(&key);
            }
            work.pending.lock().unwrap_or_else(PoisonError::into_inner).delete(key);
        }
        // A segment is written before an article comes that may be too much for it; a large one alone may be more.
        let coming = prepared.json.len() * INVERTED;
        if building.0.as_ref().is_some_and(|builder| builder.memory() + coming > work.share()) {
            self.finish_segment(building)?;
        }
        let builder = match &mut building.0 {
            Some(builder) => builder,
            none => {
                let left = work.left().pop().unwrap_or_default();
                let begun = SegmentBuilder::new(&work.stacks, self.index.fields.clone(), left);
                none.insert(begun.map_err(|error| self.error(error))?)
            }
        };
        builder.add(&prepared.article, &prepared.json).map_err(|error| self.error(error))?;
        if builder.memory() > work.share() || builder.is_full() {
            self.finish_segment(building)?;
        }
        Ok(())
    }

    /// Writes the segment that a thread has in the making, which is not visible before the next commit.
    pub(crate) fn finish_segment(&self, building: &mut Building) -> Result<()> {
        let Some(builder) = building.0.take() else { return Ok(()) };
        let work = self.work()?;
        let (segment, left) = builder.finish(work.opstamp).map_err(|error| self.error(error))?;
        work.left().push(left.within(work.share()));
        work.pending.lock().unwrap_or_else(PoisonError::into_inner).segments.push(segment);
        Ok(())
    }

    /// Deletes the article of a source key.
    pub(crate) fn remove(&self, key: &SourceKey) -> Result<()> {
        self.work()?.pending.lock().unwrap_or_else(PoisonError::into_inner).delete(key.to_term());
        Ok(())
    }

    /// Returns when this writer began, by the clock of the index's file system, in nanoseconds since 1970.
    pub(crate) fn started(&self) -> i64 {
        self.lock.started()
    }

    /// Returns the folder of the index.
    pub(crate) fn path(&self) -> &Path {
        self.index.place.path()
    }

    pub(super) fn begin_default(&mut self) -> Result<()> {
        self.begin(1, 64 << 20)
    }

    fn work(&self) -> Result<&Work> {
        self.work.as_ref().ok_or_else(|| Error::Internal { detail: "the writer was not begun".to_owned() })
    }

    fn error(&self, error: TantivyError) -> Error {
        self.index.place.refused().unwrap_or_else(|| tantivy_error(self.index.place.path(), error))
    }
}

/// An article that is complete, and ready to be written.
pub(crate) struct Prepared {
    /// The article, with its id, language and number of words.
    pub(crate) article: Article,
    /// The hash of its content.
    pub(crate) hash: ContentHash,
    json: Vec<u8>,
}

impl Prepared {
    /// Completes an article; `default_language` is that of articles whose own is not known.
    pub(crate) fn new(mut article: Article, default_language: Option<&str>) -> Result<Prepared> {
        complete(&mut article, default_language);
        // Most of the JSON is the body; what else there is has room, as a rule.
        let mut json =
            Vec::with_capacity(1024 + article.body.iter().map(|paragraph| paragraph.len() + 8).sum::<usize>());
        serde_json::to_writer(&mut json, &article).map_err(|error| Error::Internal { detail: error.to_string() })?;
        Ok(Prepared { article, hash: ContentHash::of(&json), json })
    }
}

/// Puts in what the article does not bring itself: its id, its language, its number of words.
fn complete(article: &mut Article, default_language: Option<&str>) {
    article.id = article.source.path_id().into();
    article.word_count = article.body.iter().map(|paragraph| count_words(paragraph)).sum();
    if article.language.is_none() {
        article.language = told_language(article, default_language);
    }
}

fn told_language(article: &Article, default: Option<&str>) -> Option<Language> {
    // Enough to tell the language by; a long article is not copied for it.
    let mut sample = String::with_capacity(2000);
    let texts = article.headline.iter().chain(&article.standfirst).chain(&article.body);
    for text in texts.chain(article.captions.iter().map(|caption| &caption.text)) {
        if sample.len() > 1000 {
            break;
        }
        sample.push_str(text);
        sample.push('\n');
    }
    let detected = detect(&sample).map(|code| (code, LanguageOrigin::Detected));
    let told = detected.or(default.map(|code| (code, LanguageOrigin::Default)));
    told.map(|(code, origin)| Language { code: code.to_owned(), origin })
}

/// The longest corpus name and path together, in bytes: a term of tantivy holds no more than twice as much.
const LONGEST_KEY: usize = 32_000;

/// Checks that an article can be kept: that its key and numbers can be written and read again.
pub(crate) fn check_article(article: &Article) -> Result<()> {
    let SourceKey { corpus, path, .. } = &article.source;
    let wrong = |option, problem: String| Err(Error::Options { option, problem });
    if corpus.contains('\0') || path.contains('\0') {
        return wrong("id", "a corpus's name, a path and an id hold no NUL character".to_owned());
    }
    let native_id = article.native_id.as_ref().map_or(0, String::len);
    if corpus.len() + path.len().max(native_id) > LONGEST_KEY {
        return wrong("id", format!("a path or id is longer than {LONGEST_KEY} bytes"));
    }
    let infinite = |value: &Value| matches!(value, Value::Number(number) if !number.is_finite());
    match article.extra.iter().find(|(_, value)| infinite(value)) {
        Some((name, _)) => wrong("extra", format!("`{name}` is no finite number")),
        None => Ok(()),
    }
}
