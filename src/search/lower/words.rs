//! Words and phrases of a query become what stands at places.

use std::collections::BTreeMap;

use tantivy::Term;

use super::fields::Where;
use super::{Lowering, Ranked};
use crate::Result;
use crate::analysis::{Analyzer, Form, Scratch, Slots, is_unspaced};
use crate::index::{Extra, TextField};
use crate::query::ast::{Node, Written};
use crate::search::expand::{Expander, TooMany};
use crate::search::intervals::{Sequence, Spans};
use crate::search::leaf::{Leaf, Scope, Words, Zone};
use crate::search::rank::Alternatives;

/// A fuzzy word of so many letters may have two changes if nothing is said of it, a shorter one has one.
const LONG: usize = 8;

/// Returns where words are looked for.
pub(super) fn scope(scope: Where, extras: &[Extra]) -> Scope {
    match scope {
        Where::Zones(zones) => Scope::Zones(zones.to_vec()),
        Where::First(words) => Scope::Zones(vec![Zone { field: TextField::Body, words }]),
        Where::Section => Scope::Zones(vec![Zone::of(TextField::Section)]),
        Where::Declared(number) => Scope::Declared(extras[number].field),
        _ => Scope::Anywhere,
    }
}

impl Lowering<'_> {
    /// A word, which may be a compound, or a phrase.
    pub(super) fn words(&mut self, text: &str, scope: &Scope, phrase: bool) -> Result<Option<Spans>> {
        let ways = if phrase { vec![self.phrase(text)] } else { self.analyzer.word(text) };
        self.n_words += 1;
        let part = self.n_parts;
        self.n_parts += 1;
        let mut found = Vec::new();
        for slots in ways.into_iter().filter(|slots| !slots.is_empty()) {
            found.push(Spans::Sequence(self.sequence(slots, scope, part)?));
        }
        Ok(if found.len() > 1 { Some(Spans::Any(found)) } else { found.pop() })
    }

    /// Returns the words of a phrase, with an empty slot for each star between two of them, which is any one word.
    fn phrase(&self, text: &str) -> Slots {
        let is_star = |word: &str| matches!(word, "*" | "＊");
        let mut slots = Slots::new();
        let mut positions = 0;
        let mut words = text.split_whitespace().skip_while(|word| is_star(word)).peekable();
        while words.peek().is_some() {
            let mut run = Vec::new();
            while let Some(word) = words.next_if(|word| !is_star(word)) {
                run.push(word);
            }
            let run = run.join(" ");
            slots.resize_with(positions, Vec::new);
            slots.extend(self.analyzer.phrase(&run));
            positions += Analyzer::n_positions(&run) as usize;
            while words.next_if(|word| is_star(word)).is_some() {
                positions += 1;
            }
        }
        slots
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
            let terms = self.terms(&forms, scope)?;
            let ranked_terms = terms.iter().map(|term| Term::from_field_text(self.snapshot.fields.all, term));
            ranked.push(Alternatives { terms: ranked_terms.collect(), distances: Vec::new() });
            let marks = forms.iter().map(|form| form.text().to_owned()).collect();
            let words = Words::Stems { terms, marks };
            let length = of_forms(&forms);
            let leaf = Leaf { words, length, scope: scope.clone(), case: self.case };
            filled.push((distance, self.number_of(leaf)));
        }
        if self.negations == 0 && !matches!(scope, Scope::Declared(_)) {
            self.ranked.push(Ranked { part, boost: self.boost, terms: ranked });
        }
        Ok(Sequence { slots: filled, length, part })
    }

    /// A word as it is written; one with hyphens is several in sequence.
    pub(super) fn written(
        &mut self,
        node: &Node,
        written: Written,
        text: &str,
        scope: &Scope,
    ) -> Result<Option<Spans>> {
        if matches!(scope, Scope::Declared(_)) {
            let hint = "write the word in full; its inflected forms are found too";
            self.wrong(node, "in fields that an index was made with, words are known by their stems only", hint);
            return Ok(None);
        }
        if text.contains(is_unspaced) {
            if written == Written::Exact {
                return self.words(text, scope, true);
            }
            let hint = "write the characters alone: they are found wherever they stand together";
            self.wrong(node, "in scripts without spaces no letter of a word can be left open or changed", hint);
            return Ok(None);
        }
        let expanders = match self.expanders(written, text) {
            Ok(expanders) => expanders,
            Err((message, hint)) => {
                self.wrong(node, &message, hint);
                return Ok(None);
            }
        };
        let (mut slots, mut ranked) = (Vec::new(), Vec::new());
        for (distance, expander) in (0..).zip(expanders) {
            let hint = "write more letters, or allow more: --max-forms";
            let Some(left) = self.n_forms_left else {
                self.wrong(node, "this is not looked up, since a word before it stands for too many", hint);
                return Ok(None);
            };
            let forms = match expander.forms(self.snapshot, left, self.stop)? {
                Ok(forms) => forms,
                Err(TooMany(count)) => {
                    let most = self.max_forms;
                    let stands = format!("this stands for {count} words");
                    let message = match left == most {
                        true => format!("{stands}, and at most {most} are looked up"),
                        false => format!("{stands}, and of the {most} that are looked up {left} are left"),
                    };
                    self.wrong(node, &message, hint);
                    self.n_forms_left = None;
                    return Ok(None);
                }
            };
            if forms.is_empty() && written == Written::Exact && self.negations == 0 {
                self.missing.push((node.span.end - text.len()..node.span.end, text.to_owned()));
            }
            self.n_forms_left = Some(left - forms.len());
            let terms = forms.keys().map(|form| Term::from_field_text(self.snapshot.fields.text, form)).collect();
            let is_fuzzy = matches!(written, Written::Fuzzy(_));
            let distances = forms.values().copied().filter(|_| is_fuzzy).collect();
            ranked.push(Alternatives { terms, distances });
            let words = Words::Forms(forms.into_keys().collect());
            let leaf = Leaf { words, length: 1, scope: scope.clone(), case: self.case };
            slots.push((distance, self.number_of(leaf)));
        }
        if slots.is_empty() {
            return Ok(None);
        }
        let part = self.n_parts;
        self.n_parts += 1;
        if self.negations == 0 {
            self.ranked.push(Ranked { part, boost: self.boost, terms: ranked });
        }
        Ok(Some(Spans::Sequence(Sequence { length: slots.len() as u32, slots, part })))
    }

    /// Returns what stands for the words of a text, or what is wrong with it.
    fn expanders(&self, written: Written, text: &str) -> std::result::Result<Vec<Expander>, (String, &'static str)> {
        // A compound is not looked for as one word too.
        let words = || {
            let mut words: BTreeMap<u32, String> = BTreeMap::new();
            Analyzer::scan(text, &mut Scratch::default(), |word, _, position| {
                words.insert(position, word.to_owned());
            });
            words.into_values()
        };
        Ok(match written {
            Written::Exact => words().map(|word| Expander::exact(&word)).collect(),
            Written::Fuzzy(changes) => words()
                .map(|word| {
                    let usual = if word.chars().count() < LONG { 1 } else { 2 };
                    Expander::fuzzy(&word, changes.unwrap_or(usual))
                })
                .collect(),
            Written::Regex => vec![Expander::regex(text)?],
            Written::Wildcard => {
                let plain: String = text.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '＇')).collect();
                let parts = plain.split(['-', '\u{2010}', '\u{2011}']).filter(|part| !part.is_empty());
                let too_long =
                    || ("this word is too long to be looked for".to_owned(), "write fewer letters and more `*`");
                let expander = |part| Expander::wildcard(part).ok_or_else(too_long);
                parts.map(expander).collect::<std::result::Result<_, _>>()?
            }
        })
    }

    /// Returns the terms that forms ask for; those of every text field are in the merged one.
    pub(super) fn terms(&self, forms: &[Form], scope: &Scope) -> Result<Vec<String>> {
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
