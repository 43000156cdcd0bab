//! What tantivy keeps of each block of a posting list: its last article, and how often and in how long an article the term
//! counts most. Tantivy tells it of the block that it unpacks; here it is read of all, and tells which to unpack.

use tantivy::directory::{CompositeFile, FileSlice};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentComponent;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::similarity::saturation;

/// How many articles are packed together. What is left at the end of a list has no head.
const LENGTH: u32 = 128;
/// In front of the lists of a field stands the number of its tokens.
const TOKENS: usize = 8;
/// What is told of a block: the last article, the bits of each, the bits of each frequency, a field norm and a frequency.
const HEAD: usize = 8;
/// Greater frequencies are kept as this one.
const MOST_KEPT: u8 = u8::MAX;

/// A block of a posting list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    /// The last article in it; of the last block one behind all.
    pub(crate) last: DocId,
    /// The greatest saturation in it, or more.
    pub(crate) most: f64,
}

/// Returns the posting lists of a field whose frequencies are kept, and not its positions.
pub(super) fn lists(segment: &SegmentReader, field: Field) -> tantivy::Result<FileSlice> {
    let file = CompositeFile::open(&segment.open_read(SegmentComponent::Postings)?)?;
    let lists = file.open_read(field).unwrap_or_else(FileSlice::empty);
    Ok(if tantivy::HasLen::len(&lists) < TOKENS { FileSlice::empty() } else { lists.slice_from(TOKENS) })
}

/// Returns the blocks of a list; `None` where they do not stand where they are expected.
pub(super) fn of(lists: &FileSlice, list: &TermInfo) -> Option<Vec<Block>> {
    let n_whole = (list.doc_freq / LENGTH) as usize;
    let rest = (!list.doc_freq.is_multiple_of(LENGTH)).then_some(Block { last: TERMINATED - 1, most: 1.0 });
    if n_whole == 0 {
        return Some(rest.into_iter().collect());
    }
    // A number of seven bits a byte, the last of which has the eighth set: how long the heads are.
    let expected = n_whole.checked_mul(HEAD)?;
    let begin = list.postings_range.start;
    let front = lists.read_bytes_slice(begin..list.postings_range.end.min(begin + 10)).ok()?;
    let n_bytes = 1 + front.iter().position(|byte| byte & 0x80 != 0)?;
    let length = front[..n_bytes].iter().rev().fold(0u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
    if length != expected as u64 || begin + n_bytes + expected > list.postings_range.end {
        return None;
    }
    let heads = lists.read_bytes_slice(begin + n_bytes..begin + n_bytes + expected).ok()?;
    let block = |head: &[u8; HEAD]| {
        let &[a, b, c, d, _, _, norm, frequency] = head;
        let frequency = if frequency == MOST_KEPT { u32::MAX } else { u32::from(frequency) };
        let most = saturation(frequency, FieldNormReader::id_to_fieldnorm(norm));
        Block { last: u32::from_le_bytes([a, b, c, d]), most }
    };
    let blocks: Vec<Block> = heads.as_chunks::<HEAD>().0.iter().map(block).chain(rest).collect();
    blocks.is_sorted_by(|a, b| a.last < b.last).then_some(blocks)
}

#[cfg(test)]
mod tests {
    use tantivy::schema::IndexRecordOption;
    use tantivy::{DocSet as _, Term, postings::Postings as _};

    use crate::{Article, Index};

    #[test]
    fn blocks_bound_what_is_in_them() {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        for n in 0..1_000u32 {
            let mut article = Article::new(format!("{n}"));
            article.body.push("toll ".repeat((n * n % 7 * (n % 90)) as usize) + &"harbour ".repeat((n % 37) as usize));
            writer.add(article).expect("memory suffices");
        }
        writer.commit().expect("memory suffices");
        let snapshot = index.snapshot().expect("it can be read");
        let [segment] = snapshot.searcher.segment_readers() else { panic!("one commit, one segment") };
        let norms = segment.get_fieldnorms_reader(snapshot.fields.all).expect("it can be read");
        let inverted = segment.inverted_index(snapshot.fields.all).expect("it can be read");
        let mut terms = inverted.terms().stream().expect("it can be read");
        let mut n_whole = 0;
        while terms.advance() {
            let blocks = snapshot.blocks(0, terms.value()).expect("it is where it is expected");
            n_whole += blocks.iter().filter(|block| block.most < 1.0).count();
            let text = std::str::from_utf8(terms.key()).expect("terms are text");
            let term = Term::from_field_text(snapshot.fields.all, text);
            let mut list =
                inverted.read_postings(&term, IndexRecordOption::WithFreqs).expect("it can be read").expect("it is");
            for docs in (0..terms.value().doc_freq).collect::<Vec<_>>().chunks(super::LENGTH as usize).zip(&blocks) {
                let (docs, block) = docs;
                let mut greatest: f64 = 0.0;
                for n in docs {
                    greatest = greatest.max(super::saturation(list.term_freq(), norms.fieldnorm(list.doc())));
                    let is_last = n % super::LENGTH == super::LENGTH - 1;
                    assert_eq!(is_last, list.doc() == block.last, "{text} {n}");
                    list.advance();
                }
                assert!(
                    block.most == 1.0
                        || (greatest - block.most).abs() < 1e-6
                        || greatest < block.most && block.most > 0.99
                );
            }
        }
        assert!(n_whole > 5, "{n_whole} whole blocks were read");
    }
}
