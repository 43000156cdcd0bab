//! PDF (ISO 32000, versions 1.0 to 2.0) with a text layer: the text of its pages in the order of their content, as one article.
//! What it says of itself stands in its information dictionary. Of a page that was scanned there is nothing to read.
//!
//! A build without the feature `pdf` knows a PDF and rejects it.

#[cfg(feature = "pdf")]
mod filters;
#[cfg(feature = "pdf")]
mod lines;
#[cfg(feature = "pdf")]
mod metadata;
#[cfg(feature = "pdf")]
mod pages;
#[cfg(feature = "pdf")]
mod safety;
#[cfg(all(test, feature = "pdf"))]
mod tests;

use crate::Notice;
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;

/// A document in PDF.
pub(crate) struct Pdf;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn detect_bytes(&self, _path: &str, beginning: &[u8]) -> Option<Detected> {
        let is_pdf = beginning.starts_with(b"%PDF-");
        is_pdf.then_some(Detected::by_content("it begins as a PDF does"))
    }

    fn is_read(&self) -> bool {
        cfg!(feature = "pdf")
    }

    fn needs_its_end(&self) -> bool {
        true
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        // There is one document, so that there is nothing to stop.
        let _ = emit(read(source.bytes, options).into());
    }
}

#[cfg(not(feature = "pdf"))]
fn read(_bytes: &[u8], _options: &ParseOptions) -> Result<Parsed, Notice> {
    let message = "a PDF, which this build does not read; build with the feature `pdf`";
    Err(Notice::new(crate::Code::BadRecord, None, message))
}

/// Within how many bytes of its end, padding left aside, a document has its mark (ISO 32000-1, annex H).
#[cfg(feature = "pdf")]
const END: usize = 1024;

#[cfg(feature = "pdf")]
fn read(bytes: &[u8], options: &ParseOptions) -> Result<Parsed, Notice> {
    use crate::Code;
    use crate::corpus::formats::keys::{Field, Reading};

    let document = pages::read(bytes, &options.limits)?;
    let mut reading = Reading::of_article("PDF", None, options);
    metadata::give(&document.metadata, &document.said, &mut reading);
    let (count, missing) = (document.pages.len(), document.pages.iter().filter(|page| page.is_empty()).count());
    reading.spare("pages", &count.to_string());
    let text = lines::text(document.pages);
    if reading.parsed.article.headline.is_none() {
        reading.give(Field::Headline, "largest text", &text.headline);
    } else if !text.headline.is_empty() {
        // The title may be another, so that what is printed is text all the same.
        reading.give_body("pages", vec![text.headline]);
    }
    for line in text.furniture {
        reading.parsed.leave(None, line, "head or foot of pages");
    }
    reading.give_body("pages", text.paragraphs);
    reading.leave_repeated_headline();
    if missing > 0 {
        let message = format!("{missing} of its {count} pages have no text layer; OCR them to have their text");
        reading.parsed.notices.push(Notice::new(Code::LeftOut, None, message));
    }
    // What was copied in blocks may have any number of zeros behind it.
    let is_padding = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    let length = bytes.iter().rposition(|byte| !is_padding(byte)).map_or(0, |last| last + 1);
    let end = &bytes[length.saturating_sub(END)..length];
    if !end.windows(5).any(|word| word == b"%%EOF") {
        // Its reader puts together what it finds.
        let message = "the PDF breaks off before its end; what is there of it is kept";
        reading.parsed.notices.push(Notice::new(Code::BrokenOff, None, message));
    }
    if let Some(why) = document.cut {
        reading.parsed.notices.push(Notice::new(Code::Truncated, None, why));
    }
    reading.finish()
}
