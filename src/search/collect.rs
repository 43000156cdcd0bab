//! Which articles match, how many, and the first of them in a total order: never a matter of threads or segments.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED};

use super::rank::{SegmentRanker, Unit};
use super::{SearchRequest, Sort};
use crate::index::{Snapshot, column};
use crate::{Error, Result};

/// How many articles pass between two looks at whether to stop.
const STOP_EVERY: u32 = 1024;

/// What was collected.
pub(super) struct Collected {
    /// How many articles match.
    pub(super) total: u64,
    /// How many match but for having no date.
    pub(super) undated: u64,
    /// The first of them, in order.
    pub(super) top: Vec<(DocAddress, f64)>,
}

/// Collects the first `limit` articles that match `query`, in the order that the request asks for.
pub(super) fn collect(
    snapshot: &Snapshot,
    query: &dyn Query,
    units: &[Unit],
    request: &SearchRequest,
    limit: usize,
    stop: &dyn Fn() -> bool,
) -> Result<Collected> {
    let scoring = EnableScoring::disabled_from_searcher(&snapshot.searcher);
    let weight = query.weight(scoring).map_err(|error| snapshot.error(error))?;
    let mut collected = Collected { total: 0, undated: 0, top: Vec::new() };
    let mut candidates = Vec::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let mut scorer = weight.scorer(segment, 1.0).map_err(|error| snapshot.error(error))?;
        let dates = Dates::of(snapshot, segment)?;
        let mut best = Best::of(snapshot, segment, ord, limit)?;
        let mut ranker = SegmentRanker::of(snapshot, segment, units)?;
        let mut passed = 0u32;
        while scorer.doc() != TERMINATED {
            let doc = scorer.doc();
            if !segment.is_deleted(doc) {
                match dates.verdict(doc, request) {
                    Verdict::Out => {}
                    Verdict::Undated => collected.undated += 1,
                    Verdict::In => {
                        collected.total += 1;
                        if limit > 0 {
                            best.offer(Primary::of(request, &dates, doc, &mut ranker), doc);
                        }
                    }
                }
            }
            passed += 1;
            if passed.is_multiple_of(STOP_EVERY) && stop() {
                return Err(Error::Cancelled);
            }
            scorer.advance();
        }
        candidates.extend(best.into_candidates(snapshot)?);
    }
    candidates.sort_by(|a, b| b.primary.cmp(&a.primary).then_with(|| a.key.cmp(&b.key)));
    candidates.truncate(limit);
    collected.top = candidates.into_iter().map(|candidate| (candidate.address, candidate.primary.score)).collect();
    Ok(collected)
}

/// What decides the order before the source does; the greater comes first.
#[derive(Debug, Clone, Copy)]
struct Primary {
    sort: Sort,
    score: f64,
    instant: Option<i64>,
}

impl Primary {
    fn of(request: &SearchRequest, dates: &Dates, doc: DocId, ranker: &mut SegmentRanker) -> Primary {
        let score = ranker.score(doc);
        Primary { sort: request.sort, score, instant: dates.instant(doc, request.assumed_offset) }
    }
}

impl Ord for Primary {
    fn cmp(&self, other: &Primary) -> Ordering {
        let newest = self.instant.cmp(&other.instant);
        match self.sort {
            Sort::Relevance => self.score.total_cmp(&other.score).then(newest),
            Sort::Newest => newest,
            // Undated articles come last here too.
            Sort::Oldest => self.instant.map(Reverse).cmp(&other.instant.map(Reverse)),
        }
    }
}

impl PartialOrd for Primary {
    fn partial_cmp(&self, other: &Primary) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Primary {
    fn eq(&self, other: &Primary) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Primary {}

/// The best articles of one segment. Within a segment the order of keys is that of their ordinals.
struct Best {
    segment: u32,
    limit: usize,
    keys: tantivy::columnar::StrColumn,
    heap: BinaryHeap<Reverse<(Primary, Reverse<u64>, DocId)>>,
}

struct Candidate {
    primary: Primary,
    key: String,
    address: DocAddress,
}

impl Best {
    fn of(snapshot: &Snapshot, reader: &SegmentReader, segment: u32, limit: usize) -> Result<Best> {
        let keys = reader.fast_fields().str(column::KEY).map_err(|error| snapshot.error(error))?;
        let keys = keys.ok_or_else(|| snapshot.damaged("the column of keys is missing"))?;
        Ok(Best { segment, limit, keys, heap: BinaryHeap::new() })
    }

    fn offer(&mut self, primary: Primary, doc: DocId) {
        if self.heap.len() == self.limit && self.heap.peek().is_some_and(|Reverse((worst, ..))| primary < *worst) {
            return;
        }
        let ordinal = self.keys.ords().first(doc).unwrap_or(u64::MAX);
        self.heap.push(Reverse((primary, Reverse(ordinal), doc)));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }

    fn into_candidates(self, snapshot: &Snapshot) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::with_capacity(self.heap.len());
        for Reverse((primary, Reverse(ordinal), doc)) in self.heap {
            let mut key = String::new();
            self.keys.ord_to_str(ordinal, &mut key).map_err(|error| snapshot.error(error))?;
            candidates.push(Candidate { primary, key, address: DocAddress::new(self.segment, doc) });
        }
        Ok(candidates)
    }
}

/// The columns of dates of one segment.
struct Dates {
    first: Column<i64>,
    last: Column<i64>,
    offset: Column<i64>,
}

enum Verdict {
    In,
    Out,
    Undated,
}

impl Dates {
    fn of(snapshot: &Snapshot, segment: &SegmentReader) -> Result<Dates> {
        let column = |name| segment.fast_fields().i64(name).map_err(|error| snapshot.error(error));
        Ok(Dates {
            first: column(column::FIRST_SECOND)?,
            last: column(column::LAST_SECOND)?,
            offset: column(column::OFFSET)?,
        })
    }

    /// Tells whether the date, as printed, is in the request's range: whether any second of it is.
    fn verdict(&self, doc: DocId, request: &SearchRequest) -> Verdict {
        if request.since.is_none() && request.until.is_none() {
            return Verdict::In;
        }
        let (Some(first), Some(last)) = (self.first.first(doc), self.last.first(doc)) else {
            return if request.undated { Verdict::In } else { Verdict::Undated };
        };
        let since = request.since.is_none_or(|since| last >= since.first_second());
        let until = request.until.is_none_or(|until| first <= until.last_second());
        if since && until { Verdict::In } else { Verdict::Out }
    }

    fn instant(&self, doc: DocId, assumed_offset: i16) -> Option<i64> {
        let first = self.first.first(doc)?;
        Some(first - 60 * self.offset.first(doc).unwrap_or(i64::from(assumed_offset)))
    }
}
