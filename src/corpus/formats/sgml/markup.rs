//! SGML as collections have it: read by its tags alone, without a document type. A `<` that begins no tag is text, as are
//! a bare ampersand and a tag that is not known where text stands.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::{memchr, memchr2, memmem::Finder, memrchr};

use crate::corpus::formats::keys::{as_line, lined, plain_paragraphs};
use crate::corpus::text::as_read;
use crate::corpus::xml::resolved;
use crate::text::{is_plain_line, joined_lines, lines, places};

/// How long a tag may be, in bytes; a longer one is text.
const LONGEST_TAG: usize = 1000;

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name, as it is written.
    pub(super) name: &'a str,
    /// What stands behind the name.
    pub(super) attributes: &'a str,
    /// Whether it ends an element.
    pub(super) is_end: bool,
    /// Where it begins in the text, and where the text goes on.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Returns the first tag at or behind a place.
pub(super) fn next_tag(text: &str, from: usize) -> Option<Tag<'_>> {
    let mut at = from;
    loop {
        at += memchr(b'<', text.as_bytes().get(at..)?)?;
        if let Some(tag) = tag_at(text, at) {
            return Some(tag);
        }
        at += 1;
    }
}

fn tag_at(text: &str, start: usize) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    let is_end = bytes.get(start + 1) == Some(&b'/');
    let name_start = start + 1 + usize::from(is_end);
    if !bytes.get(name_start)?.is_ascii_alphabetic() {
        return None;
    }
    let name_end = name_start + bytes[name_start..].iter().take_while(|byte| is_of_name(**byte)).count();
    let rest = &bytes[name_end..];
    let length = match rest.first()? {
        b'>' => 0,
        _ => memchr2(b'>', b'<', &rest[..rest.len().min(LONGEST_TAG)])?,
    };
    let is_tag = rest[length] == b'>' && (length == 0 || rest[0].is_ascii_whitespace() || rest[0] == b'/');
    let end = name_end + length + 1;
    is_tag.then(|| Tag { name: &text[name_start..name_end], attributes: &text[name_end..end - 1], is_end, start, end })
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

impl<'a> Tag<'a> {
    /// Returns the value of an attribute.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'a str> {
        self.all_attributes().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    /// Returns the attributes and their values, in quotes or not.
    pub(super) fn all_attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, after) = split_at(rest, b'=')?;
            let name = name.split_ascii_whitespace().next_back()?;
            let after = after.trim_ascii_start();
            let (value, next) = match after.as_bytes().first() {
                Some(quote @ (b'"' | b'\'')) => split_at(&after[1..], *quote).unwrap_or((&after[1..], "")),
                _ => after.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((after, "")),
            };
            rest = next;
            Some((name, value))
        })
    }
}

/// Returns what stands before and behind a byte of ASCII.
fn split_at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = memchr(byte, text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

/// Returns where the content of an element ends that begins behind `tag`, and where the text goes on; where it is not
/// closed, at `otherwise`.
pub(super) fn content_end(text: &str, tag: &Tag<'_>, otherwise: usize) -> (usize, usize) {
    let (bytes, name) = (text.as_bytes(), tag.name.as_bytes());
    let mut at = tag.end;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found + 1;
        let Some(rest) = bytes[at..].strip_prefix(b"/") else { continue };
        let is_same = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_same && let Some(next) = rest[name.len()..].trim_ascii_start().strip_prefix(b">") {
            return (at - 1, bytes.len() - next.len());
        }
    }
    (otherwise, otherwise)
}

/// Elements that stand in running text.
const INLINE: &[&str] = &[
    "P",
    "F",
    "F1",
    "FIG",
    "TABLE",
    "ROW",
    "CELL",
    "CELLRULE",
    "ROWRULE",
    "TABLECELL",
    "TABLEROW",
    "TTL",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "H7",
    "H8",
    "TI",
    "BR",
    "B",
    "I",
    "EM",
    "UNK",
    "ANNOTATION",
    "QUOTE",
    "TEXT",
    "BODY",
    "D",
];

/// Those of them that only change the letters.
const LETTERS: &[&str] = &["F", "F1", "B", "I", "EM", "UNK"];

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns running text without tags: each that begins or ends a paragraph is a blank line.
pub(super) fn without_tags(text: &str) -> Cow<'_, str> {
    let Some(first) = next_tag(text, 0) else { return resolved_text(text) };
    let mut out = String::with_capacity(text.len());
    let (mut from, mut tag) = (0, Some(first));
    while let Some(found) = tag {
        if is_among(INLINE, found.name) {
            out.push_str(&text[from..found.start]);
            let is_letters = is_among(LETTERS, found.name);
            out.push_str(if is_letters { " " } else { "\n\n" });
            from = found.end;
        }
        tag = next_tag(text, found.end);
    }
    out.push_str(&text[from..]);
    Cow::Owned(resolved_text(&out).into_owned())
}

/// Returns text with its references resolved, and without the control characters of the wire.
fn resolved_text(text: &str) -> Cow<'_, str> {
    let is_wire = |character: char| character.is_control() && !matches!(character, '\n' | '\t' | '\r');
    let may_be = |[byte, next, _]: [u8; 3]| {
        ((byte < b' ') & (byte != b'\n') & (byte != b'\t') & (byte != b'\r'))
            | (byte == 0x7f)
            | ((byte == 0xc2) & (next < 0xa0))
    };
    match resolved(text) {
        text if places(&text, may_be).next().is_some() => Cow::Owned(text.replace(is_wire, " ")),
        text => text,
    }
}

/// Returns text as one line.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if is_plain_line(text) {
        return Cow::Borrowed(text);
    }
    match without_tags(text) {
        Cow::Borrowed(text) => lined(text),
        Cow::Owned(text) => as_line(&text).into(),
    }
}

/// What stands between the columns of a table.
static COLUMNS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("   "));

/// Returns the paragraphs of running text: those that are marked up, or parted by blank lines or by an indent.
pub(in crate::corpus::formats) fn paragraphs(text: &str) -> Vec<String> {
    let text = without_tags(text);
    let text = as_read(&text);
    if !is_indented(&text) {
        return plain_paragraphs(&if text.contains(TAB) { text.replace(TAB, " ").into() } else { text });
    }
    let mut paragraphs = Vec::new();
    // Where the paragraph begins that is being read, and up to where lines were looked at.
    let (mut start, mut at) = (0, 0);
    for found in std::iter::once(0).chain(places(&text, may_part)).filter(|found| *found < text.len()) {
        if found < at {
            continue;
        }
        let is_line_end = text.as_bytes()[found] == b'\n';
        let begin =
            if is_line_end { found + 1 } else { memrchr(b'\n', &text.as_bytes()[..found]).map_or(0, |end| end + 1) };
        let end = memchr(b'\n', &text.as_bytes()[begin..]).map_or(text.len(), |length| begin + length);
        at = end;
        let line = &text[begin..end];
        let (indented, trimmed) = (indent(line), line.trim_ascii());
        let is_row = COLUMNS.find(trimmed.as_bytes()).is_some();
        if indented.is_some() || is_row || trimmed.is_empty() {
            end_paragraph(&text[start..begin], &mut paragraphs);
            start = end - indented.unwrap_or(line).len();
        }
        if is_row {
            end_paragraph(&text[start..end], &mut paragraphs);
            start = end;
        }
    }
    end_paragraph(&text[start..], &mut paragraphs);
    paragraphs
}

/// Tells whether a line that parts paragraphs may begin, or may have columns: a line of news has neither a space where it
/// begins, nor three in a row.
fn may_part([byte, next, third]: [u8; 3]) -> bool {
    let begins = (next <= b' ') | (next == b'&');
    ((byte == b'\n') & begins) | ((byte == b' ') & (next == b' ') & (third == b' '))
}

fn end_paragraph(text: &str, paragraphs: &mut Vec<String>) {
    let line = joined_lines(text);
    if !line.is_empty() {
        paragraphs.push(line);
    }
}

/// How a tab is written in copies of Reuters-21578 that go about.
const TAB: &str = "&\\t";

/// Returns a line without the indent that begins a paragraph, if it has one.
fn indent(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("   ").or_else(|| line.strip_prefix('\t')).or_else(|| line.strip_prefix(TAB))?;
    Some(rest.trim_start())
}

/// Tells whether paragraphs begin with an indent: some lines have one, and others do not.
fn is_indented(text: &str) -> bool {
    let mut filled = lines(text).filter(|line| !line.trim().is_empty()).map(|line| indent(line).is_some());
    let first = filled.next();
    filled.any(|is_indented| Some(is_indented) != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_no_tag_is_text() {
        let names = |text: &str| {
            let mut names = Vec::new();
            let mut at = 0;
            while let Some(tag) = super::next_tag(text, at) {
                names.push(format!("{}{}", if tag.is_end { "/" } else { "" }, tag.name));
                at = tag.end;
            }
            names
        };
        assert_eq!(names("<A>1 < 2 <b c='d'>x</A> <3> <> </> <e"), ["A", "b", "/A"]);
        assert_eq!(names("<A <B>"), ["B"]);
        assert_eq!(names(&format!("<a {}>", "x".repeat(2000))), [""; 0]);
    }

    #[test]
    fn attributes_are_in_quotes_or_not() {
        let tag = next_tag("<REUTERS TOPICS=\"YES\" b = 'c d' NEWID=7>", 0).expect("a tag");
        assert_eq!(
            (tag.attribute("topics"), tag.attribute("b"), tag.attribute("NEWID")),
            (Some("YES"), Some("c d"), Some("7"))
        );
        assert_eq!(next_tag("<DOC id=\"a", 0), None);
    }

    #[test]
    fn paragraphs_are_marked_or_indented_or_lines() {
        assert_eq!(
            paragraphs("<P>\nOne <B>two</B>\nthree\n</P>\n<P>Four &lt;X> <CHEM>"),
            ["One two three", "Four <X> <CHEM>"]
        );
        assert_eq!(paragraphs("One\ntwo.\n   Three\nfour.\n&\\tFive.\n"), ["One two.", "Three four.", "Five."]);
        assert_eq!(paragraphs("&\\tOne.\n&\\tTwo."), ["One.", "Two."]);
        assert_eq!(
            paragraphs("Prices.\n   They\nwere:\n Oats   2.40   3\n Rye   1\nEnd."),
            ["Prices.", "They were:", "Oats 2.40 3", "Rye 1", "End."]
        );
        assert_eq!(paragraphs("A long line of news.\nAnother one."), ["A long line of news.", "Another one."]);
        assert_eq!(paragraphs("&#2;\n****\n\nSix&#3;"), ["****", "Six"]);
    }

    #[test]
    fn an_element_ends_with_its_own_tag_in_any_case() {
        let text = "<Text>a</p> b</TEXT >c";
        let tag = next_tag(text, 0).expect("a tag");
        let (end, next) = content_end(text, &tag, text.len());
        assert_eq!((&text[tag.end..end], &text[next..]), ("a</p> b", "c"));
        let open = next_tag("<Text>a", 0).expect("a tag");
        assert_eq!(content_end("<Text>a", &open, 7), (7, 7));
    }
}
