//! Collections of real news with judgments, where they lie beside the checkout, and known-item searches made from others: a
//! headline or a lead is searched for in articles that have lost it, and its own article is what is meant.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use newshound::{Article, Index, Language, ParseOptions, Qrels, Topic, Topics, understand};

use super::real;

/// Articles, topics and judgments.
pub(crate) struct Collection {
    pub(crate) name: String,
    pub(crate) index: Index,
    pub(crate) topics: Topics,
    pub(crate) qrels: Qrels,
}

/// How many topics a known-item collection has.
const KNOWN: usize = 300;

/// Returns the collections that are there.
pub(crate) fn collections() -> Vec<Collection> {
    let mut all: Vec<Collection> = ["qrels-fnc1", "qrels-cranfield"].into_iter().filter_map(judged).collect();
    for (name, articles) in [
        ("reuters21578", real::reuters()),
        ("digitalgov-md", folder_of("digitalgov-md", "content", "md")),
        ("wikinews-en", wikinews()),
        ("chronam-1916", folder_of("chronam-1916", "dates", "txt")),
    ] {
        let Some(articles) = articles else { continue };
        all.extend(known(format!("{name}, headlines"), &articles, |article| article.headline.take()));
        all.extend(known(format!("{name}, leads"), &articles, |article| {
            let lead = article.standfirst.take();
            lead.or_else(|| (article.body.len() > 1).then(|| article.body.remove(0)))
        }));
    }
    all
}

/// A folder of `docs.jsonl`, `queries.tsv` and `qrels.txt`.
fn judged(name: &str) -> Option<Collection> {
    let folder = real::folder(name)?;
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let articles = read("docs.jsonl")?.lines().filter_map(document).collect();
    let topics = Topics::parse(&read("queries.tsv")?).expect("topics");
    let qrels = Qrels::parse(&read("qrels.txt")?).expect("judgments");
    Some(Collection { name: name.to_owned(), index: index(articles), topics, qrels })
}

fn document(line: &str) -> Option<Article> {
    let document: BTreeMap<String, String> = serde_json::from_str(line).ok()?;
    let mut article = Article::new(document["id"].as_str());
    article.headline = Some(document["title"].clone()).filter(|title| !title.is_empty());
    article.body = document["text"].split("\n\n").map(str::to_owned).collect();
    article.language = Some(Language::given("en"));
    Some(article)
}

/// Takes what `take` takes out of every article, and searches for some of what was taken.
fn known(name: String, articles: &[Article], take: impl Fn(&mut Article) -> Option<String>) -> Option<Collection> {
    let (mut left, mut topics, mut qrels) = (Vec::new(), Vec::new(), Qrels::default());
    let every = articles.len().div_ceil(KNOWN).max(1);
    for (n, article) in articles.iter().enumerate() {
        let mut article = article.clone();
        article.id = format!("{n}").as_str().into();
        article.native_id = None;
        article.source = Default::default();
        let taken = take(&mut article).map(|text| text.split_whitespace().take(30).collect::<Vec<_>>().join(" "));
        if let Some(text) =
            taken.filter(|text| n % every == 0 && text.split(' ').count() > 3 && !article.body.is_empty())
        {
            topics.push(Topic { id: n.to_string(), text });
            qrels.topics.insert(n.to_string(), BTreeMap::from([(n.to_string(), 1)]));
        }
        left.push(article);
    }
    (topics.len() > 20).then(|| Collection { name, index: index(left), topics: Topics(topics), qrels })
}

fn index(articles: Vec<Article>) -> Index {
    let index = Index::in_memory().expect("memory suffices");
    let mut writer = index.writer().expect("there is no other");
    articles.into_iter().for_each(|article| writer.add(article).expect("memory suffices"));
    writer.commit().expect("memory suffices");
    drop(writer);
    index
}

pub(crate) fn folder_of(name: &str, below: &str, ending: &str) -> Option<Vec<Article>> {
    let mut paths = Vec::new();
    files(&real::folder(name)?.join(below), ending, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).ok()?;
        let understood = understand(&path.to_string_lossy(), &bytes, &ParseOptions::default(), 10);
        Some(understood.articles.into_iter().map(|understood| understood.article))
    };
    Some(paths.iter().filter_map(read).flatten().filter(|article| !article.body.is_empty()).collect())
}

fn files(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, paths);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            paths.push(path);
        }
    }
}

pub(crate) fn wikinews() -> Option<Vec<Article>> {
    let mut paths = Vec::new();
    files(&real::folder("wikinews-en")?, "csv", &mut paths);
    paths.sort();
    let mut articles = Vec::new();
    for path in paths {
        for row in csv::Reader::from_path(path).ok()?.into_records().flatten() {
            let mut article = Article::new(articles.len().to_string());
            article.headline = row.get(2).map(str::to_owned);
            let paragraphs = row.get(3)?.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            article.body = paragraphs.map(str::to_owned).collect();
            articles.push(article);
        }
    }
    Some(articles)
}
