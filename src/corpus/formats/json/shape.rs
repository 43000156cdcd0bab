//! What an object of JSON is: an article, something around one, or something around many.

use crate::Mapping;
use crate::corpus::formats::keys::{Entries, Field, Node, fields_of_key};

/// Keys under which lists of articles stand.
const LISTS: &[&str] = &[
    "articles",
    "items",
    "docs",
    "documents",
    "stories",
    "news",
    "newsitems",
    "entries",
    "posts",
    "records",
    "results",
    "hits",
    "data",
    "rows",
    "list",
    "content",
    "@graph",
    "item",
    "entry",
    "article",
    "doc",
    "story",
];

/// Keys under which an object stands that holds such a list.
const AROUND_LISTS: &[&str] = &["hits", "response", "data", "result", "results", "feed", "channel", "rss", "payload"];

/// Keys under which one article stands.
const AROUND_ONE: &[&str] = &["_source", "article", "story", "document", "doc", "post", "item", "newsitem", "fields"];

/// How many objects may stand around a list.
pub(super) const DEEPEST: usize = 4;

/// What an object holds.
pub(super) enum Shape {
    /// At most one article.
    One(Node),
    /// A list of them.
    Many(Vec<Node>),
}

/// Tells whether articles may stand in the value of a key, directly or further in.
pub(super) fn may_hold_articles(key: &str) -> bool {
    is_among(LISTS, key) || is_among(AROUND_LISTS, key)
}

/// Tells what an object of the top level holds.
pub(super) fn shape(mut entries: Entries, mapping: &Mapping) -> Shape {
    for path in mapping.rules.iter().filter_map(|rule| rule.articles.as_ref()) {
        let mut whole = Node::Map(entries);
        match whole.take(path) {
            Some(Node::List(nodes)) => return Shape::Many(nodes),
            Some(one @ Node::Map(_)) => return Shape::One(one),
            _ => {}
        }
        let Node::Map(rest) = whole else { return Shape::One(whole) };
        entries = rest;
    }
    match articles_in(&entries, DEEPEST, mapping) {
        Some(path) => match follow(Node::Map(entries), &path) {
            Node::List(nodes) => Shape::Many(nodes),
            other => Shape::One(other),
        },
        None if is_map_of_articles(&entries) => Shape::Many(entries.into_iter().map(with_its_key).collect()),
        None => Shape::One(Node::Map(entries)),
    }
}

/// Returns the positions of the keys that lead to a list of articles.
fn articles_in(entries: &Entries, depth: usize, mapping: &Mapping) -> Option<Vec<usize>> {
    let has_body = entries.iter().any(|(key, value)| feeds(key, Field::Body) && matches!(value, Node::Text(_)));
    if has_body || depth == 0 {
        return None;
    }
    for wanted in LISTS {
        let is_wanted =
            |(key, value): &(String, Node)| key.eq_ignore_ascii_case(wanted) && is_list_of_articles(value, mapping);
        if let Some(at) = entries.iter().position(is_wanted) {
            return Some(vec![at]);
        }
    }
    entries.iter().enumerate().filter(|(_, (key, _))| is_among(AROUND_LISTS, key)).find_map(|(at, (_, value))| {
        let Node::Map(inner) = value else { return None };
        let mut path = articles_in(inner, depth - 1, mapping)?;
        path.insert(0, at);
        Some(path)
    })
}

fn follow(node: Node, path: &[usize]) -> Node {
    path.iter().fold(node, |node, at| match node {
        Node::Map(mut entries) if *at < entries.len() => entries.swap_remove(*at).1,
        other => other,
    })
}

fn is_list_of_articles(node: &Node, mapping: &Mapping) -> bool {
    match node {
        Node::List(nodes) => nodes.iter().any(|node| looks_like_article(node, mapping)),
        _ => false,
    }
}

/// Tells whether a value has a key of an article's headline, or one that is mapped, or stands around an object that has.
fn looks_like_article(node: &Node, mapping: &Mapping) -> bool {
    let Node::Map(entries) = node else { return false };
    if entries.iter().any(|(key, _)| mapping.begins_with(key)) {
        return true;
    }
    entries.iter().any(|(key, _)| feeds(key, Field::Headline) || key.eq_ignore_ascii_case("articlebody"))
        || entries.iter().any(|(key, value)| is_among(AROUND_ONE, key) && has_words(value))
        || (has_words(node)
            && entries.iter().any(|(key, _)| feeds(key, Field::NativeId) || feeds(key, Field::Published)))
}

/// Tells whether an object has a key of a headline or body.
fn has_words(node: &Node) -> bool {
    let Node::Map(entries) = node else { return false };
    entries.iter().any(|(key, _)| feeds(key, Field::Headline) || feeds(key, Field::Body))
}

/// Tells whether every key is the id of an article.
fn is_map_of_articles(entries: &Entries) -> bool {
    let body = |value: &Node| match value {
        Node::Map(inner) => inner.iter().any(|(key, value)| feeds(key, Field::Body) && matches!(value, Node::Text(_))),
        _ => false,
    };
    !entries.is_empty() && entries.iter().all(|(key, value)| body(value) && fields_of_key(key).next().is_none())
}

fn with_its_key((key, value): (String, Node)) -> Node {
    match value {
        Node::Map(mut inner) => {
            inner.push(("id".to_owned(), Node::Text(key)));
            distinct(inner)
        }
        other => other,
    }
}

/// Tells whether an object is a JSON Schema, whose title and description are no article's.
pub(super) fn is_schema(entries: &Entries) -> bool {
    let names_it = |(key, value): &(String, Node)| {
        key == "$schema" && matches!(value, Node::Text(address) if address.contains("json-schema.org"))
    };
    entries.iter().any(names_it)
}

/// Returns the article inside of an object that stands around it, with what else the outer object has; any other
/// value as it is.
pub(super) fn unwrapped(node: Node) -> Node {
    let Node::Map(mut entries) = node else { return node };
    let inner = entries.iter().position(|(key, value)| is_among(AROUND_ONE, key) && has_words(value));
    match inner.filter(|_| entries.iter().all(|(key, _)| !feeds(key, Field::Headline))) {
        Some(at) => {
            let (_, inner) = entries.remove(at);
            let Node::Map(mut inner) = inner else { return Node::Map(entries) };
            inner.append(&mut entries);
            distinct(inner)
        }
        None => Node::Map(entries),
    }
}

/// Gives keys of the outer object another name where the inner one has them too.
fn distinct(entries: Entries) -> Node {
    let mut known = std::collections::HashSet::new();
    let rename = |(key, value): (String, Node)| {
        if known.insert(key.clone()) { (key, value) } else { (format!("outer {key}"), value) }
    };
    Node::Map(entries.into_iter().map(rename).collect())
}

fn feeds(key: &str, field: Field) -> bool {
    fields_of_key(key).any(|known| known == field)
}

fn is_among(keys: &[&str], key: &str) -> bool {
    keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}
