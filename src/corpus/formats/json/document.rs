//! One JSON document, read so that what stands before a break is kept. An object is read whole, for only its end tells whether
//! it is an article or stands around a list of them.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::shape::{self, DEEPEST, Shape};
use super::{Records, too_deep, words};
use crate::corpus::format::{Flow, Place};
use crate::corpus::formats::keys::{Entries, Key, Node};

/// Reads a document, or several that follow each other, behind `at`, and tells whether more are wanted.
pub(super) fn parse(text: &str, at: Place, mut records: Records<'_>) -> Flow {
    if let Some(problem) = too_deep(text, 0, records.options) {
        records.reject(None, problem);
        return Flow::Stop;
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let mut top = Top { records, from: at, count: at.record, object: None };
    loop {
        let outcome = Value(&mut top).deserialize(&mut json);
        // Only what ends the source is alone in it, and so has no number.
        let at_end = json.end().is_ok();
        top.flush(outcome.is_ok(), at_end);
        match outcome {
            Ok(()) if !at_end && !top.records.is_stopped => {}
            Ok(()) => break,
            Err(error) => {
                top.broken(&error);
                return Flow::Stop;
            }
        }
    }
    if top.records.is_stopped { Flow::Stop } else { Flow::Continue }
}

/// What has been read of a document.
struct Top<'a> {
    records: Records<'a>,
    /// What comes before it.
    from: Place,
    /// How many records were handed out.
    count: u32,
    /// The object that is being read.
    object: Option<Entries>,
}

impl Top<'_> {
    fn add(&mut self, node: Node) {
        self.count = self.count.saturating_add(1);
        self.records.add(node, Some(self.count), None);
    }

    /// Hands out what is in the object that was read, or of a broken one, those articles that are whole.
    fn flush(&mut self, is_whole: bool, at_end: bool) {
        let Some(entries) = self.object.take() else { return };
        match shape::shape(entries, &self.records.options.mapping) {
            Shape::Many(nodes) => {
                for node in nodes {
                    self.add(node);
                    if self.records.is_stopped {
                        return;
                    }
                }
            }
            Shape::One(node) if is_whole && at_end && self.count == 0 => self.records.add(node, None, None),
            Shape::One(node) if is_whole => self.add(node),
            Shape::One(_) => {}
        }
    }

    fn broken(&mut self, error: &serde_json::Error) {
        let line = u32::try_from(error.line()).map_or(u32::MAX, |line| self.from.line.saturating_add(line));
        let words = words(error);
        let message = match self.count {
            // How many there are, and where the line begins, is known of a whole source alone.
            _ if self.from != Place::default() => format!("{words}; {BEFORE_A_BREAK}"),
            0 => format!("column {}: {words}; nothing of it is indexed", error.column()),
            _ => format!("column {}: {words}; {BEFORE_A_BREAK}", error.column()),
        };
        self.records.break_off(line, message);
    }
}

/// What becomes of a document that breaks.
pub(super) const BEFORE_A_BREAK: &str = "what stands before is kept, what follows is not indexed";

/// A value at the top.
struct Value<'a, 'r>(&'a mut Top<'r>);

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(node) = elements.next_element()? {
            if !self.0.records.is_stopped {
                self.0.add(node);
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        read_map(map, self.0.object.insert(Entries::new()), DEEPEST)
    }
}

/// Reads a map into `entries`, so that what was read stays where the rest is broken.
fn read_map<'de, A: MapAccess<'de>>(mut map: A, entries: &mut Entries, depth: usize) -> Result<(), A::Error> {
    while let Some(Key(key)) = map.next_key()? {
        if depth == 0 || !shape::may_hold_articles(&key) {
            let value = map.next_value()?;
            entries.push((key, value));
            continue;
        }
        entries.push((key, Node::Null));
        if let Some((_, value)) = entries.last_mut() {
            map.next_value_seed(Kept { value, depth: depth - 1 })?;
        }
    }
    Ok(())
}

/// A value of which the part before a break is kept, where it is a list or a map.
struct Kept<'a> {
    value: &'a mut Node,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Kept<'_> {
    fn set<E: de::Error>(self, node: Node) -> Result<(), E> {
        *self.value = node;
        Ok(())
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.set(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.set(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.set(Node::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.set(Node::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.set(serde_json::Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.set(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        *self.value = Node::List(Vec::new());
        if let Node::List(nodes) = self.value {
            while let Some(node) = elements.next_element()? {
                nodes.push(node);
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        *self.value = Node::Map(Entries::new());
        match self.value {
            Node::Map(entries) => read_map(map, entries, self.depth),
            _ => Ok(()),
        }
    }
}
