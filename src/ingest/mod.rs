//! The conveyor: corpora become an index. Plan, threads, counters, report.

mod corpora;
mod counter;
#[cfg(test)]
mod cuts;
mod done;
mod enter;
#[cfg(test)]
mod interleavings;
mod issues;
mod limit;
mod members;
mod plan;
mod reading;
mod rebuild;
mod repair;
mod repeated_ids;
mod report;
mod room;
mod settings;
mod supplied;
mod survey;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use corpora::Corpus;
pub use repair::{RepairReport, repair};
pub use report::{ArticleCounts, IngestReport, Phase, Progress, SourceCounts};
pub(crate) use settings::take_settings;
pub(crate) use survey::survey;

use crate::article::MAX_ARTICLE;
use crate::corpus::discover::SourceFile;
use crate::corpus::format::Flow;
use crate::index::{CorpusUpdate, Manifest, Settings, Sources, Tombstone, Tombstones, Writer};
use crate::{ArticleSource, Error, Index, Level, Mapping, ParseOptions, Result, SourceKey};
use corpora::check_name;
use enter::{Entered, enter, enter_members, remove_all};
use plan::CorpusPlan;
use reading::Task;
use rebuild::Rebuild;
use settings::settings;
use work::Worked;

/// What the room is made of; tests put in its place what runs threads in any order.
mod sync {
    pub(super) use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
}

/// How an ingest goes about its work.
#[derive(Clone)]
#[non_exhaustive]
pub struct IngestOptions<'a> {
    /// The number of threads that read, parse and invert; 0 for one a core.
    pub threads: usize,
    /// The memory for sources that are read, articles that wait, and segments in the making, in bytes.
    pub memory: u64,
    /// Read every source again and rewrite every article.
    pub full: bool,
    /// In a first indexing or a full one, keep what was done each time so many bytes of sources were read, for the same run
    /// to go on from if this one is cut off; 0 for half the memory. A source counts as 4 KiB more than it has. JSON Lines
    /// are gone on from where they were left off; any other source is read whole, and so is what an application supplies.
    pub keep_every: u64,
    /// Have the index's files depend on its articles and on nothing else, neither history nor machine: the same bytes
    /// everywhere. Every article is written anew, and the next run reads every source. Where something is missing since a repair,
    /// it is refused, until that is there again or given up.
    pub canonical: bool,
    /// Have no file of the index keep anything of a deleted article; see [`Writer::purge`](crate::Writer::purge). A canonical
    /// index never does.
    pub purge: bool,
    /// Only tell what would be done.
    pub dry_run: bool,
    /// Articles to keep out besides those that the index keeps out, as a lock file has them
    /// ([`Lock::taken_down`](crate::Lock::taken_down)); they are kept out from then on.
    pub keep_out: Vec<Tombstone>,
    /// Take an empty root for what it is, and delete the articles that came from it.
    pub allow_empty: bool,
    /// Globs of paths to read; empty for all.
    pub include: Vec<String>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// How sources are understood.
    pub parse: ParseOptions,
    /// The language of articles whose own is neither given nor told from the text.
    pub default_language: Option<String>,
    /// How much text an article may have, in bytes. One that has more is kept without its end, with a warning.
    pub max_article: u64,
    /// Called from time to time, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked from time to time; once it says yes, the run ends with the index at its last commit.
    pub cancel: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for IngestOptions<'_> {
    fn default() -> Self {
        IngestOptions {
            threads: 0,
            memory: 512 << 20,
            full: false,
            keep_every: 0,
            canonical: false,
            purge: false,
            dry_run: false,
            keep_out: Vec::new(),
            allow_empty: false,
            include: Vec::new(),
            exclude: Vec::new(),
            parse: ParseOptions::default(),
            default_language: None,
            max_article: MAX_ARTICLE,
            progress: None,
            cancel: None,
        }
    }
}

/// Brings an index up to date with corpora: adds what is new, replaces what changed, deletes what is gone, and makes
/// it visible in one commit. Touches no article of another corpus.
///
/// With no corpora given, the folders that the index remembers are taken.
///
/// # Errors
///
/// Failures of the index, of options, and [`Error::Locked`] where another writer is at work. What is wrong with a
/// source is no error but stands in the report; so is a corpus whose root is missing.
///
/// ```no_run
/// use newshound::{Corpus, Index, IngestOptions, ingest};
///
/// let index = Index::open_or_create("index")?;
/// let report = ingest(&index, vec![Corpus::directory("corpus")?], &IngestOptions::default())?;
/// println!("{} articles added", report.articles.added);
/// # Ok::<(), newshound::Error>(())
/// ```
pub fn ingest(index: &Index, corpora: Vec<Corpus<'_>>, options: &IngestOptions<'_>) -> Result<IngestReport> {
    index.guarded(|| ingest_if(index, corpora, options, &Tombstones::default(), None)).map(|(report, _)| report)
}

/// Does what [`ingest`] does, but keeps out besides what is told in `tombstones`, and commits only a manifest that `accept`
/// takes. The second value tells whether it did;
/// where it did not, the index is at its last commit.
pub(crate) fn ingest_if(
    index: &Index,
    corpora: Vec<Corpus<'_>>,
    options: &IngestOptions<'_>,
    tombstones: &Tombstones,
    accept: Option<&dyn Fn(&Manifest) -> bool>,
) -> Result<(IngestReport, bool)> {
    options.parse.mapping.check()?;
    options.parse.limits.check()?;
    limit::check(options.max_article)?;
    let mut report =
        IngestReport { schema_version: crate::SCHEMA_VERSION, dry_run: options.dry_run, ..IngestReport::default() };
    let mut writer = if options.dry_run { None } else { Some(index.writer()?) };
    let mut manifest = match &mut writer {
        // It comes back with the commit.
        Some(writer) => std::mem::take(&mut writer.manifest),
        None => index.read_manifest()?,
    };
    if options.canonical && !manifest.missing.is_untold() {
        return Err(not_canonical());
    }
    let keep_out: Tombstones = options.keep_out.iter().chain(tombstones.iter()).cloned().collect();
    let keeps_out_more = manifest.keep_out(&keep_out);
    let run = Run { index, options, manifest, rebuild: None, keeps_out_more };
    let accepted = match run.bring_up_to_date(corpora, &mut writer, &mut report, accept) {
        Err(Error::Cancelled) => {
            report.cancelled = true;
            false
        }
        done => done?,
    };
    report.changed &= accepted;
    report.notices.sort_by(|a, b| (&a.corpus, &a.path, a.line).cmp(&(&b.corpus, &b.path, b.line)));
    report.warnings += report.notices.iter().filter(|notice| notice.level == Level::Warning).count() as u64;
    Ok((report, accepted))
}

/// More threads than this help nobody, and may be more than the system gives.
const MOST_THREADS: usize = 64;

/// One run: an index, what was asked for, and what the last run left.
struct Run<'a> {
    index: &'a Index,
    options: &'a IngestOptions<'a>,
    manifest: Manifest,
    rebuild: Option<Rebuild>,
    /// Whether articles are kept out that the last run did not keep out.
    keeps_out_more: bool,
}

impl Run<'_> {
    fn bring_up_to_date(
        mut self,
        corpora: Vec<Corpus<'_>>,
        writer: &mut Option<Writer>,
        report: &mut IngestReport,
        accept: Option<&dyn Fn(&Manifest) -> bool>,
    ) -> Result<bool> {
        let mut named = Vec::new();
        let (folders, supplied) = self.sort_out(corpora)?;
        if let Some(writer) = writer {
            self.take_up(&folders, writer, report)?;
        }
        let updates = self.read_all(folders, supplied, writer, report, &mut named)?;
        if self.rebuild.as_ref().is_some_and(|rebuild| rebuild.has_any_of(&report.failed_corpora)) {
            // What was done of it is a half, which waits for its folder.
            return Ok(false);
        }
        // A full run writes every article again, whatever it finds.
        let is_rewritten = self.options.full
            || (self.options.canonical && !self.manifest.is_canonical)
            || (self.options.purge && self.index.has_deleted()?);
        let is_begun = self.rebuild.as_ref().is_some_and(Rebuild::is_begun);
        report.changed = is_rewritten
            || is_begun
            || self.keeps_out_more
            || updates.iter().any(|update| self.manifest.is_changed_by(update));
        self.tell(Progress {
            phase: Phase::Committing,
            articles: report.articles.added + report.articles.replaced,
            ..Progress::default()
        });
        if self.options.cancel.is_some_and(|cancel| cancel()) {
            return Err(Error::Cancelled);
        }
        let mut manifest = Manifest::default();
        if report.changed || accept.is_some() {
            manifest = std::mem::take(&mut self.manifest);
            updates.into_iter().for_each(|update| manifest.enter(update));
        }
        if accept.is_some_and(|accept| !accept(&manifest)) {
            return Ok(false);
        }
        if let Some(writer) = writer.as_mut().filter(|_| report.changed) {
            writer.begin(self.threads(), work::for_segments(self.options.memory))?;
            writer.manifest = manifest;
            match self.options {
                IngestOptions { canonical: true, .. } => writer.commit_canonical(),
                IngestOptions { purge: true, .. } => writer.purge(),
                _ => writer.commit(),
            }?;
            (report.kept, report.kept_bytes) = (0, 0);
        }
        if let Some(writer) = writer.as_mut().filter(|_| !report.changed) {
            // To begin is to clear away what a run that was cut off left behind.
            writer.begin(1, 0)?;
        }
        self.warn_of_repeated_ids(&named, report)?;
        Ok(true)
    }

    /// Reads what is to be read, hands it to the writer, and returns what a commit would change in the manifest.
    fn read_all(
        &self,
        folders: Vec<Folder>,
        supplied: Vec<&mut dyn ArticleSource>,
        writer: &mut Option<Writer>,
        report: &mut IngestReport,
        named: &mut Vec<(SourceKey, String)>,
    ) -> Result<Vec<CorpusUpdate>> {
        let plans = self.plans(folders, report)?;
        let work_to_do =
            plans.iter().any(|plan| !plan.read.is_empty() || !plan.delete.is_empty()) || !supplied.is_empty();
        let threads = if supplied.is_empty() { self.threads().min(threads_for(&plans)) } else { self.threads() };
        if let Some(writer) = writer.as_mut().filter(|_| work_to_do) {
            writer.begin(threads, work::for_segments(self.options.memory))?;
            writer.set_aside(self.manifest.memory());
        }
        let mut updates = self.directories(plans, threads, writer.as_ref(), report, named)?;
        for source in supplied {
            updates.push(supplied::take_all(source, self.options, threads, writer.as_ref(), &self.manifest, report)?);
        }
        Ok(updates)
    }

    /// Sorts out what to read: folders, each with its settings, and what is supplied. With no corpora named, the
    /// folders that the index remembers are read again as they were. No name may come twice.
    fn sort_out<'c>(&self, corpora: Vec<Corpus<'c>>) -> Result<(Vec<Folder>, Vec<&'c mut dyn ArticleSource>)> {
        let (mut folders, mut supplied) = (Vec::new(), Vec::new());
        let remembered = self.manifest.corpora.iter().filter(|_| corpora.is_empty()).filter_map(|(name, entry)| {
            let root = PathBuf::from(entry.folder()?);
            Some(Folder { name: name.clone(), root, settings: entry.settings.clone() })
        });
        folders.extend(remembered);
        if corpora.is_empty() && folders.is_empty() {
            return Err(wrong_corpus("the index remembers no folder; name one".to_owned()));
        }
        if corpora.is_empty() && settings(self.options) != Settings::default() {
            let problem = "settings were given without a corpus; name the corpora that are to be read so".to_owned();
            return Err(wrong_corpus(problem));
        }
        let mut names = BTreeSet::new();
        for corpus in corpora {
            let name = match &corpus {
                Corpus::Directory { name, .. } => name.clone(),
                Corpus::Supplied(source) => source.corpus().to_owned(),
            };
            check_name(&name)?;
            if !names.insert(name.clone()) {
                return Err(wrong_corpus(format!("two corpora are called `{name}`; tell them apart: NAME=DIR")));
            }
            match corpus {
                Corpus::Directory { name, root } => {
                    self.check_origin(&name, Some(&root))?;
                    folders.push(Folder { name, root, settings: settings(self.options) });
                }
                Corpus::Supplied(source) => {
                    self.check_origin(&name, None)?;
                    supplied.push(source);
                }
            }
        }
        for folder in &mut folders {
            folder.settings.own_mapping = Mapping::of_corpus(&folder.root)?;
        }
        Ok((folders, supplied))
    }

    /// Two corpora of one name would delete each other's articles: where the index knows the name from another folder
    /// that is still there, or from a folder rather than an application, it is no move but a mistake.
    fn check_origin(&self, name: &str, root: Option<&Path>) -> Result<()> {
        let Some(known) = self.manifest.corpora.get(name).filter(|known| !known.sources.is_empty()) else {
            return Ok(());
        };
        let known_as = match (&known.root, root) {
            (Some(known), Some(root)) if is_another_folder(known, root) => known.as_str(),
            (Some(known), None) if known.is_empty() => "a folder",
            (Some(known), None) => known.as_str(),
            (None, Some(_)) => "a corpus that an application supplies",
            _ => return Ok(()),
        };
        if self.options.full {
            return Ok(());
        }
        Err(wrong_corpus(format!(
            "`{name}` is the name of {known_as} in this index; take another name (NAME=DIR), or say --full to have the \
             new in the place of the old"
        )))
    }

    fn plans(&self, folders: Vec<Folder>, report: &mut IngestReport) -> Result<Vec<CorpusPlan<'_>>> {
        let mut plans = Vec::new();
        let mut progress = Progress::default();
        for folder in folders {
            let mut seen = |source: &SourceFile| {
                progress.sources_total += 1;
                progress.bytes_total += source.size;
                self.tell(progress);
                if self.options.cancel.is_some_and(|cancel| cancel()) { Flow::Stop } else { Flow::Continue }
            };
            plans.extend(plan::plan(folder, &self.manifest, self, report, &mut seen)?);
        }
        Ok(plans)
    }

    /// Reads what is to be read in every folder at once, and returns what there is to enter.
    fn directories(
        &self,
        mut plans: Vec<CorpusPlan<'_>>,
        threads: usize,
        writer: Option<&Writer>,
        report: &mut IngestReport,
        named: &mut Vec<(SourceKey, String)>,
    ) -> Result<Vec<CorpusUpdate>> {
        let mut tasks: Vec<_> = plans.iter().flat_map(CorpusPlan::tasks).collect();
        for task in &mut tasks {
            let begun = self.rebuild.as_ref().and_then(|rebuild| rebuild.beginning(task.corpus, &task.source.path));
            task.begun = begun.cloned();
        }
        let done_before = report.sources.unchanged + report.sources.all_skipped() + report.sources.stale;
        let mut start = Progress {
            phase: Phase::Reading,
            sources_done: done_before,
            sources_total: done_before + tasks.len() as u64,
            bytes_total: tasks.iter().map(Task::size_left).sum(),
            ..Progress::default()
        };
        self.tell(start);
        let (mut entered, mut recognised) = (BTreeMap::<String, Sources>::new(), Vec::<Tombstone>::new());
        // Files that archives have no more.
        let mut gone = BTreeMap::<String, Vec<String>>::new();
        let mut left = &mut tasks[..];
        while !left.is_empty() {
            let n_tasks = self.part(left);
            let part = &mut left[..n_tasks];
            let worked = work::work(part, self.options, threads, writer, self.keep_every(), &start)?;
            let Worked { done, articles, bytes_read } = worked;
            report.bytes_read += bytes_read;
            report.articles.add(&articles);
            let mut n_done = 0;
            for (task, mut done) in part.iter_mut().zip(done) {
                start.bytes_done += task.size_left();
                let inside = enter_members(task, &mut done, writer, report, named)?;
                recognised.append(&mut done.recognised);
                if !inside.entries.is_empty() {
                    entered.entry(task.corpus.to_owned()).or_default().extend(inside.entries);
                }
                gone.entry(task.corpus.to_owned()).or_default().extend(inside.gone);
                task.begun = match enter(task, done, writer, report, named)? {
                    Some(Entered::Begun(begun)) => {
                        let later = task.source.size.saturating_sub(begun.bytes);
                        start.bytes_done = start.bytes_done.saturating_sub(later);
                        Some(begun)
                    }
                    Some(Entered::Whole(entry) | Entered::Stale(entry)) => {
                        entered.entry(task.corpus.to_owned()).or_default().insert(task.source.path.clone(), entry);
                        n_done += 1;
                        None
                    }
                    None => {
                        n_done += 1;
                        None
                    }
                };
            }
            // What was left off comes first of what is left.
            part.sort_by_key(|task| task.begun.is_some());
            start.sources_done += n_done as u64;
            start.articles += articles.added + articles.replaced + articles.unchanged;
            left = &mut left[n_done..];
            if !left.is_empty() {
                self.keep(&plans, &entered, left, writer, report)?;
            }
        }
        drop(tasks);
        for plan in &mut plans {
            let name = &plan.update.name;
            for (path, source) in &plan.delete {
                remove_all(writer, name, path, source, |_| true, report)?;
            }
            report.sources.deleted += plan.delete.len() as u64;
            plan.update.gone.extend(gone.remove(name).unwrap_or_default());
            let entry = &mut plan.update.entry;
            entry.started = writer.map_or(entry.started, Writer::started);
            entry.sources.extend(entered.remove(name).unwrap_or_default().into_map());
            plan.update.recognised = recognised.extract_if(.., |stone| stone.source.corpus == *name).collect();
        }
        Ok(plans.into_iter().map(|plan| plan.update).collect())
    }

    fn threads(&self) -> usize {
        match self.options.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads.min(MOST_THREADS),
        }
    }

    fn tell(&self, progress: Progress) {
        if let Some(tell) = self.options.progress {
            tell(progress);
        }
    }
}

/// Every writing thread makes a segment of its own, whose files the disk is waited for: a few sources are quicker with one.
fn threads_for(plans: &[CorpusPlan<'_>]) -> usize {
    const ENOUGH: u64 = 1 << 20;
    let bytes: u64 = plans.iter().flat_map(|plan| &plan.read).map(|task| task.source.size).sum();
    usize::try_from(1 + bytes / ENOUGH).unwrap_or(usize::MAX)
}

/// A corpus that is a folder, and how it is read.
struct Folder {
    name: String,
    root: PathBuf,
    settings: Settings,
}

fn is_another_folder(known: &str, root: &Path) -> bool {
    match (std::fs::canonicalize(known), std::fs::canonicalize(root)) {
        (Ok(known), Ok(root)) => known != root,
        _ => false,
    }
}

/// What is missing is told by the index, and a canonical one tells nothing but its articles.
fn not_canonical() -> Error {
    let problem = "something is missing since a repair, which a canonical index could not tell; `newshound repair` looks for it, \
                   and `newshound repair --give-up` ends it";
    Error::Options { option: "canonical", problem: problem.to_owned() }
}

fn wrong_corpus(problem: String) -> Error {
    Error::Options { option: "corpus", problem }
}
