//! Markup becomes a tree of elements that is safe to walk: bounded in depth, and in size by that of the markup.
//!
//! The parser itself, the extractor and every walk over the tree would overflow the stack, or take quadratic time, on
//! elements nested a hundred thousand deep. Pages of news nest 50 deep at most (counted on 311 pages).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use dom_query::{Document, NodeId};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, QualName, TokenizerResult};
use rustc_hash::FxHashMap;

use crate::limits::raise;

/// How deep elements may nest where nothing else is said. The tags of deeper ones are left out, their text is kept.
pub(super) const MAX_DEPTH: u32 = 256;
/// How many attributes a tag may have, roughly: the parser takes quadratic time over them.
const MAX_ATTRIBUTES: usize = 20_000;

/// A page as a tree.
pub(super) struct Page {
    pub(super) document: Document,
    /// What had to be left out to keep the tree in bounds.
    pub(super) cut: Option<Cut>,
}

/// What is left out of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Tags of elements that nest deeper than so many.
    Deep(u32),
    /// What follows formatting tags that are never closed.
    Unclosed,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cut::Deep(depth) => write!(
                f,
                "elements nest deeper than {depth}; the tags of deeper ones were left out, their text was kept; {}",
                raise("html-depth")
            ),
            Cut::Unclosed => {
                f.write_str("its formatting tags are never closed; what follows the first of them was left out")
            }
        }
    }
}

impl Page {
    /// Parses markup whose elements nest no deeper than pages do. `None` as for [`parse_to`](Page::parse_to).
    pub(super) fn parse(markup: &str) -> Option<Page> {
        Page::parse_to(MAX_DEPTH, markup)
    }

    /// Parses markup to a depth of elements. `None` where a tag has so many attributes that parsing would not end in reasonable time.
    pub(super) fn parse_to(max_depth: u32, markup: &str) -> Option<Page> {
        if has_monstrous_tag(markup) {
            return None;
        }
        let document = Measured::new();
        let builder = TreeBuilder::new(document, TreeBuilderOpts { scripting_enabled: false, ..Default::default() });
        // Elements that no tag stands for are few, unless open formatting elements are repeated in every paragraph.
        let bounded = Bounded {
            builder,
            max_depth,
            max_elements: 1000 + markup.len() / 2,
            cut: Cell::new(None),
            skipped: RefCell::new(None),
            templates: Cell::new(0),
        };
        let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(markup));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.end();
        let cut = tokenizer.sink.cut.get();
        Some(Page { document: tokenizer.sink.builder.sink.finish(), cut })
    }
}

/// Tells whether a tag has more attributes than any page needs.
fn has_monstrous_tag(markup: &str) -> bool {
    let mut bytes = markup.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'<' || !bytes.peek().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let in_tag = bytes.by_ref().take_while(|byte| *byte != b'>');
        if in_tag.filter(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'"' | b'\'')).count()
            > 2 * MAX_ATTRIBUTES
        {
            return true;
        }
    }
    false
}

/// Stands between the tokenizer and the tree builder, and lets through only what keeps the tree in bounds.
struct Bounded {
    builder: TreeBuilder<NodeId, Measured>,
    max_depth: u32,
    max_elements: usize,
    cut: Cell<Option<Cut>>,
    /// The element whose content is left out since it is no markup and its own tag was left out.
    skipped: RefCell<Option<Tag>>,
    /// How many templates are open. Their content is no part of the page.
    templates: Cell<u32>,
}

impl Bounded {
    fn lets_through(&self, token: &Token) -> bool {
        let tag = match token {
            Token::EOFToken => return true,
            Token::TagToken(tag) => Some(tag),
            _ => None,
        };
        if self.is_skipped(tag) || self.is_in_template(tag) {
            return false;
        }
        if self.builder.sink.elements.get() > self.max_elements {
            self.cut.set(Some(Cut::Unclosed));
            return false;
        }
        let is_deep = self.builder.sink.depth.get() >= self.max_depth;
        let Some(start) = tag.filter(|tag| is_deep && tag.kind == TagKind::StartTag) else { return true };
        self.cut.set(Some(Cut::Deep(self.max_depth)));
        if matches!(&*start.name, "script" | "style" | "textarea" | "title" | "iframe" | "noframes" | "xmp") {
            self.skipped.replace(Some(start.clone()));
        }
        false
    }

    fn is_skipped(&self, tag: Option<&Tag>) -> bool {
        let mut skipped = self.skipped.borrow_mut();
        let Some(start) = skipped.as_ref() else { return false };
        if tag.is_some_and(|tag| tag.kind == TagKind::EndTag && tag.name == start.name) {
            *skipped = None;
        }
        true
    }

    fn is_in_template(&self, tag: Option<&Tag>) -> bool {
        let open = self.templates.get();
        match tag.filter(|tag| &*tag.name == "template").map(|tag| tag.kind) {
            Some(TagKind::StartTag) => self.templates.set(open.saturating_add(1)),
            Some(TagKind::EndTag) => self.templates.set(open.saturating_sub(1)),
            None => return open > 0,
        }
        true
    }
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        if self.lets_through(&token) {
            self.builder.process_token(token, line_number)
        } else {
            TokenSinkResult::Continue
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A document that knows, while it is built, how deep the place is at which it grows.
struct Measured {
    document: Document,
    depths: RefCell<FxHashMap<NodeId, u32>>,
    depth: Cell<u32>,
    elements: Cell<usize>,
}

impl Measured {
    fn new() -> Measured {
        let (depths, depth, elements) = (RefCell::default(), Cell::new(0), Cell::new(0));
        Measured { document: Document::default(), depths, depth, elements }
    }

    fn depth_of(&self, node: &NodeId) -> u32 {
        self.depths.borrow().get(node).copied().unwrap_or(0)
    }

    fn note_depth(&self, parent_depth: u32, child: &NodeOrText<NodeId>) {
        if let NodeOrText::AppendNode(child) = child {
            self.depths.borrow_mut().insert(*child, parent_depth + 1);
            self.depth.set(parent_depth + 1);
        }
    }
}

impl TreeSink for Measured {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;

    fn finish(self) -> Document {
        self.document
    }

    // Sloppy pages have thousands of errors that no one reads.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.elements.set(self.elements.get() + 1);
        self.document.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.note_depth(self.depth_of(parent), &child);
        self.document.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, prev_element: &NodeId, child: NodeOrText<NodeId>) {
        self.note_depth(self.depth_of(element).max(self.depth_of(prev_element)), &child);
        self.document.append_based_on_parent_node(element, prev_element, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.document.append_doctype_to_document(name, public_id, system_id);
    }

    fn pop(&self, node: &NodeId) {
        self.depth.set(self.depth_of(node).saturating_sub(1));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new_node: NodeOrText<NodeId>) {
        self.note_depth(self.depth_of(sibling).saturating_sub(1), &new_node);
        self.document.append_before_sibling(sibling, new_node);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.document.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.document.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deepest(page: &Page) -> usize {
        page.document.root().descendants_it().map(|node| node.ancestors_it(None).count()).max().unwrap_or(0)
    }

    #[test]
    fn hostile_nesting_is_bounded() {
        let attributes = (0..5000).map(|n| format!("<p><b id={n}>x")).collect::<String>();
        let hostile = [
            "<div>",
            "<b>",
            "<table><tr><td>",
            "<p><b><i>",
            "<a href=x>",
            "<ul><li>",
            "<span></div>",
            "<svg>",
            "<svg><style>",
            "<template>",
            "<select><div>",
            "<b></div><div></b>",
            "<math><mi><div>",
            "<td><div>",
            "<form><div></form>",
            "<button><p>",
            "<table><b>",
            "<object></p>",
            "<script></x>",
        ];
        for markup in hostile.map(|tag| tag.repeat(10_000)).into_iter().chain([attributes]) {
            let page = Page::parse(&format!("<p>Before</p>{markup}<p>after")).expect("few attributes");
            assert!(deepest(&page) <= MAX_DEPTH as usize + 10, "{} for {}", deepest(&page), &markup[..12]);
            assert!(page.document.text().starts_with("Before"));
        }
    }

    #[test]
    fn text_below_the_deepest_tag_is_kept() {
        let page = Page::parse(&format!("{}word{}<p>after", "<div>".repeat(9000), "</div>".repeat(9000)));
        let page = page.expect("few attributes");
        assert_eq!(page.document.text().as_ref(), "wordafter");
        assert!(page.cut.is_some());
        assert!(Page::parse("<div><p>x</p></div>").expect("few attributes").cut.is_none());
    }

    #[test]
    fn tag_of_a_hundred_thousand_attributes_is_refused() {
        let names = (0..100_000).map(|n| format!(" a{n}")).collect::<String>();
        assert!(Page::parse(&format!("<p{names}>x")).is_none());
        assert!(Page::parse(&format!("<p>{names}")).is_some());
    }
}
