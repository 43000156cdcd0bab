//! Queries that are made to take long, or much memory.
//!
//! A process of its own answers them, whose peak of memory is read afterwards.

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use newshound::{Article, Error, Index, Language, SearchRequest, Searcher, Stop};

use crate::support::random::Random;

/// Set for the process that answers.
const ANSWER: &str = "NEWSHOUND_TEST_ANSWERS_HOSTILE_QUERIES";

/// What queries may take, in KiB, beside the index.
const MOST_KIB: u64 = 256 << 10;

/// Returns a word of a vocabulary of some thousands.
fn word(random: &mut Random) -> String {
    const SYLLABLES: &[&str] = &["ba", "fer", "ry", "to", "lan", "mi", "sto", "ne", "ku", "ran"];
    (0..random.between(1, 4)).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect()
}

fn archive() -> Searcher {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    let mut random = Random::new(3);
    for number in 0..600 {
        let mut article = Article::new(number.to_string().as_str());
        article.headline = Some(format!("Ferry {}", word(&mut random)));
        article.url = Some(format!("https://example.org/{number}/{}", word(&mut random)));
        article.language = Some(Language::given("en"));
        let length = if number == 0 { 20_000 } else { 60 };
        let words: Vec<String> = (0..length).map(|_| word(&mut random)).collect();
        article.body.push(words.join(" "));
        writer.add(article).expect("memory suffices");
    }
    writer.commit().expect("memory suffices");
    index.searcher().expect("it is sound")
}

fn queries() -> Vec<String> {
    let chained = |operator: &str, operand: &str, count: usize| vec![operand; count].join(operator);
    vec![
        "(".repeat(10_000),
        format!("{}ferry{}", "(".repeat(10_000), ")".repeat(10_000)),
        "ferry W/5 ".repeat(6_000),
        "ferry NOT W/5 ".repeat(4_000),
        "ferry^2".repeat(9_000),
        "2 of (".repeat(9_000),
        "caps(".repeat(9_000),
        "headline:".repeat(7_000),
        "f* OR ".repeat(200),
        "a~2 ".repeat(16_000),
        "zzzz ".repeat(13_000),
        "id:zz ".repeat(4_000),
        "path:zz ".repeat(4_000),
        "publisher:zz section:zz ".repeat(2_000),
        "language:zz corpus:zz ".repeat(2_000),
        "*".repeat(60_000),
        "?a".repeat(60_000),
        format!("/{}/", "(a*)*".repeat(40)),
        "\"a b c d e f g h\"~255 ".repeat(50),
        "東".repeat(20_000),
        "é".repeat(500_000),
        "ferry ".repeat(170_000),
        "[".repeat(100_000),
        "\"".repeat(100_001),
        "a:b:".repeat(50_000),
        chained(" OR ", "url:example", 500),
        chained(" ", "url:example", 16),
        chained(" OR ", "site:example.org", 500),
        chained(" OR ", "path:*a*b*", 500),
        chained(" ", "path:*a*b*", 128),
        chained(" ", "id:*a*b*", 500),
        chained(" OR ", "caps(f*)", 128),
        chained(" ", "caps(*r*)", 20),
        chained(" ", "*r*", 128),
        chained(" W/255 ", "*r*", 64),
        chained(" W/255 ", "ferry", 900),
        chained(" NOT W/255 ", "ferry", 64),
        chained(" W/255 ", "(ferry OR ba OR to OR lan)", 64),
        chained(" PRE/255 ", "(ba OR to)", 64),
        chained(" W/P ", "(ba OR to)", 64),
        format!("\"{}\"~255", "ba ".repeat(10_000)),
        format!("\"{}\"~255", "ba to ".repeat(400)),
        format!("\"{}\"", "ba ".repeat(100_000)),
        format!("first/60000({})", chained(" OR ", "ba", 2_000)),
        format!("900 of ({})", chained(", ", "ba", 1_000)),
        format!("atleast255({})", chained(" OR ", "ba", 500)),
        format!("({})", chained(" OR ", "date:2020..2021", 5_000)),
        format!("({})", chained(" OR ", "words:>5", 5_000)),
        format!("({})", chained(" OR ", "has:caption", 5_000)),
        format!("({})", chained(" OR ", "section:sport", 5_000)),
    ]
}

/// Returns the most memory that this process has had, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn beginning(query: &str) -> String {
    query.chars().take(24).collect()
}

#[test]
#[ignore = "the test below runs it in a process of its own"]
fn answers_hostile_queries() {
    if std::env::var_os(ANSWER).is_none() {
        return;
    }
    let searcher = archive();
    let mut longest = (Duration::ZERO, String::new());
    let before = peak();
    for query in queries() {
        let begun = Instant::now();
        match searcher.search(&SearchRequest::new(query.as_str())) {
            Ok(_) => {}
            Err(Error::Query(diagnostics)) => assert!(!diagnostics.is_empty(), "{}", beginning(&query)),
            Err(other) => panic!("{}: {other}", beginning(&query)),
        }
        if std::env::var_os("NEWSHOUND_TEST_TELLS_ALL").is_some() {
            println!("told: {} in {:?}, peak {:?}", beginning(&query), begun.elapsed(), peak());
        }
        longest = longest.max((begun.elapsed(), beginning(&query)));
    }
    if let Some((before, after)) = before.zip(peak()) {
        let used = after - before;
        println!(
            "told: {} queries, at most {} MiB, the longest {:.1?} ({})",
            queries().len(),
            used >> 10,
            longest.0,
            longest.1
        );
        assert!(used <= MOST_KIB, "{used} KiB");
    } else {
        println!("told: skipped, since this system does not tell how much memory a process has had");
    }
}

#[test]
fn hostile_queries_are_answered_or_refused_in_little_memory() {
    let run = Command::new(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "hostile::answers_hostile_queries", "--nocapture", "--test-threads", "1"])
        .env(ANSWER, "1")
        .output()
        .expect("it can be started");
    let (said, complained) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{}: {said}{complained}", run.status);
    assert!(said.contains("told: "), "{said}");
    said.lines().filter(|line| line.contains("told: ")).for_each(|line| println!("{line}"));
}

#[test]
fn hostile_queries_heed_the_word_to_stop() {
    let searcher = archive();
    let mut longest = (Duration::ZERO, String::new());
    for query in queries() {
        let request = SearchRequest::new(query.as_str());
        // When it was asked, and that it is to stop the second time.
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stop = {
            let asked = asked.clone();
            Stop::when(move || {
                let mut asked = asked.lock().expect("no other thread panicked");
                asked.push(Instant::now());
                asked.len() > 1
            })
        };
        let answer = searcher.search_until(&request, &stop);
        let asked = asked.lock().expect("no other thread panicked");
        match answer {
            Err(Error::Query(_)) => assert!(asked.len() <= 1, "{}", beginning(&query)),
            Err(Error::Cancelled) => assert_eq!(asked.len(), 2, "{}", beginning(&query)),
            other => panic!("{}: {other:?}", beginning(&query)),
        }
        longest = longest.max((asked[asked.len() - 1].elapsed(), beginning(&query)));
    }
    println!("from the word to stop to the end at most {:.1?} ({})", longest.0, longest.1);
}
