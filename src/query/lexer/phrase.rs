//! Phrases, and what may follow a phrase or a bracket at once: a number of words in between, a weight.

use std::ops::Range;

use super::{Kind, Lexer, Token, foreign, proximity};
use crate::query::chars::{self, Quote};
use crate::query::{Diagnostic, DiagnosticKind};

impl Lexer<'_> {
    pub(super) fn phrase(&mut self, quote: Quote) {
        let open = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let text_start = self.at;
        let is_closing = |&(at, _): &(usize, char)| chars::quote_at(self.query, text_start + at) == Some(quote);
        let Some((length, close)) = self.rest().char_indices().find(is_closing) else {
            let end = self.query.len();
            let hint = "close it, or leave it out to search for the words anywhere";
            let message = "this quotation mark is never closed";
            self.diagnostics.push(Diagnostic::error(DiagnosticKind::Unbalanced, open..text_start, message, hint));
            self.at = end;
            self.push_phrase(open..end, text_start..end);
            return;
        };
        let text = text_start..text_start + length;
        self.at = text.end + close.len_utf8();
        if let Some((length, slop)) = self.slop() {
            self.at += length;
            self.tokens.push(Token { kind: Kind::Sloppy(text, slop), span: open..self.at });
            self.weight_or_suffix();
        } else if self.weight().is_some() {
            self.push_phrase(open..self.at, text);
            self.weight_or_suffix();
        } else if !self.suffix(Some(open)) {
            self.push_phrase(open..self.at, text);
        }
    }

    /// Returns the number of words that may stand between those of the phrase that ends here, and the length of its text.
    fn slop(&self) -> Option<(usize, u32)> {
        let digits = self.rest().strip_prefix('~')?;
        let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
        let slop = digits.parse().ok().filter(|slop| *slop <= proximity::MOST_WORDS)?;
        let is_whole = !self.rest()[1 + digits.len()..].starts_with('.');
        is_whole.then_some((1 + digits.len(), slop))
    }

    fn push_phrase(&mut self, span: Range<usize>, text: Range<usize>) {
        let phrase = self.query.get(text.clone()).unwrap_or_default();
        let words: Vec<&str> = phrase.split_whitespace().collect();
        let is_star = |word: &&str| matches!(*word, "*" | "＊");
        if words.len() > 1 && [words.first(), words.last()].into_iter().flatten().any(is_star) {
            let hint = "between words it stands for any one word: \"harbour * bridge\"";
            self.warn(span.clone(), "`*` at an end of a phrase stands for no word and was left out", hint);
        }
        self.tokens.push(Token { kind: Kind::Phrase(text), span });
    }

    /// Returns the weight that follows a bracket or a phrase at once, in thousandths, and the length of its text.
    fn weight(&self) -> Option<(u32, usize)> {
        let digits = self.rest().strip_prefix('^')?;
        let length = 1 + digits.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        boost(&self.rest()[..length])
    }

    /// Takes the weight that follows a bracket or a phrase at once, or else what may not follow it.
    pub(super) fn weight_or_suffix(&mut self) {
        match self.weight() {
            Some((thousandths, length)) => self.push(Kind::Boost(thousandths), length),
            None => drop(self.suffix(None)),
        }
    }

    /// Drops a number with a mark before it, such as `~3`, right behind a bracket or a phrase; the phrase with it.
    fn suffix(&mut self, phrase_start: Option<usize>) -> bool {
        let Some(mark @ ('~' | '^' | '/')) = self.peek() else { return false };
        let is_number = |c: &char| c.is_ascii_digit() || *c == '.' || mark == '^' && matches!(c, '-' | '+');
        let digits = self.rest().chars().skip(1).take_while(is_number).count();
        if digits == 0 && mark != '~' {
            return false;
        }
        let end = self.at + 1 + digits;
        let wrong = match mark {
            '^' => foreign::BOOST,
            '/' if phrase_start.is_some() => foreign::OF_PHRASE,
            '~' if phrase_start.is_some() => foreign::SLOPPY,
            _ => foreign::SUFFIX,
        };
        match phrase_start {
            Some(start) => self.drop_operand(wrong, start..end),
            None => {
                self.diagnostics.push(wrong.diagnostic(self.at..end));
                self.at = end;
            }
        }
        true
    }
}

/// Reads the weight at the end of a text, such as `^2.5`; returns it in thousandths, with its length.
pub(super) fn boost(text: &str) -> Option<(u32, usize)> {
    let (before, number) = text.rsplit_once('^')?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (before.is_empty() || before.contains(char::is_alphanumeric));
    let weight: f64 = number.parse().ok().filter(|_| is_number)?;
    let thousandths = (weight * 1000.0).round();
    (1.0..=1_000_000.0).contains(&thousandths).then_some((thousandths as u32, number.len() + 1))
}
