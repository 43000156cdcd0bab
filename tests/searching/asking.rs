//! What is asked for by values and ranges, what of a query is refused, and what is suggested instead.

use newshound::{Diagnostic, IndexOptions};

use super::*;

fn archive() -> Index {
    let mut options = IndexOptions::default();
    for (name, kind) in [("desk", newshound::ExtraKind::Keyword), ("page", newshound::ExtraKind::Number)] {
        options.extra.insert(name.to_owned(), kind);
    }
    let index = Index::in_memory_with(&options).expect("an index");
    let mut writer = index.writer().expect("a writer");
    for (id, date, section, publisher) in [
        ("AC-1", "2022-08-31", "City / Transport", "The Ansel Courier"),
        ("AC-2", "2022-09-01", "City", "The Ansel Courier"),
        ("HPB-3", "2022-09-03T10:00", "Domestic", "Halvern Press Bureau"),
        ("HPB-4", "2023-01-01", "Domestic", "Halvern Press Bureau"),
    ] {
        let mut article = dated(article(id, "Harbour bridge", "The old harbour toll bridge is closed."), date);
        article.section = Section::from_label(section);
        article.publisher = Some(publisher.to_owned());
        article.extra.insert("desk".to_owned(), newshound::Value::Keyword("City Desk".to_owned()));
        article.extra.insert("page".to_owned(), newshound::Value::Number(id.len() as f64));
        writer.add(article).expect("added");
    }
    writer.commit().expect("committed");
    index
}

fn request(query: &str) -> SearchRequest {
    let now = Date::parse("2022-09-05", DateOrder::Unknown).ok();
    SearchRequest { now, ..SearchRequest::new(query) }
}

#[track_caller]
fn finds(query: &str, expected: &[&str]) -> SearchResponse {
    let answer = archive().searcher().expect("a searcher").search(&request(query)).expect("a right query");
    let mut found = ids(&answer);
    found.sort_unstable();
    assert_eq!(found, expected, "{query} as {}", answer.query);
    answer
}

/// Returns what is wrong with a query, with the place.
#[track_caller]
fn refused(query: &str) -> (String, Diagnostic) {
    let answer = archive().searcher().expect("a searcher").search(&request(query));
    let Err(Error::Query(mut diagnostics)) = answer else { panic!("{query} is answered: {answer:?}") };
    assert_eq!(diagnostics.len(), 1, "{query}: {diagnostics:?}");
    let diagnostic = diagnostics.remove(0);
    (query[diagnostic.span.clone()].to_owned(), diagnostic)
}

#[test]
fn ranges_of_dates_hold_what_they_say_in_every_form() {
    for (query, expected) in [
        ("date:>\"1 September 2022\"", &["HPB-3", "HPB-4"][..]),
        ("date:\"1 September 2022\"..", &["AC-2", "HPB-3", "HPB-4"]),
        ("date:..\"1 September 2022\"", &["AC-1", "AC-2"]),
        ("date:\"1 Sep 2022\"..\"3 Sep 2022\"", &["AC-2", "HPB-3"]),
        ("date:\"last thursday\"..", &["AC-2", "HPB-3", "HPB-4"]),
        ("date:2022-09..", &["AC-2", "HPB-3", "HPB-4"]),
        ("date:..2022-08", &["AC-1"]),
        ("date:>=2023", &["HPB-4"]),
        ("date:<2022-09", &["AC-1"]),
        ("date:≥2023", &["HPB-4"]),
        ("date:> 2022-09-01", &["HPB-3", "HPB-4"]),
        ("date:[2022-09 TO *]", &["AC-2", "HPB-3", "HPB-4"]),
        ("date:{2022 TO 2023]", &["HPB-4"]),
        ("date:[2022 TO 2023}", &["AC-1", "AC-2", "HPB-3"]),
        ("date:[NOW-3DAYS TO NOW]", &["HPB-3"]),
        ("DATE(>1/1/2023 OR <1/9/2022)", &[]),
        ("date aft 2022-09-01", &["HPB-3", "HPB-4"]),
        ("before:2022-09-01", &["AC-1"]),
        ("after:2022-09-01", &["AC-2", "HPB-3", "HPB-4"]),
        ("words:[5 TO 10]", &["AC-1", "AC-2", "HPB-3", "HPB-4"]),
        ("x.page:{4 TO 5]", &["HPB-3", "HPB-4"]),
        ("x.page:>=5", &["HPB-3", "HPB-4"]),
        ("date:=2023", &["HPB-4"]),
    ] {
        if expected.is_empty() {
            assert_eq!(refused(query).1.message, "`1/9/2022` may be two dates", "{query}");
        } else {
            finds(query, expected);
        }
    }
}

#[test]
fn ranges_that_hold_nothing_are_refused_with_the_right_form() {
    for (query, place, message, hint) in [
        (
            "date:2023..2022",
            "2023..2022",
            "this range ends before it begins",
            "write the first of them first: 2022..2023",
        ),
        ("words:500..100", "500..100", "this range ends before it begins", "write the first of them first: 100..500"),
        (
            "date:[\"5 May 2023\" TO 2022]",
            "[\"5 May 2023\" TO 2022]",
            "this range ends before it begins",
            "write the first of them first: 2022..\"5 May 2023\"",
        ),
        (
            "x.page:{4 TO 4}",
            "{4 TO 4}",
            "nothing lies in this range, since it leaves out its ends",
            "square brackets take the ends in: [2022 TO 2023]",
        ),
        ("ferry since:2022..2023", "2022..2023", "here stands one date, and no range", "write date:2022..2023"),
        (
            "headline:[a TO b]",
            "[a TO b]",
            "a range is asked of dates and numbers, which this field does not hold",
            "write date:2022-09..2022-10, words:100..500, or x.NAME of numbers or dates",
        ),
    ] {
        let (found, diagnostic) = refused(query);
        assert_eq!((found.as_str(), diagnostic.message.as_str()), (place, message), "{query}");
        assert_eq!(diagnostic.hint.as_deref(), Some(hint), "{query}");
    }
}

#[test]
fn paths_begin_at_any_folder_or_at_the_corpus() {
    let article = |path: &str| {
        let mut article = article(path, "Ferry", "The ferry sails.");
        article.source = newshound::SourceKey::new("news", path, None);
        article
    };
    let searcher = index_of([article("2022/09/a.json"), article("old/2022/b.md"), article("City/c.md")]);
    let searcher = searcher.searcher().expect("a searcher");
    for (query, expected) in [
        ("path:2022", &["2022/09/a.json", "old/2022/b.md"][..]),
        ("path:/2022", &["2022/09/a.json"]),
        ("path:/2022/", &["2022/09/a.json"]),
        ("path:/old/2022 OR path:/city/", &["City/c.md", "old/2022/b.md"]),
        ("path:022", &[]),
        ("path:news/2022/09", &["2022/09/a.json"]),
        ("path:news/09", &[]),
        ("path:b.md", &["old/2022/b.md"]),
        ("path:*.md -path:CITY", &["old/2022/b.md"]),
        ("filetype:json OR ext:txt", &["2022/09/a.json"]),
        ("path:/old/*.md OR /z.*/", &["old/2022/b.md"]),
    ] {
        let answer = searcher.search(&request(query)).expect("a right query");
        let mut found: Vec<&str> = answer.hits.iter().map(|hit| hit.source.path.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{query} as {}", answer.query);
    }
}

#[test]
fn ids_are_found_without_regard_to_case_where_no_other_is_written_so() {
    finds("id:AC-1", &["AC-1"]);
    finds("id:ac-1", &["AC-1"]);
    finds("id:hpb*", &["HPB-3", "HPB-4"]);
    let answer = finds("id:HPB-5", &[]);
    assert_eq!(answer.diagnostics[0].message, "no article has the id `HPB-5`");
    assert_eq!(answer.diagnostics[0].instead, ["HPB-3", "HPB-4"]);
    let answer = finds("language:english", &[]);
    assert_eq!(answer.diagnostics[0].message, "no article has the language `english`");
    assert_eq!(answer.diagnostics[0].hint.as_deref(), Some("the index has en"));
    finds("language:EN", &["AC-1", "AC-2", "HPB-3", "HPB-4"]);
}

#[test]
fn a_star_between_words_of_a_phrase_is_any_one_word() {
    let all = &["AC-1", "AC-2", "HPB-3", "HPB-4"];
    finds("\"harbour * bridge\"", all);
    finds("\"harbour * * is\"", all);
    finds("\"harbour * toll\"", &[]);
    finds("\"harbour toll * closed\"", &[]);
    let answer = finds("\"old harbour *\"", all);
    assert_eq!(answer.diagnostics[0].message, "`*` at an end of a phrase stands for no word and was left out");
    let answer = finds("\"old * toll\"", all);
    assert_eq!(marked(&answer.hits[0]), ["body: old harbour toll"]);
}

#[test]
fn letters_of_a_phrase_may_be_left_open() {
    let all = &["AC-1", "AC-2", "HPB-3", "HPB-4"];
    finds("\"harb* * bridge\"", all);
    finds("\"* old harb*\"", all);
    finds("\"harb* old\"", &[]);
    finds("\"old tol*\"~1", all);
    finds("\"old tol*\"", &[]);
    finds("\"old **harb** toll\"", &[]);
    finds("\"old h?rbour toll\"", all);
    finds("\"old harbour toll?\"", all);
    finds("\"old,harb* toll\"", &[]);
    finds("publisher:\"the ansel cour*\"", &["AC-1", "AC-2"]);
    let answer = finds("“old, HARB*, tol*”", all);
    assert_eq!(answer.diagnostics, []);
    assert_eq!(marked(&answer.hits[0]), ["body: old harbour toll"]);
    let message = "in scripts without spaces no letter of a word can be left open or changed";
    assert_eq!(refused("\"old 北*\"").1.message, message);
}

#[test]
fn first_words_are_those_of_the_body() {
    finds("first/3(body:harbour)", &["AC-1", "AC-2", "HPB-3", "HPB-4"]);
    finds("first/2(harbour)", &[]);
    finds("first/2(first/25(harbour))", &[]);
    finds("body:(first/2(harbour))", &[]);
    finds("first/3(harbour date:2023)", &["HPB-4"]);
    for (query, place) in [
        ("first/25(headline:harbour)", "headline"),
        ("first/25(a OR lead:harbour)", "lead"),
        ("headline:(first/25(harbour))", "(first/25(harbour))"),
        ("a W/5 first/25(section:harbour)", "section"),
    ] {
        assert_eq!(refused(query).0, place, "{query}");
    }
}

#[test]
fn what_no_article_has_is_answered_with_what_may_have_been_meant() {
    let archive = archive().searcher().expect("a searcher");
    for (query, place, instead) in [
        ("harbor", "harbor", "harbour"),
        ("=harbor", "harbor", "harbour"),
        ("harbor W/5 bridge", "harbor", "harbour"),
        ("bridge W/S (xyz OR harbor)", "harbor", "harbour"),
        ("\"old harbor toll\"", "harbor", "harbour"),
        ("“old harbor toll”~3 bridge", "harbor", "harbour"),
        ("headline:harbor", "harbor", "harbour"),
        ("section:city/transprt", "city/transprt", "city/transport"),
        ("section:domestik", "domestik", "domestic"),
        ("publisher:\"the ansel curier\"", "\"the ansel curier\"", "the ansel courier"),
        ("publisher:curier", "curier", "courier"),
        ("x.desk:\"city dsek\"", "\"city dsek\"", "city desk"),
    ] {
        let answer = archive.search(&request(query)).expect("a right query");
        let found: Vec<_> =
            answer.suggestions.iter().map(|found| (&query[found.span.clone()], &found.instead)).collect();
        assert_eq!(found, [(place, &vec![instead.to_owned()])], "{query}");
    }
    for query in ["headline:toll", "-harbor bridge", "section:city", "\"harb* bridge\""] {
        assert_eq!(archive.search(&request(query)).expect("a right query").suggestions, [], "{query}");
    }
}

#[test]
fn a_value_that_can_be_none_is_told_by_the_kind_of_its_field() {
    for (query, place, message) in [
        ("date:2022*", "2022*", "`2022*` is no date"),
        ("words:5~1", "5~1", "`5~1` is no number of words"),
        ("x.page:/3/", "/3/", "`/3/` is no number, which x.page holds"),
        ("language:e*", "e*", "this field is matched as a whole, without wildcards or fuzzy words"),
        ("x.desk:citty~1", "citty~1", "this field is matched as a whole, without wildcards or fuzzy words"),
        ("has:caption W/5 toll", "caption", "this field has no words that could stand near others"),
        ("status:corected", "corected", "there is no status `corected`"),
        ("/fer(ry/ toll", "/fer(ry/", "this regular expression is wrong: unclosed group"),
        ("3 of (toll, bridge)", "3 of", "this asks for 3 of a list of 2"),
    ] {
        let (found, diagnostic) = refused(query);
        assert_eq!((found.as_str(), diagnostic.message.as_str()), (place, message), "{query}");
        assert!(diagnostic.hint.is_some(), "{query}");
    }
}

#[test]
fn filters_of_a_request_are_answered_with_what_may_have_been_meant() {
    let searcher = archive().searcher().expect("a searcher");
    let mut wrong = request("bridge");
    wrong.sections = vec!["citty".to_owned()];
    wrong.publishers = vec!["The Ansel Curier".to_owned(), "Halvern Press Bureau".to_owned()];
    let answer = searcher.search(&wrong).expect("a right query");
    let found: Vec<_> =
        answer.suggestions.iter().map(|s| (s.span.clone(), s.word.as_str(), s.instead.concat())).collect();
    let expected = [(0..0, "citty", "city".to_owned()), (0..0, "The Ansel Curier", "the ansel courier".to_owned())];
    assert_eq!(found, expected);
    let mut reversed = request("bridge");
    reversed.since = Date::parse("2023", DateOrder::Unknown).ok();
    reversed.until = Date::parse("2022", DateOrder::Unknown).ok();
    let error = searcher.search(&reversed).expect_err("nothing can be found").to_string();
    assert_eq!(error, "since: 2023 is later than 2022, up to which articles are wanted");
}

#[test]
fn a_field_that_is_not_there_is_answered_with_one_that_is() {
    for (query, place, instead) in [
        ("hadline:x", "hadline", &["headline"][..]),
        ("head:x", "head", &["headline", "hlead", "lead"]),
        ("Autor:x", "Autor", &["author"]),
        ("has:captoin", "captoin", &["caption"]),
        ("x.dest:x", "x.dest", &["x.desk"]),
        ("qqq:x", "qqq", &[]),
    ] {
        let (found, diagnostic) = refused(query);
        assert_eq!((found.as_str(), diagnostic.kind), (place, DiagnosticKind::UnknownField), "{query}");
        assert_eq!(diagnostic.instead, instead, "{query}");
    }
}
