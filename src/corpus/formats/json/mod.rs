//! JSON and JSON Lines. How values become fields stands in `keys/`; here it is told what is a record.
//!
//! A broken record is rejected with its line, and the others are kept: in JSON Lines all others, in one JSON document
//! those before it, since after it nothing can be told apart.

mod document;
mod list;
mod ninjs;
mod shape;
#[cfg(test)]
mod tests;
mod washington_post;

use std::sync::Arc;

use memchr::memchr;
use serde::de::IgnoredAny;

use super::keys::{self, Node};
use crate::corpus::format::{Confidence, Detected, Flow, Format, InPieces, ParseOptions, Parsed, Place, Record};
use crate::corpus::source::Source;
use crate::limits::raise;
use crate::{Code, Notice};

/// One JSON document: an article, a list of them, or an object around such a list.
pub(crate) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if begins_like_json(head) {
            return Some(Detected::by_content("it begins with an object of JSON"));
        }
        has_extension(path, &["json"]).then_some(Detected::by_name("the name ends in .json"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let mut at = Place::default();
        // The lines may be longer than what detection sees of them.
        if first_lines_are_objects(&source.text) {
            lines(&source.text, &mut at, options, emit);
            return;
        }
        let records = Records { options, emit, is_stopped: false };
        if source.text.trim_start().starts_with('[') {
            list::read(&source.text, &mut at, true, records);
        } else {
            document::parse(&source.text, at, records);
        }
    }

    fn in_pieces(&self, beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        if first_lines_are_objects(&beginning.text) {
            return Some(Arc::new(Lines));
        }
        // In other charsets a brace or a quotation mark may be half of a character.
        (list::begins(&beginning.text) && beginning.charset == "utf-8")
            .then(|| Arc::new(list::Elements) as Arc<dyn InPieces>)
    }
}

/// One JSON object a line.
pub(crate) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if has_extension(path, &["jsonl", "ndjson"]) {
            let confidence = if head.trim_start().starts_with('{') { Confidence::Content } else { Confidence::Name };
            return Some(Detected { confidence, reason: "the name ends in .jsonl or .ndjson" });
        }
        first_lines_are_objects(head).then_some(Detected::by_content("its first lines are objects of JSON"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        lines(&source.text, &mut Place::default(), options, emit);
    }

    fn in_pieces(&self, _beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        Some(Arc::new(Lines))
    }
}

/// JSON Lines in pieces.
struct Lines;

impl InPieces for Lines {
    fn format(&self) -> &'static str {
        "jsonl"
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        lines(text, at, options, emit)
    }
}

/// Where records go.
struct Records<'a> {
    options: &'a ParseOptions,
    emit: &'a mut dyn FnMut(Record) -> Flow,
    is_stopped: bool,
}

impl Records<'_> {
    /// Hands out the article of a value, or why there is none.
    fn add(&mut self, node: Node, record: Option<u32>, line: Option<u32>) {
        let entries = match shape::unwrapped(node) {
            Node::Map(entries) => entries,
            other => return self.reject(line, format!("{} is not an object; not indexed", other.kind())),
        };
        let outcome = if shape::is_schema(&entries) {
            Err(Notice::new(Code::NotAnArticle, line, "a schema of JSON, no article; not indexed"))
        } else if ninjs::is_ninjs(&entries) {
            ninjs::read(entries, line, self.options)
        } else {
            keys::read(washington_post::unfolded(entries), "key", line, self.options).finish()
        };
        self.hand_out(outcome.map(|parsed| Parsed { record, line, ..parsed }).into());
    }

    fn reject(&mut self, line: Option<u32>, message: String) {
        self.hand_out(Notice::new(Code::BadRecord, line, message).into());
    }

    fn break_off(&mut self, line: u32, message: String) {
        self.hand_out(Notice::new(Code::BrokenSource, Some(line), message).into());
    }

    fn hand_out(&mut self, record: Record) {
        if !self.is_stopped {
            self.is_stopped = (self.emit)(record) == Flow::Stop;
        }
    }
}

/// Reads lines that follow others, and tells whether more are wanted.
fn lines(text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
    let mut records = Records { options, emit, is_stopped: false };
    let mut rest = text;
    while !rest.is_empty() {
        let line_end = memchr(b'\n', rest.as_bytes());
        let (text, next) = rest.split_at(line_end.unwrap_or(rest.len()));
        rest = next.get(1..).unwrap_or_default();
        at.line = at.line.saturating_add(1);
        if text.trim().is_empty() {
            continue;
        }
        at.record = at.record.saturating_add(1);
        let Place { line, record } = *at;
        if let Some(problem) = too_deep(text, 0, options) {
            records.reject(Some(line), problem);
        } else {
            match serde_json::from_str::<Node>(text) {
                Ok(node) => records.add(node, Some(record), Some(line)),
                Err(error) => {
                    let problem = format!("column {}: {}; the record is not indexed", error.column(), words(&error));
                    // A line without its end is the last.
                    match line_end {
                        None if error.is_eof() => records.break_off(line, problem),
                        _ => records.reject(Some(line), problem),
                    }
                }
            }
        }
        if records.is_stopped {
            return Flow::Stop;
        }
    }
    Flow::Continue
}

/// Returns what is wrong, without the place, which the notice has.
fn words(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let words = whole.split(" at line ").next().unwrap_or(&whole);
    match words {
        "recursion limit exceeded" => {
            format!("objects and lists nest deeper than {DEEPEST} (`json-depth`, which goes no further)")
        }
        words => words.to_owned(),
    }
}

/// How deep the reader of JSON goes.
const DEEPEST: u64 = 128;

/// Tells that objects and lists, `around` of which are open already, nest deeper than the user lets them. Deeper than that the
/// reader of JSON stops by itself.
fn too_deep(text: &str, around: u64, options: &ParseOptions) -> Option<String> {
    let most = options.limits.json_depth;
    if most >= DEEPEST {
        return None;
    }
    let (mut depth, mut in_text, mut is_escaped) = (around, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return Some(format!("objects and lists nest deeper than {most}; not indexed; {}", raise("json-depth")));
        }
    }
    None
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, end)| extensions.iter().any(|known| known.eq_ignore_ascii_case(end)))
}

/// Tells whether the first two lines that are not blank are an object each.
fn first_lines_are_objects(text: &str) -> bool {
    let mut filled = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let is_object = |line: Option<&str>| {
        line.is_some_and(|line| {
            line.starts_with('{') && line.ends_with('}') && serde_json::from_str::<IgnoredAny>(line).is_ok()
        })
    };
    is_object(filled.next()) && is_object(filled.next())
}

/// Tells whether text that may be cut off begins like an object or a list of objects, and has no error so far.
fn begins_like_json(head: &str) -> bool {
    let start = head.trim_start();
    let inside = start.strip_prefix('[').map_or(start, str::trim_start);
    let Some(object) = inside.strip_prefix('{') else { return false };
    if !object.trim_start().starts_with(['"', '}']) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<IgnoredAny>();
    values.all(|value| value.map_or_else(|error| error.is_eof() || is_at_end(&error, start), |_| true))
}

/// Tells whether an error stands at the very end, as that of a number which is cut off does.
fn is_at_end(error: &serde_json::Error, text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or(text);
    error.line() == text.split('\n').count() && error.column() >= last.len()
}
