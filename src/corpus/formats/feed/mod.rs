//! Feeds: RSS 0.90 to 2.0 with the modules that newsrooms use (Dublin Core, Content, Media RSS, iTunes), Atom 0.3 and 1.0
//! (RFC 4287), and Google's news sitemaps 0.9. One record an entry. JSON Feed is read as any other JSON.
//!
//! A feed that breaks off is read to the break, and its last entry says so. One of any size is read in pieces, as the export of a
//! whole site is that WordPress makes (WXR 1.2).

mod address;
mod entry;
mod pieces;
#[cfg(test)]
mod tests;
mod wordpress;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::xml::{root, with_doubts};
use crate::corpus::format::{Detected, Flow, Format, InPieces, ParseOptions, Record};
use crate::corpus::source::Source;
use crate::corpus::xml::{Document, Element};
use crate::{Code, Notice};

/// Feeds of one kind, told by their root.
pub(crate) struct Feed {
    name: &'static str,
    /// The root's name, and what the document says of itself where that alone does not tell.
    roots: &'static [(&'static str, &'static str)],
    reason: &'static str,
}

/// RSS.
pub(crate) static RSS: Feed = Feed {
    name: "rss",
    roots: &[("rss", ""), ("RDF", "/rss/"), ("RDF", "my.netscape.com/rdf")],
    reason: "its root is one of RSS",
};

/// Atom.
pub(crate) static ATOM: Feed = Feed {
    name: "atom",
    roots: &[("feed", "tom"), ("entry", "www.w3.org/2005/Atom"), ("entry", "purl.org/atom/")],
    reason: "its root is one of Atom",
};

/// Sitemaps.
pub(crate) static SITEMAP: Feed =
    Feed { name: "sitemap", roots: &[("urlset", ""), ("sitemapindex", "")], reason: "its root is one of sitemaps" };

impl Format for Feed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        let name = root(head)?;
        let is_known = self.roots.iter().any(|(root, mark)| *root == name && head.contains(mark));
        is_known.then_some(Detected::by_content(self.reason))
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let document = Document::parse_within(&source.text, &options.limits);
        let entries = entries(&document);
        if entries.is_empty() {
            let _ = emit(no_entries(&document).into());
            return;
        }
        read(&document, &entries, document.doubts(), options, emit);
    }

    fn in_pieces(&self, beginning: &Source<'_>) -> Option<Arc<dyn InPieces>> {
        pieces::Entries::of(self.name, &beginning.text).map(|entries| Arc::new(entries) as Arc<dyn InPieces>)
    }
}

/// Reads entries, of which the last one has the doubts; what was not published is left out and counted.
fn read(
    document: &Document<'_>,
    entries: &[Element<'_, '_>],
    doubts: Vec<Notice>,
    options: &ParseOptions,
    emit: &mut dyn FnMut(Record) -> Flow,
) -> Flow {
    let around = entry::Around::of(document);
    let (mut doubts, mut unpublished) = (Some(doubts), BTreeMap::<String, u32>::new());
    for (at, element) in entries.iter().enumerate() {
        if let Some(what) = wordpress::unpublished(*element) {
            *unpublished.entry(what).or_default() += 1;
            continue;
        }
        let line = Some(element.line());
        let is_last = at + 1 == entries.len();
        let outcome = entry::read(*element, &around, line, options).map(|mut parsed| {
            parsed.record = Some(u32::try_from(at + 1).unwrap_or(u32::MAX));
            parsed.line = line;
            parsed
        });
        let doubts = doubts.take_if(|_| is_last).unwrap_or_default();
        if emit(with_doubts(outcome, doubts).into()) == Flow::Stop {
            return Flow::Stop;
        }
    }
    let counts: Vec<String> = unpublished.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let left_out = format!("entries that WordPress does not show, left out: {}", counts.join(", "));
    let left_out = (!counts.is_empty()).then(|| Notice::new(Code::LeftOut, None, left_out));
    for notice in doubts.into_iter().flatten().chain(left_out) {
        if emit(notice.into()) == Flow::Stop {
            return Flow::Stop;
        }
    }
    Flow::Continue
}

/// Returns the entries of a feed, wherever its version has them.
fn entries<'d, 'a>(document: &'d Document<'a>) -> Vec<Element<'d, 'a>> {
    let is_sitemap = document.roots().any(|root| root.name() == "urlset");
    if is_sitemap {
        // An address without news is no entry: sitemaps list all pages of a site.
        let urls = document.outermost(|name| name == "url").into_iter();
        return urls.filter(|url| url.child("news").is_some()).collect();
    }
    document.outermost(|name| matches!(name, "item" | "entry"))
}

/// Tells why a feed has no entries.
fn no_entries(document: &Document<'_>) -> Notice {
    let root = document.roots().next();
    let line = root.map(|root| root.line());
    if let Some((line, why)) = document.broken() {
        return Notice::new(
            Code::BrokenSource,
            Some(line),
            format!("a feed that breaks off before its first entry: {why}"),
        );
    }
    let message = match root.map(|root| root.name()) {
        Some("urlset") => "a sitemap that lists no news; not indexed",
        Some("sitemapindex") => "a list of sitemaps, which has no news itself; not indexed",
        _ => "a feed without entries; not indexed",
    };
    Notice::new(Code::NotAnArticle, line, message)
}
