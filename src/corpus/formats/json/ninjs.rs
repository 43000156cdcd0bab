//! ninjs, the IPTC's form of news in JSON: versions 1.0 to 1.6, 2.0 to 2.2, and 3.0 to 3.1 of its schema. An item becomes
//! keys that `keys/` knows. Events and planning without a text are no articles.

use crate::corpus::format::{ParseOptions, Parsed};
use crate::corpus::formats::keys::{self, Entries, Node, normal};
use crate::{Code, Notice};

/// Keys, one of which stands in every item beside its `uri`, as they are compared.
const MARKS: &[&str] = &[
    "representationtype",
    "versioncreated",
    "pubstatus",
    "headlines",
    "bodies",
    "descriptions",
    "bodytext",
    "bodyhtml",
    "bodyxhtml",
    "descriptiontext",
    "eventdetails",
    "plannedcoverage",
    "renditions",
    "trustindicator",
    "usageterms",
    "copyrightholder",
];

/// Values of `type`, those that show something to look at or listen to first.
const TYPES: &[&str] = &["picture", "graphic", "video", "audio", "text", "composite", "component", "event", "planning"];

/// What an item is about, singular as in versions 1.x and plural as in the others: the key and the scheme that its
/// values belong to where they name none.
const CONCEPTS: &[(&str, &str, &str)] = &[
    ("subject", "subjects", "subject"),
    ("genre", "genres", "genre"),
    ("person", "people", "person"),
    ("organisation", "organisations", "organisation"),
    ("place", "places", "place"),
    ("event", "events", "event"),
    ("object", "objects", "object"),
];

/// Tells whether an object is an item of ninjs.
pub(super) fn is_ninjs(entries: &Entries) -> bool {
    let has_uri = entries.iter().any(|(key, value)| key == "uri" && matches!(value, Node::Text(_)));
    let names_it = |value: &Node| {
        let name = value.first_of(&["name"]).and_then(text).unwrap_or_default();
        name.eq_ignore_ascii_case("ninjs")
    };
    has_uri
        && entries.iter().any(|(key, value)| match key.as_str() {
            "type" => text(value).is_some_and(|value| TYPES.contains(&value)),
            "standard" | "$standard" => names_it(value),
            _ => MARKS.contains(&normal(key).as_str()),
        })
}

/// Understands an item.
pub(super) fn read(entries: Entries, line: Option<u32>, options: &ParseOptions) -> Result<Parsed, Notice> {
    let item = Item::of(entries, options);
    if let Some(what) = item.is_no_article() {
        let message = format!("an item of ninjs for {what}, without a text; not indexed");
        return Err(Notice::new(Code::NotAnArticle, line, message));
    }
    let mut reading = keys::read(item.entries(), "ninjs", line, options);
    reading.is_article = true;
    reading.leave_repeated_headline();
    reading.finish()
}

/// An item under way.
#[derive(Default)]
struct Item {
    kind: String,
    /// Values with roles, the best of each first.
    headlines: Vec<Value>,
    bodies: Vec<Value>,
    descriptions: Vec<Value>,
    concepts: Vec<Node>,
    captions: Vec<Node>,
    source: Option<Node>,
    holder: Option<Node>,
    by: Option<Node>,
    rest: Entries,
}

/// A text that an item may have several times.
struct Value {
    /// How late it is taken.
    rank: u8,
    /// Its key and role, for people.
    name: String,
    node: Node,
}

impl Item {
    fn of(entries: Entries, options: &ParseOptions) -> Item {
        let mut item = Item::default();
        for (key, node) in entries {
            let is_mapped = options.mapping.begins_with(&key);
            if is_mapped || node.is_empty() { item.rest.push((key, node)) } else { item.take(key, node) }
        }
        for values in [&mut item.headlines, &mut item.bodies, &mut item.descriptions] {
            values.sort_by_key(|value| value.rank);
        }
        item
    }

    fn take(&mut self, key: String, node: Node) {
        let known = normal(&key);
        let concept = CONCEPTS.iter().find(|(one, many, _)| known == *one || known == *many);
        if let Some((_, _, scheme)) = concept.filter(|_| matches!(node, Node::List(_))) {
            self.take_concepts(scheme, node);
            return;
        }
        match known.as_str() {
            "headline" => self.headlines.push(Value { rank: 0, name: key, node }),
            "headlines" => add_values("headline", node, headline_rank, &mut self.headlines),
            "bodies" => add_values("body", node, body_rank, &mut self.bodies),
            "descriptions" => add_values("description", node, description_rank, &mut self.descriptions),
            "description" => self.descriptions.push(Value { rank: 0, name: key, node }),
            "slugline" => self.concepts.push(keyword(node, "slugline")),
            "infosource" | "infosources" => self.source = first(node),
            "copyrightholder" => self.holder = Some(node),
            "associations" => self.take_associations(node),
            "by" | "byline" => {
                self.by = Some(node.clone());
                self.rest.push((key, node));
            }
            "type" => {
                self.kind = text(&node).unwrap_or_default().to_owned();
                self.rest.push((key, node));
            }
            _ if key.starts_with("body_") => {
                let rank = body_rank(&key, "");
                self.bodies.push(Value { rank, name: key, node });
            }
            _ if key.starts_with("description_") => {
                let rank = description_rank(&key["description_".len()..], "");
                self.descriptions.push(Value { rank, name: key, node });
            }
            _ => self.rest.push((key, node)),
        }
    }

    fn take_concepts(&mut self, scheme: &str, node: Node) {
        let Node::List(nodes) = node else { return };
        for node in nodes {
            let Some(name) = node.first_of(&["name", "literal", "code", "uri"]).cloned() else { continue };
            let given = node.first_of(&["scheme", "uri"]).and_then(text).map(scheme_of);
            self.concepts.push(keyword(name, given.filter(|given| !given.is_empty()).unwrap_or(scheme)));
        }
    }

    /// Takes the captions of associated pictures; what else is associated is another item's.
    fn take_associations(&mut self, node: Node) {
        let items: Vec<Node> = match node {
            Node::List(nodes) => nodes,
            Node::Map(entries) => entries.into_iter().map(|(_, node)| node).collect(),
            _ => return,
        };
        let mut others = Vec::new();
        for item in items {
            let Node::Map(entries) = item else { continue };
            let picture = Item::of(entries.clone(), &ParseOptions::default());
            let caption = if picture.is_looked_at() { picture.caption() } else { None };
            match caption {
                Some(caption) => self.captions.push(caption),
                None => others.push(Node::Map(entries)),
            }
        }
        if !others.is_empty() {
            self.rest.push(("associations".to_owned(), Node::List(others)));
        }
    }

    fn is_looked_at(&self) -> bool {
        TYPES[..4].contains(&self.kind.as_str())
    }

    fn is_no_article(&self) -> Option<&'static str> {
        let has = |wanted: &str| self.rest.iter().any(|(key, _)| normal(key) == wanted);
        let what = match self.kind.as_str() {
            "planning" => "planning",
            "event" => "an event",
            _ if has("plannedcoverage") => "planning",
            _ if has("eventdetails") => "an event",
            _ => return None,
        };
        self.bodies.is_empty().then_some(what)
    }

    /// Returns what the item says of a picture, with who made or supplied it.
    fn caption(&self) -> Option<Node> {
        let said = self.descriptions.iter().find(|value| value.rank < CREDIT_LINE).or(self.headlines.first())?;
        let credit = self.descriptions.iter().find(|value| value.rank == CREDIT_LINE).map(|value| &value.node);
        let mut entries = vec![("text".to_owned(), said.node.clone())];
        let credit = credit.or(self.by.as_ref()).or(self.holder.as_ref());
        entries.extend(credit.map(|credit| ("credit".to_owned(), credit.clone())));
        Some(Node::Map(entries))
    }

    /// Returns keys that are known for what it says.
    fn entries(mut self) -> Entries {
        let mut entries = Entries::new();
        if self.is_looked_at() && self.bodies.is_empty() && !self.descriptions.is_empty() {
            self.captions.extend(self.caption());
            self.descriptions.clear();
        }
        let is_caption = |value: &Value| value.rank == CAPTION;
        for value in self.descriptions.extract_if(.., |value| is_caption(value)) {
            self.captions.push(Node::Map(vec![("text".to_owned(), value.node)]));
        }
        for (key, values) in [("headline", self.headlines), ("body", self.bodies), ("standfirst", self.descriptions)] {
            for (at, value) in values.into_iter().enumerate() {
                entries.push((if at == 0 { key.to_owned() } else { value.name }, value.node));
            }
        }
        if !self.captions.is_empty() {
            entries.push(("captions".to_owned(), Node::List(self.captions)));
        }
        if !self.concepts.is_empty() {
            entries.push(("keywords".to_owned(), Node::List(self.concepts)));
        }
        entries.extend(self.source.or(self.holder).map(|name| ("publisher".to_owned(), name)));
        entries.append(&mut self.rest);
        entries
    }
}

/// The ranks of descriptions that are of pictures.
const CAPTION: u8 = 2;
const CREDIT_LINE: u8 = 3;

fn add_values(key: &str, node: Node, rank: fn(&str, &str) -> u8, out: &mut Vec<Value>) {
    let Node::List(nodes) = node else { return };
    for (at, node) in nodes.into_iter().enumerate() {
        let part = |key: &str| node.first_of(&[key]).and_then(text).unwrap_or_default().to_lowercase();
        let (role, content_type) = (part("role"), part("contenttype"));
        let Some(value) = node.first_of(&["value"]).cloned() else { continue };
        let rank = rank(&role, &content_type);
        out.push(Value { rank, name: format!("{key} {} {role}", at + 1), node: value });
    }
}

fn headline_rank(role: &str, _content_type: &str) -> u8 {
    u8::from(!matches!(role, "" | "main" | "headline"))
}

/// Marked-up text has its paragraphs, which plain text may have lost.
fn body_rank(role: &str, content_type: &str) -> u8 {
    let has = |word: &str| role.contains(word) || content_type.contains(word);
    match () {
        () if has("html") || has("richtext") => 0,
        () if has("text") || matches!(role, "" | "main") => 1,
        () => 2,
    }
}

fn description_rank(role: &str, _content_type: &str) -> u8 {
    match role {
        _ if role.contains("credit") => CREDIT_LINE,
        _ if role.contains("caption") => CAPTION,
        "" | "main" | "text" | "summary" | "lead" => 0,
        _ => 1,
    }
}

fn keyword(name: Node, scheme: &str) -> Node {
    Node::Map(vec![("name".to_owned(), name), ("scheme".to_owned(), Node::Text(scheme.to_owned()))])
}

/// Returns the list that a scheme or the address of a value stands for, by its name where it is one of the IPTC's.
fn scheme_of(address: &str) -> &str {
    match address.split_once("cv.iptc.org/newscodes/") {
        Some((_, path)) => path.split('/').next().unwrap_or_default(),
        // The address of a value elsewhere does not tell its list.
        None if address.contains("://") && !address.ends_with('/') => "",
        None => address,
    }
}

/// Returns the name of the first of several things.
fn first(node: Node) -> Option<Node> {
    let node = match node {
        Node::List(nodes) => nodes.into_iter().next()?,
        other => other,
    };
    node.first_of(&["name", "literal"]).cloned()
}

fn text(node: &Node) -> Option<&str> {
    match node {
        Node::Text(text) => Some(text),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::List(_) | Node::Map(_) => None,
    }
}
