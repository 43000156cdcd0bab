//! What is written to a damaged index: nothing is made of damaged bytes, which would have right checksums then.

use super::*;

#[test]
fn a_canonical_rebuild_goes_on_with_no_damaged_file() {
    let folder = TempDir::new().expect("a folder");
    let (root, dir) = make(folder.path(), 77);
    let index = Index::open(&dir).expect("it is sound");
    let canonical = |full| {
        let mut options = IngestOptions::default();
        (options.canonical, options.full) = (true, full);
        ingest(&index, vec![Corpus::named("news", &root).expect("a sound name")], &options)
    };
    canonical(false).expect("it can be read");
    for ending in [".store", ".term", ".pos", ".fast"] {
        let path = files(&dir).into_iter().find(|path| is(path, ending)).expect("a segment has one");
        let whole = fs::read(&path).expect("a file");
        let mut bytes = whole.clone();
        let place = bytes.len() / 3;
        bytes[place] ^= 1;
        fs::write(&path, bytes).expect("a file");
        let error = canonical(true).expect_err("the files of the same names are damaged");
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
        fs::write(&path, whole).expect("a file");
        canonical(true).expect("it is whole");
    }
}

#[test]
fn nothing_is_made_of_a_damaged_list_of_deletions() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    // So many that the end of the list, which is looked at when the index is opened, is not all of it.
    for number in 0..4000 {
        writer.add(Article::new(format!("a-{number:04}"))).expect("it has an id");
    }
    writer.commit().expect("there is room");
    writer.take_down(&"a-0123".into(), "on wish").expect("it is there");
    writer.commit().expect("there is room");
    writer.delete(&"a-3000".into()).expect("it is there");
    let path = files(&dir).into_iter().find(|path| is(path, ".del")).expect("something is deleted");
    let mut bytes = fs::read(&path).expect("a file");
    let deleted = bytes.iter_mut().take(200).find(|byte| byte.count_ones() == 7).expect("its bit is clear");
    *deleted = 0xff;
    fs::write(&path, bytes).expect("a file");
    let error = Index::open(&dir).err().expect("a reader would find what was taken down");
    assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    let error = writer.commit().expect_err("what was taken down would be back, with a right checksum");
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    drop(writer);
    let report = repaired(&dir);
    assert_eq!((report.rebuilt, report.lost), (3999, 0));
}

#[test]
fn what_is_to_be_deleted_is_deleted_or_the_damage_is_told() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    for number in 0..60 {
        let mut article = Article::new(format!("a-{number:02}"));
        article.body = vec![format!("The quay of number{number} is closed.")];
        writer.add(article).expect("it has an id");
    }
    writer.commit().expect("there is room");
    drop((writer, index));
    let (mut told, mut deleted) = (0, 0);
    for ending in [".term", ".idx"] {
        let path = files(&dir).into_iter().find(|path| is(path, ending)).expect("a segment has one");
        let whole = fs::read(&path).expect("a file");
        // The keys stand in the order of articles, so that the list of each is one number, and these come one after the other.
        let of_key = whole.windows(5).position(|bytes| bytes == [0x85, 0x86, 0x87, 0x88, 0x89]).map(|place| place + 2);
        assert_eq!(of_key.is_some(), ending == ".idx", "the place of what tells where a-07 is");
        for place in of_key.into_iter().chain((0..whole.len() - 256).step_by(if ending == ".idx" { 97 } else { 11 })) {
            let copy = folder.path().join(format!("{place}{ending}"));
            fs::create_dir(&copy).expect("a folder");
            for file in files(&dir) {
                fs::copy(&file, copy.join(file.file_name().expect("a name"))).expect("a file");
            }
            let index = Index::open(&copy).expect("it is sound");
            let mut writer = index.writer().expect("there is no other");
            writer.take_down(&"a-07".into(), "on wish").expect("it is there");
            let mut bytes = whole.clone();
            bytes[place] ^= if Some(place) == of_key { 0x0b } else { 0x15 };
            fs::write(copy.join(path.file_name().expect("a name")), bytes).expect("a file");
            match writer.commit() {
                Ok(()) => {
                    deleted += 1;
                    fs::write(copy.join(path.file_name().expect("a name")), &whole).expect("a file");
                    assert!(
                        verify(&copy, &VerifyOptions::default()).expect("it can be read").sound,
                        "{ending}: {place}"
                    );
                }
                Err(error) => {
                    told += 1;
                    assert_eq!(error.kind(), ErrorKind::Damaged, "{ending}: byte {place}: {error}");
                }
            }
            drop((writer, index));
            fs::remove_dir_all(copy).expect("a folder less");
        }
    }
    println!("deletions from a damaged dictionary: {deleted} done, {told} told");
    assert!(told > 0 && deleted > 0);
}

#[test]
fn nothing_is_made_of_damaged_articles() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (root, dir) = make(folder.path(), 11);
    let store = files(&dir).into_iter().find(|path| is(path, ".store")).expect("a segment has one");
    let mut bytes = fs::read(&store).expect("it can be read");
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    fs::write(&store, bytes).expect("it can be written");
    let index = Index::open(&dir).expect("its end is whole");
    // Every segment is written anew.
    let mut options = IngestOptions::default();
    options.canonical = true;
    let corpus = Corpus::named("news", &root).expect("a sound name");
    let error = ingest(&index, vec![corpus], &options).expect_err("the articles are damaged");
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    let name = store.file_name().expect("a file").to_string_lossy();
    assert!(error.to_string().contains(&*name), "{error}");
    repaired(&dir);
    assert_as_fresh(&dir, &root, "repaired");
}

#[test]
fn however_many_files_are_damaged_none_is_taken_for_whole() {
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().join("index");
    let index = Index::create(&dir).expect("the folder is absent");
    let mut writer = index.writer().expect("there is no other");
    // Segments of three sizes, so that none are made one, and a deletion in each.
    let sizes = [8_001; 2].into_iter().chain([1_001; 7]).chain([6; 7]);
    for (number, size) in sizes.enumerate() {
        (0..size).for_each(|article| writer.add(Article::new(format!("{number}-{article}"))).expect("it has an id"));
        writer.commit().expect("there is room");
    }
    (0..16).for_each(|number| writer.delete(&format!("{number}-0").into()).expect("it is there"));
    writer.commit().expect("there is room");
    drop((writer, index));
    let is_of_segment = |path: &PathBuf| !["meta.json", ".bin", "newshound.json"].iter().any(|ending| is(path, ending));
    let damaged: Vec<PathBuf> = files(&dir).into_iter().filter(is_of_segment).collect();
    assert_eq!(damaged.len(), 16 * 7, "more than a verification tells");
    damaged.iter().for_each(|path| fs::remove_file(path).expect("a file less"));
    let report = verify(&dir, &VerifyOptions::default()).expect("it can be read");
    assert_eq!(report.damages.len(), newshound::VerifyReport::MOST_DAMAGES);
    let report = repaired(&dir);
    assert_eq!((report.damages.len(), report.kept, report.lost), (16 * 7, 0, 2 * 8_001 + 7 * 1_001 + 7 * 6 - 16));
}
