//! What a page shows to readers besides its main text: headline, byline, dates, standfirst, captions. Found by
//! microdata (`itemprop`), by elements that mean it, and by the class names that most newsrooms use.

use dom_query::{Document, NodeRef};

use super::blocks::{paragraphs_of, text_of};
use super::elsewhere::Elsewhere;
use super::fields::{Fields, HEADLINE, KICKER, PUBLISHER, letters_of};
use super::headline::{heading_text, is_link_home, without_site};
use crate::corpus::text;

use super::meta::{Meta, headings, headline_of_title, is_about_other, is_name_of_site};

const HEADLINES: &str = "[itemprop='headline'], [property='headline'], [property='schema:headline']";
const STANDFIRSTS: &str = ".standfirst, .article-standfirst, .article__standfirst, .deck, .dek, .article-dek, \
    .article__dek, .subheadline, .sub-headline, .subhed, .article-summary, .article__summary, .article__subtitle, \
    .article-subtitle, .story-subtitle, .article__lead, [itemprop='alternativeHeadline']";
const KICKERS: &str = ".kicker, .article-kicker, .article__kicker, .eyebrow, .overline";
/// A page of many pictures is a gallery; one of thousands is no news.
const MAX_CAPTIONS: usize = 200;

/// Offers what the page shows.
pub(super) fn fill(document: &Document, elsewhere: &Elsewhere, meta: &Meta, fields: &mut Fields) {
    let agreed = meta.agreed_headline.as_deref();
    for (selector, slot, place) in [
        (HEADLINES, HEADLINE, "<… itemprop=headline>"),
        (KICKERS, KICKER, "<… class=kicker>"),
        ("[itemprop='publisher'] [itemprop='name']", PUBLISHER, "<… itemprop=publisher>"),
    ] {
        let is_other = |text: &str| slot.0 == HEADLINE.0 && agreed.is_some_and(|agreed| is_about_other(text, agreed));
        let node = first_shown(document, elsewhere, selector);
        if let Some(text) = node.as_ref().map(value_of).filter(|text| text.len() <= 300 && !is_other(text)) {
            fields.offer(slot, &text, place);
        }
    }
    if fields.parsed.article.headline.is_none() {
        fill_headline(document, elsewhere, fields);
    }
    fill_dates(document, elsewhere, meta, fields);
    super::byline::fill(document, elsewhere, fields);
    for node in document.select(STANDFIRSTS).nodes().iter().filter(|node| !elsewhere.holds(node)).take(2) {
        offer_printed_standfirst(node, fields);
    }
    fill_captions(document, elsewhere, fields);
    let lines = Lines::of(document, fields);
    if let Some(lines) = &lines {
        lines.fill_date(fields);
    }
    fill_named_dates(document, elsewhere, fields);
    if let Some(lines) = &lines {
        lines.fill(document, fields);
    }
    if fields.needs_clock() {
        offer_clocks(document, elsewhere, fields);
    }
}

/// Offers the heading that the title begins with, else the first one within the article, else the title, else any
/// heading: outside of the article, headings of the first rank tend to name the site or its section.
fn fill_headline(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    let title = document.select_single("title").text();
    let key = letters_of(&title);
    let headline = without_site(&headline_of_title(&title, fields));
    let is_site = |heading: &str| key != letters_of(heading) && is_name_of_site(heading, fields);
    let mut headings = Vec::new();
    for (selector, place) in [("h1", "<h1>"), ("article h2, main h2", "<h2>")] {
        let in_title =
            |heading: &String| heading.len() >= 8 && key.starts_with(&letters_of(heading)) && !is_site(heading);
        let nodes = document.select(selector);
        let mut shown = nodes.nodes().iter().take(50).filter(|node| !is_link_home(node)).map(heading_text);
        headings.extend(shown.find(in_title).zip(Some(place)));
    }
    if headings.is_empty()
        && let Some(part) = part_with_heading(&title, document)
    {
        headings.push((part, "<title>"));
    }
    if let Some(heading) = first_shown(document, elsewhere, "article h1, main h1, #content h1, .post h1, .entry h1") {
        let heading = heading_text(&heading);
        if !is_site(&heading) && !is_about_other(&heading, &headline) {
            headings.push((heading, "<h1>"));
        }
    }
    if headline.split_whitespace().count() >= 4 {
        headings.push((headline.clone(), "<title>"));
    }
    if let Some(heading) = first_shown(document, elsewhere, "h1").map(|heading| heading_text(&heading))
        && !is_site(&heading)
        && !is_about_other(&heading, &headline)
    {
        headings.push((heading, "<h1>"));
    }
    headings.push((headline, "<title>"));
    for (heading, place) in headings {
        fields.offer(HEADLINE, &heading, place);
    }
}

/// Returns the part of a title that a heading says too; the longest where several do: the others name the site.
fn part_with_heading(title: &str, document: &Document) -> Option<String> {
    const SEPARATORS: &[&str] = &[" | ", " - ", " — ", " – ", " :: ", " » ", " · ", " • ", ": "];
    let headings = headings(document, "h1, h2, h3");
    let parts = SEPARATORS.iter().flat_map(|separator| [title.split_once(separator), title.rsplit_once(separator)]);
    let parts = parts.flatten().flat_map(|(before, after)| [before.trim(), after.trim()]);
    let words = |part: &&str| part.split_whitespace().count();
    let shown = parts.filter(|part| words(part) >= 2 && headings.contains(&letters_of(part)));
    // The first of the longest: `max_by_key` gives the last.
    shown.rev().max_by_key(words).map(str::to_owned)
}

/// A summary in the page's own print comes before what is said of it elsewhere.
fn offer_printed_standfirst(node: &NodeRef<'_>, fields: &mut Fields) {
    let text = text_of(node);
    // Some print their whole text under such a name.
    if (20..=600).contains(&text.len()) {
        fields.offer_printed_standfirst(&text, "<… class=standfirst>");
    }
}

fn fill_dates(document: &Document, elsewhere: &Elsewhere, meta: &Meta, fields: &mut Fields) {
    offer_elements(OWN_DATES, document, elsewhere, fields);
    meta.fill_any_dates(fields);
    offer_elements(OTHER_DATES, document, elsewhere, fields);
}

/// Where the dates of an article stand: selector, field, place.
type Elements = &'static [(&'static str, &'static str, &'static str)];

const OWN_DATES: Elements = &[
    ("[itemprop~='datePublished']", "published", "<… itemprop=datePublished>"),
    ("time[pubdate]", "published", "<time pubdate>"),
    ("article time[datetime], main time[datetime]", "published", "<time datetime>"),
];
/// Where other dates may stand too, that of today among them.
const OTHER_DATES: Elements = &[
    ("header time[datetime]", "published", "<time datetime>"),
    ("time[datetime]", "published", "<time datetime>"),
    (".published[title], abbr.published, .dt-published", "published", "<… class=published>"),
    ("[itemprop~='dateModified']", "updated", "<… itemprop=dateModified>"),
    (".dt-updated, time.updated", "updated", "<… class=updated>"),
];

fn offer_elements(elements: Elements, document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    for (selector, field, place) in elements {
        if fields.has_date(field) {
            continue;
        }
        let Some(node) = first_shown(document, elsewhere, selector) else { continue };
        let given = ["datetime", "content", "title"].iter().find_map(|name| node.attr(name));
        let text = given.map_or_else(|| text_of(&node), |text| text.to_string());
        fields.offer_date(field, &text, *place);
    }
}

/// The names of classes and ids that dates are shown under, as a part of the name.
const DATES: &str = "[class*='date' i], [class*='datum' i], [class*='publish' i], [class*='posted' i], [class*='fecha' i], \
    [class*='time' i], [class*='pubinfo' i], [class*='meta' i], [class*='byline' i], [class*='info' i], [id*='date' i]";
/// Longer lines are not about the date.
const DATE_LINE: usize = 100;

/// Offers the days that a page shows to readers under a name for it, and the one in its address, for want of others.
fn fill_named_dates(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    if fields.has_date("published") {
        return;
    }
    let (times, named) = (document.select("time"), document.select(DATES));
    let nodes = times.nodes().iter().chain(named.nodes()).filter(|node| !elsewhere.holds(node) && !is_teaser(node));
    for node in nodes.take(100) {
        offer_date_line(&text_of(node), "<… class=date>", fields);
    }
    if let Some(day) = day_of_address(fields, document) {
        fields.offer_date("published", &day, "address");
    }
}

/// The lines of a page, and where its headline stands among them.
struct Lines {
    all: Vec<String>,
    headlines: Vec<usize>,
}

impl Lines {
    const PLACE: &str = "line at the headline";
    /// Longer lines may be about another day.
    const DATED: usize = 60;
    /// So near one another, one headline is the last of the crumbs of the way there.
    const CRUMBS: usize = 6;
    /// How often a headline is looked for; pages that are lists repeat it.
    const MOST: usize = 5;

    /// Returns the lines, where a date or names are missing.
    fn of(document: &Document, fields: &Fields) -> Option<Lines> {
        let is_whole = fields.has_date("published") && !fields.parsed.article.bylines.is_empty();
        let headline = fields.parsed.article.headline.as_deref().map(letters_of).unwrap_or_default();
        if headline.is_empty() || is_whole {
            return None;
        }
        let all = document.select_single("body").nodes().first().map(paragraphs_of)?;
        let places = |is_headline: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..all.len()).filter(|at| is_headline(&letters_of(&all[*at]))).take(Self::MOST).collect()
        };
        let mut headlines = places(&|line| line == headline);
        // What is said to machines may be said otherwise in print.
        if headlines.is_empty() {
            let is_long = |line: &str| line.chars().count() >= 24;
            headlines = places(&|line| is_long(line) && fields.headings.iter().any(|heading| heading == line));
        }
        (!headlines.is_empty()).then_some(Lines { all, headlines })
    }

    /// Returns so many lines after a headline and, behind these, before it.
    fn around(&self, headline: usize, after: usize, before: usize) -> impl Iterator<Item = &String> {
        let (above, below) = self.all.split_at(headline);
        below.iter().skip(1).take(after).chain(above.iter().rev().take(before))
    }

    /// Offers the day beside the headline. Others on the page may be that on which it was shown. Further down, where others list
    /// it, the days may be theirs.
    fn fill_date(&self, fields: &mut Fields) {
        let crumbs = self.headlines.windows(2).take_while(|pair| pair[1] - pair[0] <= Self::CRUMBS).count();
        for at in self.headlines.iter().take(1 + crumbs) {
            if fields.has_date("published") {
                return;
            }
            for line in self.around(*at, 4, 2).filter(|line| line.len() <= Self::DATED && !line.ends_with('.')) {
                offer_date_line(line, Self::PLACE, fields);
            }
        }
    }

    /// Offers day and names of the short lines around the headline, for want of others.
    fn fill(&self, document: &Document, fields: &mut Fields) {
        let linked = super::byline::linked_names(document);
        for at in &self.headlines {
            let (needs_date, needs_names) = (!fields.has_date("published"), fields.parsed.article.bylines.is_empty());
            if !(needs_date || needs_names) {
                return;
            }
            for line in self.around(*at, 8, 4) {
                if needs_date {
                    offer_date_line(line, Self::PLACE, fields);
                }
                if needs_names {
                    super::byline::offer_line(line, &linked, Self::PLACE, fields);
                }
            }
            // Names may stand on the line behind the one that opens the byline.
            for pair in self.all[*at..].windows(2).take(8).filter(|pair| needs_names && text::is_opening(&pair[0])) {
                super::byline::offer_line(&pair.join(" "), &[], Self::PLACE, fields);
            }
            super::byline::offer_labelled(&self.all[*at..], fields);
        }
    }
}

/// Offers the times that the page shows for its article, by the clock of its place.
fn offer_clocks(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    let times = document.select("[itemprop~='datePublished'], [itemprop~='dateModified'], time[datetime]");
    let named = document.select(DATES);
    let is_own = |node: &&NodeRef<'_>| !elsewhere.holds(node) && !is_teaser(node);
    let times = times.nodes().iter().filter(is_own).take(20);
    for node in times.chain(named.nodes().iter().filter(is_own).take(20)) {
        let text = text_of(node);
        let names = [node.attr_or("itemprop", ""), node.attr_or("class", "")];
        let is_change =
            super::byline::tells_change(&text) || names.iter().any(|name| super::byline::tells_change(name));
        let field = if is_change { "updated" } else { "published" };
        let given = ["datetime", "content"].iter().find_map(|name| node.attr(name));
        match given {
            Some(given) => fields.offer_clock(field, &given),
            None if text.len() <= DATE_LINE => fields.offer_clock(field, &text),
            None => {}
        }
    }
}

fn offer_date_line(line: &str, place: &str, fields: &mut Fields) {
    if line.len() > DATE_LINE {
        return;
    }
    let day = fields.day_in(line).map(|(_, day)| day.to_owned());
    let Some(day) = day.or_else(|| short_day(line)) else { return };
    let field = if super::byline::tells_change(line) { "updated" } else { "published" };
    fields.offer_date(field, &day, place);
}

/// Returns the day that a line names with a year of two digits, as in `31.10.23`; such dates with points have the day first
/// wherever they are written. Numbers of versions look like them.
fn short_day(line: &str) -> Option<String> {
    line.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
        let numbers: Vec<&str> = word.trim_matches('.').split('.').collect();
        let [day, month, year] = numbers[..] else { return None };
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 2);
        let (day, month, year) = (number(day)?, number(month)?, number(year)?);
        let year = match year {
            0..=40 => 2000 + year,
            90.. => 1900 + year,
            _ => return None,
        };
        ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| format!("{year}-{month:02}-{day:02}"))
    })
}

/// Returns the day in an address such as `https://courier.example/2021/05/03/ferry`.
fn day_of_address(fields: &Fields, document: &Document) -> Option<String> {
    let address = fields.parsed.article.url.clone().or_else(|| super::meta::canonical_url(document))?;
    let parts = address.split(['/', '-', '_']).collect::<Vec<_>>();
    parts.windows(3).find_map(|parts| {
        let is_number =
            |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        let [year, month, day] = parts else { return None };
        let is_day = is_number(year, 4) && (year.starts_with("19") || year.starts_with("20"));
        (is_day && is_number(month, 2) && is_number(day, 2)).then(|| format!("{year}-{month}-{day}"))
    })
}

fn fill_captions(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    let captions = document.select("figcaption, .wp-caption-text, [itemprop='caption']");
    for node in captions.nodes().iter().filter(|node| !elsewhere.holds(node) && !is_teaser(node)).take(MAX_CAPTIONS) {
        let credit = credit_in(node);
        let text = text_of(node);
        let text = match &credit {
            Some(credit) => text.replacen(credit.as_str(), "", 1),
            None => text,
        };
        match text.trim().trim_end_matches(['|', '/', '(', '[', '—', '-']).trim() {
            "" | ")" | "()" => {}
            text => fields.offer_caption(text, credit.as_deref(), "<figcaption>"),
        }
    }
}

/// Returns who is credited within a caption.
fn credit_in(caption: &NodeRef<'_>) -> Option<String> {
    let is_credit = |node: &NodeRef<'_>| {
        let class = node.class().map(|class| class.to_ascii_lowercase()).unwrap_or_default();
        let names = ["credit", "copyright", "source", "photographer", "byline", "attribution"];
        let property = node.attr_or("itemprop", "");
        names.iter().any(|name| class.contains(name))
            || ["copyrightHolder", "creditText", "author", "creator"].contains(&&*property)
    };
    let credit = caption.descendants_it().find(|node| node.is_element() && is_credit(node))?;
    Some(text_of(&credit)).filter(|credit| !credit.is_empty())
}

/// Tells whether a caption belongs to a pointer to another article.
fn is_teaser(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(None).any(|ancestor| ["a", "li"].iter().any(|name| ancestor.has_name(name)))
}

fn first_shown<'a>(document: &'a Document, elsewhere: &Elsewhere, selector: &str) -> Option<NodeRef<'a>> {
    document.select(selector).nodes().iter().find(|node| !elsewhere.holds(node) && !value_of(node).is_empty()).copied()
}

pub(super) fn value_of(node: &NodeRef<'_>) -> String {
    node.attr("content").map_or_else(|| text_of(node), |content| content.trim().to_owned())
}
