//! Sentence bounds of news in many languages, by the marks that end sentences and what stands around them. Knows the
//! abbreviations and initials (`abbreviation.rs`) that a general rule does not.
//!
//! The bounds of Unicode's annex 29 were tried first: they part `the U.S. Senate` and `“Stop!” he said`, and the
//! library that computes them takes 40 seconds for 80,000 spaces after a full stop.

mod abbreviation;

use std::ops::Range;

use abbreviation::{Before, is_continued};

/// Returns the byte ranges of the sentences of a paragraph, in order, without the spaces between them. A full stop
/// after an abbreviation or initial, inside a number or before a lower-case word ends no sentence.
pub(crate) fn sentences(paragraph: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = skip(paragraph, 0, char::is_whitespace);
    let mut at = start;
    loop {
        at = next_of_note(paragraph.as_bytes(), at);
        let Some(c) = char_at(paragraph, at) else { break };
        let found = if c == '\n' || c == '\u{2029}' {
            blank_line(paragraph, at)
        } else if is_terminator(c) {
            Some(stop(paragraph, start, at))
        } else {
            None
        };
        match found {
            Some(Stop { end, next, is_bound: true }) => {
                sentences.push(start..end);
                start = next;
                at = next;
            }
            Some(Stop { end, .. }) => at = end,
            None => at += c.len_utf8(),
        }
    }
    let end = paragraph.trim_end().len();
    if start < end {
        sentences.push(start..end);
    }
    sentences
}

/// Returns the next byte that may end something, or the end. Most bytes of a paragraph do not, so that 16 are looked at
/// at once.
fn next_of_note(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        if chunk.iter().fold(false, |any, byte| any | is_of_note(*byte)) {
            break;
        }
        at += chunk.len();
    }
    while bytes.get(at).is_some_and(|byte| !is_of_note(*byte)) {
        at += 1;
    }
    at
}

/// Tells whether a byte is no ASCII character, or one that ends a sentence or begins an empty line.
fn is_of_note(byte: u8) -> bool {
    !byte.is_ascii() | (byte == b'.') | (byte == b'!') | (byte == b'?') | (byte == b'\n')
}

/// A place where a sentence may end.
struct Stop {
    /// The end of what belongs to the sentence.
    end: usize,
    /// Where the next one would begin.
    next: usize,
    is_bound: bool,
}

/// Looks at the white space from a line break on: an empty line ends a sentence even without a mark.
fn blank_line(text: &str, at: usize) -> Option<Stop> {
    let next = skip(text, at, char::is_whitespace);
    let space = text.get(at..next)?;
    let is_bound = space.contains('\u{2029}') || space.matches('\n').count() > 1;
    let end = text.get(..at)?.trim_end().len();
    Some(if is_bound { Stop { end, next, is_bound } } else { Stop { end: next, next, is_bound } })
}

/// Looks at a mark that may end a sentence, and at what follows it.
fn stop(text: &str, sentence_start: usize, at: usize) -> Stop {
    let marks_end = skip(text, at, is_terminator);
    let mut end = closers_end(text, marks_end);
    // `."!` and the like: marks and closing quotation marks in any order.
    while char_at(text, end).is_some_and(is_terminator) {
        end = closers_end(text, skip(text, end, is_terminator));
    }
    let next = skip(text, end, char::is_whitespace);
    let mark = Mark { start: at, marks: &text[at..marks_end], closers: &text[marks_end..end], next };
    let is_bound = next == text.len() || is_bound(text, sentence_start, &mark);
    Stop { end, next, is_bound }
}

/// The marks that may end a sentence, and what follows them.
struct Mark<'t> {
    start: usize,
    marks: &'t str,
    closers: &'t str,
    next: usize,
}

fn is_bound(text: &str, sentence_start: usize, mark: &Mark<'_>) -> bool {
    let Mark { start: at, marks, closers, next } = *mark;
    let has_space = at + marks.len() + closers.len() < next;
    let following = first_word(&text[next..]);
    let Some(first) = following.chars().next() else { return has_space };
    if !marks.contains(is_latin_terminator) {
        // `「…。」と述べた`: what was said is part of the sentence that says who said it.
        return closers.is_empty() || !matches!(first, 'と' | 'っ');
    }
    if first.is_lowercase() {
        return false;
    }
    if !has_space {
        let is_glued = marks == "." && closers.is_empty() && abbreviation::is_opening_word(following);
        return is_unspaced(first) || (is_glued && text[..at].ends_with(char::is_lowercase));
    }
    if marks != "." || closers.contains(|c| c != ')' && c != ']') {
        return true;
    }
    let word_start = last_word_start(&text[..at]);
    let word = Before { text: &text[word_start..at], opens_sentence: word_start == sentence_start };
    !is_continued(&word, following)
}

/// Returns the end of the closing brackets and quotation marks at an offset. French leaves a space before `»`.
fn closers_end(text: &str, from: usize) -> usize {
    let mut end = skip(text, from, is_closer);
    let mut rest = text[end..].chars();
    if let (Some(space @ (' ' | '\u{a0}' | '\u{202f}')), Some('»')) = (rest.next(), rest.next())
        && rest.next().is_none_or(|c| c.is_whitespace() || is_terminator(c) || c == ',')
    {
        end += space.len_utf8() + '»'.len_utf8();
    }
    end
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

fn skip(text: &str, from: usize, belongs: impl Fn(char) -> bool) -> usize {
    text.len() - text[from..].trim_start_matches(belongs).len()
}

/// The longest word that is looked at on either side of a mark, in characters: longer ones are no abbreviations.
const LONGEST: usize = 16;

/// Returns the first word of a text, after opening quotation marks, brackets and dashes.
fn first_word(text: &str) -> &str {
    let opening = text.chars().take(LONGEST).take_while(|c| !c.is_alphanumeric() && !c.is_whitespace());
    let start = opening.map(char::len_utf8).sum::<usize>();
    let rest = text[start..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let length = rest.chars().take(LONGEST).take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    &rest[..length]
}

/// Returns where the last word of a text begins, with the stops inside it: `U.S`, `т.е`.
fn last_word_start(text: &str) -> usize {
    let word = text.chars().rev().take(LONGEST).take_while(|&c| c.is_alphanumeric() || c == '.');
    text.len() - word.map(char::len_utf8).sum::<usize>()
}

fn is_latin_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔' | '։' | '።' | '॥' | '।' | '෴')
}

fn is_terminator(c: char) -> bool {
    is_latin_terminator(c) || matches!(c, '。' | '！' | '？' | '｡' | '．' | '။' | '។' | '៕' | '᠃' | '᠉')
}

fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '"' | '\'' | '”' | '’' | '“' | '‘' | '»' | '›' | '«')
        || matches!(c, '）' | '］' | '】' | '〉' | '》' | '」' | '』' | '〕' | '｣' | '＂')
}

/// Tells whether a character is of a script that leaves no space after a sentence.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}')
        || matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Checks that a text is parted where `|` stands, which is not part of it.
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let found: Vec<&str> = sentences(&text).into_iter().map(|range| &text[range]).collect();
        let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_at_their_marks() {
        check("The ferry sailed. |It came back! |Did it? |Yes.");
        check("  One sentence without an end ");
        check("Eins. |Zwei.\n|Drei");
        assert!(sentences("").is_empty());
        assert!(sentences(" \n ").is_empty());
    }

    #[test]
    fn abbreviations_and_initials_end_no_sentence() {
        check("Mr. Tarn met Dr. Ostrel and Gen. J. R. Smith on Sept. 9 in St. Avel. |They spoke.");
        check("The U.S. Senate voted at 3 p.m. Tuesday, No. 5 on the list. |It passed.");
        check("Acme Inc. Chairman P. Holt left. |Profit rose at Acme Inc. |The firm grew.");
        check("It happened in the U.S. |The minister knew.");
        check("Das gilt z. B. Autos, Busse usw. |Die Stadt zahlt am 9. September. |Herr Dr. Holm kam.");
        check("Le ministre, M. Le Gall, est venu. |Mme. Roux aussi.");
        check("Это, т. е. Москва, и т. д. |Он уехал. |А. С. Петров и г. Тверь.");
        check("1. First of all. |2. Second of all.");
    }

    #[test]
    fn numbers_and_names_with_stops_stay_whole() {
        check("It rose 3.5 percent to 1.000 at example.com. |Then it fell.");
    }

    #[test]
    fn lower_case_goes_on() {
        check("“Stop!” he cried. |“Why?” she asked... and left. |Yahoo! said so.");
    }

    #[test]
    fn quotation_marks_and_brackets_stay_with_their_sentence() {
        check("“It sails.” |He nodded. |(It did.) |\"No?\" |‘Yes.’ |End");
        check("Il a dit : « C’est fini. » |Puis il est parti.");
        check("Er sagte: „Es ist vorbei.“ |Dann ging er. |»Ja.« |»Nein.«");
    }

    #[test]
    fn ellipsis_ends_a_sentence_before_a_capital_only() {
        check("He waited… |Then he left... |Nobody… not one… came.");
    }

    #[test]
    fn other_scripts_have_their_own_marks() {
        check("渡船回来了。|真的吗？|是的！|好");
        check("知事は「船は戻る。」と述べた。|「はい。」|終わり。");
        check("عادت العبارة؟ |نعم. |انتهى.");
        check("नाव लौट आई। |सच?");
        check("真的吗?|是的。");
    }

    #[test]
    fn empty_line_ends_a_sentence() {
        check("Results\n\n|The ferry\nsailed");
    }

    #[test]
    fn missing_space_is_seen_before_a_word_that_opens_sentences() {
        check("The ferry sailed.|The crew waved. |Node.Js is a name.");
    }

    #[test]
    fn hostile_paragraphs_take_linear_time() {
        for piece in [" ", ")", ".", ". ", ".\"", "a.", "\n", ".\n", "1. ", "“", ". “", " »", "。", "\u{301}"] {
            let text = format!("A.{}", piece.repeat(300_000));
            assert!(sentences(&text).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn sentences_are_ordered_and_leave_out_only_white_space(
            text in "([a-cA-C]|[.!?…。」)“” \n]|»|Mr|No|U\\.S|9|é|と|北){0,40}"
        ) {
            let mut end = 0;
            for sentence in sentences(&text) {
                prop_assert!(sentence.start < sentence.end && end <= sentence.start);
                prop_assert!(text[end..sentence.start].trim().is_empty());
                prop_assert_eq!(text[sentence.clone()].trim(), &text[sentence.clone()]);
                end = sentence.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
