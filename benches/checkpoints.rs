//! What it costs that a first indexing keeps what it has done, against one that keeps nothing before its commit; and how
//! long the rest takes where one was cut off at nine tenths, against all of it.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (20,000) and `NEWSHOUND_BENCH_RUNS` (3) set the size; see BENCHMARKS.md.

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use newshound::{Corpus, Index, IngestOptions, IngestReport, Progress, ingest};
use support::synthetic::{Synthetic, write_json_lines, write_text_tree};
use support::{setting, table};

/// What was done is kept each time so many bytes were read.
const EVERY: [(&str, u64); 3] = [("64 MiB", 64 << 20), ("16 MiB", 16 << 20), ("4 MiB", 4 << 20)];
/// More than there is.
const NEVER: u64 = u64::MAX;

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 20_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 3);
    let folder = tempfile::tempdir().expect("a folder for the corpus can be made");
    let (lines, texts) = (folder.path().join("lines"), folder.path().join("texts"));
    fs::create_dir(&lines).expect("the folder is new");
    write_json_lines(&lines.join("articles.jsonl"), Synthetic::new(1, count)).expect("the corpus can be written");
    write_text_tree(&texts, Synthetic::new(1, count)).expect("the corpus can be written");
    let bytes = fs::metadata(lines.join("articles.jsonl")).expect("it was written").len();
    println!("{count} made-up articles, {:.0} MB, medians of {runs} runs", bytes as f64 / 1e6);
    for (title, root) in [("One JSON Lines file", &lines), ("Text files", &texts)] {
        table::print_header(title, "kept", "nothing kept");
        let never = median(runs, || first(root, NEVER));
        for (every, bytes) in EVERY {
            table::print_times(&format!("kept every {every}"), median(runs, || first(root, bytes)), never);
        }
        table::print_times("the rest, cut off at nine tenths", median(runs, || rest(root, EVERY[2].1)), never);
    }
}

/// Indexes a folder from nothing, and returns how long it took.
fn first(root: &Path, every: u64) -> Duration {
    let place = tempfile::tempdir().expect("a folder for the index can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let start = Instant::now();
    run(&index, root, every, None);
    start.elapsed()
}

/// Indexes a folder from nothing until nine tenths are read, and returns how long the rest took.
fn rest(root: &Path, every: u64) -> Duration {
    let place = tempfile::tempdir().expect("a folder for the index can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let is_enough = AtomicBool::new(false);
    let report = run(&index, root, every, Some(&is_enough));
    assert!(report.cancelled && report.kept + report.kept_bytes > 0, "nothing was kept of so few articles: {report:?}");
    let start = Instant::now();
    run(&index, root, every, None);
    start.elapsed()
}

fn run(index: &Index, root: &Path, every: u64, is_enough: Option<&AtomicBool>) -> IngestReport {
    let progress = |progress: Progress| {
        if progress.bytes_total > 0 && progress.bytes_done >= progress.bytes_total / 10 * 9 {
            is_enough.iter().for_each(|is_enough| is_enough.store(true, Ordering::Relaxed));
        }
    };
    let cancel = || is_enough.is_some_and(|is_enough| is_enough.load(Ordering::Relaxed));
    let mut options = IngestOptions::default();
    options.keep_every = every;
    options.progress = Some(&progress);
    options.cancel = Some(&cancel);
    let corpus = Corpus::named("news", root).expect("a sound name");
    ingest(index, vec![corpus], &options).expect("the corpus can be read")
}

fn median(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs.max(1)).map(|_| run()).collect();
    times.sort();
    times[times.len() / 2]
}
