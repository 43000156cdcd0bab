//! How plain text is understood, by example: each relative of the usual form that archives hold.

mod body;
mod captions;
mod headers;
mod heads;
mod losses;

use super::Plain;
use crate::corpus::format::{Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;
use crate::corpus::source::Source;
use crate::{Article, Code};

fn records(text: &str) -> Vec<Record> {
    let source = Source::decode("story.txt", text.as_bytes());
    let mut records = Vec::new();
    Plain.parse(&source, &ParseOptions::default(), &mut |record| {
        records.push(record);
        Flow::Continue
    });
    records
}

/// Returns the one article of a text, with what is the same for all formats done to it.
fn parsed(text: &str) -> Parsed {
    let mut records = Vec::new();
    read_source("story.txt", text.as_bytes(), &ParseOptions::default(), &mut |record| {
        records.push(record);
        Flow::Continue
    });
    match records.pop() {
        Some(Record::Article(parsed)) => *parsed,
        Some(Record::Reject { notice }) => panic!("rejected: {}", notice.message),
        None => panic!("no record"),
    }
}

fn article(text: &str) -> Article {
    parsed(text).article
}

fn codes(parsed: &Parsed) -> Vec<Code> {
    parsed.notices.iter().map(|notice| notice.code).collect()
}

/// Returns the reasons for which text was left over, with the lines.
fn left(parsed: &Parsed) -> Vec<(Option<u32>, &str)> {
    parsed.left_over.iter().map(|left| (left.line, left.reason.as_str())).collect()
}

fn captions(article: &Article) -> Vec<(&str, Option<&str>)> {
    article.captions.iter().map(|caption| (caption.text.as_str(), caption.credit.as_deref())).collect()
}

/// Returns a date as ISO 8601 has it.
fn iso(date: Option<crate::Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// Two paragraphs that no rule takes for anything but body.
const BODY: &str = "The ferry sailed again on Monday after nine weeks in dock, the harbour office of Ostrel said.\n\n\
                    Passengers had to take the bus by way of Lower Quay, which added an hour to the journey.\n";

#[test]
fn names_and_contents_decide_what_is_text() {
    let check = |path: &str, head: &str| Plain.detect(path, head).map(|detected| detected.reason);
    assert_eq!(check("a/story.TXT", "The ferry"), Some("the name ends in .txt"));
    assert_eq!(check("a/story", "The ferry"), Some("it is text"));
    assert_eq!(check("a/story.txt", "\u{7f}ELF\0\0"), None);
}

#[test]
fn a_text_without_words_of_news_is_rejected() {
    for text in ["\n \n\t\n", "ENDS\n", "Published: Sep 23, 2022\n", "By Ann Lee\n"] {
        assert!(matches!(&records(text)[..], [Record::Reject { notice }] if notice.code == Code::NoText), "{text:?}");
    }
}

/// The structure of the first story that the program was made for, with other words.
pub(super) const TWIN: &str = "VALMERE\u{a0} /\u{a0} HARBOUR\n\
    Ostrel ferry shows its new engine at open day of the shipyard\n\
    Published: May 14, 2021 09:05 AM\n\
    Visitors look at the engine in Ostrel on April 30, 2021. Photo: OPA\n\
    \n\
    Visitors look  at the engine in Ostrel on April 30, 2021. Photo: OPA\n\
    \n\
    \n\
    The shipyard of Ostrel opened its gates on Thursday to show the engine that will drive the ferry from June.\u{a0} \n\
    \n\
    More than 400 people came, and the director, Mara Venn, answered questions for two hours.\u{a0} \n\
    \n\
    Venn said the old engine had failed eleven times in one winter, and that nobody wished it back.\n\
    \n\
    Harbour Times";

#[test]
fn the_twin_of_the_first_story_is_understood_in_full() {
    let parsed = parsed(TWIN);
    let article = &parsed.article;
    let section = article.section.as_ref().expect("a section");
    assert_eq!((section.path.as_str(), section.label.as_str()), ("valmere/harbour", "VALMERE / HARBOUR"));
    assert_eq!(article.headline.as_deref(), Some("Ostrel ferry shows its new engine at open day of the shipyard"));
    assert_eq!(iso(article.published).as_deref(), Some("2021-05-14T09:05"));
    assert_eq!(article.published.and_then(|date| date.offset_minutes()), None);
    assert_eq!(captions(article), [("Visitors look at the engine in Ostrel on April 30, 2021.", Some("OPA"))]);
    assert_eq!(article.body.len(), 3);
    assert!(article.body[0].ends_with("from June."));
    assert_eq!(article.publisher.as_deref(), Some("Harbour Times"));
    assert_eq!((&article.standfirst, &article.dateline, article.updated), (&None, &None, None));
    assert!(article.bylines.is_empty());
    assert_eq!(left(&parsed), [(Some(6), "repeated caption")]);
    assert!(parsed.notices.is_empty());
    let places: Vec<_> = parsed.found.iter().map(|found| (found.field, found.place.as_str())).collect();
    let expected = [
        ("section", "line 1"),
        ("headline", "line 2"),
        ("published", "line 3"),
        ("publisher", "line 15"),
        ("captions", "line 4"),
        ("body", "lines 9-13"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn the_twin_reads_the_same_with_other_line_ends_and_invisible_characters() {
    let expected = article(TWIN);
    assert_eq!(article(&TWIN.replace('\n', "\r\n")), expected);
    assert_eq!(article(&TWIN.replace('\n', "\u{2028}")), expected);
    assert_eq!(article(&format!("\u{feff}{}", TWIN.replace("ferry", "fer\u{ad}ry\u{200b}"))), expected);
    assert_eq!(article(&TWIN.replace('\u{a0}', "\u{3000}")), expected);
}
