//! Sources that are written or vanish while a run reads them: told, and made up for by the next run.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use newshound::{Code, Corpus, Index, IngestOptions, IngestReport, Phase, Progress, SearchRequest, ingest};
use tempfile::TempDir;

fn write(folder: &Path, path: &str, text: &str) {
    fs::write(folder.join(path), text).expect("a file can be written");
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "ferry.txt", "Ferry late\n\nThe ferry was late.\n");
    write(folder.path(), "tram.txt", "Tram late\n\nThe tram was late.\n");
    folder
}

/// Before any source is opened, and while the first is read.
const BEFORE: usize = 0;
const WHILE: usize = 1;

/// Runs, and does something once, when so much was told of the reading.
fn run_and(index: &Index, root: &Path, moment: usize, deed: impl Fn() + Sync) -> IngestReport {
    let told = AtomicUsize::new(0);
    let progress = |progress: Progress| {
        if progress.phase == Phase::Reading && told.fetch_add(1, Ordering::SeqCst) == moment {
            deed();
        }
    };
    let mut options = IngestOptions::default();
    options.threads = 1;
    options.progress = Some(&progress);
    let corpus = Corpus::named("news", root).expect("a sound name");
    ingest(index, vec![corpus], &options).expect("the index is whole")
}

fn assert_as_fresh(index: &Index, root: &Path) {
    let fresh = Index::in_memory().expect("memory suffices");
    run_and(&fresh, root, usize::MAX, || {});
    let ask = |index: &Index| {
        let searcher = index.searcher().expect("the index is sound");
        searcher.search(&SearchRequest { limit: 50, ..SearchRequest::new("late OR early") }).expect("a sound query")
    };
    assert!(!ask(&fresh).hits.is_empty());
    assert_eq!(ask(index), ask(&fresh));
    assert_eq!(index.digests().ok(), fresh.digests().ok());
}

fn codes(report: &IngestReport) -> Vec<(Code, &str)> {
    report.notices.iter().map(|notice| (notice.code, notice.path.as_str())).collect()
}

#[test]
fn a_source_that_is_written_while_it_is_read_is_told_and_read_again() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let root = folder.path();
    let text = "Ferry early\n\nThe ferry was early, and nobody was there.\n";
    let first = run_and(&index, root, WHILE, || write(root, "ferry.txt", text));
    assert_eq!(codes(&first), [(Code::ChangedWhileRead, "ferry.txt")]);
    assert_eq!(first.articles.added, 2);
    let second = run_and(&index, root, usize::MAX, || {});
    assert_eq!((codes(&second), second.articles.replaced, second.sources.read), (vec![], 1, 1));
    assert_as_fresh(&index, root);
    assert!(!run_and(&index, root, usize::MAX, || {}).changed);
}

#[test]
fn a_source_that_is_written_before_it_is_read_is_read_as_it_is() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let root = folder.path();
    let text = "Ferry early\n\nThe ferry was early, and nobody was there.\n";
    let first = run_and(&index, root, BEFORE, || write(root, "ferry.txt", text));
    assert_eq!(codes(&first), []);
    assert_as_fresh(&index, root);
    assert_eq!(run_and(&index, root, usize::MAX, || {}).articles.replaced, 0);
}

#[test]
fn a_source_that_vanishes_before_it_is_read_is_told_and_gone_with_the_next_run() {
    let (folder, index) = (folder(), Index::in_memory().expect("an index"));
    let root = folder.path();
    let vanish = || fs::remove_file(root.join("ferry.txt")).expect("it is there");
    let new = run_and(&index, root, BEFORE, vanish);
    assert_eq!((codes(&new), new.articles.added), (vec![(Code::Unreadable, "ferry.txt")], 1));
    assert_as_fresh(&index, root);
    write(root, "ferry.txt", "Ferry late\n\nThe ferry was late.\n");
    run_and(&index, root, usize::MAX, || {});
    write(root, "ferry.txt", "Ferry late again\n\nThe ferry was late.\n");
    let known = run_and(&index, root, BEFORE, vanish);
    assert_eq!((codes(&known), known.sources.stale), (vec![(Code::Stale, "ferry.txt")], 1));
    let next = run_and(&index, root, usize::MAX, || {});
    assert_eq!((next.articles.deleted, next.sources.deleted), (1, 1));
    assert_as_fresh(&index, root);
}
