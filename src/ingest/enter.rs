//! What became of a source, counted and entered: its manifest entry, and the deletion of what it no longer gives.

use std::collections::BTreeSet;

use super::done::{Done, Fate};
use super::plan;
use super::reading::Task;
use super::report::IngestReport;
use crate::corpus::discover::SourceFile;
use crate::index::{ArticleEntry, Beginning, SourceEntry, Sources, Writer};
use crate::source_key::is_within;
use crate::{Article, Code, Level, Notice, Result, SourceKey};

/// What is to be remembered of a source.
pub(super) enum Entered {
    Whole(SourceEntry),
    /// What was known of one that cannot be read now.
    Stale(SourceEntry),
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
    let is_broken = broken_off(done.notices.iter()).contains(path);
    report.notices.extend(done.notices);
    named.extend(done.named);
    let mut begun = Beginning::default();
    let goes_on = match &done.fate {
        Fate::Read { anew, .. } | Fate::LeftOff { anew, .. } => !anew,
        Fate::Unreadable(_) => is_after(&done.articles, task.begun.as_ref()),
        Fate::Unchanged { .. } | Fate::Skipped { .. } => false,
    };
    if goes_on {
        begun = task.begun.clone().unwrap_or_default();
        if begun.seen.is_none() {
            report.resumed_bytes += begun.bytes;
            count_known(&begun.entry, report);
        }
    }
    let first = begun.records;
    let format = done.format.map(Box::from).or(begun.entry.format);
    let mut articles = begun.entry.articles;
    articles.extend(done.articles);
    // What is gone of the beginning was removed with it.
    let gone = |record: u32| {
        (!goes_on || record > first) && articles.binary_search_by_key(&record, |(record, ..)| *record).is_err()
    };
    let rejected = begun.entry.rejected + done.rejected;
    let kept_out = begun.entry.kept_out + done.kept_out;
    let warnings = begun.entry.warnings + warnings;
    let loses = |hash| {
        let known = task.known.filter(|known| known.hash != hash);
        known.is_some_and(|known| known.articles.iter().any(|(record, ..)| gone(*record)))
    };
    let fate = match done.fate {
        Fate::Read { hash, .. } if is_broken && loses(hash) => Fate::Unreadable("it breaks off".to_owned()),
        fate => fate,
    };
    match fate {
        Fate::Unchanged { size, modified } => {
            let entry = SourceEntry { size, modified, ..task.known.cloned().unwrap_or_default() };
            plan::unchanged(task.corpus, path, &entry, report);
            Ok(Some(Entered::Whole(entry)))
        }
        Fate::Unreadable(why) if !articles.is_empty() => {
            // Its articles so far are in the index, and those after them as they were.
            let records = articles.last().map_or(0, |(record, ..)| *record);
            if let Some(known) = task.known {
                remove_all(writer, task.corpus, path, known, |record| record <= records && gone(record), report)?;
            }
            let n_counted = articles.len() as u64;
            let entry = SourceEntry { articles, rejected, kept_out, warnings, format, ..SourceEntry::default() };
            let entry = Beginning { entry, records, ..Beginning::default() }.entry_with(task.known);
            plan::stale(task.corpus, path, &why, &entry, report);
            report.articles.unchanged -= n_counted;
            Ok(Some(Entered::Stale(entry)))
        }
        Fate::Unreadable(why) => match known(task) {
            Some(known) => {
                plan::stale(task.corpus, path, &why, &known, report);
                // The articles of this run are counted.
                report.articles.unchanged -=
                    begun_by_this_run(task).map_or(0, |begun| begun.entry.articles.len() as u64);
                Ok(Some(Entered::Stale(plan::kept_stale(known, task.reread, task.started))))
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
        Fate::Read { size, modified, hash, .. } => {
            report.sources.read += 1;
            if let Some(known) = task.known {
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let entry =
                SourceEntry { size, modified, hash, articles, rejected, kept_out, warnings, format, skipped: None };
            Ok(Some(Entered::Whole(entry)))
        }
        Fate::LeftOff { at, hash, seen, .. } => {
            if let Some(known) = task.known {
                let gone = |record| record <= at.at.record && gone(record);
                remove_all(writer, task.corpus, path, known, gone, report)?;
            }
            let (size, modified) = (task.source.size, task.source.mtime_ns);
            let entry =
                SourceEntry { size, modified, hash, articles, rejected, kept_out, warnings, format, skipped: None };
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

/// Enters the files of an archive, and removes those that it has no more. Where the archive is as it was, so are they, and
/// they only count.
pub(super) fn enter_members(
    task: &Task<'_>,
    archive: &mut Done,
    writer: Option<&Writer>,
    report: &mut IngestReport,
    named: &mut Vec<(SourceKey, String)>,
) -> Result<Inside> {
    let mut inside = Inside::default();
    keep_if_damaged(&task.source.path, task.sources, archive);
    let mut members = std::mem::take(&mut archive.members);
    members.iter_mut().for_each(|(path, done)| keep_if_damaged(path, task.sources, done));
    let found: BTreeSet<String> = members.iter().map(|(path, _)| path.clone()).collect();
    let mut broken = broken_off(members.iter().flat_map(|(_, done)| &done.notices).chain(&archive.notices));
    let is_unreadable = |done: &Done| matches!(done.fate, Fate::Unreadable(_));
    broken.extend(members.iter().filter(|(_, done)| is_unreadable(done)).map(|(path, _)| path.clone()));
    // Where the archive itself is kept as it was known, it is read again, and this with it.
    let is_kept = is_unreadable(archive);
    let stale_as = |entry| if is_kept { entry } else { told_as_stale(entry) };
    for (path, mut done) in members {
        archive.recognised.append(&mut done.recognised);
        let known = task.sources.and_then(|sources| sources.get(&path));
        let source = SourceFile { path, size: 0, mtime_ns: 0 };
        let of_member = Task { source: &source, known, begun: None, ..*task };
        match enter(&of_member, done, writer, report, named)? {
            Some(Entered::Whole(entry)) => inside.entries.push((source.path, entry)),
            Some(Entered::Stale(entry)) => inside.entries.push((source.path, stale_as(entry))),
            Some(Entered::Begun(_)) | None => {}
        }
    }
    for (path, known) in plan::members_of(task.sources, &task.source.path).filter(|(path, _)| !found.contains(*path)) {
        let stale = match &archive.fate {
            Fate::Unreadable(why) => Some(&**why),
            Fate::Unchanged { .. } => None,
            _ => broken.iter().any(|broken| is_within(path, broken)).then_some("its archive is damaged"),
        };
        if let Some(why) = stale {
            plan::stale(task.corpus, path, why, known, report);
            let entry = plan::kept_stale(known.clone(), task.reread, task.started);
            inside.entries.push((path.clone(), stale_as(entry)));
        } else if let Fate::Unchanged { .. } = archive.fate {
            plan::unchanged(task.corpus, path, known, report);
        } else {
            remove_all(writer, task.corpus, path, known, |_| true, report)?;
            report.sources.deleted += 1;
            inside.gone.push(path.clone());
        }
    }
    Ok(inside)
}

/// Has a source that gave articles, and of which nothing can be read now, be one that cannot be read: it is damaged far more
/// often than edited. The same bytes are no damage, but read by other settings or by a program that reads other formats; nor is
/// what a limit leaves out, or what an article stands in that was taken down.
fn keep_if_damaged(path: &str, sources: Option<&Sources>, done: &mut Done) {
    let (code, hash) = match done.fate {
        Fate::Skipped { code: Code::UnknownFormat, hash, .. } => (Code::UnknownFormat, hash),
        Fate::Read { anew: true, hash, .. } if done.articles.is_empty() && done.kept_out == 0 => {
            (Code::BadRecord, hash)
        }
        _ => return,
    };
    let gave_articles = |entry: &SourceEntry| !entry.articles.is_empty();
    let gives_none = sources.and_then(|sources| sources.get(path)).is_some_and(|known| {
        known.hash != hash
            && (gave_articles(known) || plan::members_of(sources, path).any(|(_, member)| gave_articles(member)))
    });
    let told = |code| done.notices.iter().position(|notice| notice.code == code && notice.path == path);
    let at = told(code).or_else(|| told(Code::BrokenSource).filter(|_| code == Code::BadRecord));
    let Some(told) = at.filter(|_| gives_none && told(Code::CutShort).is_none()) else { return };
    done.fate = Fate::Unreadable(match code {
        // It is counted as stale, and no more as skipped.
        Code::UnknownFormat => done.notices.remove(told).message,
        _ => "none of its records can be read".to_owned(),
    });
}

/// Returns the entry of a file whose archive is not read again while it is as it is now, for each run to tell that it is stale.
/// When the archive is, so is all that is in it.
fn told_as_stale(entry: SourceEntry) -> SourceEntry {
    SourceEntry { modified: 0, skipped: Some(Code::Stale), ..entry }
}

/// What is to be remembered of the files of an archive.
#[derive(Default)]
pub(super) struct Inside {
    /// Manifest entries by path.
    pub(super) entries: Vec<(String, SourceEntry)>,
    /// Paths of those that are gone.
    pub(super) gone: Vec<String>,
}

/// Returns the paths of what breaks off. What a limit ends breaks off for that, and what is left out of it is not wanted.
fn broken_off<'n>(notices: impl Iterator<Item = &'n Notice> + Clone) -> BTreeSet<String> {
    let paths = |code| notices.clone().filter(move |notice| notice.code == code).map(|notice| &notice.path);
    let cut: BTreeSet<&String> = paths(Code::CutShort).collect();
    let broken = paths(Code::BrokenOff).chain(paths(Code::BrokenSource));
    broken.filter(|path| !cut.contains(path)).cloned().collect()
}

/// Tells whether articles are those after the beginning of a source, which is more than none.
fn is_after(articles: &[ArticleEntry], begun: Option<&Beginning>) -> bool {
    begun.is_some_and(|begun| articles.first().is_some_and(|(record, ..)| *record > begun.records))
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
    for (record, ..) in source.articles.iter().filter(|(record, ..)| gone(*record)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParseOptions;
    use crate::corpus::discover::SourceFile;
    use crate::index::{ContentHash, Marks, Tombstones};

    fn articles(records: impl IntoIterator<Item = u32>, edition: u8) -> Vec<ArticleEntry> {
        records
            .into_iter()
            .map(|record| (record, ContentHash::of(&[record as u8, edition]), Marks::default()))
            .collect()
    }

    #[test]
    fn of_a_source_that_fails_half_way_is_known_what_is_in_the_index() {
        let source = SourceFile { path: "a.jsonl".into(), size: 900, mtime_ns: 5 };
        let known = SourceEntry { articles: articles(1..=6, 1), size: 900, ..SourceEntry::default() };
        let begun = Beginning {
            entry: SourceEntry { articles: articles([1, 3], 2), rejected: 1, ..SourceEntry::default() },
            records: 3,
            ..Beginning::default()
        };
        // Two and four are gone, four with what was read now; five and six are as they were.
        let cases = [
            (None, articles([1, 3], 2), [articles([1, 3], 2), articles(4..=6, 1)].concat(), 1),
            (Some(begun.clone()), articles([5], 2), [articles([1, 3, 5], 2), articles([6], 1)].concat(), 1),
            (Some(begun), articles([1, 3, 5], 3), [articles([1, 3, 5], 3), articles([6], 1)].concat(), 2),
        ];
        for (begun, read, expected, deleted) in cases {
            let (parse, tombstones) = (ParseOptions::default(), Tombstones::default());
            let task = Task {
                corpus: "news",
                root: std::path::Path::new("."),
                parse: &parse,
                default_language: None,
                max_article: 1 << 20,
                reread: false,
                started: 9,
                tombstones: &tombstones,
                source: &source,
                known: Some(&known),
                sources: None,
                begun,
            };
            let done = Done { articles: read, ..Done::unread("a disk that fails") };
            let mut report = IngestReport::default();
            let entered = enter(&task, done, None, &mut report, &mut Vec::new()).expect("nothing is written");
            let Some(Entered::Stale(entry)) = entered else { panic!("it is not stale") };
            assert_eq!(entry.articles, expected);
            assert_eq!((report.articles.deleted, report.sources.stale), (deleted, 1));
            assert_eq!((entry.hash, entry.modified), (ContentHash::default(), i64::MIN), "it is read again");
        }
    }
}
