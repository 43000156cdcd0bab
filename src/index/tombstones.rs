//! Articles that were taken down: what they are known by, so that they stay out when their source is read again, and why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Article, SourceKey};

/// What is kept of an article that was taken down, and stays out.
///
/// ```
/// use newshound::{Article, Index};
///
/// let index = Index::in_memory()?;
/// let mut writer = index.writer()?;
/// writer.add(Article::new("ferry-1"))?;
/// writer.take_down(&"ferry-1".into(), "on the author's wish")?;
/// writer.commit()?;
/// let status = index.status()?;
/// assert_eq!((status.articles, status.taken_down[0].reason.as_str()), (0, "on the author's wish"));
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tombstone {
    /// Where it came from.
    pub source: SourceKey,
    /// Its own id, where it was called by that. An article of the same corpus with this id stays out from any source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_id: Option<String>,
    /// Why it was taken down.
    pub reason: String,
}

impl Tombstone {
    /// Tells whether this is what a user names by an id: the article's own, or its path and record, with the corpus before
    /// it or without.
    fn is_named(&self, id: &str) -> bool {
        let of_corpus = id.strip_prefix(self.source.corpus.as_str()).and_then(|rest| rest.strip_prefix([':', '/']));
        let is_name = |name: &str| name == self.source.path_id() || self.native_id.as_deref() == Some(name);
        is_name(id) || of_corpus.is_some_and(is_name)
    }
}

/// All articles that were taken down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Written>", into = "Vec<Written>")]
pub(crate) struct Tombstones {
    /// In the order of keys, each once.
    stones: Vec<Tombstone>,
    /// Corpus and own id of those that have one.
    ids: BTreeSet<(String, String)>,
}

/// A tombstone as the manifest has it: corpus, path, record, own id, reason.
type Written = (String, String, u32, Option<String>, String);

impl From<Vec<Written>> for Tombstones {
    fn from(written: Vec<Written>) -> Tombstones {
        let read = |(corpus, path, record, native_id, reason): Written| Tombstone {
            source: SourceKey::new(corpus, path, (record > 0).then_some(record)),
            native_id,
            reason,
        };
        written.into_iter().map(read).collect()
    }
}

impl From<Tombstones> for Vec<Written> {
    fn from(tombstones: Tombstones) -> Vec<Written> {
        let write = |Tombstone { source, native_id, reason }| {
            let SourceKey { corpus, path, record } = source;
            (corpus, path, record.unwrap_or(0), native_id, reason)
        };
        tombstones.stones.into_iter().map(write).collect()
    }
}

impl FromIterator<Tombstone> for Tombstones {
    fn from_iter<I: IntoIterator<Item = Tombstone>>(stones: I) -> Tombstones {
        let mut tombstones = Tombstones::default();
        stones.into_iter().for_each(|stone| tombstones.insert(stone));
        tombstones
    }
}

impl Tombstones {
    /// Returns them in the order of keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tombstone> {
        self.stones.iter()
    }

    /// Tells whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.stones.is_empty()
    }

    /// Adds one, in the place of the one of the same key.
    pub(crate) fn insert(&mut self, stone: Tombstone) {
        self.ids.extend(stone.native_id.iter().map(|id| (stone.source.corpus.clone(), id.clone())));
        match self.stones.binary_search_by(|known| known.source.cmp(&stone.source)) {
            Ok(place) => self.stones[place] = stone,
            Err(place) => self.stones.insert(place, stone),
        }
    }

    /// Takes out those that are named so, and returns them.
    pub(super) fn remove(&mut self, id: &str) -> Vec<Tombstone> {
        let stones = std::mem::take(&mut self.stones);
        let (named, rest) = stones.into_iter().partition(|stone| stone.is_named(id));
        *self = Vec::into_iter(rest).collect();
        named
    }

    /// Returns why an article stays out, if it does.
    ///
    /// Records of a source move when one comes before them, so that one with an id is known by it; a source of one article
    /// is known by its path too, whatever id it has now.
    pub(crate) fn reason(&self, article: &Article) -> Option<&str> {
        if self.is_empty() {
            return None;
        }
        let source = &article.source;
        let of_place =
            self.stones.binary_search_by(|known| known.source.cmp(source)).ok().map(|place| &self.stones[place]);
        let of_place = of_place.filter(|stone| source.record.is_none() || stone.native_id.is_none());
        let id = article.native_id.as_ref().filter(|id| self.ids.contains(&(source.corpus.clone(), (*id).clone())));
        let of_id =
            |stone: &&Tombstone| id.is_some() && stone.native_id.as_ref() == id && stone.source.corpus == source.corpus;
        of_place.or_else(|| self.stones.iter().find(of_id)).map(|stone| stone.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stone(path: &str, record: Option<u32>, native_id: Option<&str>) -> Tombstone {
        let source = SourceKey::new("news", path, record);
        Tombstone { source, native_id: native_id.map(str::to_owned), reason: format!("of {path}") }
    }

    fn article(corpus: &str, path: &str, record: Option<u32>, native_id: Option<&str>) -> Article {
        let source = SourceKey::new(corpus, path, record);
        Article { source, native_id: native_id.map(str::to_owned), ..Article::default() }
    }

    #[test]
    fn an_article_stays_out_by_its_id_anywhere_in_its_corpus_and_else_by_its_place() {
        let stones =
            [stone("a.md", None, Some("a-1")), stone("b.txt", None, None), stone("w.jsonl", Some(2), Some("w-2"))];
        let stones: Tombstones = stones.into_iter().chain([stone("x.jsonl", Some(3), None)]).collect();
        let out = |corpus, path, record, id| stones.reason(&article(corpus, path, record, id));
        assert_eq!(out("news", "a.md", None, Some("a-1")), Some("of a.md"));
        assert_eq!(out("news", "moved.md", None, Some("a-1")), Some("of a.md"));
        assert_eq!(out("news", "a.md", None, None), Some("of a.md"), "the source is the same");
        assert_eq!(out("other", "a.md", None, Some("a-1")), None);
        assert_eq!(out("news", "b.txt", None, None), Some("of b.txt"));
        assert_eq!(out("news", "w.jsonl", Some(5), Some("w-2")), Some("of w.jsonl"), "records move");
        assert_eq!(out("news", "w.jsonl", Some(2), Some("w-9")), None, "another article came to its place");
        assert_eq!(out("news", "x.jsonl", Some(3), Some("any")), Some("of x.jsonl"));
        assert_eq!(out("news", "x.jsonl", Some(4), None), None);
    }

    #[test]
    fn tombstones_come_back_and_go_by_any_name() {
        let stones: Tombstones =
            [stone("b.txt", None, None), stone("w.jsonl", Some(2), Some("w-2"))].into_iter().collect();
        let bytes = postcard::to_stdvec(&stones).expect("it serialises");
        assert_eq!(postcard::from_bytes::<Tombstones>(&bytes).expect("it reads"), stones);
        for name in ["w-2", "news:w-2", "w.jsonl#2", "news/w.jsonl#2"] {
            let mut left = stones.clone();
            assert_eq!(left.remove(name).len(), 1, "{name}");
            assert_eq!(left.reason(&article("news", "w.jsonl", Some(2), Some("w-2"))), None, "{name}");
            assert!(left.reason(&article("news", "b.txt", None, None)).is_some(), "{name}");
        }
        assert!(stones.clone().remove("b").is_empty());
    }
}
