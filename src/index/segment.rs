//! A segment in the making: one thread's articles, from their text to the files of a tantivy segment.
//!
//! The text is read once. Each word becomes a number (`vocabulary.rs`) at the end of a list (`occurrences.rs`); what is
//! written of them is sorted out when the segment is full. Tantivy's own writer looks up every term of every article in
//! a table of posting lists that no cache can hold; here only words of a text that are new cost more than a look.

use std::io;

use rustc_hash::FxHashMap;
use tantivy::directory::TerminatingWrite as _;
use tantivy::fastfield::{FastFieldsWriter, write_alive_bitset};
use tantivy::fieldnorm::{FieldNormReader, FieldNormReaders, FieldNormsSerializer};
use tantivy::index::SegmentComponent;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::StoreWriter;
use tantivy::{BitSet, DocId, Segment, SegmentMeta, TantivyDocument};

use super::extras::Extra;
use super::forms;
use super::occurrences::{
    Last, MOST_ARTICLES, MOST_WORDS, Occurrence, Occurrences, PostingsWriter, Sorted, write_docs,
};
use super::schema::{Fields, GAP, TextField, language_of};
use super::signature::Signature;
use super::vocabulary::{LanguageId, PARAGRAPH_MARK, SENTENCE_MARK, Vocabulary, is_mark, zone_mark};
use crate::analysis::sentence::sentences;
use crate::analysis::{Analyzer, Scratch};
use crate::similarity::{AVERAGE, SHIFT};
use crate::{Article, ExtraKind};

/// The articles that have a keyword, most of which are in one article only.
struct Docs {
    first: DocId,
    others: Vec<DocId>,
}

impl Docs {
    fn last(&self) -> DocId {
        self.others.last().copied().unwrap_or(self.first)
    }

    fn iter(&self) -> impl Iterator<Item = DocId> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// What sorting takes for each word of the vocabulary, in bytes: where its occurrences end, the places of its stems and
/// form in their dictionaries, and a pair of stem and form.
const SORTED_WORD: usize = 96;

/// What one segment leaves to the next: what it knew of words, which saves finding out their terms again, and its largest pieces
/// of memory, since what is given back to the allocator and taken anew, segment by segment, leaves holes there. What is written
/// does not depend on it.
#[derive(Default)]
pub(super) struct Left {
    pub(super) vocabulary: Vocabulary,
    occurrences: Occurrences,
    sorted: Sorted,
}

impl Left {
    /// Returns it for the segment that follows, which has so many bytes. Where words would leave too little room for articles,
    /// they are forgotten.
    pub(super) fn within(mut self, memory: usize) -> Left {
        match self.vocabulary.memory() {
            // Memory that is kept counts for the next segment, whatever is in it.
            known if known >= memory / 2 => self.vocabulary = Vocabulary::default(),
            known if known >= memory / 4 => self.vocabulary.clear(),
            _ => {}
        }
        let room = self.vocabulary.memory() + self.occurrences.room() + self.sorted.room();
        if room > memory / 4 * 5 { Left::default() } else { self }
    }

    /// Gives back what is for articles, and keeps what is known of words where that is little of so many bytes.
    pub(super) fn shrink(&mut self, memory: usize) {
        (self.occurrences, self.sorted) = Default::default();
        if self.vocabulary.memory() >= memory / 4 {
            self.vocabulary = Vocabulary::default();
        }
    }
}

/// A segment in the making.
pub(super) struct SegmentBuilder {
    segment: Segment,
    fields: Fields,
    vocabulary: Vocabulary,
    occurrences: Occurrences,
    /// Where occurrences are sorted.
    sorted: Sorted,
    /// The words of declared fields of text, each field by itself.
    texts: Vec<(Extra, Occurrences)>,
    scratch: Scratch,
    /// By field and keyword, the articles that have it.
    keywords: Vec<(Field, FxHashMap<Box<str>, Docs>)>,
    keyword_bytes: usize,
    /// How many words there are outside of bodies.
    zoned: usize,
    norms: Vec<u8>,
    columns: FastFieldsWriter,
    /// What the columns say that they take before anything is in them, which is nothing but addresses.
    empty_columns: usize,
    store: StoreWriter,
    /// The document that is being stored; kept from article to article.
    stored: Vec<u8>,
    deleted: Vec<DocId>,
    n_docs: DocId,
}

impl SegmentBuilder {
    /// Begins a segment of an index of ours under a new name.
    pub(super) fn new(index: &tantivy::Index, fields: Fields, left: Left) -> tantivy::Result<SegmentBuilder> {
        SegmentBuilder::of(index.new_segment(), fields, left)
    }

    /// Begins a segment that has a name already.
    pub(super) fn of(segment: Segment, fields: Fields, left: Left) -> tantivy::Result<SegmentBuilder> {
        let Left { vocabulary, occurrences, sorted } = left;
        let index = segment.index();
        let (schema, settings) = (index.schema(), index.settings());
        let store = segment.open_write(SegmentComponent::Store)?;
        let columns =
            FastFieldsWriter::from_schema_and_tokenizer_manager(&schema, index.fast_field_tokenizer().clone())?;
        Ok(SegmentBuilder {
            store: StoreWriter::new(store, settings.docstore_compression, settings.docstore_blocksize, false)?,
            keywords: fields.keywords().into_iter().map(|field| (field, FxHashMap::default())).collect(),
            texts: fields
                .extras
                .iter()
                .filter(|extra| extra.kind == ExtraKind::Text)
                .map(|extra| (extra.clone(), Occurrences::default()))
                .collect(),
            segment,
            fields,
            vocabulary,
            occurrences,
            sorted,
            scratch: Scratch::default(),
            keyword_bytes: 0,
            zoned: 0,
            norms: Vec::new(),
            empty_columns: columns.mem_usage(),
            columns,
            stored: Vec::new(),
            deleted: Vec::new(),
            n_docs: 0,
        })
    }

    /// Adds an article, whose JSON form is `json`.
    pub(super) fn add(&mut self, article: &Article, json: &[u8]) -> tantivy::Result<()> {
        let language = self.vocabulary.language(language_of(article));
        let mut signature = Signature::default();
        let mut length = SHIFT;
        for field in TextField::ALL {
            let entries = field.entries(article);
            if !entries.is_empty() {
                let n_words = self.add_zone(language, field, &entries, &mut signature);
                length = length.saturating_add(n_words.saturating_mul(field.weight()));
                self.zoned += if field == TextField::Body { 0 } else { n_words as usize };
            }
        }
        self.occurrences.end_article();
        self.add_texts(language, article);
        self.norms.push(nearest_norm(length));
        let document = self.fields.keywords_and_columns(article, &signature);
        self.add_keywords(&document);
        self.columns.add_document(&document)?;
        self.fields.store(json, &mut self.stored);
        self.store.store_bytes(&self.stored)?;
        self.n_docs += 1;
        Ok(())
    }

    /// Adds the entries of a text field, and returns how many words they have.
    fn add_zone(&mut self, language: LanguageId, field: TextField, entries: &[&str], signature: &mut Signature) -> u32 {
        let SegmentBuilder { vocabulary, occurrences, scratch, .. } = self;
        let mut n_words = 0;
        occurrences.begin_zone(field.zone() as u8);
        occurrences.push_here(zone_mark(field));
        for (n, text) in entries.iter().enumerate() {
            if n > 0 && field.gap() > 0 {
                occurrences.skip(field.gap());
            }
            if field == TextField::Body {
                occurrences.push_here(PARAGRAPH_MARK);
            }
            let sentences = if field.is_prose() { sentences(text) } else { Vec::new() };
            let mut starts = sentences.iter().map(|range| range.start);
            let mut next_start = starts.next().unwrap_or(usize::MAX);
            let mut last = Last::default();
            Analyzer::scan(text, scratch, |word, range, position| {
                let (word, hash) = vocabulary.word(language, word);
                n_words += 1;
                if !last.next(word, position, occurrences) {
                    return;
                }
                if field == TextField::Body {
                    signature.push(hash);
                }
                if next_start <= range.start {
                    next_start = starts.find(|start| *start > range.start).unwrap_or(usize::MAX);
                    occurrences.push_here(SENTENCE_MARK);
                }
            });
            last.end(occurrences);
        }
        occurrences.push_here(zone_mark(field));
        occurrences.skip(GAP);
        n_words
    }

    /// Adds the words of declared fields of text.
    fn add_texts(&mut self, language: LanguageId, article: &Article) {
        let SegmentBuilder { vocabulary, texts, scratch, .. } = self;
        for (extra, occurrences) in texts {
            let text = extra.text(article).unwrap_or_default();
            let mut last = Last::default();
            Analyzer::scan(&text, scratch, |word, _, position| {
                let (word, _) = vocabulary.word(language, word);
                last.next(word, position, occurrences);
            });
            last.end(occurrences);
            occurrences.end_article();
        }
    }

    fn add_keywords(&mut self, document: &TantivyDocument) {
        for (field, value) in document.field_values() {
            let Some(value) = value.as_str() else { continue };
            let Some((_, of_field)) = self.keywords.iter_mut().find(|(known, _)| *known == field) else { continue };
            match of_field.get_mut(value) {
                Some(docs) if docs.last() == self.n_docs => {}
                Some(docs) => {
                    docs.others.push(self.n_docs);
                    // Lists grow by doubling.
                    self.keyword_bytes += 2 * size_of::<DocId>();
                }
                None => {
                    of_field.insert(value.into(), Docs { first: self.n_docs, others: Vec::new() });
                    // The string, and its place in the map, which may be just over half full and being moved.
                    self.keyword_bytes += value.len() + 16 + 3 * size_of::<(Box<str>, Docs)>();
                }
            }
        }
    }

    /// Deletes the article of a key, if it was added here.
    pub(super) fn delete(&mut self, key: &str) {
        let keys = self.keywords.iter().find(|(field, _)| *field == self.fields.key);
        if let Some(docs) = keys.and_then(|(_, keys)| keys.get(key)) {
            self.deleted.extend(docs.iter());
            self.deleted.sort_unstable();
            self.deleted.dedup();
        }
    }

    /// Returns the memory that the segment takes, or will when it is sorted and written, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.vocabulary.memory()
            + self.vocabulary.len() * SORTED_WORD
            + self.occurrences.memory()
            + self.texts.iter().map(|(_, occurrences)| occurrences.memory()).sum::<usize>()
            + self.zoned * 2 * size_of::<(u32, DocId)>()
            + self.keyword_bytes
            + self.norms.capacity()
            + (self.columns.mem_usage() - self.empty_columns)
            + self.store.mem_usage()
    }

    /// Tells whether one more article could be more than the segment can number.
    pub(super) fn is_full(&self) -> bool {
        // An article of the greatest length has fewer words than half of what is left.
        self.n_docs as usize >= MOST_ARTICLES || self.vocabulary.len() as u32 > MOST_WORDS / 2
    }

    /// Writes the segment's files; returns what is to be committed, and what is left for the segment that follows.
    pub(super) fn finish(mut self, opstamp: u64) -> tantivy::Result<(SegmentMeta, Left)> {
        let mut norms = FieldNormsSerializer::from_write(self.segment.open_write(SegmentComponent::FieldNorms)?)?;
        norms.serialize_field(self.fields.all, &self.norms)?;
        norms.close()?;
        let norms = FieldNormReaders::open(self.segment.open_read(SegmentComponent::FieldNorms)?)?;
        let norms = norms.get_field(self.fields.all)?;
        self.write_postings(norms)?;
        let mut columns = self.segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(&mut columns, None)?;
        columns.terminate()?;
        self.store.close()?;
        let mut segment = self.segment.with_max_doc(self.n_docs);
        if !self.deleted.is_empty() {
            let mut alive = BitSet::with_max_value_and_full(self.n_docs);
            for doc in &self.deleted {
                alive.remove(*doc);
            }
            segment = segment.with_delete_meta(self.deleted.len() as u32, opstamp);
            let mut write = segment.open_write(SegmentComponent::Delete)?;
            write_alive_bitset(&alive, &mut write)?;
            write.terminate()?;
        }
        self.occurrences.clear();
        let SegmentBuilder { vocabulary, occurrences, sorted, .. } = self;
        Ok((segment.meta().clone(), Left { vocabulary, occurrences, sorted }))
    }

    fn write_postings(&mut self, norms: Option<FieldNormReader>) -> tantivy::Result<()> {
        let mut inverted = InvertedIndexSerializer::open(&self.segment)?;
        let mut docs = Vec::new();
        for (field, of_field) in &self.keywords {
            let mut keywords: Vec<_> = of_field.iter().collect();
            keywords.sort_unstable_by_key(|(keyword, _)| *keyword);
            let mut write = inverted.new_field(*field, 0, None)?;
            for (keyword, of_keyword) in keywords {
                docs.clear();
                docs.extend(of_keyword.iter());
                write_docs(&mut write, keyword.as_bytes(), &docs)?;
            }
            write.close()?;
        }
        let mut sorted = std::mem::take(&mut self.sorted);
        self.occurrences.sort(self.vocabulary.len(), &mut sorted);
        self.write_stems(&mut inverted, &sorted, norms)?;
        self.write_forms(&mut inverted, &sorted)?;
        self.write_texts(&mut inverted, &mut sorted)?;
        self.sorted = sorted;
        Ok(inverted.close()?)
    }

    /// Writes the declared fields of text.
    fn write_texts(&self, inverted: &mut InvertedIndexSerializer, sorted: &mut Sorted) -> io::Result<()> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let (mut postings, mut merged) = (PostingsWriter::default(), Vec::new());
        let stems = self.vocabulary.stems();
        for (extra, occurrences) in &self.texts {
            occurrences.sort(self.vocabulary.len(), sorted);
            let mut write = inverted.new_field(extra.field, 0, None)?;
            for (stem, words) in stems.iter() {
                let occurrences = sorted.of_any(words, &mut merged);
                if !occurrences.is_empty() {
                    postings.with_positions(&mut write, stem.as_bytes(), occurrences)?;
                }
            }
            write.close()?;
        }
        Ok(())
    }

    /// Writes the merged field, and the table of stems and forms.
    fn write_stems(
        &self,
        inverted: &mut InvertedIndexSerializer,
        sorted: &Sorted,
        norms: Option<FieldNormReader>,
    ) -> io::Result<()> {
        let weights = TextField::ALL.map(TextField::weight);
        let (mut postings, mut merged) = (PostingsWriter::default(), Vec::new());
        let mut pairs = Vec::new();
        let stems = self.vocabulary.stems();
        // Written even where no article has a word: it is what says the average length.
        let mut all = inverted.new_field(self.fields.all, AVERAGE * u64::from(self.n_docs), norms)?;
        for (stem, words) in stems.iter() {
            let occurrences = sorted.of_any(words, &mut merged);
            if occurrences.is_empty() {
                continue;
            }
            postings.with_frequencies(&mut all, stem.as_bytes(), occurrences, |zone| weights[usize::from(zone)])?;
            let met = words.iter().filter(|word| !sorted.of(**word).is_empty());
            let of_stem = pairs.len();
            pairs.extend(met.filter_map(|word| forms::pair(stem, self.vocabulary.form(*word))));
            // The stems come in order already.
            pairs[of_stem..].sort_unstable();
        }
        all.close()?;
        pairs.dedup();
        let mut write = inverted.new_field(self.fields.forms, 0, None)?;
        for pair in pairs {
            write_docs(&mut write, pair.as_bytes(), &[0])?;
        }
        write.close()
    }

    /// Writes the positional field, and those of the words of each text field.
    fn write_forms(&self, inverted: &mut InvertedIndexSerializer, sorted: &Sorted) -> io::Result<()> {
        let (mut postings, mut merged) = (PostingsWriter::default(), Vec::new());
        let forms = self.vocabulary.forms();
        let mut by_zone: [Vec<(u32, DocId)>; TextField::ALL.len()] = Default::default();
        let mut text = inverted.new_field(self.fields.text, 0, None)?;
        for ((form, words), place) in forms.iter().zip(0..) {
            let occurrences = sorted.of_any(words, &mut merged);
            if occurrences.is_empty() {
                continue;
            }
            postings.with_positions(&mut text, form.as_bytes(), occurrences)?;
            if !is_mark(form) {
                sort_by_zone(place, occurrences, &mut by_zone);
            }
        }
        text.close()?;
        let mut docs = Vec::new();
        for (field, of_zone) in TextField::ALL.into_iter().zip(&by_zone) {
            let Some(field) = self.fields.words(field) else { continue };
            let mut write = inverted.new_field(field, 0, None)?;
            for of_form in of_zone.chunk_by(|(a, _), (b, _)| a == b) {
                docs.clear();
                docs.extend(of_form.iter().map(|(_, doc)| *doc));
                write_docs(&mut write, forms.term(of_form[0].0).as_bytes(), &docs)?;
            }
            write.close()?;
        }
        Ok(())
    }
}

/// Enters the articles of a form, given by its place in order, under each zone but the body.
fn sort_by_zone(form: u32, occurrences: &[Occurrence], by_zone: &mut [Vec<(u32, DocId)>]) {
    for occurrence in occurrences.iter().filter(|occurrence| usize::from(occurrence.zone()) != TextField::Body.zone()) {
        let of_zone = &mut by_zone[usize::from(occurrence.zone())];
        if of_zone.last().is_none_or(|last| *last != (form, occurrence.doc())) {
            of_zone.push((form, occurrence.doc()));
        }
    }
}

/// Returns the code of the field norm that is nearest to a length; tantivy's own choice is the nearest below, which makes
/// articles a little shorter than they are.
fn nearest_norm(length: u32) -> u8 {
    let below = FieldNormReader::fieldnorm_to_id(length);
    let Some(above) = below.checked_add(1) else { return below };
    let too_short = length - FieldNormReader::id_to_fieldnorm(below);
    let too_long = FieldNormReader::id_to_fieldnorm(above).saturating_sub(length);
    if too_long < too_short { above } else { below }
}

#[cfg(test)]
pub(super) mod tests;
