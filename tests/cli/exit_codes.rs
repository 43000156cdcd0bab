//! One table of exit codes for all commands.

use std::fs;

use newshound::Index;

use super::Desk;

#[test]
fn found_is_0_and_nothing_found_is_1() {
    let desk = Desk::indexed();
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
    assert_eq!(desk.run(["search", "zeppelin"]).code, 1);
    assert_eq!(desk.run(["search", "--count", "zeppelin"]).code, 1);
    assert_eq!(desk.run(["search", "--json", "zeppelin"]).code, 1);
    assert_eq!(desk.run(["show", "ferry-1"]).code, 0);
    assert_eq!(desk.run(["show", "zeppelin-9"]).code, 1);
}

#[test]
fn wrong_usage_and_wrong_query_are_2() {
    let desk = Desk::indexed();
    for args in [
        &["search"][..],
        &["search", "ferry", "--since", "yesterday"],
        &["search", "ferry", "--since", "02/05/2016"],
        &["search", "ferry", "--assume-zone", "CET"],
        &["search", "ferry", "--json", "--jsonl"],
        &["search", "ferry", "-0", "--null"],
        &["search", "ferry", "--no-such-option"],
        &["search", "headline:(ferry"],
        &["index", "news", "--memory", "much"],
        &["index", "news", "--max-rejected", "some"],
        &["index", "a:b=news"],
        &["--json"],
        &[],
        &["dig"],
    ] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn no_index_is_3() {
    let desk = Desk::new();
    for args in
        [&["search", "ferry"][..], &["show", "ferry-1"], &["status"], &["index"], &["search", "--refresh", "ferry"]]
    {
        let run = desk.run(args);
        assert_eq!(run.code, 3, "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains("there is no index here"), "{args:?}: {}", run.stderr);
    }
    assert!(!desk.path().join("index").exists(), "no command leaves an index behind");
}

#[test]
fn index_of_another_format_is_3_and_damaged_one_4() {
    let desk = Desk::indexed();
    let marker = desk.path().join("index/newshound.json");
    let whole = fs::read_to_string(&marker).expect("the marker");
    let mut other: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    other["format"] = 999.into();
    fs::write(&marker, other.to_string()).expect("the marker");
    let run = desk.run(["search", "ferry"]);
    assert_eq!(run.code, 4, "what is not what was written is damaged: {}", run.stderr);
    other.as_object_mut().expect("an object").remove("check");
    fs::write(&marker, other.to_string()).expect("the marker");
    let run = desk.run(["search", "ferry"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    fs::write(&marker, whole).expect("the marker");
    fs::write(desk.path().join("index/meta.json"), "{").expect("meta.json");
    let run = desk.run(["search", "ferry"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
}

#[test]
fn locked_index_is_5_and_refresh_searches_the_last_commit() {
    let desk = Desk::indexed();
    let index = Index::open(desk.path().join("index")).expect("the index");
    let writer = index.writer().expect("the writer");
    assert_eq!(desk.run(["index"]).code, 5);
    desk.write("news/new.md", "# Ferry delayed\n\nThe ferry was late.\n");
    let run = desk.run(["search", "--refresh", "ferry"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("searching the index as it is"), "{}", run.stderr);
    assert!(run.stdout.starts_with("1 article for: "), "{}", run.stdout);
    drop(writer);
    assert!(desk.stdout(["search", "--refresh", "ferry"]).starts_with("2 articles for: "));
}

#[test]
fn unreadable_corpus_or_file_is_6() {
    let desk = Desk::new();
    let run = desk.run(["index", "nowhere"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(!desk.path().join("index").exists(), "a mistyped folder leaves no index behind");
    assert_eq!(desk.run(["fields", "nowhere.txt"]).code, 6);
    assert_eq!(desk.run(["index", "news", "--report", "nowhere/report.jsonl"]).code, 6);
}

#[test]
fn corpus_that_vanished_is_6_and_keeps_its_articles() {
    let desk = Desk::indexed();
    fs::rename(desk.path().join("news"), desk.path().join("elsewhere")).expect("a rename");
    let run = desk.run(["index"]);
    assert_eq!(run.code, 6, "{}{}", run.stdout, run.stderr);
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
}

#[test]
fn failed_gate_and_empty_index_are_7_after_the_commit() {
    let desk = Desk::new();
    desk.write("news/broken.jsonl", "{\"title\": \"Whole\", \"body\": \"A whole record.\"}\n{\"title\": \"Broken\n");
    let run = desk.run(["index", "news", "--fail-on", "reject"]);
    assert_eq!(run.code, 7, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains("--fail-on: 1 rejected article; the index is up to date all the same"),
        "{}",
        run.stderr
    );
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
    assert_eq!(desk.run(["index", "news", "--full", "--max-rejected", "1%"]).code, 7);
    assert_eq!(desk.run(["index", "news", "--full", "--max-rejected", "1"]).code, 0);

    let empty = Desk::new();
    fs::create_dir(empty.path().join("nothing")).expect("a folder");
    assert_eq!(empty.run(["index", "nothing"]).code, 7);
}
