//! What can go wrong, said as a sentence: where, what, what to do. Bad input is not an error but report data
//! (`notice.rs`), and a wrong query is a list of diagnostics; neither is found here.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A result with Newshound's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An operation on an index or a corpus that failed.
///
/// [`Error::kind`] tells failures apart without matching on variants, which may grow.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no index at this place.
    #[error("{path}: there is no index here; build one with `newshound index CORPUS`", path = path.display())]
    NoIndex {
        /// The folder that was looked at.
        path: PathBuf,
    },
    /// A new index was to be made in a folder that holds something, and nothing is written into it.
    #[error("{path}: this folder holds `{found}`; name an empty or absent folder", path = path.display())]
    NotAnIndex {
        /// The folder that was looked at.
        path: PathBuf,
        /// Something in it.
        found: String,
    },
    /// The index was built in a form that this version does not read.
    #[error("{path}: the index was built by {found}, this program reads {supported}; build it anew from its corpora in another folder", path = path.display())]
    Incompatible {
        /// The index folder.
        path: PathBuf,
        /// The format and analyzer that it was built by.
        found: String,
        /// The format and analyzer of this version.
        supported: String,
    },
    /// A file of the index is not what was written. Where reading it panics, the panic is caught; the application's panic hook
    /// hears of it all the same.
    #[error("{path}: the index is damaged: {detail}; `newshound repair` keeps what is whole", path = path.display())]
    Damaged {
        /// The file, or the index folder where the file is not known.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// So much of the index is lost that it cannot be repaired.
    #[error("{path}: neither meta.json nor the manifest of this index is whole, and nothing else tells which articles it had; index the corpora into another folder", path = path.display())]
    Unrepairable {
        /// The index folder.
        path: PathBuf,
    },
    /// Another writer is at work.
    #[error("{path}: {} is writing this index; wait for it to end", or_another_process(holder.as_ref()), path = path.display())]
    Locked {
        /// The index folder.
        path: PathBuf,
        /// Who it is, where that can be told.
        holder: Option<LockHolder>,
    },
    /// The system refused to read or write.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's own words and kind.
        source: io::Error,
    },
    /// An option has a value that cannot be used.
    #[error("{option}: {problem}")]
    Options {
        /// The option's name.
        option: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The query cannot be understood; the diagnostics point at the places.
    #[error("the query cannot be understood: {}", .0.first().map_or("", |d| d.message.as_str()))]
    Query(Vec<crate::Diagnostic>),
    /// The caller asked to stop.
    #[error("stopped on request; the last commit stands")]
    Cancelled,
    /// A failure inside that no input should cause.
    #[error("internal failure: {detail}; please report it")]
    Internal {
        /// What failed.
        detail: String,
    },
}

/// The process that writes an index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockHolder {
    /// Its number, on its machine.
    pub process: u32,
    /// The name of its machine, which is another one where the index is on a shared disk.
    pub host: String,
    /// When it began, by the clock of the file system.
    pub since: SystemTime,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.process, self.host)?;
        match jiff::Timestamp::try_from(self.since) {
            Ok(since) => write!(f, ", since {}", since.strftime("%Y-%m-%d %H:%M:%S UTC")),
            Err(_) => Ok(()),
        }
    }
}

fn or_another_process(holder: Option<&LockHolder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), |holder| format!("another process ({holder})"))
}

/// The kinds of failure that a caller may want to treat apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No index where one was asked for, or a folder that is not one.
    NoIndex,
    /// An index of another format.
    Incompatible,
    /// A damaged index.
    Damaged,
    /// Another writer holds the index.
    Locked,
    /// No room left on the device, or a quota reached.
    DiskFull,
    /// Any other failure of reading or writing.
    Io,
    /// An option that cannot be used.
    Options,
    /// A query that cannot be understood.
    Query,
    /// Stopped on request.
    Cancelled,
    /// A failure of Newshound itself.
    Internal,
}

impl Error {
    /// Returns the kind of this failure.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NoIndex { .. } | Error::NotAnIndex { .. } => ErrorKind::NoIndex,
            Error::Incompatible { .. } => ErrorKind::Incompatible,
            Error::Damaged { .. } | Error::Unrepairable { .. } => ErrorKind::Damaged,
            Error::Locked { .. } => ErrorKind::Locked,
            Error::Io { source, .. } if is_disk_full(source.kind()) => ErrorKind::DiskFull,
            Error::Io { .. } => ErrorKind::Io,
            Error::Options { .. } => ErrorKind::Options,
            Error::Query(_) => ErrorKind::Query,
            Error::Cancelled => ErrorKind::Cancelled,
            Error::Internal { .. } => ErrorKind::Internal,
        }
    }

    /// Tells whether the same call may succeed later without any change by the caller.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Locked | ErrorKind::DiskFull | ErrorKind::Cancelled => true,
            ErrorKind::Io => matches!(self, Error::Io { source, .. } if source.kind() == io::ErrorKind::Interrupted),
            ErrorKind::NoIndex
            | ErrorKind::Incompatible
            | ErrorKind::Damaged
            | ErrorKind::Options
            | ErrorKind::Query
            | ErrorKind::Internal => false,
        }
    }

    /// Returns a function that puts a path to an [`io::Error`], for `map_err`.
    pub(crate) fn io(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
        let path = path.as_ref().to_path_buf();
        move |source| Error::Io { path, source }
    }
}

fn is_disk_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
