//! The language desk: text becomes terms. Knows no index and no query.

mod fold;
mod language;
pub(crate) mod sentence;
mod tokenizer;

pub(crate) use fold::fold_key;
pub(crate) use language::{ANALYZER, Analyzer, Analyzers, QueryAnalyzer, Slots, count_words, detect};
pub(crate) use tokenizer::Token;
