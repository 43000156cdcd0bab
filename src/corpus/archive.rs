//! Archives: zip, and tar in the forms of POSIX and GNU. Their files are handed out one after the other, in the order in
//! which they stand; nothing is ever written, and a name that leads out of the archive is no name.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;

use super::formats::is_package;
use crate::limits::raise;
use crate::{Code, Notice};

/// The kinds of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archive {
    Zip,
    Tar,
}

impl Archive {
    /// Tells by its name and first 512 bytes whether a file is an archive. Documents that are packed in one are none.
    pub(super) fn of(name: &str, beginning: &[u8]) -> Option<Archive> {
        let is_zip = beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06");
        if is_zip && !is_package(name, beginning) {
            return Some(Archive::Zip);
        }
        (beginning.get(257..262) == Some(b"ustar")).then_some(Archive::Tar)
    }
}

/// What an archive is handed to: whether more are wanted.
pub(super) type Take<'t> = dyn FnMut(Found<'_>) -> io::Result<bool> + 't;

/// What stands in an archive.
pub(super) enum Found<'f> {
    /// A file, its size, and how to read it.
    File(String, u64, &'f mut dyn Read),
    /// A file that is not read, by a path that stays in the archive, and why.
    Refused(String, Notice),
    /// What is to be said of the archive.
    Other(Notice),
}

/// Hands out the files of a tar archive, so many at most. What cannot be read on ends it, with a notice.
pub(super) fn read_tar(bytes: impl Read, most: u64, take: &mut Take<'_>) -> io::Result<()> {
    let mut archive = tar::Archive::new(bytes);
    for (n, entry) in archive.entries()?.enumerate() {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let message = format!("the archive breaks off ({error}); what came before is kept");
                take(Found::Other(Notice::new(Code::BrokenOff, None, message)))?;
                return Ok(());
            }
        };
        if n as u64 >= most {
            take(Found::Other(too_many(most)))?;
            return Ok(());
        }
        let kind = entry.header().entry_type();
        let size = entry.size();
        let name = member_name(&entry.path_bytes());
        let goes_on = match name {
            _ if kind.is_dir() || kind.is_pax_global_extensions() => true,
            Err((path, notice)) => take(Found::Refused(path, notice))?,
            Ok(name) if !kind.is_file() && !kind.is_contiguous() && !kind.is_gnu_sparse() => {
                let notice = Notice::new(Code::SpecialFile, None, "it is a link or a device in the archive; not read");
                take(Found::Refused(name, notice))?
            }
            Ok(name) => take(Found::File(name, size, &mut ToItsEnd { bytes: &mut entry, size, left: size }))?,
        };
        if !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

/// Bytes of which it is known how many there are: where they end before, that is an error.
struct ToItsEnd<R> {
    bytes: R,
    size: u64,
    left: u64,
}

impl<R: Read> Read for ToItsEnd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.left = self.left.saturating_sub(read as u64);
        if read == 0 && self.left > 0 && !into.is_empty() {
            let message = format!("after {} of {} bytes", self.size - self.left, self.size);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
        }
        Ok(read)
    }
}

/// Hands out the files of a zip archive, so many at most.
pub(super) fn read_zip(mut bytes: impl Read + Seek, most: u64, take: &mut Take<'_>) -> io::Result<()> {
    let n_entries = n_entries(&mut bytes)?;
    let mut archive = match zip::ZipArchive::new(bytes) {
        Ok(archive) => archive,
        Err(zip::result::ZipError::Io(error)) if !is_of_data(&error) => return Err(error),
        Err(error) => {
            let message = format!("the archive cannot be read ({error}); nothing of it is read");
            take(Found::Other(Notice::new(Code::BrokenOff, None, message)))?;
            return Ok(());
        }
    };
    let lost = n_entries.unwrap_or_default().saturating_sub(archive.len());
    if lost > 0 {
        let message =
            format!("{lost} files of the archive have the names of others in it; of each name the last is read");
        take(Found::Other(Notice::new(Code::BadName, None, message)))?;
    }
    for n in 0..archive.len() {
        if n as u64 >= most {
            take(Found::Other(too_many(most)))?;
            return Ok(());
        }
        let name = archive.name_for_index(n).and_then(Result::ok).unwrap_or_default().into_owned();
        let goes_on = match archive.by_index(n) {
            Ok(file) if file.is_dir() => true,
            Ok(mut file) => match member_name(file.name_raw()) {
                Ok(name) if file.is_symlink() => {
                    let notice = Notice::new(Code::SpecialFile, None, "it is a link in the archive; not read");
                    take(Found::Refused(name, notice))?
                }
                Ok(name) => {
                    let size = file.size();
                    take(Found::File(name, size, &mut file))?
                }
                Err((path, notice)) => take(Found::Refused(path, notice))?,
            },
            Err(zip::result::ZipError::Io(error)) if !is_of_data(&error) => return Err(error),
            Err(error) => {
                let message = format!("`{name}` in the archive cannot be read ({error})");
                take(Found::Other(Notice::new(Code::BrokenOff, None, message)))?
            }
        };
        if !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

/// Returns how many entries a zip archive says at its end that it has, of which the crate keeps one a name. None where they are too
/// many to be told there.
fn n_entries(bytes: &mut (impl Read + Seek)) -> io::Result<Option<usize>> {
    // The record, and the longest remark behind it.
    const LONGEST: u64 = 22 + u16::MAX as u64;
    let from = bytes.seek(SeekFrom::End(0))?.saturating_sub(LONGEST);
    bytes.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    bytes.read_to_end(&mut end)?;
    bytes.rewind()?;
    let record = memmem::rfind(&end, b"PK\x05\x06").map(|at| &end[at..]);
    let number = record.and_then(|record| record.get(10..)?.first_chunk()).map(|number| u16::from_le_bytes(*number));
    Ok(number.filter(|number| *number < u16::MAX).map(usize::from))
}

/// Tells whether an error is one of the data, and not of the disk that it lies on.
pub(super) fn is_of_data(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof, Unsupported};
    error.raw_os_error().is_none()
        && matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof | Unsupported)
}

fn too_many(most: u64) -> Notice {
    let message = format!("an archive of more than {most} files; the others are not read; {}", raise("members"));
    Notice::new(Code::CutShort, None, message)
}

/// Returns the path of a file within its archive, with `/`. Of one that is none or is hidden, by which path it is told, and why it is not
/// read: of all that is hidden in a folder, the folder.
fn member_name(bytes: &[u8]) -> Result<String, (String, Notice)> {
    let refused = |path, code, message: &str| Err((path, Notice::new(code, None, format!("{message}; not read"))));
    let Ok(name) = std::str::from_utf8(bytes) else {
        return refused(harmless(bytes), Code::BadName, "its name in the archive is not valid Unicode");
    };
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let is_rooted = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    if parts.is_empty() || is_rooted || parts.contains(&"..") || name.contains('\0') {
        return refused(harmless(bytes), Code::BadName, &format!("`{name}` leads out of the archive"));
    }
    if let Some(hidden) = parts.iter().position(|part| part.starts_with('.') || *part == "__MACOSX") {
        return refused(parts[..=hidden].join("/"), Code::Hidden, "it is hidden in the archive");
    }
    Ok(parts.join("/"))
}

/// Returns a path that leads nowhere for a name that is none: what is wrong with it is written as `%2E`.
fn harmless(name: &[u8]) -> String {
    let mut path = String::new();
    for chunk in name.utf8_chunks() {
        path.push_str(&chunk.valid().replace('\0', "%00"));
        path.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    let part = |part| match part {
        "" => "%2F",
        "." => "%2E",
        ".." => "%2E%2E",
        part => part,
    };
    path.split(['/', '\\']).map(part).collect::<Vec<_>>().join("/")
}
