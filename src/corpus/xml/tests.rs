//! What documents say, whole, broken and hostile.

use super::*;

#[test]
fn elements_have_names_attributes_lines_and_text() {
    let document =
        Document::parse("<?xml version='1.0'?>\n<n:a xml:lang='en' b=\"x &amp; y\">One\n<c/>two<c d=''>3</c></n:a>");
    let root = document.roots().next().expect("a root");
    assert_eq!((root.name(), root.line(), root.text().as_str()), ("a", 2, "One\ntwo3"));
    assert_eq!(root.attribute("xml:lang").as_deref(), Some("en"));
    assert_eq!(root.attribute("b").as_deref(), Some("x & y"));
    let inner: Vec<_> = root.all("c").map(|c| (c.line(), c.text(), c.attribute("d"))).collect();
    assert_eq!(inner, [(3, String::new(), None), (3, "3".to_owned(), None)]);
    assert_eq!(document.broken(), None);
}

#[test]
fn references_are_resolved_and_nothing_is_fetched() {
    let declared = "<!DOCTYPE a [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'><!ENTITY x SYSTEM '/etc/hostname'>]>";
    let text = format!(
        "{declared}<a>AT&T &amp; R&D; caf&eacute; &#8212;&#x2014; &lol2; &x; &#1114112; <![CDATA[<b>&amp;]]></a>"
    );
    let document = Document::parse(&text);
    let root = document.roots().next().expect("a root");
    assert_eq!(root.text(), "AT&T & R&D; café —— lollol &x; &#1114112; <b>&amp;");
    assert_eq!(resolved("AT&T &lt;&nbsp;&;&#65;&"), "AT&T <\u{a0}&;A&");
}

#[test]
fn what_is_not_well_formed_is_read_to_its_break() {
    let broken = |text: &str| {
        let document = Document::parse(text);
        let texts: Vec<_> = document.roots().map(|root| format!("{} {}", root.name(), root.text())).collect();
        (texts, document.broken().map(|(line, why)| format!("{line}: {why}")))
    };
    assert_eq!(
        broken("<a><b>one</a></c>\n<d>"),
        (vec!["a one".into(), "d ".into()], Some("2: `d` is not closed".into()))
    );
    let (texts, why) = broken("<a>one\n<b attr=\"tw");
    assert_eq!(texts, ["a one\n"]);
    assert!(why.as_deref().is_some_and(|why| why.starts_with("2: ")), "{why:?}");
    assert_eq!(broken("no tag"), (vec![], None));
}

#[test]
fn nesting_is_bounded_and_keeps_its_text() {
    let text = format!("{}deep{}<c>after</c>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    for most in [3, 256] {
        let document = Document::parse_within(&text, &Limits { html_depth: most, ..Limits::default() });
        assert_eq!(document.nodes.len() as u64, most + 3);
        let texts: Vec<_> = document.roots().map(|root| root.text()).collect();
        assert_eq!(texts, ["deep", "after"]);
        let told: Vec<_> = document.doubts().into_iter().map(|doubt| (doubt.code, doubt.message)).collect();
        let why = format!(
            "elements nest deeper than {most}; the tags of deeper ones were left out, their text was kept; raise `html-depth` \
             (--limit html-depth=N) to have more"
        );
        assert_eq!(told, [(Code::DoubtfulField, why)]);
    }
    assert!(Document::parse("<a><b><c/></b></a>").doubts().is_empty());
}

#[test]
fn entities_that_a_document_declares_expand_so_far_and_no_further() {
    let bomb: String = (1..=60).map(|n| format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1)).collect();
    let text = format!(
        "<!DOCTYPE a [<!ENTITY % p 'x'><!ENTITY e0 \"HPB &#169; \"><!ENTITY e0 'second'><!ENTITY early '&later;'>\
         <!ENTITY later 'l'><!ENTITY m '<b>x</b>'><!ENTITY amp 'x'><!ENTITY loop '&loop;'>{bomb}]>\n\
         <a>&e0;&e2;&early;&m;&amp;&loop;&p;|\n&e60;|&e3;</a>"
    );
    let read = |free: u64| {
        let document = Document::parse_within(&text, &Limits { free, ..Limits::default() });
        let told: Vec<_> = document.doubts().into_iter().map(|doubt| (doubt.line, doubt.message)).collect();
        (document.roots().next().expect("a root").text(), told)
    };
    let (expanded, told) = read(10_000);
    let start = format!("{}&later;&m;&&loop;&p;|\n&e60;|", "HPB © ".repeat(5));
    assert_eq!(expanded, format!("{start}&e3;"), "what comes behind one that is too long is too long");
    let why = "the entities that it declares expand to more than 10000 bytes; others stay as they are written; raise `free` \
               (--limit free=N) to have more";
    assert_eq!(told, [(Some(3), why.to_owned())]);
    assert_eq!(read(1).0, "&e0;&e2;&early;&m;&&loop;&p;|\n&e60;|&e3;");
}

#[test]
fn a_small_document_expands_to_little_whatever_is_allowed() {
    let bomb: String = (1..=24).map(|n| format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1)).collect();
    let types = |n: usize| format!("<!DOCTYPE a [<!ENTITY e0 'HPB {n}'>{bomb}]>");
    let text = format!("{}{}{}<a>&e1;{}</a>", types(1), types(2), types(3), "&e15;".repeat(40));
    let document = Document::parse(&text);
    let length = document.roots().map(|root| root.text().len()).sum::<usize>();
    assert!((500_000..1 << 20).contains(&length), "{length}");
    let why = "the entities that it declares expand to more than 1048576 bytes; others stay as they are written";
    assert_eq!(document.doubts().into_iter().map(|doubt| doubt.message).collect::<Vec<_>>(), [why]);
    let text = format!("<!DOCTYPE a [<!ENTITY x '{}'>]><a>{}</a>", "y".repeat(100_000), "&x;".repeat(15));
    let document = Document::parse(&text);
    assert_eq!(document.roots().map(|root| root.text().len()).sum::<usize>(), 1_500_000);
    assert_eq!(document.doubts(), []);
}

#[test]
fn only_the_first_document_type_declares() {
    let of = |text: &str| Document::parse(text).roots().map(|root| root.text()).collect::<String>();
    assert_eq!(of("<!DOCTYPE a [<!ENTITY x 'one'>]><!DOCTYPE a [<!ENTITY y 'two'>]><a>&x;&y;</a>"), "one&y;");
}

#[test]
fn declarations_have_any_names_and_are_none_in_comments() {
    let of = |text: &str| Document::parse(text).roots().map(|root| root.text()).collect::<String>();
    let text = "<!DOCTYPE a [<!-- <!ENTITY x 'no'> --><!ENTITY x-1 'one'><!ENTITY p_2.b '&x-1; two'><!ENTITY n:s \"&p_2.b;'\">\
                <!ENTITY v \"<!-- \"><!ENTITY last '&n:s;.'><!ENTITY<!ENTITY>]><a>&x;|&last;</a>";
    assert_eq!(of(text), "&x;|one two'.");
}

#[test]
fn whatever_flips_in_declarations_no_text_is_longer_than_is_allowed() {
    let bomb: String = (1..=12).map(|n| format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1)).collect();
    let text =
        format!("<!DOCTYPE a [<!ENTITY e0 \"HPB \"><!ENTITY % p 'x'>{bomb}]><a>&e3; &e5;<b>&e12;</b>&e9;&e1;</a>");
    let (mut state, free) = (7u32, 5_000);
    for round in 0..3_000 {
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=round % 4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % bytes.len();
            bytes[at] = b"&;<>'\"e0123 []%"[(state >> 8) as usize % 15];
        }
        bytes.truncate(if round % 5 == 0 { state as usize % text.len() } else { text.len() });
        let text = String::from_utf8(bytes).expect("ASCII");
        let document = Document::parse_within(&text, &Limits { free, ..Limits::default() });
        let length: usize = document.roots().map(|root| root.text().len()).sum();
        assert!(length <= text.len() + 5_000, "{length}: {text}");
        document.doubts();
    }
}
