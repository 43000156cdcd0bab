//! A query for numbers and dates in a range, which columns tell article by article.
//!
//! Tantivy's own query for ranges overflows where it is excluded together with others (0.27).

use std::ops::Bound;

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader, TantivyError};

use super::stop::Stop;
use super::tested::TestedScorer;

/// What is asked of columns, which are given by their names.
#[derive(Debug, Clone)]
pub(super) enum ColumnQuery {
    /// A number between two.
    Number { column: String, least: Bound<f64>, most: Bound<f64> },
    /// A count between two.
    Count { column: String, least: Bound<u64>, most: Bound<u64> },
    /// A date of which any second lies between two, which belong to the range.
    Date { first_second: String, last_second: String, from: i64, to: i64 },
}

impl Query for ColumnQuery {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for ColumnQuery {
    fn scorer(&self, reader: &SegmentReader, _boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let columns = reader.fast_fields();
        let test = match self {
            ColumnQuery::Number { column, least, most } => Test::Number(columns.f64(column)?, (*least, *most)),
            ColumnQuery::Count { column, least, most } => Test::Count(columns.u64(column)?, (*least, *most)),
            ColumnQuery::Date { first_second, last_second, from, to } => {
                Test::Date { first: columns.i64(first_second)?, last: columns.i64(last_second)?, from: *from, to: *to }
            }
        };
        Ok(Box::new(TestedScorer::new(reader.max_doc(), Stop::never(), move |doc| test.holds(doc))))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("columns only match, they have no score".to_owned()))
    }
}

enum Test {
    Number(Column<f64>, (Bound<f64>, Bound<f64>)),
    Count(Column<u64>, (Bound<u64>, Bound<u64>)),
    Date { first: Column<i64>, last: Column<i64>, from: i64, to: i64 },
}

impl Test {
    fn holds(&self, doc: DocId) -> bool {
        use std::ops::RangeBounds as _;
        match self {
            Test::Number(column, range) => column.values_for_doc(doc).any(|value| range.contains(&value)),
            Test::Count(column, range) => column.values_for_doc(doc).any(|value| range.contains(&value)),
            Test::Date { first, last, from, to } => {
                let seconds = first.first(doc).zip(last.first(doc));
                seconds.is_some_and(|(first, last)| last >= *from && first <= *to)
            }
        }
    }
}
