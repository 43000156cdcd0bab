//! Articles that pass a test, which is made only of those that are asked for.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use super::stop::Stop;

/// The articles of a segment that pass a test.
pub(super) struct TestedScorer<T> {
    test: T,
    doc: DocId,
    end: DocId,
    stop: Stop,
}

/// How many articles are tested between two looks at whether to stop.
const STOP_EVERY: u32 = 256;

impl<T: FnMut(DocId) -> bool + Send + 'static> TestedScorer<T> {
    /// Returns those of a segment that numbers its articles up to `end`.
    pub(super) fn new(end: DocId, stop: Stop, test: T) -> TestedScorer<T> {
        let mut scorer = TestedScorer { test, doc: 0, end, stop };
        scorer.find(0);
        scorer
    }

    /// Moves to the first article from `doc` on that passes.
    fn find(&mut self, doc: DocId) -> DocId {
        let TestedScorer { test, end, stop, .. } = self;
        // The collector tells that it was stopped.
        let ends = |doc: DocId| doc.is_multiple_of(STOP_EVERY) && stop.is_said();
        let found = (doc..*end).take_while(|doc| !ends(*doc)).find(|doc| test(*doc));
        self.doc = found.unwrap_or(TERMINATED);
        self.doc
    }
}

impl<T: FnMut(DocId) -> bool + Send + 'static> DocSet for TestedScorer<T> {
    fn advance(&mut self) -> DocId {
        self.find(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.find(target) } else { self.doc }
    }

    /// Tests one article and none behind it.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= self.end {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if self.doc > target {
            return SeekDangerResult::SeekLowerBound(self.doc);
        }
        if self.doc < target && !(self.test)(target) {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end
    }
}

impl<T: FnMut(DocId) -> bool + Send + 'static> Scorer for TestedScorer<T> {
    fn score(&mut self) -> Score {
        0.0
    }
}
