//! The only file that names fields of the index: an article becomes a tantivy document here, and comes back.
//!
//! The whole article is stored as JSON, in one field. Words are indexed twice: in one merged field without positions,
//! which ranking and plain words read, and in a field each with positions, for phrases and fielded search.

use tantivy::schema::document::Value as _;
use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::cut_text::{CUT_TEXT, CutText};
use crate::analysis::{Analyzer, Analyzers, Token, fold_key};
use crate::similarity::weight;
use crate::{Article, SourceKey};

/// The format of the index; an index of another one is not opened.
pub(crate) const FORMAT: u32 = 1;

/// Positions between two entries of a field that no phrase may cross: two captions, two keywords.
const GAP: u32 = 1024;

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
    /// Every text field, in the order of the schema.
    pub(crate) const ALL: [TextField; 11] = [
        TextField::Headline,
        TextField::Kicker,
        TextField::Standfirst,
        TextField::Body,
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

    /// Returns the field's tokens, each with its entry, and positions that run over the entries: without a gap from
    /// one paragraph of the body to the next, with one that no phrase crosses elsewhere.
    pub(crate) fn tokens(self, article: &Article, analyzer: &Analyzer) -> Vec<(usize, Token)> {
        let gap = if self == TextField::Body { 0 } else { GAP };
        let mut all = Vec::new();
        let mut next = 0;
        for (entry, text) in self.entries(article).into_iter().enumerate() {
            let base = next;
            for mut token in analyzer.tokens(text) {
                token.position += base;
                next = token.position + 1;
                all.push((entry, token));
            }
            next += gap;
        }
        all
    }

    fn weight(self) -> u32 {
        if self == TextField::Headline { weight::HEADLINE } else { weight::OTHER }
    }
}

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The source key as one string, unique in the index.
    pub(crate) key: Field,
    /// The corpus and the article's own id.
    pub(crate) native_id: Field,
    /// The article as JSON.
    article: Field,
    /// The merged field.
    pub(crate) all: Field,
    text: [Field; TextField::ALL.len()],
    /// Every section on the section's path, folded: `china` and `china/society`.
    pub(crate) section: Field,
    /// The publisher, folded.
    pub(crate) publisher: Field,
    /// The language's primary code.
    pub(crate) language: Field,
    /// The corpus.
    pub(crate) corpus: Field,
    first_second: Field,
    last_second: Field,
    offset: Field,
}

/// Names of the columns, for the fast-field readers.
pub(crate) mod column {
    pub(crate) const KEY: &str = "key";
    pub(crate) const FIRST_SECOND: &str = "first_second";
    pub(crate) const LAST_SECOND: &str = "last_second";
    pub(crate) const OFFSET: &str = "offset";
}

/// Returns the schema of an index.
pub(super) fn schema() -> Schema {
    let mut schema = Schema::builder();
    schema.add_text_field(column::KEY, STRING | FAST);
    schema.add_text_field("native_id", STRING);
    schema.add_bytes_field("article", BytesOptions::from(STORED));
    schema.add_text_field("all", words(IndexRecordOption::WithFreqs, true));
    for field in TextField::ALL {
        schema.add_text_field(&text_name(field), words(IndexRecordOption::WithFreqsAndPositions, false));
    }
    for name in ["section", "publisher", "language", "corpus"] {
        schema.add_text_field(name, STRING);
    }
    for name in [column::FIRST_SECOND, column::LAST_SECOND, column::OFFSET] {
        schema.add_i64_field(name, FAST);
    }
    schema.build()
}

fn words(record: IndexRecordOption, norms: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(CUT_TEXT).set_index_option(record).set_fieldnorms(norms);
    TextOptions::default().set_indexing_options(indexing)
}

/// The words of `section` and `publisher` are in fields of their own beside the keys.
fn text_name(field: TextField) -> String {
    format!("{}_words", field.name())
}

impl Fields {
    /// Finds the fields of a schema; `None` where it is not that of an index of this format.
    pub(crate) fn of(schema: &Schema) -> Option<Fields> {
        let field = |name: &str| schema.get_field(name).ok();
        let mut text = [field("all")?; TextField::ALL.len()];
        for (slot, text_field) in text.iter_mut().zip(TextField::ALL) {
            *slot = field(&text_name(text_field))?;
        }
        Some(Fields {
            key: field(column::KEY)?,
            native_id: field("native_id")?,
            article: field("article")?,
            all: field("all")?,
            text,
            section: field("section")?,
            publisher: field("publisher")?,
            language: field("language")?,
            corpus: field("corpus")?,
            first_second: field(column::FIRST_SECOND)?,
            last_second: field(column::LAST_SECOND)?,
            offset: field(column::OFFSET)?,
        })
    }

    /// Returns the positional field of a text field.
    pub(crate) fn text(&self, field: TextField) -> Field {
        let place = TextField::ALL.iter().position(|known| *known == field).expect("every text field is in the list");
        self.text[place]
    }

    /// Returns the term that finds an article by its source.
    pub(crate) fn key_term(&self, key: &SourceKey) -> Term {
        Term::from_field_text(self.key, &key.to_term())
    }

    /// Returns the term that finds articles of a corpus by the id that they brought.
    pub(crate) fn native_id_term(&self, corpus: &str, native_id: &str) -> Term {
        Term::from_field_text(self.native_id, &format!("{corpus}\0{native_id}"))
    }

    /// Makes the document of an article whose JSON form is `json`.
    pub(super) fn document(&self, article: &Article, json: &[u8], analyzers: &mut Analyzers) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_bytes(self.article, json);
        self.add_keys(article, &mut document);
        self.add_words(article, analyzers, &mut document);
        document
    }

    /// Returns the JSON form of the article that a document holds.
    pub(crate) fn article_json<'a>(&self, document: &'a TantivyDocument) -> Option<&'a [u8]> {
        document.get_first(self.article)?.as_bytes()
    }

    fn add_keys(&self, article: &Article, document: &mut TantivyDocument) {
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
            document.add_i64(self.first_second, date.first_second());
            document.add_i64(self.last_second, date.last_second());
            if let Some(offset) = date.offset_minutes() {
                document.add_i64(self.offset, i64::from(offset));
            }
        }
    }

    fn add_words(&self, article: &Article, analyzers: &mut Analyzers, document: &mut TantivyDocument) {
        let analyzer = analyzers.of(language_of(article));
        let mut merged = CutText::default();
        for field in TextField::ALL {
            let mut cut = CutText::default();
            for (_, token) in field.tokens(article, analyzer) {
                cut.push(&token);
            }
            for _ in 0..field.weight() {
                merged.append(&cut);
            }
            if !cut.is_empty() {
                document.add_text(self.text(field), cut.as_str());
            }
        }
        document.add_text(self.all, merged.as_str());
    }
}

/// Returns the language whose analyzer cuts an article.
pub(crate) fn language_of(article: &Article) -> Option<&str> {
    article.language.as_ref().map(crate::Language::primary)
}
