use super::*;
use crate::analysis::Analyzer;
use crate::search::intervals::{Sequence, Spans};
use crate::search::leaf::{Scope, Words, Zone};
use crate::search::plan::Choice;

/// Words in sequence, each with its alternative terms; a slot without terms is passed by any word.
pub(in crate::search) struct Pattern {
    pub(in crate::search) slots: Vec<Vec<String>>,
    pub(in crate::search) scope: Scope,
    pub(in crate::search) weight: f64,
}

/// Returns what is to be marked where any of these is asked for.
pub(in crate::search) fn marking(patterns: Vec<Pattern>) -> Marking {
    let (mut leaves, mut choices, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (part, Pattern { slots, scope, weight }) in patterns.into_iter().enumerate() {
        let length = slots.last().and_then(|terms| terms.first()).map_or(0, |term| Analyzer::n_positions(term));
        let length = length + slots.len().saturating_sub(1) as u32;
        let mut filled = Vec::new();
        for (distance, marks) in (0..).zip(slots).filter(|(_, terms)| !terms.is_empty()) {
            filled.push((distance, leaves.len()));
            leaves.push(Leaf {
                words: Words::Stems { terms: Vec::new(), marks },
                length: 1,
                scope: scope.clone(),
                case: None,
            });
        }
        let spans = Spans::Sequence(Sequence { slots: filled, length, part });
        choices.push(Choice { is_required: false, plan: Plan::Spans { spans, least: 1 } });
        weights.push(weight);
    }
    Marking { leaves: leaves.into(), plan: Some(Plan::Any(choices)), weights }
}

/// Returns what matches in an article without a language.
pub(in crate::search) fn marks<'m>(marking: &'m Marking, article: &Article) -> Marks<'m> {
    let marks = Marker::of(marking, None, &Stop::never()).marks(article, &Analyzer::for_marking(None), &|_| Ok(true));
    marks.expect("no index is asked")
}

fn pattern(slots: &[&[&str]]) -> Pattern {
    let slots = slots.iter().map(|terms| terms.iter().map(|term| (*term).to_owned()).collect()).collect();
    Pattern { slots, scope: Scope::Anywhere, weight: 1.0 }
}

/// Returns the body with every highlight between brackets.
fn marked(patterns: Vec<Pattern>, body: &[&str]) -> Vec<String> {
    let mut article = Article::new("a");
    article.body = body.iter().map(|text| (*text).to_owned()).collect();
    let marking = marking(patterns);
    let matches = marks(&marking, &article).in_field(TextField::Body);
    let in_entry = |entry| matches.iter().filter(move |found| found.entry == entry);
    let mark = |(entry, text): (usize, &&str)| {
        let mut marked = (*text).to_owned();
        for range in merged(in_entry(entry).map(|found| found.range.clone())).into_iter().rev() {
            marked.insert(range.end, ']');
            marked.insert(range.start, '[');
        }
        marked
    };
    body.iter().enumerate().map(mark).collect()
}

#[test]
fn words_are_marked_wherever_they_stand() {
    let words = vec![pattern(&[&["ferry", "ferries"]]), pattern(&[&["storm"]])];
    assert_eq!(marked(words, &["Ferry and storm, FERRIES"]), ["[Ferry] and [storm], [FERRIES]"]);
}

#[test]
fn phrase_is_marked_as_one_and_its_words_alone_are_not() {
    let phrase = vec![pattern(&[&["rate"], &["hike"]])];
    assert_eq!(
        marked(phrase, &["A rate hike. Rate, no hike; hike rate hike"]),
        ["A [rate hike]. Rate, no hike; hike [rate hike]"]
    );
}

#[test]
fn phrase_of_repeated_words_is_found_in_every_place() {
    let phrase = vec![pattern(&[&["a"], &["a"], &["b"]])];
    assert_eq!(marked(phrase, &["a a a b a b"]), ["a [a a b] a b"]);
    assert_eq!(marked(vec![pattern(&[&["a"], &["a"]])], &["a a a b a"]), ["[a a a] b a"]);
}

#[test]
fn slot_without_terms_is_passed_by_any_word() {
    let phrase = vec![pattern(&[&["bank"], &[], &[], &["ostrel"]])];
    assert_eq!(marked(phrase, &["bank of the Ostrel, bank of Ostrel"]), ["[bank of the Ostrel], bank of Ostrel"]);
}

#[test]
fn phrase_over_paragraphs_is_marked_in_each() {
    let phrase = vec![pattern(&[&["b"], &["c"], &["d"], &["e"]])];
    assert_eq!(marked(phrase, &["a b", "c d.", "e f"]), ["a [b]", "[c d].", "[e] f"]);
}

#[test]
fn compounds_match_by_their_parts_and_joined() {
    assert_eq!(marked(vec![pattern(&[&["wellknown"]])], &["a well-known man"]), ["a [well-known] man"]);
    assert_eq!(marked(vec![pattern(&[&["known"], &["man"]])], &["a well-known man"]), ["a well-[known man]"]);
}

#[test]
fn neighbouring_bigrams_are_marked_as_one() {
    assert_eq!(marked(vec![pattern(&[&["東京"], &["京都"]])], &["東京都と東京"]), ["[東京都]と東京"]);
    let words = vec![pattern(&[&["北京"]]), pattern(&[&["大学"]])];
    assert_eq!(marked(words, &["北京大学在北京"]), ["[北京大学]在[北京]"]);
}

#[test]
fn character_alone_is_marked_alone() {
    assert_eq!(marked(vec![pattern(&[&["京"]])], &["東京都と東京"]), ["東[京]都と東[京]"]);
}

#[test]
fn pattern_of_another_field_is_not_marked() {
    let words = vec![Pattern { scope: Scope::Zones(vec![Zone::of(TextField::Headline)]), ..pattern(&[&["ferry"]]) }];
    assert_eq!(marked(words, &["ferry"]), ["ferry"]);
}

#[test]
fn phrase_crosses_no_captions() {
    let mut article = Article::new("a");
    for text in ["rate", "hike"] {
        article.captions.push(crate::Caption { text: text.to_owned(), credit: None });
    }
    let marking = marking(vec![pattern(&[&["rate"], &["hike"]])]);
    assert_eq!(marks(&marking, &article).in_field(TextField::Captions), []);
}

#[test]
fn pattern_without_terms_matches_nothing() {
    assert_eq!(marked(vec![pattern(&[]), pattern(&[&[], &[]])], &["a b"]), ["a b"]);
}
