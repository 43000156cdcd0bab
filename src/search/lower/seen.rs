//! What was asked for before in the same place, and need not be asked for again.

use std::collections::HashSet;

use crate::search::intervals::Spans;
use crate::search::plan::Plan;

/// The words in sequence that were asked for before: of the same for several parts of the query, those for its first part
/// count.
#[derive(Default)]
pub(super) struct Seen(HashSet<Vec<(u32, usize)>>);

impl Seen {
    pub(super) fn is_new(&mut self, plan: &Plan) -> bool {
        match plan {
            Plan::Spans { spans, least: 0 | 1 } => self.is_new_in_place(spans),
            _ => true,
        }
    }

    pub(super) fn is_new_in_place(&mut self, spans: &Spans) -> bool {
        match spans {
            Spans::Sequence(sequence) => self.0.insert(sequence.slots.clone()),
            _ => true,
        }
    }
}
