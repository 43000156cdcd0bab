//! A query for words in sequence in one field, each with alternatives, which tantivy's own phrase query has not.
//! Candidates come from an intersection of unions; positions decide.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Words in sequence: for each place its alternative terms, all of one field. A place without terms is passed by
/// whatever stands there; the first one has terms.
#[derive(Debug, Clone)]
pub(super) struct SequenceQuery {
    slots: Vec<Vec<Term>>,
}

impl SequenceQuery {
    pub(super) fn new(slots: Vec<Vec<Term>>) -> SequenceQuery {
        SequenceQuery { slots }
    }

    fn candidates(&self) -> BooleanQuery {
        let filled = self.slots.iter().filter(|terms| !terms.is_empty());
        BooleanQuery::intersection(filled.map(|terms| any_term(terms.iter().cloned())).collect())
    }
}

/// Returns the query for any of some terms, without frequencies.
pub(super) fn any_term(terms: impl IntoIterator<Item = Term>) -> Box<dyn Query> {
    let term_query = |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>;
    let mut queries: Vec<_> = terms.into_iter().map(term_query).collect();
    if queries.len() == 1 { queries.remove(0) } else { Box::new(BooleanQuery::union(queries)) }
}

impl Query for SequenceQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(SequenceWeight { candidates: self.candidates().weight(scoring)?, slots: self.slots.clone() }))
    }
}

struct SequenceWeight {
    candidates: Box<dyn Weight>,
    slots: Vec<Vec<Term>>,
}

impl Weight for SequenceWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut slots = Vec::with_capacity(self.slots.len());
        for terms in &self.slots {
            let mut postings = Vec::with_capacity(terms.len());
            for term in terms {
                let inverted = reader.inverted_index(term.field())?;
                postings.extend(inverted.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?);
            }
            slots.push(if terms.is_empty() { Slot::AnyWord } else { Slot::Words(postings) });
        }
        let candidates = self.candidates.scorer(reader, boost)?;
        let mut scorer = SequenceScorer { candidates, slots, starts: Vec::new(), positions: Vec::new() };
        if scorer.candidates.doc() != TERMINATED && !scorer.holds() {
            scorer.advance();
        }
        Ok(Box::new(scorer))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a sequence only matches, it has no score".to_owned()))
    }
}

/// What may stand at a place.
enum Slot {
    AnyWord,
    /// One of these, as far as the segment has them.
    Words(Vec<SegmentPostings>),
}

struct SequenceScorer {
    candidates: Box<dyn Scorer>,
    slots: Vec<Slot>,
    /// Positions of the first word from which the words so far follow.
    starts: Vec<u32>,
    /// Positions of the word at hand.
    positions: Vec<u32>,
}

impl SequenceScorer {
    /// Tells whether the candidate at hand has the words in sequence.
    fn holds(&mut self) -> bool {
        let doc = self.candidates.doc();
        for (place, slot) in (0..).zip(&mut self.slots) {
            let Slot::Words(slot) = slot else { continue };
            self.positions.clear();
            for postings in slot.iter_mut() {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                if postings.doc() == doc {
                    postings.append_positions_with_offset(0, &mut self.positions);
                }
            }
            self.positions.sort_unstable();
            if place == 0 {
                std::mem::swap(&mut self.starts, &mut self.positions);
            } else {
                self.starts.retain(|start| self.positions.binary_search(&(start + place)).is_ok());
            }
            if self.starts.is_empty() {
                return false;
            }
        }
        true
    }
}

impl DocSet for SequenceScorer {
    fn advance(&mut self) -> DocId {
        while self.candidates.advance() != TERMINATED {
            if self.holds() {
                break;
            }
        }
        self.candidates.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.candidates.doc() < target && self.candidates.seek(target) != TERMINATED && !self.holds() {
            return self.advance();
        }
        self.candidates.doc()
    }

    fn doc(&self) -> DocId {
        self.candidates.doc()
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }
}

impl Scorer for SequenceScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}
