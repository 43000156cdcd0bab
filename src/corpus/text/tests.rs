//! What the shared helpers take for what.

use proptest::prelude::*;

use super::*;
use crate::Code;

#[test]
fn spaces_and_line_ends_are_what_a_reader_sees() {
    assert_eq!(
        as_read("\u{feff}OSTREL\u{a0}/\u{3000}PORT\r\nfer\u{ad}ry\u{200b}\u{2028}end\rlast"),
        "OSTREL / PORT\nferry\nend\nlast"
    );
    assert_eq!(as_read("one\u{b}two\u{c}three"), "one\ntwo\nthree");
    assert!(matches!(as_read("plain text\nof two lines"), Cow::Borrowed(_)));
}

#[test]
fn joiners_stay_where_a_script_writes_with_them() {
    assert_eq!(as_read("می\u{200c}رود"), "می\u{200c}رود");
    assert_eq!(as_read("fer\u{200c}ry"), "ferry");
    assert_eq!(as_read("fer\u{200b}\u{200c}ry\u{3000}\u{200d}"), "ferry ");
}

proptest! {
    #[test]
    fn text_that_was_read_is_read_alike_and_has_no_white_space_but_that_of_ascii(
        text in "[a\u{645}🙂 \t\n\r\x0b\x0c\u{85}\u{a0}\u{ad}\u{61c}\u{1680}\u{180e}\u{2003}\u{200b}-\u{200f}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]{0,40}"
    ) {
        let read = as_read(&text);
        prop_assert_eq!(as_read(&read), read.clone());
        prop_assert!(read.chars().all(|c| c.is_ascii() || !c.is_whitespace()), "{:?}", read);
    }
}

#[test]
fn furniture_is_told_by_kind() {
    for line in [
        "Read more: Ferry delayed",
        "READ MORE",
        "> Read more",
        "Related articles",
        "Lesen Sie auch:",
        "相关阅读：渡轮",
    ] {
        assert_eq!(furniture(line), Some("read-more line"), "{line}");
    }
    for line in ["Share", "Share this article", "Facebook | Twitter | WhatsApp", "Tweet", "12 shares", "分享到："] {
        assert_eq!(furniture(line), Some("share line"), "{line}");
    }
    for line in
        ["© 2019 The Ostrel Post", "Copyright 2019 Ostrel Post", "(c) 2020 OP", "The Post. All rights reserved."]
    {
        assert_eq!(furniture(line), Some("copyright line"), "{line}");
    }
    assert_eq!(furniture("Advertisement"), Some("advertisement"));
}

#[test]
fn news_about_sharing_and_rights_is_no_furniture() {
    for line in [
        "Share prices fell on Monday",
        "Copyright law passes its last reading",
        "Read more than two books a month, teachers say",
        "Print is not dead",
        "Related costs rose by a tenth",
        "X",
        "©ribune.",
        "related",
        "See also the harbour, where a new pier is built",
        "Follow the harbour wall to the lighthouse.",
        "",
    ] {
        assert_eq!(furniture(line), None, "{line}");
    }
}

#[test]
fn mojibake_is_told_from_accents_and_quotes() {
    for text in [
        "The mayorâ€™s house",
        "CafÃ© Ostrel",
        "Ã¼ber",
        "Ð¿Ð¾Ñ€Ñ‚",
        "Рџорт Рѕ Рµ Рё СЃ",
        "ä¸\u{ad}å›½æ–°é—»",
        "a ï¿½ b",
    ] {
        assert!(is_mojibake(text), "{text}");
    }
    for text in ["«CAFÉ»", "IRMÃ»", "« la journée »", "„MENÜ“", "СССР» и США", "München, Ørsted, naïve", "â la carte"]
    {
        assert!(!is_mojibake(text), "{text}");
    }
}

#[test]
fn pages_without_article_are_told_apart() {
    let page = |headline: Option<&str>, lines: &[&str]| {
        page_without_article(headline, &lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(page(Some("404 - Page not found"), &["Sorry, the page has moved."]), Some(Code::NotFoundPage));
    assert_eq!(page(None, &["Seite nicht gefunden"]), Some(Code::NotFoundPage));
    assert_eq!(page(Some("We value your privacy"), &["Accept all", "Reject all"]), Some(Code::ConsentWall));
    assert_eq!(page(Some("Ferry not found after storm"), &["The ferry was missing on Monday."]), None);
    assert_eq!(page(Some("Regulator fines site over cookies"), &["It let users accept cookies only."]), None);
}

#[test]
fn byline_gives_one_name_a_person() {
    let check = |byline: &str, names: &[&str]| assert_eq!(byline_names(byline), names, "{byline}");
    check("By Ann Lee Jr. and Raj S., staff writers.", &["Ann Lee Jr.", "Raj S."]);
    check("Hafenfreunde Ostrel e. V.", &["Hafenfreunde Ostrel e. V."]);
    check("By Ann Lee.", &["Ann Lee"]);
    check("By Ann Lee and Raj Singh, staff writers", &["Ann Lee", "Raj Singh"]);
    check("BY ANN LEE", &["ANN LEE"]);
    check("Von Anna Lehm und Jonas Brandt", &["Anna Lehm", "Jonas Brandt"]);
    check("Par Anne Lacroix et Jean-Paul Mercier", &["Anne Lacroix", "Jean-Paul Mercier"]);
    check("Por Juan Y. Soto", &["Juan Y. Soto"]);
    check("文/本报记者 张三 李四", &["张三", "李四"]);
    check("记者：王五、赵六", &["王五", "赵六"]);
    check("Автор: Анна Лебедева", &["Анна Лебедева"]);
    check("By Ann Lee in Ostrel", &["Ann Lee"]);
    check("By Ann Lee | ann@ostrel.example", &["Ann Lee"]);
    check("By Staff Reporter", &["Staff Reporter"]);
    check("By Ann Lee for the Ostrel Post", &["Ann Lee"]);
    check("Organization for Transformative Works", &["Organization for Transformative Works"]);
    check("National Center for Harbour Health", &["National Center for Harbour Health"]);
    check("Lee, Ann", &["Ann Lee"]);
    check("Lee-Venn, Ann M.; Singh, Raj", &["Ann M. Lee-Venn", "Raj Singh"]);
    check("Reuters, Xinhua", &["Reuters", "Xinhua"]);
    check("Ann Lee, Raj Singh", &["Ann Lee", "Raj Singh"]);
    check("Lee, editor", &["Lee"]);
    check("Byron Lee", &["Byron Lee"]);
    check("Ann Lee, MA", &["Ann Lee"]);
    check("Written by Ann Lee Edited by Raj Singh", &["Ann Lee"]);
    check("Alle Beiträge von Ann Lee →", &["Ann Lee"]);
    check("Ann Lee Senior Business Reporter", &["Ann Lee"]);
    check("Senior Business Reporter", &["Senior Business Reporter"]);
    check("Toimittaja Aino Salo", &["Aino Salo"]);
    check("Ann Lee, Ostrel, Reuters", &["Ann Lee", "Reuters"]);
    check("Ann Lee, Editor-at-large", &["Ann Lee"]);
    check("Ann (Annie) Lee", &["Ann (Annie) Lee"]);
    check("Ann Lee (AP) Raj Singh", &["Ann Lee", "AP", "Raj Singh"]);
    check("Ann (Annie) Lee, Raj Singh (Tidewater)", &["Ann (Annie) Lee", "Raj Singh"]);
    check("Ann Lee (Writer) Raj Singh (Editor)", &["Ann Lee", "Raj Singh"]);
    check("Ann Lee and Madonna", &["Ann Lee", "Madonna"]);
    check("Ann Lee in Ostrel and Avelia", &["Ann Lee"]);
    check("Ann Lee, Tass", &["Ann Lee", "Tass"]);
    check("Ann Lee The Associated Press", &["Ann Lee", "The Associated Press"]);
    check("Tide & i", &["Tide & i"]);
    check("Ann Lee und", &["Ann Lee"]);
    check("Text und Fotos: Anna Lehm", &["Anna Lehm"]);
    check("Text und Fotos von Anna Lehm", &["Anna Lehm"]);
    check("Text and photos by Ann Lee", &["Ann Lee"]);
    check("Anna Lehm mit Material von dpa", &["Anna Lehm"]);
    check("Letters to the Editor", &["Letters to the Editor"]);
    check("Marco Rivi, inviato a Ostrel", &["Marco Rivi"]);
    check("José Ruiz y Agencias", &["José Ruiz", "Agencias"]);
    check("Richard (R.J.) Lee", &["Richard (R.J.) Lee"]);
    check("José Ruiz y Soto", &["José Ruiz y Soto"]);
    check("José Ruiz y Ana Soto", &["José Ruiz", "Ana Soto"]);
    check("Di Maria", &["Di Maria"]);
    check("Oleh Bondar", &["Oleh Bondar"]);
    check("Oleh Bondar, Iryna Koval", &["Oleh Bondar", "Iryna Koval"]);
    check("Oleh Bondar and Iryna Koval", &["Oleh Bondar", "Iryna Koval"]);
    check("Af Holm", &["Af Holm"]);
    check("Words of Comfort", &["Words of Comfort"]);
    check("Reporter ohne Grenzen", &["Reporter ohne Grenzen"]);
    check("Reporters Without Borders", &["Reporters Without Borders"]);
    check("Ostrel Harbour Staff", &["Ostrel Harbour Staff"]);
    check("Special Boats Committee", &["Special Boats Committee"]);
    check("Staff Reporter Ann Lee", &["Ann Lee"]);
    check("Ana Pop - Ostrel", &["Ana Pop"]);
    check("约翰·史密斯", &["约翰·史密斯"]);
    check("作者：张三 责任编辑：王五", &["张三"]);
    check("山田太郎記者", &["山田太郎"]);
    check("潮水日报记者 张三", &["张三"]);
    check("", &[]);
}

#[test]
fn hostile_lines_do_not_panic() {
    for text in ["©", "By", "By ", "文/", "é", "Â", "\u{200d}", "by\u{301}", "İ İ İ"] {
        let _ = (as_read(text), furniture(text), is_mojibake(text), byline_names(text));
    }
}
