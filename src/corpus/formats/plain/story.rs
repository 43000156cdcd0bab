//! The article while it is being read: puts text into fields, once each, notes the place, and leaves over what a
//! field cannot take, so that nothing is lost on the way.

use std::collections::BTreeSet;

use super::shape::{fingerprint, words};
use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::normal;
use crate::corpus::text::byline_names;
use crate::text::fold_spaces;
use crate::{Caption, Code, DateOrder, Keyword, Language, LanguageOrigin, Notice, Section, Status, Value};

/// What a stretch of text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Headline,
    Kicker,
    Standfirst,
    Section,
    Byline,
    Published,
    Updated,
    Publisher,
    Url,
    Language,
    Keywords,
    Dateline,
    NativeId,
    Page,
    Issue,
    Version,
    Embargo,
    Status,
    Caption,
    /// The key before the body's first words.
    Body,
    /// Known as a header, but no field takes it: an editor, a copyright holder.
    NoField,
}

/// An article being read.
pub(super) struct Story {
    pub(super) parsed: Parsed,
    order: DateOrder,
    captions: BTreeSet<String>,
    /// The names of declared fields, which keys of these names feed.
    declared: Vec<String>,
}

impl Story {
    pub(super) fn new(options: &ParseOptions) -> Story {
        Story::of(Parsed::new(options), options)
    }

    /// Goes on with what has been read of an article.
    pub(super) fn of(parsed: Parsed, options: &ParseOptions) -> Story {
        let declared = options.extra.keys().cloned().collect();
        Story { parsed, order: options.date_order, captions: BTreeSet::new(), declared }
    }

    pub(super) fn order(&self) -> DateOrder {
        self.order
    }

    pub(super) fn has_headline(&self) -> bool {
        self.parsed.article.headline.is_some()
    }

    pub(super) fn leave(&mut self, line: u32, text: &str, reason: &str) {
        self.parsed.leave(Some(line), text, reason);
    }

    pub(super) fn doubt(&mut self, line: u32, message: String) {
        self.parsed.notices.push(Notice::new(Code::DoubtfulField, Some(line), message));
    }

    fn found(&mut self, field: &'static str, line: u32) {
        let is_wanted = self.parsed.wants_place(field);
        self.parsed.found(field, if is_wanted { format!("line {line}") } else { String::new() });
    }

    /// Puts text into the field of a role. A field that has its text already keeps it, and this one is left over.
    pub(super) fn put(&mut self, role: Role, line: u32, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match role {
            Role::Section => self.put_section(line, text),
            Role::Byline => self.put_byline(line, text),
            Role::Published | Role::Updated | Role::Embargo => self.put_date(role, line, text),
            Role::Language => self.put_language(line, text),
            Role::Keywords => self.put_keywords(line, text),
            Role::Status => self.put_status(line, text),
            Role::Caption => self.put_caption(line, Caption { text: fold_spaces(text), credit: None }, None, text),
            Role::Body => self.parsed.article.body.push(text.to_owned()),
            Role::NoField => self.leave(line, text, "no field takes it"),
            Role::Headline
            | Role::Kicker
            | Role::Standfirst
            | Role::Publisher
            | Role::Url
            | Role::Dateline
            | Role::NativeId
            | Role::Page
            | Role::Issue
            | Role::Version => self.put_text(role, line, text),
        }
    }

    /// Puts text into the declared field that a key names; tells whether there is one.
    pub(super) fn put_declared(&mut self, key: &str, line: u32, text: &str) -> bool {
        let Some(name) = self.declared.iter().find(|name| normal(name) == normal(key)) else { return false };
        let extra = &mut self.parsed.article.extra;
        if text.is_empty() || extra.contains_key(name) {
            return false;
        }
        extra.insert(name.clone(), Value::Text(text.to_owned()));
        self.found("extra", line);
        true
    }

    fn put_text(&mut self, role: Role, line: u32, text: &str) {
        let article = &mut self.parsed.article;
        let (field, slot) = match role {
            Role::Headline => ("headline", &mut article.headline),
            Role::Kicker => ("kicker", &mut article.kicker),
            Role::Standfirst => ("standfirst", &mut article.standfirst),
            Role::Publisher => ("publisher", &mut article.publisher),
            Role::Url => ("url", &mut article.url),
            Role::Dateline => ("dateline", &mut article.dateline),
            Role::NativeId => ("native_id", &mut article.native_id),
            Role::Page => ("page", &mut article.page),
            Role::Issue => ("issue", &mut article.issue),
            _ => ("version", &mut article.version),
        };
        if slot.is_none() {
            *slot = Some(text.to_owned());
            self.found(field, line);
        } else {
            self.leave(line, text, &format!("second {field}"));
        }
    }

    fn put_section(&mut self, line: u32, text: &str) {
        match Section::from_label(text) {
            Some(section) if self.parsed.article.section.is_none() => {
                self.parsed.article.section = Some(section);
                self.found("section", line);
            }
            Some(_) | None => self.leave(line, text, "second section"),
        }
    }

    fn put_byline(&mut self, line: u32, text: &str) {
        let names = byline_names(text);
        if !is_covered(text, &names) {
            self.leave(line, text, "byline as printed");
        }
        let bylines = &mut self.parsed.article.bylines;
        let (known, new): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| bylines.contains(name));
        let found = !new.is_empty();
        bylines.extend(new);
        if found {
            self.found("bylines", line);
        }
        if !found || !known.is_empty() {
            self.leave(line, text, "repeated byline");
        }
    }

    fn put_date(&mut self, role: Role, line: u32, text: &str) {
        let article = &self.parsed.article;
        let (field, present) = match role {
            Role::Updated => ("updated", article.updated.is_some()),
            Role::Embargo => ("embargo", article.embargo.is_some()),
            _ => ("published", article.published.is_some()),
        };
        if present {
            return self.leave(line, text, &format!("second {field} date"));
        }
        let Some(date) = self.parsed.read_date(field, text, Some(line), self.order) else {
            return self.leave(line, text, "unread date");
        };
        let article = &mut self.parsed.article;
        match role {
            Role::Updated => article.updated = Some(date),
            Role::Embargo => article.embargo = Some(date),
            _ => article.published = Some(date),
        }
        self.found(field, line);
    }

    fn put_language(&mut self, line: u32, text: &str) {
        match language_code(text) {
            Some(code) if self.parsed.article.language.is_none() => {
                self.parsed.article.language = Some(Language { code, origin: LanguageOrigin::Given });
                self.found("language", line);
            }
            Some(_) => self.leave(line, text, "second language"),
            None => {
                self.doubt(line, format!("language: `{text}` is no language code; left absent"));
                self.leave(line, text, "unknown language");
            }
        }
    }

    fn put_keywords(&mut self, line: u32, text: &str) {
        let text = text.trim_matches(['[', ']']);
        let words = text.split([',', ';', '、', '，', '；', '|', '،']).map(fold_spaces).filter(|word| !word.is_empty());
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            self.parsed.article.keywords.extend(words.iter().map(|word| Keyword::from(word.as_str())));
            self.found("keywords", line);
        }
    }

    fn put_status(&mut self, line: u32, text: &str) {
        let Some(status) = status(text) else {
            self.doubt(line, format!("status: `{text}` is not known; taken as usable"));
            return self.leave(line, text, "unknown status");
        };
        self.parsed.article.status = status;
        self.found("status", line);
    }

    /// Adds a caption; one that has been there before, spaces aside, is left over. So is the word for the kind of the
    /// picture, which no field takes.
    pub(super) fn put_caption(&mut self, line: u32, caption: Caption, kind: Option<&str>, printed: &str) {
        if self.captions.insert(fingerprint(&caption.text)) {
            self.parsed.article.captions.push(caption);
            self.found("captions", line);
            if let Some(kind) = kind {
                self.leave(line, kind, "kind of picture");
            }
        } else {
            self.leave(line, printed, "repeated caption");
        }
    }

    /// Tells whether text is a caption that has been read, with or without its credit.
    pub(super) fn is_known_caption(&self, text: &str) -> bool {
        if self.captions.is_empty() {
            return false;
        }
        let first = words(text).next().unwrap_or_default().to_lowercase();
        let mut alike = self.captions.range(first.clone()..);
        alike.next().is_some_and(|caption| caption.starts_with(&first)) && self.captions.contains(&fingerprint(text))
    }
}

/// Tells whether every word of a byline is in its names, but for those that open it or join names.
fn is_covered(byline: &str, names: &[String]) -> bool {
    const JOINTS: &[&str] = &[
        "by",
        "and",
        "von",
        "und",
        "par",
        "et",
        "por",
        "y",
        "di",
        "e",
        "author",
        "authors",
        "byline",
        "written",
        "автор",
        "и",
        "بقلم",
        "و",
        "文",
        "作者",
        "记者",
        "記者",
        "本报记者",
        "text",
    ];
    let parted = |c: char| !c.is_alphanumeric();
    let mut named: Vec<&str> = names.iter().flat_map(|name| name.split(parted)).collect();
    let mut words = byline.split(parted).filter(|word| !word.is_empty());
    words.all(|word| match named.iter().position(|name| *name == word) {
        Some(at) => !named.swap_remove(at).is_empty(),
        None => JOINTS.contains(&word.to_lowercase().as_str()),
    })
}

/// Returns the status that a word names.
pub(super) fn status(text: &str) -> Option<Status> {
    match text.to_lowercase().as_str() {
        "usable" | "published" | "final" => Some(Status::Usable),
        "corrected" | "correction" => Some(Status::Corrected),
        "withdrawn" | "canceled" | "cancelled" | "killed" | "retracted" => Some(Status::Withdrawn),
        _ => None,
    }
}

/// Returns the code of a language given by code or by one of the usual names.
pub(super) fn language_code(text: &str) -> Option<String> {
    const NAMES: &[(&str, &str)] = &[
        ("english", "en"),
        ("german", "de"),
        ("deutsch", "de"),
        ("french", "fr"),
        ("français", "fr"),
        ("spanish", "es"),
        ("español", "es"),
        ("russian", "ru"),
        ("русский", "ru"),
        ("arabic", "ar"),
        ("العربية", "ar"),
        ("chinese", "zh"),
        ("中文", "zh"),
        ("japanese", "ja"),
        ("日本語", "ja"),
        ("italian", "it"),
        ("italiano", "it"),
        ("portuguese", "pt"),
        ("português", "pt"),
        ("dutch", "nl"),
        ("korean", "ko"),
    ];
    let lower = text.trim().to_lowercase().replace('_', "-");
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some((*code).to_owned());
    }
    let mut subtags = lower.split('-');
    let primary = subtags.next().is_some_and(|tag| (2..=3).contains(&tag.len()));
    let fits = |tag: &str| (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (primary && lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && subtags.all(fits))
        .then_some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_code_and_name() {
        assert_eq!(language_code("EN"), Some("en".into()));
        assert_eq!(language_code("zh_Hant"), Some("zh-hant".into()));
        assert_eq!(language_code("Deutsch"), Some("de".into()));
        assert_eq!(language_code("the usual"), None);
    }

    #[test]
    fn a_second_text_for_a_field_is_left_over() {
        let mut story = Story::new(&ParseOptions::default());
        story.put(Role::Headline, 1, "Ferry returns");
        story.put(Role::Headline, 4, "Ferry is back");
        assert_eq!(story.parsed.article.headline.as_deref(), Some("Ferry returns"));
        assert_eq!(story.parsed.left_over[0].text, "Ferry is back");
    }
}
