//! ALTO, the Library of Congress's form of scanned pages: versions 1 to 4.4 of its schema, as METS/ALTO collections of
//! newspapers have them. A page is an article: which blocks of it are one story stands elsewhere, if anywhere. Blocks are
//! paragraphs, in the reading order that the file gives, else as they stand.
//!
//! METS, which lists the pages and stories of an issue, has no text. Each source is read, hashed and watched by itself, so
//! it is not read for its pages, which are sources of their own, and what only METS says of them (title, date and number
//! of an issue) stays out. A date in the name of a page's file, or of its image, is the page's.

mod page;
#[cfg(test)]
mod tests;
mod words;

use page::File;

use super::keys::Reading;
use super::xml::root;
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
        let document = Document::parse(&source.text);
        let file = File::of(&document);
        let pages = document.outermost(|name| name == "Page");
        let broken = document.broken().map(|(line, why)| (line, why.to_owned()));
        if pages.is_empty() {
            let notice = match broken {
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
                if let Some((line, why)) = broken.as_ref().filter(|_| number as usize == pages.len()) {
                    let message = format!("{why}; what stands before this is kept");
                    parsed.notices.push(Notice::new(Code::BrokenOff, Some(*line), message));
                }
                parsed
            });
            if emit(outcome.into()) == Flow::Stop {
                return;
            }
        }
    }
}

/// METS, recognised so that it is told why it is not read.
pub(crate) struct Mets;

impl Format for Mets {
    fn name(&self) -> &'static str {
        "mets"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        (root(head)? == "mets").then_some(Detected::by_content("its root is that of METS"))
    }

    fn parse(&self, _source: &Source<'_>, _options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let message = "METS lists the files of an issue and has no text; its pages in ALTO are sources of their own; not \
                       indexed";
        let _ = emit(Notice::new(Code::NoArticle, None, message).into());
    }
}
