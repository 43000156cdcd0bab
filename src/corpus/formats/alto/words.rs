//! The words of a page: lines become paragraphs, and words that are parted at the end of one are whole.

use crate::corpus::formats::keys::as_line;
use crate::corpus::formats::scanned::{CLOSING, Lines};
use crate::corpus::xml::Element;

/// The words of a page, one block after the other.
#[derive(Default)]
pub(super) struct Words {
    /// The whole word of which the first part was read and the second is to come, maybe in the next column.
    awaited: Option<String>,
}

impl Words {
    /// Returns the text of a block.
    pub(super) fn paragraph(&mut self, block: Element<'_, '_>) -> String {
        let mut lines = Lines::default();
        for line in block.all("TextLine") {
            let (text, goes_on) = self.line(line);
            lines.push(&text, goes_on);
        }
        // The end of a sentence that the block before has.
        as_line(&lines.finish()).trim_start_matches(CLOSING).trim_start().to_owned()
    }

    /// Returns the text of a line, and whether its last word is parted and not whole yet.
    fn line(&mut self, line: Element<'_, '_>) -> (String, bool) {
        // Not all files have the spaces; those that have any mean what they have.
        let has_spaces = line.child("SP").is_some();
        let (mut text, mut goes_on) = (String::new(), false);
        for part in line.children() {
            match part.name() {
                "String" => {
                    goes_on = false;
                    if !has_spaces && !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(&self.word(part));
                }
                "SP" => text.push(' '),
                "HYP" => goes_on = self.awaited.is_none(),
                _ => {}
            }
        }
        (text, goes_on)
    }

    /// Returns a word; of one that is parted the whole in the place of its first part, and in that of the second no more
    /// than the marks behind it that the whole has not.
    fn word(&mut self, string: Element<'_, '_>) -> String {
        let content = string.attribute("CONTENT").unwrap_or_default();
        let part = string.attribute("SUBS_TYPE");
        let whole = part.as_ref().and_then(|_| string.attribute("SUBS_CONTENT"));
        let awaited = self.awaited.take();
        match (part.as_deref(), whole) {
            (Some("HypPart1"), Some(whole)) => self.awaited.insert(whole).clone(),
            (Some("HypPart2"), Some(whole)) if awaited.as_ref() == Some(&whole) => {
                let marks = &content[content.trim_end_matches(|c: char| !c.is_alphanumeric()).len()..];
                if whole.ends_with(marks) { String::new() } else { marks.to_owned() }
            }
            _ => content,
        }
    }
}
