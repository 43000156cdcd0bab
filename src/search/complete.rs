//! What begins as typed: words of the index, and headlines. Bounded work, since it is asked for with every key.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::request::{Completion, CompletionKind};
use super::suggest::spelled;
use super::{Searcher, Stop};
use crate::Result;
use crate::analysis::{Analyzer, SPELLING, Scratch, is_unspaced, lower, surface_form};
use crate::index::{Snapshot, TermInfos, TextField};

/// So many articles are looked at for headlines, the last in the order of the index, which is that of dates where it was merged.
const MOST_LOOKED_AT: u64 = 20_000;
/// So many words of headlines that begin as typed are followed, those of most headlines.
const MOST_WORDS: usize = 256;
/// So many headlines are read, at most twice as many as are wanted.
const MOST_READ: usize = 40;

/// What begins with so many characters is much, and few beginnings are so short: what was found is kept.
const SHORT: usize = 2;
const MOST_KEPT: usize = 1_000;

/// How many words pass between two looks at whether to stop.
const STOP_EVERY: u64 = 1024;

/// What is kept for the next time.
#[derive(Default)]
pub(super) struct Kept {
    /// Completions of short beginnings, by what was typed and how many were wanted.
    completions: Mutex<HashMap<(String, usize), Vec<Completion>>>,
    /// Of each segment, what is told of the words of all fields and of those of headlines.
    infos: OnceLock<Vec<[TermInfos; 2]>>,
}

impl Kept {
    fn infos(&self, snapshot: &Snapshot) -> Result<&[[TermInfos; 2]]> {
        if let Some(infos) = self.infos.get() {
            return Ok(infos);
        }
        let mut infos = Vec::new();
        for segment in snapshot.searcher.segment_readers() {
            let of = |field| {
                let infos = TermInfos::of(segment, field).map_err(|error| snapshot.error(error))?;
                infos.ok_or_else(|| snapshot.damaged("what a dictionary tells of its terms is not where it should be"))
            };
            infos.push([of(snapshot.fields.text)?, of(headline_words(snapshot))?]);
        }
        Ok(self.infos.get_or_init(|| infos))
    }
}

impl Searcher {
    /// Returns what `typed` may become: with its last word completed by words of the index, those in most articles first, and
    /// headlines that have its words and one that begins as the last, those of most articles first and then the newest; at
    /// most `limit` of each.
    ///
    /// Words that only deleted articles have may be among them. Where very many headlines have such words, those of the
    /// articles at the end of the index are looked at, which are the newest of an index that was written at once.
    ///
    /// # Errors
    ///
    /// Failures of the index.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        self.suggest_until(typed, limit, &Stop::never())
    }

    /// Returns what `typed` may become, as [`suggest`](Searcher::suggest) does, and gives up with [`Error::Cancelled`](crate::Error::Cancelled)
    /// soon after `stop` says so.
    pub fn suggest_until(&self, typed: &str, limit: usize, stop: &Stop) -> Result<Vec<Completion>> {
        self.index.guarded(|| {
            stop.going_on()?;
            let is_short = typed.chars().nth(SHORT).is_none();
            let key = (typed.to_owned(), limit);
            let kept = &self.completions;
            if is_short && let Some(known) = kept.completions.lock().ok().and_then(|known| known.get(&key).cloned()) {
                return Ok(known);
            }
            let (typed, infos) = (Typed::read(typed), kept.infos(&self.snapshot)?);
            let mut completions = words(&self.snapshot, infos, &typed, limit, stop)?;
            completions.extend(headlines(&self.snapshot, infos, &typed, limit, stop)?);
            if is_short
                && let Ok(mut known) = kept.completions.lock()
                && known.len() < MOST_KEPT
            {
                known.insert(key, completions.clone());
            }
            Ok(completions)
        })
    }
}

/// What was typed: words, and the beginning of one.
struct Typed<'t> {
    before: &'t str,
    /// In lower case.
    beginning: String,
    /// Without diacritics.
    letters: String,
}

impl Typed<'_> {
    fn read(typed: &str) -> Typed<'_> {
        let is_parting = |c: char| !c.is_alphanumeric() && c != '\'' && c != '’';
        let start = typed.rfind(is_parting).map_or(0, |at| at + typed[at..].chars().next().map_or(0, char::len_utf8));
        let beginning = lower(&typed[start..]);
        let letters = surface_form(&beginning).split(SPELLING).next().unwrap_or_default().to_owned();
        Typed { before: &typed[..start], beginning, letters }
    }

    /// Tells whether a word, as it is spelled, begins so: with diacritics where some were typed.
    fn begins(&self, word: &str) -> bool {
        self.letters == self.beginning || word.starts_with(&self.beginning)
    }
}

fn words(
    snapshot: &Snapshot,
    infos: &[[TermInfos; 2]],
    typed: &Typed<'_>,
    limit: usize,
    stop: &Stop,
) -> Result<Vec<Completion>> {
    if typed.beginning.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let field = snapshot.fields.text;
    let segments = || snapshot.searcher.segment_readers().iter().zip(infos);
    let mut begun = Vec::with_capacity(infos.len());
    for (segment, [infos, _]) in segments() {
        begun.push(infos.beginning(segment, field, &typed.letters).map_err(|error| snapshot.error(error))?);
    }
    // The most frequent words of each segment are summed up, more of them until no other can be as frequent as the last that is
    // told.
    let mut of_each = limit.saturating_mul(4);
    loop {
        let (mut forms, mut most_of_others) = (BTreeSet::new(), 0);
        for ((segment, [infos, _]), begun) in segments().zip(&begun) {
            let inverted = segment.inverted_index(field).map_err(|error| snapshot.error(error))?;
            let best = infos.most_frequent(begun.clone(), of_each);
            if (best.len() as u64) < begun.end - begun.start {
                most_of_others += best.last().map_or(0, |(articles, _)| u64::from(*articles));
            }
            for (number, (_, term)) in (0..).zip(best) {
                let mut form = Vec::new();
                inverted.terms().ord_to_term(term, &mut form).map_err(|error| snapshot.error(error))?;
                forms.extend(String::from_utf8(form).ok().filter(|form| typed.begins(spelled(form))));
                if number % STOP_EVERY == 0 {
                    stop.going_on()?;
                }
            }
        }
        let mut counted = Vec::with_capacity(forms.len());
        for form in forms {
            stop.going_on()?;
            let term = Term::from_field_text(field, &form);
            let articles = snapshot.searcher.doc_freq(&term).map_err(|error| snapshot.error(error))?;
            counted.push((Reverse(articles), form));
        }
        counted.sort_unstable();
        let is_told = |(Reverse(last), _): &(Reverse<u64>, String)| *last > most_of_others;
        if most_of_others == 0 || counted.get(limit - 1).is_some_and(is_told) {
            counted.truncate(limit);
            let mut words: Vec<_> = counted.iter().map(|(articles, form)| (*articles, spelled(form))).collect();
            words.sort_unstable();
            let completion = |(Reverse(articles), word)| {
                let text = format!("{}{word}", typed.before);
                Completion { kind: CompletionKind::Word, text, articles }
            };
            return Ok(words.into_iter().map(completion).collect());
        }
        of_each = of_each.saturating_mul(4);
    }
}

fn headlines(
    snapshot: &Snapshot,
    infos: &[[TermInfos; 2]],
    typed: &Typed<'_>,
    limit: usize,
    stop: &Stop,
) -> Result<Vec<Completion>> {
    let mut words: BTreeMap<u32, String> = BTreeMap::new();
    Analyzer::scan(typed.before, &mut Scratch::default(), |word, _, position| {
        words.insert(position, surface_form(word));
    });
    let words: Vec<String> = words.into_values().collect();
    if limit == 0 || typed.beginning.is_empty() && words.is_empty() {
        return Ok(Vec::new());
    }
    let mut newest: BinaryHeap<Reverse<(i64, DocAddress)>> = BinaryHeap::new();
    let most = (2 * limit).min(MOST_READ).max(limit);
    for ((ord, segment), [_, infos]) in (0..).zip(snapshot.searcher.segment_readers()).zip(infos) {
        let dates = &snapshot.columns(ord)?.first_second;
        let lists = Lists::of(snapshot, segment, infos)?;
        for doc in looked_at(&lists, typed, &words, stop)? {
            if !segment.is_deleted(doc) {
                let article = (dates.first(doc).unwrap_or(i64::MIN), DocAddress::new(ord, doc));
                if newest.len() == most && newest.peek().is_some_and(|Reverse(oldest)| article < *oldest) {
                    continue;
                }
                newest.push(Reverse(article));
                if newest.len() > most {
                    newest.pop();
                }
            }
        }
    }
    // Those that are written alike count as one.
    let mut found: BTreeMap<String, (u64, i64, String)> = BTreeMap::new();
    for Reverse((date, address)) in newest.into_sorted_vec() {
        stop.going_on()?;
        let Some(headline) = snapshot.headline(address)? else { continue };
        let folded = lower(&headline);
        if typed.beginning.contains(is_unspaced) && !folded.contains(&typed.beginning) {
            continue;
        }
        found.entry(folded).or_insert((0, date, headline)).0 += 1;
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by(|a, b| (b.0, b.1, &a.2).cmp(&(a.0, a.1, &b.2)));
    found.truncate(limit);
    let completion = |(articles, _, text)| Completion { kind: CompletionKind::Headline, text, articles };
    Ok(found.into_iter().map(completion).collect())
}

/// Returns articles of a segment whose headline has some words and one that begins as typed, in order.
fn looked_at(lists: &Lists<'_>, typed: &Typed<'_>, words: &[String], stop: &Stop) -> Result<Vec<DocId>> {
    let Lists { snapshot, segment, .. } = lists;
    let (begun, words) = match words.split_last() {
        Some((last, others)) if typed.beginning.is_empty() => (lists.of_word(last)?, others),
        _ => (lists.begun(typed, stop)?, words),
    };
    let total: u64 = begun.iter().map(|info| u64::from(info.doc_freq)).sum();
    let all: u64 = snapshot.searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum();
    let share = MOST_LOOKED_AT * u64::from(segment.max_doc()) / all.max(1);
    let first = total.saturating_sub(share) * u64::from(segment.max_doc()) / total.max(1);
    let mut docs = Docs::from(first as DocId, segment.max_doc());
    for info in &begun {
        stop.going_on()?;
        let mut list = lists.postings(info)?;
        let mut doc = seek(&mut list, first as DocId);
        while doc != TERMINATED {
            docs.add(doc);
            doc = list.advance();
        }
    }
    let mut docs = docs.in_order();
    for word in words {
        stop.going_on()?;
        let mut of_word = Vec::new();
        for info in lists.of_word(word)? {
            of_word.push(lists.postings(&info)?);
        }
        docs.retain(|doc| of_word.iter_mut().any(|list| seek(list, *doc) == *doc));
    }
    Ok(docs)
}

/// Articles from one on, a bit each: hundreds of lists put in order by sorting would take most of the time.
struct Docs {
    first: DocId,
    has: Vec<u64>,
}

impl Docs {
    fn from(first: DocId, end: DocId) -> Docs {
        Docs { first, has: vec![0; (end.saturating_sub(first) as usize).div_ceil(64)] }
    }

    fn add(&mut self, doc: DocId) {
        let place = doc - self.first;
        // A damaged list may have more.
        if let Some(bits) = self.has.get_mut(place as usize / 64) {
            *bits |= 1 << (place % 64);
        }
    }

    fn in_order(&self) -> Vec<DocId> {
        let mut docs = Vec::new();
        for (start, &bits) in (self.first..).step_by(64).zip(&self.has) {
            let mut bits = bits;
            while bits != 0 {
                docs.push(start + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        docs
    }
}

/// Moves a list to the first article from one on.
fn seek(list: &mut SegmentPostings, doc: DocId) -> DocId {
    if list.doc() < doc { list.seek(doc) } else { list.doc() }
}

fn headline_words(snapshot: &Snapshot) -> Field {
    snapshot.fields.words(TextField::Headline).expect("every field but the body has its words")
}

/// The words of the headlines of a segment, with the articles that have each.
struct Lists<'s> {
    snapshot: &'s Snapshot,
    segment: &'s SegmentReader,
    inverted: Arc<InvertedIndexReader>,
    infos: &'s TermInfos,
}

impl Lists<'_> {
    fn of<'s>(snapshot: &'s Snapshot, segment: &'s SegmentReader, infos: &'s TermInfos) -> Result<Lists<'s>> {
        let inverted = segment.inverted_index(headline_words(snapshot)).map_err(|error| snapshot.error(error))?;
        Ok(Lists { snapshot, segment, inverted, infos })
    }

    /// Returns a word in every spelling, or in the one that it has.
    fn of_word(&self, word: &str) -> Result<Vec<TermInfo>> {
        let spelling = format!("{word}{SPELLING}");
        let exact = self.inverted.terms().get(word).map_err(|error| self.snapshot.error(error))?;
        let mut infos: Vec<TermInfo> = exact.into_iter().collect();
        if !word.contains(SPELLING) {
            infos.extend(self.beginning(&spelling, |_| true, &Stop::never())?);
        }
        Ok(infos)
    }

    /// Returns words that begin as typed.
    fn begun(&self, typed: &Typed<'_>, stop: &Stop) -> Result<Vec<TermInfo>> {
        // Two characters of a script without spaces are one word.
        let is_pair = typed.letters.contains(is_unspaced);
        let letters: String = typed.letters.chars().take(if is_pair { 2 } else { usize::MAX }).collect();
        let begun = self.infos.beginning(self.segment, headline_words(self.snapshot), &letters);
        let begun = begun.map_err(|error| self.snapshot.error(error))?;
        if is_pair || typed.letters == typed.beginning {
            let best = self.infos.most_frequent(begun, MOST_WORDS);
            return Ok(best.into_iter().map(|(_, term)| self.infos.get(term)).collect());
        }
        let mut infos = self.beginning(&letters, |form| typed.begins(spelled(form)), stop)?;
        if infos.len() > MOST_WORDS {
            infos.sort_by_key(|info| Reverse(info.doc_freq));
            infos.truncate(MOST_WORDS);
        }
        Ok(infos)
    }

    fn beginning(&self, text: &str, is_asked: impl Fn(&str) -> bool, stop: &Stop) -> Result<Vec<TermInfo>> {
        let mut infos = Vec::new();
        let mut stream =
            self.inverted.terms().range().ge(text).into_stream().map_err(|error| self.snapshot.error(error))?;
        while stream.advance() && stream.key().starts_with(text.as_bytes()) {
            if stream.term_ord() % STOP_EVERY == 0 {
                stop.going_on()?;
            }
            if std::str::from_utf8(stream.key()).is_ok_and(&is_asked) {
                infos.push(stream.value().clone());
            }
        }
        Ok(infos)
    }

    fn postings(&self, info: &TermInfo) -> Result<SegmentPostings> {
        let postings = self.inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic);
        postings.map_err(|error| self.snapshot.error(error))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{Article, Error, Index};

    /// Returns an index of several segments that have words in different shares, with and without diacritics.
    fn index() -> Index {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        let mut state = 5u32;
        for n in 0..600u32 {
            let mut random = |below: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) % below
            };
            let mut article = Article::new(format!("{n}"));
            let mut word = || {
                let number = 300 / (1 + random(300)) * (1 + n / 200) % 400;
                let beginning = ["ba", "bo", "bé", "ca"][(number % 4) as usize];
                format!("{beginning}{}{}", char::from(b'a' + (number % 23) as u8), number / 4)
            };
            article.headline = Some(word());
            article.body.push((0..20).map(|_| word()).collect::<Vec<_>>().join(" "));
            writer.add(article).expect("memory suffices");
            if n % 200 == 199 {
                writer.commit().expect("memory suffices");
            }
        }
        index
    }

    #[test]
    fn words_are_those_that_a_walk_over_all_words_finds() {
        let searcher = index().searcher().expect("a searcher");
        let snapshot = &searcher.snapshot;
        assert!(snapshot.searcher.segment_readers().len() > 2);
        let mut n_found = 0;
        for (typed, limit) in
            ["b", "bé", "be", "c", "bo", "bam", "x"].iter().flat_map(|text| [1, 4, 10, 1_000].map(|n| (text, n)))
        {
            let read = Typed::read(typed);
            let mut walked = Vec::new();
            for form in snapshot.terms_beginning(snapshot.fields.text, &read.letters).expect("it can be read") {
                let term = Term::from_field_text(snapshot.fields.text, &form);
                let articles = snapshot.searcher.doc_freq(&term).expect("it can be read");
                walked.extend(read.begins(spelled(&form)).then_some((Reverse(articles), form)));
            }
            walked.sort_unstable();
            walked.truncate(limit);
            let mut walked: Vec<_> =
                walked.iter().map(|(articles, form)| (*articles, spelled(form).to_owned())).collect();
            walked.sort_unstable();
            let completions = searcher.suggest(typed, limit).expect("it can be read").into_iter();
            let words = completions.filter(|found| found.kind == CompletionKind::Word);
            let words: Vec<_> = words.map(|found| (Reverse(found.articles), found.text)).collect();
            n_found += words.len();
            assert_eq!(words, walked, "{typed} {limit}");
        }
        assert!(n_found > 150, "{n_found} words were found");
    }

    #[test]
    fn completing_is_given_up_when_that_is_said() {
        let searcher = index().searcher().expect("a searcher");
        // At the first word, and at each after it.
        for after in 0..20 {
            let asked = AtomicU32::new(0);
            let stop = Stop::when(move || asked.fetch_add(1, Ordering::Relaxed) >= after);
            let given_up = searcher.suggest_until("ba", 10, &stop);
            assert!(matches!(given_up, Err(Error::Cancelled)), "{after}: {given_up:?}");
        }
        assert!(searcher.suggest_until("ba", 10, &Stop::never()).is_ok_and(|found| found.len() > 5));
    }
}
