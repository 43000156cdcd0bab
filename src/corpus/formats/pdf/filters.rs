//! To how much a stream unpacks by its filters (ISO 32000-1, 7.4), told without unpacking more than is allowed.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_interpret::hayro_syntax::Filter;

/// How many times its size Flate unpacks to at most.
const MOST_OF_FLATE: u64 = 1032;

/// To how much a stream unpacks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unpacked {
    To(u64),
    TooMuch,
    /// It has more filters in a row than are followed: one, behind one that makes letters of bytes.
    Unusual,
}

/// Returns to how many bytes a stream unpacks, the filters of images left aside.
pub(super) fn unpack(data: &[u8], filters: &[Filter], most: u64) -> Unpacked {
    use Filter::{Ascii85Decode, AsciiHexDecode, CcittFaxDecode, DctDecode, Jbig2Decode, JpxDecode};

    let filters = match filters {
        [others @ .., DctDecode | JpxDecode | CcittFaxDecode | Jbig2Decode] => others,
        all => all,
    };
    let length = match filters {
        [] => data.len() as u64,
        [filter] => length(data, *filter, most),
        [Ascii85Decode, filter] => length(&from_ascii_85(data), *filter, most),
        [AsciiHexDecode, filter] => length(&from_hex(data), *filter, most),
        _ => return Unpacked::Unusual,
    };
    if length > most { Unpacked::TooMuch } else { Unpacked::To(length) }
}

/// Returns how long data are once a filter is undone; of more than `most` that it is more.
fn length(data: &[u8], filter: Filter, most: u64) -> u64 {
    match filter {
        Filter::FlateDecode => inflated(data, most),
        // Either way of telling when codes grow longer.
        Filter::LzwDecode => from_lzw(data, 0).max(from_lzw(data, 1)),
        Filter::RunLengthDecode => from_runs(data),
        Filter::Ascii85Decode => from_ascii_85(data).len() as u64,
        Filter::AsciiHexDecode => from_hex(data).len() as u64,
        // The reader undoes none of these here.
        _ => 0,
    }
}

/// The reader takes data in the form of zlib, else without it, else what can be had of either.
fn inflated(data: &[u8], most: u64) -> u64 {
    let is_zlib = matches!(data, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31) && second & 0x20 == 0);
    let within = most.saturating_add(1);
    let mut zlib = ZlibDecoder::new(data).take(within);
    let outcome = io::copy(&mut zlib, &mut io::sink());
    let length = within - zlib.limit();
    if outcome.is_ok() {
        return length;
    }
    let mut plain = DeflateDecoder::new(data).take(within);
    let is_plain = io::copy(&mut plain, &mut io::sink()).is_ok();
    let plain_length = within - plain.limit();
    if is_plain {
        return length.max(plain_length);
    }
    // What follows the fault may be unpacked all the same.
    let read = if is_zlib { zlib.get_ref().total_in() } else { plain.get_ref().total_in() };
    let rest = (data.len() as u64).saturating_sub(read).saturating_mul(MOST_OF_FLATE);
    length.max(plain_length).saturating_add(rest)
}

/// Follows the codes of LZW by the lengths of what they stand for.
fn from_lzw(data: &[u8], early: usize) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const MOST: usize = 4096;
    let (mut lengths, mut before, mut total) = (vec![1_u64; END + 1], None, 0);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in data {
        (held, bits) = ((held << 8) | u32::from(*byte), bits + 8);
        let width = match lengths.len() + early {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize;
        held &= (1 << bits) - 1;
        match code {
            CLEAR => {
                lengths.truncate(END + 1);
                before = None;
                continue;
            }
            END => break,
            _ => {}
        }
        if let Some(before) = before.filter(|_| lengths.len() < MOST) {
            lengths.push(lengths[before] + 1);
        }
        let Some(length) = lengths.get(code) else { break };
        total += length;
        before = Some(code);
    }
    total
}

fn from_runs(data: &[u8]) -> u64 {
    let (mut at, mut total) = (0, 0);
    while let Some(length) = data.get(at).filter(|length| **length != 128) {
        let length = usize::from(*length);
        let (read, written) = if length < 128 { (length + 1, length + 1) } else { (1, 257 - length) };
        at += 1 + read;
        total += written as u64;
    }
    total
}

fn from_ascii_85(data: &[u8]) -> Vec<u8> {
    let (mut bytes, mut group) = (Vec::with_capacity(data.len()), Vec::with_capacity(5));
    for byte in data.iter().filter(|byte| !matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')) {
        match byte {
            b'!'..=b'u' => group.push(*byte),
            b'z' => bytes.extend([0; 4]),
            _ => break,
        }
        if group.len() == 5 {
            bytes.extend(of_group(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let length = group.len() - 1;
        group.resize(5, b'u');
        bytes.extend(&of_group(&group)[..length]);
    }
    bytes
}

fn of_group(group: &[u8]) -> [u8; 4] {
    let number = group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(digit - b'!')));
    number.to_be_bytes()
}

fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits = data.iter().take_while(|byte| **byte != b'>').filter_map(|byte| (*byte as char).to_digit(16));
    let digits: Vec<u8> = digits.map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}
