//! One file as text: charset decoding. Reads no file itself.

use std::borrow::Cow;

use encoding_rs::UTF_8;

use super::charset::{Charset, charset_of, has_binary_magic, is_binary_text};
use super::format::detect_bytes;
use crate::{Code, Notice};

/// A source's bytes as text, with its name.
pub(crate) struct Source<'a> {
    /// The path relative to the corpus, with `/`.
    pub(crate) path: &'a str,
    /// The bytes as they lie.
    pub(crate) bytes: &'a [u8],
    /// The text: no byte-order mark, line ends as they stand. Empty for what is not read as text: a binary file that is
    /// known by its first bytes, or a format that is read from bytes.
    pub(crate) text: Cow<'a, str>,
    /// The charset's name in lower case, as encoding_rs has it.
    pub(crate) charset: &'static str,
    /// How the charset is known: `byte-order mark`, `declared`, `valid UTF-8`, `mostly UTF-8`, `guessed`.
    pub(crate) charset_origin: &'static str,
    /// What is doubtful about the decoding.
    pub(crate) notices: Vec<Notice>,
    looks_binary: bool,
}

impl<'a> Source<'a> {
    /// Decodes a source's bytes. Valid UTF-8 is not copied.
    pub(crate) fn decode(path: &'a str, bytes: &'a [u8]) -> Source<'a> {
        if has_binary_magic(bytes) || detect_bytes(path, bytes).is_some() {
            return Source::binary(path, bytes);
        }
        Source::decode_as(path, bytes, charset_of(bytes))
    }

    /// Decodes bytes that are known to be text in a charset.
    pub(super) fn decode_as(path: &'a str, bytes: &'a [u8], charset: Charset) -> Source<'a> {
        let (text, notices) = decode(&bytes[charset.mark..], charset);
        Source {
            path,
            bytes,
            looks_binary: is_binary_text(&text),
            text,
            charset: lower_name(charset),
            charset_origin: charset.origin,
            notices,
        }
    }

    fn binary(path: &'a str, bytes: &'a [u8]) -> Source<'a> {
        Source {
            path,
            bytes,
            text: Cow::Borrowed(""),
            charset: "binary",
            charset_origin: "its first bytes",
            notices: Vec::new(),
            looks_binary: true,
        }
    }

    /// Tells whether the source is not read as text: an image, an archive, a program, a format that is read from bytes.
    pub(crate) fn looks_binary(&self) -> bool {
        self.looks_binary
    }

    /// Returns the beginning of the text, of at most so many bytes.
    pub(crate) fn head(&self, most: usize) -> &str {
        let end = (0..=most.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at));
        &self.text[..end.unwrap_or(0)]
    }
}

fn decode(bytes: &[u8], charset: Charset) -> (Cow<'_, str>, Vec<Notice>) {
    let (text, has_errors) = charset.encoding.decode_without_bom_handling(bytes);
    let mut notices = Vec::new();
    if charset.origin == "guessed" {
        let message = format!(
            "no charset is declared that fits the bytes; read as {}, as the text suggests",
            lower_name(charset)
        );
        notices.push(Notice::new(Code::GuessedCharset, None, message));
    }
    if has_errors {
        notices.push(bad_bytes(bytes, &text, charset));
    }
    (text, notices)
}

/// Returns the notice of bytes that are no text in their charset.
fn bad_bytes(bytes: &[u8], text: &str, charset: Charset) -> Notice {
    let is_utf_8 = charset.encoding == UTF_8;
    // Only in UTF-8 may a text have held U+FFFD before it came here, as text of news that others had decoded does.
    let (count, first) = if is_utf_8 { bad_utf_8(bytes) } else { replaced(text) };
    let line = u32::try_from(first).unwrap_or(u32::MAX);
    let places = if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
    let message = format!("bytes that are not {} in {places}; shown as U+FFFD", lower_name(charset));
    Notice::new(Code::BadBytes, Some(line), message)
}

/// Counts the places that are not UTF-8, and returns the line of the first one.
fn bad_utf_8(bytes: &[u8]) -> (usize, usize) {
    let (mut count, mut line, mut first) = (0, 1, 1);
    for chunk in bytes.utf8_chunks() {
        line += chunk.valid().bytes().filter(|byte| *byte == b'\n').count();
        if !chunk.invalid().is_empty() {
            first = if count == 0 { line } else { first };
            count += 1;
        }
    }
    (count, first)
}

/// Counts the characters that were put for bad bytes, and returns the line of the first one.
fn replaced(text: &str) -> (usize, usize) {
    let count = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
    (count, 1 + before.bytes().filter(|byte| *byte == b'\n').count())
}

/// Returns the charset's name in lower case. encoding_rs has its names as static text in the standard's own case.
fn lower_name(charset: Charset) -> &'static str {
    const LOWER: &[&str] = &[
        "big5",
        "euc-jp",
        "euc-kr",
        "gb18030",
        "gbk",
        "ibm866",
        "iso-2022-jp",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-8-i",
        "koi8-r",
        "koi8-u",
        "macintosh",
        "replacement",
        "shift_jis",
        "utf-16be",
        "utf-16le",
        "utf-8",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "windows-874",
        "x-mac-cyrillic",
        "x-user-defined",
    ];
    let name = charset.encoding.name();
    LOWER.iter().find(|lower| lower.eq_ignore_ascii_case(name)).copied().unwrap_or(name)
}

#[cfg(test)]
mod tests;
