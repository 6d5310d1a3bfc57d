//! The shape of what was built, in the release record: a later run does not add folders of another shape to the
//! existing ones, and a later pipeline can tell what it would change.

use crate::plan::Plan;
use crate::publish::{Release, Staged, StagedTable};
use crate::shape::shape;

/// Records the shape of what was built. Of the tables to drop, those that were built are restarted:
/// their other folders are removed.
pub(super) fn settle(plan: &Plan, base: &Release, staged: &mut Staged) {
    let Staged { dropped, tables, .. } = staged;
    for stage in &plan.stages {
        let Some(table) = tables.get_mut(&stage.name) else { continue };
        table.shape = Some(shape(plan, stage));
        if stage.per_period && dropped.contains(&stage.name) {
            table.gone = not_built(base, &stage.name, table);
        }
    }
    dropped.retain(|name| !tables.contains_key(name));
}

/// The published folders of a table that were not built.
fn not_built(base: &Release, name: &str, table: &StagedTable) -> Vec<String> {
    let published = base.tables.get(name).into_iter().flat_map(|before| before.slices.keys());
    let is_built = |slice: &&String| table.slices.iter().flatten().any(|built| built == *slice);
    published.filter(|slice| !is_built(slice)).cloned().collect()
}
