//! To how much values expand that are written as what they have in common with the one before (DELTA_BYTE_ARRAY), told without
//! making them: a small page may stand for any number of bytes, and the crate makes them all.

use super::thrift::Thrift;

/// Returns how many bytes values take from those before them, and where the rest of them begins. `None` where there are more
/// than `most` values, or the bytes are none of it.
pub(super) fn taken_from_before(bytes: &[u8], most: usize) -> Option<(u64, usize)> {
    let mut lengths = Lengths::of(bytes, most)?;
    let mut sum = 0u64;
    while let Some(length) = lengths.next()? {
        sum = sum.checked_add(u64::try_from(length).ok()?)?;
    }
    Some((sum, lengths.at))
}

/// Numbers of 32 bits in the encoding DELTA_BINARY_PACKED: blocks of some small blocks each, of which each has a width in bits.
struct Lengths<'b> {
    bytes: &'b [u8],
    at: usize,
    /// How many values a small block has, and how many of these a block.
    per_small: usize,
    smalls: usize,
    /// How many values are left, and of the small block under way.
    left: usize,
    left_in_small: usize,
    /// The widths of the small blocks that are left of the block.
    widths: &'b [u8],
    width: usize,
    packed: &'b [u8],
    least: i32,
    value: i32,
    is_first: bool,
}

impl<'b> Lengths<'b> {
    fn of(bytes: &'b [u8], most: usize) -> Option<Lengths<'b>> {
        let mut header = Thrift::new(bytes);
        let [block, smalls, left] = [header.varint()?, header.varint()?, header.varint()?];
        let [block, smalls, left] = [block, smalls, left].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let value = truncated(header.zigzag()?);
        let per_small = block.checked_div(smalls)?;
        let is_sound = left <= most
            && per_small > 0
            && block.is_multiple_of(smalls)
            && per_small.is_multiple_of(32)
            && block <= most.max(1 << 16);
        is_sound.then_some(Lengths {
            bytes,
            at: header.read(),
            per_small,
            smalls,
            left,
            left_in_small: 0,
            widths: &[],
            width: 0,
            packed: &[],
            least: 0,
            value,
            is_first: true,
        })
    }

    /// Returns the next number; that there is none; or that it cannot be read.
    fn next(&mut self) -> Option<Option<i32>> {
        if self.left == 0 {
            return Some(None);
        }
        if !std::mem::take(&mut self.is_first) {
            if self.left_in_small == 0 {
                self.begin_small()?;
            }
            let bit = (self.per_small - self.left_in_small) * self.width;
            let delta = (0..self.width).fold(0u32, |delta, place| {
                let at = bit + place;
                delta | u32::from(self.packed[at / 8] >> (at % 8) & 1) << place
            });
            self.left_in_small -= 1;
            self.value = self.value.wrapping_add(self.least).wrapping_add(delta.cast_signed());
        }
        self.left -= 1;
        Some(Some(self.value))
    }

    fn begin_small(&mut self) -> Option<()> {
        if self.widths.is_empty() {
            let mut block = Thrift::new(self.bytes.get(self.at..)?);
            self.least = truncated(block.zigzag()?);
            self.at += block.read();
            self.widths = self.bytes.get(self.at..)?.get(..self.smalls)?;
            self.at += self.smalls;
        }
        let (width, others) = self.widths.split_first()?;
        (self.width, self.widths, self.left_in_small) = (usize::from(*width), others, self.per_small);
        if self.width > 32 {
            return None;
        }
        self.packed = self.bytes.get(self.at..)?.get(..self.per_small * self.width / 8)?;
        self.at += self.packed.len();
        Some(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "numbers of 32 bits go round, and the crate reads them so")]
fn truncated(number: i64) -> i32 {
    number as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_added_and_followed_to_their_end() {
        // The example of the format's own description: 7, 5, 3, 1, 2, 3, 4, 5, in blocks of 128 values of four small blocks.
        let mut bytes = vec![0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111];
        bytes.extend([0; 6]);
        assert_eq!(taken_from_before(&bytes, 8), Some((30, bytes.len())));
        assert_eq!(taken_from_before(&[&bytes[..], b"rest"].concat(), 100), Some((30, bytes.len())));
        assert_eq!(taken_from_before(&bytes, 7), None);
        for end in 0..bytes.len() {
            assert_eq!(taken_from_before(&bytes[..end], 8), None, "{end}");
        }
        assert_eq!(taken_from_before(&[0x80, 1, 4, 0, 0], 8), Some((0, 5)));
        assert_eq!(taken_from_before(&[0x80, 1, 4, 1, 1], 8), None, "it is below zero");
        assert_eq!(taken_from_before(&[0x80, 1, 0, 1, 0], 8), None);
        assert_eq!(taken_from_before(&[0, 4, 2, 14, 0, 0, 0, 0, 0], 8), None, "its blocks have no values");
    }
}
