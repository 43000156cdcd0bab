//! A rebuild that is cut off goes on from where it was, and readers see nothing of it before its commit.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use newshound::{
    Code, Corpus, Index, IngestOptions, IngestReport, Progress, SearchRequest, SearchResponse, VerifyOptions, ingest,
};
use tempfile::TempDir;

use crate::support::random::Random;

const FILES: u64 = 60;

fn story(number: u64, edition: u64) -> String {
    let mut random = Random::of_item(edition, number);
    let words: Vec<String> = (0..40).map(|_| format!("w{}", random.zipf(300))).collect();
    format!("Ferry {number} sails\nPublished: 2022-05-{:02}\n\nThe harbour {}.\n", number % 28 + 1, words.join(" "))
}

fn write(root: &Path, number: u64, edition: u64) {
    let path = root.join(format!("{:02}/{number:03}.txt", number / 20));
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::write(path, story(number, edition)).expect("a file can be written");
}

fn corpus() -> TempDir {
    let root = TempDir::new().expect("a folder can be made");
    (0..FILES).for_each(|number| write(root.path(), number, 1));
    root
}

/// Runs in parts of eight files or so.
fn run<'a>(index: &Index, root: &Path, set: impl FnOnce(&mut IngestOptions<'a>)) -> IngestReport {
    let mut options = IngestOptions::default();
    (options.keep_every, options.threads) = (32 << 10, 2);
    set(&mut options);
    ingest(index, vec![Corpus::named("news", root).expect("a sound name")], &options).expect("the corpus can be read")
}

/// Runs until so many sources are read, and cancels.
fn run_until(sources: u64, index: &Index, root: &Path, full: bool) -> IngestReport {
    run_until_done((sources, |progress| progress.sources_done), 32 << 10, index, root, full)
}

/// Runs, in parts of so many bytes, until as much is done as is given, and cancels.
fn run_until_done(
    (enough, done_of): (u64, impl Fn(Progress) -> u64 + Sync),
    keep_every: u64,
    index: &Index,
    root: &Path,
    full: bool,
) -> IngestReport {
    let done = AtomicU64::new(0);
    let progress = |progress: Progress| {
        done.fetch_max(done_of(progress), Ordering::Relaxed);
    };
    let cancel = || done.load(Ordering::Relaxed) >= enough;
    let mut options = IngestOptions::default();
    (options.keep_every, options.threads, options.full) = (keep_every, 2, full);
    options.progress = Some(&progress);
    options.cancel = Some(&cancel);
    let corpus = Corpus::named("news", root).expect("a sound name");
    let report = ingest(index, vec![corpus], &options).expect("the corpus can be read");
    assert!(report.cancelled, "{report:?}");
    report
}

fn answers(index: &Index) -> Vec<SearchResponse> {
    let searcher = index.searcher().expect("the index is sound");
    let queries = ["ferry", "harbour w1", "w0 OR w3 OR w77", "\"the harbour\"", "headline:ferry w5"];
    let ask = |query| searcher.search(&SearchRequest { limit: 100, ..SearchRequest::new(query) });
    queries.into_iter().map(|query| ask(query).expect("the query is sound")).collect()
}

fn assert_as_fresh(index: &Index, root: &Path) {
    let fresh = Index::in_memory().expect("memory suffices");
    run(&fresh, root, |_| {});
    assert_eq!(answers(index), answers(&fresh));
    assert_eq!(index.digests().ok(), fresh.digests().ok());
}

fn names(index: &Path) -> Vec<String> {
    let entries = fs::read_dir(index).expect("the index").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.into_string().expect("a name")).collect()
}

#[test]
fn a_first_indexing_that_was_cut_off_at_nine_tenths_reads_the_rest() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let dir = place.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let first = run_until(FILES * 9 / 10, &index, root.path(), false);
    println!("a first indexing of {FILES} sources, cut off at nine tenths: {} kept", first.kept);
    assert!(first.kept >= FILES / 2, "{} kept", first.kept);
    assert_eq!(index.status().expect("the index is sound").articles, 0, "readers see no half of an archive");
    // A new process, and other files: of those that were read one is changed, one is gone; one is new.
    drop(index);
    write(root.path(), 3, 2);
    fs::remove_file(root.path().join("00/005.txt")).expect("the file is there");
    write(root.path(), 100, 1);
    let index = Index::open(&dir).expect("the index is there");
    let second = run(&index, root.path(), |_| {});
    assert_eq!(second.resumed, first.kept - 1, "all but the one that is gone");
    assert_eq!(second.sources.read, FILES - first.kept + 2, "{second:?}");
    assert!(second.changed && second.kept == 0);
    assert_as_fresh(&index, root.path());
    assert!(!names(&dir).contains(&"checkpoint.bin".to_owned()));
    assert!(!run(&index, root.path(), |_| {}).changed);
}

#[test]
fn a_rebuild_that_was_cut_off_shows_the_old_until_it_is_done() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    run(&index, root.path(), |_| {});
    let before = answers(&index);
    (0..FILES).step_by(7).for_each(|number| write(root.path(), number, 2));
    let first = run_until(30, &index, root.path(), true);
    let second = run_until(50, &index, root.path(), true);
    assert!(first.kept > 0 && second.resumed == first.kept && second.kept > first.kept, "{first:?} {second:?}");
    assert_eq!(answers(&index), before);
    // Of what was read, one is changed since and one is gone.
    write(root.path(), 1, 3);
    fs::remove_file(root.path().join("00/002.txt")).expect("the file is there");
    let third = run(&index, root.path(), |options| options.full = true);
    assert_eq!((third.resumed, third.sources.read), (second.kept - 1, FILES - second.kept + 1));
    assert_eq!((third.articles.deleted, third.sources.deleted), (1, 1));
    assert_as_fresh(&index, root.path());
}

#[test]
fn what_was_asked_otherwise_begins_anew() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let changes: [fn(&mut IngestOptions<'_>); 3] = [
        |options| options.default_language = Some("sv".into()),
        |options| options.exclude = vec!["01/*".into()],
        |options| options.full = true,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let index = Index::create(place.path().join(number.to_string())).expect("the folder is absent");
        assert!(run_until(40, &index, root.path(), false).kept > 0);
        let report = run(&index, root.path(), change);
        assert_eq!(report.resumed, 0);
        let fresh = Index::in_memory().expect("memory suffices");
        run(&fresh, root.path(), change);
        assert_eq!(answers(&index), answers(&fresh));
    }
}

#[test]
fn a_commit_in_between_ends_what_was_kept() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let dir = place.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    run(&index, root.path(), |_| {});
    assert!(run_until(40, &index, root.path(), true).kept > 0);
    assert!(names(&dir).contains(&"checkpoint.bin".to_owned()));
    write(root.path(), 7, 2);
    run(&index, root.path(), |_| {});
    assert!(!names(&dir).contains(&"checkpoint.bin".to_owned()));
    assert_eq!(run(&index, root.path(), |options| options.full = true).resumed, 0);
    assert_as_fresh(&index, root.path());
}

#[test]
fn a_file_of_it_that_is_damaged_or_gone_is_told_and_not_gone_on_from() {
    let (root, place) = (corpus(), TempDir::new().expect("a folder can be made"));
    let dir = place.path().join("index");
    let kept = run_until(40, &Index::create(&dir).expect("the folder is absent"), root.path(), false).kept;
    assert!(kept > 0);
    let checkpoint = fs::read(dir.join("checkpoint.bin")).expect("the file is there");
    let is_kept = |name: &str| {
        let id = name.split('.').next().unwrap_or_default();
        checkpoint.windows(id.len()).any(|window| window == id.as_bytes())
    };
    let endings = ["store", "term", "idx", "pos", "fast", "fieldnorm"];
    let mut harms: Vec<(String, &str)> =
        ["flipped", "gone", "empty"].map(|harm| ("checkpoint.bin".into(), harm)).into();
    for (number, ending) in endings.into_iter().enumerate() {
        let all = names(&dir);
        let name = all.iter().find(|name| name.ends_with(ending) && is_kept(name)).expect("there is one");
        harms.push((name.clone(), "flipped"));
        harms.push((name.clone(), ["gone", "empty", "cut"][number % 3]));
    }
    for (number, (name, harm)) in harms.into_iter().enumerate() {
        let copy = place.path().join(number.to_string());
        fs::create_dir(&copy).expect("a folder can be made");
        for name in names(&dir) {
            fs::copy(dir.join(&name), copy.join(&name)).expect("a file can be copied");
        }
        let path = copy.join(&name);
        let mut bytes = fs::read(&path).expect("the file is there");
        // Where the words and lists stand: a segment opens all the same.
        let middle = bytes.len() / 3;
        match harm {
            "flipped" => bytes[middle] ^= 1,
            "cut" => bytes.truncate(middle),
            _ => bytes.clear(),
        }
        fs::write(&path, bytes).expect("the file is there");
        if harm == "gone" {
            fs::remove_file(&path).expect("the file is there");
        }
        let index = Index::open(&copy).expect("the index is there");
        let report = run(&index, root.path(), |_| {});
        let is_told = !(name == "checkpoint.bin" && harm == "gone");
        assert_eq!(report.damaged.map(|damage| damage.file), is_told.then_some(name.clone()), "{name} {harm}");
        assert_eq!((report.resumed, report.sources.read), (0, FILES), "{name} {harm}");
        assert_as_fresh(&index, root.path());
        assert!(index.verify(&VerifyOptions::default()).expect("it can be read").sound, "{name} {harm}");
    }
    assert_eq!(run(&Index::open(&dir).expect("the index is there"), root.path(), |_| {}).resumed, kept);
}

fn quick() -> VerifyOptions {
    let mut options = VerifyOptions::default();
    options.quick = true;
    options
}

/// Lines of some articles each, more than are read at once; of another edition every seventh is another.
fn write_lines(path: &Path, numbers: std::ops::Range<u64>, edition: u64) {
    let mut lines = String::new();
    for number in numbers {
        let (edition, mut random) =
            if number % 7 == 3 { (edition, Random::of_item(edition, number)) } else { (1, Random::of_item(1, number)) };
        let words: Vec<String> = (0..120).map(|_| format!("w{}", random.zipf(300))).collect();
        // One in some is no article.
        lines += &if number % 97 == 5 {
            "{broken\n".to_owned()
        } else {
            let (headline, body) = (format!("Ferry {number}, {edition}"), format!("The harbour {}.", words.join(" ")));
            serde_json::json!({ "headline": headline, "body": body }).to_string() + "\n"
        };
    }
    fs::write(path, lines).expect("a file can be written");
}

/// So many lines are eight times what is read at once.
const LINES: u64 = 1_000;

/// Indexes in parts of some 64 KiB until nine tenths of the lines are written, and cancels.
fn run_lines_until_nine_tenths(index: &Index, root: &Path, full: bool) -> IngestReport {
    let tenths = |progress: Progress| progress.bytes_done * 10 / progress.bytes_total.max(1);
    run_until_done((9, tenths), 64 << 10, index, root, full)
}

#[test]
fn one_large_source_that_was_cut_off_is_gone_on_from_where_it_was() {
    let (root, place) = (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
    let large = root.path().join("large.jsonl");
    write_lines(&large, 0..LINES, 1);
    let size = fs::metadata(&large).expect("the file is there").len();
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let first = run_lines_until_nine_tenths(&index, root.path(), false);
    println!("one source of {size} bytes, cut off at nine tenths: {} kept", first.kept_bytes);
    assert!(first.kept == 0 && first.kept_bytes >= size * 8 / 10, "{} of {size}", first.kept_bytes);
    assert_eq!(index.status().expect("the index is sound").articles, 0, "readers see no half of an archive");
    // Another source comes meanwhile, before it in order.
    write(root.path(), 3, 1);
    let second = run(&index, root.path(), |_| {});
    assert_eq!((second.resumed_bytes, second.kept_bytes), (first.kept_bytes, 0));
    let rejected = (0..LINES).filter(|number| number % 97 == 5).count() as u64;
    assert_eq!(second.articles.rejected, rejected);
    assert_eq!(second.articles.added + second.articles.unchanged, LINES - rejected + 1);
    assert!(second.articles.unchanged >= LINES * 8 / 10 - 20, "{:?}", second.articles);
    assert_as_fresh(&index, root.path());
    let again = run(&index, root.path(), |_| {});
    assert!(!again.changed && again.articles.rejected == rejected && again.warnings == second.warnings);

    // A full one of other lines, fewer: those that are another and those that are gone count once.
    write_lines(&large, 0..LINES - 100, 2);
    let before = answers(&index);
    let first = run_lines_until_nine_tenths(&index, root.path(), true);
    assert!(first.kept_bytes > 0);
    assert_eq!(answers(&index), before);
    let second = run(&index, root.path(), |options| options.full = true);
    assert_eq!((second.resumed_bytes, second.articles.rejected), (first.kept_bytes, rejected - 1));
    assert_as_fresh(&index, root.path());
}

/// Rather more than eight times what is read at once, so that nine tenths are done before the last part.
const ARTICLES: u64 = 1_100;

/// Writes articles in a form whose records are read in pieces.
fn write_articles(path: &Path, (before, between, after): (&str, &str, &str), article: fn(u64, &str) -> String) {
    let articles = (0..ARTICLES).map(|number| {
        let mut random = Random::of_item(1, number);
        let words: Vec<String> = (0..120).map(|_| format!("w{}", random.zipf(300))).collect();
        article(number, &format!("The harbour {}.", words.join(" ")))
    });
    let articles: Vec<String> = articles.collect();
    fs::write(path, format!("{before}{}{after}", articles.join(between))).expect("a file can be written");
}

#[test]
fn a_large_list_or_feed_that_was_cut_off_is_gone_on_from_where_it_was() {
    let element = |number: u64, text: &str| {
        // Some are no article, and some are numbers.
        match number % 97 {
            5 => "{\"headline\": \"\\ud800\"}".to_owned(),
            6 => "7".to_owned(),
            _ => serde_json::json!({ "headline": format!("Ferry {number}"), "body": text }).to_string(),
        }
    };
    let item = |number: u64, text: &str| match number % 97 {
        5 | 6 => "<item/>".to_owned(),
        _ => format!("<item><title>Ferry {number}</title><description>{text}</description></item>"),
    };
    let rss = "<?xml version='1.0'?>\n<rss version='2.0'><channel><title>Ostrel Post</title><language>en</language>\
               <image><url>https://ostrel.example/a.png</url></image>";
    let rss_ends = "</channel></rss>";
    let rejected = (0..ARTICLES).filter(|number| matches!(number % 97, 5 | 6)).count() as u64;
    for (name, parts, article) in [
        ("a.json", ("[\n", ",\n", "\n]\n"), element as fn(u64, &str) -> String),
        ("b.json", ("\u{feff}[", ",", "]"), element),
        ("c.xml", (rss, "\n", rss_ends), item),
        ("d.xml", (rss, "", rss_ends), item),
    ] {
        let (root, place) =
            (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
        let large = root.path().join(name);
        write_articles(&large, parts, article);
        let size = fs::metadata(&large).expect("the file is there").len();
        let index = Index::create(place.path().join("index")).expect("the folder is absent");
        let first = run_lines_until_nine_tenths(&index, root.path(), false);
        assert!(first.kept == 0 && first.kept_bytes >= size * 8 / 10, "{name}: {} of {size}", first.kept_bytes);
        let second = run(&index, root.path(), |_| {});
        assert_eq!((second.resumed_bytes, second.kept_bytes), (first.kept_bytes, 0), "{name}");
        let articles = second.articles;
        assert_eq!((articles.rejected, articles.added + articles.unchanged), (rejected, ARTICLES - rejected), "{name}");
        assert!(articles.unchanged >= ARTICLES * 8 / 10 - 30, "{name}: {articles:?}");
        assert_as_fresh(&index, root.path());
        assert!(index.verify(&quick()).expect("it can be read").sound, "{name}");
        assert!(!run(&index, root.path(), |_| {}).changed, "{name}");
    }
}

#[test]
fn a_large_source_that_changed_or_went_since_it_was_cut_off_is_as_it_is_now() {
    for change in 0..4 {
        let (root, place) =
            (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
        let large = root.path().join("large.jsonl");
        write_lines(&large, 0..LINES, 1);
        write(root.path(), 3, 1);
        let index = Index::create(place.path().join("index")).expect("the folder is absent");
        if change == 3 {
            run(&index, root.path(), |_| {});
            write_lines(&large, 100..LINES, 2);
        }
        let first = run_lines_until_nine_tenths(&index, root.path(), change == 3);
        assert!(first.kept_bytes > 0);
        match change {
            0 => write_lines(&large, 0..LINES + 50, 1),
            1 => write_lines(&large, 50..LINES, 2),
            2 => fs::remove_file(&large).expect("the file is there"),
            _ => write_lines(&large, 7..8, 7),
        }
        let second = run(&index, root.path(), |options| options.full = change == 3);
        assert_eq!(second.resumed_bytes, 0, "{change}");
        assert_as_fresh(&index, root.path());
        assert!(index.verify(&quick()).expect("it can be read").sound);
    }
}

#[test]
fn a_large_source_that_is_damaged_since_it_was_cut_off_keeps_what_is_known_of_it() {
    for is_committed in [false, true] {
        let (root, place) =
            (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
        let large = root.path().join("large.jsonl");
        write_lines(&large, 0..LINES, 1);
        write(root.path(), 3, 1);
        let index = Index::create(place.path().join("index")).expect("the folder is absent");
        if is_committed {
            run(&index, root.path(), |_| {});
            write_lines(&large, 0..LINES, 2);
        }
        let before = index.status().expect("the index is sound").articles;
        assert!(run_lines_until_nine_tenths(&index, root.path(), is_committed).kept_bytes > 0);
        let whole = fs::read(&large).expect("the file is there");
        fs::write(&large, vec![0; whole.len()]).expect("a file can be written");
        let second = run(&index, root.path(), |options| options.full = is_committed);
        assert_eq!((second.sources.stale, second.articles.deleted), (1, 0), "{second:?}");
        assert!(index.verify(&VerifyOptions::default()).expect("it can be read").sound);
        let articles = index.status().expect("the index is sound").articles;
        assert_eq!(articles, second.articles.added + second.articles.replaced + second.articles.unchanged);
        assert!(articles > LINES / 2 && articles >= before, "{articles} of {before}");
        fs::write(&large, &whole).expect("a file can be written");
        run(&index, root.path(), |_| {});
        assert_as_fresh(&index, root.path());
    }
}

#[test]
fn a_large_source_that_changes_or_goes_while_it_is_read_in_parts_is_told_and_read_again() {
    for goes in [false, true] {
        let (root, place) =
            (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
        let (large, aside) = (root.path().join("large.jsonl"), place.path().join("aside"));
        write_lines(&large, 0..LINES, 1);
        write(root.path(), 3, 1);
        let index = Index::create(place.path().join("index")).expect("the folder is absent");
        let is_done = AtomicBool::new(false);
        let progress = |progress: Progress| {
            if progress.bytes_done > 200_000 && !is_done.swap(true, Ordering::Relaxed) {
                match goes {
                    true => fs::rename(&large, &aside).expect("a file can be moved"),
                    false => write_lines(&large, 0..LINES + 30, 2),
                }
            }
        };
        let report = run(&index, root.path(), |options| {
            options.keep_every = 64 << 10;
            options.progress = Some(&progress);
        });
        let told: Vec<_> =
            report.notices.iter().map(|notice| notice.code).filter(|code| *code != Code::BadRecord).collect();
        assert_eq!(told, [if goes { Code::Stale } else { Code::ChangedWhileRead }]);
        assert!(index.verify(&quick()).expect("it can be read").sound);
        let status = index.status().expect("the index is sound");
        assert_eq!(status.articles, report.articles.added + report.articles.unchanged);
        if goes {
            assert!(status.articles > 300 && status.articles < LINES * 9 / 10, "{}", status.articles);
            fs::rename(&aside, &large).expect("a file can be moved");
        }
        run(&index, root.path(), |_| {});
        assert_as_fresh(&index, root.path());
    }
}

#[test]
fn a_folder_that_is_gone_meanwhile_is_waited_for() {
    let (root, place) = (TempDir::new().expect("a folder can be made"), TempDir::new().expect("a folder can be made"));
    let (news, away) = (root.path().join("news"), root.path().join("away"));
    (0..FILES).for_each(|number| write(&news, number, 1));
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let kept = run_until(40, &index, &news, false).kept;
    for is_empty in [false, true] {
        fs::rename(&news, &away).expect("a folder can be moved");
        if is_empty {
            fs::create_dir(&news).expect("a folder can be made");
        }
        let report = run(&index, &news, |_| {});
        assert_eq!((report.failed_corpora.len(), report.changed, report.kept), (1, false, kept), "{report:?}");
        assert_eq!(index.status().expect("the index is sound").articles, 0, "readers see no half of an archive");
        let _ = fs::remove_dir(&news);
        fs::rename(&away, &news).expect("a folder can be moved");
    }
    assert_eq!(run(&index, &news, |_| {}).resumed, kept);
    assert_as_fresh(&index, &news);
}
