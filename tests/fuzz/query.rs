//! Any text as a query: it is answered, or refused with the places where it is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use newshound::{Article, Error, Index, Language, SearchRequest, Searcher};

fn sample() -> Searcher {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    for (id, code, body) in [
        ("1", "en", "The harbour ferries sail to Ostrel. U.S. buyers don't pay the well-known toll of 1,000 crowns."),
        ("2", "fr", "Le ferry n'a pas quitté le port. La tempête a duré l'été."),
        ("3", "ja", "東京の渡船は嵐で止まった。"),
    ] {
        let mut article = Article::new(id);
        article.headline = Some(format!("Harbour {id}"));
        article.body.push(body.to_owned());
        article.bylines.push("Mara Tarn".to_owned());
        article.language = Some(Language::given(code));
        writer.add(article).expect("memory suffices");
    }
    writer.commit().expect("memory suffices");
    index.searcher().expect("it was committed")
}

thread_local! {
    static SAMPLE: Searcher = sample();
}

fuzz_target!(|query: &str| {
    for lenient in [false, true] {
        let request = SearchRequest { lenient, max_forms: 50, ..SearchRequest::new(query) };
        match SAMPLE.with(|searcher| searcher.search(&request)) {
            Ok(response) => {
                for passage in response.hits.iter().flat_map(|hit| &hit.passages) {
                    assert!(passage.highlights.iter().all(|range| passage.text.get(range.clone()).is_some()));
                }
                // What was understood is understood again.
                let again = SearchRequest::new(response.query.as_str());
                let again = SAMPLE.with(|searcher| searcher.search(&again));
                assert!(response.query.is_empty() || !matches!(again, Err(Error::Damaged { .. })), "{}", response.query);
            }
            Err(Error::Query(diagnostics)) => {
                assert!(!diagnostics.is_empty());
                assert!(diagnostics.iter().all(|found| query.get(found.span.clone()).is_some()), "{diagnostics:?}");
            }
            Err(other) => panic!("{other}"),
        }
    }
});
