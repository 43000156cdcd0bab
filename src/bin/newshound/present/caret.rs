//! What is wrong with a query, shown under the place in it:
//!
//! ```text
//!       title:(rate hike since:2024
//!             ^ this bracket is never closed
//! ```
//!
//! Places are bytes; carets stand under columns, so that tabs and wide characters are measured as shown. Of a long
//! query, or one of several lines, only the neighbourhood of the place is shown.

use std::ops::Range;

use newshound::Diagnostic;
use unicode_segmentation::UnicodeSegmentation;

use super::text::{safe, width};

const INDENT: usize = 6;
/// How much of a query is shown where the width of the terminal is not known.
const USUAL_WIDTH: usize = 120;
/// How much of a long query is shown before the place, as a part of the whole width.
const BEFORE: usize = 3;

/// Returns the lines that show a diagnostic.
pub(crate) fn shown(query: &str, diagnostic: &Diagnostic, columns: Option<usize>) -> String {
    pointed_at(query, &diagnostic.span, &diagnostic.message, diagnostic.hint.as_deref(), columns)
}

fn pointed_at(query: &str, span: &Range<usize>, message: &str, hint: Option<&str>, columns: Option<usize>) -> String {
    let span = on_char_bounds(query, span);
    let line = line_around(query, span.start);
    let end = span.end.clamp(span.start, line.end.max(span.start));
    let room = columns.unwrap_or(USUAL_WIDTH).saturating_sub(INDENT + 2).max(20);

    let (before, left_out) = last_columns(&query[line.start..span.start], room / BEFORE, line.end - line.start, room);
    let within = first_columns(&query[span.start..end], room - width(&before).min(room));
    let after = first_columns(&query[end..line.end.max(end)], room.saturating_sub(width(&before) + width(&within)));
    let ellipsis = if left_out { "…" } else { "" };

    let indent = " ".repeat(INDENT);
    let under = " ".repeat(width(ellipsis) + width(&before));
    let carets = "^".repeat(width(&within).max(1));
    let mut shown = format!("{indent}{ellipsis}{before}{within}{after}\n{indent}{under}{carets} {}\n", safe(message));
    if let Some(hint) = hint {
        shown.push_str(&format!("{indent}hint: {}\n", safe(hint)));
    }
    shown
}

fn on_char_bounds(query: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(query.len())).rev().find(|at| query.is_char_boundary(*at)).unwrap_or(0);
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

/// Returns the bytes of the line that holds a place.
fn line_around(query: &str, at: usize) -> Range<usize> {
    let start = query[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = query[at..].find('\n').map_or(query.len(), |newline| at + newline);
    start..end
}

/// Returns the end of a text, harmless, in at most `columns` columns if the whole line does not fit into `room`, and
/// whether something was left out.
fn last_columns(text: &str, columns: usize, line_bytes: usize, room: usize) -> (String, bool) {
    let text = safe(text);
    // A line of fewer bytes than columns fits, whatever it holds: no character is wider than its bytes.
    if line_bytes <= room || width(&text) <= columns {
        return (text.into_owned(), false);
    }
    let mut used = 0;
    let mut start = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += width(grapheme);
        if used > columns {
            break;
        }
        start = at;
    }
    (text[start..].to_owned(), true)
}

/// Returns the beginning of a text, harmless, in at most `columns` columns, with an ellipsis if it was cut.
fn first_columns(text: &str, columns: usize) -> String {
    super::text::cut(&safe(text), columns).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, span: Range<usize>, columns: Option<usize>, expected: &str) {
        assert_eq!(pointed_at(query, &span, "here", None, columns), expected);
    }

    #[test]
    fn caret_stands_under_the_place() {
        check("title:(rate hike since:2024", 6..7, None, "      title:(rate hike since:2024\n            ^ here\n");
        check("rate", 0..4, None, "      rate\n      ^^^^ here\n");
    }

    #[test]
    fn wide_characters_take_two_columns_and_tabs_one() {
        check("渡船 (x", 7..8, None, "      渡船 (x\n           ^ here\n");
        check("a\t(x", 2..3, None, "      a (x\n        ^ here\n");
        check("渡船", 3..6, None, "      渡船\n        ^^ here\n");
        check("e\u{301} (x", 4..5, None, "      e\u{301} (x\n        ^ here\n");
    }

    #[test]
    fn place_at_or_past_the_end_has_one_caret() {
        check("rate AND", 8..8, None, "      rate AND\n              ^ here\n");
        check("rate", 90..95, None, "      rate\n          ^ here\n");
        check("", 0..0, None, "      \n      ^ here\n");
    }

    #[test]
    fn place_inside_a_character_does_not_panic() {
        check("é(", 1..2, None, "      é(\n      ^ here\n");
        #[expect(clippy::reversed_empty_ranges, reason = "a span that no parser should give")]
        check("abc", 2..1, None, "      abc\n        ^ here\n");
    }

    #[test]
    fn only_the_line_of_the_place_is_shown() {
        check("first\nse(cond\nthird", 8..9, None, "      se(cond\n        ^ here\n");
        check("a\nb", 0..3, None, "      a\n      ^ here\n");
    }

    #[test]
    fn long_query_is_cut_around_the_place() {
        let query = format!("{}({}", "a".repeat(500), "b".repeat(500));
        let shown = pointed_at(&query, &(500..501), "here", None, Some(48));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], format!("      …{}({}…", "a".repeat(13), "b".repeat(25)));
        assert_eq!(lines[1], format!("      {}^ here", " ".repeat(14)));
    }

    #[test]
    fn hint_has_its_own_line() {
        let shown = pointed_at("(x", &(0..1), "never closed", Some("add )"), None);
        assert_eq!(shown, "      (x\n      ^ never closed\n      hint: add )\n");
    }
}
