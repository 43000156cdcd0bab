//! The names of publishers: the words that they are made of, and what a line of nothing else looks like.

use super::shape::is_name_like;

/// Words that publishers are called by.
const PUBLISHERS: &[&str] = &[
    "times",
    "news",
    "newspaper",
    "newspapers",
    "post",
    "agency",
    "press",
    "daily",
    "weekly",
    "herald",
    "tribune",
    "gazette",
    "journal",
    "wire",
    "newswire",
    "observer",
    "chronicle",
    "standard",
    "guardian",
    "mail",
    "telegraph",
    "star",
    "sun",
    "globe",
    "today",
    "network",
    "tv",
    "television",
    "radio",
    "broadcasting",
    "media",
    "courier",
    "examiner",
    "independent",
    "record",
    "register",
    "review",
    "reporter",
    "sentinel",
    "express",
    "echo",
    "argus",
    "advertiser",
    "bulletin",
    "dispatch",
    "inquirer",
    "ledger",
    "mercury",
    "mirror",
    "monitor",
    "world",
    "voice",
    "leader",
    "messenger",
    "beacon",
    "lantern",
    "clarion",
    "advocate",
    "banner",
    "argonaut",
    "online",
    "magazine",
    "digest",
    "reuters",
    "xinhua",
    "bloomberg",
    "service",
    "zeitung",
    "tageszeitung",
    "tagblatt",
    "tageblatt",
    "anzeiger",
    "rundschau",
    "nachrichten",
    "bote",
    "kurier",
    "spiegel",
    "presse",
    "presseagentur",
    "blatt",
    "allgemeine",
    "morgenpost",
    "wochenblatt",
    "rundfunk",
    "volksblatt",
    "landbote",
    "agence",
    "dépêche",
    "monde",
    "figaro",
    "gazeta",
    "courrier",
    "écho",
    "nouvelles",
    "agencia",
    "noticias",
    "diario",
    "periódico",
    "prensa",
    "correo",
    "gaceta",
    "heraldo",
    "voz",
    "mundo",
    "país",
    "corriere",
    "gazzetta",
    "giornale",
    "stampa",
    "repubblica",
    "jornal",
    "notícias",
    "новости",
    "газета",
    "вестник",
    "вести",
    "известия",
    "ведомости",
    "правда",
    "курьер",
    "тасс",
    "интерфакс",
    "агентство",
    "труд",
    "вечерняя",
    "вечерние",
    "وكالة",
    "صحيفة",
    "جريدة",
    "قناة",
    "الأنباء",
    "أنباء",
    "الأخبار",
    "الجريدة",
];

/// How the names of publishers end in scripts without spaces.
const PUBLISHER_ENDINGS: &[&str] =
    &["报", "報", "社", "网", "網", "新闻", "新聞", "时报", "通讯", "電視", "电视台", "放送", "ニュース", "在线"];

/// Agencies that are one word, written in capitals or small letters.
const ACRONYMS: &[&str] = &[
    "AFP", "AP", "UPI", "BBC", "CNN", "NPR", "VOA", "TASS", "ТАСС", "DPA", "dpa", "EFE", "ANSA", "AAP", "PTI", "ANI",
    "IANS", "PA", "RIA",
];

/// Articles that open the names of papers: `Le Phare d'Ostrel`, `El Faro`. `The` opens those of films and bands too.
const ARTICLES: &[&str] = &["le", "la", "les", "el", "il", "lo", "der", "die", "das", "o", "os", "de", "het"];

/// Words that stand in small letters where a language writes only the first word of a name with a capital.
const TITLES: &[&str] = &["вестник", "газета", "ведомости", "известия", "правда", "курьер", "труд", "листок"];

/// Tells whether a line on its own below a story is the name of a publisher and nothing else.
pub(crate) fn signs_as_publisher(line: &str) -> bool {
    const AROUND: &[&str] = &["with", "via", "from", "copyright", "according"];
    let first = line.split(' ').next().unwrap_or_default().to_lowercase();
    line.starts_with(char::is_alphanumeric)
        && !line.contains([':', '：', ','])
        && !AROUND.contains(&first.as_str())
        && (is_name_like(line, 6) && (is_publisher(line) || has_article(line, &first)) || is_titled(line))
}

/// Tells whether a name begins with an article and says of what place it is, as no person's does.
fn has_article(name: &str, first: &str) -> bool {
    const OF: &[&str] = &["de", "del", "du", "des", "di", "della", "do", "da", "von", "van"];
    let words: Vec<&str> = name.split_whitespace().collect();
    let noun = words.get(1).is_some_and(|word| word.starts_with(char::is_uppercase));
    let placed = words.iter().skip(2).any(|word| OF.contains(word) || word.contains(['\'', '’']));
    ARTICLES.contains(&first) && noun && placed && words.len() <= 5
}

/// Tells whether a line is two or three words of which the last is what papers are called: `Хальвернский вестник`.
fn is_titled(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    (2..=3).contains(&words.len())
        && line.starts_with(char::is_uppercase)
        && words.last().is_some_and(|last| TITLES.contains(last))
        && words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-'))
}

/// Tells whether a name is one that publishers have.
pub(crate) fn is_publisher(name: &str) -> bool {
    let domain = name.len() > 4
        && !name.contains(' ')
        && name.rsplit_once('.').is_some_and(|(host, top)| !host.is_empty() && (2..=6).contains(&top.len()))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    domain
        || ACRONYMS.contains(&name)
        || words.any(|word| PUBLISHERS.contains(&word) || is_compound(word))
        || (name.chars().count() <= 16 && PUBLISHER_ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

/// `Ostrelzeitung`, `Morgenblatt`: German puts the word at the end.
fn is_compound(word: &str) -> bool {
    const ENDINGS: &[&str] = &["zeitung", "blatt", "anzeiger", "kurier", "rundschau", "nachrichten", "funk"];
    ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_sign_in_their_own_languages() {
        for name in [
            "Ostrel Courier",
            "Le Phare d'Ostrel",
            "Gazzetta dell'Estuario",
            "El Faro de Ostrel",
            "Острельский вестник",
        ] {
            assert!(signs_as_publisher(name), "{name}");
        }
    }

    #[test]
    fn people_and_sentences_sign_as_no_publisher() {
        for line in
            ["Ann Lee", "Le Corbeau", "El Hadj Omar", "The Whale", "Die Fähre sinkt", "Он читал вестник.", "La fin"]
        {
            assert!(!signs_as_publisher(line), "{line}");
        }
    }
}
