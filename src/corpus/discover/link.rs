//! Where a symbolic link leads. Only what lies within the corpus is followed, so that a corpus is what its folder
//! holds, and no link can draw in the rest of the machine.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::Path;

use crate::Code;

/// What a symbolic link leads to.
pub(super) enum Target {
    /// A regular file of the corpus.
    File(Metadata),
    /// A folder of the corpus that does not hold the link.
    Folder,
    /// A pipe, socket or device.
    Special(FileType),
    /// Nothing that may be read, and why.
    None(Code, String),
    /// The system does not say, and why.
    Unreadable(String),
}

/// Looks where a link leads. `root` holds no symbolic links.
pub(super) fn resolve(root: &Path, link: &Path) -> Target {
    let (target, metadata) = match fs::canonicalize(link).and_then(|target| Ok((fs::metadata(&target)?, target))) {
        Ok((metadata, target)) => (target, metadata),
        Err(error) => return unresolved(&error),
    };
    if !target.starts_with(root) {
        return Target::None(Code::OutsideLink, "the symbolic link leads out of the corpus".to_owned());
    }
    if metadata.is_file() {
        return Target::File(metadata);
    }
    if !metadata.is_dir() {
        return Target::Special(metadata.file_type());
    }
    match link.parent().map(fs::canonicalize) {
        Some(Ok(parent)) if !parent.starts_with(&target) => Target::Folder,
        Some(Err(error)) => unresolved(&error),
        Some(Ok(_)) | None => {
            Target::None(Code::SymlinkLoop, "the symbolic link leads into a folder that it stands in".to_owned())
        }
    }
}

fn unresolved(error: &io::Error) -> Target {
    if is_loop(error) {
        return Target::None(Code::SymlinkLoop, "the symbolic link leads back to itself".to_owned());
    }
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Target::None(Code::BrokenLink, "the symbolic link leads nowhere".to_owned())
        }
        _ => Target::Unreadable(format!("the symbolic link cannot be followed: {error}")),
    }
}

/// Tells whether the system gave up on a circle of links. The kind for it is not stable in the standard library yet;
/// the numbers are ELOOP of Linux and of the BSDs.
fn is_loop(error: &io::Error) -> bool {
    let number = if cfg!(any(target_os = "linux", target_os = "android")) { 40 } else { 62 };
    cfg!(unix) && error.raw_os_error() == Some(number)
}
