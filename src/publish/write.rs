//! The node at the top of every plan: it writes rows to Parquet files, and returns a row for each
//! file.
//!
//! It asks the planner for what it needs, rows of a partition in one task and in order, so that no
//! task has more than one file open and a file's bytes do not depend on how many tasks there are.
//! Nothing in it assumes that the tasks run in one process.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::{SortOptions, partition};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr,
    PhysicalSortExpr,
};
use datafusion::physical_plan::distribution_requirements::InputDistributionRequirements;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties, ReplaceChildrenOptions,
};
use futures::StreamExt;
use object_store::ObjectStore;

use super::manifest::{manifest, manifest_schema};
use super::parquet::{ParquetFile, properties};
use super::{Layout, StagedFile, Target};
use crate::folder::values;
use crate::store::{PathError, RelativePath};

/// A file past this many encoded bytes is followed by another part.
const FILE_BYTES: usize = 1 << 30;

/// Writes its input and returns one row per file.
#[derive(Debug)]
pub struct WriteExec {
    input: Arc<dyn ExecutionPlan>,
    target: Target,
    /// Fields of the rows, with what readers find in their metadata.
    schema: SchemaRef,
    file_bytes: usize,
    properties: Arc<PlanProperties>,
}

impl WriteExec {
    /// Puts the node on top of a plan whose columns are those of `schema`.
    pub fn new(input: Arc<dyn ExecutionPlan>, target: Target, schema: SchemaRef) -> Self {
        let tasks = input.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(manifest_schema()),
            Partitioning::UnknownPartitioning(tasks),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let properties = Arc::new(properties);
        Self { input, target, schema, file_bytes: FILE_BYTES, properties }
    }

    /// Ends files past this many encoded bytes, or soon after.
    pub fn with_file_bytes(self, file_bytes: usize) -> Self {
        Self { file_bytes, ..self }
    }

    fn with_input(&self, input: Option<Arc<dyn ExecutionPlan>>) -> Arc<dyn ExecutionPlan> {
        let input = input.unwrap_or_else(|| Arc::clone(&self.input));
        let new = Self::new(input, self.target.clone(), Arc::clone(&self.schema));
        Arc::new(new.with_file_bytes(self.file_bytes))
    }

    fn column(&self, name: &str) -> Option<Arc<dyn PhysicalExpr>> {
        let index = self.input.schema().index_of(name).ok()?;
        Some(Arc::new(Column::new(name, index)))
    }

    fn indices(&self) -> Vec<usize> {
        let schema = self.input.schema();
        self.target
            .layout
            .partition_by
            .iter()
            .filter_map(|name| schema.index_of(name).ok())
            .collect()
    }
}

impl DisplayAs for WriteExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "WriteExec: {}", self.target.folder.path)
    }
}

impl ExecutionPlan for WriteExec {
    fn name(&self) -> &'static str {
        "WriteExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let keys: Vec<_> =
            self.target.layout.partition_by.iter().filter_map(|name| self.column(name)).collect();
        let distribution = match (keys.is_empty(), self.target.layout.sort_by.is_empty()) {
            (false, _) => Distribution::KeyPartitioned(keys),
            (true, false) => Distribution::SinglePartition,
            (true, true) => Distribution::UnspecifiedDistribution,
        };
        InputDistributionRequirements::new(vec![distribution])
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.input_distribution_requirements().into_per_child()
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let options = SortOptions { descending: false, nulls_first: false };
        let columns = self.target.layout.partition_by.iter().chain(&self.target.layout.sort_by);
        let order =
            columns.filter_map(|name| Some(PhysicalSortExpr { expr: self.column(name)?, options }));
        vec![LexOrdering::new(order).map(Into::into)]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.with_input(children.pop()))
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.with_input(children.pop()))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, task: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = self.input.execute(task, Arc::clone(&context))?;
        let writing = Writing {
            store: context.runtime_env().object_store(&self.target.folder.store)?,
            target: self.target.clone(),
            partition_columns: self.indices(),
            schema: file_schema(&self.schema, &self.target.layout),
            file_bytes: self.file_bytes,
            task,
            context,
            open: None,
            done: Vec::new(),
        };
        let files = futures::stream::once(async move { manifest(&writing.all(rows).await?) });
        Ok(Box::pin(RecordBatchStreamAdapter::new(manifest_schema(), files)))
    }
}

/// The columns that are stored in the file.
fn file_schema(schema: &SchemaRef, layout: &Layout) -> SchemaRef {
    let fields = schema.fields().iter().filter(|field| layout.stores(field.name()));
    Arc::new(Schema::new(fields.cloned().collect::<Vec<_>>()))
}

/// One task at work.
struct Writing {
    store: Arc<dyn ObjectStore>,
    target: Target,
    partition_columns: Vec<usize>,
    schema: SchemaRef,
    file_bytes: usize,
    task: usize,
    context: Arc<TaskContext>,
    open: Option<Open>,
    done: Vec<StagedFile>,
}

/// The file a task has open.
struct Open {
    partition: Vec<Option<String>>,
    part: usize,
    path: String,
    file: ParquetFile,
}

impl Writing {
    async fn all(mut self, mut rows: SendableRecordBatchStream) -> Result<Vec<StagedFile>> {
        while let Some(batch) = rows.next().await {
            self.batch(&batch?).await?;
        }
        self.close().await?;
        Ok(self.done)
    }

    async fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let keys: Vec<ArrayRef> =
            self.partition_columns.iter().map(|at| Arc::clone(batch.column(*at))).collect();
        if keys.is_empty() {
            return self.rows(Vec::new(), batch).await;
        }
        for range in partition(&keys)?.ranges() {
            let partition = values(batch, &self.partition_columns, range.start)?;
            self.rows(partition, &batch.slice(range.start, range.len())).await?;
        }
        Ok(())
    }

    async fn rows(&mut self, partition: Vec<Option<String>>, rows: &RecordBatch) -> Result<()> {
        let rows = self.stored(rows)?;
        let mut from = 0;
        while from < rows.num_rows() {
            let part = self.part(&partition).await?;
            if self.open.is_none() {
                self.open = Some(self.create(partition.clone(), part)?);
            }
            let Some(open) = &mut self.open else { return Ok(()) };
            let taken = open.file.room().min(rows.num_rows() - from);
            open.file.write(rows.slice(from, taken)).await?;
            from += taken;
        }
        Ok(())
    }

    /// The columns that are stored in the file.
    fn stored(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let is_stored =
            |at: &usize| self.target.layout.in_files || !self.partition_columns.contains(at);
        let kept: Vec<usize> = (0..rows.num_columns()).filter(is_stored).collect();
        let columns = rows.project(&kept)?.columns().to_vec();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    /// The part that rows of a partition go to; finished files are closed.
    async fn part(&mut self, partition: &[Option<String>]) -> Result<usize> {
        let Some(open) = &self.open else { return Ok(0) };
        let (part, same) = (open.part, open.partition == partition);
        if same && (open.file.is_within_slice() || open.file.size() < self.file_bytes) {
            return Ok(part);
        }
        self.close().await?;
        Ok(if same { part + 1 } else { 0 })
    }

    fn create(&self, partition: Vec<Option<String>>, part: usize) -> Result<Open> {
        // Without an order every task writes its own parts.
        let number = if self.target.layout.is_ordered() { part } else { self.task * 1000 + part };
        let path = self.target.file(&partition, number)?;
        let whole = self.target.folder.file(&path)?;
        self.target.check_key(&whole, &partition)?;
        let memory = MemoryConsumer::new(format!("Parquet writer of {}", self.target.folder.path))
            .register(self.context.memory_pool());
        let properties = properties(&self.target.encoding);
        let file = ParquetFile::create(&self.store, &whole, &self.schema, properties, memory)?;
        Ok(Open { partition, part, path, file })
    }

    async fn close(&mut self) -> Result<()> {
        let Some(Open { partition, path, file, .. }) = self.open.take() else { return Ok(()) };
        let written = file.finish().await?;
        self.done.push(StagedFile {
            path: RelativePath::new(path).map_err(external)?,
            partition: self.target.values(partition),
            rows: written.rows,
            bytes: written.bytes,
            sha256: written.sha256,
        });
        Ok(())
    }
}

/// Writes a file without rows, so that a table without rows keeps its schema for readers.
pub(crate) async fn write_empty(
    store: &Arc<dyn ObjectStore>,
    target: &Target,
    schema: &SchemaRef,
    memory: MemoryReservation,
) -> Result<StagedFile> {
    let unknown = vec![None; target.layout.partition_by.len()];
    let path = target.file(&unknown, 0)?;
    let whole = target.folder.file(&path)?;
    let schema = file_schema(schema, &target.layout);
    let file = ParquetFile::create(store, &whole, &schema, properties(&target.encoding), memory)?;
    let written = file.finish().await?;
    Ok(StagedFile {
        path: RelativePath::new(path).map_err(external)?,
        partition: target.values(unknown),
        rows: 0,
        bytes: written.bytes,
        sha256: written.sha256,
    })
}

fn external(error: PathError) -> DataFusionError {
    DataFusionError::External(error.into())
}
