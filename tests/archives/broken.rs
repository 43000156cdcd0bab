//! Archives and packed files that were sound, and break off.

use std::fs;

use newshound::{Change, Code, Corpus, Difference, IngestOptions, check};

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

#[test]
fn what_a_limit_leaves_out_is_not_kept() {
    let names = ["a.txt", "b.txt", "d.txt"];
    let lines: String = (0..40).map(|n| format!("{{\"title\":\"Ferry {n}\",\"body\":\"Back.\"}}\n")).collect();
    let mut of_all_kinds = files(&names);
    of_all_kinds.insert("c.jsonl".to_owned(), lines.clone());
    let tar = tar(&of_all_kinds);
    // In the midst of a file of the archive, which breaks off with it.
    let within = tar.windows(8).position(|part| part == b"Ferry 20").expect("it has so many") as u64;
    for (name, bytes, limit, value, code) in [
        ("a.tar.gz", gzip(&tar), "unpacked", within, Code::CutShort),
        ("a.jsonl.gz", gzip(lines.as_bytes()), "unpacked", lines.len() as u64 / 2, Code::CutShort),
        ("a.jsonl", lines.clone().into_bytes(), "articles", 7, Code::CutShort),
        ("a.zip", zip(&of_all_kinds), "members", 2, Code::CutShort),
        ("a.txt.gz.gz", gzip(&gzip(story("ann").as_bytes())), "nesting", 1, Code::OverLimit),
    ] {
        let (place, fresh) = (Place::new(), Place::new());
        let mut options = IngestOptions::default();
        for place in [&place, &fresh] {
            place.write("other.txt", story("other").as_bytes());
            place.write(name, &bytes);
        }
        let all = place.ingest(&options).articles.added;
        options.parse.limits.set(limit, value).expect("it is a limit");
        let report = place.ingest(&options);
        assert!(report.notices.iter().any(|notice| notice.code == code), "{name}: {:?}", report.notices);
        assert!(report.notices.iter().all(|notice| notice.code != Code::BrokenOff), "{name}: {:?}", report.notices);
        let left = fresh.ingest(&options).articles.added;
        assert!(left < all && (left > 1 || code == Code::OverLimit), "{name}: {left} of {all}");
        assert_eq!((report.articles.deleted, report.sources.stale), (all - left, 0), "{name}");
    }
}
