//! Completions and manual pages are made from the command line's own definition.

use std::fs;

use super::Desk;

#[test]
fn every_shell_has_completions() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.stdout(["completions", shell]);
        assert!(script.contains("newshound") && script.contains("assume-zone"), "{shell}");
    }
    assert_eq!(desk.run(["completions", "abacus"]).code, 2);
}

#[test]
fn one_page_holds_every_command_and_the_exit_codes() {
    let page = Desk::new().stdout(["man"]);
    for title in [".TH newshound 1", ".SH \"NEWSHOUND SEARCH\"", ".SH \"NEWSHOUND FIELDS\"", ".SH \"EXIT STATUS\""] {
        assert!(page.contains(title), "{title}: {page}");
    }
    for meaning in ["done, found or same", "locked by another process", "interrupted", "NEWSHOUND_INDEX"] {
        assert!(page.contains(meaning), "{meaning}");
    }
    assert!(page.contains("harbour bridge"), "the examples are there");
}

#[test]
fn pages_are_written_one_for_each_command() {
    let desk = Desk::new();
    desk.stdout(["man", "pages/man1"]);
    let page = |name: &str| fs::read_to_string(desk.path().join("pages/man1").join(name)).expect("the page");
    assert!(page("newshound.1").contains("EXIT STATUS"));
    assert!(page("newshound-search.1").contains("assume\\-zone"));
    assert!(page("newshound-search.1").contains("EXIT STATUS"));
    for name in ["index", "show", "fields", "status", "completions", "man"] {
        assert!(page(&format!("newshound-{name}.1")).contains(name), "{name}");
    }
}
