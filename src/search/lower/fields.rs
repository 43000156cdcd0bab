//! The names of fields in queries, and what each means.

use std::ops::Range;

use crate::index::{Extra, TextField};
use crate::search::expand::Fuzzy;
use crate::search::leaf::Zone;
use crate::{Diagnostic, DiagnosticKind, ExtraKind};

/// Where a part of the query looks.
#[derive(Clone, Copy)]
pub(super) enum Where {
    /// In every text field.
    Anywhere,
    /// In these text fields, or the beginnings of some.
    Zones(&'static [Zone]),
    /// Among the first words of the body.
    First(u32),
    /// In a section and its subsections.
    Section,
    /// In the language, by its primary code.
    Language,
    /// In the corpus's name, matched whole.
    Corpus,
    /// In the id, alone or with its corpus.
    Id,
    /// In a declared field, by its number.
    Declared(usize),
    /// In the date of publication.
    Date(Side),
    /// In the number of words of the body.
    WordCount,
    /// In the path of the source: a folder, or a file.
    Path,
    /// In the ending of the file's name.
    FileType,
    /// In the address on the web.
    Url,
    /// In the host of that address.
    Site,
    /// In whether the article stands.
    Status,
    /// In the names of fields that the article has, or has not.
    Has(bool),
}

/// How a date is compared.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Within,
    Since,
    Until,
    Before,
}

/// What the name of a declared field begins with in queries.
pub(super) const DECLARED: &str = "x.";

/// How many words of the body belong to the lead.
const LEAD: u32 = 50;

macro_rules! zones {
    ($($field:ident),*) => { Where::Zones(&[$(Zone::of(TextField::$field)),*]) };
}

const BEGINNING: Zone = Zone { field: TextField::Body, words: LEAD };

/// The names of fields in queries, and what each means.
const FIELDS: &[(&str, Where)] = &[
    ("headline", zones!(Headline)),
    ("kicker", zones!(Kicker)),
    ("standfirst", zones!(Standfirst)),
    ("lead", Where::Zones(&[Zone::of(TextField::Standfirst), BEGINNING])),
    ("hlead", Where::Zones(&[Zone::of(TextField::Headline), Zone::of(TextField::Standfirst), BEGINNING])),
    ("body", zones!(Body)),
    ("caption", zones!(Captions)),
    ("credit", zones!(Credits)),
    ("byline", zones!(Bylines)),
    ("dateline", zones!(Dateline)),
    ("keywords", zones!(Keywords)),
    ("section", Where::Section),
    ("publisher", zones!(Publisher)),
    ("language", Where::Language),
    ("corpus", Where::Corpus),
    ("id", Where::Id),
    ("path", Where::Path),
    ("filetype", Where::FileType),
    ("url", Where::Url),
    ("site", Where::Site),
    ("status", Where::Status),
    ("words", Where::WordCount),
    ("date", Where::Date(Side::Within)),
    ("since", Where::Date(Side::Since)),
    ("until", Where::Date(Side::Until)),
    ("before", Where::Date(Side::Before)),
    ("has", Where::Has(true)),
    ("missing", Where::Has(false)),
];

/// Other names, of other query languages or in the other number, and the names that they stand for.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("after", "since"),
    ("author", "byline"),
    ("bylines", "byline"),
    ("captions", "caption"),
    ("credits", "credit"),
    ("ext", "filetype"),
    ("intext", "body"),
    ("intitle", "headline"),
    ("inurl", "url"),
    ("keyword", "keywords"),
    ("lang", "language"),
    ("on", "date"),
    ("publication", "publisher"),
    ("source", "publisher"),
    ("title", "headline"),
];

/// Returns the names of the fields that a query may ask, without those that an index was made with (`x.NAME`).
///
/// ```
/// assert!(newshound::query_fields().any(|name| name == "headline"));
/// ```
pub fn query_fields() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}

/// Returns where a field looks, given by its name.
pub(super) fn named(name: &str, extras: &[Extra]) -> Option<Where> {
    let name = name.to_lowercase();
    if let Some(name) = name.strip_prefix(DECLARED) {
        return extras.iter().position(|extra| extra.name == name).map(Where::Declared);
    }
    let stands_for = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name.as_str(), |(_, name)| name);
    FIELDS.iter().find(|(known, _)| *known == stands_for).map(|(_, scope)| *scope)
}

/// Tells whether words are looked for in the whole body and nowhere else.
pub(super) fn is_body(scope: Where) -> bool {
    matches!(scope, Where::Zones([Zone { field: TextField::Body, words: u32::MAX }]))
}

/// Tells whether words are looked for in the publisher.
pub(super) fn is_publisher(scope: Where) -> bool {
    matches!(scope, Where::Zones([Zone { field: TextField::Publisher, .. }]))
}

/// Returns those of some names that are like one, the likest first.
pub(super) fn nearest(name: &str, names: Vec<String>) -> Vec<String> {
    let most = if name.chars().count() < 5 { 1 } else { 2 };
    let name: String = name.to_lowercase().chars().take(64).collect();
    let like = Fuzzy::of(&name, most);
    let mut near: Vec<(u8, String)> = names
        .into_iter()
        .filter_map(|known| {
            // `head` for `headline`.
            let is_beginning = name.len() > 2 && known.starts_with(&name);
            Some((like.distance(&known).or(is_beginning.then_some(1))?, known))
        })
        .collect();
    near.sort();
    let least = near.first().map(|(distance, _)| *distance);
    near.into_iter().filter(|(distance, _)| Some(*distance) == least).map(|(_, known)| known).collect()
}

/// Says that a field does not exist, and which do.
pub(super) fn unknown(name: &str, span: Range<usize>, extras: &[Extra]) -> Diagnostic {
    let declared: Vec<String> = extras.iter().map(|extra| format!("{DECLARED}{}", extra.name)).collect();
    let others = OTHER_NAMES.iter().map(|(other, _)| *other);
    let own = extras.iter().map(|extra| extra.name.clone());
    let names = query_fields().chain(others).map(str::to_owned).chain(declared.iter().cloned()).chain(own);
    let mut instead = nearest(name, names.collect());
    for near in instead.iter_mut().filter(|near| named(near, extras).is_none()) {
        near.insert_str(0, DECLARED);
    }
    let is_declared = name.to_lowercase().starts_with(DECLARED);
    let hint = if is_declared && declared.is_empty() {
        "this index was made without fields of its own; they are declared when it is made: --extra NAME:KIND".to_owned()
    } else if is_declared {
        format!("this index was made with {}", declared.join(", "))
    } else if instead.is_empty() {
        let names: Vec<String> = query_fields().map(str::to_owned).chain(declared).collect();
        format!("fields are {}; to search for a colon, put the words in quotation marks", names.join(", "))
    } else {
        let instead: Vec<String> = instead.iter().map(|name| format!("`{name}:`")).collect();
        format!("did you mean {}? to search for a colon, put the words in quotation marks", instead.join(" or "))
    };
    let message = format!("there is no field `{name}`");
    let error = Diagnostic::error(DiagnosticKind::UnknownField, span, &message, &hint);
    Diagnostic { instead, ..error }
}

/// Says that a text is no value of a declared field.
pub(super) fn wrong_value(text: &str, extra: &Extra, span: Range<usize>) -> Diagnostic {
    let hint = match extra.kind {
        ExtraKind::Boolean => "it is `true` or `false`",
        ExtraKind::Text | ExtraKind::Keyword | ExtraKind::Date | ExtraKind::Number => {
            "write a word, or a \"phrase in quotation marks\""
        }
    };
    let message = format!("`{text}` is no {}, which {DECLARED}{} holds", extra.kind, extra.name);
    Diagnostic::error(DiagnosticKind::BadValue, span, &message, hint)
}
