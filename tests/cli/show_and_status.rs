//! `newshound show` and `newshound status`.

use super::Desk;

#[test]
fn article_is_shown_whole_by_any_unambiguous_part_of_its_id() {
    let desk = Desk::indexed();
    for id in ["ferry-1", "erry-", "news:ferry-1", "news/ferry.md"] {
        let shown = desk.stdout(["show", id]);
        assert!(shown.contains("headline     Ferry returns to the Ostrel crossing"), "{id}: {shown}");
        assert!(shown.contains("section      city/transport (City / Transport)"), "{id}: {shown}");
        assert!(shown.ends_with("\n\nFares stay as they were.\n"), "{id}: {shown}");
    }
    let json = desk.run(["show", "ferry-1", "--json"]).json();
    assert_eq!(json["id"], "ferry-1");
    assert_eq!(json["body"][1], "Fares stay as they were.");
}

#[test]
fn ambiguous_id_names_the_candidates() {
    let run = Desk::indexed().run(["show", "r"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("news:ferry-1") && run.stderr.contains("news:bridge-7"), "{}", run.stderr);
}

#[test]
fn status_counts_what_the_index_holds() {
    let desk = Desk::indexed();
    let status = desk.stdout(["status"]);
    for line in ["articles     3\n", "sources      3\n", "2023-11-20 to 2024-03-05; 1 article without a date", "city 2"]
    {
        assert!(status.contains(line), "{line}: {status}");
    }
    let json = desk.run(["status", "--json"]).json();
    assert_eq!((&json["articles"], &json["undated"]), (&3.into(), &1.into()));
    assert_eq!(json["corpora"][0]["name"], "news");
    for digest in ["content", "index"] {
        let digest = json["digests"][digest].as_str().expect("a digest is text");
        assert!(digest.starts_with("blake3:") && status.contains(digest), "{digest}: {status}");
    }
}

#[test]
fn articles_like_one_are_found() {
    let desk = Desk::new();
    for n in 0..40 {
        let story = match n {
            0 => "The ferry hit the pontoon by the lighthouse.",
            1 => "A pontoon was hit, as the lighthouse saw.",
            _ => "Nothing happened by the town hall, as ever.",
        };
        desk.write(&format!("more/{n:02}.md"), format!("---\nid: s-{n:02}\ntitle: Story\nlang: en\n---\n\n{story}\n"));
    }
    assert_eq!(desk.run(["index", "more"]).code, 0);
    let json = desk.run(["similar", "s-00", "--json"]).json();
    let ids: Vec<&str> = json["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["s-01"]);
    let shown = desk.stdout(["similar", "00.md", "--limit", "3"]);
    assert!(shown.starts_with("1 article for: ") && shown.contains("pontoon"), "{shown}");
    assert_eq!(desk.run(["similar", "zeppelin"]).code, 1);
    assert_eq!(desk.run(["similar", "s-0"]).code, 2);
    assert_eq!(desk.run(["similar", "s-30"]).code, 1);
}
