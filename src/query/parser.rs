//! Tokens become a tree, by recursive descent. Never fails: what lacks or is too much is left out and said.

use std::ops::Range;

use super::ast::{Expr, Function, Node, Proximity, Relation, Written};
use super::lexer::{Kind, Token, lex};
use super::range::Bounds;
use super::{Diagnostic, DiagnosticKind, Severity, ast, chars};

/// The longest query that is read, in bytes: some ten thousand words, as a pasted list of names may have.
const MAX_BYTES: usize = 1 << 16;

/// How deep brackets and signs may stand in one another. It bounds the stack; a person's query needs five.
const MAX_DEPTH: usize = 64;

/// How many diagnostics are told at most, the first by place: nobody reads more of them.
const MOST_DIAGNOSTICS: usize = 100;

/// Parses a query. What could not be understood is in the diagnostics, in the order of their places, and left out of
/// the tree. A query that is too large has an empty tree.
pub(crate) fn parse(query: &str) -> (Node, Vec<Diagnostic>) {
    if query.len() > MAX_BYTES {
        return (empty(0..query.len()), vec![too_long(query)]);
    }
    let Some((plain, places)) = chars::plain(query) else { return parse_plain(query) };
    let (mut node, mut diagnostics) = parse_plain(&plain);
    node.move_spans(&places);
    diagnostics.iter_mut().for_each(|diagnostic| ast::move_span(&mut diagnostic.span, &places));
    (node, diagnostics)
}

fn parse_plain(query: &str) -> (Node, Vec<Diagnostic>) {
    let (tokens, diagnostics) = lex(query);
    let mut parser = Parser { query, tokens, at: 0, depth: 0, is_too_deep: false, diagnostics };
    let node = parser.query();
    // Errors first, so that none is cut off for a warning; a wrong query stays one.
    parser.diagnostics.sort_by_key(|diagnostic| (diagnostic.severity != Severity::Error, diagnostic.span.start));
    parser.diagnostics.truncate(MOST_DIAGNOSTICS);
    parser.diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    (node, parser.diagnostics)
}

struct Parser<'q> {
    query: &'q str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    is_too_deep: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn query(&mut self) -> Node {
        let mut parts = Vec::new();
        while self.at < self.tokens.len() {
            let start = self.at;
            parts.extend(self.or());
            if let Some(span) = self.take(&Kind::Close) {
                let message = "this bracket closes nothing";
                self.error(DiagnosticKind::Unbalanced, span, message, "open one before it, or leave it out");
            }
            // A weight of nothing.
            self.at += usize::from(self.at == start);
        }
        if self.is_too_deep {
            return empty(0..self.query.len());
        }
        joined(parts, Expr::Adjacent).unwrap_or(empty(0..self.query.len()))
    }

    // Each of the following returns `None` where there is nothing for it to read, and then has read nothing.

    fn or(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        parts.extend(self.adjacent());
        let mut is_first = true;
        while let Some(span) = self.take(&Kind::Or) {
            if is_first && parts.is_empty() {
                self.missing(span.clone(), "before");
            }
            is_first = false;
            match self.adjacent() {
                Some(part) => parts.push(part),
                None => {
                    self.missing(span.clone(), "after");
                    parts.push(empty(span));
                }
            }
        }
        joined(parts, Expr::Any)
    }

    fn adjacent(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while let Some(part) = self.and() {
            parts.push(part);
        }
        joined(parts, Expr::Adjacent)
    }

    fn and(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        parts.extend(self.unary());
        while let Some(span) = self.take(&Kind::And) {
            if parts.is_empty() {
                self.missing(span.clone(), "before");
            }
            match self.unary() {
                Some(part) => parts.push(part),
                None => {
                    self.missing(span.clone(), "after");
                    parts.push(empty(span));
                }
            }
        }
        joined(parts, Expr::All)
    }

    fn unary(&mut self) -> Option<Node> {
        let token = self.tokens.get(self.at)?;
        let is_plus = match token.kind {
            Kind::Plus => true,
            Kind::Not | Kind::Minus => false,
            _ => return self.near(),
        };
        let sign = token.span.clone();
        self.at += 1;
        let Some(inner) = self.deeper(&sign, Parser::unary) else {
            self.missing(sign.clone(), "after");
            return Some(empty(sign));
        };
        let span = sign.start..inner.span.end;
        let inner = Box::new(inner);
        Some(Node { span, expr: if is_plus { Expr::Required(inner) } else { Expr::Not(inner) } })
    }

    /// Reads operands near one another: in one list, so that a long chain of them is not deep.
    fn near(&mut self) -> Option<Node> {
        while let Some((_, span)) = self.take_proximity() {
            self.missing(span, "before");
        }
        let first = self.weighed()?;
        let mut others = Vec::new();
        while let Some((proximity, span)) = self.take_proximity() {
            match self.weighed() {
                Some(other) => others.push((proximity, other)),
                None => self.missing(span, "after"),
            }
        }
        let Some((_, last)) = others.last() else { return Some(first) };
        Some(Node { span: first.span.start..last.span.end, expr: Expr::Near { first: Box::new(first), others } })
    }

    /// Reads an operand with its weight.
    fn weighed(&mut self) -> Option<Node> {
        let mut node = self.operand()?;
        let of = |parser: &mut Self, node: Node, expr: fn(u32, Box<Node>) -> Expr, number: u32| {
            let span = node.span.start..parser.tokens[parser.at].span.end;
            parser.at += 1;
            Node { span, expr: expr(number, Box::new(node)) }
        };
        if let Some(Kind::Among(words)) = self.tokens.get(self.at).map(|token| &token.kind) {
            let words = *words;
            node = of(self, node, |words, inner| Expr::Function(Function::First(words), inner), words);
        }
        // A second weight is one of nothing.
        if let Some(Kind::Boost(thousandths)) = self.tokens.get(self.at).map(|token| &token.kind) {
            let thousandths = *thousandths;
            node = of(self, node, Expr::Boost, thousandths);
        }
        Some(node)
    }

    /// Takes an operator of proximity, with the `NOT` before it.
    fn take_proximity(&mut self) -> Option<(Proximity, Range<usize>)> {
        let [first, rest @ ..] = self.tokens.get(self.at..)? else { return None };
        if let Kind::Near(proximity) = first.kind {
            self.at += 1;
            return Some((proximity, self.tokens[self.at - 1].span.clone()));
        }
        let Some(Token { kind: Kind::Near(proximity), span }) = rest.first().filter(|_| first.kind == Kind::Not) else {
            return None;
        };
        let (mut proximity, span) = (*proximity, first.span.start..span.end);
        self.at += 2;
        if proximity.relation != Relation::Either {
            let message = format!("`{}` is no operator", self.text(span.clone()));
            self.error(DiagnosticKind::Unsupported, span.clone(), &message, "write NOT W/5");
        }
        proximity.relation = Relation::Without;
        Some((proximity, span))
    }

    fn operand(&mut self) -> Option<Node> {
        let Token { kind, span } = self.tokens.get(self.at)?.clone();
        let expr = match kind {
            Kind::Word => self.word(&span),
            Kind::Phrase(text) => self.phrase(&span, text),
            Kind::Written(written, text) => self.written(&span, written, text),
            Kind::Sloppy(text, slop) => match self.phrase(&span, text) {
                Expr::Phrase(text) if slop > 0 => Expr::Sloppy(text, slop),
                other => other,
            },
            Kind::Range(bounds) if bounds == Bounds::default() => {
                let message = "this range has no end at either side";
                self.error(DiagnosticKind::BadValue, span.clone(), message, "write at least one of its ends");
                Expr::Empty
            }
            Kind::Range(bounds) => Expr::Range(bounds),
            // An article without an id there is not.
            Kind::Everything => has("id".to_owned(), span.clone()),
            Kind::Dropped => Expr::Empty,
            Kind::Field(name, means) => return Some(self.field(name, means, span)),
            Kind::Open => return Some(self.group(span)),
            Kind::Function(function) => return self.function(function, span),
            Kind::Quorum(number) => return self.quorum(number, span),
            Kind::Close
            | Kind::And
            | Kind::Or
            | Kind::Not
            | Kind::Minus
            | Kind::Plus
            | Kind::Near(_)
            | Kind::Among(_)
            | Kind::Boost(_) => return None,
        };
        self.at += 1;
        Some(Node { span, expr })
    }

    fn word(&mut self, span: &Range<usize>) -> Expr {
        let text = self.text(span.clone());
        if chars::holds_word(&text) {
            return Expr::Word(text);
        }
        self.wordless(span.clone(), &text);
        Expr::Empty
    }

    fn written(&mut self, span: &Range<usize>, written: Written, text: Range<usize>) -> Expr {
        let text = self.text(text);
        if chars::holds_word(&text) {
            return Expr::Written(written, text);
        }
        let hint = "write at least one letter or digit of the words, or *:* for every article";
        let message = "this has no letter or digit, so that it would stand for any word";
        self.error(DiagnosticKind::Empty, span.clone(), message, hint);
        Expr::Empty
    }

    fn phrase(&mut self, span: &Range<usize>, text: Range<usize>) -> Expr {
        let text = self.text(text);
        if chars::holds_word(&text) {
            return Expr::Phrase(text);
        }
        if text.chars().any(|c| !c.is_whitespace() && chars::quote(c).is_none()) {
            self.wordless(span.clone(), &text);
        } else {
            self.warning(span.clone(), "there is nothing between these quotation marks");
        }
        Expr::Empty
    }

    fn wordless(&mut self, span: Range<usize>, text: &str) {
        let message = format!("`{}` holds no word; left out", text.trim());
        let warning = Diagnostic::warning(DiagnosticKind::Empty, span, &message, "");
        self.diagnostics.push(Diagnostic { hint: None, ..warning });
    }

    fn field(&mut self, name: Range<usize>, means: Option<&'static str>, span: Range<usize>) -> Node {
        self.at += 1;
        let is_any = |token: &Token| match &token.kind {
            Kind::Written(..) => self.text(token.span.clone()) == "*",
            Kind::Range(bounds) => *bounds == Bounds::default(),
            _ => false,
        };
        if let Some(token) = self.tokens.get(self.at).filter(|token| is_any(token) && token.span.start == span.end) {
            // `byline:*` and `byline:[* TO *]`, as Lucene has it.
            let all = span.start..token.span.end;
            self.at += 1;
            let named = means.map_or_else(|| self.text(name.clone()), str::to_owned);
            return Node { span: all, expr: has(named, name) };
        }
        let Some(inner) = self.deeper(&span, Parser::value) else {
            let message = format!("nothing is asked of the field `{}`", self.text(name));
            let hint = "put a word, a \"phrase\" or a (group) behind the colon";
            self.error(DiagnosticKind::MissingOperand, span.clone(), &message, hint);
            return empty(span);
        };
        let span = span.start..inner.span.end;
        let named = means.map_or_else(|| self.text(name.clone()), str::to_owned);
        Node { span, expr: Expr::Field { name: named, name_span: name, inner: Box::new(inner) } }
    }

    /// Reads what a field is asked for; what stands near it may be in another.
    fn value(&mut self) -> Option<Node> {
        let is_sign = |token: &Token| matches!(token.kind, Kind::Plus | Kind::Not | Kind::Minus);
        if self.tokens.get(self.at).is_some_and(is_sign) { self.unary() } else { self.operand() }
    }

    fn function(&mut self, function: Function, name: Range<usize>) -> Option<Node> {
        self.at += 1;
        let open = self.tokens.get(self.at).filter(|token| token.kind == Kind::Open)?.span.clone();
        let inner = self.group(open);
        Some(Node { span: name.start..inner.span.end, expr: Expr::Function(function, Box::new(inner)) })
    }

    /// Reads what stands in the brackets behind `2 of`: operands parted by commas, or side by side.
    fn quorum(&mut self, number: u32, name: Range<usize>) -> Option<Node> {
        self.at += 1;
        let open = self.take(&Kind::Open)?;
        let list = self.deeper(&open, Parser::list)?;
        let Some(close) = self.take(&Kind::Close) else {
            if !self.is_too_deep {
                let message = "this bracket is not closed behind its list";
                self.error(DiagnosticKind::Unbalanced, open.clone(), message, "put what is joined by OR into brackets");
            }
            return Some(empty(name.start..list.span.end));
        };
        let span = name.start..close.end;
        let Expr::Adjacent(parts) = list.expr else { return Some(empty(span)) };
        if number == 0 || number as usize > parts.len() {
            let message = format!("this asks for {number} of a list of {}", parts.len());
            let hint = "write 2 of (ferry, bridge, toll), with a number from 1 to that of the words";
            self.error(DiagnosticKind::BadValue, name, &message, hint);
            return Some(empty(span));
        }
        Some(Node { span, expr: Expr::Quorum(number, parts) })
    }

    /// Reads a list; where there are commas, what stands between two of them is one operand.
    fn list(&mut self) -> Option<Node> {
        let start = self.tokens.get(self.at)?.span.start;
        let mut parts: Vec<Vec<Node>> = Vec::new();
        let (mut has_commas, mut end) = (false, start);
        while let Some(part) = self.and() {
            let between = self.query.get(end..part.span.start).unwrap_or_default();
            let is_parted = between.contains([',', '，', '、']);
            has_commas |= is_parted;
            end = part.span.end;
            match parts.last_mut() {
                Some(last) if !is_parted => last.push(part),
                _ => parts.push(vec![part]),
            }
        }
        let parts = if has_commas {
            parts.into_iter().filter_map(|part| joined(part, Expr::Adjacent)).collect()
        } else {
            parts.into_iter().flatten().collect()
        };
        Some(Node { span: start..end, expr: Expr::Adjacent(parts) })
    }

    fn group(&mut self, open: Range<usize>) -> Node {
        self.at += 1;
        let inner = self.deeper(&open, Parser::or);
        let close = self.take(&Kind::Close);
        if close.is_none() && !self.is_too_deep {
            let message = "this bracket is never closed";
            self.error(DiagnosticKind::Unbalanced, open.clone(), message, "close it, or leave it out");
        }
        let end = close.as_ref().or(inner.as_ref().map(|inner| &inner.span)).unwrap_or(&open).end;
        let span = open.start..end;
        if inner.is_none() && close.is_some() {
            self.warning(span.clone(), "there is nothing between these brackets");
        }
        Node { span, ..inner.unwrap_or(empty(open)) }
    }

    /// Goes one level down, unless that is too deep: then the rest of the query is not read.
    fn deeper(&mut self, at: &Range<usize>, read: fn(&mut Self) -> Option<Node>) -> Option<Node> {
        if self.depth == MAX_DEPTH {
            if !self.is_too_deep {
                let message = format!("brackets and signs stand in one another more than {MAX_DEPTH} deep");
                self.error(DiagnosticKind::TooLarge, at.clone(), &message, "leave out brackets that are not needed");
            }
            self.is_too_deep = true;
            self.at = self.tokens.len();
            return Some(empty(at.clone()));
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn take(&mut self, kind: &Kind) -> Option<Range<usize>> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == *kind)?;
        self.at += 1;
        Some(token.span.clone())
    }

    fn text(&self, span: Range<usize>) -> String {
        self.query.get(span).unwrap_or_default().to_owned()
    }

    fn missing(&mut self, operator: Range<usize>, side: &str) {
        let name = self.text(operator.clone());
        let message = format!("`{name}` needs a word or a bracket {side} it");
        let hint = format!("to search for `{name}` itself, put it in quotation marks");
        self.error(DiagnosticKind::MissingOperand, operator, &message, &hint);
    }

    fn warning(&mut self, span: Range<usize>, message: &str) {
        let warning = Diagnostic::warning(DiagnosticKind::MissingOperand, span, message, "");
        self.diagnostics.push(Diagnostic { hint: None, ..warning });
    }

    fn error(&mut self, kind: DiagnosticKind, span: Range<usize>, message: &str, hint: &str) {
        self.diagnostics.push(Diagnostic::error(kind, span, message, hint));
    }
}

/// Asks for articles that have a field.
fn has(field: String, span: Range<usize>) -> Expr {
    let inner = Node { span: span.clone(), expr: Expr::Word(field) };
    Expr::Field { name: "has".to_owned(), name_span: span, inner: Box::new(inner) }
}

fn empty(span: Range<usize>) -> Node {
    Node { span, expr: Expr::Empty }
}

/// Joins several nodes under one; a single one stays as it is.
fn joined(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Expr) -> Option<Node> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let span = parts.first()?.span.start..parts.last()?.span.end;
    Some(Node { span, expr: join(parts) })
}

fn too_long(query: &str) -> Diagnostic {
    let end = query.len();
    let start = (0..=MAX_BYTES).rev().find(|&at| query.is_char_boundary(at)).unwrap_or_default();
    let message = format!("the query has {end} bytes, and at most {MAX_BYTES} are read");
    Diagnostic::error(DiagnosticKind::TooLarge, start..end, &message, "ask in several queries")
}

#[cfg(test)]
mod tests;
