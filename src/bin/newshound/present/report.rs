//! What a run of `newshound index` did, for people: counts, and the first notices of each code.

use std::collections::BTreeMap;

use newshound::{Code, IngestReport, Level, Notice};

use super::numbers::{counted, grouped, size};
use super::text::safe;

/// How many notices of a code are shown.
const EXAMPLES: usize = 2;

/// Returns the report as lines of text.
pub(crate) fn told(report: &IngestReport, report_file: bool) -> String {
    let mut lines = Vec::new();
    if report.dry_run {
        lines.push("dry run: nothing was written; this would be done".to_owned());
    }
    lines.push(sources(report));
    if report.resumed > 0 {
        lines.push(format!("of the unchanged, {} were read by a run that was interrupted", grouped(report.resumed)));
    }
    if report.resumed_bytes > 0 {
        lines.push(format!("{} of a source were read by a run that was interrupted", size(report.resumed_bytes)));
    }
    if let Some(damage) = &report.damaged {
        let (file, detail) = (safe(&damage.file), safe(&damage.detail));
        lines.push(format!("what an interrupted run had read was read again: of its file {file}, {detail}"));
    }
    lines.push(articles(report));
    if report.warnings > 0 {
        lines.push(counted(report.warnings, "warning"));
    }
    lines.extend(notices(&report.notices));
    if !report_file && report.notices.iter().any(|notice| !is_by_wish(notice.code)) {
        let all = counted(report.notices.len() as u64, "notice");
        lines.push(format!("--report FILE writes all of them ({all}) to a file"));
    }
    if is_waiting(report) {
        lines.push("nothing is committed yet".to_owned());
    } else if !report.changed && !report.dry_run && !report.cancelled {
        lines.push("nothing changed".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Tells whether this is a rebuild that waits for a folder: what a run before had read of it is kept, and nothing committed.
pub(crate) fn is_waiting(report: &IngestReport) -> bool {
    !report.failed_corpora.is_empty() && !report.changed && !report.cancelled && report.kept + report.kept_bytes > 0
}

fn sources(report: &IngestReport) -> String {
    let sources = &report.sources;
    let reasons: Vec<String> =
        sources.skipped.iter().map(|(code, n)| format!("{} {}", grouped(*n), code.as_str())).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "{} read, {} unchanged, {} deleted, {} stale, {} skipped{reasons}",
        counted(sources.read, "source"),
        grouped(sources.unchanged),
        grouped(sources.deleted),
        grouped(sources.stale),
        grouped(sources.all_skipped()),
    )
}

fn articles(report: &IngestReport) -> String {
    let articles = &report.articles;
    let kept_out = match articles.kept_out {
        0 => String::new(),
        number => format!(", {} kept out", grouped(number)),
    };
    format!(
        "{} added, {} replaced, {} unchanged, {} deleted, {} rejected{kept_out}",
        counted(articles.added, "article"),
        grouped(articles.replaced),
        grouped(articles.unchanged),
        grouped(articles.deleted),
        grouped(articles.rejected),
    )
}

/// Returns the first notices of each code, the gravest first. What is left out by wish is only counted.
fn notices(notices: &[Notice]) -> Vec<String> {
    let mut by_code: BTreeMap<(u8, Code), Vec<&Notice>> = BTreeMap::new();
    for notice in notices.iter().filter(|notice| !is_by_wish(notice.code)) {
        by_code.entry((gravity(notice.level), notice.code)).or_default().push(notice);
    }
    let mut lines = Vec::new();
    for ((_, code), of_code) in by_code {
        lines.push(format!("{} ({}):", code.as_str(), grouped(of_code.len() as u64)));
        lines.extend(of_code.iter().take(EXAMPLES).map(|notice| format!("  {}", placed(notice))));
        if of_code.len() > EXAMPLES {
            lines.push(format!("  and {} more", grouped((of_code.len() - EXAMPLES) as u64)));
        }
    }
    lines
}

fn gravity(level: Level) -> u8 {
    match level {
        Level::Stale => 0,
        Level::Reject => 1,
        Level::Skip => 2,
        Level::Warning => 3,
    }
}

fn is_by_wish(code: Code) -> bool {
    matches!(
        code,
        Code::Hidden | Code::Ignored | Code::Excluded | Code::NotIncluded | Code::IndexFolder | Code::TakenDown
    )
}

fn placed(notice: &Notice) -> String {
    let mut place = notice.corpus.clone();
    if !notice.path.is_empty() {
        place = format!("{place}/{}", notice.path);
    }
    if let Some(line) = notice.line {
        place = format!("{place}:{line}");
    }
    safe(&format!("{place}: {}", notice.message)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(code: Code, path: &str, line: Option<u32>, message: &str) -> Notice {
        Notice { corpus: "local".into(), path: path.into(), ..Notice::new(code, line, message) }
    }

    #[test]
    fn report_counts_and_shows_the_first_of_each_code() {
        let mut report = IngestReport::default();
        report.changed = true;
        report.sources.read = 2652;
        report.sources.skipped = BTreeMap::from([(Code::Hidden, 2), (Code::EmptyFile, 1)]);
        report.articles.added = 1;
        report.articles.rejected = 1;
        report.warnings = 3;
        report.notices = vec![
            notice(Code::Hidden, ".git", None, "the name begins with a dot"),
            notice(Code::AmbiguousDate, "a.txt", Some(3), "published: left absent"),
            notice(Code::AmbiguousDate, "b.txt", Some(4), "published: left absent"),
            notice(Code::AmbiguousDate, "c.txt", Some(5), "published: left absent"),
            notice(Code::BadRecord, "d\u{1b}.json", Some(118), "not an object"),
        ];
        let expected = "\
2,652 sources read, 0 unchanged, 0 deleted, 0 stale, 3 skipped (2 hidden, 1 empty-file)
1 article added, 0 replaced, 0 unchanged, 0 deleted, 1 rejected
3 warnings
bad-record (1):
  local/d\u{fffd}.json:118: not an object
ambiguous-date (3):
  local/a.txt:3: published: left absent
  local/b.txt:4: published: left absent
  and 1 more
--report FILE writes all of them (5 notices) to a file
";
        assert_eq!(told(&report, false), expected);
    }

    #[test]
    fn run_without_changes_says_so() {
        let mut report = IngestReport::default();
        report.sources.unchanged = 1;
        assert!(told(&report, false).ends_with("nothing changed\n"));
        report.dry_run = true;
        assert!(told(&report, false).starts_with("dry run: nothing was written"));
    }
}
