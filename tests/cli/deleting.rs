//! `newshound delete`, and `newshound index --purge`.

use super::Desk;

#[test]
fn an_article_is_taken_down_with_a_reason_and_let_in_again() {
    let desk = Desk::indexed();
    let told = desk.stdout(["delete", "ferry-1", "note-3", "news:ferry-1", "--reason", "withdrawn by the agency"]);
    assert_eq!(told, "2 articles are kept out now\n");
    assert_eq!(desk.run(["search", "ferry"]).code, 1);
    let told = desk.stdout(["index", "--full"]);
    assert!(told.contains("0 articles added") && told.contains(", 2 kept out\n"), "{told}");
    assert_eq!(desk.run(["search", "ferry"]).code, 1);
    let status = desk.stdout(["status"]);
    assert!(status.contains("taken down   news/ferry.md (ferry-1): withdrawn by the agency\n"), "{status}");
    let check = desk.stdout(["check"]);
    assert!(check.contains("2 articles taken down and kept out"), "{check}");
    let told = desk.stdout(["delete", "--undo", "news:ferry-1", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["taken_down"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["taken_down"][0]["native_id"], "note-3");
    assert!(desk.stdout(["index"]).contains("1 article added"));
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
}

#[test]
fn copies_without_an_id_go_too_and_are_told() {
    let desk = Desk::indexed();
    let line = "{\"headline\": \"Tide\", \"body\": \"The tide came to Ostrel.\"}\n";
    desk.write("news/tides.jsonl", line.repeat(3));
    desk.stdout(["index"]);
    let told = desk.stdout(["delete", "tides.jsonl#2", "--reason", "on wish"]);
    assert_eq!(told, "2 copies in the same words go with what was named\n1 article is kept out now\n");
    let told = desk.stdout(["delete", "ferry-1", "--reason", "on wish", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((told["copies"].as_u64(), told["taken_down"].as_array().map(Vec::len)), (Some(0), Some(2)));
    assert!(told["taken_down"][1]["text_hash"].as_str().is_some_and(|hash| hash.starts_with("blake3:")), "{told}");
    desk.stdout(["delete", "--undo", "tides.jsonl#2"]);
    assert!(desk.stdout(["index"]).contains("3 articles added"));
    let all = ["tides.jsonl#1", "tides.jsonl#2", "tides.jsonl#3"];
    desk.stdout(["delete", "--reason", "on wish"].iter().chain(&all));
    desk.stdout(["delete", "--undo"].iter().chain(&all));
    assert!(desk.stdout(["index"]).contains("3 articles added"));
}

#[test]
fn where_one_of_the_articles_is_not_there_nothing_is_changed() {
    let desk = Desk::indexed();
    let run = desk.run(["delete", "ferry-1", "zeppelin-9", "--reason", "on wish"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("`zeppelin-9`; nothing was changed"), "{}", run.stderr);
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
    assert_eq!(desk.run(["delete", "--undo", "ferry-1"]).code, 1);
    assert_eq!(desk.run(["delete", "ferry-1"]).code, 2, "a reason is asked for");
}

#[test]
fn a_purge_leaves_no_word_in_any_file() {
    let desk = Desk::new();
    // So few of many that nothing is written anew by itself.
    for number in 0..9 {
        desk.write(&format!("news/{number}.md"), format!("# Quay {number}\n\nThe quay is closed.\n"));
    }
    desk.write("news/zander.md", "# Vessel returns\n\nThe vessel Qoxubim was seen.\n");
    desk.stdout(["index", "news"]);
    let has_word = || {
        let entries = std::fs::read_dir(desk.path().join("index")).expect("the index");
        let read = entries.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file"));
        read.into_iter().any(|bytes| String::from_utf8_lossy(&bytes).contains("Qoxubim"))
    };
    assert!(has_word(), "before");
    std::fs::remove_file(desk.path().join("news/zander.md")).expect("a file less");
    desk.stdout(["index"]);
    assert!(has_word());
    desk.stdout(["index", "--purge"]);
    assert!(!has_word());
    assert!(desk.stdout(["verify"]).starts_with("sound: "));
    desk.stdout(["delete", "--purge", "ferry-1", "--reason", "on wish"]);
    assert!(desk.stdout(["verify"]).contains(", 11 articles, "));
}

#[test]
fn what_was_taken_down_is_purged_later_by_the_same_name_as_often_as_is_asked() {
    let desk = Desk::new();
    for number in 0..9 {
        desk.write(&format!("news/{number}.md"), format!("# Quay {number}\n\nThe quay is closed.\n"));
    }
    desk.write("news/zander.md", "# Vessel returns\n\nThe vessel Qoxubim was seen.\n");
    desk.stdout(["index", "news"]);
    let files_with_word = || {
        let entries = std::fs::read_dir(desk.path().join("index")).expect("the index");
        let read = entries.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file"));
        read.filter(|bytes| String::from_utf8_lossy(bytes).contains("Qoxubim")).count()
    };
    let store = std::fs::read_dir(desk.path().join("index")).expect("the index").map(|entry| entry.expect("it").path());
    let store = store.into_iter().find(|path| path.extension().is_some_and(|e| e == "store")).expect("a store");
    let old = std::fs::read(&store).expect("a file");
    let again = |args: &[&str]| desk.stdout(["delete", "zander.md", "--reason", "on wish"].iter().chain(args));
    assert_eq!(again(&[]), "1 article is kept out now\n");
    assert!(files_with_word() > 0);
    let told = again(&["--purge"]);
    assert_eq!(told, "`zander.md` was taken down already, with its reason\n1 article is kept out now\n");
    assert_eq!(files_with_word(), 0);
    // What a purge leaves that is killed before it has removed what its commit does not need.
    std::fs::write(&store, old).expect("a file");
    assert!(files_with_word() > 0);
    let told: serde_json::Value = serde_json::from_str(&again(&["--purge", "--json"])).expect("JSON");
    assert_eq!((&told["already"], &told["copies"]), (&serde_json::json!(["zander.md"]), &0.into()));
    assert_eq!(files_with_word(), 0);
    assert!(desk.stdout(["verify"]).starts_with("sound: "));
    let status = desk.stdout(["status"]);
    assert!(status.contains("taken down   news/zander.md: on wish\n"), "{status}");
    let run = desk.run(["delete", "--purge", "zander.md", "zeppelin-9", "--reason", "on wish"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn a_takedown_that_is_repeated_after_lines_moved_changes_nothing_and_tells_the_right_name() {
    let desk = Desk::indexed();
    let line = |word: &str| format!("{{\"headline\": \"{word}\", \"body\": \"The {word} came to Ostrel.\"}}\n");
    desk.write("news/tides.jsonl", line("tide") + &line("surge"));
    desk.stdout(["index"]);
    let delete = |id: &str| desk.run(["delete", id, "--reason", "on wish"]);
    assert_eq!(delete("tides.jsonl#1").code, 0);
    assert_eq!(
        delete("tides.jsonl#1").stdout.lines().next(),
        Some("`tides.jsonl#1` was taken down already, with its reason")
    );
    desk.write("news/tides.jsonl", line("surge"));
    desk.stdout(["index"]);
    let run = delete("tides.jsonl#1");
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("another article, \u{201c}surge\u{201d}, and was left as it is"), "{}", run.stderr);
    assert_eq!(desk.stdout(["search", "--count", "surge"]), "1\n");
    let name = run.stderr.rsplit('`').nth(1).expect("a name");
    assert_eq!(delete(name).stdout, "2 articles are kept out now\n");
    assert_eq!(desk.run(["search", "surge"]).code, 1);
    assert!(delete(name).stdout.contains("was taken down already"));
    assert_eq!(desk.run(["delete", "--undo", "tides.jsonl#1"]).code, 2, "which of them is not said");
    assert_eq!(desk.run(["delete", "--undo", name]).code, 0);
    assert!(desk.stdout(["index"]).contains("1 article added"));
}
