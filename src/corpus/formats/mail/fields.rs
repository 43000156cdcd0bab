//! A message becomes an article: header fields and text to its fields.

use mail_parser::{DateTime, HeaderName, HeaderValue, MessageParser, MessagePart};

use super::attached::Attached;
use super::parts::Part;
use super::text::Content;
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{Field, Reading, as_line, normal};
use crate::corpus::text::{byline_names, is_publisher};
use crate::{Code, Date, Notice};

/// Header fields that are left over where they are given, since they say something of the article.
const TOLD: &[&str] =
    &["To", "Cc", "Sender", "Reply-To", "Comments", "Summary", "In-Reply-To", "References", "Supersedes"];

/// Understands a message.
pub(super) fn read(
    bytes: &[u8],
    line: Option<u32>,
    parser: &MessageParser,
    options: &ParseOptions,
) -> Result<Parsed, Notice> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let message = Part::parse(bytes, parser);
    let mut reading = Reading::of_article("header", line, options);
    if message.head.headers.is_empty() {
        return Err(Notice::new(Code::BadRecord, line, "a message without a header; not indexed"));
    }
    read_header(&message.head, &mut reading, options);
    let mut content = Content::new(options);
    content.read(&message, parser, 0);
    give_content(content, line, &mut reading);
    reading.finish()
}

fn read_header(head: &MessagePart<'_>, reading: &mut Reading<'_>, options: &ParseOptions) {
    for (name, field) in [
        ("Subject", Field::Headline),
        ("Organization", Field::Publisher),
        ("Archived-At", Field::Url),
        ("Content-Location", Field::Url),
        ("Content-Language", Field::Language),
    ] {
        if let Some(text) = header_text(head, name) {
            let text = text.trim().trim_matches(['<', '>']);
            // One language where there are several, and an address that leads somewhere.
            let text = if field == Field::Language { text.split(',').next().unwrap_or_default() } else { text };
            if field != Field::Url || text.starts_with("http://") || text.starts_with("https://") {
                reading.give(field, name, text);
            }
        }
    }
    for id in head.headers.iter().filter(|header| header.name == HeaderName::MessageId) {
        reading.give(Field::NativeId, "Message-ID", id.value.as_text().unwrap_or_default());
    }
    if let Some(date) = header_text(head, "Date") {
        reading.give(Field::Published, "Date", &date_text(&date, options));
    }
    read_senders(head, reading);
    for keyword in header_text(head, "Keywords").unwrap_or_default().split([',', ';']) {
        reading.give_keyword("Keywords", keyword, None);
    }
    let groups = header_text(head, "Newsgroups").unwrap_or_default();
    for (at, group) in groups.split(',').enumerate() {
        if at == 0 {
            reading.give(Field::Section, "Newsgroups", group);
        } else {
            reading.give_keyword("Newsgroups", group, Some("newsgroup"));
        }
    }
    for header in &head.headers {
        let name = header.name.as_str();
        let is_declared = options.extra.keys().any(|known| normal(known) == normal(name));
        if is_declared || TOLD.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            reading.spare(name, &shown(&header.value));
        }
    }
}

/// Takes the names of those who sent a message. A sender that is called as publishers are is the publisher, and the name of a
/// mailing list is its section then.
fn read_senders(head: &MessagePart<'_>, reading: &mut Reading<'_>) {
    let addresses = |wanted: HeaderName<'static>| {
        let header = head.headers.iter().find(|header| header.name == wanted);
        header.and_then(|header| header.value.as_address()).map(|address| address.iter()).into_iter().flatten()
    };
    for address in addresses(HeaderName::From) {
        let name = as_line(address.name().unwrap_or_default());
        let name = name.trim_matches(['"', '\'']);
        if name.is_empty() || name.contains('@') {
            reading.spare("From", address.address().unwrap_or(name));
        } else if is_publisher(name) && reading.parsed.article.publisher.is_none() {
            reading.give(Field::Publisher, "From", name);
        } else {
            for author in byline_names(name) {
                reading.give_author("From", &author);
            }
        }
    }
    for list in addresses(HeaderName::ListId).filter_map(|address| address.name()) {
        let has_publisher = reading.parsed.article.publisher.is_some();
        reading.give(if has_publisher { Field::Section } else { Field::Publisher }, "List-Id", list);
    }
}

fn give_content(content: Content<'_>, line: Option<u32>, reading: &mut Reading<'_>) {
    reading.give_captions("text", content.captions);
    reading.give_body("text", content.paragraphs);
    reading.leave_repeated_headline();
    for signature in content.signatures {
        reading.parsed.leave(line, signature, "signature");
    }
    let mut notices = content.notices;
    notices.dedup_by_key(|notice| notice.code);
    for Attached { name, paragraphs, captions, notices: of_it, .. } in content.attached {
        let place = ["attachment ", &name].concat();
        reading.give_captions(&place, captions);
        notices.extend(
            of_it.into_iter().map(|notice| Notice { message: format!("{name}: {}", notice.message), ..notice }),
        );
        reading.give_body(&place, std::iter::once(name).chain(paragraphs).collect());
    }
    for notice in &mut notices {
        notice.line = line;
    }
    if content.breaks_off {
        let message = "the message breaks off before the end of its parts; what is there is kept";
        notices.push(Notice::new(Code::BrokenOff, line, message));
    }
    if !content.left_out.is_empty() {
        let (count, names) = (content.left_out.len(), content.left_out.join(", "));
        let what = if count == 1 { "1 attachment was" } else { &format!("{count} attachments were") };
        notices.push(Notice::new(Code::LeftOut, line, format!("{what} left out: {names}")));
    }
    reading.parsed.notices.append(&mut notices);
}

/// Returns the text of the first header field of a name.
pub(super) fn header_text(head: &MessagePart<'_>, name: &str) -> Option<String> {
    let header = head.headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name))?;
    header.value.as_text().map(str::to_owned).filter(|text| !text.trim().is_empty())
}

fn shown(value: &HeaderValue<'_>) -> String {
    if let Some(address) = value.as_address() {
        let all = address.iter().map(|one| one.name().or(one.address()).unwrap_or_default());
        return all.collect::<Vec<_>>().join(", ");
    }
    value.as_text_list().map_or_else(String::new, |texts| texts.join(", "))
}

/// Returns a date without the comment that may stand behind it; one in a form that only mail has, in the usual one.
fn date_text(text: &str, options: &ParseOptions) -> String {
    let date = text.split('(').next().unwrap_or_default().trim();
    if Date::parse(date, options.date_order).is_ok() {
        return date.to_owned();
    }
    let read = DateTime::parse_rfc822(date).filter(DateTime::is_valid);
    read.map_or_else(|| date.to_owned(), |date| date.to_rfc3339())
}
