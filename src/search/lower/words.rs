//! Words and phrases of a query become what stands at places.

use super::fields::Where;
use super::{Lowering, Ranked};
use crate::Result;
use crate::analysis::{Analyzer, Form, Slots};
use crate::index::{Extra, TextField};
use crate::search::intervals::{Sequence, Spans};
use crate::search::positional::{Leaf, Scope, Words, Zone};

/// Returns where words are looked for.
pub(super) fn scope(scope: Where, extras: &[Extra]) -> Scope {
    match scope {
        Where::Zones(zones) => Scope::Zones(zones.to_vec()),
        Where::First(words) => Scope::Zones(vec![Zone { field: TextField::Body, words }]),
        Where::Section => Scope::Zones(vec![Zone::of(TextField::Section)]),
        Where::Declared(number) => Scope::Declared(extras[number].field),
        Where::Anywhere | Where::Language | Where::Corpus | Where::Id => Scope::Anywhere,
    }
}

impl Lowering<'_> {
    /// A word, which may be a compound, or a phrase.
    pub(super) fn words(&mut self, text: &str, scope: &Scope, phrase: bool) -> Result<Option<Spans>> {
        let ways = if phrase { vec![self.analyzer.phrase(text)] } else { self.analyzer.word(text) };
        self.n_words += 1;
        let part = self.n_parts;
        self.n_parts += 1;
        let mut found = Vec::new();
        for slots in ways.into_iter().filter(|slots| !slots.is_empty()) {
            found.push(Spans::Sequence(self.sequence(slots, scope, part)?));
        }
        Ok(if found.len() > 1 { Some(Spans::Any(found)) } else { found.pop() })
    }

    /// Words in their order, with others between.
    pub(super) fn sloppy(&mut self, text: &str, slop: u32, scope: &Scope) -> Result<Option<Spans>> {
        let mut parts = Vec::new();
        for word in text.split_whitespace() {
            parts.extend(self.words(word, scope, false)?);
        }
        let within = Analyzer::n_positions(text).saturating_add(slop);
        Ok(if parts.len() > 1 { Some(Spans::InOrder { parts, within }) } else { parts.pop() })
    }

    fn sequence(&mut self, slots: Slots, scope: &Scope, part: usize) -> Result<Sequence> {
        let of_forms =
            |forms: &[Form]| forms.first().map_or(1, |form| Analyzer::n_positions(letters(form.text())).max(1));
        let length = (slots.len() as u32 - 1).saturating_add(slots.last().map_or(1, |forms| of_forms(forms)));
        let (mut filled, mut ranked) = (Vec::new(), Vec::new());
        for (distance, forms) in (0..).zip(slots).filter(|(_, forms)| !forms.is_empty()) {
            filled.push((distance, self.leaves.len()));
            let terms = self.terms(&forms, scope)?;
            ranked.push(terms.clone());
            let marks = forms.iter().map(|form| form.text().to_owned()).collect();
            let words = Words::Stems { terms, marks };
            self.leaves.push(Leaf { words, length: of_forms(&forms), scope: scope.clone() });
        }
        if self.negations == 0 && !matches!(scope, Scope::Declared(_)) {
            self.ranked.push(Ranked { part, terms: ranked });
        }
        Ok(Sequence { slots: filled, length, part })
    }

    /// Returns the terms that forms ask for; those of every text field are in the merged one.
    fn terms(&self, forms: &[Form], scope: &Scope) -> Result<Vec<String>> {
        let field = match scope {
            Scope::Declared(field) => *field,
            Scope::Anywhere | Scope::Zones(_) => self.snapshot.fields.all,
        };
        let mut terms = Vec::with_capacity(forms.len());
        for form in forms {
            match form {
                Form::Term(term) => terms.push(term.clone()),
                Form::Character(text) => {
                    let begun = self.snapshot.terms_beginning(field, text)?;
                    terms.extend(begun.into_iter().filter(|term| form.takes(term)));
                }
            }
        }
        // A word without terms is found nowhere.
        if terms.is_empty() {
            terms.extend(forms.iter().map(|form| form.text().to_owned()));
        }
        Ok(terms)
    }
}

/// Returns a term without its language.
fn letters(term: &str) -> &str {
    term.rsplit_once('@').map_or(term, |(letters, _)| letters)
}
