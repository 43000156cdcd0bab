//! What an index was made from: corpora, sources, fingerprints, and what each article's content was. It is read by
//! writers only; searching never needs it.
//!
//! Every commit has a manifest of its own, written before it and named in it, so that both change at one moment. Its
//! file is read by every run, also by those that find nothing to do, so it is compact and has the digest of the articles
//! in it, which is computed only where something changes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::coverage::Marks;
use super::digest::{Digest, Digests, Key};
use super::missing::{Missing, Trace};
use super::settings::Settings;
use super::tombstones::{Tombstone, Tombstones};
use crate::issue::{Issue, IssueFacts};
use crate::{Code, Error, ExtraKind, Result, SourceKey};

/// What an index was made from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The number of the commit that it belongs to.
    pub(crate) generation: u64,
    /// The version of Newshound that wrote it.
    pub(crate) written_by: String,
    /// Whether the commit depends on its articles and on nothing else.
    pub(crate) is_canonical: bool,
    /// The corpora by name.
    pub(crate) corpora: BTreeMap<String, CorpusEntry>,
    /// The articles that were taken down and stay out.
    pub(crate) tombstones: Tombstones,
    /// The declared fields of the index, and whether it is compact. `meta.json` tells it too, and may be lost.
    pub(crate) extra: BTreeMap<String, ExtraKind>,
    pub(crate) compact: bool,
    /// What is missing since a repair. It stands behind the rest, and only where there is something, so that manifests from
    /// before there was this are read as they are.
    #[serde(skip)]
    pub(crate) missing: Missing,
    /// What METS says of pages, by corpus, for the runs in which it is as it was. It stands behind `missing` where there is some.
    #[serde(skip)]
    pub(crate) issues: BTreeMap<String, Vec<Issue>>,
}

/// What is known of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct CorpusEntry {
    /// The folder that it was last read from, empty where the index is canonical, which tells of no machine; none where an
    /// application supplied it.
    pub(crate) root: Option<String>,
    /// How it was read.
    pub(crate) settings: Settings,
    /// When the run that last walked it began, as a file time of the index's file system, in nanoseconds since 1970.
    /// A source as young may have changed after it was read, within the same tick.
    pub(crate) started: i64,
    /// The version of Newshound that last walked it.
    pub(crate) read_by: String,
    /// The formats that this build of it reads, in the order of names.
    pub(crate) formats: Vec<String>,
    /// The sources by path.
    pub(crate) sources: Sources,
}

/// The sources of a corpus by path. Copies are one until one of them changes, for there may be millions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sources(Arc<BTreeMap<String, SourceEntry>>);

impl Deref for Sources {
    type Target = BTreeMap<String, SourceEntry>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Sources {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl Sources {
    /// Returns them as a map of their own.
    pub(crate) fn into_map(self) -> BTreeMap<String, SourceEntry> {
        Arc::unwrap_or_clone(self.0)
    }
}

impl From<BTreeMap<String, SourceEntry>> for Sources {
    fn from(sources: BTreeMap<String, SourceEntry>) -> Sources {
        Sources(Arc::new(sources))
    }
}

impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        BTreeMap::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sources, D::Error> {
        BTreeMap::deserialize(deserializer).map(Sources::from)
    }
}

/// An article of a source: its record (0 for the only one), its hash, and what of its fields it has.
pub(crate) type ArticleEntry = (u32, ContentHash, Marks);

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SourceEntry {
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its time of modification in nanoseconds since 1970.
    pub(crate) modified: i64,
    /// The hash of its bytes, or of the supplied article.
    pub(crate) hash: ContentHash,
    /// The articles that it gave.
    pub(crate) articles: Vec<ArticleEntry>,
    /// How many of its records were rejected.
    pub(crate) rejected: u64,
    /// How many of its articles were taken down, and stay out.
    pub(crate) kept_out: u64,
    /// How many warnings it gave.
    pub(crate) warnings: u64,
    /// The name of the format that it was read as; none where it was not, or an application supplied it.
    pub(crate) format: Option<Box<str>>,
    /// Why its content was not read as news, where it was not; of a file of an archive also that it is stale.
    #[serde(with = "code_by_name")]
    pub(crate) skipped: Option<Code>,
}

impl SourceEntry {
    /// Returns the hash of the article of a record.
    pub(crate) fn article(&self, record: u32) -> Option<ContentHash> {
        let place = self.articles.binary_search_by_key(&record, |(record, ..)| *record).ok()?;
        Some(self.articles[place].1)
    }

    /// Tells whether both say the same of everything but the time, which is only a shortcut.
    fn is_same_but_for_time(&self, other: &SourceEntry) -> bool {
        let SourceEntry { size, modified: _, hash, articles, rejected, kept_out, warnings, format, skipped } = self;
        // A canonical index does not tell the bytes of sources.
        let is_told = *hash != ContentHash::default();
        (!is_told || (size, hash) == (&other.size, &other.hash))
            && *articles == other.articles
            && (rejected, kept_out) == (&other.rejected, &other.kept_out)
            && (warnings, format, skipped) == (&other.warnings, &other.format, &other.skipped)
    }

    /// Has the next run read it, whatever is known of it.
    pub(crate) fn read_again(&mut self) {
        self.hash = ContentHash::default();
        self.modified = i64::MIN;
    }
}

/// A code is written by its name, which stays what it is where others come and go.
mod code_by_name {
    use serde::de::IntoDeserializer as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::Code;

    pub(super) fn serialize<S: Serializer>(code: &Option<Code>, serializer: S) -> Result<S::Ok, S::Error> {
        code.map(Code::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Code>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        name.map(|name| Code::deserialize(name.into_deserializer())).transpose()
    }
}

/// What a run found of one corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CorpusUpdate {
    /// Its name.
    pub(crate) name: String,
    /// What is known of it now; of its sources only those that are new or of which something else is known.
    pub(crate) entry: CorpusEntry,
    /// The paths of sources that are gone.
    pub(crate) gone: Vec<String>,
    /// Whether the corpus itself is gone, with all its sources.
    pub(crate) is_gone: bool,
    /// Whether nothing is in it any more, as the user says.
    pub(crate) is_emptied: bool,
    /// Articles that were taken down by their number alone, as what they are known by now that they were read.
    pub(crate) recognised: Vec<Tombstone>,
    /// What METS says of pages now, where that is not what is known.
    pub(crate) issues: Option<Vec<Issue>>,
}

/// The first half of a BLAKE3 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub(crate) struct ContentHash([u8; 16]);

impl ContentHash {
    /// Returns the hash of bytes.
    pub(crate) fn of(bytes: &[u8]) -> ContentHash {
        let hash = blake3::hash(bytes);
        ContentHash(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
    }

    /// Returns the hash of all that there is to read, and how many bytes it was.
    pub(crate) fn of_reader(reader: impl io::Read) -> io::Result<(ContentHash, u64)> {
        let mut hasher = blake3::Hasher::new();
        let read = hasher.update_reader(reader)?.count();
        Ok((ContentHash(*hasher.finalize().as_bytes().first_chunk().expect("a hash has 32 bytes")), read))
    }

    /// Returns the hash of these bytes of its own.
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> ContentHash {
        ContentHash(bytes)
    }

    /// Returns the hash's own bytes.
    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// What a manifest's file begins with.
const MAGIC: &[u8; 8] = b"newshnd\n";
/// The version of the form; a file of another one is not read.
const VERSION: u32 = 4;
/// Magic and version; the hash of all that follows it; the digest of the articles. What comes after is the manifest.
const HASH_AT: usize = MAGIC.len() + size_of::<u32>();
const DIGEST_AT: usize = HASH_AT + HASH_LENGTH;
const BODY_AT: usize = DIGEST_AT + HASH_LENGTH;
const HASH_LENGTH: usize = 32;

impl CorpusEntry {
    /// Returns the folder that it was last read from, where that is told.
    pub(crate) fn folder(&self) -> Option<&str> {
        self.root.as_deref().filter(|root| !root.is_empty())
    }
}

impl Manifest {
    /// Takes out what is not of the articles: folders, times, and the bytes of sources, which a checkout with other line ends
    /// has otherwise. The next run reads every source, and writes what is another article.
    pub(super) fn make_canonical(&mut self) -> Result<()> {
        self.is_canonical = true;
        // Of these none is told, or there would be no canonical index.
        self.missing = Missing::default();
        self.issues = BTreeMap::new();
        for entry in self.corpora.values_mut() {
            entry.root = entry.root.as_ref().map(|_| String::new());
            entry.started = 0;
            for source in entry.sources.values_mut() {
                (source.size, source.modified, source.hash) = (0, i64::MIN, ContentHash::default());
            }
        }
        // The number of the commit is in the name of the manifest's file. It is no history either, and of all that is in the
        // file: the last commit's must not be written over with another.
        self.generation = 0;
        let hash = blake3::hash(&self.to_bytes()?);
        self.generation = u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"));
        Ok(())
    }

    /// Returns the memory that it takes, in bytes, roughly.
    pub(crate) fn memory(&self) -> u64 {
        // A source's place in a tree that is two thirds full, its path, and its list of articles.
        const SOURCE: usize = (size_of::<String>() + size_of::<SourceEntry>()) * 3 / 2 + 48;
        let sources = self.corpora.values().flat_map(|entry| entry.sources.iter());
        let memory = |(path, source): (&String, &SourceEntry)| {
            SOURCE + path.len() + source.articles.capacity() * size_of::<ArticleEntry>()
        };
        const PAGE: usize = 2 * size_of::<String>() + 16;
        let of_issue = |issue: &Issue| {
            let IssueFacts { newspaper, published, number, language } = &issue.facts;
            let facts: usize = [newspaper, published, number, language].into_iter().flatten().map(String::len).sum();
            let pages: usize = issue.pages.iter().map(|(path, number)| PAGE + path.len() + number.len()).sum();
            size_of::<Issue>() + issue.path.len() + facts + pages
        };
        let issues: usize = self.issues.values().flatten().map(of_issue).sum();
        (sources.map(memory).sum::<usize>() + issues) as u64
    }

    /// Returns the number of sources and of articles of a corpus.
    pub(crate) fn counts(&self, corpus: &str) -> (u64, u64) {
        let Some(entry) = self.corpora.get(corpus) else { return (0, 0) };
        let articles = entry.sources.values().map(|source| source.articles.len() as u64).sum();
        (entry.sources.len() as u64, articles)
    }

    /// Returns the hash of an article.
    pub(crate) fn hash_of(&self, key: &SourceKey) -> Option<ContentHash> {
        self.corpora.get(&key.corpus)?.sources.get(&key.path)?.article(key.record.unwrap_or(0))
    }

    /// Strikes from what is missing what is there again: at its place, from a source of the same bytes at any place, which was
    /// read and gave what it has, or with its own id, of which `has_id` tells whether an article of a corpus has it.
    pub(super) fn strike_found(&mut self, has_id: impl Fn(&str, &str) -> bool) {
        let mut missing = std::mem::take(&mut self.missing);
        let mut read: BTreeMap<&str, HashSet<ContentHash>> = BTreeMap::new();
        for corpus in missing.articles.keys().map(|key| key.corpus.as_str()).collect::<BTreeSet<_>>() {
            let sources = self.corpora.get(corpus).into_iter().flat_map(|corpus| corpus.sources.values());
            let hashes = sources.map(|source| source.hash).filter(|hash| *hash != ContentHash::default());
            read.insert(corpus, hashes.collect());
        }
        let is_there = |key: &SourceKey, trace: &Trace| {
            self.hash_of(key).is_some()
                || read.get(key.corpus.as_str()).is_some_and(|read| read.contains(&trace.source))
                || trace.native_id.as_ref().is_some_and(|id| has_id(&key.corpus, id))
        };
        let found: BTreeSet<_> =
            missing.articles.iter().filter(|(key, trace)| is_there(key, trace)).map(|(key, _)| key.clone()).collect();
        drop(read);
        missing.articles.retain(|key, _| !found.contains(key));
        self.missing = missing;
    }

    /// Returns every article by its source key, in the order of keys, and the hash of each.
    pub(super) fn articles(&self) -> impl Iterator<Item = (Key<'_>, ContentHash)> {
        let sources = self.corpora.iter().flat_map(|(corpus, entry)| {
            entry.sources.iter().map(move |(path, source)| (corpus.as_str(), path.as_str(), source))
        });
        sources.flat_map(|(corpus, path, source)| {
            source.articles.iter().map(move |(record, hash, _)| (Key { corpus, path, record: *record }, *hash))
        })
    }

    /// Returns the digests of an index with this manifest.
    pub(crate) fn digests(&self) -> Digests {
        Digests::of(self.articles(), &self.extra)
    }

    /// Keeps out what others keep out too, and tells whether that is more than before. Then the sources of its corpora are to be
    /// read again: any of them may have such an article.
    pub(crate) fn keep_out(&mut self, tombstones: &Tombstones) -> bool {
        let new: Vec<_> = tombstones.iter().filter(|stone| !self.tombstones.has(stone)).cloned().collect();
        for stone in &new {
            if let Some(corpus) = self.corpora.get_mut(&stone.source.corpus) {
                corpus.sources.values_mut().for_each(SourceEntry::read_again);
            }
            self.tombstones.insert(stone.clone());
        }
        !new.is_empty()
    }

    /// Tells whether an update changes anything but times, which are not worth a commit.
    pub(crate) fn is_changed_by(&self, update: &CorpusUpdate) -> bool {
        if update.is_emptied && self.missing.articles.keys().any(|key| key.corpus == update.name) {
            return true;
        }
        let Some(known) = self.corpora.get(&update.name) else { return !update.is_gone };
        let CorpusEntry { root, settings, started: _, read_by, formats, sources } = &update.entry;
        let is_known = |path: &String, source: &SourceEntry| {
            known.sources.get(path).is_some_and(|known| known.is_same_but_for_time(source))
        };
        let is_elsewhere = if self.is_canonical { root.is_some() != known.root.is_some() } else { *root != known.root };
        update.is_gone
            || is_elsewhere
            // A canonical index has none of it.
            || (update.issues.is_some() && !self.is_canonical)
            || (settings, read_by, formats) != (&known.settings, &known.read_by, &known.formats)
            || update.gone.iter().any(|path| known.sources.contains_key(path))
            || !sources.iter().all(|(path, source)| is_known(path, source))
    }

    /// Enters what a run found.
    pub(crate) fn enter(&mut self, update: CorpusUpdate) {
        if update.is_emptied {
            self.missing.strike_corpus(&update.name);
        }
        update.recognised.into_iter().for_each(|stone| self.tombstones.recognise(stone));
        if update.is_gone {
            self.corpora.remove(&update.name);
            self.issues.remove(&update.name);
            return;
        }
        if update.entry.root.is_none() {
            // What an application supplies has no METS, also in the place of a folder.
            self.issues.remove(&update.name);
        }
        if let Some(issues) = update.issues {
            self.issues.insert(update.name.clone(), issues);
            self.issues.retain(|_, issues| !issues.is_empty());
        }
        let known = self.corpora.entry(update.name).or_default();
        let mut sources = std::mem::take(&mut known.sources);
        for path in &update.gone {
            sources.remove(path);
        }
        sources.extend(update.entry.sources.into_map());
        *known = CorpusEntry { sources, ..update.entry };
    }

    /// Returns the file of a manifest: the same bytes for the same manifest.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; BODY_AT];
        bytes[..MAGIC.len()].copy_from_slice(MAGIC);
        bytes[MAGIC.len()..HASH_AT].copy_from_slice(&VERSION.to_le_bytes());
        bytes[DIGEST_AT..BODY_AT].copy_from_slice(Digests::of(self.articles(), &self.extra).content.as_bytes());
        let failed = |error: postcard::Error| Error::Internal { detail: format!("the manifest: {error}") };
        let mut bytes = postcard::to_extend(self, bytes).map_err(failed)?;
        if !self.missing.is_empty() || !self.issues.is_empty() {
            bytes = postcard::to_extend(&self.missing, bytes).map_err(failed)?;
        }
        if !self.issues.is_empty() {
            bytes = postcard::to_extend(&self.issues, bytes).map_err(failed)?;
        }
        let hash = blake3::hash(&bytes[DIGEST_AT..]);
        bytes[HASH_AT..DIGEST_AT].copy_from_slice(hash.as_bytes());
        Ok(bytes)
    }

    /// Reads the file of a manifest, or says what is wrong with it.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Manifest, String> {
        let (_, body) = checked(bytes)?;
        let (mut manifest, mut rest) =
            postcard::take_from_bytes::<Manifest>(body).map_err(|error| error.to_string())?;
        let n_behind = rest.len();
        let behind = |_| format!("{n_behind} bytes stand behind its end");
        if !rest.is_empty() {
            (manifest.missing, rest) = postcard::take_from_bytes(rest).map_err(behind)?;
        }
        if !rest.is_empty() {
            (manifest.issues, rest) = postcard::take_from_bytes(rest).map_err(behind)?;
        }
        if rest.is_empty() { Ok(manifest) } else { Err(format!("{n_behind} bytes stand behind its end")) }
    }

    /// Reads no more of the file of a manifest than the digest of the articles.
    pub(super) fn content_of(bytes: &[u8]) -> Result<Digest, String> {
        Ok(checked(bytes)?.0)
    }

    /// Returns the name of the file that a manifest of this generation is kept in.
    pub(super) fn file_name(generation: u64) -> String {
        format!("manifest-{generation}.bin")
    }

    /// Returns the generation of a manifest's file name.
    pub(super) fn generation_of(file_name: &str) -> Option<u64> {
        file_name.strip_prefix("manifest-")?.strip_suffix(".bin")?.parse().ok()
    }
}

/// Splits the file of a manifest into the digest of the articles and the manifest, both as they were written.
fn checked(bytes: &[u8]) -> Result<(Digest, &[u8]), String> {
    let (Some(head), Some(body)) = (bytes.first_chunk::<BODY_AT>(), bytes.get(BODY_AT..)) else {
        return Err(format!("it ends after {} bytes", bytes.len()));
    };
    if !head.starts_with(MAGIC) {
        return Err("it does not begin as a manifest does".to_owned());
    }
    let (version, hash, digest) = (&head[MAGIC.len()..HASH_AT], &head[HASH_AT..DIGEST_AT], &head[DIGEST_AT..]);
    if version != VERSION.to_le_bytes() {
        return Err(format!("its form is not {VERSION}, which this program reads"));
    }
    if blake3::hash(&bytes[DIGEST_AT..]).as_bytes() != hash {
        return Err("its bytes are not those that were written".to_owned());
    }
    let digest: &[u8; HASH_LENGTH] = digest.first_chunk().expect("the head is as long as its parts");
    Ok((Digest::from_bytes(*digest), body))
}

#[cfg(test)]
mod tests;
