//! The node at the top of every plan: rows become Parquet files, and a row for each file comes out.
//!
//! It asks the planner for what it needs, rows of a partition in one task and in order, so that no
//! task has more than one file open and a file's bytes do not depend on how many tasks there are.
//! Nothing in it assumes that the tasks run in one process.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use datafusion::arrow::compute::{SortOptions, partition};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::object_store::ObjectStoreUrl;
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
use object_store::path::Path;

use super::StagedFile;
use super::parquet::{ParquetFile, properties};
use super::partition::{check_key, folder, values};
use crate::store::{PathError, RelativePath};

/// A file past this many encoded bytes is followed by another part.
const FILE_BYTES: usize = 1 << 30;

/// Where and how a table's rows are written.
#[derive(Debug, Clone)]
pub struct Target {
    /// The store, as the session knows it.
    pub store: ObjectStoreUrl,
    /// The table's folder in it.
    pub folder: Path,
    /// A partition that all rows share: the period.
    pub fixed: Option<(String, String)>,
    /// Columns of the rows whose values are folders.
    pub partition_by: Vec<String>,
    /// The order of rows in a file; without one, rows are written as they come.
    pub sort_by: Vec<String>,
    /// Whether the files are for this run alone: written fast rather than small.
    pub scratch: bool,
    /// What readers find in every file's metadata about the table, as JSON.
    pub description: String,
}

impl Target {
    fn is_local(&self) -> bool {
        self.store.as_str().starts_with("file:")
    }
}

/// Writes its input and yields one row per file.
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
        self.target.partition_by.iter().filter_map(|name| schema.index_of(name).ok()).collect()
    }
}

impl DisplayAs for WriteExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "WriteExec: {}", self.target.folder)
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
            self.target.partition_by.iter().filter_map(|name| self.column(name)).collect();
        let distribution = match (keys.is_empty(), self.target.sort_by.is_empty()) {
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
        let columns = self.target.partition_by.iter().chain(&self.target.sort_by);
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
            store: context.runtime_env().object_store(&self.target.store)?,
            target: self.target.clone(),
            partition_columns: self.indices(),
            schema: file_schema(&self.schema, &self.target.partition_by),
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

/// The columns that stand in the file: those that are not folders.
fn file_schema(schema: &SchemaRef, partition_by: &[String]) -> SchemaRef {
    let fields = schema.fields().iter().filter(|field| !partition_by.contains(field.name()));
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

    /// The columns that stand in the file.
    fn stored(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let kept: Vec<usize> =
            (0..rows.num_columns()).filter(|at| !self.partition_columns.contains(at)).collect();
        let columns = rows.project(&kept)?.columns().to_vec();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    /// The part that rows of a partition go to; files that are done with are closed.
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
        let fixed = self.target.fixed.iter().map(|(column, value)| format!("{column}={value}/"));
        let prefix: String = fixed.collect();
        let folder = folder(&self.target.partition_by, &partition)?;
        // Without an order every task writes its own part.
        let number = if self.is_ordered() { part } else { self.task * 1000 + part };
        let path = format!("{prefix}{folder}part-{number:05}.parquet");
        let whole = Path::parse(format!("{}/{path}", self.target.folder))
            .map_err(|error| super::parquet::store_error(error.into()))?;
        if !self.target.is_local() {
            check_key(whole.as_ref(), &self.target.partition_by, &partition)?;
        }
        let memory = MemoryConsumer::new(format!("Parquet writer of {}", self.target.folder))
            .register(self.context.memory_pool());
        let description = &self.target.description;
        let properties = properties(description, self.target.scratch);
        let file = ParquetFile::create(&self.store, &whole, &self.schema, properties, memory)?;
        Ok(Open { partition, part, path, file })
    }

    fn is_ordered(&self) -> bool {
        !self.target.sort_by.is_empty() || !self.target.partition_by.is_empty()
    }

    async fn close(&mut self) -> Result<()> {
        let Some(Open { partition, path, file, .. }) = self.open.take() else { return Ok(()) };
        let written = file.finish().await?;
        let fixed = self.target.fixed.iter().map(|(_, value)| Some(value.clone()));
        self.done.push(StagedFile {
            path: RelativePath::new(path).map_err(external)?,
            partition: fixed.chain(partition).collect(),
            rows: written.rows,
            bytes: written.bytes,
            sha256: written.sha256,
        });
        Ok(())
    }
}

/// What comes out: a row for each file.
pub(crate) fn manifest_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("path", DataType::Utf8, false),
        Field::new("partition", DataType::Utf8, false),
        Field::new("rows", DataType::Int64, false),
        Field::new("bytes", DataType::Int64, false),
        Field::new("sha256", DataType::Utf8, false),
    ]))
}

fn manifest(files: &[StagedFile]) -> Result<RecordBatch> {
    let text = |field: fn(&StagedFile) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(files.iter().map(field)))
    };
    let number = |field: fn(&StagedFile) -> u64| -> ArrayRef {
        Arc::new(files.iter().map(|file| i64::try_from(field(file)).ok()).collect::<Int64Array>())
    };
    let columns = vec![
        text(|file| file.path.to_string()),
        text(|file| serde_json::json!(file.partition).to_string()),
        number(|file| file.rows),
        number(|file| file.bytes),
        text(|file| file.sha256.clone()),
    ];
    Ok(RecordBatch::try_new(manifest_schema(), columns)?)
}

/// The files that a batch of manifest rows speaks of.
///
/// # Errors
/// A path of theirs is none.
pub fn staged_files(batch: &RecordBatch) -> Result<Vec<StagedFile>> {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;
    let text = |column: usize| batch.column(column).as_string::<i32>();
    let number = |column: usize| batch.column(column).as_primitive::<Int64Type>();
    (0..batch.num_rows())
        .map(|row| {
            Ok(StagedFile {
                path: RelativePath::new(text(0).value(row)).map_err(external)?,
                partition: serde_json::from_str(text(1).value(row)).unwrap_or_default(),
                rows: number(2).value(row).unsigned_abs(),
                bytes: number(3).value(row).unsigned_abs(),
                sha256: text(4).value(row).to_owned(),
            })
        })
        .collect()
}

fn external(error: PathError) -> DataFusionError {
    DataFusionError::External(error.into())
}

/// Writes a file without rows, so that a table without rows keeps its schema for readers.
pub(crate) async fn write_empty(
    store: &Arc<dyn ObjectStore>,
    target: &Target,
    schema: &SchemaRef,
    memory: datafusion::execution::memory_pool::MemoryReservation,
) -> Result<StagedFile> {
    let unknown = vec![None; target.partition_by.len()];
    let fixed = target.fixed.iter().map(|(column, value)| format!("{column}={value}/"));
    let path = format!(
        "{}{}part-00000.parquet",
        fixed.collect::<String>(),
        folder(&target.partition_by, &unknown)?
    );
    let whole = Path::parse(format!("{}/{path}", target.folder))
        .map_err(|error| super::parquet::store_error(error.into()))?;
    let schema = file_schema(schema, &target.partition_by);
    let properties = properties(&target.description, target.scratch);
    let file = ParquetFile::create(store, &whole, &schema, properties, memory)?;
    let written = file.finish().await?;
    let period = target.fixed.iter().map(|(_, value)| Some(value.clone()));
    Ok(StagedFile {
        path: RelativePath::new(path).map_err(external)?,
        partition: period.chain(unknown).collect(),
        rows: 0,
        bytes: written.bytes,
        sha256: written.sha256,
    })
}
