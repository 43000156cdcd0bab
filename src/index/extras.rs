//! The declared fields of an index: their names in the schema, which hold their kinds too, and what an article puts into
//! them. A value of another kind is taken for one of the declared kind where nothing of it is lost, else left out.
//!
//! - text: the same terms as the merged field has, with positions.
//! - keyword, boolean: terms, and a column to sort by; of several keywords the first in the order of terms.
//! - number: a column. date: a column each for its first second, its last second and its offset.

use std::collections::BTreeMap;

use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, SchemaBuilder};
use tantivy::{TantivyDocument, Term};

use super::schema::terms;
use crate::analysis::fold_key;
use crate::{Article, DateOrder, ExtraKind, Value};

/// A declared field.
#[derive(Debug, Clone)]
pub(crate) struct Extra {
    /// Its name, without the `x.` of queries.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: ExtraKind,
    /// The field of its terms or numbers; of a date, its first second.
    pub(crate) field: Field,
    /// Of a date, the fields of its last second and its offset.
    pub(crate) date: Option<[Field; 2]>,
}

/// What stands before the kind in the name of a field.
const PREFIX: &str = "x-";
const LAST: &str = "last";
const OFFSET: &str = "offset";

fn field_name(kind: &str, name: &str) -> String {
    format!("{PREFIX}{kind}-{name}")
}

/// Adds the declared fields to a schema, in the order of their names.
pub(super) fn declare(schema: &mut SchemaBuilder, extra: &BTreeMap<String, ExtraKind>) {
    for (name, kind) in extra {
        let field = field_name(kind.as_str(), name);
        match kind {
            ExtraKind::Text => {
                schema.add_text_field(&field, terms(IndexRecordOption::WithFreqsAndPositions, false));
            }
            ExtraKind::Keyword | ExtraKind::Boolean => {
                schema.add_text_field(&field, terms(IndexRecordOption::Basic, false) | FAST);
            }
            ExtraKind::Number => {
                schema.add_f64_field(&field, FAST);
            }
            ExtraKind::Date => {
                schema.add_i64_field(&field, FAST);
                schema.add_i64_field(&field_name(LAST, name), FAST);
                schema.add_i64_field(&field_name(OFFSET, name), FAST);
            }
        }
    }
}

/// Finds the declared fields of a schema; `None` where one is not as it was declared.
pub(super) fn of(schema: &Schema) -> Option<Vec<Extra>> {
    let mut extras = Vec::new();
    for (field, entry) in schema.fields() {
        let Some((kind, name)) = entry.name().strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')) else {
            continue;
        };
        if matches!(kind, LAST | OFFSET) {
            continue;
        }
        let kind: ExtraKind = kind.parse().ok()?;
        let other = |part| schema.get_field(&field_name(part, name)).ok();
        let date = if kind == ExtraKind::Date { Some([other(LAST)?, other(OFFSET)?]) } else { None };
        extras.push(Extra { name: name.to_owned(), kind, field, date });
    }
    extras.sort_by(|a, b| a.name.cmp(&b.name));
    Some(extras)
}

impl Extra {
    /// Returns the names of its columns: that of its values; of dates also those of last seconds and of offsets.
    pub(crate) fn columns(&self) -> [String; 3] {
        [self.kind.as_str(), LAST, OFFSET].map(|kind| field_name(kind, &self.name))
    }

    /// Returns the term of a keyword or a boolean.
    pub(crate) fn term(&self, value: &Value) -> Option<Term> {
        Some(Term::from_field_text(self.field, terms_of(value).first()?))
    }

    /// Returns the value that it has in an article, as one of its kind.
    fn value(&self, article: &Article) -> Option<Value> {
        self.kind.value_of(article.extra.get(&self.name)?, DateOrder::Unknown)
    }

    /// Returns the text that it has in an article, where it holds text.
    pub(super) fn text(&self, article: &Article) -> Option<String> {
        match self.value(article)? {
            Value::Text(text) => Some(text),
            Value::Keyword(_) | Value::Keywords(_) | Value::Number(_) | Value::Date(_) | Value::Boolean(_) => None,
        }
    }

    /// Adds an article's keyword or columns to a document.
    pub(super) fn add(&self, document: &mut TantivyDocument, article: &Article) {
        let Some(value) = self.value(article) else { return };
        match value {
            Value::Text(_) => {}
            Value::Keyword(_) | Value::Keywords(_) | Value::Boolean(_) => {
                for term in terms_of(&value) {
                    document.add_text(self.field, term);
                }
            }
            Value::Number(number) => document.add_f64(self.field, number),
            Value::Date(date) => {
                document.add_i64(self.field, date.first_second());
                let Some([last, offset]) = self.date else { return };
                document.add_i64(last, date.last_second());
                if let Some(minutes) = date.offset_minutes() {
                    document.add_i64(offset, i64::from(minutes));
                }
            }
        }
    }
}

/// Returns the terms of keywords or a boolean, in their order.
fn terms_of(value: &Value) -> Vec<String> {
    let mut terms = match value {
        Value::Keyword(text) => vec![fold_key(text)],
        Value::Keywords(texts) => texts.iter().map(|text| fold_key(text)).collect(),
        Value::Boolean(value) => vec![value.to_string()],
        Value::Text(_) | Value::Number(_) | Value::Date(_) => Vec::new(),
    };
    terms.sort_unstable();
    terms.dedup();
    terms
}
