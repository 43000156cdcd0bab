//! What a run would make of corpora, with nothing written: the same plan and the same reading threads without a writer.

use super::report::IngestReport;
use super::{Corpus, IngestOptions, Run, limit};
use crate::index::Manifest;
use crate::{Index, Result, SourceKey};

/// What a run would make of corpora.
pub(crate) struct Survey {
    /// The manifest that it would commit.
    pub(crate) manifest: Manifest,
    /// What it would report, in no order.
    pub(crate) report: IngestReport,
    /// Articles of folders with an id of their own, as far as they were read.
    pub(crate) named: Vec<(SourceKey, String)>,
}

/// Surveys what a run on an index with this manifest would make of corpora. The index itself is not looked at.
pub(crate) fn survey(
    index: &Index,
    manifest: Manifest,
    corpora: Vec<Corpus<'_>>,
    options: &IngestOptions<'_>,
) -> Result<Survey> {
    options.parse.mapping.check()?;
    options.parse.limits.check()?;
    limit::check(options.max_article)?;
    let (mut report, mut named) = (IngestReport { dry_run: true, ..IngestReport::default() }, Vec::new());
    let mut run = Run { index, options, manifest, rebuild: None, keeps_out_more: false };
    let (folders, supplied) = run.sort_out(corpora)?;
    let updates = run.read_all(folders, supplied, &mut None, &mut report, &mut named)?;
    updates.into_iter().for_each(|update| run.manifest.enter(update));
    Ok(Survey { manifest: run.manifest, report, named })
}
