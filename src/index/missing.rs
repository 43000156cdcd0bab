//! What is missing since a repair. The commit that mends an index says what it mends it without, so that nothing is forgotten
//! where the repair is cut off before it has read that again; it stays said until it is there again or given up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::SourceKey;

/// What is missing since a repair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Missing {
    /// The articles that were lost and are not in the index.
    pub(crate) articles: BTreeSet<SourceKey>,
    /// How many were lost of which nobody knows which they were.
    pub(crate) unnamed: u64,
    /// Whether a manifest was lost, with all that it alone knew.
    pub(crate) is_manifest_lost: bool,
}

impl Missing {
    /// Returns the number of articles.
    pub(crate) fn n_articles(&self) -> u64 {
        self.articles.len() as u64 + self.unnamed
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.n_articles() == 0 && !self.is_manifest_lost
    }
}

/// As the manifest has it: corpus, path and record of each article; how many others; whether a manifest was lost.
type Written = (Vec<(String, String, u32)>, u64, bool);

impl From<Written> for Missing {
    fn from((articles, unnamed, is_manifest_lost): Written) -> Missing {
        let key = |(corpus, path, record): (String, String, u32)| {
            SourceKey::new(corpus, path, (record > 0).then_some(record))
        };
        Missing { articles: articles.into_iter().map(key).collect(), unnamed, is_manifest_lost }
    }
}

impl From<Missing> for Written {
    fn from(missing: Missing) -> Written {
        let key = |SourceKey { corpus, path, record }| (corpus, path, record.unwrap_or(0));
        (missing.articles.into_iter().map(key).collect(), missing.unnamed, missing.is_manifest_lost)
    }
}
