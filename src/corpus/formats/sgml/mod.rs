//! Research collections in SGML, several articles a source: TREC's and Reuters-21578.
//!
//! A record goes from its opening tag to its end tag, or where that is missing to the next opening tag, so that a broken
//! record costs no other.

mod markup;
mod reuters;
#[cfg(test)]
mod tests;
mod trec;

pub(super) use markup::paragraphs;
use std::sync::Arc;

use markup::{Tag, next_tag};

use memchr::memchr;

use crate::corpus::format::{Detected, Flow, Format, InPieces, ParseOptions, Parsed, Place, Record};
use crate::corpus::source::Source;
use crate::text::line_ends;
use crate::{Code, Notice};

/// A collection.
#[derive(Clone, Copy)]
pub(crate) struct Sgml {
    name: &'static str,
    /// The element of a record.
    element: &'static str,
    reason: &'static str,
    read: fn(&str, &Tag<'_>, u32, &ParseOptions) -> Result<Parsed, Notice>,
}

/// Reuters-21578.
pub(crate) static REUTERS: Sgml = Sgml {
    name: "reuters-sgml",
    element: "REUTERS",
    reason: "it begins with a <REUTERS> element",
    read: reuters::read,
};

/// TREC's collections, and others in their form.
pub(crate) static TREC: Sgml =
    Sgml { name: "trec", element: "DOC", reason: "it begins with a <DOC> element that has a number", read: trec::read };

impl Format for Sgml {
    fn name(&self) -> &'static str {
        self.name
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        // Declarations begin no tag, and so are passed over.
        let rest = head.trim_start();
        let first = next_tag(rest, 0).filter(|tag| rest.starts_with('<') && !tag.is_end);
        let begins = first.is_some_and(|tag| tag.name.eq_ignore_ascii_case(self.element) && self.is_sure(rest, &tag));
        begins.then_some(Detected::by_content(self.reason))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        self.records(&source.text, &mut Place::default(), options, emit);
    }

    fn in_pieces(&self, _source: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        Some(Arc::new(*self))
    }
}

impl Sgml {
    /// Tells whether an opening tag is that of a record: a `<DOC>` has a number, inside or as its id.
    fn is_sure(&self, text: &str, tag: &Tag<'_>) -> bool {
        if self.element != "DOC" {
            return true;
        }
        let within = &text[tag.end..];
        tag.attribute("id").is_some()
            || next_tag(within, 0).is_some_and(|tag| !tag.is_end)
                && ["<DOCNO", "<docno", "<DOCID", "<docid"].iter().any(|number| within.contains(number))
    }

    /// Reads records that follow others, and tells whether more are wanted.
    fn records(
        &self,
        text: &str,
        at: &mut Place,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        let first_line = at.line;
        let (mut from, mut counted) = (0, 0);
        while let Some(opening) = self.opening(text, from) {
            at.line = at.line.saturating_add(line_ends(&text.as_bytes()[counted..opening.start]));
            counted = opening.start;
            let end = self.end_of_record(text, &opening);
            let record = &text[opening.start..end.unwrap_or_else(|next| next)];
            at.record = at.record.saturating_add(1);
            let line = at.line.saturating_add(1);
            let opening = Tag { start: 0, end: opening.end - opening.start, ..opening };
            let outcome = (self.read)(record, &opening, line, options).map(|mut parsed| {
                (parsed.record, parsed.line) = (Some(at.record), Some(line));
                if end.is_err() {
                    let message =
                        format!("the record has no </{}>; what stands before the next one is kept", self.element);
                    parsed.notices.push(Notice::new(Code::BrokenOff, Some(line), message));
                }
                parsed
            });
            if emit(outcome.into()) == Flow::Stop {
                return Flow::Stop;
            }
            from = end.unwrap_or_else(|next| next);
        }
        at.line = first_line.saturating_add(line_ends(text.as_bytes()));
        Flow::Continue
    }

    /// Returns the next tag that opens a record.
    fn opening<'a>(&self, text: &'a str, from: usize) -> Option<Tag<'a>> {
        let mut at = from;
        while let Some(tag) = next_tag(text, at) {
            if !tag.is_end && tag.name.eq_ignore_ascii_case(self.element) {
                return Some(tag);
            }
            at = tag.end;
        }
        None
    }

    /// Returns where a record ends with its end tag, or as an error where another begins or the text ends before one.
    fn end_of_record(&self, text: &str, opening: &Tag<'_>) -> Result<usize, usize> {
        let (bytes, name) = (text.as_bytes(), self.element.as_bytes());
        let mut at = opening.end;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            at += found;
            let inside = &bytes[at + 1..];
            if inside.first() == Some(&b'/') {
                if let Some(end) = end_tag(&bytes[at..], self.element) {
                    return Ok(at + end);
                }
            } else if inside.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
                && inside.get(name.len()).is_some_and(|byte| *byte == b'>' || byte.is_ascii_whitespace())
            {
                return Err(at);
            }
            at += 1;
        }
        Err(text.len())
    }
}

/// Returns where an end tag ends, if there is one at the beginning of `bytes`.
fn end_tag(bytes: &[u8], element: &str) -> Option<usize> {
    let name = bytes.strip_prefix(b"</")?.get(..element.len())?;
    let after = name.eq_ignore_ascii_case(element.as_bytes()).then(|| 2 + element.len())?;
    let spaces = bytes[after..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (bytes.get(after + spaces) == Some(&b'>')).then_some(after + spaces + 1)
}

/// Returns the place of a dateline such as `SALVADOR, Feb 26 -` or `BANGKOK, Thailand (AP) _`.
fn dateline_place(printed: &str) -> &str {
    const EDGES: [char; 6] = ['-', '_', ' ', '—', '–', ','];
    let mut rest = printed.trim_end_matches(EDGES);
    if let Some((before, agency)) = rest.rsplit_once(" (")
        && agency.ends_with(')')
    {
        rest = before;
    }
    rest = rest.strip_suffix(", Reuter").unwrap_or(rest).trim_end_matches(EDGES);
    // The day is the last two words: `Feb 26`, `2 March`.
    let mut words = rest.rmatch_indices(' ');
    let start = words.next().and_then(|_| words.next()).map_or(0, |(at, _)| at);
    let is_day = is_day(rest[start..].trim_start());
    if is_day { rest[..start].trim_end_matches(EDGES) } else { rest }
}

/// Tells whether text is a day without a year.
fn is_day(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_month =
        |word: &str| word.get(..3).is_some_and(|word| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(word)));
    let is_number = |word: &str| (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let Some((first, second)) = text.split_once(' ') else { return false };
    (is_month(first) && is_number(second)) || (is_number(first) && is_month(second))
}

impl InPieces for Sgml {
    fn format(&self) -> &'static str {
        self.name
    }

    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        let starts = (0..bytes.len()).rev().filter(|at| bytes[*at] == b'<');
        starts.filter_map(|at| Some(at + end_tag(&bytes[at..], self.element)?)).next()
    }

    fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        let starts = (0..bytes.len()).filter(|at| bytes[*at] == b'<');
        starts.filter_map(|at| Some(at + end_tag(&bytes[at..], self.element)?)).next()
    }

    fn longest_end(&self) -> usize {
        // A space or two may stand in an end tag.
        self.element.len() + 8
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        self.records(text, at, options, emit)
    }
}
