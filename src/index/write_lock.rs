//! The lock of writers: one at a time in all processes. Who holds it is written in it, for those that have to wait.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fs4::fs_std::FileExt;

use super::disk::check_is_file_or_absent;
use crate::{Error, LockHolder, Result};

/// The name of the lock file.
pub(super) const LOCK: &str = "newshound.lock";

/// Held by the one writer of an index.
pub(super) enum WriteLock {
    /// A locked file, and when it was locked by the file system's clock.
    File { file: File, started: i64 },
    /// A flag.
    Memory(Arc<AtomicBool>),
}

impl WriteLock {
    /// Locks a folder, with a file that stays there.
    pub(super) fn in_folder(folder: &Path) -> Result<WriteLock> {
        let path = folder.join(LOCK);
        check_is_file_or_absent(&path).map_err(Error::io(&path))?;
        let mut options = OpenOptions::new();
        let file = options.create(true).write(true).truncate(false).open(&path).map_err(Error::io(&path))?;
        match file.try_lock_exclusive() {
            Ok(true) => {}
            Ok(false) => return Err(Error::Locked { path: folder.to_path_buf(), holder: holder(&path) }),
            Err(error) => return Err(Error::io(&path)(error)),
        }
        // Writing gives the lock file the file system's own present time, by which sources are judged.
        let text = format!("{} {}\n", std::process::id(), gethostname::gethostname().to_string_lossy());
        let written = file.set_len(0).and_then(|()| (&file).write_all(text.as_bytes()));
        written.map_err(Error::io(&path))?;
        let started = modified_ns(&file.metadata().map_err(Error::io(&path))?);
        Ok(WriteLock::File { file, started })
    }

    /// Locks an index in memory.
    pub(super) fn in_memory(locked: &Arc<AtomicBool>, path: &Path) -> Result<WriteLock> {
        if locked.swap(true, Ordering::Acquire) {
            return Err(Error::Locked { path: path.to_path_buf(), holder: None });
        }
        Ok(WriteLock::Memory(locked.clone()))
    }

    /// Returns when the lock was taken, in nanoseconds since 1970 by the file system's clock; in memory, where there is no
    /// such clock, a time at which every source is young.
    pub(super) fn started(&self) -> i64 {
        match self {
            WriteLock::File { started, .. } => *started,
            WriteLock::Memory(_) => i64::MIN,
        }
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        match self {
            WriteLock::Memory(locked) => locked.store(false, Ordering::Release),
            // Closing the file is not enough: a process that another thread starts at this moment has it open too, until
            // it runs its program. Where unlocking fails, closing is all that is left.
            WriteLock::File { file, .. } => drop(FileExt::unlock(file)),
        }
    }
}

/// Reads who holds a lock, where that can be read; some systems do not let others read a locked file.
fn holder(path: &Path) -> Option<LockHolder> {
    let text = fs::read_to_string(path).ok()?;
    let (process, host) = text.trim_end().split_once(' ')?;
    let process = process.parse().ok()?;
    let since = fs::metadata(path).ok()?.modified().ok()?;
    Some(LockHolder { process, host: host.to_owned(), since })
}

/// Returns the time of modification in nanoseconds since 1970.
fn modified_ns(metadata: &fs::Metadata) -> i64 {
    use std::time::UNIX_EPOCH;
    let Ok(modified) = metadata.modified() else { return i64::MIN };
    match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}
