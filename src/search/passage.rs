//! Chooses the passages shown under a hit. Works on stored text and byte ranges; knows nothing of colours or HTML.
//!
//! A passage is a run of neighbouring sentences of one paragraph or caption. The first is the one with the most of the
//! query in it, by weight; each further one is chosen for what has not been shown yet, because readers dislike
//! repeats. What matches neither in the text nor in the headline, such as a byline, is shown too: after what the text
//! has to show, before it repeats itself.

mod aside;
mod unit;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::marks::{Marks, Match, merged};
use super::request::{Highlighted, Passage};
use crate::Article;
use crate::index::TextField;
use aside::asides;
use unit::{Unit, units};

/// The fields that passages are taken from, in the order in which they are preferred at equal worth.
const FIELDS: [TextField; 3] = [TextField::Standfirst, TextField::Body, TextField::Captions];

/// A passage is never asked to be shorter, in characters: less is no text to read.
const SHORTEST: usize = 20;
/// Nor longer: scores are counted in whole numbers, which a longer one could overflow.
const LONGEST: usize = 1 << 20;

/// Returns the best passages of an article, the best first, at most `count`, each of about `length` characters.
///
/// Where nothing in the text matches, the beginning of the lead is the last of them, without highlights.
pub(super) fn best_passages(article: &Article, marks: &Marks<'_>, count: usize, length: usize) -> Vec<Passage> {
    if count == 0 {
        return Vec::new();
    }
    let length = length.clamp(SHORTEST, LONGEST);
    let mut entries = matching_entries(&FIELDS, article, marks, length);
    let mut asides = asides(&entries, article, marks, length).into_iter();
    let mut worth = Worth::of(marks);
    let mut passages = Vec::new();
    while passages.len() < count
        && let Some(window) = best_window(&entries, &mut worth, length)
    {
        let entry = &mut entries[window.entry];
        let matches = entry.matches_in(&window.units);
        if worth.is_all_shown(matches)
            && let Some(aside) = asides.next()
        {
            passages.push(aside);
            continue;
        }
        worth.show(matches);
        let passage = entry.take(window.units, length);
        if !passages.iter().any(|shown| repeats(shown, &passage)) {
            passages.push(passage);
        }
    }
    let lead = if entries.is_empty() { lead(article, length) } else { None };
    passages.extend(asides.chain(lead).take(count - passages.len()));
    passages
}

/// Tells whether one of two passages has nothing that the other has not: a standfirst is often the lead again.
fn repeats(shown: &Passage, passage: &Passage) -> bool {
    shown.text.contains(&passage.text) || passage.text.contains(&shown.text)
}

/// Returns the one entry of a field, such as the headline, with its highlights.
pub(super) fn highlighted(article: &Article, field: TextField, marks: &Marks<'_>) -> Option<Highlighted> {
    let text = (*field.entries(article).first()?).to_owned();
    let matches = marks.in_field(field);
    let highlights = merged(matches.into_iter().filter(|found| found.entry == 0).map(|found| found.range));
    Some(Highlighted { text, highlights })
}

/// A paragraph or caption with what matches in it.
struct Entry<'a> {
    field: TextField,
    number: usize,
    text: &'a str,
    matches: Vec<Match>,
    units: Vec<Unit>,
}

fn matching_entries<'a>(
    fields: &[TextField],
    article: &'a Article,
    marks: &Marks<'_>,
    length: usize,
) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for &field in fields {
        let matches = marks.in_field(field);
        let texts = field.entries(article);
        for matches in matches.chunk_by(|a, b| a.entry == b.entry) {
            let number = matches[0].entry;
            let text = texts[number];
            let units = units(text, matches, length);
            entries.push(Entry { field, number, text, matches: matches.to_vec(), units });
        }
    }
    entries
}

/// What each part of the query adds to a window, in whole numbers, so that a sum that slides over a text stays exact.
struct Worth {
    /// The worth of the first match of each part.
    first: Vec<u64>,
    /// The parts that passages have shown.
    shown: BTreeSet<usize>,
    /// How often each part matches in the window at hand.
    counts: BTreeMap<usize, u64>,
    sum: u64,
}

/// A thousandth of a part's weight is told apart.
const SCALE: f64 = 1000.0;
/// A part that was shown already counts for a quarter: enough to fill further passages, not to displace a new one.
const SHOWN: u64 = 4;
/// Up to three repeats count, each for a sixteenth.
const REPEATS: u64 = 3;
const REPEAT: u64 = 16;
/// Words close together are worth up to an eighth more.
const CLOSENESS: u64 = 8;

impl Worth {
    fn of(marks: &Marks<'_>) -> Worth {
        let first = marks.weights.iter().map(|weight| {
            let weight = if weight.is_finite() { weight.clamp(0.1, 1000.0) } else { 1.0 };
            (weight * SCALE) as u64
        });
        Worth { first: first.collect(), shown: BTreeSet::new(), counts: BTreeMap::new(), sum: 0 }
    }

    /// Tells whether there is nothing in these matches that was not shown before.
    fn is_all_shown(&self, matches: &[Match]) -> bool {
        matches.iter().all(|found| self.shown.contains(&found.part))
    }

    fn clear(&mut self) {
        self.counts.clear();
        self.sum = 0;
    }

    fn add(&mut self, matches: &[Match]) {
        for found in matches {
            let count = self.counts.entry(found.part).or_default();
            self.sum += gain(self.first[found.part], *count);
            *count += 1;
        }
    }

    fn remove(&mut self, matches: &[Match]) {
        for found in matches {
            let Some(count) = self.counts.get_mut(&found.part) else { continue };
            *count -= 1;
            self.sum -= gain(self.first[found.part], *count);
            if *count == 0 {
                self.counts.remove(&found.part);
            }
        }
    }

    /// Notes that these matches are shown, so that others are worth more.
    fn show(&mut self, matches: &[Match]) {
        let mut shown: Vec<usize> = matches.iter().map(|found| found.part).collect();
        shown.sort_unstable();
        shown.dedup();
        for pattern in shown {
            self.first[pattern] = (self.first[pattern] / SHOWN).max(1);
            self.shown.insert(pattern);
        }
    }
}

/// Returns what one more match of a part adds to those there are.
fn gain(first: u64, count: u64) -> u64 {
    match count {
        0 => first,
        1..=REPEATS => first / REPEAT,
        _ => 0,
    }
}

/// A run of units of one entry.
struct Window {
    entry: usize,
    units: Range<usize>,
    score: u64,
}

fn best_window(entries: &[Entry<'_>], worth: &mut Worth, length: usize) -> Option<Window> {
    let mut best: Option<Window> = None;
    for (number, entry) in entries.iter().enumerate() {
        worth.clear();
        let mut end = 0;
        for start in 0..entry.units.len() {
            end = end.max(start);
            while end < entry.units.len() && entry.fits(start..end + 1, length) {
                worth.add(entry.matches_in(&(end..end + 1)));
                end += 1;
            }
            if end == start {
                continue;
            }
            let score = worth.sum + entry.closeness(start..end, worth, length);
            if !entry.units[start].matches.is_empty() && best.as_ref().is_none_or(|best| best.score < score) {
                best = Some(Window { entry: number, units: entry.without_tail(start..end), score });
            }
            worth.remove(entry.matches_in(&(start..start + 1)));
        }
    }
    best
}

impl Entry<'_> {
    /// Tells whether a window whose last unit is new may be as long: one free unit may always be.
    fn fits(&self, units: Range<usize>, length: usize) -> bool {
        let last = &self.units[units.end - 1];
        !last.taken && (units.len() == 1 || last.chars.end - self.units[units.start].chars.start <= length)
    }

    fn matches_in(&self, units: &Range<usize>) -> &[Match] {
        let units = &self.units[units.clone()];
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return &[] };
        &self.matches[first.matches.start..last.matches.end]
    }

    /// Returns what a window is worth more for having its words close together.
    fn closeness(&self, units: Range<usize>, worth: &Worth, length: usize) -> u64 {
        let matches = self.matches_in(&units);
        let (Some(first), Some(last)) = (matches.first(), matches.last()) else { return 0 };
        if worth.counts.len() < 2 {
            return 0;
        }
        let (span, length) = ((last.range.end.max(first.range.end) - first.range.start) as u64, length as u64);
        worth.sum * length.saturating_sub(span) / (length * CLOSENESS)
    }

    /// Leaves out the units behind the last with a match; growing decides what is shown around.
    fn without_tail(&self, units: Range<usize>) -> Range<usize> {
        let last = units.clone().rev().find(|&unit| !self.units[unit].matches.is_empty());
        units.start..last.map_or(units.end, |last| last + 1)
    }

    /// Adds neighbouring units up to the length: what follows first, since a report reads on; where a sentence is
    /// cut, on both sides in turn.
    fn grown(&self, window: Range<usize>, length: usize) -> Range<usize> {
        let mut units = window.clone();
        loop {
            let chars = self.units[units.start].chars.start..self.units[units.end - 1].chars.end;
            let before = units.start.checked_sub(1).map(|n| &self.units[n]).filter(|unit| !unit.taken);
            let after = self.units.get(units.end).filter(|unit| !unit.taken);
            let before = before.filter(|unit| chars.end - unit.chars.start <= length);
            let after = after.filter(|unit| unit.chars.end - chars.start <= length);
            let is_cut = !self.units[units.start].begins_sentence;
            let is_turn = is_cut && window.start - units.start <= units.end - window.end;
            match (before, after) {
                (Some(_), None) => units.start -= 1,
                (Some(_), Some(_)) if is_turn => units.start -= 1,
                (_, Some(_)) => units.end += 1,
                (None, None) => return units,
            }
        }
    }

    /// Returns the passage around a window, whose units are in no other passage then.
    fn take(&mut self, window: Range<usize>, length: usize) -> Passage {
        let units = self.grown(window, length);
        self.units[units.clone()].iter_mut().for_each(|unit| unit.taken = true);
        self.passage(units)
    }

    fn passage(&self, units: Range<usize>) -> Passage {
        let (first, last) = (&self.units[units.start], &self.units[units.end - 1]);
        let range = first.range.start..last.range.end;
        let highlights = self.matches.iter().filter_map(|found| {
            let whole = range.start <= found.range.start && found.range.end <= range.end;
            // Of a phrase longer than the passage a part is marked; a part of a word would be no match.
            let shown = found.range.start.max(range.start)..found.range.end.min(range.end);
            (whole || found.is_phrase && shown.start < shown.end)
                .then(|| shown.start - range.start..shown.end - range.start)
        });
        Passage {
            field: self.field.name(),
            entry: self.number,
            text: self.text[range.clone()].to_owned(),
            highlights: merged(highlights),
            cut_before: !first.begins_sentence,
            cut_after: !last.ends_sentence,
            range,
        }
    }
}

/// Returns the beginning of the article's text.
fn lead(article: &Article, length: usize) -> Option<Passage> {
    FIELDS.into_iter().find_map(|field| {
        let texts = field.entries(article);
        let (number, text) = texts.into_iter().enumerate().find(|(_, text)| !text.trim().is_empty())?;
        let entry = Entry { field, number, text, matches: Vec::new(), units: units(text, &[], length) };
        let units = (!entry.units.is_empty()).then(|| entry.grown(0..1, length))?;
        Some(entry.passage(units))
    })
}

#[cfg(test)]
mod tests;
