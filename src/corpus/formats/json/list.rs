//! A list at the top of a document, element by element. One of any size is read in pieces: each ends with the comma before an
//! object, so that a piece which is not the first begins with one.

use memchr::memchr2;
use serde::de::IgnoredAny;

use super::document::{self, BEFORE_A_BREAK};
use super::{Records, too_deep, words};
use crate::corpus::format::{Flow, InPieces, ParseOptions, Place, Record};
use crate::corpus::formats::keys::Node;
use crate::text::line_ends;

/// A list of objects, in pieces.
pub(super) struct Elements;

impl InPieces for Elements {
    fn format(&self) -> &'static str {
        "json"
    }

    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        last_end(bytes)
    }

    fn can_skip(&self) -> bool {
        false
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        read(text, at, false, Records { options, emit, is_stopped: false })
    }

    fn read_last(
        &self,
        text: &str,
        at: &mut Place,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        read(text, at, true, Records { options, emit, is_stopped: false })
    }
}

/// Tells whether text begins with a list of objects.
pub(super) fn begins(text: &str) -> bool {
    text.trim_start().strip_prefix('[').is_some_and(|inside| inside.trim_start().starts_with('{'))
}

/// Returns where the last element ends that another object follows, behind the comma; what follows the list is no part of it.
fn last_end(bytes: &[u8]) -> Option<usize> {
    let mut at = bytes.iter().position(|byte| matches!(byte, b'[' | b'{'))?;
    let mut depth = usize::from(bytes[at] == b'{');
    let mut end = None;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = end_of_text(bytes, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => break,
            b'}' | b']' => depth -= 1,
            b',' if depth == 1 && bytes[at..].trim_ascii_start().first() == Some(&b'{') => end = Some(at),
            _ => {}
        }
    }
    end
}

/// Returns where a text of JSON ends that is open at a place.
fn end_of_text(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Reads a list, or a piece of one, that stands behind `at`, and what follows the list. Only the last piece has its end.
pub(super) fn read(text: &str, at: &mut Place, is_last: bool, records: Records<'_>) -> Flow {
    let mut list = List { text, read: 0, counted: 0, at: *at, records };
    let outcome = list.read(is_last);
    *at = Place { line: list.line(), ..list.at };
    let List { read, mut records, .. } = list;
    match outcome {
        Ok(()) if records.is_stopped => Flow::Stop,
        Ok(()) if text[read..].trim_ascii().is_empty() => Flow::Continue,
        Ok(()) => document::parse(&text[read..], *at, records),
        Err(Broken { line, why }) => {
            records.break_off(line, format!("{why}; {BEFORE_A_BREAK}"));
            Flow::Stop
        }
    }
}

/// Where a list breaks, and why.
struct Broken {
    line: u32,
    why: String,
}

/// A list that is read.
struct List<'t, 'r> {
    text: &'t str,
    /// How far it is read, and to where its lines are counted.
    read: usize,
    counted: usize,
    at: Place,
    records: Records<'r>,
}

impl List<'_, '_> {
    /// Reads to the end of the list, or of its piece.
    fn read(&mut self, is_last: bool) -> Result<(), Broken> {
        if self.next() == Some(b'[') {
            self.read += 1;
            if self.next() == Some(b']') {
                self.read += 1;
                return Ok(());
            }
        }
        loop {
            self.element()?;
            match self.next() {
                _ if self.records.is_stopped => return Ok(()),
                Some(b',') => self.read += 1,
                Some(b']') => {
                    self.read += 1;
                    return Ok(());
                }
                Some(_) => return Err(self.broken("expected `,` or `]`".to_owned())),
                None => return Err(self.broken("EOF while parsing a list".to_owned())),
            }
            if self.next().is_none() && !is_last {
                return Ok(());
            }
        }
    }

    /// Passes over white space, and returns the byte behind it.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.read..];
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.read += spaces;
        rest.get(spaces).copied()
    }

    /// Reads an element, or where it is well-formed and yet cannot be read, rejects it alone.
    fn element(&mut self) -> Result<(), Broken> {
        self.at.record = self.at.record.saturating_add(1);
        let (record, line) = (Some(self.at.record), self.line().saturating_add(1));
        let rest = &self.text[self.read..];
        let mut nodes = serde_json::Deserializer::from_str(rest).into_iter::<Node>();
        match nodes.next() {
            Some(Ok(node)) => {
                let length = nodes.byte_offset();
                self.read += length;
                match too_deep(&rest[..length], 1, self.records.options) {
                    Some(problem) => self.records.reject(Some(line), problem),
                    None => self.records.add(node, record, Some(line)),
                }
            }
            Some(Err(error)) => {
                let line = line.saturating_add(u32::try_from(error.line()).unwrap_or(u32::MAX)).saturating_sub(1);
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
                let Some(Ok(_)) = values.next() else { return Err(Broken { line, why: words(&error) }) };
                self.read += values.byte_offset();
                self.records.reject(Some(line), format!("{}; the record is not indexed", words(&error)));
            }
            None => return Err(self.broken("EOF while parsing a list".to_owned())),
        }
        Ok(())
    }

    /// Returns how many lines are read.
    fn line(&mut self) -> u32 {
        let lines = line_ends(&self.text.as_bytes()[self.counted..self.read]);
        self.counted = self.read;
        self.at.line = self.at.line.saturating_add(lines);
        self.at.line
    }

    fn broken(&mut self, why: String) -> Broken {
        Broken { line: self.line().saturating_add(1), why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_ends_before_an_object_of_the_list() {
        fn end(text: &str) -> Option<(&str, &str)> {
            last_end(text.as_bytes()).map(|end| text.split_at(end))
        }
        assert_eq!(
            end(r#"[{"a": [1, {"b": 2}, {}]}, {"c": "}, {"}"#),
            Some((r#"[{"a": [1, {"b": 2}, {}]},"#, r#" {"c": "}, {"}"#))
        );
        assert_eq!(end(r#" {"a": "\"}, {"}, 3,{"b"#), Some((r#" {"a": "\"}, {"}, 3,"#, r#"{"b"#)));
        for whole in [
            r#"[{"a": 1}, "#,
            r#"[{"a": "}, {"#,
            r#"{"a": 1}, [{}, {}], 2]"#,
            r#"{"a": 1}] [{"b": 2}, {}]"#,
            "",
            "\"\\",
        ] {
            assert_eq!(end(whole), None, "{whole}");
        }
    }
}
