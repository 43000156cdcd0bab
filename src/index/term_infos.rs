//! What tantivy's dictionary of a field tells of each term by its number, without a walk over the terms: in how many articles it
//! is, and where its posting list stands. Tantivy tells it of a term that is named or walked to, which takes several times as long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use tantivy::directory::{CompositeFile, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{HasLen as _, SegmentReader};

/// How many terms are packed together. The first is not packed; it stands in front, and the others are counted from it.
const BLOCK: usize = 256;
/// A block's place, its first term, and how many bits the others have.
const HEAD: usize = 8 + 28 + 3;
/// Behind all: how long what is told of the terms is, and two versions, which tantivy checked.
const END: usize = 8 + 4 + 4;

/// What is told of the terms of a field in one segment.
pub(crate) struct TermInfos {
    heads: OwnedBytes,
    packed: OwnedBytes,
    n_terms: u64,
}

impl TermInfos {
    /// Returns those of a field; `None` where they do not stand where they are expected.
    pub(crate) fn of(segment: &SegmentReader, field: Field) -> tantivy::Result<Option<TermInfos>> {
        let n_terms = segment.inverted_index(field)?.terms().num_terms() as u64;
        if n_terms == 0 {
            return Ok(Some(TermInfos { heads: OwnedBytes::empty(), packed: OwnedBytes::empty(), n_terms }));
        }
        let file = CompositeFile::open(&segment.open_read(SegmentComponent::Terms)?)?;
        let Some(dictionary) = file.open_read(field) else { return Ok(None) };
        let Some(end) = dictionary.len().checked_sub(END) else { return Ok(None) };
        let length = number(&dictionary.slice(end..end + 8).read_bytes()?, 0, 8);
        let Some(start) = end.checked_sub(length as usize) else { return Ok(None) };
        let told = dictionary.slice(start..end).read_bytes()?;
        let heads = (n_terms as usize).div_ceil(BLOCK) * HEAD;
        if (number(&told, 0, 8), number(&told, 8, 8)) != (heads as u64, n_terms) || told.len() < 16 + heads {
            return Ok(None);
        }
        let (heads, packed) = told.slice(16..told.len()).split(heads);
        Ok(Some(TermInfos { heads, packed, n_terms }))
    }

    /// Returns the numbers of the terms that begin with a text, as the dictionary's own walk tells.
    pub(crate) fn beginning(&self, segment: &SegmentReader, field: Field, text: &str) -> tantivy::Result<Range<u64>> {
        let inverted = segment.inverted_index(field)?;
        let first_from = |text: &[u8]| -> tantivy::Result<u64> {
            let mut terms = inverted.terms().range().ge(text).into_stream()?;
            Ok(if terms.advance() { terms.term_ord() } else { self.n_terms })
        };
        // No byte of UTF-8 is the greatest, so that what is behind all that begins so has one more as its last.
        let mut behind = text.as_bytes().to_vec();
        let Some(last) = behind.last_mut() else { return Ok(0..self.n_terms) };
        *last = last.saturating_add(1);
        Ok(first_from(text.as_bytes())?..first_from(&behind)?)
    }

    /// Returns the numbers of those of some terms that are in most articles, with in how many, these first; of those in as many the
    /// first in the dictionary.
    pub(crate) fn most_frequent(&self, terms: Range<u64>, limit: usize) -> Vec<(u32, u64)> {
        // The least of the best is at its top.
        let mut best: BinaryHeap<Reverse<(u32, Reverse<u64>)>> = BinaryHeap::with_capacity(limit + 1);
        let mut at = terms.start;
        while at < terms.end.min(self.n_terms) && limit > 0 {
            let block = at as usize / BLOCK;
            let end = terms.end.min(self.n_terms).min((block as u64 + 1) * BLOCK as u64);
            let head = Head::of(&self.heads, block);
            for term in at..end {
                let articles = head.articles(&self.packed, term as usize % BLOCK);
                if best.len() == limit && best.peek().is_some_and(|Reverse((least, _))| articles <= *least) {
                    continue;
                }
                best.push(Reverse((articles, Reverse(term))));
                if best.len() > limit {
                    best.pop();
                }
            }
            at = end;
        }
        best.into_sorted_vec().into_iter().map(|Reverse((articles, Reverse(term)))| (articles, term)).collect()
    }

    /// Returns what is told of a term.
    pub(crate) fn get(&self, term: u64) -> TermInfo {
        Head::of(&self.heads, term as usize / BLOCK).info(&self.packed, term as usize % BLOCK)
    }
}

/// The head of a block.
struct Head {
    start: usize,
    articles: u32,
    postings: Range<usize>,
    positions: Range<usize>,
    articles_bits: usize,
    postings_bits: usize,
    positions_bits: usize,
}

impl Head {
    fn of(heads: &[u8], block: usize) -> Head {
        let at = block * HEAD;
        let range = |start: usize| {
            let first = number(heads, at + start, 8) as usize;
            first..first.saturating_add(number(heads, at + start + 8, 4) as usize)
        };
        Head {
            start: number(heads, at, 8) as usize,
            articles: number(heads, at + 8, 4) as u32,
            postings: range(12),
            positions: range(24),
            articles_bits: number(heads, at + 36, 1) as usize,
            postings_bits: number(heads, at + 37, 1) as usize,
            positions_bits: number(heads, at + 38, 1) as usize,
        }
    }

    /// Returns where the bits of a term of the block begin, the first, which is not packed, left out.
    fn bits_of(&self, term: usize) -> usize {
        self.start * 8 + (term - 1) * (self.articles_bits + self.postings_bits + self.positions_bits)
    }

    fn articles(&self, packed: &[u8], term: usize) -> u32 {
        match term {
            0 => self.articles,
            _ => bits(packed, self.bits_of(term) + self.postings_bits + self.positions_bits, self.articles_bits) as u32,
        }
    }

    fn info(&self, packed: &[u8], term: usize) -> TermInfo {
        if term == 0 {
            let (postings_range, positions_range) = (self.postings.clone(), self.positions.clone());
            return TermInfo { doc_freq: self.articles, postings_range, positions_range };
        }
        // A list ends where that of the next term begins.
        let (here, next) = (self.bits_of(term), self.bits_of(term + 1));
        let place = |at: usize, n_bits, first: usize| first.saturating_add(bits(packed, at, n_bits) as usize);
        let range = |behind, n_bits, first| place(here + behind, n_bits, first)..place(next + behind, n_bits, first);
        TermInfo {
            doc_freq: self.articles(packed, term),
            postings_range: range(0, self.postings_bits, self.postings.start),
            positions_range: range(self.postings_bits, self.positions_bits, self.positions.start),
        }
    }
}

/// Returns the number that some bytes are, the least first; bytes that are not there are 0.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..).unwrap_or_default();
    match bytes.first_chunk::<8>() {
        Some(bytes) if length < 8 => u64::from_le_bytes(*bytes) & ((1 << (8 * length)) - 1),
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => bytes.iter().take(length).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    }
}

/// Returns the number that some bits are, of which there are 56 at most.
fn bits(bytes: &[u8], at: usize, length: usize) -> u64 {
    (number(bytes, at / 8, 8) >> (at % 8)) & ((1 << length.min(56)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Index};

    #[test]
    fn terms_are_told_of_as_the_dictionary_tells_of_them() {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        for n in 0..900u32 {
            let mut article = Article::new(format!("{n}"));
            let word = |n: u32| format!("{}w{n}", char::from(b'a' + (n % 3) as u8));
            article.body.push((1..12).map(|m| word(n.wrapping_mul(m * m) % 1_500)).collect::<Vec<_>>().join(" "));
            writer.add(article).expect("memory suffices");
        }
        writer.commit().expect("memory suffices");
        let snapshot = index.snapshot().expect("it can be read");
        let [segment] = snapshot.searcher.segment_readers() else { panic!("one commit, one segment") };
        let mut n_blocks = 0;
        for field in [snapshot.fields.text, snapshot.fields.all, snapshot.fields.key, snapshot.fields.forms] {
            let told = TermInfos::of(segment, field).expect("it can be read").expect("it is where it is expected");
            n_blocks += told.n_terms / BLOCK as u64;
            let inverted = segment.inverted_index(field).expect("it can be read");
            for text in ["", "a", "aw1", "b", "bw7", "bw70", "zz", "é"] {
                let mut walked = Vec::new();
                let mut terms = inverted.terms().range().ge(text).into_stream().expect("it can be read");
                while terms.advance() && terms.key().starts_with(text.as_bytes()) {
                    walked.push((terms.term_ord(), terms.value().clone()));
                }
                let range = told.beginning(segment, field, text).expect("it can be read");
                assert_eq!(range.clone().collect::<Vec<_>>(), walked.iter().map(|(n, _)| *n).collect::<Vec<_>>());
                walked.iter().for_each(|(n, info)| assert_eq!(told.get(*n), *info, "{n}"));
                walked.sort_by_key(|(n, info)| (Reverse(info.doc_freq), *n));
                for limit in [0, 1, 7, 10_000] {
                    let best: Vec<_> = walked.iter().take(limit).map(|(n, info)| (info.doc_freq, *n)).collect();
                    assert_eq!(told.most_frequent(range.clone(), limit), best);
                }
            }
        }
        assert!(n_blocks > 5, "{n_blocks} whole blocks were read");
    }
}
