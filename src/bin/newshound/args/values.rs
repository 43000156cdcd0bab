//! Values of options: text becomes a number, a date, a size, or a sentence that says why not.

use std::str::FromStr;

use newshound::{Date, DateError, DateOrder, ExtraKind, Sort};

/// What stands before a query word that begins with a dash between `words.rs` and [`Word`].
pub(crate) const DASHED: char = '\u{1}';

/// A word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) String);

impl FromStr for Word {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Word, Self::Err> {
        Ok(Word(text.strip_prefix(DASHED).unwrap_or(text).to_owned()))
    }
}

/// How many rejected articles are borne.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum MaxRejected {
    Number(u64),
    /// Of all articles that were read or kept, in per cent.
    Percent(f64),
}

impl MaxRejected {
    /// Tells whether `rejected` of `all` articles are too many.
    pub(crate) fn is_exceeded(self, rejected: u64, all: u64) -> bool {
        match self {
            MaxRejected::Number(most) => rejected > most,
            MaxRejected::Percent(most) => rejected as f64 * 100.0 > most * all as f64,
        }
    }
}

impl FromStr for MaxRejected {
    type Err = String;

    fn from_str(text: &str) -> Result<MaxRejected, String> {
        let wrong = || "expected a number such as 20, or a share such as 1%".to_owned();
        let Some(percent) = text.strip_suffix('%') else {
            return text.parse().map(MaxRejected::Number).map_err(|_| wrong());
        };
        let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
        if (0.0..=100.0).contains(&percent) { Ok(MaxRejected::Percent(percent)) } else { Err(wrong()) }
    }
}

/// Reads a limit: `members=5000`, `free=1GiB`.
pub(crate) fn limit(text: &str) -> Result<(String, u64), String> {
    let wrong = || "expected NAME=VALUE, such as ratio=500 or free=1GiB".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    Ok((name.to_owned(), bytes(value).map_err(|_| wrong())?))
}

/// Reads a number of points of per cent.
pub(crate) fn points(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').trim().parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "expected points of per cent from 0 to 100, such as 2 or 0.5".to_owned())
}

/// Reads a date for `--since` and `--until`.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text, DateOrder::Unknown).map_err(|error| match error {
        DateError::Ambiguous(_) => "this may be two dates; write it as 2016-05-02".to_owned(),
        DateError::Impossible(_) => "there is no such date".to_owned(),
        _ => "expected a date such as 2024, 2024-03 or 2024-03-05".to_owned(),
    })
}

/// Reads a number of days, weeks or years, as days.
pub(crate) fn half_life(text: &str) -> Result<u32, String> {
    let wrong = || "expected days, weeks or years, such as 30d, 6w or 2y".to_owned();
    let unit = match text.chars().next_back() {
        Some('d') => 1,
        Some('w') => 7,
        Some('y') => 365,
        _ => return Err(wrong()),
    };
    let number = text[..text.len() - 1].parse::<u32>().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|days| *days > 0).ok_or_else(wrong)
}

/// Reads the declaration of a field: `desk:keyword`.
pub(crate) fn extra(text: &str) -> Result<(String, ExtraKind), String> {
    let wrong = || "expected NAME:KIND, such as desk:keyword".to_owned();
    let (name, kind) = text.split_once(':').filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
    let kind = kind
        .parse()
        .map_err(|_| format!("`{kind}` is no kind of field; there are text, keyword, number, date and boolean"))?;
    Ok((name.strip_prefix("x.").unwrap_or(name).to_owned(), kind))
}

/// Reads the order of hits: `newest`, `x.page`, `x.page:desc`.
pub(crate) fn sort(text: &str) -> Result<Sort, String> {
    let of_field = |text: &str| {
        let (name, order) = text.split_once(':').unwrap_or((text, "asc"));
        let descending = match order {
            "asc" => false,
            "desc" => true,
            _ => return None,
        };
        (!name.is_empty()).then(|| Sort::Extra { name: name.to_owned(), descending })
    };
    match text {
        "relevance" => Ok(Sort::Relevance),
        "newest" => Ok(Sort::Newest),
        "oldest" => Ok(Sort::Oldest),
        _ => text
            .strip_prefix("x.")
            .and_then(of_field)
            .ok_or_else(|| "expected relevance, newest, oldest, x.NAME or x.NAME:desc".to_owned()),
    }
}

/// Reads an offset from UTC and returns it in minutes: `UTC`, `Z`, `+02:00`, `-0530`, `+2`.
pub(crate) fn offset(text: &str) -> Result<i16, String> {
    let wrong = || "expected UTC or an offset such as +02:00".to_owned();
    if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
        return Ok(0);
    }
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix(['-', '−'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        (None, None) => return Err(wrong()),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits
            .split_at_checked(digits.len().saturating_sub(2))
            .filter(|_| digits.len() > 2)
            .unwrap_or((digits, "0")),
    };
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    match (number(hours), number(minutes)) {
        // The widest offset in use is +14:00; ISO 8601 knows no bound, 18 hours is what date libraries take.
        (Some(hours @ 0..=18), Some(minutes @ 0..=59)) => Ok(sign * (hours * 60 + minutes)),
        _ => Err(wrong()),
    }
}

/// Reads a size: `512MiB`, `2GB`, `1048576`. `M` alone is short for `MiB`.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "expected a size such as 512MiB or 2GiB".to_owned();
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    // Casting saturates, and the library says what it can use.
    Ok((number * factor as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_minutes_east_of_utc() {
        assert_eq!(offset("UTC"), Ok(0));
        assert_eq!(offset("z"), Ok(0));
        assert_eq!(offset("+02:00"), Ok(120));
        assert_eq!(offset("-0530"), Ok(-330));
        assert_eq!(offset("+2"), Ok(120));
        assert_eq!(offset("+0"), Ok(0));
        for wrong in ["", "2", "+", "+99:00", "+02:60", "CET", "+1é", "+-1:00", "-é00"] {
            assert!(offset(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_take_binary_and_decimal_units() {
        assert_eq!(bytes("512MiB"), Ok(512 << 20));
        assert_eq!(bytes("2g"), Ok(2 << 30));
        assert_eq!(bytes("1.5 kB"), Ok(1500));
        assert_eq!(bytes("7"), Ok(7));
        for wrong in ["", "MiB", "5 parsecs", "1.2.3M", "-5M"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn share_of_rejected_is_of_all_articles() {
        let one_percent: MaxRejected = "1%".parse().unwrap();
        assert!(!one_percent.is_exceeded(1, 100));
        assert!(one_percent.is_exceeded(2, 100));
        assert!(!one_percent.is_exceeded(0, 0));
        let none: MaxRejected = "0".parse().unwrap();
        assert!(none.is_exceeded(1, 1_000_000));
        assert!("1,5%".parse::<MaxRejected>().is_err());
        assert!("NaN%".parse::<MaxRejected>().is_err());
        assert!("-1%".parse::<MaxRejected>().is_err());
    }

    #[test]
    fn a_declaration_is_a_name_and_a_kind() {
        assert_eq!(extra("desk:keyword"), Ok(("desk".to_owned(), ExtraKind::Keyword)));
        assert_eq!(extra("x.page:number"), Ok(("page".to_owned(), ExtraKind::Number)));
        for wrong in ["desk", ":text", "desk:", "desk:word"] {
            assert!(extra(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_order_is_named_or_a_field_of_ones_own() {
        let by = |descending| Ok(Sort::Extra { name: "page".to_owned(), descending });
        assert_eq!((sort("newest"), sort("x.page")), (Ok(Sort::Newest), by(false)));
        assert_eq!((sort("x.page:asc"), sort("x.page:desc")), (by(false), by(true)));
        for wrong in ["", "page", "x.", "x.page:down", "x.:desc"] {
            assert!(sort(wrong).is_err(), "{wrong}");
        }
    }
}
