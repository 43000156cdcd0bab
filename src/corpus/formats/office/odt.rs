//! Texts of word processors in OpenDocument (ISO/IEC 26300, versions 1.0 to 1.4), as packages. Changes that are tracked,
//! comments, tables of contents, and the heads and feet of pages are left out.

use std::collections::HashMap;

use super::package::Package;
use super::story::{Role, Story};
use super::{detected, doubts_of, properties};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::formats::keys::Reading;
use crate::corpus::formats::xml::with_doubts;
use crate::corpus::source::Source;
use crate::corpus::xml::{Content, Document, Element};
use crate::{Code, Notice};

/// Elements that hold no text, or none that is shown in its place.
const UNREAD: &[&str] = &[
    "tracked-changes",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "forms",
    "table-of-content",
    "annotation",
    "note-citation",
    "ruby-text",
    "title",
    "desc",
];

/// A text in OpenDocument.
pub(crate) struct Odt;

impl Format for Odt {
    fn name(&self) -> &'static str {
        "odt"
    }

    fn detect_bytes(&self, path: &str, beginning: &[u8]) -> Option<Detected> {
        detected(beginning, path, b"application/vnd.oasis.opendocument.text", &["odt", "ott"])
    }

    fn needs_its_end(&self) -> bool {
        true
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        // There is one text, so that there is nothing to stop.
        let _ = emit(read(source.bytes, options).into());
    }
}

fn read(bytes: &[u8], options: &ParseOptions) -> Result<Parsed, Notice> {
    let package = Package::open(bytes, options.limits)?;
    let manifest = package.text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains(":encryption-data") {
        return Err(Notice::new(
            Code::BadRecord,
            None,
            "an encrypted document; save it without its password to have it indexed",
        ));
    }
    let text = package.needed("content.xml")?;
    let document = Document::parse_within(&text, &options.limits);
    let root = document.roots().next();
    let Some(body) = root.and_then(|root| root.child("body")).and_then(|body| body.child("text")) else {
        return Err(Notice::new(Code::NotAnArticle, None, "a document of OpenDocument that is no text; not indexed"));
    };
    let mut reading = Reading::of_article("document", None, options);
    let meta = package.text("meta.xml")?.unwrap_or_default();
    properties::read(&meta, &mut reading);
    let automatic = root.and_then(|root| root.child("automatic-styles"));
    let mut text = Text { parents: automatic.map(parents).unwrap_or_default(), ..Text::default() };
    text.read_blocks(body);
    text.story.give(&mut reading);
    properties::read_dates(&meta, &mut reading);
    with_doubts(reading.finish(), doubts_of(&document, "the text in the package"))
}

/// Returns the styles that those of single paragraphs are made from.
fn parents(styles: Element<'_, '_>) -> HashMap<String, String> {
    let styles = styles.all("style");
    styles
        .filter_map(|style| Some((style.attribute("style:name")?, style.attribute("style:parent-style-name")?)))
        .collect()
}

/// A text under way.
#[derive(Default)]
struct Text {
    parents: HashMap<String, String>,
    story: Story,
}

impl Text {
    /// Returns the text of blocks as one.
    fn text_of(&mut self, element: Element<'_, '_>) -> String {
        let story = std::mem::take(&mut self.story);
        self.read_blocks(element);
        std::mem::replace(&mut self.story, story).into_text()
    }

    /// Reads the paragraphs, lists and tables in an element. The tree is no deeper than the stack is.
    fn read_blocks(&mut self, element: Element<'_, '_>) {
        for block in element.children() {
            match block.name() {
                "p" => self.read_paragraph(block, Role::Text),
                "h" => self.read_paragraph(block, Role::Heading),
                "table-row" => {
                    let cells: Vec<String> = block.all("table-cell").map(|cell| self.text_of(cell)).collect();
                    self.story.add_row(&cells);
                }
                name if UNREAD.contains(&name) => {}
                _ => self.read_blocks(block),
            }
        }
    }

    fn read_paragraph(&mut self, paragraph: Element<'_, '_>, role: Role) {
        let style = paragraph.attribute("text:style-name").unwrap_or_default();
        let style = self.parents.get(&style).unwrap_or(&style);
        let styled = Role::of_style(style);
        let role = if styled == Role::Text { role } else { styled };
        let (mut line, mut boxes) = (String::new(), Vec::new());
        self.read_inline(paragraph, &mut line, &mut boxes);
        self.story.add(role, &line);
        for text_box in boxes {
            self.read_blocks(text_box);
        }
    }

    fn read_inline<'d, 'a>(&mut self, element: Element<'d, 'a>, line: &mut String, boxes: &mut Vec<Element<'d, 'a>>) {
        for content in element.content() {
            let inner = match content {
                Content::Text(text) => {
                    line.push_str(&text);
                    continue;
                }
                Content::Element(inner) => inner,
            };
            match inner.name() {
                "s" | "tab" => line.push(' '),
                "line-break" => line.push('\n'),
                "note" => {
                    let note = inner.child("note-body").map(|body| self.text_of(body)).unwrap_or_default();
                    self.story.add_note(&note);
                }
                "text-box" => boxes.push(inner),
                name if UNREAD.contains(&name) => {}
                _ => self.read_inline(inner, line, boxes),
            }
        }
    }
}
