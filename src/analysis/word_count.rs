//! How many words a reader would count in a text.

use super::tokenizer::is_unspaced;

/// Counts the words of a text: what spaces part and holds a letter or digit, and each character of a script that is
/// written without spaces.
pub(crate) fn count_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let (mut n_words, mut in_word) = (0u32, false);
    let mut at = 0;
    loop {
        // What tells nothing new where it stands: a mark, and a space between words, a letter in one.
        let of_note = if in_word { SPACE | WIDE } else { WORD | WIDE };
        while bytes.get(at).is_some_and(|byte| PART[usize::from(*byte)] & of_note == 0) {
            at += 1;
        }
        let Some(&byte) = bytes.get(at) else { break };
        if PART[usize::from(byte)] & WIDE == 0 {
            n_words += u32::from(in_word);
            in_word = !in_word;
            at += 1;
        } else {
            let c = text[at..].chars().next().unwrap_or_default();
            (n_words, in_word) = after_wide(c, n_words, in_word);
            at += c.len_utf8();
        }
    }
    n_words + u32::from(in_word)
}

/// What a byte is to the count of words: of a word,
const WORD: u8 = 1;
/// between two,
const SPACE: u8 = 2;
/// of a character that is not ASCII; or none of these, a mark.
const WIDE: u8 = 4;

static PART: [u8; 256] = {
    let mut parts = [WIDE; 256];
    let mut byte = 0;
    while byte < 128 {
        parts[byte as usize] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => WORD,
            b' ' | b'\t'..=b'\r' => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    parts
};

fn after_wide(c: char, n_words: u32, in_word: bool) -> (u32, bool) {
    if is_unspaced(c) {
        (n_words + 1 + u32::from(in_word), false)
    } else if c.is_whitespace() {
        (n_words + u32::from(in_word), false)
    } else {
        (n_words, in_word || c.is_alphanumeric())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_text_has_as_many_words_as_its_parts(text in "[ab.é東\t\u{b}\u{a0} ]{0,40}") {
            let parts = text.split_whitespace().map(|part| {
                let unspaced = part.chars().filter(|c| is_unspaced(*c)).count();
                unspaced + part.split(is_unspaced).filter(|run| run.contains(char::is_alphanumeric)).count()
            });
            proptest::prop_assert_eq!(count_words(&text) as usize, parts.sum::<usize>());
        }
    }

    #[test]
    fn words_are_counted_as_a_reader_would() {
        assert_eq!(count_words("The well-known ferry, no. 5 – again"), 6);
        assert_eq!(count_words("AI技術の話"), 5);
        assert_eq!(count_words(" \n"), 0);
    }
}
