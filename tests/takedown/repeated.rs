//! Takedowns that are repeated: the same words mean another article where lines have moved or a corpus has come, and no
//! article that is not meant goes, or comes back.

use super::*;

#[test]
fn a_takedown_that_is_repeated_takes_down_nothing_else() {
    let desk = Desk::new();
    desk.run(|_| {});
    desk.take_down("wire.jsonl#2");
    desk.write(
        "wire.jsonl",
        &format!("{}\n{}\n{}\n", record("w-2", "quay"), record("w-3", "pilot"), record("w-1", "barge")),
    );
    desk.run(|_| {});
    assert_eq!((desk.count("quay"), desk.count("pilot"), desk.count("barge")), (0, 1, 1));
    // Another has the number now, and an id of its own.
    let (refused, name) = desk.refused("wire.jsonl#2");
    assert!(refused.contains("(news:w-2: on wish)") && name == "news:w-3", "{refused}");
    // Another corpus has an article of the same id and path.
    let other = desk.folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("wire.jsonl"), format!("{}\n{}\n", record("w-1", "barge"), record("w-2", "sluice")))
        .expect("a file");
    let corpus = vec![Corpus::named("other", &other).expect("a sound name")];
    ingest(&desk.index, corpus, &IngestOptions::default()).expect("it can be read");
    assert_eq!(desk.refused("w-2").1, "other:w-2");
    assert_eq!((desk.count("pilot"), desk.count("barge"), desk.count("sluice")), (1, 2, 1));
    desk.take_down("other:w-2");
    assert_eq!((desk.count("pilot"), desk.count("barge"), desk.count("sluice")), (1, 2, 0));
    // Both are out, so that the id does not tell which is to come back.
    let mut writer = desk.index.writer().expect("there is no other");
    let several = writer.restore(&"w-2".into()).expect_err("two corpora have it").to_string();
    assert!(several.ends_with("name one: news:w-2, other:w-2"), "{several}");
    // Within one commit the same may be named in several ways.
    for id in ["market.txt", "news:market.txt", "news/market.txt"] {
        assert!(writer.take_down(&id.into(), "on wish").expect("it is the same"), "{id}");
    }
    writer.commit().expect("there is room");
    assert_eq!(desk.index.status().expect("sound").taken_down.len(), 3);
}

#[test]
fn a_name_by_text_means_one_article_wherever_the_lines_move() {
    let desk = Desk::new();
    let write = |words: &[&str]| desk.write("notes.jsonl", &words.iter().map(|word| unnamed(word)).collect::<String>());
    write(&["anchor", "buoy"]);
    desk.run(|_| {});
    desk.take_down("notes.jsonl#1");
    write(&["buoy", "cutter"]);
    desk.run(|_| {});
    let (_, name) = desk.refused("notes.jsonl#1");
    desk.take_down(&name);
    write(&["cutter", "dory"]);
    desk.run(|_| {});
    assert_eq!((desk.count("buoy"), desk.count("cutter"), desk.count("dory")), (0, 1, 1));
    let mut writer = desk.index.writer().expect("there is no other");
    assert!(!writer.take_down(&name.as_str().into(), "on wish").expect("sound"), "another stands there");
    assert!(writer.is_taken_down(&name.as_str().into()));
    assert!(!writer.is_taken_down(&format!("{}0", &name[..name.len() - 1]).as_str().into()) || name.ends_with('0'));
}

#[test]
fn what_is_let_in_again_is_kept_out_by_no_copy_that_was_named_too() {
    let desk = Desk::new();
    desk.write("notes.jsonl", &(unnamed("buoy") + &unnamed("buoy") + &unnamed("anchor")));
    desk.write("night/market.txt", "Night market\n\nThe night market in Talmere opened again after the storm.\n");
    desk.run(|_| {});
    let mut writer = desk.index.writer().expect("there is no other");
    for id in ["notes.jsonl#1", "notes.jsonl#2", "market.txt", "night/market.txt"] {
        assert!(writer.take_down(&id.into(), "on wish").expect("sound"), "{id}");
    }
    writer.commit().expect("there is room");
    drop(writer);
    assert_eq!((desk.count("buoy"), desk.count("market")), (0, 0));
    desk.restore("notes.jsonl#1");
    desk.restore("night/market.txt");
    desk.run(|_| {});
    assert_eq!((desk.count("buoy"), desk.count("market")), (2, 2));
    assert!(desk.index.status().expect("sound").taken_down.is_empty());
}
