//! Articles that are in memory already, so that making them up is not measured.

use newshound::{Article, ArticleSource, Notice};

/// Hands out articles.
pub(crate) struct Supply(std::vec::IntoIter<Article>);

impl Supply {
    pub(crate) fn new(articles: Vec<Article>) -> Supply {
        Supply(articles.into_iter())
    }
}

impl ArticleSource for Supply {
    fn corpus(&self) -> &str {
        "supply"
    }

    fn next_article(&mut self) -> Option<Result<Article, Notice>> {
        self.0.next().map(Ok)
    }
}
