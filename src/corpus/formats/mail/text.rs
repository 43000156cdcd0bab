//! What a message says, part by part: its text, once where it stands in two forms, and what is left out.

use mail_parser::{MessageParser, MimeHeaders};

use super::attached::{Attached, MOST_TEXT};
use super::parts::{MOST_PARTS, Part};
use crate::corpus::format::ParseOptions;
use crate::corpus::formats::html;
use crate::corpus::formats::keys::{as_line, plain_paragraphs};
use crate::corpus::text::as_read;
use crate::{Caption, Code, Notice};

/// How deep parts may nest. What is sent by people stays below ten.
const DEEPEST: u32 = 20;

/// What a message says.
pub(super) struct Content<'o> {
    options: &'o ParseOptions,
    pub(super) paragraphs: Vec<String>,
    pub(super) captions: Vec<Caption>,
    /// What stands behind the mark of a signature.
    pub(super) signatures: Vec<String>,
    /// The attachments that are read, and how many bytes of text they have.
    pub(super) attached: Vec<Attached>,
    attached_size: usize,
    /// The parts that are left out.
    pub(super) left_out: Vec<String>,
    pub(super) notices: Vec<Notice>,
    pub(super) breaks_off: bool,
}

impl<'o> Content<'o> {
    pub(super) fn new(options: &'o ParseOptions) -> Content<'o> {
        Content {
            options,
            paragraphs: Vec::new(),
            captions: Vec::new(),
            signatures: Vec::new(),
            attached: Vec::new(),
            attached_size: 0,
            left_out: Vec::new(),
            notices: Vec::new(),
            breaks_off: false,
        }
    }

    /// Reads what a message or part says.
    pub(super) fn read(&mut self, part: &Part<'_>, parser: &MessageParser, depth: u32) {
        let (kind, subtype) = part.media_type();
        if depth > DEEPEST {
            return self.left_out.push(format!("parts nested more than {DEEPEST} deep"));
        }
        match (kind.as_str(), subtype.as_str()) {
            ("multipart", _) => match part.parts(parser) {
                Some(parts) => {
                    self.breaks_off |= !parts.is_ended;
                    if parts.unread > 0 {
                        let message = format!("{} parts behind the first {MOST_PARTS} were left out", parts.unread);
                        self.notices.push(Notice::new(Code::LeftOut, None, message));
                    }
                    self.read_parts(part, &subtype, &parts.read, parser, depth);
                }
                None => self.read_plain(part),
            },
            _ if part.is_attachment() => self.read_attached(part),
            ("message", "rfc822" | "global") => {
                let message = Part::parse(part.body, parser);
                self.read_message(&message, parser, depth);
            }
            ("text", "html") => self.read_html(part),
            ("text", "plain" | "markdown" | "enriched" | "") => self.read_plain(part),
            _ => self.read_attached(part),
        }
    }

    fn read_attached(&mut self, part: &Part<'_>) {
        match Attached::read(part, MOST_TEXT.saturating_sub(self.attached_size), self.options) {
            Ok(attached) => {
                self.attached_size += attached.size;
                self.attached.push(attached);
            }
            Err(what) => self.left_out.push(what),
        }
    }

    fn read_parts(&mut self, whole: &Part<'_>, subtype: &str, parts: &[Part<'_>], parser: &MessageParser, depth: u32) {
        match subtype {
            "alternative" => self.read_alternative(parts, parser, depth),
            "related" => {
                // The others are the pictures of the one that is shown.
                let start = whole.parameter("start").map(|id| id.trim_matches(['<', '>']));
                let is_root = |part: &Part<'_>| start.is_some() && part.head.content_id() == start;
                let root = parts.iter().position(is_root).unwrap_or_default();
                if let Some(root) = parts.get(root) {
                    self.read(root, parser, depth + 1);
                }
                let others = parts.iter().enumerate().filter(|(at, part)| *at != root && part.is_attachment());
                others.for_each(|(_, part)| self.read_attached(part));
            }
            // A part that does not tell what it is is a message.
            "digest" => {
                for part in parts {
                    let message = Part::parse(part.body, parser);
                    let is_message = part.head.content_type().is_none();
                    if is_message {
                        self.read_message(&message, parser, depth)
                    } else {
                        self.read(part, parser, depth + 1)
                    }
                }
            }
            _ => parts.iter().for_each(|part| self.read(part, parser, depth + 1)),
        }
    }

    /// Reads a message that is sent on in this one.
    fn read_message(&mut self, message: &Part<'_>, parser: &MessageParser, depth: u32) {
        if let Some(subject) = super::fields::header_text(&message.head, "Subject") {
            self.paragraphs.push(as_line(&subject));
        }
        self.read(message, parser, depth + 1);
    }

    /// Reads the form of a text that says most: the plain one, unless it says little more than that there is another.
    fn read_alternative(&mut self, parts: &[Part<'_>], parser: &MessageParser, depth: u32) {
        let (mut forms, mut attached_size) = (Vec::new(), self.attached_size);
        for part in parts {
            let mut form = Content { attached_size, ..Content::new(self.options) };
            form.read(part, parser, depth + 1);
            attached_size = form.attached_size;
            // Attachments of a form belong to the message, whichever form is read. One that cannot be read is none.
            if part.is_attachment() || part.media_type().0 == "multipart" {
                self.left_out.append(&mut form.left_out);
                self.take_attached(&mut form);
            }
            forms.push(form);
        }
        self.breaks_off |= forms.iter().any(|form| form.breaks_off);
        // Of two that say as much, the plain one is as its author wrote it.
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|at| parts[*at].media_type().1 != "plain");
        let mut forms: Vec<Content<'_>> =
            order.into_iter().map(|at| std::mem::replace(&mut forms[at], Content::new(self.options))).collect();
        let longest = forms.iter().map(Content::size).max().unwrap_or_default();
        let Some(best) = forms.iter().position(|form| form.size() > 0 && 2 * form.size() >= longest) else {
            forms.iter_mut().for_each(|form| self.take_attached(form));
            self.left_out.extend(forms.iter_mut().flat_map(|form| form.left_out.drain(..)));
            self.notices.extend(forms.into_iter().flat_map(|form| form.notices));
            return;
        };
        let mut best = forms.remove(best);
        self.take_attached(&mut best);
        // What says much more than the one that is read is no form of it.
        for form in forms.iter_mut().filter(|form| form.size_of_attached() > 2 * best.size()) {
            self.take_attached(form);
        }
        self.paragraphs.extend(best.paragraphs);
        self.captions.extend(best.captions);
        self.signatures.extend(best.signatures);
        self.left_out.extend(best.left_out);
        self.notices.extend(best.notices);
    }

    /// Takes over what is attached to a form.
    fn take_attached(&mut self, form: &mut Content<'_>) {
        self.attached_size += form.size_of_attached();
        self.attached.append(&mut form.attached);
    }

    /// Returns how many bytes of text there are.
    fn size(&self) -> usize {
        self.paragraphs.iter().map(String::len).sum()
    }

    fn size_of_attached(&self) -> usize {
        self.attached.iter().map(|attached| attached.size).sum()
    }

    fn read_plain(&mut self, part: &Part<'_>) {
        let text = part.text(&mut self.notices);
        let text = as_read(&text);
        let is_flowed = part.parameter("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
        let joins = part.parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
        let text = if is_flowed { unfolded(&text, joins) } else { text.into_owned() };
        let (text, signature) = match text.split_once("\n-- \n") {
            Some((text, signature)) => (text, Some(signature)),
            None => (text.as_str(), None),
        };
        self.paragraphs.extend(plain_paragraphs(text).into_iter().filter(|paragraph| !paragraph.is_empty()));
        self.signatures.extend(signature.map(as_line).filter(|signature| !signature.is_empty()));
    }

    fn read_html(&mut self, part: &Part<'_>) {
        let markup = part.text(&mut self.notices);
        match html::shown_in_mail(&markup, self.options.limits) {
            Ok(shown) => {
                self.paragraphs.extend(shown.paragraphs);
                self.captions.extend(shown.captions);
                self.notices.extend(shown.notice);
            }
            Err(notice) => self.notices.push(notice),
        }
    }
}

/// Joins the lines of a text that was folded as `format=flowed` (RFC 3676): those that end in a space go on.
fn unfolded(text: &str, joins: bool) -> String {
    let mut unfolded = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match line.strip_suffix(' ').filter(|_| line != "-- ") {
            Some(flowing) => unfolded.push_str(if joins { flowing } else { line }),
            None => {
                unfolded.push_str(line);
                unfolded.push('\n');
            }
        }
    }
    unfolded
}
