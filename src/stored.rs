//! A table of the warehouse as stored, published or staged.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use crate::plan::{
    ColumnPlan, PERIOD_COLUMN, Period, Plan, QUARANTINE, QUARANTINE_PARTITIONS,
    quarantine_reader_columns,
};
use crate::publish::{Folder, PublishError, Release, StagedFile, Warehouse};
use crate::request::default_memory;
use crate::transform::{self, Build, FilesTable};

/// What the rows of a table are registered as.
const ROWS: &str = "rows";

/// Where a table is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What readers see.
    Published,
    /// What the last run that failed left behind.
    Staged,
}

/// A published table as its readers see it.
#[derive(Debug)]
struct Shape {
    columns: Vec<ColumnPlan>,
    /// The column whose one value all rows of a file's folder share.
    fixed: Option<&'static str>,
    partition_by: Vec<String>,
}

/// The folder of a period in that of its table.
pub(crate) fn period_folder(period: &Period) -> String {
    format!("{PERIOD_COLUMN}={}", period.first_day)
}

/// The names of the tables a pipeline publishes.
pub fn published(plan: &Plan) -> impl Iterator<Item = &str> {
    let stages = plan.stages.iter().filter(|stage| stage.publish.is_some());
    stages.map(|stage| stage.name.as_str()).chain([QUARANTINE])
}

/// A table of a pipeline's warehouse; `None` if it does not exist.
///
/// # Errors
/// The store cannot be read.
pub async fn stored(
    plan: &Plan,
    warehouse: &Warehouse,
    name: &str,
    which: Which,
) -> Result<Option<FilesTable>, PublishError> {
    match which {
        Which::Staged => {
            let found = staged(plan, warehouse, name).await?;
            files_table(plan, warehouse, name, found)
        }
        Which::Published => of_release(plan, warehouse, &warehouse.current().await?, name),
    }
}

/// A table of a pipeline in a release; `None` if it is not in it.
///
/// # Errors
/// A record names a folder that leads out of the warehouse.
pub fn of_release(
    plan: &Plan,
    warehouse: &Warehouse,
    release: &Release,
    name: &str,
) -> Result<Option<FilesTable>, PublishError> {
    files_table(plan, warehouse, name, released(plan, release, name))
}

/// A table of a pipeline in a release; for one that varies by period, some periods.
pub(crate) fn held(
    plan: &Plan,
    warehouse: &Warehouse,
    release: &Release,
    name: &str,
    periods: &[Period],
) -> Result<Option<FilesTable>, PublishError> {
    let Some((folder, mut files)) = released(plan, release, name) else { return Ok(None) };
    if plan.stages.iter().any(|stage| stage.name == name && stage.per_period) {
        let folders: Vec<String> =
            periods.iter().map(|it| format!("{}/", period_folder(it))).collect();
        files.retain(|file| folders.iter().any(|folder| file.path.starts_with(folder)));
    }
    files_table(plan, warehouse, name, Some((folder, files)))
}

fn files_table(
    plan: &Plan,
    warehouse: &Warehouse,
    name: &str,
    found: Files,
) -> Result<Option<FilesTable>, PublishError> {
    let (Some(shape), Some((folder, files))) = (shape(plan, name), found) else {
        return Ok(None);
    };
    let Folder { store, path } = warehouse.folder(&folder)?;
    let fixed = shape.fixed.map(str::to_owned).into_iter();
    let partitions: Vec<String> = fixed.chain(shape.partition_by).collect();
    Ok(Some(FilesTable::new(store, path, files, &shape.columns, &partitions)))
}

fn shape(plan: &Plan, name: &str) -> Option<Shape> {
    if name == QUARANTINE {
        let partition_by = QUARANTINE_PARTITIONS.map(str::to_owned).to_vec();
        return Some(Shape { columns: quarantine_reader_columns(), fixed: None, partition_by });
    }
    let mut published = plan.stages.iter().filter(|stage| stage.publish.is_some());
    published.find(|stage| stage.name == name).map(|stage| Shape {
        columns: stage.reader_columns(),
        fixed: stage.per_period.then_some(PERIOD_COLUMN),
        partition_by: transform::partition_columns(stage),
    })
}

type Files = Option<(String, Vec<StagedFile>)>;

async fn staged(plan: &Plan, warehouse: &Warehouse, table: &str) -> Result<Files, PublishError> {
    let Some(staged) = warehouse.staged(&plan.name).await? else { return Ok(None) };
    let folder = format!("{}/{table}", staged.folder());
    Ok(staged.tables.get(table).map(|found| (folder, found.files.clone())))
}

fn released(plan: &Plan, release: &Release, table: &str) -> Files {
    release.tables.get(table).map(|found| {
        let files = found.files.iter().map(|file| StagedFile {
            path: file.path.below(table).unwrap_or_else(|| file.path.clone()),
            partition: file.partition.clone(),
            rows: file.rows,
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        });
        let files = files.filter_map(|file| match table {
            QUARANTINE => own_part(plan, file),
            _ => Some(file),
        });
        (table.to_owned(), files.collect())
    })
}

/// A file of the quarantine, if it is in the pipeline's partition. Before there were partitions,
/// files were of one pipeline, presumably this one.
fn own_part(plan: &Plan, mut file: StagedFile) -> Option<StagedFile> {
    if file.partition.len() == 1 {
        file.partition.insert(0, Some(plan.name.clone()));
    }
    file.partition.first()?.as_ref().is_some_and(|part| *part == plan.name).then_some(file)
}

/// The rows of a stored table in the order of its files, at most `limit`.
///
/// # Errors
/// A file cannot be read.
pub async fn rows(
    warehouse: &Warehouse,
    table: FilesTable,
    limit: Option<usize>,
) -> datafusion::error::Result<Vec<RecordBatch>> {
    let build = Build::in_order(default_memory())?;
    build.register_store(&warehouse.location);
    build.register(ROWS, Arc::new(table))?;
    build.head(ROWS, &[], limit).await
}
