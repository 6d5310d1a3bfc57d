//! Avro object container files: typed by the schema that each of them starts with.
//!
//! Columns are found by name, as in Parquet, and one that is not in a file is NULL unless it is
//! required. The container is parsed here, block by block, and each block is passed to Arrow's
//! reader as a separate file: that reader accepts a file that ends within a block, and decompresses
//! a block of any size. `_line` is the number of the row in the file, from 1.

mod block;
mod container;

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_avro::reader::ReaderBuilder;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use futures::stream::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use self::block::Block;
use self::container::{Container, Header};
use super::FileReader;
use super::batches::FileRows;
use crate::read::ReadError;
use crate::read::account::{Opened, Part, Scan};
use crate::read::bytes::{self, Pieces};
use crate::read::list::InputFile;

/// A file on its way into batches.
struct AvroFile {
    name: String,
    batch: usize,
    pieces: Pieces,
    container: Container,
    header: Header,
    rows: FileRows,
    waiting: VecDeque<RecordBatch>,
    ended: bool,
}

/// Opens an Avro file.
pub(super) async fn open(
    scan: &Scan,
    store: Arc<dyn ObjectStore>,
    file: &InputFile,
) -> Result<Opened, ReadError> {
    let (name, batch) = (file.name.clone(), scan.batch);
    let mut pieces = bytes::open(store, file).await?;
    let mut container = Container::default();
    let damaged = |problem| ReadError::Avro { file: name.clone(), problem };
    let header = loop {
        if let Some(header) = container.header().map_err(damaged)? {
            break header;
        }
        let more = pieces.try_next().await?;
        container.feed(&more.ok_or_else(|| damaged("it ends within its header".to_owned()))?);
    };
    let schema = header.empty_file();
    let schema =
        ReaderBuilder::new().build(schema.as_slice()).map_err(|e| damaged(e.to_string()))?;
    let rows = FileRows::new(scan.clone(), &file.name, &schema.schema())?;
    let presence = rows.presence();
    let (waiting, ended) = (VecDeque::new(), false);
    let opened = AvroFile { name, batch, pieces, container, header, rows, waiting, ended };
    Ok(Opened { presence, parts: opened.parts().boxed() })
}

impl FileReader for AvroFile {
    type Part = Part;

    async fn next(&mut self) -> Result<Option<Part>, DataFusionError> {
        loop {
            if let Some(read) = self.waiting.pop_front() {
                return Ok(Some(self.rows.convert(&read)?));
            }
            if self.ended {
                return Ok(None);
            }
            self.block().await?;
        }
    }
}

impl AvroFile {
    async fn block(&mut self) -> Result<(), ReadError> {
        let damaged = |problem| ReadError::Avro { file: self.name.clone(), problem };
        if let Some(block) = self.container.block(&self.header).map_err(damaged)? {
            self.waiting = self.decode(&block).map_err(damaged)?;
            return Ok(());
        }
        match self.pieces.try_next().await? {
            Some(piece) => self.container.feed(&piece),
            None if self.container.is_empty() => self.ended = true,
            None => return Err(damaged("it ends within a block".to_owned())),
        }
        Ok(())
    }

    /// The rows of a block, in batches of the wanted size.
    fn decode(&self, block: &Block) -> Result<VecDeque<RecordBatch>, String> {
        if block.rows == 0 {
            return Ok(VecDeque::new());
        }
        let file = self.header.file_of(block);
        let said = |error: datafusion::arrow::error::ArrowError| error.to_string();
        let builder = ReaderBuilder::new().with_batch_size(block.rows);
        let builder = builder.with_projection(self.rows.roots().to_vec());
        let mut reader = builder.build(file.as_slice()).map_err(said)?;
        let rows = reader.next().ok_or("a block has no rows")?.map_err(said)?;
        // The block says that more rows follow, so that any extra data is detected.
        if rows.num_rows() != block.rows || reader.next().is_some() {
            return Err("a block holds other rows than it says".to_owned());
        }
        let starts = (0..block.rows).step_by(self.batch.max(1));
        let slice = |start| rows.slice(start, self.batch.min(block.rows - start));
        Ok(starts.map(slice).collect())
    }
}
