//! Crawls: WARC 0.17 to 1.1 (ISO 28500) and ARC 1 and 2 of the Internet Archive. Each response of a web server with a page,
//! feed or other text in it is read as what it is; the others are counted, and so are revisits, which have no text.
//!
//! A record that breaks off is read as far as it goes. After a record without a header, the next one is looked for.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};
use std::sync::Arc;

use super::format::{Flow, ParseOptions, Record};
use super::held::Hands;
use super::http::Response;
use super::in_order::InOrder;
use super::read::{SourceReading, read_source, with_path};
use crate::{Code, Notice};

/// The longest line of a header.
const LINE: u64 = 64 << 10;

/// Tells whether bytes begin as a crawl does.
pub(super) fn begins_crawl(beginning: &[u8]) -> bool {
    beginning.starts_with(b"WARC/") || beginning.starts_with(b"filedesc://")
}

/// What a record is.
struct Header {
    /// What it holds: `response`, `revisit`, …; of ARC always a response, but for the first record.
    kind: String,
    address: String,
    length: u64,
}

/// What a crawl is read with.
pub(super) struct Means<'a> {
    /// A response of fewer bytes may be read by another thread.
    pub(super) piece: usize,
    /// Of a response no more bytes are read.
    pub(super) longest: u64,
    pub(super) options: &'a ParseOptions,
    pub(super) hands: Hands<'a>,
}

/// Reads a crawl and hands out what its responses hold, in their order, whichever threads read them.
pub(super) fn read<'a>(path: &'a str, bytes: &'a mut dyn BufRead, means: Means<'a>) -> io::Result<SourceReading> {
    let Means { piece, longest, options, hands: Hands { make_room, emit, helpers, must_stop: _ } } = means;
    let found = Found { path, emit, record: 0, others: BTreeMap::new(), told: Vec::new() };
    let (order, options) = (InOrder::new(helpers), Arc::new(options.of_source(path).into_owned()));
    let mut crawl = Crawl { bytes, piece: piece as u64, longest, options, make_room, order, found, is_cut: false };
    let mut format = "warc";
    let mut flow = Flow::Continue;
    while flow == Flow::Continue {
        let Some(line) = read_line(crawl.bytes)? else {
            crawl.take_all()?;
            break;
        };
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        let header = if line.starts_with("WARC/") {
            warc_header(crawl.bytes)?
        } else if let Some(header) = arc_header(&line) {
            format = "arc";
            Some(header)
        } else {
            // Between records stand empty lines, and after a wrong length what is left of one.
            continue;
        };
        match header {
            Some(header) => flow = crawl.read_record(&header)?,
            None => crawl.found.count("records without a length"),
        }
    }
    let Crawl { found: Found { record, others, told, .. }, is_cut, .. } = crawl;
    let cut = "its last record breaks off; what is there of it is kept";
    let mut notices: Vec<_> = is_cut.then(|| Notice::new(Code::BrokenOff, None, cut)).into_iter().chain(told).collect();
    let is_empty = record == 0 && others.is_empty();
    if is_empty {
        notices.push(Notice::new(Code::EmptyFile, None, "a crawl without a response"));
    } else if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|(what, count)| format!("{count} {what}")).collect();
        notices.push(Notice::new(Code::LeftOut, None, format!("not read: {}", others.join(", "))));
    }
    with_path(&mut notices, path);
    Ok(SourceReading {
        format: (!is_empty).then_some(format),
        reason: (!is_empty).then_some("it begins as a crawl does"),
        charset: "binary",
        charset_origin: "its first bytes",
        notices,
        members: Vec::new(),
    })
}

/// A crawl under way.
struct Crawl<'a> {
    bytes: &'a mut dyn BufRead,
    piece: u64,
    longest: u64,
    options: Arc<ParseOptions>,
    make_room: &'a mut dyn FnMut(u64),
    /// Its pages that are being read.
    order: InOrder<'a, PageRead>,
    found: Found<'a>,
    is_cut: bool,
}

impl Crawl<'_> {
    /// Reads the record behind a header.
    fn read_record(&mut self, header: &Header) -> io::Result<Flow> {
        let Header { kind, address, length } = header;
        let is_response = kind == "response";
        let wanted = if is_response { self.longest.min(*length) } else { 0 };
        if wanted >= self.piece && self.take_all_and_make_room(wanted)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        let mut block = Vec::new();
        (&mut *self.bytes).take(wanted).read_to_end(&mut block)?;
        let left = length - block.len() as u64;
        if io::copy(&mut (&mut *self.bytes).take(left), &mut io::sink())? < left {
            self.is_cut = true;
        } else if is_response && left > 0 {
            self.found.count("responses that are too large, of which the beginning was read");
        }
        match kind.as_str() {
            "response" => return self.read_response(address, &block),
            "revisit" => self.found.count("revisits of pages that were as before"),
            "" | "warcinfo" | "request" | "metadata" | "filedesc" => {}
            kind => self.found.count(&format!("records of `{kind}`")),
        }
        Ok(Flow::Continue)
    }

    fn read_response(&mut self, address: &str, block: &[u8]) -> io::Result<Flow> {
        let mut page = Page::of_response(address, block, self.piece);
        let is_large = |page: &Page| page.body.len().max(block.len()) as u64 >= self.piece;
        let is_large = page.as_ref().is_ok_and(is_large);
        if is_large {
            // It may unpack to more.
            if self.take_all_and_make_room(self.longest)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            page = Page::of_response(address, block, self.longest);
        }
        let page = match page {
            Ok(page) => page,
            Err(what) => {
                self.found.count(&what);
                return Ok(Flow::Continue);
            }
        };
        if page.body.len() as u64 >= self.longest {
            self.found.count("responses that unpack to too much, of which the beginning was read");
        }
        let Crawl { order, found, options, make_room, .. } = self;
        if is_large {
            let flow = found.take(page.read(options));
            make_room(2 * self.piece);
            return Ok(flow);
        }
        let options = Arc::clone(options);
        order.put(page.body.len().max(block.len()) as u64, move || page.read(&options), &mut |page| found.take(page))
    }

    /// Makes room for what is held twice. Nothing waits for it that has some already: two that do would wait for ever.
    fn take_all_and_make_room(&mut self, bytes: u64) -> io::Result<Flow> {
        let flow = self.take_all()?;
        (self.make_room)(2 * bytes);
        Ok(flow)
    }

    fn take_all(&mut self) -> io::Result<Flow> {
        self.order.take_all(&mut |page| self.found.take(page))
    }
}

/// What a response brings, without what it was sent in.
struct Page {
    address: String,
    /// The name that it would have as a file.
    name: String,
    /// The charset that the header names.
    charset: Option<String>,
    body: Vec<u8>,
}

impl Page {
    /// Takes the page out of a response, of which no more than so many bytes are unpacked; else says what the response is.
    fn of_response(address: &str, block: &[u8], most: u64) -> Result<Page, String> {
        let response = Response::parse(block, most).ok_or("responses that are not of HTTP")?;
        if !(200..300).contains(&response.status) {
            return Err("responses that say that there is no page".to_owned());
        }
        if let Some(coding) = &response.unknown_coding {
            return Err(format!("responses packed in `{coding}`"));
        }
        let name = name_by_type(&response.media_type, address).ok_or("responses that are no text")?;
        if response.body.trim_ascii().is_empty() {
            return Err("responses without a body".to_owned());
        }
        let Response { charset, body, .. } = response;
        Ok(Page { address: address.to_owned(), name: name.to_owned(), charset, body: body.into_owned() })
    }

    /// Reads the page as what it is.
    fn read(self, options: &ParseOptions) -> PageRead {
        let Page { address, name, charset, body } = self;
        // What the header says counts where the text does not say it itself.
        let declared = charset.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        let text = declared.filter(|_| std::str::from_utf8(&body).is_err()).map(|charset| {
            let (text, _, _) = charset.decode(&body);
            text.into_owned()
        });
        let body = text.as_ref().map_or(&body[..], |text| text.as_bytes());
        let mut records = Vec::new();
        let reading = read_source(&name, body, options, &mut |record| {
            records.push(record);
            Flow::Continue
        });
        PageRead { address, is_text: reading.format.is_some(), records, notices: reading.notices }
    }
}

/// A page as it was read.
struct PageRead {
    address: String,
    is_text: bool,
    records: Vec<Record>,
    notices: Vec<Notice>,
}

/// What was found in a crawl so far.
struct Found<'a> {
    path: &'a str,
    emit: &'a mut dyn FnMut(Record) -> Flow,
    /// How many records were handed out.
    record: u32,
    /// What was not read, and how often.
    others: BTreeMap<String, u64>,
    /// What is doubtful of whole responses, once for each kind.
    told: Vec<Notice>,
}

impl Found<'_> {
    fn count(&mut self, what: &str) {
        *self.others.entry(what.to_owned()).or_default() += 1;
    }

    /// Hands out what a page holds.
    fn take(&mut self, page: PageRead) -> Flow {
        let PageRead { address, is_text, records, notices } = page;
        for mut record in records {
            self.record = self.record.saturating_add(1);
            locate(&mut record, self.path, &address, self.record);
            if (self.emit)(record) == Flow::Stop {
                return Flow::Stop;
            }
        }
        if !is_text {
            self.count("responses that are no text");
            return Flow::Continue;
        }
        for mut notice in notices {
            if !self.told.iter().any(|known| known.code == notice.code) {
                notice.message = format!("{address}: {} (told once)", notice.message);
                self.told.push(notice);
            }
        }
        Flow::Continue
    }
}

/// Says of a record where it came from.
fn locate(record: &mut Record, path: &str, address: &str, number: u32) {
    match record {
        Record::Article(parsed) => {
            parsed.record = Some(number);
            // Lines are those of the response.
            parsed.line = None;
            let is_address = address.starts_with("http://") || address.starts_with("https://");
            if parsed.article.url.is_none() && is_address {
                parsed.article.url = Some(address.to_owned());
                parsed.found("url", "address of the response");
            }
            for notice in &mut parsed.notices {
                path.clone_into(&mut notice.path);
            }
        }
        Record::Reject { notice } => {
            notice.message = format!("{address}: {}", notice.message);
            path.clone_into(&mut notice.path);
        }
    }
}

/// Returns a name that a response of a media type would have as a file. `None` for what is no text.
fn name_by_type<'a>(media_type: &str, address: &'a str) -> Option<&'a str> {
    match media_type {
        "text/html" | "application/xhtml+xml" => Some("response.html"),
        "" | "application/octet-stream" => Some(address.split(['?', '#']).next().unwrap_or(address)),
        "text/css" | "text/javascript" | "text/ecmascript" | "text/csv-schema" => None,
        "text/markdown" => Some("response.md"),
        _ if media_type.starts_with("text/") && !media_type.ends_with("xml") => Some("response.txt"),
        _ if media_type.ends_with("json") => Some("response.json"),
        _ if media_type.ends_with("xml") && !media_type.starts_with("image/") => Some("response.xml"),
        _ => None,
    }
}

/// Reads the header of a record of WARC, behind its first line. `None` where it does not say how long the record is.
fn warc_header(crawl: &mut dyn BufRead) -> io::Result<Option<Header>> {
    let (mut kind, mut address, mut length) = (String::new(), String::new(), None);
    while let Some(line) = read_line(crawl)? {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => kind = value.to_ascii_lowercase(),
            "warc-target-uri" => address = value.trim_matches(['<', '>']).to_owned(),
            "content-length" => length = value.parse().ok(),
            _ => {}
        }
    }
    Ok(length.map(|length| Header { kind, address, length }))
}

/// Reads the header of a record of ARC: address, IP address, time, type and length, parted by spaces, which may stand in an
/// address too; version 2 has more in between. `None` for any other line.
fn arc_header(line: &str) -> Option<Header> {
    let scheme = line.split_once("://")?.0;
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (rest, length) = line.rsplit_once(' ')?;
    let length = length.parse().ok()?;
    let is_time = |word: &str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = rest.split(' ').collect();
    let time = words.iter().rposition(|word| is_time(word)).filter(|time| *time >= 2)?;
    let address = words[..time - 1].join(" ");
    let kind = if scheme == "filedesc" { "filedesc" } else { "response" };
    Some(Header { kind: kind.to_owned(), address, length })
}

/// Reads a line, or the beginning of one that is too long. `None` at the end.
fn read_line(crawl: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    crawl.take(LINE).read_until(b'\n', &mut line)?;
    Ok((!line.is_empty()).then_some(line))
}

#[cfg(test)]
mod tests;
