//! The form in which dates are shown and stored, read back, and that of Reuters-21578. The general way, for whatever
//! archives print, takes ten times as long.

use super::{Clock, Printed};

/// Reads a date in exactly the form in which dates are shown: `2022`, `2022-09-23T11:35:07+02:00`.
pub(super) fn shown(text: &str) -> Option<Printed> {
    let mut rest = text.as_bytes();
    let mut printed = Printed { year: figures(&mut rest, 4)?, ..Printed::default() };
    printed.month = next(b'-', &mut rest)?;
    if printed.month.is_some() {
        printed.day = next(b'-', &mut rest)?;
    }
    if printed.day.is_some()
        && let Some(hour) = next(b'T', &mut rest)?
    {
        printed.clock = Some(clock(hour, &mut rest)?);
    }
    printed.offset = match rest {
        [] => return Some(printed),
        _ if printed.clock.is_none() => return None,
        [b'Z'] => return Some(Printed { offset: Some(0), ..printed }),
        [sign @ (b'+' | b'-'), ..] => {
            rest = &rest[1..];
            let hours = figures(&mut rest, 2)?;
            let minutes = next(b':', &mut rest)?.filter(|minutes| *minutes < 60)?;
            let minutes = hours * 60 + i16::from(minutes);
            Some(if *sign == b'-' { -minutes } else { minutes })
        }
        _ => return None,
    };
    rest.is_empty().then_some(printed)
}

/// Reads a date in exactly the form of `26-FEB-1987 15:01:01` or `1-MAR-1987 9:05`.
pub(super) fn dashed(text: &str) -> Option<Printed> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (day, rest) = text.split_once('-')?;
    let (name, rest) = rest.split_once('-')?;
    let (year, time) = rest.split_once(' ')?;
    let (hour, _) = time.split_once(':')?;
    let two = |text: &str| match text.len() {
        1 | 2 => Some(figures(&mut text.as_bytes(), text.len())? as i8),
        _ => None,
    };
    let year = (year.len() == 4).then(|| figures(&mut year.as_bytes(), 4))??;
    let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))? as i8 + 1;
    let mut rest = &time.as_bytes()[hour.len()..];
    let clock = Some(clock(two(hour)?, &mut rest)?);
    let printed = Printed { year, month: Some(month), day: Some(two(day)?), clock, offset: None };
    rest.is_empty().then_some(printed)
}

/// Reads the minute behind an hour, and the second where there is one.
fn clock(hour: i8, rest: &mut &[u8]) -> Option<Clock> {
    let minute = next(b':', rest)??;
    Some(Clock { hour, minute, second: next(b':', rest)? })
}

/// Reads two figures behind a mark; none where another one follows.
fn next(mark: u8, rest: &mut &[u8]) -> Option<Option<i8>> {
    if rest.first() != Some(&mark) {
        return Some(None);
    }
    *rest = &rest[1..];
    Some(Some(figures(rest, 2)? as i8))
}

fn figures(rest: &mut &[u8], count: usize) -> Option<i16> {
    let (figures, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    figures.iter().try_fold(0, |number, figure| figure.is_ascii_digit().then(|| number * 10 + i16::from(figure - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::date::read::{prefix, whole};
    use crate::{Date, DateOrder};

    proptest! {
        #[test]
        fn a_date_with_dashes_is_what_the_general_way_reads(
            text in "([0-3]?[0-9]|[0-9]{3,9})-(jan|FEB|Mar|apr|MAY|Jun|jul|AUG|Sep|oct|NOV|Dec|mai)-(1[59]|20)[0-9]{2,7} ([012]?[0-9]|[0-9]{3,9}):[0-6][0-9]?(:[0-6][0-9])?[ :Z]?"
        ) {
            if let Some(read) = super::dashed(&text).and_then(|printed| Date::from_printed(&printed)) {
                for order in [DateOrder::Unknown, DateOrder::DayFirst, DateOrder::MonthFirst] {
                    prop_assert_eq!(Ok(read), whole(&text, order), "{}", text);
                }
            }
        }

        #[test]
        fn dates_with_dashes_are_read(
            day in 1..29, month in "(jan|FEB|Mar|apr|MAY|Jun|jul|AUG|Sep|oct|NOV|Dec)", hour in 0..24, minute in 0..60
        ) {
            let text = format!("{day}-{month}-1987 {hour}:{minute:02}");
            prop_assert!(super::dashed(&text).and_then(|printed| Date::from_printed(&printed)).is_some(), "{}", text);
        }

        #[test]
        fn what_is_read_is_what_the_general_way_reads(
            year in 1580..10_000, rest in "(-[01][0-9](-[0-3][0-9](T[0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?)?)?(Z|[+-][01][0-9]:[0-6][0-9]|[-T:Z 0]{0,3})?"
        ) {
            let text = format!("{year}{rest}");
            let read = super::shown(&text).and_then(|printed| Date::from_printed(&printed));
            if let Some(read) = read {
                for order in [DateOrder::Unknown, DateOrder::DayFirst, DateOrder::MonthFirst] {
                    prop_assert_eq!(Ok(read), whole(&text, order), "{}", text);
                    if read.day().is_some() {
                        prop_assert_eq!(Some((Ok(read), text.len())), prefix(&text, order), "{}", text);
                    }
                }
            }
            if let Ok(date) = whole(&text, DateOrder::Unknown)
                && (date.offset.is_none() || rest.contains('T'))
            {
                let shown = date.to_string();
                let read = super::shown(&shown).and_then(|printed| Date::from_printed(&printed));
                prop_assert_eq!(read, Some(date), "{}", shown);
            }
        }
    }
}
