//! Whether an index is what indexing now would give. Goes the way of an ingest without its writer, takes no lock and
//! writes nothing.
//!
//! Every source is parsed again and every article compared, so that a file whose time and size are as they were is
//! seen to be another, and an index that was tampered with too.

mod against_lock;
mod compare;
mod coverage;
mod report;

use std::collections::{BTreeSet, HashMap};

pub use against_lock::{check_lock, ingest_locked};
pub use report::{
    Cause, Change, ChangeCounts, CheckReport, CheckedCorpus, CoverageDrop, Difference, SettingsChange, VersionChange,
    VersionedPart,
};

use crate::article::MAX_ARTICLE;
use crate::corpus::format::formats;
use crate::index::{Manifest, Snapshot, coverage};
use crate::ingest::survey;
use crate::{
    Code, Corpus, Digests, Index, IngestOptions, IngestReport, Notice, ParseOptions, Progress, Result, SourceKey,
};
use compare::{Comparison, Unreadable, compare};
use coverage::{COVERAGE_DROP, drops};

/// How a check goes about its work.
#[derive(Clone)]
#[non_exhaustive]
pub struct CheckOptions<'a> {
    /// The number of threads that read and parse; 0 for one a core.
    pub threads: usize,
    /// Take a source whose size and time of modification are as they were for the same, without a look at its bytes.
    pub trust_mtime: bool,
    /// Globs of paths to read; empty for all.
    pub include: Vec<String>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// How sources are understood.
    pub parse: ParseOptions,
    /// The language of articles whose own is neither given nor told from the text.
    pub default_language: Option<String>,
    /// How much text an article may have, in bytes; what is more is cut off.
    pub max_article: u64,
    /// How much less of the articles of a format may have a field, in points of per cent; more is a difference of its own
    /// ([`CheckReport::coverage`]).
    pub coverage_drop: f64,
    /// Called from time to time, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked from time to time; once it says yes, the check ends with [`Error::Cancelled`](crate::Error::Cancelled).
    pub cancel: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for CheckOptions<'_> {
    fn default() -> Self {
        CheckOptions {
            threads: 0,
            trust_mtime: false,
            include: Vec::new(),
            exclude: Vec::new(),
            parse: ParseOptions::default(),
            default_language: None,
            max_article: MAX_ARTICLE,
            coverage_drop: COVERAGE_DROP,
            progress: None,
            cancel: None,
        }
    }
}

impl<'a> CheckOptions<'a> {
    fn for_survey(&self) -> IngestOptions<'a> {
        IngestOptions {
            threads: self.threads,
            full: !self.trust_mtime,
            dry_run: true,
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            parse: self.parse.clone(),
            default_language: self.default_language.clone(),
            max_article: self.max_article,
            progress: self.progress,
            cancel: self.cancel,
            ..IngestOptions::default()
        }
    }
}

/// Tells whether an index is what indexing these corpora now would give, and what differs. Never writes, takes no
/// lock, and needs no permission to write.
///
/// With no corpora given, the folders that the index remembers are taken, read as they were. Where a corpus is named,
/// the options say how it is to be read, and other settings than the index was built with are a difference.
///
/// # Errors
///
/// Failures of the index and of options. What is wrong with a source stands in the report; so does a corpus whose root
/// is missing.
///
/// ```no_run
/// use newshound::{CheckOptions, Index, check};
///
/// let index = Index::open("index")?;
/// let report = check(&index, Vec::new(), &CheckOptions::default())?;
/// for difference in &report.differences {
///     println!("{} {}", difference.change.as_str(), difference.source);
/// }
/// # Ok::<(), newshound::Error>(())
/// ```
pub fn check(index: &Index, mut corpora: Vec<Corpus<'_>>, options: &CheckOptions<'_>) -> Result<CheckReport> {
    let manifest = index.read_manifest()?;
    let names = names(&manifest, &corpora);
    let surveyed = survey(index, at_their_places(&manifest, &mut corpora), corpora, &options.for_survey())?;
    let unreadable = unreadable(&surveyed.report.notices, Code::Stale);
    let mut comparison = compare(&manifest, &surveyed.manifest, &names, &unreadable);
    index.guarded(|| give_ids(&mut comparison.differences, Some(&index.snapshot()?), &surveyed.named))?;
    let upgrade = program_changes(&comparison);
    let digests = [manifest.digests(), surveyed.manifest.digests()];
    let drops = drops(&coverage(&manifest), &coverage(&surveyed.manifest), &names, options.coverage_drop);
    Ok(report(comparison, upgrade, drops, digests, surveyed.report))
}

/// Returns the names of the corpora to be looked at.
fn names(manifest: &Manifest, corpora: &[Corpus<'_>]) -> BTreeSet<String> {
    if corpora.is_empty() {
        let remembered = manifest.corpora.iter().filter(|(_, entry)| entry.folder().is_some());
        return remembered.map(|(name, _)| name.clone()).collect();
    }
    corpora.iter().map(name_of).collect()
}

fn name_of(corpus: &Corpus<'_>) -> String {
    match corpus {
        Corpus::Directory { name, .. } => name.clone(),
        Corpus::Supplied(source) => source.corpus().to_owned(),
    }
}

/// Returns the manifest with the corpora where they are now: a copy of a folder at another place may be checked too.
fn at_their_places(manifest: &Manifest, corpora: &mut [Corpus<'_>]) -> Manifest {
    let mut manifest = manifest.clone();
    for corpus in corpora {
        let (name, root) = match corpus {
            Corpus::Directory { name, root } => (name.as_str(), Some(root.to_string_lossy().into_owned())),
            Corpus::Supplied(source) => (source.corpus(), None),
        };
        if let Some(entry) = manifest.corpora.get_mut(name) {
            entry.root = root;
        }
    }
    manifest
}

/// Returns what notices of this code tell of.
fn unreadable(notices: &[Notice], code: Code) -> Unreadable {
    let of_code = notices.iter().filter(|notice| notice.code == code);
    of_code.map(|notice| (notice.corpus.clone(), notice.path.clone())).collect()
}

/// Gives articles the ids that people know them by: those of the index, and for new ones the id that they will have.
fn give_ids(differences: &mut [Difference], snapshot: Option<&Snapshot>, named: &[(SourceKey, String)]) -> Result<()> {
    let mut own: HashMap<&SourceKey, &str> = HashMap::new();
    let mut times: HashMap<(&str, &str), u32> = HashMap::new();
    for (key, id) in named {
        own.insert(key, id);
        *times.entry((&key.corpus, id)).or_default() += 1;
    }
    for difference in differences {
        let key = &difference.source;
        let known = match (difference.change, snapshot) {
            (Change::Changed | Change::Removed, Some(snapshot)) => {
                let addresses = snapshot.addresses(&snapshot.fields.key_term(key))?;
                addresses.first().map(|address| snapshot.article(*address)).transpose()?.map(|article| article.id)
            }
            (Change::Unreadable, _) => continue,
            _ => None,
        };
        let is_unique = |id: &&&str| times.get(&(key.corpus.as_str(), **id)) == Some(&1);
        if let Some(id) = known {
            difference.id = id.to_string();
        } else if let Some(id) = own.get(key).filter(is_unique) {
            difference.id = (*id).to_owned();
        }
    }
    Ok(())
}

fn program_changes(comparison: &Comparison) -> Vec<VersionChange> {
    let now = env!("CARGO_PKG_VERSION");
    let others = comparison.read_by.iter().filter(|then| *then != now);
    let change =
        |then: &String| VersionChange { part: VersionedPart::Program, then: then.clone(), now: now.to_owned() };
    others.map(change).chain(comparison.formats.iter().filter_map(|then| formats_change(then))).collect()
}

/// Returns which formats only one of two builds reads: the one that read corpora then, if that is known, or this one.
fn formats_change(then: &[String]) -> Option<VersionChange> {
    let now = formats();
    let is_then = |name: &str| then.iter().any(|known| known == name);
    let gone: Vec<&str> = then.iter().map(String::as_str).filter(|name| !now.contains(name)).collect();
    let new: Vec<&str> = now.iter().copied().filter(|name| !is_then(name)).collect();
    let told = |has: &[&str], lacks: &[&str]| {
        let parts = [("with", has), ("without", lacks)].into_iter().filter(|(_, names)| !names.is_empty());
        parts.map(|(word, names)| format!("{word} {}", names.join(", "))).collect::<Vec<_>>().join(", ")
    };
    let is_same = gone.is_empty() && new.is_empty();
    let change = VersionChange { part: VersionedPart::Formats, then: told(&gone, &new), now: told(&new, &gone) };
    Some(change).filter(|_| !then.is_empty() && !is_same)
}

fn report(
    comparison: Comparison,
    upgrade: Vec<VersionChange>,
    coverage: Vec<CoverageDrop>,
    digests: [Digests; 2],
    told: IngestReport,
) -> CheckReport {
    let Comparison { counts, differences, settings, corpora, .. } = comparison;
    let mut notices = told.notices;
    notices.sort_by(|a, b| (&a.corpus, &a.path, a.line).cmp(&(&b.corpus, &b.path, b.line)));
    let [digests_then, digests_now] = digests;
    let same_content =
        digests_then.content == digests_now.content && differences.is_empty() && told.failed_corpora.is_empty();
    CheckReport {
        schema_version: crate::SCHEMA_VERSION,
        same: same_content
            && digests_then == digests_now
            && upgrade.is_empty()
            && settings.is_empty()
            && coverage.is_empty(),
        same_content,
        upgrade,
        settings,
        coverage,
        digests_then,
        digests_now,
        corpora,
        counts: Some(counts),
        differences,
        failed_corpora: told.failed_corpora,
        kept_out: told.articles.kept_out,
        bytes_read: told.bytes_read,
        notices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest;

    #[test]
    fn what_another_build_read_is_an_upgrade_and_read_again() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("a.txt"), "Ferry late\n\nThe ferry was late again.\n").expect("a file");
        let corpora = || vec![Corpus::named("news", folder.path()).expect("the name is sound")];
        let index = Index::in_memory().expect("memory suffices");
        ingest(&index, corpora(), &IngestOptions::default()).expect("it is indexed");
        let report = check(&index, corpora(), &CheckOptions::default()).expect("it is checked");
        assert!(report.same, "{report:?}");

        let mut writer = index.writer().expect("there is no other");
        writer.begin(1, 64 << 20).expect("memory suffices");
        writer.manifest.corpora.get_mut("news").expect("it was read").formats.push("sealed-letters".to_owned());
        writer.commit().expect("memory suffices");
        drop(writer);
        let report = check(&index, corpora(), &CheckOptions::default()).expect("it is checked");
        let [change] = &report.upgrade[..] else { panic!("{:?}", report.upgrade) };
        assert_eq!((change.then.as_str(), change.now.as_str()), ("with sealed-letters", "without sealed-letters"));
        assert!(report.same_content && !report.same);
        let report = ingest(&index, corpora(), &IngestOptions::default()).expect("it is indexed");
        assert_eq!((report.sources.read, report.articles.unchanged, report.changed), (1, 1, true));
        assert!(check(&index, corpora(), &CheckOptions::default()).expect("it is checked").same);
    }
}
