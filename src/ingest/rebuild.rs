//! Rebuilds: a first indexing, or one in full. They take long where there is much, so they are done in parts, and after
//! each part what was done is kept for the next run in case this one is cut off. Readers see it all at once, with the
//! commit.

use std::collections::BTreeMap;

use super::plan::CorpusPlan;
use super::reading::Task;
use super::report::IngestReport;
use super::{Folder, Run};
use crate::Result;
use crate::index::{ANALYZED_AS, Beginning, ContentHash, CorpusEntry, Kept, SourceEntry, Sources, Writer};

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
    done: Kept,
}

impl Rebuild {
    /// Tells whether a source was read by a run that was cut off.
    pub(super) fn has_done(&self, corpus: &str, path: &str) -> bool {
        self.done.manifest.corpora.get(corpus).is_some_and(|corpus| corpus.sources.contains_key(path))
    }

    /// Tells whether sources of one of these corpora were read by a run that was cut off.
    pub(super) fn has_any_of(&self, corpora: &[String]) -> bool {
        let Kept { manifest, beginnings, .. } = &self.done;
        let has = |name: &String| manifest.corpora.get(name).is_some_and(|corpus| !corpus.sources.is_empty());
        corpora.iter().any(|name| has(name) || beginnings.contains_key(name))
    }

    /// Returns the beginning of a source that was read by a run that was cut off.
    pub(super) fn beginning(&self, corpus: &str, path: &str) -> Option<&Beginning> {
        self.done.beginnings.get(corpus)?.get(path)
    }

    /// Tells whether there is something to commit, whatever this run finds.
    pub(super) fn is_begun(&self) -> bool {
        !self.done.manifest.corpora.is_empty()
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
        for (name, corpus) in &done.manifest.corpora {
            match self.manifest.corpora.get_mut(name) {
                Some(known) => {
                    known.sources.extend(corpus.sources.iter().map(|(path, source)| (path.clone(), source.clone())));
                }
                None => drop(self.manifest.corpora.insert(name.clone(), corpus.clone())),
            }
        }
        for (name, beginnings) in &done.beginnings {
            let sources = &mut self.manifest.corpora.entry(name.clone()).or_default().sources;
            for (path, beginning) in beginnings {
                let entry = beginning.entry_with(sources.get(path));
                sources.insert(path.clone(), entry);
            }
        }
        self.manifest.issues.extend(done.issues.clone());
        (report.kept, report.kept_bytes) = sizes(&done);
        self.rebuild = Some(Rebuild { purpose, done });
        Ok(())
    }

    /// Returns after how many bytes of sources what was done is kept.
    pub(super) fn keep_every(&self) -> u64 {
        match (&self.rebuild, self.options.keep_every) {
            (None, _) => u64::MAX,
            (Some(_), 0) => (self.options.memory / PART).max(1),
            (Some(_), bytes) => bytes,
        }
    }

    /// Returns how many of the tasks are to be done before what was done is kept. Only the last of them may have to be left
    /// off.
    pub(super) fn part(&self, tasks: &[Task<'_>]) -> usize {
        let mut left = self.keep_every();
        let fits = |task: &&Task<'_>| {
            let has_room = left > 0;
            left = left.saturating_sub(task.size_left() + OPENING);
            has_room
        };
        tasks.iter().take_while(fits).count()
    }

    /// Keeps what was done so far, durably. `tasks` are left to be done, the rest of some of them.
    pub(super) fn keep(
        &self,
        plans: &[CorpusPlan<'_>],
        entered: &BTreeMap<String, Sources>,
        tasks: &[Task<'_>],
        writer: Option<&Writer>,
        report: &mut IngestReport,
    ) -> Result<()> {
        let (Some(rebuild), Some(writer)) = (&self.rebuild, writer) else { return Ok(()) };
        let mut kept = Kept::default();
        for update in plans.iter().map(|plan| &plan.update) {
            let entered = entered.get(&update.name).cloned().unwrap_or_default();
            let mut beginnings = rebuild.done.beginnings.get(&update.name).cloned().unwrap_or_default();
            beginnings.retain(|path, _| !entered.contains_key(path));
            for task in tasks.iter().filter(|task| task.corpus == update.name) {
                beginnings.extend(task.begun.clone().map(|begun| (task.source.path.clone(), begun)));
            }
            if !beginnings.is_empty() {
                kept.beginnings.insert(update.name.clone(), beginnings);
            }
            let (sources, started) = match rebuild.done.manifest.corpora.get(&update.name) {
                Some(done) => {
                    let mut sources = done.sources.clone();
                    // These have articles by what METS said before. What it says now is kept, and tells the next run nothing new.
                    let left = tasks.iter().filter(|task| task.reread && task.corpus == update.name);
                    let unreadable = update.entry.sources.keys();
                    for path in left.map(|task| &task.source.path).chain(unreadable) {
                        sources.get_mut(path).into_iter().for_each(SourceEntry::read_again);
                    }
                    sources.extend(entered.into_map());
                    // The earlier: a source that is younger may have changed since it was read.
                    (sources, done.started)
                }
                None => (entered, writer.started()),
            };
            let entry = CorpusEntry { sources, started, ..update.entry.clone() };
            kept.manifest.corpora.insert(update.name.clone(), entry);
            let issues = update.issues.as_ref().or(self.manifest.issues.get(&update.name));
            kept.issues.extend(issues.map(|issues| (update.name.clone(), issues.clone())));
        }
        (report.kept, report.kept_bytes) = sizes(&kept);
        writer.keep(rebuild.purpose, kept)
    }
}

/// Returns the number of sources that are done, and the bytes that are of others.
fn sizes(kept: &Kept) -> (u64, u64) {
    let sources = kept.manifest.corpora.values().map(|corpus| corpus.sources.len() as u64).sum();
    (sources, kept.beginnings.values().flat_map(BTreeMap::values).map(|beginning| beginning.bytes).sum())
}
