//! The file system as an index writes to it. Everything that changes a folder goes through here, one operation at a
//! time, so that tests can let each of them fail, or end there and keep no more than what was synced.

#[cfg(test)]
pub(crate) mod recording;

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

/// What the name of a file ends with that is to take the place of another once it is whole.
pub(super) const UNFINISHED: &str = ".new";

/// What can be done to a folder.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Makes a file with the permissions of the umask. Where there is one, it is emptied, or none is made if `is_new`.
    fn create(&self, path: &Path, is_new: bool) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name, in the place of the file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder in one that is there.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes durable which files a folder has.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file that is being written.
pub(crate) trait DiskFile: Write + Send + Sync {
    /// Makes durable what was written.
    fn sync(&mut self) -> io::Result<()>;
}

/// The file system itself.
#[derive(Debug)]
pub(super) struct FileSystem;

impl Disk for FileSystem {
    fn create(&self, path: &Path, is_new: bool) -> io::Result<Box<dyn DiskFile>> {
        if !is_new {
            check_is_file_or_absent(path)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).create_new(is_new).truncate(!is_new);
        Ok(Box::new(options.open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::hard_link(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_data()
    }

    /// Elsewhere a folder cannot be opened as a file is, and its entries are durable with the files.
    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Checks that what has this name is a file; to open a pipe is to wait for whoever opens the other end.
pub(super) fn check_is_file(path: &Path) -> io::Result<()> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a folder stands in its place" } else { "it is no regular file" };
    Err(io::Error::new(io::ErrorKind::InvalidData, what))
}

/// `meta.json` and the mark of an index have some kilobytes, the one more in large archives. What is longer was not written.
const MOST_JSON: u64 = 64 << 20;

/// Reads a file of an index that is read whole.
pub(super) fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    check_is_file(path)?;
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let length = std::fs::metadata(path)?.len();
    if is_json && length > MOST_JSON {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it has {length} bytes, more than are ever written"),
        ));
    }
    std::fs::read(path)
}

/// Checks the same of what is to be written.
pub(super) fn check_is_file_or_absent(path: &Path) -> io::Result<()> {
    match check_is_file(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(io::Error::new(error.kind(), format!("{error}; move it away")))
        }
        _ => Ok(()),
    }
}

/// Makes a folder and those above it, and makes durable that they are there.
pub(super) fn make_folders(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|above| is_missing(above)).collect();
    for folder in missing.into_iter().rev() {
        match disk.make_folder(folder) {
            // Another process may have been quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            made => made?,
        }
        let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
        disk.sync_folder(above.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && std::fs::symlink_metadata(folder).is_err()
}

/// Writes a file that is there whole or not at all, once its folder is synced.
pub(super) fn write_whole(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    // Nobody else writes it: whoever does holds the lock.
    let unfinished = PathBuf::from(unfinished);
    let written = disk.create(&unfinished, false).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync()
    });
    let renamed = written.and_then(|()| disk.rename(&unfinished, path));
    if renamed.is_err() {
        // It takes room that may be what is missing.
        let _ = disk.remove(&unfinished);
    }
    renamed
}

/// What the system refused to write last. Clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Refused(Arc<Mutex<Option<(PathBuf, i32)>>>);

impl Refused {
    pub(super) fn get(&self) -> Option<(PathBuf, io::Error)> {
        let (path, number) = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some((path, io::Error::from_raw_os_error(number)))
    }

    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Remembers a failure of the system.
    fn noted<T>(&self, path: &Path, result: io::Result<T>) -> io::Result<T> {
        if let Some(number) = result.as_ref().err().and_then(io::Error::raw_os_error) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((path.to_path_buf(), number));
        }
        result
    }
}

/// A folder as tantivy writes to it and reads it. It reads as tantivy's own directory does.
#[derive(Debug, Clone)]
pub(super) struct FolderDirectory {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    mapped: MmapDirectory,
    refused: Refused,
}

impl FolderDirectory {
    pub(super) fn open(
        folder: &Path,
        disk: Arc<dyn Disk>,
        refused: Refused,
    ) -> Result<FolderDirectory, OpenDirectoryError> {
        Ok(FolderDirectory { folder: folder.to_path_buf(), disk, mapped: MmapDirectory::open(folder)?, refused })
    }

    fn check(&self, path: &Path) -> Result<(), OpenReadError> {
        check_is_file(&self.folder.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_path_buf()),
            _ => OpenReadError::wrap_io_error(error, path.to_path_buf()),
        })
    }
}

impl Directory for FolderDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.check(path)?;
        self.mapped.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.disk.remove(&self.folder.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_path_buf()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_path_buf() },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let whole_path = self.folder.join(path);
        let made = self.refused.noted(&whole_path, self.disk.create(&whole_path, true));
        let file = made.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_path_buf()),
            _ => OpenWriteError::wrap_io_error(error, path.to_path_buf()),
        })?;
        Ok(BufWriter::new(Box::new(Written { file, path: whole_path, refused: self.refused.clone() })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.check(path)?;
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        write_whole(&*self.disk, &self.folder.join(path), data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.disk.sync_folder(&self.folder)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}

/// A file of a segment, which is synced when it is complete.
struct Written {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    refused: Refused,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.refused.noted(&self.path, self.file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for Written {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.refused.noted(&self.path, self.file.sync())
    }
}
