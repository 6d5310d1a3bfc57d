//! Parquet files, of which only the columns that are needed are read.
//!
//! A column that is not in a file is NULL unless it is required. `_line` is the number of the row
//! in the file, from 1.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::errors::ParquetError;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::ObjectStore;

use super::ranges::Ranges;
use super::settle::Scan;
use super::tables::FileRows;
use super::{InputFile, ReadError};

/// The batches of one file.
struct FileReader {
    name: String,
    rows: FileRows,
    stream: ParquetRecordBatchStream<Ranges>,
}

/// Opens a Parquet file and reads it to its end; only then are its counts noted.
pub(super) async fn open(
    scan: Scan,
    store: Arc<dyn ObjectStore>,
    file: InputFile,
) -> Result<BoxStream<'static, Result<RecordBatch, DataFusionError>>, ReadError> {
    let reader = Ranges::new(store, file.clone());
    let (name, batch) = (file.name.clone(), scan.batch);
    let damaged = |error: ParquetError| damaged(&name, &error);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(damaged)?;
    let rows = FileRows::new(scan, file, builder.schema())?;
    let roots = rows.roots().iter().copied();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let stream = builder.with_projection(mask).with_batch_size(batch).build();
    let stream = stream.map_err(damaged)?;
    let start = FileReader { name, rows, stream };
    Ok(try_unfold(start, |mut state| async move {
        let batch = state.next().await?;
        Ok(batch.map(|batch| (batch, state)))
    })
    .boxed())
}

fn damaged(file: &str, error: &ParquetError) -> ReadError {
    let store = match error {
        ParquetError::External(inner) => inner.downcast_ref::<ReadError>(),
        _ => None,
    };
    store
        .cloned()
        .unwrap_or_else(|| ReadError::Parquet { file: file.to_owned(), problem: error.to_string() })
}

impl FileReader {
    async fn next(&mut self) -> Result<Option<RecordBatch>, DataFusionError> {
        loop {
            let read = self.stream.try_next().await;
            let Some(read) = read.map_err(|error| damaged(&self.name, &error))? else {
                self.rows.finish();
                return Ok(None);
            };
            let batch = self.rows.convert(&read)?;
            if batch.num_rows() > 0 {
                return Ok(Some(batch));
            }
        }
    }
}
