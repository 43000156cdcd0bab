//! The words that a query looks for, and where.

use std::sync::Arc;

use tantivy::Term;
use tantivy::schema::Field;

use crate::index::{Snapshot, TextField};
use crate::query::ast::Case;

/// A word that a query looks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) words: Words,
    /// How many positions it takes: two of a script without spaces are one term.
    pub(super) length: u32,
    pub(super) scope: Scope,
    /// The capitals that it must have, which only the text tells.
    pub(super) case: Option<Case>,
}

/// Of more words than this it is not looked up how frequent they are.
const FEW: usize = 16;

impl Leaf {
    /// Returns in how many articles its words are, together, deleted ones too; very many where that is not looked up.
    pub(super) fn frequency(&self, snapshot: &Snapshot) -> u64 {
        let fields = &snapshot.fields;
        let (field, words): (_, &[String]) = match &self.words {
            Words::Stems { terms, .. } => (fields.all, terms),
            Words::Forms(forms) => (fields.text, forms),
        };
        if words.len() > FEW || matches!(self.scope, Scope::Declared(_)) {
            return u64::from(u32::MAX);
        }
        let terms = words.iter().map(|word| Term::from_field_text(field, word));
        terms.map(|term| snapshot.searcher.doc_freq(&term).unwrap_or(u64::from(u32::MAX))).sum()
    }
}

/// The words that a word of a query stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Words {
    /// All that have one of these stems.
    Stems {
        /// Terms of the merged field, or of a declared one.
        terms: Vec<String>,
        /// Terms of the text as it is read again.
        marks: Vec<String>,
    },
    /// These surface forms.
    Forms(Arc<[String]>),
}

/// Where words are looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scope {
    /// In every text field.
    Anywhere,
    /// In these text fields.
    Zones(Vec<Zone>),
    /// In a declared field of text.
    Declared(Field),
}

impl Scope {
    /// Returns the most words that the beginning of a field has, where words are looked for in beginnings.
    pub(super) fn beginning(&self) -> Option<u32> {
        let Scope::Zones(zones) = self else { return None };
        zones.iter().map(|zone| zone.words).filter(|words| *words != u32::MAX).max()
    }
}

/// A text field, or its beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Zone {
    pub(super) field: TextField,
    /// How many of its words.
    pub(super) words: u32,
}

impl Zone {
    /// Returns the whole of a field.
    pub(super) const fn of(field: TextField) -> Zone {
        Zone { field, words: u32::MAX }
    }

    /// Tells whether a word at a place of the field, from 0, that takes so many positions is in it.
    pub(super) fn holds(&self, place: u32, length: u32) -> bool {
        place.saturating_add(length) <= self.words
    }
}
