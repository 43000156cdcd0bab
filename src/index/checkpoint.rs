//! What a rebuild has done so far, in a file beside the commit. Readers know nothing of it; the next run of the same
//! purpose goes on from there instead of from nothing, and any other run clears it away.
//!
//! It is a commit in the making: segments that stand in the folder already, articles that are to be deleted with the
//! commit, a manifest of the sources that are done, and of sources that are not, how far they are. It belongs to one commit, so that nothing is gone on with once
//! another followed.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentId;
use tantivy::{HasLen as _, SegmentMeta};

use super::commit::{META, Pending, files_of};
use super::directory::Place;
use super::manifest::{ContentHash, Manifest, SourceEntry};
use super::seal::{Broken, MISSING, NOT_WRITTEN};
use super::shield::LEAST;
use crate::issue::Issue;
use crate::{Code, Error, Result};

/// The name of its file.
pub(super) const CHECKPOINT: &str = "checkpoint.bin";
/// Its file begins with a hash of all that follows.
const HASH: usize = 32;

/// What is done.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// What is known of the sources that are done.
    pub(crate) manifest: Manifest,
    /// By corpus and path, sources of which the beginning is done.
    pub(crate) beginnings: BTreeMap<String, BTreeMap<String, Beginning>>,
    /// What METS says of pages, by which they were read.
    pub(crate) issues: BTreeMap<String, Vec<Issue>>,
}

/// The beginning of a source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Beginning {
    /// What is known of the source: size, time and hash are those of all of it, articles and counts of the beginning.
    pub(crate) entry: SourceEntry,
    /// How many bytes, lines and records it has.
    pub(crate) bytes: u64,
    pub(crate) lines: u32,
    pub(crate) records: u32,
    /// What was told of the source as a whole, which is told once.
    pub(crate) told: Vec<Code>,
    /// Size and time of the file when it was opened, where this run read it.
    #[serde(skip)]
    pub(crate) seen: Option<(u64, Option<SystemTime>)>,
}

impl Beginning {
    /// Returns the entry of the source if nothing follows: its articles so far, and those after them that are known from
    /// before.
    pub(crate) fn entry_with(&self, known: Option<&SourceEntry>) -> SourceEntry {
        let mut entry = self.entry.clone();
        let known = known.iter().flat_map(|known| &known.articles);
        entry.articles.extend(known.filter(|(record, ..)| *record > self.records));
        entry.read_again();
        entry
    }
}

/// What a rebuild has done so far.
#[derive(Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The file of the commit that it goes on from.
    base: ContentHash,
    /// What the run was asked to do.
    purpose: ContentHash,
    segments: Vec<Segment>,
    /// Keys to be deleted, each from so many of the segments.
    deletions: Vec<(String, usize)>,
    pub(super) kept: Kept,
}

/// A segment that is written.
#[derive(Serialize, Deserialize)]
struct Segment {
    id: String,
    max_doc: u32,
    deleted: Option<(u32, u64)>,
}

impl Segment {
    fn of(segment: &SegmentMeta) -> Segment {
        let deleted = segment.delete_opstamp().map(|opstamp| (segment.num_deleted_docs(), opstamp));
        Segment { id: segment.id().uuid_string(), max_doc: segment.max_doc(), deleted }
    }

    fn meta(&self, index: &tantivy::Index) -> Option<SegmentMeta> {
        let meta = index.new_segment_meta(SegmentId::from_uuid_string(&self.id).ok()?, self.max_doc);
        Some(match self.deleted {
            Some((deleted, opstamp)) => meta.with_delete_meta(deleted, opstamp),
            None => meta,
        })
    }
}

impl Checkpoint {
    /// Writes what has been done since the last commit, for a run of this purpose to go on from.
    pub(super) fn write(place: &Place, purpose: ContentHash, pending: &Pending, kept: Kept) -> Result<()> {
        let checkpoint = Checkpoint {
            base: base(place)?,
            purpose,
            segments: pending.segments.iter().map(Segment::of).collect(),
            deletions: pending.deletions().map(|(key, segments)| (key.to_owned(), segments)).collect(),
            kept,
        };
        let failed = |error: postcard::Error| Error::Internal { detail: format!("the checkpoint: {error}") };
        let mut bytes = postcard::to_extend(&checkpoint, vec![0; HASH]).map_err(failed)?;
        let hash = blake3::hash(&bytes[HASH..]);
        bytes[..HASH].copy_from_slice(hash.as_bytes());
        // The names of segments first, then what names them.
        place.sync()?;
        place.write(CHECKPOINT, &bytes)?;
        place.sync()
    }

    /// Reads what a run of this purpose did before it was cut off. `None` where there is nothing that can be gone on from,
    /// for there was another run or another commit since; an error where it is damaged.
    pub(super) fn of(bytes: &[u8], place: &Place, purpose: ContentHash) -> Result<Option<Checkpoint>, Broken> {
        let body = bytes.split_first_chunk::<HASH>().filter(|(hash, body)| blake3::hash(body).as_bytes() == *hash);
        let (_, body) = body.ok_or_else(|| broken(Path::new(CHECKPOINT), NOT_WRITTEN))?;
        // Another version may have written it in another form.
        let Ok(checkpoint) = postcard::from_bytes::<Checkpoint>(body) else { return Ok(None) };
        Ok(Some(checkpoint)
            .filter(|read| read.purpose == purpose)
            .filter(|read| base(place).is_ok_and(|base| base == read.base)))
    }

    /// Returns what is to be committed, after a look at the checksum of every file of it: no seal covers it yet, and what a
    /// commit is made of must not be damaged.
    pub(super) fn pending(self, index: &tantivy::Index, files: &dyn Directory) -> Result<Pending, Broken> {
        let segments = self.segments.iter().map(|segment| segment.meta(index)).collect::<Option<Vec<_>>>();
        let segments = segments.ok_or_else(|| broken(Path::new(CHECKPOINT), NOT_WRITTEN))?;
        for name in segments.iter().flat_map(files_of) {
            let told = |error: OpenReadError| match error {
                OpenReadError::FileDoesNotExist(_) => broken(&name, MISSING),
                other => Broken::unread(&name.to_string_lossy(), &other),
            };
            // Tantivy panics at a file that is shorter.
            let is_long_enough = files.open_read(&name).map_err(told)?.len() >= LEAST;
            if !is_long_enough || !index.directory().validate_checksum(&name).map_err(told)? {
                return Err(broken(&name, NOT_WRITTEN));
            }
        }
        Ok(Pending::new(segments, self.deletions.into_iter()))
    }
}

fn broken(file: &Path, detail: impl ToString) -> Broken {
    Broken::new(&file.to_string_lossy(), detail.to_string())
}

fn base(place: &Place) -> Result<ContentHash> {
    let meta = place.read(META)?.ok_or_else(|| place.damaged(META, "the file is missing"))?;
    Ok(ContentHash::of(&meta))
}
