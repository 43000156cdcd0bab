//! Characters that a reader takes for the same: case, width, diacritics, vowel points.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Returns a word in lower case and in compatibility form, without what writers leave out at will: soft hyphens,
/// joiners, Arabic vowel marks and tatweel, Hebrew points; Arabic letters as Lucene's `ArabicNormalizer` has them.
pub(super) fn lower(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkc().flat_map(char::to_lowercase).filter_map(plain).nfc().collect()
}

fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{591}'..='\u{5c7}' => {
            None
        }
        'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
        'ى' => Some('ي'),
        'ة' => Some('ه'),
        'ی' => Some('ي'),
        'ک' => Some('ك'),
        'ё' => Some('е'),
        '٠'..='٩' => char::from_digit(c as u32 - 0x660, 10),
        '۰'..='۹' => char::from_digit(c as u32 - 0x6f0, 10),
        // A lower-case i with dot that lower-casing `İ` leaves behind.
        '\u{307}' => None,
        _ => Some(c),
    }
}

/// Returns a lower-case word without the diacritics of Latin and Greek letters; those of other scripts tell words
/// apart, and stay.
pub(super) fn without_diacritics(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ŋ' => folded.push('n'),
            'ŧ' => folded.push('t'),
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1fff}' | '\u{370}'..='\u{3ff}' => {
                decompose_canonical(c, |part| folded.extend((!is_combining_mark(part)).then_some(part)));
            }
            '\u{300}'..='\u{36f}' => {}
            _ => folded.push(c),
        }
    }
    folded
}

/// Returns a name as it is compared with others: folded, with single spaces.
pub(crate) fn fold_key(name: &str) -> String {
    let words = name.split_whitespace().map(|word| without_diacritics(&lower(word)));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_choices_fold_together() {
        assert_eq!(without_diacritics(&lower("ÉLECTION")), "election");
        assert_eq!(without_diacritics(&lower("Łódź")), "lodz");
        assert_eq!(without_diacritics("ﬁ"), "ﬁ");
        assert_eq!(lower("ﬁn"), "fin");
        assert_eq!(lower("Ёлка"), "елка");
        assert_eq!(lower("إِسْلَام"), "اسلام");
        assert_eq!(lower("İstanbul"), "istanbul");
        assert_eq!(without_diacritics("й"), "й");
    }
}
