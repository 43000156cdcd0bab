//! A canonical index: files that depend on the articles and on nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use newshound::{Corpus, ExtraKind, Index, IndexOptions, IngestOptions, SearchRequest, VerifyOptions, ingest};
use tempfile::TempDir;

use crate::support::random_corpus::RandomCorpus;

fn run(index: &Index, root: &Path, set: impl FnOnce(&mut IngestOptions<'_>)) -> bool {
    let mut options = IngestOptions::default();
    set(&mut options);
    let corpus = Corpus::named("news", root).expect("the name is sound");
    ingest(index, vec![corpus], &options).expect("the corpus can be read").changed
}

/// Returns the files of an index by name, but for the lock, whose time of writing is all that it is for.
fn files(index: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(index).expect("the index").map(|entry| entry.expect("an entry"));
    let read = entries.map(|entry| {
        (entry.file_name().into_string().expect("a name"), fs::read(entry.path()).expect("a file can be read"))
    });
    read.filter(|(name, _)| name != "newshound.lock").collect()
}

fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

#[test]
fn history_threads_memory_and_place_leave_no_trace() {
    for seed in 300..303 {
        let (folder, place) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
        let mut corpus = RandomCorpus::create(folder.path(), seed).expect("the corpus can be written");
        // One of them with fields of its own, and compact.
        let mut made_with = IndexOptions::default();
        if seed == 301 {
            made_with.compact = true;
            for (name, kind) in
                [("page", ExtraKind::Number), ("section", ExtraKind::Keyword), ("author", ExtraKind::Text)]
            {
                made_with.extra.insert(name.to_owned(), kind);
            }
        }
        let lived = Index::create_with(place.path().join("lived"), &made_with).expect("the folder is absent");
        for round in 0..6 {
            run(&lived, folder.path(), |options| {
                options.threads = 1 + round % 3;
                options.canonical = round == 2;
            });
            corpus.edit().expect("the corpus can be edited");
        }
        run(&lived, folder.path(), |options| options.canonical = true);
        // Elsewhere, with files of other times, in one go.
        let copy = TempDir::new().expect("a folder");
        for path in corpus.files() {
            let to = copy.path().join(path);
            fs::create_dir_all(to.parent().expect("below the folder")).expect("a folder can be made");
            fs::write(to, fs::read(folder.path().join(path)).expect("a file")).expect("a file can be written");
        }
        let fresh = Index::create_with(place.path().join("fresh"), &made_with).expect("the folder is absent");
        run(&fresh, copy.path(), |options| (options.canonical, options.threads, options.memory) = (true, 4, 8 << 20));
        let (lived_files, fresh_files) = (files(&place.path().join("lived")), files(&place.path().join("fresh")));
        assert_same(&lived_files, &fresh_files);
        assert!(!run(&lived, folder.path(), |options| options.canonical = true), "nothing is written again");
        assert!(!run(&lived, folder.path(), |_| {}), "an ordinary run finds nothing changed");
        assert_same(&files(&place.path().join("lived")), &fresh_files);
    }
}

#[test]
fn a_canonical_index_answers_and_goes_on() {
    let (folder, place) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    fs::write(folder.path().join("ferry.txt"), "Ferry returns\n\nThe ferry sailed again on Monday.\n").expect("a file");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    run(&index, folder.path(), |options| options.canonical = true);
    let total = |query: &str| {
        index.searcher().and_then(|searcher| searcher.count(&SearchRequest::new(query))).expect("an answer")
    };
    assert_eq!(total("ferry"), 1);
    let before = files(&place.path().join("index"));
    assert!(
        run(&index, folder.path(), |options| (options.canonical, options.full) = (true, true)),
        "it is written again"
    );
    assert_same(&files(&place.path().join("index")), &before);
    // The article goes and comes back, so that the name of the segment does too.
    fs::write(folder.path().join("other.txt"), "Other\n\nAnother article.\n").expect("a file");
    run(&index, folder.path(), |options| options.canonical = true);
    let before = files(&place.path().join("index"));
    fs::remove_file(folder.path().join("other.txt")).expect("a file less");
    run(&index, folder.path(), |_| {});
    fs::write(folder.path().join("other.txt"), "Other\n\nAnother article.\n").expect("a file");
    run(&index, folder.path(), |options| options.canonical = true);
    assert_same(&files(&place.path().join("index")), &before);
    assert!(index.verify(&VerifyOptions::default()).expect("it can be read").sound);
    fs::write(folder.path().join("bridge.txt"), "Bridge closed\n\nThe ferry is the way over.\n").expect("a file");
    assert!(run(&index, folder.path(), |_| {}));
    assert_eq!(total("ferry"), 2);
    fs::remove_file(folder.path().join("ferry.txt")).expect("a file less");
    assert!(run(&index, folder.path(), |_| {}));
    assert_eq!(total("ferry"), 1);
}

#[test]
fn a_canonical_index_is_rebuilt_in_full_and_gets_back_what_was_gone() {
    let (folder, place) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let mut corpus = RandomCorpus::create(folder.path(), 305).expect("the corpus can be written");
    corpus.edit().expect("the corpus can be edited");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    run(&index, folder.path(), |options| options.canonical = true);
    let before = files(&place.path().join("index"));
    run(&index, folder.path(), |options| (options.canonical, options.full) = (true, true));
    assert_same(&files(&place.path().join("index")), &before);
    // One goes and comes back: the segment of all of them has the name that it had, and a deletion beside it in between.
    let path = folder.path().join("back.txt");
    fs::write(&path, "Ferry returns\n\nThe ferry sailed again on Monday.\n").expect("a file");
    run(&index, folder.path(), |options| options.canonical = true);
    let with = files(&place.path().join("index"));
    let text = fs::read(&path).expect("the file");
    fs::remove_file(&path).expect("the file");
    run(&index, folder.path(), |_| {});
    fs::write(&path, text).expect("a file");
    run(&index, folder.path(), |options| options.canonical = true);
    assert_same(&files(&place.path().join("index")), &with);
}

#[test]
fn a_canonical_index_whose_sources_change_but_not_its_articles_stays_sound() {
    let (folder, place) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    fs::write(folder.path().join("ferry.txt"), "Ferry returns\n\nThe ferry sailed again on Monday.\n").expect("a file");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    let is_sound = || index.verify(&VerifyOptions::default()).expect("it can be read").sound;
    run(&index, folder.path(), |options| options.canonical = true);
    assert!(is_sound());
    let first = files(&place.path().join("index"));
    // A file without an article is told of in the manifest, and nowhere else.
    let nothing = folder.path().join("nothing.txt");
    fs::write(&nothing, "").expect("a file");
    run(&index, folder.path(), |options| options.canonical = true);
    assert!(is_sound());
    let fresh = Index::create(place.path().join("fresh")).expect("the folder is absent");
    run(&fresh, folder.path(), |options| options.canonical = true);
    assert_same(&files(&place.path().join("index")), &files(&place.path().join("fresh")));
    fs::remove_file(&nothing).expect("a file less");
    run(&index, folder.path(), |options| options.canonical = true);
    assert!(is_sound());
    assert_same(&files(&place.path().join("index")), &first);
}
