//! The rejected rows of a run, staged like any table: one file for each source. Every pipeline that
//! publishes to a warehouse has its partition of the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Failure;
use super::sources::Source;
use super::work::Work;
use crate::plan::{
    PIPELINE_COLUMN, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER, QUARANTINE_PARTITIONS,
    SOURCE_COLUMN, quarantine_reader_columns,
};
use crate::publish::{
    Encoding, Folder, Kind, Layout, LayoutError, Staged, StagedTable, TableRelease, Target,
    folder_name,
};
use crate::transform::{FilesTable, described};

/// Stages the rejected rows of every source that was read. A source without any has a file without
/// rows. Then checks and headlines can see them.
pub(super) async fn write(
    work: &Work<'_>,
    sources: &mut [Source<'_>],
    all: &mut Staged,
) -> Result<(), Failure> {
    let (build, pipeline) = (&work.build, &work.plan.name);
    let failed = |error| Failure::engine(QUARANTINE, error);
    let part = part(pipeline).map_err(|error| failed(error.into()))?;
    let folder = work.warehouse.folder(&format!("{}/{QUARANTINE}", all.folder()))?;
    let slices: Vec<String> = sources.iter().map(|source| slice(&part, source.name())).collect();
    let in_files = in_files(work, &slices).map_err(|error| failed(error.into()))?;
    let run = format!("{pipeline}@{}", all.as_of);
    let mut staged = StagedTable {
        slices: Some(slices),
        shared: true,
        in_files,
        ..StagedTable::of(Kind::Files)
    };
    let columns = quarantine_reader_columns();
    let description =
        described(QUARANTINE, Some(QUARANTINE_DESCRIPTION), &[], &columns, &BTreeMap::new());
    let target = |source: &str| Target {
        folder: folder.clone(),
        layout: Layout {
            fixed: vec![
                (PIPELINE_COLUMN.to_owned(), pipeline.clone()),
                (SOURCE_COLUMN.to_owned(), source.to_owned()),
            ],
            partition_by: Vec::new(),
            in_files,
            sort_by: QUARANTINE_ORDER.map(str::to_owned).to_vec(),
        },
        encoding: Encoding::Kept { description: Some(description.clone()) },
    };
    for source in &mut *sources {
        let rows = source.rejected_rows(&run)?;
        let target = target(source.name());
        staged.files.extend(build.write_rows(QUARANTINE, rows, &columns, &target).await?);
    }
    if !sources.is_empty() {
        let Folder { store, path } = folder.clone();
        let partitions = QUARANTINE_PARTITIONS.map(str::to_owned);
        let whole = FilesTable::new(store, path, staged.files.clone(), &columns, &partitions);
        build.register(QUARANTINE, Arc::new(whole)).map_err(failed)?;
        all.tables.insert(QUARANTINE.to_owned(), staged);
    }
    Ok(())
}

/// Rows rejected at a newer as-of stay; those of a source that left the pipeline are removed, and
/// so are those of a pipeline whose tables this one takes over.
pub(super) fn settle(work: &Work<'_>, staged: &mut Staged) -> Result<(), LayoutError> {
    let Some(before) = work.base.tables.get(QUARANTINE) else { return Ok(()) };
    let gone = gone(work, before)?;
    let table = staged.tables.entry(QUARANTINE.to_owned()).or_insert_with(|| StagedTable {
        slices: Some(Vec::new()),
        shared: true,
        in_files: before.in_files,
        ..StagedTable::of(Kind::Files)
    });
    table.gone = gone;
    let stays = |slice: &str| is_newer(work, before, slice);
    table.slices.get_or_insert_default().retain(|slice| !stays(slice));
    table.files.retain(|file| !file.path.rsplit_once('/').is_some_and(|(folder, _)| stays(folder)));
    Ok(())
}

/// The folders of sources that left the pipeline, and of a pipeline whose tables this one takes over.
fn gone(work: &Work<'_>, before: &TableRelease) -> Result<Vec<String>, LayoutError> {
    let (plan, request) = (work.plan, work.request);
    let own = part(&plan.name)?;
    let taken = request.consent.take_over.as_deref().map(part).transpose()?;
    let known: Vec<String> = plan.sources.iter().map(|source| slice(&own, &source.name)).collect();
    let is_gone = |slice: &&String| {
        let part = slice.split_once('/').map(|(part, _)| part);
        part == Some(&own) && !known.contains(slice) || part.is_some() && part == taken.as_deref()
    };
    Ok(before.slices.keys().filter(is_gone).cloned().collect())
}

/// Whether a folder was built at a newer as-of, and the run is not to replace it.
fn is_newer(work: &Work<'_>, before: &TableRelease, slice: &str) -> bool {
    let as_of = work.request.as_of.to_utc();
    let is_newer = before.slices.get(slice).is_some_and(|before| *before > as_of);
    is_newer && !work.request.consent.restate
}

/// Whether the files are to have pipeline and source too.
fn in_files(work: &Work<'_>, built: &[String]) -> Result<bool, LayoutError> {
    let nothing = TableRelease::default();
    let before = work.base.tables.get(QUARANTINE).unwrap_or(&nothing);
    let gone = gone(work, before)?;
    Ok(work.in_files_of(QUARANTINE, |slice| {
        gone.contains(slice) || built.contains(slice) && !is_newer(work, before, slice)
    }))
}

/// The folder of a pipeline's partition.
fn part(pipeline: &str) -> Result<String, LayoutError> {
    folder_name(PIPELINE_COLUMN, Some(pipeline))
}

fn slice(part: &str, source: &str) -> String {
    format!("{part}/{SOURCE_COLUMN}={source}")
}
