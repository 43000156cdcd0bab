//! An article read again: where the words of a query stand in it, by the same positions as in the index, and which bytes
//! of which field these are.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::SegmentReader;
use tantivy::schema::Field;

use super::intervals::{Found, Places};
use super::leaf::{Leaf, Scope, Words};
use super::sieve::{Sieve, has_more_words};
use crate::Article;
use crate::analysis::sentence::sentences;
use crate::analysis::{Analyzer, SPELLING, surface_form};
use crate::index::{GAP, TextField, forms_of};
use crate::query::ast::Case;

/// For a word of the index, which words of the query it is, as far as that was asked for: in one language and another.
#[derive(Default)]
struct Candidate(RefCell<Vec<(Option<&'static str>, Vec<usize>)>>);

/// The words of a query, found by what a text has of them.
pub(super) struct Lookup {
    leaves: Arc<[Leaf]>,
    by_term: HashMap<String, Vec<usize>>,
    by_form: HashMap<String, Vec<usize>>,
    /// How far from one another words are looked at, see [`Spans::reach`](super::intervals::Spans::reach).
    reach: Option<u32>,
    /// Of all words of the index those that may be asked for, as they are before stemming. To stem each word of an article
    /// takes ten times as long as to look it up here.
    candidates: Option<FxHashMap<String, Candidate>>,
    /// What tells which stretches of a text may matter, where places are looked at within reach only.
    sieve: Option<Sieve>,
}

impl Lookup {
    pub(super) fn of(leaves: Arc<[Leaf]>, reach: Option<u32>) -> Lookup {
        let (by_term, by_form) = (HashMap::new(), HashMap::new());
        let mut lookup = Lookup { leaves, by_term, by_form, reach, candidates: None, sieve: None };
        for (number, leaf) in lookup.leaves.iter().enumerate() {
            match &leaf.words {
                _ if matches!(leaf.scope, Scope::Declared(_)) => {}
                Words::Stems { marks, .. } => {
                    for mark in marks {
                        lookup.by_term.entry(mark.clone()).or_default().push(number);
                    }
                }
                Words::Forms(forms) => {
                    for form in forms.iter() {
                        lookup.by_form.entry(form.clone()).or_default().push(number);
                    }
                }
            }
        }
        lookup
    }

    /// Finds out which words of some segments may be asked for. The articles that are read from here on are theirs. Only what
    /// is within `extent` positions of one of the words `anchors` plays a part.
    pub(super) fn find_candidates(
        &mut self,
        segments: &[SegmentReader],
        forms: Field,
        anchors: &[usize],
        extent: u32,
    ) -> tantivy::Result<()> {
        let word = |form: &str| form.rsplit(SPELLING).next().unwrap_or(form).to_owned();
        let anchors: FxHashSet<usize> = anchors.iter().copied().collect();
        let (mut candidates, mut anchored) = (FxHashSet::default(), FxHashSet::default());
        let mut take = |leaves: &[usize], word: String| {
            if leaves.iter().any(|leaf| anchors.contains(leaf)) {
                anchored.insert(word.clone());
            }
            candidates.insert(word);
        };
        self.by_form.iter().for_each(|(form, leaves)| take(leaves, word(form)));
        for segment in segments {
            for (term, leaves) in &self.by_term {
                forms_of(segment, forms, term)?.iter().for_each(|form| take(leaves, word(form)));
            }
        }
        let sieve = Sieve::of(anchored.iter().map(String::as_str), extent);
        self.sieve = sieve.filter(|_| self.reach.is_some());
        self.candidates = Some(candidates.into_iter().map(|word| (word, Candidate::default())).collect());
        Ok(())
    }

    /// Hands out the words of the query that a word of an article is.
    fn each_leaf(&self, word: &str, is_indexed: bool, analyzer: &Analyzer, mut take: impl FnMut(usize)) {
        let Some(candidates) = self.candidates.as_ref().filter(|_| is_indexed) else {
            return self.leaves_of(word, is_indexed, analyzer).into_iter().for_each(take);
        };
        let Some(Candidate(known)) = candidates.get(word) else { return };
        let language = analyzer.language();
        if known.borrow().iter().all(|(known, _)| *known != language) {
            known.borrow_mut().push((language, self.leaves_of(word, is_indexed, analyzer)));
        }
        let known = known.borrow();
        known
            .iter()
            .filter(|(known, _)| *known == language)
            .flat_map(|(_, leaves)| leaves)
            .for_each(|leaf| take(*leaf));
    }

    fn leaves_of(&self, word: &str, is_indexed: bool, analyzer: &Analyzer) -> Vec<usize> {
        let (first, second) = analyzer.terms(word);
        let by_term = std::iter::once(first).chain(second).filter_map(|term| self.by_term.get(term.as_str()));
        let form = (is_indexed && !self.by_form.is_empty()).then(|| surface_form(word));
        let by_form = form.and_then(|form| self.by_form.get(form.as_str()));
        by_term.chain(by_form).flatten().copied().collect()
    }
}

/// An article with the words of a query in it.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) places: Places,
    /// What stands at each position, in order of position.
    words: Vec<Word>,
    /// By number of the word, where its occurrences end, in the order of their positions.
    ends: Vec<Vec<usize>>,
}

/// An entry of a field.
struct Entry<'a> {
    field: TextField,
    number: usize,
    text: &'a str,
    /// The first position of the field.
    zone: u32,
}

struct Word {
    position: u32,
    field: TextField,
    entry: usize,
    range: Range<usize>,
}

impl Reading {
    /// Reads these fields of an article.
    pub(super) fn of(article: &Article, fields: &[TextField], analyzer: &Analyzer, lookup: &Lookup) -> Reading {
        let n_leaves = lookup.leaves.len();
        let mut reading = Reading {
            places: Places { positions: vec![Vec::new(); n_leaves], ..Places::default() },
            words: Vec::new(),
            ends: vec![Vec::new(); n_leaves],
        };
        let mut at = 0;
        for &field in fields {
            let entries = field.entries(article);
            if !entries.is_empty() {
                at = reading.read_zone(field, &entries, at, analyzer, lookup).saturating_add(GAP);
            }
        }
        reading
    }

    /// Reads a field whose first position is `start`; returns the first behind it.
    fn read_zone(
        &mut self,
        field: TextField,
        entries: &[&str],
        start: u32,
        analyzer: &Analyzer,
        lookup: &Lookup,
    ) -> u32 {
        self.break_at(start);
        let mut next = start;
        let stretches = lookup.sieve.as_ref().map(|sieve| sieve.stretches_of(entries, field.gap() == 0));
        for (number, text) in entries.iter().enumerate() {
            if number > 0 {
                next = next.saturating_add(field.gap());
            }
            if field == TextField::Body {
                self.places.paragraphs.push(next);
            }
            let entry = Entry { field, number, text, zone: start };
            next = match &stretches {
                Some(stretches) => self.read_stretches(&entry, &stretches[number], next, analyzer, lookup),
                None => self.read(&entry, 0..text.len(), next, analyzer, lookup),
            };
        }
        self.break_at(next);
        if field == TextField::Body {
            self.places.body_end = next;
        }
        next
    }

    /// Reads what may have a word of the query, and what lies between within reach. Where more lies between, that is told,
    /// not how much.
    fn read_stretches(
        &mut self,
        entry: &Entry<'_>,
        stretches: &[Range<usize>],
        mut next: u32,
        analyzer: &Analyzer,
        lookup: &Lookup,
    ) -> u32 {
        let reach = lookup.reach.unwrap_or_default();
        let end = entry.text.len();
        let mut read_to = 0;
        for stretch in stretches.iter().cloned().chain(std::iter::once(end..end)) {
            let is_far = has_more_words(&entry.text[read_to..stretch.start], reach);
            let start = if is_far { stretch.start } else { read_to };
            next = next.saturating_add(if is_far { reach + 1 } else { 0 });
            next = self.read(entry, start..stretch.end, next, analyzer, lookup);
            read_to = stretch.end;
        }
        next
    }

    /// Reads a range of an entry, whose first position is `base`; returns the first behind it.
    fn read(&mut self, entry: &Entry<'_>, bytes: Range<usize>, base: u32, analyzer: &Analyzer, lookup: &Lookup) -> u32 {
        let &Entry { field, number, text, zone } = entry;
        let mut next = base;
        let has_sentences = lookup.reach.is_none() && field.is_prose();
        let sentences = if has_sentences { sentences(text) } else { Vec::new() };
        let mut sentence_starts = sentences.iter().map(|range| range.start).peekable();
        analyzer.each(&text[bytes.clone()], |word, is_indexed, range, position| {
            let range = bytes.start + range.start..bytes.start + range.end;
            let position = base.saturating_add(position);
            if position >= next {
                next = position.saturating_add(1);
                while sentence_starts.next_if(|start| *start <= range.start).is_some() {
                    self.places.sentences.push(position);
                }
                self.words.push(Word { position, field, entry: number, range: range.clone() });
            }
            lookup.each_leaf(word, is_indexed, analyzer, |leaf| {
                let asked = &lookup.leaves[leaf];
                let has_case = || asked.case.is_none_or(|case| has_case(&text[range.clone()], case));
                if is_in_scope(asked, field, position - zone) && has_case() {
                    self.push(leaf, position, range.end);
                }
            });
        });
        next
    }

    fn break_at(&mut self, position: u32) {
        self.places.sentences.push(position);
        self.places.paragraphs.push(position);
    }

    fn push(&mut self, leaf: usize, position: u32, end: usize) {
        if self.places.positions[leaf].last() != Some(&position) {
            self.places.positions[leaf].push(position);
            self.ends[leaf].push(end);
        }
    }

    /// Returns the bytes that a sequence takes, in each entry that it goes over, since a highlight is a range of one.
    pub(super) fn ranges(&self, found: &Found) -> impl Iterator<Item = (TextField, usize, Range<usize>)> {
        let first = self.words.partition_point(|word| word.position < found.start);
        let last = self.words.partition_point(|word| word.position <= found.last_at);
        let place = self.places.positions[found.last].binary_search(&found.last_at);
        let end = place.map_or(0, |place| self.ends[found.last][place]);
        let parts = self.words[first..last].chunk_by(|a, b| (a.field, a.entry) == (b.field, b.entry));
        let n_parts = parts.clone().count();
        parts.enumerate().map(move |(n, part)| {
            // Where the sequence goes on in the next entry, the part reaches to the end of its own.
            let own_end = part.iter().map(|word| word.range.end).max().unwrap_or_default();
            let end = if n + 1 == n_parts { end } else { own_end };
            (part[0].field, part[0].entry, part[0].range.start..end)
        })
    }
}

/// Tells whether a word as it is written has the capitals asked for.
fn has_case(word: &str, case: Case) -> bool {
    let has_capital = word.contains(char::is_uppercase);
    match case {
        Case::Some => has_capital,
        Case::All => has_capital && !word.contains(char::is_lowercase),
        Case::None => !has_capital,
    }
}

fn is_in_scope(leaf: &Leaf, field: TextField, place: u32) -> bool {
    match &leaf.scope {
        Scope::Anywhere => true,
        Scope::Zones(zones) => zones.iter().any(|zone| zone.field == field && zone.holds(place, leaf.length)),
        Scope::Declared(_) => false,
    }
}
