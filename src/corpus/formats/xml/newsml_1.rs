//! NewsML 1.x, the IPTC's first exchange of news in XML: versions 1.0 to 1.2. A NewsItem is an article: its components are
//! read in order, those of pictures for their captions.

use super::blocks::Blocks;
use super::nitf;
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{self, Field, Reading, as_line, plain_paragraphs};
use crate::corpus::text::{as_read, credit_name};
use crate::corpus::xml::Element;
use crate::{Caption, Notice, Status};

/// Elements of a component that are one line of text, and the fields that they feed.
const LINES: &[(&str, Field)] = &[
    ("HeadLine", Field::Headline),
    ("SubHeadLine", Field::Standfirst),
    ("ByLine", Field::Bylines),
    ("DateLine", Field::Dateline),
];

/// Understands an item.
pub(super) fn read(element: Element<'_, '_>, line: Option<u32>, options: &ParseOptions) -> Result<Parsed, Notice> {
    let mut item =
        Item { reading: Reading::of_article("NewsML", line, options), paragraphs: Vec::new(), captions: Vec::new() };
    if let Some(identification) = element.child("Identification") {
        item.read_identification(identification);
    }
    if let Some(management) = element.child("NewsManagement") {
        item.read_management(management);
    }
    let components: Vec<_> = element.all("NewsComponent").collect();
    for component in &components {
        item.read_component(*component);
    }
    if let Some(language) = element.attribute("xml:lang").or_else(|| components.first()?.attribute("xml:lang"))
        && item.reading.parsed.article.language.is_none()
    {
        item.reading.give(Field::Language, "xml:lang", &language);
    }
    item.reading.give_captions("NewsComponent", item.captions);
    item.reading.give_body("DataContent", item.paragraphs);
    item.reading.leave_repeated_headline();
    item.reading.finish()
}

/// An item under way.
struct Item<'o> {
    reading: Reading<'o>,
    paragraphs: Vec<String>,
    captions: Vec<Caption>,
}

impl Item<'_> {
    fn read_identification(&mut self, identification: Element<'_, '_>) {
        let Some(identifier) = identification.child("NewsIdentifier") else { return };
        let text = |name: &str| identifier.child(name).map(|part| part.text()).unwrap_or_default();
        self.reading.give(Field::NativeId, "PublicIdentifier", &text("PublicIdentifier"));
        if self.reading.parsed.article.native_id.is_none() {
            self.reading.give(Field::NativeId, "NewsItemId", &text("NewsItemId"));
        }
        self.reading.give(Field::Version, "RevisionId", &text("RevisionId"));
    }

    fn read_management(&mut self, management: Element<'_, '_>) {
        let text = |name: &str| management.child(name).map(|part| part.text()).unwrap_or_default();
        self.reading.give(Field::Published, "FirstCreated", &text("FirstCreated"));
        let (first, this) = (as_line(&text("FirstCreated")), as_line(&text("ThisRevisionCreated")));
        let is_first = self.reading.parsed.article.published.is_none();
        if first != this {
            let field = if is_first { Field::Published } else { Field::Updated };
            self.reading.give(field, "ThisRevisionCreated", &this);
        }
        let status = management.child("Status").and_then(formal_name).unwrap_or_default().to_lowercase();
        match status.as_str() {
            "canceled" | "cancelled" | "withheld" => self.reading.give_status(Status::Withdrawn, "Status"),
            "embargoed" => {
                let change = management.child("StatusWillChange").and_then(|change| change.child("DateAndTime"));
                let date = change.map(|date| date.text()).unwrap_or_default();
                self.reading.give(Field::Embargo, "StatusWillChange", &date);
            }
            _ => {}
        }
        let instructions = management.all("Instruction").filter_map(formal_name).map(|name| name.to_lowercase());
        if instructions.into_iter().any(|name| name.contains("correct") || name.contains("rectif")) {
            self.reading.give_status(Status::Corrected, "Instruction");
        }
    }

    /// Reads a component and those in it.
    fn read_component(&mut self, component: Element<'_, '_>) {
        let role = component.child("Role").and_then(formal_name).unwrap_or_default();
        let media =
            component.all("ContentItem").filter_map(|content| content.child("MediaType")?.attribute("FormalName"));
        let media: Vec<String> = media.collect();
        if is_looked_at(&role) || media.iter().any(|kind| is_looked_at(kind)) {
            return self.read_picture(component);
        }
        self.read_lines(component);
        self.read_metadata(component);
        component.all("ContentItem").for_each(|content| self.read_content(content));
        for inner in component.all("NewsComponent") {
            self.read_component(inner);
        }
    }

    fn read_lines(&mut self, component: Element<'_, '_>) {
        for part in component.all("NewsLines").flat_map(|lines| lines.children()) {
            match part.name() {
                "SlugLine" => self.reading.give_keyword("SlugLine", &part.text(), Some("slugline")),
                "KeywordLine" => {
                    part.text().split([',', ';']).for_each(|text| self.reading.give_keyword("KeywordLine", text, None));
                }
                "NewsLine" => {
                    let text = part.child("NewsLineText").map(|text| text.text()).unwrap_or_default();
                    self.reading.spare("NewsLine", &text);
                }
                name => match LINES.iter().find(|(known, _)| *known == name) {
                    Some((_, field)) => self.reading.give(*field, name, &part.text()),
                    None => self.reading.spare(name, &part.text()),
                },
            }
        }
    }

    fn read_metadata(&mut self, component: Element<'_, '_>) {
        for part in component.all("AdministrativeMetadata").flat_map(|metadata| metadata.children()) {
            let party = part.child("Party").and_then(formal_name).unwrap_or_default();
            match part.name() {
                "Provider" => self.reading.give(Field::Publisher, "Provider", &party),
                "Source" if self.reading.parsed.article.publisher.is_none() => {
                    self.reading.give(Field::Publisher, "Source", &party);
                }
                _ => {}
            }
        }
        for part in component.all("DescriptiveMetadata").flat_map(|metadata| metadata.children()) {
            match part.name() {
                "Language" => self.reading.give(Field::Language, "Language", &formal_name(part).unwrap_or_default()),
                "Genre" => self.reading.give_keyword("Genre", &formal_name(part).unwrap_or_default(), Some("genre")),
                "SubjectCode" => {
                    for code in part.children().filter_map(formal_name) {
                        self.reading.give_keyword("SubjectCode", &code, Some("subject"));
                    }
                }
                "Location" => {
                    for property in part.all("Property") {
                        let (name, value) = (formal_name(property), property.attribute("Value"));
                        self.reading.give_keyword("Location", &value.unwrap_or_default(), name.as_deref());
                    }
                }
                _ => {}
            }
        }
    }

    fn read_content(&mut self, content: Element<'_, '_>) {
        let Some(data) = content.child("DataContent") else { return };
        let (documents, pages) = (data.within("nitf"), data.within("html"));
        if !documents.is_empty() {
            documents.into_iter().for_each(|document| nitf::read(document, &mut self.reading));
        } else if !pages.is_empty() {
            pages.iter().flat_map(|page| page.all("body")).for_each(|body| self.add_blocks(Blocks::of(body)));
        } else if data.children().next().is_some() {
            self.add_blocks(Blocks::of(data));
        } else if content.child("Encoding").is_none() {
            let text = data.text();
            if keys::is_markup(&text) {
                let plain = keys::plain(&text);
                self.paragraphs.extend(plain.paragraphs.iter().map(|paragraph| as_line(paragraph)));
            } else {
                self.paragraphs.append(&mut plain_paragraphs(&as_read(text.trim())));
            }
        }
    }

    /// Reads the caption of a picture: the texts in its component, else its headline.
    fn read_picture(&mut self, component: Element<'_, '_>) {
        let lines = component.within("NewsLines");
        let line = |name: &str| lines.iter().find_map(|lines| lines.child(name)).map(|line| as_line(&line.text()));
        let contents =
            component.within("ContentItem").into_iter().filter(|content| content.child("Encoding").is_none());
        let data = contents.filter_map(|content| content.child("DataContent"));
        let mut texts: Vec<String> = data.flat_map(|data| Blocks::of(data).paragraphs).collect();
        if texts.is_empty() {
            texts.extend(line("HeadLine"));
        }
        let credit = line("CreditLine").or_else(|| line("ByLine")).map(|credit| credit_name(&credit).to_owned());
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            self.captions.push(Caption { text, credit: credit.clone().filter(|credit| !credit.is_empty()) });
        }
    }

    fn add_blocks(&mut self, blocks: Blocks) {
        self.paragraphs.extend(blocks.paragraphs);
        self.captions.extend(blocks.captions);
    }
}

fn formal_name(element: Element<'_, '_>) -> Option<String> {
    element.attribute("FormalName")
}

fn is_looked_at(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    ["photo", "picture", "graphic", "caption", "video", "image", "animation"].iter().any(|word| kind.contains(word))
}
