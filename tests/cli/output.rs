//! Output for people is harmless on a terminal, output for programs is exact, and a closed pipe is no failure.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::Desk;

/// A desk with an article that tries to steer the terminal and the spreadsheet.
fn hostile() -> Desk {
    let desk = Desk::new();
    let record = serde_json::json!({
        "id": "hostile-1",
        "title": "=Zeppelin\u{1b}[31m over\u{202e} the quay\u{9b}",
        "body": "The zeppelin\u{1b}]0;title\u{7} came <b>low</b> over the quay.\u{2028}Nobody *waved*.",
        "date": "2024-05-01",
    });
    desk.write("news/hostile.jsonl", format!("{record}\n"));
    assert_eq!(desk.run(["index", "news"]).code, 0);
    desk
}

fn is_steering(c: char) -> bool {
    c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn control_escape_and_override_characters_reach_no_terminal() {
    let desk = hostile();
    for args in [
        &["search", "zeppelin"][..],
        &["search", "zeppelin", "--format", "csv"],
        &["search", "zeppelin", "--format", "markdown"],
        &["search", "--json", "zeppelin"],
        &["search", "--jsonl", "zeppelin"],
        &["show", "hostile-1"],
        &["show", "hostile-1", "--json"],
        &["fields", "news/hostile.jsonl"],
        &["fields", "news/hostile.jsonl", "--json"],
    ] {
        let shown = desk.stdout(args);
        assert!(shown.to_lowercase().contains("zeppelin"), "{args:?}: {shown}");
        assert_eq!(shown.chars().find(|c| is_steering(*c)), None, "{args:?}: {shown:?}");
    }
}

#[test]
fn names_and_messages_are_harmless_too() {
    let desk = Desk::new();
    let run = desk.run(["fields", "no\u{1b}[31m\u{202e}file"]);
    assert_eq!(run.stderr.chars().find(|c| is_steering(*c)), None, "{:?}", run.stderr);
    let run = desk.run(["fields", "-", "--name", "a\u{1b}b.txt"]);
    assert!(run.stdout.contains("a\u{fffd}b.txt"), "{:?}", run.stdout);
}

#[test]
fn json_reads_back_as_the_text_of_the_article() {
    let json = hostile().run(["show", "hostile-1", "--json"]).json();
    assert_eq!(json["headline"], "=Zeppelin\u{1b}[31m over\u{202e} the quay\u{9b}");
}

#[test]
fn csv_disarms_formulas_and_markdown_markup() {
    let desk = hostile();
    let csv = desk.stdout(["search", "zeppelin", "--format", "csv"]);
    assert!(csv.starts_with("rank,score,id,corpus,path,record,headline,"), "{csv}");
    assert!(csv.contains(",'=Zeppelin"), "{csv}");
    let markdown = desk.stdout(["search", "zeppelin", "--format", "markdown"]);
    assert!(!markdown.contains("<b>") && !markdown.contains(" *waved*"), "{markdown}");
}

#[test]
fn matched_words_are_coloured_only_where_colours_are_wanted() {
    let desk = Desk::indexed();
    let colored = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = desk.command(["search", "ferry"].iter().chain(args));
        let output = command.envs(variables.iter().copied()).output().expect("the program runs");
        output.stdout.contains(&0x1b)
    };
    assert!(!colored(&[], &[]), "not in a pipe");
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]), "what is typed is stronger");
}

#[test]
fn matched_words_are_highlighted_in_headline_and_passages() {
    let shown = Desk::indexed().stdout(["search", "--color", "always", "ferry"]);
    let marked = shown.matches("\u{1b}[1m\u{1b}[33m").count();
    assert!(marked >= 2, "{shown:?}");
    let plain = Desk::indexed().stdout(["search", "ferry"]);
    assert!(plain.contains("The ferry sailed again on Monday after nine weeks in dock."), "{plain}");
}

#[test]
fn hit_shows_section_date_publisher_id_and_path() {
    let shown = Desk::indexed().stdout(["search", "ferry"]);
    let expected = " 1  Ferry returns to the Ostrel crossing\n    \
                    city/transport · 2024-03-05 · The Ansel Courier · ferry-1 · news/ferry.md\n";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn markdown_is_a_list_with_quoted_passages() {
    let markdown = Desk::indexed().stdout(["search", "--format", "markdown", "rudder"]);
    let head = "1 article for: rudder\n\n1. **Ferry returns to the Ostrel crossing**\\\n   \
                city/transport · 2024-03-05 · The Ansel Courier · news/ferry.md\n\n   > ";
    assert!(markdown.starts_with(head), "{markdown}");
    assert!(markdown.ends_with("Its crew had repaired the **rudder** in the harbour.\n"), "{markdown}");
}

#[test]
fn paths_can_be_opened_and_end_with_nul_on_request() {
    let desk = Desk::indexed();
    let path = desk.stdout(["search", "--paths", "rudder"]);
    let text = std::fs::read_to_string(desk.path().join(path.trim_end())).expect("the path can be opened");
    assert!(text.contains("rudder"));
    let paths = desk.stdout(["search", "--paths", "-0", "harbour"]);
    assert_eq!(paths.matches('\0').count(), 3, "{paths:?}");
    assert!(!paths.contains('\n'));
}

#[test]
fn closed_pipe_ends_quietly() {
    let desk = Desk::new();
    for number in 0..300 {
        let body = "The ferry sailed again, as every day. ".repeat(30);
        desk.write(&format!("news/{number}.md"), format!("# Ferry {number}\n\n{body}\n"));
    }
    assert_eq!(desk.run(["index", "news"]).code, 0);
    // Far more than a pipe holds, so that the program is writing when its reader goes away.
    let mut command = desk.command(["search", "--json", "--limit", "300", "--passages", "5", "ferry"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    reader.read_line(&mut first).expect("a line");
    drop(reader);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_under_standard_output_is_6() {
    let desk = Desk::indexed();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let status = desk.command(["search", "ferry"]).stdout(full).stderr(Stdio::null()).status().expect("it runs");
    assert_eq!(status.code(), Some(6));
}
