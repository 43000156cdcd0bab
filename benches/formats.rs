//! How quickly sources of each format become articles, on one thread and from memory, against counting the words of the
//! same bytes.
//!
//! Real news is read where it lies beside the checkout, and the project's own samples elsewhere. A source is repeated until
//! there are about `NEWSHOUND_BENCH_MEGABYTES` (16) of them; `NEWSHOUND_BENCH_RUNS` (3) runs; see BENCHMARKS.md.

mod support;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use newshound::{ParseOptions, understand};
use support::{real, setting, table};

const MEGABYTE: f64 = 1e6;

/// Sources of one format: the name, the folder of real ones, how their names end, and samples of our own.
struct Sources {
    format: &'static str,
    folder: &'static str,
    ending: &'static str,
    samples: &'static [&'static str],
}

const SOURCES: &[Sources] = &[
    Sources { format: "jsonl", folder: "ja-wikinews", ending: ".jsonl", samples: &[] },
    Sources {
        format: "json",
        folder: "ninjs/examples",
        ending: ".json",
        samples: &["tests/fixtures/formats/ninjs-1.json", "tests/fixtures/formats/ninjs-3.json"],
    },
    Sources {
        format: "newsml-g2",
        folder: "newsml-g2/examples",
        ending: ".xml",
        samples: &["tests/fixtures/formats/newsml-g2.xml"],
    },
    Sources { format: "newsml", folder: "", ending: "", samples: &["tests/fixtures/formats/newsml-1.xml"] },
    Sources { format: "nitf", folder: "", ending: "", samples: &["tests/fixtures/formats/nitf.xml"] },
    Sources {
        format: "reuters-sgml",
        folder: "reuters21578",
        ending: ".sgm",
        samples: &["tests/fixtures/formats/reuters.sgm"],
    },
    Sources { format: "trec", folder: "ar-news", ending: ".txt", samples: &["tests/fixtures/formats/trec.sgm"] },
    Sources { format: "csv", folder: "wikinews-en", ending: ".csv", samples: &["tests/fixtures/formats/table.csv"] },
    Sources { format: "text", folder: "ru-factrueval", ending: ".txt", samples: &["corpus/hpb/wire"] },
    Sources { format: "markdown", folder: "digitalgov-md", ending: ".md", samples: &["corpus/ansel-courier/city"] },
];

fn main() {
    let runs = setting("NEWSHOUND_BENCH_RUNS", 3);
    let megabytes = setting("NEWSHOUND_BENCH_MEGABYTES", 16.0);
    let only: Option<String> = std::env::args().nth(1).filter(|argument| !argument.starts_with('-'));
    println!("one thread, from memory, some {megabytes} MB a format, medians of {runs} runs");
    table::print_header("Sources to articles", "newshound", "words counted");
    for sources in SOURCES.iter().filter(|sources| only.as_deref().is_none_or(|only| only == sources.format)) {
        measure(sources, runs, megabytes * MEGABYTE);
    }
}

fn measure(sources: &Sources, runs: usize, wanted: f64) {
    let (files, origin) = files(sources);
    let of_format: Vec<(String, Vec<u8>)> =
        files.into_iter().filter(|(path, bytes)| is_of(sources, path, bytes)).collect();
    let bytes: usize = of_format.iter().map(|(_, bytes)| bytes.len()).sum();
    if bytes == 0 {
        return table::print_alone(sources.format, "no sources");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of repetitions")]
    let repetitions = (wanted / bytes as f64).ceil().max(1.0) as usize;
    let total = (bytes * repetitions) as f64 / MEGABYTE;
    // As an index is made.
    let mut options = ParseOptions::default();
    options.articles_only = true;
    let each = |work: &dyn Fn(&str, &[u8])| {
        for _ in 0..repetitions {
            of_format.iter().for_each(|(path, bytes)| work(path, bytes));
        }
    };
    let ours = table::median(runs, || {
        each(&|path, bytes| {
            black_box(understand(path, bytes, &options, usize::MAX));
        });
    });
    let words = table::median(runs, || {
        each(&|_, bytes| {
            black_box(String::from_utf8_lossy(bytes).split_ascii_whitespace().count());
        });
    });
    let name = format!("{}, {origin}", sources.format);
    table::print_amounts(&name, total / ours.as_secs_f64(), total / words.as_secs_f64(), "MB/s");
}

/// Tells whether a file is in the format that is measured, and has an article.
fn is_of(sources: &Sources, path: &str, bytes: &[u8]) -> bool {
    let understood = understand(path, bytes, &ParseOptions::default(), 1);
    understood.format == Some(sources.format) && !understood.articles.is_empty()
}

/// Returns real sources, else samples, and which of the two.
fn files(sources: &Sources) -> (Vec<(String, Vec<u8>)>, &'static str) {
    let mut paths = Vec::new();
    if let Some(folder) = Some(sources.folder).filter(|name| !name.is_empty()).and_then(real::folder) {
        collect(&folder, &mut paths);
        paths.retain(|path| path.to_string_lossy().ends_with(sources.ending));
    }
    let origin = if paths.is_empty() { "samples" } else { "real news" };
    if paths.is_empty() {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
        sources.samples.iter().for_each(|sample| collect(&checkout.join(sample), &mut paths));
    }
    paths.sort();
    let read = |path: PathBuf| Some((path.to_string_lossy().into_owned(), fs::read(&path).ok()?));
    (paths.into_iter().filter_map(read).collect(), origin)
}

/// Collects a file, or the files under a folder.
fn collect(path: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else { return paths.push(path.to_owned()) };
    entries.flatten().for_each(|entry| collect(&entry.path(), paths));
}
