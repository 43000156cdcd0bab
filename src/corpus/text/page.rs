//! Pages that stand where an article should be: consent dialogues, and pages that say that there is none.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::Code;
use crate::text::{is_alphanumeric, to_lower_usual};

/// Tells whether the paragraphs are those of a page that asks for consent, or that says that it does not exist,
/// rather than of an article.
pub(crate) fn page_without_article(headline: Option<&str>, paragraphs: &[String]) -> Option<Code> {
    const LONGEST: usize = 6000;
    let length: usize = paragraphs.iter().map(String::len).sum();
    if length > LONGEST || headline.is_some_and(|headline| headline.len() > LONGEST) {
        return None;
    }
    let lines = || headline.into_iter().chain(paragraphs.iter().map(String::as_str));
    let first = to_lower_usual(lines().next().unwrap_or_default());
    if is_not_found_line(&first) && length < 1500 {
        return Some(Code::NotFoundPage);
    }
    let whole = lines().collect::<Vec<_>>().join("\n");
    if !may_have_cue(&to_lower_usual(&whole)) {
        return None;
    }
    let cues: usize = lines().map(|line| n_cues(&to_lower_usual(line))).sum();
    let opens = || CONSENT_OPENINGS.iter().any(|opening| first.contains(opening));
    (cues >= 3 || (cues >= 1 && opens())).then_some(Code::ConsentWall)
}

/// Tells whether a text may have a cue, as that of few articles may: many bytes of it are looked at together, the more the
/// fewer words they are looked through for.
fn may_have_cue(text: &str) -> bool {
    static CUES: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let cues = CONSENT.iter().filter(|cue| !cue.contains("cookie")).chain(&["cookie"]);
        let kind = MatchKind::LeftmostFirst;
        AhoCorasick::builder().match_kind(kind).build(cues).expect("a few words are not too many")
    });
    CUES.is_match(text)
}

/// Returns how many different cues a line has.
fn n_cues(line: &str) -> usize {
    CONSENT.iter().filter(|cue| line.contains(**cue)).count()
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
    let line = line.trim_matches(|c: char| !is_alphanumeric(c));
    let whole = |line: &str| WHOLE.contains(&line.trim_matches(|c: char| !is_alphanumeric(c)));
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
