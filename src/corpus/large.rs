//! Sources that are too large to be held in memory at once. Of formats whose records follow one another, as in JSON Lines,
//! some records at a time are read. Of what is one article a source, no more is read than an article may have, many times
//! over. One JSON document is read whole however large it is, since only its end tells what it is.
//!
//! Of records a part may be read, and the rest another time.
//!
//! Which charset it is in is told from the first records, and from the whole of all else.

use std::io::{self, Read, Seek, SeekFrom};

use super::charset::{Charset, charset_of};
use super::format::{Flow, Format, InPieces, ParseOptions, Place, Record, detect};
use super::formats::json;
use super::packed::Bounds;
use super::read::{SourceReading, guarded, read_source, with_path};
use super::source::Source;
use crate::{Code, Notice};

/// The size of a source of which it is known only when it was read.
pub(super) const UNKNOWN_SIZE: u64 = u64::MAX;

/// How much is read of a source, and how much of it is held at once.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Records are read in pieces of about this many bytes; a source that is not larger is read whole.
    pub(crate) piece: usize,
    /// A longer record is rejected; of one article no more than this is read.
    pub(crate) longest: usize,
    /// Where records were left off, to go on from there.
    pub(crate) from: Option<LeftOff>,
    /// Records are left off after about so many bytes.
    pub(crate) most: u64,
    /// To how much a source may unpack, where it is packed.
    pub(crate) bounds: Bounds,
}

/// Where the reading of records was left off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LeftOff {
    /// How many bytes were read, which end with a record.
    pub(crate) bytes: u64,
    /// How many lines and records these are.
    pub(crate) at: Place,
    /// What was told of the source as a whole, which is told once.
    pub(crate) told: Vec<Code>,
}

/// Reads a source of `size` bytes, and does with what is in it as [`read_source`] does. `make_room` is told before more
/// than a few pieces are held how many bytes it will be. The second value tells where it was left off, if it was.
pub(crate) fn read_large(
    path: &str,
    mut reader: impl Read + Seek,
    size: u64,
    limits: &Limits,
    options: &ParseOptions,
    make_room: &mut dyn FnMut(u64),
    emit: &mut dyn FnMut(Record) -> Flow,
) -> io::Result<(SourceReading, Option<LeftOff>)> {
    // Room for a piece and what is left of the one before, once for all: a buffer that grows and shrinks among the articles
    // leaves holes in the allocator's memory.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(usize::MAX).min(2 * limits.piece) + 64);
    let is_all = fill(&mut reader, &mut bytes, limits.piece)?;
    if is_all && limits.from.is_none() {
        return Ok((read_source(path, &bytes, options, emit), None));
    }
    let first = &bytes[..end_of_lines(&bytes).unwrap_or(bytes.len())];
    let source = Source::decode(path, first);
    let found = detect(&source);
    let pieces = match &found {
        Some((format, _)) => format.in_pieces(&source),
        None => None,
    };
    // What was left off are records, whatever has become of the source.
    let pieces = pieces.or_else(|| limits.from.as_ref().and_then(|_| json::JsonLines.in_pieces(&source)));
    let needs_its_end = found.as_ref().is_some_and(|(format, _)| format.needs_its_end());
    let found = found.map(|(format, detected)| (format.name(), detected.reason));
    let charset = charset_of(first);
    if let Some(pieces) = pieces.filter(|pieces| pieces.is_of_bytes() || charset.has_line_ends()) {
        let mut reading = source.reading(found.or(Some(("jsonl", "it was read as lines before"))));
        drop(source);
        let LeftOff { bytes: read, at, told } = limits.from.clone().unwrap_or_default();
        if limits.from.is_some() {
            bytes.clear();
            reader.seek(SeekFrom::Start(read))?;
        }
        let is_first = limits.from.is_none();
        let mut records = Records { path, pieces, charset, at, options, notices: Vec::new(), told, is_first };
        let end = records.read_all(&mut reader, bytes, limits, make_room, emit)?;
        let left_off = end.map(|bytes| LeftOff { bytes, at: records.at, told: records.told });
        reading.notices = records.notices;
        with_path(&mut reading.notices, path);
        return Ok((reading, left_off));
    }
    drop(source);
    let is_document = matches!(found, Some(("json" | "jsonl", _)));
    let is_bounded = !is_document && size > limits.longest as u64;
    let held = if is_bounded || size == UNKNOWN_SIZE { limits.longest as u64 } else { size };
    make_room(held);
    let is_all = fill(&mut reader, &mut bytes, if is_bounded { limits.longest } else { usize::MAX })?;
    let is_cut = is_bounded && !is_all;
    if is_cut && needs_its_end {
        let message = format!(
            "a document of more than {} bytes, which is read whole or not at all; raise the limit (--max-article)",
            limits.longest
        );
        let mut notice = Notice::new(Code::TooLarge, None, message);
        path.clone_into(&mut notice.path);
        emit(notice.into());
        return Ok((Source::decode(path, &bytes).reading(found), None));
    }
    if is_cut {
        // A character that is cut in two would be a bad one.
        bytes.truncate(end_of_lines(&bytes).unwrap_or(bytes.len()));
    }
    let mut reading = read_source(path, &bytes, options, emit);
    if is_cut && reading.format.is_some() {
        let has = if size == UNKNOWN_SIZE { "more".to_owned() } else { size.to_string() };
        let message = format!(
            "the source has {has} bytes, of which the first {} are read; raise the limit (--max-article) to have more",
            bytes.len()
        );
        reading.notices.push(Notice::new(Code::Truncated, None, message));
        with_path(&mut reading.notices, path);
    }
    Ok((reading, None))
}

/// Reads until so many bytes are there, and tells whether it was the end.
fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<bool> {
    let missing = wanted.saturating_sub(bytes.len());
    let read = reader.take(missing as u64).read_to_end(bytes)?;
    Ok(read < missing)
}

/// Returns where the last line that is whole ends.
fn end_of_lines(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1)
}

/// Records, piece by piece.
struct Records<'a> {
    path: &'a str,
    pieces: Box<dyn InPieces + 'a>,
    charset: Charset,
    at: Place,
    options: &'a ParseOptions,
    notices: Vec<Notice>,
    /// What was noted of the source before and now.
    told: Vec<Code>,
    is_first: bool,
}

impl Records<'_> {
    /// Reads records to the end, and returns after how many bytes of the source it left off where it did before.
    fn read_all(
        &mut self,
        reader: &mut (impl Read + Seek),
        mut bytes: Vec<u8>,
        limits: &Limits,
        make_room: &mut dyn FnMut(u64),
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> io::Result<Option<u64>> {
        let mut is_all = false;
        let enough = limits.from.as_ref().map_or(0, |from| from.bytes).saturating_add(limits.most);
        loop {
            let end = if is_all { Some(bytes.len()) } else { self.pieces.last_end(&bytes) };
            let flow = match end {
                Some(end) => {
                    let flow = self.read_piece(&bytes[..end], emit);
                    bytes.drain(..end);
                    if bytes.capacity() > 4 * limits.piece {
                        bytes.shrink_to(2 * limits.piece + 64);
                    }
                    flow
                }
                None if bytes.len() >= limits.longest => {
                    let flow = self.reject_record(&bytes, limits.longest, emit);
                    is_all = self.skip_record(reader, &mut bytes, limits.piece)?;
                    flow
                }
                None => {
                    make_room(2 * bytes.len() as u64);
                    Flow::Continue
                }
            };
            if flow == Flow::Stop || (is_all && bytes.is_empty()) {
                return Ok(None);
            }
            if !is_all {
                let read = reader.stream_position()? - bytes.len() as u64;
                if read >= enough {
                    return Ok(Some(read));
                }
                let more = bytes.len().max(limits.piece);
                let wanted = (bytes.len() + more).min(limits.longest.max(bytes.len() + 1));
                is_all = fill(reader, &mut bytes, wanted)?;
            }
        }
    }

    /// Reads records that are whole.
    fn read_piece(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        let mark = if std::mem::take(&mut self.is_first) { self.charset.mark } else { 0 };
        if self.pieces.is_of_bytes() {
            let (at, pieces, options) = (&mut self.at, &mut self.pieces, self.options);
            return guarded(pieces.format(), self.path, options, emit, |emit| {
                pieces.read_bytes(bytes, at, options, emit)
            });
        }
        let source = Source::decode_as(self.path, bytes, Charset { mark, ..self.charset });
        for mut notice in source.notices.iter().cloned() {
            notice.line = notice.line.map(|line| line.saturating_add(self.at.line));
            // Once is enough.
            if !self.told.contains(&notice.code) {
                self.told.push(notice.code);
                self.notices.push(notice);
            }
        }
        let (at, pieces, options) = (&mut self.at, &mut self.pieces, self.options);
        guarded(pieces.format(), self.path, options, emit, |emit| pieces.read(&source.text, at, options, emit))
    }

    /// Rejects the record that `bytes` are the beginning of.
    fn reject_record(&mut self, bytes: &[u8], longest: usize, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        self.at.record = self.at.record.saturating_add(1);
        let what = if self.pieces.format() == "jsonl" { "line" } else { "record" };
        let message = format!("a {what} of more than {longest} bytes; the record is not indexed");
        let before = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
        let line = self.at.line.saturating_add(u32::try_from(before + 1).unwrap_or(u32::MAX));
        let mut notice = Notice::new(Code::TooLarge, Some(line), message);
        self.path.clone_into(&mut notice.path);
        emit(notice.into())
    }

    /// Skips to the end of a record of which `bytes` are the beginning, and keeps what follows it; tells whether it was the
    /// end of all.
    fn skip_record(&mut self, reader: &mut impl Read, bytes: &mut Vec<u8>, piece: usize) -> io::Result<bool> {
        // The end may stand across two pieces.
        let across = self.pieces.longest_end() - 1;
        loop {
            self.drop_bytes(bytes, bytes.len().saturating_sub(across));
            bytes.shrink_to(2 * piece + 64);
            let is_all = fill(reader, bytes, bytes.len() + piece)?;
            if let Some(end) = self.pieces.first_end(bytes) {
                self.drop_bytes(bytes, end);
                return Ok(is_all);
            }
            if is_all {
                self.drop_bytes(bytes, bytes.len());
                return Ok(true);
            }
        }
    }

    fn drop_bytes(&mut self, bytes: &mut Vec<u8>, count: usize) {
        let lines = bytes[..count].iter().filter(|byte| **byte == b'\n').count();
        self.at.line = self.at.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        bytes.drain(..count);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads in pieces, and returns what comes out: of each record its number, line and text, or what is wrong with it.
    fn in_pieces(path: &str, bytes: &[u8], piece: usize, longest: usize) -> (Vec<String>, Vec<Notice>) {
        in_parts(path, bytes, piece, longest, u64::MAX)
    }

    /// The same, left off after every `most` bytes and gone on with.
    fn in_parts(path: &str, bytes: &[u8], piece: usize, longest: usize, most: u64) -> (Vec<String>, Vec<Notice>) {
        let (mut records, mut room) = (Vec::new(), 0);
        let mut emit = |record| {
            records.push(shown(record));
            Flow::Continue
        };
        let (size, options) = (bytes.len() as u64, ParseOptions::default());
        let (mut notices, mut limits) =
            (Vec::new(), Limits { piece, longest, from: None, most, bounds: Bounds::default() });
        loop {
            let file = io::Cursor::new(bytes);
            let read = read_large(path, file, size, &limits, &options, &mut |bytes| room = bytes, &mut emit);
            let (reading, left_off) = read.expect("bytes can be read");
            notices.extend(reading.notices);
            if left_off.is_none() {
                return (records, notices);
            }
            assert!(left_off.as_ref().map(|left_off| left_off.bytes) > limits.from.map(|from| from.bytes));
            limits.from = left_off;
        }
    }

    fn whole(path: &str, bytes: &[u8]) -> (Vec<String>, Vec<Notice>) {
        let mut records = Vec::new();
        let reading = read_source(path, bytes, &ParseOptions::default(), &mut |record| {
            records.push(shown(record));
            Flow::Continue
        });
        (records, reading.notices)
    }

    fn shown(record: Record) -> String {
        match record {
            Record::Article(parsed) => format!("{:?} {:?} {:?}", parsed.record, parsed.line, parsed.article),
            Record::Reject { notice } => format!("{:?} {}", notice.line, notice.message),
        }
    }

    proptest! {
        #[test]
        fn lines_read_in_pieces_are_those_of_the_whole(
            lines in prop::collection::vec(prop_oneof![
                "[a-zé ]{0,40}".prop_map(|text| format!(r#"{{"title": "{text}x"}}"#)),
                Just(String::new()),
                Just("broken".to_owned()),
            ], 0..20),
            ends_with_a_line_end: bool,
            piece in 1usize..200,
            most in 1u64..400,
        ) {
            let mut text = format!("{{\"title\": \"first\"}}\n{}", lines.join("\n"));
            if ends_with_a_line_end {
                text.push('\n');
            }
            let whole = whole("a.jsonl", text.as_bytes());
            prop_assert_eq!(&in_pieces("a.jsonl", text.as_bytes(), piece, 4096), &whole);
            prop_assert_eq!(&in_parts("a.jsonl", text.as_bytes(), piece, 4096, most), &whole);
        }
    }

    proptest! {
        #[test]
        fn sgml_read_in_pieces_is_that_of_the_whole(
            records in prop::collection::vec(prop_oneof![
                "[a-zé \n<]{0,40}".prop_map(|text| format!("<DOC><DOCNO>1</DOCNO>\n<HEAD>x</HEAD><TEXT>{text}</TEXT></DOC>\n")),
                Just("<DOC><HEAD>y</HEAD>\n<TEXT>".to_owned()),
                Just("\nbetween\n".to_owned()),
            ], 0..20),
            piece in 1usize..200,
            most in 1u64..400,
        ) {
            let text = format!("<DOC><DOCNO>0</DOCNO><HEAD>First</HEAD></DOC>\n{}", records.concat());
            let whole = whole("a.sgm", text.as_bytes());
            prop_assert_eq!(&in_pieces("a.sgm", text.as_bytes(), piece.max(40), 8192), &whole);
            prop_assert_eq!(&in_parts("a.sgm", text.as_bytes(), piece.max(40), 8192, most), &whole);
        }
    }

    proptest! {
        #[test]
        fn a_table_read_in_pieces_is_that_of_the_whole(
            rows in prop::collection::vec(prop_oneof![
                "[a-zé]{1,20}".prop_map(|cell| format!("{cell},b\n")),
                "[a-z, \n]{0,40}".prop_map(|cell| format!("x,\"{cell}\"\"\"\r\n")),
                Just("\n".to_owned()),
                Just("short\n".to_owned()),
                Just("a\",b\n".to_owned()),
            ], 0..20),
            piece in 1usize..200,
            most in 1u64..400,
        ) {
            let text = format!("title,text\nFirst,one\n{}", rows.concat());
            let whole = whole("a.csv", text.as_bytes());
            prop_assert_eq!(&in_pieces("a.csv", text.as_bytes(), piece.max(20), 8192), &whole);
            prop_assert_eq!(&in_parts("a.csv", text.as_bytes(), piece.max(20), 8192, most), &whole);
        }
    }

    proptest! {
        #[test]
        fn a_mailbox_read_in_pieces_is_that_of_the_whole(
            messages in prop::collection::vec(prop_oneof![
                "[a-zé \n>]{0,40}".prop_map(|text| format!("Subject: {text}\n\n{text}\n>From a\n\n")),
                Just("Subject: y\nContent-Type: text/plain; charset=utf-8\n\nFrom 10:30 in 2022\n".to_owned()),
                Just("\n".to_owned()),
            ], 1..20),
            piece in 1usize..200,
            most in 1u64..400,
        ) {
            let separator = "From a@b.example Mon Jan  5 09:30:00 1998\nTo: c\n";
            let text: String = messages.iter().flat_map(|message| [separator, message]).collect();
            let whole = whole("a", text.as_bytes());
            prop_assert_eq!(&in_pieces("a", text.as_bytes(), piece.max(60), 8192), &whole);
            prop_assert_eq!(&in_parts("a", text.as_bytes(), piece.max(60), 8192, most), &whole);
        }
    }

    #[test]
    fn a_record_of_sgml_that_is_too_long_is_rejected_and_the_others_are_kept() {
        let record = |text: &str| format!("<DOC>\n<DOCNO>{text}</DOCNO>\n<HEAD>{text}</HEAD></DOC>\n");
        let text = format!("{}{}{}", record("A"), record(&"b\n".repeat(300)), record("C"));
        for piece in [50, 64, 100] {
            let (records, _) = in_pieces("a.sgm", text.as_bytes(), piece, 100);
            assert_eq!(records.len(), 3, "{records:?}");
            assert_eq!(records[1], "Some(4) a record of more than 100 bytes; the record is not indexed");
            let line = 4 + record(&"b\n".repeat(300)).lines().count();
            assert!(records[2].starts_with(&format!("Some(3) Some({line})")), "{}", records[2]);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_rejected_and_the_others_are_kept() {
        let text = format!("{{\"title\": \"A\"}}\n{{\"title\": \"{}\"}}\n{{\"title\": \"C\"}}\n", "b".repeat(500));
        let (records, notices) = in_pieces("a.jsonl", text.as_bytes(), 16, 100);
        assert_eq!(notices, []);
        assert_eq!(records.len(), 3, "{records:?}");
        assert!(records[0].contains("\"A\""));
        assert_eq!(records[1], "Some(2) a line of more than 100 bytes; the record is not indexed");
        assert_eq!(in_parts("a.jsonl", text.as_bytes(), 16, 100, 1), (records.clone(), notices));
        assert!(records[2].starts_with("Some(3) Some(3)") && records[2].contains("\"C\""), "{}", records[2]);
    }

    #[test]
    fn bad_bytes_are_told_once_with_their_line() {
        let text = b"{\"title\": \"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}\n{\"title\": \"B\"}\n{\"title\": \"\xff\"}\n{\"title\": \"\xff\"}\n";
        let (records, notices) = in_pieces("a.jsonl", text, 24, 100);
        assert_eq!(records.len(), 4);
        let parts = in_parts("a.jsonl", text, 24, 100, 1);
        assert_eq!(parts.0, records);
        for notices in [notices, parts.1] {
            let told: Vec<_> = notices.iter().map(|notice| (notice.code, notice.line, notice.path.as_str())).collect();
            assert_eq!(told, [(Code::BadBytes, Some(3), "a.jsonl")]);
        }
    }

    #[test]
    fn of_one_article_only_the_beginning_is_read() {
        let text = "Ferry returns\n\nThe ferry sailed again on Monday after nine weeks in dock, the office said.\n\n";
        let text = format!("{text}{}", "It will sail tomorrow too, and on the day that follows it.\n\n".repeat(20));
        let (records, notices) = in_pieces("a.txt", text.as_bytes(), 64, 500);
        assert!(records[0].contains("Ferry returns") && records.len() == 1, "{records:?}");
        assert_eq!(notices.iter().map(|notice| notice.code).collect::<Vec<_>>(), [Code::Truncated]);
        assert!(
            notices[0].message.starts_with("the source has 1292 bytes, of which the first "),
            "{}",
            notices[0].message
        );
        let json = format!("[{}{{\"title\": \"last\"}}]", "{\"title\": \"ferry\"},\n".repeat(50));
        assert_eq!(in_pieces("a.json", json.as_bytes(), 64, 500), whole("a.json", json.as_bytes()));
    }
}
