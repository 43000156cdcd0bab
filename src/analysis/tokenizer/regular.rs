//! Where a text is plain enough to look for words in its bytes.

use super::class::{ASCII, Class, DIGIT, LETTER, MARK, class};
use super::{char_at, is_ampersand, is_apostrophe, is_hyphen};

/// Returns the first place, from `at` on, where a word may be written otherwise than it is handed out: a letter that is not
/// ASCII, or a mark between two letters or digits. Words that have none stand in the text as they are, but for capitals.
/// No word goes over white space of ASCII.
pub(crate) fn next_irregular(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let kind = |at: usize| bytes.get(at).map_or(0, |byte| ASCII[usize::from(*byte)]);
    loop {
        at = next_of_note(bytes, at);
        if !bytes.get(at)?.is_ascii() {
            let c = char_at(text, at)?;
            if class(c) != Class::Other || is_apostrophe(c) || is_ampersand(c) || is_hyphen(c) {
                return Some(at);
            }
            at += c.len_utf8();
        } else {
            let is_alphanumeric = |at| kind(at) & (LETTER | DIGIT) != 0;
            if kind(at) & MARK != 0 && at > 0 && is_alphanumeric(at - 1) && is_alphanumeric(at + 1) {
                return Some(at);
            }
            at += 1;
        }
    }
}

/// How many bytes are looked at at once.
const AT_ONCE: usize = 32;

/// Returns the next mark that has no space behind, or byte that is not ASCII, or the end. Most bytes are neither, so that several
/// are looked at together.
fn next_of_note(bytes: &[u8], mut at: usize) -> usize {
    let is_mark = |byte: u8| byte.wrapping_sub(b'&') <= b'.' - b'&';
    let is_of_note = |byte: u8, next: u8| (is_mark(byte) & (next > b' ')) | !byte.is_ascii();
    while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk::<{ AT_ONCE + 1 }>) {
        // A plain loop over so many becomes a few instructions in every way of building.
        let mut is_any = false;
        for n in 0..AT_ONCE {
            is_any |= is_of_note(window[n], window[n + 1]);
        }
        if is_any {
            break;
        }
        at += AT_ONCE;
    }
    while bytes.get(at).is_some_and(|byte| !is_of_note(*byte, *bytes.get(at + 1).unwrap_or(&0))) {
        at += 1;
    }
    at
}
