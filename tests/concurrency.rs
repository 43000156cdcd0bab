//! Readers and snapshots while an index is written: each answer is that of one commit, never of something in between, and
//! no reader goes back in time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use newshound::{Article, Index, Operator, SearchRequest, SearchResponse, Searcher};

use crate::support::random::Random;

const COMMITS: usize = 100;
const READERS: usize = 8;

/// The articles of one commit, each with the number of its edition.
type Articles = std::collections::BTreeMap<u64, u64>;

fn article(number: u64, edition: u64) -> Article {
    let mut random = Random::of_item(edition, number);
    let words: Vec<String> = (0..30).map(|_| format!("w{}", random.zipf(60))).collect();
    let mut article = Article::new(format!("a-{number:03}"));
    article.headline = Some(format!("Ferry {number}, edition {edition}"));
    article.body = vec![format!("The harbour {}.", words.join(" "))];
    article
}

/// Says which commit it is of.
fn marker(commit: usize) -> Article {
    let mut article = Article::new("marker");
    article.body = vec![format!("mark{commit}mark")];
    article
}

fn requests() -> Vec<SearchRequest> {
    let ask = |query: &str| SearchRequest { limit: 100, passages: 1, ..SearchRequest::new(query) };
    let mut requests: Vec<_> =
        ["ferry", "w1 w2", "\"the harbour\"", "w0 OR w5", "headline:edition -w3"].into_iter().map(ask).collect();
    requests.push(SearchRequest { operator: Operator::Any, ..ask("w2 w7 w11") });
    requests
}

fn answers(searcher: &Searcher) -> Vec<SearchResponse> {
    requests().iter().map(|request| searcher.search(request).expect("the query is sound")).collect()
}

/// Additions, changes and deletions, of one article or some.
fn history() -> Vec<Articles> {
    let (mut random, mut articles, mut history) = (Random::new(5), Articles::new(), Vec::new());
    for commit in 0..COMMITS {
        for _ in 0..random.between(1, 3) {
            let number = random.below(50) as u64;
            if random.chance(0.3) {
                articles.remove(&number)
            } else {
                articles.insert(number, commit as u64)
            };
        }
        history.push(articles.clone());
    }
    history
}

fn write(index: &Index, before: &Articles, now: &Articles, commit: usize) {
    let mut writer = index.writer().expect("no other writer");
    for number in before.keys().filter(|number| !now.contains_key(number)) {
        writer.delete(&format!("a-{number:03}").into()).expect("it is there");
    }
    for (number, edition) in now.iter().filter(|(number, edition)| before.get(number) != Some(edition)) {
        writer.add(article(*number, *edition)).expect("it has an id");
    }
    writer.add(marker(commit)).expect("it has an id");
    writer.commit().expect("there is room");
}

/// Returns which commit a searcher sees.
fn commit_of(searcher: &Searcher) -> usize {
    let articles = searcher.find("marker", 2).expect("the index is sound");
    let [marker] = &articles[..] else { panic!("{} markers", articles.len()) };
    marker.body[0].trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number")
}

#[test]
fn eight_readers_see_commits_and_nothing_between() {
    let history = history();
    let none = Articles::new();
    let expected: Vec<_> = (0..COMMITS)
        .map(|commit| {
            let fresh = Index::in_memory().expect("memory suffices");
            write(&fresh, &none, &history[commit], commit);
            answers(&fresh.searcher().expect("the index is sound"))
        })
        .collect();
    let place = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    write(&index, &none, &history[0], 0);
    let (is_over, answered, segments) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let seen = std::sync::Mutex::new(BTreeSet::new());
    let check = |searcher: &Searcher, last: usize| {
        let commit = commit_of(searcher);
        assert!(commit >= last, "from commit {last} back to {commit}");
        assert_eq!(answers(searcher), expected[commit], "commit {commit}");
        answered.fetch_add(requests().len(), Ordering::Relaxed);
        seen.lock().expect("no reader failed").insert(commit);
        commit
    };
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (index, is_over, check, dir) = (&index, &is_over, &check, place.path().join("index"));
            scope.spawn(move || {
                let mut searcher = index.searcher().expect("the index is sound");
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    match reader % 3 {
                        // One that moves on, one that is made anew, one that opens the index as another process does.
                        0 => drop(searcher.reload().expect("the index is sound")),
                        1 => searcher = index.searcher().expect("the index is sound"),
                        _ => searcher = Index::open(&dir).and_then(|i| i.searcher()).expect("the index is sound"),
                    }
                    last = check(&searcher, last);
                    // It keeps its snapshot whatever is committed meanwhile.
                    assert_eq!(check(&searcher, last), last);
                    // Else nine that are always at work leave the writer little of two cores.
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
            });
        }
        let copies = scope.spawn(|| {
            let (mut last, mut copies) = (0, 0);
            while !is_over.load(Ordering::Relaxed) {
                let dir = place.path().join(format!("copy-{copies}"));
                index.snapshot_to(&dir).expect("the folder is absent");
                let searcher = Index::open(&dir).and_then(|copy| copy.searcher()).expect("it is an index");
                last = check(&searcher, last);
                copies += 1;
            }
            copies
        });
        for commit in 1..COMMITS {
            write(&index, &history[commit - 1], &history[commit], commit);
            segments.fetch_max(index.status().expect("the index is sound").segments, Ordering::Relaxed);
        }
        is_over.store(true, Ordering::Relaxed);
        let copies = copies.join().expect("no copy failed");
        assert!(copies > 0);
        println!("snapshots copied while {COMMITS} commits were made: {copies}");
    });
    let (answered, seen) = (answered.into_inner(), seen.into_inner().expect("no reader failed").len());
    println!("answers of {READERS} readers that were those of a commit: {answered}; {seen} of {COMMITS} commits seen");
    assert!(seen > 3 && segments.into_inner() > 1);
}
