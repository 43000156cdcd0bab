//! Indexes of every format: one of this format opens, is sound and answers; one of another says what it is and what to do,
//! and is left as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use newshound::{ErrorKind, Index, IngestOptions, SearchRequest, VerifyOptions, repair, verify};

use crate::golden::package;

/// Returns a copy of each kept index, by its format.
fn kept(folder: &Path) -> BTreeMap<u32, PathBuf> {
    let mut kept = BTreeMap::new();
    for entry in fs::read_dir(package().join("tests/fixtures/indexes")).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(format) = name.strip_prefix("format-").and_then(|number| number.parse().ok()) else { continue };
        let copy = folder.join(&name);
        fs::create_dir(&copy).expect("a folder");
        for file in fs::read_dir(&path).expect("an index") {
            let file = file.expect("an entry");
            fs::copy(file.path(), copy.join(file.file_name())).expect("a file");
        }
        kept.insert(format, copy);
    }
    kept
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("an index").map(|entry| entry.expect("an entry").path());
    entries.map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

#[test]
fn an_index_of_each_format_opens_or_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = Index::in_memory().and_then(|index| index.status()).expect("memory").format;
    let kept = kept(folder.path());
    assert!(kept.contains_key(&ours), "format {ours} has an index among the fixtures");
    assert!(kept.len() > 1, "there are others");
    for (format, dir) in kept {
        let before = files(&dir);
        if format == ours {
            let index = Index::open(&dir).expect("it is of this format");
            assert_eq!(index.status().expect("it is sound").articles, 3);
            let answer =
                index.searcher().and_then(|searcher| searcher.search(&SearchRequest::new("\"harbour bridge\"")));
            assert_eq!(answer.expect("a sound query").hits[0].id.as_str(), "note-2");
            let report = verify(&dir, &VerifyOptions::default()).expect("it can be read");
            assert!(report.sound, "format {format}: {:?}", report.damages);
        } else {
            let errors = [
                Index::open(&dir).err(),
                Index::open_or_create(&dir).err(),
                verify(&dir, &VerifyOptions::default()).err(),
                repair(&dir, Vec::new(), &IngestOptions::default()).err(),
            ];
            for error in errors {
                let error = error.expect("it is of another format");
                assert_eq!(error.kind(), ErrorKind::Incompatible, "{error}");
                let told = error.to_string();
                assert!(
                    told.contains(&format!("the index was built by format {format} with newshound-analyzer ")),
                    "{told}"
                );
                assert!(told.contains(&format!("this program reads format {ours} with ")), "{told}");
                assert!(told.ends_with("build it anew from its corpora in another folder"), "{told}");
            }
        }
        assert!(before == files(&dir), "format {format}: it is left as it is");
    }
}
