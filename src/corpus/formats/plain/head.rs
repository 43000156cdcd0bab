//! The head of an article: section line, kicker, headline, standfirst, and the stamp below. Reads lines as they are
//! printed, before any unwrapping, and takes nothing that could as well be the body.

use std::cell::Cell;

use super::caption::{Picture, picture};
use super::column;
use super::dateline;
use super::keys::{self, known_key};
use super::lines::Line;
use super::paragraphs::is_end_mark;
use super::shape::*;
use super::stamp::{self, stamp};
use super::story::{Role, Story};
use super::words;
use crate::corpus::text::{furniture, is_publisher};
use crate::text::is_alphabetic;

/// Reads the head and returns the number of lines it takes.
pub(super) fn read_head(lines: &mut [Line], story: &mut Story) -> usize {
    const ROUNDS: usize = 3;
    let mut at = read_labels(lines, story);
    at += keys::read_block(&mut lines[at..], story);
    if at > 0 && story.has_headline() || !story.parsed.article.body.is_empty() {
        return at + read_stamps(&lines[at..], story);
    }
    if is_page(&lines[at..]) && !lines[at..].iter().take(4).any(|line| is_byline(line, story)) {
        return at;
    }
    // Stamps, section, kicker and labels stand above a headline in any order.
    for _ in 0..ROUNDS {
        let before = at;
        at += read_stamps(&lines[at..], story);
        at += read_section(&lines[at..], story);
        at += read_kicker(&lines[at..], story);
        at += read_labels(&lines[at..], story);
        if at == before {
            break;
        }
    }
    let taken = if story.has_headline() { 0 } else { read_headline(&lines[at..], story) };
    at += taken;
    at + read_below(&lines[at..], story)
}

/// Leaves over labels that are for readers or editors and not of the story: `Intermediate`, `BC-OSTREL-FERRY`.
fn read_labels(lines: &[Line], story: &mut Story) -> usize {
    const MOST: usize = 2;
    let mut taken = 0;
    while let Some(reason) = lines.get(taken).and_then(|line| label(&line.text)) {
        if taken == MOST || taken + 1 == lines.len() {
            break;
        }
        story.leave(lines[taken].number, &lines[taken].text, reason);
        taken += 1;
    }
    taken
}

fn label(text: &str) -> Option<&'static str> {
    const LONGEST: usize = 60;
    if text.len() > LONGEST {
        return None;
    }
    let slug = is_capitals(text) && text.split('-').count() >= 3 && text.split('-').all(|part| !part.is_empty());
    if slug && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Some("slug");
    }
    let words = fingerprint(text);
    if words::LEVELS.contains(&words.as_str()) {
        return Some("level label");
    }
    (words == "for immediate release").then_some("release label")
}

/// Reads stamp lines that follow each other.
fn read_stamps(lines: &[Line], story: &mut Story) -> usize {
    const MOST: usize = 6;
    let mut at = 0;
    while at < lines.len().min(MOST) && read_stamp(&lines[at], story, false) {
        at += 1;
    }
    at
}

/// Reads a line that is a stamp or a known key with a value that fits it.
fn read_stamp(line: &Line, story: &mut Story, loose: bool) -> bool {
    if let Some(parts) = stamp_of(line, story, loose) {
        stamp::put(&parts, line.number, story);
        return true;
    }
    match header(&line.text, story) {
        Some((role, value)) => story.put(role, line.number, value),
        None => return false,
    }
    true
}

/// Returns the role and value of a line with a known key, where the value fits it. Captions are read with the others.
fn header<'a>(text: &'a str, story: &Story) -> Option<(Role, &'a str)> {
    known_key(text).filter(|(role, value)| {
        !matches!(role, Role::Headline | Role::Caption) && !value.is_empty() && keys::fits(*role, value, story)
    })
}

/// Returns the parts of a line that is a stamp.
fn stamp_of<'a>(line: &'a Line, story: &Story, loose: bool) -> Option<Vec<stamp::Part<'a>>> {
    if loose { stamp(&line.text, story.order(), true) } else { strict_stamp(line, story) }
}

fn strict_stamp<'a>(line: &'a Line, story: &Story) -> Option<Vec<stamp::Part<'a>>> {
    if line.is_no_stamp.get() {
        return None;
    }
    let parts = stamp(&line.text, story.order(), false);
    line.is_no_stamp.set(parts.is_none());
    parts
}

fn is_stamp(line: &Line, story: &Story) -> bool {
    strict_stamp(line, story).is_some() || header(&line.text, story).is_some()
}

fn read_section(lines: &[Line], story: &mut Story) -> usize {
    let [line, next, ..] = lines else { return 0 };
    let headline_next = can_be_headline(next, story);
    let taken = story.parsed.article.section.is_none()
        && (is_breadcrumb(&line.text) && headline_next
            || is_known_section(&line.text)
            || headline_next && is_label_above(lines, story));
    if taken {
        story.put(Role::Section, line.number, &line.text);
    }
    usize::from(taken)
}

/// Tells whether a line is a path of sections: `CHINA / SOCIETY`, `News > Local`. A slash between words in small
/// letters is none.
fn is_breadcrumb(text: &str) -> bool {
    const LONGEST: usize = 160;
    if text.len() > LONGEST {
        return false;
    }
    let parts: Vec<&str> = text.split(['/', '>', '»', '›', '|']).map(str::trim).collect();
    let short = |part: &&str| part.chars().count() <= 30 && is_name_like(part, 4);
    let is_sure = || {
        let capitals = is_capitals(text) || text.chars().all(|c| !c.is_lowercase());
        capitals || text.contains(['>', '»', '›']) || parts.iter().any(|part| is_known_section(part))
    };
    (2..=5).contains(&parts.len()) && parts.iter().all(short) && is_sure()
}

/// Tells whether the first line is a label of one or two words, and the next one a headline. A headline in capitals
/// with its standfirst looks alike, so the line below has to be longer and stamped, and other labels are left alone.
fn is_label_above(lines: &[Line], story: &Story) -> bool {
    let [line, next, below, ..] = lines else { return false };
    let words = |text: &str| text.split_whitespace().count();
    let longer = words(&next.text) >= 3 || next.text.chars().filter(|c| is_cjk(*c)).count() >= 8;
    let stamped = is_stamp(below, story)
        || (!below.gap && is_standfirst(&below.text) && lines.get(3).is_some_and(|line| is_stamp(line, story)));
    !next.gap
        && longer
        && stamped
        && !ends_sentence(&next.text)
        && !is_capitals(&next.text)
        && is_bare_label(&line.text)
}

/// Tells whether a line is one or two words in capitals, or one word of a script without them, and of no other use.
fn is_bare_label(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let caseless = !text.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    let short =
        if caseless { words == 1 && text.chars().count() <= 6 } else { words <= 2 && text.chars().count() <= 30 };
    short
        && (caseless || is_capitals(text))
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '&'))
        && furniture(text).is_none()
        && !is_end_mark(text)
        && !is_publisher(text)
        && !words::KICKERS.contains(&fingerprint(text).as_str())
}

/// Tells whether every word of a label is one of those that sections are called by.
fn is_known_section(text: &str) -> bool {
    if text.len() > 80
        || text.starts_with(char::is_lowercase)
        || text.contains([',', '.', ':', '?', '!', '-', '\'', '’'])
    {
        return false;
    }
    let words = fingerprint(text);
    let joint = |word: &str| matches!(word, "and" | "und" | "et" | "y" | "и" | "the" | "of");
    words.split(' ').count() <= 5
        && words.split(' ').all(|word| joint(word) || words::SECTIONS.contains(&word))
        && words.split(' ').any(|word| !joint(word))
}

fn read_kicker(lines: &[Line], story: &mut Story) -> usize {
    const LONGEST: usize = 200;
    const MOST_WORDS: usize = 3;
    let [line, next, ..] = lines else { return 0 };
    let label = line.text.trim_end_matches([':', '：']);
    let is_short = label.len() <= LONGEST && words(label).nth(MOST_WORDS).is_none();
    let known = is_short && words::KICKERS.contains(&fingerprint(label).as_str());
    let taken = known && story.parsed.article.kicker.is_none() && !is_paragraph(&next.text);
    if taken {
        story.put(Role::Kicker, line.number, &line.text);
    }
    usize::from(taken)
}

/// Tells whether a line can be a headline by its own looks.
fn can_be_headline(line: &Line, story: &Story) -> bool {
    let text = &line.text;
    text.len() <= LONGEST_SHORT
        && text.chars().filter(|c| is_alphabetic(*c)).nth(1).is_some()
        && !is_paragraph(text)
        && !text.ends_with([',', ':', ';', '，', '：', '；', '、'])
        && !text.starts_with(['-', '*', '•', '–', '—', '<', '#', '@'])
        && !text.contains("://")
        && !starts_lower(text)
        && picture(text).is_none()
        && furniture(text).is_none()
        && !is_end_mark(text)
        && !is_turn(text)
        && dateline::of(text, story.order()).is_none()
        && strict_stamp(line, story).is_none()
}

/// Tells whether a line is a turn of an interview: `Q: ...`, `LEE: ...` with a sentence after it.
fn is_turn(text: &str) -> bool {
    let Some((speaker, words)) = text.split_once([':', '：']) else { return false };
    if speaker.len() > 40 {
        return false;
    }
    let initials = matches!(speaker, "Q" | "A" | "F" | "R" | "P" | "问" | "答" | "В" | "О");
    initials || (is_name_like(speaker, 3) && ends_sentence(words) && words.contains(' ') && words.len() > 60)
}

/// Tells whether a line begins with a name and a colon.
fn is_spoken(text: &str) -> bool {
    text.split_once([':', '：']).is_some_and(|(speaker, _)| speaker.len() <= 40 && is_name_like(speaker, 3))
}

/// Reads the headline, and the lines that it goes on in. Nothing where the first line could be the body's.
fn read_headline(lines: &[Line], story: &mut Story) -> usize {
    let [line, next, ..] = lines else { return 0 };
    if !can_be_headline(line, story) {
        return read_stopped_headline(line, next, story);
    }
    if is_numbered(lines) {
        return 0;
    }
    if next.gap || is_stamp(next, story) || picture(&next.text).is_some() {
        story.put(Role::Headline, line.number, &line.text);
        return 1;
    }
    if starts_lower(&next.text) || line.text.ends_with(['-', '–', '—']) {
        return read_long_headline(lines, story);
    }
    if !is_apart(lines, story) {
        return 0;
    }
    story.put(Role::Headline, line.number, &line.text);
    1
}

/// Tells whether a first line that has no gap below it is still no part of what follows.
fn is_apart(lines: &[Line], story: &Story) -> bool {
    let [line, next, ..] = lines else { return false };
    let stamped = lines[1..].iter().take(5).take_while(|line| !line.gap).any(|line| is_stamp(line, story));
    let spoken = is_turn(&next.text) || (is_spoken(&line.text) && is_spoken(&next.text));
    // Lines of one width, one below the other, are a text in columns, and its first line is like the others.
    !spoken && (stamped || (is_running(&lines[1..]) && !column::is_column(lines)))
}

/// Tells whether lines without gaps are a page as it was scanned, many stories in short lines.
fn is_page(lines: &[Line]) -> bool {
    const FEWEST: usize = 30;
    const LOOKED_AT: usize = 200;
    let start = &lines[..lines.len().min(LOOKED_AT)];
    let gaps = start.iter().filter(|line| line.gap || line.indented).count();
    let ended = start.iter().filter(|line| ends_sentence(&line.text)).count();
    start.len() >= FEWEST && gaps * 20 < start.len() && ended * 5 < start.len() * 2
}

/// Tells whether lines that follow each other without gaps are paragraphs: most of them end as sentences do.
fn is_running(lines: &[Line]) -> bool {
    const LOOKED_AT: usize = 40;
    let block = 1 + lines[1..].iter().take(LOOKED_AT).take_while(|line| !line.gap).count();
    let ended = lines[..block].iter().filter(|line| ends_sentence(&line.text)).count();
    ended * 2 >= block
}

fn is_byline(line: &Line, story: &Story) -> bool {
    strict_stamp(line, story).is_some_and(|parts| parts.iter().any(|part| part.role == Role::Byline))
}

/// Tells whether the first line is the first of numbered items or their headings: `1 The dock`, `2 The quay`.
fn is_numbered(lines: &[Line]) -> bool {
    const LOOKED_AT: usize = 60;
    let Some(mark) = lines[0].text.strip_prefix('1').and_then(|rest| rest.chars().next()) else { return false };
    let second = |line: &Line| line.text.strip_prefix('2').is_some_and(|rest| rest.starts_with(mark));
    matches!(mark, ' ' | '.' | ')' | '、') && lines[1..].iter().take(LOOKED_AT).any(second)
}

/// Takes a first line that ends with a full stop for a headline only where a stamp follows it.
fn read_stopped_headline(line: &Line, next: &Line, story: &mut Story) -> usize {
    const LONGEST: usize = 150;
    let short = line.text.chars().count() <= LONGEST && !line.text.contains(". ") && furniture(&line.text).is_none();
    let text = line.text.trim_end_matches(['.', '。']).to_owned();
    let bare = Line { text, is_no_stamp: Cell::default(), ..line.clone() };
    if !short || !is_stamp(next, story) || !can_be_headline(&bare, story) {
        return 0;
    }
    story.put(Role::Headline, line.number, &line.text);
    1
}

/// Reads a headline over two or three lines, which ends at a gap or a stamp and goes on in small letters.
fn read_long_headline(lines: &[Line], story: &mut Story) -> usize {
    const MOST: usize = 3;
    let count = 1 + lines[1..].iter().take(MOST).take_while(|line| !line.gap && !is_stamp(line, story)).count();
    let goes_on = lines[1..count].iter().all(|line| starts_lower(&line.text));
    let text = lines[..count].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    if count > MOST || count == lines.len() || !goes_on || is_paragraph(&text) {
        return 0;
    }
    story.put(Role::Headline, lines[0].number, &text);
    count
}

/// What stands between headline and stamp, not yet put anywhere.
enum Waiting<'a> {
    Picture(&'a Line),
    Text(&'a Line),
    Leave(&'a Line, &'static str),
}

/// Reads the lines below the headline up to the last stamp line. What stands before a stamp is no body: a standfirst,
/// captions, a name without `By`, the headline again.
fn read_below(lines: &[Line], story: &mut Story) -> usize {
    const MOST: usize = 12;
    let headline = story.parsed.article.headline.clone();
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    let mut taken = 0;
    for (n, line) in lines.iter().enumerate().take(MOST) {
        let texts = waiting.iter().filter(|one| matches!(one, Waiting::Text(_))).count();
        if is_below_stamp(line, story, headline.is_some()) {
            for one in waiting.drain(..) {
                settle(one, story);
            }
            read_stamp(line, story, headline.is_some());
            taken = n + 1;
        } else if headline.is_none()
            || line.text.len() > LONGEST_SHORT
            || dateline::of(&line.text, story.order()).is_some()
        {
            break;
        } else if headline.as_deref().is_some_and(|headline| has_same_words(headline, &line.text)) {
            waiting.push(Waiting::Leave(line, "repeated headline"));
        } else if picture(&line.text).is_some() {
            waiting.push(Waiting::Picture(line));
        } else if is_signature(lines, n, taken) {
            story.put(Role::Publisher, line.number, &line.text);
            taken = n + 1;
        } else if let Some(reason) = furniture(&line.text).or_else(|| advisory(&line.text)).filter(|_| taken == 0) {
            waiting.push(Waiting::Leave(line, reason));
        } else if taken == 0
            && can_wait(&line.text)
            && (texts == 0 || (texts < 3 && !line.gap && !is_paragraph(&line.text)))
        {
            waiting.push(Waiting::Text(line));
        } else {
            break;
        }
    }
    taken
}

/// Tells whether a line right below a stamp names the publisher, as agencies sign: `By ANN LEE`, `Ostrel Press Agency`.
fn is_signature(lines: &[Line], n: usize, taken: usize) -> bool {
    let Line { text, gap, .. } = &lines[n];
    n > 0 && taken == n && !gap && n + 1 < lines.len() && is_name_like(text, 5) && is_publisher(text)
}

/// Tells whether a line speaks to editors: `(Adds quote, background)`.
fn advisory(text: &str) -> Option<&'static str> {
    let whole = text.len() <= 160 && text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1;
    whole.then_some("advisory")
}

fn is_below_stamp(line: &Line, story: &Story, loose: bool) -> bool {
    stamp(&line.text, story.order(), loose).is_some() || is_stamp(line, story)
}

fn can_wait(text: &str) -> bool {
    furniture(text).is_none() && (is_standfirst(text) || is_name(text))
}

/// Tells whether a line above a stamp can be a standfirst: several words, and not a name.
fn is_standfirst(text: &str) -> bool {
    let enough = text.split_whitespace().nth(3).is_some() || text.chars().filter(|c| is_cjk(*c)).count() >= 10;
    enough && (is_paragraph(text) || !is_name_like(text, 5))
}

/// Tells whether a line above a stamp is a name: of a publisher, or of a person in a few words that are not all in
/// capitals.
fn is_name(text: &str) -> bool {
    let person =
        (2..=4).contains(&text.split_whitespace().count()) && keys::looks_like_names(text) && !is_capitals(text);
    is_name_like(text, 6) && (person || is_publisher(text))
}

fn settle(one: Waiting<'_>, story: &mut Story) {
    match one {
        Waiting::Picture(line) => put_picture(line, story),
        Waiting::Leave(line, reason) => story.leave(line.number, &line.text, reason),
        Waiting::Text(line) if is_standfirst(&line.text) && story.parsed.article.standfirst.is_some() => {
            story.put(Role::Body, line.number, &line.text);
        }
        Waiting::Text(line) if is_standfirst(&line.text) => story.put(Role::Standfirst, line.number, &line.text),
        Waiting::Text(line) if is_publisher(&line.text) => story.put(Role::Publisher, line.number, &line.text),
        Waiting::Text(line) => {
            story.doubt(line.number, format!("bylines: `{}` stands where a byline does", line.text));
            story.put(Role::Byline, line.number, &line.text);
        }
    }
}

fn put_picture(line: &Line, story: &mut Story) {
    match picture(&line.text) {
        Some(Picture::Caption { caption, kind }) => story.put_caption(line.number, caption, kind, &line.text),
        Some(Picture::Credit { key, credit }) => {
            let caption = crate::Caption { text: key, credit: Some(credit) };
            story.put_caption(line.number, caption, None, &line.text);
        }
        None => {}
    }
}
