//! Which keys, columns and elements of an archive feed which fields, for those whose names are not known. Plain data, the
//! same whether it was typed or written in a file (`corpus/mapping.rs` reads that); knows no format and no field.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::OnceLock;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::{Deserialize, Serialize};

use crate::source_key::name_within;

/// The file in a corpus's root that says how the others are read.
pub(crate) const MAPPING_FILE: &str = "newshound.toml";

/// What an archive with its own layout calls the fields of articles: rules, of which the first that says something of a field
/// of a source decides it.
///
/// ```
/// use newshound::Mapping;
///
/// let mapping = Mapping::parse(
///     r#"
///     [[map]]
///     files = "wire/**/*.csv"
///     headline = "HL"
///     body = ["TEXT1", "TEXT2"]
///     x.desk = "RESSORT"
///
///     [[map]]
///     html.headline = "h1.story-title"
///     html.published = "time::attr(datetime)"
///     "#,
/// )?;
/// assert_eq!(mapping.rules.len(), 2);
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Mapping {
    /// The rules, in the order of trust.
    pub rules: Vec<MappingRule>,
}

/// What some sources call the fields of articles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MappingRule {
    /// The sources.
    pub files: Globs,
    /// The key of the list of articles in a document of JSON, with dots for nesting, where it is none of the usual ones.
    pub articles: Option<String>,
    /// From the field's name, as in an article's JSON or `x.NAME`, to keys of JSON or front matter or columns of tables, with
    /// dots for nesting. Of several the first that says something counts; lists such as the body take all.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The same for pages of HTML: CSS selectors, with `::attr(NAME)` at the end for an attribute of the element.
    pub html: BTreeMap<String, Vec<String>>,
}

/// Globs of paths in the syntax of gitignore; none for all paths.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Globs {
    globs: Vec<String>,
    /// Put together when a path is first asked for; none where they cannot be used.
    matcher: OnceLock<Option<Gitignore>>,
}

impl Mapping {
    /// Adds that a key feeds a field, of all sources.
    pub fn map(&mut self, key: impl Into<String>, field: impl Into<String>) {
        if self.rules.last().is_none_or(|last| !last.files.is_empty()) {
            self.rules.push(MappingRule::default());
        }
        if let Some(last) = self.rules.last_mut() {
            last.keys.entry(field.into()).or_default().push(key.into());
        }
    }

    /// Returns what is said of the source at a path of the corpus, as a mapping for any path.
    pub fn of_source(&self, path: &str) -> Mapping {
        let rules = self.rules_of(path).map(|rule| MappingRule { files: Globs::default(), ..rule.clone() });
        Mapping { rules: rules.collect() }
    }

    /// Returns the rules of the source at a path.
    pub(crate) fn rules_of(&self, path: &str) -> impl Iterator<Item = &MappingRule> {
        self.rules.iter().filter(move |rule| rule.files.has(path))
    }

    /// Tells whether every rule is one of all sources.
    pub(crate) fn is_of_all(&self) -> bool {
        self.rules.iter().all(|rule| rule.files.is_empty())
    }

    /// Tells whether a key, or what is in it, feeds a field.
    pub(crate) fn begins_with(&self, key: &str) -> bool {
        let mut keys = self.rules.iter().flat_map(|rule| rule.keys.values().flatten());
        keys.any(|path| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// Tells whether a key feeds a field for which `takes` says yes.
    pub(crate) fn has_key(&self, key: &str, takes: impl Fn(&str) -> bool) -> bool {
        let fields = self.rules.iter().flat_map(|rule| &rule.keys);
        fields.filter(|(_, keys)| keys.iter().any(|known| known == key)).any(|(field, _)| takes(field))
    }
}

impl MappingRule {
    /// Tells whether a source that both are of is read alike by them.
    pub(crate) fn reads_like(&self, other: &MappingRule) -> bool {
        (&self.articles, &self.keys, &self.html) == (&other.articles, &other.keys, &other.html)
    }
}

impl Globs {
    /// Returns globs, or what is wrong with the first that is none.
    pub(crate) fn new(globs: Vec<String>) -> Result<Globs, (usize, ignore::Error)> {
        for (at, glob) in globs.iter().enumerate() {
            let mut builder = GitignoreBuilder::new("");
            builder.add_line(None, glob).and_then(|builder| builder.build()).map_err(|error| (at, error))?;
        }
        Ok(globs.into())
    }

    /// Tells whether there is none, so that every path is meant.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Returns the globs as they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.globs
    }

    /// Returns globs of the archives that these name files of, as `a.zip` for `a.zip!/b/*.csv`.
    pub(crate) fn of_archives(globs: &[String]) -> Vec<String> {
        let archives = globs.iter().flat_map(|glob| glob.match_indices("!/").map(move |(at, _)| &glob[..at]));
        // A glob with a slash is one of the whole path, and its beginning is no other.
        archives.map(|archive| format!("/{}", archive.trim_start_matches('/'))).collect()
    }

    /// Tells whether a path is meant: itself, a folder above it, or what it is called when it is not packed.
    pub(crate) fn has(&self, path: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let matcher = self.matcher.get_or_init(|| {
            let mut builder = GitignoreBuilder::new("");
            for glob in &self.globs {
                builder.add_line(None, glob).ok()?;
            }
            builder.build().ok()
        });
        let Some(matcher) = matcher else { return false };
        let is_meant = |path: &str| {
            let path = Path::new(path.trim_start_matches('/'));
            !path.has_root() && matcher.matched_path_or_any_parents(path, false).is_ignore()
        };
        is_meant(path) || (name_within(path) != path && is_meant(name_within(path)))
    }
}

impl From<Vec<String>> for Globs {
    fn from(globs: Vec<String>) -> Globs {
        Globs { globs, matcher: OnceLock::new() }
    }
}

impl From<Globs> for Vec<String> {
    fn from(globs: Globs) -> Vec<String> {
        globs.globs
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Globs) -> bool {
        self.globs == other.globs
    }
}

impl Eq for Globs {}

/// On one line, as settings are told: `HL=headline, TEXT=body; of wire/*.csv: TITLE=headline`.
impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rule) in self.rules.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            if !rule.files.is_empty() {
                write!(f, "of {}: ", rule.files.as_slice().join(", "))?;
            }
            let pairs = |fields: &BTreeMap<String, Vec<String>>, of: &str| {
                let pairs = fields.iter().flat_map(|(field, keys)| keys.iter().map(move |key| (key, field)));
                pairs.map(|(key, field)| format!("{key}={of}{field}")).collect::<Vec<_>>()
            };
            let articles = rule.articles.iter().map(|key| format!("{key}=articles")).collect();
            f.write_str(&[articles, pairs(&rule.keys, ""), pairs(&rule.html, "html.")].concat().join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_means_paths_folders_files_of_archives_and_what_is_packed() {
        let has = |globs: &[&str], path: &str| {
            Globs::from(globs.iter().map(|glob| (*glob).to_owned()).collect::<Vec<_>>()).has(path)
        };
        assert!(has(&[], "a/b.csv"));
        assert!(has(&["wire/**/*.csv"], "wire/2024/b.csv") && !has(&["wire/**/*.csv"], "x/wire/b.csv"));
        assert!(has(&["*.csv"], "a/b.csv") && has(&["*.csv"], "a/b.csv.gz") && has(&["*.gz"], "a/b.csv.gz"));
        assert!(has(&["wire/"], "wire/2024/b.csv") && !has(&["wire/"], "wires/b.csv"));
        assert!(has(&["a.zip!"], "a.zip!/b/c.csv") && has(&["a.zip!/b/*.csv"], "a.zip!/b/c.csv"));
        assert!(has(&["*.csv", "!old.csv"], "b.csv") && !has(&["*.csv", "!old.csv"], "a/old.csv"));
        assert!(has(&["*.csv"], "/srv/b.csv") && !has(&["*.csv"], ""));
    }

    #[test]
    fn globs_are_written_and_told_as_they_were_given() {
        let mut mapping = Mapping::default();
        mapping.map("HL", "headline");
        let files = Globs::from(vec!["*.csv".to_owned()]);
        assert!(files.has("a.csv"));
        let html = [("body".to_owned(), vec!["p".to_owned()])].into();
        mapping.rules.push(MappingRule { files, html, ..MappingRule::default() });
        let json = serde_json::to_string(&mapping).expect("it is plain");
        assert_eq!(serde_json::from_str::<Mapping>(&json).expect("it was written"), mapping);
        assert_eq!(mapping.to_string(), "HL=headline; of *.csv: p=html.body");
        mapping.map("T", "body");
        assert_eq!(mapping.of_source("b.csv.gz").to_string(), "HL=headline; p=html.body; T=body");
        assert_eq!(mapping.of_source("b.txt").to_string(), "HL=headline; T=body");
    }
}
