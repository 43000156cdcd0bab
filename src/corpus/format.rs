//! The trait that formats join, the table of them, and detection. How to add one: a file in `formats/` with its
//! tests, one `mod` line there, one line in [`FORMATS`], most specific first.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::formats;
use super::source::Source;
use crate::issue::{Issues, PageFacts};
use crate::{Article, Code, Date, DateError, DateOrder, ExtraKind, Globs, Limits, Mapping, Notice};

/// A form in which news is kept.
pub(crate) trait Format: Sync {
    /// Returns the format's name, in lower case and without spaces.
    fn name(&self) -> &'static str;

    /// Tells whether this build reads it, and does not only reject it by its name, as one without the feature that it needs.
    fn is_read(&self) -> bool {
        true
    }

    /// Tells how sure it is that a source is in this format, and why, from its path and its first text.
    fn detect(&self, _path: &str, _head: &str) -> Option<Detected> {
        None
    }

    /// Tells the same of what is no text, or text in more than one charset, by its path and its first bytes.
    fn detect_bytes(&self, _path: &str, _beginning: &[u8]) -> Option<Detected> {
        None
    }

    /// Tells whether a source says only at its end what is in it, so that nothing can be read of one that is cut.
    fn needs_its_end(&self) -> bool {
        false
    }

    /// Reads a source and hands out what it holds, in order. Stops where `emit` says so.
    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow);

    /// Returns how to read a source of this format piece by piece, by the beginning of it. `None` where it has to be read as
    /// a whole.
    fn in_pieces(&self, _beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        None
    }
}

/// A format whose records follow one another, so that a source may be read in pieces that have whole records each. A record ends
/// with its line where a format does not say otherwise.
pub(crate) trait InPieces: Send + Sync {
    /// Returns the format's name.
    fn format(&self) -> &'static str;

    /// Returns where the last record ends that is whole, of bytes that begin with one.
    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1)
    }

    /// Returns where the first record ends of which the beginning was left out.
    fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1)
    }

    /// Returns how many bytes, at most, show that a record ends.
    fn longest_end(&self) -> usize {
        1
    }

    /// Tells whether a record that is too long can be skipped: its end shows without its beginning.
    fn can_skip(&self) -> bool {
        true
    }

    /// Tells whether records are read from bytes, since they are text in more than one charset.
    fn is_of_bytes(&self) -> bool {
        false
    }

    /// Does with bytes what `read` does with text.
    fn read_bytes(
        &self,
        _bytes: &[u8],
        _at: &mut Place,
        _options: &ParseOptions,
        _emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        Flow::Continue
    }

    /// Reads the records of a piece, which stand behind `at`, moves it to the end of the piece, and tells whether more are
    /// wanted.
    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow;

    /// Does the same with the last piece, in which an end must not be missing.
    fn read_last(
        &self,
        text: &str,
        at: &mut Place,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        self.read(text, at, options, emit)
    }
}

/// How many lines and records come before a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) record: u32,
}

/// Why a format takes a source.
pub(crate) struct Detected {
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What shows it: `the name ends in .md`, `it begins with a front matter`.
    pub(crate) reason: &'static str,
}

impl Detected {
    pub(crate) fn by_name(reason: &'static str) -> Detected {
        Detected { confidence: Confidence::Name, reason }
    }

    pub(crate) fn by_content(reason: &'static str) -> Detected {
        Detected { confidence: Confidence::Content, reason }
    }
}

/// How sure a format is of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// Nothing speaks against it.
    Fallback,
    /// The name says so.
    Name,
    /// The content says so.
    Content,
}

/// Whether the reader of records wants more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next record, please.
    Continue,
    /// No more.
    Stop,
}

/// What a user may say of how sources are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ParseOptions {
    /// How to read dates such as `02/05/2016`.
    pub date_order: DateOrder,
    /// Which keys, columns and elements feed which fields, for those whose names are not known.
    pub mapping: Mapping,
    /// What a source may ask for at most.
    pub limits: Limits,
    /// Fields of [`Article::extra`] to be read from keys of their names, as values of their kinds. An ingest puts in those
    /// that the index was made with.
    pub extra: BTreeMap<String, ExtraKind>,
    /// Whether articles are all that is wanted, as an ingest does: nothing is told then of where their fields came from, nor of
    /// text that is in none.
    pub articles_only: bool,
    /// Which files of archives are read: as those of the corpus.
    pub(crate) members: MemberGlobs,
    /// What METS says of pages of the corpus.
    pub(crate) issues: Arc<Issues>,
    /// What it says of the source that is read.
    pub(crate) page: Option<PageFacts>,
}

/// The globs of a run, as they are held against files of archives by their whole paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct MemberGlobs {
    include: Globs,
    /// The archives that an included file may stand in.
    around: Globs,
    exclude: Globs,
}

impl MemberGlobs {
    pub(crate) fn new(include: &[String], exclude: &[String]) -> MemberGlobs {
        let around = Globs::of_archives(include).into();
        MemberGlobs { include: include.to_vec().into(), around, exclude: exclude.to_vec().into() }
    }

    /// Returns the notice that a file of an archive is left out, if it is. The name of an archive means all that is in it.
    pub(super) fn left_out(&self, path: &str) -> Option<Notice> {
        if !self.exclude.is_empty() && self.exclude.has(path) {
            return Some(Notice::new(Code::Excluded, None, "--exclude leaves it out of its archive"));
        }
        let archives = path.match_indices("!/").map(|(at, _)| &path[..at]);
        let is_included = self.include.is_empty()
            || self.include.has(path)
            || archives.into_iter().any(|archive| self.include.has(archive))
            || !self.around.is_empty() && self.around.has(path);
        (!is_included).then(|| Notice::new(Code::NotIncluded, None, "no --include names it in its archive"))
    }
}

impl ParseOptions {
    /// Returns what is said of the source at a path of the corpus.
    pub(super) fn of_source(&self, path: &str) -> Cow<'_, ParseOptions> {
        let page = self.issues.of_page(path).or_else(|| self.page.clone());
        if self.mapping.is_of_all() && page.is_none() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(ParseOptions { mapping: self.mapping.of_source(path), page, ..self.clone() })
    }

    /// Does the same for a file of an archive in which METS may say something of it.
    pub(super) fn of_member(&self, path: &str, page: Option<&PageFacts>) -> Cow<'_, ParseOptions> {
        let options = self.of_source(path);
        match page {
            Some(page) => Cow::Owned(ParseOptions { page: Some(page.clone()), ..options.into_owned() }),
            None => options,
        }
    }
}

/// One record of a source: an article, or why there is none.
pub(crate) enum Record {
    /// An article, and how it was understood.
    Article(Box<Parsed>),
    /// A record that cannot be an article. Where the notice is a skip, the whole source has none, and is skipped.
    Reject {
        /// Why, with the line.
        notice: Notice,
    },
}

impl From<Notice> for Record {
    fn from(notice: Notice) -> Record {
        Record::Reject { notice }
    }
}

impl From<Result<Parsed, Notice>> for Record {
    fn from(outcome: Result<Parsed, Notice>) -> Record {
        match outcome {
            Ok(parsed) => Record::Article(Box::new(parsed)),
            Err(notice) => notice.into(),
        }
    }
}

/// An article as a format understood it. Its id and source are put in by the conveyor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Parsed {
    /// The article.
    pub(crate) article: Article,
    /// The path of the file of an archive that it comes from.
    pub(crate) member: Option<String>,
    /// The record's number from 1, where the format holds several articles a source.
    pub(crate) record: Option<u32>,
    /// The line that it begins in, where there are several in a source and the format tells.
    pub(crate) line: Option<u32>,
    /// For `newshound fields`: which field came from where, in the order of finding.
    pub(crate) found: Vec<Found>,
    /// What is doubtful.
    pub(crate) notices: Vec<Notice>,
    /// Text that is in no field.
    pub(crate) left_over: Vec<LeftOver>,
    /// As in [`ParseOptions`].
    pub(crate) articles_only: bool,
}

/// Where a field's content came from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Found {
    /// The field's name, as in the article's JSON.
    pub field: &'static str,
    /// The place: `line 2`, `JSON-LD headline`, `front matter date`.
    pub place: String,
}

/// Text of a source that is in no field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct LeftOver {
    /// The line in the source, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The text, or its beginning where it is long.
    pub text: String,
    /// Why it is left over: `navigation`, `copyright line`, `repeated caption`, `unknown key`.
    pub reason: String,
}

impl Parsed {
    /// Returns an article of which nothing is known yet.
    pub(crate) fn new(options: &ParseOptions) -> Parsed {
        Parsed { articles_only: options.articles_only, ..Parsed::default() }
    }

    /// Tells whether somebody asks for the place that a field came from. An ingest asks whether it was the text for two of them.
    pub(crate) fn wants_place(&self, field: &str) -> bool {
        !self.articles_only || matches!(field, "headline" | "published")
    }

    /// Notes where a field came from.
    pub(crate) fn found(&mut self, field: &'static str, place: impl Into<String>) {
        self.found.push(Found { field, place: place.into() });
    }

    /// Reads a date that is to stand in `field`. Where it is none, the field stays absent, and a notice says why.
    pub(crate) fn read_date(
        &mut self,
        field: &'static str,
        text: &str,
        line: Option<u32>,
        order: DateOrder,
    ) -> Option<Date> {
        let error = match Date::parse(text, order) {
            Ok(date) => return Some(date),
            Err(error) => error,
        };
        let code = match error {
            DateError::NotADate(_) => Code::UnreadDate,
            DateError::Ambiguous(_) => Code::AmbiguousDate,
            DateError::Impossible(_) => Code::ImpossibleDate,
        };
        self.notices.push(Notice::new(code, line, format!("{field}: {error}; left absent")));
        None
    }

    /// Notes text that is in no field.
    pub(crate) fn leave(&mut self, line: Option<u32>, text: impl Into<String>, reason: impl Into<String>) {
        if !self.articles_only {
            self.left_over.push(LeftOver { line, text: text.into(), reason: reason.into() });
        }
    }
}

/// Every format, most specific first; plain text takes what no other does.
pub(crate) static FORMATS: &[&dyn Format] = &[
    &formats::mail::Mbox,
    &formats::mail::Mhtml,
    &formats::mail::Email,
    &formats::office::Docx,
    &formats::office::Odt,
    &formats::office::Epub,
    &formats::pdf::Pdf,
    &formats::json::JsonLines,
    &formats::json::Json,
    &formats::xml::NEWSML_G2,
    &formats::xml::NEWSML_1,
    &formats::xml::NITF,
    &formats::alto::Alto,
    &formats::alto::Mets,
    &formats::parquet::Parquet,
    &formats::jpeg::Jpeg,
    &formats::wire::Wire,
    &formats::sgml::REUTERS,
    &formats::sgml::TREC,
    &formats::feed::RSS,
    &formats::feed::ATOM,
    &formats::feed::SITEMAP,
    &formats::html::Hocr,
    &formats::html::Html,
    &formats::xml::OtherXml,
    &formats::markdown::Markdown,
    &formats::separated::Separated,
    &formats::story_lines::StoryLines,
    &formats::plain::Plain,
];

/// Returns the names of the formats that this build reads, in the order of names: some are compiled in by features alone.
///
/// ```
/// assert!(newshound::formats().contains(&"markdown"));
/// ```
pub fn formats() -> Vec<&'static str> {
    let mut names: Vec<_> = FORMATS.iter().filter(|format| format.is_read()).map(|format| format.name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// How many bytes of a source's text formats see to tell whether it is theirs.
pub(crate) const HEAD: usize = 4096;

/// Returns the format of a source, and why: the surest one, the first of equals. `None` for what is no text.
pub(crate) fn detect(source: &Source<'_>) -> Option<(&'static dyn Format, Detected)> {
    if source.looks_binary() {
        return detect_bytes(source.path, source.bytes);
    }
    let head = source.head(HEAD);
    let mut best: Option<(&'static dyn Format, Detected)> = None;
    for format in FORMATS {
        let Some(detected) = format.detect(source.path, head) else { continue };
        if best.as_ref().is_none_or(|(_, known)| detected.confidence > known.confidence) {
            let is_sure = detected.confidence == Confidence::Content;
            best = Some((*format, detected));
            if is_sure {
                break;
            }
        }
    }
    best
}

/// Returns the format of a source that is not read as text, and why: the first that takes it.
pub(crate) fn detect_bytes(path: &str, bytes: &[u8]) -> Option<(&'static dyn Format, Detected)> {
    let beginning = &bytes[..bytes.len().min(HEAD)];
    FORMATS.iter().find_map(|format| Some((*format, format.detect_bytes(path, beginning)?)))
}
