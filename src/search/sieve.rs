//! Which stretches of a text may have a word that is asked for. The rest need not be cut into words, which takes most of the
//! time when an article is read again.

use std::ops::Range;

use aho_corasick::packed::{Builder, Searcher};

use crate::analysis::next_irregular;

/// Finds words in a text by their bytes, and what is near them.
pub(super) struct Sieve {
    words: Searcher,
    /// How many words around one matter.
    extent: u32,
}

/// With more words than this, too little of a text is left out to pay for it.
const MOST_WORDS: usize = 64;

impl Sieve {
    /// Returns one for words as they are before stemming; `None` where they are too many.
    pub(super) fn of<'w>(words: impl IntoIterator<Item = &'w str>, extent: u32) -> Option<Sieve> {
        // Others are told from bytes that are not ASCII.
        let mut words: Vec<&str> = words.into_iter().filter(|word| word.is_ascii() && !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup_by(|word, before| word.starts_with(*before));
        if words.len() > MOST_WORDS {
            return None;
        }
        Builder::new().extend(words).build().map(|words| Sieve { words, extent })
    }

    /// Returns the stretches of each entry of a field that matter: with the words around, which go over entries where
    /// phrases do.
    pub(super) fn stretches_of(&self, entries: &[&str], is_continuous: bool) -> Vec<Vec<Range<usize>>> {
        let found: Vec<Vec<Range<usize>>> = entries.iter().map(|text| self.stretches(text).collect()).collect();
        if self.extent == 0 {
            return found;
        }
        let mut wide: Vec<Vec<Range<usize>>> = vec![Vec::new(); entries.len()];
        for (number, ranges) in found.into_iter().enumerate() {
            for range in ranges {
                let (start, mut missing) = words_before(&entries[number][..range.start], self.extent);
                for before in (0..number).rev().take_while(|_| is_continuous) {
                    if missing == 0 {
                        break;
                    }
                    let text = entries[before];
                    let (start, still) = words_before(text, missing);
                    wide[before].push(start..text.len());
                    missing = still;
                }
                let (behind, mut missing) = words_behind(&entries[number][range.end..], self.extent);
                for after in (number + 1..entries.len()).take_while(|_| is_continuous) {
                    if missing == 0 {
                        break;
                    }
                    let (end, still) = words_behind(entries[after], missing);
                    wide[after].push(0..end);
                    missing = still;
                }
                wide[number].push(start..range.end + behind);
            }
        }
        wide.into_iter().map(joined).collect()
    }

    /// Returns the stretches that may have one of the words, in order. They begin and end at white space, so that each can
    /// be cut into words by itself.
    fn stretches<'s>(&'s self, text: &'s str) -> impl Iterator<Item = Range<usize>> + 's {
        let lower = text.to_ascii_lowercase();
        let (mut at, mut word, mut irregular) = (0, self.next_word(&lower, 0), next_irregular(text, 0));
        std::iter::from_fn(move || {
            if word.is_some_and(|word| word < at) {
                word = self.next_word(&lower, at);
            }
            if irregular.is_some_and(|irregular| irregular < at) {
                irregular = next_irregular(text, at);
            }
            let place = word.into_iter().chain(irregular).min()?;
            let before = lower.as_bytes()[at..place].iter().rposition(u8::is_ascii_whitespace);
            let behind = lower.as_bytes()[place..].iter().position(u8::is_ascii_whitespace);
            let start = before.map_or(at, |before| at + before + 1);
            at = behind.map_or(text.len(), |behind| place + behind);
            Some(start..at)
        })
    }

    /// Returns where the next word of a text in lower case begins that begins with one of those that are looked for.
    fn next_word(&self, lower: &str, mut from: usize) -> Option<usize> {
        let bytes = lower.as_bytes();
        loop {
            let found = self.words.find_in(bytes, (from..bytes.len()).into())?.start();
            if found == 0 || !bytes[found - 1].is_ascii_alphanumeric() {
                return Some(found);
            }
            from = found + 1;
        }
    }
}

/// Returns ranges in order, with those that touch or overlap made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|range, before| {
        let touches = range.start <= before.end;
        if touches {
            before.end = before.end.max(range.end);
        }
        touches
    });
    ranges
}

/// Returns where at least so many words before the end of a text begin, at white space, and how many it lacks.
fn words_before(text: &str, count: u32) -> (usize, u32) {
    let (space, missing) = space_behind(text.bytes().enumerate().rev(), count);
    (space.map_or(0, |at| at + 1), missing)
}

/// Returns where at least so many words from the beginning of a text end, at white space, and how many it lacks.
fn words_behind(text: &str, count: u32) -> (usize, u32) {
    let (space, missing) = space_behind(text.bytes().enumerate(), count);
    (space.unwrap_or(text.len()), missing)
}

/// Tells whether a stretch without irregular words surely has more than `count` of them.
pub(super) fn has_more_words(text: &str, count: u32) -> bool {
    words_behind(text, count.saturating_add(1)).1 == 0
}

/// Returns the first white space behind at least so many words, and how many are lacking. What has a letter or digit and
/// stands between white space is one word at least.
fn space_behind(bytes: impl Iterator<Item = (usize, u8)>, count: u32) -> (Option<usize>, u32) {
    let (mut missing, mut is_counted) = (count, false);
    for (at, byte) in bytes {
        if byte.is_ascii_whitespace() {
            if missing == 0 {
                return (Some(at), 0);
            }
            is_counted = false;
        } else if byte.is_ascii_alphanumeric() && !is_counted {
            (missing, is_counted) = (missing.saturating_sub(1), true);
        }
    }
    (None, missing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::Analyzer;

    /// Returns what a text has of some words, with the bytes of each.
    fn found(text: &str, base: usize, words: &[String]) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        Analyzer::of(None).each(text, |word, _, range, _| {
            if words.iter().any(|known| known == word) {
                found.push((word.to_owned(), base + range.start..base + range.end));
            }
        });
        found
    }

    const PIECES: &[&str] = &[
        "ferry",
        "Ferry",
        "FERRY",
        "ferries",
        "fer",
        "ry",
        "us",
        "U.S.",
        "U.S",
        "N.",
        "don't",
        "don’t",
        "dont",
        "at&t",
        "1,000",
        "1000",
        "3.5",
        "3,5",
        "café",
        "CAFÉ",
        "ﬁn",
        "fin",
        "wellknown",
        "well-known",
        "o'",
        "l'",
        "s",
        "’s",
        "北京",
        "東",
        "é",
        "\u{301}",
        "\u{ad}",
        "“",
        "”",
        "—",
        "-",
        "\u{2011}",
        ".",
        ",",
        "'",
        "&",
        "*",
        " ",
        " ",
        " ",
        "\n",
        "\t",
        "\u{a0}",
        "\u{200b}",
        "K",
        "İ",
        "ß",
    ];

    proptest! {
        #[test]
        fn nothing_that_is_asked_for_is_left_out(
            text in proptest::collection::vec(0..PIECES.len(), 0..40),
            asked in proptest::collection::vec(0..PIECES.len(), 1..6),
            reach in 0..4_u32,
        ) {
            let text: String = text.into_iter().map(|piece| PIECES[piece]).collect();
            let mut words = Vec::new();
            for piece in asked {
                Analyzer::of(None).each(PIECES[piece], |word, _, _, _| words.push(word.to_owned()));
            }
            let sieve = Sieve::of(words.iter().map(String::as_str), 0);
            prop_assume!(sieve.is_some());
            let stretches: Vec<_> = sieve.iter().flat_map(|sieve| sieve.stretches(&text)).collect();
            prop_assert!(stretches.windows(2).all(|pair| pair[0].end < pair[1].start));
            let sifted: Vec<_> =
                stretches.iter().flat_map(|range| found(&text[range.clone()], range.start, &words)).collect();
            prop_assert_eq!(sifted, found(&text, 0, &words));
            let mut read_to = 0;
            for stretch in stretches.into_iter().chain(std::iter::once(text.len()..text.len())) {
                let between = &text[read_to..stretch.start];
                prop_assert!(!has_more_words(between, reach) || Analyzer::n_positions(between) > reach);
                read_to = stretch.end;
            }
        }
    }
}
