//! Meta tags: OpenGraph, Dublin Core, and what publishers and their services have added. And the canonical address.

use dom_query::Document;

use super::fields::{Fields, HEADLINE, NATIVE_ID, PUBLISHER, letters_of};
use super::headline::{heading_text, is_link_home};
use crate::Value;
use crate::corpus::formats::keys::normal;
use crate::corpus::text::shape::is_cjk;

const HEADLINES: &[&str] = &[
    "dc.title",
    "dcterms.title",
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "citation_title",
    "hdl",
];
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "pdate",
    "publication_date",
    "datepublished",
    "originalpublicationdate",
    "ptime",
    "displaydate",
];
/// Names that may as well be of the day on which the page was made or fetched.
const ANY_DATES: &[&str] = &["dc.date", "dcterms.date", "date"];
const UPDATED: &[&str] = &[
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "dc.date.modified",
    "dcterms.modified",
    "datemodified",
    "lastmod",
    "last-modified",
    "utime",
    "revised",
];
const AUTHORS: &[&str] = &[
    "dc.creator",
    "dcterms.creator",
    "author",
    "article:author_name",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "citation_author",
    "byl",
    "byline",
];
/// What a label for cards calls the author, as letters, in the languages in which WordPress has it.
const AUTHOR_LABELS: &[&str] = &[
    "writtenby",
    "verfasstvon",
    "geschriebenvon",
    "écritpar",
    "escritopor",
    "scrittoda",
    "geschrevendoor",
    "skrevetaf",
    "skrevetav",
    "skrivenav",
    "skrivetav",
    "napisaneprzez",
    "написаноавтором",
    "автор",
    "autor",
    "author",
    "kirjoittanut",
    "yazan",
    "作者",
    "投稿者",
    "執筆者",
    "撰寫者",
    "글쓴이",
];
const SECTIONS: &[&str] = &["article:section", "og:article:section", "parsely-section", "sailthru.section", "section"];
const KEYWORDS: &[&str] = &[
    "news_keywords",
    "article:tag",
    "og:article:tag",
    "parsely-tags",
    "sailthru.tags",
    "citation_keywords",
    "keywords",
];
const PUBLISHERS: &[&str] =
    &["og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name", "cre"];
const URLS: &[&str] = &["og:url", "parsely-link", "twitter:url", "dc.identifier"];
const LANGUAGES: &[&str] = &["og:locale", "content-language", "dc.language", "dcterms.language", "language"];
const IDS: &[&str] =
    &["article:id", "articleid", "article_id", "article-id", "parsely-post-id", "contentid", "dc.identifier"];
const DESCRIPTIONS: &[&str] =
    &["og:description", "description", "dc.description", "twitter:description", "sailthru.description"];

/// The meta tags of a page: names in lower case, with their contents.
pub(super) struct Tags(Vec<(String, String)>);

impl Tags {
    pub(super) fn of(document: &Document) -> Tags {
        let mut tags = Vec::new();
        let nodes = document.select("meta[content]");
        // Those by property first: they are the ones that are meant for others than the site itself.
        for (kind, node) in ["property", "name", "http-equiv"]
            .iter()
            .flat_map(|kind| nodes.nodes().iter().map(move |node| (kind, node)))
        {
            let content = node.attr_or("content", "").trim().to_owned();
            // One attribute may hold several names.
            if let Some(names) = node.attr(kind) {
                for name in names.split_ascii_whitespace().filter(|_| !content.is_empty()) {
                    tags.push((usual_name(name), content.clone()));
                }
            }
        }
        Tags(tags)
    }

    /// Returns what the page calls its site; nothing where it does not.
    pub(super) fn site_name(&self) -> String {
        const LONGEST: usize = 200;
        let mut names = self.all(&["og:site_name"]).map(|(_, name)| name);
        names.next().filter(|name| name.len() <= LONGEST).unwrap_or_default().to_owned()
    }

    /// Returns the contents of all tags of the names, in the order of the names.
    fn all<'a>(&'a self, names: &'a [&'static str]) -> impl Iterator<Item = (String, &'a str)> {
        names.iter().flat_map(|name| {
            let tags = self.0.iter().filter(move |(known, _)| known == name);
            tags.map(move |(name, content)| (format!("meta {name}"), content.as_str()))
        })
    }

    /// Returns the authors that services have names of their own for: `cXenseParse:author`, `mediator_author`.
    fn other_authors(&self) -> impl Iterator<Item = (String, String)> {
        const ENDINGS: &[&str] = &["author", "authors", "authorname", "creator", "byline"];
        let authors = self.0.iter().filter(|(name, content)| {
            let key = letters_of(name);
            // Who made the page is no author, and one word is the name of an account.
            let is_name = content.contains(' ') || !content.is_ascii();
            ENDINGS.iter().any(|ending| key.ends_with(ending))
                && !key.contains("web")
                && !key.contains("banner")
                && is_name
        });
        let authors = authors.map(|(name, content)| (format!("meta {name}"), content.clone()));
        let pages = self.0.iter().filter(|(name, _)| name == "parsely-page");
        authors.chain(pages.flat_map(|(name, content)| {
            let page: serde_json::Value = serde_json::from_str(content).unwrap_or_default();
            let named = page.get("authors").or(page.get("author")).cloned().unwrap_or_default();
            let names = named.as_array().cloned().unwrap_or(vec![named]);
            let names = names.into_iter().filter_map(|name| Some(name.as_str()?.to_owned()));
            names.map(|names| (format!("meta {name}"), names)).collect::<Vec<_>>()
        }))
    }

    /// Returns what cards show under one of the labels: `twitter:label1` has the label, `twitter:data1` the text.
    fn labelled(&self, labels: &[&str]) -> impl Iterator<Item = (String, &str)> {
        /// A card has two.
        const MOST: usize = 8;
        let labelled = self.0.iter().filter(|(_, label)| labels.contains(&&*letters_of(label)));
        labelled.take(MOST).filter_map(|(name, _)| {
            let name = format!("twitter:data{}", name.strip_prefix("twitter:label")?);
            let (_, text) = self.0.iter().find(|(known, _)| *known == name)?;
            Some((format!("meta {name}"), text.as_str()))
        })
    }
}

/// Returns a name in lower case; Dublin Core is written with `.` and with `:`.
fn usual_name(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.split_once(':') {
        Some(("dc", rest)) => format!("dc.{rest}"),
        Some(("dcterms" | "dcterm", rest)) => format!("dcterms.{rest}"),
        _ => name,
    }
}

/// What is known of a page once its meta tags were read.
pub(super) struct Meta {
    tags: Tags,
    /// The title of the page, without the site's name, where a heading of the first rank says the same.
    pub(super) agreed_headline: Option<String>,
}

/// Offers what the meta tags and the canonical link say.
pub(super) fn fill(document: &Document, tags: Tags, fields: &mut Fields) -> Meta {
    fields.says_article |= tags.all(&["og:type"]).any(|(_, kind)| kind.to_ascii_lowercase().contains("article"));
    let title = letters_of(&document.select_single("title").text());
    // Some call the site what they call the page, which is its headline and the site.
    let begins_as_heading = fields.headings.iter().any(|heading| !heading.is_empty() && title.starts_with(heading));
    let is_title = |name: &str| begins_as_heading && letters_of(name) == title;
    for (place, name) in tags.all(PUBLISHERS).filter(|(_, name)| !name.starts_with('@') && !is_title(name)) {
        fields.offer(PUBLISHER, name, &place);
    }
    let agreed_headline = agreed_headline(document, fields);
    for (place, title) in tags.all(HEADLINES) {
        let headline = headline_of_title(title, fields);
        if !agreed_headline.as_deref().is_some_and(|agreed| is_about_other(&headline, agreed)) {
            fields.offer(HEADLINE, &headline, &place);
        }
    }
    for (place, text) in tags.all(PUBLISHED) {
        fields.offer_date("published", text, place);
    }
    for (place, text) in tags.all(UPDATED) {
        fields.offer_date("updated", text, place);
    }
    for (place, names) in tags.all(AUTHORS).chain(tags.labelled(AUTHOR_LABELS)) {
        fields.offer_byline(names, &place);
    }
    for (place, names) in tags.other_authors() {
        fields.offer_byline(&names, &place);
    }
    for (place, label) in tags.all(SECTIONS) {
        fields.offer_section(label, &place);
    }
    fill_keywords(&tags, fields);
    for (place, id) in tags.all(IDS).filter(|(_, id)| !id.contains("://")) {
        fields.offer(NATIVE_ID, id, &place);
    }
    if let Some(url) = canonical_url(document) {
        fields.offer_url(&url, "link canonical");
    }
    for (place, url) in tags.all(URLS) {
        fields.offer_url(url, &place);
    }
    let root = document.html_root();
    for name in ["lang", "xml:lang"] {
        fields.offer_language(&root.attr_or(name, ""), "html lang");
    }
    for (place, code) in tags.all(LANGUAGES) {
        fields.offer_language(code, &place);
    }
    for (place, text) in tags.all(DESCRIPTIONS) {
        fields.offer_standfirst(text, &place);
    }
    Meta { tags, agreed_headline }
}

impl Meta {
    /// Returns what other media are told that the page is called.
    pub(super) fn card_titles(&self) -> impl Iterator<Item = &str> {
        const MOST: usize = 2;
        self.tags.all(&["og:title"]).take(MOST).map(|(_, title)| title)
    }

    /// Offers dates of which it is not said what they are of. Comes after what the page shows.
    pub(super) fn fill_any_dates(&self, fields: &mut Fields) {
        for (place, text) in self.tags.all(ANY_DATES) {
            fields.offer_date("published", text, place);
        }
    }

    /// Takes what meta tags with the names of declared fields say.
    pub(super) fn fill_declared<'n>(&self, names: impl Iterator<Item = &'n String>, fields: &mut Fields) {
        for name in names {
            let contents = self.tags.0.iter().filter(|(known, _)| normal(known) == normal(name));
            let mut values: Vec<String> = contents.map(|(_, content)| content.clone()).collect();
            let value = match values.len() {
                0 => continue,
                1 => Value::Text(values.remove(0)),
                _ => Value::Keywords(values),
            };
            fields.parsed.article.extra.insert(name.clone(), value);
            fields.parsed.found("extra", format!("meta {name}"));
        }
    }
}

/// Offers the keywords of the first name that gives any; a name may come once a keyword, or once for all.
fn fill_keywords(tags: &Tags, fields: &mut Fields) {
    for name in KEYWORDS {
        let contents = tags.0.iter().filter(|(known, _)| known == name).map(|(_, content)| content);
        let words = contents.flat_map(|content| content.split([',', ';'])).map(str::to_owned);
        fields.offer_keywords(words, &format!("meta {name}"));
    }
}

/// Returns the address that a page says is its own.
pub(super) fn canonical_url(document: &Document) -> Option<String> {
    let link = document.select_single("link[rel~='canonical' i][href]");
    link.attr("href").map(|href| href.trim().to_owned()).filter(|href| !href.is_empty())
}

/// The signs that set off the name of the site in a title.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " — ", " – ", " :: ", " » ", " · ", " • ", " │ ", " « ", " › ", " ‹ ", " ⋆ ", " ★ ", " ∣ ", " ❘ ",
    " ¦ ", " // ", " / ", " \\ ", " < ", " > ", " ~ ", " * ", " ● ", " ➤ ", "|", "｜", "_", " [", " (", " : ", ": ",
    "：", "- ", "| ", " |", ",",
];

/// Returns a page's title without the name of the site that stands before or after the headline.
pub(super) fn headline_of_title(title: &str, fields: &Fields) -> String {
    let Some(title) = super::blocks::plain_text(title) else { return String::new() };
    for separator in SEPARATORS {
        for (before, after) in [title.split_once(separator), title.rsplit_once(separator)].into_iter().flatten() {
            for (headline, rest) in [(before, after), (after, before)] {
                let key = letters_of(headline);
                // The page's first heading may be one word; what stands further down as one says nothing.
                let is_heading = fields.headings.first() == Some(&key)
                    || headline.split_whitespace().count() >= 3 && fields.headings.contains(&key);
                let is_site = || is_name_of_site(rest, fields);
                let is_headline = match *separator {
                    // A kicker stands before a colon too,
                    ": " => is_heading && is_site(),
                    // and these stand within headlines.
                    " (" | " : " => is_heading,
                    // and these stand close to words of headlines.
                    "- " | "| " | " |" | "：" | "," | " / " => letters_of(rest) == letters_of(&fields.site),
                    _ => is_heading || is_site(),
                };
                let says_both = !key.is_empty() && !letters_of(rest).is_empty();
                if is_headline && says_both && !is_name_of_site(headline, fields) {
                    return headline.trim().to_owned();
                }
            }
        }
    }
    title
}

/// Returns the letters of the first headings of a kind.
pub(super) fn headings(document: &Document, selector: &str) -> Vec<String> {
    const MOST: usize = 20;
    let headings = document.select(selector);
    let headings = headings.nodes().iter().take(MOST).filter(|heading| !is_link_home(heading));
    headings.map(|heading| letters_of(&heading_text(heading))).collect()
}

/// Returns the title of a page, without the site's name, where a heading of the first rank says the same.
fn agreed_headline(document: &Document, fields: &Fields) -> Option<String> {
    let title = headline_of_title(&document.select_single("title").text(), fields);
    let is_headline = title.split_whitespace().count() >= 3 && fields.headings.contains(&letters_of(&title));
    is_headline.then_some(title)
}

/// Tells whether a heading has no word of a title that says more than one word: it names the site, a section, or what
/// was put into the page.
pub(super) fn is_about_other(heading: &str, title: &str) -> bool {
    const LONGEST: usize = 1000;
    if heading.len() > LONGEST || title.len() > LONGEST {
        return false;
    }
    let title_words = title.split_whitespace().count();
    let title = title.to_lowercase();
    let heading = heading.to_lowercase();
    let mut words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).peekable();
    // Scripts that do not part words would have one word only.
    title_words > 1 && !title.contains(is_cjk) && words.peek().is_some() && !words.any(|word| title.contains(word))
}

/// Tells whether a text is what the page's site is called: by its publisher's name, the beginning of it, or its host.
pub(super) fn is_name_of_site(text: &str, fields: &Fields) -> bool {
    let key = letters_of(text);
    let publisher = publisher_key(fields);
    let mut labels = fields.host.split('.').map(letters_of);
    let is_host = letters_of(&fields.host) == key || labels.any(|label| label == key && label.len() > 2);
    !key.is_empty() && (is_host || (!publisher.is_empty() && publisher.starts_with(&key)))
}

/// Returns the letters of the publisher's name; nothing where it is a text and no name, since all that may be the site's name is
/// held against it.
pub(super) fn publisher_key(fields: &Fields) -> String {
    const LONGEST: usize = 500;
    let publisher = fields.parsed.article.publisher.as_deref().filter(|name| name.len() <= LONGEST);
    publisher.map(letters_of).unwrap_or_default()
}

/// Returns the host of the address that a page says is its own; empty where it does not.
pub(super) fn host(document: &Document) -> String {
    /// As the system of domain names has them.
    const LONGEST: usize = 255;
    let open_graph = || document.select_single("meta[property='og:url']").attr("content").map(|url| url.to_string());
    let address = canonical_url(document).or_else(open_graph).unwrap_or_default();
    let host = address.split('/').nth(2).filter(|host| host.len() <= LONGEST).unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}
