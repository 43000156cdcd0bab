//! Forms of other query languages, and words that only look like them.

use super::*;

#[test]
fn forms_of_factiva_mean_the_same() {
    check(
        "hd=ferry and hlp=(toll OR fare) la=en wc>500 by=“Nora Stile”",
        expect![[r#"
            (adjacent (headline: ferry) and (hlead: (any toll fare)) (language: en) (words: >500) (byline: "Nora Stile"))
            hd=ferry and hlp=(toll OR fare) la=en wc>500 by=“Nora Stile”
                     ^^^ Warning: `and` is a word here, not an operator; write AND for the operator"#]],
    );
    check(
        "ferry /N5/ toll/F50/ AND (strike OR storm)/f10/",
        expect!["(all (ferry W/5 (first/50 toll)) (first/10 (any strike storm)))"],
    );
    check(
        "ferry SAME toll same day",
        expect![[r#"
        (adjacent (ferry W/P toll) same day)
        ferry SAME toll same day
              ^^^^ Warning: `SAME` is read as Factiva's operator for the same paragraph; write W/P; to search for the word itself, put it in quotation marks"#]],
    );
    check(
        "rst=tnwp ns=gdip",
        expect![[r#"
        (adjacent (publisher: tnwp) (keywords: gdip))
        rst=tnwp ns=gdip
        ^^^^ Error: this code of Factiva stands for a group of sources, which has no name here; write publisher:NAME or corpus:NAME
        rst=tnwp ns=gdip
                 ^^^ Error: this code of Factiva stands for a subject, company, industry, region or person, which are not told apart here; write keywords:WORD, with a word as the articles have it"#]],
    );
    check(
        "ferry adj5 toll",
        expect![[r#"
        (adjacent ferry toll)
        ferry adj5 toll
              ^^^^ Error: `ADJ` means this order in some query languages and either order in others; write PRE/5 for within 5 words in this order, W/5 for either order"#]],
    );
}

#[test]
fn forms_of_nexis_and_westlaw_mean_the_same() {
    check(
        "ferry and DATE(>1/1/2022) length(>500) hlead (toll)",
        expect![[r#"
            (adjacent ferry and (date: >1/1/2022) (words: >500) (hlead: toll))
            ferry and DATE(>1/1/2022) length(>500) hlead (toll)
                  ^^^ Warning: `and` is a word here, not an operator; write AND for the operator"#]],
    );
    check(
        "ferry date aft 1/1/2022 a date after dinner",
        expect!["(adjacent ferry (date: {>1/1/2022}) a date after dinner)"],
    );
    check(
        "the date is 2022",
        expect![[r#"
        (adjacent the date is 2022)
        the date is 2022
            ^^^^^^^^^^^^ Warning: this is read as words; to ask for the date of publication write date:2022"#]],
    );
    check("ferry ANDNOT toll BUT NOT (fare) BUTNOT strike", expect!["(all ferry (not toll) (not fare) (not strike))"]);
    check(
        "atleast3 (ferry) first/25 (toll) caps (x) atleast3 y",
        expect![[r#"
        (adjacent (atleast3 ferry) (first/25 toll) caps x atleast3 y)
        atleast3 (ferry) first/25 (toll) caps (x) atleast3 y
                                                  ^^^^^^^^ Warning: this is read as a word, since no bracket follows; write atleast3(ferry), with what is counted in brackets"#]],
    );
    check(
        "ferr! w/5 toll! AND Yahoo!",
        expect![[r#"
        (all (ferr W/5 toll) Yahoo)
        ferr! w/5 toll! AND Yahoo!
            ^ Warning: `!` does not stand for endings and was left out; for all words that begin so write ferr*
        ferr! w/5 toll! AND Yahoo!
                      ^ Warning: `!` does not stand for endings and was left out; for all words that begin so write toll*
        ferr! w/5 toll! AND Yahoo!
                                 ^ Warning: `!` does not stand for endings and was left out; for all words that begin so write Yahoo*"#]],
    );
    check(
        "ferry +5 strike +s toll +2022 +5",
        expect![[r#"
        (adjacent ferry (required 5) strike (required s) toll (required 2022) (required 5))
        ferry +5 strike +s toll +2022 +5
              ^^ Warning: `+5` asks for `5` as a word; for words near one another in this order write PRE/5
        ferry +5 strike +s toll +2022 +5
                        ^^ Warning: `+s` asks for `s` as a word; for words near one another in this order write PRE/S"#]],
    );
    check(
        "2 of ferry, bridge, toll",
        expect![[r#"
        (adjacent 2 of ferry bridge toll)
        2 of ferry, bridge, toll
        ^ Warning: this is read as words, since no bracket follows; to ask for some of several write 2 of (ferry, bridge, toll)"#]],
    );
    check(
        "ferry w/seg toll company(x)",
        expect![[r#"
        (adjacent ferry toll x)
        ferry w/seg toll company(x)
              ^^^^^ Error: `SEG` is no distance: fields are named here; for words in one field, write headline:(harbour AND bridge)
        ferry w/seg toll company(x)
                         ^^^^^^^ Error: this is told by the indexing of Nexis, which articles do not have; write keywords:WORD, with a word as the articles have it, or the word alone"#]],
    );
}

#[test]
fn operators_in_lower_case_are_told_to_be_words() {
    check(
        "oil or gas and (coal not wood) or",
        expect![[r#"
            (adjacent oil or gas and (adjacent coal not wood) or)
            oil or gas and (coal not wood) or
                ^^ Warning: `or` is a word here, not an operator; write OR for the operator
            oil or gas and (coal not wood) or
                       ^^^ Warning: `and` is a word here, not an operator; write AND for the operator
            oil or gas and (coal not wood) or
                                 ^^^ Warning: `not` is a word here, not an operator; write NOT for the operator"#]],
    );
    check("headline:or gate", expect!["(adjacent (headline: or) gate)"]);
    check("war NEAR/5 or peace", expect!["(adjacent (war W/5 or) peace)"]);
    check(
        "or not to be",
        expect![[r#"
        (adjacent or not to be)
        or not to be
           ^^^ Warning: `not` is a word here, not an operator; write NOT for the operator"#]],
    );
}

#[test]
fn slips_of_operators_are_told() {
    check(
        "ferr!",
        expect![[r#"
        ferr
        ferr!
            ^ Warning: `!` does not stand for endings and was left out; for all words that begin so write ferr*"#]],
    );
    check(
        "ferry andnot toll near/x fare AROUND b",
        expect![[r#"
        (adjacent (all ferry (not toll)) near/x fare AROUND b)
        ferry andnot toll near/x fare AROUND b
                          ^^^^^^ Warning: this is read as a word, since what follows the slash is no distance; a distance is a number of words, S for a sentence or P for a paragraph: NEAR/5, PRE/S
        ferry andnot toll near/x fare AROUND b
                                      ^^^^^^ Warning: `AROUND` is a word here, not an operator; write a distance with it: NEAR/5"#]],
    );
    check(
        "3 of (a, b) /a b/ c",
        expect![[r#"
        (adjacent empty /a b/ c)
        3 of (a, b) /a b/ c
        ^^^^ Error: this asks for 3 of a list of 2; write 2 of (ferry, bridge, toll), with a number from 1 to that of the words
        3 of (a, b) /a b/ c
                    ^^ Warning: this is read as a word, since a space follows before the next slash; a regular expression is held against single words; write one for each: /rate/ PRE/1 /hike.*/"#]],
    );
}

#[test]
fn operators_in_full_width_letters_are_operators() {
    check("ａ　ＯＲ　ｂ ＡＮＤ ＮＯＴ ｃ Ｗ／５ ｄ", expect!["(any a (all b (not (c W/5 d))))"]);
    check(
        "“a　b”～３　ｃ＾２ harv＊　ｈｅａｄｌｉｎｅ：ｄ",
        expect![[r#"(adjacent "a b"~3 (c ^2000) Wildcard<harv*> (headline: d))"#]],
    );
    check(
        "date：［2022　TO　２０２３］ words:＞１００ a ｜｜ b，c！",
        expect!["(any (adjacent (date: {2022..2023}) (words: >100) a) (adjacent b c))"],
    );
    check(
        "北京，上海。ｆｅｒｒｙ＾－１",
        expect![[r#"
        (adjacent 北京 上海 empty)
        北京，上海。ｆｅｒｒｙ＾－１
              ^^^^^^^^ Error: a weight is a number from 0.001 to 1000; write ferry^2 or ferry^0.5; to leave a word out write -ferry"#]],
    );
}

#[test]
fn plain_words_stay_words() {
    for query in [
        "the same day",
        "Yahoo!",
        "What a storm!",
        "the latest date",
        "around the harbour",
        "a length (in feet)",
        "date of birth",
        "5 of them",
        "in=",
        "by the book",
        "or not",
        "N5 road",
        "price(s)",
        "x=5",
    ] {
        let (node, diagnostics) = parse(query);
        assert_eq!(diagnostics, [], "{query}");
        assert!(!show(&node).contains([':', '^', '/']), "{query}: {}", show(&node));
    }
}

#[test]
fn forms_of_lucene_and_the_web_mean_the_same() {
    check(
        "_exists_:byline NOT _exists_:caption f:* *:*",
        expect!["(adjacent (has: byline) (not (has: caption)) (has: f) (has: id))"],
    );
    check("*", expect!["(has: id)"]);
    check("ferry AROUND(5) toll around(3) fare", expect!["(ferry W/5 toll W/3 fare)"]);
    check(
        "ferry^-1 \"a b\"^-2 (c)^-3 d^0",
        expect![[r#"
        (adjacent empty empty c empty)
        ferry^-1 "a b"^-2 (c)^-3 d^0
        ^^^^^^^^ Error: a weight is a number from 0.001 to 1000; write ferry^2 or ferry^0.5; to leave a word out write -ferry
        ferry^-1 "a b"^-2 (c)^-3 d^0
                 ^^^^^^^^ Error: a weight is a number from 0.001 to 1000; write ferry^2 or ferry^0.5; to leave a word out write -ferry
        ferry^-1 "a b"^-2 (c)^-3 d^0
                             ^^^ Error: a weight is a number from 0.001 to 1000; write ferry^2 or ferry^0.5; to leave a word out write -ferry
        ferry^-1 "a b"^-2 (c)^-3 d^0
                                 ^^^ Error: a weight is a number from 0.001 to 1000; write ferry^2 or ferry^0.5; to leave a word out write -ferry"#]],
    );
    check(
        "allintitle: ferry toll",
        expect![[r#"
        (adjacent ferry toll)
        allintitle: ferry toll
        ^^^^^^^^^^^ Error: this takes no words here; write headline:(harbour bridge), with the words in brackets"#]],
    );
    check(
        "\"a b c\"/2",
        expect![[r#"
        empty
        "a b c"/2
        ^^^^^^^^^ Error: a phrase takes no number of words that are enough; for two of several words write 2 of (ferry, bridge, toll)"#]],
    );
    check(
        "\"a harv* b\" \"* a\" \"a * b\"",
        expect![[r#"
        (adjacent "a harv* b" "* a" "a * b")
        "a harv* b" "* a" "a * b"
                    ^^^^^ Warning: `*` at an end of a phrase stands for no word and was left out; between words it stands for any one word: "harbour * bridge""#]],
    );
}

#[test]
fn what_looks_like_an_operator_or_a_pattern_of_files_is_told_to_be_words() {
    check(
        "oil N5 price adj pr[ai]ce N5",
        expect![[r#"
            (adjacent oil N5 price adj pr ai ce N5)
            oil N5 price adj pr[ai]ce N5
                ^^ Warning: `N5` is a word here, not an operator; write W/5 for either order, PRE/5 for this order
            oil N5 price adj pr[ai]ce N5
                         ^^^ Warning: `adj` is a word here, not an operator; write PRE/1 for neighbours in this order
            oil N5 price adj pr[ai]ce N5
                               ^ Warning: brackets do not stand for letters; the word is read in parts; for one of several letters write ? or a regular expression: /pr[ai]ce/"#]],
    );
}
