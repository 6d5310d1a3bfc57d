//! The files of a source, listed once per run.

use std::path::Path as LocalPath;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::ReadError;
use super::pattern::{Pattern, split};
use crate::plan::SourcePlan;
use crate::store::{Place, StoreError, open, redact};

/// What a source consists of in this run.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// The name under which a session knows the store.
    pub url: ObjectStoreUrl,
    /// Where the files lie.
    pub store: Arc<dyn ObjectStore>,
    /// The files, sorted by name.
    pub files: Vec<InputFile>,
}

/// A file as it was listed: path in the store, size, time of change and tag.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// What `_file` says: the path in the bucket, or from the base folder of a local project.
    pub name: String,
    /// What the store says about it.
    pub meta: ObjectMeta,
}

impl Inventory {
    /// The bytes of all files as they are stored.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.meta.size).sum()
    }

    /// Lists the files below `place` that match `pattern`, or the one file that `place` is.
    ///
    /// # Errors
    /// The store cannot be listed, a folder contains itself through links, or the pattern makes
    /// no sense. A place where nothing is gives an empty inventory.
    pub async fn list(
        place: &Place,
        pattern: Option<&str>,
        base: &LocalPath,
    ) -> Result<Self, ReadError> {
        let found = match pattern {
            None => one(place).await?.into_iter().collect(),
            Some(pattern) => matching(place, pattern).await?,
        };
        let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
        let named =
            found.into_iter().map(|meta| InputFile { name: name(place, &meta, &base), meta });
        let mut files: Vec<InputFile> = named.collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { url: place.url.clone(), store: Arc::clone(&place.store), files })
    }
}

/// Lists the files of `source`. Relative locations start at `base`.
///
/// # Errors
/// The location cannot be opened or listed, or nothing is there and the source is not optional.
pub async fn inventory(source: &SourcePlan, base: &LocalPath) -> Result<Inventory, ReadError> {
    let (folder, pattern) = split(&source.location);
    let place = open(folder, base)?;
    let found = Inventory::list(&place, pattern, base).await.map_err(|error| match error {
        ReadError::Pattern { problem, location, .. } => {
            ReadError::Pattern { table: source.name.clone(), location, problem }
        }
        other => other,
    })?;
    if found.files.is_empty() && !source.optional {
        let location = redact(&source.location);
        return Err(ReadError::NothingMatched { table: source.name.clone(), location });
    }
    Ok(found)
}

async fn one(place: &Place) -> Result<Option<ObjectMeta>, ReadError> {
    match place.store.head(&place.path).await {
        Ok(meta) => Ok(Some(meta)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(StoreError::access(&shown(place), &error).into()),
    }
}

async fn matching(place: &Place, pattern: &str) -> Result<Vec<ObjectMeta>, ReadError> {
    let compiled = Pattern::new(pattern).map_err(|problem| ReadError::Pattern {
        table: String::new(),
        location: pattern.to_owned(),
        problem,
    })?;
    let listed: Result<Vec<_>, _> = place.store.list(Some(&place.path)).try_collect().await;
    let listed = listed.map_err(|error| StoreError::access(&shown(place), &error))?;
    let meant = |meta: &ObjectMeta| {
        below(place, &meta.location).is_some_and(|path| compiled.matches(&path))
    };
    Ok(listed.into_iter().filter(meant).collect())
}

/// A path relative to the place, as its owner wrote it.
fn below(place: &Place, location: &Path) -> Option<String> {
    match &place.local {
        Some(folder) => relative(&on_disk(location)?, folder),
        None if place.path.is_root() => Some(location.to_string()),
        None => {
            Some(location.as_ref().strip_prefix(place.path.as_ref())?.strip_prefix('/')?.into())
        }
    }
}

fn name(place: &Place, meta: &ObjectMeta, base: &LocalPath) -> String {
    let local = place.local.as_ref().and_then(|_| on_disk(&meta.location));
    local.map_or_else(
        || meta.location.to_string(),
        |path| relative(&path, base).unwrap_or_else(|| path.to_string_lossy().into_owned()),
    )
}

/// The store writes `#`, `%` and the like in its own way; disks do not.
fn on_disk(location: &Path) -> Option<std::path::PathBuf> {
    LocalFileSystem::new().path_to_filesystem(location).ok()
}

fn relative(path: &LocalPath, folder: &LocalPath) -> Option<String> {
    path.strip_prefix(folder).ok()?.to_str().map(str::to_owned)
}

fn shown(place: &Place) -> String {
    match &place.local {
        Some(path) => path.display().to_string(),
        None => format!("{}{}", place.url.as_str(), place.path),
    }
}
