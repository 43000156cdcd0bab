//! Passages from what stands around the text of an article: who wrote it, where it was filed.

use std::collections::BTreeSet;

use super::{Entry, Passage, Worth, best_window, matching_entries};
use crate::Article;
use crate::index::TextField;
use crate::search::marks::Marks;

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

/// Returns a passage for each entry around the text with a match of a part of the query that matches neither in the text, whose
/// entries are given, nor in the headline, nor in an entry before.
pub(super) fn asides(text: &[Entry<'_>], article: &Article, marks: &Marks<'_>, length: usize) -> Vec<Passage> {
    let headline = marks.in_field(TextField::Headline);
    let in_text = text.iter().flat_map(|entry| &entry.matches);
    let mut known: BTreeSet<usize> = in_text.chain(&headline).map(|found| found.part).collect();
    if known.len() == marks.weights.len() {
        return Vec::new();
    }
    let mut passages = Vec::new();
    for entry in matching_entries(&AROUND, article, marks, length) {
        let parts: BTreeSet<usize> = entry.matches.iter().map(|found| found.part).collect();
        if parts.is_subset(&known) {
            continue;
        }
        passages.extend(best_passage(entry, &known, marks, length));
        known.extend(parts);
    }
    passages
}

/// Returns the passage of an entry with the most of what is not known yet.
fn best_passage(mut entry: Entry<'_>, known: &BTreeSet<usize>, marks: &Marks<'_>, length: usize) -> Option<Passage> {
    let mut worth = Worth::of(marks);
    let known: Vec<_> = entry.matches.iter().filter(|found| known.contains(&found.part)).cloned().collect();
    worth.show(&known);
    let window = best_window(std::slice::from_ref(&entry), &mut worth, length)?;
    Some(entry.take(window.units, length))
}
