//! Feedback: words that the best articles of a first search have in common are added to the query.
//!
//! This is RM3 (Abdul-Jaleel and others, "UMass at TREC 2004: Novelty and HARD", after Lavrenko and Croft, 2001) over BM25:
//! a word counts by how likely it is in the best articles, each of which counts by its score, and all that is added counts
//! as much as the query. Ten articles, half of the weight, and no word that stands in more than a tenth of all articles are
//! what Anserini found to serve on all of its news collections. A word must stand in two of the articles, so that no single
//! one takes the query elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tantivy::Term;

use super::lower::{Lowered, with_filters};
use super::positional::any_term;
use super::prune::Plain;
use super::rank::{Alternatives, Unit};
use super::{AddedWord, Expand, SearchRequest, Searcher, Sort, Stop};
use crate::analysis::{Analyzers, QueryAnalyzer};
use crate::index::{Snapshot, TextField, language_of};
use crate::{Article, Result};

/// A word that stands in more than this share of all articles says nothing about any.
pub(super) const COMMON: f64 = 0.1;
/// In how many of the best articles a word must stand.
const LEAST_ARTICLES: usize = 2;
/// How much all that is added counts beside the query.
const WEIGHT: f64 = 1.0;

impl Searcher {
    /// Adds to the words that hits are ranked by what the best articles have in common, where the request asks for it. Where any
    /// plain word is enough, articles with an added word are found too.
    pub(super) fn expand(&self, lowered: &mut Lowered, request: &SearchRequest, stop: &Stop) -> Result<Vec<AddedWord>> {
        let Some(expand) = request.expand.as_ref().filter(|_| request.sort == Sort::Relevance) else {
            return Ok(Vec::new());
        };
        let first = self.best(lowered, request, expand.articles, stop)?;
        let mut articles = Vec::with_capacity(first.top.len());
        for (address, score) in first.top {
            stop.going_on()?;
            articles.push((self.snapshot.article(address)?, score));
        }
        let mut told = Vec::new();
        let asked: f64 = lowered.units.iter().map(Unit::boost).sum();
        for Likely { term, word, weight } in likely(&self.snapshot, &articles, &lowered.units, expand)? {
            let weight = weight * asked * WEIGHT;
            if let Some(unit) = lowered.units.iter_mut().find(|unit| unit.terms().contains(&term)) {
                unit.raise(weight);
                continue;
            }
            let alternatives = Alternatives { terms: vec![term], distances: Vec::new() };
            lowered.units.push(Unit::weigh(&self.snapshot, &alternatives, weight)?);
            told.push(AddedWord { word, weight });
        }
        if lowered.plain == Some(Plain::Any) && !told.is_empty() {
            let added = lowered.units[lowered.n_asked..].iter().flat_map(Unit::terms).cloned();
            let words = lowered.any_of.iter().cloned().chain(added);
            (lowered.query, _) = with_filters(&self.snapshot, any_term(words), request);
        }
        lowered.is_prunable &= lowered.plain == Some(Plain::Any);
        Ok(told)
    }
}

/// A word of the best articles.
struct Likely {
    term: Term,
    /// The form in which it stands there most often.
    word: String,
    /// How likely it is there, of the words that are taken.
    weight: f64,
}

/// What is known of a term in the best articles.
#[derive(Default)]
pub(super) struct Seen {
    /// In how many of them it stands.
    articles: usize,
    /// The last of these.
    last: Option<usize>,
    pub(super) likelihood: f64,
    /// The forms in which it stands there.
    words: BTreeMap<String, u32>,
}

impl Seen {
    /// Returns the form in which it stands there most often; among equals the first in the alphabet.
    pub(super) fn word(&self) -> &str {
        let most = self.words.iter().rev().max_by_key(|(_, times)| **times);
        most.map_or("", |(word, _)| word)
    }
}

/// Returns the words that are likeliest in articles, which have scores: those of the query, and so many others.
fn likely(snapshot: &Snapshot, articles: &[(Article, f64)], units: &[Unit], expand: &Expand) -> Result<Vec<Likely>> {
    let asked: BTreeSet<&Term> = units.iter().flat_map(Unit::terms).collect();
    let analyzer = QueryAnalyzer::of(snapshot.languages()?.iter().map(String::as_str));
    let terms_of = |words: &[String]| -> BTreeSet<String> {
        let forms = words.iter().flat_map(|word| analyzer.word(word)).flatten().flatten();
        forms.map(|form| form.text().to_owned()).collect()
    };
    let (only, without) = (terms_of(&expand.only), terms_of(&expand.without));
    let mut found: Vec<(String, Seen)> = seen_in(articles).into_iter().collect();
    found.sort_unstable_by(|a, b| b.1.likelihood.total_cmp(&a.1.likelihood).then_with(|| a.0.cmp(&b.0)));
    let least = LEAST_ARTICLES.min(articles.len());
    let most = COMMON * snapshot.articles() as f64;
    let (mut taken, mut n_added) = (Vec::new(), 0);
    for (text, seen) in found {
        if seen.articles < least || !is_word(&text) || n_added == expand.terms {
            continue;
        }
        let term = Term::from_field_text(snapshot.fields.all, &text);
        let is_asked = asked.contains(&term);
        if !is_asked && (!only.is_empty() && !only.contains(&text) || without.contains(&text)) {
            continue;
        }
        let with = snapshot.live_articles_with(&term)?;
        if with == 0 || with as f64 > most {
            continue;
        }
        n_added += usize::from(!is_asked);
        taken.push(Likely { term, word: seen.word().to_owned(), weight: seen.likelihood });
    }
    let sum: f64 = taken.iter().map(|likely| likely.weight).sum();
    taken.iter_mut().for_each(|likely| likely.weight /= sum);
    Ok(taken)
}

/// Returns the terms of articles, as the merged field has them.
pub(super) fn seen_in(articles: &[(Article, f64)]) -> HashMap<String, Seen> {
    let mut analyzers = Analyzers::default();
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for (number, (article, score)) in articles.iter().enumerate() {
        let analyzer = analyzers.of(language_of(article));
        let entries = TextField::ALL
            .into_iter()
            .flat_map(|field| field.entries(article).into_iter().map(move |entry| (f64::from(field.weight()), entry)));
        let entries: Vec<(f64, &str)> = entries.collect();
        let mut length = 0.0;
        entries.iter().for_each(|(weight, entry)| analyzer.each(entry, |_, _, _, _| length += weight));
        for (weight, entry) in entries {
            analyzer.each(entry, |word, _, _, _| {
                let seen = seen.entry(analyzer.terms(word).0).or_default();
                seen.articles += usize::from(seen.last.replace(number) != Some(number));
                seen.likelihood += score * weight / length;
                *seen.words.entry(word.to_owned()).or_default() += 1;
            });
        }
    }
    seen
}

/// Tells whether a term is one of letters and digits, and no single character.
pub(super) fn is_word(term: &str) -> bool {
    let letters = term.rsplit_once('@').map_or(term, |(letters, _)| letters);
    (2..=20).contains(&letters.chars().count()) && letters.chars().all(char::is_alphanumeric)
}
