//! The segment builder on tantivy's plainest schema of text: an id, a title and a body with English stems and positions,
//! all stored. It is there to be held against tantivy's own writer: the files are the same byte for byte, so that a
//! comparison of the two compares nothing but the way there.

use std::path::Path;
use std::sync::Mutex;

use frostem::{Algorithm, Stemmer};
use tantivy::directory::TerminatingWrite as _;
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::SegmentComponent;
use tantivy::indexer::NoMergePolicy;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::StoreWriter;
use tantivy::{DocId, Index, IndexWriter, Segment, SegmentMeta, TantivyDocument};

use super::directory::tantivy_error;
use super::occurrences::{Occurrences, PostingsWriter, Sorted, WordId, write_docs};
use super::sorted_terms::sorted_by_bytes;
use super::terms::Terms;
use super::word_table::WordTable;

/// Longer words are left out, as tantivy's `RemoveLongFilter` does in its English analyzer; in bytes.
const TOO_LONG: usize = 40;

/// A segment in the making.
pub(crate) struct PlainBuilder {
    segment: Segment,
    schema: Schema,
    fields: [Field; 3],
    stems: Stems,
    ids: Vec<(String, DocId)>,
    texts: [Occurrences; 2],
    norms: FieldNormsWriter,
    columns: FastFieldsWriter,
    store: StoreWriter,
    n_docs: DocId,
}

impl PlainBuilder {
    /// Begins a segment of an index whose schema has the text fields `id`, `title` and `body`.
    pub(crate) fn new(index: &Index) -> tantivy::Result<PlainBuilder> {
        let segment = index.new_segment();
        let schema = index.schema();
        let field = |name| schema.get_field(name);
        let settings = index.settings();
        let store = StoreWriter::new(
            segment.open_write(SegmentComponent::Store)?,
            settings.docstore_compression,
            settings.docstore_blocksize,
            false,
        )?;
        Ok(PlainBuilder {
            fields: [field("id")?, field("title")?, field("body")?],
            norms: FieldNormsWriter::for_schema(&schema),
            columns: FastFieldsWriter::from_schema_and_tokenizer_manager(
                &schema,
                index.fast_field_tokenizer().clone(),
            )?,
            segment,
            schema,
            stems: Stems::default(),
            ids: Vec::new(),
            texts: Default::default(),
            store,
            n_docs: 0,
        })
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, id: String, title: String, body: String) -> tantivy::Result<()> {
        let doc = self.n_docs;
        self.n_docs += 1;
        self.norms.record(doc, self.fields[0], 1);
        for (text, (occurrences, field)) in
            [&title, &body].into_iter().zip(self.texts.iter_mut().zip(&self.fields[1..]))
        {
            let n_words = self.stems.invert(text, occurrences);
            self.norms.record(doc, *field, n_words);
        }
        self.ids.push((id.clone(), doc));
        let mut document = TantivyDocument::default();
        for (field, text) in self.fields.into_iter().zip([id, title, body]) {
            document.add_text(field, text);
        }
        self.columns.add_document(&document)?;
        Ok(self.store.store(&document, &self.schema)?)
    }

    /// Returns the memory that the segment takes, sorting included, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.texts.iter().map(Occurrences::memory).sum()
    }

    /// Writes the segment's files.
    pub(crate) fn finish(mut self) -> tantivy::Result<SegmentMeta> {
        self.norms.fill_up_to_max_doc(self.n_docs);
        let norms = FieldNormsSerializer::from_write(self.segment.open_write(SegmentComponent::FieldNorms)?)?;
        self.norms.serialize(norms, None)?;
        let norms = FieldNormReaders::open(self.segment.open_read(SegmentComponent::FieldNorms)?)?;
        let mut inverted = InvertedIndexSerializer::open(&self.segment)?;

        self.ids.sort();
        // The stock writer leaves out a field without terms.
        if !self.ids.is_empty() {
            let norms = norms.get_field(self.fields[0])?;
            let mut field = inverted.new_field(self.fields[0], self.ids.len() as u64, norms)?;
            for same in self.ids.chunk_by(|(a, _), (b, _)| a == b) {
                let docs: Vec<DocId> = same.iter().map(|(_, doc)| *doc).collect();
                write_docs(&mut field, same[0].0.as_bytes(), &docs)?;
            }
            field.close()?;
        }

        let order = sorted_by_bytes(self.stems.stems.iter());
        let (mut postings, mut sorted) = (PostingsWriter::default(), Sorted::default());
        for (occurrences, id) in self.texts.iter().zip(&self.fields[1..]) {
            occurrences.sort(self.stems.stems.len(), &mut sorted);
            if sorted.len() == 0 {
                continue;
            }
            let mut field = inverted.new_field(*id, sorted.len() as u64, norms.get_field(*id)?)?;
            for stem in &order {
                let found = sorted.of(*stem);
                if !found.is_empty() {
                    postings.with_positions(&mut field, self.stems.stems.get(*stem).as_bytes(), found)?;
                }
            }
            field.close()?;
        }
        inverted.close()?;

        let mut write = self.segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(&mut write, None)?;
        write.terminate()?;
        self.store.close()?;
        Ok(self.segment.with_max_doc(self.n_docs).meta().clone())
    }
}

/// Tells of each byte whether it is an ASCII letter or digit.
static IN_WORD: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        bytes[byte as usize] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    bytes
};

/// The stems of lower-case words.
struct Stems {
    table: WordTable,
    stemmer: Stemmer,
    stems: Terms,
}

impl Default for Stems {
    fn default() -> Stems {
        let stemmer = Stemmer::new(Algorithm::English);
        Stems { table: WordTable::default(), stemmer, stems: Terms::default() }
    }
}

impl Stems {
    /// Appends the stems of a text, cut at what is no letter or digit, and returns how many there are.
    fn invert(&mut self, text: &str, occurrences: &mut Occurrences) -> u32 {
        let mut n_words = 0;
        let mut lower = String::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            while bytes.get(at).is_some_and(|byte| IN_WORD[usize::from(*byte)]) {
                at += 1;
            }
            let word = &text[start..at];
            let is_ascii = bytes.get(at).is_none_or(u8::is_ascii);
            if is_ascii
                && !word.is_empty()
                && let Some(number) = self.number_in_lower_case(word)
            {
                occurrences.push(number);
                n_words += 1;
                // What stands behind is no part of a word either.
                at += 1;
                continue;
            }
            lower.clear();
            lower.push_str(word);
            lower.make_ascii_lowercase();
            if !is_ascii {
                let end = text[start..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |len| start + len);
                lower.clear();
                lower.extend(text[start..end].chars().flat_map(char::to_lowercase));
                at = end;
            }
            if at == start {
                // Most often one space or mark.
                at += if bytes[at].is_ascii() { 1 } else { text[at..].chars().next().map_or(1, char::len_utf8) };
            } else if at - start < TOO_LONG {
                occurrences.push(self.number(&lower));
                n_words += 1;
            } else {
                occurrences.skip(1);
            }
        }
        occurrences.end_article();
        n_words
    }

    fn number(&mut self, word: &str) -> WordId {
        let Stems { table, stemmer, stems } = self;
        table.id(0, word, || stems.number(&stemmer.stem(word))).0
    }

    /// Returns the number of a word of ASCII letters and digits, as it is in lower case; `None` where it is long.
    #[inline]
    fn number_in_lower_case(&mut self, word: &str) -> Option<WordId> {
        let Stems { table, stemmer, stems } = self;
        table.id_in_lower_case(word, || stems.number(&stemmer.stem(&word.to_ascii_lowercase())))
    }
}

/// Writes documents (id, title, body) to a new index of tantivy's in an empty folder, or in memory.
pub fn write_plain(
    folder: Option<&Path>,
    documents: impl Iterator<Item = [String; 3]> + Send,
    threads: usize,
    memory: usize,
) -> crate::Result<()> {
    let failed = |error| tantivy_error(folder.unwrap_or(Path::new("(memory)")), error);
    let index = match folder {
        Some(folder) => Index::create_in_dir(folder, schema()).map_err(failed)?,
        None => Index::create_in_ram(schema()),
    };
    write(&index, documents, threads, memory).map_err(failed)
}

fn schema() -> Schema {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing).set_stored();
    let mut schema = Schema::builder();
    schema.add_text_field("id", STRING | STORED);
    schema.add_text_field("title", text.clone());
    schema.add_text_field("body", text);
    schema.build()
}

fn write(
    index: &Index,
    documents: impl Iterator<Item = [String; 3]> + Send,
    threads: usize,
    memory: usize,
) -> tantivy::Result<()> {
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let documents = Mutex::new(documents.fuse());
    let build = || -> tantivy::Result<()> {
        let mut building: Option<PlainBuilder> = None;
        loop {
            // Some at a time, since a lock for each would be felt.
            let batch: Vec<_> =
                documents.lock().map_or_else(|_| Vec::new(), |mut next| next.by_ref().take(64).collect());
            if batch.is_empty() {
                return building.map_or(Ok(()), |last| writer.add_segment(last.finish()?));
            }
            let mut builder = building.take().map_or_else(|| PlainBuilder::new(index), Ok)?;
            for [id, title, body] in batch {
                builder.add(id, title, body)?;
            }
            if builder.memory() > memory / threads {
                writer.add_segment(builder.finish()?)?;
            } else {
                building = Some(builder);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(build)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("a builder does not panic"))
    })?;
    writer.commit()?;
    writer.wait_merging_threads()
}

#[cfg(test)]
#[path = "../../benches/support/en_stem.rs"]
mod en_stem;

#[cfg(test)]
mod tests {
    use tantivy::{Directory as _, SingleSegmentIndexWriter};

    use super::*;

    fn index() -> Index {
        let index = Index::create_in_ram(schema());
        index.tokenizers().register("en_stem", en_stem::en_stem());
        index
    }

    /// Returns the files of the only segment, by ending.
    fn files(index: &Index, segment: &SegmentMeta) -> Vec<(SegmentComponent, Vec<u8>)> {
        use SegmentComponent::{FastFields, FieldNorms, Positions, Postings, Store, Terms};
        let read = |component: SegmentComponent| {
            let path = segment.relative_path(component.clone());
            (component, index.directory().atomic_read(&path).expect("the segment has the file"))
        };
        [Postings, Positions, Terms, FieldNorms, FastFields, Store].into_iter().map(read).collect()
    }

    /// Builds both ways, and compares every file.
    fn check(documents: &[[String; 3]]) {
        let ours = index();
        let mut builder = PlainBuilder::new(&ours).expect("memory suffices");
        let stock = index();
        let mut writer: SingleSegmentIndexWriter = Index::builder()
            .schema(stock.schema())
            .tokenizers(stock.tokenizers().clone())
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), 50_000_000)
            .expect("memory suffices");
        for [id, title, body] in documents {
            builder.add(id.clone(), title.clone(), body.clone()).expect("memory suffices");
            let mut document = TantivyDocument::default();
            for (field, text) in builder.fields.into_iter().zip([id, title, body]) {
                document.add_text(field, text);
            }
            writer.add_document(document).expect("memory suffices");
        }
        let segment = builder.finish().expect("it is written");
        let ours = files(&ours, &segment);
        let stock = writer.finalize().expect("it is written");
        let stock = files(&stock, &stock.searchable_segment_metas().expect("there is one")[0]);
        for ((component, ours), (_, stock)) in ours.iter().zip(&stock) {
            assert!(ours == stock, "{component:?} differs for {documents:?}");
        }
    }

    #[test]
    fn odd_words_give_the_files_of_the_stock_writer() {
        let long = "x".repeat(TOO_LONG);
        let texts = [
            "",
            "The ferries sailed, the FERRY sails",
            "Ünïted 2,000 ｆｕｌｌ İstanbul ΣΊΣΥΦΟΣ ﬁn",
            "a\u{301}b don't 東京 ٣",
        ];
        let mut documents: Vec<[String; 3]> = Vec::new();
        for (n, text) in texts.iter().enumerate() {
            documents.push([n.to_string(), (*text).to_owned(), format!("{text} {long} {} after", &long[1..])]);
        }
        documents.push(documents[0].clone());
        check(&documents);
    }

    #[test]
    fn many_documents_give_the_files_of_the_stock_writer() {
        // Enough for full blocks of postings and positions, and of the store.
        let word = |n: u32| format!("w{}", n.wrapping_mul(n) % 97);
        let text = |doc: u32, len| (0..len).map(|n| word(doc * 31 + n)).collect::<Vec<_>>().join(" ");
        check(
            &(0..700)
                .map(|doc| [format!("id{doc}"), text(doc, doc % 9), text(doc, 40 + doc % 200)])
                .collect::<Vec<_>>(),
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_the_files_of_the_stock_writer(
            documents in proptest::collection::vec(("[0-9]{1,2}", "[A-Ca-c é東'0-9]{0,12}", "\\PC{0,40}"), 0..12),
        ) {
            check(&documents.into_iter().map(|(id, title, body)| [id, title, body]).collect::<Vec<_>>());
        }
    }
}
