//! A directory that remembers the first write that failed. Tantivy's threads tell of a full disk only that they died.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};

/// The first write that failed, if one did.
#[derive(Debug, Clone, Default)]
pub(super) struct FailedWrite(Arc<Mutex<Option<io::Error>>>);

impl FailedWrite {
    /// Takes the failure.
    pub(super) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert_with(|| copy_of(error));
        }
        result
    }
}

fn copy_of(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// A directory whose failed writes are noted.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    inner: Box<dyn Directory>,
    failed: FailedWrite,
}

impl Watched {
    pub(super) fn new(inner: Box<dyn Directory>, failed: FailedWrite) -> Watched {
        Watched { inner, failed }
    }
}

impl Directory for Watched {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let inner = self.inner.open_write(path);
        if let Err(OpenWriteError::IoError { io_error, .. }) = &inner {
            let _ = self.failed.note::<()>(Err(copy_of(io_error)));
        }
        Ok(BufWriter::new(Box::new(WatchedFile { inner: inner?, failed: self.failed.clone() })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.failed.note(self.inner.atomic_write(path, data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.failed.note(self.inner.sync_directory())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

struct WatchedFile {
    inner: WritePtr,
    failed: FailedWrite,
}

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.failed.note(self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.failed.note(self.inner.flush())
    }
}

impl TerminatingWrite for WatchedFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.failed.note(self.inner.terminate_ref(token))
    }
}
