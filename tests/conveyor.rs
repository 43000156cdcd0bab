//! What an ingest promises of an index: what it touches, what it keeps, what it counts.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use newshound::{
    Article, ArticleSource, Code, Corpus, DateOrder, ErrorKind, Index, IngestOptions, IngestReport, Notice,
    SearchRequest, ingest,
};
use tempfile::TempDir;

/// A folder with three stories, one of them in JSON Lines with two articles.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(
        folder.path(),
        "city/tram.txt",
        "Tram line extended\nPublished: 2021-03-04\n\nThe tram now runs to the harbour.\n",
    );
    write(
        folder.path(),
        "city/market.txt",
        "Market hall reopens\nPublished: 02/05/2016\n\nThe market hall opened again.\n",
    );
    let lines = "{\"id\":\"a\",\"headline\":\"Ferry late\",\"body\":\"The ferry was late.\"}\n\
                 {\"id\":\"b\",\"headline\":\"Ferry early\",\"body\":\"The ferry was early.\"}\n";
    write(folder.path(), "wire.jsonl", lines);
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn run(index: &Index, root: &Path) -> IngestReport {
    run_with(index, root, &IngestOptions::default())
}

fn run_with(index: &Index, root: &Path, options: &IngestOptions<'_>) -> IngestReport {
    ingest(index, vec![Corpus::named("news", root).expect("a right name")], options).expect("the index is whole")
}

fn options<'a>(set: impl FnOnce(&mut IngestOptions<'a>)) -> IngestOptions<'a> {
    let mut options = IngestOptions::default();
    set(&mut options);
    options
}

fn found(index: &Index, query: &str) -> Vec<String> {
    let answer = index.searcher().expect("a searcher").search(&SearchRequest::new(query)).expect("a right query");
    answer.hits.into_iter().map(|hit| hit.id.to_string()).collect()
}

#[test]
fn a_second_run_changes_nothing_and_counts_the_same() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let first = run(&index, folder.path());
    assert_eq!((first.sources.read, first.articles.added, first.changed), (3, 4, true));
    let second = run(&index, folder.path());
    assert_eq!((second.sources.read, second.sources.unchanged), (0, 3));
    assert_eq!((second.articles.unchanged, second.changed), (4, false));
}

#[test]
fn one_changed_record_replaces_one_article() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    let lines = "{\"id\":\"a\",\"headline\":\"Ferry late\",\"body\":\"The ferry was late.\"}\n\
                 {\"id\":\"b\",\"headline\":\"Ferry punctual\",\"body\":\"The ferry was punctual.\"}\n\
                 {\"id\":\"c\",\"headline\":\"Ferry sold\",\"body\":\"The ferry was sold.\"}\n";
    write(folder.path(), "wire.jsonl", lines);
    let report = run(&index, folder.path());
    assert_eq!((report.articles.added, report.articles.replaced, report.articles.unchanged), (1, 1, 3));
    assert_eq!(found(&index, "ferry punctual"), ["b"]);
    assert!(found(&index, "ferry early").is_empty());
}

#[test]
fn a_missing_root_keeps_its_articles_and_the_others_go_on() {
    let (gone, stays, index) = (folder(), folder(), Index::in_memory().expect("an index"));
    let both = |gone: &Path, stays: &Path| {
        vec![Corpus::named("gone", gone).expect("a name"), Corpus::named("stays", stays).expect("a name")]
    };
    ingest(&index, both(gone.path(), stays.path()), &IngestOptions::default()).expect("two corpora");
    let lost = gone.path().to_path_buf();
    drop(gone);
    write(stays.path(), "new.txt", "Lighthouse painted\n\nThe lighthouse was painted white.\n");
    let report = ingest(&index, both(&lost, stays.path()), &IngestOptions::default()).expect("the other goes on");
    assert_eq!(report.failed_corpora, ["gone"]);
    assert_eq!((report.sources.stale, report.articles.added, report.articles.unchanged), (3, 1, 8));
    assert!(report.notices.iter().any(|notice| notice.code == Code::RootMissing));
    assert_eq!(found(&index, "tram").len(), 2);
}

#[test]
fn a_newly_empty_root_deletes_nothing_unless_allowed() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    for path in ["city", "wire.jsonl"] {
        let path = folder.path().join(path);
        if path.is_dir() { fs::remove_dir_all(path).expect("removed") } else { fs::remove_file(path).expect("removed") }
    }
    let report = run(&index, folder.path());
    assert_eq!((report.failed_corpora.len(), report.articles.deleted, report.changed), (1, 0, false));
    let report = run_with(&index, folder.path(), &options(|options| options.allow_empty = true));
    assert_eq!((report.articles.deleted, report.sources.deleted), (4, 3));
}

#[test]
fn a_run_deletes_only_in_the_corpora_that_it_was_given() {
    let (one, two, index) = (folder(), folder(), Index::in_memory().expect("an index"));
    for (name, folder) in [("one", &one), ("two", &two)] {
        let corpus = Corpus::named(name, folder.path()).expect("a name");
        ingest(&index, vec![corpus], &IngestOptions::default()).expect("a corpus");
    }
    fs::remove_file(one.path().join("wire.jsonl")).expect("removed");
    fs::remove_file(two.path().join("wire.jsonl")).expect("removed");
    ingest(&index, vec![Corpus::named("one", one.path()).expect("a name")], &IngestOptions::default()).expect("one");
    assert_eq!(found(&index, "ferry").len(), 2);
    let report = ingest(&index, Vec::new(), &IngestOptions::default()).expect("both are remembered");
    assert_eq!((report.articles.deleted, found(&index, "ferry").len()), (2, 0));
}

#[test]
fn two_folders_of_one_name_do_not_delete_each_other() {
    let (one, two, index) = (folder(), folder(), Index::in_memory().expect("an index"));
    run(&index, one.path());
    let corpus = Corpus::named("news", two.path()).expect("a name");
    let error = ingest(&index, vec![corpus], &IngestOptions::default()).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::Options);
    assert!(error.to_string().contains("another name"), "{error}");
}

#[test]
fn other_settings_read_everything_again_and_are_remembered() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let report = run(&index, folder.path());
    assert!(report.notices.iter().any(|notice| notice.code == Code::AmbiguousDate));
    let options = options(|options| {
        options.exclude = vec!["*.jsonl".to_owned()];
        options.parse.date_order = DateOrder::DayFirst;
    });
    let report = run_with(&index, folder.path(), &options);
    assert_eq!((report.sources.read, report.articles.replaced, report.articles.deleted), (2, 1, 2));
    let article = &index.searcher().expect("a searcher").find("city/market.txt", 1).expect("found")[0];
    assert_eq!(article.published.map(|date| date.to_string()).as_deref(), Some("2016-05-02"));
    let report = ingest(&index, Vec::new(), &IngestOptions::default()).expect("it is remembered");
    assert_eq!((report.sources.read, report.changed), (0, false));
}

#[test]
fn a_dry_run_tells_what_a_run_would_do_and_does_nothing() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let dry = run_with(&index, folder.path(), &options(|options| options.dry_run = true));
    assert_eq!(index.status().expect("status").articles, 0);
    let wet = run(&index, folder.path());
    assert_eq!((dry.sources, dry.articles, dry.changed), (wet.sources, wet.articles, wet.changed));
}

#[test]
fn a_cancelled_run_leaves_the_last_commit() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    write(folder.path(), "new.txt", "Lighthouse painted\n\nThe lighthouse was painted white.\n");
    let asked = AtomicU32::new(0);
    let cancel = || asked.fetch_add(1, Ordering::Relaxed) > 4;
    let report = run_with(&index, folder.path(), &options(|options| options.cancel = Some(&cancel)));
    assert!(report.cancelled && !report.changed);
    assert!(found(&index, "lighthouse").is_empty());
    assert_eq!(run(&index, folder.path()).articles.added, 1);
}

#[test]
fn an_id_counts_only_while_it_is_unique_in_its_corpus() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    assert_eq!(found(&index, "ferry late"), ["a"]);
    write(folder.path(), "more.jsonl", "{\"id\":\"a\",\"headline\":\"Ferry late again\",\"body\":\"Late.\"}\n");
    let report = run(&index, folder.path());
    assert!(report.notices.iter().any(|notice| notice.code == Code::RepeatedId), "{:?}", report.notices);
    let mut ids = found(&index, "late");
    ids.sort();
    assert_eq!(ids, ["more.jsonl#1", "wire.jsonl#1"]);
    fs::remove_file(folder.path().join("more.jsonl")).expect("removed");
    run(&index, folder.path());
    assert_eq!(found(&index, "ferry late"), ["a"]);
}

struct Supply(Vec<Result<Article, Notice>>);

impl ArticleSource for Supply {
    fn corpus(&self) -> &str {
        "database"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }
}

fn story(id: &str, headline: &str) -> Result<Article, Notice> {
    let mut article = Article::new(id);
    article.headline = Some(headline.to_owned());
    Ok(article)
}

#[test]
fn a_supplied_corpus_is_brought_up_to_date_like_a_folder() {
    let index = Index::in_memory().expect("an index");
    let supply = |articles| {
        let mut source = Supply(articles);
        ingest(&index, vec![Corpus::Supplied(&mut source)], &IngestOptions::default()).expect("supplied")
    };
    let first = supply(vec![
        story("1", "Harbour closed"),
        story("2", "Harbour open"),
        Err(Notice::new(Code::BadRecord, None, "row 3")),
    ]);
    assert_eq!((first.articles.added, first.articles.rejected), (2, 1));
    let second = supply(vec![story("1", "Harbour closed"), story("3", "Harbour sold")]);
    assert_eq!((second.articles.unchanged, second.articles.added, second.articles.deleted), (1, 1, 1));
    let mut ids = found(&index, "harbour");
    ids.sort();
    assert_eq!(ids, ["1", "3"]);
}

#[test]
fn a_folder_with_anything_else_in_it_is_not_written_to() {
    let folder = folder();
    let error = Index::create(folder.path()).err().expect("it is refused");
    assert_eq!(error.kind(), ErrorKind::NoIndex);
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2, "{error}");
}

#[test]
fn a_second_writer_is_told() {
    let folder = TempDir::new().expect("a folder");
    let index = Index::create(folder.path().join("index")).expect("an index");
    let writer = index.writer().expect("the first");
    let error = Index::open(folder.path().join("index")).expect("open").writer().err().expect("the second");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Locked, true));
    drop(writer);
    assert!(index.writer().is_ok());
}

#[test]
fn a_writer_that_is_dropped_or_rolled_back_changes_nothing() {
    let index = Index::in_memory().expect("an index");
    let mut writer = index.writer().expect("a writer");
    writer.add(story("1", "Harbour closed").expect("an article")).expect("added");
    writer.commit().expect("committed");
    writer.add(story("2", "Harbour open").expect("an article")).expect("added");
    writer.rollback().expect("rolled back");
    writer.add(story("3", "Harbour sold").expect("an article")).expect("added");
    writer.delete(&"1".into()).expect("deleted");
    drop(writer);
    assert_eq!(found(&index, "harbour"), ["1"]);
    let mut writer = index.writer().expect("a writer");
    writer.add(story("1", "Harbour frozen").expect("an article")).expect("replaced");
    writer.commit().expect("committed");
    assert_eq!((found(&index, "harbour").len(), found(&index, "closed").len()), (1, 0));
    writer.delete(&"1".into()).expect("deleted");
    writer.commit().expect("committed");
    assert_eq!(index.status().expect("status").articles, 0);
}

#[test]
fn an_index_of_another_format_says_what_it_is_and_what_to_do() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("index");
    Index::create(&place).expect("an index");
    write(&place, "newshound.json", "{\"format\":99,\"analyzer\":\"newshound-analyzer 1\"}");
    let error = Index::open(&place).err().expect("it is of the future");
    assert_eq!(error.kind(), ErrorKind::Incompatible);
    assert!(error.to_string().contains("format 99") && error.to_string().contains("anew"), "{error}");
    assert!(Index::open_or_create(&place).is_err(), "nothing is written over it");
}

/// Writes a file anew with the time that it had before, as an edit within one tick of the clock does.
fn rewrite_within_a_tick(path: &Path, text: &str) {
    let before = fs::metadata(path).expect("it is there").modified().expect("it has a time");
    fs::write(path, text).expect("a file can be written");
    let file = fs::File::options().append(true).open(path).expect("it is there");
    file.set_modified(before).expect("times can be set");
}

#[test]
fn an_edit_within_a_tick_is_seen_though_another_corpus_was_indexed_since() {
    let (one, two, home) = (folder(), folder(), TempDir::new().expect("a folder"));
    let index = Index::create(home.path().join("index")).expect("an index");
    run(&index, one.path());
    rewrite_within_a_tick(
        &one.path().join("city/tram.txt"),
        "Tram line abandoned\nPublished: 2021-03-04\n\nNo tram runs there.\n",
    );
    let other = Corpus::named("other", two.path()).expect("a name");
    ingest(&index, vec![other], &IngestOptions::default()).expect("another corpus");
    run(&index, one.path());
    assert_eq!(found(&index, "tram abandoned").len(), 1);
}

#[test]
fn a_full_run_writes_every_article_again_and_loses_none() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    let report = run_with(&index, folder.path(), &options(|options| options.full = true));
    assert!(report.changed);
    assert_eq!((report.sources.read, report.articles.unchanged), (3, 4));
    assert_eq!(index.status().expect("status").articles, 4);
    assert_eq!(found(&index, "ferry").len(), 2);
}

#[test]
fn a_folder_and_a_supplied_corpus_do_not_share_a_name() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let corpus = || Corpus::named("database", folder.path()).expect("a name");
    ingest(&index, vec![corpus()], &IngestOptions::default()).expect("a folder");
    let mut source = Supply(vec![story("1", "Harbour closed")]);
    let refused = ingest(&index, vec![Corpus::Supplied(&mut source)], &IngestOptions::default());
    assert_eq!(refused.expect_err("the name is taken").kind(), ErrorKind::Options);
    assert_eq!(index.status().expect("status").articles, 4);
}

#[test]
fn a_source_that_supplies_nothing_or_breaks_off_loses_nothing() {
    let index = Index::in_memory().expect("an index");
    let supply = |articles| {
        let mut source = Supply(articles);
        ingest(&index, vec![Corpus::Supplied(&mut source)], &IngestOptions::default()).expect("supplied")
    };
    supply(vec![story("1", "Harbour closed"), story("2", "Harbour open")]);
    let report = supply(Vec::new());
    assert_eq!((report.failed_corpora.len(), report.articles.deleted, report.changed), (1, 0, false));
    let mut broken = Notice::new(Code::BadRecord, None, "the row cannot be read");
    broken.path = "2".to_owned();
    let report = supply(vec![story("1", "Harbour closed"), Err(broken)]);
    assert_eq!((report.sources.stale, report.articles.deleted), (1, 0));
    assert_eq!(found(&index, "harbour").len(), 2);
}

#[test]
fn a_number_that_is_none_is_refused_before_it_spoils_the_index() {
    let index = Index::in_memory().expect("an index");
    let mut article = story("1", "Harbour closed").expect("an article");
    article.extra.insert("depth".to_owned(), newshound::Value::Number(f64::NAN));
    let error = index.writer().expect("a writer").add(article).expect_err("it is no number");
    assert_eq!(error.to_string(), "extra: `depth` is no finite number");
}

#[test]
fn an_id_that_is_also_a_path_is_nobodys() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    write(folder.path(), "a", "Ferry painted\n\nThe ferry was painted, for the first time in years.\n");
    run(&index, folder.path());
    assert_eq!(found(&index, "ferry late"), ["wire.jsonl#1"]);
    assert_eq!(found(&index, "ferry painted"), ["a"]);
}

#[test]
fn an_id_that_several_corpora_have_deletes_none_until_one_is_named() {
    let (one, two, index) = (folder(), folder(), Index::in_memory().expect("an index"));
    for (name, folder) in [("one", &one), ("two", &two)] {
        let corpus = Corpus::named(name, folder.path()).expect("a name");
        ingest(&index, vec![corpus], &IngestOptions::default()).expect("a corpus");
    }
    let mut writer = index.writer().expect("a writer");
    let error = writer.delete(&"a".into()).expect_err("two have it");
    assert!(error.to_string().contains("one:a, two:a"), "{error}");
    writer.delete(&"two:a".into()).expect("one has it");
    writer.commit().expect("committed");
    assert_eq!(found(&index, "ferry late").len(), 1);
}

#[test]
fn a_bare_run_takes_no_settings_that_would_be_forgotten() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    let settings = options(|options| options.exclude = vec!["*.jsonl".to_owned()]);
    assert_eq!(ingest(&index, Vec::new(), &settings).expect_err("no corpus").kind(), ErrorKind::Options);
}

#[test]
fn a_corpus_whose_folder_is_gone_for_good_can_be_let_go() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    run(&index, folder.path());
    let root = folder.path().to_path_buf();
    drop(folder);
    let report = run_with(&index, &root, &options(|options| options.allow_empty = true));
    assert_eq!((report.articles.deleted, report.failed_corpora.len()), (4, 0));
    assert!(index.status().expect("status").corpora.is_empty());
}

#[test]
fn repeated_ids_are_told_by_every_run() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    write(folder.path(), "more.jsonl", "{\"id\":\"a\",\"headline\":\"Ferry late again\",\"body\":\"Late.\"}\n");
    let first = run(&index, folder.path());
    let second = run(&index, folder.path());
    let repeated = |report: &IngestReport| report.notices.iter().filter(|n| n.code == Code::RepeatedId).count();
    assert_eq!((repeated(&first), repeated(&second)), (2, 2));
    assert_eq!(first.warnings, second.warnings);
}

/// Writes an article with so much text, of paragraphs that say their number, in one line of JSON or as plain text.
fn write_large(root: &Path, path: &str, bytes: usize) {
    let mut paragraphs = String::new();
    let mut number = 0;
    while paragraphs.len() < bytes {
        let line = format!("Paragraph p{number} of the report says that the ferry sailed. ");
        paragraphs.push_str(&line.repeat(40));
        paragraphs.push_str("\n\n");
        number += 1;
    }
    let text = if path.ends_with(".jsonl") {
        let paragraphs = paragraphs.replace('\n', "\\n");
        format!(
            "{{\"headline\":\"Short\",\"body\":\"Short.\"}}\n{{\"headline\":\"The report\",\"body\":\"{paragraphs}\"}}\n"
        )
    } else {
        format!("The report\nPublished: 2021-03-04\n\n{paragraphs}")
    };
    write(root, path, &text);
}

#[test]
fn an_article_larger_than_the_limit_is_found_by_its_beginning() {
    let (folder, index) = (TempDir::new().expect("a folder"), Index::in_memory().expect("an index"));
    write_large(folder.path(), "report.jsonl", 40_000_000);
    write_large(folder.path(), "report.txt", 40_000_000);
    let limited = |limit| options(|options| options.max_article = limit);
    let report = run_with(&index, folder.path(), &limited(100_000));
    let told: Vec<_> = report.notices.iter().map(|notice| (notice.code, notice.path.as_str(), notice.line)).collect();
    assert_eq!(told, [(Code::Truncated, "report.jsonl", Some(2)), (Code::Truncated, "report.txt", None)]);
    let message = &report.notices[0].message;
    assert!(message.contains("bytes of text, more than the limit of 100000; its end is not indexed"), "{message}");
    assert_eq!((report.articles.added, report.warnings), (3, 2));
    let both = |query| {
        let mut found = found(&index, query);
        found.sort();
        found == ["report.jsonl#2", "report.txt"]
    };
    assert!(both("p20"));
    assert!(found(&index, "p9000").is_empty());

    // Another limit gives other articles, and what is remembered is what a fresh index has.
    let report = run_with(&index, folder.path(), &limited(200_000));
    assert_eq!((report.articles.replaced, report.articles.unchanged), (2, 1));
    assert!(both("p60"));
    let fresh = Index::in_memory().expect("an index");
    run_with(&fresh, folder.path(), &limited(200_000));
    assert_eq!(index.digests().expect("sound"), fresh.digests().expect("sound"));
    assert!(!run_with(&index, folder.path(), &limited(200_000)).changed);
}

#[test]
fn a_supplied_article_larger_than_the_limit_is_told_by_its_id() {
    let index = Index::in_memory().expect("an index");
    let mut article = Article::new("large");
    article.body = vec!["ferry ".repeat(300), "harbour ".repeat(300)];
    let mut supply = Supply(vec![Ok(article)]);
    let limited = options(|options| options.max_article = 2_000);
    let report = ingest(&index, vec![Corpus::Supplied(&mut supply)], &limited).expect("the index is whole");
    let [notice] = &report.notices[..] else { panic!("{:?}", report.notices) };
    assert_eq!((notice.code, notice.path.as_str()), (Code::Truncated, "large"));
    assert_eq!(found(&index, "ferry harbour"), ["large"]);
    let too_small = options(|options| options.max_article = 10);
    let error = ingest(&index, vec![Corpus::Supplied(&mut Supply(Vec::new()))], &too_small);
    assert_eq!(error.expect_err("too small").kind(), ErrorKind::Options);
}
