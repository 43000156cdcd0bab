//! Articles whose scores became equal by what was added to them: the newest first, then in the order of their sources, as those
//! whose scores were equal from the beginning.

use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::DocAddress;

use super::collect::Dates;
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
        let mut placed = Vec::with_capacity(equal.len());
        for article in equal.iter() {
            placed.push((place(snapshot, article.0, assumed_offset)?, *article));
        }
        placed.sort_by(|a, b| a.0.cmp(&b.0));
        equal.iter_mut().zip(placed).for_each(|(article, (_, placed))| *article = placed);
    }
    Ok(())
}

/// Returns what decides between articles of the same score; the least comes first.
fn place(snapshot: &Snapshot, address: DocAddress, assumed_offset: i16) -> Result<(Reverse<Option<i64>>, String)> {
    let instant = Dates::published(snapshot, address.segment_ord)?.instant(address.doc_id, assumed_offset);
    let keys = &snapshot.columns(address.segment_ord)?.keys;
    let mut key = String::new();
    let ordinal = keys.ords().first(address.doc_id).unwrap_or(u64::MAX);
    keys.ord_to_str(ordinal, &mut key).map_err(|error| snapshot.error(error))?;
    Ok((Reverse(instant), key))
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
