//! JSON-LD: what a page says of its article in the words of schema.org.

use std::borrow::Cow;
use std::collections::HashMap;

use dom_query::Document;
use serde_json::{Map, Value};

use crate::{Code, Keyword, Notice, Status};

use super::blocks::plain_text;
use super::fields::{
    DATELINE, Fields, HEADLINE, ISSUE, NATIVE_ID, PAGE, PUBLISHER, VERSION, is_placeholder, letters_of,
};
use super::meta::{canonical_url, headline_of_title};

/// The types of schema.org that are articles, in lower case.
const ARTICLE_TYPES: &[&str] = &[
    "advertisercontentarticle",
    "analysisnewsarticle",
    "article",
    "askpublicnewsarticle",
    "backgroundnewsarticle",
    "blogposting",
    "liveblogposting",
    "medicalscholarlyarticle",
    "newsarticle",
    "opinionnewsarticle",
    "report",
    "reportagenewsarticle",
    "reviewnewsarticle",
    "satiricalarticle",
    "scholarlyarticle",
    "socialmediaposting",
    "techarticle",
];
/// The types of pages, which say when and by whom they were made where no article does.
const PAGE_TYPES: &[&str] = &["webpage", "itempage", "recipe", "podcastepisode"];
/// The types of authors that are no persons.
const HOUSE_TYPES: &[&str] = &["organization", "newsmediaorganization", "corporation"];
/// The keys under which an object may hold the article of its page, or several things.
const HOLDERS: &[&str] = &["@graph", "mainEntity", "mainEntityOfPage", "hasPart"];
/// How deep holders are looked into, and names are asked for.
const REACH: u32 = 4;

type Object = Map<String, Value>;

/// What a page says in JSON-LD.
pub(super) struct JsonLd {
    /// The object of the page's article.
    article: Option<Object>,
    /// Where there is none, that of the page.
    page: Option<Object>,
    /// Whether the page shows the article's `name` and not its `headline`, which some use for a description.
    is_named_only: bool,
    /// What objects are called that others refer to by their `@id`.
    names: HashMap<String, String>,
}

impl JsonLd {
    /// Reads the blocks of a page. One that is no JSON even after the usual mistakes are mended gives a notice.
    pub(super) fn of(document: &Document, fields: &mut Fields) -> JsonLd {
        let mut objects = Vec::new();
        for script in document.select("script[type*='ld+json' i]").nodes() {
            match read_json(&script.text()) {
                Ok(value) => flatten(value, REACH, &mut objects),
                Err(error) => {
                    let message = format!("a JSON-LD block cannot be read ({error}); left aside");
                    fields.parsed.notices.push(Notice::new(Code::DoubtfulField, None, message));
                }
            }
        }
        let names = objects.iter().filter_map(|object| {
            let name = object.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
            Some((object.get("@id")?.as_str()?.to_owned(), name.map(str::to_owned).or_else(|| name_in_parts(object))?))
        });
        let names = names.collect();
        let shown = letters_of(&document.select("title, h1").text());
        let is_told = |object: &&Object| ["author", "datePublished"].iter().any(|key| object.contains_key(*key));
        let is_this = |object: &&Object| is_of(object, PAGE_TYPES) && is_shown(object, "name", &shown);
        let page = objects.iter().filter(is_told).find(is_this).cloned();
        let article = article_of_page(objects, document, &shown);
        let page = page.filter(|_| article.is_none());
        let shows = |key| article.as_ref().is_some_and(|article| is_shown(article, key, &shown));
        let is_named_only = shows("name") && !shows("headline");
        JsonLd { article, page, is_named_only, names }
    }

    /// Returns the article's text where it is given.
    pub(super) fn article_body(&self) -> Option<&str> {
        self.article.as_ref()?.get("articleBody")?.as_str()
    }

    /// Offers the article's fields.
    pub(super) fn fill(&self, fields: &mut Fields) {
        let Some(article) = &self.article else { return };
        fields.says_article = true;
        self.fill_texts(article, fields);
        self.fill_times_and_authors(article, fields);
        for label in texts(article.get("articleSection")).iter().take(1) {
            fields.offer_section(label, &place("articleSection"));
        }
        self.fill_keywords(article, fields);
        fill_captions(article.get("image"), fields);
        if article.contains_key("correction") {
            fields.parsed.article.status = Status::Corrected;
            fields.parsed.found("status", place("correction"));
        }
    }

    fn fill_times_and_authors(&self, object: &Object, fields: &mut Fields) {
        for (field, key) in [("published", "datePublished"), ("updated", "dateModified")] {
            for text in texts(object.get(key)).into_iter().take(1) {
                fields.offer_date(field, &text, place(key));
            }
        }
        for key in ["author", "creator"] {
            for (name, is_house) in self.authors(object.get(key), REACH) {
                if is_house {
                    fields.offer_house(&name, &place(key));
                } else {
                    fields.offer_byline(&name, &place(key));
                }
            }
        }
    }

    /// Returns the names of authors, and whether they are organizations.
    fn authors(&self, value: Option<&Value>, reach: u32) -> Vec<(String, bool)> {
        match value {
            Some(Value::Array(values)) if reach > 0 => {
                values.iter().flat_map(|value| self.authors(Some(value), reach - 1)).collect()
            }
            value => {
                let is_house = value.and_then(Value::as_object).is_some_and(|author| is_of(author, HOUSE_TYPES));
                self.names_of(value, REACH).into_iter().map(|name| (name, is_house)).collect()
            }
        }
    }

    /// Offers what is said of the page where nothing is of an article. Comes after what the page shows.
    pub(super) fn fill_of_page(&self, fields: &mut Fields) {
        if let Some(page) = &self.page {
            self.fill_times_and_authors(page, fields);
        }
    }

    /// Offers the day on which the article was made, for want of the one on which it was published. Comes after what
    /// the meta tags say.
    pub(super) fn fill_created(&self, fields: &mut Fields) {
        let Some(article) = self.article.as_ref().filter(|_| !fields.says_published()) else { return };
        for text in texts(article.get("dateCreated")).into_iter().take(1) {
            fields.offer_date("published", &text, place("dateCreated"));
        }
    }

    fn fill_texts(&self, article: &Object, fields: &mut Fields) {
        let slots = [
            // First, since the headline is told from it.
            (PUBLISHER, "publisher"),
            (PUBLISHER, "sourceOrganization"),
            (HEADLINE, if self.is_named_only { "name" } else { "headline" }),
            (HEADLINE, "name"),
            (HEADLINE, "headline"),
            (HEADLINE, "alternativeHeadline"),
            (DATELINE, "dateline"),
            (DATELINE, "locationCreated"),
            (VERSION, "version"),
            (PAGE, "printPage"),
            (PAGE, "pagination"),
            (ISSUE, "printEdition"),
        ];
        for (slot, key) in slots {
            for text in self.names_of(article.get(key), REACH).into_iter().take(1) {
                let is_headline = slot.0 == HEADLINE.0;
                let text = if is_headline { headline_of_title(&text, fields) } else { text };
                fields.offer(slot, &text, &place(key));
            }
        }
        for (key, value) in [("identifier", article.get("identifier")), ("@id", article.get("@id"))] {
            let id = identifier(value).filter(|id| !id.contains("://") && !id.starts_with(['#', '/', '_']));
            if let Some(id) = id {
                fields.offer(NATIVE_ID, &id, &place(key));
            }
        }
        for key in ["url", "mainEntityOfPage"] {
            for address in addresses(article.get(key)) {
                fields.offer_url(&address, &place(key));
            }
        }
        for code in self.language_codes(article) {
            fields.offer_language(&code, &place("inLanguage"));
        }
        for text in texts(article.get("description")).iter().take(1) {
            fields.offer_standfirst(text, &place("description"));
        }
    }

    /// Returns the languages that an article names, by code where it gives both name and code.
    fn language_codes(&self, article: &Object) -> Vec<String> {
        match article.get("inLanguage") {
            Some(Value::Object(language)) => texts(language.get("alternateName").or(language.get("name"))),
            value => texts(value),
        }
    }

    fn fill_keywords(&self, article: &Object, fields: &mut Fields) {
        let keywords = match article.get("keywords") {
            Some(Value::String(list)) => list.split([',', ';']).map(str::to_owned).collect(),
            value => self.names_of(value, REACH),
        };
        fields.offer_keywords(keywords.into_iter(), &place("keywords"));
        // What an article is about in place is a keyword; it is not where the report was filed.
        let locations = self.names_of(article.get("contentLocation"), REACH);
        for text in locations.into_iter().filter(|text| !is_placeholder(text)) {
            let keyword = Keyword { text, scheme: Some("contentLocation".to_owned()) };
            fields.parsed.article.keywords.push(keyword);
            fields.parsed.found("keywords", place("contentLocation"));
        }
    }

    /// Returns what a value calls someone or something: text, an object's name, or those of an array.
    fn names_of(&self, value: Option<&Value>, reach: u32) -> Vec<String> {
        match value {
            Some(Value::String(name)) => vec![name.clone()],
            Some(Value::Number(number)) => vec![number.to_string()],
            Some(Value::Array(values)) if reach > 0 => {
                values.iter().flat_map(|value| self.names_of(Some(value), reach - 1)).collect()
            }
            Some(Value::Object(object)) if reach > 0 => {
                let keys = ["name", "text", "alternateName", "author"];
                let mut named = keys.iter().map(|key| self.names_of(object.get(*key), reach - 1));
                let named = named.find(|names| names.iter().any(|name| !name.trim().is_empty()));
                named.unwrap_or_else(|| {
                    let id = object.get("@id").and_then(Value::as_str);
                    id.and_then(|id| self.names.get(id))
                        .cloned()
                        .or_else(|| name_in_parts(object))
                        .into_iter()
                        .collect()
                })
            }
            Some(Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_)) | None => Vec::new(),
        }
    }
}

/// Returns the name of a person that is given in its parts.
fn name_in_parts(person: &Object) -> Option<String> {
    let part = |key: &str| person.get(key).and_then(Value::as_str).map(str::trim);
    Some(format!("{} {}", part("givenName")?, part("familyName")?))
}

fn place(key: &str) -> String {
    format!("JSON-LD {key}")
}

/// Returns the texts of a string, or of an array of strings.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Number(number)) => vec![number.to_string()],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Object(_) | Value::Null | Value::Bool(_)) | None => Vec::new(),
    }
}

fn addresses(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Object(object)) => texts(object.get("@id").or(object.get("url"))),
        value => texts(value),
    }
}

fn identifier(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Object(object) => texts(object.get("value")).into_iter().next(),
        Value::Array(values) => identifier(values.first().filter(|value| !value.is_array())),
        value => texts(Some(value)).into_iter().next(),
    }
}

fn fill_captions(image: Option<&Value>, fields: &mut Fields) {
    let images = match image {
        Some(Value::Array(images)) => images.as_slice(),
        Some(image) => std::slice::from_ref(image),
        None => return,
    };
    for image in images.iter().filter_map(Value::as_object) {
        let credit = ["creditText", "copyrightNotice"].iter().find_map(|key| image.get(*key)?.as_str());
        if let Some(caption) = image.get("caption").and_then(Value::as_str) {
            fields.offer_caption(caption, credit, &place("image caption"));
        }
    }
}

/// Puts out an object and those that it holds, each on its own.
fn flatten(value: Value, reach: u32, objects: &mut Vec<Object>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| flatten(value, reach, objects)),
        Value::Object(mut object) => {
            for holder in HOLDERS.iter().filter(|_| reach > 0) {
                // A page's address as text stays where it is; what an article has as parts is no other article.
                let is_held = object.get(*holder).is_some_and(|held| !held.is_string()) && !is_article(&object);
                if let Some(held) = is_held.then(|| object.remove(*holder)).flatten() {
                    flatten(held, reach - 1, objects);
                }
            }
            objects.push(object);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_article(object: &Object) -> bool {
    is_of(object, ARTICLE_TYPES)
}

fn is_of(object: &Object, types: &[&str]) -> bool {
    texts(object.get("@type")).iter().any(|kind| {
        let name = kind.rsplit(['/', ':', '#']).next().unwrap_or_default().to_ascii_lowercase();
        types.contains(&name.as_str())
    })
}

/// Tells whether the letters of a page's title and headings hold a text.
fn is_shown(object: &Object, key: &str, shown: &str) -> bool {
    let text = texts(object.get(key)).first().and_then(|text| plain_text(text)).unwrap_or_default();
    let key = letters_of(&text);
    !key.is_empty() && shown.contains(&key)
}

/// Returns the article that the page is for: lists of other articles are given in the same form.
fn article_of_page(objects: Vec<Object>, document: &Document, shown: &str) -> Option<Object> {
    let canonical = canonical_url(document);
    let fitness = |object: &Object| {
        let given = addresses(object.get("mainEntityOfPage")).into_iter().chain(addresses(object.get("url")));
        let has_address = given.into_iter().any(|address| Some(&address) == canonical.as_ref());
        2 * u8::from(is_shown(object, "headline", shown)) + u8::from(has_address)
    };
    let mut best: Option<(u8, Object)> = None;
    for object in objects.into_iter().filter(is_article) {
        let fitness = fitness(&object);
        if best.as_ref().is_none_or(|(known, _)| fitness > *known) {
            best = Some((fitness, object));
        }
    }
    best.map(|(_, object)| object)
}

/// Reads JSON as it is found in pages: in comment marks, with line breaks in strings, with a comma too many, escaped
/// as if it were markup, or several values in a row.
fn read_json(text: &str) -> serde_json::Result<Value> {
    let text = text.trim();
    let text = text.strip_prefix("<!--").unwrap_or(text).trim_start();
    let text = text.strip_prefix("//<![CDATA[").or_else(|| text.strip_prefix("<![CDATA[")).unwrap_or(text);
    let text = text.trim_end_matches([';', ' ', '\n', '\r', '\t']);
    let text = text.strip_suffix("-->").unwrap_or(text).trim_end();
    let text = text.strip_suffix("//]]>").or_else(|| text.strip_suffix("]]>")).unwrap_or(text);
    serde_json::from_str(text).or_else(|error| {
        // What can be read up to its end goes before what can be read in part.
        let mut in_part = None;
        for (text, quotes) in
            [(Cow::from(text), false), (text.replace("&quot;", "\"").into(), false), (text.into(), true)]
        {
            let mended = mended(&text, quotes);
            let values = serde_json::Deserializer::from_str(&mended).into_iter::<Value>().collect::<Vec<_>>();
            let is_whole = values.iter().all(Result::is_ok);
            let values: Vec<Value> = values.into_iter().map_while(Result::ok).collect();
            if is_whole && !values.is_empty() {
                return Ok(Value::Array(values));
            }
            in_part = in_part.or(Some(values).filter(|values| !values.is_empty()));
        }
        in_part.map(Value::Array).ok_or(error)
    })
}

/// Returns JSON with control characters in strings as spaces, without escapes that there are not and commas before a closing
/// bracket, with those that are missing before a key, and with the brackets closed that its end leaves open; where `quotes` are
/// to be mended, those that do not end a string, since none of `,:}]` follows, are escaped.
fn mended(text: &str, quotes: bool) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut in_string, mut is_escaped) = (false, false);
    // Where a comma stands after which nothing but space has come.
    let mut comma = None;
    let mut open = Vec::new();
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let ends = || text[at + 1..].trim_start().chars().next().is_none_or(|next| ",:}]".contains(next));
        if quotes && in_string && !is_escaped && c == '"' && !ends() {
            mended.push_str("\\\"");
            continue;
        }
        let was_escaped = is_escaped;
        is_escaped = in_string && !was_escaped && c == '\\';
        if was_escaped && !"\"\\/bfnrtu".contains(c) {
            mended.pop();
        }
        if c == '"' && !was_escaped {
            if !in_string && !quotes && matches!(last, '"' | '}' | ']') {
                mended.push(',');
            }
            in_string = !in_string;
        }
        if let (false, '}' | ']', Some(at)) = (in_string, c, comma) {
            mended.truncate(at);
        }
        if in_string || !c.is_whitespace() {
            comma = (!in_string && c == ',').then_some(mended.len());
            last = c;
        }
        match c {
            '{' if !in_string => open.push('}'),
            '[' if !in_string => open.push(']'),
            '}' | ']' if !in_string => _ = open.pop(),
            _ => {}
        }
        mended.push(if c.is_control() { ' ' } else { c });
    }
    mended.extend(open.iter().rev().filter(|_| !in_string));
    mended
}
