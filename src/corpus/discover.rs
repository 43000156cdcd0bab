//! Which files of a corpus are read, and in which order. Opens no source: a name and one `stat` a file are all that
//! it looks at, so that a pipe cannot hang a run and an unchanged corpus costs next to nothing.
//!
//! Every entry is accounted for once: a file is in [`Discovery::sources`] or in [`Discovery::skipped`]; a folder that
//! is left out is one skip, whatever it holds. The order is that of the whole relative path compared as bytes, so
//! `a.txt` stands before `a/b.txt`, on every system.

mod filter;
mod link;
#[cfg(test)]
mod tests;

use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use self::filter::{Filters, IgnoreFiles};
use self::link::Target;
use crate::corpus::format::Flow;
use crate::source_key::INDEX_MARKER;
use crate::{Code, Error, Notice, Result};

/// What a user may say of which files belong to a corpus: globs in the syntax of gitignore.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DiscoverOptions<'a> {
    /// Files to read; empty for all. A folder's name means what is below it.
    pub(crate) include: &'a [String],
    /// Files and folders to leave out.
    pub(crate) exclude: &'a [String],
}

/// The files of a corpus.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// The files to read, by the bytes of their paths.
    pub(crate) sources: Vec<SourceFile>,
    /// One skip for each file or folder that is left out, by path. The corpus's name is for the caller to put in.
    pub(crate) skipped: Vec<Notice>,
    /// What is doubtful: lines of ignore files that are no pattern.
    pub(crate) warnings: Vec<Notice>,
    /// Folders that could not be listed, or not to the end; `""` is the root. Nothing can be said of what is below
    /// them, so sources known from an earlier run are stale there and not deleted.
    pub(crate) unreadable_folders: Vec<String>,
    /// Entries that could not be looked at, so that nothing can be said of them nor of what is below them: sources
    /// known from an earlier run at such a path or below it are stale and not deleted. Each is in
    /// [`skipped`](Discovery::skipped) besides.
    pub(crate) unreadable_entries: Vec<String>,
}

/// A file to read, as one `stat` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// The path relative to the root, with `/` on every system.
    pub(crate) path: String,
    /// Where it is on this machine. Never stored.
    pub(crate) absolute: PathBuf,
    /// The size in bytes.
    pub(crate) size: u64,
    /// When it was last changed: nanoseconds since 1970-01-01 UTC; 0 where the system does not say.
    pub(crate) mtime_ns: i64,
}

/// Finds the files of the corpus at `root`. Each file is shown to `seen` as it is found, in no order; it may stop the
/// walk, which then ends with [`Error::Cancelled`].
///
/// A root that is missing, is no folder or cannot be listed is an [`Error::Io`].
pub(crate) fn discover(
    root: &Path,
    options: DiscoverOptions<'_>,
    seen: &mut dyn FnMut(&SourceFile) -> Flow,
) -> Result<Discovery> {
    let real_root = fs::canonicalize(root).map_err(Error::io(root))?;
    fs::read_dir(&real_root).map_err(Error::io(root))?;
    let filters = Filters::new(options)?;
    let mut walk =
        Walk { root: real_root, filters, ignore_files: IgnoreFiles::default(), found: Discovery::default(), seen };
    if is_index(&walk.root) {
        walk.skip("", Code::IndexFolder, "the corpus's root is an index");
    } else {
        walk.enter("");
        walk.folder(&walk.root.clone(), "", false)?;
    }
    let mut found = walk.found;
    found.sources.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    found.warnings.sort_by(|a, b| a.path.cmp(&b.path));
    found.unreadable_folders.sort_unstable();
    found.unreadable_folders.dedup();
    found.unreadable_entries.sort_unstable();
    found.unreadable_entries.dedup();
    Ok(found)
}

/// A walk under way.
struct Walk<'a> {
    /// The root without symbolic links.
    root: PathBuf,
    filters: Filters,
    ignore_files: IgnoreFiles,
    found: Discovery,
    seen: &'a mut dyn FnMut(&SourceFile) -> Flow,
}

/// What becomes of an entry.
enum Fate {
    /// A file to read.
    Source(SourceFile),
    /// A folder to look into.
    Folder,
    /// A link to a folder of the corpus, to be looked into as if it stood here.
    LinkedFolder,
    /// Left out, and why.
    Skip(Code, String),
    /// The system does not say what it is, and why.
    Unreadable(String),
}

impl Walk<'_> {
    /// Walks what is below a folder. `linked` where a symbolic link led here.
    fn folder(&mut self, folder: &Path, relative: &str, linked: bool) -> Result<()> {
        let mut entries = WalkDir::new(folder).min_depth(1).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(folder, relative, &error);
                    continue;
                }
            };
            let path = relative_path(folder, relative, entry.path());
            let fate = match &path {
                Ok(path) => self.fate(&entry, path, linked),
                Err(_) => Fate::Skip(Code::BadName, "its name is not valid Unicode".to_owned()),
            };
            let path = path.unwrap_or_else(|lossy| lossy);
            match fate {
                Fate::Source(source) => self.source(source)?,
                Fate::Folder => self.enter(&path),
                Fate::LinkedFolder => {
                    self.enter(&path);
                    // A link that was itself reached over a link is not followed, so this goes one level deep.
                    self.folder(entry.path(), &path, true)?;
                }
                Fate::Skip(code, message) => {
                    self.skip(&path, code, message);
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Fate::Unreadable(message) => {
                    self.skip(&path, Code::Unreadable, message);
                    self.found.unreadable_entries.push(path);
                }
            }
        }
        Ok(())
    }

    fn fate(&mut self, entry: &DirEntry, path: &str, linked: bool) -> Fate {
        if path.rsplit('/').next().is_some_and(|name| name.starts_with('.')) {
            return Fate::Skip(Code::Hidden, "its name begins with a dot".to_owned());
        }
        if entry.file_type().is_symlink() {
            return self.fate_of_link(entry, path, linked);
        }
        if let Some((code, message)) = self.left_out(path, entry.file_type().is_dir()) {
            return Fate::Skip(code, message);
        }
        if entry.file_type().is_dir() {
            return fate_of_folder(entry.path(), Fate::Folder);
        }
        if !entry.file_type().is_file() {
            return fate_of_special(entry.file_type());
        }
        match entry.metadata() {
            Ok(metadata) => Fate::Source(SourceFile::new(path, entry.path(), &metadata)),
            Err(error) => Fate::Unreadable(io_words(error.io_error())),
        }
    }

    fn fate_of_link(&mut self, entry: &DirEntry, path: &str, linked: bool) -> Fate {
        let target = link::resolve(&self.root, entry.path());
        let is_folder = matches!(target, Target::Folder);
        match self.left_out(path, is_folder) {
            // It may lead to a folder with files in it that are included.
            Some((Code::NotIncluded, _)) if matches!(target, Target::Unreadable(_)) => {}
            Some((code, message)) => return Fate::Skip(code, message),
            None => {}
        }
        match target {
            Target::File(metadata) => Fate::Source(SourceFile::new(path, entry.path(), &metadata)),
            Target::Special(file_type) => fate_of_special(file_type),
            Target::None(code, message) => Fate::Skip(code, message),
            Target::Unreadable(message) => Fate::Unreadable(message),
            Target::Folder if linked => Fate::Skip(
                Code::NestedLink,
                "a symbolic link to a folder inside a folder that was reached over a link is not followed".to_owned(),
            ),
            Target::Folder => fate_of_folder(entry.path(), Fate::LinkedFolder),
        }
    }

    /// Tells why a user's globs or ignore files leave an entry out.
    fn left_out(&mut self, path: &str, is_folder: bool) -> Option<(Code, String)> {
        if let Some(glob) = self.filters.excluded(path, is_folder) {
            return Some((Code::Excluded, format!("`{glob}` excludes it")));
        }
        if let Some((file, pattern)) = self.ignore_files.ignored(path, is_folder) {
            return Some((Code::Ignored, format!("`{pattern}` in {file} leaves it out")));
        }
        (!is_folder && !self.filters.included(path)).then(|| (Code::NotIncluded, "no --include names it".to_owned()))
    }

    fn source(&mut self, source: SourceFile) -> Result<()> {
        let flow = (self.seen)(&source);
        self.found.sources.push(source);
        match flow {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(Error::Cancelled),
        }
    }

    /// Takes up the ignore file of a folder that is about to be walked.
    fn enter(&mut self, path: &str) {
        let folder = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        self.ignore_files.enter(path, &folder, &mut self.found.warnings);
    }

    fn skip(&mut self, path: &str, code: Code, message: impl Into<String>) {
        self.found.skipped.push(at(path, Notice::new(code, None, message)));
    }

    /// Accounts for a folder or entry that could not be looked at.
    fn unreadable(&mut self, folder: &Path, relative: &str, error: &walkdir::Error) {
        // Without a path the listing itself broke off; which folder's is not told, so the whole walk is in doubt.
        let path = match error.path() {
            Some(path) => relative_path(folder, relative, path).unwrap_or_else(|lossy| lossy),
            None => relative.to_owned(),
        };
        self.skip(&path, Code::Unreadable, io_words(error.io_error()));
        // Where not even its kind is to be had, it may be a file as well.
        if error.path().is_some_and(|path| fs::symlink_metadata(path).is_err()) {
            self.found.unreadable_entries.push(path.clone());
        }
        self.found.unreadable_folders.push(path);
    }
}

impl SourceFile {
    fn new(path: &str, absolute: &Path, metadata: &Metadata) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            absolute: absolute.to_path_buf(),
            size: metadata.len(),
            mtime_ns: mtime_ns(metadata),
        }
    }
}

fn mtime_ns(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

fn fate_of_folder(folder: &Path, otherwise: Fate) -> Fate {
    if is_index(folder) { Fate::Skip(Code::IndexFolder, "it is an index".to_owned()) } else { otherwise }
}

fn fate_of_special(file_type: FileType) -> Fate {
    Fate::Skip(Code::SpecialFile, format!("it is {}, not a file; never opened", special_kind(file_type)))
}

#[cfg(unix)]
fn special_kind(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_fifo() {
        "a pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special_kind(_file_type: FileType) -> &'static str {
    "a device"
}

fn is_index(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(INDEX_MARKER)).is_ok_and(|marker| marker.is_file())
}

/// Returns the path of an entry below `folder` as one below the root, which is the folder's own path and the rest.
/// The path as far as it can be shown is the error where a name is not Unicode.
fn relative_path(folder: &Path, relative: &str, entry: &Path) -> std::result::Result<String, String> {
    let below = entry.strip_prefix(folder).unwrap_or(entry);
    let mut path = relative.to_owned();
    let mut is_unicode = true;
    for component in below.components() {
        if !path.is_empty() {
            path.push('/');
        }
        let name = component.as_os_str();
        is_unicode &= name.to_str().is_some();
        path.push_str(&name.to_string_lossy());
    }
    if is_unicode { Ok(path) } else { Err(path) }
}

fn io_words(error: Option<&io::Error>) -> String {
    error.map_or_else(|| "it cannot be read".to_owned(), |error| format!("it cannot be read: {error}"))
}

fn at(path: &str, mut notice: Notice) -> Notice {
    path.clone_into(&mut notice.path);
    notice
}
