//! The best hits of plain words, all or any of which are asked for, found without scoring every match: MaxScore (Turtle and Flood,
//! "Query evaluation: strategies and optimizations", 1995) with the bounds of blocks (Ding and Suel, "Faster top-k document retrieval
//! using block-max indexes", 2011), over a window of articles at a time.
//!
//! What each word may add in a window is bounded by the blocks of its posting lists. Where all words together may not reach what
//! an article needs, the window is passed over and nothing of it unpacked. Else the lists of the rarer words are walked, and the
//! others asked about an article only where it might still come in.

use std::sync::LazyLock;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, TERMINATED};

use super::prune::Plain;
use super::rank::Unit;
use crate::Result;
use crate::index::{Block, Snapshot};
use crate::similarity::{SHIFT, dampening};

/// How many articles are scored together where several lists are walked: their scores fit into the first cache.
const WINDOW: u32 = 2048;
const BITS: usize = u64::BITS as usize;
/// How many frequencies are compared at once.
const AT_ONCE: usize = 16;
/// How many articles of a block are passed over at once.
const STRIDE: usize = 8;
/// By so much a bound is raised, for what rounding may take from it.
const ROUNDING: f64 = 1.0 + 1e-6;

/// The dampening of each field norm, as the index keeps them.
static DAMPENING: LazyLock<[f64; 256]> =
    LazyLock::new(|| std::array::from_fn(|norm| dampening(FieldNormReader::id_to_fieldnorm(norm as u8))));

fn saturation(frequency: u32, norm: u8) -> f64 {
    f64::from(frequency) / (f64::from(frequency) + DAMPENING[usize::from(norm)])
}

/// A word in one segment. Its terms are those of several languages, and hardly an article has two of them.
struct Word {
    idf: f64,
    /// In how many articles its terms are, together.
    articles: u64,
    /// What an article is given for it at most.
    most: f64,
    lists: Vec<List>,
}

/// An article that may come in, as far as it is scored.
#[derive(Clone, Copy)]
struct Found {
    doc: DocId,
    score: f64,
    /// How often it has the word that was asked last.
    frequency: u32,
}

/// Keeps some of the articles, in their order, and returns how many.
fn keep(found: &mut [Found], mut is_kept: impl FnMut(&mut Found) -> bool) -> usize {
    let mut n_kept = 0;
    for at in 0..found.len() {
        let mut one = found[at];
        if is_kept(&mut one) {
            found[n_kept] = one;
            n_kept += 1;
        }
    }
    n_kept
}

/// The posting list of a term.
struct List {
    blocks: Vec<Block>,
    /// The first block that may have an article that is still to come.
    next: usize,
    /// The block that was unpacked last.
    unpacked: BlockSegmentPostings,
    /// The place in it; behind its end where the block is done with.
    at: usize,
}

impl List {
    /// Moves on to the block that may have an article, and unpacks nothing.
    fn pass(&mut self, doc: DocId) {
        while self.blocks.get(self.next).is_some_and(|block| block.last < doc) {
            self.next += 1;
        }
    }

    /// Moves to the first article from `doc` on, and returns it.
    fn seek(&mut self, doc: DocId) -> DocId {
        let docs = self.unpacked.docs();
        match (docs.get(self.at), docs.last()) {
            (Some(here), _) if *here >= doc => return *here,
            // Ascending numbers are no further apart than they differ.
            (Some(here), Some(last)) if *last >= doc => {
                let end = docs.len().min(self.at + (doc - here) as usize + 1);
                self.at += docs[self.at..end].partition_point(|here| *here < doc);
            }
            _ => self.at = self.unpacked.seek(doc),
        }
        self.unpacked.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Looks up how often articles have the term, all of which would be in the block that [`List::pass`] came to.
    fn look_up(&mut self, found: &mut [Found]) {
        let Some(first) = found.first().filter(|_| self.next < self.blocks.len()) else { return };
        if self.unpacked.docs().last().is_none_or(|last| *last < first.doc) {
            self.at = self.unpacked.seek(first.doc);
        }
        let (docs, frequencies) = (self.unpacked.docs(), self.unpacked.freqs());
        for one in found {
            // They stand close to one another, as a rule.
            while docs.get(self.at + STRIDE - 1).is_some_and(|doc| *doc < one.doc) {
                self.at += STRIDE;
            }
            while docs.get(self.at).is_some_and(|doc| *doc < one.doc) {
                self.at += 1;
            }
            if docs.get(self.at) == Some(&one.doc) {
                one.frequency = one.frequency.max(frequencies[self.at]);
            }
        }
    }

    /// Hands out blocks of articles from `begin` to before `end`, with how often the term is in each.
    fn walk(&mut self, begin: DocId, end: DocId, mut take: impl FnMut(&[DocId], &[u32])) {
        if self.seek(begin) >= end {
            return;
        }
        loop {
            let (docs, frequencies) = (&self.unpacked.docs()[self.at..], &self.unpacked.freqs()[self.at..]);
            let before = docs.partition_point(|doc| *doc < end);
            take(&docs[..before], &frequencies[..before]);
            let is_done = before < docs.len() || docs.last().is_none_or(|last| *last + 1 >= end);
            self.at += before;
            if is_done {
                return;
            }
            self.unpacked.advance();
            self.at = 0;
        }
    }
}

impl Word {
    fn of(snapshot: &Snapshot, ord: u32, segment: &SegmentReader, unit: &Unit) -> Result<Word> {
        let mut word = Word { idf: unit.idf(), articles: 0, most: 0.0, lists: Vec::with_capacity(unit.terms().len()) };
        for term in unit.terms() {
            let inverted = segment.inverted_index(term.field()).map_err(|error| snapshot.error(error))?;
            let Some(info) = inverted.get_term_info(term).map_err(|error| snapshot.error(error))? else { continue };
            let unpacked = inverted.read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs);
            let unpacked = unpacked.map_err(|error| snapshot.error(error))?;
            let blocks = snapshot.blocks(ord, &info)?;
            let most = blocks.iter().fold(0.0, |most: f64, block| most.max(block.most));
            word.most = word.most.max(word.idf * most * ROUNDING);
            word.articles += u64::from(info.doc_freq);
            word.lists.push(List { blocks, next: 0, unpacked, at: 0 });
        }
        Ok(word)
    }

    /// Returns an article from `doc` on before which none has the word.
    fn next(&mut self, doc: DocId) -> DocId {
        let mut next = TERMINATED;
        for list in &mut self.lists {
            list.pass(doc);
            if list.next < list.blocks.len() {
                let known = list.unpacked.docs().get(list.at).copied().unwrap_or(doc);
                next = next.min(known.max(doc));
            }
        }
        next
    }

    /// Returns the last article up to which the bounds at `doc` hold.
    fn last(&mut self, doc: DocId) -> DocId {
        let mut last = TERMINATED - 1;
        for list in &mut self.lists {
            list.pass(doc);
            last = last.min(list.blocks.get(list.next).map_or(last, |block| block.last));
        }
        last
    }

    /// Returns what an article from `first` to `last` is given for the word at most.
    fn most_in(&mut self, first: DocId, last: DocId) -> f64 {
        let mut most: f64 = 0.0;
        for list in &mut self.lists {
            list.pass(first);
            for block in &list.blocks[list.next..] {
                most = most.max(block.most);
                if block.last >= last {
                    break;
                }
            }
        }
        self.idf * most * ROUNDING
    }

    /// Adds to the scores of articles, for which bounds are the same, what they are given for the word. Of those that have it not,
    /// the frequency is 0.
    fn score(&mut self, found: &mut [Found], norms: &FieldNormReader) {
        found.iter_mut().for_each(|one| one.frequency = 0);
        self.lists.iter_mut().for_each(|list| list.look_up(found));
        for one in found.iter_mut().filter(|one| one.frequency > 0) {
            one.score += self.idf * saturation(one.frequency, norms.fieldnorm_id(one.doc));
        }
    }
}

/// Hands out the articles of a segment, deleted ones too, that may have a score of at least `floor`, each with a score that is not
/// below its own but for rounding; `take` returns the floor from there on.
pub(super) fn each(
    snapshot: &Snapshot,
    ord: u32,
    plain: Plain,
    units: &[Unit],
    floor: f64,
    take: impl FnMut(DocId, f64) -> f64,
) -> Result<bool> {
    let segment = snapshot.searcher.segment_reader(ord);
    let norms = segment.get_fieldnorms_reader(snapshot.fields.all).map_err(|error| snapshot.error(error))?;
    let mut words = units.iter().map(|unit| Word::of(snapshot, ord, segment, unit)).collect::<Result<Vec<_>>>()?;
    match plain {
        Plain::All => words.sort_by_key(|word| word.articles),
        Plain::Any => words.sort_by(|a, b| b.idf.total_cmp(&a.idf)),
    }
    let n_words = words.len();
    let is_exact = n_words < 3 && words.iter().all(|word| word.lists.len() < 2);
    let search = Search {
        is_all: plain == Plain::All,
        norms,
        floor,
        take,
        rest: vec![0.0; n_words + 1],
        rest_at: vec![0.0; n_words],
        scores: vec![0.0; WINDOW as usize],
        has_word: vec![0; WINDOW as usize / BITS],
        found: Vec::new(),
    };
    search.run(&mut words, segment.max_doc());
    Ok(is_exact)
}

/// A search of a segment, as far as it is.
struct Search<F> {
    /// Whether articles must have every word.
    is_all: bool,
    norms: FieldNormReader,
    /// What an article must have.
    floor: f64,
    take: F,
    /// What an article of the window is given at most by the words from each one on.
    rest: Vec<f64>,
    /// What an article is given at most by the words behind each one.
    rest_at: Vec<f64>,
    /// For each article of the window, what those words give it whose lists are walked, and whether it has any of them.
    scores: Vec<f64>,
    has_word: Vec<u64>,
    /// Articles of the lists that are walked, as long as the others have not been asked about them.
    found: Vec<Found>,
}

impl<F: FnMut(DocId, f64) -> f64> Search<F> {
    fn run(mut self, words: &mut [Word], end: DocId) {
        let mut begin = 0;
        loop {
            let n_walked = self.bound(words, |word| word.most);
            begin = words[..n_walked].iter_mut().map(|word| word.next(begin)).min().unwrap_or(TERMINATED);
            if begin >= end {
                return;
            }
            let last = words[..n_walked].iter_mut().map(|word| word.last(begin)).min().unwrap_or(begin);
            let is_one = |words: &[Word]| matches!(words, [word] if word.lists.len() == 1);
            let last = if is_one(&words[..n_walked]) { last } else { last.min(begin.saturating_add(WINDOW - 1)) };
            let n_walked = self.bound(words, |word| word.most_in(begin, last));
            let (walked, asked) = words.split_at_mut(n_walked);
            match walked {
                [] => {}
                [Word { idf, lists, .. }] if lists.len() == 1 => self.walk(*idf, &mut lists[0], asked, begin, last + 1),
                _ => self.walk_together(walked, asked, begin, last + 1),
            }
            begin = last + 1;
        }
    }

    /// Sums up what the words give at most; returns of how many the lists have to be walked.
    fn bound(&mut self, words: &mut [Word], mut most: impl FnMut(&mut Word) -> f64) -> usize {
        for n in (0..words.len()).rev() {
            self.rest[n] = self.rest[n + 1] + most(&mut words[n]);
        }
        match self.is_all {
            true => usize::from(self.rest[0] >= self.floor).min(words.len()),
            false => self.rest.iter().take_while(|rest| **rest >= self.floor).count().min(words.len()),
        }
    }

    /// Walks the only list that has to be.
    fn walk(&mut self, idf: f64, list: &mut List, asked: &mut [Word], begin: DocId, end: DocId) {
        list.walk(begin, end, |docs, frequencies| {
            let least = least_frequency((self.floor - self.rest[1]) / idf);
            let mut at = 0;
            for some in frequencies.chunks(AT_ONCE) {
                // Few articles have the word as often as they need. All are compared, since that takes no branches.
                if some.iter().fold(false, |any, frequency| any | (*frequency >= least)) {
                    for (n, frequency) in some.iter().enumerate().filter(|(_, frequency)| **frequency >= least) {
                        let doc = docs[at + n];
                        let score = idf * saturation(*frequency, self.norms.fieldnorm_id(doc));
                        if score + self.rest[1] >= self.floor {
                            self.found.push(Found { doc, score, frequency: 0 });
                        }
                    }
                }
                at += some.len();
            }
            self.finish(asked, 1);
        });
    }

    /// Walks several lists.
    fn walk_together(&mut self, walked: &mut [Word], asked: &mut [Word], begin: DocId, end: DocId) {
        let n_walked = walked.len();
        for Word { idf, lists, .. } in walked {
            for list in lists {
                list.walk(begin, end, |docs, frequencies| {
                    for (n, doc) in docs.iter().enumerate() {
                        let place = (doc - begin) as usize;
                        self.scores[place] += *idf * saturation(frequencies[n], self.norms.fieldnorm_id(*doc));
                        self.has_word[place / BITS] |= 1 << (place % BITS);
                    }
                });
            }
        }
        for word in 0..(end - begin).div_ceil(BITS as u32) {
            let mut places = std::mem::take(&mut self.has_word[word as usize]);
            while places != 0 {
                let place = word * BITS as u32 + places.trailing_zeros();
                places &= places - 1;
                let score = std::mem::take(&mut self.scores[place as usize]);
                if score + self.rest[n_walked] >= self.floor {
                    self.found.push(Found { doc: begin + place, score, frequency: 0 });
                }
            }
        }
        self.finish(asked, n_walked);
    }

    /// Adds to the scores of the articles that were found what other words give, and hands out those that may have what they need.
    fn finish(&mut self, asked: &mut [Word], n_walked: usize) {
        let mut found = std::mem::take(&mut self.found);
        let mut rest = &mut found[..];
        while let Some(first) = rest.first() {
            let first = first.doc;
            let last = asked.iter_mut().map(|word| word.last(first)).min().unwrap_or(TERMINATED);
            let n_some = rest.partition_point(|one| one.doc <= last);
            let (some, others) = rest.split_at_mut(n_some);
            self.finish_some(some, asked, n_walked, (first, last));
            rest = others;
        }
        found.clear();
        self.found = found;
    }

    /// Does so with articles for which the bounds of the other words are the same.
    fn finish_some(&mut self, mut some: &mut [Found], asked: &mut [Word], n_walked: usize, range: (DocId, DocId)) {
        // What the blocks bound where the articles would be takes no unpacking.
        let mut rest = 0.0;
        for (n, word) in asked.iter_mut().enumerate().rev() {
            self.rest_at[n_walked + n] = rest;
            rest += word.most_in(range.0, range.1);
        }
        let floor = self.floor;
        let n_left = keep(some, |one| one.score + rest >= floor);
        some = &mut some[..n_left];
        for (n, word) in asked.iter_mut().enumerate() {
            word.score(some, &self.norms);
            let (is_all, rest) = (self.is_all, self.rest_at[n_walked + n]);
            let n_left = keep(some, |one| (one.frequency > 0 || !is_all) && one.score + rest >= floor);
            some = &mut some[..n_left];
        }
        for one in some {
            // The floor may have risen since, to where nothing is taken any more.
            if one.score >= self.floor {
                self.floor = (self.take)(one.doc, one.score);
            }
        }
    }
}

/// Returns how often a word must be in the shortest article at least to have a saturation.
fn least_frequency(saturation: f64) -> u32 {
    if saturation >= 1.0 {
        return u32::MAX;
    }
    // f / (f + k) >= s where f >= s k / (1 - s), less what rounding may add.
    let shortest = FieldNormReader::fieldnorm_to_id(SHIFT);
    let least = saturation * DAMPENING[usize::from(shortest)] / (1.0 - saturation);
    (least / ROUNDING).ceil() as u32
}
