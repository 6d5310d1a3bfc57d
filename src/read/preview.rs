//! One file that is in memory already, read as any other.
//!
//! For whoever looks at a file before there is a pipeline: the way is that of a run, from the bytes
//! as they are stored to rows and rejects.

use std::sync::Arc;

use ::bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::collect;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::packing::Packing;
use super::{
    Corrections, InputFile, Inventory, PassedOver, ReadError, Summary, Tally, bytes, table,
};
use crate::plan::SourcePlan;
use crate::zone::never;

/// Reads `bytes` as the only file of `source`, called `name`; where they lie is not looked at.
///
/// `session` says how many rows a batch has.
///
/// # Errors
/// What would stop a run, such as a file without a declared column.
pub async fn preview(
    session: &SessionContext,
    source: &SourcePlan,
    name: &str,
    bytes: Bytes,
) -> Result<(Vec<RecordBatch>, Summary), DataFusionError> {
    let tally = Arc::new(Tally::default());
    let files = only(name, bytes).await?;
    let corrections = Corrections::default();
    let rows = table(source, files, never(), corrections, Arc::clone(&tally))?;
    let scan = rows.scan(&session.state(), None, &[], None).await?;
    let batches = collect(scan, session.task_ctx()).await?;
    Ok((batches, tally.summary()))
}

async fn only(name: &str, bytes: Bytes) -> Result<Inventory, DataFusionError> {
    let (store, path) = (Arc::new(InMemory::new()), Path::from(name));
    store.put(&path, bytes.into()).await?;
    let file = InputFile { name: name.to_owned(), meta: store.head(&path).await? };
    let store: Arc<dyn ObjectStore> = store;
    let url = ObjectStoreUrl::parse("preview://file")?;
    Ok(Inventory { url, store, files: vec![file], passed: PassedOver::default() })
}

/// The first bytes of a file, unpacked, and whether there are more.
///
/// # Errors
/// The store refuses, or the file is not packed as its name says.
pub async fn beginning(
    store: &Arc<dyn ObjectStore>,
    file: &InputFile,
    most: usize,
) -> Result<(Vec<u8>, bool), ReadError> {
    let mut pieces = bytes::open(Arc::clone(store), file).await?;
    let mut beginning = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        beginning.extend_from_slice(&piece);
        if beginning.len() > most {
            beginning.truncate(most);
            return Ok((beginning, true));
        }
    }
    Ok((beginning, false))
}

/// The name of a file without the ending that says how it is packed.
pub fn unpacked_name(name: &str) -> &str {
    match Packing::of(name).and_then(|_| name.rsplit_once('.')) {
        Some((unpacked, _)) => unpacked,
        None => name,
    }
}
