//! What a disk has to be told so that a published file survives a power cut.
//!
//! Object stores promise that by themselves; a local file system does not.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{PublishError, Warehouse};

/// The warehouse's folder, if it is on this machine.
pub(super) struct Durable(Option<PathBuf>);

impl Durable {
    pub(super) fn of(warehouse: &Warehouse) -> Self {
        Self(warehouse.place.local.clone())
    }

    /// The bytes of a file are on the disk.
    pub(super) fn file(&self, below: &str) -> Result<(), PublishError> {
        self.0.as_ref().map_or(Ok(()), |root| sync(&root.join(below)))
    }

    /// The name of a file, and those of the folders above it, are on the disk.
    pub(super) fn folder_of(&self, below: &str) -> Result<(), PublishError> {
        let Some(root) = &self.0 else { return Ok(()) };
        let path = root.join(below);
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        folders.map(sync).collect()
    }

    /// Folders that a removed file leaves empty go with it, up to the table's own.
    pub(super) fn prune(&self, below: &str) {
        let Some(root) = &self.0 else { return };
        let path = root.join(below);
        for folder in path.ancestors().skip(1).take_while(|folder| folder.parent() != Some(root)) {
            if !folder.starts_with(root) || std::fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

fn sync(path: &Path) -> Result<(), PublishError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| PublishError::Disk { path: path.display().to_string(), source })
}
