//! The seal of a commit: what its files can be told from damaged ones by. It stands in `meta.json`, in the payload that
//! tantivy keeps for whoever writes an index, and covers that file too.
//!
//! Tantivy ends each of its files with a checksum of all that comes before. The seal has the length of each file and a
//! hash of its end, so that little is read to tell whether a file is the one that was committed; reading all of it then
//! tells whether it still is. Of columns it has a hash of each page besides, which is checked before the page is read:
//! tantivy takes from them how much memory to ask for. So it has of deletions, which are few bytes that decide much.
//!
//! What was taken down stands in it a second time: where the manifest is lost, it stays out all the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, FileSlice};
use tantivy::{HasLen as _, IndexMeta};

use super::commit::META;
use super::manifest::{ContentHash, Manifest};
use super::tombstones::Tombstones;

/// How much of a file's end is hashed: tantivy's checksum stands there. Of a manifest it is the beginning, where its own
/// hash stands.
const END: usize = 256;
/// The pages of columns and deletions that are hashed each by itself, in bytes.
pub(super) const PAGE: usize = 64 << 10;
/// What stands before the hash of `meta.json`, which is the last word of the payload.
const LAST_WORD: &str = " seal=";
const DIGITS: usize = 32;
/// What stands before the hashes of pages where they are CRC-32.
const CRC32: char = '+';
/// What stands before the tombstones, in hexadecimal digits.
const TAKEN_DOWN: &str = "taken-down";
pub(super) const NOT_WRITTEN: &str = "its bytes are not those that were written";
pub(super) const MISSING: &str = "the file is missing";

/// What the files of a commit are known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seal {
    /// The hash of the `meta.json` that it was read from.
    pub(super) of: ContentHash,
    files: BTreeMap<String, Sealed>,
    /// As they are written; empty for none.
    taken_down: String,
}

/// What a file is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sealed {
    length: u64,
    end: u64,
    pages: Pages,
}

/// What the pages of a file are known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pages {
    pub(super) hashes: Vec<u32>,
    pub(super) hash: PageHash,
}

/// How a page is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PageHash {
    /// CRC-32, as tantivy's own checksums: a column is read whole before the first of its values, so that hashing it is much of
    /// a search.
    #[default]
    Crc32,
    /// The beginning of BLAKE3, in seals of earlier builds. It finds the same damage and takes some ten times as long.
    Blake3,
}

impl PageHash {
    pub(super) fn of(self, page: &[u8]) -> u32 {
        match self {
            PageHash::Crc32 => crc32fast::hash(page),
            PageHash::Blake3 => {
                u32::from_le_bytes(*blake3::hash(page).as_bytes().first_chunk().expect("a hash has 32 bytes"))
            }
        }
    }
}

/// A file that is not the one that was committed, and what is wrong with it.
pub(super) struct Broken {
    pub(super) file: String,
    pub(super) detail: String,
    /// Where the system refused to read it, which says nothing of its bytes: the number of the system's error.
    pub(super) refused: Option<i32>,
}

impl Broken {
    pub(super) fn new(file: &str, detail: impl Into<String>) -> Broken {
        Broken { file: file.to_owned(), detail: detail.into(), refused: None }
    }

    pub(super) fn io(file: &str, error: &io::Error) -> Broken {
        Broken { refused: error.raw_os_error(), ..Broken::new(file, error.to_string()) }
    }

    /// Of a file that could not be opened.
    pub(super) fn unread(file: &str, error: &OpenReadError) -> Broken {
        match error {
            OpenReadError::FileDoesNotExist(_) => Broken::new(file, MISSING),
            OpenReadError::IoError { io_error, .. } => Broken::io(file, io_error),
            other => Broken::new(file, other.to_string()),
        }
    }
}

/// Seals a commit: puts into its payload what its files are known by, the manifest with the tombstones in it among them, and
/// returns the bytes of `meta.json`.
pub(super) fn seal(
    meta: &mut IndexMeta,
    manifest: Option<(&str, &Tombstones)>,
    files: &dyn Directory,
) -> tantivy::Result<Vec<u8>> {
    // What was sealed before is not looked at again: it may have been damaged since.
    let known = meta.payload.as_deref().map(Seal::parse).unwrap_or_default();
    let mut names: Vec<PathBuf> = meta.list_segment_files().into_iter().collect();
    names.sort_unstable();
    let mut payload = String::from("newshound");
    for path in manifest.map(|(name, _)| PathBuf::from(name)).into_iter().chain(names) {
        let name = path.to_string_lossy();
        let sealed = match known.files.get(&*name) {
            Some(sealed) => sealed.clone(),
            None => match files.open_read(&path) {
                Ok(file) => Sealed::of(&name, &file)?,
                // The list has files that a segment may have or not.
                Err(OpenReadError::FileDoesNotExist(_)) => continue,
                Err(error) => return Err(error.into()),
            },
        };
        // Writing to a string does not fail.
        let _ = write!(payload, " {name}={}:{:016x}:", sealed.length, sealed.end);
        if sealed.pages.hash == PageHash::Crc32 && !sealed.pages.hashes.is_empty() {
            payload.push(CRC32);
        }
        for page in &sealed.pages.hashes {
            let _ = write!(payload, "{page:08x}");
        }
    }
    if let Some((_, tombstones)) = manifest.filter(|(_, tombstones)| !tombstones.is_empty()) {
        let _ = write!(payload, " {TAKEN_DOWN}=");
        for byte in postcard::to_stdvec(tombstones).map_err(io::Error::other)? {
            let _ = write!(payload, "{byte:02x}");
        }
    }
    meta.payload = Some(payload + LAST_WORD + &"0".repeat(DIGITS));
    let mut json = serde_json::to_string_pretty(meta)? + "\n";
    let at = json.rfind(LAST_WORD).map_or(json.len(), |at| at + LAST_WORD.len());
    let digits = digits(json.as_bytes());
    json.replace_range(at..at + DIGITS, &digits);
    Ok(json.into_bytes())
}

/// Returns the first digits of a hash.
fn digits(bytes: &[u8]) -> String {
    let mut digits = blake3::hash(bytes).to_hex().to_string();
    digits.truncate(DIGITS);
    digits
}

fn hash64(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(*blake3::hash(bytes).as_bytes().first_chunk().expect("a hash has 32 bytes"))
}

impl Sealed {
    fn of(name: &str, file: &FileSlice) -> io::Result<Sealed> {
        let mut pages = Pages::default();
        if is_paged(Path::new(name)) {
            for start in (0..file.len()).step_by(PAGE) {
                let page = file.read_bytes_slice(start..file.len().min(start + PAGE))?;
                pages.hashes.push(pages.hash.of(&page));
            }
        }
        Ok(Sealed { length: file.len() as u64, end: end(name, file)?, pages })
    }

    fn parse(text: &str) -> Option<Sealed> {
        let (length, rest) = text.split_once(':')?;
        let (end, pages) = rest.split_once(':')?;
        let (pages, hash) = match pages.strip_prefix(CRC32) {
            Some(pages) => (pages, PageHash::Crc32),
            None => (pages, PageHash::Blake3),
        };
        let page = |at| u32::from_str_radix(pages.get(at..at + 8)?, 16).ok();
        let hashes = (0..pages.len()).step_by(8).map(page).collect::<Option<_>>()?;
        let (length, end) = (length.parse().ok()?, u64::from_str_radix(end, 16).ok()?);
        Some(Sealed { length, end, pages: Pages { hashes, hash } })
    }
}

/// Tells whether the pages of a file are hashed: of columns, and of deletions, where one bit brings an article back.
pub(super) fn is_paged(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "fast" || extension == "del")
}

fn end(name: &str, file: &FileSlice) -> io::Result<u64> {
    let length = file.len();
    let range = match Manifest::generation_of(name) {
        Some(_) => 0..length.min(END),
        None => length.saturating_sub(END)..length,
    };
    Ok(hash64(&file.read_bytes_slice(range)?))
}

impl Seal {
    /// Reads the seal in the bytes of a `meta.json`, or says what is wrong with them.
    pub(super) fn read(meta: &[u8]) -> Result<Seal, String> {
        #[derive(Deserialize)]
        struct Meta {
            payload: String,
        }
        let text = std::str::from_utf8(meta).map_err(|_| NOT_WRITTEN)?;
        let at = text.rfind(LAST_WORD).ok_or("it has no seal")? + LAST_WORD.len();
        let written = text.get(at..at + DIGITS).ok_or(NOT_WRITTEN)?;
        let unsealed = [&text[..at], &"0".repeat(DIGITS), &text[at + DIGITS..]].concat();
        if digits(unsealed.as_bytes()) != written {
            return Err(NOT_WRITTEN.to_owned());
        }
        let Meta { payload } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(Seal { of: ContentHash::of(meta), ..Seal::parse(&payload) })
    }

    /// Reads the payload of a commit that is known to be sound.
    pub(super) fn parse(payload: &str) -> Seal {
        let named = payload.split(' ').filter_map(|word| word.split_once('='));
        let taken_down = named.clone().find(|(name, _)| *name == TAKEN_DOWN).map_or("", |(_, digits)| digits);
        let files = named.filter_map(|(name, text)| Some((name.to_owned(), Sealed::parse(text)?)));
        Seal { of: ContentHash::default(), files: files.collect(), taken_down: taken_down.to_owned() }
    }

    /// Returns what was taken down; `None` where that cannot be read.
    pub(super) fn tombstones(&self) -> Option<Tombstones> {
        if self.taken_down.is_empty() {
            return Some(Tombstones::default());
        }
        let byte = |at| u8::from_str_radix(self.taken_down.get(at..at + 2)?, 16).ok();
        let bytes = (0..self.taken_down.len()).step_by(2).map(byte).collect::<Option<Vec<_>>>()?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Returns the names of the files, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns the name of the manifest's file; there is none before the first commit.
    pub(super) fn manifest(&self) -> Option<&str> {
        self.names().find(|name| Manifest::generation_of(name).is_some())
    }

    /// Returns the hashes of a file's pages, where it has some.
    pub(super) fn pages(&self, path: &Path) -> Option<&Pages> {
        self.files.get(path.to_str()?).map(|sealed| &sealed.pages)
    }

    /// Returns the file of this name if its length and its end are those of the one that was committed.
    pub(super) fn open(&self, name: &str, files: &dyn Directory) -> Result<FileSlice, Broken> {
        let broken = |detail: String| Broken::new(name, detail);
        let Some(sealed) = self.files.get(name) else {
            return Err(broken(format!("{META} does not name it")));
        };
        let file = files.open_read(Path::new(name)).map_err(|error| Broken::unread(name, &error))?;
        if file.len() as u64 != sealed.length {
            let detail = format!("it has {} bytes, {} were written", file.len(), sealed.length);
            return Err(broken(detail));
        }
        match end(name, &file) {
            Ok(end) if end == sealed.end => Ok(file),
            Ok(_) => Err(broken(NOT_WRITTEN.to_owned())),
            Err(error) => Err(Broken::io(name, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::directory::RamDirectory;
    use tantivy::schema::Schema;

    use super::*;

    #[test]
    fn a_seal_comes_back_and_covers_every_byte_of_the_file_that_it_stands_in() {
        let files = RamDirectory::create();
        files.atomic_write(Path::new("manifest-7.bin"), b"what the index was made from").expect("memory");
        let mut meta = tantivy::Index::create_in_ram(Schema::builder().build()).load_metas().expect("it has a commit");
        let bytes =
            seal(&mut meta, Some(("manifest-7.bin", &Tombstones::default())), &files).expect("it can be sealed");
        let sealed = Seal::read(&bytes).expect("it is sound");
        assert_eq!(sealed.manifest(), Some("manifest-7.bin"));
        assert!(sealed.of == ContentHash::of(&bytes) && sealed.open("manifest-7.bin", &files).is_ok());
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                assert!(Seal::read(&flipped).is_err(), "bit {bit} of byte {at}");
            }
            assert!(Seal::read(&bytes[..at]).is_err(), "cut after {at} bytes");
        }
        files.atomic_write(Path::new("manifest-7.bin"), b"what the index was made fr0m").expect("memory");
        assert!(sealed.open("manifest-7.bin", &files).is_err());
    }

    #[test]
    fn what_was_sealed_is_not_looked_at_again() {
        let files = RamDirectory::create();
        let name = "manifest-7.bin";
        files.atomic_write(Path::new(name), b"first").expect("memory");
        let mut meta = tantivy::Index::create_in_ram(Schema::builder().build()).load_metas().expect("it has a commit");
        seal(&mut meta, Some((name, &Tombstones::default())), &files).expect("it can be sealed");
        files.atomic_write(Path::new(name), b"other").expect("memory");
        let again = seal(&mut meta, Some((name, &Tombstones::default())), &files).expect("it can be sealed");
        assert!(Seal::read(&again).expect("it is sound").open(name, &files).is_err());
    }
}
