//! The parts of a message (RFC 2045, 2046), to a set depth and number, and their bytes without what they were sent in.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{MessageParser, MessagePart, MimeHeaders};

use crate::Notice;
use crate::corpus::charset::{Charset, charset_of, charset_said};
use crate::corpus::http::parted;
use crate::corpus::source::Source;

/// How long a header may be. Those of mailing lists over many hosts have 20 KiB.
const LONGEST_HEADER: usize = 256 << 10;
/// How many parts of a multipart are read at most.
pub(super) const MOST_PARTS: usize = 1000;

/// The parts of a multipart.
pub(super) struct Parts<'a> {
    pub(super) read: Vec<Part<'a>>,
    /// How many more there are.
    pub(super) unread: usize,
    /// Whether its end is there.
    pub(super) is_ended: bool,
}

/// A message, or a part of one.
pub(super) struct Part<'a> {
    /// Its header.
    pub(super) head: MessagePart<'static>,
    pub(super) body: &'a [u8],
}

impl<'a> Part<'a> {
    /// Reads a header, and returns it with the body behind it.
    pub(super) fn parse(bytes: &'a [u8], parser: &MessageParser) -> Part<'a> {
        // A part may have no header, but then it begins with the empty line.
        let (head, body) = parted(bytes);
        let head = &head[..head.len().min(LONGEST_HEADER)];
        let mut ended = in_utf_8(head).into_owned();
        ended.extend(b"\n\n");
        let message = parser.parse_headers(&ended).map(mail_parser::Message::into_owned);
        let head = message.and_then(|mut message| message.parts.pop()).unwrap_or_default();
        Part { head, body }
    }

    /// Returns the media type in lower case; of a part that does not tell, text.
    pub(super) fn media_type(&self) -> (String, String) {
        let Some(kind) = self.head.content_type() else { return ("text".to_owned(), "plain".to_owned()) };
        (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase())
    }

    /// Returns a parameter of the media type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.head.content_type()?.attribute(name)
    }

    /// Tells whether it is to be kept as a file.
    pub(super) fn is_attachment(&self) -> bool {
        self.head
            .content_disposition()
            .is_some_and(|disposition| disposition.ctype().eq_ignore_ascii_case("attachment"))
    }

    /// Returns the name of the file that it is to be kept as.
    pub(super) fn name(&self) -> Option<&str> {
        self.head.attachment_name().map(str::trim).filter(|name| !name.is_empty())
    }

    /// Returns what the part is called where it is left out: `plan.pdf (application/pdf)`.
    pub(super) fn shown(&self) -> String {
        let (kind, subtype) = self.media_type();
        match self.name() {
            Some(name) => format!("{name} ({kind}/{subtype})"),
            None => format!("{kind}/{subtype}"),
        }
    }

    /// Returns the parts of a multipart. `None` where it does not tell what parts them.
    pub(super) fn parts(&self, parser: &MessageParser) -> Option<Parts<'a>> {
        let delimiter = format!("--{}", self.parameter("boundary")?.trim_end());
        if delimiter.len() == 2 {
            return None;
        }
        let mut parts = Parts { read: Vec::new(), unread: 0, is_ended: false };
        let (mut start, mut at) = (None, 0);
        let add = |bytes: &'a [u8], parts: &mut Parts<'a>| {
            if parts.read.len() < MOST_PARTS {
                parts.read.push(Part::parse(bytes, parser));
            } else {
                parts.unread += 1;
            }
        };
        for line in self.body.split_inclusive(|byte| *byte == b'\n') {
            let (line_start, line_end) = (at, at + line.len());
            at = line_end;
            let Some(rest) = line.strip_prefix(delimiter.as_bytes()) else { continue };
            let rest = rest.trim_ascii();
            if !matches!(rest, b"" | b"--") {
                continue;
            }
            if let Some(start) = start {
                // The line end before it belongs to the delimiter.
                let part = &self.body[start..line_start.max(start)];
                let part = part.strip_suffix(b"\n").unwrap_or(part);
                add(part.strip_suffix(b"\r").unwrap_or(part), &mut parts);
            }
            start = (rest != b"--").then_some(line_end);
            parts.is_ended = rest == b"--";
            if parts.is_ended {
                break;
            }
        }
        if let Some(start) = start.filter(|start| *start < self.body.len()) {
            add(&self.body[start..], &mut parts);
        }
        (!parts.read.is_empty()).then_some(parts)
    }

    /// Returns the body without what it was sent in; as it stands where that cannot be undone.
    pub(super) fn decoded(&self) -> Cow<'a, [u8]> {
        let encoding = self.head.content_transfer_encoding().unwrap_or_default().trim().to_ascii_lowercase();
        let decoded = match encoding.as_str() {
            // What is not of its alphabet is to be passed over.
            "base64" => {
                let is_known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
                base64_decode(&self.body.iter().copied().filter(is_known).collect::<Vec<u8>>())
            }
            "quoted-printable" => {
                // A sign that stands for itself where it may not would end the decoding.
                let doubled = |at: usize| self.body.get(at..at + 2) == Some(b"==");
                let bytes = self.body.iter().enumerate();
                let escaped =
                    bytes.flat_map(|(at, byte)| if doubled(at) { &b"=3D"[..] } else { std::slice::from_ref(byte) });
                let escaped = escaped.copied().collect::<Vec<u8>>();
                let (end, decoded) = MessageStream::new(&escaped).decode_quoted_printable_mime(b"");
                (end != usize::MAX).then(|| decoded.into_owned())
            }
            _ => None,
        };
        decoded.map_or(Cow::Borrowed(self.body), Cow::Owned)
    }

    /// Returns the body as text, and adds what is doubtful about it.
    pub(super) fn text(&self, notices: &mut Vec<Notice>) -> String {
        let bytes = self.decoded();
        let label = self.parameter("charset").unwrap_or_default().trim();
        if encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
            && let Some(decode) = charset_decoder(label.as_bytes())
        {
            return decode(&bytes);
        }
        let charset = charset_said(&bytes, label);
        let mut source = Source::decode_as("", &bytes, charset);
        notices.append(&mut source.notices);
        source.text.into_owned()
    }
}

/// Returns a header of which the lines that are not ASCII, against the rules, are read in the charset that they seem to be
/// in. Lines with encoded words tell theirs.
fn in_utf_8(head: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(head).is_ok() {
        return Cow::Borrowed(head);
    }
    let charset = Charset { mark: 0, ..charset_of(head) };
    let lines = head.split_inclusive(|byte| *byte == b'\n').flat_map(|line| {
        let has_words = line.windows(2).any(|pair| pair == b"=?");
        if has_words { line.to_vec() } else { Source::decode_as("", line, charset).text.into_owned().into_bytes() }
    });
    Cow::Owned(lines.collect())
}
