//! Bytes that are packed: gzip (RFC 1952, several members too), Zstandard (RFC 8878), bzip2 and xz. Packed data that is
//! broken, or that unpacks to more than any news does, ends where it breaks, and says so; a failing disk stays a failure.

use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::Code;
/// To how much packed data may unpack.
pub(crate) use crate::Limits as Bounds;
use crate::limits::raise;

/// The memory that data may ask for, in KiB: three times what the strongest packing does.
const MOST_MEMORY: u32 = 192 << 10;

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Codec {
    /// Tells how bytes are packed by their beginning.
    pub(crate) fn of(beginning: &[u8]) -> Option<Codec> {
        match beginning {
            [0x1f, 0x8b, 8, ..] => Some(Codec::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Codec::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Codec::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Codec::Xz),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Codec::Gzip => "gzip",
            Codec::Zstd => "Zstandard",
            Codec::Bzip2 => "bzip2",
            Codec::Xz => "xz",
        }
    }
}

/// Unpacks Brotli (RFC 7932), which has no mark to know it by, to no more than `most` bytes; of what is broken, as much as can be.
/// `None` where it asks for a window that the standard does not have, as large as a gigabyte, and where its reader fails.
pub(crate) fn without_brotli(packed: &[u8], most: u64) -> Option<Vec<u8>> {
    const LARGE_WINDOW: u8 = 0x11;
    if packed.first().is_some_and(|first| first & 0x7f == LARGE_WINDOW) {
        return None;
    }
    let unpack = || {
        let mut plain = Vec::new();
        let _ = brotli_decompressor::Decompressor::new(packed, 4096).take(most).read_to_end(&mut plain);
        plain
    };
    catch_unwind(AssertUnwindSafe(unpack)).ok()
}

/// How the unpacking of a source went.
#[derive(Default)]
pub(crate) struct Health {
    packed: Cell<u64>,
    failure: RefCell<Option<io::Error>>,
    end: RefCell<Option<EarlyEnd>>,
}

/// Why packed data ended before its end.
#[derive(Clone)]
pub(crate) struct EarlyEnd {
    /// Whether it is damaged ([`Code::BrokenOff`]) or a limit ends it ([`Code::CutShort`]).
    pub(crate) code: Code,
    pub(crate) why: String,
}

impl Health {
    /// Returns why the data ended before its end, if it did.
    pub(crate) fn early_end(&self) -> Option<EarlyEnd> {
        self.end.borrow().clone()
    }
}

/// Returns how many bytes the files of a zip archive of `size` bytes may unpack to together, and what is said of one with more.
pub(crate) fn most_in_zip(size: u64, bounds: &Bounds) -> (u64, String) {
    let Bounds { ratio, free, unpacked, .. } = *bounds;
    let most = size.saturating_mul(ratio).max(free);
    if unpacked < most {
        return (unpacked, format!("more than {unpacked} bytes; {}", raise("unpacked")));
    }
    (most, format!("more than {ratio} times its size, and more than {free} bytes; {}", raise("ratio")))
}

/// Returns a reader of what packed bytes hold, and what tells afterwards how that went.
pub(crate) fn unpacked<'r>(
    packed: impl Read + 'r,
    codec: Codec,
    bounds: &'r Bounds,
) -> io::Result<(Box<dyn Read + 'r>, Rc<Health>)> {
    let health = Rc::new(Health::default());
    let watched = BufReader::new(Watched { inner: packed, health: Rc::clone(&health) });
    let decoder: Box<dyn Read + 'r> = match codec {
        Codec::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(watched)),
        Codec::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(watched)?),
        Codec::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(watched)),
        Codec::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(watched, true, MOST_MEMORY)),
    };
    let unpacker = Unpacker { decoder, codec, bounds, unpacked: 0, health: Rc::clone(&health) };
    Ok((Box::new(unpacker), health))
}

/// Counts what is read of packed bytes, and keeps what failed: decoders tell it as if it were the data's fault.
struct Watched<R> {
    inner: R,
    health: Rc<Health>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into);
        match &read {
            Ok(read) => self.health.packed.set(self.health.packed.get() + *read as u64),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.health.failure.replace(Some(io::Error::new(error.kind(), error.to_string())));
            }
        }
        read
    }
}

struct Unpacker<'r> {
    decoder: Box<dyn Read + 'r>,
    codec: Codec,
    bounds: &'r Bounds,
    unpacked: u64,
    health: Rc<Health>,
}

impl Unpacker<'_> {
    fn end(&self, code: Code, why: &str) -> io::Result<usize> {
        let why = format!("its {} data {why}", self.codec.name());
        self.health.end.replace(Some(EarlyEnd { code, why }));
        Ok(0)
    }
}

impl Read for Unpacker<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.health.end.borrow().is_some() {
            return Ok(0);
        }
        let read = match self.decoder.read(into) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => match self.health.failure.take() {
                Some(failure) => return Err(failure),
                None => return self.end(Code::BrokenOff, &format!("breaks off ({error})")),
            },
        };
        self.unpacked += read as u64;
        let Bounds { ratio, free, unpacked, .. } = *self.bounds;
        if self.unpacked > unpacked {
            let why = format!("unpacks to more than {unpacked} bytes; {}", raise("unpacked"));
            return self.end(Code::CutShort, &why);
        }
        if self.unpacked > self.health.packed.get().saturating_mul(ratio).max(free) {
            let most = format!("{ratio} times its size, and more than {free} bytes");
            return self.end(Code::CutShort, &format!("unpacks to more than {most}; {}", raise("ratio")));
        }
        Ok(read)
    }
}
