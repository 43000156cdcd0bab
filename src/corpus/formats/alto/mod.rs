//! ALTO, the Library of Congress's form of scanned pages: versions 1 to 4.4 of its schema, as METS/ALTO collections of
//! newspapers have them. A page is an article: which blocks of it are one story stands elsewhere, if anywhere. Blocks are
//! paragraphs, in the reading order that the file gives, else as they stand.
//!
//! METS, which lists the pages and stories of an issue, has no text. Each source is read, hashed and watched by itself, so
//! it is not read for its pages, which are sources of their own, and what only METS says of them (title, date and number
//! of an issue) stays out. A date in the name of a page's file, or of its image, is the page's.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::keys::{Field, Reading, as_line};
use super::scanned::{CLOSING, Lines, date_in_path};
use super::xml::root;
use crate::corpus::format::{Confidence, Detected, Flow, Format, ParseOptions, Record};
use crate::corpus::source::Source;
use crate::corpus::xml::{Document, Element};
use crate::{Caption, Code, Notice};

/// Pages in ALTO.
pub(crate) struct Alto;

impl Format for Alto {
    fn name(&self) -> &'static str {
        "alto"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        (root(head)? == "alto")
            .then_some(Detected { confidence: Confidence::Content, reason: "its root is that of ALTO" })
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let document = Document::parse(&source.text);
        let file = File::of(&document);
        let pages = document.outermost(|name| name == "Page");
        let broken = document.broken().map(|(line, why)| (line, why.to_owned()));
        if pages.is_empty() {
            let notice = match broken {
                Some((line, why)) => Notice::new(
                    Code::BadRecord,
                    Some(line),
                    format!("not ALTO that can be read: {why}; nothing of it is indexed"),
                ),
                None => Notice::new(Code::NoText, None, "ALTO without a page; not indexed"),
            };
            let _ = emit(Record::Reject { notice });
            return;
        }
        let is_alone = pages.len() == 1;
        for (number, page) in (1u32..).zip(&pages) {
            let line = (!is_alone).then(|| page.line());
            let mut reading = Reading::of_article("ALTO", line, options);
            file.read(*page, source.path, is_alone, &mut reading);
            let record = match reading.finish() {
                Ok(mut parsed) => {
                    (parsed.record, parsed.line) = ((!is_alone).then_some(number), line);
                    if let Some((line, why)) = broken.as_ref().filter(|_| number as usize == pages.len()) {
                        let message = format!("{why}; what stands before this is kept");
                        parsed.notices.push(Notice::new(Code::BrokenOff, Some(*line), message));
                    }
                    Record::Article(Box::new(parsed))
                }
                Err(notice) => Record::Reject { notice },
            };
            if emit(record) == Flow::Stop {
                return;
            }
        }
    }
}

/// METS, recognised so that it is told why it is not read.
pub(crate) struct Mets;

impl Format for Mets {
    fn name(&self) -> &'static str {
        "mets"
    }

    fn detect(&self, _path: &str, head: &str) -> Option<Detected> {
        (root(head)? == "mets")
            .then_some(Detected { confidence: Confidence::Content, reason: "its root is that of METS" })
    }

    fn parse(&self, _source: &Source<'_>, _options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        let message = "METS lists the files of an issue and has no text; its pages in ALTO are sources of their own; not \
                       indexed";
        let _ = emit(Record::Reject { notice: Notice::new(Code::NoArticle, None, message) });
    }
}

/// What the whole of a file says.
struct File {
    /// The name of the image, and ids of the file.
    image: Option<String>,
    id: Option<String>,
    document_id: Option<String>,
    /// The size of the letters of each style.
    sizes: HashMap<String, f32>,
    /// What blocks are tagged as, by the id of the tag.
    roles: HashMap<String, Role>,
    /// Names of people, places and so on, and the kind of each.
    entities: Vec<(String, String)>,
    /// The place of each block in the reading order.
    order: HashMap<String, usize>,
}

/// What a block is on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Headline,
    Byline,
    Caption,
    /// The number of the page.
    Page,
    /// What stands on every page.
    Running,
    Text,
}

impl Role {
    /// Tells a role by the name that a file has for it: there is no list of these.
    fn named(name: &str) -> Option<Role> {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match name.as_str() {
            "headline" | "heading" | "head" | "title" | "articletitle" | "maintitle" => Role::Headline,
            "byline" | "author" | "authors" => Role::Byline,
            "caption" | "imagecaption" | "illustrationcaption" => Role::Caption,
            "pagenumber" | "pageno" | "folio" => Role::Page,
            "runninghead" | "runningtitle" | "header" | "footer" | "pageheader" | "pagefooter" => Role::Running,
            "text" | "paragraph" | "textblock" => Role::Text,
            _ => return None,
        })
    }
}

impl File {
    fn of(document: &Document<'_>) -> File {
        let first = |name: &str| {
            let found = document.outermost(|known| known == name);
            found.first().map(|element| as_line(&element.text())).filter(|text| !text.is_empty())
        };
        let mut file = File {
            image: first("fileName"),
            id: first("fileIdentifier"),
            document_id: first("documentIdentifier"),
            sizes: HashMap::new(),
            roles: HashMap::new(),
            entities: Vec::new(),
            order: HashMap::new(),
        };
        for style in document.outermost(|name| name == "TextStyle") {
            let size = style.attribute("FONTSIZE").and_then(|size| size.parse().ok());
            file.sizes.extend(style.attribute("ID").zip(size));
        }
        for tag in document.outermost(|name| name == "Tags").iter().flat_map(Element::children) {
            let Some(label) = tag.attribute("LABEL") else { continue };
            if tag.name() == "NamedEntityTag" {
                file.entities.push((label, tag.attribute("TYPE").unwrap_or_else(|| "entity".to_owned())));
            } else {
                let role = Role::named(&label).or_else(|| Role::named(&tag.attribute("TYPE")?));
                file.roles.extend(tag.attribute("ID").zip(role));
            }
        }
        let orders = document.outermost(|name| name == "ReadingOrder");
        let references = orders.iter().flat_map(|order| order.within("ElementRef"));
        for (at, id) in references.filter_map(|reference| reference.attribute("REF")).enumerate() {
            file.order.entry(id).or_insert(at);
        }
        file
    }

    /// Fills the fields of a page's article.
    fn read(&self, page: Element<'_, '_>, path: &str, is_alone: bool, reading: &mut Reading<'_>) {
        let attribute = |name: &str| page.attribute(name).unwrap_or_default();
        if is_alone {
            reading.give(Field::NativeId, "fileIdentifier", self.id.as_deref().unwrap_or_default());
            for (label, kind) in &self.entities {
                reading.give_keyword("NamedEntityTag", label, Some(kind));
            }
        }
        reading.spare("documentIdentifier", self.document_id.as_deref().unwrap_or_default());
        reading.give(Field::Page, "PRINTED_IMG_NR", &attribute("PRINTED_IMG_NR"));
        let image = self.image.as_deref().unwrap_or_default();
        let image = image.rsplit(['/', '\\']).next().unwrap_or_default();
        for (place, name) in [("name of the image", image), ("name of the file", path)] {
            let date = date_in_path(name).filter(|_| reading.parsed.article.published.is_none());
            reading.give(Field::Published, place, &date.unwrap_or_default());
        }
        let blocks = self.ordered(self.blocks(page));
        self.read_blocks(blocks, reading);
        // Readers of print that see one image at a time number it 0.
        let image_number = Some(attribute("PHYSICAL_IMG_NR")).filter(|number| number != "0");
        if reading.parsed.article.page.is_none() {
            reading.give(Field::Page, "PHYSICAL_IMG_NR", &image_number.unwrap_or_default());
        }
        reading.give(Field::Language, "LANG", &attribute("LANG"));
    }

    fn blocks<'d, 'a>(&self, page: Element<'d, 'a>) -> Vec<Block<'d, 'a>> {
        let mut blocks = Vec::new();
        // The schema has the margins before what they surround.
        let is_behind = |part: &Element<'_, '_>| matches!(part.name(), "LeftMargin" | "RightMargin" | "BottomMargin");
        let (behind, before): (Vec<_>, Vec<_>) = page.children().partition(is_behind);
        for part in before.into_iter().chain(behind) {
            self.add_blocks(part, None, None, &mut blocks);
        }
        blocks
    }

    /// Adds the blocks of text in an element. The tree is no deeper than the stack is.
    fn add_blocks<'d, 'a>(
        &self,
        part: Element<'d, 'a>,
        role: Option<Role>,
        place: Option<usize>,
        blocks: &mut Vec<Block<'d, 'a>>,
    ) {
        let id = part.attribute("ID");
        let place = id.as_ref().and_then(|id| self.order.get(id)).copied().or(place);
        let tags = part.attribute("TAGREFS").unwrap_or_default();
        let tagged = tags.split_whitespace().find_map(|id| self.roles.get(id)).copied();
        let role = tagged.or_else(|| Role::named(&part.attribute("TYPE")?)).or(role);
        if part.name() == "TextBlock" {
            let language = part.attribute("LANG").or_else(|| part.attribute("language"));
            let next = part.attribute("IDNEXT");
            blocks.push(Block { part, id, next, place, role, size: self.size(part), language });
        } else {
            part.children().for_each(|inner| self.add_blocks(inner, role, place, blocks));
        }
    }

    /// Returns the size of a block's letters: that of its first line that has one.
    fn size(&self, block: Element<'_, '_>) -> Option<f32> {
        let styled = |part: Element<'_, '_>| {
            let styles = part.attribute("STYLEREFS")?;
            styles.split_whitespace().find_map(|id| self.sizes.get(id)).copied()
        };
        let first =
            || block.all("TextLine").find_map(|line| styled(line).or_else(|| line.all("String").find_map(styled)));
        if self.sizes.is_empty() { None } else { first().or_else(|| styled(block)) }
    }

    /// Puts blocks into their reading order: that of the file, else chains of blocks of which each names the next.
    fn ordered<'d, 'a>(&self, mut blocks: Vec<Block<'d, 'a>>) -> Vec<Block<'d, 'a>> {
        if !self.order.is_empty() {
            blocks.sort_by_key(|block| block.place.unwrap_or(usize::MAX));
            return blocks;
        }
        let followers: HashSet<&String> = blocks.iter().filter_map(|block| block.next.as_ref()).collect();
        if followers.is_empty() {
            return blocks;
        }
        let is_first = |block: &Block<'_, '_>| block.id.as_ref().is_none_or(|id| !followers.contains(id));
        let firsts: Vec<usize> = (0..blocks.len()).filter(|at| is_first(&blocks[*at])).collect();
        let places: HashMap<String, usize> =
            blocks.iter().enumerate().filter_map(|(at, block)| Some((block.id.clone()?, at))).collect();
        let mut waiting: Vec<Option<Block<'d, 'a>>> = blocks.into_iter().map(Some).collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        // What is in a circle has no first one, and comes last.
        for first in firsts.into_iter().chain(0..waiting.len()) {
            let mut at = Some(first);
            while let Some(block) = at.and_then(|at| waiting[at].take()) {
                at = block.next.as_ref().and_then(|next| places.get(next)).copied();
                ordered.push(block);
            }
        }
        ordered
    }

    fn read_blocks(&self, blocks: Vec<Block<'_, '_>>, reading: &mut Reading<'_>) {
        let mut words = Words::default();
        let texts: Vec<String> = blocks.iter().map(|block| words.paragraph(block.part)).collect();
        let headline = headline(&blocks, &texts);
        let (mut body, mut captions) = (Vec::new(), Vec::new());
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, (block, text)) in blocks.iter().zip(&texts).enumerate().filter(|(_, (_, text))| !text.is_empty()) {
            if let Some(language) = block.language.as_deref() {
                *languages.entry(language).or_default() += text.len();
            }
            match block.role.unwrap_or(Role::Text) {
                Role::Byline if reading.parsed.article.bylines.is_empty() => {
                    reading.give(Field::Bylines, "TextBlock", text);
                }
                Role::Caption => captions.push(Caption { text: text.clone(), credit: None }),
                Role::Page if reading.parsed.article.page.is_none() => reading.give(Field::Page, "TextBlock", text),
                Role::Page => {}
                Role::Running => reading.spare("running head", text),
                Role::Byline | Role::Headline | Role::Text => body.push(text.clone()),
            }
            if headline == Some(at) {
                reading.give(Field::Headline, "TextBlock", text);
            }
        }
        // The language of most of the text is that of the page.
        if let Some((language, _)) = languages.iter().max_by_key(|(_, length)| **length) {
            reading.give(Field::Language, "TextBlock@LANG", language);
        }
        reading.give_captions("TextBlock", captions);
        reading.give_body("TextBlock", body);
        reading.leave_repeated_headline();
    }
}

/// A block of text.
struct Block<'d, 'a> {
    part: Element<'d, 'a>,
    id: Option<String>,
    /// The block that follows in the reading order.
    next: Option<String>,
    /// The place in the reading order.
    place: Option<usize>,
    role: Option<Role>,
    /// The size of its letters, in points.
    size: Option<f32>,
    language: Option<String>,
}

/// Returns which block is the headline of a page: the first that is marked as one, else the first of those in the
/// largest letters, where these are clearly larger than those of most of the text.
fn headline(blocks: &[Block<'_, '_>], texts: &[String]) -> Option<usize> {
    const LARGER: f32 = 1.3;
    const LONGEST: usize = 200;
    let fits = |at: &usize| texts[*at].chars().count() <= LONGEST && texts[*at].chars().any(char::is_alphabetic);
    let marked = (0..blocks.len()).filter(fits).find(|at| blocks[*at].role == Some(Role::Headline));
    if marked.is_some() {
        return marked;
    }
    let mut sized: Vec<(f32, usize)> =
        blocks.iter().zip(texts).filter_map(|(block, text)| Some((block.size?, text.len()))).collect();
    sized.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let half = sized.iter().map(|(_, length)| length).sum::<usize>() / 2;
    let mut passed = 0;
    let usual = sized.iter().find(|(_, length)| {
        passed += length;
        passed > half
    })?;
    let size = |at: &usize| blocks[*at].size.filter(|_| blocks[*at].role.is_none_or(|role| role == Role::Text));
    let large = (0..blocks.len()).filter(fits).filter(|at| size(at).is_some_and(|size| size >= usual.0 * LARGER));
    large.reduce(|best, at| if size(&at) > size(&best) { at } else { best })
}

/// The words of a page, one block after the other.
#[derive(Default)]
struct Words {
    /// The whole word of which the first part was read and the second is to come, maybe in the next column.
    awaited: Option<String>,
}

impl Words {
    fn paragraph(&mut self, block: Element<'_, '_>) -> String {
        let mut lines = Lines::default();
        for line in block.all("TextLine") {
            let (text, goes_on) = self.line(line);
            lines.push(&text, goes_on);
        }
        // The end of a sentence that the block before has.
        as_line(&lines.finish()).trim_start_matches(CLOSING).trim_start().to_owned()
    }

    /// Returns the text of a line, and whether its last word is parted and not whole yet.
    fn line(&mut self, line: Element<'_, '_>) -> (String, bool) {
        // Not all files have the spaces; those that have any mean what they have.
        let has_spaces = line.child("SP").is_some();
        let (mut text, mut goes_on) = (String::new(), false);
        for part in line.children() {
            match part.name() {
                "String" => {
                    goes_on = false;
                    if !has_spaces && !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(&self.word(part));
                }
                "SP" => text.push(' '),
                "HYP" => goes_on = self.awaited.is_none(),
                _ => {}
            }
        }
        (text, goes_on)
    }

    /// Returns a word; of one that is parted the whole in the place of its first part, and in that of the second no more
    /// than the marks behind it that the whole has not.
    fn word(&mut self, string: Element<'_, '_>) -> String {
        let content = string.attribute("CONTENT").unwrap_or_default();
        let part = string.attribute("SUBS_TYPE");
        let whole = part.as_ref().and_then(|_| string.attribute("SUBS_CONTENT"));
        let awaited = self.awaited.take();
        match (part.as_deref(), whole) {
            (Some("HypPart1"), Some(whole)) => self.awaited.insert(whole).clone(),
            (Some("HypPart2"), Some(whole)) if awaited.as_ref() == Some(&whole) => {
                let marks = &content[content.trim_end_matches(|c: char| !c.is_alphanumeric()).len()..];
                if whole.ends_with(marks) { String::new() } else { marks.to_owned() }
            }
            _ => content,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::Parsed;
    use crate::corpus::read::read_source;

    fn read(path: &str, text: &str) -> Vec<Result<Parsed, String>> {
        let mut records = Vec::new();
        read_source(path, text.as_bytes(), &ParseOptions::default(), &mut |record| {
            records.push(match record {
                Record::Article(parsed) => Ok(*parsed),
                Record::Reject { notice } => Err(format!("{}: {}", notice.code.as_str(), notice.message)),
            });
            Flow::Continue
        });
        records
    }

    fn line(words: &str) -> String {
        let words = words.split(' ').map(|word| format!("<String CONTENT='{word}'/>")).collect::<Vec<_>>();
        format!("<TextLine>{}</TextLine>", words.join("<SP/>"))
    }

    /// Checks the paragraphs of a page of blocks, which are their attributes and text.
    fn check_order(before: &str, blocks: &[(&str, &str)], expected: &[&str]) {
        let blocks: String = blocks
            .iter()
            .map(|(attributes, text)| format!("<TextBlock {attributes}>{}</TextBlock>", line(text)))
            .collect();
        let text = format!("<alto>{before}<Layout><Page><PrintSpace>{blocks}</PrintSpace></Page></Layout></alto>");
        let records = read("a.xml", &text);
        assert_eq!(records[0].as_ref().expect("an article").article.body, expected, "{text}");
    }

    #[test]
    fn blocks_stand_in_the_order_that_the_file_gives() {
        let blocks = [("ID='a' IDNEXT='c'", "One."), ("ID='b'", "Three."), ("ID='c'", "Two.")];
        check_order("", &blocks, &["One.", "Two.", "Three."]);
        let circle = [("ID='a' IDNEXT='b'", "One."), ("ID='b' IDNEXT='a'", "Two."), ("ID='c' IDNEXT='x'", "Three.")];
        check_order("", &circle, &["Three.", "One.", "Two."]);
        let order = "<ReadingOrder><OrderedGroup><ElementRef REF='b'/><UnorderedGroup><ElementRef REF='a'/></UnorderedGroup>\
            </OrderedGroup></ReadingOrder>";
        check_order(order, &blocks, &["Three.", "One.", "Two."]);
    }

    #[test]
    fn parted_words_are_whole_once_also_from_one_column_to_the_next() {
        let part = |kind: u8, text: &str| {
            format!("<String CONTENT='{text}' SUBS_TYPE='HypPart{kind}' SUBS_CONTENT='ferries'/>")
        };
        let page = |blocks: &str| format!("<alto><Layout><Page>{blocks}</Page></Layout></alto>");
        let (first, second, last) = (part(1, "fer"), part(2, "ries"), part(2, "ries,"));
        let text = page(&format!(
            "<TextBlock><TextLine>{first}<HYP/></TextLine><TextLine>{last}<SP/><String CONTENT='it'/></TextLine></TextBlock>\
             <TextBlock><TextLine><String CONTENT='The'/><SP/>{first}<HYP CONTENT='-'/></TextLine></TextBlock>\
             <TextBlock><TextLine>{second}<SP/><String CONTENT='sailed.'/></TextLine></TextBlock>\
             <TextBlock><TextLine>{second}<String CONTENT='re'/><HYP/></TextLine>{}</TextBlock>",
            line("turned today.")
        ));
        let records = read("a.xml", &text);
        assert_eq!(
            records[0].as_ref().expect("an article").article.body,
            ["ferries, it", "The ferries", "sailed.", "ries returned today."]
        );
    }

    #[test]
    fn pages_are_records_and_what_has_no_text_says_so() {
        let page = |number: u8, text: &str| {
            format!("<Page PHYSICAL_IMG_NR='{number}'><TextBlock>{}</TextBlock></Page>\n", line(text))
        };
        let text = format!("<alto>\n<Layout>{}{}</Layout></alto>", page(4, "One."), page(5, "Two."));
        let shown: Vec<_> = read("courier/1921-03-04_p4.xml", &text)
            .into_iter()
            .map(|record| {
                record.map(|parsed| {
                    (
                        parsed.record,
                        parsed.line,
                        parsed.article.page,
                        parsed.article.published.map(|date| date.to_string()),
                    )
                })
            })
            .collect();
        let expected = |number: u32, page: &str| {
            Ok((Some(number), Some(number + 1), Some(page.to_owned()), Some("1921-03-04".to_owned())))
        };
        assert_eq!(shown, [expected(1, "4"), expected(2, "5")]);
        let why = |text: &str| read("a.xml", text).remove(0).expect_err("no article");
        assert_eq!(why("<alto><Layout/></alto>"), "no-text: ALTO without a page; not indexed");
        assert_eq!(
            why("<alto><Layout><Page ID='a'/></Layout></alto>"),
            "no-text: it has neither headline, body nor caption; not indexed"
        );
    }

    #[test]
    fn mets_is_skipped_with_a_reason() {
        let text = "<?xml version='1.0'?><m:mets xmlns:m='http://www.loc.gov/METS/'><m:fileSec/></m:mets>";
        let (mut records, options) = (0, ParseOptions::default());
        let reading = read_source("a.xml", text.as_bytes(), &options, &mut |_| {
            records += 1;
            Flow::Continue
        });
        let [notice] = &reading.notices[..] else { panic!("{:?}", reading.notices) };
        let message = "METS lists the files of an issue and has no text; its pages in ALTO are sources of their own; not \
                       indexed";
        assert_eq!((records, reading.format, notice.code, &*notice.message), (0, None, Code::NoArticle, message));
    }
}
