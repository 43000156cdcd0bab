//! Where the parts of a query stand in one article, as intervals of word positions. One evaluator serves both ways of
//! knowing where words stand: posting lists, to tell whether an article matches (`positional.rs`), and the article read
//! again, to mark why (`reading.rs`).
//!
//! - A sequence stands wherever its words follow one another; a word is a sequence of one.
//! - One of several parts stands where any of them does.
//! - Two parts near one another stand in the least interval that holds both: of intervals that hold an interval of the
//!   same part, only the inner ones count. No word serves two parts: their words are apart, though one part may stand
//!   between the words of the other. The distance is that of the end of the first from the beginning of the second, 1 for
//!   neighbours; it is none where one stands within the other.
//! - Of several ways to stand in the same interval, the one whose words come first counts; of the same words for different
//!   parts of the query, as a compound and its first word, those for its first parts.
//!
//! Nothing is allocated for an article, once the buffers are as large as one needs.

use std::cmp::Ordering;

use super::leaf::Leaf;
use super::stop::Stop;
use crate::index::GAP;
use crate::query::ast::{Proximity, Reach, Relation};

/// What stands at places in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spans {
    /// Words in sequence.
    Sequence(Sequence),
    /// Any of these.
    Any(Vec<Spans>),
    /// These one after another, none in another, from the first to the last within so many positions.
    InOrder { parts: Vec<Spans>, within: u32 },
    /// The first near the second, both near the third, and so on.
    Near { first: Box<Spans>, others: Vec<(Proximity, Spans)> },
}

impl Spans {
    /// Returns how far from one another words are looked at, in positions: where more than this lies between two words, it
    /// plays no part how much. `None` where it takes the bounds of sentences or paragraphs to tell.
    pub(super) fn reach(&self, leaves: &[Leaf]) -> Option<u32> {
        match self {
            Spans::Sequence(sequence) => {
                let distances = sequence.slots.iter().map(|(distance, _)| *distance);
                let beginnings = sequence.slots.iter().filter_map(|(_, leaf)| leaves[*leaf].scope.beginning());
                Some(distances.chain(beginnings).max().unwrap_or_default())
            }
            Spans::Any(parts) => widest(parts.iter().map(|part| part.reach(leaves))),
            Spans::InOrder { parts, within } => {
                let own = std::iter::once(Some(*within));
                widest(own.chain(parts.iter().map(|part| part.reach(leaves))))
            }
            Spans::Near { first, others } => {
                let of_other = |(near, part): &(Proximity, Spans)| match near.reach {
                    Reach::Words(distance) => Some(distance.max(part.reach(leaves)?)),
                    Reach::Sentence | Reach::Paragraph => None,
                };
                widest(std::iter::once(first.reach(leaves)).chain(others.iter().map(of_other)))
            }
        }
    }
}

impl Spans {
    /// Returns words one of which is in all that this finds, and how frequent they are together: the rarest by `frequency`.
    pub(super) fn anchors(&self, frequency: &dyn Fn(usize) -> u64) -> (Vec<usize>, u64) {
        let of_each = |parts: &[Spans]| parts.iter().map(|part| part.anchors(frequency)).collect::<Vec<_>>();
        let rarest = |each: Vec<(Vec<usize>, u64)>| each.into_iter().min_by_key(|(_, n)| *n).unwrap_or_default();
        match self {
            Spans::Sequence(sequence) => {
                rarest(sequence.slots.iter().map(|(_, leaf)| (vec![*leaf], frequency(*leaf))).collect())
            }
            Spans::Any(parts) => of_each(parts).into_iter().fold((Vec::new(), 0), |(mut all, sum), (anchors, n)| {
                all.extend(anchors);
                (all, sum.saturating_add(n))
            }),
            Spans::InOrder { parts, .. } => rarest(of_each(parts)),
            Spans::Near { first, others } => {
                let needed = others.iter().filter(|(near, _)| near.relation != Relation::Without);
                let parts = std::iter::once(&**first).chain(needed.map(|(_, part)| part));
                rarest(parts.map(|part| part.anchors(frequency)).collect())
            }
        }
    }

    /// Returns how far from a word of what this finds other words may be that it takes to find it, in positions.
    pub(super) fn extent(&self) -> u32 {
        match self {
            Spans::Sequence(sequence) => sequence.slots.iter().map(|(distance, _)| *distance).max().unwrap_or_default(),
            Spans::Any(parts) => parts.iter().map(Spans::extent).max().unwrap_or_default(),
            Spans::InOrder { within, .. } => *within,
            Spans::Near { first, others } => others.iter().fold(first.extent(), |extent, (near, part)| {
                let distance = if let Reach::Words(distance) = near.reach { distance } else { 0 };
                extent.saturating_add(distance).saturating_add(part.extent())
            }),
        }
    }
}

/// Returns the widest reach of several, `None` where one of them is.
pub(super) fn widest(mut reaches: impl Iterator<Item = Option<u32>>) -> Option<u32> {
    reaches.try_fold(0, |widest, reach| Some(widest.max(reach?)))
}

/// Words in sequence, each with its distance from the first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sequence {
    /// Distance and number of the word among those of the query.
    pub(super) slots: Vec<(u32, usize)>,
    /// How many positions it takes.
    pub(super) length: u32,
    /// The part of the query that it is, for what shows its matches.
    pub(super) part: usize,
}

/// Where words stand in one article, and where its sentences and paragraphs begin. All lists are sorted.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// By number of the word.
    pub(super) positions: Vec<Vec<u32>>,
    /// Where sentences and zones begin, and where zones end.
    pub(super) sentences: Vec<u32>,
    /// Where paragraphs of the body and zones begin, and where zones end.
    pub(super) paragraphs: Vec<u32>,
    /// The end of the body, which begins at 0.
    pub(super) body_end: u32,
}

impl Places {
    /// Tells whether an interval is within one sentence or paragraph; any interval is within reach of so many words.
    fn is_whole(&self, start: u32, end: u32, reach: Reach) -> bool {
        let breaks = match reach {
            Reach::Words(_) => return true,
            Reach::Sentence => &self.sentences,
            Reach::Paragraph => &self.paragraphs,
        };
        // Entries of a list have no marks, and lie further apart than any of them is long.
        let crosses_entries = end - start >= GAP && end >= self.body_end;
        let next = breaks[breaks.partition_point(|at| *at <= start)..].first();
        !crosses_entries && next.is_none_or(|next| *next > end)
    }
}

/// A sequence in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Its first position.
    pub(super) start: u32,
    /// Its last position.
    pub(super) end: u32,
    /// The part of the query that it is.
    pub(super) part: usize,
    /// The number of its last word.
    pub(super) last: usize,
    /// Where that stands.
    pub(super) last_at: u32,
}

impl Found {
    fn order(&self) -> (u32, u32) {
        (self.start, self.end)
    }
}

#[derive(Debug, Clone, Copy)]
struct Interval {
    start: u32,
    /// The last position.
    end: u32,
    /// Its sequences, as a range of [`Intervals::found`].
    found: (usize, usize),
}

/// Intervals in order of their start, then their end.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    all: Vec<Interval>,
    found: Vec<Found>,
}

impl Intervals {
    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the sequences of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[Found]> {
        self.all.iter().map(|interval| self.of(interval))
    }

    fn of(&self, interval: &Interval) -> &[Found] {
        &self.found[interval.found.0..interval.found.1]
    }

    fn clear(&mut self) {
        self.all.clear();
        self.found.clear();
    }

    fn push(&mut self, start: u32, end: u32, parts: [&[Found]; 2]) {
        let first = self.found.len();
        for part in parts {
            self.found.extend_from_slice(part);
        }
        self.found[first..].sort_unstable_by_key(Found::order);
        self.all.push(Interval { start, end, found: (first, self.found.len()) });
    }

    /// Brings the intervals in order, with each once.
    fn sort(&mut self) {
        let Intervals { all, found } = self;
        let words = |interval: &Interval| found[interval.found.0..interval.found.1].iter();
        let by_words = |a: &Interval, b: &Interval| -> Ordering {
            let places = words(a).map(Found::order).cmp(words(b).map(Found::order));
            places.then_with(|| words(a).map(|found| found.part).cmp(words(b).map(|found| found.part)))
        };
        all.sort_unstable_by(|a, b| (a.start, a.end).cmp(&(b.start, b.end)).then_with(|| by_words(a, b)));
        all.dedup_by_key(|interval| (interval.start, interval.end));
    }

    /// Leaves those in which no other lies, in order.
    fn minimize(&mut self) {
        self.sort();
        // Of those with the same start the first is the shortest.
        self.all.dedup_by_key(|interval| interval.start);
        let mut kept = self.all.len();
        let mut least = u32::MAX;
        for at in (0..self.all.len()).rev() {
            if self.all[at].end < least {
                least = self.all[at].end;
                kept -= 1;
                self.all[kept] = self.all[at];
            }
        }
        self.all.drain(..kept);
    }

    /// Returns the length of the longest.
    fn longest(&self) -> u32 {
        self.all.iter().map(|interval| interval.end - interval.start).max().unwrap_or_default()
    }

    /// Returns the first to end of those that begin after a position and not after another.
    fn next(&self, after: u32, not_after: u32) -> Option<&Interval> {
        let mut best: Option<&Interval> = None;
        for interval in &self.all[self.all.partition_point(|interval| interval.start <= after)..] {
            if interval.start > not_after || best.is_some_and(|best| interval.start > best.end) {
                break;
            }
            if best.is_none_or(|best| interval.end < best.end) {
                best = Some(interval);
            }
        }
        best
    }

    /// Returns those that overlap with positions `start` to `end`; `longest` is the length of the longest.
    fn overlapping(&self, start: u32, end: u32, longest: u32) -> impl Iterator<Item = &Interval> {
        let first = self.all.partition_point(|interval| interval.start < start.saturating_sub(longest));
        let begun = self.all[first..].iter().take_while(move |interval| interval.start <= end);
        begun.filter(move |interval| interval.end >= start)
    }
}

/// Evaluates spans, article by article.
#[derive(Default)]
pub(super) struct Evaluator {
    free: Vec<Intervals>,
    stop: Stop,
}

impl Evaluator {
    /// Returns one that finds nothing any more once `stop` says so.
    pub(super) fn until(stop: Stop) -> Evaluator {
        Evaluator { free: Vec::new(), stop }
    }

    /// Returns where spans stand in an article, to be handed back with [`Evaluator::give_back`].
    // Recursion is as deep as the query's tree, which the parser bounds.
    pub(super) fn intervals(&mut self, spans: &Spans, places: &Places) -> Intervals {
        let mut found = self.free.pop().unwrap_or_default();
        found.clear();
        if !matches!(spans, Spans::Sequence(_)) && self.stop.is_said() {
            return found;
        }
        match spans {
            Spans::Sequence(sequence) => sequences(sequence, places, &mut found),
            Spans::Any(parts) => {
                for part in parts {
                    let of_part = self.intervals(part, places);
                    for interval in &of_part.all {
                        found.push(interval.start, interval.end, [of_part.of(interval), &[]]);
                    }
                    self.give_back(of_part);
                }
                found.sort();
            }
            Spans::InOrder { parts, within } => self.in_order(parts, *within, places, &mut found),
            Spans::Near { first, others } => {
                let mut left = self.intervals(first, places);
                for (proximity, part) in others {
                    // Most articles lack one of the parts.
                    if left.all.is_empty() {
                        break;
                    }
                    let right = self.intervals(part, places);
                    found.clear();
                    near_one_another(*proximity, &left, &right, places, &mut found);
                    self.give_back(right);
                    std::mem::swap(&mut left, &mut found);
                }
                std::mem::swap(&mut left, &mut found);
                self.give_back(left);
            }
        }
        found
    }

    /// Returns where spans stand, to be counted up to `least`: of intervals that hold one another, one counts.
    pub(super) fn counted(&mut self, spans: &Spans, places: &Places, least: usize) -> Intervals {
        let mut found = self.intervals(spans, places);
        if least > 1 {
            found.minimize();
        }
        found
    }

    /// Takes back intervals, whose room is used again.
    pub(super) fn give_back(&mut self, intervals: Intervals) {
        self.free.push(intervals);
    }

    fn in_order(&mut self, parts: &[Spans], within: u32, places: &Places, found: &mut Intervals) {
        let Some((first, others)) = parts.split_first() else { return };
        let first = self.intervals(first, places);
        let mut begun: Vec<Intervals> = Vec::new();
        if !first.all.is_empty() {
            begun.extend(others.iter().map(|part| self.intervals(part, places)));
        }
        for interval in &first.all {
            let furthest = interval.start.saturating_add(within - 1);
            let words = found.found.len();
            found.found.extend_from_slice(first.of(interval));
            let mut end = Some(interval.end);
            for part in &begun {
                let next = end.and_then(|end| part.next(end, furthest));
                found.found.extend_from_slice(next.map_or(&[], |next| part.of(next)));
                end = next.map(|next| next.end);
            }
            match end.filter(|end| *end <= furthest) {
                Some(end) => {
                    found.all.push(Interval { start: interval.start, end, found: (words, found.found.len()) });
                }
                None => found.found.truncate(words),
            }
        }
        found.minimize();
        self.give_back(first);
        self.free.append(&mut begun);
    }
}

fn sequences(sequence: &Sequence, places: &Places, found: &mut Intervals) {
    let [(_, first), others @ ..] = sequence.slots.as_slice() else { return };
    let (distance, last) = others.last().copied().unwrap_or((0, *first));
    for start in starts(sequence, places) {
        let end = start.saturating_add(sequence.length - 1);
        let one = Found { start, end, part: sequence.part, last, last_at: start + distance };
        found.push(start, end, [&[one], &[]]);
    }
}

/// Tells whether words stand in sequence anywhere.
pub(super) fn is_anywhere(sequence: &Sequence, places: &Places) -> bool {
    starts(sequence, places).next().is_some()
}

/// Returns where words begin to stand in sequence.
fn starts(sequence: &Sequence, places: &Places) -> impl Iterator<Item = u32> {
    let (first, others) = sequence
        .slots
        .split_first()
        .map_or((&[][..], &[][..]), |((_, first), others)| (&places.positions[*first][..], others));
    let follows = |start: u32, (distance, word): &(u32, usize)| {
        start.checked_add(*distance).is_some_and(|at| places.positions[*word].binary_search(&at).is_ok())
    };
    first.iter().copied().filter(move |start| others.iter().all(|slot| follows(*start, slot)))
}

fn near_one_another(proximity: Proximity, left: &Intervals, right: &Intervals, places: &Places, found: &mut Intervals) {
    let Proximity { relation, reach } = proximity;
    match relation {
        Relation::Before => one_after_another(left, right, reach, places, found),
        Relation::Either => {
            one_after_another(left, right, reach, places, found);
            one_after_another(right, left, reach, places, found);
            one_in_another(left, right, reach, places, found);
        }
        Relation::Without => {
            without(left, right, reach, places, found);
            return;
        }
    }
    found.minimize();
}

/// Of each left part, the nearest right part behind it.
fn one_after_another(left: &Intervals, right: &Intervals, reach: Reach, places: &Places, found: &mut Intervals) {
    for first in &left.all {
        let Some(second) = right.next(first.end, furthest(first.end, reach)) else { continue };
        if places.is_whole(first.start, second.end, reach) {
            found.push(first.start, second.end, [left.of(first), right.of(second)]);
        }
    }
}

fn furthest(end: u32, reach: Reach) -> u32 {
    match reach {
        Reach::Words(distance) => end.saturating_add(distance),
        Reach::Sentence | Reach::Paragraph => u32::MAX,
    }
}

/// Parts of which one stands between the words of the other. Only the least intervals count, and of those that are the same
/// the one whose words come first, so that most pairs need no look.
fn one_in_another(left: &Intervals, right: &Intervals, reach: Reach, places: &Places, found: &mut Intervals) {
    for (outer, inner) in [(left, right), (right, left)] {
        let longest = inner.longest();
        for a in &outer.all {
            let first = inner.all.partition_point(|b| b.start < a.start);
            let mut begun = inner.all[first..].iter().take_while(|b| b.start <= a.end);
            let within = begun.find(|b| b.end <= a.end && are_apart(outer.of(a), inner.of(b)));
            if let Some(b) = within.filter(|_| places.is_whole(a.start, a.end, reach)) {
                found.push(a.start, a.end, [outer.of(a), inner.of(b)]);
            }
            // Those that begin before it and end in it.
            let begun = inner.all[..first]
                .iter()
                .rev()
                .take_while(|b| a.start < a.end && b.start.saturating_add(longest) >= a.start);
            let mut start = None;
            for b in begun {
                if start.is_some_and(|start| start != b.start) {
                    break;
                }
                let ends_within = a.start <= b.end && b.end < a.end;
                if ends_within && are_apart(outer.of(a), inner.of(b)) && places.is_whole(b.start, a.end, reach) {
                    found.push(b.start, a.end, [outer.of(a), inner.of(b)]);
                    start = Some(b.start);
                }
            }
        }
    }
}

/// The left parts with no right part near.
fn without(left: &Intervals, right: &Intervals, reach: Reach, places: &Places, found: &mut Intervals) {
    let longest = right.longest();
    for a in &left.all {
        let (start, end) = match reach {
            Reach::Words(distance) => (a.start.saturating_sub(distance), a.end.saturating_add(distance)),
            Reach::Sentence => unit_around(&places.sentences, a.start),
            Reach::Paragraph => unit_around(&places.paragraphs, a.start),
        };
        let is_near = right.overlapping(start, end, longest).any(|b| {
            are_apart(left.of(a), right.of(b)) && places.is_whole(a.start.min(b.start), a.end.max(b.end), reach)
        });
        if !is_near {
            found.push(a.start, a.end, [left.of(a), &[]]);
        }
    }
}

/// Returns the first and the last position of the sentence or paragraph that holds a position.
fn unit_around(breaks: &[u32], at: u32) -> (u32, u32) {
    let next = breaks.partition_point(|start| *start <= at);
    let start = next.checked_sub(1).map_or(0, |before| breaks[before]);
    (start, breaks.get(next).map_or(u32::MAX, |next| next - 1))
}

/// Tells whether no word is in both; each list is in order and without overlaps.
fn are_apart(mut a: &[Found], mut b: &[Found]) -> bool {
    while let ([x, rest_of_a @ ..], [y, rest_of_b @ ..]) = (a, b) {
        if x.end < y.start {
            a = rest_of_a;
        } else if y.end < x.start {
            b = rest_of_b;
        } else {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests;
