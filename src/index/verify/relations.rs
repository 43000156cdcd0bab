//! Whether the parts of an index agree: the manifest with the stored articles, each segment with itself, the fields with
//! those that this format has.

use std::hash::{BuildHasher as _, RandomState};

use tantivy::{DocAddress, SegmentReader};

use super::{ManifestFile, VerifyReport};
use crate::index::commit::META;
use crate::index::{ContentHash, Index, Snapshot, column, schema};
use crate::{Article, Result};

/// Checks what is stored against the manifest, and each segment's parts against one another.
pub(super) fn check(
    index: &Index,
    snapshot: &Snapshot,
    ManifestFile { name, manifest, digest }: &ManifestFile,
    report: &mut VerifyReport,
) -> Result<()> {
    let stored_schema = snapshot.searcher.schema();
    if *stored_schema != schema::schema(&index.options().extra) {
        report.found(META, "its fields are not those of this format");
        return Ok(());
    }
    if *digest != manifest.digests().content {
        report.found(name, "its digest is not that of its articles");
    }
    let hasher = RandomState::new();
    let mut seen: Vec<u64> = Vec::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let file = |ending: &str| format!("{}.{ending}", segment.segment_id().uuid_string());
        check_counts(snapshot, segment, report)?;
        for doc in segment.doc_ids_alive() {
            report.articles += 1;
            let json = snapshot.json(DocAddress::new(ord, doc))?;
            let article: Article = match serde_json::from_slice(&json) {
                Ok(article) => article,
                Err(error) => {
                    report.found(file("store"), format!("article {doc}: {error}"));
                    continue;
                }
            };
            let key = article.source;
            match manifest.hash_of(&key) {
                Some(hash) if hash == ContentHash::of(&json) => seen.push(hasher.hash_one(&key)),
                Some(_) => report.found(file("store"), format!("{key} is another article than the manifest has")),
                None => report.found(file("store"), format!("{key} is not in the manifest")),
            }
        }
    }
    seen.sort_unstable();
    let of_manifest = manifest.articles().map(|(key, _)| key.to_owned());
    for key in of_manifest {
        match seen.partition_point(|hash| *hash <= hasher.hash_one(&key))
            - seen.partition_point(|hash| *hash < hasher.hash_one(&key))
        {
            1 => {}
            0 => report.found(name, format!("{key} is in no segment")),
            times => report.found(name, format!("{key} is in the index {times} times")),
        }
    }
    Ok(())
}

/// Checks that the parts of a segment are of as many articles.
fn check_counts(snapshot: &Snapshot, segment: &SegmentReader, report: &mut VerifyReport) -> Result<()> {
    let failed = |error| snapshot.error(error);
    let id = segment.segment_id().uuid_string();
    let max_doc = segment.max_doc();
    let keys = segment.fast_fields().str(column::KEY).map_err(failed)?;
    let n_keys = keys.map_or(0, |keys| keys.ords().num_docs());
    if n_keys != max_doc {
        report.found(format!("{id}.fast"), format!("it has {n_keys} keys for {max_doc} articles"));
    }
    let norms = segment.fieldnorms_readers().get_field(snapshot.fields.all).map_err(failed)?;
    let n_norms = norms.map_or(0, |norms| norms.num_docs());
    if n_norms != max_doc {
        report.found(format!("{id}.fieldnorm"), format!("it has the lengths of {n_norms} of {max_doc} articles"));
    }
    let metas = snapshot.searcher.index().searchable_segment_metas().map_err(failed)?;
    if let Some(meta) = metas.iter().find(|meta| meta.id() == segment.segment_id()) {
        let (told, there) = (meta.num_deleted_docs(), segment.num_deleted_docs());
        if told != there {
            report.found(META, format!("segment {id}: {told} articles are said to be deleted, {there} are"));
        }
    }
    Ok(())
}
