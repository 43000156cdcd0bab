//! Measures are those of trec_eval: `fixtures/eval/figures.py` says how its figures came about.

use std::fs;

use newshound::{EvalOptions, Evaluation, Measure, Qrels, Run};

use crate::golden::package;

/// Returns the measure that trec_eval calls by this name.
fn measure(trec_name: &str) -> Measure {
    let cut = |k: &str| k.parse().expect("a cut is a number");
    match trec_name.rsplit_once('_') {
        _ if trec_name == "recip_rank" => Measure::ReciprocalRank,
        Some(("P", k)) => Measure::Precision(cut(k)),
        Some(("recall", k)) => Measure::Recall(cut(k)),
        Some(("ndcg_cut", k)) => Measure::Ndcg(cut(k)),
        _ => trec_name.to_lowercase().parse().expect("a measure without a cut"),
    }
}

fn check(qrels: &str, name: &str, figures: usize, topics: usize) {
    let folder = package().join("tests/fixtures/eval");
    let qrels = Qrels::read(package().join(qrels)).expect("judgments");
    let run = Run::read(folder.join(format!("{name}.txt"))).expect("a run");
    let expected = fs::read_to_string(folder.join(format!("{name}.figures.tsv"))).expect("figures");
    let rows: Vec<[&str; 3]> = expected
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>().try_into().expect("topic, measure and figure"))
        .collect();
    assert_eq!(rows.len(), figures, "{name}");
    let mut options = EvalOptions::default();
    options.measures = rows.iter().map(|[_, name, _]| measure(name)).collect();
    options.measures.sort_unstable();
    options.measures.dedup();
    options.answered_only = true;
    let evaluation = Evaluation::new(&run, &qrels, None, &options).expect("a run of these topics");
    assert_eq!(evaluation.topics.len(), topics, "{name}");
    let mut wrong = Vec::new();
    for [topic, trec_name, figure] in rows {
        let of_topic = evaluation.topics.iter().find(|evaluated| evaluated.topic == topic).expect("the topic");
        let (ours, theirs) = (of_topic.measures[&measure(trec_name)], figure.parse::<f64>().expect("a number"));
        if (ours - theirs).abs() > 6e-7 {
            wrong.push(format!("topic {topic}: {trec_name} is {ours}, not {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
}

#[test]
fn every_figure_of_a_made_up_run_is_that_of_trec_eval() {
    check("tests/fixtures/eval/qrels.txt", "plain", 156, 12);
}

#[test]
fn equal_scores_stand_in_the_order_of_trec_eval() {
    check("tests/fixtures/eval/qrels.txt", "ties", 130, 10);
}

#[test]
fn every_figure_of_an_answer_to_the_topics_of_the_sample_corpus_is_that_of_trec_eval() {
    check("corpus/topics/qrels.txt", "sample", 156, 12);
}
