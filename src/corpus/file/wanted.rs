//! One file of an archive, for people to look at: read as it is where all of the archive is.

use std::fs::File;
use std::io;

use super::early::unread;
use super::{LONGEST, Reader, beginning_of};
use crate::Code;
use crate::corpus::archive::Archive;
use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::held::Hands;
use crate::corpus::large::Limits;
use crate::corpus::read::SourceReading;
use crate::source_key::is_within;

/// The one file of an archive that is wanted, and what is known of it once it is read.
pub(super) struct Wanted<'w> {
    path: &'w str,
    pub(super) reading: Option<SourceReading>,
}

impl Wanted<'_> {
    pub(super) fn is(&self, path: &str) -> bool {
        self.path == path
    }

    /// Tells whether a file is to be read: it is wanted, stands in what is wanted or has it in it.
    pub(super) fn concerns(&self, path: &str) -> bool {
        is_within(path, self.path) || is_within(self.path, path)
    }
}

/// Reads the file at `wanted`, which begins with the path of its archive, and hands out its records. None where there is none.
pub(crate) fn read_wanted(
    path: &str,
    archive: &File,
    wanted: &str,
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> io::Result<Option<SourceReading>> {
    let limits = Limits { piece: LONGEST, longest: LONGEST, from: None, most: u64::MAX, bounds: options.limits };
    // What is packed and no archive has records of its own.
    let mut of_wanted = |record| {
        let is_wanted = match &record {
            Record::Article(parsed) => parsed.member.as_deref().is_some_and(|member| is_within(member, wanted)),
            Record::Reject { notice } => is_within(&notice.path, wanted),
        };
        if is_wanted { emit(record) } else { Flow::Stop }
    };
    let hands = Hands { make_room: &mut |_| {}, emit: &mut of_wanted, must_stop: &|| false, helpers: None };
    let mut reader = Reader::new(&limits, options, hands);
    reader.wanted = Some(Wanted { path: wanted, reading: None });
    let mut file = archive;
    let kind = Archive::of(path, &beginning_of(&mut file)?);
    reader.read_opened(path, file, archive.metadata()?.len(), kind)?;
    let reading = reader.wanted.and_then(|wanted| wanted.reading);
    let within: Vec<_> = reader.members.into_iter().filter(|member| is_within(&member.path, wanted)).collect();
    if within.is_empty() {
        return Ok(None);
    }
    // What has no name to be read by was not.
    let mut reading = reading.unwrap_or_else(|| unread(wanted, Code::UnknownFormat, String::new()));
    reading.notices = within.into_iter().flat_map(|member| member.notices).collect();
    Ok(Some(reading))
}
