//! What a query asks for by a value or a word that no article has, and what may have been meant.

use std::ops::Range;
use std::sync::Arc;

use tantivy::query::EnableScoring;
use tantivy::schema::Field;
use tantivy::{DocSet as _, TERMINATED, Term};

use super::{Lowering, words};
use crate::Result;
use crate::search::leaf::{Leaf, Scope};
use crate::search::plan::Plan;
use crate::search::request::Suggestion;
use crate::search::suggest;

/// For so many values of a query that no article has others are looked for.
pub(super) const MOST_LOOKED_UP: usize = 16;

impl Lowering<'_> {
    /// Remembers a plain word that is asked for, as the part of the query that comes next.
    pub(super) fn ask_word(&mut self, text: &str, span: Range<usize>) {
        if self.negations == 0 {
            self.asked.push((self.n_parts, span, text.to_owned()));
        }
    }

    /// Remembers the words of a phrase, which comes next as one part of the query or as one for each word.
    pub(super) fn ask_phrase(&mut self, text: &str, span: &Range<usize>, is_one_part: bool) {
        // The words stand behind the quotation mark, as they are written.
        let Some(start) = self.query.get(span.clone()).and_then(|written| written.find(text)) else { return };
        let words = text.split_whitespace().enumerate().filter(|(_, word)| is_whole(word));
        for (n, word) in words.filter(|_| self.negations == 0) {
            let at = span.start + start + (word.as_ptr() as usize - text.as_ptr() as usize);
            let part = self.n_parts + if is_one_part { 0 } else { n };
            self.asked.push((part, at..at + word.len(), word.to_owned()));
        }
    }

    /// Returns the words that were asked for and that no article has, given which parts of the query have all of theirs.
    pub(super) fn missing(&mut self, has_all: &[bool]) -> Result<Vec<(Range<usize>, String)>> {
        let mut missing = std::mem::take(&mut self.missing);
        for (part, span, word) in std::mem::take(&mut self.asked) {
            if !has_all.get(part).copied().unwrap_or_default()
                && missing.len() < suggest::MOST_ASKED
                && !self.is_known(&word)?
            {
                missing.push((span, word));
            }
        }
        let is_within = |span: &Range<usize>, outer: &Range<usize>| outer.start <= span.start && span.end <= outer.end;
        missing.retain(|(span, _)| !self.suggestions.iter().any(|found| is_within(span, &found.span)));
        missing.sort_by_key(|(span, _)| span.start);
        missing.dedup();
        Ok(missing)
    }

    /// Tells whether any article has a word, in any of the ways to write it.
    fn is_known(&self, word: &str) -> Result<bool> {
        let ways = self.analyzer.word(word);
        for slots in &ways {
            let mut is_known = true;
            for forms in slots.iter().filter(|forms| !forms.is_empty()) {
                let mut articles = 0;
                for term in self.terms(forms, &Scope::Anywhere)? {
                    let term = Term::from_field_text(self.snapshot.fields.all, &term);
                    articles += self.snapshot.live_articles_with(&term)?;
                }
                is_known &= articles > 0;
            }
            if is_known {
                return Ok(true);
            }
        }
        Ok(ways.is_empty())
    }

    /// Where no article is as a plan asks, suggests values of a field that are nearly what was written, or else its words.
    pub(super) fn ask_value(
        &mut self,
        plan: &Plan,
        field: Field,
        value: &str,
        text: &str,
        span: &Range<usize>,
    ) -> Result<()> {
        let term = Term::from_field_text(field, value);
        if self.snapshot.live_articles_with(&term)? > 0 || !self.may_look() || self.is_any(plan)? {
            return Ok(());
        }
        let instead = suggest::values(self.snapshot, field, value)?;
        if instead.is_empty() {
            for word in text.split_whitespace().filter(|word| is_whole(word)).take(suggest::MOST_ASKED) {
                if !self.is_known(word)? {
                    self.missing.push((span.clone(), word.to_owned()));
                }
            }
        } else {
            self.suggestions.push(Suggestion { span: span.clone(), word: text.to_owned(), instead });
        }
        Ok(())
    }

    /// Tells whether one more value may be looked up that no article seems to have: of a long list of values a reader wants
    /// no more, and each is held against a whole dictionary.
    pub(super) fn may_look(&mut self) -> bool {
        let may_look = self.negations == 0 && self.n_looked_up < MOST_LOOKED_UP;
        self.n_looked_up += usize::from(may_look);
        may_look
    }

    /// Tells whether any article is as a plan asks.
    pub(super) fn is_any(&self, plan: &Plan) -> Result<bool> {
        let leaves: Arc<[Leaf]> = self.leaves.clone().into();
        let query = plan.query(&self.snapshot.fields, &leaves, self.stop);
        let scoring = EnableScoring::disabled_from_searcher(&self.snapshot.searcher);
        let weight = query.weight(scoring).map_err(|error| self.snapshot.error(error))?;
        for segment in self.snapshot.searcher.segment_readers() {
            let mut scorer = weight.scorer(segment, 1.0).map_err(|error| self.snapshot.error(error))?;
            while scorer.doc() != TERMINATED {
                if !segment.is_deleted(scorer.doc()) {
                    return Ok(true);
                }
                scorer.advance();
            }
        }
        Ok(false)
    }
}

/// Tells whether no letter of a word is left open.
fn is_whole(word: &str) -> bool {
    !word.contains('*') && !words::is_open(word)
}
