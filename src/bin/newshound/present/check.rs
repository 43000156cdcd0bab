//! What a check found, for people: as text, and as Markdown that is short enough for a pull request. Names of files are
//! code in Markdown, with what could end the code shown as an escape, so that none is a link, a mention or a cell.

use std::io::{self, Write};

use newshound::{Cause, CheckReport, Code, CoverageDrop, Difference, SettingsChange};

use super::coverage::percent;
use super::numbers::{counted, grouped};
use super::text::{cut, safe};

/// What corpora were compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    Index,
    Lock,
}

/// How many articles a Markdown table shows.
const ROWS: usize = 50;
/// How many remarks of a kind Markdown shows.
const REMARKS: usize = 10;
/// No rows are added to Markdown that is longer, in bytes: with what else may follow it stays under 60,000.
const LONG: usize = 48_000;
/// The columns of a name in Markdown, before escapes.
const COLUMNS: usize = 120;

/// Writes everything that was found.
pub(crate) fn text(out: &mut dyn Write, report: &CheckReport, against: Against) -> io::Result<()> {
    writeln!(out, "{}", verdict(report, against))?;
    for remark in remarks(report) {
        writeln!(out, "{}", safe(&remark))?;
    }
    for difference in &report.differences {
        let Difference { change, source, .. } = difference;
        writeln!(out, "{:<10} {}{}", change.as_str(), safe(&source.to_string()), safe(&about(difference)))?;
    }
    Ok(())
}

/// Writes a summary and the first articles that differ.
pub(crate) fn markdown(out: &mut dyn Write, report: &CheckReport, against: Against) -> io::Result<()> {
    let mut shown = format!("**newshound check**: {}\n", verdict(report, against));
    let remarks = remarks(report);
    for (i, remark) in remarks.iter().take(REMARKS).enumerate() {
        let before = if i == 0 { "\n" } else { "" };
        shown.push_str(&format!("{before}- {}\n", code(remark)));
    }
    if remarks.len() > REMARKS {
        shown.push_str(&format!("- and {} more\n", grouped((remarks.len() - REMARKS) as u64)));
    }
    let mut rows = 0;
    for difference in report.differences.iter().take(ROWS) {
        if shown.len() > LONG {
            break;
        }
        if rows == 0 {
            shown.push_str("\n| change | article | file | cause |\n|---|---|---|---|\n");
        }
        let (id, file) = (code(&difference.id), code(&difference.source.to_string()));
        shown.push_str(&format!("| {} | {id} | {file} | {} |\n", difference.change.as_str(), why(difference)));
        rows += 1;
    }
    if report.differences.len() > rows {
        shown.push_str(&format!("\nand {} more\n", grouped((report.differences.len() - rows) as u64)));
    }
    out.write_all(shown.as_bytes())
}

/// Returns the sentence for corpora of which nothing can be said.
pub(crate) fn failed_corpora(report: &CheckReport) -> Option<String> {
    let names = report.failed_corpora.join(", ");
    (!names.is_empty()).then(|| format!("the folder is missing or newly empty: {names}; nothing can be said of it"))
}

/// Returns the answer in a sentence: drift of the corpus, other settings and an upgrade told apart.
pub(crate) fn verdict(report: &CheckReport, against: Against) -> String {
    let articles: u64 = report.corpora.iter().map(|corpus| corpus.articles_now).sum();
    if report.same {
        let same = match against {
            Against::Index => "the index is what indexing now would give",
            Against::Lock => "the corpus is what the lock file says",
        };
        return format!("same: {same}, {}", counted(articles, "article"));
    }
    let drift = !report.same_content && (report.differences.is_empty() || report.differences.iter().any(is_drift));
    let kinds = [
        (!report.upgrade.is_empty(), "upgrade"),
        (!report.settings.is_empty(), "other settings"),
        (!report.coverage.is_empty(), "less coverage"),
        (drift, "drift"),
        (!report.failed_corpora.is_empty(), "unreadable corpus"),
    ];
    let kinds: Vec<&str> = kinds.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
    let kinds = if kinds.is_empty() { "different".to_owned() } else { kinds.join(" and ") };
    format!("{kinds}: {}", content(report))
}

fn is_drift(difference: &Difference) -> bool {
    !matches!(difference.cause, Cause::Upgrade | Cause::Settings)
}

fn content(report: &CheckReport) -> String {
    let counts = match &report.counts {
        _ if report.same_content => return "the articles are the same".to_owned(),
        None => return "the articles are others; a lock file of --lock-detail tells which".to_owned(),
        Some(_) if report.differences.is_empty() && report.failed_corpora.is_empty() => {
            return "every article is the same and the digest is not; was the lock file edited?".to_owned();
        }
        Some(counts) => counts,
    };
    let unreadable = match counts.unreadable {
        0 => String::new(),
        number => format!(", {} unreadable", counted(number, "file")),
    };
    format!(
        "{} added, {} changed, {} removed{unreadable}, {} the same",
        counted(counts.added, "article"),
        grouped(counts.changed),
        grouped(counts.removed),
        grouped(counts.same),
    )
}

/// Returns what else is to be said: versions, settings, counts, and what cannot be read.
fn remarks(report: &CheckReport) -> Vec<String> {
    let mut remarks = Vec::new();
    for version in &report.upgrade {
        remarks.push(format!("{} was {}, is {}", version.part.as_str(), version.then, version.now));
    }
    for SettingsChange { corpus, setting, then, now, .. } in &report.settings {
        remarks.push(format!("{corpus}: {} was {}, is {}", option(setting), or_none(then), or_none(now)));
    }
    remarks.extend(report.coverage.iter().map(less));
    for corpus in report.corpora.iter().filter(|_| !report.same && report.counts.is_none()) {
        let told = |articles, sources| format!("{} from {}", counted(articles, "article"), counted(sources, "file"));
        let (then, now) =
            (told(corpus.articles_then, corpus.sources_then), told(corpus.articles_now, corpus.sources_now));
        remarks.push(format!("{}: {then}; now {now}", corpus.name));
    }
    if report.kept_out > 0 {
        remarks.push(format!("{} taken down and kept out", counted(report.kept_out, "article")));
    }
    let unread = [Code::Unreadable, Code::Stale, Code::RootMissing, Code::RootEmpty];
    for notice in report.notices.iter().filter(|notice| unread.contains(&notice.code)) {
        let parting = if notice.path.is_empty() { "" } else { "/" };
        remarks.push(format!("{}{parting}{}: {}", notice.corpus, notice.path, notice.message));
    }
    remarks
}

/// Returns what fewer articles have now.
pub(crate) fn less(drop: &CoverageDrop) -> String {
    let CoverageDrop { corpus, format, field, then, now, .. } = drop;
    let what = if *field == "sound" { "without a warning" } else { field };
    format!("{corpus}: of {format}, {what} was {} %, is {} %", percent(*then), percent(*now))
}

/// Returns how a setting is given: by an option, or by a file of the corpus.
pub(crate) fn option(setting: &str) -> String {
    if setting.contains('.') { setting.to_owned() } else { format!("--{setting}") }
}

fn or_none(value: &str) -> &str {
    if value.is_empty() { "not given" } else { value }
}

fn about(difference: &Difference) -> String {
    // An id that is no more than path and record stands there already.
    let is_place = difference.source.to_string().ends_with(&format!("/{}", difference.id));
    let id = if is_place { "" } else { &difference.id };
    let cause = if difference.cause == Cause::Source && difference.renamed_from.is_none() {
        String::new()
    } else {
        match &difference.renamed_from {
            Some(path) => format!("renamed from {path}"),
            None => why(difference),
        }
    };
    match (id.is_empty(), cause.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" ({id})"),
        (true, false) => format!(": {cause}"),
        (false, false) => format!(" ({id}): {cause}"),
    }
}

/// Returns the cause as Markdown.
fn why(difference: &Difference) -> String {
    match (&difference.renamed_from, difference.cause) {
        (Some(path), _) => format!("renamed from {}", code(path)),
        (None, cause) => reason(cause).to_owned(),
    }
}

/// Returns the cause in words.
pub(crate) fn reason(cause: Cause) -> &'static str {
    match cause {
        Cause::Source => "the source",
        Cause::Settings => "other settings",
        Cause::Upgrade => "the upgrade",
        Cause::Index => "the index: the source is as it was",
        _ => "the source, settings or the upgrade",
    }
}

/// Returns text as code of Markdown, shortened, on one line.
fn code(text: &str) -> String {
    let text = safe(text);
    let text = cut(&text, COLUMNS);
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('`');
    // Marks that take no column would make a name of few columns endless.
    for c in text.chars().take(2 * COLUMNS) {
        match c {
            '`' | '|' | '$' => shown.push_str(&format!("\\x{:02x}", u32::from(c))),
            _ => shown.push(c),
        }
    }
    // Code of nothing would be no code.
    if shown.len() == 1 {
        shown.push(' ');
    }
    shown.push('`');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_code_or_its_cell() {
        assert_eq!(code("a|b`c$d\ne<b>@x.md"), r"`a\x7cb\x60c\x24d e<b>@x.md`");
        assert_eq!(code(""), "` `");
        assert!(code(&"x".repeat(5000)).len() < 200);
        assert!(code(&"\u{301}".repeat(5000)).len() < 600);
        assert!(code(&"|".repeat(5000)).len() < 600);
    }
}
