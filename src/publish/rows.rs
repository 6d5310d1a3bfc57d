//! Reading back the rows of a file that a run wrote, in order.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::parquet::arrow::ParquetRecordBatchStreamBuilder;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStream};
use datafusion::parquet::errors::{ParquetError, Result};
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

/// A file, its size known.
pub(super) struct WrittenFile {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) path: Path,
    pub(super) bytes: u64,
}

impl WrittenFile {
    /// The first rows; all of them without a limit.
    pub(super) async fn rows(self, limit: Option<usize>) -> Result<ParquetRecordBatchStream<Self>> {
        let rows = ParquetRecordBatchStreamBuilder::new(self).await?;
        match limit {
            Some(limit) => rows.with_limit(limit).build(),
            None => rows.build(),
        }
    }
}

impl AsyncFileReader for WrittenFile {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        let read = self.store.get_range(&self.path, range);
        read.map(|read| read.map_err(|error| ParquetError::External(error.into()))).boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        let bytes = self.bytes;
        let reader = ParquetMetaDataReader::new();
        async move { Ok(Arc::new(reader.load_and_finish(self, bytes).await?)) }.boxed()
    }
}
