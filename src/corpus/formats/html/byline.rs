//! The bylines that a page shows, with the day that often stands on the same line.

use dom_query::Document;

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
    (".author, .post-author, .article-author, .entry-author, .article__author, #byline", "<… class=author>"),
    ("[class*='byline' i], [id*='byline' i]", "<… class=byline>"),
];
/// Lines that give names and often the day.
const LINES: &str = ".byline, .article-byline, .article__byline, .c-byline, .story-byline, .post-byline, .p-author";
/// What the main text is without, for its class.
const DROPPED: &str = "[class*='byline' i], [class*='author-' i]";
/// Longer ones are biographies.
const LONGEST: usize = 100;

/// Offers the names, and the days on lines of names for want of others.
pub(super) fn fill(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    for (selector, place) in BYLINES {
        let nodes = document.select(selector);
        // A class that only has the word in it stands in every pointer to another article too.
        let most = if selector.starts_with("[class*") { 1 } else { 8 };
        for node in nodes.nodes().iter().filter(|node| !elsewhere.holds(node)).take(most) {
            let text = value_of(node);
            if text.len() <= LONGEST {
                fields.offer_byline(&text, place);
            }
        }
    }
    let lines = document.select(LINES);
    for node in lines.nodes().iter().filter(|node| !elsewhere.holds(node)).take(8) {
        let line = text_of(node);
        let is_change = ["updated", "modified"].iter().any(|word| letters_of(&line).contains(word));
        if line.len() > 2 * LONGEST || is_change {
            continue;
        }
        if let Some((_, day)) = fields.day_in(&line) {
            fields.offer_date("published", day, "<… class=byline>");
        }
    }
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
