//! Lines that are furniture: what a page puts around its articles. Looks at a whole line of its own, and is strict,
//! because a line of news taken for furniture is lost, and the other way round only costs a line of noise.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use memchr::memchr2_iter;

use crate::text::{is_alphanumeric, to_lower_usual};

/// Tells why a line of text on its own is page furniture and not news: `read-more line`, `share line`,
/// `copyright line`, `advertisement`, `age line`. `None` for news.
pub(crate) fn furniture(line: &str) -> Option<&'static str> {
    const LONGEST: usize = 400;
    let line = line.trim();
    if line.is_empty() || line.len() > LONGEST {
        return None;
    }
    let in_sentence = line.starts_with(char::is_lowercase);
    // Nearly every line is told without a copy of it.
    if line.is_ascii() && !begins_as_furniture(bare(line)) && !has_word_of_rights(line) {
        return None;
    }
    let line = to_lower_usual(line);
    let bare = bare(&line);
    if bare.starts_with(AGE) && bare.ends_with(" old") {
        Some("age line")
    } else if is_copyright(bare) {
        Some("copyright line")
    } else if !begins_as_furniture(bare) {
        None
    } else if ADVERTISEMENTS.contains(&bare) {
        Some("advertisement")
    } else if is_row_of_buttons(bare) {
        Some("share line")
    } else if !in_sentence && is_read_more(&line, bare) {
        Some("read-more line")
    } else if is_share(bare) {
        Some("share line")
    } else {
        None
    }
}

/// Returns a line without marks around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| !is_alphanumeric(c) && !matches!(c, '©' | '(' | ')'))
}

/// Tells whether a line begins as all furniture does that makes no claim further on: with one of the phrases, in small or
/// capital letters of ASCII, with a sign that [`bare`] leaves, or as buttons do that count, with a figure.
fn begins_as_furniture(bare: &str) -> bool {
    static BEGINNINGS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let phrases = [READ_MORE, INVITATIONS, SHARE, BUTTONS, ADVERTISEMENTS, &[AGE, "copyright"]].concat();
        let mut builder = AhoCorasick::builder();
        let builder = builder.start_kind(StartKind::Anchored).ascii_case_insensitive(true);
        builder.build(phrases).expect("a few phrases are not too many")
    });
    bare.starts_with(|first: char| matches!(first, '(' | ')' | '©') || first.is_ascii_digit())
        || BEGINNINGS.is_match(Input::new(bare).anchored(Anchored::Yes))
}

/// What opens the line that says how old an article is.
const AGE: &str = "this article is more than ";

/// Claims to the rights in a text.
const RIGHTS: &[&str] = &[
    "all rights reserved",
    "alle rechte vorbehalten",
    "tous droits réservés",
    "todos los derechos reservados",
    "tutti i diritti riservati",
    "todos os direitos reservados",
    "все права защищены",
    "جميع الحقوق محفوظة",
    "版权所有",
    "版權所有",
    "無断転載",
    "無断複写",
    "未经授权不得转载",
];

fn claims_rights(line: &str) -> bool {
    // Told many bytes at a time, which this kind of match allows.
    static CLAIMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let kind = MatchKind::LeftmostFirst;
        AhoCorasick::builder().match_kind(kind).build(RIGHTS).expect("a few phrases are not too many")
    });
    CLAIMS.is_match(line)
}

/// Tells whether text of ASCII has what every claim to rights in such letters has: `reserv`, `riserv` or `vorbe`.
fn has_word_of_rights(line: &str) -> bool {
    let bytes = line.as_bytes();
    let has = |range: std::ops::Range<usize>, part: &[u8]| {
        bytes.get(range).is_some_and(|found| found.eq_ignore_ascii_case(part))
    };
    memchr2_iter(b'v', b'V', bytes).any(|at| has(at.saturating_sub(3)..at, b"ser") || has(at + 1..at + 5, b"orbe"))
}

fn is_copyright(line: &str) -> bool {
    const BEFORE_A_YEAR: &[&str] = &["©", "(c)", "copyright ©", "copyright (c)", "copyright:", "copyright", "©️"];
    if line.strip_prefix('©').or_else(|| line.strip_prefix("copyright ©")).is_some_and(is_holder) {
        return true;
    }
    line.len() < 300 && claims_rights(line)
        || line.starts_with(['©', '(', 'c'])
            && BEFORE_A_YEAR
                .iter()
                .any(|sign| line.strip_prefix(sign).is_some_and(|rest| starts_with_year(rest.trim())))
}

/// Tells whether text after the sign is a year or, a space apart, a few words.
fn is_holder(text: &str) -> bool {
    let named = text.starts_with(' ') && text.trim().starts_with(char::is_alphanumeric) && text.len() <= 80;
    named || starts_with_year(text.trim())
}

fn starts_with_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && (text.starts_with("19") || text.starts_with("20"))
}

/// Lines that stand before an advertisement, as they are.
const ADVERTISEMENTS: &[&str] = &[
    "advertisement",
    "advertisements",
    "advertisement - continue reading below",
    "story continues below advertisement",
    "story continues below",
    "article continues below",
    "sponsored content",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "реклама",
    "إعلان",
    "广告",
];

/// What the line's words are when it leads to other pages; a colon, dash, arrow or nothing has to follow.
const READ_MORE: &[&str] = &[
    "read more",
    "read also",
    "also read",
    "read next",
    "read full story",
    "read the full story",
    "read the full article",
    "read on",
    "see also",
    "see more",
    "more on this story",
    "more on this topic",
    "more from this section",
    "more stories",
    "more news",
    "continue reading",
    "keep reading",
    "click here",
    "click here for more",
    "recommended",
    "recommended for you",
    "you may also like",
    "you might also like",
    "most read",
    "most popular",
    "trending now",
    "related",
    "related article",
    "related articles",
    "related story",
    "related stories",
    "related news",
    "related links",
    "related topics",
    "related content",
    "related coverage",
    "weiterlesen",
    "mehr zum thema",
    "lesen sie auch",
    "lesen sie mehr",
    "auch interessant",
    "lire aussi",
    "à lire aussi",
    "lire la suite",
    "sur le même sujet",
    "voir aussi",
    "lea también",
    "lee también",
    "leer más",
    "te puede interesar",
    "leggi anche",
    "leia também",
    "leia mais",
    "читайте также",
    "читать далее",
    "по теме",
    "материалы по теме",
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "إقرأ أيضا",
    "اقرأ المزيد",
    "相关阅读",
    "延伸阅读",
    "相关新闻",
    "推荐阅读",
    "点击查看",
    "阅读更多",
    "関連記事",
    "続きを読む",
    "あわせて読みたい",
];

/// What opens an invitation that goes on in words, so that no mark has to follow.
const INVITATIONS: &[&str] = &[
    "read more about ",
    "read more on ",
    "read more at ",
    "read more from ",
    "read more here",
    "read the full story at ",
    "read the original article",
    "click here to ",
    "click here for ",
    "click to read",
    "for more information, visit ",
    "for more on this story",
    "lesen sie hier ",
    "читайте также ",
];

fn is_read_more(line: &str, bare: &str) -> bool {
    let followed = |phrase: &&str| {
        let Some(rest) = bare.strip_prefix(*phrase) else { return false };
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with([':', '：', '|', '»', '>', '→', '–', '—', '-', '…', '(', '.'])
    };
    let opener = line.starts_with(['>', '»', '→', '▶', '►']) && line.chars().any(char::is_alphanumeric);
    READ_MORE.iter().any(followed)
        || INVITATIONS.iter().any(|phrase| bare.starts_with(phrase))
        || (opener && READ_MORE.iter().any(|phrase| bare.starts_with(phrase)))
}

/// What opens an invitation to share or to follow.
const SHARE: &[&str] = &[
    "share this",
    "share on ",
    "share via ",
    "share with ",
    "share the article",
    "follow us on ",
    "follow us",
    "like us on ",
    "join us on ",
    "join our telegram",
    "subscribe to our ",
    "sign up for our ",
    "sign up to our ",
    "get our newsletter",
    "copy link",
    "artikel teilen",
    "auf facebook teilen",
    "folgen sie uns",
    "partager sur ",
    "partager cet article",
    "suivez-nous",
    "compartir en ",
    "síguenos",
    "siga-nos",
    "condividi su ",
    "поделиться",
    "подписывайтесь на ",
    "شارك المقال",
    "تابعونا",
    "分享到",
    "扫一扫",
    "シェアする",
];

fn is_share(line: &str) -> bool {
    SHARE.iter().any(|opening| line.starts_with(opening)) && line.len() < 160
}

/// The names of buttons.
const BUTTONS: &[&str] = &[
    "share",
    "shares",
    "tweet",
    "facebook",
    "twitter",
    "x",
    "whatsapp",
    "telegram",
    "linkedin",
    "pinterest",
    "reddit",
    "email",
    "e-mail",
    "print",
    "copy",
    "link",
    "comment",
    "comments",
    "bookmark",
    "save",
    "weibo",
    "wechat",
    "vk",
    "teilen",
    "drucken",
    "partager",
    "imprimer",
    "compartir",
    "imprimir",
    "condividi",
    "messenger",
    "bluesky",
    "mastodon",
    "threads",
    "instagram",
    "youtube",
    "line",
];

/// A line of nothing but the names of buttons: `Share Tweet Email`, `Facebook | X | WhatsApp`.
fn is_row_of_buttons(line: &str) -> bool {
    const SURE: &[&str] =
        &["shares", "share", "tweet", "facebook", "twitter", "whatsapp", "teilen", "partager", "compartir"];
    let mut words = line.split(|c: char| !is_alphanumeric(c) && c != '-').filter(|word| !word.is_empty());
    line.len() < 160
        && words.all(|word| BUTTONS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()))
        && line.split(|c: char| !is_alphanumeric(c)).any(|word| SURE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_first_is_in_every_claim_of_ascii() {
        for claim in RIGHTS.iter().filter(|claim| claim.is_ascii()) {
            assert!(has_word_of_rights(claim) && has_word_of_rights(&claim.to_uppercase()), "{claim}");
            assert_eq!(furniture(&format!("Ostrel Post. {}.", claim.to_uppercase())), Some("copyright line"));
        }
        for other in ["v", "serv", "Five rivers in orbe v", "They reserve it."] {
            assert_eq!((has_word_of_rights(other), furniture(other)), (other.contains("serv"), None), "{other}");
        }
    }

    #[test]
    fn buttons_are_told_behind_any_sign() {
        for line in ["Share 12", "3 shares", "(Share)", ") Share", "©Share", "| Tweet | Email"] {
            assert_eq!(furniture(line), Some("share line"), "{line}");
        }
    }
}
