//! What the release record has about a table by period, so that a later run does not add folders of
//! another shape to the existing ones.

use datafusion::arrow::datatypes::DataType;

use crate::declare::ColumnType;
use crate::plan::{Plan, Stage};
use crate::publish::{Release, Shape, Staged, StagedTable};
use crate::session::type_name;

/// The shape in which a pipeline builds a table.
pub(super) fn shape(plan: &Plan, stage: &Stage) -> Shape {
    let partition_by = stage.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
    let columns = stage.columns.iter().map(|column| {
        let shown = match column.data_type {
            DataType::Timestamp(_, Some(_)) => ColumnType::Timestamptz.to_string(),
            ref other => type_name(other),
        };
        (column.name.clone(), shown)
    });
    Shape {
        period: plan.unit.to_string(),
        time_zone: plan.time_zone.name().to_owned(),
        partition_by: partition_by.to_vec(),
        columns: columns.collect(),
    }
}

/// Records the shape of what was built. Of the tables to drop, those that were built are restarted:
/// their other folders are removed.
pub(super) fn settle(plan: &Plan, base: &Release, staged: &mut Staged) {
    let Staged { dropped, tables, .. } = staged;
    for stage in plan.stages.iter().filter(|stage| stage.per_period) {
        let Some(table) = tables.get_mut(&stage.name) else { continue };
        table.shape = Some(shape(plan, stage));
        if dropped.contains(&stage.name) {
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
