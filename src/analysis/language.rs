//! The languages: telling which one a text is in, and the analyzer of each.
//!
//! A stemmed term carries its language (`ferri@en`), so that the stem of one language is never taken for a word of
//! another: French stemming makes `new` of `news`.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use frostem::{Algorithm, Stemmer};

use super::fold;
use super::tokenizer::{RawToken, Role, Token, is_unspaced, scan};

/// The analyzer's name and version, kept in the index: what is indexed and what is asked must be cut alike.
pub(crate) const ANALYZER: &str = "newshound-analyzer 1";

/// Turns text of one language into tokens. It remembers the stems of words that it has seen, since stemming is most of
/// the work and few words of a text are new; so it belongs to one thread.
pub(crate) struct Analyzer {
    stemming: Option<(&'static str, Algorithm)>,
    seen: RefCell<HashMap<String, Stems>>,
}

/// The terms of a word: its stem, and that of the word without diacritics where it is another.
type Stems = (String, Option<String>);

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
        let stemming = language.and_then(|code| STEMMED.iter().find(|(known, _)| *known == code)).copied();
        Analyzer { stemming, seen: RefCell::default() }
    }

    /// Returns the tokens of a text, in order of position.
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        scan(text, |raw| {
            let RawToken { role, word, range, position } = raw;
            let (first, second) = self.terms(role, &word);
            tokens.push(Token { term: first, range: range.clone(), position });
            tokens.extend(second.map(|term| Token { term, range, position }));
        });
        tokens
    }

    /// Returns the terms of a raw word. Where diacritics make a difference there are two, since headlines and readers
    /// often leave them out.
    fn terms(&self, role: Role, word: &str) -> Stems {
        match (role, self.stemming) {
            (Role::Literal | Role::Character | Role::Bigram, _) | (_, None) => (fold::without_diacritics(word), None),
            (Role::Word | Role::Joined, Some((code, algorithm))) => {
                if let Some(stems) = self.seen.borrow().get(word) {
                    return stems.clone();
                }
                let stems = stems(word, code, &Stemmer::new(algorithm));
                let mut seen = self.seen.borrow_mut();
                if seen.len() == REMEMBERED {
                    seen.clear();
                }
                seen.insert(word.to_owned(), stems.clone());
                stems
            }
        }
    }
}

fn stems(word: &str, code: &str, stemmer: &Stemmer) -> Stems {
    let folded = fold::without_diacritics(word);
    let tagged = |stem: &str| format!("{}@{code}", fold::without_diacritics(stem));
    let first = tagged(&stemmer.stem(word));
    let second = (folded != word).then(|| tagged(&stemmer.stem(&folded))).filter(|term| *term != first);
    (first, second)
}

/// The analyzers of one thread, by language.
#[derive(Default)]
pub(crate) struct Analyzers {
    by_language: HashMap<Option<String>, Analyzer>,
}

impl Analyzers {
    /// Returns the analyzer of a language given by its primary code.
    pub(crate) fn of(&mut self, language: Option<&str>) -> &Analyzer {
        self.by_language.entry(language.map(str::to_owned)).or_insert_with(|| Analyzer::of(language))
    }
}

/// Analyzes the words of a query in every language of an index: the forms of a word are alternatives.
pub(crate) struct QueryAnalyzer {
    analyzers: Vec<Analyzer>,
}

/// Consecutive words, each with its alternative terms. The last character of a run stands in the bigram before it,
/// and has a slot without terms where something follows.
pub(crate) type Slots = Vec<Vec<String>>;

impl QueryAnalyzer {
    /// Returns the analyzer of queries to an index that holds these languages, by primary code.
    pub(crate) fn of<'a>(languages: impl IntoIterator<Item = &'a str>) -> QueryAnalyzer {
        let mut analyzers = vec![Analyzer::of(None)];
        let known = languages.into_iter().collect::<BTreeSet<_>>();
        analyzers.extend(known.into_iter().map(|code| Analyzer::of(Some(code))).filter(|a| a.stemming.is_some()));
        QueryAnalyzer { analyzers }
    }

    /// Returns the ways in which a word of a query can stand in a text: a compound in its parts or as one word.
    /// Empty for what holds no word.
    pub(crate) fn word(&self, text: &str) -> Vec<Slots> {
        let (mut parts, mut joined, mut words) = (Vec::new(), Vec::new(), 0);
        scan(text, |raw| match raw.role {
            Role::Joined => joined.push(vec![self.alternatives(&raw)]),
            Role::Word | Role::Literal => {
                words += 1;
                parts.push(raw);
            }
            Role::Character | Role::Bigram => parts.push(raw),
        });
        let whole = (joined.len() == 1 && words == parts.len()).then(|| joined.remove(0));
        let slots = self.slots(parts);
        if slots.is_empty() { Vec::new() } else { std::iter::once(slots).chain(whole).collect() }
    }

    /// Returns the consecutive words of a phrase.
    pub(crate) fn phrase(&self, text: &str) -> Slots {
        let mut parts = Vec::new();
        scan(text, |raw| {
            if raw.role != Role::Joined {
                parts.push(raw);
            }
        });
        self.slots(parts)
    }

    /// A bigram says more than its first character: where a position has one, it is asked for; the last character
    /// of a run stands in the bigram before it, and alone only where it is the whole run.
    fn slots(&self, parts: Vec<RawToken>) -> Slots {
        let in_bigram = |raw: &RawToken| {
            let covers = |other: &RawToken| {
                other.role == Role::Bigram && other.range.start <= raw.range.start && raw.range.end <= other.range.end
            };
            let near = parts.partition_point(|other| other.position + 1 < raw.position);
            raw.role == Role::Character
                && parts[near..].iter().take_while(|other| other.position <= raw.position).any(covers)
        };
        let mut slots = Slots::new();
        let first = parts.first().map_or(0, |raw| raw.position);
        for raw in parts.iter().filter(|raw| !in_bigram(raw)) {
            slots.resize_with((raw.position - first) as usize, Vec::new);
            slots.push(self.alternatives(raw));
        }
        slots
    }

    fn alternatives(&self, raw: &RawToken) -> Vec<String> {
        let terms = self.analyzers.iter().map(|analyzer| analyzer.terms(raw.role, &raw.word));
        terms
            .flat_map(|(first, second)| std::iter::once(first).chain(second))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

/// Counts the words of a text: what spaces part and holds a letter or digit, and each character of a script that is
/// written without spaces.
pub(crate) fn count_words(text: &str) -> u32 {
    let words = text.split_whitespace().map(|part| {
        let unspaced = part.chars().filter(|c| is_unspaced(*c)).count();
        let spaced = part.split(is_unspaced).filter(|run| run.contains(char::is_alphanumeric)).count();
        unspaced + spaced
    });
    u32::try_from(words.sum::<usize>()).unwrap_or(u32::MAX)
}

/// The bytes of a text that its language is told from: more of them take time and tell little.
const SAMPLE: usize = 1000;

/// Tells the language of a text from the text, where it is long and clear enough to tell; as an ISO 639-1 code.
pub(crate) fn detect(text: &str) -> Option<&'static str> {
    let head = crate::text::head(text, SAMPLE);
    if head.chars().filter(|c| c.is_alphabetic()).count() < 20 {
        return None;
    }
    let found = whatlang::detect(head).filter(|found| found.is_reliable())?;
    two_letters(found.lang())
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
        for (language, with, without) in
            [("fr", "ÉLECTIONS", "elections"), ("es", "nación", "nacion"), ("de", "Häfen", "hafen")]
        {
            let asked = QueryAnalyzer::of([language]).word(without).remove(0).remove(0);
            let indexed = terms(language, with);
            assert!(indexed.split(' ').any(|term| asked.iter().any(|form| form == term)), "{indexed} {asked:?}");
        }
    }

    #[test]
    fn a_compound_is_asked_for_in_parts_and_whole() {
        let forms = QueryAnalyzer::of(["en"]).word("well-known");
        assert_eq!(
            forms,
            [
                vec![vec!["well".to_owned(), "well@en".into()], vec!["known".into(), "known@en".into()]],
                vec![vec!["wellknown".into(), "wellknown@en".into()]]
            ]
        );
        assert!(QueryAnalyzer::of(["en"]).word("--").is_empty());
    }

    #[test]
    fn a_run_is_asked_for_by_its_bigrams() {
        let analyzer = QueryAnalyzer::of([]);
        assert_eq!(analyzer.phrase("東京都"), [["東京"], ["京都"]]);
        assert_eq!(analyzer.phrase("東"), [["東"]]);
        assert_eq!(analyzer.phrase("東京 A"), [vec!["東京"], vec![], vec!["a"]]);
        assert_eq!(analyzer.phrase("A 東京"), [["a"], ["東京"]]);
    }

    #[test]
    fn words_are_counted_as_a_reader_would() {
        assert_eq!(count_words("The well-known ferry, no. 5 – again"), 6);
        assert_eq!(count_words("AI技術の話"), 5);
        assert_eq!(count_words(" \n"), 0);
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
