//! Whether readers find what a release says: every file is there, of its size, and the one that was
//! published.
//!
//! What a store says of a file anyway, its size and tag, is compared with what was noted when the file
//! was last known to be right. Only a file whose tag is another one, as after a warehouse was copied, is
//! read, for its checksum decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::{Error, ObjectMeta, ObjectStoreExt};
use schemars::JsonSchema;
use serde::Serialize;

use super::warehouse::{OWN, Tags};
use super::{PublishError, Release, ReleasedFile, Warehouse};
use crate::store::RelativePath;

/// Requests at once.
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
    /// It has other bytes.
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
    /// Whether it is the pointer to the newest release, which every release writes anew.
    pub fn is_pointer(&self) -> bool {
        self.table.is_none()
    }
}

/// Where readers learn which release is newest, below the warehouse.
pub(super) fn pointer_path() -> String {
    format!("{OWN}/current.json")
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
    let mut fresh = Tags::new();
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
    /// It is as it was published; with its tag, if that is news.
    Right(Option<String>),
    Wrong(Damage),
}

async fn judged(
    warehouse: &Warehouse,
    release: &Release,
    tags: &Tags,
) -> Result<Vec<(String, RelativePath, Judgement)>, PublishError> {
    let files =
        release.tables.iter().flat_map(|(table, it)| it.files.iter().map(move |f| (table, f)));
    let files: Vec<(&String, &ReleasedFile)> = files.collect();
    let there = found(warehouse, files.iter().map(|(_, file)| &file.path)).await?;
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

/// What a store says of some files, as far as they are there.
pub(super) async fn found<'a>(
    warehouse: &Warehouse,
    paths: impl Iterator<Item = &'a RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let paths: BTreeSet<&RelativePath> = paths.collect();
    match warehouse.place.local {
        Some(_) => asked_for(warehouse, paths).await,
        None => listed(warehouse, paths).await,
    }
}

/// On a disk, each file is asked for: names that are none of ours are nothing to stumble over.
async fn asked_for(
    warehouse: &Warehouse,
    paths: BTreeSet<&RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let asked: Vec<_> = paths
        .into_iter()
        .map(|path| async move {
            warehouse.unobstructed(path)?;
            match warehouse.store().head(&warehouse.path(path)?).await {
                Ok(there) => Ok(Some((path.clone(), there))),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(warehouse.store_error(&error)),
            }
        })
        .collect();
    stream::iter(asked)
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|found| async { Ok(found) })
        .try_collect()
        .await
}

/// Elsewhere, folders are listed: a thousand files an answer.
async fn listed(
    warehouse: &Warehouse,
    paths: BTreeSet<&RelativePath>,
) -> Result<BTreeMap<RelativePath, ObjectMeta>, PublishError> {
    let own = format!("{OWN}/");
    let folders = paths.iter().map(|path| match path.strip_prefix(&own) {
        Some(_) => path.splitn(4, '/').take(3).collect::<Vec<_>>().join("/"),
        None => path.split('/').take(1).collect(),
    });
    let folders: BTreeSet<String> = folders.collect();
    let mut whole = BTreeMap::new();
    for path in paths {
        whole.insert(warehouse.path(path)?, path);
    }
    let mut there = BTreeMap::new();
    for folder in folders {
        let mut listed = warehouse.store().list(Some(&warehouse.path(&folder)?));
        while let Some(object) = listed.next().await {
            let object = object.map_err(|error| warehouse.store_error(&error))?;
            if let Some(path) = whole.get(&object.location) {
                there.insert((*path).clone(), object);
            }
        }
    }
    Ok(there)
}
