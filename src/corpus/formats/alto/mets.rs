//! METS, the Library of Congress's form of what belongs together: versions 1.x of its schema, as it stands beside the pages of
//! digitised newspapers, with what is said of an issue in MODS or Dublin Core. Profiles that were looked at: the National
//! Digital Newspaper Program's, ENMAP (Europeana), and those of Veridian and CCS docWorks.
//!
//! Of METS itself no article is made. What is taken of it is what it says of an issue and of each of its pages; which blocks of
//! which pages are one story is left alone. Nothing that it names is opened: a page has what is said of its path.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::corpus::formats::keys::as_line;
use crate::corpus::formats::office::percent_decoded;
use crate::corpus::xml::{Document, Element};
use crate::issue::{IssueFacts, Pages};

/// More pages than this are none of one issue.
const MOST_PAGES: usize = 10_000;
/// A longer text, in bytes, is no title, date or number, and a longer one no number of a page.
const LONGEST: usize = 500;
const LONGEST_NUMBER: usize = 50;
/// A longer one is no path on any system.
const LONGEST_REFERENCE: usize = 4_096;

/// Why METS cannot be used, and the line.
type Unusable = (u32, String);

/// Returns what METS says of an issue and of its pages. `path` is that of METS in the corpus.
pub(crate) fn read(document: &Document<'_>, path: &str) -> Result<(IssueFacts, Pages), Unusable> {
    if let Some((line, why)) = document.broken() {
        return Err((line, why.to_owned()));
    }
    let sections = document.outermost(|name| name == "dmdSec");
    let sections: HashMap<String, Element<'_, '_>> =
        sections.into_iter().filter_map(|section| Some((section.attribute("ID")?, section))).collect();
    let mut map = Map::default();
    let maps = document.outermost(|name| name == "structMap");
    // Stories name their pages too, and have numbers of their own.
    let (physical, others): (Vec<_>, Vec<_>) = maps.into_iter().partition(|map| is_physical(map));
    for part in physical.iter().chain(&others).flat_map(Element::children) {
        map.take(part);
    }
    let files = files(document, path);
    if files.len() > MOST_PAGES {
        return Err((1, format!("it names more than {MOST_PAGES} pages")));
    }
    let numbers: HashMap<&String, String> =
        sections.iter().filter_map(|(id, section)| Some((id, detail(section, "page number")?))).collect();
    let mut pages = BTreeMap::new();
    for page in &map.pages {
        let described = || page.described_by.iter().find_map(|id| numbers.get(id));
        let number = page.label.as_ref().or_else(described).unwrap_or(&page.order);
        let number = if number.len() > LONGEST_NUMBER { "" } else { number };
        for path in page.files.iter().filter_map(|id| files.get(id)) {
            pages.entry(path.clone()).or_insert_with(|| number.to_owned());
        }
    }
    // Where no page names it, a file is of the issue all the same.
    for path in files.into_values() {
        pages.entry(path).or_default();
    }
    Ok((map.facts(document, &sections), pages.into_iter().collect()))
}

/// What the maps of the structure tell.
#[derive(Default)]
struct Map {
    /// Ids of what describes the newspaper and the issue, from the outside in, and of what describes their parts.
    of_issue: Vec<String>,
    of_parts: HashSet<String>,
    pages: Vec<Page>,
}

/// A page of the structure.
struct Page {
    /// The number that it has in print, as far as the map has it.
    label: Option<String>,
    order: String,
    described_by: Vec<String>,
    files: Vec<String>,
}

impl Map {
    /// Takes up a part of the structure and those in it. The tree is no deeper than the stack is.
    fn take(&mut self, part: Element<'_, '_>) {
        let kind = part.attribute("TYPE").unwrap_or_default().to_lowercase();
        let kind = kind.rsplit(':').next().unwrap_or_default();
        let described_by = ids(&part, "DMDID");
        if matches!(kind, "page" | "physpage") {
            let mut files = Vec::new();
            pointers(part, &mut files);
            // A second map of the same pages adds nothing.
            let order = part.attribute("ORDER").unwrap_or_else(|| (self.pages.len() + 1).to_string());
            self.of_parts.extend(described_by.iter().cloned());
            self.pages.push(Page { label: part.attribute("ORDERLABEL"), order, described_by, files });
            return;
        }
        match kind {
            "newspaper" | "serial" | "periodical" | "volume" | "year" | "month" | "day" | "issue" => {
                self.of_issue.extend(described_by);
            }
            _ => self.of_parts.extend(described_by),
        }
        part.all("div").for_each(|inner| self.take(inner));
    }

    fn facts(&self, document: &Document<'_>, sections: &HashMap<String, Element<'_, '_>>) -> IssueFacts {
        let mut known = HashSet::new();
        let of_issue = self.of_issue.iter().filter(|id| known.insert(*id));
        let mut described: Vec<Element<'_, '_>> = of_issue.filter_map(|id| sections.get(id)).copied().collect();
        if described.is_empty() {
            let is_of_part =
                |section: &Element<'_, '_>| section.attribute("ID").is_some_and(|id| self.of_parts.contains(&id));
            described = document.outermost(|name| name == "dmdSec");
            described.retain(|section| !is_of_part(section));
        }
        type Said = fn(&Element<'_, '_>) -> Option<String>;
        let first = |said: Said| described.iter().find_map(said);
        // A newspaper has dates of its own: when it was founded, and when it ended.
        let innermost = |said: Said| described.iter().rev().find_map(said);
        let published = innermost(issued).or_else(|| innermost(any_date));
        let labelled = || label(document, published.as_deref()?);
        let newspaper = first(host).or_else(|| first(title)).or_else(labelled);
        IssueFacts { newspaper, published, number: innermost(number), language: innermost(language) }
    }
}

/// Adds the ids of the files that a page points to.
fn pointers(part: Element<'_, '_>, files: &mut Vec<String>) {
    files.extend(part.attribute("FILEID"));
    let inner = part.children().filter(|inner| matches!(inner.name(), "fptr" | "par" | "seq" | "area"));
    inner.for_each(|inner| pointers(inner, files));
}

fn ids(part: &Element<'_, '_>, attribute: &str) -> Vec<String> {
    part.attribute(attribute).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

fn is_physical(map: &Element<'_, '_>) -> bool {
    map.attribute("TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("physical"))
}

/// Returns the paths in the corpus of the files in XML that METS names, by their ids.
fn files(document: &Document<'_>, path: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for file in document.outermost(|name| name == "fileSec").iter().flat_map(|section| section.within("file")) {
        let place =
            file.child("FLocat").and_then(|place| place.attribute("xlink:href").or_else(|| place.attribute("href")));
        let place = place.and_then(|place| resolved(path, &place));
        files.extend(file.attribute("ID").zip(place));
        if files.len() > MOST_PAGES {
            break;
        }
    }
    files
}

/// Returns the path in the corpus of what METS names by its own place. None for what is elsewhere, or not XML.
fn resolved(path: &str, reference: &str) -> Option<String> {
    if reference.len() > LONGEST_REFERENCE {
        return None;
    }
    let reference = percent_decoded(reference).replace('\\', "/");
    let reference = reference.strip_prefix("file:").map_or(&*reference, |rest| rest.strip_prefix("//").unwrap_or(rest));
    if reference.starts_with('/') || reference.contains(':') || !reference.to_lowercase().ends_with(".xml") {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Returns the first text that is not blank, of elements of a name.
fn text(of: &Element<'_, '_>, name: &str) -> Option<String> {
    of.within(name).iter().find_map(|element| said(&element.text()))
}

/// Returns a text as one line, where it says something, and is no longer than what is meant.
fn said(text: &str) -> Option<String> {
    Some(as_line(text)).filter(|text| !text.is_empty() && text.len() <= LONGEST)
}

/// Returns the title of what an issue is part of.
fn host(section: &Element<'_, '_>) -> Option<String> {
    let related = section.within("relatedItem");
    related.iter().filter(|item| is_kind(item, "host")).find_map(title_in_mods)
}

fn is_kind(element: &Element<'_, '_>, kind: &str) -> bool {
    element.attribute("type").is_some_and(|known| known == kind)
}

/// Returns the title in MODS or in Dublin Core.
fn title(section: &Element<'_, '_>) -> Option<String> {
    let mods = section.within("mods");
    if mods.is_empty() { text(section, "title") } else { mods.iter().find_map(title_in_mods) }
}

/// Returns a title with the article that it is not sorted by. Short forms and translations, which have a type, are none.
fn title_in_mods(of: &Element<'_, '_>) -> Option<String> {
    of.all("titleInfo").filter(|title| title.attribute("type").is_none()).find_map(|info| {
        let title = text(&info, "title")?;
        Some(match text(&info, "nonSort") {
            Some(article) if article.ends_with(['\'', '’']) => format!("{article}{title}"),
            Some(article) => format!("{article} {title}"),
            None => title,
        })
    })
}

/// Returns when an issue came out, as it is stated: the true date and not a printed one that is doubtful, and of a range the
/// beginning.
fn issued(section: &Element<'_, '_>) -> Option<String> {
    let dates = [section.within("dateIssued"), section.within("issued")].concat();
    let mut sure = dates.iter().filter(|date| date.attribute("qualifier").is_none() && !is_end(date));
    let date = sure.find(|date| !date.text().trim().is_empty());
    said(&date.or(dates.first())?.text())
}

fn is_end(date: &Element<'_, '_>) -> bool {
    date.attribute("point").is_some_and(|point| point == "end")
}

/// Returns the date of a part in MODS, or that of Dublin Core.
fn any_date(section: &Element<'_, '_>) -> Option<String> {
    text(section, "date")
}

fn number(section: &Element<'_, '_>) -> Option<String> {
    detail(section, "issue").or_else(|| detail(section, "number"))
}

/// Returns the number that MODS has for a kind of part, or what is printed for it.
fn detail(section: &Element<'_, '_>, kind: &str) -> Option<String> {
    let parts = section.within("part");
    let details = parts.iter().flat_map(|part| part.within("detail"));
    details
        .filter(|detail| is_kind(detail, kind))
        .find_map(|detail| text(&detail, "number").or_else(|| text(&detail, "caption")))
}

fn language(section: &Element<'_, '_>) -> Option<String> {
    let terms = section.within("languageTerm");
    // A code comes before a name.
    let code = terms.iter().find(|term| is_kind(term, "code")).or(terms.first());
    code.and_then(|term| said(&term.text())).or_else(|| text(section, "language"))
}

/// Returns the title in the label of METS, where nothing but the date of the issue stands behind it: `The Courier (Halvern), 1908-01-04`.
fn label(document: &Document<'_>, published: &str) -> Option<String> {
    let root = document.outermost(|name| name == "mets").into_iter().next()?;
    let label = root.attribute("LABEL")?;
    said(label.strip_suffix(published)?.trim_end().strip_suffix(',')?)
}
