//! The pages of a column, found and unpacked within bounds that hold for all columns of a table together. Packed may they
//! be with Snappy, gzip, Zstandard, Brotli and LZ4; LZO, which would bring more code, is told by name.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::bytes::Bytes;
use ::parquet::basic::{CompressionCodec, Encoding};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::reader::{ChunkReader, Length as _};

use super::bytes::TableBytes;
use super::deltas::taken_from_before;
use super::thrift::{Numbers, Thrift};
use crate::corpus::packed::without_brotli;

/// How many values a column may have in one row, and how many bytes all pages that are held.
#[derive(Clone)]
pub(super) struct Room {
    pub(super) most_bytes: usize,
    /// How many bytes are held, by all columns.
    held: Arc<AtomicUsize>,
}

impl Room {
    pub(super) fn new(most_bytes: usize) -> Room {
        Room { most_bytes, held: Arc::default() }
    }

    /// Tells whether so much is held that one more page may be too much.
    pub(super) fn is_tight(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.most_bytes / 8
    }
}

/// The longest header of a page. It may have the least and the greatest value of the page in it.
const LONGEST_HEADER: usize = 16 << 20;

/// How many values a dictionary may have, and a page in an encoding of which all values are known before the first.
const MOST_AT_ONCE: usize = 4 << 20;

/// The pages of one column of a row group.
pub(super) struct Pages {
    bytes: TableBytes,
    codec: CompressionCodec,
    at: u64,
    end: u64,
    room: Room,
    /// How many bytes of the room the dictionary takes, and the pages of the rows that are read at once: their values point
    /// into them.
    dictionary: usize,
    pages: usize,
    /// The number of the values in pages since `values_from`, which is set to 0 where a row begins.
    values: Arc<AtomicUsize>,
    most_values: usize,
    /// How many runs of levels stand before the values of a page.
    runs_of_levels: usize,
}

fn wrong(why: impl Into<String>) -> ParquetError {
    ParquetError::General(why.into())
}

impl Pages {
    /// Returns the pages of a column. `values` counts the values of the pages that are handed out; there are no more than
    /// `most_values` before it is set back.
    pub(super) fn of(
        column: &ColumnChunkMetaData,
        bytes: &TableBytes,
        room: &Room,
        values: Arc<AtomicUsize>,
        most_values: usize,
    ) -> Result<Pages> {
        if column.file_path().is_some() {
            return Err(wrong("a column in another file, which is not read"));
        }
        // What the crate says of where a column lies fails at numbers below zero.
        let start = column.dictionary_page_offset().filter(|offset| *offset > 0).unwrap_or(column.data_page_offset());
        let bounds = u64::try_from(start).ok().zip(u64::try_from(column.compressed_size()).ok());
        let Some((start, end)) = bounds.and_then(|(start, length)| Some((start, start.checked_add(length)?))) else {
            return Err(wrong("a column without a place"));
        };
        if end > bytes.len() {
            return Err(wrong("a column beyond the end of the file"));
        }
        let codec = column.compression_codec();
        if codec == CompressionCodec::LZO {
            let why = "it is packed with LZO, which is not read; Snappy, gzip, Zstandard, Brotli and LZ4 are";
            return Err(wrong(why));
        }
        let levels = [column.column_descr().max_rep_level(), column.column_descr().max_def_level()];
        let runs_of_levels = levels.iter().filter(|level| **level > 0).count();
        let (bytes, room) = (bytes.clone(), room.clone());
        Ok(Pages { bytes, codec, at: start, end, room, dictionary: 0, pages: 0, values, most_values, runs_of_levels })
    }

    fn header(&mut self) -> Result<Numbers> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let mut length = left.min(1 << 10);
        loop {
            let beginning = self.bytes.get_bytes(self.at, length)?;
            let mut thrift = Thrift::new(&beginning);
            if let Some(numbers) = thrift.numbers() {
                self.at += thrift.read() as u64;
                return Ok(numbers);
            }
            if length >= left.min(LONGEST_HEADER) {
                return Err(wrong("a page without a header"));
            }
            length = left.min(length * 16);
        }
    }

    /// Takes room for a page; in the place of those before where it is a dictionary or begins other rows.
    fn take_room(&mut self, size: usize, is_dictionary: bool) -> Result<()> {
        let held = if is_dictionary { &mut self.dictionary } else { &mut self.pages };
        if is_dictionary || self.values.load(Ordering::Relaxed) == 0 {
            self.room.held.fetch_sub(std::mem::take(held), Ordering::Relaxed);
        }
        *held = held.saturating_add(size);
        let all = self.room.held.fetch_add(size, Ordering::Relaxed).saturating_add(size);
        if all <= self.room.most_bytes {
            return Ok(());
        }
        let most = self.room.most_bytes;
        Err(wrong(format!("pages of more than {most} bytes together; raise the limit (--max-article) to have it")))
    }

    /// Checks values whose lengths come first, and takes room for what they have of those before them.
    fn check_lengths(&mut self, values: &[u8], encoding: Encoding, num_values: u32) -> Result<()> {
        match encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => check_lengths(values, num_values),
            Encoding::DELTA_BYTE_ARRAY => {
                let most = (num_values as usize).min(MOST_AT_ONCE);
                let taken = taken_from_before(values, most);
                let (sum, end) = taken.ok_or_else(|| wrong("a page whose values do not follow from one another"))?;
                check_lengths(&values[end..], num_values)?;
                self.take_room(usize::try_from(sum).unwrap_or(usize::MAX), false)
            }
            _ => Ok(()),
        }
    }

    fn next_page(&mut self) -> Result<Option<Page>> {
        while self.at < self.end {
            let header = self.header()?;
            let number = |inner, field| u32::try_from(header.get(inner, field)?).ok();
            let need = |inner, field| number(inner, field).ok_or_else(|| wrong("a page with half a header"));
            let (size, packed) = (need(0, 2)? as usize, need(0, 3)? as usize);
            if packed as u64 > self.end - self.at {
                return Err(wrong("a page beyond the end of its column"));
            }
            let place = self.at;
            self.at += packed as u64;
            let kind = need(0, 1)?;
            if !matches!(kind, 0 | 2 | 3) {
                continue;
            }
            self.take_room(size.saturating_add(packed), kind == 2)?;
            let bytes = self.bytes.get_bytes(place, packed)?;
            let encoding = |inner, field| {
                let name = match need(inner, field)? {
                    0 => Encoding::PLAIN,
                    2 => Encoding::PLAIN_DICTIONARY,
                    3 => Encoding::RLE,
                    5 => Encoding::DELTA_BINARY_PACKED,
                    6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
                    7 => Encoding::DELTA_BYTE_ARRAY,
                    8 => Encoding::RLE_DICTIONARY,
                    9 => Encoding::BYTE_STREAM_SPLIT,
                    other => return Err(wrong(format!("values in the encoding {other}, which is not read"))),
                };
                Ok(name)
            };
            if kind == 2 {
                let buf = unpacked(&bytes, size, self.codec)?;
                let num_values = need(7, 1)?;
                if num_values as usize > size.min(MOST_AT_ONCE) {
                    return Err(wrong("a dictionary of more values than it has room for"));
                }
                return Ok(Some(Page::DictionaryPage { buf, num_values, encoding: encoding(7, 2)?, is_sorted: false }));
            }
            let inner = if kind == 0 { 5 } else { 8 };
            let num_values = need(inner, 1)?;
            let before = self.values.fetch_add(num_values as usize, Ordering::Relaxed);
            if before.saturating_add(num_values as usize) > self.most_values {
                return Err(wrong(format!("a row of more than {} values", self.most_values)));
            }
            if kind == 0 {
                let (buf, encoding_of_values) = (unpacked(&bytes, size, self.codec)?, encoding(5, 2)?);
                // Columns that have no levels are said to have them in the older form.
                let level_encoding = |field| match need(5, field)? {
                    #[expect(deprecated, reason = "programs write it still")]
                    4 => Ok(Encoding::BIT_PACKED),
                    _ => encoding(5, field),
                };
                let levels = (level_encoding(3)?, level_encoding(4)?);
                let is_known = self.runs_of_levels == 0 || levels.0 == Encoding::RLE;
                let values = values_behind(&buf, self.runs_of_levels).filter(|_| is_known).unwrap_or_default();
                self.check_lengths(values, encoding_of_values, num_values)?;
                return Ok(Some(Page::DataPage {
                    buf,
                    num_values,
                    encoding: encoding_of_values,
                    def_level_encoding: levels.0,
                    rep_level_encoding: levels.1,
                    statistics: None,
                }));
            }
            let (def_levels_byte_len, rep_levels_byte_len) = (need(8, 5)?, need(8, 6)?);
            let levels = def_levels_byte_len as usize + rep_levels_byte_len as usize;
            if levels > size.min(packed) {
                return Err(wrong("a page of levels that it has no room for"));
            }
            let is_packed = header.get(8, 7) != Some(0);
            let codec = if is_packed { self.codec } else { CompressionCodec::UNCOMPRESSED };
            // Levels are not packed, and what follows them may be.
            let values = unpacked(&bytes.slice(levels..), size - levels, codec)?;
            self.check_lengths(&values, encoding(8, 4)?, num_values)?;
            let buf = if codec == CompressionCodec::UNCOMPRESSED {
                bytes
            } else {
                Bytes::from([&bytes[..levels], &values].concat())
            };
            return Ok(Some(Page::DataPageV2 {
                buf,
                num_values,
                encoding: encoding(8, 4)?,
                num_nulls: need(8, 2)?,
                num_rows: need(8, 3)?,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed: false,
                statistics: None,
            }));
        }
        Ok(None)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.dictionary + self.pages, Ordering::Relaxed);
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.next_page()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        // Whether a row goes on in the next page is told by its levels, so that none need say.
        let next = PageMetadata { num_rows: None, num_levels: None, is_dict: false };
        Ok((self.at < self.end).then_some(next))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.next_page().map(drop)
    }
}

/// Returns the values of a page behind its runs of levels, which have their lengths before them.
fn values_behind(page: &[u8], runs: usize) -> Option<&[u8]> {
    (0..runs).try_fold(page, |rest, _| {
        let length = u32::from_le_bytes(*rest.first_chunk()?) as usize;
        rest.get(4..)?.get(length..)
    })
}

/// Checks values whose lengths come first: their number stands in the page once more, and the crate believes it.
fn check_lengths(values: &[u8], num_values: u32) -> Result<()> {
    let mut thrift = Thrift::new(values);
    let count = (0..3).try_fold(0, |_, _| thrift.varint());
    let most = (num_values as usize).min(MOST_AT_ONCE);
    match count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)) {
        Some(count) if count <= most => Ok(()),
        _ => Err(wrong("a page of more values than it says, or than are read at once")),
    }
}

/// Returns what is packed in bytes, which is of a size that is known.
fn unpacked(packed: &Bytes, size: usize, codec: CompressionCodec) -> Result<Bytes> {
    let mut out = Vec::new();
    let read = match codec {
        CompressionCodec::UNCOMPRESSED => return Ok(packed.clone()),
        _ if size == 0 => return Ok(Bytes::new()),
        CompressionCodec::GZIP => {
            flate2::bufread::MultiGzDecoder::new(&packed[..]).take(size as u64 + 1).read_to_end(&mut out)
        }
        CompressionCodec::ZSTD => {
            // In one step, which needs no window as large as the data says.
            out = zstd::bulk::decompress(packed, size)?;
            Ok(out.len())
        }
        CompressionCodec::BROTLI => {
            out = without_brotli(packed, size as u64 + 1).unwrap_or_default();
            Ok(out.len())
        }
        CompressionCodec::SNAPPY if snap::raw::decompress_len(packed).ok() == Some(size) => {
            out = snap::raw::Decoder::new().decompress_vec(packed).map_err(|error| wrong(error.to_string()))?;
            Ok(size)
        }
        CompressionCodec::LZ4_RAW => {
            out = lz4_flex::block::decompress(packed, size).map_err(|error| wrong(error.to_string()))?;
            Ok(out.len())
        }
        CompressionCodec::LZ4 => {
            // Programs have written bare blocks under this name too.
            let block = || lz4_flex::block::decompress(packed, size).ok();
            out = hadoop_lz4(packed, size)
                .or_else(block)
                .ok_or_else(|| wrong("a page that is not packed as LZ4 is in Hadoop's form"))?;
            Ok(out.len())
        }
        _ => Err(std::io::ErrorKind::InvalidData.into()),
    };
    if read? != size {
        return Err(wrong("a page that unpacks to another size than it says"));
    }
    Ok(out.into())
}

/// Unpacks LZ4 as Hadoop writes it: blocks with the sizes of both before them.
fn hadoop_lz4(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let (mut out, mut rest) = (Vec::new(), packed);
    let number = |bytes: &[u8]| usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok();
    while !rest.is_empty() {
        let (block_size, length) = (number(rest)?, number(rest.get(4..)?)?);
        let block = rest.get(8..)?.get(..length)?;
        if out.len() + block_size > size {
            return None;
        }
        out.extend(lz4_flex::block::decompress(block, block_size).ok()?);
        rest = &rest[8 + length..];
    }
    Some(out)
}
