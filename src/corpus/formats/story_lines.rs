//! One story a line, with the day before it and a word that says that text follows: `2023-07-29 21:03:13，正文：...`,
//! `2024-05-02 10:00, text: ...`. No standard; collections of news for teaching machines come so.

use std::sync::Arc;

use super::keys::{Field, Reading};
use crate::corpus::format::{Detected, Flow, Format, InPieces, ParseOptions, Parsed, Place, Record};
use crate::corpus::source::Source;
use crate::{Code, Date, DateOrder, Notice};

/// Words, with a colon behind them, that say that a text follows.
const LABELS: &[&str] = &["正文", "内容", "text", "body"];

/// How many bytes may stand before the label.
const LONGEST: usize = 60;

/// Lines of the form `date, label: text`.
pub(crate) struct StoryLines;

impl Format for StoryLines {
    fn name(&self) -> &'static str {
        "story-lines"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        let mut lines = head.lines().filter(|line| !line.trim().is_empty());
        // A line of the header of one article has the label too, but no second one follows it.
        let is_dated = |line: Option<&str>| {
            let before = line.and_then(parted).map(|(before, _)| before);
            before.is_some_and(|before| Date::parse(&date(before), DateOrder::Unknown).is_ok())
        };
        (is_dated(lines.next()) && is_dated(lines.next()))
            .then_some(Detected::by_content("each of its lines is a date and a text"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        read(&source.text, &mut Place::default(), options, emit);
    }

    fn in_pieces(&self, _beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        Some(Arc::new(StoryLines))
    }
}

impl InPieces for StoryLines {
    fn format(&self) -> &'static str {
        "story-lines"
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        read(text, at, options, emit)
    }
}

fn read(text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
    for line in text.split_inclusive('\n') {
        at.line = at.line.saturating_add(1);
        if line.trim().is_empty() {
            continue;
        }
        at.record = at.record.saturating_add(1);
        let place = |parsed| Parsed { record: Some(at.record), line: Some(at.line), ..parsed };
        let outcome = story(line, at.line, options).map(place);
        if emit(outcome.into()) == Flow::Stop {
            return Flow::Stop;
        }
    }
    Flow::Continue
}

fn story(line: &str, number: u32, options: &ParseOptions) -> Result<Parsed, Notice> {
    let mut reading = Reading::of_article("line", Some(number), options);
    let Some((before, text)) = parted(line) else {
        let message = "the line has no text with a label before it as the others have; not indexed";
        return Err(Notice::new(Code::BadRecord, Some(number), message));
    };
    reading.give(Field::Published, "beginning", &date(before));
    // Paragraphs of Chinese begin with two wide spaces.
    let paragraphs = text.split("\u{3000}\u{3000}").map(super::keys::as_line);
    reading.give_body("text", paragraphs.filter(|paragraph| !paragraph.is_empty()).collect());
    reading.finish()
}

/// Returns what stands before the label, and the text behind it.
fn parted(line: &str) -> Option<(&str, &str)> {
    let head = crate::text::head(line, LONGEST);
    // A time before the label has colons of its own.
    let at = head.match_indices(['：', ':']).map(|(at, _)| at).find(|at| is_label(&head[..*at]))?;
    let label = LABELS.iter().find(|label| ends_with(&head[..at], label))?;
    let colon = line[at..].chars().next().map_or(1, char::len_utf8);
    Some((&line[..at - label.len()], &line[at + colon..]))
}

fn is_label(before: &str) -> bool {
    LABELS.iter().any(|label| {
        let start = before.len().checked_sub(label.len()).and_then(|start| before.get(..start));
        // Nothing but a date stands before it.
        let is_alone = start.is_some_and(|start| !start.chars().any(char::is_alphabetic));
        is_alone && ends_with(before, label)
    })
}

fn ends_with(text: &str, label: &str) -> bool {
    let end = text.len().checked_sub(label.len()).and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(label))
}

/// Returns a date without what parts it from the label. That of `202307/2609:10:20` is written as others are.
fn date(before: &str) -> String {
    let date = before.trim_matches(|character: char| !character.is_ascii_digit());
    let bytes = date.as_bytes();
    let is_run_together =
        bytes.len() >= 9 && bytes[6] == b'/' && bytes[..6].iter().chain(&bytes[7..9]).all(u8::is_ascii_digit);
    if is_run_together {
        return format!("{}-{}-{} {}", &date[..4], &date[4..6], &date[7..9], &date[9..]);
    }
    date.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::read::read_source;

    fn read(text: &str) -> (Option<&'static str>, Vec<String>) {
        let mut records = Vec::new();
        let reading = read_source("a.txt", text.as_bytes(), &ParseOptions::default(), &mut |record| {
            records.push(match record {
                Record::Article(parsed) => {
                    let published = parsed.article.published.map(|date| date.to_string()).unwrap_or_default();
                    format!("{:?} {:?} {published} {}", parsed.record, parsed.line, parsed.article.body.join(" / "))
                        .replace("Some", "")
                }
                Record::Reject { notice } => format!("{:?} {}", notice.line, notice.code.as_str()),
            });
            Flow::Continue
        });
        (reading.format, records)
    }

    #[test]
    fn each_line_is_a_story() {
        let text = "2023-07-28 21:55:23，正文：渡轮：周一再次起航。\n2023-08-17 19:13 \u{a0} ，正文：　　票价不变。　　办公室说。\n\n\
            ，正文：没有日期。\n202307/2609:10:20，正文：鲱鱼。\nno label\n2023-07-26，正文：\n";
        let expected = [
            "(1) (1) 2023-07-28T21:55:23 渡轮：周一再次起航。",
            "(2) (2) 2023-08-17T19:13 票价不变。 / 办公室说。",
            "(3) (4)  没有日期。",
            "(4) (5) 2023-07-26T09:10:20 鲱鱼。",
            "Some(6) bad-record",
            "Some(7) no-text",
        ];
        assert_eq!(read(text), (Some("story-lines"), expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn one_article_with_such_a_line_stays_one() {
        for text in [
            "Headline: Ferry returns\nText: It sailed.\n",
            "2024-05-02\nText: It sailed.\n",
            "2024-05-02, text: One.\nIt went on.\n",
        ] {
            assert_eq!(read(text).0, Some("text"), "{text}");
        }
    }
}
