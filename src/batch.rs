//! Topics put to an index, one after another: a run, to be judged or to be written down.

use std::collections::BTreeMap;

use crate::{Diagnostic, Error, Operator, Result, Run, SearchRequest, Searcher, Severity, Stop, Topics};

/// How topics are put to an index.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchOptions {
    /// What is asked besides the words: how many hits, filters, how hits are ranked. Its query is put in for each topic.
    pub request: SearchRequest,
    /// Take what a topic asks for a query in the query language; else for words alone, whatever signs it has.
    pub as_queries: bool,
}

impl Default for BatchOptions {
    /// A thousand hits a topic, of articles with any of the words.
    fn default() -> BatchOptions {
        let request = SearchRequest { operator: Operator::Any, limit: 1000, passages: 0, ..SearchRequest::new("") };
        BatchOptions { request, as_queries: false }
    }
}

/// Puts topics to an index, and gives up with [`Error::Cancelled`] soon after `stop` says so.
///
/// The articles of the run are named by their ids. Where an answer holds articles of several corpora under one id, these
/// are named `corpus:id`.
///
/// # Errors
///
/// [`Error::Options`] that names the topic where its query cannot be understood; failures of the index.
pub fn answer_topics(searcher: &Searcher, topics: &Topics, options: &BatchOptions, stop: &Stop) -> Result<Run> {
    let mut run = Run::default();
    for topic in &topics.0 {
        let query = if options.as_queries { topic.text.clone() } else { topic.words() };
        // An empty query would find everything.
        if query.trim().is_empty() {
            run.insert(&topic.id, []);
            continue;
        }
        let request = SearchRequest { query, ..options.request.clone() };
        let ranked = searcher.ranked_until(&request, stop).map_err(|error| match error {
            Error::Query(diagnostics) => not_understood(&topic.id, &diagnostics),
            other => other,
        })?;
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, ..) in &ranked {
            *times.entry(id.as_str()).or_default() += 1;
        }
        let named = ranked.iter().map(|(id, source, score)| {
            let is_shared = times[id.as_str()] > 1;
            let id = if is_shared { format!("{}:{id}", source.corpus) } else { id.to_string() };
            (id, *score as f32)
        });
        run.insert(&topic.id, named);
    }
    Ok(run)
}

fn not_understood(topic: &str, diagnostics: &[Diagnostic]) -> Error {
    let first = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    let told = first.map_or("", |diagnostic| diagnostic.message.as_str());
    Error::Options { option: "topics", problem: format!("topic {topic} cannot be understood: {told}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Index};

    fn index() -> Index {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        for (id, text) in
            [("a", "The ferry sailed."), ("b", "The ferry and the toll."), ("c", "A toll on \"ferries\".")]
        {
            let mut article = Article::new(id);
            article.body.push(text.to_owned());
            article.language = Some(crate::Language::given("en"));
            writer.add(article).unwrap();
        }
        writer.commit().unwrap();
        index
    }

    fn run_of(topics: &str, options: &BatchOptions) -> Result<Run> {
        let topics = Topics::parse(topics).unwrap();
        answer_topics(&index().searcher().unwrap(), &topics, options, &Stop::never())
    }

    #[test]
    fn a_run_has_the_hits_of_a_search() {
        let run = run_of("7\tferry: toll?\n8\tzeppelin\n9\t?!\n", &BatchOptions::default()).unwrap();
        let searcher = index().searcher().unwrap();
        let hits = searcher.search(&SearchRequest { operator: Operator::Any, ..SearchRequest::new("ferry toll") });
        let mut expected: Vec<_> =
            hits.unwrap().hits.iter().map(|hit| (hit.id.to_string(), hit.score as f32)).collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
        let found: Vec<_> = run.topics["7"].iter().map(|ranked| (ranked.article.clone(), ranked.score)).collect();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 3);
        assert!(run.topics["8"].is_empty() && run.topics["9"].is_empty());
    }

    #[test]
    fn topics_may_be_queries() {
        let options = BatchOptions { as_queries: true, ..BatchOptions::default() };
        let run = run_of("7\tferry -toll\n", &options).unwrap();
        assert_eq!(run.topics["7"].len(), 1);
        let told = run_of("7\t(ferry\n", &options).unwrap_err().to_string();
        assert!(told.starts_with("topics: topic 7 cannot be understood: "), "{told}");
    }
}
