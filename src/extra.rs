//! Fields of an archive's own: their names, their kinds, and which values can stand in a field of a kind. A leaf, since
//! the readers of sources, the index and its queries must agree on all of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Date, DateOrder, Error, Result, Value};

/// What a field of an archive's own holds, and so how it is searched.
///
/// ```
/// use newshound::ExtraKind;
///
/// assert_eq!("keyword".parse::<ExtraKind>()?, ExtraKind::Keyword);
/// assert!("word".parse::<ExtraKind>().is_err());
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ExtraKind {
    /// Text, searched by its words and phrases.
    Text,
    /// A keyword or several, each matched as a whole; case and accents play no part.
    Keyword,
    /// A number.
    Number,
    /// A date, found by any time within what was printed.
    Date,
    /// Yes or no, written `true` or `false`.
    Boolean,
}

/// The longest name of a field.
const LONGEST_NAME: usize = 64;
/// The longest keyword, in bytes: a term of tantivy holds no more than twice as much.
const LONGEST_KEYWORD: usize = 32_000;
/// A number of more decimal digits than this may not be the same as a float.
const MOST_DIGITS: usize = 15;

impl ExtraKind {
    pub(crate) const ALL: [ExtraKind; 5] =
        [ExtraKind::Text, ExtraKind::Keyword, ExtraKind::Number, ExtraKind::Date, ExtraKind::Boolean];

    /// Returns the kind's name, as it is declared and reported.
    pub fn as_str(self) -> &'static str {
        match self {
            ExtraKind::Text => "text",
            ExtraKind::Keyword => "keyword",
            ExtraKind::Number => "number",
            ExtraKind::Date => "date",
            ExtraKind::Boolean => "boolean",
        }
    }

    /// Returns a value as one of this kind; `None` where it cannot be, or something of it would be lost. Dates in figures
    /// are read in this order.
    pub(crate) fn value_of(self, value: &Value, order: DateOrder) -> Option<Value> {
        match self {
            ExtraKind::Text => Some(Value::Text(written(value))),
            ExtraKind::Keyword => match value {
                Value::Keywords(keywords) => {
                    let all = !keywords.is_empty() && keywords.iter().all(|keyword| is_keyword(keyword));
                    all.then(|| value.clone())
                }
                Value::Text(_) | Value::Keyword(_) | Value::Number(_) | Value::Date(_) | Value::Boolean(_) => {
                    Some(written(value)).filter(|text| is_keyword(text)).map(Value::Keyword)
                }
            },
            ExtraKind::Number => number(value).map(Value::Number),
            ExtraKind::Date => date(value, order).map(Value::Date),
            ExtraKind::Boolean => boolean(value).map(Value::Boolean),
        }
    }
}

impl fmt::Display for ExtraKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ExtraKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<ExtraKind> {
        let found = ExtraKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let kinds = ExtraKind::ALL.map(ExtraKind::as_str).join(", ");
            wrong(format!("`{text}` is no kind of field; there are {kinds}"))
        })
    }
}

/// Checks the name of a field of an archive's own.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || name.ends_with('-') || !name.chars().all(known) {
        return Err(wrong(format!(
            "`{name}` is no name of a field; a name has 1 to {LONGEST_NAME} lower-case letters a to z, digits, `_` and `-`, \
             and does not end with `-`"
        )));
    }
    Ok(())
}

fn wrong(problem: String) -> Error {
    Error::Options { option: "extra", problem }
}

fn is_keyword(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST_KEYWORD
}

/// Returns a value as people write it.
fn written(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Keyword(text) => text.clone(),
        Value::Keywords(keywords) => keywords.join(", "),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Boolean(value) => value.to_string(),
    }
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => *number,
        Value::Text(text) | Value::Keyword(text) => {
            let text = text.trim();
            let is_plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
            let digits = text.trim_start_matches(['-', '+', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
            text.parse().ok().filter(|_| is_plain && digits <= MOST_DIGITS)?
        }
        Value::Keywords(_) | Value::Date(_) | Value::Boolean(_) => return None,
    };
    // Nought below zero is nought.
    number.is_finite().then_some(number + 0.0)
}

fn date(value: &Value, order: DateOrder) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Text(_) | Value::Keyword(_) | Value::Number(_) => Date::parse(&written(value), order).ok(),
        Value::Keywords(_) | Value::Boolean(_) => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        Value::Text(text) | Value::Keyword(text) => text.trim().to_ascii_lowercase().parse().ok(),
        Value::Keywords(_) | Value::Number(_) | Value::Date(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ExtraKind, text: &str, expected: Option<&str>) {
        let found = kind.value_of(&Value::Text(text.to_owned()), DateOrder::Unknown);
        assert_eq!(found.as_ref().map(written).as_deref(), expected, "{text} as {kind}");
    }

    #[test]
    fn text_becomes_what_it_says_where_nothing_is_lost() {
        use ExtraKind::{Boolean, Date, Keyword, Number, Text};
        check(Text, "City desk", Some("City desk"));
        check(Keyword, "City desk", Some("City desk"));
        check(Keyword, " ", None);
        check(Keyword, &"a".repeat(LONGEST_KEYWORD + 1), None);
        for (text, number) in [
            ("3", "3"),
            (" -2.50 ", "-2.5"),
            ("007", "7"),
            ("-0", "0"),
            ("0.000000000000000001", "0.000000000000000001"),
        ] {
            check(Number, text, Some(number));
        }
        for text in ["", "three", "1,000", "inf", "NaN", "1e3", "12345678901234567890", "1-2"] {
            check(Number, text, None);
        }
        check(Date, "2024-05", Some("2024-05"));
        check(Date, "02/05/2016", None);
        check(Boolean, "True", Some("true"));
        check(Boolean, "yes", None);
    }

    #[test]
    fn other_kinds_become_text_and_a_number_may_be_a_year() {
        let value = |kind: ExtraKind, value| kind.value_of(&value, DateOrder::Unknown).as_ref().map(written);
        assert_eq!(value(ExtraKind::Keyword, Value::Number(3.0)).as_deref(), Some("3"));
        assert_eq!(value(ExtraKind::Text, Value::Boolean(true)).as_deref(), Some("true"));
        assert_eq!(value(ExtraKind::Date, Value::Number(2024.0)).as_deref(), Some("2024"));
        let keywords = |all: &[&str]| Value::Keywords(all.iter().map(|one| (*one).to_owned()).collect());
        assert_eq!(value(ExtraKind::Keyword, keywords(&["a", "b"])).as_deref(), Some("a, b"));
        assert_eq!(value(ExtraKind::Text, keywords(&["a", "b"])).as_deref(), Some("a, b"));
        for (kind, value_of) in
            [(ExtraKind::Keyword, &[][..]), (ExtraKind::Keyword, &["a", " "]), (ExtraKind::Number, &["3"])]
        {
            assert_eq!(value(kind, keywords(value_of)), None);
        }
        assert_eq!(value(ExtraKind::Number, Value::Boolean(true)), None);
        assert_eq!(value(ExtraKind::Number, Value::Number(f64::NAN)), None);
    }

    #[test]
    fn a_name_is_one_that_a_query_can_ask_for() {
        for name in ["desk", "a", "7", "copy_editor-2", "_", &"a".repeat(64)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "Desk", "a.b", "a b", "é", "a-", &"a".repeat(65)] {
            let error = check_name(name).expect_err("it is no name").to_string();
            assert!(
                error.starts_with(&format!("extra: `{name}` is no name of a field; a name has 1 to 64")),
                "{error}"
            );
        }
    }
}
