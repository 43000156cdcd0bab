//! One pass over a text: words, acronyms, numbers, hyphenated compounds, overlapping bigrams. Independent of the
//! language, so that every language cuts a text at the same places; stemming comes after (`language.rs`).
//!
//! - `U.S.` is `us`, `AT&T` is `at&t`, `Sarah's` is `sarah`, `don't` is `dont`; `l'eau` is `l` and `eau`.
//! - `1,000` and `1.000` are `1000`, `3,5` is `3.5`.
//! - `well-known` is `well`, `known`, and at the place of the first also `wellknown`.
//! - A run of Chinese, Japanese, Korean, Thai, Lao, Khmer or Burmese gives every character and every two neighbours.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::fold;

/// A term and where it stands in its text.
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
pub(super) struct RawToken {
    pub(super) role: Role,
    pub(super) word: String,
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
    /// One character of a script without spaces.
    Character,
    /// Two neighbours of a script without spaces, at the position of the first.
    Bigram,
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
        emit(RawToken { role: Role::Character, word, range: range.clone(), position });
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
        let word = parts.iter().map(|part| part.word.as_str()).collect();
        emit(RawToken { role: Role::Joined, word: fold::lower(&cut(word)), range: start..end, position });
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

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Characters inside a word: also marks, joiners and soft hyphens, which begin none.
fn is_word_part(c: char) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut found = Vec::new();
        scan(text, |token| found.push(format!("{}{}", token.word, token.position)));
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn words_and_numbers() {
        check("Rates rose 3.5% to 1,000.", "rates0 rose1 3.52 to3 10004");
        check("3,5 Mio. und 1.000.000", "3.50 mio1 und2 10000003");
        check("at 12:30, on 2022/09", "at0 121 302 on3 20224 095");
        check("ＴＯＫＹＯ café Łódź", "tokyo0 café1 łódź2");
    }

    #[test]
    fn acronyms_apostrophes_and_ampersands() {
        check("the U.S. and AT&T", "the0 us1 and2 at&t3");
        check("J.R. Smith, e.g. a.m", "jr0 smith1 eg2 am3");
        check("Sarah’s, don't, l'eau, workers' O'Brien", "sarah0 dont1 l2 eau3 workers4 obrien5");
        check("He said I. Then", "he0 said1 i2 then3");
    }

    #[test]
    fn hyphenated_words_are_found_whole_and_in_parts() {
        check("a well-known re‑election", "a0 wellknown1 well1 known2 reelection3 re3 election4");
        check("U.S.-led - then", "usled0 us0 led1 then2");
        check("covid-19", "covid190 covid0 191");
    }

    #[test]
    fn unspaced_scripts_give_characters_and_bigrams() {
        check("AI技術", "ai0 技1 技術1 術2");
        check("서울시", "서0 서울0 울1 울시1 시2");
        check("東", "東0");
    }

    #[test]
    fn ranges_are_those_of_the_text() {
        let text = "The U.S. well-known Ångström’s";
        scan(text, |token| assert!(text.get(token.range.clone()).is_some_and(|part| !part.is_empty())));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_ordered_positions_and_whole_characters(text in "\\PC{0,80}") {
            let mut last = 0;
            scan(&text, |token| {
                assert!(token.position >= last && token.position <= last + 1, "{token:?}");
                last = token.position;
                assert!(!token.word.is_empty());
                assert!(text.get(token.range.clone()).is_some());
            });
        }
    }
}
