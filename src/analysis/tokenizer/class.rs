//! What a character is to the tokenizer: for a byte of ASCII a table tells, for the letters of most news a range, for
//! the rest Unicode's own.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use crate::analysis::fold;

/// An ASCII letter.
pub(super) const LETTER: u8 = 1;
/// An ASCII letter in upper case, beside `LETTER`.
pub(super) const UPPER: u8 = 2;
/// An ASCII digit.
pub(super) const DIGIT: u8 = 4;
/// An ASCII mark that can stand inside a word or compound.
pub(super) const MARK: u8 = 8;
/// A byte of a character that is not ASCII.
pub(super) const WIDE: u8 = 16;

/// The kinds of every byte.
pub(super) static ASCII: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'0'..=b'9' => DIGIT,
            b'\'' | b',' | b'.' | b'&' | b'-' => MARK,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// What a character is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Begins and continues words.
    Letter,
    /// Begins and continues words, which are then literal.
    Digit,
    /// Continues words and begins none: a mark, joiner or soft hyphen.
    Inner,
    /// Of a script without spaces.
    Unspaced,
    /// Parts words.
    Other,
}

impl Class {
    pub(super) fn is_inside_word(self) -> bool {
        matches!(self, Class::Letter | Class::Digit | Class::Inner)
    }
}

/// Returns the class of a character.
pub(super) fn class(c: char) -> Class {
    if is_whole(c) {
        return Class::Unspaced;
    }
    match LOW.get(c as usize) {
        Some(low) => low.class,
        // General punctuation, and the marks of ideographic text.
        None => match c {
            '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' => Class::Other,
            '\u{3000}'..='\u{3004}' | '〈'..='\u{3020}' | '！'..='／' | '：'..='＠' => Class::Other,
            _ => unicode_class(c),
        },
    }
}

fn unicode_class(c: char) -> Class {
    if is_unspaced(c) {
        Class::Unspaced
    } else if c.is_numeric() {
        Class::Digit
    } else if c.is_alphabetic() {
        Class::Letter
    } else if is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}') {
        Class::Inner
    } else {
        Class::Other
    }
}

/// What is known of a character of Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari and what stands between them.
struct Low {
    class: Class,
    /// See [`Simple`].
    lower: Option<char>,
}

/// Asking Unicode's tables takes some hundred instructions a character, so the answers are kept.
static LOW: LazyLock<Vec<Low>> = LazyLock::new(|| {
    let known = |c| Low { class: unicode_class(c), lower: fold::simple_lower(c) };
    ('\0'..'\u{980}').map(known).collect()
});

/// A letter or digit that is folded by itself, whatever stands around it, to another one character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Simple {
    pub(super) lower: char,
    pub(super) is_digit: bool,
}

impl Simple {
    pub(super) fn of(c: char) -> Option<Simple> {
        let low = LOW.get(c as usize)?;
        let lower = low.lower.filter(|_| low.class.is_inside_word())?;
        Some(Simple { lower, is_digit: low.class == Class::Digit })
    }
}

/// Tells the characters of scripts without spaces that never join with another of them, and that folding leaves as they
/// are: ideographs, kana and syllables of Hangul.
pub(super) fn is_whole(c: char) -> bool {
    c >= 'ぁ'
        && matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' | '\u{ac00}'..='\u{d7a3}')
}

/// Scripts whose words are not parted by spaces, and Hangul, whose particles are written onto the word.
pub(crate) fn is_unspaced(c: char) -> bool {
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
