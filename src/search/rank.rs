//! The score: BM25 over the merged field, computed for each matching article from its own statistics, so that it
//! depends on which articles are live and on nothing else: not on segments, threads, deletions or merges.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, Term};

use crate::Result;
use crate::index::Snapshot;
use crate::similarity::{idf, saturation};

/// The terms that stand for a word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alternatives {
    pub(super) terms: Vec<Term>,
    /// Of a fuzzy word, how far each term is from what was written; else empty.
    pub(super) distances: Vec<u8>,
}

/// A word of the query: its alternative terms in the merged field, which score as one.
pub(super) struct Unit {
    terms: Vec<Term>,
    /// Of a fuzzy word, how far each term is from what was written; else empty.
    distances: Vec<u8>,
    articles: u64,
    /// How many of its terms live articles have.
    found: usize,
    /// How important it is beside others.
    boost: f64,
    /// How many live articles there are.
    live: u64,
    idf: f64,
}

impl Unit {
    /// Weighs a word by how many live articles have it, times a boost.
    pub(super) fn weigh(snapshot: &Snapshot, alternatives: &Alternatives, boost: f64) -> Result<Unit> {
        let Alternatives { terms, distances } = alternatives.clone();
        let (mut with, mut found) = (0, 0);
        for term in &terms {
            let with_term = snapshot.live_articles_with(term)?;
            with += with_term;
            found += usize::from(with_term > 0);
        }
        let articles = snapshot.articles();
        let with = with.min(articles);
        Ok(Unit { terms, distances, articles: with, found, boost, live: articles, idf: boost * idf(articles, with) })
    }

    /// Returns its terms.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Returns how many live articles have it.
    pub(super) fn articles(&self) -> u64 {
        self.articles
    }

    /// Tells whether the number of articles is exact: where it has several terms, some may have two of them.
    pub(super) fn is_counted(&self) -> bool {
        self.found < 2
    }

    /// Returns how important it is beside others.
    pub(super) fn boost(&self) -> f64 {
        self.boost
    }

    /// Returns how many live articles there are.
    pub(super) fn live(&self) -> u64 {
        self.live
    }

    /// Makes it more important.
    pub(super) fn raise(&mut self, by: f64) {
        self.boost += by;
        self.idf = self.boost * idf(self.live, self.articles);
    }

    /// Returns how rare the word is.
    pub(super) fn idf(&self) -> f64 {
        self.idf
    }
}

/// Fewer articles do not tell which words are common.
const FEW_ARTICLES: u64 = 1_000;

/// Leaves out words that stand in more than half of the articles, unless all do: of the words of a question, any of which is
/// enough, `the` and `of` are no reason to show an article. That is where the weight of Robertson and Spärck Jones (1976)
/// falls below 0; the one that is used here does not, so that a query of such words alone has an order too.
pub(super) fn leave_out_common(units: &mut Vec<Unit>, articles: u64) {
    let is_common = |unit: &Unit| 2 * unit.articles() > articles;
    if articles >= FEW_ARTICLES && !units.iter().all(is_common) {
        units.retain(|unit| !is_common(unit));
    }
}

/// The postings of a word in one segment, each with its distance from what was written.
struct RankedUnit {
    idf: f64,
    is_fuzzy: bool,
    postings: Vec<(SegmentPostings, u8)>,
}

/// Scores the articles of one segment, which must come in ascending order.
pub(super) struct SegmentRanker {
    units: Vec<RankedUnit>,
    lengths: FieldNormReader,
}

impl SegmentRanker {
    pub(super) fn of(snapshot: &Snapshot, segment: &SegmentReader, units: &[Unit]) -> Result<SegmentRanker> {
        let mut ranked = Vec::with_capacity(units.len());
        for unit in units {
            let mut postings = Vec::with_capacity(unit.terms.len());
            let mut distances = unit.distances.iter().copied();
            for term in &unit.terms {
                let distance = distances.next().unwrap_or_default();
                let inverted = segment.inverted_index(term.field()).map_err(|error| snapshot.error(error))?;
                let found = inverted.read_postings(term, IndexRecordOption::WithFreqs);
                let found = found.map_err(|error| snapshot.error(error))?;
                postings.extend(found.map(|postings| (postings, distance)));
            }
            ranked.push(RankedUnit { idf: unit.idf, is_fuzzy: !unit.distances.is_empty(), postings });
        }
        let lengths = segment.get_fieldnorms_reader(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
        Ok(SegmentRanker { units: ranked, lengths })
    }

    /// Returns the score of an article.
    pub(super) fn score(&mut self, doc: DocId) -> f64 {
        let mut score = 0.0;
        self.each_part(doc, |part| score += part.idf * part.value);
        score
    }

    /// Returns the field norm of an article.
    pub(super) fn norm(&self, doc: DocId) -> u32 {
        self.lengths.fieldnorm(doc)
    }

    /// Hands out what each word of the query that an article has adds to its score.
    #[inline]
    pub(super) fn each_part(&mut self, doc: DocId, mut take: impl FnMut(Part)) {
        let length = self.norm(doc);
        for (unit, RankedUnit { idf, is_fuzzy, postings }) in self.units.iter_mut().enumerate() {
            // By distance, how often the terms of it occur.
            let mut frequencies = [0; FURTHEST + 1];
            for (postings, distance) in postings {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                if postings.doc() == doc {
                    let most = &mut frequencies[usize::from(*distance).min(FURTHEST)];
                    *most = postings.term_freq().max(*most);
                }
            }
            if let Some(distance) = frequencies.iter().position(|frequency| *frequency > 0) {
                let frequency = frequencies[distance];
                let value = closeness(*is_fuzzy, distance, saturation(frequency, length));
                take(Part { unit, idf: *idf, is_fuzzy: *is_fuzzy, distance, frequency, value });
            }
        }
    }
}

/// What a word of the query adds to the score of an article: its idf times its value.
pub(super) struct Part {
    /// The number of the word.
    pub(super) unit: usize,
    idf: f64,
    pub(super) is_fuzzy: bool,
    /// Of a fuzzy word, how far what stands there is from what was written.
    pub(super) distance: usize,
    /// How often it stands there.
    pub(super) frequency: u32,
    pub(super) value: f64,
}

/// The furthest that a fuzzy word may be from what was written.
const FURTHEST: usize = 2;

/// Returns what a word counts: of fuzzy words the one as written more than any other, since what is in an article counts
/// less than 1; each change halves it.
fn closeness(is_fuzzy: bool, distance: usize, saturation: f64) -> f64 {
    match (is_fuzzy, distance) {
        (false, _) => saturation,
        (true, 0) => 1.0 + saturation,
        (true, _) => saturation / f64::from(1u32 << distance),
    }
}
