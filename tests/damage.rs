//! Damage: any byte of an index flipped, any file cut short or gone. `verify` finds each, and nothing panics, hangs or takes
//! more than 512 MiB.
//!
//! A process of its own does the reading, which is given no more address space than that: a thread that is refused memory
//! ends its process. `NEWSHOUND_TEST_ALL` has every byte flipped, else it is one in some; `NEWSHOUND_TEST_BITS` has each
//! flipped in nine ways, which takes ten minutes.

mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use newshound::{
    Article, ArticleId, CheckOptions, Corpus, Digest, Error, ExtraKind, Index, IndexOptions, IngestOptions,
    VerifyOptions, check, ingest, repair, verify,
};
use tempfile::TempDir;

use self::reading::{assert_names, read_all};
use crate::golden::package;

/// The most memory that reading a damaged index may take, in KiB of address space.
const MOST_KIB: usize = 512 << 10;
/// The most time of its processor, in seconds: what takes more hangs.
const MOST_SECONDS: usize = 3600;
/// So many bytes are flipped of the small index without `NEWSHOUND_TEST_ALL`, and so many of the larger one with and without.
const OF_SMALL: usize = 250;
const OF_LARGER: [usize; 2] = [1000, 150];
/// With one in so many of these damages all else is done that can be done to an index, with `NEWSHOUND_TEST_ALL` and without.
const DEEDS_EVERY: [usize; 2] = [250, 60];
/// Set for the process that reads: the folder of the index.
const READ: &str = "NEWSHOUND_TEST_DAMAGE";

fn is_all() -> bool {
    std::env::var_os("NEWSHOUND_TEST_ALL").is_some()
}

/// Makes a small index with everything in it that an index can have: two segments, deletions, fields of its own.
fn make(folder: &Path) -> PathBuf {
    let (root, dir) = (folder.join("news"), folder.join("index"));
    fs::create_dir(&root).expect("a folder");
    for (name, text) in ARTICLES {
        fs::write(root.join(name), text).expect("a file");
    }
    let mut made_with = IndexOptions::default();
    for (name, kind) in [("desk", ExtraKind::Keyword), ("page", ExtraKind::Number), ("note", ExtraKind::Text)] {
        made_with.extra.insert(name.to_owned(), kind);
    }
    let index = Index::create_with(&dir, &made_with).expect("the folder is absent");
    let run = || {
        let corpus = Corpus::named("news", &root).expect("a sound name");
        let report = ingest(&index, vec![corpus], &IngestOptions::default()).expect("it can be read");
        assert!(report.changed);
    };
    run();
    // A second segment, and too few deletions for the first to be written anew.
    fs::write(root.join("late.txt"), "Late ferry\n\nThe last ferry was late on Sunday.\n").expect("a file");
    fs::remove_file(root.join("two.md")).expect("a file less");
    run();
    assert_eq!(index.status().expect("it is sound").segments, 2);
    // For whatever runs next.
    fs::write(root.join("new.txt"), "New ferry\n\nA new ferry was bought by the board on Friday.\n").expect("a file");
    dir
}

/// Makes an index in which lists, columns and stores have several blocks, compressed in the other way.
fn make_larger(folder: &Path) -> PathBuf {
    let (root, dir) = (folder.join("many.jsonl"), folder.join("larger"));
    let mut lines = String::new();
    for number in 0..600 {
        let body: Vec<String> = (0..40).map(|n| format!("ferry word{} harbour", number * n % 997)).collect();
        let (desk, body) = (number % 7, body.join(" the "));
        lines += &format!(
            "{{\"id\": \"n-{number}\", \"headline\": \"The ferry {number}\", \"desk\": \"d{desk}\", \"note\": \"held {number}\", \"body\": \"{body}\"}}\n"
        );
    }
    fs::create_dir(&root).and_then(|()| fs::write(root.join("many.jsonl"), lines)).expect("a file");
    let mut made_with = IndexOptions::default();
    made_with.extra.insert("desk".to_owned(), ExtraKind::Keyword);
    made_with.extra.insert("note".to_owned(), ExtraKind::Text);
    made_with.compact = true;
    let index = Index::create_with(&dir, &made_with).expect("the folder is absent");
    let corpus = Corpus::named("news", &root).expect("a sound name");
    ingest(&index, vec![corpus], &IngestOptions::default()).expect("it can be read");
    assert_eq!(index.status().expect("it is sound").articles, 600);
    dir
}

const ARTICLES: [(&str, &str); 6] = [
    (
        "one.md",
        "---\nid: ferry-1\ntitle: Ferry returns\ndate: 2024-03-05\nsection: City / Transport\npublisher: The Ansel Courier\n\
         desk: city\npage: 3\nnote: held up for a day\n---\n\nThe ferry sailed again on Monday. Its crew had repaired it.\n",
    ),
    ("two.md", "---\ntitle: Bridge toll\ndate: 2023-11\ndesk: city\n---\n\nThe toll on the harbour bridge rises.\n"),
    ("three.txt", "Harbour notes\n\nThe harbour master keeps a list of every boat.\n"),
    ("four.txt", "Night market\n\nThe night market in Talmere opened again after the storm.\n"),
    ("five.txt", "渡し船\n\nオストレルの渡し船は月曜日に運航を再開した。\n"),
    (
        "six.json",
        "{\"headline\": \"Rowing club wins\", \"body\": \"The rowing club of Ostrel won again.\", \"page\": 9}",
    ),
];

/// What is done to an index besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Check,
    Update,
    Rebuild,
    Purge,
    Delete,
    Snapshot,
    Repair,
}

const DEEDS: [Deed; 7] =
    [Deed::Check, Deed::Update, Deed::Rebuild, Deed::Purge, Deed::Delete, Deed::Snapshot, Deed::Repair];

fn one_thread() -> IngestOptions<'static> {
    let mut options = IngestOptions::default();
    options.threads = 1;
    options
}

/// Does it, and returns the folder of what came of it, and whether what is missing there is told.
fn act(deed: Deed, dir: &Path) -> newshound::Result<(PathBuf, bool)> {
    let here = || Ok((dir.to_path_buf(), false));
    if deed == Deed::Repair {
        let report = repair(dir, Vec::new(), &one_thread())?;
        assert!(report.sound, "{report:?}");
        return Ok((dir.to_path_buf(), report.manifest_lost || !report.not_recovered.is_empty()));
    }
    let index = Index::open(dir)?;
    let mut options = one_thread();
    options.full = deed == Deed::Rebuild;
    match deed {
        Deed::Check => check(&index, Vec::new(), &CheckOptions::default()).map(drop)?,
        Deed::Update | Deed::Rebuild => ingest(&index, Vec::new(), &options).map(drop)?,
        Deed::Purge => index.writer()?.purge()?,
        Deed::Delete => {
            let mut writer = index.writer()?;
            if !writer.take_down(&ArticleId::from("ferry-1"), "a wish of its author")? {
                // There is none in the larger index.
                assert!(dir.ends_with("larger.copy"), "what is there was not found");
            }
            writer.commit()?;
        }
        Deed::Snapshot => {
            let copy = dir.with_extension("snapshot");
            let _ = fs::remove_dir_all(&copy);
            index.snapshot_to(&copy)?;
            return Ok((copy, false));
        }
        Deed::Repair => unreachable!("it is done above"),
    }
    here()
}

fn content(dir: &Path) -> Digest {
    Index::open(dir).and_then(|index| index.digests()).expect("it is sound").content
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the index").map(|entry| entry.expect("an entry")) {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

/// What becomes of a whole index by each deed.
struct Deeds {
    before: Digest,
    after: BTreeMap<Deed, Digest>,
    done: usize,
    refused: usize,
}

impl Deeds {
    fn of(dir: &Path) -> Deeds {
        let scratch = dir.with_extension("copy");
        let mut after = BTreeMap::new();
        for deed in DEEDS {
            copy(dir, &scratch);
            let (done, _) = act(deed, &scratch).expect("it is sound");
            after.insert(deed, content(&done));
        }
        // Of a sound index nothing is read again.
        after.insert(Deed::Repair, after[&Deed::Update]);
        Deeds { before: content(dir), after, done: 0, refused: 0 }
    }

    /// Does each deed with a copy of a damaged index. What fails names the file, and with the file as it was, all is there.
    /// What succeeds has lost nothing, or what it made of the damage is found.
    fn try_each(&mut self, dir: &Path, name: &str, whole: &[u8]) {
        DEEDS.iter().for_each(|deed| self.try_one(*deed, dir, name, whole));
    }

    fn try_one(&mut self, deed: Deed, dir: &Path, name: &str, whole: &[u8]) {
        let scratch = dir.with_extension("copy");
        copy(dir, &scratch);
        let (made, is_refused, is_told) = match act(deed, &scratch) {
            Ok((made, is_told)) => (made, false, is_told),
            Err(error) => {
                self.refused += 1;
                assert_names(&error, &scratch, Some(name));
                (scratch.clone(), true, false)
            }
        };
        self.done += 1;
        let report = verify(&made, &VerifyOptions::default()).expect("it can be read");
        if !report.sound {
            assert_eq!(report.damages[0].file, name, "{deed:?}");
            fs::write(made.join(name), whole).expect("a file");
            let report = verify(&made, &VerifyOptions::default()).expect("it can be read");
            assert!(report.sound, "{deed:?} of a damaged {name}: {:?}", report.damages);
        }
        let (content, after) = (content(&made), &self.after[&deed]);
        // What comes after a commit may be refused, too.
        let is_whole = content == *after || (is_refused && content == self.before);
        assert!(is_told || is_whole, "{deed:?} of a damaged {name} lost something, refused: {is_refused}");
    }
}

/// The damages of an index: every file gone or cut short, and bytes flipped.
#[derive(Default)]
struct Damages {
    gone: usize,
    cut: usize,
    flipped: usize,
}

/// Returns the ways to flip a byte: one of its bits or all of them, from byte to byte another, or every one in turn.
fn flips(at: usize) -> Vec<u8> {
    let ways = [1, 2, 4, 8, 16, 32, 64, 128, 255];
    if std::env::var_os("NEWSHOUND_TEST_BITS").is_some() { ways.to_vec() } else { vec![ways[at % ways.len()]] }
}

/// A case that takes longer hangs.
const LONGEST_CASE: Duration = Duration::from_secs(120);

/// Ends this process where one case takes too long; they are counted in `cases`.
fn watch(cases: Arc<Mutex<(usize, String)>>) {
    std::thread::spawn(move || {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let (number, name) = cases.lock().expect("no case panicked").clone();
            if number != last {
                (last, since) = (number, Instant::now());
            } else if since.elapsed() > LONGEST_CASE {
                println!("hangs: {name}");
                std::process::exit(1);
            }
        }
    });
}

/// Does each damage in turn, reads, and mends it again. What `verify` did not find is the failure. With some all else is
/// done that can be done to an index.
fn damage_each(dir: &Path) -> (Damages, Deeds) {
    assert_eq!(read_all(dir, None, 0), None, "before");
    let bytes: u64 = fs::read_dir(dir)
        .expect("the index")
        .map(|entry| entry.and_then(|e| e.metadata()).map_or(0, |m| m.len()))
        .sum();
    let step = match (dir.ends_with("larger"), is_all()) {
        (true, true) => bytes as usize / OF_LARGER[0],
        (true, false) => bytes as usize / OF_LARGER[1],
        (false, true) => 1,
        (false, false) => bytes as usize / OF_SMALL,
    };
    let (mut damages, mut deeds) = (Damages::default(), Deeds::of(dir));
    let every = if is_all() { DEEDS_EVERY[0] } else { DEEDS_EVERY[1] };
    let cases = Arc::new(Mutex::new((0, String::new())));
    watch(cases.clone());
    let mut names: Vec<PathBuf> =
        fs::read_dir(dir).expect("the index").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    // What stands in the lock file is no part of the index.
    for path in names.iter().filter(|path| !path.ends_with("newshound.lock")) {
        let whole = fs::read(path).expect("a file");
        let name = path.file_name().expect("it is in a folder").to_string_lossy().into_owned();
        let mut found = |what: &str| {
            let number = {
                let mut cases = cases.lock().expect("no case panicked");
                *cases = (cases.0 + 1, format!("{name}: {what}"));
                cases.0
            };
            assert_eq!(read_all(dir, Some(&name), number), Some(name.clone()), "{what}");
            if number % every == 0 || what == "gone" {
                deeds.try_each(dir, &name, &whole);
            }
        };
        fs::remove_file(path).expect("a file less");
        found("gone");
        damages.gone += 1;
        for length in (0..12).chain([whole.len() / 2, whole.len() - 1]) {
            fs::write(path, &whole[..length]).expect("a file");
            found(&format!("cut to {length} bytes"));
            damages.cut += 1;
        }
        // Lengths stand at the beginning.
        for at in (0..8.min(step)).chain((0..whole.len()).step_by(step).skip(1)) {
            let mut flipped = whole.clone();
            for flip in flips(at / step + at % step) {
                flipped[at] = whole[at] ^ flip;
                fs::write(path, &flipped).expect("a file");
                found(&format!("byte {at} is {:#04x} and was {:#04x}", flipped[at], whole[at]));
                damages.flipped += 1;
            }
        }
        fs::write(path, &whole).expect("a file");
    }
    assert_eq!(read_all(dir, None, 0), None, "mended");
    (damages, deeds)
}

#[test]
fn what_damage_hides_from_a_deletion_is_not_left_beside_what_takes_its_place() {
    let folder = TempDir::new().expect("a folder");
    let dir = make(folder.path());
    let mut deeds = Deeds::of(&dir);
    for (ending, deed) in
        [("term", Deed::Rebuild), ("idx", Deed::Rebuild), ("fast", Deed::Rebuild), ("store", Deed::Delete)]
    {
        let entries = fs::read_dir(&dir).expect("the index").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
        files.sort();
        for path in files {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let whole = fs::read(&path).expect("a file");
            let step = if ending == "store" { 5 } else { 61 };
            for at in (0..whole.len()).step_by(if is_all() { 3 } else { step }) {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << (at % 8);
                fs::write(&path, flipped).expect("a file");
                deeds.try_one(deed, &dir, &name, &whole);
            }
            fs::write(&path, &whole).expect("a file");
        }
    }
    assert!(deeds.refused > 0 && deeds.refused < deeds.done, "{} of {}", deeds.refused, deeds.done);
}

#[test]
fn an_index_that_is_being_written_is_not_taken_for_damaged() {
    let folder = TempDir::new().expect("a folder");
    let index = Index::create(folder.path().join("index")).expect("the folder is absent");
    let done = AtomicBool::new(false);
    let times = std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..60 {
                let mut writer = index.writer().expect("there is no other");
                for number in 0..3 {
                    let mut article = Article::new(format!("a-{}", (round * number) % 40));
                    article.body = vec![format!("The ferry sailed {round} times.")];
                    writer.add(article).expect("it has an id");
                }
                if round % 10 == 9 { writer.purge() } else { writer.commit() }.expect("there is room");
            }
            done.store(true, Ordering::Relaxed);
        });
        let mut times = 0;
        while !done.load(Ordering::Relaxed) {
            let report = index.verify(&VerifyOptions::default()).expect("it can be read");
            assert!(report.sound, "{:?}", report.damages);
            times += 1;
        }
        times
    });
    assert!(times > 0);
}

#[test]
fn an_index_of_the_sample_corpus_is_sound_in_every_form() {
    let folder = TempDir::new().expect("a folder");
    for (name, compact, canonical) in [("plain", false, false), ("compact", true, false), ("canonical", false, true)] {
        let mut made_with = IndexOptions::default();
        made_with.compact = compact;
        let index = Index::create_with(folder.path().join(name), &made_with).expect("the folder is absent");
        let mut options = IngestOptions::default();
        options.canonical = canonical;
        let corpus = Corpus::directory(package().join("corpus")).expect("a sound name");
        ingest(&index, vec![corpus], &options).expect("it can be read");
        let report = index.verify(&VerifyOptions::default()).expect("it can be read");
        assert!(report.sound, "{name}: {:?}", report.damages);
        assert!(report.articles > 50 && report.postings > 10_000, "{name}: {report:?}");
    }
}

#[test]
#[ignore = "the test below runs it in a process with little memory"]
fn reads_a_damaged_index() {
    if let Some(dir) = std::env::var_os(READ) {
        // What tantivy panics at is caught, and told as damage; only what fails this test is to be told.
        let last = Arc::new(Mutex::new(String::new()));
        let told = last.clone();
        std::panic::set_hook(Box::new(move |panic| *told.lock().expect("nothing panics here") = panic.to_string()));
        let caught = std::panic::catch_unwind(|| damage_each(Path::new(&dir)));
        let _ = std::panic::take_hook();
        let Ok((Damages { gone, cut, flipped }, deeds)) = caught else {
            panic!("{}", last.lock().expect("nothing panics here"));
        };
        let Deeds { done, refused, .. } = deeds;
        println!(
            "found: {flipped} flips, {cut} cuts, {gone} files gone; {done} runs of a damaged index lost nothing, {refused} of \
             them refused"
        );
    }
}

#[cfg(unix)]
#[test]
fn every_damage_is_found_and_none_panics_hangs_or_takes_much_memory() {
    let folder = TempDir::new().expect("a folder");
    for dir in [make(folder.path()), make_larger(folder.path())] {
        let program = std::env::current_exe().expect("this program");
        let script = format!(
            "ulimit -t {MOST_SECONDS} && ulimit -v {MOST_KIB} && exec \"$0\" --ignored --exact \
             damage::reads_a_damaged_index --nocapture --test-threads 1"
        );
        let run = Command::new("sh").args(["-c", &script]).arg(&program).env(READ, &dir).output().expect("a shell");
        let (said, complained) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{}: {said}{complained}", run.status);
        let found = said.lines().find(|line| line.contains("found: ")).expect("it told what it found");
        println!("{}", &found[found.find("found: ").unwrap_or(0)..]);
    }
}

#[test]
fn a_file_that_is_far_too_long_is_not_read_into_memory() {
    let folder = TempDir::new().expect("a folder");
    let dir = make(folder.path());
    for name in ["meta.json", "newshound.json"] {
        let file = fs::File::options().write(true).open(dir.join(name)).expect("a file");
        let length = file.metadata().expect("a file").len();
        // Nothing is on the disk of what is added.
        file.set_len(8 << 30).expect("a file of any length");
        match Index::open(&dir) {
            Err(Error::Damaged { path, detail }) => {
                assert!(path.ends_with(name) && detail.contains("more than"), "{}: {detail}", path.display());
            }
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
        file.set_len(length).expect("it is cut again");
    }
    assert!(Index::open(&dir).is_ok());
}
