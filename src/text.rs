//! Small readings of text that several rooms share.

/// Returns the text with every run of white space as one space, and none at the ends.
pub(crate) fn fold_spaces(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut folded = String::with_capacity(text.len());
    folded.push_str(words.next().unwrap_or_default());
    for word in words {
        folded.push(' ');
        folded.push_str(word);
    }
    folded
}

/// Returns the beginning of a text: at most `bytes` bytes, and only whole characters.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_whole_characters() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 3), "aé");
        assert_eq!(head("é", 0), "");
    }
}
