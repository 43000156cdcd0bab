//! A directory of a damaged index that hands out something whole in the place of what is lost.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, RamDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::IndexOptions;
use crate::index::commit::META;
use crate::index::manifest::Manifest;
use crate::index::schema;
use crate::{Error, Result};

/// The directory of an index with something in the place of what is lost.
#[derive(Debug, Clone)]
pub(super) struct Instead {
    files: Box<dyn Directory>,
    lost: Lost,
}

/// What is lost.
#[derive(Debug, Clone)]
enum Lost {
    /// `meta.json`; until there is a commit it reads as this one, of an index without a commit.
    Meta(Arc<[u8]>),
    /// Files of stored articles. A segment is not opened without one, and it is not looked at by who wants the rest alone: the
    /// dictionary stands in its place.
    Stores,
}

impl Instead {
    pub(super) fn of_meta(files: Box<dyn Directory>, manifest: &Manifest) -> Result<Instead> {
        let options = IndexOptions { extra: manifest.extra.clone(), compact: manifest.compact };
        let begun = tantivy::Index::create(RamDirectory::create(), schema::schema(&options.extra), options.settings());
        let meta = begun.and_then(|begun| Ok(serde_json::to_vec(&begun.load_metas()?)?));
        let meta = meta.map_err(|error| Error::Internal { detail: error.to_string() })?;
        Ok(Instead { files, lost: Lost::Meta(meta.into()) })
    }

    pub(super) fn of_stores(files: Box<dyn Directory>) -> Instead {
        Instead { files, lost: Lost::Stores }
    }
}

impl Directory for Instead {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match &self.lost {
            Lost::Stores if path.extension().is_some_and(|ending| ending == "store") => {
                self.files.get_file_handle(&path.with_extension("term"))
            }
            Lost::Stores | Lost::Meta(_) => self.files.get_file_handle(path),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match &self.lost {
            Lost::Meta(meta) if path == Path::new(META) => Ok(meta.to_vec()),
            Lost::Stores | Lost::Meta(_) => self.files.atomic_read(path),
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.files.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.files.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}
