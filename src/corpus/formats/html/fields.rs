//! Puts what the parts of a page say into an article's fields. The first to give a field is believed.

use std::borrow::Cow;
use std::collections::HashSet;

use dom_query::Document;

use crate::corpus::format::Parsed;
use crate::corpus::text;
use crate::text::fold_spaces;
use crate::{Article, Caption, Date, DateOrder, Keyword, Language, LanguageOrigin, Section};

use super::blocks::plain_text;
use super::meta;

/// An article in the making.
pub(super) struct Fields {
    pub(super) parsed: Parsed,
    order: DateOrder,
    /// The host of its address.
    pub(super) host: String,
    /// The letters of the page's headings of the first rank.
    pub(super) headings: Vec<String>,
    /// Dates as given, with their fields and places, in the order of trust.
    dates: Vec<(&'static str, String, String)>,
    /// Times of day that the page shows for the article, by the clock of its place, with their fields.
    clocks: Vec<(&'static str, Date)>,
    /// What may be the standfirst, in the order of trust.
    standfirsts: Vec<(String, String)>,
    /// What the page calls its site.
    pub(super) site: String,
    /// The site, its publisher or one of its desks where an author should be, with their place: who wrote it for want of a person.
    houses: Vec<(String, String)>,
    /// Whether someone says that the page is an article.
    pub(super) says_article: bool,
}

/// How many keywords, names or captions an article may have. More are no one's; they would only cost time.
const MAX_ITEMS: usize = 200;

/// What stands in the place of a name and is none, as letters.
const NO_AUTHORS: &[&str] = &[
    "by",
    "author",
    "authors",
    "autor",
    "auteur",
    "autore",
    "von",
    "par",
    "por",
    "di",
    "admin",
    "administrator",
    "writtenby",
    "postedby",
    "publishedby",
    "verfasstvon",
    "geschriebenvon",
    "noauthor",
    "followauthor",
    "follow",
    "abouttheauthor",
    "abouttheauthors",
    "allposts",
    "viewallposts",
    "allarticles",
    "alleartikel",
    "readmore",
    "superuser",
    "publisher",
    "unknown",
    "anonymous",
];

/// A field that holds one text.
pub(super) type Slot = (&'static str, fn(&mut Article) -> &mut Option<String>);

pub(super) const HEADLINE: Slot = ("headline", |article| &mut article.headline);
pub(super) const KICKER: Slot = ("kicker", |article| &mut article.kicker);
pub(super) const DATELINE: Slot = ("dateline", |article| &mut article.dateline);
pub(super) const PUBLISHER: Slot = ("publisher", |article| &mut article.publisher);
pub(super) const VERSION: Slot = ("version", |article| &mut article.version);
pub(super) const PAGE: Slot = ("page", |article| &mut article.page);
pub(super) const ISSUE: Slot = ("issue", |article| &mut article.issue);
pub(super) const NATIVE_ID: Slot = ("native_id", |article| &mut article.native_id);

impl Fields {
    /// Goes on from what is known of the article.
    pub(super) fn new(parsed: Parsed, order: DateOrder, document: &Document, site: String) -> Fields {
        Fields {
            parsed,
            order,
            host: meta::host(document),
            headings: meta::headings(document, "h1"),
            dates: Vec::new(),
            clocks: Vec::new(),
            standfirsts: Vec::new(),
            site,
            houses: Vec::new(),
            says_article: false,
        }
    }

    fn article(&mut self) -> &mut Article {
        &mut self.parsed.article
    }

    /// Offers the text of a field, which is taken where the field has none.
    pub(super) fn offer(&mut self, (field, slot): Slot, value: &str, place: &str) {
        if slot(self.article()).is_some() {
            return;
        }
        if let Some(text) = plain_text(value) {
            *slot(self.article()) = Some(text);
            self.parsed.found(field, place);
        }
    }

    pub(super) fn offer_url(&mut self, value: &str, place: &str) {
        let value = value.trim();
        let is_address = value.starts_with("http://") || value.starts_with("https://");
        if self.article().url.is_none() && is_address && !value.contains(char::is_whitespace) {
            self.article().url = Some(value.to_owned());
            self.parsed.found("url", place);
        }
    }

    /// Tells whether names were taken from another kind of place.
    pub(super) fn takes_bylines_elsewhere(&self, place: &str) -> bool {
        !self.parsed.article.bylines.is_empty()
            && !self.parsed.found.iter().any(|found| found.field == "bylines" && found.place == place)
    }

    /// Offers the names of a byline, which are added to those of the same place.
    pub(super) fn offer_byline(&mut self, value: &str, place: &str) {
        // Some give the author's page or profile in the place of the name, or behind it.
        let value = value.split("(http").next().unwrap_or_default();
        let is_taken = self.takes_bylines_elsewhere(place);
        // Only meta tags tell of more than was told before.
        if is_taken && !place.starts_with("meta ")
            || value.contains("://")
            || value.trim_start().starts_with(['/', '@'])
        {
            return;
        }
        let Some(value) = plain_text(value).filter(|value| !is_label(value)) else { return };
        let (houses, people): (Vec<String>, Vec<String>) = text::byline_names(&without_handles(&value))
            .into_iter()
            .filter(|name| !is_label(name))
            .partition(|name| is_house(name, self));
        if is_taken {
            self.complete_bylines(people);
        } else if people.is_empty() || text::names_company(&value) || is_site(&value, self) {
            self.houses.extend(houses.into_iter().chain(people).map(|name| (name, place.to_owned())));
        } else {
            self.take_bylines(people, place);
        }
    }

    /// Takes the names that are given in one place for those that are known, where these are but some of them.
    fn complete_bylines(&mut self, names: Vec<String>) {
        let known = &mut self.parsed.article.bylines;
        let is_person = |name: &String| name.contains(' ');
        if names.len() > known.len() && known.iter().all(|name| names.contains(name)) && names.iter().all(is_person) {
            *known = names;
        }
    }

    /// Offers an organization as the author: beside people where it is no other than the site, and else for want of them.
    pub(super) fn offer_house(&mut self, value: &str, place: &str) {
        if self.parsed.article.bylines.is_empty() {
            self.houses.extend(plain_text(value).map(|name| (name, place.to_owned())));
        } else {
            self.offer_byline(value, place);
        }
    }

    fn take_bylines(&mut self, names: Vec<String>, place: &str) {
        for name in names {
            let known = &self.parsed.article.bylines;
            if known.len() < MAX_ITEMS && !known.contains(&name) {
                self.parsed.article.bylines.push(name);
            }
        }
        let is_noted = self.parsed.found.iter().any(|found| found.field == "bylines");
        if !self.parsed.article.bylines.is_empty() && !is_noted {
            self.parsed.found("bylines", place);
        }
    }

    /// Takes the site itself as the author, as the first place gives it, where the page tells of no other.
    fn settle_bylines(&mut self) {
        let houses = std::mem::take(&mut self.houses);
        let Some((_, place)) = houses.first().filter(|_| self.parsed.article.bylines.is_empty()) else { return };
        let names = houses.iter().filter(|(_, of)| of == place).map(|(name, _)| name.clone()).collect();
        self.take_bylines(names, place);
    }

    pub(super) fn offer_section(&mut self, label: &str, place: &str) {
        if self.article().section.is_some() {
            return;
        }
        if let Some(section) =
            plain_text(label).filter(|label| !is_placeholder(label)).and_then(|label| Section::from_label(&label))
        {
            self.article().section = Some(section);
            self.parsed.found("section", place);
        }
    }

    /// Offers keywords, which are taken all or none.
    pub(super) fn offer_keywords(&mut self, values: impl Iterator<Item = String>, place: &str) {
        if !self.article().keywords.is_empty() {
            return;
        }
        for text in values.filter_map(|value| plain_text(&value)).filter(|text| !is_placeholder(text)) {
            let known = &mut self.parsed.article.keywords;
            if known.len() < MAX_ITEMS && !known.iter().any(|keyword| keyword.text.eq_ignore_ascii_case(&text)) {
                known.push(Keyword { text, scheme: None });
            }
        }
        if !self.article().keywords.is_empty() {
            self.parsed.found("keywords", place);
        }
    }

    pub(super) fn offer_language(&mut self, code: &str, place: &str) {
        let code = code.trim().to_ascii_lowercase().replace('_', "-");
        let primary = code.split('-').next().unwrap_or_default();
        let is_code = (2..=3).contains(&primary.len())
            && code.len() <= 16
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_code && self.article().language.is_none() {
            self.article().language = Some(Language { code, origin: LanguageOrigin::Given });
            self.parsed.found("language", place);
        }
    }

    pub(super) fn offer_caption(&mut self, text: &str, credit: Option<&str>, place: &str) {
        let Some(text) = plain_text(text).filter(|_| self.article().captions.len() < MAX_ITEMS) else { return };
        let key = fold_spaces(&text).to_lowercase();
        let is_known = self.parsed.article.captions.iter().any(|caption| {
            let known = caption.text.to_lowercase();
            known == key || known.contains(&key) || key.contains(&known)
        });
        if !is_known {
            let credit = credit.and_then(|credit| plain_text(text::credit_name(credit)));
            self.parsed.article.captions.push(Caption { text, credit });
            self.parsed.found("captions", place);
        }
    }

    /// Offers a date for `published` or `updated`; the first that can be read is taken.
    pub(super) fn offer_date(&mut self, field: &'static str, value: &str, place: impl Into<String>) {
        if !value.trim().is_empty() {
            self.dates.push((field, fold_spaces(value), place.into()));
        }
    }

    /// Tells whether what the page says of its publication is a time in UTC, whose day may be another than that which readers saw.
    pub(super) fn needs_clock(&self) -> bool {
        let mut published = self.dates.iter().filter(|(of, ..)| *of == "published");
        let known = self.parsed.article.published;
        let date = known.or_else(|| published.find_map(|(_, text, _)| Date::parse(text, self.order).ok()));
        date.is_some_and(|date| date.is_utc_time())
    }

    /// Offers a time that the page shows.
    pub(super) fn offer_clock(&mut self, field: &'static str, text: &str) {
        let date = Date::parse(&fold_spaces(text), self.order).ok();
        let date = date.or_else(|| self.day_in(text).map(|(date, _)| date)).filter(|date| date.minute().is_some());
        self.clocks.extend(date.map(|date| (field, date)));
    }

    /// Tells whether the page says to machines when it was published.
    pub(super) fn says_published(&self) -> bool {
        let sure = ["JSON-LD datePublished", "meta article:published_time"];
        self.dates.iter().any(|(field, _, place)| *field == "published" && sure.contains(&place.as_str()))
    }

    /// Tells whether a date was offered for a field that can be read.
    pub(super) fn has_date(&self, field: &str) -> bool {
        self.dates.iter().any(|(of, text, _)| *of == field && Date::parse(text, self.order).is_ok())
    }

    /// Returns the day that a line names among its words, such as that after a byline, as it stands there.
    pub(super) fn day_in<'t>(&self, line: &'t str) -> Option<(Date, &'t str)> {
        // It may be written close to a name.
        let goes_on =
            |before: char, c: char| before.is_alphanumeric() && (before.is_ascii_digit() || !c.is_ascii_digit());
        let starts = line.char_indices().filter(|(at, c)| {
            c.is_alphanumeric() && !line[..*at].chars().next_back().is_some_and(|before| goes_on(before, *c))
        });
        starts.take(40).find_map(|(at, _)| {
            let (date, length) = Date::parse_prefix(&line[at..], self.order)?;
            let date = date.ok().filter(|date| date.day().is_some())?;
            Some((date, line.get(at..at + length)?.trim()))
        })
    }

    /// Offers a standfirst. Whether it only repeats the text is known when the text is.
    pub(super) fn offer_standfirst(&mut self, value: &str, place: &str) {
        if let Some(text) = plain_text(value) {
            self.standfirsts.push((text, place.to_owned()));
        }
    }

    /// Offers a standfirst that the page prints, which goes before all others.
    pub(super) fn offer_printed_standfirst(&mut self, text: &str, place: &str) {
        self.standfirsts.insert(0, (text.to_owned(), place.to_owned()));
    }

    /// Decides on what needed all offers: the dates, and the site as an author.
    pub(super) fn settle(&mut self) {
        self.settle_bylines();
        self.parsed.article.published = self.parsed.article.published.or_else(|| self.settled_date("published"));
        self.parsed.article.updated = self.parsed.article.updated.or_else(|| self.settled_date("updated"));
        if self.parsed.article.updated == self.parsed.article.published {
            // The usual way of saying that it was never changed.
            self.parsed.article.updated = None;
            self.parsed.found.retain(|found| found.field != "updated");
        }
        self.parsed.article.published = self.parsed.article.published.map(|date| self.by_own_clock("published", date));
        self.parsed.article.updated = self.parsed.article.updated.map(|date| self.by_own_clock("updated", date));
    }

    /// Returns a time that is said in UTC by the clock that the page shows it by, where that had another day. Two unrelated times of which only the minutes
    /// are told may be whole hours apart, so that of these the first alone counts.
    fn by_own_clock(&self, field: &str, date: Date) -> Date {
        let shown = self.clocks.iter().filter(|(of, _)| *of == field).map(|(_, clock)| *clock);
        let is_utc =
            |clock: &Date| clock.offset_minutes().is_none() && clock.first_second() / 60 == date.first_second() / 60;
        if !date.is_utc_time() || shown.clone().any(|clock| is_utc(&clock)) {
            return date;
        }
        let said = self.dates.iter().filter(|(of, ..)| *of == field);
        let said = said.filter_map(|(_, text, _)| Date::parse(text, self.order).ok());
        let is_sure = |clock: &Date| clock.offset_minutes().is_some() || clock.second().is_some();
        let sure = shown.clone().chain(said).filter(is_sure).find_map(|clock| date.by_clock_of(&clock));
        let own = sure.or_else(|| shown.into_iter().next().and_then(|clock| date.by_clock_of(&clock)));
        // Where the day is the same, nothing is gained by telling it otherwise than the page does.
        own.filter(|own| own.day() != date.day()).unwrap_or(date)
    }

    fn settled_date(&mut self, field: &'static str) -> Option<Date> {
        let offers = self.dates.iter().filter(|(of, ..)| *of == field);
        let readable = offers.clone().find_map(|(_, text, place)| {
            let date = Date::parse(text, self.order).ok()?;
            Some((date, place.clone()))
        });
        let first = offers.clone().next().map(|(_, text, _)| text.clone());
        if let Some((date, place)) = readable {
            self.parsed.found(field, place);
            return Some(date);
        }
        self.parsed.read_date(field, &first?, None, self.order)
    }

    /// Takes the main text, without what is in other fields: headline, byline, standfirst, captions, furniture.
    pub(super) fn take_body(&mut self, paragraphs: Vec<String>, place: String) {
        let mut body = Vec::new();
        for (at, paragraph) in paragraphs.into_iter().enumerate() {
            match self.reason_to_leave(&paragraph, at) {
                Some(reason) => self.parsed.leave(None, clip(&paragraph), reason),
                None => body.push(paragraph),
            }
        }
        self.take_standfirst(&mut body);
        if !body.is_empty() {
            self.parsed.found("body", place);
        }
        self.parsed.article.body = body;
    }

    fn reason_to_leave(&self, paragraph: &str, at: usize) -> Option<&'static str> {
        let article = &self.parsed.article;
        let same = |known: &str| is_same(known, paragraph);
        if at < 4 && article.headline.as_deref().is_some_and(same) {
            return Some("repeated headline");
        }
        if at < 6 && is_only_byline(paragraph, &article.bylines) {
            return Some("repeated byline");
        }
        let is_date = |date: &Option<Date>| date.is_some() && Date::parse(paragraph, self.order).is_ok();
        if at < 6 && paragraph.len() < 60 && is_date(&article.published) {
            return Some("repeated date");
        }
        if article.captions.iter().any(|caption| same(&caption.text)) {
            return Some("repeated caption");
        }
        text::furniture(paragraph)
    }

    /// Takes the first offer of a standfirst that says more than headline and text do. One that is printed as the
    /// first paragraph and marked as a standfirst is moved.
    fn take_standfirst(&mut self, body: &mut Vec<String>) {
        let offered = std::mem::take(&mut self.standfirsts);
        for (text, place) in offered.into_iter().filter(|_| self.parsed.article.standfirst.is_none()) {
            let is_printed = place.starts_with('<');
            if is_printed && body.len() > 1 && is_same(&body[0], &text) {
                body.remove(0);
            } else if self.repeats(&text, body) || is_cut_off(&text) || (!is_printed && !self.says_article) {
                continue;
            }
            self.parsed.found("standfirst", place);
            self.parsed.article.standfirst = Some(text);
            return;
        }
    }

    fn repeats(&self, text: &str, body: &[String]) -> bool {
        let key = letters_of(text);
        let is_headline = self.parsed.article.headline.as_deref().is_some_and(|headline| letters_of(headline) == key);
        let beginning = body.iter().take(6).map(|paragraph| letters_of(paragraph)).collect::<String>();
        is_headline
            || key.is_empty()
            || beginning.contains(&key)
            || body.iter().any(|paragraph| is_same(paragraph, text))
            || body.iter().take(3).any(|paragraph| is_mostly_in(text, paragraph))
    }
}

fn is_label(name: &str) -> bool {
    NO_AUTHORS.contains(&&*letters_of(name))
}

/// The fewest letters of a name that is told by its beginning, or within another.
const FEWEST_LETTERS: usize = 5;

/// Tells whether a name is of the site or of who publishes it.
fn is_site(name: &str, fields: &Fields) -> bool {
    let key = letters_of(name);
    let publisher = meta::publisher_key(fields);
    key == letters_of(&fields.site)
        || (key.len() >= FEWEST_LETTERS || publisher == key) && meta::is_name_of_site(name, fields)
}

/// Tells whether a name is of the site, or has its name in it and is not of one of its desks.
fn is_house(name: &str, fields: &Fields) -> bool {
    let key = letters_of(name);
    let mut sites = [meta::publisher_key(fields), letters_of(&fields.site)].into_iter();
    is_site(name, fields)
        || !text::names_desk(name) && sites.any(|site| site.len() >= FEWEST_LETTERS && key.contains(&site))
}

/// Returns a byline without the handles and addresses of mail that some give behind names.
pub(super) fn without_handles(byline: &str) -> Cow<'_, str> {
    if !byline.contains('@') {
        return byline.into();
    }
    let is_end = |c: char| matches!(c, ',' | ';' | ')');
    let name = |word| if str::contains(word, '@') { &word[word.trim_end_matches(is_end).len()..] } else { word };
    byline.split(' ').map(name).collect::<Vec<_>>().join(" ").into()
}

/// Tells whether a value is what programs write where they have none.
pub(super) fn is_placeholder(value: &str) -> bool {
    ["nil", "null", "none", "undefined"].iter().any(|word| value.trim().eq_ignore_ascii_case(word))
}

/// Tells whether a paragraph has nearly all words of a text: it was reworded a little, or something stands in between.
fn is_mostly_in(text: &str, paragraph: &str) -> bool {
    let known = paragraph.split_whitespace().map(letters_of).collect::<HashSet<_>>();
    let words = text.split_whitespace().map(letters_of).collect::<HashSet<_>>();
    words.len() >= 5 && words.intersection(&known).count() * 6 >= words.len() * 5
}

/// Tells whether a description ends where its makers' limit was, and not where its sentence does.
fn is_cut_off(text: &str) -> bool {
    text.ends_with("...") || text.ends_with('…') || text.ends_with("[…]") || text.ends_with("[...]")
}

fn is_only_byline(paragraph: &str, bylines: &[String]) -> bool {
    !bylines.is_empty() && paragraph.len() < 200 && text::byline_names(paragraph) == bylines
}

fn is_same(one: &str, other: &str) -> bool {
    one.len().abs_diff(other.len()) <= one.len() / 2 + 8 && letters_of(one) == letters_of(other)
}

/// Returns the letters and digits of a text in lower case: what stays the same when it is typeset differently.
pub(super) fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the beginning of a text that is left over.
pub(super) fn clip(text: &str) -> String {
    const LENGTH: usize = 160;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
