//! How long the program takes to find that a corpus of many small files is as it was, and to take up ten changed files,
//! against `find` printing size, time and path of every file: what looking at each file once costs.
//!
//! `NEWSHOUND_BENCH_FILES` (100,000) and `NEWSHOUND_BENCH_RUNS` (9) set the size; see BENCHMARKS.md.

mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use support::random::Random;
use support::words::Words;
use support::{setting, table};

const A_FOLDER: usize = 100;
const CHANGED: usize = 10;

fn main() {
    let files = setting("NEWSHOUND_BENCH_FILES", 100_000);
    let runs = setting("NEWSHOUND_BENCH_RUNS", 9);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path().join("news");
    let mut corpus = Corpus::write(&root, files);
    let index = folder.path().join("index");
    let (first, ()) = timed(|| run(&mut ours(&index, &root)));
    println!("{files} made-up files in folders of {A_FOLDER}, warm file cache, medians of {runs} alternating runs");
    println!("first run: {}", table::shown(first));

    let unchanged = alternating(runs, &index, &root, || {});
    let changed = alternating(runs, &index, &root, || corpus.change());
    table::print_header("A second run", "newshound", "find");
    for (what, (ours, find)) in [("nothing changed", unchanged), ("ten files changed", changed)] {
        match find {
            Some(find) => table::print_times(what, ours, find),
            None => table::print_alone(what, &table::shown(ours)),
        }
    }
    if unchanged.1.is_none() {
        println!("\n`find` is not here or knows no -printf: the baseline is left out.");
    }
    tell_calls(folder.path(), &index, &root);
}

/// A folder of made-up articles, each a file.
struct Corpus {
    files: Vec<PathBuf>,
    words: Words,
    random: Random,
    /// Seconds since 1970; past, so that no file is as young as a run.
    time: u64,
}

impl Corpus {
    fn write(root: &Path, files: usize) -> Corpus {
        let paths = (0..files).map(|number| {
            let folder = root.join(format!("{:02}/{:04}", number / A_FOLDER / 50, number / A_FOLDER));
            folder.join(format!("story-{number:07}.md"))
        });
        let files: Vec<_> = paths.collect();
        let mut corpus = Corpus { files, words: Words::new(20_000), random: Random::new(1), time: 1_500_000_000 };
        for nth in 0..corpus.files.len() {
            corpus.write_file(nth);
        }
        corpus
    }

    fn write_file(&mut self, nth: usize) {
        let mut words = |count| {
            let words: Vec<&str> = (0..count).map(|_| self.words.of(self.random.zipf(self.words.len()))).collect();
            words.join(" ")
        };
        let (headline, body) = (words(5), words(30));
        let text = format!("---\nid: story-{nth}\ntitle: {headline}\ndate: 2021-03-04\n---\n\n{body}.\n");
        let path = &self.files[nth];
        fs::create_dir_all(path.parent().expect("it is in the corpus")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
        self.time += 1;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.time);
        let file = File::options().write(true).open(path).expect("it was written");
        file.set_modified(time).expect("its time can be set");
    }

    fn change(&mut self) {
        for _ in 0..CHANGED {
            let nth = self.random.below(self.files.len());
            self.write_file(nth);
        }
    }
}

/// Returns the median times of ours and of `find`, each run after one of the other; the first of each is not counted.
fn alternating(runs: usize, index: &Path, root: &Path, mut before: impl FnMut()) -> (Duration, Option<Duration>) {
    let (mut of_ours, mut of_find) = (Vec::new(), Vec::new());
    for nth in 0..=runs {
        before();
        let (time, ()) = timed(|| run(&mut ours(index, root)));
        let (find_time, found) = timed(|| find(root).status().is_ok_and(|status| status.success()));
        if nth > 0 {
            of_ours.push(time);
            of_find.extend(found.then_some(find_time));
        }
    }
    (median(of_ours).expect("there is a run"), median(of_find))
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort();
    times.get(times.len() / 2).copied()
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

fn ours(index: &Path, root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
    command.arg("index").arg("--quiet").arg("--index").arg(index).arg(root).env_remove("NEWSHOUND_INDEX");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn find(root: &Path) -> Command {
    let mut command = Command::new("find");
    command.arg(root).args(["-type", "f", "-printf", "%s %T@ %p\n"]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn run(command: &mut Command) {
    let status = command.status().expect("the program can be started");
    assert!(status.success(), "{command:?} ended with {status}");
}

/// Prints how often each program called the system when nothing had changed.
fn tell_calls(folder: &Path, index: &Path, root: &Path) {
    let counts = folder.join("calls");
    let (Some(ours), Some(find)) = (calls(&ours(index, root), &counts), calls(&find(root), &counts)) else {
        println!("\n`strace` or `find` is not here: the calls of the system are left out.");
        return;
    };
    println!("\nCalls of the system, nothing changed\n");
    println!("| {:<34} | {:>14} | {:>14} |", "", "newshound", "find");
    println!("|{:-<36}|{:->15}:|{:->15}:|", "", "", "");
    for (what, names) in [
        ("stat", &["stat", "lstat", "fstat", "statx", "newfstatat", "fstatat64"][..]),
        ("reading folders", &["getdents64", "getdents"]),
        ("opening", &["open", "openat"]),
        ("all", &["total"]),
    ] {
        println!("| {what:<34} | {:>14} | {:>14} |", sum(&ours, names), sum(&find, names));
    }
}

/// Returns the names of calls and how often each was made, `total` among them.
fn calls(command: &Command, counts: &Path) -> Option<Vec<(String, u64)>> {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-c", "-o"]).arg(counts).arg(command.get_program()).args(command.get_args());
    let traced = traced.env_remove("NEWSHOUND_INDEX").stdout(Stdio::null()).stderr(Stdio::null()).status();
    traced.ok().filter(|status| status.success())?;
    let table = fs::read_to_string(counts).ok()?;
    // % time, seconds, usecs/call, calls, errors where there are any, syscall.
    let rows = table.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        Some(((*columns.last()?).to_owned(), columns.get(3)?.parse().ok()?))
    });
    Some(rows.collect())
}

fn sum(calls: &[(String, u64)], names: &[&str]) -> u64 {
    calls.iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, count)| count).sum()
}
