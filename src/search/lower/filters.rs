//! What is asked of an article besides its text: keywords, numbers and dates, and the filters of a request.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, ExistsQuery, Occur, Query, RegexQuery};

use super::Lowering;
use super::asked::MOST_LOOKED_UP;
use super::fields::{self, Where, nearest};
use crate::Status::{Corrected, Usable, Withdrawn};
use crate::analysis::fold_key;
use crate::index::{Snapshot, TextField, column};
use crate::search::SearchRequest;
use crate::search::leaf::Zone;
use crate::search::plan::{Plan, either};
use crate::search::positional::any_term;
use crate::search::request::Suggestion;
use crate::search::stored::{Asked, StoredQuery};
use crate::search::suggest;
use crate::{DateOrder, Diagnostic, DiagnosticKind, ExtraKind, Language, Result, Section, SourceKey, Value};

/// So many values of a field are named where another was asked for.
const MOST_NAMED: usize = 10;

impl Lowering<'_> {
    /// A language, a corpus or an id, which is matched whole.
    pub(super) fn keyword(&mut self, scope: Where, text: &str, span: Range<usize>) -> Result<Plan> {
        let snapshot = self.snapshot;
        let (field, name, value) = match scope {
            Where::Language => (snapshot.fields.language, "language", primary_code(text)),
            Where::Corpus => (snapshot.fields.corpus, "corpus", text.to_owned()),
            _ => return self.id(text, span),
        };
        let term = Term::from_field_text(field, &value);
        if snapshot.live_articles_with(&term)? == 0 && self.may_look() {
            let mut known = snapshot.live_terms(field)?;
            known.sort_by_key(|(_, articles)| Reverse(*articles));
            let known: Vec<String> = known.into_iter().take(MOST_NAMED).map(|(value, _)| value).collect();
            let hint = format!("the index has {}", known.join(", "));
            let message = format!("no article has the {name} `{value}`");
            let warning = Diagnostic::warning(DiagnosticKind::BadValue, span, &message, &hint);
            self.diagnostics.push(Diagnostic { instead: nearest(&value, known), ..warning });
        }
        Ok(Plan::Filter(any_term([term])))
    }

    /// An article by its id; where none has it as it is written, without regard to case.
    fn id(&mut self, text: &str, span: Range<usize>) -> Result<Plan> {
        let snapshot = self.snapshot;
        let fields = &snapshot.fields;
        let articles = snapshot.articles_named(text)?;
        if !articles.is_empty() {
            let keys = articles.iter().map(|article| any_term([fields.key_term(&article.source)]));
            return Ok(Plan::Filter(either(keys.collect())));
        }
        let corpora = snapshot.live_terms(fields.corpus)?;
        let id: String = text.chars().map(escape).collect();
        let in_corpus = corpora.iter().filter_map(|(corpus, _)| {
            let rest = text.strip_prefix(corpus.as_str())?.strip_prefix([':', '/'])?;
            Some(format!("|{}", [corpus, "\0", rest].concat().chars().map(escape).collect::<String>()))
        });
        let regex = format!("(?i:[^\\x00]*\\x00{id}{})", in_corpus.collect::<String>());
        let of_key = format!("({regex})\\x000*");
        let query =
            |regex: &str, field| RegexQuery::from_pattern(regex, field).map(|query| Box::new(query) as Box<dyn Query>);
        // What is too long for the automaton is longer than any id.
        let queries = [query(&regex, fields.native_id), query(&of_key, fields.key)].into_iter().flatten();
        let plan = Plan::Filter(either(queries.collect()));
        if self.may_look() && !self.is_any(&plan)? {
            let mut near = BTreeSet::new();
            for (corpus, _) in &corpora {
                near.extend(suggest::values(snapshot, fields.native_id, &format!("{corpus}\0{text}"))?);
                near.extend(suggest::values(snapshot, fields.key, &SourceKey::new(corpus, text, None).to_term())?);
            }
            let instead: Vec<String> =
                near.iter().filter_map(|term| Some(term.split('\0').nth(1)?.to_owned())).collect();
            let message = format!("no article has the id `{text}`");
            let hint = match &instead[..] {
                [] => "ids are matched whole; for a part of an address or path write url: or path:".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            let warning = Diagnostic::warning(DiagnosticKind::BadValue, span, &message, &hint);
            self.diagnostics.push(Diagnostic { instead, ..warning });
        }
        Ok(plan)
    }

    /// A value of a declared field of keywords or booleans.
    pub(super) fn declared(&mut self, number: usize, text: &str, span: Range<usize>) -> Result<Option<Plan>> {
        let extra = self.snapshot.fields.extras[number].clone();
        let Some(value) = extra.kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown) else {
            self.diagnostics.push(fields::wrong_value(text, &extra, span));
            return Ok(None);
        };
        let term = extra.term(&value);
        let plan = Plan::Filter(term.clone().map_or_else(|| either(Vec::new()), |term| any_term([term])));
        if let Some(term) = term.as_ref().and_then(|term| term.value().as_str().map(str::to_owned)) {
            self.ask_value(&plan, extra.field, &term, text, &span)?;
        }
        Ok(Some(plan))
    }

    /// The path of the source: folders or a file, from any folder of it, or from the corpus's own where a slash comes first;
    /// with `*` and `?` for what is left open, and without regard to case.
    pub(super) fn path(&mut self, text: &str, span: Range<usize>) -> Option<Plan> {
        let from_root = text.strip_prefix('/');
        let text = from_root.unwrap_or(text).trim_end_matches('/');
        let escaped = |text: &str| -> String { text.chars().map(escape).collect() };
        let above = if from_root.is_some() { "" } else { "([^\\x00]*/)?" };
        let anywhere = format!("[^\\x00]*\\x00{above}(?i:{})", escaped(text));
        // Hits are shown with their corpus before the path.
        let of_corpus = text.split_once('/').filter(|_| from_root.is_none());
        let of_corpus = of_corpus.map(|(corpus, path)| format!("|(?i:{}\\x00{})", escaped(corpus), escaped(path)));
        // Corpus, path and record; what is behind a folder, and within an archive.
        let regex = format!("({anywhere}{})(!?/[^\\x00]*)?\\x00.*", of_corpus.unwrap_or_default());
        match RegexQuery::from_pattern(&regex, self.snapshot.fields.key) {
            Ok(query) => Some(Plan::Filter(Box::new(query))),
            Err(_) => {
                self.bad_value(
                    span,
                    "this path is too long to be looked for",
                    "write its last folders or its file alone",
                );
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
                    let message = format!("there is no status `{text}`");
                    self.bad_value(span, &message, "a status is usable, corrected or withdrawn");
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
                    "which articles have a field of text of the index's own is not kept",
                    "ask for a word of it, such as x.note:ferry",
                );
                return Ok(None);
            }
            Where::Corpus | Where::Id | Where::WordCount | Where::Path | Where::FileType | Where::Status => {
                Box::new(AllQuery)
            }
            Where::Url | Where::Site => {
                Box::new(StoredQuery { fields: fields.clone(), asked: Asked::Url(Vec::new()), stop: self.stop.clone() })
            }
            Where::Anywhere | Where::First(_) | Where::Has(_) => {
                let hint = "name a field, as in has:caption or missing:byline";
                self.bad_value(span, "this is no field that an article could have", hint);
                return Ok(None);
            }
        };
        let plan = Plan::Filter(query);
        Ok(Some(if is_there { plan } else { Plan::Not(Box::new(plan)) }))
    }

    pub(super) fn bad_value(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.diagnostics.push(Diagnostic::error(DiagnosticKind::BadValue, span, message, hint));
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

/// Returns what may have been meant by filters of a request whose values no article has.
pub(super) fn of_filters(snapshot: &Snapshot, request: &SearchRequest) -> Result<Vec<Suggestion>> {
    let fields = &snapshot.fields;
    let sections = request.sections.iter().map(|name| (fields.section, name, section_key(name)));
    let publishers = request.publishers.iter().map(|name| (fields.publisher, name, fold_key(name)));
    let languages = request.languages.iter().map(|code| (fields.language, code, primary_code(code)));
    let corpora = request.corpora.iter().map(|name| (fields.corpus, name, name.clone()));
    let (mut suggestions, mut n_looked_up) = (Vec::new(), 0);
    for (field, word, key) in sections.chain(publishers).chain(languages).chain(corpora) {
        let is_known = snapshot.live_articles_with(&Term::from_field_text(field, &key))? > 0;
        if !is_known && n_looked_up < MOST_LOOKED_UP {
            n_looked_up += 1;
            let instead = suggest::values(snapshot, field, &key)?;
            if !instead.is_empty() {
                suggestions.push(Suggestion { span: 0..0, word: word.clone(), instead });
            }
        }
    }
    Ok(suggestions)
}

/// Returns a character of a path or an id as a regular expression has it.
fn escape(c: char) -> String {
    match c {
        '*' | '＊' => "[^\\x00]*".to_owned(),
        '?' => "[^\\x00]".to_owned(),
        '\0' => "\\x00".to_owned(),
        c if c.is_ascii_punctuation() => format!("\\{c}"),
        c => c.to_string(),
    }
}

/// Returns the query for a section, given as its path or as the line that was printed.
pub(super) fn section(snapshot: &Snapshot, section: &str) -> Box<dyn Query> {
    any_term([Term::from_field_text(snapshot.fields.section, &section_key(section))])
}

fn section_key(section: &str) -> String {
    fold_key(&Section::from_label(section).map_or_else(|| section.to_owned(), |section| section.path))
}

/// Returns a language's code as the index keeps it: without region or script.
fn primary_code(code: &str) -> String {
    Language::given(code.trim()).primary().to_owned()
}
