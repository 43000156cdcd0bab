//! Unwrapping: lines that were broken at a fixed column become paragraphs again. Nothing is joined without evidence
//! of the column, and no hyphen is taken away unless the text itself shows the whole word.

use std::collections::HashSet;

use super::lines::Line;
use super::paragraphs::is_end_mark;
use super::shape::{ends_sentence, is_capitals, is_cjk, starts_lower};

/// Paragraphs as they stand in the source, each with its first line's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) line: u32,
    pub(super) text: String,
    /// Whether an empty line is before it.
    pub(super) gap: bool,
}

/// A window of lines in which a column is looked for where the text as a whole has none: scanned newspaper pages.
const WINDOW: usize = 24;

/// Returns the paragraphs of the lines.
pub(super) fn paragraphs(lines: Vec<Line>) -> Vec<Paragraph> {
    let widths = column_widths(&lines);
    if widths.iter().all(Option::is_none) && !lines.iter().any(|line| line.soft_break) {
        let alone = |line: Line| Paragraph { line: line.number, text: line.text, gap: line.gap };
        return lines.into_iter().map(alone).collect();
    }
    let words = if widths.iter().any(Option::is_some) { whole_words(&lines) } else { HashSet::new() };
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut before: Option<&Line> = None;
    for (line, width) in lines.iter().zip(&widths) {
        match (before, paragraphs.last_mut()) {
            (Some(last), Some(paragraph)) if last.soft_break && !line.gap => paragraph.text.push_str(&line.text),
            (Some(last), Some(paragraph)) if goes_on(last, line, *width) => {
                join(&mut paragraph.text, &line.text, &words)
            }
            _ => paragraphs.push(Paragraph { line: line.number, text: line.text.clone(), gap: line.gap }),
        }
        before = Some(line);
    }
    paragraphs
}

/// Tells whether lines begin a text in a column: for deciding about the first line.
pub(super) fn is_column(lines: &[Line]) -> bool {
    let start = &lines[..lines.len().min(4 * WINDOW)];
    text_width(start).is_some() || window_width(&start[..start.len().min(WINDOW)]).is_some()
}

/// Returns for each line the width of the column that it stands in.
fn column_widths(lines: &[Line]) -> Vec<Option<usize>> {
    if let Some(width) = text_width(lines) {
        return vec![Some(width); lines.len()];
    }
    let mut widths = Vec::with_capacity(lines.len());
    let mut block_start = 0;
    for end in 1..=lines.len() {
        if end == lines.len() || lines[end].gap {
            for window in windows(&lines[block_start..end]) {
                let width = window_width(window);
                widths.extend(std::iter::repeat_n(width, window.len()));
            }
            block_start = end;
        }
    }
    widths
}

/// Cuts a block into windows; a short rest belongs to the last one.
fn windows(block: &[Line]) -> impl Iterator<Item = &[Line]> {
    let count = (block.len() / WINDOW).max(1);
    (0..count).map(move |n| {
        let end = if n + 1 == count { block.len() } else { (n + 1) * WINDOW };
        &block[n * WINDOW..end]
    })
}

fn width(line: &Line) -> usize {
    line.text.chars().count()
}

/// The narrowest and the widest column that people write in.
const COLUMNS: std::ops::RangeInclusive<usize> = 28..=130;

/// Returns the column of a whole text: nearly every line that another follows is so long that the first word of the
/// next had no room, which is what a program that breaks lines leaves behind.
fn text_width(lines: &[Line]) -> Option<usize> {
    const FEWEST: usize = 3;
    let inner: Vec<(&Line, &Line)> =
        lines.windows(2).map(|pair| (&pair[0], &pair[1])).filter(|(line, next)| !opens(line, next)).collect();
    let widest = inner.iter().map(|(line, _)| width(line)).max()?;
    if inner.len() < FEWEST || !COLUMNS.contains(&widest) {
        return None;
    }
    let filled = inner.iter().filter(|(line, next)| is_filled(line, next, widest)).count();
    let open = inner.iter().filter(|(line, _)| !ends_sentence(&line.text)).count();
    let goes_on = inner.iter().filter(|(_, next)| starts_lower(&next.text) || next.text.starts_with(is_cjk)).count();
    let caseless = inner.iter().filter(|(_, next)| is_caseless(&next.text)).count();
    let enough = |part: usize, of_ten: usize| part * 10 >= inner.len() * of_ten;
    (enough(filled, 8) && enough(open, 6) && enough(goes_on + caseless, 4)).then_some(widest)
}

/// Tells whether a line opens something new by its place alone.
fn opens(last: &Line, line: &Line) -> bool {
    line.gap || (line.indented && !last.indented) || is_end_mark(&line.text)
}

fn is_caseless(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase() && !is_cjk(c))
}

/// Tells whether the next line's first word would not have fitted any more.
fn is_filled(line: &Line, next: &Line, width_of_column: usize) -> bool {
    let first = next.text.split(' ').next().unwrap_or_default();
    let need = if first.starts_with(is_cjk) { 1 } else { first.chars().count() };
    // A little room is left for programs that break before punctuation, and for letters that count as two.
    (width(line) + 1 + need) * 20 >= width_of_column * 19
}

/// Returns the column that a window of a scanned page has: most of its lines are about as long as the long ones, and
/// sentences run on over their ends.
fn window_width(window: &[Line]) -> Option<usize> {
    const FEWEST: usize = 12;
    if window.len() < FEWEST {
        return None;
    }
    let mut widths: Vec<usize> = window.iter().map(width).collect();
    widths.sort_unstable();
    let long = widths[widths.len() * 3 / 4];
    if !(18..=130).contains(&long) {
        return None;
    }
    let near = widths.iter().filter(|width| **width * 10 >= long * 8 && **width * 10 <= long * 13).count();
    let open = window.iter().filter(|line| !ends_sentence(&line.text)).count();
    let lower = window.iter().filter(|line| starts_lower(&line.text)).count();
    let enough = |part: usize, of_hundred: usize| part * 100 >= window.len() * of_hundred;
    (enough(near, 55) && enough(open, 50) && enough(lower, 30)).then_some(long)
}

/// Tells whether a line goes on with the paragraph of the one before it.
fn goes_on(last: &Line, line: &Line, width_of_column: Option<usize>) -> bool {
    let Some(column) = width_of_column else { return false };
    if line.gap
        || is_item(&line.text)
        || is_end_mark(&line.text)
        || is_end_mark(&last.text)
        || is_capitals(&last.text) != is_capitals(&line.text)
    {
        return false;
    }
    let first = line.text.split(' ').next().unwrap_or_default().chars().count();
    let full = (width(last) + 1 + first) * 10 >= column * 9;
    let ended = ends_sentence(&last.text);
    if line.indented && !last.indented && ended {
        return false;
    }
    full || (!ended && starts_lower(&line.text))
}

fn is_item(text: &str) -> bool {
    text.starts_with(['•', '*', '·', '–', '—']) || text.starts_with("- ")
}

/// Joins a line to its paragraph: no space between letters of a script without spaces, a hyphen at the end stays
/// unless the text has the word without it.
fn join(paragraph: &mut String, line: &str, words: &HashSet<String>) {
    let last = paragraph.chars().next_back().unwrap_or(' ');
    let first = line.chars().next().unwrap_or(' ');
    let wide = |c: char| is_cjk(c) || matches!(c, '，' | '。' | '、' | '」' | '』' | '）' | '！' | '？' | '：' | '；');
    if last == '-' && first.is_lowercase() {
        if is_one_word(paragraph, line, words) {
            paragraph.pop();
        }
    } else if !(wide(last) && wide(first)) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

fn is_one_word(paragraph: &str, line: &str, words: &HashSet<String>) -> bool {
    let head = paragraph.trim_end_matches('-');
    let start =
        head.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).last().map_or(head.len(), |(at, _)| at);
    let end = line.find(|c: char| !c.is_alphabetic()).unwrap_or(line.len());
    let word = format!("{}{}", &head[start..], &line[..end]).to_lowercase();
    words.contains(&word)
}

/// Returns the words that stand inside of lines, where no break can have cut them.
fn whole_words(lines: &[Line]) -> HashSet<String> {
    let mut words = HashSet::new();
    for line in lines {
        for word in line.text.split(' ') {
            let word = word.trim_matches(|c: char| !c.is_alphabetic());
            if word.len() > 3 && word.chars().all(char::is_alphabetic) {
                words.insert(word.to_lowercase());
            }
        }
    }
    words
}
