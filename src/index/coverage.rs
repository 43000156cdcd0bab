//! What of its fields each article has, and what is doubtful of it: a few bits an article in the manifest, counted for each
//! corpus and format. They are set when the article is read, so that to count them asks neither the index nor a source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Index;
use super::manifest::{Manifest, SourceEntry};
use crate::{Article, Code, LanguageOrigin, Result};

/// How many articles of a corpus, read as one format, have what.
///
/// ```
/// use newshound::{Article, Index};
///
/// let index = Index::in_memory()?;
/// let mut writer = index.writer()?;
/// let mut article = Article::new("ferry-1");
/// article.headline = Some("Ferry returns".into());
/// writer.add(article)?;
/// writer.commit()?;
/// let coverage = &index.coverage()?[0];
/// assert_eq!((coverage.articles, coverage.headline, coverage.date), (1, 1, 0));
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// The corpus's name.
    pub corpus: String,
    /// The format's name; `supplied` for articles that an application added, `unknown` for those that a repair knows of alone.
    pub format: String,
    /// The number of articles.
    pub articles: u64,
    /// Those with a headline.
    pub headline: u64,
    /// Those with a date of publication.
    pub date: u64,
    /// Those with a byline.
    pub byline: u64,
    /// Those with a section.
    pub section: u64,
    /// Those of which the language is known: given, told from the text, or the corpus's default.
    pub language: u64,
    /// Those without any warning.
    pub sound: u64,
    /// How many have what is doubtful, by its name: the code of a warning, or where a field is from that nothing names
    /// (`headline-from-text`, `date-from-text`: a line of the text; `language-told`, `language-default`). Only the former are
    /// warnings.
    pub doubts: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Returns the fields, and what else is to be had, by name, with the number of articles that have it.
    pub fn fields(&self) -> [(&'static str, u64); 6] {
        let Coverage { headline, date, byline, section, language, sound, .. } = *self;
        [
            ("headline", headline),
            ("date", date),
            ("byline", byline),
            ("section", section),
            ("language", language),
            ("sound", sound),
        ]
    }

    /// Returns what a lock file wrote of a format.
    pub(crate) fn written(corpus: &str, format: String, counts: &BTreeMap<String, u64>) -> Coverage {
        let count = |name: &str| counts.get(name).copied().unwrap_or_default();
        Coverage {
            corpus: corpus.to_owned(),
            format,
            articles: count("articles"),
            headline: count("headline"),
            date: count("date"),
            byline: count("byline"),
            section: count("section"),
            language: count("language"),
            sound: count("sound"),
            doubts: BTreeMap::new(),
        }
    }

    /// Returns what part of the articles so many are, in per cent; 100 where there is no article.
    pub fn percent(&self, articles: u64) -> f64 {
        if self.articles == 0 { 100.0 } else { articles as f64 * 100.0 / self.articles as f64 }
    }
}

/// What an article has, and what is doubtful of it, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Marks(u32);

const HEADLINE: u32 = 1;
const DATE: u32 = 1 << 1;
const BYLINE: u32 = 1 << 2;
const SECTION: u32 = 1 << 3;
const LANGUAGE: u32 = 1 << 4;
/// What is doubtful without being a warning.
const ORIGINS: [(u32, &str); 4] = [
    (1 << 5, "language-told"),
    (1 << 6, "language-default"),
    (1 << 7, "headline-from-text"),
    (1 << 8, "date-from-text"),
];
/// Warnings of an article, from this bit on; the last is for all others.
const FIRST_WARNING: u32 = 16;
const WARNINGS: [Code; 10] = [
    Code::AmbiguousDate,
    Code::ImpossibleDate,
    Code::UnreadDate,
    Code::Mojibake,
    Code::ConsentWall,
    Code::NotFoundPage,
    Code::BadHeader,
    Code::DoubtfulField,
    Code::NoBody,
    Code::Truncated,
];
const OTHER: &str = "other";

impl Marks {
    /// Returns what an article has that is complete.
    pub(crate) fn of(article: &Article) -> Marks {
        let origin = article.language.as_ref().map(|language| language.origin);
        let marks = [
            (article.headline.is_some(), HEADLINE),
            (article.published.is_some(), DATE),
            (!article.bylines.is_empty(), BYLINE),
            (article.section.is_some(), SECTION),
            (origin.is_some(), LANGUAGE),
            (origin == Some(LanguageOrigin::Detected), ORIGINS[0].0),
            (origin == Some(LanguageOrigin::Default), ORIGINS[1].0),
        ];
        Marks(marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark).sum())
    }

    /// Notes that the headline, or the date, is from a line of the text, and nothing names it.
    pub(crate) fn note_from_text(&mut self, headline: bool, date: bool) {
        self.0 |= if headline { ORIGINS[2].0 } else { 0 } | if date { ORIGINS[3].0 } else { 0 };
    }

    /// Notes a warning.
    pub(crate) fn warn(&mut self, code: Code) {
        let number = WARNINGS.iter().position(|known| *known == code).unwrap_or(WARNINGS.len());
        self.0 |= 1 << (FIRST_WARNING + number as u32);
    }

    /// Returns what both say.
    pub(crate) fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    fn has(self, mark: u32) -> bool {
        self.0 & mark != 0
    }

    fn is_sound(self) -> bool {
        self.0 >> FIRST_WARNING == 0
    }

    fn doubts(self) -> impl Iterator<Item = &'static str> {
        let warnings = WARNINGS.iter().map(|code| code.as_str()).chain([OTHER]);
        let warnings = (FIRST_WARNING..).zip(warnings).map(|(bit, name)| (1 << bit, name));
        ORIGINS.into_iter().chain(warnings).filter(move |(mark, _)| self.has(*mark)).map(|(_, name)| name)
    }
}

impl Index {
    /// Returns how many articles of each corpus and format have what, in the order of their names.
    ///
    /// # Errors
    ///
    /// Failures of the index.
    pub fn coverage(&self) -> Result<Vec<Coverage>> {
        Ok(coverage(&self.read_manifest()?))
    }
}

/// Counts what the articles of a manifest have, for each corpus and format, in the order of their names.
pub(crate) fn coverage(manifest: &Manifest) -> Vec<Coverage> {
    let mut counted: BTreeMap<(&str, &str), Coverage> = BTreeMap::new();
    for (corpus, entry) in &manifest.corpora {
        for source in entry.sources.values().filter(|source| !source.articles.is_empty()) {
            let other = if entry.root.is_none() { "supplied" } else { "unknown" };
            let format = source.format.as_deref().unwrap_or(other);
            count(source, counted.entry((corpus, format)).or_default());
        }
    }
    let named = counted.into_iter().map(|((corpus, format), coverage)| Coverage {
        corpus: corpus.to_owned(),
        format: format.to_owned(),
        ..coverage
    });
    named.collect()
}

fn count(source: &SourceEntry, coverage: &mut Coverage) {
    for (_, _, marks) in &source.articles {
        coverage.articles += 1;
        coverage.headline += u64::from(marks.has(HEADLINE));
        coverage.date += u64::from(marks.has(DATE));
        coverage.byline += u64::from(marks.has(BYLINE));
        coverage.section += u64::from(marks.has(SECTION));
        coverage.language += u64::from(marks.has(LANGUAGE));
        coverage.sound += u64::from(marks.is_sound());
        for doubt in marks.doubts() {
            *coverage.doubts.entry(doubt).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Section};

    #[test]
    fn an_article_is_counted_by_what_it_has_and_what_is_doubtful() {
        let mut article = Article::new("a");
        assert_eq!(Marks::of(&article), Marks::default());
        article.headline = Some("Ferry late".into());
        article.section = Section::from_label("City");
        article.language = Some(Language { code: "en".into(), origin: LanguageOrigin::Detected });
        let mut marks = Marks::of(&article);
        marks.note_from_text(true, false);
        for code in WARNINGS.into_iter().chain([Code::GuessedCharset]) {
            assert!(Marks::of(&article).is_sound());
            marks.warn(code);
        }
        let articles = vec![(0, Default::default(), marks), (1, Default::default(), Marks::default())];
        let mut coverage = Coverage::default();
        count(&SourceEntry { articles, ..SourceEntry::default() }, &mut coverage);
        let counts = coverage.fields().map(|(_, count)| count);
        assert_eq!((coverage.articles, counts), (2, [1, 0, 0, 1, 1, 1]));
        assert_eq!(coverage.doubts.len(), 2 + WARNINGS.len() + 1, "{:?}", coverage.doubts);
        assert!(coverage.doubts.values().all(|count| *count == 1));
        assert_eq!((coverage.percent(1), Coverage::default().percent(0)), (50.0, 100.0));
    }
}
