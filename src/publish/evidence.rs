//! The rows that broke checks, kept for people: a Parquet file and a JSON Lines file for each check.
//!
//! They are stored outside the tables' folders. A run that fails, or that only warned, keeps them
//! until a later run succeeds.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::json::{LineDelimitedWriter, WriterBuilder};
use datafusion::error::DataFusionError;
use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::records::Record;
use super::rows::WrittenFile;
use super::{Encoding, Layout, PublishError, Staged, StagedFile, Target, Warehouse};
use crate::declare::Severity;
use crate::folder::OWN;

/// What broke the checks of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The run.
    pub run: String,
    /// Its pipeline.
    pub pipeline: String,
    /// The checks that some row broke, in the order in which they ran.
    pub checks: Vec<BrokenCheck>,
}

/// The rows that broke a check.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BrokenCheck {
    /// The table.
    pub table: String,
    /// The check, as its table file says it.
    pub check: String,
    /// What it does to the run.
    pub severity: Severity,
    /// Whether more rows broke it than it allows.
    pub failed: bool,
    /// The rows that broke it.
    pub rows: u64,
    /// The files that hold them.
    pub files: Vec<StagedFile>,
}

impl Record for Evidence {
    fn total(&self) -> u128 {
        let files = self.checks.iter().flat_map(|check| &check.files);
        let in_files = files.map(|file| u128::from(file.rows) + u128::from(file.bytes));
        in_files.chain(self.checks.iter().map(|check| u128::from(check.rows))).sum()
    }
}

impl Evidence {
    /// The folder of the rows of the check at a place of the list, below the warehouse.
    fn folder(&self, place: usize) -> String {
        format!("{OWN}/failed/{}/{place:04}", self.run)
    }

    /// Where the rows of the next check are written.
    ///
    /// # Errors
    /// The run's name cannot be part of a path.
    pub fn target(
        &self,
        warehouse: &Warehouse,
        sort_by: Vec<String>,
    ) -> Result<Target, PublishError> {
        Ok(Target {
            folder: warehouse.folder(&self.folder(self.checks.len()))?,
            layout: Layout { sort_by, ..Layout::default() },
            encoding: Encoding::Kept { description: None },
        })
    }

    /// The first rows that broke a check, in the order in which they are kept.
    ///
    /// # Errors
    /// A file cannot be read.
    pub async fn rows(
        &self,
        warehouse: &Warehouse,
        place: usize,
        limit: usize,
    ) -> Result<Vec<RecordBatch>, DataFusionError> {
        let (mut batches, mut wanted) = (Vec::new(), limit);
        for file in self.checks.get(place).map_or(&[][..], |check| &check.files) {
            if wanted == 0 {
                break;
            }
            let rows = self.file(warehouse, place, file)?.rows(Some(wanted)).await?;
            let rows: Vec<RecordBatch> = rows.try_collect().await?;
            wanted -= rows.iter().map(RecordBatch::num_rows).sum::<usize>().min(wanted);
            batches.extend(rows);
        }
        Ok(batches)
    }

    /// Writes the rows of the newest check a second time, as lines of JSON.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub async fn write_json(&self, warehouse: &Warehouse) -> Result<(), DataFusionError> {
        let Some(place) = self.checks.len().checked_sub(1) else { return Ok(()) };
        let path = self.path(warehouse, place, "rows.ndjson")?;
        let mut output = BufWriter::new(warehouse.store().clone(), path);
        for file in &self.checks[place].files {
            let mut rows = self.file(warehouse, place, file)?.rows(None).await?;
            while let Some(batch) = rows.try_next().await? {
                output.write_all(&json_lines(&[batch])?).await?;
            }
        }
        Ok(output.shutdown().await?)
    }

    fn file(
        &self,
        warehouse: &Warehouse,
        place: usize,
        file: &StagedFile,
    ) -> Result<WrittenFile, DataFusionError> {
        let path = self.path(warehouse, place, &file.path)?;
        Ok(WrittenFile { store: Arc::clone(warehouse.store()), path, bytes: file.bytes })
    }

    fn path(
        &self,
        warehouse: &Warehouse,
        place: usize,
        file: &str,
    ) -> Result<Path, DataFusionError> {
        let path = warehouse.path(&format!("{}/{file}", self.folder(place)));
        path.map_err(|error| DataFusionError::External(error.into()))
    }
}

/// Rows as JSON, one object per line, with explicit nulls.
///
/// # Errors
/// A value cannot be represented in JSON.
pub fn json_lines(batches: &[RecordBatch]) -> Result<Vec<u8>, DataFusionError> {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer: LineDelimitedWriter<Vec<u8>> = builder.build(Vec::new());
    writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
    writer.finish()?;
    Ok(writer.into_inner())
}

impl Warehouse {
    /// Records what broke the checks of a run.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn note_evidence(&self, evidence: &Evidence) -> Result<(), PublishError> {
        self.write(&format!("{OWN}/failed/{}/failed.json", evidence.run), evidence).await
    }

    /// What broke the checks of a pipeline's newest run with broken checks; `None` if there is
    /// none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn evidence(&self, pipeline: &str) -> Result<Option<Evidence>, PublishError> {
        self.newest_evidence(pipeline, |_| true).await
    }

    /// What broke checks that only warn, of the newest of a pipeline's runs that kept any and in which no check
    /// failed: the published release passed with them. `None` if there is none.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn warned(&self, pipeline: &str) -> Result<Option<Evidence>, PublishError> {
        let passed = |evidence: &Evidence| evidence.checks.iter().all(|check| !check.failed);
        self.newest_evidence(pipeline, passed).await
    }

    async fn newest_evidence(
        &self,
        pipeline: &str,
        is_meant: fn(&Evidence) -> bool,
    ) -> Result<Option<Evidence>, PublishError> {
        let is_meant = |it: &Evidence| it.pipeline == pipeline && is_meant(it);
        for run in self.runs_in("failed").await?.iter().rev() {
            let evidence = self.evidence_of(run).await?;
            // The rows are stored beside the record, whatever it contains.
            if let Some(evidence) = evidence.filter(is_meant) {
                return Ok(Some(Evidence { run: run.clone(), ..evidence }));
            }
        }
        Ok(None)
    }

    async fn evidence_of(&self, run: &str) -> Result<Option<Evidence>, PublishError> {
        self.record_unless_gone(&format!("{OWN}/failed/{run}/failed.json")).await
    }

    /// Removes the evidence of the pipeline's runs before one that has succeeded, and that of runs
    /// that ended before they had recorded it. What cannot be read is left for people.
    pub(super) async fn clear_evidence(&self, staged: &Staged) -> Result<(), PublishError> {
        let at_work = self.runs_in("stage").await?;
        for old in self.runs_in("failed").await?.iter().filter(|old| **old < staged.run) {
            let is_over = match self.evidence_of(old).await {
                Ok(Some(noted)) => staged.is_of(&noted.pipeline),
                Ok(None) => !at_work.contains(old) || self.is_dead(old, &staged.run).await?,
                Err(_) => false,
            };
            if is_over {
                self.remove_folder(&format!("{OWN}/failed/{old}")).await?;
            }
        }
        Ok(())
    }
}
