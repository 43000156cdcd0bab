//! XMP: RDF in XML, of which the properties of the picture are read, by the prefixes that all programs write.

use super::{PIECES, Piece, Segment};
use crate::corpus::xml::{Document, Element};

/// The marker of the segment that XMP is in, and what it begins with.
const APP1: u8 = 0xe1;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Returns what the properties of a picture say.
pub(super) fn pieces(segments: &[Segment<'_>]) -> Vec<Piece> {
    let mut parts = segments.iter().filter(|(marker, _)| *marker == APP1);
    let Some(xmp) = parts.find_map(|(_, bytes)| bytes.strip_prefix(XMP)) else { return Vec::new() };
    let text = String::from_utf8_lossy(xmp);
    let document = Document::parse(&text);
    let mut pieces = Vec::new();
    for rdf in document.outermost(|name| name == "RDF") {
        for description in rdf.all("Description") {
            for (name, _, says) in PIECES.iter().filter(|(name, ..)| !name.is_empty()) {
                let mut add = |text: String| pieces.push(Piece { name, says: *says, text });
                if let Some(text) = description.attribute(name) {
                    add(text);
                }
                for property in description.children().filter(|child| child.whole_name() == *name) {
                    values(property).into_iter().for_each(&mut add);
                }
            }
        }
    }
    pieces
}

/// Returns the values of a property: of several languages the one that stands for all, of a list each.
fn values(property: Element<'_, '_>) -> Vec<String> {
    let items: Vec<_> =
        property.children().flat_map(|list| list.children()).filter(|item| item.name() == "li").collect();
    if items.is_empty() {
        return vec![property.text()];
    }
    if property.child("Alt").is_some() {
        let is_default = |item: &&Element<'_, '_>| item.attribute("xml:lang").as_deref() == Some("x-default");
        return items.iter().find(is_default).or(items.first()).map(Element::text).into_iter().collect();
    }
    items.iter().map(Element::text).collect()
}
