//! `Key: value` lines: which keys are known, in several languages, and the header block made of them. A prose
//! opening such as `UPDATE:` or an interview turn is none, since its word is no known key or its value does not fit.

use std::cell::Cell;

use super::key_table::KEYS;
use super::lines::Line;
use super::shape::{LONGEST_SHORT, beginning, first_colon, is_name_like, is_paragraph};
use super::story::{Role, Story, language_code, status};
use crate::Date;

/// The longest key in bytes.
const LONGEST_KEY: usize = 60;

/// Returns the key and the value of a line that has the form of `Key: value`.
fn key_and_value(text: &str) -> Option<(&str, &str)> {
    let head = beginning(text, LONGEST_KEY);
    let (at, colon) = first_colon(head)?;
    let value = text.get(at + colon.len_utf8()..)?;
    (!value.starts_with("//")).then_some((text[..at].trim(), value.trim()))
}

/// Returns the role and the value of a line that begins with a known key.
pub(super) fn known_key(text: &str) -> Option<(Role, &str)> {
    if text.len() > LONGEST_SHORT * 4 {
        return None;
    }
    let (key, value) = key_and_value(text)?;
    role_of(key).map(|role| (role, value))
}

pub(super) fn role_of(key: &str) -> Option<Role> {
    let key = key.trim_matches(['*', '#', '-', '【', '】', ' ']).to_lowercase();
    KEYS.iter().find(|(_, keys)| keys.contains(&key.as_str())).map(|(role, _)| *role)
}

/// Tells whether a value can stand in the field of a role where no block of headers vouches for it.
pub(super) fn fits(role: Role, value: &str, story: &Story) -> bool {
    match role {
        Role::Byline => looks_like_names(value),
        Role::Publisher | Role::Dateline => is_name_like(value, 6) || value.starts_with("http"),
        Role::Published | Role::Updated | Role::Embargo => {
            value.len() < 80 && (Date::parse_prefix(value, story.order()).is_some() || has_digits(value))
        }
        Role::Url => value.contains("://") && !value.contains(' '),
        Role::Section | Role::Keywords => value.len() < 200 && !is_paragraph(value),
        Role::Headline => !is_paragraph(value),
        Role::Language => language_code(value).is_some(),
        Role::Status => status(value).is_some(),
        Role::Page | Role::Issue | Role::Version | Role::NativeId => value.len() < 40,
        Role::Kicker | Role::Standfirst | Role::Caption => true,
        Role::Body | Role::NoField => false,
    }
}

fn has_digits(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Tells whether text is a list of names, with roles and places after commas: every word before the first comma is
/// capitalised, and it begins with no month or weekday.
pub(super) fn looks_like_names(text: &str) -> bool {
    const LONGEST: usize = 160;
    let names = text.split([',', '|', '(', '，', '（']).next().unwrap_or_default().trim();
    let place = names.find(" in ").map_or(names, |at| &names[..at]);
    let first = place.split_whitespace().next().unwrap_or_default().to_lowercase();
    text.len() <= LONGEST
        && is_name_like(place, 8)
        && !place.bytes().any(|byte| byte.is_ascii_digit())
        && !super::shape::ends_with_stop(text)
        && !IN_TIME.iter().any(|word| first.starts_with(word))
        && !AFTER_BY.contains(&first.as_str())
}

/// How months and weekdays begin: `By Monday` names nobody.
const IN_TIME: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "september",
    "october",
    "november",
    "december",
];

/// Words that follow `By` in prose and headlines.
const AFTER_BY: &[&str] = &["the", "a", "an", "this", "then", "all", "now", "noon", "night", "land", "sea", "air"];

/// Reads a block of `Key: value` lines that the source opens with. Returns the number of lines it takes; none, unless
/// two of its keys are known, or one that names the headline.
pub(super) fn read_block(lines: &mut [Line], story: &mut Story) -> usize {
    let end = lines.iter().enumerate().take_while(|(n, line)| belongs(*n, line)).count();
    let known = lines[..end].iter().filter_map(|line| known_key(&line.text));
    let (mut count, mut headline) = (0, false);
    for (role, value) in known {
        count += usize::from(role != Role::NoField);
        headline |= role == Role::Headline && fits(role, value, story);
    }
    if count < 2 && !headline {
        return 0;
    }
    read_lines(lines, end, story)
}

fn belongs(n: usize, line: &Line) -> bool {
    let keyed = known_key(&line.text).is_some() || ((n == 0 || !line.gap) && unknown_key(&line.text));
    keyed || (n > 0 && line.indented && !line.gap && line.text.len() < LONGEST_SHORT)
}

fn read_lines(lines: &mut [Line], end: usize, story: &mut Story) -> usize {
    let mut at = 0;
    while at < end {
        let next = (at + 1..end).find(|n| !lines[*n].indented || known_key(&lines[*n].text).is_some()).unwrap_or(end);
        let number = lines[at].number;
        let mut text = lines[at].text.clone();
        for line in &lines[at + 1..next] {
            text.push(' ');
            text.push_str(&line.text);
        }
        let is_declared = key_and_value(&text).is_some_and(|(key, value)| story.put_declared(key, number, value));
        match known_key(&text).map(|(role, value)| (role, value.to_owned())) {
            Some((Role::Body, value)) => return open_body(lines, at, value),
            Some((Role::Published | Role::Updated, value)) if Date::parse_prefix(&value, story.order()).is_some() => {
                super::stamp::put_key_line(&text, number, story);
            }
            None | Some((Role::NoField, _)) if is_declared => {}
            Some((Role::NoField, _)) => story.leave(number, &text, "no field takes it"),
            Some((role, value)) => story.put(role, number, &value),
            None => story.leave(number, &text, "unknown key"),
        }
        at = next;
    }
    end
}

/// Ends the block at the key of the body, and leaves the words after the key in its line.
fn open_body(lines: &mut [Line], at: usize, value: String) -> usize {
    if value.is_empty() {
        return at + 1;
    }
    lines[at] = Line { text: value, gap: true, is_no_stamp: Cell::default(), ..lines[at].clone() };
    at
}

/// Tells whether a line has the form of a header with a key that is not known: `Desk: foreign`.
fn unknown_key(text: &str) -> bool {
    const LONGEST: usize = 200;
    let Some((key, value)) = key_and_value(text) else { return false };
    text.len() <= LONGEST
        && key.split_whitespace().count() <= 3
        && key.starts_with(char::is_alphabetic)
        && !key.starts_with(char::is_lowercase)
        && !super::shape::is_capitals(key)
        && !super::shape::ends_sentence(value)
}
