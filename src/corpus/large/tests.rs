//! Sources read in pieces and in parts.

use proptest::prelude::*;

use super::*;
use crate::corpus::format::{Flow, Record};
use crate::corpus::held::Helpers;
use crate::corpus::held::tests::Threads;

/// Reads in pieces, and returns what comes out: of each record its number, line and text, or what is wrong with it.
fn in_pieces(path: &str, bytes: &[u8], piece: usize, longest: usize) -> (Vec<String>, Vec<Notice>) {
    in_parts(path, bytes, piece, longest, u64::MAX)
}

/// The same, left off after every `most` bytes and gone on with, on one thread and on several.
fn in_parts(path: &str, bytes: &[u8], piece: usize, longest: usize, most: u64) -> (Vec<String>, Vec<Notice>) {
    let alone = in_parts_with(path, bytes, piece, longest, most, None);
    let mut threads = Threads::default();
    let together = in_parts_with(path, bytes, piece, longest, most, Some(&mut threads));
    assert!(together == alone, "of several threads {together:#?}\nof one {alone:#?}");
    alone
}

fn in_parts_with(
    path: &str,
    bytes: &[u8],
    piece: usize,
    longest: usize,
    most: u64,
    mut threads: Option<&mut Threads>,
) -> (Vec<String>, Vec<Notice>) {
    let mut records = Vec::new();
    let mut emit = |record| {
        records.push(shown(record));
        Flow::Continue
    };
    let (size, options) = (bytes.len() as u64, ParseOptions::default());
    let (mut notices, mut limits) =
        (Vec::new(), Limits { piece, longest, from: None, most, bounds: Bounds::default() });
    loop {
        let file = io::Cursor::new(bytes);
        let helpers = threads.as_mut().map(|threads| &mut **threads as &mut dyn Helpers);
        let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers };
        let read = read_large(path, file, size, &limits, &options, hands);
        let (reading, left_off) = read.expect("bytes can be read");
        notices.extend(reading.notices);
        if left_off.is_none() {
            return (records, notices);
        }
        assert!(left_off.as_ref().map(|left_off| left_off.bytes) > limits.from.map(|from| from.bytes));
        limits.from = left_off;
    }
}

fn whole(path: &str, bytes: &[u8]) -> (Vec<String>, Vec<Notice>) {
    let mut records = Vec::new();
    let reading = read_source(path, bytes, &ParseOptions::default(), &mut |record| {
        records.push(shown(record));
        Flow::Continue
    });
    (records, reading.notices)
}

fn shown(record: Record) -> String {
    match record {
        Record::Article(parsed) => format!("{:?} {:?} {:?}", parsed.record, parsed.line, parsed.article),
        Record::Reject { notice } => format!("{:?} {}", notice.line, notice.message),
    }
}

proptest! {
    #[test]
    fn lines_read_in_pieces_are_those_of_the_whole(
        lines in prop::collection::vec(prop_oneof![
            "[a-zé ]{0,40}".prop_map(|text| format!(r#"{{"title": "{text}x"}}"#)),
            Just(String::new()),
            Just("broken".to_owned()),
        ], 0..20),
        ends_with_a_line_end: bool,
        piece in 1usize..200,
        most in 1u64..400,
    ) {
        let mut text = format!("{{\"title\": \"first\"}}\n{}", lines.join("\n"));
        if ends_with_a_line_end {
            text.push('\n');
        }
        let whole = whole("a.jsonl", text.as_bytes());
        prop_assert_eq!(&in_pieces("a.jsonl", text.as_bytes(), piece, 4096), &whole);
        prop_assert_eq!(&in_parts("a.jsonl", text.as_bytes(), piece, 4096, most), &whole);
    }
}

proptest! {
    #[test]
    fn sgml_read_in_pieces_is_that_of_the_whole(
        records in prop::collection::vec(prop_oneof![
            "[a-zé \n<]{0,40}".prop_map(|text| format!("<DOC><DOCNO>1</DOCNO>\n<HEAD>x</HEAD><TEXT>{text}</TEXT></DOC>\n")),
            Just("<DOC><HEAD>y</HEAD>\n<TEXT>".to_owned()),
            Just("\nbetween\n".to_owned()),
        ], 0..20),
        piece in 1usize..200,
        most in 1u64..400,
    ) {
        let text = format!("<DOC><DOCNO>0</DOCNO><HEAD>First</HEAD></DOC>\n{}", records.concat());
        let whole = whole("a.sgm", text.as_bytes());
        prop_assert_eq!(&in_pieces("a.sgm", text.as_bytes(), piece.max(40), 8192), &whole);
        prop_assert_eq!(&in_parts("a.sgm", text.as_bytes(), piece.max(40), 8192, most), &whole);
    }
}

proptest! {
    #[test]
    fn a_list_read_in_pieces_is_that_of_the_whole(
        elements in prop::collection::vec(prop_oneof![
            "[a-zé,{}\\[\\] ]{0,40}".prop_map(|text| format!(r#"{{"title": "{text}x", "tags": [{{"a": 1}},{{}}]}}"#)),
            "[ \n]{1,3}".prop_map(|space| format!(r#"{space}{{"title": "\\"}}, {{"}}"#)),
            Just(r#"{"title": "\ud800"}"#.to_owned()),
            Just("7".to_owned()),
            Just("[{}, {}]".to_owned()),
        ], 0..20),
        end in prop_oneof![Just("]"), Just(" ]\n"), Just("]{\"title\": \"y\"} [{}, {}]"), Just(""), Just(","), Just(", {\"a"), Just("}"), Just("]\n{\"a")],
        piece in 1usize..200,
        most in 1u64..400,
    ) {
        let mut elements = elements;
        elements.insert(0, r#"{"title": "first"}"#.to_owned());
        let text = format!("[{}{end}", elements.join(",\n"));
        let whole = whole("a.json", text.as_bytes());
        prop_assert_eq!(&in_pieces("a.json", text.as_bytes(), piece, 40), &whole);
        prop_assert_eq!(&in_parts("a.json", text.as_bytes(), piece, 40, most), &whole);
    }
}

proptest! {
    #[test]
    fn a_feed_read_in_pieces_is_that_of_the_whole(
        entries in prop::collection::vec(prop_oneof![
            "[a-zé \n]{0,30}".prop_map(|text| format!("<item>\n<title>x{text}</title></item>\n")),
            Just("<item><title>y<description><![CDATA[<item></item> <!-- ]]></description></item>".to_owned()),
            Just("<!-- <item> --><item><title>z &amp; <b/></title></item>".to_owned()),
            Just("<item/>\n<items></items>".to_owned()),
            Just("<item><title>u</title></item><!bad><item><title>t</title></item>".to_owned()),
            Just("<item><item><title>v</title></item></item>".to_owned()),
            Just("<item a='/>'><title>s</title></item >\r\n<!-- > <item> --><item\n/>".to_owned()),
        ], 0..20),
        end in prop_oneof![Just("</channel></rss>\n"), Just("</channel>"), Just("<item><title>cut"), Just("</rss")],
        piece in 1usize..300,
        most in 1u64..500,
    ) {
        let head = "<?xml version='1.0'?>\n<rss version='2.0'><channel><title>Ostrel Post</title>\n<language>en</language>";
        let text = format!("{head}\n<item><title>first</title></item>{}{end}", entries.concat());
        let whole = whole("a.xml", text.as_bytes());
        prop_assert_eq!(&in_pieces("a.xml", text.as_bytes(), piece.max(150), 8192), &whole);
        prop_assert_eq!(&in_parts("a.xml", text.as_bytes(), piece.max(150), 8192, most), &whole);
    }
}

#[test]
fn a_feed_of_any_size_is_read_in_pieces_whatever_its_head_has_and_its_lines_are() {
    let rss = "<rss version='2.0'><channel><title>Ostrel Post</title>";
    let image = format!("{rss}<image><url>https://ostrel.example/a.png</url></image>");
    for (head, between) in [
        (rss.to_owned(), "\n"),
        (image.clone(), "\n"),
        (image.clone(), ""),
        (format!("<?xml version='1.0'?>\n{image}"), ""),
    ] {
        let items: Vec<String> = (0..100).map(|n| format!("<item><title>Ferry {n}</title></item>")).collect();
        let text = format!("{head}{}</channel></rss>", items.join(between));
        let read = in_pieces("a.xml", text.as_bytes(), 400, 1000);
        assert!(read.0.len() == 100 && read == whole("a.xml", text.as_bytes()), "{head}: {read:#?}");
    }
}

#[test]
fn of_a_sitemap_is_told_that_it_lists_no_news_or_breaks_off() {
    let urls = "<url><loc>https://ostrel.example/1</loc></url>\n".repeat(100);
    let news = "<url><loc>https://ostrel.example/2</loc><news:news><news:title>A</news:title></news:news></url>\n";
    for text in [format!("<urlset>\n{urls}</urlset>"), format!("<urlset>\n{news}{urls}<url><loc>")] {
        let read = in_pieces("a.xml", text.as_bytes(), 400, 10_000);
        assert!(read.0.len() == 1 && read == whole("a.xml", text.as_bytes()), "{read:#?}");
    }
}

proptest! {
    #[test]
    fn a_table_read_in_pieces_is_that_of_the_whole(
        rows in prop::collection::vec(prop_oneof![
            "[a-zé]{1,20}".prop_map(|cell| format!("{cell},b\n")),
            "[a-z, \n]{0,40}".prop_map(|cell| format!("x,\"{cell}\"\"\"\r\n")),
            Just("\n".to_owned()),
            Just("short\n".to_owned()),
            Just("a\",b\n".to_owned()),
        ], 0..20),
        piece in 1usize..200,
        most in 1u64..400,
    ) {
        let text = format!("title,text\nFirst,one\n{}", rows.concat());
        let whole = whole("a.csv", text.as_bytes());
        prop_assert_eq!(&in_pieces("a.csv", text.as_bytes(), piece.max(20), 8192), &whole);
        prop_assert_eq!(&in_parts("a.csv", text.as_bytes(), piece.max(20), 8192, most), &whole);
    }
}

#[test]
fn a_table_whose_lines_end_with_a_carriage_return_alone_loses_no_row() {
    let rows: String = (0..40).map(|n| format!("Ferry {n},\"It sailed.\"\r")).collect();
    let text = format!("title,text\r{rows}");
    let whole = whole("a.csv", text.as_bytes());
    assert_eq!(whole.0.len(), 40);
    for (piece, most) in [(64, u64::MAX), (100, u64::MAX), (64, 150)] {
        let read = in_parts("a.csv", text.as_bytes(), piece, 8192, most);
        assert!(read == whole, "{piece} {most}: {} rows", read.0.len());
    }
}

proptest! {
    #[test]
    fn a_mailbox_read_in_pieces_is_that_of_the_whole(
        messages in prop::collection::vec(prop_oneof![
            "[a-zé \n>]{0,40}".prop_map(|text| format!("Subject: {text}\n\n{text}\n>From a\n\n")),
            Just("Subject: y\nContent-Type: text/plain; charset=utf-8\n\nFrom 10:30 in 2022\n".to_owned()),
            Just("\n".to_owned()),
        ], 1..20),
        piece in 1usize..200,
        most in 1u64..400,
    ) {
        let separator = "From a@b.example Mon Jan  5 09:30:00 1998\nTo: c\n";
        let text: String = messages.iter().flat_map(|message| [separator, message]).collect();
        let whole = whole("a", text.as_bytes());
        prop_assert_eq!(&in_pieces("a", text.as_bytes(), piece.max(60), 8192), &whole);
        prop_assert_eq!(&in_parts("a", text.as_bytes(), piece.max(60), 8192, most), &whole);
    }
}

#[test]
fn a_record_of_sgml_that_is_too_long_is_rejected_and_the_others_are_kept() {
    let record = |text: &str| format!("<DOC>\n<DOCNO>{text}</DOCNO>\n<HEAD>{text}</HEAD></DOC>\n");
    let text = format!("{}{}{}", record("A"), record(&"b\n".repeat(300)), record("C"));
    for piece in [50, 64, 100] {
        let (records, _) = in_pieces("a.sgm", text.as_bytes(), piece, 100);
        assert_eq!(records.len(), 3, "{records:?}");
        assert_eq!(records[1], "Some(4) a record of more than 100 bytes; the record is not indexed");
        let line = 4 + record(&"b\n".repeat(300)).lines().count();
        assert!(records[2].starts_with(&format!("Some(3) Some({line})")), "{}", records[2]);
    }
}

#[test]
fn a_line_that_is_too_long_is_rejected_and_the_others_are_kept() {
    let text = format!("{{\"title\": \"A\"}}\n{{\"title\": \"{}\"}}\n{{\"title\": \"C\"}}\n", "b".repeat(500));
    let (records, notices) = in_pieces("a.jsonl", text.as_bytes(), 16, 100);
    assert_eq!(notices, []);
    assert_eq!(records.len(), 3, "{records:?}");
    assert!(records[0].contains("\"A\""));
    assert_eq!(records[1], "Some(2) a line of more than 100 bytes; the record is not indexed");
    assert_eq!(in_parts("a.jsonl", text.as_bytes(), 16, 100, 1), (records.clone(), notices));
    assert!(records[2].starts_with("Some(3) Some(3)") && records[2].contains("\"C\""), "{}", records[2]);
}

#[test]
fn bad_bytes_are_told_once_with_their_line() {
    let text = b"{\"title\": \"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}\n{\"title\": \"B\"}\n{\"title\": \"\xff\"}\n{\"title\": \"\xff\"}\n";
    let (records, notices) = in_pieces("a.jsonl", text, 24, 100);
    assert_eq!(records.len(), 4);
    let parts = in_parts("a.jsonl", text, 24, 100, 1);
    assert_eq!(parts.0, records);
    for notices in [notices, parts.1] {
        let told: Vec<_> = notices.iter().map(|notice| (notice.code, notice.line, notice.path.as_str())).collect();
        assert_eq!(told, [(Code::BadBytes, Some(3), "a.jsonl")]);
    }
}

#[test]
fn of_one_article_only_the_beginning_is_read() {
    let text = "Ferry returns\n\nThe ferry sailed again on Monday after nine weeks in dock, the office said.\n\n";
    let text = format!("{text}{}", "It will sail tomorrow too, and on the day that follows it.\n\n".repeat(20));
    let (records, notices) = in_pieces("a.txt", text.as_bytes(), 64, 500);
    assert!(records[0].contains("Ferry returns") && records.len() == 1, "{records:?}");
    assert_eq!(notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [Code::Truncated]);
    assert!(notices[0].message.starts_with("the source has 1292 bytes, of which the first "), "{}", notices[0].message);
    let json = format!("[{}{{\"title\": \"last\"}}]", "{\"title\": \"ferry\"},\n".repeat(50));
    assert_eq!(in_pieces("a.json", json.as_bytes(), 64, 500), whole("a.json", json.as_bytes()));
}

#[test]
fn pieces_are_handed_over_and_given_up_where_no_more_are_wanted() {
    let lines: String = (0..400).map(|n| format!("{{\"title\": \"Ferry {n}\"}}\n")).collect();
    let limits = Limits { piece: 64, longest: 4096, from: None, most: u64::MAX, bounds: Bounds::default() };
    let options = ParseOptions::default();
    for most in [1, 7, 200, 1_000] {
        let (mut threads, mut records) = (Threads::default(), Vec::new());
        let mut emit = |record| {
            records.push(shown(record));
            if records.len() < most { Flow::Continue } else { Flow::Stop }
        };
        let helpers = Some(&mut threads as &mut dyn Helpers);
        let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers };
        let file = io::Cursor::new(lines.as_bytes());
        read_large("a.jsonl", file, lines.len() as u64, &limits, &options, hands).expect("bytes can be read");
        assert_eq!(records, whole("a.jsonl", lines.as_bytes()).0[..most.min(400)]);
        assert!(most < 400 || threads.offered > 100, "{}", threads.offered);
    }
}
