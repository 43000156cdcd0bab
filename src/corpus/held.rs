//! A file of an archive or a part of a source that is held in memory, so that another thread may read it than the one that unpacks
//! it.

use std::any::Any;

use super::format::{Flow, ParseOptions, Record};
use super::read::{SourceReading, read_source, with_path};
use crate::issue::PageFacts;

/// What reading a file asks of whoever has it read.
pub(crate) struct Hands<'a> {
    /// Is told before more than a few pieces are held how many bytes it will be.
    pub(crate) make_room: &'a mut dyn FnMut(u64),
    /// Takes the records.
    pub(crate) emit: &'a mut dyn FnMut(Record) -> Flow,
    /// Tells whether to give up what is packed, an archive or a crawl, which may go on for long without a record.
    pub(crate) must_stop: &'a dyn Fn() -> bool,
    /// Takes files of archives that are held, where somebody helps.
    pub(crate) helpers: Option<&'a mut dyn Helpers>,
}

/// Threads that read what others unpack.
pub(crate) trait Helpers {
    /// Tells whether one of them waits for a file.
    fn are_free(&self) -> bool;

    /// Hands a file over, and returns it where none of them takes it any more. What becomes of it is known to them alone.
    fn offer(&mut self, file: HeldFile) -> Option<HeldFile>;

    /// Takes room for what so many bytes are read to, until what is returned is dropped; none where there is none now.
    fn room_for(&self, bytes: u64) -> Option<Box<dyn Any>>;

    /// Hands a part of a source over, and returns it where none of them takes it any more.
    fn offer_part(&mut self, part: Part) -> Option<Part>;
}

/// A part of a source, and what is to be done with it. Who has it done is told by it what came of it.
pub(crate) struct Part {
    pub(crate) work: Box<dyn FnOnce() + Send>,
}

/// A file of an archive, neither packed nor an archive itself.
pub(crate) struct HeldFile {
    /// The path that it has as a source.
    pub(crate) path: String,
    /// Its path in its archive.
    pub(super) name: String,
    /// What METS in its archive says of it.
    pub(super) page: Option<Box<PageFacts>>,
    pub(crate) bytes: Vec<u8>,
}

impl HeldFile {
    /// Reads it as it would have been in its place.
    pub(crate) fn read(&self, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> SourceReading {
        let options = options.of_member(&self.path, self.page.as_deref());
        let mut reading =
            read_source(&self.name, &self.bytes, &options, &mut |record| emit(located(&self.path, record, true)));
        with_path(&mut reading.notices, &self.path);
        reading
    }
}

/// Returns a record with the path of its source, which is a file of an archive where it `is_member`.
pub(super) fn located(path: &str, mut record: Record, is_member: bool) -> Record {
    match &mut record {
        Record::Article(parsed) => {
            parsed.member = is_member.then(|| path.to_owned());
            with_path(&mut parsed.notices, path);
        }
        Record::Reject { notice } => path.clone_into(&mut notice.path),
    }
    record
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Has a thread of its own for most parts.
    #[derive(Default)]
    pub(crate) struct Threads {
        pub(crate) offered: usize,
    }

    impl Helpers for Threads {
        fn are_free(&self) -> bool {
            true
        }

        fn offer(&mut self, file: HeldFile) -> Option<HeldFile> {
            Some(file)
        }

        fn room_for(&self, bytes: u64) -> Option<Box<dyn Any>> {
            (!bytes.is_multiple_of(5)).then(|| Box::new(()) as Box<dyn Any>)
        }

        fn offer_part(&mut self, part: Part) -> Option<Part> {
            self.offered += 1;
            if self.offered.is_multiple_of(3) {
                return Some(part);
            }
            std::thread::spawn(part.work);
            None
        }
    }
}
