//! Snapshots of an index: whole, of one commit, and untouched by what is done to the index or to them.

use std::fs;
use std::path::Path;

use newshound::{Article, Error, ErrorKind, Index, SearchRequest, SearchResponse};

fn add(index: &Index, numbers: impl IntoIterator<Item = u64>) {
    let mut writer = index.writer().expect("no other writer");
    for number in numbers {
        let mut article = Article::new(format!("a-{number}"));
        article.headline = Some(format!("Ferry {number} sails"));
        article.body = vec![format!("The harbour master counted {number} boats.")];
        writer.add(article).expect("it has an id");
    }
    writer.commit().expect("there is room");
}

fn answers(index: &Index) -> SearchResponse {
    let searcher = index.searcher().expect("the index is sound");
    searcher.search(&SearchRequest { limit: 100, ..SearchRequest::new("ferry harbour") }).expect("a sound query")
}

#[test]
fn a_snapshot_is_an_index_and_stays_as_it_is() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    add(&index, 0..5);
    add(&index, 3..8);
    let before = answers(&index);
    let dir = place.path().join("backup/monday");
    let report = index.snapshot_to(&dir).expect("the folder is absent");
    assert_eq!((report.articles, report.linked > 0), (8, true), "{report:?}");
    let copy = Index::open(&dir).expect("it is an index");
    assert_eq!((answers(&copy), copy.digests().ok()), (before.clone(), index.digests().ok()));
    // So many commits that every file of the index is another.
    (10..20).for_each(|number| add(&index, [number]));
    assert_eq!(answers(&Index::open(&dir).expect("it is an index")), before);
    let lived = answers(&index);
    (30..40).for_each(|number| add(&copy, [number]));
    assert_eq!(answers(&index), lived);
    assert_eq!(copy.status().expect("it is sound").articles, 18);
}

#[test]
fn a_snapshot_on_another_file_system_is_a_copy() {
    let elsewhere = Path::new("/dev/shm");
    let place = tempfile::tempdir().expect("a folder can be made");
    let Ok(other) = tempfile::tempdir_in(elsewhere) else {
        return crate::support::skip("there is no /dev/shm to copy an index to");
    };
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    add(&index, 0..5);
    let report = index.snapshot_to(other.path().join("index")).expect("the folder is absent");
    if report.linked > 0 {
        return crate::support::skip("/dev/shm is the file system that tests have their folders on");
    }
    assert_eq!(answers(&Index::open(other.path().join("index")).expect("it is an index")), answers(&index));
    // What is damaged is no backup, wherever in a file the damage is.
    let files = fs::read_dir(place.path().join("index")).expect("the index").map(|file| file.expect("an entry").path());
    let store = files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "store"));
    let store = store.expect("articles are stored");
    let mut bytes = fs::read(&store).expect("a file");
    bytes[9] ^= 1;
    fs::write(&store, bytes).expect("a file");
    let damaged =
        Index::open(place.path().join("index")).and_then(|index| index.snapshot_to(other.path().join("second")));
    assert!(matches!(damaged, Err(Error::Damaged { .. })), "{damaged:?}");
}

#[test]
fn an_index_in_memory_can_be_kept() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let index = Index::in_memory().expect("memory suffices");
    add(&index, 0..5);
    add(&index, 2..7);
    let report = index.snapshot_to(place.path().join("index")).expect("the folder is absent");
    assert_eq!((report.articles, report.linked), (7, 0));
    assert_eq!(answers(&Index::open(place.path().join("index")).expect("it is an index")), answers(&index));
}

#[test]
fn a_folder_with_something_in_it_is_refused_and_left_alone() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let index = Index::create(place.path().join("index")).expect("the folder is absent");
    add(&index, 0..2);
    let full = place.path().join("full");
    fs::create_dir(&full).expect("a folder can be made");
    fs::write(full.join("letter.txt"), "Dear reader").expect("a file can be written");
    for dir in [full.as_path(), &place.path().join("index")] {
        let error = index.snapshot_to(dir).expect_err("it is not empty");
        assert_eq!(error.kind(), ErrorKind::NoIndex, "{error}");
        assert!(error.to_string().ends_with("`; name an empty or absent folder"), "{error}");
    }
    assert_eq!(fs::read_dir(&full).expect("the folder is there").count(), 1);
    assert_eq!(answers(&index).hits.len(), 2);
}
