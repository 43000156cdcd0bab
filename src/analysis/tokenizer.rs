//! One pass over a text: words, acronyms, numbers, hyphenated compounds, overlapping bigrams. Independent of the
//! language, so that every language cuts a text at the same places; stemming comes after (`language.rs`).
//!
//! - `U.S.` is `us`, `AT&T` is `at&t`, `Sarah's` is `sarah`, `don't` is `dont`; `l'eau` is `l` and `eau`.
//! - `1,000` and `1.000` are `1000`, `3,5` is `3.5`.
//! - `well-known` is `well`, `known`, and at the place of the first also `wellknown`.
//! - A run of Chinese, Japanese, Korean, Thai, Lao, Khmer or Burmese gives every two neighbours and, as
//!   [`Role::Last`], its last character: so every text of two or more is found by its bigrams, and one character by the
//!   terms that begin with it. The other characters are for marking what matched, and the index leaves them out.
//!
//! Nothing is allocated for a word. Most are runs of ASCII letters with a space behind: a table of bytes tells them, and
//! they are borrowed from the text. Words of other letters that fold one by one are written to a scratch (`emit_word`);
//! the long way (`emit_compound`) is for what may have a mark inside, and finds the same words as the short ones. On
//! English news that is 24 instructions a byte, of 234 for the plain program that the tests hold it against (`naive.rs`).

mod class;
#[cfg(test)]
mod naive;
mod regular;
#[cfg(test)]
mod tests;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::fold;
pub(crate) use class::is_unspaced;
use class::{ASCII, Class, DIGIT, LETTER, Simple, UPPER, WIDE, class, is_whole};
pub(crate) use regular::next_irregular;

/// A term and where it stands in its text.
#[cfg(test)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The term as it is indexed: folded, and stemmed where the analyzer stems.
    pub(crate) term: String,
    /// The bytes of the text that it stands for.
    pub(crate) range: Range<usize>,
    /// The number of the word in the text, from 0. Several tokens can have the same.
    pub(crate) position: u32,
}

/// A word as it was cut out of the text, in lower case, before stemming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawToken<'a> {
    pub(super) role: Role,
    pub(super) word: &'a str,
    pub(super) range: Range<usize>,
    pub(super) position: u32,
}

/// What a raw token is in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A word of letters, to be stemmed.
    Word,
    /// A number, an acronym or a name with digits or `&`: never stemmed.
    Literal,
    /// A compound written without its hyphens, at the position of its first part.
    Joined,
    /// One character of a script without spaces, with another behind.
    Character,
    /// The last or only character of a run of a script without spaces.
    Last,
    /// Two neighbours of a script without spaces, at the position of the first.
    Bigram,
}

/// Room for words that do not stand in the text as they are handed out; kept from one text to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The words of a compound, in the case of the text.
    raw: String,
    parts: Vec<Part>,
    lower: String,
}

/// Longer words are cut: no reader looks for them whole, and noise must not fill the dictionary.
const LONGEST_WORD: usize = 64;
/// A chain of more hyphens than this is no compound.
const MOST_PARTS: usize = 6;
/// Words that French, Italian and Catalan elide before a vowel; what follows the apostrophe is the word.
const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "all", "nell", "sull",
    "dall", "un", "quest",
];
const LONGEST_ELIDED: usize = "lorsqu".len();

/// Hands out the raw tokens of a text, in order of position.
pub(super) fn scan(text: &str, scratch: &mut Scratch, mut emit: impl FnMut(RawToken<'_>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut position = 0;
    while let Some(&byte) = bytes.get(at) {
        let kind = ASCII[usize::from(byte)];
        if kind & (LETTER | DIGIT) != 0 {
            let (end, seen) = ascii_run(bytes, at + 1, kind);
            if stands_alone(text, at..end, seen & DIGIT != 0) {
                emit_ascii(text, at..end, seen, position, &mut scratch.lower, &mut emit);
                position += 1;
                // What stands behind is no part of a word either, unless it is not ASCII.
                at = end + usize::from(bytes.get(end).is_some_and(u8::is_ascii));
            } else {
                (at, position) = emit_word(text, at, position, scratch, &mut emit);
            }
        } else if kind & WIDE == 0 {
            at += 1;
        } else {
            let c = char_at(text, at).unwrap_or_default();
            match class(c) {
                Class::Unspaced => {
                    let run = at..run_end(text, at, |c| class(c) == Class::Unspaced);
                    at = run.end;
                    position = emit_bigrams(text, run, position, &mut scratch.lower, &mut emit);
                }
                Class::Letter | Class::Digit => {
                    (at, position) = emit_word(text, at, position, scratch, &mut emit);
                }
                Class::Inner | Class::Other => at += c.len_utf8(),
            }
        }
    }
}

/// Returns where a run of ASCII letters and digits ends, and what kinds of bytes it has beside those `seen`.
fn ascii_run(bytes: &[u8], start: usize, mut seen: u8) -> (usize, u8) {
    let mut end = start;
    while let Some(&byte) = bytes.get(end) {
        let kind = ASCII[usize::from(byte)];
        if kind & (LETTER | DIGIT) == 0 {
            break;
        }
        seen |= kind;
        end += 1;
    }
    (end, seen)
}

/// Tells whether a run of letters and digits is surely a word by itself and short enough to be handed out whole.
#[inline(always)]
fn stands_alone(text: &str, run: Range<usize>, has_digit: bool) -> bool {
    let is_bound = match text.as_bytes().get(run.end) {
        Some(byte) if ASCII[usize::from(*byte)] != 0 => is_bound(text, run.clone(), has_digit),
        Some(_) | None => true,
    };
    is_bound && run.len() <= LONGEST_WORD
}

/// Tells whether what stands behind a run of letters and digits, a mark or a character that is not ASCII, is surely no
/// part of its word.
fn is_bound(text: &str, run: Range<usize>, has_digit: bool) -> bool {
    let Some(mark) = char_at(text, run.end) else { return true };
    if !mark.is_ascii() {
        return matches!(class(mark), Class::Other | Class::Unspaced)
            && !is_apostrophe(mark)
            && !is_ampersand(mark)
            && !is_hyphen(mark);
    }
    let following = text.as_bytes().get(run.end + 1).map_or(0, |byte| ASCII[usize::from(*byte)]);
    // A stop joins numbers, and the letters of an acronym, each of at most four bytes.
    let is_idle_stop = matches!(mark, '.' | ',') && !has_digit && run.len() > 4;
    following & (LETTER | DIGIT | WIDE) == 0 || is_idle_stop
}

fn emit_ascii(
    text: &str,
    range: Range<usize>,
    seen: u8,
    position: u32,
    lower: &mut String,
    emit: &mut impl FnMut(RawToken<'_>),
) {
    let role = if seen & DIGIT == 0 { Role::Word } else { Role::Literal };
    let mut word = &text[range.clone()];
    if seen & UPPER != 0 {
        lower.clear();
        lower.push_str(word);
        lower.make_ascii_lowercase();
        word = lower;
    }
    emit(RawToken { role, word, range, position });
}

/// Emits a word in any script, with the compound that it begins; returns where that ends.
fn emit_word(
    text: &str,
    start: usize,
    position: u32,
    scratch: &mut Scratch,
    emit: &mut impl FnMut(RawToken<'_>),
) -> (usize, u32) {
    scratch.lower.clear();
    let (mut end, mut has_digit) = (start, false);
    for c in text[start..].chars() {
        let Some(simple) = Simple::of(c) else { break };
        has_digit |= simple.is_digit;
        scratch.lower.push(simple.lower);
        end += c.len_utf8();
    }
    if end == start || !stands_alone(text, start..end, has_digit) {
        return emit_compound(text, start, position, scratch, emit);
    }
    let role = if has_digit { Role::Literal } else { Role::Word };
    emit(RawToken { role, word: &scratch.lower, range: start..end, position });
    (end, position + 1)
}

fn emit_bigrams(
    text: &str,
    run: Range<usize>,
    mut position: u32,
    lower: &mut String,
    emit: &mut impl FnMut(RawToken<'_>),
) -> u32 {
    let (mut range, mut is_whole) = grapheme(text, run.clone());
    loop {
        let is_last = range.end == run.end;
        let role = if is_last { Role::Last } else { Role::Character };
        let word = &text[range.clone()];
        let word = if is_whole { word } else { fold::lowered(word, lower) };
        emit(RawToken { role, word, range: range.clone(), position });
        if is_last {
            return position + 1;
        }
        let (next, next_is_whole) = grapheme(text, range.end..run.end);
        let both = range.start..next.end;
        let word = &text[both.clone()];
        let word = if is_whole && next_is_whole { word } else { fold::lowered(word, lower) };
        emit(RawToken { role: Role::Bigram, word, range: both, position });
        (range, is_whole) = (next, next_is_whole);
        position += 1;
    }
}

/// Returns the first character of a run as a reader takes it, and whether folding leaves it as it is. Between two of
/// the usual ones is always a bound, and there is no need to ask Unicode's rules.
fn grapheme(text: &str, run: Range<usize>) -> (Range<usize>, bool) {
    let mut chars = text[run.clone()].chars();
    let first = chars.next().filter(|c| is_whole(*c));
    match (first, chars.next()) {
        (Some(_), None) => (run, true),
        (Some(first), Some(next)) if is_whole(next) => (run.start..run.start + first.len_utf8(), true),
        _ => {
            let len = text[run.clone()].graphemes(true).next().map_or(0, str::len);
            (run.start..run.start + len, false)
        }
    }
}

/// A word with what belongs to it, up to a hyphen, an elision or its end.
#[derive(Debug)]
struct Part {
    range: Range<usize>,
    /// Where it ends in `Scratch::raw`.
    raw_end: usize,
    literal: bool,
}

/// Emits a word, or the parts of a hyphenated compound and its joined form; returns where it ends.
fn emit_compound(
    text: &str,
    start: usize,
    position: u32,
    scratch: &mut Scratch,
    emit: &mut impl FnMut(RawToken<'_>),
) -> (usize, u32) {
    let Scratch { raw, parts, lower } = scratch;
    raw.clear();
    parts.clear();
    let mut end = start;
    let mut next = Some(start);
    while let Some(start) = next {
        let part = next_word(text, start, raw);
        end = part.range.end;
        parts.push(part);
        next = after_hyphen(text, end).filter(|_| parts.len() < MOST_PARTS);
    }
    if parts.len() > 1 {
        let word = fold::lowered(cut(raw), lower);
        if !word.is_empty() {
            emit(RawToken { role: Role::Joined, word, range: start..end, position });
        }
    }
    let mut next = position;
    let mut raw_start = 0;
    for part in parts.drain(..) {
        let role = if part.literal { Role::Literal } else { Role::Word };
        let word = fold::lowered(cut(&raw[raw_start..part.raw_end]), lower);
        raw_start = part.raw_end;
        if !word.is_empty() {
            emit(RawToken { role, word, range: part.range, position: next });
            next += 1;
        }
    }
    (end, next)
}

fn next_word(text: &str, start: usize, raw: &mut String) -> Part {
    if let Some(end) = acronym(text, start, raw) {
        return Part { range: start..end, raw_end: raw.len(), literal: true };
    }
    let raw_start = raw.len();
    let (mut end, mut literal) = word_run(text, start);
    raw.push_str(&text[start..end]);
    while let Some(Joint { kind, next }) = joint(text, end, &raw[raw_start..]) {
        let (next_end, has_digit) = word_run(text, next);
        end = next_end;
        literal |= has_digit;
        match kind {
            JointKind::Possessive => {}
            JointKind::Drop => raw.push_str(&text[next..end]),
            JointKind::Keep(mark) => {
                raw.push(mark);
                raw.push_str(&text[next..end]);
                literal = true;
            }
        }
    }
    Part { range: start..end, raw_end: raw.len(), literal }
}

/// Returns where a run of characters that stand inside words ends, and whether there is a digit among them.
fn word_run(text: &str, start: usize) -> (usize, bool) {
    let mut has_digit = false;
    let mut end = start;
    loop {
        let (ascii_end, seen) = ascii_run(text.as_bytes(), end, 0);
        has_digit |= seen & DIGIT != 0;
        end = ascii_end;
        if text.as_bytes().get(end).is_none_or(u8::is_ascii) {
            return (end, has_digit);
        }
        end = run_end(text, end, |c| {
            let class = class(c);
            has_digit |= class == Class::Digit;
            !c.is_ascii() && class.is_inside_word()
        });
        if end == ascii_end {
            return (end, has_digit);
        }
    }
}

/// Where two runs of letters and digits make one word.
struct Joint {
    kind: JointKind,
    next: usize,
}

enum JointKind {
    /// The mark between is dropped.
    Drop,
    /// The mark between is part of the word.
    Keep(char),
    /// What follows is dropped too.
    Possessive,
}

fn joint(text: &str, end: usize, word: &str) -> Option<Joint> {
    let mark = char_at(text, end).filter(|c| is_apostrophe(*c) || is_ampersand(*c) || matches!(c, ',' | '.'))?;
    let next = end + mark.len_utf8();
    let following = char_at(text, next).filter(|c| class(*c).is_inside_word())?;
    let preceding = text[..end].chars().next_back()?;
    let digits = preceding.is_numeric() && following.is_numeric();
    let kind = match mark {
        _ if is_apostrophe(mark) && digits => JointKind::Drop,
        _ if is_apostrophe(mark) => apostrophe(text, next, word)?,
        ',' | '.' if digits => thousands_or_decimals(text, next),
        _ if is_ampersand(mark) && !digits => JointKind::Keep('&'),
        _ => return None,
    };
    Some(Joint { kind, next })
}

fn apostrophe(text: &str, next: usize, word: &str) -> Option<JointKind> {
    if word.len() <= LONGEST_ELIDED && ELIDED.iter().any(|elided| word.eq_ignore_ascii_case(elided)) {
        return None;
    }
    let (end, _) = word_run(text, next);
    Some(if text[next..end].eq_ignore_ascii_case("s") { JointKind::Possessive } else { JointKind::Drop })
}

/// A mark before exactly three digits parts thousands; any other one begins the decimals.
fn thousands_or_decimals(text: &str, next: usize) -> JointKind {
    let end = run_end(text, next, char::is_numeric);
    if text[next..end].chars().count() == 3 { JointKind::Drop } else { JointKind::Keep('.') }
}

/// Reads single letters parted by full stops: `U.S.`, `a.m`, `e.g.`; returns where they end.
fn acronym(text: &str, start: usize, raw: &mut String) -> Option<usize> {
    let raw_start = raw.len();
    let mut n_letters = 0;
    let mut at = start;
    let mut end = start;
    while let Some(letter) = char_at(text, at) {
        let after = at + letter.len_utf8();
        // Most words end here, since a second letter follows and no full stop.
        if n_letters == 0 && text.as_bytes().get(after) != Some(&b'.') {
            return None;
        }
        if !letter.is_alphabetic() || is_unspaced(letter) {
            break;
        }
        let next = char_at(text, after);
        if next.is_some_and(|c| class(c).is_inside_word()) || n_letters == LONGEST_WORD {
            break;
        }
        raw.push(letter);
        n_letters += 1;
        end = after;
        if next != Some('.') {
            break;
        }
        at = after + 1;
        end = at;
    }
    if n_letters < 2 {
        raw.truncate(raw_start);
        return None;
    }
    Some(end)
}

fn after_hyphen(text: &str, end: usize) -> Option<usize> {
    let mark = char_at(text, end).filter(|c| is_hyphen(*c))?;
    let next = end + mark.len_utf8();
    char_at(text, next).filter(|c| matches!(class(*c), Class::Letter | Class::Digit)).map(|_| next)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '＇')
}

fn is_ampersand(c: char) -> bool {
    matches!(c, '&' | '＆')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

fn run_end(text: &str, start: usize, mut belongs: impl FnMut(char) -> bool) -> usize {
    text[start..].char_indices().find(|(_, c)| !belongs(*c)).map_or(text.len(), |(offset, _)| start + offset)
}

fn cut(word: &str) -> &str {
    if word.len() <= LONGEST_WORD {
        return word;
    }
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}
