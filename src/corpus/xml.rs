//! XML as a flat tree, on quick-xml. Follows XML 1.0 as documents have it, not as they should: end tags that are missing
//! or too many, bare ampersands, and a document that breaks off, of which the part before the break is kept.
//!
//! Nothing outside the document is ever read. Entities of text that a document declares itself expand to so much and no more; those
//! of HTML are known by name, and others stay as they stand. Elements that nest too deep count as their text.

mod entities;

use std::borrow::Cow;
use std::cell::Cell;

use memchr::memchr;
use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use entities::Entities;

use crate::limits::{Limits, raise};
use crate::{Code, Notice};

/// A document, or as much of it as could be read.
pub(crate) struct Document<'a> {
    text: &'a str,
    /// In the order of the text, each element before what is in it.
    nodes: Vec<Node<'a>>,
    /// Where it cannot be read on, and why.
    broken: Option<(usize, String)>,
    /// Where the first element is that nests too deep, and the first entity with which all expand to too much.
    too_deep: Option<usize>,
    too_long: Option<usize>,
    entities: Entities<'a>,
    limits: Limits,
    /// A place in the text, and how many lines end before it: lines are asked for one after the other.
    counted: Cell<(usize, u32)>,
}

struct Node<'a> {
    kind: Kind,
    /// Of an element, what stands between `<` and `>`; else the text as it is written.
    raw: &'a str,
    /// The first node behind this and all that is in it.
    end: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The length of the whole name, and where its local part begins.
    Element {
        name: u32,
        local: u32,
    },
    Text,
    /// The name of an entity or the number of a character.
    Reference,
    /// An entity that the document declares, by its number.
    Declared(u32),
}

/// A node of a document.
#[derive(Clone, Copy)]
pub(crate) struct Element<'d, 'a> {
    document: &'d Document<'a>,
    at: u32,
}

/// What stands in an element.
pub(crate) enum Content<'d, 'a> {
    /// An element.
    Element(Element<'d, 'a>),
    /// Text, with its references resolved.
    Text(Cow<'a, str>),
}

impl<'a> Document<'a> {
    /// Reads a document within the usual limits.
    pub(crate) fn parse(text: &'a str) -> Document<'a> {
        Document::parse_within(text, &Limits::default())
    }

    /// Reads a document, in which elements nest and entities expand no further than is allowed.
    pub(crate) fn parse_within(text: &'a str, limits: &Limits) -> Document<'a> {
        let mut document = Document {
            text,
            nodes: Vec::with_capacity(text.len() / 64),
            broken: None,
            too_deep: None,
            too_long: None,
            entities: Entities::new(limits.free.min(most_expanded(text.len()))),
            limits: *limits,
            counted: Cell::default(),
        };
        let deepest = usize::try_from(limits.html_depth).unwrap_or(usize::MAX);
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
        let mut open: Vec<u32> = Vec::new();
        // Elements that are open and deeper than the tree is.
        let mut too_deep = 0usize;
        loop {
            let start = position(reader.buffer_position());
            let event = reader.read_event();
            let end = position(reader.buffer_position());
            match event {
                Ok(Event::Start(_)) if open.len() >= deepest => {
                    document.too_deep.get_or_insert(start);
                    too_deep += 1;
                }
                Ok(Event::End(_)) if too_deep > 0 => too_deep -= 1,
                Ok(Event::Empty(_)) if open.len() >= deepest => drop(document.too_deep.get_or_insert(start)),
                Ok(Event::Start(tag)) => {
                    let at = document.push_element(&text[start..end], tag.name().as_ref().len());
                    open.extend(at);
                }
                Ok(Event::Empty(tag)) => {
                    document.push_element(&text[start..end], tag.name().as_ref().len());
                }
                Ok(Event::End(tag)) => document.close(tag.name().as_ref(), &mut open),
                Ok(Event::Text(_)) => document.push(Kind::Text, &text[start..end]),
                Ok(Event::CData(_)) => {
                    let inner = text[start..end].strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
                    document.push(Kind::Text, inner.unwrap_or_default());
                }
                Ok(Event::GeneralRef(_)) => {
                    let name = text[start..end].strip_prefix('&').and_then(|rest| rest.strip_suffix(';'));
                    document.push_reference(name.unwrap_or_default(), start);
                }
                Ok(Event::DocType(_)) => document.entities.declare(&text[start..end]),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
                Ok(Event::Eof) => {
                    if let Some(at) = open.first() {
                        let name = document.element(*at).name();
                        document.broken = Some((text.len(), format!("`{name}` is not closed")));
                    }
                    break;
                }
                Err(error) => {
                    document.broken = Some((position(reader.error_position()), error.to_string()));
                    break;
                }
            }
        }
        let end = document.next_number();
        for at in open {
            document.nodes[at as usize].end = end;
        }
        document
    }

    /// Returns the elements of the highest level.
    pub(crate) fn roots<'d>(&'d self) -> impl Iterator<Item = Element<'d, 'a>> {
        self.elements_between(0, self.next_number())
    }

    /// Returns the elements of some names anywhere, outermost ones only.
    pub(crate) fn outermost<'d>(&'d self, is_wanted: impl Fn(&str) -> bool) -> Vec<Element<'d, 'a>> {
        self.search(0, self.next_number(), is_wanted)
    }

    fn search<'d>(&'d self, from: u32, to: u32, is_wanted: impl Fn(&str) -> bool) -> Vec<Element<'d, 'a>> {
        let (mut found, mut at) = (Vec::new(), from);
        while at < to {
            let element = self.element(at);
            if is_wanted(element.name()) {
                found.push(element);
                at = element.node().end;
            } else {
                at += 1;
            }
        }
        found
    }

    /// Returns where the document cannot be read on, as a line, and why.
    pub(crate) fn broken(&self) -> Option<(u32, &str)> {
        self.broken.as_ref().map(|(at, why)| (self.line_of(*at), why.as_str()))
    }

    /// Tells whether it only breaks off: all of it was read, and something is not closed.
    pub(crate) fn breaks_at_end(&self) -> bool {
        self.broken.as_ref().is_some_and(|(at, _)| *at == self.text.len())
    }

    /// Returns what is doubtful of it as a whole.
    pub(crate) fn doubts(&self) -> Vec<Notice> {
        let mut doubts = Vec::new();
        if let Some(at) = self.too_deep {
            let (most, raise) = (self.limits.html_depth, raise("html-depth"));
            let message = format!(
                "elements nest deeper than {most}; the tags of deeper ones were left out, their text was kept; {raise}"
            );
            doubts.push(Notice::new(Code::DoubtfulField, Some(self.line_of(at)), message));
        }
        if let Some(at) = self.too_long {
            let most = self.entities.most();
            let raise = if most == self.limits.free { format!("; {}", raise("free")) } else { String::new() };
            let message = format!(
                "the entities that it declares expand to more than {most} bytes; others stay as they are written{raise}"
            );
            doubts.push(Notice::new(Code::DoubtfulField, Some(self.line_of(at)), message));
        }
        if let Some((line, why)) = self.broken() {
            doubts.push(Notice::new(Code::BrokenOff, Some(line), format!("{why}; what stands before this is kept")));
        }
        doubts
    }

    fn line_of(&self, at: usize) -> u32 {
        let at = at.min(self.text.len());
        let (from, lines) = Some(self.counted.get()).filter(|(from, _)| *from <= at).unwrap_or_default();
        let ends = self.text.as_bytes()[from..at].iter().filter(|byte| **byte == b'\n').count();
        let lines = lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted.set((at, lines));
        lines.saturating_add(1)
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    fn element<'d>(&'d self, at: u32) -> Element<'d, 'a> {
        Element { document: self, at }
    }

    /// Adds an element from its tag; returns its number.
    fn push_element(&mut self, tag: &'a str, name: usize) -> Option<u32> {
        let raw = tag.strip_prefix('<')?.strip_suffix('>')?;
        let local = raw.get(..name)?.bytes().rposition(|byte| byte == b':').map_or(0, |colon| colon + 1);
        let at = self.next_number();
        self.push(Kind::Element { name: u32::try_from(name).ok()?, local: u32::try_from(local).ok()? }, raw);
        Some(at)
    }

    fn push(&mut self, kind: Kind, raw: &'a str) {
        let end = self.next_number().saturating_add(1);
        self.nodes.push(Node { kind, raw, end });
    }

    fn push_reference(&mut self, name: &'a str, at: usize) {
        let kind = match self.entities.expand(name) {
            Ok(number) => number.map_or(Kind::Reference, Kind::Declared),
            Err(()) => {
                self.too_long.get_or_insert(at);
                Kind::Reference
            }
        };
        self.push(kind, name);
    }

    /// Closes the innermost element of a name, and those in it. Without one, the end tag says nothing.
    fn close(&mut self, name: &str, open: &mut Vec<u32>) {
        let Some(depth) = open.iter().rposition(|at| self.element(*at).whole_name() == name) else { return };
        let end = self.next_number();
        for at in open.drain(depth..) {
            self.nodes[at as usize].end = end;
        }
    }

    fn elements_between<'d>(&'d self, from: u32, to: u32) -> impl Iterator<Item = Element<'d, 'a>> {
        self.between(from, to).filter_map(|at| {
            let is_element = matches!(self.nodes[at as usize].kind, Kind::Element { .. });
            is_element.then(|| self.element(at))
        })
    }

    /// Returns the numbers of nodes that stand side by side.
    fn between(&self, from: u32, to: u32) -> impl Iterator<Item = u32> {
        let first = Some(from).filter(|at| *at < to);
        std::iter::successors(first, move |at| Some(self.nodes[*at as usize].end).filter(|next| *next < to))
    }
}

/// To how many bytes the entities may expand that a document of so many bytes declares, whatever `free` is: where one is read, room is
/// made for little more than what it is itself.
fn most_expanded(length: usize) -> u64 {
    const SMALL: u64 = 1 << 20;
    const RATIO: u64 = 16;
    (length as u64).saturating_mul(RATIO).max(SMALL)
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl<'d, 'a> Element<'d, 'a> {
    fn node(&self) -> &'d Node<'a> {
        &self.document.nodes[self.at as usize]
    }

    /// Returns the name with its prefix.
    pub(crate) fn whole_name(&self) -> &'a str {
        match self.node().kind {
            Kind::Element { name, .. } => &self.node().raw[..name as usize],
            Kind::Text | Kind::Reference | Kind::Declared(_) => "",
        }
    }

    /// Returns the name without prefix.
    pub(crate) fn name(&self) -> &'a str {
        match self.node().kind {
            Kind::Element { name, local } => &self.node().raw[local as usize..name as usize],
            Kind::Text | Kind::Reference | Kind::Declared(_) => "",
        }
    }

    /// Returns the line that it begins in.
    pub(crate) fn line(&self) -> u32 {
        self.document.line_of(self.node().raw.as_ptr() as usize - self.document.text.as_ptr() as usize)
    }

    /// Returns the value of an attribute, named with its prefix where it has one; none where it is blank.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let raw = self.node().raw;
        // Most elements have none.
        if raw.len() <= self.whole_name().len() + name.len() {
            return None;
        }
        let mut attributes = Attributes::html(raw, self.whole_name().len());
        let found = attributes.with_checks(false).flatten().find(|known| known.key.as_ref() == name)?;
        let value = resolved(&found.value);
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the elements directly in it.
    pub(crate) fn children(&self) -> impl Iterator<Item = Element<'d, 'a>> + use<'d, 'a> {
        self.document.elements_between(self.at + 1, self.node().end)
    }

    /// Returns the first element of a name directly in it.
    pub(crate) fn child(&self, name: &str) -> Option<Element<'d, 'a>> {
        self.all(name).next()
    }

    /// Returns the elements of a name directly in it.
    pub(crate) fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = Element<'d, 'a>> + use<'d, 'a, 'n> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Returns the elements of a name anywhere in it, outermost ones only.
    pub(crate) fn within(&self, name: &str) -> Vec<Element<'d, 'a>> {
        self.document.search(self.at + 1, self.node().end, |known| known == name)
    }

    /// Returns what stands directly in it, in order.
    pub(crate) fn content(&self) -> impl Iterator<Item = Content<'d, 'a>> + use<'d, 'a> {
        let document = self.document;
        document.between(self.at + 1, self.node().end).map(move |at| {
            let node = &document.nodes[at as usize];
            match node.kind {
                Kind::Element { .. } => Content::Element(document.element(at)),
                Kind::Text => Content::Text(Cow::Borrowed(node.raw)),
                Kind::Reference => Content::Text(reference(node.raw)),
                Kind::Declared(number) => Content::Text(Cow::Owned(document.entities.text(number).to_owned())),
            }
        })
    }

    /// Returns all text in it, as it stands.
    pub(crate) fn text(&self) -> String {
        let nodes = &self.document.nodes[self.at as usize + 1..self.node().end as usize];
        let mut text = String::new();
        for node in nodes {
            match node.kind {
                Kind::Element { .. } => {}
                Kind::Text => text.push_str(node.raw),
                Kind::Reference => text.push_str(&reference(node.raw)),
                Kind::Declared(number) => text.push_str(self.document.entities.text(number)),
            }
        }
        text
    }
}

/// Returns what a reference stands for, by the name or number in it; one that is not known as it is written.
fn reference(name: &str) -> Cow<'static, str> {
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    match number.and_then(char::from_u32) {
        Some(character) => Cow::Owned(character.to_string()),
        None => resolve_html5_entity(name).map_or_else(|| Cow::Owned(format!("&{name};")), Cow::Borrowed),
    }
}

/// Tells whether a name is that of an entity of HTML, among which are those of XML itself.
fn is_known(name: &str) -> bool {
    resolve_html5_entity(name).is_some()
}

/// Returns text with its references resolved.
pub(crate) fn resolved(text: &str) -> Cow<'_, str> {
    resolved_with(text, |_| None)
}

/// Returns text with its references resolved, by `declared` before all.
fn resolved_with<'t, 'd>(text: &'t str, mut declared: impl FnMut(&str) -> Option<Cow<'d, str>>) -> Cow<'t, str> {
    const LONGEST: usize = 32;
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(inner) = rest.strip_prefix('&') {
        let name = inner.bytes().take(LONGEST).position(|byte| byte == b';').map(|end| &inner[..end]);
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"#-_.:".contains(&byte);
        match name.filter(|name| name.bytes().all(is_of_name)) {
            Some(name) => {
                out.push_str(&declared(name).unwrap_or_else(|| reference(name)));
                rest = &inner[name.len() + 1..];
            }
            None => {
                out.push('&');
                rest = inner;
            }
        }
        let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
