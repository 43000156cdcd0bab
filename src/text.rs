//! Small readings of text that several rooms share.

use std::borrow::Cow;

use memchr::memchr;

/// Returns the text with every run of white space as one space, and none at the ends.
pub(crate) fn fold_spaces(text: &str) -> String {
    folded(text).into_owned()
}

/// Does the same, and copies no text that is so already.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    let may_be = |[byte, next, third]: [u8; 3]| {
        ((byte == b' ') & (next == b' '))
            | (byte.wrapping_sub(b'\t') < 5)
            | (byte == 0xc2)
            | ((byte == 0xe1) & (next == 0x9a))
            | ((byte == 0xe2) & (next == 0x80) & ((third <= 0x8a) | (third >= 0xa8)))
            | ((byte == 0xe2) & (next == 0x81))
            | ((byte == 0xe3) & (next == 0x80) & (third == 0x80))
    };
    let text = text.trim();
    let (mut folded, mut from) = (String::new(), 0);
    for at in places(text, may_be).filter(|at| text[*at..].starts_with(char::is_whitespace)) {
        // Those of the run before are passed over, and so is the first of two spaces that a tab or the like follows.
        if at < from {
            continue;
        }
        if folded.is_empty() {
            folded.reserve(text.len());
        }
        folded.push_str(text[from..at].trim_end_matches(' '));
        folded.push(' ');
        from = text.len() - text[at..].trim_start().len();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    folded.push_str(&text[from..]);
    Cow::Owned(folded)
}

/// Returns the text in lower case, as [`str::to_lowercase`] does. Most text has no capitals but those of ASCII.
pub(crate) fn to_lower(text: &str) -> String {
    // Scripts without capitals, and the small letters of Latin-1 and of Russian, are known by their bytes.
    let may_be = |[byte, next, third]: [u8; 3]| {
        (byte >= 0xc3)
            & !((byte == 0xc3) & (next >= 0xa0)
                | ((byte == 0xd0) & (next >= 0xb0))
                | ((byte == 0xd1) & (next <= 0x9f))
                | (0xd7..=0xe0).contains(&byte)
                | ((byte == 0xe2) & (next <= 0x81))
                | (0xe3..=0xe9).contains(&byte)
                | (0xeb..=0xee).contains(&byte)
                | ((byte == 0xef) & ((next != 0xbc) | (third < 0xa1))))
    };
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is = |at: &usize| text[*at..].chars().next().is_some_and(|c| !c.to_lowercase().eq([c]));
    let mut capitals = places(text, may_be).filter(is).peekable();
    if capitals.peek().is_none() {
        return text.to_ascii_lowercase();
    }
    // How it is written in lower case depends on what follows.
    if text.contains('Σ') {
        return text.to_lowercase();
    }
    let (mut lower, mut from) = (String::with_capacity(text.len()), 0);
    for at in capitals {
        lower.push_str(&text[from..at]);
        let capital = text[at..].chars().next().unwrap_or_default();
        lower.extend(capital.to_lowercase());
        from = at + capital.len_utf8();
    }
    lower.push_str(&text[from..]);
    lower.make_ascii_lowercase();
    lower
}

/// Tells whether a character is a letter or a figure, as [`char::is_alphanumeric`] does.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    is_usual_letter(c) || c.is_alphanumeric()
}

/// Tells whether a character is a letter, as [`char::is_alphabetic`] does.
pub(crate) fn is_alphabetic(c: char) -> bool {
    is_usual_letter(c) || c.is_alphabetic()
}

/// The letters of which the standard's tables take long to tell that they are: Cyrillic, Arabic, Japanese, Chinese, Korean.
fn is_usual_letter(c: char) -> bool {
    matches!(
        c,
        '\u{410}'..='\u{44f}' | '\u{621}'..='\u{64a}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
    )
}

/// How many bytes are looked at together.
const TOGETHER: usize = 32;

/// Returns the places where `may_be` holds for a byte and the two that follow. It is not asked of printable ASCII but for
/// repeated spaces, and has no branches, so that the compiler can have many bytes looked at together.
pub(crate) fn places(text: &str, may_be: impl Fn([u8; 3]) -> bool) -> impl Iterator<Item = usize> {
    // Those found among the bytes before `end`, as bits of which the lowest is the first byte's.
    let (mut end, mut found) = (0, 0u32);
    std::iter::from_fn(move || {
        while found == 0 {
            let rest = text.as_bytes().get(end..).filter(|rest| !rest.is_empty())?;
            found = match rest.first_chunk() {
                Some(bytes) => places_among(bytes, &may_be),
                None => {
                    let mut padded = [b'x'; TOGETHER + 2];
                    padded[..rest.len()].copy_from_slice(rest);
                    places_among(&padded, &may_be)
                }
            };
            end += TOGETHER;
        }
        let first = found.trailing_zeros() as usize;
        found &= found - 1;
        Some(end - TOGETHER + first)
    })
}

#[inline]
fn places_among(bytes: &[u8; TOGETHER + 2], may_be: &impl Fn([u8; 3]) -> bool) -> u32 {
    if is_plain(bytes) {
        return 0;
    }
    let (mut flags, mut any) = ([false; TOGETHER], false);
    for at in 0..TOGETHER {
        flags[at] = may_be([bytes[at], bytes[at + 1], bytes[at + 2]]);
        any |= flags[at];
    }
    if !any {
        return 0;
    }
    flags.iter().enumerate().fold(0, |found, (at, flag)| found | u32::from(*flag) << at)
}

/// Tells whether bytes are printable ASCII without repeated spaces.
#[inline]
fn is_plain(bytes: &[u8; TOGETHER + 2]) -> bool {
    let mut is_odd = false;
    for at in 0..TOGETHER {
        let (byte, next) = (bytes[at], bytes[at + 1]);
        is_odd |= (byte.wrapping_add(1).cast_signed() <= 32) | ((byte == b' ') & (next == b' '));
    }
    !is_odd
}

/// Returns the lines of a text, as [`str::lines`] does.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (line, next) = match memchr(b'\n', rest.as_bytes()) {
            None if rest.is_empty() => return None,
            None => (rest, ""),
            Some(end) => {
                let line = &rest[..end];
                (line.strip_suffix('\r').unwrap_or(line), &rest[end + 1..])
            }
        };
        rest = next;
        Some(line)
    })
}

/// Returns the beginning of a text: at most `bytes` bytes, and only whole characters.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Runs of letters of many scripts, and of every white space, long enough for some bytes to be looked at together.
    pub(crate) fn odd_text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[a-zA-Z ,.]{0,40}",
            "[ \\t\\n\\r\\x0b\\x0c\\x1c\u{85}\u{a0}\u{1680}\u{2000}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}]{0,3}",
            "[«»éÉßÿŸİıǅΣσςДдЯяёЁЏѠا日、ｱＡａ’“…\u{200b}\u{ad}\u{feff}ᲐẞⅧ🙂𐐀K]{0,20}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn folding_leaves_the_words_with_one_space_between(text in odd_text()) {
            prop_assert_eq!(fold_spaces(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }

        #[test]
        fn lines_are_those_of_the_standard(text in "[a\r\n]{0,8}") {
            prop_assert_eq!(lines(&text).collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
        }

        #[test]
        fn lower_case_is_that_of_the_standard(text in odd_text()) {
            prop_assert_eq!(to_lower(&text), text.to_lowercase());
        }
    }

    #[test]
    fn every_character_is_folded_and_lowered() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let text = format!("some words before it, and then {c}x");
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((fold_spaces(&text), to_lower(&text)), (folded, text.to_lowercase()));
            assert_eq!((is_alphanumeric(c), is_alphabetic(c)), (c.is_alphanumeric(), c.is_alphabetic()));
        }
    }

    #[test]
    fn a_head_has_whole_characters() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 3), "aé");
        assert_eq!(head("é", 0), "");
    }
}
