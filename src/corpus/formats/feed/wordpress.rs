//! What is of WordPress alone in a feed that it exports (WXR 1.2): what it does not show, and pictures with captions as its
//! shortcodes have them.

use std::borrow::Cow;

use crate::corpus::xml::Element;

/// Kinds of entries that are no articles; those that begin with `wp_` are of themes.
const KINDS: &[&str] =
    &["attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache"];

/// States of entries that readers do not see.
const STATES: &[&str] = &["draft", "auto-draft", "pending", "future", "private", "trash"];

/// Tells why an entry is not shown to readers, where it is not.
pub(super) fn unpublished(entry: Element<'_, '_>) -> Option<String> {
    let said = |name: &str| {
        let text = entry.children().find(|child| child.whole_name() == name)?.text();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let kind = said("wp:post_type").filter(|kind| KINDS.contains(&&**kind) || kind.starts_with("wp_"));
    let state = || said("wp:status").filter(|state| STATES.contains(&&**state));
    let password = || said("wp:post_password").map(|_| "behind a password".to_owned());
    let kind = kind.map(|kind| format!("of the kind `{kind}`"));
    kind.or_else(|| state().map(|state| format!("in the state `{state}`"))).or_else(password)
}

/// Returns a text in which pictures with captions, `[caption ...]<img> The quay[/caption]`, are figures.
pub(super) fn with_figures(text: &str) -> Cow<'_, str> {
    const BEGINS: &str = "[caption";
    const ENDS: &str = "[/caption]";
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(BEGINS) {
        let inside = rest[at..].find(ENDS).map(|length| &rest[at..at + length]);
        let Some((inside, picture)) = inside.and_then(|inside| Some((inside, inside.find("<img")?))) else { break };
        let Some(end) = inside[picture..].find('>').map(|length| picture + length + 1) else { break };
        let said = inside[end..].trim_start();
        let said = said.strip_prefix("</a>").unwrap_or(said);
        out.push_str(&rest[..at]);
        out.push_str("<figure>");
        out.push_str(&inside[picture..end]);
        out.push_str("<figcaption>");
        out.push_str(said);
        out.push_str("</figcaption></figure>");
        rest = &rest[at + inside.len() + ENDS.len()..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_those_of_figures() {
        let text = "<p>One.</p>[caption id=\"a\" width='3']<a href='/b'><img src='c'/></a> The <em>quay</em>[/caption]\n\nTwo.";
        let figure = "<p>One.</p><figure><img src='c'/><figcaption> The <em>quay</em></figcaption></figure>\n\nTwo.";
        assert_eq!(with_figures(text), figure);
        for other in ["[caption]", "[caption]x[/caption]", "[caption]<img[/caption]", "[/caption] [caption", ""] {
            assert_eq!(with_figures(other), other);
        }
    }
}
