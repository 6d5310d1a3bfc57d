//! The only code that changes what readers see.
//!
//! Order matters: announce, move, remove what is stale, point to the release, let go of what was staged,
//! complete. Every step can be done again, by this run or by another one, with the same end.
//!
//! A run may be held up between any two steps, for as long as it takes others to complete its release
//! and to publish later ones. What it does then does nothing, without being asked: what it would move is
//! staged no more, since it was let go of before its release was complete; no file has the name of what
//! it would remove, since such names are never given again ([`Release::retired`]); and what it would
//! announce or complete is there.

use super::damage::damaged;
use super::durable::Durable;
use super::log::{pointer, pointer_path};
use super::next::next;
use super::records::SCHEMA_VERSION;
use super::staging::stage;
use super::{Kind, PublishError, Release, Staged, Warehouse};
use crate::store::RelativePath;

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

/// Completes a release that a killed run announced. Returns the release readers then see. Files of it that
/// were lost are damaged.
///
/// # Errors
/// The store refuses.
pub async fn recover(warehouse: &Warehouse) -> Result<Release, PublishError> {
    let (current, pending) = warehouse.releases().await?;
    let Some(release) = pending else { return Ok(current) };
    put_in_place(warehouse, &release).await?;
    Ok(release)
}

/// Publishes what was staged on top of `base`, the release the run began from. Of its files that are
/// damaged, those that were built again are put in their place.
///
/// # Errors
/// Another run published since, or the store refuses; readers then see `base`, or, if the store
/// failed after the announcement, what the next run completes.
pub async fn publish(
    warehouse: &Warehouse,
    base: &Release,
    staged: &Staged,
) -> Result<Publication, PublishError> {
    let damaged = damaged(warehouse, base).await?;
    let publication = match next(base, staged, &damaged)? {
        Some(release) => {
            announce(warehouse, &release, staged).await?;
            match put_in_place(warehouse, &release).await?.pop() {
                Some(path) => return Err(release.lost(path)),
                None => Publication::Published(release),
            }
        }
        None => unchanged(warehouse, base).await?,
    };
    tidied(warehouse.clear_stages(staged).await);
    tidied(warehouse.clear_evidence(staged).await);
    Ok(publication)
}

/// The announcement speaks only of what is there and outlives a power cut, and is such itself.
async fn announce(
    warehouse: &Warehouse,
    release: &Release,
    staged: &Staged,
) -> Result<(), PublishError> {
    for kind in Kind::ALL {
        kind.prepare(warehouse, release).await?;
    }
    for path in [release.path(), pointer_path()] {
        warehouse.unobstructed(&path)?;
    }
    let pointing = format!("{}/current.json", staged.folder());
    warehouse.write(&pointing, &pointer(release)).await?;
    Durable::of(warehouse).files([pointing.as_str()])?;
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

/// Returns the staged files that are lost.
async fn put_in_place(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<Vec<RelativePath>, PublishError> {
    Durable::of(warehouse).files([release.path().as_str()])?;
    let mut lost = Vec::new();
    for kind in Kind::ALL {
        lost.extend(kind.put_in_place(warehouse, release).await?);
    }
    for kind in Kind::ALL {
        kind.remove_stale(warehouse, release).await?;
    }
    point(warehouse, release).await?;
    let mut tags = warehouse.tags(release.release - 1).await?;
    for kind in Kind::ALL {
        tags = kind.tags(warehouse, release, &lost, tags).await?;
    }
    warehouse.clear_stage(&release.run).await?;
    warehouse.complete(release, tags).await?;
    Ok(lost)
}

/// Lets the pointer name the release: a file like the others, so that it moves once.
async fn point(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    if release.schema_version < SCHEMA_VERSION && !warehouse.is_complete(release).await? {
        // A version that staged no pointer announced it.
        return warehouse.write(&pointer_path(), &pointer(release)).await;
    }
    warehouse.rename(&format!("{}/current.json", stage(&release.run)?), &pointer_path()).await?;
    Ok(())
}

/// Readers see the release whether or not its staging folder is gone; a later run removes it.
fn tidied(cleared: Result<(), PublishError>) {
    if let Err(error) = cleared {
        tracing::warn!(%error, "staged files stay for now");
    }
}
