//! The baseline: tantivy as its own examples use it. Title and body as two stemmed, stored fields, its own writer, its
//! own query parser, its own snippets.

use std::path::Path;

use newshound::Article;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{Query, QueryParser};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::{DocAddress, Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument};

use super::en_stem::en_stem;

/// An index of the stock engine.
pub(crate) struct Stock {
    index: Index,
    id: Field,
    title: Field,
    body: Field,
}

impl Stock {
    pub(crate) fn in_memory() -> Stock {
        Stock::of(Index::create_in_ram(schema()))
    }

    pub(crate) fn in_folder(folder: &Path) -> tantivy::Result<Stock> {
        Ok(Stock::of(Index::create_in_dir(folder, schema())?))
    }

    pub(crate) fn open(folder: &Path) -> tantivy::Result<Stock> {
        Ok(Stock::of(Index::open_in_dir(folder)?))
    }

    fn of(index: Index) -> Stock {
        index.tokenizers().register("en_stem", en_stem());
        let field = |name| index.schema().get_field(name).expect("the schema has the field");
        let (id, title, body) = (field("id"), field("title"), field("body"));
        Stock { index, id, title, body }
    }

    /// Writes articles with `threads` threads and waits for its merges, as a program that ends afterwards must.
    pub(crate) fn write(
        &self,
        articles: impl Iterator<Item = Article>,
        threads: usize,
        memory: usize,
    ) -> tantivy::Result<()> {
        let document = |article: Article| {
            [article.id.as_str().to_owned(), article.headline.unwrap_or_default(), article.body.join("\n\n")]
        };
        self.write_documents(articles.map(document), threads, memory)
    }

    /// Writes documents (id, title, body), likewise.
    pub(crate) fn write_documents(
        &self,
        documents: impl Iterator<Item = [String; 3]>,
        threads: usize,
        memory: usize,
    ) -> tantivy::Result<()> {
        let mut writer = self.index.writer_with_num_threads(threads, memory)?;
        for [id, title, body] in documents {
            let mut document = TantivyDocument::default();
            document.add_text(self.id, id);
            document.add_text(self.title, title);
            document.add_text(self.body, body);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()
    }

    /// Makes one segment of all.
    pub(crate) fn join(&self) -> tantivy::Result<()> {
        let segments = self.index.searchable_segment_ids()?;
        if segments.len() > 1 {
            let mut writer: IndexWriter = self.index.writer_with_num_threads(1, 256 << 20)?;
            writer.merge(&segments).wait()?;
            writer.wait_merging_threads()?;
        }
        assert_eq!(self.index.searchable_segment_ids()?.len(), 1);
        Ok(())
    }

    pub(crate) fn searcher(&self) -> tantivy::Result<StockSearcher> {
        let reader = self.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut parser = QueryParser::for_index(&self.index, vec![self.title, self.body]);
        parser.set_conjunction_by_default();
        Ok(StockSearcher { searcher: reader.searcher(), parser, title: self.title, body: self.body })
    }
}

pub(crate) fn schema() -> Schema {
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

/// A snapshot of it.
pub(crate) struct StockSearcher {
    searcher: Searcher,
    parser: QueryParser,
    title: Field,
    body: Field,
}

impl StockSearcher {
    /// Returns the best `limit` articles and the number of all, with the stored articles read as a program that shows
    /// them must.
    pub(crate) fn search(&self, query: &str, limit: usize) -> tantivy::Result<(usize, Vec<String>)> {
        let (_, total, documents) = self.top(query, limit)?;
        let title = |address| self.text(address, self.title);
        let titles = documents.into_iter().map(title).collect::<tantivy::Result<Vec<_>>>()?;
        Ok((total, titles))
    }

    /// The same, with a snippet of each body.
    pub(crate) fn search_with_snippets(&self, query: &str, limit: usize) -> tantivy::Result<(usize, Vec<String>)> {
        let (query, total, documents) = self.top(query, limit)?;
        let mut generator = SnippetGenerator::create(&self.searcher, &*query, self.body)?;
        generator.set_max_num_chars(200);
        let snippet = |address| Ok(generator.snippet(&self.text(address, self.body)?).to_html());
        Ok((total, documents.into_iter().map(snippet).collect::<tantivy::Result<_>>()?))
    }

    /// Returns the best `limit` articles, likewise read, and counts nothing, so that the engine passes over what cannot be
    /// among them.
    pub(crate) fn search_uncounted(&self, query: &str, limit: usize) -> tantivy::Result<Vec<String>> {
        let query = self.parser.parse_query(query)?;
        let top = self.searcher.search(&*query, &TopDocs::with_limit(limit).order_by_score())?;
        top.into_iter().map(|(_, address)| self.text(address, self.title)).collect()
    }

    fn top(&self, query: &str, limit: usize) -> tantivy::Result<(Box<dyn Query>, usize, Vec<DocAddress>)> {
        let query = self.parser.parse_query(query)?;
        let (total, top) = self.searcher.search(&*query, &(Count, TopDocs::with_limit(limit).order_by_score()))?;
        Ok((query, total, top.into_iter().map(|(_, address)| address).collect()))
    }

    fn text(&self, address: DocAddress, field: Field) -> tantivy::Result<String> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        Ok(document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned())
    }
}
