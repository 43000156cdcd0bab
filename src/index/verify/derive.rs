//! Whether postings, norms and columns are those that the stored articles give: a segment is built anew from its articles,
//! some at a time, and what comes out is looked up in the segment. Nothing more may be in it: for that, postings are
//! counted.

use tantivy::columnar::{Column, StrColumn};
use tantivy::directory::RamDirectory;
use tantivy::postings::Postings as _;
use tantivy::schema::{Field, FieldType, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED};

use super::VerifyReport;
use crate::index::Snapshot;
use crate::index::segment::{Left, SegmentBuilder};
use crate::{Article, Result};

/// Checks every segment; what is built anew at a time takes about `memory` bytes.
pub(super) fn check(snapshot: &Snapshot, memory: usize, report: &mut VerifyReport) -> Result<()> {
    for (ord, segment) in (0..).zip(snapshot.searcher.segment_readers()) {
        let mut checked = Checked::open(snapshot, segment).map_err(|error| snapshot.error(error))?;
        let mut left = Left::default();
        let mut first = 0;
        while first < segment.max_doc() {
            let (rebuilt, of_rebuilt) = rebuild(snapshot, (ord, first), memory, left)?;
            left = of_rebuilt.within(memory);
            checked.compare(&rebuilt, first, report).map_err(|error| snapshot.error(error))?;
            first += rebuilt.max_doc();
        }
        // What differs was not counted.
        if report.damages.is_empty() {
            checked.check_counts(report).map_err(|error| snapshot.error(error))?;
        }
        report.postings += checked.fields.iter().map(|field| field.postings).sum::<u64>();
    }
    Ok(())
}

/// Builds a segment of the articles from `first` on, as many as there is memory for.
fn rebuild(
    snapshot: &Snapshot,
    (ord, first): (u32, DocId),
    memory: usize,
    left: Left,
) -> Result<(SegmentReader, Left)> {
    let failed = |error| snapshot.error(error);
    let index = snapshot.searcher.index();
    let made = tantivy::Index::create(RamDirectory::create(), index.schema(), index.settings().clone());
    let made = made.map_err(failed)?;
    let mut builder = SegmentBuilder::new(&made, snapshot.fields.clone(), left).map_err(failed)?;
    for doc in first..snapshot.searcher.segment_reader(ord).max_doc() {
        let json = snapshot.json(DocAddress::new(ord, doc))?;
        let article: Article = serde_json::from_slice(&json).map_err(|error| snapshot.damaged(error.to_string()))?;
        builder.add(&article, &json).map_err(failed)?;
        if builder.memory() > memory || builder.is_full() {
            break;
        }
    }
    let (meta, left) = builder.finish(0).map_err(failed)?;
    Ok((SegmentReader::open(&made.segment(meta)).map_err(failed)?, left))
}

/// A segment that is being checked.
struct Checked<'a> {
    segment: &'a SegmentReader,
    fields: Vec<CheckedField>,
    /// The merged field, which has norms.
    all: Field,
    /// The table of forms, whose terms have no articles.
    forms: Field,
}

/// An inverted field, and what of it the articles have given so far.
struct CheckedField {
    field: Field,
    name: String,
    option: IndexRecordOption,
    postings: u64,
    tokens: u64,
    /// Of the table of forms, by place in the dictionary, which terms they have given.
    given: Vec<bool>,
}

impl<'a> Checked<'a> {
    fn open(snapshot: &Snapshot, segment: &'a SegmentReader) -> tantivy::Result<Checked<'a>> {
        let (all, forms) = (snapshot.fields.all, snapshot.fields.forms);
        let mut fields = Vec::new();
        for (field, entry) in segment.schema().fields() {
            let Some(option) = entry.field_type().get_index_record_option() else { continue };
            let n_terms = segment.inverted_index(field)?.terms().num_terms();
            let given = if field == forms { vec![false; n_terms] } else { Vec::new() };
            fields.push(CheckedField { field, name: entry.name().to_owned(), option, postings: 0, tokens: 0, given });
        }
        Ok(Checked { segment, fields, all, forms })
    }

    fn file(&self, ending: &str) -> String {
        format!("{}.{ending}", self.segment.segment_id().uuid_string())
    }

    /// Looks up in the segment all that was built anew of its articles from `first` on.
    fn compare(&mut self, rebuilt: &SegmentReader, first: DocId, report: &mut VerifyReport) -> tantivy::Result<()> {
        let (terms, norms, columns) = (self.file("term"), self.file("fieldnorm"), self.file("fast"));
        for field in &mut self.fields {
            let (given, there) = (rebuilt.inverted_index(field.field)?, self.segment.inverted_index(field.field)?);
            field.tokens += given.total_num_tokens();
            if let Some(term) = field.first_difference(&given, &there, first)? {
                report.found(
                    &terms,
                    format!("field {}: the postings of `{term}` are not those of its articles", field.name),
                );
            }
        }
        let (given, there) =
            (rebuilt.fieldnorms_readers().get_field(self.all)?, self.segment.fieldnorms_readers().get_field(self.all)?);
        if let (Some(given), Some(there)) = (given, there) {
            let differs = |doc: &DocId| given.fieldnorm_id(*doc) != there.fieldnorm_id(doc + first);
            if let Some(doc) = (0..rebuilt.max_doc()).find(differs) {
                report.found(norms, format!("the length of article {} is not that of its words", doc + first));
            }
        }
        for (_, entry) in self.segment.schema().fields().filter(|(_, entry)| entry.is_fast()) {
            let given = Values::open(rebuilt, entry.name(), entry.field_type())?;
            let there = Values::open(self.segment, entry.name(), entry.field_type())?;
            for doc in 0..rebuilt.max_doc() {
                if given.of(doc)? != there.of(doc + first)? {
                    let detail = format!("column {}: the value of article {} is another", entry.name(), doc + first);
                    report.found(&columns, detail);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Checks that nothing is in the segment that its articles did not give.
    fn check_counts(&self, report: &mut VerifyReport) -> tantivy::Result<()> {
        for field in &self.fields {
            let inverted = self.segment.inverted_index(field.field)?;
            let mut postings = 0;
            if field.field == self.forms {
                if field.given.contains(&false) {
                    report.found(self.file("term"), format!("field {}: there are forms of no article", field.name));
                }
                continue;
            }
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                postings += u64::from(terms.value().doc_freq);
            }
            if (postings, inverted.total_num_tokens()) != (field.postings, field.tokens) {
                report.found(self.file("term"), format!("field {}: there are postings of no article", field.name));
            }
        }
        Ok(())
    }
}

impl CheckedField {
    /// Returns the first term of what was built anew that the segment has otherwise.
    fn first_difference(
        &mut self,
        given: &InvertedIndexReader,
        there: &InvertedIndexReader,
        first: DocId,
    ) -> tantivy::Result<Option<String>> {
        let mut terms = given.terms().stream()?;
        while terms.advance() {
            let same = if self.given.is_empty() {
                self.has_same_postings(given, there, (terms.key(), terms.value()), first)?
            } else {
                let place = there.terms().term_ord(terms.key())?;
                place.map(|place| self.given[place as usize] = true).is_some()
            };
            if !same {
                return Ok(Some(String::from_utf8_lossy(terms.key()).into_owned()));
            }
        }
        Ok(None)
    }

    fn has_same_postings(
        &mut self,
        given: &InvertedIndexReader,
        there: &InvertedIndexReader,
        (term, info): (&[u8], &tantivy::postings::TermInfo),
        first: DocId,
    ) -> tantivy::Result<bool> {
        let Some(known) = there.terms().get(term)? else { return Ok(false) };
        let mut given = given.read_postings_from_terminfo(info, self.option)?;
        let mut there = there.read_postings_from_terminfo(&known, self.option)?;
        if there.doc() < first {
            there.seek(first);
        }
        let (mut positions, mut others) = (Vec::new(), Vec::new());
        while given.doc() != TERMINATED {
            if there.doc() != given.doc() + first || there.term_freq() != given.term_freq() {
                return Ok(false);
            }
            given.positions(&mut positions);
            there.positions(&mut others);
            if positions != others {
                return Ok(false);
            }
            self.postings += 1;
            given.advance();
            there.advance();
        }
        Ok(true)
    }
}

/// A column.
enum Values {
    None,
    Words(StrColumn),
    Signed(Column<i64>),
    Unsigned(Column<u64>),
    Float(Column<f64>),
}

impl Values {
    fn open(segment: &SegmentReader, name: &str, kind: &FieldType) -> tantivy::Result<Values> {
        let columns = segment.fast_fields();
        Ok(match kind {
            FieldType::I64(_) => columns.column_opt(name)?.map_or(Values::None, Values::Signed),
            FieldType::U64(_) => columns.column_opt(name)?.map_or(Values::None, Values::Unsigned),
            FieldType::F64(_) => columns.column_opt(name)?.map_or(Values::None, Values::Float),
            _ => columns.str(name)?.map_or(Values::None, Values::Words),
        })
    }

    /// Returns the values of an article as they are written.
    fn of(&self, doc: DocId) -> tantivy::Result<Vec<Vec<u8>>> {
        Ok(match self {
            Values::None => Vec::new(),
            Values::Signed(column) => column.values_for_doc(doc).map(|value| value.to_le_bytes().to_vec()).collect(),
            Values::Unsigned(column) => column.values_for_doc(doc).map(|value| value.to_le_bytes().to_vec()).collect(),
            Values::Float(column) => column.values_for_doc(doc).map(|value| value.to_le_bytes().to_vec()).collect(),
            Values::Words(column) => {
                let mut words = Vec::new();
                for ord in column.term_ords(doc) {
                    let mut word = String::new();
                    column.ord_to_str(ord, &mut word)?;
                    words.push(word.into_bytes());
                }
                words
            }
        })
    }
}
