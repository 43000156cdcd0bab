//! A table from its end to its last row: the footer, row groups one after another, and of each the rows.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::bytes::Bytes;
use ::parquet::errors::Result;
use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use ::parquet::file::reader::{ChunkReader as _, Length as _};

use super::batches::{Batches, Row};
use super::bytes::TableBytes;
use super::columns::Column;
use super::pages::Room;
use super::rows::{Field, take_fields};
use super::thrift::{Thrift, problem_of_schema};
use super::{MAGIC, MAGIC_OF_ENCRYPTED, REASON};
use crate::corpus::format::{Flow, ParseOptions, Record};
use crate::corpus::formats::separated::known_columns;
use crate::corpus::held::Hands;
use crate::corpus::large::Limits;
use crate::corpus::read::{SourceReading, failure_of, watched};
use crate::{Code, Notice};

/// The longest footer. That of a table with a thousand columns and row groups has some 100 MB less.
const LONGEST_FOOTER: u64 = 16 << 20;
/// How many bytes a row and the pages that are held may have, where a table is held whole.
const LONGEST: usize = 48 << 20;

/// Reads a table that lies on the disk, of any size: a page of each column is held at a time. What rows say is understood by
/// whichever thread is free.
pub(crate) fn read_file(
    path: &str,
    file: File,
    size: u64,
    limits: &Limits,
    options: &ParseOptions,
    hands: Hands<'_>,
) -> io::Result<SourceReading> {
    let Hands { make_room, emit, helpers, .. } = hands;
    make_room(limits.longest as u64);
    let bytes = TableBytes::on_disk(file, size);
    let mut batches = Batches::new(path, options, emit, helpers);
    if watched(&mut |row| batches.add(row), |take| read(&bytes, limits.longest, options, take)).is_none() {
        batches.add(Row::Rejected(failure_of("parquet")));
    }
    batches.finish()?;
    if let Some(failure) = bytes.failure() {
        return Err(failure);
    }
    Ok(SourceReading {
        format: Some("parquet"),
        reason: Some(REASON),
        charset: "binary",
        charset_origin: "its first bytes",
        notices: Vec::new(),
        members: Vec::new(),
    })
}

/// Reads a table that is held.
pub(super) fn read_held(bytes: &[u8], options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
    let bytes = TableBytes::Held(Bytes::copy_from_slice(bytes));
    read(&bytes, LONGEST, options, &mut |row| emit(row.understood(options)));
}

/// Has the crate do something. It fails on some broken tables where it should tell what is wrong.
fn caught<T>(what: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(what)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("its values are not what its columns say".to_owned()),
    }
}

/// Reads the rows of a table, and hands them out with the size that they have.
fn read(bytes: &TableBytes, longest: usize, options: &ParseOptions, take: &mut dyn FnMut(Row) -> Flow) -> Flow {
    let reject = |why: String, take: &mut dyn FnMut(Row) -> Flow| {
        take(Row::Rejected(Notice::new(Code::BrokenSource, None, why)))
    };
    let metadata = match metadata(bytes) {
        Ok(metadata) => metadata,
        Err(why) => return reject(format!("not a table of Parquet that can be read: {why}; not indexed"), take),
    };
    let schema = metadata.file_metadata().schema_descr();
    let (fields, n_columns) = Field::of_row(schema.root_schema());
    if let Some(notice) = problem(&fields, options) {
        return take(Row::Rejected(notice));
    }
    let room = Room::new(longest);
    let mut number = 0u32;
    for group in metadata.row_groups() {
        let columns: std::result::Result<Vec<Column>, String> =
            caught(|| group.columns().iter().map(|column| Column::of(column, bytes, &room)).collect());
        let mut columns = match columns {
            Ok(columns) if columns.len() == n_columns && n_columns > 0 => columns,
            Ok(_) => return reject(broken(number, "a row group without all columns"), take),
            Err(why) => return reject(broken(number, &why), take),
        };
        for _ in 0..group.num_rows() {
            number = number.saturating_add(1);
            let mut left = Some(longest);
            let entries = match caught(|| take_fields(&fields, &mut columns, &mut left)) {
                Ok(entries) => entries,
                Err(why) => return reject(broken(number - 1, &why), take),
            };
            let row = match left {
                Some(left) => Row::Read { number, entries, size: longest - left },
                None => {
                    let message = format!("row {number} has more than {longest} bytes; the record is not indexed");
                    Row::Rejected(Notice::new(Code::TooLarge, None, message))
                }
            };
            if take(row) == Flow::Stop {
                return Flow::Stop;
            }
        }
    }
    if number == 0 {
        let notice = Notice::new(Code::NotAnArticle, None, "a table that has no rows; nothing to index");
        return take(Row::Rejected(notice));
    }
    Flow::Continue
}

fn broken(rows: u32, why: &str) -> String {
    let kept = match rows {
        0 => "nothing of it is indexed".to_owned(),
        1 => "the row before is kept, what follows is not indexed".to_owned(),
        rows => format!("the {rows} rows before are kept, what follows is not indexed"),
    };
    format!("the table cannot be read on: {why}; {kept}")
}

/// Reads the footer.
fn metadata(bytes: &TableBytes) -> std::result::Result<ParquetMetaData, String> {
    let size = bytes.len();
    let end = size.checked_sub(8).ok_or("it breaks off")?;
    let end_bytes = caught(|| bytes.get_bytes(end, 8))?;
    match &end_bytes[4..] {
        MAGIC_OF_ENCRYPTED => return Err("it is encrypted".to_owned()),
        end if end != MAGIC => return Err("it has no footer, or breaks off before it".to_owned()),
        _ => {}
    }
    let length = u64::from(u32::from_le_bytes(*end_bytes.first_chunk().expect("there are eight")));
    let start = end.checked_sub(length).ok_or("its footer is longer than it")?;
    if length > LONGEST_FOOTER {
        return Err(format!("its footer has more than {LONGEST_FOOTER} bytes"));
    }
    let footer = caught(|| bytes.get_bytes(start, usize::try_from(length).unwrap_or(usize::MAX)))?;
    // How it is encrypted. The crate would read what some columns hold as if it were pages.
    const ENCRYPTION: i16 = 8;
    if Thrift::new(&footer).has_field(ENCRYPTION) == Some(true) {
        return Err("it has columns that are encrypted".to_owned());
    }
    if let Some(problem) = problem_of_schema(&footer) {
        return Err(problem.to_owned());
    }
    caught(|| ParquetMetaDataReader::new().parse_and_finish(bytes))
}

/// Tells why a table cannot be one of articles.
fn problem(fields: &[(String, Field)], options: &ParseOptions) -> Option<Notice> {
    let names = || fields.iter().map(|(name, _)| name.as_str());
    if known_columns(names()) > 0 || names().any(|name| options.mapping.begins_with(name)) {
        return None;
    }
    let some = names().take(8).collect::<Vec<_>>().join("`, `");
    let message = format!(
        "no column of the table is named as a headline or a text is (it has `{}`); name one with --map; not indexed",
        crate::text::head(&some, 200)
    );
    Some(Notice::new(Code::NotAnArticle, None, message))
}
