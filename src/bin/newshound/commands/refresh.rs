//! `newshound search --refresh`: brings the index up to date before a search. Where that cannot be done, an index
//! that is there is searched as it is, and the reader is told.

use std::path::Path;

use newshound::{Corpus, Error, ErrorKind, Index, IngestOptions, IngestReport, ingest};

use crate::args::Refresh;
use crate::failure::{Exit, Refusal, say};
use crate::present::numbers::counted;
use crate::present::progress::Meter;
use crate::present::report::is_waiting;
use crate::{interrupt, settings};

/// Opens the index in `dir` after bringing it up to date as asked. Returns `None` where the user interrupted.
pub(crate) fn opened(dir: &Path, refresh: &Refresh) -> anyhow::Result<Option<Index>> {
    if *refresh == Refresh::No {
        return Ok(Some(Index::open(dir)?));
    }
    let index = settings::opened(dir)?;
    let exists = index.is_some();
    let corpora = match refresh {
        Refresh::Remembered if !exists => return Err(nothing_remembered(dir)),
        Refresh::No | Refresh::Remembered => Vec::new(),
        Refresh::Named(typed) => settings::corpora(typed)?,
    };
    if let Some(message) = settings::missing_root(&corpora).filter(|_| !exists) {
        return Err(Refusal { exit: Exit::Io, message }.into());
    }
    settings::check_own_mappings(&corpora)?;
    interrupt::listen();
    let index = index.map_or_else(|| Index::open_or_create(dir), Ok)?;
    match bring_up_to_date(&index, corpora) {
        Ok(report) if report.cancelled => Ok(None),
        Ok(report) => {
            tell(&report);
            Ok(Some(index))
        }
        Err(error) if exists && is_not_ours_to_write(&error) => {
            say("warning", &format!("searching the index as it is: {error}"));
            Ok(Some(index))
        }
        Err(error) => Err(error.into()),
    }
}

fn nothing_remembered(dir: &Path) -> anyhow::Error {
    let message = format!(
        "{}: there is no index here that remembers corpora; name a folder with an equals sign: --refresh=DIR",
        dir.display()
    );
    Refusal { exit: Exit::NoIndex, message }.into()
}

fn bring_up_to_date(index: &Index, corpora: Vec<Corpus<'static>>) -> newshound::Result<IngestReport> {
    let meter = Meter::new(false);
    let progress = |progress| meter.show(progress);
    let mut options = IngestOptions::default();
    options.progress = Some(&progress);
    options.cancel = Some(&interrupt::asked);
    let report = ingest(index, corpora, &options);
    meter.finish();
    report
}

/// Tells whether the index cannot be written now, though it may be read.
fn is_not_ours_to_write(error: &Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match error {
        Error::Io { source, .. } => matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem),
        _ => matches!(error.kind(), ErrorKind::Locked | ErrorKind::DiskFull),
    }
}

fn tell(report: &IngestReport) {
    if !report.failed_corpora.is_empty() {
        let names = report.failed_corpora.join(", ");
        let searched =
            if is_waiting(report) { "the last commit is searched" } else { "what was indexed of it is searched" };
        say("warning", &format!("the folder is missing or newly empty: {names}; {searched}"));
    }
    if report.changed {
        let articles = &report.articles;
        let added = counted(articles.added, "article");
        say("index", &format!("{added} added, {} replaced, {} deleted", articles.replaced, articles.deleted));
    }
    let rejected = report.articles.rejected;
    if rejected > 0 {
        say("warning", &format!("{} rejected; `newshound index` tells why", counted(rejected, "article")));
    }
}
