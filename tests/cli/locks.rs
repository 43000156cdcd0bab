//! Lock files: written by `index --lock`, held against an index by `index --locked` and against corpora by `check --lock`.

use std::fs;

use super::{Desk, FERRY};

const LOCK: &str = "newshound.lock";

fn locked(detail: bool) -> Desk {
    let desk = Desk::new();
    let detail = if detail { &["--lock-detail"][..] } else { &[] };
    let run = desk.run([&["index", "news", "--lock", LOCK], detail].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    desk
}

fn lock_of(desk: &Desk) -> String {
    fs::read_to_string(desk.path().join(LOCK)).expect("the lock file")
}

#[test]
fn lock_file_is_small_text_and_the_same_for_the_same_articles() {
    let (desk, other) = (locked(false), Desk::new());
    let lock = lock_of(&desk);
    assert!(lock.contains("\n[corpora.\"news\"]\narticles = 3\nsources = 3\n"), "{lock}");
    assert!(lock.contains(&format!("\nnewshound = \"{}\"\n", env!("CARGO_PKG_VERSION"))), "{lock}");
    assert!(lock.contains("\ncontent = \"blake3:"), "{lock}");
    assert!(lock.lines().count() < 15, "{lock}");
    other.write("news/ferry.md", FERRY.replace('\n', "\r\n"));
    other.stdout(["index", "news", "--lock", LOCK, "--threads", "1"]);
    assert_eq!(lock_of(&other), lock, "a checkout with other line ends gives the same lock");
    let detailed = lock_of(&locked(true));
    assert_eq!(detailed.lines().filter(|line| line.starts_with("  [\"news\", ")).count(), 3, "{detailed}");
    let leftovers = fs::read_dir(desk.path()).expect("the folder").count();
    assert_eq!(leftovers, 3, "corpus, index and lock file, and nothing beside them");
}

#[test]
fn lock_file_is_written_by_index_lock_only_and_after_a_run_that_went_well() {
    let desk = Desk::new();
    desk.write("news/broken.jsonl", "{\"title\": \"Whole\", \"body\": \"A whole record.\"}\n{\"title\": \"Broken\n");
    assert_eq!(desk.run(["index", "news", "--lock", LOCK, "--fail-on", "reject"]).code, 7);
    assert_eq!(desk.run(["index", "news", "--lock", LOCK, "--dry-run"]).code, 2);
    assert_eq!(desk.run(["index", "news", "--lock-detail"]).code, 2);
    assert_eq!(desk.run(["index", "news", "--locked", LOCK]).code, 6);
    assert_eq!(desk.run(["index", "news", "--lock", "nowhere/newshound.lock"]).code, 6);
    assert_eq!(desk.run(["check", "news", "--lock", LOCK]).code, 6);
    assert!(!desk.path().join(LOCK).exists());
}

#[test]
fn corpus_is_checked_against_a_lock_without_an_index() {
    let desk = locked(true);
    fs::remove_dir_all(desk.path().join("index")).expect("no index");
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "same: the corpus is what the lock file says, 3 articles\n"));
    desk.write("news/ferry.md", FERRY.replace("nine", "ten"));
    fs::remove_file(desk.path().join("news/undated.md")).expect("a file less");
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "drift: 0 articles added, 1 changed, 1 removed, 1 the same\n\
         changed    news/ferry.md (ferry-1)\nremoved    news/undated.md\n"
    );
    assert!(!desk.path().join("index").exists(), "no index is made");
}

#[test]
fn lock_without_details_tells_counts() {
    let desk = locked(false);
    fs::remove_file(desk.path().join("news/undated.md")).expect("a file less");
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "drift: the articles are others; a lock file of --lock-detail tells which\n\
         news: 3 articles from 3 files; now 2 articles from 2 files\n"
    );
    let sarif = desk.run(["check", "--lock", LOCK, "news", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "changed");
}

#[test]
fn lock_remembers_settings_and_names_its_corpora() {
    let desk = Desk::new();
    desk.write("news/quay.md", "---\ntitle: Quay closed\ndate: 02/05/2016\n---\n\nThe quay is closed.\n");
    desk.stdout(["index", "news", "--date-order", "day-first", "--exclude", "undated.md", "--lock", LOCK]);
    assert_eq!(desk.run(["check", "--lock", LOCK, "news"]).code, 0);
    let run = desk.run(["check", "--lock", LOCK, "news", "--date-order", "month-first"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("news: --date-order was day-first, is month-first\n"), "{}", run.stdout);
    let run = desk.run(["check", "--lock", LOCK, "wire=news"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the lock file tells of the corpus `news`"), "{}", run.stderr);
    assert_eq!(desk.run(["check", "--lock", LOCK]).code, 2, "corpora are named");
}

#[test]
fn lock_of_another_version_is_an_upgrade() {
    let desk = locked(true);
    let ours = format!("newshound = \"{}\"", env!("CARGO_PKG_VERSION"));
    desk.write(LOCK, lock_of(&desk).replace(&ours, "newshound = \"0.0.9\""));
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("upgrade: the articles are the same\nprogram was 0.0.9, is "), "{}", run.stdout);
    desk.write("news/ferry.md", FERRY.replace("nine", "ten"));
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert!(run.stdout.starts_with("upgrade and drift: 0 articles added, 1 changed, "), "{}", run.stdout);
    let run = desk.run(["index", "news", "--locked", LOCK]);
    assert_eq!(run.code, 1);
    desk.write(LOCK, "lock = 99\n");
    let run = desk.run(["check", "--lock", LOCK, "news"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("newshound.lock: it is a lock file of form 99"), "{}", run.stderr);
}

#[test]
fn locked_run_commits_what_the_lock_says_and_nothing_else() {
    let desk = locked(true);
    fs::remove_dir_all(desk.path().join("index")).expect("no index");
    let run = desk.run(["index", "news", "--locked", LOCK]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("same: the corpus is what the lock file says"), "{}", run.stdout);
    let before = lock_of(&desk);
    desk.write("news/ferry.md", FERRY.replace("rudder", "propeller"));
    let run = desk.run(["index", "news", "--locked", LOCK]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("changed    news/ferry.md\n"), "{}", run.stdout);
    assert!(run.stderr.contains("--locked: drift: 0 articles added, 1 changed, "), "{}", run.stderr);
    assert_eq!(desk.stdout(["search", "--count", "rudder"]), "1\n", "the last commit stands");
    assert_eq!(desk.run(["search", "--count", "propeller"]).code, 1);
    let json = desk.run(["index", "news", "--locked", LOCK, "--json"]).json();
    assert_eq!((&json["changed"], &json["locked"]["same"]), (&false.into(), &false.into()));
    assert_eq!(lock_of(&desk), before, "it only compares");
}

#[test]
fn what_a_lock_file_keeps_out_stays_out_when_it_is_written_again() {
    let desk = locked(false);
    desk.stdout(["delete", "ferry-1", "--reason", "on wish"]);
    desk.stdout(["index", "--lock", LOCK]);
    let lock = lock_of(&desk);
    assert!(lock.contains("[\"news\", \"ferry.md\", 0, \"ferry-1\", \"on wish\"]"), "{lock}");
    // In another checkout there is no index, or one from before.
    for fresh in [true, false] {
        let other = if fresh { Desk::new() } else { Desk::indexed() };
        other.write(LOCK, &lock);
        other.write("news/quay.md", "# Quay closed\n\nThe quay is closed.\n");
        let run = other.run(["index", "news", "--lock", LOCK]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let note = "note: newshound.lock keeps out 1 article that this index did not: remove the line there to let one in again\n";
        assert!(run.stderr.contains(note), "{}", run.stderr);
        assert_eq!(other.run(["search", "ferry"]).code, 1);
        assert!(lock_of(&other).contains("\"on wish\""), "{}", lock_of(&other));
        assert!(!other.run(["index", "news", "--lock", LOCK]).stderr.contains("note: "));
        // It is let in again where both are told.
        other.stdout(["delete", "--undo", "ferry-1"]);
        other.write(LOCK, lock_of(&other).replace("  [\"news\", \"ferry.md\", 0, \"ferry-1\", \"on wish\"],\n", ""));
        other.stdout(["index", "news", "--lock", LOCK]);
        assert_eq!(other.run(["search", "ferry"]).code, 0);
    }
    // What is no lock file is somebody's.
    desk.write("notes.md", "# Notes\n");
    assert_eq!(desk.run(["index", "--lock", "notes.md"]).code, 2);
    assert_eq!(fs::read_to_string(desk.path().join("notes.md")).expect("a file"), "# Notes\n");
}
