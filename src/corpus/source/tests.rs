use encoding_rs::{EUC_JP, GB18030, KOI8_U, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::*;

const RUSSIAN: &str = "Паром вернулся на переправу после девяти недель ремонта, сообщил капитан порта. \
    Жители города Острель говорят, что ждали этого всю весну.";
const CHINESE: &str =
    "渡轮星期一重新开航，此前它在船坞停了九个星期。港务局长说，修理比预计的更难，但是船员没有一个离开。";
const JAPANESE: &str =
    "フェリーは月曜日に運航を再開した。修理には九週間かかった。港の責任者は「乗組員に感謝する」と述べた。";

fn check(bytes: &[u8], charset: &str, origin: &str, text: &str) -> Vec<Code> {
    let source = Source::decode("a.txt", bytes);
    assert_eq!((source.charset, source.charset_origin), (charset, origin));
    assert_eq!(source.text, text);
    assert!(!source.looks_binary());
    source.notices.iter().map(|notice| notice.code).collect()
}

fn utf_16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

#[test]
fn byte_order_mark_decides_and_is_gone() {
    assert_eq!(check(b"\xef\xbb\xbfFerry\n", "utf-8", "byte-order mark", "Ferry\n"), []);
    let little = utf_16("\u{feff}Fähre", u16::to_le_bytes);
    assert_eq!(check(&little, "utf-16le", "byte-order mark", "Fähre"), []);
    let big = utf_16("\u{feff}渡轮", u16::to_be_bytes);
    assert_eq!(check(&big, "utf-16be", "byte-order mark", "渡轮"), []);
}

#[test]
fn valid_utf_8_is_not_copied() {
    for bytes in [RUSSIAN.as_bytes(), b"", b"\xef\xbb\xbfplain"] {
        assert!(matches!(Source::decode("a.txt", bytes).text, Cow::Borrowed(_)));
    }
}

#[test]
fn utf_16_is_seen_without_a_mark() {
    let little = utf_16("The ferry sailed again.", u16::to_le_bytes);
    assert_eq!(check(&little, "utf-16le", "guessed", "The ferry sailed again."), [Code::GuessedCharset]);
    let big = utf_16("The ferry – at last.", u16::to_be_bytes);
    assert_eq!(check(&big, "utf-16be", "guessed", "The ferry – at last."), [Code::GuessedCharset]);
}

#[test]
fn declared_charset_is_taken() {
    for head in [
        "<!doctype html><meta charset=windows-1251>",
        "<html><META HTTP-EQUIV=\"Content-Type\" content='text/html; charset = windows-1251'>",
        "<?xml version='1.0' encoding='windows-1251'?>",
    ] {
        let page = format!("{head}<p>{RUSSIAN}</p>");
        let (bytes, _, _) = WINDOWS_1251.encode(&page);
        assert_eq!(check(&bytes, "windows-1251", "declared", &page), []);
    }
}

#[test]
fn declaration_that_the_bytes_contradict_is_not_taken() {
    let page = format!("<meta charset=\"iso-8859-1\"><p>{RUSSIAN}</p>");
    assert_eq!(check(page.as_bytes(), "utf-8", "valid UTF-8", &page), []);
    let page = format!("<meta charset=\"utf-8\"><p>{RUSSIAN}</p>");
    let (bytes, _, _) = WINDOWS_1251.encode(&page);
    assert_eq!(check(&bytes, "windows-1251", "guessed", &page), [Code::GuessedCharset]);
    let page = "<meta charset=utf-16><p>Fähre</p>";
    assert_eq!(check(page.as_bytes(), "utf-8", "declared", page), []);
}

#[test]
fn declaration_far_down_the_page_does_not_count() {
    let page = format!("<html>{}<meta charset=koi8-r>{RUSSIAN}", " ".repeat(1024));
    let (bytes, _, _) = WINDOWS_1251.encode(&page);
    check(&bytes, "windows-1251", "guessed", &page);
}

#[test]
fn charset_is_told_from_the_text() {
    let french = "L’été dernier, la traversée a été fermée neuf semaines ; « c’était long », dit le capitaine Béraud.";
    for (encoding, text, name) in [
        (GB18030, CHINESE, "gb18030"),
        (SHIFT_JIS, JAPANESE, "shift_jis"),
        (EUC_JP, JAPANESE, "euc-jp"),
        (KOI8_U, RUSSIAN, "koi8-u"),
        (WINDOWS_1251, RUSSIAN, "windows-1251"),
        (WINDOWS_1252, french, "windows-1252"),
    ] {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{name}");
        assert_eq!(check(&bytes, name, "guessed", text), [Code::GuessedCharset]);
    }
}

#[test]
fn iso_2022_jp_is_seen_by_its_escapes() {
    let (bytes, _, _) = encoding_rs::ISO_2022_JP.encode(JAPANESE);
    assert_eq!(check(&bytes, "iso-2022-jp", "guessed", JAPANESE), [Code::GuessedCharset]);
}

#[test]
fn bad_bytes_are_counted_with_the_first_line() {
    let source = Source::decode("a.txt", "Fähre für Ölstadt\nkäme \u{fffd}\nja \u{e9}\n".as_bytes());
    assert_eq!(source.notices, []);
    let mut bytes = "Fähre für Ölstadt, größer, schöner, heißer\nkäme\n".as_bytes().to_vec();
    bytes.extend(b"one \xff\nand two \xe2\x82");
    let source = Source::decode("a.txt", &bytes);
    assert_eq!((source.charset, source.charset_origin), ("utf-8", "mostly UTF-8"));
    assert!(source.text.ends_with("one \u{fffd}\nand two \u{fffd}"));
    assert_eq!(source.notices.len(), 1);
    assert_eq!((source.notices[0].code, source.notices[0].line), (Code::BadBytes, Some(3)));
    assert_eq!(source.notices[0].message, "bytes that are not utf-8 in 2 places; shown as U+FFFD");
}

#[test]
fn head_ends_between_characters() {
    let source = Source::decode("a.txt", "é渡x".as_bytes());
    assert_eq!([0, 1, 2, 4, 5, 9].map(|most| source.head(most)), ["", "", "é", "é", "é渡", "é渡x"]);
}

#[test]
fn binary_files_are_no_text() {
    let random = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as u8).collect::<Vec<_>>();
    let numbers = (0..2048_u16).flat_map(|n| [(n % 7) as u8, 0]).collect::<Vec<_>>();
    let with_magic: [&[u8]; 5] = [b"OggS\0x", b"\x89PNG\r\n", b"PK\x03\x04", b"GIF89a", b"\x1f\x8b\x08"];
    for bytes in with_magic.into_iter().chain([random.as_slice(), numbers.as_slice(), b"abc\0\0\0\0"]) {
        let source = Source::decode("a", bytes);
        assert!(source.looks_binary(), "{:?}", &bytes[..bytes.len().min(8)]);
        assert!(crate::corpus::format::detect(&source).is_none());
    }
}

#[test]
fn wire_text_with_few_control_characters_is_text() {
    let wire =
        "\u{1}zczc 117 ost\u{2}\nThe ferry sailed again on Monday after nine weeks in dock, the harbour said.\n\u{3}";
    assert!(!Source::decode("a", wire.as_bytes()).looks_binary());
    assert!(!Source::decode("a", b"").looks_binary());
}

proptest! {
    #[test]
    fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..300), most in 0..400_usize) {
        let source = Source::decode("a", &bytes);
        prop_assert!(source.head(most).len() <= most);
    }

    #[test]
    fn any_text_comes_back(text in "[a-zé渡ш\n]{0,80}") {
        let source = Source::decode("a", text.as_bytes());
        prop_assert_eq!(source.text.as_ref(), text.as_str());
    }
}
