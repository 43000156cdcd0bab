//! From words to posting lists. While articles come in, every word is one number at the end of a list; when the
//! segment is written, a counting sort brings the occurrences of each word together, in order of article and position.
//! Nothing is looked up by article, and memory is read and written in order but for the sort itself.
//!
//! Terms are sets of words: the words `Ferry` and `ferries` of one language are one stem, `café` and `cafe` one form.

use std::io;

use tantivy::DocId;
use tantivy::postings::FieldSerializer;

/// The number of a word in the vocabulary of a segment.
pub(super) type WordId = u32;

/// The highest number of a word; what lies above says something about the words that follow.
pub(super) const MOST_WORDS: u32 = ZONE - 1;

/// Set on a word whose successor stands at the same position.
const STAY: u32 = 1 << 31;
/// Followed by how many positions are left out.
const SKIP: u32 = STAY - 1;
/// Plus its number: a zone begins.
const ZONE: u32 = SKIP - 256;

/// The words of the articles of a segment, as they stand.
#[derive(Default)]
pub(super) struct Occurrences {
    stream: Vec<u32>,
    article_ends: Vec<usize>,
}

impl Occurrences {
    /// Appends a word, and moves on by a position.
    #[inline]
    pub(super) fn push(&mut self, word: WordId) {
        debug_assert!(word <= MOST_WORDS);
        self.stream.push(word);
    }

    /// Appends a word without moving on.
    #[inline]
    pub(super) fn push_here(&mut self, word: WordId) {
        self.stream.push(word | STAY);
    }

    /// Leaves out positions.
    pub(super) fn skip(&mut self, positions: u32) {
        self.stream.extend([SKIP, positions]);
    }

    /// Begins a zone, which occurrences carry; an article begins in zone 0.
    pub(super) fn begin_zone(&mut self, zone: u8) {
        self.stream.push(ZONE + u32::from(zone));
    }

    /// Ends the article.
    pub(super) fn end_article(&mut self) {
        self.article_ends.push(self.stream.len());
    }

    /// Returns the memory that the stream takes now, and its sorting later, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.stream.len() * (size_of::<u32>() + size_of::<Occurrence>()) + self.article_ends.len() * size_of::<usize>()
    }

    /// Forgets all articles, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.stream.clear();
        self.article_ends.clear();
    }

    /// Returns the memory that is there for the stream, in bytes.
    pub(super) fn room(&self) -> usize {
        self.stream.capacity() * size_of::<u32>() + self.article_ends.capacity() * size_of::<usize>()
    }

    /// Brings the occurrences of each word together in `sorted`; `n_words` is the size of the vocabulary.
    pub(super) fn sort(&self, n_words: usize, sorted: &mut Sorted) {
        let Sorted { ends, occurrences } = sorted;
        ends.clear();
        ends.resize(n_words + 1, 0);
        let mut entries = self.stream.iter();
        while let Some(entry) = entries.next() {
            match entry & !STAY {
                SKIP => drop(entries.next()),
                ZONE.. => {}
                word => ends[word as usize + 1] += 1,
            }
        }
        let mut sum = 0;
        for end in ends.iter_mut() {
            sum += *end;
            *end = sum;
        }
        // All of them are written over.
        occurrences.resize(sum as usize, Occurrence(0));
        self.each(|word, occurrence| {
            let end = &mut ends[word as usize];
            occurrences[*end as usize] = occurrence;
            *end += 1;
        });
    }

    /// Walks over all occurrences in order.
    #[inline]
    fn each(&self, mut take: impl FnMut(WordId, Occurrence)) {
        let mut start = 0;
        for (doc, end) in (0..).zip(&self.article_ends) {
            let mut at = Occurrence::new(doc, 0, 0);
            let mut entries = self.stream[start..*end].iter();
            start = *end;
            while let Some(&entry) = entries.next() {
                match entry & !STAY {
                    SKIP => at = at.moved(entries.next().copied().unwrap_or_default()),
                    zone @ ZONE.. => at = at.in_zone((zone - ZONE) as u8),
                    word => {
                        take(word, at);
                        at = if entry & STAY == 0 { at.next() } else { at };
                    }
                }
            }
        }
    }
}

/// The last word of a text that is being read: whether it moves on to the next position is known when the next word comes.
#[derive(Default)]
pub(super) struct Last(Option<(WordId, u32)>);

impl Last {
    /// Takes the next word, and appends the one before; tells whether the next begins a position.
    #[inline]
    pub(super) fn next(&mut self, word: WordId, position: u32, occurrences: &mut Occurrences) -> bool {
        match self.0.replace((word, position)) {
            Some((before, at)) if at == position => {
                occurrences.push_here(before);
                return false;
            }
            Some((before, _)) => occurrences.push(before),
            None => {}
        }
        true
    }

    /// Appends the last word of the text.
    pub(super) fn end(self, occurrences: &mut Occurrences) {
        if let Some((word, _)) = self.0 {
            occurrences.push(word);
        }
    }
}

/// Where a word stands, in one number that sorts by article, position, zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence(u64);

/// Positions have 28 bits: more than the longest article can fill, gaps included; beyond, all are the last.
const LAST_POSITION: u32 = (1 << 28) - 1;

impl Occurrence {
    fn new(doc: DocId, position: u32, zone: u8) -> Occurrence {
        Occurrence(u64::from(doc) << 36 | u64::from(position) << 8 | u64::from(zone))
    }

    pub(super) fn doc(self) -> DocId {
        (self.0 >> 36) as DocId
    }

    pub(super) fn position(self) -> u32 {
        (self.0 >> 8) as u32 & LAST_POSITION
    }

    pub(super) fn zone(self) -> u8 {
        self.0 as u8
    }

    /// Moves on by one position, where there is one.
    #[inline]
    fn next(self) -> Occurrence {
        Occurrence(self.0 + (u64::from(self.position() != LAST_POSITION) << 8))
    }

    fn moved(self, positions: u32) -> Occurrence {
        let position = self.position().saturating_add(positions).min(LAST_POSITION);
        Occurrence::new(self.doc(), position, self.zone())
    }

    fn in_zone(self, zone: u8) -> Occurrence {
        Occurrence(self.0 >> 8 << 8 | u64::from(zone))
    }
}

/// More articles than this do not go into one segment.
pub(super) const MOST_ARTICLES: usize = 1 << 28;

/// The occurrences of all words, word by word.
#[derive(Default)]
pub(super) struct Sorted {
    ends: Vec<u32>,
    occurrences: Vec<Occurrence>,
}

impl Sorted {
    /// Returns the memory that is there for occurrences, in bytes.
    pub(super) fn room(&self) -> usize {
        self.ends.capacity() * size_of::<u32>() + self.occurrences.capacity() * size_of::<Occurrence>()
    }

    /// Returns the number of occurrences.
    pub(super) fn len(&self) -> usize {
        self.occurrences.len()
    }

    /// Returns where a word stands, in order.
    pub(super) fn of(&self, word: WordId) -> &[Occurrence] {
        let word = word as usize;
        let start = if word == 0 { 0 } else { self.ends[word - 1] };
        &self.occurrences[start as usize..self.ends[word] as usize]
    }

    /// Returns where any of some words stands, in order and none twice; collected in `merged` where it takes several.
    pub(super) fn of_any<'a>(&'a self, words: &[WordId], merged: &'a mut Vec<Occurrence>) -> &'a [Occurrence] {
        if let [word] = words {
            return self.of(*word);
        }
        merged.clear();
        for word in words {
            merged.extend_from_slice(self.of(*word));
        }
        // A merge of sorted runs, which the standard sort finds.
        merged.sort();
        merged.dedup();
        merged
    }
}

/// Writes the posting list of a term; room that is reused from term to term.
#[derive(Default)]
pub(super) struct PostingsWriter {
    postings: Vec<(DocId, u32)>,
    deltas: Vec<u32>,
}

impl PostingsWriter {
    /// Writes articles, frequencies and positions.
    pub(super) fn with_positions(
        &mut self,
        field: &mut FieldSerializer<'_>,
        term: &[u8],
        occurrences: &[Occurrence],
    ) -> io::Result<()> {
        self.postings.clear();
        self.deltas.clear();
        let (mut doc, mut last, mut frequency) = (DocId::MAX, 0, 0);
        for occurrence in occurrences {
            if occurrence.doc() != doc {
                if frequency > 0 {
                    self.postings.push((doc, frequency));
                }
                (doc, last, frequency) = (occurrence.doc(), 0, 0);
            }
            let position = occurrence.position();
            self.deltas.push(position - last);
            last = position;
            frequency += 1;
        }
        if frequency > 0 {
            self.postings.push((doc, frequency));
        }
        field.new_term(term, self.postings.len() as u32, true)?;
        let mut deltas = self.deltas.as_slice();
        for (doc, frequency) in &self.postings {
            let (here, rest) = deltas.split_at(*frequency as usize);
            field.write_doc(*doc, *frequency, here);
            deltas = rest;
        }
        field.close_term()
    }

    /// Writes articles and frequencies, each occurrence weighed by its zone.
    pub(super) fn with_frequencies(
        &mut self,
        field: &mut FieldSerializer<'_>,
        term: &[u8],
        occurrences: &[Occurrence],
        weight: impl Fn(u8) -> u32,
    ) -> io::Result<()> {
        self.postings.clear();
        let (mut doc, mut frequency) = (DocId::MAX, 0);
        for occurrence in occurrences {
            if occurrence.doc() != doc {
                if frequency > 0 {
                    self.postings.push((doc, frequency));
                }
                (doc, frequency) = (occurrence.doc(), 0);
            }
            frequency += weight(occurrence.zone());
        }
        if frequency > 0 {
            self.postings.push((doc, frequency));
        }
        field.new_term(term, self.postings.len() as u32, true)?;
        for (doc, frequency) in &self.postings {
            field.write_doc(*doc, *frequency, &[]);
        }
        field.close_term()
    }
}

/// Writes a posting list of articles alone.
pub(super) fn write_docs(field: &mut FieldSerializer<'_>, term: &[u8], docs: &[DocId]) -> io::Result<()> {
    field.new_term(term, docs.len() as u32, false)?;
    for doc in docs {
        field.write_doc(*doc, 0, &[]);
    }
    field.close_term()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_the_words() {
        let mut occurrences = Occurrences::default();
        occurrences.push(1);
        occurrences.push_here(2);
        occurrences.push(0);
        occurrences.begin_zone(3);
        occurrences.skip(1023);
        occurrences.push(1);
        occurrences.end_article();
        occurrences.end_article();
        occurrences.push(0);
        occurrences.end_article();
        let mut sorted = Sorted::default();
        occurrences.sort(4, &mut sorted);
        assert_eq!(sorted.of(0), [Occurrence::new(0, 1, 0), Occurrence::new(2, 0, 0)]);
        assert_eq!(sorted.of(1), [Occurrence::new(0, 0, 0), Occurrence::new(0, 1025, 3)]);
        assert_eq!(sorted.of(2), [Occurrence::new(0, 1, 0)]);
        assert_eq!(sorted.of(3), []);
        let either = sorted.of_any(&[0, 1], &mut Vec::new()).to_vec();
        assert_eq!(
            either.iter().map(|o| (o.doc(), o.position())).collect::<Vec<_>>(),
            [(0, 0), (0, 1), (0, 1025), (2, 0)]
        );
    }

    #[test]
    fn the_last_position_is_not_passed() {
        let mut occurrences = Occurrences::default();
        occurrences.skip(u32::MAX);
        occurrences.push(0);
        occurrences.push(0);
        occurrences.end_article();
        let mut sorted = Sorted::default();
        occurrences.sort(1, &mut sorted);
        assert_eq!(sorted.of(0), [Occurrence::new(0, LAST_POSITION, 0); 2]);
    }
}
