//! How many articles have what, as a table: a row for each corpus and format, in per cent, and below it what is doubtful.

use std::io::{self, Write};

use newshound::Coverage;

use super::numbers::grouped;
use super::text::{safe, width};

/// Writes the table.
pub(crate) fn table(out: &mut dyn Write, coverage: &[Coverage]) -> io::Result<()> {
    let Some(first) = coverage.first() else { return writeln!(out, "no articles") };
    let names = first.fields().map(|(name, _)| name);
    let corpora: Vec<String> = coverage.iter().map(|of_format| safe(&of_format.corpus).into_owned()).collect();
    let widest = |widths: &mut dyn Iterator<Item = usize>, least: usize| widths.max().unwrap_or(0).max(least);
    let corpus_width = widest(&mut corpora.iter().map(|name| width(name)), "corpus".len());
    let format_width = widest(&mut coverage.iter().map(|of_format| of_format.format.len()), "format".len());
    write!(out, "{:corpus_width$}  {:format_width$}  {:>9}", "corpus", "format", "articles")?;
    names.iter().try_for_each(|name| write!(out, "  {name:>8}"))?;
    writeln!(out)?;
    for (corpus, of_format) in corpora.iter().zip(coverage) {
        let padding = " ".repeat(corpus_width - width(corpus));
        write!(out, "{corpus}{padding}  {:format_width$}", of_format.format)?;
        write!(out, "  {:>9}", grouped(of_format.articles))?;
        for (_, count) in of_format.fields() {
            write!(out, "  {:>8}", percent(of_format.percent(count)))?;
        }
        writeln!(out)?;
        let doubts =
            of_format.doubts.iter().map(|(name, count)| format!("{name} {}", percent(of_format.percent(*count))));
        let doubts: Vec<String> = doubts.collect();
        if !doubts.is_empty() {
            writeln!(out, "{:corpus_width$}  {}", "", doubts.join(", "))?;
        }
    }
    Ok(())
}

/// Returns per cents with one digit: all of them only where it is all, and none only where it is none.
pub(crate) fn percent(percent: f64) -> String {
    let shown = (percent * 10.0).round() / 10.0;
    let shown = if percent < 100.0 { shown.min(99.9) } else { shown };
    let shown = if percent > 0.0 { shown.max(0.1) } else { shown };
    format!("{shown:.1}")
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn nearly_all_is_not_all_and_hardly_any_is_not_none() {
        let shown = [100.0, 99.99, 99.94, 0.01, 0.0, 33.333].map(percent);
        assert_eq!(shown, ["100.0", "99.9", "99.9", "0.1", "0.0", "33.3"]);
    }
}
