//! The front matter of a Markdown file: YAML between lines of `---`, TOML between lines of `+++`, or an object of JSON.
//!
//! The reader of YAML takes time by the square of how deep lists and maps in brackets nest, and gives up on the depth
//! only at the end. So their nesting is bounded before it sees them; those of TOML and JSON give up at once.

use crate::corpus::formats::keys::{Entries, Node};

/// How long a front matter may be, in bytes. What is longer is data and not what is said of an article.
const LONGEST: usize = 256 * 1024;

/// How deep brackets of YAML may nest.
const DEEPEST: usize = 64;

/// How many brackets of YAML may open, times the bytes in which they stand: what the reader's time grows with where
/// the nesting cannot be told from the brackets alone, since quoted ones count for none.
const MOST_WORK: usize = 1 << 27;

/// What a text begins with.
pub(super) enum FrontMatter<'a> {
    /// No front matter.
    None,
    /// Keys and values.
    Read(Entries),
    /// Something that was meant as one and cannot be read.
    Broken {
        /// The line that cannot be read, where it is known.
        line: Option<u32>,
        /// What is wrong with it.
        why: String,
        /// The whole of it, and the line that it begins in.
        text: (&'a str, u32),
    },
}

/// Tells whether text that may be cut off begins with a front matter, so that it can be nothing but Markdown.
pub(super) fn begins_with_one(head: &str) -> bool {
    let Some((mark, rest)) = opening(head) else { return false };
    let has_key = first_line_of(rest).is_some_and(|line| is_key_line(line, mark));
    // Without its end in sight it is taken for one only where the text goes on beyond what is seen.
    has_key && (closing(rest, mark).is_some() || head.len() + 4 > crate::corpus::format::HEAD)
}

/// Parts a text into its front matter and the rest.
pub(super) fn split(text: &str) -> (FrontMatter<'_>, &str) {
    if text.trim_start().starts_with('{') {
        return split_json(text);
    }
    let Some((mark, rest)) = opening(text) else { return (FrontMatter::None, text) };
    let Some((inside, body)) = closing(rest, mark) else {
        let why = || format!("the line of `{mark}` that ends it is missing");
        return match rest.lines().next().is_some_and(|line| is_key_line(line, mark)) {
            // A first line of `---` alone is also how Markdown draws a line.
            true => (FrontMatter::Broken { line: None, why: why(), text: ("", 1) }, rest),
            false => (FrontMatter::None, text),
        };
    };
    // Prose between two lines that are drawn is no front matter either.
    if first_line_of(inside)
        .is_some_and(|line| !is_key_line(line, mark) && !line.starts_with(['-', '{', '[', '&', '!']))
    {
        return (FrontMatter::None, text);
    }
    let first_line = line_after(&text[..text.len() - rest.len()]);
    let outcome = match mark {
        _ if inside.len() > LONGEST => Err((None, format!("it is longer than {} KiB", LONGEST / 1024))),
        "---" => yaml(inside),
        _ => toml(inside),
    };
    let front = match outcome {
        Ok(Node::Map(entries)) => FrontMatter::Read(entries),
        Ok(Node::Null) => FrontMatter::None,
        Ok(other) => {
            let why = format!("it is {}, not keys and values", other.kind());
            FrontMatter::Broken { line: Some(first_line), why, text: (inside, first_line) }
        }
        Err((line, why)) => {
            let line = line.and_then(|line| Some(u32::try_from(line).ok()?.saturating_add(first_line) - 1));
            FrontMatter::Broken { line, why, text: (inside, first_line) }
        }
    };
    (front, body)
}

/// Returns the number of the line that follows whole lines from the beginning of a text.
pub(super) fn line_after(before: &str) -> u32 {
    let newlines = before.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(newlines).map_or(u32::MAX, |lines| lines.saturating_add(1))
}

/// Returns the mark that a front matter opens with, and what follows its line.
fn opening(text: &str) -> Option<(&'static str, &str)> {
    let start = text.trim_start();
    let (first, rest) = start.split_once('\n')?;
    let mark = ["---", "+++"].into_iter().find(|mark| first.trim_end() == *mark)?;
    Some((mark, rest))
}

/// Returns what stands before the closing line, and what follows it.
fn closing<'a>(rest: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let mut start = 0;
    for line in rest.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == mark || (mark == "---" && bare == "...") {
            return Some((&rest[..start], &rest[start + line.len()..]));
        }
        start += line.len();
    }
    None
}

/// Returns the first line that says something.
fn first_line_of(inside: &str) -> Option<&str> {
    inside.lines().map(str::trim_end).find(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_key_line(line: &str, mark: &str) -> bool {
    let sign = if mark == "---" { ':' } else { '=' };
    let Some((key, _)) = line.split_once(sign) else { return mark == "+++" && line.starts_with('[') };
    let key = key.trim_end().trim_matches(['"', '\'']);
    !key.is_empty() && key.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

type Outcome = Result<Node, (Option<usize>, String)>;

fn yaml(text: &str) -> Outcome {
    check_nesting(text)?;
    serde_norway::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        let whole = error.to_string();
        (line, whole.split(" at line ").next().unwrap_or(&whole).to_owned())
    })
}

/// Checks that YAML can be read in good time.
fn check_nesting(text: &str) -> Result<(), (Option<usize>, String)> {
    let (mut depth, mut opened) = (0_usize, 0_usize);
    for (line, number) in text.split('\n').zip(1..) {
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => (depth, opened) = (depth + 1, opened + 1),
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err((Some(number), format!("brackets nest deeper than {DEEPEST}")));
            }
        }
    }
    if opened.saturating_mul(text.len()) > MOST_WORK {
        return Err((None, format!("{opened} brackets are too many for its length")));
    }
    Ok(())
}

fn toml(text: &str) -> Outcome {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| 1 + before.matches('\n').count());
        (line, error.message().to_owned())
    })
}

/// Parts an object of JSON from the text that follows it.
fn split_json(text: &str) -> (FrontMatter<'_>, &str) {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Node>();
    match values.next() {
        Some(Ok(Node::Map(entries))) => match text.get(values.byte_offset()..) {
            Some(body) if body.trim().is_empty() || body.starts_with('\n') => (FrontMatter::Read(entries), body),
            _ => (FrontMatter::None, text),
        },
        _ => (FrontMatter::None, text),
    }
}
