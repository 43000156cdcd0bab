//! CSV and TSV with a header: RFC 4180 with its usual variations (tabs, semicolons or bars for commas, line feeds in
//! quoted cells, rows that are too short or long). A row is an article, and its columns are keys as those of JSON are.
//!
//! A table whose header names neither a headline nor a text is rejected as a whole: it has no header, or none of news.

use std::sync::Arc;

use ::csv::{ReaderBuilder, StringRecord};

use super::keys::{self, Entries, Field, Node, fields_of_key};
use crate::corpus::format::{Detected, Flow, Format, InPieces, ParseOptions, Parsed, Place, Record};
use crate::corpus::source::Source;
use crate::text::line_ends;
use crate::{Code, Notice};

/// What may part cells, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// How many columns have to be known for a table that does not say by its name that it is one.
const SURE: usize = 3;

/// CSV and TSV.
pub(crate) struct Separated;

impl Format for Separated {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        let extension = path.rsplit_once('.').map_or("", |(_, end)| end);
        let is_named = ["csv", "tsv", "tab"].iter().any(|known| known.eq_ignore_ascii_case(extension));
        let known = known_in_first_line(head);
        if known >= SURE || is_named && known > 0 {
            return Some(Detected::by_content("its first line names columns of articles"));
        }
        is_named.then_some(Detected::by_name("the name is that of a table"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let mut at = Place::default();
        let flow = Table::of(&source.text, source.path).read(&source.text, &mut at, options, emit);
        if flow == Flow::Continue && at.record == 0 {
            let notice =
                Notice::new(Code::NotAnArticle, Some(1), "a table that has a header and no rows; nothing to index");
            emit(notice.into());
        }
    }

    fn in_pieces(&self, beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        Some(Arc::new(Table::of(&beginning.text, beginning.path)))
    }
}

/// How a table is written, and what its columns are called.
struct Table {
    separator: u8,
    /// Whether cells may stand in quotes. In TSV a quote mostly is one of the text.
    has_quotes: bool,
    header: Arc<[String]>,
}

impl Table {
    /// Tells from its beginning how a table is written.
    fn of(beginning: &str, path: &str) -> Table {
        let is_tsv = path.rsplit_once('.').is_some_and(|(_, end)| !end.eq_ignore_ascii_case("csv") && end.len() == 3);
        let first_line = beginning.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let table = |separator: u8| {
            let has_quotes = separator != b'\t' || first_line.contains('"');
            let mut table = Table { separator, has_quotes, header: Arc::new([]) };
            let mut header = StringRecord::new();
            // A header that cannot be read is none.
            let _ = table.reader(beginning.as_bytes()).read_record(&mut header);
            table.header = header.iter().map(|name| name.trim().to_owned()).collect();
            table
        };
        let is_likely = |separator: &u8| (*separator == b'\t') == is_tsv;
        let (likely, others): (Vec<u8>, Vec<u8>) = SEPARATORS.iter().partition(|separator| is_likely(separator));
        let tables = likely.into_iter().chain(others).map(table);
        // The first of the best.
        let best = tables.reduce(|best, table| if table.rank() > best.rank() { table } else { best });
        best.unwrap_or_else(|| table(b','))
    }

    fn rank(&self) -> (usize, bool) {
        (self.known_columns(), self.header.len() > 1)
    }

    fn known_columns(&self) -> usize {
        known_columns(self.header.iter().map(String::as_str))
    }

    fn reader<'t>(&self, bytes: &'t [u8]) -> ::csv::Reader<&'t [u8]> {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(self.separator).quoting(self.has_quotes).has_headers(false).flexible(true);
        builder.from_reader(bytes)
    }

    /// Tells why the table cannot be one of articles.
    fn problem(&self, options: &ParseOptions) -> Option<Notice> {
        let is_mapped = |name: &String| options.mapping.has_key(name, |_| true);
        if self.known_columns() > 0 || self.header.iter().any(is_mapped) {
            return None;
        }
        let names: Vec<&str> = self.header.iter().map(String::as_str).take(8).collect();
        let message = format!(
            "the first line of the table names no column of a headline or a text (it has `{}`); name one with --map or in newshound.toml; not indexed",
            crate::text::head(&names.join("`, `"), 200)
        );
        Some(Notice::new(Code::NotAnArticle, Some(1), message))
    }

    fn entries(&self, row: &StringRecord, options: &ParseOptions) -> (Entries, Vec<String>) {
        let mut entries = Entries::with_capacity(self.header.len());
        for (name, cell) in self.header.iter().zip(row) {
            if !cell.trim().is_empty() {
                entries.push((name.clone(), value(name, cell, options)));
            }
        }
        let rest = row.iter().skip(self.header.len()).filter(|cell| !cell.trim().is_empty());
        (entries, rest.map(str::to_owned).collect())
    }

    /// Tells whether the last row, which is written so, ends before its end: it lacks its line end, and cells or a quotation mark.
    fn breaks_off(&self, written: &str, row: &StringRecord) -> bool {
        let is_open = || self.has_quotes && written.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        !written.ends_with(['\n', '\r']) && (row.len() < self.header.len() || is_open())
    }

    fn record(
        &self,
        row: &StringRecord,
        line: u32,
        options: &ParseOptions,
    ) -> Result<crate::corpus::format::Parsed, Notice> {
        let (entries, rest) = self.entries(row, options);
        let mut reading = keys::read(entries, "column", Some(line), options);
        reading.is_article = true;
        let (cells, columns) = (row.len(), self.header.len());
        if cells != columns {
            let message = format!("the row has {cells} cells, and the table {columns} columns; taken in their order");
            reading.parsed.notices.push(Notice::new(Code::DoubtfulField, Some(line), message));
        }
        for cell in rest {
            reading.parsed.leave(Some(line), cell, "a cell without a column");
        }
        reading.finish()
    }
}

/// Returns how many columns feed fields of an article: none where no column holds a headline or a text.
pub(super) fn known_columns<'n>(header: impl Iterator<Item = &'n str> + Clone) -> usize {
    let feeds =
        |name: &str, wanted: &[Field]| fields_of_key(name).any(|field| wanted.is_empty() || wanted.contains(&field));
    let has_words = header.clone().any(|name| feeds(name, &[Field::Headline, Field::Body]));
    let is_table = has_words && header.clone().nth(1).is_some();
    if is_table { header.filter(|name| feeds(name, &[])).count() } else { 0 }
}

/// Returns how many columns the first line names, whatever parts them. Every source is asked, most of which are no tables.
fn known_in_first_line(head: &str) -> usize {
    const LONGEST: usize = 2000;
    // Of those that are known; prose that has commas is parted by them too.
    const LONGEST_NAME: usize = 64;
    let first_line = head.trim_start().lines().next().unwrap_or_default();
    if first_line.len() > LONGEST || first_line.starts_with(['<', '{', '[', '#']) {
        return 0;
    }
    let names = |separator: u8| {
        let names = first_line.split(char::from(separator)).map(|name| name.trim().trim_matches('"'));
        names.filter(|name| name.len() <= LONGEST_NAME)
    };
    let is_parted = |separator: &u8| first_line.as_bytes().contains(separator);
    let parted = SEPARATORS.into_iter().filter(is_parted);
    parted.map(|separator| known_columns(names(separator))).max().unwrap_or(0)
}

/// Returns the value of a cell. Lists are written into tables as JSON or as Python does: `["a", "b"]`, `['a', 'b']`.
fn value(name: &str, cell: &str, options: &ParseOptions) -> Node {
    const LISTS: [Field; 3] = [Field::Keywords, Field::Bylines, Field::Section];
    let is_list = |field: &str| LISTS.iter().any(|list| list.name() == field);
    let takes_lists =
        || fields_of_key(name).any(|field| LISTS.contains(&field)) || options.mapping.has_key(name, is_list);
    let inner = cell.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(inner) = inner.filter(|_| takes_lists()) else { return Node::Text(cell.to_owned()) };
    serde_json::from_str::<Node>(cell).unwrap_or_else(|_| {
        let parts = inner.split(',').map(|part| part.trim().trim_matches(['\'', '"']));
        Node::List(parts.filter(|part| !part.is_empty()).map(|part| Node::Text(part.to_owned())).collect())
    })
}

impl InPieces for Table {
    fn format(&self) -> &'static str {
        "csv"
    }

    /// The last row of a piece may go on, even where it ends with a line: inside of quotes.
    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        let mut reader = self.reader(bytes);
        let mut row = ::csv::ByteRecord::new();
        let mut last = 0;
        while reader.read_byte_record(&mut row).is_ok_and(|is_row| is_row) {
            last = row.position().map_or(last, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        }
        Some(last.min(bytes.len())).filter(|last| *last > 0)
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        let before = at.line;
        let mut is_header = before == 0;
        if is_header && let Some(notice) = self.problem(options) {
            emit(notice.into());
            return Flow::Stop;
        }
        let mut reader = self.reader(text.as_bytes());
        let mut row = StringRecord::new();
        let (mut counted, mut lines) = (0, 0u32);
        // All rows can be read: they may have any number of cells, and the text is Unicode.
        while reader.read_record(&mut row).is_ok_and(|is_row| is_row) {
            // Where lines end with a carriage return alone, no line is counted before a later piece either.
            if std::mem::take(&mut is_header) && row.iter().map(str::trim).eq(self.header.iter().map(String::as_str)) {
                continue;
            }
            // A row begins behind the empty lines that are passed over before it.
            let passed = row.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
            let empty = text.as_bytes().iter().skip(passed).take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let start = (passed + empty).min(text.len());
            lines = lines.saturating_add(line_ends(&text.as_bytes()[counted..start]));
            counted = start;
            let line = before.saturating_add(lines).saturating_add(1);
            at.record = at.record.saturating_add(1);
            let is_last = reader.position().byte() == text.len() as u64;
            let is_cut = is_last && self.breaks_off(&text[start..], &row);
            let outcome = self.record(&row, line, options).map(|mut parsed| {
                if is_cut {
                    let message = "the last row breaks off; what is there of it is kept";
                    parsed.notices.push(Notice::new(Code::BrokenOff, Some(line), message));
                }
                Parsed { record: Some(at.record), line: Some(line), ..parsed }
            });
            if emit(outcome.into()) == Flow::Stop {
                return Flow::Stop;
            }
        }
        at.line = before.saturating_add(line_ends(text.as_bytes()));
        Flow::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::Parsed;
    use crate::corpus::read::read_source;

    fn read(path: &str, text: &str, options: &ParseOptions) -> (Option<&'static str>, Vec<Result<Parsed, String>>) {
        let mut records = Vec::new();
        let reading = read_source(path, text.as_bytes(), options, &mut |record| {
            records.push(match record {
                Record::Article(parsed) => Ok(*parsed),
                Record::Reject { notice } => Err(format!("{:?} {}", notice.line, notice.message)),
            });
            Flow::Continue
        });
        (reading.format, records)
    }

    /// Checks format, and of each row number, line, headline and body.
    fn check(path: &str, text: &str, expected: &[(u32, u32, &str, &str)]) {
        let (format, records) = read(path, text, &ParseOptions::default());
        assert_eq!(format, Some("csv"), "{text}");
        let shown: Vec<_> = records
            .iter()
            .flatten()
            .map(|parsed| {
                let (headline, body) =
                    (parsed.article.headline.clone().unwrap_or_default(), parsed.article.body.join(" / "));
                (parsed.record.unwrap_or(0), parsed.line.unwrap_or(0), headline, body)
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|(a, b, c, d)| (*a, *b, (*c).to_owned(), (*d).to_owned())).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn rows_are_articles_with_the_lines_that_they_begin_in() {
        let text = "title,Text,page\nOne,\"It \"\"rained\"\".\n\nIt went on.\",3\n\nTwo,\"A, b.\",\r\nThree,C.,4";
        check(
            "a.csv",
            text,
            &[(1, 2, "One", "It \"rained\". / It went on."), (2, 6, "Two", "A, b."), (3, 7, "Three", "C.")],
        );
    }

    #[test]
    fn what_parts_cells_is_told_from_the_header() {
        check("a.csv", "title;date;text\nA;2024-05-02;B, c.\n", &[(1, 2, "A", "B, c.")]);
        check(
            "a.tsv",
            "headline\tbody\n\"A,\" they said\tB \"c\n\"D\tE\n",
            &[(1, 2, "\"A,\" they said", "B \"c"), (2, 3, "\"D", "E")],
        );
        check("a.tsv", "\"headline\"\t\"body\"\n\"A\"\t\"B\nc\"\n", &[(1, 2, "A", "B / c")]);
        check("a.txt", "id|title|text\n1|A|B.\n", &[(1, 2, "A", "B.")]);
    }

    #[test]
    fn a_table_without_a_header_of_articles_is_rejected_once() {
        let (format, records) = read("a.tsv", "1\tFerry\n2\tHerring\n", &ParseOptions::default());
        assert_eq!((format, records.len()), (Some("csv"), 1));
        let why = "Some(1) the first line of the table names no column of a headline or a text (it has `1`, `Ferry`); name one \
                   with --map or in newshound.toml; not indexed";
        assert_eq!(records[0].as_ref().err().map(String::as_str), Some(why));
        let mut options = ParseOptions::default();
        options.mapping.map("Titel", "headline");
        let (_, records) = read("a.csv", "Nr,Titel\n1,Ferry\n", &options);
        assert_eq!(records[0].as_ref().ok().and_then(|parsed| parsed.article.headline.as_deref()), Some("Ferry"));
        assert_eq!(read("a.txt", "Ferry, title and text\n\nIt sailed.\n", &ParseOptions::default()).0, Some("text"));
    }

    #[test]
    fn rows_of_another_length_are_kept_and_told() {
        let (_, records) = read("a.csv", "title,text\nA\nB,C.,D\n,\n", &ParseOptions::default());
        let shown: Vec<_> = records
            .iter()
            .map(|record| match record {
                Ok(parsed) => parsed
                    .notices
                    .iter()
                    .map(|notice| notice.message.clone())
                    .chain(parsed.left_over.iter().map(|left| left.text.clone()))
                    .collect::<Vec<_>>()
                    .join("; "),
                Err(why) => why.clone(),
            })
            .collect();
        let order = "taken in their order";
        assert_eq!(
            shown,
            [
                format!("the row has 1 cells, and the table 2 columns; {order}; it has no body"),
                format!("the row has 3 cells, and the table 2 columns; {order}; D"),
                "Some(4) it has neither headline, body nor caption; not indexed".to_owned(),
            ]
        );
    }

    #[test]
    fn a_last_row_without_its_end_breaks_off() {
        for (row, is_cut) in [
            ("B,\"Two", true),
            ("B", true),
            ("B,\"Two\nlines\"", false),
            ("B,Two", false),
            ("B\n", false),
            ("B,\"Two\n", false),
        ] {
            let (_, records) = read("a.csv", &format!("title,text\nA,One\n{row}"), &ParseOptions::default());
            let told = |parsed: &Parsed| parsed.notices.iter().any(|notice| notice.code == Code::BrokenOff);
            let told: Vec<_> = records.iter().map(|record| record.as_ref().is_ok_and(told)).collect();
            assert_eq!(told, [false, is_cut], "{row}");
        }
    }

    #[test]
    fn lists_in_cells_are_lists() {
        let mut options = ParseOptions::default();
        options.mapping.map("Autoren", "bylines");
        let (_, records) = read(
            "a.csv",
            "title,tags,Autoren\nA,\"['x', 'y z']\",\"[\"\"Mara Veltin\"\", \"\"Ned Arlow\"\"]\"\n",
            &options,
        );
        let article = &records[0].as_ref().expect("an article").article;
        let keywords: Vec<_> = article.keywords.iter().map(|keyword| keyword.text.as_str()).collect();
        assert_eq!((keywords, article.bylines.len()), (vec!["x", "y z"], 2));
    }
}
