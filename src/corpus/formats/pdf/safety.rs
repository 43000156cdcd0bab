//! What a PDF is checked for before its reader sees it, which has bounds for neither: to how much it unpacks, and how deep
//! brackets stand in brackets, since it reads them by recursion.
//!
//! Streams are looked for by their keyword alone, so that none is missed for being out of order.

use std::io::{self, Read, Write};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Name, ObjectIdentifier, Stream};

use crate::corpus::packed::Bounds;
use crate::limits::raise;
use crate::{Code, Notice};

/// How deep brackets may stand in brackets. In 48 MiB of random bytes they seem to stand 1,900 deep.
const DEEPEST: usize = 20_000;

/// Filters and a key that hide a stream from a look at its bytes, as they may be written.
const HIDING: &[&[u8]] = &[b"ASCII", b"/AHx", b"/A85", b"/LZW", b"RunLength", b"/RL", b"/Encrypt", b"/Crypt", b"#"];

/// Checks a document as it lies, and its streams that are packed in the usual way.
pub(super) fn check(bytes: &[u8], bounds: &Bounds) -> Result<(), Notice> {
    let mut left = (bytes.len() as u64).saturating_mul(bounds.ratio).max(bounds.free);
    let mut depth = Depth::default();
    depth.add(bytes);
    let keyword = b"stream";
    for at in positions(bytes, keyword) {
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
            let message = format!(
                "a PDF that unpacks to more than {} times its size, and more than {} bytes; not indexed, {}",
                bounds.ratio,
                bounds.free,
                raise("ratio")
            );
            return Err(Notice::new(Code::TooLarge, None, message));
        }
    }
    depth.check()
}

/// Checks the streams of a document that the first look does not see into, as its reader unpacks them.
pub(super) fn check_decoded(pdf: &Pdf, bytes: &[u8]) -> Result<(), Notice> {
    if !HIDING.iter().any(|name| positions(bytes, name).next().is_some()) {
        return Ok(());
    }
    let mut depth = Depth::default();
    for at in positions(bytes, b"obj") {
        let Some(id) = identifier(&bytes[at.saturating_sub(32)..at]) else { continue };
        let Some(stream) = pdf.xref().get::<Stream<'_>>(id) else { continue };
        let kind = stream.dict().get::<Name<'_>>(&b"Subtype"[..]);
        if kind.is_none_or(|kind| &*kind != b"Image")
            && let Ok(data) = stream.decoded()
        {
            depth.now = 0;
            depth.add(&data);
        }
    }
    depth.check()
}

/// Returns where a word stands.
fn positions<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let first = word[0];
    (0..bytes.len().saturating_sub(word.len() - 1))
        .filter(move |at| bytes[*at] == first && bytes[*at..].starts_with(word))
}

/// Returns the number and generation of an object, which stand before its keyword.
fn identifier(before: &[u8]) -> Option<ObjectIdentifier> {
    let mut words = before.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).rev();
    let mut number = || std::str::from_utf8(words.next()?).ok()?.parse().ok();
    let (generation, number) = (number()?, number()?);
    Some(ObjectIdentifier::new(number, generation))
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
