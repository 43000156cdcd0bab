//! What an entry of a feed says, by the elements of RSS, its modules, Atom, and news sitemaps.

use std::collections::HashMap;

use super::address::absolute;
use super::wordpress;
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{self, Field, Reading, as_line};
use crate::corpus::formats::xml::Blocks;
use crate::corpus::text::as_read;
use crate::corpus::xml::{Document, Element};
use crate::{Caption, Notice};

/// What a feed says for all of its entries.
pub(super) struct Around {
    name: &'static str,
    title: Option<String>,
    language: Option<String>,
    /// The address that others are relative to.
    base: Option<String>,
    /// The names of people, by those that they log in with.
    authors: HashMap<String, String>,
}

impl Around {
    pub(super) fn of(document: &Document<'_>) -> Around {
        let root = document.roots().next();
        let name = match root.map(|root| root.name()) {
            Some("feed" | "entry") => "Atom",
            Some("urlset") => "sitemap",
            _ => "RSS",
        };
        let channel = root.and_then(|root| root.child("channel")).or(root.filter(|root| root.name() == "feed"));
        let said = |wanted: &str| {
            let element = channel?.children().find(|child| child.whole_name() == wanted)?;
            Some(one_line(element)).filter(|text| !text.is_empty())
        };
        let attribute =
            |wanted: &str| [root, channel].into_iter().flatten().find_map(|element| element.attribute(wanted));
        let language = said("language").or_else(|| said("dc:language")).or_else(|| attribute("xml:lang"));
        let base = attribute("xml:base").and_then(|base| absolute(None, &base));
        let base = base.or_else(|| channel.and_then(own_address));
        let authors = channel.into_iter().flat_map(|channel| channel.all("author")).filter_map(|author| {
            let (login, name) = (author.child("author_login")?, author.child("author_display_name")?);
            Some((one_line(login), one_line(name))).filter(|(_, name)| !name.is_empty())
        });
        Around { name, title: said("title"), language, base, authors: authors.collect() }
    }
}

/// Returns the address of the page that a feed is for, else that of the feed.
fn own_address(channel: Element<'_, '_>) -> Option<String> {
    let links: Vec<_> = channel.children().filter(|child| matches!(child.whole_name(), "link" | "atom:link")).collect();
    let address = |link: &Element<'_, '_>| absolute(None, &link.attribute("href").unwrap_or_else(|| link.text()));
    let is_own = |link: &&Element<'_, '_>| link.attribute("rel").as_deref() == Some("self");
    links.iter().filter(|link| !is_own(link)).find_map(address).or_else(|| links.iter().find_map(address))
}

/// An entry under way.
#[derive(Default)]
struct Texts {
    /// The full text.
    content: Option<(&'static str, Vec<String>, Vec<Caption>)>,
    /// What it is about, which is its text where there is no other.
    summary: Option<(&'static str, Vec<String>, Vec<Caption>)>,
}

/// Understands an entry.
pub(super) fn read(
    entry: Element<'_, '_>,
    around: &Around,
    line: Option<u32>,
    options: &ParseOptions,
) -> Result<Parsed, Notice> {
    let mut reading = Reading::of_article(around.name, line, options);
    let base = entry.attribute("xml:base").and_then(|base| absolute(around.base.as_deref(), &base));
    let base = base.as_deref().or(around.base.as_deref());
    let mut texts = Texts::default();
    read_links(entry, base, &mut reading);
    for element in entry.children() {
        let is_login = element.whole_name() == "dc:creator" && !around.authors.is_empty();
        match is_login.then(|| around.authors.get(&one_line(element))).flatten() {
            Some(name) => reading.give(Field::Bylines, "wp:author_display_name", name),
            None => read_element(element, &mut texts, &mut reading),
        }
    }
    // The address of an entry is its id too, unless the feed says otherwise.
    if let Some(guid) = entry.child("guid").filter(|guid| guid.attribute("isPermaLink").as_deref() != Some("false"))
        && reading.parsed.article.url.is_none()
        && let Some(url) = absolute(base, &guid.text())
    {
        reading.give(Field::Url, "guid", &url);
    }
    if let Some(language) = entry.attribute("xml:lang").as_ref().or(around.language.as_ref())
        && reading.parsed.article.language.is_none()
    {
        reading.give(Field::Language, "language", language);
    }
    if let Some(title) = around.title.as_ref().filter(|_| reading.parsed.article.publisher.is_none()) {
        reading.give(Field::Publisher, "title of the feed", title);
    }
    give_texts(texts, &mut reading);
    reading.finish()
}

/// Gives the address of an entry: that of the page that it is for, else the first.
fn read_links(entry: Element<'_, '_>, base: Option<&str>, reading: &mut Reading<'_>) {
    let links: Vec<_> =
        entry.children().filter(|child| matches!(child.whole_name(), "link" | "atom:link" | "loc")).collect();
    let is_page = |link: &&Element<'_, '_>| {
        link.attribute("rel").is_none_or(|rel| rel == "alternate")
            && link.attribute("type").is_none_or(|kind| kind.contains("html"))
    };
    let address = |link: &Element<'_, '_>| absolute(base, &link.attribute("href").unwrap_or_else(|| link.text()));
    let page = links.iter().filter(is_page).find_map(address);
    let own = || links.iter().filter(|link| link.attribute("rel").is_none_or(|rel| rel == "self")).find_map(address);
    if let Some(url) = page.or_else(own) {
        reading.give(Field::Url, "link", &url);
    }
}

fn read_element(element: Element<'_, '_>, texts: &mut Texts, reading: &mut Reading<'_>) {
    let name = element.whole_name();
    let text = || element.text();
    match name {
        "title" | "atom:title" | "dc:title" | "news:title" => reading.give(Field::Headline, name, &one_line(element)),
        "guid" | "id" | "atom:id" | "dc:identifier" => reading.give(Field::NativeId, name, &text()),
        "pubDate" | "pubdate" | "published" | "issued" | "atom:published" | "news:publication_date" => {
            reading.give(Field::Published, name, &text());
        }
        "dc:date" | "dcterms:created" | "dcterms:issued" | "created" => {
            if reading.parsed.article.published.is_none() {
                reading.give(Field::Published, name, &text());
            }
        }
        // Of what never changed, as of what was imported, it is empty or all zeros.
        "wp:post_modified_gmt" if !text().contains(|c| matches!(c, '1'..='9')) => {}
        "wp:post_modified_gmt" => reading.give(Field::Updated, name, &format!("{}Z", text().trim())),
        "updated" | "modified" | "atom:updated" | "dcterms:modified" | "lastmod" => {
            reading.give(Field::Updated, name, &text());
        }
        "author" | "atom:author" => read_author(element, reading),
        "dc:creator" | "itunes:author" => reading.give(Field::Bylines, name, &one_line(element)),
        "category" => read_category(element, reading),
        "dc:subject" => reading.give_keyword(name, &text(), None),
        "media:keywords" | "itunes:keywords" | "news:keywords" | "news:genres" => {
            for keyword in text().split(',') {
                reading.give_keyword(name, keyword, name.ends_with("genres").then_some("genre"));
            }
        }
        "source" => {
            let title = element.child("title").map_or_else(text, |title| one_line(title));
            reading.give(Field::Publisher, name, &title);
        }
        "dc:publisher" => reading.give(Field::Publisher, name, &text()),
        "news:news" => {
            for inner in element.children() {
                read_element(inner, texts, reading);
            }
        }
        "news:publication" => {
            for (inner, field) in [("name", Field::Publisher), ("language", Field::Language)] {
                if let Some(inner) = element.child(inner) {
                    reading.give(field, name, &inner.text());
                }
            }
        }
        "dc:language" | "language" => reading.give(Field::Language, name, &text()),
        "content:encoded" | "content" | "atom:content" | "body" | "xhtml:body" => {
            add_text(&mut texts.content, "content", element);
        }
        "description" | "summary" | "atom:summary" | "dc:description" | "tagline" | "excerpt:encoded" => {
            add_text(&mut texts.summary, "summary", element);
        }
        "itunes:summary" | "itunes:subtitle" if texts.summary.is_none() => {
            add_text(&mut texts.summary, "summary", element)
        }
        "media:group" | "media:content" | "media:thumbnail" | "media:description" | "media:text" | "image:image" => {
            read_media(element, reading);
        }
        "link" | "atom:link" | "loc" | "enclosure" => {}
        _ => reading.spare(name, &text()),
    }
}

/// Reads an author: of Atom a person with a name, of RSS an address with the name in brackets.
fn read_author(author: Element<'_, '_>, reading: &mut Reading<'_>) {
    if let Some(name) = author.child("name") {
        reading.give_author("author", &name.text());
        return;
    }
    let text = one_line(author);
    let name = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| name);
    match name.filter(|_| text.contains('@')) {
        Some(name) => reading.give(Field::Bylines, "author", name),
        None if text.contains('@') => reading.spare("author", &text),
        None => reading.give(Field::Bylines, "author", &text),
    }
}

fn read_category(category: Element<'_, '_>, reading: &mut Reading<'_>) {
    let scheme = category.attribute("domain").or_else(|| category.attribute("scheme"));
    let label = category.attribute("label").or_else(|| category.attribute("term"));
    reading.give_keyword("category", &label.unwrap_or_else(|| one_line(category)), scheme.as_deref());
}

/// Reads the captions of pictures, with their credits.
fn read_media(media: Element<'_, '_>, reading: &mut Reading<'_>) {
    let inner = |names: &[&str]| {
        let found = names.iter().find_map(|name| media.child(name));
        found.map(one_line).filter(|text| !text.is_empty())
    };
    let text = if media.name() == "description" { Some(one_line(media)) } else { inner(&["description", "caption"]) };
    if let Some(text) = text {
        let captions = vec![Caption { text, credit: inner(&["credit", "copyright"]) }];
        reading.give_captions(media.whole_name(), captions);
    }
    if media.whole_name() == "media:group" {
        media.all("content").for_each(|content| read_media(content, reading));
    }
}

/// Keeps the longer of two texts of a kind.
fn add_text(
    kept: &mut Option<(&'static str, Vec<String>, Vec<Caption>)>,
    name: &'static str,
    element: Element<'_, '_>,
) {
    let (paragraphs, captions) = paragraphs(element);
    let length = |paragraphs: &[String]| paragraphs.iter().map(String::len).sum::<usize>();
    if length(&paragraphs) > kept.as_ref().map_or(0, |(_, known, _)| length(known)) {
        *kept = Some((name, paragraphs, captions));
    }
}

/// Returns the paragraphs and captions of an element: of its own elements, or of the markup that is its text.
fn paragraphs(element: Element<'_, '_>) -> (Vec<String>, Vec<Caption>) {
    if element.children().next().is_some() {
        let blocks = Blocks::of(element);
        return (blocks.paragraphs, blocks.captions);
    }
    let text = element.text();
    let text = wordpress::with_figures(&text);
    if element.attribute("type").as_deref() != Some("text") && keys::is_markup(&text) {
        let plain = keys::plain(&text);
        return (plain.paragraphs.iter().map(|paragraph| as_line(paragraph)).collect(), plain.captions);
    }
    // In most feeds a text is HTML though it has no tag in it.
    (keys::plain_paragraphs(&as_read(&resolved_once_more(&text))), Vec::new())
}

/// Returns the text of an element as one line, without the markup that may be in it.
fn one_line(element: Element<'_, '_>) -> String {
    let text = element.text();
    let is_plain = element.attribute("type").as_deref() == Some("text");
    if is_plain { as_line(&text) } else { keys::line(&resolved_once_more(&text)) }
}

/// Returns text that was escaped as HTML before it was as XML, as many feeds have it.
fn resolved_once_more(text: &str) -> String {
    if keys::is_markup(text) { text.to_owned() } else { crate::corpus::xml::resolved(text).into_owned() }
}

/// Gives the texts: the summary is the body where there is no other text, and the standfirst where it says more than the
/// text begins with.
fn give_texts(texts: Texts, reading: &mut Reading<'_>) {
    let Texts { content, summary } = texts;
    let Some((name, paragraphs, captions)) = content else {
        if let Some((name, paragraphs, captions)) = summary {
            reading.give_captions(name, captions);
            reading.give_body(name, paragraphs);
        }
        return;
    };
    if let Some((name, summary, _)) = summary {
        let letters =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let (whole, said) = (letters(&paragraphs.concat()), letters(&summary.concat()));
        let is_cut_off =
            summary.last().is_some_and(|last| last.ends_with('…') || last.ends_with("...") || last.ends_with("[…]"));
        if !whole.contains(&said) && !is_cut_off {
            reading.give(Field::Standfirst, name, &summary.join(" "));
        }
    }
    reading.give_captions(name, captions);
    reading.give_body(name, paragraphs);
}
