//! Small readings of text that several rooms share.

use memchr::memchr;

/// Returns the text with every run of white space as one space, and none at the ends.
pub(crate) fn fold_spaces(text: &str) -> String {
    let mut rest = text.trim();
    let mut folded = String::with_capacity(rest.len());
    while let Some(at) = unfolded_space(rest) {
        folded.push_str(&rest[..at]);
        folded.push(' ');
        rest = rest[at..].trim_start();
    }
    folded.push_str(rest);
    folded
}

/// Returns where the first white space begins that is not one space, in text that begins with none.
fn unfolded_space(text: &str) -> Option<usize> {
    let may_be = |[byte, next, third]: [u8; 3]| {
        ((byte == b' ') & (next == b' '))
            | (byte.wrapping_sub(b'\t') < 5)
            | (byte == 0xc2)
            | ((byte == 0xe1) & (next == 0x9a))
            | ((byte == 0xe2) & (next == 0x80) & ((third <= 0x8a) | (third >= 0xa8)))
            | ((byte == 0xe2) & (next == 0x81))
            | ((byte == 0xe3) & (next == 0x80) & (third == 0x80))
    };
    let is = |at: usize| match text[at..].chars().next() {
        Some(' ') => text.as_bytes().get(at + 1) == Some(&b' '),
        first => first.is_some_and(char::is_whitespace),
    };
    let at = find_place(text, 0, may_be, is)?;
    Some(if at > 0 && text.as_bytes()[at - 1] == b' ' { at - 1 } else { at })
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
    let is = |at: usize| text[at..].chars().next().is_some_and(|c| !c.to_lowercase().eq([c]));
    let Some(first) = find_place(text, 0, may_be, is) else { return text.to_ascii_lowercase() };
    // How it is written in lower case depends on what follows.
    if text.contains('Σ') {
        return text.to_lowercase();
    }
    let mut lower = String::with_capacity(text.len());
    let (mut from, mut capital) = (0, Some(first));
    while let Some(at) = capital {
        lower.push_str(&text[from..at]);
        let capital_letter = text[at..].chars().next().unwrap_or_default();
        lower.extend(capital_letter.to_lowercase());
        from = at + capital_letter.len_utf8();
        capital = find_place(text, from, may_be, is);
    }
    lower.push_str(&text[from..]);
    lower.make_ascii_lowercase();
    lower
}

/// How many bytes are looked at together.
const TOGETHER: usize = 32;

/// Returns the first place at or behind `from` where `is` holds. It is asked only at characters where `may_be` holds
/// for the first byte and the two that follow. Neither is asked of printable ASCII but for repeated spaces; and `may_be`
/// has no branches, so that the compiler can have many bytes looked at together.
pub(crate) fn find_place(
    text: &str,
    from: usize,
    may_be: impl Fn([u8; 3]) -> bool,
    is: impl Fn(usize) -> bool,
) -> Option<usize> {
    let (mut at, mut padded) = (from, [b'x'; TOGETHER + 2]);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let bytes = rest.first_chunk().unwrap_or_else(|| {
            padded[..rest.len()].copy_from_slice(rest);
            padded[rest.len()..].fill(b'x');
            &padded
        });
        if !is_plain(bytes) {
            let (mut flags, mut any) = ([false; TOGETHER], false);
            for i in 0..TOGETHER {
                flags[i] = may_be([bytes[i], bytes[i + 1], bytes[i + 2]]);
                any |= flags[i];
            }
            let mut places = flags.iter().zip(at..).filter(|(flag, _)| **flag).map(|(_, place)| place);
            if any && let Some(found) = places.find(|place| is(*place)) {
                return Some(found);
            }
        }
        at += TOGETHER;
    }
    None
}

/// Tells whether bytes are printable ASCII without repeated spaces.
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
        }
    }

    #[test]
    fn a_head_has_whole_characters() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 3), "aé");
        assert_eq!(head("é", 0), "");
    }
}
