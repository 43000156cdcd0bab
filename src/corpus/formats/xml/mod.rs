//! News agencies' XML: NewsML-G2, NewsML 1.x and NITF. An XML document of any other kind is no text to index as it stands, and is
//! rejected by the name of its root; articles of a known kind are found inside of it all the same.
//!
//! A document that breaks off is read to the break, and the last article of it says so.

mod blocks;
mod newsml_1;
mod newsml_g2;
mod nitf;
#[cfg(test)]
mod tests;

pub(crate) use blocks::Blocks;

use super::keys::Reading;
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;
use crate::corpus::xml::{Document, Element};
use crate::{Code, Notice};

/// XML of one kind, told by its root.
pub(crate) struct Xml {
    name: &'static str,
    roots: &'static [&'static str],
    reason: &'static str,
}

/// NewsML-G2: an item, or a message of several.
pub(crate) static NEWSML_G2: Xml = Xml {
    name: "newsml-g2",
    roots: &["newsMessage", "newsItem", "packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"],
    reason: "its root is one of NewsML-G2",
};

/// NewsML 1.x.
pub(crate) static NEWSML_1: Xml =
    Xml { name: "newsml", roots: &["NewsML", "NewsItem"], reason: "its root is one of NewsML 1" };

/// NITF.
pub(crate) static NITF: Xml = Xml { name: "nitf", roots: &["nitf"], reason: "its root is one of NITF" };

impl Format for Xml {
    fn name(&self) -> &'static str {
        self.name
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        let root = root(head)?;
        let is_known = self.roots.contains(&root);
        is_known.then_some(Detected::by_content(self.reason))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        parse(source, options, emit);
    }
}

/// Any other XML.
pub(crate) struct OtherXml;

impl Format for OtherXml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn detect(&self, path: &str, head: &str) -> Option<Detected> {
        if head.trim_start().starts_with("<?xml") {
            return Some(Detected::by_content("it begins as XML does"));
        }
        let is_named = path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("xml"));
        let is_xml = is_named && head.trim_start().starts_with('<');
        is_xml.then_some(Detected::by_name("the name ends in .xml"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        parse(source, options, emit);
    }
}

/// Returns the name, without prefix, of the element that a document begins with.
pub(super) fn root(head: &str) -> Option<&str> {
    let mut rest = head.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => rest.find("?>")? + 2,
            _ if rest.starts_with("<!--") => rest.find("-->")? + 3,
            _ if rest.starts_with("<!") => match (rest.find('['), rest.find('>')?) {
                (Some(subset), end) if subset < end => rest.find("]>")? + 2,
                (_, end) => end + 1,
            },
            _ => break,
        };
        rest = rest[end..].trim_start();
    }
    let tag = rest.strip_prefix('<')?;
    let name = &tag[..tag.find(|character: char| character.is_whitespace() || matches!(character, '>' | '/'))?];
    Some(name.rsplit(':').next().unwrap_or(name))
}

fn parse(source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
    let document = Document::parse_within(&source.text, &options.limits);
    let articles = articles(&document);
    if articles.is_empty() {
        let _ = emit(no_articles(&document).into());
        return;
    }
    let is_alone = articles.len() == 1 && document.roots().next().is_some_and(|root| root.name() == articles[0].name());
    for (at, article) in articles.iter().enumerate() {
        let line = (!is_alone).then(|| article.line());
        let record = (!is_alone).then(|| u32::try_from(at + 1).unwrap_or(u32::MAX));
        let is_last = at + 1 == articles.len();
        let outcome = read(*article, line, options).map(|mut parsed| {
            (parsed.record, parsed.line) = (record, line);
            parsed
        });
        let outcome = if is_last { with_doubts(outcome, document.doubts()) } else { outcome };
        if emit(outcome.into()) == Flow::Stop {
            return;
        }
    }
}

/// Tells what is doubtful of a document with the last article of it, or with why that is none.
pub(in crate::corpus::formats) fn with_doubts(
    outcome: Result<Parsed, Notice>,
    doubts: Vec<Notice>,
) -> Result<Parsed, Notice> {
    match outcome {
        Ok(mut parsed) => {
            parsed.notices.extend(doubts);
            Ok(parsed)
        }
        Err(mut notice) => {
            doubts.iter().for_each(|doubt| notice.message = format!("{}; {}", notice.message, doubt.message));
            if doubts.iter().any(|doubt| doubt.code == Code::BrokenOff) {
                (notice.level, notice.code) = (Code::BrokenSource.level(), Code::BrokenSource);
            }
            Err(notice)
        }
    }
}

/// Returns the elements of a document that may be articles each.
fn articles<'d, 'a>(document: &'d Document<'a>) -> Vec<Element<'d, 'a>> {
    let is_article = |name: &str| matches!(name, "nitf" | "NewsItem") || newsml_g2::ITEMS.contains(&name);
    document.outermost(is_article)
}

fn read(article: Element<'_, '_>, line: Option<u32>, options: &ParseOptions) -> Result<Parsed, Notice> {
    match article.name() {
        "nitf" => {}
        "NewsItem" => return newsml_1::read(article, line, options),
        _ => return newsml_g2::read(article, line, options),
    }
    let mut reading = Reading::of_article("NITF", line, options);
    nitf::read(article, &mut reading);
    reading.finish()
}

/// Tells why a document has no articles.
fn no_articles(document: &Document<'_>) -> Notice {
    if let Some((line, why)) = document.broken() {
        return Notice::new(
            Code::BrokenSource,
            Some(line),
            format!("not XML that can be read: {why}; nothing of it is indexed"),
        );
    }
    let Some(root) = document.roots().next() else {
        return Notice::new(Code::BadRecord, None, "it begins as XML and has no element; nothing of it is indexed");
    };
    let message = match root.name() {
        "newsMessage" | "NewsML" => "a message without an item; not indexed".to_owned(),
        name => format!("an XML document of `{name}`, which is no form of news that is known; not indexed"),
    };
    Notice::new(Code::NotAnArticle, Some(root.line()), message)
}
