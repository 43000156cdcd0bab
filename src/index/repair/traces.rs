//! What a segment tells of its articles where these are lost and the rest of it is whole: their keys and own ids, from its
//! dictionaries, postings and columns.

use std::collections::BTreeMap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet as _, SegmentMeta, SegmentReader, TERMINATED};

use crate::SourceKey;
use crate::index::schema::{Fields, column};

/// Returns the keys of the live articles of a segment, each with its own id.
pub(super) fn traces(
    stacks: &tantivy::Index,
    segment: &SegmentMeta,
    fields: &Fields,
) -> tantivy::Result<BTreeMap<SourceKey, Option<String>>> {
    let reader = SegmentReader::open(&stacks.segment(segment.clone()))?;
    let inverted = reader.inverted_index(fields.native_id)?;
    let mut ids: BTreeMap<DocId, String> = BTreeMap::new();
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        let term = std::str::from_utf8(terms.key()).unwrap_or_default();
        let id = term.split_once('\0').map_or(term, |(_, id)| id);
        let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            ids.insert(postings.doc(), id.to_owned());
            postings.advance();
        }
    }
    let mut traces = BTreeMap::new();
    let Some(keys) = reader.fast_fields().str(column::KEY)? else { return Ok(traces) };
    let mut key = String::new();
    for doc in reader.doc_ids_alive() {
        key.clear();
        if let Some(ord) = keys.ords().first(doc) {
            keys.ord_to_str(ord, &mut key)?;
        }
        if let Some(key) = SourceKey::from_term(&key) {
            traces.insert(key, ids.remove(&doc));
        }
    }
    Ok(traces)
}
