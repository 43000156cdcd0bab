//! Text as agencies sent it by wire: IPTC 7901 (1978 to 1995) and ANPA 1312. Messages of a header, a text and an end, parted
//! by the control characters SOH, STX, ETX and EOT; several may stand in a source.

use super::keys::{Field, Reading, as_line};
use super::sgml::paragraphs;
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::source::Source;
use crate::corpus::text::shape::is_paragraph;
use crate::{Code, Notice};

const SOH: char = '\u{1}';
const STX: char = '\u{2}';
const ETX: char = '\u{3}';
const EOT: char = '\u{4}';

/// Messages of the wire.
pub(crate) struct Wire;

impl Format for Wire {
    fn name(&self) -> &'static str {
        "wire"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        let start = head.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{16}');
        (start.starts_with(SOH) && start.contains(STX))
            .then_some(Detected::by_content("it begins with the control characters of a message of the wire"))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let messages = source.text.matches(SOH).count();
        let (mut line, mut parts) = (1u32, source.text.split(SOH));
        // What stands before the first message are characters to keep the clocks in step.
        let ends = |text: &str| u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX);
        line = line.saturating_add(parts.next().map_or(0, ends));
        for (number, text) in (1u32..).zip(parts) {
            let is_alone = messages == 1;
            let outcome = message(text, line, options).map(|parsed| Parsed {
                record: (!is_alone).then_some(number),
                line: (!is_alone).then_some(line),
                ..parsed
            });
            if emit(outcome.into()) == Flow::Stop {
                return;
            }
            line = line.saturating_add(ends(text));
        }
    }
}

fn message(text: &str, line: u32, options: &ParseOptions) -> Result<Parsed, Notice> {
    let Some((header, rest)) = text.split_once(STX) else {
        return Err(Notice::new(Code::BadRecord, Some(line), "a message of the wire without a text; not indexed"));
    };
    let mut reading = Reading::of_article("wire", Some(line), options);
    read_header(header, &mut reading);
    let (story, trailer) = match rest.split_once(ETX) {
        Some((story, trailer)) => (story, trailer.split(EOT).next().unwrap_or_default()),
        None => {
            let message = "the message breaks off before its end; what is there is kept";
            reading.parsed.notices.push(Notice::new(Code::BrokenOff, Some(line), message));
            (rest, "")
        }
    };
    read_story(story, &mut reading);
    match time(trailer) {
        Some(time) => reading.give(Field::Published, "end of message", &time),
        None => reading.spare("end of message", trailer),
    }
    reading.finish()
}

/// Reads a header: in IPTC 7901 `APA0017 4 CI 0251` and a line of keywords, in ANPA 1312 `f0704 reute` and `u f
/// BC-FERRY 02-26 0105`.
fn read_header(header: &str, reading: &mut Reading<'_>) {
    let header = header.replace('\u{1f}', " ");
    let mut lines = header.lines().map(as_line).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return };
    let words: Vec<&str> = first.split(' ').collect();
    let letters = words[0].len() - words[0].trim_start_matches(|character: char| character.is_ascii_alphabetic()).len();
    let number = &words[0][letters..];
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if letters == 0 || !is_number {
        return reading.spare("header", &header);
    }
    reading.give(Field::NativeId, "number of message", words[0]);
    if letters > 1 {
        reading.give(Field::Publisher, "header", &words[0][..letters]);
        let category = words.get(2).filter(|word| word.chars().all(|character| character.is_ascii_alphabetic()));
        reading.give_keyword("header", category.copied().unwrap_or_default(), Some("category"));
        for line in lines {
            reading.give_keyword("header", &line, Some("slugline"));
        }
    } else if let Some(second) = lines.next() {
        // Priority, category, keyword, then day and length.
        let mut words = second.split(' ').skip(1);
        reading.give_keyword("header", words.next().unwrap_or_default(), Some("category"));
        reading.give_keyword("header", words.next().unwrap_or_default(), Some("slugline"));
    }
}

/// Reads a text: a headline and byline that stand before it, and its paragraphs.
fn read_story(story: &str, reading: &mut Reading<'_>) {
    const MOST: usize = 6;
    let mut rest = story;
    for _ in 0..MOST {
        let start = rest.trim_start_matches(['\n', '\r']);
        let (printed, after) = start.split_once('\n').unwrap_or((start, ""));
        // In ANPA's form a line of the head begins with ^ and ends with = or <.
        let marked = printed.trim().strip_prefix('^');
        let line = as_line(marked.unwrap_or(printed).trim().trim_end_matches(['=', '<']));
        let is_alone = after.lines().next().is_none_or(|next| next.trim().is_empty() || is_byline(&as_line(next)));
        let is_heading = is_alone && reading.parsed.article.headline.is_none() && !after.trim().is_empty();
        if is_byline(&line) {
            reading.give(Field::Bylines, "text", &line);
        } else if line.starts_with("Eds:") || line.starts_with("(Eds:") {
            reading.spare("text", &line);
        } else if !line.is_empty() && (marked.is_some() || is_heading && !is_paragraph(&line)) {
            reading.give(Field::Headline, "text", &line);
        } else {
            break;
        }
        rest = after;
    }
    reading.give_body("text", paragraphs(rest));
}

fn is_byline(line: &str) -> bool {
    let line = line.trim_start_matches('^');
    let opens = ["By ", "BY ", "Von ", "Par ", "Por ", "Di "].iter().any(|opening| line.starts_with(opening));
    opens && line.len() <= 120 && !is_paragraph(line)
}

/// Returns the time of a message in a form that is read: of `021015 MAY 04` and `02-26-87 1501EST`.
fn time(trailer: &str) -> Option<String> {
    let line = as_line(trailer);
    let words: Vec<&str> = line.split(' ').collect();
    let is_figures = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let century = |year: &str| if year >= "70" { "19" } else { "20" };
    if let [clock, .., month, year] = words[..]
        && is_figures(clock, 6)
        && is_figures(year, 2)
    {
        let (day, hour, minute) = (&clock[..2], &clock[2..4], &clock[4..]);
        return Some(format!("{day} {month} {}{year} {hour}:{minute}", century(year)));
    }
    let [day, clock, ..] = words[..] else { return None };
    let parts: Vec<&str> = day.split('-').collect();
    let [month, day, year] = parts[..] else { return None };
    let is_whole =
        [month, day, year].iter().all(|part| is_figures(part, 2)) && clock.get(..4).is_some_and(|c| is_figures(c, 4));
    is_whole.then(|| format!("{}{year}-{month}-{day} {}:{} {}", century(year), &clock[..2], &clock[2..4], &clock[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::read::read_source;

    #[test]
    fn times_of_both_forms_are_read() {
        let parsed = |text: &str| {
            let time = time(text)?;
            crate::Date::parse(time.trim(), crate::DateOrder::Unknown).ok().map(|date| date.to_string())
        };
        assert_eq!(parsed("\r\n021015 MAY 04\r\n").as_deref(), Some("2004-05-02T10:15"));
        assert_eq!(parsed("02-26-87 1501EST").as_deref(), Some("1987-02-26T15:01-05:00"));
        assert_eq!(time("later"), None);
        assert_eq!(time("99é-26-87 15é1"), None);
    }

    #[test]
    fn messages_are_records_and_a_broken_one_is_kept() {
        // Of so few characters too many would be control characters without a longer text.
        let long = "The ferry sailed again on Monday, the harbour office said. ".repeat(9);
        let first = format!("HPB0001 4 CI 12\nFerry\n\u{2}Ferry returns\n\n{long}\n\u{3}\u{4}");
        let text = format!("\u{16}\u{16}\u{1}{first}\n\u{1}HPB0002\n\u{4}\n\u{1}HPB0003 4\n\u{2}Herring\n\nIt is ba");
        let mut shown = Vec::new();
        let reading = read_source("a.txt", text.as_bytes(), &ParseOptions::default(), &mut |record| {
            shown.push(match record {
                Record::Article(parsed) => format!(
                    "{:?} {:?} {:?} {:?} {}",
                    parsed.record,
                    parsed.line,
                    parsed.article.headline,
                    parsed.article.body.len(),
                    parsed.notices.len()
                ),
                Record::Reject { notice } => format!("{:?} {}", notice.line, notice.message),
            });
            Flow::Continue
        });
        assert_eq!(reading.format, Some("wire"));
        assert_eq!(
            shown,
            [
                "Some(1) Some(1) Some(\"Ferry returns\") 1 0",
                "Some(7) a message of the wire without a text; not indexed",
                "Some(3) Some(9) Some(\"Herring\") 1 1",
            ]
        );
    }
}
