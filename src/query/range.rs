//! What a field of dates or numbers is asked for: a value, or those from one to another. `2022-09..2022-10`, `>500`,
//! `"last monday"..`, and Lucene's `[2022 TO 2023}`.

use std::ops::Range;

use super::chars;

/// The values from one to another, or one; an end that is `None` is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The first value.
    pub(crate) least: Option<End>,
    /// The last value.
    pub(crate) most: Option<End>,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    /// The value, as written.
    pub(crate) value: String,
    /// Whether the value itself belongs to the range.
    pub(crate) is_included: bool,
}

/// What stands before a value that is compared, and whether the value is the least and belongs to the range; the longest
/// come first.
const SIGNS: &[(&str, bool, bool)] = &[
    (">=", true, true),
    ("=>", true, true),
    ("<=", false, true),
    ("=<", false, true),
    ("≥", true, true),
    ("≤", false, true),
    (">", true, false),
    ("<", false, false),
    ("＞", true, false),
    ("＜", false, false),
];

/// Longer ranges are not read, so that a query of nothing but opening marks takes linear time.
const LONGEST: usize = 200;

impl Bounds {
    /// Reads a word or a phrase: `3`, `3..5`, `3..`, `..5`, `>3`, `<=5`.
    pub(crate) fn read(text: &str) -> Bounds {
        if let Some((first, last)) = text.split_once("..") {
            return Bounds { least: end(first, true), most: end(last, true) };
        }
        match sign(text) {
            Some((length, is_least, is_included)) => Bounds::compared(&text[length..], is_least, is_included),
            None => Bounds { least: end(text, true), most: end(text, true) },
        }
    }

    fn compared(value: &str, is_least: bool, is_included: bool) -> Bounds {
        let end = end(value, is_included);
        if is_least { Bounds { least: end, most: None } } else { Bounds { least: None, most: end } }
    }

    /// Tells whether it is one value and no range.
    pub(crate) fn is_one(&self) -> bool {
        self.least.is_some() && self.least == self.most
    }

    /// Returns the same with its ends in the other order.
    pub(crate) fn reversed(&self) -> Bounds {
        Bounds { least: self.most.clone(), most: self.least.clone() }
    }
}

fn end(value: &str, is_included: bool) -> Option<End> {
    let value = value.trim();
    (!value.is_empty()).then(|| End { value: value.to_owned(), is_included })
}

fn sign(text: &str) -> Option<(usize, bool, bool)> {
    let found = SIGNS.iter().find(|(sign, ..)| text.starts_with(sign));
    found.map(|(sign, is_least, is_included)| (sign.len(), *is_least, *is_included))
}

/// Reads a range that stands behind a field and is more than one word: in brackets, with quotation marks, or with spaces.
/// Returns it with its length; `None` where something else stands there.
pub(super) fn read(query: &str, start: usize) -> Option<(Bounds, usize)> {
    let text = head(query, start);
    if text.starts_with(['[', '{']) {
        return bracketed(text);
    }
    if let Some((length, is_least, is_included)) = sign(text) {
        let blanks = blanks(&text[length..]);
        let (value, value_length) = value(&text[length + blanks..])?;
        let is_one_word = blanks == 0 && value.len() == value_length;
        let bounds = Bounds::compared(value, is_least, is_included);
        return (!is_one_word).then_some((bounds, length + blanks + value_length));
    }
    let (first, length) = value(text).unwrap_or_default();
    let is_quoted = length > first.len();
    let is_number = first.starts_with(|c: char| c.is_ascii_digit());
    let parted = length + if is_number && !is_quoted { blanks(&text[length..]) } else { 0 };
    let rest = text[parted..].strip_prefix("..").filter(|rest| !rest.starts_with('.'))?;
    let blanks = if parted > length { blanks(rest) } else { 0 };
    let (last, last_length) = value(&rest[blanks..]).unwrap_or_default();
    let is_one_word = parted == length && !is_quoted && last.len() == last_length;
    if is_one_word || first.is_empty() && last.is_empty() || parted > length && last.is_empty() {
        return None;
    }
    let length = parted + 2 + if last.is_empty() { 0 } else { blanks + last_length };
    Some((Bounds { least: end(first, true), most: end(last, true) }, length))
}

/// Reads `[a TO b]`, where braces leave out the end beside them and a star leaves it open.
fn bracketed(text: &str) -> Option<(Bounds, usize)> {
    let close = text.find([']', '}'])?;
    let (first, last) = text[1..close].split_once(" TO ").or_else(|| text[1..close].split_once(" to "))?;
    let end = |text: &str, is_included| {
        let text = text.trim();
        let unquoted = text.trim_matches(|c| chars::quote(c).is_some());
        (text != "*").then(|| End { value: unquoted.trim().to_owned(), is_included })
    };
    let least = end(first, text.starts_with('['));
    let most = end(last, text[close..].starts_with(']'));
    let is_sound = [&least, &most].into_iter().flatten().all(|end| chars::holds_word(&end.value));
    is_sound.then_some((Bounds { least, most }, close + 1))
}

/// Reads a value in quotation marks, or one up to a blank, bracket, quotation mark or two dots; returns it with the length
/// of its text.
fn value(text: &str) -> Option<(&str, usize)> {
    let first = text.chars().next()?;
    if let Some(quote) = chars::quote(first) {
        let inner = &text[first.len_utf8()..];
        let (length, close) = inner.char_indices().find(|(_, c)| chars::quote(*c) == Some(quote))?;
        let value = &inner[..length];
        return chars::holds_word(value).then_some((value, first.len_utf8() + length + close.len_utf8()));
    }
    let is_end = |c: char| chars::is_blank(c) || chars::is_open(c) || chars::is_close(c) || chars::quote(c).is_some();
    let word = &text[..text.find(is_end).unwrap_or(text.len())];
    let word = word.split("..").next().unwrap_or_default().trim_end_matches(chars::is_trailing_punctuation);
    let unsigned = word.strip_prefix(chars::is_dash).unwrap_or(word);
    unsigned.starts_with(char::is_alphanumeric).then_some((word, word.len()))
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

fn head(query: &str, start: usize) -> &str {
    let rest = query.get(start..).unwrap_or_default();
    let end = (0..=LONGEST.min(rest.len())).rev().find(|&end| rest.is_char_boundary(end));
    &rest[..end.unwrap_or_default()]
}

/// Returns where a range in brackets behind a field ends that could not be read: at its bracket, or at the next blank.
pub(super) fn broken_end(query: &str, start: usize) -> Range<usize> {
    let text = head(query, start);
    let close = text.find([']', '}']).map(|at| at + 1);
    start..start + close.or_else(|| text.find(char::is_whitespace)).unwrap_or(text.len())
}

/// Returns the range as query text.
pub(crate) fn to_text(bounds: &Bounds) -> String {
    match (&bounds.least, &bounds.most) {
        (Some(least), Some(_)) if bounds.is_one() && least.is_included => quoted(&least.value),
        (Some(least), None) if !least.is_included => format!(">{}", quoted(&least.value)),
        (None, Some(most)) if !most.is_included => format!("<{}", quoted(&most.value)),
        (least, most) if [least, most].into_iter().flatten().all(|end| end.is_included) => {
            let text = |end: &Option<End>| end.as_ref().map(|end| quoted(&end.value)).unwrap_or_default();
            let (first, last) = (text(least), text(most));
            // A word before two dots and a quotation mark would be one of several words in a group.
            let is_word = first.starts_with(char::is_alphabetic) && last.starts_with('"');
            if is_word { format!("\"{first}\"..{last}") } else { format!("{first}..{last}") }
        }
        (least, most) => {
            let text = |end: &Option<End>| end.as_ref().map_or("*".to_owned(), |end| quoted(&end.value));
            let is_included = |end: &Option<End>| end.as_ref().is_none_or(|end| end.is_included);
            let open = if is_included(least) { '[' } else { '{' };
            let close = if is_included(most) { ']' } else { '}' };
            format!("{open}{} TO {}{close}", text(least), text(most))
        }
    }
}

/// Returns a value as it stands in a range: in quotation marks where it is more than a plain word.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '/' | '_' | '.');
    if value.chars().all(is_plain) && !value.contains("..") && value.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return value.to_owned();
    }
    let without_marks = |c: char| if chars::quote(c).is_some() || matches!(c, ']' | '}') { ' ' } else { c };
    format!("\"{}\"", value.chars().map(without_marks).collect::<String>().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_every_form() {
        for (text, expected) in [
            ("\"1 September 2022\".. x", "\"1 September 2022\".."),
            ("..\"last monday\")", "..\"last monday\""),
            ("“1 Sep 2022”..“3 Sep 2022” x", "\"1 Sep 2022\"..\"3 Sep 2022\""),
            ("2022..\"last monday\"", "2022..\"last monday\""),
            ("\"last monday\"..2022-10-01 x", "\"last monday\"..2022-10-01"),
            (">\"1 September 2022\"", ">\"1 September 2022\""),
            ("≤ 2022 x", "..2022"),
            ("> 500 words", ">500"),
            ("2022-09 .. 2022-10 x", "2022-09..2022-10"),
            ("[2022 TO *]", "2022.."),
            ("[* TO *]", ".."),
            ("{2022 TO 2023]", "{2022 TO 2023]"),
            ("{* TO 2023}", "<2023"),
            ("[NOW-7DAYS TO NOW] x", "NOW-7DAYS..NOW"),
            ("[1 Sep 2022 TO \"3 Sep 2022\"]", "\"1 Sep 2022\"..\"3 Sep 2022\""),
        ] {
            let (bounds, length) = read(text, 0).unwrap_or_else(|| panic!("{text} is a range"));
            assert_eq!(to_text(&bounds), expected, "{text}");
            let rest = &text[length..];
            assert!(rest.is_empty() || rest.starts_with([' ', ')']), "{text} was read up to {rest}");
        }
        for text in
            ["2022..2023", ">500", "2022..", "..2022", "\"no\"... \"yes\"", "[Photo: Agency]", "[ TO ]", "\"\"..", ".."]
        {
            assert_eq!(read(text, 0), None, "{text}");
        }
    }
}
