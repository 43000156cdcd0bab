//! Elements become plain text: spaces folded, one string a paragraph. Knows which elements part paragraphs.

use std::collections::HashSet;

use dom_query::{NodeId, NodeRef};

use crate::corpus::text::as_read;
use crate::text::fold_spaces;

/// Returns an element's text on one line.
pub(super) fn text_of(node: &NodeRef<'_>) -> String {
    paragraphs_of(node).join(" ")
}

/// Returns an element's text, one string a paragraph, subhead, list item or row of a table.
pub(super) fn paragraphs_of(node: &NodeRef<'_>) -> Vec<String> {
    let mut blocks = Blocks::default();
    blocks.walk(node);
    blocks.part();
    blocks.done
}

/// Returns an element's text on one line, with a mark between paragraphs, and a space also between words that only the edge of an
/// inline element parts: `Von<a>Ann Lee</a>`.
pub(super) fn parted_text_of(node: &NodeRef<'_>) -> String {
    let mut blocks = Blocks { parts_inline: true, ..Blocks::default() };
    blocks.walk(node);
    blocks.part();
    blocks.done.join(" | ")
}

/// Returns an element's text on one line without that of some elements in it.
pub(super) fn text_without(node: &NodeRef<'_>, left_out: HashSet<NodeId>) -> String {
    let mut blocks = Blocks { left_out, ..Blocks::default() };
    blocks.walk(node);
    blocks.part();
    blocks.done.join(" ")
}

/// Returns an element's text as [`paragraphs_of`] does, without paragraphs that are all link, and without the headings at
/// its end that no text follows: they belong to what was taken out, or lead to other articles.
pub(super) fn paragraphs_without_pointers(node: &NodeRef<'_>) -> Vec<String> {
    let mut blocks = Blocks { leaves_links: true, ..Blocks::default() };
    blocks.walk(node);
    blocks.part();
    blocks.done.truncate(blocks.last_text);
    blocks.done
}

/// Returns a value of an attribute or of JSON as plain text: such values are often escaped once more than needed, or twice.
/// `None` where nothing is left.
pub(super) fn plain_text(value: &str) -> Option<String> {
    let is_escaped = |text: &str| text.find('&').is_some_and(|at| text[at..].contains(';'));
    let unescaped = |text: &str| Some(text_of(&super::page::Page::parse(text)?.document.root()));
    let is_markup = value.contains('<') || is_escaped(value);
    let text = is_markup.then(|| unescaped(value)).flatten().unwrap_or_else(|| fold_spaces(&as_read(value)));
    // What stands for a number is never meant to be read.
    let text = if text.contains("&#") { unescaped(&text).unwrap_or(text) } else { text };
    (!text.is_empty()).then_some(text)
}

/// A paragraph of which less than one part in so many is no link only points elsewhere.
const LINKED: usize = 5;

#[derive(Default)]
struct Blocks {
    done: Vec<String>,
    open: String,
    /// The number of paragraphs up to the last one that is neither a heading nor all link.
    last_text: usize,
    in_heading: bool,
    in_link: bool,
    /// How many bytes of letters and digits of the open paragraph are in links, and how many are not.
    linked: usize,
    plain: usize,
    /// Whether paragraphs that are links and hardly anything else are left out.
    leaves_links: bool,
    /// Whether the edges of inline elements part words, and whether one was passed since the last text.
    parts_inline: bool,
    at_edge: bool,
    /// What is left out.
    left_out: HashSet<NodeId>,
}

impl Blocks {
    /// Goes through an element. As deep as the page nests, which is bounded.
    fn walk(&mut self, node: &NodeRef<'_>) {
        if node.is_text() {
            let text = node.text();
            let letters = text.chars().filter(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
            *if self.in_link { &mut self.linked } else { &mut self.plain } += letters;
            let is_close = self.open.ends_with(char::is_alphanumeric) && text.starts_with(char::is_alphanumeric);
            if std::mem::take(&mut self.at_edge) && is_close {
                self.open.push(' ');
            }
            self.open.push_str(&text);
            return;
        }
        if self.left_out.contains(&node.id) {
            self.open.push(' ');
            return;
        }
        let name = node.node_name().unwrap_or_default();
        let kind = Kind::of(&name);
        match kind {
            Kind::Hidden => return,
            Kind::Paragraph => self.part(),
            Kind::Spaced => self.open.push(' '),
            Kind::Inline => self.at_edge = self.parts_inline,
        }
        let is_heading = matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let (was_in_heading, was_in_link) = (self.in_heading, self.in_link);
        self.in_link |= &*name == "a";
        self.in_heading |= is_heading;
        for child in node.children_it(false) {
            self.walk(&child);
        }
        match kind {
            Kind::Paragraph => self.part(),
            Kind::Spaced => self.open.push(' '),
            Kind::Inline => self.at_edge = self.parts_inline,
            Kind::Hidden => {}
        }
        (self.in_heading, self.in_link) = (was_in_heading, was_in_link);
    }

    fn part(&mut self) {
        let text = fold_spaces(&as_read(&self.open));
        let (linked, plain) = (std::mem::take(&mut self.linked), std::mem::take(&mut self.plain));
        self.open.clear();
        let is_pointer = linked > 0 && plain * LINKED < linked + plain;
        if text.is_empty() || (self.leaves_links && is_pointer && !self.in_heading) {
            return;
        }
        self.done.push(text);
        let is_text = plain > 0 && !self.in_heading;
        self.last_text = if is_text { self.done.len() } else { self.last_text };
    }
}

/// What an element means for the text in it.
#[derive(Clone, Copy)]
enum Kind {
    /// It is never shown as text.
    Hidden,
    /// It parts paragraphs.
    Paragraph,
    /// It parts words.
    Spaced,
    /// It parts nothing.
    Inline,
}

impl Kind {
    fn of(name: &str) -> Kind {
        match name {
            "script" | "style" | "template" | "noscript" | "svg" | "head" | "iframe" | "object" | "select"
            | "textarea" | "button" => Kind::Hidden,
            "address" | "article" | "aside" | "blockquote" | "body" | "center" | "dd" | "details" | "div" | "dl"
            | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" | "header" | "hr" | "html" | "li" | "main" | "nav" | "ol" | "p" | "pre" | "section" | "summary"
            | "table" | "tbody" | "tfoot" | "thead" | "tr" | "ul" | "caption" => Kind::Paragraph,
            "br" | "td" | "th" | "img" | "option" => Kind::Spaced,
            _ => Kind::Inline,
        }
    }
}
