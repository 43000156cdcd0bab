//! How well web pages are read, on the pages of real news that lie beside the checkout; without them there is nothing to
//! measure. It says nothing of speed but the rate on one thread.
//!
//! - `html-article-extraction`: the main text, by that benchmark's own measure: shingles of four words, each page counted
//!   alike, the mean precision and recall over all pages, and F1 of these two.
//! - `html-readability`: headline, day and names against the values expected there, where there are any, and the main text
//!   by the same measure against the text expected there.
//!
//! `NEWSHOUND_BENCH_MISSES` prints what is otherwise than expected; `NEWSHOUND_BENCH_ONLY` chooses pages by a part of
//! their names.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use newshound::{Article, Date, DateOrder, ParseOptions, understand};
use serde_json::Value;
use support::real;
use support::shingles::{Counts, Means, main_text};

fn main() {
    let only = std::env::var("NEWSHOUND_BENCH_ONLY").unwrap_or_default();
    let mut clock = Clock::default();
    match real::folder("html-article-extraction") {
        Some(folder) => article_extraction(&folder, &only, &mut clock),
        None => println!("../shared/data/html-article-extraction is not there: nothing to measure"),
    }
    match real::folder("html-readability") {
        Some(folder) => readability(&folder.join("test/test-pages"), &only, &mut clock),
        None => println!("../shared/data/html-readability is not there: nothing to measure"),
    }
    let rate = clock.bytes as f64 / 1e6 / clock.time.as_secs_f64().max(1e-9);
    println!("\n{:.1} MB of pages, {rate:.1} MB/s on one thread", clock.bytes as f64 / 1e6);
}

/// How long pages took to be read.
#[derive(Default)]
struct Clock {
    bytes: usize,
    time: Duration,
}

impl Clock {
    fn article(&mut self, bytes: &[u8]) -> Article {
        let start = Instant::now();
        let understood = understand("page.html", bytes, &ParseOptions::default(), 1);
        self.time += start.elapsed();
        self.bytes += bytes.len();
        understood.articles.into_iter().next().map(|one| one.article).unwrap_or_default()
    }
}

fn article_extraction(folder: &Path, only: &str, clock: &mut Clock) {
    let truth = fs::read(folder.join("ground-truth.json")).expect("the truth lies beside the pages");
    let truth: BTreeMap<String, Value> = serde_json::from_slice(&truth).expect("the truth is JSON");
    let mut pages = Vec::new();
    for (id, page) in truth.iter().filter(|(id, _)| id.contains(only)) {
        let packed = fs::read(folder.join("html").join(format!("{id}.html.gz"))).expect("every page is there");
        let mut bytes = Vec::new();
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("pages are whole");
        let article = clock.article(&bytes);
        let expected = page["articleBody"].as_str().unwrap_or_default();
        pages.push((id.as_str(), Counts::of(expected, &main_text(&article))));
    }
    print_main_text("html-article-extraction", &pages);
}

fn print_main_text(name: &str, pages: &[(&str, Counts)]) {
    if std::env::var_os("NEWSHOUND_BENCH_MISSES").is_some() {
        let mut worst: Vec<_> = pages.iter().collect();
        worst.sort_by(|(_, one), (_, other)| one.f1().total_cmp(&other.f1()));
        for (id, counts) in worst.iter().take(60).filter(|(_, counts)| counts.f1() < 0.98) {
            println!("{id}: precision {:.3}, recall {:.3}", counts.precision(), counts.recall());
        }
    }
    let means = Means::of(pages.iter().map(|(_, counts)| *counts));
    println!("\n{name}, main text of {} pages\n", pages.len());
    println!("| F1    | precision | recall | exact |\n|------:|----------:|-------:|------:|");
    println!("| {:.3} | {:>9.3} | {:>6.3} | {:.3} |", means.f1, means.precision, means.recall, means.exact);
}

/// How many pages state a value, and on how many of them ours is the same, to the letter or but for what is said beside it.
#[derive(Default)]
struct Score {
    stated: u32,
    same: u32,
    alike: u32,
}

impl Score {
    fn add(&mut self, what: &str, page: &str, expected: &str, ours: &str, is_same: bool, is_alike: bool) {
        self.stated += 1;
        self.same += u32::from(is_same);
        self.alike += u32::from(is_same || is_alike);
        if !is_same && !is_alike && std::env::var_os("NEWSHOUND_BENCH_MISSES").is_some() {
            println!("{page}: {what} expected `{expected}`, found `{ours}`");
        }
    }
}

fn readability(folder: &Path, only: &str, clock: &mut Clock) {
    let (mut headline, mut date, mut authors) = (Score::default(), Score::default(), Score::default());
    let mut pages = Vec::new();
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(only))
        .collect();
    names.sort();
    for name in &names {
        let read = |file: &str| fs::read(folder.join(name).join(file)).expect("every page has its files");
        let article = clock.article(&read("source.html"));
        let expected: Value = serde_json::from_slice(&read("expected-metadata.json")).expect("it is JSON");
        let stated = |key: &str| expected[key].as_str().map(folded).filter(|text| !text.is_empty());
        if let Some(title) = stated("title") {
            let ours = folded(article.headline.as_deref().unwrap_or_default());
            headline.add("headline", name, &title, &ours, ours == title, is_title_of(&title, &ours));
        }
        if let Some(time) = stated("publishedTime") {
            let ours = article.published.map(|date| date.to_string()).unwrap_or_default();
            let is_same = Date::parse(&time, DateOrder::default()).is_ok_and(|date| date.to_string() == ours);
            date.add("date", name, &time, &ours, is_same, false);
        }
        if let Some(byline) = stated("byline") {
            let ours = article.bylines.join(", ");
            let names = &article.bylines;
            let beside =
                [stated("siteName"), article.publisher.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let (is_same, is_alike) = (is_byline_of(&byline, names, None), is_byline_of(&byline, names, Some(&beside)));
            authors.add("authors", name, &byline, &ours, is_same, is_alike);
        }
        let text =
            dom_query::Document::from(String::from_utf8_lossy(&read("expected.html")).as_ref()).text().to_string();
        pages.push((name.as_str(), Counts::of(&text, &main_text(&article))));
    }
    print_main_text("html-readability", &pages);
    println!(
        "\nHeadlines alike: but for the site's name. Authors alike: but for the day, the site's name and their roles.\n"
    );
    println!(
        "| field    | stated | same | share   | alike | share   |\n|----------|-------:|-----:|--------:|------:|--------:|"
    );
    for (name, Score { stated, same, alike }) in [("headline", headline), ("date", date), ("authors", authors)] {
        let share = |n: u32| 100.0 * f64::from(n) / f64::from(stated.max(1));
        println!(
            "| {name:<8} | {stated:>6} | {same:>4} | {:>5.1} % | {alike:>5} | {:>5.1} % |",
            share(same),
            share(alike)
        );
    }
}

/// Tells whether a title is a headline and, parted from it by a sign, something else before or after it.
fn is_title_of(title: &str, headline: &str) -> bool {
    let parts = |rest: &str, is_before: bool| {
        let edge = if is_before { rest.trim_end().chars().next_back() } else { rest.trim_start().chars().next() };
        edge.is_some_and(|c| matches!(c, '|' | '-' | '–' | '—' | '_' | ':' | '·' | '[' | '»'))
    };
    !headline.is_empty()
        && (title.strip_prefix(headline).is_some_and(|rest| parts(rest, false))
            || title.strip_suffix(headline).is_some_and(|rest| parts(rest, true)))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells whether names are those of a byline: each stands in it, and besides them it has nothing but the words that
/// open a byline or stand between names, and where `beside` is given, its words, those of a day and those of roles.
fn is_byline_of(byline: &str, names: &[String], beside: Option<&str>) -> bool {
    const AROUND: &[&str] = &["by", "and", "von", "par", "por", "di", "et", "y", "und", "with", "avec"];
    const ROLES: &[&str] = &["written", "edited", "editor", "writer", "staff", "news", "ma"];
    const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut rest = byline.to_lowercase();
    for name in names {
        let name = name.to_lowercase();
        let Some(at) = rest.find(&name) else { return false };
        rest.replace_range(at..at + name.len(), " ");
    }
    let known = beside.map(str::to_lowercase);
    let is_beside = |word: &str| {
        known.as_ref().is_some_and(|known| {
            known.contains(word)
                || ROLES.contains(&word)
                || MONTHS.iter().any(|month| word.starts_with(month))
                || word.bytes().all(|byte| byte.is_ascii_digit())
                || matches!(word, "am" | "pm")
        })
    };
    let words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    !names.is_empty() && words.into_iter().all(|word| AROUND.contains(&word) || is_beside(word))
}
