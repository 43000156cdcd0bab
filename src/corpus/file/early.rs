//! What is told of a source that ends before its end, or of which nothing is read.

use crate::corpus::packed::EarlyEnd;
use crate::corpus::read::{Member, SourceReading, with_path};
use crate::source_key::is_within;
use crate::{Code, Notice};

/// Tells that a source ends before its end.
pub(super) fn tell_end(reading: &mut SourceReading, end: &EarlyEnd, kept: &str) {
    let is_archive = reading.notices.first().is_some_and(|notice| notice.code == Code::Archive);
    let is_read = reading.format.is_some() || is_archive;
    // That nothing came out, or that what is in it breaks off, says no more than this does.
    reading.notices.retain(|notice| is_read && notice.code != Code::BrokenOff);
    let (code, kept) = match end.code {
        code if is_read => (code, kept),
        Code::CutShort => (Code::OverLimit, "not read"),
        _ => (Code::UnknownFormat, "not read"),
    };
    reading.notices.push(Notice::new(code, None, format!("{}; {kept}", end.why)));
}

/// Has the last of these files of an archive, and the archives in it that it stands in, be cut short by the limit that ended it:
/// they do not break off for another reason.
pub(super) fn cut_last_short(members: &mut [Member]) {
    let Some(last) = members.last().map(|member| member.path.clone()) else { return };
    let around = members.iter_mut().filter(|member| is_within(&last, &member.path));
    let broken = around.flat_map(|member| &mut member.notices).filter(|notice| notice.code == Code::BrokenOff);
    broken.for_each(|notice| notice.code = Code::CutShort);
}

/// Returns the reading of what is not read.
pub(super) fn unread(path: &str, code: Code, why: String) -> SourceReading {
    let mut notices = vec![Notice::new(code, None, why)];
    with_path(&mut notices, path);
    SourceReading {
        format: None,
        reason: None,
        charset: "binary",
        charset_origin: "its first bytes",
        notices,
        members: Vec::new(),
    }
}
