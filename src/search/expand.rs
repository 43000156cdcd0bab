//! Words of a query that stand for many words of the index: wildcards, fuzzy words, regular expressions, exact forms. They
//! see words as they are written, without case, never stems. Of a surface form they see its letters without diacritics,
//! unless they have diacritics themselves: then its spelling with them.

use std::cell::Cell;
use std::collections::BTreeMap;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::Term;
use tantivy_fst::{Automaton, Regex};

use super::Stop;
use crate::Result;
use crate::analysis::{SPELLING, is_unspaced, lower, surface_form};
use crate::index::Snapshot;

/// What stands for many words.
pub(super) enum Expander {
    Exact(Pattern<String>),
    Regex(Pattern<Regex>),
    Fuzzy(Pattern<Fuzzy>),
}

/// What a surface form is held against.
pub(super) struct Pattern<A> {
    inner: A,
    /// Whether the spelling with diacritics counts.
    is_spelled: bool,
}

/// The surface forms that a pattern stands for, each with how far it is from what was written.
pub(super) type Expansion = BTreeMap<String, u8>;

/// A word of so many letters is like none of the index, whose words have 64 at most; what is longer would only take memory.
const MOST_LETTERS: usize = 67;

/// A pattern that stands for more forms than are looked up: for so many.
pub(super) struct TooMany(pub(super) usize);

impl Expander {
    /// Returns what finds a word in the form that it is written in; `text` is one word.
    pub(super) fn exact(word: &str) -> Expander {
        let (inner, is_spelled) = spelled(word);
        Expander::Exact(Pattern { inner, is_spelled })
    }

    /// Returns what finds words with `*` for any letters and `?` for one; `None` where it is too large.
    pub(super) fn wildcard(pattern: &str) -> Option<Expander> {
        let (pattern, is_spelled) = spelled(pattern);
        let mut regex = String::new();
        for c in pattern.chars() {
            match c {
                '*' => regex.push_str(".*"),
                '?' => regex.push('.'),
                c => {
                    regex.extend(c.is_ascii_punctuation().then_some('\\'));
                    regex.push(c);
                }
            }
        }
        Some(Expander::Regex(Pattern { inner: Regex::new(&regex).ok()?, is_spelled }))
    }

    /// Returns what finds words that a regular expression matches from end to end.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to do.
    pub(super) fn regex(regex: &str) -> std::result::Result<Expander, (String, &'static str)> {
        let is_spelled = surface_form(&lower(regex)).contains(SPELLING);
        let regex = regex.strip_prefix('^').unwrap_or(regex);
        let regex = regex.strip_suffix('$').filter(|before| !before.ends_with('\\')).unwrap_or(regex);
        let inner = Regex::new(&format!("(?i:{regex})")).map_err(|error| wrong_regex(&error.to_string()))?;
        Ok(Expander::Regex(Pattern { inner, is_spelled }))
    }

    /// Returns what finds words with so many changes: letters more, less, others or two in the other order.
    pub(super) fn fuzzy(word: &str, changes: u8) -> Expander {
        let form = surface_form(&lower(word));
        let letters = form.split(SPELLING).next().unwrap_or_default();
        let letters: String = letters.chars().take(MOST_LETTERS).collect();
        let inner = Fuzzy::of(&letters, changes);
        Expander::Fuzzy(Pattern { inner, is_spelled: false })
    }

    /// Returns the surface forms of the index that it stands for.
    pub(super) fn forms(
        &self,
        snapshot: &Snapshot,
        most: usize,
        stop: &Stop,
    ) -> Result<std::result::Result<Expansion, TooMany>> {
        let field = snapshot.fields.text;
        let mut found = Expansion::new();
        let mut take = |form: &str| {
            if !form.starts_with(|c: char| c.is_control() || is_unspaced(c)) {
                found.insert(form.to_owned(), self.distance(form));
            }
        };
        match self {
            Expander::Exact(pattern) => {
                for form in snapshot.terms_beginning(field, &pattern.inner_beginning())? {
                    if pattern.is_exact(&form) {
                        take(&form);
                    }
                }
            }
            Expander::Regex(pattern) => snapshot.each_term_of(field, &Stopping::of(pattern, stop), take)?,
            Expander::Fuzzy(pattern) => snapshot.each_term_of(field, &Stopping::of(pattern, stop), take)?,
        }
        stop.going_on()?;
        if found.len() > most {
            // What only deleted articles have is nothing that a fresh index would know.
            let mut live = Expansion::new();
            for (form, distance) in found {
                stop.going_on()?;
                if snapshot.live_articles_with(&Term::from_field_text(field, &form))? > 0 {
                    live.insert(form, distance);
                }
            }
            found = live;
        }
        Ok(if found.len() > most { Err(TooMany(found.len())) } else { Ok(found) })
    }

    fn distance(&self, form: &str) -> u8 {
        match self {
            Expander::Exact(_) | Expander::Regex(_) => 0,
            Expander::Fuzzy(pattern) => {
                let letters = form.split(SPELLING).next().unwrap_or_default();
                pattern.inner.0.eval(letters).to_u8()
            }
        }
    }
}

/// Returns a text as surface forms are written, and whether that is with diacritics.
fn spelled(text: &str) -> (String, bool) {
    let lower = lower(text);
    let is_spelled = surface_form(&lower).contains(SPELLING);
    (lower, is_spelled)
}

impl Pattern<String> {
    /// Returns what the forms begin with.
    fn inner_beginning(&self) -> String {
        surface_form(&self.inner)
    }

    fn is_exact(&self, form: &str) -> bool {
        let wanted = self.inner_beginning();
        form.strip_prefix(wanted.as_str())
            .is_some_and(|rest| rest.is_empty() || !self.is_spelled && rest.starts_with(SPELLING))
    }
}

/// The automaton of words with few changes.
pub(super) struct Fuzzy(DFA);

impl Fuzzy {
    /// Returns that of a word, whose case counts, with so many changes.
    pub(super) fn of(word: &str, changes: u8) -> Fuzzy {
        Fuzzy(LevenshteinAutomatonBuilder::new(changes, true).build_dfa(word))
    }

    /// Returns how far a word is, where it is not too far.
    pub(super) fn distance(&self, word: &str) -> Option<u8> {
        match self.0.eval(word) {
            Distance::Exact(distance) => Some(distance),
            Distance::AtLeast(_) => None,
        }
    }
}

impl Automaton for Fuzzy {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

/// Where a pattern is in a surface form.
#[derive(Clone)]
pub(super) enum Within<S> {
    Letters(S),
    Spelling(S),
    /// In the spelling, of letters that matched.
    Matched,
    Nowhere,
}

impl<A: Automaton> Automaton for &Pattern<A> {
    type State = Within<A::State>;

    fn start(&self) -> Self::State {
        Within::Letters(self.inner.start())
    }

    fn is_match(&self, state: &Self::State) -> bool {
        match state {
            Within::Letters(state) | Within::Spelling(state) => self.inner.is_match(state),
            Within::Matched => true,
            Within::Nowhere => false,
        }
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            // The spelling may match, whatever the letters are.
            Within::Letters(state) => self.is_spelled || self.inner.can_match(state),
            Within::Spelling(state) => self.inner.can_match(state),
            Within::Matched => true,
            Within::Nowhere => false,
        }
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match state {
            Within::Letters(_) if byte == SPELLING as u8 && self.is_spelled => Within::Spelling(self.inner.start()),
            Within::Letters(state) if byte == SPELLING as u8 => {
                if self.inner.is_match(state) {
                    Within::Matched
                } else {
                    Within::Nowhere
                }
            }
            Within::Letters(state) => Within::Letters(self.inner.accept(state, byte)),
            Within::Spelling(state) => Within::Spelling(self.inner.accept(state, byte)),
            Within::Matched => Within::Matched,
            Within::Nowhere => Within::Nowhere,
        }
    }
}

/// A pattern that matches nothing any more once it was told to stop.
struct Stopping<'a, A> {
    pattern: &'a Pattern<A>,
    stop: &'a Stop,
    n_asked: Cell<u32>,
}

/// How many steps are taken between two looks at whether to stop.
const STOP_EVERY: u32 = 4096;

impl<'a, A> Stopping<'a, A> {
    fn of(pattern: &'a Pattern<A>, stop: &'a Stop) -> Stopping<'a, A> {
        Stopping { pattern, stop, n_asked: Cell::new(0) }
    }
}

impl<A: Automaton> Automaton for &Stopping<'_, A> {
    type State = Within<A::State>;

    fn start(&self) -> Self::State {
        self.pattern.start()
    }

    fn is_match(&self, state: &Self::State) -> bool {
        self.pattern.is_match(state)
    }

    fn can_match(&self, state: &Self::State) -> bool {
        self.n_asked.set(self.n_asked.get().wrapping_add(1));
        let ends = self.n_asked.get().is_multiple_of(STOP_EVERY) && self.stop.is_said();
        !ends && self.pattern.can_match(state)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        self.pattern.accept(state, byte)
    }
}

/// Says what is wrong with a regular expression, given what its reader says, and what to do.
fn wrong_regex(error: &str) -> (String, &'static str) {
    // Of a wrong form it tells the place in several lines, and what it is in the last.
    if let Some((_, what)) = error.rsplit_once("error: ") {
        let hint = "put a backslash before a mark that stands for itself, as in /3\\.5/";
        return (format!("this regular expression is wrong: {}", what.trim()), hint);
    }
    if error.contains("exceeds size limit") {
        let message = "this regular expression stands for too many forms to be looked for";
        return (message.to_owned(), "write one with fewer repetitions, or the words themselves, joined by OR");
    }
    let message = "this regular expression has a mark that tells no letters, such as \\b, ^, $ or .*?";
    (message.to_owned(), "leave it out: the expression matches whole words, from the first letter to the last")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Index, Language};

    fn expanded(expander: &Expander) -> String {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        let mut article = Article::new("1");
        article.language = Some(Language::given("fr"));
        article.body.push("Cafe café cafés côté ferry ferries fery Ferrari 東京 covid-19 3.5".to_owned());
        writer.add(article).expect("memory suffices");
        writer.commit().expect("memory suffices");
        let snapshot = index.snapshot().expect("it was committed");
        let Ok(forms) = expander.forms(&snapshot, 100, &Stop::never()).expect("it is sound") else {
            panic!("too many")
        };
        let shown = forms.iter().map(|(form, distance)| match distance {
            0 => form.replace(SPELLING, "/"),
            _ => format!("{}~{distance}", form.replace(SPELLING, "/")),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn wildcard(pattern: &str) -> String {
        expanded(&Expander::wildcard(pattern).expect("it is small"))
    }

    #[test]
    fn wildcards_stand_for_words_as_they_are_written() {
        assert_eq!(wildcard("FERR*"), "ferrari ferries ferry");
        assert_eq!(wildcard("f?r?y"), "ferry");
        assert_eq!(wildcard("*ry"), "ferry fery");
        assert_eq!(wildcard("3.*"), "3.5");
        assert_eq!(wildcard("*京*"), "");
    }

    #[test]
    fn diacritics_count_where_they_are_written() {
        assert_eq!(wildcard("caf*"), "cafe cafe/café cafes/cafés");
        assert_eq!(wildcard("café*"), "cafe/café cafes/cafés");
        assert_eq!(wildcard("c*é"), "cafe/café cote/côté");
        assert_eq!(expanded(&Expander::exact("Cafe")), "cafe cafe/café");
        assert_eq!(expanded(&Expander::exact("café")), "cafe/café");
        assert_eq!(expanded(&Expander::exact("caf")), "");
    }

    #[test]
    fn fuzzy_words_have_few_changes() {
        assert_eq!(expanded(&Expander::fuzzy("Ferry", 1)), "ferry fery~1");
        assert_eq!(expanded(&Expander::fuzzy("férris", 2)), "ferries~1 ferry~2");
        assert_eq!(expanded(&Expander::fuzzy("acfé", 1)), "cafe~1 cafe/café~1");
    }

    #[test]
    fn regular_expressions_match_from_end_to_end() {
        let regex = |text: &str| expanded(&Expander::regex(text).expect("it is right"));
        assert_eq!(regex("Fe?r+(y|ies)"), "ferries ferry fery");
        assert_eq!(regex("c.*é"), "cafe/café cote/côté");
        assert_eq!(regex("ferr"), "");
        assert_eq!(regex("^ferr(y|ies)$"), "ferries ferry");
        for (wrong, message) in [
            ("a(", "this regular expression is wrong: unclosed group"),
            ("a{2", "this regular expression is wrong: unclosed counted repetition"),
            ("(a|b)*a(a|b){60}", "this regular expression stands for too many forms to be looked for"),
            ("fer\\b", "this regular expression has a mark that tells no letters, such as \\b, ^, $ or .*?"),
            ("fer.*?y", "this regular expression has a mark that tells no letters, such as \\b, ^, $ or .*?"),
        ] {
            assert_eq!(Expander::regex(wrong).err().expect("it is wrong").0, message, "{wrong}");
        }
    }
}
