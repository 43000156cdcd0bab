//! Books and issues in EPUB 2 and 3 (OPF 2.0, EPUB 3.3). Each document of the reading order is an article: chapters of a book
//! and stories of an issue are what people look for and cite, and programs that make issues of news write one story a
//! document. What the book is called is the issue that they are from.

use std::collections::{HashMap, HashSet};

use super::package::{Package, resolved};
use super::{detected, doubts_of, properties};
use crate::corpus::format::{Detected, Flow, Format, ParseOptions, Parsed, Record};
use crate::corpus::formats::keys::{Field, Reading, as_line};
use crate::corpus::formats::xml::{Blocks, with_doubts};
use crate::corpus::source::Source;
use crate::corpus::xml::{Document, Element};
use crate::{Code, Notice};

/// A book.
pub(crate) struct Epub;

impl Format for Epub {
    fn name(&self) -> &'static str {
        "epub"
    }

    fn detect_bytes(&self, path: &str, beginning: &[u8]) -> Option<Detected> {
        let first = beginning.get(30..).unwrap_or_default();
        if super::begins_as_zip(beginning) && first.starts_with(b"META-INF/container.xml") {
            let reason = "it begins with the container of a book";
            return Some(Detected::by_content(reason));
        }
        detected(beginning, path, b"application/epub+zip", &["epub"])
    }

    fn needs_its_end(&self) -> bool {
        true
    }

    fn parse(&self, source: &Source<'_>, options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) {
        if let Err(notice) = read(source.bytes, options, emit) {
            let _ = emit(notice.into());
        }
    }
}

/// What a book says for all of its documents.
struct Book<'b> {
    package: Package<'b>,
    /// The document that says what is in it, and the name of its file.
    metadata: Option<Element<'b, 'b>>,
    identifier: Option<String>,
    labels: HashMap<String, Label>,
}

/// What the table of contents calls a document, and the part of the book that it stands in.
struct Label {
    text: String,
    part: Option<String>,
}

fn read(bytes: &[u8], options: &ParseOptions, emit: &mut dyn FnMut(Record) -> Flow) -> Result<(), Notice> {
    let package = Package::open(bytes, options.limits)?;
    let container = package.needed("META-INF/container.xml")?;
    let container = Document::parse(&container);
    let root_file = container.outermost(|name| name == "rootfile").first().and_then(|file| file.attribute("full-path"));
    let Some(root_file) = root_file else {
        return Err(Notice::new(Code::BadRecord, None, "a book whose container names no root file; not indexed"));
    };
    let text = package.needed(&root_file)?;
    let document = Document::parse(&text);
    let root = document.roots().next();
    let child = |name: &str| root.and_then(|root| root.child(name));
    let items: HashMap<String, Element<'_, '_>> = child("manifest")
        .into_iter()
        .flat_map(|list| list.children())
        .filter_map(|item| Some((item.attribute("id")?, item)))
        .collect();
    let file_of = |item: &Element<'_, '_>| item.attribute("href").map(|href| resolved(&root_file, &href));
    let labels = labels(&package, items.values().filter(|item| is_contents(item)).filter_map(file_of))?;
    let identifier = root.and_then(|root| root.attribute("unique-identifier"));
    let identifiers = || child("metadata").into_iter().flat_map(|metadata| metadata.children());
    let identifier = identifiers()
        .filter(|element| element.name() == "identifier")
        .find(|element| identifier.is_none() || element.attribute("id") == identifier)
        .map(|element| as_line(&element.text()));
    let encrypted = encrypted_files(&package)?;
    let book = Book { package, metadata: child("metadata"), identifier, labels };
    let (mut number, mut kept) = (0u32, 0u32);
    let mut known = HashSet::new();
    for reference in child("spine").into_iter().flat_map(|spine| spine.children()) {
        let id = reference.attribute("idref");
        let item = id.as_ref().and_then(|id| items.get(id).copied());
        let is_contents = item.as_ref().is_some_and(is_contents);
        let file = item.as_ref().and_then(file_of);
        if is_contents || file.as_ref().is_some_and(|file| !known.insert(file.clone())) {
            continue;
        }
        number = number.saturating_add(1);
        let Some(file) = file else {
            kept = kept.saturating_add(1);
            if emit(leads_nowhere(id.as_deref()).into()) == Flow::Stop {
                return Ok(());
            }
            continue;
        };
        let outcome = if encrypted.contains(&file) {
            let message = format!("`{file}` is encrypted for one reader's devices; not indexed");
            Err(Notice::new(Code::BadRecord, None, message))
        } else {
            // None is a cover or another picture.
            let Some(outcome) = book.article(&file, options).transpose() else { continue };
            outcome.map(|parsed| Parsed { record: Some(number), ..parsed })
        };
        kept = kept.saturating_add(1);
        if emit(outcome.into()) == Flow::Stop {
            return Ok(());
        }
    }
    if kept == 0 {
        return Err(Notice::new(Code::NoText, None, "a book without a document that has text; not indexed"));
    }
    Ok(())
}

/// Returns what is said of an entry of the reading order that is no file of the book.
fn leads_nowhere(id: Option<&str>) -> Notice {
    let what = match id {
        Some(id) => format!("the reading order names `{id}`, which the book has no file for; not indexed"),
        None => "the reading order has an entry without a name; not indexed".to_owned(),
    };
    Notice::new(Code::BadRecord, None, what)
}

/// Tells whether a document is a table of contents.
fn is_contents(item: &Element<'_, '_>) -> bool {
    let is_nav =
        item.attribute("properties").is_some_and(|words| words.split_ascii_whitespace().any(|word| word == "nav"));
    is_nav || item.attribute("media-type").as_deref() == Some("application/x-dtbncx+xml")
}

/// Returns the files that cannot be read without a key. Fonts may be scrambled in any book.
fn encrypted_files(package: &Package<'_>) -> Result<HashSet<String>, Notice> {
    let text = package.text("META-INF/encryption.xml")?.unwrap_or_default();
    let document = Document::parse(&text);
    let references = document.outermost(|name| name == "CipherReference");
    Ok(references.iter().filter_map(|file| file.attribute("URI")).map(|file| resolved("", &file)).collect())
}

/// Returns what tables of contents call documents, the first to name one being believed.
fn labels(package: &Package<'_>, files: impl Iterator<Item = String>) -> Result<HashMap<String, Label>, Notice> {
    let mut labels = HashMap::new();
    let mut files: Vec<String> = files.collect();
    files.sort();
    for file in files {
        let text = package.text(&file)?.unwrap_or_default();
        let document = Document::parse(&text);
        for contents in document.outermost(|name| matches!(name, "navMap" | "nav")) {
            let is_other = contents.attribute("epub:type").is_some_and(|kind| kind != "toc");
            if !is_other {
                read_points(contents, None, &file, &mut labels);
            }
        }
    }
    Ok(labels)
}

/// Reads the entries of a table of contents, and those under them. The tree is no deeper than the stack is.
fn read_points(element: Element<'_, '_>, part: Option<&str>, file: &str, labels: &mut HashMap<String, Label>) {
    for child in element.children() {
        if !matches!(child.name(), "navPoint" | "li") {
            read_points(child, part, file, labels);
            continue;
        }
        let named = |name: &str| child.children().find(|inner| inner.name() == name);
        let text = named("navLabel").or_else(|| named("a")).or_else(|| named("span"));
        let text = text.map(|label| as_line(&label.text())).unwrap_or_default();
        let target = named("content").and_then(|content| content.attribute("src"));
        let target = target.or_else(|| named("a").and_then(|link| link.attribute("href")));
        if let Some(target) = target.filter(|_| !text.is_empty()) {
            let label = Label { text: text.clone(), part: part.map(str::to_owned) };
            labels.entry(resolved(file, &target)).or_insert(label);
        }
        read_points(child, Some(&text).filter(|text| !text.is_empty()).map(String::as_str), file, labels);
    }
}

impl Book<'_> {
    /// Understands a document. `None` where it has no text.
    fn article(&self, file: &str, options: &ParseOptions) -> Result<Option<Parsed>, Notice> {
        let text = self.package.needed(file)?;
        let document = Document::parse_within(&text, &options.limits);
        let Some(root) = document.roots().find(|root| root.name() == "html").or_else(|| document.roots().next()) else {
            return Ok(None);
        };
        let body = root.child("body").unwrap_or(root);
        let Blocks { paragraphs, captions, .. } = Blocks::of_page(body);
        if paragraphs.is_empty() {
            return Ok(None);
        }
        let mut reading = Reading::of_article("book", None, options);
        let label = self.labels.get(file);
        let heading = ["h1", "h2", "h3"].into_iter().find_map(|name| body.within(name).first().copied());
        let title = root.child("head").and_then(|head| head.child("title"));
        if let Some(label) = label {
            reading.give(Field::Headline, "table of contents", &label.text);
            reading.give(Field::Section, "table of contents", label.part.as_deref().unwrap_or_default());
        } else if let Some(heading) = heading.or(title) {
            reading.give(Field::Headline, heading.name(), &heading.text());
        }
        if let Some(identifier) = &self.identifier {
            reading.give(Field::NativeId, "dc:identifier", &format!("{identifier}#{file}"));
        }
        let language = root.attribute("xml:lang").or_else(|| root.attribute("lang")).unwrap_or_default();
        reading.give(Field::Language, "xml:lang", &language);
        self.give_metadata(&mut reading);
        // Programs put the names of pictures in the place of what they show.
        let captions = captions.into_iter().filter(|caption| caption.text.contains(' ') || !caption.text.contains('.'));
        reading.give_captions("body", captions.collect());
        reading.give_body("body", paragraphs);
        reading.leave_repeated_headline();
        with_doubts(reading.finish(), doubts_of(&document, &format!("`{file}`"))).map(Some)
    }

    fn give_metadata(&self, reading: &mut Reading<'_>) {
        let Some(metadata) = self.metadata else { return };
        // Old books have it one deeper.
        let deeper = metadata.child("dc-metadata").into_iter().flat_map(|deeper| deeper.children());
        for element in metadata.children().chain(deeper) {
            let text = element.text();
            match element.name() {
                "title" if reading.parsed.article.issue.is_none() => reading.give(Field::Issue, "dc:title", &text),
                "creator" if self.is_author(&element, metadata) => {
                    properties::give_authors("dc:creator", &text, reading)
                }
                "publisher" => reading.give(Field::Publisher, "dc:publisher", &text),
                "subject" => reading.give_keyword("dc:subject", &text, None),
                "language" if reading.parsed.article.language.is_none() => {
                    reading.give(Field::Language, "dc:language", &text);
                }
                "date" => match element.attribute("opf:event").as_deref() {
                    Some("modification") => reading.give(Field::Updated, "dc:date", &text),
                    None | Some("publication") => reading.give(Field::Published, "dc:date", &text),
                    Some(_) => reading.spare("dc:date", &text),
                },
                "description" | "contributor" | "rights" | "source" => reading.spare(element.name(), &text),
                _ => {}
            }
        }
    }

    /// Tells whether one who made the book wrote it, for all that is said.
    fn is_author(&self, creator: &Element<'_, '_>, metadata: Element<'_, '_>) -> bool {
        let refined = creator.attribute("id").and_then(|id| {
            let refines = format!("#{id}");
            let mut roles = metadata.all("meta").filter(|meta| meta.attribute("property").as_deref() == Some("role"));
            roles.find(|role| role.attribute("refines").as_deref() == Some(&refines)).map(|role| role.text())
        });
        let role = creator.attribute("opf:role").or(refined);
        role.is_none_or(|role| role.trim() == "aut")
    }
}
