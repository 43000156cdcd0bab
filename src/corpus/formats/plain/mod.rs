//! Plain text: one article a source, with whatever of section line, headline, stamp, captions, body and publisher it
//! has. The head is read from the lines as they are printed; only what is left is unwrapped. In doubt text stays in
//! the body, and a field stays absent.

mod caption;
mod column;
mod head;
mod key_table;
mod keys;
mod lines;
mod paragraphs;
mod stamp;
mod story;
mod words;

#[cfg(test)]
mod tests;

use crate::corpus::format::{Confidence, Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;
use crate::corpus::text::{dateline, is_mojibake, page_without_article, shape};
use crate::text::places;
use crate::{Code, Notice};

pub(crate) struct Plain;

impl Format for Plain {
    fn name(&self) -> &'static str {
        "text"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if is_binary(head) {
            None
        } else if path.to_ascii_lowercase().ends_with(".txt") {
            Some(Detected::by_name("the name ends in .txt"))
        } else {
            Some(Detected { confidence: Confidence::Fallback, reason: "it is text" })
        }
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let parsed = read(&source.text, options);
        let article = &parsed.article;
        let is_empty = article.headline.is_none() && article.body.is_empty() && article.captions.is_empty();
        let notice = || Notice::new(Code::NoText, None, "no headline, no body and no caption; nothing to index");
        // One article a source: nothing follows, whatever the reader wants.
        let _ = emit(if is_empty { Err(notice()) } else { Ok(parsed) }.into());
    }
}

/// Reads a line that only says who wrote a story and when, for formats that have such lines in their text too. False,
/// and nothing is read, where any of it is something else, or a field of it is known already.
pub(super) fn read_stamp(line: &str, number: u32, options: &ParseOptions, parsed: &mut Parsed) -> bool {
    let Some(parts) = stamp::stamp(line, options.date_order, false) else { return false };
    let article = &parsed.article;
    let is_open = |part: &stamp::Part<'_>| match part.role {
        story::Role::Byline => article.bylines.is_empty(),
        story::Role::Published => article.published.is_none(),
        story::Role::Updated => article.updated.is_none(),
        _ => false,
    };
    if !parts.iter().all(is_open) {
        return false;
    }
    let mut story = story::Story::of(std::mem::take(parsed), options);
    stamp::put(&parts, number, &mut story);
    *parsed = story.parsed;
    true
}

/// Tells whether the head has what no text has: NUL, or many control characters.
fn is_binary(head: &str) -> bool {
    let may_be = |[byte, next, _]: [u8; 3]| {
        ((byte < b'\t') | ((byte > b'\r') & (byte < b' ') & (byte != 0x1b)))
            | (byte == 0x7f)
            | ((byte == 0xc2) & (next < 0xa0))
    };
    if places(head, may_be).next().is_none() {
        return false;
    }
    // Control characters beyond ASCII are two bytes, which no other character begins or ends with.
    let ascii = head.bytes().filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r' | 0x1b)).count();
    let wide = head.as_bytes().windows(2).filter(|pair| matches!(pair, [0xc2, 0x80..=0x9f] if pair[1] != 0x85)).count();
    head.contains('\0') || (ascii + wide) * 20 > head.chars().count()
}

fn read(text: &str, options: &ParseOptions) -> Parsed {
    let mut story = story::Story::new(options);
    let mut lines = lines::lines(text);
    let taken = head::read_head(&mut lines, &mut story);
    let rest = lines.split_off(taken);
    paragraphs::read_body(column::paragraphs(rest), &mut story);
    let mut parsed = story.parsed;
    note_doubts(text, &mut parsed);
    parsed
}

fn note_doubts(text: &str, parsed: &mut Parsed) {
    if is_mojibake(text) {
        let message = "text decoded in the wrong charset before it came here; kept as it stands";
        parsed.notices.push(Notice::new(Code::Mojibake, None, message));
    }
    let article = &parsed.article;
    if let Some(code) = page_without_article(article.headline.as_deref(), &article.body) {
        let message = match code {
            Code::ConsentWall => "the text asks for consent instead of telling news",
            _ => "the text says that there is no such page",
        };
        parsed.notices.push(Notice::new(code, None, message));
    }
    if article.body.is_empty() {
        parsed.notices.push(Notice::new(Code::NoBody, None, "the article has no body"));
    }
}
