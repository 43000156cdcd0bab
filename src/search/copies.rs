//! Copies: of the articles that are found, one that has the text of a better one is listed under it and not by itself.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::collect::Collected;
use super::lower::Lowered;
use super::overlap::{Budget, Text, Words};
use super::{Collapse, FoldedCopy, SearchRequest, Searcher, Stop};
use crate::index::{Sketch, Sketches, Snapshot};
use crate::{Result, Status};

/// How many of the best articles are looked at; those behind them are shown by themselves.
const CANDIDATES: usize = 1_000;
/// How much comparing a search may take, in steps of 64 words with one: some tenths of a second. What is behind that is shown
/// by itself.
const MOST_COMPARING: usize = 1 << 28;
/// Of the bins of two sketches, one in so many agrees even where every eighth word of two copies differs from the other's, which
/// leaves a third of their runs of three words in common. It agrees in few others, so that few articles are read for nothing.
const ONE_IN: u32 = 8;
/// And so many in any case: one may agree by chance.
const LEAST_AGREEING: u32 = 2;
/// Headlines and standfirsts, which the number of words leaves out, differ by so many words at most.
const BESIDE_BODY: u64 = 100;
/// Where less than this share of its bins tells anything, a sketch tells too little.
const FEW: usize = 4;

/// What was found of copies.
#[derive(Default)]
pub(super) struct Copies {
    /// Those of each article that has any, in their order.
    pub(super) of: HashMap<DocAddress, Vec<DocAddress>>,
    /// Whether some that look alike were not compared.
    pub(super) is_cut: bool,
}

impl Searcher {
    /// Collects the articles up to the last that is shown, copies folded where the request asks for it.
    pub(super) fn folded(
        &self,
        lowered: &Lowered,
        request: &SearchRequest,
        stop: &Stop,
    ) -> Result<(Collected, Copies)> {
        let wanted = request.offset.saturating_add(request.limit);
        let is_folded = request.collapse != Collapse::Off && request.limit > 0;
        let more = if is_folded { CANDIDATES } else { 0 };
        let mut found = self.best(lowered, request, wanted.saturating_add(more), stop)?;
        if !is_folded {
            return Ok((found, Copies::default()));
        }
        let mut folding = Folding::new(&self.snapshot, request.collapse == Collapse::Near);
        let behind = found.top.split_off(CANDIDATES.min(found.top.len()));
        let mut shown = Vec::new();
        for (address, score) in found.top {
            stop.going_on()?;
            if !folding.takes(address, shown.len() < wanted)? && shown.len() < wanted {
                shown.push((address, score));
            }
        }
        shown.extend(behind);
        shown.truncate(wanted);
        found.top = shown;
        folding.copies.is_cut = folding.budget.is_spent();
        Ok((found, folding.copies))
    }

    /// Returns what is told of copies.
    pub(super) fn told(&self, copies: &[DocAddress]) -> Result<Vec<FoldedCopy>> {
        let told = copies.iter().map(|address| {
            let article = self.snapshot.summary(*address)?;
            let (id, source) = (article.id, article.source);
            Ok(FoldedCopy { id, source, publisher: article.publisher, published: article.published })
        });
        told.collect()
    }
}

/// The articles that are shown, and their copies.
struct Folding<'s> {
    snapshot: &'s Snapshot,
    is_near: bool,
    sketches: FxHashMap<u32, Sketches>,
    shown: Vec<(DocAddress, Sketch)>,
    /// The texts of those that are shown, as far as they were asked for.
    read: FxHashMap<DocAddress, Read>,
    words: Words,
    budget: Budget,
    copies: Copies,
}

/// What decides whether one article is a copy of another.
struct Read {
    text: Text,
    status: Status,
}

/// What is read of an article.
#[derive(serde::Deserialize)]
struct Stored {
    #[serde(default)]
    headline: Option<String>,
    #[serde(default)]
    standfirst: Option<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    status: Status,
}

impl<'s> Folding<'s> {
    fn new(snapshot: &'s Snapshot, is_near: bool) -> Folding<'s> {
        Folding {
            snapshot,
            is_near,
            sketches: FxHashMap::default(),
            shown: Vec::new(),
            read: FxHashMap::default(),
            words: Words::default(),
            budget: Budget(MOST_COMPARING),
            copies: Copies::default(),
        }
    }

    /// Tells whether the next article is a copy of one that is shown, the first of those. Where it is not, it may be shown
    /// itself.
    fn takes(&mut self, address: DocAddress, may_be_shown: bool) -> Result<bool> {
        let sketch = self.sketch(address)?;
        let mut read = None;
        for n in 0..self.shown.len() {
            let (of, other) = &self.shown[n];
            if !self.may_be_copies(&sketch, other) {
                continue;
            }
            let of = *of;
            if !self.read.contains_key(&of) {
                let text = self.read(of)?;
                self.read.insert(of, text);
            }
            let copy = match read.take() {
                Some(read) => read,
                None => self.read(address)?,
            };
            if self.is_copy(&copy, of) {
                self.copies.of.entry(of).or_default().push(address);
                return Ok(true);
            }
            read = Some(copy);
        }
        if may_be_shown {
            self.shown.push((address, sketch));
            self.read.extend(read.map(|read| (address, read)));
        }
        Ok(false)
    }

    fn may_be_copies(&self, a: &Sketch, b: &Sketch) -> bool {
        // Four fifths of the longer text; see `overlap.rs`.
        let (short, long) = (a.word_count.min(b.word_count), a.word_count.max(b.word_count));
        if 4 * long > 5 * (short + BESIDE_BODY) {
            return false;
        }
        let agree = a.agreeing(b);
        let tells_little = || (a.n_telling.max(b.n_telling) as usize) < self.bins() / FEW;
        if agree < LEAST_AGREEING {
            return tells_little();
        }
        // The same text cut otherwise (`U.S.`, `1,000`) differs in a few of its runs of words.
        let one_in = if self.is_near { ONE_IN } else { 2 };
        agree >= a.telling(b) / one_in || tells_little()
    }

    /// Returns how many bins of a sketch are looked at. The same words are told by a quarter of them, as a rule.
    fn bins(&self) -> usize {
        if self.is_near { Sketches::WHOLE } else { Sketches::QUARTER }
    }

    fn sketch(&mut self, address: DocAddress) -> Result<Sketch> {
        if !self.sketches.contains_key(&address.segment_ord) {
            let reader = self.snapshot.searcher.segment_reader(address.segment_ord);
            let opened = Sketches::of(reader, self.bins()).map_err(|error| self.snapshot.error(error))?;
            self.sketches.insert(address.segment_ord, opened);
        }
        Ok(self.sketches[&address.segment_ord].get(address.doc_id))
    }

    fn read(&mut self, address: DocAddress) -> Result<Read> {
        let Stored { headline, standfirst, body, status } = self.snapshot.read(address)?;
        let paragraphs = standfirst.iter().chain(&body).map(String::as_str);
        let headline = headline.as_deref().unwrap_or_default();
        let text = self.words.text(headline, paragraphs, self.is_near);
        let is_corrected = status == Status::Usable && says_corrected(headline);
        Ok(Read { text, status: if is_corrected { Status::Corrected } else { status } })
    }

    fn is_copy(&mut self, copy: &Read, of: DocAddress) -> bool {
        let Some(of) = self.read.get(&of) else { return false };
        may_fold(copy.status, of.status)
            && match self.is_near {
                true => self.words.are_near(&copy.text, &of.text, &mut self.budget),
                false => copy.text.is_same(&of.text),
            }
    }
}

/// Tells whether an article may be folded into another. What was corrected or withdrawn is news beside the original; the
/// original of what was corrected is not.
fn may_fold(copy: Status, of: Status) -> bool {
    copy == of || (copy, of) == (Status::Usable, Status::Corrected)
}

/// Tells whether a headline says that its story was corrected, as those of agencies do where nothing else says so:
/// `CORRECTED-Ferry sails`, `Ferry sails (Correction)`.
fn says_corrected(headline: &str) -> bool {
    const WORDS: [&str; 5] = ["corrected", "correction", "corrects", "refile", "clarification"];
    let is_one = |word: &str| WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known));
    let headline = headline.trim();
    let before = headline.split_once(['-', ':', '–', '—']).is_some_and(|(before, _)| is_one(before));
    let in_brackets = |open, close| {
        let parts = headline.split(open).skip(1);
        parts.filter_map(|part| part.split_once(close)).any(|(within, _)| is_one(within))
    };
    before || in_brackets('(', ')') || in_brackets('[', ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_tells_of_a_correction_and_not_of_what_is_called_so() {
        for headline in
            ["CORRECTED-Ferry sails", "Correction: Ferry sails", "Ferry sails [CORRECTED]", "REFILE - Ferry (new)"]
        {
            assert!(says_corrected(headline), "{headline}");
        }
        for headline in
            ["Correction officers strike - again", "Ferry sails", "Market corrects (again)", "Corrected figures", ""]
        {
            assert!(!says_corrected(headline), "{headline}");
        }
    }

    #[test]
    fn what_was_corrected_or_withdrawn_never_folds_into_what_stands() {
        use Status::{Corrected, Usable, Withdrawn};
        let folds: Vec<(Status, Status)> = [Usable, Corrected, Withdrawn]
            .into_iter()
            .flat_map(|copy| [Usable, Corrected, Withdrawn].map(|of| (copy, of)))
            .filter(|(copy, of)| may_fold(*copy, *of))
            .collect();
        let same = [(Usable, Usable), (Corrected, Corrected), (Withdrawn, Withdrawn)];
        assert_eq!(folds, [same[0], (Usable, Corrected), same[1], same[2]]);
    }
}
