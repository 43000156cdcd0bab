//! The sample corpus's own topics: what a reader would want to find is found.

use std::collections::{BTreeMap, BTreeSet};

use newshound::{Operator, SearchRequest};

use crate::golden::{package, sample_index};

#[test]
fn the_relevant_articles_of_every_topic_come_first() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    let topics = read("corpus/topics/topics.tsv");
    let qrels = qrels();
    assert!(topics.lines().count() >= 12);
    let mut all = 0.0;
    for line in topics.lines() {
        let (topic, query) = line.split_once('\t').expect("a topic is an id, a tab and a query");
        let mut request = SearchRequest::new(query);
        request.operator = Operator::Any;
        request.limit = 100;
        let hits = searcher.search(&request).expect("a topic is a right query").hits;
        let relevant: BTreeSet<_> =
            qrels[topic].iter().filter(|(_, grade)| **grade > 0).map(|(id, _)| id.as_str()).collect();
        let ranks: Vec<_> = hits.iter().filter(|hit| relevant.contains(hit.id.as_str())).map(|hit| hit.rank).collect();
        let precision =
            (1..).zip(&ranks).map(|(found, rank)| f64::from(found) / *rank as f64).sum::<f64>() / relevant.len() as f64;
        println!(
            "topic {topic}: average precision {precision:.3}, {} of {} found: {query}",
            ranks.len(),
            relevant.len()
        );
        assert_eq!(ranks.first(), Some(&1), "topic {topic} ({query}): {:?}", hits.first().map(|hit| &hit.id));
        all += precision;
    }
    let mean = all / topics.lines().count() as f64;
    println!("mean average precision {mean:.3}");
    assert!(mean > 0.7, "{mean}");
}

#[test]
fn every_judged_article_is_in_the_index_under_its_id() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    for (topic, judged) in qrels() {
        for id in judged.keys() {
            let found = searcher.find(id, 2).expect("the index is whole");
            assert_eq!(found.len(), 1, "topic {topic}: {id}");
            assert_eq!(found[0].id.as_str(), id);
        }
    }
}

/// The judgments of each topic: article and grade. An id may hold spaces.
fn qrels() -> BTreeMap<String, BTreeMap<String, u32>> {
    let mut qrels: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for line in read("corpus/topics/qrels.txt").lines() {
        let (topic, rest) = line.split_once(' ').expect("topic, iteration, article, grade");
        let (_, rest) = rest.split_once(' ').expect("topic, iteration, article, grade");
        let (id, grade) = rest.rsplit_once(' ').expect("topic, iteration, article, grade");
        qrels.entry(topic.to_owned()).or_default().insert(id.to_owned(), grade.parse().expect("a grade is a number"));
    }
    qrels
}

fn read(path: &str) -> String {
    std::fs::read_to_string(package().join(path)).expect("it is part of the package")
}
