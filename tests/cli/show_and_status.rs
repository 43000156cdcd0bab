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
