//! HTML inside of a value, as plain paragraphs. For fragments that archives keep in a field; whole pages with their
//! navigation are the work of `html.rs`.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};
use memchr::memchr2_iter;

use super::given::as_line;
use crate::Caption;
use crate::corpus::text;
use crate::text::{fold_spaces, folded_ascii};

/// What a fragment of HTML says.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    /// Its paragraphs, headings and list items.
    pub(crate) paragraphs: Vec<String>,
    /// The captions of its pictures.
    pub(crate) captions: Vec<Caption>,
}

/// Elements whose names show that text is HTML; others, such as `<name>`, may be meant as they stand.
const TAGS: &[&str] = &[
    "p",
    "br",
    "div",
    "span",
    "a",
    "b",
    "i",
    "u",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "img",
    "figure",
    "figcaption",
    "blockquote",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "section",
    "article",
    "aside",
    "sup",
    "sub",
    "hr",
    "small",
    "cite",
    "q",
    "iframe",
    "script",
    "style",
    "html",
    "body",
    "pre",
    "code",
    "font",
    "center",
    "strike",
    "del",
    "ins",
    "abbr",
    "time",
    "mark",
    "picture",
    "video",
    "audio",
    "main",
    "header",
    "footer",
];

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "figure",
    "figcaption",
    "blockquote",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "section",
    "article",
    "aside",
    "hr",
    "pre",
    "center",
    "main",
    "header",
    "footer",
    "address",
    "details",
    "summary",
    "nav",
    "form",
    "fieldset",
];

/// Elements whose content is no text for readers.
const UNREAD: &[&str] =
    &["script", "style", "template", "head", "noscript", "svg", "iframe", "object", "select", "textarea"];

/// Tells whether text is HTML: it has a tag that is known, or a character reference.
pub(crate) fn is_markup(text: &str) -> bool {
    let tag = |rest: &str| {
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let end = name.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
        let closes = matches!(name.as_bytes().get(end), Some(b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r'));
        closes && TAGS.iter().any(|known| known.eq_ignore_ascii_case(&name[..end]))
    };
    memchr2_iter(b'<', b'&', text.as_bytes()).any(|at| match &text[at + 1..] {
        rest if text.as_bytes()[at] == b'&' => is_reference(rest),
        rest => tag(rest) || rest.starts_with("!--"),
    })
}

/// Tells whether text goes on like a character reference after its `&`.
fn is_reference(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let Some(end) = bytes.iter().take(10).position(|byte| *byte == b';') else { return false };
    match bytes.first() {
        Some(b'#') => end > 1 && bytes[1..end].iter().all(u8::is_ascii_alphanumeric),
        Some(_) => end > 1 && bytes[..end].iter().all(u8::is_ascii_alphanumeric),
        None => false,
    }
}

/// How deep elements may nest. The parser looks through all open elements at each tag, which for hostile nesting is
/// quadratic; real articles stay below 50.
const DEEPEST: usize = 1000;

/// Elements that never hold others, or that the next of their kind closes.
const UNCLOSED: &[&str] =
    &["p", "br", "img", "hr", "li", "td", "tr", "th", "dt", "dd", "input", "meta", "link", "source", "wbr"];

/// Tells whether elements nest deeper than is parsed.
fn nests_too_deep(html: &str) -> bool {
    let mut depth = 0usize;
    html.match_indices('<').any(|(at, _)| {
        let rest = &html[at + 1..];
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if end > 0 && !UNCLOSED.iter().any(|known| known.eq_ignore_ascii_case(&rest[..end])) {
            depth += 1;
        }
        depth > DEEPEST
    })
}

/// Returns text without whatever stands between `<` and `>`.
fn without_tags(html: &str) -> Plain {
    let parts = html.split('<').enumerate().filter_map(|(at, part)| match at {
        0 => Some(part),
        _ => part.split_once('>').map(|(_, text)| text),
    });
    Plain { paragraphs: parts.map(fold_spaces).filter(|part| !part.is_empty()).collect(), captions: Vec::new() }
}

/// Returns what a fragment of HTML says.
pub(crate) fn plain(html: &str) -> Plain {
    if nests_too_deep(html) {
        return without_tags(html);
    }
    let document = Document::fragment(html);
    let mut reader = Reader::default();
    // Walked without recursion, for a hostile page nests as deep as it likes.
    let root = document.root();
    let mut next = root.first_child();
    while let Some(node) = next {
        let inside = if reader.enter(&node) { node.first_child() } else { None };
        next = inside.or_else(|| reader.leave_to_next(node));
    }
    reader.end_paragraph();
    Plain { paragraphs: reader.paragraphs, captions: reader.captions.into_iter().map(|(caption, _)| caption).collect() }
}

/// Returns a value that is one line as it is read: tags and character references resolved, white space folded.
pub(crate) fn line(value: &str) -> String {
    let read = text::as_read(value);
    if is_markup(&read) { as_line(&plain(&read).paragraphs.join(" ")) } else { folded_ascii(&read).into_owned() }
}

#[derive(Default)]
struct Reader {
    paragraphs: Vec<String>,
    /// The captions, and whether each is only a picture's alternative text.
    captions: Vec<(Caption, bool)>,
    /// The captions' texts: each is kept once.
    known: HashSet<String>,
    /// The paragraph under way.
    text: String,
    /// How many figures are open, and how many captions there were before the outermost.
    figures: (usize, usize),
    in_caption: bool,
}

impl Reader {
    /// Reads a node; tells whether what is in it is to be read too.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        if node.is_text() {
            self.text.push_str(&node.text());
            return false;
        }
        let Some(name) = node.node_name() else { return !node.is_comment() };
        if UNREAD.contains(&&*name) {
            return false;
        }
        if BLOCKS.contains(&&*name) {
            self.end_paragraph();
        }
        match &*name {
            "br" => self.text.push('\n'),
            "td" | "th" if !self.text.trim().is_empty() => self.text.push_str(" | "),
            "img" => self.picture(node),
            "figure" if self.figures.0 == 0 => self.figures = (1, self.captions.len()),
            "figure" => self.figures.0 += 1,
            "figcaption" => self.in_caption = true,
            _ => {}
        }
        true
    }

    /// Leaves a node, and those around it that it is the last of; returns the one that follows.
    fn leave_to_next<'a>(&mut self, node: NodeRef<'a>) -> Option<NodeRef<'a>> {
        let mut node = node;
        loop {
            self.leave(&node);
            if let Some(next) = node.next_sibling() {
                return Some(next);
            }
            node = node.parent()?;
        }
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        let Some(name) = node.node_name() else { return };
        if BLOCKS.contains(&&*name) {
            self.end_paragraph();
        }
        match &*name {
            "figcaption" => self.in_caption = false,
            "figure" => {
                self.figures.0 = self.figures.0.saturating_sub(1);
                if self.figures.0 == 0 {
                    self.prefer_captions(self.figures.1);
                }
            }
            _ => {}
        }
    }

    fn picture(&mut self, node: &NodeRef<'_>) {
        let said = [node.attr("title"), node.attr("alt")].into_iter().flatten();
        if let Some(said) = said.map(|said| fold_spaces(&said)).find(|said| !said.is_empty()) {
            self.caption(said, true);
        }
    }

    fn caption(&mut self, text: String, from_alt: bool) {
        if self.known.insert(text.clone()) {
            self.captions.push((Caption { text, credit: None }, from_alt));
        }
    }

    /// Of what is said of a figure's pictures, keeps only the captions where there are any.
    fn prefer_captions(&mut self, start: usize) {
        let inside = self.captions.split_off(start.min(self.captions.len()));
        let has_caption = inside.iter().any(|(_, from_alt)| !from_alt);
        self.captions.extend(inside.into_iter().filter(|(_, from_alt)| !has_caption || !from_alt));
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.in_caption {
            let text = fold_spaces(&text);
            if !text.is_empty() {
                self.caption(text, false);
            }
            return;
        }
        // Two line breaks in a row are a paragraph to a reader.
        let blocks = text.split("\n\n").flat_map(|part| part.split("\n \n"));
        self.paragraphs.extend(blocks.map(fold_spaces).filter(|paragraph| !paragraph.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, paragraphs: &[&str], captions: &[&str]) {
        let plain = plain(html);
        assert_eq!(plain.paragraphs, paragraphs);
        let texts: Vec<&str> = plain.captions.iter().map(|caption| caption.text.as_str()).collect();
        assert_eq!(texts, captions);
    }

    #[test]
    fn blocks_are_paragraphs_and_scripts_are_not_text() {
        check(
            "<p>Rain <b>fell</b>.</p><script>x()</script><ul><li>One<li>Two</ul>tail",
            &["Rain fell.", "One", "Two", "tail"],
            &[],
        );
        check("First.<br><br>Second<br>line.", &["First.", "Second line."], &[]);
        check("<table><tr><td>Ostrel<td>3</table>", &["Ostrel | 3"], &[]);
    }

    #[test]
    fn a_figure_gives_its_caption_else_what_its_picture_says() {
        check("<figure><img alt='boat'><figcaption>The ferry.</figcaption></figure>", &[], &["The ferry."]);
        check("<p>Text.</p><img alt='The old pier'>", &["Text."], &["The old pier"]);
    }

    #[test]
    fn only_known_tags_and_references_are_markup() {
        for markup in ["a<br>b", "<P class='x'>", "Tom &amp; Ann", "&#8217;", "</p>", "<br/>"] {
            assert!(is_markup(markup), "{markup}");
        }
        for text in ["1 < 2 > 0", "<name>", "R&D; AT&T", "a & b;", "<", "&", "&;", "&#;"] {
            assert!(!is_markup(text), "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        check(&format!("{}Rain.", "<div>".repeat(200_000)), &["Rain."], &[]);
        check(&format!("{}Rain.", "<div><i>".repeat(450)), &["Rain."], &[]);
    }
}
