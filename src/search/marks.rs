//! What made an article match, in its text as it is read again: the words of what is satisfied and is no exclusion.

use std::ops::Range;
use std::sync::Arc;

use tantivy::query::Query;

use super::intervals::{Evaluator, Found};
use super::leaf::Leaf;
use super::plan::Plan;
use super::reading::{Lookup, Reading};
use super::stop::Stop;
use crate::analysis::Analyzer;
use crate::index::{Snapshot, TextField};
use crate::{Article, Result};

/// What is to be marked in the articles that a query finds.
pub(super) struct Marking {
    /// The words of the query.
    pub(super) leaves: Arc<[Leaf]>,
    /// What it asks; `None` for anything.
    pub(super) plan: Option<Plan>,
    /// How much each part of it tells of an article: its rarity.
    pub(super) weights: Vec<f64>,
}

/// A place where a part of the query matches. One that goes on over several paragraphs is a match in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// The number of the part.
    pub(super) part: usize,
    /// The entry of the field.
    pub(super) entry: usize,
    /// The bytes of the entry.
    pub(super) range: Range<usize>,
    /// Whether it is several words, any of which may be shown without the others.
    pub(super) is_phrase: bool,
}

/// What matches in one article.
pub(super) struct Marks<'m> {
    /// How much each part of the query tells.
    pub(super) weights: &'m [f64],
    matches: Vec<(TextField, Match)>,
}

impl Marks<'_> {
    /// Returns the matches in a field, sorted by entry and start, none twice.
    pub(super) fn in_field(&self, field: TextField) -> Vec<Match> {
        self.matches.iter().filter(|(known, _)| *known == field).map(|(_, found)| found.clone()).collect()
    }
}

/// Tells whether the article at hand passes a filter.
pub(super) type Passes<'a> = &'a dyn Fn(&dyn Query) -> Result<bool>;

/// Finds what matches, article by article.
pub(super) struct Marker<'m> {
    marking: &'m Marking,
    lookup: Lookup,
    evaluator: Evaluator,
    /// The index of the articles, until it was asked which words they have.
    snapshot: Option<&'m Snapshot>,
}

impl<'m> Marker<'m> {
    /// Returns one for articles of an index.
    pub(super) fn of(marking: &'m Marking, snapshot: Option<&'m Snapshot>, stop: &Stop) -> Marker<'m> {
        let reach = marking.plan.as_ref().map_or(Some(0), |plan| plan.reach(&marking.leaves));
        Marker {
            marking,
            lookup: Lookup::of(marking.leaves.clone(), reach),
            evaluator: Evaluator::until(stop.clone()),
            snapshot,
        }
    }

    /// Returns what matches in an article.
    pub(super) fn marks(&mut self, article: &Article, analyzer: &Analyzer, passes: Passes<'_>) -> Result<Marks<'m>> {
        let Some(plan) = &self.marking.plan else { return Ok(self.of_reading(&Reading::default(), &[])) };
        self.find_candidates()?;
        let reading = Reading::of(article, &TextField::ALL, analyzer, &self.lookup);
        let mut found = Vec::new();
        self.satisfied(plan, &reading, passes, &mut found)?;
        // A word and a compound that begins with it stand at the same place.
        found.sort_unstable_by_key(|found| (found.start, found.end, found.last_at, found.last, found.part));
        found.dedup_by_key(|found| (found.start, found.end, found.last_at, found.last));
        Ok(self.of_reading(&reading, &found))
    }

    /// Tells whether what matches in a headline is told by the headline.
    pub(super) fn reads_headline_only(&self) -> bool {
        self.marking.plan.as_ref().is_none_or(|plan| plan.independent().is_some())
    }

    /// Returns what matches in the headline of an article that the query found, where that [is told](Self::reads_headline_only)
    /// by the headline, and perhaps more.
    pub(super) fn headline_marks(&mut self, article: &Article, analyzer: &Analyzer) -> Result<Marks<'m>> {
        self.find_candidates()?;
        let parts = self.marking.plan.as_ref().and_then(Plan::independent).unwrap_or_default();
        let reading = Reading::of(article, &[TextField::Headline], analyzer, &self.lookup);
        let mut found = Vec::new();
        for spans in parts {
            let intervals = self.evaluator.counted(spans, &reading.places, 1);
            found.extend(intervals.iter().flatten());
            self.evaluator.give_back(intervals);
        }
        Ok(self.of_reading(&reading, &found))
    }

    /// Finds out which words of the index may be asked for, once.
    fn find_candidates(&mut self) -> Result<()> {
        let Some(snapshot) = self.snapshot.take() else { return Ok(()) };
        let leaves = &self.marking.leaves;
        let (mut anchors, mut extent) = (Vec::new(), 0);
        let frequency = |leaf: usize| leaves[leaf].frequency(snapshot);
        if let Some(plan) = &self.marking.plan {
            plan.each_spans(&mut |spans| {
                anchors.extend(spans.anchors(&frequency).0);
                extent = extent.max(spans.extent());
            });
        }
        let found =
            self.lookup.find_candidates(snapshot.searcher.segment_readers(), snapshot.fields.forms, &anchors, extent);
        found.map_err(|error| snapshot.error(error))
    }

    fn of_reading(&self, reading: &Reading, found: &[Found]) -> Marks<'m> {
        let mut matches = Vec::new();
        for found in found {
            let is_phrase = found.last_at > found.start;
            let one = |(field, entry, range)| (field, Match { part: found.part, entry, range, is_phrase });
            matches.extend(reading.ranges(found).map(one));
        }
        matches.sort_by_key(|(field, found)| (*field, found.entry, found.range.start, found.range.end, found.part));
        matches.dedup();
        Marks { weights: &self.marking.weights, matches }
    }

    /// Tells whether the article is as asked, and adds what makes it so.
    // Recursion is as deep as the query's tree, which the parser bounds.
    fn satisfied(&mut self, plan: &Plan, read: &Reading, passes: Passes<'_>, found: &mut Vec<Found>) -> Result<bool> {
        let before = found.len();
        let holds = match plan {
            Plan::Spans { spans, least } => {
                let intervals = self.evaluator.counted(spans, &read.places, *least);
                let holds = intervals.len() >= (*least).max(1);
                found.extend(intervals.iter().filter(|_| holds).flatten());
                self.evaluator.give_back(intervals);
                holds
            }
            Plan::Filter(query) => passes(query.as_ref())?,
            Plan::All(parts) => {
                let mut holds = true;
                for part in parts {
                    holds = holds && self.satisfied(part, read, passes, found)?;
                }
                holds
            }
            Plan::Any(choices) => {
                let (mut any, mut lacks) = (false, false);
                for choice in choices {
                    let holds = self.satisfied(&choice.plan, read, passes, found)?;
                    any |= holds;
                    lacks |= choice.is_required && !holds;
                }
                any && !lacks
            }
            Plan::Quorum { least, parts } => {
                let mut count = 0;
                for part in parts {
                    count += usize::from(self.satisfied(part, read, passes, found)?);
                }
                count >= *least
            }
            Plan::Not(inner) => {
                let excluded = self.satisfied(inner, read, passes, found)?;
                found.truncate(before);
                !excluded
            }
        };
        if !holds {
            found.truncate(before);
        }
        Ok(holds)
    }
}

/// Returns ranges sorted, with those that overlap or touch made one: neighbouring terms of a script without spaces
/// are read as one word.
pub(super) fn merged(ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
pub(super) mod tests;
