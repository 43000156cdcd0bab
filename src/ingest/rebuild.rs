//! Rebuilds: a first indexing, or one in full. They take long where there is much, so they are done in parts, and after
//! each part what was done is kept for the next run in case this one is cut off. Readers see it all at once, with the
//! commit.

use std::collections::BTreeMap;

use super::plan::CorpusPlan;
use super::report::IngestReport;
use super::work::Task;
use super::{Folder, Run};
use crate::Result;
use crate::index::{ANALYZED_AS, ContentHash, CorpusEntry, Manifest, Sources, Writer};

/// Where nothing else is asked for, the sources of a part are such a part of the memory: about what fills the segments that
/// are made at once anyway.
const PART: u64 = 2;
/// What opening a source costs, as if it had so many bytes more.
const OPENING: u64 = 4 << 10;

/// A rebuild.
pub(super) struct Rebuild {
    /// What was asked for: a run that is asked for anything else does not go on from what this one did.
    purpose: ContentHash,
    /// What was done before by runs of the same purpose that were cut off.
    done: Manifest,
}

impl Rebuild {
    /// Tells whether a source was read by a run that was cut off.
    pub(super) fn has_done(&self, corpus: &str, path: &str) -> bool {
        self.done.corpora.get(corpus).is_some_and(|corpus| corpus.sources.contains_key(path))
    }

    /// Tells whether sources of one of these corpora were read by a run that was cut off.
    pub(super) fn has_any_of(&self, corpora: &[String]) -> bool {
        let has = |name: &String| self.done.corpora.get(name).is_some_and(|corpus| !corpus.sources.is_empty());
        corpora.iter().any(has)
    }

    /// Tells whether there is something to commit, whatever this run finds.
    pub(super) fn is_begun(&self) -> bool {
        !self.done.corpora.is_empty()
    }
}

impl Run<'_> {
    /// Finds out whether this run is a rebuild, and takes up what an earlier one did: its sources are known from here on, in
    /// the place of what the last commit knows of them.
    pub(super) fn take_up(&mut self, folders: &[Folder], writer: &mut Writer, report: &mut IngestReport) -> Result<()> {
        let is_empty = self.manifest.corpora.values().all(|corpus| corpus.sources.is_empty());
        if !self.options.full && !is_empty {
            return Ok(());
        }
        let read: Vec<_> = folders.iter().map(|folder| (&folder.name, &folder.root, &folder.settings)).collect();
        let asked = serde_json::to_vec(&(
            ANALYZED_AS,
            env!("CARGO_PKG_VERSION"),
            self.options.full,
            &self.manifest.tombstones,
            read,
        ));
        // A path that is no text cannot be told from another.
        let Ok(asked) = asked else { return Ok(()) };
        let purpose = ContentHash::of(&asked);
        let (done, damage) = writer.resume(purpose)?;
        report.damaged = damage;
        let done = done.unwrap_or_default();
        for (name, corpus) in &done.corpora {
            match self.manifest.corpora.get_mut(name) {
                Some(known) => {
                    known.sources.extend(corpus.sources.iter().map(|(path, source)| (path.clone(), source.clone())));
                }
                None => drop(self.manifest.corpora.insert(name.clone(), corpus.clone())),
            }
        }
        report.kept = sources_of(&done);
        self.rebuild = Some(Rebuild { purpose, done });
        Ok(())
    }

    /// Splits off what is to be done before what was done is kept; all of it where nothing is.
    pub(super) fn part<'t, 'a>(&self, tasks: &'t [Task<'a>]) -> (&'t [Task<'a>], &'t [Task<'a>]) {
        if self.rebuild.is_none() {
            return (tasks, &[]);
        }
        let mut left = match self.options.keep_every {
            0 => (self.options.memory / PART).max(1),
            bytes => bytes,
        };
        let fits = |task: &&Task<'_>| {
            let has_room = left > 0;
            left = left.saturating_sub(task.source.size + OPENING);
            has_room
        };
        let n_tasks = tasks.iter().take_while(fits).count();
        tasks.split_at(n_tasks)
    }

    /// Keeps what was done so far, durably.
    pub(super) fn keep(
        &self,
        plans: &[CorpusPlan<'_>],
        entered: &BTreeMap<String, Sources>,
        writer: Option<&Writer>,
        report: &mut IngestReport,
    ) -> Result<()> {
        let (Some(rebuild), Some(writer)) = (&self.rebuild, writer) else { return Ok(()) };
        let mut manifest = Manifest::default();
        for update in plans.iter().map(|plan| &plan.update) {
            let entered = entered.get(&update.name).cloned().unwrap_or_default();
            let (sources, started) = match rebuild.done.corpora.get(&update.name) {
                Some(done) => {
                    let mut sources = done.sources.clone();
                    sources.extend(entered.into_map());
                    // The earlier: a source that is younger may have changed since it was read.
                    (sources, done.started)
                }
                None => (entered, writer.started()),
            };
            let entry = CorpusEntry { sources, started, ..update.entry.clone() };
            manifest.corpora.insert(update.name.clone(), entry);
        }
        report.kept = sources_of(&manifest);
        writer.keep(rebuild.purpose, manifest)
    }
}

fn sources_of(manifest: &Manifest) -> u64 {
    manifest.corpora.values().map(|corpus| corpus.sources.len() as u64).sum()
}
