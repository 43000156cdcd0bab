//! Which queries ask for plain words and nothing else, so that their best hits are found without scoring every match, see
//! [`maxscore`](super::maxscore); and what is known of these before.
//!
//! The scores that are found there are taken as bounds only: they make a shortlist, down to a slack below the last place. What is on it
//! is scored as every other match is, so that the hits, and their scores to the last bit, are those of a search that looks at
//! everything.

use tantivy::Term;

use super::lower::Lowered;
use super::rank::Unit;
use crate::index::Snapshot;
use crate::query::ast::{Expr, Node};

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

/// What bounds may be off by.
pub(super) const SLACK: f64 = 2e-4;

/// What is known of plain words before a look at their posting lists.
pub(super) struct Pruned {
    pub(super) plain: Plain,
    /// How many live articles there are.
    articles: u64,
    /// How many of them have each word.
    with: Vec<u64>,
    /// Of a single word, how many have it, where that is exact.
    pub(super) known: Option<u64>,
    /// Whether articles match that have none but words which are too common to rank by.
    pub(super) has_common: bool,
}

impl Pruned {
    /// Returns what is known of the words of a query.
    pub(super) fn of(snapshot: &Snapshot, plain: Plain, lowered: &Lowered) -> Pruned {
        let units = &lowered.units;
        let is_ranked = |term: &Term| units.iter().any(|unit| unit.terms().contains(term));
        let has_common = !lowered.any_of.iter().all(is_ranked);
        let known = match units.as_slice() {
            [unit] if unit.is_counted() && !has_common => Some(unit.articles()),
            _ => None,
        };
        let with = units.iter().map(Unit::articles).collect();
        Pruned { plain, articles: snapshot.articles(), with, known, has_common }
    }

    /// Returns how many articles match at least, as the numbers of those that have each word tell.
    pub(super) fn least(&self) -> u64 {
        match self.plain {
            Plain::Any => self.with.iter().copied().max().unwrap_or_default(),
            Plain::All => {
                let without: u64 = self.with.iter().map(|with| self.articles - with).sum();
                self.articles.saturating_sub(without)
            }
        }
    }

    /// Returns how many articles have to be looked at to count the matches.
    pub(super) fn most_to_count(&self) -> u64 {
        match self.plain {
            Plain::Any if self.has_common => self.articles,
            // How many have one word is known.
            Plain::Any if self.with.len() == 1 => 0,
            Plain::Any => self.with.iter().sum(),
            Plain::All => self.with.iter().copied().min().unwrap_or_default(),
        }
    }
}
