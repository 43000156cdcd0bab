//! The TREC Washington Post collection, versions 2 to 4: articles whose text, pictures and bylines stand in one list,
//! `contents`, each with its type. They become keys that `keys/` knows; the other keys are known as they are.

use crate::corpus::formats::keys::{Entries, Node};

/// Types that hardly any other list has.
const MARKS: &[&str] = &["sanitized_html", "kicker", "author_info"];

/// Returns the entries of an article with its `contents` under keys of their own; those of any other object as they are.
pub(super) fn unfolded(entries: Entries) -> Entries {
    let is_marked = |part: &Node| type_of(part).is_some_and(|kind| MARKS.contains(&kind));
    let holds = |(key, value): &(String, Node)| match value {
        Node::List(parts) => key == "contents" && parts.iter().any(is_marked),
        _ => false,
    };
    let Some(at) = entries.iter().position(holds) else { return entries };
    let mut entries = entries;
    let Node::List(parts) = entries.remove(at).1 else { return entries };
    let mut contents = Contents::default();
    parts.into_iter().for_each(|part| contents.add(part));
    contents.put_into(&mut entries);
    entries
}

fn type_of(part: &Node) -> Option<&str> {
    match part.first_of(&["type"])? {
        Node::Text(kind) => Some(kind),
        _ => None,
    }
}

/// What stands in a list of contents.
#[derive(Default)]
struct Contents {
    kickers: Vec<Node>,
    decks: Vec<Node>,
    bylines: Vec<Node>,
    body: Vec<Node>,
    captions: Vec<Node>,
    is_corrected: bool,
    /// What no field takes.
    rest: Vec<Node>,
}

impl Contents {
    fn add(&mut self, part: Node) {
        let content = part.first_of(&["content"]).cloned().unwrap_or(Node::Null);
        match type_of(&part).unwrap_or_default() {
            "kicker" => self.kickers.push(content),
            "deck" => self.decks.push(content),
            "byline" => self.bylines.push(content),
            // The article has these as keys too.
            "title" | "date" => {}
            "sanitized_html" => self.body.push(content),
            "list" => match content {
                Node::List(items) => self.body.extend(items),
                other => self.body.push(other),
            },
            "correction" => {
                self.is_corrected = true;
                self.body.push(content);
            }
            "image" | "video" | "gallery" => {
                let text = |key| match part.first_of(&[key]) {
                    Some(Node::Text(text)) => Some(text.trim()),
                    _ => None,
                };
                let (whole, blurb) = (text("fullcaption"), text("blurb"));
                // What the whole has more than the caption is the credit: `The ferry. (Ida Sorn/HPB)`.
                let credit = whole.zip(blurb).and_then(|(whole, blurb)| whole.strip_prefix(blurb));
                let credit = credit.filter(|credit| credit.trim().starts_with('(') && credit.ends_with(')'));
                let caption = if credit.is_some() { blurb } else { whole.or(blurb) };
                let node = |text: &str| Node::Text(text.to_owned());
                let entries = [("caption", caption), ("credit", credit)].into_iter();
                let entries = entries.filter_map(|(key, text)| Some((key.to_owned(), node(text?))));
                self.captions.push(Node::Map(entries.collect()));
            }
            // A sentence of the body once more, and what stands on other sites.
            _ if !part.is_empty() => self.rest.push(part),
            _ => {}
        }
    }

    fn put_into(mut self, entries: &mut Entries) {
        // The first of each is taken, and the others are left over.
        for nodes in [&mut self.kickers, &mut self.decks, &mut self.bylines] {
            self.rest.extend(nodes.drain(nodes.len().min(1)..));
        }
        let is_said = |entries: &Entries, wanted: &str| {
            entries.iter().any(|(key, value)| key.eq_ignore_ascii_case(wanted) && !value.is_empty())
        };
        let mut put = |key: &str, value: Option<Node>| {
            if let Some(value) = value.filter(|value| !value.is_empty() && !is_said(entries, key)) {
                entries.push((key.to_owned(), value));
            }
        };
        put("kicker", self.kickers.into_iter().next());
        put("deck", self.decks.into_iter().next());
        put("body", Some(Node::List(self.body)));
        put("captions", Some(Node::List(self.captions)));
        put("status", self.is_corrected.then(|| Node::Text("corrected".to_owned())));
        put("other contents", Some(Node::List(self.rest)));
        // An author is a name alone, and a byline may have titles and places.
        if !is_said(entries, "author") {
            entries.retain(|(key, _)| !key.eq_ignore_ascii_case("author"));
            entries.extend(self.bylines.into_iter().next().map(|byline| ("byline".to_owned(), byline)));
        }
    }
}
