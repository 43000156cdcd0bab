//! What sources may ask for at most, as it is typed, and the formats of a build.

use serde_json::Value;

use super::Desk;

fn notices(report: &Value) -> Vec<String> {
    let notices = report["notices"].as_array().expect("a list").iter();
    notices.map(|notice| notice["message"].as_str().expect("a sentence").to_owned()).collect()
}

#[test]
fn so_many_articles_of_a_source_are_taken_and_the_limit_is_named() {
    let desk = Desk::new();
    let lines: String = (0..5).map(|n| format!("{{\"title\": \"Ferry {n}\", \"body\": \"It sailed.\"}}\n")).collect();
    desk.write("news/wire.jsonl", &lines);
    let report = desk.run(["index", "--json", "--limit", "articles=3", "news"]).json();
    let why = "a source of more than 3 articles; the others are not indexed; raise `articles` (--limit articles=N) to have more";
    assert_eq!(report["articles"]["added"], 6, "{report}");
    assert_eq!(notices(&report), [why]);
    // It is remembered, told by a check, and other limits read every source again.
    assert_eq!(desk.run(["index", "--json"]).json()["changed"], false);
    assert_eq!(desk.run(["check"]).code, 0);
    let check = desk.run(["check", "news"]);
    assert_eq!(check.code, 1);
    assert!(check.stdout.contains("\nnews: --limit was articles=3, is not given\n"), "{}", check.stdout);
    assert!(check.stdout.starts_with("other settings"), "{}", check.stdout);
    let report = desk.run(["index", "--json", "--limit", "articles=5", "news"]).json();
    assert_eq!((&report["articles"]["added"], notices(&report).len()), (&2.into(), 0), "{report}");
    assert_eq!(desk.run(["index", "--lock", "l.lock", "--limit", "articles=2", "news"]).code, 0);
    assert_eq!(desk.run(["check", "--lock", "l.lock", "news"]).code, 0, "the lock file knows the limit");
}

#[test]
fn limits_of_what_is_packed_are_set_as_they_are_typed() {
    let desk = Desk::new();
    let text = "{\"title\": \"Ferry\", \"body\": \"It sailed.\"}\n".repeat(20_000);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packer, text.as_bytes()).expect("memory suffices");
    desk.write("news/wire.jsonl.gz", packer.finish().expect("memory suffices"));
    let added = |limits: &[&str]| {
        let run = desk.run([&["index", "--json", "--dry-run", "news"], limits].concat());
        (run.json()["articles"]["added"].as_u64().expect("a number"), notices(&run.json()))
    };
    assert_eq!(added(&[]).0, 20_003);
    let (few, told) = added(&["--limit", "ratio=20", "--limit", "free=64KiB"]);
    let why = "its gzip data unpacks to more than 20 times its size, and more than 65536 bytes; raise `ratio` (--limit ratio=N) \
               to have more; what came before is kept";
    assert!(few < 20_000 && told[0] == why, "{few} {told:?}");
    assert_eq!(added(&["--limit", "ratio=20", "--limit", "free=64MiB"]).0, 20_003);
}

#[test]
fn a_limit_that_is_none_is_wrong_usage_and_help_has_the_table() {
    let desk = Desk::new();
    for (limit, told) in [
        ("depth=3", "error: limit: `depth` is no limit; there are ratio, free, unpacked, nesting, "),
        ("nesting=99", "error: limit: nesting=99 is out of range; take 1 to 16"),
        ("members", "expected NAME=VALUE, such as ratio=500 or free=1GiB"),
        ("members=x", "expected NAME=VALUE, such as ratio=500 or free=1GiB"),
    ] {
        let run = desk.run(["index", "--limit", limit, "news"]);
        assert!(run.code == 2 && run.stderr.contains(told), "{limit}: {}", run.stderr);
    }
    assert!(!desk.path().join("index").exists());
    let help = desk.stdout(["help", "index"]);
    for line in ["  ratio=250 ", "  nesting=4 ", "  html-depth=256 "] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn the_formats_of_a_build_are_told_and_another_build_is_no_drift() {
    let desk = Desk::indexed();
    let version = desk.run(["--version", "--json"]).json();
    let formats = version["formats"].as_array().expect("a list");
    let has = |name: &str| formats.contains(&name.into());
    assert!(["csv", "html", "json", "jsonl", "markdown", "text"].into_iter().all(has), "{version}");
    assert_eq!(has("parquet"), cfg!(feature = "parquet"));
    assert!(formats.is_sorted_by_key(|name| name.as_str().map(str::to_owned)));

    assert_eq!(desk.run(["index", "--lock", "l.lock", "news"]).code, 0);
    let lock = std::fs::read_to_string(desk.path().join("l.lock")).expect("the lock file");
    let line = lock.lines().find(|line| line.starts_with("formats = ")).expect("a line of formats");
    assert_eq!(line.split('"').count() / 2, formats.len(), "{line}");
    // Another build: with a format that this one lacks, and without one that it has.
    desk.write("l.lock", lock.replace(line, &line.replace("\"csv\"", "\"sealed-letters\"")));
    let run = desk.run(["check", "--lock", "l.lock", "news"]);
    let told = "upgrade: the articles are the same\nformats was with sealed-letters, without csv, is with csv, without sealed-letters\n\
                news: 3 articles from 3 files; now 3 articles from 3 files\n";
    assert_eq!((run.code, run.stdout.as_str()), (1, told));
    let report = desk.run(["check", "--lock", "l.lock", "--json", "news"]).json();
    assert_eq!((&report["same_content"], &report["upgrade"][0]["part"]), (&true.into(), &"formats".into()));
}
