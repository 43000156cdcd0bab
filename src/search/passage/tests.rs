use super::super::marks::Marking;
use super::super::marks::tests::{Pattern, marking, marks};
use super::*;
use crate::Caption;
use crate::analysis::Analyzer;
use crate::search::leaf::Scope;
use proptest::prelude::*;
use unicode_segmentation::GraphemeCursor;

fn article(body: &[&str]) -> Article {
    let mut article = Article::new("a");
    article.body = body.iter().map(|text| (*text).to_owned()).collect();
    article
}

/// Asks for the words of each text, each with its one term; rarer the later it stands in the list.
fn asked(queries: &[&str]) -> Marking {
    let pattern = |(n, query): (usize, &&str)| {
        let slots = Analyzer::of(None).tokens(query).into_iter().map(|token| vec![token.term]).collect();
        Pattern { slots, scope: Scope::Anywhere, weight: 1.0 + n as f64 / 10.0 }
    };
    marking(queries.iter().enumerate().map(pattern).collect())
}

/// Returns the passages with highlights between brackets and an ellipsis where they are cut.
fn passages(article: &Article, queries: &[&str], count: usize, length: usize) -> Vec<String> {
    let passages = best_passages(article, &marks(&asked(queries), article), count, length);
    let show = |passage: &Passage| {
        let marked = super::super::markup::with_marks(&passage.text, &passage.highlights, "[", "]");
        let (before, after) = (if passage.cut_before { "…" } else { "" }, if passage.cut_after { "…" } else { "" });
        format!("{} {}: {before}{marked}{after}", passage.field, passage.entry)
    };
    passages.iter().map(show).collect()
}

#[test]
fn passage_with_the_most_of_the_query_comes_first() {
    let article = article(&[
        "The ferry sailed on Monday after nine weeks in dock.",
        "Nobody knew why. A storm had held the ferry at Ostrel. It was late.",
        "The storm was over.",
    ]);
    assert_eq!(
        passages(&article, &["ferry", "storm"], 1, 60),
        ["body 1: A [storm] had held the [ferry] at Ostrel. It was late."]
    );
}

#[test]
fn further_passages_show_what_was_not_shown() {
    let article = article(&[
        "The ferry and the storm met.",
        "The ferry and the storm met again, said the ferry crew.",
        "The harbour stayed shut.",
    ]);
    assert_eq!(
        passages(&article, &["ferry", "storm", "harbour"], 3, 40),
        [
            "body 0: The [ferry] and the [storm] met.",
            "body 2: The [harbour] stayed shut.",
            "body 1: The [ferry] and the [storm] met again, said the [ferry] crew.",
        ]
    );
}

#[test]
fn passages_do_not_overlap() {
    let article = article(&["A ferry left. A ferry came. A ferry sank. A ferry rose."]);
    assert_eq!(
        passages(&article, &["ferry"], 9, 30),
        ["body 0: A [ferry] left. A [ferry] came.", "body 0: A [ferry] sank. A [ferry] rose.",]
    );
}

#[test]
fn captions_and_standfirst_give_passages_too() {
    let mut article = article(&["Nothing of it here."]);
    article.standfirst = Some("A ferry returns.".to_owned());
    article.captions.push(Caption { text: "No.".to_owned(), credit: None });
    article.captions.push(Caption { text: "The Ostrel in a storm.".to_owned(), credit: None });
    assert_eq!(
        passages(&article, &["ferry", "storm"], 2, 60),
        ["captions 1: The Ostrel in a [storm].", "standfirst 0: A [ferry] returns.",]
    );
}

#[test]
fn long_sentence_is_cut_at_words_around_the_highlights() {
    let words = "many words that say little ".repeat(30);
    let article = article(&[&format!("{words}until the ferry came, {words}and no end.")]);
    assert_eq!(passages(&article, &["ferry"], 1, 60), ["body 0: …that say little until the [ferry] came, many words…"]);
}

#[test]
fn long_sentence_gives_several_passages() {
    let words = "many words that say little ".repeat(30);
    let article = article(&[&format!("{words}ferry {words}storm {words}harbour")]);
    let passages = passages(&article, &["ferry", "storm", "harbour"], 5, 60);
    assert_eq!(passages.len(), 3);
    assert!(passages[0].contains("[harbour]") && !passages[0].ends_with('…'), "{}", passages[0]);
    assert!(passages[2].contains("[ferry]"), "{}", passages[2]);
}

#[test]
fn lead_is_shown_where_nothing_matches() {
    let article = article(&["", "The ferry sailed. It came back. It sailed again. The end of it."]);
    assert_eq!(passages(&article, &[], 2, 35), ["body 1: The ferry sailed. It came back."]);
    assert_eq!(passages(&article, &["storm"], 2, 35), ["body 1: The ferry sailed. It came back."]);
    assert_eq!(passages(&article, &["ferry"], 0, 35), Vec::<String>::new());
    assert_eq!(passages(&Article::new("b"), &["ferry"], 2, 35), Vec::<String>::new());
}

#[test]
fn phrase_over_two_sentences_is_shown_with_both() {
    let article = article(&["One came first. The ferry sailed. Storms held it. One came last."]);
    assert_eq!(passages(&article, &["sailed storms"], 1, 20), ["body 0: The ferry [sailed. Storms] held it."]);
}

#[test]
fn phrase_over_paragraphs_is_shown_in_each() {
    let article = article(&["The ferry sailed", "storms held it.", "Storms."]);
    assert_eq!(
        passages(&article, &["sailed storms"], 3, 40),
        ["body 0: The ferry [sailed]", "body 1: [storms] held it.",]
    );
}

#[test]
fn phrase_longer_than_a_passage_is_marked_as_far_as_shown() {
    let words = "alpha beta gamma delta epsilon zeta eta theta iota kappa";
    let article = article(&[&format!("{words} {words}.")]);
    assert_eq!(passages(&article, &[&format!("{words} {words}")], 1, 20), ["body 0: [alpha beta gamma delta]…"]);
}

#[test]
fn text_without_spaces_is_cut_between_characters() {
    let article = article(&[&format!("{}渡船回来了{}", "风雨".repeat(100), "平静".repeat(100))]);
    let found = best_passages(&article, &marks(&asked(&["渡"]), &article), 1, 40);
    assert_eq!(found[0].text.chars().count(), 40);
    assert!(found[0].cut_before && found[0].cut_after && found[0].text.contains("渡船回来了"));
}

#[test]
fn headline_is_highlighted_whole() {
    let mut article = Article::new("a");
    article.headline = Some("Ferry: Rate hike".to_owned());
    let asked = asked(&["rate hike", "ferry"]);
    let found = highlighted(&article, TextField::Headline, &marks(&asked, &article));
    assert_eq!(found.map(|found| found.highlights), Some(vec![0..5, 7..16]));
    assert_eq!(highlighted(&article, TextField::Kicker, &marks(&asked, &article)), None);
}

#[test]
fn hostile_paragraphs_take_linear_time() {
    for piece in ["ferry ", "ferry. ", "f", "e\u{301}", "\u{301}", "渡", "渡。", " ", "(", "a-", "🇩🇪", "👨‍👩‍👧"]
    {
        let text = format!("ferry {}", piece.repeat(100_000 / piece.len()));
        let (article, asked) = (article(&[&text]), asked(&["ferry", "渡", "a"]));
        let found = best_passages(&article, &marks(&asked, &article), 20, 200);
        assert!(!found.is_empty(), "{piece:?}");
    }
}

fn is_grapheme_boundary(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).expect("the whole text is given")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn passages_are_clean_cuts_and_highlights_are_words_of_the_query(
        body in prop::collection::vec("(ferry|storm|Mr|U\\.S|well-known|渡船|e\u{301}|é|👍🏽|[.!?,] ?| | ?“|” |\n|[a-z]{1,9} ){0,60}", 1..4),
        count in 0_usize..5,
        length in 0_usize..60,
    ) {
        let body: Vec<&str> = body.iter().map(String::as_str).collect();
        let article = article(&body);
        let queries = ["ferry", "storm", "wellknown", "渡", "é"];
        let passages = best_passages(&article, &marks(&asked(&queries), &article), count, length);
        prop_assert!(passages.len() <= count);
        for (n, passage) in passages.iter().enumerate() {
            let entry = body[passage.entry];
            prop_assert_eq!(entry.get(passage.range.clone()), Some(passage.text.as_str()));
            prop_assert!(is_grapheme_boundary(entry, passage.range.start) && is_grapheme_boundary(entry, passage.range.end));
            let overlaps = |other: &Passage| {
                other.entry == passage.entry && other.range.start < passage.range.end && passage.range.start < other.range.end
            };
            prop_assert!(!passages[..n].iter().any(overlaps));
            let mut end = 0;
            for highlight in &passage.highlights {
                prop_assert!(highlight.start >= end && highlight.start < highlight.end);
                end = highlight.end;
                let text = passage.text.get(highlight.clone());
                prop_assert!(text.is_some());
                let tokens = Analyzer::for_marking(None).tokens(text.unwrap_or_default());
                prop_assert!(tokens.iter().any(|token| ["ferry", "storm", "wellknown", "渡", "e"].contains(&token.term.as_str())));
            }
        }
    }
}
