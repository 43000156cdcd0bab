//! Markdown with front matter, as static site generators keep news.
//!
//! The keys of the front matter feed the fields by the table that JSON uses. The text becomes plain paragraphs: of
//! links their text, of pictures their title or alternative text as captions, of HTML what it says.

mod blocks;
mod front_matter;
mod shortcode;
#[cfg(test)]
mod tests;

use self::blocks::{Block, Kind};
use self::front_matter::FrontMatter;
use super::keys::{self, Reading};
use super::plain;
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Record};
use crate::corpus::source::Source;
use crate::corpus::text;
use crate::{Code, Notice};

pub(crate) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if front_matter::begins_with_one(head) {
            return Some(Detected::by_content("it begins with a front matter"));
        }
        let (_, extension) = path.rsplit_once('.')?;
        ["md", "markdown", "mdown", "mkd"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(extension))
            .then_some(Detected::by_name("the name ends in .md or .markdown"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let text = text::as_read(&source.text);
        let (front, body) = front_matter::split(&text);
        let (entries, problem, kept) = match front {
            FrontMatter::None => (keys::Entries::new(), None, ("", 1)),
            FrontMatter::Read(entries) => (entries, None, ("", 1)),
            FrontMatter::Broken { line, why, text } => (keys::Entries::new(), Some((line, why)), text),
        };
        let mut reading = keys::read(entries, "front matter", None, options);
        reading.is_article = true;
        strip_marks(&mut reading);
        if let Some((line, why)) = problem {
            let message = format!("the front matter cannot be read: {why}; kept as text");
            reading.parsed.notices.push(Notice::new(Code::BadHeader, line, message));
            reading.add_paragraphs(lines_of(kept));
        }
        let first_line = front_matter::line_after(&text[..text.len() - body.len()]);
        read_body(body, first_line, options, &mut reading);
        emit(reading.finish().into());
    }
}

/// Takes the marks of Markdown from what a front matter says in lines of prose.
fn strip_marks(reading: &mut Reading<'_>) {
    let article = &mut reading.parsed.article;
    for line in [&mut article.headline, &mut article.kicker, &mut article.standfirst].into_iter().flatten() {
        *line = blocks::inline(line);
    }
}

/// Returns the lines of a front matter that is kept as text, without its marks.
fn lines_of((front_matter, first_line): (&str, u32)) -> impl Iterator<Item = (Option<u32>, String)> {
    let filled = front_matter.lines().zip(first_line..).filter(|(line, _)| line.contains(char::is_alphanumeric));
    filled.map(|(line, number)| (Some(number), crate::text::fold_spaces(line)))
}

fn read_body(body: &str, first_line: u32, options: &ParseOptions, reading: &mut Reading<'_>) {
    let without = shortcode::remove(body, first_line);
    for left in without.left_over {
        reading.parsed.leave(Some(left.line), left.text, "shortcode");
    }
    let read = blocks::read(&without.text, first_line);
    let has_body = !reading.parsed.article.body.is_empty();
    let mut paragraphs = Vec::new();
    let mut found_at = None;
    for (at, block) in read.blocks.into_iter().enumerate() {
        if at == 0 && is_headline(&block, reading) {
            continue;
        }
        let opens = paragraphs.is_empty() && block.kind == Kind::Text && !has_body;
        if opens && plain::read_stamp(&block.text, block.line, options, &mut reading.parsed) {
            continue;
        }
        if is_attribute_list(&block.text) {
            reading.parsed.leave(Some(block.line), block.text, "attribute list");
            continue;
        }
        found_at.get_or_insert(block.line);
        paragraphs.push((Some(block.line), block.text));
    }
    reading.add_paragraphs(paragraphs.into_iter());
    if let Some(line) = found_at.filter(|_| !has_body && !reading.parsed.article.body.is_empty()) {
        reading.parsed.found("body", format!("line {line}"));
    }
    let before = reading.parsed.article.captions.len();
    reading.add_captions(without.captions);
    reading.add_captions(read.captions);
    if reading.parsed.article.captions.len() > before {
        reading.parsed.found("captions", "pictures");
    }
}

/// Takes the first block as the headline where it is one: a heading of the first level, with no other headline given,
/// or one that repeats it.
fn is_headline(block: &Block, reading: &mut Reading<'_>) -> bool {
    let parsed = &mut reading.parsed;
    match &parsed.article.headline {
        None if block.kind == Kind::Heading(1) => {
            parsed.article.headline = Some(block.text.clone());
            parsed.found("headline", format!("line {}", block.line));
            true
        }
        Some(headline) if block.text.to_lowercase() == headline.to_lowercase() => {
            parsed.leave(Some(block.line), block.text.clone(), "repeated headline");
            true
        }
        _ => false,
    }
}

/// Tells whether a paragraph is a list of attributes such as `{: .lead}`, which some generators read.
fn is_attribute_list(text: &str) -> bool {
    text.starts_with("{:") && text.ends_with('}')
}
