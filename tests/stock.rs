//! An index that Newshound wrote is a tantivy index: the plain tantivy API opens it, checks its sums, reads its articles
//! and finds in it what Newshound finds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use newshound::{Corpus, ExtraKind, Index, IndexOptions, IngestOptions, SearchRequest, ingest};
use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::{QueryParser, TermQuery};
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{TantivyDocument, Term};

use crate::golden::package;

/// Asserts that stock tantivy sees the index as Newshound does.
fn assert_stock(dir: &Path, place: &str) {
    let ours = Index::open(dir).and_then(|index| index.searcher()).expect("the index is sound");
    let stock = tantivy::Index::open_in_dir(dir).expect("stock tantivy opens it");
    let metas = stock.load_metas().expect("the commit");
    let files = fs::read_dir(dir).expect("the index").map(|entry| entry.expect("an entry").file_name());
    let files: BTreeSet<_> = files.collect();
    let of_segments: Vec<_> =
        metas.list_segment_files().into_iter().filter(|file| files.contains(file.as_os_str())).collect();
    assert!(of_segments.len() >= 6, "{place}: {of_segments:?}");
    for file in of_segments {
        // Only files in tantivy's own list of files are looked at by `Index::validate_checksum`.
        assert!(stock.directory().validate_checksum(&file).expect("it can be read"), "{place}: {}", file.display());
    }
    let searcher = stock.reader().expect("a reader").searcher();
    let all = ours.count(&SearchRequest::new("lang:de OR lang:en OR lang:sv OR lang:fr OR lang:nl")).expect("counted");
    assert!(all > 5 && searcher.num_docs() >= all, "{place}: {all} of {}", searcher.num_docs());

    let language = stock.schema().get_field("language").expect("a field");
    let term = |code: &str| TermQuery::new(Term::from_field_text(language, code), IndexRecordOption::Basic);
    for code in ["de", "en"] {
        let theirs = searcher.search(&term(code), &Count).expect("searched") as u64;
        assert_eq!(theirs, ours.count(&SearchRequest::new(format!("lang:{code}"))).expect("counted"), "{place}");
    }
    // Its own query language, over the stems that plain words are looked up in.
    let stems = stock.schema().get_field("all").expect("a field");
    let parsed = QueryParser::for_index(&stock, vec![stems]).parse_query("language:de").expect("it is understood");
    assert_eq!(
        searcher.search(&parsed, &Count).expect("searched"),
        searcher.search(&term("de"), &Count).expect("searched")
    );

    let word = "ferri@en";
    let with_word = TermQuery::new(Term::from_field_text(stems, word), IndexRecordOption::Basic);
    let found = searcher.search(&with_word, &DocSetCollector).expect("searched");
    let mut theirs = BTreeSet::new();
    for address in found {
        let document: TantivyDocument = searcher.doc(address).expect("it can be read");
        let (_, stored) = document.field_values().next().expect("an article");
        let json = stored.as_bytes().expect("its JSON");
        let article: serde_json::Value = serde_json::from_slice(json).expect("JSON");
        theirs.insert(article["headline"].as_str().unwrap_or_default().to_owned());
    }
    let request = SearchRequest { limit: 1_000, languages: vec!["en".into()], ..SearchRequest::new("ferry") };
    let hits = ours.search(&request).expect("a sound query").hits;
    let ours: BTreeSet<String> = hits.into_iter().filter_map(|hit| Some(hit.headline?.text)).collect();
    assert!(ours.len() > 1, "{place}: {ours:?}");
    assert!(ours.is_subset(&theirs), "{place}: {ours:?} {theirs:?}");
}

#[test]
fn stock_tantivy_opens_the_index_and_finds_the_same() {
    let mut with_more = IndexOptions::default();
    with_more.compact = true;
    with_more.extra.insert("desk".to_owned(), ExtraKind::Keyword);
    with_more.extra.insert("note".to_owned(), ExtraKind::Text);
    for made_with in [IndexOptions::default(), with_more] {
        opens_and_finds_the_same(&made_with);
    }
}

fn opens_and_finds_the_same(made_with: &IndexOptions) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let (dir, news) = (folder.path().join("index"), folder.path().join("news"));
    let index = Index::create_with(&dir, made_with).expect("an index");
    let run = |root: &Path, canonical| {
        let mut options = IngestOptions::default();
        options.canonical = canonical;
        ingest(&index, vec![Corpus::named("news", root).expect("a name")], &options).expect("indexed");
    };
    copy(&package().join("corpus"), &news);
    run(&news, false);
    assert_stock(&dir, "as first written");
    fs::remove_dir_all(news.join("kestry-observer")).expect("it is there");
    run(&news, false);
    assert_stock(&dir, "with articles deleted");
    run(&news, true);
    assert_stock(&dir, "canonical");
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(|entry| entry.expect("it can be listed")) {
        let to = to.join(entry.path().strip_prefix(from).expect("it is below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a folder can be made");
        } else {
            fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
}
