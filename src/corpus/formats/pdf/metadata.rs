//! What a PDF says of itself in its information dictionary (ISO 32000-1, 14.3.3), and where that is silent, as PDF 2.0 has it, in
//! its XMP.

use std::borrow::Cow;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::object::{self, DateTime, Dict, Object, Stream};

use super::filters::{Unpacked, unpack};
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::formats::office::{give_authors, is_file_name};
use crate::corpus::formats::xmp;
use crate::{Code, Date, DateOrder, Notice, Precision};

/// How long XMP may be. That of documents has some KiB, and room to be written again.
const LONGEST_XMP: u64 = 1 << 20;

/// Properties of XMP, and what they say where nothing has said it.
const PROPERTIES: &[(&str, Field)] = &[
    ("dc:title", Field::Headline),
    ("dc:creator", Field::Bylines),
    ("dc:subject", Field::Keywords),
    ("dc:publisher", Field::Publisher),
    ("dc:language", Field::Language),
    ("xmp:CreateDate", Field::Published),
    ("xmp:ModifyDate", Field::Updated),
];

/// Feeds the fields of an article with the metadata of a document.
pub(super) fn give(metadata: &Metadata, said: &Said, reading: &mut Reading<'_>) {
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
        metadata.creation_date.as_ref().map(|read| date(read, &said.created)),
        metadata.modification_date.as_ref().map(|read| date(read, &said.modified)),
    );
    if let Some(created) = &created {
        reading.give(Field::Published, "CreationDate", created);
    }
    if let Some(modified) =
        modified.filter(|modified| !created.as_ref().is_some_and(|created| is_same(created, modified)))
    {
        reading.give(Field::Updated, "ModDate", &modified);
    }
    match &said.xmp {
        Ok(packet) => give_xmp(packet, reading),
        Err(why) => reading.parsed.notices.push(Notice::new(Code::LeftOut, None, *why)),
    }
}

fn give_xmp(packet: &[u8], reading: &mut Reading<'_>) {
    let properties = xmp::properties(packet, PROPERTIES.iter().map(|(name, _)| *name));
    let created = properties.iter().find(|(name, _)| *name == "xmp:CreateDate").map(|(_, text)| text.as_str());
    for (name, field) in PROPERTIES.iter().filter(|(_, field)| !reading.is_fed(*field)).collect::<Vec<_>>() {
        let texts = properties.iter().filter(|(property, text)| property == name && !text.trim().is_empty());
        let most = if matches!(field, Field::Bylines | Field::Keywords) { usize::MAX } else { 1 };
        for (_, text) in texts.take(most) {
            match field {
                Field::Headline if is_file_name(text) => reading.spare(name, text),
                Field::Bylines => give_authors(name, text, reading),
                Field::Keywords => reading.give_keyword(name, text, None),
                // A document that is as it was made was not updated.
                Field::Updated if created.is_some_and(|created| is_same(created, text)) => {}
                field => reading.give(*field, name, text),
            }
        }
    }
}

/// Tells whether two dates are the same one, or the same moment in two zones.
fn is_same(one: &str, other: &str) -> bool {
    let [Ok(one), Ok(other)] = [one, other].map(|text| Date::parse(text, DateOrder::Unknown)) else {
        return one == other;
    };
    // A minute is as good as its first second here, but a year is not as good as its first day.
    let kind = |date: &Date| (date.precision().min(Precision::Minute), date.offset_minutes().is_some());
    kind(&one) == kind(&other) && one.instant(0) == other.instant(0)
}

/// What the objects of a document say: dates as dictionaries write them, which its reader fills with zeros, and the XMP of its
/// root.
pub(super) struct Said {
    created: Vec<Vec<u8>>,
    modified: Vec<Vec<u8>>,
    /// Or why it is not read.
    xmp: Result<Vec<u8>, &'static str>,
}

impl Said {
    /// Takes up what the objects of a document say.
    pub(super) fn new(pdf: &Pdf) -> Said {
        let mut said = Said { created: Vec::new(), modified: Vec::new(), xmp: xmp_of_root(pdf) };
        pdf.objects().into_iter().for_each(|object| said.add(&object));
        said
    }

    fn add(&mut self, object: &Object<'_>) {
        let Object::Dict(entries) = object else { return };
        let text = |key: &[u8]| entries.get::<object::String<'_>>(key).map(|text| text.to_vec());
        self.created.extend(text(b"CreationDate"));
        self.modified.extend(text(b"ModDate"));
    }
}

/// Returns the XMP of the root of a document; none where it has none. Others may stand in it that are of former states.
fn xmp_of_root(pdf: &Pdf) -> Result<Vec<u8>, &'static str> {
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let Some(stream) = root.and_then(|root| root.get::<Stream<'_>>(&b"Metadata"[..])) else { return Ok(Vec::new()) };
    let broken = "its XMP cannot be unpacked; not read";
    match unpack(&stream.raw_data(), &stream.filters(), LONGEST_XMP) {
        Unpacked::To(_) => stream.decoded().map(Cow::into_owned).map_err(|_| broken),
        Unpacked::TooMuch => Err("its XMP has more than 1 MiB; not read"),
        Unpacked::Unusual => Err(broken),
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
