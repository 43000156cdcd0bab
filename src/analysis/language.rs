//! The languages: telling which one a text is in, and the analyzer of each.
//!
//! A stemmed term carries its language (`ferri@en`), so that the stem of one language is never taken for a word of
//! another: French stemming makes `new` of `news`.

mod common_words;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::char::is_combining_mark;

use super::fold;
#[cfg(test)]
use super::tokenizer::Token;
use super::tokenizer::{RawToken, Role, Scratch, is_unspaced, scan};
use common_words::{Commonest, commonest};

/// The analyzer's name and version, kept in the index: what is indexed and what is asked must be cut alike.
pub(crate) const ANALYZER: &str = "newshound-analyzer 2";

/// Turns text of one language into tokens. It remembers the stems of words that it has seen, since stemming is most of
/// the work and few words of a text are new; so it belongs to one thread.
pub(crate) struct Analyzer {
    stemming: Stemming,
    seen: RefCell<HashMap<String, Stems>>,
    scratch: RefCell<Scratch>,
    gives_characters: bool,
}

/// The terms of a word: its stem, and that of the word without diacritics where it is another.
pub(crate) type Stems = (String, Option<String>);

/// More words than this are not remembered: some three megabytes.
const REMEMBERED: usize = 1 << 15;

/// The languages that are stemmed, by ISO 639-1 code.
const STEMMED: &[(&str, Algorithm)] = &[
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hi", Algorithm::Hindi),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pl", Algorithm::Polish),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

impl Analyzer {
    /// Returns the analyzer of a language given by its primary code, such as `en`; without stemming for one that
    /// is not known or has no stemmer.
    pub(crate) fn of(language: Option<&str>) -> Analyzer {
        let stemming = Stemming::of(language);
        Analyzer { stemming, seen: RefCell::default(), scratch: RefCell::default(), gives_characters: false }
    }

    /// Returns the analyzer of a language for finding what matched: its tokens are also those characters of scripts
    /// without spaces that the index knows only as the first of two.
    pub(crate) fn for_marking(language: Option<&str>) -> Analyzer {
        Analyzer { gives_characters: true, ..Analyzer::of(language) }
    }

    /// Returns the tokens of a text, in order of position.
    #[cfg(test)]
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.each(text, |word, _, range, position| {
            let (first, second) = self.terms(word);
            let token = |term| Token { term, range: range.clone(), position };
            tokens.push(token(first));
            tokens.extend(second.map(token));
        });
        tokens
    }

    /// Hands out the words of a text, in order of position, as they are before stemming; whether the index has them, which
    /// knows some characters only as the first of two; their bytes and position.
    pub(crate) fn each(&self, text: &str, mut take: impl FnMut(&str, bool, Range<usize>, u32)) {
        let mut scratch = self.scratch.take();
        scan(text, &mut scratch, |RawToken { role, word, range, position }| {
            let is_indexed = role != Role::Character;
            if is_indexed || self.gives_characters {
                take(word, is_indexed, range, position);
            }
        });
        self.scratch.replace(scratch);
    }

    /// Returns how many positions a text takes.
    pub(crate) fn n_positions(text: &str) -> u32 {
        let mut n_positions = 0;
        scan(text, &mut Scratch::default(), |raw| n_positions = raw.position + 1);
        n_positions
    }

    /// Hands out the words of a text with their places, as they are before stemming.
    #[inline]
    pub(crate) fn scan(text: &str, scratch: &mut Scratch, mut emit: impl FnMut(&str, Range<usize>, u32)) {
        scan(text, scratch, |raw| {
            if raw.role != Role::Character {
                emit(raw.word, raw.range, raw.position);
            }
        });
    }

    /// Returns the language whose words it stems, by ISO 639-1 code.
    pub(crate) fn language(&self) -> Option<&'static str> {
        self.stemming.0.map(|(code, _)| code)
    }

    /// Returns the terms of a word.
    pub(crate) fn terms(&self, word: &str) -> Stems {
        if self.stemming.0.is_none() || is_literal(word) {
            return self.stemming.terms(word);
        }
        if let Some(stems) = self.seen.borrow().get(word) {
            return stems.clone();
        }
        let stems = self.stemming.terms(word);
        let mut seen = self.seen.borrow_mut();
        if seen.len() == REMEMBERED {
            seen.clear();
        }
        seen.insert(word.to_owned(), stems.clone());
        stems
    }
}

/// What makes terms of the words of a language.
#[derive(Clone, Copy)]
pub(crate) struct Stemming(Option<(&'static str, Algorithm)>);

impl Stemming {
    /// Returns that of a language given by its primary code; it leaves words as they are where the language is not known or
    /// has no stemmer.
    pub(crate) fn of(language: Option<&str>) -> Stemming {
        Stemming(language.and_then(|code| STEMMED.iter().find(|(known, _)| *known == code)).copied())
    }

    /// Returns the terms of a word, which depend on the word and the language and on nothing else. Where diacritics
    /// make a difference there are two, since headlines and readers often leave them out.
    pub(crate) fn terms(self, word: &str) -> Stems {
        match self.0.filter(|_| !is_literal(word)) {
            Some((code, algorithm)) => stems(word, code, &Stemmer::new(algorithm)),
            None => (fold::without_diacritics(word).into_owned(), None),
        }
    }
}

/// Tells whether a word is never stemmed: a number, a name with digits or `&`, characters of a script without spaces.
fn is_literal(word: &str) -> bool {
    word.contains(|c: char| c.is_numeric() || c == '&' || is_unspaced(c))
}

fn stems(word: &str, code: &str, stemmer: &Stemmer) -> Stems {
    fn without_spellings<'a>(word: &'a str, code: &str) -> Cow<'a, str> {
        let plain = fold::without_diacritics(word);
        if code == "hi" { fold::without_hindi_spellings(&plain).into() } else { plain }
    }
    let folded = without_spellings(word, code);
    let tagged = |stem: &str| [&*without_spellings(stem, code), "@", code].concat();
    let first = tagged(&stemmer.stem(word));
    let second = (folded != word).then(|| tagged(&stemmer.stem(&folded))).filter(|term| *term != first);
    (first, second)
}

/// The analyzers of one thread, by language.
#[derive(Default)]
pub(crate) struct Analyzers {
    by_language: HashMap<Option<String>, Analyzer>,
    for_marking: bool,
}

impl Analyzers {
    /// Returns analyzers for finding what matched, see [`Analyzer::for_marking`].
    pub(crate) fn for_marking() -> Analyzers {
        Analyzers { by_language: HashMap::new(), for_marking: true }
    }

    /// Returns the analyzer of a language given by its primary code.
    pub(crate) fn of(&mut self, language: Option<&str>) -> &Analyzer {
        let make = if self.for_marking { Analyzer::for_marking } else { Analyzer::of };
        self.by_language.entry(language.map(str::to_owned)).or_insert_with(|| make(language))
    }
}

/// Analyzes the words of a query in every language of an index: the forms of a word are alternatives.
pub(crate) struct QueryAnalyzer {
    analyzers: Vec<Analyzer>,
}

/// A form of a word as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A term.
    Term(String),
    /// A character of a script without spaces: the term of its own where a run ends with it, elsewhere the beginning
    /// of those of two.
    Character(String),
}

impl Form {
    /// Returns the term, which is that of a character when what matched is marked.
    pub(crate) fn text(&self) -> &str {
        match self {
            Form::Term(text) | Form::Character(text) => text,
        }
    }

    /// Tells whether a term of the index that begins with the text of this form is one that it asks for.
    pub(crate) fn takes(&self, term: &str) -> bool {
        term.strip_prefix(self.text()).is_some_and(|rest| match self {
            Form::Term(_) => rest.is_empty(),
            // A mark would make another character of it.
            Form::Character(_) => !rest.starts_with(is_combining_mark),
        })
    }
}

/// Consecutive words, each with its alternative forms. The last character of a run stands in the bigram before it,
/// and has a slot without forms where something follows.
pub(crate) type Slots = Vec<Vec<Form>>;

/// A word of a query, as [`RawToken`], with the forms to ask for.
struct Asked {
    role: Role,
    range: Range<usize>,
    position: u32,
    forms: Vec<Form>,
}

impl QueryAnalyzer {
    /// Returns the analyzer of queries to an index that holds these languages, by primary code.
    pub(crate) fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> QueryAnalyzer {
        let mut analyzers = vec![Analyzer::of(None)];
        let known = languages.into_iter().collect::<BTreeSet<_>>();
        analyzers.extend(known.into_iter().map(|code| Analyzer::of(Some(code))).filter(|a| a.stemming.0.is_some()));
        QueryAnalyzer { analyzers }
    }

    /// Returns the ways in which a word of a query can stand in a text: a compound in its parts or as one word.
    /// Empty for what holds no word.
    pub(crate) fn word(&self, text: &str) -> Vec<Slots> {
        let asked = self.asked(text);
        let n_words = asked.iter().filter(|asked| matches!(asked.role, Role::Word | Role::Literal)).count();
        let (mut joined, parts): (Vec<_>, Vec<_>) = asked.into_iter().partition(|asked| asked.role == Role::Joined);
        let whole = (joined.len() == 1 && n_words == parts.len()).then(|| vec![joined.remove(0).forms]);
        let slots = slots(parts);
        if slots.is_empty() { Vec::new() } else { std::iter::once(slots).chain(whole).collect() }
    }

    /// Returns the consecutive words of a phrase.
    pub(crate) fn phrase(&self, text: &str) -> Slots {
        slots(self.asked(text).into_iter().filter(|asked| asked.role != Role::Joined).collect())
    }

    fn asked(&self, text: &str) -> Vec<Asked> {
        let mut asked = Vec::new();
        scan(text, &mut Scratch::default(), |raw| {
            if raw.role != Role::Character {
                let forms = self.forms(raw.role, raw.word);
                asked.push(Asked { role: raw.role, range: raw.range, position: raw.position, forms });
            }
        });
        asked
    }

    fn forms(&self, role: Role, word: &str) -> Vec<Form> {
        let form = if role == Role::Last { Form::Character } else { Form::Term };
        let terms = self.analyzers.iter().map(|analyzer| analyzer.terms(word));
        let forms = terms.flat_map(|(first, second)| std::iter::once(first).chain(second)).map(form);
        forms.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Gives each word the slot of its position. A bigram says more than a character: the last character of a run is asked
/// for only where it is the whole run.
fn slots(words: Vec<Asked>) -> Slots {
    let mut slots = Slots::new();
    let first = words.first().map_or(0, |word| word.position);
    let mut bigram_end = None;
    for Asked { role, range, position, forms } in words {
        if role == Role::Last && bigram_end == Some(range.end) {
            continue;
        }
        bigram_end = (role == Role::Bigram).then_some(range.end);
        slots.resize_with((position - first) as usize, Vec::new);
        slots.push(forms);
    }
    slots
}

/// The bytes of a text that its language is told from: more of them take time and tell little.
const SAMPLE: usize = 1000;

/// A text with fewer letters is in no language.
const FEWEST_LETTERS: usize = 20;

/// Tells the language of a text from the text, where it is long and clear enough to tell; as an ISO 639-1 code.
pub(crate) fn detect(text: &str) -> Option<&'static str> {
    let head = crate::text::head(text, SAMPLE);
    let letters: Vec<char> = head.chars().filter(|c| c.is_alphabetic()).take(FEWEST_LETTERS).collect();
    if letters.len() < FEWEST_LETTERS {
        return None;
    }
    // Languages of scripts without spaces are told by their characters, which is quick.
    let n_unspaced = letters.into_iter().filter(|c| is_unspaced(*c)).count();
    if n_unspaced * 2 <= FEWEST_LETTERS {
        for length in [SAMPLE / 4, SAMPLE / 2, SAMPLE] {
            match commonest(crate::text::head(head, length)) {
                Commonest::Language(code) => return Some(code),
                Commonest::NotRunning => return None,
                Commonest::Unclear if length >= head.len() => break,
                Commonest::Unclear => {}
            }
        }
    }
    two_letters(whatlang::detect(head).filter(|found| found.is_reliable())?.lang())
}

fn two_letters(language: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang;
    Some(match language {
        Lang::Ara => "ar",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(language: &str, text: &str) -> String {
        let tokens = Analyzer::of(Some(language)).tokens(text);
        tokens.into_iter().map(|token| token.term).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn stems_carry_their_language() {
        assert_eq!(terms("en", "The ferries of 2022"), "the@en ferri@en of@en 2022");
        assert_eq!(terms("fr", "les nouvelles"), "le@fr nouvel@fr");
        assert_eq!(terms("zz", "Ferries"), "ferries");
    }

    #[test]
    fn a_word_without_its_diacritics_is_the_same_word() {
        for (language, with, without) in [
            ("fr", "ÉLECTIONS", "elections"),
            ("es", "nación", "nacion"),
            ("de", "Häfen", "hafen"),
            ("hi", "अँग्रेज़ी", "अंगरेजी"),
            ("hi", "Łódź", "lodz"),
            ("ru", "Ёлка", "елка"),
        ] {
            let asked = QueryAnalyzer::of([language]).word(without).remove(0).remove(0);
            let indexed = terms(language, with);
            assert!(indexed.split(' ').any(|term| asked.iter().any(|form| form.takes(term))), "{indexed} {asked:?}");
        }
    }

    #[test]
    fn a_compound_is_asked_for_in_parts_and_whole() {
        let forms = QueryAnalyzer::of(["en"]).word("well-known");
        let term = |text: &str| Form::Term(text.to_owned());
        assert_eq!(
            forms,
            [
                vec![vec![term("well"), term("well@en")], vec![term("known"), term("known@en")]],
                vec![vec![term("wellknown"), term("wellknown@en")]]
            ]
        );
        assert!(QueryAnalyzer::of(["en"]).word("--").is_empty());
    }

    #[test]
    fn a_run_is_asked_for_by_its_bigrams() {
        let check = |text: &str, expected: &str| {
            let slots = QueryAnalyzer::of([]).phrase(text);
            let texts = |forms: Vec<Form>| forms.iter().map(Form::text).collect::<Vec<_>>().join("/");
            assert_eq!(slots.into_iter().map(texts).collect::<Vec<_>>().join(" "), expected);
        };
        check("東京都", "東京 京都");
        check("東", "東");
        check("東京 A", "東京  a");
        check("A 東京", "a 東京");
        check("東京 東", "東京  東");
    }

    #[test]
    fn a_character_alone_is_asked_for_wherever_it_stands() {
        let slots = QueryAnalyzer::of(["ja"]).phrase("กิ");
        assert_eq!(slots, [[Form::Character("กิ".to_owned())]]);
        assert!(slots[0][0].takes("กิ") && slots[0][0].takes("กิน"));
        assert!(!Form::Character("ก".to_owned()).takes("กิน"));
        assert!(!Form::Term("東".to_owned()).takes("東京"));
    }

    #[test]
    fn index_knows_a_character_only_where_a_run_ends() {
        let given = |analyzer: Analyzer| {
            analyzer.tokens("東京都 A").into_iter().map(|token| token.term).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(given(Analyzer::of(None)), "東京 京都 都 a");
        assert_eq!(given(Analyzer::for_marking(None)), "東 東京 京 京都 都 a");
    }

    #[test]
    fn languages_are_told_from_text_or_not_at_all() {
        assert_eq!(detect("The council will vote on the new harbour bridge next Tuesday evening."), Some("en"));
        assert_eq!(
            detect("Der Stadtrat stimmt am Dienstagabend über die neue Hafenbrücke ab, sagte die Sprecherin."),
            Some("de")
        );
        assert_eq!(detect("市议会将于星期二晚间就新的港口大桥进行表决，发言人表示。"), Some("zh"));
        assert_eq!(detect("OK"), None);
    }
}
