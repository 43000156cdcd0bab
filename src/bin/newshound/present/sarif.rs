//! What a check found in the form of SARIF 2.1.0 (OASIS, 2020), which code scanning takes. Places are relative to their
//! corpus, whose folder is given as a base. GitHub looks at no base and takes them to be relative to the root of the
//! repository (github/codeql-action issue 2215), so they can be given so too.

use std::path::{Path, PathBuf};

use newshound::{Change, CheckReport, Difference, Level, Notice};
use serde_json::{Map, Value, json};

use super::check::{less, option, reason};
use super::numbers::grouped;

/// More results than this in a run are refused by the code scanning of GitHub.
const MOST: usize = 25_000;

/// The rules: an id, what it means, and how grave it is.
const RULES: [(&str, &str, &str); 7] = [
    ("added", "An article is new", "warning"),
    ("changed", "An article has other content", "warning"),
    ("removed", "An article is gone", "warning"),
    ("unreadable", "A file cannot be read now", "error"),
    ("upgrade", "A version is another one", "warning"),
    ("settings", "A corpus is read by other settings", "warning"),
    ("coverage", "Fewer articles have a field than before", "warning"),
];

/// Where things are, all from the root of the file system.
pub(crate) struct Places {
    /// The lock file that was compared with.
    pub(crate) lock: Option<PathBuf>,
    /// The folder that paths are to be relative to; none for their corpus.
    pub(crate) root: Option<PathBuf>,
    /// The folder of the run.
    pub(crate) here: PathBuf,
}

impl Places {
    /// Returns the folder that all else is relative to where it is below it.
    fn top(&self) -> &Path {
        self.root.as_deref().unwrap_or(&self.here)
    }
}

/// Returns the log of a check.
pub(crate) fn log(report: &CheckReport, places: &Places) -> Value {
    let rules: Vec<Value> = RULES.iter().map(rule).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "originalUriBaseIds": bases(report, places),
            "invocations": [invocation(report, places)],
            "results": results(report, places),
        }],
    })
}

fn rule((id, text, level): &(&str, &str, &str)) -> Value {
    json!({ "id": id, "shortDescription": { "text": text }, "defaultConfiguration": { "level": level } })
}

fn results(report: &CheckReport, places: &Places) -> Vec<Value> {
    let of_lock = places.lock.as_deref().map(|path| place(path, places.top(), false));
    let mut results = Vec::new();
    for version in &report.upgrade {
        let text = format!("{} was {}, is {}", version.part.as_str(), version.then, version.now);
        results.push(result("upgrade", text, of_lock.clone()));
    }
    for change in &report.settings {
        let setting = option(change.setting);
        let text = format!("{}: {setting} was \"{}\", is \"{}\"", change.corpus, change.then, change.now);
        results.push(result("settings", text, of_lock.clone()));
    }
    for drop in &report.coverage {
        results.push(result("coverage", less(drop), of_lock.clone()));
    }
    if report.differences.is_empty() && !report.same_content && report.failed_corpora.is_empty() {
        results.push(result("changed", "the articles are others than the lock file says".to_owned(), of_lock));
    }
    results.extend(report.differences.iter().map(|difference| of_difference(difference, report, places)));
    results.truncate(MOST);
    results
}

fn of_difference(difference: &Difference, report: &CheckReport, places: &Places) -> Value {
    let Difference { change, source, id, .. } = difference;
    let what = match change {
        Change::Added => "article added",
        Change::Changed => "article changed",
        Change::Removed => "article removed",
        _ => "file cannot be read",
    };
    let record = source.record.map(|record| format!(", record {record}")).unwrap_or_default();
    let why = match &difference.renamed_from {
        Some(path) => format!("renamed from {path}"),
        None => format!("cause: {}", reason(difference.cause)),
    };
    let text = format!("{what}: {id}{record}; {why}");
    let mut result = result(change.as_str(), text, Some(of_source(report, places, &source.corpus, &source.path)));
    // By which an uploaded result is known again, wherever the article stands in its file.
    result["partialFingerprints"] = json!({ "articleKey/v1": source.to_string() });
    result
}

fn result(rule: &str, text: String, artifact: Option<Value>) -> Value {
    let index = RULES.iter().position(|(id, ..)| *id == rule);
    let level = index.map_or("warning", |index| RULES[index].2);
    let mut result =
        json!({ "ruleId": rule, "ruleIndex": index, "level": level, "message": message(&text), "locations": [] });
    if let Some(artifact) = artifact {
        let place = json!({ "artifactLocation": artifact, "region": { "startLine": 1 } });
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// Returns text as a message: in one, braces stand for arguments unless they are doubled (section 3.11.5), and square
/// brackets before round ones for a link unless they are escaped (3.11.6).
fn message(text: &str) -> Value {
    let mut text = text.replace('{', "{{").replace('}', "}}");
    if text.contains("](") {
        text = text.replace('[', "\\[").replace(']', "\\]");
    }
    json!({ "text": text })
}

/// Returns where each corpus is: below the folder of the run if it is there, else anywhere on this machine.
fn bases(report: &CheckReport, places: &Places) -> Map<String, Value> {
    let mut bases = Map::new();
    for corpus in &report.corpora {
        let base = match corpus.root.as_deref() {
            None => json!({ "description": { "text": "supplied by an application" } }),
            Some(root) => place(Path::new(root), places.top(), true),
        };
        bases.insert(corpus.name.clone(), base);
    }
    bases.insert(
        "%SRCROOT%".to_owned(),
        json!({ "description": { "text": "the folder that the check ran in, or was told of" } }),
    );
    bases
}

/// Returns a source as an artifact location: relative to its corpus, or to the folder that was asked for.
fn of_source(report: &CheckReport, places: &Places, corpus: &str, path: &str) -> Value {
    let folder =
        report.corpora.iter().find(|checked| checked.name == corpus).and_then(|checked| checked.root.as_deref());
    match (&places.root, folder) {
        (Some(root), Some(folder)) => place(&Path::new(folder).join(path), root, false),
        _ => json!({ "uri": uri(path), "uriBaseId": corpus }),
    }
}

/// Returns a file or folder as an artifact location: below the folder of the run, or anywhere on this machine. The URI of
/// a folder ends with a slash.
fn place(path: &Path, here: &Path, is_folder: bool) -> Value {
    let slash = |path: &Path| {
        let path = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        match (is_folder, path.trim_end_matches('/')) {
            (true, "") => "./".to_owned(),
            (true, path) => format!("{}/", uri(path)),
            (false, path) => uri(path),
        }
    };
    match path.strip_prefix(here) {
        Err(_) if path.is_absolute() => {
            let path = slash(path);
            let root = if path.starts_with('/') { "" } else { "/" };
            json!({ "uri": format!("file://{root}{path}") })
        }
        below => json!({ "uri": slash(below.unwrap_or(path)), "uriBaseId": "%SRCROOT%" }),
    }
}

/// Returns a path as a URI reference: bytes other than RFC 3986's unreserved ones and slashes are percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn invocation(report: &CheckReport, places: &Places) -> Value {
    let mut told: Vec<Value> = report
        .notices
        .iter()
        .filter(|notice| is_grave(notice))
        .map(|notice| notification(notice, report, places))
        .collect();
    told.truncate(MOST);
    if report.differences.len() > MOST {
        let text = format!("{} articles differ; the first {} are told", grouped(report.differences.len() as u64), MOST);
        told.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    json!({ "executionSuccessful": report.failed_corpora.is_empty(), "toolExecutionNotifications": told })
}

fn is_grave(notice: &Notice) -> bool {
    matches!(notice.level, Level::Reject | Level::Stale) || notice.code == newshound::Code::Unreadable
}

fn notification(notice: &Notice, report: &CheckReport, places: &Places) -> Value {
    let mut told = json!({
        "level": if notice.level == Level::Stale { "error" } else { "warning" },
        "message": message(&format!("{}: {}", notice.code.as_str(), notice.message)),
    });
    if !notice.path.is_empty() {
        let mut place = json!({ "artifactLocation": of_source(report, places, &notice.corpus, &notice.path) });
        if let Some(line) = notice.line {
            place["region"] = json!({ "startLine": line });
        }
        told["locations"] = json!([{ "physicalLocation": place }]);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("city/a b#1 ü:.txt"), "city/a%20b%231%20%C3%BC%3A.txt");
        let here = Path::new("/srv/archive");
        let base = |path: &str, is_folder| place(Path::new(path), here, is_folder).to_string();
        assert_eq!(base("/srv/archive", true), r#"{"uri":"./","uriBaseId":"%SRCROOT%"}"#);
        assert_eq!(base("/srv/archive/news", true), r#"{"uri":"news/","uriBaseId":"%SRCROOT%"}"#);
        assert_eq!(base("news.lock", false), r#"{"uri":"news.lock","uriBaseId":"%SRCROOT%"}"#);
        assert_eq!(base("/srv/other", true), r#"{"uri":"file:///srv/other/"}"#);
    }

    #[test]
    fn no_name_is_an_argument_or_a_link() {
        assert_eq!(message("a [x](1) {0}")["text"], r"a \[x\](1) {{0}}".replace(r"\\", r"\"));
        assert_eq!(message("a [b]")["text"], "a [b]");
    }
}
