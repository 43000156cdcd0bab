//! The reading room: one request against one snapshot of the index.

mod collect;
mod columns;
mod complete;
mod copies;
mod expand;
mod explain;
mod feedback;
mod intervals;
mod leaf;
mod lower;
mod marks;
mod markup;
mod maxscore;
mod order;
mod overlap;
mod passage;
mod plan;
mod positional;
mod proximity;
mod prune;
mod rank;
mod ranked;
mod reading;
mod recency;
mod request;
mod shortlist;
mod sieve;
mod similar;
mod stop;
mod stored;
mod suggest;
mod tested;
mod ties;
mod when;

pub use explain::{Explanation, How};
pub use lower::query_fields;
pub use markup::{to_html, to_html_with, with_marks};
pub use request::{
    AddedWord, Collapse, Completion, CompletionKind, EntryHighlights, Expand, FoldedCopy, Highlighted, Hit, Operator,
    Passage, SearchRequest, SearchResponse, Sort, Suggestion, Total, WithAny,
};
pub use stop::Stop;

use std::sync::Arc;

use tantivy::query::Query;

use crate::analysis::Analyzers;
use crate::article::SCHEMA_VERSION;
use crate::index::{Snapshot, TextField, language_of};
use crate::query::ast::{Expr, Node};
use crate::query::{Joined, resolve, to_text};
use crate::{Article, Diagnostic, DiagnosticKind, Error, Index, Result, Severity, SourceKey};
use collect::{Collected, collect};
use lower::{Lowered, lower};
use marks::{Marker, Marks, merged};
use passage::{best_passages, highlighted};
use prune::Plain;
use recency::Recency;

/// One snapshot of an index. It answers from what was committed when it was made, whatever is written meanwhile.
///
/// Cloning is cheap; a clone shares the snapshot and may be used from another thread.
#[derive(Clone)]
pub struct Searcher {
    index: Index,
    snapshot: Snapshot,
    completions: Arc<complete::Kept>,
}

impl Index {
    /// Returns a searcher of the newest commit.
    pub fn searcher(&self) -> Result<Searcher> {
        Ok(Searcher { index: self.clone(), snapshot: self.snapshot()?, completions: Arc::default() })
    }
}

impl Searcher {
    /// Answers a request.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] where the query cannot be understood, with the places; failures of the index.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        self.search_until(request, &Stop::never())
    }

    /// Answers a request, and gives up with [`Error::Cancelled`] soon after `stop` says so.
    pub fn search_until(&self, request: &SearchRequest, stop: &Stop) -> Result<SearchResponse> {
        self.index.guarded(|| {
            stop.going_on()?;
            self.answer(self.ask(request, stop)?, request, stop)
        })
    }

    fn answer(&self, mut asked: Asked, request: &SearchRequest, stop: &Stop) -> Result<SearchResponse> {
        let added = self.expand(&mut asked.lowered, request, stop)?;
        let (found, copies) = self.folded(&asked.lowered, request, stop)?;
        if copies.is_cut {
            let message = "to compare all that look alike takes too long; copies may be shown by themselves";
            let (span, hint) =
                (0..request.query.len(), "narrow the query, or take copies in the same words alone (strict)");
            asked.diagnostics.push(Diagnostic::warning(DiagnosticKind::TooLarge, span, message, hint));
        }
        let mut marker = Marker::of(&asked.lowered.marking, Some(&self.snapshot), stop);
        let mut analyzers = Analyzers::for_marking();
        let mut hits = Vec::new();
        for (place, (address, score)) in found.top.into_iter().enumerate().skip(request.offset) {
            stop.going_on()?;
            let is_brief = request.passages == 0 && marker.reads_headline_only();
            let article = if is_brief { self.snapshot.summary(address)? } else { self.snapshot.article(address)? };
            stop.going_on()?;
            let passes = |query: &dyn Query| self.snapshot.passes(query, address);
            let analyzer = analyzers.of(language_of(&article));
            let marks = match is_brief {
                true => marker.headline_marks(&article, analyzer)?,
                false => marker.marks(&article, analyzer, &passes)?,
            };
            stop.going_on()?;
            let mut hit = hit((place + 1, score), article, &marks, request);
            if request.explain {
                let is_rescored = found.rescored.contains(&address);
                hit.explanation =
                    Some(explain::explanation(&self.snapshot, &asked.lowered, request, address, is_rescored)?);
            }
            if let Some(copies) = copies.of.get(&address) {
                hit.copies = self.told(copies)?;
            }
            hits.push(hit);
        }
        let with_any = if found.total == Total::Exact(0) { self.with_any(&asked.tree, request, stop)? } else { None };
        let mut suggestions = asked.lowered.suggestions;
        for (span, word) in asked.lowered.missing.iter().take(suggest::MOST_ASKED) {
            suggestions.extend(suggest::suggestion(&self.snapshot, word, span.clone())?);
        }
        Ok(SearchResponse {
            suggestions,
            schema_version: SCHEMA_VERSION,
            query: to_text(&asked.resolved),
            diagnostics: asked.diagnostics,
            total: found.total,
            undated: found.undated,
            with_any,
            added,
            hits,
        })
    }

    /// Counts the articles that match, exactly; `limit`, `offset` and `sort` of the request play no part.
    pub fn count(&self, request: &SearchRequest) -> Result<u64> {
        self.count_until(request, &Stop::never())
    }

    /// Counts the articles that match, and gives up with [`Error::Cancelled`] soon after `stop` says so.
    pub fn count_until(&self, request: &SearchRequest, stop: &Stop) -> Result<u64> {
        self.index.guarded(|| {
            stop.going_on()?;
            let mut asked = self.ask(request, stop)?;
            self.expand(&mut asked.lowered, request, stop)?;
            Ok(self.collect(&asked.lowered, request, 0, stop)?.total.number())
        })
    }

    /// Returns what makes an article match a request's query, in every field that is searched; empty where it does not
    /// match, or is not in the snapshot. The filters of the request play no part.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] where the query cannot be understood, with the places; failures of the index.
    pub fn highlights(&self, request: &SearchRequest, key: &SourceKey) -> Result<Vec<EntryHighlights>> {
        let asked = self.ask(request, &Stop::never())?;
        let Some(address) = self.snapshot.addresses(&self.snapshot.fields.key_term(key))?.pop() else {
            return Ok(Vec::new());
        };
        let article = self.snapshot.article(address)?;
        let mut analyzers = Analyzers::for_marking();
        let passes = |query: &dyn Query| self.snapshot.passes(query, address);
        let mut marker = Marker::of(&asked.lowered.marking, Some(&self.snapshot), &Stop::never());
        let marks = marker.marks(&article, analyzers.of(language_of(&article)), &passes)?;
        let mut entries = Vec::new();
        for field in TextField::ALL {
            let matches = marks.in_field(field);
            entries.extend(matches.chunk_by(|a, b| a.entry == b.entry).map(|of_entry| EntryHighlights {
                field: field.name(),
                entry: of_entry[0].entry,
                highlights: merged(of_entry.iter().map(|found| found.range.clone())),
            }));
        }
        Ok(entries)
    }

    /// Returns the articles whose id is `id`, alone or after its corpus (`corpus:id`, `corpus/path`); where there are
    /// none, those that have `id` as a part of it; at most `limit`.
    pub fn find(&self, id: &str, limit: usize) -> Result<Vec<Article>> {
        if id.is_empty() {
            return Ok(Vec::new());
        }
        self.index.guarded(|| {
            let mut named = self.snapshot.articles_named(id)?;
            if named.is_empty() {
                return self.snapshot.articles_with_part(id, limit);
            }
            named.truncate(limit);
            Ok(named)
        })
    }

    /// Moves to the newest commit; returns whether there was one.
    pub fn reload(&mut self) -> Result<bool> {
        let newest = self.index.snapshot()?;
        let moved = newest.searcher.generation().segments() != self.snapshot.searcher.generation().segments();
        self.snapshot = newest;
        self.completions = Arc::default();
        Ok(moved)
    }

    fn ask(&self, request: &SearchRequest, stop: &Stop) -> Result<Asked> {
        if let (Some(since), Some(until)) = (&request.since, &request.until)
            && since.first_second() > until.last_second()
        {
            let problem = format!("{since} is later than {until}, up to which articles are wanted");
            return Err(Error::Options { option: "since", problem });
        }
        let (tree, mut diagnostics) = crate::query::parse(&request.query);
        let joined = match request.operator {
            Operator::All => Joined::All,
            Operator::Any => Joined::Any,
        };
        let resolved = resolve(tree.clone(), joined);
        let lowered = lower(&self.snapshot, &resolved, request, stop)?;
        diagnostics.extend(lowered.diagnostics.iter().cloned());
        let is_wrong = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        if lowered.asks_nothing && !request.query.trim().is_empty() && !is_wrong {
            let hint = "write a word of letters or digits, or has:id for every article";
            let message = "there is no word to search for";
            diagnostics.push(Diagnostic::error(DiagnosticKind::Empty, 0..request.query.len(), message, hint));
        }
        // Where nothing is left of the query, every article would be an answer.
        if request.lenient && !lowered.asks_nothing {
            diagnostics.iter_mut().for_each(|diagnostic| diagnostic.severity = Severity::Warning);
        }
        if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(Error::Query(diagnostics));
        }
        Ok(Asked { tree, resolved, lowered, diagnostics })
    }

    fn collect(&self, lowered: &Lowered, request: &SearchRequest, limit: usize, stop: &Stop) -> Result<Collected> {
        collect(&self.snapshot, lowered, request, limit, stop)
    }

    /// Collects the first `limit` articles, those raised whose words stand near one another, and newer ones where that is
    /// asked for.
    fn best(&self, lowered: &Lowered, request: &SearchRequest, limit: usize, stop: &Stop) -> Result<Collected> {
        let recency = Recency::of(request)?;
        if limit == 0 || request.sort != Sort::Relevance {
            return self.collect(lowered, request, limit, stop);
        }
        let words = &lowered.units[..lowered.n_asked];
        let for_words = if lowered.plain.is_some() && words.len() > 1 { request.rescore } else { 0 };
        let for_dates = if recency.is_some() { recency::CANDIDATES } else { 0 };
        let mut found = self.collect(lowered, request, limit.max(for_words).max(for_dates), stop)?;
        stop.going_on()?;
        let n_found = found.top.len();
        let first = found.top[..for_words.max(for_dates).min(n_found)].to_vec();
        let near = &mut found.top[..for_words.min(n_found)];
        proximity::rescore(&self.snapshot, words, lowered.plain == Some(Plain::All), near)?;
        if request.explain {
            found.rescored = near.iter().map(|(address, _)| *address).collect();
        }
        if let Some(recency) = recency {
            recency.raise(&self.snapshot, &mut found.top[..first.len()])?;
        }
        ties::settle(&self.snapshot, &first, &mut found.top[..first.len()], request.assumed_offset)?;
        found.top.truncate(limit);
        Ok(found)
    }

    /// Where nothing has every word: how many articles have any.
    fn with_any(&self, tree: &Node, request: &SearchRequest, stop: &Stop) -> Result<Option<WithAny>> {
        let Expr::Adjacent(operands) = &tree.expr else { return Ok(None) };
        let words = operands.iter().filter(|operand| is_asked_for(operand)).count();
        if request.operator == Operator::Any || words < 2 {
            return Ok(None);
        }
        let lowered = lower(&self.snapshot, &resolve(tree.clone(), Joined::Any), request, stop)?;
        let articles = self.collect(&lowered, request, 0, stop)?.total.number();
        Ok(Some(WithAny { words, articles }))
    }
}

/// Tells whether an operand is one that more articles would have if it were optional.
fn is_asked_for(operand: &Node) -> bool {
    !matches!(resolve(operand.clone(), Joined::All).expr, Expr::Not(_) | Expr::Empty)
}

fn hit(place: (usize, f64), article: Article, marks: &Marks<'_>, request: &SearchRequest) -> Hit {
    let (rank, score) = place;
    Hit {
        rank,
        score,
        headline: highlighted(&article, TextField::Headline, marks),
        passages: best_passages(&article, marks, request.passages, request.passage_length),
        id: article.id,
        source: article.source,
        section: article.section,
        published: article.published,
        publisher: article.publisher,
        bylines: article.bylines,
        url: article.url,
        language: article.language,
        status: article.status,
        word_count: article.word_count,
        extra: article.extra,
        explanation: None,
        copies: Vec::new(),
    }
}

/// A request that was understood.
struct Asked {
    /// As written.
    tree: Node,
    /// As understood.
    resolved: Node,
    lowered: Lowered,
    diagnostics: Vec<Diagnostic>,
}
