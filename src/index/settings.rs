//! How a corpus is read, as it is remembered with it.

use serde::{Deserialize, Serialize};

use crate::article::MAX_ARTICLE;
use crate::{DateOrder, Limits, Mapping, MappingRule};

/// How a corpus is read. A run that names no corpus repeats it; a run that reads it otherwise reads all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Globs of paths to read; empty for all.
    pub(crate) include: Vec<String>,
    /// Globs of paths to leave out.
    pub(crate) exclude: Vec<String>,
    /// How ambiguous dates are read.
    pub(crate) date_order: DateOrder,
    /// Which keys, columns and elements feed which fields, as the user says.
    pub(crate) mapping: Mapping,
    /// What the corpus's own `newshound.toml` says of it.
    pub(crate) own_mapping: Mapping,
    /// The language of articles whose own is not known.
    pub(crate) default_language: Option<String>,
    /// How much text an article may have, in bytes; what is more is cut off.
    pub(crate) max_article: u64,
    /// What a source may ask for at most.
    pub(crate) limits: Limits,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            include: Vec::new(),
            exclude: Vec::new(),
            date_order: DateOrder::default(),
            mapping: Mapping::default(),
            own_mapping: Mapping::default(),
            default_language: None,
            max_article: MAX_ARTICLE,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// Tells whether every source gives the same articles under both, but for what is mapped.
    pub(crate) fn reads_like(&self, other: &Settings) -> bool {
        (self.date_order, &self.default_language, self.max_article, self.limits)
            == (other.date_order, &other.default_language, other.max_article, other.limits)
    }

    /// Tells whether both read the same files.
    pub(crate) fn chooses_like(&self, other: &Settings) -> bool {
        (&self.include, &self.exclude) == (&other.include, &other.exclude)
    }

    /// Tells whether both map the same.
    pub(crate) fn maps_like(&self, other: &Settings) -> bool {
        (&self.mapping, &self.own_mapping) == (&other.mapping, &other.own_mapping)
    }

    /// Tells whether both map the same of the source at a path.
    pub(crate) fn maps_alike_at(&self, other: &Settings, path: &str) -> bool {
        let rules = |settings: &Settings| settings.rules_of(path).cloned().collect::<Vec<_>>();
        let (ours, theirs) = (rules(self), rules(other));
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(ours, theirs)| ours.reads_like(theirs))
    }

    fn rules_of(&self, path: &str) -> impl Iterator<Item = &MappingRule> {
        self.mapping.rules_of(path).chain(self.own_mapping.rules_of(path))
    }

    /// Returns all that is mapped: what the user says comes before what the corpus says itself.
    pub(crate) fn whole_mapping(&self) -> Mapping {
        let mut mapping = self.mapping.clone();
        mapping.rules.extend(self.own_mapping.rules.iter().cloned());
        mapping
    }
}
