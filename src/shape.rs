//! The shape in which a pipeline builds its tables, and how it differs from that of published ones, as after a new
//! version of the program.

use datafusion::arrow::datatypes::DataType;
use serde::Serialize;

use crate::declare::{ColumnType, PartitionColumns};
use crate::plan::{Plan, QUARANTINE, Stage};
use crate::publish::{Release, Shape, TableRelease};
use crate::session::type_name;

/// The shape in which a pipeline builds a table; one that is built as a whole has no period.
pub(crate) fn shape(plan: &Plan, stage: &Stage) -> Shape {
    let partition_by = stage.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
    let columns = stage.columns.iter().map(|column| {
        let shown = match column.data_type {
            DataType::Timestamp(_, Some(_)) => ColumnType::Timestamptz.to_string(),
            ref other => type_name(other),
        };
        (column.name.clone(), shown)
    });
    let by_period = |text: String| if stage.per_period { text } else { String::new() };
    Shape {
        period: by_period(plan.unit.to_string()),
        time_zone: by_period(plan.time_zone.name().to_owned()),
        partition_by: partition_by.to_vec(),
        columns: columns.collect(),
    }
}

/// A table that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDifference {
    /// The table.
    pub table: String,
    /// The file of the stage that makes it now.
    pub path: Option<String>,
    /// How it differs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// How a table differs from what is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// It is not published yet.
    New,
    /// No stage makes it any more.
    Gone,
    /// Its columns or its layout are others.
    Changed {
        /// Each change, in words.
        changes: Vec<String>,
        /// Whether periods of the old shape would stay, unless all are built again.
        by_period: bool,
    },
    /// The release does not say which columns it has.
    Unrecorded,
}

/// How a table differs from the published one, if it does.
fn difference(plan: &Plan, stage: &Stage, before: Option<&TableRelease>) -> Option<Difference> {
    let Some(before) = before else { return Some(Difference::New) };
    let Some(known) = &before.shape else { return Some(Difference::Unrecorded) };
    let mut changes = known.changes(&shape(plan, stage));
    let by_period = stage.per_period && !changes.is_empty();
    changes.extend(moved(plan, stage, before));
    (!changes.is_empty()).then_some(Difference::Changed { changes, by_period })
}

/// Whether its partition columns come into its files, or leave them.
fn moved(plan: &Plan, stage: &Stage, before: &TableRelease) -> Option<String> {
    let in_files = plan.partition_columns == PartitionColumns::Files;
    if !stage.is_partitioned() || in_files == before.in_files {
        return None;
    }
    let place = if in_files { "in its files too" } else { "in its files no longer" };
    let once =
        if stage.per_period { "all of its periods are built in one run" } else { "it is built" };
    Some(format!("once {once}, its partition columns are {place}"))
}

/// The tables of a pipeline that differ from those of a release, by name.
pub fn differences(plan: &Plan, release: &Release) -> Vec<TableDifference> {
    let published = plan.stages.iter().filter(|stage| stage.publish.is_some());
    let compared = published.clone().filter_map(|stage| {
        let difference = difference(plan, stage, release.tables.get(&stage.name))?;
        let path = Some(stage.path.clone());
        Some(TableDifference { table: stage.name.clone(), path, difference })
    });
    let is_made = |name: &str| name == QUARANTINE || published.clone().any(|it| it.name == name);
    let owned = release.tables.iter().filter(|(_, table)| {
        table.pipeline.as_ref().is_some_and(|pipeline| *pipeline == plan.name)
    });
    let gone = owned.filter(|(name, _)| !is_made(name)).map(|(name, _)| TableDifference {
        table: name.clone(),
        path: None,
        difference: Difference::Gone,
    });
    let mut all: Vec<TableDifference> = compared.chain(gone).collect();
    all.sort_by(|one, other| one.table.cmp(&other.table));
    all
}
