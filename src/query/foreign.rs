//! Forms of other query languages that are not answered, and slips of our own. Each is named, so that it is never taken for
//! something else: `ferry^-1` is not the word `ferry`.

use std::ops::Range;

use super::proximity::Wrong;
use super::{Diagnostic, DiagnosticKind, chars};

/// A form that is not answered: what is wrong with it, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign(&'static str, &'static str);

impl Foreign {
    pub(super) fn diagnostic(&self, span: Range<usize>) -> Diagnostic {
        Diagnostic::error(DiagnosticKind::Unsupported, span, self.0, self.1)
    }
}

pub(super) const SLOPPY: Foreign = Foreign(
    "a phrase takes a number of other words in between, from 0 to 255, and this is none",
    "write \"harbour bridge\"~3 for up to three words in between",
);
pub(super) const OF_PHRASE: Foreign = Foreign(
    "a phrase takes no number of words that are enough",
    "for two of several words write 2 of (ferry, bridge, toll)",
);
pub(super) const SUFFIX: Foreign = Foreign(
    "a number belongs to a phrase or a word, not to what stands in brackets",
    "leave it out, or write \"harbour bridge\"~3 for up to three words in between",
);
pub(super) const RANGE: Foreign = Foreign(
    "this is no range: it is written [from TO to], right behind a field of dates or numbers",
    "write date:2022-09..2022-10 or date:[2022-09 TO 2022-10]; to search for the words, leave out the brackets",
);
pub(super) const BOOST: Foreign =
    Foreign("a weight is a number from 0.001 to 1000", "write ferry^2 or ferry^0.5; to leave a word out write -ferry");
const FUZZY: Foreign = Foreign("a fuzzy word has at most two changes", "write ferry~, ferry~1 or ferry~2");

/// What takes the rest of a query in web searches.
const ALL_IN: &[(&str, Wrong)] = &[
    ("allintitle:", ("this takes no words here", "write headline:(harbour bridge), with the words in brackets")),
    ("allintext:", ("this takes no words here", "write body:(harbour bridge), with the words in brackets")),
    ("allinurl:", ("this takes no words here", "write url:harbour url:bridge, with each word behind url:")),
];

/// Reads the beginning of the rest of a query; returns the length of what is not answered, and what is wrong with it.
pub(super) fn of_rest(rest: &str) -> Option<(usize, Wrong)> {
    let named = |name: &str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    ALL_IN.iter().find(|(name, _)| named(name)).map(|(name, wrong)| (name.len(), *wrong))
}

/// Tells whether a text begins as `2 of a, b` does: a list that lacks its brackets.
pub(super) fn is_list_without_brackets(rest: &str) -> bool {
    let mut words = head(rest, 0).split_whitespace();
    let is_number = words.next().is_some_and(|word| word.len() < 3 && word.bytes().all(|b| b.is_ascii_digit()));
    is_number && matches!(words.next(), Some("of" | "OF")) && words.next().is_some_and(|word| word.ends_with(','))
}

/// Tells whether a text begins with letters in square brackets within a word, as patterns of files have them: `[ei]s`.
pub(super) fn are_letters_in_brackets(rest: &str) -> bool {
    let Some((inner, behind)) = head(rest, 1).split_once(']') else { return false };
    let are_letters = inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '^'));
    are_letters && inner.contains(char::is_alphabetic) && behind.starts_with(char::is_alphanumeric)
}

/// Returns what form of another language a word is.
pub(super) fn of_word(word: &str) -> Option<Foreign> {
    if word.contains("://") || word.starts_with("www.") {
        return None;
    }
    let number_after = |mark: char| {
        let (before, number) = word.rsplit_once(mark)?;
        before.contains(|c: char| !c.is_numeric()).then_some(number)
    };
    let is_number = |number: &str| number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if number_after('~').is_some_and(is_number) {
        return Some(FUZZY);
    }
    let is_weight = |number: &str| {
        let number = number.trim_start_matches(['-', '+', '−', '–']);
        !number.is_empty() && is_number(number)
    };
    number_after('^').is_some_and(is_weight).then_some(BOOST)
}

/// Returns the end of a range such as `[2020 TO 2021]` that begins at `start`.
pub(super) fn range_end(query: &str, start: usize) -> Option<usize> {
    let rest = head(query, start + 1);
    let length = rest.find([']', '}'])?;
    let mut words = rest[..length].split_whitespace();
    let is_range = words.next().is_some() && words.next() == Some("TO") && words.next().is_some();
    (is_range && words.next().is_none()).then_some(start + 1 + length + 1)
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
