//! What became of the files of an archive, by whichever threads read them, put together with what became of the archive.

use std::collections::BTreeMap;

use super::done::{Done, Fate};
use super::reading::{Helped, Task, located};
use crate::corpus::read::Member;
use crate::index::ContentHash;
use crate::limits::raise;
use crate::{Code, Level, Notice};

/// Enters what became of the files of an archive, in the place of what was known before it was read to its end.
pub(super) fn take_members(members: Vec<Member>, task: &Task<'_>, modified: i64, done: &mut Done) {
    let begun: BTreeMap<String, usize> =
        done.members.iter().enumerate().map(|(at, (path, _))| (path.clone(), at)).collect();
    for Member { path, size, hash, format, notices } in members {
        let at = begun.get(&path).copied().unwrap_or_else(|| done.member(&path));
        let hash = ContentHash::from_bytes(hash);
        finish_member(&path, (size, modified, hash), (format, notices), task, &mut done.members[at].1);
    }
}

/// Enters what a file of an archive was read as.
fn finish_member(
    path: &str,
    (size, modified, hash): (u64, i64, ContentHash),
    (format, notices): (Option<&'static str>, Vec<Notice>),
    task: &Task<'_>,
    done: &mut Done,
) {
    let skip = notices.iter().find(|notice| notice.level == Level::Skip).map(|notice| notice.code);
    done.notices.extend(notices.into_iter().map(|notice| located(notice, task)));
    done.notices.extend(done.has_too_many.then(|| too_many(path, task)));
    done.format = format;
    done.fate = if format.is_some() {
        Fate::Read { anew: true, size, modified, hash }
    } else {
        Fate::Skipped { code: skip.unwrap_or(Code::UnknownFormat), size, modified, hash }
    };
}

/// Enters what another thread made of a file of an archive, in the place of what the archive's own knew of it.
pub(super) fn take_helped(helped: Helped, task: &Task<'_>, archive: &mut Done) {
    let Helped { member, done: of_helper, format, notices, .. } = helped;
    let (path, done) = &mut archive.members[member];
    let of_archive = std::mem::replace(done, of_helper);
    done.articles = of_archive.articles;
    if let Fate::Skipped { size, modified, hash, .. } = of_archive.fate {
        finish_member(path, (size, modified, hash), (format, notices), task, done);
    } else {
        // The archive could not be read to its end, so that nothing is known of the file as a whole.
        done.fate = of_archive.fate;
    }
}

/// Returns the notice that not all articles of a source are taken.
pub(super) fn too_many(path: &str, task: &Task<'_>) -> Notice {
    let most = task.parse.limits.articles;
    let message = format!("a source of more than {most} articles; the others are not indexed; {}", raise("articles"));
    let mut notice = Notice::new(Code::CutShort, None, message);
    path.clone_into(&mut notice.path);
    located(notice, task)
}
