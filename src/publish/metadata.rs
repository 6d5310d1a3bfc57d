//! Size and etag of many files at once.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectMeta, ObjectStore};

use super::{PublishError, Warehouse};
use crate::folder::OWN;
use crate::store::RelativePath;

/// Requests at once.
const AT_ONCE: usize = 16;

/// The metadata of those of some files that exist.
pub(super) async fn metadata<'a>(
    warehouse: &Warehouse,
    paths: impl Iterator<Item = &'a RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let paths: BTreeSet<&RelativePath> = paths.collect();
    match warehouse.location.local {
        Some(_) => asked_for(warehouse, paths).await,
        None => listed(warehouse, paths).await,
    }
}

/// On a disk, each file is looked up, so that foreign names cause no errors.
async fn asked_for(
    warehouse: &Warehouse,
    paths: BTreeSet<&RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let asked: Vec<_> = paths
        .into_iter()
        .map(|path| async move {
            warehouse.unobstructed(path)?;
            Ok(warehouse.head(path).await?.map(|there| (path.clone(), there)))
        })
        .collect();
    stream::iter(asked)
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|found| async { Ok(found) })
        .try_collect()
        .await
}

/// Elsewhere, folders are listed: a thousand files per response.
async fn listed(
    warehouse: &Warehouse,
    paths: BTreeSet<&RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let own = format!("{OWN}/");
    let folders = paths.iter().map(|path| match path.strip_prefix(&own) {
        Some(_) => path.splitn(4, '/').take(3).collect::<Vec<_>>().join("/"),
        None => path.split('/').take(1).collect(),
    });
    let folders: BTreeSet<String> = folders.collect();
    let mut whole = BTreeMap::new();
    for path in paths {
        whole.insert(warehouse.path(path)?, path);
    }
    let mut there = BTreeMap::new();
    for folder in folders {
        let mut listed = warehouse.store().list(Some(&warehouse.path(&folder)?));
        while let Some(object) = listed.next().await {
            let object = object.map_err(|error| warehouse.store_error(&error))?;
            if let Some(path) = whole.get(&object.location) {
                there.insert((*path).clone(), object);
            }
        }
    }
    Ok(there)
}
