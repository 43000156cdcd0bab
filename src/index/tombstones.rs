//! Articles that were taken down: what they are known by, so that they stay out when their source is read again, and why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::digest::{Digest, text};
use crate::{Article, SourceKey};

/// What is kept of an article that was taken down, and stays out.
///
/// An article with an id of its own stays out by that, also where its text is edited at its source. One without is known by
/// the words of its headline and body: it stays out where it moves to another record or another file, and where
/// only punctuation, capitals, accents or spaces are edited, and so does every such copy in its corpus; where its words are
/// edited, it is another article, and comes in. The only article of a file stays out by the
/// path of the file besides, whatever becomes of its text.
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
    /// Where it was not called by an id of its own: a hash of the words of headline and body, and of the id that it
    /// shared with others. None where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_hash: Option<Digest>,
    /// Why it was taken down.
    pub reason: String,
}

impl Tombstone {
    /// Returns that of an article of which nothing is known but its place, and its own id where `native_id` is one.
    pub(super) fn unread(source: SourceKey, native_id: Option<String>, reason: &str) -> Tombstone {
        Tombstone { source, native_id, text_hash: None, reason: reason.to_owned() }
    }

    /// Returns that of an article which is called by this id of its own, or by none.
    pub(crate) fn new(article: &Article, native_id: Option<String>, reason: &str) -> Tombstone {
        let text_hash = if native_id.is_none() { text(article) } else { None };
        Tombstone { source: article.source.clone(), native_id, text_hash, reason: reason.to_owned() }
    }

    /// Returns what names this article and no other: its corpus and own id, or where it has none, corpus, path and record,
    /// and after an `@` the first digits of the [hash](Tombstone::text_hash) of its words, since the number of a record moves.
    ///
    /// ```
    /// # use newshound::{Article, Index};
    /// # let index = Index::in_memory()?;
    /// let mut writer = index.writer()?;
    /// # writer.add(Article::new("ferry-1"))?;
    /// writer.take_down(&"ferry-1".into(), "on the author's wish")?;
    /// writer.commit()?;
    /// let name = index.status()?.taken_down[0].name();
    /// assert!(writer.restore(&name.as_str().into())?);
    /// # Ok::<(), newshound::Error>(())
    /// ```
    pub fn name(&self) -> String {
        let corpus = &self.source.corpus;
        match &self.native_id {
            Some(id) => format!("{corpus}:{id}"),
            None => format!("{corpus}:{}", name_by_text(&self.source, self.text_hash)),
        }
    }

    /// Tells whether this is what a user names by an id: the article's own, or its path and record, which digits of its
    /// text may follow, with the corpus before it or without.
    fn is_named(&self, id: &str) -> bool {
        let of_corpus = id.strip_prefix(self.source.corpus.as_str()).and_then(|rest| rest.strip_prefix([':', '/']));
        let path_id = self.source.path_id();
        let is_of_text = |name: &str| {
            let asked = self.native_id.is_none().then(|| by_text(name)).flatten();
            asked.is_some_and(|(place, digits)| place == path_id && has_digits(self.text_hash, digits))
        };
        let is_name = |name: &str| name == path_id || self.native_id.as_deref() == Some(name) || is_of_text(name);
        is_name(id) || of_corpus.is_some_and(is_name)
    }

    /// Tells whether what lets one of both in lets in the other: one would keep out the other's article.
    fn is_of_same(&self, other: &Tombstone) -> bool {
        let (ours, theirs) = ((&self.native_id, &self.text_hash), (&other.native_id, &other.text_hash));
        let is_known_alike = ours == theirs && ours != (&None, &None);
        let is_at_one_place = self.source == other.source && self.is_of_place() && other.is_of_place();
        self.source.corpus == other.source.corpus && (is_known_alike || is_at_one_place)
    }

    /// Tells whether it goes by nothing but its place. The number of a record moves, so that it counts only where nothing
    /// else is known.
    fn is_of_place(&self) -> bool {
        self.source.record.is_none() || (self.native_id.is_none() && self.text_hash.is_none())
    }

    /// Returns what it is sorted by: two articles may have been taken down at one place, one after the other.
    fn order(&self) -> (&SourceKey, &Option<String>, &Option<Digest>) {
        (&self.source, &self.native_id, &self.text_hash)
    }
}

/// How many digits of the hash of a text are told, and how many are asked for at least, to name an article by.
const DIGITS: usize = 12;
const LEAST_DIGITS: usize = 8;

/// Returns path and record of an article, and the first digits of the hash of its words; zeros where there are none.
pub(super) fn name_by_text(source: &SourceKey, text_hash: Option<Digest>) -> String {
    format!("{}@{}", source.path_id(), &text_hash.unwrap_or_default().digits()[..DIGITS])
}

/// Splits such a name; `None` where it is none.
pub(super) fn by_text(name: &str) -> Option<(&str, &str)> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.rsplit_once('@').filter(|(_, digits)| digits.len() >= LEAST_DIGITS && digits.bytes().all(is_digit))
}

/// Tells whether the hash of a text begins with these digits.
pub(super) fn has_digits(text_hash: Option<Digest>, digits: &str) -> bool {
    text_hash.unwrap_or_default().digits().starts_with(digits)
}

/// All articles that were taken down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Written>", into = "Vec<Written>")]
pub(crate) struct Tombstones {
    /// In the order of keys, each once.
    stones: Vec<Tombstone>,
    /// Corpus and own id of those that have one.
    ids: BTreeSet<(String, String)>,
    /// Corpus and text of those that are known by it.
    texts: BTreeSet<(String, Digest)>,
}

/// A tombstone as the manifest has it: corpus, path, record, what it is known by, reason.
type Written = (String, String, u32, Known, String);

/// What an article is known by besides its place. The order counts: the first two are written as the optional id of manifests
/// before there was the third.
#[derive(Debug, Serialize, Deserialize)]
enum Known {
    Place,
    Id(String),
    Text(Digest),
}

impl From<Vec<Written>> for Tombstones {
    fn from(written: Vec<Written>) -> Tombstones {
        let read = |(corpus, path, record, known, reason): Written| {
            let source = SourceKey::new(corpus, path, (record > 0).then_some(record));
            let (native_id, text_hash) = match known {
                Known::Place => (None, None),
                Known::Id(id) => (Some(id), None),
                Known::Text(hash) => (None, Some(hash)),
            };
            Tombstone { source, native_id, text_hash, reason }
        };
        written.into_iter().map(read).collect()
    }
}

impl From<Tombstones> for Vec<Written> {
    fn from(tombstones: Tombstones) -> Vec<Written> {
        let write = |Tombstone { source, native_id, text_hash, reason }| {
            let SourceKey { corpus, path, record } = source;
            let known = native_id.map(Known::Id).or(text_hash.map(Known::Text)).unwrap_or(Known::Place);
            (corpus, path, record.unwrap_or(0), known, reason)
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

    /// Tells whether there is one of the same article.
    pub(super) fn has(&self, stone: &Tombstone) -> bool {
        self.stones.binary_search_by(|known| known.order().cmp(&stone.order())).is_ok()
    }

    /// Tells whether an article is kept out by the number of its record alone, which moves.
    pub(crate) fn is_known_by_number(&self, source: &SourceKey) -> bool {
        source.record.is_some() && self.stones.iter().any(|stone| stone.source == *source && stone.is_of_place())
    }

    /// Knows an article that was kept out by its number by what it is, now that it was read.
    pub(super) fn recognise(&mut self, stone: Tombstone) {
        let stones = std::mem::take(&mut self.stones);
        let rest = stones.into_iter().filter(|known| known.source != stone.source || !known.is_of_place());
        *self = rest.chain([stone.clone()]).collect();
    }

    /// Returns the first that is named so.
    pub(super) fn named(&self, id: &str) -> Option<&Tombstone> {
        self.stones.iter().find(|stone| stone.is_named(id))
    }

    /// Adds one, in the place of the one of the same article.
    pub(crate) fn insert(&mut self, stone: Tombstone) {
        let corpus = &stone.source.corpus;
        self.ids.extend(stone.native_id.iter().map(|id| (corpus.clone(), id.clone())));
        self.texts.extend(stone.text_hash.iter().map(|hash| (corpus.clone(), *hash)));
        match self.stones.binary_search_by(|known| known.order().cmp(&stone.order())) {
            Ok(place) => self.stones[place] = stone,
            Err(place) => self.stones.insert(place, stone),
        }
    }

    /// Takes out what keeps out the article that is named so, and returns it: also what stands at other places for the same.
    ///
    /// # Errors
    ///
    /// Where several articles are named so, none is taken out, and these are their names.
    pub(super) fn remove(&mut self, id: &str) -> Result<Vec<Tombstone>, Vec<String>> {
        let Some(first) = self.named(id) else { return Ok(Vec::new()) };
        let mut removed = vec![first.clone()];
        loop {
            let is_more =
                |stone: &&Tombstone| !removed.contains(stone) && removed.iter().any(|of| of.is_of_same(stone));
            let more: Vec<_> = self.stones.iter().filter(is_more).cloned().collect();
            if more.is_empty() {
                break;
            }
            removed.extend(more);
        }
        let rest: Vec<_> = self.stones.iter().filter(|stone| !removed.contains(stone)).cloned().collect();
        if rest.iter().any(|stone| stone.is_named(id)) {
            let names = self.stones.iter().filter(|stone| stone.is_named(id)).map(Tombstone::name);
            return Err(names.collect::<BTreeSet<_>>().into_iter().collect());
        }
        *self = rest.into_iter().collect();
        Ok(removed)
    }

    /// Returns why an article stays out, if it does.
    pub(crate) fn reason(&self, article: &Article) -> Option<&str> {
        if self.is_empty() {
            return None;
        }
        let source = &article.source;
        let begin = self.stones.partition_point(|stone| stone.source < *source);
        let mut at_place = self.stones[begin..].iter().take_while(|stone| stone.source == *source);
        let of_place = at_place.find(|stone| stone.is_of_place());
        let of_corpus = || self.stones.iter().filter(|stone| stone.source.corpus == source.corpus);
        let is_known = |id: &&String| self.ids.contains(&(source.corpus.clone(), (*id).clone()));
        let of_id = || {
            let id = article.native_id.as_ref().filter(is_known)?;
            of_corpus().find(|stone| stone.native_id.as_ref() == Some(id))
        };
        let of_text = || {
            let hash = if self.texts.is_empty() { None } else { text(article) };
            let hash = hash.filter(|hash| self.texts.contains(&(source.corpus.clone(), *hash)))?;
            of_corpus().find(|stone| stone.text_hash == Some(hash))
        };
        of_place.or_else(of_id).or_else(of_text).map(|stone| stone.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tombstone from before there were hashes of texts.
    fn stone(path: &str, record: Option<u32>, native_id: Option<&str>) -> Tombstone {
        let source = SourceKey::new("news", path, record);
        Tombstone { source, native_id: native_id.map(str::to_owned), text_hash: None, reason: format!("of {path}") }
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
    fn an_article_without_an_id_of_its_own_stays_out_by_its_text_wherever_it_stands() {
        let said = |path: &str, record, id: Option<&str>, text: &str| {
            let body = text.split('|').map(str::to_owned).collect();
            Article { headline: Some("Toll returns".into()), body, ..article("news", path, record, id) }
        };
        let gone = said("w.jsonl", Some(2), None, "The toll is due.|From Monday.");
        let shared = said("x.jsonl", Some(1), Some("x"), "The quay is closed.");
        let stones = [&gone, &shared, &said("b.txt", None, None, "The ferry sailed.")];
        let stones: Tombstones = stones.into_iter().map(|article| Tombstone::new(article, None, "on wish")).collect();
        let is_out = |article: Article| stones.reason(&article).is_some();
        assert!(is_out(said("w.jsonl", Some(3), None, "The toll is due.|From Monday.")), "another record");
        assert!(is_out(said("v.jsonl", Some(2), None, "The toll is due.|From Monday.")), "another file");
        assert!(is_out(said("w.txt", None, None, "The toll is due.  From|Monday.")), "other lines");
        for edited in [
            "The toll is due!|From Monday.",
            "THE TOLL IS DUE|from monday",
            "\u{201c}The toll is due.\u{201d}|\u{2014}From\u{a0}Monday\u{2026}",
            "The toll is\u{ad} due \u{2013} from Mon\u{ad}day.",
        ] {
            assert!(is_out(said("w.jsonl", Some(3), None, edited)), "only marks and capitals: {edited}");
        }
        assert!(!is_out(said("w.jsonl", Some(2), None, "The toll is due.|From Mon-day.")), "three words, then four");
        assert!(!is_out(said("w.jsonl", Some(2), None, "The toll is paid.")), "another article at its place");
        assert!(!is_out(said("w.jsonl", Some(2), Some("w-2"), "The toll is due.|From Monday.")), "it has an id");
        assert!(!is_out(Article { headline: None, ..gone.clone() }));
        let elsewhere = SourceKey { corpus: "other".into(), ..gone.source.clone() };
        assert!(!is_out(Article { source: elsewhere, ..gone.clone() }), "another corpus");
        assert!(is_out(said("x.jsonl", Some(7), Some("x"), "The quay is closed.")), "of the id that it shares");
        assert!(!is_out(said("x.jsonl", Some(1), Some("y"), "The quay is closed.")));
        assert!(is_out(said("c.txt", None, None, "The ferry sailed.")), "a file with another name");
        assert!(is_out(said("b.txt", None, None, "The ferry sailed again.")), "an edited file of the same name");
        assert!(!is_out(said("c.txt", None, None, "The ferry sailed again.")));
    }

    #[test]
    fn capitals_are_the_same_in_every_script() {
        let said = |text: &str| Article { body: vec![text.into()], ..article("news", "w.jsonl", Some(1), None) };
        let hash = |text: &str| Tombstone::new(&said(text), None, "on wish").text_hash.expect("it has letters");
        for (small, capital) in [
            ("Die Straße ist gesperrt.", "DIE STRASSE IST GESPERRT"),
            ("Ο δρόμος έκλεισε.", "Ο ΔΡΟΜΟΣ ΕΚΛΕΙΣΕ"),
            ("L’école a fermé", "L'ECOLE A FERMÉ"),
            ("Мост закрыт", "«МОСТ ЗАКРЫТ»"),
        ] {
            assert_eq!(hash(small), hash(capital), "{small}");
        }
        assert_ne!(hash("港口关闭"), hash("港口开放"));
        assert_eq!(hash("港口关闭"), hash("港口，关闭。"));
    }

    #[test]
    fn an_article_that_says_nothing_is_known_by_its_place() {
        let stones: Tombstones =
            [Tombstone::new(&article("news", "w.jsonl", Some(2), None), None, "on wish")].into_iter().collect();
        assert_eq!(stones.iter().next().and_then(|stone| stone.text_hash), None);
        assert!(stones.reason(&article("news", "w.jsonl", Some(2), None)).is_some());
        assert!(stones.reason(&article("news", "w.jsonl", Some(3), None)).is_none());
    }

    #[test]
    fn tombstones_of_older_manifests_are_read() {
        type Older = (&'static str, &'static str, u32, Option<&'static str>, &'static str);
        let older: [Older; 2] =
            [("news", "b.txt", 0, None, "of b.txt"), ("news", "w.jsonl", 2, Some("w-2"), "of w.jsonl")];
        let bytes = postcard::to_stdvec(&older.to_vec()).expect("it serialises");
        let stones = postcard::from_bytes::<Tombstones>(&bytes).expect("it reads");
        let same = [stone("b.txt", None, None), stone("w.jsonl", Some(2), Some("w-2"))].into_iter().collect();
        assert_eq!(stones, same);
    }

    #[test]
    fn tombstones_come_back_and_go_by_any_name() {
        let gone = Article { headline: Some("Toll returns".into()), ..article("news", "w.jsonl", Some(4), None) };
        let of_text = Tombstone::new(&gone, None, "on wish");
        let stones = [stone("b.txt", None, None), stone("w.jsonl", Some(2), Some("w-2")), of_text];
        let stones: Tombstones = stones.into_iter().collect();
        let bytes = postcard::to_stdvec(&stones).expect("it serialises");
        assert_eq!(postcard::from_bytes::<Tombstones>(&bytes).expect("it reads"), stones);
        for name in ["w-2", "news:w-2", "w.jsonl#2", "news/w.jsonl#2"] {
            let mut left = stones.clone();
            assert_eq!(left.remove(name).map(|removed| removed.len()), Ok(1), "{name}");
            assert_eq!(left.reason(&article("news", "w.jsonl", Some(2), Some("w-2"))), None, "{name}");
            assert!(left.reason(&article("news", "b.txt", None, None)).is_some(), "{name}");
        }
        assert_eq!(stones.clone().remove("b"), Ok(Vec::new()));
    }
}
