//! Which articles match, how many, and the first of them in a total order: never a matter of threads or segments.

use std::cell::OnceCell;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

use tantivy::columnar::StrColumn;
use tantivy::query::{EnableScoring, Query as _};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED};

use super::lower::Lowered;
use super::order::{Values, sorted_by};
use super::positional::Look;
use super::prune::Pruned;
use super::rank::{SegmentRanker, Unit};
use super::shortlist::{best, score_all};
use super::{SearchRequest, Sort, Stop, Total};
use crate::index::{Columns, Extra, Snapshot};
use crate::{Error, Result};

/// How many articles pass between two looks at whether to stop.
pub(super) const STOP_EVERY: u32 = 1024;

/// Matches are counted, where that was not asked for, if it takes a look at no more articles than these.
const COUNTED: u64 = 1_000;

/// What was collected.
pub(super) struct Collected {
    /// How many articles match.
    pub(super) total: Total,
    /// How many match but for having no date.
    pub(super) undated: u64,
    /// Those that were looked at a second time for words near one another, where scores are to be explained.
    pub(super) rescored: BTreeSet<DocAddress>,
    /// The first of them, in order.
    pub(super) top: Vec<(DocAddress, f64)>,
}

/// Collects the first `limit` articles that match, in the order that the request asks for.
pub(super) fn collect(
    snapshot: &Snapshot,
    lowered: &Lowered,
    request: &SearchRequest,
    limit: usize,
    stop: &Stop,
) -> Result<Collected> {
    let by_score = request.sort == Sort::Relevance && request.since.is_none() && request.until.is_none();
    if by_score
        && lowered.is_prunable
        && let Some(plain) = lowered.plain
    {
        let pruned = Pruned::of(snapshot, plain, lowered);
        if let Some(found) = best(snapshot, lowered, &pruned, request, limit, stop)? {
            return Ok(found);
        }
        let mut found = all(snapshot, lowered, request, None, limit, stop)?;
        // What is told of the same articles does not depend on how they are parted into segments.
        if found.top.len() == limit && !is_counted(request, pruned.most_to_count()) {
            found.total = Total::AtLeast(pruned.least().max(limit as u64));
        }
        return Ok(found);
    }
    // A count has no order.
    let extra = if limit > 0 { sorted_by(snapshot, &request.sort)? } else { None };
    all(snapshot, lowered, request, extra, limit, stop)
}

/// Tells whether matches are counted: where that is asked for, and where it takes a look at few articles.
pub(super) fn is_counted(request: &SearchRequest, most: u64) -> bool {
    request.exact_total || most <= COUNTED
}

/// Looks at every match, or at every article that may be one and is good enough to be shown.
fn all(
    snapshot: &Snapshot,
    lowered: &Lowered,
    request: &SearchRequest,
    extra: Option<&Extra>,
    limit: usize,
    stop: &Stop,
) -> Result<Collected> {
    let scoring = EnableScoring::disabled_from_searcher(&snapshot.searcher);
    let is_by_score = request.sort == Sort::Relevance;
    // Whether words stand as asked is looked at only where an article might be among the best.
    let most = lowered.units.iter().map(Unit::articles).min().unwrap_or_default();
    let rough = lowered.rough.as_ref().filter(|_| is_by_score && limit > 0 && !is_counted(request, most));
    let query = rough.map_or(&lowered.query, |rough| &rough.query);
    let weight = query.weight(scoring).map_err(|error| snapshot.error(error))?;
    let (mut total, mut undated) = (0, 0);
    let mut candidates = Vec::new();
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        stop.going_on()?;
        let mut scorer = weight.scorer(segment, 1.0).map_err(|error| snapshot.error(error))?;
        let looks = rough.iter().flat_map(|rough| &rough.looks).map(|query| Look::of(query, segment));
        let mut looks = looks.collect::<tantivy::Result<Vec<_>>>().map_err(|error| snapshot.error(error))?;
        let mut holds = |doc| looks.iter_mut().all(|look| look.holds(doc));
        let dates = Dates::published(snapshot, ord)?;
        let values = Values::of(snapshot, segment, extra)?;
        let mut best = Best::of(snapshot, ord, limit)?;
        let mut ranker = SegmentRanker::of(snapshot, segment, &lowered.units)?;
        let mut passed = 0u32;
        while scorer.doc() != TERMINATED {
            let doc = scorer.doc();
            if !segment.is_deleted(doc) {
                match dates.verdict(doc, request) {
                    Verdict::Out => {}
                    Verdict::Undated => undated += u64::from(holds(doc)),
                    Verdict::In => {
                        // Where hits are sorted by something else, only those that are shown are scored.
                        let score = if is_by_score && limit > 0 { ranker.score(doc) } else { 0.0 };
                        let may_be_first = limit > 0 && (!is_by_score || score >= best.floor());
                        if (rough.is_none() || may_be_first) && holds(doc) {
                            total += 1;
                            if may_be_first {
                                best.offer(Primary::of(request, &dates, &values, doc, score), doc);
                            }
                        }
                    }
                }
            }
            passed += 1;
            if passed.is_multiple_of(STOP_EVERY) && stop.is_said() {
                return Err(Error::Cancelled);
            }
            scorer.advance();
        }
        candidates.extend(best.into_candidates(snapshot, &values)?);
    }
    number_words(&mut candidates);
    let mut top = first(snapshot, candidates, limit)?;
    if !is_by_score {
        score_all(snapshot, lowered, &mut top)?;
    }
    let is_whole = rough.is_none() || top.len() < limit;
    let total = if is_whole { Total::Exact(total) } else { Total::AtLeast(limit as u64) };
    Ok(Collected { total, undated, rescored: BTreeSet::new(), top })
}

/// Has the numbers of words be those of all segments together.
fn number_words(candidates: &mut [Candidate]) {
    let words: BTreeSet<String> = candidates.iter().filter_map(|candidate| candidate.word.clone()).collect();
    let words: Vec<String> = words.into_iter().collect();
    for Candidate { primary, word, .. } in candidates {
        if let Some(word) = word {
            primary.value = words.binary_search(word).ok().map(|number| number as u64);
        }
    }
}

pub(super) fn first(
    snapshot: &Snapshot,
    mut candidates: Vec<Candidate>,
    limit: usize,
) -> Result<Vec<(DocAddress, f64)>> {
    // They are large to move.
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    order.sort_unstable_by(|a, b| b.primary.cmp(&a.primary).then_with(|| a.key.order(&b.key)));
    let top = order.into_iter().take(limit).map(|candidate| (candidate.address, candidate.primary.score)).collect();
    for candidate in &mut candidates {
        if let Some(Err(error)) = candidate.key.text.take() {
            return Err(snapshot.error(error));
        }
    }
    Ok(top)
}

/// What decides the order before the source does; the greater comes first.
#[derive(Debug, Clone, Copy)]
struct Primary {
    order: Order,
    score: f64,
    instant: Option<i64>,
    /// The value of the declared field that is sorted by.
    value: Option<u64>,
}

/// The order that a request asks for.
#[derive(Debug, Clone, Copy)]
enum Order {
    Relevance,
    Newest,
    Oldest,
    Ascending,
    Descending,
}

impl Primary {
    fn of(request: &SearchRequest, dates: &Dates, values: &Values, doc: DocId, score: f64) -> Primary {
        let order = match request.sort {
            Sort::Relevance => Order::Relevance,
            Sort::Newest => Order::Newest,
            Sort::Oldest => Order::Oldest,
            Sort::Extra { descending: false, .. } => Order::Ascending,
            Sort::Extra { descending: true, .. } => Order::Descending,
        };
        Primary {
            order,
            score,
            instant: dates.instant(doc, request.assumed_offset),
            value: values.of_article(doc, request.assumed_offset),
        }
    }
}

impl Ord for Primary {
    fn cmp(&self, other: &Primary) -> Ordering {
        let newest = self.instant.cmp(&other.instant);
        match self.order {
            Order::Relevance => self.score.total_cmp(&other.score).then(newest),
            Order::Newest => newest,
            // Undated articles come last here too.
            Order::Oldest => self.instant.map(Reverse).cmp(&other.instant.map(Reverse)),
            // And so do those without a value.
            Order::Ascending => self.value.map(Reverse).cmp(&other.value.map(Reverse)).then(newest),
            Order::Descending => self.value.cmp(&other.value).then(newest),
        }
    }
}

impl PartialOrd for Primary {
    fn partial_cmp(&self, other: &Primary) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Primary {
    fn eq(&self, other: &Primary) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Primary {}

/// The best articles of one segment. Within a segment the order of keys is that of their ordinals.
struct Best<'s> {
    segment: u32,
    limit: usize,
    keys: &'s StrColumn,
    heap: BinaryHeap<Reverse<(Primary, Reverse<u64>, DocId)>>,
}

pub(super) struct Candidate<'s> {
    primary: Primary,
    /// Where words are sorted by: that of the article.
    word: Option<String>,
    key: Key<'s>,
    address: DocAddress,
}

impl<'s> Candidate<'s> {
    /// Returns an article that has the score and the date of others, so that its key decides.
    pub(super) fn by_key(
        snapshot: &'s Snapshot,
        (address, score): (DocAddress, f64),
        instant: Option<i64>,
    ) -> Result<Candidate<'s>> {
        let segment = address.segment_ord;
        let keys = snapshot.keys(segment)?;
        let ordinal = keys.ords().first(address.doc_id).unwrap_or(u64::MAX);
        let primary = Primary { order: Order::Relevance, score, instant, value: None };
        Ok(Candidate { primary, word: None, key: Key { segment, ordinal, keys, text: OnceCell::new() }, address })
    }
}

/// The key of an article, which is looked up where it decides.
struct Key<'s> {
    segment: u32,
    ordinal: u64,
    keys: &'s StrColumn,
    text: OnceCell<std::io::Result<String>>,
}

impl Key<'_> {
    fn text(&self) -> Option<&str> {
        let read = || {
            let mut text = String::new();
            self.keys.ord_to_str(self.ordinal, &mut text).map(|_| text)
        };
        self.text.get_or_init(read).as_deref().ok()
    }

    fn order(&self, other: &Key<'_>) -> Ordering {
        if self.segment == other.segment {
            return self.ordinal.cmp(&other.ordinal);
        }
        self.text().cmp(&other.text())
    }
}

impl<'s> Best<'s> {
    fn of(snapshot: &'s Snapshot, segment: u32, limit: usize) -> Result<Best<'s>> {
        let keys = snapshot.keys(segment)?;
        Ok(Best { segment, limit, keys, heap: BinaryHeap::new() })
    }

    fn offer(&mut self, primary: Primary, doc: DocId) {
        if self.heap.len() == self.limit && self.heap.peek().is_some_and(|Reverse((worst, ..))| primary < *worst) {
            return;
        }
        let ordinal = self.keys.ords().first(doc).unwrap_or(u64::MAX);
        self.heap.push(Reverse((primary, Reverse(ordinal), doc)));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }

    /// Returns the score that an article must have to come in.
    fn floor(&self) -> f64 {
        let worst = self.heap.peek().filter(|_| self.heap.len() == self.limit);
        worst.map_or(0.0, |Reverse((primary, ..))| primary.score)
    }

    fn into_candidates(self, snapshot: &Snapshot, values: &Values) -> Result<Vec<Candidate<'s>>> {
        let Best { segment, keys, heap, .. } = self;
        let mut candidates = Vec::with_capacity(heap.len());
        for Reverse((primary, Reverse(ordinal), doc)) in heap {
            candidates.push(Candidate {
                primary,
                word: values.word(snapshot, primary.value)?,
                key: Key { segment, ordinal, keys, text: OnceCell::new() },
                address: DocAddress::new(segment, doc),
            });
        }
        Ok(candidates)
    }
}

/// The columns of a date, in one segment.
pub(super) struct Dates(Columns);

enum Verdict {
    In,
    Out,
    Undated,
}

impl Dates {
    /// Returns the columns of the date of publication.
    pub(super) fn published(snapshot: &Snapshot, segment: u32) -> Result<Dates> {
        Ok(Dates(snapshot.columns(segment)?.clone()))
    }

    /// Returns the columns of a date: of its first second, its last, and its offset.
    pub(super) fn of(snapshot: &Snapshot, segment: &SegmentReader, names: [&str; 3]) -> Result<Dates> {
        let [first_second, last_second, offset] =
            names.map(|name| segment.fast_fields().i64(name).map_err(|error| snapshot.error(error)));
        Ok(Dates(Columns { first_second: first_second?, last_second: last_second?, offset: offset? }))
    }

    /// Tells whether the date, as printed, is in the request's range: whether any second of it is.
    fn verdict(&self, doc: DocId, request: &SearchRequest) -> Verdict {
        if request.since.is_none() && request.until.is_none() {
            return Verdict::In;
        }
        let Columns { first_second, last_second, .. } = &self.0;
        let (Some(first), Some(last)) = (first_second.first(doc), last_second.first(doc)) else {
            return if request.undated { Verdict::In } else { Verdict::Undated };
        };
        let since = request.since.is_none_or(|since| last >= since.first_second());
        let until = request.until.is_none_or(|until| first <= until.last_second());
        if since && until { Verdict::In } else { Verdict::Out }
    }

    /// Returns the instant at which an article's date begins.
    pub(super) fn instant(&self, doc: DocId, assumed_offset: i16) -> Option<i64> {
        self.0.instant(doc, assumed_offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::{Joined, resolve};
    use crate::search::lower::lower;
    use crate::{Article, Index, Language};

    /// Returns a word of letters, which is stemmed in each language.
    fn word(n: u64) -> String {
        let letter = |digit: u64| char::from(b'b' + digit as u8);
        [letter(n / 100), 'o', letter(n / 10 % 10), 'u', letter(n % 10), 'o'].into_iter().collect()
    }

    /// Returns an index of articles whose words are as frequent as those of a text, in several segments, with deletions.
    fn index() -> Index {
        let index = Index::in_memory().expect("memory suffices");
        let mut writer = index.writer().expect("there is no other");
        let mut state = 9u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for n in 0..3_000u32 {
            let mut article = Article::new(format!("{n}"));
            // The lower a number, the likelier; the lowest are in nearly every article.
            let mut word = || word(400 / (1 + random(400)));
            article.headline = Some((0..3).map(|_| word()).collect::<Vec<_>>().join(" "));
            article.body.push((0..20 + n % 80).map(|_| word()).collect::<Vec<_>>().join(" "));
            article.language = Some(Language::given(if n % 5 == 0 { "fr" } else { "en" }));
            writer.add(article).expect("memory suffices");
            if [1_799, 2_299, 2_699].contains(&n) {
                writer.commit().expect("memory suffices");
            }
        }
        for n in (0..3_000).step_by(7) {
            writer.delete(&format!("{n}").as_str().into()).expect("memory suffices");
        }
        writer.commit().expect("memory suffices");
        index
    }

    /// Returns hits with the bits of their scores.
    fn bits(top: Vec<(DocAddress, f64)>) -> Vec<(DocAddress, u64)> {
        top.into_iter().map(|(at, score)| (at, score.to_bits())).collect()
    }

    static INDEX: std::sync::LazyLock<Index> = std::sync::LazyLock::new(index);

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_best_hits_are_those_of_a_search_that_looks_at_everything(
            queries in proptest::collection::vec(proptest::collection::vec(1..400u32, 1..5), 8),
            limit in 1..40usize,
        ) {
            let snapshot = INDEX.snapshot().expect("it can be read");
            for numbers in queries {
                for joined in [Joined::All, Joined::Any] {
                    let words: Vec<String> = numbers.iter().map(|n| word(u64::from(*n))).collect();
                    let request = SearchRequest::new(words.join(" "));
                    let tree = resolve(crate::query::parse(&request.query).0, joined);
                    let lowered = lower(&snapshot, &tree, &request, &Stop::never()).expect("it can be read");
                    let plain = lowered.plain.expect("these are plain words");
                    let pruned = Pruned::of(&snapshot, plain, &lowered);
                    let shortlisted = crate::search::shortlist::best(&snapshot, &lowered, &pruned, &request, limit, &Stop::never());
                    let shortlisted = shortlisted.expect("it can be read");
                    let best = collect(&snapshot, &lowered, &request, limit, &Stop::never()).expect("it can be read");
                    let all = all(&snapshot, &lowered, &request, None, limit, &Stop::never()).expect("it can be read");
                    match best.total {
                        Total::AtLeast(least) => prop_assert!(least <= all.total.number(), "{least} of {:?}", all.total),
                        exact => prop_assert_eq!(exact, all.total),
                    }
                    let is_long = shortlisted.is_some();
                    prop_assert!(is_long || joined == Joined::Any || all.total.number() < limit as u64);
                    prop_assert_eq!(bits(best.top), bits(all.top), "{} {:?}", request.query, joined);
                }
            }
        }
    }

    #[test]
    fn hits_of_phrases_are_the_same_where_all_are_counted() {
        let snapshot = INDEX.snapshot().expect("it can be read");
        let mut n_bounds = 0;
        let numbers = (1..5u64).flat_map(|a| (1..5u64).flat_map(move |b| [1, 2, 30].map(|c| [a, b, c])));
        for ([a, b, c], limit) in numbers.map(|numbers| numbers.map(word)).zip([1, 7, 19].into_iter().cycle()) {
            for query in [
                format!("\"{a} {b}\""),
                format!("\"{a} {b}\" {c}"),
                format!("{c} NEAR/9 {b}"),
                format!("{a} NOT W/3 {b}"),
            ] {
                let mut request = SearchRequest::new(query);
                let tree = resolve(crate::query::parse(&request.query).0, Joined::All);
                let lowered = lower(&snapshot, &tree, &request, &Stop::never()).expect("it can be read");
                let mut hits = |exact| {
                    request.exact_total = exact;
                    collect(&snapshot, &lowered, &request, limit, &Stop::never()).expect("it can be read")
                };
                let (quick, all) = (hits(false), hits(true));
                assert!(matches!(all.total, Total::Exact(_)));
                match quick.total {
                    Total::AtLeast(least) => {
                        n_bounds += 1;
                        assert!(least == limit as u64 && least <= all.total.number());
                    }
                    exact => assert_eq!(exact, all.total),
                }
                assert_eq!(bits(quick.top), bits(all.top), "{}", request.query);
            }
        }
        assert!(n_bounds > 20, "{n_bounds} totals were bounds");
    }
}
