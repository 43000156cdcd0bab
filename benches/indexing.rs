//! How long indexing takes, from memory and from files, against stock tantivy with two stemmed, stored fields.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (4,000) and `NEWSHOUND_BENCH_RUNS` (3) set the size; see BENCHMARKS.md.

mod support;

use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use newshound::{Article, Corpus, Index, IngestOptions, IngestReport, ingest};
use support::stock::Stock;
use support::supply::Supply;
use support::synthetic::{Synthetic, write_json_lines, write_text_tree};
use support::{real, setting, table};

const MEGABYTE: f64 = 1e6;
const STOCK_MEMORY: usize = 256 << 20;

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 4_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 3);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let articles: Vec<Article> = Synthetic::new(1, count).collect();
    let words: usize = articles.iter().flat_map(|a| &a.body).map(|p| p.split(' ').count()).sum();
    println!(
        "{count} made-up articles of {} words on average, {cores} cores, medians of {runs} runs",
        words / articles.len()
    );

    table::print_header("Indexing", "newshound", "stock tantivy");
    // The last one is that of all cores, as files are indexed.
    let mut in_memory = Duration::ZERO;
    for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
        let ours = median_of(runs, || from_memory(articles.clone(), threads));
        let stock = median_of(runs, || stock_from_memory(articles.clone(), threads));
        table::print_times(&format!("from memory, threads: {threads}"), ours, stock);
        in_memory = ours;
    }
    let folder = tempfile::tempdir().expect("a folder for the corpus can be made");
    from_json_lines(folder.path(), &articles, runs, cores);
    from_text_files(folder.path(), &articles, runs, cores, in_memory);
    real_folders();
}

fn from_json_lines(folder: &Path, articles: &[Article], runs: usize, threads: usize) {
    let root = folder.join("json");
    fs::create_dir(&root).expect("the folder is new");
    let file = root.join("articles.jsonl");
    write_json_lines(&file, articles.iter().cloned()).expect("the corpus can be written");
    let ours = median_of(runs, || from_folder(&root).0);
    let stock = median_of(runs, || stock_from_json_lines(&file, threads));
    table::print_times("from one JSON Lines file", ours, stock);
}

fn from_text_files(folder: &Path, articles: &[Article], runs: usize, threads: usize, in_memory: Duration) {
    let root = folder.join("text");
    write_text_tree(&root, articles.iter().cloned()).expect("the corpus can be written");
    let ours = median_of(runs, || from_folder(&root).0);
    let stock = median_of(runs, || stock_from_text_files(&root, threads));
    table::print_times("from text files", ours, stock);
    let walk = table::median(runs, || {
        black_box(read_all_under(&root));
    });
    // A text file does not say its language, which takes long to tell of made-up words.
    let unsaid: Vec<Article> = articles.iter().cloned().map(|article| Article { language: None, ..article }).collect();
    let told = median_of(runs, || from_memory(unsaid.clone(), threads));
    for (line, in_memory) in [("  against a walk plus memory", in_memory), ("  and languages told there too", told)] {
        let least = walk + in_memory;
        table::print_alone(line, &format!("{:.2} times", ours.as_secs_f64() / least.as_secs_f64()));
    }
    let bytes = bytes_under(&root);
    table::print_amounts("  megabytes of text a second", rate(bytes, ours), rate(bytes, stock), "MB/s");

    let (ours, stock) = (folder.join("ours"), folder.join("stock"));
    let index = Index::create(&ours).expect("the folder is absent");
    ingest_folder(&index, &root);
    fs::create_dir(&stock).expect("the folder is absent");
    let baseline = Stock::in_folder(&stock).expect("the folder is empty");
    baseline.write(articles.iter().cloned(), 1, STOCK_MEMORY).expect("the stock engine can write");
    let megabytes = |folder| bytes_under(folder) as f64 / MEGABYTE;
    table::print_amounts("size of the index", megabytes(&ours), megabytes(&stock), "MB");

    let again = table::median(runs, || drop(ingest_folder(&index, &root)));
    table::print_alone("again, nothing changed", &table::shown(again));
}

/// The folders of real news, where they are present. No baseline: the stock engine reads none of these forms.
fn real_folders() {
    let names = [
        "digitalgov-md",
        "chronam-1916",
        "onestopenglish",
        "html-readability",
        "ja-wikinews",
        "qrels-fnc1",
        "reuters21578",
    ];
    let present: Vec<_> = names.iter().filter_map(|name| Some((name, real::folder(name)?))).collect();
    if present.is_empty() {
        println!("\nNo real news beside the checkout: ../shared/data is left out.");
        return;
    }
    println!("\nReal news from ../shared/data, to an index in a folder\n");
    println!(
        "| {:<22} | {:>8} | {:>8} | {:>8} | {:>10} | {:>10} |",
        "", "sources", "articles", "MB", "first run", "second run"
    );
    println!("|{:-<24}|{:->9}:|{:->9}:|{:->9}:|{:->11}:|{:->11}:|", "", "", "", "", "", "");
    for (name, root) in present {
        let folder = tempfile::tempdir().expect("a folder for the index can be made");
        let index = Index::create(folder.path().join("index")).expect("the folder is absent");
        let (first, report) = timed(|| ingest_folder(&index, &root));
        let (second, _) = timed(|| ingest_folder(&index, &root));
        let megabytes = report.bytes_read as f64 / MEGABYTE;
        println!(
            "| {name:<22} | {:>8} | {:>8} | {megabytes:>8.1} | {:>10} | {:>10} |",
            report.sources.read,
            report.articles.added,
            table::shown(first),
            table::shown(second),
        );
    }
}

fn from_memory(articles: Vec<Article>, threads: usize) -> Duration {
    let mut supply = Supply::new(articles);
    let index = Index::in_memory().expect("memory suffices");
    let mut options = IngestOptions::default();
    options.threads = threads;
    timed(|| ingest(&index, vec![Corpus::Supplied(&mut supply)], &options).expect("the articles can be indexed")).0
}

fn from_folder(root: &Path) -> (Duration, IngestReport) {
    let folder = tempfile::tempdir().expect("a folder for the index can be made");
    let index = Index::create(folder.path().join("index")).expect("the folder is absent");
    timed(|| ingest_folder(&index, root))
}

fn ingest_folder(index: &Index, root: &Path) -> IngestReport {
    let corpus = Corpus::directory(root).expect("the folder has a name");
    ingest(index, vec![corpus], &IngestOptions::default()).expect("the folder can be indexed")
}

fn stock_from_memory(articles: Vec<Article>, threads: usize) -> Duration {
    let stock = Stock::in_memory();
    timed(|| stock.write(articles.into_iter(), threads, STOCK_MEMORY).expect("the stock engine can write")).0
}

fn stock_from_json_lines(file: &Path, threads: usize) -> Duration {
    let folder = tempfile::tempdir().expect("a folder for the index can be made");
    let stock = Stock::in_folder(folder.path()).expect("the folder is empty");
    let lines = BufReader::new(fs::File::open(file).expect("the corpus can be read")).lines();
    let articles = lines.map(|line| {
        let value: serde_json::Value = serde_json::from_str(&line.expect("it is UTF-8")).expect("it is JSON");
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        bare_article(&text("id"), text("headline"), text("body"))
    });
    timed(|| stock.write(articles, threads, STOCK_MEMORY).expect("the stock engine can write")).0
}

/// Every file as one body: the stock engine understands no more of it.
fn stock_from_text_files(root: &Path, threads: usize) -> Duration {
    let folder = tempfile::tempdir().expect("a folder for the index can be made");
    let stock = Stock::in_folder(folder.path()).expect("the folder is empty");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let articles = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let text = fs::read_to_string(entry.path()).expect("it is UTF-8");
        bare_article(&entry.path().to_string_lossy(), String::new(), text)
    });
    timed(|| stock.write(articles, threads, STOCK_MEMORY).expect("the stock engine can write")).0
}

fn bare_article(id: &str, headline: String, body: String) -> Article {
    Article { headline: Some(headline), body: vec![body], ..Article::new(id) }
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

/// Returns the median of runs that time themselves, since what they prepare is not to count.
fn median_of(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs.max(1)).map(|_| run()).collect();
    times.sort();
    times[times.len() / 2]
}

fn rate(bytes: u64, time: Duration) -> f64 {
    bytes as f64 / MEGABYTE / time.as_secs_f64()
}

/// Reads every byte of the files under a folder, and returns how many there are.
fn read_all_under(folder: &Path) -> usize {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|file| fs::read(file.path()).expect("it can be read").len()).sum()
}

fn bytes_under(folder: &Path) -> u64 {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
