//! Readers and snapshots while an index is written, with random queries: each answer is that of one commit, never of
//! something in between, and no reader goes back in time. What a commit answers is told by a fresh index of its articles
//! that nobody else reads, and which articles these are by plain loops over their words.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use newshound::{Article, Index, SearchRequest, SearchResponse, Searcher};

use crate::support::random::Random;

const COMMITS: usize = 100;
const READERS: usize = 8;
/// So many are asked of one searcher at a time.
const QUERIES: usize = 6;

/// The articles of one commit, each with the number of its edition.
type Articles = std::collections::BTreeMap<u64, u64>;

fn words(number: u64, edition: u64) -> Vec<String> {
    let mut random = Random::of_item(edition, number);
    (0..30).map(|_| format!("w{}", random.zipf(60))).collect()
}

fn publisher(number: u64) -> String {
    format!("Courier {}", number % 3)
}

fn article(number: u64, edition: u64) -> Article {
    let mut article = Article::new(format!("a-{number:03}"));
    article.headline = Some(format!("Ferry {number}, edition {edition}"));
    article.publisher = Some(publisher(number));
    article.body = vec![format!("The harbour {}.", words(number, edition).join(" "))];
    article
}

/// Says which commit it is of.
fn marker(commit: usize) -> Article {
    let mut article = Article::new("marker");
    article.body = vec![format!("mark{commit}mark")];
    article
}

/// A query, and which articles it asks for.
#[derive(Debug)]
enum Asked {
    Both(String, String),
    Either(String, String),
    Without(String, String),
    Phrase(String, String),
    Edition(u64, String),
    Of(u64, String),
}

impl Asked {
    fn random(random: &mut Random) -> Asked {
        let (one, other) = (format!("w{}", random.zipf(60)), format!("w{}", random.zipf(60)));
        match random.below(6) {
            0 => Asked::Both(one, other),
            1 => Asked::Either(one, other),
            2 => Asked::Without(one, other),
            3 => Asked::Phrase(one, other),
            4 => Asked::Edition(random.below(COMMITS) as u64, one),
            _ => Asked::Of(random.below(3) as u64, one),
        }
    }

    fn request(&self) -> SearchRequest {
        let query = match self {
            Asked::Both(one, other) => format!("{one} {other}"),
            Asked::Either(one, other) => format!("{one} OR {other}"),
            Asked::Without(one, other) => format!("{one} -{other}"),
            Asked::Phrase(one, other) => format!("\"{one} {other}\""),
            Asked::Edition(edition, one) => format!("headline:\"edition {edition}\" OR (ferry {one} -bridge)"),
            Asked::Of(_, one) => one.clone(),
        };
        let publishers = if let Asked::Of(number, _) = self { vec![publisher(*number)] } else { Vec::new() };
        SearchRequest { limit: 100, passages: 1, publishers, ..SearchRequest::new(query) }
    }

    fn is_matched(&self, number: u64, edition: u64) -> bool {
        let words = words(number, edition);
        let has = |word: &String| words.contains(word);
        match self {
            Asked::Both(one, other) => has(one) && has(other),
            Asked::Either(one, other) => has(one) || has(other),
            Asked::Without(one, other) => has(one) && !has(other),
            Asked::Phrase(one, other) => words.windows(2).any(|pair| pair == [one.clone(), other.clone()]),
            Asked::Edition(asked, one) => edition == *asked || has(one),
            Asked::Of(publisher, one) => number % 3 == *publisher && has(one),
        }
    }
}

/// What a commit holds.
struct Known<'a> {
    articles: &'a Articles,
    fresh: Searcher,
}

impl Known<'_> {
    /// Asserts that an answer is that of the commit.
    fn check(&self, asked: &Asked, answer: &SearchResponse) {
        let expected = self.articles.iter().filter(|(number, edition)| asked.is_matched(**number, **edition));
        let expected: BTreeSet<String> = expected.map(|(number, _)| format!("a-{number:03}")).collect();
        let found: BTreeSet<String> = answer.hits.iter().map(|hit| hit.id.to_string()).collect();
        assert_eq!(found, expected, "{asked:?}");
        assert_eq!(*answer, self.fresh.search(&asked.request()).expect("the query is sound"), "{asked:?}");
    }
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
    let known: Vec<Known<'_>> = (0..COMMITS)
        .map(|commit| {
            let fresh = Index::in_memory().expect("memory suffices");
            write(&fresh, &none, &history[commit], commit);
            Known { articles: &history[commit], fresh: fresh.searcher().expect("the index is sound") }
        })
        .collect();
    let place = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    write(&index, &none, &history[0], 0);
    let (is_over, answered, with_hits) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let seen = std::sync::Mutex::new(BTreeSet::new());
    let check = |searcher: &Searcher, last: usize, random: &mut Random| {
        let commit = commit_of(searcher);
        assert!(commit >= last, "from commit {last} back to {commit}");
        for _ in 0..QUERIES {
            let asked = Asked::random(random);
            let answer = searcher.search(&asked.request()).expect("the query is sound");
            with_hits.fetch_add(usize::from(!answer.hits.is_empty()), Ordering::Relaxed);
            known[commit].check(&asked, &answer);
        }
        answered.fetch_add(QUERIES, Ordering::Relaxed);
        seen.lock().expect("no reader failed").insert(commit);
        commit
    };
    let mut compactions = 0;
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (index, is_over, check, dir) = (&index, &is_over, &check, place.path().join("index"));
            scope.spawn(move || {
                let mut searcher = index.searcher().expect("the index is sound");
                let (mut last, mut random) = (0, Random::of_item(6, reader as u64));
                while !is_over.load(Ordering::Relaxed) {
                    match reader % 3 {
                        // One that moves on, one that is made anew, one that opens the index as another process does.
                        0 => drop(searcher.reload().expect("the index is sound")),
                        1 => searcher = index.searcher().expect("the index is sound"),
                        _ => searcher = Index::open(&dir).and_then(|i| i.searcher()).expect("the index is sound"),
                    }
                    last = check(&searcher, last, &mut random);
                    // It keeps its snapshot whatever is committed meanwhile.
                    assert_eq!(check(&searcher, last, &mut random), last);
                    // Else nine that are always at work leave the writer little of two cores.
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
            });
        }
        let copies = scope.spawn(|| {
            let (mut last, mut copies, mut random) = (0, 0, Random::new(7));
            while !is_over.load(Ordering::Relaxed) {
                let dir = place.path().join(format!("copy-{copies}"));
                index.snapshot_to(&dir).expect("the folder is absent");
                let searcher = Index::open(&dir).and_then(|copy| copy.searcher()).expect("it is an index");
                last = check(&searcher, last, &mut random);
                copies += 1;
            }
            copies
        });
        for commit in 1..COMMITS {
            let before = segments(&index);
            write(&index, &history[commit - 1], &history[commit], commit);
            // No deletion takes so many: eight were made one.
            compactions += usize::from(segments(&index) + 4 <= before);
        }
        is_over.store(true, Ordering::Relaxed);
        let copies = copies.join().expect("no copy failed");
        assert!(copies > 0);
        println!("snapshots copied while {COMMITS} commits were made: {copies}");
    });
    let (answered, with_hits) = (answered.into_inner(), with_hits.into_inner());
    let seen = seen.into_inner().expect("no reader failed").len();
    println!(
        "answers of {READERS} readers that were those of a commit: {answered}, {with_hits} with hits; {seen} of {COMMITS} \
         commits seen; {compactions} compactions meanwhile"
    );
    assert!(seen > 3 && with_hits > answered / 4 && compactions >= 3, "{seen} {with_hits} {compactions}");
}

fn segments(index: &Index) -> usize {
    index.status().expect("the index is sound").segments
}
