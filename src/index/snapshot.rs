//! One commit of an index, for reading: articles by place and by id, statistics of live articles.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use tantivy::columnar::{Column, StrColumn};
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::postings::TermInfo;
use tantivy::query::{EnableScoring, Query};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};
use tantivy_fst::Automaton;

use super::blocks::{self, Block};
use super::digest::text;
use super::directory::tantivy_error;
use super::schema::{Fields, column};
use crate::{Article, ArticleId, Date, Error, Language, Result, Section, SourceKey, Status, Value};

/// One commit of an index. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) searcher: tantivy::Searcher,
    pub(crate) fields: Fields,
    path: PathBuf,
    /// The languages of live articles, told when first asked for.
    languages: Arc<OnceLock<Vec<String>>>,
    /// The stored articles of each segment, opened when first asked for.
    stores: Arc<[OnceLock<StoreReader>]>,
    /// The columns that every search needs of each segment, likewise.
    columns: Arc<[OnceLock<Columns>]>,
    /// The column of keys of each segment, which decides between articles of the same score and date.
    keys: Arc<[OnceLock<StrColumn>]>,
    /// The posting lists of the merged field of each segment, likewise.
    lists: Arc<[OnceLock<FileSlice>]>,
}

/// The columns of a segment that tell when its articles were published.
#[derive(Clone)]
pub(crate) struct Columns {
    pub(crate) first_second: Column<i64>,
    pub(crate) last_second: Column<i64>,
    pub(crate) offset: Column<i64>,
}

impl Columns {
    /// Returns the instant at which an article's date begins.
    pub(crate) fn instant(&self, doc: DocId, assumed_offset: i16) -> Option<i64> {
        let first = self.first_second.first(doc)?;
        Some(first - 60 * self.offset.first(doc).unwrap_or(i64::from(assumed_offset)))
    }
}

/// What an article is called by: its id, told as in [`Snapshot::article`], and where it came from.
#[derive(serde::Deserialize)]
pub(crate) struct Named {
    pub(crate) id: ArticleId,
    pub(crate) source: SourceKey,
    native_id: Option<String>,
}

/// What a hit shows of an article without passages. What is left out is not even copied when it is read.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Summary {
    id: ArticleId,
    source: SourceKey,
    native_id: Option<String>,
    section: Option<Section>,
    headline: Option<String>,
    bylines: Vec<String>,
    published: Option<Date>,
    publisher: Option<String>,
    url: Option<String>,
    language: Option<Language>,
    status: Status,
    word_count: u32,
    extra: BTreeMap<String, Value>,
}

impl From<Summary> for Article {
    fn from(summary: Summary) -> Article {
        let Summary { id, source, native_id, section, headline, bylines, published, publisher, url, .. } = summary;
        let Summary { language, status, word_count, extra, .. } = summary;
        Article {
            id,
            source,
            native_id,
            section,
            headline,
            bylines,
            published,
            publisher,
            url,
            language,
            status,
            word_count,
            extra,
            ..Article::default()
        }
    }
}

/// How much memory the blocks of stored articles take that are kept as they were read last, of all segments together. A block is
/// a little larger than what it is cut at.
const KEPT: usize = 16 << 20;
/// The fewest blocks that are kept of a segment.
const FEWEST: usize = 16;

impl Snapshot {
    pub(super) fn new(searcher: tantivy::Searcher, fields: Fields, path: PathBuf) -> Snapshot {
        let stores = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        let columns = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        let keys = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        let lists = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        Snapshot { searcher, fields, path, languages: Arc::default(), stores, columns, keys, lists }
    }

    /// Returns the languages of the articles, by primary code.
    pub(crate) fn languages(&self) -> Result<&[String]> {
        if let Some(languages) = self.languages.get() {
            return Ok(languages);
        }
        let counted = self.live_terms(self.fields.language)?;
        Ok(self.languages.get_or_init(|| counted.into_iter().map(|(code, _)| code).collect()))
    }

    /// Says a failure of tantivy in our terms.
    pub(crate) fn error(&self, error: impl Into<tantivy::TantivyError>) -> Error {
        tantivy_error(&self.path, error.into())
    }

    /// Says that the index is not what was written.
    pub(crate) fn damaged(&self, detail: impl Into<String>) -> Error {
        Error::Damaged { path: self.path.clone(), detail: detail.into() }
    }

    /// Returns the number of articles.
    pub(crate) fn articles(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Returns the number of live articles that have a term, whatever stands deleted beside them.
    pub(crate) fn live_articles_with(&self, term: &Term) -> Result<u64> {
        let mut sum = 0;
        for segment in self.searcher.segment_readers() {
            sum += u64::from(self.live_in_segment(segment, term)?);
        }
        Ok(sum)
    }

    fn live_in_segment(&self, segment: &SegmentReader, term: &Term) -> Result<u32> {
        let inverted = segment.inverted_index(term.field()).map_err(|error| self.error(error))?;
        let Some(info) = inverted.get_term_info(term).map_err(|error| self.error(error))? else { return Ok(0) };
        let Some(alive) = segment.alive_bitset() else { return Ok(info.doc_freq) };
        let postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic);
        Ok(postings.map_err(|error| self.error(error))?.doc_freq_given_deletes(alive))
    }

    /// Returns the terms of a keyword field that live articles have, and how many have each.
    pub(crate) fn live_terms(&self, field: Field) -> Result<Vec<(String, u64)>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            self.each_term(segment, field, |term| {
                terms.insert(term.to_owned());
                true
            })?;
        }
        let mut counted = Vec::with_capacity(terms.len());
        for term in terms {
            let articles = self.live_articles_with(&Term::from_field_text(field, &term))?;
            if articles > 0 {
                counted.push((term, articles));
            }
        }
        Ok(counted)
    }

    /// Returns the terms of a field that begin with a text, in order, those of deleted articles among them.
    pub(crate) fn terms_beginning(&self, field: Field, text: &str) -> Result<BTreeSet<String>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(field).map_err(|error| self.error(error))?;
            let range = inverted.terms().range().ge(text);
            let mut stream = range.into_stream().map_err(|error| self.error(error))?;
            while stream.advance() && stream.key().starts_with(text.as_bytes()) {
                terms.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            }
        }
        Ok(terms)
    }

    /// Hands out the terms of a field that an automaton accepts, in each segment, those of deleted articles among them.
    pub(crate) fn each_term_of<A: Automaton + Copy>(
        &self,
        field: Field,
        automaton: A,
        mut take: impl FnMut(&str),
    ) -> Result<()>
    where
        A::State: Clone,
    {
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(field).map_err(|error| self.error(error))?;
            let mut stream = inverted.terms().search(automaton).into_stream().map_err(|error| self.error(error))?;
            while stream.advance() {
                take(std::str::from_utf8(stream.key()).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Hands out the terms of a field in one segment until `take` says no.
    fn each_term(&self, segment: &SegmentReader, field: Field, mut take: impl FnMut(&str) -> bool) -> Result<()> {
        let inverted = segment.inverted_index(field).map_err(|error| self.error(error))?;
        let mut stream = inverted.terms().stream().map_err(|error| self.error(error))?;
        while stream.advance() {
            let term = std::str::from_utf8(stream.key()).unwrap_or_default();
            if !take(term) {
                break;
            }
        }
        Ok(())
    }

    /// Returns the live articles with a term, in the order of segments.
    pub(crate) fn addresses(&self, term: &Term) -> Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let inverted = segment.inverted_index(term.field()).map_err(|error| self.error(error))?;
            let postings = inverted.read_postings(term, IndexRecordOption::Basic).map_err(|error| self.error(error))?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ord, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// Tells whether an article is one that a query finds.
    pub(crate) fn passes(&self, query: &dyn Query, address: DocAddress) -> Result<bool> {
        let scoring = EnableScoring::disabled_from_searcher(&self.searcher);
        let weight = query.weight(scoring).map_err(|error| self.error(error))?;
        let segment = self.searcher.segment_reader(address.segment_ord);
        let mut scorer = weight.scorer(segment, 1.0).map_err(|error| self.error(error))?;
        let is_before = scorer.doc() < address.doc_id;
        Ok(if is_before { scorer.seek(address.doc_id) } else { scorer.doc() } == address.doc_id)
    }

    /// Reads an article. Its id is its own where no other live article of its corpus has the same.
    pub(crate) fn article(&self, address: DocAddress) -> Result<Article> {
        let mut article: Article = self.read(address)?;
        self.call_by_own_id(&mut article)?;
        Ok(article)
    }

    /// Reads an article but for its text below the headline, which is most of it.
    pub(crate) fn summary(&self, address: DocAddress) -> Result<Article> {
        let mut article = Article::from(self.read::<Summary>(address)?);
        self.call_by_own_id(&mut article)?;
        Ok(article)
    }

    fn call_by_own_id(&self, article: &mut Article) -> Result<()> {
        if let Some(native_id) = &article.native_id
            && self.is_unique(native_id, &article.source)?
        {
            article.id = native_id.as_str().into();
        }
        Ok(())
    }

    /// Reads what an article is called by, and nothing else of it.
    pub(crate) fn named(&self, address: DocAddress) -> Result<Named> {
        let mut named: Named = self.read(address)?;
        if let Some(native_id) = named.native_id.take()
            && self.is_unique(&native_id, &named.source)?
        {
            named.id = native_id.into();
        }
        Ok(named)
    }

    /// Reads the headline of an article and nothing else.
    pub(crate) fn headline(&self, address: DocAddress) -> Result<Option<String>> {
        #[derive(serde::Deserialize)]
        struct Head {
            headline: Option<String>,
        }
        Ok(self.read::<Head>(address)?.headline)
    }

    /// Reads of an article as it is stored what `T` has of it.
    pub(crate) fn read<T: DeserializeOwned>(&self, address: DocAddress) -> Result<T> {
        serde_json::from_slice(&self.json(address)?).map_err(|error| self.damaged(error.to_string()))
    }

    /// Reads the JSON form of an article as it is stored, a deleted one too.
    pub(super) fn json(&self, address: DocAddress) -> Result<OwnedBytes> {
        // Tantivy's own reading of a document goes byte by byte.
        let document = self.store(address.segment_ord)?.get_document_bytes(address.doc_id);
        let document = document.map_err(|error| self.error(error))?;
        let json = self.fields.stored_json(&document).ok_or_else(|| self.damaged("an article has no text"))?;
        Ok(document.slice(document.len() - json.len()..document.len()))
    }

    /// Returns the columns of a segment.
    pub(crate) fn columns(&self, segment: u32) -> Result<&Columns> {
        let columns = &self.columns[segment as usize];
        if let Some(opened) = columns.get() {
            return Ok(opened);
        }
        let fast_fields = self.searcher.segment_reader(segment).fast_fields();
        let seconds = |name| fast_fields.i64(name).map_err(|error| self.error(error));
        let opened = Columns {
            first_second: seconds(column::FIRST_SECOND)?,
            last_second: seconds(column::LAST_SECOND)?,
            offset: seconds(column::OFFSET)?,
        };
        Ok(columns.get_or_init(|| opened))
    }

    /// Returns the keys of a segment's articles, see [`Fields::key_term`].
    pub(crate) fn keys(&self, segment: u32) -> Result<&StrColumn> {
        let keys = &self.keys[segment as usize];
        if let Some(opened) = keys.get() {
            return Ok(opened);
        }
        let opened = self.searcher.segment_reader(segment).fast_fields().str(column::KEY);
        let opened = opened.map_err(|error| self.error(error))?;
        let opened = opened.ok_or_else(|| self.damaged("the column of keys is missing"))?;
        Ok(keys.get_or_init(|| opened))
    }

    /// Returns the blocks of a posting list of the merged field.
    pub(crate) fn blocks(&self, segment: u32, list: &TermInfo) -> Result<Vec<Block>> {
        let lists = &self.lists[segment as usize];
        if lists.get().is_none() {
            let opened = blocks::lists(self.searcher.segment_reader(segment), self.fields.all);
            _ = lists.set(opened.map_err(|error| self.error(error))?);
        }
        let lists = lists.get().expect("it was set");
        blocks::of(lists, list).ok_or_else(|| self.damaged("the blocks of a posting list are not what was written"))
    }

    fn store(&self, segment: u32) -> Result<&StoreReader> {
        let store = &self.stores[segment as usize];
        if let Some(opened) = store.get() {
            return Ok(opened);
        }
        // What a damaged file says of the size is no reason to ask for all memory.
        let of_segment = KEPT / self.stores.len() / self.searcher.index().settings().docstore_blocksize.max(1 << 10);
        let opened = self.searcher.segment_reader(segment).get_store_reader(of_segment.max(FEWEST));
        let opened = opened.map_err(|error| self.error(error))?;
        Ok(store.get_or_init(|| opened))
    }

    /// Tells whether an id names one article of its corpus: no other has it as its own, or as its path and record.
    fn is_unique(&self, native_id: &str, key: &SourceKey) -> Result<bool> {
        let of_corpus = self.fields.native_id_term(&key.corpus, native_id);
        if self.live_articles_with(&of_corpus)? != 1 {
            return Ok(false);
        }
        for other in keys_named(&key.corpus, native_id).filter(|other| other != key) {
            if self.live_articles_with(&self.fields.key_term(&other))? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the ids that several live articles of a corpus brought, and the keys of these.
    pub(crate) fn repeated_native_ids(&self) -> Result<Vec<(String, Vec<SourceKey>)>> {
        // Hashes, since an archive has millions of ids and hardly one that is repeated; sorted, since that is several
        // times as fast as a table of them.
        let mut hashes: Vec<u64> = Vec::new();
        let hasher = RandomState::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.native_id).map_err(|error| self.error(error))?;
            let mut stream = inverted.terms().stream().map_err(|error| self.error(error))?;
            while stream.advance() {
                let term = std::str::from_utf8(stream.key()).unwrap_or_default();
                let times = stream.value().doc_freq.min(2) as usize;
                hashes.extend(std::iter::repeat_n(hasher.hash_one(term), times));
            }
        }
        hashes.sort_unstable();
        let repeated = hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        let repeated: HashSet<u64> = repeated.map(|pair| pair[0]).collect();
        let mut terms = BTreeSet::new();
        if repeated.is_empty() {
            return Ok(Vec::new());
        }
        for segment in self.searcher.segment_readers() {
            self.each_term(segment, self.fields.native_id, |term| {
                if repeated.contains(&hasher.hash_one(term)) {
                    terms.insert(term.to_owned());
                }
                true
            })?;
        }
        let mut repeated = Vec::new();
        for term in terms {
            let addresses = self.addresses(&Term::from_field_text(self.fields.native_id, &term))?;
            if addresses.len() > 1 {
                let keys = addresses.into_iter().map(|at| Ok(self.article(at)?.source)).collect::<Result<_>>()?;
                repeated.push((term.split('\0').next_back().unwrap_or_default().to_owned(), keys));
            }
        }
        Ok(repeated)
    }

    /// Returns the articles that an id names: by its own id, or by path and record; with the corpus before it and a
    /// colon or slash, or without.
    pub(crate) fn articles_named(&self, id: &str) -> Result<Vec<Article>> {
        let mut terms = BTreeSet::new();
        for (corpus, _) in self.live_terms(self.fields.corpus)? {
            let qualified = id.strip_prefix(corpus.as_str()).and_then(|rest| rest.strip_prefix([':', '/']));
            for name in std::iter::once(id).chain(qualified) {
                terms.insert(self.fields.native_id_term(&corpus, name));
                terms.extend(keys_named(&corpus, name).map(|key| self.fields.key_term(&key)));
            }
        }
        self.articles_of(terms, usize::MAX)
    }

    /// Returns at most `limit` articles whose own id, or path and record, has `part` in it.
    pub(crate) fn articles_with_part(&self, part: &str, limit: usize) -> Result<Vec<Article>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            for field in [self.fields.key, self.fields.native_id] {
                self.each_term(segment, field, |term| {
                    if readable(term, field == self.fields.key).contains(part) {
                        terms.insert(Term::from_field_text(field, term));
                    }
                    // Deleted articles and articles found by both fields need some room.
                    terms.len() < limit.saturating_mul(4).saturating_add(64)
                })?;
            }
        }
        self.articles_of(terms, limit)
    }

    /// Returns where an article stands in its corpus in the same words, by the [hash](super::digest::text) of them. Every article
    /// is read for it: one with a dash more is of another number of words.
    pub(super) fn copies(&self, article: &Article) -> Result<Vec<SourceKey>> {
        let (mut copies, hash) = (Vec::new(), text(article));
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            for doc in segment.doc_ids_alive() {
                let other: Article = self.read(DocAddress::new(ord, doc))?;
                if other.source.corpus == article.source.corpus && text(&other) == hash {
                    copies.push(other.source);
                }
            }
        }
        Ok(copies)
    }

    fn articles_of(&self, terms: BTreeSet<Term>, limit: usize) -> Result<Vec<Article>> {
        let mut addresses = BTreeSet::new();
        for term in terms {
            addresses.extend(self.addresses(&term)?);
        }
        let mut articles = addresses.into_iter().map(|at| self.article(at)).collect::<Result<Vec<_>>>()?;
        articles.sort_by(|a, b| a.source.cmp(&b.source));
        articles.truncate(limit);
        Ok(articles)
    }
}

/// Returns the keys that a name can stand for: a path, or a path and record.
fn keys_named(corpus: &str, name: &str) -> impl Iterator<Item = SourceKey> {
    let with_record = name.rsplit_once('#').and_then(|(path, record)| {
        let record = record.parse().ok()?;
        Some(SourceKey::new(corpus, path, Some(record)))
    });
    std::iter::once(SourceKey::new(corpus, name, None)).chain(with_record)
}

/// Returns the term of a key or native id as people write it: `corpus/path#record`, `corpus:id`.
fn readable(term: &str, is_key: bool) -> String {
    let mut parts = term.split('\0');
    let (corpus, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match parts.next().map(|record| record.trim_start_matches('0')) {
        Some(record) if is_key && !record.is_empty() => format!("{corpus}/{name}#{record}"),
        _ if is_key => format!("{corpus}/{name}"),
        _ => format!("{corpus}:{name}"),
    }
}
