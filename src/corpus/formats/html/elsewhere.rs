//! The blocks of a page that are no part of its article: navigation, pointers to other articles, comments, the foot.

use std::collections::HashSet;

use dom_query::{Document, NodeId, NodeRef};

use crate::corpus::format::Parsed;

use super::blocks::text_of;
use super::fields::clip;
use super::main_text::blocks_of_others;

/// What is never a part of the article that the page is for.
const NAMES: &[&str] = &["nav", "aside", "footer"];
/// The same by kind, as it is left over; what only a class or id marks counts where the main text is without it.
const KINDS: &[(&str, &str)] = &[
    ("nav, [role='navigation']", "navigation"),
    (
        "aside, [role='complementary'], [class*='related' i], [id*='related' i], [class*='recommend' i], \
         [class*='most-read' i]",
        "aside",
    ),
    ("[id*='comments' i], [class*='comments' i], [id*='disqus' i]", "comments"),
    ("form", "form"),
    ("footer", "footer"),
];
/// How many blocks of a kind are noted.
const MOST: usize = 20;

/// Where the article is not.
pub(super) struct Elsewhere(HashSet<NodeId>);

impl Elsewhere {
    pub(super) fn of(document: &Document) -> Elsewhere {
        Elsewhere(blocks_of_others(document).iter().map(|node| node.id).collect())
    }

    /// Tells whether an element stands in a block that is no part of the article.
    pub(super) fn holds(&self, node: &NodeRef<'_>) -> bool {
        node.ancestors_it(None).any(|ancestor| self.is_one(&ancestor))
    }

    fn is_one(&self, node: &NodeRef<'_>) -> bool {
        self.0.contains(&node.id) || NAMES.iter().any(|name| node.has_name(name))
    }

    /// Notes what is on the page and in no field, by kind; a block within another is noted with that one.
    pub(super) fn leave_over(&self, document: &Document, parsed: &mut Parsed) {
        for (selector, reason) in KINDS {
            let nodes = document.select(selector);
            let is_noted = |node: &&NodeRef<'_>| (self.is_one(node) || node.has_name("form")) && !self.holds(node);
            for node in nodes.nodes().iter().filter(is_noted).take(MOST) {
                let text = text_of(node);
                if !text.is_empty() {
                    parsed.leave(None, clip(&text), *reason);
                }
            }
        }
    }
}
