//! How well hits are ranked, by each way of ranking there is, on the collections of real news that lie beside the checkout;
//! without them there is nothing to measure. Every other topic is in the second half, which is for looking at only after
//! a choice was made on the first.
//!
//! `NEWSHOUND_BENCH_ONLY` chooses collections by a part of their names.

mod support;

use newshound::{
    BatchOptions, EvalOptions, Evaluation, Expand, Measure, Operator, SearchRequest, Searcher, Stop, Topics,
    answer_topics,
};
use support::judged::{Collection, collections};

const MEASURES: [Measure; 5] =
    [Measure::AveragePrecision, Measure::Ndcg(10), Measure::Precision(30), Measure::Recall(100), Measure::Recall(1000)];

fn main() {
    let only = std::env::var("NEWSHOUND_BENCH_ONLY").unwrap_or_default();
    let collections = collections();
    if collections.is_empty() {
        println!("../shared/data is not there: nothing to measure");
    }
    for collection in collections.iter().filter(|collection| collection.name.contains(&only)) {
        measure(collection);
    }
}

/// The ways of ranking.
fn ways() -> Vec<(&'static str, SearchRequest)> {
    let request = SearchRequest { operator: Operator::Any, limit: 1000, passages: 0, ..SearchRequest::new("") };
    let expand = Some(Expand::default());
    vec![
        ("first stage", SearchRequest { rescore: 0, ..request.clone() }),
        ("words near one another", request.clone()),
        ("feedback alone", SearchRequest { rescore: 0, expand: expand.clone(), ..request.clone() }),
        ("feedback", SearchRequest { expand, ..request }),
    ]
}

fn measure(collection: &Collection) {
    let articles = collection.index.status().expect("the index is sound").articles;
    println!("\n{}: {articles} articles, {} topics\n", collection.name, collection.topics.0.len());
    println!(
        "| {:<24} | half | {:>7} | {:>7} | {:>7} | {:>10} | {:>11} |",
        "", "map", "ndcg@10", "p@30", "recall@100", "recall@1000"
    );
    println!("|{:-<26}|------|{:->8}:|{:->8}:|{:->8}:|{:->11}:|{:->12}:|", "", "", "", "", "", "");
    let searcher = collection.index.searcher().expect("the index is sound");
    for (name, request) in ways() {
        for half in 0..2 {
            let topics = collection.topics.0.iter().skip(half).step_by(2).cloned().collect();
            let mean = means(&searcher, &Topics(topics), &request, collection);
            print!("| {name:<24} | {:<4} |", ["1st", "2nd"][half]);
            for (value, width) in mean.into_iter().zip([7, 7, 7, 10, 11]) {
                print!(" {value:>width$.4} |");
            }
            println!();
        }
    }
}

fn means(searcher: &Searcher, topics: &Topics, request: &SearchRequest, collection: &Collection) -> Vec<f64> {
    let mut options = BatchOptions::default();
    options.request = request.clone();
    let run = answer_topics(searcher, topics, &options, &Stop::never()).expect("topics are words");
    let mut measured = EvalOptions::default();
    measured.measures = MEASURES.to_vec();
    let evaluation = Evaluation::new(&run, &collection.qrels, Some(topics), &measured).expect("topics have judgments");
    MEASURES.iter().map(|measure| evaluation.mean[measure]).collect()
}
