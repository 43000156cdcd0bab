//! Where a part of a query looks, given what it stands in, and what may be asked there.

use std::ops::Range;

use super::fields::{self, Where};
use super::{Lowering, no_capitals, words};
use crate::query::ast::{Expr, Node};
use crate::search::leaf::Scope;
use crate::{Diagnostic, DiagnosticKind, ExtraKind};

impl Lowering<'_> {
    /// Returns where a field looks that is named within another or within the first words of the body.
    pub(super) fn scope_named(&mut self, name: &str, span: &Range<usize>, outer: Where) -> Option<Where> {
        let extras = &self.snapshot.fields.extras;
        let Some(scope) = fields::named(name, extras) else {
            self.diagnostics.push(fields::unknown(name, span.clone(), extras));
            return None;
        };
        match outer {
            Where::First(_) if fields::is_body(scope) => Some(outer),
            Where::First(_) if self.is_text(scope) => {
                let message = format!("`{name}` is none of the first words of the body");
                let hint = format!("write first/25(ferry) AND {name}:ferry");
                self.diagnostics.push(Diagnostic::error(DiagnosticKind::Unsupported, span.clone(), &message, &hint));
                None
            }
            _ => Some(scope),
        }
    }

    /// Returns where the first words of the body are looked for within a field.
    pub(super) fn beginning(&mut self, words: u32, outer: Where, node: &Node) -> Option<Where> {
        match outer {
            Where::First(fewer) => Some(Where::First(words.min(fewer))),
            Where::Anywhere => Some(Where::First(words)),
            outer if fields::is_body(outer) => Some(Where::First(words)),
            _ => {
                let hint = "leave out the field, or join both by AND: first/25(ferry) AND headline:ferry";
                self.wrong(&node.span, "first words are those of the body, and of no other field", hint);
                None
            }
        }
    }

    /// Tells whether dates or numbers are looked for somewhere.
    pub(super) fn is_range(&self, scope: Where) -> bool {
        match scope {
            Where::Date(_) | Where::WordCount => true,
            Where::Declared(number) => {
                matches!(self.snapshot.fields.extras[number].kind, ExtraKind::Number | ExtraKind::Date)
            }
            _ => false,
        }
    }

    /// Tells whether words are looked for somewhere.
    pub(super) fn is_text(&self, scope: Where) -> bool {
        match scope {
            Where::Anywhere | Where::Zones(_) | Where::First(_) | Where::Section => true,
            Where::Declared(number) => self.snapshot.fields.extras[number].kind == ExtraKind::Text,
            Where::Language | Where::Corpus | Where::Id | Where::Path | Where::FileType => false,
            Where::Date(_) | Where::WordCount | Where::Has(_) => false,
            Where::Url | Where::Site | Where::Status => false,
        }
    }

    /// Returns where words are looked for, unless it is no text.
    pub(super) fn text_scope(&mut self, node: &Node, scope: Where) -> Option<Scope> {
        if self.case.is_some() && matches!(scope, Where::Declared(_)) {
            self.diagnostics.push(no_capitals(node.span.clone()));
            return None;
        }
        if !self.is_text(scope) {
            match node.expr {
                Expr::Written(..) => {
                    let hint = "write the value in full, as in language:en or section:city/transport";
                    self.wrong(&node.span, "this field is matched as a whole, without wildcards or fuzzy words", hint);
                }
                _ => {
                    let hint = "join it by AND: has:caption AND ferry";
                    self.wrong(&node.span, "this field has no words that could stand near others", hint);
                }
            }
            return None;
        }
        Some(words::scope(scope, &self.snapshot.fields.extras))
    }
}
