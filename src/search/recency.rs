//! Newer articles a little before older ones, where that is asked for: a score is raised by at most a quarter, half as much
//! for each half-life that the article is old (exponential decay; Li and Croft, "Time-based language models", 2003).
//!
//! Since a score is never lowered and only the best are looked at, an article that is far less relevant stays behind however
//! new it is: this never becomes an order by date.

use tantivy::DocAddress;

use super::SearchRequest;
use crate::index::Snapshot;
use crate::{Error, Result};

/// How many of the best articles are looked at.
pub(super) const CANDIDATES: usize = 1_000;
/// By what share the score of an article of this moment is raised.
const MOST: f64 = 0.25;
const DAY: f64 = 86_400.0;

/// What decides how much an article is raised.
pub(super) struct Recency {
    /// In days.
    half_life: f64,
    /// The moment of the request, in seconds.
    now: i64,
    assumed_offset: i16,
}

impl Recency {
    /// Returns what a request asks for.
    ///
    /// # Errors
    ///
    /// [`Error::Options`] where the half-life is 0, or the request does not say what day it is.
    pub(super) fn of(request: &SearchRequest) -> Result<Option<Recency>> {
        let Some(days) = request.recency else { return Ok(None) };
        let wrong = |problem: &str| Error::Options { option: "recency", problem: problem.to_owned() };
        if days == 0 {
            return Err(wrong("a half-life is at least one day"));
        }
        let now = request.now.ok_or_else(|| wrong("the request does not say from which day age is told (`now`)"))?;
        let assumed_offset = request.assumed_offset;
        Ok(Some(Recency { half_life: f64::from(days), now: now.instant(assumed_offset), assumed_offset }))
    }

    /// Raises the scores of articles by their dates, and puts them in order.
    pub(super) fn raise(&self, snapshot: &Snapshot, articles: &mut [(DocAddress, f64)]) -> Result<()> {
        for (address, score) in articles.iter_mut() {
            *score *= self.factor(self.age(snapshot, *address)?);
        }
        articles.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(())
    }

    /// Returns the age of an article in days; `None` for one without a date. What is dated later than now is new.
    pub(super) fn age(&self, snapshot: &Snapshot, address: DocAddress) -> Result<Option<f64>> {
        let instant = snapshot.columns(address.segment_ord)?.instant(address.doc_id, self.assumed_offset);
        Ok(instant.map(|instant| self.now.saturating_sub(instant).max(0) as f64 / DAY))
    }

    /// Returns by what a score is multiplied at an age.
    pub(super) fn factor(&self, age: Option<f64>) -> f64 {
        age.map_or(1.0, |days| 1.0 + MOST * (-days / self.half_life).exp2())
    }
}
