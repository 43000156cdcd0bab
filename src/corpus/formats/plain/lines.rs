//! The lines of a source with their numbers. Lines are cleaned and spaces folded here, so that no rule has to think
//! of them; empty lines are kept only as the gap before the next one.

use std::cell::Cell;

use memchr::{memchr_iter, memchr2_iter};

use crate::corpus::text::as_read;
use crate::text::folded_ascii;

/// A line that has text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// The line's number in the source, from 1.
    pub(super) number: u32,
    /// The text with spaces folded; never empty.
    pub(super) text: String,
    /// Whether it is the first line or has an empty line before it.
    pub(super) gap: bool,
    /// Whether it stands in from the left.
    pub(super) indented: bool,
    /// Whether it ends in a soft hyphen, so that its last word goes on in the next line.
    pub(super) soft_break: bool,
    /// Whether it is known to be no stamp: several questions are asked of a line that this answers.
    pub(super) is_no_stamp: Cell<bool>,
}

/// Returns the lines of a text that are not empty. CRLF, CR and LF end a line; U+2028 parts one without counting.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut number, mut gap, mut from) = (0u32, true, 0);
    let bytes = text.as_bytes();
    for at in memchr2_iter(b'\n', b'\r', bytes).chain([text.len()]) {
        // The second byte of CRLF, which ended the line already.
        if at < from {
            continue;
        }
        number = number.saturating_add(1);
        push_parts(&text[from..at], number, &mut gap, &mut lines);
        from = at + if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    lines
}

fn push_parts(raw: &str, number: u32, gap: &mut bool, lines: &mut Vec<Line>) {
    let soft_break = raw.trim_end().ends_with('\u{ad}');
    let (read, mut from) = (as_read(raw), 0);
    for end in memchr_iter(b'\n', read.as_bytes()).chain([read.len()]) {
        let part = &read[from..end];
        from = end + 1;
        let text = folded_ascii(part).into_owned();
        if text.is_empty() {
            *gap = true;
            continue;
        }
        let indented = part.starts_with([' ', '\t']);
        let gap = std::mem::replace(gap, false);
        lines.push(Line { number, text, gap, indented, soft_break, ..Line::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u32, &str, bool)]) {
        let lines = lines(text);
        let seen: Vec<_> = lines.iter().map(|line| (line.number, line.text.as_str(), line.gap)).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        check("a\r\nb\rc\nd", &[(1, "a", true), (2, "b", false), (3, "c", false), (4, "d", false)]);
    }

    #[test]
    fn ends_of_lines_are_as_split_has_them() {
        let mut random = 7u32;
        for _ in 0..2000 {
            let text: String = (0..8)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ['\n', '\r', 'a', 'é'][(random >> 28) as usize % 4]
                })
                .collect();
            let mut expected = Vec::new();
            let mut number = 0;
            for line in text.split('\n') {
                for line in line.strip_suffix('\r').unwrap_or(line).split('\r') {
                    number += 1;
                    expected.extend((!line.is_empty()).then(|| (number, line.to_owned())));
                }
            }
            let seen: Vec<_> = lines(&text).into_iter().map(|line| (line.number, line.text)).collect();
            assert_eq!(seen, expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_separator_parts_a_line_but_counts_none() {
        check("a\u{2028}b\nc", &[(1, "a", true), (1, "b", false), (2, "c", false)]);
    }

    #[test]
    fn a_line_of_odd_spaces_is_a_gap() {
        check("a\n\u{a0}\u{3000}\u{200b}\nb", &[(1, "a", true), (3, "b", true)]);
    }

    #[test]
    fn a_soft_hyphen_at_the_end_is_remembered() {
        assert!(lines("fer\u{ad}\nry")[0].soft_break);
    }
}
