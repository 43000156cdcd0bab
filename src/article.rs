//! The article, as every room understands it. Knows no file, no index, no terminal.
//!
//! A field that the text does not give is absent, never guessed. The index stores articles in the serialised form
//! of these types.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::fold_spaces;
use crate::{Date, Notice, SourceKey};

/// The version of the serialised form of articles, answers and reports; it grows when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// How much text an article may have where nothing else is said, in bytes.
pub(crate) const MAX_ARTICLE: u64 = 16 << 20;

/// One news article: what it says, and what is said of it.
///
/// ```
/// use newshound::Article;
///
/// let mut article = Article::new("2024-117");
/// article.headline = Some("Ferry returns to the Ostrel crossing".into());
/// article.body.push("The ferry sailed again on Monday after nine weeks in dock.".into());
/// assert_eq!(article.id.as_str(), "2024-117");
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// What the article is called by: its own id where that is unique in its corpus, else its path and record.
    pub id: ArticleId,
    /// Where it came from.
    pub source: SourceKey,
    /// The id that the article itself carries (`id`, guid, DOCNO), unique or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_id: Option<String>,
    /// The section, as a path and as it was printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// The short line above the headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kicker: Option<String>,
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// The summary printed between headline and body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<String>,
    /// The authors as named in the byline, one entry a person or desk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bylines: Vec<String>,
    /// The place from which the report was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// When it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
    /// The body, one entry a paragraph or subhead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<String>,
    /// The captions of its pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<Caption>,
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Its address on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language it is written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Keywords, tags and topics given with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<Keyword>,
    /// Whether it stands, was corrected, or was withdrawn.
    #[serde(skip_serializing_if = "Status::is_usable")]
    pub status: Status,
    /// The version, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Not to be published before this date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargo: Option<Date>,
    /// The page it was printed on, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The issue or edition it was printed in, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The number of words in the body; counted when the article is indexed.
    #[serde(skip_serializing_if = "is_zero")]
    pub word_count: u32,
    /// What an archive or an application adds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Value>,
}

impl Article {
    /// Returns an article that has an id and nothing else.
    pub fn new(id: impl Into<ArticleId>) -> Article {
        Article { id: id.into(), ..Article::default() }
    }

    /// Returns the lead: the standfirst, else the first paragraph of the body.
    pub fn lead(&self) -> Option<&str> {
        self.standfirst.as_deref().or_else(|| self.body.first().map(String::as_str))
    }
}

/// What an article is called by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(String);

impl ArticleId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ArticleId {
    fn from(id: &str) -> ArticleId {
        ArticleId(id.to_owned())
    }
}

impl From<String> for ArticleId {
    fn from(id: String) -> ArticleId {
        ArticleId(id)
    }
}

/// A section of a publication, such as `china/society`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The path from the broadest section to the narrowest, in lower case, parted by `/`.
    pub path: String,
    /// The section line as it was printed.
    pub label: String,
}

impl Section {
    /// Returns the section of a printed label such as `CHINA / SOCIETY`: parted at `/`, `>`, `»` and `|`.
    ///
    /// Returns `None` where the label names nothing.
    pub fn from_label(label: &str) -> Option<Section> {
        let parts = label.split(['/', '>', '»', '|', '›']).map(normal_section_part).filter(|part| !part.is_empty());
        let path = parts.collect::<Vec<_>>().join("/");
        let label = fold_spaces(label);
        (!path.is_empty()).then_some(Section { path, label })
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn normal_section_part(part: &str) -> String {
    fold_spaces(part).to_lowercase()
}

/// A picture's caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// What is said of the picture.
    pub text: String,
    /// Who made or supplied it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// A keyword, tag or topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    /// The keyword.
    pub text: String,
    /// The list that it comes from, such as `mediatopic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
}

impl From<&str> for Keyword {
    fn from(text: &str) -> Keyword {
        Keyword { text: text.to_owned(), scheme: None }
    }
}

/// A language, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// The ISO 639 code in lower case, with a region or script where one was given: `en`, `zh-hant`.
    pub code: String,
    /// How it is known.
    pub origin: LanguageOrigin,
}

impl Language {
    /// Returns a language that the source says itself, by its ISO 639 code.
    pub fn given(code: &str) -> Language {
        Language { code: code.to_lowercase(), origin: LanguageOrigin::Given }
    }

    /// Returns the code without region or script.
    pub fn primary(&self) -> &str {
        self.code.split(['-', '_']).next().unwrap_or_default()
    }
}

/// How a language is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LanguageOrigin {
    /// The source says so.
    Given,
    /// Told from the text.
    Detected,
    /// Neither given nor detected: the archive's default.
    Default,
}

/// Whether an article stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It stands as published.
    #[default]
    Usable,
    /// It was corrected after publication.
    Corrected,
    /// It was withdrawn by its publisher.
    Withdrawn,
}

impl Status {
    fn is_usable(&self) -> bool {
        *self == Status::Usable
    }
}

/// A value that an archive or an application adds to an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Value {
    /// Text, searched by its words.
    Text(String),
    /// A keyword, matched as a whole.
    Keyword(String),
    /// Several keywords, each matched as a whole.
    Keywords(Vec<String>),
    /// A number.
    Number(f64),
    /// A date.
    Date(Date),
    /// Yes or no.
    Boolean(bool),
}

/// Supplies articles that do not come from a directory: a database, a feed, an application.
///
/// What it supplies is the whole of its corpus: articles of an earlier run that it no longer supplies are deleted.
pub trait ArticleSource {
    /// Returns the name of the corpus that it supplies.
    fn corpus(&self) -> &str;

    /// Returns the next article, or a notice of why one cannot be supplied; `None` at the end. A notice whose `path` is
    /// the id of an article keeps what an earlier run has of it.
    ///
    /// An article that comes with an `id` keeps it; the id is what tells the article again in a later run.
    fn next_article(&mut self) -> Option<std::result::Result<Article, Notice>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_path_comes_from_the_printed_label() {
        let section = Section::from_label("CHINA\u{a0} /\u{a0} SOCIETY").expect("a section");
        assert_eq!(section.path, "china/society");
        assert_eq!(section.label, "CHINA / SOCIETY");
        assert_eq!(Section::from_label(" / "), None);
    }
}
