//! What is missing since a repair. The commit that mends an index says what it mends it without, so that nothing is forgotten
//! where the repair is cut off before it has read that again; it stays said until it is there again, taken down or given up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::manifest::ContentHash;
use crate::SourceKey;

/// What is missing since a repair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Missing {
    /// The articles that were lost and are not in the index, and what is known of each.
    pub(crate) articles: BTreeMap<SourceKey, Trace>,
    /// How many were lost of which nobody knows which they were.
    pub(crate) unnamed: u64,
    /// Whether a manifest was lost, with all that it alone knew.
    pub(crate) is_manifest_lost: bool,
}

/// What is known of an article that was lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Trace {
    /// The hash of the bytes of its source; nothing where it is not known.
    pub(crate) source: ContentHash,
    /// Its own id, where it is known and no other article of the corpus had it.
    pub(crate) native_id: Option<String>,
    /// Whether it was taken down since, so that it is not told, but where it is let in again.
    pub(crate) is_taken_down: bool,
}

impl Missing {
    /// Returns the articles that are told.
    pub(crate) fn told(&self) -> impl Iterator<Item = &SourceKey> {
        self.articles.iter().filter(|(_, trace)| !trace.is_taken_down).map(|(key, _)| key)
    }

    /// Returns the number of articles that are told.
    pub(crate) fn n_articles(&self) -> u64 {
        self.told().count() as u64 + self.unnamed
    }

    /// Tells whether there is nothing to tell.
    pub(crate) fn is_untold(&self) -> bool {
        self.n_articles() == 0 && !self.is_manifest_lost
    }

    /// Tells whether there is nothing to remember.
    pub(crate) fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.is_untold()
    }

    /// Returns the articles that a user names by an id: their own, or path and record, with the corpus before it or without.
    pub(super) fn named(&self, id: &str) -> Vec<SourceKey> {
        let is_named = |(key, trace): &(&SourceKey, &Trace)| {
            let of_corpus = id.strip_prefix(key.corpus.as_str()).and_then(|rest| rest.strip_prefix([':', '/']));
            let is_name = |name: &str| name == key.path_id() || trace.native_id.as_deref() == Some(name);
            is_name(id) || of_corpus.is_some_and(is_name)
        };
        self.articles.iter().filter(is_named).map(|(key, _)| key.clone()).collect()
    }

    /// Forgets the articles of a corpus that was emptied on purpose, and tells whether there were any.
    pub(super) fn strike_corpus(&mut self, corpus: &str) -> bool {
        let before = self.articles.len();
        self.articles.retain(|key, _| key.corpus != corpus);
        self.articles.len() < before
    }

    /// Returns corpus and own id of each article of which that is known.
    pub(super) fn native_ids(&self) -> BTreeSet<(String, String)> {
        let known =
            self.articles.iter().filter_map(|(key, trace)| Some((key.corpus.clone(), trace.native_id.clone()?)));
        known.collect()
    }
}

/// As the manifest has it: each article; how many others; whether a manifest was lost.
type Written = (Vec<WrittenArticle>, u64, bool);
/// Corpus, path and record; the hash of the source, the own id, and whether it was taken down.
type WrittenArticle = (String, String, u32, ContentHash, Option<String>, bool);

impl From<Written> for Missing {
    fn from((articles, unnamed, is_manifest_lost): Written) -> Missing {
        let read = |(corpus, path, record, source, native_id, is_taken_down): WrittenArticle| {
            let key = SourceKey::new(corpus, path, (record > 0).then_some(record));
            (key, Trace { source, native_id, is_taken_down })
        };
        Missing { articles: articles.into_iter().map(read).collect(), unnamed, is_manifest_lost }
    }
}

impl From<Missing> for Written {
    fn from(missing: Missing) -> Written {
        let write = |(key, trace): (SourceKey, Trace)| {
            let SourceKey { corpus, path, record } = key;
            (corpus, path, record.unwrap_or(0), trace.source, trace.native_id, trace.is_taken_down)
        };
        (missing.articles.into_iter().map(write).collect(), missing.unnamed, missing.is_manifest_lost)
    }
}
