//! Fields that a user maps to elements of a page by CSS selectors. They come first, and what the page says elsewhere only
//! where they say nothing.

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};

use super::blocks::{paragraphs_of, text_of};
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{Node, Reading, takes_many};
use crate::corpus::mapping::selector_of;

/// What of a page is mapped.
#[derive(Default)]
pub(super) struct Mapped {
    /// The article so far.
    pub(super) parsed: Parsed,
    /// The paragraphs of the body, and the selector that they are from.
    pub(super) body: Option<(Vec<String>, String)>,
}

impl Mapped {
    /// Takes from a page what the user maps. The first rule that says something of a field decides it.
    pub(super) fn of(document: &Document, options: &ParseOptions) -> Mapped {
        let mut reading = Reading::of_article("selector", None, options);
        let mut body: Option<(Vec<String>, String)> = None;
        for (target, selectors) in options.mapping.rules.iter().flat_map(|rule| &rule.html) {
            if reading.is_mapped(target) || (target == "body" && body.is_some()) {
                continue;
            }
            for selector in selectors {
                // Options are checked before.
                let Ok((matcher, attribute)) = selector_of(selector) else { continue };
                let elements = document.select_matcher(&matcher);
                if target == "body" && attribute.is_none() {
                    let paragraphs: Vec<String> = outermost(elements.nodes()).flat_map(paragraphs_of).collect();
                    if !paragraphs.is_empty() {
                        body.get_or_insert_with(|| (Vec::new(), selector.clone())).0.extend(paragraphs);
                    }
                    continue;
                }
                if reading.is_mapped(target) && !takes_many(target) {
                    break;
                }
                let values = elements.nodes().iter().map(|element| value(element, attribute, target));
                let mut values: Vec<Node> = values.filter(|node| !node.is_empty()).collect();
                // Of an element that stands several times the first is taken, as of a headline that is repeated above a gallery.
                values.truncate(if takes_many(target) || target.starts_with("x.") { usize::MAX } else { 1 });
                let node = if values.len() > 1 { Node::List(values) } else { values.pop().unwrap_or(Node::Null) };
                if !node.is_empty() {
                    reading.feed_mapped(target, selector, node);
                }
            }
        }
        Mapped { parsed: reading.parsed, body }
    }
}

/// Returns elements without those that stand in another of them.
fn outermost<'n, 'd>(elements: &'n [NodeRef<'d>]) -> impl Iterator<Item = &'n NodeRef<'d>> {
    let ids: HashSet<NodeId> = elements.iter().map(|element| element.id).collect();
    let is_inside = move |element: &NodeRef<'_>| element.ancestors_it(None).any(|above| ids.contains(&above.id));
    elements.iter().filter(move |element| !is_inside(element))
}

/// Returns what an element says: in an attribute that is asked for or is meant for it, else in its text.
fn value(element: &NodeRef<'_>, attribute: Option<&str>, target: &str) -> Node {
    let name = element.node_name().unwrap_or_default();
    let usual = match (&*name, target) {
        ("meta", _) => Some("content"),
        ("time", "published" | "updated" | "embargo") => Some("datetime"),
        ("a" | "link", "url") => Some("href"),
        _ => None,
    };
    let text = match attribute {
        Some(attribute) => element.attr(attribute).map(|value| value.to_string()).unwrap_or_default(),
        None => usual.and_then(|usual| element.attr(usual)).map_or_else(|| text_of(element), |value| value.to_string()),
    };
    Node::Text(text)
}
