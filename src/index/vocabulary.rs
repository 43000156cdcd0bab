//! The words of a segment in the making: for each its surface form, its stems and its hash, found out when it is first
//! seen.

use std::borrow::Cow;

use super::occurrences::WordId;
use super::schema::{MARK, PARAGRAPH, SENTENCE, TextField};
use super::sorted_terms::sorted_by_bytes;
use super::terms::Terms;
use super::word_table::{Tag, WordTable};
use crate::analysis::{Stemming, surface_form};

/// A language of the vocabulary.
#[derive(Debug, Clone, Copy)]
pub(super) struct LanguageId(Tag);

/// A word of a language.
struct Word {
    form: u32,
    stems: [Option<u32>; 2],
}

/// The words, in the order in which they were first seen.
pub(super) struct Vocabulary {
    table: WordTable,
    words: Vec<Word>,
    forms: Terms,
    stems: Terms,
    languages: Vec<(Option<String>, Stemming)>,
}

/// Marks are words of no language, and have the first numbers.
pub(super) const PARAGRAPH_MARK: WordId = 0;
/// See [`PARAGRAPH_MARK`].
pub(super) const SENTENCE_MARK: WordId = 1;

/// Returns the mark of a zone.
pub(super) fn zone_mark(field: TextField) -> WordId {
    2 + field.zone() as WordId
}

impl Default for Vocabulary {
    fn default() -> Vocabulary {
        let mut vocabulary = Vocabulary {
            table: WordTable::default(),
            words: Vec::new(),
            forms: Terms::default(),
            stems: Terms::default(),
            languages: Vec::new(),
        };
        vocabulary.clear();
        vocabulary
    }
}

impl Vocabulary {
    /// Returns a language, given by its primary code.
    pub(super) fn language(&mut self, code: Option<&str>) -> LanguageId {
        let known = self.languages.iter().position(|(known, _)| known.as_deref() == code);
        let place = known.unwrap_or_else(|| {
            self.languages.push((code.map(str::to_owned), Stemming::of(code)));
            self.languages.len() - 1
        });
        LanguageId(Tag::try_from(place).expect("there are fewer languages than numbers"))
    }

    /// Returns the number of a word, as the analyzer cuts it, in a language; and the hash of the word, which is the same
    /// everywhere.
    #[inline]
    pub(super) fn word(&mut self, language: LanguageId, word: &str) -> (WordId, u64) {
        let Vocabulary { table, words, forms, stems, languages } = self;
        table.id(language.0, word, || {
            let (first, second) = languages[usize::from(language.0)].1.terms(word);
            let of_word = [Some(stems.number(&first)), second.map(|second| stems.number(&second))];
            words.push(Word { form: forms.number(&surface_form(word)), stems: of_word });
            (words.len() - 1) as WordId
        })
    }

    /// Forgets all words, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.table.clear();
        self.words.clear();
        self.forms.clear();
        self.stems.clear();
        let marks = [Cow::from(PARAGRAPH), Cow::from(SENTENCE)].into_iter();
        let marks = marks.chain(TextField::ALL.into_iter().map(|field| Cow::from(field.zone_mark())));
        self.words.extend(marks.map(|mark| Word { form: self.forms.number(&mark), stems: [None; 2] }));
    }

    /// Returns the number of words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Returns the memory that the vocabulary takes, in bytes, roughly.
    pub(super) fn memory(&self) -> usize {
        let terms = self.forms.memory() + self.stems.memory();
        self.table.memory() + self.words.capacity() * size_of::<Word>() + terms
    }

    /// Returns the surface forms in order of their bytes, each with its words.
    pub(super) fn forms(&self) -> Dictionary<'_> {
        let forms = self.words.iter().zip(0..).map(|(word, id)| (word.form, id));
        Dictionary::of(&self.forms, forms.collect())
    }

    /// Returns the stems in order of their bytes, each with its words.
    pub(super) fn stems(&self) -> Dictionary<'_> {
        let stems = self
            .words
            .iter()
            .zip(0..)
            .flat_map(|(word, id)| word.stems.into_iter().flatten().map(move |stem| (stem, id)));
        Dictionary::of(&self.stems, stems.collect())
    }

    /// Returns the surface form of a word.
    pub(super) fn form(&self, word: WordId) -> &str {
        self.forms.get(self.words[word as usize].form)
    }
}

/// Tells whether a surface form is a mark and no word.
pub(super) fn is_mark(form: &str) -> bool {
    form.starts_with(MARK)
}

/// Terms in order, each with the words that it stands for.
pub(super) struct Dictionary<'a> {
    terms: &'a Terms,
    order: Vec<u32>,
    ends: Vec<usize>,
    words: Vec<WordId>,
}

impl<'a> Dictionary<'a> {
    fn of(terms: &'a Terms, mut pairs: Vec<(u32, WordId)>) -> Dictionary<'a> {
        pairs.sort_unstable();
        let mut ends = vec![0; terms.len()];
        for (n, (term, _)) in pairs.iter().enumerate() {
            ends[*term as usize] = n + 1;
        }
        let words = pairs.into_iter().map(|(_, word)| word).collect();
        Dictionary { terms, order: sorted_by_bytes(terms.iter()), ends, words }
    }

    /// Returns the term at a place in that order.
    pub(super) fn term(&self, place: u32) -> &'a str {
        self.terms.get(self.order[place as usize])
    }

    /// Returns the terms in order of their bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &[WordId])> {
        self.order.iter().map(|term| {
            let place = *term as usize;
            let start = if place == 0 { 0 } else { self.ends[place - 1] };
            (self.terms.get(*term), &self.words[start..self.ends[place]])
        })
    }
}
