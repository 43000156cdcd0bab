//! Topics are answered as a run, runs are measured and compared, and a measure can be a gate.

use super::Desk;

const TOPICS: &str = "1\tferry\n2\tbridge toll: AND/OR?\n3\tzeppelin\n";
const QRELS: &str = "1 0 ferry-1 1\n1 0 note-3 0\n2 0 bridge-7 2\n3 0 ferry-1 1\n";

fn desk() -> Desk {
    let desk = Desk::indexed();
    desk.write("topics.tsv", TOPICS);
    desk.write("qrels.txt", QRELS);
    desk
}

#[test]
fn topics_are_answered_as_a_run() {
    let desk = desk();
    let run = desk.stdout(["search", "--topics", "topics.tsv", "--format", "trec", "--run-name", "mine"]);
    let lines: Vec<Vec<&str>> = run.lines().map(|line| line.split(' ').collect()).collect();
    let found: Vec<[&str; 4]> = lines.iter().map(|line| [line[0], line[1], line[2], line[5]]).collect();
    assert_eq!(found, [["1", "Q0", "ferry-1", "mine"], ["2", "Q0", "bridge-7", "mine"]]);
    assert!(lines.iter().all(|line| line[3] == "1" && line[4].parse::<f32>().is_ok()), "{run}");
    // The same in the form of TREC.
    desk.write("topics.sgml", "<top>\n<num> Number: 001\n<title> Topic: ferry\n</top>\n");
    let run = desk.stdout(["search", "--topics", "topics.sgml"]);
    assert!(run.starts_with("1 Q0 ferry-1 1 ") && run.ends_with(" newshound\n"), "{run}");
}

#[test]
fn a_topic_without_an_answer_counts_as_0() {
    let desk = desk();
    let shown = desk.stdout(["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt"]);
    assert!(shown.contains("3 topics, 2 articles retrieved, 2 of 3 relevant ones\nmap          0.6667\n"), "{shown}");
    let json =
        desk.run(["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--json", "--measure", "p@5"]).json();
    assert_eq!(json["mean"]["p@5"], 0.4 / 3.0);
    assert_eq!(json["topics"][1]["measures"]["p@5"], 0.2);
    assert_eq!(json["topics"][2]["retrieved"], 0);
    let shown = desk.stdout(["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--answered-only"]);
    assert!(shown.contains("map          1.0000\n"), "{shown}");
}

#[test]
fn lines_of_trec_eval_are_its_own() {
    let desk = desk();
    let args = ["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--format", "trec"];
    let shown = desk.stdout(args);
    for line in [
        "map                   \t2\t1.0000",
        "num_rel_ret           \t3\t0",
        "num_q                 \tall\t3",
        "ndcg_cut_10           \tall\t0.6667",
        "recip_rank            \tall\t0.6667",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert!(!shown.contains("exp"), "{shown}");
}

#[test]
fn a_measure_below_its_gate_ends_with_7() {
    let desk = desk();
    let eval = |gate: &str, format: &str| {
        desk.run(["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--fail-under", gate, "--format", format])
    };
    assert_eq!(eval("ndcg@3=0.6", "text").code, 0);
    let failed = eval("ndcg@3=0.7", "junit");
    assert_eq!(failed.code, 7);
    assert!(failed.stderr.contains("ndcg@3 is 0.6667, less than 0.7"), "{}", failed.stderr);
    assert!(failed.stdout.contains(r#"tests="4" failures="1""#), "{}", failed.stdout);
    assert!(failed.stdout.contains(r#"<failure message="ndcg@3 is 0.6667, less than 0.7"/>"#), "{}", failed.stdout);
    assert!(eval("ndcg@3=0.6", "junit").stdout.contains(r#"tests="4" failures="0""#));
}

#[test]
fn feedback_is_told_and_can_be_steered() {
    let desk = Desk::new();
    for n in 0..60 {
        let story =
            if n < 4 { "The ferry left the pontoon by the lighthouse." } else { "Nothing happened by the town hall." };
        desk.write(&format!("more/{n:02}.md"), format!("---\ntitle: Story {n}\nlang: en\n---\n\n{story}\n"));
    }
    // Not of the story of the ferry, and so found by an added word alone.
    desk.write("more/other.md", "---\nid: other\ntitle: Lamp\nlang: en\n---\n\nA new lamp for the lighthouse.\n");
    assert_eq!(desk.run(["index", "more"]).code, 0);
    let added = |args: &[&str]| -> Vec<String> {
        let json = desk.run(["search", "--any", "--json", "ferry"].iter().chain(args)).json();
        let words = json["added"].as_array().cloned().unwrap_or_default();
        words.iter().map(|added| added["word"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(added(&[]), [""; 0]);
    assert_eq!(added(&["--expand"]), ["left", "lighthouse", "pontoon"]);
    assert_eq!(added(&["--expand-terms", "lighthouses"]), ["lighthouse"]);
    assert_eq!(added(&["--expand-terms", "-lighthouses,-left"]), ["pontoon"]);
    let shown = desk.stdout(["search", "--any", "--expand", "ferry"]);
    assert!(shown.contains("with words added: left, lighthouse, pontoon\n") && shown.contains("other"), "{shown}");
    assert!(!desk.stdout(["search", "--any", "ferry"]).contains("other"));
    desk.write("topics.tsv", "1\tferry\n");
    desk.write("qrels.txt", "1 0 other 1\n");
    let found = |args: &[&str]| {
        let eval = ["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--json"];
        desk.run(eval.iter().chain(args)).json()["topics"][0]["relevant_retrieved"].clone()
    };
    assert_eq!((found(&[]), found(&["--expand"])), (0.into(), 1.into()));
}

#[test]
fn filters_of_a_search_are_those_of_topics_too() {
    let desk = desk();
    let map = |args: &[&str]| {
        let eval = ["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--json", "--measure", "map"];
        desk.run(eval.iter().chain(args)).json()["mean"]["map"].clone()
    };
    // Of three topics, the first is answered by an article of 2024 in a section of its own, the second by one of 2023.
    let third = serde_json::Value::from(1.0 / 3.0);
    assert_eq!(map(&[]), serde_json::Value::from(2.0 / 3.0));
    for args in [
        &["--until", "2023"][..],
        &["--since", "2024"],
        &["--section", "city/transport"],
        &["--section", "city/transport", "--publisher", "The Ansel Courier", "--corpus", "news", "--language", "en"],
    ] {
        assert_eq!(map(args), third, "{args:?}");
    }
    assert_eq!(map(&["--corpus", "olds"]), serde_json::Value::from(0.0));
    desk.write("run.txt", "1 Q0 ferry-1 1 2 a\n");
    let run = desk.run(["eval", "--qrels", "qrels.txt", "--run", "run.txt", "--section", "city"]);
    assert_eq!(run.code, 2, "a run was answered already: {}", run.stderr);
}

#[test]
fn runs_are_compared_topic_by_topic() {
    let desk = desk();
    desk.write("a.txt", "1 Q0 ferry-1 1 2 a\n2 Q0 note-3 1 2 a\n2 Q0 bridge-7 2 1 a\n");
    desk.write("b.txt", "1 Q0 ferry-1 1 2 b\n2 Q0 bridge-7 1 2 b\n3 Q0 ferry-1 1 1 b\n");
    let args = ["eval", "--qrels", "qrels.txt", "--compare", "a.txt", "b.txt"];
    let json = desk.run(args.into_iter().chain(["--json", "--measure", "mrr", "--rounds", "1000"])).json();
    let mrr = &json["measures"][0];
    assert_eq!((&mrr["measure"], &mrr["first"], &mrr["second"]), (&"mrr".into(), &0.5.into(), &1.0.into()));
    assert_eq!((&mrr["wins"], &mrr["losses"], &mrr["ties"]), (&2.into(), &0.into(), &1.into()));
    // Two differences of one sign: half of all signs are as far.
    let p = mrr["randomisation"].as_f64().unwrap();
    assert!((p - 0.5).abs() < 0.05, "{p}");
    let shown = desk.stdout(args.into_iter().chain(["--per-topic"]));
    assert!(shown.contains("3 topics, the second run against the first"), "{shown}");
    assert!(shown.lines().any(|line| line.split_whitespace().eq(["2", "0.5000", "1.0000", "+0.5000"])), "{shown}");
    assert_eq!(desk.run(args.into_iter().chain(["--fail-under", "mrr=1"])).code, 0);
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    let desk = desk();
    desk.write("wrong.txt", "1 Q0 ferry-1 1 high x\n");
    let run = desk.run(["eval", "--qrels", "qrels.txt", "--run", "wrong.txt"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("wrong.txt: line 1: the fifth column is no score"), "{}", run.stderr);
    for args in [
        &["eval", "--qrels", "qrels.txt"][..],
        &["eval", "--topics", "topics.tsv"],
        &["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--measure", "f1"],
        &["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt", "--fail-under", "map=2"],
        &["eval", "--qrels", "qrels.txt", "--compare", "wrong.txt"],
        &["search", "--topics", "topics.tsv", "ferry"],
        &["search", "--topics", "topics.tsv", "--format", "csv"],
        &["search", "--format", "trec", "ferry"],
        &["search", "--as-queries", "ferry"],
    ] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
    assert_eq!(desk.run(["eval", "--topics", "gone.tsv", "--qrels", "qrels.txt"]).code, 6);
}
