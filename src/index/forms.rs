//! The table of stems and surface forms. It is a field of which only the dictionary counts: its terms are the pairs, in
//! the order of stems, written as how the form comes from the stem, since endings are few. A form that is the stem itself
//! is not in the table: it is always one.

use tantivy::SegmentReader;
use tantivy::schema::Field;

/// Parts a stem from what makes a form of it.
const OF: char = '\u{1f}';
/// Written for a form that cuts nothing from its stem; the next characters for one byte, two, and so on.
const CUT_NOTHING: u32 = '0' as u32;

/// Returns the term of a stem's form; `None` where the form is the stem, which goes without saying. A stem is written with
/// its language: `ferri@en`.
pub(super) fn pair(stem: &str, form: &str) -> Option<String> {
    let letters = letters(stem);
    if letters == form {
        return None;
    }
    let same = letters.char_indices().zip(form.chars()).take_while(|((_, a), b)| a == b);
    let common = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
    let cut = CUT_NOTHING + u32::try_from(letters.len() - common).unwrap_or(u32::MAX / 2);
    let cut = char::from_u32(cut).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(format!("{stem}{OF}{cut}{}", &form[common..]))
}

/// Returns what the terms of all forms of a stem begin with.
pub(super) fn prefix(stem: &str) -> String {
    format!("{stem}{OF}")
}

/// Returns the form of a stem that a term of the table tells.
pub(super) fn form(stem: &str, term: &str) -> Option<String> {
    let rest = term.strip_prefix(stem)?.strip_prefix(OF)?;
    let cut = rest.chars().next()?;
    let letters = letters(stem);
    let kept = letters.len().checked_sub(usize::try_from((cut as u32).checked_sub(CUT_NOTHING)?).ok()?)?;
    Some(format!("{}{}", letters.get(..kept)?, &rest[cut.len_utf8()..]))
}

/// Returns the form that every stem has: its letters.
pub(super) fn letters(stem: &str) -> &str {
    stem.rsplit_once('@').map_or(stem, |(letters, _)| letters)
}

/// Returns the forms that a segment may have of a stem: those of the table, and the stem's own letters.
pub(crate) fn forms_of(segment: &SegmentReader, table: Field, stem: &str) -> tantivy::Result<Vec<String>> {
    let mut found = vec![letters(stem).to_owned()];
    let prefix = prefix(stem);
    let inverted = segment.inverted_index(table)?;
    let mut terms = inverted.terms().range().ge(&prefix).into_stream()?;
    while terms.advance() {
        let Some(term) = std::str::from_utf8(terms.key()).ok().filter(|term| term.starts_with(&prefix)) else { break };
        found.extend(form(stem, term));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_written_as_endings() {
        assert_eq!(pair("ferri@en", "ferries").as_deref(), Some("ferri@en\u{1f}0es"));
        assert_eq!(pair("ferri@en", "ferry").as_deref(), Some("ferri@en\u{1f}1y"));
        assert_eq!(pair("news@en", "news"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_form_comes_back(stem in "[aé東\u{1e}]{1,80}", form_in in "[aé東\u{1e}]{0,80}") {
            let stem = format!("{stem}@en");
            match pair(&stem, &form_in) {
                Some(term) => {
                    proptest::prop_assert!(term.starts_with(&prefix(&stem)));
                    proptest::prop_assert_eq!(form(&stem, &term), Some(form_in));
                }
                None => proptest::prop_assert_eq!(letters(&stem), form_in),
            }
        }
    }
}
