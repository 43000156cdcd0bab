//! Crawls: WARC 0.17 to 1.1 (ISO 28500) and ARC 1 and 2 of the Internet Archive. Each response of a web server with a page,
//! feed or other text in it is read as what it is; the others are counted, and so are revisits, which have no text.
//!
//! A record that breaks off is read as far as it goes. After a record without a header, the next one is looked for.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};

use super::format::{Flow, ParseOptions, Record};
use super::http::Response;
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

/// Reads a crawl and hands out what its responses hold. Of a response no more than `longest` bytes are read.
pub(super) fn read(
    path: &str,
    crawl: &mut dyn BufRead,
    longest: u64,
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> io::Result<SourceReading> {
    let mut reader = Crawl { path, longest, options, emit, record: 0, others: BTreeMap::new(), told: Vec::new() };
    let mut format = "warc";
    let mut notices = Vec::new();
    while let Some(line) = read_line(crawl)? {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        let header = if line.starts_with("WARC/") {
            warc_header(crawl)?
        } else if let Some(header) = arc_header(&line) {
            format = "arc";
            Some(header)
        } else {
            // Between records stand empty lines, and after a wrong length what is left of one.
            continue;
        };
        let Some(Header { kind, address, length }) = header else {
            reader.count("records without a length");
            continue;
        };
        let mut block = Vec::new();
        crawl.take(length.min(longest)).read_to_end(&mut block)?;
        let left = length.saturating_sub(block.len() as u64);
        let skipped = io::copy(&mut crawl.take(left), &mut io::sink())?;
        if skipped < left {
            let message = "its last record breaks off; what is there of it is kept";
            notices.push(Notice::new(Code::BrokenOff, None, message));
        } else if left > 0 {
            reader.count("responses that are too large, of which the beginning was read");
        }
        let flow = match kind.as_str() {
            "response" => reader.read_response(&address, &block),
            "revisit" => reader.count("revisits of pages that were as before"),
            "" | "warcinfo" | "request" | "metadata" | "filedesc" => Flow::Continue,
            kind => reader.count(&format!("records of `{kind}`")),
        };
        if flow == Flow::Stop {
            break;
        }
    }
    let others = reader.others.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>();
    notices.append(&mut reader.told);
    if !others.is_empty() {
        notices.push(Notice::new(Code::LeftOut, None, format!("not read: {}", others.join(", "))));
    }
    if reader.record == 0 && others.is_empty() {
        notices.push(Notice::new(Code::EmptyFile, None, "a crawl without a response"));
    }
    with_path(&mut notices, path);
    let is_empty = reader.record == 0 && others.is_empty();
    let (format, reason) = ((!is_empty).then_some(format), (!is_empty).then_some("it begins as a crawl does"));
    Ok(SourceReading {
        format,
        reason,
        charset: "binary",
        charset_origin: "its first bytes",
        notices,
        members: Vec::new(),
    })
}

/// Responses of a crawl under way.
struct Crawl<'a> {
    path: &'a str,
    longest: u64,
    options: &'a ParseOptions,
    emit: &'a mut dyn FnMut(Record) -> Flow,
    /// How many records were handed out.
    record: u32,
    /// What was not read, and how often.
    others: BTreeMap<String, u64>,
    /// What is doubtful of whole responses, once for each kind.
    told: Vec<Notice>,
}

impl Crawl<'_> {
    fn count(&mut self, what: &str) -> Flow {
        *self.others.entry(what.to_owned()).or_default() += 1;
        Flow::Continue
    }

    fn read_response(&mut self, address: &str, block: &[u8]) -> Flow {
        let Some(response) = Response::parse(block, self.longest) else {
            return self.count("responses that are not of HTTP");
        };
        if !(200..300).contains(&response.status) {
            return self.count("responses that say that there is no page");
        }
        if let Some(coding) = &response.unknown_coding {
            return self.count(&format!("responses packed in `{coding}`"));
        }
        let Some(name) = name_by_type(&response.media_type, address) else {
            return self.count("responses that are no text");
        };
        if response.body.trim_ascii().is_empty() {
            return self.count("responses without a body");
        }
        // What the header says counts where the text does not say it itself.
        let declared = response.charset.as_deref().and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        let text = declared.filter(|_| std::str::from_utf8(&response.body).is_err()).map(|charset| {
            let (text, _, _) = charset.decode(&response.body);
            text.into_owned()
        });
        let body = text.as_ref().map_or(&*response.body, |text| text.as_bytes());
        let (mut record_number, path, emit) = (self.record, self.path, &mut *self.emit);
        let mut flow = Flow::Continue;
        let reading = read_source(name, body, self.options, &mut |mut record| {
            record_number = record_number.saturating_add(1);
            locate(&mut record, path, address, record_number);
            flow = emit(record);
            flow
        });
        self.record = record_number;
        if reading.format.is_none() {
            return self.count("responses that are no text");
        }
        for mut notice in reading.notices {
            if !self.told.iter().any(|known| known.code == notice.code) {
                notice.message = format!("{}: {} (told once)", address, notice.message);
                self.told.push(notice);
            }
        }
        flow
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
