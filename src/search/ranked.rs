//! The ids and scores of the best articles and nothing else, for runs of many deep answers.

use super::{SearchRequest, Searcher, Stop};
use crate::{ArticleId, Result, SourceKey};

impl Searcher {
    /// Returns the articles that [`search_until`](Self::search_until) would, by id, source and score.
    pub(crate) fn ranked_until(
        &self,
        request: &SearchRequest,
        stop: &Stop,
    ) -> Result<Vec<(ArticleId, SourceKey, f64)>> {
        self.index.guarded(|| {
            stop.going_on()?;
            let mut asked = self.ask(request, stop)?;
            self.expand(&mut asked.lowered, request, stop)?;
            let (found, _) = self.folded(&asked.lowered, request, stop)?;
            let mut ranked = Vec::with_capacity(found.top.len());
            for (address, score) in found.top.into_iter().skip(request.offset) {
                stop.going_on()?;
                let named = self.snapshot.named(address)?;
                ranked.push((named.id, named.source, score));
            }
            Ok(ranked)
        })
    }
}
