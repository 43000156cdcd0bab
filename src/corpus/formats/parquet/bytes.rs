//! The bytes of a table: held, or read from the disk where they are asked for.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use ::bytes::Bytes;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};

/// The bytes of a table.
#[derive(Clone)]
pub(super) enum TableBytes {
    Held(Bytes),
    OnDisk(Arc<OnDisk>),
}

/// A file on the disk, and how it failed.
pub(super) struct OnDisk {
    file: Mutex<File>,
    size: u64,
    failure: Mutex<Option<io::Error>>,
}

impl TableBytes {
    pub(super) fn on_disk(file: File, size: u64) -> TableBytes {
        TableBytes::OnDisk(Arc::new(OnDisk { file: Mutex::new(file), size, failure: Mutex::new(None) }))
    }

    /// Returns how the disk failed: that says nothing of the table.
    pub(super) fn failure(&self) -> Option<io::Error> {
        match self {
            TableBytes::Held(_) => None,
            TableBytes::OnDisk(disk) => disk.failure.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }
}

impl OnDisk {
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into));
        outcome.inspect_err(|error| {
            let failure = io::Error::new(error.kind(), error.to_string());
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        })
    }
}

impl Length for TableBytes {
    fn len(&self) -> u64 {
        match self {
            TableBytes::Held(bytes) => bytes.len() as u64,
            TableBytes::OnDisk(disk) => disk.size,
        }
    }
}

impl ChunkReader for TableBytes {
    type T = Part;

    fn get_read(&self, start: u64) -> Result<Part> {
        Ok(Part { bytes: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are not there")));
        }
        match self {
            TableBytes::Held(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                Ok(bytes.slice(start..start + length))
            }
            TableBytes::OnDisk(disk) => {
                let mut read = vec![0; length];
                disk.read_at(start, &mut read)?;
                Ok(read.into())
            }
        }
    }
}

/// Bytes from one place on.
pub(super) struct Part {
    bytes: TableBytes,
    at: u64,
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.bytes.len().saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = into.len().min(left);
        let read = self.bytes.get_bytes(self.at, count).map_err(io::Error::other)?;
        into[..count].copy_from_slice(&read);
        self.at += count as u64;
        Ok(count)
    }
}
