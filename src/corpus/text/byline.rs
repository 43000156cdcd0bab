//! The names in a byline. Knows no header lines: whether a line is a byline is for the formats to tell.

mod bodies;
mod roles;
mod words;

use std::borrow::Cow;

use memchr::memchr_iter;

use super::publisher::is_publisher;
use super::shape::{after_prefix, is_capitals};
use bodies::{AGENCIES, COMPANIES, DESK_WORDS, DESKS};
use roles::{CJK_DEEDS, CJK_ROLES, OPENING_ROLES, RANKS, ROLES, ROLES_OF_MANY};
use words::{BETWEEN, CJK_SURNAMES, DEGREES, OPENINGS, OPENINGS_LIKE_NAMES, OTHERS, WITHIN_SURNAMES};

/// Marks that set the opening of a byline off from its names.
const MARKS: &[char] = &[':', '：', '/', '／', '|', '｜', '丨', '・', '＝'];

/// Returns the names in a byline such as `By Ann Lee and Raj Singh, staff writers`, one a person or desk, without
/// `By`, `Von`, `Par` and their like.
///
/// Roles, addresses and handles are no names; a byline of nothing else gives its words as they stand.
pub(crate) fn byline_names(byline: &str) -> Vec<String> {
    const LONGEST: usize = 1000;
    let byline = byline.trim();
    if byline.len() > LONGEST {
        return Vec::new();
    }
    let whole = without_others(opened_names(byline).unwrap_or(byline));
    let mut names: Vec<String> = Vec::new();
    if let Some(turned) = turned_names(whole) {
        return turned;
    }
    let mut at_place = false;
    for (part, is_joined) in parts(whole) {
        let part = if names.is_empty() { without_role(&part) } else { &part };
        if !is_name(part) || names_role(part) || DEGREES.contains(&part) {
            at_place = true;
            continue;
        }
        // `Ann Lee and Madonna` are two people, `Ann Lee in Ostrel and Avelia` is one in two places.
        at_place = (at_place || !is_joined) && is_place_after(&names, part);
        if at_place {
            continue;
        }
        let name = without_place(part);
        at_place = name.len() < part.len();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() && is_name(whole) {
        names.push(bare(whole).to_owned());
    }
    names
}

/// Returns what follows the words that open a byline; `None` where it begins with none.
pub(crate) fn opened_names(byline: &str) -> Option<&str> {
    let mut rest = byline;
    // Twice for `文/本报记者 张三` and `By: Text by Ann Lee`.
    for _ in 0..2 {
        // Most names begin like none of them.
        let first = rest.as_bytes().first().map(u8::to_ascii_lowercase).filter(u8::is_ascii);
        let may_open = |opening: &&&str| first.is_none() || opening.as_bytes().first().copied() == first;
        let openings = OPENINGS.iter().filter(may_open).filter_map(|opening| after_opening(rest, opening));
        let roles = OPENING_ROLES.iter().filter(may_open).filter_map(|role| after_role(rest, role));
        rest = openings.chain(roles).min_by_key(|rest| rest.len()).unwrap_or(rest);
    }
    (rest.len() < byline.len()).then_some(rest)
}

/// Tells whether a text is the opening of a byline and nothing else, as where the names are in another element.
pub(crate) fn is_opening(text: &str) -> bool {
    let lower = text.trim_end_matches(|c: char| c.is_whitespace() || MARKS.contains(&c)).to_lowercase();
    OPENINGS.contains(&lower.as_str())
}

/// Tells whether a line begins with a label such as `Author:`.
pub(crate) fn has_byline_label(line: &str) -> bool {
    opened_names(line).is_some_and(|names| line[..line.len() - names.len()].contains([':', '：']))
}

/// Tells whether a line ends with a role as bylines in Korean and Japanese do: `김하늘 기자`.
pub(crate) fn ends_with_cjk_role(line: &str) -> bool {
    let last = line.split_whitespace().next_back().unwrap_or_default();
    CJK_ROLES.iter().any(|role| last.ends_with(role))
}

fn after_opening<'a>(byline: &'a str, opening: &str) -> Option<&'a str> {
    let rest = after_prefix(byline, opening)?;
    let name = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '.' || c == '-' || MARKS.contains(&c));
    let is_marked = rest.trim_start().starts_with(MARKS);
    let is_set_off = is_marked || rest.starts_with(char::is_whitespace) || opening == "oprac" && rest.starts_with('.');
    let is_close = || opening.chars().nth(1).is_some() && opening.chars().all(is_cjk) && is_cjk_name(rest);
    let is_name_too = OPENINGS_LIKE_NAMES.contains(&opening) && !is_marked;
    let is_whole = !is_name_too || first_name(name).contains(' ') && !name.starts_with(char::is_lowercase);
    ((is_set_off || is_close()) && is_whole && name.chars().any(char::is_alphabetic)).then_some(name)
}

/// Returns the first of several names.
fn first_name(names: &str) -> &str {
    words_between(names.split(MARKS_BETWEEN).next().unwrap_or_default())[0].trim()
}

/// A role opens a byline where a colon follows: `Reporter: Ann Lee`.
fn after_role<'a>(byline: &'a str, role: &str) -> Option<&'a str> {
    let rest = after_prefix(byline, role)?.trim_start();
    let name = rest.strip_prefix([':', '：'])?.trim_start();
    name.chars().any(char::is_alphabetic).then_some(name)
}

/// Tells whether a text begins with two to four letters of a script that parts no words, and ends or goes on behind them with
/// something else.
fn is_cjk_name(text: &str) -> bool {
    let letters = text.chars().take_while(|c| is_cjk(*c)).count();
    (2..=4).contains(&letters)
}

/// Cuts off those who did something else than writing.
fn without_others(byline: &str) -> &str {
    let lower = byline.to_ascii_lowercase();
    let begins_word = |at: usize| {
        let before = lower[..at].chars().next_back();
        before.is_some_and(|before| is_cjk(before) || !before.is_alphanumeric())
    };
    let places = OTHERS.iter().flat_map(|others| lower.match_indices(others).map(|(at, _)| at));
    let end = places.filter(|at| begins_word(*at)).min();
    end.map_or(byline, |end| &byline[..end])
}

/// Marks that stand between names.
const MARKS_BETWEEN: &[char] = &[',', ';', '、', '，', '；', '|', '｜', '/', '／', '（', '）', '،', '؛', '•', '–', '—'];

/// Parts a byline at the marks and words that stand between names. Tells of each part whether a word stands before it.
fn parts(byline: &str) -> Vec<(Cow<'_, str>, bool)> {
    let chinese = byline.chars().any(is_cjk);
    let pieces = byline.split(MARKS_BETWEEN).flat_map(at_brackets).flat_map(|piece| piece.split(" - "));
    let pieces = pieces.flat_map(|piece| {
        // The names of foreigners have such a point in Chinese.
        let is_foreign = piece.split('·').all(|word| word.chars().all(|c| ('一'..='鿿').contains(&c)));
        if is_foreign { vec![piece] } else { piece.split('·').collect() }
    });
    let mut parts = Vec::new();
    for piece in pieces {
        let words = words_between(piece);
        match words.as_slice() {
            [piece] if chinese => parts.extend(cjk_parts(piece).into_iter().map(|part| (part, false))),
            words => {
                for (at, word) in words.iter().enumerate() {
                    parts.extend(before_agency(bare(word)).into_iter().map(|part| (part.into(), at > 0)));
                }
            }
        }
    }
    parts
}

/// Parts what stands in brackets, but for brackets within a name: `Ann (Annie) Lee`. Where there are whole names on both sides,
/// these are two people.
fn at_brackets(piece: &str) -> Vec<&str> {
    let within = piece.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?)));
    let is_one_name = within.is_some_and(|(before, (inner, after))| {
        let is_word = |text: &str| !text.trim().contains(' ');
        let goes_on = after.strip_prefix(' ').is_some_and(|after| after.starts_with(char::is_uppercase));
        goes_on && (is_word(before) || is_word(after)) && !after.contains('(') && !names_role(inner) && !is_desk(inner)
    });
    if is_one_name { vec![piece] } else { piece.split(['(', ')']).collect() }
}

/// Parts a name and the agency behind it: `Ann Lee Associated Press`.
fn before_agency(part: &str) -> Vec<&str> {
    let parted = AGENCIES.iter().find_map(|agency| {
        let person = part.strip_suffix(agency)?.strip_suffix(' ')?;
        person.contains(' ').then(|| vec![person, &part[person.len() + 1..]])
    });
    parted.unwrap_or_else(|| vec![part])
}

/// Parts what has spaces in a script that needs none: people, and what they are; but one name may be written with a space.
fn cjk_parts(piece: &str) -> Vec<Cow<'_, str>> {
    let words = piece.split_whitespace().map(bare).map(without_cjk_role);
    let words = words.filter(|word| !names_role(word) && !CJK_ROLES.iter().any(|role| word.ends_with(role)));
    let words: Vec<&str> = words.collect();
    let is_person = |word: &&str| word.chars().nth(1).is_some() && word.starts_with(|c| CJK_SURNAMES.contains(c));
    match words.as_slice() {
        [surname, given]
            if !words.iter().all(is_person) && words.iter().all(|word| word.chars().all(is_cjk) && is_short(word)) =>
        {
            vec![format!("{surname} {given}").into()]
        }
        words => words.iter().map(|word| (*word).into()).collect(),
    }
}

fn is_short(word: &str) -> bool {
    word.chars().nth(3).is_none() && !is_publisher(word)
}

/// Returns a name without the role that is written close to it: `김하늘기자`, `山田太郎記者`.
fn without_cjk_role(word: &str) -> &str {
    let mut names = CJK_ROLES.iter().filter_map(|role| word.strip_suffix(role));
    names.find(|name| is_cjk_name(name) && !is_publisher(name) && name.chars().all(is_cjk)).unwrap_or(word)
}

fn words_between(part: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
    for word in part.split(' ') {
        let (before, after) = (&part[start..at], part.get(at + word.len() + 1..).unwrap_or_default());
        let is_within = WITHIN_SURNAMES.contains(&word) && is_one_name(before, after) || is_sign_of_name(before, after);
        if is_between(word) && !is_within {
            pieces.push(before);
            start = at + word.len();
        }
        at += word.len() + 1;
    }
    pieces.push(&part[start..]);
    pieces
}

fn is_between(word: &str) -> bool {
    // `e` and `y` in lower case only: `Juan Y. Soto` has an initial there.
    BETWEEN.contains(&word) || matches!(word, "AND" | "UND" | "ET")
}

/// Tells whether such a word is what ends a name, or the sign before it: `Tide & i`.
fn is_sign_of_name(before: &str, after: &str) -> bool {
    is_between(after) || after.is_empty() && before.trim_end().ends_with('&')
}

/// Tells whether a word for `and` parts the surnames of one person: `José Ruiz y Soto`.
fn is_one_name(before: &str, after: &str) -> bool {
    let mut words = after.split_whitespace();
    let is_surname = words.next().is_some_and(|word| {
        word.starts_with(char::is_uppercase) && !is_capitals(word) && !is_publisher(word) && !is_desk(word)
    });
    before.split_whitespace().nth(1).is_some() && is_surname && words.next().is_none()
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

/// Tells whether a text has a word in it that is a role and no part of a name.
pub(crate) fn names_role(part: &str) -> bool {
    part.split_whitespace().any(is_role)
        || part.chars().next_back().is_some_and(is_cjk) && CJK_DEEDS.iter().any(|deed| part.ends_with(deed))
}

/// Tells whether a name is of a desk and not of a person.
pub(crate) fn names_desk(name: &str) -> bool {
    has_word(name, DESK_WORDS)
}

/// Tells whether a text names a company.
pub(crate) fn names_company(text: &str) -> bool {
    has_word(text, COMPANIES)
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let is_one = |word: &str| words.contains(&word.trim_matches([',', '(', ')']).to_lowercase().as_str());
    text.split_whitespace().any(is_one)
}

fn is_role(word: &str) -> bool {
    let word = word.to_lowercase();
    // `Editor-at-large`.
    ROLES.contains(&word.split('-').next().unwrap_or_default())
}

/// Tells whether a word is what agencies and their like sign with: a few capitals, or the name of a publisher.
pub(crate) fn is_agency(name: &str) -> bool {
    const MOST: usize = 6;
    let is_acronym = name.chars().count() <= MOST && (is_capitals(name) || name == "dpa");
    let is_short = memchr_iter(b' ', name.as_bytes()).count() < 4;
    is_acronym || is_short && is_publisher(name) || is_desk(name)
}

/// Tells whether a name is of a desk or an agency that is known.
fn is_desk(name: &str) -> bool {
    DESKS.contains(&name.to_lowercase().as_str()) || AGENCIES.iter().any(|agency| agency.eq_ignore_ascii_case(name))
}

/// Returns the name that a role stands before or behind: `Ann Lee Senior Reporter`, `Toimittaja Aino Salo`. One word would be
/// no name but what the role is for, and what several people are called stands in the names of bodies: `Ostrel Harbour Staff`.
fn without_role(part: &str) -> &str {
    if !names_role(part) || names_desk(part) {
        return part;
    }
    let is_other = |word: &str| is_role(word) || RANKS.contains(&word.to_lowercase().as_str());
    let is_of_one = |word: &str| is_role(word) && !ROLES_OF_MANY.contains(&word.to_lowercase().as_str());
    let (mut name, mut role) = (part, "");
    while let Some((first, rest)) = name.split_once(' ').filter(|(first, _)| is_other(first)) {
        (role, name) = (first, rest.trim_start());
    }
    if !is_of_one(role) && !part.rsplit(' ').next().is_some_and(is_of_one) {
        return part;
    }
    while let Some((rest, _)) = name.rsplit_once(' ').filter(|(_, last)| is_other(last)) {
        name = rest.trim_end();
    }
    let is_person = (2..=3).contains(&name.split(' ').count())
        && !name.starts_with(char::is_lowercase)
        && !name.rsplit(' ').next().is_some_and(|last| last.starts_with(char::is_lowercase));
    let is_person = is_person && !names_role(name) && !is_publisher(name);
    if is_person { name } else { part }
}

/// Tells whether one word, or what begins as places do, stands behind a person's name, as the place does from which the report
/// comes; agencies stand there too.
fn is_place_after(names: &[String], part: &str) -> bool {
    let is_word = || {
        !part.contains([' ', '.'])
            && !part.contains(is_cjk)
            && !part.starts_with(char::is_lowercase)
            && !is_capitals(part)
            && !is_publisher(part)
            && !is_desk(part)
    };
    let is_told = || BEFORE_A_PLACE.iter().any(|word| part.starts_with(word.trim_start()));
    names.last().is_some_and(|name| name.contains(' ')) && (is_told() || is_word())
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

/// Words before the place from which a report comes.
const BEFORE_A_PLACE: &[&str] = &[" in ", " at ", " for ", " à ", " aus ", " в "];

/// Cuts the place off a name: `Ann Lee in Ostrel`. Only a name of two words or more has one; a body such as
/// `Organization for Better Harbours` is named by all of its words.
fn without_place(name: &str) -> &str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_they_are_compared() {
        for words in [OPENINGS, OPENINGS_LIKE_NAMES, OPENING_ROLES, BETWEEN, ROLES, ROLES_OF_MANY, RANKS, DESKS] {
            assert!(words.iter().all(|word| word.to_lowercase() == *word));
        }
        assert!(OPENINGS_LIKE_NAMES.iter().all(|word| OPENINGS.contains(word)));
        assert!(ROLES_OF_MANY.iter().all(|word| ROLES.contains(word)));
    }
}
