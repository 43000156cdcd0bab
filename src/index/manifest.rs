//! What an index was made from: corpora, sources, fingerprints, and what each article's content was. It is read by
//! writers only; searching never needs it.
//!
//! Every commit has a manifest of its own, written before it and named in it, so that both change at one moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Code, DateOrder};

/// What an index was made from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The number of the commit that it belongs to.
    pub(crate) generation: u64,
    /// The version of Newshound that wrote it.
    pub(crate) written_by: String,
    /// The corpora by name.
    pub(crate) corpora: BTreeMap<String, CorpusEntry>,
}

/// What is known of a corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct CorpusEntry {
    /// The folder that it was last read from; none where an application supplied it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) root: Option<String>,
    /// How it was read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) settings: Settings,
    /// When the run that last walked it began, as a file time of the index's file system, in nanoseconds since 1970.
    /// A source as young may have changed after it was read, within the same tick.
    #[serde(default)]
    pub(crate) started: i64,
    /// The version of Newshound that last walked it.
    #[serde(default)]
    pub(crate) read_by: String,
    /// The sources by path.
    pub(crate) sources: BTreeMap<String, SourceEntry>,
}

/// How a corpus is read. A run that names no corpus repeats it; a run that reads it otherwise reads all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Globs of paths to read; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) include: Vec<String>,
    /// Globs of paths to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// How ambiguous dates are read.
    pub(crate) date_order: DateOrder,
    /// Which keys feed which fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) field_map: BTreeMap<String, String>,
    /// The language of articles whose own is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_language: Option<String>,
}

impl Settings {
    /// Tells whether a source gives the same articles under both.
    pub(crate) fn reads_like(&self, other: &Settings) -> bool {
        (self.date_order, &self.field_map, &self.default_language)
            == (other.date_order, &other.field_map, &other.default_language)
    }
}

fn is_default(settings: &Settings) -> bool {
    *settings == Settings::default()
}

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct SourceEntry {
    /// Its size in bytes.
    #[serde(rename = "s")]
    pub(crate) size: u64,
    /// Its time of modification in nanoseconds since 1970.
    #[serde(rename = "m")]
    pub(crate) modified: i64,
    /// The hash of its bytes, or of the supplied article.
    #[serde(rename = "h")]
    pub(crate) hash: ContentHash,
    /// The articles that it gave: record (0 for the only one), hash of the article.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) articles: Vec<(u32, u64)>,
    /// How many of its records were rejected.
    #[serde(rename = "r", default, skip_serializing_if = "is_zero")]
    pub(crate) rejected: u64,
    /// How many warnings it gave.
    #[serde(rename = "w", default, skip_serializing_if = "is_zero")]
    pub(crate) warnings: u64,
    /// Why its content was not read as news, where it was not.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<Code>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The first half of a BLAKE3 hash, in hexadecimal digits where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct ContentHash(u128);

impl ContentHash {
    /// Returns the hash of bytes.
    pub(crate) fn of(bytes: &[u8]) -> ContentHash {
        let hash = blake3::hash(bytes);
        let half = hash.as_bytes().first_chunk::<16>().expect("a hash has 32 bytes");
        ContentHash(u128::from_be_bytes(*half))
    }

    /// Returns the part of the hash that tells the versions of one article apart.
    pub(crate) fn short(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> String {
        format!("{:032x}", hash.0)
    }
}

impl TryFrom<String> for ContentHash {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<ContentHash, Self::Error> {
        u128::from_str_radix(&text, 16).map(ContentHash)
    }
}

impl Manifest {
    /// Returns the number of sources and of articles of a corpus.
    pub(crate) fn counts(&self, corpus: &str) -> (u64, u64) {
        let Some(entry) = self.corpora.get(corpus) else { return (0, 0) };
        let articles = entry.sources.values().map(|source| source.articles.len() as u64).sum();
        (entry.sources.len() as u64, articles)
    }

    /// Returns the name of the file that a manifest of this generation is kept in.
    pub(super) fn file_name(generation: u64) -> String {
        format!("manifest-{generation}.json")
    }

    /// Returns the generation of a manifest's file name.
    pub(super) fn generation_of(file_name: &str) -> Option<u64> {
        file_name.strip_prefix("manifest-")?.strip_suffix(".json")?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let mut manifest = Manifest { generation: 3, ..Manifest::default() };
        let source = SourceEntry {
            size: 9,
            modified: -4,
            hash: ContentHash::of(b"x"),
            articles: vec![(0, u64::MAX)],
            skipped: Some(Code::EmptyFile),
            ..SourceEntry::default()
        };
        manifest.corpora.entry("a".into()).or_default().sources.insert("b/c.txt".into(), source);
        let json = serde_json::to_vec(&manifest).expect("it serialises");
        assert_eq!(serde_json::from_slice::<Manifest>(&json).expect("it reads"), manifest);
        assert_eq!(manifest.counts("a"), (1, 1));
        assert_eq!(Manifest::generation_of(&Manifest::file_name(3)), Some(3));
    }
}
