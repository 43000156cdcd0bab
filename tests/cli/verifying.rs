//! `newshound verify`, and how other commands meet damage.

use std::fs;
use std::path::PathBuf;

use super::Desk;

/// Returns the only file of the index whose name ends so.
fn file(desk: &Desk, ending: &str) -> PathBuf {
    let entries =
        fs::read_dir(desk.path().join("index")).expect("the index").map(|entry| entry.expect("an entry").path());
    let mut fitting: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    assert_eq!(fitting.len(), 1, "{fitting:?}");
    fitting.remove(0)
}

fn flip(path: &PathBuf, at: usize) {
    let mut bytes = fs::read(path).expect("a file");
    bytes[at] ^= 0xff;
    fs::write(path, bytes).expect("a file");
}

#[test]
fn a_sound_index_is_told_to_be_and_a_damaged_one_by_file() {
    let desk = Desk::indexed();
    let told = desk.stdout(["verify"]);
    assert!(told.starts_with("sound: 9 files (") && told.contains(", 3 articles, "), "{told}");
    assert!(desk.stdout(["verify", "--quick"]).ends_with("postings not looked at\n"));
    let store = file(&desk, ".store");
    flip(&store, 40);
    let run = desk.run(["verify"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let name = store.file_name().expect("a name").to_string_lossy().into_owned();
    assert_eq!(
        run.stdout.lines().skip(1).collect::<Vec<_>>(),
        [format!("{name}: its checksum is not that of its bytes")]
    );
    let run = desk.run(["verify", "--json"]);
    assert_eq!(run.code, 4);
    let report = run.json();
    assert_eq!(report["sound"], false);
    assert_eq!(report["damages"][0]["file"], name.as_str());
}

#[test]
fn a_search_that_meets_damage_names_the_file_and_panics_at_nothing() {
    let desk = Desk::indexed();
    let term = file(&desk, ".term");
    let whole = fs::read(&term).expect("a file");
    let mut met = 0;
    for at in (0..whole.len() - 100).step_by(7) {
        flip(&term, at);
        let run = desk.run(["search", "ferry"]);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        if run.code == 4 {
            assert!(run.stderr.contains(&*term.to_string_lossy()), "{}", run.stderr);
            met += 1;
        }
        fs::write(&term, &whole).expect("a file");
    }
    assert!(met > 0, "some damage stands in the way of a search");
}

#[test]
fn a_search_with_verify_answers_nothing_from_a_damaged_index() {
    let desk = Desk::indexed();
    assert_eq!(desk.run(["search", "--verify", "ferry"]).code, 0);
    flip(&file(&desk, ".pos"), 3);
    for args in [&["search", "--verify", "ferry"][..], &["status", "--verify"], &["show", "--verify", "ferry-1"]] {
        let run = desk.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{args:?}");
        assert!(run.stderr.contains(".pos: the index is damaged"), "{}", run.stderr);
    }
}

#[test]
fn an_index_without_its_mark_is_not_passed_over_for_one_further_up() {
    let desk = Desk::indexed();
    let inner = desk.path().join("inner");
    fs::create_dir_all(inner.join("index")).expect("a folder");
    for entry in fs::read_dir(desk.path().join("index")).expect("the index") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, inner.join("index").join(path.file_name().expect("a name"))).expect("a file");
    }
    fs::remove_file(inner.join("index/newshound.json")).expect("the mark");
    let output = desk.command(["verify"]).current_dir(&inner).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stdout).contains("newshound.json: the file is missing"));
}

#[test]
fn no_index_is_3() {
    let desk = Desk::new();
    assert_eq!(desk.run(["verify"]).code, 3);
}

#[test]
fn a_snapshot_with_verify_is_none_of_a_damaged_index() {
    let desk = Desk::indexed();
    flip(&file(&desk, ".store"), 40);
    assert_eq!(desk.run(["snapshot", "--verify", "backup"]).code, 4);
    assert!(!desk.path().join("backup/newshound.json").exists());
}
