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
/// resources are the fifth. The sixth is its XMP, if it is XMP.
fn document(content: &str, resources: &str, others: &[String]) -> Vec<u8> {
    document_with("", content, resources, others)
}

fn document_with(trailer: &str, content: &str, resources: &str, others: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>".to_owned(),
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
    text.push_str(&format!(
        "xref\n0 {size}\n{table}trailer<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    ));
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
    let cut =
        read_within(&document(&format!("{TEXT} /F Do"), forms, &many), &Bounds::default(), 10_000).expect("a document");
    assert_eq!(cut.pages[0][0].text, "It sailed.");
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

fn flate(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("memory can be written");
    packer.finish().expect("memory suffices")
}

/// Makes letters of bytes as ASCIIHexDecode undoes.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A document whose content is packed by filters.
fn packed(filters: &str, data: &str) -> Vec<u8> {
    let text = String::from_utf8(document("", "", &[])).expect("ASCII");
    text.replace(&stream("", ""), &stream(&format!("/Filter{filters}"), data)).into_bytes()
}

#[test]
fn filters_in_a_row_are_undone_within_bounds() {
    let read_as = |filters: &str, data: &str| read(&packed(filters, data));
    let parsed = read_as("[/ASCIIHexDecode/FlateDecode]", &hex(&flate(TEXT.as_bytes()))).expect("an article");
    assert_eq!(parsed.article.body, ["It sailed."]);
    // Packed in the form of zlib, and without it.
    let bomb = flate(&vec![b' '; 70 << 20]);
    for bomb in [&bomb[..], &bomb[2..]] {
        let notice = read_as("[/AHx/Fl]", &hex(bomb)).expect_err("it unpacks to more");
        let message = "a PDF whose streams, without its images, unpack to more than 67108864 bytes; not indexed";
        assert_eq!((notice.code, notice.message.as_str()), (Code::TooLarge, message));
    }
    let twice = hex(&flate(&flate(TEXT.as_bytes())));
    let notice = read_as("[/AHx/Fl/Fl]", &twice).expect_err("three filters");
    let message = "a PDF with a stream that is packed several times over; save it anew to have it indexed";
    assert_eq!(notice.message, message);
    for filters in ["[/Fl/Fl]", "/#46lateDecode", "[/AHx/Fl]", " 9 0 R"] {
        let notice = read_as(&format!("{filters}/Type/ObjStm/N 1/First 4"), &twice).expect_err("objects");
        let message = "a PDF whose objects are packed in an unusual way; save it anew to have it indexed";
        assert_eq!(notice.message, message, "{filters}");
    }
}

#[test]
fn codes_of_lzw_and_runs_are_counted() {
    use super::filters::{Unpacked, unpack};
    use hayro_interpret::hayro_syntax::Filter::{LzwDecode, RunLengthDecode};

    // The example of ISO 32000-1, 7.4.4.2: 45 45 45 45 45 65 45 45 45 66.
    let lzw = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
    // Two runs of 128 and three bytes as they are.
    let runs = [129, 7, 129, 8, 2, 1, 2, 3, 128];
    for (data, filter, length) in [(lzw, LzwDecode, 10), (runs, RunLengthDecode, 259)] {
        assert_eq!(unpack(&data, &[filter], 1000), Unpacked::To(length));
        assert_eq!(unpack(&data, &[filter], length - 1), Unpacked::TooMuch);
    }
}

#[test]
fn a_glyph_stands_for_so_much_text_and_no_more() {
    let read_long = |length| read_with_glyph(&"0041".repeat(length));
    assert_eq!(read_long(500).expect("an article").article.body, ["A".repeat(64)]);
    let message = "a PDF in which one glyph stands for more text than any needs to; not indexed";
    assert_eq!(read_long(10_000).expect_err("too long").message, message);
}

/// Reads a document with a glyph that stands for so much text, in UTF-16.
fn read_with_glyph(long: &str) -> Result<Parsed, Notice> {
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange \
         1 beginbfchar <61> <{long}> endbfchar endcmap end end"
    );
    let font = "/Font<</A<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>>>";
    let text = String::from_utf8(document("BT /A 12 Tf 50 700 Td (a) Tj ET", "", &[stream("", &map)])).expect("ASCII");
    let text = text.replace("/Font<</A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>", font);
    read(text.as_bytes())
}

#[test]
fn forms_cost_by_their_length() {
    let long = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", &"q Q ".repeat(100_000));
    let bytes = document(&format!("{TEXT} {}", "/F Do ".repeat(50)), "/XObject<</F 6 0 R>>", &[long]);
    let within = |most| read_within(&bytes, &Bounds::default(), most).expect("a document").cut.is_some();
    assert_eq!((within(40_000), within(60_000)), (true, false));
}

#[test]
fn numbers_are_those_of_pages_only_where_they_stand_on_several() {
    let line = |y: u32, text: &str| format!("BT /A 12 Tf 50 {y} Td ({text}) Tj ET ");
    let content =
        [line(700, "1984"), line(660, "It sailed on Monday."), line(620, "It rained."), line(580, "2031")].concat();
    let parsed = read(&document(&content, "", &[])).expect("an article");
    assert_eq!(parsed.article.body, ["1984", "It sailed on Monday.", "It rained.", "2031"]);
}

#[test]
fn numbers_of_pages_are_left_over() {
    use super::lines::{Line, text};
    let line = |text: &str, y: f64| Line { text: text.to_owned(), y, size: 12.0, ..Line::default() };
    let page = |body: &str, number: &str| vec![line(body, 50.0), line("It rained.", 90.0), line(number, 700.0)];
    let text = text(vec![page("It sailed.", "- 1 -"), page("It came back.", "- 2 -"), page("It sank.", "- 3 -")]);
    assert_eq!(text.furniture, ["It rained.", "- 1 -", "- 2 -", "- 3 -"]);
    assert_eq!(text.paragraphs, ["It sailed.", "It came back.", "It sank."]);
}

#[test]
fn dates_are_as_exact_as_they_are_written() {
    for (written, date) in [
        ("D:2019", "2019"),
        ("D:201905", "2019-05"),
        ("D:20190501", "2019-05-01"),
        ("D:201905010000", "2019-05-01T00:00"),
        ("D:20190501093000", "2019-05-01T09:30:00"),
        ("D:20190501093000Z", "2019-05-01T09:30:00Z"),
        ("D:20190501093000+02'00", "2019-05-01T09:30:00+02:00"),
    ] {
        let text = String::from_utf8(document(TEXT, "", &[format!("<</CreationDate({written})>>")])).expect("ASCII");
        let parsed = read(text.replace("/Root 1", "/Info 6 0 R/Root 1").as_bytes()).expect("an article");
        let published = parsed.article.published.expect("a date").to_string();
        assert_eq!(published, date, "{written}");
        // In the trailer itself, where it is not looked for: no time that may not be there.
        let text = String::from_utf8(document(TEXT, "", &[])).expect("ASCII");
        let direct = text.replace("/Root 1", &format!("/Info<</CreationDate({written})>>/Root 1"));
        let published = read(direct.as_bytes()).expect("an article").article.published.expect("a date");
        assert_eq!(published.precision() > crate::Precision::Day, written.contains("0930"), "{written}");
    }
}

/// A stream of XMP with properties.
fn xmp(properties: &str) -> String {
    let rdf = format!("<rdf:RDF><rdf:Description rdf:about=''>{properties}</rdf:Description></rdf:RDF>");
    stream("/Type/Metadata/Subtype/XML", &format!("<x:xmpmeta>{rdf}</x:xmpmeta>"))
}

#[test]
fn what_its_information_does_not_say_comes_from_its_xmp() {
    let properties = "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Fähre</rdf:li><rdf:li xml:lang='x-default'>Ferry \
                      returns</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>Mara Veltin</rdf:li><rdf:li>Tomas \
                      Quell</rdf:li></rdf:Seq></dc:creator><dc:subject><rdf:Bag><rdf:li>harbour</rdf:li></rdf:Bag></dc:subject>\
                      <xmp:CreateDate>2024-05-02T10:00:00+02:00</xmp:CreateDate><xmp:ModifyDate>2024-05-03</xmp:ModifyDate>";
    let article = read(&document(TEXT, "", &[xmp(properties)])).expect("an article").article;
    assert_eq!(article.headline.as_deref(), Some("Ferry returns"));
    assert_eq!(article.bylines, ["Mara Veltin", "Tomas Quell"]);
    assert_eq!(article.keywords.iter().map(|keyword| keyword.text.as_str()).collect::<Vec<_>>(), ["harbour"]);
    let days = [article.published, article.updated].map(|date| date.expect("a date").to_string());
    assert!(days[0].starts_with("2024-05-02") && days[1] == "2024-05-03", "{days:?}");
    // Its information goes before.
    let information = "<</Title(Ferry sails)/Author(Ann Moss)/CreationDate(D:2023)>>".to_owned();
    let bytes = document_with("/Info 7 0 R", TEXT, "", &[xmp(properties), information]);
    let parsed = read(&bytes).expect("an article");
    let article = parsed.article;
    assert_eq!(
        (article.headline.as_deref(), &article.bylines[..]),
        (Some("Ferry sails"), &["Ann Moss".to_owned()][..])
    );
    assert_eq!(article.published.map(|date| date.to_string()).as_deref(), Some("2023"));
    assert_eq!(article.keywords.len(), 1);
    // A file's name is no title.
    let parsed = read(&document(TEXT, "", &[xmp("<dc:title>Microsoft Word - report.doc</dc:title>")]));
    assert_eq!(parsed.expect("an article").article.headline, None);
}

#[test]
fn a_document_that_is_cut_is_read_and_told() {
    let bytes = document(TEXT, "", &[]);
    let end = bytes.len() - b"%%EOF\n".len();
    for (length, is_told) in [(bytes.len(), false), (end, true), (end - 100, true)] {
        let parsed = read(&bytes[..length]).expect("an article");
        assert_eq!(parsed.article.body, ["It sailed."], "{length}");
        let told: Vec<_> =
            parsed.notices.iter().map(|notice| notice.code).filter(|code| *code == Code::BrokenOff).collect();
        assert_eq!(!told.is_empty(), is_told, "{length}");
    }
    let followed = [&bytes[..], &b"\0".repeat(500)].concat();
    assert!(read(&followed).expect("an article").notices.iter().all(|notice| notice.code != Code::BrokenOff));
    let is_told = |bytes: &[u8]| {
        let notices = read(bytes).expect("an article").notices;
        notices.iter().any(|notice| notice.code == Code::BrokenOff)
    };
    for padding in ["\0", " ", "\r\n", "\0 \n"] {
        assert!(!is_told(&[&bytes[..], padding.repeat(5000).as_bytes()].concat()), "{padding:?}");
        assert!(is_told(&[&bytes[..end], padding.repeat(5000).as_bytes()].concat()), "{padding:?}");
    }
    // One that was changed later has a mark before the change too.
    let changed = format!("8 0 obj\n<</A({})>>\nendobj\n", "x".repeat(2000));
    assert!(is_told(&[&bytes[..], changed.as_bytes()].concat()));
}

#[test]
fn its_xmp_is_that_of_its_root_and_not_too_long() {
    let title = |text: &str| format!("<dc:title>{text}</dc:title>");
    let stale = "<</Type/Catalog/Pages 2 0 R/Metadata 8 0 R>>".to_owned();
    let headline = |others: &[String]| read(&document(TEXT, "", others)).expect("an article").article.headline;
    let others = [xmp(&title("Ferry returns")), stale, xmp(&title("Ferry sinks"))];
    assert_eq!(headline(&others).as_deref(), Some("Ferry returns"));
    // Another catalog's is none of it, where the root has none.
    assert_eq!(headline(&["null".to_owned(), others[1].clone(), others[2].clone()]), None);
    for (spaces, wanted) in [(1000, Some("Ferry returns")), (1 << 20, None)] {
        let text = xmp(&title(&format!("Ferry{}returns", " ".repeat(spaces))));
        let (start, end) = (text.find("<x:").expect("a packet"), text.rfind("\nendstream").expect("an end"));
        let packed = hex(&flate(&text.as_bytes()[start..end]));
        let entries = "/Type/Metadata/Subtype/XML/Filter[/ASCIIHexDecode/FlateDecode]";
        let parsed = read(&document(TEXT, "", &[stream(entries, &packed)])).expect("an article");
        assert_eq!(parsed.article.headline.as_deref(), wanted, "{spaces}");
        let told: Vec<_> = parsed.notices.iter().map(|notice| (notice.code, notice.message.as_str())).collect();
        let why = (Code::LeftOut, "its XMP has more than 1 MiB; not read");
        assert_eq!(told, if wanted.is_some() { vec![] } else { vec![why] }, "{spaces}");
    }
}

#[test]
fn a_document_that_is_as_it_was_made_was_not_updated() {
    let updated = |created: &str, modified: &str| {
        let dates = format!("<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{modified}</xmp:ModifyDate>");
        let of_xmp = read(&document(TEXT, "", &[xmp(&dates)])).expect("an article").article.updated;
        let pdf_date = |date: &str| date.replace(['-', 'T', ':'], "").replace("+0200", "+02'00");
        let (created, modified) = (pdf_date(created), pdf_date(modified));
        let information = format!("<</CreationDate(D:{created})/ModDate(D:{modified})>>");
        let of_information =
            read(&document_with("/Info 6 0 R", TEXT, "", &[information])).expect("an article").article.updated;
        (of_xmp.is_some(), of_information.is_some())
    };
    let made = "2024-05-02T10:00:00+02:00";
    for same in [made, "2024-05-02T08:00:00Z"] {
        assert_eq!(updated(made, same), (false, false), "{same}");
    }
    for later in ["2024-05-02T10:00:00Z", "2024-05-02T10:00:01+02:00", "2024-05-03"] {
        assert_eq!(updated(made, later), (true, true), "{later}");
    }
    // A year does not begin with what is known to the day.
    assert_eq!(updated("2024", "2024-01-01"), (true, true));
}

#[test]
fn what_is_said_once_is_taken_once() {
    let many = "<rdf:li>1</rdf:li>".repeat(2000);
    let properties = format!("<xmp:ModifyDate><rdf:Seq>{many}</rdf:Seq></xmp:ModifyDate>");
    let parsed = read(&document(TEXT, "", &[xmp(&properties)])).expect("an article");
    let told: Vec<_> = parsed.notices.iter().map(|notice| notice.code).collect();
    assert_eq!((told.len(), told[0]), (1, Code::UnreadDate));
}

#[test]
fn the_number_of_its_pages_feeds_a_declared_field() {
    let mut options = ParseOptions::default();
    options.extra.insert("pages".to_owned(), crate::ExtraKind::Number);
    let mut told = Vec::new();
    read_source("a.pdf", &document(TEXT, "", &[]), &options, &mut |record| {
        if let Record::Article(parsed) = record {
            told.push(parsed.article.extra.get("pages").cloned());
        }
        Flow::Continue
    });
    assert_eq!(told, [Some(crate::Value::Number(1.0))]);
}
