//! What METS says of the pages of a corpus, as it is before any of them is read. METS that is as it was is not opened: the
//! manifest has what it said. A page is read again where something else is said of it.

use std::path::Path;
use std::thread;

use super::Run;
use super::limit::longest;
use super::reading::READ;
use super::room::Room;
use super::sync::Arc;
use super::work::room_for_sources;
use crate::corpus::discover::SourceFile;
use crate::corpus::issues::{may_be_issue, read_issue};
use crate::index::{ContentHash, Sources};
use crate::issue::Issue;
use crate::{Error, Result};

/// A corpus in which METS is looked for.
pub(super) struct Shelf<'a> {
    pub(super) root: &'a Path,
    /// What is known of it, and of its sources.
    pub(super) known: &'a [Issue],
    pub(super) sources: Option<&'a Sources>,
    pub(super) max_article: u64,
}

impl Shelf<'_> {
    /// Returns the issues of the corpus, by path: those of sources that `is_to_read` as they are now, and of the others as they are
    /// known. What cannot be read now, or not be found because `is_unreadable`, says what it said.
    pub(super) fn issues(
        &self,
        found: &[SourceFile],
        is_to_read: impl Fn(&SourceFile) -> bool,
        is_unreadable: impl Fn(&str) -> bool,
        run: &Run<'_>,
    ) -> Result<Vec<Issue>> {
        let is_found = |path: &str| found.binary_search_by(|source| source.path.as_str().cmp(path)).is_ok();
        let (mut issues, mut to_read) = (Vec::new(), Vec::new());
        for source in found.iter().filter(|source| may_be_issue(&source.path)) {
            let known = self.known(&source.path);
            let hash = || Some(self.sources?.get(&source.path)?.hash);
            // What was read of METS must be of the bytes that are known of it, which may have changed in between.
            let is_known = known.is_none_or(|known| hash() == Some(ContentHash::from_bytes(known.hash)));
            if is_to_read(source) || !is_known {
                to_read.push(source.path.as_str());
            } else {
                issues.extend(known.cloned());
            }
        }
        issues.extend(self.known.iter().filter(|known| !is_found(&known.path) && is_unreadable(&known.path)).cloned());
        issues.extend(self.read(&to_read, run)?);
        issues.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(issues)
    }

    fn known(&self, path: &str) -> Option<&Issue> {
        let at = self.known.binary_search_by(|issue| issue.path.as_str().cmp(path)).ok()?;
        Some(&self.known[at])
    }

    /// Reads those of these files that are METS, on all threads: for most it is to open a file and look at its beginning.
    fn read(&self, paths: &[&str], run: &Run<'_>) -> Result<Vec<Issue>> {
        const FOR_ONE: usize = 256;
        let is_cancelled = || run.options.cancel.is_some_and(|cancel| cancel());
        // No source is being read yet.
        let room = room_for_sources(run.options.memory);
        let read = |part: &[&str]| -> Vec<Issue> {
            part.iter().take_while(|_| !is_cancelled()).filter_map(|path| self.read_one(path, &room)).collect()
        };
        let part = paths.len().div_ceil(run.threads()).max(FOR_ONE);
        let issues = if paths.len() <= part {
            read(paths)
        } else {
            let panicked = |_| Error::Internal { detail: "a thread that reads METS panicked".to_owned() };
            let read = thread::scope(|scope| {
                let threads: Vec<_> = paths.chunks(part).map(|part| scope.spawn(move || read(part))).collect();
                threads.into_iter().map(|thread| thread.join().map_err(panicked)).collect::<Result<Vec<_>>>()
            });
            read?.concat()
        };
        if is_cancelled() { Err(Error::Cancelled) } else { Ok(issues) }
    }

    fn read_one(&self, path: &str, room: &Arc<Room>) -> Option<Issue> {
        let mut held = None;
        let mut make_room = |bytes: u64| held = Some(room.take(bytes.saturating_mul(READ)));
        let issue = read_issue(self.root, path, longest(self.max_article), &mut make_room);
        issue.unwrap_or_else(|_| self.known(path).cloned())
    }
}
