//! Words that are meant as they are written: `harv*`, `w?rk`, `ferry~1`, `=harvests`.

use std::ops::Range;

use super::ast::Written;
use super::borrowed;

/// Reads a word; returns what it is and which of its bytes are the word.
pub(super) fn of_word(word: &str) -> Option<(Written, Range<usize>)> {
    if word.contains("://") || word.starts_with("www.") {
        return None;
    }
    if let Some(rest) = word.strip_prefix(['=', '＝']) {
        return rest.starts_with(char::is_alphanumeric).then(|| (Written::Exact, word.len() - rest.len()..word.len()));
    }
    if word.contains(['*', '?', '＊']) {
        return Some((Written::Wildcard, 0..word.len()));
    }
    let (before, number) = word.rsplit_once(['~', '～'])?;
    let changes = match number {
        "" => None,
        "1" => Some(1),
        "2" => Some(2),
        _ => return None,
    };
    // `10~20` is a span of numbers, and `ferry~2~2` no form of anything.
    let is_word = before.contains(|c: char| !c.is_numeric()) && !before.contains(['~', '～']);
    is_word.then_some((Written::Fuzzy(changes), 0..before.len()))
}

/// Returns the word as query text.
pub(super) fn to_text(written: Written, text: &str) -> String {
    match written {
        Written::Exact => format!("={text}"),
        // A question mark behind the last word of a query would end a question.
        Written::Wildcard if text.ends_with('?') => {
            let (start, marks) = text.split_at(text.trim_end_matches('?').len());
            let escaped: String = start.chars().map(as_regex).collect();
            format!("/{escaped}{}/", ".".repeat(marks.len()))
        }
        Written::Wildcard => text.to_owned(),
        Written::Fuzzy(None) => format!("{text}~"),
        Written::Fuzzy(Some(changes)) => format!("{text}~{changes}"),
        // Behind an operand it would be Factiva's.
        Written::Regex if borrowed::slashed(&format!("/{text}/")).is_some() => format!("/({text})/"),
        Written::Regex => format!("/{text}/"),
    }
}

fn as_regex(c: char) -> String {
    match c {
        '*' | '＊' => ".*".to_owned(),
        '?' => ".".to_owned(),
        c if c.is_ascii_punctuation() => format!("\\{c}"),
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_how_they_are_meant() {
        for (word, expected) in [
            ("harv*", Some((Written::Wildcard, 0..5))),
            ("w?rk*r", Some((Written::Wildcard, 0..6))),
            ("=harvests", Some((Written::Exact, 1..9))),
            ("xinjang~", Some((Written::Fuzzy(None), 0..7))),
            ("xinjang~1", Some((Written::Fuzzy(Some(1)), 0..7))),
            ("10~20", None),
            ("ferry~3", None),
            ("ferry~2~2", None),
            ("ferry~0.8", None),
            ("=", None),
            ("a=b", None),
            ("http://example.org/?q=*", None),
        ] {
            assert_eq!(of_word(word), expected, "{word}");
        }
    }
}
