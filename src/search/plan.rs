//! What a query asks of an article, in terms of one index: the one tree from which come the tantivy query that finds
//! articles, and what is marked in those that were found (`marks.rs`).

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query};

use super::intervals::{Spans, widest};
use super::leaf::{Leaf, Scope, Words};
use super::positional::{PositionalQuery, any_term};
use super::stop::Stop;
use crate::index::Fields;

/// What a query asks of an article.
pub(super) enum Plan {
    /// That this stands in it, in at least so many places.
    Spans { spans: Spans, least: usize },
    /// What is not told by its text.
    Filter(Box<dyn Query>),
    /// All of these.
    All(Vec<Plan>),
    /// All that are required; where none is, any of these.
    Any(Vec<Choice>),
    /// So many of these.
    Quorum { least: usize, parts: Vec<Plan> },
    /// Not this.
    Not(Box<Plan>),
}

/// One of several parts.
pub(super) struct Choice {
    pub(super) is_required: bool,
    pub(super) plan: Plan,
}

impl Plan {
    /// Returns the query for the articles that are as asked.
    // Recursion is as deep as the query's tree, which the parser bounds.
    pub(super) fn query(&self, fields: &Fields, leaves: &Arc<[Leaf]>, stop: &Stop) -> Box<dyn Query> {
        match self {
            Plan::Spans { spans: Spans::Any(parts), least: 0 | 1 } => {
                either(parts.iter().map(|spans| places(spans, 1, fields, leaves, stop)).collect())
            }
            Plan::Spans { spans, least } => places(spans, *least, fields, leaves, stop),
            Plan::Filter(query) => query.box_clone(),
            Plan::All(parts) => {
                let clause = |part: &Plan| (Occur::Must, part.query(fields, leaves, stop));
                Box::new(BooleanQuery::new(parts.iter().map(clause).collect()))
            }
            Plan::Any(choices) => {
                let occur = |is_required| if is_required { Occur::Must } else { Occur::Should };
                let clause = |choice: &Choice| (occur(choice.is_required), choice.plan.query(fields, leaves, stop));
                Box::new(BooleanQuery::new(choices.iter().map(clause).collect()))
            }
            Plan::Quorum { least, parts } => {
                let parts = parts.iter().map(|part| part.query(fields, leaves, stop)).collect();
                Box::new(BooleanQuery::union_with_minimum_required_clauses(parts, *least))
            }
            Plan::Not(inner) => {
                let all: Box<dyn Query> = Box::new(AllQuery);
                let excluded = inner.query(fields, leaves, stop);
                Box::new(BooleanQuery::new(vec![(Occur::Must, all), (Occur::MustNot, excluded)]))
            }
        }
    }
}

/// A query in two steps: what finds articles that may match, and what tells whether one does.
pub(super) struct Rough {
    pub(super) query: Box<dyn Query>,
    pub(super) looks: Vec<PositionalQuery>,
}

impl Plan {
    /// Returns the query in two steps, where words have to stand in a way that takes a look at their positions; `None` where nothing
    /// of the kind is required of every article.
    pub(super) fn rough(&self, fields: &Fields, leaves: &Arc<[Leaf]>, stop: &Stop) -> Option<Rough> {
        let parts = match self {
            Plan::All(parts) => parts.as_slice(),
            Plan::Spans { .. } => std::slice::from_ref(self),
            _ => return None,
        };
        let (mut queries, mut looks) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts {
            let query = part.query(fields, leaves, stop);
            match query.downcast_ref::<PositionalQuery>() {
                Some(places) if !places.is_told_by_candidates() && !places.is_told_by_text() => {
                    looks.push(places.clone());
                    queries.push(Box::new(PositionalQuery { is_rough: true, ..places.clone() }) as Box<dyn Query>);
                }
                _ => queries.push(query),
            }
        }
        let query = Box::new(BooleanQuery::intersection(queries));
        (!looks.is_empty()).then_some(Rough { query, looks })
    }

    /// Returns what of the query is marked in an article that matches, wherever it stands and whatever else there is; `None`
    /// where it takes the whole article to tell, as in `(a AND b) OR c`.
    pub(super) fn independent(&self) -> Option<Vec<&Spans>> {
        match self {
            Plan::Spans { spans, least: 0 | 1 } => Some(vec![spans]),
            Plan::Filter(_) | Plan::Not(_) => Some(Vec::new()),
            Plan::All(parts) => {
                let parts = parts.iter().map(Plan::independent).collect::<Option<Vec<_>>>()?;
                Some(parts.concat())
            }
            Plan::Any(choices) => {
                let is_simple = |choice: &Choice| !matches!(choice.plan, Plan::All(_) | Plan::Any(_));
                let choices = choices.iter().map(|choice| choice.plan.independent().filter(|_| is_simple(choice)));
                Some(choices.collect::<Option<Vec<_>>>()?.concat())
            }
            Plan::Spans { .. } | Plan::Quorum { .. } => None,
        }
    }
}

impl Plan {
    /// Hands out all that stands at places.
    pub(super) fn each_spans(&self, take: &mut dyn FnMut(&Spans)) {
        match self {
            Plan::Spans { spans, .. } => take(spans),
            Plan::Filter(_) => {}
            Plan::All(parts) | Plan::Quorum { parts, .. } => parts.iter().for_each(|part| part.each_spans(take)),
            Plan::Any(choices) => choices.iter().for_each(|choice| choice.plan.each_spans(take)),
            Plan::Not(inner) => inner.each_spans(take),
        }
    }

    /// Returns how far from one another words are looked at, see [`Spans::reach`].
    pub(super) fn reach(&self, leaves: &[Leaf]) -> Option<u32> {
        match self {
            Plan::Spans { spans, .. } => spans.reach(leaves),
            Plan::Filter(_) => Some(0),
            Plan::All(parts) | Plan::Quorum { parts, .. } => widest(parts.iter().map(|part| part.reach(leaves))),
            Plan::Any(choices) => widest(choices.iter().map(|choice| choice.plan.reach(leaves))),
            Plan::Not(inner) => inner.reach(leaves),
        }
    }
}

/// Returns the query for what stands at places; for a word anywhere, for its terms.
fn places(spans: &Spans, least: usize, fields: &Fields, leaves: &Arc<[Leaf]>, stop: &Stop) -> Box<dyn Query> {
    if let Spans::Sequence(sequence) = spans
        && let [(_, leaf)] = sequence.slots[..]
        && let Leaf { words, scope: Scope::Anywhere, case: None, .. } = &leaves[leaf]
        && least <= 1
    {
        let terms = |field, texts: &[String]| any_term(texts.iter().map(|text| Term::from_field_text(field, text)));
        return match words {
            Words::Stems { terms: stems, .. } => terms(fields.all, stems),
            Words::Forms(forms) => terms(fields.text, forms),
        };
    }
    let (fields, leaves, stop) = (fields.clone(), leaves.clone(), stop.clone());
    Box::new(PositionalQuery { fields, leaves, stop, spans: spans.clone(), least, is_rough: false })
}

/// Returns the query for any of several.
pub(super) fn either(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
