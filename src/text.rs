//! Small readings of text that several rooms share.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// Returns the text with every run of white space as one space, and none at the ends.
pub(crate) fn fold_spaces(text: &str) -> String {
    folded(text).into_owned()
}

/// Does the same, and copies no text that is so already.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    folded_where(text, |[byte, next, third]| {
        is_ascii_run(byte, next)
            | (byte == 0xc2)
            | ((byte == 0xe1) & (next == 0x9a))
            | ((byte == 0xe2) & (next == 0x80) & ((third <= 0x8a) | (third >= 0xa8)))
            | ((byte == 0xe2) & (next == 0x81))
            | ((byte == 0xe3) & (next == 0x80) & (third == 0x80))
    })
}

/// Does the same with text that has no white space but that of ASCII.
pub(crate) fn folded_ascii(text: &str) -> Cow<'_, str> {
    debug_assert!(text.chars().all(|c| c.is_ascii() || !c.is_whitespace()), "{text:?}");
    folded_where(text, |[byte, next, _]| is_ascii_run(byte, next))
}

fn is_ascii_run(byte: u8, next: u8) -> bool {
    // Two comparisons with the same byte would become one of 16 bits, of which fewer are made together.
    ((byte == b' ') & (next <= b' ')) | (byte.wrapping_sub(b'\t') < 5)
}

fn folded_where(text: &str, may_be: impl Fn([u8; 3]) -> bool) -> Cow<'_, str> {
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

/// Does the same as [`folded_ascii`], sooner where most white space is that between lines.
pub(crate) fn joined_lines(text: &str) -> String {
    let mut bytes = text.trim().as_bytes().to_vec();
    bytes.iter_mut().for_each(|byte| *byte = if *byte == b'\n' { b' ' } else { *byte });
    let line = String::from_utf8(bytes).expect("a space was put for line ends");
    match folded_ascii(&line) {
        Cow::Borrowed(_) => line,
        Cow::Owned(folded) => folded,
    }
}

/// Tells whether a text is a short line as it stands: printable ASCII without markup, with single spaces between words.
pub(crate) fn is_plain_line(text: &str) -> bool {
    const LONGEST: usize = 64;
    let mut before = b' ';
    let is_plain = |byte: u8| {
        let is_run = before == b' ' && byte == b' ';
        before = byte;
        matches!(byte, b' '..=b'~') && byte != b'<' && byte != b'&' && !is_run
    };
    text.len() <= LONGEST && text.bytes().all(is_plain) && before != b' '
}

/// Returns the text with the letters of ASCII, Latin-1 and Russian in lower case, but for `ÿ` and `ß`: for looking for phrases of
/// such letters.
pub(crate) fn to_lower_usual(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Beside their own capitals the Turkish `İ` and the signs of kelvins and ångströms have such letters as small ones.
    let may_be = |[byte, next, _]: [u8; 3]| {
        ((byte == 0xc3) & (next < 0xa0))
            | ((byte == 0xc4) & (next == 0xb0))
            | ((byte == 0xd0) & (next < 0xb0))
            | ((byte == 0xe2) & (next == 0x84))
    };
    let (mut lower, mut from) = (String::with_capacity(text.len()), 0);
    for at in places(text, may_be) {
        lower.push_str(&text[from..at]);
        let capital = text[at..].chars().next().unwrap_or_default();
        match capital {
            // As far before their small letters as in ASCII.
            'А'..='Я' | 'À'..='Ö' | 'Ø'..='Þ' => lower.extend(char::from_u32(u32::from(capital) + 0x20)),
            _ => lower.extend(capital.to_lowercase()),
        }
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
    // A text of other letters has hardly any run of ASCII.
    if bytes[TOGETHER + 1].is_ascii() && is_plain(bytes) {
        return 0;
    }
    let (mut flags, mut any) = ([0; TOGETHER], false);
    for at in 0..TOGETHER {
        let is_flagged = may_be([bytes[at], bytes[at + 1], bytes[at + 2]]);
        flags[at] = u8::from(is_flagged);
        any |= is_flagged;
    }
    if !any {
        return 0;
    }
    // The product has the flags of eight bytes as the bits of its highest byte.
    let bits = |eight: &[u8; 8]| (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32;
    flags.as_chunks().0.iter().rev().fold(0, |found, eight| found << 8 | bits(eight))
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

/// Returns how many lines end in a text.
pub(crate) fn line_ends(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
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
        fn white_space_of_ascii_is_folded_alike(text in odd_text()) {
            let text = text.replace(|c: char| c.is_whitespace() && !c.is_ascii(), "\t");
            prop_assert_eq!(folded_ascii(&text), folded(&text));
            prop_assert_eq!(joined_lines(&text), folded(&text));
        }

        #[test]
        fn a_plain_line_is_what_folding_and_references_leave(text in "[a ~<&;\t\u{7f}é]{0,6}") {
            let is_same = folded(&text) == text && !text.contains(['<', '&', '\u{7f}', 'é']) && !text.is_empty();
            prop_assert_eq!(is_plain_line(&text), is_same);
        }

        #[test]
        fn lines_are_those_of_the_standard(text in "[a\r\n]{0,8}") {
            prop_assert_eq!(lines(&text).collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
        }

        #[test]
        fn usual_letters_are_lowered_as_the_standard_does(text in odd_text()) {
            let lowered = |c: char| if has_usual_small(c) { c.to_lowercase().collect() } else { c.to_string() };
            let is_left = |c: &char| !matches!(c, '\u{400}'..='\u{40f}' | '\u{2100}'..='\u{213f}');
            let text: String = text.chars().filter(is_left).collect();
            prop_assert_eq!(to_lower_usual(&text), text.chars().map(lowered).collect::<String>());
        }
    }

    fn has_usual_small(c: char) -> bool {
        c.to_lowercase().any(|small| matches!(small, 'a'..='z' | 'à'..='þ' | 'а'..='я'))
    }

    #[test]
    fn every_character_is_folded_and_lowered() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let text = format!("some words before it, and then {c}x");
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let lower = to_lower_usual(&text);
            assert!(lower == text.to_lowercase() || lower == text && !has_usual_small(c), "{text}");
            assert_eq!(fold_spaces(&text), folded);
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
