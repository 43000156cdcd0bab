//! Which files of a corpus or an archive are METS, and what they say of an issue, before its pages are read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use memchr::memmem;

use super::format::{Format as _, HEAD, ParseOptions};
use super::formats::alto::{Mets, mets};
use super::source::Source;
use super::xml::Document;
use crate::issue::{Issue, IssueFacts, PageFacts};

/// Tells whether METS is looked for in a file of this path.
pub(crate) fn may_be_issue(path: &str) -> bool {
    path.get(path.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(".xml"))
}

/// Reads METS. None for a file that is something else, which only its beginning is read of, and for what says nothing of any
/// page: one that cannot be read to its end, has more than `longest` bytes, or names no file in XML. What is wrong with it is told
/// where it is read as a source. `make_room` is told how many bytes will be held of METS before they are.
pub(crate) fn read_issue(
    root: &Path,
    path: &str,
    longest: u64,
    make_room: &mut dyn FnMut(u64),
) -> io::Result<Option<Issue>> {
    if !may_be_issue(path) {
        return Ok(None);
    }
    let mut file = File::open(root.join(path))?;
    let mut bytes = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut bytes)?;
    if !begins_mets(path, &bytes) {
        return Ok(None);
    }
    make_room(file.metadata()?.len().min(longest));
    file.take(longest.saturating_sub(bytes.len() as u64) + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Ok(None);
    }
    Ok(issue(path, &bytes))
}

/// Tells whether a file is METS by its beginning.
pub(super) fn begins_mets(path: &str, beginning: &[u8]) -> bool {
    // Most other files need not be decoded for it: the name of the root stands there, in any charset in which a letter is a byte.
    let may_be_mets = memmem::find(beginning, b"mets").is_some() || beginning.contains(&0);
    may_be_mets && Mets.detect(path, &Source::decode(path, beginning).text).is_some()
}

fn issue(path: &str, mets: &[u8]) -> Option<Issue> {
    let source = Source::decode(path, mets);
    let (facts, pages) = mets::read(&Document::parse(&source.text), path).ok()?;
    let hash = *blake3::hash(mets).as_bytes().first_chunk().expect("a hash has 32 bytes");
    Some(Issue { path: path.to_owned(), hash, facts, pages }).filter(|issue| !issue.pages.is_empty())
}

impl ParseOptions {
    /// Takes up what METS says of the page that is to be read by these options; an ingest finds it itself. `path` and `page` are
    /// relative to the same folder, with `/`. Returns whether METS names the page.
    ///
    /// ```
    /// let mets = br#"<mets><fileSec><file ID="p"><FLocat href="alto/1.xml"/></file></fileSec></mets>"#;
    /// let mut options = newshound::ParseOptions::default();
    /// assert!(options.take_mets("news/mets.xml", mets, "news/alto/1.xml"));
    /// assert!(!options.take_mets("news/mets.xml", mets, "news/alto/2.xml"));
    /// ```
    pub fn take_mets(&mut self, path: &str, mets: &[u8], page: &str) -> bool {
        let head = &mets[..mets.len().min(HEAD)];
        let issue = begins_mets(path, head).then(|| issue(path, mets)).flatten();
        self.page = issue.and_then(|issue| {
            let (_, number) = issue.pages.into_iter().find(|(known, _)| known == page)?;
            Some(PageFacts { issue: issue.facts, number })
        });
        self.page.is_some()
    }
}

/// What METS in an archive says of pages in it. Of a page that several name, the first in the archive says all.
pub(super) struct IssuesInArchive {
    issues: Vec<IssueFacts>,
    /// By path, the number of the issue and that of the page.
    pages: HashMap<String, (usize, String)>,
    /// How many bytes of paths may be kept.
    left: usize,
}

impl Default for IssuesInArchive {
    fn default() -> IssuesInArchive {
        const MOST: usize = 16 << 20;
        IssuesInArchive { issues: Vec::new(), pages: HashMap::new(), left: MOST }
    }
}

impl IssuesInArchive {
    /// Takes up what METS in an archive says. Returns of how many pages it is too late, since they `are_read`.
    pub(super) fn learn(&mut self, path: &str, mets: &[u8], are_read: impl Fn(&str) -> bool) -> usize {
        let Some(Issue { facts, pages, .. }) = issue(path, mets) else { return 0 };
        let mut n_late = 0;
        let archive = path.rfind("!/").map_or("", |end| &path[..end + 2]);
        for (page, number) in pages.into_iter().filter(|(page, _)| page.starts_with(archive)) {
            let Some(left) = self.left.checked_sub(page.len() + number.len()) else { break };
            if let Entry::Vacant(place) = self.pages.entry(page) {
                n_late += usize::from(are_read(place.key()));
                place.insert((self.issues.len(), number));
                self.left = left;
            }
        }
        self.issues.push(facts);
        n_late
    }

    /// Returns what is said of the page at a path.
    pub(super) fn of_page(&self, path: &str) -> Option<PageFacts> {
        let (issue, number) = self.pages.get(path)?;
        Some(PageFacts { issue: self.issues[*issue].clone(), number: number.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_asked_for_before_mets_is_held_and_for_nothing_else() {
        let dir = tempfile::tempdir().expect("a folder can be made");
        let page = "<file ID='p1'><FLocat xlink:href='p1.xml'/></file>";
        let mets = format!("<mets>{}<fileSec><fileGrp>{page}</fileGrp></fileSec></mets>", " ".repeat(100_000));
        let alto = format!("<alto>{}</alto>", " ".repeat(100_000));
        for (name, text, longest, wanted) in [
            ("mets.xml", &mets, 1 << 20, vec![mets.len() as u64]),
            ("large.xml", &mets, 50_000, vec![50_000]),
            ("alto.xml", &alto, 1 << 20, vec![]),
            ("mets.txt", &mets, 1 << 20, vec![]),
        ] {
            std::fs::write(dir.path().join(name), text).expect("a file can be written");
            let mut asked = Vec::new();
            let issue = read_issue(dir.path(), name, longest, &mut |bytes| asked.push(bytes)).expect("it can be read");
            assert_eq!((issue.is_some(), asked), (name == "mets.xml", wanted), "{name}");
        }
    }
}
