//! The best hits of plain words, found without scoring every match: what tantivy keeps of each block of a posting list
//! tells that no article in it can come into the first places (block-max WAND; Ding and Suel, 2011).
//!
//! Tantivy's scores are taken as bounds only: they make a shortlist, down to a slack below the last place. What is on it is scored as
//! every other match is, so that the hits, and their scores to the last bit, are those of a search that looks at everything.

use std::collections::BTreeSet;

use tantivy::query::{Bm25StatisticsProvider, BooleanQuery, BoostQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, Term};

use super::lower::Lowered;
use super::rank::Unit;
use crate::index::Snapshot;
use crate::query::ast::{Expr, Node};
use crate::similarity::AVERAGE;

/// Plain words, all or any of which are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    All,
    Any,
}

impl Plain {
    /// Tells whether a query asks for nothing but words, anywhere, each a place of its own.
    pub(super) fn of(tree: &Node) -> Option<Plain> {
        let words = |nodes: &[Node]| nodes.iter().all(|node| matches!(node.expr, Expr::Word(_)));
        match &tree.expr {
            Expr::Word(_) => Some(Plain::Any),
            Expr::Any(nodes) if words(nodes) => Some(Plain::Any),
            Expr::All(nodes) if words(nodes) => Some(Plain::All),
            _ => None,
        }
    }
}

/// Scores of tantivy's are 1 + k1 times ours, with its built-in k1 of 1.2.
const SCALE: f64 = 2.2;
/// What its bounds and sums, in single precision, may be off by.
pub(super) const SLACK: f64 = 2e-4;

/// Queries that together match what the words ask for, no article twice, in a form that tantivy prunes.
pub(super) struct Pruned {
    pub(super) plain: Plain,
    queries: Vec<BooleanQuery>,
    statistics: Statistics,
    /// How many live articles have each word.
    with: Vec<u64>,
    /// Whether articles match that have none but words which are too common to rank by.
    has_common: bool,
}

impl Pruned {
    /// Returns the queries for words; `None` where they cannot be pruned.
    pub(super) fn of(snapshot: &Snapshot, plain: Plain, lowered: &Lowered) -> Option<Pruned> {
        let units = &lowered.units;
        let queries = match plain {
            Plain::Any => vec![any(units)],
            Plain::All => all(units)?,
        };
        let frequency =
            |unit: &Unit| unit.terms().iter().map(|term| (term.clone(), unit.articles())).collect::<Vec<_>>();
        let statistics = Statistics { articles: snapshot.articles(), with: units.iter().flat_map(frequency).collect() };
        let is_ranked = |term: &Term| units.iter().any(|unit| unit.terms().contains(term));
        let has_common = !lowered.any_of.iter().all(is_ranked);
        Some(Pruned { plain, queries, statistics, with: units.iter().map(Unit::articles).collect(), has_common })
    }

    /// Returns how many articles match at least, as the numbers of those that have each word tell.
    pub(super) fn least(&self) -> u64 {
        match self.plain {
            Plain::Any => self.with.iter().copied().max().unwrap_or_default(),
            Plain::All => {
                let without: u64 = self.with.iter().map(|with| self.statistics.articles - with).sum();
                self.statistics.articles.saturating_sub(without)
            }
        }
    }

    /// Returns how many articles have to be looked at to count the matches.
    pub(super) fn most_to_count(&self) -> u64 {
        match self.plain {
            Plain::Any if self.has_common => self.statistics.articles,
            // How many have one word is known.
            Plain::Any if self.with.len() == 1 => 0,
            Plain::Any => self.with.iter().sum(),
            Plain::All => self.with.iter().copied().min().unwrap_or_default(),
        }
    }

    /// Hands out the articles of a segment, deleted ones too, that may have a score of at least `floor`, each with tantivy's score in
    /// our measure; `take` returns the floor from there on.
    pub(super) fn each(
        &self,
        snapshot: &Snapshot,
        segment: &SegmentReader,
        mut floor: f64,
        mut take: impl FnMut(DocId, f64) -> f64,
    ) -> tantivy::Result<()> {
        let scoring = EnableScoring::enabled_from_statistics_provider(&self.statistics, &snapshot.searcher);
        for query in &self.queries {
            query.weight(scoring)?.for_each_pruning(bound(floor), segment, &mut |doc, score| {
                floor = take(doc, f64::from(score) / SCALE);
                bound(floor)
            })?;
        }
        Ok(())
    }
}

/// Returns the score of tantivy's below which no article has a score of ours of `floor`.
fn bound(floor: f64) -> f32 {
    (floor * SCALE * (1.0 - SLACK)) as f32
}

fn any(units: &[Unit]) -> BooleanQuery {
    let weighed = |unit: &Unit, term| match unit.boost() {
        1.0 => term_query(term),
        boost => Box::new(BoostQuery::new(term_query(term), boost as f32)) as Box<dyn Query>,
    };
    let terms = units.iter().flat_map(|unit| unit.terms().iter().map(move |term| weighed(unit, term)));
    BooleanQuery::union(terms.collect())
}

fn term_query(term: &Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs))
}

/// An intersection is pruned where it is one of terms. An article has one language, and so has, as a rule, one of the terms of
/// a word in it: for each language there is an intersection, and none has an article of another.
fn all(units: &[Unit]) -> Option<Vec<BooleanQuery>> {
    let languages: BTreeSet<Option<String>> = units.iter().flat_map(Unit::terms).map(language).collect();
    let in_language = |wanted: &Option<String>| {
        let mut terms = Vec::with_capacity(units.len());
        for unit in units {
            let tagged: Vec<&Term> = unit.terms().iter().filter(|term| language(term) == *wanted).collect();
            // What is never stemmed is written alike in all languages.
            let literal = || unit.terms().iter().filter(|term| language(term).is_none()).collect();
            let of_unit = if tagged.is_empty() { literal() } else { tagged };
            let [term] = of_unit[..] else { return None };
            terms.push(term_query(term));
        }
        Some(BooleanQuery::intersection(terms))
    };
    // With literals alone, every language asks the same.
    let wanted: Vec<_> = languages.iter().collect();
    let queries = wanted.into_iter().map(in_language).collect::<Option<Vec<_>>>()?;
    (!queries.is_empty()).then_some(queries)
}

fn language(term: &Term) -> Option<String> {
    let value = term.value();
    let text = value.as_str()?;
    text.rsplit_once('@').map(|(_, code)| code.to_owned())
}

/// What tantivy is told of the index, so that its scores are bounds of ours: live articles only, the terms of a word as
/// one, and the average length that the format fixes.
struct Statistics {
    articles: u64,
    with: Vec<(Term, u64)>,
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, _field: Field) -> tantivy::Result<u64> {
        Ok(AVERAGE * self.articles)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.articles)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // A term of several words is as rare as the rarest of them, which is the higher bound.
        let of_term = self.with.iter().filter(|(known, _)| known == term).map(|(_, with)| *with);
        Ok(of_term.min().unwrap_or(self.articles).min(self.articles))
    }
}
