//! Corpora, or an index that is about to be committed, held against a lock file. No index is needed to check a lock.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::compare::{Comparison, compare};
use super::coverage::{COVERAGE_DROP, drops};
use super::report::{Cause, CheckReport, CheckedCorpus, VersionChange, VersionedPart};
use super::{CheckOptions, formats_change, give_ids, name_of, report, unreadable};
use crate::article::MAX_ARTICLE;
use crate::index::{Manifest, coverage};
use crate::ingest::{ingest_if, survey, take_settings};
use crate::lock::{Lock, Versions, shortened};
use crate::{
    Code, Corpus, Coverage, DateOrder, Error, Index, IndexOptions, IngestOptions, IngestReport, Limits, Mapping, Result,
};

/// Tells whether indexing these corpora now would give what a lock file says, and what differs, as far as the lock file
/// can tell. Needs no index and writes nothing.
///
/// Where the options hold no settings of how sources are read, those of the lock file are taken.
///
/// # Errors
///
/// Options that cannot be used; a corpus of the lock file that is not named is one.
///
/// ```no_run
/// use newshound::{CheckOptions, Corpus, Lock, check_lock};
///
/// let lock = Lock::read("newshound.lock")?;
/// let report = check_lock(&lock, vec![Corpus::directory("corpus")?], &CheckOptions::default())?;
/// assert!(report.same);
/// # Ok::<(), newshound::Error>(())
/// ```
pub fn check_lock(lock: &Lock, corpora: Vec<Corpus<'_>>, options: &CheckOptions<'_>) -> Result<CheckReport> {
    check_names(lock, &corpora)?;
    let made_with = IndexOptions { extra: lock.extra.clone(), ..IndexOptions::default() };
    let (index, mut told) = (Index::in_memory_with(&made_with)?, IngestReport::default());
    let mut manifest = index.read_manifest()?;
    manifest.tombstones = lock.tombstones.clone();
    let mut named = Vec::new();
    for corpus in corpora {
        let mut options = IngestOptions { full: true, ..options.for_survey() };
        if has_no_settings(&options)
            && let Some(locked) = lock.corpora.get(&name_of(&corpus))
        {
            take_settings(&mut options, &locked.settings);
        }
        let surveyed = survey(&index, manifest, vec![corpus], &options)?;
        manifest = surveyed.manifest;
        told.notices.extend(surveyed.report.notices);
        told.failed_corpora.extend(surveyed.report.failed_corpora);
        told.bytes_read += surveyed.report.bytes_read;
        told.articles.kept_out += surveyed.report.articles.kept_out;
        named.extend(surveyed.named);
    }
    let mut report = against(lock, &manifest, told, options.coverage_drop);
    give_ids(&mut report.differences, None, &named)?;
    Ok(report)
}

/// Brings an index up to date as [`ingest`](crate::ingest) does, but commits nothing where the index would not be what
/// the lock file says. The check is absent where the run was cancelled before.
///
/// # Errors
///
/// Those of [`ingest`](crate::ingest).
///
/// ```no_run
/// use newshound::{Corpus, Index, IngestOptions, Lock, ingest_locked};
///
/// let (index, lock) = (Index::open_or_create("index")?, Lock::read("newshound.lock")?);
/// let (_, check) = ingest_locked(&index, vec![Corpus::directory("corpus")?], &IngestOptions::default(), &lock)?;
/// assert!(check.is_some_and(|check| check.same));
/// # Ok::<(), newshound::Error>(())
/// ```
pub fn ingest_locked(
    index: &Index,
    corpora: Vec<Corpus<'_>>,
    options: &IngestOptions<'_>,
    lock: &Lock,
) -> Result<(IngestReport, Option<CheckReport>)> {
    let checked = RefCell::new(None);
    let accept = |manifest: &Manifest| {
        let report = against(lock, manifest, IngestReport::default(), COVERAGE_DROP);
        let same = report.same;
        checked.replace(Some(report));
        same
    };
    let (report, _) = ingest_if(index, corpora, options, &lock.tombstones, Some(&accept))?;
    Ok((report, checked.into_inner()))
}

fn check_names(lock: &Lock, corpora: &[Corpus<'_>]) -> Result<()> {
    let wrong = |problem: String| Err(Error::Options { option: "corpus", problem });
    let mut names = BTreeSet::new();
    for corpus in corpora {
        let name = name_of(corpus);
        if names.contains(&name) {
            return wrong(format!("two corpora are called `{name}`; tell them apart: NAME=DIR"));
        }
        names.insert(name);
    }
    match lock.corpora().find(|name| !names.contains(*name)) {
        Some(name) => wrong(format!("the lock file tells of the corpus `{name}`; name its folder: {name}=DIR")),
        None => Ok(()),
    }
}

fn has_no_settings(options: &IngestOptions<'_>) -> bool {
    options.include.is_empty()
        && options.exclude.is_empty()
        && options.parse.date_order == DateOrder::default()
        && options.parse.mapping == Mapping::default()
        && options.default_language.is_none()
        && options.max_article == MAX_ARTICLE
        && options.parse.limits == Limits::default()
}

/// Holds a manifest against a lock.
fn against(lock: &Lock, now: &Manifest, told: IngestReport, coverage_drop: f64) -> CheckReport {
    let names: BTreeSet<String> = lock.corpora().map(str::to_owned).chain(now.corpora.keys().cloned()).collect();
    // A lock file knows nothing of a source as yet, so that one that cannot be read is not stale but left out.
    let unreadable = unreadable(&told.notices, Code::Unreadable);
    let mut comparison = compare(&lock.manifest(), &shortened(now), &names, &unreadable);
    let mut upgrade = upgrade(&lock.versions);
    upgrade.extend(formats_change(&lock.formats));
    if !upgrade.is_empty() || !comparison.settings.is_empty() {
        for difference in &mut comparison.differences {
            difference.cause = Cause::Unknown;
        }
    }
    if !lock.has_detail() {
        comparison.differences.clear();
    }
    take_counts(&mut comparison, lock);
    let then: Vec<Coverage> = lock.coverage().cloned().collect();
    let drops = drops(&then, &coverage(now), &names, coverage_drop);
    let mut report = report(comparison, upgrade, drops, [lock.digests, now.digests()], told);
    if !lock.has_detail() {
        report.counts = None;
    }
    report
}

/// Puts in what the lock file counted: without details it is all that it tells.
fn take_counts(comparison: &mut Comparison, lock: &Lock) {
    for CheckedCorpus { name, articles_then, sources_then, .. } in &mut comparison.corpora {
        let locked = lock.corpora.get(name);
        (*articles_then, *sources_then) = locked.map_or((0, 0), |locked| (locked.articles, locked.sources));
    }
}

fn upgrade(then: &Versions) -> Vec<VersionChange> {
    let now = Versions::ours();
    let pairs = [
        (VersionedPart::Program, &then.program, now.program),
        (VersionedPart::Format, &then.format, now.format),
        (VersionedPart::Analyzer, &then.analyzer, now.analyzer),
        (VersionedPart::Ranking, &then.ranking, now.ranking),
    ];
    let changed = pairs.into_iter().filter(|(_, then, now)| *then != now);
    changed.map(|(part, then, now)| VersionChange { part, then: then.clone(), now }).collect()
}
