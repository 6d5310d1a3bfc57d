//! The folder readers glob under, and the folder beside the tables that only runs use.

use std::collections::BTreeMap;
use std::path::Path as LocalPath;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Release, StagedFile};
use crate::store::{self, Place, StoreError};

/// Everything below it is for runs, not for readers. It lies outside every table's folder, because
/// readers follow globs into hidden folders too.
const OWN: &str = "_patronage";

/// A warehouse: tables, and the records of how they came to be.
#[derive(Debug, Clone)]
pub struct Warehouse {
    /// Where it lies.
    pub place: Place,
    /// The location as it was declared, without secrets.
    pub shown: String,
}

/// Rows a run has built and not yet published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// The run.
    pub run: String,
    /// Its pipeline.
    pub pipeline: String,
    /// The instant it pretends to be at.
    pub as_of: String,
    /// The tables it built.
    pub tables: BTreeMap<String, StagedTable>,
}

/// The staged files of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedTable {
    /// The files.
    pub files: Vec<StagedFile>,
    /// The periods that were built, as first days; `None` if the whole table was.
    pub periods: Option<Vec<String>>,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run published since this one began.
    #[error("release {release} of the warehouse was published by another run")]
    Conflict {
        /// The release both wanted.
        release: u64,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A staged file is in neither place.
    #[error("the staged file `{path}` is gone, so release {release} cannot be completed")]
    Lost {
        /// The release that announces it.
        release: u64,
        /// Where it was staged.
        path: String,
    },
    /// A record cannot be understood.
    #[error("`{path}` is not a record of this program: {problem}")]
    Record {
        /// The record.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// This machine's disk refused.
    #[error("cannot make `{path}` durable: {source}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Staged {
    /// The folder of the staged rows, below the warehouse.
    pub fn folder(&self) -> String {
        format!("{OWN}/stage/{}", self.run)
    }
}

impl StagedTable {
    /// Whether a published file gives way to what was built.
    pub fn replaces(&self, partition: &[Option<String>]) -> bool {
        match &self.periods {
            None => true,
            Some(built) => {
                let period = partition.first().and_then(Option::as_ref);
                period.is_some_and(|period| built.contains(period))
            }
        }
    }

    /// Rows of all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

impl Warehouse {
    /// Opens a warehouse; it need not exist.
    ///
    /// # Errors
    /// The location cannot be understood or its credentials are missing.
    pub fn open(location: &str, base: &LocalPath) -> Result<Self, StoreError> {
        let place = store::open(location.trim_end_matches('/'), base)?;
        Ok(Self { place, shown: store::redact(location) })
    }

    /// The store.
    pub(super) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.place.store
    }

    /// A path below the warehouse, its parts already encoded.
    ///
    /// # Errors
    /// The path has empty or relative parts.
    pub fn path(&self, below: &str) -> Result<Path, PublishError> {
        let whole = format!("{}/{below}", self.place.path);
        Path::parse(whole.trim_start_matches('/')).map_err(|error| self.store_error(error.into()))
    }

    pub(super) fn store_error(&self, error: Error) -> PublishError {
        PublishError::Store(StoreError::access(&self.shown, &error))
    }

    /// The newest release that readers can see, and the one announced after it, if any.
    pub(super) async fn releases(&self) -> Result<(Release, Option<Release>), PublishError> {
        let folder = self.path(&format!("{OWN}/releases"))?;
        let listed: Vec<_> = self
            .store()
            .list(Some(&folder))
            .try_collect()
            .await
            .map_err(|error| self.store_error(error))?;
        let names: Vec<&str> =
            listed.iter().filter_map(|object| object.location.filename()).collect();
        let numbers = |ending: &str| {
            let stems = names.iter().filter_map(|name| name.strip_suffix(ending));
            stems.filter_map(|stem| stem.parse::<u64>().ok()).max().unwrap_or(0)
        };
        let (announced, complete) = (numbers(".json"), numbers(".published"));
        let current = self.release(complete).await?;
        let pending = match announced > complete {
            true => Some(self.release(announced).await?),
            false => None,
        };
        Ok((current, pending))
    }

    /// The newest release, empty if there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn current(&self) -> Result<Release, PublishError> {
        Ok(self.releases().await?.0)
    }

    async fn release(&self, number: u64) -> Result<Release, PublishError> {
        match number {
            0 => Ok(Release::default()),
            _ => self.record(&record(number)).await,
        }
    }

    /// Announces a release: the one write that decides between two runs.
    pub(super) async fn announce(&self, release: &Release) -> Result<(), PublishError> {
        let path = self.path(&record(release.release))?;
        let mode = PutMode::Create.into();
        match self.store().put_opts(&path, text(release).into(), mode).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                Err(PublishError::Conflict { release: release.release })
            }
            Err(error) => Err(self.store_error(error)),
        }
    }

    /// Notes that every file of a release is in place.
    pub(super) async fn complete(&self, release: &Release) -> Result<(), PublishError> {
        let pointer = serde_json::json!({ "release": release.release, "run": release.run });
        self.write(&format!("{OWN}/releases/{:09}.published", release.release), &pointer).await?;
        self.write(&format!("{OWN}/current.json"), &pointer).await
    }

    /// Writes a record.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn write(&self, below: &str, record: &impl Serialize) -> Result<(), PublishError> {
        let path = self.path(below)?;
        let put = self.store().put(&path, text(record).into()).await;
        put.map(|_| ()).map_err(|error| self.store_error(error))
    }

    async fn record<T: DeserializeOwned>(&self, below: &str) -> Result<T, PublishError> {
        let path = self.path(below)?;
        let got = self.store().get(&path).await.map_err(|error| self.store_error(error))?;
        let bytes = got.bytes().await.map_err(|error| self.store_error(error))?;
        serde_json::from_slice(&bytes).map_err(|error| PublishError::Record {
            path: below.to_owned(),
            problem: error.to_string(),
        })
    }

    /// Notes what a run staged, so that it can be looked at if it is not published.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn note_staged(&self, staged: &Staged) -> Result<(), PublishError> {
        self.write(&format!("{}/staged.json", staged.folder()), staged).await
    }

    /// The staged rows of the newest run that left any.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn staged(&self) -> Result<Option<Staged>, PublishError> {
        let runs = self.staged_runs().await?;
        for run in runs.iter().rev() {
            match self.record(&format!("{OWN}/stage/{run}/staged.json")).await {
                Ok(staged) => return Ok(Some(staged)),
                Err(PublishError::Store(error))
                    if error.kind() == store::StoreErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The runs with staged rows, oldest first.
    async fn staged_runs(&self) -> Result<Vec<String>, PublishError> {
        let folder = self.path(&format!("{OWN}/stage"))?;
        let listed = self.store().list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| self.store_error(error))?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        let mut runs: Vec<String> = names.map(str::to_owned).collect();
        runs.sort();
        Ok(runs)
    }

    /// Removes what runs up to and including `run` staged.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn clear_stages(&self, run: &str) -> Result<(), PublishError> {
        for old in self.staged_runs().await?.iter().filter(|old| old.as_str() <= run) {
            self.remove_folder(&format!("{OWN}/stage/{old}")).await?;
        }
        Ok(())
    }

    async fn remove_folder(&self, below: &str) -> Result<(), PublishError> {
        let folder = self.path(below)?;
        let objects: Vec<_> = self
            .store()
            .list(Some(&folder))
            .try_collect()
            .await
            .map_err(|error| self.store_error(error))?;
        for object in objects {
            self.remove(&object.location).await?;
        }
        if let Some(root) = &self.place.local {
            // Object stores have no folders; on a disk the empty ones would stay.
            let _ = std::fs::remove_dir_all(root.join(below));
        }
        Ok(())
    }

    /// Removes a file; one that is gone already is as good as removed.
    pub(super) async fn remove(&self, path: &Path) -> Result<(), PublishError> {
        match self.store().delete(path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.store_error(error)),
        }
    }
}

fn record(number: u64) -> String {
    format!("{OWN}/releases/{number:09}.json")
}

fn text(record: &impl Serialize) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}
