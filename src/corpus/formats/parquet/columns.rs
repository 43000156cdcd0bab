//! One column of a row group: its values in order, each with the two levels that say where in a row it stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::DataType;
use ::parquet::errors::Result;
use ::parquet::file::metadata::ColumnChunkMetaData;

use super::bytes::TableBytes;
use super::pages::{Pages, Room};
use super::values::{Meaning, Stored};
use crate::corpus::formats::keys::Node;

/// How many rows are read at once of a column with one value a row, and of one with lists, at most: all pages that they stand in
/// are held together.
const ROWS: usize = 256;
const ROWS_OF_LISTS: usize = 8;
/// How many values a column may have in one row.
const MOST_VALUES: usize = 8 << 20;

/// A column of a row group.
pub(super) struct Column {
    reader: ColumnReader,
    meaning: Meaning,
    max_def: i16,
    max_rep: i16,
    room: Room,
    /// How many rows were read at once the last time.
    rows: usize,
    /// The number of the values that pages were read of since the last row began.
    in_row: Arc<AtomicUsize>,
    defs: Vec<i16>,
    reps: Vec<i16>,
    values: std::vec::IntoIter<Stored>,
    /// How many values there are, those that are absent too, and which of them is the next.
    count: usize,
    at: usize,
}

impl Column {
    pub(super) fn of(column: &ColumnChunkMetaData, bytes: &TableBytes, room: &Room) -> Result<Column> {
        let descriptor = column.column_descr_ptr();
        let in_row = Arc::new(AtomicUsize::new(0));
        let most = if descriptor.max_rep_level() > 0 { MOST_VALUES } else { usize::MAX };
        let pages = Pages::of(column, bytes, room, Arc::clone(&in_row), most)?;
        Ok(Column {
            meaning: Meaning::of(&descriptor),
            max_def: descriptor.max_def_level(),
            max_rep: descriptor.max_rep_level(),
            room: room.clone(),
            rows: 0,
            reader: get_column_reader(descriptor, Box::new(pages)),
            in_row,
            defs: Vec::new(),
            reps: Vec::new(),
            values: Vec::new().into_iter(),
            count: 0,
            at: 0,
        })
    }

    /// Returns how much of the path to the next value is there; none where the column ends.
    pub(super) fn def(&mut self) -> Result<Option<i16>> {
        if self.at == self.count {
            self.read_more()?;
        }
        Ok((self.at < self.count).then(|| self.defs.get(self.at).copied().unwrap_or(self.max_def)))
    }

    /// Returns at which level the next value repeats; 0 where it is of another row. Rows are read whole.
    pub(super) fn rep(&self) -> i16 {
        self.reps.get(self.at).copied().unwrap_or(0)
    }

    /// Takes the next value; none where it is absent, or where it has more bytes than `left`, which is told by setting it
    /// to nothing.
    pub(super) fn take(&mut self, left: &mut Option<usize>) -> Result<Option<Node>> {
        let Some(def) = self.def()? else { return Ok(None) };
        self.at += 1;
        let value = if def == self.max_def { self.values.next() } else { None };
        let Some(value) = value else { return Ok(Some(Node::Null)) };
        let size = size_of::<Node>()
            + match &value {
                Stored::Bytes(bytes) => bytes.len(),
                _ => 0,
            };
        *left = left.and_then(|left| left.checked_sub(size));
        Ok(Some(if left.is_some() { self.meaning.node(&value) } else { Node::Null }))
    }

    fn read_more(&mut self) -> Result<()> {
        self.in_row.store(0, Ordering::Relaxed);
        self.defs.clear();
        self.reps.clear();
        let most = if self.max_rep > 0 { ROWS_OF_LISTS } else { ROWS };
        self.rows = if self.room.is_tight() { 1 } else { (2 * self.rows).clamp(1, most) };
        let rows = self.rows;
        let values = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, Stored::Boolean)
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let is_unsigned = self.meaning == Meaning::Unsigned;
                #[expect(clippy::cast_sign_loss, reason = "a number without sign is stored as one with it")]
                let value = |value: i32| if is_unsigned { i64::from(value as u32) } else { i64::from(value) };
                read(reader, rows, &mut self.defs, &mut self.reps, |stored| Stored::Integer(value(stored)))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, Stored::Integer)
            }
            ColumnReader::Int96ColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, Stored::Int96)
            }
            ColumnReader::FloatColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, |value| Stored::Float(value.into()))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, Stored::Float)
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, Stored::Bytes)
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                read(reader, rows, &mut self.defs, &mut self.reps, |value| Stored::Bytes(value.into()))
            }
        };
        let (values, count) = values?;
        (self.values, self.count, self.at) = (values.into_iter(), count, 0);
        Ok(())
    }
}

/// Reads some rows, and returns their values and how many there are with those that are absent.
fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    defs: &mut Vec<i16>,
    reps: &mut Vec<i16>,
    stored: impl Fn(T::T) -> Stored,
) -> Result<(Vec<Stored>, usize)> {
    let mut values = Vec::new();
    let (_, _, count) = reader.read_records(rows, Some(defs), Some(reps), &mut values)?;
    Ok((values.into_iter().map(stored).collect(), count))
}
