//! The body: which paragraphs are news, and which are captions, repeated words of the head, end marks or furniture.
//! Reads the foot as well, where the publisher stands.

use super::caption::{Picture, kind_of, picture};
use super::column::Paragraph;
use super::keys;
use super::shape::{LONGEST_SHORT, ends_sentence, ends_with_stop, has_same_words, starts_lower};
use super::stamp::{self, stamp};
use super::story::{Role, Story};
use crate::Caption;
use crate::corpus::text::{furniture, signs_as_publisher};

/// How many lines below `Related articles` can be its links.
const MOST_LINKS: u32 = 10;

/// A paragraph that is taken for body.
struct Kept {
    line: u32,
    text: String,
    gap: bool,
}

/// Puts paragraphs where they belong.
pub(super) fn read_body(mut paragraphs: Vec<Paragraph>, story: &mut Story) {
    read_foot(&mut paragraphs, story);
    let mut body: Vec<Kept> = Vec::new();
    let mut links = 0u32;
    let mut after_body = 0;
    for paragraph in paragraphs {
        let Paragraph { line, text, gap } = paragraph;
        links = if is_link(&text, gap) { links.saturating_sub(1) } else { 0 };
        if let Some(reason) = reason_to_leave(&text, links > 0, &body, story) {
            if links == 0 && reason == "read-more line" && opens_links(&text) {
                links = MOST_LINKS + 1;
            }
            story.leave(line, &text, reason);
        } else if !put_picture(line, &text, gap, &mut body, story) {
            body.push(Kept { line, text, gap });
            after_body = line;
        }
    }
    if let Some(first) = body.first() {
        let place = if after_body > first.line {
            format!("lines {}-{after_body}", first.line)
        } else {
            format!("line {}", first.line)
        };
        story.parsed.found("body", place);
    }
    story.parsed.article.body.extend(body.into_iter().map(|kept| kept.text));
}

/// Tells whether a line marks the end of a story or of a page of it.
pub(super) fn is_end_mark(text: &str) -> bool {
    const MARKS: &[&str] = &[
        "ends",
        "end",
        "30",
        "more",
        "ende",
        "fin",
        "fim",
        "fine",
        "конец",
        "完",
        "终",
        "終",
        "了",
        "本报讯完",
        "انتهى",
        "mf",
        "ap end",
    ];
    const LONGEST: usize = 24;
    if text.len() > LONGEST {
        return false;
    }
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if bare.is_empty() {
        return text.chars().count() >= 3
            && text.chars().all(|c| matches!(c, '#' | '*' | ' ' | '-' | '_' | '=' | '~' | '—' | '–'));
    }
    let marked = !text.starts_with(char::is_alphanumeric) && !text.ends_with(char::is_alphanumeric);
    let capitals = matches!(text, "ENDS" | "END" | "Ends" | "ENDE" | "FIN" | "FIM" | "КОНЕЦ" | "完");
    capitals || (marked && MARKS.contains(&bare.as_str()))
}

fn reason_to_leave(text: &str, in_links: bool, body: &[Kept], story: &Story) -> Option<&'static str> {
    if is_end_mark(text) {
        return Some("end mark");
    }
    if let Some(reason) = furniture(text) {
        return Some(reason);
    }
    if in_links {
        return Some("read-more line");
    }
    if story.is_known_caption(text) {
        return Some("repeated caption");
    }
    repeated(text, body, story)
}

/// Tells whether the first paragraphs say again what the head or the lead said.
fn repeated(text: &str, body: &[Kept], story: &Story) -> Option<&'static str> {
    const FIRST: usize = 3;
    const SHORTEST_LEAD: usize = 30;
    if body.len() > FIRST {
        return None;
    }
    let same = |other: &str| other.len() < text.len() + 40 && has_same_words(other, text);
    if story.parsed.article.headline.as_deref().is_some_and(same) {
        return Some("repeated headline");
    }
    let lead = body.first().filter(|lead| lead.text.len() >= SHORTEST_LEAD && same(&lead.text));
    lead.map(|_| "repeated lead")
}

/// Tells whether a line among `Related articles` is one of its links.
fn is_link(text: &str, gap: bool) -> bool {
    const LONGEST: usize = 160;
    !gap && text.len() <= LONGEST && !ends_with_stop(text) && !starts_lower(text)
}

/// Tells whether a read-more line is the heading of links, and no link itself.
fn opens_links(text: &str) -> bool {
    text.split_whitespace().count() <= 5 && !text.trim_end_matches([':', '：', ' ']).contains([':', '：', '|'])
}

/// Puts a caption away; a line that only credits goes with the line right above it, where that stands alone.
fn put_picture(line: u32, text: &str, gap: bool, body: &mut Vec<Kept>, story: &mut Story) -> bool {
    let Some(picture) = picture(text) else { return false };
    match picture {
        Picture::Credit { key, credit } => match body.pop_if(|above| !gap && above.gap && is_short(&above.text)) {
            Some(above) => {
                let printed = format!("{} {text}", above.text);
                let caption = Caption { text: above.text, credit: Some(credit) };
                story.put_caption(above.line, caption, kind_of(&key), &printed);
            }
            None => story.put_caption(line, Caption { text: key, credit: Some(credit) }, None, text),
        },
        Picture::Caption { caption, kind } => story.put_caption(line, caption, kind, text),
    }
    true
}

fn is_short(text: &str) -> bool {
    text.len() <= LONGEST_SHORT
}

/// Reads what stands at the foot: the publisher's name by itself, a source line, a byline or stamp.
fn read_foot(paragraphs: &mut Vec<Paragraph>, story: &mut Story) {
    const MOST: usize = 4;
    for _ in 0..MOST {
        let Some(last) = paragraphs.last() else { return };
        let (line, text) = (last.line, last.text.clone());
        if is_end_mark(&text) {
            story.leave(line, &text, "end mark");
        } else if let Some(reason) = furniture(&text) {
            story.leave(line, &text, reason);
        } else if !read_foot_line(line, &text, paragraphs, story) {
            return;
        }
        paragraphs.pop();
    }
}

fn read_foot_line(line: u32, text: &str, paragraphs: &[Paragraph], story: &mut Story) -> bool {
    let Some((last, before)) = paragraphs.split_last() else { return false };
    let follows_body = before.iter().rev().take(3).any(|paragraph| ends_sentence(&paragraph.text));
    if text.len() > LONGEST_SHORT || !follows_body || picture(text).is_some() {
        return false;
    }
    let bare = text.strip_prefix(['(', '（', '[']).and_then(|text| text.strip_suffix([')', '）', ']'])).unwrap_or(text);
    if last.gap && story.parsed.article.publisher.is_none() && signs_as_publisher(bare) {
        story.put(Role::Publisher, line, bare);
        return true;
    }
    if let Some(parts) =
        stamp(bare, story.order(), false).filter(|_| keyed(bare) || last.gap && bare.starts_with("By "))
    {
        stamp::put(&parts, line, story);
        return true;
    }
    let bracketed = bare.len() < text.len();
    match keys::known_key(bare) {
        Some((Role::NoField, _)) if bracketed => story.leave(line, text, "no field takes it"),
        Some((role @ (Role::Keywords | Role::Url), value)) if keys::fits(role, value, story) => {
            let value = value.to_owned();
            story.put(role, line, &value);
        }
        Some(_) | None => return false,
    }
    true
}

fn keyed(text: &str) -> bool {
    keys::known_key(text).is_some_and(|(role, value)| !value.is_empty() && role != Role::Body && role != Role::NoField)
}
