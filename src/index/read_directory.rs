//! The files of an index as they are read.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};

use super::seal::{Seal, is_paged};
use super::shield;

/// A directory that is only read. Tantivy wants to make a lock file to open an index (its issue 557), which a reader
/// of a read-only folder cannot; here that lock is free, and a reader that loses a file to a commit tries again.
#[derive(Debug, Clone)]
pub(super) struct ReadDirectory {
    inner: Box<dyn Directory>,
    seal: SharedSeal,
    /// The files that somebody reads: who opens one again has it though a merge has removed it. Those that are paged are not among
    /// them, since what their pages are to be is known only when the commit is.
    open: Arc<Mutex<HashMap<PathBuf, Weak<dyn FileHandle>>>>,
}

impl ReadDirectory {
    pub(super) fn of(inner: Box<dyn Directory>, seal: &SharedSeal) -> ReadDirectory {
        ReadDirectory { inner, seal: seal.clone(), open: Arc::default() }
    }
}

/// The seal of the commit that is read, which another takes the place of.
pub(super) type SharedSeal = Arc<Mutex<Arc<Seal>>>;

impl Directory for ReadDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        if is_paged(path) {
            let file = self.inner.get_file_handle(path)?;
            let seal = self.seal.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return Ok(seal.pages(path).map_or(file.clone(), |pages| shield::paged(file, pages)));
        }
        if !is_of_segment(path) {
            return self.inner.get_file_handle(path);
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(path).and_then(Weak::upgrade) {
            return Ok(file);
        }
        let file = self.inner.get_file_handle(path)?;
        open.retain(|_, file| file.strong_count() > 0);
        open.insert(path.to_owned(), Arc::downgrade(&file));
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_path_buf() })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_path_buf()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// Tells whether a file is one of a segment, whose name is not given twice.
fn is_of_segment(path: &Path) -> bool {
    const PARTS: [&str; 5] = ["idx", "term", "pos", "store", "fieldnorm"];
    path.extension().is_some_and(|part| PARTS.iter().any(|known| part == *known))
}

fn read_only() -> io::Error {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
}
