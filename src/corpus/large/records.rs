//! Records in pieces of whole ones, which are handed out in their order, whichever threads read them.

use std::io::{self, Read, Seek};
use std::sync::Arc;

use super::{Limits, fill};
use crate::corpus::charset::Charset;
use crate::corpus::format::{Flow, InPieces, ParseOptions, Place, Record};
use crate::corpus::held::Hands;
use crate::corpus::in_order::InOrder;
use crate::corpus::read::guarded;
use crate::corpus::source::Source;
use crate::text::line_ends;
use crate::{Code, Notice};

/// What the pieces of a source are read with.
pub(super) struct Form {
    pub(super) path: String,
    pub(super) pieces: Arc<dyn InPieces>,
    pub(super) charset: Charset,
    pub(super) options: ParseOptions,
}

impl Form {
    /// Reads records that are whole and stand behind `at`, and returns what is doubtful of their bytes.
    fn read(
        &self,
        bytes: &[u8],
        ends: Ends,
        at: &mut Place,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> (Flow, Vec<Notice>) {
        let Form { path, pieces, charset, options } = self;
        if pieces.is_of_bytes() {
            let read = |emit: &mut dyn FnMut(Record) -> Flow| pieces.read_bytes(bytes, at, options, emit);
            return (guarded(pieces.format(), path, options, emit, read), Vec::new());
        }
        let mark = if ends.is_first { charset.mark } else { 0 };
        let mut source = Source::decode_as(path, bytes, Charset { mark, ..*charset });
        let mut notices = std::mem::take(&mut source.notices);
        for notice in &mut notices {
            notice.line = notice.line.map(|line| line.saturating_add(at.line));
        }
        let read = |emit: &mut dyn FnMut(Record) -> Flow| match ends.is_last {
            true => pieces.read_last(&source.text, at, options, emit),
            false => pieces.read(&source.text, at, options, emit),
        };
        (guarded(pieces.format(), path, options, emit, read), notices)
    }

    /// Reads a piece behind so many lines, and keeps what is in it.
    fn read_held(&self, bytes: &[u8], ends: Ends, line: u32) -> Piece {
        let (mut records, mut at) = (Vec::new(), Place { line, record: 0 });
        let mut emit = |record| {
            records.push(record);
            Flow::Continue
        };
        let (flow, notices) = self.read(bytes, ends, &mut at, &mut emit);
        Piece { records, count: at.record, flow, notices }
    }
}

/// Which ends of a source a piece has.
#[derive(Clone, Copy)]
struct Ends {
    is_first: bool,
    is_last: bool,
}

/// A piece that was read. Its records are numbered from its beginning.
struct Piece {
    records: Vec<Record>,
    count: u32,
    /// Whether more are to be had behind it.
    flow: Flow,
    notices: Vec<Notice>,
}

/// Records, piece by piece.
pub(super) struct Records<'a> {
    form: Arc<Form>,
    make_room: &'a mut dyn FnMut(u64),
    must_stop: &'a dyn Fn() -> bool,
    order: InOrder<'a, Piece>,
    found: Found<'a>,
    /// How many lines are read or being read.
    line: u32,
    is_first: bool,
}

/// What was found so far.
struct Found<'a> {
    emit: &'a mut dyn FnMut(Record) -> Flow,
    /// How many records there were.
    record: u32,
    told: Told,
}

/// What is said of a source as a whole.
#[derive(Default)]
pub(super) struct Told {
    pub(super) notices: Vec<Notice>,
    /// What was noted before and now.
    pub(super) codes: Vec<Code>,
}

impl Found<'_> {
    /// Hands out what a piece holds.
    fn take(&mut self, piece: Piece) -> Flow {
        let Piece { records, count, flow, notices } = piece;
        self.told.add(notices);
        for mut record in records {
            if let Record::Article(parsed) = &mut record {
                parsed.record = parsed.record.map(|number| number.saturating_add(self.record));
            }
            if (self.emit)(record) == Flow::Stop {
                return Flow::Stop;
            }
        }
        self.record = self.record.saturating_add(count);
        flow
    }
}

impl Told {
    /// Notes each kind once.
    fn add(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            if !self.codes.contains(&notice.code) {
                self.codes.push(notice.code);
                self.notices.push(notice);
            }
        }
    }
}

impl<'a> Records<'a> {
    /// Reads on behind `at`, what was told before being `told`.
    pub(super) fn new(form: Form, hands: Hands<'a>, at: Place, told: Vec<Code>) -> Records<'a> {
        let Hands { make_room, emit, must_stop, helpers } = hands;
        let found = Found { emit, record: at.record, told: Told { notices: Vec::new(), codes: told } };
        let (form, order) = (Arc::new(form), InOrder::new(helpers));
        Records { form, make_room, must_stop, order, found, line: at.line, is_first: at == Place::default() }
    }

    /// Returns how far it was read, and what is said of what was.
    pub(super) fn finish(self) -> (Place, Told) {
        (Place { line: self.line, record: self.found.record }, self.found.told)
    }

    /// Reads records to the end, and returns after how many bytes of the source it left off where it did before.
    pub(super) fn read_all(
        &mut self,
        reader: &mut (impl Read + Seek),
        mut bytes: Vec<u8>,
        limits: &Limits,
    ) -> io::Result<Option<u64>> {
        let mut is_all = false;
        let longest = if self.form.pieces.can_skip() { limits.longest } else { usize::MAX };
        let enough = limits.from.as_ref().map_or(0, |from| from.bytes).saturating_add(limits.most);
        while !(self.must_stop)() {
            let end = if is_all { Some(bytes.len()) } else { self.form.pieces.last_end(&bytes) };
            let mut flow = match end {
                Some(end) => {
                    let flow = self.read_piece(&bytes[..end], is_all, limits.piece)?;
                    bytes.drain(..end);
                    if bytes.capacity() > 4 * limits.piece {
                        bytes.shrink_to(2 * limits.piece + 64);
                    }
                    flow
                }
                None => self.take_all()?,
            };
            if end.is_none() && flow == Flow::Continue {
                if bytes.len() >= longest {
                    flow = self.reject_record(&bytes, longest);
                    is_all = self.skip_record(reader, &mut bytes, limits.piece)?;
                } else {
                    // Nothing waits for it that has some: two that do would wait for ever.
                    (self.make_room)(2 * bytes.len() as u64);
                }
            }
            if flow == Flow::Stop {
                return Ok(None);
            }
            if is_all && bytes.is_empty() {
                self.take_all()?;
                return Ok(None);
            }
            if !is_all {
                let read = reader.stream_position()? - bytes.len() as u64;
                if read >= enough {
                    return Ok((self.take_all()? == Flow::Continue).then_some(read));
                }
                let more = bytes.len().max(limits.piece);
                let wanted = (bytes.len() + more).min(longest.max(bytes.len() + 1));
                is_all = fill(reader, &mut bytes, wanted)?;
            }
        }
        Ok(None)
    }

    /// Reads records that are whole, or has another thread read them.
    fn read_piece(&mut self, bytes: &[u8], is_last: bool, piece: usize) -> io::Result<Flow> {
        let ends = Ends { is_first: std::mem::take(&mut self.is_first), is_last };
        let is_large = bytes.len() > 2 * piece;
        if is_large || self.order.is_alone() {
            if self.take_all()? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let Found { emit, record, told } = &mut self.found;
            let mut at = Place { line: self.line, record: *record };
            let (flow, notices) = self.form.read(bytes, ends, &mut at, emit);
            told.add(notices);
            (self.line, *record) = (at.line, at.record);
            return Ok(flow);
        }
        let (form, held, line) = (Arc::clone(&self.form), bytes.to_vec(), self.line);
        self.line = line.saturating_add(line_ends(bytes));
        let read = move || form.read_held(&held, ends, line);
        self.order.put(bytes.len() as u64, read, &mut |piece| self.found.take(piece))
    }

    fn take_all(&mut self) -> io::Result<Flow> {
        self.order.take_all(&mut |piece| self.found.take(piece))
    }

    /// Rejects the record that `bytes` are the beginning of.
    fn reject_record(&mut self, bytes: &[u8], longest: usize) -> Flow {
        self.found.record = self.found.record.saturating_add(1);
        let what = if self.form.pieces.format() == "jsonl" { "line" } else { "record" };
        let message = format!("a {what} of more than {longest} bytes; the record is not indexed");
        let before = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
        let line = self.line.saturating_add(u32::try_from(before + 1).unwrap_or(u32::MAX));
        let mut notice = Notice::new(Code::TooLarge, Some(line), message);
        self.form.path.clone_into(&mut notice.path);
        (self.found.emit)(notice.into())
    }

    /// Skips to the end of a record of which `bytes` are the beginning, and keeps what follows it; tells whether it was the
    /// end of all.
    fn skip_record(&mut self, reader: &mut impl Read, bytes: &mut Vec<u8>, piece: usize) -> io::Result<bool> {
        // The end may stand across two pieces.
        let across = self.form.pieces.longest_end() - 1;
        loop {
            self.drop_bytes(bytes, bytes.len().saturating_sub(across));
            bytes.shrink_to(2 * piece + 64);
            let is_all = fill(reader, bytes, bytes.len() + piece)?;
            if let Some(end) = self.form.pieces.first_end(bytes) {
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
        self.line = self.line.saturating_add(line_ends(&bytes[..count]));
        bytes.drain(..count);
    }
}
