//! What an index holds, counted.

use std::collections::BTreeMap;

use tantivy::DocAddress;

use super::schema::{FORMAT, column};
use super::{Digests, Index, Snapshot, Tombstone};
use crate::analysis::ANALYZER;
use crate::{Date, ExtraKind, Result};

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// The number of articles.
    pub articles: u64,
    /// The number of sources that they came from.
    pub sources: u64,
    /// The corpora, by name.
    pub corpora: Vec<CorpusStatus>,
    /// The earliest date of publication.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub first_published: Option<Date>,
    /// The latest date of publication.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub last_published: Option<Date>,
    /// The number of articles without a date of publication.
    pub undated: u64,
    /// How many articles each language has, the most first.
    pub languages: Vec<Count>,
    /// How many articles each section has, with its subsections, the most first.
    pub sections: Vec<Count>,
    /// How many articles each publisher has, the most first.
    pub publishers: Vec<Count>,
    /// The articles that were taken down and stay out, in the order of corpora, paths and records.
    pub taken_down: Vec<Tombstone>,
    /// The number of articles that are missing since a repair.
    pub missing: u64,
    /// Whether the manifest was lost before a repair, and with it what it alone knew: folders, settings, what was taken down.
    pub manifest_lost: bool,
    /// The fields of its own that the index was made with.
    pub extra: BTreeMap<String, ExtraKind>,
    /// Whether it was made compact.
    pub compact: bool,
    /// The size of the index's files in bytes.
    pub bytes: u64,
    /// The number of segments.
    pub segments: usize,
    /// The index format.
    pub format: u32,
    /// The analyzer's name and version.
    pub analyzer: String,
    /// The version of Newshound that wrote the last commit.
    pub written_by: String,
    /// What the articles are, and what the whole index is, each in one number.
    pub digests: Digests,
}

/// A corpus that an index knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CorpusStatus {
    /// Its name.
    pub name: String,
    /// The folder that it was read from last, absent for a corpus that an application supplied.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub root: Option<String>,
    /// The number of its sources that hold articles or could be read.
    pub sources: u64,
    /// The number of its articles.
    pub articles: u64,
}

/// A name and how many articles have it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Count {
    /// The name.
    pub name: String,
    /// The number of articles.
    pub articles: u64,
}

/// Counts what an index holds.
pub(super) fn status(index: &Index) -> Result<Status> {
    let snapshot = index.snapshot()?;
    let (manifest, digests) = index.read_manifest_and_digests()?;
    let corpora = manifest.corpora.iter().map(|(name, entry)| {
        let (sources, articles) = manifest.counts(name);
        CorpusStatus { name: name.clone(), root: entry.folder().map(str::to_owned), sources, articles }
    });
    let corpora: Vec<CorpusStatus> = corpora.collect();
    let dates = dates(&snapshot)?;
    Ok(Status {
        schema_version: crate::SCHEMA_VERSION,
        articles: snapshot.articles(),
        sources: corpora.iter().map(|corpus| corpus.sources).sum(),
        corpora,
        first_published: dates.first,
        last_published: dates.last,
        undated: dates.undated,
        languages: most_first(snapshot.live_terms(snapshot.fields.language)?),
        sections: most_first(snapshot.live_terms(snapshot.fields.section)?),
        publishers: most_first(publishers(&snapshot)?),
        taken_down: manifest.tombstones.iter().cloned().collect(),
        missing: manifest.missing.n_articles(),
        manifest_lost: manifest.missing.is_manifest_lost,
        extra: index.options().extra,
        compact: index.compact,
        bytes: index.place.bytes(),
        segments: snapshot.searcher.segment_readers().len(),
        format: FORMAT,
        analyzer: ANALYZER.to_owned(),
        written_by: manifest.written_by,
        digests,
    })
}

fn most_first(counted: Vec<(String, u64)>) -> Vec<Count> {
    let mut counts: Vec<_> = counted.into_iter().map(|(name, articles)| Count { name, articles }).collect();
    counts.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
    counts
}

/// The index knows publishers by their folded names; one article of each shows how the name is printed.
fn publishers(snapshot: &Snapshot) -> Result<Vec<(String, u64)>> {
    let mut printed = Vec::new();
    for (folded, articles) in snapshot.live_terms(snapshot.fields.publisher)? {
        let term = tantivy::Term::from_field_text(snapshot.fields.publisher, &folded);
        let example = snapshot.addresses(&term)?.first().map(|address| snapshot.article(*address)).transpose()?;
        printed.push((example.and_then(|article| article.publisher).unwrap_or(folded), articles));
    }
    Ok(printed)
}

#[derive(Default)]
struct Dates {
    first: Option<Date>,
    last: Option<Date>,
    undated: u64,
}

fn dates(snapshot: &Snapshot) -> Result<Dates> {
    let mut dates = Dates::default();
    let mut ends: Option<[(i64, DocAddress); 2]> = None;
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let first_seconds = segment.fast_fields().i64(column::FIRST_SECOND).map_err(|error| snapshot.error(error))?;
        for doc in segment.doc_ids_alive() {
            let Some(second) = first_seconds.first(doc) else {
                dates.undated += 1;
                continue;
            };
            let here = (second, DocAddress::new(ord, doc));
            let [first, last] = ends.unwrap_or([here, here]);
            ends = Some([first.min(here), last.max(here)]);
        }
    }
    if let Some([(_, first), (_, last)]) = ends {
        dates.first = snapshot.article(first)?.published;
        dates.last = snapshot.article(last)?.published;
    }
    Ok(dates)
}
