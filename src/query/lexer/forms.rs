//! Words that are more than words: operators of proximity, names before brackets, words as they are written, and forms of
//! other languages.

use std::ops::Range;

use super::{Kind, Lexer, Token, borrowed, foreign, function, proximity, range, written};
use crate::query::ast::{Function, Proximity, Reach, Relation};
use crate::query::borrowed::Slashed;
use crate::query::function::Named;
use crate::query::{Diagnostic, DiagnosticKind, chars};

impl Lexer<'_> {
    /// Takes a range that is more than one word, where a field is asked for one.
    pub(super) fn is_range(&mut self, c: char) -> bool {
        let is_bracket = matches!(c, '[' | '{');
        // In a group a letter may begin the name of a field.
        let in_group = || self.groups.last().is_some_and(|of_field| *of_field) && !c.is_alphabetic() && self.is_fresh();
        let reads_ranges = self.is_value() || in_group();
        if !reads_ranges {
            let Some(end) = foreign::range_end(self.query, self.at).filter(|_| is_bracket) else { return false };
            self.drop_operand(foreign::RANGE, self.at..end);
            return true;
        }
        match range::read(self.query, self.at) {
            Some((bounds, length)) => {
                self.push(Kind::Range(bounds), length);
                self.weight_or_suffix();
            }
            None if is_bracket && self.is_value() => {
                self.drop_operand(foreign::RANGE, range::broken_end(self.query, self.at));
            }
            None => return false,
        }
        true
    }

    /// Takes a form of another language that begins like a word, and means the same as one of ours.
    pub(super) fn is_borrowed(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("*:*") || self.is_star && rest.starts_with('*') {
            self.push(Kind::Everything, rest.len().min(if rest.starts_with("*:") { 3 } else { 1 }));
        } else if let Some(field) = borrowed::field(rest) {
            let span = self.at..self.at + field.length;
            if let Some(wrong) = field.wrong {
                self.wrong(DiagnosticKind::UnknownField, span.clone(), wrong);
            }
            self.push(Kind::Field(span, Some(field.means)), field.length);
        } else if let Some((bounds, length, may_be_words)) = borrowed::dated(rest) {
            let span = self.at..self.at + length;
            let asked = range::to_text(&bounds);
            if may_be_words {
                let hint = format!("to ask for the date of publication write date:{asked}");
                self.warn(span, "this is read as words", &hint);
                return false;
            }
            self.push(Kind::Field(span, Some("date")), "date".len());
            self.push(Kind::Range(bounds), length - "date".len());
        } else if let Some((words, length)) = borrowed::around(rest) {
            self.push(Kind::Near(Proximity { relation: Relation::Either, reach: Reach::Words(words) }), length);
        } else if let Some((length, wrong)) = foreign::of_rest(rest) {
            self.wrong(DiagnosticKind::Unsupported, self.at..self.at + length, wrong);
            self.at += length;
        } else {
            return false;
        }
        true
    }

    /// Takes Factiva's `/N5/` between operands, or `/F50/` behind one.
    pub(super) fn is_slashed(&mut self) -> bool {
        match borrowed::slashed(self.rest()) {
            Some((Slashed::Near(words), length)) => {
                let near = Proximity { relation: Relation::Either, reach: Reach::Words(words) };
                self.push(Kind::Near(near), length);
            }
            Some((Slashed::First(words), length)) if !self.tokens.is_empty() => {
                self.push(Kind::Among(words), length);
            }
            _ => return false,
        }
        true
    }

    /// Takes a word in capitals that joins others, in another language than ours.
    pub(super) fn is_joint(&mut self, text: &str, span: Range<usize>) -> bool {
        let next = self.rest().trim_start();
        match text {
            // These are no words of a language.
            _ if text.eq_ignore_ascii_case("ANDNOT") || text.eq_ignore_ascii_case("BUTNOT") => {
                self.tokens.push(Token { kind: Kind::And, span: span.clone() });
                self.tokens.push(Token { kind: Kind::Not, span });
            }
            // The `NOT` behind it says all.
            "BUT" if next.starts_with("NOT ") && !self.tokens.is_empty() => {
                self.tokens.push(Token { kind: Kind::And, span });
            }
            "SAME" if !self.tokens.is_empty() && next.starts_with(|c: char| c.is_alphanumeric() || c == '(') => {
                let hint = "write W/P; to search for the word itself, put it in quotation marks";
                self.warn(span.clone(), "`SAME` is read as Factiva's operator for the same paragraph", hint);
                let near = Proximity { relation: Relation::Either, reach: Reach::Paragraph };
                self.tokens.push(Token { kind: Kind::Near(near), span });
            }
            _ => return false,
        }
        true
    }

    /// Takes a word that is an operator of proximity, or a name before a bracket.
    pub(super) fn is_operator(&mut self, text: &str, span: Range<usize>, is_value: bool) -> bool {
        let wrong = match proximity::of_word(text).filter(|_| !is_value) {
            Some(Ok(proximity)) => {
                self.tokens.push(Token { kind: Kind::Near(proximity), span });
                return true;
            }
            Some(Err(wrong)) => wrong,
            None => match function::of_name(text).filter(|_| self.is_before_bracket(text)) {
                Some(Ok(Named::Function(function))) => {
                    self.tokens.push(Token { kind: Kind::Function(function), span });
                    return true;
                }
                Some(Ok(Named::Field(means))) => {
                    self.tokens.push(Token { kind: Kind::Field(span.clone(), Some(means)), span });
                    return true;
                }
                Some(Err(wrong)) => wrong,
                None => return false,
            },
        };
        let (message, hint) = wrong;
        // The distance as it was written, where the hint has one.
        let distance: String = text.chars().filter(char::is_ascii_digit).collect();
        let hint = if distance.is_empty() { hint.to_owned() } else { hint.replace('4', &distance) };
        self.diagnostics.push(Diagnostic::error(DiagnosticKind::BadValue, span, message, &hint));
        true
    }

    /// Tells whether a bracket follows a name: at once, or behind a space where the name is no word of a language.
    fn is_before_bracket(&self, text: &str) -> bool {
        let rest = self.rest();
        let rest = if function::is_no_word(text) { rest.trim_start_matches(' ') } else { rest };
        rest.starts_with(chars::is_open)
    }

    /// Takes a word that is meant as it is written.
    pub(super) fn is_written(&mut self, text: &str, span: Range<usize>) -> bool {
        let Some((written, within)) = written::of_word(text) else { return false };
        if text.ends_with('?') {
            let hint = "leave it out if it ends a question";
            self.warn(span.end - 1..span.end, "`?` stands for one letter here", hint);
        }
        let text = span.start + within.start..span.start + within.end;
        self.tokens.push(Token { kind: Kind::Written(written, text), span });
        true
    }

    pub(super) fn is_foreign(&mut self, text: &str, span: Range<usize>) -> bool {
        if let Some(foreign) = foreign::of_word(text) {
            self.drop_operand(foreign, span);
            return true;
        }
        let rest = self.query.get(span.end..).unwrap_or_default();
        // `And` is in most texts that have the words around it; who asks for fields means the operator.
        let is_doubtful_and = text == "and" && self.query.contains([':', '=', '(', '>', '<']);
        if (matches!(text, "or" | "not") || is_doubtful_and) && self.stands_between(rest) {
            let message = format!("`{text}` is a word here, not an operator");
            self.warn(span.clone(), &message, &format!("write {} for the operator", text.to_uppercase()));
        } else if matches!(text, "ADJ" | "adj") && self.stands_between(rest) {
            let message = format!("`{text}` is a word here, not an operator");
            self.warn(span.clone(), &message, "write PRE/1 for neighbours in this order");
        } else if matches!(text, "NEAR" | "AROUND") {
            let message = format!("`{text}` is a word here, not an operator");
            self.warn(span.clone(), &message, "write a distance with it: NEAR/5");
        } else if let Some(distance) = proximity::without_slash(text).filter(|_| self.stands_between(rest)) {
            let message = format!("`{text}` is a word here, not an operator");
            let hint = format!("write W/{distance} for either order, PRE/{distance} for this order");
            self.warn(span.clone(), &message, &hint);
        } else if rest.starts_with('[') && foreign::are_letters_in_brackets(rest) {
            let hint = "for one of several letters write ? or a regular expression: /pr[ai]ce/";
            self.warn(span.end..span.end + 1, "brackets do not stand for letters; the word is read in parts", hint);
        } else if proximity::lacks_distance(text) {
            let hint = "a distance is a number of words, S for a sentence or P for a paragraph: NEAR/5, PRE/S";
            self.warn(span.clone(), "this is read as a word, since what follows the slash is no distance", hint);
        } else if let Some(Ok(Named::Function(Function::First(_) | Function::AtLeast(_)))) = function::of_name(text) {
            let hint = format!("write {text}(ferry), with what is counted in brackets");
            self.warn(span.clone(), "this is read as a word, since no bracket follows", &hint);
        } else if rest.starts_with('!') && self.may_stand_for_endings(span.end) {
            let hint = format!("for all words that begin so write {text}*");
            self.warn(span.end..span.end + 1, "`!` does not stand for endings and was left out", &hint);
        } else if foreign::is_list_without_brackets(&self.query[span.start..]) {
            let hint = "to ask for some of several write 2 of (ferry, bridge, toll)";
            self.warn(span.clone(), "this is read as words, since no bracket follows", hint);
        }
        false
    }

    /// Tells whether something that is asked for stands before this place and in `rest`, behind it.
    fn stands_between(&self, rest: &str) -> bool {
        let is_operand = |c: char| c.is_alphanumeric() || chars::is_open(c) || chars::quote(c).is_some();
        let is_whole = |token: &Token| {
            use Kind::{Among, Boost, Close, Dropped, Everything, Phrase, Range, Sloppy, Word, Written};
            matches!(
                token.kind,
                Word | Phrase(_)
                    | Sloppy(..)
                    | Written(..)
                    | Close
                    | Range(_)
                    | Everything
                    | Boost(_)
                    | Among(_)
                    | Dropped
            )
        };
        let is_before = self.tokens.last().is_some_and(is_whole);
        is_before && rest.trim_start().starts_with(is_operand)
    }

    /// Tells whether an exclamation mark right behind a word may be meant for the endings of the word. At the end of a
    /// query of plain words it ends an exclamation.
    fn may_stand_for_endings(&self, at: usize) -> bool {
        let is_plain = |token: &Token| matches!(token.kind, Kind::Word | Kind::Phrase(_));
        // A single name has a capital: `Yahoo!`.
        let is_alone = self.tokens.is_empty() && self.query.trim_start().starts_with(char::is_lowercase);
        at < self.last_word_end || is_alone || !self.tokens.iter().all(is_plain)
    }

    pub(super) fn wrong(&mut self, kind: DiagnosticKind, span: Range<usize>, (message, hint): proximity::Wrong) {
        self.diagnostics.push(Diagnostic::error(kind, span, message, hint));
    }
}
