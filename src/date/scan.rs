//! Cuts the beginning of a text into the numbers, words and marks of a date. Knows which words belong to dates, not
//! how dates are built.
//!
//! Scanning ends at the first thing that no date holds, so that the cost of a look at running text does not depend on
//! its length.

use crate::text::is_alphabetic;

use super::words::{Meaning, fold, is_ignorable, meaning};

/// A piece of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Whether space stands before it.
    pub gap: bool,
    /// Where it ends, in bytes.
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Number {
        value: u64,
        digits: usize,
    },
    Word {
        folded: String,
        meaning: Meaning,
    },
    /// Punctuation, the forms of East Asia and of typesetters folded: `：` is `:`, a minus sign is `-`.
    Mark(char),
    /// What stands in brackets: a comment, a weekday, a zone.
    Bracket(String),
}

/// No date has more pieces, bytes of space in one place, or letters in one word.
const MOST_TOKENS: usize = 48;
const LONGEST_GAP: usize = 256;
const LONGEST_WORD: usize = 64;
const LONGEST_BRACKET: usize = 96;

/// Cuts the beginning of `text`. The second value tells whether that is all of it.
pub(super) fn scan(text: &str) -> (Vec<Token>, bool) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let (blank, gap) = blank(rest);
        if blank == rest.len() {
            return (tokens, true);
        }
        if blank > LONGEST_GAP || tokens.len() == MOST_TOKENS {
            return (tokens, false);
        }
        let Some((kind, length)) = piece(&rest[blank..]) else { return (tokens, false) };
        at += blank + length;
        tokens.push(Token { kind, gap, end: at });
    }
}

/// Returns the length of the space at the start, and whether any of it has a width.
fn blank(text: &str) -> (usize, bool) {
    let mut gap = false;
    for (at, c) in text.char_indices() {
        match c.is_whitespace() {
            true => gap = true,
            false if is_ignorable(c) => (),
            false => return (at, gap),
        }
        if at > LONGEST_GAP {
            return (at, gap);
        }
    }
    (text.len(), gap)
}

fn piece(text: &str) -> Option<(Kind, usize)> {
    let first = text.chars().next()?;
    if digit(first).is_some() {
        return number(text);
    }
    if is_east_asian(first) {
        return east_asian_word(text);
    }
    if is_alphabetic(first) {
        return word(text);
    }
    match first {
        '(' | '（' => bracket(text, first, &[')', '）']),
        '[' => bracket(text, first, &[']']),
        _ => Some((Kind::Mark(mark(first)?), first.len_utf8())),
    }
}

fn number(text: &str) -> Option<(Kind, usize)> {
    let (mut value, mut digits, mut end) = (0_u64, 0, 0);
    for c in text.chars() {
        let Some(digit) = digit(c) else { break };
        value = value.saturating_mul(10).saturating_add(digit);
        digits += 1;
        end += c.len_utf8();
        if digits > LONGEST_WORD {
            return None;
        }
    }
    Some((Kind::Number { value, digits }, end))
}

/// Returns the value of a digit, of those that newspapers print dates with.
fn digit(c: char) -> Option<u64> {
    if c.is_ascii() {
        return c.to_digit(10).map(u64::from);
    }
    let zeros = ['\u{660}', '\u{6F0}', '\u{966}', '\u{FF10}'];
    zeros.iter().map(|&zero| u64::from(c).wrapping_sub(u64::from(zero))).find(|&value| value < 10)
}

fn word(text: &str) -> Option<(Kind, usize)> {
    let end = word_end(text)?;
    let folded = fold(&text[..end]);
    // The Levantine names of four months are two words.
    if matches!(folded.as_str(), "كانون" | "تشرين") {
        let gap = text[end..].chars().take_while(|c| c.is_whitespace()).map(char::len_utf8).sum::<usize>();
        let end = end + gap + word_end(&text[end + gap..])?;
        return known(fold(&text[..end].split_whitespace().collect::<Vec<_>>().join(" ")), end);
    }
    let (mut kind, end) = known(folded, end)?;
    if let Kind::Word { folded, meaning } = &mut kind {
        // `et` and `met` are words of many languages, `ET` and `MET` are zones.
        let is_zone =
            matches!(folded.as_str(), "z" | "gmt" | "utc" | "мск") || !text[..end].contains(char::is_lowercase);
        meaning.zone = meaning.zone.filter(|_| is_zone);
    }
    Some((kind, end))
}

fn word_end(text: &str) -> Option<usize> {
    let is_inside = |c: char| {
        let letter = is_alphabetic(c) && !is_east_asian(c);
        letter || is_ignorable(c) || c == '’' || unicode_normalization::char::is_combining_mark(c)
    };
    let mut end = 0;
    for c in text.chars().take_while(|&c| is_inside(c)) {
        end += c.len_utf8();
        if end > LONGEST_WORD {
            return None;
        }
    }
    Some(end)
}

/// Takes the longest word of those that are written without space.
fn east_asian_word(text: &str) -> Option<(Kind, usize)> {
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(3).collect();
    ends.into_iter().rev().find_map(|end| known(fold(&text[..end]), end))
}

fn known(folded: String, end: usize) -> Option<(Kind, usize)> {
    let meaning = meaning(&folded)?;
    Some((Kind::Word { folded, meaning }, end))
}

fn bracket(text: &str, open: char, close: &[char]) -> Option<(Kind, usize)> {
    let inner = &text[open.len_utf8()..];
    let (end, closing) = inner.char_indices().take(LONGEST_BRACKET).find(|(_, c)| close.contains(c))?;
    Some((Kind::Bracket(inner[..end].trim().to_owned()), open.len_utf8() + end + closing.len_utf8()))
}

fn mark(c: char) -> Option<char> {
    Some(match c {
        ':' | '：' => ':',
        ',' | '，' | '،' | '、' => ',',
        '.' | '．' => '.',
        '/' | '／' => '/',
        '-' | '‐' | '‑' | '\u{2212}' | '－' => '-',
        '+' | '＋' => '+',
        '|' | '•' | '·' | '・' | '–' | '—' | '@' | ';' | '°' => c,
        _ => return None,
    })
}

/// Returns what follows a mark at the start.
pub(super) fn take_mark(tokens: &[Token], mark: char) -> Option<&[Token]> {
    let (first, rest) = tokens.split_first()?;
    (first.kind == Kind::Mark(mark)).then_some(rest)
}

/// Returns what follows one of some marks at the start, or all.
pub(super) fn skip_mark<'t>(tokens: &'t [Token], marks: &str) -> &'t [Token] {
    match tokens {
        [Token { kind: Kind::Mark(mark), .. }, rest @ ..] if marks.contains(*mark) => rest,
        _ => tokens,
    }
}

/// Returns what follows a word at the start that may mean something.
pub(super) fn take_meaning(tokens: &[Token], is_meant: impl Fn(&Meaning) -> bool) -> Option<&[Token]> {
    match tokens {
        [Token { kind: Kind::Word { meaning, .. }, .. }, rest @ ..] if is_meant(meaning) => Some(rest),
        _ => None,
    }
}

/// Returns what follows one of some words, folded, at the start.
pub(super) fn take_word<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    match tokens {
        [Token { kind: Kind::Word { folded, .. }, .. }, rest @ ..] if words.contains(&folded.as_str()) => Some(rest),
        _ => None,
    }
}

/// Returns the tokens, if no space stands before them.
pub(super) fn tight(tokens: &[Token]) -> Option<&[Token]> {
    tokens.first().is_none_or(|first| !first.gap).then_some(tokens)
}

/// Reads a number with so many digits.
pub(super) fn take_digits(tokens: &[Token], digits: usize) -> Option<(u64, &[Token])> {
    match tokens {
        [Token { kind: Kind::Number { value, digits: count }, .. }, rest @ ..] if *count == digits => {
            Some((*value, rest))
        }
        _ => None,
    }
}

/// Reads a number of two digits.
pub(super) fn take_two(tokens: &[Token]) -> Option<(i8, &[Token])> {
    let (value, rest) = take_digits(tokens, 2)?;
    Some((i8::try_from(value).ok()?, rest))
}

/// Reads a number of one or two digits.
pub(super) fn take_pair(tokens: &[Token]) -> Option<(i8, &[Token])> {
    let (value, rest) = take_digits(tokens, 1).or_else(|| take_digits(tokens, 2))?;
    Some((i8::try_from(value).ok()?, rest))
}

/// Tells whether a character belongs to a script that is written without space, or, as Korean, often is in dates.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FA}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}')
}
