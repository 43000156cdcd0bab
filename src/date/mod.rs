//! A date as an article prints it: with its precision and its offset, or none. A time without offset stays
//! wall-clock time. Asks no clock and no time-zone database; the calendar is jiff's.

mod day;
mod read;
mod scan;
mod shown;
#[cfg(test)]
mod tests;
mod time;
mod words;

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{self, DateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date, with as much as was printed: a year, a month, a day, a minute or a second.
///
/// Years run from 1600 to 9999. It is shown and serialised in the forms of ISO 8601: `2022`, `2022-09`,
/// `2022-09-23`, `2022-09-23T11:35`, `2022-09-23T11:35:07+02:00`.
///
/// Dates have no order of their own: [`Date::is_within`] compares them as printed, [`Date::instant`] sorts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    /// Wall-clock seconds since 1970-01-01 00:00 of the first second that the date covers.
    first_second: i64,
    precision: Precision,
    /// Minutes east of UTC.
    offset: Option<i16>,
}

/// How much of a date was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// A day.
    Day,
    /// A minute.
    Minute,
    /// A second.
    Second,
}

/// How to read dates such as `02/05/2016`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// Not known: such a date is ambiguous, unless one number is above 12 or both are the same.
    #[default]
    Unknown,
    /// The day comes first.
    DayFirst,
    /// The month comes first.
    MonthFirst,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// It has no form of a date.
    #[error("`{0}` is not a date")]
    NotADate(String),
    /// It means two days.
    #[error("`{0}` may be two dates; say which with --date-order")]
    Ambiguous(String),
    /// It has the form of a date, but there is no such day or time.
    #[error("`{0}` does not exist")]
    Impossible(String),
}

impl Date {
    /// Reads a date that is the whole of `text`, in any of the forms that news archives use.
    ///
    /// Among them are ISO 8601, RFC 2822, dates in figures, and dates with month names in some thirty languages,
    /// with weekday, time and zone or without. Ten figures are seconds since 1970, thirteen are milliseconds. Space
    /// and punctuation around the date are let pass; any other text is not. The weekday is not compared with the day,
    /// and a year of two figures is no year. Offsets run from -12:00 to +14:00. A zone abbreviation with several
    /// meanings (CST, IST) leaves the offset absent, except in the form of RFC 2822, which gives CST one meaning;
    /// BST is British. An hour alone, as `3 pm`, has the precision of a minute.
    ///
    /// ```
    /// use newshound::{Date, DateOrder};
    ///
    /// let date = Date::parse("Thu May 17, 2012 3:04pm EDT", DateOrder::Unknown)?;
    /// assert_eq!(date.to_string(), "2012-05-17T15:04-04:00");
    /// assert!(Date::parse("02/05/2016", DateOrder::Unknown).is_err());
    /// # Ok::<(), newshound::DateError>(())
    /// ```
    pub fn parse(text: &str, order: DateOrder) -> Result<Date, DateError> {
        let printed = shown::shown(text).or_else(|| shown::dashed(text));
        match printed.and_then(|printed| Date::from_printed(&printed)) {
            Some(date) => Ok(date),
            None => read::whole(text, order),
        }
    }

    /// Reads the date that `text` begins with and returns it with the number of bytes it takes, space before it
    /// included.
    ///
    /// The longest date is taken, and it ends where a word ends. What may as well be another thing in running text is
    /// no date here: a number alone, a day without a year, a month without a year. A line break is space, so who looks
    /// for a date in a line passes the line.
    pub fn parse_prefix(text: &str, order: DateOrder) -> Option<(Result<Date, DateError>, usize)> {
        let day = shown::shown(text).filter(|printed| printed.day.is_some());
        match day.and_then(|printed| Date::from_printed(&printed)) {
            Some(date) => Some((Ok(date), text.len())),
            None => read::prefix(text, order),
        }
    }

    /// Returns the date of a number of seconds since 1970-01-01 00:00 UTC, or `None` outside the years 1600 to 9999.
    pub fn from_epoch_seconds(seconds: i64) -> Option<Date> {
        let first = EPOCH.checked_add(SignedDuration::from_secs(seconds)).ok()?;
        YEARS.contains(&first.year()).then_some(Date {
            first_second: seconds,
            precision: Precision::Second,
            offset: Some(0),
        })
    }

    /// Builds a date from what was printed, or returns `None` where there is no such day, time or offset.
    fn from_printed(printed: &Printed) -> Option<Date> {
        let month = printed.month.unwrap_or(1);
        let day = civil::Date::new(printed.year, month, printed.day.unwrap_or(1)).ok()?;
        let clock = printed.clock.unwrap_or_default();
        // ISO 8601 lets a day end at 24:00, and an hour end with the leap second 60.
        let (day, hour) = match clock {
            Clock { hour: 24, minute: 0, second: None | Some(0) } => (day.tomorrow().ok()?, 0),
            _ => (day, clock.hour),
        };
        let second = match clock.second.unwrap_or(0) {
            60 if clock.minute == 59 => 59,
            second => second,
        };
        let first = day.to_datetime(civil::Time::new(hour, clock.minute, second, 0).ok()?);
        let known = YEARS.contains(&first.year()) && printed.offset.is_none_or(|offset| OFFSETS.contains(&offset));
        known.then(|| Date {
            first_second: first.duration_since(EPOCH).as_secs(),
            precision: printed.precision(),
            offset: printed.offset,
        })
    }

    /// Returns how much of the date was printed.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Returns the offset in minutes east of UTC, or `None` for a wall-clock time.
    pub fn offset_minutes(&self) -> Option<i16> {
        self.offset
    }

    /// Returns the year, 1600 to 9999.
    pub fn year(&self) -> i16 {
        self.first().year()
    }

    /// Returns the month from 1, if it was printed.
    pub fn month(&self) -> Option<u8> {
        self.printed(Precision::Month, self.first().month())
    }

    /// Returns the day of the month from 1, if it was printed.
    pub fn day(&self) -> Option<u8> {
        self.printed(Precision::Day, self.first().day())
    }

    /// Returns the hour, 0 to 23, if it was printed.
    pub fn hour(&self) -> Option<u8> {
        self.printed(Precision::Minute, self.first().hour())
    }

    /// Returns the minute, 0 to 59, if a time was printed.
    pub fn minute(&self) -> Option<u8> {
        self.printed(Precision::Minute, self.first().minute())
    }

    /// Returns the second, 0 to 59, if it was printed.
    pub fn second(&self) -> Option<u8> {
        self.printed(Precision::Second, self.first().second())
    }

    /// Returns the first second that the date covers, as printed: seconds from 1970-01-01 00:00 on the same clock.
    pub fn first_second(&self) -> i64 {
        self.first_second
    }

    /// Returns the last second that the date covers, as printed: for `2022-09` that of 30 September, 23:59:59.
    pub fn last_second(&self) -> i64 {
        let first = self.first();
        let days = |from: civil::Date, to: civil::Date| i64::from(from.until(to).map_or(0, |span| span.get_days()));
        let length = match self.precision {
            Precision::Year => SECONDS_OF_DAY * (1 + days(first.date(), first.date().last_of_year())),
            Precision::Month => SECONDS_OF_DAY * i64::from(first.days_in_month()),
            Precision::Day => SECONDS_OF_DAY,
            Precision::Minute => 60,
            Precision::Second => 1,
        };
        self.first_second + length - 1
    }

    /// Returns the first second as seconds since 1970-01-01 00:00 UTC, taking `assumed_offset` minutes for a date
    /// without offset.
    pub fn instant(&self, assumed_offset: i16) -> i64 {
        self.first_second - 60 * i64::from(self.offset.unwrap_or(assumed_offset))
    }

    /// Tells whether it is a time of day in UTC, which machines are told and hardly any reader is.
    pub(crate) fn is_utc_time(&self) -> bool {
        self.offset == Some(0) && self.precision >= Precision::Minute
    }

    /// Returns a time in UTC by the clock that `printed` was read from, where both are the same instant: with its offset, or
    /// without one as far apart as clocks are.
    pub(crate) fn by_clock_of(&self, printed: &Date) -> Option<Date> {
        if !self.is_utc_time() || printed.precision < Precision::Minute {
            return None;
        }
        let coarser = self.precision.min(printed.precision);
        let (unit, step) = if coarser == Precision::Minute { (60, 30) } else { (1, 15) };
        let apart = printed.first_second.div_euclid(unit) - self.first_second.div_euclid(unit);
        let minutes =
            i16::try_from(apart * unit / 60).ok().filter(|minutes| i64::from(*minutes) * 60 == apart * unit)?;
        let is_clock = printed.offset.map_or(minutes % step == 0, |offset| offset == minutes);
        let is_other = minutes != 0 && OFFSETS.contains(&minutes) && is_clock;
        let first_second = self.first_second + 60 * i64::from(minutes);
        is_other.then_some(Date { first_second, offset: Some(minutes), ..*self })
    }

    /// Tells whether the date may lie between two dates, both included, compared as printed.
    ///
    /// A date covers all that it may mean, so `2022-09` lies between `2022-09-15` and `2022-09-16`. Offsets are not
    /// looked at: who asks for 23 September means the day that stands in the article.
    pub fn is_within(&self, since: Option<&Date>, until: Option<&Date>) -> bool {
        since.is_none_or(|since| self.last_second() >= since.first_second())
            && until.is_none_or(|until| self.first_second() <= until.last_second())
    }

    /// Returns the first second on the calendar.
    fn first(&self) -> DateTime {
        EPOCH
            .checked_add(SignedDuration::from_secs(self.first_second))
            .expect("every date is built from a calendar date of the years 1600 to 9999")
    }

    /// Returns a part of the date, if it was printed.
    fn printed(&self, least: Precision, part: i8) -> Option<u8> {
        (self.precision >= least).then_some(part.unsigned_abs())
    }
}

/// Where the seconds are counted from.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The years that a date may have.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=9999;

/// The offsets that a date may have, in minutes: those that some place keeps or kept by law.
const OFFSETS: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// The parts of a date as they stand in a text, not yet known to exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Printed {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    clock: Option<Clock>,
    offset: Option<i16>,
}

/// A time of day as it stands in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Clock {
    hour: i8,
    minute: i8,
    second: Option<i8>,
}

impl Printed {
    fn precision(&self) -> Precision {
        match (self.month, self.day, self.clock) {
            (_, _, Some(Clock { second: Some(_), .. })) => Precision::Second,
            (_, _, Some(_)) => Precision::Minute,
            (_, Some(_), None) => Precision::Day,
            (Some(_), None, None) => Precision::Month,
            (None, None, None) => Precision::Year,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first();
        write!(f, "{:04}", first.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", first.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", first.day())?;
        }
        if self.precision >= Precision::Minute {
            write!(f, "T{:02}:{:02}", first.hour(), first.minute())?;
        }
        if self.precision == Precision::Second {
            write!(f, ":{:02}", first.second())?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text, DateOrder::Unknown).map_err(serde::de::Error::custom)
    }
}
