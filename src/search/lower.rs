//! The tree of a query becomes a tantivy query, the words to rank by, and the patterns to highlight. Fields are
//! checked here, with their place in the query. The only file that knows both worlds.

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query};

use super::SearchRequest;
use super::phrase::{SequenceQuery, any_term};
use super::rank::Unit;
use super::spans::Pattern;
use crate::analysis::{QueryAnalyzer, Slots, fold_key};
use crate::index::{Snapshot, TextField};
use crate::query::ast::{Expr, Node};
use crate::{Diagnostic, DiagnosticKind, Language, Result, Section, Severity, SourceKey};

/// A query, ready to run.
pub(super) struct Lowered {
    /// What articles must be like.
    pub(super) query: Box<dyn Query>,
    /// The words to rank by.
    pub(super) units: Vec<Unit>,
    /// What to highlight: the parts of the query that are asked for, none that is excluded.
    pub(super) patterns: Vec<Pattern>,
    /// Whether the query asks for nothing.
    pub(super) asks_nothing: bool,
    /// What was wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Lowers a resolved tree for a snapshot.
pub(super) fn lower(snapshot: &Snapshot, tree: &Node, request: &SearchRequest) -> Result<Lowered> {
    let analyzer = QueryAnalyzer::of(snapshot.languages()?.iter().map(String::as_str));
    let mut lowering = Lowering { snapshot, analyzer, leaves: Vec::new(), diagnostics: Vec::new(), negations: 0 };
    let matching = lowering.node(tree, Where::Anywhere)?;
    let asks_nothing = matching.is_none();
    let query = with_filters(snapshot, matching.unwrap_or_else(|| Box::new(AllQuery) as Box<dyn Query>), request);
    let (mut units, mut patterns, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for Leaf { fields, slots } in lowering.leaves {
        let mut weight = 0.0;
        for alternatives in slots.iter().filter(|alternatives| !alternatives.is_empty()) {
            let unit = Unit::weigh(snapshot, alternatives)?;
            weight += unit.idf();
            if !seen.contains(alternatives) {
                seen.push(alternatives.clone());
                units.push(unit);
            }
        }
        patterns.push(Pattern { fields, slots, weight });
    }
    Ok(Lowered { query, units, patterns, asks_nothing, diagnostics: lowering.diagnostics })
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
}

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
}

struct Lowering<'a> {
    snapshot: &'a Snapshot,
    analyzer: QueryAnalyzer,
    leaves: Vec<Leaf>,
    diagnostics: Vec<Diagnostic>,
    /// How many negations the node at hand stands in. In any number of them a word is no reason to show an article:
    /// `-(toll -bridge)` is answered with articles about neither.
    negations: usize,
}

/// A part of a query that asks nothing is `None`.
type Matching = Option<Box<dyn Query>>;

impl Lowering<'_> {
    fn node(&mut self, node: &Node, scope: Where) -> Result<Matching> {
        match &node.expr {
            Expr::Empty => Ok(None),
            Expr::Word(text) => self.leaf(text, scope, false),
            Expr::Phrase(text) => self.leaf(text, scope, true),
            Expr::All(nodes) | Expr::Adjacent(nodes) => self.joined(nodes, scope, Occur::Must),
            Expr::Any(nodes) => self.joined(nodes, scope, Occur::Should),
            Expr::Not(inner) => {
                self.negations += 1;
                let excluded = self.node(inner, scope);
                self.negations -= 1;
                Ok(excluded?.map(all_but))
            }
            Expr::Required(inner) => self.node(inner, scope),
            Expr::Field { name, name_span, inner } => match scope_named(name) {
                Some(scope) => self.node(inner, scope),
                None => {
                    self.diagnostics.push(unknown_field(name, name_span.clone()));
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

    fn leaf(&mut self, text: &str, scope: Where, phrase: bool) -> Result<Matching> {
        let fields = &self.snapshot.fields;
        let whole = |field, text: &str| Some(any_term([Term::from_field_text(field, text)]));
        match scope {
            Where::Anywhere => Ok(self.words(text, None, phrase)),
            Where::Text(field) => Ok(self.words(text, Some(vec![field]), phrase)),
            Where::Section => {
                let path = section_term(self.snapshot, text);
                let words = self.words(text, Some(vec![TextField::Section]), true);
                Ok(Some(either(std::iter::once(path).chain(words).collect())))
            }
            Where::Language => Ok(whole(fields.language, &primary_code(text))),
            Where::Corpus => Ok(whole(fields.corpus, text)),
            Where::Id => {
                let keys: Vec<SourceKey> =
                    self.snapshot.articles_named(text)?.into_iter().map(|article| article.source).collect();
                Ok(Some(either(keys.iter().map(|key| any_term([fields.key_term(key)])).collect())))
            }
        }
    }

    /// Words and phrases: what stands at one place in the merged field, what needs several in each text field.
    fn words(&mut self, text: &str, scope: Option<Vec<TextField>>, phrase: bool) -> Matching {
        let forms = if phrase { vec![self.analyzer.phrase(text)] } else { self.analyzer.word(text) };
        let mut ways = Vec::new();
        for slots in forms.into_iter().filter(|slots| !slots.is_empty()) {
            match (&scope, slots.as_slice()) {
                (None, [alternatives]) => {
                    ways.push(any_term(
                        alternatives.iter().map(|term| Term::from_field_text(self.snapshot.fields.all, term)),
                    ));
                }
                (fields, _) => {
                    let fields = fields.as_deref().unwrap_or(&TextField::ALL);
                    ways.extend(fields.iter().map(|field| self.sequence(*field, &slots)));
                }
            }
            if self.negations == 0 {
                self.leaves.push(Leaf { fields: scope.clone(), slots });
            }
        }
        (!ways.is_empty()).then(|| either(ways))
    }

    fn sequence(&self, field: TextField, slots: &Slots) -> Box<dyn Query> {
        let field = self.snapshot.fields.text(field);
        let terms = |alternatives: &Vec<String>| -> Vec<Term> {
            alternatives.iter().map(|term| Term::from_field_text(field, term)).collect()
        };
        match slots.as_slice() {
            [alternatives] => any_term(terms(alternatives)),
            _ => Box::new(SequenceQuery::new(slots.iter().map(terms).collect())),
        }
    }
}

fn scope_named(name: &str) -> Option<Where> {
    let name = name.to_lowercase();
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, scope)| *scope)
}

fn unknown_field(name: &str, span: std::ops::Range<usize>) -> Diagnostic {
    let names: Vec<_> = FIELDS.iter().map(|(known, _)| *known).collect();
    let hint = match name.to_lowercase().as_str() {
        "since" | "until" | "date" | "on" => "dates are given as options: --since, --until".to_owned(),
        _ => format!("fields are {}; to search for a colon, put the words in quotation marks", names.join(", ")),
    };
    Diagnostic {
        severity: Severity::Error,
        kind: DiagnosticKind::UnknownField,
        span,
        message: format!("there is no field `{name}`"),
        hint: Some(hint),
    }
}

/// Adds what the request asks for beside the query.
fn with_filters(snapshot: &Snapshot, query: Box<dyn Query>, request: &SearchRequest) -> Box<dyn Query> {
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
        return query;
    }
    clauses.push((Occur::Must, query));
    Box::new(BooleanQuery::new(clauses))
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
