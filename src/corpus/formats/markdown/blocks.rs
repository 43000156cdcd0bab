//! Markdown as plain paragraphs with their lines: one a paragraph, heading, list item, table row or block of code.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::Caption;
use crate::corpus::formats::keys;
use crate::corpus::text;
use crate::text::fold_spaces;

/// What a text says.
#[derive(Default)]
pub(super) struct Blocks {
    /// Its paragraphs, in order.
    pub(super) blocks: Vec<Block>,
    /// What is said of its pictures.
    pub(super) captions: Vec<Caption>,
}

/// One paragraph.
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The line that it begins in.
    pub(super) line: u32,
    pub(super) text: String,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of a level from 1.
    Heading(usize),
    /// Anything else.
    Text,
}

/// Returns one line of Markdown as plain text. A line without marks stays as it is.
pub(super) fn inline(line: &str) -> String {
    /// Stands before the line, so that nothing at its beginning is the mark of a heading or a list.
    const LEAD: &str = "A ";
    if !has_marks(line) {
        return line.to_owned();
    }
    let read = read(&format!("{LEAD}{line}"), 1);
    match read.blocks.as_slice() {
        [block] => block.text.strip_prefix(LEAD).unwrap_or(line).to_owned(),
        _ => line.to_owned(),
    }
}

/// Tells whether a line has marks of Markdown: a link, or stars, underscores or code that begin at a word. Those within
/// words are rather meant as they stand: `M*A*S*H`.
fn has_marks(line: &str) -> bool {
    let opens = |mark: char| {
        line.match_indices(mark).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric() && before != mark)
                && line[at..].trim_start_matches(mark).starts_with(|after: char| !after.is_whitespace())
        })
    };
    line.contains("](") || ['*', '_', '`'].into_iter().any(opens)
}

/// Reads a text that begins at `first_line` of its source.
pub(super) fn read(markdown: &str, first_line: u32) -> Blocks {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let mut reader = Reader {
        markdown,
        at: (0, first_line),
        line: None,
        text: String::new(),
        html: None,
        is_html_in_code: false,
        picture: None,
        read: Blocks::default(),
    };
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reader.event(event, range.start);
    }
    reader.end_block(Kind::Text);
    reader.read
}

struct Reader<'a> {
    markdown: &'a str,
    /// An offset and its line, which moves on as lines are asked for.
    at: (usize, u32),
    /// The line of the block under way.
    line: Option<u32>,
    /// The text of the block under way.
    text: String,
    /// The block of HTML under way.
    html: Option<String>,
    /// Whether that block is indented so far that it is code by the rules of Markdown.
    is_html_in_code: bool,
    /// The picture under way: its title, the text in its place, and how many pictures are open in it.
    picture: Option<(String, String, usize)>,
    read: Blocks,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, offset: usize) {
        match event {
            Event::Start(tag) => self.start(tag, offset),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_html_in_code => {
                if let Some(block) = &mut self.html {
                    block.push_str(&text);
                }
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text, offset);
            }
            Event::SoftBreak | Event::HardBreak => self.push("\n", offset),
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.push_html(&html, offset),
            },
            Event::InlineHtml(html) => self.push_html(&html, offset),
            Event::Rule => self.end_block(Kind::Text),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Link { .. } => {
            }
            Tag::TableCell => {
                if !self.text.is_empty() {
                    self.push(" | ", offset);
                }
            }
            Tag::Image { title, .. } => match &mut self.picture {
                Some((_, _, open)) => *open += 1,
                None => self.picture = Some((title.to_string(), String::new(), 0)),
            },
            Tag::HtmlBlock => {
                self.end_block(Kind::Text);
                self.line = Some(self.line_of(offset));
                self.html = Some(String::new());
            }
            Tag::CodeBlock(CodeBlockKind::Indented) if self.is_indented_html(offset) => {
                self.end_block(Kind::Text);
                self.line = Some(self.line_of(offset));
                self.html = Some(String::new());
                self.is_html_in_code = true;
            }
            _ => {
                self.end_block(Kind::Text);
                self.line = Some(self.line_of(offset));
            }
        }
    }

    /// Tells whether an indented block is the rest of a block of HTML, which a blank line ends by the rules of Markdown.
    /// Its writer meant no code.
    fn is_indented_html(&self, offset: usize) -> bool {
        let line = self.markdown.get(offset..).and_then(|rest| rest.trim_start().lines().next()).unwrap_or_default();
        line.starts_with('<') && keys::is_markup(line)
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::TableCell => {}
            TagEnd::Image => self.end_picture(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::CodeBlock if self.is_html_in_code => {
                self.is_html_in_code = false;
                self.end_html();
            }
            TagEnd::Heading(level) => self.end_block(Kind::Heading(level as usize)),
            _ => self.end_block(Kind::Text),
        }
    }

    fn push(&mut self, text: &str, offset: usize) {
        if let Some((_, alternative, _)) = &mut self.picture {
            return alternative.push_str(text);
        }
        if self.line.is_none() {
            self.line = Some(self.line_of(offset));
        }
        self.text.push_str(text);
    }

    /// Takes a tag within a paragraph. Tags are no text; a picture's says something of it.
    fn push_html(&mut self, html: &str, offset: usize) {
        let is_tag = |name: &str| html.get(1..=name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if is_tag("br") {
            self.push("\n", offset);
        } else if is_tag("img") {
            self.read.captions.extend(keys::plain(html).captions);
        }
    }

    fn end_picture(&mut self) {
        match self.picture.take() {
            Some((title, alternative, 0)) => {
                let said = [title, alternative].into_iter().map(|said| joined(&said)).find(|said| !said.is_empty());
                self.read.captions.extend(said.map(|text| Caption { text, credit: None }));
            }
            Some((title, alternative, open)) => self.picture = Some((title, alternative, open - 1)),
            None => {}
        }
    }

    fn end_html(&mut self) {
        let Some(html) = self.html.take() else { return };
        let line = self.line.take().unwrap_or(self.at.1);
        let plain = keys::plain(&html);
        let blocks = plain.paragraphs.iter().map(|text| Block { kind: Kind::Text, line, text: joined(text) });
        self.read.blocks.extend(blocks.filter(|block| !block.text.is_empty()));
        self.read.captions.extend(plain.captions);
    }

    fn end_block(&mut self, kind: Kind) {
        let text = joined(&std::mem::take(&mut self.text));
        let line = self.line.take().unwrap_or(self.at.1);
        if !text.is_empty() {
            self.read.blocks.push(Block { kind, line, text });
        }
    }

    /// Returns the line of an offset. Offsets hardly ever go back, so the lines are counted once.
    fn line_of(&mut self, offset: usize) -> u32 {
        let (from, line) = self.at;
        let between = self.markdown.as_bytes().get(from..offset).unwrap_or_default();
        let newlines = between.iter().filter(|byte| **byte == b'\n').count();
        self.at = (offset.max(from), line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX)));
        self.at.1
    }
}

/// Returns text as one line. Where a line ends within text that parts no words by spaces, none is put in.
fn joined(block: &str) -> String {
    let mut whole = String::with_capacity(block.len());
    for line in text::as_read(block).lines().map(fold_spaces).filter(|line| !line.is_empty()) {
        let before = whole.chars().next_back();
        let is_within_text = before.is_some_and(parts_no_words) && line.chars().next().is_some_and(parts_no_words);
        if before.is_some() && !is_within_text {
            whole.push(' ');
        }
        whole.push_str(&line);
    }
    whole
}

/// Tells whether a character is of Chinese or Japanese, which put no spaces between words.
fn parts_no_words(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}')
}
