//! The bylines that a page shows, with the day that often stands on the same line.

use dom_query::{Document, NodeRef};

use crate::corpus::text;

use super::blocks::text_of;
use super::elsewhere::Elsewhere;
use super::fields::{Fields, clip, letters_of};
use super::shown::value_of;

/// Where bylines stand, the surest first. The names under which others print the author's biography are left out.
const BYLINES: &[(&str, &str)] = &[
    ("[itemprop='author'] [itemprop='name'], meta[itemprop='author']", "<… itemprop=author>"),
    ("[itemprop~='author']", "<… itemprop=author>"),
    ("a[rel~='author'], [rel~='author']", "<a rel=author>"),
    (".byline__name, .byline-name, .byline .author-name, .p-author .p-name", "<… class=byline-name>"),
    (LINES, "<… class=byline>"),
    (".author-name, .author__name", "<… class=author-name>"),
    ("[class*='author-name' i], [class*='author__name' i], [class*='authorname' i]", "<… class=author-name>"),
    (".author, .post-author, .article-author, .entry-author, .article__author, #byline", "<… class=author>"),
    ("[class*='byline' i], [id*='byline' i]", "<… class=byline>"),
    ("[class*='author' i], [class*='autor' i], [class*='auteur' i], [class*='writer' i]", "<… class=author>"),
];
/// What says for sure who the author is, wherever it stands.
const SURE: &str = "[itemprop~='author'], [rel~='author']";
/// Lines that give names and often the day.
const LINES: &str = ".byline, .article-byline, .article__byline, .c-byline, .story-byline, .post-byline, .p-author";
/// What the main text is without, for its class.
const DROPPED: &str = "[class*='byline' i], [class*='author-' i]";
/// Longer ones are biographies.
const LONGEST: usize = 100;

/// Offers the names, and the days on lines of names for want of others.
pub(super) fn fill(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    for (selector, place) in BYLINES {
        // Names are taken from one kind of place.
        if fields.takes_bylines_elsewhere(place) {
            continue;
        }
        let nodes = document.select(selector);
        // A class that only has the word in it stands in every pointer to another article too.
        let is_part = selector.starts_with("[class*");
        let most = if is_part { 1 } else { 8 };
        let is_other = |node: &NodeRef<'_>| elsewhere.holds(node) || is_part && is_of_comment(node);
        for node in nodes.nodes().iter().filter(|node| !is_other(node)).take(most) {
            // What is called a name is one, also where it is one word.
            offer(node, place, is_part && !selector.contains("name"), fields);
        }
    }
    // Some print the name of the author on the margin.
    let margins = document.select(SURE);
    let margins = margins.nodes().iter().map(text_of).filter(|name| (1..=LONGEST).contains(&name.len()));
    let mut margins = margins.collect::<Vec<_>>();
    margins.dedup();
    if let [name] = margins.as_slice() {
        fields.offer_byline(name, "<… itemprop=author>");
    }
    let lines = document.select(LINES);
    for node in lines.nodes().iter().filter(|node| !elsewhere.holds(node)).take(8) {
        let line = text_of(node);
        if line.len() > 2 * LONGEST || tells_change(&line) {
            continue;
        }
        if let Some((_, day)) = fields.day_in(&line) {
            fields.offer_date("published", day, "<… class=byline>");
        }
    }
}

/// Tells whether an element is of a comment by a reader.
fn is_of_comment(node: &NodeRef<'_>) -> bool {
    let names_comment = |node: &NodeRef<'_>| node.class().is_some_and(|class| class.to_lowercase().contains("comment"));
    names_comment(node) || node.ancestors_it(Some(4)).any(|ancestor| names_comment(&ancestor))
}

/// Offers the names in an element: those of its text, without the day, or where there is more than names in it, those that
/// it links. Where only a part of a class tells, nothing but whole names is taken.
fn offer(node: &NodeRef<'_>, place: &str, only_names: bool, fields: &mut Fields) {
    let text = value_of(node);
    if text.len() > 2 * LONGEST {
        return;
    }
    let text = before_day(&text, fields);
    let names = text::byline_names(&text);
    if !names.is_empty() && names.iter().all(|name| is_like_a_name(name)) {
        fields.offer_byline(&text, place);
        return;
    }
    let links = node.descendants_it().filter(|inner| inner.has_name("a")).map(|link| text_of(&link));
    let links = links.filter(|name| is_like_a_name(name)).collect::<Vec<_>>();
    for name in &links {
        fields.offer_byline(name, place);
    }
    if links.is_empty() && text.len() <= LONGEST && !only_names {
        fields.offer_byline(&text, place);
    }
}

/// Offers the names of a line that begins as bylines do, and has names and nothing else.
pub(super) fn offer_line(line: &str, place: &str, fields: &mut Fields) {
    const OPENINGS: &[&str] = &[
        "by ",
        "by: ",
        "words: ",
        "words by ",
        "von ",
        "von: ",
        "text: ",
        "text von ",
        "par ",
        "por ",
        "di ",
        "da ",
        "door ",
        "av ",
        "af ",
        "autor: ",
        "author: ",
        "autora: ",
        "auteur: ",
        "автор: ",
        "текст: ",
    ];
    let lower = line.to_lowercase();
    if line.len() > LONGEST || !OPENINGS.iter().any(|opening| lower.starts_with(opening)) {
        return;
    }
    let text = before_day(line, fields);
    let names = text::byline_names(&text);
    if !names.is_empty() && names.iter().all(|name| is_like_a_name(name)) {
        fields.offer_byline(&text, place);
    }
}

/// Offers the name that lines in the text or below it give with a label, for want of others, where they give no two.
pub(super) fn offer_labelled(lines: &[String], fields: &mut Fields) {
    const LABELS: &[&str] = &["autor:", "autorin:", "author:", "auteur:", "auteur :", "autore:", "автор:", "von:"];
    if !fields.parsed.article.bylines.is_empty() {
        return;
    }
    let labelled = |line: &&String| {
        let lower = line.to_lowercase();
        line.len() <= LONGEST && LABELS.iter().any(|label| lower.starts_with(label))
    };
    let mut names = lines.iter().filter(labelled).map(|line| before_day(line, fields)).collect::<Vec<_>>();
    names.dedup();
    if let [name] = names.as_slice()
        && text::byline_names(name).iter().all(|name| is_like_a_name(name))
    {
        fields.offer_byline(name, "line with a label");
    }
}

/// Tells whether a text is the name of a person or desk: a few words in capitals, or of a script without them.
fn is_like_a_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_capital = |word: &str| word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    // Some scripts have neither capitals nor spaces in a name.
    if text.chars().all(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase()) {
        return (1..=12).contains(&text.chars().count());
    }
    (2..=4).contains(&text.split_whitespace().count())
        && !text::names_role(text)
        && words.next().is_some_and(is_capital)
        && words.next_back().is_some_and(is_capital)
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '/'))
}

/// Returns a line of names without the day, which may be written close to them.
fn before_day(line: &str, fields: &Fields) -> String {
    let day = fields.day_in(line).and_then(|(_, day)| Some((line.find(day)?, day.len())));
    let figure = || line.find(|c: char| c.is_ascii_digit()).map(|at| (at, line.len() - at));
    let Some((at, length)) = day.or_else(figure) else { return line.to_owned() };
    let (before, after) = (&line[..at], &line[at + length..]);
    let is_opening =
        matches!(&*letters_of(before), "" | "on" | "published" | "publishedon" | "posted" | "postedon" | "am");
    let names = if is_opening { after } else { before };
    let names = names.trim_matches(|c: char| !c.is_alphabetic() && c != '.' && c != ')');
    // `Ann Lee on 5 May`.
    let before_dates = [" on", " am", " vom", " le", " el", " il", " op", " den", " em"];
    before_dates.iter().find_map(|word| names.strip_suffix(word)).unwrap_or(names).to_owned()
}

/// Tells whether a line says when something was changed, and not when it was published.
pub(super) fn tells_change(line: &str) -> bool {
    const CHANGED: &[&str] = &[
        "updated",
        "modified",
        "lastedited",
        "aktualisiert",
        "geändert",
        "misàjour",
        "modifié",
        "actualizado",
        "aggiornato",
        "atualizado",
        "обновлено",
    ];
    const PUBLISHED: &[&str] = &[
        "published",
        "posted",
        "writtenon",
        "written19",
        "written20",
        "veröffentlicht",
        "publié",
        "publicado",
        "pubblicato",
        "опубликовано",
    ];
    let letters = letters_of(line);
    let has = |words: &[&str]| words.iter().any(|word| letters.contains(word));
    has(CHANGED) && !has(PUBLISHED)
}

/// Notes the lines that the main text is without and no field has wholly.
pub(super) fn leave_over(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    const MOST: usize = 20;
    let nodes = document.select(DROPPED);
    let mut noted: Vec<String> = Vec::new();
    for node in nodes.nodes().iter().filter(|node| !elsewhere.holds(node)).take(MOST) {
        let line = text_of(node);
        // One within another is noted with that one.
        if line.is_empty() || is_used(&line, fields) || noted.iter().any(|known| known.contains(&line)) {
            continue;
        }
        fields.parsed.leave(None, clip(&line), "byline");
        noted.push(line);
    }
}

fn is_used(line: &str, fields: &Fields) -> bool {
    let article = &fields.parsed.article;
    let names = text::byline_names(line);
    let is_named = line.len() <= 2 * LONGEST && names.iter().all(|name| article.bylines.contains(name));
    match fields.day_in(line) {
        Some((day, _)) => is_named && [&article.published, &article.updated].contains(&&Some(day)),
        None => is_named && !names.is_empty(),
    }
}
