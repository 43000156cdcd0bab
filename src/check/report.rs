//! What a check found: plain data, in the order of corpora, paths and records.

use crate::{Digests, Notice, SourceKey};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CheckReport {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Whether nothing differs at all: not the articles, nor the versions, nor the settings.
    pub same: bool,
    /// Whether the articles are the same, whatever versions and settings are.
    pub same_content: bool,
    /// Versions that are others now.
    pub upgrade: Vec<VersionChange>,
    /// Settings that are others now.
    pub settings: Vec<SettingsChange>,
    /// Fields that fewer articles have now, by more than [`CheckOptions::coverage_drop`](crate::CheckOptions::coverage_drop).
    pub coverage: Vec<CoverageDrop>,
    /// The digests of what was there.
    pub digests_then: Digests,
    /// The digests of what there would be.
    pub digests_now: Digests,
    /// The corpora that were checked, by name.
    pub corpora: Vec<CheckedCorpus>,
    /// How many articles and sources are what; none where a lock file without details was all there was to compare with.
    pub counts: Option<ChangeCounts>,
    /// Every article that differs, and every source that cannot be read. Empty where a lock file without details was
    /// all there was to compare with.
    pub differences: Vec<Difference>,
    /// The names of corpora whose root is missing or newly empty, so that nothing can be said of them.
    pub failed_corpora: Vec<String>,
    /// The number of articles in the sources that were taken down, and stay out.
    pub kept_out: u64,
    /// Bytes read from sources.
    pub bytes_read: u64,
    /// Every skip, rejection and warning, in the order of corpora and paths.
    pub notices: Vec<Notice>,
}

/// A version that is another now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VersionChange {
    /// What has the version.
    pub part: VersionedPart,
    /// The version then.
    pub then: String,
    /// The version now.
    pub now: String,
}

/// What has a version that articles or their places in an answer depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum VersionedPart {
    /// Newshound itself.
    Program,
    /// The form of the index.
    Format,
    /// How text becomes terms.
    Analyzer,
    /// How hits are ordered.
    Ranking,
    /// Which formats the program was built with.
    Formats,
}

impl VersionedPart {
    /// Returns the part's name as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            VersionedPart::Program => "program",
            VersionedPart::Format => "format",
            VersionedPart::Analyzer => "analyzer",
            VersionedPart::Ranking => "ranking",
            VersionedPart::Formats => "formats",
        }
    }
}

/// A setting of a corpus that is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SettingsChange {
    /// The corpus's name.
    pub corpus: String,
    /// The setting's name, as options are called.
    pub setting: &'static str,
    /// Its value then.
    pub then: String,
    /// Its value now.
    pub now: String,
}

/// A field that fewer articles of a corpus and format have than before.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CoverageDrop {
    /// The corpus's name.
    pub corpus: String,
    /// The format's name.
    pub format: String,
    /// The field, by its name in [`Coverage`](crate::Coverage); `sound` for articles without a warning.
    pub field: &'static str,
    /// How many of the articles had it then, in per cent.
    pub then: f64,
    /// How many have it now, in per cent.
    pub now: f64,
}

/// A corpus that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CheckedCorpus {
    /// Its name.
    pub name: String,
    /// The folder that was read; none for a corpus that an application supplies.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub root: Option<String>,
    /// The number of its articles then.
    pub articles_then: u64,
    /// The number of its articles now.
    pub articles_now: u64,
    /// The number of its sources then.
    pub sources_then: u64,
    /// The number of its sources now.
    pub sources_now: u64,
}

/// How many articles and sources are what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChangeCounts {
    /// Articles that are the same.
    pub same: u64,
    /// Articles that are new.
    pub added: u64,
    /// Articles that are others under the same key.
    pub changed: u64,
    /// Articles that are gone.
    pub removed: u64,
    /// Sources with articles that cannot be read now.
    pub unreadable: u64,
}

/// An article that differs, or a source that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Difference {
    /// What became of it.
    pub change: Change,
    /// Why, as far as can be told.
    pub cause: Cause,
    /// Where it stands.
    pub source: SourceKey,
    /// The article's id; the path for a source that cannot be read.
    pub id: String,
    /// The path that the source of a new article had before, where it was only renamed.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub renamed_from: Option<String>,
}

/// What became of an article or source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Change {
    /// An article is new.
    Added,
    /// An article has other content under the same key.
    Changed,
    /// An article is gone.
    Removed,
    /// A source with articles cannot be read now.
    Unreadable,
}

impl Change {
    /// Returns the change's name as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Removed => "removed",
            Change::Unreadable => "unreadable",
        }
    }
}

/// Why an article differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Cause {
    /// The source came, went, changed or cannot be read, or METS says something else of it.
    Source,
    /// The source is as it was and read by other settings.
    Settings,
    /// The source is as it was and read by another version of the program.
    Upgrade,
    /// One of the others: a lock file holds no hashes of sources to tell by.
    Unknown,
    /// Source, settings and version are as they were: the index is not what they give.
    Index,
}

impl Cause {
    /// Returns the cause's name as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Source => "source",
            Cause::Settings => "settings",
            Cause::Upgrade => "upgrade",
            Cause::Unknown => "unknown",
            Cause::Index => "index",
        }
    }
}
