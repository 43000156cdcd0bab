//! Incremental equals full: after any edits, an index that was brought up to date answers as a fresh one of the same
//! sources does, scores and passages included, and has its digests.
//!
//! `NEWSHOUND_TEST_SEEDS` sets how many corpora are tried (24).

use std::path::Path;

use newshound::{
    Corpus, Date, DateOrder, ExtraKind, Index, IndexOptions, IndexStatus, IngestOptions, IngestReport, Operator,
    SearchRequest, Sort, VerifyOptions, ingest,
};

use crate::support::random_corpus::{Edit, RandomCorpus};

const STEPS: usize = 8;

const QUERIES: &[&str] = &[
    "ferry",
    "barge",
    "bridge council",
    "\"was delayed\"",
    "harbour OR market",
    "rowing -storm",
    "headline:ferry",
    "Talmere",
    "Brücke",
    "渡し船",
    "nowhere ferry",
    "x.section:\"world / coast\"",
    "x.page:3 OR x.page:4",
    "x.date:2021 ferry",
    "x.author:\"mara veltin\" -bridge",
];

#[test]
fn after_any_edits_an_index_answers_as_a_fresh_one() {
    let seeds = std::env::var("NEWSHOUND_TEST_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(24);
    let mut hits = 0;
    for seed in 0..seeds {
        hits += follow_edits(seed);
    }
    assert!(hits > 100 * seeds as usize, "the queries find enough to compare: {hits} hits");
}

/// Follows a corpus through its edits; returns how many hits were compared.
fn follow_edits(seed: u64) -> usize {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path().join("news");
    let mut corpus = RandomCorpus::create(&root, seed).expect("the corpus can be written");
    let mut made_with = options();
    made_with.compact = true;
    let index = Index::create_with(folder.path().join("index"), &made_with).expect("the folder is absent");
    let mut edits = Vec::new();
    let mut hits = 0;
    let mut before = index.digests().expect("the index is sound");
    for step in 0..STEPS {
        let place = format!("seed {seed}, step {step}, after {edits:?}");
        let report = bring_up_to_date(&index, &root);
        assert_counts(&report, corpus.len(), &place);
        if step > 0 && edits.iter().all(|edit| matches!(edit, Edit::Touched(_))) {
            assert!(!report.changed, "{place}: a time of change alone writes nothing");
        }
        let digests = index.digests().expect("the index is sound");
        let articles = &report.articles;
        let is_changed = articles.added + articles.replaced + articles.deleted > 0;
        assert_eq!(digests != before, is_changed, "{place}: another digest means other articles");
        before = digests;
        let again = bring_up_to_date(&index, &root);
        assert!(!again.changed && again.sources.read == 0, "{place}: a second run has nothing to do, but {again:?}");

        let fresh = Index::in_memory_with(&options()).expect("memory suffices");
        bring_up_to_date(&fresh, &root);
        assert_eq!(contents(&index), contents(&fresh), "{place}");
        assert_eq!(digests, fresh.digests().expect("the index is sound"), "{place}");
        hits += assert_same_answers(&index, &fresh, &place);
        edits = corpus.edit().expect("the corpus can be changed");
    }
    let report = index.verify(&VerifyOptions::default()).expect("the index can be read");
    assert!(report.sound, "seed {seed}: {:?}", report.damages);
    hits
}

/// What sources say is declared besides, a field of each kind that they have.
fn options() -> IndexOptions {
    let mut options = IndexOptions::default();
    for (name, kind) in [
        ("section", ExtraKind::Keyword),
        ("page", ExtraKind::Number),
        ("date", ExtraKind::Date),
        ("author", ExtraKind::Text),
    ] {
        options.extra.insert(name.to_owned(), kind);
    }
    options
}

fn bring_up_to_date(index: &Index, root: &Path) -> IngestReport {
    let corpus = Corpus::named("news", root).expect("the name is sound");
    ingest(index, vec![corpus], &IngestOptions::default()).expect("the corpus can be indexed")
}

fn assert_counts(report: &IngestReport, files: usize, place: &str) {
    let sources = &report.sources;
    let counted = sources.read + sources.unchanged + sources.stale + sources.all_skipped();
    assert_eq!(counted, files as u64, "{place}: every source is counted once: {report:?}");
}

/// Returns what an index holds, without what depends on how it came to hold it.
fn contents(index: &Index) -> IndexStatus {
    let mut status = index.status().expect("the index is sound");
    (status.bytes, status.segments, status.compact) = (0, 0, false);
    status
}

fn assert_same_answers(index: &Index, fresh: &Index, place: &str) -> usize {
    let (ours, theirs) = (index.searcher().expect("the index is sound"), fresh.searcher().expect("so is a fresh one"));
    let mut hits = 0;
    for request in requests() {
        let (answer, expected) = (ours.search(&request), theirs.search(&request));
        let (answer, expected) = (answer.expect("the query is sound"), expected.expect("the query is sound"));
        assert_eq!(answer, expected, "{place}: {request:?}");
        assert_eq!(ours.count(&request).ok(), theirs.count(&request).ok(), "{place}: {request:?}");
        hits += answer.hits.len();
    }
    hits
}

fn requests() -> Vec<SearchRequest> {
    let by = |name: &str, descending| Sort::Extra { name: name.to_owned(), descending };
    let date = |text| Date::parse(text, DateOrder::Unknown).ok();
    let all = QUERIES.iter().map(|query| SearchRequest { limit: 50, ..SearchRequest::new(*query) });
    let mut requests: Vec<SearchRequest> = all.collect();
    let change = |change: &dyn Fn(&mut SearchRequest)| {
        let mut request = SearchRequest { limit: 50, ..SearchRequest::new("ferry bridge") };
        change(&mut request);
        request
    };
    requests.extend([
        change(&|r| r.operator = Operator::Any),
        change(&|r| (r.operator, r.offset, r.limit) = (Operator::Any, 2, 3)),
        change(&|r| (r.operator, r.sort) = (Operator::Any, Sort::Newest)),
        change(&|r| (r.operator, r.sort) = (Operator::Any, Sort::Oldest)),
        change(&|r| (r.operator, r.sort) = (Operator::Any, by("page", true))),
        change(&|r| (r.operator, r.sort) = (Operator::Any, by("section", false))),
        change(&|r| (r.operator, r.sort) = (Operator::Any, by("date", false))),
        change(&|r| (r.operator, r.since, r.until) = (Operator::Any, date("2020-06"), date("2022"))),
        change(&|r| (r.operator, r.sections) = (Operator::Any, vec!["world".into()])),
    ]);
    requests
}
