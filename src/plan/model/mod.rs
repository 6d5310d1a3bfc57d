//! What will run, as a value: a [`Plan`] of [`Stage`]s with their columns, checks and layouts.
//!
//! Nothing here resolves or decides anything; `stage` makes these values, and the run reads them.

mod check;
mod column;
mod counts;
mod history;
mod quarantine;
mod stage;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::SchemaRef;

pub(in crate::plan) use self::check::Asks;
pub use self::check::CheckPlan;
pub(crate) use self::column::reader_columns;
pub use self::column::{ColumnPlan, PERIOD_COLUMN, schema, within};
pub use self::counts::{SOURCE_COUNTS, SOURCE_REASONS, counts, reads_counts};
pub use self::history::{HistoryPlan, IS_CURRENT, VALID_FROM, VALID_TO};
pub use self::quarantine::{
    PIPELINE_COLUMN, QUARANTINE, QUARANTINE_DESCRIPTION, QUARANTINE_ORDER, QUARANTINE_PARTITIONS,
    SOURCE_COLUMN, quarantine_columns, quarantine_reader_columns,
};
pub use self::stage::{Layout, Stage};
use super::param::ParamPlan;
use super::query::{Query, Typed};
use crate::declare::{AsOf, OlderAsOf, PartitionColumns, PeriodUnit};
use crate::plan::source::SourcePlan;

/// What a run will do, in order.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The pipeline's name.
    pub name: String,
    /// The folder to which relative locations refer.
    pub root: PathBuf,
    /// The grain of snapshot tables.
    pub unit: PeriodUnit,
    /// What a run uses whole.
    pub as_of: AsOf,
    /// The zone of every timestamp.
    pub time_zone: Tz,
    /// The folder or URL to publish under.
    pub warehouse: String,
    /// What happens if the as-of of a run is older than what is published.
    pub older_as_of: OlderAsOf,
    /// Where the values of partition columns are, for readers.
    pub partition_columns: PartitionColumns,
    /// The parameters the SQL may name.
    pub params: Vec<ParamPlan>,
    /// The raw tables that some stage reads.
    pub sources: Vec<SourcePlan>,
    /// Canonical tables that no stage provides: empty, but typed.
    pub absent: Vec<Absent>,
    /// The stages, each after the ones it reads; those that vary by period come last.
    pub stages: Vec<Stage>,
    /// The plan of the query of each stage, by table, before its contract is applied.
    pub typed: BTreeMap<String, Typed>,
    /// The numbers to show at the end.
    pub headlines: Vec<Headline>,
    /// The files of the project that are named as those of a table of the program.
    pub stand_ins: Vec<StandIn>,
}

/// A file of the project that stands in for one of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The table that both are about.
    pub table: String,
    /// The project's file, relative to the project.
    pub own: String,
    /// The program's file.
    pub program: String,
    /// Whether it does: a query or a table file that no entry of `stages` names does not.
    pub used: bool,
}

/// A canonical table that this pipeline has no data for.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// Its declared columns.
    pub schema: SchemaRef,
}

/// A number to show at the end of a run.
#[derive(Debug, Clone)]
pub struct Headline {
    /// What it is.
    pub title: String,
    /// The query that gives it.
    pub query: Query,
}
