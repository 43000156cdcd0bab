//! What the benchmarks share: articles that nobody wrote, the stock engine to compare with, and a table of figures.
#![allow(dead_code, reason = "no benchmark uses all of it")]

pub(crate) mod edits;
pub(crate) mod en_stem;
#[cfg(feature = "cli")]
pub(crate) mod judged;
pub(crate) mod queries;
pub(crate) mod random;
pub(crate) mod real;
pub(crate) mod shingles;
pub(crate) mod stock;
pub(crate) mod supply;
pub(crate) mod synthetic;
pub(crate) mod table;
pub(crate) mod words;

use std::env;
use std::str::FromStr;

use newshound::{Corpus, Index, IngestOptions, ingest};

/// Returns the number in an environment variable, or `otherwise` where it is not set.
pub(crate) fn setting<T: FromStr>(name: &str, otherwise: T) -> T {
    env::var(name).ok().and_then(|text| text.replace('_', "").parse().ok()).unwrap_or(otherwise)
}

/// Returns an index in memory of made-up articles, in one segment.
pub(crate) fn index_of(synthetic: &mut synthetic::Synthetic) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    let mut options = IngestOptions::default();
    (options.threads, options.memory) = (1, 8 << 30);
    ingest(&index, vec![Corpus::Supplied(synthetic)], &options).expect("the articles can be indexed");
    assert_eq!(index.status().expect("the index is sound").segments, 1);
    index
}
