//! How a single source is understood, for people to look at: the mail room's work without an index.

use std::fs::File;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::corpus::file::{read_wanted, read_whole};
use crate::corpus::format::{Flow, Parsed, Record};
use crate::corpus::read::SourceReading;
use crate::{Article, Found, LeftOver, Notice, ParseOptions, SourceKey};

/// How a source is understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Understood {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The path as given.
    pub path: String,
    /// The format's name; absent where the source is in no known form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<&'static str>,
    /// Why it is taken for that format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The charset's name.
    pub charset: &'static str,
    /// How the charset is known.
    pub charset_origin: &'static str,
    /// What is doubtful about the source as a whole, and why records were rejected.
    pub notices: Vec<Notice>,
    /// Its articles.
    pub articles: Vec<UnderstoodArticle>,
}

/// How an article is understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnderstoodArticle {
    /// The article.
    pub article: Article,
    /// Which field came from where.
    pub found: Vec<Found>,
    /// What is doubtful about it.
    pub notices: Vec<Notice>,
    /// Text that is in no field.
    pub left_over: Vec<LeftOver>,
}

/// Tells how a source is understood, at most `limit` articles of it. `path` is only looked at for its name.
///
/// ```
/// let text = br#"{"id": "k-12", "headline": "Ferry returns", "body": "It sailed on Monday."}"#;
/// let understood = newshound::understand("news.json", text, &newshound::ParseOptions::default(), 10);
/// assert_eq!(understood.format, Some("json"));
/// assert_eq!(understood.articles[0].article.id.as_str(), "k-12");
/// ```
pub fn understand(path: &str, bytes: &[u8], options: &ParseOptions, limit: usize) -> Understood {
    let whole = |options: &ParseOptions, emit: Emit<'_>| Ok(Some(read_whole(path, bytes, options, emit)));
    let understood = understood(path, options, limit, whole);
    understood.ok().flatten().expect("bytes that are held can be read")
}

/// Tells how a file of an archive is understood, as it is where the archive is indexed. `member` is its path in the archive; in an
/// archive in that one, behind `!/`. None where there is no such file.
///
/// # Errors
///
/// An archive that cannot be read.
///
/// ```no_run
/// let options = newshound::ParseOptions::default();
/// let understood = newshound::understand_member("wire.tar.gz".as_ref(), "2024/inner.zip!/117.xml", &options, 10)?;
/// assert_eq!(understood.expect("it is there").path, "wire.tar.gz!/2024/inner.zip!/117.xml");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn understand_member(
    archive: &Path,
    member: &str,
    options: &ParseOptions,
    limit: usize,
) -> io::Result<Option<Understood>> {
    let file = File::open(archive)?;
    let archive = archive.to_string_lossy();
    let path = format!("{archive}!/{member}");
    understood(&path, options, limit, |options, emit| read_wanted(&archive, &file, &path, options, emit))
}

/// Who takes the records.
type Emit<'e> = &'e mut dyn FnMut(Record) -> Flow;

/// Tells how a source is understood that is read so.
fn understood(
    path: &str,
    options: &ParseOptions,
    limit: usize,
    read: impl FnOnce(&ParseOptions, Emit<'_>) -> io::Result<Option<SourceReading>>,
) -> io::Result<Option<Understood>> {
    let mut articles = Vec::new();
    let mut rejected = Vec::new();
    let mut emit = |record| {
        match record {
            // One more than wanted is parsed before this is told, so that rejections up to it are shown too.
            Record::Article(_) if articles.len() >= limit => return Flow::Stop,
            Record::Article(parsed) => articles.push(understood_article(path, *parsed, options.articles_only)),
            Record::Reject { notice, .. } => rejected.push(notice),
        }
        Flow::Continue
    };
    let options = ParseOptions { limits: options.limits.within_reach(), ..options.clone() };
    let Some(reading) = read(&options, &mut emit)? else { return Ok(None) };
    let mut notices = reading.notices;
    notices.extend(reading.members.into_iter().flat_map(|member| member.notices));
    notices.extend(rejected);
    Ok(Some(Understood {
        schema_version: crate::SCHEMA_VERSION,
        path: path.to_owned(),
        format: reading.format,
        reason: reading.reason,
        charset: reading.charset,
        charset_origin: reading.charset_origin,
        notices,
        articles,
    }))
}

/// Gives an article the id that it would have in a corpus where its own is unique.
fn understood_article(path: &str, mut parsed: Parsed, articles_only: bool) -> UnderstoodArticle {
    // Some formats note places and remains for themselves.
    if articles_only {
        (parsed.found, parsed.left_over) = Default::default();
    }
    let mut article = parsed.article;
    article.source = SourceKey::new("", parsed.member.as_deref().unwrap_or(path), parsed.record);
    article.id = article.native_id.clone().unwrap_or_else(|| article.source.path_id()).into();
    UnderstoodArticle { article, found: parsed.found, notices: parsed.notices, left_over: parsed.left_over }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Level};

    fn understood(path: &str, bytes: &[u8], limit: usize) -> Understood {
        understand(path, bytes, &ParseOptions::default(), limit)
    }

    #[test]
    fn ids_are_native_or_path_and_record() {
        let lines = b"{\"id\": \"k-1\", \"title\": \"A\"}\nbroken\n{\"title\": \"B\"}\n";
        let understood = understood("news/a.jsonl", lines, 10);
        let ids: Vec<&str> = understood.articles.iter().map(|one| one.article.id.as_str()).collect();
        assert_eq!(ids, ["k-1", "news/a.jsonl#3"]);
        let rejected = &understood.notices[0];
        assert_eq!((rejected.code, rejected.line, rejected.path.as_str()), (Code::BadRecord, Some(2), "news/a.jsonl"));
    }

    #[test]
    fn articles_alone_are_the_same_articles() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
        let alone = ParseOptions { articles_only: true, ..ParseOptions::default() };
        let (mut n_articles, mut n_found, mut n_left_over) = (0, 0, 0);
        for entry in std::fs::read_dir(folder).expect("the samples are there").flatten() {
            let path = entry.path();
            let Some(bytes) = path.is_file().then(|| std::fs::read(&path).expect("it can be read")) else { continue };
            let path = path.to_string_lossy();
            let told = understood(&path, &bytes, 100);
            let untold = understand(&path, &bytes, &alone, 100);
            let only = |of: &Understood| -> Vec<(Article, Vec<Notice>)> {
                of.articles.iter().map(|one| (one.article.clone(), one.notices.clone())).collect()
            };
            assert_eq!((only(&untold), &untold.notices), (only(&told), &told.notices), "{path}");
            assert!(untold.articles.iter().all(|one| one.found.is_empty() && one.left_over.is_empty()), "{path}");
            n_articles += told.articles.len();
            n_found += told.articles.iter().map(|one| one.found.len()).sum::<usize>();
            n_left_over += told.articles.iter().map(|one| one.left_over.len()).sum::<usize>();
        }
        assert!(n_articles > 20 && n_found > n_articles && n_left_over > 20, "{n_articles} {n_found} {n_left_over}");
    }

    #[test]
    fn no_more_articles_than_asked_for() {
        let lines = "{\"title\": \"A\"}\n".repeat(10);
        assert_eq!(understood("a.jsonl", lines.as_bytes(), 3).articles.len(), 3);
        assert_eq!(understood("a.jsonl", lines.as_bytes(), 0).articles.len(), 0);
    }

    #[test]
    fn a_binary_or_empty_source_is_a_skip_and_no_article() {
        for (bytes, code) in [(&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], Code::UnknownFormat), (b" \n", Code::EmptyFile)] {
            let understood = understood("a.txt", bytes, 10);
            assert_eq!((understood.format, understood.reason), (None, None));
            assert_eq!((understood.notices[0].code, understood.notices[0].level), (code, Level::Skip));
            assert!(understood.articles.is_empty());
        }
    }
}
