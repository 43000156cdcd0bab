//! The files of a package, unpacked one at a time and within bounds.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::corpus::packed::{Bounds, most_in_zip};
use crate::corpus::source::Source;
use crate::{Code, Notice};

/// How many bytes of a package are unpacked at most, since they are held in memory. The text of a long book has a few MiB.
const MOST_UNPACKED: u64 = 64 << 20;

/// A package.
pub(super) struct Package<'a> {
    archive: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
    /// How many bytes may still be unpacked.
    left: Cell<u64>,
    /// What is said where there are more.
    too_much: String,
}

impl<'a> Package<'a> {
    /// Opens a package, within the bounds of packed sources.
    pub(super) fn open(bytes: &'a [u8], bounds: Bounds) -> Result<Package<'a>, Notice> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            Notice::new(Code::BadRecord, None, format!("a package that cannot be opened ({error}); not indexed"))
        })?;
        let (mut left, mut too_much) = most_in_zip(bytes.len() as u64, &bounds);
        if left >= MOST_UNPACKED {
            left = MOST_UNPACKED;
            too_much = format!("more than {left} bytes, which are the most that are read of one");
        }
        Ok(Package { archive: RefCell::new(archive), left: Cell::new(left), too_much })
    }

    /// Returns a file as text. `None` where the package has none of this name.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Notice> {
        let mut archive = self.archive.borrow_mut();
        let bad = |error: &dyn std::fmt::Display| {
            Notice::new(Code::BadRecord, None, format!("`{name}` in the package cannot be read ({error}); not indexed"))
        };
        let mut file = match archive.by_name(name.trim_start_matches('/')) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(bad(&error)),
        };
        let mut bytes = Vec::new();
        let left = self.left.get();
        (&mut file).take(left.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| bad(&error))?;
        self.left.set(left.saturating_sub(bytes.len() as u64));
        if bytes.len() as u64 > left {
            let message = format!("`{name}`: the package unpacks to {}; not indexed", self.too_much);
            return Err(Notice::new(Code::TooLarge, None, message));
        }
        let changed = match Source::decode("", &bytes).text {
            Cow::Borrowed(text) if text.len() == bytes.len() => None,
            text => Some(text.into_owned()),
        };
        // What is text as it stands is not copied.
        Ok(Some(changed.unwrap_or_else(|| String::from_utf8(bytes).unwrap_or_default())))
    }

    /// Returns a file without which there is nothing to read.
    pub(super) fn needed(&self, name: &str) -> Result<String, Notice> {
        self.text(name)?
            .ok_or_else(|| Notice::new(Code::BadRecord, None, format!("a package without `{name}`; not indexed")))
    }
}

/// Returns the name of the file that a reference in another one leads to, without the place in it.
pub(super) fn resolved(from: &str, reference: &str) -> String {
    let reference = percent_decoded(reference.split('#').next().unwrap_or_default());
    if let Some(rooted) = reference.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns a reference with the bytes that are written as `%20`.
pub(in crate::corpus::formats) fn percent_decoded(reference: &str) -> String {
    let mut bytes = Vec::with_capacity(reference.len());
    let mut rest = reference.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
