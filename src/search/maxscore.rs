//! The best hits of several plain words, any of which is enough: MaxScore (Turtle and Flood, "Query evaluation: strategies and
//! optimizations", 1995), over a window of articles at a time.
//!
//! Once enough good articles are known, one that has only the commonest words of the query cannot come into the first places:
//! their posting lists are no longer walked, but asked about articles that have one of the rarer words and might come in.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, TERMINATED};

use super::rank::Unit;
use crate::Result;
use crate::index::Snapshot;
use crate::similarity::saturation;

/// How many articles are scored together: their scores fit into the first cache.
const WINDOW: u32 = 2048;
const BITS: u32 = u64::BITS;

/// The postings of a word in one segment.
struct List {
    /// What an article is given for the word at most.
    most: f64,
    terms: Vec<Cursor>,
}

/// The postings of a term, read a block at a time.
struct Cursor {
    block: BlockSegmentPostings,
    /// The place in the block; behind its end where there are no more.
    at: usize,
}

impl Cursor {
    fn doc(&self) -> DocId {
        self.block.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Hands out the articles before `end`, with how often the term is in each.
    fn walk(&mut self, end: DocId, mut take: impl FnMut(DocId, u32)) {
        while self.doc() < end {
            let (docs, frequencies) = (&self.block.docs()[self.at..], &self.block.freqs()[self.at..]);
            let before = docs.partition_point(|doc| *doc < end);
            docs[..before].iter().zip(frequencies).for_each(|(doc, frequency)| take(*doc, *frequency));
            self.at += before;
            if before == docs.len() {
                self.block.advance();
                self.at = 0;
            }
        }
    }

    /// Returns how often the term is in an article. Articles come in ascending order.
    fn frequency(&mut self, doc: DocId) -> Option<u32> {
        if self.doc() < doc {
            self.at = self.block.seek(doc);
        }
        (self.doc() == doc).then(|| self.block.freq(self.at))
    }
}

impl List {
    fn of(segment: &SegmentReader, unit: &Unit) -> tantivy::Result<List> {
        let mut terms = Vec::with_capacity(unit.terms().len());
        for term in unit.terms() {
            let read = segment.inverted_index(term.field())?.read_block_postings(term, IndexRecordOption::WithFreqs)?;
            terms.extend(read.map(|block| Cursor { block, at: 0 }));
        }
        Ok(List { most: unit.idf(), terms })
    }

    /// Returns the next article that has the word.
    fn doc(&self) -> DocId {
        self.terms.iter().map(Cursor::doc).min().unwrap_or(TERMINATED)
    }

    /// Returns what an article is given for the word. Articles come in ascending order.
    fn score(&mut self, doc: DocId, norms: &FieldNormReader) -> f64 {
        let List { most, terms } = self;
        let frequencies = terms.iter_mut().filter_map(|term| term.frequency(doc));
        frequencies.fold(0.0, |sum, frequency| sum + *most * saturation(frequency, norms.fieldnorm(doc)))
    }
}

/// Hands out the articles of a segment, deleted ones too, that may have a score of at least `floor`, each with a score that is not
/// below its own but for rounding; `take` returns the floor from there on.
pub(super) fn each(
    snapshot: &Snapshot,
    segment: &SegmentReader,
    units: &[Unit],
    mut floor: f64,
    mut take: impl FnMut(DocId, f64) -> f64,
) -> Result<()> {
    let norms = segment.get_fieldnorms_reader(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
    let lists = units.iter().map(|unit| List::of(segment, unit)).collect::<tantivy::Result<Vec<_>>>();
    let mut lists = lists.map_err(|error| snapshot.error(error))?;
    lists.sort_by(|a, b| b.most.total_cmp(&a.most));
    // What an article is given at most by the words from each one on.
    let mut rest: Vec<f64> = vec![0.0; lists.len() + 1];
    for n in (0..lists.len()).rev() {
        rest[n] = rest[n + 1] + lists[n].most;
    }
    let mut scores = vec![0.0; WINDOW as usize];
    let mut has_word = vec![0u64; (WINDOW / BITS) as usize];
    loop {
        let n_walked = rest.iter().take_while(|most| **most >= floor).count().min(lists.len());
        let (walked, asked) = lists.split_at_mut(n_walked);
        let begin = walked.iter().map(List::doc).min().unwrap_or(TERMINATED);
        if begin == TERMINATED {
            return Ok(());
        }
        let end = begin.saturating_add(WINDOW).min(TERMINATED);
        for List { most, terms } in walked {
            for term in terms {
                term.walk(end, |doc, frequency| {
                    let place = doc - begin;
                    scores[place as usize] += *most * saturation(frequency, norms.fieldnorm(doc));
                    has_word[(place / BITS) as usize] |= 1 << (place % BITS);
                });
            }
        }
        for (word, places) in (0..).zip(&mut has_word) {
            while *places != 0 {
                let place = word * BITS + places.trailing_zeros();
                *places &= *places - 1;
                let mut score = std::mem::take(&mut scores[place as usize]);
                for (list, most) in asked.iter_mut().zip(&rest[n_walked..]) {
                    if score + most < floor {
                        break;
                    }
                    score += list.score(begin + place, &norms);
                }
                if score >= floor {
                    floor = take(begin + place, score);
                }
            }
        }
    }
}
