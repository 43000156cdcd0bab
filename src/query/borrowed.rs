//! Forms of other query languages that mean the same as one of ours: Factiva's `hd=`, Nexis's `date aft 2022`, Google's
//! `AROUND(5)`, Lucene's `_exists_:`. What means something else is in `foreign.rs`.

use super::chars;
use super::proximity::{self, Wrong};
use super::range::{Bounds, End};

/// A field's name in another language, with the sign behind it.
pub(super) struct Field {
    /// Our name.
    pub(super) means: &'static str,
    /// The length of the name with the sign, which is left to the value where it compares.
    pub(super) length: usize,
    /// What is wrong, where ours is only like it.
    pub(super) wrong: Option<Wrong>,
}

/// The codes of Factiva, and a name of Nexis, that stand before a sign.
const CODES: &[(&str, &str)] = &[
    ("an", "id"),
    ("art", "caption"),
    ("au", "byline"),
    ("by", "byline"),
    ("cr", "credit"),
    ("hd", "headline"),
    ("hl", "headline"),
    ("hlp", "hlead"),
    ("la", "language"),
    ("length", "words"),
    ("lp", "lead"),
    ("pd", "date"),
    ("se", "section"),
    ("sn", "publisher"),
    ("td", "body"),
    ("wc", "words"),
];

/// Our own fields, of those that are asked with a sign in place of the colon: `date>2022-03-01`, `headline=ferry`.
const NAMES: &[&str] = &["body", "byline", "date", "headline", "language", "lead", "publisher", "section", "words"];

const CODED: Wrong = (
    "this code of Factiva stands for a subject, company, industry, region or person, which are not told apart here",
    "write keywords:WORD, with a word as the articles have it",
);
const RESTRICTED: Wrong = (
    "this code of Factiva stands for a group of sources, which has no name here",
    "write publisher:NAME or corpus:NAME",
);

/// Codes whose values are those of Factiva alone.
const UNKNOWN_CODES: &[(&str, &str, Wrong)] = &[
    ("co", "keywords", CODED),
    ("fds", "keywords", CODED),
    ("in", "keywords", CODED),
    ("ns", "keywords", CODED),
    ("pe", "keywords", CODED),
    ("re", "keywords", CODED),
    ("rst", "publisher", RESTRICTED),
    ("sc", "publisher", RESTRICTED),
];

/// Reads the name of a field and a sign: `hd=`, `wc>`, `_exists_:`.
pub(super) fn field(rest: &str) -> Option<Field> {
    if let Some(value) = rest.strip_prefix("_exists_:") {
        let length = rest.len() - value.len();
        return value.starts_with(char::is_alphanumeric).then_some(Field { means: "has", length, wrong: None });
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = rest[..length].to_ascii_lowercase();
    let (sign, value) = rest[length..].split_at_checked(1)?;
    let has_value = value.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '"' | '“' | '=' | '*'));
    match sign {
        "=" if has_value => {}
        "<" | ">" if has_value => {
            return named(&name).filter(|means| matches!(*means, "date" | "words")).map(|means| Field {
                means,
                length,
                wrong: None,
            });
        }
        _ => return None,
    }
    let length = length + 1;
    named(&name).map(|means| Field { means, length, wrong: None }).or_else(|| {
        let (_, means, wrong) = UNKNOWN_CODES.iter().find(|(code, ..)| *code == name)?;
        Some(Field { means, length, wrong: Some(*wrong) })
    })
}

/// Returns our name of a field.
fn named(name: &str) -> Option<&'static str> {
    let code = CODES.iter().find(|(code, _)| *code == name).map(|(_, means)| *means);
    code.or_else(|| NAMES.iter().find(|known| **known == name).copied())
}

/// What stands before a date, and of which date: whether the date is the first or the last, and belongs to the range.
/// Those at the end are said in plain sentences too.
const COMPARED: &[(&str, Option<bool>, bool)] = &[
    ("aft", Some(true), false),
    ("bef", Some(false), false),
    ("geq", Some(true), true),
    ("leq", Some(false), true),
    (">=", Some(true), true),
    ("<=", Some(false), true),
    (">", Some(true), false),
    ("<", Some(false), false),
    ("=", None, true),
    ("after", Some(true), false),
    ("before", Some(false), false),
    ("from", Some(true), true),
    ("is", None, true),
    ("on", None, true),
];
const PLAIN: &[&str] = &["after", "before", "from", "is", "on"];

/// Reads a date as Nexis and Factiva ask for it: `date aft 1/1/2022`, `date from 2022-01-01 to 2022-02-01`. Returns it with
/// its length, and whether it may as well be words: `date is 2022`.
pub(super) fn dated(rest: &str) -> Option<(Bounds, usize, bool)> {
    let name = rest.get(..4).filter(|name| name.eq_ignore_ascii_case("date"))?;
    let mut words = Words { text: rest, at: name.len(), trimmed: 0 };
    let sign = words.next()?.to_ascii_lowercase();
    let (sign, is_least, is_included) = *COMPARED.iter().find(|(known, ..)| *known == sign)?;
    let value = words.date()?;
    let mut length = words.at - words.trimmed;
    let end = |value: &str, is_included| Some(End { value: value.to_owned(), is_included });
    let mut bounds = match is_least {
        Some(true) => Bounds { least: end(value, is_included), most: None },
        Some(false) => Bounds { least: None, most: end(value, is_included) },
        None => Bounds { least: end(value, true), most: end(value, true) },
    };
    let may_be_words = PLAIN.contains(&sign) && !value.contains(['/', '-']);
    if sign == "from" && words.next().is_some_and(|word| word.eq_ignore_ascii_case("to")) {
        let last = words.date()?;
        bounds.most = end(last, true);
        length = words.at - words.trimmed;
    }
    Some((bounds, length, may_be_words))
}

/// The words of a text, parted by single or more spaces.
struct Words<'t> {
    text: &'t str,
    at: usize,
    /// How much of the last word does not belong to it.
    trimmed: usize,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let word = rest.trim_start_matches(' ');
        let blanks = rest.len() - word.len();
        let is_end = |c| chars::is_blank(c) || chars::is_open(c) || chars::is_close(c) || chars::quote(c).is_some();
        let word = word.split(is_end).next().filter(|word| !word.is_empty() && blanks > 0)?;
        self.at += blanks + word.len();
        Some(word)
    }

    /// Reads a word that begins as a date does.
    fn date(&mut self) -> Option<&'t str> {
        let word = self.next().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() >= 4)?;
        let date = word.trim_end_matches(|c| matches!(c, '.' | '?') || chars::is_trailing_punctuation(c));
        self.trimmed = word.len() - date.len();
        Some(date)
    }
}

/// What Factiva writes between slashes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slashed {
    /// `/N5/`: near.
    Near(u32),
    /// `/F50/`: among the first words, of what stands before it.
    First(u32),
}

/// Reads `/N5/` or `/F50/` at the beginning of a text; returns it with its length.
pub(super) fn slashed(rest: &str) -> Option<(Slashed, usize)> {
    let letter = rest.strip_prefix('/')?.chars().next()?;
    let digits = rest.get(2..).filter(|_| letter.is_ascii())?;
    let n_digits = digits.bytes().take_while(u8::is_ascii_digit).count();
    let behind = digits[n_digits..].strip_prefix('/')?;
    let number = digits[..n_digits].parse().ok().filter(|number| *number > 0)?;
    let slashed = match letter {
        'N' | 'n' if number <= proximity::MOST_WORDS => Slashed::Near(number),
        'F' | 'f' => Slashed::First(number),
        _ => return None,
    };
    let is_end = |c| chars::is_blank(c) || chars::is_close(c) || chars::is_trailing_punctuation(c);
    behind.chars().next().is_none_or(is_end).then_some((slashed, n_digits + 3))
}

/// Reads Google's `AROUND(5)`; returns the number of words and its length.
pub(super) fn around(rest: &str) -> Option<(u32, usize)> {
    let name = rest.get(..6).filter(|name| name.eq_ignore_ascii_case("around"))?;
    let blanks = if name == "AROUND" { rest[6..].len() - rest[6..].trim_start_matches(' ').len() } else { 0 };
    let digits = rest[6 + blanks..].strip_prefix('(')?;
    let (digits, _) = digits.split_once(')')?;
    let number = digits.parse().ok().filter(|number| (1..=proximity::MOST_WORDS).contains(number))?;
    Some((number, 6 + blanks + digits.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::range;

    #[test]
    fn codes_of_factiva_name_fields() {
        for (text, means, length) in [
            ("hd=ferry", "headline", 3),
            ("HLP=(ferry or toll)", "hlead", 4),
            ("la=en", "language", 3),
            ("wc>500", "words", 2),
            ("LENGTH>500", "words", 6),
            ("date>=2022-03-01", "date", 4),
            ("headline=ferry", "headline", 9),
            ("by=\"a b\"", "byline", 3),
            ("_exists_:byline", "has", 9),
        ] {
            let read = field(text).unwrap_or_else(|| panic!("{text} names a field"));
            assert_eq!((read.means, read.length, read.wrong), (means, length, None), "{text}");
        }
        assert_eq!(field("rst=tnwp").and_then(|field| field.wrong), Some(RESTRICTED));
        for text in ["a=b", "by= x", "wc500", "hd", "in==", "x>5", "headline>5", "date>", "_exists_: a"] {
            assert!(field(text).is_none_or(|field| field.wrong.is_some()), "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_nexis_and_factiva_write_them() {
        for (text, expected, may_be_words) in [
            ("date aft 1/1/2022 x", ">1/1/2022", false),
            ("DATE bef 2022)", "<2022", false),
            ("date geq 2022-01-01,", "2022-01-01..", false),
            ("date is 2022", "2022", true),
            ("date after 2022-01-01", ">2022-01-01", false),
            ("date from 1/1/2022 to 13/1/2022", "1/1/2022..13/1/2022", false),
        ] {
            let (bounds, length, doubtful) = dated(text).unwrap_or_else(|| panic!("{text} is a date"));
            assert_eq!((range::to_text(&bounds).as_str(), doubtful), (expected, may_be_words), "{text}");
            assert!(["", " x", ")", ","].contains(&&text[length..]), "{text}");
        }
        for text in ["date after dinner", "date of 2022", "dated aft 2022", "date aft", "date is 5", "dateaft 2022"] {
            assert_eq!(dated(text), None, "{text}");
        }
    }

    #[test]
    fn distances_are_read_as_factiva_and_google_write_them() {
        assert_eq!(slashed("/N5/ x"), Some((Slashed::Near(5), 4)));
        assert_eq!(slashed("/f50/"), Some((Slashed::First(50), 5)));
        assert_eq!(around("AROUND(5) x"), Some((5, 9)));
        assert_eq!(around("AROUND (15)"), Some((15, 11)));
        for text in ["/N5", "/N0/", "/N999/", "/x5/", "/N5/a", "/5/", "/é5/", "/"] {
            assert_eq!(slashed(text), None, "{text}");
        }
        for text in ["around (5)", "around(the)", "AROUND(0)", "AROUND"] {
            assert_eq!(around(text), None, "{text}");
        }
    }
}
