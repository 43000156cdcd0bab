//! What became of a source, counted and entered: its manifest entry, and the deletion of what it no longer gives.

use super::plan;
use super::reading::{Done, Fate, Task};
use super::report::IngestReport;
use crate::index::{Beginning, SourceEntry, Writer};
use crate::{Article, Code, Level, Notice, Result, SourceKey};

/// What is to be remembered of a source.
pub(super) enum Entered {
    Whole(SourceEntry),
    Begun(Beginning),
}

/// Counts what became of a source, removes the articles that it no longer gives, and returns its manifest entry.
pub(super) fn enter(
    task: &Task<'_>,
    done: Done,
    writer: Option<&Writer>,
    report: &mut IngestReport,
    named: &mut Vec<(SourceKey, String)>,
) -> Result<Option<Entered>> {
    let path = &task.source.path;
    let warnings = done.notices.iter().filter(|notice| notice.level == Level::Warning).count() as u64;
    report.notices.extend(done.notices);
    named.extend(done.named);
    let mut begun = Beginning::default();
    if let Fate::Read { anew: false, .. } | Fate::LeftOff { anew: false, .. } = done.fate {
        begun = task.begun.clone().unwrap_or_default();
        if begun.seen.is_none() {
            report.resumed_bytes += begun.bytes;
            count_known(&begun.entry, report);
        }
    }
    let first = begun.records;
    let mut articles = begun.entry.articles;
    articles.extend(done.articles);
    let gone = |record: u32| articles.binary_search_by_key(&record, |(record, _)| *record).is_err();
    let rejected = begun.entry.rejected + done.rejected;
    let kept_out = begun.entry.kept_out + done.kept_out;
    let warnings = begun.entry.warnings + warnings;
    match done.fate {
        Fate::Unchanged { size, modified } => {
            let entry = SourceEntry { size, modified, ..task.known.cloned().unwrap_or_default() };
            plan::unchanged(task.corpus, path, &entry, report);
            Ok(Some(Entered::Whole(entry)))
        }
        Fate::Unreadable(why) => match known(task) {
            Some(known) => {
                plan::stale(task.corpus, path, &why, &known, report);
                // The articles of this run are counted.
                report.articles.unchanged -=
                    begun_by_this_run(task).map_or(0, |begun| begun.entry.articles.len() as u64);
                Ok(Some(Entered::Whole(plan::kept_stale(known, task.reread, task.started))))
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
        Fate::Read { anew, size, modified, hash } => {
            report.sources.read += 1;
            if let Some(known) = task.known {
                // What is gone of the beginning was removed with it.
                let gone = |record| (anew || record > first) && gone(record);
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let entry = SourceEntry { size, modified, hash, articles, rejected, kept_out, warnings, skipped: None };
            Ok(Some(Entered::Whole(entry)))
        }
        Fate::LeftOff { anew, at, hash, seen } => {
            if let Some(known) = task.known {
                let gone = |record| (anew || record > first) && record <= at.at.record && gone(record);
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let (size, modified) = (task.source.size, task.source.mtime_ns);
            let entry = SourceEntry { size, modified, hash, articles, rejected, kept_out, warnings, skipped: None };
            let (lines, records) = (at.at.line, at.at.record);
            let begun = Beginning { entry, bytes: at.bytes, lines, records, told: at.told, seen: Some(seen) };
            Ok(Some(Entered::Begun(begun)))
        }
        Fate::Skipped { code, size, modified, hash } => {
            *report.sources.skipped.entry(code).or_default() += 1;
            if let Some(known) = task.known {
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let skipped = Some(code);
            let entry = SourceEntry { size, modified, hash, articles, warnings, skipped, ..SourceEntry::default() };
            Ok(Some(Entered::Whole(entry)))
        }
    }
}

/// Returns what is known of a source if no more is read of it.
fn known(task: &Task<'_>) -> Option<SourceEntry> {
    begun_by_this_run(task).map(|begun| begun.entry_with(task.known)).or(task.known.cloned())
}

fn begun_by_this_run<'t>(task: &'t Task<'_>) -> Option<&'t Beginning> {
    task.begun.as_ref().filter(|begun| begun.seen.is_some())
}

/// Counts what was made of a source before.
pub(super) fn count_known(entry: &SourceEntry, report: &mut IngestReport) {
    report.articles.unchanged += entry.articles.len() as u64;
    report.articles.rejected += entry.rejected;
    report.articles.kept_out += entry.kept_out;
    report.warnings += entry.warnings;
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
