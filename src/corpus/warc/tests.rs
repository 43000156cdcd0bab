use std::any::Any;
use std::cell::Cell;

use super::*;
use crate::corpus::format::Parsed;
use crate::corpus::held::{HeldFile, Helpers, Part};

fn page(headline: &str) -> String {
    format!(
        "<html><title>{headline}</title><body><article><h1>{headline}</h1><p>The ferry sailed again on Monday after nine \
         weeks in dock, the harbour master of Ostrel said, and it was full.</p></article></body></html>"
    )
}

fn response(kind: &str, address: &str, block: &str) -> String {
    let length = block.len();
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n"
    )
}

fn http(kind: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}")
}

/// Reads a crawl; returns its articles, what was rejected, and what was said of the whole.
fn crawled(bytes: &[u8]) -> (Vec<Parsed>, Vec<Notice>, SourceReading) {
    crawled_with(bytes, 1 << 16, None)
}

fn crawled_with(
    bytes: &[u8],
    piece: usize,
    helpers: Option<&mut dyn Helpers>,
) -> (Vec<Parsed>, Vec<Notice>, SourceReading) {
    let (mut articles, mut rejected) = (Vec::new(), Vec::new());
    let mut emit = |record| {
        match record {
            Record::Article(parsed) => articles.push(*parsed),
            Record::Reject { notice } => rejected.push(notice),
        }
        Flow::Continue
    };
    let (mut reader, options) = (bytes, ParseOptions::default());
    let helpers = helpers.map(|helpers| helpers as &mut dyn Helpers);
    let hands = Hands { make_room: &mut |_| {}, emit: &mut emit, must_stop: &|| false, helpers };
    let means = Means { piece, longest: 1 << 20, options: &options, hands };
    let reading = read("c.warc", &mut reader, means).expect("bytes can be read");
    (articles, rejected, reading)
}

fn crawl() -> String {
    let feed = "<rss><channel><item><title>Bridge</title></item><item><title>Bakers</title></item></channel></rss>";
    [
        response("warcinfo", "", "software: made up"),
        response("request", "https://courier.example/f", "GET /f HTTP/1.1\r\n\r\n"),
        response("response", "https://courier.example/f", &http("text/html; charset=utf-8", &page("Ferry returns"))),
        response("response", "https://courier.example/x.png", &http("image/png", "\u{1}\u{2}")),
        response("revisit", "https://courier.example/f", "HTTP/1.1 200 OK\r\n\r\n"),
        response("response", "https://courier.example/gone", "HTTP/1.1 404 Not Found\r\n\r\n<p>No"),
        response("response", "https://courier.example/feed", &http("application/rss+xml", feed)),
        response("response", "https://courier.example/empty", &http("text/html", "<html></html>")),
    ]
    .concat()
}

#[test]
fn responses_are_read_as_what_they_are_and_the_others_counted() {
    let (articles, rejected, reading) = crawled(crawl().as_bytes());
    let headlines: Vec<_> = articles.iter().map(|one| (one.record, one.article.headline.as_deref())).collect();
    assert_eq!(headlines, [(Some(1), Some("Ferry returns")), (Some(2), Some("Bridge")), (Some(3), Some("Bakers"))]);
    assert_eq!(articles[0].article.url.as_deref(), Some("https://courier.example/f"));
    assert_eq!((rejected.len(), rejected[0].code, rejected[0].path.as_str()), (1, Code::NoText, "c.warc"));
    assert!(rejected[0].message.starts_with("https://courier.example/empty: "), "{}", rejected[0].message);
    let told: Vec<_> = reading.notices.iter().map(|notice| notice.message.as_str()).collect();
    let counted = "not read: 1 responses that are no text, 1 responses that say that there is no page, 1 revisits of pages \
        that were as before";
    assert_eq!((reading.format, told), (Some("warc"), vec![counted]));
}

fn packed(body: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, body.as_bytes()).expect("memory suffices");
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
    let block = [&head[..], &packer.finish().expect("memory suffices")].concat();
    let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://courier.example/z";
    [format!("{head}\r\nContent-Length: {}\r\n\r\n", block.len()).as_bytes(), &block, b"\r\n\r\n"].concat()
}

/// Has a thread of its own for each part.
#[derive(Default)]
struct Threads {
    asked: Cell<usize>,
    started: usize,
    most_room: Cell<u64>,
}

impl Helpers for Threads {
    fn are_free(&self) -> bool {
        !self.asked.replace(self.asked.get() + 1).is_multiple_of(7)
    }

    fn offer(&mut self, file: HeldFile) -> Option<HeldFile> {
        Some(file)
    }

    fn room_for(&self, bytes: u64) -> Option<Box<dyn Any>> {
        self.most_room.set(self.most_room.get().max(bytes));
        Some(Box::new(()))
    }

    fn offer_part(&mut self, part: Part) -> Option<Part> {
        self.started += 1;
        if self.started.is_multiple_of(5) {
            return Some(part);
        }
        std::thread::spawn(part.work);
        None
    }
}

#[test]
fn a_crawl_that_several_threads_read_is_the_same() {
    let mut bytes = Vec::new();
    for n in 0..30 {
        bytes.extend(crawl().replace("courier.example/", &format!("courier.example/{n}/")).bytes());
        // Of a large one, of one that unpacks to much, and of one with bytes that are none.
        let long = page(&format!("Tram {n}")).replace("</p>", &" It ran again.".repeat(n * 20));
        bytes.extend(response("response", "https://courier.example/l", &http("text/html", &long)).bytes());
        bytes.extend(packed(&long));
        bytes.extend(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 60\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n\xff\xff caf\xc3\xa9 \r\n\r\n");
    }
    for (cut, piece) in [(bytes.len(), 1 << 16), (bytes.len(), 4096), (bytes.len() - 300, 4096)] {
        let told = |(articles, rejected, reading): (Vec<Parsed>, Vec<Notice>, SourceReading)| {
            assert!(articles.len() > 130, "{}", articles.len());
            format!("{articles:#?} {rejected:#?} {:?} {:#?}", reading.format, reading.notices)
        };
        let alone = told(crawled_with(&bytes[..cut], piece, None));
        let mut threads = Threads::default();
        assert!(told(crawled_with(&bytes[..cut], piece, Some(&mut threads))) == alone, "{cut} {piece}");
        assert!(threads.started > 90, "{}", threads.started);
    }
}

#[test]
fn room_is_taken_for_what_a_page_unpacks_to() {
    let page = page("Ferry returns") + &" ".repeat(50_000);
    let mut threads = Threads::default();
    let (articles, ..) = crawled_with(&packed(&page).repeat(5), 1 << 16, Some(&mut threads));
    assert_eq!((articles.len(), threads.most_room.get()), (5, page.len() as u64));
}

#[test]
fn what_a_response_unpacks_to_is_bounded_and_told() {
    let page = page("Ferry returns") + &" ".repeat(2 << 20);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packer, page.as_bytes()).expect("memory suffices");
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
    let block = [&head[..], &packer.finish().expect("memory suffices")].concat();
    let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}\r\n\r\n", block.len());
    let (articles, _, reading) = crawled(&[head.as_bytes(), &block].concat());
    assert_eq!(articles[0].article.headline.as_deref(), Some("Ferry returns"));
    let told: Vec<_> = reading.notices.iter().map(|notice| notice.message.as_str()).collect();
    assert_eq!(told, ["not read: 1 responses that unpack to too much, of which the beginning was read"]);
}

#[test]
fn arc_is_read_too_with_spaces_in_addresses() {
    let block = http("text/html", &page("Ferry returns"));
    let crawl = format!(
        "filedesc://made.up.arc 0.0.0.0 20210503071500 text/plain 4\n1 1\n\nhttp://courier.example/a b 192.0.2.1 \
         20210503071500 text/html {}\n{block}\n",
        block.len()
    );
    let (articles, _, reading) = crawled(crawl.as_bytes());
    assert_eq!((articles.len(), reading.format), (1, Some("arc")));
    assert_eq!(articles[0].article.url.as_deref(), Some("http://courier.example/a b"));
}

#[test]
fn the_charset_of_the_header_counts_where_the_page_has_none() {
    let (body, _, _) =
        encoding_rs::WINDOWS_1251.encode("<html><title>Паром вернулся</title><p>Паром вернулся.</p></html>");
    let block = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1251\r\n\r\n", &body[..]].concat();
    let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}\r\n\r\n", block.len());
    let (articles, _, _) = crawled(&[head.as_bytes(), &block].concat());
    assert_eq!(articles[0].article.headline.as_deref(), Some("Паром вернулся"));
}

#[test]
fn a_broken_crawl_is_read_as_far_as_it_goes() {
    let whole = crawl();
    for part in 0..64 {
        let (articles, _, reading) = crawled(&whole.as_bytes()[..whole.len() * part / 64]);
        assert!(!articles.is_empty() || !reading.notices.is_empty() || reading.format.is_some(), "{part}");
    }
    let wrong_length = whole.replacen("Content-Length: 1", "Content-Length: x", 1);
    let (articles, _, reading) = crawled(wrong_length.as_bytes());
    assert_eq!(articles.len(), 3);
    assert!(reading.notices.iter().any(|notice| notice.message.contains("records without a length")));
    let too_long = whole.replacen("Content-Length: ", "Content-Length: 99999999999999999", 1);
    assert_eq!(crawled(too_long.as_bytes()).2.notices[0].code, Code::BrokenOff);
    let mut state = 7u32;
    for _ in 0..300 {
        let mut flipped = whole.clone().into_bytes();
        for _ in 0..5 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % flipped.len();
            flipped[at] ^= 1 << (state >> 13 & 7);
        }
        crawled(&flipped);
    }
}
