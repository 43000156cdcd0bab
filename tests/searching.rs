//! What a query means, on a handful of articles that are told apart by it.

mod asking;
mod language;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use newshound::{
    Article, Caption, Date, DateOrder, DiagnosticKind, Error, Hit, Index, Language, Operator, Passage, SearchRequest,
    SearchResponse, Searcher, Section, Severity, Sort, Stop, Total,
};

fn article(id: &str, headline: &str, body: &str) -> Article {
    let mut article = Article::new(id);
    article.headline = Some(headline.to_owned());
    article.body = body.split('\n').map(str::to_owned).collect();
    article.language = Some(Language::given("en"));
    article
}

fn dated(mut article: Article, date: &str) -> Article {
    article.published = Some(Date::parse(date, DateOrder::Unknown).expect("a date"));
    article
}

fn index_of(articles: impl IntoIterator<Item = Article>) -> Index {
    let index = Index::in_memory().expect("an index");
    let mut writer = index.writer().expect("a writer");
    for article in articles {
        writer.add(article).expect("added");
    }
    writer.commit().expect("committed");
    index
}

fn sample() -> Searcher {
    let mut caption = article("caption", "Fish market", "Nothing else.");
    caption
        .captions
        .push(Caption { text: "Crates of herring.".to_owned(), credit: Some("Lantern Pictures".to_owned()) });
    let mut section = dated(article("section", "Cup final", "The final was played."), "2022-03");
    section.section = Section::from_label("Sport / Football");
    let mut japanese = article("ja", "東京都の新しい橋", "橋は春に開通した。");
    japanese.language = Some(Language::given("ja"));
    index_of([
        dated(
            article("toll", "Harbour bridge toll rises", "The harbour bridge toll rises.\nDrivers object."),
            "2022-03-04",
        ),
        dated(
            article("scattered", "Toll of the storm", "The bridge stands.\nThe harbour is closed."),
            "2021-12-31T23:30-05:00",
        ),
        dated(
            article("ferries", "Ferries again", "Two ferries sail, well-known ones, to the U.S. coast."),
            "2022-01-01T04:15Z",
        ),
        caption,
        section,
        japanese,
    ])
    .searcher()
    .expect("a searcher")
}

fn ids(answer: &SearchResponse) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[track_caller]
fn check(query: &str, expected: &[&str]) {
    let answer = sample().search(&SearchRequest::new(query)).expect("a right query");
    let mut found = ids(&answer);
    found.sort_unstable();
    assert_eq!(found, expected, "{query} as {}", answer.query);
    assert_eq!(answer.total, Total::Exact(expected.len() as u64));
}

#[test]
fn every_word_is_required_and_found_in_any_field() {
    check("harbour toll", &["scattered", "toll"]);
    check("harbour herring", &[]);
    check("herring lantern", &["caption"]);
    check("FERRY", &["ferries"]);
}

#[test]
fn phrases_stand_in_sequence_within_a_field() {
    check("\"harbour bridge toll\"", &["toll"]);
    check("\"bridge toll rises\"", &["toll"]);
    check("\"toll drivers\"", &[]);
    check("\"rises drivers object\"", &["toll"]);
    check("\"herring lantern\"", &[]);
}

#[test]
fn operators_join_and_exclude() {
    check("toll -drivers", &["scattered"]);
    check("toll NOT \"bridge stands\"", &["toll"]);
    check("herring OR ferries", &["caption", "ferries"]);
    check("(herring OR toll) AND harbour", &["scattered", "toll"]);
    check("-toll -ferries -herring -final", &["ja"]);
}

#[test]
fn fields_narrow_a_word() {
    check("headline:bridge", &["toll"]);
    check("caption:herring", &["caption"]);
    check("headline:herring", &[]);
    check("credit:\"lantern pictures\"", &["caption"]);
    check("section:sport", &["section"]);
    check("section:sport/football final", &["section"]);
    check("lang:ja", &["ja"]);
    check("id:toll", &["toll"]);
}

#[test]
fn languages_and_sections_are_found_as_people_write_them() {
    check("lang:ja-JP", &["ja"]);
    check("lang:JA", &["ja"]);
    check("section:\"SPORT / Football\"", &["section"]);
    let searcher = sample();
    let count = |request: &SearchRequest| searcher.count(request).expect("counted");
    let mut request = SearchRequest::new("");
    for (code, expected) in [("en-GB", 5), ("en_us", 5), ("ja-Jpan", 1), ("fr", 0)] {
        request.languages = vec![code.to_owned()];
        assert_eq!(count(&request), expected, "{code}");
    }
    request.languages.clear();
    for (section, expected) in
        [("SPORT / FOOTBALL", 1), ("Sport > Football", 1), ("/sport/", 1), ("Football", 0), (" / ", 0)]
    {
        request.sections = vec![section.to_owned()];
        assert_eq!(count(&request), expected, "{section}");
    }
}

#[test]
fn compounds_acronyms_and_unspaced_scripts_are_found() {
    check("well-known", &["ferries"]);
    check("\"well known ones\"", &["ferries"]);
    check("wellknown", &["ferries"]);
    check("U.S.", &["ferries"]);
    check("東京", &["ja"]);
    check("京都の新", &["ja"]);
    check("橋", &["ja"]);
    check("東橋", &[]);
}

#[test]
fn one_character_is_found_and_marked_wherever_it_stands() {
    for (query, marked) in [
        ("東", "[東]京都の新しい橋"),
        ("京", "東[京]都の新しい橋"),
        ("橋", "東京都の新しい[橋]"),
        ("headline:都", "東京[都]の新しい橋"),
        ("\"都 の新\"", "東京[都の新]しい橋"),
    ] {
        check(query, &["ja"]);
        let hit = sample().search(&SearchRequest::new(query)).expect("an answer").hits.remove(0);
        let headline = hit.headline.expect("a headline");
        assert_eq!(newshound::with_marks(&headline.text, &headline.highlights, "[", "]"), marked);
    }
    check("西", &[]);
    check("-東 橋", &[]);
}

#[test]
fn a_range_of_dates_holds_its_ends_as_printed() {
    let searcher = sample();
    let in_range = |since: &str, until: &str| {
        let mut request = SearchRequest::new("");
        request.since = Date::parse(since, DateOrder::Unknown).ok();
        request.until = Date::parse(until, DateOrder::Unknown).ok();
        let answer = searcher.search(&request).expect("a right request");
        let mut found: Vec<_> = ids(&answer).into_iter().map(str::to_owned).collect();
        found.sort_unstable();
        (found.join(" "), answer.undated)
    };
    assert_eq!(in_range("2021-12-31", "2021-12-31"), ("scattered".to_owned(), 2));
    assert_eq!(in_range("2022-03-04", ""), ("section toll".to_owned(), 2));
    assert_eq!(in_range("2022-03-05", "2022"), ("section".to_owned(), 2), "March as a month may be later in it");
    assert_eq!(in_range("2022-01-01", "2022-01"), ("ferries".to_owned(), 2));
    let mut request = SearchRequest::new("herring");
    request.since = Date::parse("2022", DateOrder::Unknown).ok();
    assert_eq!(searcher.count(&request).expect("counted"), 0);
    request.undated = true;
    assert_eq!(searcher.count(&request).expect("counted"), 1);
}

#[test]
fn dates_sort_by_the_instant_and_undated_articles_last() {
    let searcher = sample();
    let order = |sort| {
        let mut request = SearchRequest::new("");
        request.sort = sort;
        ids(&searcher.search(&request).expect("a right request")).join(" ")
    };
    assert_eq!(order(Sort::Newest), "toll section scattered ferries caption ja");
    assert_eq!(order(Sort::Oldest), "ferries scattered section toll caption ja");
}

#[test]
fn pages_add_up_to_the_whole_in_one_order() {
    let searcher = sample();
    let mut request = SearchRequest::new("the OR two OR nothing OR 橋");
    request.limit = 100;
    let whole = searcher.search(&request).expect("a right query");
    assert_eq!(whole.hits.len(), 6);
    let mut pages = Vec::new();
    request.limit = 2;
    for offset in [0, 2, 4, 6] {
        request.offset = offset;
        pages.extend(searcher.search(&request).expect("a right query").hits);
    }
    assert_eq!(pages, whole.hits);
}

#[test]
fn with_no_article_with_every_word_it_is_said_how_many_have_any() {
    let answer = sample().search(&SearchRequest::new("harbour herring ferries")).expect("a right query");
    let any = answer.with_any.expect("there are some");
    assert_eq!((any.words, any.articles), (3, 4));
    let mut request = SearchRequest::new("harbour herring ferries");
    request.operator = Operator::Any;
    assert_eq!(sample().count(&request).expect("counted"), 4);
}

#[test]
fn highlights_mark_what_matched_and_nothing_else() {
    let answer = sample().search(&SearchRequest::new("\"harbour bridge\" -storm")).expect("a right query");
    let hit = &answer.hits[0];
    let headline = hit.headline.as_ref().expect("a headline");
    assert_eq!(newshound::with_marks(&headline.text, &headline.highlights, "[", "]"), "[Harbour bridge] toll rises");
    let passage = &hit.passages[0];
    assert_eq!(newshound::to_html(&passage.text, &passage.highlights), "The <mark>harbour bridge</mark> toll rises.");
}

/// Returns what is marked in a hit: the words of the headline, then those of each passage with its field.
fn marked(hit: &Hit) -> Vec<String> {
    let headline = hit.headline.iter().map(|headline| ("headline", &headline.text, &headline.highlights));
    let passages = hit.passages.iter().map(|passage| (passage.field, &passage.text, &passage.highlights));
    let places = headline.chain(passages);
    places
        .flat_map(|(field, text, ranges)| ranges.iter().map(move |range| format!("{field}: {}", &text[range.clone()])))
        .collect()
}

#[test]
fn a_match_around_the_text_is_marked_too() {
    let mut article = article("1", "Ferry late", "The ferry left late.\nThe ferry came back.\nThe ferry rests.");
    article.kicker = Some("Tidewater".to_owned());
    article.bylines = vec!["Ada Brandt".to_owned(), "Ilse Corvin".to_owned()];
    article.dateline = Some("OSTREL".to_owned());
    article.keywords = vec!["shipping".into(), "timetables".into()];
    article.section = Section::from_label("Region / Coast");
    article.publisher = Some("Morning Lantern".to_owned());
    article.captions.push(Caption { text: "The pier.".to_owned(), credit: Some("Quill Pictures".to_owned()) });
    let searcher = index_of([article]).searcher().expect("a searcher");
    let passages = |query: &str, count| {
        let mut request = SearchRequest::new(query);
        request.passages = count;
        let answer = searcher.search(&request).expect("a right query");
        let show = |passage: &Passage| {
            let text = newshound::with_marks(&passage.text, &passage.highlights, "[", "]");
            format!("{} {}: {text}", passage.field, passage.entry)
        };
        answer.hits[0].passages.iter().map(show).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("tidewater", "kicker 0: [Tidewater]"),
        ("corvin", "bylines 1: Ilse [Corvin]"),
        ("ostrel", "dateline 0: [OSTREL]"),
        ("quill", "credits 0: [Quill] Pictures"),
        ("keyword:timetable", "keywords 1: [timetables]"),
        ("coast", "section 0: Region / [Coast]"),
        ("\"morning lantern\"", "publisher 0: [Morning Lantern]"),
    ] {
        assert_eq!(passages(query, 1), [expected], "{query}");
        let lead = "body 0: The ferry left late.";
        assert_eq!(passages(query, 2), [expected, lead], "{query}: the article's own words are shown after it");
    }
    let body = "body 0: The [ferry] left late.";
    assert_eq!(passages("ferry corvin", 1), [body], "the text comes first");
    assert_eq!(passages("ferry corvin", 2), [body, "bylines 1: Ilse [Corvin]"], "and does not repeat itself before");
    assert_eq!(passages("ferry pier corvin", 2).len(), 2);
    assert!(passages("ferry pier corvin", 2).iter().all(|passage| !passage.starts_with("bylines")));
    assert_eq!(passages("ferry corvin", 0), Vec::<String>::new());
}

#[test]
fn nothing_inside_a_negation_is_marked() {
    let answer = sample().search(&SearchRequest::new("toll -(storm -bridge)")).expect("a right query");
    assert_eq!(ids(&answer), ["toll", "scattered"]);
    assert_eq!(marked(&answer.hits[0]), ["headline: toll", "body: toll"]);
    assert_eq!(marked(&answer.hits[1]), ["headline: Toll"]);
}

#[test]
fn a_wrong_query_is_answered_with_its_place() {
    for (query, kind, place) in [
        ("titel:bridge", DiagnosticKind::UnknownField, 0..5),
        ("bridge (toll", DiagnosticKind::Unbalanced, 7..8),
        ("ferry [a TO b]", DiagnosticKind::Unsupported, 6..14),
        ("ferry *", DiagnosticKind::Empty, 6..7),
        ("/a(/", DiagnosticKind::Unsupported, 0..4),
        ("ferry W/0 toll", DiagnosticKind::BadValue, 6..9),
        ("(ferry toll) W/5 storm", DiagnosticKind::Unsupported, 0..12),
        ("???", DiagnosticKind::Empty, 0..3),
        ("★ -♥", DiagnosticKind::Empty, 0..3),
    ] {
        match sample().search(&SearchRequest::new(query)) {
            Err(Error::Query(diagnostics)) => {
                assert_eq!(
                    (diagnostics[0].kind, diagnostics[0].span.clone()),
                    (kind, place),
                    "{query}: {diagnostics:?}"
                );
            }
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn what_holds_no_word_is_left_out_and_said() {
    for (query, understood, place) in [
        ("ferry ★", "ferry", 6..9),
        ("ferry -★", "ferry", 7..10),
        ("\"★ ♥\" ferry", "ferry", 0..9),
        ("ferry headline:★", "ferry", 15..18),
        ("(★ OR sail) ferry", "sail AND ferry", 1..4),
    ] {
        let answer = sample().search(&SearchRequest::new(query)).expect("a right query");
        assert_eq!((answer.query.as_str(), ids(&answer)), (understood, vec!["ferries"]), "{query}");
        let [diagnostic] = answer.diagnostics.as_slice() else { panic!("{query}: {:?}", answer.diagnostics) };
        assert_eq!((diagnostic.severity, diagnostic.kind), (Severity::Warning, DiagnosticKind::Empty), "{query}");
        assert_eq!(diagnostic.span, place, "{query}");
        assert!(diagnostic.message.ends_with("holds no word; left out"), "{}", diagnostic.message);
    }
    let any = sample().search(&SearchRequest::new("ferries ★ herring")).expect("a right query").with_any;
    assert_eq!(any.map(|any| (any.words, any.articles)), Some((2, 2)));
}

#[test]
fn a_searcher_keeps_its_snapshot_until_it_is_reloaded() {
    let index = index_of([article("1", "Harbour closed", "Closed.")]);
    let mut searcher = index.searcher().expect("a searcher");
    assert!(!searcher.reload().expect("reloaded"));
    let mut writer = index.writer().expect("a writer");
    writer.add(article("2", "Harbour open", "Open.")).expect("added");
    writer.commit().expect("committed");
    assert_eq!(searcher.count(&SearchRequest::new("harbour")).expect("counted"), 1);
    assert!(searcher.reload().expect("reloaded"));
    assert_eq!(searcher.count(&SearchRequest::new("harbour")).expect("counted"), 2);
}

#[cfg(feature = "serde")]
#[test]
fn a_request_serialises() {
    let mut request = SearchRequest::new("harbour -storm");
    request.since = Date::parse("2022-03", DateOrder::Unknown).ok();
    request.sort = Sort::Newest;
    let json = serde_json::to_value(&request).expect("a request serialises");
    assert_eq!(json["query"], "harbour -storm");
    assert_eq!((&json["operator"], &json["sort"]), (&"all".into(), &"newest".into()));
    assert_eq!((&json["since"], &json["until"]), (&"2022-03".into(), &serde_json::Value::Null));
    assert_eq!(json["limit"], 10);
}

#[test]
fn a_search_stops_when_it_is_told_to() {
    let index = index_of((0..3000).map(|n| article(&n.to_string(), "Harbour", "The harbour.")));
    let searcher = index.searcher().expect("a searcher");
    let request = SearchRequest::new("harbour");
    assert!(matches!(searcher.search_until(&request, &Stop::when(|| true)), Err(Error::Cancelled)));
    assert!(matches!(searcher.count_until(&request, &Stop::when(|| true)), Err(Error::Cancelled)));
    assert_eq!(searcher.count_until(&request, &Stop::never()).expect("counted"), 3000);
    // However late the word to stop comes, it is heeded: while articles are collected, and before and after each hit
    // is read.
    let asked = Arc::new(AtomicUsize::new(0));
    let after = |most: usize| {
        asked.store(0, Ordering::Relaxed);
        let asked = asked.clone();
        let stop = Stop::when(move || asked.fetch_add(1, Ordering::Relaxed) >= most);
        searcher.search_until(&request, &stop)
    };
    assert_eq!(after(usize::MAX).expect("not stopped").hits.len(), 10);
    let questions = asked.load(Ordering::Relaxed);
    assert!(questions >= 20, "{questions}");
    for most in 0..questions {
        assert!(matches!(after(most), Err(Error::Cancelled)), "after {most} of {questions}");
        assert_eq!(asked.load(Ordering::Relaxed), most + 1);
    }
}

#[test]
fn a_searcher_goes_from_thread_to_thread() {
    fn is_shared<T: Send + Sync + Clone>() {}
    is_shared::<Searcher>();
    is_shared::<Index>();
}
