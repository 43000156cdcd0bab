//! A query for what stands at places in a text: words in sequence, near one another, in one field.
//!
//! Words are given as terms of the merged field, or as surface forms. Candidates are the articles that have a term for each
//! word that must be there; whether the words stand as asked is told by positions (`intervals.rs`). For a term of the merged
//! field they are those of its surface forms: an article that has a stem is in the stem's language, so that a form is never
//! taken for one of another language that is written alike.

use std::fmt;
use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{
    BooleanQuery, EmptyQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, TermSetQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::intervals::{Evaluator, Places, Spans, is_anywhere};
use super::leaf::{Leaf, Scope, Words, Zone};
use super::reading::{Lookup, Reading};
use super::stop::Stop;
use crate::Article;
use crate::analysis::Analyzers;
use crate::index::{Fields, PARAGRAPH, SENTENCE, TextField, forms_of, language_of};
use crate::query::ast::{Reach, Relation};

/// What stands at places.
#[derive(Clone)]
pub(super) struct PositionalQuery {
    pub(super) fields: Fields,
    /// The words of the whole query.
    pub(super) leaves: Arc<[Leaf]>,
    pub(super) stop: Stop,
    pub(super) spans: Spans,
    /// In at least so many places.
    pub(super) least: usize,
    /// Whether articles are found that have the words, wherever they stand.
    pub(super) is_rough: bool,
}

impl fmt::Debug for PositionalQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PositionalQuery").field("spans", &self.spans).finish_non_exhaustive()
    }
}

/// More terms than this are looked up together.
const FEW_TERMS: usize = 16;

/// Returns the query for any of some terms, without frequencies.
pub(super) fn any_term(terms: impl IntoIterator<Item = Term>) -> Box<dyn Query> {
    let mut terms: Vec<Term> = terms.into_iter().collect();
    let term_query = |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>;
    match terms.len() {
        0 => Box::new(EmptyQuery),
        1 => term_query(terms.remove(0)),
        2..=FEW_TERMS => Box::new(BooleanQuery::union(terms.into_iter().map(term_query).collect())),
        _ => Box::new(TermSetQuery::new(terms)),
    }
}

/// Calls for each word of spans.
pub(super) fn each_leaf(spans: &Spans, take: &mut dyn FnMut(usize)) {
    match spans {
        Spans::Sequence(sequence) => sequence.slots.iter().for_each(|(_, leaf)| take(*leaf)),
        Spans::Any(parts) | Spans::InOrder { parts, .. } => parts.iter().for_each(|part| each_leaf(part, take)),
        Spans::Near { first, others } => {
            each_leaf(first, take);
            others.iter().for_each(|(_, part)| each_leaf(part, take));
        }
    }
}

fn asks_for_bounds(spans: &Spans) -> bool {
    match spans {
        Spans::Sequence(_) => false,
        Spans::Any(parts) | Spans::InOrder { parts, .. } => parts.iter().any(asks_for_bounds),
        Spans::Near { first, others } => {
            asks_for_bounds(first)
                || others.iter().any(|(near, part)| !matches!(near.reach, Reach::Words(_)) || asks_for_bounds(part))
        }
    }
}

impl Query for PositionalQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for PositionalQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let candidates = self.candidates(reader, &self.spans)?;
        let candidates = candidates.weight(EnableScoring::disabled_from_schema(reader.schema()))?;
        let candidates = candidates.scorer(reader, boost)?;
        if self.is_rough || self.is_told_by_candidates() {
            return Ok(candidates);
        }
        let (stop, n_looked_at) = (self.stop.clone(), 0);
        let mut scorer = PositionalScorer { candidates, look: Look::of(self, reader)?, stop, n_looked_at };
        if scorer.candidates.doc() != TERMINATED && !scorer.holds() {
            scorer.advance();
        }
        Ok(Box::new(scorer))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("places only match, they have no score".to_owned()))
    }
}

impl PositionalQuery {
    /// Tells whether a single word is asked for, which is found where its terms are.
    pub(super) fn is_told_by_candidates(&self) -> bool {
        let Spans::Sequence(sequence) = &self.spans else { return false };
        let [(_, leaf)] = sequence.slots[..] else { return false };
        let is_whole = |zone: &Zone| zone.words == u32::MAX && self.fields.words(zone.field).is_some();
        self.least <= 1
            && self.leaves[leaf].case.is_none()
            && match &self.leaves[leaf].scope {
                Scope::Anywhere | Scope::Declared(_) => true,
                Scope::Zones(zones) => zones.iter().all(is_whole),
            }
    }

    /// Tells whether capitals count, which posting lists do not know.
    pub(super) fn is_told_by_text(&self) -> bool {
        let mut is_cased = false;
        each_leaf(&self.spans, &mut |leaf| is_cased |= self.leaves[leaf].case.is_some());
        is_cased
    }

    /// Returns the query for articles that may have the spans.
    fn candidates(&self, reader: &SegmentReader, spans: &Spans) -> tantivy::Result<Box<dyn Query>> {
        let each = |parts: &mut dyn Iterator<Item = &Spans>| {
            parts.map(|part| self.candidates(reader, part)).collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(match spans {
            Spans::Sequence(sequence) => {
                let words = sequence.slots.iter().map(|(_, leaf)| self.with_word(reader, &self.leaves[*leaf]));
                let words = words.collect::<tantivy::Result<Vec<_>>>()?;
                Box::new(BooleanQuery::intersection(words))
            }
            Spans::Any(parts) => Box::new(BooleanQuery::union(each(&mut parts.iter())?)),
            Spans::InOrder { parts, .. } => Box::new(BooleanQuery::intersection(each(&mut parts.iter())?)),
            Spans::Near { first, others } => {
                let needed = others.iter().filter(|(near, _)| near.relation != Relation::Without);
                let mut parts = std::iter::once(&**first).chain(needed.map(|(_, part)| part));
                Box::new(BooleanQuery::intersection(each(&mut parts)?))
            }
        })
    }

    /// Returns the query for articles that have a word: in fields that have their words by themselves, there.
    fn with_word(&self, reader: &SegmentReader, leaf: &Leaf) -> tantivy::Result<Box<dyn Query>> {
        let fields = &self.fields;
        let terms =
            |field: Field, texts: &[String]| any_term(texts.iter().map(|text| Term::from_field_text(field, text)));
        let listed = match &leaf.scope {
            Scope::Zones(zones) => zones.iter().map(|zone| fields.words(zone.field)).collect::<Option<Vec<_>>>(),
            Scope::Anywhere | Scope::Declared(_) => None,
        };
        let Words::Stems { terms: stems, .. } = &leaf.words else {
            let Words::Forms(forms) = &leaf.words else { return Ok(Box::new(EmptyQuery)) };
            let listed = listed.unwrap_or_else(|| vec![fields.text]);
            return Ok(Box::new(BooleanQuery::union(listed.into_iter().map(|field| terms(field, forms)).collect())));
        };
        if let Scope::Declared(field) = leaf.scope {
            return Ok(terms(field, stems));
        }
        let Some(listed) = listed else { return Ok(terms(fields.all, stems)) };
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        for stem in stems {
            let forms = forms_of(reader, fields.forms, stem)?;
            let in_fields = listed.iter().map(|field| terms(*field, &forms)).collect();
            let with_stem = terms(fields.all, std::slice::from_ref(stem));
            ways.push(Box::new(BooleanQuery::intersection(vec![
                with_stem,
                Box::new(BooleanQuery::union(in_fields)) as Box<dyn Query>,
            ])));
        }
        Ok(Box::new(BooleanQuery::union(ways)))
    }

    fn words(&self, reader: &SegmentReader) -> tantivy::Result<Vec<WordPostings>> {
        let mut used = Vec::new();
        each_leaf(&self.spans, &mut |leaf| used.push(leaf));
        used.sort_unstable();
        used.dedup();
        let mut words: Vec<_> = used.into_iter().map(|leaf| self.word(reader, leaf)).collect::<tantivy::Result<_>>()?;
        // Candidates of a sequence have all its words, and so the only stem of each.
        if matches!(self.spans, Spans::Sequence(_)) {
            for word in &mut words {
                if let [only] = &mut word.stems[..] {
                    only.stem = None;
                }
            }
        }
        Ok(words)
    }

    fn word(&self, reader: &SegmentReader, number: usize) -> tantivy::Result<WordPostings> {
        let leaf = &self.leaves[number];
        let in_text = |form: &String| positions(reader, &Term::from_field_text(self.fields.text, form));
        let mut stems = Vec::new();
        match (&leaf.words, &leaf.scope) {
            (Words::Forms(forms), _) => {
                let forms =
                    forms.iter().filter_map(|form| in_text(form).transpose()).collect::<tantivy::Result<_>>()?;
                stems.push(StemPostings { stem: None, forms });
            }
            (Words::Stems { terms, .. }, Scope::Declared(field)) => {
                for term in terms {
                    let forms = positions(reader, &Term::from_field_text(*field, term))?.into_iter().collect();
                    stems.push(StemPostings { stem: None, forms });
                }
            }
            (Words::Stems { terms, .. }, Scope::Anywhere | Scope::Zones(_)) => {
                let inverted = reader.inverted_index(self.fields.all)?;
                for term in terms {
                    let stem = Term::from_field_text(self.fields.all, term);
                    let Some(postings) = inverted.read_postings(&stem, IndexRecordOption::Basic)? else { continue };
                    let forms = forms_of(reader, self.fields.forms, term)?;
                    let forms =
                        forms.iter().filter_map(|form| in_text(form).transpose()).collect::<tantivy::Result<_>>()?;
                    stems.push(StemPostings { stem: Some(postings), forms });
                }
            }
        }
        Ok(WordPostings { number, stems, length: leaf.length, scope: leaf.scope.clone() })
    }

    fn bounds(&self, reader: &SegmentReader) -> tantivy::Result<Bounds> {
        let mark = |text: &str| positions(reader, &Term::from_field_text(self.fields.text, text));
        let all = asks_for_bounds(&self.spans);
        let mut asked = Vec::new();
        each_leaf(&self.spans, &mut |leaf| {
            if let Scope::Zones(zones) = &self.leaves[leaf].scope {
                asked.extend(zones.iter().map(|zone| zone.field));
            }
        });
        let mut bounds = Bounds::default();
        for field in TextField::ALL.into_iter().filter(|field| all || asked.contains(field)) {
            bounds.marks.extend(mark(&field.zone_mark())?.map(|postings| (field, postings)));
        }
        if all {
            bounds.sentences = mark(SENTENCE)?;
            bounds.paragraphs = mark(PARAGRAPH)?;
            bounds.all = true;
        }
        Ok(bounds)
    }
}

pub(super) fn positions(reader: &SegmentReader, term: &Term) -> tantivy::Result<Option<SegmentPostings>> {
    let inverted = reader.inverted_index(term.field())?;
    Ok(inverted.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?)
}

/// Where the surface forms of a word stand.
struct WordPostings {
    number: usize,
    stems: Vec<StemPostings>,
    length: u32,
    scope: Scope,
}

struct StemPostings {
    /// The articles in which the forms are of the stem; `None` for any.
    stem: Option<SegmentPostings>,
    forms: Vec<SegmentPostings>,
}

impl WordPostings {
    /// Appends where the word stands in an article, in order.
    fn append(&mut self, doc: DocId, zones: &[Option<(u32, u32)>; TextField::ALL.len()], found: &mut Vec<u32>) {
        let mut n_forms = 0;
        for StemPostings { stem, forms } in &mut self.stems {
            if stem.as_mut().is_some_and(|stem| !is_at(stem, doc)) {
                continue;
            }
            for form in forms {
                if is_at(form, doc) {
                    append_positions(form, found);
                    n_forms += 1;
                }
            }
        }
        // Those of one form stand in order.
        if n_forms > 1 {
            found.sort_unstable();
            found.dedup();
        }
        let Scope::Zones(scope) = &self.scope else { return };
        let is_in = |at: u32, zone: &Zone| {
            let bounds = zones[zone.field.zone()].filter(|(start, end)| (*start..*end).contains(&at));
            bounds.is_some_and(|(start, _)| zone.holds(at - start, self.length))
        };
        found.retain(|at| scope.iter().any(|zone| is_in(*at, zone)));
    }
}

/// The marks of zones, sentences and paragraphs, as far as they are asked for.
#[derive(Default)]
struct Bounds {
    all: bool,
    marks: Vec<(TextField, SegmentPostings)>,
    sentences: Option<SegmentPostings>,
    paragraphs: Option<SegmentPostings>,
    zones: [Option<(u32, u32)>; TextField::ALL.len()],
    positions: Vec<u32>,
}

impl Bounds {
    fn read(&mut self, doc: DocId, places: &mut Places) {
        let Bounds { all, marks, sentences, paragraphs, zones, positions } = self;
        places.sentences.clear();
        places.paragraphs.clear();
        for (field, postings) in marks {
            positions.clear();
            if is_at(postings, doc) {
                append_positions(postings, positions);
            }
            let zone = positions.first().copied().zip(positions.last().copied());
            zones[field.zone()] = zone;
            if *all {
                places.sentences.extend_from_slice(positions);
                places.paragraphs.extend_from_slice(positions);
            }
        }
        places.body_end = zones[TextField::Body.zone()].map_or(0, |(_, end)| end);
        for (postings, breaks) in [(sentences, &mut places.sentences), (paragraphs, &mut places.paragraphs)] {
            if let Some(postings) = postings
                && is_at(postings, doc)
            {
                append_positions(postings, breaks);
            }
            breaks.sort_unstable();
        }
    }
}

/// An article of 16 MiB has at most half as many occurrences of a word. A damaged list may claim four thousand million, and
/// tantivy asks for the memory of them.
const MOST_OCCURRENCES: u32 = 1 << 26;

pub(super) fn append_positions(postings: &mut SegmentPostings, positions: &mut Vec<u32>) {
    if postings.term_freq() <= MOST_OCCURRENCES {
        postings.append_positions_with_offset(0, positions);
    }
}

/// Moves postings on to an article, and tells whether they have it.
pub(super) fn is_at(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
}

/// The stored articles of a segment, to be read again where posting lists do not tell.
struct StoredText {
    store: StoreReader,
    fields: Fields,
    lookup: Lookup,
    analyzers: Analyzers,
}

impl StoredText {
    fn of(query: &PositionalQuery, reader: &SegmentReader) -> tantivy::Result<StoredText> {
        let mut lookup = Lookup::of(query.leaves.clone(), query.spans.reach(&query.leaves));
        let all: Vec<usize> = (0..query.leaves.len()).collect();
        lookup.find_candidates(std::slice::from_ref(reader), query.fields.forms, &all, 0)?;
        Ok(StoredText {
            store: reader.get_store_reader(1)?,
            fields: query.fields.clone(),
            lookup,
            analyzers: Analyzers::for_marking(),
        })
    }

    /// Returns where the words stand in an article; nowhere in one that cannot be read, which is told when it is shown.
    fn places(&mut self, doc: DocId) -> Option<Places> {
        let document = self.store.get_document_bytes(doc).ok()?;
        let article: Article = serde_json::from_slice(self.fields.stored_json(&document)?).ok()?;
        let analyzer = self.analyzers.of(language_of(&article));
        Some(Reading::of(&article, &TextField::ALL, analyzer, &self.lookup).places)
    }
}

struct PositionalScorer {
    candidates: Box<dyn Scorer>,
    look: Look,
    stop: Stop,
    n_looked_at: u32,
}

/// How many articles are looked at between two looks at whether to stop.
const STOP_EVERY: u32 = 64;

impl PositionalScorer {
    /// Tells whether the candidate at hand has the spans.
    fn holds(&mut self) -> bool {
        let doc = self.candidates.doc();
        self.look.holds(doc)
    }
}

/// A look at whether articles have the spans.
pub(super) struct Look {
    text: Option<StoredText>,
    words: Vec<WordPostings>,
    bounds: Bounds,
    places: Places,
    evaluator: Evaluator,
    spans: Spans,
    least: usize,
}

impl Look {
    pub(super) fn of(query: &PositionalQuery, reader: &SegmentReader) -> tantivy::Result<Look> {
        let text = if query.is_told_by_text() { Some(StoredText::of(query, reader)?) } else { None };
        Ok(Look {
            words: if text.is_some() { Vec::new() } else { query.words(reader)? },
            text,
            bounds: query.bounds(reader)?,
            places: Places { positions: vec![Vec::new(); query.leaves.len()], ..Places::default() },
            evaluator: Evaluator::until(query.stop.clone()),
            spans: query.spans.clone(),
            least: query.least,
        })
    }

    /// Tells whether an article has the spans. Articles come in ascending order.
    pub(super) fn holds(&mut self, doc: DocId) -> bool {
        let Look { text, words, bounds, places, evaluator, spans, least } = self;
        if let Some(text) = text {
            let Some(read) = text.places(doc) else { return false };
            *places = read;
        } else {
            bounds.read(doc, places);
            for word in words {
                let positions = &mut places.positions[word.number];
                positions.clear();
                word.append(doc, &bounds.zones, positions);
            }
        }
        if let (Spans::Sequence(sequence), 0 | 1) = (&*spans, *least) {
            return *least == 0 || is_anywhere(sequence, places);
        }
        let found = evaluator.counted(spans, places, *least);
        let holds = found.len() >= *least;
        evaluator.give_back(found);
        holds
    }
}

impl DocSet for PositionalScorer {
    fn advance(&mut self) -> DocId {
        while self.candidates.advance() != TERMINATED {
            self.n_looked_at = self.n_looked_at.wrapping_add(1);
            if self.n_looked_at.is_multiple_of(STOP_EVERY) && self.stop.is_said() {
                // The collector tells that this is not the end.
                return self.candidates.seek(TERMINATED);
            }
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

impl Scorer for PositionalScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}
