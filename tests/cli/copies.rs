//! Copies of one text: what a person sees and what a program gets.

use super::Desk;

const STORY: &str = "The zeppelin came low over the quay on Sunday. Nobody was hurt, and the band went on playing.";

/// A desk with a story that three papers printed, one of them with another ending.
fn desk() -> Desk {
    let desk = Desk::new();
    let record = |id: &str, publisher: &str, date: &str, body: &str| {
        serde_json::json!({ "id": id, "title": "Zeppelin over the quay", "publisher": publisher, "date": date, "body": body })
            .to_string()
    };
    let more = "It had left in the morning with eleven aboard and was to moor at the old mast before noon, but the wind had turned, \
                so that the captain chose the harbour.";
    let records = [
        record("courier-1", "The Ansel Courier", "2024-03-05", &format!("{STORY} {more}")),
        record("observer-2", "Kestry Observer", "2024-03-06", &format!("{STORY} {more}").to_uppercase()),
        record("gazette-3", "Halvern Gazette", "2024-03-07", &format!("{STORY} {more} All were glad.")),
    ];
    desk.write("news/zeppelin.jsonl", records.join("\n"));
    assert_eq!(desk.run(["index", "news"]).code, 0);
    desk
}

fn hits(desk: &Desk, args: &[&str]) -> Vec<Vec<String>> {
    let json = desk.run(args).json();
    let id = |article: &serde_json::Value| article["id"].as_str().expect("an id").to_owned();
    let hits = json["hits"].as_array().expect("hits").iter();
    let mut hits: Vec<Vec<String>> = hits
        .map(|hit| {
            let copies = hit["copies"].as_array().into_iter().flatten();
            let mut ids: Vec<String> = copies.chain([hit]).map(id).collect();
            ids.sort();
            ids
        })
        .collect();
    hits.sort();
    hits
}

#[test]
fn people_see_the_same_words_once_and_programs_every_article() {
    let desk = desk();
    let shown = desk.stdout(["search", "zeppelin"]);
    assert!(shown.starts_with("3 articles for: zeppelin\n"), "{shown}");
    let copies = shown.lines().filter(|line| line.contains("copy: ")).collect::<Vec<_>>();
    let either =
        ["1 copy: Kestry Observer · 2024-03-06 · observer-2", "1 copy: The Ansel Courier · 2024-03-05 · courier-1"];
    assert!(copies.len() == 1 && either.contains(&copies[0].trim()), "{shown}");
    assert!(desk.stdout(["search", "zeppelin", "--format", "markdown"]).contains("1 copy: "));
    let near = desk.stdout(["search", "zeppelin", "--collapse", "near"]);
    assert!(near.contains("2 copies: ") && near.contains("; "), "{near}");
    for args in [
        &["search", "zeppelin", "--collapse", "off"][..],
        &["search", "zeppelin", "--sort", "newest"],
        &["search", "zeppelin", "--paths"],
        &["search", "zeppelin", "--json"],
        &["search", "zeppelin", "--jsonl"],
    ] {
        let shown = desk.stdout(args);
        assert!(!shown.contains("copy: ") && !shown.contains("\"copies\""), "{args:?}: {shown}");
    }
    assert_eq!(desk.stdout(["search", "zeppelin", "--count"]), "3\n");
    assert_eq!(desk.stdout(["search", "zeppelin", "--jsonl"]).lines().count(), 3);
}

#[test]
fn programs_may_ask_for_it() {
    let desk = desk();
    let every = [["courier-1"], ["gazette-3"], ["observer-2"]];
    assert_eq!(hits(&desk, &["search", "zeppelin", "--json"]), every);
    let strict = hits(&desk, &["search", "zeppelin", "--json", "--collapse", "strict"]);
    assert_eq!(strict, [vec!["courier-1", "observer-2"], vec!["gazette-3"]]);
    let near = hits(&desk, &["search", "zeppelin", "--json", "--collapse", "near", "--sort", "newest"]);
    assert_eq!(near, [["courier-1", "gazette-3", "observer-2"]]);
    let csv = desk.stdout(["search", "zeppelin", "--format", "csv", "--collapse", "near", "--sort", "newest"]);
    assert!(csv.trim_end().ends_with(",observer-2; courier-1"), "{csv}");
    let run = desk.run(["search", "--topics", "news/zeppelin.jsonl", "--collapse", "near"]);
    assert_eq!(run.code, 2, "a run of topics has every article: {}", run.stderr);
}

#[test]
fn articles_like_one_are_folded_unless_asked_otherwise() {
    let desk = desk();
    let more: Vec<String> =
        (0..40).map(|n| format!("{{\"id\":\"o{n}\",\"body\":\"Nothing happened on day {n}.\"}}")).collect();
    desk.write("news/more.jsonl", more.join("\n"));
    assert_eq!(desk.run(["index", "news"]).code, 0);
    assert_eq!(hits(&desk, &["similar", "courier-1", "--json", "--limit", "1"]), [["gazette-3", "observer-2"]]);
    assert_eq!(
        hits(&desk, &["similar", "courier-1", "--json", "--limit", "2", "--collapse", "off"]),
        [["gazette-3"], ["observer-2"]]
    );
}
