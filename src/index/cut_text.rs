//! Text that was cut into terms already, on its way through tantivy's writer as one string a field. tantivy's own
//! `PreTokenizedString` would do, but is written as JSON and read again on that way.
//!
//! Every term is followed by U+001F and how far its position lies behind the one before, and ended by U+001E; neither
//! character is ever part of a term.

use std::fmt::Write as _;

use tantivy::tokenizer::{Token as TantivyToken, TokenStream, Tokenizer};

use crate::analysis::Token;

/// The name of the tokenizer that takes such text apart.
pub(super) const CUT_TEXT: &str = "newshound_cut_text";

const STEP: char = '\u{1f}';
const END: char = '\u{1e}';

/// Terms and positions of a field.
#[derive(Default)]
pub(super) struct CutText {
    text: String,
    last: u32,
}

impl CutText {
    /// Appends a token, whose position is not before that of the last one.
    pub(super) fn push(&mut self, token: &Token) {
        self.text.push_str(&token.term);
        let step = token.position.saturating_sub(self.last);
        self.last = token.position;
        write!(self.text, "{STEP}{step}{END}").expect("a string can always be written to");
    }

    /// Appends all tokens of another text, for a field in which positions play no part.
    pub(super) fn append(&mut self, other: &CutText) {
        self.text.push_str(&other.text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Takes cut text apart again.
#[derive(Clone, Default)]
pub(super) struct CutTextTokenizer;

pub(super) struct CutTextStream<'a> {
    rest: &'a str,
    token: TantivyToken,
}

impl Tokenizer for CutTextTokenizer {
    type TokenStream<'a> = CutTextStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CutTextStream<'a> {
        let token = TantivyToken { position: 0, position_length: 1, ..TantivyToken::default() };
        CutTextStream { rest: text, token }
    }
}

impl TokenStream for CutTextStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(STEP) else { return false };
        let Some((step, rest)) = rest.split_once(END) else { return false };
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = self.token.position.wrapping_add(step.parse().unwrap_or(0));
        true
    }

    fn token(&self) -> &TantivyToken {
        &self.token
    }

    fn token_mut(&mut self) -> &mut TantivyToken {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_out_as_they_went_in() {
        let mut cut = CutText::default();
        let tokens = [("well", 3), ("wellknown", 3), ("known", 4), ("東京", 1028)];
        for (term, position) in tokens {
            cut.push(&Token { term: term.to_owned(), range: 0..0, position });
        }
        let mut tokenizer = CutTextTokenizer;
        let mut stream = tokenizer.token_stream(cut.as_str());
        let mut found = Vec::new();
        while stream.advance() {
            found.push((stream.token().text.clone(), stream.token().position));
        }
        assert_eq!(found, tokens.map(|(term, position)| (term.to_owned(), position as usize)));
    }
}
