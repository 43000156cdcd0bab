//! Characters that a reader takes for the same: case, width, diacritics, vowel points.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Does what [`lower`] does: the word itself where that changes nothing, else written into `buffer`.
pub(super) fn lowered<'a>(word: &'a str, buffer: &'a mut String) -> &'a str {
    let is_ascii = word.is_ascii();
    if is_ascii && !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return word;
    }
    buffer.clear();
    if is_ascii {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(folded(word));
    }
    buffer
}

/// Returns what becomes of a character, where that is one and the same whatever stands around it, as long as that is
/// such a character too: it neither combines nor moves.
pub(super) fn simple_lower(c: char) -> Option<char> {
    let is_settled = |c| canonical_combining_class(c) == 0 && is_nfc_quick(std::iter::once(c)) != IsNormalized::Maybe;
    let mut bytes = [0; 4];
    let mut lower = folded(c.encode_utf8(&mut bytes)).fuse();
    let only = lower.next().filter(|lower| is_settled(c) && is_settled(*lower))?;
    lower.next().is_none().then_some(only)
}

/// Returns a word in lower case and in compatibility form, without what writers leave out at will: soft hyphens,
/// joiners, Arabic vowel marks and tatweel, Hebrew points. Letters of Arabic script as Lucene's `ArabicNormalizer` and
/// `PersianNormalizer` have them, digits as its `DecimalDigitFilter`, in every language, since a query is written in none.
pub(crate) fn lower(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    folded(word).collect()
}

fn folded(word: &str) -> impl Iterator<Item = char> {
    word.nfkc().flat_map(char::to_lowercase).filter_map(plain).nfc()
}

fn plain(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c),
        '\u{ad}' | '\u{200c}' | '\u{200d}' => None,
        // Hebrew points. The final letters stay, as ICU's folding leaves them.
        '\u{591}'..='\u{5c7}' => None,
        // Tatweel, and the marks of vowels and of recitation; a hamza above is a mark too: `هٔ` is `ه`.
        '\u{640}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' => None,
        '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' => None,
        'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
        'ى' => Some('ي'),
        'ة' => Some('ه'),
        // Persian and Urdu: Farsi yeh and yeh barree, keheh, heh with hamza and heh goal.
        'ی' | 'ے' | 'ۓ' => Some('ي'),
        'ک' => Some('ك'),
        'ۀ' | 'ہ' | 'ۂ' => Some('ه'),
        'ё' => Some('е'),
        // A lower-case i with dot that lower-casing `İ` leaves behind.
        '\u{307}' => None,
        _ => Some(digit(c).unwrap_or(c)),
    }
}

/// The zeros of the digits of Arabic and of the scripts of India.
const ZEROS: [char; 11] = ['٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦'];

fn digit(c: char) -> Option<char> {
    let zero = ZEROS.into_iter().find(|zero| (*zero..'\u{d70}').contains(&c) && c as u32 - *zero as u32 <= 9)?;
    char::from_digit(c as u32 - zero as u32, 10)
}

/// Returns a Hindi word without the differences of spelling that Lucene's `HindiNormalizer` drops: nuktas, viramas,
/// which nasal is written, how long a vowel is. Vowels that are typed in pieces are put together before, as its
/// `IndicNormalizer` does.
pub(super) fn without_hindi_spellings(word: &str) -> String {
    let mut joined = String::with_capacity(word.len());
    for c in word.chars() {
        match joined.chars().next_back().and_then(|before| joined_vowel(before, c)) {
            Some(vowel) => {
                joined.pop();
                joined.push(vowel);
            }
            None => joined.push(c),
        }
    }
    let mut chars = joined.nfd().peekable();
    let mut plain = String::with_capacity(word.len());
    while let Some(c) = chars.next() {
        match c {
            'न' if chars.next_if_eq(&'\u{94d}').is_some() => plain.push('\u{902}'),
            '\u{93c}' | '\u{94d}' => {}
            _ => plain.push(hindi_letter(c)),
        }
    }
    plain
}

fn joined_vowel(before: char, mark: char) -> Option<char> {
    Some(match (before, mark) {
        ('अ', 'ा') => 'आ',
        ('अ', 'ॉ') | ('आ', 'ॅ') => 'ऑ',
        ('अ', 'ो') | ('आ', 'े') => 'ओ',
        ('अ', 'ौ') | ('आ', 'ै') => 'औ',
        ('ए', 'ॅ') => 'ऍ',
        ('ए', 'े') => 'ऐ',
        ('ा', 'ॅ') => 'ॉ',
        ('ा', 'े') => 'ो',
        ('ा', 'ै') => 'ौ',
        _ => return None,
    })
}

fn hindi_letter(c: char) -> char {
    match c {
        'ँ' => 'ं',
        'आ' | 'ॲ' => 'अ',
        'ई' => 'इ',
        'ऊ' => 'उ',
        'ॠ' => 'ऋ',
        'ॡ' => 'ऌ',
        'ऍ' | 'ऎ' | 'ऐ' => 'ए',
        'ऑ' | 'ऒ' | 'औ' => 'ओ',
        'ी' => 'ि',
        'ू' => 'ु',
        'ॄ' => 'ृ',
        'ॣ' => 'ॢ',
        'ॅ' | 'ॆ' | 'ै' => 'े',
        'ॉ' | 'ॊ' | 'ौ' => 'ो',
        _ => c,
    }
}

/// Returns a lower-case word without the diacritics of Latin and Greek letters; those of other scripts tell words
/// apart, and stay.
pub(super) fn without_diacritics(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
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
    Cow::Owned(folded)
}

/// Parts the two spellings of a surface form.
pub(crate) const SPELLING: char = '\u{1e}';

/// Returns a word as positional fields keep it: without diacritics, and where it has some, followed by how it is
/// spelled with them. So every spelling of a word is found beside the others, and none is lost.
pub(crate) fn surface_form(word: &str) -> String {
    let mut form = without_diacritics(word).into_owned();
    if form != word {
        form.push(SPELLING);
        form.push_str(word);
    }
    form
}

/// Returns a name as it is compared with others: folded, with single spaces.
pub(crate) fn fold_key(name: &str) -> String {
    let words = name.split_whitespace().map(|word| without_diacritics(&lower(word)).into_owned());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_characters_fold_one_by_one() {
        for c in '\0'..'\u{3500}' {
            let Some(lower) = simple_lower(c) else { continue };
            assert_eq!(folded(&format!("aв{c}й{c}{c}")).collect::<String>(), format!("aв{lower}й{lower}{lower}"));
        }
    }

    #[test]
    fn arabic_and_persian_letters_fold_as_in_lucene() {
        for (written, folded) in [
            ("آجن", "اجن"),
            ("أحمد", "احمد"),
            ("إعاذ", "اعاذ"),
            ("بنى", "بني"),
            ("فاطمة", "فاطمه"),
            ("روبرـــت", "روبرت"),
            ("مَبنا", "مبنا"),
            ("علِي", "علي"),
            ("بُوات", "بوات"),
            ("ولدٌ", "ولد"),
            ("هاي", "هاي"),
            ("هَايْ", "هاي"),
            ("های", "هاي"),
            ("هاے", "هاي"),
            ("کشاندن", "كشاندن"),
            ("کتابۀ", "كتابه"),
            ("کتابهٔ", "كتابه"),
            ("زادہ", "زاده"),
            ("می\u{200c}خورد", "ميخورد"),
            ("۱۳۹۹", "1399"),
            ("٢٠٢٤", "2024"),
        ] {
            assert_eq!(lower(written), folded, "{written}");
        }
    }

    #[test]
    fn hebrew_points_go_and_final_letters_stay() {
        assert_eq!(lower("שָׁלוֹם"), "שלום");
        assert_eq!(lower("ﬡשׁ"), "אש");
    }

    #[test]
    fn hindi_spellings_fold_as_in_lucene() {
        let spellings = ["अँगरेज़ी", "अँगरेजी", "अँग्रेज़ी", "अँग्रेजी", "अंगरेज़ी", "अंगरेजी", "अंग्रेज़ी", "अंग्रेजी"];
        for spelling in spellings {
            assert_eq!(without_hindi_spellings(&lower(spelling)), "अंगरेजि", "{spelling}");
        }
        for (written, folded) in [
            ("क़िताब", "किताब"),
            ("फ़र्ज़", "फरज"),
            ("क़र्ज़", "करज"),
            ("हिन्दी", "हिंदि"),
            ("शार्\u{200d}मा", "शारमा"),
            ("ऱऴख़ग़ड़ढ़य़", "रळखगडढय"),
            ("ॅॆॉॊऍऎऑऒॲ", "ेेोोएएओओअ"),
            ("आईऊॠॡऐऔीूॄॣैौ", "अइउऋऌएओिुृॢेो"),
            ("अाअोअौ", "अओओ"),
            ("२०२४", "2024"),
        ] {
            assert_eq!(without_hindi_spellings(&lower(written)), folded, "{written}");
        }
    }

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
        assert_eq!(surface_form("ferry"), "ferry");
        assert_eq!(surface_form("café"), "cafe\u{1e}café");
    }
}
