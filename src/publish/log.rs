//! The releases of a warehouse: each is announced by a record, and noted when it is complete.
//!
//! ```text
//! releases/000000007.json        announced: the files of release 7, and the steps that publish it
//! releases/000000007.published   complete: every file of it is in place
//! current.json                   the pointer: the newest release for readers
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::records::{Record, number, text};
use super::{PublishError, Release, Warehouse};
use crate::folder::OWN;
use crate::store::RelativePath;

/// What is wrong with a record whose number is not one that a release can have.
pub(super) const NO_NUMBER: &str = "its name is no number that another release can follow";

/// The etags of files by path: a changed file has another.
pub(super) type ETags = BTreeMap<RelativePath, String>;

/// What is noted when every file of a release is in place.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Completed {
    #[serde(flatten)]
    pointer: serde_json::Value,
    #[serde(default)]
    tags: ETags,
}

impl Record for Completed {}

/// Where readers learn which release is newest, below the warehouse.
pub(super) fn pointer_path() -> String {
    format!("{OWN}/current.json")
}

/// Where a release is announced, below the warehouse.
pub(super) fn announced(release: u64) -> String {
    format!("{OWN}/releases/{release:09}.json")
}

/// Where it is noted that a release is complete, below the warehouse.
fn completed(release: u64) -> String {
    format!("{OWN}/releases/{release:09}.published")
}

/// What readers learn without reading the record: the release, how current each table and the newest
/// of them is, and which are older than others of their pipeline.
pub(super) fn pointer(release: &Release) -> serde_json::Value {
    let as_of = release.tables.iter().map(|(name, table)| (name, table.as_of));
    serde_json::json!({
        "release": release.release,
        "run": release.run,
        "pipeline": release.pipeline,
        "as_of": release.as_of,
        "time_zone": release.time_zone,
        "tables": as_of.collect::<BTreeMap<_, _>>(),
        "behind": release.all_behind(),
    })
}

impl Warehouse {
    /// The newest release that readers can see, and the one announced after it, if any.
    ///
    /// # Errors
    /// The store refuses, or records of what was published are missing.
    pub(super) async fn releases(&self) -> Result<(Release, Option<Release>), PublishError> {
        for own in ["releases", "stage", "failed"] {
            self.on_disk(&format!("{OWN}/{own}/any"))?;
        }
        // The pointer is read before the records are listed: what it names was announced earlier.
        let pointed = self.pointed().await?;
        let (newest, complete) = self.numbers().await?;
        let published = complete.max(pointed);
        if published > newest {
            // Something other than a file is not listed; reading it says what it is.
            let path = announced(published);
            return Err(match self.record_unless_gone::<serde_json::Value>(&path).await? {
                None => PublishError::Forgotten { path },
                Some(_) => PublishError::Record { path, problem: NO_NUMBER.into() },
            });
        }
        let current = self.release(complete).await?;
        let pending = if newest > complete { Some(self.release(newest).await?) } else { None };
        Ok((current, pending))
    }

    /// The number of the newest record, and of the newest release that is noted to be complete.
    async fn numbers(&self) -> Result<(u64, u64), PublishError> {
        let names = self.names(&format!("{OWN}/releases")).await?;
        let newest = |ending: &str| {
            let stems = names.iter().filter_map(|name| name.strip_suffix(ending));
            stems.filter_map(number).max().unwrap_or(0)
        };
        Ok((newest(".json"), newest(".published")))
    }

    /// The release that readers are pointed to; `None` if the pointer is missing or empty.
    pub(super) async fn pointed(&self) -> Result<u64, PublishError> {
        match self.record_unless_gone::<serde_json::Value>(&pointer_path()).await {
            Ok(there) => Ok(there.and_then(|there| there["release"].as_u64()).unwrap_or(0)),
            Err(PublishError::Record { .. }) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Ensures that the records of the release after this one can be written, before it is built.
    ///
    /// # Errors
    /// Something is in the way.
    pub(super) fn records_are_free(&self, base: &Release) -> Result<(), PublishError> {
        let next = base.release + 1;
        [announced(next), completed(next), pointer_path()]
            .iter()
            .try_for_each(|path| self.unobstructed(path))
    }

    /// Whether another release was announced on top of one.
    pub(super) async fn is_followed(&self, release: &Release) -> Result<bool, PublishError> {
        Ok(self.head(&announced(release.release + 1)).await?.is_some())
    }

    /// The newest release, empty if there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn current(&self) -> Result<Release, PublishError> {
        Ok(self.releases().await?.0)
    }

    /// The newest releases that are complete, at most `most`, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn history(&self, most: u64) -> Result<Vec<Release>, PublishError> {
        let newest = self.current().await?.release;
        let numbers = (1..=newest).rev().take(usize::try_from(most).unwrap_or(usize::MAX));
        let mut releases = Vec::new();
        for number in numbers {
            releases.push(self.release(number).await?);
        }
        Ok(releases)
    }

    /// Announces a release: the one write that decides between two runs.
    pub(super) async fn announce(&self, release: &Release) -> Result<(), PublishError> {
        let below = announced(release.release);
        match self.create(&below, text(&below, release)?).await? {
            true => Ok(()),
            false => self.announced_by(release).await,
        }
    }

    /// A request whose response was lost is repeated, and then finds its own announcement.
    async fn announced_by(&self, release: &Release) -> Result<(), PublishError> {
        match self.release(release.release).await? {
            there if there.run == release.run => Ok(()),
            _ => Err(PublishError::Conflict { release: release.release }),
        }
    }

    /// Notes that every file of a release is in place, with their etags. A second note changes nothing.
    pub(super) async fn complete(
        &self,
        release: &Release,
        tags: ETags,
    ) -> Result<(), PublishError> {
        let below = completed(release.release);
        let record = text(&below, &Completed { pointer: pointer(release), tags })?;
        self.create(&below, record).await.map(|_| ())
    }

    /// The etags that the files of a release had when they were last verified.
    pub(super) async fn tags(&self, number: u64) -> Result<ETags, PublishError> {
        let noted: Option<Completed> = self.record_unless_gone(&completed(number)).await?;
        Ok(noted.map(|noted| noted.tags).unwrap_or_default())
    }

    /// Notes the etags of files that were verified.
    pub(super) async fn note_tags(
        &self,
        release: &Release,
        tags: ETags,
    ) -> Result<(), PublishError> {
        self.write(&completed(release.release), &Completed { pointer: pointer(release), tags })
            .await
    }

    /// Whether every file of a release has been in place.
    pub(super) async fn is_complete(&self, release: &Release) -> Result<bool, PublishError> {
        Ok(self.head(&completed(release.release)).await?.is_some())
    }

    /// The record of a release.
    pub(super) async fn release(&self, number: u64) -> Result<Release, PublishError> {
        if number == 0 {
            return Ok(Release::default());
        }
        let path = announced(number);
        let read: Release = self.record(&path).await?;
        if read.release != number {
            let problem = format!("it calls itself release {}", read.release);
            return Err(PublishError::Record { path, problem });
        }
        read.checked().map_err(|problem| PublishError::Record { path, problem })
    }
}
