//! Passages from what stands around the text of an article: who wrote it, where it was filed.

use std::collections::BTreeSet;

use super::{Entry, Passage, Worth, best_window, matching_entries};
use crate::Article;
use crate::analysis::Analyzer;
use crate::index::TextField;
use crate::search::spans::Matcher;

/// The fields around the text, in the order in which they are preferred. The headline is none of them, since every
/// hit shows it whole.
const AROUND: [TextField; 7] = [
    TextField::Kicker,
    TextField::Bylines,
    TextField::Dateline,
    TextField::Credits,
    TextField::Keywords,
    TextField::Section,
    TextField::Publisher,
];

/// Returns a passage for each entry around the text with a match of a pattern that matches neither in the text, whose
/// entries are given, nor in the headline, nor in an entry before.
pub(super) fn asides(
    text: &[Entry<'_>],
    article: &Article,
    matcher: &Matcher,
    analyzer: &Analyzer,
    length: usize,
) -> Vec<Passage> {
    let headline = matcher.matches(TextField::Headline, &TextField::Headline.tokens(article, analyzer));
    let in_text = text.iter().flat_map(|entry| &entry.matches);
    let mut known: BTreeSet<usize> = in_text.chain(&headline).map(|found| found.pattern).collect();
    if known.len() == matcher.patterns().len() {
        return Vec::new();
    }
    let mut passages = Vec::new();
    for entry in matching_entries(&AROUND, article, matcher, analyzer, length) {
        let patterns: BTreeSet<usize> = entry.matches.iter().map(|found| found.pattern).collect();
        if patterns.is_subset(&known) {
            continue;
        }
        passages.extend(best_passage(entry, &known, matcher, length));
        known.extend(patterns);
    }
    passages
}

/// Returns the passage of an entry with the most of what is not known yet.
fn best_passage(mut entry: Entry<'_>, known: &BTreeSet<usize>, matcher: &Matcher, length: usize) -> Option<Passage> {
    let mut worth = Worth::of(matcher);
    let known: Vec<_> = entry.matches.iter().filter(|found| known.contains(&found.pattern)).cloned().collect();
    worth.show(&known);
    let window = best_window(std::slice::from_ref(&entry), &mut worth, length)?;
    Some(entry.take(window.units, matcher, length))
}
