//! The stacks: everything that touches the index directory.

mod cut_text;
mod directory;
mod manifest;
mod schema;
mod snapshot;
mod status;
mod watched;
mod writer;

use std::path::Path;

use tantivy::{IndexReader, IndexSettings, ReloadPolicy};

pub(crate) use manifest::{ContentHash, CorpusEntry, Manifest, Settings, SourceEntry};
pub(crate) use schema::{Fields, TextField, column, language_of};
pub(crate) use snapshot::Snapshot;
pub use status::{CorpusStatus, Count, Status as IndexStatus};
pub use writer::Writer;
pub(crate) use writer::{Prepared, check_article};

use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};
use directory::{Marker, Place, tantivy_error};

/// An index of articles, in a folder or in memory. Cheap to clone; clones are the same index.
///
/// Opening and searching need no permission to write, and go on undisturbed while a [`Writer`] is at work.
///
/// ```
/// use newshound::{Article, Index, SearchRequest};
///
/// let index = Index::in_memory()?;
/// let mut article = Article::new("ferry-1");
/// article.headline = Some("Ferry returns to the Ostrel crossing".into());
/// let mut writer = index.writer()?;
/// writer.add(article)?;
/// writer.commit()?;
/// let answer = index.searcher()?.search(&SearchRequest::new("ferry"))?;
/// assert_eq!(answer.hits[0].id.as_str(), "ferry-1");
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Clone)]
pub struct Index {
    place: Place,
    reader: IndexReader,
    fields: Fields,
}

impl Index {
    /// Makes a new index in an absent or empty folder.
    ///
    /// # Errors
    ///
    /// A folder that holds anything but a `.gitkeep` is refused.
    pub fn create(dir: impl AsRef<Path>) -> Result<Index> {
        Index::create_in(Place::Folder(dir.as_ref().to_path_buf()))
    }

    /// Opens an index for reading and, later, writing.
    ///
    /// # Errors
    ///
    /// A folder that holds no index, or one of another format, is refused.
    pub fn open(dir: impl AsRef<Path>) -> Result<Index> {
        let path = dir.as_ref().to_path_buf();
        let place = Place::Folder(path.clone());
        if place.marker()?.is_none() {
            return Err(Error::NoIndex { path });
        }
        Index::open_in(place)
    }

    /// Opens the index in a folder, or makes one where the folder is absent or empty.
    pub fn open_or_create(dir: impl AsRef<Path>) -> Result<Index> {
        match Index::open(&dir) {
            Err(Error::NoIndex { .. }) => Index::create(dir),
            opened => opened,
        }
    }

    /// Makes an index in memory.
    pub fn in_memory() -> Result<Index> {
        Index::create_in(Place::memory())
    }

    /// Returns the index's writer; there is one at a time, in all processes.
    pub fn writer(&self) -> Result<Writer> {
        Writer::open(self)
    }

    /// Returns what the index holds.
    pub fn status(&self) -> Result<IndexStatus> {
        status::status(self)
    }

    fn create_in(place: Place) -> Result<Index> {
        place.prepare()?;
        // The marker comes last: a folder without it is not taken for an index, and may be made into one again.
        let made = tantivy::Index::create(place.writing()?, schema::schema(), IndexSettings::default());
        made.map_err(|error| tantivy_error(place.path(), error))?;
        let json =
            serde_json::to_vec(&Marker::ours()).map_err(|error| Error::Internal { detail: error.to_string() })?;
        place.write(INDEX_MARKER, &json)?;
        drop(place.lock()?);
        place.share()?;
        Index::open_in(place)
    }

    fn open_in(place: Place) -> Result<Index> {
        let failed = |error| tantivy_error(place.path(), error);
        let opened = retry(|| {
            let index = tantivy::Index::open(place.reading()?).map_err(failed)?;
            let fields =
                Fields::of(&index.schema()).ok_or_else(|| place.damaged("meta.json", "it has other fields"))?;
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
            Ok((fields, reader))
        });
        let (fields, reader) = opened?;
        Ok(Index { place, reader, fields })
    }

    /// Returns the newest commit.
    pub(crate) fn snapshot(&self) -> Result<Snapshot> {
        retry(|| self.reader.reload().map_err(|error| tantivy_error(self.place.path(), error)))?;
        Ok(Snapshot::new(self.reader.searcher(), self.fields, self.place.path().to_path_buf()))
    }

    /// Reads the manifest of the last commit; an empty one where there was none.
    pub(crate) fn read_manifest(&self) -> Result<Manifest> {
        // A commit removes the manifest of the one before.
        retry(|| self.try_read_manifest())
    }

    fn try_read_manifest(&self) -> Result<Manifest> {
        let meta = self.reader.searcher().index().load_metas().map_err(|e| tantivy_error(self.place.path(), e))?;
        let Some(name) = meta.payload else { return Ok(Manifest::default()) };
        if Manifest::generation_of(&name).is_none() {
            return Err(self.place.damaged("meta.json", format!("it names `{name}` as its manifest")));
        }
        let bytes = self.place.read(&name)?.ok_or_else(|| self.place.damaged(&name, "the file is missing"))?;
        serde_json::from_slice(&bytes).map_err(|error| self.place.damaged(&name, error))
    }
}

/// Opening reads the list of files and then the files; a commit in between may remove one. Then the list is read
/// again.
fn retry<T>(mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..4 {
        match attempt() {
            Err(Error::Damaged { detail, .. }) if detail == "the file is missing" => {}
            done => return done,
        }
    }
    attempt()
}
