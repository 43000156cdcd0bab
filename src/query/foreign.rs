//! Forms of other query languages that this version does not answer. Each is named, so that it is never taken for
//! something else: `harv*` is not the word `harv`.

use std::ops::Range;

use super::{Diagnostic, DiagnosticKind, Severity, chars};

/// A form that is not answered, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    message: &'static str,
    hint: &'static str,
    /// Whether it stands between operands rather than being one.
    pub(super) is_operator: bool,
}

impl Foreign {
    pub(super) fn diagnostic(&self, span: Range<usize>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            kind: DiagnosticKind::Unsupported,
            span,
            message: self.message.to_owned(),
            hint: Some(self.hint.to_owned()),
        }
    }
}

const fn operand(message: &'static str, hint: &'static str) -> Foreign {
    Foreign { message, hint, is_operator: false }
}

const fn operator(message: &'static str, hint: &'static str) -> Foreign {
    Foreign { message, hint, is_operator: true }
}

pub(super) const SLOPPY: Foreign = operand(
    "behind a phrase there is no number of words in between, from 0 to 255",
    "write \"harbour bridge\"~3 for up to three words between, or leave out what follows the quotation mark",
);
pub(super) const SUFFIX: Foreign =
    operator("nothing may follow a closing bracket or quotation mark at once", "leave out what follows it");
pub(super) const RANGE: Foreign = operand(
    "a range in brackets holds its ends and stands behind a field",
    "write date:2022-09..2022-10, or words:>500",
);
const BOOST: Foreign = operand("a weight is a number from 0.001 to 1000", "write ferry^2 or ferry^0.5");
const FUZZY: Foreign = operand("a fuzzy word has at most two changes", "write ferry~, ferry~1 or ferry~2");

/// Returns what form of another language a word is.
pub(super) fn of_word(word: &str) -> Option<Foreign> {
    if word.contains("://") || word.starts_with("www.") {
        return None;
    }
    if is_number_after(word, '~', true) {
        return Some(FUZZY);
    }
    if is_number_after(word, '^', false) {
        return Some(BOOST);
    }
    None
}

/// Tells whether a word ends in a mark and a small number, or in the mark alone where that is enough. `10~20` does
/// not: it is a span of numbers.
pub(super) fn is_number_after(word: &str, mark: char, alone: bool) -> bool {
    word.rsplit_once(mark).is_some_and(|(before, number)| {
        before.contains(|c: char| !c.is_numeric())
            && (alone || !number.is_empty())
            && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

/// Returns the end of a range such as `[2020 TO 2021]` that begins at `start`.
pub(super) fn range_end(query: &str, start: usize) -> Option<usize> {
    let rest = head(query, start + 1);
    let length = rest.find([']', '}'])?;
    let mut words = rest[..length].split_whitespace();
    let is_range = words.next().is_some() && words.next() == Some("TO") && words.next().is_some();
    (is_range && words.next().is_none()).then_some(start + 1 + length + 1)
}

/// Returns where the two values of a range stand in its text, where both ends belong to it.
pub(super) fn range_values(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut words = inner.split_whitespace();
    let (first, last) = (words.next()?, words.nth(1)?);
    // An open end is a star.
    let place = |word: &str| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + if word == "*" { 0 } else { word.len() }
    };
    Some((place(first), place(last)))
}

/// Returns the end of a regular expression between slashes that begins at `start`. A path is none: it does not end
/// with a slash before a space.
pub(super) fn regex_end(query: &str, start: usize) -> Option<usize> {
    let rest = head(query, start + 1);
    if rest.starts_with(|c: char| c == '/' || c.is_whitespace()) {
        return None;
    }
    let ends_word = |c| {
        chars::is_blank(c)
            || chars::is_open(c)
            || chars::is_close(c)
            || chars::quote(c).is_some()
            || chars::is_trailing_punctuation(c)
            || matches!(c, '?' | '&')
    };
    let is_end = |&(at, _): &(usize, &str)| rest[at + 1..].chars().next().is_none_or(ends_word);
    rest.match_indices('/').find(is_end).map(|(at, _)| start + 1 + at + 1)
}

/// Returns what stands from an offset on, cut to a length that no such form is longer than, so that a query of
/// nothing but opening marks takes linear time.
fn head(query: &str, start: usize) -> &str {
    const LONGEST: usize = 200;
    let rest = query.get(start..).unwrap_or_default();
    let end = (0..=LONGEST.min(rest.len())).rev().find(|&end| rest.is_char_boundary(end));
    &rest[..end.unwrap_or_default()]
}
