//! A query for what only the stored articles tell: the address, the status. It reads every article that the rest of the
//! query leaves open.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader, TantivyError};

use super::stop::Stop;
use super::tested::TestedScorer;
use crate::Status;
use crate::index::Fields;

/// What is asked of stored articles.
#[derive(Debug, Clone)]
pub(super) struct StoredQuery {
    pub(super) fields: Fields,
    pub(super) asked: Asked,
    pub(super) stop: Stop,
}

/// What is read of an article.
#[derive(serde::Deserialize)]
struct Stored {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    status: Status,
}

/// What is asked of an article.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    Status(Status),
    /// These texts, in lower case, in this order in its address; none for any address.
    Url(Vec<String>),
    /// A host or what it is a part of, in lower case.
    Site(String),
}

impl Asked {
    fn holds(&self, article: &Stored) -> bool {
        let Some(url) = article.url.as_ref().map(|url| url.to_lowercase()) else {
            return matches!(self, Asked::Status(status) if article.status == *status);
        };
        match self {
            Asked::Status(status) => article.status == *status,
            Asked::Url(texts) => {
                let mut rest = url.as_str();
                texts.iter().all(|text| {
                    let found = rest.find(text.as_str());
                    rest = found.map_or("", |at| &rest[at + text.len()..]);
                    found.is_some()
                })
            }
            Asked::Site(site) => {
                let host = host(&url);
                host.strip_suffix(site.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
        }
    }
}

/// Returns the host of an address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split(':').next().unwrap_or_default()
}

impl Query for StoredQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for StoredQuery {
    fn scorer(&self, reader: &SegmentReader, _boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let store = reader.get_store_reader(1)?;
        let StoredQuery { fields, asked, stop } = self.clone();
        // An article that cannot be read is told when it is shown.
        let read = move |doc| -> Option<Stored> {
            let document = store.get_document_bytes(doc).ok()?;
            serde_json::from_slice(fields.stored_json(&document)?).ok()
        };
        let test = move |doc| read(doc).is_some_and(|article| asked.holds(&article));
        Ok(Box::new(TestedScorer::new(reader.max_doc(), stop, test)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("stored articles only match, they have no score".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_hosts_and_what_they_are_parts_of() {
        let url = Some("https://Desk@News.Example.org:8080/2024/Ferry?page=2".to_owned());
        let mut article = Stored { url, status: Status::Usable };
        let holds = |asked: Asked| asked.holds(&article);
        let site = |site: &str| Asked::Site(site.to_owned());
        assert!(holds(site("news.example.org")) && holds(site("example.org")));
        assert!(!holds(site("ple.org")) && !holds(site("news.example.org/2024")));
        let url = |texts: &[&str]| Asked::Url(texts.iter().map(|text| (*text).to_owned()).collect());
        assert!(holds(url(&["2024/ferry"])) && holds(url(&["example", "ferry"])) && holds(url(&[])));
        assert!(!holds(url(&["ferry", "example"])));
        article.url = None;
        assert!(!url(&[]).holds(&article) && Asked::Status(Status::Usable).holds(&article));
    }
}
