//! A condition on a staged table, as the query for what breaks it.

use super::ColumnPlan;
use crate::declare::{Rejects, Severity};
use crate::plan::query::Query;

/// A condition on a staged table, as the query for what breaks it.
#[derive(Debug, Clone)]
pub struct CheckPlan {
    /// The condition, as written in the table file.
    pub name: String,
    /// The query that must return nothing.
    pub query: Query,
    /// The tables it reads besides its own.
    pub reads: Vec<String>,
    /// What it does to the run if it fails.
    pub severity: Severity,
    /// How many rows may break it without failing it.
    pub max_failed_rows: Rejects,
    /// The columns of the query, the table's key first: the order of the evidence.
    pub evidence: Vec<ColumnPlan>,
}

impl CheckPlan {
    /// A check that no row may break.
    pub(in crate::plan) fn new(name: String, query: Query, reads: Vec<String>) -> Self {
        let (severity, max_failed_rows) = (Severity::default(), Rejects::default());
        Self { name, query, reads, severity, max_failed_rows, evidence: Vec::new() }
    }

    /// Sorts the result of the query in the order of the evidence.
    pub(in crate::plan) fn yields(&mut self, columns: Vec<ColumnPlan>, key: &[String]) {
        self.evidence = columns;
        let place = |column: &ColumnPlan| key.iter().position(|name| *name == column.name);
        self.evidence.sort_by_key(|column| place(column).unwrap_or(usize::MAX));
    }
}
