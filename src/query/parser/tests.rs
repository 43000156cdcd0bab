use super::super::{function, proximity, range};
use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

mod borrowed;

/// Shows the tree as nested lists, then each diagnostic under the query with a mark at its place.
fn check(query: &str, expected: Expect) {
    let (node, diagnostics) = parse(query);
    let mut shown = show(&node);
    for diagnostic in diagnostics {
        let column = query[..diagnostic.span.start].chars().count();
        let width = query[diagnostic.span].chars().count().max(1);
        let (severity, message) = (diagnostic.severity, diagnostic.message);
        shown += &format!("\n{query}\n{}{} {severity:?}: {message}", " ".repeat(column), "^".repeat(width));
        shown += &diagnostic.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    }
    expected.assert_eq(&shown);
}

fn show(node: &Node) -> String {
    let list = |parts: &[Node]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
    match &node.expr {
        Expr::Empty => "empty".to_owned(),
        Expr::Word(word) => word.clone(),
        Expr::Phrase(phrase) => format!("\"{phrase}\""),
        Expr::Range(bounds) => format!("{{{}}}", range::to_text(bounds)),
        Expr::Sloppy(phrase, slop) => format!("\"{phrase}\"~{slop}"),
        Expr::Written(written, text) => format!("{written:?}<{text}>"),
        Expr::Near { first, others } => {
            let others = others.iter().map(|(near, other)| format!(" {} {}", proximity::to_text(*near), show(other)));
            format!("({}{})", show(first), others.collect::<String>())
        }
        Expr::Boost(thousandths, inner) => format!("({} ^{thousandths})", show(inner)),
        Expr::Function(named, inner) => format!("({} {})", function::to_text(*named), show(inner)),
        Expr::Quorum(number, parts) => format!("({number} of {})", list(parts)),
        Expr::All(parts) => format!("(all {})", list(parts)),
        Expr::Any(parts) => format!("(any {})", list(parts)),
        Expr::Adjacent(parts) => format!("(adjacent {})", list(parts)),
        Expr::Not(inner) => format!("(not {})", show(inner)),
        Expr::Required(inner) => format!("(required {})", show(inner)),
        Expr::Field { name, inner, .. } => format!("({name}: {})", show(inner)),
    }
}

#[test]
fn empty_query_is_empty_and_no_error() {
    check("", expect!["empty"]);
    check(" \u{3000} ", expect!["empty"]);
}

#[test]
fn not_binds_tightest_then_and_then_adjacency_then_or() {
    check("a OR b AND NOT c", expect!["(any a (all b (not c)))"]);
    check("a b AND c OR d", expect!["(any (adjacent a (all b c)) d)"]);
    check("a AND (b OR c)", expect!["(all a (any b c))"]);
    check("-a b +c NOT d", expect!["(adjacent (not a) b (required c) (not d))"]);
}

#[test]
fn fields_take_a_word_a_phrase_or_a_group() {
    check(
        "headline:ferry body:\"rate hike\" section:(a OR b) -byline:x",
        expect![[r#"(adjacent (headline: ferry) (body: "rate hike") (section: (any a b)) (not (byline: x)))"#]],
    );
    check("f:-x f:NOT y f:g:h", expect!["(adjacent (f: (not x)) (f: (not y)) (f: g:h))"]);
}

#[test]
fn missing_operands_are_pointed_at() {
    check(
        "AND a",
        expect![[r#"
        a
        AND a
        ^^^ Error: `AND` needs a word or a bracket before it; to search for `AND` itself, put it in quotation marks"#]],
    );
    check(
        "a OR",
        expect![[r#"
        (any a empty)
        a OR
          ^^ Error: `OR` needs a word or a bracket after it; to search for `OR` itself, put it in quotation marks"#]],
    );
    check(
        "a AND OR b",
        expect![[r#"
        (any (all a empty) b)
        a AND OR b
          ^^^ Error: `AND` needs a word or a bracket after it; to search for `AND` itself, put it in quotation marks"#]],
    );
    check(
        "a AND (NOT) b",
        expect![[r#"
        (adjacent (all a empty) b)
        a AND (NOT) b
               ^^^ Error: `NOT` needs a word or a bracket after it; to search for `NOT` itself, put it in quotation marks"#]],
    );
    check(
        "a headline:() b",
        expect![[r#"
        (adjacent a (headline: empty) b)
        a headline:() b
                   ^^ Warning: there is nothing between these brackets"#]],
    );
    check(
        "a headline:AND b",
        expect![[r#"
        (adjacent a (all empty b))
        a headline:AND b
          ^^^^^^^^^ Error: nothing is asked of the field `headline`; put a word, a "phrase" or a (group) behind the colon"#]],
    );
    check(
        "OR OR a",
        expect![[r#"
        (any empty a)
        OR OR a
        ^^ Error: `OR` needs a word or a bracket before it; to search for `OR` itself, put it in quotation marks
        OR OR a
        ^^ Error: `OR` needs a word or a bracket after it; to search for `OR` itself, put it in quotation marks"#]],
    );
}

#[test]
fn unbalanced_brackets_and_quotes_are_pointed_at() {
    check(
        "title:(rate hike since:2024",
        expect![[r#"
        (title: (adjacent rate hike (since: 2024)))
        title:(rate hike since:2024
              ^ Error: this bracket is never closed; close it, or leave it out"#]],
    );
    check(
        "a) b) OR c",
        expect![[r#"
        (adjacent a b c)
        a) b) OR c
         ^ Error: this bracket closes nothing; open one before it, or leave it out
        a) b) OR c
            ^ Error: this bracket closes nothing; open one before it, or leave it out
        a) b) OR c
              ^^ Error: `OR` needs a word or a bracket before it; to search for `OR` itself, put it in quotation marks"#]],
    );
    check(
        "((a",
        expect![[r#"
        a
        ((a
        ^ Error: this bracket is never closed; close it, or leave it out
        ((a
         ^ Error: this bracket is never closed; close it, or leave it out"#]],
    );
    check(
        "the “rate hike",
        expect![[r#"
        (adjacent the "rate hike")
        the “rate hike
            ^ Error: this quotation mark is never closed; close it, or leave it out to search for the words anywhere"#]],
    );
}

#[test]
fn empty_brackets_and_quotes_are_left_out_with_a_warning() {
    check(
        "a () \"\" \" \"",
        expect![[r#"
        (adjacent a empty empty empty)
        a () "" " "
          ^^ Warning: there is nothing between these brackets
        a () "" " "
             ^^ Warning: there is nothing between these quotation marks
        a () "" " "
                ^^^ Warning: there is nothing between these quotation marks"#]],
    );
}

#[test]
fn apostrophe_is_no_quotation_mark() {
    check("the workers' strike 'over pay", expect!["(adjacent the workers' strike 'over pay)"]);
}

#[test]
fn unsupported_forms_are_left_out_with_an_error() {
    check("ferry harv* -w?rk", expect!["(adjacent ferry Wildcard<harv*> (not Wildcard<w?rk>))"]);
    check("\"a b\"~3 OR c~1", expect![[r#"(any "a b"~3 Fuzzy(Some(1))<c>)"#]]);
    check("ferry NEAR/3 storm", expect!["(ferry W/3 storm)"]);
    check(
        "headline:/harv.*/ date:[2020 TO 2021]",
        expect!["(adjacent (headline: Regex<harv.*>) (date: {2020..2021}))"],
    );
    check(
        "hlead(ferry storm) word^2 (a b)^2",
        expect!["(adjacent (hlead: (adjacent ferry storm)) (word ^2000) ((adjacent a b) ^2000))"],
    );
}

#[test]
fn ranges_of_a_field_are_read_whole() {
    check(
        "date:>\"1 Sep 2022\" date:\"last monday\".. a date:(“1 Sep 2022”..“3 Sep 2022” OR ..\"5 Sep 2022\")",
        expect![[
            r#"(adjacent (date: {>"1 Sep 2022"}) (date: {"last monday"..}) a (date: (any {"1 Sep 2022".."3 Sep 2022"} {.."5 Sep 2022"})))"#
        ]],
    );
    check(
        "date:2022-09.. date:..2022-10 date:>=2022 words:> 500",
        expect!["(adjacent (date: 2022-09..) (date: ..2022-10) (date: >=2022) (words: {>500}))"],
    );
    check(
        "date:[2022 TO *] date:{2022 TO 2023] date:[* TO *] x.a:[“1 Sep 2022” TO NOW]",
        expect![[r#"(adjacent (date: {2022..}) (date: {{2022 TO 2023]}) (has: date) (x.a: {"1 Sep 2022"..NOW}))"#]],
    );
    check(
        "date:[2022] a",
        expect![[r#"
        (adjacent (date: empty) a)
        date:[2022] a
             ^^^^^^ Error: this is no range: it is written [from TO to], right behind a field of dates or numbers; write date:2022-09..2022-10 or date:[2022-09 TO 2022-10]; to search for the words, leave out the brackets"#]],
    );
    check("headline:\"no\"... \"a\"..\"b\"", expect![[r#"(adjacent (headline: "no") "a" "b")"#]]);
}

#[test]
fn spans_point_at_the_bytes_of_each_node() {
    let query = "é headline:(b OR c) -\"d e\"";
    let (node, _) = parse(query);
    let Expr::Adjacent(parts) = node.expr else { panic!("three operands") };
    let texts: Vec<&str> = parts.iter().map(|part| &query[part.span.clone()]).collect();
    assert_eq!(texts, ["é", "headline:(b OR c)", "-\"d e\""]);
}

#[test]
fn nesting_too_deep_is_an_error_and_no_overflow() {
    for query in ["(".repeat(10_000), "-+".repeat(5_000) + "a", "f:(".repeat(9_000), "NOT ".repeat(9_000) + "a"] {
        let (node, diagnostics) = parse(&query);
        assert_eq!(node.expr, Expr::Empty);
        let kinds: Vec<_> = diagnostics.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [DiagnosticKind::TooLarge], "{}", &query[..8]);
    }
    let deep_enough = "(".repeat(60) + "a" + &")".repeat(60);
    assert_eq!(parse(&deep_enough).1, []);
}

#[test]
fn query_too_long_is_an_error() {
    let (node, diagnostics) = parse(&"é ".repeat(500_000));
    assert_eq!(node.expr, Expr::Empty);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].message, "the query has 1500000 bytes, and at most 65536 are read");
}

#[test]
fn hostile_queries_take_linear_time() {
    // A quadratic reading would take minutes here.
    let pieces = ["[a TO ", "/a", "\"", ")", "a:", "a&&", "?", "“«", "* ", "\u{301}", "-", "OR ", "f:\"", "( )"];
    for piece in pieces {
        parse(&piece.repeat(MAX_BYTES / piece.len()));
    }
}

proptest! {
    #[test]
    fn every_text_is_answered_with_spans_inside_it(query in "\\PC{0,40}|[ -~]{0,40}") {
        let (node, diagnostics) = parse(&query);
        prop_assert!(query.get(node.span).is_some());
        for diagnostic in diagnostics {
            prop_assert!(query.get(diagnostic.span).is_some());
            prop_assert!(diagnostic.message.starts_with(|c: char| !c.is_uppercase()));
            prop_assert!(!diagnostic.message.ends_with('.'));
        }
    }
}

#[test]
fn a_dash_before_a_number_of_a_field_is_its_sign() {
    let (node, diagnostics) = parse("x.level:-5");
    assert!(diagnostics.is_empty());
    assert_eq!(super::super::to_text(&node), "x.level:-5");
    assert_eq!(super::super::to_text(&parse("headline:-ferry").0), "headline:(NOT ferry)");
}

#[test]
fn an_exclamation_mark_by_itself_is_told() {
    let (_, diagnostics) = parse("ferry ! toll");
    assert_eq!((diagnostics.len(), diagnostics[0].span.clone()), (1, 6..7));
    assert!(parse("What a storm !").1.is_empty());
}

#[test]
fn no_more_diagnostics_than_are_read() {
    let (_, diagnostics) = parse(&"\" ".repeat(5_001));
    assert!(diagnostics.len() <= 100);
    let (_, diagnostics) = parse(&format!("{}(", "a | ".repeat(200)));
    assert_eq!(diagnostics.len(), 100);
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error));
}
