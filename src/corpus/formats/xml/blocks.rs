//! The paragraphs and captions of running text in NITF and XHTML.

use crate::Caption;
use crate::corpus::formats::keys::{as_line, plain_paragraphs};
use crate::corpus::text::{as_read, credit_name};
use crate::corpus::xml::{Content, Element};

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "block",
    "blockquote",
    "body",
    "body.content",
    "bq",
    "caption",
    "center",
    "credit",
    "datasource",
    "dd",
    "div",
    "dl",
    "dt",
    "fn",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hl1",
    "hl2",
    "hr",
    "li",
    "main",
    "nitf-table",
    "note",
    "ol",
    "p",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Elements that hold no text for readers.
const UNREAD: &[&str] =
    &["script", "style", "head", "media-object", "media-metadata", "nitf-table-metadata", "custom-table", "object"];

/// What stands between two line breaks that the markup asks for.
const BREAK: char = '\u{2028}';

/// Running text, read.
#[derive(Default)]
pub(crate) struct Blocks {
    /// Its paragraphs, headings and list items.
    pub(crate) paragraphs: Vec<String>,
    /// The captions of its pictures.
    pub(crate) captions: Vec<Caption>,
    /// The paragraph under way.
    text: String,
    /// Whether a line end is never more than a space.
    folds_lines: bool,
}

impl Blocks {
    /// Reads what is in an element.
    pub(crate) fn of(element: Element<'_, '_>) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.read(element);
        blocks
    }

    /// Reads what is in an element of a page, where line ends say nothing.
    pub(crate) fn of_page(element: Element<'_, '_>) -> Blocks {
        let mut blocks = Blocks { folds_lines: true, ..Blocks::default() };
        blocks.read(element);
        blocks
    }

    /// Reads what is in another element behind it. The tree is no deeper than the stack is.
    pub(super) fn read(&mut self, element: Element<'_, '_>) {
        for content in element.content() {
            match content {
                Content::Text(text) => self.text.push_str(&text),
                Content::Element(inner) => self.read_element(inner),
            }
        }
        // Text that stands in no paragraph may have some of its own.
        self.end_paragraph(element.name() != "p");
    }

    fn read_element(&mut self, element: Element<'_, '_>) {
        let name = element.name();
        match name {
            "br" if self.text.trim_end_matches([' ', '\n', '\t', '\r']).ends_with(BREAK) => self.end_paragraph(false),
            "br" => self.text.push(BREAK),
            "td" | "th" if !self.text.trim().is_empty() => {
                self.text.push_str(" | ");
                self.read_inline(element);
            }
            "a" if self.folds_lines && is_mark_of_note(element) => {}
            "media" => self.read_media(element),
            "figure" => self.read_figure(element),
            "img" => self.add_caption(element.attribute("alt").unwrap_or_default(), None),
            "pre" => {
                self.end_paragraph(true);
                self.paragraphs.append(&mut plain_paragraphs(&as_read(&element.text())));
            }
            _ if UNREAD.contains(&name) => {}
            _ if BLOCKS.contains(&name) => {
                self.end_paragraph(true);
                self.read(element);
            }
            _ => self.read_inline(element),
        }
    }

    fn read_inline(&mut self, element: Element<'_, '_>) {
        for content in element.content() {
            match content {
                Content::Text(text) => self.text.push_str(&text),
                Content::Element(inner) => self.read_element(inner),
            }
        }
    }

    /// Reads a picture of NITF.
    fn read_media(&mut self, media: Element<'_, '_>) {
        let producer = media.child("media-producer").map(|producer| producer.text());
        let reference = media.child("media-reference");
        let credit = producer.or_else(|| reference.and_then(|reference| reference.attribute("copyright")));
        let mut texts: Vec<String> = media.all("media-caption").map(|caption| caption.text()).collect();
        if texts.is_empty() {
            texts.extend(reference.and_then(|reference| reference.attribute("alternate-text")));
        }
        for text in texts {
            self.add_caption(text, credit.as_deref());
        }
    }

    fn read_figure(&mut self, figure: Element<'_, '_>) {
        self.end_paragraph(true);
        let captions = figure.within("figcaption");
        if captions.is_empty() {
            self.read(figure);
        }
        for caption in captions {
            self.add_caption(caption.text(), None);
        }
    }

    fn add_caption(&mut self, text: String, credit: Option<&str>) {
        let text = as_line(&text);
        let credit = credit.map(|credit| credit_name(&as_line(credit)).to_owned()).filter(|credit| !credit.is_empty());
        let caption = Caption { text, credit };
        if !caption.text.is_empty() {
            self.captions.push(caption);
        }
    }

    fn end_paragraph(&mut self, is_loose: bool) {
        let text = std::mem::take(&mut self.text);
        if is_loose && !self.folds_lines && text.contains('\n') && !text.contains(BREAK) {
            self.paragraphs.append(&mut plain_paragraphs(&as_read(text.trim())));
        } else {
            let line = as_line(&text);
            if !line.is_empty() {
                self.paragraphs.push(line);
            }
        }
    }
}

/// Tells whether a link only leads to a note, or back from it.
fn is_mark_of_note(link: Element<'_, '_>) -> bool {
    ["epub:type", "role", "class"]
        .iter()
        .filter_map(|name| link.attribute(name))
        .any(|value| ["noteref", "backlink", "footnote-ref", "footnote-back"].iter().any(|mark| value.contains(mark)))
}
