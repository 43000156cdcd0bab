//! `newshound repair`.

use std::fs;
use std::path::PathBuf;

use super::Desk;

fn file(desk: &Desk, part: &str) -> PathBuf {
    let entries =
        fs::read_dir(desk.path().join("index")).expect("the index").map(|entry| entry.expect("an entry").path());
    entries.into_iter().find(|path| path.to_string_lossy().contains(part)).expect("it is there")
}

fn stores(desk: &Desk) -> impl Iterator<Item = PathBuf> {
    let entries =
        fs::read_dir(desk.path().join("index")).expect("the index").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "store"))
}

#[test]
fn what_is_lost_is_read_again_from_the_folders_that_the_index_remembers() {
    let desk = Desk::indexed();
    assert_eq!(desk.stdout(["repair"]), "nothing is damaged\n");
    fs::write(file(&desk, ".store"), "gone").expect("a file");
    let run = desk.run(["search", "ferry"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("`newshound repair` keeps what is whole"), "{}", run.stderr);
    let told = desk.stdout(["repair"]);
    assert!(told.contains("0 articles kept, 0 written anew as stored, 3 lost\n"), "{told}");
    assert!(told.contains("3 sources read again: 3 articles added, 0 replaced, 0 deleted\n"), "{told}");
    assert_eq!(desk.run(["search", "ferry"]).code, 0);
    assert_eq!(desk.run(["verify"]).code, 0);
    fs::remove_file(file(&desk, ".pos")).expect("a file less");
    let run = desk.run(["repair", "--json"]);
    assert_eq!((run.code, run.json()["rebuilt"].as_u64()), (0, Some(3)), "{}", run.stderr);
}

#[test]
fn a_corpus_that_moved_is_named_and_one_that_is_gone_is_told() {
    let desk = Desk::indexed();
    fs::rename(desk.path().join("news"), desk.path().join("moved")).expect("a rename");
    fs::write(file(&desk, ".store"), "gone").expect("a file");
    let run = desk.run(["repair"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("not recovered: news/ferry.md\n"), "{}", run.stdout);
    assert_eq!(desk.run(["search", "ferry"]).code, 1);
    // What was not recovered is still remembered.
    let missing = "missing since a repair: 3 articles; `newshound repair` looks for them again\n";
    let run = desk.run(["verify"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("sound: ") && run.stdout.ends_with(missing), "{}", run.stdout);
    assert!(desk.stdout(["status"]).contains("3 articles since a repair"));
    let run = desk.run(["repair"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("nothing is damaged; missing since an earlier repair: 3 articles\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("not recovered: news/ferry.md\n"), "{}", run.stdout);
    assert!(desk.stdout(["repair", "news=moved"]).contains("3 articles added"));
    assert_eq!(desk.run(["verify"]).code, 0);
    assert_eq!(desk.stdout(["repair"]), "nothing is damaged\n");
}

#[test]
fn what_is_missing_is_told_until_it_is_given_up() {
    let desk = Desk::indexed();
    fs::remove_file(desk.path().join("news/ferry.md")).expect("a file less");
    fs::write(file(&desk, ".store"), "gone").expect("a file");
    for _ in 0..2 {
        let run = desk.run(["repair"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(
            run.stdout.ends_with(
                "not recovered: news/ferry.md\nthis is told again until it is mended; `newshound repair --give-up` ends it\n"
            ),
            "{}",
            run.stdout
        );
        assert_eq!(desk.run(["verify"]).code, 1);
    }
    let run = desk.run(["repair", "--give-up"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.ends_with("not recovered: news/ferry.md\n"), "{}", run.stdout);
    assert_eq!(desk.run(["verify"]).code, 0);
    assert_eq!(desk.stdout(["repair"]), "nothing is damaged\n");
}

#[test]
fn a_lost_manifest_is_told_and_a_lost_index_is_none() {
    let desk = Desk::indexed();
    fs::remove_file(file(&desk, "manifest-")).expect("a file less");
    assert_eq!(desk.run(["search", "ferry"]).code, 0, "searching does not need it");
    let run = desk.run(["repair"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("3 articles kept, 0 written anew as stored, 0 lost\nthe manifest was lost: "),
        "{}",
        run.stdout
    );
    // What was kept out may be in again with this run, so that the index tells it for longer.
    assert!(desk.stdout(["index", "news"]).contains("0 articles added, 0 replaced, 3 unchanged"));
    let told =
        "missing      what only a manifest knew that was lost, since a repair; `newshound repair` tells what to do\n";
    assert!(desk.stdout(["status"]).contains(told), "{}", desk.stdout(["status"]));
    assert_eq!(desk.run(["status", "--json"]).json()["manifest_lost"], true);
    assert!(desk.stdout(["check"]).starts_with("same: "));
    fs::remove_file(file(&desk, "manifest-")).expect("a file less");
    for lost in [".store", ".term"] {
        fs::write(file(&desk, lost), "gone").expect("a file");
    }
    let run = desk.run(["repair", "news"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains(
            "0 articles kept, 0 written anew as stored, 3 lost\n\
             which 3 articles were lost is not known, since the manifest was lost too\n\
             3 sources read again: 3 articles added, 0 replaced, 0 deleted\n"
        ),
        "{}",
        run.stdout
    );
    fs::write(file(&desk, "meta.json"), "{").expect("a file");
    fs::remove_file(file(&desk, "manifest-")).expect("a file less");
    let run = desk.run(["repair"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("index the corpora into another folder"), "{}", run.stderr);
    assert!(!run.stderr.contains("newshound repair"), "{}", run.stderr);
    assert_eq!(Desk::new().run(["repair"]).code, 3);
}

#[test]
fn an_index_that_lost_its_mark_is_damaged_for_every_command() {
    let commands: [&[&str]; 7] = [
        &["search", "ferry"],
        &["search", "--verify", "ferry"],
        &["search", "--refresh", "ferry"],
        &["search", "--refresh=news", "ferry"],
        &["status"],
        &["index"],
        &["index", "news"],
    ];
    for lost in [&["newshound.json"][..], &["newshound.json", "manifest-"], &["newshound.json", "meta.json"]] {
        let desk = Desk::indexed();
        lost.iter().for_each(|part| fs::remove_file(file(&desk, part)).expect("a file less"));
        for args in commands {
            let run = desk.run(args.iter().chain(&["--index", "index"]));
            assert_eq!(run.code, 4, "{lost:?} {args:?}: {}", run.stderr);
            assert!(run.stderr.contains("newshound.json: the index is damaged: the file is missing"), "{}", run.stderr);
            assert!(run.stderr.contains("`newshound repair` keeps what is whole"), "{lost:?} {args:?}: {}", run.stderr);
        }
        assert_eq!(desk.run(["verify", "--index", "index"]).code, 4);
        // Without its manifest an index cannot tell what was taken down.
        assert_eq!(desk.run(["repair"]).code, i32::from(lost.contains(&"manifest-")), "{lost:?}");
        assert_eq!(desk.stdout(["search", "--count", "ferry"]), "1\n");
        assert_eq!(desk.run(["verify"]).code, i32::from(lost.contains(&"manifest-")), "{lost:?}");
    }
}

#[test]
fn where_the_index_remembers_no_folder_it_is_asked_for() {
    let desk = Desk::indexed();
    assert_eq!(desk.run(["index", "--canonical"]).code, 0);
    fs::write(file(&desk, ".store"), "gone").expect("a file");
    let run = desk.run(["repair"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("name them: `newshound repair FOLDER...`\n"), "{}", run.stdout);
    let told = desk.stdout(["repair", "news"]);
    assert!(told.contains("3 articles added") && !told.contains("name them"), "{told}");
    assert_eq!(desk.run(["verify"]).code, 0);
}

#[test]
fn what_is_missing_is_taken_down_and_told_no_more() {
    let desk = Desk::indexed();
    let line = |word: &str| format!("{{\"headline\": \"{word}\", \"body\": \"The {word} came to Ostrel.\"}}\n");
    desk.write("news/tides.jsonl", line("tide") + &line("surge"));
    desk.stdout(["index"]);
    fs::rename(desk.path().join("news"), desk.path().join("moved")).expect("a rename");
    stores(&desk).for_each(|store| fs::write(store, "gone").expect("a file"));
    assert_eq!(desk.run(["repair"]).code, 1);
    let run = desk.run(["index", "--canonical", "news=moved"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("`newshound repair --give-up` ends it"), "{}", run.stderr);
    let delete = |id: &str| desk.stdout(["delete", id, "--reason", "on wish"]);
    assert_eq!(delete("ferry-1"), "1 article is kept out now\n");
    assert!(delete("ferry-1").starts_with("`ferry-1` was taken down already"));
    assert_eq!(desk.run(["delete", "zeppelin-9", "--reason", "on wish"]).code, 1);
    let told = delete("tides.jsonl#2");
    let number =
        "1 article is known by the number in the file alone, until the file is read: see what stays out then\n";
    assert_eq!(told, format!("2 articles are kept out now\n{number}"));
    assert!(desk.stdout(["status"]).contains("3 articles since a repair"));
    assert!(desk.stdout(["repair", "news=moved"]).contains("3 articles added"));
    assert_eq!(desk.run(["search", "surge"]).code, 1);
    assert_eq!(delete("tides.jsonl#2").lines().count(), 2, "its words are known now");
    assert_eq!(desk.run(["search", "ferry"]).code, 1);
    assert_eq!(desk.run(["verify"]).code, 0);
    assert_eq!(desk.run(["index", "--canonical", "news=moved"]).code, 0);
}
