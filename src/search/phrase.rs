//! A query for words in sequence, each with alternatives, in the whole text of an article, in one field of it, or in a
//! declared field, which has the stems themselves with positions; a single word in one field is a sequence of one.
//!
//! Words are given as terms of the merged field. Candidates are the articles that have a term for each word; whether the
//! words follow one another is told by the positions of the forms that their stems have. An article that has a stem is
//! in the stem's language, so that a form is never taken for one of another language that is written alike.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::index::{Fields, TextField, forms_of};

/// An article of 16 MiB has at most half as many occurrences of a word. A damaged list may claim four thousand million, and
/// tantivy asks for the memory of them.
const MOST_OCCURRENCES: u32 = 1 << 26;

/// Words in sequence: for each place its alternative terms. A place without terms is passed by whatever stands there; the
/// first one has terms.
#[derive(Debug, Clone)]
pub(super) struct SequenceQuery {
    fields: Fields,
    slots: Vec<Vec<String>>,
    scope: Scope,
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// In every text field.
    Anywhere,
    /// In one text field.
    Text(TextField),
    /// In a declared field of text.
    Declared(Field),
}

impl SequenceQuery {
    /// Returns the query for words in sequence.
    pub(super) fn new(fields: Fields, slots: Vec<Vec<String>>, scope: Scope) -> SequenceQuery {
        SequenceQuery { fields, slots, scope }
    }
}

/// Returns the query for any of some terms, without frequencies.
pub(super) fn any_term(terms: impl IntoIterator<Item = Term>) -> Box<dyn Query> {
    let term_query = |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>;
    let mut queries: Vec<_> = terms.into_iter().map(term_query).collect();
    if queries.len() == 1 { queries.remove(0) } else { Box::new(BooleanQuery::union(queries)) }
}

impl Query for SequenceQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

/// A stem and the forms that a segment has of it.
struct Stem {
    term: Term,
    forms: Vec<String>,
}

impl Weight for SequenceQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let stem = |term: &String| {
            Ok(match self.scope {
                Scope::Declared(field) => Stem { term: Term::from_field_text(field, term), forms: Vec::new() },
                Scope::Anywhere | Scope::Text(_) => Stem {
                    term: Term::from_field_text(self.fields.all, term),
                    forms: forms_of(reader, self.fields.forms, term)?,
                },
            })
        };
        let slots = self
            .slots
            .iter()
            .map(|terms| terms.iter().map(stem).collect())
            .collect::<tantivy::Result<Vec<Vec<_>>>>()?;
        let (words, zone_mark) = match self.scope {
            Scope::Text(field) => (self.fields.words(field), Some(field.zone_mark())),
            Scope::Anywhere | Scope::Declared(_) => (None, None),
        };
        let candidates = candidates(&slots, words).weight(EnableScoring::disabled_from_schema(reader.schema()))?;
        let candidates = candidates.scorer(reader, boost)?;
        if slots.len() == 1 && words.is_some() {
            // A word that is in the field is all that is asked.
            return Ok(candidates);
        }
        let zone = match zone_mark {
            Some(mark) => Zone::Of(positions(reader, &Term::from_field_text(self.fields.text, &mark))?.map(Box::new)),
            None => Zone::Any,
        };
        let slots = slots.into_iter().map(|stems| self.slot(reader, stems)).collect::<tantivy::Result<_>>()?;
        let mut scorer = SequenceScorer { candidates, slots, zone, starts: Vec::new(), positions: Vec::new() };
        if scorer.candidates.doc() != TERMINATED && !scorer.holds() {
            scorer.advance();
        }
        Ok(Box::new(scorer))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a sequence only matches, it has no score".to_owned()))
    }
}

/// Returns the query for articles that have a term for each place: in one field, where it has words without positions.
fn candidates(slots: &[Vec<Stem>], words: Option<Field>) -> BooleanQuery {
    let in_field = |stem: &Stem| -> Box<dyn Query> {
        let stem_query = any_term([stem.term.clone()]);
        let Some(field) = words else { return stem_query };
        let forms = any_term(stem.forms.iter().map(|form| Term::from_field_text(field, form)));
        Box::new(BooleanQuery::intersection(vec![stem_query, forms]))
    };
    let filled = slots.iter().filter(|stems| !stems.is_empty());
    BooleanQuery::intersection(
        filled
            .map(|stems| Box::new(BooleanQuery::union(stems.iter().map(in_field).collect())) as Box<dyn Query>)
            .collect(),
    )
}

impl SequenceQuery {
    fn slot(&self, reader: &SegmentReader, stems: Vec<Stem>) -> tantivy::Result<Slot> {
        let mut slot = Vec::with_capacity(stems.len());
        for stem in &stems {
            let inverted = reader.inverted_index(stem.term.field())?;
            let Some(postings) = inverted.read_postings(&stem.term, IndexRecordOption::Basic)? else { continue };
            let mut forms = Vec::with_capacity(stem.forms.len());
            match self.scope {
                Scope::Declared(_) => forms.extend(positions(reader, &stem.term)?),
                Scope::Anywhere | Scope::Text(_) => {
                    for form in &stem.forms {
                        forms.extend(positions(reader, &Term::from_field_text(self.fields.text, form))?);
                    }
                }
            }
            slot.push(StemPostings { stem: postings, forms });
        }
        Ok(if stems.is_empty() { Slot::AnyWord } else { Slot::Stems(slot) })
    }
}

fn positions(reader: &SegmentReader, term: &Term) -> tantivy::Result<Option<SegmentPostings>> {
    let inverted = reader.inverted_index(term.field())?;
    Ok(inverted.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?)
}

/// What may stand at a place.
enum Slot {
    AnyWord,
    /// A form of one of these, as far as the segment has them.
    Stems(Vec<StemPostings>),
}

struct StemPostings {
    /// The articles that have the stem.
    stem: SegmentPostings,
    /// Where its forms stand.
    forms: Vec<SegmentPostings>,
}

/// Where a sequence may stand.
enum Zone {
    Any,
    /// Between the two positions of a mark.
    Of(Option<Box<SegmentPostings>>),
}

struct SequenceScorer {
    candidates: Box<dyn Scorer>,
    slots: Vec<Slot>,
    zone: Zone,
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
            let Slot::Stems(stems) = slot else { continue };
            self.positions.clear();
            for stem in stems.iter_mut().filter_map(|stem| is_at(&mut stem.stem, doc).then_some(&mut stem.forms)) {
                for form in stem {
                    if is_at(form, doc) && form.term_freq() <= MOST_OCCURRENCES {
                        form.append_positions_with_offset(0, &mut self.positions);
                    }
                }
            }
            self.positions.sort_unstable();
            if place == 0 {
                std::mem::swap(&mut self.starts, &mut self.positions);
                keep_zone(&mut self.zone, doc, &mut self.starts, &mut self.positions);
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

/// Leaves the positions that are in the zone. A sequence that begins in a zone ends in it.
fn keep_zone(zone: &mut Zone, doc: DocId, positions: &mut Vec<u32>, marks: &mut Vec<u32>) {
    let Zone::Of(postings) = zone else { return };
    marks.clear();
    if let Some(postings) = postings
        && is_at(postings, doc)
    {
        postings.append_positions_with_offset(0, marks);
    }
    let (start, end) = (marks.first().copied().unwrap_or(u32::MAX), marks.last().copied().unwrap_or_default());
    positions.retain(|position| (start..end).contains(position));
}

/// Moves postings on to an article, and tells whether they have it.
fn is_at(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
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
