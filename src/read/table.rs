//! An inventory as a table that SQL can read.

use std::cmp::Reverse;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use chrono_tz::Tz;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};

use super::ReadError;
use super::account::{Clock, Corrections, Reading, Reports, Spool, channel};
use super::column::Declared;
use super::list::{InputFile, Inventory};
use super::scan::{FileName, RawFiles};
use crate::plan::SourcePlan;

/// The table of a source, its declared columns, then `_file` and `_line`; and what its scans report.
///
/// Rows at or after `as_of` are left out; those that were corrected are read as corrected; rejected
/// ones go to the spool. A file is reported when it was read to its end: a query that stops early, as
/// with `limit`, leaves files unreported. The store of the files is registered in the session that
/// plans the scan.
///
/// # Errors
/// A declared time pattern cannot be read, or a rule has an invalid value.
pub fn table(
    source: &SourcePlan,
    inventory: Inventory,
    as_of: DateTime<Tz>,
    corrections: Corrections,
    spool: Spool,
) -> std::result::Result<(Arc<dyn TableProvider>, Reports), ReadError> {
    let (reporter, reports) = channel(spool);
    let reading = Reading {
        declared: Declared::of(source)?,
        clock: Clock::new(source, &inventory, as_of),
        reporter,
        corrections,
    };
    let (reading, schema) = (Arc::new(reading), source.schema());
    Ok((Arc::new(RawTable { reading, schema, inventory }), reports))
}

#[derive(Debug)]
struct RawTable {
    reading: Arc<Reading>,
    schema: SchemaRef,
    inventory: Inventory,
}

#[async_trait]
impl TableProvider for RawTable {
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
        if self.inventory.files.is_empty() {
            let schema = match projection {
                Some(wanted) => Arc::new(self.schema.project(wanted)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let Inventory { url, store, files, .. } = &self.inventory;
        state.runtime_env().register_object_store(url.as_ref(), Arc::clone(store));
        let groups = spread(files, state.config().target_partitions());
        // Declared as partitioned by an unknown key: otherwise idle partitions take
        // files from others, and two runs would distribute rows differently.
        let fixed = Partitioning::UnknownPartitioning(groups.len());
        // Fewer files than cores: those idle convert what the others have split.
        let ahead = state.config().target_partitions().div_ceil(groups.len().max(1));
        let memory = Arc::clone(&state.runtime_env().memory_pool);
        let source = Arc::new(RawFiles::new(Arc::clone(&self.reading), ahead, memory));
        let config = FileScanConfigBuilder::new(url.clone(), source)
            .with_file_groups(groups)
            .with_output_partitioning(Some(fixed))
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The files in at most so many groups of about the same size: the largest first, each to the
/// lightest group. Within a group they are sorted by name.
fn spread(files: &[InputFile], partitions: usize) -> Vec<FileGroup> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|file| Reverse(files[*file].meta.size));
    let mut groups = vec![(0_u64, Vec::new()); partitions.clamp(1, files.len().max(1))];
    for file in order {
        if let Some((weight, group)) = groups.iter_mut().min_by_key(|(weight, _)| *weight) {
            // An empty file still has to be opened.
            *weight = weight.saturating_add(files[file].meta.size.max(1));
            group.push(file);
        }
    }
    groups.into_iter().map(|(_, group)| file_group(files, group)).collect()
}

fn file_group(files: &[InputFile], mut group: Vec<usize>) -> FileGroup {
    group.sort_unstable();
    let file = |index: usize| {
        let InputFile { name, meta } = &files[index];
        PartitionedFile::new_from_meta(meta.clone()).with_extension(FileName(name.clone()))
    };
    FileGroup::new(group.into_iter().map(file).collect())
}

#[cfg(test)]
mod tests {
    use super::spread;
    use crate::read::list::InputFile;
    use object_store::ObjectMeta;

    fn file((name, size): (&str, u64)) -> InputFile {
        let location = name.into();
        let last_modified = chrono::DateTime::UNIX_EPOCH;
        let meta = ObjectMeta { location, last_modified, size, e_tag: None, version: None };
        InputFile { name: name.to_owned(), meta }
    }

    fn names(files: &[(&str, u64)], partitions: usize) -> Vec<String> {
        let files: Vec<_> = files.iter().copied().map(file).collect();
        let names = |group: &datafusion::datasource::physical_plan::FileGroup| {
            group.iter().map(|file| file.path().as_ref()).collect::<Vec<_>>().join(" ")
        };
        spread(&files, partitions).iter().map(names).collect()
    }

    #[test]
    fn files_are_spread_by_size_and_sorted_by_name() {
        assert_eq!(names(&[("a", 1), ("b", 5), ("c", 2), ("d", 3)], 2), ["a b", "c d"]);
    }

    #[test]
    fn there_are_no_more_groups_than_files() {
        assert_eq!(names(&[("a", 1), ("b", 0)], 8), ["a", "b"]);
    }
}
