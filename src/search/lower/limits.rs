//! How much a query may ask for, told before any of it is looked up.

use std::ops::Range;

use super::fields::{self, Where};
use super::words;
use crate::index::Extra;
use crate::query::ast::{Expr, Node};
use crate::{Diagnostic, DiagnosticKind};

/// Wildcards and the like are held against the whole dictionary each, paths and addresses against every article.
const MOST_PATTERNS: usize = 128;
/// Addresses are read from the stored articles.
const MOST_ADDRESSES: usize = 16;
/// Operands near one another: where each stands, is found for every way in which those before it stand.
const MOST_NEAR: usize = 64;
/// Words of phrases with others between.
const MOST_SLOPPY: usize = 256;

/// Returns what is wrong with a query that asks for too much.
pub(super) fn excess(tree: &Node, extras: &[Extra]) -> Option<Diagnostic> {
    let mut asked = Asked { extras, n_patterns: 0, n_addresses: 0, n_near: 0, n_sloppy: 0 };
    asked.count(tree, Kind::Text)
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Pattern,
    Address,
}

struct Asked<'e> {
    extras: &'e [Extra],
    n_patterns: usize,
    n_addresses: usize,
    n_near: usize,
    n_sloppy: usize,
}

impl Asked<'_> {
    // Recursion is as deep as the tree, which the parser bounds.
    fn count(&mut self, node: &Node, kind: Kind) -> Option<Diagnostic> {
        match &node.expr {
            Expr::Empty | Expr::Range(_) => None,
            Expr::Word(_) | Expr::Phrase(_) | Expr::Written(..) | Expr::Sloppy(..) => self.count_word(node, kind),
            Expr::All(nodes) | Expr::Any(nodes) | Expr::Adjacent(nodes) | Expr::Quorum(_, nodes) => {
                nodes.iter().find_map(|node| self.count(node, kind))
            }
            Expr::Not(inner) | Expr::Required(inner) | Expr::Boost(_, inner) | Expr::Function(_, inner) => {
                self.count(inner, kind)
            }
            Expr::Near { first, others } => {
                self.n_near += 1 + others.len();
                let excess = self.excess_of_places(node);
                let mut parts = std::iter::once(&**first).chain(others.iter().map(|(_, part)| part));
                excess.or_else(|| parts.find_map(|part| self.count(part, kind)))
            }
            Expr::Field { name, inner, .. } => {
                let kind = match fields::named(name, self.extras) {
                    Some(Where::Path | Where::FileType | Where::Id) => Kind::Pattern,
                    Some(Where::Url | Where::Site) => Kind::Address,
                    _ => kind,
                };
                self.count(inner, kind)
            }
        }
    }

    fn count_word(&mut self, node: &Node, kind: Kind) -> Option<Diagnostic> {
        if let Expr::Sloppy(text, _) = &node.expr {
            self.n_sloppy += text.split_whitespace().count();
        }
        let n_open = match &node.expr {
            Expr::Written(..) => 1,
            Expr::Phrase(text) | Expr::Sloppy(text, _) => {
                text.split_whitespace().filter(|word| words::is_open(word)).count()
            }
            _ => 0,
        };
        match kind {
            Kind::Address => self.n_addresses += 1,
            Kind::Pattern => self.n_patterns += 1,
            Kind::Text => self.n_patterns += n_open,
        }
        if self.n_patterns > MOST_PATTERNS {
            let what = format!("a query has at most {MOST_PATTERNS} wildcards, fuzzy words, paths and the like");
            return Some(too_large(node.span.clone(), what, "ask in several queries, or write words in full"));
        }
        if self.n_addresses > MOST_ADDRESSES {
            let what = format!("a query has at most {MOST_ADDRESSES} addresses and sites");
            return Some(too_large(node.span.clone(), what, "ask in several queries, or for the publisher"));
        }
        self.excess_of_places(node)
    }

    fn excess_of_places(&self, node: &Node) -> Option<Diagnostic> {
        let (most, what) = match self.n_near > MOST_NEAR {
            true => (MOST_NEAR, "operands near one another"),
            false => (MOST_SLOPPY, "words in phrases with others between"),
        };
        let is_excess = self.n_near > MOST_NEAR || self.n_sloppy > MOST_SLOPPY;
        let message = || format!("a query has at most {most} {what}");
        is_excess.then(|| too_large(node.span.clone(), message(), "ask in several queries"))
    }
}

fn too_large(span: Range<usize>, message: String, hint: &str) -> Diagnostic {
    Diagnostic::error(DiagnosticKind::TooLarge, span, &message, hint)
}
