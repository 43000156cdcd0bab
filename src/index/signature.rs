//! What an article has in common with its near copies: a sketch of its body, by which two articles can be compared without
//! reading them. One-permutation MinHash (Li, Owen and Zhang, 2012) over runs of three words: of the hashes of all runs,
//! the least in each of 32 bins, of which one byte is kept. The share of bins that agree estimates the share of runs that
//! two bodies have in common, to some 0.09; a bin that no run fell into has the byte 0 and tells nothing.

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use super::schema::column;

/// The bins.
const BINS: usize = 32;

/// The sketch of a body, as far as it has been read.
pub(crate) struct Signature {
    least: [u64; BINS],
    /// The two words before the one at hand, once there are two.
    before: [u64; 2],
    n_words: usize,
}

impl Default for Signature {
    fn default() -> Signature {
        Signature { least: [u64::MAX; BINS], before: [0; 2], n_words: 0 }
    }
}

impl Signature {
    /// The columns that a sketch fills, of eight bins each.
    pub(crate) const COLUMNS: usize = BINS / 8;

    /// Adds the next word of the body, by its hash.
    #[inline]
    pub(crate) fn push(&mut self, word: u64) {
        let [first, second] = self.before;
        self.before = [second, word];
        self.n_words += 1;
        if self.n_words > 2 {
            // Odd multipliers from the fractional part of the golden ratio and of the square roots of 2 and 3.
            let run = first.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ second.wrapping_mul(0x6a09_e667_f3bc_c909).rotate_left(21)
                ^ word.wrapping_mul(0xbb67_ae85_84ca_a73b).rotate_left(42);
            let run = (run ^ run >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let least = &mut self.least[(run >> 59) as usize];
            // The bin is in the highest bits: what is compared lies below.
            *least = (*least).min(run & (u64::MAX >> 5));
        }
    }

    /// Returns the sketch, eight bins a column.
    pub(crate) fn columns(&self) -> [u64; Signature::COLUMNS] {
        let byte = |least: &u64| if *least == u64::MAX { 0 } else { 1 + (least % 255) as u8 };
        std::array::from_fn(|column| {
            let bins = &self.least[column * 8..][..8];
            u64::from_le_bytes(std::array::from_fn(|bin| byte(&bins[bin])))
        })
    }
}

/// The sketches of a segment's articles, or the first quarter of each.
pub(crate) struct Sketches {
    bins: Vec<Column<u64>>,
    word_counts: Column<u64>,
}

/// The sketch of one article. Bins that were not read tell nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sketch {
    bins: [u64; Signature::COLUMNS],
    /// How many columns of bins were read.
    n_columns: usize,
    /// How many bins tell anything.
    pub(crate) n_telling: u32,
    /// The number of words of the body.
    pub(crate) word_count: u64,
}

impl Sketches {
    /// The bins of a whole sketch.
    pub(crate) const WHOLE: usize = BINS;
    /// Those of the first quarter, which tells the same text from another, and less of what they share.
    pub(crate) const QUARTER: usize = BINS / Signature::COLUMNS;

    /// Opens the sketches of a segment, of so many bins.
    pub(crate) fn of(segment: &SegmentReader, bins: usize) -> tantivy::Result<Sketches> {
        let numbers = |name| segment.fast_fields().u64(name);
        let columns = column::SIGNATURE.into_iter().take(bins / Sketches::QUARTER);
        Ok(Sketches {
            bins: columns.map(numbers).collect::<Result<_, _>>()?,
            word_counts: numbers(column::WORD_COUNT)?,
        })
    }

    /// Returns the sketch of an article; one that tells nothing where there is none.
    pub(crate) fn get(&self, doc: DocId) -> Sketch {
        let number = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        let mut bins = [0; Signature::COLUMNS];
        bins.iter_mut().zip(&self.bins).for_each(|(bins, column)| *bins = number(column));
        Sketch::new(bins, self.bins.len(), number(&self.word_counts))
    }
}

impl Sketch {
    fn new(bins: [u64; Signature::COLUMNS], n_columns: usize, word_count: u64) -> Sketch {
        let mut sketch = Sketch { bins, n_columns, n_telling: 0, word_count };
        sketch.n_telling = sketch.telling(&sketch);
        sketch
    }

    /// Returns the columns that were read, of both sketches the same.
    #[inline]
    fn read(&self) -> &[u64] {
        &self.bins[..self.n_columns]
    }

    /// Returns how many bins agree.
    #[inline]
    pub(crate) fn agreeing(&self, other: &Sketch) -> u32 {
        let mut agreeing = 0;
        for (a, b) in self.read().iter().zip(other.read()) {
            agreeing += (zero_bytes(a ^ b) & !zero_bytes(*a)).count_ones();
        }
        agreeing
    }

    /// Returns how many bins tell anything of both.
    #[inline]
    pub(crate) fn telling(&self, other: &Sketch) -> u32 {
        let mut silent = 0;
        for (a, b) in self.read().iter().zip(other.read()) {
            silent += (zero_bytes(*a) | zero_bytes(*b)).count_ones();
        }
        8 * self.n_columns as u32 - silent
    }
}

/// Returns a number with the highest bit of each byte that is 0, and no other bit (Warren, "Hacker's Delight", 6-1).
#[inline]
fn zero_bytes(number: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    !((number & LOW).wrapping_add(LOW) | number | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many bins of two texts agree, and how many tell anything of both.
    fn agreeing(a: impl Iterator<Item = u64>, b: impl Iterator<Item = u64>) -> (u32, u32) {
        let sketch = |words: &mut dyn Iterator<Item = u64>| {
            let mut signature = Signature::default();
            words.for_each(|word| signature.push(word.wrapping_mul(0xd129_8a3f_6b7c_55e1)));
            Sketch::new(signature.columns(), Signature::COLUMNS, 0)
        };
        let (a, b) = (sketch(&mut { a }), sketch(&mut { b }));
        let bins = |sketch: Sketch| sketch.bins.map(u64::to_le_bytes).concat();
        let both = bins(a).into_iter().zip(bins(b)).filter(|(a, b)| *a != 0 && *b != 0);
        let counted = (both.clone().filter(|(a, b)| a == b).count(), both.count());
        assert_eq!((a.agreeing(&b), a.telling(&b)), (counted.0 as u32, counted.1 as u32), "bin by bin");
        (a.agreeing(&b), a.telling(&b))
    }

    #[test]
    fn copies_agree_and_others_do_not() {
        assert_eq!(agreeing(1..400, 1..400), (32, 32));
        let (agree, of) = agreeing(1..400, 1001..1400);
        assert!(agree <= 2 && of == 32, "{agree} of {of}");
    }

    #[test]
    fn the_share_of_agreeing_bins_is_about_that_of_common_runs() {
        // 400 words of which the last 100 differ: 0.6 of the runs of both are common.
        let (mut agree, mut of) = (0, 0);
        for story in 0..50 {
            let start = story * 10_000;
            let edited = (start..start + 300).chain(start + 5000..start + 5100);
            let found = agreeing(start..start + 400, edited);
            (agree, of) = (agree + found.0, of + found.1);
        }
        let share = agree as f64 / of as f64;
        assert!((share - 0.6).abs() < 0.05, "{share}");
    }

    #[test]
    fn short_texts_tell_nothing() {
        assert_eq!(agreeing(1..3, 1..3), (0, 0));
    }
}
