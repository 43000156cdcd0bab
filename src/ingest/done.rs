//! What became of sources that were read, before it is entered.

use std::time::SystemTime;

use crate::corpus::format::Parsed;
use crate::corpus::large::LeftOff;
use crate::index::{ArticleEntry, ContentHash, Tombstone};
use crate::{Code, Notice, SourceKey};

/// What became of a source.
pub(super) struct Done {
    pub(super) fate: Fate,
    /// With corpus and path put in.
    pub(super) notices: Vec<Notice>,
    pub(super) rejected: u64,
    pub(super) kept_out: u64,
    /// Whether it has more articles than are taken of a source.
    pub(super) has_too_many: bool,
    /// The name of the format that it was read as.
    pub(super) format: Option<&'static str>,
    /// The last article so far, which may be a part of one where the source breaks off.
    pub(super) last: Option<Box<Parsed>>,
    /// Articles that the source gave, by record.
    pub(super) articles: Vec<ArticleEntry>,
    /// Articles with an id of their own, where nothing is written.
    pub(super) named: Vec<(SourceKey, String)>,
    /// Articles that were taken down by their number alone, as they are known now.
    pub(super) recognised: Vec<Tombstone>,
    /// What became of the files of an archive, by their paths.
    pub(super) members: Vec<(String, Done)>,
}

impl Done {
    /// Returns what is said where nothing was read yet.
    pub(super) fn unread(why: &str) -> Done {
        Done {
            fate: Fate::Unreadable(why.to_owned()),
            notices: Vec::new(),
            rejected: 0,
            kept_out: 0,
            has_too_many: false,
            format: None,
            last: None,
            articles: Vec::new(),
            named: Vec::new(),
            recognised: Vec::new(),
            members: Vec::new(),
        }
    }

    /// Returns what became of a source and of the files in it.
    pub(super) fn of_sources(&self) -> impl Iterator<Item = &Done> {
        std::iter::once(self).chain(self.members.iter().map(|(_, done)| done))
    }

    /// Returns the number of a file of an archive. Its records come one after the other.
    pub(super) fn member(&mut self, path: &str) -> usize {
        if self.members.last().is_none_or(|(last, _)| last != path) {
            self.members.push((path.to_owned(), Done::unread("its archive was not read to the end")));
        }
        self.members.len() - 1
    }
}

/// What became of a source as a whole.
pub(super) enum Fate {
    /// It was parsed, `anew` or from where it was left off.
    Read { anew: bool, size: u64, modified: i64, hash: ContentHash },
    /// The same, and it was left off.
    LeftOff { anew: bool, at: LeftOff, hash: ContentHash, seen: Seen },
    /// Its bytes are those of the last run.
    Unchanged { size: u64, modified: i64 },
    /// It could not be read.
    Unreadable(String),
    /// It is in no form that is known, or empty.
    Skipped { code: Code, size: u64, modified: i64, hash: ContentHash },
}

/// Size and time of a file.
pub(super) type Seen = (u64, Option<SystemTime>);
