//! Captions of pictures, told by the credit that ends them or the word that opens them. The word `photo` in running
//! text makes no caption: a credit stands at the end, after a sentence or in brackets, and is short.

use std::sync::LazyLock;

use memchr::{memchr2_iter, memmem::Finder};
use rustc_hash::FxHashSet;

use super::shape::{LONGEST_SHORT, after_prefix, ends_sentence, is_name_like};
use crate::Caption;
use crate::corpus::text::{CREDIT_KEYS, KIND_KEYS};

/// Words that open a caption and say nothing of who made the picture.
const OPENINGS: &[&str] =
    &["caption:", "photo caption:", "pictured:", "bildunterschrift:", "légende :", "légende:", "图为", "图说："];

/// The words before a credit, as they are spelt and in capitals, and whether they say what the picture is.
static SPELLINGS: LazyLock<Vec<([String; 2], bool)>> = LazyLock::new(|| {
    let keys = KIND_KEYS.iter().map(|key| (key, true)).chain(CREDIT_KEYS.iter().map(|key| (key, false)));
    keys.map(|(key, kind)| ([(*key).to_owned(), key.to_uppercase()], kind)).collect()
});

/// The last three bytes of these, which hardly any other line ends with.
static ENDS: LazyLock<FxHashSet<[u8; 3]>> = LazyLock::new(|| {
    let spellings = SPELLINGS.iter().flat_map(|(spellings, _)| spellings);
    spellings.filter_map(|key| key.as_bytes().last_chunk().copied()).collect()
});

/// What a line says of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picture {
    /// A caption, and the word for the kind of its picture where it is neither text nor credit.
    Caption { caption: Caption, kind: Option<&'static str> },
    /// Only a credit, with the word before it.
    Credit { key: String, credit: String },
}

/// Returns the word for the kind of a picture, where a key is one and says more than who made it.
pub(super) fn kind_of(key: &str) -> Option<&'static str> {
    // The kinds are the first of the spellings.
    let mut kinds = KIND_KEYS.iter().zip(SPELLINGS.iter());
    kinds.find(|(_, (spellings, _))| spellings.iter().any(|spelling| spelling == key)).map(|(kind, _)| *kind)
}

/// Returns what a line or paragraph says of a picture; `None` where it is something else.
pub(super) fn picture(text: &str) -> Option<Picture> {
    if text.len() > LONGEST_SHORT * 2 {
        return None;
    }
    bracketed(text)
        .or_else(|| keyed(text))
        .or_else(|| abbreviated(text))
        .or_else(|| kind_at_end(text))
        .or_else(|| slashed(text))
        .or_else(|| photographer(text))
        .or_else(|| opened(text))
}

fn caption(text: &str, credit: &str) -> Picture {
    let credit = without_stop(credit.trim());
    let caption = Caption { text: text.trim().to_owned(), credit: (!credit.is_empty()).then(|| credit.to_owned()) };
    Picture::Caption { caption, kind: None }
}

/// Makes a caption whose credit has `key` before it.
fn caption_with_key(text: &str, key: &str, credit: &str) -> Picture {
    match caption(text, credit) {
        Picture::Caption { caption, .. } => Picture::Caption { caption, kind: kind_of(key) },
        credit @ Picture::Credit { .. } => credit,
    }
}

/// Cuts the full stop off a credit, unless the last word may be an abbreviation.
fn without_stop(credit: &str) -> &str {
    const ABBREVIATED: &[&str] = &["Inc", "Ltd", "Co", "Corp", "Jr", "Sr", "St"];
    let Some(bare) = credit.strip_suffix('.') else { return credit };
    let last = bare.split([' ', '/']).next_back().unwrap_or_default();
    if ABBREVIATED.contains(&last) || last.contains('.') || last.chars().count() < 2 { credit } else { bare }
}

/// `A ferry. [Photo: AFP]`, `(Photo by Ann Lee/AFP)`, `(AP Photo/Ann Lee)`, `(File photo)`.
fn bracketed(text: &str) -> Option<Picture> {
    let close = text.chars().next_back()?;
    let open = match close {
        ')' => '(',
        ']' => '[',
        '）' => '（',
        '】' => '【',
        _ => return None,
    };
    let at = text.rfind(open)?;
    let inside = text[at + open.len_utf8()..text.len() - close.len_utf8()].trim();
    let before = text[..at].trim();
    if inside.chars().count() > 100 {
        return None;
    }
    let (key, credit) = credit_in_brackets(inside)?;
    match (before.is_empty(), credit.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Picture::Credit { key, credit }),
        // The kind is all that is said of who made it.
        (false, true) => Some(caption(before, inside)),
        (false, false) => Some(caption_with_key(before, &key, &credit)),
    }
}

/// Returns the key and the credit of what stands in brackets; the credit is empty in `File photo`.
fn credit_in_brackets(inside: &str) -> Option<(String, String)> {
    let keys = CREDIT_KEYS.iter().chain(KIND_KEYS);
    for key in keys {
        let Some(rest) = after_prefix(inside, &key.to_lowercase()) else { continue };
        let rest = rest.trim_start();
        let credit =
            rest.strip_prefix([':', '：', '/', '／', '|', ',', '-', '–']).or_else(|| after_prefix(rest, "by "));
        if let Some(credit) = credit.or_else(|| rest.starts_with("courtesy").then_some(rest)) {
            return Some(((*key).to_owned(), credit.trim().to_owned()));
        }
        if rest.is_empty() && KIND_KEYS.contains(key) {
            return Some(((*key).to_owned(), String::new()));
        }
    }
    // `AP Photo/Ann Lee`, `AFP PHOTO`, `Xinhua Photo`: the agency comes first.
    let words: Vec<&str> = inside.split([' ', '/']).filter(|word| !word.is_empty()).collect();
    let named =
        words.iter().skip(1).take(2).any(|word| matches!(*word, "Photo" | "PHOTO" | "Photos" | "Foto" | "фото"));
    if named && is_name_like(inside, 8) {
        return Some(("Photo".to_owned(), inside.to_owned()));
    }
    without_shot(inside).filter(|name| !name.is_empty()).map(|name| ("Photo".to_owned(), name.to_owned()))
}

/// `A ferry. Photo: VCG`, `File photo: VCG`, `Foto: dpa`, `Фото: ТАСС`.
fn keyed(text: &str) -> Option<Picture> {
    // The bytes that a colon begins with.
    let mut places = memchr2_iter(b':', 0xef, text.as_bytes()).rev();
    let (at, credit) = places.find_map(|at| {
        let credit = text[at..].strip_prefix([':', '：'])?;
        (!credit.starts_with("//") || text[at..].starts_with('：')).then_some((at, credit.trim()))
    })?;
    let head = text[..at].trim_end();
    let (before, key, kind) = key_at_end(head)?;
    let before = before.trim_end_matches(['[', '(', '|', '–', '—', '-', ' ', '/', '（', '【']).trim_end();
    if credit.is_empty() {
        return None;
    }
    if !is_credit(credit) {
        // `Photo: A ferry leaves the harbour.` is a caption that the word opens.
        let sentence =
            before.is_empty() && !kind && text.len() < LONGEST_SHORT && is_photo_word(key) && ends_sentence(credit);
        return sentence.then(|| caption(credit, ""));
    }
    if before.is_empty() {
        return Some(Picture::Credit { key: key.to_owned(), credit: credit.to_owned() });
    }
    Some(caption_with_key(before, key, credit))
}

fn is_photo_word(key: &str) -> bool {
    matches!(
        key.to_lowercase().as_str(),
        "photo" | "photograph" | "picture" | "foto" | "bild" | "фото" | "صورة" | "照片" | "写真"
    )
}

/// `Targ w Ostrelu. Fot. Anna Lis`: the short forms end with a stop and not with a colon.
fn abbreviated(text: &str) -> Option<Picture> {
    static ENDING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("ot. "));
    ENDING.find(text.as_bytes())?;
    let keys = text.rmatch_indices('.').filter(|(at, _)| text[*at..].starts_with(". "));
    let at =
        keys.filter_map(|(at, _)| ["Fot", "Phot"].iter().find_map(|key| text[..at].strip_suffix(key))).next()?.len();
    let (before, key_and_credit) = (text[..at].trim_end(), &text[at..]);
    let (key, credit) = key_and_credit.split_once(". ")?;
    if !is_credit(credit) || !(before.is_empty() || ends_sentence(before)) {
        return None;
    }
    let only_credit = || Picture::Credit { key: key.to_owned(), credit: credit.trim().to_owned() };
    Some(if before.is_empty() { only_credit() } else { caption(before, credit) })
}

/// `A ferry in Ostrel. File photo`: the kind stands alone where others name who made it.
fn kind_at_end(text: &str) -> Option<Picture> {
    const LONGEST: usize = 400;
    if text.len() > LONGEST {
        return None;
    }
    let (before, key, kind) = key_at_end(text.strip_suffix('.').unwrap_or(text))?;
    (kind && ends_sentence(before)).then(|| caption(before, key))
}

/// Returns the text before the longest key that `head` ends with, the key, and whether it says what the picture is.
fn key_at_end(head: &str) -> Option<(&str, &str, bool)> {
    head.as_bytes().last_chunk().filter(|end| ENDS.contains(*end))?;
    let mut best: Option<(&str, &str, bool)> = None;
    for (spellings, kind) in SPELLINGS.iter() {
        let Some(at) = spellings.iter().find_map(|key| head.strip_suffix(key.as_str())).map(str::len) else { continue };
        if best.is_none_or(|(before, _, _)| at < before.len()) {
            best = Some((&head[..at], &head[at..], *kind));
        }
    }
    let (before, key, kind) = best?;
    let apart = before.is_empty()
        || before.ends_with([' ', '(', '[', '|', '.', '。', '）', '】', '！', '，', ',', '/', '（', '【']);
    apart.then_some((before, key, kind))
}

/// Tells whether text can be a credit: short, written as names are, no sentence.
fn is_credit(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ']', ')', '】', '）']).trim();
    let bare = text.trim_start_matches(['©', '@', ' ']);
    let agency =
        matches!(bare, "dpa" | "epa" | "afp" | "ap" | "imago" | "picture alliance") || bare.starts_with("dpa/");
    text.chars().count() <= 80
        && (agency || is_name_like(bare, 9))
        && !ends_sentence(text)
        && !text.contains([';', '!', '?', '“', '"'])
        && !text.contains(". ")
}

/// `A ferry in Ostrel. Photo/Xinhua`, the credit after a slash.
fn slashed(text: &str) -> Option<Picture> {
    static PHOTO: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("Photo"));
    PHOTO.find(text.as_bytes())?;
    let at = text.rfind("Photo/").or_else(|| text.rfind("Photo／"))?;
    let (before, credit) = (text[..at].trim(), text[at..].trim_start_matches("Photo").trim_start_matches(['/', '／']));
    if !is_credit(credit) {
        return None;
    }
    if before.is_empty() {
        return Some(Picture::Credit { key: "Photo".to_owned(), credit: credit.trim().to_owned() });
    }
    ends_sentence(before).then(|| caption(before, credit))
}

/// `渡轮离港。新华社记者 张三 摄`: the sentence after the last stop says who took the picture.
fn photographer(text: &str) -> Option<Picture> {
    let body = without_shot(text)?;
    let at = body.rfind(['。', '）', '！']).map(|at| at + '。'.len_utf8())?;
    let credit = body.get(at..)?.trim();
    (!credit.is_empty() && credit.chars().count() <= 20).then(|| caption(&text[..at], credit))
}

/// Returns the text before the sign for `taken by` that ends it.
fn without_shot(text: &str) -> Option<&str> {
    ["摄", "攝", "撮影"].iter().find_map(|sign| text.strip_suffix(sign)).map(str::trim_end)
}

fn opened(text: &str) -> Option<Picture> {
    let rest = OPENINGS.iter().find_map(|opening| after_prefix(text, opening).map(|rest| (opening, rest)));
    let (opening, rest) = rest?;
    if text.len() > LONGEST_SHORT || rest.trim().is_empty() {
        return None;
    }
    Some(caption(if opening.ends_with([':', '：']) { rest } else { text }, ""))
}
