//! Segments: how many there are after many commits, what is left of deleted articles, and that no answer tells how the
//! index was cut.

use std::fs;
use std::path::Path;

use newshound::{
    Article, ArticleSource, Corpus, Index, IngestOptions, Notice, SearchRequest, SearchResponse, VerifyOptions, ingest,
};

use crate::support::random::Random;

/// As many segments of one size are made one, see `src/index/merge.rs`.
const MANY: u64 = 8;

/// Returns the article of a number, of words of which some are in many articles and most in few.
fn article(number: u64) -> Article {
    let mut random = Random::of_item(3, number);
    let mut words = |count: usize| {
        let words: Vec<String> = (0..count).map(|_| format!("w{}", random.zipf(20_000))).collect();
        words.join(" ")
    };
    let mut article = Article::new(format!("a-{number:04}"));
    article.headline = Some(format!("Ferry {}", words(5)));
    article.body = vec![words(60), format!("The harbour {}", words(40))];
    article
}

fn add(index: &Index, numbers: impl IntoIterator<Item = u64>) {
    let mut writer = index.writer().expect("no other writer");
    numbers.into_iter().for_each(|number| writer.add(article(number)).expect("it has an id"));
    writer.commit().expect("there is room");
}

fn delete(index: &Index, numbers: impl IntoIterator<Item = u64>) {
    let mut writer = index.writer().expect("no other writer");
    for number in numbers {
        writer.delete(&format!("a-{number:04}").into()).expect("there is one of this id");
    }
    writer.commit().expect("there is room");
}

fn segments(index: &Index) -> u64 {
    index.status().expect("the index is sound").segments as u64
}

fn answers(index: &Index) -> Vec<SearchResponse> {
    let searcher = index.searcher().expect("the index is sound");
    let queries = ["ferry", "harbour w1", "w0 OR w3 OR w77", "\"the harbour\"", "headline:w2", "w5 -w6"];
    let ask = |query| searcher.search(&SearchRequest { limit: 30, ..SearchRequest::new(query) });
    queries.into_iter().map(|query| ask(query).expect("the query is sound")).collect()
}

/// Asserts that two indexes give the same answers, the scores the same to the bit.
fn assert_same(index: &Index, other: &Index, place: &str) {
    let (ours, theirs) = (answers(index), answers(other));
    assert!(ours.iter().map(|answer| answer.hits.len()).sum::<usize>() > 0, "{place}: there is something to compare");
    assert_eq!(ours, theirs, "{place}");
    assert_eq!(index.digests().ok(), other.digests().ok(), "{place}");
}

fn fresh(numbers: impl IntoIterator<Item = u64>) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    add(&index, numbers);
    index
}

#[test]
fn many_small_updates_leave_few_segments() {
    let index = Index::in_memory().expect("memory suffices");
    let mut most = 0;
    for number in 0..60 {
        add(&index, [number % 40]);
        most = most.max(segments(&index));
    }
    assert!((2..MANY).contains(&most), "{most} segments");
    assert_same(&index, &fresh(0..40), "after 60 updates");
}

#[test]
fn answers_are_the_same_before_and_after_a_merge() {
    let index = Index::in_memory().expect("memory suffices");
    let mut is_merged = false;
    for number in 0..MANY {
        let before = segments(&index);
        add(&index, [2 * number, 2 * number + 1]);
        is_merged |= segments(&index) < before;
        assert_same(&index, &fresh(0..2 * number + 2), &format!("commit {number}"));
    }
    assert!(is_merged, "{} segments", segments(&index));
}

/// What only one article each has. They have nothing in common, so that they stand as they are in what is compressed.
const SECRETS: [&str; 2] = ["Zyxquvorn", "Kaplimbert"];

/// Tells in how many files below a folder these bytes stand.
fn files_with(folder: &Path, text: &str) -> usize {
    let files = fs::read_dir(folder).expect("the folder is there").map(|file| file.expect("it can be listed").path());
    let holds = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    files.filter(holds).count()
}

#[test]
fn a_deleted_article_is_in_no_file_once_its_segment_was_written_anew() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(folder.path().join("index")).expect("the folder is absent");
    let mut writer = index.writer().expect("no other writer");
    for number in 0..9 {
        let mut article = article(number);
        if number < 2 {
            article.body.push(format!("{} was never to be printed.", SECRETS[number as usize]));
        }
        writer.add(article).expect("it has an id");
    }
    writer.commit().expect("there is room");
    drop(writer);
    let in_files = || SECRETS.map(|word| files_with(&folder.path().join("index"), word) > 0);
    assert_eq!(in_files(), [true, true], "what is there is found");
    delete(&index, [0]);
    assert_same(&index, &without_secrets(1), "one of nine deleted, which is kept");
    delete(&index, [1]);
    assert_eq!(in_files(), [false, false]);
    assert_same(&index, &fresh(2..9), "two of nine deleted, and the segment written anew");
}

/// Returns an index of the articles from one on, the first of which has its secret.
fn without_secrets(from: u64) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("no other writer");
    for number in from..9 {
        let mut article = article(number);
        if number < 2 {
            article.body.push(format!("{} was never to be printed.", SECRETS[number as usize]));
        }
        writer.add(article).expect("it has an id");
    }
    writer.commit().expect("there is room");
    drop(writer);
    index
}

/// Articles that have many words of their own, since those are what takes the most memory.
struct Supply(std::ops::Range<u64>);

impl ArticleSource for Supply {
    fn corpus(&self) -> &str {
        "supply"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        let number = self.0.next()?;
        let mut random = Random::of_item(5, number);
        let words: Vec<String> = (0..60).map(|_| format!("u{}", random.below(1_000_000_000))).collect();
        let mut article = article(number);
        article.body.push(words.join(" "));
        Some(Ok(article))
    }
}

fn ingested(articles: u64, memory: u64, threads: usize) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    let mut options = IngestOptions::default();
    (options.memory, options.threads) = (memory, threads);
    ingest(&index, vec![Corpus::Supplied(&mut Supply(0..articles))], &options).expect("the articles can be indexed");
    index
}

#[test]
fn little_memory_gives_the_answers_of_much() {
    for threads in [1, 2] {
        let much = ingested(400, 512 << 20, 1);
        assert_eq!(segments(&much), 1);
        let little = ingested(400, 4 << 20, threads);
        assert!(segments(&little) > threads as u64, "{} segments of {threads} threads", segments(&little));
        assert_same(&little, &much, &format!("{threads} threads"));
    }
}

#[test]
fn segments_too_large_to_be_built_anew_are_joined() {
    let (much, little) = (ingested(1600, 512 << 20, 1), ingested(1600, 4 << 20, 1));
    // Built in so little memory, they were eight at least: of 1,000 articles they are seven.
    assert_eq!(segments(&little), 1);
    assert_same(&little, &much, "joined");
    let report = little.verify(&VerifyOptions::default()).expect("it can be read");
    assert!(report.sound, "{:?}", report.damages);
}

#[test]
fn a_commit_that_fails_leaves_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let place = folder.path().join("index");
    let index = Index::create(&place).expect("the folder is absent");
    add(&index, 0..5);
    let before = answers(&index);
    // A folder of that name is in the way of the next manifest, whoever runs the test: permissions do not bind root.
    let named =
        fs::read_dir(&place).expect("the folder is there").map(|file| file.expect("it can be listed").file_name());
    let named: Vec<u64> =
        named.filter_map(|name| name.to_str()?.strip_prefix("manifest-")?.strip_suffix(".bin")?.parse().ok()).collect();
    let [generation] = named[..] else { panic!("one manifest, but {named:?}") };
    let obstacle = place.join(format!("manifest-{}.bin", generation + 1));
    let mut writer = index.writer().expect("no other writer");
    writer.add(article(7)).expect("it has an id");
    fs::create_dir_all(obstacle.join("in the way")).expect("a folder can be made");
    let error = writer.commit().expect_err("the manifest has no place");
    assert!(error.to_string().contains("manifest-"), "{error}");
    assert_eq!(answers(&index), before);
    assert_eq!(answers(&Index::open(&place).expect("the index is there")), before);
    // The same writer goes on once there is room; so does another.
    fs::remove_dir_all(&obstacle).expect("it can be removed");
    writer.commit().expect("there is room");
    drop(writer);
    assert_same(&index, &fresh((0..5).chain([7])), "the commit was made up for");
    add(&index, [8]);
    assert_same(&index, &fresh((0..5).chain([7, 8])), "and another followed");
}
