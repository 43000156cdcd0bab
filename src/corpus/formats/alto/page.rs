//! One page: its blocks, what each of them is, and the order in which they are read.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::words::Words;
use crate::Caption;
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::formats::scanned::date_in_path;
use crate::corpus::xml::{Document, Element};
use crate::issue::PageFacts;

/// What the whole of a file says.
pub(super) struct File<'t> {
    /// What METS says of it.
    told: Option<&'t PageFacts>,
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

impl<'t> File<'t> {
    /// Reads what stands before the pages. `told` is what METS says of the file.
    pub(super) fn of(document: &Document<'_>, told: Option<&'t PageFacts>) -> File<'t> {
        let first = |name: &str| {
            let found = document.outermost(|known| known == name);
            found.first().map(|element| as_line(&element.text())).filter(|text| !text.is_empty())
        };
        let mut file = File {
            told,
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
    pub(super) fn read(&self, page: Element<'_, '_>, path: &str, is_alone: bool, reading: &mut Reading<'_>) {
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
        if let Some(PageFacts { issue, .. }) = self.told {
            reading.give(Field::Publisher, "METS title", issue.newspaper.as_deref().unwrap_or_default());
            reading.give(Field::Published, "METS date", issue.published.as_deref().unwrap_or_default());
            reading.give(Field::Issue, "METS number", issue.number.as_deref().unwrap_or_default());
        }
        for (place, name) in [("name of the image", image), ("name of the file", path)] {
            let date = date_in_path(name).filter(|_| reading.parsed.article.published.is_none());
            reading.give(Field::Published, place, &date.unwrap_or_default());
        }
        let blocks = self.ordered(self.blocks(page));
        self.read_blocks(blocks, reading);
        // Readers of print that see one image at a time number it 0.
        let image_number = Some(attribute("PHYSICAL_IMG_NR")).filter(|number| number != "0");
        reading.give(Field::Page, "METS page", self.told.filter(|_| is_alone).map_or("", |told| &told.number));
        if reading.parsed.article.page.is_none() {
            reading.give(Field::Page, "PHYSICAL_IMG_NR", &image_number.unwrap_or_default());
        }
        reading.give(Field::Language, "LANG", &attribute("LANG"));
        let language = self.told.and_then(|told| told.issue.language.as_deref());
        reading.give(Field::Language, "METS language", language.unwrap_or_default());
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
