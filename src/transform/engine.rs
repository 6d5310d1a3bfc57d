//! The engine that executes the plans of a run: it writes the rows of a plan, or returns them.
//!
//! Everything else in a run works with plans, targets and files as values, so that another engine
//! only has to implement these two operations. [`Local`] is DataFusion in this process.

use std::future::Future;
use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{collect, execute_stream};
use datafusion::physical_planner::PhysicalPlanner;
use datafusion::prelude::SessionContext;

use super::write;
use crate::publish::{StagedFile, Target, staged_files, write_empty};
use crate::session::Resources;
use crate::session::engine_error::out_of_memory;

/// Rows of a batch when memory is short: every input of a merge holds two in memory.
const FRUGAL_ROWS: usize = 256;

/// How often to check whether memory was released, a hundredth of a second apart.
const PATIENCE: usize = 200;

/// An executor of plans.
pub trait Engine {
    /// Writes the rows of a plan below a target, in files of these columns. `name` is for messages.
    ///
    /// # Errors
    /// The plan fails, or a file cannot be written.
    fn write(
        &self,
        name: &str,
        rows: &LogicalPlan,
        target: &Target,
        columns: &SchemaRef,
    ) -> impl Future<Output = Result<Vec<StagedFile>>> + Send;

    /// Returns the rows of a plan.
    ///
    /// # Errors
    /// The plan cannot be executed; later errors are in the stream.
    fn rows(
        &self,
        rows: &LogicalPlan,
    ) -> impl Future<Output = Result<SendableRecordBatchStream>> + Send;
}

/// DataFusion in this process. Out of memory, it retries once with joins that spill and half the
/// partitions.
pub struct Local<'a> {
    session: SessionContext,
    resources: Resources,
    again: Again<'a>,
}

/// A receiver of the name of what ran out of memory and is written again.
pub type Again<'a> = Box<dyn Fn(&str) + Send + Sync + 'a>;

impl<'a> Local<'a> {
    /// The engine of a session with these resources.
    pub(super) fn new(session: SessionContext, resources: Resources, again: Again<'a>) -> Self {
        Self { session, resources, again }
    }

    fn frugal(&self, state: SessionState) -> SessionState {
        // A state that creates its own catalog would replace ours by an empty one.
        let mut config = state
            .config()
            .clone()
            .with_create_default_catalog_and_schema(false)
            .with_target_partitions((self.resources.partitions / 2).max(2))
            .with_batch_size(FRUGAL_ROWS);
        config.options_mut().optimizer.prefer_hash_join = false;
        SessionStateBuilder::new_from_existing(state).with_config(config).build()
    }

    /// Waits for the tasks of the failed plan, which release their memory when they have ended.
    async fn settled(&self) {
        let pool = &self.session.runtime_env().memory_pool;
        for _ in 0..PATIENCE {
            if pool.reserved() == 0 {
                return;
            }
            let pause = || std::thread::sleep(Duration::from_millis(10));
            let _ = tokio::task::spawn_blocking(pause).await;
        }
    }

    /// A file without rows, so that readers of a table without rows find its columns.
    async fn empty(&self, target: &Target, columns: &SchemaRef) -> Result<StagedFile> {
        let runtime = self.session.runtime_env();
        let store = runtime.object_store(&target.folder.store)?;
        let memory = MemoryConsumer::new("Parquet writer").register(&runtime.memory_pool);
        write_empty(&store, target, columns, memory).await
    }
}

impl Engine for Local<'_> {
    async fn write(
        &self,
        name: &str,
        rows: &LogicalPlan,
        target: &Target,
        columns: &SchemaRef,
    ) -> Result<Vec<StagedFile>> {
        let state = self.session.state();
        let mut files = match written(&state, rows, target, columns).await {
            Err(error) if out_of_memory(&error) && self.resources.hash_join => {
                (self.again)(name);
                self.settled().await;
                written(&self.frugal(state), rows, target, columns).await?
            }
            first => first?,
        };
        if files.is_empty() && target.encoding.description().is_some() {
            files.push(self.empty(target, columns).await?);
        }
        Ok(files)
    }

    async fn rows(&self, rows: &LogicalPlan) -> Result<SendableRecordBatchStream> {
        let state = self.session.state();
        execute_stream(state.create_physical_plan(rows).await?, state.task_ctx())
    }
}

/// Runs a plan under the writer. The writer asks for a distribution and an order; the optimiser
/// arranges for them.
async fn written(
    state: &SessionState,
    rows: &LogicalPlan,
    target: &Target,
    columns: &SchemaRef,
) -> Result<Vec<StagedFile>> {
    let write = state.optimize(&write::write(rows, target, columns)?)?;
    let write = write::planner().create_physical_plan(&write, state).await?;
    let manifest = collect(write, state.task_ctx()).await?;
    let files: Vec<Vec<StagedFile>> =
        manifest.iter().map(staged_files).collect::<Result<_, _>>()?;
    let mut files: Vec<StagedFile> = files.into_iter().flatten().collect();
    files.sort();
    Ok(files)
}
