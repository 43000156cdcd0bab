//! The form in which dates are shown and stored, read back. The general way, for whatever archives print, takes ten times
//! as long.

use super::{Clock, Printed};

/// Reads a date in exactly the form in which dates are shown: `2022`, `2022-09-23T11:35:07+02:00`.
pub(super) fn shown(text: &str) -> Option<Printed> {
    let mut rest = text.as_bytes();
    let mut printed = Printed { year: figures(&mut rest, 4)?, month: None, day: None, clock: None, offset: None };
    let next = |mark: u8, rest: &mut &[u8]| -> Option<Option<i8>> {
        if rest.first() != Some(&mark) {
            return Some(None);
        }
        *rest = &rest[1..];
        Some(Some(figures(rest, 2)? as i8))
    };
    printed.month = next(b'-', &mut rest)?;
    if printed.month.is_some() {
        printed.day = next(b'-', &mut rest)?;
    }
    if printed.day.is_some()
        && let Some(hour) = next(b'T', &mut rest)?
    {
        let minute = next(b':', &mut rest)??;
        printed.clock = Some(Clock { hour, minute, second: next(b':', &mut rest)? });
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

fn figures(rest: &mut &[u8], count: usize) -> Option<i16> {
    let (figures, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    figures.iter().try_fold(0, |number, figure| figure.is_ascii_digit().then(|| number * 10 + i16::from(figure - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::date::read::whole;
    use crate::{Date, DateOrder};

    proptest! {
        #[test]
        fn what_is_read_is_what_the_general_way_reads(
            year in 1580..10_000, rest in "(-[01][0-9](-[0-3][0-9](T[0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?)?)?(Z|[+-][01][0-9]:[0-6][0-9]|[-T:Z 0]{0,3})?"
        ) {
            let text = format!("{year}{rest}");
            let read = super::shown(&text).and_then(|printed| Date::from_printed(&printed));
            if let Some(read) = read {
                for order in [DateOrder::Unknown, DateOrder::DayFirst, DateOrder::MonthFirst] {
                    prop_assert_eq!(Ok(read), whole(&text, order), "{}", text);
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
