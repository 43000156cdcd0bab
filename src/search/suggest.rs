//! Words of the index that may have been meant by a word that no article has, and words that begin as typed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::Term;

use super::expand::{Expander, Expansion};
use super::request::{Completion, Suggestion};
use super::{Searcher, Stop};
use crate::Result;
use crate::analysis::{SPELLING, is_unspaced, lower};
use crate::index::Snapshot;

/// For so many words of a query others are looked for: a long list of names is no slip of the pen.
pub(super) const MOST_ASKED: usize = 5;
/// So many words are told.
const MOST: usize = 3;
/// Shorter words are like too many others.
const SHORTEST: usize = 3;
/// A longer one is no word, and takes memory to look for what is like it.
const LONGEST: usize = 64;

/// Returns what may have been meant by a word of a query that no article has; `None` where nothing is near.
pub(super) fn suggestion(snapshot: &Snapshot, word: &str, span: Range<usize>) -> Result<Option<Suggestion>> {
    let length = word.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) || word.contains(is_unspaced) {
        return Ok(None);
    }
    let furthest = if length < 5 { 1 } else { 2 };
    for distance in 1..=furthest {
        let Ok(forms) = Expander::fuzzy(word, distance).forms(snapshot, usize::MAX, &Stop::never())? else {
            return Ok(None);
        };
        let instead = best(snapshot, forms)?;
        if !instead.is_empty() {
            return Ok(Some(Suggestion { span, word: word.to_owned(), instead }));
        }
    }
    Ok(None)
}

/// Returns the forms that are nearest, and among these in most articles.
fn best(snapshot: &Snapshot, forms: Expansion) -> Result<Vec<String>> {
    let mut counted = Vec::with_capacity(forms.len());
    for (form, distance) in forms {
        let articles = snapshot.live_articles_with(&Term::from_field_text(snapshot.fields.text, &form))?;
        if articles > 0 {
            counted.push((distance, Reverse(articles), form));
        }
    }
    counted.sort_unstable();
    let mut words: Vec<String> = counted.into_iter().map(|(.., form)| spelled(&form).to_owned()).collect();
    words.truncate(MOST);
    Ok(words)
}

/// Returns a surface form as it is spelled.
fn spelled(form: &str) -> &str {
    form.rsplit(SPELLING).next().unwrap_or_default()
}

impl Searcher {
    /// Returns words of the index that begin as the last word of `typed` does, those in most articles first, at most
    /// `limit`; each after what was typed before it. Words that only deleted articles have may be among them.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        let start = typed
            .rfind(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
            .map_or(0, |at| at + typed[at..].chars().next().map_or(0, char::len_utf8));
        let beginning = lower(&typed[start..]);
        if beginning.is_empty() {
            return Ok(Vec::new());
        }
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.snapshot.each_beginning(self.snapshot.fields.text, &beginning, |form, articles| {
            *counts.entry(spelled(form).to_owned()).or_default() += articles;
        })?;
        let mut words: Vec<(String, u64)> = counts.into_iter().collect();
        words.sort_by_key(|(_, articles)| Reverse(*articles));
        words.truncate(limit);
        let before = &typed[..start];
        Ok(words.into_iter().map(|(word, articles)| Completion { text: format!("{before}{word}"), articles }).collect())
    }
}
