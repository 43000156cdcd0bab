//! The second stage: of the best articles, those are raised in which words of the query stand near one another.
//!
//! This is BM25TP (Büttcher, Clarke and Lushman, "Term proximity scoring for ad-hoc retrieval on very large text
//! collections", SIGIR 2006, after Rasolofo and Savoy, 2003). Where an occurrence of one word is followed by one of another,
//! each is given the rarity of the other over the square of their distance; what a word was given in all is saturated
//! as its frequency is in the first stage. Nothing is ever taken from a score, so that the articles that are rescored stay
//! before those that are not.

use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, SegmentReader, Term};

use super::positional::{append_positions, is_at, positions};
use super::rank::Unit;
use crate::Result;
use crate::index::{Snapshot, forms_of};
use crate::similarity::saturation;

/// A word that stands in more than this share of the articles joins no others: it is next to anything.
const COMMON: f64 = 0.25;

/// Raises the scores of articles in which the words stand near one another, and puts them in order. `has_all` tells that each of
/// them has all words.
pub(super) fn rescore(
    snapshot: &Snapshot,
    units: &[Unit],
    has_all: bool,
    articles: &mut [(DocAddress, f64)],
) -> Result<()> {
    let words = Near::words(snapshot, units);
    if words.len() < 2 {
        return Ok(());
    }
    let mut places: Vec<(DocAddress, usize)> = articles.iter().map(|(address, _)| *address).zip(0..).collect();
    places.sort_unstable();
    for of_segment in places.chunk_by(|a, b| a.0.segment_ord == b.0.segment_ord) {
        let reader = snapshot.searcher.segment_reader(of_segment[0].0.segment_ord);
        let mut near = Near::of(snapshot, reader, &words, has_all).map_err(|error| snapshot.error(error))?;
        let norms = reader.get_fieldnorms_reader(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
        for (address, place) in of_segment {
            articles[*place].1 += near.score(address.doc_id, norms.fieldnorm(address.doc_id));
        }
    }
    articles.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(())
}

/// The words of a query in one segment.
pub(super) struct Near {
    words: Vec<Word>,
    /// Positions, in the upper half, and the number of the word there; kept to be filled again, as the others are.
    places: Vec<u64>,
    /// Where one form of a word stands.
    found: Vec<u32>,
    /// What each word is given.
    given: Vec<f64>,
}

struct Word {
    rarity: f64,
    stems: Vec<Stem>,
}

struct Stem {
    /// The articles that have it; `None` where all that are asked about do.
    articles: Option<SegmentPostings>,
    /// Where its forms stand.
    forms: Vec<SegmentPostings>,
}

impl Stem {
    fn is_in(&mut self, doc: DocId) -> bool {
        self.articles.as_mut().is_none_or(|articles| is_at(articles, doc))
    }
}

impl Near {
    /// Returns the words of a query that join others: those that are not common, or all where no two of these are left.
    pub(super) fn words<'u>(snapshot: &Snapshot, units: &'u [Unit]) -> Vec<&'u Unit> {
        let most = COMMON * snapshot.articles() as f64;
        let words: Vec<&Unit> = units.iter().filter(|unit| unit.articles() as f64 <= most).collect();
        if words.len() < 2 { units.iter().collect() } else { words }
    }

    /// Opens the words; `has_all` tells that the articles that will be asked about have them all.
    pub(super) fn of(
        snapshot: &Snapshot,
        reader: &SegmentReader,
        units: &[&Unit],
        has_all: bool,
    ) -> tantivy::Result<Near> {
        let (all, text) = (snapshot.fields.all, snapshot.fields.text);
        let inverted = reader.inverted_index(all)?;
        let mut words = Vec::with_capacity(units.len());
        for unit in units {
            let mut stems = Vec::new();
            for term in unit.terms().iter().filter(|term| term.field() == all) {
                let Some(postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { continue };
                let value = term.value();
                let forms = forms_of(reader, snapshot.fields.forms, value.as_str().unwrap_or_default())?;
                let forms = forms.iter().map(|form| positions(reader, &Term::from_field_text(text, form)));
                let forms = forms.filter_map(Result::transpose).collect::<tantivy::Result<_>>()?;
                stems.push(Stem { articles: Some(postings), forms });
            }
            if has_all && let [stem] = &mut stems[..] {
                stem.articles = None;
            }
            words.push(Word { rarity: unit.idf(), stems });
        }
        Ok(Near { words, places: Vec::new(), found: Vec::new(), given: Vec::new() })
    }

    /// Returns what is added to the score of an article with this field norm. Articles come in ascending order.
    fn score(&mut self, doc: DocId, norm: u32) -> f64 {
        self.give(doc);
        let added = self.words.iter().zip(&self.given);
        added.fold(0.0, |sum, (word, given)| sum + word.rarity.min(1.0) * saturation(*given, norm))
    }

    /// Returns what each word is given in an article by those next to it.
    pub(super) fn given(&mut self, doc: DocId) -> &[f64] {
        self.give(doc);
        &self.given
    }

    fn give(&mut self, doc: DocId) {
        let Near { words, places, found, given } = self;
        given.clear();
        given.resize(words.len(), 0.0);
        // A word alone stands near no other, which is told without a look at places.
        let has_word = |word: &mut Word| word.stems.iter_mut().any(|stem| stem.is_in(doc));
        if words.iter_mut().map(has_word).filter(|has| *has).count() < 2 {
            return;
        }
        places.clear();
        for (number, word) in (0..).zip(words.iter_mut()) {
            for stem in &mut word.stems {
                if stem.is_in(doc) {
                    for form in stem.forms.iter_mut().filter_map(|form| is_at(form, doc).then_some(form)) {
                        found.clear();
                        append_positions(form, found);
                        places.extend(found.iter().map(|position| u64::from(*position) << u32::BITS | number));
                    }
                }
            }
        }
        // Numbers of one size are sorted quicker than pairs.
        places.sort_unstable();
        for pair in places.windows(2) {
            let [(before, one), (after, other)] = [pair[0], pair[1]].map(|place| (place >> u32::BITS, place as u32));
            // A word that stands for two of the query is not near itself.
            if one != other && before < after {
                let (one, other) = (one as usize, other as usize);
                let nearness = 1.0 / ((after - before) as f64).powi(2);
                given[one] += words[other].rarity * nearness;
                given[other] += words[one].rarity * nearness;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Joined, resolve};
    use crate::search::lower::lower;
    use crate::{Article, Index, Language, SearchRequest, Stop};

    #[test]
    fn lists_of_stems_that_need_not_be_read_tell_nothing_more() {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        // `porting` is a form of `port` in English alone; the second segment has articles in English only.
        let bodies = [
            "a port, chats and ports",
            "chat at the port",
            "ports far from any long chat",
            "chat porting, and far from here a port",
        ];
        for (n, body) in (0..).zip(bodies.iter().cycle()).take(40) {
            let mut article = Article::new(format!("{n}"));
            article.body.push(format!("{body} {}", "and so on ".repeat(n % 7)));
            article.language = Some(Language::given(if n < 20 && n % 3 == 0 { "fr" } else { "en" }));
            writer.add(article).expect("memory suffices");
            if n == 19 {
                writer.commit().expect("memory suffices");
            }
        }
        writer.commit().expect("memory suffices");
        let snapshot = index.snapshot().expect("it can be read");
        let request = SearchRequest::new("chat port");
        let tree = resolve(crate::query::parse(&request.query).0, Joined::All);
        let lowered = lower(&snapshot, &tree, &request, &Stop::never()).expect("it can be read");
        let found = crate::search::collect::collect(&snapshot, &lowered, &request, 40, &Stop::never());
        let found = found.expect("it can be read").top;
        let rescored = |has_all| {
            let mut articles = found.clone();
            rescore(&snapshot, &lowered.units, has_all, &mut articles).expect("it can be read");
            articles.into_iter().map(|(address, score)| (address, score.to_bits())).collect::<Vec<_>>()
        };
        assert!(found.len() >= 20, "{} articles have both words", found.len());
        assert_ne!(rescored(true), found.iter().map(|(at, score)| (*at, score.to_bits())).collect::<Vec<_>>());
        assert_eq!(rescored(true), rescored(false));
    }
}
