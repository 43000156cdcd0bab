//! Fewer, larger segments, of live articles only. Small updates leave small segments and deleted articles behind; before
//! a commit is made known, segments of about one size are written anew as one when there are many, and a segment of which
//! much is deleted is written anew without.
//!
//! What is written anew is built from the stored articles, as if they had just been read. That takes about twice the time
//! of merging posting lists, but of work that is small beside reading sources; a segment is the same whether it was merged
//! or not. Segments that do not fit in memory together are joined by their posting lists (`join.rs`).

use std::io;

use tantivy::directory::Directory;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::store::StoreReader;
use tantivy::{DocId, SegmentMeta, SegmentReader};

use super::commit::Commit;
use super::join::join;
use super::schema::{Fields, column};
use super::segment::{Left, SegmentBuilder};
use crate::Article;

/// As many segments of about one size are made one,
const MANY: usize = 8;
/// and so many at most at once: each has six files mapped, of which a process may have 65,530, and a cursor in every posting list.
const MOST: usize = 64;
/// Segments with fewer articles than this are all of one size.
const SMALL: u32 = 1_000;
/// Segments of one size have at most this many times the articles of one another.
const SPREAD: u32 = 8;
/// A segment is written anew when more than one in this many articles are deleted.
const DELETED: u32 = 5;
/// What building takes, in bytes, for each byte of a compressed store, and for each byte of the dictionaries: a word that
/// is new takes far more than one that is not.
const BUILT: u64 = 4;
const BUILT_TERMS: u64 = 12;

/// Writes segments anew where it is time, in `memory` bytes. `directory` is where they are.
pub(super) fn merge(commit: &mut Commit<'_>, memory: usize, directory: &dyn Directory) -> tantivy::Result<()> {
    while let Some(Group { segments, built }) = group(commit)? {
        let fits = built <= memory as u64 || segments.len() == 1;
        let mut merged = if fits { rewrite(commit, &segments, memory)? } else { segments.clone() };
        if merged.len() >= MANY {
            merged = vec![join_living(commit, merged, memory, directory)?];
        }
        commit.replace(&segments, merged);
    }
    Ok(())
}

/// Joins segments, those of which something is deleted written anew before.
fn join_living(
    commit: &Commit<'_>,
    segments: Vec<SegmentMeta>,
    memory: usize,
    directory: &dyn Directory,
) -> tantivy::Result<SegmentMeta> {
    let mut living = Vec::with_capacity(segments.len());
    for segment in segments {
        match segment.num_deleted_docs() {
            0 => living.push(segment),
            _ => living.extend(rewrite(commit, &[segment], memory)?),
        }
    }
    join(commit, &living, directory.box_clone())
}

/// Segments to be made one.
struct Group {
    segments: Vec<SegmentMeta>,
    /// About how much memory it takes to build their articles, in bytes.
    built: u64,
}

/// Returns segments to be written anew together.
fn group(commit: &Commit<'_>) -> tantivy::Result<Option<Group>> {
    let mut sizes: Vec<(u32, Group)> = Vec::new();
    for segment in commit.segments() {
        let built = built(commit, segment)?;
        if segment.num_deleted_docs() * DELETED > segment.max_doc() {
            return Ok(Some(Group { segments: vec![segment.clone()], built }));
        }
        let size = (segment.num_docs() / SMALL).checked_ilog(SPREAD).map_or(0, |size| size + 1);
        let of_size = match sizes.iter_mut().find(|(known, _)| *known == size) {
            Some((_, of_size)) => of_size,
            None => {
                sizes.push((size, Group { segments: Vec::new(), built: 0 }));
                &mut sizes.last_mut().expect("one was just put in").1
            }
        };
        if of_size.segments.len() < MOST {
            of_size.segments.push(segment.clone());
            of_size.built += built;
        }
    }
    Ok(sizes.into_iter().map(|(_, group)| group).find(|group| group.segments.len() >= MANY))
}

/// Returns about how much memory it takes to build the articles of a segment, in bytes.
fn built(commit: &Commit<'_>, segment: &SegmentMeta) -> tantivy::Result<u64> {
    use tantivy::HasLen as _;
    let segment = commit.segment(segment);
    let length = |component| -> tantivy::Result<u64> { Ok(segment.open_read(component)?.len() as u64) };
    Ok(length(SegmentComponent::Store)? * BUILT + length(SegmentComponent::Terms)? * BUILT_TERMS)
}

/// Builds the live articles of segments anew, in document order.
fn rewrite(commit: &Commit<'_>, segments: &[SegmentMeta], memory: usize) -> tantivy::Result<Vec<SegmentMeta>> {
    let stored = Stored::open(commit, segments)?;
    let (mut written, mut left) = (Vec::new(), Left::default());
    let mut building: Option<SegmentBuilder> = None;
    for place in stored.document_order()? {
        let builder = match &mut building {
            Some(builder) => builder,
            none => {
                let left = std::mem::take(&mut left);
                none.insert(SegmentBuilder::new(commit.index(), commit.fields().clone(), left)?)
            }
        };
        add(builder, &stored.json(place)?)?;
        if builder.memory() > memory
            && let Some(full) = building.take()
        {
            let (segment, of_full) = full.finish(commit.opstamp())?;
            written.push(segment);
            left = of_full.within(memory);
        }
    }
    if let Some(last) = building {
        written.push(last.finish(commit.opstamp())?.0);
    }
    Ok(written)
}

/// Writes every segment anew of which something is deleted.
pub(super) fn purge(commit: &mut Commit<'_>, memory: usize) -> tantivy::Result<()> {
    for segment in commit.segments().to_vec().into_iter().filter(|segment| segment.num_deleted_docs() > 0) {
        let purged = rewrite(commit, std::slice::from_ref(&segment), memory)?;
        commit.replace(&[segment], purged);
    }
    Ok(())
}

/// The articles of a canonical segment have at most this many bytes of JSON, but for one that has more alone; it takes some
/// three times as much memory to build.
const CANONICAL: usize = 64 << 20;

/// Writes all live articles anew, in segments that depend on the articles and on nothing else: neither on how they were cut
/// before, nor on memory and threads. Their names come from what is in them.
pub(super) fn canonical(commit: &mut Commit<'_>) -> tantivy::Result<()> {
    let old = commit.segments().to_vec();
    let stored = Stored::open(commit, &old)?;
    let mut new = Vec::new();
    let mut order = stored.document_order()?.into_iter().peekable();
    while order.peek().is_some() {
        let (mut places, mut bytes) = (Vec::new(), 0);
        let mut name = blake3::Hasher::new_derive_key("newshound canonical segment 1");
        while let Some(&place) = order.peek() {
            let json = stored.json(place)?;
            bytes += json.len();
            if bytes > CANONICAL && !places.is_empty() {
                break;
            }
            name.update(blake3::hash(&json).as_bytes());
            places.push(place);
            order.next();
        }
        let name = name.finalize().to_hex();
        let id = SegmentId::from_uuid_string(&name[..32]).map_err(io::Error::other)?;
        if commit.had(id) {
            // Its files are there already, whatever was deleted of it since and came back, and readers have them open.
            let segment = commit.index().new_segment_meta(id, places.len() as u32);
            commit.check(&segment)?;
            new.push(segment);
            continue;
        }
        let segment = commit.index().segment(commit.index().new_segment_meta(id, 0));
        let mut builder = SegmentBuilder::of(segment, commit.fields().clone(), Left::default())?;
        for place in places {
            add(&mut builder, &stored.json(place)?)?;
        }
        new.push(builder.finish(0)?.0);
    }
    commit.replace(&old, new);
    Ok(())
}

fn add(builder: &mut SegmentBuilder, json: &[u8]) -> tantivy::Result<()> {
    let article: Article = serde_json::from_slice(json).map_err(io::Error::from)?;
    builder.add(&article, json)
}

/// Articles as they stand in segments.
struct Stored {
    fields: Fields,
    readers: Vec<SegmentReader>,
    stores: Vec<StoreReader>,
}

impl Stored {
    fn open(commit: &Commit<'_>, segments: &[SegmentMeta]) -> tantivy::Result<Stored> {
        segments.iter().try_for_each(|segment| commit.check(segment))?;
        let opened = segments.iter().map(|segment| SegmentReader::open(&commit.segment(segment)));
        let readers = opened.collect::<tantivy::Result<Vec<_>>>()?;
        let stores = readers.iter().map(|reader| reader.get_store_reader(100)).collect::<io::Result<Vec<_>>>()?;
        Ok(Stored { fields: commit.fields().clone(), readers, stores })
    }

    fn json(&self, (segment, doc): (usize, DocId)) -> tantivy::Result<Vec<u8>> {
        let document = self.stores[segment].get_document_bytes(doc)?;
        Ok(self.fields.stored_json(&document).unwrap_or_default().to_vec())
    }

    /// Returns the live articles in the order in which they are to be written: by date, the undated last, and by key.
    fn document_order(&self) -> tantivy::Result<Vec<(usize, DocId)>> {
        let mut order: Vec<(i64, String, usize, DocId)> = Vec::new();
        for (segment, reader) in self.readers.iter().enumerate() {
            let dates = reader.fast_fields().i64(column::FIRST_SECOND)?;
            let keys = reader.fast_fields().str(column::KEY)?;
            let keys =
                keys.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the column of keys is missing"))?;
            for doc in reader.doc_ids_alive() {
                let mut key = String::new();
                if let Some(ord) = keys.ords().first(doc) {
                    keys.ord_to_str(ord, &mut key)?;
                }
                order.push((dates.first(doc).unwrap_or(i64::MAX), key, segment, doc));
            }
        }
        order.sort_unstable();
        Ok(order.into_iter().map(|(_, _, segment, doc)| (segment, doc)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;
    use crate::index::commit::Pending;

    #[test]
    fn very_many_segments_are_not_made_one_at_once() {
        let index = Index::in_memory().expect("memory");
        let files = index.place.writing().expect("memory");
        let work = tantivy::Index::open(files.box_clone()).expect("it is an index");
        let segment = |number: usize| {
            let article = Article::new(number.to_string());
            let mut builder = SegmentBuilder::new(&work, index.fields.clone(), Left::default()).expect("memory");
            builder.add(&article, &serde_json::to_vec(&article).expect("text")).expect("memory");
            builder.finish(1).expect("memory").0
        };
        let segments: Vec<SegmentMeta> = (0..MOST + MANY + 2).map(segment).collect();
        let pending = Pending::new(segments, std::iter::empty());
        let commit = Commit::new(&work, index.fields.clone(), &pending, 9).expect("it is sound");
        let first = group(&commit).expect("it is sound").expect("there are many");
        assert_eq!(first.segments.len(), MOST);
        // Too little memory to write anything anew: they are joined.
        for memory in [0, 64 << 20] {
            let mut commit = Commit::new(&work, index.fields.clone(), &pending, 9).expect("it is sound");
            merge(&mut commit, memory, &*files).expect("it is sound");
            assert!(commit.segments().len() < MANY);
            assert_eq!(commit.segments().iter().map(SegmentMeta::max_doc).sum::<u32>() as usize, MOST + MANY + 2);
        }
    }

    #[test]
    fn words_of_one_segment_do_not_make_the_next_ones_tiny() {
        let memory = 4 << 20;
        let index = Index::in_memory().expect("memory");
        let mut writer = index.writer().expect("no other writer");
        writer.begin(1, memory).expect("memory");
        for number in 0..300 {
            let words: Vec<String> = (0..300).map(|word| format!("t{:x}", number * 300 + word)).collect();
            let mut article = Article::new(format!("a-{number}"));
            article.body = vec![words.join(" ")];
            writer.add(article).expect("it has an id");
        }
        let work = tantivy::Index::open(index.place.writing().expect("memory")).expect("it is an index");
        writer.commit().expect("memory");
        let commit = Commit::new(&work, index.fields.clone(), &Default::default(), 9).expect("it is sound");
        let before = commit.segments().to_vec();
        let after = rewrite(&commit, &before, memory as usize).expect("it is sound");
        assert_eq!(after.iter().map(SegmentMeta::max_doc).sum::<u32>(), 300);
        assert!((2..20).contains(&after.len()), "{} segments", after.len());
    }
}
