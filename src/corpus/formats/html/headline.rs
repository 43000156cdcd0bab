//! The headline whole, and the name of the site in a heading or title. What a page says to machines is believed, and may be cut
//! short.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};

use super::blocks::{plain_text, text_of, text_without};
use super::fields::{Fields, letters_of};
use super::meta::{Meta, headline_of_title};
use crate::corpus::text::shape::is_cjk;

/// How many headings are looked at.
const MOST: usize = 20;
/// What is cut short has as many letters.
const FEWEST_LETTERS: usize = 16;

/// Takes a heading, or the title, for the headline that is known where it goes on and that is cut short: at three dots, at a
/// quotation mark that ended the attribute which it stood in, or within a word or where search engines cut headlines.
pub(super) fn complete(document: &Document, fields: &mut Fields) {
    let Some(known) = fields.parsed.article.headline.clone() else { return };
    let title = document.select_single("title").text();
    let key = letters_of(&known);
    let goes_on = fields.headings.iter().any(|heading| heading.len() > key.len() && heading.starts_with(&key));
    // Of most headlines that is all there is to look at.
    if !is_dotted(&known) && !goes_on && !goes_on_in_quotes(title.trim(), &known) {
        return;
    }
    let title = without_site(&headline_of_title(&title, fields));
    let printed = headings(document).map(|heading| (heading, "<h1>")).chain([(title, "<title>")]);
    let is_whole = |text: &str| {
        goes_on_in_quotes(text, &known)
            || is_dotted(&known) && goes_on_after_dots(text, &known)
            || goes_on_in_word(text, &known)
    };
    if let Some((text, place)) = printed.into_iter().find(|(text, _)| is_whole(text)) {
        replace(&text, place, fields);
    }
}

/// Takes the heading for the headline that is said to search engines where other media are told what the heading says.
pub(super) fn agree(document: &Document, meta: &Meta, fields: &mut Fields) {
    let Some(known) = fields.parsed.article.headline.as_deref().map(letters_of) else { return };
    if fields.headings.is_empty() || fields.headings.contains(&known) {
        return;
    }
    let cards = meta.card_titles().map(|card| headline_of_title(card, fields));
    let cards = cards.map(|card| letters_of(&card)).collect::<Vec<_>>();
    let is_told = |heading: &String| cards.contains(&letters_of(heading));
    if let Some(heading) =
        headings(document).find(|heading| letters_of(heading).len() >= FEWEST_LETTERS && is_told(heading))
    {
        replace(&heading, "<h1>", fields);
    }
}

fn headings(document: &Document) -> impl Iterator<Item = String> {
    let headings = document.select("h1");
    let headings = headings.nodes().iter().take(MOST).map(heading_text).filter(|heading| heading.len() <= 1000);
    headings.collect::<Vec<_>>().into_iter()
}

fn replace(text: &str, place: &str, fields: &mut Fields) {
    let Some(text) = plain_text(text) else { return };
    fields.parsed.article.headline = Some(text);
    if let Some(found) = fields.parsed.found.iter_mut().find(|found| found.field == "headline") {
        found.place = place.to_owned();
    }
}

fn is_dotted(headline: &str) -> bool {
    headline.ends_with("...") || headline.ends_with('…')
}

fn goes_on_in_quotes(text: &str, known: &str) -> bool {
    let is_long = || letters_of(known).len() >= FEWEST_LETTERS;
    text.strip_prefix(known).is_some_and(|rest| rest.trim_start().starts_with(['"', '\''])) && is_long()
}

fn goes_on_after_dots(text: &str, known: &str) -> bool {
    let key = letters_of(known);
    // A headline that ends in dots as it was written has them in the title too, before the name of the site.
    key.len() >= FEWEST_LETTERS
        && !text.starts_with(known)
        && !is_dotted(text)
        && letters_of(text).strip_prefix(&*key).is_some_and(|rest| !rest.is_empty())
}

/// Tells whether a text goes on where another is cut off: within a word, or after as many letters as search engines show.
fn goes_on_in_word(text: &str, known: &str) -> bool {
    const SHOWN: usize = 100;
    let Some(rest) = text.strip_prefix(known) else { return false };
    let is_cut =
        || !known.contains(is_cjk) && known.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
    known.chars().count() >= FEWEST_LETTERS && !rest.is_empty() && (known.chars().count() >= SHOWN || is_cut())
}

/// Tells whether a heading is a link to the site's first page: it is the site's name.
pub(super) fn is_link_home(heading: &NodeRef<'_>) -> bool {
    let links = heading.descendants_it().filter(|node| node.has_name("a"));
    let is_home = |link: NodeRef<'_>| {
        let href = link.attr("href").unwrap_or_default();
        let path = match href.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => href.strip_prefix('/').filter(|path| !path.starts_with('/')).unwrap_or("another page"),
        };
        path.is_empty() && letters_of(&link.text()) == letters_of(&heading.text())
    };
    links.take(2).any(is_home)
}

/// Parts of the names of what stands in headings beside the headline: what is above it, behind it, or for screen readers.
const BESIDE: &[&str] = &[
    "kicker",
    "eyebrow",
    "overline",
    "topline",
    "roofline",
    "dachzeile",
    "spitzmarke",
    "preheadline",
    "pre-headline",
    "supertitle",
    "surtitle",
    "sub",
    "label",
    "badge",
    "visually-hidden",
    "visuallyhidden",
    "sr-only",
    "screen-reader",
    "screenreader",
    "share",
    "premium",
    "paywall",
    "date",
    "author",
    "comment",
];

/// Returns a heading's text without the sign that links to it, and without what stands beside the headline in it.
pub(super) fn heading_text(heading: &NodeRef<'_>) -> String {
    let is_beside = |node: &NodeRef<'_>| {
        let names = node.class().map(|class| class.to_ascii_lowercase()).unwrap_or_default();
        let names = names.split_ascii_whitespace().flat_map(|name| BESIDE.iter().map(move |part| (name, part)));
        let mut names = names.filter(|(name, part)| name.contains(**part));
        node.has_name("small") || node.has_name("time") || names.next().is_some()
    };
    let inner = heading.descendants_it().filter(NodeRef::is_element);
    let beside = inner.filter(is_beside).map(|node| node.id).collect::<HashSet<_>>();
    let whole = text_of(heading);
    let text = if beside.is_empty() { whole.clone() } else { text_without(heading, beside) };
    // What has such a name may be all there is.
    let text = if letters_of(&text).len() * 3 < letters_of(&whole).len() { whole } else { text };
    text.trim_end_matches(['¶', '#', '§', ' ']).to_owned()
}

/// What the names of sites end with in Chinese, Japanese and Korean.
const CJK_SITES: &[&str] = &[
    "网",
    "網",
    "日报",
    "日報",
    "晚报",
    "晚報",
    "早报",
    "早報",
    "时报",
    "時報",
    "商报",
    "都市报",
    "通讯社",
    "通信社",
    "新华社",
    "新聞社",
    "电视台",
    "電視台",
    "频道",
    "頻道",
    "新闻",
    "新聞",
    "在线",
    "在線",
    "ニュース",
    "뉴스",
    "일보",
    "신문",
];

/// Returns a title without what follows the last sign that sets off a site's name. Taken where nothing says what the
/// site is called.
pub(super) fn without_site(title: &str) -> String {
    if let Some(headline) = without_cjk_sites(title) {
        return headline.to_owned();
    }
    for separator in [" | ", " :: ", " » ", " — ", " – ", " - "] {
        let Some((headline, site)) = title.rsplit_once(separator) else { continue };
        if site.split_whitespace().count() <= 4 && headline.split_whitespace().count() >= 3 {
            return headline.trim().to_owned();
        }
    }
    title.to_owned()
}

/// The same in scripts that part no words, where there are short names of sites and their channels at the end.
fn without_cjk_sites(title: &str) -> Option<&str> {
    const LONGEST_TITLE: usize = 1000;
    const LONGEST_SITE: usize = 5;
    const MOST_SITES: usize = 3;
    let signs = ['-', '_', '|', '｜', '—', '–'];
    let mut headline = title;
    for _ in 0..MOST_SITES {
        let parted = headline.rsplit_once(signs).filter(|_| headline.len() <= LONGEST_TITLE);
        let Some((before, site)) = parted.map(|(before, site)| (before.trim_end_matches([' ', '-', '_']), site.trim()))
        else {
            break;
        };
        let is_site = site.chars().count() <= LONGEST_SITE && CJK_SITES.iter().any(|end| site.ends_with(end));
        // Scores and the names of aeroplanes have such signs too.
        let is_within = before.ends_with(|c: char| c.is_ascii_alphanumeric());
        let has_headline = before.chars().filter(|c| is_cjk(*c) || ('가'..='힣').contains(c)).count() >= 6;
        if !is_site || is_within || !has_headline {
            break;
        }
        headline = before;
    }
    (headline.len() < title.len()).then_some(headline)
}
