//! E-mail: messages (RFC 5322, with MIME of RFC 2045 to 2049) and mailboxes in the forms of mbox (RFC 4155). Articles of
//! Netnews (RFC 5536) are messages too.
//!
//! The crate `mail-parser` reads headers and encodings. Where parts begin and end is told here (`parts.rs`): its tree of
//! a message is as deep as a hostile one has it.

mod attached;
mod fields;
mod mbox;
mod mhtml;
mod parts;
#[cfg(test)]
mod tests;
mod text;

use mail_parser::{HeaderName, MessageParser};

pub(crate) use mbox::Mbox;
pub(crate) use mhtml::Mhtml;

use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Record};
use crate::corpus::source::Source;

/// One message.
pub(crate) struct Email;

impl Format for Email {
    fn name(&self) -> &'static str {
        "e-mail"
    }

    fn detect_bytes(&self, path: &str, beginning: &[u8]) -> Option<Detected> {
        let names = names_of_header(beginning)?;
        if is_of_message(&names) {
            return Some(Detected::by_content("it begins with the header of a message"));
        }
        let is_named = path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("eml"));
        is_named.then_some(Detected::by_name("the name ends in .eml"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        // There is one message, so that there is nothing to stop.
        let _ = emit(fields::read(source.bytes, None, &parser(), options).into());
    }
}

/// Returns what reads headers.
fn parser() -> MessageParser {
    let of_addresses = [HeaderName::From, HeaderName::Sender, HeaderName::ListId];
    let parser = MessageParser::new().with_mime_headers().header_id(HeaderName::MessageId).default_header_text();
    of_addresses.into_iter().fold(parser, MessageParser::header_address)
}

/// Header fields that hardly anything but a message has.
const OF_MESSAGES: &[&str] = &[
    "arc-seal",
    "content-transfer-encoding",
    "delivered-to",
    "dkim-signature",
    "in-reply-to",
    "list-id",
    "list-unsubscribe",
    "message-id",
    "mime-version",
    "newsgroups",
    "received",
    "return-path",
    "x-mailer",
    "x-original-to",
    "x-received",
];

/// Returns the names of the header fields that bytes begin with, in lower case. `None` where they begin otherwise.
fn names_of_header(bytes: &[u8]) -> Option<Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    // Most text begins with none.
    field_name(bytes)?;
    let mut names = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match (line, field_name(line)) {
            ([b' ' | b'\t', ..], _) if !names.is_empty() && !line.trim_ascii().is_empty() => {}
            (_, Some(name)) => names.push(name),
            // The last line may be cut.
            _ if line.trim_ascii().is_empty() || line.last() != Some(&b'\n') => break,
            _ => return None,
        }
    }
    (!names.is_empty()).then_some(names)
}

fn is_of_message(names: &[String]) -> bool {
    let has = |wanted: &[&str]| names.iter().filter(|name| wanted.contains(&name.as_str())).count();
    let marks = has(OF_MESSAGES);
    // Long traces of delivery may stand before all that a sender wrote.
    marks >= 2 || marks == 1 && has(&["from"]) > 0 && has(&["date", "subject"]) > 0
}

/// Returns the name of the header field that a line begins, in lower case.
fn field_name(line: &[u8]) -> Option<String> {
    const LONGEST: usize = 76;
    let end = line.iter().take(LONGEST).position(|byte| *byte == b':')?;
    let name = line[..end].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    is_name.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}
