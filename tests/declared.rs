//! Fields of an archive's own: declared when an index is made, searched, sorted by, and given back with the hits.

use newshound::{
    Article, ArticleSource, Code, Corpus, Date, DateOrder, Error, ErrorKind, ExtraKind, Index, IndexOptions,
    IngestOptions, Language, Notice, SearchRequest, Sort, Value, ingest,
};

const DECLARED: [(&str, ExtraKind); 5] = [
    ("desk", ExtraKind::Keyword),
    ("page", ExtraKind::Number),
    ("filed", ExtraKind::Date),
    ("breaking", ExtraKind::Boolean),
    ("note", ExtraKind::Text),
];

fn options(declared: &[(&str, ExtraKind)]) -> IndexOptions {
    let mut options = IndexOptions::default();
    options.extra = declared.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    options
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn date(text: &str) -> Value {
    Value::Date(Date::parse(text, DateOrder::Unknown).expect("a date"))
}

fn article(id: &str, extra: &[(&str, Value)]) -> Article {
    let mut article = Article::new(id);
    article.headline = Some(format!("The ferry {id}"));
    article.language = Some(Language::given("en"));
    article.extra = extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    article
}

fn articles() -> Vec<Article> {
    let mut newer = article("newer", &[("page", Value::Number(3.0)), ("desk", text("zürich"))]);
    newer.published = Date::parse("2024-05-06", DateOrder::Unknown).ok();
    vec![
        article("a", &[("desk", text("City  Desk")), ("page", Value::Number(3.0)), ("breaking", Value::Boolean(true))]),
        article("b", &[("desk", Value::Keyword("Zürich".into())), ("page", text("12")), ("filed", date("2024-01-15"))]),
        article("c", &[("filed", text("2024")), ("breaking", text("False")), ("page", Value::Number(-1.5))]),
        article("d", &[("note", text("Sailing ferries were held. Well-known storms!")), ("page", text("B3"))]),
        article("e", &[("note", text("storms held ferries")), ("filed", date("2023-12-31T23:30-05:00"))]),
        newer,
    ]
}

/// Returns an index of the articles, with a commit after each `step`.
fn index(step: usize) -> Index {
    let index = Index::in_memory_with(&options(&DECLARED)).expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    for (n, article) in articles().into_iter().enumerate() {
        writer.add(article).expect("it can be kept");
        if n % step == step - 1 {
            writer.commit().expect("memory suffices");
        }
    }
    writer.commit().expect("memory suffices");
    index
}

fn found(index: &Index, query: &str, sort: Sort) -> String {
    let request = SearchRequest { sort, ..SearchRequest::new(query) };
    let answer = index.searcher().and_then(|searcher| searcher.search(&request)).expect("a right query");
    answer.hits.iter().map(|hit| hit.id.to_string()).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(query: &str, expected: &str) {
    let mut ids: Vec<String> = found(&index(2), query, Sort::Relevance).split(' ').map(str::to_owned).collect();
    ids.sort();
    assert_eq!(ids.join(" "), expected, "{query}");
}

#[test]
fn a_keyword_is_matched_whole_whatever_its_case_and_accents() {
    check("x.desk:\"city desk\"", "a");
    check("x.desk:city", "");
    check("x.desk:ZURICH", "b newer");
    check("X.Desk:zürich -x.page:12", "newer");
    check("x.desk:(zürich OR \"City Desk\") ferry", "a b newer");
}

#[test]
fn several_keywords_are_each_matched_and_the_first_of_them_sorted_by() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, desk) in
        [("a", r#"["City", "Arts"]"#), ("b", r#""Business""#), ("c", r#"["Zoo"]"#), ("d", r#"["City", {}]"#)]
    {
        let json = format!(r#"{{"id": "{name}", "headline": "Ferry", "desk": {desk}}}"#);
        std::fs::write(folder.path().join(format!("{name}.json")), json).expect("a file");
    }
    let index = Index::in_memory_with(&options(&DECLARED)).expect("memory suffices");
    let corpus = Corpus::named("news", folder.path()).expect("the name is sound");
    ingest(&index, vec![corpus], &IngestOptions::default()).expect("a corpus");
    for (query, expected) in
        [("x.desk:city", "a"), ("x.desk:ARTS", "a"), ("x.desk:zoo", "c"), ("x.desk:\"City, Arts\"", "")]
    {
        assert_eq!(found(&index, query, Sort::Relevance), expected, "{query}");
    }
    let by = |descending| Sort::Extra { name: "desk".to_owned(), descending };
    assert_eq!(found(&index, "ferry", by(false)), "a b c d");
    assert_eq!(found(&index, "ferry", by(true)), "c b a d");
}

#[test]
fn a_number_is_found_by_its_value() {
    check("x.page:3", "a newer");
    check("x.page:3.0", "a newer");
    check("x.page:12", "b");
    check("x.page:\"-1.5\"", "c");
    check("x.page:4", "");
    check("x.page:3..12", "a b newer");
    check("x.page:>3", "b");
    check("x.page:<=3", "a c newer");
    check("x.page:[* TO 0]", "c");
    check("has:x.page -x.page:3..", "c");
}

#[test]
fn a_date_is_found_by_any_time_within_what_was_printed() {
    check("x.filed:2024", "b c");
    check("x.filed:2024-01", "b c");
    check("x.filed:2024-02", "c");
    check("x.filed:2024-01-15", "b c");
    check("x.filed:2023-12-31", "e");
    check("x.filed:2023..2024-01", "b c e");
    check("x.filed:<2024", "e");
    check("x.filed:\"15 January 2024\"", "b c");
    check("x.filed:2022", "");
}

#[test]
fn a_boolean_is_true_or_false() {
    check("x.breaking:true", "a");
    check("x.breaking:FALSE", "c");
    check("-x.breaking:true ferry", "b c d e newer");
}

#[test]
fn declared_text_is_found_by_words_and_phrases_in_it_and_nowhere_else() {
    check("x.note:ferry", "d e");
    check("x.note:\"sail ferries\"", "d");
    check("x.note:\"storms held\"", "e");
    check("x.note:(storm held)", "d e");
    check("x.note:well-known", "d");
    check("x.note:\"held well\"", "d");
    check("storms", "");
    check("headline:held", "");
}

#[test]
fn what_cannot_be_asked_is_told_with_its_place() {
    let told = |index: &Index, query: &str| {
        let searcher = index.searcher().expect("a searcher");
        match searcher.search(&SearchRequest::new(query)) {
            Err(Error::Query(diagnostics)) => {
                let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
                let hint = diagnostic.hint.clone().unwrap_or_default();
                format!("{}: {}; {hint}", &query[diagnostic.span.clone()], diagnostic.message)
            }
            other => panic!("{query}: {other:?}"),
        }
    };
    let index = index(9);
    let unknown =
        "x.pages: there is no field `x.pages`; this index was made with x.breaking, x.desk, x.filed, x.note, x.page";
    assert_eq!(told(&index, "ferry x.pages:3"), unknown);
    let number =
        "three: `three` is no number, which x.page holds; a number is written in plain digits, such as 3 or 2.5";
    assert_eq!(told(&index, "ferry x.page:three"), number);
    let ambiguous = "02/05/2016: `02/05/2016` may be two dates; write year, month and day: 2024-03-05";
    assert_eq!(told(&index, "x.filed:02/05/2016"), ambiguous);
    assert!(told(&index, "x.breaking:maybe").ends_with("which x.breaking holds; it is `true` or `false`"));
    assert!(
        told(&index, "desks:city")
            .ends_with("did you mean `x.desk:`? to search for a colon, put the words in quotation marks")
    );
    assert!(told(&index, "qqq:city").contains("has, missing, x.breaking, x.desk, "));
    let none = Index::in_memory().expect("memory suffices");
    assert!(told(&none, "x.desk:city").ends_with("they are declared when it is made: --extra NAME:KIND"));
}

#[test]
fn hits_are_sorted_by_value_then_date_then_key_and_those_without_come_last() {
    let by = |name: &str, descending| Sort::Extra { name: name.to_owned(), descending };
    for step in [1, 2, 3, 9] {
        let index = index(step);
        let order = |name, descending| found(&index, "ferry", by(name, descending));
        assert_eq!(order("page", false), "c newer a b d e", "{step}");
        assert_eq!(order("page", true), "b newer a c d e", "{step}");
        assert_eq!(order("desk", false), "a newer b c d e", "{step}");
        assert_eq!(order("desk", true), "newer b a c d e", "{step}");
        assert_eq!(order("filed", false), "c e b newer a d", "{step}");
        assert_eq!(order("filed", true), "b e c newer a d", "{step}");
        assert_eq!(order("breaking", false), "c a newer b d e", "{step}");
    }
    let index = index(2);
    let wrong = |name: &str| {
        let request = SearchRequest { sort: by(name, false), ..SearchRequest::new("ferry") };
        let searcher = index.searcher().expect("a searcher");
        assert_eq!(searcher.count(&request).ok(), Some(6), "a count has no order");
        searcher.search(&request).expect_err("it is no order").to_string()
    };
    let named = "name one of x.breaking, x.desk, x.filed, x.page";
    assert_eq!(wrong("note"), format!("sort: x.note is text; {named}"));
    assert_eq!(wrong("pages"), format!("sort: there is no field x.pages; {named}"));
}

#[test]
fn pages_of_sorted_hits_are_parts_of_one_order() {
    let index = index(1);
    let sort = Sort::Extra { name: "desk".to_owned(), descending: true };
    let searcher = index.searcher().expect("a searcher");
    let all = searcher.search(&SearchRequest { sort: sort.clone(), ..SearchRequest::new("ferry") }).expect("hits").hits;
    for offset in 0..6 {
        let request = SearchRequest { sort: sort.clone(), offset, limit: 1, ..SearchRequest::new("ferry") };
        assert_eq!(searcher.search(&request).expect("hits").hits, all[offset..=offset]);
    }
}

#[test]
fn hits_have_what_is_stored_declared_or_not() {
    let index = Index::in_memory_with(&options(&DECLARED[..1])).expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    let extra = [("desk", text("City")), ("other", Value::Number(2.0))];
    writer.add(article("a", &extra)).expect("it can be kept");
    writer.commit().expect("memory suffices");
    let answer = index.searcher().and_then(|searcher| searcher.search(&SearchRequest::new("x.desk:city")));
    let hits = answer.expect("a right query").hits;
    assert_eq!(hits[0].extra, article("a", &extra).extra);
}

#[test]
fn merges_and_deletions_keep_what_is_found() {
    let options = options(&DECLARED);
    let (index, fresh) = (Index::in_memory_with(&options), Index::in_memory_with(&options));
    let (index, fresh) = (index.expect("memory suffices"), fresh.expect("memory suffices"));
    let numbered = |n: u32| {
        let desk = text(if n.is_multiple_of(3) { "City" } else { "Coast" });
        article(
            &format!("{n:02}"),
            &[("desk", desk), ("page", Value::Number(f64::from(n % 5))), ("note", text("storms held"))],
        )
    };
    let mut writer = index.writer().expect("there is no other");
    for n in 0..40 {
        writer.add(numbered(n)).expect("it can be kept");
        writer.commit().expect("memory suffices");
    }
    for n in (0..40).step_by(2) {
        writer.delete(&format!("{n:02}").as_str().into()).expect("it is there");
        writer.commit().expect("memory suffices");
    }
    let mut all_at_once = fresh.writer().expect("there is no other");
    (1..40).step_by(2).for_each(|n| all_at_once.add(numbered(n)).expect("it can be kept"));
    all_at_once.commit().expect("memory suffices");
    assert!(index.status().expect("a status").segments < 20);
    assert_eq!(index.digests().ok(), fresh.digests().ok());
    for query in ["x.desk:city", "x.page:3", "x.note:\"storm held\"", "ferry"] {
        for sort in [Sort::Relevance, Sort::Extra { name: "page".to_owned(), descending: true }] {
            let request = SearchRequest { sort, limit: 50, ..SearchRequest::new(query) };
            let [ours, theirs] =
                [&index, &fresh].map(|index| index.searcher().and_then(|s| s.search(&request)).expect("hits"));
            assert!(!ours.hits.is_empty(), "{query}");
            assert_eq!(ours, theirs, "{query}");
        }
    }
}

#[test]
fn an_index_keeps_what_it_was_made_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index");
    let mut made = options(&DECLARED);
    made.compact = true;
    Index::create_with(&path, &made).expect("the folder is absent");
    assert_eq!(Index::open(&path).expect("it is an index").options(), made);
    assert!(Index::open_or_create(&path).is_ok() && Index::open_or_create_with(&path, &made).is_ok());
    let told = |options: &IndexOptions| {
        let error = Index::open_or_create_with(&path, options).err().expect("it was made with others");
        assert_eq!(error.kind(), ErrorKind::Options);
        error.to_string().replace(&path.display().to_string(), "index")
    };
    let mut other = options(&DECLARED[..2]);
    other.compact = true;
    assert_eq!(
        told(&other),
        "extra: index: this index has the fields breaking:boolean desk:keyword filed:date note:text page:number, not the \
         fields desk:keyword page:number; an index keeps what it was made with: make a new one in another folder"
    );
    made.compact = false;
    assert!(
        told(&made).starts_with("compact: index: this index has compact articles, not articles that are not compact; ")
    );
    let wrong = options(&[("Desk", ExtraKind::Text)]);
    assert!(
        Index::in_memory_with(&wrong)
            .err()
            .is_some_and(|error| error.to_string().starts_with("extra: `Desk` is no name"))
    );
}

#[test]
fn digests_tell_declared_fields_and_not_how_articles_are_kept() {
    let digests = |options: &IndexOptions| {
        let index = Index::in_memory_with(options).expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        articles().into_iter().for_each(|article| writer.add(article).expect("it can be kept"));
        writer.commit().expect("memory suffices");
        index.digests().expect("it is sound")
    };
    let mut compact = options(&DECLARED);
    compact.compact = true;
    let (plain, declared) = (digests(&IndexOptions::default()), digests(&options(&DECLARED)));
    assert_eq!(digests(&compact), declared);
    assert_eq!(plain.content, declared.content);
    assert_ne!(plain.index, declared.index);
    assert_ne!(digests(&options(&DECLARED[1..])).index, declared.index);
}

struct Supplied(Vec<Article>);

impl ArticleSource for Supplied {
    fn corpus(&self) -> &str {
        "desk"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        self.0.pop().map(Ok)
    }
}

#[test]
fn a_supplied_value_that_is_not_of_its_kind_is_kept_and_told() {
    let index = Index::in_memory_with(&options(&DECLARED)).expect("memory suffices");
    let mut source = Supplied(articles());
    let report = ingest(&index, vec![Corpus::Supplied(&mut source)], &IngestOptions::default()).expect("a corpus");
    let told: Vec<_> = report.notices.iter().map(|notice| (notice.code, &*notice.path, &*notice.message)).collect();
    assert_eq!(told, [(Code::DoubtfulField, "d", "extra: `page` is no number; kept, but x.page does not find it")]);
    assert_eq!(found(&index, "x.page:12", Sort::Relevance), "b");
    let kept = index.searcher().and_then(|searcher| searcher.find("d", 2)).expect("it can be read");
    assert_eq!(kept[0].extra["page"], text("B3"));
}
