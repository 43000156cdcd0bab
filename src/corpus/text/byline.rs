//! The names in a byline. Knows no header lines: whether a line is a byline is for the formats to tell.

use memchr::memchr_iter;

use super::publisher::is_publisher;
use super::shape::after_prefix;

/// Returns the names in a byline such as `By Ann Lee and Raj Singh, staff writers`, one a person or desk, without
/// `By`, `Von`, `Par` and their like.
///
/// Roles, addresses and handles are no names; a byline of nothing else gives its words as they stand.
pub(crate) fn byline_names(byline: &str) -> Vec<String> {
    const LONGEST: usize = 1000;
    let whole = without_others(without_opening(byline.trim()));
    if whole.len() > LONGEST {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    if let Some(turned) = turned_names(whole) {
        return turned;
    }
    for part in parts(whole).filter(|part| is_name(part) && !names_role(part) && !DEGREES.contains(part)) {
        let name = without_place(part);
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() && is_name(whole) {
        names.push(bare(whole).to_owned());
    }
    names
}

/// Words that open a byline, longest first where one begins another. Those that end in a letter need a space or colon.
const OPENINGS: &[&str] = &[
    "written by",
    "reported by",
    "reporting by",
    "story by",
    "words by",
    "text by",
    "posted by",
    "compiled by",
    "edited by",
    "view all posts by",
    "all posts by",
    "posts by",
    "zeige alle beiträge von",
    "alle beiträge von",
    "veröffentlicht von",
    "geschrieben von",
    "interview",
    "erstellt von",
    "eingestellt von",
    "artikel von",
    "show all articles of",
    "publié par",
    "écrit par",
    "publicado por",
    "escrito por",
    "scritto da",
    "pubblicato da",
    "author",
    "authors",
    "autor",
    "autorin",
    "autoren",
    "auteur",
    "autore",
    "autora",
    "byline",
    "by",
    "von",
    "text von",
    "text",
    "ein bericht von",
    "par",
    "por",
    "texto",
    "di",
    "door",
    "av",
    "автор",
    "авторы",
    "текст",
    "بقلم",
    "كتب",
    "كتبت",
    "الكاتب",
    "本报记者",
    "本報記者",
    "本刊记者",
    "记者",
    "記者",
    "作者",
    "撰文",
    "文字",
    "文/图",
    "文",
    "執筆",
    "著者",
];

fn without_opening(byline: &str) -> &str {
    let mut rest = byline;
    // Twice for `文/本报记者 张三` and `By: Text by Ann Lee`.
    for _ in 0..2 {
        // Most names begin like none of them.
        let first = rest.as_bytes().first().map(u8::to_ascii_lowercase).filter(u8::is_ascii);
        let may_open = |opening: &&&str| first.is_none() || opening.as_bytes().first().copied() == first;
        let openings = OPENINGS.iter().filter(may_open);
        let longest = openings.filter_map(|opening| after_opening(rest, opening)).min_by_key(|rest| rest.len());
        rest = longest.unwrap_or(rest);
    }
    rest
}

fn after_opening<'a>(byline: &'a str, opening: &str) -> Option<&'a str> {
    let rest = after_prefix(byline, opening)?;
    let marked = rest.starts_with([' ', '\t', ':', '：', '/', '／', '|', '丨']);
    let name =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '/' | '／' | '|' | '丨'));
    (marked && name.chars().any(char::is_alphabetic)).then_some(name)
}

/// Cuts off those who did something else than writing.
fn without_others(byline: &str) -> &str {
    const OTHERS: &[&str] = &[
        " edited by ",
        " photos by ",
        " photographs by ",
        " photography by ",
        " illustrations by ",
        " illustrated by ",
        " translated by ",
    ];
    let lower = byline.to_ascii_lowercase();
    if !lower.contains(" by ") {
        return byline;
    }
    let end = OTHERS.iter().filter_map(|others| lower.find(others)).min();
    end.map_or(byline, |end| &byline[..end])
}

/// Degrees and orders that stand behind a name, as they are written.
const DEGREES: &[&str] = &[
    "MA", "M.A", "MBA", "MD", "M.D", "MPH", "MS", "MSc", "M.Sc", "PhD", "Ph.D", "RN", "JD", "J.D", "Esq", "OBE", "MBE",
    "CBE",
];

/// Parts a byline at the marks and words that stand between names.
fn parts(byline: &str) -> impl Iterator<Item = &str> {
    const BETWEEN: &[&str] =
        &["and", "und", "et", "y", "e", "и", "و", "with", "avec", "mit", "con", "en", "og", "och", "&"];
    let chinese = byline.chars().any(is_cjk);
    let marks = move |c: char| {
        matches!(c, ',' | ';' | '、' | '，' | '；' | '|' | '/' | '(' | ')' | '（' | '）' | '،' | '·' | '•' | '–' | '—')
            || (chinese && c.is_whitespace())
    };
    byline.split(marks).flat_map(move |part| words_between(part, BETWEEN)).map(bare)
}

fn words_between<'a>(part: &'a str, between: &[&str]) -> Vec<&'a str> {
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
    for word in part.split(' ') {
        // `e` and `y` in lower case only: `Juan Y. Soto` has an initial there.
        if between.contains(&word) || word == "AND" {
            pieces.push(&part[start..at]);
            start = at + word.len();
        }
        at += word.len() + 1;
    }
    pieces.push(&part[start..]);
    pieces
}

/// Returns a name without the marks around it. A point belongs to what it shortens, as in `Ann Lee Jr.`, `Raj S.` and `e. V.`
fn bare(part: &str) -> &str {
    const SHORTENED: &[&str] = &["Jr", "Sr", "Inc", "Ltd", "Corp"];
    let name = part.trim_matches(is_edge);
    let Some((before, last)) = name.rsplit_once(' ') else { return name };
    let is_initial = last.chars().count() == 1 && last.starts_with(char::is_uppercase);
    let is_short = is_initial || last.contains('.') || SHORTENED.contains(&last);
    let end = name.as_ptr() as usize - part.as_ptr() as usize + name.len();
    let has_point = part[end..].starts_with('.') && !before.is_empty();
    if is_short && has_point { &part[end - name.len()..=end] } else { name }
}

fn is_edge(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ':' | '：'
                | '.'
                | '-'
                | '_'
                | '*'
                | '"'
                | '“'
                | '”'
                | ','
                | '['
                | ']'
                | '【'
                | '】'
                | '©'
                | '→'
                | '←'
                | '»'
                | '«'
                | '›'
        )
}

fn is_name(part: &str) -> bool {
    const LONGEST: usize = 80;
    !part.contains('@')
        && !part.contains("://")
        && part.chars().any(char::is_alphabetic)
        && !part.chars().any(|c| c.is_ascii_digit())
        && part.chars().count() <= LONGEST
}

/// Words that are a role and no part of a name.
const ROLES: &[&str] = &[
    "writer",
    "writers",
    "correspondent",
    "correspondents",
    "reporter",
    "reporters",
    "editor",
    "editors",
    "columnist",
    "staff",
    "contributor",
    "contributors",
    "photographer",
    "journalist",
    "producer",
    "bureau",
    "special",
    "redakteur",
    "redakteurin",
    "korrespondent",
    "korrespondentin",
    "reporterin",
    "journaliste",
    "correspondant",
    "correspondante",
    "corresponsal",
    "redactor",
    "redactora",
    "periodista",
    "корреспондент",
    "журналист",
    "обозреватель",
    "редактор",
    "مراسل",
    "صحفي",
    "记者",
    "記者",
    "编辑",
    "編集",
    "通讯员",
];

/// Tells whether a text has a word in it that is a role and no part of a name.
pub(crate) fn names_role(part: &str) -> bool {
    part.split_whitespace().any(|word| ROLES.contains(&word.to_lowercase().as_str()))
}

/// Returns the names of a byline that gives surnames first, in their usual order: `Lee, Ann; Singh, Raj M.`
///
/// Two single words could be two agencies, or two people known by one name, so neither may be the word of a publisher
/// or all in capitals, and only semicolons part people.
fn turned_names(byline: &str) -> Option<Vec<String>> {
    let person = |part: &str| {
        let (surname, given) = part.trim().split_once(", ")?;
        let (first, initial) = given.split_once(' ').unwrap_or((given, ""));
        let is_word = |word: &str| {
            word.starts_with(char::is_uppercase)
                && word.chars().any(char::is_lowercase)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
                && !is_publisher(word)
                && !names_role(word)
        };
        let is_initial = initial.is_empty() || initial.trim_end_matches('.').chars().count() == 1;
        (is_word(surname) && is_word(first) && is_initial).then(|| format!("{given} {surname}"))
    };
    byline.split(';').map(person).collect()
}

/// Cuts the place off a name: `Ann Lee in Ostrel`. Only a name of two words or more has one; a body such as
/// `Organization for Better Harbours` is named by all of its words.
fn without_place(name: &str) -> &str {
    const BEFORE_A_PLACE: &[&str] = &[" in ", " at ", " for ", " à ", " aus ", " в "];
    if memchr_iter(b' ', name.as_bytes()).count() < 2 {
        return name;
    }
    let place = BEFORE_A_PLACE.iter().filter_map(|word| name.find(word)).filter(|at| *at > 0).min();
    let person = place.map(|at| bare(&name[..at]));
    person.filter(|person| person.contains(' ') && !is_body(person)).unwrap_or(name)
}

/// Tells whether a name is of a body of people: it has a word for one in it, or says what it is of.
fn is_body(name: &str) -> bool {
    const BODIES: &[&str] = &[
        "organization",
        "organisation",
        "center",
        "centre",
        "institute",
        "association",
        "foundation",
        "council",
        "society",
        "committee",
        "commission",
        "office",
        "department",
        "ministry",
        "agency",
        "network",
        "coalition",
        "alliance",
        "union",
        "campaign",
        "university",
        "college",
        "school",
        "museum",
        "fund",
        "group",
        "project",
        "program",
        "programme",
        "bureau",
        "of",
    ];
    name.split(' ').any(|word| BODIES.contains(&word.to_lowercase().as_str()))
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')
}
