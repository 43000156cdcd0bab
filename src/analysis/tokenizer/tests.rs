use super::*;

fn check(text: &str, expected: &str) {
    let mut found = Vec::new();
    scan(text, &mut Scratch::default(), |token| found.push(format!("{}{}", token.word, token.position)));
    assert_eq!(found.join(" "), expected, "{text}");
}

#[test]
fn words_and_numbers() {
    check("Rates rose 3.5% to 1,000.", "rates0 rose1 3.52 to3 10004");
    check("3,5 Mio. und 1.000.000", "3.50 mio1 und2 10000003");
    check("at 12:30, on 2022/09", "at0 121 302 on3 20224 095");
    check("ＴＯＫＹＯ café Łódź", "tokyo0 café1 łódź2");
}

#[test]
fn acronyms_apostrophes_and_ampersands() {
    check("the U.S. and AT&T", "the0 us1 and2 at&t3");
    check("J.R. Smith, e.g. a.m", "jr0 smith1 eg2 am3");
    check("Sarah’s, don't, l'eau, workers' O'Brien", "sarah0 dont1 l2 eau3 workers4 obrien5");
    check("He said I. Then", "he0 said1 i2 then3");
}

#[test]
fn hyphenated_words_are_found_whole_and_in_parts() {
    check("a well-known re‑election", "a0 wellknown1 well1 known2 reelection3 re3 election4");
    check("U.S.-led - then", "usled0 us0 led1 then2");
    check("covid-19", "covid190 covid0 191");
}

#[test]
fn unspaced_scripts_give_characters_and_bigrams() {
    check("AI技術", "ai0 技1 技術1 術2");
    check("서울시", "서0 서울0 울1 울시1 시2");
    check("東", "東0");
}

/// Runs both ways, the fast one with a scratch that was used before.
fn agree(text: &str) -> (Vec<naive::RawToken>, Vec<naive::RawToken>) {
    let (mut expected, mut found, mut scratch) = (Vec::new(), Vec::new(), Scratch::default());
    naive::scan(text, |token| expected.push(token));
    scan("Before-ÉÀ U.S.", &mut scratch, |_| {});
    scan(text, &mut scratch, |RawToken { role, word, range, position }| {
        found.push(naive::RawToken { role, word: word.to_owned(), range, position });
    });
    (expected, found)
}

#[test]
fn every_character_is_read_as_the_naive_way_reads_it() {
    // Of ideographs and syllables of Hangul a few stand for all.
    for c in ('\0'..'\u{3500}').chain('\u{9ff0}'..'\u{ac10}').chain('\u{d790}'..='\u{ffff}') {
        let text = format!("{c} a{c}b 1{c}2 {c}\u{301}{c}.{c}.");
        let (expected, found) = agree(&text);
        assert_eq!(expected, found, "{text:?}");
    }
}

#[test]
fn long_words_are_cut_alike() {
    for text in ["a", "é", "a-", "A.", "1,", "д", "a’"].map(|piece| piece.repeat(200)) {
        let (expected, found) = agree(&text);
        assert_eq!(expected, found, "{text:?}");
    }
}

#[test]
fn ranges_are_those_of_the_text() {
    let text = "The U.S. well-known Ångström’s";
    scan(text, &mut Scratch::default(), |token| {
        assert!(text.get(token.range.clone()).is_some_and(|part| !part.is_empty()))
    });
}

proptest::proptest! {
    #[test]
    fn any_text_is_cut_as_the_naive_way_cuts_it(
        text in "([a-z]{1,4}|[A-Z]{1,3}|[ .,&'’-]|[0-9]{1,4}|U\\.S\\.|[àÉßİıłŐſﬁǅ]|[а-яЁё]{1,3}|[Α-ώς]{1,3}|\
            [\u{300}-\u{308}\u{ad}\u{200c}\u{200d}]|[北京都東かがカｶﾞー々〇]|[가각\u{1100}\u{1161}\u{11a8}]|\
            [กำทิ]|[ا-يآأکی\u{640}\u{64b}-\u{652}٣٤۵]|[א-ת\u{5b0}]|[कक़ि]|[Ａ-Ｃａ-ｃ０-９＆＇]|[‐‑–—“”…。、]|\\PC){0,30}"
    ) {
        let (expected, found) = agree(&text);
        proptest::prop_assert_eq!(expected, found);
    }

    #[test]
    fn any_text_gives_ordered_positions_and_whole_characters(text in "\\PC{0,80}") {
        let mut last = 0;
        scan(&text, &mut Scratch::default(), |token| {
            assert!(token.position >= last && token.position <= last + 1, "{token:?}");
            last = token.position;
            assert!(!token.word.is_empty());
            assert!(text.get(token.range.clone()).is_some());
        });
    }
}
