//! The stacks: everything that touches the index directory.

mod backup;
mod checkpoint;
mod commit;
mod digest;
mod directory;
mod disk;
mod extras;
mod forms;
mod join;
mod manifest;
mod merge;
mod occurrences;
mod options;
pub(crate) mod plain;
mod schema;
mod segment;
mod signature;
mod snapshot;
mod sorted_terms;
mod status;
mod vocabulary;
mod word_table;
mod write_lock;
mod writer;

use std::path::Path;

use tantivy::{IndexReader, ReloadPolicy};

pub use backup::SnapshotReport;
pub use digest::{Digest, Digests};
#[cfg(test)]
pub(crate) use disk::recording;
pub(crate) use extras::Extra;
pub(crate) use forms::forms_of;
pub(crate) use manifest::{ContentHash, CorpusEntry, CorpusUpdate, Manifest, Settings, SourceEntry, Sources};
pub use options::IndexOptions;
pub(crate) use schema::{FORMAT, Fields, TextField, column, language_of};
pub(crate) use snapshot::Snapshot;
pub use status::{CorpusStatus, Count, Status as IndexStatus};
pub use writer::Writer;
pub(crate) use writer::{Building, Prepared, check_article};

use crate::analysis::ANALYZER;
use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};
use commit::META;
use directory::{Marker, Place, tantivy_error};

/// The format and the analyzer of this version.
pub(crate) const ANALYZED_AS: (u32, &str) = (FORMAT, ANALYZER);

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
    compact: bool,
}

impl Index {
    /// Makes a new index in an absent or empty folder.
    ///
    /// # Errors
    ///
    /// A folder that holds anything but a `.gitkeep` is refused.
    pub fn create(dir: impl AsRef<Path>) -> Result<Index> {
        Index::create_with(dir, &IndexOptions::default())
    }

    /// Makes a new index in an absent or empty folder, with fields of its own or compact.
    ///
    /// # Errors
    ///
    /// Those of [`create`](Index::create), and names of fields that are none.
    pub fn create_with(dir: impl AsRef<Path>, options: &IndexOptions) -> Result<Index> {
        Index::create_in(Place::folder(dir.as_ref()), options)
    }

    /// Opens an index for reading and, later, writing.
    ///
    /// # Errors
    ///
    /// A folder that holds no index, or one of another format, is refused.
    pub fn open(dir: impl AsRef<Path>) -> Result<Index> {
        let path = dir.as_ref().to_path_buf();
        let place = Place::folder(&path);
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

    /// Opens the index in a folder, which must have been made with these options, or makes one with them where the folder
    /// is absent or empty.
    ///
    /// # Errors
    ///
    /// An index that was made with other options is an [`Error::Options`]: what it was made with, it keeps.
    pub fn open_or_create_with(dir: impl AsRef<Path>, options: &IndexOptions) -> Result<Index> {
        match Index::open(&dir) {
            Err(Error::NoIndex { .. }) => Index::create_with(dir, options),
            Ok(index) => {
                options.check_same(&index.options(), index.place.path())?;
                Ok(index)
            }
            failed => failed,
        }
    }

    /// Makes an index in memory.
    pub fn in_memory() -> Result<Index> {
        Index::in_memory_with(&IndexOptions::default())
    }

    /// Makes an index in memory, with fields of its own or compact.
    pub fn in_memory_with(options: &IndexOptions) -> Result<Index> {
        Index::create_in(Place::memory(), options)
    }

    /// Returns what the index was made with.
    pub fn options(&self) -> IndexOptions {
        let extra = self.fields.extras.iter().map(|extra| (extra.name.clone(), extra.kind));
        IndexOptions { extra: extra.collect(), compact: self.compact }
    }

    /// Returns the index's writer; there is one at a time, in all processes.
    pub fn writer(&self) -> Result<Writer> {
        Writer::open(self)
    }

    /// Returns what the index holds.
    pub fn status(&self) -> Result<IndexStatus> {
        status::status(self)
    }

    /// Returns the digests of what the index holds.
    ///
    /// ```
    /// use newshound::{Article, Index};
    ///
    /// let (index, other) = (Index::in_memory()?, Index::in_memory()?);
    /// for index in [&index, &other] {
    ///     let mut writer = index.writer()?;
    ///     writer.add(Article::new("ferry-1"))?;
    ///     writer.commit()?;
    /// }
    /// assert_eq!(index.digests()?, other.digests()?);
    /// # Ok::<(), newshound::Error>(())
    /// ```
    pub fn digests(&self) -> Result<Digests> {
        let content = self.with_manifest(Manifest::content_of)?;
        Ok(self.digests_of(content))
    }

    /// Returns the digests of the index where its articles have this one; without it there are no articles.
    fn digests_of(&self, content: Option<Digest>) -> Digests {
        let extra = self.options().extra;
        match content {
            Some(content) => Digests::with_content(content, &extra),
            None => Digests::of(std::iter::empty(), &extra),
        }
    }

    /// Opens the index in a folder that is written to by way of a disk of tests, or makes one.
    #[cfg(test)]
    pub(crate) fn on_disk(disk: std::sync::Arc<dyn disk::Disk>, dir: &Path) -> Result<Index> {
        let place = Place::on(disk, dir);
        if place.marker()?.is_some() {
            return Index::open_in(place);
        }
        Index::create_in(place, &IndexOptions::default())
    }

    fn create_in(place: Place, options: &IndexOptions) -> Result<Index> {
        options.check()?;
        place.prepare()?;
        let lock = place.lock()?;
        // Another process may have been quicker.
        place.prepare()?;
        // The marker comes last: a folder without it is not taken for an index, and may be made into one again.
        let made = tantivy::Index::create(place.writing()?, schema::schema(&options.extra), options.settings());
        made.map_err(|error| tantivy_error(place.path(), error))?;
        let json =
            serde_json::to_vec(&Marker::ours()).map_err(|error| Error::Internal { detail: error.to_string() })?;
        place.write(INDEX_MARKER, &json)?;
        place.sync()?;
        drop(lock);
        Index::open_in(place)
    }

    fn open_in(place: Place) -> Result<Index> {
        let failed = |error| tantivy_error(place.path(), error);
        let opened = retry(&place, || {
            let index = tantivy::Index::open(place.reading()?).map_err(failed)?;
            let fields =
                Fields::of(&index.schema()).ok_or_else(|| place.damaged("meta.json", "it has other fields"))?;
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
            let compact = IndexOptions::is_compact(index.settings());
            Ok((fields, reader, compact))
        });
        let (fields, reader, compact) = opened?;
        Ok(Index { place, reader, fields, compact })
    }

    /// Returns the newest commit.
    pub(crate) fn snapshot(&self) -> Result<Snapshot> {
        retry(&self.place, || self.reader.reload().map_err(|error| tantivy_error(self.place.path(), error)))?;
        Ok(Snapshot::new(self.reader.searcher(), self.fields.clone(), self.place.path().to_path_buf()))
    }

    /// Reads the manifest of the last commit; an empty one where there was none.
    pub(crate) fn read_manifest(&self) -> Result<Manifest> {
        let manifest = self.with_manifest(Manifest::from_bytes)?.unwrap_or_default();
        Ok(Manifest { extra: self.options().extra, ..manifest })
    }

    fn read_manifest_and_digests(&self) -> Result<(Manifest, Digests)> {
        let both = self.with_manifest(|bytes| Ok((Manifest::from_bytes(bytes)?, Manifest::content_of(bytes)?)))?;
        let (manifest, content) = both.unzip();
        let digests = self.digests_of(content);
        Ok((manifest.unwrap_or_default(), digests))
    }

    /// Reads something in the manifest's file of the last commit; `None` where there was none.
    fn with_manifest<T>(&self, read: impl Fn(&[u8]) -> Result<T, String>) -> Result<Option<T>> {
        // A commit removes the manifest of the one before.
        retry(&self.place, || {
            let meta = self.reader.searcher().index().load_metas().map_err(|e| tantivy_error(self.place.path(), e))?;
            let Some(name) = meta.payload else { return Ok(None) };
            if Manifest::generation_of(&name).is_none() {
                return Err(self.place.damaged("meta.json", format!("it names `{name}` as its manifest")));
            }
            let bytes = self.place.read(&name)?.ok_or_else(|| self.place.damaged(&name, "the file is missing"))?;
            read(&bytes).map(Some).map_err(|detail| self.place.damaged(&name, detail))
        })
    }
}

/// Opening reads the list of files and then the files; a commit in between may remove one. Then the list is read again, as
/// long as there is another commit each time: a file that none took away is missing.
fn retry<T>(place: &Place, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let mut seen = None;
    loop {
        match attempt() {
            Err(Error::Damaged { path, detail }) if detail == "the file is missing" => {
                let commit = place.read(META)?;
                if seen.as_ref() == Some(&commit) {
                    return Err(Error::Damaged { path, detail });
                }
                seen = Some(commit);
            }
            done => return done,
        }
    }
}
