//! The values of a declared field by which hits are ordered, segment by segment, as numbers that sort alike.

use tantivy::SegmentReader;
use tantivy::columnar::{Column, MonotonicallyMappableToU64 as _, StrColumn};
use tantivy::{DocId, TantivyError};

use super::Sort;
use super::collect::Dates;
use crate::index::{Extra, Snapshot};
use crate::{Error, ExtraKind, Result};

/// Returns the declared field that a request sorts by.
pub(super) fn sorted_by<'s>(snapshot: &'s Snapshot, sort: &Sort) -> Result<Option<&'s Extra>> {
    let Sort::Extra { name, .. } = sort else { return Ok(None) };
    let wrong = |problem: String| Error::Options { option: "sort", problem };
    let extras = &snapshot.fields.extras;
    let sortable = || {
        let sortable = extras.iter().filter(|extra| extra.kind != ExtraKind::Text);
        let names: Vec<_> = sortable.map(|extra| format!("x.{}", extra.name)).collect();
        if names.is_empty() {
            "this index has no field of its own to sort by".to_owned()
        } else {
            format!("name one of {}", names.join(", "))
        }
    };
    match extras.iter().find(|extra| extra.name == *name) {
        Some(extra) if extra.kind == ExtraKind::Text => Err(wrong(format!("x.{name} is text; {}", sortable()))),
        Some(extra) => Ok(Some(extra)),
        None => Err(wrong(format!("there is no field x.{name}; {}", sortable()))),
    }
}

/// The values of one segment.
pub(super) enum Values {
    /// There are none, or nothing is ordered by them.
    None,
    Numbers(Column<f64>),
    Dates(Dates),
    /// Numbered in the order of their bytes; the numbers are those of the segment.
    Words(StrColumn),
}

impl Values {
    pub(super) fn of(snapshot: &Snapshot, segment: &SegmentReader, extra: Option<&Extra>) -> Result<Values> {
        let Some(extra) = extra else { return Ok(Values::None) };
        let failed = |error: TantivyError| snapshot.error(error);
        let columns = extra.columns();
        let [values, ..] = &columns;
        Ok(match extra.kind {
            ExtraKind::Number => Values::Numbers(segment.fast_fields().f64(values).map_err(failed)?),
            ExtraKind::Date => Values::Dates(Dates::of(snapshot, segment, columns.each_ref().map(String::as_str))?),
            ExtraKind::Keyword | ExtraKind::Boolean => {
                segment.fast_fields().str(values).map_err(failed)?.map_or(Values::None, Values::Words)
            }
            ExtraKind::Text => Values::None,
        })
    }

    /// Returns the value of an article, as a number that sorts as the value does within the segment.
    pub(super) fn of_article(&self, doc: DocId, assumed_offset: i16) -> Option<u64> {
        match self {
            Values::None => None,
            Values::Numbers(column) => column.first(doc).map(|number| number.to_u64()),
            Values::Dates(dates) => dates.instant(doc, assumed_offset).map(|instant| instant.to_u64()),
            Values::Words(column) => column.ords().first(doc),
        }
    }

    /// Returns the word that a number of the segment stands for.
    pub(super) fn word(&self, snapshot: &Snapshot, number: Option<u64>) -> Result<Option<String>> {
        let (Values::Words(column), Some(number)) = (self, number) else { return Ok(None) };
        let mut word = String::new();
        column.ord_to_str(number, &mut word).map_err(|error| snapshot.error(error))?;
        Ok(Some(word))
    }
}
