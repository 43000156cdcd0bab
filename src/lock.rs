//! A lock file: what an index holds, small enough to stand in a repository. Text in TOML, a line for each thing, sorted,
//! so that two of them are compared by eye, by `diff`, and by a merge.
//!
//! It is written after a commit and at no other time. What it cannot tell, having no hash of any source, is whether an
//! article differs because its source does or because the program reads it otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::analysis::ANALYZER;
use crate::index::{
    ContentHash, CorpusEntry, FORMAT, Manifest, Marks, Settings, SourceEntry, Tombstone, Tombstones, coverage,
};
use crate::similarity::RANKING;
use crate::{Coverage, Digest, Digests, Error, ExtraKind, Index, Result, SourceKey};

/// The form of lock files that this version writes and reads.
const LOCK: u32 = 1;
/// How many hexadecimal digits of an article's hash are written: enough to tell the versions of one article apart.
const DIGITS: usize = 16;

/// What an index holds: digests, versions, counts, and with details the hash of each article.
///
/// ```
/// use newshound::{Index, Lock};
///
/// let lock = Lock::of(&Index::in_memory()?, false)?;
/// assert_eq!(Lock::parse(&lock.to_text())?, lock);
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub(crate) versions: Versions,
    pub(crate) digests: Digests,
    /// The formats that the program reads which read the corpora, in the order of names; none where that is not told.
    pub(crate) formats: Vec<String>,
    /// The declared fields.
    pub(crate) extra: BTreeMap<String, ExtraKind>,
    pub(crate) corpora: BTreeMap<String, LockedCorpus>,
    /// The articles that were taken down.
    pub(crate) tombstones: Tombstones,
    /// The articles, each as corpus, path and record, and the first digits of its hash; none without details.
    articles: Option<BTreeMap<(String, String, u32), String>>,
}

/// What articles, and the order of hits, depend on besides the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Versions {
    pub(crate) program: String,
    pub(crate) format: String,
    pub(crate) analyzer: String,
    pub(crate) ranking: String,
}

/// What a lock file says of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LockedCorpus {
    pub(crate) articles: u64,
    pub(crate) sources: u64,
    /// How many articles of each format have what.
    pub(crate) coverage: Vec<Coverage>,
    pub(crate) settings: Settings,
}

impl Versions {
    /// Returns the versions of this program.
    pub(crate) fn ours() -> Versions {
        let ranking: Vec<u8> = RANKING.iter().flat_map(|number| number.to_le_bytes()).collect();
        Versions {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            format: FORMAT.to_string(),
            analyzer: ANALYZER.to_owned(),
            ranking: format!("{}-{}", RANKING[0], &short(ContentHash::of(&ranking))[..8]),
        }
    }
}

impl Lock {
    /// Returns the lock of an index; `detail` has it tell every article.
    pub fn of(index: &Index, detail: bool) -> Result<Lock> {
        Ok(Lock::of_manifest(&index.read_manifest()?, detail))
    }

    pub(crate) fn of_manifest(manifest: &Manifest, detail: bool) -> Lock {
        let coverage = coverage(manifest);
        let formats: BTreeSet<String> =
            manifest.corpora.values().flat_map(|entry| entry.formats.iter().cloned()).collect();
        let corpora = manifest.corpora.iter().map(|(name, entry)| {
            let (sources, articles) = manifest.counts(name);
            let coverage = coverage.iter().filter(|of_format| of_format.corpus == *name).map(without_doubts).collect();
            (name.clone(), LockedCorpus { articles, sources, coverage, settings: entry.settings.clone() })
        });
        Lock {
            versions: Versions::ours(),
            digests: manifest.digests(),
            formats: formats.into_iter().collect(),
            extra: manifest.extra.clone(),
            corpora: corpora.collect(),
            tombstones: manifest.tombstones.clone(),
            articles: detail.then(|| articles(manifest)),
        }
    }

    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// A file that is not there or cannot be read is an [`Error::Io`]; what is no lock file, or one of another form, is
    /// an [`Error::Options`] that says so.
    pub fn read(path: impl AsRef<Path>) -> Result<Lock> {
        let path = path.as_ref();
        let text = fs::read(path).map_err(Error::io(path))?;
        Lock::parse(&String::from_utf8_lossy(&text)).map_err(|error| match error {
            Error::Options { option, problem } => {
                Error::Options { option, problem: format!("{}: {problem}", path.display()) }
            }
            other => other,
        })
    }

    /// Writes the lock file, whole or not at all. One that says the same already is left as it is.
    ///
    /// # Errors
    ///
    /// What the system refuses is an [`Error::Io`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        // A symbolic link is written through, not replaced.
        let path = fs::canonicalize(&path).unwrap_or_else(|_| path.as_ref().to_path_buf());
        let text = self.to_text();
        if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
            return Ok(());
        }
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.new", std::process::id()));
        let new = path.with_file_name(name);
        let written = write_all(&new, &text).and_then(|()| fs::rename(&new, &path));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written.map_err(Error::io(&path))
    }

    /// Returns the lock as it is written.
    pub fn to_text(&self) -> String {
        let mut text =
            String::from("# Written by `newshound index --lock`; `newshound check --lock` compares with it.\n");
        let Versions { program, format, analyzer, ranking } = &self.versions;
        let mut line = |key: &str, value: &str| text.push_str(&format!("{key} = {value}\n"));
        line("lock", &LOCK.to_string());
        line("newshound", &quoted(program));
        line("format", &quoted(format));
        line("analyzer", &quoted(analyzer));
        line("ranking", &quoted(ranking));
        line("content", &quoted(&self.digests.content.to_string()));
        line("index", &quoted(&self.digests.index.to_string()));
        if !self.formats.is_empty() {
            line(
                "formats",
                &format!("[{}]", self.formats.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")),
            );
        }
        if !self.extra.is_empty() {
            let fields: Vec<_> = self.extra.iter().map(|(name, kind)| format!("{name} = \"{kind}\"")).collect();
            line("extra", &format!("{{ {} }}", fields.join(", ")));
        }
        if !self.tombstones.is_empty() {
            text.push_str("taken_down = [\n");
            for stone in self.tombstones.iter() {
                let SourceKey { corpus, path, record } = &stone.source;
                let [corpus, path, reason] = [corpus, path, &stone.reason].map(|text| quoted(text));
                let id = quoted(stone.native_id.as_deref().unwrap_or_default());
                let hash = stone.text_hash.map(|hash| format!(", \"{hash}\"")).unwrap_or_default();
                let _ = writeln!(text, "  [{corpus}, {path}, {}, {id}, {reason}{hash}],", record.unwrap_or(0));
            }
            text.push_str("]\n");
        }
        if let Some(articles) = &self.articles {
            text.push_str("articles = [\n");
            for ((corpus, path, record), hash) in articles {
                let record = if *record > 0 { format!("{record}, ") } else { String::new() };
                // Writing to a string does not fail.
                let _ = writeln!(text, "  [{}, {}, {record}\"{hash}\"],", quoted(corpus), quoted(path));
            }
            text.push_str("]\n");
        }
        for (name, corpus) in &self.corpora {
            let _ = write!(text, "\n[corpora.{}]\narticles = {}\n", quoted(name), corpus.articles);
            let _ = writeln!(text, "sources = {}", corpus.sources);
            for of_format in &corpus.coverage {
                let fields = of_format.fields().map(|(field, count)| format!("{field} = {count}")).join(", ");
                let (format, articles) = (quoted(&of_format.format), of_format.articles);
                let _ = writeln!(text, "coverage.{format} = {{ articles = {articles}, {fields} }}");
            }
            if corpus.settings != Settings::default() {
                // As JSON on one line: what is seldom there need not be pretty.
                let settings = serde_json::to_string(&corpus.settings).unwrap_or_default();
                let _ = writeln!(text, "settings = {}", quoted(&settings));
            }
        }
        text
    }

    /// Reads what [`to_text`](Lock::to_text) gives.
    ///
    /// # Errors
    ///
    /// What is no lock file, or one of another form, is an [`Error::Options`] that says so.
    pub fn parse(text: &str) -> Result<Lock> {
        match toml::from_str::<Written>(text) {
            Ok(written) if written.lock == LOCK => written.lock(),
            Ok(written) => Err(other_form(written.lock)),
            Err(error) => Err(match toml::from_str::<Form>(text) {
                Ok(form) if form.lock != LOCK => other_form(form.lock),
                _ => wrong(error.message()),
            }),
        }
    }

    /// Tells whether the lock has a line for each article.
    pub fn has_detail(&self) -> bool {
        self.articles.is_some()
    }

    /// Returns how many articles of each corpus and format have what, without what is doubtful of them.
    pub fn coverage(&self) -> impl Iterator<Item = &Coverage> {
        self.corpora.values().flat_map(|corpus| &corpus.coverage)
    }

    /// Returns the names of the corpora.
    pub fn corpora(&self) -> impl Iterator<Item = &str> {
        self.corpora.keys().map(String::as_str)
    }

    /// Returns the articles that were taken down, to be [kept out](crate::IngestOptions::keep_out) of an index that does not know
    /// of it.
    pub fn taken_down(&self) -> impl Iterator<Item = &Tombstone> {
        self.tombstones.iter()
    }

    /// Returns a manifest of the corpora, with no source in it where there are no details. Of its hashes only the first
    /// digits are told, see [`shortened`].
    pub(crate) fn manifest(&self) -> Manifest {
        let mut manifest = Manifest { tombstones: self.tombstones.clone(), ..Manifest::default() };
        for (name, corpus) in &self.corpora {
            let entry = CorpusEntry { settings: corpus.settings.clone(), ..CorpusEntry::default() };
            manifest.corpora.insert(name.clone(), entry);
        }
        for ((corpus, path, record), hash) in self.articles.iter().flatten() {
            let sources = &mut manifest.corpora.entry(corpus.clone()).or_default().sources;
            sources.entry(path.clone()).or_default().articles.push((*record, long(hash), Marks::default()));
        }
        manifest
    }
}

/// Which doubts there are changes with the versions of the program; a lock file has what each of them counts.
fn without_doubts(coverage: &Coverage) -> Coverage {
    Coverage { doubts: BTreeMap::new(), ..coverage.clone() }
}

/// Returns the manifest as a lock file with details would give it back.
pub(crate) fn shortened(manifest: &Manifest) -> Manifest {
    let mut manifest = manifest.clone();
    let sources = manifest.corpora.values_mut().flat_map(|corpus| corpus.sources.values_mut());
    for source in sources {
        let articles =
            source.articles.iter().map(|(record, hash, marks)| (*record, long(&short(*hash)), *marks)).collect();
        *source = SourceEntry { articles, format: source.format.take(), ..SourceEntry::default() };
    }
    manifest
}

fn articles(manifest: &Manifest) -> BTreeMap<(String, String, u32), String> {
    let mut articles = BTreeMap::new();
    for (corpus, entry) in &manifest.corpora {
        for (path, source) in entry.sources.iter() {
            for (record, hash, _) in &source.articles {
                articles.insert((corpus.clone(), path.clone(), *record), short(*hash));
            }
        }
    }
    articles
}

fn short(hash: ContentHash) -> String {
    hash.as_bytes()[..DIGITS / 2].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a hash that begins with these digits, and goes on with noughts.
fn long(digits: &str) -> ContentHash {
    let number = u128::from_str_radix(&format!("{digits:0<32}"), 16).unwrap_or_default();
    ContentHash::from_bytes(number.to_be_bytes())
}

/// Returns text between quotes, as TOML has it: as JSON has it, but for one character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn write_all(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// All that lock files of any form have in common.
#[derive(Deserialize)]
struct Form {
    lock: u32,
}

/// A lock file as TOML.
#[derive(Deserialize)]
struct Written {
    lock: u32,
    newshound: String,
    format: String,
    analyzer: String,
    ranking: String,
    content: String,
    index: String,
    #[serde(default)]
    formats: Vec<String>,
    #[serde(default)]
    extra: BTreeMap<String, ExtraKind>,
    #[serde(default)]
    taken_down: Vec<WrittenTombstone>,
    articles: Option<Vec<WrittenArticle>>,
    #[serde(default)]
    corpora: BTreeMap<String, WrittenCorpus>,
}

#[derive(Deserialize)]
struct WrittenCorpus {
    articles: u64,
    sources: u64,
    /// By format and name, numbers of articles.
    #[serde(default)]
    coverage: BTreeMap<String, BTreeMap<String, u64>>,
    settings: Option<String>,
}

/// An article: with the number of its record where its source can hold several.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenArticle {
    Only(String, String, String),
    Record(String, String, u32, String),
}

/// A tombstone: corpus, path, record, own id, reason, and the hash of the text where it is known by that.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenTombstone {
    OfText(String, String, u32, String, String, Digest),
    Other(String, String, u32, String, String),
}

impl From<WrittenTombstone> for Tombstone {
    fn from(written: WrittenTombstone) -> Tombstone {
        let (corpus, path, record, id, reason, text_hash) = match written {
            WrittenTombstone::OfText(corpus, path, record, id, reason, hash) => {
                (corpus, path, record, id, reason, Some(hash))
            }
            WrittenTombstone::Other(corpus, path, record, id, reason) => (corpus, path, record, id, reason, None),
        };
        let source = SourceKey::new(corpus, path, (record > 0).then_some(record));
        Tombstone { source, native_id: Some(id).filter(|id| !id.is_empty()), text_hash, reason }
    }
}

impl Written {
    fn lock(self) -> Result<Lock> {
        let mut corpora = BTreeMap::new();
        for (name, WrittenCorpus { articles, sources, coverage, settings }) in self.corpora {
            let coverage =
                coverage.into_iter().map(|(format, counts)| Coverage::written(&name, format, &counts)).collect();
            let settings = settings
                .map(|json| serde_json::from_str(&json))
                .transpose()
                .map_err(|error: serde_json::Error| wrong(&error.to_string()))?;
            let settings = settings.unwrap_or_default();
            corpora.insert(name, LockedCorpus { articles, sources, coverage, settings });
        }
        let articles = self.articles.map(|articles| articles.into_iter().map(WrittenArticle::keyed).collect());
        let tombstones = self.taken_down.into_iter().map(Tombstone::from).collect();
        let digests = Digests { content: self.content.parse()?, index: self.index.parse()? };
        let Written { newshound: program, format, analyzer, ranking, formats, extra, .. } = self;
        Ok(Lock {
            versions: Versions { program, format, analyzer, ranking },
            digests,
            formats,
            extra,
            corpora,
            tombstones,
            articles,
        })
    }
}

impl WrittenArticle {
    fn keyed(self) -> ((String, String, u32), String) {
        match self {
            WrittenArticle::Only(corpus, path, hash) => ((corpus, path, 0), hash),
            WrittenArticle::Record(corpus, path, record, hash) => ((corpus, path, record), hash),
        }
    }
}

fn other_form(form: u32) -> Error {
    let problem = format!("it is a lock file of form {form}, this program reads {LOCK}");
    Error::Options { option: "lock", problem }
}

fn wrong(detail: &str) -> Error {
    let problem = format!("this is no lock file: {}; write one with `newshound index --lock FILE`", detail.trim());
    Error::Options { option: "lock", problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::default();
        let source = |articles: &[(u32, &str)]| SourceEntry {
            articles: articles
                .iter()
                .map(|(record, text)| (*record, ContentHash::of(text.as_bytes()), Marks::default()))
                .collect(),
            format: Some("text".into()),
            ..SourceEntry::default()
        };
        let news = manifest.corpora.entry("news".into()).or_default();
        news.sources.insert("a \"b\"\n\u{7f}\u{1}.txt".into(), source(&[(0, "ferry")]));
        news.sources.insert("wire.jsonl".into(), source(&[(1, "bridge"), (2, "toll")]));
        let other = manifest.corpora.entry("other.one".into()).or_default();
        other.settings.exclude = vec!["*.bak".into(), "\"".into()];
        other.settings.date_order = crate::DateOrder::DayFirst;
        other.settings.limits.members = 5;
        other.formats = vec!["csv".into(), "json".into()];
        manifest.tombstones.insert(Tombstone {
            source: SourceKey::new("news", "\"c\".jsonl", Some(3)),
            native_id: Some("c-3".into()),
            text_hash: None,
            reason: "on wish\nof \u{7f}".into(),
        });
        manifest.tombstones.insert(Tombstone {
            source: SourceKey::new("news", "d.jsonl", Some(4)),
            native_id: None,
            text_hash: Some(manifest.digests().content),
            reason: "on wish".into(),
        });
        manifest.extra = [("desk-2".into(), ExtraKind::Keyword), ("7".into(), ExtraKind::Text)].into();
        manifest
    }

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        for detail in [false, true] {
            let lock = Lock::of_manifest(&manifest(), detail);
            assert_eq!(Lock::parse(&lock.to_text()).expect("it reads"), lock);
        }
    }

    #[test]
    fn details_are_a_line_for_each_article_in_the_order_of_keys() {
        let text = Lock::of_manifest(&manifest(), true).to_text();
        let articles = text.lines().skip_while(|line| *line != "articles = [");
        let lines: Vec<&str> = articles.filter(|line| line.starts_with("  [")).collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].starts_with(r#"  ["news", "a \"b\"\n\u007f\u0001.txt", ""#), "{text}");
        assert!(lines[1].starts_with(r#"  ["news", "wire.jsonl", 1, ""#), "{text}");
        assert_eq!(Lock::parse(&text).expect("it reads").manifest().counts("news"), (2, 3));
    }

    #[test]
    fn what_is_no_lock_file_is_told() {
        let told = |text: &str| Lock::parse(text).expect_err("it is no lock file").to_string();
        assert!(told("lock = 99\n").contains("form 99, this program reads 1"));
        for text in ["", "no lock", "lock = 1\n", "<<<<<<< ours\nlock = 1\n"] {
            assert!(told(text).contains("this is no lock file: "), "{text}: {}", told(text));
        }
    }
}
