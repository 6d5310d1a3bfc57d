//! Parquet files, of which only the columns that are needed are read.
//!
//! A column that is not in a file is NULL unless it is required. `_line` is the number of the row
//! in the file, from 1.

use std::sync::Arc;

use datafusion::common::DataFusionError;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStream;
use datafusion::parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use datafusion::parquet::errors::ParquetError;
use futures::stream::{StreamExt, TryStreamExt, try_unfold};
use object_store::ObjectStore;

use super::ranges::Ranges;
use super::settle::{Rows, Scan, Settled};
use super::tables::FileRows;
use super::{InputFile, ReadError};

/// The batches of one file.
struct FileReader {
    name: String,
    rows: FileRows,
    stream: ParquetRecordBatchStream<Ranges>,
}

/// Opens a Parquet file.
pub(super) async fn open(
    scan: Scan,
    store: Arc<dyn ObjectStore>,
    file: InputFile,
) -> Result<Rows, ReadError> {
    let reader = Ranges::new(store, file.clone());
    let damaged = |error: ParquetError| damaged(&file.name, &error);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(damaged)?;
    let rows = FileRows::new(scan.clone(), &file.name, builder.schema())?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), rows.roots().iter().copied());
    let stream = builder.with_projection(mask).with_batch_size(scan.batch).build();
    let stream = stream.map_err(damaged)?;
    let presence = rows.presence();
    let start = FileReader { name: file.name.clone(), rows, stream };
    let parts = try_unfold(start, |mut state| async move {
        let part = state.next().await?;
        Ok(part.map(|part| (part, state)))
    });
    Ok(scan.counted(file, presence, parts.boxed()))
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
    async fn next(&mut self) -> Result<Option<Settled>, DataFusionError> {
        let read = self.stream.try_next().await;
        match read.map_err(|error| damaged(&self.name, &error))? {
            Some(read) => Ok(Some(self.rows.convert(&read)?)),
            None => Ok(None),
        }
    }
}
