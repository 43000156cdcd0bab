//! Highlights become markup, for whoever shows them: escaped HTML, or plain marks. Whatever stands in the text stays
//! text; the tags and marks are the caller's own and are written as they are.

use std::ops::Range;

/// Returns a text as HTML: escaped, with each highlight in a `mark` element.
///
/// ```
/// let html = newshound::to_html("Ferry & storm", &[0..5]);
/// assert_eq!(html, "<mark>Ferry</mark> &amp; storm");
/// ```
pub fn to_html(text: &str, highlights: &[Range<usize>]) -> String {
    to_html_with(text, highlights, "<mark>", "</mark>")
}

/// Returns a text as HTML: escaped, with each highlight between two tags, which are not.
///
/// The result is safe as the content of an element and inside a quoted attribute value. Characters that HTML does not
/// allow are replaced by U+FFFD; marks of writing direction are left as they are, so that a page that shows several
/// texts in a line should isolate each (`<bdi>`).
///
/// ```
/// let html = newshound::to_html_with("Ferry <1>", &[0..5], "<b class=\"hit\">", "</b>");
/// assert_eq!(html, "<b class=\"hit\">Ferry</b> &lt;1&gt;");
/// ```
pub fn to_html_with(text: &str, highlights: &[Range<usize>], open: &str, close: &str) -> String {
    write(text, highlights, open, close, push_escaped)
}

/// Returns a text with a mark before and after each highlight, and nothing escaped.
///
/// ```
/// assert_eq!(newshound::with_marks("Ferry & storm", &[0..5], "**", "**"), "**Ferry** & storm");
/// ```
pub fn with_marks(text: &str, highlights: &[Range<usize>], open: &str, close: &str) -> String {
    write(text, highlights, open, close, |out, text| out.push_str(text))
}

/// Writes a text with its highlights. Those of an answer are sorted, disjoint and on character boundaries; of other
/// ones, what is outside the text, inside a character or already written is left out.
fn write(
    text: &str,
    highlights: &[Range<usize>],
    open: &str,
    close: &str,
    mut push: impl FnMut(&mut String, &str),
) -> String {
    let mut out = String::with_capacity(text.len() + highlights.len() * (open.len() + close.len()));
    let mut written = 0;
    for highlight in highlights {
        let start = highlight.start.max(written);
        let (Some(before), Some(marked)) = (text.get(written..start), text.get(start..highlight.end)) else { continue };
        if marked.is_empty() {
            continue;
        }
        push(&mut out, before);
        out.push_str(open);
        push(&mut out, marked);
        out.push_str(close);
        written = highlight.end;
    }
    push(&mut out, text.get(written..).unwrap_or_default());
    out
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            _ if c.is_control() => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_the_text_stays_text() {
        let text = "<script>alert('x')</script> & <mark>\"fake\"</mark>";
        let html = to_html(text, &[8..13, 28..29]);
        assert_eq!(
            html,
            "&lt;script&gt;<mark>alert</mark>(&#39;x&#39;)&lt;/script&gt; <mark>&amp;</mark> \
             &lt;mark&gt;&quot;fake&quot;&lt;/mark&gt;"
        );
    }

    #[test]
    fn entities_in_the_text_are_not_entities_of_the_page() {
        assert_eq!(to_html("AT&amp;T &lt;", &[0..2, 2..8]), "<mark>AT</mark><mark>&amp;amp;T</mark> &amp;lt;");
    }

    #[test]
    fn control_characters_are_replaced_and_marks_of_direction_kept() {
        let text = "a\u{0}b\u{1b}[31m \u{202e}c\u{2066}\n\u{85}";
        assert_eq!(to_html(text, &[]), "a\u{fffd}b\u{fffd}[31m \u{202e}c\u{2066}\n\u{fffd}");
        assert_eq!(with_marks(text, &[0..1, 2..3], "<", ">"), "<a>\u{0}<b>\u{1b}[31m \u{202e}c\u{2066}\n\u{85}");
    }

    #[test]
    fn highlights_of_several_bytes_are_marked_whole() {
        assert_eq!(with_marks("Über Köln 北京", &[0..5, 12..18], "[", "]"), "[Über] Köln [北京]");
    }

    #[test]
    fn impossible_highlights_are_left_out() {
        let reversed = Range { start: 3, end: 2 };
        assert_eq!(with_marks("äbc", &[1..3, reversed, 2..9, 3..3, 2..3], "[", "]"), "ä[b]c");
        assert_eq!(with_marks("abcd", &[0..2, 1..3, 0..1, 3..4], "[", "]"), "[ab][c][d]");
        assert_eq!(to_html("", &[0..0, 0..1]), "");
    }
}
