//! The smallest parts that passages are made of: sentences, and pieces of sentences that are too long to be shown
//! whole. A sentence bound inside a match is none, so that a phrase over two sentences is shown with both.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::sentence::sentences;
use crate::search::marks::Match;

/// A sentence, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Its bytes of the entry.
    pub(super) range: Range<usize>,
    /// The same in characters, from the beginning of the entry.
    pub(super) chars: Range<usize>,
    /// The matches that begin in it, by their numbers.
    pub(super) matches: Range<usize>,
    pub(super) begins_sentence: bool,
    pub(super) ends_sentence: bool,
    /// Whether it is part of a passage that was chosen.
    pub(super) taken: bool,
}

/// Parts a text into units. A sentence longer than twice `length` characters is cut into pieces of about a quarter of
/// it, so that a passage can have words of the sentence on both sides of a match.
pub(super) fn units(text: &str, matches: &[Match], length: usize) -> Vec<Unit> {
    let mut ranges = Vec::new();
    for sentence in unbroken(sentences(text), matches) {
        let is_long = text[sentence.clone()].chars().nth(length.saturating_mul(2)).is_some();
        if is_long {
            let pieces = pieces(text, &sentence, matches, length);
            let last = pieces.len().saturating_sub(1);
            let ends = pieces.into_iter().enumerate().map(|(n, piece)| (piece, n == 0, n == last));
            ranges.extend(ends);
        } else {
            ranges.push((sentence, true, true));
        }
    }
    located(text, matches, ranges)
}

/// Joins sentences that a match goes over.
fn unbroken(sentences: Vec<Range<usize>>, matches: &[Match]) -> Vec<Range<usize>> {
    let mut matches = matches.iter().peekable();
    let mut reach = 0;
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        match joined.last_mut() {
            Some(last) if sentence.start < reach => last.end = sentence.end,
            _ => joined.push(sentence.clone()),
        }
        while let Some(found) = matches.next_if(|found| found.range.start < sentence.end) {
            reach = reach.max(found.range.end);
        }
    }
    joined
}

/// Cuts a long sentence: before a word and outside of matches if possible, else, once a piece is as long as a
/// passage, before any word, and at last between any two graphemes.
fn pieces(text: &str, sentence: &Range<usize>, matches: &[Match], length: usize) -> Vec<Range<usize>> {
    let wanted = (length / 4).max(1);
    let mut pieces = Vec::new();
    let (mut start, mut n_chars, mut may_part, mut reach) = (sentence.start, 0, false, 0);
    let first = matches.partition_point(|found| found.range.start < sentence.start);
    let mut matches = matches[first..].iter().peekable();
    for (offset, grapheme) in text[sentence.clone()].grapheme_indices(true) {
        let at = sentence.start + offset;
        while let Some(found) = matches.next_if(|found| found.range.start < at) {
            reach = reach.max(found.range.end);
        }
        let is_word_start = may_part && !is_space(grapheme) || parts_anywhere(grapheme);
        let is_cut = (n_chars >= wanted && is_word_start && reach <= at)
            || (n_chars >= length.max(1) && is_word_start)
            || n_chars >= length.saturating_mul(2).max(1);
        if is_cut {
            pieces.extend(trimmed(text, start..at));
            (start, n_chars) = (at, 0);
        }
        n_chars += grapheme.chars().count();
        may_part = is_space(grapheme);
    }
    pieces.extend(trimmed(text, start..sentence.end));
    pieces
}

fn is_space(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

/// Tells whether a grapheme is of a script that has no spaces between words, but not punctuation, which stays with
/// what is before it.
fn parts_anywhere(grapheme: &str) -> bool {
    grapheme.starts_with(|c| {
        matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
    })
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.end - piece.trim_start().len();
    let end = range.start + piece.trim_end().len();
    (start < end).then_some(start..end)
}

/// Counts the characters up to each unit and finds the matches that begin in it.
fn located(text: &str, matches: &[Match], ranges: Vec<(Range<usize>, bool, bool)>) -> Vec<Unit> {
    let (mut at, mut n_chars, mut n_matches) = (0, 0, 0);
    let mut units = Vec::with_capacity(ranges.len());
    for (range, begins_sentence, ends_sentence) in ranges {
        let start = n_chars + text[at..range.start].chars().count();
        n_chars = start + text[range.clone()].chars().count();
        at = range.end;
        let first = n_matches;
        n_matches += matches[first..].iter().take_while(|found| found.range.start < range.end).count();
        let matches = first..n_matches;
        units.push(Unit { range, chars: start..n_chars, matches, begins_sentence, ends_sentence, taken: false });
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, matched: Option<Range<usize>>, length: usize) -> Vec<&str> {
        let matches: Vec<Match> =
            matched.into_iter().map(|range| Match { part: 0, entry: 0, range, is_phrase: true }).collect();
        units(text, &matches, length).into_iter().map(|unit| &text[unit.range]).collect()
    }

    #[test]
    fn short_sentences_are_whole() {
        assert_eq!(texts("The ferry sailed. It came back.", None, 20), ["The ferry sailed.", "It came back."]);
    }

    #[test]
    fn match_over_a_bound_keeps_both_sentences() {
        assert_eq!(texts("He left. She too. It rained.", Some(3..12), 20), ["He left. She too.", "It rained."]);
    }

    #[test]
    fn long_sentence_is_cut_before_words_and_not_inside_a_match() {
        let text = "one two three four five six seven eight nine ten";
        assert_eq!(texts(text, None, 20), ["one two", "three", "four", "five", "six seven", "eight", "nine", "ten"]);
        assert_eq!(texts(text, Some(4..18), 20), ["one two three four", "five", "six seven", "eight", "nine", "ten"]);
    }

    #[test]
    fn word_without_end_is_cut_between_graphemes() {
        let text = "e\u{301}".repeat(100);
        let units = texts(&text, None, 10);
        assert_eq!(units.concat(), text);
        assert!(units.iter().all(|unit| unit.chars().count() == 20), "{units:?}");
    }

    #[test]
    fn script_without_spaces_is_cut_between_characters_and_after_punctuation() {
        assert_eq!(texts("渡船回来了，但是风暴又来了", None, 8).concat(), "渡船回来了，但是风暴又来了");
        assert!(texts(&"渡船，".repeat(20), None, 8).iter().all(|unit| !unit.starts_with('，')));
    }
}
