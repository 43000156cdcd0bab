//! What stands before a bracket: `first/25(…)`, `atleast3(…)`, `caps(…)`, and the fields of Nexis: `hlead(…)`.

use super::ast::{Case, Function};
use super::proximity::Wrong;

/// What a name before a bracket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Function(Function),
    /// Our name of the field.
    Field(&'static str),
}

/// The fields that Nexis and Westlaw write before a bracket, with our names.
const SEGMENTS: &[(&str, &str)] = &[
    ("body", "body"),
    ("byline", "byline"),
    ("caption", "caption"),
    ("date", "date"),
    ("dateline", "dateline"),
    ("graphic", "caption"),
    ("headline", "headline"),
    ("hlead", "hlead"),
    ("language", "language"),
    ("lead", "lead"),
    ("length", "words"),
    ("publication", "publisher"),
    ("publisher", "publisher"),
    ("section", "section"),
    ("source", "publisher"),
    ("title", "headline"),
];

/// What Nexis assigns to articles itself.
const INDEXING: &[&str] = &["company", "geographic", "organization", "person", "subject", "term", "terms", "ticker"];

/// Names that are no word of a language, so that a space before the bracket leaves no doubt.
const NO_WORDS: &[&str] = &["allcaps", "hlead", "nocaps"];

const NUMBER: Wrong = ("this takes a number from 1 on", "write first/25(ferry) or atleast3(ferry)");
const INDEXED: Wrong = (
    "this is told by the indexing of Nexis, which articles do not have",
    "write keywords:WORD, with a word as the articles have it, or the word alone",
);
const INFLECTION: Wrong =
    ("singular and plural are not told apart", "write =ferry for one form, or ferry for all of them");

/// Reads the name before a bracket; `None` for a word.
pub(super) fn of_name(name: &str) -> Option<Result<Named, Wrong>> {
    let lower = name.to_ascii_lowercase();
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0).ok_or(NUMBER);
    let is_number = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    if let Some((_, means)) = SEGMENTS.iter().find(|(known, _)| *known == lower) {
        return Some(Ok(Named::Field(means)));
    }
    let function = match lower.as_str() {
        "caps" => Ok(Function::Case(Case::Some)),
        "allcaps" => Ok(Function::Case(Case::All)),
        "nocaps" => Ok(Function::Case(Case::None)),
        "plural" | "singular" => Err(INFLECTION),
        name if INDEXING.contains(&name) => Err(INDEXED),
        name => match (name.strip_prefix("first/"), name.strip_prefix("atleast").filter(is_number)) {
            (Some(text), _) => number(text).map(Function::First),
            (_, Some(text)) => number(text).map(Function::AtLeast),
            (None, None) => return None,
        },
    };
    Some(function.map(Named::Function))
}

/// Tells whether a name before a bracket is no word of a language.
pub(super) fn is_no_word(name: &str) -> bool {
    NO_WORDS.iter().any(|known| name.eq_ignore_ascii_case(known))
        || matches!(of_name(name), Some(Ok(Named::Function(Function::First(_) | Function::AtLeast(_)))))
}

/// Returns the name as query text.
pub(super) fn to_text(function: Function) -> String {
    match function {
        Function::First(words) => format!("first/{words}"),
        Function::AtLeast(places) => format!("atleast{places}"),
        Function::Case(Case::Some) => "caps".to_owned(),
        Function::Case(Case::All) => "allcaps".to_owned(),
        Function::Case(Case::None) => "nocaps".to_owned(),
    }
}

/// Reads a number and `of` before a bracket, as in `2 of (a, b, c)`; returns the number and the length of both.
pub(super) fn quorum(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse().ok()?;
    let rest = text[digits..].trim_start();
    let is_parted = rest.len() < text.len() - digits;
    let rest = rest.strip_prefix("of").or_else(|| rest.strip_prefix("OF"))?;
    (is_parted && rest.trim_start().starts_with(['(', '（'])).then_some((number, text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_brackets_are_read() {
        for (name, expected) in [
            ("first/25", Some(Ok(Named::Function(Function::First(25))))),
            ("ATLEAST3", Some(Ok(Named::Function(Function::AtLeast(3))))),
            ("atleast", Some(Err(NUMBER))),
            ("atleast0", Some(Err(NUMBER))),
            ("first/x", Some(Err(NUMBER))),
            ("AllCaps", Some(Ok(Named::Function(Function::Case(Case::All))))),
            ("plural", Some(Err(INFLECTION))),
            ("HLEAD", Some(Ok(Named::Field("hlead")))),
            ("length", Some(Ok(Named::Field("words")))),
            ("company", Some(Err(INDEXED))),
            ("price", None),
            ("first", None),
        ] {
            assert_eq!(of_name(name), expected, "{name}");
        }
        assert_eq!(quorum("2 of (a, b)"), Some((2, 4)));
        assert_eq!(quorum("12  of(a"), Some((12, 6)));
        for text in ["2 of a", "2of (a)", "two of (a)", "2 off (a)", "of (a)"] {
            assert_eq!(quorum(text), None, "{text}");
        }
    }
}
