//! What is read of a damaged index, and what its errors must tell.

use std::path::Path;

use newshound::{Error, Expand, Index, SearchRequest, Sort, VerifyOptions, verify};

/// Reads in an index what there is to read. Whatever fails is told as damage of this file, and returned is which file
/// `verify` finds damaged, if one is.
pub(super) fn read_all(dir: &Path, damaged: Option<&str>, turn: usize) -> Option<String> {
    let told = |error: &Error| assert_names(error, dir, damaged);
    match Index::open(dir) {
        Err(error) => told(&error),
        Ok(index) => {
            match index.searcher() {
                Err(error) => told(&error),
                Ok(searcher) => {
                    for query in QUERIES {
                        let mut request = SearchRequest::new(query);
                        searcher.search(&request).err().iter().for_each(told);
                        request.sort = Sort::Newest;
                        searcher.search(&request).err().iter().for_each(told);
                    }
                    let found = searcher.find("ferry-1", 10);
                    found.as_ref().err().into_iter().for_each(told);
                    let mut request = SearchRequest::new(MORE[turn % MORE.len()]);
                    (request.expand, request.explain) = (Some(Expand::default()), true);
                    searcher.search(&request).err().iter().for_each(told);
                    if turn.is_multiple_of(MORE.len()) {
                        searcher.suggest("har", 5).err().iter().for_each(told);
                        for article in found.unwrap_or_default() {
                            searcher.similar(&article, &request).err().iter().for_each(told);
                        }
                    }
                }
            }
            index.status().err().iter().for_each(told);
            index.digests().err().iter().for_each(told);
        }
    }
    let report = verify(dir, &VerifyOptions::default()).expect("it can be read");
    assert_eq!(report.sound, report.damages.is_empty());
    report.damages.into_iter().next().map(|damage| damage.file)
}

const QUERIES: [&str; 5] =
    ["ferry", "\"the ferry\" OR harbour", "headline:ferry -toll", "渡し船", "x.note:\"held up\" OR market"];

/// What reads other parts, one for each damage by turns.
const MORE: [&str; 7] = [
    "harb*",
    "fery~ W/5 sailed",
    "/harbou?r/ OR =ferry",
    "date:2024 OR words:>3",
    "caps(ferry) OR first/9(the)",
    "section:city/transport OR has:publisher",
    "path:*.md OR id:ferry-1",
];

/// Asserts that an error is one of damage and names the file. Without the file that marks an index it may be taken for none,
/// and with other words in it for one of another format.
pub(super) fn assert_names(error: &Error, dir: &Path, damaged: Option<&str>) {
    let is_mark = damaged == Some("newshound.json");
    match error {
        Error::Damaged { path, .. } => {
            assert_eq!(Some(&**path), damaged.map(|name| dir.join(name)).as_deref(), "{error}")
        }
        Error::NoIndex { .. } | Error::Incompatible { .. } if is_mark => {}
        other => panic!("{damaged:?}: {other:?}"),
    }
}
