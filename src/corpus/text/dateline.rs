//! The dateline that opens a body: `BEIJING, Sept 23 (Agency) -`, `WASHINGTON (AP) _`, `Friday, January 4, 2019`.
//! Only reads it: the words stay in the paragraph as they are printed.

use memchr::{memchr, memchr3_iter};

use super::shape::{beginning, is_capitals};
use crate::{Date, DateOrder, Precision};

/// A dateline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dateline<'a> {
    /// The place, where one is given.
    pub(crate) place: Option<&'a str>,
    /// The text of its date, where that has a year.
    pub(crate) date: Option<&'a str>,
}

/// How many bytes a dateline can take.
const LONGEST: usize = 160;

/// Returns the dateline that a paragraph opens with.
pub(crate) fn of(text: &str, order: DateOrder) -> Option<Dateline<'_>> {
    let head = beginning(text, LONGEST);
    chinese(head).or_else(|| opening_date(head, order)).or_else(|| placed(head, order)).or_else(|| before_colon(text))
}

/// `Friday, January 4, 2019` with the text after it: only a whole date after a weekday.
fn opening_date(head: &str, order: DateOrder) -> Option<Dateline<'_>> {
    if !head.starts_with(char::is_alphabetic) {
        return None;
    }
    let (weekday, rest) = head.split_once(',')?;
    if weekday.contains(' ') || !is_weekday(weekday) || !rest.starts_with(' ') {
        return None;
    }
    let (date, length) = Date::parse_prefix(head, order)?;
    let after = head.get(length..)?;
    let whole = date.is_ok_and(|date| date.precision() >= Precision::Day);
    (whole && !after.starts_with(char::is_alphanumeric))
        .then_some(Dateline { place: None, date: Some(&head[..length]) })
}

fn is_weekday(word: &str) -> bool {
    const WEEKDAYS: &[&str] = &[
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ];
    WEEKDAYS.contains(&word.to_lowercase().as_str())
}

/// `PLACE, date (Agency) -` in its variants: a place in capitals may stand alone before the dash, any other needs a
/// date or an agency.
fn placed(head: &str, order: DateOrder) -> Option<Dateline<'_>> {
    // More words in capitals are a heading.
    const MOST_WORDS: usize = 3;
    let (lead, _) = before_dash(head)?;
    let (lead, agency) = without_agency(lead.trim_end_matches([' ', ',']));
    let (place, date) = without_date(lead.trim_end_matches([' ', ',']), order);
    let place = without_stop(place.trim_end_matches([' ', ',', ':']));
    let first = place.split(',').next().unwrap_or_default();
    let capitals = is_capitals(first)
        && first.split(' ').count() <= MOST_WORDS
        && first.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    let vouched = agency || date.is_some();
    if !is_place(place) || !(vouched || (capitals && !place.contains('('))) {
        return None;
    }
    let date = date.filter(|date| has_year(date));
    Some(Dateline { place: Some(place), date })
}

fn has_year(date: &str) -> bool {
    date.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() == 4)
}

/// Parts the head at the dash that ends a dateline; a dash inside of a word is none.
fn before_dash(head: &str) -> Option<(&str, &str)> {
    // The bytes that a dash begins with.
    let mut places = memchr3_iter(b'-', b'_', 0xe2, head.as_bytes()).filter(|at| *at > 0);
    places.find_map(|at| {
        let c = head[at..].chars().next().filter(|c| matches!(c, '-' | '–' | '—' | '_' | '―'))?;
        let (before, after) = (&head[..at], &head[at + c.len_utf8()..]);
        let apart = before.ends_with([' ', ')', '/', '.']) || matches!(c, '—' | '_');
        (apart && after.starts_with([' ', '-', '–', '—', '"', '“'])).then_some((before, after))
    })
}

/// Cuts the full stop off a place, unless the place ends with a short form: `Fla.`, `N.C.`.
fn without_stop(place: &str) -> &str {
    const LONGEST_SHORT_FORM: usize = 5;
    let short = place.rsplit_once(", ").is_some_and(|(_, last)| last.chars().count() <= LONGEST_SHORT_FORM + 1);
    if short { place } else { place.trim_end_matches('.') }
}

/// Cuts `(Agency)` or `/Agency/` off the end.
fn without_agency(lead: &str) -> (&str, bool) {
    let whole = lead;
    let lead = lead.trim_end_matches(['.', ' ']);
    let cut = |open: char, close: char| {
        let inner = lead.strip_suffix(close)?;
        let at = inner.rfind(open)?;
        let name = &inner[at + open.len_utf8()..];
        (!name.is_empty() && name.len() <= 40).then_some(&lead[..at])
    };
    match cut('(', ')').or_else(|| cut('/', '/')).or_else(|| cut('（', '）')) {
        Some(rest) => (rest, true),
        None => (whole, false),
    }
}

/// Cuts a date off the end: from the last comma or two on, `Sept 23`, `23 September 2022`, `Jan. 4`.
fn without_date(lead: &str, order: DateOrder) -> (&str, Option<&str>) {
    let commas = lead.match_indices(", ").map(|(at, _)| at).filter(|at| *at > 0);
    for at in commas {
        let date = lead[at + 2..].trim_end_matches(['.', ' ', ',']).trim_start();
        if is_day(date, order) {
            return (&lead[..at], Some(date));
        }
    }
    (lead, None)
}

/// Tells whether text is a date, with or without a year, or a weekday, as in `Monday night`.
fn is_day(text: &str, order: DateOrder) -> bool {
    let weekday = text.split(' ').next().is_some_and(|word| is_weekday(word.trim_end_matches('.')));
    if weekday && text.split(' ').count() <= 2 && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.')) {
        return true;
    }
    let whole = |text: &str| Date::parse_prefix(text, order).is_some_and(|(_, length)| length == text.len());
    let text = text.trim_end_matches('.');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (1..=6).contains(&digits)
        && text.len() < 40
        && (whole(text) || whole(&format!("{text}, 2000")) || whole(&format!("{text} 2000")))
}

/// Tells whether text can be a place: up to six words, capitalised, no digits.
fn is_place(text: &str) -> bool {
    const JOINTS: &[&str] = &["of", "the", "de", "la", "del", "am", "an", "der", "sur", "and", "на", "do", "da"];
    let mut words = text.split_whitespace();
    let count = words.clone().count();
    let fits =
        |word: &str| word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase()) || JOINTS.contains(&word);
    (1..=6).contains(&count)
        && text.starts_with(char::is_alphabetic)
        && words.all(fits)
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | ',' | '-' | '\'' | '’' | '/'))
        && !text.split(' ').any(|word| OPENERS.contains(&word.to_lowercase().as_str()))
}

/// Words in capitals before a dash or colon that are no place.
const OPENERS: &[&str] = &[
    "update",
    "updated",
    "analysis",
    "breaking",
    "news",
    "exclusive",
    "correction",
    "corrected",
    "clarification",
    "watch",
    "video",
    "photos",
    "photo",
    "opinion",
    "editorial",
    "live",
    "more",
    "end",
    "ends",
    "note",
    "notes",
    "editor",
    "editors",
    "warning",
    "review",
    "preview",
    "profile",
    "feature",
    "explainer",
    "factbox",
    "interview",
    "question",
    "answer",
    "host",
    "caller",
    "narrator",
    "just",
    "developing",
    "urgent",
    "alert",
    "summary",
    "background",
    "context",
    "spoiler",
    "disclaimer",
    "sponsored",
    "advertisement",
    "read",
    "listen",
    "related",
    "source",
    "sources",
    "related",
    "scroll",
    "eilmeldung",
    "korrektur",
    "analyse",
    "kommentar",
    "vidéo",
    "exclusif",
    "rectificatif",
    "urgente",
    "exclusiva",
    "обновление",
    "срочно",
    "эксклюзив",
    "видео",
    "анализ",
    "мнение",
    "report",
    "results",
    "result",
    "verdict",
    "rumor",
    "rumour",
    "claim",
    "fact",
    "false",
    "true",
    "who",
    "what",
    "when",
    "where",
    "why",
    "how",
    "and",
    "but",
    "by",
    "worldwide",
    "not",
];

/// `RAMPUR: The ferry`: a place in capitals before a colon and a sentence.
///
/// Speakers in capitals look the same, and so do headings; [`opens_turns`] tells the first from a whole body.
fn before_colon(text: &str) -> Option<Dateline<'_>> {
    const SHORTEST: usize = 4;
    let head = beginning(text, LONGEST);
    memchr(b':', head.as_bytes())?;
    let (place, story) = head.split_once(": ")?;
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    let fits = letters >= SHORTEST
        && place.split(' ').count() <= 3
        && is_capitals(place)
        && place.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
        && is_place(place);
    // A short sentence may be what somebody says, a line in capitals a heading.
    let sentence = story.starts_with(char::is_uppercase) && text.len() > 60 && !is_capitals(story);
    (fits && sentence).then_some(Dateline { place: Some(place), date: None })
}

/// Tells whether another paragraph opens with a speaker in capitals and a colon, so that the first is no dateline.
pub(crate) fn opens_turns(others: &[String]) -> bool {
    others.iter().any(|paragraph| {
        let (speaker, _) = beginning(paragraph, LONGEST).split_once(':').unwrap_or_default();
        is_capitals(speaker) && speaker.len() <= 40
    })
}

/// `新华社北京9月23日电`: the place stands between the agency and the day.
fn chinese(head: &str) -> Option<Dateline<'_>> {
    if head.is_ascii() {
        return None;
    }
    let head = head.trim_start_matches(['（', '(', '【', ' ']);
    let (_, rest) = head.split_once('社').filter(|(agency, _)| agency.chars().count() <= 4 && !agency.is_empty())?;
    let (lead, _) = rest.split_once('电').or_else(|| rest.split_once('電'))?;
    let digits = lead.find(|c: char| c.is_ascii_digit())?;
    let place = lead[..digits].trim();
    let day = &lead[digits..];
    let short = (1..=8).contains(&place.chars().count()) && place.chars().all(char::is_alphabetic);
    let dated = day.contains('月') && day.contains('日') && day.chars().count() <= 30;
    (short && dated).then_some(Dateline { place: Some(place), date: None })
}
