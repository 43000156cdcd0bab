//! A segment against a naive inverter: maps of maps, one word at a time, by the rules as `schema.rs` states them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, SegmentReader, TERMINATED};

use super::*;
use crate::analysis::{Stemming, fold_key, surface_form};
use crate::index::schema::{PARAGRAPH, SENTENCE, schema};
use crate::{Caption, Date, DateOrder, Keyword, Language, Section, SourceKey, Value};

/// By term, the articles with the frequency and positions of the term in each; both empty where they are not kept.
pub(in crate::index) type Inverted = BTreeMap<String, BTreeMap<DocId, (u32, Vec<u32>)>>;

#[derive(Default)]
struct Naive {
    fields: BTreeMap<String, Inverted>,
    lengths: Vec<u32>,
}

impl Naive {
    fn of(articles: &[Article]) -> Naive {
        let mut naive = Naive::default();
        for (article, doc) in articles.iter().zip(0..) {
            naive.words(article, doc);
            naive.keywords(article, doc);
            naive.declared(article, doc);
        }
        naive
    }

    fn words(&mut self, article: &Article, doc: DocId) {
        let stemming = Stemming::of(language_of(article));
        let (mut next, mut length) = (0, 0);
        for field in TextField::ALL {
            let entries = field.entries(article);
            if entries.is_empty() {
                continue;
            }
            let mut occurrences = BTreeSet::new();
            self.position("text", &field.zone_mark(), doc, next);
            for (n, text) in entries.into_iter().enumerate() {
                next += if n > 0 && field != TextField::Body { GAP } else { 0 };
                let base = next;
                if field == TextField::Body {
                    self.position("text", PARAGRAPH, doc, base);
                }
                let mut words = Vec::new();
                Analyzer::scan(text, &mut Scratch::default(), |word, range, position| {
                    words.push((word.to_owned(), range, base + position))
                });
                next = words.last().map_or(base, |(_, _, position)| position + 1);
                if field.is_prose() {
                    for sentence in sentences(text) {
                        let first = words.iter().find(|(_, range, _)| sentence.contains(&range.start));
                        if let Some((_, _, position)) = first {
                            self.position("text", SENTENCE, doc, *position);
                        }
                    }
                }
                length += words.len() as u32 * field.weight();
                for (word, _, position) in words {
                    let form = surface_form(&word);
                    self.position("text", &form, doc, position);
                    if field != TextField::Body {
                        self.article(&format!("{}_words", field.name()), &form, doc);
                    }
                    let (first, second) = stemming.terms(&word);
                    for stem in std::iter::once(first).chain(second) {
                        if let Some(pair) = forms::pair(&stem, &form) {
                            self.article("forms", &pair, 0);
                        }
                        occurrences.insert((stem, position));
                    }
                }
            }
            self.position("text", &field.zone_mark(), doc, next);
            next += GAP;
            for (stem, _) in occurrences {
                self.at("all", &stem, doc).0 += field.weight();
            }
        }
        self.lengths.push(length);
    }

    fn keywords(&mut self, article: &Article, doc: DocId) {
        self.article("key", &article.source.to_term(), doc);
        self.article("corpus", &article.source.corpus, doc);
        if let Some(language) = &article.language {
            self.article("language", &language.code, doc);
        }
        if let Some(section) = &article.section {
            let parts: Vec<&str> = section.path.split('/').collect();
            for n in 1..=parts.len() {
                self.article("section", &parts[..n].join("/"), doc);
            }
        }
        if let Some(publisher) = &article.publisher {
            self.article("publisher", &publisher.to_lowercase(), doc);
        }
        if let Some(id) = &article.native_id {
            self.article("native_id", &format!("{}\0{id}", article.source.corpus), doc);
        }
    }

    fn declared(&mut self, article: &Article, doc: DocId) {
        match article.extra.get("desk") {
            Some(Value::Keyword(desk) | Value::Text(desk)) if !desk.trim().is_empty() => {
                self.article("x-keyword-desk", &fold_key(desk), doc);
            }
            Some(Value::Keywords(desks)) if !desks.is_empty() && desks.iter().all(|desk| !desk.trim().is_empty()) => {
                for desk in desks {
                    self.article("x-keyword-desk", &fold_key(desk), doc);
                }
            }
            Some(Value::Number(number)) => self.article("x-keyword-desk", &number.to_string(), doc),
            _ => {}
        }
        if let Some(Value::Boolean(breaking)) = article.extra.get("breaking") {
            self.article("x-boolean-breaking", &breaking.to_string(), doc);
        }
        if let Some(Value::Text(note)) = article.extra.get("note") {
            let stemming = Stemming::of(language_of(article));
            let mut occurrences = BTreeSet::new();
            Analyzer::scan(note, &mut Scratch::default(), |word, _, position| {
                let (first, second) = stemming.terms(word);
                occurrences.extend(std::iter::once(first).chain(second).map(|stem| (position, stem)));
            });
            for (position, stem) in occurrences {
                self.position("x-text-note", &stem, doc, position);
            }
        }
    }

    fn at(&mut self, field: &str, term: &str, doc: DocId) -> &mut (u32, Vec<u32>) {
        let field = self.fields.entry(field.to_owned()).or_default();
        field.entry(term.to_owned()).or_default().entry(doc).or_default()
    }

    fn article(&mut self, field: &str, term: &str, doc: DocId) {
        self.at(field, term, doc);
    }

    fn position(&mut self, field: &str, term: &str, doc: DocId, position: u32) {
        let (frequency, positions) = self.at(field, term, doc);
        // One form at one position counts once; a mark counts each time.
        if positions.last() != Some(&position) || is_mark(term) {
            *frequency += 1;
            positions.push(position);
        }
    }
}

/// Reads all that a segment has of a field.
pub(in crate::index) fn read(segment: &SegmentReader, field: Field, record: IndexRecordOption) -> Inverted {
    let inverted = segment.inverted_index(field).expect("the field can be read");
    let mut terms = inverted.terms().stream().expect("the dictionary can be read");
    let mut found = Inverted::new();
    while terms.advance() {
        let mut postings = inverted.read_postings_from_terminfo(terms.value(), record).expect("postings can be read");
        let of_term = found.entry(String::from_utf8(terms.key().to_vec()).expect("terms are UTF-8")).or_default();
        assert_eq!(postings.size_hint(), terms.value().doc_freq);
        while postings.doc() != TERMINATED {
            let mut positions = Vec::new();
            if record.has_positions() {
                postings.positions(&mut positions);
            }
            let frequency = if record.has_freq() { postings.term_freq() } else { 0 };
            of_term.insert(postings.doc(), (frequency, positions));
            postings.advance();
        }
    }
    found
}

/// A declared field of each kind.
fn declared() -> BTreeMap<String, ExtraKind> {
    let names = ["note", "desk", "page", "filed", "breaking"];
    names.map(str::to_owned).into_iter().zip(ExtraKind::ALL).collect()
}

fn check(articles: &[Article]) {
    let index = tantivy::Index::create_in_ram(schema(&declared()));
    let fields = Fields::of(&index.schema()).expect("the schema is ours");
    let mut builder = SegmentBuilder::new(&index, fields.clone(), Left::default()).expect("memory suffices");
    for article in articles {
        builder.add(article, article.id.as_str().as_bytes()).expect("memory suffices");
    }
    let (meta, _) = builder.finish(1).expect("memory suffices");
    let segment = SegmentReader::open(&index.segment(meta)).expect("it can be opened");
    let naive = Naive::of(articles);
    for (field, entry) in index.schema().fields().filter(|(_, entry)| entry.is_indexed()) {
        let record = entry.field_type().index_record_option().expect("it is a field of terms");
        let expected = naive.fields.get(entry.name()).cloned().unwrap_or_default();
        assert_eq!(read(&segment, field, record), expected, "{}", entry.name());
    }
    let all = segment.inverted_index(fields.all).expect("it can be read");
    assert_eq!(all.total_num_tokens(), AVERAGE * articles.len() as u64);
    let norms = segment.get_fieldnorms_reader(fields.all).expect("it can be read");
    let store = segment.get_store_reader(1).expect("it can be read");
    for (doc, article) in (0..).zip(articles) {
        let length = naive.lengths[doc as usize] + SHIFT;
        assert!((f64::from(norms.fieldnorm(doc)) / f64::from(length) - 1.0).abs() < 0.064, "{length}");
        let bytes = store.get_document_bytes(doc).expect("it is stored");
        assert_eq!(fields.stored_json(&bytes), Some(article.id.as_str().as_bytes()));
        let document: TantivyDocument = store.get(doc).expect("it is stored");
        assert_eq!(fields.article_json(&document), Some(article.id.as_str().as_bytes()));
        check_columns(&segment, doc, article);
    }
}

fn check_columns(segment: &SegmentReader, doc: DocId, article: &Article) {
    let columns = segment.fast_fields();
    let seconds = |name| columns.i64(name).expect("the column is there").first(doc);
    assert_eq!(seconds("first_second"), article.published.map(|date| date.first_second()));
    assert_eq!(seconds("last_second"), article.published.map(|date| date.last_second()));
    assert_eq!(seconds("offset"), article.published.and_then(|date| date.offset_minutes()).map(i64::from));
    let page = columns.f64("x-number-page").expect("the column is there").first(doc);
    let is_page = |number: &f64| page.is_some_and(|page| page.to_bits() == (number + 0.0).to_bits());
    assert!(matches!(article.extra.get("page"), Some(Value::Number(number)) if is_page(number)) || page.is_none());
    let filed = match article.extra.get("filed") {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    assert_eq!(seconds("x-date-filed"), filed.map(|date| date.first_second()));
    assert_eq!(seconds("x-last-filed"), filed.map(|date| date.last_second()));
    assert_eq!(seconds("x-offset-filed"), filed.and_then(|date| date.offset_minutes()).map(i64::from));
    let words = columns.u64("word_count").expect("the column is there").first(doc);
    assert_eq!(words, Some(u64::from(article.word_count)));
    let keys = columns.str("key").expect("the column is there").expect("the column is there");
    let mut key = String::new();
    keys.ord_to_str(keys.ords().first(doc).expect("every article has a key"), &mut key).expect("it can be read");
    assert_eq!(key, article.source.to_term());
}

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-c]{1,2}",
        Just("ferries".to_owned()),
        Just("well-known".to_owned()),
        Just("U.S.".to_owned()),
        Just("Café".to_owned()),
        Just("cafe".to_owned()),
        Just("東京都".to_owned()),
        Just("1,000".to_owned()),
        Just("news. Then".to_owned()),
        "\\PC{0,3}",
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

/// Returns values of declared fields: of their kinds, of others, and of a field that is not declared.
fn extra() -> impl Strategy<Value = BTreeMap<String, Value>> {
    let date = |text| Value::Date(Date::parse(text, DateOrder::Unknown).expect("it is a date"));
    let value = prop_oneof![
        text().prop_map(Value::Text),
        "[a-cÉ ]{0,3}".prop_map(Value::Keyword),
        proptest::collection::vec("[a-cÉ ]{0,3}", 0..4).prop_map(Value::Keywords),
        (-2..3i8).prop_map(|number| Value::Number(f64::from(number) / 2.0)),
        Just(Value::Number(-0.0)),
        Just(date("1998")),
        Just(date("2024-02-03T04:05:06+02:00")),
        any::<bool>().prop_map(Value::Boolean),
    ];
    let name = prop_oneof![Just("note"), Just("desk"), Just("page"), Just("filed"), Just("breaking"), Just("other")];
    let extra = proptest::collection::btree_map(name.prop_map(str::to_owned), value, 0..6);
    // What becomes of values of other kinds is told by the tests of kinds.
    extra.prop_map(|mut extra: BTreeMap<String, Value>| {
        extra.retain(|name, value| {
            matches!(
                (name.as_str(), value),
                ("note", Value::Text(_))
                    | ("desk", Value::Text(_) | Value::Keyword(_) | Value::Keywords(_) | Value::Number(_))
                    | ("page", Value::Number(_) | Value::Boolean(_))
                    | ("filed", Value::Date(_) | Value::Boolean(_))
                    | ("breaking", Value::Boolean(_) | Value::Number(_))
                    | ("other", _)
            )
        });
        extra
    })
}

fn article() -> impl Strategy<Value = Article> {
    let texts = || proptest::collection::vec(text(), 0..3);
    let some = || proptest::option::of(text());
    let language = proptest::option::of(prop_oneof![Just("en"), Just("fr"), Just("zz")]);
    let date = proptest::option::of(prop_oneof![Just("1998"), Just("2024-02-03"), Just("2024-02-03T04:05:06+02:00")]);
    ((some(), some(), some(), texts(), texts(), texts(), texts()), (language, date, any::<bool>(), 0..9u32, extra()))
        .prop_map(
            |(
                (headline, kicker, standfirst, body, captions, bylines, keywords),
                (language, date, named, words, extra),
            )| {
                let mut article = Article {
                    headline,
                    kicker,
                    standfirst,
                    body,
                    bylines,
                    word_count: words,
                    extra,
                    ..Article::default()
                };
                article.captions =
                    captions.into_iter().map(|text| Caption { credit: Some(text.clone()), text }).collect();
                article.keywords = keywords.iter().map(|text| Keyword::from(text.as_str())).collect();
                article.language = language.map(Language::given);
                article.published = date.map(|date| Date::parse(date, DateOrder::Unknown).expect("it is a date"));
                if named {
                    article.native_id = Some("n".to_owned());
                    article.section = Section::from_label("World / Coast");
                    article.publisher = Some("Ostrel Courier".to_owned());
                }
                article
            },
        )
}

proptest! {
    #[test]
    fn a_segment_is_what_a_naive_inverter_makes(mut articles in proptest::collection::vec(article(), 0..6)) {
        for (n, article) in articles.iter_mut().enumerate() {
            article.source = SourceKey::new("corpus", format!("{n}"), None);
            article.id = format!("{n}").as_str().into();
        }
        check(&articles);
    }
}

#[test]
fn a_segment_of_many_articles_is_what_a_naive_inverter_makes() {
    // Enough articles for full blocks of postings and positions.
    let word = |n: u32| format!("word{}", n.wrapping_mul(n) % 61);
    let article = |doc: u32| {
        let mut article = Article::new(format!("{doc}"));
        article.source = SourceKey::new("corpus", format!("{doc}"), None);
        article.headline = Some(word(doc));
        article.body =
            (0..3).map(|n| (0..30 + doc % 90).map(|m| word(doc * 7 + n * m)).collect::<Vec<_>>().join(" ")).collect();
        article.language = Some(Language::given(if doc.is_multiple_of(3) { "de" } else { "en" }));
        article
    };
    check(&(0..500).map(article).collect::<Vec<_>>());
}

#[test]
fn what_a_segment_leaves_changes_nothing_in_the_next() {
    let index = tantivy::Index::create_in_ram(schema(&declared()));
    let fields = Fields::of(&index.schema()).expect("the schema is ours");
    let mut article = Article::new("1");
    article.body.push("Ferries sailed to the café.".to_owned());
    article.extra.insert("note".to_owned(), Value::Text("Zebras held".to_owned()));
    let files = |left| {
        let mut builder = SegmentBuilder::new(&index, fields.clone(), left).expect("memory suffices");
        builder.add(&article, b"{}").expect("memory suffices");
        let (meta, left) = builder.finish(1).expect("memory suffices");
        let segment = index.segment(meta);
        let read = |component| segment.open_read(component).expect("it is there").read_bytes().expect("it can be read");
        use SegmentComponent::{FastFields, FieldNorms, Positions, Postings, Store, Terms};
        ([Postings, Positions, Terms, FieldNorms, FastFields, Store].map(read), left)
    };
    let (first, mut left) = files(Left::default());
    let french = left.vocabulary.language(Some("fr"));
    left.vocabulary.word(french, "aardvark");
    let (second, left) = files(left.within(1 << 20));
    assert!(first == second);
    // Too little memory for what is remembered, and for the room of it.
    let memory = left.vocabulary.memory();
    for memory in [2 * memory, memory / 2] {
        let (third, _) = files(files(Left::default()).1.within(memory));
        assert!(first == third);
    }
}

#[test]
fn an_article_of_very_many_words_leaves_room_for_the_next() {
    let index = tantivy::Index::create_in_ram(schema(&declared()));
    let fields = Fields::of(&index.schema()).expect("the schema is ours");
    let memory = 4 << 20;
    for n_words in (2_000..30_000).step_by(2_000) {
        let mut article = Article::new("1");
        article.body.push((0..n_words).map(|n| format!("w{n} ")).collect());
        let mut builder = SegmentBuilder::new(&index, fields.clone(), Left::default()).expect("memory suffices");
        builder.add(&article, b"{}").expect("memory suffices");
        let (_, left) = builder.finish(1).expect("memory suffices");
        let next = SegmentBuilder::new(&index, fields.clone(), left.within(memory)).expect("memory suffices");
        assert!(next.memory() < memory * 3 / 4, "{n_words} words leave {} bytes", next.memory());
    }
}
