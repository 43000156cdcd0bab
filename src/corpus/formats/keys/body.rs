//! Values of keys as an article's paragraphs and captions.

use super::given::as_line;
use super::markup::{self, Plain};
use super::node::Node;
use super::values::{Taken, is_address, text_of, wrong};
use crate::Caption;
use crate::corpus::text::{self, credit_name};
use crate::text::{folded_ascii, lines};

/// Keys under which an object holds the text of a body.
const BODY_KEYS: &[&str] =
    &["paragraphs", "rendered", "value", "text", "content", "html", "#text", "_", "body", "items"];

/// Keys under which a picture has its caption, and its credit.
const CAPTION_KEYS: &[&str] = &["caption", "cutline", "description", "text", "title", "alt", "value"];
const CREDIT_KEYS: &[&str] = &["credit", "photographer", "byline", "creator", "copyright", "agency", "source"];

/// A line of this many characters is a paragraph, not part of one broken at a column.
const LONG: usize = 100;

/// Takes the paragraphs out of a body. Returns the parts of it that are none.
pub(super) fn body<'a>(node: &'a Node, out: &mut Plain) -> Taken<Vec<&'a Node>> {
    let mut rest = Vec::new();
    match node {
        Node::Text(text) => paragraphs_into(text, out),
        Node::List(nodes) => {
            for part in nodes.iter().filter(|part| !part.is_empty()) {
                if !body_part(part, out, &mut rest) {
                    rest.push(part);
                }
            }
        }
        Node::Map(_) => match node.first_of(BODY_KEYS) {
            Some(inner) => rest = body(inner, out)?,
            None => return wrong(node, "text"),
        },
        Node::Null | Node::Bool(_) | Node::Number(_) => return wrong(node, "text"),
    }
    Ok(rest)
}

/// Takes one entry of a body that is a list: text, or an object of a kind that holds text or a picture.
fn body_part<'a>(part: &'a Node, out: &mut Plain, rest: &mut Vec<&'a Node>) -> bool {
    let kind = part.first_of(&["type", "kind", "role"]).and_then(text_of).unwrap_or_default().to_lowercase();
    if ["image", "picture", "photo"].iter().any(|picture| kind.contains(picture)) {
        return picture(part).is_some_and(|caption| {
            out.captions.push(caption);
            true
        });
    }
    match part {
        Node::Text(text) => {
            paragraphs_into(text, out);
            true
        }
        Node::List(_) | Node::Map(_) => body(part, out).map(|inner| rest.extend(inner)).is_ok(),
        Node::Null | Node::Bool(_) | Node::Number(_) => false,
    }
}

/// Splits text into paragraphs: HTML at its blocks, other text at blank lines, else at its line ends.
fn paragraphs_into(text: &str, out: &mut Plain) {
    let read = text::as_read(text);
    if markup::is_markup(&read) {
        let plain = markup::plain(&read);
        out.paragraphs.extend(plain.paragraphs.iter().map(|paragraph| as_line(paragraph)));
        out.captions.extend(plain.captions);
        return;
    }
    out.paragraphs.append(&mut plain_paragraphs(&read));
}

/// Splits text that was read and has no markup into paragraphs: at blank lines, else at its line ends.
pub(crate) fn plain_paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let lines: Vec<&str> = lines(text).collect();
    let has_blank = lines.iter().any(|line| line.trim().is_empty());
    for block in lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty()) {
        if block.len() == 1 || if has_blank { has_long_lines(block) } else { !is_wrapped(block) } {
            paragraphs.extend(block.iter().map(|line| folded_ascii(line).into_owned()));
        } else {
            paragraphs.push(folded_ascii(&block.join(" ")).into_owned());
        }
    }
    paragraphs
}

fn has_long_lines(lines: &[&str]) -> bool {
    // A character has four bytes at most.
    lines.iter().all(|line| line.len() > 4 * LONG || (line.len() > LONG && line.chars().count() > LONG))
}

/// Tells whether lines are one paragraph broken at a column: all but the last are nearly full, and most of them end
/// within a sentence.
fn is_wrapped(lines: &[&str]) -> bool {
    let Some((_, full)) = lines.split_last().filter(|(_, full)| full.len() >= 2) else { return false };
    let within = full.iter().filter(|line| !line.trim_end().ends_with(['.', '!', '?', '"', '”', '。', ':'])).count();
    full.iter().all(|line| (40..=LONG).contains(&line.trim().chars().count())) && 2 * within > full.len()
}

/// Takes captions out of the value of a key. `is_text` where the key holds captions as such, so that text is one;
/// under keys of pictures, text is an address. Returns the parts that say nothing of a picture.
pub(super) fn captions<'a>(node: &'a Node, is_text: bool, out: &mut Vec<Caption>) -> Vec<&'a Node> {
    let parts = if let Node::List(nodes) = node { nodes.as_slice() } else { std::slice::from_ref(node) };
    let mut rest = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let caption = match part {
            Node::Text(text) if is_text && !is_address(text) => {
                Some(Caption { text: markup::line(text), credit: None })
            }
            Node::Map(_) => picture(part),
            Node::Text(_) | Node::Null | Node::Bool(_) | Node::Number(_) | Node::List(_) => None,
        };
        match caption.filter(|caption| !caption.text.is_empty()) {
            Some(caption) if out.contains(&caption) => {}
            Some(caption) => out.push(caption),
            None => rest.push(part),
        }
    }
    rest
}

fn picture(node: &Node) -> Option<Caption> {
    let text = text_of(node.first_of(CAPTION_KEYS)?).filter(|text| !is_address(text))?;
    let credit = node.first_of(CREDIT_KEYS).and_then(text_of).filter(|credit| !is_address(credit));
    let credit = credit.map(|credit| credit_name(&markup::line(&credit)).to_owned());
    Some(Caption { text: markup::line(&text), credit: credit.filter(|credit| !credit.is_empty()) })
}
