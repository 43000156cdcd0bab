use std::io::Write as _;
use std::sync::Arc;

use ::parquet::basic::Encoding;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use crate::corpus::file::{read_file, read_whole};
use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::held::tests::Threads;
use crate::corpus::held::{Hands, Helpers};
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

/// Reads a table from the disk, of which a row and the pages may have so many bytes, on one thread and on several.
fn read_from_disk(bytes: &[u8], longest: usize) -> (Vec<String>, Vec<String>) {
    read_some_from_disk(bytes, longest, usize::MAX)
}

/// The same, until there are so many records.
fn read_some_from_disk(bytes: &[u8], longest: usize, most: usize) -> (Vec<String>, Vec<String>) {
    let alone = read_from_disk_with(bytes, longest, most, None);
    let together = read_from_disk_with(bytes, longest, most, Some(&mut Threads::default()));
    assert!(together == alone, "of several threads {together:#?}\nof one {alone:#?}");
    alone
}

fn read_from_disk_with(
    bytes: &[u8],
    longest: usize,
    most: usize,
    threads: Option<&mut Threads>,
) -> (Vec<String>, Vec<String>) {
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
        if records.len() < most { Flow::Continue } else { Flow::Stop }
    };
    let helpers = threads.map(|threads| threads as &mut dyn Helpers);
    let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers };
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
                matches!(
                    notice.code,
                    Code::BrokenSource | Code::BadRecord | Code::NoText | Code::NotAnArticle | Code::TooLarge
                ),
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

/// What is written into a table: the encodings of texts, of numbers and of fractions, and the version of pages.
type Encodings = ([Encoding; 3], WriterVersion);

/// Makes a table with the crate's own writer.
fn written(texts: &[String], ([of_texts, of_numbers, of_fractions], version): Encodings) -> Vec<u8> {
    let schema = "message row { required binary title (STRING); optional binary text (STRING); required int64 page; \
                  required double weight; }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let columns = [("title", of_texts), ("text", of_texts), ("page", of_numbers), ("weight", of_fractions)];
    let properties = WriterProperties::builder().set_writer_version(version).set_dictionary_enabled(false);
    let properties = columns
        .into_iter()
        .fold(properties, |properties, (name, encoding)| properties.set_column_encoding(name.into(), encoding));
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties.build().into()).expect("it can be written");
    let mut group = file.next_row_group().expect("it can be written");
    let n = texts.len();
    let titles: Vec<ByteArray> = (0..n).map(|n| format!("Ferry number {n} returns").into_bytes().into()).collect();
    let bodies: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(text.clone().into_bytes())).collect();
    let levels = vec![1; n];
    while let Some(mut column) = group.next_column().expect("it can be written") {
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(column) if column.get_descriptor().name() == "title" => {
                column.write_batch(&titles, None, None)
            }
            ColumnWriter::ByteArrayColumnWriter(column) => column.write_batch(&bodies, Some(&levels), None),
            ColumnWriter::Int64ColumnWriter(column) => {
                column.write_batch(&(0..n).map(|n| (n * n % 97) as i64).collect::<Vec<_>>(), None, None)
            }
            ColumnWriter::DoubleColumnWriter(column) => {
                column.write_batch(&(0..n).map(|n| n as f64 / 8.0).collect::<Vec<_>>(), None, None)
            }
            _ => unreachable!("the schema has no other"),
        }
        .expect("it can be written");
        column.close().expect("it can be written");
    }
    group.close().expect("it can be written");
    file.into_inner().expect("it can be written")
}

fn texts(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("{}It sailed again on day {n}.", "The ferry was full. ".repeat(n % 7))).collect()
}

const PLAIN: Encodings = ([Encoding::PLAIN; 3], WriterVersion::PARQUET_1_0);

#[test]
fn values_are_read_in_every_encoding() {
    use Encoding::{BYTE_STREAM_SPLIT, DELTA_BINARY_PACKED, DELTA_BYTE_ARRAY, DELTA_LENGTH_BYTE_ARRAY};
    let texts = texts(600);
    let (expected, rejected) = read("a", &written(&texts, PLAIN));
    assert_eq!((expected.len(), rejected.len()), (600, 0));
    for of_texts in [DELTA_BYTE_ARRAY, DELTA_LENGTH_BYTE_ARRAY] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let bytes = written(&texts, ([of_texts, DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT], version));
            assert_eq!(read("a", &bytes).0, expected, "{of_texts:?} {version:?}");
            assert_eq!(read_from_disk(&bytes, 1 << 20).0, expected, "{of_texts:?} {version:?}");
        }
    }
}

#[test]
fn values_that_repeat_those_before_them_take_room() {
    let encodings = ([Encoding::DELTA_BYTE_ARRAY, Encoding::PLAIN, Encoding::PLAIN], WriterVersion::PARQUET_2_0);
    let bytes = written(&vec!["x".repeat(100_000); 200], encodings);
    assert!(bytes.len() < 300_000, "{}", bytes.len());
    let (records, rejected) = read_from_disk(&bytes, 1 << 20);
    assert_eq!(records.len(), 1);
    assert!(
        rejected[0].contains("pages of more than 1048576 bytes together; raise the limit (--max-article)"),
        "{rejected:?}"
    );
    assert_eq!(read_from_disk(&bytes, 48 << 20).0.len(), 200);
    // Whatever bits flip in it, it ends with what can be read or is told.
    let (small, mut state) = (written(&texts(40), encodings), 0x2545_F491_4F6C_DD1D_u64);
    for _ in 0..400 {
        let mut broken = small.clone();
        for _ in 0..2 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = usize::try_from(state % (small.len() as u64 - 8)).expect("below a usize").max(4);
            broken[at] ^= 1 << (state >> 60 & 7);
        }
        assert!(!read("a", &broken).0.is_empty());
    }
}

#[test]
fn rows_handed_to_several_threads_are_kept_up_to_a_break_and_given_up_where_no_more_are_wanted() {
    let text = |n| format!("It sailed again on day {n}. {}", "The ferry was full. ".repeat(500));
    let texts: Vec<String> = (0..300).map(text).collect();
    let sound = written(&texts, PLAIN);
    let (expected, _) = read_from_disk(&sound, 48 << 20);
    assert_eq!(expected.len(), 300);
    for most in [1, 40, 299] {
        assert_eq!(read_some_from_disk(&sound, 48 << 20, most).0, expected[..most]);
    }
    // The length that stands before a value.
    let of_value = b"It sailed again on day 250. ";
    let at = sound.windows(of_value.len()).position(|bytes| bytes == of_value).expect("the value stands as it is");
    let mut broken = sound.clone();
    broken[at - 4..at].copy_from_slice(&[0xff; 4]);
    let (records, rejected) = read_from_disk(&broken, 48 << 20);
    let n_kept = records.len() - 1;
    assert!((100..250).contains(&n_kept) && records[..n_kept] == expected[..n_kept], "{n_kept}");
    assert!(rejected.len() == 1 && rejected[0].contains("the table cannot be read on"), "{rejected:?}");
    assert_eq!(read_some_from_disk(&broken, 48 << 20, 40).0, expected[..40]);
}

#[test]
fn what_is_encrypted_or_packed_with_lzo_is_told_by_name() {
    let bytes = written(&texts(3), PLAIN);
    let told = |bytes: &[u8]| read("a", bytes).1.into_iter().map(|notice| notice.message).collect::<Vec<_>>();
    let end = bytes.len();
    let mut whole = bytes.clone();
    whole[..4].copy_from_slice(b"PARE");
    whole[end - 4..].copy_from_slice(b"PARE");
    assert_eq!(told(&whole), ["not a table of Parquet that can be read: it is encrypted; not indexed"]);
    // Of a footer that ends with field 6 or 7, the next one tells of encryption: a structure with a structure in it.
    let length = u32::from_le_bytes(*bytes[end - 8..].first_chunk().expect("a length")) as usize;
    let footer = &bytes[end - 8 - length..end - 9];
    let step = (1..=8).find(|step| {
        let with = [footer, &[step << 4 | 12, 0x1c, 0, 0, 0]].concat();
        super::thrift::Thrift::new(&with).has_field(8) == Some(true)
    });
    let with = [footer, &[step.expect("a step to field 8") << 4 | 12, 0x1c, 0, 0, 0]].concat();
    let columns =
        [&bytes[..end - 8 - length], &with, &u32::try_from(with.len()).expect("short").to_le_bytes(), b"PAR1"].concat();
    assert_eq!(
        told(&columns),
        ["not a table of Parquet that can be read: it has columns that are encrypted; not indexed"]
    );
    // The number of the codec is one of the zeros in the footer.
    let zeros = (end - 8 - length..end - 8).filter(|at| bytes[*at..].starts_with(&[0x15, 0]));
    let told_of_any: Vec<String> = zeros
        .flat_map(|at| {
            let mut changed = bytes.clone();
            changed[at + 1] = 6;
            told(&changed)
        })
        .collect();
    let why = "it is packed with LZO, which is not read; Snappy, gzip, Zstandard, Brotli and LZ4 are";
    assert!(told_of_any.iter().any(|told| told.contains(why)), "{told_of_any:?}");
}
