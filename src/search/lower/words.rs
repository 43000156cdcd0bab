//! Words and phrases of a query become what stands at places.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::Term;

use super::fields::Where;
use super::{Lowering, Ranked};
use crate::Result;
use crate::analysis::{Analyzer, Form, Scratch, Slots, is_unspaced};
use crate::index::{Extra, TextField};
use crate::query::ast::Written;
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

/// Words in sequence, as they come together.
#[derive(Default)]
struct Row {
    /// Distance and number of each.
    slots: Vec<(u32, usize)>,
    /// What each is ranked by.
    ranked: Vec<Alternatives>,
    /// How many positions they take.
    length: u32,
}

impl Row {
    fn push(&mut self, distance: u32, length: u32, (leaf, alternatives): (usize, Alternatives)) {
        self.slots.push((distance, leaf));
        self.ranked.push(alternatives);
        self.length = distance.saturating_add(length);
    }
}

impl Lowering<'_> {
    /// A word, which may be a compound, or a phrase.
    pub(super) fn words(
        &mut self,
        text: &str,
        span: &Range<usize>,
        scope: &Scope,
        phrase: bool,
    ) -> Result<Option<Spans>> {
        self.n_words += 1;
        let part = self.next_part();
        if phrase && text.split_whitespace().any(is_open) {
            return self.open_phrase(text, span, scope, part);
        }
        let ways = if phrase { vec![self.phrase(text)] } else { self.analyzer.word(text) };
        let mut found = Vec::new();
        for slots in ways.into_iter().filter(|slots| !slots.is_empty()) {
            let mut row = Row::default();
            self.add_stems(&mut row, 0, slots, scope)?;
            found.extend(self.sequence(row, scope, part));
        }
        Ok(if found.len() > 1 { Some(Spans::Any(found)) } else { found.pop() })
    }

    /// Returns the words of a phrase, with an empty slot for each star between two of them, which is any one word.
    fn phrase(&self, text: &str) -> Slots {
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

    /// A phrase that leaves letters of some words open: `"oil pric*"`.
    fn open_phrase(&mut self, text: &str, span: &Range<usize>, scope: &Scope, part: usize) -> Result<Option<Spans>> {
        let mut row = Row::default();
        let mut distance = 0;
        for word in text.split_whitespace().skip_while(|word| is_star(word)) {
            if is_open(word) {
                let Some(added) = self.add_written(&mut row, distance, Written::Wildcard, bare(word), span, scope)?
                else {
                    return Ok(None);
                };
                distance += added;
            } else if is_star(word) {
                distance += 1;
            } else {
                self.add_stems(&mut row, distance, self.analyzer.phrase(word), scope)?;
                distance += Analyzer::n_positions(word);
            }
        }
        Ok(self.sequence(row, scope, part))
    }

    /// Words in their order, with others between.
    pub(super) fn sloppy(
        &mut self,
        text: &str,
        slop: u32,
        span: &Range<usize>,
        scope: &Scope,
    ) -> Result<Option<Spans>> {
        let mut parts = Vec::new();
        for word in text.split_whitespace() {
            parts.extend(if is_open(word) {
                self.written(Written::Wildcard, bare(word), span, scope)?
            } else {
                self.words(word, span, scope, false)?
            });
        }
        let within = Analyzer::n_positions(text).saturating_add(slop);
        Ok(if parts.len() > 1 { Some(Spans::InOrder { parts, within }) } else { parts.pop() })
    }

    /// Adds words to a row, from a distance on.
    fn add_stems(&mut self, row: &mut Row, from: u32, slots: Slots, scope: &Scope) -> Result<()> {
        for (distance, forms) in (from..).zip(slots).filter(|(_, forms)| !forms.is_empty()) {
            let terms = self.terms(&forms, scope)?;
            let ranked_terms = terms.iter().map(|term| Term::from_field_text(self.snapshot.fields.all, term));
            let alternatives = Alternatives { terms: ranked_terms.collect(), distances: Vec::new() };
            let marks = forms.iter().map(|form| form.text().to_owned()).collect();
            let words = Words::Stems { terms, marks };
            let length = forms.first().map_or(1, |form| Analyzer::n_positions(letters(form.text())).max(1));
            let leaf = Leaf { words, length, scope: scope.clone(), case: self.case };
            row.push(distance, length, (self.number_of(leaf), alternatives));
        }
        Ok(())
    }

    /// Makes a row a part of the query.
    fn sequence(&mut self, row: Row, scope: &Scope, part: usize) -> Option<Spans> {
        let Row { slots, ranked, length } = row;
        if slots.is_empty() {
            return None;
        }
        if self.negations == 0 && !matches!(scope, Scope::Declared(_)) {
            self.ranked.push(Ranked { part, boost: self.boost, terms: ranked });
        }
        Some(Spans::Sequence(Sequence { slots, length, part }))
    }

    fn next_part(&mut self) -> usize {
        self.n_parts += 1;
        self.n_parts - 1
    }

    /// A word as it is written; one with hyphens is several in sequence.
    pub(super) fn written(
        &mut self,
        written: Written,
        text: &str,
        span: &Range<usize>,
        scope: &Scope,
    ) -> Result<Option<Spans>> {
        if written == Written::Exact && !matches!(scope, Scope::Declared(_)) && text.contains(is_unspaced) {
            return self.words(text, span, scope, true);
        }
        let mut row = Row::default();
        match self.add_written(&mut row, 0, written, text, span, scope)? {
            Some(added) if added > 0 => {
                let part = self.next_part();
                Ok(self.sequence(row, scope, part))
            }
            _ => Ok(None),
        }
    }

    /// Adds a word as it is written to a row, at a distance; returns how many positions it takes, `None` where it is refused.
    fn add_written(
        &mut self,
        row: &mut Row,
        distance: u32,
        written: Written,
        text: &str,
        span: &Range<usize>,
        scope: &Scope,
    ) -> Result<Option<u32>> {
        if matches!(scope, Scope::Declared(_)) {
            let hint = "write the word in full; its inflected forms are found too";
            self.wrong(span, "in fields that an index was made with, words are known by their stems only", hint);
            return Ok(None);
        }
        if text.contains(is_unspaced) {
            let hint = "write the characters alone: they are found wherever they stand together";
            self.wrong(span, "in scripts without spaces no letter of a word can be left open or changed", hint);
            return Ok(None);
        }
        let expanders = match self.expanders(written, text) {
            Ok(expanders) => expanders,
            Err((message, hint)) => {
                self.wrong(span, &message, hint);
                return Ok(None);
            }
        };
        let mut added = 0;
        for expander in expanders {
            let hint = "write more letters, or allow more: --max-forms";
            let Some(left) = self.n_forms_left else {
                self.wrong(span, "this is not looked up, since a word before it stands for too many", hint);
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
                    self.wrong(span, &message, hint);
                    self.n_forms_left = None;
                    return Ok(None);
                }
            };
            if forms.is_empty() && written == Written::Exact && self.negations == 0 {
                self.missing.push((span.end - text.len()..span.end, text.to_owned()));
            }
            self.n_forms_left = Some(left - forms.len());
            let terms = forms.keys().map(|form| Term::from_field_text(self.snapshot.fields.text, form)).collect();
            let is_fuzzy = matches!(written, Written::Fuzzy(_));
            let distances = forms.values().copied().filter(|_| is_fuzzy).collect();
            let words = Words::Forms(forms.into_keys().collect());
            let leaf = Leaf { words, length: 1, scope: scope.clone(), case: self.case };
            row.push(distance + added, 1, (self.number_of(leaf), Alternatives { terms, distances }));
            added += 1;
        }
        Ok(Some(added))
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

/// Tells whether a word of a phrase stands for any one word.
fn is_star(word: &str) -> bool {
    matches!(word, "*" | "＊")
}

/// Tells whether a word of a phrase leaves letters open: by `*`, or by `?` between letters. Several stars together hide some:
/// `d**n` is quoted as it is printed. What has other marks in it is no single word.
pub(super) fn is_open(word: &str) -> bool {
    let word = bare(word);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '*' | '?' | '-' | '\'' | '’');
    word.contains(['*', '?'])
        && !word.contains("**")
        && word.contains(char::is_alphanumeric)
        && word.chars().all(is_plain)
}

/// Returns a word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '*')
}

/// Returns a term without its language.
fn letters(term: &str) -> &str {
    term.rsplit_once('@').map_or(term, |(letters, _)| letters)
}
