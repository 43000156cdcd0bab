//! Keys and values become an article's fields: what JSON and front matter have in common. Which key feeds which field
//! stands in `table.rs`. No value is lost: what feeds no field is left over, and what is there but cannot be
//! understood is a notice besides.

mod body;
mod given;
mod markup;
mod node;
mod table;
mod values;

pub(crate) use body::plain_paragraphs;
pub(crate) use given::{as_line, lined};
use markup::Plain;
pub(crate) use markup::{is_markup, line, plain};
pub(crate) use node::{Entries, Key, Node};
pub(crate) use table::{Field, normal};

use std::collections::HashSet;
use std::hash::Hash;

use self::table::Place;
use self::values::{Taken, Wrong};
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::text;
use crate::{Caption, Code, Notice};

/// Keys and values under way to an article.
pub(crate) struct Reading<'a> {
    /// The article so far.
    pub(crate) parsed: Parsed,
    options: &'a ParseOptions,
    /// What the keys stand in, for people: `key`, `front matter`.
    place: &'static str,
    /// The line that the keys stand in, where it is one.
    line: Option<u32>,
    entries: Vec<Entry>,
    /// Whether it is known for an article: a key was there that hardly anything else has.
    pub(crate) is_article: bool,
    /// Whether the text may be that of a page of the web, which may have no article.
    pub(crate) may_be_page: bool,
}

struct Entry {
    key: String,
    normal: String,
    places: &'static [Place],
    /// The value, until a field has it.
    node: Option<Node>,
}

/// Returns the fields that a key can feed.
pub(crate) fn fields_of_key(key: &str) -> impl Iterator<Item = Field> {
    table::places(&table::normal(key)).iter().map(|(field, _)| *field)
}

/// Returns the name of the field that a key feeds where nothing else is said.
pub(crate) fn field_of_key(key: &str) -> Option<&'static str> {
    fields_of_key(key).next().map(Field::name)
}

/// Returns the names of all fields.
pub(crate) fn field_names() -> impl Iterator<Item = &'static str> {
    Field::all().map(Field::name)
}

/// Tells whether a key can be mapped to a name: one of a field, or `x.NAME`.
pub(crate) fn is_mappable(name: &str) -> bool {
    Field::named(name).is_some() || name.strip_prefix("x.").is_some_and(|extra| !extra.is_empty())
}

/// What became of a value that was to feed a field.
enum Fed {
    /// The field has it.
    Yes,
    /// It says nothing.
    Empty,
    /// It is not understood; a notice says so already.
    No,
}

/// Understands the keys and values of one article.
pub(crate) fn read<'a>(
    entries: Entries,
    place: &'static str,
    line: Option<u32>,
    options: &'a ParseOptions,
) -> Reading<'a> {
    let mut reading = Reading {
        parsed: Parsed::new(options),
        options,
        place,
        line,
        entries: Vec::new(),
        is_article: false,
        may_be_page: true,
    };
    let entries = reading.mapped(entries);
    reading.take_up(entries);
    reading.feed_declared();
    reading.feed_fields();
    reading.leave_the_rest();
    reading
}

impl Reading<'_> {
    /// Returns the article, or why there is none.
    pub(crate) fn finish(mut self) -> std::result::Result<Parsed, Notice> {
        given::distinct(&mut self.parsed.article);
        let article = &self.parsed.article;
        if article.headline.is_some() || !article.body.is_empty() || !article.captions.is_empty() {
            return Ok(checked(self.parsed, self.line, self.may_be_page));
        }
        Err(if self.is_article {
            Notice::new(Code::NoText, self.line, "it has neither headline, body nor caption; not indexed")
        } else {
            Notice::new(Code::NotAnArticle, self.line, "none of its keys is one of an article; not indexed")
        })
    }

    /// Feeds fields with the keys that the user maps to them; returns the others. The first rule that says something of a field
    /// decides it.
    fn mapped(&mut self, entries: Entries) -> Entries {
        let rules = &self.options.mapping.rules;
        if rules.iter().all(|rule| rule.keys.is_empty()) {
            return entries;
        }
        let mut whole = Node::Map(entries);
        for (target, keys) in rules.iter().flat_map(|rule| &rule.keys) {
            if self.is_mapped(target) || !is_mappable(target) {
                continue;
            }
            for key in keys {
                if self.is_mapped(target) && !takes_many(target) {
                    break;
                }
                if let Some(node) = whole.take(key) {
                    self.is_article = true;
                    self.feed_mapped(target, key, node);
                }
            }
        }
        match whole {
            Node::Map(entries) => entries,
            _ => Entries::new(),
        }
    }

    /// Feeds the field of this name, one of an article or `x.NAME`, with what the user maps to it.
    pub(crate) fn feed_mapped(&mut self, target: &str, key: &str, node: Node) {
        match (target.strip_prefix("x."), Field::named(target)) {
            (Some(name), _) => self.feed_extra(vec![(name.to_owned(), node)], key),
            (None, Some(field)) => self.try_feed(field, key, node, true),
            (None, None) => {}
        }
    }

    /// Tells whether the field of this name says something.
    pub(crate) fn is_mapped(&self, target: &str) -> bool {
        match (target.strip_prefix("x."), Field::named(target)) {
            (Some(name), _) => self.parsed.article.extra.contains_key(name),
            (None, field) => field.is_some_and(|field| self.is_fed(field)),
        }
    }

    /// Takes up the keys; of one that stands twice, the first value.
    fn take_up(&mut self, entries: Entries) {
        let is_first = first_ones(entries.iter().map(|(key, _)| key));
        for ((key, node), is_first) in entries.into_iter().zip(is_first) {
            if !is_first {
                self.doubt(format!("the key `{key}` stands twice; the first is taken"));
                self.leave(&key, &node, "repeated key");
                continue;
            }
            let normal = table::normal(&key);
            let places = table::places(&normal);
            self.is_article |= places.iter().any(|(field, _)| is_of_articles(*field));
            self.entries.push(Entry { key, normal, places, node: Some(node) });
        }
    }

    /// Feeds declared fields with the keys of their names. A key that feeds a field of the article too feeds both.
    fn feed_declared(&mut self) {
        for name in self.options.extra.keys() {
            if self.parsed.article.extra.contains_key(name) {
                continue;
            }
            let normal = table::normal(name);
            let Some(entry) = self.entries.iter_mut().find(|entry| entry.normal == normal) else { continue };
            let Some(value) = entry.node.as_ref().filter(|node| !node.is_empty()).and_then(values::extra_value) else {
                continue;
            };
            if entry.places.is_empty() {
                entry.node = None;
            }
            self.parsed.article.extra.insert(name.clone(), value);
            note_key(&mut self.parsed, "extra", self.place, &entry.key);
        }
    }

    /// Feeds each field with the first of its keys that says something; lists take what all their keys give.
    fn feed_fields(&mut self) {
        let entries = self.entries.iter().enumerate();
        let mut places: Vec<(Field, usize, usize)> =
            entries.flat_map(|(at, entry)| entry.places.iter().map(move |(field, rank)| (*field, *rank, at))).collect();
        places.sort_unstable();
        for (field, _, at) in places {
            if self.is_fed(field) && !matches!(field, Field::Keywords | Field::Captions | Field::Extra) {
                continue;
            }
            let entry = &mut self.entries[at];
            let Some(node) = entry.node.take() else { continue };
            let (key, is_text) = (std::mem::take(&mut entry.key), table::is_caption_text(&entry.normal));
            self.try_feed(field, &key, node, is_text);
        }
    }

    /// Tells whether something has fed a field.
    pub(crate) fn is_fed(&self, field: Field) -> bool {
        let article = &self.parsed.article;
        match field {
            Field::NativeId => article.native_id.is_some(),
            Field::Headline => article.headline.is_some(),
            Field::Kicker => article.kicker.is_some(),
            Field::Standfirst => article.standfirst.is_some(),
            Field::Bylines => !article.bylines.is_empty(),
            Field::Dateline => article.dateline.is_some(),
            Field::Published => article.published.is_some(),
            Field::Updated => article.updated.is_some(),
            Field::Body => !article.body.is_empty(),
            Field::Captions => !article.captions.is_empty(),
            Field::Publisher => article.publisher.is_some(),
            Field::Url => article.url.is_some(),
            Field::Language => article.language.is_some(),
            Field::Keywords => !article.keywords.is_empty(),
            Field::Section => article.section.is_some(),
            Field::Status => self.parsed.found.iter().any(|found| found.field == "status"),
            Field::Version => article.version.is_some(),
            Field::Embargo => article.embargo.is_some(),
            Field::Page => article.page.is_some(),
            Field::Issue => article.issue.is_some(),
            Field::Extra => !article.extra.is_empty(),
        }
    }

    /// Feeds a field with a value. A value that does not fit is left over, and a notice says so.
    fn try_feed(&mut self, field: Field, key: &str, node: Node, is_caption_text: bool) {
        if node.is_empty() {
            return;
        }
        let fed = match field {
            Field::Body => self.feed_body(key, &node),
            Field::Captions => Ok(self.feed_captions(key, &node, is_caption_text)),
            Field::Extra => self.feed_extras(key, node.clone()),
            Field::Keywords => self.feed_keywords(&node),
            _ => self.feed_one(field, &node),
        };
        match fed {
            Ok(Fed::Yes) => self.found(field.name(), key),
            Ok(Fed::Empty) => {}
            Ok(Fed::No) => self.leave(key, &node, "not understood"),
            Err(Wrong(why)) => {
                self.doubt(format!("{}: `{key}` {why}; left over", field.name()));
                self.leave(key, &node, "not understood");
            }
        }
    }

    /// Feeds a field that has one value, or in the case of bylines one list.
    fn feed_one(&mut self, field: Field, node: &Node) -> Taken<Fed> {
        let article = &mut self.parsed.article;
        match field {
            Field::NativeId => put(&mut article.native_id, values::id(node)?),
            Field::Url => put(&mut article.url, values::address(node)?),
            Field::Publisher => put(&mut article.publisher, values::name(node)?),
            Field::Headline => put(&mut article.headline, values::line(node)?),
            Field::Kicker => put(&mut article.kicker, values::line(node)?),
            Field::Standfirst => put(&mut article.standfirst, values::line(node)?),
            Field::Dateline => put(&mut article.dateline, values::line(node)?),
            Field::Version => put(&mut article.version, values::line(node)?),
            Field::Page => put(&mut article.page, values::line(node)?),
            Field::Issue => put(&mut article.issue, values::line(node)?),
            Field::Bylines => {
                article.bylines.append(&mut values::bylines(node)?);
                fed_if(!article.bylines.is_empty())
            }
            Field::Section => {
                article.section = values::section(node)?;
                fed_if(article.section.is_some())
            }
            Field::Language => {
                article.language = Some(values::language(node)?);
                Ok(Fed::Yes)
            }
            Field::Status => {
                article.status = values::status(node)?;
                Ok(Fed::Yes)
            }
            Field::Published | Field::Updated | Field::Embargo => self.feed_date(field, node),
            Field::Body | Field::Captions | Field::Keywords | Field::Extra => Ok(Fed::No),
        }
    }

    fn feed_date(&mut self, field: Field, node: &Node) -> Taken<Fed> {
        let date = values::date(&mut self.parsed, field.name(), node, self.line, self.options.date_order)?;
        let article = &mut self.parsed.article;
        match field {
            Field::Published => article.published = date,
            Field::Updated => article.updated = date,
            _ => article.embargo = date,
        }
        Ok(if date.is_some() { Fed::Yes } else { Fed::No })
    }

    fn feed_keywords(&mut self, node: &Node) -> Taken<Fed> {
        let keywords = values::keywords(node)?;
        let known = &mut self.parsed.article.keywords;
        let before = known.len();
        let mut texts: HashSet<String> = known.iter().map(|keyword| keyword.text.clone()).collect();
        known.extend(keywords.into_iter().filter(|keyword| texts.insert(keyword.text.clone())));
        fed_if(known.len() > before)
    }

    fn feed_body(&mut self, key: &str, node: &Node) -> Taken<Fed> {
        let mut plain = Plain::default();
        let rest = body::body(node, &mut plain)?;
        for part in rest {
            self.leave(key, part, "not text");
        }
        self.add_paragraphs(plain.paragraphs.into_iter().map(|paragraph| (None, paragraph)));
        self.add_captions(plain.captions);
        fed_if(!self.parsed.article.body.is_empty())
    }

    fn feed_captions(&mut self, key: &str, node: &Node, is_text: bool) -> Fed {
        let mut captions = Vec::new();
        let rest = body::captions(node, is_text, &mut captions);
        for part in rest {
            self.leave(key, part, "no caption");
        }
        let is_fed = !captions.is_empty();
        self.add_captions(captions);
        if is_fed { Fed::Yes } else { Fed::Empty }
    }

    fn feed_extras(&mut self, key: &str, node: Node) -> Taken<Fed> {
        match node {
            Node::Map(entries) => {
                self.feed_extra(entries, key);
                Ok(Fed::Empty)
            }
            other => values::wrong(&other, "an object"),
        }
    }

    fn feed_extra(&mut self, entries: Entries, key: &str) {
        let before = self.parsed.article.extra.len();
        for (name, node) in values::extras(entries, &mut self.parsed.article.extra) {
            self.leave(&format!("{key}.{name}"), &node, "not a single value");
        }
        if self.parsed.article.extra.len() > before {
            self.found("extra", key);
        }
    }

    /// Adds paragraphs, with their lines where those are known, to the body; page furniture is left over.
    pub(crate) fn add_paragraphs(&mut self, paragraphs: impl Iterator<Item = (Option<u32>, String)>) {
        for (line, paragraph) in paragraphs {
            match text::furniture(&paragraph) {
                Some(reason) => self.parsed.leave(line.or(self.line), paragraph, reason),
                None => self.parsed.article.body.push(paragraph),
            }
        }
    }

    /// Adds captions that are not there yet.
    pub(crate) fn add_captions(&mut self, captions: Vec<Caption>) {
        let known = &mut self.parsed.article.captions;
        let mut texts: HashSet<String> = known.iter().map(|caption| caption.text.clone()).collect();
        known.extend(captions.into_iter().filter(|caption| texts.insert(caption.text.clone())));
    }

    /// Leaves over the keys that feed no field.
    fn leave_the_rest(&mut self) {
        for entry in std::mem::take(&mut self.entries) {
            let Some(node) = entry.node.filter(|node| !node.is_empty()) else { continue };
            match entry.places.first() {
                Some((field, _)) => self.leave(&entry.key, &node, &format!("another {}", field.name())),
                None if table::is_counted(&entry.normal) => {}
                None => self.leave(&entry.key, &node, "unknown key"),
            }
        }
    }

    fn leave(&mut self, key: &str, node: &Node, reason: &str) {
        if !self.parsed.articles_only {
            self.parsed.leave(self.line, [key, ": ", &node.shown()].concat(), reason);
        }
    }

    fn found(&mut self, field: &'static str, key: &str) {
        note_key(&mut self.parsed, field, self.place, key);
    }

    fn doubt(&mut self, message: String) {
        self.parsed.notices.push(Notice::new(Code::DoubtfulField, self.line, message));
    }
}

/// Notes that a field came from a key.
fn note_key(parsed: &mut Parsed, field: &'static str, place: &str, key: &str) {
    let is_wanted = parsed.wants_place(field);
    parsed.found(field, if is_wanted { [place, " ", key].concat() } else { String::new() });
}

/// Tells whether the field of a name takes what all keys that are mapped to it give.
pub(crate) fn takes_many(target: &str) -> bool {
    let many = [Field::Body, Field::Bylines, Field::Captions, Field::Keywords, Field::Extra];
    Field::named(target).is_some_and(|field| many.contains(&field))
}

/// Tells of each of some things whether it is the first of those that are the same.
fn first_ones<T: Eq + Hash>(things: impl ExactSizeIterator<Item = T>) -> Vec<bool> {
    const FEW: usize = 8;
    if things.len() <= FEW {
        let things: Vec<T> = things.collect();
        return things.iter().enumerate().map(|(at, thing)| !things[..at].contains(thing)).collect();
    }
    let mut known = HashSet::with_capacity(things.len());
    things.map(|thing| known.insert(thing)).collect()
}

/// Tells whether a field is one that hardly anything but an article has.
fn is_of_articles(field: Field) -> bool {
    matches!(
        field,
        Field::Headline | Field::Kicker | Field::Dateline | Field::Published | Field::Body | Field::Captions
    )
}

fn put(slot: &mut Option<String>, text: String) -> Taken<Fed> {
    if text.is_empty() {
        return Ok(Fed::Empty);
    }
    *slot = Some(text);
    Ok(Fed::Yes)
}

fn fed_if(is_fed: bool) -> Taken<Fed> {
    Ok(if is_fed { Fed::Yes } else { Fed::Empty })
}

/// Notes what is doubtful about an article as a whole.
fn checked(mut parsed: Parsed, line: Option<u32>, may_be_page: bool) -> Parsed {
    let article = &parsed.article;
    let mut notices = Vec::new();
    if article.body.is_empty() {
        notices.push(Notice::new(Code::NoBody, line, "it has no body"));
    }
    if article.headline.iter().chain(&article.body).any(|text| text::is_mojibake(text)) {
        notices.push(Notice::new(
            Code::Mojibake,
            line,
            "text was decoded in the wrong charset before; kept as it stands",
        ));
    }
    let page = || text::page_without_article(article.headline.as_deref(), &article.body);
    if let Some(code) = may_be_page.then(page).flatten() {
        notices.push(Notice::new(code, line, "it reads like a page without an article; kept"));
    }
    parsed.notices.extend(notices);
    parsed
}
