//! What holds for every format: its samples are understood field by field, and however they are broken, each source is
//! articles or a notice that says why not.
//!
//! A sample is a file in `tests/fixtures/formats`, and what is to come of it stands beside it under its name and
//! `.expected`.

use std::fmt::Write as _;

use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::read::read_source;
use crate::{Code, Level, Notice};

/// Samples, with the format that each is to be taken for.
const SAMPLES: &[(&str, &str)] = &[
    ("newsml-g2.xml", "newsml-g2"),
    ("newsml-1.xml", "newsml"),
    ("nitf.xml", "nitf"),
    ("ninjs-1.json", "json"),
    ("ninjs-3.json", "json"),
    ("alto.xml", "alto"),
    ("picture.jpg", "jpeg"),
    ("hocr.html", "hocr"),
    #[cfg(feature = "parquet")]
    ("table.parquet", "parquet"),
    ("washington-post.jsonl", "jsonl"),
    ("annotated-corpus.xml", "nitf"),
    ("reuters.sgm", "reuters-sgml"),
    ("trec.sgm", "trec"),
    ("table.csv", "csv"),
    ("table.tsv", "csv"),
    ("story-lines.txt", "story-lines"),
    ("wire-7901.txt", "wire"),
    ("wire-1312.txt", "wire"),
    ("rss.xml", "rss"),
    ("rss-1.0.rdf", "rss"),
    ("atom.xml", "atom"),
    ("news-sitemap.xml", "sitemap"),
    ("json-feed.json", "json"),
    ("newsletter.eml", "e-mail"),
    ("press-release.eml", "e-mail"),
    ("letters.mbox", "mbox"),
    ("saved-page.mhtml", "mhtml"),
    ("report.docx", "docx"),
    ("report.odt", "odt"),
    ("issue.epub", "epub"),
    #[cfg(feature = "pdf")]
    ("report.pdf", "pdf"),
];

fn path_of(sample: &str) -> String {
    format!("{}/tests/fixtures/formats/{sample}", env!("CARGO_MANIFEST_DIR"))
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(path_of(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What came of a source.
struct Outcome {
    format: Option<&'static str>,
    articles: usize,
    shown: String,
    notices: Vec<Notice>,
}

fn outcome(path: &str, bytes: &[u8]) -> Outcome {
    let (mut articles, mut shown, mut notices) = (0, String::new(), Vec::new());
    let reading = read_source(path, bytes, &ParseOptions::default(), &mut |record| {
        match record {
            Record::Article(parsed) => {
                articles += 1;
                let place = format!("record {:?}, line {:?}", parsed.record, parsed.line).replace("Some", "");
                let article = serde_json::to_string_pretty(&parsed.article).expect("an article is JSON");
                let _ = writeln!(shown, "// {place}\n{article}");
                for notice in &parsed.notices {
                    let _ = writeln!(shown, "// {}: {}", notice.code.as_str(), notice.message);
                }
                for left in &parsed.left_over {
                    let _ = writeln!(shown, "// left over, {}: {}", left.reason, left.text);
                }
                notices.extend(parsed.notices);
            }
            Record::Reject { notice } => {
                let line = notice.line.map_or_else(String::new, |line| format!("line {line}: "));
                let _ = writeln!(shown, "// {line}{}: {}", notice.code.as_str(), notice.message);
                notices.push(notice);
            }
        }
        Flow::Continue
    });
    notices.extend(reading.notices);
    Outcome { format: reading.format, articles, shown, notices }
}

#[test]
fn samples_are_understood_field_by_field() {
    for (name, format) in SAMPLES {
        let outcome = outcome(name, &sample(name));
        assert_eq!(outcome.format, Some(*format), "{name}");
        expect_test::expect_file![path_of(&format!("{name}.expected"))].assert_eq(&outcome.shown);
    }
}

/// Holds that a source is articles or a notice of why not, and that no format failed at it.
fn check_outcome(what: &str, path: &str, bytes: &[u8]) {
    let outcome = outcome(path, bytes);
    let is_told = outcome.notices.iter().any(|notice| notice.level != Level::Warning);
    assert!(outcome.articles > 0 || is_told, "{what}: neither an article nor a reason");
    for notice in &outcome.notices {
        assert_eq!(notice.path, path, "{what}: {notice:?}");
        assert!(!notice.message.is_empty(), "{what}: {notice:?}");
        let is_fault = notice.code == Code::BadRecord && notice.message.contains("fault of the program");
        assert!(!is_fault, "{what}: {notice:?}");
    }
}

#[test]
fn samples_that_are_cut_are_articles_or_rejected_with_a_reason() {
    for (name, _) in SAMPLES {
        let bytes = sample(name);
        for part in 0..64 {
            let cut = &bytes[..bytes.len() * part / 64];
            check_outcome(&format!("{name} cut at {part}/64"), name, cut);
        }
    }
}

#[test]
fn samples_with_flipped_bits_are_articles_or_rejected_with_a_reason() {
    // Any generator will do, as long as it is the same each time.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below a usize")
    };
    for (name, _) in SAMPLES {
        let bytes = sample(name);
        for round in 0..64 {
            let mut flipped = bytes.clone();
            for _ in 0..=round {
                flipped[random(bytes.len())] ^= 1 << random(8);
            }
            check_outcome(&format!("{name} flipped, round {round}"), name, &flipped);
        }
    }
}

#[test]
fn samples_in_wrong_charsets_are_articles_or_rejected_with_a_reason() {
    for (name, _) in SAMPLES {
        let text = String::from_utf8_lossy(&sample(name)).into_owned();
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let with_mark = [&b"\xff\xfe"[..], &utf_16].concat();
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        let (japanese, _, _) = encoding_rs::ISO_2022_JP.encode(&text);
        let mixed: Vec<u8> =
            text.bytes().enumerate().map(|(at, byte)| if at % 97 == 96 { 0xff } else { byte }).collect();
        for bytes in [&utf_16[..], &with_mark, &latin, &japanese, &mixed] {
            check_outcome(&format!("{name} in another charset"), name, bytes);
        }
    }
}

#[test]
fn samples_are_known_by_what_they_hold_whatever_their_name() {
    let names = ["a.txt", "a.html", "a.md", "a.json", "a.jsonl", "a.xml", "a.sgm", "a.csv", "a.tsv", "a"];
    for (sample_name, _) in SAMPLES {
        let bytes = sample(sample_name);
        for name in names {
            check_outcome(&format!("{sample_name} as {name}"), name, &bytes);
        }
    }
}

/// Sources of a megabyte or so that are made to be costly.
fn costly_sources() -> Vec<(&'static str, String)> {
    let item = |inner: &str| format!("<newsItem><contentMeta><headline>A</headline>{inner}</contentMeta></newsItem>");
    let doc = |inner: &str| format!("<DOC><DOCNO>1</DOCNO><HEAD>A</HEAD>{inner}</DOC>");
    let many = |what: &str| what.repeat(1_000_000 / what.len());
    let numbered = |what: fn(usize) -> String| (0..50_000).map(what).collect::<String>();
    vec![
        ("nesting.xml", many("<nitf><body>")),
        ("ends.xml", format!("<nitf>{}", many("</body>"))),
        ("keywords.xml", item(&numbered(|at| format!("<keyword>{at}</keyword>")))),
        ("creators.xml", item(&numbered(|at| format!("<creator><name>{at}</name></creator>")))),
        ("attributes.xml", format!("<newsItem {}><contentMeta/></newsItem>", numbered(|at| format!("a{at}='1' ")))),
        ("references.xml", format!("<nitf><body><body.content>{}", many("&amp;&lol;&#1;&"))),
        ("headlines.xml", item(&many("<headline>B</headline>"))),
        (
            "media.xml",
            format!(
                "<nitf><body><body.content>{}",
                numbered(|at| format!("<media><media-caption>{at}</media-caption></media>"))
            ),
        ),
        ("items.xml", format!("<newsMessage>{}", numbered(|at| format!("<newsItem guid='{at}'/>\n")))),
        (
            "repeated.json",
            format!(
                "{{\"uri\": \"a\", \"type\": \"text\", \"headline\": \"A\", \"body_xhtml\": \"{}\"}}",
                many("<p>A</p>")
            ),
        ),
        (
            "blocks.xml",
            format!(
                "<alto><Layout><Page>{}",
                numbered(|at| format!(
                    "<TextBlock ID='{at}' IDNEXT='{}' LANG='x{at}'><TextLine><String CONTENT='a-'/></TextLine></TextBlock>",
                    at + 1
                ))
            ),
        ),
        ("pages.html", many("<div class='ocr_page'><p class='ocr_par'>a-")),
        ("lines.html", format!("<div class='ocr_page'>{}", many("<span class='ocr_line'><b class='ocrx_word'>a"))),
        ("open.sgm", many("<DOC><DOCNO>1")),
        ("heads.sgm", doc(&many("<HEAD>B"))),
        ("angles.sgm", doc(&format!("<TEXT>{}</TEXT>", many("<a <")))),
        ("ends.sgm", doc(&many("</DOC      "))),
        ("ampersands.sgm", doc(&format!("<TEXT>{}</TEXT>", many("&&#")))),
        (
            "topics.sgm",
            format!(
                "<REUTERS><TOPICS>{}</TOPICS><TEXT><TITLE>A</TITLE></TEXT></REUTERS>",
                numbered(|at| format!("<D>{at}</D>"))
            ),
        ),
        ("quote.csv", format!("title,text\n\"{}", many("a,b\n"))),
        ("quotes.csv", format!("title,text\n{}", many("\",\"\n"))),
        ("columns.csv", format!("title,text,{}\n1,2\n", numbered(|at| format!("{at},")))),
        ("cells.csv", format!("title,text\n{}", many(","))),
        ("words.eml", format!("Received: a\nMessage-ID: <1>\nSubject: {}\n\nA", many("=?a?b?AAAA "))),
        ("addresses.eml", format!("Received: a\nMessage-ID: <1>\nFrom: {}\n\nA", many("a(\"<,"))),
        ("fields.eml", format!("Received: a\n{}\nA", numbered(|at| format!("Message-ID: {at}\n")))),
        (
            "parts.eml",
            format!(
                "Received: a\nMessage-ID: <1>\n{}",
                numbered(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n"))
            ),
        ),
        ("messages.mbox", many("From a Mon Jan  5 09:30:00 1998\nA: b\n\n")),
        ("labels.txt", format!("2024-05-02, text: A\n2024-05-02, text: B\n{}", many(":text:"))),
    ]
}

#[test]
fn costly_sources_are_read_to_their_end() {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (name, text) in costly_sources() {
            check_outcome(name, name, text.as_bytes());
            sender.send(name).expect("the test waits");
        }
    });
    let mut last = "none";
    for _ in costly_sources() {
        // Generous: only what does not end in reason is to be told.
        last = receiver
            .recv_timeout(std::time::Duration::from_secs(60))
            .unwrap_or_else(|error| panic!("the source after {last}: {error}"));
    }
}
