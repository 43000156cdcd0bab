//! Random articles, with all that is to be known of their words: written down while they are made, not read from them.

use newshound::{Article, Caption, Language, Section, Value};

use super::told::furnish;
use crate::support::random::Random;

/// Forms of a word of a language. Forms of one word are found by one another; no form is one of another word.
pub(super) struct Lexeme {
    pub(super) language: &'static str,
    pub(super) forms: &'static [&'static str],
}

pub(super) const LEXEMES: &[Lexeme] = &[
    Lexeme { language: "en", forms: &["ferry", "ferries"] },
    Lexeme { language: "en", forms: &["toll", "tolls"] },
    Lexeme { language: "en", forms: &["storm", "storms"] },
    Lexeme { language: "en", forms: &["harbour"] },
    Lexeme { language: "de", forms: &["brücke", "brücken"] },
    Lexeme { language: "de", forms: &["markt", "marktes"] },
    Lexeme { language: "de", forms: &["hafen"] },
    Lexeme { language: "ru", forms: &["завод", "завода"] },
    Lexeme { language: "ru", forms: &["мост", "моста"] },
];

/// Characters of a language without spaces.
pub(super) const CHARACTERS: &[&str] = &["橋", "港", "船"];

const LANGUAGES: &[&str] = &["en", "en", "de", "ru", "ja"];

/// The fields, by their names in highlights, in no order that means anything.
pub(super) const FIELDS: &[&str] = &[
    "headline",
    "kicker",
    "standfirst",
    "body",
    "captions",
    "credits",
    "bylines",
    "dateline",
    "keywords",
    "section",
    "publisher",
];

/// A field of text of the index's own, which is searched by its name alone and never marked.
pub(super) const NOTE: &str = "x.note";

/// A word in its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) field: &'static str,
    pub(super) entry: usize,
    /// Its bytes.
    pub(super) range: (usize, usize),
    /// The word in lower case.
    pub(super) form: String,
    /// The word as it stands there.
    pub(super) written: String,
    /// Its lexeme; a character has none.
    pub(super) lexeme: Option<usize>,
    /// Its number among all words, with gaps that nothing crosses.
    pub(super) at: usize,
    /// Its number in its field.
    pub(super) of_field: usize,
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
    /// Characters of one run are read together.
    pub(super) run: usize,
    /// The end of the compound that it begins.
    pub(super) compound_end: Option<usize>,
}

/// An article and its words.
pub(super) struct Story {
    pub(super) number: u64,
    pub(super) article: Article,
    pub(super) tokens: Vec<Token>,
    /// Its date, as it is written.
    pub(super) day: Option<&'static str>,
}

/// What nothing crosses is as wide.
const GAP: usize = 10_000;

struct Making<'r> {
    random: &'r mut Random,
    language: &'static str,
    tokens: Vec<Token>,
    field: &'static str,
    entry: usize,
    at: usize,
    of_field: usize,
    sentence: usize,
    paragraph: usize,
    run: usize,
}

impl Story {
    pub(super) fn random(seed: u64, number: u64) -> Story {
        let mut random = Random::of_item(seed ^ 0x5109, number);
        let language = random.pick(LANGUAGES);
        let mut article = Article { language: Some(Language::given(language)), ..Article::default() };
        let mut making = Making {
            random: &mut random,
            language,
            tokens: Vec::new(),
            field: "",
            entry: 0,
            at: 0,
            of_field: 0,
            sentence: 0,
            paragraph: 0,
            run: 0,
        };
        article.headline = making.entries("headline", 0, 1, false).pop();
        article.kicker = making.entries("kicker", 0, 1, false).pop();
        article.standfirst = making.entries("standfirst", 0, 1, true).pop();
        article.body = making.entries("body", 0, 4, true);
        let captions = making.entries("captions", 0, 3, true);
        let credits = making.entries("credits", 0, captions.len(), false);
        for (n, text) in captions.into_iter().enumerate() {
            article.captions.push(Caption { text, credit: credits.get(n).cloned() });
        }
        article.bylines = making.entries("bylines", 0, 2, false);
        article.dateline = making.entries("dateline", 0, 1, false).pop();
        article.keywords = making.entries("keywords", 0, 3, false).iter().map(|text| text.as_str().into()).collect();
        article.section = making.entries("section", 0, 1, false).pop().and_then(|label| Section::from_label(&label));
        article.publisher = making.entries("publisher", 0, 1, false).pop();
        let note = making.entries(NOTE, 0, 1, false).pop();
        article.extra.extend(note.map(|note| ("note".to_owned(), Value::Text(note))));
        let tokens = making.tokens;
        let day = furnish(&mut article, number, &mut random);
        Story { number, article, tokens, day }
    }

    /// Returns how many words a reader counts in the body: a word with a hyphen is one.
    pub(super) fn body_words(&self) -> usize {
        let of_body = self.tokens.iter().filter(|token| token.field == "body");
        of_body.map(|token| if token.compound_end.is_some() { 0 } else { 1 }).sum()
    }

    /// Tells whether the article has a field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.tokens.iter().any(|token| token.field == field)
    }
}

impl Making<'_> {
    fn entries(&mut self, field: &'static str, least: usize, most: usize, prose: bool) -> Vec<String> {
        (self.field, self.of_field) = (field, 0);
        self.at += GAP;
        let count = self.random.between(least, most);
        (0..count)
            .map(|entry| {
                self.entry = entry;
                if field != "body" {
                    self.at += GAP;
                }
                self.paragraph += 1;
                if prose { self.prose() } else { self.line() }
            })
            .collect()
    }

    fn line(&mut self) -> String {
        self.sentence += 1;
        let mut text = String::new();
        let words = self.random.between(1, 4);
        self.words(words, &mut text);
        text
    }

    fn prose(&mut self) -> String {
        let mut text = String::new();
        for n in 0..self.random.between(1, 4) {
            self.sentence += 1;
            if n > 0 && self.language != "ja" {
                text.push(' ');
            }
            let words = self.random.between(1, 9);
            self.words(words, &mut text);
            text.push(if self.language == "ja" { '。' } else { '.' });
        }
        text
    }

    fn words(&mut self, count: usize, text: &mut String) {
        self.run += 1;
        for n in 0..count {
            if self.language == "ja" {
                self.character(n, text);
            } else {
                if n > 0 {
                    text.push_str(self.random.pick(&[" ", " ", " ", ", "]));
                }
                self.word(n == 0, text);
            }
        }
    }

    fn character(&mut self, n: usize, text: &mut String) {
        if n > 0 && self.random.chance(0.1) {
            text.push('、');
            self.run += 1;
        }
        let start = text.len();
        let form = self.random.pick(CHARACTERS);
        text.push_str(form);
        self.push(form.to_owned(), None, (start, &text[start..]));
    }

    fn word(&mut self, is_first: bool, text: &mut String) {
        let of_language: Vec<usize> = (0..LEXEMES.len()).filter(|n| LEXEMES[*n].language == self.language).collect();
        let compound = self.language == "en" && self.random.chance(0.08);
        let lexemes = if compound { vec![2, 0] } else { vec![self.random.pick(&of_language)] };
        let first = self.tokens.len();
        for (n, lexeme) in lexemes.into_iter().enumerate() {
            if n > 0 {
                text.push('-');
            }
            let form = if compound { LEXEMES[lexeme].forms[0] } else { self.random.pick(LEXEMES[lexeme].forms) };
            let start = text.len();
            let mut chars = form.chars();
            let initial = chars.next().expect("a form is not empty");
            if self.random.chance(0.1) {
                text.push_str(&form.to_uppercase());
            } else if is_first && n == 0 || self.random.chance(0.2) {
                text.extend(initial.to_uppercase());
                text.push_str(chars.as_str());
            } else {
                text.push_str(form);
            }
            self.push(form.to_owned(), Some(lexeme), (start, &text[start..]));
        }
        if compound {
            self.tokens[first].compound_end = Some(text.len());
        }
    }

    fn push(&mut self, form: String, lexeme: Option<usize>, (start, written): (usize, &str)) {
        self.tokens.push(Token {
            field: self.field,
            entry: self.entry,
            range: (start, start + written.len()),
            form,
            written: written.to_owned(),
            lexeme,
            at: self.at,
            of_field: self.of_field,
            sentence: self.sentence,
            paragraph: self.paragraph,
            run: self.run,
            compound_end: None,
        });
        self.at += 1;
        self.of_field += 1;
    }
}
