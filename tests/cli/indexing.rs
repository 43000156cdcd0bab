//! `newshound index`: counts, reports, dry runs, remembered corpora.

use std::fs;

use super::Desk;

#[test]
fn counts_are_told_and_a_second_run_changes_nothing() {
    let desk = Desk::new();
    let first = desk.stdout(["index", "news"]);
    assert!(
        first.starts_with("3 sources read, 0 unchanged, 0 deleted, 0 stale, 0 skipped\n3 articles added, "),
        "{first}"
    );
    let second = desk.stdout(["index"]);
    assert!(second.starts_with("0 sources read, 3 unchanged, "), "{second}");
    assert!(second.ends_with("nothing changed\n"), "{second}");
}

#[test]
fn edits_are_counted_one_by_one() {
    let desk = Desk::indexed();
    fs::remove_file(desk.path().join("news/bridge.md")).expect("a file less");
    desk.write("news/more.md", "# Quay closed\n\nThe quay is closed until Friday.\n");
    desk.write("news/ferry.md", "---\nid: ferry-1\ntitle: Ferry late\n---\n\nIt sails an hour late.\n");
    let report = desk.run(["index", "--json"]).json();
    assert_eq!(report["sources"]["read"], 2);
    assert_eq!(report["sources"]["deleted"], 1);
    assert_eq!(report["articles"]["added"], 1);
    assert_eq!(report["articles"]["replaced"], 1);
    assert_eq!(report["articles"]["deleted"], 1);
    assert_eq!(report["articles"]["unchanged"], 1);
}

#[test]
fn dry_run_writes_nothing() {
    let desk = Desk::new();
    let told = desk.stdout(["index", "--dry-run", "news"]);
    assert!(told.starts_with("dry run: nothing was written"), "{told}");
    assert!(told.contains("3 articles added"), "{told}");
    assert!(!desk.path().join("index").exists());

    let desk = Desk::indexed();
    desk.write("news/more.md", "# Quay closed\n\nThe quay is closed.\n");
    assert!(desk.stdout(["index", "--dry-run"]).contains("1 article added"));
    assert_eq!(desk.run(["search", "quay"]).code, 1);
}

#[test]
fn report_has_one_json_line_for_each_notice() {
    let desk = Desk::new();
    desk.write("news/.hidden", "nothing");
    desk.write("news/broken.jsonl", "{\"title\": \"Whole\", \"body\": \"A whole record.\"}\n{\"title\": \"Broken\n");
    desk.write("news/doubtful.md", "---\ntitle: Quay closed\ndate: 31 February 2024\n---\n\nThe quay is closed.\n");
    desk.stdout(["index", "news", "--report", "notices.jsonl"]);
    let report = fs::read_to_string(desk.path().join("notices.jsonl")).expect("the report");
    let notices: Vec<serde_json::Value> =
        report.lines().map(|line| serde_json::from_str(line).expect("a notice")).collect();
    let told: Vec<String> = notices
        .iter()
        .map(|notice| format!("{} {} {} {}", notice["level"], notice["code"], notice["corpus"], notice["path"]))
        .collect();
    let expected = [
        r#""skip" "hidden" "news" ".hidden""#,
        r#""reject" "bad-record" "news" "broken.jsonl""#,
        r#""warning" "impossible-date" "news" "doubtful.md""#,
    ];
    assert_eq!(told, expected);
    assert_eq!(notices[1]["line"], 2);
    assert!(notices.iter().all(|notice| notice["message"].is_string()));
}

#[test]
fn corpus_can_be_named_and_dot_has_the_name_of_its_folder() {
    let desk = Desk::new();
    desk.stdout(["index", "wire=news"]);
    assert!(desk.stdout(["search", "rudder"]).contains("wire/ferry.md"));

    let desk = Desk::new();
    let here = desk.path().join("news");
    let status = desk.command(["index", ".", "--quiet", "--index", "../index"]).current_dir(here).status();
    assert!(status.expect("the program runs").success());
    assert!(desk.stdout(["search", "rudder"]).contains("news/ferry.md"));
}

#[test]
fn quiet_prints_nothing() {
    let run = Desk::new().run(["index", "news", "--quiet"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
}

#[test]
fn one_command_indexes_and_searches() {
    let desk = Desk::new();
    let run = desk.run(["search", "--refresh=news", "harbour", "bridge"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("1 article for: "), "{}", run.stdout);
    assert!(run.stdout.contains("Bridge toll to rise"), "{}", run.stdout);
    assert!(run.stderr.contains("3 articles added"), "{}", run.stderr);
    let taken_for_a_word = desk.run(["search", "--refresh", "news", "harbour"]);
    assert!(taken_for_a_word.stderr.contains("--refresh=news"), "{}", taken_for_a_word.stderr);
    let again = desk.run(["search", "--refresh", "harbour", "bridge"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
}

#[test]
#[cfg(unix)]
fn interrupt_ends_with_130_and_the_last_commit() {
    let desk = Desk::indexed();
    let line = format!("{{\"title\": \"Tide\", \"body\": \"{}\"}}\n", "The tide rose and fell. ".repeat(40));
    desk.write("news/tides.jsonl", line.repeat(40_000));
    // The report is made when interrupts are listened to, and before anything is read.
    let mut child = desk.command(["index", "--quiet", "--report", "notices.jsonl"]).spawn().expect("the program runs");
    while !desk.path().join("notices.jsonl").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(desk.stdout(["search", "--count", "ferry"]), "1\n");
    assert_eq!(desk.run(["search", "tide"]).code, 1);
}
