//! What a PDF is checked for, since its reader has bounds for neither: to how much it unpacks, and how deep brackets stand in
//! brackets, since it reads them by recursion.
//!
//! Before its reader sees it, streams are looked for by their keyword alone, so that none is missed for being out of order.
//! Those that hold objects are unpacked as it is opened, and must be packed in the usual way. All others are looked at once
//! it is open, by their filters.

use std::io::{self, Read, Write};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Name;

use super::filters::{Unpacked, unpack};
use crate::corpus::packed::Bounds;
use crate::limits::raise;
use crate::{Code, Notice};

/// How deep brackets may stand in brackets. In 48 MiB of random bytes they seem to stand 1,900 deep.
const DEEPEST: usize = 20_000;
/// To how many bytes all streams of a document may unpack that are not images.
const MOST_UNPACKED: u64 = 64 << 20;
/// How many bytes of a map from glyphs to text may stand without an angle bracket.
const MOST_OF_MAP: usize = 4096;

/// What tells that a stream may hold objects, or where they lie.
const HOLDS_OBJECTS: &[&[u8]] = &[b"ObjStm", b"XRef", b"/First", b"/W[", b"/W "];
/// How many times the size of a document is looked at for it, if the word "stream" stands again and again.
const MOST_LOOKS: usize = 8;
/// Filters that objects are not packed with.
const UNUSUAL: &[&[u8]] = &[b"ASCII", b"/AHx", b"/A85", b"/LZW", b"RunLength", b"/RL"];

/// Checks a document as it lies, and its streams that are packed in the usual way.
pub(super) fn check(bytes: &[u8], bounds: &Bounds) -> Result<(), Notice> {
    let mut left = (bytes.len() as u64).saturating_mul(bounds.ratio).max(bounds.free).min(bounds.unpacked);
    let mut depth = Depth::default();
    depth.add(bytes);
    let keyword = b"stream";
    let (mut object, mut before, mut looked_at) = (0, 0, 0);
    for at in positions(bytes, keyword) {
        object = bytes[before..at].windows(3).rposition(|word| word == b"obj").map_or(object, |found| before + found);
        before = at;
        let entries = &bytes[object..at];
        // After the end of a stream none begins, but right behind entries.
        if entries.strip_suffix(b"end").is_none_or(|entries| entries.trim_ascii_end().ends_with(b">>")) {
            looked_at += entries.len();
            if looked_at > bytes.len().saturating_mul(MOST_LOOKS) {
                return Err(unusual());
            }
            check_objects(entries)?;
        }
        let data = bytes[at + keyword.len()..].trim_ascii_start();
        // The mark of zlib's form.
        if data.first().is_none_or(|byte| byte & 0x0f != 8) {
            continue;
        }
        let mut unpacked = flate2::read::ZlibDecoder::new(data).take(left);
        depth.now = 0;
        // What could be unpacked before an error counts.
        let _ = io::copy(&mut unpacked, &mut depth);
        left = unpacked.limit();
        if left == 0 {
            return Err(too_large(bounds));
        }
    }
    depth.check()
}

/// Checks that a stream which may hold objects, by what stands before it, is packed once at most, by Flate.
fn check_objects(entries: &[u8]) -> Result<(), Notice> {
    let count = |word: &[u8]| positions(entries, word).count();
    if !has_hidden_name(entries) && HOLDS_OBJECTS.iter().all(|word| count(word) == 0) {
        return Ok(());
    }
    let is_plain = positions(entries, b"/Filter").all(|at| {
        let value = entries[at + b"/Filter".len()..].trim_ascii_start();
        value.starts_with(b"/") || value.starts_with(b"[")
    });
    let filters = count(b"/Fl") + UNUSUAL.iter().map(|word| 2 * count(word)).sum::<usize>();
    if is_plain && filters <= 1 && !has_hidden_name(entries) {
        return Ok(());
    }
    Err(unusual())
}

fn unusual() -> Notice {
    let message = "a PDF whose objects are packed in an unusual way; save it anew to have it indexed";
    Notice::new(Code::BadRecord, None, message)
}

/// Tells whether a letter or digit of a name is written by its number, which nobody needs to.
fn has_hidden_name(entries: &[u8]) -> bool {
    entries.split(|byte| *byte == b'/').skip(1).any(|name| {
        let end = name.iter().position(|byte| byte.is_ascii_whitespace() || b"<>[]()/%".contains(byte));
        name[..end.unwrap_or(name.len())].windows(3).any(|part| {
            let number = std::str::from_utf8(&part[1..]).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
            part[0] == b'#' && number.is_some_and(|byte| byte.is_ascii_alphanumeric())
        })
    })
}

/// Checks the streams of a document by their filters, as its reader unpacks them. Returns the length of its longest form.
pub(super) fn check_decoded(pdf: &Pdf, bounds: &Bounds) -> Result<u64, Notice> {
    let (mut depth, mut longest_form) = (Depth::default(), 0);
    let size = pdf.data().as_ref().len() as u64;
    let mut left_of_images = size.saturating_mul(bounds.ratio).max(bounds.free).min(bounds.unpacked);
    let mut left_of_others = MOST_UNPACKED.min(bounds.unpacked);
    for stream in pdf.objects().into_iter().filter_map(|object| object.into_stream()) {
        let kind = stream.dict().get::<Name<'_>>(&b"Subtype"[..]);
        let is = |name: &[u8]| kind.as_ref().is_some_and(|kind| **kind == *name);
        let left = if is(b"Image") { &mut left_of_images } else { &mut left_of_others };
        match unpack(&stream.raw_data(), &stream.filters(), *left) {
            Unpacked::To(length) => {
                *left -= length;
                if is(b"Form") {
                    longest_form = longest_form.max(length);
                }
            }
            Unpacked::TooMuch if is(b"Image") => return Err(too_large(bounds)),
            Unpacked::TooMuch => {
                let message = format!(
                    "a PDF whose streams, without its images, unpack to more than {MOST_UNPACKED} bytes; not indexed"
                );
                return Err(Notice::new(Code::TooLarge, None, message));
            }
            Unpacked::Unusual => {
                let message = "a PDF with a stream that is packed several times over; save it anew to have it indexed";
                return Err(Notice::new(Code::BadRecord, None, message));
            }
        }
        if !is(b"Image")
            && let Ok(data) = stream.decoded()
        {
            depth.now = 0;
            depth.add(&data);
            // The reader copies what a glyph stands for each time that one is shown.
            let is_map = positions(&data, b"beginbf").next().is_some();
            if is_map && data.split(|byte| b"<>".contains(byte)).any(|part| part.len() > MOST_OF_MAP) {
                let message = "a PDF in which one glyph stands for more text than any needs to; not indexed";
                return Err(Notice::new(Code::BadRecord, None, message));
            }
        }
    }
    depth.check().map(|()| longest_form)
}

fn too_large(bounds: &Bounds) -> Notice {
    let message = format!(
        "a PDF that unpacks to more than {} times its size, and more than {} bytes; not indexed, {}",
        bounds.ratio,
        bounds.free,
        raise("ratio")
    );
    Notice::new(Code::TooLarge, None, message)
}

/// Returns where a word stands.
fn positions<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let first = word[0];
    (0..bytes.len().saturating_sub(word.len() - 1))
        .filter(move |at| bytes[*at] == first && bytes[*at..].starts_with(word))
}

/// How deep brackets stand in brackets.
#[derive(Default)]
struct Depth {
    now: usize,
    most: usize,
}

impl Depth {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'[' | b'<' | b'(' => self.now += 1,
                b']' | b'>' | b')' => self.now = self.now.saturating_sub(1),
                _ => continue,
            }
            self.most = self.most.max(self.now);
        }
    }

    fn check(&self) -> Result<(), Notice> {
        if self.most <= DEEPEST {
            return Ok(());
        }
        let message = format!("a PDF in which brackets stand in brackets more than {DEEPEST} deep; not indexed");
        Err(Notice::new(Code::BadRecord, None, message))
    }
}

impl Write for Depth {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
