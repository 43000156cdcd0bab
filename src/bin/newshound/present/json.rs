//! JSON as the library serialises it. Characters that steer a terminal or reorder text are escaped, since JSON is
//! read on terminals too; they can only stand inside of strings.

use std::io::{self, Write};

use newshound::{Error, SCHEMA_VERSION};
use serde::Serialize;
use serde_json::json;

use super::text::is_dangerous;
use crate::failure::{kind_word, sentence};

/// Writes a value over several lines.
pub(crate) fn object(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(value)?))
}

/// Writes a value on one line.
pub(crate) fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string(value)?))
}

/// Prints a failure on standard output, for programs that asked for JSON.
pub(crate) fn failure(error: &anyhow::Error) -> io::Result<()> {
    let diagnostics = error.chain().find_map(|cause| match cause.downcast_ref::<Error>() {
        Some(Error::Query(diagnostics)) => Some(diagnostics.as_slice()),
        _ => None,
    });
    let mut told = json!({ "kind": kind_word(error), "message": sentence(error) });
    if let Some(diagnostics) = diagnostics {
        told["diagnostics"] = serde_json::to_value(diagnostics)?;
    }
    super::print_plain(|out| line(out, &json!({ "schema_version": SCHEMA_VERSION, "error": told })))
}

fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            // Between values; inside of strings serde_json has escaped it.
            '\n' => escaped.push(c),
            _ if is_dangerous(c) || is_mark(c) => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Tells whether a character is a bidi mark: invisible, harmless on a screen, and better seen in data.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut out = Vec::new();
        line(&mut out, &text).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert_eq!(shown.trim_end(), expected);
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text, "it reads back as the same text");
    }

    #[test]
    fn control_and_bidi_characters_are_escaped_and_read_back() {
        check("a\u{1b}[1m\u{7f}\u{9b}", r#""a\u001b[1m\u007f\u009b""#);
        check("\u{202e}x\u{2066}\u{200f}\u{2028}", r#""\u202ex\u2066\u200f\u2028""#);
        check("渡船 ü\n\t\"\\", r#""渡船 ü\n\t\"\\""#);
    }

    #[test]
    fn object_keeps_its_own_line_ends() {
        let mut out = Vec::new();
        object(&mut out, &json!({ "a": 1 })).unwrap();
        assert_eq!(out, b"{\n  \"a\": 1\n}\n");
    }
}
