//! The language desk: text becomes terms. Knows no index and no query.

mod fold;
mod language;
pub(crate) mod sentence;
mod tokenizer;
mod word_count;

pub(crate) use fold::{SPELLING, fold_key, lower, surface_form};
pub(crate) use language::{ANALYZER, Analyzer, Analyzers, Form, QueryAnalyzer, Slots, Stemming, detect};
pub(crate) use tokenizer::{Scratch, is_unspaced, next_irregular};
pub(crate) use word_count::count_words;
