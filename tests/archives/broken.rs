//! Archives and packed files that were sound, and break off.

use std::fs;

use newshound::{Change, Corpus, Difference, IngestOptions, check};

use super::{Place, files, gzip, story, tar, zip};

#[test]
fn what_breaks_off_keeps_what_was_indexed_of_it() {
    let names = ["a.txt", "b.txt", "c.txt"];
    let stories: String =
        names.iter().map(|name| format!("{{\"title\":\"Ferry {name}\",\"body\":\"Back.\"}}\n")).collect();
    let tar = tar(&files(&names));
    for (name, bytes, inside) in [
        ("a.zip", zip(&files(&names)), 3),
        ("a.tar", tar.clone(), 3),
        ("a.tar.gz", gzip(&tar), 3),
        ("a.jsonl.gz", gzip(stories.repeat(9).as_bytes()), 27),
    ] {
        let place = Place::new();
        place.write("other.txt", story("other").as_bytes());
        place.write(name, &bytes);
        assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 1 + inside, "{name}");
        place.write(name, &bytes[..bytes.len() * 3 / 5]);
        let report = place.ingest(&IngestOptions::default());
        assert_eq!(report.articles.deleted, 0, "{name}");
        assert!(report.sources.stale > 0, "{name}: {:?}", report.sources);
        assert_eq!(place.index().status().expect("it is sound").articles, 1 + inside, "{name}");
        let again = place.ingest(&IngestOptions::default());
        assert!(!again.changed, "{name}: {again:?}");
        let corpus = Corpus::named("news", place.root()).expect("the name is sound");
        let checked = check(&place.index(), vec![corpus], &Default::default()).expect("it can be checked");
        let is_unreadable = |found: &Difference| found.change == Change::Unreadable;
        assert!(!checked.differences.is_empty() && checked.differences.iter().all(is_unreadable), "{name}");
        place.write(name, &bytes);
        let report = place.ingest(&IngestOptions::default());
        assert_eq!((report.articles.deleted, report.sources.stale), (0, 0), "{name}");
        fs::remove_file(place.root().join(name)).expect("it is there");
        assert_eq!(place.ingest(&IngestOptions::default()).articles.deleted, inside, "{name}");
    }
}
