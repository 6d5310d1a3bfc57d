//! Parquet files of this program as a table that SQL can read.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Result, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::plan::ColumnPlan;
use crate::publish::StagedFile;

/// Files written by a run, with the partition values of their folders.
///
/// Values come from the manifest, not from the folders' names, so NULL is NULL and text is exact.
/// Row counts are exact too, so that joins are built from their smaller side.
#[derive(Debug)]
pub struct FilesTable {
    store: ObjectStoreUrl,
    folder: Path,
    files: Vec<StagedFile>,
    /// The columns in the order SQL sees them.
    schema: SchemaRef,
    /// For each of them, its place in the scan: file columns first, then partitions.
    order: Vec<usize>,
    scanned: TableSchema,
    /// For each partition column of the scan, its place among a file's partition values.
    values: Vec<usize>,
}

impl FilesTable {
    /// A table of `columns`, those in `partitions` read from folders. The names in `partitions`
    /// follow the folders; a partition that is not among the columns is not shown.
    pub fn new(
        store: ObjectStoreUrl,
        folder: Path,
        files: Vec<StagedFile>,
        columns: &[ColumnPlan],
        partitions: &[String],
    ) -> Self {
        let field = |column: &ColumnPlan| Field::new(&column.name, column.data_type.clone(), true);
        let is_partition = |column: &&ColumnPlan| partitions.contains(&column.name);
        let stored: Vec<Field> =
            columns.iter().filter(|column| !is_partition(column)).map(field).collect();
        let shown: Vec<&ColumnPlan> = columns.iter().filter(is_partition).collect();
        let values = shown
            .iter()
            .filter_map(|column| partitions.iter().position(|name| *name == column.name))
            .collect();
        let folders: Vec<FieldRef> = shown.iter().map(|column| Arc::new(field(column))).collect();
        let scanned = TableSchema::builder(Arc::new(Schema::new(stored)))
            .with_table_partition_cols(folders)
            .build();
        let schema = crate::plan::schema(columns);
        let order = columns
            .iter()
            .filter_map(|column| scanned.table_schema().index_of(&column.name).ok())
            .collect();
        Self { store, folder, files, schema, order, scanned, values }
    }

    fn file(&self, file: &StagedFile) -> Result<PartitionedFile> {
        let location = Path::parse(format!("{}/{}", self.folder, file.path))
            .map_err(|error| datafusion::error::DataFusionError::External(error.into()))?;
        let meta = ObjectMeta {
            location,
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size: file.bytes,
            e_tag: Some(file.sha256.clone()),
            version: None,
        };
        let mut partitioned = PartitionedFile::from(meta);
        let columns = self.scanned.table_partition_cols().iter();
        for (column, at) in columns.zip(&self.values) {
            let text = file.partition.get(*at).and_then(Option::as_ref);
            partitioned.partition_values.push(match text {
                Some(text) => ScalarValue::try_from_string(text.clone(), column.data_type())?,
                None => ScalarValue::try_from(column.data_type())?,
            });
        }
        Ok(partitioned)
    }

    fn statistics(&self) -> Statistics {
        let rows: u64 = self.files.iter().map(|file| file.rows).sum();
        let mut statistics = Statistics::new_unknown(self.scanned.table_schema());
        statistics.num_rows = Precision::Exact(usize::try_from(rows).unwrap_or(usize::MAX));
        statistics
    }
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = match projection {
            Some(wanted) => wanted.clone(),
            None => (0..self.order.len()).collect(),
        };
        if self.files.is_empty() {
            return Ok(Arc::new(EmptyExec::new(Arc::new(self.schema.project(&wanted)?))));
        }
        let columns = wanted.iter().map(|at| self.order[*at]).collect();
        let files: Result<Vec<_>> = self.files.iter().map(|file| self.file(file)).collect();
        let groups = FileGroup::new(files?).split_files(state.config().target_partitions());
        let options = state.table_options().parquet.clone();
        let source = ParquetSource::new(self.scanned.clone()).with_table_parquet_options(options);
        let config = FileScanConfigBuilder::new(self.store.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(self.statistics())
            .with_projection_indices(Some(columns))?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
