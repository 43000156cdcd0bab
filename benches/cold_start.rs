//! How long the program takes for one search, from start to end, against the same program that only says its version:
//! the difference is what opening the index, searching and printing cost.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (5,000) and `NEWSHOUND_BENCH_RUNS` (40) set the size.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use newshound::{Corpus, Index, IngestOptions, ingest};
use support::queries::Queries;
use support::synthetic::Synthetic;
use support::{real, setting, table};

fn main() {
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 5_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 40);
    let folder = tempfile::tempdir().expect("a folder for the index can be made");
    let mut synthetic = Synthetic::new(1, count);
    let queries = Queries::new(&synthetic, 1);
    build(&folder.path().join("synthetic"), Corpus::Supplied(&mut synthetic));
    println!("{count} made-up articles, warm file cache, medians of {runs} runs");

    table::print_header("The program, from start to end", "search", "--version");
    let compare = |what: &str, index: &Path, arguments: &[&str]| {
        let index = index.to_str().expect("the temporary folder's name is Unicode");
        let arguments = [&["search", "--index", index], arguments].concat();
        let ours = table::median(runs, || run(&arguments));
        let version = table::median(runs, || run(&["--version"]));
        table::print_times(what, ours, version);
    };
    let index = folder.path().join("synthetic");
    compare("a usual word", &index, &[&queries.usual[0]]);
    compare("a usual word, no passages", &index, &["--passages", "0", &queries.usual[0]]);
    compare("two words", &index, &[&queries.two[0]]);
    compare("a phrase", &index, &[&queries.phrases[0]]);
    compare("a count", &index, &["--count", &queries.usual[0]]);
    match real::folder("digitalgov-md") {
        Some(root) => {
            let index = folder.path().join("real");
            build(&index, Corpus::directory(root).expect("the folder has a name"));
            compare("digitalgov-md, two words", &index, &["open data"]);
        }
        None => println!("\nNo real news beside the checkout: ../shared/data is left out."),
    }
}

fn build(folder: &Path, corpus: Corpus<'_>) {
    let index = Index::create(folder).expect("the folder is absent");
    ingest(&index, vec![corpus], &IngestOptions::default()).expect("the corpus can be indexed");
}

fn run(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
    command.args(arguments).env_remove("NEWSHOUND_INDEX").stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().expect("the program can be started");
    // 1 says that nothing was found, which takes a search too.
    assert!(matches!(status.code(), Some(0 | 1)), "`newshound {}` ended with {status}", arguments.join(" "));
}
