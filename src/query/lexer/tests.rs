use super::*;
use expect_test::{Expect, expect};

fn check(query: &str, expected: Expect) {
    let (tokens, diagnostics) = lex(query);
    let tokens = tokens.iter().map(|token| match &token.kind {
        Kind::Phrase(text) => format!("Phrase<{}>", &query[text.clone()]),
        Kind::Sloppy(text, slop) => format!("Sloppy<{}~{slop}>", &query[text.clone()]),
        Kind::Written(written, text) => format!("{written:?}<{}>", &query[text.clone()]),
        Kind::Near(near) => format!("Near<{}>", proximity::to_text(*near)),
        Kind::Field(name, None) => format!("Field<{}>", &query[name.clone()]),
        Kind::Field(name, Some(means)) => format!("Field<{} = {means}>", &query[name.clone()]),
        Kind::Range(bounds) => format!("Range<{}>", range::to_text(bounds)),
        kind => format!("{kind:?}<{}>", &query[token.span.clone()]),
    });
    let remarks = diagnostics.iter().map(|d| format!("\n{:?} {:?}", d.severity, &query[d.span.clone()]));
    expected.assert_eq(&(tokens.collect::<Vec<_>>().join(" ") + &remarks.collect::<String>()));
}

#[test]
fn words_keep_what_is_part_of_them() {
    check(
        "well-known covid-19 O'Hara rock’n’roll",
        expect!["Word<well-known> Word<covid-19> Word<O'Hara> Word<rock’n’roll>"],
    );
    check(
        "U.S. AT&T 3.5% #tag @name 12:30 a.b@example.org",
        expect!["Word<U.S.> Word<AT&T> Word<3.5%> Word<#tag> Word<@name> Word<12:30> Word<a.b@example.org>"],
    );
    check(
        "http://example.org/a?b=c&d https://x.org:80/(a)",
        expect!["Word<http://example.org/a?b=c&d> Word<https://x.org:80/> Open<(> Word<a> Close<)>"],
    );
}

#[test]
fn punctuation_is_left_out() {
    check(
        "a - b, c -- d & e / f... (g); – — «h» ‘i’",
        expect!["Word<a> Word<b> Word<c> Word<d> Word<e> Word<f...> Open<(> Word<g> Close<)> Phrase<h> Word<i’>"],
    );
    check("what happened?", expect!["Word<what> Word<happened>"]);
    check("who, what (and where?!)", expect!["Word<who> Word<what> Open<(> Word<and> Word<where> Close<)>"]);
}

#[test]
fn signs_are_operators_at_the_beginning_of_an_operand() {
    check(
        "-a +b !c a-b a+b C++ Yahoo!",
        expect![[r#"
            Minus<-> Word<a> Plus<+> Word<b> Not<!> Word<c> Word<a-b> Word<a+b> Word<C++> Word<Yahoo>
            Warning "!""#]],
    );
    check(
        "–a −b ＋c -(d) -\"e\" -f:g (a)-b \"c\"-d",
        expect![
            "Minus<–> Word<a> Minus<−> Word<b> Plus<＋> Word<c> Minus<-> Open<(> Word<d> Close<)> Minus<-> Phrase<e> Minus<-> Field<f> Word<g> Open<(> Word<a> Close<)> Word<b> Phrase<c> Word<d>"
        ],
    );
    check("a&&b || !c", expect!["Word<a> And<&&> Word<b> Or<||> Not<!> Word<c>"]);
}

#[test]
fn lower_case_operators_are_words() {
    check(
        "a AND b and c OR d or NOT e not f",
        expect![[r#"
            Word<a> And<AND> Word<b> Word<and> Word<c> Or<OR> Word<d> Word<or> Not<NOT> Word<e> Word<not> Word<f>
            Warning "or"
            Warning "not""#]],
    );
}

#[test]
fn typographic_and_full_width_forms_work_as_plain_ones() {
    check(
        "“a b” „c d“ »e f« «g h» 「東 京」 ＂i＂",
        expect!["Phrase<a b> Phrase<c d> Phrase<e f> Phrase<g h> Phrase<東 京> Phrase<i>"],
    );
    check(
        "（a　OR　b） headline：c 北京，上海。",
        expect!["Open<（> Word<a> Or<OR> Word<b> Close<）> Field<headline> Word<c> Word<北京> Word<上海>"],
    );
}

#[test]
fn double_quote_in_a_hebrew_acronym_is_no_quotation_mark() {
    check("צה\"ל \"דובר צה\"ל הודיע\"", expect![[r#"Word<צה"ל> Phrase<דובר צה"ל הודיע>"#]]);
}

#[test]
fn colon_makes_a_field_only_with_a_name_before_and_a_value_behind() {
    check(
        "headline:a x.desk:\"b c\" body:(d)",
        expect!["Field<headline> Word<a> Field<x.desk> Phrase<b c> Field<body> Open<(> Word<d> Close<)>"],
    );
    check(
        "China: bridge 12:30 标题:桥 id:seed:2022/09",
        expect!["Word<China> Word<bridge> Word<12:30> Word<标题:桥> Field<id> Word<seed:2022/09>"],
    );
    check(
        "headline: bridge",
        expect![[r#"
        Word<headline> Word<bridge>
        Warning "headline:""#]],
    );
}

#[test]
fn foreign_forms_are_errors_at_their_place() {
    check(
        "harv* *ology w?rk what? now f:*",
        expect![[r#"
            Wildcard<harv*> Wildcard<*ology> Wildcard<w?rk> Wildcard<what?> Word<now> Field<f> Wildcard<*>
            Warning "?""#]],
    );
    check(
        "word~ word~1 10~20 ~5 word^2 \"a b\"~3 \"a b\"^2 \"a b c\"/2 (a b)~2",
        expect![[r#"
            Fuzzy(None)<word> Fuzzy(Some(1))<word> Word<10~20> Word<5> Word<word> Boost(2000)<^2> Sloppy<a b~3> Phrase<a b> Boost(2000)<^2> Dropped<"a b c"/2> Open<(> Word<a> Word<b> Close<)>
            Error "\"a b c\"/2"
            Error "~2""#]],
    );
    check(
        "/harv.*st/ /rate hike/ his/her /srv/news",
        expect![[r#"
            Regex<harv.*st> Word</rate> Word<hike/> Word<his/her> Word</srv/news>
            Warning "/rate""#]],
    );
    check(
        "a NEAR/3 b w/5 c PRE/2 d /s e ADJ4 f w/o g NEAR h",
        expect![[r#"
            Word<a> Near<W/3> Word<b> Near<W/5> Word<c> Near<PRE/2> Word<d> Near<W/S> Word<e> Word<f> Word<w/o> Word<g> Word<NEAR> Word<h>
            Error "ADJ4"
            Warning "NEAR""#]],
    );
    check(
        "[2020 TO 2021] f:[a TO b} [Photo: Agency]",
        expect![[r#"
            Dropped<[2020 TO 2021]> Field<f> Range<[a TO b}> Word<Photo> Word<Agency>
            Error "[2020 TO 2021]""#]],
    );
    check(
        "=harvests caps(IT) atleast3(word) hlead(a) price(s)",
        expect![
            "Exact<harvests> Function(Case(Some))<caps> Open<(> Word<IT> Close<)> Function(AtLeast(3))<atleast3> Open<(> Word<word> Close<)> Field<hlead = hlead> Open<(> Word<a> Close<)> Word<price> Open<(> Word<s> Close<)>"
        ],
    );
}

#[test]
fn what_looks_foreign_but_is_answered_is_a_warning() {
    check(
        "harv! time a | b \"f**k off\"",
        expect![[r#"
            Word<harv> Word<time> Word<a> Word<b> Phrase<f**k off>
            Warning "!"
            Warning "|""#]],
    );
}

#[test]
fn unclosed_quote_reaches_end_of_input() {
    check(
        "the \"rate hike",
        expect![[r#"
        Word<the> Phrase<rate hike>
        Error "\"""#]],
    );
}
