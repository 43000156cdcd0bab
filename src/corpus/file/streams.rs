//! Bytes on their way: those of a file that may fail, of a file in an archive, and of what is packed, which come once.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};

use crate::corpus::archive;

/// Bytes of a file in an archive: what was read of them, and why they end before their end.
pub(super) struct Hashed<R> {
    bytes: R,
    hasher: blake3::Hasher,
    read: u64,
    broken: Option<String>,
}

impl<R> Hashed<R> {
    pub(super) fn new(bytes: R) -> Hashed<R> {
        Hashed { bytes, hasher: blake3::Hasher::new(), read: 0, broken: None }
    }

    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Returns the size of what was read, and the first half of its BLAKE3 hash.
    pub(super) fn size_and_hash(&self) -> (u64, [u8; 16]) {
        (self.read, *self.hasher.finalize().as_bytes().first_chunk().expect("a hash has 32 bytes"))
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.broken.is_some() {
            return Ok(0);
        }
        match self.bytes.read(into) {
            Ok(read) => {
                self.hasher.update(&into[..read]);
                self.read += read as u64;
                Ok(read)
            }
            Err(error) if error.kind() != io::ErrorKind::Interrupted && archive::is_of_data(&error) => {
                self.broken = Some(error.to_string());
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}

/// A file, and how it failed; it does too where it is to be given up.
pub(super) struct Watched<'f, R> {
    inner: R,
    failure: &'f RefCell<Option<io::Error>>,
    must_stop: &'f dyn Fn() -> bool,
}

impl<'f, R> Watched<'f, R> {
    pub(super) fn new(
        inner: R,
        failure: &'f RefCell<Option<io::Error>>,
        must_stop: &'f dyn Fn() -> bool,
    ) -> Watched<'f, R> {
        Watched { inner, failure, must_stop }
    }

    fn noted<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failure.replace(Some(io::Error::new(error.kind(), error.to_string())));
            }
        })
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let is_given_up = (self.must_stop)();
        let read = if is_given_up { Err(io::Error::other("given up")) } else { self.inner.read(into) };
        self.noted(read)
    }
}

impl<R: Seek> Seek for Watched<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        // A place before the beginning is one that damaged data asks for.
        self.inner.seek(to)
    }
}

/// Bytes of which no more than so many are read: those that go on break off there.
pub(super) struct UpTo<'l, R> {
    pub(super) bytes: R,
    pub(super) left: &'l mut u64,
}

impl<R: Read> Read for UpTo<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if *self.left == 0 && !into.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a limit ends it"));
        }
        let read = self.bytes.by_ref().take(*self.left).read(into)?;
        *self.left -= read as u64;
        Ok(read)
    }
}

/// Bytes that come once, with their place.
pub(super) struct Stream<R> {
    bytes: R,
    read: u64,
}

impl<R> Stream<R> {
    pub(super) fn new(bytes: R) -> Stream<R> {
        Stream { bytes, read: 0 }
    }
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<R> Seek for Stream<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Current(0) => Ok(self.read),
            // Only what was left off is gone on with, which is never packed.
            SeekFrom::Current(_) | SeekFrom::Start(_) | SeekFrom::End(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}
