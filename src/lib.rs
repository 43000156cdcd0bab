//! Full-text search for news archives, to be built into an application.
//!
//! An [`Index`] is built from corpora of news: folders that [`ingest`] reads, what an [`ArticleSource`] supplies, or
//! articles that a [`Writer`] adds. A [`Searcher`] is one snapshot of it and answers a [`SearchRequest`] with ranked
//! articles, and with passages in which the words that made them match are marked.
//!
//! ```
//! use newshound::{Article, Index, Language, SearchRequest, with_marks};
//!
//! let index = Index::in_memory()?; // or Index::open_or_create("index")
//! let mut article = Article::new("2024-117");
//! article.headline = Some("Ferry returns to the Ostrel crossing".into());
//! article.body.push("The ferry sailed again on Monday. Tickets cost what they did.".into());
//! article.language = Some(Language::given("en")); // or leave it to be told from a longer text
//!
//! let mut writer = index.writer()?;
//! writer.add(article)?;
//! writer.commit()?;
//!
//! let answer = index.searcher()?.search(&SearchRequest::new("ferries sailing"))?;
//! let passage = &answer.hits[0].passages[0];
//! let shown = with_marks(&passage.text, &passage.highlights, "[", "]");
//! assert!(shown.starts_with("The [ferry] [sailed] again on Monday."));
//! # Ok::<(), newshound::Error>(())
//! ```
//!
//! The library never prints, reads the environment or asks the clock; progress, cancelling and deadlines are callbacks.
//! What is wrong with a source is not an error but a [`Notice`] in the report; what is wrong with a query is a list of
//! [`Diagnostic`]s that point at the place.
//!
//! # Features
//!
//! - `cli` (default): the program `newshound`. Leave it out to build the library alone.
//! - `serde`: requests, answers and reports serialise exactly as the program's `--json` prints them.

mod analysis;
mod article;
mod batch;
mod check;
mod corpus;
mod date;
mod error;
mod eval;
mod extra;
mod index;
mod ingest;
mod issue;
mod limits;
mod lock;
mod mapping;
mod notice;
mod query;
mod search;
mod similarity;
mod source_key;
mod text;
mod understand;

pub use article::{
    Article, ArticleId, ArticleSource, Caption, Keyword, Language, LanguageOrigin, SCHEMA_VERSION, Section, Status,
    Value,
};
pub use batch::{BatchOptions, answer_topics};
pub use check::{
    Cause, Change, ChangeCounts, CheckOptions, CheckReport, CheckedCorpus, CoverageDrop, Difference, SettingsChange,
    VersionChange, VersionedPart, check, check_lock, ingest_locked,
};
pub use corpus::format::{Found, LeftOver, ParseOptions, formats};
pub use date::{Date, DateError, DateOrder, Precision};
pub use error::{Error, ErrorKind, LockHolder, Result};
pub use eval::{
    CompareOptions, Comparison, EvalOptions, Evaluation, Measure, MeasureComparison, Qrels, Ranked, Run, Topic,
    TopicDifference, TopicEvaluation, Topics,
};
pub use extra::ExtraKind;
#[doc(hidden)]
pub use index::plain::write_plain;
pub use index::{
    CorpusStatus, Count, Coverage, Damage, Digest, Digests, Index, IndexOptions, IndexStatus, OpenOptions,
    SnapshotReport, Tombstone, VerifyOptions, VerifyReport, Writer, verify,
};
pub use ingest::{
    ArticleCounts, Corpus, IngestOptions, IngestReport, Phase, Progress, RepairReport, SourceCounts, ingest, repair,
};
pub use limits::Limits;
pub use lock::Lock;
pub use mapping::{Globs, Mapping, MappingRule};
pub use notice::{Code, Level, Notice};
pub use query::{Diagnostic, DiagnosticKind, QUERY_GRAMMAR, Severity};
pub use search::{
    AddedWord, Collapse, Completion, CompletionKind, EntryHighlights, Expand, Explanation, FoldedCopy, Highlighted,
    Hit, How, Operator, Passage, SearchRequest, SearchResponse, Searcher, Sort, Stop, Suggestion, Total, WithAny,
    query_fields, to_html, to_html_with, with_marks,
};
pub use source_key::SourceKey;
pub use understand::{Understood, UnderstoodArticle, understand, understand_member};
