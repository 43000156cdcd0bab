//! Web pages: what their makers say of them to machines, and what they show to readers.
//!
//! What a page says to machines is believed first (JSON-LD, then meta tags), since it is meant to be read this way;
//! then what it shows. A field's first giver is believed, and noted; but a headline that only search engines are told gives way to
//! the one that is printed and told to others. What a user maps to elements comes before all of it.

mod blocks;
mod byline;
mod elsewhere;
mod fields;
mod headline;
mod hocr;
mod json_ld;
mod main_text;
mod mapped;
mod meta;
mod page;
mod shown;
#[cfg(test)]
mod tests;

use elsewhere::Elsewhere;
use fields::Fields;
pub(crate) use hocr::Hocr;
use mapped::Mapped;
use page::{Cut, Page};

use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;
use crate::corpus::text;
use crate::{Caption, Code, Limits, Notice};

/// A page larger than this is no page of news. The largest of 311 real ones has 1.6 MB.
const MAX_BYTES: usize = 16 << 20;

pub(crate) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if begins_as_page(head) {
            return Some(Detected::by_content("it begins as a web page does"));
        }
        let extension = path.rsplit_once('.')?.1;
        let is_page = ["html", "htm", "xhtml", "shtml"].iter().any(|known| known.eq_ignore_ascii_case(extension));
        is_page.then_some(Detected::by_name("the name is that of a web page"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        // A page holds one article, so that there is nothing to stop.
        let _ = emit(understood(&source.text, options).into());
    }
}

/// Tells whether text begins with a doctype of HTML or one of the elements that frame a page.
fn begins_as_page(head: &str) -> bool {
    let mut rest = head.trim_start();
    while let Some(aside) = rest.strip_prefix("<!--").map(|inner| (inner, "-->")).or_else(|| {
        let instruction = rest.strip_prefix("<?xml");
        instruction.map(|inner| (inner, "?>"))
    }) {
        let (inner, end) = aside;
        let Some(at) = inner.find(end) else { return false };
        rest = inner[at + end.len()..].trim_start();
    }
    if !rest.starts_with('<') {
        return false;
    }
    let beginning = rest.chars().take(64).collect::<String>().to_ascii_lowercase();
    let doctype = beginning.strip_prefix("<!doctype").map(str::trim_start);
    doctype.is_some_and(|name| name.starts_with("html"))
        || ["<html", "<head", "<body"]
            .iter()
            .any(|tag| beginning.strip_prefix(tag).is_some_and(|after| after.starts_with(['>', ' ', '\n', '\r', '\t'])))
}

/// Parses markup to the depth that is set.
fn parsed(markup: &str, limits: &Limits) -> Result<Page, Notice> {
    let depth = u32::try_from(limits.html_depth).unwrap_or(u32::MAX);
    Page::parse_to(depth, markup)
        .ok_or_else(|| Notice::new(Code::BadRecord, None, "a tag has more attributes than any page needs"))
}

/// Refuses a page that is too large.
fn check_size(markup: &str) -> Result<(), Notice> {
    if markup.len() > MAX_BYTES {
        return Err(Notice::new(Code::TooLarge, None, "a page of more than 16 MiB"));
    }
    Ok(())
}

/// Understands a page.
pub(crate) fn understood(markup: &str, options: &ParseOptions) -> Result<Parsed, Notice> {
    check_size(markup)?;
    let Page { document, cut } = parsed(markup, &options.limits)?;
    let mapped = Mapped::of(&document, options);
    let tags = meta::Tags::of(&document);
    let mut fields = Fields::new(mapped.parsed, options.date_order, &document, tags.site_name());
    fields.parsed.notices.extend(cut.map(told));
    let is_mapped = fields.parsed.article.headline.is_some();
    let json_ld = json_ld::JsonLd::of(&document, &mut fields);
    json_ld.fill(&mut fields);
    let meta = meta::fill(&document, tags, &mut fields);
    meta.fill_declared(options.extra.keys(), &mut fields);
    json_ld.fill_created(&mut fields);
    let elsewhere = Elsewhere::of(&document);
    shown::fill(&document, &elsewhere, &meta, &mut fields);
    if !is_mapped {
        headline::complete(&document, &mut fields);
        headline::agree(&document, &meta, &mut fields);
    }
    json_ld.fill_of_page(&mut fields);
    fields.settle();
    byline::leave_over(&document, &elsewhere, &mut fields);
    elsewhere.leave_over(&document, &mut fields.parsed);
    let (paragraphs, place) = match mapped.body {
        Some((paragraphs, selector)) => (paragraphs, format!("selector {selector}")),
        None => (main_text::paragraphs(document, json_ld.article_body()), "main text".to_owned()),
    };
    finish(fields, paragraphs, place)
}

/// What is shown on a page, and what had to be left out of it.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) paragraphs: Vec<String>,
    pub(crate) captions: Vec<Caption>,
    pub(crate) notice: Option<Notice>,
}

/// Returns what is shown on a page that came by mail. Such pages have little around their text, and lay it out in
/// tables: where the main text is but a part of what is shown, all of that is taken.
pub(crate) fn shown_in_mail(markup: &str, limits: Limits) -> Result<Shown, Notice> {
    check_size(markup)?;
    let Page { document, cut } = parsed(markup, &limits)?;
    let shown = main_text::shown_paragraphs(&document);
    let Parsed { article, .. } = match understood(markup, &ParseOptions { limits, ..ParseOptions::default() }) {
        Ok(parsed) => parsed,
        Err(notice) if notice.code == Code::NoText => return Ok(Shown::default()),
        Err(notice) => return Err(notice),
    };
    let size = |paragraphs: &[String]| paragraphs.iter().map(String::len).sum::<usize>();
    let is_part = 3 * size(&article.body) < 2 * size(&shown);
    Ok(Shown {
        paragraphs: if is_part { shown } else { article.body },
        captions: article.captions,
        notice: cut.map(told),
    })
}

fn told(cut: Cut) -> Notice {
    Notice::new(Code::DoubtfulField, None, cut.to_string())
}

fn finish(mut fields: Fields, paragraphs: Vec<String>, place: String) -> Result<Parsed, Notice> {
    fields.take_body(paragraphs, place);
    let mut parsed = fields.parsed;
    let article = &parsed.article;
    if article.headline.is_none() && article.body.is_empty() && article.captions.is_empty() {
        return Err(Notice::new(Code::NoText, None, "a page with neither headline, text nor caption"));
    }
    let mut shown = article.headline.iter().chain(&article.body);
    if shown.any(|text| text::is_mojibake(text)) {
        let message = "the text was decoded in the wrong charset before it came here; kept as it stands";
        parsed.notices.push(Notice::new(Code::Mojibake, None, message));
    }
    if let Some(code) = text::page_without_article(article.headline.as_deref(), &article.body) {
        let message = match code {
            Code::ConsentWall => "the page asks for consent; the article is not on it",
            _ => "the page says that there is no such page",
        };
        parsed.notices.push(Notice::new(code, None, message));
    } else if article.body.is_empty() {
        parsed.notices.push(Notice::new(Code::NoBody, None, "no text was found on the page"));
    }
    Ok(parsed)
}
