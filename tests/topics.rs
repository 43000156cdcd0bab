//! The sample corpus's own topics: what a reader would want to find is found.

use newshound::{BatchOptions, EvalOptions, Evaluation, Measure, Qrels, Stop, Topics, answer_topics};

use crate::golden::{package, sample_index};

#[test]
fn the_relevant_articles_of_every_topic_come_first() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    let topics = Topics::read(package().join("corpus/topics/topics.tsv")).expect("the sample's topics");
    let qrels = Qrels::read(package().join("corpus/topics/qrels.txt")).expect("the sample's judgments");
    assert!(topics.0.len() >= 12);
    let mut options = BatchOptions::default();
    options.as_queries = true;
    let run = answer_topics(&searcher, &topics, &options, &Stop::never()).expect("a topic is a right query");
    let evaluation =
        Evaluation::new(&run, &qrels, Some(&topics), &EvalOptions::default()).expect("a run of the topics");
    assert_eq!(evaluation.topics.len(), topics.0.len(), "every topic has judgments");
    for topic in &evaluation.topics {
        println!("topic {}: {:?}", topic.topic, topic.measures);
        assert_eq!(topic.measures[&Measure::ReciprocalRank], 1.0, "topic {}", topic.topic);
    }
    println!("{:?}", evaluation.mean);
    for (measure, least) in [(Measure::AveragePrecision, 0.8), (Measure::Ndcg(10), 0.9), (Measure::Recall(100), 0.85)] {
        assert!(evaluation.mean[&measure] >= least, "{measure}: {}", evaluation.mean[&measure]);
    }
}

#[test]
fn every_judged_article_is_in_the_index_under_its_id() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    let qrels = Qrels::read(package().join("corpus/topics/qrels.txt")).expect("the sample's judgments");
    for (topic, judged) in qrels.topics {
        for id in judged.keys().map(|id| id.replace("%20", " ")) {
            let found = searcher.find(&id, 2).expect("the index is whole");
            assert_eq!(found.len(), 1, "topic {topic}: {id}");
            assert_eq!(found[0].id.as_str(), id);
        }
    }
}
