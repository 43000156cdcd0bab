//! Apache Parquet, versions 1 and 2 of the format: one record a row, columns by the names that JSON's keys have, nested ones
//! as objects and lists. Behind the Cargo feature `parquet`; without it a table is known and rejected, so that it is never
//! indexed as something else.
//!
//! The crate of the Arrow project reads the schema and decodes values. Pages are found and unpacked here ([`pages`]), since
//! the crate takes as much memory for them as a file says, and rows are put together here ([`rows`]), since a list in one
//! row may say the same long text a million times. What is hostile ends with a rejection.

#[cfg(feature = "parquet")]
mod batches;
#[cfg(feature = "parquet")]
mod bytes;
#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "parquet")]
mod deltas;
#[cfg(feature = "parquet")]
mod pages;
#[cfg(feature = "parquet")]
mod rows;
#[cfg(feature = "parquet")]
mod table;
#[cfg(all(test, feature = "parquet"))]
mod tests;
#[cfg(feature = "parquet")]
mod thrift;
#[cfg(feature = "parquet")]
mod values;

#[cfg(feature = "parquet")]
pub(crate) use table::read_file;

use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Record};
use crate::corpus::source::Source;

/// What a table begins with, and ends with.
const MAGIC: &[u8] = b"PAR1";
/// The same of one that is encrypted as a whole.
const MAGIC_OF_ENCRYPTED: &[u8] = b"PARE";

/// Why a source is taken for a table.
const REASON: &str = "it begins as a table of Parquet";

/// Tells whether bytes begin as a table does.
pub(crate) fn begins_table(beginning: &[u8]) -> bool {
    beginning.starts_with(MAGIC) || beginning.starts_with(MAGIC_OF_ENCRYPTED)
}

/// Tables of Parquet.
pub(crate) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn is_read(&self) -> bool {
        cfg!(feature = "parquet")
    }

    fn detect_bytes(&self, _path: &str, beginning: &[u8]) -> Option<Detected> {
        begins_table(beginning).then_some(Detected::by_content(REASON))
    }

    fn needs_its_end(&self) -> bool {
        true
    }

    #[cfg(feature = "parquet")]
    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        table::read_held(source.bytes, options, emit);
    }

    #[cfg(not(feature = "parquet"))]
    fn parse(&self, _source: &Source<'_>, _options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        use crate::{Code, Notice};
        let message = "a table of Parquet, which this program was built without; build it with `--features parquet`; not \
                       indexed";
        let _ = emit(Notice::new(Code::BadRecord, None, message).into());
    }
}
