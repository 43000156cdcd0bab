use proptest::prelude::*;

use super::*;
use crate::corpus::format::Parsed;
use crate::{Caption, Keyword, Status, Value};

/// Parses a source; each record is an article, or a rejection as `line code: message`.
fn records(path: &str, text: &str, options: &ParseOptions) -> Vec<Result<Parsed, String>> {
    let source = Source::decode(path, text.as_bytes());
    let mut records = Vec::new();
    let mut emit = |record| {
        records.push(match record {
            Record::Article(parsed) => Ok(*parsed),
            Record::Reject { notice } => Err(format!(
                "{} {}: {}",
                notice.line.map_or("-".to_owned(), |line| line.to_string()),
                notice.code.as_str(),
                notice.message
            )),
        });
        Flow::Continue
    };
    let format: &dyn Format = if path.ends_with("jsonl") { &JsonLines } else { &Json };
    format.parse(&source, options, &mut emit);
    records
}

fn one(text: &str) -> Parsed {
    one_with(text, &ParseOptions::default())
}

fn one_with(text: &str, options: &ParseOptions) -> Parsed {
    let mut records = records("a.json", text, options);
    assert_eq!(records.len(), 1);
    records.remove(0).unwrap()
}

/// Checks record numbers and headlines, and the rejections.
fn check(path: &str, text: &str, expected: &[&str]) {
    let shown = |record: Result<Parsed, String>| match record {
        Ok(parsed) => format!(
            "{} {}",
            parsed.record.map_or("-".to_owned(), |record| record.to_string()),
            parsed.article.headline.unwrap_or_default()
        ),
        Err(rejection) => rejection,
    };
    let got: Vec<String> = records(path, text, &ParseOptions::default()).into_iter().map(shown).collect();
    assert_eq!(got, expected);
}

fn left_over(parsed: &Parsed) -> Vec<(&str, &str)> {
    parsed.left_over.iter().map(|left| (left.text.as_str(), left.reason.as_str())).collect()
}

#[test]
fn every_field_is_read_from_its_usual_key() {
    let parsed = one(
        r#"{"_id": 17, "kicker": "Transport", "Headline": "Ferry returns to Ostrel", "dek": "Nine weeks in dock",
        "author": "By Ann Lee and Raj Singh", "location": "OSTREL", "datePublished": "2024-03-04T08:30:00+01:00",
        "last-modified": 1709545800, "articleBody": "It sailed again.\n\nCrowds waved.",
        "images": [{"url": "https://example.org/1.jpg", "caption": "The ferry", "credit": "Mira Vale"}],
        "source": {"name": "Ostrel Courier"}, "link": "https://example.org/17", "lang": "EN_gb",
        "tags": "ferries, ports", "section": ["Region", "Ostrel"], "pubStatus": "Corrected", "version": 2,
        "embargo": "2024-03-04", "page": 3, "edition": "Late", "word_count": 5, "extra": {"desk": "north", "rank": 1.5}}"#,
    );
    let article = &parsed.article;
    assert_eq!(article.native_id.as_deref(), Some("17"));
    assert_eq!(article.kicker.as_deref(), Some("Transport"));
    assert_eq!(article.headline.as_deref(), Some("Ferry returns to Ostrel"));
    assert_eq!(article.standfirst.as_deref(), Some("Nine weeks in dock"));
    assert_eq!(article.bylines, ["Ann Lee", "Raj Singh"]);
    assert_eq!(article.dateline.as_deref(), Some("OSTREL"));
    assert_eq!(article.published.unwrap().to_string(), "2024-03-04T08:30:00+01:00");
    assert_eq!(article.updated.unwrap().instant(0), 1_709_545_800);
    assert_eq!(article.body, ["It sailed again.", "Crowds waved."]);
    assert_eq!(article.captions, [Caption { text: "The ferry".into(), credit: Some("Mira Vale".into()) }]);
    assert_eq!(article.publisher.as_deref(), Some("Ostrel Courier"));
    assert_eq!(article.url.as_deref(), Some("https://example.org/17"));
    assert_eq!(article.language.as_ref().unwrap().code, "en-gb");
    assert_eq!(article.keywords, [Keyword::from("ferries"), Keyword::from("ports")]);
    assert_eq!(article.section.as_ref().unwrap().path, "region/ostrel");
    assert_eq!(article.status, Status::Corrected);
    assert_eq!(article.version.as_deref(), Some("2"));
    assert_eq!(article.embargo.unwrap().to_string(), "2024-03-04");
    assert_eq!((article.page.as_deref(), article.issue.as_deref()), (Some("3"), Some("Late")));
    assert_eq!(article.extra["desk"], Value::Text("north".into()));
    assert_eq!(article.extra["rank"], Value::Number(1.5));
    assert!(parsed.notices.is_empty() && parsed.left_over.is_empty(), "{parsed:?}");
    assert!(parsed.found.iter().any(|found| found.field == "standfirst" && found.place == "key dek"));
}

#[test]
fn an_article_written_by_newshound_reads_back() {
    let mut article = one(r#"{"headline": "Rain", "body": ["One.", "Two."], "published": "2024-03", "x": 1}"#).article;
    article.section = crate::Section::from_label("Region / Ostrel");
    article.captions = vec![Caption { text: "A pier".into(), credit: None }];
    article.extra.insert("desk".into(), Value::Keyword("north".into()));
    let again = one(&serde_json::to_string(&article).unwrap()).article;
    assert_eq!(again, article);
}

#[test]
fn broken_lines_are_rejected_and_the_others_kept() {
    let text =
        "{\"title\": \"A\"}\r\n\r\n{\"title\": \"B\"\n[1]\n{\"title\": \"C\"}\n{\"id\": 4, \"title\": \"\"}\n\"x\"";
    let expected = [
        "1 A",
        "3 bad-record: column 13: EOF while parsing an object; the record is not indexed",
        "4 bad-record: a list is not an object; not indexed",
        "4 C",
        "6 no-text: it has neither headline, body nor caption; not indexed",
        "7 bad-record: text is not an object; not indexed",
    ];
    check("a.jsonl", text, &expected);
    check(
        "lines-in-a.json",
        "{\"title\": \"A\"}\n{\"title\": \"B\"}\nx",
        &["1 A", "2 B", "3 bad-record: column 1: expected value; the record is not indexed"],
    );
}

#[test]
fn lists_and_objects_around_them_give_numbered_records() {
    check("a.json", r#"{"title": "A"}"#, &["- A"]);
    check("a.json", r#"[{"title": "A"}, {"title": "B"}]"#, &["1 A", "2 B"]);
    check("a.json", r#"[{"title": "A"}]"#, &["1 A"]);
    check("a.json", r#"{"title": "A feed", "items": [{"title": "A"}]}"#, &["1 A"]);
    check("a.json", r#"{"response": {"status": "ok", "docs": [{"headline": {"main": "A"}}]}}"#, &["1 A"]);
    check("a.json", r#"{"hits": {"hits": [{"_id": "x", "_source": {"title": "A"}}]}}"#, &["1 A"]);
    check("a.json", r#"{"title": "A", "body": "Text.", "items": [{"title": "B"}]}"#, &["- A"]);
    check("a.json", "{\"title\":\n\"A\"}\n{\"title\":\n\"B\"}", &["1 A", "2 B"]);
    check("a.json", "[]", &[]);
}

#[test]
fn an_object_around_an_article_adds_what_it_has() {
    let parsed = one(r#"{"_id": "x", "_score": 1, "_source": {"title": "A", "_score": 2}}"#);
    assert_eq!(parsed.article.native_id.as_deref(), Some("x"));
    assert_eq!(left_over(&parsed), [("_score: 2", "unknown key"), ("outer _score: 1", "unknown key")]);
}

#[test]
fn what_stands_before_a_break_is_kept() {
    check(
        "a.json",
        "[{\"title\": \"A\"},\n{\"title\": \"B\"}, {\"title\": ",
        &[
            "1 A",
            "2 B",
            "2 broken-source: EOF while parsing a value; what stands before is kept, what follows is not indexed",
        ],
    );
    check(
        "a.json",
        r#"{"data": {"articles": [{"title": "A"}, {"title""#,
        &[
            "1 A",
            "1 broken-source: column 47: EOF while parsing an object; what stands before is kept, what follows is not indexed",
        ],
    );
    check(
        "a.json",
        r#"{"title": "A", "body": "cut of"#,
        &["1 broken-source: column 30: EOF while parsing a string; nothing of it is indexed"],
    );
    let deep = "[".repeat(100_000);
    assert_eq!(records("a.json", &deep, &ParseOptions::default()).len(), 1);
}

#[test]
fn of_a_list_only_what_cannot_be_told_apart_is_lost() {
    let deep = format!(
        "[{{\"title\": \"A\"}},\n{{\"x\": {}{}}},\n{{\"title\": \"\\ud800\"}}, 7,\n{{\"title\": \"B\"}}]",
        "[".repeat(500),
        "]".repeat(500)
    );
    check(
        "a.json",
        &deep,
        &[
            "1 A",
            "2 bad-record: objects and lists nest deeper than 128 (`json-depth`, which goes no further); the record is not indexed",
            "3 bad-record: unexpected end of hex escape; the record is not indexed",
            "3 bad-record: a number is not an object; not indexed",
            "5 B",
        ],
    );
    for (end, why) in
        [("", "EOF while parsing a list"), (",", "EOF while parsing a list"), (" {", "expected `,` or `]`")]
    {
        let broken = format!("- broken-source: {why}; what stands before is kept, what follows is not indexed");
        check("a.json", &format!("[\n{{\"title\": \"A\"}}{end}"), &["1 A", &broken.replacen('-', "2", 1)]);
    }
}

#[test]
fn what_is_no_article_is_rejected() {
    check(
        "package.json",
        r#"{"name": "tool", "version": "1.0", "author": "Ann Lee", "keywords": ["x"]}"#,
        &["- not-an-article: none of its keys is one of an article; not indexed"],
    );
    check(
        "a.json",
        r#"{"id": 1, "date": "2024-01-01"}"#,
        &["- no-text: it has neither headline, body nor caption; not indexed"],
    );
}

#[test]
fn bodies_come_in_many_forms() {
    for (body, expected) in [
        (r#""One.\nTwo.""#, vec!["One.", "Two."]),
        (r#""One\nline.\n\nTwo.""#, vec!["One line.", "Two."]),
        (r#""<p>One &amp; only.</p><p>Two.</p>""#, vec!["One & only.", "Two."]),
        (r#"["One.", "Two."]"#, vec!["One.", "Two."]),
        (r#"[{"text": "One."}, {"type": "paragraph", "content": "Two."}]"#, vec!["One.", "Two."]),
        (r#"{"rendered": "<p>One.</p>"}"#, vec!["One."]),
        (r#"{"paragraphs": [["One."], "Two."]}"#, vec!["One.", "Two."]),
    ] {
        assert_eq!(one(&format!("{{\"body\": {body}}}")).article.body, expected, "{body}");
    }
    let wrapped =
        "The ferry sailed again on Monday after nine weeks in\\nthe dock at Ostrel, where its engines were\\nrebuilt.";
    assert_eq!(one(&format!("{{\"body\": \"{wrapped}\"}}")).article.body.len(), 1);
}

#[test]
fn pictures_in_a_body_give_captions_and_what_is_no_text_is_left_over() {
    let parsed = one(
        r#"{"body": ["One.", {"type": "image", "caption": "A pier", "credit": "Mira Vale"}, {"type": "poll", "n": 2}]}"#,
    );
    assert_eq!(parsed.article.body, ["One."]);
    assert_eq!(parsed.article.captions, [Caption { text: "A pier".into(), credit: Some("Mira Vale".into()) }]);
    assert_eq!(left_over(&parsed), [("body: {type: \"poll\", n: 2}", "not text")]);
}

#[test]
fn of_two_keys_the_first_in_the_table_feeds_the_field() {
    let parsed = one(r#"{"title": "Long title", "headline": "Short", "deck": "", "summary": "A summary."}"#);
    assert_eq!(parsed.article.headline.as_deref(), Some("Short"));
    assert_eq!(parsed.article.standfirst.as_deref(), Some("A summary."));
    assert_eq!(left_over(&parsed), [("title: Long title", "another headline")]);
    // One key can stand for two fields; the field that finds nothing better has it.
    let dates = one(r#"{"title": "A", "firstcreated": "2024-01-01", "versioncreated": "2024-01-02"}"#).article;
    assert_eq!(
        (dates.published.unwrap().to_string(), dates.updated.unwrap().to_string()),
        ("2024-01-01".into(), "2024-01-02".into())
    );
}

#[test]
fn a_repeated_key_keeps_its_first_value() {
    let parsed = one(r#"{"title": "First", "title": "Second"}"#);
    assert_eq!(parsed.article.headline.as_deref(), Some("First"));
    assert_eq!(left_over(&parsed), [("title: Second", "repeated key")]);
    assert!(parsed.notices.iter().any(|notice| notice.code == Code::DoubtfulField));
}

#[test]
fn values_of_the_wrong_type_are_doubtful_and_left_over() {
    let parsed =
        one(r#"{"title": "A", "body": true, "language": 7, "status": "odd", "published": {"x": 1}, "zone": null}"#);
    let messages: Vec<&str> = parsed.notices.iter().map(|notice| notice.message.as_str()).collect();
    let expected = [
        "published: `published` is an object, not a date; left over",
        "body: `body` is yes or no, not text; left over",
        "language: `7` is not the code of a language",
        "status: `status` `odd` is not a status that is known; left over",
        "it has no body",
    ];
    assert_eq!(messages[..2], expected[..2]);
    assert_eq!(messages[3..], expected[3..]);
    assert_eq!(parsed.left_over.len(), 4);
    assert!(parsed.left_over.iter().all(|left| left.reason == "not understood"));
}

#[test]
fn dates_may_be_numbers() {
    for (date, expected) in [
        ("1663932900", "2022-09-23T11:35:00Z"),
        ("1663932900000", "2022-09-23T11:35:00Z"),
        ("2022", "2022"),
        ("20220923", "2022-09-23"),
        (r#"{"$date": "2022-09-23T11:35:00Z"}"#, "2022-09-23T11:35:00Z"),
    ] {
        let published = one(&format!("{{\"title\": \"A\", \"date\": {date}}}")).article.published;
        assert_eq!(published.map(|date| date.to_string()).as_deref(), Some(expected), "{date}");
    }
}

#[test]
fn what_is_mapped_comes_first_and_reaches_into_objects() {
    let mut options = ParseOptions::default();
    for (key, field) in [
        ("meta.slug", "native_id"),
        ("text", "standfirst"),
        ("meta.n", "x.rank"),
        ("a.b", "nonsense"),
        ("dc.title", "headline"),
    ] {
        options.mapping.map(key, field);
    }
    let text = r#"{"id": 5, "dc.title": "A", "text": "Short.", "meta": {"slug": "ferry", "n": 3, "more": "x"}, "a": {"b": 1}}"#;
    let parsed = one_with(text, &options);
    let article = &parsed.article;
    assert_eq!((article.native_id.as_deref(), article.standfirst.as_deref()), (Some("ferry"), Some("Short.")));
    assert_eq!((article.headline.as_deref(), &article.extra["rank"]), (Some("A"), &Value::Number(3.0)));
    let rest = [("id: 5", "another native_id"), ("meta: {more: \"x\"}", "unknown key"), ("a: {b: 1}", "unknown key")];
    assert_eq!(left_over(&parsed), rest);
}

#[test]
fn of_several_keys_the_first_that_says_something_counts_and_lists_take_all() {
    let text = "[[map]]\nheadline = ['HL1', 'HL2', 'HL3']\nbody = ['T1', 'T2']\nbylines = ['A1', 'A2']\nx.desk = ['D1', 'D2']\n\
                [[map]]\nbody = 'T3'\nsection = 'S'\n";
    let options =
        ParseOptions { mapping: crate::Mapping::parse(text).expect("it is sound"), ..ParseOptions::default() };
    let text = r#"{"HL1": " ", "HL2": "Ferry", "HL3": "Other", "T1": "One.", "T2": "Two.\n\nThree.", "T3": "Four.",
                   "A1": "Mara Veltin", "A2": "Ned Arlow and Mara Veltin", "D2": "North", "S": "City", "title": "Third"}"#;
    let parsed = one_with(text, &options);
    let article = &parsed.article;
    assert_eq!((article.headline.as_deref(), &*article.body.join("|")), (Some("Ferry"), "One.|Two.|Three."));
    assert_eq!(article.bylines, ["Mara Veltin", "Ned Arlow"]);
    assert_eq!((&article.extra["desk"], article.section.is_some()), (&Value::Text("North".into()), true));
    let rest = [("HL3: Other", "unknown key"), ("T3: Four.", "unknown key"), ("title: Third", "another headline")];
    assert_eq!(left_over(&parsed), rest);
}

#[test]
fn lists_of_articles_are_known_by_mapped_keys_and_where_the_mapping_says() {
    let titles = |text: &str, mapping: &str| {
        let mapping = crate::Mapping::parse(mapping).expect("it is sound");
        let options = ParseOptions { mapping, ..ParseOptions::default() };
        let mut titles = Vec::new();
        Json.parse(&Source::decode("a.json", text.as_bytes()), &options, &mut |record| {
            if let Record::Article(parsed) = record {
                titles.push((parsed.record, parsed.article.headline.unwrap_or_default()));
            }
            Flow::Continue
        });
        titles
    };
    let two = [(Some(1), "A".to_owned()), (Some(2), "B".to_owned())];
    let known = r#"{"docs": [{"HL": "A"}, {"HL": "B"}], "n": 2}"#;
    assert_eq!(titles(known, "[[map]]\nheadline = 'HL'"), two);
    let own = r#"{"kopf": {"n": 2}, "blatt": {"artikel": [{"m": {"HL": "A"}}, {"m": {"HL": "B"}}]}}"#;
    assert_eq!(titles(own, "[[map]]\narticles = 'blatt.artikel'\nheadline = 'm.HL'"), two);
    assert_eq!(titles(own, "[[map]]\nheadline = 'm.HL'"), []);
}

#[test]
fn what_nests_deeper_than_it_may_is_rejected_by_the_limit() {
    let nested = |depth: usize| {
        format!("{{\"title\": \"A]]\\\"[\", \"x\": {}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
    };
    let told = |path: &str, text: &str, most: u64| {
        let mut options = ParseOptions::default();
        options.limits.json_depth = most;
        let mut told = Vec::new();
        crate::corpus::read::read_source(path, text.as_bytes(), &options, &mut |record| {
            told.push(match record {
                Record::Article(_) => "article".to_owned(),
                Record::Reject { notice } => notice.message,
            });
            Flow::Continue
        });
        told
    };
    let why =
        "objects and lists nest deeper than 5; not indexed; raise `json-depth` (--limit json-depth=N) to have more";
    for (path, after) in [("a.jsonl", "\n{\"title\": \"B\"}\n"), ("a.json", "")] {
        assert_eq!(told(path, &format!("{}{after}", nested(5)), 5)[0], "article", "{path}");
        let of_six = told(path, &format!("{}{after}", nested(6)), 5);
        assert_eq!((of_six[0].as_str(), of_six.len()), (why, if after.is_empty() { 1 } else { 2 }), "{path}");
        assert_eq!(told(path, &nested(127), 128), ["article"], "{path}");
        let most = told(path, &nested(200), 128);
        assert!(most[0].contains("nest deeper than 128 (`json-depth`, which goes no further)"), "{most:?}");
    }
}

#[test]
fn formats_are_told_by_name_and_content() {
    let confidence =
        |format: &dyn Format, path: &str, head: &str| format.detect(path, head).map(|found| found.confidence);
    assert_eq!(confidence(&Json, "a.json", "broken"), Some(Confidence::Name));
    assert_eq!(confidence(&Json, "a", "{\"title\": \"A"), Some(Confidence::Content));
    assert_eq!(confidence(&Json, "a", " [ {\"title\": 1.5e"), Some(Confidence::Content));
    assert_eq!(confidence(&JsonLines, "a.NDJSON", "{\"title\": \"A\"}"), Some(Confidence::Content));
    assert_eq!(confidence(&JsonLines, "a", "{\"a\": 1}\n\n{\"a\": 2}\n{\"b"), Some(Confidence::Content));
    for text in ["[Photo: AFP] The ferry", "{{< figure >}}", "{} and {}", "{\"a\": 1} text", "", "[1, 2]", "{"] {
        assert_eq!(confidence(&Json, "a", text), None, "{text}");
        assert_eq!(confidence(&JsonLines, "a", text), None, "{text}");
    }
}

#[test]
fn a_reader_that_has_enough_stops_the_parsing() {
    for text in ["{\"title\": \"A\"}\n".repeat(5), format!("[{}1]", "{\"title\": \"A\"},".repeat(5))] {
        let source = Source::decode("a.json", text.as_bytes());
        let mut count = 0;
        Json.parse(&source, &ParseOptions::default(), &mut |_| {
            count += 1;
            if count == 2 { Flow::Stop } else { Flow::Continue }
        });
        assert_eq!(count, 2);
    }
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "[a-z<>&;/ é\\\\n.0-9:-]{0,12}".prop_map(|text| format!("{text:?}")),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop_oneof![
            Just("title"),
            Just("body"),
            Just("date"),
            Just("items"),
            Just("hits"),
            Just("_source"),
            Just("images"),
            Just("author"),
            Just("type"),
            Just("text"),
            Just("extra"),
            Just("section"),
            Just("tags"),
            Just("zone"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(","))),
            prop::collection::vec((key, inner), 0..6).prop_map(|pairs| {
                let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", pairs.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn as_many_records_come_out_as_lines_go_in(lines in prop::collection::vec(prop_oneof![value(), ".{0,20}", Just(String::new())], 0..12)) {
        let text = lines.join("\n");
        // Odd text may be taken for another charset, so that its lines are counted after decoding.
        let decoded = Source::decode("a.jsonl", text.as_bytes());
        let filled = decoded.text.split('\n').filter(|line| !line.trim().is_empty()).count();
        let records = records("a.jsonl", &text, &ParseOptions::default());
        prop_assert_eq!(records.len(), filled);
    }

    #[test]
    fn as_many_records_come_out_as_a_list_has_elements(values in prop::collection::vec(value(), 0..8)) {
        let text = format!("[{}]", values.join(",\n"));
        let records = records("a.json", &text, &ParseOptions::default());
        prop_assert_eq!(records.len(), values.len());
    }

    #[test]
    fn a_cut_object_is_understood_or_rejected(value in value(), cut in 1usize..200) {
        let text = &value[..value.floor_char_boundary(cut)];
        let records = records("a.json", text, &ParseOptions::default());
        let is_object = text.bytes().next() == Some(b'{');
        prop_assert!(!is_object || !records.is_empty());
    }

    #[test]
    fn no_text_is_too_odd(text in "[\\[\\]{}\":, \\na-c0-9.\\\\e-]{0,80}") {
        for path in ["a.json", "a.jsonl"] {
            records(path, &text, &ParseOptions::default());
        }
    }
}

#[test]
fn a_schema_is_no_article() {
    let text =
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "title": "news", "description": "Items of news"}"#;
    check("a.json", text, &["- not-an-article: a schema of JSON, no article; not indexed"]);
}
