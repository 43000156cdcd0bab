//! The program, killed at random moments, and at some that are waited for: what stands is a commit, and answers as a fresh index
//! of just the sources that its manifest lists, as they were then; the next run goes on from there. `NEWSHOUND_TEST_KILLS` sets
//! how many kills (12, or 200 where `NEWSHOUND_TEST_ALL` is set).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use newshound::{
    Corpus, Digests, Error, Index, IngestOptions, Lock, SearchRequest, SearchResponse, Tombstone, VerifyOptions, ingest,
};

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
    /// An update after which no file has anything of an article that was deleted.
    Purge,
    /// An article is taken down.
    Delete,
}

const DEEDS: [Deed; 9] = [
    Deed::First,
    Deed::Update,
    Deed::Delete,
    Deed::Compaction,
    Deed::Full,
    Deed::Purge,
    Deed::Canonical,
    Deed::Delete,
    Deed::Compaction,
];

/// As many segments of one size are made one, see `src/index/merge.rs`.
const MANY: usize = 8;

impl Deed {
    fn args(self, taken_down: &str) -> Vec<&str> {
        let of_index: &[&str] = match self {
            Deed::First => &["--keep-every", "24KiB"],
            Deed::Update | Deed::Compaction => &[],
            Deed::Full => &["--full", "--keep-every", "24KiB"],
            Deed::Canonical => &["--canonical"],
            Deed::Purge => &["--purge"],
            Deed::Delete => return vec!["delete", taken_down, "--reason", "a wish of its author", "--json"],
        };
        ["index", "--json", "--allow-empty", "news=corpus"].iter().chain(of_index).copied().collect()
    }
}

/// When the kill comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    AnyTime,
    /// Once so many parts of a rebuild are kept.
    PartsKept(usize),
    /// Once the commit is made known, while what it does not need is removed.
    Committed,
}

impl Moment {
    fn of(deed: Deed, round: usize, random: &mut Random) -> Moment {
        match deed {
            // By turns: a whole round of deeds is an odd number.
            Deed::First | Deed::Full if round.is_multiple_of(2) => Moment::PartsKept(1 + random.below(8)),
            Deed::First => Moment::AnyTime,
            _ if round.is_multiple_of(3) => Moment::Committed,
            _ => Moment::AnyTime,
        }
    }
}

/// Waits until something is so, or the program ends.
fn wait(child: &mut Child, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() && !is_so() {
        assert!(began.elapsed() < Duration::from_secs(300), "it hangs");
        std::thread::sleep(Duration::from_micros(100));
    }
}

type Answers = (Digests, Vec<SearchResponse>);

fn answers(index: &Index) -> newshound::Result<Answers> {
    let searcher = index.searcher()?;
    let queries = ["ferry", "bridge council", "\"was delayed\"", "harbour OR market", "rowing -storm", "Brücke"];
    // A bound of the total depends on how the articles were cut into segments.
    let ask = |query| searcher.search(&SearchRequest { limit: 50, exact_total: true, ..SearchRequest::new(query) });
    Ok((index.digests()?, queries.into_iter().map(ask).collect::<newshound::Result<_>>()?))
}

/// The articles that a source gave, each by its record and the beginning of its hash.
type Listed = Vec<(u64, String)>;

/// Returns what the manifest of an index lists: its sources by path, with their articles. A lock file tells it.
fn listed(index: &Index) -> newshound::Result<BTreeMap<String, Listed>> {
    let mut sources = BTreeMap::<String, Listed>::new();
    for line in Lock::of(index, true)?.to_text().lines().filter(|line| line.starts_with("  [\"news\", ")) {
        let article: Vec<serde_json::Value> =
            serde_json::from_str(line.trim().trim_end_matches(',')).expect("it is a list");
        if article.len() > 4 {
            // An article that was taken down.
            continue;
        }
        let text = |at: usize| article[at].as_str().expect("a text").to_owned();
        let (record, hash) = if article.len() == 4 { (article[2].as_u64(), text(3)) } else { (Some(0), text(2)) };
        sources.entry(text(1)).or_default().push((record.expect("a number"), hash));
    }
    Ok(sources)
}

/// Every version of every source that there was: its bytes by path and articles.
#[derive(Default)]
struct Vault(BTreeMap<String, BTreeMap<Listed, Vec<u8>>>);

impl Vault {
    /// Returns what a fresh index of a folder answers, without the articles that were taken down, and keeps its sources.
    fn fresh(&mut self, root: &Path, taken_down: &[String]) -> Answers {
        let index = Index::in_memory().expect("memory suffices");
        let corpus = Corpus::named("news", root).expect("a sound name");
        ingest(&index, vec![corpus], &IngestOptions::default()).expect("the corpus can be read");
        for (path, articles) in listed(&index).expect("the index is sound") {
            let bytes = fs::read(root.join(&path)).expect("the source is there");
            self.0.entry(path).or_default().insert(articles, bytes);
        }
        let mut writer = index.writer().expect("no other writer");
        for id in taken_down {
            writer.take_down(&id.as_str().into(), "a wish of its author").expect("it is one article");
        }
        writer.commit().expect("memory suffices");
        answers(&index).expect("the index is sound")
    }

    /// Returns what a fresh index answers of just the sources that a manifest lists.
    fn of_listed(&mut self, index: &Index, taken_down: &[String]) -> Answers {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let is_taken_down = |path: &str, record: u64| taken_down.contains(&format!("{path}#{record}"));
        for (path, articles) in listed(index).expect("the index is sound") {
            let known = self.0.get(&path).unwrap_or_else(|| panic!("there never was a source {path}"));
            let is_it = |all: &Listed| all.iter().filter(|(record, _)| !is_taken_down(&path, *record)).eq(&articles);
            let version = known.iter().find(|(all, _)| is_it(all));
            let (_, bytes) = version.unwrap_or_else(|| panic!("the source {path} never was so: {articles:?}"));
            let to = folder.path().join(&path);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder can be made");
            fs::write(to, bytes).expect("a file can be written");
        }
        self.fresh(folder.path(), taken_down)
    }
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

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newshound"));
    command.args(args).env("NEWSHOUND_INDEX", "index").current_dir(folder);
    command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null());
    command
}

fn path_id(stone: &Tombstone) -> String {
    format!("{}#{}", stone.source.path, stone.source.record.expect("it is one of many"))
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
    // One that has several parts itself.
    let padded = |number: u32| {
        let (body, padding) = (format!("The harbour board met on day {number}."), "x".repeat(1_000));
        serde_json::json!({"headline": format!("Board {number}"), "body": body, "padding": padding}).to_string() + "\n"
    };
    fs::write(root.join("huge.jsonl"), (0..120).map(padded).collect::<String>()).expect("a file can be written");
    let mut random = Random::new(78);
    let (mut vault, mut taken_down) = (Vault::default(), Vec::<String>::new());
    let mut before: Option<(Answers, Vec<String>)> = None;
    let mut lasts: BTreeMap<Deed, Duration> = BTreeMap::new();
    let (mut kills, mut committed, mut resumed, mut in_parts) = (BTreeMap::<Deed, usize>::new(), 0, 0, 0);
    for round in 0..wanted * 8 {
        if kills.values().sum::<usize>() >= wanted && committed > 0 && resumed > 0 && in_parts > 0 {
            break;
        }
        let deed = DEEDS[round % DEEDS.len()];
        if deed == Deed::First {
            let _ = fs::remove_dir_all(&dir);
            before = None;
            taken_down.clear();
        }
        if deed == Deed::Compaction {
            make_segments(&dir, &root);
            before = Some((vault.fresh(&root, &taken_down), taken_down.clone()));
            fs::write(root.join("last.txt"), format!("Bridge {round}\n\nThe bridge was closed.\n")).expect("a file");
        }
        let next = format!("bulk-{}.jsonl#{}", round / 15 % 8, round % 15 + 1);
        let mut told = format!("round {round}, {deed:?}");
        if deed == Deed::Delete {
            taken_down.push(next.clone());
        } else {
            let edits = corpus.edit().expect("the corpus can be changed");
            told = format!("{told} after {edits:?}");
        }
        let now = vault.fresh(&root, &taken_down);

        let meta_before = fs::read(dir.join("meta.json")).ok();
        let mut child = program(place.path(), &deed.args(&next)).spawn().expect("the program runs");
        let last = lasts.get(&deed).copied().unwrap_or(Duration::from_millis(300));
        let meta = || fs::read(dir.join("meta.json")).ok();
        let mut seen = BTreeSet::new();
        match Moment::of(deed, round, &mut random) {
            Moment::AnyTime => std::thread::sleep(last.mul_f64(random.below(1100) as f64 / 1000.0)),
            Moment::PartsKept(parts) => wait(&mut child, || {
                seen.extend(fs::metadata(dir.join("checkpoint.bin")).and_then(|file| file.modified()).ok());
                seen.len() >= parts
            }),
            Moment::Committed => wait(&mut child, || meta() != meta_before),
        }
        child.kill().expect("it can be killed");
        let was_killed = child.wait().expect("it ended").code().is_none();
        *kills.entry(deed).or_default() += usize::from(was_killed);

        let mut has_parts = dir.join("checkpoint.bin").exists();
        match Index::open(&dir) {
            Err(Error::NoIndex { .. }) => assert!(before.is_none(), "{told}: the index is gone"),
            Err(error) => panic!("{told}: {error}"),
            Ok(index) => {
                let found = answers(&index).unwrap_or_else(|error| panic!("{told}: {error}"));
                let verified =
                    index.verify(&VerifyOptions::default()).unwrap_or_else(|error| panic!("{told}: {error}"));
                assert!(verified.sound, "{told}: {verified:?}");
                // Which articles are out is a part of what stands.
                let status = index.status().unwrap_or_else(|error| panic!("{told}: {error}"));
                let out: Vec<String> = status.taken_down.iter().map(path_id).collect();
                assert_eq!(found, vault.of_listed(&index, &out), "{told}: as a fresh index of what is listed");
                // It is the last commit or the one in the making, and no half of one.
                let is_done = found == now && out.len() == taken_down.len();
                let was_so =
                    |(answers, out_before): &(Answers, Vec<String>)| found == *answers && out.len() == out_before.len();
                let was_so = before.as_ref().map_or(status.articles == 0, was_so);
                committed += usize::from(was_killed && is_done && !was_so);
                assert!(is_done || was_so, "{told}");
                // A new list of files is the commit, but for the first, of an index without articles.
                let is_published = if deed == Deed::First { status.articles > 0 } else { meta() != meta_before };
                assert!(is_done || !is_published, "{told}: what was made known stands");
                // After the commit there is nothing to go on with.
                has_parts &= !is_published;
            }
        }
        let began = Instant::now();
        let run = program(place.path(), &deed.args(&next)).stdout(Stdio::piped()).output().expect("the program runs");
        assert_eq!(run.status.code(), Some(0), "{told}: the next run, also of what is taken down already");
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("a report");
        let more_than_none = |key: &str| report[key].as_u64().is_some_and(|number| number > 0);
        let is_resumed = more_than_none("resumed") || more_than_none("resumed_bytes");
        assert_eq!(is_resumed, has_parts, "{told}: what is kept is gone on with");
        resumed += usize::from(is_resumed);
        in_parts += usize::from(more_than_none("resumed_bytes"));
        if !was_killed || !lasts.contains_key(&deed) {
            lasts.insert(deed, began.elapsed());
        }
        let index = Index::open(&dir).unwrap_or_else(|error| panic!("{told}: {error}"));
        assert_eq!(answers(&index).expect("the index is sound"), now, "{told}: the next run");
        before = Some((now, taken_down.clone()));
    }
    let survived: usize = kills.values().sum();
    println!(
        "kills survived: {survived} {kills:?}; {committed} after the commit, {resumed} rebuilds gone on with, {in_parts} of \
         them within a source"
    );
    assert!(survived >= wanted, "the program was quicker than the kill too often");
    assert!(committed > 0 && resumed > 0 && in_parts > 0, "{committed} {resumed} {in_parts}");
    assert!(committed + resumed <= survived, "some were killed after their commit, others before");
}
