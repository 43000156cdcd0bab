//! Repair: whatever is damaged, the index answers afterwards as a fresh one of the same sources does; only what is damaged
//! is written anew or read again, and what cannot be had back is told.

mod cut_off;
mod missing;
mod written;

use std::fs;
use std::path::{Path, PathBuf};

use newshound::{
    Article, Corpus, ErrorKind, ExtraKind, Index, IndexOptions, IngestOptions, RepairReport, SearchRequest,
    VerifyOptions, ingest, repair, verify,
};
use tempfile::TempDir;

use crate::support::random_corpus::RandomCorpus;

fn made_with() -> IndexOptions {
    let mut options = IndexOptions::default();
    options.extra.insert("page".to_owned(), ExtraKind::Number);
    options.extra.insert("section".to_owned(), ExtraKind::Keyword);
    options.compact = true;
    options
}

fn run(index: &Index, root: &Path) {
    let corpus = Corpus::named("news", root).expect("a sound name");
    ingest(index, vec![corpus], &IngestOptions::default()).expect("it can be read");
}

/// Makes an index with several segments and deletions of a random corpus.
fn make(folder: &Path, seed: u64) -> (PathBuf, PathBuf) {
    let (root, dir) = (folder.join("news"), folder.join("index"));
    let mut corpus = RandomCorpus::create(&root, seed).expect("it can be written");
    let index = Index::create_with(&dir, &made_with()).expect("the folder is absent");
    for _ in 0..5 {
        run(&index, &root);
        corpus.edit().expect("it can be edited");
    }
    run(&index, &root);
    assert!(index.status().expect("it is sound").segments > 1);
    (root, dir)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("the index").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| !path.ends_with("newshound.lock")).collect();
    files.sort();
    files
}

fn is(path: &Path, ending: &str) -> bool {
    path.to_string_lossy().ends_with(ending)
}

fn repaired(dir: &Path) -> RepairReport {
    let report = repair(dir, Vec::new(), &IngestOptions::default()).expect("it can be mended");
    assert!(report.sound);
    assert!(verify(dir, &VerifyOptions::default()).expect("it can be read").sound);
    report
}

/// Compares an index with a fresh one of the same corpus.
fn assert_as_fresh(dir: &Path, root: &Path, place: &str) {
    let index = Index::open(dir).expect("it is sound");
    let fresh = Index::in_memory_with(&index.options()).expect("sound options");
    run(&fresh, root);
    assert_eq!(index.options(), made_with(), "{place}");
    assert_eq!(index.digests().expect("sound"), fresh.digests().expect("sound"), "{place}");
    for query in ["ferry", "bridge council", "\"was delayed\"", "headline:ferry", "x.page:3 OR harbour"] {
        let answer = |index: &Index| {
            let found = index.searcher().and_then(|searcher| searcher.search(&SearchRequest::new(query)));
            found.expect("a sound query")
        };
        assert_eq!(answer(&index), answer(&fresh), "{place}: {query}");
    }
}

#[test]
fn whatever_one_file_suffers_the_index_is_as_a_fresh_one_after_a_repair() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 71);
    let whole = folder.path().join("whole");
    fs::create_dir(&whole).expect("a folder");
    let copy = |from: &Path, to: &Path| {
        for path in files(to) {
            fs::remove_file(path).expect("a file less");
        }
        for path in files(from) {
            fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a file");
        }
    };
    copy(&dir, &whole);
    let all = Index::open(&dir).expect("it is sound").status().expect("it is sound").articles;
    let (mut kept, mut rebuilt, mut lost) = (0, 0, 0);
    // Each in one of two ways, or in both.
    let is_all = std::env::var_os("NEWSHOUND_TEST_ALL").is_some();
    for (number, file) in files(&whole).into_iter().enumerate() {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        for gone in [true, false].into_iter().filter(|gone| is_all || *gone == (number % 2 == 0)) {
            copy(&whole, &dir);
            let path = dir.join(&name);
            let mut bytes = fs::read(&path).expect("a file");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            if gone { fs::remove_file(&path) } else { fs::write(&path, bytes) }.expect("a file");
            let place = format!("{name} gone: {gone}");
            let report = repaired(&dir);
            assert_eq!(report.damages.iter().map(|damage| &*damage.file).collect::<Vec<_>>(), [&*name], "{place}");
            assert_eq!(report.manifest_lost, name.starts_with("manifest-"), "{place}");
            if report.manifest_lost {
                assert_eq!((report.kept, report.ingests.len()), (all, 0), "{place}: nobody knows the folders");
                run(&Index::open(&dir).expect("it is sound"), &root);
            } else {
                assert_eq!(report.kept + report.rebuilt + report.lost, all, "{place}");
                assert_eq!(report.lost > 0, is(&file, ".store"), "{place}: what is stored is not lost");
                assert_eq!(report.not_recovered, [], "{place}");
                let read: u64 = report.ingests.iter().map(|ingest| ingest.sources.read).sum();
                assert!(report.lost > 0 || read == 0, "{place}: nothing is to be read again");
            }
            assert_as_fresh(&dir, &root, &place);
            kept += report.kept;
            rebuilt += report.rebuilt;
            lost += report.lost;
        }
    }
    assert!(kept > 0 && rebuilt > 0 && lost > 0);
    println!("repaired: {kept} articles kept, {rebuilt} written anew, {lost} read again");
}

/// Makes an index of two segments, in the larger of which an article is deleted, and returns the files of that.
fn make_with_deletion(folder: &Path) -> (PathBuf, PathBuf, Vec<PathBuf>) {
    let (root, dir) = (folder.join("news"), folder.join("index"));
    fs::create_dir(&root).expect("a folder");
    let write = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            let text = format!("Ferry {number}\n\nThe ferry of number{number} was delayed by the bridge council.\n");
            fs::write(root.join(format!("{number}.txt")), text).expect("a file");
        }
    };
    let index = Index::create_with(&dir, &made_with()).expect("the folder is absent");
    write(0..12);
    run(&index, &root);
    let larger = files(&dir).into_iter().find(|path| is(path, ".store")).expect("there is one").with_extension("");
    write(12..16);
    fs::remove_file(root.join("3.txt")).expect("a file less");
    run(&index, &root);
    let of_larger = |path: &PathBuf| path.to_string_lossy().starts_with(&*larger.to_string_lossy());
    let damaged = files(&dir).into_iter().filter(of_larger).collect();
    (root, dir, damaged)
}

fn keys(index: &Index) -> Vec<String> {
    let searcher = index.searcher().expect("it is sound");
    let request = SearchRequest { limit: 10_000, ..SearchRequest::new("words:>0 OR -words:>0") };
    let answer = searcher.search(&request).expect("a sound query");
    let mut keys: Vec<String> = answer.hits.iter().map(|hit| hit.source.to_string()).collect();
    keys.sort();
    keys
}

#[test]
fn what_is_stored_whole_is_kept_where_the_manifest_is_lost_too_and_what_is_lost_is_counted() {
    for ending in [".pos", ".term", ".fast", ".store", ".del"] {
        let folder = TempDir::new().expect("a folder");
        let (root, dir, larger) = make_with_deletion(folder.path());
        let index = Index::open(&dir).expect("it is sound");
        let (all, before) = (index.status().expect("it is sound").articles, keys(&index));
        assert_eq!(before.len() as u64, all);
        drop(index);
        let manifest = files(&dir).into_iter().find(|path| path.to_string_lossy().contains("manifest-"));
        fs::remove_file(manifest.expect("it is there")).expect("a file less");
        let damaged = larger.into_iter().find(|path| is(path, ending)).expect("it has one");
        fs::write(damaged, "gone").expect("a file");
        let report = repaired(&dir);
        assert!(report.manifest_lost && report.kept > 0, "{ending}");
        let is_lost = [".store", ".del"].contains(&ending);
        assert_eq!((report.lost > 0, report.rebuilt == 0), (is_lost, is_lost), "{ending}");
        assert_eq!(report.kept + report.rebuilt + report.lost, all, "{ending}");
        let index = Index::open(&dir).expect("it is sound");
        let after = keys(&index);
        assert_eq!(after.len() as u64, report.kept + report.rebuilt, "{ending}");
        assert!(after.iter().all(|key| before.contains(key)), "{ending}: nothing that was deleted is back");
        assert_eq!(after == before, !is_lost, "{ending}");
        run(&index, &root);
        assert_as_fresh(&dir, &root, ending);
    }
}

#[test]
fn a_sound_index_stays_as_it_is() {
    let folder = TempDir::new().expect("a folder");
    let (_, dir) = make(folder.path(), 72);
    let before: Vec<_> = files(&dir).into_iter().map(|path| fs::read(path).expect("a file")).collect();
    let report = repaired(&dir);
    assert_eq!((report.damages.len(), report.ingests.len()), (0, 0));
    let after: Vec<_> = files(&dir).into_iter().map(|path| fs::read(path).expect("a file")).collect();
    assert!(before == after);
}

#[test]
fn without_meta_json_and_manifest_it_is_told_what_to_do() {
    let folder = TempDir::new().expect("a folder");
    let (_, dir) = make(folder.path(), 73);
    fs::write(dir.join("meta.json"), "{").expect("a file");
    let manifest =
        files(&dir).into_iter().find(|path| path.to_string_lossy().contains("manifest-")).expect("it is there");
    fs::remove_file(manifest).expect("a file less");
    let error = repair(&dir, Vec::new(), &IngestOptions::default()).expect_err("nothing tells what is live");
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.to_string().ends_with("index the corpora into another folder"), "{error}");
    assert!(!error.to_string().contains("newshound repair"), "{error}");
}

#[test]
fn an_index_that_lost_its_mark_is_damaged_and_not_absent() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 78);
    for gone in [&["newshound.json"][..], &["newshound.json", "meta.json"]] {
        gone.iter().for_each(|name| fs::remove_file(dir.join(name)).expect("a file less"));
        for error in [Index::open(&dir).err(), Index::open_or_create(&dir).err()] {
            let error = error.expect("it lost its mark");
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert!(error.to_string().contains("newshound.json: the index is damaged: the file is missing"), "{error}");
        }
        let report = repaired(&dir);
        assert_eq!(report.damages.iter().map(|damage| &*damage.file).collect::<Vec<_>>(), gone);
        assert_as_fresh(&dir, &root, gone[gone.len() - 1]);
    }
}

#[test]
fn an_index_of_another_program_is_none_of_ours_and_not_damaged() {
    let folder = TempDir::new().expect("a folder");
    let mut schema = tantivy::schema::Schema::builder();
    let body = schema.add_text_field("body", tantivy::schema::TEXT);
    let index = tantivy::Index::create_in_dir(folder.path(), schema.build()).expect("the folder is empty");
    let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000).expect("memory");
    writer.add_document(tantivy::doc!(body => "ferry")).expect("it is sound");
    writer.commit().expect("there is room");
    assert_eq!(Index::open(folder.path()).err().map(|error| error.kind()), Some(ErrorKind::NoIndex));
}

#[test]
fn what_is_no_file_is_told_and_mended() {
    for ending in ["meta.json", "newshound.json", ".bin", ".store", ".pos"] {
        let folder = TempDir::new().expect("a folder");
        let (root, dir) = make(folder.path(), 76);
        let path = files(&dir).into_iter().find(|path| is(path, ending)).expect("it is there");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        fs::remove_file(&path).expect("a file less");
        fs::create_dir(&path).expect("a folder");
        let report = verify(&dir, &VerifyOptions::default()).expect("it can be read");
        let told: Vec<String> =
            report.damages.iter().map(|damage| format!("{}: {}", damage.file, damage.detail)).collect();
        assert_eq!(told, [format!("{name}: a folder stands in its place")]);
        let opened = Index::open(&dir).err().map(|error| error.kind());
        assert_eq!(opened, (ending != ".bin").then_some(ErrorKind::Damaged), "{name}");
        let error = repair(&dir, Vec::new(), &IngestOptions::default()).expect_err("it may be somebody's");
        assert!(error.to_string().contains(&format!("{name}: ")) && error.kind() == ErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains("move it away"), "{error}");
        fs::remove_dir(&path).expect("a folder less");
        #[cfg(unix)]
        {
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            if !made.is_ok_and(|status| status.success()) {
                return crate::support::skip("mkfifo makes no pipe here");
            }
            let (done, wait) = std::sync::mpsc::channel();
            let place = dir.clone();
            std::thread::spawn(move || {
                let report = verify(&place, &VerifyOptions::default()).expect("it can be read");
                let opened = Index::open(&place).map(drop).map_err(|error| error.kind());
                done.send((report.damages, opened, repaired(&place))).expect("it is waited for");
            });
            // What is a pipe is waited for, for ever, where it is opened.
            let done = wait.recv_timeout(std::time::Duration::from_secs(300));
            let (damages, opened, report) = done.unwrap_or_else(|_| panic!("{name}: it hangs"));
            let told: Vec<String> =
                damages.iter().map(|damage| format!("{}: {}", damage.file, damage.detail)).collect();
            assert_eq!(told, [format!("{name}: it is no regular file")]);
            assert_eq!(opened.err(), (ending != ".bin").then_some(ErrorKind::Damaged), "{name}");
            assert_eq!(report.damages, damages);
        }
        repaired(&dir);
        run(&Index::open(&dir).expect("it is sound"), &root);
        assert_as_fresh(&dir, &root, &name);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_lock_is_told_and_not_waited_for() {
    let folder = TempDir::new().expect("a folder");
    let index = Index::create(folder.path().join("index")).expect("the folder is absent");
    let lock = folder.path().join("index/newshound.lock");
    fs::remove_file(&lock).expect("a file less");
    if !std::process::Command::new("mkfifo").arg(&lock).status().is_ok_and(|status| status.success()) {
        return crate::support::skip("mkfifo makes no pipe here");
    }
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(index.writer().err().map(|error| error.to_string())));
    let told = wait.recv_timeout(std::time::Duration::from_secs(300)).expect("it hangs").expect("it is no lock");
    assert!(told.ends_with("newshound.lock: it is no regular file; move it away"), "{told}");
}

#[test]
fn what_was_deleted_or_taken_down_does_not_come_back() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let root = folder.path().join("news");
    fs::create_dir(&root).expect("a folder");
    for number in 0..12 {
        let text = format!("Quay {number}\n\nThe quay of number{number} is closed.\n");
        fs::write(root.join(format!("{number}.txt")), text).expect("a file");
    }
    let index = Index::create(&dir).expect("the folder is absent");
    run(&index, &root);
    let mut writer = index.writer().expect("there is no other");
    writer.take_down(&"3.txt".into(), "on wish").expect("it is there");
    writer.commit().expect("there is room");
    drop(writer);
    fs::remove_file(root.join("4.txt")).expect("a file less");
    run(&index, &root);
    // The store has both still; with meta.json goes all that is known of deletions but the manifest.
    fs::remove_file(dir.join("meta.json")).expect("a file less");
    let report = repaired(&dir);
    assert_eq!((report.kept, report.rebuilt, report.lost), (0, 10, 0));
    let searcher = Index::open(&dir).and_then(|index| index.searcher()).expect("it is sound");
    let count = |query: &str| searcher.count(&SearchRequest::new(query)).expect("a sound query");
    assert_eq!((count("number3"), count("number4"), count("number5"), count("quay")), (0, 0, 1, 10));
}

#[test]
fn of_a_damaged_store_what_is_whole_is_kept() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    let said = |number: u32| {
        let words: Vec<String> = (0..60).map(|n| format!("quay{}", number * n * n % 991)).collect();
        format!("Ferry {number}: {}", words.join(" "))
    };
    for number in 0..400 {
        let mut article = Article::new(format!("a-{number}"));
        article.body = vec![said(number)];
        writer.add(article).expect("it has an id");
    }
    writer.commit().expect("there is room");
    drop((writer, index));
    let path = files(&dir).into_iter().find(|path| is(path, ".store")).expect("a segment has one");
    let whole = fs::read(&path).expect("a file");
    // In articles, in the list of blocks behind them, and in the end, which tells where that begins.
    let mut seen = Vec::new();
    let steps = (0..whole.len()).step_by(whole.len() / 17).chain(whole.len().saturating_sub(400)..whole.len());
    for place in steps.step_by(if std::env::var_os("NEWSHOUND_TEST_ALL").is_some() { 1 } else { 9 }) {
        let copy = folder.path().join(format!("at-{place}"));
        fs::create_dir(&copy).expect("a folder");
        for file in files(&dir) {
            fs::copy(&file, copy.join(file.file_name().expect("a name"))).expect("a file");
        }
        let mut bytes = whole.clone();
        bytes[place] ^= 0x41;
        fs::write(copy.join(path.file_name().expect("a name")), bytes).expect("a file");
        let report = repaired(&copy);
        assert_eq!((report.kept, report.rebuilt + report.lost), (0, 400), "byte {place}");
        let searcher = Index::open(&copy).and_then(|index| index.searcher()).expect("it is sound");
        for number in 0..400 {
            let id = format!("a-{number}");
            let mut found = searcher.find(&id, 400).expect("it is sound");
            found.retain(|article| article.source.path == id);
            let is_lost = report.not_recovered.iter().any(|key| key.path == id);
            assert_eq!(found.len(), usize::from(!is_lost), "byte {place}: a-{number}");
            assert!(found.iter().all(|article| article.body == [said(number)]), "byte {place}: a-{number}");
        }
        seen.push(report.rebuilt);
        fs::remove_dir_all(copy).expect("a folder less");
    }
    println!("articles kept of 400 in a damaged store: {seen:?}");
    assert!(seen.iter().any(|kept| (200..400).contains(kept)), "{seen:?}");
}

#[test]
fn what_only_an_application_knew_is_told_where_it_is_lost() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    for id in ["a-1", "a-2"] {
        writer.add(Article::new(id)).expect("it has an id");
    }
    writer.commit().expect("there is room");
    drop((writer, index));
    let store = files(&dir).into_iter().find(|path| is(path, ".store")).expect("it is there");
    fs::remove_file(store).expect("a file less");
    let report = repaired(&dir);
    assert_eq!((report.lost, report.ingests.len()), (2, 0));
    let told: Vec<String> = report.not_recovered.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["/a-1", "/a-2"]);
    assert_eq!(Index::open(&dir).and_then(|index| index.status()).expect("it is sound").articles, 0);
}
