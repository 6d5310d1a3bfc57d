//! One query and the use of its rows.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::SchemaRef;

use super::{CheckPlan, ColumnPlan, HistoryPlan, reader_columns, schema, within};
use crate::plan::query::Query;

/// One query and the use of its rows.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The table it makes.
    pub name: String,
    /// The file with its SQL, relative to the project.
    pub path: String,
    /// The query.
    pub query: Query,
    /// How its rows become versions, if the table keeps history.
    pub history: Option<HistoryPlan>,
    /// The tables it reads.
    pub inputs: Vec<String>,
    /// The parameters that its rows depend on: those that it names, and those that the stages before it do.
    pub parameters: BTreeSet<String>,
    /// Whether its rows depend on the period.
    pub per_period: bool,
    /// Whether its rows are written to files, rather than inlined into the only query that reads
    /// it.
    pub materialised: bool,
    /// What the table says.
    pub description: Option<String>,
    /// The columns, in order, without `period`.
    pub columns: Vec<ColumnPlan>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// How the table is published, if it is.
    pub publish: Option<Layout>,
    /// The checks before anything is published.
    pub checks: Vec<CheckPlan>,
}

/// How the files of a published table are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The partition columns, including `period`.
    pub partition_by: Vec<String>,
    /// A total order of the rows within a file.
    pub sort_by: Vec<String>,
}

impl Stage {
    /// The rows as later stages see them, contract applied; no `period`.
    pub fn schema(&self) -> SchemaRef {
        schema(&within(&self.columns))
    }

    /// Whether its readers see less information than later stages need: then its rows are written
    /// twice.
    pub fn shows_less(&self) -> bool {
        self.publish.is_some() && self.columns.iter().any(ColumnPlan::shows_less)
    }

    /// Whether its files lie in folders of values.
    pub fn is_partitioned(&self) -> bool {
        let by = self.publish.as_ref().map_or(&[][..], |layout| &layout.partition_by);
        self.per_period || !by.is_empty()
    }

    /// The columns in the types in which the rows of the query are written.
    pub fn stored_columns(&self) -> Vec<ColumnPlan> {
        match self.publish {
            Some(_) if !self.shows_less() => self.columns.clone(),
            _ => within(&self.columns),
        }
    }

    /// The columns as readers see them: `period` first, where the table varies by it.
    pub fn reader_columns(&self) -> Vec<ColumnPlan> {
        reader_columns(self.per_period, &self.columns)
    }

    /// The columns as checks and headlines see them.
    pub fn checked_columns(&self) -> Vec<ColumnPlan> {
        reader_columns(self.per_period, &within(&self.columns))
    }
}
