//! What a single character means in a query. Typographic and full-width forms stand for their plain ones, because
//! queries are pasted from word processors and from pages in other scripts.

/// Tells whether a character parts words wherever it stands.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '[' | ']' | '{' | '}' | '\u{200b}' | '\u{feff}' | '—' | '―' | '…' | '⋯')
        || matches!(c, '、' | '。' | '，' | '；' | '！' | '？' | '《' | '》' | '〈' | '〉' | '【' | '】' | '·' | '•')
}

/// Tells whether a character is punctuation at the beginning of a word, though it may stand inside one.
pub(super) fn is_leading_punctuation(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '：' | '?' | '!' | '|' | '~' | '^' | '‘' | '‚' | '‛' | '‹' | '›') || is_invisible(c)
}

/// Tells whether a character is punctuation at the end of a word, though it may stand inside one. The full stop is
/// not: it belongs to `U.S.` as to `Inc.`, and the analyzer knows which.
pub(super) fn is_trailing_punctuation(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '!' | '|' | '‹' | '›') || is_invisible(c)
}

/// Tells whether a character is a mark of direction or joining, which a reader does not see.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// Tells whether a text holds a letter or digit of any script, without which no word begins.
pub(super) fn holds_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// Tells whether a text holds nothing but punctuation, so that nothing of it can be found.
pub(super) fn is_punctuation(text: &str) -> bool {
    text.chars().all(|c| !c.is_alphanumeric() && (c.is_ascii() || is_wide_punctuation(c)))
}

fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}')
}

/// Returns a text with full-width letters, digits, spaces and operators as plain ones, and where each byte of it, and its end,
/// stand in the text; `None` where there are none. What ends sentences and lists in Chinese stays as it is.
pub(super) fn plain(text: &str) -> Option<(String, Vec<usize>)> {
    const WIDER: u32 = '！' as u32 - '!' as u32;
    const SPACE: char = '\u{3000}';
    let is_wide = |c| c == SPACE || matches!(c, '！'..='～') && !matches!(c, '！' | '，' | '：' | '；' | '？');
    if !text.contains(is_wide) {
        return None;
    }
    let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (at, c) in text.char_indices() {
        let narrow = match c {
            SPACE => ' ',
            c if is_wide(c) => char::from_u32(c as u32 - WIDER).unwrap_or(c),
            c => c,
        };
        plain.push(narrow);
        places.extend((0..narrow.len_utf8()).map(|byte| at + byte));
    }
    places.push(text.len());
    Some((plain, places))
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '–' | '−' | '－')
}

pub(super) fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋')
}

pub(super) fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：')
}

pub(super) fn is_open(c: char) -> bool {
    matches!(c, '(' | '（')
}

pub(super) fn is_close(c: char) -> bool {
    matches!(c, ')' | '）')
}

/// The kinds of quotation marks; a phrase ends at a mark of the kind that began it.
///
/// Straight and curly marks are one kind: which of them opens differs between languages, and word processors turn
/// one into the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Double,
    Angle,
    Corner,
    WhiteCorner,
}

pub(super) fn quote(c: char) -> Option<Quote> {
    match c {
        '"' | '“' | '”' | '„' | '‟' | '＂' | '〝' | '〞' | '〟' => Some(Quote::Double),
        '«' | '»' => Some(Quote::Angle),
        '「' | '」' | '｢' | '｣' => Some(Quote::Corner),
        '『' | '』' => Some(Quote::WhiteCorner),
        _ => None,
    }
}

/// Returns the kind of quotation mark at an offset. Between two Hebrew letters `"` is none: it marks an acronym.
pub(super) fn quote_at(text: &str, at: usize) -> Option<Quote> {
    let mut rest = text.get(at..)?.chars();
    let kind = quote(rest.next()?)?;
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let in_acronym = before.is_some_and(is_hebrew_letter) && rest.next().is_some_and(is_hebrew_letter);
    (!in_acronym).then_some(kind)
}

fn is_hebrew_letter(c: char) -> bool {
    matches!(c, 'א'..='ת')
}

/// Tells whether a text can be the name of a field.
pub(super) fn is_field_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
