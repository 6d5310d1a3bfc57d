//! Paths of this machine.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::local::LocalFileSystem;

use super::{Place, StoreError};

/// A plain path, relative to `base` unless absolute.
pub(super) fn open(location: &str, base: &Path) -> Result<Place, StoreError> {
    let path = PathBuf::from(location);
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(StoreError::location(location, "it must not contain `..`"));
    }
    let base = std::path::absolute(base)
        .map(|base| base.canonicalize().unwrap_or(base))
        .map_err(|error| StoreError::location(location, error.to_string()))?;
    let absolute: PathBuf = base.components().chain(path.components()).collect();
    place(location, &absolute)
}

/// A `file://` URL; `path` is what follows the two slashes.
pub(super) fn open_url(location: &str, path: &str) -> Result<Place, StoreError> {
    let absolute = url::Url::parse(location).ok().and_then(|url| url.to_file_path().ok());
    let stays = !path.split('/').any(|part| part == "..");
    match absolute.filter(|_| stays && path.starts_with('/')) {
        Some(absolute) => place(location, &absolute),
        None => Err(StoreError::location(location, "write it as `file:///folder/file`")),
    }
}

fn place(location: &str, absolute: &Path) -> Result<Place, StoreError> {
    // `..` was refused and `.` leaves no component behind, so that this is the path that is meant.
    let absolute: PathBuf =
        absolute.components().filter(|part| *part != Component::CurDir).collect();
    let path = object_store::path::Path::from_absolute_path(&absolute)
        .map_err(|error| StoreError::location(location, error.to_string()))?;
    Ok(Place {
        url: ObjectStoreUrl::local_filesystem(),
        store: Arc::new(LocalFileSystem::new()),
        path,
        local: Some(absolute),
    })
}
