//! Texts of word processors in Office Open XML: WordprocessingML of ECMA-376 and ISO/IEC 29500, transitional and strict.
//! What was deleted with its changes tracked, comments, and the heads and feet of pages are left out.

use std::collections::HashMap;

use super::package::{Package, resolved};
use super::story::{Role, Story};
use super::{begins_as_zip, detected, doubts_of, has_ending, is_package, properties};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::formats::keys::Reading;
use crate::corpus::formats::xml::with_doubts;
use crate::corpus::source::Source;
use crate::corpus::xml::{Content, Document, Element};
use crate::{Code, Notice};

const ENDINGS: &[&str] = &["docx", "docm", "dotx", "dotm"];

/// Elements that hold no text, or none that is shown.
const UNREAD: &[&str] = &[
    "pPr",
    "rPr",
    "sdtPr",
    "tblPr",
    "trPr",
    "tcPr",
    "tblGrid",
    "sectPr",
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "Fallback",
    "drawing",
    "pict",
    "object",
    "rt",
];

/// A text in Office Open XML.
pub(crate) struct Docx;

impl Format for Docx {
    fn name(&self) -> &'static str {
        "docx"
    }

    fn detect_bytes(&self, path: &str, beginning: &[u8]) -> Option<Detected> {
        if let Some(detected) = detected(beginning, path, b"application/vnd.openxmlformats", ENDINGS) {
            return Some(detected);
        }
        let has = |name: &[u8]| beginning.windows(name.len()).any(|window| window == name);
        let is_text =
            begins_as_zip(beginning) && is_package("", beginning) && has(b"word/") && !has_ending(path, &["epub"]);
        is_text.then_some(Detected::by_content("it is a package with a text in it"))
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
    let main = relations(&package, "")?.remove("officeDocument").unwrap_or_else(|| "word/document.xml".to_owned());
    let text = package.needed(&main)?;
    let document = Document::parse_within(&text, &options.limits);
    let Some(body) = document.roots().next().and_then(|root| root.child("body")) else {
        let message = "a package of Office Open XML that is no text; not indexed";
        return Err(Notice::new(Code::NotAnArticle, None, message));
    };
    let parts = relations(&package, &main)?;
    let part = |kind: &str| match parts.get(kind) {
        Some(name) => package.text(name),
        None => Ok(None),
    };
    let mut reading = Reading::of_article("document", None, options);
    let core = package.text("docProps/core.xml")?.unwrap_or_default();
    properties::read(&core, &mut reading);
    for name in ["docProps/app.xml", "docProps/custom.xml"] {
        properties::read(&package.text(name)?.unwrap_or_default(), &mut reading);
    }
    let mut text = Text { styles: styles(&part("styles")?.unwrap_or_default()), ..Text::default() };
    for (kind, element) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        text.read_notes(&part(kind)?.unwrap_or_default(), element);
    }
    text.read_blocks(body);
    text.story.give(&mut reading);
    properties::read_dates(&core, &mut reading);
    with_doubts(reading.finish(), doubts_of(&document, "the text in the package"))
}

/// Returns the parts that a part is related to, by the last word of the kind of relation.
fn relations(package: &Package<'_>, part: &str) -> Result<HashMap<String, String>, Notice> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let file = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    let text = package.text(&file)?.unwrap_or_default();
    let document = Document::parse(&text);
    let relations = document.roots().next().into_iter().flat_map(|root| root.children());
    let targets = relations.filter(|relation| relation.attribute("TargetMode").as_deref() != Some("External"));
    Ok(targets
        .filter_map(|relation| {
            let kind = relation.attribute("Type")?.rsplit('/').next()?.to_owned();
            Some((kind, resolved(part, &relation.attribute("Target")?)))
        })
        .collect())
}

/// Returns what the paragraphs of each style are, by the style's id.
fn styles(text: &str) -> HashMap<String, Role> {
    let document = Document::parse(text);
    let styles = document.roots().next().into_iter().flat_map(|root| root.children());
    styles
        .filter_map(|style| {
            let name = style.child("name").and_then(|name| name.attribute("w:val"))?;
            Some((style.attribute("w:styleId")?, Role::of_style(&name)))
        })
        .collect()
}

/// A text under way.
#[derive(Default)]
struct Text {
    styles: HashMap<String, Role>,
    /// The notes by kind and id, until they are referred to.
    notes: HashMap<(&'static str, String), String>,
    story: Story,
}

impl Text {
    fn read_notes(&mut self, text: &str, kind: &'static str) {
        let document = Document::parse(text);
        for note in document.roots().next().into_iter().flat_map(|root| root.children()) {
            // Those of a type are the lines above the notes.
            let is_note = note.name() == kind && note.attribute("w:type").is_none_or(|kind| kind == "normal");
            if let Some(id) = note.attribute("w:id").filter(|_| is_note) {
                let text = self.text_of(note);
                self.notes.insert((kind, id), text);
            }
        }
    }

    /// Returns the text of blocks as one.
    fn text_of(&mut self, element: Element<'_, '_>) -> String {
        let story = std::mem::take(&mut self.story);
        self.read_blocks(element);
        std::mem::replace(&mut self.story, story).into_text()
    }

    /// Reads the paragraphs and tables in an element. The tree is no deeper than the stack is.
    fn read_blocks(&mut self, element: Element<'_, '_>) {
        for block in element.children() {
            match block.name() {
                "p" => self.read_paragraph(block),
                "tr" => {
                    let mut cells = Vec::new();
                    self.read_cells(block, &mut cells);
                    self.story.add_row(&cells);
                }
                name if UNREAD.contains(&name) => {}
                _ => self.read_blocks(block),
            }
        }
    }

    fn read_cells(&mut self, row: Element<'_, '_>, cells: &mut Vec<String>) {
        for element in row.children() {
            match element.name() {
                "tc" => {
                    let cell = self.text_of(element);
                    cells.push(cell);
                }
                name if UNREAD.contains(&name) => {}
                _ => self.read_cells(element, cells),
            }
        }
    }

    fn read_paragraph(&mut self, paragraph: Element<'_, '_>) {
        let style = paragraph.child("pPr").and_then(|properties| properties.child("pStyle"));
        let style = style.and_then(|style| style.attribute("w:val")).unwrap_or_default();
        let role = self.styles.get(&style).copied().unwrap_or_else(|| Role::of_style(&style));
        let mut line = String::new();
        let mut boxes = Vec::new();
        self.read_inline(paragraph, &mut line, &mut boxes);
        self.story.add(role, &line);
        for text_box in boxes {
            self.read_blocks(text_box);
        }
    }

    fn read_inline<'d, 'a>(&mut self, element: Element<'d, 'a>, line: &mut String, boxes: &mut Vec<Element<'d, 'a>>) {
        let is_hidden = element.child("rPr").and_then(|properties| properties.child("vanish"));
        if element.name() == "r"
            && is_hidden.is_some_and(|hidden| hidden.attribute("w:val").is_none_or(|on| is_on(&on)))
        {
            return;
        }
        for content in element.content() {
            let Content::Element(inner) = content else { continue };
            match inner.name() {
                "t" => line.push_str(&inner.text()),
                "tab" | "ptab" => line.push(' '),
                "br" | "cr" => line.push('\n'),
                "noBreakHyphen" => line.push('\u{2011}'),
                "footnoteReference" => self.refer("footnote", inner),
                "endnoteReference" => self.refer("endnote", inner),
                "drawing" | "pict" | "object" => boxes.extend(inner.within("txbxContent")),
                name if UNREAD.contains(&name) => {}
                _ => self.read_inline(inner, line, boxes),
            }
        }
    }

    fn refer(&mut self, kind: &'static str, reference: Element<'_, '_>) {
        if let Some(note) = reference.attribute("w:id").and_then(|id| self.notes.remove(&(kind, id))) {
            self.story.add_note(&note);
        }
    }
}

fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off")
}
