//! More like an article: its own words are searched for, those that tell it from others most.

use tantivy::Term;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query};

use super::feedback::{COMMON, is_word, seen_in};
use super::{Operator, SearchRequest, SearchResponse, Searcher, Stop};
use crate::similarity::idf;
use crate::{Article, Result};

/// How many words of the article are searched for.
const WORDS: usize = 30;

impl Searcher {
    /// Returns the articles that are most like one, without itself: by the thirty words that stand in it most often for how
    /// rare they are elsewhere (tf·idf), each as important as it stands there often. The article need not be in the index.
    ///
    /// Of the request, everything counts but its query and operator; the query of the answer tells the words.
    ///
    /// # Errors
    ///
    /// Failures of the index.
    ///
    /// ```
    /// use newshound::{Article, Index, Language, SearchRequest};
    ///
    /// let index = Index::in_memory()?;
    /// let mut writer = index.writer()?;
    /// let texts = ["The ferry ran aground.", "A ferry ran aground again.", "Bread is dear."];
    /// let other = (0..30).map(|n| if n < 3 { texts[n] } else { "Nothing happened." });
    /// for (n, text) in other.enumerate() {
    ///     let mut article = Article::new(format!("{n}"));
    ///     article.body.push(text.to_owned());
    ///     article.language = Some(Language::given("en"));
    ///     writer.add(article)?;
    /// }
    /// writer.commit()?;
    /// let searcher = index.searcher()?;
    /// let ferry = searcher.find("0", 1)?.remove(0);
    /// let answer = searcher.similar(&ferry, &SearchRequest::new(""))?;
    /// assert_eq!(answer.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["1"]);
    /// # Ok::<(), newshound::Error>(())
    /// ```
    pub fn similar(&self, article: &Article, request: &SearchRequest) -> Result<SearchResponse> {
        self.similar_until(article, request, &Stop::never())
    }

    /// The same, and gives up with [`Error::Cancelled`](crate::Error::Cancelled) soon after `stop` says so.
    pub fn similar_until(&self, article: &Article, request: &SearchRequest, stop: &Stop) -> Result<SearchResponse> {
        self.index.guarded(|| {
            stop.going_on()?;
            let request = SearchRequest { query: self.words_of(article)?, operator: Operator::Any, ..request.clone() };
            let mut asked = self.ask(&request, stop)?;
            let (lowered, fields) = (&mut asked.lowered, &self.snapshot.fields);
            let itself = super::positional::any_term([fields.key_term(&article.source)]);
            let query: Box<dyn Query> =
                if lowered.asks_nothing { Box::new(EmptyQuery) } else { lowered.query.box_clone() };
            lowered.query = Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::MustNot, itself)]));
            lowered.is_prunable = false;
            self.answer(asked, &request, stop)
        })
    }

    /// Returns the words that tell an article from others, as a query that weighs them.
    fn words_of(&self, article: &Article) -> Result<String> {
        let articles = self.snapshot.articles();
        let most = COMMON * articles as f64;
        let mut weighed = Vec::new();
        for (text, seen) in seen_in(&[(article.clone(), 1.0)]) {
            let with = self.snapshot.live_articles_with(&Term::from_field_text(self.snapshot.fields.all, &text))?;
            if is_word(&text) && with > 0 && with as f64 <= most {
                weighed.push((seen.likelihood * idf(articles, with), seen.likelihood, seen.word().to_owned(), text));
            }
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.3.cmp(&b.3)));
        weighed.truncate(WORDS);
        let least = weighed.iter().map(|(_, likelihood, ..)| *likelihood).fold(f64::INFINITY, f64::min);
        let words = weighed.iter().map(|(_, likelihood, word, _)| {
            let times = likelihood / least;
            // Operators are in capitals, and words of an article have none here.
            if times > 1.0005 { format!("{word}^{times:.2}") } else { word.clone() }
        });
        Ok(words.collect::<Vec<_>>().join(" "))
    }
}
