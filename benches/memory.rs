//! How much anonymous memory a run takes beside the limit that it was given: news from an application and from JSON Lines
//! on disk, and what is made to be hard: articles of a few words, no word twice, articles as large as the largest, text in
//! headlines alone, one word over and over. The promise is `--memory` and 64 MiB.
//!
//! Each line is a run in a process of its own, whose anonymous memory a thread reads every 20 ms; what the process had
//! before the run is taken off. `NEWSHOUND_BENCH_GIGABYTES` (1) sets how much text of news there is, the hard ones have an
//! eighth of it; `NEWSHOUND_BENCH_MEMORY` takes one limit in MiB in place of two; `NEWSHOUND_BENCH_KINDS` names the lines;
//! see BENCHMARKS.md.

mod support;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use newshound::{Article, ArticleSource, Corpus, Index, IngestOptions, Notice, ingest};
use support::random::Random;
use support::setting;
use support::synthetic::{Synthetic, write_json_lines};

/// What a process of its own is told: kind, limit, folder.
const RUN: &str = "NEWSHOUND_BENCH_RUN";
const MEBIBYTE: u64 = 1 << 20;
/// The promise is the limit and this much.
const BESIDES: u64 = 64;
/// How much text a file of JSON Lines has; the last kind puts all of it in one.
const PER_FILE: u64 = 128 * MEBIBYTE;
const KINDS: &[&str] = &["news", "lines", "one-file", "tiny", "different", "largest", "headlines", "one-word"];

fn main() {
    if let Ok(run) = env::var(RUN) {
        return measure(&run);
    }
    let kinds = env::var("NEWSHOUND_BENCH_KINDS").unwrap_or_else(|_| KINDS.join(","));
    let limits = match setting("NEWSHOUND_BENCH_MEMORY", 0) {
        0 => vec![512, 64],
        limit => vec![limit],
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    println!("\nAnonymous memory\n");
    println!("| kind       | text MB |  articles |  limit MiB | peak MiB | within |     time |");
    println!("|------------|--------:|----------:|-----------:|---------:|-------:|---------:|");
    for kind in kinds.split(',') {
        let files = folder.path().join(kind);
        if kind == "lines" || kind == "one-file" {
            write_files(&files, if kind == "lines" { PER_FILE } else { u64::MAX });
        }
        for limit in &limits {
            let run = format!("{kind} {limit} {}", files.display());
            let this = env::current_exe().expect("a benchmark is a file");
            let status = Command::new(this).env(RUN, run).status().expect("it was just started");
            assert!(status.success(), "{kind}: the run failed");
        }
        let _ = fs::remove_dir_all(&files);
    }
}

fn wanted() -> u64 {
    (setting("NEWSHOUND_BENCH_GIGABYTES", 1.0) * 1e9) as u64
}

/// Writes news as JSON Lines until there is enough.
fn write_files(root: &Path, per_file: u64) {
    fs::create_dir_all(root).expect("the folder is new");
    let (mut written, mut number) = (0, 0);
    let mut articles = Synthetic::new(1, u64::MAX);
    while written < wanted() {
        let path = root.join(format!("{number:04}.jsonl"));
        let mut room = per_file.min(wanted() - written);
        let of_file = std::iter::from_fn(|| {
            let article = (room > 0).then(|| articles.next())??;
            room = room.saturating_sub(text_bytes(&article));
            written += text_bytes(&article);
            Some(article)
        });
        write_json_lines(&path, of_file).expect("the corpus can be written");
        number += 1;
    }
}

fn text_bytes(article: &Article) -> u64 {
    let headline = article.headline.as_ref().map_or(0, String::len);
    (headline + article.body.iter().map(String::len).sum::<usize>()) as u64
}

fn measure(run: &str) {
    let mut parts = run.splitn(3, ' ');
    let mut part = || parts.next().expect("kind, limit and folder");
    let (kind, limit, files) = (part(), part().parse::<u64>().expect("a number"), part());
    let mut supply = Supply::of(kind);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(folder.path().join("index")).expect("the folder is absent");
    let mut options = IngestOptions::default();
    options.memory = limit * MEBIBYTE;
    let from_files = kind == "lines" || kind == "one-file";
    let before = anonymous();
    let (peak, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let (report, time) = thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                peak.fetch_max(anonymous(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            }
        });
        let start = Instant::now();
        let corpus = match from_files {
            true => Corpus::directory(files).expect("the folder has a name"),
            false => Corpus::Supplied(&mut supply),
        };
        let report = ingest(&index, vec![corpus], &options).expect("the articles can be indexed");
        ended.store(true, Ordering::Relaxed);
        (report, start.elapsed())
    });
    let peak = peak.into_inner().saturating_sub(before) as f64 / MEBIBYTE as f64;
    let megabytes = if from_files { wanted() } else { supply.bytes } / 1_000_000;
    let within = if peak <= (limit + BESIDES) as f64 { "yes" } else { "NO" };
    let (articles, seconds) = (report.articles.added, time.as_secs_f64());
    println!(
        "| {kind:<10} | {megabytes:>7} | {articles:>9} | {limit:>10} | {peak:>8.1} | {within:>6} | {seconds:>6.1} s |"
    );
}

/// Returns the anonymous memory that this process has, in bytes; where the system does not tell it in Linux's way, nothing.
fn anonymous() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() << 10
}

/// Articles of a kind until there is enough text.
struct Supply {
    kind: String,
    synthetic: Synthetic,
    number: u64,
    bytes: u64,
    wanted: u64,
}

impl Supply {
    fn of(kind: &str) -> Supply {
        let wanted = if kind == "news" { wanted() } else { wanted() / 8 };
        Supply { kind: kind.to_owned(), synthetic: Synthetic::new(1, u64::MAX), number: 0, bytes: 0, wanted }
    }

    fn article(&mut self) -> Article {
        let number = self.number;
        let mut random = Random::of_item(7, number);
        let id = format!("{number:08}");
        let mut words = |bytes: usize, word: &mut dyn FnMut(&mut Random) -> String| {
            let mut text = String::with_capacity(bytes + 20);
            while text.len() < bytes {
                text.push_str(&word(&mut random));
                text.push(' ');
            }
            text
        };
        let mut article = Article::new(id);
        match self.kind.as_str() {
            "tiny" => article.body.push(words(40, &mut |random| random.zipf(100_000).to_string())),
            "different" => article.body.push(words(4_000, &mut |random| letters(random.number()))),
            "headlines" => article.headline = Some(words(4_000, &mut |random| letters(random.zipf(100_000) as u64))),
            "one-word" => article.body.push(words(16 << 20, &mut |_| "a".to_owned())),
            "largest" => article.body.push(words(15 << 20, &mut |random| letters(random.zipf(1_000_000) as u64))),
            _ => article = self.synthetic.article(number),
        }
        article
    }
}

impl ArticleSource for Supply {
    fn corpus(&self) -> &str {
        "supply"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        if self.bytes >= self.wanted {
            return None;
        }
        let article = self.article();
        self.number += 1;
        self.bytes += text_bytes(&article);
        Some(Ok(article))
    }
}

/// Returns a number in letters.
fn letters(mut number: u64) -> String {
    let mut word = String::from("q");
    while number > 0 {
        word.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    word
}
