//! A file that is open: on the disk, or held in memory.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// A file that is read.
pub(crate) trait Readable: Read + Seek {
    /// Returns the same file on the disk, to be read at any place, where it is one.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(dead_code, reason = "only what stands at the end of a file is looked for so")
    )]
    fn on_disk(&self) -> Option<io::Result<File>>;

    /// Returns all of its bytes, where they are held.
    fn held(&self) -> Option<&[u8]>;
}

impl Readable for File {
    fn on_disk(&self) -> Option<io::Result<File>> {
        Some(self.try_clone())
    }

    fn held(&self) -> Option<&[u8]> {
        None
    }
}

impl<T: AsRef<[u8]>> Readable for Cursor<T> {
    fn on_disk(&self) -> Option<io::Result<File>> {
        None
    }

    fn held(&self) -> Option<&[u8]> {
        Some(self.get_ref().as_ref())
    }
}

/// A file that is open, with its bytes where they are held.
pub(crate) enum Opened<'f> {
    Held(&'f File, Cursor<Vec<u8>>),
    OnDisk(&'f File),
}

impl Readable for Opened<'_> {
    fn on_disk(&self) -> Option<io::Result<File>> {
        let (Opened::Held(file, _) | Opened::OnDisk(file)) = self;
        Some(file.try_clone())
    }

    fn held(&self) -> Option<&[u8]> {
        match self {
            Opened::Held(_, bytes) => bytes.held(),
            Opened::OnDisk(_) => None,
        }
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Opened::Held(_, bytes) => bytes.read(into),
            Opened::OnDisk(file) => file.read(into),
        }
    }
}

impl Seek for Opened<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Opened::Held(_, bytes) => bytes.seek(to),
            Opened::OnDisk(file) => file.seek(to),
        }
    }
}
