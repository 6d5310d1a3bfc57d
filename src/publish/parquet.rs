//! The Parquet writer: rows in, bytes to a store, row count, size and checksum out.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::BatchCoalescer;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::parquet::arrow::AsyncArrowWriter;
use datafusion::parquet::arrow::async_writer::AsyncFileWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::{ParquetError, Result as ParquetResult};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::Encoding;

/// Rows handed to the encoder at once. Pages end where the encoder was fed, so that feeding it the
/// same slices, however the rows arrive, gives the same bytes.
const SLICE_ROWS: usize = 8192;
/// The most rows of a row group.
const GROUP_ROWS: usize = 1 << 20;
/// About the most encoded bytes of a row group.
const GROUP_BYTES: usize = 128 << 20;

/// What a finished file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A file being written.
pub(super) struct ParquetFile {
    writer: AsyncArrowWriter<Hashing>,
    slices: BatchCoalescer,
    memory: MemoryReservation,
    rows: u64,
}

impl ParquetFile {
    /// Begins a file at `path`; nothing is there until [`Self::finish`].
    pub(super) fn create(
        store: &Arc<dyn ObjectStore>,
        path: &Path,
        schema: &SchemaRef,
        properties: WriterProperties,
        memory: MemoryReservation,
    ) -> Result<Self> {
        let output = Hashing {
            inner: BufWriter::new(Arc::clone(store), path.clone()),
            digest: Sha256::new(),
            bytes: 0,
        };
        let writer = AsyncArrowWriter::try_new(output, Arc::clone(schema), Some(properties))?;
        let slices = BatchCoalescer::new(Arc::clone(schema), SLICE_ROWS);
        Ok(Self { writer, slices, memory, rows: 0 })
    }

    /// The rows that fill the slice that is begun. Only there may a file end: where it ends must not
    /// depend on how the rows arrive.
    pub(super) fn room(&self) -> usize {
        SLICE_ROWS - self.slices.get_buffered_rows()
    }

    /// Whether a slice is begun.
    pub(super) fn is_within_slice(&self) -> bool {
        self.room() < SLICE_ROWS
    }

    /// Adds rows.
    pub(super) async fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.slices.push_batch(batch)?;
        self.drain().await
    }

    async fn drain(&mut self) -> Result<()> {
        while let Some(slice) = self.slices.next_completed_batch() {
            self.writer.write(&slice).await?;
            if self.writer.in_progress_size() >= GROUP_BYTES {
                self.writer.flush().await?;
            }
            self.memory.try_resize(self.writer.memory_size())?;
        }
        Ok(())
    }

    /// Encoded bytes so far.
    pub(super) fn size(&self) -> usize {
        self.writer.bytes_written() + self.writer.in_progress_size()
    }

    /// Completes the file.
    pub(super) async fn finish(mut self) -> Result<Written> {
        self.slices.finish_buffered_batch()?;
        self.drain().await?;
        self.writer.finish().await?;
        let Hashing { digest, bytes, .. } = self.writer.into_inner();
        Ok(Written { rows: self.rows, bytes, sha256: hexadecimal(digest) })
    }
}

/// A checksum as it is written down.
pub(super) fn hexadecimal(digest: Sha256) -> String {
    format!("{:x}", digest.finalize())
}

/// How a file is encoded: small and documented for readers, or quickly for this run alone.
pub(super) fn properties(encoding: &Encoding) -> WriterProperties {
    let builder = WriterProperties::builder()
        .set_created_by(concat!("patronage ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_max_row_group_row_count(Some(GROUP_ROWS));
    match encoding {
        Encoding::Scratch => builder.set_compression(Compression::LZ4_RAW).build(),
        Encoding::Kept { description } => {
            let description = description.clone().unwrap_or_default();
            let table = KeyValue::new("patronage.table".to_owned(), description);
            builder
                .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
                .set_statistics_enabled(EnabledStatistics::Page)
                .set_key_value_metadata(Some(vec![table]))
                .build()
        }
    }
}

/// A store's writer that counts and digests what passes.
struct Hashing {
    inner: BufWriter,
    digest: Sha256,
    bytes: u64,
}

impl AsyncFileWriter for Hashing {
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, ParquetResult<()>> {
        self.digest.update(&chunk);
        self.bytes += chunk.len() as u64;
        async move { self.inner.put(chunk).await.map_err(external) }.boxed()
    }

    fn complete(&mut self) -> BoxFuture<'_, ParquetResult<()>> {
        async move { self.inner.shutdown().await.map_err(external) }.boxed()
    }
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// A store's error as the engine passes it on.
pub(super) fn store_error(error: object_store::Error) -> DataFusionError {
    DataFusionError::ObjectStore(Box::new(error))
}
