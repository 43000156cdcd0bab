//! Text of articles on a terminal: made harmless, measured in columns, wrapped with its highlights.

use std::borrow::Cow;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How matched words look where there are colours.
pub(crate) const HIGHLIGHT: Style = AnsiColor::Yellow.on_default().bold();
/// How headlines and headings look.
pub(crate) const STRONG: Style = Style::new().bold();
/// How things beside the matter look.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Returns the text on one line and with nothing in it that a terminal would obey: line ends and tabs become spaces,
/// other control, escape and bidi-override characters the replacement character.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if text.contains(|c| harmless(c).is_some()) {
        Cow::Owned(text.chars().map(|c| harmless(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns what to show in the place of a character that must not be shown.
fn harmless(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if is_dangerous(c) => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

/// Tells whether a character steers the terminal, or reorders the text around it: C0, DEL, C1, line separators, bidi
/// embeddings, overrides and isolates, and the deprecated format characters. Left-to-right and right-to-left marks
/// belong to Arabic and Hebrew text and move nothing but the mark's own neighbours.
pub(crate) fn is_dangerous(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// Returns the columns that a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Returns the text cut to a number of columns, with an ellipsis where something is left out.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > columns {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.push('…');
    Cow::Owned(kept)
}

/// Text, some of it highlighted.
#[derive(Default)]
pub(crate) struct Marked {
    /// What is shown, harmless.
    text: String,
    /// Where it is highlighted, in rising order; no two touch.
    highlights: Vec<Range<usize>>,
}

/// A user-perceived character of a text.
struct Cell<'t> {
    text: &'t str,
    /// Where it stands in the text.
    start: usize,
    width: usize,
}

impl Cell<'_> {
    fn is_space(&self) -> bool {
        // No-break spaces keep their neighbours together.
        self.text.chars().all(|c| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}'))
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

impl Marked {
    /// Returns text without highlights.
    pub(crate) fn plain(text: &str) -> Marked {
        Marked::new(text, &[])
    }

    /// Returns text with highlights, given as ranges of its bytes in rising order. A range that is none of the text,
    /// or not on character bounds, is left out.
    pub(crate) fn new(text: &str, highlights: &[Range<usize>]) -> Marked {
        let mut marked = Marked::default();
        let mut done = 0;
        for highlight in highlights {
            let (Some(before), Some(within)) = (text.get(done..highlight.start), text.get(highlight.clone())) else {
                continue;
            };
            marked.push(before, false);
            marked.push(within, true);
            done = highlight.end;
        }
        marked.push(text.get(done..).unwrap_or_default(), false);
        marked
    }

    /// Adds text at the end.
    pub(crate) fn push(&mut self, text: &str, is_marked: bool) {
        let start = self.text.len();
        self.text.push_str(&safe(text));
        if is_marked {
            self.mark(start..self.text.len());
        }
    }

    /// Adds other text at the end.
    pub(crate) fn extend(&mut self, other: Marked) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        other.highlights.iter().for_each(|highlight| self.mark(start + highlight.start..start + highlight.end));
    }

    fn mark(&mut self, range: Range<usize>) {
        match self.highlights.last_mut() {
            _ if range.is_empty() => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.highlights.push(range),
        }
    }

    /// Returns the text as lines of at most `width` columns, highlights in `style`. Breaks at spaces, and beside wide
    /// characters, as Chinese and Japanese are set; a longer word is broken where the line ends.
    pub(crate) fn lines(&self, width: Option<usize>, style: Option<Style>) -> Vec<String> {
        let Some(width) = width else { return vec![self.render(0..self.text.len(), style)] };
        let cells = self.cells();
        let (mut lines, mut rest) = (Vec::new(), &cells[..]);
        while !rest.is_empty() {
            let (line, next) = rest.split_at(line_end(rest, width.max(2)));
            let shown = without_spaces_at_the_end(line);
            lines.push(self.render(line[0].start..shown.last().map_or(line[0].start, Cell::end), style));
            rest = next;
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        lines
    }

    /// Returns the characters; one that is highlighted in part is two.
    fn cells(&self) -> Vec<Cell<'_>> {
        let bounds = self.highlights.iter().flat_map(|highlight| [highlight.start, highlight.end]);
        let mut cells = Vec::with_capacity(self.text.len());
        let mut start = 0;
        for end in bounds.chain([self.text.len()]) {
            let graphemes = self.text[start..end].grapheme_indices(true);
            cells.extend(graphemes.map(|(at, text)| Cell { text, start: start + at, width: width(text) }));
            start = end;
        }
        cells
    }

    /// Returns a part of the text with its highlights.
    fn render(&self, part: Range<usize>, style: Option<Style>) -> String {
        let Some(style) = style else { return self.text[part].to_owned() };
        let mut line = String::new();
        let mut done = part.start;
        for highlight in &self.highlights {
            let (start, end) = (highlight.start.max(part.start), highlight.end.min(part.end));
            if start < end {
                line.push_str(&format!("{}{style}{}{style:#}", &self.text[done..start], &self.text[start..end]));
                done = end;
            }
        }
        line.push_str(&self.text[done..part.end]);
        line
    }
}

/// Returns how many cells go on a line of `width` columns.
fn line_end(cells: &[Cell<'_>], width: usize) -> usize {
    let (mut used, mut last_break) = (0, None);
    for (i, cell) in cells.iter().enumerate() {
        let beside_wide = cell.width > 1 || i > 0 && cells[i - 1].width > 1;
        if i > 0 && !cell.is_space() && (cells[i - 1].is_space() || beside_wide && !is_closing(cell.text)) {
            last_break = Some(i);
        }
        used += cell.width;
        // A space may stand past the end: it is not printed.
        if used > width && !cell.is_space() {
            return last_break.unwrap_or(i.max(1));
        }
    }
    cells.len()
}

/// Tells whether a character must not begin a line.
fn is_closing(text: &str) -> bool {
    matches!(
        text.chars().next(),
        Some(
            '。' | '、'
                | '，'
                | '．'
                | '！'
                | '？'
                | '：'
                | '；'
                | '」'
                | '』'
                | '）'
                | '】'
                | '》'
                | '”'
                | '’'
                | '.'
                | ','
                | '!'
                | '?'
                | ')'
                | ']'
                | '…'
        )
    )
}

fn without_spaces_at_the_end<'a, 't>(line: &'a [Cell<'t>]) -> &'a [Cell<'t>] {
    let end = line.iter().rposition(|cell| !cell.is_space()).map_or(0, |last| last + 1);
    &line[..end]
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "one highlight is a list of one range")]
mod tests {
    use super::*;

    fn check(text: &str, highlights: &[Range<usize>], columns: usize, lines: &[&str]) {
        let style = Style::new().bold();
        let shown = Marked::new(text, highlights).lines(Some(columns), Some(style));
        let shown: Vec<String> =
            shown.iter().map(|line| line.replace("\u{1b}[1m", "<").replace("\u{1b}[0m", ">")).collect();
        assert_eq!(shown, lines);
    }

    #[test]
    fn control_escape_and_override_characters_are_replaced() {
        assert_eq!(safe("a\u{1b}[31mb\u{7}\u{9b}c\u{7f}"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c\u{fffd}");
        assert_eq!(safe("a\u{202e}b\u{2066}c\u{206f}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(safe("a\r\n\tb\u{2028}c"), "a   b c");
        assert!(matches!(safe("plain – مرحبا\u{200f} 新聞"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_break_at_spaces_and_keep_their_highlights() {
        check("The ferry sailed again", &[4..9], 10, &["The <ferry>", "sailed", "again"]);
        check("The ferry sailed again", &[4..16], 10, &["The <ferry>", "<sailed>", "again"]);
        check("exactly10! next", &[], 10, &["exactly10!", "next"]);
        check("", &[], 10, &[""]);
    }

    #[test]
    fn long_word_is_broken_and_wide_characters_break_anywhere() {
        check("abcdefghijkl", &[], 5, &["abcde", "fghij", "kl"]);
        check("渡船再次起航。", &[0..6], 6, &["<渡船>再", "次起", "航。"]);
        check("渡船", &[], 1, &["渡", "船"]);
    }

    #[test]
    fn no_break_space_holds_a_number_and_its_unit_together() {
        check("about 12\u{a0}km", &[], 8, &["about", "12\u{a0}km"]);
    }

    #[test]
    fn highlight_that_is_none_of_the_text_is_left_out() {
        check("né", &[0..2, 9..12], 10, &["né"]);
        check("abc", &[1..2, 0..1], 10, &["a<b>c"]);
        #[expect(clippy::reversed_empty_ranges, reason = "a range that no library should give")]
        check("abc", &[2..1], 10, &["abc"]);
    }

    #[test]
    fn without_a_width_text_stays_on_one_line() {
        assert_eq!(Marked::new("a\nb c", &[0..1]).lines(None, None), ["a b c"]);
    }

    #[test]
    fn cut_counts_columns() {
        assert_eq!(cut("ferry", 5), "ferry");
        assert_eq!(cut("ferries", 5), "ferr…");
        assert_eq!(cut("渡船再次", 5), "渡船…");
    }
}
