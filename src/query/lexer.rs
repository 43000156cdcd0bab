//! Query text becomes tokens with spans. Punctuation is left out here; what a token means beside others is the
//! parser's business.

use std::ops::Range;

use super::ast::{Function, Proximity, Written};
use super::foreign::Foreign;
use super::range::Bounds;
use super::{Diagnostic, DiagnosticKind};
use super::{borrowed, chars, foreign, function, proximity, range, written};
use phrase::boost;

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
    /// The name of a field, and our name where it is in another language; the span holds the colon too.
    Field(Range<usize>, Option<&'static str>),
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
    /// Stands behind an operand: among so many first words of the body.
    Among(u32),
    /// What a field is asked for: from one value to another.
    Range(Bounds),
    /// Every article.
    Everything,
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
        is_star: query.trim() == "*",
        groups: Vec::new(),
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
    /// Whether the query is a star and nothing else.
    is_star: bool,
    /// The brackets that are open, each with whether a field is asked for what stands in it.
    groups: Vec<bool>,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl<'q> Lexer<'q> {
    fn run(&mut self) {
        while let Some(c) = self.peek() {
            if chars::is_open(c) {
                self.groups.push(self.is_value() || self.groups.last().is_some_and(|of_field| *of_field));
                self.push(Kind::Open, c.len_utf8());
            } else if chars::is_close(c) {
                self.groups.pop();
                self.push(Kind::Close, c.len_utf8());
                self.weight_or_suffix();
            } else if self.is_range(c) {
                // It was taken.
            } else if let Some(quote) = chars::quote_at(self.query, self.at) {
                self.phrase(quote);
            } else if c == '/' && self.is_slashed() {
                // It was taken.
            } else if c == '/'
                && let Some(end) = foreign::regex_end(self.query, self.at)
                && self.is_regex(end)
            {
                let span = self.at..end;
                self.at = end;
                self.tokens.push(Token { kind: Kind::Written(Written::Regex, span.start + 1..end - 1), span });
            } else if self.is_negative(c) {
                self.word();
            } else if let Some((kind, length)) = self.symbol(c) {
                self.warn_of_order(&kind);
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
        self.diagnostics.push(Diagnostic::warning(DiagnosticKind::Unsupported, span, message, hint));
    }

    /// Tells whether what stands between slashes up to an offset is a regular expression. It is held against single words,
    /// so that one with a space is none: `/srv/news` and `a/` beside it are words, and `path:/a OR /b/` begins with a path.
    fn is_regex(&mut self, end: usize) -> bool {
        let text = &self.query[self.at..end];
        let Some(blank) = text.find(char::is_whitespace) else { return true };
        if !self.is_value() {
            let hint = "a regular expression is held against single words; write one for each: /rate/ PRE/1 /hike.*/";
            self.warn(
                self.at..self.at + blank,
                "this is read as a word, since a space follows before the next slash",
                hint,
            );
        }
        false
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

    /// Warns of Westlaw's `+5` and `+s`, which are no operators here.
    fn warn_of_order(&mut self, kind: &Kind) {
        if *kind != Kind::Plus {
            return;
        }
        let word = self.rest().split([' ', '(', ')']).next().unwrap_or_default();
        let is_between = self.tokens.last().is_some_and(|token| token.span.end < self.at)
            && self.rest().len() > word.len()
            && self.rest()[word.len()..].starts_with(' ');
        let distance = word.trim_start_matches(chars::is_plus);
        if is_between && proximity::is_distance(distance) {
            let message = format!("`{word}` asks for `{distance}` as a word");
            let hint = format!("for words near one another in this order write PRE/{}", distance.to_uppercase());
            self.warn(self.at..self.at + word.len(), &message, &hint);
        }
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

    /// Tells whether what stands here is asked of a field.
    fn is_value(&self) -> bool {
        self.tokens.last().is_some_and(|token| matches!(token.kind, Kind::Field(..)) && token.span.end == self.at)
    }

    /// Reads a word, or the name of a field, or a form of another language that looks like a word.
    fn word(&mut self) {
        let start = self.at;
        let is_value = self.is_value();
        if !is_value && self.is_borrowed() {
            return;
        }
        if let Some((number, length)) = function::quorum(self.rest()).filter(|_| !is_value) {
            self.push(Kind::Quorum(number), length);
            return;
        }
        let Some(end) = self.word_end(start, is_value) else { return };
        self.at = end;
        let Some(end) = self.trim(start..end) else { return };
        let text = self.query.get(start..end).unwrap_or_default();
        // Factiva's `merger/F50/` is read in two parts.
        let slash = text.strip_suffix('/').and_then(|text| text.rfind('/')).filter(|at| *at > 0 && !is_value);
        let slash = slash.filter(|at| !text[..*at].contains('/'));
        if let Some(at) = slash.filter(|at| borrowed::slashed(&text[*at..]).is_some()) {
            self.at = start + at;
            if let Some(end) = self.trim(start..self.at) {
                self.word_or_operator(&text[..end - start], start..end, is_value);
            }
            return;
        }
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
            && (!is_value && self.is_joint(text, span.clone())
                || self.is_operator(text, span.clone(), is_value)
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
                    self.tokens.push(Token { kind: Kind::Field(start..at, None), span: start..self.at });
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
}

mod forms;
mod phrase;

#[cfg(test)]
mod tests;
