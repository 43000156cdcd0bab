//! What is missing since a repair is told as long as it is not there, not taken down and not given up, and no longer.

use super::*;

/// A folder of news, and an index of it whose stored articles are lost while the folder is away.
struct Loss {
    folder: TempDir,
    index: Index,
}

fn line(id: Option<&str>, word: &str) -> String {
    let id = id.map(|id| format!("\"id\": \"{id}\", ")).unwrap_or_default();
    format!("{{{id}\"headline\": \"The {word} again\", \"body\": \"A {word} was seen in the harbour of Ostrel.\"}}\n")
}

impl Loss {
    fn new() -> Loss {
        let folder = TempDir::new().expect("a folder");
        let index = Index::create(folder.path().join("index")).expect("the folder is absent");
        let loss = Loss { folder, index };
        fs::create_dir(loss.path("news")).expect("a folder");
        loss.write("ferry.md", "---\nid: ferry-1\n---\n\n# Ferry returns\n\nThe ferry sailed again.\n");
        loss.write("market.txt", "Night market\n\nThe night market in Talmere opened again.\n");
        loss.write("notes.jsonl", &(line(None, "anchor") + &line(None, "buoy")));
        loss.write(
            "wire.jsonl",
            &(line(Some("w-1"), "barge") + &line(Some("w-2"), "quay") + &line(Some("w-2"), "pilot")),
        );
        loss.run(|_| {});
        loss
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path("news").join(name), text).expect("a file");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a rename");
    }

    fn run(&self, set: impl FnOnce(&mut IngestOptions<'_>)) {
        let mut options = IngestOptions::default();
        set(&mut options);
        let corpus = Corpus::named("news", self.path("news")).expect("a sound name");
        ingest(&self.index, vec![corpus], &options).expect("it can be read");
    }

    /// Loses all articles, and these files too.
    fn lose(&self, also: &[&str]) {
        self.rename("news", "away");
        let is_lost =
            |path: &PathBuf| is(path, ".store") || also.iter().any(|part| path.to_string_lossy().contains(part));
        files(&self.path("index"))
            .into_iter()
            .filter(is_lost)
            .for_each(|path| fs::remove_file(path).expect("a file less"));
        repaired(&self.path("index"));
    }

    fn missing(&self) -> Vec<String> {
        let report = repair(self.path("index"), Vec::new(), &IngestOptions::default()).expect("it can be mended");
        let verified = verify(self.path("index"), &VerifyOptions::default()).expect("it can be read");
        assert!(verified.sound);
        assert_eq!(verified.missing, report.not_recovered.len() as u64 + report.unnamed);
        report.not_recovered.iter().map(ToString::to_string).collect()
    }

    fn count(&self, query: &str) -> u64 {
        self.index.searcher().and_then(|searcher| searcher.count(&SearchRequest::new(query))).expect("a sound query")
    }

    fn take_down(&self, ids: &[&str]) {
        let mut writer = self.index.writer().expect("there is no other");
        ids.iter().for_each(|id| assert!(writer.take_down(&(*id).into(), "on wish").expect("it is sound"), "{id}"));
        writer.commit().expect("there is room");
    }
}

#[test]
fn what_is_there_again_under_another_path_is_missing_no_more() {
    let loss = Loss::new();
    loss.lose(&[]);
    assert_eq!(loss.missing().len(), 7);
    loss.rename("away", "news");
    for (from, to) in
        [("ferry.md", "f.md"), ("market.txt", "m.txt"), ("notes.jsonl", "n.jsonl"), ("wire.jsonl", "w.jsonl")]
    {
        loss.rename(&format!("news/{from}"), &format!("news/{to}"));
    }
    // What is edited besides is known by its own id, where that is its own.
    loss.write("f.md", "---\nid: ferry-1\n---\n\n# Ferry returns\n\nThe ferry sailed twice.\n");
    loss.write("n.jsonl", &(line(None, "anchor") + &line(None, "cutter")));
    loss.write("w.jsonl", &(line(Some("w-1"), "barge") + &line(Some("w-2"), "quay")));
    loss.run(|_| {});
    assert_eq!(loss.count("ferry OR market OR anchor OR barge OR quay"), 5);
    let expected = ["news/notes.jsonl#1", "news/notes.jsonl#2", "news/wire.jsonl#2", "news/wire.jsonl#3"];
    assert_eq!(loss.missing(), expected, "these may be others");
}

#[test]
fn what_was_lost_with_the_manifest_is_known_by_the_other_files() {
    let loss = Loss::new();
    loss.lose(&["manifest-"]);
    assert_eq!(loss.missing().len(), 7);
    loss.rename("away", "news");
    loss.rename("news/ferry.md", "news/f.md");
    loss.run(|_| {});
    assert_eq!(loss.missing(), [""; 0]);
    let report = repaired(&loss.path("index"));
    assert!(report.manifest_lost && report.unnamed == 0);
    // Where these are lost too, it is only counted.
    let loss = Loss::new();
    loss.lose(&["manifest-", ".fast"]);
    let report = repaired(&loss.path("index"));
    assert_eq!((report.unnamed, report.not_recovered.len(), report.lost), (7, 0, 7));
}

#[test]
fn what_a_user_says_is_gone_is_missing_no_more() {
    for (root_stays, others) in [(true, true), (false, true), (true, false)] {
        let loss = Loss::new();
        loss.lose(&[]);
        if root_stays {
            fs::create_dir(loss.path("news")).expect("a folder");
        }
        loss.run(|_| {});
        assert_eq!(loss.missing().len(), 7, "that a folder is empty or away is no word of the user's");
        if others {
            let other = loss.path("other");
            fs::create_dir(&other).expect("a folder");
            fs::write(other.join("quay.txt"), "Quay closed\n\nThe quay is closed.\n").expect("a file");
            ingest(&loss.index, vec![Corpus::named("other", other).expect("a sound name")], &IngestOptions::default())
                .expect("it can be read");
        }
        loss.run(|options| options.allow_empty = true);
        assert_eq!(loss.missing(), [""; 0], "{root_stays} {others}");
    }
}

#[test]
fn what_is_missing_can_be_taken_down_and_stays_out_when_it_is_back() {
    let loss = Loss::new();
    loss.lose(&[]);
    let ids = ["ferry-1", "market.txt", "news:notes.jsonl#2", "wire.jsonl#3"];
    loss.take_down(&ids);
    let left = ["news/notes.jsonl#1", "news/wire.jsonl#1", "news/wire.jsonl#2"];
    assert_eq!(loss.missing(), left);
    let mut writer = loss.index.writer().expect("there is no other");
    assert!(!writer.take_down(&"zeppelin-9".into(), "on wish").expect("it is sound"));
    // What is let in again is missing again.
    assert!(writer.restore(&"market.txt".into()).expect("it is sound"));
    writer.commit().expect("there is room");
    drop(writer);
    assert_eq!(loss.missing().len(), 4);
    loss.take_down(&["market.txt"]);
    loss.rename("away", "news");
    assert_eq!(loss.missing(), [""; 0], "the folder is back");
    let counts = || ["ferry", "market", "anchor", "buoy", "barge", "quay", "pilot"].map(|word| loss.count(word));
    assert_eq!(counts(), [0, 0, 1, 0, 1, 1, 0]);
    // By now they are known by more than their number.
    loss.write("notes.jsonl", &(line(None, "tide") + &line(None, "anchor") + &line(None, "buoy")));
    loss.write("wire.jsonl", &(line(Some("w-2"), "pilot") + &line(Some("w-1"), "barge") + &line(Some("w-2"), "quay")));
    loss.rename("news/ferry.md", "news/f.md");
    loss.run(|_| {});
    assert_eq!((counts(), loss.count("tide")), ([0, 0, 1, 0, 1, 1, 0], 1));
    loss.run(|options| options.full = true);
    assert_eq!((counts(), loss.count("tide")), ([0, 0, 1, 0, 1, 1, 0], 1));
    assert_eq!(loss.missing(), [""; 0]);
    let mut writer = loss.index.writer().expect("there is no other");
    ids.iter().for_each(|id| assert!(writer.restore(&(*id).into()).expect("it is sound"), "{id}"));
    writer.commit().expect("there is room");
    drop(writer);
    loss.run(|_| {});
    assert_eq!(counts(), [1; 7]);
}

#[test]
fn an_id_of_a_missing_article_and_of_another_that_is_there_names_neither() {
    let loss = Loss::new();
    loss.lose(&[]);
    let other = loss.path("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("a.jsonl"), line(Some("ferry-1"), "sluice")).expect("a file");
    ingest(&loss.index, vec![Corpus::named("other", other).expect("a sound name")], &IngestOptions::default())
        .expect("it can be read");
    let mut writer = loss.index.writer().expect("there is no other");
    let refused = writer.take_down(&"ferry-1".into(), "on wish").expect_err("there are two").to_string();
    assert!(refused.ends_with("name one: news:ferry-1, other:ferry-1"), "{refused}");
    assert!(writer.take_down(&"news:ferry-1".into(), "on wish").expect("it is sound"));
    writer.commit().expect("there is room");
    drop(writer);
    assert_eq!((loss.count("sluice"), loss.missing().len()), (1, 6));
    // An application that deletes what is missing knows that it is.
    let mut writer = loss.index.writer().expect("there is no other");
    writer.delete(&"news:market.txt".into()).expect("it is sound");
    writer.commit().expect("there is room");
    drop(writer);
    assert_eq!(loss.missing().len(), 5);
}

#[test]
fn a_takedown_that_is_repeated_takes_down_no_other_that_is_missing() {
    let loss = Loss::new();
    loss.take_down(&["notes.jsonl#1"]);
    loss.write("notes.jsonl", &line(None, "buoy"));
    loss.run(|_| {});
    loss.lose(&[]);
    assert_eq!(loss.missing().len(), 6);
    let mut writer = loss.index.writer().expect("there is no other");
    let refused = writer.take_down(&"notes.jsonl#1".into(), "on wish").expect_err("another was").to_string();
    let told = "another article, which is missing since a repair, and was left as it is; it has no other name";
    assert!(refused.contains(told), "{refused}");
    drop(writer);
    assert_eq!(loss.missing().len(), 6);
}
