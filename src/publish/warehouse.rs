//! The folder readers glob under, and the folder beside the tables that only runs use.

use std::collections::BTreeMap;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::damage::pointer_path;
use super::parquet::hexadecimal;
use super::record::{Record, SCHEMA_VERSION, text};
use super::release::{record, stage};
use super::{Release, Shape, StagedFile};
use crate::store::{self, PathError, Place, RelativePath, StoreError};

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

/// What a store says of files, by their paths: it is another for every other state of a file.
pub(super) type Tags = BTreeMap<RelativePath, String>;

/// What is noted when every file of a release is in place.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Completed {
    #[serde(flatten)]
    pointer: serde_json::Value,
    #[serde(default)]
    tags: Tags,
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
    /// A staged file was in neither place.
    #[error("the staged file `{path}` was gone before release {release} was in place")]
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
    /// What was published last is in no record any more.
    #[error(
        "the record `{path}` is gone, of a release that was published: what is in the warehouse is \
         newer than what its records say"
    )]
    Forgotten {
        /// The record.
        path: String,
    },
    /// There is no release, and there are files where its tables would be.
    #[error("the warehouse has no record of a release, and files of tables: {}", .files.join(", "))]
    Unrecorded {
        /// The first of them.
        files: Vec<String>,
    },
    /// A store said that a file was moved, and it is not there.
    #[error(
        "`{path}` is not there as it was staged, and the store says that it was copied; release \
         {release} is not in place"
    )]
    NotMoved {
        /// The release that announces it.
        release: u64,
        /// Where it should be.
        path: String,
    },
    /// A version of this program wrote a record that this one does not know.
    #[error(
        "`{path}` is of version {version}, and this program knows records up to {SCHEMA_VERSION}"
    )]
    Newer {
        /// The record.
        path: String,
        /// Its version.
        version: u32,
    },
    /// What is to become a path is none, or leads out of the warehouse.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A folder of the warehouse is a link to somewhere else.
    #[error("`{path}` leads out of the warehouse, to `{target}`")]
    LinkOut {
        /// The folder.
        path: String,
        /// Where it leads.
        target: String,
    },
    /// Something else has the name of a file, or of a folder above it.
    #[error("`{path}` is {found} where {wanted} belongs")]
    InTheWay {
        /// What is there.
        path: String,
        /// What it is.
        found: &'static str,
        /// What it should be.
        wanted: &'static str,
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

impl Record for Completed {}

impl Record for Staged {
    fn total(&self) -> u128 {
        let files = self.tables.values().flat_map(|table| &table.files);
        files.map(|file| u128::from(file.rows) + u128::from(file.bytes)).sum()
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
    /// The path leads elsewhere.
    pub fn path(&self, below: &str) -> Result<Path, PublishError> {
        let whole = format!("{}/{}", self.place.path, RelativePath::new(below)?);
        Path::parse(whole.trim_start_matches('/')).map_err(|error| self.store_error(&error.into()))
    }

    /// The same as a path of this machine, if it is one. The folders above it lie in the warehouse
    /// however links lead, so that what is removed or moved there is the warehouse's own.
    ///
    /// # Errors
    /// The path leads elsewhere.
    pub(super) fn on_disk(&self, below: &str) -> Result<Option<PathBuf>, PublishError> {
        let Some(root) = &self.place.local else { return Ok(None) };
        let path = root.join(RelativePath::new(below)?);
        let real = |folder: &LocalPath| folder.canonicalize().ok();
        let mut above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        let nearest = above.find_map(|folder| Some((folder, real(folder)?)));
        match (nearest, real(root)) {
            (Some((folder, target)), Some(root)) if !target.starts_with(&root) => {
                let (path, target) = (folder.display().to_string(), target.display().to_string());
                Err(PublishError::LinkOut { path, target })
            }
            _ => Ok(Some(path)),
        }
    }

    /// Sees to it that a file, if the warehouse is on this machine, can be where it belongs: a folder in its
    /// place would not give way to it, nor a file in the place of a folder above it.
    ///
    /// # Errors
    /// The path leads elsewhere, or something is in the way.
    pub(super) fn unobstructed(&self, below: &str) -> Result<(), PublishError> {
        let (Some(root), Some(path)) = (&self.place.local, self.on_disk(below)?) else {
            return Ok(());
        };
        let shown = |path: &LocalPath| path.display().to_string();
        if std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir()) {
            let (found, wanted) = ("a folder", "a file");
            return Err(PublishError::InTheWay { path: shown(&path), found, wanted });
        }
        let mut above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        match above.find(|folder| folder.metadata().is_ok_and(|there| !there.is_dir())) {
            Some(file) => {
                let (found, wanted) = ("no folder", "a folder");
                Err(PublishError::InTheWay { path: shown(file), found, wanted })
            }
            None => Ok(()),
        }
    }

    pub(super) fn store_error(&self, error: &Error) -> PublishError {
        PublishError::Store(StoreError::access(&self.shown, error))
    }

    /// The newest release that readers can see, and the one announced after it, if any.
    ///
    /// # Errors
    /// The store refuses, or the records end before what was published does.
    pub(super) async fn releases(&self) -> Result<(Release, Option<Release>), PublishError> {
        for own in ["releases", "stage", "failed"] {
            self.on_disk(&format!("{OWN}/{own}/any"))?;
        }
        // Before the records are listed: what the pointer names by now was announced before.
        let pointed = self.pointed().await?;
        let (announced, complete) = self.numbers().await?;
        let published = complete.max(pointed);
        if published > announced {
            // What is there and no file is not listed, and tells itself.
            self.record_unless_gone::<serde_json::Value>(&record(published)).await?;
            return Err(PublishError::Forgotten { path: record(published) });
        }
        let current = self.release(complete).await?;
        let pending =
            if announced > complete { Some(self.release(announced).await?) } else { None };
        Ok((current, pending))
    }

    /// The number of the newest record, and of the newest release that is noted to be complete.
    async fn numbers(&self) -> Result<(u64, u64), PublishError> {
        let folder = self.path(&format!("{OWN}/releases"))?;
        let listed: Vec<_> = self
            .store()
            .list(Some(&folder))
            .try_collect()
            .await
            .map_err(|error| self.store_error(&error))?;
        let names: Vec<&str> =
            listed.iter().filter_map(|object| object.location.filename()).collect();
        let newest = |ending: &str| {
            let stems = names.iter().filter_map(|name| name.strip_suffix(ending));
            stems.filter_map(number).max().unwrap_or(0)
        };
        Ok((newest(".json"), newest(".published")))
    }

    /// The release that readers are pointed to; none of a pointer that is gone or says nothing.
    async fn pointed(&self) -> Result<u64, PublishError> {
        match self.record_unless_gone::<serde_json::Value>(&pointer_path()).await {
            Ok(there) => Ok(there.and_then(|there| there["release"].as_u64()).unwrap_or(0)),
            Err(PublishError::Record { .. }) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Whether another release was announced on top of one.
    pub(super) async fn is_followed(&self, release: &Release) -> Result<bool, PublishError> {
        match self.store().head(&self.path(&record(release.release + 1))?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// The newest release, empty if there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn current(&self) -> Result<Release, PublishError> {
        Ok(self.releases().await?.0)
    }

    /// Announces a release: the one write that decides between two runs.
    pub(super) async fn announce(&self, release: &Release) -> Result<(), PublishError> {
        let below = record(release.release);
        let (path, text) = (self.path(&below)?, text(&below, release)?);
        match self.store().put_opts(&path, text.into(), PutMode::Create.into()).await {
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

    /// Notes that every file of a release is in place, with their tags. Who comes late changes nothing.
    pub(super) async fn complete(&self, release: &Release, tags: Tags) -> Result<(), PublishError> {
        let below = completed(release.release);
        let record = text(&below, &Completed { pointer: pointer(release), tags })?;
        let path = self.path(&below)?;
        match self.store().put_opts(&path, record.into(), PutMode::Create.into()).await {
            Ok(_) | Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(()),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    /// The tags that the files of a release had when they were last known to be right.
    pub(super) async fn tags(&self, number: u64) -> Result<Tags, PublishError> {
        let noted: Option<Completed> = self.record_unless_gone(&completed(number)).await?;
        Ok(noted.map(|noted| noted.tags).unwrap_or_default())
    }

    /// Notes the tags of files that have been found to be right.
    pub(super) async fn note_tags(
        &self,
        release: &Release,
        tags: Tags,
    ) -> Result<(), PublishError> {
        self.write(&completed(release.release), &Completed { pointer: pointer(release), tags })
            .await
    }

    /// Whether every file of a release has been in place.
    pub(super) async fn is_complete(&self, release: &Release) -> Result<bool, PublishError> {
        match self.store().head(&self.path(&completed(release.release))?).await {
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
        let put = self.store().put(&path, text(below, record)?.into()).await;
        put.map(|_| ()).map_err(|error| self.store_error(&error))
    }

    /// The records of a folder, by the number that is their name.
    ///
    /// # Errors
    /// The store cannot be read, or something there is no such record.
    pub async fn numbered<T: Record>(
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
            names.filter_map(|name| number(name.strip_suffix(".json")?)).collect();
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
        let below = numbered(folder, number);
        let (path, text) = (self.path(&below)?, text(&below, record)?);
        match self.store().put_opts(&path, text.into(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                Err(PublishError::Taken { folder: folder.to_owned(), number })
            }
            Err(error) => Err(self.store_error(&error)),
        }
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

    /// What a run staged that has failed: only such a run notes it. The rows lie beside the record,
    /// whatever it says of itself.
    pub(super) async fn failed(&self, run: &str) -> Result<Option<Staged>, PublishError> {
        let noted = self.record_unless_gone(&format!("{OWN}/stage/{run}/staged.json")).await?;
        Ok(noted.map(|staged| Staged { run: run.to_owned(), ..staged }))
    }

    /// The runs that have a folder in one of ours, oldest first.
    pub(super) async fn runs_in(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let folder = self.path(&format!("{OWN}/{folder}"))?;
        let listed = self.store().list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| self.store_error(&error))?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        let names = names.filter(|name| RelativePath::name(*name).is_ok());
        let mut runs: Vec<String> = names.map(str::to_owned).collect();
        runs.sort();
        Ok(runs)
    }

    /// Removes what a run staged.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn clear_stage(&self, run: &str) -> Result<(), PublishError> {
        self.remove_folder(&stage(run)?).await
    }

    pub(super) async fn remove_folder(&self, below: &str) -> Result<(), PublishError> {
        if let Some(folder) = self.on_disk(below)? {
            // At once, with empty folders and files half written, which a listing does not show.
            return remove_local(&folder);
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
    pub(super) async fn remove(&self, below: &str) -> Result<(), PublishError> {
        self.on_disk(below)?;
        self.unless_gone(self.store().delete(&self.path(below)?).await)
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

/// The number that is a record's name, if it is one that another can follow.
fn number(stem: &str) -> Option<u64> {
    let number = stem.parse().ok().filter(|number| *number < u64::MAX)?;
    (format!("{number:09}") == stem).then_some(number)
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

/// Where it is noted that a release is complete, below the warehouse.
fn completed(release: u64) -> String {
    format!("{OWN}/releases/{release:09}.published")
}
