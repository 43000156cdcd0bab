//! What is typed after `newshound search`, and what is said of it.

use super::Desk;

/// Returns the query as it was understood.
fn understood(desk: &Desk, args: &[&str]) -> String {
    let run = desk.run(["search", "--json"].iter().chain(args));
    assert!(run.code <= 1, "{args:?}: {}", run.stderr);
    run.json()["query"].as_str().expect("the query").to_owned()
}

#[test]
fn word_with_one_dash_belongs_to_the_query_and_options_may_stand_anywhere() {
    let desk = Desk::indexed();
    let expected = understood(&desk, &["harbour -toll"]);
    assert!(expected.contains("NOT toll"), "{expected}");
    for args in [
        &["-toll", "harbour"][..],
        &["harbour", "-toll"],
        &["harbour", "-toll", "--limit", "5"],
        &["--limit", "5", "harbour", "-toll"],
        &["--limit=5", "--", "harbour", "-toll"],
    ] {
        let query = understood(&desk, args);
        assert!(query.contains("NOT toll") && query.contains("harbour") && !query.contains('5'), "{args:?}: {query}");
    }
    assert!(understood(&desk, &["--", "--limit"]).contains("limit"));
}

#[test]
fn caret_points_at_the_place() {
    let desk = Desk::indexed();
    let run = desk.run(["search", "title:(rate hike"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("      title:(rate hike\n            ^ "), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn caret_counts_columns_and_not_bytes() {
    let desk = Desk::indexed();
    for (query, column) in [("渡船 (rate", 5), ("\tü (rate", 3), ("(rate", 0)] {
        let run = desk.run(["search", query]);
        let line = run.stderr.lines().nth(1).expect("a line with a caret");
        assert_eq!(line.find('^'), Some(6 + column), "{query}: {}", run.stderr);
    }
}

#[test]
fn wrong_query_is_json_too() {
    let run = Desk::indexed().run(["search", "--json", "headline:(ferry"]);
    assert_eq!(run.code, 2);
    let json = run.json();
    assert_eq!(json["error"]["kind"], "query");
    assert_eq!(json["error"]["diagnostics"][0]["span"]["start"], 9);
    assert!(run.stderr.contains('^'), "people see it as well: {}", run.stderr);
}

#[test]
fn a_wrong_query_is_answered_as_far_as_it_is_understood_where_that_is_wanted() {
    let desk = Desk::indexed();
    let run = desk.run(["search", "--lenient", "titel:x ferry W/0 (toll"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for message in ["there is no field `titel`", "from 1 to 255", "this bracket is never closed", "all the same"] {
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
    assert_eq!(desk.run(["search", "--lenient", "titel:x ferry"]).code, 0);
    assert_eq!(desk.run(["search", "--lenient", "titel:x"]).code, 2, "nothing is left");
    assert_eq!(desk.run(["search", "titel:x ferry"]).code, 2);
}

#[test]
fn words_are_completed_and_corrected() {
    let desk = Desk::indexed();
    let stdout = desk.stdout(["search", "--suggest", "the har", "--limit", "1"]);
    assert_eq!(stdout.lines().next(), Some("the harbour"), "{stdout}");
    let json = desk.run(["search", "--suggest", "har", "--json"]).json();
    assert_eq!(json["completions"][0], serde_json::json!({ "kind": "word", "text": "harbour", "articles": 3 }));
    let last = json["completions"].as_array().and_then(|all| all.last()).expect("headlines follow");
    assert_eq!(last["kind"], "headline");
    assert!(last["text"].as_str().expect("a text").to_lowercase().contains("har"), "{last}");
    assert_eq!(desk.run(["search", "--suggest", "xyz"]).code, 1);
    let run = desk.run(["search", "harbor"]);
    assert!(run.stdout.contains("no article has `harbor`; did you mean harbour?"), "{}", run.stdout);
    let json = desk.run(["search", "--json", "harbor"]).json();
    assert_eq!(json["suggestions"][0]["instead"], serde_json::json!(["harbour"]));
}

#[test]
fn no_index_is_json_too() {
    let run = Desk::new().run(["status", "--json"]);
    assert_eq!((run.code, run.json()["error"]["kind"].as_str()), (3, Some("no-index")));
}

#[test]
fn count_is_a_number_and_nothing_else() {
    let desk = Desk::indexed();
    assert_eq!(desk.stdout(["search", "--count", "harbour"]), "3\n");
    let json = desk.run(["search", "--count", "--json", "harbour"]).json();
    assert_eq!(json["total"], serde_json::json!({ "relation": "exact", "articles": 3 }));
}

#[test]
fn nothing_with_all_words_says_how_many_have_any() {
    let run = Desk::indexed().run(["search", "ferry", "toll", "zeppelin"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("\n0 with all 3 words, 2 with any: add --any\n"), "{}", run.stdout);
    assert!(Desk::indexed().stdout(["search", "--any", "ferry", "toll", "zeppelin"]).starts_with("2 articles for: "));
}

#[test]
fn articles_left_out_for_having_no_date_are_told_and_kept_on_request() {
    let desk = Desk::indexed();
    let dated = desk.stdout(["search", "harbour", "--since", "2023"]);
    assert!(dated.starts_with("2 articles for: "), "{dated}");
    assert!(dated.contains("1 more article matches but has no date: --undated keeps them"), "{dated}");
    assert!(desk.stdout(["search", "harbour", "--since", "2023", "--undated"]).starts_with("3 articles for: "));
}

#[test]
fn filters_and_order_reach_the_index() {
    let desk = Desk::indexed();
    assert_eq!(desk.stdout(["search", "--count", "harbour", "--section", "city/transport"]), "1\n");
    assert_eq!(desk.stdout(["search", "--count", "harbour", "--publisher", "The Ansel Courier"]), "2\n");
    assert_eq!(desk.run(["search", "--count", "harbour", "--corpus", "other"]).code, 1);
    let ids = |sort: &str| {
        let lines = desk.stdout(["search", "--jsonl", "--sort", sort, "harbour"]);
        let hits = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a hit"));
        hits.map(|hit| hit["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("newest"), ["ferry-1", "bridge-7", "note-3"]);
    assert_eq!(ids("oldest"), ["bridge-7", "ferry-1", "note-3"]);
}

#[test]
fn index_is_found_upward_and_by_option_and_variable() {
    let desk = Desk::indexed();
    let deep = desk.path().join("news");
    let count = ["search", "--count", "ferry"];
    let status = desk.command(count).current_dir(&deep).status().expect("the program runs");
    assert!(status.success(), "from a folder below");
    let elsewhere = Desk::new();
    let index = desk.path().join("index");
    let status = elsewhere.command(count).env("NEWSHOUND_INDEX", &index).status().expect("the program runs");
    assert!(status.success(), "by the environment");
    let by_option = elsewhere.command(count).arg("--index").arg(&index).env("NEWSHOUND_INDEX", "nowhere").status();
    assert!(by_option.expect("the program runs").success(), "the option is stronger");
}

#[test]
fn newer_articles_can_be_raised() {
    let desk = Desk::indexed();
    let score = |args: &[&str]| {
        let json = desk.run(["search", "--json", "toll"].iter().chain(args)).json();
        json["hits"][0]["score"].as_f64().expect("a score")
    };
    // The toll was told of 10 days before, at midnight.
    let raised = score(&["--recency", "10d", "--now", "2023-11-30"]) / score(&[]);
    assert!((raised - 1.125).abs() < 1e-9, "{raised}");
    for wrong in ["10", "0d", "d", "10h", "-1d", ""] {
        assert_eq!(desk.run(["search", "toll", "--recency", wrong]).code, 2, "{wrong}");
    }
}

#[test]
fn a_score_is_explained_as_a_tree() {
    let desk = Desk::indexed();
    let shown = desk.stdout(["search", "harbour", "bridge", "--explain"]);
    for part in [
        "  score, sum of\n",
        "  BM25, sum of\n",
        "bridg@en or bridge, product of\n",
        "n = 1 of N = 3 articles\n",
        ", tf = 3, ",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let json = desk.run(["search", "harbour", "bridge", "--explain", "--json"]).json();
    let hit = &json["hits"][0];
    assert_eq!(hit["explanation"]["value"], hit["score"]);
    assert_eq!(hit["explanation"]["how"], "sum");
    assert_eq!(hit["explanation"]["parts"][0]["parts"][0]["how"], "product");
}
