//! The folder readers glob under, and the folder beside the tables that only runs use.

use std::collections::BTreeMap;
use std::path::Path as LocalPath;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::parquet::hexadecimal;
use super::release::record;
use super::{Release, Shape, StagedFile};
use crate::store::{self, Place, StoreError};

/// Everything below it is for runs, not for readers. It lies outside every table's folder, because
/// readers follow globs into hidden folders too.
pub(crate) const OWN: &str = "_patronage";

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
    /// The instant it pretends to be at, in UTC.
    pub as_of: String,
    /// The zone whose days and periods it means.
    #[serde(default)]
    pub time_zone: String,
    /// The tables it built.
    pub tables: BTreeMap<String, StagedTable>,
    /// Tables to take out of the warehouse.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// The pipeline whose tables become this one's.
    #[serde(default)]
    pub taken_over: Option<String>,
}

/// The staged files of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedTable {
    /// The files.
    pub files: Vec<StagedFile>,
    /// The folders that were built, such as `period=2026-10-01`; `None` if the whole table was.
    pub slices: Option<Vec<String>>,
    /// What these folders have in common with those that stay.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Folders that nothing is built for any more.
    #[serde(default)]
    pub gone: Vec<String>,
    /// Whether every pipeline has its part of the table, so that none owns it.
    #[serde(default)]
    pub shared: bool,
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
    /// Another program added a record since.
    #[error("record {number} of `{folder}` was added by somebody else at the same time")]
    Taken {
        /// The folder of records.
        folder: String,
        /// The number both wanted.
        number: u64,
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
    #[error("cannot write or remove `{path}`: {source}")]
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

    /// Whether a pipeline is the one that staged, by its name or by the one it had before.
    pub(super) fn is_of(&self, pipeline: &str) -> bool {
        [Some(self.pipeline.as_str()), self.taken_over.as_deref()].contains(&Some(pipeline))
    }
}

impl StagedTable {
    /// Whether a published file, by its path below the table's folder, gives way to what was
    /// built. Other slices stay; what is in no slice is from before the table had any.
    pub fn replaces(&self, path: &str) -> bool {
        let Some(built) = &self.slices else { return true };
        let all = || built.iter().chain(&self.gone);
        let is_in =
            |slice: &String| path.strip_prefix(slice).is_some_and(|rest| rest.starts_with('/'));
        all().any(is_in) || !all().all(|slice| columns(path).starts_with(&columns(slice)))
    }

    /// Rows of all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// The columns of the folders in a path, outermost first.
fn columns(path: &str) -> Vec<&str> {
    path.split('/').map_while(|folder| Some(folder.split_once('=')?.0)).collect()
}

impl Warehouse {
    /// Opens a warehouse; it need not exist.
    ///
    /// # Errors
    /// The location cannot be understood or its credentials are missing.
    pub fn open(location: &str, base: &LocalPath) -> Result<Self, StoreError> {
        let place = store::open_writable(location.trim_end_matches('/'), base)?;
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
        Path::parse(whole.trim_start_matches('/')).map_err(|error| self.store_error(&error.into()))
    }

    pub(super) fn store_error(&self, error: &Error) -> PublishError {
        PublishError::Store(StoreError::access(&self.shown, error))
    }

    /// The newest release that readers can see, and the one announced after it, if any.
    pub(super) async fn releases(&self) -> Result<(Release, Option<Release>), PublishError> {
        let folder = self.path(&format!("{OWN}/releases"))?;
        let listed: Vec<_> = self
            .store()
            .list(Some(&folder))
            .try_collect()
            .await
            .map_err(|error| self.store_error(&error))?;
        let names: Vec<&str> =
            listed.iter().filter_map(|object| object.location.filename()).collect();
        let numbers = |ending: &str| {
            let stems = names.iter().filter_map(|name| name.strip_suffix(ending));
            stems.filter_map(|stem| stem.parse::<u64>().ok()).max().unwrap_or(0)
        };
        let (announced, complete) = (numbers(".json"), numbers(".published"));
        let current = self.release(complete).await?;
        let pending =
            if announced > complete { Some(self.release(announced).await?) } else { None };
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
                self.announced_by(release).await
            }
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// A store whose answer was lost is asked again, and then finds our own announcement there.
    async fn announced_by(&self, release: &Release) -> Result<(), PublishError> {
        match self.release(release.release).await? {
            there if there.run == release.run => Ok(()),
            _ => Err(PublishError::Conflict { release: release.release }),
        }
    }

    /// Notes that every file of a release is in place; the last write makes it true.
    pub(super) async fn complete(&self, release: &Release) -> Result<(), PublishError> {
        if self.is_complete(release).await? {
            return Ok(());
        }
        let pointer = pointer(release);
        self.write(&format!("{OWN}/current.json"), &pointer).await?;
        self.write(&completed(release), &pointer).await
    }

    /// Whether every file of a release has been in place.
    pub(super) async fn is_complete(&self, release: &Release) -> Result<bool, PublishError> {
        match self.store().head(&self.path(&completed(release))?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// The checksum of a file as it lies there; `None` if there is none.
    pub(super) async fn sha256(&self, below: &str) -> Result<Option<String>, PublishError> {
        let mut bytes = match self.store().get(&self.path(below)?).await {
            Ok(there) => there.into_stream(),
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.store_error(&error)),
        };
        let mut digest = Sha256::new();
        while let Some(chunk) = bytes.try_next().await.map_err(|error| self.store_error(&error))? {
            digest.update(&chunk);
        }
        Ok(Some(hexadecimal(digest)))
    }

    /// Writes a record.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn write(&self, below: &str, record: &impl Serialize) -> Result<(), PublishError> {
        let path = self.path(below)?;
        let put = self.store().put(&path, text(record).into()).await;
        put.map(|_| ()).map_err(|error| self.store_error(&error))
    }

    /// The records of a folder, by the number that is their name.
    ///
    /// # Errors
    /// The store cannot be read, or something there is no such record.
    pub async fn numbered<T: DeserializeOwned>(
        &self,
        folder: &str,
    ) -> Result<BTreeMap<u64, T>, PublishError> {
        let path = self.path(&format!("{OWN}/{folder}"))?;
        let listed: Vec<_> = self
            .store()
            .list(Some(&path))
            .try_collect()
            .await
            .map_err(|error| self.store_error(&error))?;
        let names = listed.iter().filter_map(|object| object.location.filename());
        let numbers: Vec<u64> =
            names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect();
        let mut records = BTreeMap::new();
        for number in numbers {
            let record = self.record(&numbered(folder, number)).await?;
            records.insert(number, record);
        }
        Ok(records)
    }

    /// Adds a record to a folder under a number, unless that is taken.
    ///
    /// # Errors
    /// The number is taken, or the store refuses.
    pub async fn add_numbered(
        &self,
        folder: &str,
        number: u64,
        record: &impl Serialize,
    ) -> Result<(), PublishError> {
        let path = self.path(&numbered(folder, number))?;
        match self.store().put_opts(&path, text(record).into(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                Err(PublishError::Taken { folder: folder.to_owned(), number })
            }
            Err(error) => Err(self.store_error(&error)),
        }
    }

    async fn record<T: DeserializeOwned>(&self, below: &str) -> Result<T, PublishError> {
        let path = self.path(below)?;
        let got = self.store().get(&path).await.map_err(|error| self.store_error(&error))?;
        let bytes = got.bytes().await.map_err(|error| self.store_error(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| PublishError::Record {
            path: below.to_owned(),
            problem: error.to_string(),
        })
    }

    /// Notes what a run staged that has failed, so that it can be looked at.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn note_staged(&self, staged: &Staged) -> Result<(), PublishError> {
        self.write(&format!("{}/staged.json", staged.folder()), staged).await
    }

    /// The staged rows of the newest run of a pipeline that failed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn staged(&self, pipeline: &str) -> Result<Option<Staged>, PublishError> {
        for run in self.runs_in("stage").await?.iter().rev() {
            let failed = self.failed(run).await?;
            if let Some(staged) = failed.filter(|staged| staged.pipeline == pipeline) {
                return Ok(Some(staged));
            }
        }
        Ok(None)
    }

    /// What a run staged that has failed: only such a run notes it.
    async fn failed(&self, run: &str) -> Result<Option<Staged>, PublishError> {
        self.record_unless_gone(&format!("{OWN}/stage/{run}/staged.json")).await
    }

    /// A record, if it is there.
    pub(super) async fn record_unless_gone<T: DeserializeOwned>(
        &self,
        below: &str,
    ) -> Result<Option<T>, PublishError> {
        match self.record(below).await {
            Ok(record) => Ok(Some(record)),
            Err(PublishError::Store(error)) if error.kind() == store::StoreErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The runs that have a folder in one of ours, oldest first.
    pub(super) async fn runs_in(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let folder = self.path(&format!("{OWN}/{folder}"))?;
        let listed = self.store().list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| self.store_error(&error))?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        let mut runs: Vec<String> = names.map(str::to_owned).collect();
        runs.sort();
        Ok(runs)
    }

    /// Removes what a run staged.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn clear_stage(&self, run: &str) -> Result<(), PublishError> {
        self.remove_folder(&format!("{OWN}/stage/{run}")).await
    }

    /// Removes what `staged` holds, whose run has ended well, and what others left: `before`, the run
    /// of the release it built on; runs of the pipeline that failed; and runs that were killed, as far
    /// as anybody can tell. Another run may be at work, and its rows are not to vanish below it; what a
    /// run of another pipeline failed over is for that one's people.
    pub(super) async fn clear_stages(
        &self,
        staged: &Staged,
        before: &str,
    ) -> Result<(), PublishError> {
        for old in self.runs_in("stage").await? {
            let is_over = match self.failed(&old).await? {
                Some(failed) => staged.is_of(&failed.pipeline),
                None => old == staged.run || old == before || is_forgotten(&old, &staged.run),
            };
            if is_over {
                self.clear_stage(&old).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn remove_folder(&self, below: &str) -> Result<(), PublishError> {
        if let Some(root) = &self.place.local {
            // At once, with empty folders and files half written, which a listing does not show.
            return remove_local(&root.join(below));
        }
        let folder = self.path(below)?;
        let listed: Vec<_> = self
            .store()
            .list(Some(&folder))
            .map_ok(|object| object.location)
            .try_collect()
            .await
            .map_err(|error| self.store_error(&error))?;
        let mut removed = self.store().delete_stream(stream::iter(listed).map(Ok).boxed());
        while let Some(removed) = removed.next().await {
            self.unless_gone(removed.map(|_| ()))?;
        }
        Ok(())
    }

    /// Removes a file; one that is gone already is as good as removed.
    pub(super) async fn remove(&self, path: &Path) -> Result<(), PublishError> {
        self.unless_gone(self.store().delete(path).await)
    }

    fn unless_gone(&self, removed: Result<(), Error>) -> Result<(), PublishError> {
        match removed {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.store_error(&error)),
        }
    }
}

/// What readers learn without reading the record: the release, how current each table and the newest
/// of them is, and which are older than others of their pipeline.
fn pointer(release: &Release) -> serde_json::Value {
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

/// Where a numbered record lies, below the warehouse.
fn numbered(folder: &str, number: u64) -> String {
    format!("{OWN}/{folder}/{number:09}.json")
}

fn remove_local(folder: &LocalPath) -> Result<(), PublishError> {
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(PublishError::Disk { path: folder.display().to_string(), source })
        }
        _ => Ok(()),
    }
}

/// Whether a run began so long before `run` that it cannot be at work any more. The names of runs
/// begin with the time; of a name that does not, nothing is known.
fn is_forgotten(old: &str, run: &str) -> bool {
    let began = |run: &str| {
        let time = run.get(..15)?;
        chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%S").ok()
    };
    match (began(old), began(run)) {
        (Some(old), Some(run)) => run - old > chrono::TimeDelta::days(1),
        _ => false,
    }
}

/// Where it is noted that a release is complete, below the warehouse.
fn completed(release: &Release) -> String {
    format!("{OWN}/releases/{:09}.published", release.release)
}

fn text(record: &impl Serialize) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}
