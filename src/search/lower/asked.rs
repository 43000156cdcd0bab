//! What a query asks for by a value or a word that no article has, and what may have been meant.

use std::ops::Range;
use std::sync::Arc;

use tantivy::query::EnableScoring;
use tantivy::schema::Field;
use tantivy::{DocSet as _, TERMINATED, Term};

use super::Lowering;
use crate::Result;
use crate::search::leaf::{Leaf, Scope};
use crate::search::plan::Plan;
use crate::search::request::Suggestion;
use crate::search::suggest;

impl Lowering<'_> {
    /// Remembers a plain word that is asked for, as the part of the query that comes next.
    pub(super) fn ask_word(&mut self, text: &str, span: Range<usize>) {
        if self.negations == 0 {
            self.asked.push((self.n_parts, span, text.to_owned()));
        }
    }

    /// Looks for words of a phrase that no article has.
    pub(super) fn ask_phrase(&mut self, text: &str, span: &Range<usize>) -> Result<()> {
        let words = text.split_whitespace().filter(|word| !word.contains('*'));
        for word in words.take(suggest::MOST_ASKED).filter(|_| self.negations == 0) {
            // The words stand behind the quotation mark, as they are written.
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let found = self.query.get(span.clone()).and_then(|written| written.find(text));
            let Some(start) = found.map(|at| span.start + at + start) else { continue };
            if !self.is_known(word)? {
                self.missing.push((start..start + word.len(), word.to_owned()));
            }
        }
        Ok(())
    }

    /// Tells whether any article has a word.
    fn is_known(&self, word: &str) -> Result<bool> {
        for slots in self.analyzer.word(word) {
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
        Ok(self.analyzer.word(word).is_empty())
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
        if self.negations > 0 || self.suggestions.len() >= suggest::MOST_ASKED || self.is_any(plan)? {
            return Ok(());
        }
        let instead = suggest::values(self.snapshot, field, value)?;
        if instead.is_empty() {
            for word in text.split_whitespace() {
                if !self.is_known(word)? {
                    self.missing.push((span.clone(), word.to_owned()));
                }
            }
        } else {
            self.suggestions.push(Suggestion { span: span.clone(), word: text.to_owned(), instead });
        }
        Ok(())
    }

    /// Tells whether any article is as a plan asks.
    pub(super) fn is_any(&self, plan: &Plan) -> Result<bool> {
        let leaves: Arc<[Leaf]> = self.leaves.clone().into();
        let query = plan.query(&self.snapshot.fields, &leaves);
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
