//! Query text becomes tokens with spans. Punctuation is left out here; what a token means beside others is the
//! parser's business.

use std::ops::Range;

use super::ast::{Function, Proximity, Written};
use super::chars::{self, Quote};
use super::foreign::{self, Foreign};
use super::function::{self, Named};
use super::{Diagnostic, DiagnosticKind, Severity};
use super::{proximity, written};

/// A token and the bytes of the query text that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word: the span is its text.
    Word,
    /// A phrase: the bytes between its quotation marks.
    Phrase(Range<usize>),
    /// A phrase with so many other words between its own.
    Sloppy(Range<usize>, u32),
    /// A word that is meant as it is written: its text without what says so.
    Written(Written, Range<usize>),
    /// The name of a field; the span holds the colon too.
    Field(Range<usize>),
    Open,
    Close,
    And,
    Or,
    Not,
    Minus,
    Plus,
    /// Stands between operands that are near one another.
    Near(Proximity),
    /// Stands before a bracket.
    Function(Function),
    /// Stands before a bracket: so many of what is in it.
    Quorum(u32),
    /// Stands behind an operand: how important it is, in thousandths.
    Boost(u32),
    /// What a field is asked for: from one value to another.
    Between(Range<usize>, Range<usize>),
    /// An operand that is left out, because a diagnostic says what is wrong with it.
    Dropped,
}

/// Returns the tokens of a query in order, and what is wrong with some of them.
pub(super) fn lex(query: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer {
        query,
        at: 0,
        // A question mark behind the last word ends a question; before that it would be a wildcard.
        last_word_end: query.trim_end_matches(|c: char| !c.is_alphanumeric()).len(),
        tokens: Vec::new(),
        diagnostics: Vec::new(),
    };
    lexer.run();
    (lexer.tokens, lexer.diagnostics)
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    last_word_end: usize,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl<'q> Lexer<'q> {
    fn run(&mut self) {
        while let Some(c) = self.peek() {
            if chars::is_open(c) {
                self.push(Kind::Open, c.len_utf8());
            } else if chars::is_close(c) {
                self.push(Kind::Close, c.len_utf8());
                self.weight_or_suffix();
            } else if let Some(quote) = chars::quote_at(self.query, self.at) {
                self.phrase(quote);
            } else if matches!(c, '[' | '{')
                && let Some(end) = foreign::range_end(self.query, self.at)
            {
                self.range(end);
            } else if c == '/'
                && let Some(end) = foreign::regex_end(self.query, self.at)
            {
                let span = self.at..end;
                self.at = end;
                self.tokens.push(Token { kind: Kind::Written(Written::Regex, span.start + 1..end - 1), span });
            } else if self.is_negative(c) {
                self.word();
            } else if let Some((kind, length)) = self.symbol(c) {
                self.push(kind, length);
            } else if c == '?' && self.is_wildcard() {
                self.word();
            } else if chars::is_blank(c) || chars::is_leading_punctuation(c) || chars::is_dash(c) || chars::is_plus(c) {
                self.skip_punctuation(c);
            } else {
                self.word();
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'q str {
        self.query.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let span = self.at..self.at + length;
        self.at = span.end;
        self.tokens.push(Token { kind, span });
    }

    fn drop_operand(&mut self, foreign: Foreign, span: Range<usize>) {
        self.at = span.end;
        self.diagnostics.push(foreign.diagnostic(span.clone()));
        self.tokens.push(Token { kind: Kind::Dropped, span });
    }

    fn warn(&mut self, span: Range<usize>, message: &str, hint: &str) {
        self.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            kind: DiagnosticKind::Unsupported,
            span,
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
        });
    }

    /// Returns the operator that stands here as a sign, and its length.
    fn symbol(&self, c: char) -> Option<(Kind, usize)> {
        let rest = self.rest();
        if rest.starts_with("&&") {
            return Some((Kind::And, 2));
        }
        if rest.starts_with("||") {
            return Some((Kind::Or, 2));
        }
        let kind = match c {
            '!' => Kind::Not,
            _ if chars::is_dash(c) => Kind::Minus,
            _ if chars::is_plus(c) => Kind::Plus,
            _ => return None,
        };
        let next = rest.chars().nth(1)?;
        let is_repeated = (chars::is_dash(c) && chars::is_dash(next)) || (c == '!' && next == '!');
        let is_punctuation = next != '!' && chars::is_leading_punctuation(next);
        let operand_follows = !(is_repeated || is_punctuation || chars::is_blank(next) || chars::is_close(next));
        (operand_follows && self.is_fresh()).then_some((kind, c.len_utf8()))
    }

    /// Tells whether a dash belongs to the number behind it, of which a field is asked: `x.level:-5`.
    fn is_negative(&self, c: char) -> bool {
        chars::is_dash(c) && self.is_value() && self.rest().chars().nth(1).is_some_and(|next| next.is_ascii_digit())
    }

    /// Tells whether a sign here begins something, rather than joining it to what stands right before.
    fn is_fresh(&self) -> bool {
        let before = self.query.get(..self.at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| chars::is_blank(c) || chars::is_open(c) || chars::is_leading_punctuation(c))
            || self.tokens.last().is_some_and(|token| {
                token.span.end == self.at
                    && !matches!(
                        token.kind,
                        Kind::Close | Kind::Phrase(_) | Kind::Sloppy(..) | Kind::Word | Kind::Written(..)
                    )
            })
    }

    /// Tells whether question marks here stand for the first letters of a word.
    fn is_wildcard(&self) -> bool {
        let rest = self.rest().trim_start_matches('?');
        rest.starts_with(|c: char| c == '*' || c.is_alphanumeric()) && self.is_fresh()
    }

    fn skip_punctuation(&mut self, c: char) {
        let start = self.at;
        let same = |&next: &char| next == c || (chars::is_dash(c) && chars::is_dash(next));
        self.at += self.rest().chars().take_while(same).map(char::len_utf8).sum::<usize>();
        let is_alone = self.tokens.last().is_some_and(|token| token.span.end < start) && self.peek() == Some(' ');
        if c == '!' && is_alone && self.at < self.last_word_end {
            self.warn(
                start..self.at,
                "`!` with a space behind it was left out",
                "write NOT, or `!` right before a word",
            );
        }
        if c == '|' {
            self.warn(start..self.at, "`|` is not an operator and was left out", "write OR for either of two words");
        }
    }

    fn phrase(&mut self, quote: Quote) {
        let open = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let text_start = self.at;
        let is_closing = |&(at, _): &(usize, char)| chars::quote_at(self.query, text_start + at) == Some(quote);
        let Some((length, close)) = self.rest().char_indices().find(is_closing) else {
            let end = self.query.len();
            self.diagnostics.push(Diagnostic {
                severity: Severity::Error,
                kind: DiagnosticKind::Unbalanced,
                span: open..text_start,
                message: "this quotation mark is never closed".to_owned(),
                hint: Some("close it, or leave it out to search for the words anywhere".to_owned()),
            });
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

    /// Reads a range in brackets that ends at `end`.
    fn range(&mut self, end: usize) {
        let span = self.at..end;
        let text = self.query.get(span.clone()).unwrap_or_default();
        match foreign::range_values(text).filter(|_| self.is_value()) {
            Some((first, last)) => {
                let in_query = |within: Range<usize>| span.start + within.start..span.start + within.end;
                self.at = end;
                self.tokens.push(Token { kind: Kind::Between(in_query(first), in_query(last)), span });
            }
            None => self.drop_operand(foreign::RANGE, span),
        }
    }

    /// Tells whether what stands here is asked of a field.
    fn is_value(&self) -> bool {
        self.tokens.last().is_some_and(|token| matches!(token.kind, Kind::Field(_)) && token.span.end == self.at)
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
        let words = self.query.get(text.clone()).unwrap_or_default();
        if words.split_whitespace().any(|word| word.len() > 1 && word.contains('*')) {
            let message = "`*` is no wildcard between quotation marks and was left out";
            self.warn(span.clone(), message, "write the words in full");
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
    fn weight_or_suffix(&mut self) {
        match self.weight() {
            Some((thousandths, length)) => self.push(Kind::Boost(thousandths), length),
            None => drop(self.suffix(None)),
        }
    }

    /// Drops a number with a mark before it, such as `~3`, right behind a bracket or a phrase; the phrase with it.
    fn suffix(&mut self, phrase_start: Option<usize>) -> bool {
        let Some(mark @ ('~' | '^' | '/')) = self.peek() else { return false };
        let is_number = |c: &char| c.is_ascii_digit() || *c == '.';
        let digits = self.rest().chars().skip(1).take_while(is_number).count();
        if digits == 0 && mark != '~' {
            return false;
        }
        let end = self.at + 1 + digits;
        match phrase_start {
            Some(start) if mark != '^' => self.drop_operand(foreign::SLOPPY, start..end),
            Some(start) => self.drop_operand(foreign::SUFFIX, start..end),
            None => {
                self.diagnostics.push(foreign::SUFFIX.diagnostic(self.at..end));
                self.at = end;
            }
        }
        true
    }

    /// Reads a word, or the name of a field, or a form of another language that looks like a word.
    fn word(&mut self) {
        let start = self.at;
        let is_value = self.is_value();
        if let Some((number, length)) = function::quorum(self.rest()).filter(|_| !is_value) {
            self.push(Kind::Quorum(number), length);
            return;
        }
        let Some(end) = self.word_end(start, is_value) else { return };
        self.at = end;
        let Some(end) = self.trim(start..end) else { return };
        let text = self.query.get(start..end).unwrap_or_default();
        let boost = boost(text);
        let text = boost.as_ref().map_or(text, |(_, length)| &text[..text.len() - length]);
        let weight = start + text.len()..end;
        let end = weight.start;
        let n_tokens = self.tokens.len();
        self.word_or_operator(text, start..end, is_value);
        if let Some((thousandths, _)) = boost
            && self.tokens.len() > n_tokens
        {
            self.tokens.push(Token { kind: Kind::Boost(thousandths), span: weight });
        }
    }

    fn word_or_operator(&mut self, text: &str, span: Range<usize>, is_value: bool) {
        let kind = match text {
            "AND" => Kind::And,
            "OR" => Kind::Or,
            "NOT" => Kind::Not,
            _ => Kind::Word,
        };
        if kind == Kind::Word
            && (self.is_operator(text, span.clone(), is_value)
                || self.is_written(text, span.clone())
                || self.is_foreign(text, span.clone()))
        {
            return;
        }
        if kind != Kind::Word || !chars::is_punctuation(text) {
            self.tokens.push(Token { kind, span });
        }
    }

    /// Returns where a word ends, or `None` where it turned out to name a field.
    fn word_end(&mut self, start: usize, mut colons_belong: bool) -> Option<usize> {
        for (at, c) in self.rest().char_indices().map(|(at, c)| (start + at, c)) {
            let rest = self.query.get(at..).unwrap_or_default();
            let is_sign = rest.starts_with("&&") || rest.starts_with("||");
            if chars::is_blank(c) || chars::is_open(c) || chars::is_close(c) || is_sign {
                return Some(at);
            }
            if chars::quote_at(self.query, at).is_some() {
                return Some(at);
            }
            if chars::is_colon(c) && !colons_belong {
                if self.is_field(start..at, c) {
                    self.at = at + c.len_utf8();
                    self.tokens.push(Token { kind: Kind::Field(start..at), span: start..self.at });
                    return None;
                }
                if c != ':' {
                    return Some(at);
                }
                colons_belong = true;
            }
        }
        Some(self.query.len())
    }

    /// Tells whether a name and the colon behind it make a field: where a value follows at once.
    fn is_field(&mut self, name: Range<usize>, colon: char) -> bool {
        let text = self.query.get(name.clone()).unwrap_or_default();
        let rest = self.query.get(name.end + colon.len_utf8()..).unwrap_or_default();
        if !chars::is_field_name(text) || rest.starts_with("//") {
            return false;
        }
        let next = rest.chars().next();
        let value_follows = next.is_some_and(|c| matches!(c, '[' | '{') || !chars::is_blank(c) && !chars::is_close(c));
        // `China: a new bridge` is a headline; `headline: bridge` is more likely a slip.
        if !value_follows && text.bytes().all(|b| b.is_ascii_lowercase()) {
            let message = format!("`{text}` is read as a word here, not as the name of a field");
            let hint = "a value must follow the colon without a space";
            self.warn(name.start..name.end + colon.len_utf8(), &message, hint);
        }
        value_follows
    }

    /// Returns the end of a word without the punctuation behind it; `None` where nothing else was there.
    fn trim(&self, span: Range<usize>) -> Option<usize> {
        let text = self.query.get(span.clone())?;
        let trimmed = text.trim_end_matches(chars::is_trailing_punctuation);
        let unquestioned = text.trim_end_matches(|c| c == '?' || chars::is_trailing_punctuation(c));
        let is_question = span.start + unquestioned.len() >= self.last_word_end && !self.tokens.is_empty();
        let kept = if is_question || chars::is_punctuation(unquestioned) { unquestioned } else { trimmed };
        (!kept.is_empty()).then_some(span.start + kept.len())
    }

    /// Takes a word that is an operator of proximity, or a name before a bracket.
    fn is_operator(&mut self, text: &str, span: Range<usize>, is_value: bool) -> bool {
        let wrong = match proximity::of_word(text).filter(|_| !is_value) {
            Some(Ok(proximity)) => {
                self.tokens.push(Token { kind: Kind::Near(proximity), span });
                return true;
            }
            Some(Err(wrong)) => wrong,
            None => match function::of_name(text).filter(|_| self.peek().is_some_and(chars::is_open)) {
                Some(Ok(Named::Function(function))) => {
                    self.tokens.push(Token { kind: Kind::Function(function), span });
                    return true;
                }
                Some(Ok(Named::Field)) => {
                    self.tokens.push(Token { kind: Kind::Field(span.clone()), span });
                    return true;
                }
                Some(Err(wrong)) => wrong,
                None => return false,
            },
        };
        self.diagnostics.push(Diagnostic {
            severity: Severity::Error,
            kind: DiagnosticKind::BadValue,
            span,
            message: wrong.0.to_owned(),
            hint: Some(wrong.1.to_owned()),
        });
        true
    }

    /// Takes a word that is meant as it is written.
    fn is_written(&mut self, text: &str, span: Range<usize>) -> bool {
        let Some((written, within)) = written::of_word(text) else { return false };
        if text.ends_with('?') {
            let hint = "leave it out if it ends a question";
            self.warn(span.end - 1..span.end, "`?` stands for one letter here", hint);
        }
        let text = span.start + within.start..span.start + within.end;
        self.tokens.push(Token { kind: Kind::Written(written, text), span });
        true
    }

    fn is_foreign(&mut self, text: &str, span: Range<usize>) -> bool {
        if let Some(foreign) = foreign::of_word(text) {
            self.diagnostics.push(foreign.diagnostic(span.clone()));
            if !foreign.is_operator {
                self.tokens.push(Token { kind: Kind::Dropped, span });
            }
            return true;
        }
        if text == "NEAR" {
            self.warn(span.clone(), "`NEAR` is a word here, not an operator", "write a distance with it: NEAR/5");
        } else if self.query.get(span.end..).is_some_and(|rest| rest.starts_with('!')) && span.end < self.last_word_end
        {
            let hint = "write the word in full; its inflected forms are found too";
            self.warn(span.end..span.end + 1, "`!` does not stand for endings and was left out", hint);
        }
        false
    }
}

/// Reads the weight at the end of a text, such as `^2.5`; returns it in thousandths, with its length.
fn boost(text: &str) -> Option<(u32, usize)> {
    let (before, number) = text.rsplit_once('^')?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (before.is_empty() || before.contains(char::is_alphanumeric));
    let weight: f64 = number.parse().ok().filter(|_| is_number)?;
    let thousandths = (weight * 1000.0).round();
    (1.0..=1_000_000.0).contains(&thousandths).then_some((thousandths as u32, number.len() + 1))
}

#[cfg(test)]
mod tests;
