//! What is asked of an article besides its words, and what each form of it means.

use std::fmt;

use newshound::{Article, Date, DateOrder, SourceKey, Status, Value};

use super::query::{DAYS, Word};
use super::story::Story;
use crate::support::random::Random;

/// From one value to another, with whether each end belongs to it; not both are open.
#[derive(Debug, Clone)]
pub(super) struct Span<T> {
    pub(super) from: Option<(T, bool)>,
    pub(super) to: Option<(T, bool)>,
}

#[derive(Debug, Clone)]
pub(super) enum Told {
    Has(&'static str, bool),
    Dated(Span<&'static str>),
    /// On or after, on or before, before a date.
    Since(&'static str),
    Until(&'static str),
    Before(&'static str),
    Words(Span<usize>),
    Path(&'static str),
    FileType(&'static str),
    Id(String),
    Url(&'static str),
    Site(&'static str),
    Status(&'static str),
    Page(Span<usize>),
    Filed(Span<&'static str>),
    Desk(&'static str),
    Breaking(bool),
    Note(Vec<Word>),
}

const FIELDS: &[&str] = &[
    "headline",
    "body",
    "lead",
    "hlead",
    "standfirst",
    "caption",
    "credit",
    "byline",
    "dateline",
    "keywords",
    "kicker",
    "source",
    "section",
    "language",
    "date",
    "url",
    "site",
    "path",
    "id",
    "corpus",
    "words",
    "status",
    "x.page",
    "x.filed",
    "x.desk",
    "x.breaking",
];

const FOLDERS: &[&str] = &["city", "city/port", "Archive/City", "archive/2022"];
const ENDINGS: &[&str] = &["json", "md"];
const URLS: &[&str] = &[
    "https://news.example.org/city/bridge?page=2",
    "http://example.org/Port",
    "https://notexample.org/city",
    "https://desk@example.com:8080/port/city#top",
];
const DESKS: &[&str] = &["City Desk", "Zürich", "Sport"];

/// Gives an article what is asked of it, and returns its date as it is written.
pub(super) fn furnish(article: &mut Article, number: u64, random: &mut Random) -> Option<&'static str> {
    let path = format!("{}/{number}.{}", random.pick(FOLDERS), random.pick(ENDINGS));
    article.id = path.as_str().into();
    article.source = SourceKey::new("", path, None);
    let dated = |day: &str| Date::parse(day, DateOrder::Unknown).expect("a date");
    let day = random.chance(0.8).then(|| random.pick(DAYS));
    article.published = day.map(dated);
    article.url = random.chance(0.7).then(|| random.pick(URLS).to_owned());
    article.status = random.pick(&[Status::Usable, Status::Usable, Status::Corrected, Status::Withdrawn]);
    let mut extra = |name: &str, value: Value| drop(article.extra.insert(name.to_owned(), value));
    if random.chance(0.7) {
        extra("page", Value::Number(random.below(6) as f64));
    }
    if random.chance(0.7) {
        extra("filed", Value::Date(dated(random.pick(DAYS))));
    }
    if random.chance(0.7) {
        extra("desk", Value::Keyword(random.pick(DESKS).to_owned()));
    }
    if random.chance(0.7) {
        extra("breaking", Value::Boolean(random.chance(0.5)));
    }
    day
}

impl<T: Copy> Span<T> {
    /// Returns a range that is not empty; `keys` tells what it begins and ends with, as text that sorts.
    fn random(
        random: &mut Random,
        mut value: impl FnMut(&mut Random) -> T,
        keys: fn(T) -> (String, String),
    ) -> Span<T> {
        let (a, b) = (value(random), value(random));
        let is_included = |random: &mut Random| random.chance(0.7);
        match random.below(4) {
            0 => Span { from: Some((a, is_included(random))), to: None },
            1 => Span { from: None, to: Some((b, is_included(random))) },
            2 => Span { from: Some((a, true)), to: Some((a, true)) },
            _ => {
                let (a, b) = if keys(a) <= keys(b) { (a, b) } else { (b, a) };
                let (is_first, is_last) = (is_included(random), is_included(random));
                let first = if is_first { keys(a).0 } else { keys(a).1 };
                let last = if is_last { keys(b).1 } else { keys(b).0 };
                // Ends that are left out must have something between them.
                let is_sound = if is_first && is_last { first <= last } else { first < last && is_first != is_last };
                if is_sound {
                    Span { from: Some((a, is_first)), to: Some((b, is_last)) }
                } else {
                    Span { from: Some((a, true)), to: None }
                }
            }
        }
    }

    /// Tells whether any of what a value may mean lies in the range.
    fn holds(&self, value: T, keys: fn(T) -> (String, String)) -> bool {
        let (first, last) = keys(value);
        self.from.is_none_or(|(from, is_included)| if is_included { last >= keys(from).0 } else { last > keys(from).1 })
            && self
                .to
                .is_none_or(|(to, is_included)| if is_included { first <= keys(to).1 } else { first < keys(to).0 })
    }
}

/// Returns the first and the last day that a date may mean; a last day may be none, it sorts all the same.
fn days(date: &'static str) -> (String, String) {
    (format!("{date}{}", &"0000-01-01"[date.len()..]), format!("{date}{}", &"0000-12-31"[date.len()..]))
}

fn figures(number: usize) -> (String, String) {
    (format!("{number:09}"), format!("{number:09}"))
}

impl Told {
    pub(super) fn random(random: &mut Random) -> Told {
        let day = |random: &mut Random| random.pick(DAYS);
        match random.below(18) {
            0 | 1 => Told::Has(random.pick(FIELDS), random.chance(0.6)),
            2 | 3 => Told::Dated(Span::random(random, day, days)),
            4 => Told::Since(day(random)),
            5 => Told::Until(day(random)),
            6 => Told::Before(day(random)),
            7 => Told::Words(Span::random(random, |random| random.below(40), figures)),
            8 => Told::Path(random.pick(&[
                "city",
                "/city",
                "port/",
                "City/*.md",
                "2022",
                "arch*",
                "/arch*/2*",
                "it",
                "*.json",
                "/archive/city",
            ])),
            9 => Told::FileType(random.pick(&["json", "MD", ".md", "jso"])),
            10 => Told::Id(format!("{}/{}.json", random.pick(FOLDERS), random.below(32))),
            11 => Told::Url(random.pick(&["example.org", "https://*/City", "page=2", "org*port", "city*org", "e"])),
            12 => Told::Site(random.pick(&["example.org", "Example.com", "news.example.org", "org", "ample.org"])),
            13 => Told::Status(random.pick(&["usable", "Corrected", "withdrawn"])),
            14 => match random.below(3) {
                0 => Told::Page(Span::random(random, |random| random.below(6), figures)),
                1 => Told::Filed(Span::random(random, day, days)),
                _ => Told::Breaking(random.chance(0.5)),
            },
            15 => Told::Desk(random.pick(&["City Desk", "zurich", "ZÜRICH", "Sport", "city"])),
            _ => {
                let count = random.between(1, 2);
                Told::Note(Word::several(random, count))
            }
        }
    }

    /// Tells whether it may stand within `caps( )`.
    pub(super) fn has_no_case(&self) -> bool {
        matches!(
            self,
            Told::Has(..)
                | Told::Dated(_)
                | Told::Since(_)
                | Told::Until(_)
                | Told::Before(_)
                | Told::Words(_)
                | Told::Status(_)
        )
    }

    /// Tells whether an article is as asked; of words in a field of its own the caller tells.
    pub(super) fn holds(&self, story: &Story) -> bool {
        let article = &story.article;
        let extra = |name: &str| article.extra.get(name);
        let url = article.url.as_deref().map(str::to_lowercase);
        match self {
            Told::Has(field, is_there) => has(field, story) == *is_there,
            Told::Dated(span) => story.day.is_some_and(|day| span.holds(day, days)),
            Told::Since(from) => story.day.is_some_and(|day| days(day).1 >= days(from).0),
            Told::Until(to) => story.day.is_some_and(|day| days(day).0 <= days(to).1),
            Told::Before(to) => story.day.is_some_and(|day| days(day).0 < days(to).0),
            Told::Words(span) => span.holds(story.body_words(), figures),
            Told::Path(pattern) => {
                let pattern = pattern.trim_end_matches('/').to_lowercase();
                let path = article.source.path.to_lowercase();
                let beginnings = path.match_indices('/').map(|(at, _)| at + 1).filter(|_| !pattern.starts_with('/'));
                let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).collect::<Vec<_>>();
                ends.reverse();
                let is_like = |start: usize| {
                    let of_pattern = pattern.trim_start_matches('/');
                    ends.iter().any(|end| start <= *end && is_like(&path[start..*end], of_pattern))
                };
                std::iter::once(0).chain(beginnings).any(is_like)
            }
            Told::FileType(ending) => {
                article.source.path.ends_with(&format!(".{}", ending.trim_start_matches('.').to_lowercase()))
            }
            Told::Id(id) => article.id.as_str() == id,
            Told::Url(pattern) => url.is_some_and(|url| is_like(&url, &format!("*{}*", pattern.to_lowercase()))),
            Told::Site(site) => {
                let hosts = [("news.example.org", 0), ("example.org", 1), ("notexample.org", 2), ("example.com", 3)];
                let host = hosts.iter().find(|(_, n)| article.url.as_deref() == Some(URLS[*n])).map(|(host, _)| *host);
                let site = site.to_lowercase();
                host.is_some_and(|host| host == site || host.ends_with(&format!(".{site}")))
            }
            Told::Status(status) => format!("{:?}", article.status).eq_ignore_ascii_case(status),
            Told::Page(span) => match extra("page") {
                Some(Value::Number(page)) => span.holds(*page as usize, figures),
                _ => false,
            },
            Told::Filed(span) => match extra("filed") {
                Some(Value::Date(date)) => {
                    let day = DAYS.iter().find(|day| date.to_string() == **day).expect("it was picked from these");
                    span.holds(day, days)
                }
                _ => false,
            },
            Told::Desk(desk) => match extra("desk") {
                Some(Value::Keyword(own)) => {
                    let folded = |text: &str| text.to_lowercase().replace('ü', "u");
                    folded(own) == folded(desk)
                }
                _ => false,
            },
            Told::Breaking(value) => extra("breaking") == Some(&Value::Boolean(*value)),
            Told::Note(_) => unreachable!("these are words"),
        }
    }
}

fn has(field: &str, story: &Story) -> bool {
    let article = &story.article;
    match field {
        "date" => story.day.is_some(),
        "url" | "site" => article.url.is_some(),
        "language" | "path" | "id" | "corpus" | "words" | "status" => true,
        "lead" => story.has("standfirst") || story.has("body"),
        "hlead" => ["headline", "standfirst", "body"].iter().any(|field| story.has(field)),
        "source" => story.has("publisher"),
        _ => match field.strip_prefix("x.") {
            Some(name) => article.extra.contains_key(name),
            None => story.has(field) || story.has(&format!("{field}s")),
        },
    }
}

/// Tells whether a text is a pattern with `*` for whatever may stand there.
fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| is_like(&text[at..], rest))
        }),
    }
}

fn write_span<T: fmt::Display + PartialEq>(f: &mut fmt::Formatter<'_>, name: &str, span: &Span<T>) -> fmt::Result {
    match (&span.from, &span.to) {
        (Some((a, true)), Some((b, true))) if a == b => write!(f, "{name}:{a}"),
        (Some((a, true)), Some((b, true))) => write!(f, "{name}:{a}..{b}"),
        (Some((a, true)), None) => write!(f, "{name}:[{a} TO *]"),
        (Some((a, false)), None) => write!(f, "{name}:>{a}"),
        (None, Some((b, true))) => write!(f, "{name}:<=\"{b}\""),
        (None, Some((b, false))) => write!(f, "{name}:<{b}"),
        (Some((a, from)), Some((b, to))) => {
            write!(f, "{name}:{}{a} TO {b}{}", if *from { '[' } else { '{' }, if *to { ']' } else { '}' })
        }
        (None, None) => unreachable!("one end is there"),
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Told::Has(name, true) => write!(f, "has:{name}"),
            Told::Has(name, false) => write!(f, "missing:{name}"),
            Told::Dated(span) => write_span(f, "date", span),
            Told::Since(day) => write!(f, "since:{day}"),
            Told::Until(day) => write!(f, "until:\"{day}\""),
            Told::Before(day) => write!(f, "before:{day}"),
            Told::Words(span) => write_span(f, "words", span),
            Told::Path(path) => write!(f, "path:{path}"),
            Told::FileType(ending) => write!(f, "filetype:{ending}"),
            Told::Id(id) => write!(f, "id:{id}"),
            Told::Url(url) => write!(f, "url:{url}"),
            Told::Site(site) => write!(f, "site:{site}"),
            Told::Status(status) => write!(f, "status:{status}"),
            Told::Page(span) => write_span(f, "x.page", span),
            Told::Filed(span) => write_span(f, "x.filed", span),
            Told::Desk(desk) => write!(f, "x.desk:\"{desk}\""),
            Told::Breaking(value) => write!(f, "x.breaking:{value}"),
            Told::Note(words) => {
                let words: Vec<String> = words.iter().map(Word::to_string).collect();
                if words.len() == 1 {
                    write!(f, "x.note:{}", words[0])
                } else {
                    write!(f, "x.note:\"{}\"", words.join(" "))
                }
            }
        }
    }
}
