//! Execution of stages: each query is planned over its input tables. Names become tables here, and
//! queries plans; [`Engine`] executes them.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Field, Int64Type};
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, ScalarValue, TableReference};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, SessionState};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;

use super::engine::{Again, Engine, Local};
use super::laid_out::{laid_out, promised};
use super::{BuildError, FilesTable};
use crate::plan::{
    Bindings, CheckPlan, ColumnPlan, PERIOD_COLUMN, Stage, reader_columns, versions, within,
};
use crate::publish::{Folder, StagedFile, Target};
use crate::session::{Resources, in_order, session};
use crate::store::Location;

/// The tables of a run so far.
pub struct Build<'a> {
    session: SessionContext,
    engine: Local<'a>,
}

impl<'a> Build<'a> {
    /// A run with no tables yet. `again` receives what is written a second time, for lack of
    /// memory.
    pub fn new(resources: Resources, runtime: Arc<RuntimeEnv>, again: Again<'a>) -> Self {
        let session = session(&resources, runtime);
        Self { engine: Local::new(session.clone(), resources, again), session }
    }

    /// The same with tables that are only read, in the order of their files, with a given number of
    /// bytes of memory.
    ///
    /// # Errors
    /// The spill folder cannot be made.
    pub fn in_order(memory: usize) -> Result<Self> {
        let resources = Resources::in_order(memory);
        let session = in_order(&resources)?;
        let again = Box::new(|_: &str| ());
        Ok(Self { engine: Local::new(session.clone(), resources, again), session })
    }

    /// Registers a store under its name.
    pub fn register_store(&self, location: &Location) {
        self.session.register_object_store(location.url.as_ref(), Arc::clone(&location.store));
    }

    /// Registers a table, replacing one of the same name.
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

    pub(super) async fn rows(&self, rows: LogicalPlan) -> Result<SendableRecordBatchStream> {
        self.engine.rows(&rows).await
    }

    /// All rows of a plan.
    ///
    /// # Errors
    /// The plan cannot be executed.
    pub async fn collect(&self, rows: LogicalPlan) -> Result<Vec<RecordBatch>> {
        self.rows(rows).await?.try_collect().await
    }

    /// The first rows of a table by some of its columns, or in the order in which they come without such; of
    /// a table without rows, its columns.
    ///
    /// # Errors
    /// They cannot be computed.
    pub async fn head(
        &self,
        name: &str,
        order: &[String],
        limit: Option<usize>,
    ) -> Result<Vec<RecordBatch>> {
        let table = self.known(name).await?;
        let empty = RecordBatch::new_empty(table.schema());
        let source = provider_as_source(table);
        let rows = LogicalPlanBuilder::scan(name, source, None)?;
        let by = order.iter().map(|name| Expr::Column(Column::new_unqualified(name)));
        let rows = match order {
            [] => rows,
            _ => rows.sort(by.map(|column| column.sort(true, false)))?,
        };
        let rows = rows.limit(0, limit)?.build()?;
        let batches = self.collect(rows).await?;
        Ok(if batches.is_empty() { vec![empty] } else { batches })
    }

    pub(super) async fn count_of(&self, rows: LogicalPlan) -> Result<u64> {
        let counted = LogicalPlanBuilder::from(rows)
            .aggregate(Vec::<Expr>::new(), [count(lit(1_i64))])?
            .build()?;
        let counted = self.collect(counted).await?;
        let count = counted.iter().find(|batch| batch.num_rows() > 0);
        let count = count.map(|batch| batch.column(0).as_primitive::<Int64Type>().value(0));
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Inlines a stage into the query that reads it.
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
    /// Out of memory, it is retried once with joins that spill and half the partitions.
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
            let columns = reader_columns(stage.per_period, &stage.stored_columns());
            self.write_laid_out(&stage.name, plan, &columns, target).await
        };
        written.await.map_err(BuildError::of(stage))
    }

    /// Writes the rows of a stage a second time, as readers see them.
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
            let (rows, columns) = (rows.into_unoptimized_plan(), stage.reader_columns());
            self.write_laid_out(&stage.name, rows, &columns, target).await
        };
        shown.await.map_err(BuildError::of(stage))
    }

    /// Writes the rows of a registered table, in the order of arrival, and replaces it by the
    /// files: so a source that is read many times is parsed once.
    ///
    /// # Errors
    /// The table cannot be read, or a file cannot be written.
    pub async fn land(&self, name: &str, target: &Target) -> Result<Vec<StagedFile>, BuildError> {
        let landed = self.land_as(name, name, target).await;
        landed.map_err(|error| BuildError::at(name, error))
    }

    /// Writes the rows of a registered table, and registers them as `landed`.
    pub(super) async fn land_as(
        &self,
        name: &str,
        landed: &str,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let rows = self.session.table(TableReference::bare(name)).await?.into_unoptimized_plan();
        self.land_plan(landed, &rows, target).await
    }

    /// Writes the rows of a plan, and registers them under `name`.
    pub(super) async fn land_plan(
        &self,
        name: &str,
        rows: &LogicalPlan,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let fields = rows.schema().fields().iter();
        let columns: Vec<ColumnPlan> = fields.map(|field| column(field)).collect();
        let files = self.engine.write(name, rows, target, &crate::plan::schema(&columns)).await?;
        self.register(name, Arc::new(table(target, files.clone(), &columns)))?;
        Ok(files)
    }

    /// Reads all rows of a table, for what its reader records about them.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn read_through(&self, name: &str) -> Result<(), BuildError> {
        let read = async {
            let rows = self.session.table(TableReference::bare(name)).await?;
            let mut rows = self.engine.rows(&rows.into_unoptimized_plan()).await?;
            while rows.try_next().await?.is_some() {}
            Ok(())
        };
        read.await.map_err(|error| BuildError::at(name, error))
    }

    /// Writes the rows that break a check, their columns in the order of the evidence. A check that
    /// passes leaves no file.
    ///
    /// # Errors
    /// The query fails, or a file cannot be written.
    pub async fn write_evidence(
        &self,
        check: &CheckPlan,
        bindings: &Bindings,
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let plan = check.broken(&self.session.state(), bindings).await?;
        let plan = promised(plan, &check.evidence)?;
        self.engine.write(&check.name, &plan, target, &crate::plan::schema(&check.evidence)).await
    }

    /// The number of rows of a registered table.
    ///
    /// # Errors
    /// They cannot be counted.
    pub async fn rows_of(&self, table: &str) -> Result<u64> {
        let rows = self.session.table(TableReference::bare(table)).await?;
        self.count_of(rows.into_unoptimized_plan()).await
    }

    /// Writes the rows of a table without a query, for readers; `columns` are those that they see.
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
            self.write_laid_out(name, rows, columns, target).await
        };
        write.await.map_err(|error| BuildError::at(name, error))
    }

    /// Writes those of `columns` that the query yields and, if the files are to have them, those that
    /// all rows of the target share.
    async fn write_laid_out(
        &self,
        name: &str,
        rows: LogicalPlan,
        columns: &[ColumnPlan],
        target: &Target,
    ) -> Result<Vec<StagedFile>> {
        let (rows, columns) = laid_out(rows, columns, &target.layout)?;
        self.engine.write(name, &rows, target, &columns).await
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

    /// The table of a name.
    ///
    /// # Errors
    /// There is none.
    pub async fn known(&self, name: &str) -> Result<Arc<dyn TableProvider>> {
        self.session.table_provider(TableReference::bare(name)).await
    }

    /// Registers published rows of a stage under its name, as checks see them.
    ///
    /// # Errors
    /// They cannot be cast to the stage's current columns.
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
    ) -> Result<Vec<RecordBatch>> {
        let state = self.session.state();
        let plan = query.planned(&state, bindings).await?;
        let plan = LogicalPlanBuilder::from(plan).limit(0, limit)?.build()?;
        self.collect(plan).await
    }

    /// The plan of an internal query, with parameters of these values.
    ///
    /// # Errors
    /// A table or a column of it is unknown.
    pub async fn planned(
        &self,
        sql: &str,
        parameters: Vec<(&str, ScalarValue)>,
    ) -> Result<LogicalPlan> {
        let planned = self.session.sql(sql).await?.with_param_values(parameters)?;
        Ok(planned.into_unoptimized_plan())
    }
}

/// The written files of a target as a table of `columns`.
pub fn table(target: &Target, files: Vec<StagedFile>, columns: &[ColumnPlan]) -> FilesTable {
    let partitions = target.layout.partition_columns();
    let Folder { store, path } = target.folder.clone();
    FilesTable::new(store, path, files, columns, &partitions)
}

/// Written files in the types that queries of the run use.
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

fn column(field: &Field) -> ColumnPlan {
    ColumnPlan::new(field.name(), field.data_type().clone())
}

/// The stage's query with its contract applied: the declared columns in the types of the run.
pub(crate) async fn logical(
    state: &SessionState,
    stage: &Stage,
    bindings: &Bindings,
) -> Result<LogicalPlan> {
    let plan = stage.query.planned(state, bindings).await?;
    let plan = match &stage.history {
        Some(history) => versions(state, plan, history)?,
        None => plan,
    };
    promised(plan, &within(&stage.columns))
}

/// The partition columns of a stage's files besides the period.
pub(crate) fn partition_columns(stage: &Stage) -> Vec<String> {
    let layout = stage.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
    layout.iter().filter(|name| *name != PERIOD_COLUMN).cloned().collect()
}
