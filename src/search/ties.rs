//! Articles whose scores became equal by what was added to them: the newest first, then in the order of their sources, as those
//! whose scores were equal from the beginning.

use std::collections::HashMap;

use tantivy::DocAddress;

use super::collect::{Candidate, first as first_of};
use crate::Result;
use crate::index::Snapshot;

/// Puts articles in order that have the same score now and had not before. They are in the order of their scores.
pub(super) fn settle(
    snapshot: &Snapshot,
    before: &[(DocAddress, f64)],
    articles: &mut [(DocAddress, f64)],
    assumed_offset: i16,
) -> Result<()> {
    let mut first: HashMap<DocAddress, u64> = HashMap::new();
    for equal in articles.chunk_by_mut(|a, b| a.1 == b.1).filter(|equal| equal.len() > 1) {
        if first.is_empty() {
            first.extend(before.iter().map(|(address, score)| (*address, score.to_bits())));
        }
        if equal.iter().all(|(address, _)| first.get(address) == first.get(&equal[0].0)) {
            continue;
        }
        let candidates = equal.iter().map(|article| Candidate::by_score(snapshot, *article, assumed_offset));
        let candidates = candidates.collect::<Result<Vec<_>>>()?;
        equal.copy_from_slice(&first_of(snapshot, candidates, equal.len())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Date, DateOrder, Index};

    #[test]
    fn what_became_equal_is_in_the_order_of_dates_and_sources() {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        for (id, day) in [("c", Some("2024-03-05")), ("a", None), ("b", Some("2024-03-05")), ("d", Some("2024-03-06"))]
        {
            let mut article = Article::new(id);
            article.body.push("ferry".to_owned());
            article.published = day.and_then(|day| Date::parse(day, DateOrder::Unknown).ok());
            writer.add(article).expect("memory suffices");
            writer.commit().expect("memory suffices");
        }
        drop(writer);
        let snapshot = index.snapshot().expect("it can be read");
        let ids = |articles: &[(DocAddress, f64)]| -> String {
            articles.iter().map(|(at, _)| snapshot.article(*at).expect("it is sound").id.to_string()).collect()
        };
        let segments = (0..).zip(snapshot.searcher.segment_readers());
        let before: Vec<(DocAddress, f64)> = segments
            .flat_map(|(n, segment)| (0..segment.max_doc()).map(move |doc| DocAddress::new(n, doc)))
            .zip((1..5).rev().map(f64::from))
            .collect();
        assert_eq!(before.len(), 4);
        let mut equal: Vec<(DocAddress, f64)> = before.iter().map(|(address, _)| (*address, 5.0)).collect();
        settle(&snapshot, &before, &mut equal, 0).expect("it can be read");
        assert_eq!(ids(&equal), "dbca");
        // Those that were equal before are in their order already.
        let mut same = before.clone();
        settle(&snapshot, &before, &mut same, 0).expect("it can be read");
        assert_eq!(same, before);
    }
}
