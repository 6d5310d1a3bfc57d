//! The state of every table of the pipeline in the release, and the sources of missing rows.

use std::collections::BTreeSet;

use super::tables::{Standing, Tables};
use crate::coverage::Coverage;

/// How a table stands.
#[derive(Debug)]
pub(super) struct TableStanding {
    pub(super) table: String,
    pub(super) standing: Standing,
    /// Its rows in all periods; unknown where it is not in the release.
    pub(super) rows: Option<u64>,
    /// The checks that the pipeline makes of it.
    pub(super) checks: usize,
    /// What the pipeline has no data for, of what its columns are made of: canonical tables, and columns of them.
    pub(super) missing: BTreeSet<String>,
}

/// The state of all tables that the pipeline publishes, by name.
pub(super) fn of_all(tables: &Tables<'_>, coverage: &Coverage) -> Vec<TableStanding> {
    let stages = tables.published();
    let of = stages.into_iter().map(|stage| TableStanding {
        table: stage.name.clone(),
        standing: tables.standing(&stage.name),
        rows: tables.rows(&stage.name),
        checks: stage.checks.len(),
        missing: missing(coverage, &stage.name),
    });
    of.collect()
}

/// What the columns of a table lack to measure their concepts.
fn missing(coverage: &Coverage, table: &str) -> BTreeSet<String> {
    let columns = coverage.concepts.iter().flat_map(|covered| &covered.columns);
    let of_table = columns.filter(|column| column.table == table);
    of_table.flat_map(|column| column.missing.iter().cloned()).collect()
}
