//! What became of a source, counted and entered: its manifest entry, and the deletion of what it no longer gives.

use super::plan;
use super::report::IngestReport;
use super::work::{Done, Fate, Task};
use crate::index::{SourceEntry, Writer};
use crate::{Article, Code, Level, Notice, Result, SourceKey};

/// Counts what became of a source, removes the articles that it no longer gives, and returns its manifest entry.
pub(super) fn enter(
    task: &Task<'_>,
    done: Done,
    writer: Option<&Writer>,
    report: &mut IngestReport,
    named: &mut Vec<(SourceKey, String)>,
) -> Result<Option<SourceEntry>> {
    let path = &task.source.path;
    let warnings = done.notices.iter().filter(|notice| notice.level == Level::Warning).count() as u64;
    report.notices.extend(done.notices);
    named.extend(done.named);
    let articles = done.articles;
    let gone = |record: u32| articles.binary_search_by_key(&record, |(record, _)| *record).is_err();
    match done.fate {
        Fate::Unchanged { size, modified } => {
            let entry = SourceEntry { size, modified, ..task.known.cloned().unwrap_or_default() };
            plan::unchanged(task.corpus, path, &entry, report);
            Ok(Some(entry))
        }
        Fate::Unreadable(why) => match task.known {
            Some(known) => {
                plan::stale(task.corpus, path, &why, known, report);
                Ok(Some(plan::kept_stale(known.clone(), task.reread, task.started)))
            }
            None => {
                *report.sources.skipped.entry(Code::Unreadable).or_default() += 1;
                let mut notice = Notice::new(Code::Unreadable, None, format!("it cannot be read: {why}"));
                notice.corpus = task.corpus.to_owned();
                notice.path.clone_from(path);
                report.notices.push(notice);
                Ok(None)
            }
        },
        Fate::Read { size, modified, hash } => {
            report.sources.read += 1;
            if let Some(known) = task.known {
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let (rejected, kept_out) = (done.rejected, done.kept_out);
            Ok(Some(SourceEntry { size, modified, hash, articles, rejected, kept_out, warnings, skipped: None }))
        }
        Fate::Skipped { code, size, modified, hash } => {
            *report.sources.skipped.entry(code).or_default() += 1;
            if let Some(known) = task.known {
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let skipped = Some(code);
            Ok(Some(SourceEntry { size, modified, hash, articles, warnings, skipped, ..SourceEntry::default() }))
        }
    }
}

/// Deletes the articles of a source whose records are `gone`.
pub(super) fn remove_all(
    writer: Option<&Writer>,
    corpus: &str,
    path: &str,
    source: &SourceEntry,
    gone: impl Fn(u32) -> bool,
    report: &mut IngestReport,
) -> Result<()> {
    for (record, _) in source.articles.iter().filter(|(record, _)| gone(*record)) {
        report.articles.deleted += 1;
        if let Some(writer) = writer {
            writer.remove(&SourceKey::new(corpus, path, (*record > 0).then_some(*record)))?;
        }
    }
    Ok(())
}

/// Returns the notice that an article stays out.
pub(super) fn taken_down(article: &Article, reason: &str) -> Notice {
    let id = article.native_id.clone().unwrap_or_else(|| article.source.path_id());
    Notice::new(Code::TakenDown, None, format!("`{id}` was taken down and stays out: {reason}"))
}
