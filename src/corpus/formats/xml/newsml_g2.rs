//! NewsML-G2, the IPTC's exchange of news: versions 2.0 to 2.35, power and core conformance. A news item is an article, and
//! a package is one of what it says of its parts; an item that was cancelled is kept as withdrawn. Planning, concepts,
//! knowledge and catalogues are no articles.

use std::collections::HashMap;

use super::blocks::Blocks;
use super::nitf;
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{self, Field, Reading, as_line, plain_paragraphs};
use crate::corpus::text::{as_read, credit_name};
use crate::corpus::xml::Element;
use crate::{Caption, Code, Notice, Status};

/// Items that are no articles, and what they are called in a sentence.
const OTHER_ITEMS: &[(&str, &str)] = &[
    ("planningItem", "a planning item"),
    ("conceptItem", "a concept item"),
    ("knowledgeItem", "a knowledge item"),
    ("catalogItem", "a catalogue item"),
];

/// The elements that hold an item.
pub(super) const ITEMS: &[&str] =
    &["newsItem", "packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"];

/// Understands an item.
pub(super) fn read(element: Element<'_, '_>, line: Option<u32>, options: &ParseOptions) -> Result<Parsed, Notice> {
    if let Some((name, what)) = OTHER_ITEMS.iter().find(|(name, _)| *name == element.name()) {
        let message = format!("{what} of NewsML-G2 (`{name}`), no article; not indexed");
        return Err(Notice::new(Code::NotAnArticle, line, message));
    }
    let mut item = Item::of(element, Reading::of_article("NewsML-G2", line, options));
    item.read_language();
    for meta in element.all("itemMeta") {
        item.read_item_meta(meta);
    }
    for meta in element.all("contentMeta") {
        item.read_content_meta(meta);
    }
    for set in element.all("contentSet") {
        item.read_content(set);
    }
    for part in element.all("partMeta") {
        item.read_part(part);
    }
    for reference in element.all("groupSet").flat_map(|set| set.within("itemRef")) {
        item.read_reference(reference);
    }
    item.read_what_is_left();
    item.reading.finish()
}

/// An item under way.
struct Item<'d, 'a, 'o> {
    element: Element<'d, 'a>,
    reading: Reading<'o>,
    /// What the item says of concepts, by their codes.
    names: HashMap<String, Element<'d, 'a>>,
    /// `text`, `picture`, `video`.
    class: String,
    paragraphs: Vec<String>,
    captions: Vec<Caption>,
}

impl<'d, 'a, 'o> Item<'d, 'a, 'o> {
    fn of(element: Element<'d, 'a>, reading: Reading<'o>) -> Item<'d, 'a, 'o> {
        let names = element.all("assert").filter_map(|assert| Some((code_of(assert)?, assert))).collect();
        let class = element.child("itemMeta").and_then(|meta| meta.child("itemClass")).and_then(code_of);
        let class = class.as_deref().map(last_part).unwrap_or_default().to_owned();
        Item { element, reading, names, class, paragraphs: Vec::new(), captions: Vec::new() }
    }

    fn read_language(&mut self) {
        self.give_attribute(self.element, "guid", Field::NativeId);
        self.give_attribute(self.element, "version", Field::Version);
        for language in self.element.all("contentMeta").flat_map(|meta| meta.children()) {
            if language.name() == "language" {
                self.give_attribute(language, "tag", Field::Language);
            }
        }
        if self.reading.parsed.article.language.is_none() {
            self.give_attribute(self.element, "xml:lang", Field::Language);
        }
    }

    fn read_item_meta(&mut self, meta: Element<'d, 'a>) {
        self.give_texts(meta, "embargoed", Field::Embargo);
        self.give_texts(meta, "firstCreated", Field::Published);
        if let Some(provider) = meta.child("provider") {
            let name = self.name_of(provider).unwrap_or_default();
            self.reading.give(Field::Publisher, "provider", &name);
        }
        let status = meta.child("pubStatus").and_then(code_of).unwrap_or_default();
        if matches!(last_part(&status), "canceled" | "cancelled" | "withheld") {
            self.reading.give_status(Status::Withdrawn, "pubStatus");
        }
        for signal in meta.all("signal").filter_map(code_of) {
            match last_part(&signal).to_lowercase() {
                signal if signal.contains("correct") => self.reading.give_status(Status::Corrected, "signal"),
                signal if signal.contains("kill") || signal.contains("withdraw") => {
                    self.reading.give_status(Status::Withdrawn, "signal");
                }
                _ => {}
            }
        }
        for name in ["edNote", "profile"] {
            meta.all(name).for_each(|part| self.reading.spare(name, &part.text()));
        }
        for service in meta.all("service") {
            let name = self.name_of(service).unwrap_or_default();
            self.reading.spare("service", &name);
        }
    }

    fn read_content_meta(&mut self, meta: Element<'d, 'a>) {
        self.give_texts(meta, "contentCreated", Field::Published);
        let role = |part: &Element<'_, '_>| part.attribute("role").unwrap_or_default();
        // The main headline first, wherever it stands.
        let is_main = |part: &Element<'_, '_>| matches!(last_part(&role(part)), "" | "main" | "headline");
        let (main, others): (Vec<_>, Vec<_>) = meta.all("headline").partition(is_main);
        for headline in main.into_iter().chain(others) {
            self.reading.give(Field::Headline, "headline", &headline.text());
        }
        for name in ["by", "byline"] {
            self.give_texts(meta, name, Field::Bylines);
        }
        if let Some(located) = meta.child("located") {
            let name = self.name_of(located).unwrap_or_default();
            self.reading.give(Field::Dateline, "located", &name);
        }
        let credit = meta.child("creditline").map(|credit| as_line(&credit.text()));
        for description in meta.all("description") {
            if self.is_looked_at() || last_part(&role(&description)) == "caption" {
                self.add_caption(&description.text(), credit.as_deref());
            } else {
                self.reading.give(Field::Standfirst, "description", &description.text());
            }
        }
        for part in meta.children() {
            self.read_concept(part);
        }
    }

    /// Reads what the item is about.
    fn read_concept(&mut self, part: Element<'d, 'a>) {
        let kind = part.name();
        match kind {
            "keyword" => self.reading.give_keyword(kind, &part.text(), None),
            "slugline" => self.reading.give_keyword(kind, &part.text(), Some(kind)),
            "subject" | "genre" => {
                let Some(name) = self.name_of(part) else { return };
                let code = code_of(part).unwrap_or_default();
                let list = match code.split_once(':') {
                    _ if code.contains("://") => list_of(&code).to_owned(),
                    Some((list, _)) => list.to_owned(),
                    None => part.attribute("type").map(|kind| last_part(&kind).to_owned()).unwrap_or_default(),
                };
                let scheme = Some(list.as_str()).filter(|list| !list.is_empty()).unwrap_or(kind);
                self.reading.give_keyword(kind, &name, Some(scheme));
            }
            _ => {}
        }
    }

    fn read_content(&mut self, set: Element<'d, 'a>) {
        for content in set.children() {
            match content.name() {
                "inlineXML" => self.read_inline_xml(content),
                "inlineData" => self.read_inline_data(content),
                _ => {}
            }
        }
    }

    fn read_inline_xml(&mut self, content: Element<'d, 'a>) {
        let found = |name: &str| Some(content.within(name)).filter(|found| !found.is_empty());
        if let Some(documents) = found("nitf") {
            documents.into_iter().for_each(|document| nitf::read(document, &mut self.reading));
        } else if let Some(pages) = found("html") {
            for page in pages {
                let title = page.child("head").and_then(|head| head.child("title"));
                title.into_iter().for_each(|title| self.reading.give(Field::Headline, "title", &title.text()));
                page.all("body").for_each(|body| self.add_blocks(Blocks::of(body)));
            }
        } else if found("p").is_some() {
            self.add_blocks(Blocks::of(content));
        } else {
            let kind = content.attribute("contenttype").unwrap_or_else(|| "unknown".to_owned());
            self.reading.spare(&format!("inlineXML {kind}"), &content.text());
        }
    }

    fn read_inline_data(&mut self, content: Element<'d, 'a>) {
        let kind = content.attribute("contenttype").unwrap_or_default();
        let text = content.text();
        // What is encoded is no text here, but a picture mostly.
        if content.attribute("encoding").is_some() || !(kind.is_empty() || kind.starts_with("text/")) {
            self.reading.spare(&format!("inlineData {kind}"), &text);
        } else if keys::is_markup(&text) {
            let plain = keys::plain(&text);
            self.paragraphs.extend(plain.paragraphs.iter().map(|paragraph| as_line(paragraph)));
            self.captions.extend(plain.captions);
        } else {
            self.paragraphs.append(&mut plain_paragraphs(&as_read(text.trim())));
        }
    }

    /// Reads what is said of a part, such as a shot of a film.
    fn read_part(&mut self, part: Element<'d, 'a>) {
        for name in ["title", "headline", "description"] {
            for text in part.all(name).map(|inner| as_line(&inner.text())).filter(|text| !text.is_empty()) {
                self.paragraphs.push(text);
            }
        }
    }

    /// Reads what a package says of one of its parts.
    fn read_reference(&mut self, reference: Element<'d, 'a>) {
        let class = reference.child("itemClass").and_then(code_of).unwrap_or_default();
        let text = |name: &str| reference.child(name).map(|part| as_line(&part.text())).filter(|text| !text.is_empty());
        let (title, said) = (text("headline").or_else(|| text("title")), text("description"));
        if is_looked_at(last_part(&class)) && said.is_some() {
            self.add_caption(&said.unwrap_or_default(), None);
            self.paragraphs.extend(title);
        } else {
            self.paragraphs.extend(title.into_iter().chain(said));
        }
    }

    /// Reads what counts only where nothing else says it.
    fn read_what_is_left(&mut self) {
        let (paragraphs, captions) = (std::mem::take(&mut self.paragraphs), std::mem::take(&mut self.captions));
        self.reading.give_captions("description", captions);
        self.reading.give_body(if self.element.name() == "packageItem" { "itemRef" } else { "contentSet" }, paragraphs);
        self.reading.leave_repeated_headline();
        let metas: Vec<_> = self.element.all("contentMeta").collect();
        if self.reading.parsed.article.bylines.is_empty() {
            for creator in metas.iter().flat_map(|meta| meta.all("creator")) {
                let name = creator.child("name").map(|_| self.name_of(creator).unwrap_or_default());
                self.reading.give_author("creator", &name.unwrap_or_default());
            }
        }
        for meta in &metas {
            self.give_texts(*meta, "dateline", Field::Dateline);
        }
        for meta in self.element.all("itemMeta") {
            self.give_date_of_version(meta);
            self.give_texts(meta, "title", Field::Headline);
        }
        let holders = self.element.all("rightsInfo").flat_map(|rights| rights.children());
        let holders = holders.filter(|part| part.name() == "copyrightHolder");
        let sources = metas.iter().flat_map(|meta| meta.all("infoSource"));
        for party in holders.chain(sources).collect::<Vec<_>>() {
            if self.reading.parsed.article.publisher.is_none() {
                let name = self.name_of(party).unwrap_or_default();
                self.reading.give(Field::Publisher, party.name(), &name);
            }
        }
    }

    /// A version is an update where another date tells when the item was published.
    fn give_date_of_version(&mut self, meta: Element<'d, 'a>) {
        let is_published = self.reading.parsed.article.published.is_some();
        let field = if is_published { Field::Updated } else { Field::Published };
        self.give_texts(meta, "versionCreated", field);
    }

    fn give_texts(&mut self, parent: Element<'d, 'a>, name: &str, field: Field) {
        for part in parent.all(name) {
            // Of two dates for one field, the second is no other date of the article.
            if !(field == Field::Published && self.reading.parsed.article.published.is_some()) {
                self.reading.give(field, name, &part.text());
            }
        }
    }

    fn give_attribute(&mut self, element: Element<'_, '_>, name: &str, field: Field) {
        if let Some(value) = element.attribute(name) {
            self.reading.give(field, name, &value);
        }
    }

    fn add_blocks(&mut self, blocks: Blocks) {
        self.paragraphs.extend(blocks.paragraphs);
        self.captions.extend(blocks.captions);
    }

    fn add_caption(&mut self, text: &str, credit: Option<&str>) {
        let credit = credit.map(credit_name).filter(|credit| !credit.is_empty()).map(str::to_owned);
        let caption = Caption { text: as_line(text), credit };
        if !caption.text.is_empty() {
            self.captions.push(caption);
        }
    }

    fn is_looked_at(&self) -> bool {
        is_looked_at(&self.class)
    }

    /// Returns what a concept or party is called: in the language of the article where it has names in several, else what
    /// the item says of its code elsewhere, else the code.
    fn name_of(&self, concept: Element<'d, 'a>) -> Option<String> {
        let code = code_of(concept);
        let asserted = code.as_ref().and_then(|code| self.names.get(code));
        let name = self.best_name(concept).or_else(|| self.best_name(*asserted?));
        let literal = || concept.attribute("literal");
        // An address is no name.
        let code = || code.as_deref().filter(|code| !code.contains("://")).map(|code| last_part(code).to_owned());
        name.or_else(literal).or_else(code)
    }

    fn best_name(&self, concept: Element<'d, 'a>) -> Option<String> {
        let language = self.reading.parsed.article.language.as_ref().map(|language| language.primary().to_owned());
        let is_same = |name: &Element<'_, '_>| {
            let given = name.attribute("xml:lang").unwrap_or_default().to_lowercase();
            language.is_some() && given.split('-').next() == language.as_deref()
        };
        let names: Vec<_> = concept.all("name").collect();
        let best = names.iter().find(|name| is_same(name)).or(names.first())?;
        Some(as_line(&best.text())).filter(|name| !name.is_empty())
    }
}

fn is_looked_at(class: &str) -> bool {
    matches!(class, "picture" | "graphic" | "video" | "audio" | "animation")
}

/// Returns the code of a concept, such as `medtop:20000350`, or its address.
fn code_of(element: Element<'_, '_>) -> Option<String> {
    element.attribute("qcode").or_else(|| element.attribute("uri"))
}

/// Returns a code without its list.
fn last_part(code: &str) -> &str {
    code.trim_end_matches('/').rsplit([':', '/', '#']).next().unwrap_or_default()
}

/// Returns the list that an address of a concept is in.
fn list_of(address: &str) -> &str {
    let path = address.trim_end_matches('/');
    let list = path.rsplit_once('/').map_or("", |(list, _)| list);
    list.rsplit_once("newscodes/").map_or(list, |(_, name)| name)
}
