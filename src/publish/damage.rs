//! Integrity of published files: whether every file of a release is there, of its size, and the one that was published.
//!
//! Size and etag, which a store returns anyway, are compared with those noted when the file was last verified. Only a file
//! whose etag differs, as after a warehouse was copied, is read and verified by its checksum.

use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::ObjectMeta;
use schemars::JsonSchema;
use serde::Serialize;

use super::log::{ETags, pointer_path};
use super::metadata::metadata;
use super::{PublishError, Release, ReleasedFile, Warehouse};
use crate::store::RelativePath;

/// Files read at once.
const AT_ONCE: usize = 16;

/// A published file that is not as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The table it belongs to; none of the pointer to the newest release.
    pub table: Option<String>,
    /// Its path below the warehouse.
    pub path: RelativePath,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What is wrong with a published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It has no bytes.
    Empty,
    /// It has other bytes, or is a link out of the warehouse.
    Altered,
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "is missing",
            Self::Empty => "is empty",
            Self::Altered => "was altered",
        })
    }
}

impl Damaged {
    /// Whether it is the pointer to the newest release, which every release rewrites.
    pub fn is_pointer(&self) -> bool {
        self.table.is_none()
    }
}

/// The files of the newest release that are not as they were published.
///
/// # Errors
/// Another run has published since, or the store refuses.
pub async fn damaged(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<Vec<Damaged>, PublishError> {
    if release.release == 0 {
        return Ok(Vec::new());
    }
    let mut tags = warehouse.tags(release.release).await?;
    let judged = judged(warehouse, release, &tags).await?;
    let mut found = pointer(warehouse, release).await?.into_iter().collect::<Vec<_>>();
    let mut fresh = ETags::new();
    for (table, path, judgement) in judged {
        match judgement {
            Judgement::Right(tag) => fresh.extend(tag.map(|tag| (path, tag))),
            Judgement::Wrong(damage) => found.push(Damaged { table: Some(table), path, damage }),
        }
    }
    if !found.is_empty() && warehouse.is_followed(release).await? {
        return Err(PublishError::Conflict { release: release.release + 1 });
    }
    if !fresh.is_empty() {
        tags.extend(fresh);
        warehouse.note_tags(release, tags).await?;
    }
    Ok(found)
}

enum Judgement {
    /// It is as it was published; with its etag, if that is new.
    Right(Option<String>),
    Wrong(Damage),
}

async fn judged(
    warehouse: &Warehouse,
    release: &Release,
    tags: &ETags,
) -> Result<Vec<(String, RelativePath, Judgement)>, PublishError> {
    let files =
        release.tables.iter().flat_map(|(table, it)| it.files.iter().map(move |f| (table, f)));
    let files: Vec<(&String, &ReleasedFile)> = files.collect();
    let there = metadata(warehouse, files.iter().map(|(_, file)| &file.path)).await?;
    let judgements: Vec<_> = files
        .into_iter()
        .map(|(table, file)| {
            let (there, tag) = (there.get(&file.path), tags.get(&file.path));
            async move {
                let judgement = judge(warehouse, file, there, tag).await?;
                Ok::<_, PublishError>((table.clone(), file.path.clone(), judgement))
            }
        })
        .collect();
    stream::iter(judgements).buffered(AT_ONCE).try_collect().await
}

async fn judge(
    warehouse: &Warehouse,
    file: &ReleasedFile,
    there: Option<&ObjectMeta>,
    noted: Option<&String>,
) -> Result<Judgement, PublishError> {
    let Some(there) = there else { return Ok(Judgement::Wrong(Damage::Missing)) };
    // A file elsewhere may be changed by others, whatever bytes it has.
    if warehouse.is_link_out(&file.path)? {
        return Ok(Judgement::Wrong(Damage::Altered));
    }
    if there.size != file.bytes {
        let damage = if there.size == 0 { Damage::Empty } else { Damage::Altered };
        return Ok(Judgement::Wrong(damage));
    }
    if noted.is_some() && noted == there.e_tag.as_ref() {
        return Ok(Judgement::Right(None));
    }
    Ok(match warehouse.sha256(&file.path).await? {
        None => Judgement::Wrong(Damage::Missing),
        Some(sha256) if sha256 != file.sha256 => Judgement::Wrong(Damage::Altered),
        Some(_) => Judgement::Right(there.e_tag.clone()),
    })
}

async fn pointer(
    warehouse: &Warehouse,
    release: &Release,
) -> Result<Option<Damaged>, PublishError> {
    let path = pointer_path();
    let there: Result<Option<serde_json::Value>, _> = warehouse.record_unless_gone(&path).await;
    let damage = match there {
        Ok(Some(there)) if there["release"] == release.release => return Ok(None),
        Ok(Some(_)) | Err(PublishError::Record { .. }) => Damage::Altered,
        Ok(None) => Damage::Missing,
        Err(error) => return Err(error),
    };
    Ok(Some(Damaged { table: None, path: RelativePath::new(path)?, damage }))
}
