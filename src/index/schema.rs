//! The only file that names fields of the index, but for declared ones (`extras.rs`), and what an article puts into them.
//!
//! - `article`: the whole article as JSON, stored.
//! - `all`: the merged field, which ranking and plain words read. Terms are stems that carry their language; frequencies
//!   are weighed by field; no positions.
//! - `text`: the surface forms of all text fields with their positions, for phrases, proximity, exact forms, wildcards.
//!   The text fields are zones in a fixed order; what no phrase may cross lies [`GAP`] positions apart. Terms that begin
//!   with [`MARK`] tell where zones begin and end, and where paragraphs and sentences begin.
//! - `headline_words` and the like: the surface forms of one text field, without positions. The body has none: a word that
//!   is in `text` is nearly always in the body, and its positions tell.
//! - `forms`: which surface forms a stem has, as terms; see [`forms`](super::forms).
//! - keywords, matched as a whole, and columns.

use std::collections::BTreeMap;
use std::sync::Arc;

#[cfg(test)]
use tantivy::schema::document::Value as _;
use tantivy::schema::{BytesOptions, FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::{TantivyDocument, Term};

use super::extras::{self, Extra};
use super::signature::Signature;
use crate::analysis::fold_key;
use crate::similarity::weight;
use crate::{Article, ExtraKind, Precision, SourceKey};

/// The format of the index; an index of another one is not opened.
pub(crate) const FORMAT: u32 = 4;

/// Positions between what no phrase may cross: two fields, two captions, two keywords.
pub(crate) const GAP: u32 = 1024;

/// The first character of terms of the positional field that are no words.
pub(super) const MARK: char = '\u{2}';
/// Stands where a paragraph of the body begins. Every entry of another field is a paragraph by itself.
pub(crate) const PARAGRAPH: &str = "\u{2}paragraph";
/// Stands where a sentence of the body, the standfirst or a caption begins.
pub(crate) const SENTENCE: &str = "\u{2}sentence";

/// A field of an article whose words are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum TextField {
    /// The headline.
    Headline,
    /// The kicker.
    Kicker,
    /// The standfirst.
    Standfirst,
    /// The body.
    Body,
    /// The captions' texts.
    Captions,
    /// The captions' credits.
    Credits,
    /// The bylines.
    Bylines,
    /// The dateline.
    Dateline,
    /// The keywords.
    Keywords,
    /// The section's label.
    Section,
    /// The publisher.
    Publisher,
}

impl TextField {
    /// Every text field, in the order of their zones. The body comes first: the posting lists keep how far the first
    /// occurrence in an article lies from its beginning, so that the longest field costs least there.
    pub(crate) const ALL: [TextField; 11] = [
        TextField::Body,
        TextField::Headline,
        TextField::Kicker,
        TextField::Standfirst,
        TextField::Captions,
        TextField::Credits,
        TextField::Bylines,
        TextField::Dateline,
        TextField::Keywords,
        TextField::Section,
        TextField::Publisher,
    ];

    /// Returns the field's name in the index, in JSON and in queries.
    pub(crate) fn name(self) -> &'static str {
        match self {
            TextField::Headline => "headline",
            TextField::Kicker => "kicker",
            TextField::Standfirst => "standfirst",
            TextField::Body => "body",
            TextField::Captions => "captions",
            TextField::Credits => "credits",
            TextField::Bylines => "bylines",
            TextField::Dateline => "dateline",
            TextField::Keywords => "keywords",
            TextField::Section => "section",
            TextField::Publisher => "publisher",
        }
    }

    /// Returns the entries of the field in an article.
    pub(crate) fn entries(self, article: &Article) -> Vec<&str> {
        match self {
            TextField::Headline => article.headline.iter().map(String::as_str).collect(),
            TextField::Kicker => article.kicker.iter().map(String::as_str).collect(),
            TextField::Standfirst => article.standfirst.iter().map(String::as_str).collect(),
            TextField::Body => article.body.iter().map(String::as_str).collect(),
            TextField::Captions => article.captions.iter().map(|caption| caption.text.as_str()).collect(),
            TextField::Credits => article.captions.iter().filter_map(|caption| caption.credit.as_deref()).collect(),
            TextField::Bylines => article.bylines.iter().map(String::as_str).collect(),
            TextField::Dateline => article.dateline.iter().map(String::as_str).collect(),
            TextField::Keywords => article.keywords.iter().map(|keyword| keyword.text.as_str()).collect(),
            TextField::Section => article.section.iter().map(|section| section.label.as_str()).collect(),
            TextField::Publisher => article.publisher.iter().map(String::as_str).collect(),
        }
    }

    /// Returns the number of the field's zone in the positional field.
    pub(crate) fn zone(self) -> usize {
        TextField::ALL.iter().position(|known| *known == self).expect("every text field is in the list")
    }

    /// Returns how often a word of the field counts in the merged field.
    pub(crate) fn weight(self) -> u32 {
        if self == TextField::Headline { weight::HEADLINE } else { weight::OTHER }
    }

    /// Returns the number of positions between two entries of the field.
    pub(crate) fn gap(self) -> u32 {
        if self == TextField::Body { 0 } else { GAP }
    }

    /// Tells whether the field is prose, of which sentences are told apart.
    pub(crate) fn is_prose(self) -> bool {
        matches!(self, TextField::Body | TextField::Standfirst | TextField::Captions)
    }

    /// Returns the term of the positional field that stands twice in an article that has the field: at the first
    /// position of its zone, and at the first after it.
    pub(crate) fn zone_mark(self) -> String {
        format!("{MARK}{}", self.name())
    }
}

/// Set on the last byte of a number that is written seven bits at a time, the lowest first.
const LAST: u8 = 0x80;
/// Such a number has at most so many bytes here.
const MOST_BYTES: usize = 9;

/// The fields of the index. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// The source key as one string, unique in the index.
    pub(crate) key: Field,
    /// The corpus and the article's own id.
    pub(crate) native_id: Field,
    /// The article as JSON.
    article: Field,
    /// The merged field.
    pub(crate) all: Field,
    /// The positional field.
    pub(crate) text: Field,
    /// The table of stems and surface forms.
    pub(crate) forms: Field,
    words: [Option<Field>; TextField::ALL.len()],
    /// Every section on the section's path, folded: `china` and `china/society`.
    pub(crate) section: Field,
    /// The publisher, folded.
    pub(crate) publisher: Field,
    /// The language's primary code.
    pub(crate) language: Field,
    /// The corpus.
    pub(crate) corpus: Field,
    columns: Columns,
    /// The declared fields, in the order of their names.
    pub(crate) extras: Arc<[Extra]>,
}

#[derive(Debug, Clone, Copy)]
struct Columns {
    first_second: Field,
    last_second: Field,
    offset: Field,
    precision: Field,
    word_count: Field,
    signature: [Field; Signature::COLUMNS],
}

/// Names of the columns, for the fast-field readers.
pub(crate) mod column {
    pub(crate) const KEY: &str = "key";
    pub(crate) const FIRST_SECOND: &str = "first_second";
    pub(crate) const LAST_SECOND: &str = "last_second";
    pub(crate) const OFFSET: &str = "offset";
    pub(super) const PRECISION: &str = "precision";
    pub(crate) const WORD_COUNT: &str = "word_count";
    pub(crate) const SIGNATURE: [&str; super::Signature::COLUMNS] =
        ["signature_0", "signature_1", "signature_2", "signature_3"];
}

/// Returns the schema of an index with these fields of its own.
pub(super) fn schema(extra: &BTreeMap<String, ExtraKind>) -> Schema {
    let mut schema = Schema::builder();
    schema.add_text_field(column::KEY, terms(IndexRecordOption::Basic, false) | FAST);
    schema.add_text_field("native_id", terms(IndexRecordOption::Basic, false));
    schema.add_bytes_field("article", BytesOptions::from(STORED));
    schema.add_text_field("all", terms(IndexRecordOption::WithFreqs, true));
    schema.add_text_field("text", terms(IndexRecordOption::WithFreqsAndPositions, false));
    schema.add_text_field("forms", terms(IndexRecordOption::Basic, false));
    for field in TextField::ALL {
        if let Some(name) = words_name(field) {
            schema.add_text_field(&name, terms(IndexRecordOption::Basic, false));
        }
    }
    for name in ["section", "publisher", "language"] {
        schema.add_text_field(name, terms(IndexRecordOption::Basic, false) | FAST);
    }
    schema.add_text_field("corpus", terms(IndexRecordOption::Basic, false));
    for name in [column::FIRST_SECOND, column::LAST_SECOND, column::OFFSET] {
        schema.add_i64_field(name, FAST);
    }
    for name in [column::PRECISION, column::WORD_COUNT].into_iter().chain(column::SIGNATURE) {
        schema.add_u64_field(name, FAST);
    }
    extras::declare(&mut schema, extra);
    schema.build()
}

/// Terms are cut before they reach tantivy, so that its own tokenizer leaves them whole.
pub(super) fn terms(record: IndexRecordOption, norms: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(record).set_fieldnorms(norms);
    TextOptions::default().set_indexing_options(indexing)
}

/// The words of `section` and `publisher` are in fields of their own beside the keys.
fn words_name(field: TextField) -> Option<String> {
    (field != TextField::Body).then(|| format!("{}_words", field.name()))
}

impl Fields {
    /// Finds the fields of a schema; `None` where it is not that of an index of this format.
    pub(crate) fn of(schema: &Schema) -> Option<Fields> {
        let field = |name: &str| schema.get_field(name).ok();
        let mut words = [None; TextField::ALL.len()];
        for (slot, text_field) in words.iter_mut().zip(TextField::ALL) {
            if let Some(name) = words_name(text_field) {
                *slot = Some(field(&name)?);
            }
        }
        let [a, b, c, d] = column::SIGNATURE;
        Some(Fields {
            key: field(column::KEY)?,
            native_id: field("native_id")?,
            article: field("article")?,
            all: field("all")?,
            text: field("text")?,
            forms: field("forms")?,
            words,
            section: field("section")?,
            publisher: field("publisher")?,
            language: field("language")?,
            corpus: field("corpus")?,
            columns: Columns {
                first_second: field(column::FIRST_SECOND)?,
                last_second: field(column::LAST_SECOND)?,
                offset: field(column::OFFSET)?,
                precision: field(column::PRECISION)?,
                word_count: field(column::WORD_COUNT)?,
                signature: [field(a)?, field(b)?, field(c)?, field(d)?],
            },
            extras: extras::of(schema)?.into(),
        })
    }

    /// Returns the field that has the words of a text field without positions; the body has none.
    pub(crate) fn words(&self, field: TextField) -> Option<Field> {
        self.words[field.zone()]
    }

    /// Returns the fields of keywords, which are matched as a whole.
    pub(super) fn keywords(&self) -> Vec<Field> {
        let mut keywords = vec![self.key, self.native_id, self.section, self.publisher, self.language, self.corpus];
        let declared = self.extras.iter().filter(|extra| matches!(extra.kind, ExtraKind::Keyword | ExtraKind::Boolean));
        keywords.extend(declared.map(|extra| extra.field));
        keywords
    }

    /// Returns the term that finds an article by its source.
    pub(crate) fn key_term(&self, key: &SourceKey) -> Term {
        Term::from_field_text(self.key, &key.to_term())
    }

    /// Returns the term that finds articles of a corpus by the id that they brought.
    pub(crate) fn native_id_term(&self, corpus: &str, native_id: &str) -> Term {
        Term::from_field_text(self.native_id, &format!("{corpus}\0{native_id}"))
    }

    /// Puts into `document` what is stored of an article whose JSON form is `json`, as tantivy writes a document of one
    /// field: the number of fields, the field, the code of bytes, their number, the bytes. Its own way goes byte by byte.
    pub(super) fn store(&self, json: &[u8], document: &mut Vec<u8>) {
        document.clear();
        document.extend_from_slice(&self.stored_head());
        let mut length = json.len();
        while length >= usize::from(LAST) {
            document.push(length as u8 & !LAST);
            length >>= 7;
        }
        document.push(length as u8 | LAST);
        document.extend_from_slice(json);
    }

    /// Returns the JSON form of the article that a stored document holds; `None` where it is none of ours.
    pub(crate) fn stored_json<'a>(&self, document: &'a [u8]) -> Option<&'a [u8]> {
        let rest = document.strip_prefix(&self.stored_head())?;
        let end = rest.iter().take(MOST_BYTES).position(|byte| byte & LAST != 0)?;
        let (length, json) = rest.split_at(end + 1);
        let length = length.iter().rev().fold(0u64, |sum, byte| sum << 7 | u64::from(byte & !LAST));
        (json.len() as u64 == length).then_some(json)
    }

    /// Returns what every stored document begins with.
    fn stored_head(&self) -> [u8; 6] {
        const ONE_FIELD: u8 = 1 | LAST;
        const OF_BYTES: u8 = 4;
        let [a, b, c, d] = self.article.field_id().to_le_bytes();
        [ONE_FIELD, a, b, c, d, OF_BYTES]
    }

    /// Returns the JSON form of the article that a document holds, as tantivy reads it.
    #[cfg(test)]
    pub(super) fn article_json<'a>(&self, document: &'a TantivyDocument) -> Option<&'a [u8]> {
        document.get_first(self.article)?.as_bytes()
    }

    /// Returns the document of an article's keywords and columns.
    pub(super) fn keywords_and_columns(&self, article: &Article, signature: &Signature) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.key, article.source.to_term());
        document.add_text(self.corpus, &article.source.corpus);
        if let Some(native_id) = &article.native_id {
            document.add_text(self.native_id, format!("{}\0{native_id}", article.source.corpus));
        }
        if let Some(section) = &article.section {
            let path = fold_key(&section.path);
            for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
                document.add_text(self.section, &path[..end]);
            }
        }
        if let Some(publisher) = &article.publisher {
            document.add_text(self.publisher, fold_key(publisher));
        }
        if let Some(language) = &article.language {
            document.add_text(self.language, language.primary());
        }
        if let Some(date) = article.published {
            document.add_i64(self.columns.first_second, date.first_second());
            document.add_i64(self.columns.last_second, date.last_second());
            document.add_u64(self.columns.precision, number_of(date.precision()));
            if let Some(offset) = date.offset_minutes() {
                document.add_i64(self.columns.offset, i64::from(offset));
            }
        }
        document.add_u64(self.columns.word_count, u64::from(article.word_count));
        for (column, part) in self.columns.signature.into_iter().zip(signature.columns()) {
            document.add_u64(column, part);
        }
        for extra in self.extras.iter() {
            extra.add(&mut document, article);
        }
        document
    }
}

/// Returns the number by which the column of precision keeps one.
fn number_of(precision: Precision) -> u64 {
    match precision {
        Precision::Year => 0,
        Precision::Month => 1,
        Precision::Day => 2,
        Precision::Minute => 3,
        Precision::Second => 4,
    }
}

/// Returns the language whose analyzer cuts an article.
pub(crate) fn language_of(article: &Article) -> Option<&str> {
    article.language.as_ref().map(crate::Language::primary)
}
