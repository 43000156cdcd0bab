//! The answer to a search as Markdown: a numbered list with quoted passages, matched words bold. Text of articles is
//! escaped, so that it is no markup.

use std::io::{self, Write};
use std::ops::Range;

use newshound::{Hit, SearchResponse};

use super::human::{copies, date};
use super::numbers::total;
use super::text::safe;

/// Writes the answer.
pub(crate) fn answer(out: &mut dyn Write, response: &SearchResponse) -> io::Result<()> {
    writeln!(out, "{} for: {}", total(response.total), escaped(&response.query))?;
    response.hits.iter().try_for_each(|hit| write_hit(out, hit))
}

fn write_hit(out: &mut dyn Write, hit: &Hit) -> io::Result<()> {
    let number = format!("{}. ", hit.rank);
    let indent = " ".repeat(number.len());
    // The backslash at the end is a line break inside of the paragraph.
    writeln!(out, "\n{number}**{}**\\", linked_headline(hit))?;
    let parts = [
        hit.section.as_ref().map(|section| section.path.clone()),
        hit.published.as_ref().map(date),
        hit.publisher.clone(),
        Some(hit.source.to_string()),
    ];
    let about: Vec<String> = parts.into_iter().flatten().map(|part| escaped(&part)).collect();
    writeln!(out, "{indent}{}", about.join(" · "))?;
    if let Some(copies) = copies(&hit.copies) {
        writeln!(out, "\n{indent}{}", escaped(&copies))?;
    }
    for passage in &hit.passages {
        let before = if passage.cut_before { "… " } else { "" };
        let after = if passage.cut_after { " …" } else { "" };
        writeln!(out, "\n{indent}> {before}{}{after}", bold(&passage.text, &passage.highlights))?;
    }
    Ok(())
}

fn linked_headline(hit: &Hit) -> String {
    let headline = escaped(hit.headline.as_ref().map_or("(no headline)", |headline| &headline.text));
    match hit.url.as_deref().filter(|url| is_plain_link(url)) {
        Some(url) => format!("[{headline}](<{url}>)"),
        None => headline,
    }
}

/// Tells whether an address can stand in a link as it is, and leads to the web and nowhere else.
fn is_plain_link(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\\`".contains(&byte))
}

fn bold(text: &str, highlights: &[Range<usize>]) -> String {
    let (mut shown, mut done) = (String::new(), 0);
    for highlight in highlights {
        let (Some(before), Some(within)) = (text.get(done..highlight.start), text.get(highlight.clone())) else {
            continue;
        };
        shown.push_str(&escaped_inside(before, done == 0));
        shown.push_str(&format!("**{}**", escaped_inside(within, false)));
        done = highlight.end;
    }
    shown.push_str(&escaped_inside(text.get(done..).unwrap_or_default(), done == 0));
    shown
}

fn escaped(text: &str) -> String {
    escaped_inside(text, true)
}

/// Returns text in which nothing is markup. At the beginning of a block, `-`, `+`, `=`, `:` and a number with a full
/// stop or bracket would be markup too.
fn escaped_inside(text: &str, begins_block: bool) -> String {
    let text = safe(text);
    let mut escaped = String::with_capacity(text.len());
    let mut only_digits = begins_block;
    let mut first = begins_block;
    for c in text.chars() {
        let inline = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '$');
        let block = first && matches!(c, '-' | '+' | '=' | ':') || only_digits && matches!(c, '.' | ')');
        if inline || block {
            escaped.push('\\');
        }
        escaped.push(c);
        only_digits &= c.is_ascii_digit();
        first &= c == ' ';
    }
    escaped
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "one highlight is a list of one range")]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escaped("<b> & [x](y) *z* `q` a_b"), r"\<b\> \& \[x\](y) \*z\* \`q\` a\_b");
        assert_eq!(escaped("1. May - a day"), r"1\. May - a day");
        assert_eq!(escaped("- item"), r"\- item");
        assert_eq!(escaped("a\u{1b}b\nc"), "a\u{fffd}b c");
    }

    #[test]
    fn matched_words_are_bold() {
        assert_eq!(bold("The ferry_boat", &[4..9]), r"The **ferry**\_boat");
        assert_eq!(bold("é", &[1..2]), "é");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_plain_link("https://news.example/a?b=(c)"));
        for url in ["javascript:alert(1)", "https://a.example/<x>", "https://a.example/a b", "https://ä.example"] {
            assert!(!is_plain_link(url), "{url}");
        }
    }
}
