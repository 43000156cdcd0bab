//! Articles whose scores became equal by what was added to them: the newest first, then in the order of their sources, as those
//! whose scores were equal from the beginning.

use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::DocAddress;

use super::collect::{Candidate, first};
use crate::Result;
use crate::index::Snapshot;

/// Puts articles in order that have the same score now and had not before. They are in the order of their scores.
pub(super) fn settle(
    snapshot: &Snapshot,
    before: &[(DocAddress, f64)],
    articles: &mut [(DocAddress, f64)],
    assumed_offset: i16,
) -> Result<()> {
    let mut scores: HashMap<DocAddress, u64> = HashMap::new();
    for equal in articles.chunk_by_mut(|a, b| a.1 == b.1).filter(|equal| equal.len() > 1) {
        if scores.is_empty() {
            scores.extend(before.iter().map(|(address, score)| (*address, score.to_bits())));
        }
        if equal.iter().all(|(address, _)| scores.get(address) == scores.get(&equal[0].0)) {
            continue;
        }
        place(snapshot, equal, equal.len(), assumed_offset)?;
    }
    Ok(())
}

/// Puts the first `most` of articles in order that have the same score; what stands behind them then means nothing. Keys are read
/// of those only that have the same date too.
pub(super) fn place(
    snapshot: &Snapshot,
    equal: &mut [(DocAddress, f64)],
    most: usize,
    assumed_offset: i16,
) -> Result<()> {
    if equal.len() < 2 {
        return Ok(());
    }
    let mut dated = Vec::with_capacity(equal.len());
    for article in equal.iter() {
        let columns = snapshot.columns(article.0.segment_ord)?;
        dated.push((columns.instant(article.0.doc_id, assumed_offset), *article));
    }
    dated.sort_unstable_by_key(|(instant, _)| Reverse(*instant));
    let mut placed = Vec::with_capacity(equal.len().min(most));
    for same in dated.chunk_by(|a, b| a.0 == b.0) {
        match same {
            _ if placed.len() >= most => break,
            [(_, one)] => placed.push(*one),
            _ => placed.extend(first_by_key(snapshot, same, most - placed.len())?),
        }
    }
    equal[..placed.len()].copy_from_slice(&placed);
    Ok(())
}

/// Returns the first of articles that have the same score and date, in the order of their keys.
fn first_by_key(
    snapshot: &Snapshot,
    same: &[(Option<i64>, (DocAddress, f64))],
    most: usize,
) -> Result<Vec<(DocAddress, f64)>> {
    let mut numbered = Vec::with_capacity(same.len());
    for (instant, article) in same {
        let number = snapshot.keys(article.0.segment_ord)?.ords().first(article.0.doc_id);
        numbered.push((article.0.segment_ord, number.unwrap_or(u64::MAX), *instant, *article));
    }
    // Within a segment keys are in the order of their numbers: no more than the first of each come among the first of all.
    numbered.sort_unstable_by_key(|(segment, number, ..)| (*segment, *number));
    let of_segments = numbered.chunk_by(|a, b| a.0 == b.0).flat_map(|of_segment| of_segment.iter().take(most));
    let candidates = of_segments.map(|(.., instant, article)| Candidate::by_key(snapshot, *article, *instant));
    first(snapshot, candidates.collect::<Result<_>>()?, most)
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
        for most in 0..5 {
            let mut equal: Vec<(DocAddress, f64)> = before.iter().map(|(address, _)| (*address, 5.0)).collect();
            place(&snapshot, &mut equal, most, 0).expect("it can be read");
            assert_eq!(ids(&equal[..most.min(4)]), "dbca"[..most.min(4)]);
        }
        // Those that were equal before are in their order already.
        let mut same = before.clone();
        settle(&snapshot, &before, &mut same, 0).expect("it can be read");
        assert_eq!(same, before);
    }
}
