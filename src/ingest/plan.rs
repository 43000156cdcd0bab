//! What a run has to do: what is found, held against what the last run left. Reads no source.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::ops::Bound;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;

use super::enter::count_known;
use super::issues::Shelf;
use super::reading::Task;
use super::report::IngestReport;
use super::{Folder, Run};
use crate::corpus::discover::{DiscoverOptions, Discovery, SourceFile, discover};
use crate::corpus::format::{Flow, MemberGlobs, formats};
use crate::index::{ContentHash, CorpusEntry, CorpusUpdate, Manifest, SourceEntry, Sources, Tombstones};
use crate::issue::{Issue, Issues};
use crate::{Code, Notice, ParseOptions, Result};

/// How much earlier than the last run's start a source may have been changed, and yet be read again to be sure: the
/// coarsest tick of file times in use (FAT's two seconds), in nanoseconds.
const TICK: i64 = 2_000_000_000;

/// What a run has to do for one corpus that is a folder. Sources that are in neither list stay as they are.
pub(super) struct CorpusPlan<'a> {
    /// What is to be said of the corpus already: that it was walked, how, and what is gone or stale.
    pub(super) update: CorpusUpdate,
    /// The folder on this machine.
    root: PathBuf,
    parse: ParseOptions,
    tombstones: &'a Tombstones,
    /// When the run that last walked the corpus began.
    pub(super) started: i64,
    /// What is known of the corpus's sources.
    sources: Option<&'a Sources>,
    /// Sources to read, in order, each with what is known of it.
    pub(super) read: Vec<ToRead<'a>>,
    /// Sources that are gone.
    pub(super) delete: Vec<(&'a str, &'a SourceEntry)>,
}

/// A source to read.
pub(super) struct ToRead<'a> {
    pub(super) source: SourceFile,
    known: Option<&'a SourceEntry>,
    /// Whether it may give other articles than those that are known though its bytes are the same.
    reread: bool,
}

impl CorpusPlan<'_> {
    /// Returns what is to be read.
    pub(super) fn tasks(&self) -> impl Iterator<Item = Task<'_>> {
        self.read.iter().map(|ToRead { source, known, reread }| Task {
            corpus: &self.update.name,
            root: &self.root,
            parse: &self.parse,
            default_language: self.update.entry.settings.default_language.as_deref(),
            max_article: self.update.entry.settings.max_article,
            reread: *reread,
            started: self.started,
            tombstones: self.tombstones,
            source,
            known: *known,
            sources: self.sources,
            begun: None,
        })
    }
}

/// Plans the run for one corpus. `None` where its root is missing or newly empty: then nothing of it is touched.
pub(super) fn plan<'a>(
    folder: Folder,
    manifest: &'a Manifest,
    run: &Run<'_>,
    report: &mut IngestReport,
    seen: &mut dyn FnMut(&SourceFile) -> Flow,
) -> Result<Option<CorpusPlan<'a>>> {
    let options = run.options;
    let is_begun = run.rebuild.as_ref().is_some_and(|rebuild| rebuild.has_any_of(slice::from_ref(&folder.name)));
    let Folder { name, root, settings } = folder;
    let (name, root) = (name.as_str(), root.as_path());
    let known = manifest.corpora.get(name);
    let knows_sources = known.is_some_and(|known| !known.sources.is_empty());
    let discover_options = DiscoverOptions { include: &settings.include, exclude: &settings.exclude };
    let discovery = match discover(root, discover_options, seen) {
        Ok(discovery) => discovery,
        Err(crate::Error::Io { source, .. }) if options.allow_empty && source.kind() == ErrorKind::NotFound => {
            Discovery::default()
        }
        Err(crate::Error::Io { source, .. }) => {
            let kept = match knows_sources {
                _ if is_begun => "what an interrupted run had read of it waits for it; nothing is committed yet",
                true => "its articles are kept",
                false => "nothing of it was indexed before",
            };
            let message = format!("{} cannot be read ({source}); {kept}", root.display());
            fail(name, known, Code::RootMissing, message, report);
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let (folders, entries) = (&discovery.unreadable_folders, &discovery.unreadable_entries);
    let above = || folders.iter().chain(entries);
    let unreadable = |path: &str| above().any(|above| above == path || is_below(path, above));
    let all_readable = folders.is_empty() && entries.is_empty();
    let emptied = discovery.sources.is_empty() && knows_sources && all_readable;
    if emptied && !options.allow_empty {
        let kept = if is_begun {
            "what an interrupted run had read of it waits for them, and nothing is committed yet"
        } else {
            "its articles are kept"
        };
        let message =
            format!("the corpus's root held sources before and holds none now; {kept} (--allow-empty deletes them)");
        fail(name, known, Code::RootEmpty, message, report);
        return Ok(None);
    }
    let formats: Vec<String> = formats().into_iter().map(str::to_owned).collect();
    let reads_alike = known.is_some_and(|known| {
        known.settings.reads_like(&settings) && known.read_by == env!("CARGO_PKG_VERSION") && known.formats == formats
    });
    let reread = options.full || (knows_sources && !reads_alike);
    let is_chosen_anew = known.is_some_and(|known| !known.settings.chooses_like(&settings));
    // What is mapped otherwise is read again, and an archive for the files in it.
    let known_as_mapped =
        known.filter(|known| !known.settings.maps_like(&settings)).map(|known| known.settings.clone());
    let started = known.map_or(0, |known| known.started);
    let parse = ParseOptions {
        date_order: settings.date_order,
        mapping: settings.whole_mapping(),
        limits: settings.limits,
        members: MemberGlobs::new(&settings.include, &settings.exclude),
        extra: manifest.extra.clone(),
        articles_only: true,
        ..ParseOptions::default()
    };
    let entry = CorpusEntry {
        root: Some(root.to_string_lossy().into_owned()),
        settings,
        started,
        read_by: env!("CARGO_PKG_VERSION").to_owned(),
        formats,
        ..CorpusEntry::default()
    };
    let is_emptied = options.allow_empty && discovery.sources.is_empty() && all_readable;
    let update =
        CorpusUpdate { name: name.to_owned(), entry, is_gone: !root.exists(), is_emptied, ..CorpusUpdate::default() };
    let mut plan = CorpusPlan {
        update,
        root: discovery.root,
        parse,
        tombstones: &manifest.tombstones,
        started,
        sources: known.map(|known| &known.sources),
        read: Vec::new(),
        delete: Vec::new(),
    };
    let archives = Archives::of(plan.sources);
    // Both are sorted by path.
    let mut known_sources = known.iter().flat_map(|known| known.sources.iter()).peekable();
    let mut missing = Vec::new();
    // What a run that was cut off did not find any more in an archive that it read is gone.
    let is_current =
        |path: &str, is_done: bool| !is_done || run.rebuild.as_ref().is_none_or(|rebuild| rebuild.has_done(name, path));
    let mut found = BTreeMap::new();
    // A file in a folder `a.zip!` beside an `a.zip` would have the path of a file in that.
    let is_source = |path: &str| discovery.sources.binary_search_by(|source| source.path.as_str().cmp(path)).is_ok();
    let clashes = |path: &str| path.match_indices(INSIDE).any(|(at, _)| is_source(&path[..at]));
    let clashing: BTreeSet<String> =
        discovery.sources.iter().filter(|source| clashes(&source.path)).map(|source| source.path.clone()).collect();
    let is_to_read = |source: &SourceFile| {
        let entry = plan.sources.and_then(|sources| sources.get(&source.path));
        let is_done = run.rebuild.as_ref().is_some_and(|rebuild| rebuild.has_done(name, &source.path));
        (reread && !is_done) || entry.is_none_or(|entry| !is_same(source, entry, started))
    };
    let known_issues = manifest.issues.get(name).map_or(&[][..], Vec::as_slice);
    let shelf = Shelf {
        root: &plan.root,
        known: known_issues,
        sources: plan.sources,
        max_article: plan.update.entry.settings.max_article,
    };
    let issues = shelf.issues(&discovery.sources, is_to_read, unreadable, run)?;
    let told_anew = if issues == known_issues {
        BTreeSet::new()
    } else {
        Issues::new(issues.clone()).differing(&Issues::new(known_issues.to_vec()))
    };
    for source in discovery.sources {
        if clashing.contains(&source.path) {
            *report.sources.skipped.entry(Code::BadName).or_default() += 1;
            let message = "its path could be that of a file in an archive beside its folder; rename the folder";
            let mut notice = Notice::new(Code::BadName, None, message);
            (notice.corpus, notice.path) = (name.to_owned(), source.path);
            report.notices.push(notice);
            continue;
        }
        while let Some(gone) = known_sources.next_if(|(path, _)| **path < source.path) {
            missing.push(gone);
        }
        let entry = known_sources.next_if(|(path, _)| **path == source.path).map(|(_, entry)| entry);
        let is_done = run.rebuild.as_ref().is_some_and(|rebuild| rebuild.has_done(name, &source.path));
        report.resumed += u64::from(is_done);
        if archives.has(&source.path) {
            found.insert(source.path.clone(), is_done);
        }
        let is_mapped_anew = known_as_mapped.as_ref().is_some_and(|then| {
            archives.has(&source.path) || !then.maps_alike_at(&plan.update.entry.settings, &source.path)
        });
        let is_chosen_anew = is_chosen_anew && archives.has(&source.path);
        let reread = (reread || is_mapped_anew || is_chosen_anew) && !is_done;
        let reread = reread || archives.has_lost(&source.path) || told_anew.contains(&source.path);
        match entry {
            Some(entry) if !reread && is_same(&source, entry, started) => {
                unchanged(name, &source.path, entry, report);
                for (path, member) in
                    members_of(plan.sources, &source.path).filter(|(path, _)| is_current(path, is_done))
                {
                    unchanged(name, path, member, report);
                }
            }
            known => plan.read.push(ToRead { source, known, reread }),
        }
    }
    let mut known_and_refused = BTreeSet::new();
    for (path, entry) in missing.into_iter().chain(known_sources) {
        let archive = archives.around(path);
        if let Some(is_done) = archive.and_then(|archive| found.get(archive))
            && is_current(path, *is_done)
        {
            // It is done with its archive.
            continue;
        }
        if unreadable(archive.unwrap_or(path)) {
            stale(name, path, "it cannot be read", entry, report);
            known_and_refused.insert(path);
            let is_reread = reread || known_as_mapped.is_some() || is_chosen_anew || told_anew.contains(path);
            plan.update.entry.sources.insert(path.clone(), kept_stale(entry.clone(), is_reread, started));
        } else {
            plan.update.gone.push(path.clone());
            plan.delete.push((path, entry));
        }
    }
    plan.parse.issues = Arc::new(issues_of(&plan.read, &issues));
    plan.update.issues = Some(issues).filter(|issues| issues != known_issues);
    let skipped = discovery.skipped.iter().filter(|notice| !known_and_refused.contains(&notice.path)).cloned();
    for mut notice in skipped.chain(discovery.warnings.iter().cloned()) {
        notice.corpus = name.to_owned();
        if notice.level == crate::Level::Skip {
            *report.sources.skipped.entry(notice.code).or_default() += 1;
        }
        report.notices.push(notice);
    }
    Ok(Some(plan))
}

/// Returns what METS says of the pages that are to be read.
fn issues_of(read: &[ToRead<'_>], issues: &[Issue]) -> Issues {
    let is_read = |path: &str| read.binary_search_by(|read| read.source.path.as_str().cmp(path)).is_ok();
    let of_read = |issue: &Issue| {
        let pages: Vec<_> = issue.pages.iter().filter(|(path, _)| is_read(path)).cloned().collect();
        (!pages.is_empty()).then(|| Issue { pages, facts: issue.facts.clone(), ..Issue::default() })
    };
    Issues::new(issues.iter().filter_map(of_read).collect())
}

/// Returns the entry of a source whose articles are kept though it could not be read now. When it can, it is read
/// again unless it is surely the same, and parsed again if this run would have.
pub(super) fn kept_stale(entry: SourceEntry, reread: bool, started: i64) -> SourceEntry {
    let is_young = entry.modified.saturating_add(TICK) >= started;
    let modified = if reread || is_young { i64::MIN } else { entry.modified };
    let hash = if reread { ContentHash::default() } else { entry.hash };
    SourceEntry { modified, hash, ..entry }
}

/// Size and time are a shortcut; a source as young as the last run may have changed since within one tick.
fn is_same(source: &SourceFile, known: &SourceEntry, started: i64) -> bool {
    source.size == known.size && source.mtime_ns == known.modified && source.mtime_ns.saturating_add(TICK) < started
}

/// The archives among sources that are known.
struct Archives<'a> {
    paths: BTreeSet<&'a str>,
    /// Those of which a file is to be read again.
    lost: BTreeSet<&'a str>,
}

impl<'a> Archives<'a> {
    fn of(sources: Option<&'a Sources>) -> Archives<'a> {
        let is_archive = |entry: &SourceEntry| entry.skipped == Some(Code::Archive);
        let all = || sources.into_iter().flat_map(|sources| sources.iter());
        let paths = all().filter(|(_, entry)| is_archive(entry)).map(|(path, _)| path.as_str()).collect();
        let mut archives = Archives { paths, lost: BTreeSet::new() };
        if !archives.paths.is_empty() {
            let again = all().filter(|(_, entry)| entry.modified == i64::MIN);
            archives.lost = again.filter_map(|(path, _)| archives.around(path)).collect();
        }
        archives
    }

    fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    fn has_lost(&self, path: &str) -> bool {
        self.lost.contains(path)
    }

    /// Returns the archive on the disk that has a file of this path.
    fn around<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.match_indices(INSIDE).map(|(at, _)| &path[..at]).find(|archive| self.has(archive))
    }
}

/// What stands between the path of an archive and that in it.
const INSIDE: &str = "!/";

/// Returns the sources that are files of an archive, or of archives in it.
pub(super) fn members_of<'a>(
    sources: Option<&'a Sources>,
    archive: &str,
) -> impl Iterator<Item = (&'a String, &'a SourceEntry)> + use<'a> {
    let beginning = format!("{archive}{INSIDE}");
    let from = (Bound::Included(beginning.clone()), Bound::Unbounded);
    let following = sources.into_iter().flat_map(move |sources| sources.range::<String, _>(from.clone()));
    following.take_while(move |(path, _)| path.starts_with(&beginning))
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Counts a source that is as it was, with all that was made of it then.
pub(super) fn unchanged(corpus: &str, path: &str, entry: &SourceEntry, report: &mut IngestReport) {
    match entry.skipped {
        None => report.sources.unchanged += 1,
        Some(Code::Stale) => {
            let why = "its archive is unchanged since a run that could not read it";
            return stale(corpus, path, why, entry, report);
        }
        Some(code) => {
            *report.sources.skipped.entry(code).or_default() += 1;
            let message = match code {
                Code::Archive => "an archive that is unchanged; its files are sources of their own",
                Code::Excluded | Code::NotIncluded => "left out of its archive, which is unchanged",
                Code::Hidden | Code::BadName | Code::SpecialFile => "not read in its archive, which is unchanged",
                Code::NoArticle => "unchanged since a run that found no article in it",
                _ => "unchanged since a run that could not read it as news",
            };
            let mut notice = Notice::new(code, None, message);
            notice.corpus = corpus.to_owned();
            notice.path = path.to_owned();
            report.notices.push(notice);
        }
    }
    count_known(entry, report);
}

/// Notes that a source of an earlier run cannot be read now and that its articles stay.
pub(super) fn stale(corpus: &str, path: &str, why: &str, entry: &SourceEntry, report: &mut IngestReport) {
    report.sources.stale += 1;
    report.articles.unchanged += entry.articles.len() as u64;
    let mut notice = Notice::new(Code::Stale, None, format!("{why}; what was indexed of it is kept"));
    notice.corpus = corpus.to_owned();
    notice.path = path.to_owned();
    report.notices.push(notice);
}

fn fail(name: &str, known: Option<&CorpusEntry>, code: Code, message: String, report: &mut IngestReport) {
    report.failed_corpora.push(name.to_owned());
    for source in known.iter().flat_map(|known| known.sources.values()) {
        report.sources.stale += 1;
        report.articles.unchanged += source.articles.len() as u64;
    }
    let mut notice = Notice::new(code, None, message);
    notice.corpus = name.to_owned();
    report.notices.push(notice);
}

/// Notes that a supplied corpus held articles before and was supplied without any now.
pub(super) fn emptied(name: &str, known: Option<&CorpusEntry>, report: &mut IngestReport) {
    let message = "the corpus held articles before and was supplied without any now; they are kept";
    fail(name, known, Code::RootEmpty, message.to_owned(), report);
}
