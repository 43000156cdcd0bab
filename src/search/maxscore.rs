//! The best hits of several plain words, any of which is enough: MaxScore (Turtle and Flood, "Query evaluation: strategies and
//! optimizations", 1995), over a window of articles at a time.
//!
//! Once enough good articles are known, one that has only the commonest words of the query cannot come into the first places:
//! their posting lists are no longer walked, but asked about articles that have one of the rarer words and might come in.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::positional::is_at;
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
    postings: Vec<SegmentPostings>,
}

impl List {
    /// Returns what an article is given for the word. Articles come in ascending order.
    fn score(&mut self, doc: DocId, norms: &FieldNormReader) -> f64 {
        let List { most, postings } = self;
        let with_word = postings.iter_mut().filter_map(|postings| is_at(postings, doc).then(|| postings.term_freq()));
        with_word.fold(0.0, |sum, frequency| sum + *most * saturation(frequency, norms.fieldnorm(doc)))
    }

    /// Returns the next article that has the word.
    fn doc(&self) -> DocId {
        self.postings.iter().map(SegmentPostings::doc).min().unwrap_or(TERMINATED)
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
    let lists = units.iter().map(|unit| list(segment, unit)).collect::<tantivy::Result<Vec<_>>>();
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
        for List { most, postings } in walked {
            for postings in postings {
                while postings.doc() < end {
                    let (doc, place) = (postings.doc(), postings.doc() - begin);
                    scores[place as usize] += *most * saturation(postings.term_freq(), norms.fieldnorm(doc));
                    has_word[(place / BITS) as usize] |= 1 << (place % BITS);
                    postings.advance();
                }
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

fn list(segment: &SegmentReader, unit: &Unit) -> tantivy::Result<List> {
    let mut postings = Vec::with_capacity(unit.terms().len());
    for term in unit.terms() {
        postings.extend(segment.inverted_index(term.field())?.read_postings(term, IndexRecordOption::WithFreqs)?);
    }
    Ok(List { most: unit.idf(), postings })
}
