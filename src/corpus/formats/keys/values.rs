//! Values of keys as the values of an article's fields.

use std::collections::BTreeMap;

use serde_json::Number;

use super::markup;
use super::node::{Entries, Node};
use crate::corpus::format::Parsed;
use crate::corpus::text;
use crate::{Date, DateOrder, Keyword, Language, LanguageOrigin, Section, Status, Value};

/// Why a value cannot stand in a field, as the end of a sentence: `is a list, not text`.
pub(super) struct Wrong(pub(super) String);

pub(super) type Taken<T> = std::result::Result<T, Wrong>;

/// Keys under which an object has the text that it stands for, such as `{"rendered": "..."}`.
const TEXT_KEYS: &[&str] = &[
    "name",
    "value",
    "rendered",
    "text",
    "#text",
    "_",
    "$t",
    "content",
    "html",
    "title",
    "label",
    "printed",
    "main",
    "full_name",
    "display_name",
    "preflabel",
    "href",
    "$oid",
    "$date",
    "term",
    "@value",
];

const SCHEME_KEYS: &[&str] = &["scheme", "authority", "vocabulary", "taxonomy", "domain"];

pub(super) fn wrong<T>(node: &Node, wanted: &str) -> Taken<T> {
    Err(Wrong(format!("is {}, not {wanted}", node.kind())))
}

/// Returns the text that a value stands for: itself, a number's digits, the name of an object, the one entry of a list.
pub(super) fn text_of(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.clone()),
        Node::Number(number) => Some(number.to_string()),
        Node::List(nodes) => match nodes.as_slice() {
            [only] => text_of(only),
            _ => None,
        },
        Node::Map(_) => text_of(node.first_of(TEXT_KEYS)?).or_else(|| person(node)),
        Node::Null | Node::Bool(_) => None,
    }
}

fn person(node: &Node) -> Option<String> {
    let first = text_of(node.first_of(&["first_name", "firstname", "given_name", "givenname", "first"])?);
    let last = text_of(node.first_of(&["last_name", "lastname", "family_name", "familyname", "last"])?);
    Some(format!("{} {}", first?, last?))
}

/// Returns a value that is one line.
pub(super) fn line(node: &Node) -> Taken<String> {
    match text_of(node) {
        Some(text) => Ok(markup::line(&text)),
        None => wrong(node, "text"),
    }
}

/// Returns a name, which an address is not.
pub(super) fn name(node: &Node) -> Taken<String> {
    let line = line(node)?;
    if is_address(&line) { Err(Wrong("is an address, not a name".to_owned())) } else { Ok(line) }
}

/// Returns an id, as it stands.
pub(super) fn id(node: &Node) -> Taken<String> {
    text_of(node).map_or_else(|| wrong(node, "an id"), |text| Ok(text.trim().to_owned()))
}

/// Returns an address of the web, as it stands.
pub(super) fn address(node: &Node) -> Taken<String> {
    let text = match node {
        Node::Map(_) => node.first_of(&["href", "url", "canonical", "web", "value"]).and_then(text_of),
        _ => text_of(node),
    };
    match text {
        Some(text) if !text.trim().contains(char::is_whitespace) => Ok(text.trim().to_owned()),
        _ => wrong(node, "an address"),
    }
}

pub(super) fn is_address(text: &str) -> bool {
    let start = text.trim_start();
    ["http://", "https://", "//", "data:"].iter().any(|scheme| start.starts_with(scheme))
}

/// Returns the names of a byline, or of a list of them.
pub(super) fn bylines(node: &Node) -> Taken<Vec<String>> {
    let parts = if let Node::List(nodes) = node { nodes.as_slice() } else { std::slice::from_ref(node) };
    let mut names: Vec<String> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        // A number is that of a person in a list that is not here.
        let text = text_of(part).filter(|text| !is_address(text) && !matches!(part, Node::Number(_)));
        let Some(text) = text else { return wrong(part, "a name") };
        let line = markup::line(&text);
        let in_it = text::byline_names(&line);
        names.extend(if in_it.is_empty() { vec![line] } else { in_it });
    }
    dedup(&mut names);
    Ok(names)
}

fn dedup(names: &mut Vec<String>) {
    let mut known = std::collections::HashSet::new();
    names.retain(|name| !name.is_empty() && known.insert(name.clone()));
}

/// Returns a section: a path parted by `/`, or the parts of it as a list, broadest first.
pub(super) fn section(node: &Node) -> Taken<Option<Section>> {
    let label = match node {
        Node::List(nodes) => {
            let mut parts = Vec::new();
            for part in nodes.iter().filter(|part| !part.is_empty()) {
                parts.push(line(part)?);
            }
            parts.join(" / ")
        }
        Node::Map(_) => {
            node.first_of(&["label", "name", "title", "path"]).map_or_else(|| wrong(node, "a section"), line)?
        }
        _ => line(node)?,
    };
    Ok(Section::from_label(&label))
}

/// Returns keywords: a list of them, or text that parts them with `;`, else with commas.
pub(super) fn keywords(node: &Node) -> Taken<Vec<Keyword>> {
    let mut keywords = Vec::new();
    match node {
        Node::List(nodes) => {
            for part in nodes.iter().filter(|part| !part.is_empty()) {
                keywords.push(keyword(part)?);
            }
        }
        Node::Map(_) => keywords.push(keyword(node)?),
        _ => {
            let whole = line(node)?;
            let mark = if whole.contains(';') { ';' } else { ',' };
            keywords.extend(whole.split([mark, '，', '、']).map(str::trim).map(Keyword::from));
        }
    }
    keywords.retain(|keyword| !keyword.text.is_empty());
    Ok(keywords)
}

fn keyword(node: &Node) -> Taken<Keyword> {
    let scheme = node.first_of(SCHEME_KEYS).and_then(text_of);
    match node {
        Node::List(_) => wrong(node, "a keyword"),
        _ => Ok(Keyword { text: line(node)?, scheme }),
    }
}

/// Names of languages in English, and their codes.
const LANGUAGES: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("norwegian", "no"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
    ("vietnamese", "vi"),
];

/// Codes of three letters (ISO 639-2, of both kinds), as libraries write them, and those of two for the same.
const LONG_CODES: &[(&str, &str)] = &[
    ("ara", "ar"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hun", "hu"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("nor", "no"),
    ("per", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("zho", "zh"),
];

/// Returns a language from its code or its English name.
pub(super) fn language(node: &Node) -> Taken<Language> {
    let text = match node {
        Node::Map(_) => node.first_of(&["code", "alternatename", "name", "value"]).and_then(text_of),
        _ => text_of(node),
    };
    let Some(text) = text else { return wrong(node, "a language") };
    let code = text.trim().to_lowercase().replace('_', "-");
    let primary = code.split('-').next().unwrap_or_default();
    let code = match LONG_CODES.iter().find(|(long, _)| *long == primary) {
        Some((long, short)) => format!("{short}{}", &code[long.len()..]),
        None => code,
    };
    let named = LANGUAGES.iter().find(|(name, _)| *name == code).map(|(_, code)| (*code).to_owned());
    match named.or_else(|| is_language_code(&code).then_some(code)) {
        Some(code) => Ok(Language { code, origin: LanguageOrigin::Given }),
        None => Err(Wrong(format!("`{}` is not the code of a language", text.trim()))),
    }
}

fn is_language_code(code: &str) -> bool {
    let mut parts = code.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Returns whether an article stands.
pub(super) fn status(node: &Node) -> Taken<Status> {
    let line = line(node)?;
    match line.to_lowercase().trim_start_matches("stat:") {
        "usable" | "published" | "publish" | "live" | "ok" | "active" | "final" => Ok(Status::Usable),
        "corrected" | "correction" => Ok(Status::Corrected),
        "withdrawn" | "retracted" | "canceled" | "cancelled" | "killed" | "withheld" => Ok(Status::Withdrawn),
        _ => Err(Wrong(format!("`{line}` is not a status that is known"))),
    }
}

/// Returns a date. A number is a year, a day as `20240131`, or seconds or milliseconds since 1970.
///
/// `Ok(None)` where it is none, which the notice of [`Parsed::read_date`] then says.
pub(super) fn date(
    parsed: &mut Parsed,
    field: &'static str,
    node: &Node,
    line: Option<u32>,
    order: DateOrder,
) -> Taken<Option<Date>> {
    if let Node::Number(number) = node
        && let Some(date) = epoch_date(number)
    {
        return Ok(Some(date));
    }
    match text_of(node) {
        Some(text) => Ok(parsed.read_date(field, text.trim(), line, order)),
        None => wrong(node, "a date"),
    }
}

fn epoch_date(number: &Number) -> Option<Date> {
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 saturates, and is then no date")]
    let number = number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))?;
    let is_calendar = (1000..=9999).contains(&number) || (16_000_101..=99_991_231).contains(&number);
    // Seconds since 1970 have eleven digits only after the year 5138.
    let seconds = if number.unsigned_abs() >= 100_000_000_000 { number.div_euclid(1000) } else { number };
    if is_calendar { None } else { Date::from_epoch_seconds(seconds) }
}

/// Returns the value of one thing that an archive adds, or `None` where it is an object of another kind or a list of more than
/// plain texts.
pub(super) fn extra_value(node: &Node) -> Option<Value> {
    match node {
        Node::Text(text) => Some(Value::Text(text.clone())),
        Node::Number(number) => number.as_f64().map(Value::Number),
        Node::Bool(value) => Some(Value::Boolean(*value)),
        Node::Map(_) => typed_value(text_of(node.first_of(&["type"])?)?.as_str(), node.first_of(&["value"])?),
        Node::List(nodes) => texts(nodes).map(Value::Keywords),
        Node::Null => None,
    }
}

fn texts(nodes: &[Node]) -> Option<Vec<String>> {
    let text = |node: &Node| match node {
        Node::Text(text) => Some(text.clone()),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::List(_) | Node::Map(_) => None,
    };
    nodes.iter().map(text).collect::<Option<Vec<_>>>().filter(|texts| !texts.is_empty())
}

/// Returns a value in the form in which articles are written: `{"type": "keyword", "value": "..."}`.
fn typed_value(kind: &str, value: &Node) -> Option<Value> {
    match (kind, value) {
        ("text", Node::Text(text)) => Some(Value::Text(text.clone())),
        ("keywords", Node::List(nodes)) => texts(nodes).map(Value::Keywords),
        ("keyword", Node::Text(text)) => Some(Value::Keyword(text.clone())),
        ("number", Node::Number(number)) => number.as_f64().map(Value::Number),
        ("boolean", Node::Bool(value)) => Some(Value::Boolean(*value)),
        ("date", Node::Text(text)) => Date::parse(text, DateOrder::Unknown).ok().map(Value::Date),
        _ => None,
    }
}

/// Takes into `extra` what can be; returns what cannot.
pub(super) fn extras(entries: Entries, extra: &mut BTreeMap<String, Value>) -> Entries {
    let mut rest = Entries::new();
    for (key, node) in entries {
        match extra_value(&node) {
            Some(value) if !extra.contains_key(&key) => drop(extra.insert(key, value)),
            _ => rest.push((key, node)),
        }
    }
    rest
}
