//! What a PDF says of itself in its information dictionary (ISO 32000-1, 14.3.3).

use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::object::{self, DateTime, Object};

use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::formats::office::{give_authors, is_file_name};

/// Feeds the fields of an article with the metadata of a document.
pub(super) fn give(metadata: &Metadata, dates: &Dates, reading: &mut Reading<'_>) {
    let text = |bytes: &Option<Vec<u8>>| as_line(&text_string(bytes.as_deref().unwrap_or_default()));
    let title = text(&metadata.title);
    if is_file_name(&title) {
        reading.spare("Title", &title);
    } else {
        reading.give(Field::Headline, "Title", &title);
    }
    give_authors("Author", &text(&metadata.author), reading);
    for keyword in text(&metadata.keywords).split([',', ';']) {
        reading.give_keyword("Keywords", keyword, None);
    }
    reading.give_keyword("Subject", &text(&metadata.subject), Some("subject"));
    reading.spare("Creator", &text(&metadata.creator));
    reading.spare("Producer", &text(&metadata.producer));
    let (created, modified) = (
        metadata.creation_date.as_ref().map(|read| date(read, &dates.created)),
        metadata.modification_date.as_ref().map(|read| date(read, &dates.modified)),
    );
    if let Some(created) = &created {
        reading.give(Field::Published, "CreationDate", created);
    }
    if let Some(modified) = modified.filter(|modified| created.as_ref() != Some(modified)) {
        reading.give(Field::Updated, "ModDate", &modified);
    }
}

/// Dates as dictionaries of a document write them, which its reader fills with zeros.
#[derive(Default)]
pub(super) struct Dates {
    created: Vec<Vec<u8>>,
    modified: Vec<Vec<u8>>,
}

impl Dates {
    /// Adds those of an object.
    pub(super) fn add(&mut self, object: &Object<'_>) {
        if let Object::Dict(entries) = object {
            let text = |key: &[u8]| entries.get::<object::String<'_>>(key).map(|text| text.to_vec());
            self.created.extend(text(b"CreationDate"));
            self.modified.extend(text(b"ModDate"));
        }
    }
}

/// Returns a date as exactly as it is written; if that is not known, a day without a time that is all zeros.
fn date(read: &DateTime, written: &[Vec<u8>]) -> String {
    let DateTime { year, month, day, hour, minute, second, utc_offset_hour, utc_offset_minute } = *read;
    let digits = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}");
    let has_time = (hour, minute, second, utc_offset_hour, utc_offset_minute) != (0, 0, 0, 0, 0);
    let (length, has_offset) = written
        .iter()
        .filter_map(|text| {
            let text = text.strip_prefix(b"D:")?;
            let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (length >= 4 && digits.as_bytes().starts_with(&text[..length])).then_some((length, text.len() > length))
        })
        .next()
        .unwrap_or((if has_time { digits.len() } else { 8 }, has_time));
    match length {
        4..6 => return format!("{year:04}"),
        6..8 => return format!("{year:04}-{month:02}"),
        8..10 => return format!("{year:04}-{month:02}-{day:02}"),
        _ => {}
    }
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}");
    if length >= digits.len() {
        text.push_str(&format!(":{second:02}"));
    }
    if has_offset {
        let (sign, offset) = (if utc_offset_hour < 0 { '-' } else { '+' }, utc_offset_hour.unsigned_abs());
        text.push_str(&format!("{sign}{offset:02}:{utc_offset_minute:02}"));
    }
    text
}

/// Returns a text string: UTF-16 or UTF-8 behind its mark, else in the charset of PDF, which windows-1252 is closest to.
fn text_string(bytes: &[u8]) -> String {
    let (charset, length) = encoding_rs::Encoding::for_bom(bytes).unwrap_or_else(|| {
        let is_utf_8 = std::str::from_utf8(bytes).is_ok();
        (if is_utf_8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_1252 }, 0)
    });
    charset.decode_without_bom_handling(&bytes[length..]).0.into_owned()
}
