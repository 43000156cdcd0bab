//! NITF, the IPTC's News Industry Text Format: versions 3.0 to 3.6, as a document of its own and inside of NewsML, and as
//! the New York Times Annotated Corpus uses it.

use super::blocks::Blocks;
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::text::dateline;
use crate::corpus::text::shape::has_same_words;
use crate::corpus::xml::Element;
use crate::{DateOrder, Status};

/// Fills an article's fields from a document.
pub(super) fn read(nitf: Element<'_, '_>, reading: &mut Reading<'_>) {
    for name in ["xml:lang", "baselang"] {
        reading.give(Field::Language, name, &nitf.attribute(name).unwrap_or_default());
    }
    let mut subheads = Vec::new();
    for body in nitf.all("body") {
        for head in body.all("body.head") {
            read_body_head(head, reading, &mut subheads);
        }
    }
    if let Some(head) = nitf.child("head") {
        read_head(head, reading);
    }
    // What is printed below the headline is the standfirst, or where an abstract is, a subhead.
    for subhead in subheads {
        if reading.parsed.article.standfirst.is_none() {
            reading.give(Field::Standfirst, "hl2", &subhead);
        } else {
            reading.give_body("hl2", vec![subhead]);
        }
    }
    for body in nitf.all("body") {
        read_body(body, reading);
    }
}

fn read_body_head(head: Element<'_, '_>, reading: &mut Reading<'_>, subheads: &mut Vec<String>) {
    for hedline in head.all("hedline") {
        for hl1 in hedline.all("hl1") {
            reading.give(Field::Headline, "hl1", &hl1.text());
        }
        let said = reading.parsed.article.headline.clone().unwrap_or_default();
        for hl2 in hedline.all("hl2") {
            let text = as_line(&hl2.text());
            match hl2.attribute("class").as_deref() {
                Some("online_headline") => reading.give(Field::Headline, "hl2", &text),
                _ if text.is_empty() || has_same_words(&text, &said) => {}
                _ => subheads.push(text),
            }
        }
    }
    for byline in head.all("byline") {
        let names = name_in(byline);
        reading.give(Field::Bylines, "byline", &names);
    }
    if let Some(dateline) = head.child("dateline") {
        let place = dateline.child("location").map_or_else(|| printed_place(dateline), |place| place.text());
        reading.give(Field::Dateline, "dateline", place.trim_end_matches([' ', ',', '-', '\n']));
    }
    let paragraphs = head.all("abstract").flat_map(|part| Blocks::of(part).paragraphs).collect::<Vec<_>>();
    reading.give(Field::Standfirst, "abstract", &paragraphs.join(" "));
    if let Some(distributor) = head.child("distributor") {
        reading.give(Field::Publisher, "distributor", &distributor.text());
    }
    for name in ["note", "rights"] {
        for part in head.all(name) {
            reading.spare(name, &part.text());
        }
    }
}

/// Returns the place of a dateline that is printed with its day: `OSTREL` of `OSTREL, Jan. 1`.
fn printed_place(element: Element<'_, '_>) -> String {
    let text = as_line(&text_without(element, "story.date"));
    let opening = format!("{text} - It");
    let place = dateline::of(&opening, DateOrder::Unknown).and_then(|dateline| dateline.place);
    place.map_or_else(|| text.clone(), str::to_owned)
}

/// Returns the text of a byline, without the title of who wrote it where there is a name.
fn name_in(byline: Element<'_, '_>) -> String {
    let name = text_without(byline, "byttl");
    if name.trim().is_empty() { byline.text() } else { name.trim().trim_end_matches(',').to_owned() }
}

/// Returns the text of an element but for that of those in it that have a name.
fn text_without(element: Element<'_, '_>, name: &str) -> String {
    use crate::corpus::xml::Content;
    let parts = element.content().map(|content| match content {
        Content::Text(text) => text.into_owned(),
        Content::Element(inner) if inner.name() == name => String::new(),
        Content::Element(inner) => inner.text(),
    });
    parts.collect()
}

fn read_head(head: Element<'_, '_>, reading: &mut Reading<'_>) {
    if let Some(docdata) = head.child("docdata") {
        read_docdata(docdata, reading);
    }
    for pubdata in head.all("pubdata") {
        for (attribute, field) in [
            ("date.publication", Field::Published),
            ("name", Field::Publisher),
            ("position.section", Field::Section),
            ("position.sequence", Field::Page),
            ("issue", Field::Issue),
            ("edition.name", Field::Issue),
            ("ex-ref", Field::Url),
        ] {
            give_attribute(pubdata, attribute, field, reading);
        }
    }
    for holder in head.all("docdata").flat_map(|docdata| docdata.children()) {
        if holder.name() == "doc.copyright" && reading.parsed.article.publisher.is_none() {
            give_attribute(holder, "holder", Field::Publisher, reading);
        }
    }
    for meta in head.all("meta") {
        let (Some(name), Some(content)) = (meta.attribute("name"), meta.attribute("content")) else { continue };
        match name.as_str() {
            "print_page_number" => reading.give(Field::Page, &name, &content),
            "online_sections" => reading.give(Field::Section, &name, content.split(';').next().unwrap_or_default()),
            // Of the corpus of the New York Times.
            "dsk" => reading.give_keyword(&name, &content, Some("desk")),
            "series_name" => reading.give_keyword(&name, &content, Some("series")),
            "correction_date" => reading.give_status(Status::Corrected, &name),
            "slug" => reading.give_keyword(&name, &content, Some("slugline")),
            _ => reading.spare(&name, &content),
        }
    }
    for tobject in head.all("tobject") {
        for property in tobject.all("tobject.property") {
            if let Some(kind) = property.attribute("tobject.property.type") {
                reading.give_keyword("tobject.property", &kind, Some("tobject.property"));
            }
        }
        for subject in tobject.all("tobject.subject") {
            let names =
                ["tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type", "tobject.subject.refnum"];
            if let Some(text) = names.iter().find_map(|name| subject.attribute(name)) {
                let scheme = subject.attribute("tobject.subject.ipr").unwrap_or_else(|| "IPTC".to_owned());
                reading.give_keyword("tobject.subject", &text, Some(&scheme));
            }
        }
    }
    if let Some(title) = head.child("title") {
        reading.give(Field::Headline, "title", &title.text());
    }
}

fn give_attribute(element: Element<'_, '_>, attribute: &str, field: Field, reading: &mut Reading<'_>) {
    if let Some(value) = element.attribute(attribute) {
        reading.give(field, &format!("{}@{attribute}", element.name()), &value);
    }
}

fn read_docdata(docdata: Element<'_, '_>, reading: &mut Reading<'_>) {
    let management = docdata.attribute("management-status").unwrap_or_default().to_lowercase();
    match management.as_str() {
        "withheld" | "canceled" | "cancelled" => reading.give_status(Status::Withdrawn, "docdata@management-status"),
        _ => {}
    }
    if docdata.child("correction").is_some() {
        reading.give_status(Status::Corrected, "correction");
    }
    let releases = if management == "embargoed" { Field::Embargo } else { Field::Published };
    for (element, attribute, field) in [
        ("doc-id", "id-string", Field::NativeId),
        ("date.issue", "norm", Field::Published),
        ("date.release", "norm", releases),
        ("du-key", "version", Field::Version),
    ] {
        for part in docdata.all(element) {
            give_attribute(part, attribute, field, reading);
        }
    }
    for (element, attribute, scheme) in [
        ("fixture", "fix-id", "fixture"),
        ("series", "series.name", "series"),
        ("du-key", "key", "slugline"),
        ("evloc", "city", "evloc"),
    ] {
        for text in docdata.all(element).filter_map(|part| part.attribute(attribute)) {
            reading.give_keyword(element, &text, Some(scheme));
        }
    }
    for list in docdata.all("key-list") {
        for keyword in list.all("keyword") {
            reading.give_keyword("keyword", &keyword.attribute("key").unwrap_or_else(|| keyword.text()), None);
        }
    }
    for part in docdata.all("identified-content").flat_map(|content| content.children()) {
        let text = Some(part.text()).filter(|text| !text.trim().is_empty());
        let text = text.or_else(|| part.attribute("value")).unwrap_or_default();
        let scheme = part.attribute("type").filter(|_| part.name() == "classifier");
        reading.give_keyword(part.name(), &text, Some(scheme.as_deref().unwrap_or(part.name())));
    }
    for part in docdata.all("ed-msg") {
        reading.spare("ed-msg", &part.attribute("info").unwrap_or_else(|| part.text()));
    }
}

fn read_body(body: Element<'_, '_>, reading: &mut Reading<'_>) {
    for head in body.all("body.head") {
        if let Some(date) = head.child("dateline").and_then(|dateline| dateline.child("story.date")) {
            let text = date.attribute("norm").unwrap_or_else(|| date.text());
            // Printed without a year it would be no date.
            if reading.parsed.article.published.is_none() {
                reading.give(Field::Published, "story.date", &text);
            }
        }
    }
    let mut blocks = Blocks::default();
    for content in body.all("body.content") {
        // The corpus of the New York Times has the lead twice.
        let is = |part: &Element<'_, '_>, class| part.attribute("class").as_deref() == Some(class);
        let has_full_text = content.all("block").any(|part| is(&part, "full_text"));
        if has_full_text {
            content.children().filter(|part| !is(part, "lead_paragraph")).for_each(|part| blocks.read(part));
        } else {
            blocks.read(content);
        }
    }
    for end in body.all("body.end") {
        for tagline in end.all("tagline") {
            blocks.read(tagline);
        }
        for bibliography in end.all("bibliography") {
            reading.spare("bibliography", &bibliography.text());
        }
    }
    reading.give_captions("media", blocks.captions);
    reading.give_body("body.content", blocks.paragraphs);
}
