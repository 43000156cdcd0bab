//! Web pages that browsers save as one file: MHTML (RFC 2557), a message of the page and what it shows. The page is read as
//! any other (`formats/html`); pictures and frames are not.

use mail_parser::{MessageParser, MimeHeaders};

use super::fields::header_text;
use super::parts::{Part, Parts};
use super::{names_of_header, parser};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::formats::html;
use crate::corpus::formats::keys::as_line;
use crate::corpus::source::Source;
use crate::{Code, Notice};

/// A page saved by a browser.
pub(crate) struct Mhtml;

impl Format for Mhtml {
    fn name(&self) -> &'static str {
        "mhtml"
    }

    fn detect_bytes(&self, path: &str, beginning: &[u8]) -> Option<Detected> {
        let names = names_of_header(beginning)?;
        let first = &beginning[..beginning.len().min(256)];
        let is_saved = first.windows(b"<Saved by ".len()).any(|bytes| matches!(bytes, b"<Saved by " | b"\"Saved by "));
        if names.iter().any(|name| name == "snapshot-content-location") || is_saved {
            return Some(Detected::by_content("its header is that of a saved web page"));
        }
        let extension = path.rsplit_once('.')?.1;
        let is_named = ["mht", "mhtml"].iter().any(|known| known.eq_ignore_ascii_case(extension));
        is_named.then_some(Detected::by_name("the name is that of a saved web page"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        // There is one page, so that there is nothing to stop.
        let _ = emit(read(source.bytes, options).into());
    }
}

fn read(bytes: &[u8], options: &ParseOptions) -> Result<Parsed, Notice> {
    let parser = parser();
    let saved = Part::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start(), &parser);
    let Some((page, is_whole)) = page(&saved, &parser) else {
        return Err(Notice::new(Code::BadRecord, None, "a saved web page without a part of HTML; not indexed"));
    };
    let mut notices = Vec::new();
    let markup = page.text(&mut notices);
    let mut parsed = html::understood(&markup, options)?;
    for (head, name) in [(&saved.head, "Snapshot-Content-Location"), (&page.head, "Content-Location")] {
        let address = header_text(head, name).unwrap_or_default();
        let is_address = address.starts_with("http://") || address.starts_with("https://");
        if parsed.article.url.is_none() && is_address {
            parsed.article.url = Some(address.trim().to_owned());
            parsed.found("url", format!("header {name}"));
        }
    }
    if parsed.article.headline.is_none()
        && let Some(title) = header_text(&saved.head, "Subject").map(|title| as_line(&title))
    {
        parsed.article.headline = Some(title);
        parsed.found("headline", "header Subject");
    }
    if !is_whole {
        notices.push(Notice::new(Code::BrokenOff, None, "the saved page breaks off; what is there of it is kept"));
    }
    parsed.notices.append(&mut notices);
    Ok(parsed)
}

/// Returns the part of a saved page that is the page, and whether its end is there.
fn page<'a>(saved: &Part<'a>, parser: &MessageParser) -> Option<(Part<'a>, bool)> {
    let is_html = |part: &Part<'_>| part.media_type() == ("text".to_owned(), "html".to_owned());
    if is_html(saved) {
        return Some((Part { head: saved.head.clone(), body: saved.body }, true));
    }
    let Parts { read: parts, is_ended, .. } = saved.parts(parser)?;
    let start = saved.parameter("start").map(|id| id.trim_matches(['<', '>']).to_owned());
    let count = parts.len();
    let mut pages: Vec<(usize, Part<'a>)> = parts.into_iter().enumerate().filter(|(_, part)| is_html(part)).collect();
    let named = pages.iter().position(|(_, part)| start.is_some() && part.head.content_id() == start.as_deref());
    if pages.is_empty() {
        return None;
    }
    let (at, page) = pages.swap_remove(named.unwrap_or(0));
    Some((page, is_ended || at + 1 < count))
}
