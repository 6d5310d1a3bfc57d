//! Byte ranges of a stored file, for formats that read from the end.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::{ParquetError, Result};
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use futures::future::{BoxFuture, FutureExt};
use object_store::{ObjectStore, coalesce_ranges};

use super::etag::{self, failed};
use crate::read::ReadError;
use crate::read::list::InputFile;

/// Ranges closer than this are read as one.
const GAP: u64 = 1 << 20;
/// The end of a file that is read first: enough for most footers.
const FOOTER: usize = 64 << 10;

/// A file that is read in ranges, as long as it is the listed version.
#[derive(Debug, Clone)]
pub(in crate::read) struct Ranges {
    store: Arc<dyn ObjectStore>,
    file: InputFile,
}

impl Ranges {
    pub(in crate::read) fn new(store: Arc<dyn ObjectStore>, file: InputFile) -> Self {
        Self { store, file }
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes> {
        let found = etag::part(self.store.as_ref(), &self.file, range).await?;
        let on_disk = etag::is_on_disk(&found);
        let bytes = found.bytes().await;
        let bytes = bytes.map_err(|error| failed(&self.file.name, &error))?;
        if on_disk {
            etag::still(self.store.as_ref(), &self.file).await?;
        }
        Ok(bytes)
    }
}

impl AsyncFileReader for Ranges {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        self.read(range).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        async move { coalesce_ranges(&ranges, |range| self.read(range), GAP).await }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        let size = self.file.meta.size;
        let reader = ParquetMetaDataReader::new().with_prefetch_hint(Some(FOOTER));
        async move { Ok(Arc::new(reader.load_and_finish(self, size).await?)) }.boxed()
    }
}

impl From<ReadError> for ParquetError {
    fn from(error: ReadError) -> Self {
        Self::External(Box::new(error))
    }
}
