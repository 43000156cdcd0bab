//! Globs that say which files belong to a corpus: those of the caller, and those of ignore files in its folders.
//! All are in the syntax of gitignore, and see paths relative to the root.

use std::fs;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};

use super::{DiscoverOptions, at};
use crate::{Code, Error, Globs, Notice, Result};

/// The name of ignore files.
pub(super) const IGNORE_FILE: &str = ".newshoundignore";

/// The globs of the caller.
pub(super) struct Filters {
    include: Option<Gitignore>,
    /// Archives of which files are included.
    around: Gitignore,
    exclude: Gitignore,
}

impl Filters {
    pub(super) fn new(options: DiscoverOptions<'_>) -> Result<Filters> {
        let include = (!options.include.is_empty()).then(|| matcher("include", options.include)).transpose()?;
        let around = matcher("include", &Globs::of_archives(options.include))?;
        Ok(Filters { include, around, exclude: matcher("exclude", options.exclude)? })
    }

    /// Returns the glob that excludes an entry.
    pub(super) fn excluded(&self, path: &str, is_folder: bool) -> Option<&str> {
        ignoring_glob(self.exclude.matched(path, is_folder)).map(Glob::original)
    }

    /// Tells whether a file is among those to read: itself, a folder above it, or what may be in it if it is an archive.
    pub(super) fn included(&self, path: &str) -> bool {
        let Some(include) = &self.include else { return true };
        let is_among = |globs: &Gitignore| globs.matched_path_or_any_parents(path, false).is_ignore();
        is_among(include) || is_among(&self.around)
    }
}

fn matcher(option: &'static str, globs: &[String]) -> Result<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    let wrong = |glob: &str, error: &ignore::Error| Error::Options {
        option,
        problem: format!("`{glob}` is not a glob: {error}"),
    };
    for glob in globs {
        builder.add_line(None, glob).map_err(|error| wrong(glob, &error))?;
    }
    builder.build().map_err(|error| wrong(&globs.join(" "), &error))
}

/// The ignore files of the folders that the walk is in, outermost first.
#[derive(Default)]
pub(super) struct IgnoreFiles {
    stack: Vec<IgnoreFile>,
}

struct IgnoreFile {
    /// The folder that it stands in and speaks of, relative to the root.
    folder: String,
    patterns: Gitignore,
}

impl IgnoreFiles {
    /// Reads the ignore file of a folder that is about to be walked, if there is an entry of that name.
    pub(super) fn enter(&mut self, path: &str, folder: &Path, is_there: bool, warnings: &mut Vec<Notice>) {
        self.leave_for(path);
        let file = folder.join(IGNORE_FILE);
        // Looked at before it is opened, for a pipe of this name would block for ever.
        if !is_there || !fs::metadata(&file).is_ok_and(|metadata| metadata.is_file()) {
            return;
        }
        let name = ignore_file_path(path);
        match fs::read(&file) {
            Ok(bytes) => {
                let patterns = read_patterns(path, &String::from_utf8_lossy(&bytes), &name, warnings);
                self.stack.push(IgnoreFile { folder: path.to_owned(), patterns });
            }
            Err(error) => warnings.push(bad_pattern(&name, None, format!("it cannot be read: {error}"))),
        }
    }

    /// Returns the ignore file and the pattern of it that leave an entry out. The innermost file with something to
    /// say decides.
    pub(super) fn ignored(&self, path: &str, is_folder: bool) -> Option<(String, &str)> {
        for file in self.stack.iter().rev() {
            match file.patterns.matched(path, is_folder) {
                Match::Ignore(glob) => return Some((ignore_file_path(&file.folder), glob.original())),
                Match::Whitelist(_) => return None,
                Match::None => {}
            }
        }
        None
    }

    /// Drops what does not stand above a folder: the walk goes depth first, so it is done with.
    fn leave_for(&mut self, path: &str) {
        while self.stack.last().is_some_and(|file| !is_below(path, &file.folder)) {
            self.stack.pop();
        }
    }
}

fn read_patterns(folder: &str, text: &str, name: &str, warnings: &mut Vec<Notice>) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, number) in text.lines().zip(1..) {
        if let Err(error) = builder.add_line(None, line) {
            warnings.push(bad_pattern(name, Some(number), format!("`{line}` is not a pattern: {error}")));
        }
    }
    builder.build().unwrap_or_else(|error| {
        warnings.push(bad_pattern(name, None, format!("its patterns cannot be used: {error}")));
        Gitignore::empty()
    })
}

fn bad_pattern(name: &str, line: Option<u32>, message: String) -> Notice {
    at(name, Notice::new(Code::BadPattern, line, format!("{message}; it leaves nothing out")))
}

fn ignoring_glob(found: Match<&Glob>) -> Option<&Glob> {
    match found {
        Match::Ignore(glob) => Some(glob),
        Match::Whitelist(_) | Match::None => None,
    }
}

fn ignore_file_path(folder: &str) -> String {
    if folder.is_empty() { IGNORE_FILE.to_owned() } else { format!("{folder}/{IGNORE_FILE}") }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
