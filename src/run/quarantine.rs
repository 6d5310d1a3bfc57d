//! The rejected rows of a run, staged like any table: one file for each source.

use std::sync::Arc;

use super::stages::{Places, engine};
use super::{Failure, SharedTally};
use crate::plan::{
    Plan, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER, SOURCE_COLUMN, quarantine_columns,
    quarantine_reader_columns,
};
use crate::publish::{StagedTable, Target};
use crate::read::rejected_rows;
use crate::transform::{Build, described, table};

/// Stages the rejected rows of every source that was read. A source without any has a file without
/// rows. Then checks and headlines can see them.
pub(super) async fn write(
    build: &Build,
    plan: &Plan,
    tallies: &[(String, SharedTally)],
    places: &mut Places<'_>,
) -> Result<(), Failure> {
    let folder = places.warehouse.path(&format!("{}/{QUARANTINE}", places.staged.folder()))?;
    let run = format!("{}@{}", plan.name, places.staged.as_of);
    let mut staged = StagedTable { files: Vec::new(), slices: Some(Vec::new()) };
    let columns = quarantine_columns();
    let mut target = Target {
        store: places.warehouse.place.url.clone(),
        folder,
        fixed: None,
        partition_by: Vec::new(),
        sort_by: QUARANTINE_ORDER.map(str::to_owned).to_vec(),
        scratch: false,
        description: described(QUARANTINE, Some(QUARANTINE_DESCRIPTION), &[], &columns),
    };
    for (source, tally) in tallies {
        target.fixed = Some((SOURCE_COLUMN.to_owned(), source.clone()));
        let failed = |error| engine(QUARANTINE, error);
        let rows = rejected_rows(&run, Arc::clone(tally)).map_err(failed)?;
        staged.files.extend(build.write_rows(QUARANTINE, rows, &columns, &target).await?);
        staged.slices.get_or_insert_default().push(format!("{SOURCE_COLUMN}={source}"));
    }
    if target.fixed.is_some() {
        let whole = table(&target, staged.files.clone(), &quarantine_reader_columns());
        build.register(QUARANTINE, Arc::new(whole)).map_err(|error| engine(QUARANTINE, error))?;
        places.staged.tables.insert(QUARANTINE.to_owned(), staged);
    }
    Ok(())
}
