//! Stages at work: each query planned over the tables before it, its rows written to files.
//!
//! This is the seam an engine stands behind: a plan goes in, a row for each file comes out.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, TableReference};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::collect;
use datafusion::physical_planner::PhysicalPlanner;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;

use super::FilesTable;
use crate::failure::{Failing, FailureKind};
use crate::plan::{
    Bindings, CheckPlan, ColumnPlan, PERIOD_COLUMN, Stage, reader_columns, versions, within,
};
use crate::publish::{Folder, StagedFile, Target, staged_files, write_empty};
use crate::session::engine_error::{self, out_of_memory};
use crate::session::{Resources, moments, session};
use crate::store::Place;

/// Rows of a batch when memory is short: every input of a merge holds two in memory.
const FRUGAL_ROWS: usize = 1024;

/// The tables of a run as far as they are built.
pub struct Build {
    session: SessionContext,
    resources: Resources,
}

/// A stage that could not be built.
#[derive(Debug, thiserror::Error)]
#[error("stage `{stage}`: {source}")]
pub struct BuildError {
    /// The stage.
    pub stage: String,
    /// Where its query fails, if it has one: at a call or at its start.
    pub place: Option<crate::diagnostic::Place>,
    /// What the engine says.
    pub source: DataFusionError,
}

impl Failing for BuildError {
    fn failure_kind(&self) -> FailureKind {
        engine_error::kind(&self.source)
    }

    fn what_to_do(&self) -> Option<String> {
        out_of_memory(&self.source).then(|| "give the run more with `--memory`".into())
    }
}

impl BuildError {
    fn of(stage: &Stage) -> impl FnOnce(DataFusionError) -> Self {
        move |source| {
            let place = Some(stage.query.place_of_failure(&source));
            Self { stage: stage.name.clone(), place, source }
        }
    }
}

impl Build {
    /// A run with no tables yet.
    pub fn new(resources: Resources, runtime: Arc<RuntimeEnv>) -> Self {
        Self { session: session(&resources, runtime), resources }
    }

    /// Makes a store known under its name.
    pub fn register_store(&self, place: &Place) {
        self.session.register_object_store(place.url.as_ref(), Arc::clone(&place.store));
    }

    /// Makes a table known; one of the same name gives way.
    ///
    /// # Errors
    /// Never in practice: the catalog is in memory.
    pub fn register(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<()> {
        self.session.deregister_table(TableReference::bare(name))?;
        self.session.register_table(TableReference::bare(name), table).map(|_| ())
    }

    pub(super) fn session(&self) -> &SessionContext {
        &self.session
    }

    /// Folds a stage into the query that reads it.
    ///
    /// # Errors
    /// The query cannot be planned.
    pub async fn fold(&self, stage: &Stage, bindings: &Bindings) -> Result<(), BuildError> {
        let folded = async {
            let plan = logical(&self.session.state(), stage, bindings).await?;
            self.register(&stage.name, Arc::new(ViewTable::new(plan, None)))
        };
        folded.await.map_err(BuildError::of(stage))
    }

    /// Runs a stage and writes its rows below `target`.
    ///
    /// Out of memory, it is tried once more with joins that spill and half the partitions.
    ///
    /// # Errors
    /// The query fails, or a file cannot be written.
    pub async fn write(
        &self,
        stage: &Stage,
        bindings: &Bindings,
        target: &Target,
    ) -> Result<Vec<StagedFile>, BuildError> {
        let written = async {
            let plan = logical(&self.session.state(), stage, bindings).await?;
            let columns = stage.stored_columns();
            let plan = promised(plan, &columns)?;
            let schema = documented(&columns);
            match stage.publish {
                Some(_) if !stage.shows_less() => {
                    self.write_for_readers(&stage.name, &plan, target, &schema).await
                }
                _ => self.write_plan(&stage.name, &plan, target, &schema).await,
            }
        };
        written.await.map_err(BuildError::of(stage))
    }

    /// Writes the rows of a stage that is built once more, as readers see them.
    ///
    /// # Errors
    /// The rows cannot be read, or a file cannot be written.
    pub async fn show(
        &self,
        stage: &Stage,
        target: &Target,
    ) -> Result<Vec<StagedFile>, BuildError> {
        let shown = async {
            let rows = self.session.table(TableReference::bare(stage.name.as_str())).await?;
            let plan = promised(rows.into_unoptimized_plan(), &stage.columns)?;
            self.write_for_readers(&stage.name, &plan, target, &documented(&stage.columns)).await
        };
        shown.await.map_err(BuildError::of(stage))
    }

    /// Writes the rows of a plan; out of memory, it is tried once more with less.
    async fn write_plan(
        &self,
        name: &str,
        plan: &LogicalPlan,
        target: &Target,
        schema: &SchemaRef,
    ) -> Result<Vec<StagedFile>> {
        let state = self.session.state();
        let first = written(&state, plan, target, schema).await;
        match first {
            Err(error) if out_of_memory(&error) && self.resources.hash_join => {
                tracing::warn!(stage = name, "out of memory; trying again with less");
                written(&self.frugal(state), plan, target, schema).await
            }
            other => other,
        }
    }

    /// A table without rows is a file without rows, so that readers find its columns.
    async fn write_for_readers(
        &self,
        name: &str,
        plan: &LogicalPlan,
        target: &Target,
        schema: &SchemaRef,
    ) -> Result<Vec<StagedFile>> {
        let mut files = self.write_plan(name, plan, target, schema).await?;
        if files.is_empty() {
            let runtime = self.session.runtime_env();
            let store = runtime.object_store(&target.folder.store)?;
            let memory = MemoryConsumer::new("Parquet writer").register(&runtime.memory_pool);
            files.push(write_empty(&store, target, schema, memory).await?);
        }
        Ok(files)
    }

    fn frugal(&self, state: SessionState) -> SessionState {
        // A state that made a catalog of its own would put an empty one in the place of ours.
        let mut config = state
            .config()
            .clone()
            .with_create_default_catalog_and_schema(false)
            .with_target_partitions((self.resources.partitions / 2).max(2))
            .with_batch_size(FRUGAL_ROWS);
        config.options_mut().optimizer.prefer_hash_join = false;
        SessionStateBuilder::new_from_existing(state).with_config(config).build()
    }

    /// Writes the rows of a table that is known already, as they come, and lets the files take its
    /// place: what is read many times is parsed once.
    ///
    /// # Errors
    /// The table cannot be read, or a file cannot be written.
    pub async fn land(&self, name: &str, target: &Target) -> Result<Vec<StagedFile>, BuildError> {
        let landed = self.land_as(name, name, target).await;
        landed.map_err(|source| BuildError { stage: name.to_owned(), place: None, source })
    }

    /// Writes the rows of a table that is known already, and makes them known as `landed`.
    pub(super) async fn land_as(
        &self,
        name: &str,
        landed: &str,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let rows = self.session.table(TableReference::bare(name)).await?.into_unoptimized_plan();
        self.land_plan(landed, &rows, target).await
    }

    /// Writes the rows of a query, and makes them known under `name`.
    pub(super) async fn land_query(
        &self,
        name: &str,
        sql: &str,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let rows = self.session.state().create_logical_plan(sql).await?;
        self.land_plan(name, &rows, target).await
    }

    async fn land_plan(
        &self,
        name: &str,
        rows: &LogicalPlan,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let fields = rows.schema().fields().iter();
        let columns: Vec<ColumnPlan> = fields.map(|field| column(field)).collect();
        let files = self.write_plan(name, rows, target, &crate::plan::schema(&columns)).await?;
        self.register(name, Arc::new(table(target, files.clone(), &columns)))?;
        Ok(files)
    }

    /// Reads all rows of a table, for the sake of what its reader notes of them.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn read_through(&self, name: &str) -> Result<(), BuildError> {
        let read = async {
            let rows = self.session.table(TableReference::bare(name)).await?;
            let mut rows = rows.execute_stream().await?;
            while rows.try_next().await?.is_some() {}
            Ok(())
        };
        read.await.map_err(|source| BuildError { stage: name.to_owned(), place: None, source })
    }

    /// Writes what a check's query yields, its columns in the order of the evidence. A check that
    /// holds leaves no file.
    ///
    /// # Errors
    /// The query fails, or a file cannot be written.
    pub async fn write_evidence(
        &self,
        check: &CheckPlan,
        bindings: &Bindings,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let plan = check.query.planned(&self.session.state(), bindings).await?;
        let plan = promised(plan, &check.evidence)?;
        self.write_plan(&check.name, &plan, target, &crate::plan::schema(&check.evidence)).await
    }

    /// The rows of a table that is known.
    ///
    /// # Errors
    /// They cannot be counted.
    pub async fn rows_of(&self, table: &str) -> Result<u64> {
        Ok(self.session.table(TableReference::bare(table)).await?.count().await? as u64)
    }

    /// Writes the rows of a table that no query makes, for readers.
    ///
    /// # Errors
    /// The table cannot be read, or a file cannot be written.
    pub async fn write_rows(
        &self,
        name: &str,
        rows: Arc<dyn TableProvider>,
        columns: &[ColumnPlan],
        target: &Target,
    ) -> Result<Vec<StagedFile>, BuildError> {
        let write = async {
            let rows = LogicalPlanBuilder::scan(name, provider_as_source(rows), None)?.build()?;
            self.write_for_readers(name, &rows, target, &documented(columns)).await
        };
        write.await.map_err(|source| BuildError { stage: name.to_owned(), place: None, source })
    }

    /// Makes written files readable under the stage's name, as later stages see them.
    ///
    /// # Errors
    /// Never in practice: the catalog is in memory.
    pub fn register_files(
        &self,
        stage: &Stage,
        target: &Target,
        files: Vec<StagedFile>,
    ) -> Result<()> {
        let stored = table(target, files, &stage.stored_columns());
        self.register(&stage.name, queried(&stage.name, stored, &within(&stage.columns))?)
    }

    /// The same with the partition columns, as checks and headlines see them.
    ///
    /// # Errors
    /// Never in practice: the catalog is in memory.
    pub fn register_whole(
        &self,
        stage: &Stage,
        target: &Target,
        files: Vec<StagedFile>,
    ) -> Result<()> {
        let stored =
            table(target, files, &reader_columns(stage.per_period, &stage.stored_columns()));
        let columns = stage.checked_columns();
        self.register(&stage.name, queried(&stage.name, stored, &columns)?)
    }

    /// The table that a name stands for.
    ///
    /// # Errors
    /// There is none.
    pub async fn known(&self, name: &str) -> Result<Arc<dyn TableProvider>> {
        self.session.table_provider(TableReference::bare(name)).await
    }

    /// Makes published rows of a stage known under its name, as checks see them.
    ///
    /// # Errors
    /// They cannot become what the stage yields now.
    pub fn register_published(&self, stage: &Stage, published: FilesTable) -> Result<()> {
        let columns = stage.checked_columns();
        self.register(&stage.name, queried(&stage.name, published, &columns)?)
    }

    /// The rows of a query over what is built, at most `limit`.
    ///
    /// # Errors
    /// The query fails.
    pub async fn query(
        &self,
        query: &crate::plan::Query,
        bindings: &Bindings,
        limit: Option<usize>,
    ) -> Result<Vec<datafusion::arrow::array::RecordBatch>> {
        let state = self.session.state();
        let plan = query.planned(&state, bindings).await?;
        let plan = LogicalPlanBuilder::from(plan).limit(0, limit)?.build()?;
        let physical = state.create_physical_plan(&plan).await?;
        collect(physical, state.task_ctx()).await
    }
}

/// The written files of a target as a table of `columns`.
pub fn table(target: &Target, files: Vec<StagedFile>, columns: &[ColumnPlan]) -> FilesTable {
    let partitions = target.layout.partition_columns();
    let Folder { store, path } = target.folder.clone();
    FilesTable::new(store, path, files, columns, &partitions)
}

/// Written files in the types that queries of the run go by.
fn queried(
    name: &str,
    stored: FilesTable,
    columns: &[ColumnPlan],
) -> Result<Arc<dyn TableProvider>> {
    if stored.schema() == crate::plan::schema(columns) {
        return Ok(Arc::new(stored));
    }
    let rows = provider_as_source(Arc::new(stored));
    let rows = LogicalPlanBuilder::scan(name, rows, None)?.build()?;
    Ok(Arc::new(ViewTable::new(promised(rows, columns)?, None)))
}

/// Runs a plan under the writer. The writer asks for a distribution and an order; the optimiser
/// arranges for them.
async fn written(
    state: &SessionState,
    rows: &LogicalPlan,
    target: &Target,
    schema: &SchemaRef,
) -> Result<Vec<StagedFile>> {
    let write = state.optimize(&super::write::write(rows, target, schema)?)?;
    let write = super::write::planner().create_physical_plan(&write, state).await?;
    let manifest = collect(write, state.task_ctx()).await?;
    let files: Vec<Vec<StagedFile>> =
        manifest.iter().map(staged_files).collect::<Result<_, _>>()?;
    let mut files: Vec<StagedFile> = files.into_iter().flatten().collect();
    files.sort();
    Ok(files)
}

fn column(field: &Field) -> ColumnPlan {
    ColumnPlan::new(field.name(), field.data_type().clone())
}

/// The stage's query with its contract applied: the promised columns in the types of the run.
async fn logical(state: &SessionState, stage: &Stage, bindings: &Bindings) -> Result<LogicalPlan> {
    let plan = stage.query.planned(state, bindings).await?;
    let plan = match &stage.history {
        Some(history) => versions(state, plan, history)?,
        None => plan,
    };
    promised(plan, &within(&stage.columns))
}

/// The columns of a query that are promised, in their promised order and types.
fn promised(plan: LogicalPlan, columns: &[ColumnPlan]) -> Result<LogicalPlan> {
    let schema = Arc::clone(plan.schema());
    let columns: Result<Vec<Expr>> = columns
        .iter()
        .map(|column| {
            let (qualifier, field) = schema.qualified_field_with_unqualified_name(&column.name)?;
            let value = Expr::Column(Column::from((qualifier, field)));
            Ok(moments::shown(value, &column.data_type, &schema)?.alias(&column.name))
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns?)?.build()
}

/// The columns of a published table with what readers find in a file's metadata about them.
fn documented(columns: &[ColumnPlan]) -> SchemaRef {
    let field = |column: &ColumnPlan| {
        let said = [("description", &column.description), ("unit", &column.unit)];
        let metadata = said
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text.clone()?.trim().to_owned())))
            .collect();
        Field::new(&column.name, column.data_type.clone(), true).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// What every file of a published table says about it: the same text in every run.
pub(crate) fn description(stage: &Stage) -> String {
    described(&stage.name, stage.description.as_deref(), &stage.key, &stage.columns)
}

/// What every file of a table of this name, meaning and key says about it.
pub(crate) fn described(
    name: &str,
    description: Option<&str>,
    key: &[String],
    columns: &[ColumnPlan],
) -> String {
    let columns: BTreeMap<&str, serde_json::Value> = columns
        .iter()
        .map(|column| {
            let said = serde_json::json!({
                "description": column.description.as_deref().map(str::trim),
                "unit": column.unit,
            });
            (column.name.as_str(), said)
        })
        .collect();
    serde_json::json!({
        "table": name,
        "description": description.map(str::trim),
        "key": key,
        "columns": columns,
    })
    .to_string()
}

/// The partition columns of a stage's files besides the period.
pub(crate) fn partition_columns(stage: &Stage) -> Vec<String> {
    let layout = stage.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
    layout.iter().filter(|name| *name != PERIOD_COLUMN).cloned().collect()
}
