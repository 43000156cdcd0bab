//! Entities of text that a document declares itself (XML 1.0, 4.2). Those that stand outside of the document are never read, and
//! those with markup stay as they are written.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{is_known, resolved_with};

/// The entities of a document, and to how much they may still expand.
pub(super) struct Entities<'a> {
    numbers: HashMap<&'a str, u32>,
    /// What each stands for; none of one that is too long.
    texts: Vec<Option<String>>,
    most: u64,
    expanded: u64,
    /// A document has one document type.
    is_declared: bool,
}

impl<'a> Entities<'a> {
    /// Has all of them, and what is declared of them, expand to no more than `most` bytes.
    pub(super) fn new(most: u64) -> Entities<'a> {
        Entities { numbers: HashMap::new(), texts: Vec::new(), most, expanded: 0, is_declared: false }
    }

    /// Returns to how many bytes all may expand.
    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// Takes up what the document type declares, of each entity the first declaration. What is not declared before it stays in it as
    /// it is written. A second document type declares nothing.
    pub(super) fn declare(&mut self, document_type: &'a str) {
        if std::mem::replace(&mut self.is_declared, true) {
            return;
        }
        let mut left = self.most;
        for (name, value) in declarations(document_type) {
            if is_known(name) || self.numbers.contains_key(name) || value.contains('<') {
                continue;
            }
            let mut length = value.len() as u64;
            let text = resolved_with(value, |name| {
                let text = self.numbers.get(name).and_then(|number| self.texts[*number as usize].as_deref())?;
                length = length.saturating_add(text.len() as u64);
                // Of what is too long, no more is made.
                Some(Cow::Borrowed(if length > left { "" } else { text }))
            });
            let is_too_long = length > left;
            left = left.saturating_sub(length);
            let Ok(number) = u32::try_from(self.texts.len()) else { return };
            self.numbers.insert(name, number);
            self.texts.push((!is_too_long).then(|| text.into_owned()));
        }
    }

    /// Returns the number of an entity that is declared; an error where with it all would expand to too much.
    pub(super) fn expand(&mut self, name: &str) -> Result<Option<u32>, ()> {
        let Some(number) = self.numbers.get(name) else { return Ok(None) };
        let length = self.texts[*number as usize].as_ref().map_or(u64::MAX, |text| text.len() as u64);
        self.expanded = self.expanded.saturating_add(length);
        if self.expanded > self.most { Err(()) } else { Ok(Some(*number)) }
    }

    /// Returns what an entity stands for, by its number.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts[number as usize].as_deref().unwrap_or_default()
    }
}

/// Returns the names and values of entities whose value is told at their place.
fn declarations(document_type: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = document_type;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find("<!")?..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->")?.1;
                continue;
            }
            let declared = rest.strip_prefix("<!ENTITY").and_then(declaration);
            rest = &rest[2..];
            if let Some((name, value, behind)) = declared {
                rest = behind;
                return Some((name, value));
            }
        }
    })
}

/// Takes name and value of an entity out of its declaration, and returns what stands behind them.
fn declaration(rest: &str) -> Option<(&str, &str, &str)> {
    let rest = rest.trim_start();
    // No further than to the next tag: each of many broken ones would be looked through to the end.
    let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>'))?;
    let (name, rest) = (&rest[..end], rest[end..].trim_start());
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, rest) = rest[1..].split_once(quote)?;
    Some((name, value, rest))
}
