//! A feed in pieces of whole entries. Each is read behind the head of the feed, so that its entries have what that says of all.

use memchr::memchr;
use memchr::memmem::find;

use super::{SITEMAP, entries, read};
use crate::Code;
use crate::corpus::format::{Flow, InPieces, ParseOptions, Place, Record};
use crate::corpus::xml::Document;
use crate::text::line_ends;

/// A longer head is read with all that follows it, since it is read with each piece: that of a large site's export has
/// thousands of tags.
const LONGEST_HEAD: usize = 1 << 20;

/// The entries of a feed.
pub(super) struct Entries {
    format: &'static str,
    /// What stands before the first entry.
    head: String,
    /// The name of an entry.
    name: &'static str,
}

impl Entries {
    /// Returns how a feed that begins so is read in pieces, where it can be. Only its end tells whether a sitemap lists any news,
    /// and none is large.
    pub(super) fn of(format: &'static str, beginning: &str) -> Option<Entries> {
        let first = |name| Tags::of(beginning.as_bytes(), name).next().map(|tag| (tag.start, name));
        let names = ["item", "entry"].into_iter().filter(|_| format != SITEMAP.name);
        let (start, name) = names.filter_map(first).min()?;
        let head = beginning.get(..start).filter(|head| head.len() <= LONGEST_HEAD && head.contains('<'))?;
        Some(Entries { format, head: head.to_owned(), name })
    }

    fn read(
        &self,
        text: &str,
        at: &mut Place,
        is_last: bool,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        // The first piece has it.
        let head = if text.starts_with(&self.head) { "" } else { &self.head };
        let whole = [head, text].concat();
        let document = Document::parse_within(&whole, &options.limits);
        let lines_of_head = line_ends(head.as_bytes());
        let moved = |line: u32| line.saturating_sub(lines_of_head).saturating_add(at.line);
        let mut doubts = document.doubts();
        // What stands around entries is closed behind the last of them.
        let is_whole = !is_last && document.breaks_at_end();
        doubts.retain(|doubt| !is_whole || doubt.code != Code::BrokenOff);
        let is_broken = doubts.iter().any(|doubt| doubt.code == Code::BrokenOff);
        let (entries, before) = (entries(&document), at.record);
        let mut placed = |mut record: Record| {
            match &mut record {
                Record::Article(parsed) => {
                    parsed.record = parsed.record.map(|number| number.saturating_add(before));
                    parsed.line = parsed.line.map(moved);
                    parsed.notices.iter_mut().for_each(|notice| notice.line = notice.line.map(moved));
                }
                Record::Reject { notice } => notice.line = notice.line.map(moved),
            }
            emit(record)
        };
        let flow = read(&document, &entries, doubts, options, &mut placed);
        at.record = at.record.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        at.line = at.line.saturating_add(line_ends(text.as_bytes()));
        if is_broken { Flow::Stop } else { flow }
    }
}

impl InPieces for Entries {
    fn format(&self) -> &'static str {
        self.format
    }

    /// Returns where the last entry begins, so that the last piece has one, which what is doubtful of the end is told with.
    fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut n_ended, mut last) = (0usize, 0, None);
        for tag in Tags::of(bytes, self.name) {
            if depth == 0 && n_ended > 0 && !matches!(tag.kind, Kind::End) {
                last = Some(tag.start);
            }
            depth = match tag.kind {
                Kind::Start => depth + 1,
                Kind::End => depth.saturating_sub(1),
                Kind::Empty => depth,
            };
            n_ended += usize::from(depth == 0);
        }
        last
    }

    fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        let end = find(bytes, &[b"</", self.name.as_bytes(), b">"].concat())?;
        Some(end + self.longest_end())
    }

    fn longest_end(&self) -> usize {
        self.name.len() + "</>".len()
    }

    fn read(&self, text: &str, at: &mut Place, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        self.read(text, at, false, options, emit)
    }

    fn read_last(
        &self,
        text: &str,
        at: &mut Place,
        options: &ParseOptions,
        emit: &mut dyn FnMut(Record) -> Flow,
    ) -> Flow {
        self.read(text, at, true, options, emit)
    }
}

/// The tags of entries, which are no others within: outside of comments and of what is not markup.
struct Tags<'a> {
    bytes: &'a [u8],
    name: &'static str,
    at: usize,
}

struct Tag {
    kind: Kind,
    start: usize,
}

enum Kind {
    Start,
    End,
    Empty,
}

impl<'a> Tags<'a> {
    fn of(bytes: &'a [u8], name: &'static str) -> Tags<'a> {
        Tags { bytes, name, at: 0 }
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.at + memchr(b'<', self.bytes.get(self.at..)?)?;
            let rest = &self.bytes[start..];
            let beyond = |end: &[u8]| Some(start + find(rest, end)? + end.len());
            self.at = match () {
                () if rest.starts_with(b"<!--") => beyond(b"-->")?,
                () if rest.starts_with(b"<![CDATA[") => beyond(b"]]>")?,
                () => start + 1,
            };
            let inside = rest[1..].strip_prefix(b"/");
            let Some(behind) = inside.unwrap_or(&rest[1..]).strip_prefix(self.name.as_bytes()) else { continue };
            if behind.first().is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')) {
                let length = memchr(b'>', rest)?;
                let kind = match inside {
                    Some(_) => Kind::End,
                    None if rest[length - 1] == b'/' => Kind::Empty,
                    None => Kind::Start,
                };
                self.at = start + length + 1;
                return Some(Tag { kind, start });
            }
        }
    }
}
