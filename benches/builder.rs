//! What building segments costs, in processor time and in time, against tantivy's own writer: with tantivy's plainest
//! schema of text, where both write the same bytes, and with the full schema of Newshound, which knows languages, fields,
//! dates and copies. The same articles, in memory before the clock starts; merging included.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (20,000) and `NEWSHOUND_BENCH_RUNS` (3) set the size; see BENCHMARKS.md.

mod support;

use std::fs;
use std::time::{Duration, Instant};

use newshound::{Article, Corpus, Index, IngestOptions, ingest, write_plain};
use support::stock::Stock;
use support::supply::Supply;
use support::synthetic::Synthetic;
use support::{real, setting, table};

const MEMORY: usize = 512 << 20;

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 20_000);
    let runs: usize = setting("NEWSHOUND_BENCH_RUNS", 3);
    match real::reuters() {
        Some(articles) => {
            // Three times over, since once is too little to be timed; new words are as rare as in a larger archive.
            let articles: Vec<Article> = [&articles[..], &articles, &articles].concat();
            compare("Reuters newswire, three times", &numbered(articles), runs);
        }
        None => println!("No real news beside the checkout: Reuters newswire is left out."),
    }
    compare("Made-up articles", &Synthetic::new(1, count).collect::<Vec<_>>(), runs);
}

fn numbered(mut articles: Vec<Article>) -> Vec<Article> {
    for (n, article) in articles.iter_mut().enumerate() {
        article.id = n.to_string().as_str().into();
    }
    articles
}

fn compare(what: &str, articles: &[Article], runs: usize) {
    let documents: Vec<[String; 3]> = articles.iter().map(plain).collect();
    let bytes: usize = documents.iter().flatten().map(String::len).sum();
    let title =
        format!("{what}: {} articles, {:.1} MB of text, medians of {runs} runs", articles.len(), bytes as f64 / 1e6);
    table::print_header(&title, "newshound", "stock tantivy");
    for threads in [1, 2] {
        let (mut same, mut full, mut stock) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..runs {
            let input = documents.clone();
            same.push(spent(|| write_plain(None, input.into_iter(), threads, MEMORY).expect("memory suffices")));
            let input = articles.to_vec();
            full.push(spent(|| ours(input, threads)));
            let input = documents.clone();
            stock.push(spent(|| {
                Stock::in_memory().write_documents(input.into_iter(), threads, MEMORY).expect("memory suffices");
            }));
        }
        for (name, ours) in [("plain schema", &same), ("full schema", &full)] {
            table::print_times(&format!("{name}, CPU, threads: {threads}"), median(ours, 0), median(&stock, 0));
            table::print_times(&format!("{name}, time, threads: {threads}"), median(ours, 1), median(&stock, 1));
        }
    }
}

fn ours(articles: Vec<Article>, threads: usize) {
    let mut supply = Supply::new(articles);
    let index = Index::in_memory().expect("memory suffices");
    let mut options = IngestOptions::default();
    options.threads = threads;
    ingest(&index, vec![Corpus::Supplied(&mut supply)], &options).expect("the articles can be indexed");
}

fn plain(article: &Article) -> [String; 3] {
    [article.id.as_str().to_owned(), article.headline.clone().unwrap_or_default(), article.body.join("\n\n")]
}

/// Returns the processor time, in whole hundredths of a second, and the time that a run takes.
fn spent(run: impl FnOnce()) -> [Duration; 2] {
    let (start, cpu) = (Instant::now(), processor_time());
    run();
    [processor_time() - cpu, start.elapsed()]
}

/// Returns the processor time of this process so far; where the system does not tell it in Linux's way, nothing.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn median(runs: &[[Duration; 2]], which: usize) -> Duration {
    let mut times: Vec<Duration> = runs.iter().map(|run| run[which]).collect();
    times.sort();
    times[times.len() / 2]
}
