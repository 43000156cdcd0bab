//! A copy of one commit of an index, made while the index may be written. No file of a commit is ever changed, so that on
//! one file system a copy can be another name for it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::IndexMeta;

use super::commit::{META, files_of};
use super::directory::{Folder, Place, is_tolerated, tantivy_error};
use super::seal::Seal;
use super::{Index, retry};
use crate::source_key::INDEX_MARKER;
use crate::{Error, Result};

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SnapshotReport {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The number of articles.
    pub articles: u64,
    /// The number of files.
    pub files: u64,
    /// Of the files, those that are a second name of the index's own, and take no room.
    pub linked: u64,
    /// The size of the files in bytes.
    pub bytes: u64,
}

impl Index {
    /// Copies the newest commit into an absent or empty folder, as an index of its own. The index may be written meanwhile;
    /// it is not waited for, and needs no permission to write.
    ///
    /// Where both are on one file system that has hard links, files get a second name instead of a copy. That protects
    /// from whatever is done to the index, and not from a disk that fails; a copy elsewhere does. What is purged from the
    /// index stays in its snapshots.
    ///
    /// # Errors
    ///
    /// A folder that holds anything but a `.gitkeep` is refused; failures of reading and writing.
    ///
    /// ```no_run
    /// use newshound::Index;
    ///
    /// let report = Index::open("index")?.snapshot_to("backup/monday")?;
    /// println!("{} articles", report.articles);
    /// # Ok::<(), newshound::Error>(())
    /// ```
    pub fn snapshot_to(&self, dir: impl AsRef<Path>) -> Result<SnapshotReport> {
        let place = Place::folder(dir.as_ref());
        let Place::Folder(to) = &place else { return Ok(SnapshotReport::default()) };
        place.prepare()?;
        let _lock = place.lock()?;
        place.prepare()?;
        // A commit in between takes away files of the one before it. Then that one is copied.
        let copied = retry(&self.place, || self.copy_commit(to));
        if copied.is_err() {
            // What is left of it would be in the way of another attempt.
            let _ = clear(to);
        }
        copied
    }

    fn copy_commit(&self, to: &Folder) -> Result<SnapshotReport> {
        let (json, meta) = self.newest_commit()?;
        let mut report = SnapshotReport { schema_version: crate::SCHEMA_VERSION, ..SnapshotReport::default() };
        report.articles = meta.segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
        clear(to)?;
        let seal = meta.payload.as_deref().map(Seal::parse).unwrap_or_default();
        let manifest = seal.manifest().map(PathBuf::from);
        for name in meta.segments.iter().flat_map(files_of).chain(manifest) {
            self.copy_file(&name, to, &mut report)?;
        }
        let missing = || self.place.damaged(INDEX_MARKER, "the file is missing");
        let marker = self.place.read(INDEX_MARKER)?.ok_or_else(missing)?;
        let target = Place::Folder(to.clone());
        target.sync()?;
        target.write(META, &json)?;
        target.sync()?;
        // The marker comes last: a folder without it is not taken for an index.
        target.write(INDEX_MARKER, &marker)?;
        target.sync()?;
        report.files += 2;
        report.bytes += (json.len() + marker.len()) as u64;
        Ok(report)
    }

    /// Returns the file of the newest commit and what it says.
    fn newest_commit(&self) -> Result<(Vec<u8>, IndexMeta)> {
        let read = || self.place.read(META)?.ok_or_else(|| self.place.damaged(META, "the file is missing"));
        let mut json = read()?;
        loop {
            let meta = self.reader.searcher().index().load_metas();
            let meta = meta.map_err(|error| tantivy_error(self.place.path(), error))?;
            let now = read()?;
            if json == now {
                return Ok((json, meta));
            }
            json = now;
        }
    }

    fn copy_file(&self, name: &Path, to: &Folder, report: &mut SnapshotReport) -> Result<()> {
        let target = to.join(name);
        let missing = || self.place.damaged(&name.to_string_lossy(), "the file is missing");
        if let Place::Folder(from) = &self.place {
            match to.disk.link(&from.join(name), &target) {
                Ok(()) => {
                    report.linked += 1;
                    report.files += 1;
                    report.bytes += fs::metadata(&target).map_err(Error::io(&target))?.len();
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
                // Another file system, or one without such names, or files that are another user's.
                Err(_) => {}
            }
        }
        let mut bytes = match &self.place {
            Place::Folder(from) => from_file(&from.join(name))?,
            Place::Memory { .. } => {
                self.place.read(&name.to_string_lossy())?.map(|bytes| Box::new(io::Cursor::new(bytes)) as _)
            }
        }
        .ok_or_else(missing)?;
        let copied = to.disk.create(&target, true).and_then(|mut file| {
            let copied = io::copy(&mut bytes, &mut file)?;
            file.sync()?;
            Ok(copied)
        });
        report.bytes += copied.map_err(Error::io(&target))?;
        report.files += 1;
        Ok(())
    }
}

fn from_file(path: &Path) -> Result<Option<Box<dyn io::Read>>> {
    match fs::File::open(path) {
        Ok(file) => Ok(Some(Box::new(file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

/// Removes what was copied of a commit that was then followed by another.
fn clear(to: &Folder) -> Result<()> {
    for entry in fs::read_dir(to).map_err(Error::io(to))? {
        let path = entry.map_err(Error::io(to))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Of a new index, what was there before is kept.
        if !is_tolerated(name) || name == META {
            to.disk.remove(&path).map_err(Error::io(&path))?;
        }
    }
    Ok(())
}
