//! Mailboxes: messages one after the other, each behind a line that begins with `From ` and ends in a date (RFC 4155 and
//! its kin; of mboxrd and mboxo the quoted lines, `>From `, are unquoted).

use std::sync::Arc;

use std::borrow::Cow;

use super::{field_name, fields, parser};
use crate::corpus::format::{Detected, Flow, Format, InPieces, ParseOptions, Parsed, Place, Record};
use crate::corpus::source::Source;
use crate::text::line_ends;
use crate::{Code, Notice};

/// How long the line between two messages may be, and the name of the header field behind it.
const LONGEST_LINE: usize = 1000;

/// Months as they are called in the line between two messages.
const MONTHS: &[&[u8]] =
    &[b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// A mailbox.
pub(crate) struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn detect_bytes(&self, _path: &str, beginning: &[u8]) -> Option<Detected> {
        separator(beginning.trim_ascii_start())?;
        Some(Detected::by_content("it begins as a mailbox does"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        read_messages(source.bytes, &mut Place::default(), options, emit);
    }

    fn in_pieces(&self, _beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        Some(Arc::new(Mbox))
    }
}

impl InPieces for Mbox {
    fn format(&self) -> &'static str {
        self.name()
    }

    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        separators(bytes).rfind(|at| *at > 0)
    }

    fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        separators(bytes).find(|at| *at > 0)
    }

    fn longest_end(&self) -> usize {
        2 * LONGEST_LINE
    }

    fn is_of_bytes(&self) -> bool {
        true
    }

    fn read_bytes(
        &self,
        bytes: &[u8],
        at: &mut Place,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        read_messages(bytes, at, options, emit)
    }

    fn read(&self, _: &str, _: &mut Place, _: &ParseOptions, _: &mut dyn FnMut(Record) -> Flow) -> Flow {
        Flow::Continue
    }
}

/// Returns the length of the line between messages that bytes begin with. A line of a text that only looks like one has no
/// header field behind it.
fn separator(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(b"From ") {
        return None;
    }
    let end = bytes.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n')?;
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let has_clock =
        bytes[..end].windows(5).any(|five| five[2] == b':' && [0, 1, 3, 4].iter().all(|at| is_digit(&five[*at])));
    let words = || bytes[..end].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_number = |word: &[u8], digits: usize| word.len() == digits && word.iter().all(is_digit);
    // Old programs wrote the last two digits of a year, which stand at the end.
    let has_short_year =
        words().next_back().is_some_and(|word| is_number(word, 2)) && words().any(|word| MONTHS.contains(&word));
    let has_year = has_short_year || words().any(|word| is_number(word, 4));
    let next = &bytes[end + 1..];
    let is_header = field_name(next).is_some() || next.starts_with(b">From ");
    (has_clock && has_year && is_header).then_some(end + 1)
}

/// Returns where the lines between messages begin.
fn separators(bytes: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
    let starts = (0..bytes.len()).filter(|at| bytes[*at] == b'F' && (*at == 0 || bytes[*at - 1] == b'\n'));
    starts.filter(|at| separator(&bytes[*at..]).is_some())
}

fn read_messages(bytes: &[u8], at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
    let (parser, end_line) = (parser(), at.line.saturating_add(line_ends(bytes)));
    let messages = bytes.trim_ascii_start();
    at.line = at.line.saturating_add(line_ends(&bytes[..bytes.len() - messages.len()]));
    let bytes = messages;
    let mut starts = separators(bytes).peekable();
    if starts.peek().is_none() && !bytes.is_empty() {
        at.record = at.record.saturating_add(1);
        let line = Some(at.line.saturating_add(1));
        at.line = end_line;
        let message = "no message begins in this part of the mailbox; not indexed";
        return emit(Notice::new(Code::BadRecord, line, message).into());
    }
    let mut counted = 0;
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(bytes.len());
        at.line = at.line.saturating_add(line_ends(&bytes[counted..start]));
        counted = start;
        at.record = at.record.saturating_add(1);
        let line = at.line.saturating_add(1);
        let length = separator(&bytes[start..end]).unwrap_or_default();
        let outcome = fields::read(&unquoted(&bytes[start + length..end]), Some(line), &parser, options);
        let outcome = outcome.map(|parsed| Parsed { record: Some(at.record), line: Some(line), ..parsed });
        if emit(outcome.into()) == Flow::Stop {
            return Flow::Stop;
        }
    }
    at.line = end_line;
    Flow::Continue
}

/// Returns a message with its lines as they were before they were quoted.
fn unquoted(message: &[u8]) -> Cow<'_, [u8]> {
    let is_quoted = |line: &[u8]| {
        let rest = line.iter().position(|byte| *byte != b'>').filter(|depth| *depth > 0);
        rest.is_some_and(|depth| line[depth..].starts_with(b"From "))
    };
    let lines = || message.split_inclusive(|byte| *byte == b'\n');
    if !lines().any(is_quoted) {
        return Cow::Borrowed(message);
    }
    Cow::Owned(lines().flat_map(|line| if is_quoted(line) { &line[1..] } else { line }).copied().collect())
}
