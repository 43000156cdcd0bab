//! A single value as a value of JSON: text, numbers, yes or no; dates and times as text that dates are read from.

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use ::parquet::data_type::{ByteArray, Int96};
use ::parquet::schema::types::ColumnDescriptor;
use jiff::{Span, Timestamp, civil, tz::TimeZone};
use serde_json::Number;

use crate::corpus::formats::keys::Node;

/// A value as it is stored.
pub(super) enum Stored {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Int96(Int96),
    Bytes(ByteArray),
}

/// What the values of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What they are stored as.
    Plain,
    Text,
    Unsigned,
    /// Days since 1970.
    Date,
    /// A time since 1970, of so many parts a second; whether it is in UTC.
    Time(i64, bool),
    /// A number with so many digits behind the point.
    Decimal(i32),
    Json,
    Uuid,
}

impl Meaning {
    pub(super) fn of(column: &ColumnDescriptor) -> Meaning {
        match column.logical_type_ref() {
            Some(LogicalType::String | LogicalType::Enum) => return Meaning::Text,
            Some(LogicalType::Json) => return Meaning::Json,
            Some(LogicalType::Uuid) => return Meaning::Uuid,
            Some(LogicalType::Date) => return Meaning::Date,
            Some(LogicalType::Integer(kind)) if !kind.is_signed => return Meaning::Unsigned,
            Some(LogicalType::Decimal(kind)) => return Meaning::Decimal(kind.scale),
            Some(LogicalType::Timestamp(kind)) => {
                let parts = match kind.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                };
                return Meaning::Time(parts, kind.is_adjusted_to_u_t_c);
            }
            _ => {}
        }
        match column.converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM => Meaning::Text,
            ConvertedType::JSON => Meaning::Json,
            ConvertedType::DATE => Meaning::Date,
            ConvertedType::TIMESTAMP_MILLIS => Meaning::Time(1_000, true),
            ConvertedType::TIMESTAMP_MICROS => Meaning::Time(1_000_000, true),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
                Meaning::Unsigned
            }
            ConvertedType::DECIMAL => Meaning::Decimal(column.type_scale()),
            _ => Meaning::Plain,
        }
    }

    /// Returns a value as one of JSON; nothing for bytes that are no text.
    pub(super) fn node(self, value: &Stored) -> Node {
        match (self, value) {
            (_, Stored::Boolean(value)) => Node::Bool(*value),
            (_, Stored::Float(value)) => Number::from_f64(*value).map_or(Node::Null, Node::Number),
            (_, Stored::Int96(value)) => time(value.to_seconds(), false),
            (Meaning::Date, Stored::Integer(days)) => date(*days),
            (Meaning::Time(parts, is_utc), Stored::Integer(value)) => time(value.div_euclid(parts), is_utc),
            (Meaning::Decimal(scale), Stored::Integer(value)) => decimal(i128::from(*value), scale),
            #[expect(clippy::cast_sign_loss, reason = "a number without sign is stored as one with it")]
            (Meaning::Unsigned, Stored::Integer(value)) => Node::Number((*value as u64).into()),
            (_, Stored::Integer(value)) => Node::Number((*value).into()),
            (Meaning::Decimal(scale), Stored::Bytes(bytes)) => match bytes.data() {
                [] => Node::Null,
                bytes if bytes.len() > 16 => Node::Null,
                bytes => {
                    let sign = if bytes[0] < 0x80 { 0 } else { -1 };
                    decimal(bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte)), scale)
                }
            },
            (Meaning::Uuid, Stored::Bytes(bytes)) => {
                Node::Text(bytes.data().iter().map(|byte| format!("{byte:02x}")).collect())
            }
            (Meaning::Json, Stored::Bytes(bytes)) => {
                serde_json::from_slice(bytes.data()).unwrap_or_else(|_| text(bytes.data()))
            }
            (Meaning::Text, Stored::Bytes(bytes)) => text(bytes.data()),
            // Older programs do not say that their texts are text.
            (_, Stored::Bytes(bytes)) => {
                str::from_utf8(bytes.data()).map_or(Node::Null, |text| Node::Text(text.to_owned()))
            }
        }
    }
}

fn text(bytes: &[u8]) -> Node {
    Node::Text(String::from_utf8_lossy(bytes).into_owned())
}

fn date(days: i64) -> Node {
    let day = Span::new().try_days(days).ok().and_then(|days| civil::date(1970, 1, 1).checked_add(days).ok());
    day.map_or(Node::Null, |day| Node::Text(day.to_string()))
}

/// Returns a time; one of which it is not said that it is in UTC without a zone.
fn time(seconds: i64, is_utc: bool) -> Node {
    match Timestamp::from_second(seconds) {
        Ok(time) if is_utc => Node::Text(time.to_string()),
        Ok(time) => Node::Text(TimeZone::UTC.to_datetime(time).to_string()),
        Err(_) => Node::Null,
    }
}

fn decimal(unscaled: i128, scale: i32) -> Node {
    #[expect(clippy::cast_precision_loss, reason = "as near as numbers of JSON are")]
    let number = unscaled as f64 / 10f64.powi(scale);
    if scale == 0
        && let Ok(whole) = i64::try_from(unscaled)
    {
        return Node::Number(whole.into());
    }
    Number::from_f64(number).map_or(Node::Null, Node::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_json() {
        let whole = |meaning: Meaning, value| meaning.node(&Stored::Integer(value)).shown();
        assert_eq!(whole(Meaning::Date, 19_258), "2022-09-23");
        assert_eq!(whole(Meaning::Date, -1), "1969-12-31");
        assert_eq!(whole(Meaning::Date, i64::MAX), "null");
        assert_eq!(whole(Meaning::Time(1_000, true), 1_663_932_900_500), "2022-09-23T11:35:00Z");
        assert_eq!(whole(Meaning::Time(1_000_000, false), -1), "1969-12-31T23:59:59");
        assert_eq!(whole(Meaning::Time(1_000, true), i64::MAX), "null");
        assert_eq!(whole(Meaning::Decimal(2), -1234), "-12.34");
        assert_eq!(whole(Meaning::Unsigned, -1), "18446744073709551615");
        let bytes =
            |meaning: Meaning, value: &[u8]| meaning.node(&Stored::Bytes(ByteArray::from(value.to_vec()))).shown();
        assert_eq!(bytes(Meaning::Decimal(1), &[0xff, 0xfe]), "-0.2");
        assert_eq!(bytes(Meaning::Plain, b"caf\xe9"), "null");
        assert_eq!(bytes(Meaning::Text, b"caf\xe9"), "caf\u{fffd}");
        assert_eq!(bytes(Meaning::Json, br#"["a", 1]"#), r#"["a", 1]"#);
        assert_eq!(bytes(Meaning::Uuid, &[1, 0xab]), "01ab");
    }
}
