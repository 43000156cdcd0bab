//! The place of an index: a folder or memory. Opening without permission to write, the files that are ours, and
//! tantivy's failures as ours.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::TantivyError;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, RamDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::checkpoint::CHECKPOINT;
use super::commit::META;
use super::disk::{Disk, FileSystem, FolderDirectory, Refused, UNFINISHED, make_folders, read_whole, write_whole};
use super::manifest::Manifest;
use super::read_directory::{ReadDirectory, SharedSeal};
use super::schema::FORMAT;
use super::seal::{Broken, MISSING, Seal};
use super::shield;
use super::write_lock::{LOCK, WriteLock};
use crate::analysis::ANALYZER;
use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};

/// What may stand in a folder that is to become an index: the file that keeps an empty folder in a version control
/// system, and what is there of an index whose making was interrupted.
const TOLERATED: [&str; 3] = [".gitkeep", META, LOCK];

/// Where an index is.
#[derive(Clone)]
pub(super) enum Place {
    Folder(Folder),
    Memory {
        files: RamDirectory,
        /// The names of the files, which the directory does not tell.
        written: Arc<Mutex<BTreeSet<String>>>,
        locked: Arc<AtomicBool>,
    },
}

/// A folder, and the way to write into it.
#[derive(Clone)]
pub(super) struct Folder {
    path: PathBuf,
    pub(super) disk: Arc<dyn Disk>,
    refused: Refused,
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// What the marker says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    format: u32,
    analyzer: String,
    /// A hash of the rest, by which another format is told from damage. Formats before 3 had none.
    check: Option<String>,
}

impl Marker {
    /// Returns what this version writes and reads.
    pub(super) fn ours() -> Marker {
        Marker { check: Some(Marker::check(FORMAT, ANALYZER)), format: FORMAT, analyzer: ANALYZER.to_owned() }
    }

    fn check(format: u32, analyzer: &str) -> String {
        blake3::hash(format!("{format} {analyzer}").as_bytes()).to_hex()[..16].to_owned()
    }

    fn is_whole(&self) -> bool {
        self.check.as_ref().is_none_or(|check| *check == Marker::check(self.format, &self.analyzer))
    }

    /// Returns the marker as it is written.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| Error::Internal { detail: error.to_string() })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "format {} with {}", self.format, self.analyzer)
    }
}

impl Place {
    pub(super) fn folder(path: impl Into<PathBuf>) -> Place {
        Place::on(Arc::new(FileSystem), path)
    }

    /// Returns the place of a folder that is written to in this way.
    pub(super) fn on(disk: Arc<dyn Disk>, path: impl Into<PathBuf>) -> Place {
        Place::Folder(Folder { path: path.into(), disk, refused: Refused::default() })
    }

    pub(super) fn memory() -> Place {
        Place::Memory { files: RamDirectory::create(), written: Arc::default(), locked: Arc::default() }
    }

    /// Returns the path to name in errors.
    pub(super) fn path(&self) -> &Path {
        match self {
            Place::Folder(path) => path,
            Place::Memory { .. } => Path::new("(memory)"),
        }
    }

    /// Makes the folder ready for a new index: absent or empty ones only, and those in which a copy of an index was never
    /// finished.
    pub(super) fn prepare(&self) -> Result<()> {
        let Place::Folder(folder) = self else { return Ok(()) };
        make_folders(&*folder.disk, folder).map_err(Error::io(folder))?;
        let names = self.names()?;
        let has = |name: &str| names.iter().any(|known| known == name);
        let is_copy = has(UNFINISHED_COPY) && !has(INDEX_MARKER);
        let is_free = |name: &&String| is_tolerated(name) || (is_copy && is_of_commit(name));
        match names.iter().find(|name| !is_free(name)) {
            Some(found) => Err(Error::NotAnIndex { path: folder.to_path_buf(), found: found.clone() }),
            None => Ok(()),
        }
    }

    /// Removes what a copy of an index consists of, but for the mark that it is not finished.
    pub(super) fn clear_copy(&self) -> Result<()> {
        let Place::Folder(folder) = self else { return Ok(()) };
        let mut names = self.names()?;
        names.retain(|name| is_of_commit(name) || name == META || name == INDEX_MARKER);
        // The marker first: what is left without the rest is no index.
        names.sort_by_key(|name| name != INDEX_MARKER);
        for path in names.iter().map(|name| folder.join(name)) {
            folder.disk.remove(&path).map_err(Error::io(&path))?;
        }
        Ok(())
    }

    /// Reads the marker; `None` where the place holds no index.
    pub(super) fn marker(&self) -> Result<Option<Marker>> {
        let Some(bytes) = self.read(INDEX_MARKER)? else { return Ok(None) };
        let ours = Marker::ours();
        if bytes == ours.to_bytes()? {
            return Ok(Some(ours));
        }
        let marker: Marker = serde_json::from_slice(&bytes).map_err(|error| self.damaged(INDEX_MARKER, error))?;
        if !marker.is_whole() || (marker.format, &marker.analyzer) == (ours.format, &ours.analyzer) {
            return Err(self.damaged(INDEX_MARKER, "its bytes are not those that were written"));
        }
        let path = self.path().to_path_buf();
        Err(Error::Incompatible { path, found: marker.to_string(), supported: ours.to_string() })
    }

    /// Tells whether something is left of a commit, and not of one that was being copied here: without a marker, this is an
    /// index that has lost it.
    pub(super) fn has_commit(&self) -> Result<bool> {
        let names = self.names()?;
        if names.iter().any(|name| name == UNFINISHED_COPY) {
            return Ok(false);
        }
        // Where the manifest is lost too, `meta.json` tells whose it is: tantivy's own indexes have none of our seals.
        let is_sealed = || {
            let seal = self.read(META).ok().flatten().and_then(|meta| Seal::read(&meta).ok());
            seal.is_some_and(|seal| seal.manifest().is_some())
        };
        Ok(names.iter().any(|name| Manifest::generation_of(name).is_some()) || is_sealed())
    }

    /// Reads one of our own small files; `None` where it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Place::Folder(folder) => match read_whole(&folder.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) if error.raw_os_error().is_none() => Err(self.damaged(name, error)),
                Err(error) => Err(Error::io(folder.join(name))(error)),
            },
            Place::Memory { files, .. } => Ok(files.atomic_read(Path::new(name)).ok()),
        }
    }

    /// Writes one of our own small files, whole or not at all.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let written = match self {
            Place::Folder(folder) => write_whole(&*folder.disk, &folder.join(name), bytes),
            Place::Memory { .. } => self.writing()?.atomic_write(Path::new(name), bytes),
        };
        written.map_err(Error::io(self.path().join(name)))
    }

    /// Makes the names of files that were written and removed durable.
    pub(super) fn sync(&self) -> Result<()> {
        let Place::Folder(folder) = self else { return Ok(()) };
        folder.disk.sync_folder(folder).map_err(Error::io(folder))
    }

    /// Removes what no commit needs any more: files of segments other than `living`, manifests other than that of
    /// `generation`, and what was never finished. They are leftovers of commits that others followed, or that never came
    /// to be. Tells whether there were any; that they are gone is durable with the next [`sync`](Place::sync).
    pub(super) fn remove_other_files(&self, living: &HashSet<PathBuf>, generation: u64) -> Result<bool> {
        let mut had_any = false;
        let is_left_over = |name: &str| match Manifest::generation_of(name) {
            Some(other) => other != generation,
            None if is_segment_file(name) || name == CHECKPOINT => !living.contains(Path::new(name)),
            None => name.ends_with(UNFINISHED),
        };
        match self {
            Place::Folder(folder) => {
                for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
                    let path = entry.map_err(Error::io(folder))?.path();
                    if path.file_name().and_then(|name| name.to_str()).is_some_and(is_left_over) {
                        folder.disk.remove(&path).map_err(Error::io(&path))?;
                        had_any = true;
                    }
                }
            }
            Place::Memory { written, files, .. } => {
                let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
                written.retain(|name| {
                    let left_over = is_left_over(name);
                    if left_over {
                        let _ = files.delete(Path::new(name));
                    }
                    !left_over
                });
            }
        }
        Ok(had_any)
    }

    /// Returns the names of the files.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        match self {
            Place::Folder(folder) => {
                let entries = fs::read_dir(folder).map_err(Error::io(folder))?;
                let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
                entries.map(|entry| entry.map(name).map_err(Error::io(folder))).collect()
            }
            Place::Memory { written, .. } => {
                Ok(written.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect())
            }
        }
    }

    /// Returns the size of the index's files in bytes.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Place::Folder(folder) => {
                let entries = fs::read_dir(folder).into_iter().flatten().flatten();
                entries.filter_map(|entry| entry.metadata().ok()).filter(|m| m.is_file()).map(|m| m.len()).sum()
            }
            Place::Memory { files, .. } => files.total_mem_usage() as u64,
        }
    }

    /// Takes the lock of writers.
    pub(super) fn lock(&self) -> Result<WriteLock> {
        match self {
            Place::Memory { locked, .. } => WriteLock::in_memory(locked, self.path()),
            Place::Folder(folder) => WriteLock::in_folder(folder),
        }
    }

    /// Returns the directory for a writer.
    pub(super) fn writing(&self) -> Result<Box<dyn Directory>> {
        match self {
            Place::Folder(folder) => {
                let opened = FolderDirectory::open(folder, folder.disk.clone(), folder.refused.clone());
                let inner = Box::new(opened.map_err(|error| tantivy_error(folder, error.into()))?);
                Ok(Box::new(WriteDirectory { inner, written: Arc::default() }))
            }
            Place::Memory { files, written, .. } => {
                Ok(Box::new(WriteDirectory { inner: Box::new(files.clone()), written: written.clone() }))
            }
        }
    }

    /// Returns the directory for readers, which need no permission to write, and see no page of columns that is not the
    /// one that was sealed.
    pub(super) fn reading(&self, seal: &SharedSeal) -> Result<Box<dyn Directory>> {
        Ok(Box::new(ReadDirectory::of(self.writing()?, seal)))
    }

    pub(super) fn broken(&self, Broken { file, detail, refused }: Broken) -> Error {
        match refused {
            Some(number) => {
                Error::Io { path: self.path().join(file), source: std::io::Error::from_raw_os_error(number) }
            }
            None => self.damaged(&file, detail),
        }
    }

    /// Returns what the system refused to write since it was last asked to forget it. Tantivy hands on some of it in errors
    /// of its own, which do not tell.
    pub(super) fn refused(&self) -> Option<Error> {
        let Place::Folder(folder) = self else { return None };
        let (path, error) = folder.refused.get()?;
        Some(Error::Io { path, source: error })
    }

    /// Forgets what the system refused.
    pub(super) fn forget_refused(&self) {
        if let Place::Folder(folder) = self {
            folder.refused.forget();
        }
    }

    pub(super) fn damaged(&self, file: &str, detail: impl ToString) -> Error {
        Error::Damaged { path: self.path().join(file), detail: detail.to_string() }
    }
}

/// Stands in a folder while an index is copied into it: what else is there of an index is the beginning of a copy, as long as
/// there is no marker.
pub(super) const UNFINISHED_COPY: &str = "snapshot.new";

/// Tells whether a file may stand in a folder that is to become an index.
fn is_tolerated(name: &str) -> bool {
    // What is unfinished is of no use to anybody, whatever it was to become.
    match name.strip_suffix(UNFINISHED) {
        Some(_) if name == UNFINISHED_COPY => true,
        Some(name) => name == INDEX_MARKER || TOLERATED.contains(&name),
        None => TOLERATED.contains(&name),
    }
}

/// Tells whether a file is one that a commit names.
fn is_of_commit(name: &str) -> bool {
    is_segment_file(name) || Manifest::generation_of(name).is_some()
}

/// Tells whether a file's name is one that tantivy gives: the segment's number in 32 hexadecimal digits, a dot, and the rest.
fn is_segment_file(name: &str) -> bool {
    name.split_once('.').is_some_and(|(id, _)| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The list of files that tantivy keeps, for a garbage collection that is not used here: a commit of ours knows its files.
const MANAGED: &str = ".managed.json";

/// A directory for writing. The list of files that tantivy would write, and sync, with each new file is left out.
#[derive(Debug, Clone)]
struct WriteDirectory {
    inner: Box<dyn Directory>,
    written: Arc<Mutex<BTreeSet<String>>>,
}

impl Directory for WriteDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(shield::stored(path, self.inner.get_file_handle(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.note(path);
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(MANAGED) {
            return Err(OpenReadError::FileDoesNotExist(path.to_path_buf()));
        }
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(MANAGED) {
            return Ok(());
        }
        self.note(path);
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

impl WriteDirectory {
    fn note(&self, path: &Path) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.insert(path.to_string_lossy().into_owned());
    }
}

/// Says one of tantivy's failures in our terms, with its kind kept.
pub(crate) fn tantivy_error(path: &Path, error: TantivyError) -> Error {
    // What the system refuses has a number of the system's; without one, it is tantivy that could not read a file.
    let io = |source: &Arc<io::Error>| match source.raw_os_error() {
        Some(number) => Error::Io { path: path.to_path_buf(), source: io::Error::from_raw_os_error(number) },
        None => Error::Damaged { path: path.to_path_buf(), detail: source.to_string() },
    };
    match &error {
        TantivyError::LockFailure(LockError::LockBusy, _) => Error::Locked { path: path.to_path_buf(), holder: None },
        TantivyError::LockFailure(LockError::IoError(source), _) | TantivyError::IoError(source) => io(source),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => io(io_error),
        TantivyError::OpenDirectoryError(OpenDirectoryError::DoesNotExist(path)) => {
            Error::NoIndex { path: path.clone() }
        }
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            Error::Damaged { path: path.join(file), detail: MISSING.to_owned() }
        }
        TantivyError::OpenReadError(_)
        | TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::SchemaError(_) => Error::Damaged { path: path.to_path_buf(), detail: error.to_string() },
        _ => Error::Internal { detail: error.to_string() },
    }
}
