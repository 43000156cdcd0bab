//! Help says what every command does, with examples.

use super::Desk;

const COMMANDS: [&str; 11] =
    ["index", "check", "search", "query", "eval", "show", "similar", "fields", "status", "completions", "man"];

#[test]
fn every_command_has_help_with_examples() {
    let desk = Desk::new();
    for command in COMMANDS {
        let help = desk.stdout([command, "--help"]);
        assert!(help.contains("Usage: newshound "), "{command}: {help}");
        assert!(help.contains("Examples:"), "{command}: {help}");
        assert_eq!(desk.run(["help", command]).code, 0, "{command}");
    }
}

#[test]
fn the_query_language_is_told_with_its_grammar() {
    let desk = Desk::new();
    let told = desk.stdout(["query"]);
    let help = desk.stdout(["help", "query"]);
    for part in ["ferry NOT W/5 strike", "first/25(ferry)", "\n  proximity = "] {
        assert!(told.contains(part) && help.contains(part), "{part}: {told} {help}");
    }
}

#[test]
fn help_names_every_command_and_exit_code() {
    let help = Desk::new().stdout(["--help"]);
    for word in COMMANDS.into_iter().chain(["NEWSHOUND_INDEX", "NO_COLOR"]) {
        assert!(help.contains(word), "{word}: {help}");
    }
    for row in ["    0  done, found or same", "    3  no index or incompatible", "  130  interrupted"] {
        assert!(help.contains(row), "{row}: {help}");
    }
}

#[test]
fn version_is_given_to_people_and_programs() {
    let desk = Desk::new();
    assert!(desk.stdout(["--version"]).starts_with(&format!("newshound {}\n", env!("CARGO_PKG_VERSION"))));
    let json = desk.run(["--version", "--json"]).json();
    assert_eq!(json["name"], "newshound");
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert!(json["format"].as_u64().is_some_and(|format| format > 0));
    assert!(json["features"].as_array().is_some_and(|features| features.contains(&"cli".into())));
}
