//! What the query language means, in plain loops over the words of an article, and that searching and marking do the same:
//! on random articles in several languages and random queries, with one segment and many, after merges and deletions.
//!
//! `NEWSHOUND_TEST_SEEDS` sets how many corpora are tried (2); each is asked some hundred queries.

mod matcher;
mod query;
mod story;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use newshound::{ArticleId, ExtraKind, Index, IndexOptions, SearchRequest, Searcher};

use crate::support::random::Random;
use matcher::{Mark, marks};
use query::Query;
use story::Story;

const STORIES: u64 = 32;
const QUERIES: u64 = 100;
/// So few stories are in a commit that commits are merged on the way.
const OF_COMMIT: usize = 4;

#[test]
fn answers_and_highlights_are_those_of_plain_loops() {
    let seeds = std::env::var("NEWSHOUND_TEST_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let mut matches = Matches::default();
    for seed in 0..seeds {
        let stories: Vec<Story> = (0..STORIES).map(|number| Story::random(seed, number)).collect();
        let all: Vec<&Story> = stories.iter().collect();
        let one = empty_index();
        add(&one, &all);
        let many = empty_index();
        for commit in all[..OF_COMMIT * 5].chunks(OF_COMMIT) {
            add(&many, commit);
        }
        assert_eq!(many.status().expect("the index is sound").segments, 5);
        matches.compare(&many, &all[..OF_COMMIT * 5], seed, 0);
        for commit in all[OF_COMMIT * 5..].chunks(OF_COMMIT) {
            add(&many, commit);
        }
        assert!(
            many.status().expect("the index is sound").segments < STORIES as usize / OF_COMMIT,
            "segments were merged"
        );
        matches.compare(&one, &all, seed, 1);
        matches.compare(&many, &all, seed, 1);
        let (gone, left): (Vec<&Story>, Vec<&Story>) = all.iter().partition(|story| story.number % 5 == seed % 5);
        for index in [&one, &many] {
            delete(index, &gone);
            matches.compare(index, &left, seed, 2);
        }
    }
    assert!(matches.found > 500 * seeds, "queries find enough to compare: {matches:?}");
    assert!(matches.queries_with_hits * 3 > matches.queries, "not too few find anything: {matches:?}");
    assert!(matches.marks > matches.found, "there is something to mark: {matches:?}");
}

fn empty_index() -> Index {
    let mut options = IndexOptions::default();
    for (name, kind) in [
        ("page", ExtraKind::Number),
        ("filed", ExtraKind::Date),
        ("desk", ExtraKind::Keyword),
        ("breaking", ExtraKind::Boolean),
        ("note", ExtraKind::Text),
    ] {
        options.extra.insert(name.to_owned(), kind);
    }
    Index::in_memory_with(&options).expect("memory suffices")
}

fn add(index: &Index, stories: &[&Story]) {
    let mut writer = index.writer().expect("no other writer");
    for story in stories {
        writer.add(story.article.clone()).expect("it has an id");
    }
    writer.commit().expect("memory suffices");
}

fn delete(index: &Index, stories: &[&Story]) {
    let mut writer = index.writer().expect("no other writer");
    for story in stories {
        writer.delete(&story.article.id).expect("there is one of this id");
    }
    writer.commit().expect("memory suffices");
}

#[derive(Debug, Default)]
struct Matches {
    queries: u64,
    queries_with_hits: u64,
    found: u64,
    marks: u64,
}

impl Matches {
    /// Compares answers to random queries with what plain loops find.
    fn compare(&mut self, index: &Index, stories: &[&Story], seed: u64, round: u64) {
        let searcher = index.searcher().expect("the index is sound");
        for number in 0..QUERIES {
            let query = Query::random(&mut Random::of_item(seed * 3 + round, number));
            let expected: BTreeMap<ArticleId, BTreeSet<Mark>> =
                stories.iter().filter_map(|story| Some((story.article.id.clone(), marks(&query, story)?))).collect();
            let found = answer(&searcher, &query.to_string(), stories.len());
            let ids = |of: &BTreeMap<ArticleId, BTreeSet<Mark>>| of.keys().cloned().collect::<Vec<_>>();
            assert_eq!(ids(&found), ids(&expected), "seed {seed}, round {round}: {query}");
            for (id, marks) in &found {
                let story = stories.iter().find(|story| story.article.id == *id).expect("it was added");
                assert_eq!(marks, &expected[id], "seed {seed}, round {round}: {query} in {:#?}", story.article);
                self.marks += marks.len() as u64;
            }
            self.queries += 1;
            self.queries_with_hits += u64::from(!found.is_empty());
            self.found += found.len() as u64;
        }
    }
}

/// Returns the articles that a query finds, with what is marked in each.
fn answer(searcher: &Searcher, query: &str, limit: usize) -> BTreeMap<ArticleId, BTreeSet<Mark>> {
    let request = SearchRequest { limit, passages: 0, ..SearchRequest::new(query) };
    let answer = searcher.search(&request).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let hits = answer.hits.into_iter().map(|hit| {
        let entries = searcher.highlights(&request, &hit.source).expect("the query is sound");
        // Without passages, only as much of an article is read as tells what is marked in its headline.
        let headline = entries.iter().find(|entry| entry.field == "headline").map(|entry| &entry.highlights);
        assert_eq!(
            hit.headline.map(|headline| headline.highlights).unwrap_or_default(),
            headline.cloned().unwrap_or_default(),
            "{query}: the headline of {}",
            hit.id
        );
        let marks = entries.into_iter().flat_map(|entry| {
            let mark = move |range| Mark { field: entry.field, entry: entry.entry, range };
            entry.highlights.into_iter().map(move |range| mark((range.start, range.end)))
        });
        (hit.id, marks.collect())
    });
    hits.collect()
}
