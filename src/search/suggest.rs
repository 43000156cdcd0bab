//! Words and values of the index that may have been meant by one that no article has.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use tantivy::Term;
use tantivy::schema::Field;

use super::Stop;
use super::expand::{Expander, Expansion, Fuzzy};
use super::request::Suggestion;
use crate::Result;
use crate::analysis::{SPELLING, is_unspaced};
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

/// Returns the values of a field of keywords that are nearly a text, the nearest first.
pub(super) fn values(snapshot: &Snapshot, field: Field, text: &str) -> Result<Vec<String>> {
    let length = text.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Ok(Vec::new());
    }
    for distance in 1..=if length < 5 { 1 } else { 2 } {
        let (mut counted, mut values) = (Vec::new(), BTreeSet::new());
        snapshot.each_term_of(field, &Fuzzy::of(text, distance), |term| values.extend([term.to_owned()]))?;
        for value in values {
            let articles = snapshot.live_articles_with(&Term::from_field_text(field, &value))?;
            counted.extend((articles > 0).then_some((Reverse(articles), value)));
        }
        if !counted.is_empty() {
            counted.sort_unstable();
            return Ok(counted.into_iter().take(MOST).map(|(_, value)| value).collect());
        }
    }
    Ok(Vec::new())
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
pub(super) fn spelled(form: &str) -> &str {
    form.rsplit(SPELLING).next().unwrap_or_default()
}
