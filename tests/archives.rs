//! Archives and packed files in a corpus: their files are sources of their own, and after any edits an index that was brought
//! up to date holds what a fresh one does.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use newshound::{Code, Corpus, Index, IngestOptions, IngestReport, SearchRequest, VerifyOptions, check, ingest};
use tempfile::TempDir;

use crate::support::random::Random;

mod broken;
mod refused;

/// Files by their names in an archive.
type Files = BTreeMap<String, String>;

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder can be made"));
        fs::create_dir(place.root()).expect("a folder can be made");
        place
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("news")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        fs::write(self.root().join(path), bytes).expect("a file can be written");
    }

    fn index(&self) -> Index {
        Index::open_or_create(self.0.path().join("index")).expect("the folder is absent or an index")
    }

    fn ingest(&self, options: &IngestOptions<'_>) -> IngestReport {
        run(&self.index(), &self.root(), options)
    }

    fn found(&self, query: &str) -> Vec<String> {
        let response = self.index().searcher().expect("it is sound").search(&SearchRequest::new(query));
        let mut paths: Vec<String> =
            response.expect("the query is sound").hits.into_iter().map(|hit| hit.source.path).collect();
        paths.sort();
        paths
    }
}

fn run(index: &Index, root: &Path, options: &IngestOptions<'_>) -> IngestReport {
    let corpus = Corpus::named("news", root).expect("the name is sound");
    ingest(index, vec![corpus], options).expect("the run goes through")
}

fn story(word: &str) -> String {
    format!(
        "Ferry {word} returns\n\nThe ferry {word} sailed again on Monday after nine weeks in dock, the office said.\n"
    )
}

fn tar(files: &Files) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, text.as_bytes()).expect("memory suffices");
    }
    archive.into_inner().expect("memory suffices")
}

fn zip(files: &Files) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("memory suffices");
        archive.write_all(text.as_bytes()).expect("memory suffices");
    }
    archive.finish().expect("memory suffices").into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory suffices");
    packer.finish().expect("memory suffices")
}

fn files(names: &[&str]) -> Files {
    names.iter().map(|name| ((*name).to_owned(), story(name.split('.').next().unwrap_or_default()))).collect()
}

#[test]
fn files_of_archives_are_found_by_their_paths_and_go_with_them() {
    let place = Place::new();
    place.write("a.tar.gz", &gzip(&tar(&files(&["b/ann.txt", "bob.txt"]))));
    place.write("c.zip", &zip(&files(&["carl.txt"])));
    place.write("dora.txt.gz", &gzip(story("dora").as_bytes()));
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.added, report.sources.read, report.sources.skipped[&Code::Archive]), (4, 4, 2));
    let all = ["a.tar.gz!/b/ann.txt", "a.tar.gz!/bob.txt", "c.zip!/carl.txt", "dora.txt.gz"];
    assert_eq!(place.found("ferry"), all);
    assert_eq!(place.found("path:a.tar.gz"), all[..2]);
    assert_eq!(place.found("path:news/c.zip filetype:zip"), all[2..3]);

    let again = place.ingest(&IngestOptions::default());
    assert!(!again.changed, "{again:?}");
    assert_eq!((again.sources.read, again.sources.unchanged, again.articles.unchanged), (0, 4, 4));
    assert_eq!(again.sources.skipped[&Code::Archive], 2);

    // One file goes, one changes, one comes.
    let mut changed = files(&["bob.txt", "emil.txt"]);
    changed.insert("bob.txt".to_owned(), story("bobby"));
    place.write("a.tar.gz", &gzip(&tar(&changed)));
    let report = place.ingest(&IngestOptions::default());
    let articles = &report.articles;
    assert_eq!((articles.added, articles.replaced, articles.deleted, articles.unchanged), (1, 1, 1, 2));
    assert_eq!(report.sources.deleted, 1);
    assert_eq!(place.found("bobby"), ["a.tar.gz!/bob.txt"]);
    assert_eq!(place.found("ann"), [""; 0]);

    fs::remove_file(place.root().join("c.zip")).expect("it is there");
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.deleted, report.sources.deleted), (1, 2), "the archive and its file");
    // What was an archive is a text now.
    place.write("a.tar.gz", story("fritz").as_bytes());
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.deleted, report.articles.added), (2, 1));
    assert_eq!(place.found("ferry"), ["a.tar.gz", "dora.txt.gz"]);
    assert!(place.index().verify(&VerifyOptions::default()).expect("it can be read").sound);
}

#[test]
fn a_folder_that_is_called_like_the_inside_of_an_archive_is_left_out() {
    let place = Place::new();
    fs::create_dir(place.root().join("a.zip!")).expect("a folder can be made");
    place.write("a.zip", &zip(&files(&["ann.txt"])));
    place.write("a.zip!/ann.txt", story("bob").as_bytes());
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.added, report.sources.skipped[&Code::BadName]), (1, 1));
    assert_eq!(place.found("ferry"), ["a.zip!/ann.txt"]);
    assert_eq!(place.found("ann"), ["a.zip!/ann.txt"]);
    assert!(!place.ingest(&IngestOptions::default()).changed);
}

#[test]
fn a_file_of_an_archive_that_is_lost_is_read_again_by_a_repair() {
    let place = Place::new();
    place.write("a.zip", &zip(&files(&["ann.txt", "bob.txt", "carl.txt"])));
    place.ingest(&IngestOptions::default());
    let before = place.index().digests().expect("it is sound");
    let dir = place.0.path().join("index");
    let store = fs::read_dir(&dir).expect("it is there").map(|file| file.expect("it can be listed").path());
    let store = store.into_iter().find(|path| path.extension().is_some_and(|end| end == "store")).expect("a segment");
    let mut bytes = fs::read(&store).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[..middle].fill(0);
    fs::write(&store, bytes).expect("it can be written");
    let report = newshound::repair(&dir, Vec::new(), &IngestOptions::default()).expect("it can be repaired");
    assert!(report.lost > 0 && report.sound && report.not_recovered.is_empty(), "{report:?}");
    assert_eq!(place.index().digests().expect("it is sound"), before);
    assert_eq!(place.found("ferry").len(), 3);
}

#[test]
fn after_any_edits_of_archives_an_index_is_as_a_fresh_one() {
    for seed in 0..6 {
        follow_edits(seed);
    }
}

fn follow_edits(seed: u64) {
    const WORDS: &[&str] = &["ann", "bob", "carl", "dora", "emil", "fritz"];
    let mut random = Random::new(seed);
    let place = Place::new();
    place.write("sound.txt", story("sound").as_bytes());
    for step in 0..10 {
        let name = ["a.tar", "b.zip", "c.tar.gz", "d.zip"][random.below(4)];
        let mut inside = Files::new();
        // A tar archive without a file is nothing but zeros, as one that is damaged may be.
        for _ in 0..=random.below(4) {
            let word = WORDS[random.below(WORDS.len())];
            let kind = ["txt", "txt", "x/y.txt", "jsonl"][random.below(4)];
            let text = match kind {
                "jsonl" => format!("{{\"title\": \"Ferry {word}\"}}\n").repeat(random.below(3) + 1),
                _ => story(WORDS[random.below(WORDS.len())]),
            };
            inside.insert(format!("{word}.{kind}"), text);
        }
        match random.below(6) {
            0 => drop(fs::remove_file(place.root().join(name))),
            1 => place.write(name, story("plain").as_bytes()),
            2 => {
                // What was indexed before would be kept.
                drop(fs::remove_file(place.root().join(name)));
                place.ingest(&IngestOptions::default());
                let whole = gzip(&tar(&inside));
                place.write(name, &whole[..whole.len() * 2 / 3]);
            }
            _ if name.ends_with("zip") => place.write(name, &zip(&inside)),
            _ if name.ends_with("gz") => place.write(name, &gzip(&tar(&inside))),
            _ => place.write(name, &tar(&inside)),
        }
        let mut options = IngestOptions::default();
        options.full = random.below(5) == 0;
        let report = place.ingest(&options);
        let fresh = Index::in_memory().expect("memory suffices");
        let of_fresh = run(&fresh, &place.root(), &IngestOptions::default());
        let at = format!("seed {seed}, step {step}");
        let (ours, theirs) = (place.index().digests(), fresh.digests());
        assert_eq!(ours.expect("it is sound"), theirs.expect("it is sound"), "{at}");
        let all = |report: &IngestReport| {
            let sources = &report.sources;
            let skipped: u64 = sources.skipped.values().sum();
            (
                sources.read + sources.unchanged + skipped,
                report.articles.added + report.articles.replaced + report.articles.unchanged,
            )
        };
        assert_eq!(all(&report), all(&of_fresh), "{at}: {report:?}");
        let again = place.ingest(&IngestOptions::default());
        assert!(!again.changed && again.sources.read == 0, "{at}: {again:?}");
        assert_eq!(all(&again), all(&of_fresh), "{at}: {again:?}");
        let corpus = Corpus::named("news", place.root()).expect("the name is sound");
        let checked = check(&place.index(), vec![corpus], &Default::default()).expect("it can be checked");
        assert!(checked.differences.is_empty(), "{at}: {:?}", checked.differences);
        let verified = place.index().verify(&VerifyOptions::default()).expect("it can be read");
        assert!(verified.sound, "{at}: {:?}", verified.damages);
    }
}

#[test]
fn a_rebuild_of_archives_that_is_cut_off_is_gone_on_with() {
    let (mut n_cut, mut n_kept, mut n_resumed) = (0, 0, 0);
    for cut_after in 1..24 {
        let place = Place::new();
        for (n, name) in ["a.tar", "c.tar", "e.tar"].iter().enumerate() {
            place.write(name, &tar(&files(&["ann.txt", "bob.txt", &format!("{n}.txt")])));
            place.write(&format!("{name}.b.zip"), &zip(&files(&["x/carl.txt"])));
        }
        place.ingest(&IngestOptions::default());
        // Each loses a file before all is read anew.
        for name in ["a.tar", "c.tar", "e.tar"] {
            place.write(name, &tar(&files(&["bob.txt", "dora.txt"])));
        }
        let asked = AtomicUsize::new(0);
        let cancel = || asked.fetch_add(1, Ordering::Relaxed) >= 2 * cut_after;
        let mut options = IngestOptions::default();
        (options.full, options.keep_every, options.threads) = (true, 1, 1);
        options.cancel = Some(&cancel);
        let cut = place.ingest(&options);
        options.cancel = None;
        n_cut += u64::from(cut.cancelled);
        n_kept += cut.kept;
        if cut_after % 2 == 1 {
            // One more goes before it is gone on with.
            place.write("a.tar", &tar(&files(&["bob.txt"])));
        }
        let report = place.ingest(&options);
        n_resumed += report.resumed;
        let fresh = Index::in_memory().expect("memory suffices");
        run(&fresh, &place.root(), &IngestOptions::default());
        let (ours, theirs) = (place.index().digests(), fresh.digests());
        assert_eq!(ours.expect("it is sound"), theirs.expect("it is sound"), "cut after {cut_after}: {report:?}");
        let verified = place.index().verify(&VerifyOptions::default()).expect("it can be read");
        assert!(verified.sound, "cut after {cut_after}: {:?}", verified.damages);
        assert!(!place.ingest(&IngestOptions::default()).changed, "cut after {cut_after}");
    }
    assert!(n_cut > 5 && n_kept > 5 && n_resumed > 5, "{n_cut} cut off, {n_kept} kept, {n_resumed} gone on with");
}

#[test]
fn globs_mean_files_of_archives_by_their_whole_paths() {
    let place = Place::new();
    let files: Files = ["b/keep.txt", "b/drop.txt", "c.txt"]
        .map(|name| (name.to_owned(), story(&name.replace(['/', '.'], ""))))
        .into();
    let inner = zip(&files);
    place.write("a.zip", &inner);
    place.write("x.txt", story("outside").as_bytes());
    let options = |include: &[&str], exclude: &[&str]| {
        let texts = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let mut options = IngestOptions::default();
        (options.include, options.exclude) = (texts(include), texts(exclude));
        options
    };
    let all = ["a.zip!/b/drop.txt", "a.zip!/b/keep.txt", "a.zip!/c.txt", "x.txt"];
    for (include, exclude, expected) in [
        (&[][..], &[][..], &all[..]),
        (&[], &["drop.txt"], &[all[1], all[2], all[3]]),
        (&[], &["a.zip!/b/drop.txt", "x.txt"], &[all[1], all[2]]),
        (&[], &["b/"], &[all[2], all[3]]),
        (&["a.zip!/b/*.txt"], &[], &all[..2]),
        (&["a.zip"], &["keep.txt"], &[all[0], all[2]]),
        (&["*.txt"], &[], &all[3..]),
        (&["*.txt", "*.zip!/c*"], &[], &all[..]),
        (&["/x.txt", "*.zip!/c*"], &[], &all[2..]),
        (&["*.zip"], &[], &all[..3]),
    ] {
        let options = options(include, exclude);
        let report = place.ingest(&options);
        assert_eq!(place.found("ferry"), expected, "{include:?} {exclude:?}");
        let fresh = Index::in_memory().expect("memory suffices");
        run(&fresh, &place.root(), &options);
        let digests = |index: &Index| index.digests().expect("it is sound");
        assert_eq!(digests(&place.index()), digests(&fresh), "{include:?} {exclude:?}");
        // What is left out is counted once, now and when the archive is as it was.
        let again = place.ingest(&options);
        assert!(!again.changed);
        for code in [Code::Excluded, Code::NotIncluded] {
            let counted = |report: &IngestReport| report.sources.skipped.get(&code).copied().unwrap_or_default();
            assert_eq!(counted(&again), counted(&report), "{include:?} {exclude:?} {code:?}");
        }
    }
    place.ingest(&IngestOptions::default());
    let mut options = newshound::CheckOptions::default();
    options.exclude = vec!["drop.txt".to_owned()];
    let corpus = Corpus::named("news", place.root()).expect("the name is sound");
    let report = check(&place.index(), vec![corpus], &options).expect("it is checked");
    let told: Vec<_> =
        report.differences.iter().map(|one| (one.change.as_str(), one.cause.as_str(), one.id.as_str())).collect();
    assert_eq!(told, [("removed", "settings", all[0])]);
}

/// Everything that may stand in an archive.
fn mixed() -> Files {
    let names: Vec<String> = (0..60).map(|n| format!("wire/{n}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut all = files(&names);
    for n in 0..20 {
        let lines = format!("{{\"id\":\"l{n}\",\"headline\":\"Line {n}\",\"body\":\"The tram {n} ran.\"}}\n{{broken\n");
        all.insert(format!("wire/{n}.jsonl"), lines.repeat(3));
    }
    all.insert("wire/empty.txt".to_owned(), String::new());
    all.insert("wire/page.html".to_owned(), "<html><body><nav>Home</nav></body></html>".to_owned());
    all.insert("wire/table.xml".to_owned(), "<table><row/></table>".to_owned());
    all.insert(".hidden.txt".to_owned(), story("hidden"));
    // More than is held at once, and no text.
    all.insert("large.dat".to_owned(), "\0".repeat(3 << 20));
    all
}

/// What stands in a report, but for the times of the clock.
fn told(index: &Index, report: &IngestReport) -> String {
    let digests = index.digests().expect("the index is sound");
    let IngestReport { sources, articles, notices, warnings, bytes_read, .. } = report;
    format!("{digests:?} {sources:?} {articles:?} {warnings} {bytes_read} {notices:#?}")
}

/// Holds that a corpus of one file gives the same on any number of threads, and each report as `is_right` says.
fn is_same_on_any_number_of_threads(name: &str, bytes: &[u8], is_right: impl Fn(&IngestReport) -> bool) {
    let place = Place::new();
    place.write(name, bytes);
    // So that the file is worth as many threads as there are: each is to have so much to read.
    place.write("rest.dat", &vec![0; 4 << 20]);
    let mut first = None;
    for (threads, memory) in [(1, 512 << 20), (2, 512 << 20), (4, 512 << 20), (3, 24 << 20)] {
        let index = Index::in_memory().expect("memory suffices");
        let mut options = IngestOptions::default();
        (options.threads, options.memory) = (threads, memory);
        let report = run(&index, &place.root(), &options);
        assert!(is_right(&report), "{name}: {report:?}");
        let told = told(&index, &report);
        assert!(first.get_or_insert_with(|| told.clone()) == &told, "{name} on {threads} threads");
    }
}

#[test]
fn one_archive_gives_the_same_on_any_number_of_threads() {
    let (tar, zip) = (tar(&mixed()), zip(&mixed()));
    let cut = &tar[..tar.len() - 11_000];
    let mut damaged = zip.clone();
    damaged[zip.len() / 2] ^= 0x10;
    for (name, bytes) in
        [("a.tar.gz", &gzip(&tar)), ("b.zip", &zip), ("cut.tar.gz", &gzip(cut)), ("damaged.zip", &damaged)]
    {
        is_same_on_any_number_of_threads(name, bytes, |report| {
            let is_broken = |notice: &newshound::Notice| notice.message.starts_with("it breaks off in its archive");
            report.notices.iter().any(is_broken) == (name == "damaged.zip") && report.sources.read > 60
        });
    }
}

/// A crawl with pages, feeds, what is no page, and pages that are large or packed.
fn crawl() -> Vec<u8> {
    let mut crawl = Vec::new();
    for n in 0..60 {
        let more = "It sailed on. ".repeat(n);
        let body = match n % 6 {
            0 => format!(
                "<rss><channel><item><title>Bridge {n}</title></item><item><title>Bakers {n}</title></item></channel></rss>"
            ),
            1 => "<html></html>".to_owned(),
            // More than is held of a part.
            _ if n == 44 => format!("{}{}", story("44"), "-".repeat(2_200_000)),
            _ => format!(
                "<html><body><article><h1>Ferry {n} returns</h1><p>{}</p><p>{more}</p></article></body></html>",
                story(&n.to_string())
            ),
        };
        let kind = if n % 6 == 0 { "application/rss+xml" } else { ["text/html", "text/plain"][usize::from(n == 44)] };
        let (body, coding) = match n % 10 {
            3 => (gzip(body.as_bytes()), "Content-Encoding: gzip\r\n"),
            _ => (body.into_bytes(), ""),
        };
        let status = if n % 17 == 5 { "404 Not Found" } else { "200 OK" };
        let block = [format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{coding}\r\n").as_bytes(), &body].concat();
        let address = format!("https://courier.example/{n}");
        let head = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        crawl.extend([head.as_bytes(), &block, b"\r\n\r\n"].concat());
    }
    crawl
}

#[test]
fn one_crawl_gives_the_same_on_any_number_of_threads() {
    let whole = crawl();
    let in_tar = {
        let mut header = tar::Header::new_gnu();
        header.set_size(whole.len() as u64);
        let mut archive = tar::Builder::new(Vec::new());
        archive.append_data(&mut header, "c.warc", &whole[..]).expect("memory suffices");
        archive.into_inner().expect("memory suffices")
    };
    for (name, bytes) in
        [("a.warc.gz", &gzip(&whole)[..]), ("cut.warc", &whole[..whole.len() - 5_000]), ("a.tar", &in_tar)]
    {
        is_same_on_any_number_of_threads(name, bytes, |report| {
            report.articles.added > 45 && report.articles.rejected > 5
        });
    }
}

#[test]
fn one_large_source_gives_the_same_on_any_number_of_threads() {
    // Words without an end are quickly read.
    let long = |n: usize| format!("The tram {n} ran. {}", "x".repeat(40_000));
    let lines = |record: &dyn Fn(usize) -> String| (0..110).map(record).collect::<String>();
    let jsonl = lines(&|n| match n % 50 {
        7 => "{broken\n".to_owned(),
        _ => format!("{{\"id\":\"l{n}\",\"headline\":\"Line {n}\",\"body\":\"{}\"}}\n", long(n)),
    });
    let csv = format!("title,text\n{}", lines(&|n| format!("Row {n},\"{}\n\nquoted \"\"it\"\"\"\n", long(n))));
    let sgml = lines(&|n| {
        format!("<DOC>\n<DOCNO>A-{n}</DOCNO>\n<HEAD>Tram {n}</HEAD>\n<TEXT>\n{}\n</TEXT>\n</DOC>\n", long(n))
    });
    let mbox = lines(&|n| {
        format!(
            "From a@b.example Mon Jan  5 09:30:00 1998\nFrom: Ida Sorn <i@b.example>\nSubject: Tram {n}\n\n{}\n\n",
            long(n)
        )
    });
    let list =
        lines(&|n| format!(",{{\"headline\":\"Item {n}\",\"body\":\"{}\"}}\n", long(n))).replacen(',', "[", 1) + "]";
    let items = lines(&|n| format!("<item><title>Item {n}</title><description>{}</description></item>\n", long(n)));
    let feed = format!("<rss version='2.0'><channel><title>Ostrel Post</title>\n{items}</channel></rss>");
    for (name, bytes) in [
        ("a.jsonl.gz", &gzip(jsonl.as_bytes())[..]),
        ("e.xml", feed.as_bytes()),
        ("a.json", list.as_bytes()),
        ("b.csv", csv.as_bytes()),
        ("c.sgm", sgml.as_bytes()),
        ("d.mbox", mbox.as_bytes()),
    ] {
        is_same_on_any_number_of_threads(name, bytes, |report| report.articles.added > 100);
    }
}
