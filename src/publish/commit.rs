//! The only code that changes what readers see.
//!
//! Order matters: announce, move, remove what is stale, complete. Every step can be done again, by
//! this run or by another one, with the same end. A release that somebody has completed is not
//! touched any more, for a later one may have replaced its files since.

use futures::{StreamExt, stream};
use object_store::{Error, ObjectStoreExt};

use super::durable::Durable;
use super::release::{Move, next};
use super::{PublishError, Release, Staged, Warehouse};

/// Files on the move at once: the shorter the way, the fewer readers catch the middle of it.
const AT_ONCE: usize = 8;

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
    tidied(warehouse.clear_stage(&release.run).await);
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
    let publication = match next(base, staged) {
        Some(release) => {
            announce(warehouse, &release).await?;
            put_in_place(warehouse, &release).await?;
            Publication::Published(release)
        }
        None => unchanged(warehouse, base).await?,
    };
    tidied(warehouse.clear_stages(staged, &base.run).await);
    tidied(warehouse.clear_evidence(staged).await);
    Ok(publication)
}

/// The announcement speaks only of files that outlive a power cut, and is one of them.
async fn announce(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    Durable::of(warehouse).files(release.moves.iter().map(|step| step.from.as_str()))?;
    warehouse.announce(release).await
}

/// That nothing differs from `base` says something about readers only while they see `base`.
async fn unchanged(warehouse: &Warehouse, base: &Release) -> Result<Publication, PublishError> {
    match warehouse.releases().await? {
        (current, None) if current.release == base.release => {
            Ok(Publication::Unchanged(base.clone()))
        }
        _ => Err(PublishError::Conflict { release: base.release + 1 }),
    }
}

async fn put_in_place(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    let durable = Durable::of(warehouse);
    durable.files([release.path().as_str()])?;
    move_all(warehouse, release).await?;
    durable.folders_of(release.moves.iter().map(|step| step.to.as_str()))?;
    for path in &release.stale {
        if warehouse.is_complete(release).await? {
            return Ok(());
        }
        warehouse.remove(&warehouse.path(path)?).await?;
        durable.prune(path);
    }
    warehouse.complete(release).await
}

/// Moves every file that can be moved: none is on its way any more when this ends, even badly.
async fn move_all(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    let moves: Vec<_> =
        release.moves.iter().map(|step| move_file(warehouse, release, step)).collect();
    let moved: Vec<_> = stream::iter(moves).buffer_unordered(AT_ONCE).collect().await;
    moved.into_iter().collect()
}

/// Moves one file in one step for readers. A file that is no longer staged must have arrived.
async fn move_file(
    warehouse: &Warehouse,
    release: &Release,
    step: &Move,
) -> Result<(), PublishError> {
    if warehouse.is_complete(release).await? {
        return Ok(());
    }
    let (from, to) = (warehouse.path(&step.from)?, warehouse.path(&step.to)?);
    let moved = match warehouse.place.local {
        Some(_) => warehouse.store().rename(&from, &to).await,
        None => warehouse.store().copy(&from, &to).await,
    };
    match moved {
        Ok(()) => Ok(()),
        Err(Error::NotFound { .. }) => arrived(warehouse, release, step).await,
        Err(error) => Err(warehouse.store_error(&error)),
    }
}

/// Whether a file that is not staged is where readers look, or the release complete without us.
async fn arrived(
    warehouse: &Warehouse,
    release: &Release,
    step: &Move,
) -> Result<(), PublishError> {
    let there = warehouse.sha256(&step.to).await?;
    if there.as_deref() == Some(&step.sha256) || warehouse.is_complete(release).await? {
        return Ok(());
    }
    Err(PublishError::Lost { release: release.release, path: step.from.clone() })
}

/// Readers see the release whether or not its staging folder is gone; a later run removes it.
fn tidied(cleared: Result<(), PublishError>) {
    if let Err(error) = cleared {
        tracing::warn!(%error, "staged files stay for now");
    }
}
