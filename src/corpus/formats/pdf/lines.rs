//! Characters with places become lines, and lines paragraphs. Content is taken in its own order, which follows the text of
//! columns where the lines of a page from top to bottom would mix them.

use std::collections::{HashMap, HashSet};

use super::pages::Char;
use crate::corpus::formats::keys::as_line;

/// A gap of so much of the font's height parts words.
const SPACE: f64 = 0.16;
/// Heads and feet of pages stand among so many of their first and last lines.
const EDGE: usize = 2;

/// The text of a document.
#[derive(Default)]
pub(super) struct Text {
    /// What is set largest at the beginning of the first page, if it is larger than the rest.
    pub(super) headline: String,
    pub(super) paragraphs: Vec<String>,
    /// What repeats on its pages, and their numbers.
    pub(super) furniture: Vec<String>,
}

/// A line of a page, in points from its top left corner.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) end: f64,
    pub(super) size: f64,
}

/// Returns the text of pages.
pub(super) fn text(mut pages: Vec<Vec<Line>>) -> Text {
    let mut text = Text { furniture: take_furniture(&mut pages), ..Text::default() };
    let all: Vec<&Line> = pages.iter().flatten().collect();
    let usual = usual_size(&all);
    if let Some(first) = pages.iter_mut().find(|page| !page.is_empty()) {
        text.headline = take_headline(first, usual);
    }
    let mut is_open = false;
    for page in &pages {
        for (at, line) in page.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &page[before]);
            let begins = match before {
                Some(before) => begins_paragraph(before, line, &page[..at], page.get(at + 1)),
                // A sentence may go on over the page.
                None => !is_open || !goes_on(text.paragraphs.last(), &line.text),
            };
            match text.paragraphs.last_mut().filter(|_| !begins) {
                Some(paragraph) => join(paragraph, &line.text),
                None => text.paragraphs.push(line.text.clone()),
            }
        }
        is_open |= !page.is_empty();
    }
    text.paragraphs.retain_mut(|paragraph| {
        *paragraph = as_line(paragraph);
        !paragraph.is_empty()
    });
    text
}

/// Returns the lines of a page, in the order of its content.
pub(super) fn lines(chars: &[Char]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for char in chars {
        let size = char.size.max(1.0);
        let is_blank = char.text.trim().is_empty();
        match lines.last_mut() {
            // On the same height, or a little above or below as figures of notes are, and not back at the beginning.
            Some(line)
                if (char.y - line.y).abs() < 0.5 * line.size.max(size) && char.x > line.end - line.size.max(size) =>
            {
                if char.x - line.end > SPACE * size && !line.text.ends_with(' ') && !is_blank {
                    line.text.push(' ');
                }
                line.text.push_str(&char.text);
                line.end = if is_blank { line.end.max(char.x) } else { char.end };
                line.size = line.size.max(size);
            }
            _ if is_blank => {}
            _ => lines.push(Line { text: char.text.clone(), x: char.x, y: char.y, end: char.end, size }),
        }
    }
    lines.retain(|line| !line.text.trim().is_empty());
    lines
}

/// Returns the height that most characters have.
fn usual_size(lines: &[&Line]) -> f64 {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for line in lines {
        *counts.entry(rounded(line.size)).or_default() += line.text.len();
    }
    let usual = counts.into_iter().max_by_key(|(size, count)| (*count, *size)).map_or(0, |(size, _)| size);
    usual as f64 / 4.0
}

/// Returns a height in quarters of a point.
fn rounded(size: f64) -> i64 {
    (size * 4.0).round() as i64
}

/// Takes off a page's first lines what is set larger than all below it.
fn take_headline(page: &mut Vec<Line>, usual: f64) -> String {
    const AMONG: usize = 6;
    let largest = page.iter().take(AMONG).map(|line| line.size).fold(0.0, f64::max);
    let Some(start) = page.iter().position(|line| line.size >= 0.95 * largest).filter(|_| largest > 1.15 * usual)
    else {
        return String::new();
    };
    let length = page[start..].iter().take_while(|line| line.size >= 0.95 * largest).count();
    if length > AMONG {
        return String::new();
    }
    let mut headline = String::new();
    for line in page.drain(start..start + length) {
        join(&mut headline, &line.text);
    }
    as_line(&headline)
}

/// Takes off the pages what repeats at their heads and feet, and their numbers; returns each once.
fn take_furniture(pages: &mut [Vec<Line>]) -> Vec<String> {
    let is_edge = |at: usize, length: usize| at < EDGE || at + EDGE >= length;
    // The figures in it count the pages.
    let key = |line: &Line| {
        let text: String = line.text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
        (text, line.y.round() as i64)
    };
    let mut counts: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages.iter() {
        for (_, line) in page.iter().enumerate().filter(|(at, _)| is_edge(*at, page.len())) {
            *counts.entry(key(line)).or_default() += 1;
        }
    }
    let (mut furniture, mut seen, enough) = (Vec::new(), HashSet::new(), (pages.len() / 2).max(2));
    for page in pages.iter_mut() {
        let length = page.len();
        let mut at = 0;
        page.retain(|line| {
            at += 1;
            let count = counts.get(&key(line)).copied().unwrap_or(0);
            // Numbers may stand at one place on the left pages, and at another on the right.
            let is_number = line.text.trim_matches(['-', '–', ' ']).bytes().all(|byte| byte.is_ascii_digit());
            let repeats = count >= enough || is_number && count > 1;
            let is_furniture = is_edge(at - 1, length) && repeats && length > 1;
            if is_furniture && seen.insert(line.text.clone()) {
                furniture.push(line.text.clone());
            }
            !is_furniture
        });
    }
    furniture
}

/// Tells whether a line begins a paragraph: it stands farther off than others, is indented, of another size, or follows one
/// that ends early.
fn begins_paragraph(before: &Line, line: &Line, above: &[Line], after: Option<&Line>) -> bool {
    let size = line.size.max(before.size);
    if rounded(line.size).abs_diff(rounded(before.size)) > rounded(0.12 * size).unsigned_abs() {
        return true;
    }
    let drop = line.y - before.y;
    if drop < -0.5 * size {
        // The next column.
        return !goes_on(Some(&before.text), &line.text);
    }
    if drop > 1.75 * size || line.text.starts_with(['•', '▪', '‣', '●']) {
        return true;
    }
    let is_indented = line.x - before.x > 0.8 * size && after.is_none_or(|after| after.x < line.x - 0.5 * size);
    // The lines before in the same column tell how wide it is.
    let width = above.iter().rev().take(12).filter(|other| (other.x - before.x).abs() < 4.0 * size);
    let right = width.map(|other| other.end).fold(line.end, f64::max);
    let ends_early = before.end < right - 0.12 * (right - before.x).max(0.0) && ends_sentence(&before.text);
    let is_wider = drop > 1.32 * size && ends_sentence(&before.text) && gap_is_wider(above, drop);
    is_indented || ends_early || is_wider
}

/// Tells whether a gap is wider than most of those above it.
fn gap_is_wider(above: &[Line], drop: f64) -> bool {
    let gaps = above.windows(2).rev().take(20).map(|pair| pair[1].y - pair[0].y).filter(|gap| *gap > 0.0);
    gaps.fold(f64::INFINITY, f64::min) * 1.15 < drop
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', ':', '"', '”', '’', '»', '。', '…'])
}

/// Tells whether a text goes on in another place.
fn goes_on(before: Option<&String>, text: &str) -> bool {
    before.is_some_and(|before| !ends_sentence(before)) && !text.starts_with(char::is_uppercase)
}

/// Adds a line to a paragraph; a word that was parted at its end is joined.
fn join(paragraph: &mut String, line: &str) {
    let end = paragraph.trim_end();
    let hyphen = end.strip_suffix(['-', '\u{ad}', '\u{2010}']).filter(|word| word.ends_with(char::is_alphabetic));
    match hyphen.filter(|_| line.starts_with(char::is_lowercase)) {
        Some(word) => paragraph.truncate(word.len()),
        None if !end.is_empty() => paragraph.push(' '),
        None => {}
    }
    paragraph.push_str(line);
}
