//! How a score came about: a tree whose figures add and multiply up to it.

use tantivy::{DocAddress, Term};

use super::lower::Lowered;
use super::proximity::Near;
use super::rank::{Part, SegmentRanker, Unit};
use super::recency::Recency;
use super::{SearchRequest, Sort};
use crate::Result;
use crate::index::Snapshot;
use crate::similarity::{SHIFT, idf, saturation};

/// A figure of a score, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Explanation {
    /// What the figure is, in the terms of the field: `idf`, `tf`, a term.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// How it comes of its parts.
    pub how: How,
    /// What it is made of; empty for a figure that is counted or computed at once.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub parts: Vec<Explanation>,
}

/// How a figure comes of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum How {
    /// It has none.
    Figure,
    /// It is their sum.
    Sum,
    /// It is their product.
    Product,
}

impl Explanation {
    fn figure(what: String, value: f64) -> Explanation {
        Explanation { what, value, how: How::Figure, parts: Vec::new() }
    }

    fn sum(what: &str, parts: Vec<Explanation>) -> Explanation {
        let value = parts.iter().fold(0.0, |sum, part| sum + part.value);
        Explanation { what: what.to_owned(), value, how: How::Sum, parts }
    }

    fn product(what: String, parts: Vec<Explanation>) -> Explanation {
        let value = parts.iter().fold(1.0, |product, part| product * part.value);
        Explanation { what, value, how: How::Product, parts }
    }
}

/// Explains the score of an article, whose words near one another count where it `is_rescored`.
pub(super) fn explanation(
    snapshot: &Snapshot,
    lowered: &Lowered,
    request: &SearchRequest,
    address: DocAddress,
    is_rescored: bool,
) -> Result<Explanation> {
    let segment = snapshot.searcher.segment_reader(address.segment_ord);
    let mut ranker = SegmentRanker::of(snapshot, segment, &lowered.units)?;
    let norm = ranker.norm(address.doc_id);
    let mut words = Vec::new();
    ranker.each_part(address.doc_id, |part| {
        let added = if part.unit < lowered.n_asked { "" } else { "added: " };
        words.push(word(&lowered.units[part.unit], added, &part, norm));
    });
    let bm25 = Explanation::sum("BM25", words);
    let mut stages = vec![bm25];
    if is_rescored {
        stages.extend(nearness(snapshot, &lowered.units[..lowered.n_asked], address, norm)?);
    }
    let score = Explanation::sum("score", stages);
    let Some(recency) = Recency::of(request)?.filter(|_| request.sort == Sort::Relevance) else { return Ok(score) };
    let age = recency.age(snapshot, address)?;
    let told = age.map_or("no date".to_owned(), |days| format!("age = {days:.1} days"));
    let told = format!("recency: 1 + 0.25 / 2^(age / half-life), {told}");
    let relevance = Explanation { what: "relevance".to_owned(), ..score };
    let parts = vec![relevance, Explanation::figure(told, recency.factor(age))];
    Ok(Explanation::product("score".to_owned(), parts))
}

fn word(unit: &Unit, added: &str, part: &Part, norm: u32) -> Explanation {
    let (live, with) = (unit.live(), unit.articles());
    let length = norm.saturating_sub(SHIFT);
    let tf = part.frequency;
    let saturated = match (part.is_fuzzy, part.distance) {
        (false, _) => "tf / (tf + 0.9 (0.6 + 0.4 length / 409.6))",
        (true, 0) => "as written: 1 + tf / (tf + 0.9 (0.6 + 0.4 length / 409.6))",
        (true, 1) => "one letter changed: half of tf / (tf + 0.9 (0.6 + 0.4 length / 409.6))",
        (true, _) => "two letters changed: a quarter of tf / (tf + 0.9 (0.6 + 0.4 length / 409.6))",
    };
    let weight = Explanation::figure("weight".to_owned(), unit.boost());
    let rarity = format!("idf: ln(1 + (N - n + 0.5) / (n + 0.5)), n = {with} of N = {live} articles");
    let rarity = Explanation::figure(rarity, idf(live, with));
    let frequency = Explanation::figure(format!("{saturated}, tf = {tf}, length = {length}"), part.value);
    Explanation::product(format!("{added}{}", terms(unit)), vec![weight, rarity, frequency])
}

/// Explains what words near one another add; `None` where that is nothing.
fn nearness(snapshot: &Snapshot, units: &[Unit], address: DocAddress, norm: u32) -> Result<Option<Explanation>> {
    let segment = snapshot.searcher.segment_reader(address.segment_ord);
    let words = Near::words(snapshot, units);
    if words.len() < 2 {
        return Ok(None);
    }
    let mut near = Near::of(snapshot, segment, &words, false).map_err(|error| snapshot.error(error))?;
    let given = near.given(address.doc_id).iter().copied();
    let parts = words.iter().zip(given).filter(|(_, given)| *given > 0.0).map(|(unit, given)| {
        let rarity = Explanation::figure("weight times idf, at most 1".to_owned(), unit.idf().min(1.0));
        let what = format!("a / (a + 0.9 (0.6 + 0.4 length / 409.6)), a = {given:.4} by the words next to it");
        Explanation::product(terms(unit), vec![rarity, Explanation::figure(what, saturation(given, norm))])
    });
    let parts: Vec<Explanation> = parts.collect();
    Ok((!parts.is_empty()).then(|| Explanation::sum("words near one another (BM25TP)", parts)))
}

/// Returns the terms of a word, as the index has them.
fn terms(unit: &Unit) -> String {
    /// A pattern may stand for thousands.
    const MOST: usize = 5;
    let text = |term: &Term| term.value().as_str().unwrap_or_default().to_owned();
    let mut told: Vec<String> = unit.terms().iter().take(MOST).map(text).collect();
    if unit.terms().len() > MOST {
        told.push(format!("{} more", unit.terms().len() - MOST));
    }
    told.join(" or ")
}
