//! A copy of one commit of an index, made while the index may be written. No file of a commit is ever changed, so that on
//! one file system a copy can be another name for it.

use std::fs;
use std::io;
use std::path::Path;

use tantivy::IndexMeta;
use tantivy::directory::ManagedDirectory;

use super::commit::META;
use super::directory::{Folder, Place, UNFINISHED_COPY, tantivy_error};
use super::seal::{MISSING, Seal};
use super::verify::check_file;
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
    /// A folder that holds anything but a `.gitkeep`, or a copy that was cut off, is refused; failures of reading and
    /// writing; an index that is damaged: files that are copied are read and checked whole, of those that get a second name
    /// length and end are looked at.
    ///
    /// ```no_run
    /// use newshound::Index;
    ///
    /// let report = Index::open("index")?.snapshot_to("backup/monday")?;
    /// println!("{} articles", report.articles);
    /// # Ok::<(), newshound::Error>(())
    /// ```
    pub fn snapshot_to(&self, dir: impl AsRef<Path>) -> Result<SnapshotReport> {
        self.copy_into(&Place::folder(dir.as_ref()))
    }

    fn copy_into(&self, target: &Place) -> Result<SnapshotReport> {
        let Place::Folder(to) = target else { return Ok(SnapshotReport::default()) };
        target.prepare()?;
        let _lock = target.lock()?;
        target.prepare()?;
        let mark = to.join(UNFINISHED_COPY);
        to.disk.create(&mark, false).map_err(Error::io(&mark))?;
        target.sync()?;
        // A commit in between takes away files of the one before it. Then that one is copied.
        let copied = retry(&self.place, || self.copy_commit(to, target));
        if copied.is_err() {
            // It takes room, and may be of something that failed.
            let _ = target.clear_copy();
        }
        let removed = to.disk.remove(&mark).map_err(Error::io(&mark)).and_then(|()| target.sync());
        copied.and_then(|report| removed.map(|()| report))
    }

    fn copy_commit(&self, to: &Folder, target: &Place) -> Result<SnapshotReport> {
        let (json, meta) = self.newest_commit()?;
        let mut report = SnapshotReport { schema_version: crate::SCHEMA_VERSION, ..SnapshotReport::default() };
        report.articles = meta.segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
        target.clear_copy()?;
        let seal = meta.payload.as_deref().map(Seal::parse).unwrap_or_default();
        let checked = ManagedDirectory::wrap(self.files.clone());
        let checked = checked.map_err(|error| tantivy_error(self.place.path(), error))?;
        for name in seal.names() {
            // What is damaged already is no backup. Where all is read anyway, all of it is checked.
            let file = seal.open(name, &*self.files).map_err(|broken| self.place.broken(broken))?;
            let n_linked = report.linked;
            self.copy_file(name, to, &mut report)?;
            if report.linked == n_linked {
                check_file(name, &file, &checked).map_err(|broken| self.place.broken(broken))?;
            }
        }
        let missing = || self.place.damaged(INDEX_MARKER, MISSING);
        let marker = self.place.read(INDEX_MARKER)?.ok_or_else(missing)?;
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
        let read = || self.place.read(META)?.ok_or_else(|| self.place.damaged(META, MISSING));
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

    fn copy_file(&self, name: &str, to: &Folder, report: &mut SnapshotReport) -> Result<()> {
        let target = to.join(name);
        let missing = || self.place.damaged(name, MISSING);
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
            Place::Memory { .. } => self.place.read(name)?.map(|bytes| Box::new(io::Cursor::new(bytes)) as _),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::index::recording::{Left, Recording, Tree};
    use crate::{Article, VerifyOptions};

    /// Makes an index in memory, of which files are copied and not linked.
    fn index() -> Index {
        let index = Index::in_memory().expect("memory");
        let mut writer = index.writer().expect("there is no other");
        for number in 0..5 {
            writer.add(Article::new(format!("a-{number}"))).expect("it has an id");
        }
        writer.commit().expect("memory");
        writer.delete(&"a-3".into()).expect("it is there");
        writer.commit().expect("memory");
        drop(writer);
        index
    }

    fn assert_is_copy(dir: &Path, index: &Index, place: &str) {
        let copy = Index::open(dir).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(copy.digests().expect("it is sound"), index.digests().expect("it is sound"), "{place}");
        assert!(copy.verify(&VerifyOptions { quick: true }).expect("it can be read").sound, "{place}");
    }

    #[test]
    fn a_copy_that_was_cut_off_at_any_moment_is_no_index_or_whole_and_can_be_made_anew() {
        let index = index();
        let folder = tempfile::tempdir().expect("a folder");
        let recorded = folder.path().join("recorded");
        let disk = Recording::default();
        index.copy_into(&Place::on(Arc::new(disk.clone()), &recorded)).expect("the folder is absent");
        assert_is_copy(&recorded, &index, "not cut off");
        let names = |dir: &Path| Place::folder(dir).names().expect("a folder");
        assert!(!names(&recorded).iter().any(|name| name == UNFINISHED_COPY));
        let log = disk.log();
        let (mut n_whole, mut n_anew, mut seen) = (0, 0, BTreeSet::new());
        for cut in 0..=log.len() {
            for left in [Left::All, Left::Nothing, Left::Names, Left::Removals, Left::NewNames, Left::Some(cut as u64)]
            {
                let place = format!("after operation {cut} of {}, {left:?} left", log.len());
                let dir = folder.path().join(format!("{cut}-{left:?}"));
                let tree = Tree::after(&log[..cut], left);
                if !seen.insert(tree.hash()) {
                    continue;
                }
                tree.write(&recorded, &dir);
                match Index::open(&dir) {
                    Ok(_) => n_whole += 1,
                    Err(Error::NoIndex { .. }) => {
                        n_anew += 1;
                        index.copy_into(&Place::folder(&dir)).unwrap_or_else(|error| panic!("{place}: {error}"));
                    }
                    Err(error) => panic!("{place}: {error}"),
                }
                assert_is_copy(&dir, &index, &place);
                let again = index.copy_into(&Place::folder(&dir)).expect_err("there is an index");
                assert!(matches!(again, Error::NotAnIndex { .. }), "{place}: {again}");
                fs::remove_dir_all(&dir).expect("a folder less");
            }
        }
        println!("copies cut off: {n_anew} made anew, {n_whole} whole, after {} operations", log.len());
        assert!(n_whole > 0 && n_anew > 30, "{n_anew} {n_whole}");
    }

    #[test]
    fn a_new_index_takes_the_place_of_a_copy_that_was_cut_off() {
        let (index, folder) = (index(), tempfile::tempdir().expect("a folder"));
        index.copy_into(&Place::folder(folder.path())).expect("the folder is empty");
        fs::write(folder.path().join(UNFINISHED_COPY), "").expect("a file");
        fs::remove_file(folder.path().join(INDEX_MARKER)).expect("a file less");
        let new = Index::open_or_create(folder.path()).expect("a copy that is not finished is nothing");
        assert_eq!(new.status().expect("it is sound").articles, 0);
        let mut writer = new.writer().expect("there is no other");
        writer.add(Article::new("b-1")).expect("it has an id");
        writer.commit().expect("there is room");
        assert!(new.verify(&VerifyOptions::default()).expect("it can be read").sound);
        let names = Place::folder(folder.path()).names().expect("a folder");
        assert_eq!(names.len(), 10, "a segment, a manifest and what every index has: {names:?}");
    }

    #[test]
    fn what_is_not_of_a_copy_is_kept() {
        let (index, folder) = (index(), tempfile::tempdir().expect("a folder"));
        fs::write(folder.path().join(UNFINISHED_COPY), "").expect("a file");
        fs::write(folder.path().join("letter.txt"), "Dear reader").expect("a file");
        let error = index.copy_into(&Place::folder(folder.path())).expect_err("it is not empty");
        assert!(error.to_string().contains("letter.txt"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2);
    }
}
