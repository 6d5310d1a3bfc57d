//! What killed runs leave behind: rows in the scratch folder and in the warehouse. The next
//! run removes it, once it is known that no process uses it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Failure;
use crate::publish::Warehouse;
use crate::record::{Event, Events, Trouble};
use crate::store::Lock;

/// How the names of scratch folders begin.
const PREFIX: &str = "patronage-";

/// The folder for the rows of stages that are not published, and for what queries spill. It is
/// removed when it is dropped.
pub(super) struct Scratch {
    folder: TempDir,
    _lock: Lock,
}

impl Scratch {
    pub(super) fn new() -> Result<Self, Failure> {
        let made = TempDir::with_prefix(PREFIX)
            .and_then(|folder| Ok(Self { _lock: Lock::hold(folder.path())?, folder }));
        made.map_err(|error| Failure::Disk {
            path: std::env::temp_dir().display().to_string(),
            error,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what runs have left that are no longer active. A failure to remove does no harm.
pub(super) async fn clear(warehouse: &Warehouse, run: &str, scratch: &Scratch, events: Events<'_>) {
    if let Err(error) = warehouse.clear_dead(run).await {
        events(Event::Trouble(Trouble::OthersStay(error.to_string())));
    }
    for folder in abandoned(scratch.path().parent().unwrap_or(scratch.path())) {
        let _ = std::fs::remove_dir_all(&folder);
    }
}

/// The scratch folders whose runs have ended. Folders of other users are left to them, and
/// links are not followed.
fn abandoned(among: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(among).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    let folders = named.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).filter(|path| Lock::take_over(path).is_some()).collect()
}
