//! XMP (ISO 16684): RDF in XML, of which properties are read by the prefixes that all programs write.

use crate::corpus::xml::{Document, Element};

/// Returns what the properties of these names say, in the order of names.
pub(super) fn properties(xmp: &[u8], names: impl Iterator<Item = &'static str> + Clone) -> Vec<(&'static str, String)> {
    let text = String::from_utf8_lossy(xmp);
    let document = Document::parse(&text);
    let mut properties = Vec::new();
    for rdf in document.outermost(|name| name == "RDF") {
        for description in rdf.all("Description") {
            for name in names.clone() {
                properties.extend(description.attribute(name).map(|text| (name, text)));
                for property in description.children().filter(|child| child.whole_name() == name) {
                    properties.extend(values(property).into_iter().map(|text| (name, text)));
                }
            }
        }
    }
    properties
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
