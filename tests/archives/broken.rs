//! Archives and packed files that were sound, and break off.

use std::fs;

use newshound::{Change, Code, Corpus, Difference, IngestOptions, check};

use super::{Files, Place, files, gzip, story, tar, zip};
use crate::support::random::Random;

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
        assert_eq!(again.sources.stale, report.sources.stale, "{name}: it is told as long as it is so");
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

#[test]
fn a_file_of_an_archive_that_a_limit_ends_is_not_kept() {
    let body = "Back. ".repeat(900);
    let files: Files = [("a.txt".to_owned(), story("ann"))]
        .into_iter()
        .chain([("c.json".to_owned(), format!("{{\"title\": \"Ferry carl\", \"body\": \"{body}\"}}"))])
        .collect();
    for (name, bytes, unpacked) in [
        ("a.zip", zip(&files), 2000),
        ("a.tar.gz", gzip(&tar(&files)), 2500),
        ("a.json.gz", gzip(files["c.json"].as_bytes()), 999),
    ] {
        let place = Place::new();
        place.write("other.txt", story("other").as_bytes());
        place.write(name, &bytes);
        let all = place.ingest(&IngestOptions::default()).articles.added;
        // Other bytes too, so that it is not told by them alone that nothing is damaged.
        place.write(name, &[&bytes[..], b"\0"].concat());
        let mut options = IngestOptions::default();
        options.parse.limits.set("unpacked", unpacked).expect("it is a limit");
        let report = place.ingest(&options);
        assert_eq!((report.articles.deleted, report.sources.stale), (1, 0), "{name}, of {all}: {report:?}");
        assert!(report.notices.iter().all(|notice| notice.code != Code::BrokenOff), "{name}: {:?}", report.notices);
    }
}

/// Sources with one article, by all ways in which they may be packed.
fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let story = story("ann");
    let json = "{\"title\": \"Ferry ann\", \"body\": \"The ferry sailed again on Monday.\"}\n";
    let page = format!("<html><title>Ferry ann</title><article><p>{story}</p></article></html>");
    let files = files(&["ann.txt"]);
    vec![
        ("a.md", format!("# {story}").into_bytes()),
        ("a.txt", story.clone().into_bytes()),
        ("a.html", page.into_bytes()),
        ("a.json", json.as_bytes().to_vec()),
        ("a.jsonl", json.as_bytes().to_vec()),
        ("a.txt.gz", gzip(story.as_bytes())),
        ("a.zip", zip(&files)),
        ("a.tar", tar(&files)),
        ("a.tar.gz", gzip(&tar(&files))),
    ]
}

/// What may become of bytes.
fn damages(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut random = Random::new(7);
    let noise: Vec<u8> = (0..bytes.len().max(64)).map(|_| random.below(256) as u8).collect();
    vec![("zeros", vec![0; bytes.len()]), ("noise", noise)]
}

#[test]
fn what_no_format_can_read_any_more_keeps_what_was_indexed_of_it() {
    for (name, bytes) in sources() {
        let mut damages = damages(&bytes);
        if name.ends_with(".gz") || name.contains(".json") {
            damages.push(("its beginning", bytes[..10].to_vec()));
        }
        for (damage, damaged) in damages {
            let at = format!("{name}, {damage}");
            let place = Place::new();
            place.write("other.txt", story("other").as_bytes());
            place.write(name, &bytes);
            assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 2, "{at}");
            let found = place.found("ann");
            place.write(name, &damaged);
            for full in [false, false, true, false] {
                let mut options = IngestOptions::default();
                options.full = full;
                let report = place.ingest(&options);
                let inside = u64::from(found[0] != name);
                assert_eq!((report.articles.deleted, report.sources.stale), (0, 1 + inside), "{at}: {report:?}");
                assert_eq!(report.sources.all_skipped(), 0, "{at}: {report:?}");
                assert!(report.notices.iter().any(|notice| notice.code == Code::Stale), "{at}: {:?}", report.notices);
                assert_eq!(place.found("ann"), found, "{at}");
            }
            let corpus = || Corpus::named("news", place.root()).expect("the name is sound");
            let checked = check(&place.index(), vec![corpus()], &Default::default()).expect("it can be checked");
            let changes: Vec<Change> = checked.differences.iter().map(|found| found.change).collect();
            assert_eq!(changes, [Change::Unreadable], "{at}");
            assert!(place.index().verify(&Default::default()).expect("it can be read").sound, "{at}");
            // Mended it is as it was, and emptied or gone, so are its articles.
            place.write(name, &bytes);
            let report = place.ingest(&IngestOptions::default());
            assert_eq!((report.articles.deleted, report.sources.stale), (0, 0), "{at}");
            let checked = check(&place.index(), vec![corpus()], &Default::default()).expect("it can be checked");
            assert!(checked.same, "{at}: {checked:?}");
            place.write(name, &damaged);
            assert_eq!(place.ingest(&IngestOptions::default()).articles.deleted, 0, "{at}");
            if damage == "zeros" {
                fs::remove_file(place.root().join(name)).expect("it is there");
            } else {
                place.write(name, b"");
            }
            assert_eq!(place.ingest(&IngestOptions::default()).articles.deleted, 1, "{at}");
            assert_eq!(place.found("ferry"), ["other.txt"], "{at}");
        }
    }
}

#[test]
fn what_breaks_off_within_keeps_what_stood_behind_the_break() {
    let list = |names: &[&str]| {
        let objects = names.iter().map(|name| format!("{{\"title\": \"Ferry {name}\", \"body\": \"It sailed.\"}}"));
        format!("[{}]", objects.collect::<Vec<_>>().join(",\n"))
    };
    let feed = |names: &[&str]| {
        let items = names.iter().map(|name| {
            format!(
                "<item><title>Ferry {name}</title><description>It sailed with {name} on Monday.</description></item>\n"
            )
        });
        format!("<rss version='2.0'><channel><title>Ostrel Post</title>\n{}</channel></rss>", items.collect::<String>())
    };
    let all = ["ann", "bob", "cid"];
    let lines = |names: &[&str]| list(names).replace(",\n", "\n").replace(['[', ']'], "");
    let table = |names: &[&str]| {
        let rows = names.iter().map(|name| format!("Ferry {name},\"It sailed, with {name}, on Monday.\"\n"));
        format!("title,text\n{}", rows.collect::<String>())
    };
    let sources = [
        ("a.json", list(&all), list(&all[..2])),
        ("a.jsonl", lines(&all), lines(&all[..2])),
        ("a.xml", feed(&all), feed(&all[..2])),
        ("a.csv", table(&all), table(&all[..2])),
    ];
    for (name, whole, fewer) in sources {
        let place = Place::new();
        place.write(name, whole.as_bytes());
        assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 3, "{name}");
        let found = place.found("ferry");
        place.write(name, &whole.as_bytes()[..whole.len() * 5 / 9]);
        for _ in 0..2 {
            let report = place.ingest(&IngestOptions::default());
            assert_eq!((report.articles.deleted, report.sources.stale), (0, 1), "{name}: {report:?}");
            assert_eq!(place.found("ferry"), found, "{name}");
            assert_eq!((place.found("bob").len(), report.articles.replaced), (1, 0), "{name}: {report:?}");
        }
        place.write(name, fewer.as_bytes());
        let report = place.ingest(&IngestOptions::default());
        assert_eq!((report.articles.deleted, report.sources.stale), (1, 0), "{name}: {report:?}");
    }
}

#[test]
fn a_part_of_an_article_does_not_take_the_place_of_the_whole() {
    let story = story("ann");
    let nitf = format!(
        "<nitf><body><body.head><hedline><hl1>Ferry ann</hl1></hedline></body.head><body.content><p>{story}</p><p>The end.</p>\
         </body.content></body></nitf>"
    );
    for (name, whole) in [("a.xml", nitf.into_bytes()), ("a.txt.gz", gzip(story.repeat(400).as_bytes()))] {
        let place = Place::new();
        place.write(name, &whole);
        assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 1, "{name}");
        place.write(name, &whole[..whole.len() * 3 / 4]);
        let mut full = IngestOptions::default();
        full.full = true;
        for options in [IngestOptions::default(), IngestOptions::default(), full] {
            let report = place.ingest(&options);
            assert_eq!((report.articles.replaced, report.sources.stale), (0, 1), "{name}: {report:?}");
        }
        // What is cut from the beginning is all that there is.
        let cut = Place::new();
        cut.write(name, &whole[..whole.len() * 3 / 4]);
        let report = cut.ingest(&IngestOptions::default());
        assert_eq!((report.articles.added, report.sources.stale), (1, 0), "{name}: {report:?}");
        let mut full = IngestOptions::default();
        full.full = true;
        let report = cut.ingest(&full);
        assert_eq!((report.articles.deleted, report.sources.stale), (0, 0), "{name}: {report:?}");
        assert_eq!(cut.found("ferry").len(), 1, "{name}");
    }
}

#[test]
fn a_file_that_is_damaged_within_a_sound_archive_keeps_what_was_indexed_of_it() {
    let write = |place: &Place, ann: &str, inner: &[u8]| {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, bytes) in [("ann.txt", ann.as_bytes()), ("b.zip", inner)] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, bytes).expect("memory suffices");
        }
        place.write("a.tar", &archive.into_inner().expect("memory suffices"));
    };
    let (sound, inner) = (story("ann"), zip(&files(&["bob.txt"])));
    for (ann, inner_now, stale) in [("\0".repeat(99), inner.clone(), 1), (sound.clone(), vec![0; inner.len()], 2)] {
        let place = Place::new();
        write(&place, &sound, &inner);
        assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 2);
        write(&place, &ann, &inner_now);
        for _ in 0..3 {
            let report = place.ingest(&IngestOptions::default());
            assert_eq!((report.articles.deleted, report.sources.stale), (0, stale), "{report:?}");
        }
        // Once all was read in full, it is not read again for what is stale in it.
        let path = place.root().join("a.tar");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
        let archive = fs::File::options().write(true).open(path).expect("it is there");
        archive.set_modified(long_ago).expect("it can be set");
        let mut options = IngestOptions::default();
        options.full = true;
        assert_eq!(place.ingest(&options).sources.stale, stale);
        let report = place.ingest(&IngestOptions::default());
        assert_eq!((report.sources.read, report.sources.stale), (0, stale), "{report:?}");
        write(&place, &sound, &inner);
        assert_eq!(place.ingest(&IngestOptions::default()).sources.stale, 0);
        assert_eq!(place.ingest(&IngestOptions::default()).sources.stale, 0);
        assert_eq!(place.found("ferry"), ["a.tar!/ann.txt", "a.tar!/b.zip!/bob.txt"]);
        // An article that is another, and none, are edits.
        write(&place, &story("dora"), &zip(&files(&["emil.txt"])));
        let report = place.ingest(&IngestOptions::default());
        assert_eq!((report.articles.deleted, report.articles.replaced), (1, 1), "{report:?}");
        write(&place, "", &zip(&Files::new()));
        assert_eq!(place.ingest(&IngestOptions::default()).articles.deleted, 2);
    }
}

#[test]
fn what_other_settings_make_of_the_same_bytes_is_no_damage() {
    let place = Place::new();
    place.write("other.txt", story("other").as_bytes());
    let deep =
        format!("{{\"title\": \"Ferry ann\", \"body\": \"Back.\", \"more\": {}{}}}", "[".repeat(20), "]".repeat(20));
    place.write("a.json", deep.as_bytes());
    let mut options = IngestOptions::default();
    assert_eq!(place.ingest(&options).articles.added, 2);
    options.parse.limits.set("json-depth", 9).expect("it is a limit");
    let report = place.ingest(&options);
    assert_eq!((report.articles.deleted, report.sources.stale), (1, 0), "{report:?}");
}

#[test]
fn a_source_of_which_an_article_was_taken_down_can_be_read() {
    let line = |id: &str| format!("{{\"id\": \"{id}\", \"title\": \"Ferry {id}\", \"body\": \"Back with {id}.\"}}\n");
    let place = Place::new();
    place.write("a.jsonl", (line("ann") + &line("bob")).as_bytes());
    assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 2);
    let index = place.index();
    let mut writer = index.writer().expect("nobody writes");
    assert!(writer.take_down(&"ann".into(), "a wish of its author").expect("it is one article"));
    writer.commit().expect("the disk is whole");
    drop(writer);
    place.write("a.jsonl", (line("ann") + "no record\n").as_bytes());
    let report = place.ingest(&IngestOptions::default());
    assert_eq!((report.articles.deleted, report.sources.stale), (1, 0), "{report:?}");
}

#[test]
fn a_stale_file_of_an_archive_whose_article_is_taken_down_is_stale_no_more() {
    let place = Place::new();
    place.write("a.zip", &zip(&files(&["ann.txt", "bob.txt"])));
    assert_eq!(place.ingest(&IngestOptions::default()).articles.added, 2);
    let mut damaged = files(&["ann.txt", "bob.txt"]);
    damaged.insert("ann.txt".to_owned(), "\0".repeat(99));
    place.write("a.zip", &zip(&damaged));
    assert_eq!(place.ingest(&IngestOptions::default()).sources.stale, 1);
    let index = place.index();
    let mut writer = index.writer().expect("nobody writes");
    assert!(writer.take_down(&"a.zip!/ann.txt".into(), "a wish of its author").expect("it is one article"));
    writer.commit().expect("the disk is whole");
    drop(writer);
    for _ in 0..2 {
        let report = place.ingest(&IngestOptions::default());
        assert_eq!(report.sources.stale, 0, "{report:?}");
    }
    assert_eq!(place.found("ferry"), ["a.zip!/bob.txt"]);
}
