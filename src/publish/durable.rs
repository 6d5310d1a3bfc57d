//! Durability on a local file system: fsync of files and of the folders that name them.
//!
//! Object stores are durable by themselves; a local file system survives a power cut only after fsync.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{PublishError, Warehouse};

/// The warehouse's folder, if it is on this machine.
pub(super) struct Durable(Option<PathBuf>);

impl Durable {
    pub(super) fn of(warehouse: &Warehouse) -> Self {
        Self(warehouse.location.local.clone())
    }

    /// Syncs files, and the folders above them.
    pub(super) fn files<'a>(
        &self,
        below: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Result<(), PublishError> {
        let Some(root) = &self.0 else { return Ok(()) };
        below.clone().into_iter().try_for_each(|path| sync(&root.join(path)))?;
        self.folders_of(below)
    }

    /// Syncs the folders above files, so that their names are durable.
    pub(super) fn folders_of<'a>(
        &self,
        below: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), PublishError> {
        let Some(root) = &self.0 else { return Ok(()) };
        let mut folders = BTreeSet::new();
        for path in below {
            let path = root.join(path);
            let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
            folders.extend(above.map(Path::to_path_buf));
        }
        folders.iter().try_for_each(|folder| match sync(folder) {
            // A later release may have removed its last file by now.
            Err(PublishError::Disk { error, .. }) if error.kind() == ErrorKind::NotFound => Ok(()),
            synced => synced,
        })
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
        .map_err(|error| PublishError::Disk { path: path.display().to_string(), error })
}
