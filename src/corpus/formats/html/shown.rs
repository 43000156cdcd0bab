//! What a page shows to readers besides its main text: headline, byline, dates, standfirst, captions. Found by
//! microdata (`itemprop`), by elements that mean it, and by the class names that most newsrooms use.

use dom_query::{Document, NodeRef};

use super::blocks::text_of;
use super::elsewhere::Elsewhere;
use super::fields::{Fields, HEADLINE, KICKER, PUBLISHER, letters_of};
use super::meta::headline_of_title;

const STANDFIRSTS: &str = ".standfirst, .article-standfirst, .article__standfirst, .deck, .dek, .article-dek, \
    .article__dek, .subheadline, .sub-headline, .subhed, .article-summary, .article__summary, .article__subtitle, \
    .article-subtitle, .story-subtitle, .article__lead, [itemprop='alternativeHeadline']";
const KICKERS: &str = ".kicker, .article-kicker, .article__kicker, .eyebrow, .overline";
/// A page of many pictures is a gallery; one of thousands is no news.
const MAX_CAPTIONS: usize = 200;

/// Offers what the page shows.
pub(super) fn fill(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    for (selector, slot, place) in [
        ("[itemprop='headline']", HEADLINE, "<… itemprop=headline>"),
        (KICKERS, KICKER, "<… class=kicker>"),
        ("[itemprop='publisher'] [itemprop='name']", PUBLISHER, "<… itemprop=publisher>"),
    ] {
        if let Some(node) = first_shown(document, elsewhere, selector).filter(|node| value_of(node).len() <= 300) {
            fields.offer(slot, &value_of(&node), place);
        }
    }
    fill_headline(document, elsewhere, fields);
    fill_dates(document, elsewhere, fields);
    super::byline::fill(document, elsewhere, fields);
    for node in document.select(STANDFIRSTS).nodes().iter().filter(|node| !elsewhere.holds(node)).take(2) {
        offer_printed_standfirst(node, fields);
    }
    fill_captions(document, elsewhere, fields);
}

/// Offers the heading that the title begins with, else the first one within the article, else the title, else any
/// heading: outside of the article, headings of the first rank tend to name the site or its section.
fn fill_headline(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    let title = document.select_single("title").text();
    let key = letters_of(&title);
    for (selector, place) in [("h1", "<h1>"), ("article h2, main h2", "<h2>")] {
        let in_title = |heading: &String| heading.len() >= 8 && key.starts_with(&letters_of(heading));
        if let Some(heading) = document.select(selector).nodes().iter().take(50).map(text_of).find(in_title) {
            fields.offer(HEADLINE, &heading, place);
        }
    }
    if let Some(heading) = first_shown(document, elsewhere, "article h1, main h1, #content h1, .post h1, .entry h1") {
        fields.offer(HEADLINE, &text_of(&heading), "<h1>");
    }
    let headline = without_site(&headline_of_title(&title, fields, document));
    if headline.split_whitespace().count() >= 4 {
        fields.offer(HEADLINE, &headline, "<title>");
    }
    if let Some(heading) = first_shown(document, elsewhere, "h1") {
        fields.offer(HEADLINE, &text_of(&heading), "<h1>");
    }
    fields.offer(HEADLINE, &headline, "<title>");
}

/// A summary in the page's own print comes before what is said of it elsewhere.
fn offer_printed_standfirst(node: &NodeRef<'_>, fields: &mut Fields) {
    let text = text_of(node);
    // Some print their whole text under such a name.
    if (20..=600).contains(&text.len()) {
        fields.offer_printed_standfirst(&text, "<… class=standfirst>");
    }
}

fn fill_dates(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    for (selector, field, place) in [
        ("[itemprop~='datePublished']", "published", "<… itemprop=datePublished>"),
        ("time[pubdate]", "published", "<time pubdate>"),
        ("article time[datetime], main time[datetime], header time[datetime]", "published", "<time datetime>"),
        ("time[datetime]", "published", "<time datetime>"),
        (".published[title], abbr.published, .dt-published", "published", "<… class=published>"),
        ("[itemprop~='dateModified']", "updated", "<… itemprop=dateModified>"),
        (".dt-updated, time.updated", "updated", "<… class=updated>"),
    ] {
        let Some(node) = first_shown(document, elsewhere, selector) else { continue };
        let given = ["datetime", "content", "title"].iter().find_map(|name| node.attr(name));
        let text = given.map_or_else(|| text_of(&node), |text| text.to_string());
        fields.offer_date(field, &text, place);
    }
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

/// Returns a title without what follows the last sign that sets off a site's name. Taken where nothing says what the
/// site is called.
fn without_site(title: &str) -> String {
    for separator in [" | ", " :: ", " » ", " — ", " – ", " - "] {
        let Some((headline, site)) = title.rsplit_once(separator) else { continue };
        if site.split_whitespace().count() <= 4 && headline.split_whitespace().count() >= 3 {
            return headline.trim().to_owned();
        }
    }
    title.to_owned()
}
