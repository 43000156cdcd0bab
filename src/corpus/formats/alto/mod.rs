//! ALTO, the Library of Congress's form of scanned pages: versions 1 to 4.4 of its schema, as METS/ALTO collections of
//! newspapers have them. A page is an article: which blocks of it are one story stands elsewhere, if anywhere. Blocks are
//! paragraphs, in the reading order that the file gives, else as they stand.
//!
//! METS, which lists the pages and stories of an issue, has no text. What it says of the issue (title, date, number) and of
//! the order of its pages is looked up before they are read, and given to them; see `corpus/issues.rs`. Where none says it,
//! a date in the name of a page's file, or of its image, is the page's.

pub(crate) mod mets;
mod page;
#[cfg(test)]
mod tests;
mod words;

use page::File;

use super::keys::Reading;
use super::xml::{root, with_doubts};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Record};
use crate::corpus::source::Source;
use crate::corpus::xml::Document;
use crate::{Code, Notice};

/// Pages in ALTO.
pub(crate) struct Alto;

impl Format for Alto {
    fn name(&self) -> &'static str {
        "alto"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        (root(head)? == "alto").then_some(Detected::by_content("its root is that of ALTO"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let document = Document::parse_within(&source.text, &options.limits);
        let file = File::of(&document, options.page.as_ref());
        let pages = document.outermost(|name| name == "Page");
        if pages.is_empty() {
            let notice = match document.broken() {
                Some((line, why)) => Notice::new(
                    Code::BadRecord,
                    Some(line),
                    format!("not ALTO that can be read: {why}; nothing of it is indexed"),
                ),
                None => Notice::new(Code::NoText, None, "ALTO without a page; not indexed"),
            };
            let _ = emit(notice.into());
            return;
        }
        let is_alone = pages.len() == 1;
        for (number, page) in (1u32..).zip(&pages) {
            let line = (!is_alone).then(|| page.line());
            let mut reading = Reading::of_article("ALTO", line, options);
            file.read(*page, source.path, is_alone, &mut reading);
            let outcome = reading.finish().map(|mut parsed| {
                (parsed.record, parsed.line) = ((!is_alone).then_some(number), line);
                parsed
            });
            let is_last = number as usize == pages.len();
            let outcome = if is_last { with_doubts(outcome, document.doubts()) } else { outcome };
            if emit(outcome.into()) == Flow::Stop {
                return;
            }
        }
    }
}

/// METS, recognised so that it is told what becomes of it.
pub(crate) struct Mets;

impl Format for Mets {
    fn name(&self) -> &'static str {
        "mets"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        (root(head)? == "mets").then_some(Detected::by_content("its root is that of METS"))
    }

    fn parse(&self, source: &Source<'_>, _options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let notice = match mets::read(&Document::parse(&source.text), source.path) {
            Err((line, why)) => {
                let message = format!("not METS that can be read: {why}; its pages are read without it");
                Notice::new(Code::BadRecord, Some(line), message)
            }
            Ok((_, pages)) if pages.is_empty() => {
                Notice::new(Code::NoArticle, None, "METS that lists no page in XML, and has no text; not indexed")
            }
            Ok(_) => {
                let message = "METS has no text; its title, date, number and order of pages are given to its pages in ALTO, \
                               where it and they lie as `*.xml` in the same corpus or the same archive (of tar, it before them); not indexed";
                Notice::new(Code::NoArticle, None, message)
            }
        };
        let _ = emit(notice.into());
    }
}
