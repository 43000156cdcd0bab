//! The names of fields in queries, and what each means.

use std::ops::Range;

use crate::index::{Extra, TextField};
use crate::search::leaf::Zone;
use crate::{Diagnostic, DiagnosticKind, ExtraKind, Severity};

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
    ("body", zones!(Body)),
    ("byline", zones!(Bylines)),
    ("bylines", zones!(Bylines)),
    ("author", zones!(Bylines)),
    ("caption", zones!(Captions)),
    ("captions", zones!(Captions)),
    ("corpus", Where::Corpus),
    ("credit", zones!(Credits)),
    ("credits", zones!(Credits)),
    ("date", Where::Date(Side::Within)),
    ("dateline", zones!(Dateline)),
    ("has", Where::Has(true)),
    ("headline", zones!(Headline)),
    ("hlead", Where::Zones(&[Zone::of(TextField::Headline), Zone::of(TextField::Standfirst), BEGINNING])),
    ("id", Where::Id),
    ("keyword", zones!(Keywords)),
    ("keywords", zones!(Keywords)),
    ("kicker", zones!(Kicker)),
    ("lang", Where::Language),
    ("language", Where::Language),
    ("lead", Where::Zones(&[Zone::of(TextField::Standfirst), BEGINNING])),
    ("missing", Where::Has(false)),
    ("on", Where::Date(Side::Within)),
    ("path", Where::Path),
    ("publication", zones!(Publisher)),
    ("publisher", zones!(Publisher)),
    ("section", Where::Section),
    ("since", Where::Date(Side::Since)),
    ("site", Where::Site),
    ("source", zones!(Publisher)),
    ("standfirst", zones!(Standfirst)),
    ("status", Where::Status),
    ("title", zones!(Headline)),
    ("until", Where::Date(Side::Until)),
    ("url", Where::Url),
    ("words", Where::WordCount),
];

/// Returns where a field looks, given by its name.
pub(super) fn named(name: &str, extras: &[Extra]) -> Option<Where> {
    let name = name.to_lowercase();
    if let Some(name) = name.strip_prefix(DECLARED) {
        return extras.iter().position(|extra| extra.name == name).map(Where::Declared);
    }
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, scope)| *scope)
}

/// Says that a field does not exist, and which do.
pub(super) fn unknown(name: &str, span: Range<usize>, extras: &[Extra]) -> Diagnostic {
    let declared: Vec<_> = extras.iter().map(|extra| format!("{DECLARED}{}", extra.name)).collect();
    let names = FIELDS.iter().map(|(known, _)| (*known).to_owned()).chain(declared.iter().cloned());
    let hint = match name.to_lowercase().as_str() {
        name if name.starts_with(DECLARED) && declared.is_empty() => {
            "this index was made without fields of its own; they are declared when it is made: --extra NAME:KIND"
                .to_owned()
        }
        name if name.starts_with(DECLARED) => format!("this index was made with {}", declared.join(", ")),
        _ => {
            let names = names.collect::<Vec<_>>().join(", ");
            format!("fields are {names}; to search for a colon, put the words in quotation marks")
        }
    };
    Diagnostic {
        severity: Severity::Error,
        kind: DiagnosticKind::UnknownField,
        span,
        message: format!("there is no field `{name}`"),
        hint: Some(hint),
    }
}

/// Says that a text is no value of a declared field.
pub(super) fn wrong_value(text: &str, extra: &Extra, span: Range<usize>) -> Diagnostic {
    let hint = match extra.kind {
        ExtraKind::Date => "a date is 2024, 2024-03 or 2024-03-05, or another form that tells day and month apart",
        ExtraKind::Boolean => "it is `true` or `false`",
        ExtraKind::Number => "a number is written in plain digits, such as 3 or 2.5",
        ExtraKind::Text | ExtraKind::Keyword => "write a word, or a \"phrase in quotation marks\"",
    };
    Diagnostic {
        severity: Severity::Error,
        kind: DiagnosticKind::BadValue,
        span,
        message: format!("`{text}` is no {}, which {DECLARED}{} holds", extra.kind, extra.name),
        hint: Some(hint.to_owned()),
    }
}
