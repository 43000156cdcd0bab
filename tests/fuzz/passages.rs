//! Any text as an article, asked for by its first line: passages are of the text, and highlights inside them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newshound::{Article, Error, Index, Language, SearchRequest};

fuzz_target!(|text: &str| {
    let (query, body) = text.split_once('\n').unwrap_or((text, text));
    let mut article = Article::new("1");
    article.headline = body.lines().next().map(str::to_owned);
    article.body = body.split('\n').map(str::to_owned).collect();
    article.language = Some(Language::given("en"));
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    writer.add(article.clone()).expect("memory suffices");
    writer.commit().expect("memory suffices");
    let request = SearchRequest { lenient: true, max_forms: 50, ..SearchRequest::new(query) };
    match index.searcher().and_then(|searcher| searcher.search(&request)) {
        Ok(response) => {
            for passage in response.hits.iter().flat_map(|hit| &hit.passages) {
                let whole = match passage.field {
                    "body" => article.body.get(passage.entry).map(String::as_str),
                    _ => None,
                };
                assert_eq!(whole.and_then(|whole| whole.get(passage.range.clone())), Some(passage.text.as_str()));
                assert!(passage.highlights.iter().all(|range| passage.text.get(range.clone()).is_some()));
            }
        }
        Err(Error::Query(diagnostics)) => assert!(!diagnostics.is_empty()),
        Err(other) => panic!("{other}"),
    }
});
