//! An index that Newshound wrote is a tantivy index: the plain tantivy API opens it and finds in it.

use newshound::{Corpus, Index, IngestOptions, SearchRequest, ingest};
use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use crate::golden::package;

#[test]
fn stock_tantivy_opens_the_index_and_finds_the_same() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let index = Index::create(folder.path().join("index")).expect("an index");
    let corpus = Corpus::directory(package().join("corpus")).expect("a name");
    ingest(&index, vec![corpus], &IngestOptions::default()).expect("indexed");
    let ours = index.searcher().expect("a searcher").count(&SearchRequest::new("lang:de")).expect("counted");
    assert!(ours > 1);

    let stock = tantivy::Index::open_in_dir(folder.path().join("index")).expect("stock tantivy opens it");
    assert!(stock.validate_checksum().expect("readable").is_empty());
    let language = stock.schema().get_field("language").expect("a field");
    let query = TermQuery::new(Term::from_field_text(language, "de"), IndexRecordOption::Basic);
    let theirs = stock.reader().expect("a reader").searcher().search(&query, &Count).expect("searched");
    assert_eq!(theirs as u64, ours);
}
