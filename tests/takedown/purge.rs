//! A purge: no file of the index has anything of an article that is gone, as it is or when it is read.

use std::collections::BTreeSet;

use super::*;

/// Returns all that stands in the files of an index: as they are, and what tantivy reads in them, live or not.
fn contents(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("the index") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        found.push(String::from_utf8_lossy(&bytes).to_lowercase());
    }
    let index = tantivy::Index::open_in_dir(dir).expect("it is an index");
    let reader = index.reader().expect("it is an index");
    for segment in reader.searcher().segment_readers() {
        for (field, entry) in segment.schema().fields() {
            if entry.is_indexed() {
                let inverted = segment.inverted_index(field).expect("it is indexed");
                let mut terms = inverted.terms().stream().expect("a dictionary");
                while terms.advance() {
                    found.push(String::from_utf8_lossy(terms.key()).to_lowercase());
                }
            }
            if entry.is_fast() && entry.field_type().is_str() {
                let Some(column) = segment.fast_fields().str(entry.name()).expect("a column") else { continue };
                let mut words = column.dictionary().stream().expect("a dictionary");
                while words.advance() {
                    found.push(String::from_utf8_lossy(words.key()).to_lowercase());
                }
            }
        }
        let store = segment.get_store_reader(1).expect("a store");
        for doc in 0..segment.max_doc() {
            found.push(String::from_utf8_lossy(&store.get_document_bytes(doc).expect("an article")).to_lowercase());
        }
    }
    found
}

fn times(dir: &Path, word: &str) -> usize {
    contents(dir).iter().filter(|text| text.contains(word)).count()
}

#[test]
fn after_a_purge_no_file_has_anything_of_an_article_that_is_gone() {
    for way in ["take down", "source gone", "replaced", "writer"] {
        let desk = Desk::new();
        let dir = desk.folder.path().join("index");
        desk.run(|_| {});
        assert!(times(&dir, "quillane") > 10, "headline, body, forms, stems, keywords and columns");
        match way {
            "take down" => desk.take_down("ferry-1"),
            "source gone" => {
                desk.remove("ferry.md");
                desk.run(|_| {});
            }
            "replaced" => {
                desk.write("ferry.md", "---\nid: ferry-1\ntitle: Ferry returns\n---\n\nThe ferry sailed again.\n");
                desk.run(|_| {});
            }
            _ => {
                let mut writer = desk.index.writer().expect("there is no other");
                writer.delete(&"ferry-1".into()).expect("the index is sound");
                writer.commit().expect("there is room");
            }
        }
        assert!(times(&dir, "quillane") > 0, "{way}: deleted is not gone");
        if way == "writer" {
            let mut writer = desk.index.writer().expect("there is no other");
            writer.purge().expect("there is room");
        } else {
            let report = desk.run(|options| options.purge = true);
            assert!(report.changed, "{way}: segments are written anew");
        }
        assert_eq!(times(&dir, "quillane"), 0, "{way}");
        assert_eq!(desk.count("barge"), 1, "{way}: the others are there");
        let names: BTreeSet<_> =
            fs::read_dir(&dir).expect("the index").map(|entry| entry.expect("an entry").file_name()).collect();
        let report = desk.run(|options| options.purge = true);
        assert_eq!(report.changed, way == "writer", "{way}: a purge of nothing writes nothing");
        let after: BTreeSet<_> =
            fs::read_dir(&dir).expect("the index").map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(names == after, way != "writer", "{way}");
    }
}

#[test]
fn what_was_never_committed_leaves_nothing_behind_either() {
    let desk = Desk::new();
    let dir = desk.folder.path().join("index");
    desk.run(|_| {});
    let mut writer = desk.index.writer().expect("there is no other");
    let mut article = Article::new("draft-1");
    article.body = vec!["The vessel Zanderil was seen.".to_owned()];
    writer.add(article).expect("it has an id");
    writer.delete(&"draft-1".into()).expect("it was added");
    let mut article = Article::new("draft-2");
    article.body = vec!["The vessel was seen.".to_owned()];
    writer.add(article).expect("it has an id");
    writer.purge().expect("there is room");
    assert_eq!((times(&dir, "zanderil"), times(&dir, "draft-1")), (0, 0));
    assert!(times(&dir, "draft-2") > 0);
}
