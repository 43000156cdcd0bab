//! Adding, replacing and deleting articles; the only place that commits.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tantivy::directory::error::LockError;
use tantivy::{IndexWriter, TantivyDocument, TantivyError};

use super::Index;
use super::cut_text::{CUT_TEXT, CutTextTokenizer};
use super::directory::{WriteLock, tantivy_error};
use super::manifest::{ContentHash, Manifest};
use super::watched::{FailedWrite, Watched};
use crate::analysis::{Analyzers, count_words, detect};
use crate::{Article, ArticleId, Error, Language, LanguageOrigin, Result, SourceKey, Value};

/// The least memory that tantivy takes for a thread.
const LEAST_MEMORY: usize = 15_000_000;
/// The most memory that tantivy takes for a thread.
const MOST_MEMORY: usize = 4_000_000_000;
/// More threads than this are not used by tantivy's inverter.
const MOST_THREADS: usize = 8;

/// How often tantivy's lock is tried, and how long to wait in between.
const LOCK_ATTEMPTS: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

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
    index: Index,
    lock: WriteLock,
    inverter: Option<IndexWriter<TantivyDocument>>,
    failed_write: FailedWrite,
    /// For [`add`](Writer::add); threads that write at once have their own.
    analyzers: Mutex<Analyzers>,
}

impl Writer {
    /// Takes the lock and reads what the last commit was made from. Nothing is written before something changes.
    pub(super) fn open(index: &Index) -> Result<Writer> {
        let lock = index.place.lock()?;
        let manifest = index.read_manifest()?;
        index.place.remove_other_manifests(manifest.generation)?;
        Ok(Writer {
            manifest,
            index: index.clone(),
            lock,
            inverter: None,
            failed_write: FailedWrite::default(),
            analyzers: Mutex::default(),
        })
    }

    /// Makes the inverter ready.
    pub(crate) fn begin(&mut self, threads: usize, memory: u64) -> Result<()> {
        if self.inverter.is_some() {
            return Ok(());
        }
        let threads = threads.clamp(1, MOST_THREADS);
        let memory = usize::try_from(memory).unwrap_or(usize::MAX) / threads;
        let memory = memory.clamp(LEAST_MEMORY, MOST_MEMORY) * threads;
        let directory = Watched::new(self.index.place.writing()?, self.failed_write.clone());
        let index = tantivy::Index::open(directory).map_err(|error| self.error(error))?;
        index.tokenizers().register(CUT_TEXT, CutTextTokenizer);
        // We hold the lock of writers, so tantivy's own can only be held by what a process that is being started has
        // inherited for a moment.
        let mut attempts = 0;
        let inverter = loop {
            match index.writer_with_num_threads(threads, memory) {
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) if attempts < LOCK_ATTEMPTS => attempts += 1,
                made => break made.map_err(|error| self.error(error))?,
            }
            std::thread::sleep(LOCK_PAUSE);
        };
        // What a run that failed left behind goes first: it may be what fills the disk.
        inverter.garbage_collect_files().wait().map_err(|error| self.error(error))?;
        self.inverter = Some(inverter);
        Ok(())
    }

    /// Adds an article; one of the same id is replaced.
    ///
    /// An article without language is given the one that its text shows, where it shows one.
    ///
    /// # Errors
    ///
    /// An article without id cannot be added.
    pub fn add(&mut self, mut article: Article) -> Result<()> {
        if article.id.as_str().is_empty() && article.source.path.is_empty() {
            return Err(Error::Options { option: "id", problem: "an article needs an id; set Article::id".to_owned() });
        }
        if article.source.path.is_empty() {
            article.source = SourceKey::new(article.source.corpus, article.id.as_str(), None);
        }
        check_article(&article)?;
        self.begin_default()?;
        let prepared = Prepared::new(article, None)?;
        let SourceKey { corpus, path, record } = prepared.article.source.clone();
        let source = self.manifest.corpora.entry(corpus).or_default().sources.entry(path).or_default();
        let record = record.unwrap_or(0);
        let before = source.articles.len();
        source.articles.retain(|(other, _)| *other != record);
        let known = source.articles.len() < before;
        source.articles.push((record, prepared.hash));
        source.articles.sort_unstable();
        let mut analyzers = std::mem::take(self.analyzers.get_mut().unwrap_or_else(PoisonError::into_inner));
        let put = self.put(&prepared, known, &mut analyzers);
        self.analyzers = Mutex::new(analyzers);
        put
    }

    /// Deletes the article of this id, if there is one. What was added since the last commit is found by the id
    /// that it was added under; an article of a folder comes back when that folder is next indexed.
    ///
    /// # Errors
    ///
    /// Where several corpora have an article of this id, none is deleted; `corpus:id` names one of them.
    pub fn delete(&mut self, id: &ArticleId) -> Result<()> {
        let mut keys = BTreeSet::new();
        for (name, corpus) in &self.manifest.corpora {
            if corpus.root.is_none() && corpus.sources.contains_key(id.as_str()) {
                keys.insert(SourceKey::new(name, id.as_str(), None));
            }
        }
        for article in self.index.snapshot()?.articles_named(id.as_str())? {
            let qualified = format!("{}:{}", article.source.corpus, article.id);
            if article.id == *id || qualified == id.as_str() {
                keys.insert(article.source);
            }
        }
        if keys.len() > 1 {
            let corpora: Vec<_> = keys.iter().map(|key| format!("{}:{id}", key.corpus)).collect();
            let problem = format!("several articles have the id `{id}`; name one: {}", corpora.join(", "));
            return Err(Error::Options { option: "id", problem });
        }
        self.begin_default()?;
        keys.iter().try_for_each(|key| self.delete_key(key))
    }

    fn delete_key(&mut self, key: &SourceKey) -> Result<()> {
        self.remove(key)?;
        let Some(corpus) = self.manifest.corpora.get_mut(&key.corpus) else { return Ok(()) };
        let Some(source) = corpus.sources.get_mut(&key.path) else { return Ok(()) };
        source.articles.retain(|(record, _)| *record != key.record.unwrap_or(0));
        // The source still has the article: it is to be read again.
        source.hash = ContentHash::default();
        source.modified = i64::MIN;
        if corpus.root.is_none() && source.articles.is_empty() {
            corpus.sources.remove(&key.path);
        }
        Ok(())
    }

    /// Makes everything since the last commit visible and durable, at once.
    pub fn commit(&mut self) -> Result<()> {
        let Some(mut inverter) = self.inverter.take() else { return Ok(()) };
        let committed = self.commit_with(&mut inverter);
        self.inverter = Some(inverter);
        committed
    }

    fn commit_with(&mut self, inverter: &mut IndexWriter<TantivyDocument>) -> Result<()> {
        let failed = |error| self.error(error);
        let mut prepared = inverter.prepare_commit().map_err(failed)?;
        let mut manifest = self.manifest.clone();
        manifest.generation += 1;
        manifest.written_by = env!("CARGO_PKG_VERSION").to_owned();
        let json = serde_json::to_vec(&manifest).map_err(|error| Error::Internal { detail: error.to_string() })?;
        let name = Manifest::file_name(manifest.generation);
        if let Err(error) = self.index.place.write(&name, &json) {
            prepared.abort().map_err(failed)?;
            self.manifest = self.index.read_manifest()?;
            return Err(error);
        }
        prepared.set_payload(&name);
        prepared.commit().map_err(failed)?;
        // The commit stands: what fails from here on is no reason to say that it does not.
        let generation = manifest.generation;
        self.manifest = manifest;
        let _ = self.index.place.remove_other_manifests(generation);
        let _ = self.index.place.share();
        Ok(())
    }

    /// Forgets everything since the last commit.
    pub fn rollback(&mut self) -> Result<()> {
        if let Some(mut inverter) = self.inverter.take() {
            let rolled_back = inverter.rollback().map_err(|error| self.error(error));
            self.inverter = Some(inverter);
            rolled_back?;
        }
        self.manifest = self.index.read_manifest()?;
        Ok(())
    }

    /// Ends the work: waits for segments that are being merged and removes files that nothing needs any more.
    pub(crate) fn finish(mut self) -> Result<()> {
        let Some(inverter) = self.inverter.take() else { return Ok(()) };
        inverter.garbage_collect_files().wait().map_err(|error| self.error(error))?;
        inverter.wait_merging_threads().map_err(|error| self.error(error))?;
        let _ = self.index.place.share();
        Ok(())
    }

    /// Writes an article under its source key, in place of the one that was there if `known`.
    pub(crate) fn put(&self, prepared: &Prepared, known: bool, analyzers: &mut Analyzers) -> Result<()> {
        let fields = self.index.fields;
        let inverter = self.inverter()?;
        if known {
            inverter.delete_term(fields.key_term(&prepared.article.source));
        }
        let document = fields.document(&prepared.article, &prepared.json, analyzers);
        inverter.add_document(document).map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Deletes the article of a source key.
    pub(crate) fn remove(&self, key: &SourceKey) -> Result<()> {
        self.inverter()?.delete_term(self.index.fields.key_term(key));
        Ok(())
    }

    /// Returns when this writer began, by the clock of the index's file system, in nanoseconds since 1970.
    pub(crate) fn started(&self) -> i64 {
        self.lock.started()
    }

    fn begin_default(&mut self) -> Result<()> {
        self.begin(1, 64 << 20)
    }

    fn inverter(&self) -> Result<&IndexWriter<TantivyDocument>> {
        self.inverter.as_ref().ok_or_else(|| Error::Internal { detail: "the writer was not begun".to_owned() })
    }

    /// Says a failure of tantivy in our terms. One of its threads that cannot write dies, and all that is heard of it
    /// here is that it is gone; then the failed write itself is told.
    fn error(&self, error: TantivyError) -> Error {
        match self.failed_write.take() {
            Some(source) => Error::Io { path: self.index.place.path().to_path_buf(), source },
            None => tantivy_error(self.index.place.path(), error),
        }
    }
}

/// An article that is complete, and ready to be written.
pub(crate) struct Prepared {
    /// The article, with its id, language and number of words.
    pub(crate) article: Article,
    /// The hash of its content.
    pub(crate) hash: u64,
    json: Vec<u8>,
}

impl Prepared {
    /// Completes an article; `default_language` is that of articles whose own is not known.
    pub(crate) fn new(mut article: Article, default_language: Option<&str>) -> Result<Prepared> {
        complete(&mut article, default_language);
        let json = serde_json::to_vec(&article).map_err(|error| Error::Internal { detail: error.to_string() })?;
        Ok(Prepared { article, hash: ContentHash::of(&json).short(), json })
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
    let mut sample = String::new();
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
