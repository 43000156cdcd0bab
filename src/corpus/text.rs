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

use memchr::memchr3;

pub(crate) use byline::{
    byline_names, ends_with_cjk_role, has_byline_label, is_agency, is_opening, names_company, names_desk, names_role,
    opened_names,
};
pub(crate) use credit::{CREDIT_KEYS, KIND_KEYS, credit_name};
pub(crate) use furniture::furniture;
pub(crate) use mojibake::is_mojibake;
pub(crate) use page::page_without_article;
pub(crate) use publisher::{is_publisher, signs_as_publisher};

use crate::text::places;

/// Returns the text as a reader would take it: no-break and ideographic spaces as spaces, zero-width characters and
/// soft hyphens gone, U+2028, U+2029, CRLF and CR as line feeds, a byte-order mark gone. The line and page breaks
/// of word processors are line feeds too.
///
/// The joiners U+200C and U+200D stay after letters of scripts that write with them, and in emoji.
pub(crate) fn as_read(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && memchr3(b'\r', 0xb, 0xc, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let may_be = |[byte, next, third]: [u8; 3]| {
        (byte.wrapping_sub(0xb) < 3)
            | (byte == 0xc2)
            | ((byte == 0xd8) & (next == 0x9c))
            | ((byte == 0xe1) & ((next == 0x9a) | (next == 0xa0)))
            | ((byte == 0xe2) & (next == 0x80) & ((third <= 0x8f) | (third >= 0xa8)))
            | ((byte == 0xe2) & (next == 0x81))
            | ((byte == 0xe3) & (next == 0x80) & (third == 0x80))
            | ((byte == 0xef) & (next == 0xbb))
    };
    let mut odd = places(text, may_be).filter(|at| text[*at..].starts_with(is_read_otherwise)).peekable();
    if odd.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut read, mut from) = (String::with_capacity(text.len()), 0);
    for at in odd {
        read.push_str(&text[from..at]);
        let char = text[at..].chars().next().unwrap_or_default();
        from = at + char.len_utf8();
        match char {
            '\r' if text[from..].starts_with('\n') => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => read.push('\n'),
            '\u{200c}' | '\u{200d}' if read.chars().next_back() >= Some('\u{590}') => read.push(char),
            _ if is_invisible(char) => {}
            _ => read.push(' '),
        }
    }
    read.push_str(&text[from..]);
    Cow::Owned(read)
}

fn is_read_otherwise(char: char) -> bool {
    matches!(char, '\r' | '\u{b}' | '\u{c}') || is_invisible(char) || is_odd_space(char) || is_line_separator(char)
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
