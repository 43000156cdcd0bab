//! The tree of a query becomes a tantivy query, the words to rank by, and the patterns to highlight. Fields are
//! checked here, with their place in the query. The only file that knows both worlds.

use std::ops::{Bound, Range};

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query, RangeQuery};
use tantivy::schema::Field;

use super::SearchRequest;
use super::phrase::{Scope, SequenceQuery, any_term};
use super::prune::Plain;
use super::rank::Unit;
use super::spans::Pattern;
use crate::analysis::{Form, QueryAnalyzer, Slots, fold_key};
use crate::index::{Extra, Snapshot, TextField};
use crate::query::ast::{Expr, Node};
use crate::{DateOrder, Diagnostic, DiagnosticKind, ExtraKind, Language, Result, Section, Severity, SourceKey, Value};

/// A query, ready to run.
pub(super) struct Lowered {
    /// What articles must be like.
    pub(super) query: Box<dyn Query>,
    /// The words to rank by.
    pub(super) units: Vec<Unit>,
    /// What to highlight: the parts of the query that are asked for, none that is excluded.
    pub(super) patterns: Vec<Pattern>,
    /// Whether the query asks for plain words and nothing else.
    pub(super) plain: Option<Plain>,
    /// Whether the query asks for nothing.
    pub(super) asks_nothing: bool,
    /// What was wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Lowers a resolved tree for a snapshot.
pub(super) fn lower(snapshot: &Snapshot, tree: &Node, request: &SearchRequest) -> Result<Lowered> {
    let analyzer = QueryAnalyzer::of(snapshot.languages()?.iter().map(String::as_str));
    let mut lowering =
        Lowering { snapshot, analyzer, leaves: Vec::new(), diagnostics: Vec::new(), negations: 0, n_words: 0 };
    let matching = lowering.node(tree, Where::Anywhere)?;
    let asks_nothing = matching.is_none();
    let matching = matching.unwrap_or_else(|| Box::new(AllQuery) as Box<dyn Query>);
    let (query, is_filtered) = with_filters(snapshot, matching, request);
    // A compound has several ways to stand in a text, and some have several places.
    let mut plain = Plain::of(tree).filter(|_| !is_filtered && lowering.n_words == lowering.leaves.len());
    let (mut units, mut patterns, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for Leaf { fields, slots, terms } in lowering.leaves {
        plain = plain.filter(|_| terms.len() == 1);
        let mut weight = 0.0;
        for alternatives in terms.iter().filter(|alternatives| !alternatives.is_empty()) {
            let unit = Unit::weigh(snapshot, alternatives)?;
            weight += unit.idf();
            if !seen.contains(alternatives) {
                seen.push(alternatives.clone());
                units.push(unit);
            }
        }
        let texts = |forms: Vec<Form>| forms.iter().map(|form| form.text().to_owned()).collect();
        patterns.push(Pattern { fields, slots: slots.into_iter().map(texts).collect(), weight });
    }
    Ok(Lowered { query, units, patterns, plain, asks_nothing, diagnostics: lowering.diagnostics })
}

/// Where a part of the query looks.
#[derive(Clone, Copy)]
enum Where {
    /// In every text field.
    Anywhere,
    /// In one text field.
    Text(TextField),
    /// In a section and its subsections.
    Section,
    /// In the language, by its primary code.
    Language,
    /// In the corpus's name, matched whole.
    Corpus,
    /// In the id, alone or with its corpus.
    Id,
    /// In a declared field, by its number.
    Declared(usize),
}

/// What the name of a declared field begins with in queries.
const DECLARED: &str = "x.";

/// The names of fields in queries, and what each means.
const FIELDS: &[(&str, Where)] = &[
    ("body", Where::Text(TextField::Body)),
    ("byline", Where::Text(TextField::Bylines)),
    ("bylines", Where::Text(TextField::Bylines)),
    ("author", Where::Text(TextField::Bylines)),
    ("caption", Where::Text(TextField::Captions)),
    ("captions", Where::Text(TextField::Captions)),
    ("corpus", Where::Corpus),
    ("credit", Where::Text(TextField::Credits)),
    ("credits", Where::Text(TextField::Credits)),
    ("dateline", Where::Text(TextField::Dateline)),
    ("headline", Where::Text(TextField::Headline)),
    ("id", Where::Id),
    ("keyword", Where::Text(TextField::Keywords)),
    ("keywords", Where::Text(TextField::Keywords)),
    ("kicker", Where::Text(TextField::Kicker)),
    ("lang", Where::Language),
    ("language", Where::Language),
    ("publisher", Where::Text(TextField::Publisher)),
    ("section", Where::Section),
    ("source", Where::Text(TextField::Publisher)),
    ("standfirst", Where::Text(TextField::Standfirst)),
    ("title", Where::Text(TextField::Headline)),
];

/// A word or phrase that is asked for.
struct Leaf {
    fields: Option<Vec<TextField>>,
    slots: Slots,
    /// The terms of the index that stand for each slot.
    terms: Vec<Vec<String>>,
}

struct Lowering<'a> {
    snapshot: &'a Snapshot,
    analyzer: QueryAnalyzer,
    leaves: Vec<Leaf>,
    diagnostics: Vec<Diagnostic>,
    /// How many negations the node at hand stands in. In any number of them a word is no reason to show an article:
    /// `-(toll -bridge)` is answered with articles about neither.
    negations: usize,
    /// How many words were lowered.
    n_words: usize,
}

/// A part of a query that asks nothing is `None`.
type Matching = Option<Box<dyn Query>>;

impl Lowering<'_> {
    fn node(&mut self, node: &Node, scope: Where) -> Result<Matching> {
        match &node.expr {
            Expr::Empty => Ok(None),
            Expr::Word(text) => self.leaf(text, node.span.clone(), scope, false),
            Expr::Phrase(text) => self.leaf(text, node.span.clone(), scope, true),
            Expr::All(nodes) | Expr::Adjacent(nodes) => self.joined(nodes, scope, Occur::Must),
            Expr::Any(nodes) => self.joined(nodes, scope, Occur::Should),
            Expr::Not(inner) => {
                self.negations += 1;
                let excluded = self.node(inner, scope);
                self.negations -= 1;
                Ok(excluded?.map(all_but))
            }
            Expr::Required(inner) => self.node(inner, scope),
            Expr::Field { name, name_span, inner } => match self.scope_named(name) {
                Some(scope) => self.node(inner, scope),
                None => {
                    self.diagnostics.push(unknown_field(name, name_span.clone(), &self.snapshot.fields.extras));
                    Ok(None)
                }
            },
        }
    }

    fn joined(&mut self, nodes: &[Node], scope: Where, occur: Occur) -> Result<Matching> {
        let mut clauses = Vec::new();
        for node in nodes {
            let occur = if matches!(node.expr, Expr::Required(_)) { Occur::Must } else { occur };
            clauses.extend(self.node(node, scope)?.map(|query| (occur, query)));
        }
        Ok((!clauses.is_empty()).then(|| Box::new(BooleanQuery::new(clauses)) as Box<dyn Query>))
    }

    fn leaf(&mut self, text: &str, span: Range<usize>, scope: Where, phrase: bool) -> Result<Matching> {
        let fields = &self.snapshot.fields;
        let whole = |field, text: &str| Some(any_term([Term::from_field_text(field, text)]));
        match scope {
            Where::Anywhere => self.words(text, None, phrase),
            Where::Text(field) => self.words(text, Some(vec![field]), phrase),
            Where::Section => {
                let path = section_term(self.snapshot, text);
                let words = self.words(text, Some(vec![TextField::Section]), true)?;
                Ok(Some(either(std::iter::once(path).chain(words).collect())))
            }
            Where::Language => Ok(whole(fields.language, &primary_code(text))),
            Where::Corpus => Ok(whole(fields.corpus, text)),
            Where::Declared(number) => self.declared(number, text, span, phrase),
            Where::Id => {
                let keys: Vec<SourceKey> =
                    self.snapshot.articles_named(text)?.into_iter().map(|article| article.source).collect();
                Ok(Some(either(keys.iter().map(|key| any_term([fields.key_term(key)])).collect())))
            }
        }
    }

    fn scope_named(&self, name: &str) -> Option<Where> {
        let name = name.to_lowercase();
        if let Some(name) = name.strip_prefix(DECLARED) {
            let number = self.snapshot.fields.extras.iter().position(|extra| extra.name == name);
            return number.map(Where::Declared);
        }
        FIELDS.iter().find(|(known, _)| *known == name).map(|(_, scope)| *scope)
    }

    /// A value of a declared field. What it finds is no reason to rank an article higher, and is not in its text.
    fn declared(&mut self, number: usize, text: &str, span: Range<usize>, phrase: bool) -> Result<Matching> {
        let extra = &self.snapshot.fields.extras[number];
        if extra.kind == ExtraKind::Text {
            return self.declared_words(extra.field, text, phrase);
        }
        let Some(value) = extra.kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown) else {
            self.diagnostics.push(wrong_value(text, extra, span));
            return Ok(None);
        };
        Ok(Some(match (&value, extra.date) {
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
        }))
    }

    /// Words and phrases in a declared field, which has its stems with positions.
    fn declared_words(&mut self, field: Field, text: &str, phrase: bool) -> Result<Matching> {
        let forms = if phrase { vec![self.analyzer.phrase(text)] } else { self.analyzer.word(text) };
        let mut ways = Vec::new();
        for slots in forms.into_iter().filter(|slots| !slots.is_empty()) {
            let terms = slots.iter().map(|forms| self.terms(field, forms)).collect::<Result<Vec<_>>>()?;
            ways.push(match terms.as_slice() {
                [alternatives] => any_term(alternatives.iter().map(|term| Term::from_field_text(field, term))),
                _ => Box::new(SequenceQuery::new(self.snapshot.fields.clone(), terms, Scope::Declared(field))),
            });
        }
        Ok((!ways.is_empty()).then(|| either(ways)))
    }

    /// Words and phrases: what stands at one place in the merged field, what needs several in each text field.
    fn words(&mut self, text: &str, scope: Option<Vec<TextField>>, phrase: bool) -> Result<Matching> {
        let forms = if phrase { vec![self.analyzer.phrase(text)] } else { self.analyzer.word(text) };
        self.n_words += 1;
        let mut ways = Vec::new();
        for slots in forms.into_iter().filter(|slots| !slots.is_empty()) {
            let fields = &self.snapshot.fields;
            let terms = slots.iter().map(|forms| self.terms(fields.all, forms)).collect::<Result<Vec<_>>>()?;
            match (&scope, terms.as_slice()) {
                (None, [alternatives]) => {
                    ways.push(any_term(alternatives.iter().map(|term| Term::from_field_text(fields.all, term))));
                }
                (None, _) => ways.push(Box::new(SequenceQuery::new(fields.clone(), terms.clone(), Scope::Anywhere))),
                (Some(scope), _) => ways.extend(scope.iter().map(|field| {
                    Box::new(SequenceQuery::new(fields.clone(), terms.clone(), Scope::Text(*field))) as Box<dyn Query>
                })),
            }
            if self.negations == 0 {
                self.leaves.push(Leaf { fields: scope.clone(), slots, terms });
            }
        }
        Ok((!ways.is_empty()).then(|| either(ways)))
    }

    /// Returns the terms of a field that forms ask for; every text field's are in the merged one too.
    fn terms(&self, field: Field, forms: &[Form]) -> Result<Vec<String>> {
        let mut terms = Vec::with_capacity(forms.len());
        for form in forms {
            match form {
                Form::Term(term) => terms.push(term.clone()),
                Form::Character(text) => {
                    let begun = self.snapshot.terms_beginning(field, text)?;
                    terms.extend(begun.into_iter().filter(|term| form.takes(term)));
                }
            }
        }
        // A slot without terms would be passed by any word.
        if terms.is_empty() {
            terms.extend(forms.iter().map(|form| form.text().to_owned()));
        }
        Ok(terms)
    }
}

fn unknown_field(name: &str, span: Range<usize>, extras: &[Extra]) -> Diagnostic {
    let declared: Vec<_> = extras.iter().map(|extra| format!("{DECLARED}{}", extra.name)).collect();
    let names = FIELDS.iter().map(|(known, _)| (*known).to_owned()).chain(declared.iter().cloned());
    let hint = match name.to_lowercase().as_str() {
        "since" | "until" | "date" | "on" => "dates are given as options: --since, --until".to_owned(),
        name if name.starts_with(DECLARED) && declared.is_empty() => {
            "this index was made without fields of its own; they are declared when it is made: --extra NAME:KIND"
                .to_owned()
        }
        name if name.starts_with(DECLARED) => format!("this index was made with {}", declared.join(", ")),
        _ => {
            let names = names.collect::<Vec<_>>().join(", ");
            format!("fields are {names}; to search for a colon, put the words in quotation marks")
        }
    };
    Diagnostic {
        severity: Severity::Error,
        kind: DiagnosticKind::UnknownField,
        span,
        message: format!("there is no field `{name}`"),
        hint: Some(hint),
    }
}

fn wrong_value(text: &str, extra: &Extra, span: Range<usize>) -> Diagnostic {
    let hint = match extra.kind {
        ExtraKind::Date => "a date is 2024, 2024-03 or 2024-03-05, or another form that tells day and month apart",
        ExtraKind::Boolean => "it is `true` or `false`",
        ExtraKind::Number => "a number is written in plain digits, such as 3 or 2.5",
        ExtraKind::Text | ExtraKind::Keyword => "write a word, or a \"phrase in quotation marks\"",
    };
    Diagnostic {
        severity: Severity::Error,
        kind: DiagnosticKind::BadValue,
        span,
        message: format!("`{text}` is no {}, which {DECLARED}{} holds", extra.kind, extra.name),
        hint: Some(hint.to_owned()),
    }
}

/// Returns the query for numbers from one to another, both included, in a column.
fn between(first: Term, last: Term) -> Box<dyn Query> {
    Box::new(RangeQuery::new(Bound::Included(first), Bound::Included(last)))
}

/// Adds what the request asks for beside the query, and tells whether that is anything; dates are for the collector.
fn with_filters(snapshot: &Snapshot, query: Box<dyn Query>, request: &SearchRequest) -> (Box<dyn Query>, bool) {
    let fields = &snapshot.fields;
    let keyword = |field, folded: String| any_term([Term::from_field_text(field, &folded)]);
    let filters = [
        request.sections.iter().map(|section| section_term(snapshot, section)).collect::<Vec<_>>(),
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

/// Returns the term of a section, given as its path or as the line that was printed.
fn section_term(snapshot: &Snapshot, section: &str) -> Box<dyn Query> {
    let path = Section::from_label(section).map_or_else(|| section.to_owned(), |section| section.path);
    any_term([Term::from_field_text(snapshot.fields.section, &fold_key(&path))])
}

/// Returns a language's code as the index keeps it: without region or script.
fn primary_code(code: &str) -> String {
    Language::given(code.trim()).primary().to_owned()
}

fn either(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

fn all_but(excluded: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, excluded)]))
}
