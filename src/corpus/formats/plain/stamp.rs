//! The line that says who wrote an article and when: a byline, dates with and without a word before them, the source,
//! in any order and on one line or several. A line is such a stamp only if all of it is understood.

use std::sync::LazyLock;

use super::keys::{looks_like_names, role_of};
use super::shape::{after_prefix, beginning, first_colon, is_name_like};
use super::story::{Role, Story};
use crate::corpus::text::is_publisher;
use crate::{Date, DateOrder};

/// A part of a stamp: what it is for, and its text without the word before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) role: Role,
    pub(super) text: &'a str,
}

/// The longest stamp in bytes,
const LONGEST: usize = 400;
/// and the longest part of one that is neither a date nor known by the word before it.
const LONGEST_OTHER: usize = 60;

/// Words that open a byline without a colon.
const BY: &[&str] = &[
    "by ",
    "von ",
    "par ",
    "por ",
    "di ",
    "written by ",
    "story by ",
    "words by ",
    "text by ",
    "reported by ",
    "автор ",
    "بقلم ",
    "كتب ",
    "文/",
    "文／",
    "记者 ",
    "本报记者 ",
    "記者 ",
    "作者 ",
];

/// Words before a date that need no colon, and what the date then is.
const BEFORE_A_DATE: &[(Role, &[&str])] = &[
    (
        Role::Updated,
        &[
            "last updated on ",
            "last updated at ",
            "last updated ",
            "updated on ",
            "updated at ",
            "updated ",
            "last modified on ",
            "last modified ",
            "modified on ",
            "modified ",
            "aktualisiert am ",
            "zuletzt aktualisiert am ",
            "aktualisiert ",
            "stand ",
            "mis à jour le ",
            "actualizado el ",
            "actualizado ",
            "aggiornato il ",
            "обновлено ",
            "更新于",
            "更新",
        ],
    ),
    (
        Role::Published,
        &[
            "first published on ",
            "first published ",
            "published on ",
            "published at ",
            "published ",
            "posted on ",
            "posted at ",
            "posted ",
            "issued on ",
            "veröffentlicht am ",
            "veröffentlicht ",
            "erschienen am ",
            "publié le ",
            "publicado el ",
            "publicado ",
            "pubblicato il ",
            "опубликовано ",
            "نشر في ",
            "发布于",
            "公開",
            "掲載",
            "on ",
        ],
    ),
];

/// Returns the parts of a stamp line; `None` where any of the line is something else. `loose` also takes a name, a
/// place or a reading time between marks, as long as the line has a date: only below a headline.
pub(super) fn stamp(text: &str, order: DateOrder, loose: bool) -> Option<Vec<Part<'_>>> {
    if text.len() > LONGEST {
        return None;
    }
    // No date is without figures, and without one nothing is loose.
    let order = has_figures(text).then_some(order);
    let loose = loose && order.is_some();
    let mut parts = Vec::new();
    let mut rest = trim_marks(text);
    while !rest.is_empty() {
        let (part, length) = next_part(rest, order, parts.is_empty() && !loose)?;
        parts.push(part);
        rest = trim_marks(rest.get(length..)?);
    }
    let tells = |part: &Part<'_>| !matches!(part.role, Role::NoField);
    let dated = parts.iter().any(|part| matches!(part.role, Role::Published | Role::Updated));
    let guessed = parts.iter().any(|part| part.role == Role::NoField);
    (parts.iter().any(tells) && (!guessed || dated)).then_some(parts)
}

/// Tells whether there may be figures in a text, in any of the scripts that dates are printed in.
fn has_figures(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, 0xd9 | 0xdb | 0xe0 | 0xef))
}

/// Reads the first part of a stamp, and tells how many bytes it takes.
fn next_part(rest: &str, order: Option<DateOrder>, strict: bool) -> Option<(Part<'_>, usize)> {
    if let Some((role, value)) = order.and_then(|_| marked_date(rest)) {
        let start = rest.len() - value.len();
        if let Some(length) = date_length(value, order) {
            return Some((Part { role, text: &value[..length] }, start + length));
        }
    }
    if let Some(length) = date_length(rest, order) {
        return Some((Part { role: Role::Published, text: &rest[..length] }, length));
    }
    if let Some((role, value)) = keyed(rest) {
        let start = rest.len() - value.len();
        let dated = matches!(role, Role::Published | Role::Updated);
        let date = dated.then(|| date_length(value, order)).flatten();
        let length = date.or_else(|| end_of_value(value, order, LONGEST))?;
        let text = value[..length].trim();
        // What no field takes is left over with its key, so that a reader sees what it was.
        let kept = if role == Role::NoField { rest[..start + length].trim() } else { text };
        return fits(role, text).then_some((Part { role, text: kept }, start + length));
    }
    if let Some(value) = BY.iter().find_map(|by| after_prefix(rest, by)) {
        let start = rest.len() - value.len();
        let length = end_of_value(value, order, LONGEST)?;
        let text = value[..length].trim_end_matches([' ', ',', '-', '–', '—']);
        return looks_like_names(text).then_some((Part { role: Role::Byline, text }, start + length));
    }
    if strict {
        return None;
    }
    let length = end_of_value(rest, order, LONGEST_OTHER)?;
    let text = rest[..length].trim();
    let other = is_name_like(text, 5) || is_reading_time(text);
    other.then_some((Part { role: Role::NoField, text }, length))
}

/// The ASCII characters that these begin with.
static MARKS_OF_A_DATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let words = BEFORE_A_DATE.iter().flat_map(|(_, words)| *words);
    let mut marks: Vec<u8> = words.filter_map(|word| word.bytes().next()).filter(u8::is_ascii).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
});

fn marked_date(text: &str) -> Option<(Role, &str)> {
    let first = text.bytes().next()?;
    if first.is_ascii() && !MARKS_OF_A_DATE.contains(&first.to_ascii_lowercase()) {
        return None;
    }
    BEFORE_A_DATE.iter().find_map(|(role, words)| {
        let rest = words.iter().find_map(|word| after_prefix(text, word))?;
        Some((*role, rest.trim_start_matches([' ', ':', '：'])))
    })
}

/// Returns the role and value of a part that begins with a known key and a colon.
fn keyed(text: &str) -> Option<(Role, &str)> {
    const LONGEST_KEY: usize = 40;
    let head = beginning(text, LONGEST_KEY);
    let (at, colon) = first_colon(head)?;
    let role = role_of(&text[..at])?;
    Some((role, text[at + colon.len_utf8()..].trim_start()))
}

fn fits(role: Role, value: &str) -> bool {
    match role {
        Role::Published | Role::Updated => has_year(value) && value.len() <= 60,
        Role::Byline => looks_like_names(value),
        Role::Publisher => is_name_like(value, 6),
        Role::Url => value.contains("://") && !value.contains(' '),
        Role::NoField => value.len() <= 60,
        Role::Dateline => is_name_like(value, 5),
        Role::Section => value.len() < 80 && is_name_like(value, 8),
        _ => false,
    }
}

fn has_year(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Returns the length of the date that text begins with, where a date is all that stands before the next mark.
fn date_length(text: &str, order: Option<DateOrder>) -> Option<usize> {
    let (_, length) = Date::parse_prefix(text, order?)?;
    let rest = text.get(length..)?;
    let digits = text[..length].bytes().filter(u8::is_ascii_digit).count();
    // A bare year or a number at the start of a line is no date line.
    let dated = digits >= 5 || text[..length].chars().any(|c| c.is_alphabetic());
    (dated && !rest.starts_with(char::is_alphanumeric)).then_some(length)
}

/// Returns where a value ends: at a strong mark, or where the next date or key begins; `None` for one that is longer than
/// `longest` bytes.
fn end_of_value(text: &str, order: Option<DateOrder>, longest: usize) -> Option<usize> {
    for (at, c) in text.char_indices() {
        if at > longest {
            return None;
        }
        if matches!(c, '|' | '•' | '·' | '丨' | '\t') {
            return Some(at);
        }
        if at == 0 || !(c == ' ' || c == ',' || c == '，' || c == '(') {
            continue;
        }
        let next = trim_marks(&text[at..]);
        if begins_part(next, order) {
            return Some(at);
        }
    }
    (text.len() <= longest).then_some(text.len())
}

fn begins_part(text: &str, order: Option<DateOrder>) -> bool {
    let dated = |text: &str| date_length(text, order).is_some();
    let may_be_dated = order.is_some() && (dated(text) || marked_date(text).is_some_and(|(_, rest)| dated(rest)));
    may_be_dated || keyed(text).is_some()
}

fn trim_marks(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '|' | '•' | '·' | ',' | ';' | '–' | '—' | '-' | '/' | '丨' | '，' | '；' | '(' | ')' | '*' | '~'
            )
    })
}

fn is_reading_time(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains("min")
}

/// Puts the parts of a stamp into the story. Dates without a word of their own are the publication, then the update.
pub(super) fn put(parts: &[Part<'_>], line: u32, story: &mut Story) {
    for part in parts {
        match part.role {
            Role::NoField if is_publisher(part.text) => story.put(Role::Publisher, line, part.text),
            Role::NoField => story.leave(line, part.text, "beside the date"),
            role => story.put(role, line, part.text),
        }
    }
}

/// Puts a line of a header block whose value begins with a date: other parts may follow on the line.
pub(super) fn put_key_line(text: &str, line: u32, story: &mut Story) {
    match stamp(text, story.order(), false) {
        Some(parts) => put(&parts, line, story),
        None => {
            if let Some((role, value)) = super::keys::known_key(text) {
                story.put(role, line, value);
            }
        }
    }
}
