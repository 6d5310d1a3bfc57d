//! The only code that changes what readers see.
//!
//! Order matters: announce, move, remove what is stale, complete. Every step can be done again, by
//! this run or by another one, with the same end.

use object_store::{Error, ObjectStoreExt};

use super::durable::Durable;
use super::release::{Move, next};
use super::{PublishError, Release, Staged, Warehouse};

/// What publishing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// Readers see a new release.
    Published(Release),
    /// Readers already had every byte of it.
    Unchanged(Release),
}

impl Publication {
    /// The release readers see now.
    pub fn release(&self) -> &Release {
        match self {
            Self::Published(release) | Self::Unchanged(release) => release,
        }
    }
}

/// Completes a release that a killed run announced. Returns the release readers then see.
///
/// # Errors
/// The store refuses, or staged files are lost.
pub async fn recover(warehouse: &Warehouse) -> Result<Release, PublishError> {
    let (current, pending) = warehouse.releases().await?;
    let Some(release) = pending else { return Ok(current) };
    put_in_place(warehouse, &release).await?;
    warehouse.clear_stages(&release.run).await?;
    Ok(release)
}

/// Publishes what was staged on top of `base`, the release the run began from.
///
/// # Errors
/// Another run published since, or the store refuses; readers then see `base`, or, if the store
/// failed after the announcement, what the next run completes.
pub async fn publish(
    warehouse: &Warehouse,
    base: &Release,
    staged: &Staged,
) -> Result<Publication, PublishError> {
    let Some(release) = next(base, staged) else {
        warehouse.clear_stages(&staged.run).await?;
        return Ok(Publication::Unchanged(base.clone()));
    };
    let durable = Durable::of(warehouse);
    for step in &release.moves {
        durable.file(&step.from)?;
    }
    warehouse.announce(&release).await?;
    put_in_place(warehouse, &release).await?;
    warehouse.clear_stages(&staged.run).await?;
    Ok(Publication::Published(release))
}

async fn put_in_place(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    let durable = Durable::of(warehouse);
    for step in &release.moves {
        move_file(warehouse, release, step).await?;
        durable.folder_of(&step.to)?;
    }
    for path in &release.stale {
        warehouse.remove(&warehouse.path(path)?).await?;
        durable.prune(path);
    }
    warehouse.complete(release).await
}

/// Moves one file in one step for readers. A file that is no longer staged must have arrived.
async fn move_file(
    warehouse: &Warehouse,
    release: &Release,
    step: &Move,
) -> Result<(), PublishError> {
    let (from, to) = (warehouse.path(&step.from)?, warehouse.path(&step.to)?);
    let store = warehouse.store();
    let moved = match warehouse.place.local {
        Some(_) => store.rename(&from, &to).await,
        None => store.copy(&from, &to).await,
    };
    match moved {
        Ok(()) => Ok(()),
        Err(Error::NotFound { .. }) => match store.head(&to).await {
            Ok(there) if there.size == step.bytes => Ok(()),
            _ => Err(PublishError::Lost { release: release.release, path: step.from.clone() }),
        },
        Err(error) => Err(warehouse.store_error(error)),
    }
}
