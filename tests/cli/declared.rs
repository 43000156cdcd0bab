//! `--extra` and `--compact`: typed once, kept by the index.

use super::{Desk, FERRY};

const EXTRA: [&str; 6] = ["--extra", "desk:keyword", "--extra", "page:number", "--extra", "breaking:boolean"];

fn indexed() -> Desk {
    let desk = Desk::new();
    desk.write("news/ferry.md", FERRY.replace("title:", "desk: City\npage: 12\nbreaking: true\ntitle:"));
    desk.write(
        "news/quay.txt",
        "Headline: Quay closed\nAuthor: Mira Tolland\nDesk: Port\nPage: 3\n\nThe quay is closed.\n",
    );
    let run = desk.run([&["index", "news", "--compact"], &EXTRA[..]].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    desk
}

#[test]
fn declared_fields_are_searched_sorted_by_and_shown() {
    let desk = indexed();
    let shown = desk.stdout(["search", "x.desk:city", "x.breaking:true"]);
    assert!(shown.starts_with("1 article for: x.desk:city AND x.breaking:true\n"), "{shown}");
    assert!(shown.contains("ferry-1 · news/ferry.md · breaking: true · desk: City · page: 12\n"), "{shown}");
    let hits = desk.run(["search", "--json", "--sort", "x.page", "quay", "OR", "ferry", "OR", "toll"]).json();
    let page = |n: usize| hits["hits"][n]["extra"]["page"]["value"].clone();
    assert_eq!((page(0), page(1), page(2)), (3.0.into(), 12.0.into(), serde_json::Value::Null));
    let descending = desk.stdout(["search", "--jsonl", "--sort", "x.page:desc", "--limit", "1", "harbour OR quay"]);
    assert!(descending.contains("ferry-1"), "{descending}");
}

#[test]
fn status_tells_what_the_index_was_made_with() {
    let desk = indexed();
    let status = desk.stdout(["status"]);
    assert!(status.contains("extra        x.breaking: boolean\n             x.desk: keyword\n"), "{status}");
    assert!(status.contains(", compact\n"), "{status}");
    let json = desk.run(["status", "--json"]).json();
    assert_eq!((&json["extra"]["page"], &json["compact"]), (&"number".into(), &true.into()));
    let plain = Desk::indexed();
    assert!(!plain.stdout(["status"]).contains("compact"));
    assert_eq!(plain.run(["status", "--json"]).json()["extra"], serde_json::json!({}));
}

#[test]
fn what_an_index_was_made_with_need_not_be_typed_again_and_cannot_be_changed() {
    let desk = indexed();
    for typed in [&[][..], &EXTRA, &["--compact"]] {
        assert_eq!(desk.run([&["index"], typed].concat()).code, 0, "{typed:?}");
    }
    let run = desk.run(["index", "--extra", "desk:text"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("make a new one in another folder"), "{}", run.stderr);
    assert_eq!(Desk::indexed().run(["index", "--compact"]).code, 2);
    for wrong in ["desk", "desk:word", "Desk:text"] {
        assert_eq!(Desk::new().run(["index", "news", "--extra", wrong]).code, 2, "{wrong}");
    }
    assert_eq!(Desk::new().run(["index", "news", "--extra", "a:text", "--extra", "a:date"]).code, 2);
}

#[test]
fn fields_shows_what_a_declaration_would_read() {
    let desk = indexed();
    let shown = desk.stdout(["fields", "--extra", "desk:keyword", "--extra", "page:date", "news/ferry.md"]);
    assert!(shown.contains("desk: City   [front matter desk]"), "{shown}");
    assert!(shown.contains("doubtful-field: extra: `page` is no date; kept, but x.page does not find it"), "{shown}");
}

#[test]
fn wrong_orders_and_values_are_usage_errors() {
    let desk = indexed();
    for typed in [["--sort", "x.pages"], ["--sort", "x.page:up"], ["--sort", "page"]] {
        assert_eq!(desk.run([&["search", "ferry"], &typed[..]].concat()).code, 2, "{typed:?}");
    }
    let run = desk.run(["search", "ferry", "x.page:three"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`three` is no number"), "{}", run.stderr);
}

#[test]
fn check_and_lock_know_declared_fields() {
    let desk = indexed();
    assert_eq!(desk.run(["check"]).code, 0);
    desk.stdout(["index", "--lock", "newshound.lock"]);
    let run = desk.run(["check", "news", "--lock", "newshound.lock"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let other = Desk::new();
    std::fs::copy(desk.path().join("newshound.lock"), other.path().join("newshound.lock")).expect("a copy");
    assert_eq!(other.run(["check", "news", "--lock", "newshound.lock"]).code, 1);
}
