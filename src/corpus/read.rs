//! One source's bytes become records: decode, detect, parse. The one way through the mail room, for the conveyor and
//! for [`understand`](crate::understand) alike.
//!
//! A format does not panic, but it stands on readers of HTML, Markdown, YAML and TOML that may, and one source of a
//! hundred thousand must not end a run. So a panic in a format is a rejected record that says so; what it handed out
//! before stays. Only what a format made is lost: it keeps nothing from one source to the next.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::format::{self, Flow, Format, ParseOptions, Parsed, Record};
use super::source::Source;
use super::text::dateline;
use crate::notice::doubtful_extra;
use crate::{Code, Level, Notice};

/// The place that a dateline is taken from.
pub(crate) const OPENING: &str = "opening of the body";

/// What is known of a source apart from its records.
pub(crate) struct SourceReading {
    /// The format's name; none where the source is in no known form.
    pub(crate) format: Option<&'static str>,
    /// Why it is taken for that format.
    pub(crate) reason: Option<&'static str>,
    /// The charset's name.
    pub(crate) charset: &'static str,
    /// How the charset is known.
    pub(crate) charset_origin: &'static str,
    /// What is doubtful about the source as a whole, or why it is skipped.
    pub(crate) notices: Vec<Notice>,
    /// Of an archive the files in it, in order.
    pub(crate) members: Vec<Member>,
}

/// A file of an archive, read.
#[derive(Debug)]
pub(crate) struct Member {
    /// The path of the archive, `!/`, and the path in it.
    pub(crate) path: String,
    /// How many bytes it has, and the first half of their BLAKE3 hash.
    pub(crate) size: u64,
    pub(crate) hash: [u8; 16],
    /// The format's name; none where it is in no form that is known.
    pub(crate) format: Option<&'static str>,
    /// What is doubtful about it as a whole, or why it is skipped.
    pub(crate) notices: Vec<Notice>,
}

/// Reads a source and hands out its records, in order, until `emit` says to stop.
///
/// Notices have the path; the corpus is for the caller to put in, and so are an article's id and source. A source
/// that holds nothing, or is in no known form, is one notice of the level [`Skip`](crate::Level::Skip) and no record.
pub(crate) fn read_source(
    path: &str,
    bytes: &[u8],
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> SourceReading {
    let source = Source::decode(path, bytes);
    let mut notices = source.notices.clone();
    let found = if source.text.trim().is_empty() && !source.looks_binary() {
        // Whatever is doubtful about its bytes, the one thing to say is that it is skipped.
        notices.clear();
        notices.push(Notice::new(Code::EmptyFile, None, "it holds no text"));
        None
    } else {
        let found = format::detect(&source);
        if found.is_none() {
            notices.clear();
            notices.push(Notice::new(Code::UnknownFormat, None, "it is not text in a form that is known"));
        }
        found
    };
    let mut skip = None;
    if let Some((format, _)) = &found {
        parse(*format, &source, options, &mut |record| match record {
            Record::Reject { notice } if notice.level == Level::Skip => {
                skip = Some(notice);
                Flow::Stop
            }
            record => emit(record),
        });
    }
    let found = found.filter(|_| skip.is_none());
    if let Some(notice) = skip {
        notices = vec![notice];
    }
    with_path(&mut notices, path);
    let found = found.map(|(format, detected)| (format.name(), detected.reason));
    SourceReading { notices, ..source.reading(found) }
}

/// Puts the path into notices.
pub(super) fn with_path(notices: &mut [Notice], path: &str) {
    for notice in notices {
        path.clone_into(&mut notice.path);
    }
}

impl Source<'_> {
    /// Returns what is known of the source before it is parsed.
    pub(super) fn reading(&self, found: Option<(&'static str, &'static str)>) -> SourceReading {
        SourceReading {
            format: found.map(|(format, _)| format),
            reason: found.map(|(_, reason)| reason),
            charset: self.charset,
            charset_origin: self.charset_origin,
            notices: Vec::new(),
            members: Vec::new(),
        }
    }
}

/// Has a format read a source.
fn parse(format: &dyn Format, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
    guarded(format.name(), source.path, options, emit, |emit| {
        format.parse(source, options, emit);
        Flow::Continue
    });
}

/// Has `read` hand out records. Where it panics, the last one is one that is rejected for it, and no more are to be had.
pub(super) fn guarded(
    format: &str,
    path: &str,
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
    read: impl FnOnce(&mut dyn FnMut(Record) -> Flow) -> Flow,
) -> Flow {
    let finished_read =
        |emit: &mut dyn FnMut(Record) -> Flow| read(&mut |record| emit(finished(record, path, options)));
    watched(emit, finished_read).unwrap_or_else(|| {
        emit(finished(failure_of(format).into(), path, options));
        Flow::Stop
    })
}

/// Has `read` hand out things, and returns whether more of them are wanted, or nothing where it panics before.
pub(super) fn watched<T>(
    emit: &mut dyn FnMut(T) -> Flow,
    read: impl FnOnce(&mut dyn FnMut(T) -> Flow) -> Flow,
) -> Option<Flow> {
    let (mut is_handing_out, mut is_stopped) = (false, false);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        read(&mut |thing| {
            is_handing_out = true;
            let flow = emit(thing);
            is_handing_out = false;
            is_stopped |= flow == Flow::Stop;
            flow
        })
    }));
    match outcome {
        Ok(flow) => Some(flow),
        // Not the format's: whoever takes them is in a state that nobody knows.
        Err(panic) if is_handing_out => resume_unwind(panic),
        Err(_) if is_stopped => Some(Flow::Stop),
        Err(_) => None,
    }
}

/// Returns what is said of a source that a format failed at.
pub(super) fn failure_of(format: &str) -> Notice {
    let message = format!(
        "the program failed while it read this as {format}; that is a fault of the program, please report it; what follows in \
         the source is not indexed"
    );
    Notice::new(Code::BrokenSource, None, message)
}

/// Does to a record what is the same for every format.
fn finished(mut record: Record, path: &str, options: &ParseOptions) -> Record {
    match &mut record {
        Record::Article(parsed) => {
            read_dateline(parsed, options);
            give_kinds(parsed, options);
            for notice in &mut parsed.notices {
                path.clone_into(&mut notice.path);
            }
        }
        Record::Reject { notice } => path.clone_into(&mut notice.path),
    }
    record
}

/// Takes the place of the dateline that opens the body, and its date where no other is given; the words stay there.
fn read_dateline(parsed: &mut Parsed, options: &ParseOptions) {
    let Some((lead, others)) = parsed.article.body.split_first() else { return };
    let Some(dateline) = dateline::of(lead, options.date_order) else { return };
    let place = dateline.place.filter(|_| parsed.article.dateline.is_none() && !dateline::opens_turns(others));
    let place = place.map(str::to_owned);
    let date = dateline.date.filter(|_| parsed.article.published.is_none()).map(str::to_owned);
    if place.is_some() {
        parsed.article.dateline = place;
        parsed.found("dateline", OPENING);
    }
    if let Some(date) = date.and_then(|date| parsed.read_date("published", &date, None, options.date_order)) {
        parsed.article.published = Some(date);
        parsed.found("published", OPENING);
    }
}

/// Has the values of declared fields be of the declared kinds. What cannot be stays as it is, and a notice says so.
fn give_kinds(parsed: &mut Parsed, options: &ParseOptions) {
    for (name, kind) in &options.extra {
        let Some(value) = parsed.article.extra.get_mut(name) else { continue };
        match kind.value_of(value, options.date_order) {
            Some(of_kind) => *value = of_kind,
            None => parsed.notices.push(doubtful_extra(name, *kind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::Detected;

    #[test]
    fn notices_of_records_have_the_path() {
        let mut paths = Vec::new();
        let mut emit = |record| {
            match record {
                Record::Article(parsed) => paths.extend(parsed.notices.into_iter().map(|notice| notice.path)),
                Record::Reject { notice } => paths.push(notice.path),
            }
            Flow::Continue
        };
        read_source("n/a.jsonl", b"{\"title\": \"A\"}\n7\n", &ParseOptions::default(), &mut emit);
        assert_eq!(paths, ["n/a.jsonl", "n/a.jsonl"]);
    }

    fn read(path: &str, bytes: &[u8]) -> (Vec<Parsed>, SourceReading) {
        let mut articles = Vec::new();
        let reading = read_source(path, bytes, &ParseOptions::default(), &mut |record| {
            if let Record::Article(parsed) = record {
                articles.push(*parsed);
            }
            Flow::Continue
        });
        (articles, reading)
    }

    /// Hands out one article, and then fails.
    struct Failing;

    impl Format for Failing {
        fn name(&self) -> &'static str {
            "failing"
        }

        fn detect(&self, _path: &str, _head: &str) -> Option<Detected> {
            None
        }

        fn parse(&self, _source: &Source<'_>, _options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
            emit(Record::Article(Box::default()));
            panic!("a fault that the test put in");
        }
    }

    fn records_of_failing(flow: Flow) -> Vec<Record> {
        let source = Source::decode("n/a.txt", b"Text.");
        let mut records = Vec::new();
        parse(&Failing, &source, &ParseOptions::default(), &mut |record| {
            records.push(record);
            flow
        });
        records
    }

    #[test]
    fn a_format_that_panics_is_a_rejected_record_after_those_before() {
        let records = records_of_failing(Flow::Continue);
        let [Record::Article(_), Record::Reject { notice }] = &records[..] else { panic!("{} records", records.len()) };
        assert_eq!((notice.code, notice.path.as_str()), (Code::BrokenSource, "n/a.txt"));
        assert!(notice.message.contains("read this as failing; that is a fault of the program"), "{}", notice.message);
        assert_eq!(records_of_failing(Flow::Stop).len(), 1);
    }

    #[test]
    fn a_panic_of_who_takes_the_records_goes_on() {
        let source = Source::decode("n/a.txt", b"Text.");
        let mut taken = 0;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            parse(&Failing, &source, &ParseOptions::default(), &mut |_| {
                taken += 1;
                panic!("a fault that the test put in");
            });
        }));
        assert_eq!((outcome.is_err(), taken), (true, 1));
    }

    #[test]
    fn a_dateline_opens_the_body_in_every_format() {
        let lead = "OSTREL (OPA) - The ferry sailed again on Monday after nine weeks in dock, the office said.";
        let more = "Passengers had to take the bus by way of Lower Quay, which added an hour to the journey.";
        for (path, text) in [
            ("a.txt", format!("Ferry returns\n\n{lead}\n\n{more}\n")),
            ("a.md", format!("# Ferry returns\n\n{lead}\n\n{more}\n")),
            ("a.html", format!("<html><article><h1>Ferry returns</h1><p>{lead}</p><p>{more}</p></article></html>")),
            ("a.json", format!(r#"{{"headline": "Ferry returns", "body": ["{lead}", "{more}"]}}"#)),
        ] {
            let (articles, _) = read(path, text.as_bytes());
            let parsed = articles.first().expect("an article");
            assert_eq!(parsed.article.dateline.as_deref(), Some("OSTREL"), "{path}");
            assert_eq!(parsed.article.body, [lead, more], "{path}");
            let place = parsed.found.iter().find(|found| found.field == "dateline").map(|found| found.place.as_str());
            assert_eq!(place, Some("opening of the body"), "{path}");
        }
    }

    #[test]
    fn declared_fields_are_read_from_keys_of_their_names_in_every_format() {
        use crate::{DateOrder, ExtraKind, Value};
        let mut options = ParseOptions { date_order: DateOrder::DayFirst, ..ParseOptions::default() };
        for (name, kind) in [("copy-desk", ExtraKind::Keyword), ("page", ExtraKind::Number), ("filed", ExtraKind::Date)]
        {
            options.extra.insert(name.to_owned(), kind);
        }
        let text = "The ferry sailed again on Monday after nine weeks in dock, the office said.";
        for (path, source) in [
            (
                "a.txt",
                format!(
                    "Headline: Ferry returns\nAuthor: Mara Veltin\nPage: 3\nCopy-Desk: North\nFiled: 02/05/2024\n\n{text}\n"
                ),
            ),
            (
                "a.html",
                format!(
                    "<html><head><title>Ferry returns</title><meta name=page content=3><meta name=Copy-Desk content=North><meta name=filed content=02/05/2024></head><article><h1>Ferry returns</h1><p>{text}</p></article></html>"
                ),
            ),
            ("a.md", format!("---\ntitle: Ferry returns\npage: 3\ncopy_desk: North\nfiled: 02/05/2024\n---\n{text}\n")),
            (
                "a.json",
                format!(
                    r#"{{"title": "A", "page": "3", "copy-desk": "North", "filed": "02/05/2024", "body": "{text}"}}"#
                ),
            ),
            (
                "b.json",
                format!(
                    r#"{{"title": "A", "extra": {{"page": 3, "copy-desk": "North", "filed": "2 May 2024"}}, "body": "{text}"}}"#
                ),
            ),
        ] {
            let mut read = None;
            read_source(path, source.as_bytes(), &options, &mut |record| {
                if let Record::Article(parsed) = record {
                    read = Some(parsed);
                }
                Flow::Continue
            });
            let parsed = read.expect("an article");
            let extra = &parsed.article.extra;
            assert_eq!(extra.get("copy-desk"), Some(&Value::Keyword("North".into())), "{path}");
            assert_eq!(extra.get("page"), Some(&Value::Number(3.0)), "{path}");
            assert!(
                matches!(extra.get("filed"), Some(Value::Date(date)) if date.to_string() == "2024-05-02"),
                "{path}"
            );
            assert!(parsed.notices.is_empty() && parsed.left_over.is_empty(), "{path}: {parsed:?}");
        }
    }

    #[test]
    fn a_value_that_is_not_of_the_declared_kind_stays_and_is_told() {
        let options =
            ParseOptions { extra: [("page".to_owned(), crate::ExtraKind::Number)].into(), ..ParseOptions::default() };
        let mut told = Vec::new();
        read_source("a.json", br#"{"title": "A", "page": "B3", "body": "B."}"#, &options, &mut |record| {
            if let Record::Article(parsed) = record {
                assert_eq!(parsed.article.extra["page"], crate::Value::Text("B3".into()));
                assert_eq!(parsed.article.page.as_deref(), Some("B3"));
                told.extend(parsed.notices.into_iter().map(|notice| (notice.code, notice.message)));
            }
            Flow::Continue
        });
        let sentence = "extra: `page` is no number; kept, but x.page does not find it";
        assert_eq!(told, [(Code::DoubtfulField, sentence.to_owned())]);
    }

    #[test]
    fn a_given_dateline_stays() {
        let text = r#"{"headline": "A", "dateline": "Ostrel", "body": "VALMERE (OPA) - The ferry sailed."}"#;
        assert_eq!(read("a.json", text.as_bytes()).0[0].article.dateline.as_deref(), Some("Ostrel"));
    }

    #[test]
    fn a_skipped_source_has_one_notice() {
        for bytes in [&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], b"", b"\x81\x01\x02\x03\x04\x05\x06\x07\xe9\x08\x0e\x0f"] {
            let (articles, reading) = read("a.bin", bytes);
            assert_eq!((articles.len(), reading.notices.len()), (0, 1), "{bytes:?}");
        }
    }
}
