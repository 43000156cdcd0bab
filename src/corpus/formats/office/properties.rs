//! What a text says of itself in its properties: Dublin Core, as OOXML (ISO/IEC 29500-2) and OpenDocument have it.

use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::text::byline_names;
use crate::corpus::xml::{Document, Element};

/// What programs write where a name belongs.
const NO_NAMES: &[&str] = &[
    "admin",
    "administrator",
    "author",
    "microsoft office user",
    "owner",
    "python-docx",
    "unknown",
    "user",
    "windows user",
];

/// Feeds the fields of an article with the properties of a text.
pub(super) fn read(text: &str, reading: &mut Reading<'_>) {
    let document = Document::parse(text);
    let Some(root) = document.roots().next() else { return };
    let root = root.child("meta").unwrap_or(root);
    let said =
        |name: &str| root.children().find(|child| child.whole_name() == name).map(|child| as_line(&child.text()));
    for name in ["dc:title", "dc:identifier", "dc:language", "cp:version", "cp:category"] {
        let field = match name {
            "dc:title" => Field::Headline,
            "dc:identifier" => Field::NativeId,
            "dc:language" => Field::Language,
            "cp:version" => Field::Version,
            _ => Field::Section,
        };
        match said(name) {
            Some(title) if field == Field::Headline && is_file_name(&title) => reading.spare(name, &title),
            Some(value) => reading.give(field, name, &value),
            None => {}
        }
    }
    // In OpenDocument the creator is who changed it last.
    let (name, creator) = match said("meta:initial-creator").filter(|name| !name.is_empty()) {
        Some(creator) => ("meta:initial-creator", creator),
        None => ("dc:creator", said("dc:creator").unwrap_or_default()),
    };
    give_authors(name, &creator, reading);
    for child in root.children() {
        read_property(child, reading);
    }
}

/// Adds the names that are those of authors.
pub(crate) fn give_authors(place: &str, names: &str, reading: &mut Reading<'_>) {
    for author in byline_names(names) {
        if NO_NAMES.contains(&author.to_lowercase().as_str()) {
            reading.spare(place, &author);
        } else {
            reading.give_author(place, &author);
        }
    }
}

fn read_property(property: Element<'_, '_>, reading: &mut Reading<'_>) {
    let (name, text) = (property.whole_name(), property.text());
    match name {
        "cp:keywords" | "meta:keyword" => {
            for keyword in text.split([',', ';']) {
                reading.give_keyword(name, keyword, None);
            }
        }
        "dc:subject" => reading.give_keyword(name, &text, Some("subject")),
        "meta:user-defined" => reading.spare(&property.attribute("meta:name").unwrap_or_default(), &text),
        "property" => reading.spare(&property.attribute("name").unwrap_or_default(), &text),
        "Company" => reading.give(Field::Publisher, name, &text),
        "dc:description" | "cp:contentStatus" => reading.spare(name, &text),
        _ => {}
    }
}

/// Feeds the dates of an article with those of its file, where the text itself has none: when it was begun, and last changed.
pub(super) fn read_dates(text: &str, reading: &mut Reading<'_>) {
    let document = Document::parse(text);
    let Some(root) = document.roots().next() else { return };
    let root = root.child("meta").unwrap_or(root);
    let said = |names: [&'static str; 2]| {
        names
            .into_iter()
            .find_map(|name| Some((name, root.children().find(|child| child.whole_name() == name)?.text())))
    };
    let created = said(["dcterms:created", "meta:creation-date"]);
    let modified = said(["dcterms:modified", "dc:date"]);
    if let Some((name, date)) = modified.filter(|(_, date)| created.as_ref().is_none_or(|(_, created)| created != date))
    {
        reading.give(Field::Updated, name, &date);
    }
    if let Some((name, date)) = created.filter(|_| reading.parsed.article.published.is_none()) {
        reading.give(Field::Published, name, &date);
    }
}

/// Tells whether a title is none, but what a program called the file.
pub(crate) fn is_file_name(title: &str) -> bool {
    let lower = title.to_lowercase();
    let endings = [".doc", ".docx", ".odt", ".rtf", ".txt", ".pdf", ".indd", ".qxd", ".qxp", ".pages", ".tmp"];
    lower.starts_with("microsoft word - ")
        || matches!(lower.as_str(), "untitled" | "document" | "document1" | "word document")
        || endings.iter().any(|ending| lower.ends_with(ending))
}
