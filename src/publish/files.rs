//! Tables of plain Parquet files: a staged file is moved to where readers look, and a replaced one is removed.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt, stream};

use super::durable::Durable;
use super::kind::Change;
use super::log::ETags;
use super::metadata::metadata;
use super::moves::AT_ONCE;
use super::release::{Move, below};
use super::{PublishError, Release, ReleasedFile, StagedFile, Warehouse};
use crate::store::{PathError, RelativePath};

/// Plans a move for every file that is new, differs or replaces a damaged one. All others stay
/// unchanged.
pub(super) fn replace(
    release: &mut Release,
    change: &Change,
) -> Result<Vec<ReleasedFile>, PathError> {
    let Change { name, before, built, stage, damaged } = change;
    let (replaced, mut files): (Vec<_>, Vec<_>) =
        before.files.iter().cloned().partition(|file| built.replaces(below(name, &file.path)));
    let mut gone: BTreeMap<RelativePath, ReleasedFile> = BTreeMap::new();
    for file in replaced {
        gone.insert(first_name(&file.path)?, file);
    }
    for staged in &built.files {
        let named = RelativePath::new(format!("{name}/{}", staged.path))?;
        let from = RelativePath::new(format!("{stage}/{named}"))?;
        let there = gone.remove(&named);
        let path = match &there {
            Some(there) => there.path.clone(),
            None => unused(release, named)?,
        };
        let file = published(staged, path, there.as_ref());
        if there.as_ref() != Some(&file) || damaged.iter().any(|it| it.path == file.path) {
            let (to, sha256) = (file.path.clone(), file.sha256.clone());
            release.moves.push(Move { from, to, sha256 });
        }
        files.push(file);
    }
    retire(release, gone.into_values())?;
    Ok(files)
}

/// Plans the removal of files; their names are not used again.
pub(super) fn retire(
    release: &mut Release,
    files: impl IntoIterator<Item = ReleasedFile>,
) -> Result<(), PathError> {
    for file in files {
        release.retired.insert(first_name(&file.path)?);
        release.stale.push(file.path);
    }
    Ok(())
}

/// A name for a new file that no removed file had: its own, or one with the number of this release.
fn unused(release: &Release, path: RelativePath) -> Result<RelativePath, PathError> {
    if !release.retired.contains(&path) {
        return Ok(path);
    }
    let (stem, kind) = path.rsplit_once('.').unwrap_or((&path, ""));
    RelativePath::new(format!("{stem}-{:09}.{kind}", release.release))
}

/// The name of a file without the number of a release.
fn first_name(path: &RelativePath) -> Result<RelativePath, PathError> {
    let numbered = path.rsplit_once('.').and_then(|(stem, kind)| {
        let (first, number) = stem.rsplit_once('-')?;
        let is_release = number.len() >= 9 && number.bytes().all(|it| it.is_ascii_digit());
        is_release.then(|| format!("{first}.{kind}"))
    });
    numbered.map_or_else(|| Ok(path.clone()), RelativePath::new)
}

fn published(file: &StagedFile, path: RelativePath, there: Option<&ReleasedFile>) -> ReleasedFile {
    ReleasedFile {
        path,
        partition: file.partition.clone(),
        rows: file.rows,
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        unknown: there.map(|there| there.unknown.clone()).unwrap_or_default(),
    }
}

/// Ensures that every staged file exists and is durable, and that nothing is in the way of its target.
pub(super) async fn prepare(warehouse: &Warehouse, release: &Release) -> Result<(), PublishError> {
    let there = metadata(warehouse, release.moves.iter().map(|step| &step.from)).await?;
    if let Some(step) = release.moves.iter().find(|step| !there.contains_key(&step.from)) {
        return Err(release.lost(step.from.clone()));
    }
    for step in &release.moves {
        warehouse.unobstructed(&step.to)?;
    }
    Durable::of(warehouse).files(release.moves.iter().map(|step| &*step.from))
}

/// Moves all files. Returns those that are lost.
pub(super) async fn put_in_place(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<Vec<RelativePath>, PublishError> {
    let moves: Vec<(&str, &str)> =
        release.moves.iter().map(|step| (&*step.from, &*step.to)).collect();
    let moved = warehouse.move_files(&moves).await?;
    let absent = release.moves.iter().zip(moved).filter(|(_, moved)| !moved);
    let absent: Vec<_> = absent.map(|(step, _)| lost(warehouse, release, step)).collect();
    let lost: Vec<Option<RelativePath>> =
        stream::iter(absent).buffered(AT_ONCE).try_collect().await?;
    Ok(lost.into_iter().flatten().collect())
}

/// A file that is no longer staged, unless it has arrived.
async fn lost(
    warehouse: &Warehouse,
    release: &Release,
    step: &Move,
) -> Result<Option<RelativePath>, PublishError> {
    let arrived = warehouse.is_complete(release).await?
        || warehouse.sha256(&step.to).await?.as_deref() == Some(&step.sha256);
    Ok((!arrived).then(|| step.from.clone()))
}

/// Removes the files that were replaced, and the folders that they leave empty.
pub(super) async fn remove_stale(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<(), PublishError> {
    let durable = Durable::of(warehouse);
    for path in &release.stale {
        warehouse.remove(path).await?;
        durable.prune(path);
    }
    Ok(())
}

/// The etags of files that stayed and of those that were moved. A store may report a move that it did not make,
/// so each moved file is looked up.
pub(super) async fn tags(
    warehouse: &Warehouse,
    release: &Release,
    lost: &[RelativePath],
    mut tags: ETags,
) -> Result<ETags, PublishError> {
    let files = release.tables.values().flat_map(|table| &table.files);
    let bytes: BTreeMap<_, _> = files.map(|file| (&file.path, file.bytes)).collect();
    tags.retain(|path, _| bytes.contains_key(path));
    for step in &release.moves {
        tags.remove(&step.to);
    }
    let moved = release.moves.iter().filter(|step| !lost.contains(&step.from));
    let moved: Vec<&RelativePath> = moved.map(|step| &step.to).collect();
    let mut there = metadata(warehouse, moved.iter().copied()).await?;
    there.retain(|path, there| bytes.get(path) == Some(&there.size));
    if let Some(path) = moved.into_iter().find(|path| !there.contains_key(*path)) {
        // A complete release was in place; a later one may have replaced its files since.
        if !warehouse.is_complete(release).await? {
            let (release, path) = (release.release, path.to_string());
            return Err(PublishError::NotMoved { release, path });
        }
    }
    tags.extend(there.into_iter().filter_map(|(path, there)| Some((path, there.e_tag?))));
    Ok(tags)
}
