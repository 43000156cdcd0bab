//! The stacks: everything that touches the index directory.

mod backup;
mod blocks;
mod checkpoint;
mod commit;
mod coverage;
mod digest;
mod directory;
mod disk;
mod extras;
mod forms;
mod guard;
mod join;
mod manifest;
mod merge;
mod missing;
mod occurrences;
mod options;
pub(crate) mod plain;
mod read_directory;
mod repair;
mod schema;
mod seal;
mod segment;
mod settings;
mod shield;
mod signature;
mod snapshot;
mod sorted_terms;
mod status;
mod takedown;
mod term_infos;
mod terms;
mod tombstones;
mod verify;
mod vocabulary;
mod word_table;
mod write_lock;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::{Directory, FileSlice};
use tantivy::{IndexReader, ReloadPolicy};

pub use backup::SnapshotReport;
pub(crate) use blocks::Block;
pub(crate) use checkpoint::{Beginning, Kept};
pub use coverage::Coverage;
pub(crate) use coverage::{Marks, coverage};
pub(crate) use digest::words as normal_words;
pub use digest::{Digest, Digests};
#[cfg(test)]
pub(crate) use disk::recording;
pub(crate) use extras::Extra;
pub(crate) use forms::forms_of;
pub(crate) use manifest::{ArticleEntry, ContentHash, CorpusEntry, CorpusUpdate, Manifest, SourceEntry, Sources};
pub use options::{IndexOptions, OpenOptions};
pub(crate) use repair::{Mended, mend};
pub(crate) use schema::{FORMAT, Fields, GAP, PARAGRAPH, SENTENCE, TextField, column, language_of};
pub(crate) use settings::Settings;
pub(crate) use signature::{Sketch, Sketches};
pub(crate) use snapshot::{Columns, Snapshot};
pub use status::{CorpusStatus, Count, Status as IndexStatus};
pub(crate) use term_infos::TermInfos;
pub use tombstones::Tombstone;
pub(crate) use tombstones::Tombstones;
pub use verify::{Damage, VerifyOptions, VerifyReport, verify};
pub use writer::Writer;
pub(crate) use writer::{Building, Prepared, check_article};

use crate::analysis::ANALYZER;
use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};
use commit::META;
use directory::{Marker, Place, tantivy_error};
use read_directory::SharedSeal;
use seal::{MISSING, Seal};

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
    /// The files as they are, and the seal of the commit that is read.
    files: Box<dyn Directory>,
    seal: SharedSeal,
    /// The hash of the `meta.json` that was there when the reader last loaded one: that, or one that came after it.
    loaded: Arc<Mutex<ContentHash>>,
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
    /// A folder that holds no index, or one of another format, is refused; so is an index that is seen to be damaged at a
    /// glance.
    pub fn open(dir: impl AsRef<Path>) -> Result<Index> {
        Index::open_with(dir, &OpenOptions::default())
    }

    /// Opens an index, and checks first what the options say.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Index::open); [`Error::Damaged`] where something is wrong with a file that was to be checked.
    pub fn open_with(dir: impl AsRef<Path>, options: &OpenOptions) -> Result<Index> {
        let path = dir.as_ref().to_path_buf();
        let place = Place::folder(&path);
        if place.marker()?.is_none() {
            let is_lost = path.is_dir() && place.has_commit()?;
            return Err(if is_lost { place.damaged(INDEX_MARKER, MISSING) } else { Error::NoIndex { path } });
        }
        let damage = if options.verify { verify::first_damage(&place) } else { None };
        damage.map_or(Ok(()), Err)?;
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
        self.guarded(|| status::status(self))
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
        let failed = |error| tantivy_error(place.path(), error);
        let files = place.writing()?;
        let made = tantivy::Index::create(files.clone(), schema::schema(&options.extra), options.settings());
        let mut meta = made.and_then(|made| made.load_metas()).map_err(failed)?;
        place.write(META, &seal::seal(&mut meta, None, &*files).map_err(failed)?)?;
        place.sync()?;
        place.write(INDEX_MARKER, &Marker::ours().to_bytes()?)?;
        place.sync()?;
        drop(lock);
        Index::open_in(place)
    }

    fn open_in(place: Place) -> Result<Index> {
        let seal = SharedSeal::default();
        let files = place.reading(&seal)?;
        let failed = |error| tantivy_error(place.path(), error);
        guard::guarded(&place, || {
            retry(&place, || {
                let (meta, _open) = check_seal(&place, &*files, &seal)?;
                let index = tantivy::Index::open(files.clone()).map_err(failed)?;
                let fields = Fields::of(&index.schema()).ok_or_else(|| place.damaged(META, "it has other fields"))?;
                let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
                let compact = IndexOptions::is_compact(index.settings());
                let (place, files, seal) = (place.clone(), files.clone(), seal.clone());
                Ok(Index { place, reader, files, seal, loaded: Arc::new(Mutex::new(meta)), fields, compact })
            })
        })
    }

    /// Runs what reads the index; see [`guard`].
    pub(crate) fn guarded<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        guard::guarded(&self.place, read)
    }

    /// Tells whether there are deleted articles in it, which a purge would remove.
    pub(crate) fn has_deleted(&self) -> Result<bool> {
        let snapshot = self.snapshot()?;
        Ok(snapshot.searcher.segment_readers().iter().any(|segment| segment.num_deleted_docs() > 0))
    }

    /// Returns the newest commit.
    pub(crate) fn snapshot(&self) -> Result<Snapshot> {
        self.guarded(|| {
            retry(&self.place, || {
                let (meta, _open) = check_seal(&self.place, &*self.files, &self.seal)?;
                let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
                if *loaded != meta {
                    self.reader.reload().map_err(|error| tantivy_error(self.place.path(), error))?;
                    *loaded = meta;
                }
                Ok(())
            })
        })?;
        Ok(Snapshot::new(self.reader.searcher(), self.fields.clone(), self.place.path().to_path_buf()))
    }

    /// Reads the manifest of the last commit; an empty one where there was none.
    pub(crate) fn read_manifest(&self) -> Result<Manifest> {
        let manifest = self.with_manifest(Manifest::from_bytes)?.unwrap_or_default();
        Ok(Manifest { extra: self.options().extra, compact: self.compact, ..manifest })
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
            let seal = read_seal(&self.place)?;
            let Some(name) = seal.manifest() else { return Ok(None) };
            seal.open(name, &*self.files).map_err(|broken| self.place.broken(broken))?;
            let bytes = self.place.read(name)?.ok_or_else(|| self.place.damaged(name, MISSING))?;
            read(&bytes).map(Some).map_err(|detail| self.place.damaged(name, detail))
        })
    }
}

/// Reads the seal of the newest commit.
fn read_seal(place: &Place) -> Result<Seal> {
    let meta = place.read(META)?.ok_or_else(|| place.damaged(META, MISSING))?;
    Seal::read(&meta).map_err(|detail| place.damaged(META, detail))
}

/// Checks what is cheap to check of the newest commit: that its files are there with the lengths and ends that they were
/// written with. Returns the hash of its `meta.json`, and the files: while they are open, to open them once more costs little.
/// None where it was checked before.
fn check_seal(place: &Place, files: &dyn Directory, known: &SharedSeal) -> Result<(ContentHash, Vec<FileSlice>)> {
    let meta = place.read(META)?.ok_or_else(|| place.damaged(META, MISSING))?;
    let hash = ContentHash::of(&meta);
    if known.lock().unwrap_or_else(PoisonError::into_inner).of == hash {
        return Ok((hash, Vec::new()));
    }
    let seal = Arc::new(Seal::read(&meta).map_err(|detail| place.damaged(META, detail))?);
    let searched = seal.names().filter(|name| Some(*name) != seal.manifest());
    let opened = searched.map(|name| seal.open(name, files).map_err(|broken| place.broken(broken)));
    let opened = opened.collect::<Result<_>>()?;
    *known.lock().unwrap_or_else(PoisonError::into_inner) = seal;
    Ok((hash, opened))
}

/// Opening reads the list of files and then the files; a commit in between may remove one. Then the list is read again, as
/// long as there is another commit each time: a file that none took away is missing.
fn retry<T>(place: &Place, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let mut seen = None;
    loop {
        match attempt() {
            Err(Error::Damaged { path, detail }) if detail == MISSING => {
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
