//! A value of JSON, YAML or TOML, as it stands: keys in their order, repeated ones too.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::Number;

/// How much of a value is shown where it is left over, in characters.
const SHOWN: usize = 200;

/// The key under which the TOML reader hands out a date.
const TOML_DATE: &str = "$__toml_private_datetime";

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, as exact as it was given.
    Number(Number),
    /// Text.
    Text(String),
    /// Values in order.
    List(Vec<Node>),
    /// Keys and values in order; a key may stand more than once.
    Map(Entries),
}

/// The keys and values of a map.
pub(crate) type Entries = Vec<(String, Node)>;

impl Node {
    /// Tells whether it says nothing: null, blank text, or a list or map without anything in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Node::Null => true,
            Node::Bool(_) | Node::Number(_) => false,
            Node::Text(text) => text.trim().is_empty(),
            Node::List(nodes) => nodes.is_empty(),
            Node::Map(entries) => entries.is_empty(),
        }
    }

    /// Returns what it is called in a sentence.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "yes or no",
            Node::Number(_) => "a number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "an object",
        }
    }

    /// Returns the value of a key of a map: that of the first of the keys given that it has, in their order, and is
    /// not empty.
    pub(crate) fn first_of(&self, keys: &[&str]) -> Option<&Node> {
        let Node::Map(entries) = self else { return None };
        keys.iter().find_map(|wanted| {
            let mut values = entries.iter().filter(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
            values.find(|value| !value.is_empty())
        })
    }

    /// Takes the value at a path of keys out of a map; what is beside it stays. A list on the way gives what its
    /// elements have there, as a list.
    pub(crate) fn take(&mut self, path: &str) -> Option<Node> {
        match self {
            Node::Map(entries) => {
                if let Some(at) = entries.iter().position(|(key, _)| key == path) {
                    return Some(entries.remove(at).1);
                }
                // A key may have dots itself, so every way to part the path is tried, the shortest key first.
                let parts = path.match_indices('.').map(|(dot, _)| (&path[..dot], &path[dot + 1..]));
                let mut found = None;
                for (key, rest) in parts {
                    let values = entries.iter_mut().filter(|(known, _)| known == key);
                    found = values.map(|(_, value)| value).find_map(|value| value.take(rest));
                    if found.is_some() {
                        break;
                    }
                }
                found
            }
            Node::List(nodes) => {
                let taken: Vec<Node> = nodes.iter_mut().filter_map(|node| node.take(path)).collect();
                (!taken.is_empty()).then_some(Node::List(taken))
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => None,
        }
    }

    /// Returns it as people may read it, cut where it is long.
    pub(crate) fn shown(&self) -> String {
        let mut shown = String::new();
        let mut room = SHOWN;
        self.show(&mut shown, &mut room, true);
        shown
    }

    fn show(&self, out: &mut String, room: &mut usize, bare: bool) {
        match self {
            Node::Null => put(out, room, "null"),
            Node::Bool(value) => put(out, room, if *value { "true" } else { "false" }),
            Node::Number(number) => put(out, room, &number.to_string()),
            Node::Text(text) if bare => put(out, room, text),
            Node::Text(text) => {
                put(out, room, "\"");
                put(out, room, text);
                put(out, room, "\"");
            }
            Node::List(nodes) => {
                put(out, room, "[");
                for (at, node) in nodes.iter().enumerate() {
                    put(out, room, if at == 0 { "" } else { ", " });
                    node.show(out, room, false);
                    if *room == 0 {
                        return;
                    }
                }
                put(out, room, "]");
            }
            Node::Map(entries) => {
                put(out, room, "{");
                for (at, (key, node)) in entries.iter().enumerate() {
                    put(out, room, if at == 0 { "" } else { ", " });
                    put(out, room, key);
                    put(out, room, ": ");
                    node.show(out, room, false);
                    if *room == 0 {
                        return;
                    }
                }
                put(out, room, "}");
            }
        }
    }
}

/// Writes as much of `text` as there is room for, and an ellipsis where it ends.
fn put(out: &mut String, room: &mut usize, text: &str) {
    if *room == 0 {
        return;
    }
    if text.len() <= *room && text.is_ascii() && !text.contains('\n') {
        out.push_str(text);
        *room -= text.len();
        return;
    }
    for character in text.chars() {
        if *room == 0 {
            out.push('…');
            return;
        }
        out.push(if character == '\n' { ' ' } else { character });
        *room -= 1;
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or_else(|| Node::Text(value.to_string()), Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = elements.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            let value = map.next_value()?;
            if key == TOML_DATE {
                return Ok(value);
            }
            entries.push((key, value));
        }
        Ok(Node::Map(entries))
    }

    /// A value with a YAML tag: the tag says nothing that is needed here.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_, variant) = tagged.variant::<de::IgnoredAny>()?;
        variant.newtype_variant()
    }
}

/// A key: text, or in YAML any plain value, taken as text.
pub(crate) struct Key(pub(crate) String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        Ok(Key(match Node::deserialize(deserializer)? {
            Node::Text(text) => text,
            other => other.shown(),
        }))
    }
}
