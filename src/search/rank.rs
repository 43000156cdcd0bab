//! The score: BM25 over the merged field, computed for each matching article from its own statistics, so that it
//! depends on which articles are live and on nothing else: not on segments, threads, deletions or merges.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, Term};

use crate::Result;
use crate::index::Snapshot;
use crate::similarity::{idf, saturation};

/// A word of the query: its alternative terms in the merged field, which score as one.
pub(super) struct Unit {
    terms: Vec<Term>,
    articles: u64,
    idf: f64,
}

impl Unit {
    /// Weighs a word by how many live articles have it.
    pub(super) fn weigh(snapshot: &Snapshot, alternatives: &[String]) -> Result<Unit> {
        let terms: Vec<_> = alternatives.iter().map(|term| Term::from_field_text(snapshot.fields.all, term)).collect();
        let mut with = 0;
        for term in &terms {
            with += snapshot.live_articles_with(term)?;
        }
        let articles = snapshot.articles();
        let with = with.min(articles);
        Ok(Unit { terms, articles: with, idf: idf(articles, with) })
    }

    /// Returns its terms.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Returns how many live articles have it.
    pub(super) fn articles(&self) -> u64 {
        self.articles
    }

    /// Returns how rare the word is.
    pub(super) fn idf(&self) -> f64 {
        self.idf
    }
}

/// Scores the articles of one segment, which must come in ascending order.
pub(super) struct SegmentRanker {
    units: Vec<(f64, Vec<SegmentPostings>)>,
    lengths: FieldNormReader,
}

impl SegmentRanker {
    pub(super) fn of(snapshot: &Snapshot, segment: &SegmentReader, units: &[Unit]) -> Result<SegmentRanker> {
        let inverted = segment.inverted_index(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
        let mut ranked = Vec::with_capacity(units.len());
        for unit in units {
            let mut postings = Vec::with_capacity(unit.terms.len());
            for term in &unit.terms {
                let found = inverted.read_postings(term, IndexRecordOption::WithFreqs);
                postings.extend(found.map_err(|error| snapshot.error(error))?);
            }
            ranked.push((unit.idf, postings));
        }
        let lengths = segment.get_fieldnorms_reader(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
        Ok(SegmentRanker { units: ranked, lengths })
    }

    /// Returns the score of an article.
    pub(super) fn score(&mut self, doc: DocId) -> f64 {
        let length = self.lengths.fieldnorm(doc);
        let mut score = 0.0;
        for (idf, alternatives) in &mut self.units {
            let frequencies = alternatives.iter_mut().filter_map(|postings| {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                (postings.doc() == doc).then(|| postings.term_freq())
            });
            if let Some(frequency) = frequencies.max() {
                score += *idf * saturation(frequency, length);
            }
        }
        score
    }
}
