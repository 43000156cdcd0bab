//! hOCR 1.0 to 1.2: pages of print as HTML, whose classes (`ocr_page`, `ocr_par`, `ocr_line`, `ocrx_word`) say what each
//! element was on the page. A page is an article, as in ALTO: several may stand in a file. Metadata is that of Dublin Core
//! in the head, and the title, where it is more than the name of a file.

use dom_query::{Document, NodeRef};

use super::{Page, parsed};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::formats::scanned::{Lines, date_in_path};
use crate::corpus::source::Source;
use crate::{Caption, Code, Notice};

/// Pages in hOCR.
pub(crate) struct Hocr;

/// What the head or the first page of a file has, and no other page: attributes as they are written.
const MARKS: &[&str] = &["ocr_page", "ocr-system", "ocr-capabilities"];

impl Format for Hocr {
    fn name(&self) -> &'static str {
        "hocr"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        let is_value = |at: usize| {
            let before = head[..at].trim_end_matches(['"', '\'']);
            before.ends_with("class=") || before.ends_with("name=")
        };
        let is_marked = |mark: &&str| head.match_indices(*mark).any(|(at, _)| is_value(at));
        if head.trim_start().starts_with('<') && MARKS.iter().any(is_marked) {
            return Some(Detected::by_content("it has the classes of hOCR"));
        }
        let is_named = path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("hocr"));
        is_named.then_some(Detected::by_name("the name ends in .hocr"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let Page { document, cut } = match parsed(&source.text, &options.limits) {
            Ok(page) => page,
            Err(notice) => {
                let _ = emit(notice.into());
                return;
            }
        };
        let selected = document.select(".ocr_page");
        let pages = selected.nodes();
        if pages.is_empty() {
            let notice = Notice::new(Code::NoText, None, "hOCR without a page; not indexed");
            let _ = emit(notice.into());
            return;
        }
        let is_alone = pages.len() == 1;
        let head = Head::of(&document);
        for (number, page) in (1u32..).zip(pages) {
            let outcome = read(&head, page, source.path, is_alone, options).map(|mut parsed| {
                parsed.record = (!is_alone).then_some(number);
                let cut = cut.filter(|_| number == 1);
                parsed.notices.extend(cut.map(|cut| Notice::new(Code::DoubtfulField, None, cut.to_string())));
                parsed
            });
            if emit(outcome.into()) == Flow::Stop {
                return;
            }
        }
    }
}

fn read(head: &Head, page: &NodeRef<'_>, path: &str, is_alone: bool, options: &ParseOptions) -> Result<Parsed, Notice> {
    let mut reading = Reading::of_article("hOCR", None, options);
    let mut text = Text::default();
    text.walk(page, true);
    text.end_paragraph();
    for (field, class, value) in &text.fields {
        reading.give(*field, class, value);
    }
    head.give(is_alone, &mut reading);
    let properties = page.attr("title").unwrap_or_default();
    reading.give(Field::Page, "lpageno", property(&properties, "lpageno").unwrap_or_default());
    let number = property(&properties, "ppageno").and_then(|number| number.parse::<u32>().ok());
    // Counted from 0. That of a page that stands alone is 0 whatever page it is.
    if let Some(number) = number.filter(|_| !is_alone && reading.parsed.article.page.is_none()) {
        reading.give(Field::Page, "ppageno", &number.saturating_add(1).to_string());
    }
    let image = property(&properties, "image").unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    for (place, name) in [("name of the image", image), ("name of the file", path)] {
        let date = date_in_path(name).filter(|_| reading.parsed.article.published.is_none());
        reading.give(Field::Published, place, &date.unwrap_or_default());
    }
    reading.give(Field::Language, "lang", text.language.as_deref().unwrap_or_default());
    for (class, text) in text.spare {
        reading.spare(class, &text);
    }
    reading.give_captions("ocr_caption", text.captions);
    reading.give_body("ocr_page", text.paragraphs);
    reading.leave_repeated_headline();
    reading.finish()
}

/// Returns a property of an element: `ppageno 3` of `bbox 0 0 800 1200; ppageno 3`.
fn property<'t>(properties: &'t str, name: &str) -> Option<&'t str> {
    let mut parts = properties.split(';').map(str::trim);
    let value = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix(' '))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

/// What the head of a file says of its pages.
#[derive(Default)]
struct Head {
    title: Option<String>,
    /// The content of meta tags, by their names in lower case.
    metas: Vec<(String, String)>,
}

/// Meta tags of Dublin Core, without their prefix, and what they feed.
const METAS: &[(&str, Field)] = &[
    ("title", Field::Headline),
    ("creator", Field::Bylines),
    ("publisher", Field::Publisher),
    ("date.issued", Field::Published),
    ("issued", Field::Published),
    ("date", Field::Published),
    ("language", Field::Language),
    ("source", Field::Url),
];

impl Head {
    fn of(document: &Document) -> Head {
        let title = document.select("head title").text();
        let title = Some(as_line(&title)).filter(|title| is_title(title));
        let metas = document.select("head meta[name]");
        let pair = |meta: &NodeRef<'_>| Some((meta.attr("name")?.to_lowercase(), as_line(&meta.attr("content")?)));
        Head { title, metas: metas.nodes().iter().filter_map(pair).collect() }
    }

    fn give(&self, is_alone: bool, reading: &mut Reading<'_>) {
        for (name, content) in &self.metas {
            let Some(element) = name.strip_prefix("dc.").or_else(|| name.strip_prefix("dcterms.")) else {
                // What the others say is of the program that read the print.
                continue;
            };
            match METAS.iter().find(|(known, _)| *known == element) {
                Some((_, Field::Url)) if !content.starts_with("http") => reading.spare(name, content),
                Some((_, field)) => reading.give(*field, name, content),
                None if element == "subject" => reading.give_keyword(name, content, None),
                // The id of several pages is that of none of them.
                None if element == "identifier" && is_alone => reading.give(Field::NativeId, name, content),
                None => reading.spare(name, content),
            }
        }
        if reading.parsed.article.headline.is_none() {
            reading.give(Field::Headline, "title", self.title.as_deref().unwrap_or_default());
        }
    }
}

/// Tells whether the title of a file is more than its name, or what programs write for want of one.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_name = !title.contains(' ') && title.contains(['.', '/', '\\', '_']);
    let ends = [".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jp2", ".pdf", ".hocr", ".html"];
    let is_empty = ["", "unknown", "untitled", "title", "ocr output", "ocr document", "hocr"].contains(&lower.as_str());
    !is_name && !is_empty && !ends.iter().any(|end| lower.ends_with(end))
}

/// Classes of lines; readers of print put these into paragraphs.
const LINES: &[&str] = &["ocr_line", "ocrx_line", "ocr_header", "ocr_caption", "ocr_textfloat"];
/// Classes that begin and end a paragraph.
const BLOCKS: &[&str] =
    &["ocr_par", "ocr_carea", "ocrx_block", "ocr_column", "ocr_float", "ocr_blockquote", "ocr_display", "ocr_table"];
/// Classes of what is no text.
const UNREAD: &[&str] = &["ocr_page", "ocr_image", "ocr_photo", "ocr_linedrawing", "ocr_separator", "ocr_noise"];
/// Classes whose text is a field.
const FIELDS: &[(&str, Field)] = &[
    ("ocr_title", Field::Headline),
    ("ocr_author", Field::Bylines),
    ("ocr_abstract", Field::Standfirst),
    ("ocr_pageno", Field::Page),
];

/// The text of a page under way.
#[derive(Default)]
struct Text {
    fields: Vec<(Field, &'static str, String)>,
    paragraphs: Vec<String>,
    captions: Vec<Caption>,
    spare: Vec<(&'static str, String)>,
    /// That of the first paragraph which says one.
    language: Option<String>,
    lines: Lines,
    /// Whether the paragraph under way is a caption.
    is_caption: bool,
}

impl Text {
    /// Reads what is in an element, as deep as the file nests, which is bounded.
    fn walk(&mut self, node: &NodeRef<'_>, is_page: bool) {
        if node.is_text() {
            self.lines.push(&node.text(), false);
            return;
        }
        let class = node.attr("class").unwrap_or_default();
        let is = |known: &&str| class.split_whitespace().any(|class| class == *known);
        if let Some((class, field)) = FIELDS.iter().find(|(class, _)| is(class)) {
            self.end_paragraph();
            return self.fields.push((*field, class, line_of(node)));
        }
        match node.node_name().unwrap_or_default() {
            _ if UNREAD.iter().any(is) && !is_page => return,
            name if matches!(&*name, "script" | "style" | "template" | "img") => return,
            _ if is(&"ocr_footer") => return self.spare.push(("ocr_footer", line_of(node))),
            _ => {}
        }
        if LINES.iter().any(is) {
            if is(&"ocr_caption") != self.is_caption {
                self.end_paragraph();
                self.is_caption = !self.is_caption;
            }
            return self.lines.push(&line_of(node), false);
        }
        let name = node.node_name().unwrap_or_default();
        let is_block = BLOCKS.iter().any(is) || matches!(&*name, "p" | "div" | "h1" | "h2" | "h3" | "td" | "li");
        if is_block {
            self.end_paragraph();
        }
        if self.language.is_none() && !is_page {
            // Programs write the names of scripts too.
            let language = node.attr("lang").filter(|code| code.starts_with(|c: char| c.is_ascii_lowercase()));
            self.language = language.map(|code| code.to_string());
        }
        let mut child = node.first_child();
        while let Some(inner) = child {
            self.walk(&inner, false);
            child = inner.next_sibling();
        }
        if is_block {
            self.end_paragraph();
        }
    }

    fn end_paragraph(&mut self) {
        let text = as_line(&std::mem::take(&mut self.lines).finish());
        match std::mem::take(&mut self.is_caption) {
            _ if text.is_empty() => {}
            true => self.captions.push(Caption { text, credit: None }),
            false => self.paragraphs.push(text),
        }
    }
}

/// Returns the text of a line. Words stand apart, whether there is a space between their elements or not.
fn line_of(node: &NodeRef<'_>) -> String {
    let words: Vec<_> = node.descendants().into_iter().filter(|inner| inner.has_class("ocrx_word")).collect();
    let text = match words.as_slice() {
        [] => node.text().to_string(),
        words => words.iter().map(NodeRef::text).map(|text| text.to_string()).collect::<Vec<_>>().join(" "),
    };
    crate::text::fold_spaces(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::read::read_source;

    fn read(path: &str, text: &str) -> (Option<&'static str>, Vec<Result<Parsed, String>>) {
        let mut records = Vec::new();
        let reading = read_source(path, text.as_bytes(), &ParseOptions::default(), &mut |record| {
            records.push(match record {
                Record::Article(parsed) => Ok(*parsed),
                Record::Reject { notice } => Err(format!("{}: {}", notice.code.as_str(), notice.message)),
            });
            Flow::Continue
        });
        (reading.format, records)
    }

    fn body(page: &str) -> Vec<String> {
        let text = format!("<html><body><div class=ocr_page title='bbox 0 0 9 9'>{page}</div></body></html>");
        let (format, mut records) = read("a.html", &text);
        assert_eq!(format, Some("hocr"));
        records.remove(0).expect("an article").article.body
    }

    #[test]
    fn lines_and_words_are_paragraphs_however_they_are_written() {
        let line = |text: &str| format!("<span class='ocr_line'>{text}</span>");
        assert_eq!(
            body(&format!("<p class=ocr_par>{}\n{}</p>", line("The fer-"), line("ry sailed."))),
            ["The ferry sailed."]
        );
        let words = "<span class='ocrx_word'>It</span><span class='ocrx_word'><em>rained</em></span>";
        assert_eq!(
            body(&format!("<p class=ocr_par>{}</p><p>Loose<br>text.</p>", line(words))),
            ["It rained", "Loose text."]
        );
        assert_eq!(body(&format!("{}{}", line("Only lines"), line("of text."))), ["Only lines of text."]);
        assert_eq!(
            body("<div class=ocr_photo>x</div><div class=ocr_carea>One.</div><div class=ocr_carea>Two.</div>"),
            ["One.", "Two."]
        );
    }

    #[test]
    fn elements_are_read_as_deep_as_is_set() {
        let inner = format!("{}It sailed.{}", "<div>".repeat(30), "</div>".repeat(30));
        let text = format!("<html><body><div class=ocr_page title='bbox 0 0 9 9'>{inner}</div></body></html>");
        let told = |most: u64| {
            let mut options = ParseOptions::default();
            options.limits.html_depth = most;
            let mut notices = Vec::new();
            read_source("a.hocr", text.as_bytes(), &options, &mut |record| {
                let Record::Article(parsed) = record else { panic!("an article") };
                notices.extend(parsed.notices.into_iter().map(|notice| notice.code));
                Flow::Continue
            });
            notices
        };
        assert_eq!((told(20), told(256)), (vec![Code::DoubtfulField], vec![]));
    }

    #[test]
    fn pages_are_records_and_a_file_without_one_says_so() {
        let page = |number: u8, text: &str| {
            format!("<div class='ocr_page' title='bbox 0 0 1 1; ppageno {number}'>{text}</div>")
        };
        let text = format!(
            "<html><head><title>scan_01.tif</title></head><body>{}{}{}</body></html>",
            page(0, "One."),
            page(1, ""),
            page(2, "Three.")
        );
        let shown: Vec<_> = read("courier-19210304.hocr", &text)
            .1
            .into_iter()
            .map(|record| {
                record.map(|parsed| {
                    let article = parsed.article;
                    (parsed.record, article.page, article.headline, article.published.map(|date| date.to_string()))
                })
            })
            .collect();
        let page = |number: u32| Ok((Some(number), Some(number.to_string()), None, Some("1921-03-04".to_owned())));
        let empty = Err("no-text: it has neither headline, body nor caption; not indexed".to_owned());
        assert_eq!(shown, [page(1), empty, page(3)]);
        let (format, records) = read("a.hocr", "<p>Ferry</p>");
        assert_eq!(
            (format, records),
            (Some("hocr"), vec![Err("no-text: hOCR without a page; not indexed".to_owned())])
        );
        assert_eq!(read("a.html", "<html><body><p>The class ocr_page marks a page.</p></body></html>").0, Some("html"));
    }
}
