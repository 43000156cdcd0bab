//! What is attached to a message: a document in any form that is known is read as if it lay beside it, and its text becomes part
//! of the message's, behind its name. It is no source of its own: the bytes that tell whether it changed are the message's.

use super::parts::Part;
use crate::corpus::charset::charset_said;
use crate::corpus::format::{Confidence, Flow, ParseOptions, Record, detect};
use crate::corpus::formats::keys::plain_paragraphs;
use crate::corpus::read::guarded;
use crate::corpus::source::Source;
use crate::corpus::text::as_read;
use crate::{Article, Caption, Code, Level, Limits, Notice};

/// How often a message may be attached to one that is attached.
const DEEPEST: u64 = 4;
/// How many bytes of text are taken from what is attached to a message. A book has one or two million.
pub(super) const MOST_TEXT: usize = 16 << 20;

/// What an attachment says.
pub(super) struct Attached {
    /// What the message calls it, or its media type.
    pub(super) name: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) captions: Vec<Caption>,
    /// What is doubtful about it.
    pub(super) notices: Vec<Notice>,
    /// How many bytes of text there are; where it is cut, as many as were wanted.
    pub(super) size: usize,
    /// Whether there is more than was wanted.
    is_cut: bool,
}

impl Attached {
    /// Reads an attachment, of which `most` bytes of text are wanted. The error says what it is and why it is not read, where that
    /// is not because its form is not known.
    pub(super) fn read(part: &Part<'_>, most: usize, options: &ParseOptions) -> Result<Attached, String> {
        let nesting = options.limits.nesting.min(DEEPEST);
        if nesting == 0 || most == 0 {
            let why = if most == 0 { "too much text is attached" } else { "it is attached to too many others" };
            return Err(format!("{}: {why}", part.shown()));
        }
        let within = Limits { nesting: nesting - 1, ..options.limits };
        let within = ParseOptions {
            date_order: options.date_order,
            mapping: options.mapping.clone(),
            limits: within,
            ..ParseOptions::default()
        };
        let (path, bytes) = (part.name().unwrap_or_default(), part.decoded());
        let mut source = Source::decode(path, &bytes);
        if !source.looks_binary() {
            source =
                Source::decode_as(path, &bytes, charset_said(&bytes, part.parameter("charset").unwrap_or_default()));
        }
        // Keys, signatures and calendars are text too, in forms that are not known.
        let is_plain = part.media_type().1 == "plain";
        let is_known = |confidence| is_plain || confidence > Confidence::Fallback;
        let found = detect(&source).filter(|(_, detected)| is_known(detected.confidence));
        let (format, _) = found.ok_or_else(|| part.shown())?;
        let name = if path.is_empty() { part.shown() } else { path.to_owned() };
        let notices = std::mem::take(&mut source.notices);
        let mut attached =
            Attached { name, paragraphs: Vec::new(), captions: Vec::new(), notices, size: 0, is_cut: false };
        let mut rejected = None;
        if format.name() == "text" {
            // Its lines may be anything, of which no headline and no author is to be made.
            let body = plain_paragraphs(&as_read(&source.text));
            attached.add(Article { body, ..Article::new("") }, most);
        } else {
            let mut add = |record| {
                match record {
                    Record::Article(parsed) => {
                        attached.add(parsed.article, most);
                        // One of a kind says enough of a table of a thousand rows.
                        for notice in parsed.notices.into_iter().filter(|notice| notice.code != Code::NoBody) {
                            if attached.notices.iter().all(|known| known.code != notice.code) {
                                attached.notices.push(notice);
                            }
                        }
                    }
                    Record::Reject { notice } => rejected = rejected.take().or(Some(notice)),
                }
                if attached.is_cut { Flow::Stop } else { Flow::Continue }
            };
            // What fails in one attachment is not to be the end of a mailbox.
            guarded(format.name(), path, &within, &mut add, |emit| {
                format.parse(&source, &within, emit);
                Flow::Continue
            });
        }
        // That a picture has no words in it is no more than to be expected.
        let why = rejected.filter(|notice: &Notice| notice.level != Level::Skip).map(|notice| notice.message);
        if attached.size == 0 {
            return Err(why.map_or_else(|| part.shown(), |why| format!("{}: {why}", part.shown())));
        }
        attached.notices.extend(why.map(|why| Notice::new(Code::LeftOut, None, why)));
        if attached.is_cut {
            let message = format!("only {most} bytes of its text are taken; what follows is left out");
            attached.notices.push(Notice::new(Code::Truncated, None, message));
        }
        Ok(attached)
    }

    /// Adds what an article of it says to those who read it, up to `most` bytes of all.
    fn add(&mut self, article: Article, most: usize) {
        let authors = article.bylines.join(", ");
        let above = [article.kicker, article.headline, article.standfirst, Some(authors)].into_iter().flatten();
        for paragraph in above.chain(article.body).filter(|paragraph| !paragraph.trim().is_empty()) {
            let taken = self.take(paragraph, most);
            self.paragraphs.extend(taken);
        }
        for Caption { text, credit } in article.captions {
            let taken = self.take(text, most);
            self.captions.extend(taken.map(|text| Caption { text, credit }));
        }
    }

    /// Returns what is wanted of a text.
    fn take(&mut self, mut text: String, most: usize) -> Option<String> {
        let left = most.saturating_sub(self.size);
        if text.len() > left {
            self.is_cut = true;
            text.truncate((0..=left).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default());
        }
        self.size = if self.is_cut { most } else { self.size + text.len() };
        (!text.is_empty()).then_some(text)
    }
}
