//! The tree of a query becomes what is asked of an article (`plan.rs`), and the words to rank by. Fields are checked here,
//! with their place in the query. The only file that knows both worlds.

mod asked;
mod fields;
mod filters;
mod limits;
mod ranges;
mod scopes;
mod seen;
mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{AllQuery, Query};

use super::intervals::Spans;
use super::leaf::{Leaf, Words};
use super::marks::Marking;
use super::plan::{Choice, Plan, Rough};
use super::prune::Plain;
use super::rank::{Alternatives, Unit, leave_out_common};
use super::request::Suggestion;
use super::{SearchRequest, Stop};
use crate::analysis::{QueryAnalyzer, fold_key};
use crate::index::Snapshot;
use crate::query::ast::{Case, Expr, Function, Node, Reach, Relation, Written};
use crate::query::range::Bounds;
use crate::{Date, Diagnostic, DiagnosticKind, ExtraKind, Result};
use fields::Where;
pub use fields::query_fields;
pub(super) use filters::with_filters;
use seen::Seen;

/// A query, ready to run.
pub(super) struct Lowered {
    /// What articles must be like.
    pub(super) query: Box<dyn Query>,
    /// The same in two steps, where that may be quicker.
    pub(super) rough: Option<Rough>,
    /// The words to rank by: those of the query, and behind them those that feedback added.
    pub(super) units: Vec<Unit>,
    /// How many of them are the query's.
    pub(super) n_asked: usize,
    /// The terms of all words of the query, those that are too common to rank by too.
    pub(super) any_of: Vec<Term>,
    /// What to mark.
    pub(super) marking: Marking,
    /// Whether the query asks for plain words and nothing else, whatever the request's filters.
    pub(super) plain: Option<Plain>,
    /// Whether plain words may be searched for by block-max data: not where there is more to match than they.
    pub(super) is_prunable: bool,
    /// Whether the query asks for nothing.
    pub(super) asks_nothing: bool,
    /// What was wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The words that are asked for and that no article has, with their places in the query.
    pub(super) missing: Vec<(Range<usize>, String)>,
    /// For values that no article has, others that may have been meant.
    pub(super) suggestions: Vec<Suggestion>,
}

/// Lowers a resolved tree for a snapshot.
pub(super) fn lower(snapshot: &Snapshot, tree: &Node, request: &SearchRequest, stop: &Stop) -> Result<Lowered> {
    let analyzer = QueryAnalyzer::of(snapshot.languages()?.iter().map(String::as_str));
    let mut lowering = Lowering {
        snapshot,
        query: &request.query,
        stop,
        n_forms_left: Some(request.max_forms),
        max_forms: request.max_forms,
        analyzer,
        leaves: Vec::new(),
        known_leaves: HashMap::new(),
        ranked: Vec::new(),
        asked: Vec::new(),
        missing: Vec::new(),
        suggestions: Vec::new(),
        n_parts: 0,
        diagnostics: Vec::new(),
        boost: 1.0,
        case: None,
        now: request.now,
        negations: 0,
        n_words: 0,
        n_looked_up: 0,
    };
    let plan = match limits::excess(tree, &snapshot.fields.extras) {
        Some(excess) => {
            lowering.diagnostics.push(excess);
            None
        }
        None => lowering.node(tree, Where::Anywhere)?,
    };
    let (n_parts, n_words) = (lowering.n_parts, lowering.n_words);
    let mut found_parts = vec![false; n_parts];
    let leaves: Arc<[Leaf]> = std::mem::take(&mut lowering.leaves).into();
    let ranked = std::mem::take(&mut lowering.ranked);
    let matching = match &plan {
        Some(plan) => plan.query(&snapshot.fields, &leaves, stop),
        None => Box::new(AllQuery),
    };
    let (query, is_filtered) = with_filters(snapshot, matching, request);
    let rough = plan
        .as_ref()
        .and_then(|plan| plan.rough(&snapshot.fields, &leaves, stop))
        .map(|rough| Rough { query: with_filters(snapshot, rough.query, request).0, ..rough });
    // A compound has several ways to stand in a text, and some have several places.
    let mut plain = Plain::of(tree).filter(|_| n_words == ranked.len());
    let (mut units, mut weights, mut seen) = (Vec::new(), vec![0.0f64; n_parts], Vec::new());
    for Ranked { part, boost, terms } in ranked {
        plain = plain.filter(|_| terms.len() == 1);
        let mut weight = 0.0;
        let mut is_missing = false;
        for alternatives in terms {
            let unit = Unit::weigh(snapshot, &alternatives, boost)?;
            weight += unit.idf();
            is_missing |= unit.articles() == 0;
            if !seen.contains(&(boost.to_bits(), alternatives.clone())) {
                seen.push((boost.to_bits(), alternatives));
                units.push(unit);
            }
        }
        weights[part] = weights[part].max(weight);
        if !is_missing {
            found_parts[part] = true;
        }
    }
    let asks_nothing = plan.is_none();
    let missing = lowering.missing(&found_parts)?;
    let Lowering { mut suggestions, diagnostics, .. } = lowering;
    suggestions.extend(filters::of_filters(snapshot, request)?);
    let marking = Marking { leaves, plan, weights };
    let any_of = units.iter().flat_map(Unit::terms).cloned().collect();
    if plain == Some(Plain::Any) {
        leave_out_common(&mut units, snapshot.articles());
    }
    let n_asked = units.len();
    Ok(Lowered {
        query,
        rough,
        units,
        n_asked,
        any_of,
        marking,
        plain,
        is_prunable: !is_filtered,
        asks_nothing,
        diagnostics,
        missing,
        suggestions,
    })
}

/// A way in which a part of the query can stand in a text, to rank by.
struct Ranked {
    part: usize,
    boost: f64,
    /// The terms that stand for each of its words.
    terms: Vec<Alternatives>,
}

struct Lowering<'a> {
    snapshot: &'a Snapshot,
    /// The query as it was written.
    query: &'a str,
    stop: &'a Stop,
    /// How many forms the words of the query may stand for.
    max_forms: usize,
    /// How many of these are left; `None` once a word stood for more.
    n_forms_left: Option<usize>,
    analyzer: QueryAnalyzer,
    leaves: Vec<Leaf>,
    /// Their numbers, by the first word that each stands for.
    known_leaves: HashMap<String, Vec<usize>>,
    ranked: Vec<Ranked>,
    /// The plain words that are asked for, by their part, with their places in the query.
    asked: Vec<(usize, Range<usize>, String)>,
    /// Words that no article has, with their places.
    missing: Vec<(Range<usize>, String)>,
    suggestions: Vec<Suggestion>,
    n_parts: usize,
    diagnostics: Vec<Diagnostic>,
    /// How important the node at hand is.
    boost: f64,
    /// The capitals that words must have.
    case: Option<Case>,
    /// The day of the request.
    now: Option<Date>,
    /// How many negations the node at hand stands in. In any number of them a word is no reason to show an article:
    /// `-(toll -bridge)` is answered with articles about neither.
    negations: usize,
    /// How many words were lowered.
    n_words: usize,
    /// How many values that no article has were looked up for what may have been meant.
    n_looked_up: usize,
}

// A part of a query that asks nothing is `None`. Recursion is as deep as the tree, which the parser bounds.
impl Lowering<'_> {
    fn node(&mut self, node: &Node, scope: Where) -> Result<Option<Plan>> {
        self.stop.going_on()?;
        match &node.expr {
            Expr::Empty => Ok(None),
            Expr::Word(text) => self.leaf(text, node.span.clone(), scope, false),
            Expr::Phrase(text) => self.leaf(text, node.span.clone(), scope, true),
            Expr::Range(bounds) => Ok(self.range(scope, bounds, node.span.clone())),
            Expr::Written(Written::Exact, text) if !self.is_text(scope) => {
                self.leaf(text, node.span.clone(), scope, true)
            }
            Expr::Written(Written::Wildcard, text) if matches!(scope, Where::Site) && text.starts_with("*.") => {
                self.leaf(&text[2..], node.span.clone(), scope, false)
            }
            // What is left open is no date and no number, which is said there.
            Expr::Written(..) if !self.is_text(scope) && self.is_range(scope) => {
                let written = self.query.get(node.span.clone()).unwrap_or_default();
                self.leaf(written, node.span.clone(), scope, false)
            }
            Expr::Written(Written::Wildcard, text)
                if matches!(scope, Where::Path | Where::FileType | Where::Url | Where::Id) =>
            {
                self.leaf(text, node.span.clone(), scope, false)
            }
            // A path with slashes at both ends is no regular expression.
            Expr::Written(Written::Regex, text) if matches!(scope, Where::Path | Where::Url) => {
                self.leaf(&format!("/{text}/"), node.span.clone(), scope, false)
            }
            Expr::Sloppy(..) | Expr::Near { .. } | Expr::Written(..) => {
                let plan = self.spans(node, scope)?.map(once);
                Ok(plan.map(|plan| if matches!(scope, Where::Declared(_)) { self.hidden(plan) } else { plan }))
            }
            Expr::All(nodes) | Expr::Adjacent(nodes) => {
                let (mut parts, mut seen) = (Vec::new(), Seen::default());
                for node in nodes {
                    parts.extend(self.node(node, scope)?.filter(|plan| seen.is_new(plan)));
                }
                Ok((!parts.is_empty()).then_some(Plan::All(parts)))
            }
            Expr::Any(nodes) => {
                let (mut choices, mut seen, mut seen_required) = (Vec::new(), Seen::default(), Seen::default());
                for node in nodes {
                    let is_required = matches!(node.expr, Expr::Required(_));
                    let seen = if is_required { &mut seen_required } else { &mut seen };
                    let plan = self.node(node, scope)?.filter(|plan| seen.is_new(plan));
                    choices.extend(plan.map(|plan| Choice { is_required, plan }));
                }
                Ok((!choices.is_empty()).then_some(Plan::Any(choices)))
            }
            Expr::Not(inner) => {
                self.negations += 1;
                let excluded = self.node(inner, scope);
                self.negations -= 1;
                Ok(excluded?.map(|plan| Plan::Not(Box::new(plan))))
            }
            Expr::Required(inner) => self.node(inner, scope),
            Expr::Boost(thousandths, inner) => {
                let before = self.boost;
                self.boost *= f64::from(*thousandths) / 1000.0;
                let plan = self.node(inner, scope);
                self.boost = before;
                plan
            }
            Expr::Function(Function::First(words), inner) => match self.beginning(*words, scope, node) {
                Some(scope) => self.node(inner, scope),
                None => Ok(None),
            },
            Expr::Function(Function::Case(case), inner) => {
                let before = self.case.replace(*case);
                let plan = self.node(inner, scope);
                self.case = before;
                plan
            }
            Expr::Function(Function::AtLeast(places), inner) => {
                let least = *places as usize;
                let plan = self.spans(inner, scope)?.map(|spans| Plan::Spans { spans, least });
                Ok(plan.map(|plan| if matches!(scope, Where::Declared(_)) { self.hidden(plan) } else { plan }))
            }
            Expr::Quorum(least, nodes) => {
                let mut parts = Vec::new();
                for node in nodes {
                    parts.extend(self.node(node, scope)?);
                }
                let least = *least as usize;
                Ok((parts.len() >= least).then_some(Plan::Quorum { least, parts }))
            }
            Expr::Field { name, name_span, inner } => match self.scope_named(name, name_span, scope) {
                Some(scope) => self.node(inner, scope),
                None => Ok(None),
            },
        }
    }

    /// A word or phrase by itself.
    fn leaf(&mut self, text: &str, span: Range<usize>, scope: Where, phrase: bool) -> Result<Option<Plan>> {
        match scope {
            Where::Anywhere | Where::Zones(_) | Where::First(_) => {
                if phrase {
                    self.ask_phrase(text, &span, true)
                } else {
                    self.ask_word(text, span.clone())
                }
                let plan = self.words(text, &span, &words::scope(scope, &[]), phrase)?.map(once);
                if let Some(plan) = plan.as_ref().filter(|_| fields::is_publisher(scope)) {
                    self.ask_value(plan, self.snapshot.fields.publisher, &fold_key(text), text, &span)?;
                }
                Ok(plan)
            }
            // The path has no capitals.
            Where::Section if self.case.is_some() => {
                Ok(self.words(text, &span, &words::scope(scope, &[]), true)?.map(once))
            }
            Where::Section => {
                let zone = words::scope(scope, &[]);
                let path = Plan::Filter(filters::section(self.snapshot, text));
                let words = self.words(text, &span, &zone, true)?.map(once);
                let choice = |plan| Choice { is_required: false, plan };
                let plan = Plan::Any(std::iter::once(path).chain(words).map(choice).collect());
                self.ask_value(&plan, self.snapshot.fields.section, &fold_key(text), text, &span)?;
                Ok(Some(plan))
            }
            Where::Declared(_)
            | Where::Language
            | Where::Corpus
            | Where::Id
            | Where::Path
            | Where::FileType
            | Where::Url
            | Where::Site
                if self.case.is_some() =>
            {
                self.diagnostics.push(no_capitals(span));
                Ok(None)
            }
            Where::Declared(number) if self.snapshot.fields.extras[number].kind == ExtraKind::Text => {
                let scope = words::scope(scope, &self.snapshot.fields.extras);
                let spans = self.words(text, &span, &scope, phrase)?;
                Ok(spans.map(|spans| self.hidden(once(spans))))
            }
            Where::Declared(number)
                if matches!(self.snapshot.fields.extras[number].kind, ExtraKind::Keyword | ExtraKind::Boolean) =>
            {
                self.declared(number, text, span)
            }
            Where::Declared(_) | Where::Date(_) | Where::WordCount => Ok(self.range(scope, &Bounds::read(text), span)),
            Where::Language | Where::Corpus | Where::Id => self.keyword(scope, text, span).map(Some),
            Where::Path => Ok(self.path(text, span)),
            Where::FileType => Ok(self.path(&format!("*.{}", text.trim_start_matches(['*', '.'])), span)),
            Where::Url | Where::Site | Where::Status => Ok(self.stored(scope, text, span)),
            Where::Has(is_there) => self.has(is_there, text, span),
        }
    }

    /// Returns what is asked of a declared field as a filter: what it finds is not in the text, where it would be marked.
    fn hidden(&self, plan: Plan) -> Plan {
        let leaves: Arc<[Leaf]> = self.leaves.clone().into();
        Plan::Filter(plan.query(&self.snapshot.fields, &leaves, self.stop))
    }

    /// What stands at places, by itself or near something else.
    fn spans(&mut self, node: &Node, scope: Where) -> Result<Option<Spans>> {
        self.stop.going_on()?;
        match &node.expr {
            Expr::Empty => Ok(None),
            Expr::Word(text) | Expr::Phrase(text) => {
                let Some(scope) = self.text_scope(node, scope) else { return Ok(None) };
                let phrase = matches!(node.expr, Expr::Phrase(_));
                if phrase {
                    self.ask_phrase(text, &node.span, true)
                } else {
                    self.ask_word(text, node.span.clone())
                }
                self.words(text, &node.span, &scope, phrase)
            }
            Expr::Sloppy(text, slop) => {
                let Some(scope) = self.text_scope(node, scope) else { return Ok(None) };
                self.ask_phrase(text, &node.span, false);
                self.sloppy(text, *slop, &node.span, &scope)
            }
            Expr::Written(written, text) => {
                let Some(scope) = self.text_scope(node, scope) else { return Ok(None) };
                self.written(*written, text, &node.span, &scope)
            }
            Expr::Any(nodes) => {
                let mut parts = Vec::new();
                let mut seen = Seen::default();
                for node in nodes {
                    parts.extend(self.spans(node, scope)?.filter(|spans| seen.is_new_in_place(spans)));
                }
                Ok((!parts.is_empty()).then_some(Spans::Any(parts)))
            }
            Expr::Near { first, others } => {
                let first = self.spans(first, scope)?;
                let mut rest = Vec::new();
                for (proximity, node) in others {
                    let excluded = usize::from(proximity.relation == Relation::Without);
                    if matches!(scope, Where::Declared(_)) && !matches!(proximity.reach, Reach::Words(_)) {
                        self.wrong(
                            &node.span,
                            "fields that an index was made with have no sentences or paragraphs",
                            "give a number of words: W/10",
                        );
                    }
                    self.negations += excluded;
                    let spans = self.spans(node, scope);
                    self.negations -= excluded;
                    rest.extend(spans?.map(|spans| (*proximity, spans)));
                }
                Ok(first.map(|first| Spans::Near { first: Box::new(first), others: rest }))
            }
            Expr::Boost(thousandths, inner) => {
                let before = self.boost;
                self.boost *= f64::from(*thousandths) / 1000.0;
                let spans = self.spans(inner, scope);
                self.boost = before;
                spans
            }
            Expr::Function(Function::First(words), inner) => match self.beginning(*words, scope, node) {
                Some(scope) => self.spans(inner, scope),
                None => Ok(None),
            },
            Expr::Function(Function::Case(case), inner) => {
                let before = self.case.replace(*case);
                let spans = self.spans(inner, scope);
                self.case = before;
                spans
            }
            Expr::Required(inner) => self.spans(inner, scope),
            Expr::Field { name, name_span, inner } => match self.scope_named(name, name_span, scope) {
                Some(Where::Declared(_)) => {
                    let hint = "put the whole proximity into brackets behind the field's name: x.note:(a W/5 b)";
                    self.wrong(&node.span, "only fields of the text can stand near one another", hint);
                    Ok(None)
                }
                Some(scope) => self.spans(inner, scope),
                None => Ok(None),
            },
            Expr::All(_)
            | Expr::Adjacent(_)
            | Expr::Not(_)
            | Expr::Quorum(..)
            | Expr::Range(_)
            | Expr::Function(..) => {
                let hint = "join words by OR or by a proximity, or put a \"phrase\" into quotation marks";
                self.wrong(
                    &node.span,
                    "what is counted, joined by AND or excluded by NOT stands at no one place",
                    hint,
                );
                Ok(None)
            }
        }
    }

    /// Returns the number of a word that is looked for, the same for the same.
    fn number_of(&mut self, leaf: Leaf) -> usize {
        let first = match &leaf.words {
            Words::Stems { marks, .. } => marks.first(),
            Words::Forms(forms) => forms.first(),
        };
        let numbers = self.known_leaves.entry(first.cloned().unwrap_or_default()).or_default();
        if let Some(known) = numbers.iter().find(|known| self.leaves[**known] == leaf) {
            return *known;
        }
        numbers.push(self.leaves.len());
        self.leaves.push(leaf);
        self.leaves.len() - 1
    }

    fn wrong(&mut self, span: &Range<usize>, message: &str, hint: &str) {
        let error = Diagnostic::error(DiagnosticKind::Unsupported, span.clone(), message, hint);
        self.diagnostics.push(error);
    }
}

fn no_capitals(span: Range<usize>) -> Diagnostic {
    let message = "capitals are told in the text of an article only, not in this field";
    let hint = "leave out caps( ), allcaps( ) or nocaps( ) here";
    Diagnostic::error(DiagnosticKind::Unsupported, span, message, hint)
}

fn once(spans: Spans) -> Plan {
    Plan::Spans { spans, least: 1 }
}
