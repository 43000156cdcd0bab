//! Documents that are packages of XML in a zip archive: texts of word processors (`docx.rs`, `odt.rs`) and books (`epub.rs`).
//! What they are is told by their name, or by the file that stands first in them, before they are taken for archives.

mod docx;
mod epub;
mod odt;
mod package;
mod properties;
mod story;
#[cfg(test)]
mod tests;

pub(crate) use docx::Docx;
pub(crate) use epub::Epub;
pub(crate) use odt::Odt;
pub(super) use package::percent_decoded;
#[cfg(feature = "pdf")]
pub(crate) use properties::{give_authors, is_file_name};

use crate::Notice;
use crate::corpus::format::Detected;
use crate::corpus::xml::Document;

/// The endings of names that packages have, which are no archives to a reader.
const ENDINGS: &[&str] = &[
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "pptx", "pptm", "ppsx", "odt", "ott", "odm", "ods", "odp", "odg",
    "epub",
];

/// What stands first in packages: by the standards the media type, or the list of what is in it.
const FIRST: &[&[u8]] =
    &[b"mimetypeapplication/", b"[Content_Types].xml", b"_rels/.rels", b"docProps/", b"META-INF/container.xml"];

/// Tells whether bytes that begin a zip archive are those of a package.
pub(crate) fn is_package(name: &str, beginning: &[u8]) -> bool {
    let first = beginning.get(30..).unwrap_or_default();
    let is_part = || first.starts_with(b"word/") && first[..first.len().min(60)].windows(4).any(|end| end == b".xml");
    begins_as_zip(beginning)
        && (has_ending(name, ENDINGS) || FIRST.iter().any(|known| first.starts_with(known)) || is_part())
}

fn begins_as_zip(beginning: &[u8]) -> bool {
    beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06")
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| endings.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Returns what is doubtful of a part of a package. Lines of it are none of the package.
fn doubts_of(document: &Document<'_>, part: &str) -> Vec<Notice> {
    let of_part = |doubt: Notice| {
        let message = format!("line {} of {part}: {}", doubt.line.unwrap_or(1), doubt.message);
        Notice { line: None, message, ..doubt }
    };
    document.doubts().into_iter().map(of_part).collect()
}

/// Tells why a package is of a kind: by its media type, which it has first, or by its name.
fn detected(beginning: &[u8], path: &str, media_type: &[u8], endings: &[&str]) -> Option<Detected> {
    if !begins_as_zip(beginning) {
        return None;
    }
    let first = beginning.get(30..).unwrap_or_default().strip_prefix(b"mimetype");
    if let Some(kind) = first.filter(|kind| kind.starts_with(b"application/")) {
        let is_it = kind.starts_with(media_type);
        return is_it.then_some(Detected::by_content("it begins with its media type"));
    }
    has_ending(path, endings).then_some(Detected::by_name("its name, and it is packed so"))
}
