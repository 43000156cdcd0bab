//! Repair: what is whole stays, and what is lost is read again from the corpora.

use std::path::Path;

use serde::Serialize;

use super::{Corpus, IngestOptions, IngestReport, ingest, take_settings};
use crate::index::{Mended, mend};
use crate::{Damage, Index, Result, SourceKey, VerifyOptions};

/// What a repair found, kept and read again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct RepairReport {
    /// [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Whether the index is sound now: what [`verify`](crate::verify()) says of it, but for postings.
    pub sound: bool,
    /// What was damaged; where it is empty, and nothing is missing since an earlier repair, nothing was done.
    pub damages: Vec<Damage>,
    /// The number of articles in segments that were whole.
    pub kept: u64,
    /// The number of articles of damaged segments that were written anew as they were stored.
    pub rebuilt: u64,
    /// The number of articles that were not stored whole any more, with those that are missing since an earlier repair.
    pub lost: u64,
    /// Of these, the ones that are not in the index now: their corpus was not read, or does not have them any more.
    pub not_recovered: Vec<SourceKey>,
    /// How many others were lost of which nobody knows which they were, since the manifest was lost too, and what else tells
    /// it. Whether they are there again is not known either.
    pub unnamed: u64,
    /// Whether the manifest was lost, now or before an earlier repair: the folders of the corpora and how they were read are not
    /// known any more. What was taken down is, from `meta.json`.
    pub manifest_lost: bool,
    /// What the runs read that followed: one for each corpus that was given, else one for the folders that the index
    /// remembers.
    pub ingests: Vec<IngestReport>,
}

/// Repairs the index in a folder: keeps segments that are whole, writes articles anew that are stored whole, and reads what
/// is lost again from corpora: those given, else the folders that the index remembers. An index that is sound stays as
/// it is, unless something is missing since an earlier repair, which is looked for once more. What is not found is told
/// each time, until it is there again, at its place, with its own id or from the same bytes at another place, taken down, or
/// [given up](crate::Writer::give_up_missing). No canonical index is made.
///
/// # Errors
///
/// A folder that holds no index, an index of another format, one that another process writes; failures of the system. An
/// index of which neither `meta.json` nor the manifest is whole is an [`Error::Unrepairable`](crate::Error::Unrepairable).
///
/// ```no_run
/// use newshound::{IngestOptions, repair};
///
/// let report = repair("index", Vec::new(), &IngestOptions::default())?;
/// println!("{} articles kept, {} written anew, {} lost", report.kept, report.rebuilt, report.lost);
/// # Ok::<(), newshound::Error>(())
/// ```
pub fn repair(dir: impl AsRef<Path>, corpora: Vec<Corpus<'_>>, options: &IngestOptions<'_>) -> Result<RepairReport> {
    let dir = dir.as_ref();
    let Mended { damages, kept, rebuilt, .. } = mend(dir)?;
    let mut report =
        RepairReport { schema_version: crate::SCHEMA_VERSION, damages, kept, rebuilt, ..RepairReport::default() };
    let index = Index::open(dir)?;
    let manifest = index.read_manifest()?;
    // Also what a repair that was cut off did not come to read again.
    let missing = &manifest.missing;
    (report.lost, report.manifest_lost) = (missing.n_articles(), missing.is_manifest_lost);
    let is_to_read = !report.damages.is_empty() || !missing.is_untold();
    // Where something is missing, there is no canonical index.
    let options = &IngestOptions { canonical: false, ..options.clone() };
    let is_known = manifest.corpora.values().any(|entry| entry.folder().is_some());
    if is_to_read && is_known && corpora.is_empty() {
        report.ingests.push(ingest(&index, corpora, options)?);
    } else if is_to_read {
        for corpus in corpora {
            let mut options = options.clone();
            // As it was read before, where that is known.
            if let Corpus::Directory { name, .. } = &corpus
                && let Some(known) =
                    manifest.corpora.get(name).filter(|known| known.folder().is_some() || !report.manifest_lost)
            {
                take_settings(&mut options, &known.settings);
            }
            report.ingests.push(ingest(&index, vec![corpus], &options)?);
        }
    }
    let missing = index.read_manifest()?.missing;
    (report.not_recovered, report.unnamed) = (missing.told().cloned().collect(), missing.unnamed);
    report.sound = index.verify(&VerifyOptions { quick: true })?.sound;
    Ok(report)
}
