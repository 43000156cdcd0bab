//! Repairs that are cut off once what is whole is published and before what is lost is read again: nothing of it is forgotten.

use std::sync::Mutex;

use super::*;

/// Breaks every segment's stored articles, so that none can be had back but from the corpus.
fn lose_all(dir: &Path) {
    for store in files(dir).into_iter().filter(|path| is(path, ".store")) {
        fs::remove_file(store).expect("a file less");
    }
}

fn paths(report: &RepairReport) -> Vec<String> {
    report.not_recovered.iter().map(ToString::to_string).collect()
}

/// Asserts that so many articles are told to be missing.
fn assert_missing(dir: &Path, expected: usize, place: &str) {
    let report = verify(dir, &VerifyOptions::default()).expect("it can be read");
    let status = Index::open(dir).and_then(|index| index.status()).expect("it is sound");
    assert!(report.sound, "{place}: {:?}", report.damages);
    assert_eq!((report.missing, status.missing), (expected as u64, expected as u64), "{place}");
}

#[test]
fn what_a_repair_cannot_read_again_the_next_does() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 81);
    let before = keys(&Index::open(&dir).expect("it is sound"));
    let away = folder.path().join("away");
    fs::rename(&root, &away).expect("a rename");
    lose_all(&dir);
    for place in ["the first", "the second"] {
        let report = repaired(&dir);
        assert_eq!(report.damages.is_empty(), place == "the second");
        assert_eq!((paths(&report), report.lost), (before.clone(), before.len() as u64), "{place}");
        assert_missing(&dir, before.len(), place);
    }
    fs::rename(&away, &root).expect("a rename");
    let report = repaired(&dir);
    assert_eq!((report.damages.len(), report.lost, paths(&report).len()), (0, before.len() as u64, 0));
    assert_as_fresh(&dir, &root, "the third");
    assert_missing(&dir, 0, "the third");
    let report = repaired(&dir);
    assert_eq!((report.lost, report.ingests.len()), (0, 0), "there is nothing to do");
}

#[test]
fn a_repair_that_is_cut_off_while_it_reads_again_is_gone_on_with_by_the_next() {
    let folder = TempDir::new().expect("a folder");
    let (root, whole) = make(folder.path(), 71);
    let before = keys(&Index::open(&whole).expect("it is sound"));
    lose_all(&whole);
    let mut n_cut = 0;
    for cut_at in 0.. {
        let dir = folder.path().join(format!("index-{cut_at}"));
        fs::create_dir(&dir).expect("a folder");
        for path in files(&whole) {
            fs::copy(&path, dir.join(path.file_name().expect("a name"))).expect("a file");
        }
        let asked = Mutex::new(0);
        let cancel = || {
            let mut asked = asked.lock().expect("nobody panics");
            *asked += 1;
            *asked > cut_at
        };
        let mut options = IngestOptions::default();
        options.threads = 1;
        options.cancel = Some(&cancel);
        let place = format!("cut off at question {cut_at}");
        let report = repair(&dir, Vec::new(), &options).expect("it can be mended");
        let is_cut = report.ingests.iter().any(|ingest| ingest.cancelled);
        let missing = if is_cut { before.clone() } else { Vec::new() };
        assert_eq!(paths(&report), missing, "{place}");
        assert_missing(&dir, missing.len(), &place);
        // Either the next repair goes on, or a run that happens to come between.
        if cut_at % 2 == 1 {
            run(&Index::open(&dir).expect("it is sound"), &root);
            assert_missing(&dir, 0, &place);
        }
        let report = repaired(&dir);
        assert_eq!((report.damages.len(), paths(&report).len()), (0, 0), "{place}");
        assert_as_fresh(&dir, &root, &place);
        assert_missing(&dir, 0, &place);
        fs::remove_dir_all(dir).expect("a folder less");
        if !is_cut {
            break;
        }
        n_cut += 1;
    }
    println!("repairs cut off while they read again: {n_cut}");
    assert!(n_cut > 5, "{n_cut}");
}

#[test]
fn what_only_an_application_knew_is_missing_until_it_adds_it_or_gives_it_up() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let add = |ids: &[&str]| {
        let mut writer = Index::open(&dir).and_then(|index| index.writer()).expect("there is no other");
        ids.iter().for_each(|id| writer.add(Article::new(*id)).expect("it has an id"));
        writer.commit().expect("there is room");
    };
    drop(index);
    add(&["a-1", "a-2", "a-3"]);
    lose_all(&dir);
    assert_eq!(paths(&repaired(&dir)), ["/a-1", "/a-2", "/a-3"]);
    // Another damage, and another commit, change nothing about it.
    add(&["a-2", "a-4"]);
    assert_missing(&dir, 2, "one is there again");
    lose_all(&dir);
    assert_eq!(paths(&repaired(&dir)), ["/a-1", "/a-2", "/a-3", "/a-4"]);
    add(&["a-3", "a-4"]);
    let report = repaired(&dir);
    assert_eq!((paths(&report), report.damages.len()), (vec!["/a-1".to_owned(), "/a-2".to_owned()], 0));
    // However it is committed, and whatever is indexed besides.
    let root = folder.path().join("other");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("quay.txt"), "Quay closed\n\nThe quay is closed.\n").expect("a file");
    let index = Index::open(&dir).expect("it is sound");
    for (full, purge) in [(true, false), (true, true)] {
        let mut options = IngestOptions::default();
        (options.full, options.purge) = (full, purge);
        let corpus = Corpus::named("other", &root).expect("a sound name");
        assert!(ingest(&index, vec![corpus], &options).expect("it can be read").changed);
        assert_missing(&dir, 2, &format!("purge: {purge}"));
    }
    let mut options = IngestOptions::default();
    options.canonical = true;
    let canonical = || ingest(&index, vec![Corpus::named("other", &root).expect("a sound name")], &options);
    let refused = canonical().expect_err("its bytes would not depend on its articles alone").to_string();
    assert!(refused.starts_with("canonical: something is missing since a repair"), "{refused}");
    assert_eq!(repair(&dir, Vec::new(), &options).expect("it can be mended").not_recovered.len(), 2);
    assert_missing(&dir, 2, "canonical");
    let mut writer = index.writer().expect("there is no other");
    writer.give_up_missing().expect("it is known");
    assert_missing(&dir, 2, "it is not committed");
    writer.commit().expect("there is room");
    drop(writer);
    assert_missing(&dir, 0, "it is given up");
    assert!(canonical().expect("nothing is missing").changed);
    assert_eq!(repaired(&dir).lost, 0);
    assert_eq!(Index::open(&dir).and_then(|index| index.status()).expect("it is sound").articles, 3);
}

#[test]
fn what_was_taken_down_stays_out_where_the_manifest_is_lost() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 89);
    let index = Index::open(&dir).expect("it is sound");
    let id = index.searcher().and_then(|searcher| searcher.find("a", 1)).expect("it is sound").remove(0).id;
    let mut writer = index.writer().expect("there is no other");
    assert!(writer.take_down(&id, "on the author's wish").expect("it is there"));
    writer.commit().expect("there is room");
    drop(writer);
    let before = index.status().expect("it is sound");
    let manifest = files(&dir).into_iter().find(|path| path.to_string_lossy().contains("manifest-"));
    fs::remove_file(manifest.expect("it is there")).expect("a file less");
    assert!(repaired(&dir).manifest_lost);
    let index = Index::open(&dir).expect("it is sound");
    run(&index, &root);
    let after = index.status().expect("it is sound");
    assert_eq!((after.articles, &after.taken_down), (before.articles, &before.taken_down));
    assert_eq!(after.taken_down.len(), 1);
}

#[test]
fn that_a_manifest_was_lost_is_told_again_until_it_is_given_up() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 83);
    let manifest = files(&dir).into_iter().find(|path| path.to_string_lossy().contains("manifest-"));
    fs::remove_file(manifest.expect("it is there")).expect("a file less");
    lose_all(&dir);
    let first = repaired(&dir);
    let next = repaired(&dir);
    assert!(first.manifest_lost && first.lost > 0 && next.damages.is_empty());
    assert_eq!((next.manifest_lost, next.lost), (true, first.lost));
    let report = verify(&dir, &VerifyOptions::default()).expect("it can be read");
    assert!(report.sound && report.manifest_lost && report.missing == first.lost);
    let index = Index::open(&dir).expect("it is sound");
    run(&index, &root);
    assert_as_fresh(&dir, &root, "the folder was named");
    let mut writer = index.writer().expect("there is no other");
    writer.give_up_missing().expect("it is known");
    writer.commit().expect("there is room");
    drop(writer);
    assert_missing(&dir, 0, "it is given up");
    assert!(!repaired(&dir).manifest_lost);
}
