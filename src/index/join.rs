//! Segments joined by merging their posting lists, which takes next to no memory: for those that are too large to be built
//! anew. Tantivy's own merge does it, on segments without deleted articles only: elsewhere it would compute the total length
//! of the merged field anew, from norms that are not lengths (`similarity.rs`).

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};
use tantivy::indexer::merge_filtered_segments;
use tantivy::{Segment, SegmentMeta};

use super::commit::{Commit, META};

/// Joins segments without deleted articles into one, one behind the other. `directory` is where they are.
pub(super) fn join(
    commit: &Commit<'_>,
    segments: &[SegmentMeta],
    directory: Box<dyn Directory>,
) -> tantivy::Result<SegmentMeta> {
    segments.iter().try_for_each(|segment| commit.check(segment))?;
    let opened: Vec<Segment> = segments.iter().map(|segment| commit.segment(segment)).collect();
    let all_alive = segments.iter().map(|_| None).collect();
    let directory: Box<dyn Directory> = Box::new(Aside { inner: directory, meta: Arc::default() });
    let joined = merge_filtered_segments(&opened, commit.index().settings().clone(), all_alive, directory)?;
    let [segment] =
        joined.searchable_segment_metas()?.try_into().map_err(|_| io::Error::other("no segment came of a merge"))?;
    Ok(commit.index().new_segment_meta(segment.id(), segment.max_doc()))
}

/// A directory whose list of segments is kept aside: that of the index stays as it is until the commit.
#[derive(Debug, Clone)]
struct Aside {
    inner: Box<dyn Directory>,
    meta: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Directory for Aside {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        if path == Path::new(META) {
            return Ok(self.meta.lock().unwrap_or_else(PoisonError::into_inner).is_some());
        }
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(META) {
            let meta = self.meta.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return meta.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_path_buf()));
        }
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(META) {
            *self.meta.lock().unwrap_or_else(PoisonError::into_inner) = Some(data.to_vec());
            return Ok(());
        }
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tantivy::directory::RamDirectory;
    use tantivy::schema::IndexRecordOption;
    use tantivy::{Index, IndexSettings, SegmentReader};

    use super::*;
    use crate::index::commit::Pending;
    use crate::index::merge::merge;
    use crate::index::schema::{Fields, column, schema};
    use crate::index::segment::tests::read;
    use crate::index::segment::{Left, SegmentBuilder};
    use crate::{Article, Date, DateOrder, Language, Section, SourceKey};

    fn article(n: u32) -> Article {
        let word = |n: u32| format!("word{}", n.wrapping_mul(n) % 61);
        let mut article = Article::new(n.to_string());
        article.source = SourceKey::new("corpus", n.to_string(), None);
        article.native_id = n.is_multiple_of(2).then(|| n.to_string());
        article.headline = Some(format!("Ferries {}", word(n)));
        article.body = vec![(0..n % 70).map(|m| word(n * m)).collect::<Vec<_>>().join(" ")];
        article.language = Some(Language::given(if n.is_multiple_of(3) { "de" } else { "en" }));
        article.section = Section::from_label(if n.is_multiple_of(5) { "World / Coast" } else { "Sport" });
        article.published = Date::parse(&format!("2024-02-{:02}", n % 28 + 1), DateOrder::Unknown).ok();
        article
    }

    fn build<'a>(index: &Index, fields: &Fields, articles: impl Iterator<Item = &'a Article>) -> SegmentMeta {
        let mut builder = SegmentBuilder::new(index, fields.clone(), Left::default()).expect("memory suffices");
        for article in articles {
            let json = serde_json::to_vec(article).expect("it can be written");
            builder.add(article, &json).expect("memory suffices");
        }
        builder.finish(1).expect("memory suffices").0
    }

    fn keys(segment: &SegmentReader) -> Vec<String> {
        let column = segment.fast_fields().str(column::KEY).expect("it can be read").expect("it is there");
        let key = |doc| {
            let mut key = String::new();
            column.ord_to_str(column.ords().first(doc).expect("it has a key"), &mut key).expect("it can be read");
            key
        };
        (0..segment.max_doc()).map(key).collect()
    }

    #[test]
    fn joined_segments_are_as_one_built_of_their_articles() {
        let ram = RamDirectory::create();
        let index = Index::create(ram.clone(), schema(&BTreeMap::new()), IndexSettings::default()).expect("it is new");
        let fields = Fields::of(&index.schema()).expect("the schema is ours");
        let articles: BTreeMap<String, Article> =
            (0..300).map(article).map(|article| (article.source.to_term(), article)).collect();
        let all: Vec<&Article> = articles.values().collect();
        let mut pending = Pending::default();
        pending.segments.extend(all.chunks(30).map(|articles| build(&index, &fields, articles.iter().copied())));
        let deleted = [all[3].source.to_term(), all[100].source.to_term(), all[101].source.to_term()];
        deleted.iter().for_each(|key| pending.delete(key.clone()));

        let mut commit = Commit::new(&index, fields.clone(), &pending, 2).expect("it can be begun");
        assert_eq!(commit.segments().len(), 10);
        // Where nothing fits in memory, all that can be is joined.
        merge(&mut commit, 1, &ram).expect("it can be merged");
        let [joined] = commit.segments() else { panic!("{} segments", commit.segments().len()) };
        let joined = SegmentReader::open(&commit.segment(joined)).expect("it can be opened");

        let order = keys(&joined);
        let mut sorted = order.clone();
        sorted.sort();
        assert_eq!(sorted, articles.keys().filter(|key| !deleted.contains(key)).cloned().collect::<Vec<_>>());
        let expected = build(&index, &fields, order.iter().map(|key| &articles[key]));
        let expected = SegmentReader::open(&index.segment(expected)).expect("it can be opened");
        for (field, entry) in index.schema().fields().filter(|(_, entry)| entry.is_indexed()) {
            let record = entry.field_type().index_record_option().expect("it is a field of terms");
            let [mut found, mut wanted] = [&joined, &expected].map(|segment| read(segment, field, record));
            if field == fields.forms {
                // Only the dictionary counts.
                found.values_mut().chain(wanted.values_mut()).for_each(BTreeMap::clear);
            }
            assert_eq!(found, wanted, "{}", entry.name());
            if record != IndexRecordOption::WithFreqs {
                continue;
            }
            let [found, wanted] = [&joined, &expected].map(|segment| {
                let total = segment.inverted_index(field).expect("it can be read").total_num_tokens();
                let norms = segment.get_fieldnorms_reader(field).expect("it can be read");
                (total, (0..segment.max_doc()).map(|doc| norms.fieldnorm_id(doc)).collect::<Vec<_>>())
            });
            assert_eq!(found, wanted, "{}", entry.name());
        }
        for name in [column::FIRST_SECOND, column::LAST_SECOND, column::OFFSET] {
            let [found, wanted] = [&joined, &expected].map(|segment| {
                let column = segment.fast_fields().i64(name).expect("it is there");
                (0..segment.max_doc()).map(|doc| column.first(doc)).collect::<Vec<_>>()
            });
            assert_eq!(found, wanted, "{name}");
        }
        let [found, wanted] = [&joined, &expected].map(|segment| {
            let store = segment.get_store_reader(10).expect("it can be read");
            let bytes = |doc| store.get_document_bytes(doc).expect("it is stored").to_vec();
            (0..segment.max_doc()).map(bytes).collect::<Vec<_>>()
        });
        assert!(found == wanted);
    }
}
