//! Real feeds, where they lie beside the checkout, against the values that other readers of feeds expect of them: `feed-rs`
//! and `rss-parser`, each of which comes with its own. They are no part of the project; where they are not there, the test
//! says so, and fails if `NEWSHOUND_TEST_DATA` is set.

use std::fs;
use std::path::{Path, PathBuf};

use newshound::{Article, Date, DateOrder, ParseOptions, understand};
use serde_json::Value;

fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared/data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("NEWSHOUND_TEST_DATA").is_none(), "{} is not there", folder.display());
    eprintln!("skipped: {} is not there", folder.display());
    None
}

fn articles(path: &Path) -> Vec<Article> {
    let bytes = fs::read(path).expect("a file that is there can be read");
    let understood = understand(&path.to_string_lossy(), &bytes, &ParseOptions::default(), usize::MAX);
    understood.articles.into_iter().map(|one| one.article).collect()
}

fn json(path: &Path) -> Value {
    // Some were written in another charset than they say.
    let text = String::from_utf8_lossy(&fs::read(path).expect("it can be read")).into_owned();
    serde_json::from_str(&text).expect("what is expected is JSON")
}

/// The letters and digits of a text that may be HTML, once or twice over.
fn letters(text: &str) -> String {
    let mut plain = text.to_owned();
    for _ in 0..2 {
        plain = dom_query::Document::fragment(plain.as_str()).text().to_string();
    }
    plain.chars().filter(|c| c.is_alphanumeric() || *c == '\u{fffd}').flat_map(char::to_lowercase).collect()
}

/// Tells whether two texts have the same letters, where U+FFFD stands for at most one that was lost on the other side.
fn has_same_letters(expected: &str, ours: &str) -> bool {
    let (expected, ours) = (letters(expected), letters(ours));
    let parts: Vec<&str> = expected.split('\u{fffd}').collect();
    ours.strip_prefix(parts[0]).is_some_and(|rest| follow(&parts[1..], rest))
}

/// Tells whether a text is the parts, with at most one character before each.
fn follow(parts: &[&str], text: &str) -> bool {
    let Some((first, others)) = parts.split_first() else { return text.is_empty() };
    let mut behind = text.chars();
    behind.next();
    [text, behind.as_str()].iter().any(|text| text.strip_prefix(first).is_some_and(|rest| follow(others, rest)))
}

/// The second of a date, in UTC.
fn second(text: &str) -> Option<i64> {
    Some(Date::parse(text, DateOrder::default()).ok()?.instant(0))
}

fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().try_fold(value, |value, key| value.get(key))?.as_str().filter(|text| !text.trim().is_empty())
}

/// Tells whether an address is ours, which is made absolute where the feed says what it is relative to.
fn is_address(expected: &str, ours: Option<&str>) -> bool {
    let (expected, ours) = (expected.trim().trim_end_matches('/'), ours.unwrap_or_default().trim_end_matches('/'));
    expected.eq_ignore_ascii_case(ours) || (!expected.contains("://") && ours.ends_with(expected))
}

#[test]
fn entries_are_those_that_feed_rs_expects() {
    let Some(folder) = folder("feeds-feed-rs") else { return };
    let mut compared = 0;
    for kind in ["atom", "jsonfeed", "rss0", "rss1", "rss2"] {
        let files = fs::read_dir(folder.join("feed-rs/fixture").join(kind)).expect("the folder is there");
        for path in files.map(|file| file.expect("it can be listed").path()) {
            let Some(stem) = path.to_str().and_then(|path| path.strip_suffix(".serde.json")) else { continue };
            let source = PathBuf::from(format!("{stem}.{}", if kind == "jsonfeed" { "json" } else { "xml" }));
            let (expected, ours) = (json(&path), articles(&source));
            let entries = expected["entries"].as_array().expect("a list of entries");
            assert_eq!(entries.len(), ours.len(), "{}", source.display());
            for (entry, article) in entries.iter().zip(&ours) {
                compared += 1;
                check_feed_rs(entry, article, &source.display().to_string());
            }
        }
    }
    assert!(compared > 90, "{compared} entries");
}

fn check_feed_rs(entry: &Value, article: &Article, place: &str) {
    let title = text(entry, &["title", "content"]).unwrap_or_default();
    let headline = article.headline.as_deref().unwrap_or_default();
    assert!(has_same_letters(title, headline), "{place}: `{title}` and `{headline}`");
    let links = entry["links"].as_array().into_iter().flatten();
    let pages: Vec<&str> = links
        .filter(|link| matches!(link["rel"].as_str(), None | Some("alternate")))
        .filter_map(|link| text(link, &["href"]))
        .collect();
    let is_ours = |page: &&str| is_address(page, article.url.as_deref());
    assert!(pages.is_empty() || pages.iter().any(is_ours), "{place}: {pages:?} and {:?}", article.url);
    let published = article.published.map(|date| date.instant(0));
    if let Some(expected) = text(entry, &["published"]) {
        assert_eq!(second(expected), published, "{place}");
    }
    if let Some(expected) = text(entry, &["updated"]) {
        let updated = article.updated.map(|date| date.instant(0)).or(published);
        assert_eq!(second(expected), updated, "{place}");
    }
    let body = letters(&article.standfirst.iter().chain(&article.body).cloned().collect::<String>());
    for part in [text(entry, &["content", "body"]), text(entry, &["summary", "content"])].into_iter().flatten() {
        let words = letters(part).chars().take(40).collect::<String>();
        // What only says the headline again is no text.
        assert!(body.contains(&words) || words.len() < 10, "{place}: `{words}` is not in `{body}`");
    }
    for category in entry["categories"].as_array().into_iter().flatten() {
        let name = text(category, &["label"]).or_else(|| text(category, &["term"])).unwrap_or_default();
        let has = article.keywords.iter().any(|keyword| has_same_letters(name, &keyword.text));
        assert!(has, "{place}: {name} and {:?}", article.keywords);
    }
}

#[test]
fn entries_are_those_that_rss_parser_expects() {
    let Some(folder) = folder("feeds-rss-parser") else { return };
    let mut compared = 0;
    for path in fs::read_dir(folder.join("test/output")).expect("it is there").map(|file| file.expect("listed").path())
    {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let input = |kind: &str| folder.join(format!("test/input/{name}.{kind}"));
        let Some(source) = ["rss", "atom"].map(input).into_iter().find(|path| path.is_file()) else { continue };
        let (expected, mut ours) = (json(&path), articles(&source).into_iter());
        for item in expected["feed"]["items"].as_array().expect("a list of items") {
            let says_something = ["title", "content", "summary"].iter().any(|key| text(item, &[key]).is_some());
            if !says_something {
                continue;
            }
            let article = ours.next().unwrap_or_else(|| panic!("{name}: too few entries"));
            compared += 1;
            check_rss_parser(item, &article, &name);
        }
        assert_eq!(ours.next(), None, "{name}: too many entries");
    }
    assert!(compared > 1000, "{compared} entries");
}

fn check_rss_parser(item: &Value, article: &Article, place: &str) {
    let (title, headline) =
        (text(item, &["title"]).unwrap_or_default(), article.headline.as_deref().unwrap_or_default());
    assert!(has_same_letters(title, headline), "{place}: `{title}` and `{headline}`");
    if let Some(link) = text(item, &["link"]) {
        assert!(is_address(link, article.url.as_deref()), "{place}: {link} and {:?}", article.url);
    }
    if let Some(expected) = text(item, &["isoDate"]) {
        let dates = [article.published, article.updated].map(|date| date.map(|date| date.instant(0)));
        assert!(dates.contains(&second(expected)), "{place}: {expected} and {dates:?}");
    }
}
