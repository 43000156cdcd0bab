//! What formats share about text: characters as a reader takes them, and lines that are furniture, not news.

mod byline;
mod credit;
pub(crate) mod dateline;
mod furniture;
mod mojibake;
mod page;
mod publisher;
pub(crate) mod shape;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(crate) use byline::{byline_names, names_role};
pub(crate) use credit::{CREDIT_KEYS, KIND_KEYS, credit_name};
pub(crate) use furniture::furniture;
pub(crate) use mojibake::is_mojibake;
pub(crate) use page::page_without_article;
pub(crate) use publisher::{is_publisher, signs_as_publisher};

/// Returns the text as a reader would take it: no-break and ideographic spaces as spaces, zero-width characters and
/// soft hyphens gone, U+2028, U+2029, CRLF and CR as line feeds, a byte-order mark gone. The line and page breaks
/// of word processors are line feeds too.
///
/// The joiners U+200C and U+200D stay after letters of scripts that write with them, and in emoji.
pub(crate) fn as_read(text: &str) -> Cow<'_, str> {
    let is_plain = |byte| !matches!(byte, b'\r' | 0xb | 0xc);
    if text.is_ascii() && text.bytes().all(is_plain) || !text.chars().any(is_read_otherwise) {
        return Cow::Borrowed(text);
    }
    let mut read = String::with_capacity(text.len());
    let mut before = '\0';
    for char in text.chars() {
        match char {
            '\n' if before == '\r' => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => read.push('\n'),
            '\u{200c}' | '\u{200d}' if before >= '\u{590}' => read.push(char),
            _ if is_invisible(char) => {}
            _ if is_odd_space(char) => read.push(' '),
            _ => read.push(char),
        }
        before = char;
    }
    Cow::Owned(read)
}

fn is_read_otherwise(char: char) -> bool {
    matches!(char, '\r' | '\u{b}' | '\u{c}')
        || (char >= '\u{85}' && (is_invisible(char) || is_odd_space(char) || is_line_separator(char)))
}

fn is_line_separator(char: char) -> bool {
    matches!(char, '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_odd_space(char: char) -> bool {
    matches!(char, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
