//! What begins as typed: words of the index, and headlines. Bounded work, since it is asked for with every key.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::{Arc, Mutex};

use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED};

use super::Searcher;
use super::request::{Completion, CompletionKind};
use super::suggest::spelled;
use crate::Result;
use crate::analysis::{Analyzer, SPELLING, Scratch, is_unspaced, lower, surface_form};
use crate::index::{Snapshot, TextField, column};

/// So many articles are looked at for headlines, the last in the order of the index, which is that of dates where it was merged.
const MOST_LOOKED_AT: u64 = 20_000;
/// So many words of headlines that begin as typed are followed, those of most headlines.
const MOST_WORDS: usize = 256;
/// So many headlines are read, at most twice as many as are wanted.
const MOST_READ: usize = 40;

/// What begins with so many characters is much, and few beginnings are so short: what was found is kept.
const SHORT: usize = 2;
const MOST_KEPT: usize = 1_000;

/// Completions of short beginnings, by what was typed and how many were wanted.
pub(super) type Kept = Arc<Mutex<HashMap<(String, usize), Vec<Completion>>>>;

impl Searcher {
    /// Returns what `typed` may become: with its last word completed by words of the index, those in most articles first, and
    /// headlines that have its words and one that begins as the last, those of most articles first and then the newest; at
    /// most `limit` of each.
    ///
    /// Words that only deleted articles have may be among them. Where very many headlines have such words, those of the
    /// articles at the end of the index are looked at, which are the newest of an index that was written at once.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        self.index.guarded(|| {
            let is_short = typed.chars().nth(SHORT).is_none();
            let key = (typed.to_owned(), limit);
            if is_short && let Some(known) = self.completions.lock().ok().and_then(|known| known.get(&key).cloned()) {
                return Ok(known);
            }
            let typed = Typed::read(typed);
            let mut completions = words(&self.snapshot, &typed, limit)?;
            completions.extend(headlines(&self.snapshot, &typed, limit)?);
            if is_short
                && let Ok(mut known) = self.completions.lock()
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

fn words(snapshot: &Snapshot, typed: &Typed<'_>, limit: usize) -> Result<Vec<Completion>> {
    if typed.beginning.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    // The least of the best is at its top.
    let mut best: BinaryHeap<Reverse<(u64, Reverse<String>)>> = BinaryHeap::new();
    snapshot.each_beginning(snapshot.fields.text, &typed.letters, |form, articles| {
        let is_less = best.len() == limit && best.peek().is_some_and(|Reverse((least, _))| articles <= *least);
        if !is_less && typed.begins(spelled(form)) {
            best.push(Reverse((articles, Reverse(spelled(form).to_owned()))));
            if best.len() > limit {
                best.pop();
            }
        }
    })?;
    let words = best.into_sorted_vec().into_iter();
    let completion = |Reverse((articles, Reverse(word)))| {
        let text = format!("{}{word}", typed.before);
        Completion { kind: CompletionKind::Word, text, articles }
    };
    Ok(words.map(completion).collect())
}

fn headlines(snapshot: &Snapshot, typed: &Typed<'_>, limit: usize) -> Result<Vec<Completion>> {
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
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let dates = segment.fast_fields().i64(column::FIRST_SECOND).map_err(|error| snapshot.error(error))?;
        for doc in looked_at(snapshot, segment, typed, &words)? {
            if !segment.is_deleted(doc) {
                newest.push(Reverse((dates.first(doc).unwrap_or(i64::MIN), DocAddress::new(ord, doc))));
                if newest.len() > most {
                    newest.pop();
                }
            }
        }
    }
    // Those that are written alike count as one.
    let mut found: BTreeMap<String, (u64, i64, String)> = BTreeMap::new();
    for Reverse((date, address)) in newest.into_sorted_vec() {
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
fn looked_at(snapshot: &Snapshot, segment: &SegmentReader, typed: &Typed<'_>, words: &[String]) -> Result<Vec<DocId>> {
    let lists = Lists::of(snapshot, segment)?;
    let (begun, words) = match words.split_last() {
        Some((last, others)) if typed.beginning.is_empty() => (lists.of_word(last)?, others),
        _ => (lists.begun(typed)?, words),
    };
    let total: u64 = begun.iter().map(|info| u64::from(info.doc_freq)).sum();
    let all: u64 = snapshot.searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum();
    let share = MOST_LOOKED_AT * u64::from(segment.max_doc()) / all.max(1);
    let first = total.saturating_sub(share) * u64::from(segment.max_doc()) / total.max(1);
    let mut docs = Vec::new();
    for info in &begun {
        let mut list = lists.postings(info)?;
        let mut doc = seek(&mut list, first as DocId);
        while doc != TERMINATED {
            docs.push(doc);
            doc = list.advance();
        }
    }
    docs.sort_unstable();
    docs.dedup();
    for word in words {
        let mut of_word = Vec::new();
        for info in lists.of_word(word)? {
            of_word.push(lists.postings(&info)?);
        }
        docs.retain(|doc| of_word.iter_mut().any(|list| seek(list, *doc) == *doc));
    }
    Ok(docs)
}

/// Moves a list to the first article from one on.
fn seek(list: &mut SegmentPostings, doc: DocId) -> DocId {
    if list.doc() < doc { list.seek(doc) } else { list.doc() }
}

/// The words of the headlines of a segment, with the articles that have each.
struct Lists<'s> {
    snapshot: &'s Snapshot,
    inverted: Arc<InvertedIndexReader>,
}

impl Lists<'_> {
    fn of<'s>(snapshot: &'s Snapshot, segment: &SegmentReader) -> Result<Lists<'s>> {
        let field = snapshot.fields.words(TextField::Headline).expect("every field but the body has its words");
        let inverted = segment.inverted_index(field).map_err(|error| snapshot.error(error))?;
        Ok(Lists { snapshot, inverted })
    }

    /// Returns a word in every spelling, or in the one that it has.
    fn of_word(&self, word: &str) -> Result<Vec<TermInfo>> {
        let spelling = format!("{word}{SPELLING}");
        let exact = self.inverted.terms().get(word).map_err(|error| self.snapshot.error(error))?;
        let mut infos: Vec<TermInfo> = exact.into_iter().collect();
        if !word.contains(SPELLING) {
            infos.extend(self.beginning(&spelling, |_| true)?);
        }
        Ok(infos)
    }

    /// Returns words that begin as typed.
    fn begun(&self, typed: &Typed<'_>) -> Result<Vec<TermInfo>> {
        let mut infos = if typed.letters.contains(is_unspaced) {
            // Two characters of a script without spaces are one word.
            let pair: String = typed.letters.chars().take(2).collect();
            self.beginning(&pair, |_| true)?
        } else {
            self.beginning(&typed.letters, |form| typed.begins(spelled(form)))?
        };
        if infos.len() > MOST_WORDS {
            infos.sort_unstable_by_key(|info| Reverse(info.doc_freq));
            infos.truncate(MOST_WORDS);
        }
        Ok(infos)
    }

    fn beginning(&self, text: &str, is_asked: impl Fn(&str) -> bool) -> Result<Vec<TermInfo>> {
        let mut infos = Vec::new();
        let mut stream =
            self.inverted.terms().range().ge(text).into_stream().map_err(|error| self.snapshot.error(error))?;
        while stream.advance() && stream.key().starts_with(text.as_bytes()) {
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
