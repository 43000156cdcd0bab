//! Power cuts and full disks, one after each single operation on the disk. What stands is then one of the commits, the
//! last that the program was told of or the one in the making; it answers as a fresh index of the sources that its
//! manifest lists; and the next run goes on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{Corpus, IngestOptions, ingest};
use crate::index::recording::{Filling, Left, Operation, Recording, Tree};
use crate::index::{ContentHash, Manifest};
use crate::{Digests, Error, ErrorKind, Index, SearchRequest, SearchResponse, VerifyOptions};

/// What a folder holds, by path.
type Files = BTreeMap<String, String>;

/// What is done to an index, one run at a time.
struct Step {
    files: Files,
    full: bool,
    canonical: bool,
    purge: bool,
}

/// A run after each of several edits: additions, changes, deletions; so many that small segments are merged; a
/// canonical one, one that purges, and one in full.
fn steps() -> Vec<Step> {
    let mut files = Files::new();
    for number in 0..5 {
        files.insert(format!("city/{number}.txt"), story(number));
    }
    let line =
        |number: u32| serde_json::json!({"headline": format!("Wire {number}"), "body": story(number)}).to_string();
    files.insert("wire.jsonl".into(), [line(5), line(6), line(7)].join("\n"));
    // More than is read before what was done is kept.
    let padded = |number: u32| {
        let padding = "x".repeat(1_000);
        serde_json::json!({"headline": format!("Bulk {number}"), "body": story(number), "padding": padding}).to_string()
    };
    files.insert("bulk.jsonl".into(), (50..90).map(padded).collect::<Vec<_>>().join("\n"));
    let mut steps = vec![plain(&files)];
    files.insert("city/1.txt".into(), story(21));
    files.remove("city/0.txt");
    files.insert("wire.jsonl".into(), [line(5), line(26)].join("\n"));
    steps.push(plain(&files));
    for number in 30..37 {
        files.insert(format!("harbour/{number}.md"), format!("# Harbour {number}\n\n{}", story(number)));
        steps.push(plain(&files));
    }
    steps.push(Step { canonical: true, ..plain(&files) });
    files.insert("city/2.txt".into(), story(41));
    files.remove("harbour/30.md");
    steps.push(plain(&files));
    files.remove("harbour/31.md");
    steps.push(Step { purge: true, ..plain(&files) });
    steps.push(Step { full: true, ..plain(&files) });
    steps
}

/// Steps after which another small segment comes, as in the step before.
const REPEATED: std::ops::Range<usize> = 2..6;

fn plain(files: &Files) -> Step {
    Step { files: files.clone(), full: false, canonical: false, purge: false }
}

fn story(number: u32) -> String {
    let places = ["Ostrel", "Talmere", "Northgate"];
    let place = places[number as usize % places.len()];
    format!(
        "Ferry {number} calls at {place}\nPublished: 2021-03-{:02}\n\nThe ferry of {place} sailed again on day {number}. \
         The harbour master wrote it down.\n",
        number % 28 + 1
    )
}

/// Makes a folder hold these files and no others.
fn lay_out(root: &Path, files: &Files) {
    let _ = fs::remove_dir_all(root);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
}

fn run(index: &Index, root: &Path, step: &Step) -> crate::Result<()> {
    let Step { full, canonical, purge, .. } = *step;
    // So little that a rebuild keeps what it did after every few sources.
    let options =
        IngestOptions { threads: 1, keep_every: 16 << 10, full, canonical, purge, ..IngestOptions::default() };
    ingest(index, vec![Corpus::named("news", root)?], &options).map(drop)
}

type Answers = (Digests, Vec<SearchResponse>);

fn answers(index: &Index) -> crate::Result<Answers> {
    let searcher = index.searcher()?;
    let queries = ["ferry", "harbour master", "talmere OR 26", "\"day 21\"", "headline:wire"];
    let ask = |query: &&str| searcher.search(&SearchRequest { limit: 30, ..SearchRequest::new(*query) });
    Ok((index.digests()?, queries.iter().map(ask).collect::<crate::Result<_>>()?))
}

/// Returns what a fresh index of the files answers.
fn fresh(root: &Path, step: &Step) -> Answers {
    lay_out(root, &step.files);
    let index = Index::in_memory().expect("memory suffices");
    run(&index, root, &plain(&step.files)).expect("the corpus can be read");
    let answers = answers(&index).expect("the index is sound");
    assert!(answers.1.iter().any(|answer| !answer.hits.is_empty()), "there is something to compare");
    answers
}

/// Tells whether a manifest lists just these files. A canonical one tells their paths and nothing else.
fn lists(manifest: &Manifest, files: &Files) -> bool {
    let Some(corpus) = manifest.corpora.get("news") else { return files.is_empty() };
    let hash = |text: &String| {
        if manifest.is_canonical { ContentHash::default() } else { ContentHash::of(text.as_bytes()) }
    };
    let listed = corpus.sources.iter().map(|(path, source)| (path.clone(), source.hash));
    listed.eq(files.iter().map(|(path, text)| (path.clone(), hash(text))))
}

/// Asserts that a folder holds what its commit names and nothing else.
fn assert_tidy(dir: &Path, place: &str) {
    let meta = fs::read(dir.join("meta.json")).expect("the commit");
    let meta: serde_json::Value = serde_json::from_slice(&meta).expect("JSON");
    let mut segments = BTreeSet::new();
    for segment in meta["segments"].as_array().expect("a list") {
        let id = segment["segment_id"].as_str().expect("a name").replace('-', "");
        segments.extend(segment["deletes"]["opstamp"].as_u64().map(|opstamp| format!("{id}.{opstamp}.del")));
        segments.extend(["store", "term", "idx", "pos", "fast", "fieldnorm"].map(|ending| format!("{id}.{ending}")));
    }
    segments.extend(["meta.json", "newshound.json", "newshound.lock"].map(str::to_owned));
    let words = meta["payload"].as_str().into_iter().flat_map(|payload| payload.split([' ', '=']));
    segments.extend(words.filter(|word| word.starts_with("manifest-")).map(str::to_owned));
    let found = fs::read_dir(dir).expect("the index").map(|entry| entry.expect("an entry").file_name());
    let found: BTreeSet<String> = found.map(|name| name.into_string().expect("a name")).collect();
    assert_eq!(found, segments, "{place}");
}

#[test]
fn whatever_a_cut_of_power_leaves_is_a_commit() {
    let steps = steps();
    let place = tempfile::tempdir().expect("a folder can be made");
    let (root, dir) = (place.path().join("news"), place.path().join("index"));
    let expected: Vec<Answers> = steps.iter().map(|step| fresh(&root, step)).collect();

    let disk = Recording::default();
    let index = Index::on_disk(Arc::new(disk.clone()), &dir).expect("the folder is absent");
    for (number, step) in steps.iter().enumerate() {
        lay_out(&root, &step.files);
        run(&index, &root, step).expect("the corpus can be read");
        assert_eq!(answers(&index).expect("the index is sound"), expected[number], "step {number}");
        disk.tell(number);
    }
    let log = disk.log();
    let scenario = Scenario { steps: &steps, expected: &expected, root: &root, dir: &dir };
    let (next, seen) = (AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let cut = next.fetch_add(1, Ordering::SeqCst);
                    let Some(before) = log.get(..cut) else { break };
                    for (told, left) in what_is_left(before) {
                        let tree = Tree::after(before, left);
                        let is_new = seen.lock().expect("no thread panicked").insert((told, tree.hash()));
                        if is_new {
                            scenario.check(
                                &tree,
                                told,
                                &format!("after operation {cut} of {}, {left:?} left", log.len()),
                            );
                        }
                    }
                }
            });
        }
    });
    let n_states = seen.into_inner().expect("no thread panicked").len();
    println!("cuts survived: {n_states} states of a disk after {} operations", log.len());
    assert!(n_states > 400, "{n_states}");
}

#[test]
fn what_was_purged_does_not_come_back_with_a_cut_of_power() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let (root, dir) = (place.path().join("news"), place.path().join("index"));
    let disk = Recording::default();
    let index = Index::on_disk(Arc::new(disk.clone()), &dir).expect("the folder is absent");
    let mut files = Files::from([("1.txt".to_owned(), story(1)), ("2.txt".to_owned(), story(2))]);
    // The second run purges the first article.
    for _ in 0..2 {
        lay_out(&root, &files);
        run(&index, &root, &Step { purge: true, ..plain(&files) }).expect("the corpus can be read");
        files.remove("1.txt");
    }
    let log = disk.log();
    for left in [Left::All, Left::Nothing, Left::Names, Left::Removals, Left::NewNames] {
        let after = place.path().join(format!("{left:?}"));
        Tree::after(&log, left).write(&dir, &after);
        fs::write(after.join("newshound.lock"), "").expect("it is no part of the index, nor recorded");
        assert_tidy(&after, &format!("{left:?} left"));
    }
}

/// Returns the step that the program was told of last, and ways for more or less to be left of what was done. All of them
/// where `NEWSHOUND_TEST_ALL` is set; else some, and nothing in steps that are as others.
fn what_is_left(log: &[Operation]) -> Vec<(Option<usize>, Left)> {
    let is_all = std::env::var_os("NEWSHOUND_TEST_ALL").is_some();
    let told = log.iter().rev().find_map(|operation| match operation {
        Operation::Told(step) => Some(*step),
        _ => None,
    });
    if told.is_some_and(|told| REPEATED.contains(&told)) && !is_all {
        return Vec::new();
    }
    let some = Left::Some(log.len() as u64);
    let ways = [Left::All, Left::Nothing, some, Left::Names, Left::Removals, Left::NewNames];
    let n_ways = if is_all { 6 } else { 2 + usize::from(log.len().is_multiple_of(4)) };
    ways.into_iter().take(n_ways).map(|left| (told, left)).collect()
}

struct Scenario<'a> {
    steps: &'a [Step],
    expected: &'a [Answers],
    root: &'a Path,
    dir: &'a Path,
}

impl Scenario<'_> {
    /// Asserts that what is left is the commit that the program was `told` of last or the next, and can be gone on from.
    fn check(&self, tree: &Tree, told: Option<usize>, place: &str) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let dir = folder.path().join("index");
        tree.write(self.dir, &dir);
        match Index::open(&dir) {
            Err(Error::NoIndex { .. }) => assert_eq!(told, None, "{place}: the index is gone"),
            Err(error) => panic!("{place}: {error}"),
            Ok(index) => self.check_commit(&index, told, place),
        }
        let index = Index::on_disk(Arc::new(Filling::never()), &dir).unwrap_or_else(|error| panic!("{place}: {error}"));
        let last = self.steps.len() - 1;
        // Where the last step, a rebuild, was cut off, it goes on; the first does so with other files than before.
        let again = Step { full: told == Some(last - 1), ..plain(&self.steps[last].files) };
        run(&index, self.root, &again).unwrap_or_else(|error| panic!("{place}: {error}"));
        let now = answers(&index).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(now, self.expected[last], "{place}: the next run");
        assert_tidy(&dir, place);
    }

    fn check_commit(&self, index: &Index, told: Option<usize>, place: &str) {
        let manifest = index.read_manifest().unwrap_or_else(|error| panic!("{place}: {error}"));
        let next = told.map_or(0, |told| told + 1);
        if told.is_none() && manifest.corpora.is_empty() {
            let status = index.status().unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(status.articles, 0, "{place}");
            return;
        }
        let possible = told.into_iter().chain([next].into_iter().filter(|next| *next < self.steps.len()));
        let step = possible.clone().find(|step| lists(&manifest, &self.steps[*step].files));
        let step =
            step.unwrap_or_else(|| panic!("{place}: it is neither of the commits {:?}", possible.collect::<Vec<_>>()));
        let now = answers(index).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(now, self.expected[step], "{place}: commit {step}");
        let quick = VerifyOptions { quick: true, ..VerifyOptions::default() };
        let verified = index.verify(&quick).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(verified.sound, "{place}: {verified:?}");
    }
}

#[test]
fn a_disk_that_is_full_at_any_moment_leaves_the_last_commit() {
    let steps = steps();
    let place = tempfile::tempdir().expect("a folder can be made");
    let root = place.path().join("news");
    let expected: Vec<Answers> = steps.iter().map(|step| fresh(&root, step)).collect();
    let mut refused = 0;
    // From nothing, and from a commit to one with deletions, to a merge, to a canonical one.
    for (nth, number) in [0, 1, 8, 9].into_iter().enumerate() {
        let base = place.path().join(format!("base-{number}"));
        if number > 0 {
            let index = Index::on_disk(Arc::new(Filling::never()), &base).expect("the folder is absent");
            for step in &steps[..number] {
                lay_out(&root, &step.files);
                run(&index, &root, step).expect("there is room");
            }
        }
        lay_out(&root, &steps[number].files);
        let every = if std::env::var_os("NEWSHOUND_TEST_ALL").is_some() { 1 } else { 4 };
        for full_at in (0..).step_by(every) {
            let dir = place.path().join(format!("index-{nth}-{full_at}"));
            copy(&base, &dir);
            let disk = Filling::at(full_at);
            let done =
                Index::on_disk(Arc::new(disk.clone()), &dir).and_then(|index| run(&index, &root, &steps[number]));
            let place = format!("step {number}, full from operation {full_at} on");
            if disk.operations() <= full_at {
                done.unwrap_or_else(|error| panic!("{place}: {error}"));
                break;
            }
            let error = done.expect_err(&place);
            assert_eq!(error.kind(), ErrorKind::DiskFull, "{place}: {error:?}");
            refused += 1;
            if number > 0 {
                // The last operation is the sync after the commit is known, so that it may stand all the same.
                let now = Index::open(&dir).and_then(|index| answers(&index)).expect(&place);
                assert!(now == expected[number - 1] || now == expected[number], "{place}");
            }
            disk.make_room();
            let index = Index::on_disk(Arc::new(disk), &dir).expect(&place);
            run(&index, &root, &steps[number]).expect(&place);
            assert_eq!(answers(&index).expect(&place), expected[number], "{place}");
            assert_tidy(&dir, &place);
            fs::remove_dir_all(&dir).expect("the folder is there");
        }
    }
    println!("full disks survived: {refused}");
    assert!(refused > 80, "{refused}");
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder can be made");
        for entry in fs::read_dir(from).expect("the folder").map(|entry| entry.expect("an entry")) {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a file can be copied");
        }
    }
}
