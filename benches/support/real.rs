//! Folders of real news, where they lie beside the checkout. They are not part of the project, and every benchmark
//! runs without them.

use std::fs;
use std::path::{Path, PathBuf};

use newshound::{Article, Date, DateOrder};

/// Returns a folder of real news; `None` where it is not there.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = checkout.parent()?.join("shared/data").join(name);
    folder.is_dir().then_some(folder)
}

/// Returns the articles of the Reuters-21578 collection, newswire of 1987 in English, as far as they have a body; `None`
/// where it is not there. The language is left to be told from the text.
pub(crate) fn reuters() -> Option<Vec<Article>> {
    let folder = folder("reuters21578")?;
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sgm"));
    paths.sort();
    let mut articles = Vec::new();
    for path in paths {
        let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
        for story in text.split("</REUTERS>") {
            let Some(body) = element(story, "BODY") else { continue };
            let mut article = Article::new(articles.len().to_string());
            article.headline = element(story, "TITLE");
            article.dateline = element(story, "DATELINE");
            article.published = element(story, "DATE").and_then(|date| day_of(&date));
            // A paragraph begins with spaces at the beginning of a line.
            let paragraphs =
                body.split("\n    ").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
            article.body = paragraphs.filter(|paragraph| !paragraph.is_empty()).collect();
            articles.push(article);
        }
    }
    Some(articles)
}

/// Returns the day of a date such as `26-FEB-1987 15:01:01.79`.
fn day_of(text: &str) -> Option<Date> {
    let day: Vec<&str> = text.split_whitespace().next()?.split('-').collect();
    let [day, month, year] = day[..] else { return None };
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month = 1 + MONTHS.iter().position(|known| *known == month)?;
    Date::parse(&format!("{year}-{month:02}-{day:0>2}"), DateOrder::Unknown).ok()
}

fn element(story: &str, name: &str) -> Option<String> {
    let (_, rest) = story.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#3;", "").replace("&amp;", "&");
    Some(text.trim().to_owned())
}
