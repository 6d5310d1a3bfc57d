//! A text file becomes batches: pieces of bytes, then records, then columns.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::ObjectStore;

use super::bytes::{self, Pieces};
use super::convert::Texts;
use super::csv::Csv;
use super::faults::{Fault, Faults};
use super::lines::Lines;
use super::ndjson::Ndjson;
use super::parse::Parser;
use super::records::Records;
use super::settle::{Judged, Scan};
use super::tally::FileTally;
use super::whitespace::Whitespace;
use super::{InputFile, ReadError, Reason};
use crate::declare::Format;
use crate::plan::{SourceField, SourcePlan};

/// The mark that some programs put before UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Finds the records of one file, however its bytes arrive.
pub(super) trait Splitter: Send {
    /// Splits what has arrived: a full batch, or nothing until more arrives.
    fn split(&mut self, records: &mut Records, rows: usize) -> Result<Option<Records>, ReadError>;

    /// Splits what is left at the end of the file.
    fn finish(&mut self, records: &mut Records) -> Result<Records, ReadError>;
}

/// The splitter of a source's format.
pub(super) fn splitter(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    let columns = source.columns.iter().map(|field| field.name.clone()).collect();
    match source.format {
        Format::Whitespace => Box::new(Lines::new(Whitespace::new(file, source.header, columns))),
        Format::Ndjson => Box::new(Lines::new(Ndjson::new(columns))),
        Format::Csv | Format::Parquet => {
            Box::new(Csv::new(file, source.delimiter, source.header, columns))
        }
    }
}

/// Records one batch after the other, from bytes fed piece by piece.
pub(super) struct Reader {
    splitter: Box<dyn Splitter>,
    records: Records,
    rows: usize,
    started: bool,
}

impl Reader {
    /// With so many declared columns and rows in a batch.
    pub(super) fn new(splitter: Box<dyn Splitter>, columns: usize, rows: usize) -> Self {
        Self { splitter, records: Records::new(columns), rows, started: false }
    }

    /// Adds the next bytes of the file.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.records.text.extend_from_slice(piece);
        if !self.started && self.records.text.len() >= MARK.len() {
            self.start();
        }
    }

    fn start(&mut self) {
        self.started = true;
        if self.records.text.starts_with(MARK) {
            self.records.text.drain(..MARK.len());
        }
    }

    /// A full batch, or nothing until more was fed.
    pub(super) fn next(&mut self) -> Result<Option<Records>, ReadError> {
        if !self.started {
            return Ok(None);
        }
        self.splitter.split(&mut self.records, self.rows)
    }

    /// The last batch. Everything before it was taken with [`Reader::next`].
    pub(super) fn finish(&mut self) -> Result<Records, ReadError> {
        if !self.started {
            self.start();
            // So little text is never a full batch.
            self.next()?;
        }
        self.splitter.finish(&mut self.records)
    }
}

/// The batches of one file.
struct FileReader {
    scan: Scan,
    file: InputFile,
    pieces: Pieces,
    reader: Reader,
    counts: FileTally,
    ended: bool,
}

/// Opens a text file and reads it to its end; only then are its counts noted.
pub(super) async fn open(
    scan: Scan,
    store: Arc<dyn ObjectStore>,
    file: InputFile,
) -> Result<BoxStream<'static, Result<RecordBatch, DataFusionError>>, ReadError> {
    let pieces = bytes::open(store.as_ref(), &file).await?;
    let source = &scan.reading.source;
    let splitter = splitter(source, &file.name);
    let reader = Reader::new(splitter, source.columns.len(), scan.batch);
    let counts = FileTally::of(file.meta.size);
    let start = FileReader { scan, file, pieces, reader, counts, ended: false };
    Ok(try_unfold(start, |mut state| async move {
        let batch = state.next().await?;
        Ok(batch.map(|batch| (batch, state)))
    })
    .boxed())
}

impl FileReader {
    async fn next(&mut self) -> Result<Option<RecordBatch>, DataFusionError> {
        while !self.ended {
            let batch = match self.records().await? {
                Some(records) => self.convert(records)?,
                None => continue,
            };
            if self.ended {
                let counts = std::mem::take(&mut self.counts);
                self.scan.reading.tally.finish(&self.file.name, counts);
            }
            if batch.num_rows() > 0 {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    async fn records(&mut self) -> Result<Option<Records>, ReadError> {
        if let Some(full) = self.reader.next()? {
            return Ok(Some(full));
        }
        if let Some(piece) = self.pieces.try_next().await? {
            self.reader.feed(&piece);
            return Ok(None);
        }
        self.ended = true;
        self.reader.finish().map(Some)
    }

    fn convert(&mut self, mut records: Records) -> Result<RecordBatch, DataFusionError> {
        let mut faults = Faults::none(records.rows.len());
        for (row, record) in records.rows.iter().enumerate() {
            if let Some(reason) = record.fault {
                faults.note(row, None, reason);
            }
        }
        let text = valid(&mut records, &mut faults);
        let columns = columns(&self.scan, &records, &text, &mut faults);
        let lines = records.rows.iter().map(|row| row.line).collect();
        let judged = Judged { columns, lines, faults };
        let show = |row: usize, fault: Fault| {
            let raw = text.get(records.rows[row].span.range()).unwrap_or_default();
            let value = fault.column.map(|column| cell(&records, &text, row, column));
            (Cow::Borrowed(value.map_or(raw, Option::unwrap_or_default)), Cow::Borrowed(raw))
        };
        Ok(self.scan.settle(&self.file.name, &judged, &mut self.counts, show)?)
    }
}

/// The text of a batch. Rows with bytes that are not UTF-8 are at fault; the bytes become `?`.
fn valid(records: &mut Records, faults: &mut Faults) -> String {
    let bytes = std::mem::take(&mut records.text);
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    for wrong in invalid(&bytes) {
        let after = records.rows.partition_point(|row| row.span.range().start <= wrong.start);
        if let Some(row) = after.checked_sub(1)
            && records.rows[row].span.range().contains(&wrong.start)
        {
            faults.note(row, None, Reason::BadUtf8);
        }
        bytes[wrong].fill(b'?');
    }
    // Nothing invalid is left, so that this copies nothing.
    String::from_utf8(bytes).unwrap_or_default()
}

fn invalid(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            found.push(at..at + chunk.invalid().len());
        }
        at += chunk.invalid().len();
    }
    found
}

fn columns(
    scan: &Scan,
    records: &Records,
    text: &str,
    faults: &mut Faults,
) -> Vec<Option<datafusion::arrow::array::ArrayRef>> {
    let reading = &scan.reading;
    let fields = reading.source.columns.iter().zip(&reading.parsers).enumerate();
    fields
        .map(|(column, (field, parser)): (usize, (&SourceField, &Parser))| {
            let text = |row| cell(records, text, row, column);
            let (rows, required) = (records.rows.len(), field.required);
            let texts = Texts { column, rows, required, text };
            if matches!(parser, Parser::Text) && !scan.needs(column) {
                texts.judge(faults);
                return None;
            }
            Some(texts.read(parser, faults))
        })
        .collect()
}

/// The text of a cell, if it has one. Fields end at single bytes, hence never within a character.
fn cell<'a>(records: &Records, text: &'a str, row: usize, column: usize) -> Option<&'a str> {
    text.get(records.cells[row * records.width + column].range())
}
