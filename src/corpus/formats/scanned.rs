//! What scanned pages share, whatever they are kept in: printed lines become paragraphs, and words that were parted at
//! the end of a line are whole again. A hyphen goes where the next line begins with a small letter, as nearly every
//! hyphen at the end of a printed line was set by the printer and not by the author.

/// Characters that part a word at the end of a line: hyphens, and what readers of print write for them.
const HYPHENS: [char; 4] = ['-', '\u{2010}', '\u{2e17}', '='];
/// The same, of which it is certain.
const SURE_HYPHENS: [char; 2] = ['\u{ad}', '¬'];
/// Marks that stand at the end of a word.
pub(super) const CLOSING: [char; 6] = ['.', ',', ';', ':', '!', '?'];

/// The lines of a paragraph under way.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Whether the last word goes on in the next line, of which the file says so.
    goes_on: bool,
}

impl Lines {
    /// Adds a line; `goes_on` where the file says that its last word is parted, and has left out the hyphen.
    pub(super) fn push(&mut self, line: &str, goes_on: bool) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        let is_parted = std::mem::replace(&mut self.goes_on, goes_on);
        if self.text.ends_with(SURE_HYPHENS) || parts_word(&self.text, line) {
            self.text.pop();
        } else if !self.text.is_empty() && !is_parted && !line.starts_with(CLOSING) {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }

    /// Returns the paragraph. A word that goes on elsewhere keeps its hyphen.
    pub(super) fn finish(self) -> String {
        let end = if self.goes_on { "-" } else { "" };
        self.text + end
    }
}

/// Tells whether a text ends with a hyphen that parts a word of which `next` has the rest.
fn parts_word(text: &str, next: &str) -> bool {
    let mut before = text.chars().rev();
    before.next().is_some_and(|last| HYPHENS.contains(&last))
        && before.next().is_some_and(char::is_alphabetic)
        && next.chars().next().is_some_and(char::is_lowercase)
}

/// Returns the last date that the name of a file or the path to it states, as in `1916-01-05`, `19160105` or
/// `1916/01/05`.
pub(super) fn date_in_path(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| !byte.is_ascii_digit());
    let number = |at: usize, length: usize| {
        let figures = bytes.get(at..at + length)?.iter();
        figures.clone().all(u8::is_ascii_digit).then(|| figures.fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
    };
    (0..bytes.len()).rev().find_map(|at| {
        let begins = at == 0 || !bytes[at - 1].is_ascii_digit();
        let year = number(at, 4).filter(|year| begins && (1600..2100).contains(year))?;
        let gap = usize::from(matches!(bytes.get(at + 4), Some(b'-' | b'_' | b'/' | b'.')));
        let is_same_gap = gap == 0 || bytes.get(at + 4) == bytes.get(at + 7);
        let month = number(at + 4 + gap, 2).filter(|month| (1..=12).contains(month) && is_same_gap)?;
        let day = at + 6 + 2 * gap;
        let day_of_month = number(day, 2).filter(|number| (1..=31).contains(number) && ends(day + 2))?;
        Some(format!("{year}-{month:02}-{day_of_month:02}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(lines: &[(&str, bool)]) -> String {
        let mut paragraph = Lines::default();
        lines.iter().for_each(|(line, goes_on)| paragraph.push(line, *goes_on));
        paragraph.finish()
    }

    #[test]
    fn words_parted_at_the_end_of_a_line_are_whole() {
        assert_eq!(paragraph(&[("The fer-", false), ("ry sailed.", false)]), "The ferry sailed.");
        assert_eq!(paragraph(&[("The fer", true), ("RY sailed", true)]), "The ferRY sailed-");
        assert_eq!(paragraph(&[("The fer¬", false), (" ", false), ("Ry", false)]), "The ferRy");
        assert_eq!(paragraph(&[("In Upper-", false), ("Ostrel 3 -", false), ("x", false)]), "In Upper- Ostrel 3 - x");
    }

    #[test]
    fn dates_are_read_from_names_that_state_one() {
        let read = |path| date_in_path(path).unwrap_or_default();
        assert_eq!(read("sn83/1916-01-05/ed-1/0001.xml"), "1916-01-05");
        assert_eq!(read("batch_20090203/0002645_18520103_0001.xml"), "1852-01-03");
        assert_eq!(read("courier/1916/01/05/alto.xml"), "1916-01-05");
        for none in [
            "2017112148128_I1.xml",
            "0002645_0001.xml",
            "1916-13-05.xml",
            "1916-01/05.xml",
            "19160132",
            "1916",
            "é1916",
        ] {
            assert_eq!(read(none), "", "{none}");
        }
    }
}
