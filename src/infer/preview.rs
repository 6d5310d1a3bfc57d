//! Samples read as a run reads files: by its readers and its engine.

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlanBuilder;

use super::sample::Samples;
use crate::plan::SourcePlan;
use crate::read::{Summary, in_memory};
use crate::request::default_memory;
use crate::transform::Build;

/// An engine that reads samples.
pub(super) struct Preview(Build<'static>);

impl Preview {
    /// An engine that uses a share of this machine's memory.
    ///
    /// # Errors
    /// The spill folder cannot be made.
    pub(super) fn new() -> Result<Self> {
        Ok(Self(Build::in_order(default_memory())?))
    }

    /// The rows of files with their names, as those of one source, and the counts of a run.
    ///
    /// # Errors
    /// What would stop a run, such as a file without a declared column.
    pub(super) async fn rows(
        &self,
        source: &SourcePlan,
        files: Vec<(String, Bytes)>,
    ) -> Result<(Vec<RecordBatch>, Summary)> {
        let (table, mut reports) = in_memory(source, files).await?;
        let rows = LogicalPlanBuilder::scan("samples", provider_as_source(table), None)?.build()?;
        let batches = self.0.collect(rows).await?;
        Ok((batches, reports.summary()))
    }

    /// The rows of each large sample that is a whole file, or why they cannot be read.
    pub(super) async fn whole_files(
        &self,
        source: &SourcePlan,
        samples: &Samples,
    ) -> Vec<Result<Vec<RecordBatch>>> {
        let mut files = Vec::new();
        for sample in samples.taken[..samples.large].iter().filter(|sample| !sample.cut) {
            let bytes = Bytes::copy_from_slice(&sample.bytes);
            let read = self.rows(source, vec![(sample.file.name.clone(), bytes)]).await;
            files.push(read.map(|(batches, _)| batches));
        }
        files
    }
}
