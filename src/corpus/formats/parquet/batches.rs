//! Rows on their way to articles: some at a time, by whichever thread is free, and handed out in the order in which they stand.

use std::io;
use std::sync::Arc;

use crate::Notice;
use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::formats::keys::{self, Entries};
use crate::corpus::held::Helpers;
use crate::corpus::in_order::InOrder;
use crate::corpus::read::guarded;

/// How many bytes of rows are worth the way to another thread.
const WORTH_IT: usize = 256 << 10;

/// A row, or why there is none.
pub(super) enum Row {
    Read {
        /// Which one it is, from 1.
        number: u32,
        entries: Entries,
        /// How many bytes it has.
        size: usize,
    },
    Rejected(Notice),
}

impl Row {
    /// Returns what the row says.
    pub(super) fn understood(self, options: &ParseOptions) -> Record {
        let (number, entries) = match self {
            Row::Read { number, entries, .. } => (number, entries),
            Row::Rejected(notice) => return notice.into(),
        };
        let mut reading = keys::read(entries, "column", None, options);
        reading.is_article = true;
        // There are no lines to tell the place by.
        let place = |notice: &mut Notice| notice.message = format!("row {number}: {}", notice.message);
        let mut outcome = reading.finish().map(|parsed| Parsed { record: Some(number), ..parsed });
        match &mut outcome {
            Ok(parsed) => parsed.notices.iter_mut().for_each(place),
            Err(notice) => place(notice),
        }
        outcome.into()
    }
}

/// What rows are understood with.
struct Form {
    path: String,
    options: ParseOptions,
}

impl Form {
    fn understood(&self, rows: Vec<Row>) -> Batch {
        let mut records = Vec::with_capacity(rows.len());
        let mut emit = |record| {
            records.push(record);
            Flow::Continue
        };
        let flow = guarded("parquet", &self.path, &self.options, &mut emit, |emit| {
            for row in rows {
                emit(row.understood(&self.options));
            }
            Flow::Continue
        });
        Batch { records, flow }
    }
}

/// What some rows say, and whether more can be had behind them.
struct Batch {
    records: Vec<Record>,
    flow: Flow,
}

impl Batch {
    /// Hands its records out, and tells whether more are wanted.
    fn hand_out(self, emit: &mut dyn FnMut(Record) -> Flow) -> Flow {
        for record in self.records {
            if emit(record) == Flow::Stop {
                return Flow::Stop;
            }
        }
        self.flow
    }
}

/// The rows of one table.
pub(super) struct Batches<'a> {
    form: Arc<Form>,
    emit: &'a mut dyn FnMut(Record) -> Flow,
    order: InOrder<'a, Batch>,
    /// Those that are not handed over yet, and how many bytes they have.
    rows: Vec<Row>,
    bytes: usize,
    /// Whether more are wanted, or can be had.
    flow: io::Result<Flow>,
}

impl<'a> Batches<'a> {
    pub(super) fn new(
        path: &str,
        options: &ParseOptions,
        emit: &'a mut dyn FnMut(Record) -> Flow,
        helpers: Option<&'a mut dyn Helpers>,
    ) -> Batches<'a> {
        let form = Arc::new(Form { path: path.to_owned(), options: options.clone() });
        Batches { form, emit, order: InOrder::new(helpers), rows: Vec::new(), bytes: 0, flow: Ok(Flow::Continue) }
    }

    /// Adds the next row, and tells whether more are wanted.
    pub(super) fn add(&mut self, row: Row) -> Flow {
        self.bytes += match &row {
            Row::Read { size, .. } => *size,
            Row::Rejected(_) => size_of::<Row>(),
        };
        self.rows.push(row);
        if self.bytes > WORTH_IT {
            self.flow = self.hand_over();
        }
        self.flow.as_ref().map_or(Flow::Stop, |flow| *flow)
    }

    fn hand_over(&mut self) -> io::Result<Flow> {
        let (rows, bytes) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.bytes));
        let form = Arc::clone(&self.form);
        self.order.put(bytes as u64, move || form.understood(rows), &mut |batch| batch.hand_out(self.emit))
    }

    /// Hands out what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.flow, Ok(Flow::Stop))? == Flow::Stop {
            return Ok(());
        }
        if self.hand_over()? == Flow::Continue {
            self.order.take_all(&mut |batch| batch.hand_out(self.emit))?;
        }
        Ok(())
    }
}
