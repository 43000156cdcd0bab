//! The commit: which segments there are and which of their articles are deleted, made known at one moment by one small
//! file, `meta.json`, as tantivy reads it.
//!
//! Tantivy's own writer is not used. It would apply a deletion to segments that are added later in the same commit, could
//! not put one segment in the place of others, and has threads for work that it is not given here.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use tantivy::directory::{Directory, TerminatingWrite as _};
use tantivy::error::DataCorruption;
use tantivy::fastfield::write_alive_bitset;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    BitSet, DocId, DocSet as _, IndexMeta, Segment, SegmentMeta, SegmentReader, TERMINATED, TantivyError, Term,
};

use super::schema::{Fields, column};
use super::seal::seal;
use super::tombstones::Tombstones;

pub(super) const META: &str = "meta.json";

/// What has been done since the last commit.
#[derive(Default)]
pub(super) struct Pending {
    /// New segments, in the order in which they were finished.
    pub(super) segments: Vec<SegmentMeta>,
    /// Keys of articles to be deleted, each with the number of new segments in which it was to be deleted too.
    deletions: BTreeMap<String, usize>,
}

impl Pending {
    /// Returns what had been done when another writer was cut off.
    pub(super) fn new(segments: Vec<SegmentMeta>, deletions: impl Iterator<Item = (String, usize)>) -> Pending {
        Pending { segments, deletions: deletions.collect() }
    }

    /// Returns the keys of articles to be deleted, each with the number of new segments in which it is to be deleted too.
    pub(super) fn deletions(&self) -> impl Iterator<Item = (&str, usize)> {
        self.deletions.iter().map(|(key, segments)| (key.as_str(), *segments))
    }

    /// Deletes the article of a key from what is committed and from the segments finished so far.
    pub(super) fn delete(&mut self, key: String) {
        self.deletions.insert(key, self.segments.len());
    }
}

/// Returns the names of the files of a segment.
pub(super) fn files_of(segment: &SegmentMeta) -> Vec<PathBuf> {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let mut components = vec![Postings, Positions, FastFields, FieldNorms, Terms, Store];
    components.extend(segment.has_deletes().then_some(Delete));
    components.into_iter().map(|component| segment.relative_path(component)).collect()
}

/// Checks that articles have the keys that they were found by: a damaged list of postings names others.
fn check_keys(reader: &SegmentReader, found: &[(DocId, &str)]) -> tantivy::Result<()> {
    let not_written = |detail: &str| TantivyError::DataCorruption(DataCorruption::comment_only(detail));
    let keys = reader.fast_fields().str(column::KEY)?.ok_or_else(|| not_written("the column of keys is missing"))?;
    let mut key = String::new();
    for (doc, wanted) in found {
        key.clear();
        if let Some(ord) = keys.ords().first(*doc) {
            keys.ord_to_str(ord, &mut key)?;
        }
        if key != *wanted {
            return Err(not_written("an article is not the one that is to be deleted"));
        }
    }
    Ok(())
}

/// A commit in the making.
pub(super) struct Commit<'a> {
    index: &'a tantivy::Index,
    fields: Fields,
    meta: IndexMeta,
    /// The segments of the last commit, also those of which nothing is left.
    committed: HashSet<SegmentId>,
    /// Deletions of this commit are in files of this number.
    opstamp: u64,
}

impl<'a> Commit<'a> {
    /// Begins with the segments of the last commit and what has been done since.
    pub(super) fn new(
        index: &'a tantivy::Index,
        fields: Fields,
        pending: &Pending,
        opstamp: u64,
    ) -> tantivy::Result<Commit<'a>> {
        let mut meta = index.load_metas()?;
        let deletions: Vec<(&str, usize)> = pending.deletions().collect();
        let committed = meta.segments.iter().map(SegmentMeta::id).collect();
        let mut commit = Commit { index, fields, opstamp, meta: meta.clone(), committed };
        let committed = std::mem::take(&mut meta.segments);
        let all = committed.into_iter().map(|segment| (segment, usize::MAX));
        let all = all.chain(pending.segments.iter().cloned().zip(0..));
        commit.meta.segments.clear();
        for (segment, number) in all {
            let of_segment = deletions.iter().filter(|(_, new)| number == usize::MAX || number < *new);
            commit.meta.segments.extend(commit.without(segment, of_segment.map(|(key, _)| *key))?);
        }
        Ok(commit)
    }

    /// Returns a segment with these keys deleted; `None` where no article is left.
    fn without<'k>(
        &self,
        segment: SegmentMeta,
        keys: impl Iterator<Item = &'k str>,
    ) -> tantivy::Result<Option<SegmentMeta>> {
        let mut keys = keys.peekable();
        if keys.peek().is_none() {
            return Ok((segment.num_docs() > 0).then_some(segment));
        }
        if segment.has_deletes() {
            // What is deleted now is added to it.
            self.check_file(&segment.relative_path(SegmentComponent::Delete))?;
        }
        let reader = SegmentReader::open(&self.index.segment(segment.clone()))?;
        let inverted = reader.inverted_index(self.fields.key)?;
        let mut gone: Vec<(DocId, &str)> = Vec::new();
        for key in keys {
            let term = Term::from_field_text(self.fields.key, key);
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    gone.push((postings.doc(), key));
                }
                postings.advance();
            }
        }
        if gone.is_empty() {
            return Ok((segment.num_docs() > 0).then_some(segment));
        }
        let mut alive = BitSet::with_max_value_and_full(reader.max_doc());
        for doc in gone.iter().map(|(doc, _)| *doc).chain((0..reader.max_doc()).filter(|doc| reader.is_deleted(*doc))) {
            alive.remove(doc);
        }
        let n_deleted = reader.max_doc() - alive.len() as u32;
        if n_deleted == reader.max_doc() {
            return Ok(None);
        }
        check_keys(&reader, &gone)?;
        let segment = self.index.segment(segment).with_delete_meta(n_deleted, self.opstamp);
        let mut write = segment.open_write(SegmentComponent::Delete)?;
        write_alive_bitset(&alive, &mut write)?;
        write.terminate()?;
        Ok(Some(segment.meta().clone()))
    }

    /// Returns the index that it is a commit of.
    pub(super) fn index(&self) -> &tantivy::Index {
        self.index
    }

    /// Returns the fields of the index.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Returns the number that files of deletions are to have.
    pub(super) fn opstamp(&self) -> u64 {
        self.opstamp
    }

    /// Returns a segment to be opened.
    pub(super) fn segment(&self, segment: &SegmentMeta) -> Segment {
        self.index.segment(segment.clone())
    }

    /// Checks that a segment is as it was written, before anything is made of it: what is made of damaged bytes would have
    /// right checksums.
    pub(super) fn check(&self, segment: &SegmentMeta) -> tantivy::Result<()> {
        files_of(segment).iter().try_for_each(|file| self.check_file(file))
    }

    fn check_file(&self, file: &Path) -> tantivy::Result<()> {
        if self.index.directory().validate_checksum(file)? {
            return Ok(());
        }
        let detail = "its checksum is not that of its bytes".to_owned();
        Err(TantivyError::DataCorruption(DataCorruption::new(file.to_path_buf(), detail)))
    }

    /// Returns the segments.
    pub(super) fn segments(&self) -> &[SegmentMeta] {
        &self.meta.segments
    }

    /// Returns those of these ids, each after its corpus, that a live article has as its own.
    pub(super) fn live_ids(&self, ids: &BTreeSet<(String, String)>) -> tantivy::Result<BTreeSet<(String, String)>> {
        let mut live = BTreeSet::new();
        if ids.is_empty() {
            return Ok(live);
        }
        for segment in self.segments() {
            let reader = SegmentReader::open(&self.segment(segment))?;
            let inverted = reader.inverted_index(self.fields.native_id)?;
            for (corpus, id) in ids {
                let term = self.fields.native_id_term(corpus, id);
                let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
                while postings.doc() != TERMINATED && reader.is_deleted(postings.doc()) {
                    postings.advance();
                }
                if postings.doc() != TERMINATED {
                    live.insert((corpus.clone(), id.clone()));
                }
            }
        }
        Ok(live)
    }

    /// Tells whether there are files of a segment in the last commit.
    pub(super) fn had(&self, segment: SegmentId) -> bool {
        self.committed.contains(&segment)
    }

    /// Puts segments in the place of others.
    pub(super) fn replace(&mut self, old: &[SegmentMeta], new: Vec<SegmentMeta>) {
        let old: HashSet<_> = old.iter().map(SegmentMeta::id).collect();
        self.meta.segments.retain(|segment| !old.contains(&segment.id()));
        self.meta.segments.extend(new);
    }

    /// Makes the commit known and durable, with the name of its manifest. `files` is the index's directory as it is, without
    /// tantivy's own view of it.
    ///
    /// A canonical commit tells nothing of the commits before it.
    pub(super) fn publish(
        mut self,
        files: &dyn Directory,
        manifest: (&str, &Tombstones),
        is_canonical: bool,
    ) -> tantivy::Result<HashSet<PathBuf>> {
        // The largest first, as tantivy has them; the rest only for the file to be the same for the same segments.
        self.meta.segments.sort_by_key(|segment| (std::cmp::Reverse(segment.max_doc()), segment.id()));
        self.meta.opstamp = if is_canonical { 0 } else { self.opstamp };
        let json = seal(&mut self.meta, Some(manifest), files)?;
        let directory = self.index.directory();
        // The files first, then the file that names them, then its name.
        directory.sync_directory()?;
        directory.atomic_write(Path::new(META), &json)?;
        directory.sync_directory()?;
        Ok(self.meta.list_segment_files())
    }
}
