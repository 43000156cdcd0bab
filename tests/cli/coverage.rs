//! How many articles have what, and that a check tells where it falls.

use serde_json::{Value, json};

use super::Desk;

/// Returns a JSON line with these keys, and a text besides.
fn line(number: usize, keys: &str) -> String {
    format!(
        "{{\"id\": \"w-{number}\", {keys} \"body\": \"Ferry {number} sailed again on Monday, the office said.\"}}\n"
    )
}

fn wire(lines: &[&str]) -> String {
    lines.iter().enumerate().map(|(number, keys)| line(number, keys)).collect()
}

const GOOD: &str = "\"title\": \"Ferry\", \"date\": \"2024-05-02\", \"author\": \"Mara Veltin\", \"section\": \"City\", \"lang\": \"en\",";

fn coverage(desk: &Desk, args: &[&str]) -> Value {
    let run = desk.run([&["status", "--coverage", "--json"], args].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()["coverage"].clone()
}

#[test]
fn articles_are_counted_by_corpus_and_format() {
    let desk = Desk::new();
    let doubtful = "\"title\": \"Ferry\", \"date\": \"02/05/2024\",";
    let lines = wire(&[GOOD, GOOD, doubtful, "\"title\": \"Ferry\", \"date\": \"some day\","]);
    desk.write("news/wire.jsonl", lines + "{\"title\": \"1\", \"body\": \"2\"}\n");
    desk.write("news/story.txt", "Ferry late\n\nThe ferry was late on Monday, the office of the harbour said again.\n");
    let run = desk.run(["index", "news", "--default-language", "nl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = coverage(&desk, &[]);
    let expected = json!({
        "corpus": "news", "format": "jsonl", "articles": 5, "headline": 5, "date": 2, "byline": 2, "section": 2, "language": 5,
        "sound": 3, "doubts": { "ambiguous-date": 1, "language-default": 1, "language-told": 2, "unread-date": 1 },
    });
    assert_eq!(told[0], expected);
    assert_eq!((&told[1]["format"], &told[1]["articles"]), (&"markdown".into(), &3.into()));
    assert_eq!((&told[2]["format"], &told[2]["doubts"]["headline-from-text"]), (&"text".into(), &1.into()));
    let table = desk.stdout(["status", "--coverage"]);
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["corpus", "format", "articles", "headline", "date", "byline", "section", "language", "sound"]);
    assert_eq!(rows[1], ["news", "jsonl", "5", "100.0", "40.0", "40.0", "40.0", "100.0", "60.0"]);
    assert_eq!(rows[2].join(" "), "ambiguous-date 20.0, language-default 20.0, language-told 40.0, unread-date 20.0");
}

#[test]
fn what_is_counted_is_what_the_index_finds() {
    let desk = Desk::new();
    let sample = crate::golden::package().join("corpus");
    let run = desk.run([std::ffi::OsString::from("index"), "-q".into(), sample.into()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = coverage(&desk, &[]);
    let sum = |field: &str| {
        told.as_array().expect("rows").iter().map(|row| row[field].as_u64().expect("a number")).sum::<u64>()
    };
    let found = |query: &str| desk.run(["search", "--count", query]).stdout.trim().parse::<u64>().expect("a number");
    for (field, query) in [
        ("articles", "*:*"),
        ("headline", "has:headline"),
        ("date", "has:date"),
        ("byline", "has:byline"),
        ("section", "has:section"),
    ] {
        assert_eq!(sum(field), found(query), "{field}");
    }
    assert!(sum("articles") > 100 && sum("sound") < sum("articles"));
}

#[test]
fn coverage_is_the_same_however_the_index_came_to_be() {
    let desk = Desk::indexed();
    desk.write("news/wire.jsonl", wire(&[GOOD, GOOD, GOOD]));
    assert_eq!(desk.run(["index"]).code, 0);
    desk.write("news/wire.jsonl", wire(&[GOOD, "\"title\": \"Ferry\", \"date\": \"some day\","]));
    assert_eq!(desk.run(["index"]).code, 0);
    assert_eq!(desk.run(["index", "--canonical", "--index", "fresh", "news"]).code, 0);
    let told = coverage(&desk, &[]);
    assert_eq!(told[0]["articles"], 2, "{told}");
    assert_eq!(told, coverage(&desk, &["--index", "fresh"]));
}

#[test]
fn a_check_tells_what_fell_in_every_form() {
    let desk = Desk::new();
    desk.write("news/wire.jsonl", wire(&[GOOD; 10]));
    assert_eq!(desk.run(["index", "--lock", "l.lock", "news"]).code, 0);
    let lock = std::fs::read_to_string(desk.path().join("l.lock")).expect("the lock file");
    let line = "coverage.\"jsonl\" = { articles = 10, headline = 10, date = 10, byline = 10, section = 10, language = 10, sound = 10 }\n";
    assert!(lock.contains(line), "{lock}");
    assert_eq!(desk.run(["check", "--lock", "l.lock", "news"]).code, 0);

    // From some day on the author is called otherwise.
    let renamed = GOOD.replace("author", "verfasser");
    desk.write("news/wire.jsonl", wire(&[&[GOOD; 7][..], &[renamed.as_str(); 3][..]].concat()));
    let expected = json!([{ "corpus": "news", "format": "jsonl", "field": "byline", "then": 100.0, "now": 70.0 }]);
    for against in [&["check", "--lock", "l.lock", "news"][..], &["check"]] {
        let run = desk.run([against, &["--json"]].concat());
        assert_eq!((run.code, &run.json()["coverage"]), (1, &expected), "{}", run.stdout);
        assert_eq!(run.json()["same"], false);
        let told = "news: of jsonl, byline was 100.0 %, is 70.0 %";
        let text = desk.run(against).stdout;
        assert!(text.starts_with("less coverage and drift: ") && text.contains(&format!("\n{told}\n")), "{text}");
        let markdown = desk.run([against, &["--format", "markdown"]].concat()).stdout;
        assert!(markdown.contains(&format!("\n- `{told}`\n")), "{markdown}");
        let sarif = desk.run([against, &["--format", "sarif"]].concat()).json();
        let results = sarif["runs"][0]["results"].as_array().expect("results");
        let told: Vec<_> = results.iter().filter(|result| result["ruleId"] == "coverage").collect();
        assert_eq!(told.len(), 1, "{sarif}");
        let rule = told[0]["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][rule]["id"], "coverage");
    }
    // What is borne is no difference of its own; that the articles are others is one all the same.
    let run = desk.run(["check", "--lock", "l.lock", "--coverage-drop", "30", "--json", "news"]);
    assert_eq!((run.code, &run.json()["coverage"]), (1, &json!([])), "{}", run.stdout);
    assert_eq!(desk.run(["check", "--coverage-drop", "200"]).code, 2);
}

#[test]
fn a_lock_file_that_says_more_than_there_is_is_another() {
    let desk = Desk::new();
    desk.write("news/wire.jsonl", wire(&[GOOD, "\"title\": \"Ferry\","]));
    assert_eq!(desk.run(["index", "--lock", "l.lock", "news"]).code, 0);
    let lock = std::fs::read_to_string(desk.path().join("l.lock")).expect("the lock file");
    desk.write("l.lock", lock.replace("byline = 1", "byline = 2"));
    let run = desk.run(["check", "--lock", "l.lock", "news"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("less coverage: the articles are the same\n"), "{}", run.stdout);
    // One that was written before there was this says nothing of it.
    let without: String =
        lock.lines().filter(|line| !line.starts_with("coverage.")).map(|line| format!("{line}\n")).collect();
    desk.write("l.lock", without);
    assert_eq!(desk.run(["check", "--lock", "l.lock", "news"]).code, 0);
}
