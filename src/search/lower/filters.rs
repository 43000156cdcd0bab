//! What is asked of an article besides its text: keywords, numbers and dates, and the filters of a request.

use std::ops::{Bound, Range};

use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query, RangeQuery};

use super::Lowering;
use super::fields::{self, Where};
use crate::analysis::fold_key;
use crate::index::Snapshot;
use crate::search::SearchRequest;
use crate::search::plan::{Plan, either};
use crate::search::positional::any_term;
use crate::{DateOrder, Language, Result, Section, Value};

impl Lowering<'_> {
    /// A value that is matched whole.
    pub(super) fn keyword(&self, scope: Where, text: &str) -> Result<Box<dyn Query>> {
        let fields = &self.snapshot.fields;
        let whole = |field, text: &str| any_term([Term::from_field_text(field, text)]);
        Ok(match scope {
            Where::Language => whole(fields.language, &primary_code(text)),
            Where::Corpus => whole(fields.corpus, text),
            _ => {
                let articles = self.snapshot.articles_named(text)?;
                either(articles.iter().map(|article| any_term([fields.key_term(&article.source)])).collect())
            }
        })
    }

    /// A value of a declared field.
    pub(super) fn declared(&mut self, number: usize, text: &str, span: Range<usize>) -> Result<Option<Plan>> {
        let extra = &self.snapshot.fields.extras[number];
        let Some(value) = extra.kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown) else {
            self.diagnostics.push(fields::wrong_value(text, extra, span));
            return Ok(None);
        };
        Ok(Some(Plan::Filter(match (&value, extra.date) {
            (Value::Number(number), _) => {
                let term = Term::from_field_f64(extra.field, *number);
                between(term.clone(), term)
            }
            (Value::Date(date), Some([last_second, _])) => {
                let term = Term::from_field_i64;
                Box::new(BooleanQuery::intersection(vec![
                    between(term(extra.field, i64::MIN), term(extra.field, date.last_second())),
                    between(term(last_second, date.first_second()), term(last_second, i64::MAX)),
                ]))
            }
            _ => extra.term(&value).map_or_else(|| either(Vec::new()), |term| any_term([term])),
        })))
    }
}

/// Returns the query for numbers from one to another, both included, in a column.
fn between(first: Term, last: Term) -> Box<dyn Query> {
    Box::new(RangeQuery::new(Bound::Included(first), Bound::Included(last)))
}

/// Adds what the request asks for beside the query, and tells whether that is anything; dates are for the collector.
pub(super) fn with_filters(
    snapshot: &Snapshot,
    query: Box<dyn Query>,
    request: &SearchRequest,
) -> (Box<dyn Query>, bool) {
    let fields = &snapshot.fields;
    let keyword = |field, folded: String| any_term([Term::from_field_text(field, &folded)]);
    let filters = [
        request.sections.iter().map(|path| section(snapshot, path)).collect::<Vec<_>>(),
        request.publishers.iter().map(|name| keyword(fields.publisher, fold_key(name))).collect(),
        request.languages.iter().map(|code| keyword(fields.language, primary_code(code))).collect(),
        request.corpora.iter().map(|name| keyword(fields.corpus, name.clone())).collect(),
    ];
    let mut clauses: Vec<_> = filters.into_iter().filter(|f| !f.is_empty()).map(|f| (Occur::Must, either(f))).collect();
    if clauses.is_empty() {
        return (query, false);
    }
    clauses.push((Occur::Must, query));
    (Box::new(BooleanQuery::new(clauses)), true)
}

/// Returns the query for a section, given as its path or as the line that was printed.
pub(super) fn section(snapshot: &Snapshot, section: &str) -> Box<dyn Query> {
    let path = Section::from_label(section).map_or_else(|| section.to_owned(), |section| section.path);
    any_term([Term::from_field_text(snapshot.fields.section, &fold_key(&path))])
}

/// Returns a language's code as the index keeps it: without region or script.
fn primary_code(code: &str) -> String {
    Language::given(code.trim()).primary().to_owned()
}
