//! Mending a damaged index: segments whose files are whole stay; of others, articles that are stored whole are written anew;
//! what is left is noted as missing, and the next run reads it again from its sources. Published as one commit.
//!
//! A stored article is taken only where the manifest has it, by key and hash: a file that is left over from an earlier
//! commit brings nothing back. Where the manifest is lost, it is made from the articles of the segments that `meta.json` names;
//! of one of which it is not known any more what was deleted, none is taken. Where `meta.json` is lost, it is made from the
//! manifest, which knows what the index was made with. Without both, nothing tells what is live.

mod instead;
mod traces;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory as _, ManagedDirectory, OwnedBytes};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentComponent;
use tantivy::store::StoreReader;
use tantivy::{DocId, HasLen as _, SegmentMeta, SegmentReader};

use super::commit::{Commit, META, Pending};
use super::coverage::Marks;
use super::directory::{Marker, Place, tantivy_error};
use super::manifest::{ContentHash, Manifest};
use super::missing::Trace;
use super::schema::Fields;
use super::seal::{Broken, Seal};
use super::segment::{Left, SegmentBuilder};
use super::shield::LEAST;
use super::verify::check_files;
use super::{Damage, IndexOptions, guard};
use crate::source_key::INDEX_MARKER;
use crate::{Article, Error, Result, SourceKey};
use instead::Instead;
use traces::traces;

/// The memory of a segment that is built anew, in bytes.
const MEMORY: usize = 64 << 20;

/// What was mended.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    /// What was wrong.
    pub(crate) damages: Vec<Damage>,
    /// How many articles are in segments that were whole.
    pub(crate) kept: u64,
    /// How many were written anew as they were stored.
    pub(crate) rebuilt: u64,
    /// How many are stored nowhere any more. Which they are the manifest has, unless it was lost too.
    pub(crate) n_lost: u64,
    /// Whether it is not known any more which sources there were, and what was taken down.
    pub(crate) is_manifest_lost: bool,
}

/// Mends the index in a folder; changes nothing where nothing is damaged.
pub(crate) fn mend(dir: &Path) -> Result<Mended> {
    mend_at(&Place::folder(dir))
}

fn mend_at(place: &Place) -> Result<Mended> {
    // A sound index is not locked: that would need permission to write.
    if damages(place)?.is_empty() { Ok(Mended::default()) } else { mend_locked(place) }
}

fn mend_locked(place: &Place) -> Result<Mended> {
    let _lock = place.lock()?;
    // What was seen before may have been a commit in the making, or be mended by now.
    let damages = damages(place)?;
    if damages.is_empty() {
        return Ok(Mended::default());
    }
    if let Some(damage) = damages.iter().find(|damage| place.path().join(&damage.file).is_dir()) {
        // It may be somebody's.
        return Err(place.damaged(&damage.file, "a folder stands in its place; move it away first"));
    }
    guard::guarded(place, || Bench::open(place, damages)?.mend())
}

fn damages(place: &Place) -> Result<Vec<Damage>> {
    Ok(check_files(place)?.damages)
}

/// A damaged index that is being mended.
struct Bench<'a> {
    place: &'a Place,
    files: ManagedDirectory,
    stacks: tantivy::Index,
    fields: Fields,
    /// The last commit's; none where `meta.json` is lost.
    seal: Option<Seal>,
    /// None where it is lost.
    manifest: Option<Manifest>,
    mended: Mended,
}

impl<'a> Bench<'a> {
    fn open(place: &'a Place, damages: Vec<Damage>) -> Result<Bench<'a>> {
        let failed = |error| tantivy_error(place.path(), error);
        let seal = whole(place, META)?.and_then(|meta| Seal::read(&meta).ok());
        let manifest = match &seal {
            Some(seal) => match seal.manifest().filter(|name| damages.iter().all(|damage| damage.file != *name)) {
                Some(name) => manifest(place, name)?,
                None if seal.manifest().is_none() => Some(Manifest::default()),
                None => None,
            },
            None => newest_manifest(place)?,
        };
        let files = place.writing()?;
        let stacks = match (&seal, &manifest) {
            (Some(_), _) => tantivy::Index::open(files.clone()).map_err(failed)?,
            (None, Some(manifest)) => {
                tantivy::Index::open(Instead::of_meta(files.clone(), manifest)?).map_err(failed)?
            }
            (None, None) => return Err(Error::Unrepairable { path: place.path().to_path_buf() }),
        };
        let fields = Fields::of(&stacks.schema()).ok_or_else(|| place.damaged(META, "it has other fields"))?;
        let files = ManagedDirectory::wrap(files).map_err(failed)?;
        let mended = Mended { damages, is_manifest_lost: manifest.is_none(), ..Mended::default() };
        Ok(Bench { place, files, stacks, fields, seal, manifest, mended })
    }

    fn mend(mut self) -> Result<Mended> {
        let failed = |error| tantivy_error(self.place.path(), error);
        let meta = self.stacks.load_metas().map_err(failed)?;
        let (damaged, whole): (Vec<_>, Vec<_>) =
            meta.segments.into_iter().partition(|segment| self.is_damaged(segment));
        let opstamp = meta.opstamp + 3;
        let mut manifest = self.manifest.take().unwrap_or_default();
        if self.mended.is_manifest_lost {
            manifest.tombstones = self.seal.as_ref().and_then(Seal::tombstones).unwrap_or_default();
        }
        let mut missing: BTreeSet<SourceKey> = manifest.articles().map(|(key, _)| key.to_owned()).collect();
        for segment in &whole {
            self.keep(segment, &mut manifest, &mut missing)?;
        }
        let built = self.rebuild(&damaged, &mut manifest, &mut missing, opstamp)?;
        let mut told = self.traces(&damaged)?;
        if self.mended.is_manifest_lost {
            // All that was in a store which is damaged: nothing of it was taken.
            missing.extend(told.keys().cloned());
        }
        let mut lost = BTreeMap::new();
        for key in missing {
            let source = manifest.corpora.get(&key.corpus).and_then(|corpus| corpus.sources.get(&key.path));
            let source = source.map(|source| source.hash).unwrap_or_default();
            let native_id = told.remove(&key).flatten();
            lost.insert(key, Trace { source, native_id, ..Trace::default() });
        }
        lost.keys().for_each(|key| forget(&mut manifest, key));
        let n_damaged: u64 = damaged.iter().map(|segment| u64::from(segment.num_docs())).sum();
        let is_manifest_lost = self.mended.is_manifest_lost;
        self.mended.n_lost =
            if is_manifest_lost { n_damaged.saturating_sub(self.mended.rebuilt) } else { lost.len() as u64 };
        if is_manifest_lost {
            manifest.missing.unnamed += self.mended.n_lost.saturating_sub(lost.len() as u64);
            manifest.missing.is_manifest_lost = true;
        }
        let stacks = self.stacks.clone();
        let mut commit = Commit::new(&stacks, self.fields.clone(), &Pending::default(), opstamp).map_err(failed)?;
        commit.replace(&damaged, built);
        self.forget_shared_ids(&mut lost, &commit)?;
        // Until it is read again, which may be cut off.
        manifest.missing.articles.extend(lost);
        manifest.written_by = env!("CARGO_PKG_VERSION").to_owned();
        let last = self.seal.as_ref().and_then(Seal::manifest).and_then(Manifest::generation_of);
        manifest.generation = last.unwrap_or(manifest.generation).wrapping_add(1);
        manifest.is_canonical = false;
        manifest.extra = self.fields.extras.iter().map(|extra| (extra.name.clone(), extra.kind)).collect();
        manifest.compact = IndexOptions::is_compact(stacks.settings());
        let name = Manifest::file_name(manifest.generation);
        self.place.write(&name, &manifest.to_bytes()?)?;
        let files = self.place.writing()?;
        let living = commit.publish(&*files, (&name, &manifest.tombstones), false).map_err(failed)?;
        self.place.write(INDEX_MARKER, &Marker::ours().to_bytes()?)?;
        self.place.sync()?;
        self.place.remove_other_files(&living, manifest.generation)?;
        Ok(self.mended)
    }

    /// Returns what is told of the articles of damaged segments by their other files, where all of these are whole.
    fn traces(&self, damaged: &[SegmentMeta]) -> Result<BTreeMap<SourceKey, Option<String>>> {
        let failed = |error| tantivy_error(self.place.path(), error);
        let mut told = BTreeMap::new();
        // Without `meta.json` no segment is known.
        if self.seal.is_none() {
            return Ok(told);
        }
        let stacks = tantivy::Index::open(Instead::of_stores(self.place.writing()?)).map_err(failed)?;
        for segment in damaged {
            let id = segment.id().uuid_string();
            let mut of_segment = self.mended.damages.iter().filter(|damage| damage.file.starts_with(&id));
            if of_segment.all(|damage| damage.file.ends_with(".store")) {
                // A repair does without what cannot be told.
                told.extend(guard::caught(|| traces(&stacks, segment, &self.fields).ok()).unwrap_or_default());
            }
        }
        Ok(told)
    }

    /// Forgets the own ids that several of the articles that are lost have, or one that is there: they tell no one apart.
    fn forget_shared_ids(&self, lost: &mut BTreeMap<SourceKey, Trace>, commit: &Commit<'_>) -> Result<()> {
        let own = |key: &SourceKey, trace: &Trace| Some((key.corpus.clone(), trace.native_id.clone()?));
        let (mut ids, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for id in lost.iter().filter_map(|(key, trace)| own(key, trace)) {
            if let Some(again) = ids.replace(id) {
                shared.insert(again);
            }
        }
        shared.extend(commit.live_ids(&ids).map_err(|error| tantivy_error(self.place.path(), error))?);
        for (key, trace) in lost {
            trace.native_id = own(key, trace).filter(|own| !shared.contains(own)).map(|(_, id)| id);
        }
        Ok(())
    }

    fn is_damaged(&self, segment: &SegmentMeta) -> bool {
        let id = segment.id().uuid_string();
        self.mended.damages.iter().any(|damage| damage.file.starts_with(&id))
    }

    /// Counts the articles of a whole segment; where the manifest is lost, enters them in a new one.
    fn keep(
        &mut self,
        segment: &SegmentMeta,
        manifest: &mut Manifest,
        missing: &mut BTreeSet<SourceKey>,
    ) -> Result<()> {
        let failed = |error| tantivy_error(self.place.path(), error);
        let reader = SegmentReader::open(&self.stacks.segment(segment.clone())).map_err(failed)?;
        let store = reader.get_store_reader(100).map_err(|error| failed(error.into()))?;
        for doc in reader.doc_ids_alive() {
            let document = store.get_document_bytes(doc).map_err(failed)?;
            let Some((article, hash)) = self.stored(&document) else { continue };
            self.mended.kept += 1;
            missing.remove(&article.source);
            if self.mended.is_manifest_lost {
                enter(manifest, &article, hash);
            }
        }
        Ok(())
    }

    fn stored(&self, document: &[u8]) -> Option<(Article, ContentHash)> {
        let json = self.fields.stored_json(document)?;
        Some((serde_json::from_slice(json).ok()?, ContentHash::of(json)))
    }

    /// Returns the stores that articles can be taken from: of damaged segments, or where nothing tells which segments there
    /// were, of any.
    fn stores(&self, damaged: &[SegmentMeta]) -> Result<Vec<Store>> {
        if self.seal.is_none() {
            let names = self.place.names()?.into_iter().filter(|name| name.ends_with(".store"));
            return Ok(names.map(|name| Store { name, alive: None, n_articles: None }).collect());
        }
        let mut stores = Vec::new();
        for segment in damaged {
            let mut alive = None;
            if self.mended.is_manifest_lost && segment.has_deletes() {
                let name = segment.relative_path(SegmentComponent::Delete);
                if self.mended.damages.iter().any(|damage| Path::new(&damage.file) == name) {
                    continue;
                }
                let file = self.stacks.segment(segment.clone()).open_read(SegmentComponent::Delete);
                let bytes = file.map_err(|error| tantivy_error(self.place.path(), error.into()))?.read_bytes();
                alive = Some(AliveBitSet::open(bytes.map_err(|error| tantivy_error(self.place.path(), error.into()))?));
            }
            let name = format!("{}.store", segment.id().uuid_string());
            stores.push(Store { name, alive, n_articles: Some(segment.max_doc()) });
        }
        Ok(stores)
    }

    /// Returns the documents of a store. Of one that is damaged it is what can be read, where the manifest tells of each
    /// article whether it is what was written.
    fn documents(&self, store: &Store) -> Result<Box<dyn Iterator<Item = (DocId, OwnedBytes)>>> {
        let name = Path::new(&store.name);
        // What the system refuses to read may be whole, and must not be taken for lost.
        let readable = |error: OpenReadError| {
            let broken = Broken::unread(&store.name, &error);
            if broken.refused.is_some() { Err(self.place.broken(broken)) } else { Ok(None) }
        };
        let whole = self.place.writing()?.open_read(name).map(Some).or_else(readable)?;
        if whole.is_none_or(|file| file.len() < LEAST) {
            return Ok(Box::new(iter::empty()));
        }
        let Some(file) = self.files.open_read(name).map(Some).or_else(readable)? else {
            return Ok(Box::new(iter::empty()));
        };
        let is_whole = self.files.validate_checksum(name).map(Some).or_else(|error| readable(error).map(|_| None))?;
        if is_whole == Some(true) {
            let read = StoreReader::open(file, 1).map_err(|error| tantivy_error(self.place.path(), error.into()))?;
            // A store does not tell how many articles it has.
            return Ok(Box::new((0..).map_while(move |doc| Some((doc, read.get_document_bytes(doc).ok()?)))));
        }
        let n_articles = store.n_articles.filter(|_| !self.mended.is_manifest_lost).unwrap_or_default();
        let Some(read) = guard::caught(|| StoreReader::open(file, 1).ok()) else { return Ok(Box::new(iter::empty())) };
        let document = move |doc| Some((doc, guard::caught(|| read.get_document_bytes(doc).ok())?));
        Ok(Box::new((0..n_articles).filter_map(document)))
    }

    /// Writes anew what is missing and is stored whole.
    fn rebuild(
        &mut self,
        damaged: &[SegmentMeta],
        manifest: &mut Manifest,
        missing: &mut BTreeSet<SourceKey>,
        opstamp: u64,
    ) -> Result<Vec<SegmentMeta>> {
        let failed = |error| tantivy_error(self.place.path(), error);
        let mut built = Vec::new();
        for store in &self.stores(damaged)? {
            let mut builder: Option<SegmentBuilder> = None;
            for (doc, document) in self.documents(store)? {
                let Some((article, hash)) = self.stored(&document) else { continue };
                let is_live = if self.mended.is_manifest_lost {
                    store.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
                } else {
                    manifest.hash_of(&article.source) == Some(hash) && missing.remove(&article.source)
                };
                if !is_live {
                    continue;
                }
                if self.mended.is_manifest_lost {
                    enter(manifest, &article, hash);
                }
                let building = match &mut builder {
                    Some(building) => building,
                    none => {
                        let begun = SegmentBuilder::new(&self.stacks, self.fields.clone(), Left::default());
                        none.insert(begun.map_err(failed)?)
                    }
                };
                let json = self.fields.stored_json(&document).unwrap_or_default();
                building.add(&article, json).map_err(failed)?;
                self.mended.rebuilt += 1;
                if building.memory() > MEMORY
                    && let Some(full) = builder.take()
                {
                    built.push(full.finish(opstamp).map_err(failed)?.0);
                }
            }
            if let Some(last) = builder {
                built.push(last.finish(opstamp).map_err(failed)?.0);
            }
        }
        Ok(built)
    }
}

/// A file of stored articles.
struct Store {
    name: String,
    /// Which are live, where something was deleted and the manifest does not tell.
    alive: Option<AliveBitSet>,
    /// How many there are, where `meta.json` tells.
    n_articles: Option<DocId>,
}

/// Enters an article in a manifest that is made anew. Its source is read again by the next run.
fn enter(manifest: &mut Manifest, article: &Article, hash: ContentHash) {
    let SourceKey { corpus, path, record } = article.source.clone();
    let corpus = manifest.corpora.entry(corpus).or_default();
    // As in a canonical index: it was a folder, and nobody knows which.
    corpus.root = Some(String::new());
    let source = corpus.sources.entry(path).or_default();
    source.read_again();
    source.articles.push((record.unwrap_or(0), hash, Marks::of(article)));
    source.articles.sort_unstable();
}

/// Has the next run read an article again that is lost. One that an application added is missing until it adds it again.
fn forget(manifest: &mut Manifest, key: &SourceKey) {
    let Some(corpus) = manifest.corpora.get_mut(&key.corpus) else { return };
    let Some(source) = corpus.sources.get_mut(&key.path) else { return };
    source.articles.retain(|(record, ..)| *record != key.record.unwrap_or(0));
    source.read_again();
    if corpus.root.is_none() && source.articles.is_empty() {
        corpus.sources.remove(&key.path);
    }
}

fn manifest(place: &Place, name: &str) -> Result<Option<Manifest>> {
    Ok(whole(place, name)?.and_then(|bytes| Manifest::from_bytes(&bytes).ok()))
}

/// Reads one of our own small files; `None` where it is not there, or is no file.
fn whole(place: &Place, name: &str) -> Result<Option<Vec<u8>>> {
    match place.read(name) {
        Err(Error::Damaged { .. }) => Ok(None),
        read => read,
    }
}

/// Returns the newest manifest that is whole. Where a commit was under way there are two, and either will do: what is in no
/// store is read again.
fn newest_manifest(place: &Place) -> Result<Option<Manifest>> {
    let mut generations: Vec<u64> = place.names()?.iter().filter_map(|name| Manifest::generation_of(name)).collect();
    generations.sort_unstable();
    for generation in generations.into_iter().rev() {
        if let Some(manifest) = manifest(place, &Manifest::file_name(generation))? {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
