//! Excel workbooks (`.xlsx`): one sheet of one is a table.
//!
//! A workbook is a zip file that ends with its table of contents, so it is fetched as a whole; its
//! size, as stored and decompressed, is bounded, and its part in memory counts towards the budget.
//! Its cells are then read row by row, beside the rest of the run, since all of it is computing.
//! The first row that is not empty has the names. `_line` is the row of the sheet; rows without any
//! value are skipped.

mod cell;
mod extent;
mod rows;
mod workbook;

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::MemoryConsumer;
use futures::stream::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

pub(crate) use self::rows::first_sheet;
use self::rows::{Batch, Sheet};
use super::FileReader;
use super::corrected::validate_typed;
use crate::read::ReadError;
use crate::read::account::{Converted, Opened, Part, Scan};
use crate::read::bytes;
use crate::read::column::{Presence, Target};
use crate::read::list::InputFile;
use crate::value::Fault;

/// Batches that wait for the rest of the run.
const WAITING: usize = 2;

/// A workbook on its way into batches.
struct Workbook {
    scan: Scan,
    file: String,
    batches: Receiver<Batch>,
    reading: Option<JoinHandle<Result<(), DataFusionError>>>,
}

/// Opens a workbook.
pub(in crate::read) async fn open(
    scan: &Scan,
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Opened, DataFusionError> {
    workbook::check_size(&file.name, file.meta.size)?;
    let memory = MemoryConsumer::new(format!("the workbook {}", file.name)).register(&scan.memory);
    memory.try_grow(usize::try_from(file.meta.size).unwrap_or(usize::MAX))?;
    let mut pieces = bytes::open(store, file).await?;
    let mut whole = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        whole.extend_from_slice(&piece);
    }
    let (sender, batches) = channel(WAITING);
    let (sheet, batch) = (Sheet::new(scan.source(), &file.name), scan.batch);
    let reading = tokio::task::spawn_blocking(move || {
        let grant = |held: u64| memory.try_grow(usize::try_from(held).unwrap_or(usize::MAX));
        // A dropped receiver needs no more rows.
        sheet.read((whole, batch), grant, |rows| sender.blocking_send(rows).is_ok())
    });
    let (name, reading) = (file.name.clone(), Some(reading));
    let opened = Workbook { scan: scan.clone(), file: name, batches, reading };
    Ok(Opened { presence: Presence::default(), parts: opened.parts().boxed() })
}

impl FileReader for Workbook {
    type Part = Part;

    async fn next(&mut self) -> Result<Option<Part>, DataFusionError> {
        match self.batches.recv().await {
            Some(rows) => Ok(Some(self.convert(&rows)?)),
            None => self.end().await.map(|()| None),
        }
    }
}

impl Workbook {
    /// How the reading ended; a workbook on which the reader gives up is damaged.
    async fn end(&mut self) -> Result<(), DataFusionError> {
        let Some(reading) = self.reading.take() else { return Ok(()) };
        reading.await.unwrap_or_else(|_| {
            let problem = "its parts contradict each other".to_owned();
            Err(ReadError::Workbook { file: self.file.clone(), problem }.into())
        })
    }

    fn convert(&self, rows: &Batch) -> Result<Part, DataFusionError> {
        let count = rows.lines.len();
        let mut faults = self.scan.declared().faults(count);
        for row in &rows.too_wide {
            faults.note(*row, None, crate::value::Reason::WrongFieldCount);
        }
        let columns = (0..rows.columns.len()).map(|column| {
            if let Some(values) = self.scan.folders.column(column, count) {
                return values.map(Some);
            }
            let target = Target::of(self.scan.declared(), column);
            cell::column(&target, &rows.columns[column], count, &mut faults).map(Some)
        });
        let columns = columns.collect::<Result<_, ArrowError>>()?;
        let converted = Converted { columns, lines: rows.lines.clone(), faults };
        let show = |row: usize, fault: Fault| {
            let text = fault.column.and_then(|column| rows.cell(column, row));
            let text = text.map_or_else(String::new, cell::Cell::text);
            (Cow::Owned(text), Cow::Owned(rows.object(row)))
        };
        let mut part = validate_typed(&self.scan, &self.file, converted, show)?;
        part.counts.skip(&self.file, &rows.skipped);
        part.counts.presence.merge(rows.presence.clone());
        Ok(part)
    }
}
