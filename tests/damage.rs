//! Damage: any byte of an index flipped, any file cut short or gone. `verify` finds each, and nothing panics, hangs or takes
//! more than 512 MiB.
//!
//! A process of its own does the reading, which is given no more address space than that: a thread that is refused memory
//! ends its process. `NEWSHOUND_TEST_ALL` has every byte flipped, else it is one in some; `NEWSHOUND_TEST_BITS` has each
//! flipped in nine ways, which takes ten minutes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use newshound::{
    Article, Corpus, ExtraKind, Index, IndexOptions, IngestOptions, SearchRequest, Sort, VerifyOptions, ingest, verify,
};
use tempfile::TempDir;

use crate::golden::package;

/// The most memory that reading a damaged index may take, in KiB of address space.
const MOST_KIB: usize = 512 << 10;
/// The most time of its processor, in seconds: what takes more hangs.
const MOST_SECONDS: usize = 3600;
/// So many bytes are flipped of the small index without `NEWSHOUND_TEST_ALL`, and so many of the larger one with and without.
const OF_SMALL: usize = 250;
const OF_LARGER: [usize; 2] = [1000, 150];
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
            "{{\"id\": \"n-{number}\", \"headline\": \"The ferry {number}\", \"desk\": \"d{desk}\", \"body\": \"{body}\"}}\n"
        );
    }
    fs::create_dir(&root).and_then(|()| fs::write(root.join("many.jsonl"), lines)).expect("a file");
    let mut made_with = IndexOptions::default();
    made_with.extra.insert("desk".to_owned(), ExtraKind::Keyword);
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

/// Reads in an index what there is to read, and returns which file is told to be damaged, if one is.
fn read_all(dir: &Path) -> Option<String> {
    if let Ok(index) = Index::open(dir) {
        if let Ok(searcher) = index.searcher() {
            for query in
                ["ferry", "\"the ferry\" OR harbour", "headline:ferry -toll", "渡し船", "x.note:\"held up\" OR market"]
            {
                let mut request = SearchRequest::new(query);
                let _ = searcher.search(&request);
                request.sort = Sort::Newest;
                let _ = searcher.search(&request);
            }
            let _ = searcher.find("ferry-1", 10);
        }
        let _ = index.status();
        let _ = index.digests();
    }
    let report = verify(dir, &VerifyOptions::default()).expect("it can be read");
    assert_eq!(report.sound, report.damages.is_empty());
    report.damages.into_iter().next().map(|damage| damage.file)
}

/// The damages of an index: every file gone or cut short, and bytes flipped.
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

/// Does each damage in turn, reads, and mends it again. What `verify` did not find is the failure.
fn damage_each(dir: &Path) -> Damages {
    assert_eq!(read_all(dir), None, "before");
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
    let mut damages = Damages { gone: 0, cut: 0, flipped: 0 };
    let mut names: Vec<PathBuf> =
        fs::read_dir(dir).expect("the index").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    // What stands in the lock file is no part of the index.
    for path in names.iter().filter(|path| !path.ends_with("newshound.lock")) {
        let whole = fs::read(path).expect("a file");
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let found = |what: &str| assert_eq!(read_all(dir), name, "{what}");
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
    assert_eq!(read_all(dir), None, "mended");
    damages
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
        // What tantivy panics at is caught, and told as damage.
        std::panic::set_hook(Box::new(|_| {}));
        let caught = std::panic::catch_unwind(|| damage_each(Path::new(&dir)));
        let _ = std::panic::take_hook();
        let Damages { gone, cut, flipped } = caught.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        println!("found: {flipped} flips, {cut} cuts, {gone} files gone");
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
