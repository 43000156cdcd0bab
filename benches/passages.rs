//! What the passages of a hit cost: a search with them less the same search without, for each hit, against what stock
//! tantivy's snippets cost on top of its own search.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (5,000 of the shorter kind, a tenth of it of the longer), `NEWSHOUND_BENCH_RUNS` (9) and
//! `NEWSHOUND_BENCH_QUERIES` (20) set the size.

mod support;

use std::hint::black_box;
use std::time::Duration;

use newshound::{SearchRequest, Searcher};
use support::queries::{Queries, joined_by};
use support::stock::{Stock, StockSearcher};
use support::synthetic::Synthetic;
use support::{setting, table};

const LIMIT: usize = 10;

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 5_000);
    for (what, words, count) in [("5 kB", 830, count), ("50 kB", 8_300, count / 10)] {
        measure(what, Synthetic::new(1, count.max(10)).with_length(words));
    }
}

fn measure(what: &str, mut synthetic: Synthetic) {
    let runs = setting("NEWSHOUND_BENCH_RUNS", 9);
    let each = setting("NEWSHOUND_BENCH_QUERIES", 20);
    let index = support::index_of(&mut synthetic);
    synthetic.rewind();
    let stock = Stock::in_memory();
    stock.write(&mut synthetic, 1, 256 << 20).expect("the stock engine can write");
    stock.join().expect("the stock engine can merge");
    let (ours, stock) = (index.searcher().expect("the index is sound"), stock.searcher().expect("so is the stock one"));
    let queries = Queries::new(&synthetic, each);
    println!(
        "made-up articles of {what}, {each} queries a line, time of one hit's passages, medians of {runs} runs; \
         for words near one another the stock engine is asked for both"
    );

    table::print_header(&format!("Passages of a hit, {what}"), "newshound", "stock tantivy");
    let near = joined_by(" NEAR/5 ", &queries.two);
    let lines = [
        ("one usual word", &queries.usual, &queries.usual),
        ("two words", &queries.two, &queries.two),
        ("three words", &queries.three, &queries.three),
        ("a phrase", &queries.phrases, &queries.phrases),
        ("near one another", &near, &queries.two),
    ];
    for (what, queries, of_stock) in lines {
        table::print_times(what, cost_of_ours(&ours, queries, runs), cost_of_stock(&stock, of_stock, runs));
    }
}

fn cost_of_ours(searcher: &Searcher, queries: &[String], runs: usize) -> Duration {
    let search = |query: &String, passages| {
        let request = SearchRequest { passages, limit: LIMIT, ..SearchRequest::new(query) };
        black_box(searcher.search(&request).expect("the query is sound")).hits.len()
    };
    cost(queries, runs, |query| search(query, 2), |query| search(query, 0))
}

fn cost_of_stock(searcher: &StockSearcher, queries: &[String], runs: usize) -> Duration {
    let with =
        |query: &String| black_box(searcher.search_with_snippets(query, LIMIT)).expect("the query is sound").1.len();
    let without = |query: &String| black_box(searcher.search(query, LIMIT)).expect("the query is sound").1.len();
    cost(queries, runs, with, without)
}

/// Returns what a hit takes longer `with` than `without`; each returns its number of hits.
fn cost(
    queries: &[String],
    runs: usize,
    with: impl Fn(&String) -> usize,
    without: impl Fn(&String) -> usize,
) -> Duration {
    let mut hits = 0;
    let slow = table::median(runs, || hits = queries.iter().map(&with).sum());
    let quick = table::median(runs, || hits = queries.iter().map(&without).sum());
    slow.saturating_sub(quick) / u32::try_from(hits.max(1)).expect("a bench has few hits")
}
