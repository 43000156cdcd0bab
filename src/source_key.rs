//! Where an article came from: which corpus, which file, which record of it. Never a path of this machine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The file that makes a folder an index. A corpus that holds such a folder leaves it out.
pub(crate) const INDEX_MARKER: &str = "newshound.json";

/// The place of an article in its corpus, the same on every machine.
///
/// Keys order by corpus, then path (by bytes), then record, which is the order in which a corpus is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct SourceKey {
    /// The corpus's name.
    pub corpus: String,
    /// The path of the source relative to the corpus, with `/` on every system.
    pub path: String,
    /// The record's number from 1 in a source that can hold several articles; none in one that holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u32>,
}

impl SourceKey {
    /// Returns the key of an article in `path` of `corpus`.
    pub fn new(corpus: impl Into<String>, path: impl Into<String>, record: Option<u32>) -> SourceKey {
        SourceKey { corpus: corpus.into(), path: path.into(), record }
    }

    /// Returns the key as one string that is unique in an index and sorts as the key does.
    ///
    /// Corpus names and paths hold no NUL, so that it can part them.
    pub(crate) fn to_term(&self) -> String {
        format!("{}\0{}\0{:010}", self.corpus, self.path, self.record.unwrap_or(0))
    }

    /// Reads a key as [`to_term`](SourceKey::to_term) writes it.
    pub(crate) fn from_term(term: &str) -> Option<SourceKey> {
        let mut parts = term.split('\0');
        let (corpus, path, record) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
        Some(SourceKey::new(corpus, path, (record > 0).then_some(record)))
    }

    /// Returns the id that an article has when it brings none of its own: its path, and its record if it has one.
    pub(crate) fn path_id(&self) -> String {
        match self.record {
            Some(record) => format!("{}#{record}", self.path),
            None => self.path.clone(),
        }
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.corpus, self.path)?;
        self.record.map_or(Ok(()), |record| write!(f, "#{record}"))
    }
}

/// Tells whether a path is that of a source or of a file in it.
pub(crate) fn is_within(path: &str, source: &str) -> bool {
    path.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with("!/"))
}

/// Returns what a file is called without the ending that says that it is packed: `a.html` for `a.html.gz`.
pub(crate) fn name_within(path: &str) -> &str {
    let endings = [".gz", ".zst", ".bz2", ".xz"];
    let end = endings.iter().find_map(|ending| {
        let at = path.len().checked_sub(ending.len())?;
        path.get(at..)?.eq_ignore_ascii_case(ending).then_some(at)
    });
    &path[..end.unwrap_or(path.len())]
}
