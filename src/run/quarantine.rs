//! The rejected rows of a run, staged like any table: one file for each source. Every pipeline that
//! publishes to a warehouse has its partition of the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Failure;
use super::sources::Source;
use super::work::Work;
use crate::plan::{
    PIPELINE_COLUMN, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER, QUARANTINE_PARTITIONS,
    SOURCE_COLUMN, quarantine_columns, quarantine_reader_columns,
};
use crate::publish::{
    Encoding, Folder, Kind, Layout, LayoutError, PublishError, Staged, StagedTable, Target,
    folder_name,
};
use crate::store::RelativePath;
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
    // The folder's name is encoded already.
    let folder = format!("{}/{QUARANTINE}", all.folder());
    let own = work.warehouse.folder(&format!("{folder}/{part}"))?;
    let folder_path = RelativePath::name(&*part).map_err(PublishError::from)?;
    let run = format!("{pipeline}@{}", all.as_of);
    let mut staged =
        StagedTable { slices: Some(Vec::new()), shared: true, ..StagedTable::of(Kind::Files) };
    let columns = quarantine_columns();
    let description =
        described(QUARANTINE, Some(QUARANTINE_DESCRIPTION), &[], &columns, &BTreeMap::new());
    let target = |source: &str| Target {
        folder: own.clone(),
        layout: Layout {
            fixed: Some((SOURCE_COLUMN.to_owned(), source.to_owned())),
            partition_by: Vec::new(),
            sort_by: QUARANTINE_ORDER.map(str::to_owned).to_vec(),
        },
        encoding: Encoding::Kept { description: Some(description.clone()) },
    };
    for source in &mut *sources {
        let rows = source.rejected_rows(&run)?;
        let target = target(source.name());
        for mut file in build.write_rows(QUARANTINE, rows, &columns, &target).await? {
            file.path = folder_path.join(&file.path);
            file.partition.insert(0, Some(pipeline.clone()));
            staged.files.push(file);
        }
        staged.slices.get_or_insert_default().push(slice(&part, source.name()));
    }
    if !sources.is_empty() {
        let Folder { store, path } = work.warehouse.folder(&folder)?;
        let partitions = QUARANTINE_PARTITIONS.map(str::to_owned);
        let (files, columns) = (staged.files.clone(), quarantine_reader_columns());
        let whole = FilesTable::new(store, path, files, &columns, &partitions);
        build.register(QUARANTINE, Arc::new(whole)).map_err(failed)?;
        all.tables.insert(QUARANTINE.to_owned(), staged);
    }
    Ok(())
}

/// Rows rejected at a newer as-of stay; those of a source that left the pipeline are removed, and
/// so are those of a pipeline whose tables this one takes over.
pub(super) fn settle(work: &Work<'_>, staged: &mut Staged) -> Result<(), LayoutError> {
    let (plan, request, base) = (work.plan, work.request, work.base);
    let Some(before) = base.tables.get(QUARANTINE) else { return Ok(()) };
    let own = part(&plan.name)?;
    let taken = request.consent.take_over.as_deref().map(part).transpose()?;
    let known: Vec<String> = plan.sources.iter().map(|source| slice(&own, &source.name)).collect();
    let is_gone = |slice: &String| {
        let part = slice.split_once('/').map(|(part, _)| part);
        part == Some(&own) && !known.contains(slice) || part.is_some() && part == taken.as_deref()
    };
    let as_of = request.as_of.to_utc();
    let is_newer = |slice: &str| before.slices.get(slice).is_some_and(|before| *before > as_of);
    let table = staged.tables.entry(QUARANTINE.to_owned()).or_insert_with(|| StagedTable {
        slices: Some(Vec::new()),
        shared: true,
        ..StagedTable::of(Kind::Files)
    });
    table.gone = before.slices.keys().filter(|slice| is_gone(slice)).cloned().collect();
    if !request.consent.restate {
        table.slices.get_or_insert_default().retain(|slice| !is_newer(slice));
        table
            .files
            .retain(|file| !file.path.rsplit_once('/').is_some_and(|(folder, _)| is_newer(folder)));
    }
    Ok(())
}

/// The folder of a pipeline's partition.
fn part(pipeline: &str) -> Result<String, LayoutError> {
    folder_name(PIPELINE_COLUMN, Some(pipeline))
}

fn slice(part: &str, source: &str) -> String {
    format!("{part}/{SOURCE_COLUMN}={source}")
}
