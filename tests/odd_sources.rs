//! What a corpus can hold besides news: pipes, loops, files that cannot be read, folders too deep for a path. Each is
//! reported, and none stops the run or costs another article its place.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use newshound::{Code, Corpus, Index, IngestOptions, IngestReport, Result, SearchRequest, ingest};
use tempfile::TempDir;

use crate::support::skip;

/// A user and group that own nothing.
const NOBODY: u32 = 65_534;

/// A folder with a corpus of one sound article, and room for an index.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder can be made"));
        place.write("sound.txt", "Ferry returns to Ostrel\n\nThe ferry sailed again on Monday after nine weeks.\n");
        place
    }

    fn root(&self) -> std::path::PathBuf {
        self.0.path().join("news")
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("it has a name")).expect("a folder can be made");
        fs::write(file, content).expect("a file can be written");
    }

    fn index(&self) -> Index {
        Index::open_or_create(self.0.path().join("index")).expect("the folder is absent or an index")
    }

    fn ingest(&self) -> Result<IngestReport> {
        let corpus = Corpus::named("news", self.root()).expect("the name is sound");
        ingest(&self.index(), vec![corpus], &IngestOptions::default())
    }

    /// Indexes the corpus; the sound article is found afterwards.
    fn ingest_and_find(&self) -> IngestReport {
        let report = self.ingest().expect("no source stops the run");
        assert_eq!(self.found("ferry"), ["sound.txt"], "{report:?}");
        report
    }

    /// Returns the paths of the articles that a query finds.
    fn found(&self, query: &str) -> Vec<String> {
        let searcher = self.index().searcher().expect("the index is sound");
        let response = searcher.search(&SearchRequest::new(query)).expect("the query is sound");
        response.hits.into_iter().map(|hit| hit.source.path).collect()
    }
}

/// Asserts that a report names a path with a code, and nothing else of that path.
fn assert_noticed(report: &IngestReport, path: &str, code: Code) {
    let codes: Vec<Code> = report.notices.iter().filter(|n| n.path == path).map(|n| n.code).collect();
    assert_eq!(codes, [code], "{path}: {:?}", report.notices);
}

#[test]
fn empty_and_binary_files_are_skipped_and_told_apart() {
    let place = Place::new();
    place.write("empty.txt", "");
    place.write("picture.bin", [0u8, 159, 146, 150, 0, 1, 2, 3].repeat(200));
    let report = place.ingest_and_find();
    assert_noticed(&report, "empty.txt", Code::EmptyFile);
    assert_noticed(&report, "picture.bin", Code::UnknownFormat);
    assert_eq!((report.sources.read, report.sources.all_skipped()), (1, 2));
}

#[test]
fn sources_of_a_known_form_without_an_article_are_skipped_and_no_rejection() {
    let place = Place::new();
    place.write("picture.jpg", b"\xff\xd8\xff\xe0\0\x07JFIF\0\xff\xd9");
    place.write("issue.xml", "<?xml version='1.0'?><mets xmlns='http://www.loc.gov/METS/'><fileSec/></mets>");
    for run in 1..=2 {
        let report = place.ingest_and_find();
        assert_noticed(&report, "picture.jpg", Code::NoArticle);
        assert_noticed(&report, "issue.xml", Code::NoArticle);
        // The second run knows them by their hashes.
        assert_eq!((report.articles.rejected, report.sources.all_skipped()), (0, 2), "run {run}");
        assert_eq!(report.sources.read, if run == 1 { 1 } else { 0 }, "run {run}");
    }
}

#[test]
fn invalid_utf8_is_read_and_warned_of() {
    let place = Place::new();
    place.write("bytes.txt", b"Harbour closed\n\nThe harbour was cl\xff\xfeosed for repairs \xe2\x82 on Monday.\n");
    let report = place.ingest_and_find();
    assert_eq!(place.found("harbour"), ["bytes.txt"]);
    let codes: Vec<Code> = report.notices.iter().filter(|n| n.path == "bytes.txt").map(|n| n.code).collect();
    assert!(!codes.is_empty(), "what stands for the bytes is a guess, and said to be one");
}

#[test]
fn a_pipe_is_never_opened() {
    let place = Place::new();
    let pipe = place.root().join("pipe.txt");
    if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        return skip("mkfifo makes no pipe here");
    }
    assert_noticed(&place.ingest_and_find(), "pipe.txt", Code::SpecialFile);
}

#[test]
fn symbolic_links_that_loop_or_lead_nowhere_are_told() {
    let place = Place::new();
    fs::create_dir(place.root().join("inner")).expect("a folder can be made");
    symlink("..", place.root().join("inner/up")).expect("a link can be made");
    symlink("self", place.root().join("self")).expect("a link can be made");
    symlink("absent.txt", place.root().join("nowhere.txt")).expect("a link can be made");
    let report = place.ingest_and_find();
    assert_noticed(&report, "inner/up", Code::SymlinkLoop);
    assert_noticed(&report, "nowhere.txt", Code::BrokenLink);
    assert_eq!(report.notices.iter().filter(|n| n.path == "self").count(), 1, "{:?}", report.notices);
    assert_eq!((report.sources.read, report.sources.all_skipped()), (1, 3));
}

#[test]
fn folders_deeper_than_a_path_can_name_do_not_stop_the_run() {
    let place = Place::new();
    place.write("deep/deep.txt", "The bridge opened.\n");
    // A path has at most 4,096 bytes, so that the tree is moved into a chain of 3,500 three times over.
    for _ in 0..3 {
        let top = place.root().join("top");
        let end = top.join(vec!["d".repeat(249); 14].join("/"));
        fs::create_dir_all(&end).expect("a chain of folders can be made");
        fs::rename(place.root().join("deep"), end.join("deep")).expect("a folder can be moved into it");
        fs::rename(top, place.root().join("deep")).expect("the name is free again");
    }
    let report = place.ingest_and_find();
    let told = report.sources.read == 2 || report.notices.iter().any(|n| n.code == Code::Unreadable);
    assert!(told, "the deep file is read, or the place where the walk ended is told: {report:?}");
    assert!(!place.ingest_and_find().changed, "a second run has nothing to do");
}

#[test]
fn a_file_of_100_megabytes_does_not_stop_the_run() {
    let place = Place::new();
    let line = "The council of Talmere raised its prices for the third time despite the storm.\n\n";
    place.write("large.txt", line.repeat((100 << 20) / line.len() + 1));
    let report = place.ingest_and_find();
    let large = place.found("talmere");
    let told = report.notices.iter().any(|n| n.path == "large.txt" && n.code == Code::TooLarge);
    assert!(told || large == ["large.txt"], "it is in the index, or the report says why not: {report:?}");
}

#[test]
fn a_root_that_vanished_keeps_its_articles() {
    let place = Place::new();
    place.ingest_and_find();
    fs::rename(place.root(), place.0.path().join("aside")).expect("a folder can be renamed");
    if let Ok(report) = place.ingest() {
        assert_eq!(report.failed_corpora, ["news"]);
        assert!(report.notices.iter().any(|n| n.code == Code::RootMissing), "{report:?}");
        assert!(!report.changed);
    }
    assert_eq!(place.found("ferry"), ["sound.txt"]);

    fs::create_dir(place.root()).expect("the name is free again");
    if let Ok(report) = place.ingest() {
        assert_eq!(report.failed_corpora, ["news"]);
        assert!(report.notices.iter().any(|n| n.code == Code::RootEmpty), "{report:?}");
    }
    assert_eq!(place.found("ferry"), ["sound.txt"]);
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_keeps_what_is_known_of_it() {
    if !reads_everything() {
        return unreadable_files();
    }
    // A superuser reads every file, so that this test runs itself again as nobody.
    let place = tempfile::tempdir().expect("a folder can be made");
    let program = place.path().join("tests");
    fs::copy(std::env::current_exe().expect("a test knows its program"), &program).expect("it can be copied");
    chown(place.path(), Some(NOBODY), Some(NOBODY)).expect("a superuser gives files away");
    let output = Command::new(&program)
        .args(["--exact", "odd_sources::a_file_that_cannot_be_read_is_told_and_keeps_what_is_known_of_it"])
        .current_dir(place.path())
        .env("TMPDIR", place.path())
        .uid(NOBODY)
        .gid(NOBODY)
        .output();
    let Ok(output) = output else { return skip("no program runs as nobody here") };
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "as nobody:\n{told}");
}

fn unreadable_files() {
    let place = Place::new();
    place.write("closed.txt", "Bridge closed\n\nThe bridge in Talmere closed for repairs.\n");
    place.write("folder/inside.txt", "Market opens\n\nThe night market reopened in the spring.\n");
    place.ingest_and_find();
    place.write("new.txt", "Never read.\n");
    for path in ["closed.txt", "new.txt", "folder"] {
        set_mode(&place.root().join(path), 0o000);
    }
    let report = place.ingest().expect("no source stops the run");
    set_mode(&place.root().join("folder"), 0o755);
    assert_noticed(&report, "closed.txt", Code::Stale);
    assert_noticed(&report, "new.txt", Code::Unreadable);
    assert_eq!(report.sources.deleted, 0, "{report:?}");
    assert_eq!(place.found("bridge"), ["closed.txt"]);
    assert_eq!(place.found("market"), ["folder/inside.txt"]);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("an owner sets permissions");
}

/// Tells whether this process may read what nobody may.
fn reads_everything() -> bool {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    set_mode(file.path(), 0o000);
    fs::read(file.path()).is_ok()
}
