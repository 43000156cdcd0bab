//! A check tells beforehand what an ingest does, against an index and against a lock file, after any edits.

use std::path::Path;

use newshound::{
    Article, ArticleSource, Change, CheckOptions, CheckReport, Corpus, ErrorKind, Index, IngestOptions, Lock, Notice,
    check, check_lock, ingest, ingest_locked,
};

use crate::support::random_corpus::RandomCorpus;

fn news(root: &Path) -> Vec<Corpus<'static>> {
    vec![Corpus::named("news", root).expect("the name is sound")]
}

fn checked(index: &Index, root: &Path, threads: usize) -> CheckReport {
    let mut options = CheckOptions::default();
    options.threads = threads;
    check(index, news(root), &options).expect("the corpus can be checked")
}

#[test]
fn what_a_check_tells_is_what_an_ingest_does() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().join("news");
        let mut corpus = RandomCorpus::create(&root, seed).expect("the corpus can be written");
        let index = Index::in_memory().expect("memory suffices");
        for step in 0..6 {
            let place = format!("seed {seed}, step {step}");
            let before = checked(&index, &root, 1);
            assert_eq!(before, checked(&index, &root, 3), "{place}: threads change nothing");
            let lock = Lock::of(&index, true).expect("the index is sound");
            let report = ingest(&index, news(&root), &IngestOptions::default()).expect("the corpus can be indexed");
            let counts = before.counts.expect("an index knows its articles");
            let (told, done) = ((counts.added, counts.changed, counts.removed), &report.articles);
            assert_eq!(told, (done.added, done.replaced, done.deleted), "{place}");
            assert_eq!(before.digests_now, index.digests().expect("the index is sound"), "{place}");

            let after = checked(&index, &root, 2);
            assert!(after.same && after.differences.is_empty(), "{place}: {after:?}");
            let options = CheckOptions::default();
            if step > 0 {
                let of_lock = check_lock(&lock, news(&root), &options).expect("the corpus can be checked");
                let counts = of_lock.counts.expect("the lock has details");
                assert_eq!(told, (counts.added, counts.changed, counts.removed), "{place}");
            }
            let lock = Lock::of(&index, step % 2 == 0).expect("the index is sound");
            assert!(check_lock(&lock, news(&root), &options).expect("it can be checked").same, "{place}");
            corpus.edit().expect("the corpus can be changed");
        }
    }
}

/// Supplies articles with these ids and headlines.
struct Supply(Vec<(&'static str, &'static str)>);

impl ArticleSource for Supply {
    fn corpus(&self) -> &str {
        "desk"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        let (id, headline) = self.0.pop()?;
        let mut article = Article::new(id);
        article.headline = Some(headline.into());
        Some(Ok(article))
    }
}

#[test]
fn supplied_corpus_is_checked_too() {
    let index = Index::in_memory().expect("memory suffices");
    let mut supply = Supply(vec![("a", "Ferry late"), ("b", "Bridge closed")]);
    ingest(&index, vec![Corpus::Supplied(&mut supply)], &IngestOptions::default()).expect("it is indexed");
    let lock = Lock::of(&index, true).expect("the index is sound");
    let options = CheckOptions::default();
    let mut same = Supply(vec![("b", "Bridge closed"), ("a", "Ferry late")]);
    assert!(check(&index, vec![Corpus::Supplied(&mut same)], &options).expect("it is checked").same);
    let others = || Supply(vec![("a", "Ferry early"), ("c", "Quay opened")]);
    let mut supply = others();
    let against_index = check(&index, vec![Corpus::Supplied(&mut supply)], &options).expect("it is checked");
    let mut supply = others();
    let against_lock = check_lock(&lock, vec![Corpus::Supplied(&mut supply)], &options).expect("it is checked");
    for report in [against_index, against_lock] {
        let told: Vec<(Change, &str)> = report.differences.iter().map(|d| (d.change, d.id.as_str())).collect();
        assert_eq!(told, [(Change::Changed, "a"), (Change::Removed, "b"), (Change::Added, "c")]);
    }
}

#[test]
fn cancelled_check_and_run_say_so() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path().join("news");
    RandomCorpus::create(&root, 1).expect("the corpus can be written");
    let index = Index::in_memory().expect("memory suffices");
    let lock = Lock::of(&index, false).expect("the index is sound");
    let mut options = CheckOptions::default();
    options.cancel = Some(&|| true);
    let error = check(&index, news(&root), &options).expect_err("it was cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let mut options = IngestOptions::default();
    options.cancel = Some(&|| true);
    let (report, checked) = ingest_locked(&index, news(&root), &options, &lock).expect("it ends");
    assert!(report.cancelled && checked.is_none());
}
