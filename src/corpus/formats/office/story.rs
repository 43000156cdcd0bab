//! The paragraphs of a text with what their styles say that they are, and how these become an article.

use super::properties::give_authors;
use crate::Caption;
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::text::byline_names;
use crate::corpus::text::shape::has_same_words;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Standfirst,
    Byline,
    Date,
    Heading,
    Caption,
    Text,
}

impl Role {
    /// Returns what the paragraphs of a style are, by its name in English, as word processors keep it.
    pub(super) fn of_style(name: &str) -> Role {
        match name.to_lowercase().replace("_20_", " ").as_str() {
            "title" | "headline" => Role::Title,
            "subtitle" | "standfirst" | "abstract" => Role::Standfirst,
            "author" | "authors" | "byline" => Role::Byline,
            "date" => Role::Date,
            // Of tables and pictures.
            "illustration" | "figure" | "drawing" | "table" => Role::Caption,
            name if name.starts_with("heading ") => Role::Heading,
            name if name.ends_with("caption") => Role::Caption,
            _ => Role::Text,
        }
    }
}

/// A text under way.
#[derive(Default)]
pub(super) struct Story {
    paragraphs: Vec<(Role, String)>,
    /// The notes at the foot of its pages and at its end.
    notes: Vec<String>,
}

impl Story {
    pub(super) fn add(&mut self, role: Role, text: &str) {
        let line = as_line(text);
        if !line.is_empty() {
            self.paragraphs.push((role, line));
        }
    }

    /// Adds a row of a table, from the texts of its cells.
    pub(super) fn add_row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| as_line(cell)).filter(|cell| !cell.is_empty()).collect();
        self.add(Role::Text, &cells.join(" | "));
    }

    pub(super) fn add_note(&mut self, text: &str) {
        let line = as_line(text);
        if !line.is_empty() {
            self.notes.push(line);
        }
    }

    /// Returns all of its text as one, for a cell or a note.
    pub(super) fn into_text(self) -> String {
        let texts: Vec<String> = self.paragraphs.into_iter().map(|(_, text)| text).chain(self.notes).collect();
        texts.join(" ")
    }

    /// Feeds the fields of an article, of which the headline is that of its properties, if they have one.
    pub(super) fn give(self, reading: &mut Reading<'_>) {
        let title = reading.parsed.article.headline.clone();
        let mut headline: Vec<String> = Vec::new();
        let (mut body, mut captions) = (Vec::new(), Vec::new());
        // Only what stands above the text is said of it.
        let mut is_above = true;
        for (role, text) in self.paragraphs {
            let is_headline = is_above && title.is_none();
            is_above &= !matches!(role, Role::Text) && (role != Role::Heading || is_headline && headline.is_empty());
            match role {
                Role::Title if is_headline => headline.push(text),
                Role::Heading if is_headline && headline.is_empty() => headline.push(text),
                Role::Title if title.as_deref().is_some_and(|title| has_same_words(title, &text)) => {
                    reading.parsed.leave(None, text, "repeated headline");
                }
                Role::Standfirst if is_above => reading.give(Field::Standfirst, "style", &text),
                Role::Byline if is_above => give_byline(&text, reading),
                Role::Date if is_above => reading.give(Field::Published, "style", &text),
                Role::Caption => captions.push(Caption { text, credit: None }),
                _ => body.push(text),
            }
        }
        reading.give(Field::Headline, "style", &headline.join(" "));
        reading.give_captions("style", captions);
        body.extend(self.notes);
        reading.give_body("text", body);
        reading.leave_repeated_headline();
    }
}

/// Adds the names of a line that is a byline; the properties may have them already.
fn give_byline(text: &str, reading: &mut Reading<'_>) {
    let known = &reading.parsed.article.bylines;
    let is_known = !known.is_empty() && byline_names(text).iter().all(|name| known.contains(name));
    if !is_known {
        give_authors("style", text, reading);
    }
}
