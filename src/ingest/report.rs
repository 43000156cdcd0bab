//! What a run did: every source and every article counted exactly once. Plain data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Code, Damage, Notice};

/// What an ingest did, or with `dry_run` would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct IngestReport {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// What became of the sources.
    pub sources: SourceCounts,
    /// What became of the articles.
    pub articles: ArticleCounts,
    /// The number of warnings.
    pub warnings: u64,
    /// Whether the index changed: a commit was made, or with `dry_run` would be.
    pub changed: bool,
    /// Whether nothing was written because only a report was asked for.
    pub dry_run: bool,
    /// Whether the run was cancelled; the index is then at its last commit.
    pub cancelled: bool,
    /// Of a rebuild that was cut off before, the sources that need not be read again. Their articles count as unchanged,
    /// and are new in the index.
    pub resumed: u64,
    /// The same of sources of which it had read the beginning: its bytes.
    pub resumed_bytes: u64,
    /// Of a rebuild that was cut off before, the first file that is not what was written, if there is one. Then every source
    /// is read again.
    pub damaged: Option<Damage>,
    /// Of a rebuild that was cancelled, or that waits for a folder of which it had read something, the sources that were read,
    /// and are kept for the same run to go on from. Nothing of them is committed.
    pub kept: u64,
    /// The same of sources of which the beginning was read: its bytes.
    pub kept_bytes: u64,
    /// Bytes read from sources.
    pub bytes_read: u64,
    /// The names of corpora whose root is missing or newly empty; what was indexed of them is kept.
    pub failed_corpora: Vec<String>,
    /// Every skip, rejection and warning, in the order of corpora and paths.
    pub notices: Vec<Notice>,
}

/// What became of the sources: found = read + unchanged + stale + skipped, and deleted ones besides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct SourceCounts {
    /// Parsed in this run.
    pub read: u64,
    /// The same as in the last run.
    pub unchanged: u64,
    /// Gone from the corpus, and their articles with them.
    pub deleted: u64,
    /// Known from an earlier run, not readable now; their articles are kept.
    pub stale: u64,
    /// Left out, by reason.
    pub skipped: BTreeMap<Code, u64>,
}

/// What became of the articles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ArticleCounts {
    /// New in the index.
    pub added: u64,
    /// Known by their key, with new content.
    pub replaced: u64,
    /// The same as in the last run.
    pub unchanged: u64,
    /// Gone.
    pub deleted: u64,
    /// Not understood, and not in the index.
    pub rejected: u64,
    /// Taken down, and kept out.
    pub kept_out: u64,
}

impl ArticleCounts {
    pub(super) fn add(&mut self, other: &ArticleCounts) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.unchanged += other.unchanged;
        self.deleted += other.deleted;
        self.rejected += other.rejected;
        self.kept_out += other.kept_out;
    }
}

impl SourceCounts {
    /// Returns the number of sources left out for any reason.
    pub fn all_skipped(&self) -> u64 {
        self.skipped.values().sum()
    }
}

/// How far a run is. Handed to [`IngestOptions::progress`](crate::IngestOptions::progress) from time to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// What the run is doing.
    pub phase: Phase,
    /// Sources done: read, found unchanged, or skipped.
    pub sources_done: u64,
    /// Sources found so far; all of them from [`Phase::Reading`] on.
    pub sources_total: u64,
    /// Bytes of the sources done.
    pub bytes_done: u64,
    /// Bytes of the sources found so far.
    pub bytes_total: u64,
    /// Articles written so far.
    pub articles: u64,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Phase {
    /// Walking the corpora.
    #[default]
    Discovering,
    /// Reading sources and writing articles.
    Reading,
    /// Making the work durable.
    Committing,
}
