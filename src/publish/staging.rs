//! Staged files: what a run has built and not yet published, in a separate folder.

use std::collections::BTreeMap;

use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::records::Record;
use super::{Kind, PublishError, Shape, Warehouse};
use crate::folder::OWN;
use crate::store::{PathError, RelativePath};

/// Rows a run has built and not yet published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// The run.
    pub run: String,
    /// Its pipeline.
    pub pipeline: String,
    /// Its as-of, in UTC.
    pub as_of: String,
    /// The zone of its days and periods.
    #[serde(default)]
    pub time_zone: String,
    /// The tables it built.
    pub tables: BTreeMap<String, StagedTable>,
    /// Tables to remove from the warehouse.
    #[serde(default)]
    pub dropped: Vec<String>,
    /// The pipeline whose tables become this one's.
    #[serde(default)]
    pub taken_over: Option<String>,
}

/// The staged files of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedTable {
    /// The files.
    pub files: Vec<StagedFile>,
    /// The folders that were built, such as `period=2026-10-01`; `None` if the whole table was.
    pub slices: Option<Vec<String>>,
    /// How the table is published.
    #[serde(default, skip_serializing_if = "Kind::is_left_out")]
    pub kind: Kind,
    /// The shape of these folders and of those that stay.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Folders for which nothing is built any more.
    #[serde(default)]
    pub gone: Vec<String>,
    /// Whether every pipeline has its partition of the table, so that none owns it.
    #[serde(default)]
    pub shared: bool,
    /// Whether its files have the partition columns too.
    #[serde(default)]
    pub in_files: bool,
}

/// A file of staged rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StagedFile {
    /// Its path below the table's folder.
    pub path: RelativePath,
    /// The values of its partition columns as text, outermost first; `None` is NULL.
    pub partition: Vec<Option<String>>,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub sha256: String,
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

impl Record for Staged {
    fn total(&self) -> u128 {
        let files = self.tables.values().flat_map(|table| &table.files);
        files.map(|file| u128::from(file.rows) + u128::from(file.bytes)).sum()
    }
}

impl StagedTable {
    /// A table of a kind, of which nothing is staged yet.
    pub fn of(kind: Kind) -> Self {
        Self {
            files: Vec::new(),
            slices: None,
            kind,
            shape: None,
            gone: Vec::new(),
            shared: false,
            in_files: false,
        }
    }

    /// Whether a published file, by its path below the table's folder, is replaced by what was
    /// built. Other slices stay; a file in no slice is from before the table had any.
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

/// The folder of what a run has staged, below the warehouse.
pub(super) fn stage(run: &str) -> Result<String, PathError> {
    Ok(format!("{OWN}/stage/{}", RelativePath::name(run)?))
}

impl Warehouse {
    /// Records what a failed run staged, so that it can be inspected.
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

    /// What a failed run staged; only failed runs record it. The rows are stored beside the
    /// record, whatever it contains.
    pub(super) async fn failed(&self, run: &str) -> Result<Option<Staged>, PublishError> {
        let noted = self.record_unless_gone(&format!("{OWN}/stage/{run}/staged.json")).await?;
        Ok(noted.map(|staged| Staged { run: run.to_owned(), ..staged }))
    }

    /// The runs that have a folder in a given one, oldest first.
    pub(super) async fn runs_in(&self, folder: &str) -> Result<Vec<String>, PublishError> {
        let mut runs = self.folders(&format!("{OWN}/{folder}")).await?;
        runs.retain(|name| RelativePath::name(name).is_ok());
        runs.sort();
        Ok(runs)
    }

    /// The names of the folders in a folder.
    async fn folders(&self, below: &str) -> Result<Vec<String>, PublishError> {
        if let Some(file) = self.on_disk(&format!("{below}/any"))? {
            return self.names_on_disk(file.parent().unwrap_or(&file), std::fs::FileType::is_dir);
        }
        let listed = self.store().list_with_delimiter(Some(&self.path(below)?)).await;
        let listed = listed.map_err(|error| self.store_error(&error))?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        Ok(names.map(str::to_owned).collect())
    }

    /// Removes what a run staged.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn clear_stage(&self, run: &str) -> Result<(), PublishError> {
        self.remove_folder(&stage(run)?).await
    }
}
