//! The only code that changes what readers see.
//!
//! The steps and their order: announce, move, remove what is stale, point to the release, remove what was
//! staged, complete. Every step is idempotent, and any process may repeat it.
//!
//! A process may be suspended between any two steps, while others complete its release and publish later
//! ones. What it does when it resumes has no effect, without any check: what it would move is no
//! longer staged, since staged files are removed before the release is complete; no file has the
//! name of one that it would remove, since names of removed files are never reused
//! ([`Release::retired`]); and the records that it would create exist.

use super::damage::damaged;
use super::durable::Durable;
use super::log::{pointer, pointer_path};
use super::next::next;
use super::records::SCHEMA_VERSION;
use super::staging::stage;
use super::{Kind, PublishError, Release, Staged, Warehouse};
use crate::store::RelativePath;

/// The outcome of publishing.
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
    Ok(publication)
}

/// Removes what a run that has published no longer needs, and what earlier ones of the pipeline
/// left. A failure does not fail the release: a later run removes it.
///
/// # Errors
/// The store refuses.
pub async fn tidy(warehouse: &Warehouse, staged: &Staged) -> Result<(), PublishError> {
    let stages = warehouse.clear_stages(staged).await;
    warehouse.clear_evidence(staged).await.and(stages)
}

/// Announces a release once all that it names exists and is durable.
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

/// A run that changes nothing succeeds only if readers still see `base`.
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

/// Points readers to the release, durably. The pointer is staged and moved like any file, so that a process that
/// resumes late moves nothing.
async fn point(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    if release.schema_version < SCHEMA_VERSION && !warehouse.is_complete(release).await? {
        // A version that staged no pointer announced it.
        return warehouse.write(&pointer_path(), &pointer(release)).await;
    }
    let staged = format!("{}/current.json", stage(&release.run)?);
    warehouse.move_files(&[(staged.as_str(), pointer_path().as_str())]).await?;
    // A store may report a move that it did not make, or nothing to move. Of a release that is complete, others move the
    // pointer.
    if warehouse.pointed().await? < release.release && !warehouse.is_complete(release).await? {
        let (release, path) = (release.release, pointer_path());
        return Err(PublishError::NotMoved { release, path });
    }
    Ok(())
}
