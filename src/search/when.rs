//! The days that a text of a query means: a date as it is printed, or one told from the day of the request.

use jiff::civil;
use jiff::{Span, ToSpan as _};

use crate::{Date, DateError, DateOrder};

const DAY: i64 = 86_400;

/// Said of a date such as 3/5/2024.
pub(super) const AMBIGUOUS: &str = "may be two dates";

/// Returns the first and the last second of the days that a text means, as printed dates have them.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn seconds(text: &str, now: Option<&Date>) -> Result<(i64, i64), &'static str> {
    // Word processors make others of plain dashes.
    let text = text.replace(['\u{2010}', '\u{2011}', '–', '−'], "-");
    match Date::parse(&text, DateOrder::Unknown) {
        Ok(date) => return Ok((date.first_second(), date.last_second())),
        Err(DateError::Ambiguous(_)) => return Err(AMBIGUOUS),
        Err(DateError::Impossible(_)) => return Err("is in no calendar"),
        Err(_) => {}
    }
    let days = Days::read(&text.to_lowercase()).ok_or("is no date")?;
    let today = now.and_then(|now| civil::Date::new(now.year(), now.month()? as i8, now.day()? as i8).ok());
    let today = today.ok_or("is told from today, and the request does not say which day that is")?;
    let (first, last) = days.from(today).ok_or("is too far away")?;
    let second = |day| Some(i64::from(civil::date(1970, 1, 1).until(day).ok()?.get_days()) * DAY);
    let (first, last) = second(first).zip(second(last)).ok_or("is too far away")?;
    Ok((first, last + DAY - 1))
}

/// Days told from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Days {
    /// A day so long before.
    Before(i32, Unit),
    /// The whole unit so many before the one that the day is in.
    Whole(i32, Unit),
    /// The last such day before.
    Last(civil::Weekday),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Days {
    fn read(text: &str) -> Option<Days> {
        if let Some(rest) = text.strip_prefix("now") {
            return Days::from_now(rest);
        }
        let words: Vec<&str> = text.split([' ', '_', '-']).filter(|word| !word.is_empty()).collect();
        Some(match words[..] {
            ["today"] => Days::Before(0, Unit::Day),
            ["yesterday"] => Days::Before(1, Unit::Day),
            ["tomorrow"] => Days::Before(-1, Unit::Day),
            ["this", unit] => Days::Whole(0, Unit::named(unit)?),
            ["last", word] => match weekday(word) {
                Some(day) => Days::Last(day),
                None => Days::Whole(1, Unit::named(word)?),
            },
            [number, unit] | [number, unit, "ago"] => Days::Before(number.parse().ok()?, Unit::named(unit)?),
            [word] => match weekday(word) {
                Some(day) => Days::Last(day),
                None => {
                    let (number, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit())?);
                    Days::Before(number.parse().ok()?, Unit::named(unit)?)
                }
            },
            _ => return None,
        })
    }

    /// Reads what stands behind Lucene's `NOW`: `-7DAYS`, `+1MONTH`, `/YEAR`, `-1MONTH/MONTH`.
    fn from_now(text: &str) -> Option<Days> {
        let (away, whole) = text.split_once('/').map_or((text, None), |(away, unit)| (away, Some(unit)));
        let (count, unit) = match away.chars().next() {
            None => (0, None),
            Some(sign @ ('-' | '+')) => {
                let digits = away[1..].bytes().take_while(u8::is_ascii_digit).count();
                let count: i32 = away[1..1 + digits].parse().ok()?;
                (if sign == '-' { count } else { -count }, Some(Unit::named(&away[1 + digits..])?))
            }
            Some(_) => return None,
        };
        let whole = match whole {
            Some(name) => Some(Unit::named(name)?),
            None => None,
        };
        match (unit, whole) {
            (None, Some(whole)) => Some(Days::Whole(0, whole)),
            (Some(unit), Some(whole)) if unit == whole => Some(Days::Whole(count, whole)),
            (_, Some(_)) => None,
            (unit, None) => Some(Days::Before(count, unit.unwrap_or(Unit::Day))),
        }
    }

    /// Returns the first and the last of the days, told from `today`.
    fn from(self, today: civil::Date) -> Option<(civil::Date, civil::Date)> {
        Some(match self {
            Days::Before(count, unit) => {
                let day = today.checked_sub(unit.times(count)?).ok()?;
                (day, day)
            }
            Days::Whole(count, unit) => {
                let day = today.checked_sub(unit.times(count)?).ok()?;
                let first = match unit {
                    Unit::Day => day,
                    Unit::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()?,
                    Unit::Month => day.first_of_month(),
                    Unit::Year => day.first_of_year(),
                };
                (first, first.checked_add(unit.times(1)?).ok()?.yesterday().ok()?)
            }
            Days::Last(weekday) => {
                let day = today.nth_weekday(-1, weekday).ok()?;
                (day, day)
            }
        })
    }
}

impl Unit {
    fn named(name: &str) -> Option<Unit> {
        Some(match name {
            "d" | "day" | "days" => Unit::Day,
            "w" | "week" | "weeks" => Unit::Week,
            "m" | "month" | "months" => Unit::Month,
            "y" | "year" | "years" => Unit::Year,
            _ => return None,
        })
    }

    fn times(self, count: i32) -> Option<Span> {
        let span = Span::new();
        match self {
            Unit::Day => span.try_days(count).ok(),
            Unit::Week => span.try_weeks(count).ok(),
            Unit::Month => span.try_months(count).ok(),
            Unit::Year => span.try_years(count).ok(),
        }
    }
}

fn weekday(name: &str) -> Option<civil::Weekday> {
    use civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let days = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    names.iter().position(|known| *known == name).map(|at| days[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        // A Wednesday.
        let now = Date::parse("2024-03-06", DateOrder::Unknown).expect("a date");
        let shown = |second| Date::from_epoch_seconds(second).expect("it is near").to_string();
        match seconds(text, Some(&now)) {
            Ok((first, last)) => format!("{} {}", &shown(first)[..10], &shown(last)[..10]),
            Err(message) => message.to_owned(),
        }
    }

    #[test]
    fn days_are_told_from_the_day_of_the_request() {
        for (text, expected) in [
            ("2022-09", "2022-09-01 2022-09-30"),
            ("2022–09−05", "2022-09-05 2022-09-05"),
            ("today", "2024-03-06 2024-03-06"),
            ("yesterday", "2024-03-05 2024-03-05"),
            ("7d", "2024-02-28 2024-02-28"),
            ("2 weeks ago", "2024-02-21 2024-02-21"),
            ("1m", "2024-02-06 2024-02-06"),
            ("1 year", "2023-03-06 2023-03-06"),
            ("last monday", "2024-03-04 2024-03-04"),
            ("Last Wednesday", "2024-02-28 2024-02-28"),
            ("last_month", "2024-02-01 2024-02-29"),
            ("this week", "2024-03-04 2024-03-10"),
            ("last year", "2023-01-01 2023-12-31"),
            ("99999999y", "is too far away"),
            ("tomorrow", "2024-03-07 2024-03-07"),
            ("NOW", "2024-03-06 2024-03-06"),
            ("NOW-7DAYS", "2024-02-28 2024-02-28"),
            ("now+1d", "2024-03-07 2024-03-07"),
            ("NOW/MONTH", "2024-03-01 2024-03-31"),
            ("NOW-1MONTH/MONTH", "2024-02-01 2024-02-29"),
            ("NOW-1HOUR", "is no date"),
            ("NOW-7DAYS/MONTH", "is no date"),
            ("nowhere", "is no date"),
            ("next week", "is no date"),
            ("7x", "is no date"),
            ("2024-02-30", "is in no calendar"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(seconds("7d", None), Err("is told from today, and the request does not say which day that is"));
    }
}
