//! How long a warm query takes, without passages, against stock tantivy's query parser and top documents over two
//! fields. Both read what is stored of their ten best articles; with every match counted and without, and with the second stage of
//! ranking, which stock tantivy has not, and without. And how long beginnings take to be completed, against the two
//! milliseconds that it may take.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (10,000), `NEWSHOUND_BENCH_RUNS` (9) and `NEWSHOUND_BENCH_QUERIES` (20) set the size.

mod support;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;

use newshound::{
    BatchOptions, Date, DateOrder, Expand, Index, Operator, SearchRequest, Searcher, Sort, Stop, Topic, Topics,
    answer_topics,
};
use support::queries::Queries;
use support::stock::{Stock, StockSearcher};
use support::synthetic::Synthetic;
use support::{queries, setting, table};

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 10_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 9);
    let each = setting("NEWSHOUND_BENCH_QUERIES", 20);
    let mut synthetic = Synthetic::new(1, count);
    let (index, ours, stock) = both_searchers(&mut synthetic);
    let queries = Queries::new(&synthetic, each);
    println!(
        "{count} made-up articles, one segment in each index, {each} queries a line, time of one query, medians of {runs} runs"
    );

    let (words, all, any) = (&queries, Operator::All, Operator::Any);
    let either = |words| queries::joined_by(" OR ", words);
    let (any_frequent, any_three, any_title) = (either(&words.frequent), either(&words.three), either(&words.titles));
    let kinds = [
        ("a common word", &words.common, &words.common, all),
        ("a usual word", &words.usual, &words.usual, all),
        ("a rare word", &words.rare, &words.rare, all),
        ("two words, both", &words.two, &words.two, all),
        ("three words, all", &words.three, &words.three, all),
        ("two frequent words, both", &words.frequent, &words.frequent, all),
        ("two frequent words, any", &words.frequent, &any_frequent, any),
        ("three words, any", &words.three, &any_three, any),
        ("three to five of a title, any", &words.titles, &any_title, any),
        ("a phrase of two words", &words.phrases, &words.phrases, all),
    ];
    let near = SearchRequest::new("").rescore;
    for (ranked_by, rescore) in [("words near one another count", near), ("first stage alone", 0)] {
        for (counted, is_counted) in [("nothing counted", false), ("every match counted", true)] {
            let title = format!("Warm queries, ten hits, no passages, {ranked_by}, {counted}");
            table::print_header(&title, "newshound", "stock tantivy");
            for (what, words, stock_words, operator) in kinds {
                let left = per_query(runs, words, |query| {
                    search(&ours, &SearchRequest { exact_total: is_counted, rescore, ..request(query, operator) });
                });
                let right = per_query(runs, stock_words, |query| match is_counted {
                    true => _ = black_box(stock.search(query, 10).expect("the stock engine understands the query")),
                    false => _ = black_box(stock.search_uncounted(query, 10).expect("the stock engine understands it")),
                });
                table::print_times(what, left, right);
            }
        }
    }

    let alone = |what: &str, change: &dyn Fn(&mut SearchRequest)| {
        let time = per_query(runs, &queries.usual, |query| {
            let mut request = request(query, Operator::All);
            change(&mut request);
            search(&ours, &request);
        });
        table::print_alone(what, &table::shown(time));
    };
    let date = |text| Date::parse(text, DateOrder::Unknown).ok();
    alone("a usual word in one section", &|r| r.sections = vec!["world".into()]);
    alone("a usual word in one year", &|r| (r.since, r.until) = (date("2014"), date("2014")));
    alone("a usual word, newest first", &|r| r.sort = Sort::Newest);
    alone("a usual word, hits 101 to 110", &|r| r.offset = 100);

    table::print_header("Completing, ten words and ten headlines: the slowest", "newshound", "bound");
    for letters in 1..=4 {
        let typed: BTreeSet<String> = queries.common.iter().map(|word| word.chars().take(letters).collect()).collect();
        let typed: Vec<String> = typed.into_iter().collect();
        let what = if letters == 1 { "1 letter".to_owned() } else { format!("{letters} letters") };
        table::print_times(&what, slowest(runs, &ours, &typed), SUGGESTED_WITHIN);
        table::print_times(&format!("{what}, the first time"), first(runs, &index, &typed), SUGGESTED_WITHIN);
    }
    let after: Vec<String> = queries.two.iter().map(|words| words[..words.len() - 1].to_owned()).collect();
    table::print_times("a word and a beginning", slowest(runs, &ours, &after), SUGGESTED_WITHIN);

    ranking(&ours, runs, &queries.three);
}

/// What completing may take.
const SUGGESTED_WITHIN: Duration = Duration::from_millis(2);

/// Returns the longest of the times, each a median, in which beginnings are completed.
fn slowest(runs: usize, searcher: &Searcher, typed: &[String]) -> Duration {
    let time = |typed: &String| {
        table::median(runs, || {
            black_box(searcher.suggest(typed, 10).expect("the index is sound"));
        })
    };
    typed.iter().map(time).max().unwrap_or_default()
}

/// Returns the longest of the times, each a median, in which searchers that have completed nothing yet complete beginnings.
fn first(runs: usize, index: &Index, typed: &[String]) -> Duration {
    let time = |typed: &String| {
        let fresh: Vec<_> = (0..runs.max(1)).map(|_| index.searcher().expect("the index is sound")).collect();
        let mut fresh = fresh.iter();
        table::median_cold(runs, || {
            let searcher = fresh.next().expect("there is one for each run");
            black_box(searcher.suggest(typed, 10).expect("the index is sound"));
        })
    };
    typed.iter().map(time).max().unwrap_or_default()
}

/// What the stages of ranking cost beside the first one, for runs of a thousand hits that are told by id and score.
fn ranking(searcher: &Searcher, runs: usize, queries: &[String]) {
    table::print_header("Runs of a thousand hits, any of three words", "this", "first stage");
    let topics = queries.iter().enumerate().map(|(n, text)| Topic { id: n.to_string(), text: text.clone() });
    let topics = Topics(topics.collect());
    let time = |rescore, expand: Option<Expand>| {
        let mut options = BatchOptions::default();
        (options.request.rescore, options.request.expand) = (rescore, expand);
        let time = table::median(runs, || {
            black_box(answer_topics(searcher, &topics, &options, &Stop::never()).expect("topics are words"));
        });
        time / u32::try_from(queries.len().max(1)).expect("a bench has few queries")
    };
    let first = time(0, None);
    table::print_times("words near one another, best 200", time(200, None), first);
    table::print_times("feedback", time(200, Some(Expand::default())), first);
}

fn both_searchers(synthetic: &mut Synthetic) -> (Index, Searcher, StockSearcher) {
    let index = support::index_of(synthetic);
    synthetic.rewind();
    let stock = Stock::in_memory();
    stock.write(&mut *synthetic, 1, 256 << 20).expect("the stock engine can write");
    stock.join().expect("the stock engine can merge");
    let searcher = index.searcher().expect("the index is sound");
    (index, searcher, stock.searcher().expect("the stock index is sound"))
}

fn request(query: &str, operator: Operator) -> SearchRequest {
    SearchRequest { operator, passages: 0, ..SearchRequest::new(query) }
}

fn search(searcher: &Searcher, request: &SearchRequest) {
    black_box(searcher.search(request).expect("the query is sound"));
}

fn per_query(runs: usize, queries: &[String], mut search: impl FnMut(&str)) -> Duration {
    let time = table::median(runs, || queries.iter().for_each(|query| search(query)));
    time / u32::try_from(queries.len().max(1)).expect("a bench has few queries")
}
