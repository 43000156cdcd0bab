//! Takedown: an article that was taken down stays out however its source is read again, and after a purge no file of the
//! index has anything of an article that is gone.

mod purge;
mod repeated;

use std::fs;
use std::path::Path;

use newshound::{
    Article, ArticleSource, CheckOptions, Code, Corpus, ExtraKind, Index, IndexOptions, IngestOptions, IngestReport,
    Lock, Notice, SearchRequest, Tombstone, VerifyOptions, check, check_lock, ingest, ingest_locked,
};
use tempfile::TempDir;

use crate::support::random::Random;
use crate::support::random_corpus::RandomCorpus;

/// A folder of news, and an index of it.
struct Desk {
    folder: TempDir,
    index: Index,
}

impl Desk {
    fn new() -> Desk {
        let folder = TempDir::new().expect("a folder");
        let mut options = IndexOptions::default();
        for (name, kind) in [("desk", ExtraKind::Keyword), ("note", ExtraKind::Text)] {
            options.extra.insert(name.to_owned(), kind);
        }
        let index = Index::create_with(folder.path().join("index"), &options).expect("the folder is absent");
        let desk = Desk { folder, index };
        desk.write("ferry.md", FERRY);
        desk.write("market.txt", "Night market\n\nThe night market in Talmere opened again after the storm.\n");
        desk.write(
            "wire.jsonl",
            &format!("{}\n{}\n{}\n", record("w-1", "barge"), record("w-2", "quay"), record("w-3", "pilot")),
        );
        desk
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join("news").join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join("news").join(name)).expect("a file less");
    }

    fn corpus(&self) -> Vec<Corpus<'static>> {
        vec![Corpus::named("news", self.folder.path().join("news")).expect("a sound name")]
    }

    fn run(&self, set: impl FnOnce(&mut IngestOptions<'_>)) -> IngestReport {
        let mut options = IngestOptions::default();
        set(&mut options);
        let report = ingest(&self.index, self.corpus(), &options).expect("it can be read");
        assert!(self.index.verify(&VerifyOptions::default()).expect("it can be read").sound);
        report
    }

    fn take_down(&self, id: &str) {
        let mut writer = self.index.writer().expect("there is no other");
        assert!(writer.take_down(&id.into(), "on wish").expect("the index is sound"), "{id}");
        writer.commit().expect("there is room");
    }

    /// Returns why an article is not taken down, and what names it.
    fn refused(&self, id: &str) -> (String, String) {
        let mut writer = self.index.writer().expect("there is no other");
        let refused = writer.take_down(&id.into(), "on wish").expect_err("another was taken down").to_string();
        let name = refused.rsplit('`').nth(1).expect("a name").to_owned();
        (refused, name)
    }

    fn restore(&self, id: &str) {
        let mut writer = self.index.writer().expect("there is no other");
        assert!(writer.restore(&id.into()).expect("the index is sound"), "{id}");
        writer.commit().expect("there is room");
    }

    fn count(&self, query: &str) -> u64 {
        let searcher = self.index.searcher().expect("the index is sound");
        searcher.count(&SearchRequest::new(query)).expect("a sound query")
    }
}

const FERRY: &str = "---\nid: ferry-1\ntitle: Quillane returns\ndate: 2024-03-05\nsection: Nautica / Quillane\nauthor: Orsa Quillane\n\
                     publisher: Quillane Courier\nkeywords: [quillane]\ndesk: quillane\nnote: quillane was late\n---\n\n\
                     The Quillane sailed again. Zur Quillane gehört ein Boot.\n";

fn record(id: &str, word: &str) -> String {
    format!(
        "{{\"id\": \"{id}\", \"headline\": \"The {word} again\", \"body\": \"A {word} was seen in the harbour of Ostrel.\"}}"
    )
}

#[test]
fn an_article_that_was_taken_down_stays_out_however_its_source_is_read_again() {
    let desk = Desk::new();
    desk.run(|_| {});
    assert_eq!((desk.count("quillane"), desk.count("quay")), (1, 1));
    desk.take_down("ferry-1");
    desk.take_down("news:w-2");
    desk.take_down("market.txt");
    let out = |what: &str| {
        for query in ["quillane", "quay", "market"] {
            assert_eq!(desk.count(query), 0, "{what}: {query}");
        }
        assert_eq!((desk.count("barge"), desk.count("pilot")), (1, 1), "{what}");
    };
    out("taken down");
    let report = desk.run(|_| {});
    assert!(!report.changed && report.sources.read == 0, "nothing is to be read");
    assert_eq!((report.articles.unchanged, report.articles.kept_out), (2, 3), "each is counted once");
    desk.run(|options| options.full = true);
    out("read in full");
    desk.write("ferry.md", &FERRY.replace("again", "once more"));
    let report = desk.run(|_| {});
    assert_eq!((report.sources.read, report.articles.added, report.articles.kept_out), (1, 0, 3));
    let notice = report.notices.iter().find(|notice| notice.code == Code::TakenDown).expect("it is told");
    assert_eq!(
        (notice.path.as_str(), notice.message.as_str()),
        ("ferry.md", "`ferry-1` was taken down and stays out: on wish")
    );
    out("edited");
    desk.remove("ferry.md");
    desk.write("moved/ferry.md", FERRY);
    desk.write(
        "wire.jsonl",
        &format!(
            "{}\n{}\n{}\n{}\n",
            record("w-0", "tide"),
            record("w-1", "barge"),
            record("w-2", "quay"),
            record("w-3", "pilot")
        ),
    );
    desk.run(|_| {});
    out("moved to another file, and to another line");
    assert_eq!(desk.count("tide"), 1);
    desk.run(|options| options.canonical = true);
    out("canonical");
    let status = desk.index.status().expect("the index is sound");
    let told: Vec<String> =
        status.taken_down.iter().map(|stone| format!("{} {}", stone.source, stone.reason)).collect();
    assert_eq!(told, ["news/ferry.md on wish", "news/market.txt on wish", "news/wire.jsonl#2 on wish"]);
}

fn unnamed(word: &str) -> String {
    format!("{{\"headline\": \"The {word} again\", \"body\": \"A {word} was seen in the harbour of Ostrel.\"}}\n")
}

#[test]
fn an_article_without_an_id_stays_out_by_its_text_wherever_it_stands_and_no_other_does() {
    let desk = Desk::new();
    let write = |words: &[&str]| desk.write("notes.jsonl", &words.iter().map(|word| unnamed(word)).collect::<String>());
    let counts = |words: &[&str]| words.iter().map(|word| desk.count(word)).collect::<Vec<_>>();
    write(&["anchor", "buoy", "cutter"]);
    desk.run(|_| {});
    desk.take_down("notes.jsonl#2");
    desk.take_down("market.txt");
    write(&["dory", "anchor", "buoy", "cutter"]);
    desk.run(|_| {});
    assert_eq!(counts(&["anchor", "buoy", "cutter", "dory"]), [1, 0, 1, 1], "records moved");
    // What stands at the number of an article that was taken down can be taken down too, by another name.
    let (refused, name) = desk.refused("notes.jsonl#2");
    let told = "id: `notes.jsonl#2` was taken down already (news:notes.jsonl#2@";
    assert!(refused.starts_with(told), "{refused}");
    assert!(
        refused.contains(": on wish); what has that name now is another article, \u{201c}The anchor again\u{201d}")
    );
    assert_eq!(counts(&["anchor", "buoy", "cutter", "dory"]), [1, 0, 1, 1], "nothing is taken down that is not meant");
    assert!(name.starts_with("news:notes.jsonl#2@"), "{name}");
    desk.take_down(&name);
    desk.run(|options| options.full = true);
    assert_eq!(counts(&["anchor", "buoy", "cutter", "dory"]), [0, 0, 1, 1], "another at the same number");
    assert_eq!(desk.index.status().expect("the index is sound").taken_down.len(), 3);
    desk.write("night/market.txt", "Night market\n\nThe night market in\nTalmere opened again after the storm.\n");
    desk.write("market.txt", "Night market\n\nThe night market opened late.\n");
    desk.run(|_| {});
    assert_eq!(desk.count("market"), 0, "neither under another name nor edited under its own");
    for (from, to) in
        [("harbour of Ostrel.", "harbour of Ostrel!"), ("A buoy", "A BUOY"), (" was seen", " \u{2014} was seen")]
    {
        desk.write("notes.jsonl", &(unnamed("cutter") + &unnamed("buoy").replace(from, to)));
        desk.run(|_| {});
        assert_eq!(desk.count("buoy"), 0, "a mark or a capital is no edit: {to}");
    }
    desk.write("notes.jsonl", &(unnamed("cutter") + &unnamed("buoy").replace("seen", "seen again")));
    desk.run(|_| {});
    assert_eq!(counts(&["anchor", "buoy", "cutter", "dory"]), [0, 1, 1, 0], "what is edited is another article");
    write(&["anchor", "buoy", "cutter"]);
    let mut writer = desk.index.writer().expect("there is no other");
    let several = writer.restore(&"notes.jsonl#2".into()).expect_err("two were of that number").to_string();
    drop(writer);
    let names: Vec<String> = desk.index.status().expect("sound").taken_down.iter().map(Tombstone::name).collect();
    assert!(names[1].starts_with("news:notes.jsonl#2@") && names[2].starts_with("news:notes.jsonl#2@"), "{names:?}");
    assert!(several.ends_with(&format!("name one: {}, {}", names[1], names[2])), "{several}");
    desk.restore(&name);
    desk.run(|_| {});
    assert_eq!(counts(&["anchor", "buoy", "cutter"]), [1, 0, 1], "the other stays out");
    desk.restore("notes.jsonl#2");
    desk.run(|_| {});
    assert_eq!(counts(&["anchor", "buoy", "cutter"]), [1, 1, 1]);
}

#[test]
fn a_copy_without_an_id_goes_with_the_article_at_once() {
    let desk = Desk::new();
    desk.write(
        "notes.jsonl",
        &(unnamed("anchor") + &unnamed("buoy") + &unnamed("buoy").replace("again", "again again")),
    );
    let dashed =
        unnamed("buoy").replace("was seen in", "\u{2013} was seen-in").to_uppercase().replace("HEADLINE", "headline");
    desk.write("more/notes.jsonl", &(unnamed("cutter") + &unnamed("buoy") + &dashed.replace("BODY", "body")));
    desk.write("named.jsonl", &format!("{}\n", record("b-1", "buoy")));
    desk.run(|_| {});
    assert_eq!(desk.count("buoy"), 5);
    desk.take_down("more/notes.jsonl#2");
    assert_eq!(desk.count("buoy"), 2, "those with another headline, and with an id of its own");
    let before = desk.index.digests().expect("the index is sound");
    let report = desk.run(|_| {});
    assert_eq!((report.changed, report.articles.kept_out), (false, 3));
    let report = desk.run(|options| options.full = true);
    assert_eq!(report.articles.kept_out, 3);
    assert_eq!(desk.index.digests().expect("the index is sound"), before, "read again it is the same");
    desk.restore("more/notes.jsonl#2");
    desk.run(|_| {});
    assert_eq!(desk.count("buoy"), 5);
}

#[test]
fn an_index_with_tombstones_is_the_same_as_one_of_a_corpus_without_the_articles() {
    let (desk, without) = (Desk::new(), Desk::new());
    for desk in [&desk, &without] {
        desk.write("notes.jsonl", &(unnamed("anchor") + &unnamed("buoy")));
    }
    desk.run(|_| {});
    desk.take_down("ferry-1");
    desk.take_down("notes.jsonl#2");
    without.remove("ferry.md");
    without.write("notes.jsonl", &unnamed("anchor"));
    without.run(|_| {});
    assert_eq!(desk.index.digests().expect("sound"), without.index.digests().expect("sound"));
    let report = check(&desk.index, desk.corpus(), &CheckOptions::default()).expect("it can be read");
    assert!(report.same, "{:?}", report.differences);
    assert_eq!(report.kept_out, 2);
    // A lock file keeps it out where there is no index yet.
    let lock = Lock::of(&desk.index, true).expect("the index is sound");
    let lock = Lock::parse(&lock.to_text()).expect("it is a lock file");
    let report = check_lock(&lock, desk.corpus(), &CheckOptions::default()).expect("it can be read");
    assert!(report.same, "{:?}", report.differences);
    assert_eq!(report.kept_out, 2);
    let fresh = Index::in_memory_with(&desk.index.options()).expect("sound options");
    let (_, checked) = ingest_locked(&fresh, desk.corpus(), &IngestOptions::default(), &lock).expect("it can be read");
    assert!(checked.is_some_and(|checked| checked.same));
    assert_eq!(fresh.status().expect("the index is sound").taken_down, desk.index.status().expect("sound").taken_down);
}

#[test]
fn what_a_lock_file_keeps_out_leaves_an_index_that_has_it() {
    let (desk, other) = (Desk::new(), Desk::new());
    for desk in [&desk, &other] {
        desk.write("notes.jsonl", &(unnamed("anchor") + &unnamed("buoy")));
        desk.run(|_| {});
    }
    desk.take_down("ferry-1");
    desk.take_down("notes.jsonl#2");
    let lock = Lock::of(&desk.index, false).expect("the index is sound");
    let run = || ingest_locked(&other.index, other.corpus(), &IngestOptions::default(), &lock).expect("it can be read");
    let (report, check) = run();
    assert!(check.is_some_and(|check| check.same));
    assert_eq!((report.changed, report.articles.deleted, report.articles.kept_out), (true, 2, 2));
    assert_eq!((other.count("quillane"), other.count("buoy"), other.count("anchor")), (0, 0, 1));
    let taken_down = |desk: &Desk| desk.index.status().expect("the index is sound").taken_down;
    assert_eq!(taken_down(&other), taken_down(&desk));
    let (report, check) = run();
    assert!(check.is_some_and(|check| check.same));
    assert_eq!((report.changed, report.sources.read, report.articles.kept_out), (false, 0, 2));
    // It is kept out of an index too that does not have it yet.
    let later = Desk::new();
    later.write("notes.jsonl", &unnamed("anchor"));
    later.remove("ferry.md");
    later.run(|_| {});
    let (report, _) = ingest_locked(&later.index, later.corpus(), &IngestOptions::default(), &lock).expect("read");
    assert!(report.changed);
    later.write("ferry.md", FERRY);
    later.run(|_| {});
    assert_eq!(later.count("quillane"), 0);
}

#[test]
fn an_article_that_is_restored_comes_back_with_the_next_run() {
    let desk = Desk::new();
    desk.run(|_| {});
    let before = desk.index.digests().expect("the index is sound");
    for id in ["ferry-1", "w-2", "market.txt"] {
        desk.take_down(id);
    }
    for id in ["news:ferry-1", "wire.jsonl#2", "market.txt"] {
        desk.restore(id);
    }
    let report = desk.run(|_| {});
    assert_eq!((report.articles.added, report.articles.kept_out, report.sources.read), (3, 0, 3));
    assert_eq!(desk.index.digests().expect("the index is sound"), before);
    let mut writer = desk.index.writer().expect("there is no other");
    assert!(!writer.restore(&"ferry-1".into()).expect("the index is sound"), "it is there");
    assert!(!writer.take_down(&"nobody-9".into(), "on wish").expect("the index is sound"));
}

/// Copies a file beside itself, or moves a record of one to its beginning.
fn shuffle(root: &Path, file: &str, step: usize, random: &mut Random) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).expect("a file");
    if file.ends_with(".jsonl") && text.contains('\n') && random.below(2) == 0 {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.rotate_right(1);
        fs::write(path, lines.join("\n")).expect("a file");
    } else {
        let name = path.file_name().expect("a name").to_string_lossy();
        fs::copy(&path, path.with_file_name(format!("copy-{step}-{name}"))).expect("a file");
    }
}

#[test]
fn after_any_edits_and_takedowns_an_index_is_as_a_fresh_one_that_keeps_out_the_same() {
    let (mut taken, mut restored, mut copies, mut another) = (0, 0, 0, 0);
    for seed in 0..if std::env::var_os("NEWSHOUND_TEST_ALL").is_some() { 60 } else { 12 } {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path().join("news");
        let mut corpus = RandomCorpus::create(&root, seed).expect("it can be written");
        let mut random = Random::new(seed);
        let index = Index::in_memory().expect("memory");
        let corpora = || vec![Corpus::named("news", &root).expect("a sound name")];
        let run = || ingest(&index, corpora(), &IngestOptions::default()).expect("it can be read");
        for step in 0..8 {
            run();
            let searcher = index.searcher().expect("it is sound");
            let request = SearchRequest { limit: 1000, ..SearchRequest::new("words:>0 OR -words:>0") };
            let hits = searcher.search(&request).expect("a sound query").hits;
            let status = index.status().expect("it is sound");
            let mut writer = index.writer().expect("there is no other");
            if let Some(stone) = status.taken_down.get(random.below(5)) {
                let id = stone.name();
                assert!(writer.restore(&id.as_str().into()).expect("it is sound"), "{id}");
                restored += 1;
            }
            if !hits.is_empty() {
                let mut id = hits[random.below(hits.len())].source.to_string();
                let has_been = writer.is_taken_down(&id.as_str().into());
                let done = writer.take_down(&id.as_str().into(), "on wish");
                assert_eq!(done.is_err(), has_been, "{id}: another stood there");
                if let Err(refused) = done {
                    another += 1;
                    id = refused.to_string().rsplit('`').nth(1).expect("a name").to_owned();
                    assert!(writer.take_down(&id.as_str().into(), "on wish").expect("it is sound"), "{id}");
                }
                taken += 1;
                writer.commit().expect("memory");
                let gone = status.articles - index.status().expect("it is sound").articles;
                assert!(gone > 0, "seed {seed}, step {step}: {id}");
                copies += gone - 1;
            }
            writer.commit().expect("memory");
            drop(writer);
            for again in [false, true] {
                if again {
                    corpus.edit().expect("it can be edited");
                    let file = &corpus.files()[random.below(corpus.len())];
                    shuffle(&root, file, step, &mut random);
                }
                run();
                let lock = Lock::of(&index, true).expect("it is sound");
                let fresh = Index::in_memory().expect("memory");
                let (_, checked) =
                    ingest_locked(&fresh, corpora(), &IngestOptions::default(), &lock).expect("it can be read");
                let checked = checked.expect("it was not cancelled");
                assert!(checked.same, "seed {seed}, step {step}: {:?}", checked.differences);
            }
        }
    }
    println!(
        "{taken} articles and {copies} copies taken down, {another} where another was before, {restored} let in again"
    );
    assert!(taken > 50 && restored > 20 && copies > 5 && another > 0, "{taken} {restored} {copies} {another}");
}

/// Supplies these articles.
struct Supplied(Vec<Article>);

impl ArticleSource for Supplied {
    fn corpus(&self) -> &str {
        "desk"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        self.0.pop().map(Ok)
    }
}

#[test]
fn what_an_application_adds_or_supplies_stays_out_too() {
    let index = Index::in_memory().expect("memory");
    let articles = || ["a-1", "a-2", "a-3"].map(Article::new).to_vec();
    let supply = || {
        let mut source = Supplied(articles());
        ingest(&index, vec![Corpus::Supplied(&mut source)], &IngestOptions::default()).expect("it is supplied")
    };
    assert_eq!(supply().articles.added, 3);
    let mut writer = index.writer().expect("there is no other");
    assert!(writer.take_down(&"a-2".into(), "on wish").expect("the index is sound"));
    writer.commit().expect("memory");
    drop(writer);
    let report = supply();
    assert_eq!((report.articles.added, report.articles.unchanged, report.articles.kept_out), (0, 2, 1));
    let mut writer = index.writer().expect("there is no other");
    writer.add(Article::new("b-1")).expect("it has an id");
    assert!(writer.take_down(&"b-1".into(), "on wish").expect("what was added is found"));
    let refused = writer.add(Article::new("b-1")).expect_err("it was taken down").to_string();
    assert!(refused.contains("`/b-1` was taken down: on wish"), "{refused}");
    writer.commit().expect("memory");
    assert_eq!(index.status().expect("the index is sound").articles, 2);
}
