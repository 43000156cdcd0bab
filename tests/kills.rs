//! The program, killed at random moments: what stands is a commit, and answers as a fresh index of the sources of that
//! commit; the next run goes on from there. `NEWSHOUND_TEST_KILLS` sets how many kills (12, or 200 where
//! `NEWSHOUND_TEST_ALL` is set).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use newshound::{Corpus, Digests, Error, Index, IngestOptions, SearchRequest, SearchResponse, VerifyOptions, ingest};

use crate::support::random::Random;
use crate::support::random_corpus::RandomCorpus;

/// What is done when the kill comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    First,
    Update,
    /// An update after which there are so many small segments that they are made one.
    Compaction,
    Full,
    Canonical,
}

const DEEDS: [Deed; 7] =
    [Deed::First, Deed::Update, Deed::Compaction, Deed::Full, Deed::Canonical, Deed::Compaction, Deed::Update];

/// As many segments of one size are made one, see `src/index/merge.rs`.
const MANY: usize = 8;

impl Deed {
    fn args(self) -> &'static [&'static str] {
        match self {
            Deed::First => &["--keep-every", "24KiB"],
            Deed::Update | Deed::Compaction => &[],
            Deed::Full => &["--full", "--keep-every", "24KiB"],
            Deed::Canonical => &["--canonical"],
        }
    }
}

type Answers = (Digests, Vec<SearchResponse>);

fn answers(index: &Index) -> newshound::Result<Answers> {
    let searcher = index.searcher()?;
    let queries = ["ferry", "bridge council", "\"was delayed\"", "harbour OR market", "rowing -storm", "Brücke"];
    let ask = |query| searcher.search(&SearchRequest { limit: 50, ..SearchRequest::new(query) });
    Ok((index.digests()?, queries.into_iter().map(ask).collect::<newshound::Result<_>>()?))
}

fn fresh(root: &Path) -> Answers {
    let index = Index::in_memory().expect("memory suffices");
    let corpus = Corpus::named("news", root).expect("a sound name");
    ingest(&index, vec![corpus], &IngestOptions::default()).expect("the corpus can be read");
    answers(&index).expect("the index is sound")
}

/// Updates an index until one segment more makes it time to make them one.
fn make_segments(dir: &Path, root: &Path) {
    let index = Index::open(dir).expect("the last run went well");
    for number in 0.. {
        if index.status().expect("the index is sound").segments == MANY - 1 {
            break;
        }
        let text = format!("Ferry {number} returns\n\nThe council was told that the ferry {number} was delayed.\n");
        fs::write(root.join(format!("more-{}.txt", number % 20)), text).expect("a file can be written");
        let corpus = Corpus::named("news", root).expect("a sound name");
        ingest(&index, vec![corpus], &IngestOptions::default()).expect("the corpus can be read");
        assert!(number < 200, "there are never {} segments", MANY - 1);
    }
}

fn program(folder: &Path, deed: Deed) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
    command.args(["index", "--index", "index", "--json", "--allow-empty", "news=corpus"]).args(deed.args());
    command.current_dir(folder).stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null());
    command
}

fn how_many() -> usize {
    let asked = std::env::var("NEWSHOUND_TEST_KILLS").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(if std::env::var_os("NEWSHOUND_TEST_ALL").is_some() { 200 } else { 12 })
}

#[test]
#[cfg(unix)]
fn a_kill_at_any_moment_leaves_a_commit() {
    let wanted = how_many();
    let place = tempfile::tempdir().expect("a folder can be made");
    let (root, dir) = (place.path().join("corpus"), place.path().join("index"));
    let mut corpus = RandomCorpus::create(&root, 77).expect("the corpus can be written");
    let lines = (0..120).map(|number| {
        let body = format!("The ferry of day {number} was delayed. The harbour board wrote {} it down.", number * 7);
        serde_json::json!({"headline": format!("Ferry {number}"), "body": body}).to_string()
    });
    // Several files, so that a rebuild has parts.
    let lines: Vec<String> = lines.collect();
    for (number, lines) in lines.chunks(15).enumerate() {
        fs::write(root.join(format!("bulk-{number}.jsonl")), lines.join("\n")).expect("a file can be written");
    }
    let mut random = Random::new(78);
    let mut before: Option<Answers> = None;
    let mut lasts: BTreeMap<Deed, Duration> = BTreeMap::new();
    let (mut kills, mut committed, mut resumed) = (BTreeMap::<Deed, usize>::new(), 0, 0);
    for round in 0..wanted * 8 {
        if kills.values().sum::<usize>() == wanted {
            break;
        }
        let deed = DEEDS[round % DEEDS.len()];
        if deed == Deed::First {
            let _ = fs::remove_dir_all(&dir);
            before = None;
        }
        if deed == Deed::Compaction {
            make_segments(&dir, &root);
            before = Some(fresh(&root));
            fs::write(root.join("last.txt"), format!("Bridge {round}\n\nThe bridge was closed.\n")).expect("a file");
        }
        let edits = corpus.edit().expect("the corpus can be changed");
        let now = fresh(&root);
        let told = format!("round {round}, {deed:?} after {edits:?}");

        let mut child = program(place.path(), deed).spawn().expect("the program runs");
        let last = lasts.get(&deed).copied().unwrap_or(Duration::from_millis(300));
        std::thread::sleep(last.mul_f64(random.below(1100) as f64 / 1000.0));
        child.kill().expect("it can be killed");
        let was_killed = child.wait().expect("it ended").code().is_none();
        *kills.entry(deed).or_default() += usize::from(was_killed);

        match Index::open(&dir) {
            Err(Error::NoIndex { .. }) => assert!(before.is_none(), "{told}: the index is gone"),
            Err(error) => panic!("{told}: {error}"),
            Ok(index) => {
                let found = answers(&index).unwrap_or_else(|error| panic!("{told}: {error}"));
                let verified =
                    index.verify(&VerifyOptions::default()).unwrap_or_else(|error| panic!("{told}: {error}"));
                assert!(verified.sound, "{told}: {verified:?}");
                let is_empty = index.status().is_ok_and(|status| status.articles == 0);
                let is_new = found == now;
                committed += usize::from(was_killed && is_new && before.as_ref() != Some(&now));
                assert!(is_new || before.as_ref().map_or(is_empty, |before| found == *before), "{told}");
            }
        }
        let began = Instant::now();
        let run = program(place.path(), deed).stdout(Stdio::piped()).output().expect("the program runs");
        assert_eq!(run.status.code(), Some(0), "{told}: the next run");
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("a report");
        resumed += usize::from(report["resumed"].as_u64().is_some_and(|resumed| resumed > 0));
        if !was_killed || !lasts.contains_key(&deed) {
            lasts.insert(deed, began.elapsed());
        }
        let index = Index::open(&dir).unwrap_or_else(|error| panic!("{told}: {error}"));
        assert_eq!(answers(&index).expect("the index is sound"), now, "{told}: the next run");
        before = Some(now);
    }
    let survived: usize = kills.values().sum();
    println!("kills survived: {survived} {kills:?}; {committed} after the commit, {resumed} rebuilds gone on with");
    assert_eq!(survived, wanted, "the program was quicker than the kill too often");
}
