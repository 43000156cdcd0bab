//! Text that was decoded in the wrong charset by someone else. Repairs nothing.

use memchr::memchr2;

use crate::text::places;

/// Tells whether text shows the marks of having been decoded in the wrong charset before it came here: `Ã©`, `â€™`.
///
/// Such text has runs of characters that are UTF-8 again when encoded as windows-1252 or windows-1251. A single run
/// can be chance (`«CAFÉ»`), so that runs inside words and several runs are asked for.
pub(crate) fn is_mojibake(text: &str) -> bool {
    // The leading characters that are looked for begin with one of two bytes, which most scripts do without.
    let Some(first) = memchr2(0xc3, 0xd0, text.as_bytes()) else { return false };
    let may_be = |[byte, next, _]: [u8; 3]| ((byte == 0xc3) & (next < 0xb0)) | ((byte == 0xd0) & (next & 0xfe == 0xa0));
    let (mut western, mut cyrillic) = (0, 0);
    for at in places(&text[first..], may_be).map(|at| first + at) {
        let before = text[..at].chars().next_back().unwrap_or_default();
        let mut chars = text[at..].chars();
        let [lead, first, second] = std::array::from_fn(|_| chars.next().unwrap_or_default());
        western += western_marks([before, lead, first, second]);
        cyrillic += u32::from(is_cyrillic_mark(lead, first));
        if western >= 3 || cyrillic >= 5 {
            return true;
        }
    }
    false
}

/// Counts what a window of four characters adds: the one before, a lead byte's character, and two that follow.
fn western_marks([before, lead, first, second]: [char; 4]) -> u32 {
    match lead {
        'â' if first == '€' => 3,
        'ï' if first == '¿' && second == '½' => 3,
        'Â' | 'Ã' | 'Ð' | 'Ñ' | 'Î' | 'Ï' | 'Ø' | 'Ù' if is_trail(first) => {
            let in_word =
                before.is_ascii_lowercase() || (second.is_ascii_lowercase() && !matches!(first, '»' | '”' | '“'));
            if in_word { 3 } else { 1 }
        }
        'à'..='ï' if is_trail(first) && is_trail(second) => 1,
        _ => 0,
    }
}

/// Tells whether windows-1252 has the character at a byte that continues a UTF-8 sequence.
fn is_trail(char: char) -> bool {
    matches!(char, '\u{80}'..='\u{bf}') || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(char)
}

fn is_cyrillic_mark(lead: char, trail: char) -> bool {
    matches!(lead, 'Р' | 'С') && "°±µ¶·№ЃѓЉЊЌЋЏђљњќћџЎўЈҐЄЇІіґєјЅѕїё‚‡".contains(trail)
}
