//! What is asked of a snapshot and what it answers: plain data. Knows neither tantivy nor a terminal.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::{ArticleId, Date, Diagnostic, Language, Section, SourceKey, Value};

/// One question to a [`Searcher`](crate::Searcher).
///
/// ```
/// use newshound::{Date, DateOrder, SearchRequest};
///
/// let mut request = SearchRequest::new("\"rate hike\" -sport");
/// request.since = Some(Date::parse("2024-01", DateOrder::Unknown)?);
/// request.limit = 20;
/// # Ok::<(), newshound::DateError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SearchRequest {
    /// The query, in the query language.
    pub query: String,
    /// How words side by side are joined.
    pub operator: Operator,
    /// Only articles of one of these sections or their subsections, by path or as printed; empty for all.
    pub sections: Vec<String>,
    /// Only articles of one of these publishers; empty for all.
    pub publishers: Vec<String>,
    /// Only articles in one of these languages, by code; a region or script in it plays no part. Empty for all.
    pub languages: Vec<String>,
    /// Only articles of one of these corpora; empty for all.
    pub corpora: Vec<String>,
    /// Only articles dated from this date on, as printed, included.
    pub since: Option<Date>,
    /// Only articles dated up to this date, as printed, included.
    pub until: Option<Date>,
    /// The day from which dates such as `7d` and `last monday` in the query are told; without it they are refused.
    pub now: Option<Date>,
    /// Keep articles without a date where `since` or `until` is given.
    pub undated: bool,
    /// The order of the hits.
    pub sort: Sort,
    /// The offset, in minutes east of UTC, taken for times without one when sorting by date.
    pub assumed_offset: i16,
    /// Count every match. Without, many articles that have some plain words, or all, are not counted one by one, and
    /// the total is a bound: most are passed over, since they cannot be among the best.
    pub exact_total: bool,
    /// How many hits to return.
    pub limit: usize,
    /// How many hits to leave out before the first that is returned.
    pub offset: usize,
    /// Answer what of the query can be understood; what was wrong is told, and left out.
    pub lenient: bool,
    /// How many of the best articles are looked at a second time, where the query is of plain words and hits are sorted by
    /// relevance: those in which the words stand near one another are raised. 0 for none.
    pub rescore: usize,
    /// A half-life in days: raise the scores of newer articles, by a quarter for one dated at [`now`](Self::now), by half as
    /// much for each half-life before. Of the best thousand by relevance; the date plays no part where this is not given.
    pub recency: Option<u32>,
    /// Add words to rank by, which the best articles have in common; see [`Expand`].
    pub expand: Option<Expand>,
    /// Show copies of one text under the first of them; see [`Collapse`].
    pub collapse: Collapse,
    /// Explain the score of each hit that is returned.
    pub explain: bool,
    /// How many words of the index the wildcards, fuzzy words and regular expressions of the query may stand for. They are
    /// answered with all of them, or the query is refused.
    pub max_forms: usize,
    /// How many passages to return for each hit.
    pub passages: usize,
    /// The length at which a passage is long enough, in characters. A passage is made of whole sentences, so that it
    /// may be longer; a sentence of more than twice this length is cut.
    pub passage_length: usize,
}

impl SearchRequest {
    /// Returns a request for the ten best articles with two passages each.
    pub fn new(query: impl Into<String>) -> SearchRequest {
        SearchRequest {
            query: query.into(),
            operator: Operator::default(),
            sections: Vec::new(),
            publishers: Vec::new(),
            languages: Vec::new(),
            corpora: Vec::new(),
            since: None,
            until: None,
            now: None,
            undated: false,
            sort: Sort::default(),
            assumed_offset: 0,
            exact_total: false,
            limit: 10,
            offset: 0,
            lenient: false,
            rescore: 200,
            recency: None,
            expand: None,
            collapse: Collapse::default(),
            explain: false,
            max_forms: 10_000,
            passages: 2,
            passage_length: 200,
        }
    }
}

/// Feedback: words that the best articles have in common are added to what hits are ranked by. They change the order; where
/// any plain word is enough, articles with an added word are found and counted too. Marks are of the query's own words.
///
/// It finds more, and costs a second search. It helps questions that many articles are about, and may harm the search for
/// one that is known.
///
/// ```
/// use newshound::{Expand, Operator, SearchRequest};
///
/// let mut request = SearchRequest::new("ferry subsidies");
/// request.operator = Operator::Any;
/// let mut expand = Expand::default();
/// expand.without.push("weather".to_owned());
/// request.expand = Some(expand);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Expand {
    /// How many of the best articles are looked at.
    pub articles: usize,
    /// How many words are added at most.
    pub terms: usize,
    /// Add none but these, in any of their inflected forms; empty for whatever is found.
    pub only: Vec<String>,
    /// Add none of these.
    pub without: Vec<String>,
}

impl Default for Expand {
    /// Thirty words of ten articles.
    fn default() -> Expand {
        Expand { articles: 10, terms: 30, only: Vec::new(), without: Vec::new() }
    }
}

/// A word that feedback added.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AddedWord {
    /// The word, in the form in which it stands most often in the articles that were looked at.
    pub word: String,
    /// How much it counts beside a word of the query, which counts 1.
    pub weight: f64,
}

/// Which articles are copies of one text. In the order of hits, a copy is listed under the first hit that has the text, and is
/// no hit itself: `limit` and `offset` count hits, [`SearchResponse::total`] counts articles. Of the articles found, the first
/// thousand are looked at. What was corrected is never a copy of what stands, and neither is what was withdrawn.
///
/// ```
/// use newshound::{Article, Collapse, Index, Language, SearchRequest};
///
/// let index = Index::in_memory()?;
/// let mut writer = index.writer()?;
/// for publisher in ["The Ansel Courier", "Kestry Observer"] {
///     let mut article = Article::new(publisher);
///     article.publisher = Some(publisher.to_owned());
///     article.body.push("The ferry sails again on Monday.".to_owned());
///     article.language = Some(Language::given("en"));
///     writer.add(article)?;
/// }
/// writer.commit()?;
/// let mut request = SearchRequest::new("ferry");
/// request.collapse = Collapse::Strict;
/// let answer = index.searcher()?.search(&request)?;
/// assert_eq!(answer.hits.len(), 1);
/// assert_eq!(answer.hits[0].copies[0].publisher.as_deref(), Some("The Ansel Courier"));
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Collapse {
    /// None: every article is a hit.
    #[default]
    Off,
    /// Those whose headline, standfirst and body have the same words, whatever the capitals, accents and punctuation.
    Strict,
    /// Those too that share four fifths of their words: the longest common subsequence over the longer text. Words that reading
    /// by machine may have made of one another count as equal. Texts of fewer than forty words must be the same; figures
    /// may differ once in eighty words, more often where other words were misread: stories of one form, such as prices, weather and results, are no copies. Of texts of more
    /// than ten thousand words the first of these are compared; and a search stops comparing where it would take too long.
    Near,
}

/// How words side by side are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Operator {
    /// Every one is required.
    #[default]
    All,
    /// One is enough; more rank higher.
    Any,
}

/// The order of hits. Articles that are equal in it stand newest first, then in the order of their sources.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first; undated articles last.
    Newest,
    /// The oldest first; undated articles last.
    Oldest,
    /// By a declared field of the index that is no text; articles without a value of its kind last.
    Extra {
        /// The field's name, without `x.`.
        name: String,
        /// The greatest first, not the least.
        descending: bool,
    },
}

/// The answer to a [`SearchRequest`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SearchResponse {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The query as it was understood, in the query language.
    pub query: String,
    /// What the reader should know of the query.
    pub diagnostics: Vec<Diagnostic>,
    /// How many articles match.
    pub total: Total,
    /// How many articles match but were left out by `since` or `until` for having no date.
    pub undated: u64,
    /// Where no article has every word: how many have any of them, and how many words were asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub with_any: Option<WithAny>,
    /// For words that no article has, words of the index that may have been meant.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub suggestions: Vec<Suggestion>,
    /// The words that feedback added, those that count most first; see [`SearchRequest::expand`].
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub added: Vec<AddedWord>,
    /// The hits, in order.
    pub hits: Vec<Hit>,
}

/// What may have been meant by a word that no article has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Suggestion {
    /// The bytes of the query text that the word takes; empty for a value of a filter of the request.
    pub span: Range<usize>,
    /// The word.
    pub word: String,
    /// Words that articles have instead, the likeliest first.
    pub instead: Vec<String>,
}

/// What a beginning may become.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Completion {
    /// What it is.
    pub kind: CompletionKind,
    /// What was typed with its last word completed, or a headline.
    pub text: String,
    /// How many articles have that word; of those that were looked at, how many have that headline.
    pub articles: u64,
}

/// The sorts of completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum CompletionKind {
    /// The last word is completed.
    Word,
    /// A headline that has the words.
    Headline,
}

/// How many articles have any of the words, where none has all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WithAny {
    /// The number of operands side by side.
    pub words: usize,
    /// The number of articles with at least one.
    pub articles: u64,
}

/// A number of articles, or a bound of it. A bound is never shown as a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(tag = "relation", content = "articles", rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum Total {
    /// Exactly as many.
    Exact(u64),
    /// At least as many: not all of them were looked at.
    AtLeast(u64),
}

impl Total {
    /// Returns the number, exact or a bound.
    pub fn number(self) -> u64 {
        match self {
            Total::Exact(number) | Total::AtLeast(number) => number,
        }
    }
}

/// An article that has the text of a hit.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FoldedCopy {
    /// The article's id.
    pub id: ArticleId,
    /// Where the article came from.
    pub source: SourceKey,
    /// Its publisher.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub publisher: Option<String>,
    /// Its date of publication.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub published: Option<Date>,
}

/// One article of an answer.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Hit {
    /// The place among all hits, from 1.
    pub rank: usize,
    /// The score; comparable within one answer only.
    pub score: f64,
    /// The article's id.
    pub id: ArticleId,
    /// Where the article came from.
    pub source: SourceKey,
    /// Its headline, with highlights.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub headline: Option<Highlighted>,
    /// Its section.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub section: Option<Section>,
    /// Its date of publication.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub published: Option<Date>,
    /// Its publisher.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub publisher: Option<String>,
    /// Its authors.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub bylines: Vec<String>,
    /// Its address on the web.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub url: Option<String>,
    /// Its language.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub language: Option<Language>,
    /// Whether it stands, was corrected or withdrawn.
    pub status: crate::Status,
    /// The number of words in its body.
    pub word_count: u32,
    /// What an archive or an application adds, declared or not.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "BTreeMap::is_empty"))]
    pub extra: BTreeMap<String, Value>,
    /// How its score came about, where that was asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub explanation: Option<super::Explanation>,
    /// Other articles that have its text, in the order in which they would be hits; see [`SearchRequest::collapse`].
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub copies: Vec<FoldedCopy>,
    /// The passages, the best first.
    pub passages: Vec<Passage>,
}

/// A whole text with highlights in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Highlighted {
    /// The text.
    pub text: String,
    /// Byte ranges of `text` that made the article match.
    pub highlights: Vec<Range<usize>>,
}

/// What made an article match in one entry of a field, such as a paragraph of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct EntryHighlights {
    /// The field, as in [`Passage`].
    pub field: &'static str,
    /// The entry of the field, from 0.
    pub entry: usize,
    /// Byte ranges of the entry's text, in order; none touches the next.
    pub highlights: Vec<Range<usize>>,
}

/// A stretch of an article's text, chosen for what it holds of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Passage {
    /// The field that it is from: `body`, `captions` or `standfirst`; for what matches in neither of them nor in the
    /// headline, also `bylines`, `credits`, `dateline`, `keywords`, `kicker`, `publisher` or `section`.
    pub field: &'static str,
    /// The entry of the field, from 0: the paragraph of the body, the caption.
    pub entry: usize,
    /// The bytes of that entry that the passage covers.
    pub range: Range<usize>,
    /// The text of these bytes.
    pub text: String,
    /// Byte ranges of `text` that made the article match.
    pub highlights: Vec<Range<usize>>,
    /// The text before the passage in the same sentence is left out.
    pub cut_before: bool,
    /// The text after the passage in the same sentence is left out.
    pub cut_after: bool,
}
