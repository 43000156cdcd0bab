//! Files as tantivy reads them, with what it takes for true checked before: it asks for as much memory as the length in a
//! damaged block says, and a process that is refused memory ends.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::HasLen;
use tantivy::directory::footer::Footer;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};

use super::seal::{PAGE, PageHash, Pages};

/// The most that a byte of LZ4 can stand for.
const LZ4_RATIO: usize = 255;
/// How a frame of Zstandard begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A file of tantivy's has this many bytes or more; it panics at less than that.
pub(super) const LEAST: usize = 8;
/// What tantivy ends a store with: a version, where the articles end, how they are compressed, and what is not used.
const STORE_END: usize = 28;
const ARTICLES_END: Range<usize> = 4..12;

/// Returns a file of stored articles of which no block is read that claims to be larger than it can be.
pub(super) fn stored(path: &Path, file: Arc<dyn FileHandle>) -> Arc<dyn FileHandle> {
    if path.extension().is_none_or(|extension| extension != "store") {
        return file;
    }
    match articles_end(&file) {
        Some(end) => Arc::new(Stored { file, end }),
        // Tantivy will not open it.
        None => file,
    }
}

/// Returns where the articles in a store end, and its index of them begins.
fn articles_end(file: &Arc<dyn FileHandle>) -> Option<usize> {
    if file.len() < LEAST {
        return None;
    }
    let (_, body) = Footer::extract_footer(FileSlice::new(file.clone())).ok()?;
    let end = body.len().checked_sub(STORE_END).and_then(|start| body.read_bytes_slice(start..body.len()).ok())?;
    usize::try_from(u64::from_le_bytes(end.get(ARTICLES_END)?.try_into().ok()?)).ok()
}

#[derive(Debug)]
struct Stored {
    file: Arc<dyn FileHandle>,
    end: usize,
}

impl HasLen for Stored {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for Stored {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let is_block = range.end <= self.end;
        let bytes = self.file.read_bytes(range)?;
        if is_block && !is_possible(&bytes) {
            return Err(not_written("a block of articles"));
        }
        Ok(bytes)
    }
}

/// Tells whether a block, which begins with the length that it has when it is not compressed, can be that long.
fn is_possible(block: &[u8]) -> bool {
    let Some((length, compressed)) = block.split_first_chunk::<4>() else { return true };
    let length = u32::from_le_bytes(*length) as usize;
    match compressed.strip_prefix(&ZSTD) {
        Some(frame) => zstd_length(frame) == Some(length as u64),
        None => length <= compressed.len().saturating_mul(LZ4_RATIO),
    }
}

/// Returns the length that the head of a frame tells (RFC 8878, 3.1.1.1).
fn zstd_length(frame: &[u8]) -> Option<u64> {
    let (descriptor, rest) = frame.split_first()?;
    let is_single_segment = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let rest = rest.get(dictionary + usize::from(!is_single_segment)..)?;
    let (bytes, least) = match descriptor >> 6 {
        0 if is_single_segment => (1, 0),
        1 => (2, 256),
        2 => (4, 0),
        3 => (8, 0),
        _ => return None,
    };
    let length = rest.get(..bytes)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    length.checked_add(least)
}

/// Returns a file of which each page is checked against its hash when something in it is first read.
pub(super) fn paged(file: Arc<dyn FileHandle>, Pages { hashes, hash }: &Pages) -> Arc<dyn FileHandle> {
    let pages = hashes.iter().map(|hash| Page { hash: *hash, is_sound: AtomicBool::new(false) });
    Arc::new(Paged { file, pages: pages.collect(), hash: *hash })
}

struct Paged {
    file: Arc<dyn FileHandle>,
    pages: Vec<Page>,
    hash: PageHash,
}

struct Page {
    hash: u32,
    is_sound: AtomicBool,
}

impl fmt::Debug for Paged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.fmt(f)
    }
}

impl HasLen for Paged {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for Paged {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let pages = range.start / PAGE..range.end.div_ceil(PAGE);
        for (number, page) in pages.clone().zip(self.pages.get(pages).unwrap_or_default()) {
            if !page.is_sound.load(Ordering::Relaxed) {
                let bytes = self.file.read_bytes(number * PAGE..self.len().min((number + 1) * PAGE))?;
                if self.hash.of(&bytes) != page.hash {
                    return Err(not_written("a page of its bytes"));
                }
                page.is_sound.store(true, Ordering::Relaxed);
            }
        }
        self.file.read_bytes(range)
    }
}

fn not_written(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} is not what was written"))
}

#[cfg(test)]
mod tests {
    use tantivy::directory::{Directory as _, ManagedDirectory, RamDirectory};
    use tantivy::store::{Compressor, StoreReader, StoreWriter, ZstdCompressor};

    use super::*;

    /// Writes a store of some documents, with tantivy's footer, and returns its bytes.
    fn store(compressor: Compressor) -> Vec<u8> {
        // Tantivy's view of a directory puts footers behind files.
        let (files, path) = (RamDirectory::create(), Path::new("a.store"));
        let footed = ManagedDirectory::wrap(Box::new(files.clone())).expect("memory");
        let write = footed.open_write(path).expect("memory");
        let mut store = StoreWriter::new(write, compressor, 4096, false).expect("memory");
        for n in 0..600 {
            store.store_bytes(format!("the ferry {n} sailed, ").repeat(n % 40).as_bytes()).expect("memory");
        }
        store.close().expect("memory");
        let file = files.open_read(path).expect("it was written");
        file.read_bytes().expect("memory").to_vec()
    }

    fn opened(bytes: &[u8]) -> FileSlice {
        let file: Arc<dyn FileHandle> = Arc::new(OwnedBytes::new(bytes.to_vec()));
        FileSlice::new(stored(Path::new("a.store"), file))
    }

    fn read(bytes: &[u8]) -> tantivy::Result<usize> {
        let (_, body) = Footer::extract_footer(opened(bytes))?;
        let store = StoreReader::open(body, 0)?;
        (0..600).try_fold(0, |sum, doc| Ok(sum + store.get_document_bytes(doc)?.len()))
    }

    #[test]
    fn a_block_that_claims_more_than_it_can_hold_is_not_read() {
        let zstd = Compressor::Zstd(ZstdCompressor { compression_level: Some(9) });
        for compressor in [Compressor::Lz4, zstd] {
            let whole = store(compressor);
            assert!(read(&whole).expect("it is whole") > 200_000, "{compressor:?}");
            // The first block begins with its length; 16 MiB and more is claimed, as the file has a hundredth of it.
            for bit in 0..8 {
                let mut damaged = whole.clone();
                damaged[3] ^= 1 << bit;
                let told = read(&damaged).expect_err("it cannot be as long").to_string();
                assert!(told.contains("a block of articles is not what was written"), "{compressor:?}: {told}");
            }
        }
    }

    #[test]
    fn a_page_is_checked_when_something_in_it_is_read_and_no_other() {
        let mut bytes = vec![7; 3 * PAGE + 5];
        let hash = PageHash::Crc32;
        let pages = Pages { hashes: bytes.chunks(PAGE).map(|page| hash.of(page)).collect(), hash };
        bytes[PAGE + 9] ^= 1;
        let file = FileSlice::new(paged(Arc::new(OwnedBytes::new(bytes)), &pages));
        let is_read = |range: Range<usize>| file.read_bytes_slice(range).is_ok();
        assert!(is_read(0..PAGE) && is_read(2 * PAGE..3 * PAGE + 5) && is_read(PAGE..PAGE));
        assert!(!is_read(PAGE - 1..PAGE + 1) && !is_read(2 * PAGE - 1..2 * PAGE) && !is_read(0..3 * PAGE));
        assert!(is_read(3 * PAGE..3 * PAGE + 5));
    }
}
