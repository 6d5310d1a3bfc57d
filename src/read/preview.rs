//! Files that are in memory already, read as any others.
//!
//! For inspecting files before there is a pipeline: the code path is that of a run, from
//! the stored bytes to rows and rejects.

use std::sync::Arc;

use ::bytes::Bytes;
use datafusion::catalog::TableProvider;
use datafusion::common::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::account::{Corrections, Reports, Spool};
use super::bytes::{self, Compression};
use super::list::{InputFile, Inventory, PassedOver};
use super::{ReadError, table};
use crate::plan::SourcePlan;
use crate::zone::never;

/// A table of `files`, each with its name, as if `source` had found them; its location is ignored.
///
/// # Errors
/// A declared column cannot be read from files of the format.
pub async fn in_memory(
    source: &SourcePlan,
    files: Vec<(String, Bytes)>,
) -> Result<(Arc<dyn TableProvider>, Reports), DataFusionError> {
    let files = held(files).await?;
    Ok(table(source, files, never(), Corrections::default(), Spool::none())?)
}

async fn held(files: Vec<(String, Bytes)>) -> Result<Inventory, DataFusionError> {
    let (store, mut listed) = (Arc::new(InMemory::new()), Vec::new());
    for (at, (name, bytes)) in files.into_iter().enumerate() {
        // Names of compressed and of plain files may be the same after decompression.
        let path = Path::from(at.to_string());
        store.put(&path, bytes.into()).await?;
        listed.push(InputFile { name, meta: store.head(&path).await? });
    }
    let store: Arc<dyn ObjectStore> = store;
    let url = ObjectStoreUrl::parse("preview://file")?;
    Ok(Inventory { url, store, files: listed, passed: PassedOver::default() })
}

/// The first bytes of a file, decompressed, and whether there are more.
///
/// # Errors
/// The store refuses, or the file is not compressed as its name says.
pub async fn beginning(
    store: &Arc<dyn ObjectStore>,
    file: &InputFile,
    most: usize,
) -> Result<(Vec<u8>, bool), ReadError> {
    let (mut pieces, whole) = bytes::beginning(Arc::clone(store), file, most as u64).await?;
    let mut beginning = Vec::new();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => beginning.extend_from_slice(&piece),
            Ok(None) => return Ok((beginning, !whole)),
            // Bytes that were not requested are missing to decompress the rest.
            Err(ReadError::Compressed { .. }) if !whole && !beginning.is_empty() => {
                return Ok((beginning, true));
            }
            Err(error) => return Err(error),
        }
        if beginning.len() > most {
            beginning.truncate(most);
            return Ok((beginning, true));
        }
    }
}

/// The name of a file without the extension of its compression.
pub fn unpacked_name(name: &str) -> &str {
    match Compression::of(name).and_then(|_| name.rsplit_once('.')) {
        Some((unpacked, _)) => unpacked,
        None => name,
    }
}
