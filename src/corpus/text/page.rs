//! Pages that stand where an article should be: consent dialogues, and pages that say that there is none.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::Code;

/// Tells whether the paragraphs are those of a page that asks for consent, or that says that it does not exist,
/// rather than of an article.
pub(crate) fn page_without_article(headline: Option<&str>, paragraphs: &[String]) -> Option<Code> {
    const LONGEST: usize = 6000;
    let length: usize = paragraphs.iter().map(String::len).sum();
    if length > LONGEST || headline.is_some_and(|headline| headline.len() > LONGEST) {
        return None;
    }
    let headline = headline.map(str::to_lowercase);
    let paragraphs: Vec<String> = paragraphs.iter().map(|paragraph| paragraph.to_lowercase()).collect();
    let first = headline.as_deref().or_else(|| paragraphs.first().map(String::as_str)).unwrap_or_default();
    if is_not_found_line(first) && length < 1500 {
        return Some(Code::NotFoundPage);
    }
    let text = headline.iter().chain(&paragraphs);
    let cues: usize = text.map(|line| n_cues(line)).sum();
    let opens = CONSENT_OPENINGS.iter().any(|opening| first.contains(opening));
    (cues >= 3 || (opens && cues >= 1)).then_some(Code::ConsentWall)
}

/// Returns how many different cues a line has. One pass for all of them: each article is looked at.
fn n_cues(line: &str) -> usize {
    static CUES: LazyLock<AhoCorasick> =
        LazyLock::new(|| AhoCorasick::new(CONSENT).expect("a few words are not too many"));
    CUES.find_overlapping_iter(line).map(|cue| cue.pattern()).collect::<BTreeSet<_>>().len()
}

fn is_not_found_line(line: &str) -> bool {
    const WHOLE: &[&str] = &[
        "404",
        "error 404",
        "404 error",
        "not found",
        "404 not found",
        "page not found",
        "article not found",
        "the page you requested could not be found",
        "the page you are looking for could not be found",
        "seite nicht gefunden",
        "page introuvable",
        "page non trouvée",
        "página no encontrada",
        "página não encontrada",
        "pagina non trovata",
        "страница не найдена",
        "الصفحة غير موجودة",
        "页面不存在",
        "页面未找到",
        "您访问的页面不存在",
        "ページが見つかりません",
    ];
    let line = line.trim_matches(|c: char| !c.is_alphanumeric());
    let whole = |line: &str| WHOLE.contains(&line.trim_matches(|c: char| !c.is_alphanumeric()));
    whole(line)
        || (line.len() < 120
            && line
                .split([':', '|', '–', '—', '-', '.'])
                .any(|part| part.len() >= 9 && part.trim() != "not found" && whole(part)))
}

/// Words of the buttons and sentences of consent dialogues.
const CONSENT: &[&str] = &[
    "accept all",
    "accept cookies",
    "reject all",
    "i accept",
    "i agree",
    "manage options",
    "manage preferences",
    "manage cookies",
    "cookie settings",
    "cookie policy",
    "privacy settings",
    "uses cookies",
    "use cookies",
    "our partners",
    "store and/or access information on a device",
    "personalised ads",
    "personalized ads",
    "withdraw your consent",
    "alle akzeptieren",
    "alle ablehnen",
    "zustimmen",
    "cookie-einstellungen",
    "verwenden cookies",
    "tout accepter",
    "tout refuser",
    "paramétrer",
    "utilisons des cookies",
    "aceptar todo",
    "rechazar todo",
    "utilizamos cookies",
    "configurar cookies",
    "принять все",
    "использует файлы cookie",
    "используем файлы cookie",
    "すべて同意",
    "接受所有",
];

/// What such a dialogue opens with.
const CONSENT_OPENINGS: &[&str] = &[
    "we value your privacy",
    "we care about your privacy",
    "your privacy matters",
    "before you continue",
    "this site uses cookies",
    "this website uses cookies",
    "we use cookies",
    "wir schätzen ihre privatsphäre",
    "ihre privatsphäre ist uns wichtig",
    "nous respectons votre vie privée",
    "valoramos su privacidad",
    "valoramos tu privacidad",
    "мы ценим вашу конфиденциальность",
];
