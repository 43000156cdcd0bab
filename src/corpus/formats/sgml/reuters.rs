//! Reuters-21578, distribution 1.0 (Lewis 1997): `<REUTERS>` elements, not well-formed: control characters as references,
//! bare ampersands, and records without a body, which have a line in its place.

use std::borrow::Cow;

use super::dateline_place;
use super::markup::{Tag, content_end, line, next_tag, paragraphs, without_tags};
use crate::Notice;
use crate::corpus::format::ParseOptions;
use crate::corpus::format::Parsed;
use crate::corpus::formats::keys::{Field, Reading};

/// What stands in the place of a body that the collection does not have.
const NO_BODY: &str = "Blah blah blah.";

/// Elements that hold topics, and what their lists are called.
const LISTS: &[(&str, &str)] = &[
    ("TOPICS", "topics"),
    ("PLACES", "places"),
    ("PEOPLE", "people"),
    ("ORGS", "orgs"),
    ("EXCHANGES", "exchanges"),
    ("COMPANIES", "companies"),
];

/// Understands a record.
pub(super) fn read(
    record: &str,
    opening: &Tag<'_>,
    line_number: u32,
    options: &ParseOptions,
) -> Result<Parsed, Notice> {
    let mut reading = Reading::of_article("Reuters", Some(line_number), options);
    for (name, value) in opening.all_attributes() {
        match name {
            "NEWID" => reading.give(Field::NativeId, "NEWID", value),
            _ => reading.spare(name, value),
        }
    }
    let mut at = opening.end;
    while let Some(tag) = next_tag(record, at) {
        if tag.is_end {
            at = tag.end;
            continue;
        }
        let (end, next) = content_end(record, &tag, record.len());
        let content = &record[tag.end..end];
        if let Some((_, list)) = LISTS.iter().find(|(name, _)| *name == tag.name) {
            read_list(content, tag.name, list, &mut reading);
        }
        match tag.name {
            // Behind the date may stand the codes of services.
            "DATE" => reading.give(Field::Published, "DATE", date(&without_tags(content))),
            "TEXT" => read_text(content, &tag, &mut reading),
            "UNKNOWN" | "MKNOTE" if reading.wants_spare() => reading.spare(tag.name, &line(content)),
            _ => {}
        }
        at = next;
    }
    reading.give(Field::Publisher, "REUTERS", "Reuters");
    reading.finish()
}

fn read_list(content: &str, name: &str, list: &str, reading: &mut Reading<'_>) {
    let mut at = 0;
    while let Some(tag) = next_tag(content, at) {
        at = tag.end;
        if tag.name == "D" && !tag.is_end {
            let (end, next) = content_end(content, &tag, content.len());
            reading.give_keyword(name, &line(&content[tag.end..end]), Some(list));
            at = next;
        }
    }
}

/// Returns the date in `26-FEB-1987 15:01:01.79`, without the parts of a second.
fn date(text: &str) -> &str {
    let text = text.trim();
    let whole = text.split('\t').next().unwrap_or(text);
    whole.rsplit_once('.').map_or(whole, |(date, _)| date)
}

fn read_text(content: &str, opening: &Tag<'_>, reading: &mut Reading<'_>) {
    let (mut body, mut at) = (Vec::new(), 0);
    while let Some(tag) = next_tag(content, at) {
        at = tag.end;
        if !is_part(&tag) {
            continue;
        }
        let (end, next) = content_end(content, &tag, content.len());
        let inner = &content[tag.end..end];
        match tag.name {
            "TITLE" => reading.give(Field::Headline, "TITLE", line(inner).trim_matches('*').trim()),
            "AUTHOR" => reading.give(Field::Bylines, "AUTHOR", &line(inner)),
            "DATELINE" => {
                let printed = line(inner);
                reading.give(Field::Dateline, "DATELINE", dateline_place(&printed));
            }
            _ => body.extend(paragraphs(without_sign_off(inner))),
        }
        at = next;
    }
    let mut name = "BODY";
    if body.is_empty() {
        let loose = loose_text(content);
        let (loose, is_unprocessed) = (without_sign_off(&loose), opening.attribute("TYPE") == Some("UNPROC"));
        (name, body) = ("TEXT", if is_unprocessed { unprocessed(loose) } else { paragraphs(loose) });
        // Stars mark urgent items on the wire.
        body.retain(|paragraph| paragraph.chars().any(|character| character != '*'));
        if body.iter().any(|paragraph| paragraph == NO_BODY) {
            body.retain(|paragraph| paragraph != NO_BODY);
            reading.spare("TEXT", NO_BODY);
        }
    }
    reading.give_body(name, body);
}

/// Tells whether a tag begins a part of a text.
fn is_part(tag: &Tag<'_>) -> bool {
    !tag.is_end && matches!(tag.name, "TITLE" | "DATELINE" | "AUTHOR" | "BODY")
}

/// Returns what stands in no part of its own: the whole text of a record that was not processed.
fn loose_text(content: &str) -> String {
    let (mut loose, mut at) = (String::new(), 0);
    while let Some(tag) = next_tag(content, at) {
        loose.push_str(&content[at..tag.start]);
        loose.push_str("\n\n");
        at = if is_part(&tag) { content_end(content, &tag, content.len()).1 } else { tag.end };
    }
    loose.push_str(&content[at..]);
    loose
}

/// Returns the paragraphs of a text that was not processed, or its lines where it is tables mostly.
fn unprocessed(text: &str) -> Vec<String> {
    const FULL: usize = 50;
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    if 2 * filled().filter(|line| line.len() >= FULL).count() > filled().count() {
        return paragraphs(text);
    }
    let lines = filled().map(|text| line(text.strip_prefix("&\\t").unwrap_or(text)));
    lines.filter(|line| !line.is_empty()).map(Cow::into_owned).collect()
}

/// Returns a body without the agency's name, which stands in the last line of nearly all: `Reuter`, `REUTER...`.
fn without_sign_off(body: &str) -> &str {
    let mut text = body.trim_end();
    while let Some(before) = text.strip_suffix("&#3;") {
        text = before;
    }
    let text = text.trim_end();
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let name = last.strip_prefix("&\\t").unwrap_or(last).trim_end_matches("^M").trim_matches(['.', ' ', '\t']);
    let is_name = ["reuter", "reuters"].iter().any(|known| name.eq_ignore_ascii_case(known));
    if is_name { before } else { text }
}
