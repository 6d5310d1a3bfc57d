//! What a disk has to be told so that a published file survives a power cut.
//!
//! Object stores promise that by themselves; a local file system does not.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{PublishError, Warehouse};

/// The warehouse's folder, if it is on this machine.
pub(super) struct Durable(Option<PathBuf>);

impl Durable {
    pub(super) fn of(warehouse: &Warehouse) -> Self {
        Self(warehouse.place.local.clone())
    }

    /// The bytes of these files, their names and those of the folders above are on the disk.
    pub(super) fn files<'a>(
        &self,
        below: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Result<(), PublishError> {
        let Some(root) = &self.0 else { return Ok(()) };
        below.clone().into_iter().try_for_each(|path| sync(&root.join(path)))?;
        self.folders_of(below)
    }

    /// The names of these files, and those of the folders above them, are on the disk.
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
