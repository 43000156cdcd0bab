//! The query language by example; what every operator means stands in `tests/reference`.

use proptest::prelude::*;

use super::*;

#[test]
fn dates_lengths_and_places_narrow_a_query() {
    check("date:2022-03", &["section", "toll"]);
    check("date:2022-01-01..2022-03-03", &["ferries", "section"]);
    check("date:[2021 TO 2022-01-01]", &["ferries", "scattered"]);
    check("since:2022-03-04", &["section", "toll"]);
    check("until:2021", &["scattered"]);
    check("date:<2022", &["scattered"]);
    check("date:>2022-03-04", &["section"]);
    check("on:2021-12-31 OR herring", &["caption", "scattered"]);
    check("has:caption", &["caption"]);
    check("credit:*", &["caption"]);
    check("missing:date", &["caption", "ja"]);
    check("has:section final^3", &["section"]);
    check("words:>8", &["ferries"]);
    check("words:..4 bridge OR words:2", &["caption"]);
    check("path:toll", &["toll"]);
    check("path:s*", &["scattered", "section"]);
    check("path:fer", &[]);
    let mut request = SearchRequest::new("since:2m");
    assert!(matches!(sample().search(&request), Err(Error::Query(_))), "nobody says which day it is");
    request.now = Date::parse("2022-05-01", DateOrder::Unknown).ok();
    assert_eq!(ids(&sample().search(&request).expect("a right query")), ["toll", "section"]);
    for wrong in ["date:tomorrow", "words:many", "has:nothing", "since:\"next week\""] {
        assert!(matches!(sample().search(&SearchRequest::new(wrong)), Err(Error::Query(_))), "{wrong}");
    }
}

#[test]
fn counts_and_capitals_narrow_a_query() {
    check("2 of (toll, storm, drivers)", &["scattered", "toll"]);
    check("3 of (toll, storm, drivers)", &[]);
    check("2 of (harbour bridge, toll, herring)", &["scattered", "toll"]);
    check("atleast2(toll)", &["toll"]);
    check("atleast2(the)", &["scattered"]);
    check("allcaps(us)", &["ferries"]);
    check("nocaps(toll)", &["toll"]);
    check("caps(toll)", &["scattered"]);
    check("headline:caps(bridge OR toll)", &["scattered"]);
    check("-caps(toll) toll", &["toll"]);
    check("caps(section:sport)", &["section"]);
    check("nocaps(section:sport)", &[]);
    for wrong in
        ["4 of (a, b)", "0 of (a)", "atleast(toll)", "atleast2(toll) W/3 bridge", "plural(toll)", "caps(lang:en)"]
    {
        assert!(matches!(sample().search(&SearchRequest::new(wrong)), Err(Error::Query(_))), "{wrong}");
    }
}

#[test]
fn a_weight_changes_the_order() {
    let texts = [("a", "Toll of the storm"), ("b", "Storm and its toll"), ("c", "Toll"), ("d", "Storm")];
    let articles = texts.map(|(id, text)| article(id, text, "Nothing else."));
    let searcher = index_of(articles).searcher().expect("a searcher");
    let best = |query: &str| {
        let answer = searcher.search(&SearchRequest::new(query)).expect("a right query");
        ids(&answer).into_iter().filter(|id| ["c", "d"].contains(id)).collect::<String>()
    };
    assert_eq!((best("toll^3 OR storm"), best("toll OR storm^3")), ("cd".to_owned(), "dc".to_owned()));
}

#[test]
fn words_as_they_are_written_are_found_and_marked() {
    check("harb*", &["scattered", "toll"]);
    check("=ferry", &[]);
    check("=ferries", &["ferries"]);
    check("herrring~ OR ?rates", &["caption"]);
    check("headline:/t.ll/", &["scattered", "toll"]);
    check("caption:herr*", &["caption"]);
    check("headline:herr*", &[]);
    let answer = sample().search(&SearchRequest::new("h*r W/1 bri*")).expect("a right query");
    assert_eq!(marked(&answer.hits[0]), ["headline: Harbour", "headline: bridge", "body: harbour", "body: bridge"]);
}

#[test]
fn words_near_one_another_are_found_and_marked_where_they_are() {
    check("toll W/2 harbour", &["toll"]);
    check("harbour PRE/2 toll", &["toll"]);
    check("toll PRE/2 harbour", &[]);
    check("bridge W/S rises", &["toll"]);
    check("rises W/S drivers", &[]);
    check("bridge NOT W/1 harbour", &["scattered"]);
    check("\"harbour toll\"~1", &["toll"]);
    check("hlead:(toll AND storm)", &["scattered"]);
    check("first/2(harbour)", &["toll"]);
    let answer = sample().search(&SearchRequest::new("toll W/2 harbour")).expect("a right query");
    assert_eq!(marked(&answer.hits[0]), ["headline: Harbour", "headline: toll", "body: harbour", "body: toll"]);
}

#[test]
fn a_wildcard_that_stands_for_too_many_words_is_refused_with_their_number() {
    let mut request = SearchRequest::new("ferry OR *a*");
    request.max_forms = 3;
    match sample().search(&request) {
        Err(Error::Query(diagnostics)) => {
            let message = "this stands for 12 words, and at most 3 are looked up";
            assert_eq!((diagnostics[0].message.as_str(), diagnostics[0].span.clone()), (message, 9..12));
        }
        other => panic!("{other:?}"),
    }
    request.max_forms = 12;
    assert!(sample().search(&request).is_ok());
}

#[test]
fn a_fuzzy_word_ranks_below_the_one_as_written() {
    let written = article("written", "Other news", &format!("{} Xinjiang.", "many words ".repeat(90)));
    let changed = article("changed", "Xinjang", &"Xinjang. ".repeat(30));
    let searcher = index_of([written, changed]).searcher().expect("a searcher");
    let answer = searcher.search(&SearchRequest::new("xinjiang~")).expect("a right query");
    assert_eq!(ids(&answer), ["written", "changed"]);
}

#[test]
fn addresses_and_status_are_read_from_stored_articles() {
    let mut toll = article("toll", "Toll", "The toll rises.");
    toll.url = Some("https://news.example.org/2024/toll".to_owned());
    let mut storm = article("storm", "Storm", "A storm and a toll.");
    storm.url = Some("http://example.com/storm".to_owned());
    storm.status = newshound::Status::Corrected;
    let searcher = index_of([toll, storm, article("none", "None", "A toll.")]).searcher().expect("a searcher");
    for (query, expected) in [
        ("site:example.org", vec!["toll"]),
        ("toll url:\"example.com/\"", vec!["storm"]),
        ("url:https://*/toll", vec!["toll"]),
        ("has:url -status:corrected", vec!["toll"]),
        ("missing:url OR status:Corrected", vec!["none", "storm"]),
        ("toll -site:example.org -status:corrected", vec!["none"]),
    ] {
        let answer = searcher.search(&SearchRequest::new(query)).expect("a right query");
        let mut found = ids(&answer);
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    assert!(matches!(searcher.search(&SearchRequest::new("status:odd")), Err(Error::Query(_))));
}

#[test]
fn words_that_no_article_has_get_others_to_be_meant() {
    let suggested = |query: &str| {
        let answer = sample().search(&SearchRequest::new(query)).expect("a right query");
        let shown = answer.suggestions.into_iter().map(|s| format!("{:?} {} {}", s.span, s.word, s.instead.join(" ")));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(suggested("toll harbor"), ["5..11 harbor harbour"]);
    assert_eq!(suggested("headline:brigde OR strom"), ["9..15 brigde bridge", "19..24 strom storm"]);
    assert_eq!(suggested("toll -harbor zzzzzz -\"harbor toll\" 西"), [""; 0]);
    assert_eq!(suggested("toll \"harbor toll\""), ["6..12 harbor harbour"]);
}

#[test]
fn a_beginning_is_completed_by_the_words_in_most_articles() {
    let completed = |typed: &str, limit| {
        let completions = sample().suggest(typed, limit).expect("the index is sound").into_iter();
        let words = completions.filter(|c| c.kind == newshound::CompletionKind::Word);
        words.map(|c| format!("{} {}", c.text, c.articles)).collect::<Vec<_>>()
    };
    assert_eq!(completed("the F", 3), ["the ferries 1", "the final 1", "the fish 1"]);
    assert_eq!(completed("to", 2), ["toll 2", "to 1"]);
    assert_eq!(completed("harbour ", 2), [""; 0]);
}

#[test]
fn a_beginning_is_completed_by_headlines_of_most_articles_and_the_newest() {
    let article = |id: &str, headline: &str, date: &str| dated(article(id, headline, "Nothing else."), date);
    let index = index_of([
        article("a", "Harbour bridge toll rises", "2022-03-04"),
        article("b", "Harbour café opens", "2022-03-06"),
        article("c", "A bridge for the Hafen", "2022-03-05"),
        article("d", "Storm over the harbour", "2021-01-01"),
        article("e", "STORM over the harbour", "2021-01-02"),
        article("gone", "Harbour closed", "2023-01-01"),
        article("ja", "東京都の新しい橋", "2022-01-01"),
        article("ja-2", "東京の橋", "2022-01-02"),
    ]);
    let mut writer = index.writer().expect("no other writer");
    writer.delete(&"gone".into()).expect("it is there");
    writer.commit().expect("committed");
    let completed = |typed: &str, limit| {
        let completions = index.searcher().expect("a searcher").suggest(typed, limit).expect("the index is sound");
        let headlines = completions.into_iter().filter(|c| c.kind == newshound::CompletionKind::Headline);
        headlines.map(|c| format!("{} {}", c.articles, c.text)).collect::<Vec<_>>()
    };
    let [storm, toll] = ["2 STORM over the harbour", "1 Harbour bridge toll rises"];
    let [cafe, hafen] = ["1 Harbour café opens", "1 A bridge for the Hafen"];
    assert_eq!(completed("ha", 9), [storm, cafe, hafen, toll]);
    assert_eq!(completed("ha", 1), [cafe], "of two that were read");
    assert_eq!(completed("Harbour ", 9), [storm, cafe, toll]);
    assert_eq!(completed("bridge h", 9), [hafen, toll]);
    assert_eq!(completed("harbour b", 9), [toll]);
    assert_eq!(completed("harbour cafe", 9), [cafe]);
    assert_eq!(completed("Café har", 9), [cafe]);
    assert_eq!(completed("harbour x", 9), [""; 0]);
    assert_eq!(completed("東京", 9), ["1 東京の橋", "1 東京都の新しい橋"]);
    assert_eq!(completed("東京都", 9), ["1 東京都の新しい橋"]);
    assert_eq!(completed("", 9), [""; 0]);
    assert_eq!(completed("ha", 0), [""; 0]);
}

#[test]
fn short_beginnings_are_completed_anew_after_a_commit() {
    let index = index_of([article("a", "Harbour closed", "Nothing else.")]);
    let mut searcher = index.searcher().expect("a searcher");
    let completed = |searcher: &newshound::Searcher| {
        let completions = searcher.suggest("ha", 9).expect("the index is sound").into_iter();
        completions.map(|c| c.text).collect::<Vec<_>>()
    };
    assert_eq!(completed(&searcher), ["harbour", "Harbour closed"]);
    let mut writer = index.writer().expect("no other writer");
    writer.add(article("b", "Hafen open", "Nothing else.")).expect("memory suffices");
    writer.commit().expect("committed");
    assert_eq!(completed(&searcher), ["harbour", "Harbour closed"], "a searcher answers from its snapshot");
    assert!(searcher.reload().expect("the index is sound"));
    let mut both = completed(&searcher);
    both.sort();
    assert_eq!(both, ["Hafen open", "Harbour closed", "hafen", "harbour"]);
}

#[test]
fn characters_of_every_block_are_answered_or_refused() {
    let searcher = sample();
    // No characters are assigned in the planes between, nor behind.
    for start in (0..0x3_2000u32).chain(0xe_0000..0xe_0200).step_by(0x80) {
        let c: String = (start..start + 0x80).filter_map(char::from_u32).step_by(9).collect();
        for query in [format!("ferry {c}*~2 W/3 caps(={c})"), format!("\"{c}\"~3 OR headline:{c}^2 /{c}/")] {
            let answer = searcher.search(&SearchRequest { lenient: true, ..SearchRequest::new(query.as_str()) });
            assert!(matches!(answer, Ok(_) | Err(Error::Query(_))), "{query}: {answer:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_text_is_answered_with_highlights_inside_the_text(
        query in r#"(ferr(y|ies)|toll|harb\*|t\?ll|bridge~|=the|東京|京|well-known|"the (harbour )?bridge"(~2)?| |W/3|PRE/S|NOT W/2|AND|OR|NOT|-|\(|\)|headline:|lead:|first/9\(|caps\(|2 of \(|atleast2\(|,|\^2|date:>2021|has:caption|/t.+/){0,14}"#,
    ) {
        let request = SearchRequest { lenient: true, passages: 5, ..SearchRequest::new(query.as_str()) };
        let searcher = SAMPLE.with(Clone::clone);
        match searcher.search(&request) {
            Ok(answer) => {
                for hit in &answer.hits {
                    for passage in &hit.passages {
                        prop_assert!(passage.highlights.iter().all(|range| passage.text.get(range.clone()).is_some()));
                    }
                    let all = searcher.highlights(&request, &hit.source);
                    prop_assert!(all.is_ok_and(|all| all.iter().all(|entry| !entry.highlights.is_empty())));
                }
            }
            Err(error) => prop_assert!(matches!(error, Error::Query(_)), "{:?}", error),
        }
    }
}

thread_local! {
    static SAMPLE: Searcher = sample();
}

#[test]
fn a_hit_without_passages_is_the_same_but_for_them() {
    let searcher = sample();
    for query in ["harbour", "toll OR storm", "\"harbour bridge\"", "(harbour AND toll) OR ferry", "fina* -toll", ""] {
        let hits = |passages| {
            let request = SearchRequest { passages, ..SearchRequest::new(query) };
            searcher.search(&request).expect("it is sound").hits
        };
        let mut with = hits(2);
        with.iter_mut().for_each(|hit| hit.passages.clear());
        assert!(!with.is_empty(), "{query}");
        assert_eq!(with, hits(0), "{query}");
    }
}
