//! How a stretch of text looks, without asking what it says: sentence ends, capitals, names.

use memchr::memchr2_iter;

use crate::text::{is_alphabetic, is_alphanumeric};

/// The longest line, in bytes, that can be anything else than a paragraph.
pub(crate) const LONGEST_SHORT: usize = 800;

const CLOSERS: &[char] = &['"', '”', '’', '»', '\'', ')', ']', '】', '」', '』', '）', '›', '“', '*'];

/// Tells whether text ends as a sentence does, closing quotes and brackets aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(CLOSERS).trim_end().ends_with(['.', '!', '?', '。', '！', '？', '…', '؟', '۔', '।'])
}

/// Tells whether text ends with a full stop that ends a sentence: no ellipsis, no abbreviation such as `U.S.`.
pub(crate) fn ends_with_stop(text: &str) -> bool {
    let text = text.trim_end_matches(CLOSERS).trim_end();
    if text.ends_with(['。', '۔', '।']) {
        return true;
    }
    let Some(text) = text.strip_suffix('.') else { return false };
    let last = text.split_whitespace().next_back().unwrap_or_default();
    !text.ends_with('.') && !last.contains('.')
}

/// Tells whether a line is a paragraph of running text rather than a headline or label.
pub(crate) fn is_paragraph(text: &str) -> bool {
    let length = text.chars().count();
    let longest = if text.chars().take(40).filter(|c| is_cjk(*c)).count() > 10 { 70 } else { 180 };
    length > longest || ends_with_stop(text) || (length > 120 && (ends_sentence(text) || has_inner_stop(text)))
}

/// Tells whether a sentence ends inside of the text.
fn has_inner_stop(text: &str) -> bool {
    text.contains('。')
        || text.match_indices(". ").any(|(at, _)| {
            let word = text[..at].split_whitespace().next_back().unwrap_or_default();
            word.chars().count() > 3 && text[at + 2..].starts_with(char::is_uppercase)
        })
}

/// Tells whether the first letter is a lower-case one.
pub(crate) fn starts_lower(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

/// Tells whether all cased letters are capitals, and there are two at least.
pub(crate) fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_uppercase()).count() >= 2 && !text.chars().any(char::is_lowercase)
}

/// Tells whether a character belongs to a script that is written without spaces.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Words in names that are not capitalised.
const PARTICLES: &[&str] = &[
    "of", "the", "and", "de", "da", "do", "dos", "das", "du", "des", "del", "della", "di", "la", "le", "les", "el",
    "al", "bin", "bint", "ibn", "van", "von", "der", "den", "zu", "und", "et", "y", "e", "für", "в", "и", "for", "&",
    "-", "–", "ten", "ter", "af", "av", "och", "og", "и", "а",
];

/// Tells whether text is written as a name is: every word begins with a capital, a digit or a letter without case,
/// particles aside, and no sentence ends.
pub(crate) fn is_name_like(text: &str, most_words: usize) -> bool {
    let mut words = text.split_whitespace();
    let begins_as_name = |word: &str| {
        let first = word.trim_start_matches(|c: char| !is_alphanumeric(c)).chars().next();
        first.is_some_and(|c| !c.is_lowercase())
    };
    let caseless = text.chars().filter(|c| is_alphabetic(*c) && !c.is_uppercase() && !c.is_lowercase()).count();
    text.chars().any(is_alphabetic)
        && caseless <= 24
        && text.split_whitespace().count() <= most_words
        && !text.ends_with(['.', '!', '?', ':', ',', ';', '。', '！', '？', '：', '，', '؟', '…', '"', '”', '»'])
        && words.next().is_some_and(begins_as_name)
        && words.all(|word| begins_as_name(word) || PARTICLES.contains(&word) || is_elided(word))
}

/// `d'Ostrel`, `dell'Estuario`: a particle that has lost its end before a name.
fn is_elided(word: &str) -> bool {
    const ELIDED: &[&str] = &["d", "l", "dell", "dall", "all", "nell", "sull"];
    let parts = word.split_once(['\'', '’']);
    parts.is_some_and(|(particle, name)| ELIDED.contains(&particle) && name.starts_with(char::is_uppercase))
}

/// Returns the beginning of a text, at most `most` bytes of it.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

/// Returns text for comparison: letters and digits in lower case, single spaces between words.
pub(crate) fn fingerprint(text: &str) -> String {
    let mut print = String::with_capacity(text.len());
    for word in words(text) {
        if !print.is_empty() {
            print.push(' ');
        }
        if word.is_ascii() {
            print.push_str(word);
        } else {
            print.push_str(&word.to_lowercase());
        }
    }
    print.make_ascii_lowercase();
    print
}

/// Returns the words of a text as a [`fingerprint`] has them, in their own case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_alphanumeric(c)).filter(|word| !word.is_empty())
}

/// Tells whether two texts have the same [`fingerprint`]. Texts that differ mostly do so at once.
pub(crate) fn has_same_words(a: &str, b: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        // The sigma that ends a word is one like the others.
        let lower = |c: char| if c == 'ς' { 'σ' } else { c };
        words(text).flat_map(move |word| word.chars().flat_map(char::to_lowercase).map(lower).chain([' ']))
    }
    letters(a).eq(letters(b))
}

/// Returns the first colon of a text, of ASCII or of East Asia, and where it stands.
pub(crate) fn first_colon(text: &str) -> Option<(usize, char)> {
    // The bytes that a colon begins with.
    memchr2_iter(b':', 0xef, text.as_bytes()).find_map(|at| {
        let colon = text[at..].chars().next().filter(|c| matches!(c, ':' | '：'))?;
        Some((at, colon))
    })
}

/// Returns the rest after `prefix` where `text` begins with it in any case; `prefix` is in lower case.
#[inline]
pub(crate) fn after_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    if may_begin(text, prefix) { after_letters(text, prefix) } else { None }
}

/// Tells whether the first bytes let a text begin with a prefix in any case. Most texts begin otherwise.
#[inline]
fn may_begin(text: &str, prefix: &str) -> bool {
    let (Some(first), Some(wanted)) = (text.bytes().next(), prefix.bytes().next()) else { return true };
    // Beyond ASCII only a `K` has a letter of ASCII as its small one: the sign of kelvins.
    let is_told = first.is_ascii() || wanted.is_ascii() && wanted != b'k';
    !is_told || first.eq_ignore_ascii_case(&wanted)
}

fn after_letters<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_ascii() {
        let head = text.as_bytes().get(..prefix.len())?;
        return head.eq_ignore_ascii_case(prefix.as_bytes()).then(|| &text[prefix.len()..]);
    }
    let mut rest = text.chars();
    for wanted in prefix.chars() {
        let mut lower = rest.next()?.to_lowercase();
        if lower.next() != Some(wanted) || lower.next().is_some() {
            return None;
        }
    }
    Some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_after_an_abbreviation_ends_no_sentence() {
        assert!(ends_with_stop("The ferry is back."));
        assert!(ends_with_stop("“The ferry is back.”"));
        assert!(!ends_with_stop("Ferry line opens to the U.S."));
        assert!(!ends_with_stop("And then..."));
    }

    #[test]
    fn names_are_told_from_sentences() {
        for name in ["Ostrel Post", "The Post of Ostrel", "奥斯特日报", "Вести Острела", "Ann de la Cruz"]
        {
            assert!(is_name_like(name, 6), "{name}");
        }
        for text in ["The ferry sails", "Ostrel Post.", "and so on", "–", ""] {
            assert!(!is_name_like(text, 6), "{text}");
        }
    }

    #[test]
    fn a_prefix_is_found_in_any_case() {
        assert_eq!(after_prefix("PUBLISHED: today", "published"), Some(": today"));
        assert_eq!(after_prefix("İ", "i"), None);
        assert_eq!(after_prefix("Ver", "veröffentlicht"), None);
    }
}
