//! TREC's SGML: `<DOC>` elements with a `<DOCNO>`, as on the TIPSTER and TREC disks (AP, WSJ, FT, LA Times, FBIS, SJMN), in
//! AQUAINT and Gigaword, and in collections made after them.

use super::dateline_place;
use super::markup::{Tag, content_end, line, next_tag, paragraphs};
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{Field, Reading};
use crate::corpus::text::credit_name;
use crate::{Caption, Date, DateOrder, Notice, Status};

/// What an element holds.
#[derive(Clone, Copy)]
enum Role {
    Feeds(Field),
    Date,
    FileId,
    Section,
    Place,
    Headline,
    Body,
    Standfirst,
    Keywords,
    Captions,
    Correction,
    /// Nothing that a field takes.
    Spare,
}

/// Elements and what they hold; all others only stand around some of these.
const ELEMENTS: &[(&str, Role)] = &[
    ("DOCNO", Role::Feeds(Field::NativeId)),
    ("DOCID", Role::Feeds(Field::NativeId)),
    ("HEADLINE", Role::Headline),
    ("HEAD", Role::Headline),
    ("HL", Role::Headline),
    ("TI", Role::Headline),
    ("TITLE", Role::Headline),
    ("BYLINE", Role::Feeds(Field::Bylines)),
    ("AUTHOR", Role::Feeds(Field::Bylines)),
    ("DATELINE", Role::Place),
    ("DATE", Role::Date),
    ("DATE1", Role::Date),
    ("DD", Role::Date),
    ("TIME", Role::Date),
    ("DATE_TIME", Role::Date),
    ("DATETIME", Role::Date),
    ("PUBDATE", Role::Date),
    ("SECTION", Role::Section),
    ("CAT", Role::Section),
    ("CATEGORY", Role::Section),
    ("PAGE", Role::Feeds(Field::Page)),
    ("EDITION", Role::Feeds(Field::Issue)),
    ("PUB", Role::Feeds(Field::Publisher)),
    ("SO", Role::Feeds(Field::Publisher)),
    ("SRC", Role::Feeds(Field::Publisher)),
    ("SOURCE", Role::Feeds(Field::Publisher)),
    ("URL", Role::Feeds(Field::Url)),
    ("LANGUAGE", Role::Feeds(Field::Language)),
    ("LANG", Role::Feeds(Field::Language)),
    ("ABSTRACT", Role::Standfirst),
    ("SUMMARY", Role::Standfirst),
    ("LP", Role::Body),
    ("LEADPARA", Role::Body),
    ("TEXT", Role::Body),
    ("GRAPHIC", Role::Captions),
    ("CAPTION", Role::Captions),
    ("CORRECTION", Role::Correction),
    ("SUBJECT", Role::Keywords),
    ("KEYWORDS", Role::Keywords),
    ("DESCRIPT", Role::Keywords),
    ("TYPE", Role::Keywords),
    ("SLUG", Role::Keywords),
    ("KEYWORD", Role::Keywords),
    ("IN", Role::Keywords),
    ("CO", Role::Keywords),
    ("CN", Role::Keywords),
    ("TP", Role::Keywords),
    ("GV", Role::Keywords),
    ("NS", Role::Keywords),
    ("RE", Role::Keywords),
    ("FILEID", Role::FileId),
    ("FIRST", Role::Spare),
    ("SECOND", Role::Spare),
    ("PROFILE", Role::Spare),
    ("HT", Role::Spare),
    ("ACCESS", Role::Spare),
    ("NOTE", Role::Spare),
    ("MEMO", Role::Spare),
    ("CORRECTION-DATE", Role::Spare),
    ("CAPTION-DATE", Role::Spare),
    ("TRAILER", Role::Spare),
    ("DOCTYPE", Role::Spare),
    ("DOCOLDNO", Role::Spare),
];

/// Understands a record.
pub(super) fn read(
    record: &str,
    opening: &Tag<'_>,
    line_number: u32,
    options: &ParseOptions,
) -> Result<Parsed, Notice> {
    let mut reading = Reading::of_article("TREC", Some(line_number), options);
    // Collections in this form are made of pages too.
    reading.may_be_page = true;
    let mut doc = Doc { reading, options, body: Vec::new() };
    // What stands in no element of its own is the text where there is no element for it.
    let (mut loose, mut has_text) = (String::new(), false);
    let mut at = opening.end;
    while let Some(tag) = next_tag(record, at) {
        let role = ELEMENTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(tag.name)).map(|(_, role)| *role);
        let is_end_of_record = tag.is_end && tag.name.eq_ignore_ascii_case(opening.name);
        let role = role.filter(|_| !tag.is_end);
        loose.push_str(&record[at..if role.is_some() || is_end_of_record { tag.start } else { tag.end }]);
        at = tag.end;
        if let Some(role) = role {
            let (end, next) = content_end(record, &tag, record.len());
            has_text |= matches!(role, Role::Body);
            doc.take(role, tag.name, &record[tag.end..end]);
            at = next;
        }
    }
    if !has_text {
        loose.push_str(&record[at..]);
        doc.body = paragraphs(&loose);
    }
    for (name, value) in opening.all_attributes() {
        match name.to_ascii_lowercase().as_str() {
            "id" => doc.reading.give(Field::NativeId, name, value),
            "url" => doc.reading.give(Field::Url, name, value),
            "title" => doc.reading.give(Field::Headline, name, &line(value)),
            "type" => doc.reading.give_keyword(name, value, Some("type")),
            _ => doc.reading.spare(name, value),
        }
    }
    // Some collections have a day nowhere else.
    if doc.reading.parsed.article.published.is_none()
        && let Some(day) = doc.reading.parsed.article.native_id.as_deref().and_then(day_of_number).map(str::to_owned)
    {
        doc.reading.give(Field::Published, "number", &day);
    }
    doc.reading.give_body("TEXT", doc.body);
    doc.reading.leave_repeated_headline();
    doc.reading.finish()
}

/// A record under way.
struct Doc<'o> {
    reading: Reading<'o>,
    options: &'o ParseOptions,
    body: Vec<String>,
}

impl Doc<'_> {
    fn take(&mut self, role: Role, name: &str, content: &str) {
        match role {
            Role::Feeds(field) => self.reading.give(field, name, &line(content)),
            Role::Headline => self.reading.give(Field::Headline, name, without_date(&line(content))),
            Role::Place => self.reading.give(Field::Dateline, name, dateline_place(&line(content))),
            Role::Date => self.take_date(name, &line(content)),
            Role::FileId => match time_of_file_id(&line(content)) {
                Some(time) => self.take_date(name, &time),
                None => self.reading.spare(name, &line(content)),
            },
            Role::Section => self.take_section(name, &line(content)),
            Role::Body => self.take_body(content),
            Role::Standfirst => self.reading.give(Field::Standfirst, name, &paragraphs(content).join(" ")),
            Role::Keywords => {
                let scheme = name.to_ascii_lowercase();
                for keyword in content.split(['\n', ';']) {
                    self.reading.give_keyword(name, line(keyword).trim_end_matches('.'), Some(&scheme));
                }
            }
            Role::Captions => {
                let caption = |text: String| Caption { text: credit_name(&text).to_owned(), credit: None };
                self.reading.give_captions(name, paragraphs(content).into_iter().map(caption).collect());
            }
            Role::Correction => {
                self.reading.give_status(Status::Corrected, name);
                self.reading.spare(name, &line(content));
            }
            Role::Spare if self.reading.wants_spare() => self.reading.spare(name, &line(content)),
            Role::Spare => {}
        }
    }

    /// Takes a date in one of the forms of these collections: `910514`, `03/24/87`, and `January 1, 1989, Sunday, Home
    /// Edition`, or in any other.
    fn take_date(&mut self, name: &str, text: &str) {
        if self.reading.parsed.article.published.is_some() {
            return self.reading.spare(name, text);
        }
        if let Some(day) = day_of_figures(text) {
            return self.reading.give(Field::Published, name, &day);
        }
        match Date::parse_prefix(text, self.options.date_order) {
            Some((Ok(_), length)) if length < text.len() => {
                let (day, rest) = text.split_at(length);
                self.reading.give(Field::Published, name, day);
                let edition = rest.split(',').map(str::trim).find(|part| part.to_lowercase().contains("edition"));
                match edition {
                    Some(edition) => self.reading.give(Field::Issue, name, edition),
                    None => self.reading.spare(name, rest.trim_matches([',', ' '])),
                }
            }
            _ => self.reading.give(Field::Published, name, text),
        }
    }

    /// Takes a section, which may have the page and the desk behind it: `Book Review; Page 1; Book Review Desk`.
    fn take_section(&mut self, name: &str, text: &str) {
        let mut parts = text.split(';').map(str::trim);
        self.reading.give(Field::Section, name, parts.next().unwrap_or_default());
        for part in parts {
            match part.strip_prefix("Page ") {
                Some(page) => self.reading.give(Field::Page, name, page),
                None => self.reading.spare(name, part),
            }
        }
    }

    /// Takes a text, which in FBIS begins with lines that say what it is.
    fn take_body(&mut self, content: &str) {
        let mut found = paragraphs(content);
        if let Some(first) = found.first().filter(|first| first.starts_with("Language:")) {
            let said = first.trim_start_matches("Language:").trim();
            let language = said.split_whitespace().next().unwrap_or_default().to_owned();
            let rest = said[language.len()..].trim().to_owned();
            self.reading.give(Field::Language, "TEXT", &language);
            self.reading.spare("TEXT", &rest);
            found.remove(0);
        }
        // A note on what it is may stand before the text.
        for paragraph in found.iter_mut().take(3) {
            if let Some(text) = paragraph.strip_prefix("[Text]").map(|text| text.trim().to_owned()) {
                *paragraph = text;
            }
        }
        found.retain(|paragraph| !paragraph.is_empty());
        self.body.append(&mut found);
    }
}

/// Returns a day in figures, `910514` or `03/24/87`, with its century. These collections begin in 1985.
fn day_of_figures(text: &str) -> Option<String> {
    let text = text.trim();
    let is_figures = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let century = |year: &str| if year >= "70" { "19" } else { "20" };
    if text.len() == 6 && is_figures(text) {
        let (year, month, day) = (&text[..2], &text[2..4], &text[4..]);
        return Some(format!("{}{year}-{month}-{day}", century(year)));
    }
    let mut parts = text.split('/').filter(|part| part.len() == 2 && is_figures(part));
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    (text.len() == 8).then(|| format!("{}{year}-{month}-{day}", century(year)))
}

/// Returns a headline without the paper and date that the Financial Times has before it: `FT  14 MAY 91 / `.
fn without_date(headline: &str) -> &str {
    let rest = headline.strip_prefix("FT ").and_then(|rest| rest.split_once(" / "));
    match rest {
        Some((date, rest)) if date.len() <= 10 && date.ends_with(|last: char| last.is_ascii_digit()) => rest,
        _ => headline,
    }
}

/// Returns the time in the file id of the Associated Press: `AP-NR-02-12-88 2344EST`.
fn time_of_file_id(text: &str) -> Option<String> {
    let rest = text.trim().strip_prefix("AP-NR-")?;
    let (day, time) = rest.split_once(' ').unwrap_or((rest, ""));
    let day = day_of_figures(&day.replace('-', "/"))?;
    let (clock, zone) = (time.get(..4).unwrap_or_default(), time.get(4..).unwrap_or_default());
    let is_clock = clock.len() == 4 && clock.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_clock { format!("{day} {}:{} {zone}", &clock[..2], &clock[2..]) } else { day })
}

/// Returns the day in the number of a document, such as `APW19980601.0003`: eight figures in a row.
fn day_of_number(number: &str) -> Option<&str> {
    let mut runs = number.split(|character: char| !character.is_ascii_digit());
    runs.find(|run| run.len() == 8 && Date::parse(run, DateOrder::Unknown).is_ok())
}
