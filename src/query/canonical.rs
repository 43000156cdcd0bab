//! The query as it is understood: operands side by side joined as the request says, what asks for nothing left out,
//! and the text of it with every operator and bracket that it needs. What is searched and what is shown as understood
//! both come from [`resolve`], so that they cannot differ.

use super::ast::{Expr, Node, Proximity, Relation};
use super::{chars, function, proximity, range, written};

/// How operands side by side are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    /// All are required.
    All,
    /// One is enough of those that are not negated; the negated are excluded.
    Any,
}

/// Returns the tree without `Adjacent`, with no list in a list of its kind, none of fewer than two, and with `Empty`
/// only as the whole. `Required` is left only as a member of `Any`, where it means that this one must be.
pub(crate) fn resolve(node: Node, joined: Joined) -> Node {
    let span = node.span.clone();
    let node = unrequired(resolved(node, joined));
    Node { span, ..node }
}

/// Returns a resolved tree as query text, which parses to the same tree.
pub(crate) fn to_text(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

// Recursion in this file is as deep as the tree, which the parser bounds.
fn resolved(node: Node, joined: Joined) -> Node {
    let span = node.span;
    match node.expr {
        expr @ (Expr::Empty
        | Expr::Word(_)
        | Expr::Phrase(_)
        | Expr::Sloppy(..)
        | Expr::Range(_)
        | Expr::Written(..)) => Node { span, expr },
        Expr::All(parts) => all(span, each_resolved(parts, joined)),
        Expr::Any(parts) => any(span, each_resolved(parts, joined)),
        Expr::Adjacent(parts) => match joined {
            Joined::All => all(span, each_resolved(parts, joined)),
            Joined::Any => any_but(span, each_resolved(parts, joined)),
        },
        Expr::Not(inner) => not(span, unrequired(resolved(*inner, joined))),
        Expr::Required(inner) => required(span, unrequired(resolved(*inner, joined))),
        Expr::Near { first, others } => {
            let operand = |node| unrequired(resolved(node, joined));
            near(span, operand(*first), others.into_iter().map(|(proximity, node)| (proximity, operand(node))))
        }
        Expr::Boost(thousandths, inner) => {
            let inner = Box::new(unrequired(resolved(*inner, joined)));
            let is_empty = inner.expr == Expr::Empty;
            Node { span, expr: if is_empty { Expr::Empty } else { Expr::Boost(thousandths, inner) } }
        }
        Expr::Function(function, inner) => {
            let inner = Box::new(unrequired(resolved(*inner, joined)));
            let is_empty = inner.expr == Expr::Empty;
            Node { span, expr: if is_empty { Expr::Empty } else { Expr::Function(function, inner) } }
        }
        Expr::Quorum(number, parts) => {
            let parts: Vec<Node> = each_resolved(parts, joined).map(unrequired).collect();
            // What asks for nothing is had by no article.
            let is_possible = number as usize <= parts.len();
            Node { span, expr: if is_possible { Expr::Quorum(number, parts) } else { Expr::Empty } }
        }
        Expr::Field { name, name_span, inner } => {
            let inner = Box::new(unrequired(resolved(*inner, joined)));
            let is_empty = inner.expr == Expr::Empty;
            Node { span, expr: if is_empty { Expr::Empty } else { Expr::Field { name, name_span, inner } } }
        }
    }
}

fn each_resolved(parts: Vec<Node>, joined: Joined) -> impl Iterator<Item = Node> {
    parts.into_iter().map(move |part| resolved(part, joined)).filter(|part| part.expr != Expr::Empty)
}

type Span = std::ops::Range<usize>;

fn all(span: Span, parts: impl Iterator<Item = Node>) -> Node {
    let mut flat = Vec::new();
    for part in parts.map(unrequired) {
        match part.expr {
            Expr::All(inner) => flat.extend(inner),
            _ => flat.push(part),
        }
    }
    list(span, flat, Expr::All)
}

fn any(span: Span, parts: impl Iterator<Item = Node>) -> Node {
    let mut flat = Vec::new();
    for part in parts {
        match part.expr {
            // A requirement holds within its own list only, so that a list with one stays as it is.
            Expr::Any(inner) if !inner.iter().any(is_required) => flat.extend(inner),
            _ => flat.push(part),
        }
    }
    list(span, flat, Expr::Any)
}

/// Joins the positive parts by any and excludes the negated ones.
fn any_but(span: Span, parts: impl Iterator<Item = Node>) -> Node {
    let (negated, positive): (Vec<Node>, Vec<Node>) = parts.partition(|part| matches!(part.expr, Expr::Not(_)));
    if negated.is_empty() {
        return any(span, positive.into_iter());
    }
    let positive = any(span.clone(), positive.into_iter());
    let positive = std::iter::once(positive).filter(|node| node.expr != Expr::Empty);
    all(span, positive.chain(negated))
}

/// Joins operands near one another, without those that ask for nothing.
fn near(span: Span, mut first: Node, operands: impl Iterator<Item = (Proximity, Node)>) -> Node {
    let mut others = Vec::new();
    for (proximity, operand) in operands.filter(|(_, operand)| operand.expr != Expr::Empty) {
        if first.expr != Expr::Empty {
            others.push((proximity, operand));
        } else if proximity.relation != Relation::Without {
            first = operand;
        }
    }
    if others.is_empty() {
        return first;
    }
    Node { span, expr: Expr::Near { first: Box::new(first), others } }
}

fn list(span: Span, mut parts: Vec<Node>, join: fn(Vec<Node>) -> Expr) -> Node {
    match parts.len() {
        0 => Node { span, expr: Expr::Empty },
        1 => parts.remove(0),
        _ => Node { span, expr: join(parts) },
    }
}

fn not(span: Span, inner: Node) -> Node {
    match inner.expr {
        Expr::Empty => Node { span, expr: Expr::Empty },
        Expr::Not(doubly) => *doubly,
        _ => Node { span, expr: Expr::Not(Box::new(inner)) },
    }
}

fn required(span: Span, inner: Node) -> Node {
    let is_empty = inner.expr == Expr::Empty;
    Node { span, expr: if is_empty { Expr::Empty } else { Expr::Required(Box::new(inner)) } }
}

fn unrequired(node: Node) -> Node {
    match node.expr {
        Expr::Required(inner) => *inner,
        _ => node,
    }
}

fn is_required(node: &Node) -> bool {
    matches!(node.expr, Expr::Required(_))
}

fn write(node: &Node, out: &mut String) {
    match &node.expr {
        Expr::Empty => {}
        Expr::Word(word) => out.push_str(word),
        Expr::Phrase(phrase) => {
            out.push('"');
            out.push_str(&without_quotes(phrase));
            out.push('"');
        }
        Expr::Sloppy(phrase, slop) => {
            out.push_str(&format!("\"{}\"~{slop}", without_quotes(phrase)));
        }
        Expr::Range(bounds) => out.push_str(&range::to_text(bounds)),
        Expr::Written(written, text) => out.push_str(&written::to_text(*written, text)),
        Expr::Near { first, others } => {
            let write_weighed = |node: &Node, out: &mut String| match node.expr {
                Expr::Boost(..) => write(node, out),
                _ => write_near_operand(node, out),
            };
            write_weighed(first, out);
            for (proximity, other) in others {
                out.push_str(&format!(" {} ", proximity::to_text(*proximity)));
                write_weighed(other, out);
            }
        }
        Expr::Boost(thousandths, inner) => {
            write_near_operand(inner, out);
            out.push_str(&format!("^{}", f64::from(*thousandths) / 1000.0));
        }
        Expr::Function(function, inner) => {
            out.push_str(&function::to_text(*function));
            write_bracketed(inner, out);
        }
        Expr::Quorum(number, parts) => {
            out.push_str(&format!("{number} of ("));
            write_list(parts, ", ", out);
            out.push(')');
        }
        Expr::All(parts) => write_list(parts, " AND ", out),
        Expr::Any(parts) => write_list(parts, " OR ", out),
        Expr::Adjacent(parts) => write_list(parts, " ", out),
        Expr::Not(inner) => {
            out.push_str("NOT ");
            write_operand(inner, out);
        }
        Expr::Required(inner) => {
            out.push('+');
            write_operand(inner, out);
        }
        Expr::Field { name, inner, .. } => {
            out.push_str(name);
            out.push(':');
            let is_plain = match &inner.expr {
                // A name, a colon and two slashes are a word.
                Expr::Word(text) => !text.starts_with("//"),
                Expr::Phrase(_) | Expr::Sloppy(..) | Expr::Range(_) | Expr::Written(..) => true,
                _ => false,
            };
            if is_plain { write(inner, out) } else { write_bracketed(inner, out) }
        }
    }
}

fn write_list(parts: &[Node], operator: &str, out: &mut String) {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push_str(operator);
        }
        write_operand(part, out);
    }
}

fn write_operand(node: &Node, out: &mut String) {
    let is_list = matches!(node.expr, Expr::All(_) | Expr::Any(_) | Expr::Adjacent(_));
    if is_list { write_bracketed(node, out) } else { write(node, out) }
}

fn write_near_operand(node: &Node, out: &mut String) {
    let is_bare = matches!(
        node.expr,
        Expr::Word(_)
            | Expr::Phrase(_)
            | Expr::Sloppy(..)
            | Expr::Range(_)
            | Expr::Written(..)
            | Expr::Field { .. }
            | Expr::Function(..)
    );
    if is_bare { write(node, out) } else { write_bracketed(node, out) }
}

fn write_bracketed(node: &Node, out: &mut String) {
    out.push('(');
    write(node, out);
    out.push(')');
}

/// Returns a phrase with its inner quotation marks as spaces: no word is lost, and the phrase ends where it should.
fn without_quotes(phrase: &str) -> String {
    let replaced = phrase.char_indices().map(|(at, c)| {
        let is_mark = chars::quote_at(phrase, at) == Some(chars::Quote::Double);
        if is_mark { ' ' } else { c }
    });
    replaced.collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    fn understood(query: &str, joined: Joined) -> String {
        to_text(&resolve(parse(query).0, joined))
    }

    fn check(query: &str, with_all: &str, with_any: &str) {
        assert_eq!(understood(query, Joined::All), with_all, "{query} with all");
        assert_eq!(understood(query, Joined::Any), with_any, "{query} with any");
    }

    #[test]
    fn adjacent_operands_are_joined_as_asked() {
        check("ferry storm", "ferry AND storm", "ferry OR storm");
        check("ferry (storm gale)", "ferry AND storm AND gale", "ferry OR storm OR gale");
        check("ferry OR storm gale", "ferry OR (storm AND gale)", "ferry OR storm OR gale");
        check("a b AND c", "a AND b AND c", "a OR (b AND c)");
    }

    #[test]
    fn negated_operands_are_excluded_even_where_any_is_enough() {
        check("ferry storm -gale", "ferry AND storm AND NOT gale", "(ferry OR storm) AND NOT gale");
        check("-ferry -storm", "NOT ferry AND NOT storm", "NOT ferry AND NOT storm");
        check("NOT NOT ferry", "ferry", "ferry");
    }

    #[test]
    fn required_operands_are_marked_only_among_optional_ones() {
        check("+ferry storm", "ferry AND storm", "+ferry OR storm");
        check("+ferry", "ferry", "ferry");
        check("+(a b) c -d", "a AND b AND c AND NOT d", "(+(a OR b) OR c) AND NOT d");
        check("(+a b) c", "a AND b AND c", "(+a OR b) OR c");
    }

    #[test]
    fn fields_keep_their_value_in_brackets_where_it_is_more_than_one_word() {
        check("headline:ferry", "headline:ferry", "headline:ferry");
        check("headline:(ferry storm)", "headline:(ferry AND storm)", "headline:(ferry OR storm)");
        check("a headline:(b:c)", "a AND headline:(b:c)", "a OR headline:(b:c)");
        check("x.copy-desk:“a b”", "x.copy-desk:\"a b\"", "x.copy-desk:\"a b\"");
        check("x.filed:2024-01-05T10:30 a", "x.filed:2024-01-05T10:30 AND a", "x.filed:2024-01-05T10:30 OR a");
        check("headline:“a b”", "headline:\"a b\"", "headline:\"a b\"");
    }

    #[test]
    fn proximity_is_written_as_it_is_understood() {
        check("a near/5 b pre/3 c", "a W/5 b PRE/3 c", "a W/5 b PRE/3 c");
        check("-a /s b NOT w/2 (c OR d)", "NOT a W/S b NOT W/2 (c OR d)", "NOT a W/S b NOT W/2 (c OR d)");
        check("a W/5 (b c)", "a W/5 (b AND c)", "a W/5 (b OR c)");
        check("“a b”~3 “c”~0 FIRST/25(d)", "\"a b\"~3 AND \"c\" AND first/25(d)", "\"a b\"~3 OR \"c\" OR first/25(d)");
        check("★ W/5 a W/3 ★ W/2 b", "a W/2 b", "a W/2 b");
        check("★ NOT W/5 a", "", "");
    }

    #[test]
    fn what_asks_for_nothing_is_left_out() {
        check("", "", "");
        check("() \"\" -", "", "");
        check("a AND (\"\" OR ())", "a", "a");
    }

    #[test]
    fn functions_and_quorums_are_written_with_their_brackets() {
        check("2 of (a, b c, d)", "2 of (a, (b AND c), d)", "2 of (a, (b OR c), d)");
        check("2 of (a b -c) e", "2 of (a, b, NOT c) AND e", "2 of (a, b, NOT c) OR e");
        check("atleast3(a) CAPS(b c)", "atleast3(a) AND caps(b AND c)", "atleast3(a) OR caps(b OR c)");
        check("hlead(a b)", "hlead:(a AND b)", "hlead:(a OR b)");
    }

    #[test]
    fn weights_and_ranges_are_written_plainly() {
        check(
            "a^2.50 \"b c\"^0.5 (d e)^3",
            "a^2.5 AND \"b c\"^0.5 AND (d AND e)^3",
            "a^2.5 OR \"b c\"^0.5 OR (d OR e)^3",
        );
        check("date:[2020 TO 2021] x.page:[3 TO *]", "date:2020..2021 AND x.page:3..", "date:2020..2021 OR x.page:3..");
        check(
            "date:{2020 TO “1 May 2021”] a",
            "date:{2020 TO \"1 May 2021\"] AND a",
            "date:{2020 TO \"1 May 2021\"] OR a",
        );
        check("date:\"1 May 2021\"..", "date:\"1 May 2021\"..", "date:\"1 May 2021\"..");
        check("byline:* *:*", "has:byline AND has:id", "has:byline OR has:id");
        check("path:w/5 a*^2 W/3 b^2", "path:w/5 AND a*^2 W/3 b^2", "path:w/5 OR a*^2 W/3 b^2");
    }

    #[test]
    fn words_as_written_are_written_so() {
        check(
            "harv* =Harvests ferry~ toll~2",
            "harv* AND =Harvests AND ferry~ AND toll~2",
            "harv* OR =Harvests OR ferry~ OR toll~2",
        );
        check("w?rk? b", "/w.rk./ AND b", "/w.rk./ OR b");
        check("a* W/5 /b.c/", "a* W/5 /b.c/", "a* W/5 /b.c/");
    }

    #[test]
    fn slashes_at_both_ends_are_a_regular_expression_whatever_follows() {
        check("a /א//[b", "a AND /א// AND b", "a OR /א// OR b");
        check("a /b/, c", "a AND /b/ AND c", "a OR /b/ OR c");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn text_of_what_was_understood_is_understood_the_same(
            query in r#"([a-c:*?!~^/=."„“«»「א－–,;|&+-]|AND|OR|NOT|NEAR| |\(|\)|f:|x\.7:|\[|w/3|/p|first/2|2 of|atleast2|~2|\^2|//|\[a TO |\{"b" TO \*\]|"c"\.\.|\.\.|>|<=|/f5/|hd=|date aft 2022|\*:\*| |é|北|👍|’){0,14}"#,
            is_any: bool,
        ) {
            let joined = if is_any { Joined::Any } else { Joined::All };
            let text = understood(&query, joined);
            let (reread, diagnostics) = parse(&text);
            let errors: Vec<_> = diagnostics.iter().filter(|d| d.severity == crate::Severity::Error).collect();
            prop_assert!(errors.is_empty(), "{query:?} -> {text:?}: {errors:?}");
            prop_assert_eq!(to_text(&resolve(reread, joined)), text);
        }
    }
}
