//! What is asked of an article besides its text: keywords, numbers and dates, and the filters of a request.

use std::ops::{Bound, Range};

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, ExistsQuery, Occur, Query, RegexQuery};

use super::Lowering;
use super::fields::{self, Side, Where};
use crate::Status::{Corrected, Usable, Withdrawn};
use crate::analysis::fold_key;
use crate::index::{Snapshot, TextField, column};
use crate::search::SearchRequest;
use crate::search::columns::ColumnQuery;
use crate::search::leaf::Zone;
use crate::search::plan::{Plan, either};
use crate::search::positional::any_term;
use crate::search::stored::{Asked, StoredQuery};
use crate::search::when;
use crate::{DateOrder, Diagnostic, DiagnosticKind, ExtraKind, Language, Result, Section, Severity, Value};

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

    /// A value of a declared field, or a range of them.
    pub(super) fn declared(&mut self, number: usize, text: &str, span: Range<usize>) -> Option<Plan> {
        let extra = &self.snapshot.fields.extras[number];
        let [column, last_second, _] = extra.columns();
        let values = Values::read(text);
        let value_of = |text: &str| extra.kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown);
        let number = |text: &str| match value_of(text) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        };
        let query: Option<Box<dyn Query>> = match extra.kind {
            ExtraKind::Number => values
                .bounds(number)
                .map(|(least, most)| Box::new(ColumnQuery::Number { column, least, most }) as Box<dyn Query>),
            ExtraKind::Date => self.seconds(&values).ok().map(|(from, to)| {
                Box::new(ColumnQuery::Date { first_second: column, last_second, from, to }) as Box<dyn Query>
            }),
            ExtraKind::Text | ExtraKind::Keyword | ExtraKind::Boolean => value_of(text).map(|value| {
                let term = extra.term(&value);
                term.map_or_else(|| either(Vec::new()), |term| any_term([term]))
            }),
        };
        if query.is_none() {
            self.diagnostics.push(fields::wrong_value(text, extra, span));
        }
        query.map(Plan::Filter)
    }

    /// The date of publication, any second of which may lie in a range.
    pub(super) fn date(&mut self, side: Side, text: &str, span: Range<usize>) -> Option<Plan> {
        let (from, to) = match self.seconds(&Values::read(text)) {
            Ok(seconds) => seconds,
            Err(message) => {
                self.bad_value(span, message, "a date is 2024-03-05, 2024-03, 2024, 7d, yesterday or \"last monday\"");
                return None;
            }
        };
        let (from, to) = match side {
            Side::Within => (from, to),
            Side::Since => (from, i64::MAX),
            Side::Until => (i64::MIN, to),
        };
        let [first_second, last_second] = [column::FIRST_SECOND, column::LAST_SECOND].map(str::to_owned);
        Some(Plan::Filter(Box::new(ColumnQuery::Date { first_second, last_second, from, to })))
    }

    /// Returns the first and the last second of a range of dates.
    fn seconds(&self, values: &Values<'_>) -> std::result::Result<(i64, i64), &'static str> {
        let seconds = |(value, is_included): (&str, bool)| {
            when::seconds(value, self.now.as_ref()).map(|seconds| (seconds, is_included))
        };
        let (least, most) = (values.least.map(seconds).transpose()?, values.most.map(seconds).transpose()?);
        // What comes after a date begins after its last second.
        let from = least.map(|((first, last), is_included)| if is_included { first } else { last.saturating_add(1) });
        let to = most.map(|((first, last), is_included)| if is_included { last } else { first.saturating_sub(1) });
        if from.is_none() && to.is_none() {
            return Err("this is no date");
        }
        Ok((from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)))
    }

    /// The number of words of the body.
    pub(super) fn word_count(&mut self, text: &str, span: Range<usize>) -> Option<Plan> {
        let bounds = Values::read(text).bounds(|text| text.parse().ok());
        if bounds.is_none() {
            self.bad_value(span, "this is no number of words", "write words:500, words:>500 or words:100..500");
        }
        let (least, most) = bounds?;
        Some(Plan::Filter(Box::new(ColumnQuery::Count { column: column::WORD_COUNT.to_owned(), least, most })))
    }

    /// The path of the source: a folder or a file, with `*` and `?` for what is left open.
    pub(super) fn path(&mut self, text: &str, span: Range<usize>) -> Option<Plan> {
        let mut path = String::new();
        for c in text.trim_end_matches('/').chars() {
            match c {
                '*' => path.push_str("[^\\x00]*"),
                '?' => path.push_str("[^\\x00]"),
                c => {
                    path.extend(c.is_ascii_punctuation().then_some('\\'));
                    path.push(c);
                }
            }
        }
        // Corpus, path and record.
        let regex = format!("[^\\x00]*\\x00{path}(/[^\\x00]*)?\\x00.*");
        match RegexQuery::from_pattern(&regex, self.snapshot.fields.key) {
            Ok(query) => Some(Plan::Filter(Box::new(query))),
            Err(_) => {
                self.bad_value(span, "this path is too long to be looked for", "write a folder of it");
                None
            }
        }
    }

    /// What only stored articles tell.
    pub(super) fn stored(&mut self, scope: Where, text: &str, span: Range<usize>) -> Option<Plan> {
        let text = text.to_lowercase();
        let asked = match scope {
            Where::Site => Asked::Site(text),
            Where::Status => {
                let known = [("usable", Usable), ("corrected", Corrected), ("withdrawn", Withdrawn)];
                let Some((_, status)) = known.into_iter().find(|(name, _)| *name == text) else {
                    self.bad_value(span, "there is no such status", "it is usable, corrected or withdrawn");
                    return None;
                };
                Asked::Status(status)
            }
            _ => Asked::Url(text.split('*').map(str::to_owned).collect()),
        };
        Some(Plan::Filter(Box::new(StoredQuery {
            fields: self.snapshot.fields.clone(),
            asked,
            stop: self.stop.clone(),
        })))
    }

    /// The name of a field that an article has, or has not.
    pub(super) fn has(&mut self, is_there: bool, name: &str, span: Range<usize>) -> Result<Option<Plan>> {
        let fields = &self.snapshot.fields;
        let Some(scope) = fields::named(name, &fields.extras) else {
            self.diagnostics.push(fields::unknown(name, span, &fields.extras));
            return Ok(None);
        };
        let any_zone = |zones: &[Zone]| {
            any_term(zones.iter().map(|zone| Term::from_field_text(fields.text, &zone.field.zone_mark())))
        };
        let column = |name: String| Box::new(ExistsQuery::new(name, false)) as Box<dyn Query>;
        let query = match scope {
            Where::Zones(zones) => any_zone(zones),
            Where::Section => any_zone(&[Zone::of(TextField::Section)]),
            Where::Language => column("language".to_owned()),
            Where::Date(_) => column(column::FIRST_SECOND.to_owned()),
            Where::Declared(number) if fields.extras[number].kind != ExtraKind::Text => {
                let [name, ..] = fields.extras[number].columns();
                column(name)
            }
            Where::Declared(_) => {
                self.bad_value(
                    span,
                    "of a field of text it is not kept which articles have it",
                    "ask for a word of it",
                );
                return Ok(None);
            }
            Where::Corpus | Where::Id | Where::WordCount | Where::Path | Where::Status => Box::new(AllQuery),
            Where::Url | Where::Site => {
                Box::new(StoredQuery { fields: fields.clone(), asked: Asked::Url(Vec::new()), stop: self.stop.clone() })
            }
            Where::Anywhere | Where::First(_) | Where::Has(_) => {
                self.bad_value(span, "this is nothing that an article could have", "name a field, such as caption");
                return Ok(None);
            }
        };
        let plan = Plan::Filter(query);
        Ok(Some(if is_there { plan } else { Plan::Not(Box::new(plan)) }))
    }

    fn bad_value(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            kind: DiagnosticKind::BadValue,
            span,
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
        });
    }
}

/// A value, or a range of them: `3`, `3..5`, `3..`, `>3`, `<=5`; each end with whether it belongs to the range.
struct Values<'t> {
    least: Option<(&'t str, bool)>,
    most: Option<(&'t str, bool)>,
}

impl<'t> Values<'t> {
    fn read(text: &'t str) -> Values<'t> {
        let end = |text: &'t str, is_included| Some((text.trim(), is_included)).filter(|(text, _)| !text.is_empty());
        if let Some((first, last)) = text.split_once("..") {
            return Values { least: end(first, true), most: end(last, true) };
        }
        let (least, most) = match text.split_at(text.len() - text.trim_start_matches(['<', '>', '=']).len()) {
            (">", value) => (end(value, false), None),
            (">=", value) => (end(value, true), None),
            ("<", value) => (None, end(value, false)),
            ("<=", value) => (None, end(value, true)),
            _ => (end(text, true), end(text, true)),
        };
        Values { least, most }
    }

    /// Returns the ends as numbers; `None` where one is none, or there is neither.
    fn bounds<T>(&self, number: impl Fn(&str) -> Option<T>) -> Option<(Bound<T>, Bound<T>)> {
        let bound = |end: Option<(&str, bool)>| match end {
            None => Some(Bound::Unbounded),
            Some((value, true)) => Some(Bound::Included(number(value)?)),
            Some((value, false)) => Some(Bound::Excluded(number(value)?)),
        };
        let is_bounded = self.least.is_some() || self.most.is_some();
        Some((bound(self.least)?, bound(self.most)?)).filter(|_| is_bounded)
    }
}

/// Adds what the request asks for beside the query, and tells whether that is anything; dates are for the collector.
pub(in crate::search) fn with_filters(
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
