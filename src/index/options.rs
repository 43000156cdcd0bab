//! What an index is created with, and keeps: its schema and its settings tell, and nothing else does.

use std::collections::BTreeMap;

use tantivy::IndexSettings;
use tantivy::store::{Compressor, ZstdCompressor};

use crate::extra::check_name;
use crate::{Error, ExtraKind, Result};

/// What an index is created with.
///
/// ```
/// use newshound::{ExtraKind, Index, IndexOptions};
///
/// let mut options = IndexOptions::default();
/// options.extra.insert("desk".into(), ExtraKind::Keyword);
/// let index = Index::in_memory_with(&options)?;
/// assert_eq!(index.options(), options);
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct IndexOptions {
    /// The fields of [`Article::extra`](crate::Article::extra) that can be searched, as `x.NAME`, and sorted by. A name has
    /// 1 to 64 lower-case letters, digits, `_` and `-`.
    pub extra: BTreeMap<String, ExtraKind>,
    /// Keep articles in larger blocks, compressed more strongly: a smaller index, built and read more slowly. Answers are
    /// the same. Stock tantivy reads its articles with the feature `zstd-compression` only, which it does not have by itself.
    pub compact: bool,
}

/// How an index is opened.
///
/// ```
/// use newshound::{Index, OpenOptions};
///
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let dir = folder.path().join("index");
/// Index::create(&dir)?;
/// let mut options = OpenOptions::default();
/// options.verify = true;
/// Index::open_with(&dir, &options)?;
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Read every file and compare it with its checksum first. Without, only the length and the end of each are looked at.
    pub verify: bool,
}

/// Zstandard's level, and the size of its blocks, for a compact index.
const LEVEL: i32 = 9;
const COMPACT_BLOCK: usize = 256 << 10;
/// To read one article its whole block is expanded: a block holds one of usual length, or a few that are short.
const BLOCK: usize = 4 << 10;

impl IndexOptions {
    /// Checks the names of fields.
    pub(super) fn check(&self) -> Result<()> {
        self.extra.keys().try_for_each(|name| check_name(name))
    }

    pub(super) fn settings(&self) -> IndexSettings {
        if !self.compact {
            return IndexSettings { docstore_blocksize: BLOCK, ..IndexSettings::default() };
        }
        let zstd = ZstdCompressor { compression_level: Some(LEVEL) };
        IndexSettings {
            docstore_compression: Compressor::Zstd(zstd),
            docstore_blocksize: COMPACT_BLOCK,
            ..IndexSettings::default()
        }
    }

    /// Tells whether settings are those of a compact index.
    pub(super) fn is_compact(settings: &IndexSettings) -> bool {
        matches!(settings.docstore_compression, Compressor::Zstd(_))
    }

    /// Fails where an index was created with other options than these.
    pub(super) fn check_same(&self, index: &IndexOptions, path: &std::path::Path) -> Result<()> {
        let (option, has, asked) = if self.extra != index.extra {
            ("extra", fields(&index.extra), fields(&self.extra))
        } else if self.compact != index.compact {
            let named = |compact: bool| if compact { "compact articles" } else { "articles that are not compact" };
            ("compact", named(index.compact).to_owned(), named(self.compact).to_owned())
        } else {
            return Ok(());
        };
        let problem = format!(
            "{}: this index has {has}, not {asked}; an index keeps what it was made with: make a new one in another folder",
            path.display()
        );
        Err(Error::Options { option, problem })
    }
}

fn fields(extra: &BTreeMap<String, ExtraKind>) -> String {
    if extra.is_empty() {
        return "no fields of its own".to_owned();
    }
    let fields: Vec<String> = extra.iter().map(|(name, kind)| format!("{name}:{kind}")).collect();
    format!("the fields {}", fields.join(" "))
}
