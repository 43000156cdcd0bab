//! The tokenizer as it reads best, which the fast one is held against: every word owned, every character asked for.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::{ELIDED, LONGEST_WORD, MOST_PARTS, Role};
use crate::analysis::fold;

/// A raw token that owns its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawToken {
    pub(super) role: Role,
    pub(super) word: String,
    pub(super) range: Range<usize>,
    pub(super) position: u32,
}

/// Hands out the raw tokens of a text, in order of position.
pub(super) fn scan(text: &str, mut emit: impl FnMut(RawToken)) {
    let mut at = 0;
    let mut position = 0;
    while let Some(c) = text[at..].chars().next() {
        if is_unspaced(c) {
            let end = run_end(text, at, is_unspaced);
            position = emit_bigrams(text, at..end, position, &mut emit);
            at = end;
        } else if is_word(c) {
            (at, position) = emit_compound(text, at, position, &mut emit);
        } else {
            at += c.len_utf8();
        }
    }
}

fn emit_bigrams(text: &str, run: Range<usize>, mut position: u32, emit: &mut impl FnMut(RawToken)) -> u32 {
    let mut previous: Option<(Range<usize>, u32)> = None;
    for (offset, grapheme) in text[run.clone()].grapheme_indices(true) {
        let range = run.start + offset..run.start + offset + grapheme.len();
        if let Some((before, at)) = previous.take() {
            let range = before.start..range.end;
            emit(RawToken { role: Role::Bigram, word: fold::lower(&text[range.clone()]), range, position: at });
        }
        let word = fold::lower(grapheme);
        let role = if range.end == run.end { Role::Last } else { Role::Character };
        emit(RawToken { role, word, range: range.clone(), position });
        previous = Some((range, position));
        position += 1;
    }
    position
}

/// Emits a word, or the parts of a hyphenated compound and its joined form; returns where it ends.
fn emit_compound(text: &str, start: usize, position: u32, emit: &mut impl FnMut(RawToken)) -> (usize, u32) {
    let mut parts = vec![next_word(text, start)];
    while let Some(next) = after_hyphen(text, parts[parts.len() - 1].end) {
        if parts.len() == MOST_PARTS {
            break;
        }
        parts.push(next_word(text, next));
    }
    let end = parts[parts.len() - 1].end;
    if parts.len() > 1 {
        let word = fold::lower(&cut(parts.iter().map(|part| part.word.as_str()).collect()));
        if !word.is_empty() {
            emit(RawToken { role: Role::Joined, word, range: start..end, position });
        }
    }
    let mut next = position;
    for part in parts {
        let role = if part.literal { Role::Literal } else { Role::Word };
        let word = fold::lower(&cut(part.word));
        if !word.is_empty() {
            emit(RawToken { role, word, range: part.start..part.end, position: next });
            next += 1;
        }
    }
    (end, next)
}

/// A word with what belongs to it, up to a hyphen, an elision or its end.
struct RawWord {
    word: String,
    start: usize,
    end: usize,
    literal: bool,
}

fn next_word(text: &str, start: usize) -> RawWord {
    if let Some(acronym) = acronym(text, start) {
        return acronym;
    }
    let mut end = run_end(text, start, is_word_part);
    let mut raw = RawWord { word: text[start..end].to_owned(), start, end, literal: has_digit(&text[start..end]) };
    while let Some(joint) = joint(text, start, end, &raw.word) {
        let next_end = run_end(text, joint.next, is_word_part);
        end = next_end;
        match joint.kind {
            Joint::Possessive => {}
            Joint::Drop => raw.word.push_str(&text[joint.next..next_end]),
            Joint::Keep(mark) => {
                raw.word.push(mark);
                raw.word.push_str(&text[joint.next..next_end]);
                raw.literal = true;
            }
        }
        raw.literal |= has_digit(&text[joint.next..next_end]);
        raw.end = end;
    }
    raw
}

/// How two runs of letters and digits make one word.
enum Joint {
    /// The mark between is dropped.
    Drop,
    /// The mark between is part of the word.
    Keep(char),
    /// What follows is dropped too.
    Possessive,
}

struct JointAt {
    kind: Joint,
    next: usize,
}

fn joint(text: &str, start: usize, end: usize, word: &str) -> Option<JointAt> {
    let mark = text[end..].chars().next()?;
    let next = end + mark.len_utf8();
    let following = text[next..].chars().next().filter(|c| is_word_part(*c))?;
    let preceding = text[start..end].chars().next_back()?;
    let digits = preceding.is_numeric() && following.is_numeric();
    let kind = match mark {
        '\'' | '’' | 'ʼ' | '＇' if digits => Joint::Drop,
        '\'' | '’' | 'ʼ' | '＇' => apostrophe(text, next, word)?,
        ',' | '.' if digits => thousands_or_decimals(text, next),
        '&' | '＆' if !digits => Joint::Keep('&'),
        _ => return None,
    };
    Some(JointAt { kind, next })
}

fn apostrophe(text: &str, next: usize, word: &str) -> Option<Joint> {
    if ELIDED.iter().any(|elided| word.eq_ignore_ascii_case(elided)) {
        return None;
    }
    let end = run_end(text, next, is_word_part);
    Some(if text[next..end].eq_ignore_ascii_case("s") { Joint::Possessive } else { Joint::Drop })
}

/// A mark before exactly three digits parts thousands; any other one begins the decimals.
fn thousands_or_decimals(text: &str, next: usize) -> Joint {
    let end = run_end(text, next, |c| c.is_numeric());
    if text[next..end].chars().count() == 3 { Joint::Drop } else { Joint::Keep('.') }
}

/// Reads single letters parted by full stops: `U.S.`, `a.m`, `e.g.`.
fn acronym(text: &str, start: usize) -> Option<RawWord> {
    let mut word = String::new();
    let mut at = start;
    let mut end = start;
    while let Some(letter) = text[at..].chars().next().filter(|c| c.is_alphabetic() && !is_unspaced(*c)) {
        let after = at + letter.len_utf8();
        let next = text[after..].chars().next();
        if next.is_some_and(is_word_part) || word.chars().count() == LONGEST_WORD {
            break;
        }
        word.push(letter);
        end = after;
        if next != Some('.') {
            break;
        }
        at = after + 1;
        end = at;
    }
    (word.chars().nth(1).is_some()).then_some(RawWord { word, start, end, literal: true })
}

fn after_hyphen(text: &str, end: usize) -> Option<usize> {
    let mark = text[end..].chars().next().filter(|c| matches!(c, '-' | '\u{2010}' | '\u{2011}'))?;
    let next = end + mark.len_utf8();
    text[next..].chars().next().filter(|c| is_word(*c) && !is_unspaced(*c)).map(|_| next)
}

fn run_end(text: &str, start: usize, belongs: impl Fn(char) -> bool) -> usize {
    text[start..].char_indices().find(|(_, c)| !belongs(*c)).map_or(text.len(), |(offset, _)| start + offset)
}

fn cut(word: String) -> String {
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => word[..end].to_owned(),
        None => word,
    }
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Characters inside a word: also marks, joiners and soft hyphens, which begin none.
pub(super) fn is_word_part(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{640}'))
        && !is_unspaced(c)
}

/// Scripts whose words are not parted by spaces, and Hangul, whose particles are written onto the word.
pub(super) fn is_unspaced(c: char) -> bool {
    // Most text is below the first of these scripts.
    c >= '\u{e00}'
        && matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}'
        | '々' | '〇' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | 'ー'..='ヿ'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3134f}')
        && (c.is_alphanumeric() || is_combining_mark(c))
}
