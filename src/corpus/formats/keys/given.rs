//! Fields that markup gives by name, as elements of XML and SGML do. A text is taken as it is read: nothing in it is
//! markup any more. Of a field with one value the first giver is believed; what others say otherwise is left over.

use std::borrow::Cow;

use super::table::{Field, normal};
use super::values;
use super::{Node, Reading, first_ones};
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::text;
use crate::text::{folded_ascii, is_plain_line};
use crate::{Article, Caption, Date, Keyword, Section, Status, Value};

impl<'a> Reading<'a> {
    /// Returns an article of which nothing is known yet, but that it is one.
    pub(crate) fn of_article(place: &'static str, line: Option<u32>, options: &'a ParseOptions) -> Reading<'a> {
        let entries = Vec::new();
        Reading { parsed: Parsed::new(options), options, place, line, entries, is_article: true, may_be_page: false }
    }

    /// Feeds a field with the text of an element or attribute of a name.
    pub(crate) fn give(&mut self, field: Field, name: &str, text: &str) {
        let text = lined(text);
        if text.is_empty() {
            return;
        }
        self.declare(&[name, field.name()], &text);
        if self.is_fed(field) {
            if !self.parsed.articles_only && !self.says(field, &text) {
                let shown = [name, ": ", &text].concat();
                self.parsed.leave(self.line, shown, format!("another {}", field.name()));
            }
            return;
        }
        let article = &mut self.parsed.article;
        let line = text.into_owned();
        match field {
            Field::NativeId => article.native_id = Some(line),
            Field::Headline => article.headline = Some(line),
            Field::Kicker => article.kicker = Some(line),
            Field::Standfirst => article.standfirst = Some(line),
            Field::Dateline => article.dateline = Some(line),
            Field::Publisher => article.publisher = Some(line),
            Field::Url => article.url = Some(line),
            Field::Version => article.version = Some(line),
            Field::Page => article.page = Some(line),
            Field::Issue => article.issue = Some(line),
            Field::Section => article.section = Section::from_label(&line),
            Field::Bylines => {
                let names = text::byline_names(&line);
                article.bylines = if names.is_empty() { vec![line] } else { names };
            }
            // Dates, languages and states may not be understood, which is a notice then.
            _ => return self.try_feed(field, name, Node::Text(line), true),
        }
        self.found(field.name(), name);
    }

    /// Adds another name to the bylines.
    pub(crate) fn give_author(&mut self, name: &str, text: &str) {
        let author = as_line(text);
        if !author.is_empty() {
            self.parsed.article.bylines.push(author);
            self.found_once("bylines", name);
        }
    }

    /// Says that the article does not stand as it was published.
    pub(crate) fn give_status(&mut self, status: Status, name: &str) {
        if self.parsed.article.status == Status::Usable {
            self.parsed.article.status = status;
            self.found("status", name);
        }
    }

    /// Adds a keyword, with the list that it comes from.
    pub(crate) fn give_keyword(&mut self, name: &str, text: &str, scheme: Option<&str>) {
        let keyword = Keyword { text: as_line(text), scheme: scheme.map(str::to_owned) };
        if !keyword.text.is_empty() {
            self.parsed.article.keywords.push(keyword);
            self.found_once("keywords", name);
        }
    }

    fn found_once(&mut self, field: &'static str, name: &str) {
        if self.parsed.articles_only {
            return;
        }
        let place = [self.place, " ", name].concat();
        if !self.parsed.found.iter().any(|found| found.field == field && found.place == place) {
            self.parsed.found(field, place);
        }
    }

    /// Adds paragraphs to the body.
    pub(crate) fn give_body(&mut self, name: &str, paragraphs: Vec<String>) {
        let before = self.parsed.article.body.len();
        self.add_paragraphs(paragraphs.into_iter().map(|paragraph| (None, paragraph)));
        if self.parsed.article.body.len() > before {
            self.found("body", name);
        }
    }

    /// Leaves over the first paragraphs where they only say the headline again.
    pub(crate) fn leave_repeated_headline(&mut self) {
        let article = &mut self.parsed.article;
        let Some(headline) = &article.headline else { return };
        let same = article.body.iter().take_while(|paragraph| text::shape::has_same_words(headline, paragraph)).count();
        let same = same.min(article.body.len().saturating_sub(1));
        for repeated in article.body.drain(..same).collect::<Vec<_>>() {
            self.parsed.leave(self.line, repeated, "repeated headline");
        }
    }

    /// Adds captions.
    pub(crate) fn give_captions(&mut self, name: &str, captions: Vec<Caption>) {
        if !captions.is_empty() {
            self.add_captions(captions);
            self.found("captions", name);
        }
    }

    /// Takes what no field of the article takes: it feeds a declared one of its name, or is left over.
    pub(crate) fn spare(&mut self, name: &str, text: &str) {
        if !self.wants_spare() {
            return;
        }
        let text = lined(text);
        if !text.is_empty() && !self.declare(&[name], &text) {
            self.leave(name, &Node::Text(text.into_owned()), "no field takes it");
        }
    }

    /// Tells whether anything becomes of what no field of the article takes.
    pub(crate) fn wants_spare(&self) -> bool {
        !self.parsed.articles_only || !self.options.extra.is_empty()
    }

    /// Feeds a declared field that has one of the names; tells whether there is one.
    fn declare(&mut self, names: &[&str], text: &str) -> bool {
        let declared = self.options.extra.keys().find(|known| {
            let known = normal(known);
            names.iter().any(|name| normal(name) == known)
        });
        let Some(declared) = declared else { return false };
        if !self.parsed.article.extra.contains_key(declared) {
            self.parsed.article.extra.insert(declared.clone(), Value::Text(text.to_owned()));
            self.found("extra", names[0]);
        }
        true
    }

    /// Tells whether a field says the same already.
    fn says(&self, field: Field, text: &str) -> bool {
        let article = &self.parsed.article;
        let known = match field {
            Field::NativeId => &article.native_id,
            Field::Headline => &article.headline,
            Field::Kicker => &article.kicker,
            Field::Standfirst => &article.standfirst,
            Field::Dateline => &article.dateline,
            Field::Publisher => &article.publisher,
            Field::Url => &article.url,
            Field::Version => &article.version,
            Field::Page => &article.page,
            Field::Issue => &article.issue,
            Field::Bylines => return text::byline_names(text).iter().all(|name| article.bylines.contains(name)),
            Field::Published | Field::Updated | Field::Embargo => {
                let known = match field {
                    Field::Published => article.published,
                    Field::Updated => article.updated,
                    _ => article.embargo,
                };
                return known.is_some() && known == Date::parse(text, self.options.date_order).ok();
            }
            Field::Language => {
                let language = values::language(&Node::Text(text.to_owned())).ok();
                return language.map(|language| language.code)
                    == article.language.as_ref().map(|known| known.code.clone());
            }
            Field::Section => return article.section == Section::from_label(text),
            Field::Body | Field::Captions | Field::Keywords | Field::Status | Field::Extra => return false,
        };
        known.as_deref().is_some_and(|known| text::shape::has_same_words(known, text))
    }
}

/// Leaves each keyword and byline once.
pub(super) fn distinct(article: &mut Article) {
    if article.keywords.len() > 1 {
        let mut is_new =
            first_ones(article.keywords.iter().map(|keyword| (&keyword.text, &keyword.scheme))).into_iter();
        article.keywords.retain(|_| is_new.next() == Some(true));
    }
    if article.bylines.len() > 1 {
        let mut is_new = first_ones(article.bylines.iter()).into_iter();
        article.bylines.retain(|_| is_new.next() == Some(true));
    }
}

/// Returns a text as one line.
pub(crate) fn as_line(text: &str) -> String {
    lined(text).into_owned()
}

/// Does the same, and copies no text that is one already.
pub(crate) fn lined(text: &str) -> Cow<'_, str> {
    if is_plain_line(text) {
        return Cow::Borrowed(text);
    }
    match text::as_read(text) {
        Cow::Borrowed(text) => folded_ascii(text),
        Cow::Owned(text) => folded_ascii(&text).into_owned().into(),
    }
}
