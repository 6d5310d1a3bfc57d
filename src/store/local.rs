//! Paths of the local file system.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;

use super::disk::Disk;
use super::{Location, StoreError};

/// A path as it was written: absolute, or relative to a folder that is known later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written(PathBuf);

/// A plain path.
pub(super) fn path(location: &str) -> Result<Written, StoreError> {
    stays(location, PathBuf::from(location))
}

/// A `file://` URL; `path` is what follows the two slashes.
pub(super) fn url(location: &str, path: &str) -> Result<Written, StoreError> {
    // Of a file, `?` and `#` are part of the name.
    let plain = location.replace('?', "%3F").replace('#', "%23");
    let absolute = url::Url::parse(&plain).ok().and_then(|url| url.to_file_path().ok());
    // Parsing a URL removes `..`, however it is encoded.
    let steps_up = path.split('/').any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == ".."
    });
    match absolute.filter(|_| path.starts_with('/')) {
        Some(_) if steps_up => Err(StoreError::location(location, "it must not contain `..`")),
        Some(absolute) => stays(location, absolute),
        None => Err(StoreError::location(location, "write it as `file:///folder/file`")),
    }
}

fn stays(location: &str, path: PathBuf) -> Result<Written, StoreError> {
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(StoreError::location(location, "it must not contain `..`"));
    }
    Ok(Written(path))
}

impl Written {
    /// The path, relative to `base` unless absolute.
    pub(super) fn absolute(&self, base: &Path) -> std::io::Result<PathBuf> {
        let base = std::path::absolute(base).map(|base| base.canonicalize().unwrap_or(base))?;
        // `..` was rejected and `.` leaves no component, so that this is the intended path.
        Ok(base.join(&self.0).components().filter(|part| *part != Component::CurDir).collect())
    }
}

/// The location of a path, relative to `base` unless absolute.
pub(super) fn open(location: &str, written: &Written, base: &Path) -> Result<Location, StoreError> {
    let absolute = written
        .absolute(base)
        .map_err(|error| StoreError::location(location, error.to_string()))?;
    if absolute.to_str().is_none() {
        return Err(StoreError::FolderName { folder: base.display().to_string() });
    }
    let path = object_store::path::Path::from_absolute_path(&absolute)
        .map_err(|error| StoreError::location(location, error.to_string()))?;
    Ok(Location {
        url: ObjectStoreUrl::local_filesystem(),
        store: Arc::new(Disk::default()),
        path,
        local: Some(absolute),
    })
}
