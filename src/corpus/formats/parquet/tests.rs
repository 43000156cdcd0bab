use std::io::Write as _;

use crate::corpus::file::{read_file, read_whole};
use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::held::Hands;
use crate::corpus::large::Limits;
use crate::corpus::packed::Bounds;
use crate::{Code, Notice};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/formats/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns what a record is, and where it stands: without the words for where its fields come from, and for its notices.
fn shown(record: Record) -> String {
    match record {
        Record::Article(parsed) => format!("{:?} {:#?}", parsed.record, parsed.article),
        Record::Reject { notice } => notice.code.as_str().to_owned(),
    }
}

fn read(path: &str, bytes: &[u8]) -> (Vec<String>, Vec<Notice>) {
    let (mut records, mut rejected) = (Vec::new(), Vec::new());
    let reading = read_whole(path, bytes, &ParseOptions::default(), &mut |record| {
        if let Record::Reject { notice } = &record {
            rejected.push(notice.clone());
        }
        records.push(shown(record));
        Flow::Continue
    });
    assert!(reading.format.is_some(), "{path}");
    (records, rejected)
}

/// Reads a table from the disk, of which a row and the pages may have so many bytes.
fn read_from_disk(bytes: &[u8], longest: usize) -> (Vec<String>, Vec<String>) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("it can be written");
    std::io::Seek::rewind(&mut file).expect("it can be read");
    let limits = Limits { piece: 64, longest, from: None, most: u64::MAX, bounds: Bounds::default() };
    let (mut records, mut rejected, size) = (Vec::new(), Vec::new(), bytes.len() as u64);
    let options = ParseOptions::default();
    let mut emit = |record| {
        if let Record::Reject { notice } = &record {
            rejected.push(notice.message.clone());
        }
        records.push(shown(record));
        Flow::Continue
    };
    let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers: None };
    let outcome = read_file("a", file, size, &limits, &options, hands);
    assert_eq!(outcome.expect("a file can be read").0.format, Some("parquet"));
    (records, rejected)
}

#[test]
fn rows_are_the_articles_that_they_are_as_json() {
    // Written by another library from what it reads of the table.
    let (expected, _) = read("rows.jsonl", &fixture("parquet/rows.jsonl"));
    assert_eq!(expected.len(), 5);
    let bytes = fixture("table.parquet");
    assert_eq!(read("table", &bytes).0, expected);
    assert_eq!(read_from_disk(&bytes, 48 << 20).0, expected);
    for codec in ["gzip", "zstd", "brotli", "lz4", "none"] {
        let bytes = fixture(&format!("parquet/{codec}.parquet"));
        assert_eq!(read(codec, &bytes).0, expected, "{codec}");
    }
}

#[test]
fn columns_without_levels_may_have_them_in_the_older_form() {
    let bytes = fixture("parquet/required.parquet");
    let (expected, rejected) = read("a", &bytes);
    assert_eq!((expected.len(), rejected.len()), (2, 0));
    // The encodings of the two kinds of levels, as programs in Java write them: 4 instead of 3.
    let (new, old) = ([0x15, 6, 0x15, 6], [0x15, 8, 0x15, 8]);
    let mut changed = bytes.clone();
    for at in 0..bytes.len() - 4 {
        if bytes[at..].starts_with(&new) {
            changed[at..at + 4].copy_from_slice(&old);
        }
    }
    assert_ne!(changed, bytes);
    assert_eq!(read("a", &changed).0, expected);
}

#[test]
fn what_takes_more_room_than_there_is_is_rejected_with_the_limit() {
    let bytes = fixture("parquet/none.parquet");
    let (_, rejected) = read_from_disk(&bytes, 100);
    assert!(
        rejected[0].contains("pages of more than 100 bytes together; raise the limit (--max-article)"),
        "{rejected:?}"
    );
    let (records, rejected) = read_from_disk(&bytes, 1200);
    assert_eq!((records.len(), &*rejected[0]), (5, "row 1 has more than 1200 bytes; the record is not indexed"));
}

#[test]
fn broken_tables_are_told_and_take_no_memory() {
    let bytes = fixture("parquet/none.parquet");
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for round in 0..300 {
        let mut broken = bytes.clone();
        for _ in 0..=round % 4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = usize::try_from(state % bytes.len() as u64).expect("below a usize");
            // The footer more often, where the places and sizes stand.
            let at = if round % 2 == 0 { at } else { bytes.len() - 1 - at / 3 };
            broken[at] = if round % 3 == 0 { 0xff } else { broken[at] ^ (1 << (state >> 60 & 7)) };
        }
        if !super::begins_table(&broken) {
            continue;
        }
        let (records, rejected) = read("a", &broken);
        assert!(!records.is_empty(), "round {round}");
        for notice in rejected {
            assert!(!notice.message.contains("fault of the program"), "round {round}: {}", notice.message);
            assert!(
                matches!(notice.code, Code::BadRecord | Code::NoText | Code::NotAnArticle | Code::TooLarge),
                "{notice:?}"
            );
        }
    }
}

#[test]
fn a_table_without_columns_of_articles_is_rejected_once() {
    let bytes = fixture("table.parquet");
    // The names stand in the schema and with each column.
    let renamed = |from: &[u8], to: &[u8], mut bytes: Vec<u8>| {
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from) {
                bytes[at..at + from.len()].copy_from_slice(to);
            }
        }
        bytes
    };
    let bytes = renamed(b"\x05title", b"\x05xxxxx", renamed(b"\x04text", b"\x04yyyy", bytes));
    let (records, rejected) = read("a", &bytes);
    assert_eq!(records, ["not-an-article"]);
    let why = "no column of the table is named as a headline or a text is (it has `id`, `xxxxx`, `yyyy`, `authors`, \
               `published`, `tags`, `section`, `page`); name one with --map; not indexed";
    assert_eq!(rejected[0].message, why);
}
