//! Numbers and sizes as people read them.

use newshound::Total;

/// Returns a number with thousands separators: `2,652`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns a number and its noun: `1 article`, `2,652 articles`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Returns the number of articles that match; a bound is told as one.
pub(crate) fn total(total: Total) -> String {
    match total {
        Total::Exact(number) => counted(number, "article"),
        Total::AtLeast(number) if number > 0 => format!("more than {}", counted(number - 1, "article")),
        _ => "an unknown number of articles".to_owned(),
    }
}

/// Returns a size in binary units: `12.3 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return counted(bytes, "byte");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1023.95 && unit + 1 < units.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let numbers = [0, 7, 999, 1_000, 12_345, 123_456, 1_234_567];
        let shown: Vec<String> = numbers.into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "7", "999", "1,000", "12,345", "123,456", "1,234,567"]);
    }

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(counted(0, "article"), "0 articles");
        assert_eq!(counted(1, "article"), "1 article");
        assert_eq!(counted(1000, "source"), "1,000 sources");
    }

    #[test]
    fn bound_is_never_shown_as_a_total() {
        assert_eq!(total(Total::Exact(12)), "12 articles");
        assert_eq!(total(Total::Exact(1)), "1 article");
        assert_eq!(total(Total::AtLeast(1001)), "more than 1,000 articles");
        assert_eq!(total(Total::AtLeast(2)), "more than 1 article");
    }

    #[test]
    fn sizes_keep_one_decimal() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(1023), "1,023 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(1024 * 1024 - 1), "1.0 MiB");
        assert_eq!(size(5 << 30), "5.0 GiB");
    }
}
