//! The warehouse as a place: its paths, and the operations on its files (put, create, head, list, rename, remove).

use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode};
use sha2::{Digest, Sha256};

use super::parquet::hexadecimal;
use super::{Folder, PublishError};
use crate::store::{self, Location, RelativePath, StoreError};

/// A warehouse: tables, and the records of their releases.
#[derive(Debug, Clone)]
pub struct Warehouse {
    /// Where it lies.
    pub location: Location,
    /// The same as it was declared, without secrets.
    pub shown: String,
}

impl Warehouse {
    /// Opens a warehouse; it need not exist.
    ///
    /// # Errors
    /// The location cannot be parsed or its credentials are missing.
    pub fn open(location: &str, base: &LocalPath) -> Result<Self, StoreError> {
        let shown = store::redact(location);
        Ok(Self { location: store::open_writable(location.trim_end_matches('/'), base)?, shown })
    }

    /// A folder of the warehouse that rows are written to or read from.
    ///
    /// # Errors
    /// The path leads elsewhere.
    pub fn folder(&self, below: &str) -> Result<Folder, PublishError> {
        Ok(Folder { store: self.location.url.clone(), path: self.path(below)? })
    }

    /// The store.
    pub(super) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.location.store
    }

    /// A path below the warehouse, its parts already encoded.
    ///
    /// # Errors
    /// The path leads elsewhere.
    pub fn path(&self, below: &str) -> Result<Path, PublishError> {
        let whole = format!("{}/{}", self.location.path, RelativePath::new(below)?);
        Path::parse(whole.trim_start_matches('/')).map_err(|error| self.store_error(&error.into()))
    }

    /// The same as a path of this machine, if it is one. The folders above it are in the warehouse
    /// after resolving links, so that only files of the warehouse are removed or moved.
    ///
    /// # Errors
    /// The path leads elsewhere.
    pub(super) fn on_disk(&self, below: &str) -> Result<Option<PathBuf>, PublishError> {
        let Some(root) = &self.location.local else { return Ok(None) };
        let path = root.join(RelativePath::new(below)?);
        let real = |folder: &LocalPath| folder.canonicalize().ok();
        let mut above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        let nearest = above.find_map(|folder| Some((folder, real(folder)?)));
        match (nearest, real(root)) {
            (Some((folder, target)), Some(root)) if !target.starts_with(&root) => {
                let (path, target) = (folder.display().to_string(), target.display().to_string());
                Err(PublishError::LinkOut { path, target })
            }
            _ => Ok(Some(path)),
        }
    }

    /// Ensures that a file, if the warehouse is on this machine, can be at its path: a folder or a
    /// pipe there could not be replaced, and neither could a file in place of a parent folder.
    ///
    /// # Errors
    /// The path leads elsewhere, or something is in the way.
    pub(super) fn unobstructed(&self, below: &str) -> Result<(), PublishError> {
        let (Some(root), Some(path)) = (&self.location.local, self.on_disk(below)?) else {
            return Ok(());
        };
        let shown = |path: &LocalPath| path.display().to_string();
        let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir());
        if let Some(found) = is_folder.then_some("a folder").or_else(|| store::oddity(&path)) {
            return Err(PublishError::InTheWay { path: shown(&path), found, wanted: "a file" });
        }
        let mut above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        match above.find(|folder| folder.metadata().is_ok_and(|there| !there.is_dir())) {
            Some(file) => {
                let (found, wanted) = ("no folder", "a folder");
                Err(PublishError::InTheWay { path: shown(file), found, wanted })
            }
            None => Ok(()),
        }
    }

    /// Ensures that a file can be made, if the warehouse is on this machine, in its folder or the
    /// nearest existing one above it. The test file has no name if the system supports that.
    ///
    /// # Errors
    /// The path leads elsewhere, or nothing can be written there.
    pub fn writable(&self, below: &str) -> Result<(), PublishError> {
        let Some(path) = self.on_disk(below)? else { return Ok(()) };
        let Some(folder) = path.ancestors().skip(1).find(|folder| folder.is_dir()) else {
            return Ok(());
        };
        let failed = |source: std::io::Error| {
            let path = folder.display().to_string();
            let source = Box::new(source);
            self.store_error(&match source.kind() {
                std::io::ErrorKind::PermissionDenied => Error::PermissionDenied { path, source },
                _ => Error::Generic { store: "disk", source },
            })
        };
        tempfile::tempfile_in(folder).map(|_| ()).map_err(failed)
    }

    pub(super) fn store_error(&self, error: &Error) -> PublishError {
        PublishError::Store(StoreError::access(&self.shown, error))
    }

    /// Writes a file, whether or not there is one.
    pub(super) async fn put(&self, below: &str, text: String) -> Result<(), PublishError> {
        let put = self.store().put(&self.path(below)?, text.into()).await;
        put.map_err(|error| self.store_error(&error))?;
        self.stored(below).await
    }

    /// Writes a file unless there is one, and says whether it has: of all concurrent attempts, one
    /// succeeds.
    pub(super) async fn create(&self, below: &str, text: String) -> Result<bool, PublishError> {
        let path = self.path(below)?;
        match self.store().put_opts(&path, text.into(), PutMode::Create.into()).await {
            Ok(_) => self.stored(below).await.map(|()| true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// Ensures that a file exists which a server says it has stored; a disk is trusted.
    async fn stored(&self, below: &str) -> Result<(), PublishError> {
        match self.location.local.is_some() || self.head(below).await?.is_some() {
            true => Ok(()),
            false => Err(PublishError::NotStored { path: below.to_owned() }),
        }
    }

    /// The metadata of a file; `None` if it does not exist.
    pub(super) async fn head(&self, below: &str) -> Result<Option<ObjectMeta>, PublishError> {
        match self.store().head(&self.path(below)?).await {
            Ok(there) => Ok(Some(there)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// The names of the files in a folder. On a disk, names that are not UTF-8 are ignored.
    pub(super) async fn names(&self, below: &str) -> Result<Vec<String>, PublishError> {
        if let Some(file) = self.on_disk(&format!("{below}/any"))? {
            return self.names_on_disk(file.parent().unwrap_or(&file), |kind| {
                kind.is_file() || kind.is_symlink()
            });
        }
        let listed = self.list(below).await?;
        let names = listed.iter().filter_map(|object| object.location.filename());
        Ok(names.map(str::to_owned).collect())
    }

    /// The names in a local folder of what `is_meant`, none if there is no folder.
    pub(super) fn names_on_disk(
        &self,
        folder: &LocalPath,
        is_meant: fn(&std::fs::FileType) -> bool,
    ) -> Result<Vec<String>, PublishError> {
        let failed = |source: std::io::Error| {
            let source = Box::new(source);
            self.store_error(&Error::Generic { store: "disk", source })
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            names.extend(entry.file_name().into_string().ok().filter(|_| is_meant(&kind)));
        }
        Ok(names)
    }

    /// The files below a folder.
    pub(super) async fn list(&self, below: &str) -> Result<Vec<ObjectMeta>, PublishError> {
        let listed = self.store().list(Some(&self.path(below)?)).try_collect().await;
        listed.map_err(|error| self.store_error(&error))
    }

    /// The checksum of a file as stored; `None` if there is none.
    pub(super) async fn sha256(&self, below: &str) -> Result<Option<String>, PublishError> {
        let mut bytes = match self.store().get(&self.path(below)?).await {
            Ok(there) => there.into_stream(),
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.store_error(&error)),
        };
        let mut digest = Sha256::new();
        while let Some(chunk) = bytes.try_next().await.map_err(|error| self.store_error(&error))? {
            digest.update(&chunk);
        }
        Ok(Some(hexadecimal(digest)))
    }

    /// Removes a folder with everything in it.
    pub(super) async fn remove_folder(&self, below: &str) -> Result<(), PublishError> {
        if let Some(folder) = self.on_disk(below)? {
            // In one operation, with empty folders and partial files, which a listing does not
            // show.
            return remove_local(&folder);
        }
        let folder = RelativePath::new(below)?;
        let prefix = format!("{}/", self.path(below)?);
        let listed = self.list(below).await?;
        // Listed objects elsewhere, or with names that are never used here, are not removed.
        let names = listed.iter().filter_map(|it| it.location.as_ref().strip_prefix(&prefix));
        let files = names.filter_map(|name| RelativePath::new(name).ok());
        self.remove_files(files.map(|file| folder.join(&file)).collect()).await
    }

    /// Removes a file; one that does not exist counts as removed.
    pub(super) async fn remove(&self, below: &str) -> Result<(), PublishError> {
        self.on_disk(below)?;
        self.remove_files(vec![RelativePath::new(below)?]).await
    }

    /// The only place that removes files from a store: its arguments are below the warehouse,
    /// whatever a store or a record says.
    async fn remove_files(&self, files: Vec<RelativePath>) -> Result<(), PublishError> {
        let paths: Vec<Path> =
            files.iter().map(|file| self.path(file)).collect::<Result<_, _>>()?;
        let mut removed = self.store().delete_stream(stream::iter(paths).map(Ok).boxed());
        while let Some(removed) = removed.next().await {
            match removed {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(self.store_error(&error)),
            }
        }
        Ok(())
    }

    /// Whether a file is a link that leads out of the warehouse.
    pub(super) fn is_link_out(&self, below: &str) -> Result<bool, PublishError> {
        let (Some(root), Some(path)) = (&self.location.local, self.on_disk(below)?) else {
            return Ok(false);
        };
        if !path.is_symlink() {
            return Ok(false);
        }
        let real = |path: &LocalPath| path.canonicalize().ok();
        // A dangling link is not a file either.
        Ok(real(&path).zip(real(root)).is_some_and(|(target, root)| !target.starts_with(root)))
    }
}

fn remove_local(folder: &LocalPath) -> Result<(), PublishError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(PublishError::Disk { path: folder.display().to_string(), error })
        }
        _ => Ok(()),
    }
}
