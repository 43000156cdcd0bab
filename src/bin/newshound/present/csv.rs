//! Hits as CSV, a row for each. The file will be opened in a spreadsheet, and archives are not to be trusted: a cell
//! that a spreadsheet would take for a formula has a `'` before it. JSON has the text as it is.

use std::io::{self, Write};

use newshound::{Hit, Status};

use super::text::safe;

const HEADER: [&str; 17] = [
    "rank",
    "score",
    "id",
    "corpus",
    "path",
    "record",
    "headline",
    "section",
    "published",
    "publisher",
    "bylines",
    "language",
    "url",
    "status",
    "word_count",
    "passages",
    "copies",
];

/// Writes a header and the hits.
pub(crate) fn hits(out: &mut dyn Write, hits: &[Hit]) -> io::Result<()> {
    let mut csv = ::csv::Writer::from_writer(out);
    csv.write_record(HEADER)?;
    for hit in hits {
        csv.write_record(row(hit).map(|text| cell(&text)))?;
    }
    csv.flush()
}

fn row(hit: &Hit) -> [String; HEADER.len()] {
    let passages: Vec<&str> = hit.passages.iter().map(|passage| passage.text.as_str()).collect();
    let copies: Vec<&str> = hit.copies.iter().map(|copy| copy.id.as_str()).collect();
    let status = match hit.status {
        Status::Usable => "usable",
        Status::Corrected => "corrected",
        Status::Withdrawn => "withdrawn",
    };
    [
        hit.rank.to_string(),
        hit.score.to_string(),
        hit.id.to_string(),
        hit.source.corpus.clone(),
        hit.source.path.clone(),
        hit.source.record.map(|record| record.to_string()).unwrap_or_default(),
        hit.headline.as_ref().map(|headline| headline.text.clone()).unwrap_or_default(),
        hit.section.as_ref().map(|section| section.path.clone()).unwrap_or_default(),
        hit.published.map(|date| date.to_string()).unwrap_or_default(),
        hit.publisher.clone().unwrap_or_default(),
        hit.bylines.join("; "),
        hit.language.as_ref().map(|language| language.code.clone()).unwrap_or_default(),
        hit.url.clone().unwrap_or_default(),
        status.to_owned(),
        hit.word_count.to_string(),
        passages.join(" … "),
        copies.join("; "),
    ]
}

fn cell(text: &str) -> String {
    let text = safe(text);
    // Control characters, which could hide the sign, are replaced by now; full-width forms are taken as signs too.
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let number = text.parse::<f64>().is_ok();
    if formula && !number { format!("'{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formula_is_disarmed_and_numbers_stay() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(cell(" +1 (555)"), "' +1 (555)");
        assert_eq!(cell("\t@sum"), "' @sum");
        assert_eq!(cell("-0.25"), "-0.25");
        assert_eq!(cell("Ferry = late"), "Ferry = late");
    }

    #[test]
    fn escape_characters_are_replaced() {
        assert_eq!(cell("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
