//! What of PDF the sample does not show; most of all what is made to do harm.

use super::pages::read_within;
use super::safety::check;
use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::packed::Bounds;
use crate::corpus::read::read_source;
use crate::{Code, Notice};

/// Returns the article of a source, or why there is none.
fn read(bytes: &[u8]) -> Result<Parsed, Notice> {
    let mut outcome = None;
    let reading = read_source("a.pdf", bytes, &ParseOptions::default(), &mut |record| {
        outcome = Some(match record {
            Record::Article(parsed) => Ok(*parsed),
            Record::Reject { notice } => Err(notice),
        });
        Flow::Continue
    });
    assert_eq!(reading.format, Some("pdf"));
    outcome.expect("a record")
}

/// Makes a document of objects. The first three are the catalog, the pages and a page, whose content is the fourth and whose
/// resources are the fifth.
fn document(content: &str, resources: &str, others: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources 5 0 R/Contents 4 0 R>>".to_owned(),
        stream("", content),
        format!("<</Font<</A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>{resources}>>"),
    ];
    objects.extend_from_slice(others);
    let (mut text, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let (start, size) = (text.len(), objects.len() + 1);
    text.push_str(&format!("xref\n0 {size}\n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"));
    text.into_bytes()
}

fn stream(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>stream\n{content}\nendstream", content.len())
}

/// A form that draws another one, by its number, so many times.
fn form(other: usize, times: usize) -> String {
    let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {other} 0 R>>>>");
    stream(&entries, &"/F Do ".repeat(times))
}

const TEXT: &str = "BT /A 12 Tf 50 700 Td (It sailed.) Tj ET";

#[test]
fn text_is_read_and_pages_without_it_are_told() {
    let parsed = read(&document(TEXT, "", &[])).expect("an article");
    assert_eq!(parsed.article.body, ["It sailed."]);
    let image =
        stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", "\u{1}");
    let scanned = read(&document("/F Do", "/XObject<</F 6 0 R>>", &[image])).expect_err("no text");
    assert_eq!((scanned.code, scanned.message.as_str()), (Code::NoText, "no text layer; OCR it first"));
    let empty = read(&document("", "", &[])).expect_err("no text");
    assert_eq!(empty.message, "a PDF without text; not indexed");
}

#[test]
fn columns_are_read_one_after_the_other_and_gaps_part_words() {
    let line = |x: u32, y: u32, text: &str| format!("BT /A 10 Tf {x} {y} Td ({text}) Tj ET ");
    let content = [
        line(50, 700, "The ferry sailed again on"),
        line(50, 688, "Monday, after nine weeks"),
        line(300, 700, "in dock, as was fore-"),
        line(300, 688, "told. Nobody complained."),
        "BT /A 10 Tf 300 650 Td [(Two) -400 (cr) 20 (owns)] TJ ET".to_owned(),
    ];
    let parsed = read(&document(&content.concat(), "", &[])).expect("an article");
    let text = "The ferry sailed again on Monday, after nine weeks in dock, as was foretold. Nobody complained.";
    assert_eq!(parsed.article.body, [text, "Two crowns"]);
}

#[test]
fn an_encrypted_document_is_rejected_by_that_reason() {
    let path = format!("{}/tests/fixtures/encrypted.pdf", env!("CARGO_MANIFEST_DIR"));
    let notice = read(&std::fs::read(path).expect("the fixture is there")).expect_err("no password");
    assert_eq!(notice.message, "an encrypted PDF; save it without its password to have it indexed");
}

#[test]
fn a_document_that_is_made_to_do_harm_costs_only_itself() {
    let page = format!("/F Do {TEXT}");
    let forms = "/XObject<</F 6 0 R>>";
    let draws_itself = read(&document(&page, forms, &[form(6, 1)])).expect("an article");
    assert_eq!(draws_itself.article.body, ["It sailed."]);
    // Three times each, thirty deep, is more than can ever be drawn.
    let many: Vec<String> = (0..30).map(|at| form(7 + at, 3)).chain([stream("/Subtype/Form", "")]).collect();
    let cut = read_within(&document(&format!("{TEXT} /F Do"), forms, &many), 10_000).expect("a document");
    assert_eq!(cut.pages[0].len(), "It sailed.".len());
    assert_eq!(cut.cut.as_deref(), Some("a PDF that has more drawn than any document needs; what follows is not read"));
}

#[test]
fn brackets_in_brackets_are_bounded_wherever_they_stand() {
    let deep = "a PDF in which brackets stand in brackets more than 20000 deep; not indexed";
    let hidden = |filter: &str, data: String| {
        let mut text = String::from_utf8(document("", "", &[])).expect("ASCII");
        let content = stream("", "");
        text = text.replace(&content, &stream(&format!("/Filter/{filter}"), &data));
        text.into_bytes()
    };
    for bytes in [
        document(&"[".repeat(300_000), "", &[]),
        document(TEXT, &"/B<<".repeat(300_000), &[]),
        format!("%PDF-1.4\n1 0 obj\n{}", "<</A".repeat(300_000)).into_bytes(),
        hidden("ASCIIHexDecode", "5B".repeat(300_000)),
    ] {
        assert_eq!(read(&bytes).expect_err("too deep").message, deep);
    }
    // What is let through does not overflow the stack, which would end the program.
    for opening in ["[", "<</A", "q ", "("] {
        let parsed = read(&document(&format!("{TEXT} {}", opening.repeat(4000)), "", &[opening.repeat(4000)]));
        assert_eq!(parsed.expect("an article").article.body, ["It sailed."], "{opening}");
    }
}

#[test]
fn streams_unpack_to_so_much_and_no_more() {
    use std::io::Write as _;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&[b'0'; 100_000]).expect("memory can be written");
    let bytes =
        [b"%PDF-1.4\n4 0 obj<</Filter/FlateDecode>>stream\n", &*packer.finish().expect("memory suffices")].concat();
    let within = |free| check(&bytes, &Bounds { ratio: 1, free, ..Bounds::default() });
    assert_eq!(within(200_000), Ok(()));
    let notice = within(50_000).expect_err("it unpacks to more");
    assert_eq!(notice.code, Code::TooLarge);
    assert_eq!(
        notice.message,
        "a PDF that unpacks to more than 1 times its size, and more than 50000 bytes; not indexed, raise `ratio` (--limit ratio=N) to have more"
    );
}
