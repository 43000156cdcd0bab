use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use super::*;
use crate::index::recording::Filling;
use crate::{Index, VerifyOptions};

/// Makes an index of two segments, in the first of which an article is deleted.
fn make(dir: &Path) -> Place {
    let index = Index::create(dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    for ids in [0..12, 12..15] {
        for id in ids {
            writer.add(Article::new(format!("a-{id}"))).expect("it has an id");
        }
        writer.commit().expect("there is room");
    }
    writer.delete(&"a-3".into()).expect("it is there");
    writer.commit().expect("there is room");
    Place::folder(dir)
}

fn file(place: &Place, part: &str) -> String {
    place.names().expect("a folder").into_iter().find(|name| name.contains(part)).expect("it is there")
}

#[test]
fn what_another_mended_before_the_lock_was_had_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = make(&folder.path().join("index"));
    fs::remove_file(place.path().join(file(&place, ".pos"))).expect("a file less");
    assert_eq!(damages(&place).expect("it can be read").len(), 1);
    assert!(mend(place.path()).expect("it can be mended").rebuilt > 0);
    let commit = place.read(META).expect("a file");
    let mended = mend_locked(&place).expect("it is sound");
    assert_eq!((mended.damages.len(), mended.rebuilt), (0, 0));
    assert_eq!(place.read(META).expect("a file"), commit);
    let lock = place.lock().expect("nobody has it");
    assert!(matches!(mend_locked(&place), Err(Error::Locked { .. })));
    drop(lock);
}

#[test]
fn a_repair_that_is_cut_off_is_done_by_the_next() {
    let mut n_cut = 0;
    for damaged in
        [&[".pos"][..], &[".store"], &["meta.json"], &["newshound.json", "meta.json"], &["manifest-", ".term"]]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let base = make(&folder.path().join("base"));
        let of_deletions = file(&base, ".del");
        let segment = of_deletions.split('.').next().expect("it begins with the segment");
        for part in damaged {
            let name = if part.starts_with('.') { format!("{segment}{part}") } else { file(&base, part) };
            fs::remove_file(base.path().join(name)).expect("a file less");
        }
        let files: BTreeMap<String, Vec<u8>> = base
            .names()
            .expect("a folder")
            .into_iter()
            .map(|name| {
                let bytes = fs::read(base.path().join(&name)).expect("a file");
                (name, bytes)
            })
            .collect();
        let whole = mend_at(&base).expect("it can be mended");
        let missing =
            |dir: &Path| Index::open(dir).and_then(|index| index.read_manifest()).expect("it is sound").missing;
        let lost = missing(base.path());
        assert_eq!(lost.n_articles(), whole.n_lost, "{damaged:?}: what is lost is remembered");
        let digests = |dir: &Path| Index::open(dir).and_then(|index| index.digests()).expect("it is sound");
        for full_at in (0..).step_by(if std::env::var_os("NEWSHOUND_TEST_ALL").is_some() { 1 } else { 6 }) {
            let dir = folder.path().join(format!("index-{full_at}"));
            fs::create_dir(&dir).expect("a folder");
            files.iter().for_each(|(name, bytes)| fs::write(dir.join(name), bytes).expect("a file"));
            let place = format!("{damaged:?}, cut off at operation {full_at}");
            let disk = Filling::at(full_at);
            let cut_off = mend_at(&Place::on(Arc::new(disk.clone()), &dir));
            let is_done = disk.operations() <= full_at;
            assert_eq!(cut_off.is_ok(), is_done, "{place}");
            let mended = mend(&dir).unwrap_or_else(|error| panic!("{place}: {error}"));
            // Either this one did it, or what was cut off had made its commit known.
            let is_mended = mended.damages.is_empty() || mended.n_lost == whole.n_lost;
            assert!(is_mended && digests(&dir) == digests(base.path()), "{place}: {mended:?}");
            assert_eq!(missing(&dir), lost, "{place}");
            assert!(crate::verify(&dir, &VerifyOptions { quick: true }).expect("it can be read").sound, "{place}");
            if is_done {
                break;
            }
            n_cut += 1;
        }
    }
    println!("repairs cut off: {n_cut}");
    assert!(n_cut > 50, "{n_cut}");
}
