//! The best hits of plain words: a shortlist by bounds, then scores for those that are on it.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use tantivy::DocAddress;
use tantivy::query::{EnableScoring, Query as _};

use super::collect::{Collected, STOP_EVERY, is_counted};
use super::lower::Lowered;
use super::maxscore;
use super::prune::{Pruned, SLACK};
use super::rank::SegmentRanker;
use super::{SearchRequest, Stop, Total, ties};
use crate::Result;
use crate::index::Snapshot;

/// For so many articles room is made before they come.
const MOST_AT_ONCE: usize = 1024;

/// Scores articles, which may stand in any order.
pub(super) fn score_all(snapshot: &Snapshot, lowered: &Lowered, articles: &mut [(DocAddress, f64)]) -> Result<()> {
    let mut in_order: Vec<&mut (DocAddress, f64)> = articles.iter_mut().collect();
    in_order.sort_unstable_by_key(|(address, _)| *address);
    for of_segment in in_order.chunk_by_mut(|a, b| a.0.segment_ord == b.0.segment_ord) {
        let segment = snapshot.searcher.segment_reader(of_segment[0].0.segment_ord);
        let mut ranker = SegmentRanker::of(snapshot, segment, &lowered.units)?;
        for (address, score) in of_segment {
            *score = ranker.score(address.doc_id);
        }
    }
    Ok(())
}

/// Looks at those matches of plain words only that may be among the first. `None` where they cannot be told so: there are fewer
/// than were asked for, or bounds were too far from scores.
pub(super) fn best(
    snapshot: &Snapshot,
    lowered: &Lowered,
    pruned: &Pruned,
    request: &SearchRequest,
    limit: usize,
    stop: &Stop,
) -> Result<Option<Collected>> {
    if limit == 0 {
        let total = Total::Exact(pruned.known.map_or_else(|| count(snapshot, lowered, stop), Ok)?);
        return Ok(Some(Collected { total, undated: 0, rescored: BTreeSet::new(), top: Vec::new() }));
    }
    let mut shortlist = Shortlist::new(limit);
    let mut is_exact = true;
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        stop.going_on()?;
        let mut passed = 0u32;
        let floor = shortlist.floor;
        let take = |doc, bound| {
            passed += 1;
            if passed.is_multiple_of(STOP_EVERY) && stop.is_said() {
                return f64::INFINITY;
            }
            if !segment.is_deleted(doc) {
                shortlist.offer(bound, DocAddress::new(ord, doc));
            }
            shortlist.floor
        };
        is_exact &= maxscore::each(snapshot, ord, pruned.plain, &lowered.units, floor, take)?;
        stop.going_on()?;
    }
    let floor = shortlist.floor;
    let mut scored = shortlist.into_articles();
    if !is_exact {
        score_all(snapshot, lowered, &mut scored)?;
    }
    // Without a floor nothing was passed over but what has no words other than those too common to rank by.
    let is_whole = floor == 0.0 && !pruned.has_common;
    if !is_whole && scored.iter().filter(|(_, score)| *score >= floor).count() < limit {
        return Ok(None);
    }
    let n_scored = scored.len();
    let top = in_order(snapshot, scored, request.assumed_offset, limit, stop)?;
    let total = match pruned.known {
        Some(known) => Total::Exact(known),
        None if is_whole => Total::Exact(n_scored as u64),
        None if is_counted(request, pruned.most_to_count()) => Total::Exact(count(snapshot, lowered, stop)?),
        None => Total::AtLeast(pruned.least().max(limit as u64)),
    };
    Ok(Some(Collected { total, undated: 0, rescored: BTreeSet::new(), top }))
}

/// Returns the first of some articles, in order.
fn in_order(
    snapshot: &Snapshot,
    mut scored: Vec<(DocAddress, f64)>,
    assumed_offset: i16,
    limit: usize,
    stop: &Stop,
) -> Result<Vec<(DocAddress, f64)>> {
    scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    let mut n_placed = 0;
    for equal in scored.chunk_by_mut(|a, b| a.1 == b.1) {
        if n_placed >= limit {
            break;
        }
        stop.going_on()?;
        let left = limit - n_placed;
        n_placed += equal.len();
        ties::place(snapshot, equal, left, assumed_offset)?;
    }
    scored.truncate(limit);
    Ok(scored)
}

/// Counts the matches.
fn count(snapshot: &Snapshot, lowered: &Lowered, stop: &Stop) -> Result<u64> {
    let scoring = EnableScoring::disabled_from_searcher(&snapshot.searcher);
    let weight = lowered.query.weight(scoring).map_err(|error| snapshot.error(error))?;
    let mut total = 0;
    for segment in snapshot.searcher.segment_readers() {
        stop.going_on()?;
        total += u64::from(weight.count(segment).map_err(|error| snapshot.error(error))?);
    }
    Ok(total)
}

/// The articles that may be among the first by their bounds.
pub(super) struct Shortlist {
    limit: usize,
    /// The greatest bounds, as bits: those of numbers that are not negative stand in the order of the numbers.
    greatest: BinaryHeap<Reverse<u64>>,
    articles: Vec<(DocAddress, f64)>,
    /// At how many articles those below the floor are dropped.
    full_at: usize,
    /// What an article must have to come in.
    pub(super) floor: f64,
}

impl Shortlist {
    /// Returns an empty one for so many places, of which there is at least one.
    pub(super) fn new(limit: usize) -> Shortlist {
        let full_at = limit.saturating_mul(4).max(256);
        let articles = Vec::with_capacity(full_at.min(MOST_AT_ONCE));
        Shortlist { limit, greatest: BinaryHeap::new(), articles, full_at, floor: 0.0 }
    }

    /// Takes an article in if its bound is not below the floor.
    pub(super) fn offer(&mut self, bound: f64, address: DocAddress) {
        if bound < self.floor {
            return;
        }
        self.articles.push((address, bound));
        if self.greatest.len() < self.limit {
            self.greatest.push(Reverse(bound.to_bits()));
        } else if let Some(mut least) = self.greatest.peek_mut()
            && least.0 < bound.to_bits()
        {
            *least = Reverse(bound.to_bits());
        }
        if self.greatest.len() == self.limit
            && let Some(Reverse(least)) = self.greatest.peek()
        {
            self.floor = f64::from_bits(*least) * (1.0 - SLACK);
        }
        if self.articles.len() >= self.full_at {
            self.drop_below();
            self.full_at = self.full_at.max(2 * self.articles.len());
        }
    }

    /// Drops those that were taken in before the floor rose to where it is.
    fn drop_below(&mut self) {
        let floor = self.floor;
        self.articles.retain(|(_, bound)| *bound >= floor);
    }

    /// Returns what is on it, in the order in which it came, with the bounds.
    pub(super) fn into_articles(mut self) -> Vec<(DocAddress, f64)> {
        self.drop_below();
        self.articles
    }
}
