//! Every field of every sample article, as a careful archivist wrote it down by hand, against what the index holds.

use std::collections::BTreeMap;
use std::path::Path;

use newshound::{Article, Corpus, Index, IngestOptions, IngestReport, ingest};
use serde_json::Value;

/// The folder of the package.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Indexes the sample corpus in memory.
pub(crate) fn sample_index() -> (Index, IngestReport) {
    let index = Index::in_memory().expect("an index in memory can always be made");
    let corpus = Corpus::directory(package().join("corpus")).expect("the folder has a name");
    let report = ingest(&index, vec![corpus], &IngestOptions::default()).expect("the sample corpus is there");
    (index, report)
}

#[test]
fn the_sample_corpus_indexes_with_no_rejection() {
    let (index, report) = sample_index();
    assert_eq!(report.articles.rejected, 0, "{:#?}", report.notices);
    assert!(report.articles.added >= 60, "{:?}", report.articles);
    assert_eq!(index.status().expect("status").articles, report.articles.added);
}

#[test]
fn every_field_of_every_sample_is_as_written_down() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    let goldens = goldens();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (name, expected) in &goldens {
        let key = &expected["source"];
        let path = key["path"].as_str().expect("a golden article has a path");
        let id = match key["record"].as_u64() {
            Some(record) => format!("corpus/{path}#{record}"),
            None => format!("corpus/{path}"),
        };
        let found = searcher.find(&id, 2).expect("the index is whole");
        let Some(article) = found.first() else {
            wrong.push(format!("{name}: {id} is not in the index"));
            continue;
        };
        checked += 1;
        wrong.extend(differences(expected, article).into_iter().map(|difference| format!("{id}: {difference}")));
    }
    assert_eq!(
        checked as u64,
        index.status().expect("status").articles,
        "every article has a golden and the other way"
    );
    assert!(wrong.is_empty(), "{} fields differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Compares every field, those that one of the two lacks too. The number of words has a test of its own.
fn differences(expected: &Value, article: &Article) -> Vec<String> {
    let found = serde_json::to_value(article).expect("an article serialises");
    let (Value::Object(expected), Value::Object(mut found)) = (expected, found) else {
        return vec!["no object".to_owned()];
    };
    found.remove("word_count");
    let mut fields: Vec<_> = expected.keys().chain(found.keys()).collect();
    fields.sort();
    fields.dedup();
    let differing = fields.into_iter().filter(|field| expected.get(*field) != found.get(*field));
    let show = |value: Option<&Value>| value.map_or("absent".to_owned(), Value::to_string);
    differing
        .map(|field| {
            format!("{field}\n  written: {}\n  found:   {}", show(expected.get(field)), show(found.get(field)))
        })
        .collect()
}

/// The golden articles, each with the name of its file.
fn goldens() -> Vec<(String, Value)> {
    let mut goldens = Vec::new();
    let root = package().join("tests/golden");
    for file in files_below(&root) {
        let text = std::fs::read_to_string(&file).expect("a golden is a text file");
        let articles: Vec<Value> = serde_json::from_str(&text).expect("a golden is an array");
        let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
        goldens.extend(articles.into_iter().map(|article| (name.clone(), article)));
    }
    assert!(!goldens.is_empty());
    goldens
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn words_are_counted_by_spaces_where_a_language_has_them() {
    let (index, _) = sample_index();
    let searcher = index.searcher().expect("a searcher");
    let mut languages: BTreeMap<String, u64> = BTreeMap::new();
    for (_, golden) in goldens() {
        let code = golden["language"]["code"].as_str().unwrap_or_default().to_owned();
        let path = golden["source"]["path"].as_str().expect("a path");
        let id = golden["source"]["record"].as_u64().map_or(format!("corpus/{path}"), |n| format!("corpus/{path}#{n}"));
        if !code.starts_with("en") {
            continue;
        }
        let article = searcher.find(&id, 1).expect("the index is whole").remove(0);
        let words = |text: &String| text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
        assert_eq!(article.word_count as usize, article.body.iter().map(words).sum::<usize>(), "{id}");
        *languages.entry(code).or_default() += 1;
    }
    assert!(languages.values().sum::<u64>() > 40);
}
