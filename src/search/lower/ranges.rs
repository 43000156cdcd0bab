//! Fields of dates and numbers: a value, or those from one to another.

use std::ops::{Bound, Range};

use super::Lowering;
use super::fields::{Side, Where};
use crate::index::column;
use crate::query::range::{Bounds, End, to_text};
use crate::search::columns::ColumnQuery;
use crate::search::plan::Plan;
use crate::search::when;
use crate::{DateOrder, ExtraKind, Value};

/// What is wrong with a range, and what would be right.
struct Wrong {
    message: String,
    hint: String,
}

const DATES: &str = "a date is 2024-03-05, 2024-03, 2024, \"5 March 2024\", 7d, yesterday or \"last monday\"";

impl Lowering<'_> {
    /// What a field of dates or numbers is asked for.
    pub(super) fn range(&mut self, scope: Where, bounds: &Bounds, span: Range<usize>) -> Option<Plan> {
        let extra = match scope {
            Where::Declared(number) => Some(self.snapshot.fields.extras[number].clone()),
            _ => None,
        };
        let query = match (scope, extra) {
            (Where::Date(side), _) => self.date(side, bounds),
            (Where::WordCount, _) => {
                let hint = "write words:500, words:>500 or words:100..500";
                let wrong =
                    |value: &str| Wrong { message: format!("`{value}` is no number of words"), hint: hint.to_owned() };
                let range = numbers(bounds, |text| text.parse::<u64>().ok(), wrong);
                let column = column::WORD_COUNT.to_owned();
                range.map(|(least, most)| ColumnQuery::Count { column, least, most })
            }
            (_, Some(extra)) if extra.kind == ExtraKind::Number => {
                let [column, ..] = extra.columns();
                let number = |text: &str| match extra.kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown) {
                    Some(Value::Number(number)) => Some(number),
                    _ => None,
                };
                let wrong = |value: &str| Wrong {
                    message: format!("`{value}` is no number, which x.{} holds", extra.name),
                    hint: "a number is written in plain digits, such as 3 or 2.5".to_owned(),
                };
                let range = numbers(bounds, number, wrong);
                range.map(|(least, most)| ColumnQuery::Number { column, least, most })
            }
            (_, Some(extra)) if extra.kind == ExtraKind::Date => {
                let [first_second, last_second, _] = extra.columns();
                let range = self.seconds(bounds);
                range.map(|(from, to)| ColumnQuery::Date { first_second, last_second, from, to })
            }
            _ => Err(Wrong {
                message: "a range is asked of dates and numbers, which this field does not hold".to_owned(),
                hint: "write date:2022-09..2022-10, words:100..500, or x.NAME of numbers or dates".to_owned(),
            }),
        };
        match query {
            Ok(query) => Some(Plan::Filter(Box::new(query))),
            Err(Wrong { message, hint }) => {
                self.bad_value(span, &message, &hint);
                None
            }
        }
    }

    /// The date of publication, any second of which may lie in a range.
    fn date(&self, side: Side, bounds: &Bounds) -> Result<ColumnQuery, Wrong> {
        let (from, to) = self.seconds(bounds)?;
        if !matches!(side, Side::Within) && !bounds.is_one() {
            let hint = format!("write date:{}", to_text(bounds));
            return Err(Wrong { message: "here stands one date, and no range".to_owned(), hint });
        }
        let (from, to) = match side {
            Side::Within => (from, to),
            Side::Since => (from, i64::MAX),
            Side::Until => (i64::MIN, to),
            Side::Before => (i64::MIN, from.saturating_sub(1)),
        };
        let [first_second, last_second] = [column::FIRST_SECOND, column::LAST_SECOND].map(str::to_owned);
        Ok(ColumnQuery::Date { first_second, last_second, from, to })
    }

    /// Returns the first and the last second of a range of dates.
    fn seconds(&self, bounds: &Bounds) -> Result<(i64, i64), Wrong> {
        let seconds = |value: &str| {
            when::seconds(value, self.now.as_ref()).map_err(|what| {
                let hint = if what == when::AMBIGUOUS { "write year, month and day: 2024-03-05" } else { DATES };
                Wrong { message: format!("`{value}` {what}"), hint: hint.to_owned() }
            })
        };
        let ends = |bounds: &Bounds| {
            // What comes after a date begins after its last second.
            let from = bounds.least.as_ref().map(|end| {
                seconds(&end.value).map(|(first, last)| if end.is_included { first } else { last.saturating_add(1) })
            });
            let to = bounds.most.as_ref().map(|end| {
                seconds(&end.value).map(|(first, last)| if end.is_included { last } else { first.saturating_sub(1) })
            });
            Ok((from.transpose()?.unwrap_or(i64::MIN), to.transpose()?.unwrap_or(i64::MAX)))
        };
        if *bounds == Bounds::default() {
            return Err(Wrong { message: "there is no date here".to_owned(), hint: DATES.to_owned() });
        }
        let (from, to) = ends(bounds)?;
        if from > to {
            return Err(empty(bounds, ends(&bounds.reversed()).is_ok_and(|(from, to)| from <= to)));
        }
        Ok((from, to))
    }
}

/// Returns the ends of a range of numbers.
fn numbers<T: PartialOrd>(
    bounds: &Bounds,
    number: impl Fn(&str) -> Option<T>,
    wrong: impl Fn(&str) -> Wrong,
) -> Result<(Bound<T>, Bound<T>), Wrong> {
    let read = |value: &str| number(value).ok_or_else(|| wrong(value));
    if let (Some(least), Some(most)) = (&bounds.least, &bounds.most) {
        let (first, last) = (read(&least.value)?, read(&most.value)?);
        if first > last || first == last && !(least.is_included && most.is_included) {
            return Err(empty(bounds, first > last));
        }
    }
    if *bounds == Bounds::default() {
        return Err(wrong(""));
    }
    let bound = |end: &Option<_>| match end {
        None => Ok(Bound::Unbounded),
        Some(End { value, is_included: true }) => read(value).map(Bound::Included),
        Some(End { value, is_included: false }) => read(value).map(Bound::Excluded),
    };
    Ok((bound(&bounds.least)?, bound(&bounds.most)?))
}

/// Says that nothing lies in a range.
fn empty(bounds: &Bounds, is_reversed: bool) -> Wrong {
    if is_reversed {
        let hint = format!("write the first of them first: {}", to_text(&bounds.reversed()));
        return Wrong { message: "this range ends before it begins".to_owned(), hint };
    }
    let message = "nothing lies in this range, since it leaves out its ends".to_owned();
    Wrong { message, hint: "square brackets take the ends in: [2022 TO 2023]".to_owned() }
}
