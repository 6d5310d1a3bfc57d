//! A file source for DataFusion, which distributes files over partitions.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileOpenFuture, FileOpener, FileScanConfig, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{DisplayFormatType, PhysicalExpr};
use object_store::ObjectStore;

use super::ReadError;
use super::account::{Reading, Scan, counted};
use super::column::Folders;
use super::format::open;
use super::list::InputFile;

/// Rows in a batch, unless the session says so.
const BATCH: usize = 8192;

/// The name of a file as `_file` says it, carried along with the file.
#[derive(Debug, Clone)]
pub(super) struct FileName(pub(super) String);

/// The files of one source.
#[derive(Debug, Clone)]
pub(super) struct RawFiles {
    reading: Arc<Reading>,
    schema: TableSchema,
    projection: SplitProjection,
    batch: usize,
    ahead: usize,
    memory: Arc<dyn MemoryPool>,
    metrics: ExecutionPlanMetricsSet,
}

impl RawFiles {
    /// With a number of batches of one file converted concurrently, and a memory limit.
    pub(super) fn new(reading: Arc<Reading>, ahead: usize, memory: Arc<dyn MemoryPool>) -> Self {
        let schema = TableSchema::from(reading.declared.source.schema());
        let projection = SplitProjection::unprojected(&schema);
        let metrics = ExecutionPlanMetricsSet::new();
        Self { reading, schema, projection, batch: BATCH, ahead, memory, metrics }
    }

    fn opener(&self, store: Arc<dyn ObjectStore>) -> Result<Opener> {
        let wanted = self.projection.file_indices.clone();
        let schema = Arc::new(self.schema.file_schema().project(&wanted)?);
        let (reading, batch, ahead) = (Arc::clone(&self.reading), self.batch, self.ahead);
        let memory = Arc::clone(&self.memory);
        Ok(Opener { reading, wanted, schema, batch, ahead, memory, store })
    }
}

impl FileSource for RawFiles {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        _: &FileScanConfig,
        _: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let opener = Arc::new(self.opener(store)?);
        ProjectionOpener::try_new(self.projection.clone(), opener, self.schema.file_schema())
    }

    fn table_schema(&self) -> &TableSchema {
        &self.schema
    }

    fn with_batch_size(&self, batch: usize) -> Arc<dyn FileSource> {
        Arc::new(Self { batch, ..self.clone() })
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        let projection = SplitProjection::new(self.schema.file_schema(), &merged);
        Ok(Some(Arc::new(Self { projection, ..self.clone() })))
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &'static str {
        "raw"
    }

    /// A quoted field can hold line ends, so that only whole files can be given out.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn fmt_extra(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, ", source={}", self.reading.declared.source.name)
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expression in self.projection.source.iter() {
            if visit(&expression.expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }
}

struct Opener {
    reading: Arc<Reading>,
    wanted: Vec<usize>,
    schema: SchemaRef,
    batch: usize,
    ahead: usize,
    memory: Arc<dyn MemoryPool>,
    store: Arc<dyn ObjectStore>,
}

impl Opener {
    fn scan(&self, file: &str) -> std::result::Result<Scan, ReadError> {
        Ok(Scan {
            reading: Arc::clone(&self.reading),
            wanted: self.wanted.clone(),
            schema: Arc::clone(&self.schema),
            batch: self.batch,
            ahead: self.ahead,
            folders: Folders::of(&self.reading.declared, file)?,
            memory: Arc::clone(&self.memory),
        })
    }
}

impl FileOpener for Opener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let meta = file.object_meta.clone();
        let name = file.extension::<FileName>().map(|name| name.0.clone());
        let file = InputFile { name: name.unwrap_or_else(|| meta.location.to_string()), meta };
        let (scan, store) = (self.scan(&file.name), Arc::clone(&self.store));
        Ok(Box::pin(async move {
            let scan = scan?;
            let opened = open(&scan, store, &file).await?;
            Ok(counted(scan, file, opened))
        }))
    }
}
