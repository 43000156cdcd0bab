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

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use self::filter::{Filters, IGNORE_FILE, IgnoreFiles};
use self::link::Target;
use crate::corpus::format::Flow;
use crate::mapping::MAPPING_FILE;
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
    /// The root on this machine, without symbolic links; the paths below are relative to it. Never stored.
    pub(crate) root: PathBuf,
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
    walk.all()?;
    let mut found = Discovery { root: walk.root, ..walk.found };
    // Nearly sorted, which this sort is made for.
    found.sources.sort_by(|a, b| a.path.cmp(&b.path));
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

/// A folder that is to be looked into.
struct Folder {
    /// The path relative to the root; empty for the root itself.
    path: String,
    absolute: PathBuf,
    /// Whether a symbolic link led here, to it or to a folder above it.
    linked: bool,
}

/// What becomes of an entry.
enum Fate {
    /// A file to read.
    Source(Metadata),
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
    /// Walks the root and what is below it, depth first and in the order of sources, which makes sorting them cheap.
    fn all(&mut self) -> Result<()> {
        let mut waiting = vec![Folder { path: String::new(), absolute: self.root.clone(), linked: false }];
        while let Some(folder) = waiting.pop() {
            let mut below = self.folder(&folder)?;
            below.sort_unstable_by(|a, b| b.in_order().cmp(a.in_order()));
            waiting.append(&mut below);
        }
        Ok(())
    }

    /// Takes the files of a folder, and returns the folders in it. It is listed whole before anything in it is looked
    /// at: the list tells whether it is an index, and whether it has an ignore file.
    fn folder(&mut self, folder: &Folder) -> Result<Vec<Folder>> {
        let entries = self.list(folder);
        let is_there = |name: &str| entries.iter().any(|(other, _)| other == name);
        if is_there(INDEX_MARKER) && is_index(&folder.absolute) {
            let message = if folder.path.is_empty() { "the corpus's root is an index" } else { "it is an index" };
            self.skip(&folder.path, Code::IndexFolder, message);
            return Ok(Vec::new());
        }
        let has_ignore_file = is_there(IGNORE_FILE);
        self.ignore_files.enter(&folder.path, &folder.absolute, has_ignore_file, &mut self.found.warnings);
        let first = self.found.sources.len();
        let mut below = Vec::new();
        for (name, entry) in entries {
            let (path, is_unicode) = folder.path_of(&name);
            let fate = if is_unicode { self.fate(&entry, &path, folder.linked) } else { fate_of_bad_name() };
            match fate {
                Fate::Source(metadata) => self.source(SourceFile::new(path, &metadata))?,
                Fate::Folder => below.push(Folder { path, absolute: entry.path(), linked: folder.linked }),
                // A link that was itself reached over a link is not followed, so this goes one level deep.
                Fate::LinkedFolder => below.push(Folder { path, absolute: entry.path(), linked: true }),
                Fate::Skip(code, message) => self.skip(&path, code, message),
                Fate::Unreadable(message) => {
                    self.skip(&path, Code::Unreadable, message);
                    self.found.unreadable_entries.push(path);
                }
            }
        }
        self.found.sources[first..].sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(below)
    }

    /// Lists a folder. An entry looks itself up in the open folder, which costs the system less than a whole path.
    fn list(&mut self, folder: &Folder) -> Vec<(OsString, DirEntry)> {
        let mut entries = Vec::new();
        let listed = fs::read_dir(&folder.absolute).and_then(|listing| {
            for entry in listing {
                let entry = entry?;
                entries.push((entry.file_name(), entry));
            }
            Ok(())
        });
        if let Err(error) = listed {
            self.skip(&folder.path, Code::Unreadable, io_words(&error));
            // Where not even its kind is to be had, it may be a file as well.
            if fs::symlink_metadata(&folder.absolute).is_err() {
                self.found.unreadable_entries.push(folder.path.clone());
            }
            self.found.unreadable_folders.push(folder.path.clone());
        }
        entries
    }

    fn fate(&self, entry: &DirEntry, path: &str, linked: bool) -> Fate {
        if path.rsplit('/').next().is_some_and(|name| name.starts_with('.')) {
            return Fate::Skip(Code::Hidden, "its name begins with a dot".to_owned());
        }
        if path == MAPPING_FILE {
            return Fate::Skip(Code::Settings, "it says how the others are read".to_owned());
        }
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return Fate::Unreadable(io_words(&error)),
        };
        if kind.is_symlink() {
            return self.fate_of_link(entry, path, linked);
        }
        if let Some((code, message)) = self.left_out(path, kind.is_dir()) {
            return Fate::Skip(code, message);
        }
        if kind.is_dir() {
            return Fate::Folder;
        }
        if !kind.is_file() {
            return fate_of_special(kind);
        }
        match entry.metadata() {
            Ok(metadata) => Fate::Source(metadata),
            Err(error) => Fate::Unreadable(io_words(&error)),
        }
    }

    fn fate_of_link(&self, entry: &DirEntry, path: &str, linked: bool) -> Fate {
        let target = link::resolve(&self.root, &entry.path());
        let is_folder = matches!(target, Target::Folder);
        match self.left_out(path, is_folder) {
            // It may lead to a folder with files in it that are included.
            Some((Code::NotIncluded, _)) if matches!(target, Target::Unreadable(_)) => {}
            Some((code, message)) => return Fate::Skip(code, message),
            None => {}
        }
        match target {
            Target::File(metadata) => Fate::Source(metadata),
            Target::Special(file_type) => fate_of_special(file_type),
            Target::None(code, message) => Fate::Skip(code, message),
            Target::Unreadable(message) => Fate::Unreadable(message),
            Target::Folder if linked => Fate::Skip(
                Code::NestedLink,
                "a symbolic link to a folder inside a folder that was reached over a link is not followed".to_owned(),
            ),
            Target::Folder => Fate::LinkedFolder,
        }
    }

    /// Tells why a user's globs or ignore files leave an entry out.
    fn left_out(&self, path: &str, is_folder: bool) -> Option<(Code, String)> {
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

    fn skip(&mut self, path: &str, code: Code, message: impl Into<String>) {
        self.found.skipped.push(at(path, Notice::new(code, None, message)));
    }
}

impl Folder {
    /// Returns the path of an entry, and whether it is valid Unicode; where it is not, as far as it can be shown.
    fn path_of(&self, name: &OsStr) -> (String, bool) {
        let (shown, is_unicode) = (name.to_string_lossy(), name.to_str().is_some());
        let mut path = String::with_capacity(self.path.len() + 1 + shown.len());
        if !self.path.is_empty() {
            path.push_str(&self.path);
            path.push('/');
        }
        path.push_str(&shown);
        (path, is_unicode)
    }

    /// Returns what folders of one folder are sorted by, so that what is in them is sorted by its whole path.
    fn in_order(&self) -> impl Iterator<Item = u8> {
        self.path.bytes().chain([b'/'])
    }
}

impl SourceFile {
    fn new(path: String, metadata: &Metadata) -> SourceFile {
        SourceFile { path, size: metadata.len(), mtime_ns: mtime_ns(metadata) }
    }
}

fn mtime_ns(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

fn fate_of_bad_name() -> Fate {
    Fate::Skip(Code::BadName, "its name is not valid Unicode".to_owned())
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

fn io_words(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}

fn at(path: &str, mut notice: Notice) -> Notice {
    path.clone_into(&mut notice.path);
    notice
}
