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

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use object_store::{Error, ObjectStoreExt};

use super::damage::{damaged, found, pointer_path};
use super::durable::Durable;
use super::record::SCHEMA_VERSION;
use super::release::{Move, next, stage};
use super::warehouse::{Tags, pointer};
use super::{PublishError, Release, Staged, Warehouse};
use crate::store::RelativePath;

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
                Some(path) => return Err(lost(&release, path)),
                None => Publication::Published(release),
            }
        }
        None => unchanged(warehouse, base).await?,
    };
    tidied(warehouse.clear_stages(staged).await);
    tidied(warehouse.clear_evidence(staged).await);
    Ok(publication)
}

fn lost(release: &Release, path: RelativePath) -> PublishError {
    PublishError::Lost { release: release.release, path: path.into() }
}

/// The announcement speaks only of files that are there and outlive a power cut, and is one of them.
async fn announce(
    warehouse: &Warehouse,
    release: &Release,
    staged: &Staged,
) -> Result<(), PublishError> {
    let there = found(warehouse, release.moves.iter().map(|step| &step.from)).await?;
    if let Some(step) = release.moves.iter().find(|step| !there.contains_key(&step.from)) {
        return Err(lost(release, step.from.clone()));
    }
    let targets = release.moves.iter().map(|step| &*step.to);
    for path in targets.chain([release.path().as_str(), pointer_path().as_str()]) {
        warehouse.unobstructed(path)?;
    }
    let pointing = format!("{}/current.json", staged.folder());
    warehouse.write(&pointing, &pointer(release)).await?;
    let durable = Durable::of(warehouse);
    durable.files(release.moves.iter().map(|step| &*step.from).chain([pointing.as_str()]))?;
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
    let durable = Durable::of(warehouse);
    durable.files([release.path().as_str()])?;
    let lost = move_all(warehouse, release).await?;
    durable.folders_of(release.moves.iter().map(|step| &*step.to))?;
    for path in &release.stale {
        warehouse.remove(path).await?;
        durable.prune(path);
    }
    point(warehouse, release).await?;
    let tags = tags(warehouse, release, &lost).await?;
    warehouse.clear_stage(&release.run).await?;
    warehouse.complete(release, tags).await?;
    Ok(lost)
}

/// Moves every file that can be moved: none is on its way any more when this ends, even badly.
async fn move_all(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<Vec<RelativePath>, PublishError> {
    let moves: Vec<_> =
        release.moves.iter().map(|step| move_file(warehouse, release, step)).collect();
    let moved: Vec<_> = stream::iter(moves).buffer_unordered(AT_ONCE).collect().await;
    let lost: Vec<Option<RelativePath>> = moved.into_iter().collect::<Result<_, _>>()?;
    Ok(lost.into_iter().flatten().collect())
}

/// Moves one file in one step for readers. A file that is no longer staged must have arrived, or else
/// it is lost.
async fn move_file(
    warehouse: &Warehouse,
    release: &Release,
    step: &Move,
) -> Result<Option<RelativePath>, PublishError> {
    let moved = moved(warehouse, &step.from, &step.to).await?;
    let arrived = moved
        || warehouse.is_complete(release).await?
        || warehouse.sha256(&step.to).await?.as_deref() == Some(&step.sha256);
    Ok((!arrived).then(|| step.from.clone()))
}

/// Whether there was something to move.
async fn moved(warehouse: &Warehouse, from: &str, to: &str) -> Result<bool, PublishError> {
    warehouse.on_disk(from)?;
    warehouse.unobstructed(to)?;
    let (from, to) = (warehouse.path(from)?, warehouse.path(to)?);
    let moved = match warehouse.place.local {
        Some(_) => warehouse.store().rename(&from, &to).await,
        None => warehouse.store().copy(&from, &to).await,
    };
    match moved {
        Ok(()) => Ok(true),
        Err(Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(warehouse.store_error(&error)),
    }
}

/// Lets the pointer name the release: a file like the others, so that it moves once.
async fn point(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    if release.schema_version < SCHEMA_VERSION && !warehouse.is_complete(release).await? {
        // A version that staged no pointer announced it.
        return warehouse.write(&pointer_path(), &pointer(release)).await;
    }
    moved(warehouse, &format!("{}/current.json", stage(&release.run)?), &pointer_path()).await?;
    Ok(())
}

/// The tags of the release's files: of those that have moved, as they lie there now. What the store said
/// of a move is believed only once the file is found where it belongs.
async fn tags(
    warehouse: &Warehouse,
    release: &Release,
    lost: &[RelativePath],
) -> Result<Tags, PublishError> {
    let mut tags = warehouse.tags(release.release - 1).await?;
    let files = release.tables.values().flat_map(|table| &table.files);
    let bytes: BTreeMap<_, _> = files.map(|file| (&file.path, file.bytes)).collect();
    tags.retain(|path, _| bytes.contains_key(path));
    for step in &release.moves {
        tags.remove(&step.to);
    }
    let moved = release.moves.iter().filter(|step| !lost.contains(&step.from));
    let moved: Vec<&RelativePath> = moved.map(|step| &step.to).collect();
    let mut there = found(warehouse, moved.iter().copied()).await?;
    there.retain(|path, there| bytes.get(path) == Some(&there.size));
    if let Some(path) = moved.into_iter().find(|path| !there.contains_key(*path)) {
        // What a later release has replaced by now was in place when this one was complete.
        if !warehouse.is_complete(release).await? {
            let (release, path) = (release.release, path.to_string());
            return Err(PublishError::NotMoved { release, path });
        }
    }
    let tagged = there.into_iter().filter_map(|(path, there)| Some((path, there.e_tag?)));
    tags.extend(tagged);
    Ok(tags)
}

/// Readers see the release whether or not its staging folder is gone; a later run removes it.
fn tidied(cleared: Result<(), PublishError>) {
    if let Err(error) = cleared {
        tracing::warn!(%error, "staged files stay for now");
    }
}
