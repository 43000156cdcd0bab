//! Instructions to site generators inside of Markdown: `{{< figure ... >}}`, `{{% note %}}`, `{% include ... %}`,
//! `{{ page.title }}`. They are no text; a picture's caption in one is kept as a caption.

use crate::Caption;
use crate::corpus::formats::keys;
use crate::corpus::text::credit_name;

/// A text without shortcodes.
pub(super) struct Without {
    /// The text, with as many lines as before.
    pub(super) text: String,
    /// The captions that shortcodes of pictures gave.
    pub(super) captions: Vec<Caption>,
    /// The other shortcodes.
    pub(super) left_over: Vec<Shortcode>,
}

/// A shortcode that is left over.
pub(super) struct Shortcode {
    pub(super) line: u32,
    pub(super) text: String,
}

/// How shortcodes open and close, longer marks first.
const MARKS: &[(&str, &str)] = &[("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}")];

/// A shortcode longer than this, in bytes, is none; so the search for an end is short wherever it begins.
const LONGEST: usize = 4000;

/// Takes the shortcodes out of a text that begins at `first_line`.
pub(super) fn remove(text: &str, first_line: u32) -> Without {
    let mut without = Without { text: String::with_capacity(text.len()), captions: Vec::new(), left_over: Vec::new() };
    let mut line = first_line;
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        without.text.push_str(before);
        line = line.saturating_add(newlines(before));
        let Some(shortcode) = shortcode_at(from) else {
            without.text.push('{');
            rest = &from[1..];
            continue;
        };
        match caption(shortcode) {
            Some(caption) => without.captions.push(caption),
            None => without.left_over.push(Shortcode { line, text: crate::text::fold_spaces(shortcode) }),
        }
        // The address of a link must not be nothing, or the link would no longer be one.
        if without.text.ends_with("](") || without.text.ends_with("]: ") {
            without.text.push('#');
        }
        let lines = newlines(shortcode);
        without.text.extend(std::iter::repeat_n('\n', lines as usize));
        line = line.saturating_add(lines);
        rest = &from[shortcode.len()..];
    }
    without.text.push_str(rest);
    without
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Returns the shortcode that a text begins with.
fn shortcode_at(text: &str) -> Option<&str> {
    let (open, close) = MARKS.iter().find(|(open, _)| text.starts_with(open))?;
    let end = text.len().min(LONGEST);
    let near = (0..4).find_map(|back| text.get(open.len()..end.checked_sub(back)?))?;
    let end = near.find(close)?;
    Some(&text[..open.len() + end + close.len()])
}

/// Returns the caption of a shortcode that shows a picture: one with a source and something said of it.
fn caption(shortcode: &str) -> Option<Caption> {
    attribute(shortcode, "src")?;
    let text = ["caption", "title", "alt"].into_iter().find_map(|name| attribute(shortcode, name))?;
    let credit = ["credit", "attr"].into_iter().find_map(|name| attribute(shortcode, name));
    let credit = credit.map(|credit| credit_name(&credit).to_owned()).filter(|credit| !credit.is_empty());
    Some(Caption { text, credit })
}

/// Returns the value of an attribute as one line, where it says something.
fn attribute(shortcode: &str, name: &str) -> Option<String> {
    let starts = shortcode.match_indices(name).filter(|(at, _)| shortcode[..*at].ends_with(char::is_whitespace));
    for (at, _) in starts {
        let Some(value) = shortcode[at + name.len()..].trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
        let value = match quote {
            Some(quote) => value[1..].split(quote).next(),
            None => value.split_whitespace().next(),
        };
        return value.map(keys::line).filter(|value| !value.is_empty());
    }
    None
}
