//! Sources read as a run reads them.

use std::path::Path;

use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;
use patronage::declare::{ColumnType, Format};
use patronage::plan::{SourceField, SourcePlan};
use patronage::read::{Corrections, Inventory, ReadError, Spool, inventory, table};
use patronage::zone::never;

/// A source of one column of text, `id`, named `raw`.
pub(super) fn source(location: &str) -> SourcePlan {
    let format = if location.contains(".parquet") { Format::Parquet } else { Format::Csv };
    let id = SourceField::new("id", ColumnType::String, chrono_tz::UTC);
    SourcePlan::new("raw", location, format, vec![id])
}

/// A text file of so many rows, each of ten bytes.
pub(super) fn rows(count: usize) -> Vec<u8> {
    let mut text = b"id\n".to_vec();
    for row in 0..count {
        text.extend_from_slice(format!("{row:09}\n").as_bytes());
    }
    text
}

/// Starts to read a source, in one go.
pub(super) async fn stream(
    source: &SourcePlan,
    base: &Path,
) -> Result<SendableRecordBatchStream, ReadError> {
    start(source, inventory(source, base).await?).await
}

/// Starts to read what was listed.
pub(super) async fn start(
    source: &SourcePlan,
    found: Inventory,
) -> Result<SendableRecordBatchStream, ReadError> {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let (provider, _) = table(source, found, never(), Corrections::default(), Spool::none())?;
    session.register_table("raw", provider).unwrap();
    let rows = session.sql("select id from raw").await.unwrap();
    Ok(rows.execute_stream().await.unwrap())
}

/// How many rows a started read returns.
pub(super) async fn rest(rows: SendableRecordBatchStream) -> Result<usize, ReadError> {
    let counted = rows.try_fold(0, |rows, batch| async move { Ok(rows + batch.num_rows()) }).await;
    counted.map_err(|error| ReadError::find(&error).unwrap_or_else(|| panic!("{error}")).clone())
}

/// How many rows a source has.
pub(super) async fn count(source: &SourcePlan, base: &Path) -> Result<usize, ReadError> {
    rest(stream(source, base).await?).await
}
