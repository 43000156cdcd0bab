//! How long the program takes for one search, from start to end, with ten hits and their passages: against a program that only
//! says hello, and against the same search through tantivy's own interface, with snippets. The three take turns. Where
//! `valgrind` is installed, their instructions are counted too.
//!
//! `NEWSHOUND_BENCH_ARTICLES` (5,000) and `NEWSHOUND_BENCH_RUNS` (40) set the size. Each index is of one segment.

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use newshound::{Corpus, Index, IngestOptions, ingest};
use support::queries::Queries;
use support::stock::Stock;
use support::synthetic::Synthetic;
use support::{real, setting, table};

/// Said to this program by itself, so that it is the search through tantivy's interface.
const STOCK: &str = "search-with-tantivy";

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, role, index, query] = &arguments[..]
        && role == STOCK
    {
        return search_with_tantivy(Path::new(index), query);
    }
    let count = setting("NEWSHOUND_BENCH_ARTICLES", 5_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 40);
    let folder = tempfile::tempdir().expect("a folder for the index can be made");
    let programs = Programs::new(folder.path());
    let mut synthetic = Synthetic::new(1, count);
    let queries = Queries::new(&synthetic, 1);
    build(&programs.ours, Corpus::Supplied(&mut synthetic));
    synthetic.rewind();
    let stock = Stock::in_folder(&programs.stock).expect("the folder is empty");
    stock.write(&mut synthetic, 1, 1 << 30).expect("the stock engine can write");
    println!("{count} made-up articles, warm file cache, medians of {runs} runs that take turns");

    let [usual, two, phrase] = [&queries.usual[0], &queries.two[0], &queries.phrases[0]];
    let kinds = [("a usual word", usual), ("two words", two), ("a phrase", phrase)];
    let taken: Vec<[Duration; 3]> = kinds.iter().map(|(_, query)| programs.times(query, runs)).collect();
    table::print_header("From start to end", "search", "hello");
    for ((what, _), [ours, hello, _]) in kinds.iter().zip(&taken) {
        table::print_times(what, *ours, *hello);
    }
    table::print_header("From start to end", "search", "stock tantivy");
    for ((what, _), [ours, _, stock]) in kinds.iter().zip(&taken) {
        table::print_times(what, *ours, *stock);
    }
    match programs.instructions(usual) {
        Some(_) => {
            table::print_header("Instructions, from start to end", "search", "stock tantivy");
            for (what, query) in kinds {
                let [ours, _, stock] = programs.instructions(query).expect("it could be counted before");
                table::print_amounts(what, ours, stock, "M");
            }
        }
        None => println!("\nvalgrind is not installed: instructions are left out."),
    }

    let version = || median(runs, &mut programs.newshound(&["--version"]));
    table::print_header("The program, from start to end", "search", "--version");
    let compare = |what: &str, index: &Path, arguments: &[&str]| {
        let index = index.to_str().expect("the temporary folder's name is Unicode");
        let arguments = [&["search", "--index", index], arguments].concat();
        table::print_times(what, median(runs, &mut programs.newshound(&arguments)), version());
    };
    compare("a usual word, no passages", &programs.ours, &["--passages", "0", usual]);
    compare("a count", &programs.ours, &["--count", usual]);
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
    let mut options = IngestOptions::default();
    (options.threads, options.memory) = (1, 8 << 30);
    ingest(&index, vec![corpus], &options).expect("the corpus can be indexed");
    assert_eq!(index.status().expect("the index is sound").segments, 1);
}

/// Prints what the program would, as far as tantivy knows it.
fn search_with_tantivy(index: &Path, query: &str) {
    let searcher = Stock::open(index).and_then(|stock| stock.searcher()).expect("the stock index is sound");
    let (total, snippets) = searcher.search_with_snippets(query, 10).expect("the stock engine understands the query");
    println!("{total} articles");
    snippets.iter().for_each(|snippet| println!("{snippet}"));
}

/// What is compared, and the two indexes.
struct Programs {
    ours: PathBuf,
    stock: PathBuf,
    hello: PathBuf,
}

impl Programs {
    fn new(folder: &Path) -> Programs {
        let [ours, stock, hello] = ["ours", "stock", "hello"].map(|name| folder.join(name));
        fs::create_dir(&stock).expect("the folder is empty");
        let source = folder.join("hello.rs");
        fs::write(&source, "fn main() { println!(\"hello\"); }\n").expect("the folder can be written to");
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["-C", "opt-level=3", "-o"]).arg(&hello).arg(&source);
        assert!(rustc.status().expect("a benchmark is built by rustc").success(), "hello.rs is sound");
        Programs { ours, stock, hello }
    }

    fn newshound(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
        command.args(arguments).env_remove("NEWSHOUND_INDEX");
        command
    }

    /// Returns the search, hello, and the search through tantivy's interface.
    fn commands(&self, query: &str) -> [Command; 3] {
        let index = self.ours.to_str().expect("the temporary folder's name is Unicode");
        let mut stock = Command::new(env::current_exe().expect("this program has a file"));
        stock.arg(STOCK).arg(&self.stock).arg(query);
        [self.newshound(&["search", "--index", index, query]), Command::new(&self.hello), stock]
    }

    fn times(&self, query: &str, runs: usize) -> [Duration; 3] {
        let mut commands = self.commands(query);
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..runs.max(1) {
            for (command, times) in commands.iter_mut().zip(&mut times) {
                times.push(timed(command));
            }
        }
        times.map(|mut times: Vec<Duration>| {
            times.sort();
            times[times.len() / 2]
        })
    }

    /// Returns millions of instructions, where they can be counted.
    fn instructions(&self, query: &str) -> Option<[f64; 3]> {
        let [ours, hello, stock] = self.commands(query).map(|command| counted(&command));
        Some([ours?, hello?, stock?])
    }
}

fn counted(command: &Command) -> Option<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(command.get_program());
    let output = valgrind.args(command.get_args()).env_remove("NEWSHOUND_INDEX").output().ok()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let number = told.lines().find_map(|line| line.split("Collected : ").nth(1))?;
    Some(number.trim().parse::<f64>().ok()? / 1e6)
}

fn median(runs: usize, command: &mut Command) -> Duration {
    table::median(runs, || _ = timed(command))
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the program can be started");
    let time = start.elapsed();
    // 1 says that nothing was found, which takes a search too.
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?} ended with {status}");
    time
}
