//! Whether an index is what was written: checksums before anything is parsed, then whether its parts agree, then whether
//! its postings and columns are those that its stored articles give. Changes nothing, and needs no lock: where a commit
//! comes between, it begins again.

mod derive;
mod relations;

use std::path::Path;

use serde::Serialize;
use tantivy::directory::{FileSlice, ManagedDirectory};

use super::commit::META;
use super::directory::{Place, tantivy_error};
use super::manifest::Manifest;
use super::read_directory::SharedSeal;
use super::seal::{Broken, MISSING, Seal};
use super::{Digest, Index, Snapshot, guard, read_seal};
use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};

/// How an index is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// Leave out what takes longest: to derive the postings and columns anew from the stored articles.
    pub quick: bool,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VerifyReport {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Whether the index is what was written.
    pub sound: bool,
    /// Whether postings and columns were left out.
    pub quick: bool,
    /// The number of files that were read.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The number of segments.
    pub segments: u64,
    /// The number of articles that were compared with the manifest.
    pub articles: u64,
    /// The number of postings that were derived anew; an article has one for each different word of a field.
    pub postings: u64,
    /// The number of articles that are missing since a repair, which lost them and did not find them again. It is no damage:
    /// the index is what the repair wrote.
    pub missing: u64,
    /// Whether the manifest was lost before a repair, and with it what it alone knew.
    pub manifest_lost: bool,
    /// What is wrong: of the first [`MOST_DAMAGES`](VerifyReport::MOST_DAMAGES) that were found, file by file.
    pub damages: Vec<Damage>,
}

impl VerifyReport {
    /// How many damages are told at most.
    pub const MOST_DAMAGES: usize = 100;

    fn found(&mut self, file: impl Into<String>, detail: impl ToString) {
        if self.damages.len() < VerifyReport::MOST_DAMAGES {
            self.damages.push(Damage { file: file.into(), detail: detail.to_string() });
        }
    }
}

/// Something in an index that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Damage {
    /// The name of the file in the index folder.
    pub file: String,
    /// What is wrong with it, as a sentence without full stop.
    pub detail: String,
}

/// Verifies the index in a folder. Damage is no error but stands in the report.
///
/// ```
/// use newshound::{Index, VerifyOptions, verify};
///
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let dir = folder.path().join("index");
/// Index::create(&dir)?;
/// assert!(verify(&dir, &VerifyOptions::default())?.sound);
/// # Ok::<(), newshound::Error>(())
/// ```
///
/// # Errors
///
/// A folder that holds no index, an index of another format, and what the system refuses to read.
pub fn verify(dir: impl AsRef<Path>, options: &VerifyOptions) -> Result<VerifyReport> {
    verify_in(&Place::folder(dir.as_ref()), options)
}

impl Index {
    /// Verifies the index; see [`verify`](crate::verify()).
    ///
    /// # Errors
    ///
    /// Those of [`verify`](crate::verify()).
    pub fn verify(&self, options: &VerifyOptions) -> Result<VerifyReport> {
        verify_in(&self.place, options)
    }
}

/// The memory of what is derived anew at a time, in bytes.
const MEMORY: usize = 64 << 20;
/// How often a verification begins again where a commit came between.
const TRIES: usize = 4;

fn verify_in(place: &Place, options: &VerifyOptions) -> Result<VerifyReport> {
    let mut report = VerifyReport::default();
    for _ in 0..TRIES {
        let before = place.read(META).ok();
        report =
            VerifyReport { schema_version: crate::SCHEMA_VERSION, quick: options.quick, ..VerifyReport::default() };
        let checked = check_files(place)?;
        (report.files, report.bytes) = (checked.files, checked.bytes);
        report.damages = checked.damages.into_iter().take(VerifyReport::MOST_DAMAGES).collect();
        if report.damages.is_empty()
            && let Err(error) = guard::guarded(place, || check_contents(place, options, &mut report))
        {
            let Error::Damaged { path, detail } = error else { return Err(error) };
            report.found(path.strip_prefix(place.path()).unwrap_or(&path).display().to_string(), detail);
        }
        report.sound = report.damages.is_empty();
        if report.sound || place.read(META).ok() == before {
            break;
        }
    }
    Ok(report)
}

/// Opens an index, and reads the manifest of the same commit.
fn opened(place: &Place) -> Result<(Index, Snapshot, ManifestFile)> {
    loop {
        let before = place.read(META)?;
        let index = Index::open_in(place.clone())?;
        let (snapshot, manifest) = (index.snapshot()?, ManifestFile::read(&index)?);
        if place.read(META)? == before {
            return Ok((index, snapshot, manifest));
        }
    }
}

/// A manifest as it was read.
struct ManifestFile {
    name: String,
    manifest: Manifest,
    digest: Digest,
}

impl ManifestFile {
    fn read(index: &Index) -> Result<ManifestFile> {
        let (manifest, digests) = index.read_manifest_and_digests()?;
        let name = read_seal(&index.place)?.manifest().unwrap_or(META).to_owned();
        Ok(ManifestFile { name, manifest, digest: digests.content })
    }
}

/// Returns the first file whose checksum is wrong, as an error.
pub(super) fn first_damage(place: &Place) -> Option<Error> {
    match check_files(place) {
        Err(error) => Some(error),
        Ok(checked) => {
            let Damage { file, detail } = checked.damages.into_iter().next()?;
            Some(place.damaged(&file, detail))
        }
    }
}

/// What the files of an index are, held against their checksums.
#[derive(Default)]
pub(super) struct Checked {
    files: u64,
    bytes: u64,
    /// Every one: a repair keeps what is not among them.
    pub(super) damages: Vec<Damage>,
}

impl Checked {
    fn found(&mut self, file: impl Into<String>, detail: impl ToString) {
        self.damages.push(Damage { file: file.into(), detail: detail.to_string() });
    }
}

/// Checks that every file has the bytes that were written. Nothing in them is taken for true before.
pub(super) fn check_files(place: &Place) -> Result<Checked> {
    let mut report = Checked::default();
    let meta = match place.read(META) {
        Err(Error::Damaged { detail, .. }) => Err(detail),
        read => Ok(read?),
    };
    match place.marker() {
        Ok(Some(_)) => report.files += 1,
        Ok(None) if meta == Ok(None) && !(place.path().is_dir() && place.has_commit()?) => {
            return Err(Error::NoIndex { path: place.path().to_path_buf() });
        }
        Ok(None) => report.found(INDEX_MARKER, MISSING),
        Err(Error::Damaged { detail, .. }) => report.found(INDEX_MARKER, detail),
        Err(other) => return Err(other),
    }
    let seal = meta.and_then(|meta| {
        let meta = meta.ok_or(MISSING)?;
        report.files += 1;
        report.bytes += meta.len() as u64;
        Seal::read(&meta)
    });
    let seal = match seal {
        Ok(seal) => seal,
        Err(detail) => {
            report.found(META, detail);
            return Ok(report);
        }
    };
    let files = place.reading(&SharedSeal::default())?;
    let checked = ManagedDirectory::wrap(files.clone()).map_err(|error| tantivy_error(place.path(), error))?;
    // All are opened before the first is read, so that a commit which removes some does not stand in the way.
    let opened: Vec<_> = seal.names().map(|name| (name, seal.open(name, &*files))).collect();
    for (name, file) in opened {
        report.files += 1;
        match file.and_then(|file| check_file(name, &file, &checked)) {
            Ok(bytes) => report.bytes += bytes,
            Err(broken) if broken.refused.is_some() => return Err(place.broken(broken)),
            Err(Broken { file, detail, .. }) => report.found(file, detail),
        }
    }
    Ok(report)
}

pub(super) fn check_file(name: &str, file: &FileSlice, checked: &ManagedDirectory) -> Result<u64, Broken> {
    use tantivy::HasLen as _;
    let broken = |detail: String| Broken::new(name, detail);
    let length = file.len() as u64;
    if Manifest::generation_of(name).is_some() {
        let bytes = file.read_bytes().map_err(|error| Broken::io(name, &error))?;
        Manifest::content_of(&bytes).map_err(broken)?;
        return Ok(length);
    }
    match checked.validate_checksum(Path::new(name)) {
        Ok(true) => Ok(length),
        Ok(false) => Err(broken("its checksum is not that of its bytes".to_owned())),
        Err(error) => Err(Broken::unread(name, &error)),
    }
}

fn check_contents(place: &Place, options: &VerifyOptions, report: &mut VerifyReport) -> Result<()> {
    let (index, snapshot, manifest) = opened(place)?;
    let missing = &manifest.manifest.missing;
    (report.missing, report.manifest_lost) = (missing.n_articles(), missing.is_manifest_lost);
    report.segments = snapshot.searcher.segment_readers().len() as u64;
    relations::check(&index, &snapshot, &manifest, report)?;
    if !options.quick && report.damages.is_empty() {
        derive::check(&snapshot, MEMORY, report)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
