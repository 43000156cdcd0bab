//! Issues of newspapers in METS/ALTO: what METS says of an issue stands in its pages, and follows it.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use newshound::{
    Article, Cause, CheckOptions, Code, Corpus, Index, IngestOptions, IngestReport, SearchRequest, check, ingest,
};
use tempfile::TempDir;

use crate::support::random::Random;

/// What the METS of an issue says, and what it names its pages by.
struct Issue<'a> {
    newspaper: &'a str,
    date: &'a str,
    number: &'a str,
    pages: &'a [&'a str],
}

impl Issue<'_> {
    fn mets(&self) -> String {
        let Issue { newspaper, date, number, pages } = self;
        let files: String = (1..)
            .zip(*pages)
            .map(|(n, href)| format!("<file ID='F{n}'><FLocat LOCTYPE='URL' xlink:href='{href}'/></file>\n"))
            .collect();
        let divs: String = (1..=pages.len())
            .map(|n| format!("<div TYPE='Page' ORDER='{n}' ORDERLABEL='{n}a'><fptr FILEID='F{n}'/></div>\n"))
            .collect();
        format!(
            "<?xml version='1.0'?>\n<mets xmlns='http://www.loc.gov/METS/' xmlns:xlink='http://www.w3.org/1999/xlink'>\n\
             <dmdSec ID='D1'><mdWrap MDTYPE='MODS'><xmlData><mods:mods><mods:titleInfo><mods:title>{newspaper}</mods:title>\
             </mods:titleInfo><mods:originInfo><mods:dateIssued>{date}</mods:dateIssued></mods:originInfo>\
             <mods:language><mods:languageTerm type='code'>eng</mods:languageTerm></mods:language>\
             <mods:part><mods:detail type='issue'><mods:number>{number}</mods:number></mods:detail></mods:part>\
             </mods:mods></xmlData></mdWrap></dmdSec>\n<fileSec><fileGrp>{files}</fileGrp></fileSec>\n\
             <structMap TYPE='PHYSICAL'><div TYPE='Issue' DMDID='D1'>{divs}</div></structMap>\n</mets>\n"
        )
    }
}

fn page(words: &str) -> String {
    let words: Vec<String> = words.split(' ').map(|word| format!("<String CONTENT='{word}'/>")).collect();
    format!(
        "<?xml version='1.0'?><alto><Layout><Page ID='P'><PrintSpace><TextBlock><TextLine>{}</TextLine></TextBlock>\
         </PrintSpace></Page></Layout></alto>",
        words.join("<SP/>")
    )
}

/// Writes a file as if it had been there for long: only that is known by size and time alone.
fn write(root: &Path, path: &str, text: &str) {
    write_at(root, path, text, 0);
}

fn write_at(root: &Path, path: &str, text: &str, seconds: u64) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::write(&path, text).expect("a file can be written");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + seconds);
    File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("times can be set");
}

const COURIER: Issue<'_> = Issue {
    newspaper: "The Halvern Courier",
    date: "1921-03-04",
    number: "52",
    pages: &["file://./alto/00001.xml", "./alto/00002.xml"],
};
const HERALD: Issue<'_> = Issue {
    newspaper: "Ostrel Herald",
    date: "1934-11-30",
    number: "7",
    pages: &["../scans/p%201.xml", "../../x.xml"],
};

/// A folder with two issues of made-up newspapers, of three pages together.
fn corpus() -> TempDir {
    let root = TempDir::new().expect("a folder can be made");
    write(root.path(), "courier/mets.xml", &COURIER.mets());
    write(root.path(), "courier/alto/00001.xml", &page("The ferry sailed again."));
    write(root.path(), "courier/alto/00002.xml", &page("The bridge was painted."));
    write(root.path(), "herald/7.xml", &HERALD.mets());
    write(root.path(), "scans/p 1.xml", &page("The tram ran late."));
    root
}

fn run(index: &Index, root: &Path) -> IngestReport {
    let corpus = Corpus::named("news", root).expect("a sound name");
    ingest(index, vec![corpus], &IngestOptions::default()).expect("the corpus can be read")
}

fn index_of(root: &Path) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    run(&index, root);
    index
}

fn article(index: &Index, word: &str) -> Article {
    let searcher = index.searcher().expect("the index is sound");
    let answer = searcher.search(&SearchRequest::new(word)).expect("a sound query");
    assert_eq!(answer.hits.len(), 1, "{word}");
    searcher.find(answer.hits[0].id.as_str(), 1).expect("the index is sound").remove(0)
}

/// Returns newspaper, date, number and page of the article with a word.
fn told(index: &Index, word: &str) -> [Option<String>; 4] {
    let Article { publisher, published, issue, page, .. } = article(index, word);
    [publisher, published.map(|date| date.to_string()), issue, page]
}

fn texts<const N: usize>(texts: [&str; N]) -> [Option<String>; N] {
    texts.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn assert_as_fresh(index: &Index, root: &Path, why: &str) {
    assert_eq!(index.digests().ok(), index_of(root).digests().ok(), "{why}");
}

#[test]
fn pages_have_what_mets_says_of_their_issue() {
    let root = corpus();
    let index = Index::in_memory().expect("memory suffices");
    let report = run(&index, root.path());
    assert_eq!((report.sources.read, report.articles.added), (3, 3));
    assert_eq!(report.sources.skipped.get(&Code::NoArticle), Some(&2), "METS itself is no article");
    assert_eq!(told(&index, "ferry"), texts(["The Halvern Courier", "1921-03-04", "52", "1a"]));
    assert_eq!(told(&index, "bridge"), texts(["The Halvern Courier", "1921-03-04", "52", "2a"]));
    assert_eq!(told(&index, "tram"), texts(["Ostrel Herald", "1934-11-30", "7", "1a"]));
    let language = article(&index, "tram").language.expect("METS says it");
    assert_eq!(language.code, "en");
}

#[test]
fn what_is_as_it_was_is_not_read_and_a_page_that_comes_has_what_was_said() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    run(&index, root.path());
    // Another date in as many bytes, and the same time: whoever opened it would see it.
    let changed = Issue { date: "1922-03-04", ..COURIER }.mets();
    write(root.path(), "courier/mets.xml", &changed);
    let second = run(&index, root.path());
    assert_eq!((second.sources.read, second.sources.unchanged, second.bytes_read, second.changed), (0, 3, 0, false));
    // Nor is it read for a page that is read again.
    write(root.path(), "courier/alto/00002.xml", &page("The bridge was painted green."));
    assert_eq!(run(&index, root.path()).sources.read, 1);
    assert_eq!(told(&index, "bridge"), texts(["The Halvern Courier", "1921-03-04", "52", "2a"]));
    // A page that METS names and that was not there.
    let three = Issue { pages: &["alto/00001.xml", "alto/00002.xml", "alto/00003.xml"], ..COURIER };
    write(root.path(), "courier/mets.xml", &three.mets());
    assert_eq!(run(&index, root.path()).sources.read, 0, "of the others it says the same");
    write(root.path(), "courier/alto/00003.xml", &page("The harbour froze."));
    assert_eq!(run(&index, root.path()).sources.read, 1);
    assert_eq!(told(&index, "harbour"), texts(["The Halvern Courier", "1921-03-04", "52", "3a"]));
    assert_as_fresh(&index, root.path(), "after all");
}

#[test]
fn another_date_has_its_pages_read_again_and_no_others() {
    let root = corpus();
    let index = index_of(root.path());
    write(root.path(), "courier/mets.xml", &Issue { date: "5 March 1921", ..COURIER }.mets());
    let report = run(&index, root.path());
    assert_eq!((report.sources.read, report.sources.unchanged, report.articles.replaced), (2, 1, 2));
    assert_eq!(told(&index, "bridge")[1].as_deref(), Some("1921-03-05"));
    assert_as_fresh(&index, root.path(), "another date");
    // Of one page another number.
    let number = COURIER.mets().replace("1921-03-04", "5 March 1921").replace("'2a'", "'two'");
    write(root.path(), "courier/mets.xml", &number);
    let report = run(&index, root.path());
    assert_eq!((report.sources.read, report.articles.replaced), (1, 1));
    assert_eq!(told(&index, "bridge")[3].as_deref(), Some("two"));
    assert!(!run(&index, root.path()).changed);
}

#[test]
fn without_mets_and_where_it_is_broken_pages_are_as_they_are() {
    let root = corpus();
    let index = index_of(root.path());
    fs::remove_file(root.path().join("courier/mets.xml")).expect("it is there");
    let report = run(&index, root.path());
    assert_eq!((report.sources.read, report.sources.deleted), (2, 1));
    assert_eq!(told(&index, "ferry"), [const { None }; 4]);
    assert_as_fresh(&index, root.path(), "gone");
    let broken = HERALD.mets();
    write(root.path(), "herald/7.xml", &broken[..broken.len() / 2]);
    let report = run(&index, root.path());
    assert_eq!((report.sources.read, report.articles.rejected), (2, 1), "the page, and METS, which is rejected");
    let notice = report.notices.iter().find(|notice| notice.path == "herald/7.xml").expect("it is told");
    let why = "not METS that can be read: ";
    assert!(
        notice.message.starts_with(why) && notice.message.ends_with("; its pages are read without it"),
        "{notice:?}"
    );
    assert!(notice.line.is_some() && notice.code == Code::BadRecord);
    assert_eq!(told(&index, "tram"), [const { None }; 4]);
    assert_as_fresh(&index, root.path(), "broken");
    write(root.path(), "herald/7.xml", &HERALD.mets());
    run(&index, root.path());
    assert_eq!(told(&index, "tram")[0].as_deref(), Some("Ostrel Herald"));
}

#[test]
fn a_check_tells_that_what_is_said_of_a_page_changed() {
    let root = corpus();
    let index = index_of(root.path());
    // The second has more bytes, which is what is seen where times are trusted.
    for (trust_mtime, number) in [(false, "8"), (true, "81")] {
        write(root.path(), "herald/7.xml", &Issue { number, ..HERALD }.mets());
        let mut options = CheckOptions::default();
        options.trust_mtime = trust_mtime;
        let corpus = Corpus::named("news", root.path()).expect("a sound name");
        let report = check(&index, vec![corpus], &options).expect("the index is sound");
        let [difference] = &report.differences[..] else { panic!("{:?}", report.differences) };
        assert_eq!((difference.source.path.as_str(), difference.cause), ("scans/p 1.xml", Cause::Source));
    }
}

#[test]
fn a_check_with_other_globs_tells_that_they_are_the_cause() {
    let root = corpus();
    for (canonical, exclude, changed) in [
        (true, "scans/*", &["scans/p 1.xml"][..]),
        (false, "scans/*", &["scans/p 1.xml"]),
        (false, "**/mets.xml", &["courier/alto/00001.xml", "courier/alto/00002.xml"]),
    ] {
        let index = Index::in_memory().expect("memory suffices");
        let corpus = || vec![Corpus::named("news", root.path()).expect("a sound name")];
        let mut options = IngestOptions::default();
        options.canonical = canonical;
        ingest(&index, corpus(), &options).expect("the corpus can be read");
        let mut options = CheckOptions::default();
        options.exclude = vec![exclude.to_owned()];
        let report = check(&index, corpus(), &options).expect("the index is sound");
        let told: Vec<_> = report.differences.iter().map(|one| (one.source.path.as_str(), one.cause)).collect();
        let expected: Vec<_> = changed.iter().map(|path| (*path, Cause::Settings)).collect();
        assert_eq!(told, expected, "{exclude}, canonical: {canonical}");
    }
}

/// Changes METS and pages at random, several of which name the same pages, and holds each state against a fresh index.
#[test]
fn any_change_gives_what_a_fresh_index_has() {
    let (root, place) = (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
    // On the disk what is as it was is known by its time.
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let mut random = Random::new(14);
    for step in 0..40 {
        let write = |path: &str, text: &str| write_at(root.path(), path, text, step);
        let place = ["a/", "a/b/", ""][random.below(3)];
        if random.below(3) == 0 {
            let path = format!("{place}{}.xml", random.below(3));
            if random.below(3) == 0 {
                let _ = fs::remove_file(root.path().join(&path));
            } else {
                write(&path, &page(&format!("Ferry {} sailed.", "again ".repeat(random.below(3)).trim_end())));
            }
        } else {
            let path = format!("{place}{}", ["mets.xml", "other.XML"][random.below(2)]);
            let pages = ["0.xml", "1.xml", "2.xml", "../0.xml", "b/1.xml", "../../2.xml"];
            let from = random.below(5);
            let number = "7".repeat(1 + random.below(4));
            let issue = Issue { number: &number, pages: &pages[from..], ..COURIER };
            match random.below(5) {
                0 => drop(fs::remove_file(root.path().join(&path))),
                1 => write(&path, &issue.mets()[..700]),
                _ => write(&path, &issue.mets()),
            }
        }
        // A root without a file is taken for one that is not there.
        write("note.txt", "Note\n\nThe office is open.\n");
        run(&index, root.path());
        assert_as_fresh(&index, root.path(), &format!("step {step}"));
    }
}

#[test]
fn a_first_run_that_is_cut_off_goes_on_with_what_was_said() {
    let root = corpus();
    for number in 0..40 {
        write(root.path(), &format!("scans/q{number}.xml"), &page(&format!("Story {number} ends.")));
    }
    let pages: Vec<String> = (0..40).map(|number| format!("scans/q{number}.xml")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    write(root.path(), "a.xml", &Issue { pages: &pages, ..COURIER }.mets());
    let place = TempDir::new().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let is_enough = AtomicBool::new(false);
    let progress = |progress: newshound::Progress| {
        if progress.sources_done > 20 {
            is_enough.store(true, Ordering::Relaxed);
        }
    };
    let cancel = || is_enough.load(Ordering::Relaxed);
    let mut options = IngestOptions::default();
    (options.keep_every, options.threads) = (24 << 10, 1);
    options.progress = Some(&progress);
    options.cancel = Some(&cancel);
    let named = || Corpus::named("news", root.path()).expect("a sound name");
    let first = ingest(&index, vec![named()], &options).expect("the corpus can be read");
    assert!(first.cancelled && first.kept > 0, "{first:?}");
    // METS is among what was done; of one issue it says something else since.
    write(root.path(), "courier/mets.xml", &Issue { number: "512", ..COURIER }.mets());
    (options.progress, options.cancel) = (None, None);
    let second = ingest(&index, vec![named()], &options).expect("the corpus can be read");
    assert!(second.resumed > 0, "{second:?}");
    assert_eq!(told(&index, "39")[1].as_deref(), Some("1921-03-04"));
    assert_eq!(told(&index, "ferry")[2].as_deref(), Some("512"));
    assert_as_fresh(&index, root.path(), "resumed");
}

#[test]
fn of_a_run_that_is_cut_off_twice_no_page_keeps_what_was_said_before() {
    let root = TempDir::new().expect("a folder can be made");
    let pages: Vec<String> = (0..40).map(|number| format!("scans/q{number}.xml")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    for path in &pages {
        write(root.path(), path, &page(&format!("Story of {} ends.", path.replace(['/', '.'], " "))));
    }
    let place = TempDir::new().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    // Each run but the last reads so many sources. The second is told something else of all pages, of which most are done.
    for (number, most) in [("52", 30), ("512", 10), ("512", 1000)] {
        write(root.path(), "a.xml", &Issue { number, pages: &pages, ..COURIER }.mets());
        let is_enough = AtomicBool::new(false);
        let progress = |progress: newshound::Progress| {
            is_enough.fetch_or(progress.sources_done > most, Ordering::Relaxed);
        };
        let cancel = || is_enough.load(Ordering::Relaxed);
        let mut options = IngestOptions::default();
        (options.keep_every, options.threads) = (24 << 10, 1);
        options.progress = Some(&progress);
        options.cancel = Some(&cancel);
        let corpus = Corpus::named("news", root.path()).expect("a sound name");
        let report = ingest(&index, vec![corpus], &options).expect("the corpus can be read");
        assert_eq!((report.cancelled, report.kept > 0), (most < 1000, most < 1000), "{report:?}");
    }
    assert_eq!(told(&index, "q9")[2].as_deref(), Some("512"));
    assert_as_fresh(&index, root.path(), "resumed");
}

/// The files of the corpus as they stand in an archive, with METS before its pages or behind them.
fn files_in(root: &Path, is_before: bool) -> Vec<(&'static str, Vec<u8>)> {
    let mets = ["courier/mets.xml", "herald/7.xml"];
    let pages = ["courier/alto/00001.xml", "courier/alto/00002.xml", "scans/p 1.xml"];
    let mut names: Vec<_> =
        if is_before { mets.into_iter().chain(pages).collect() } else { pages.into_iter().chain(mets).collect() };
    names.insert(2, "notes.txt");
    write(root, "notes.txt", "Ferry returns\n\nThe notes are of no page, and it sailed again on Monday.\n");
    names.into_iter().map(|name| (name, fs::read(root.join(name)).expect("it is there"))).collect()
}

fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, &bytes[..]).expect("memory suffices");
    }
    archive.into_inner().expect("memory suffices")
}

fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory suffices");
        archive.write_all(bytes).expect("memory suffices");
    }
    archive.finish().expect("memory suffices").into_inner()
}

#[test]
fn pages_in_an_archive_have_what_mets_in_it_says_of_their_issue() {
    let folder = corpus();
    let (before, behind) = (files_in(folder.path(), true), files_in(folder.path(), false));
    let in_archive = |name: &str, bytes: &[u8]| {
        let place = TempDir::new().expect("a folder can be made");
        fs::write(place.path().join(name), bytes).expect("a file can be written");
        place
    };
    let words = ["sailed AND ferry NOT notes", "bridge", "tram"];
    let expected = |index: &Index| words.map(|word| told(index, word));
    let fresh = expected(&index_of(folder.path()));
    assert_eq!(fresh[2], texts(["Ostrel Herald", "1934-11-30", "7", "1a"]));
    for (name, bytes) in [
        ("a.tar", tar(&before)),
        ("a.zip", zip(&before)),
        ("b.zip", zip(&behind)),
        ("c.tar", tar(&[("in/x.zip", zip(&behind))])),
        ("d.zip", zip(&[("in/x.tar", tar(&before))])),
    ] {
        let place = in_archive(name, &bytes);
        let (mut options, mut first) = (IngestOptions::default(), None);
        for threads in [1, 4] {
            options.threads = threads;
            // So that the archive is worth as many threads.
            fs::write(place.path().join("rest.dat"), vec![0; 4 << 20]).expect("a file can be written");
            let index = Index::in_memory().expect("memory suffices");
            let corpus = Corpus::named("news", place.path()).expect("a sound name");
            ingest(&index, vec![corpus], &options).expect("the corpus can be read");
            assert_eq!(expected(&index), fresh, "{name} on {threads} threads");
            let digests = index.digests().expect("the index is sound");
            assert_eq!(*first.get_or_insert(digests), digests, "{name} on {threads} threads");
        }
    }
    // In the order of a tar archive nothing is known of a page before METS is there, which is told.
    let place = in_archive("a.tar", &tar(&behind));
    let index = Index::in_memory().expect("memory suffices");
    let report = run(&index, place.path());
    assert_eq!(told(&index, "bridge"), texts(["", "", "", ""]));
    let late: Vec<_> = report
        .notices
        .iter()
        .filter(|notice| notice.code == Code::DoubtfulField)
        .map(|notice| (&*notice.path, &*notice.message))
        .collect();
    let why = |n: usize| format!("it stands behind {n} of its pages in the archive, which are read without it");
    let (two, one) = (why(2), why(1));
    assert_eq!(late, [("a.tar!/courier/mets.xml", &*two), ("a.tar!/herald/7.xml", &*one)]);
    // It follows METS, and what is left out of an archive says nothing.
    fs::write(place.path().join("a.tar"), tar(&before)).expect("a file can be written");
    run(&index, place.path());
    assert_eq!(expected(&index), fresh);
    assert_as_fresh(&index, place.path(), "METS before its pages");
    let place = in_archive("a.zip", &zip(&before));
    let mut options = IngestOptions::default();
    options.exclude = vec!["mets.xml".to_owned()];
    let index = Index::in_memory().expect("memory suffices");
    ingest(&index, vec![Corpus::named("news", place.path()).expect("a sound name")], &options).expect("it can be read");
    assert_eq!((told(&index, "bridge"), told(&index, "tram")), (texts(["", "", "", ""]), fresh[2].clone()));
}
