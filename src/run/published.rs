//! The release that a run made, or found unchanged, as its record has it.

use crate::plan::Plan;
use crate::publish::{Publication, Staged, Warehouse, period_of};
use crate::record::{DroppedPeriodsResult, PublishedResult, TableAsOfResult, TableResult};

/// What readers see now. Among the tables that are older than others, those that are `left` are
/// reported as such.
pub(super) fn published(
    plan: &Plan,
    warehouse: &Warehouse,
    publication: &Publication,
    staged: &Staged,
    left: &[String],
) -> PublishedResult {
    let release = publication.release();
    let behind = release.behind(&plan.name).into_iter();
    let behind = behind.filter(|(table, _)| !left.contains(table));
    PublishedResult {
        release: release.release,
        unchanged: matches!(publication, Publication::Unchanged(_)),
        warehouse: warehouse.shown.clone(),
        tables: tables(warehouse, staged),
        behind: behind.map(TableAsOfResult::from).collect(),
        dropped: staged.dropped.clone(),
        dropped_periods: dropped_periods(plan, staged),
    }
}

fn tables(warehouse: &Warehouse, staged: &Staged) -> Vec<TableResult> {
    let tables = staged.tables.iter();
    let tables = tables.map(|(name, table)| TableResult {
        table: name.clone(),
        rows: table.rows(),
        bytes: table.files.iter().map(|file| file.bytes).sum(),
        files: table.files.len(),
        location: format!("{}/{name}", warehouse.shown.trim_end_matches('/')),
    });
    tables.collect()
}

/// The periods that a run removed from the tables that vary by period.
fn dropped_periods(plan: &Plan, staged: &Staged) -> Vec<DroppedPeriodsResult> {
    let varying = plan.stages.iter().filter(|stage| stage.per_period);
    let tables = varying.filter_map(|stage| staged.tables.get_key_value(&stage.name));
    let dropped = tables.filter(|(_, table)| !table.gone.is_empty()).map(|(name, table)| {
        let periods = table.gone.iter().map(|slice| period_of(slice).to_owned()).collect();
        DroppedPeriodsResult { table: name.clone(), periods }
    });
    dropped.collect()
}
