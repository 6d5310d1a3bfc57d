//! What happened to published tables.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::publish::{Damage, Damaged};

/// A published file that is not as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DamagedFileResult {
    /// The file, below the warehouse.
    pub file: String,
    /// What is wrong with it.
    pub damage: Damage,
    /// Whether the run built it again.
    pub put_back: bool,
    /// The options that build it again, if the run did not.
    pub rebuild: Option<String>,
}

impl From<&Damaged> for DamagedFileResult {
    fn from(damaged: &Damaged) -> Self {
        let (file, damage) = (damaged.path.to_string(), damaged.damage);
        Self { file, damage, put_back: false, rebuild: None }
    }
}

/// How current a published table is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TableAsOfResult {
    /// The table.
    pub table: String,
    /// The as-of at which it was built, in UTC.
    pub as_of: String,
}

impl From<(String, DateTime<Utc>)> for TableAsOfResult {
    fn from((table, as_of): (String, DateTime<Utc>)) -> Self {
        Self { table, as_of: instant_text(as_of) }
    }
}

/// Periods of a table that were removed from the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DroppedPeriodsResult {
    /// The table.
    pub table: String,
    /// The periods, as first days.
    pub periods: Vec<String>,
}

/// A table that was published.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableResult {
    /// The table.
    pub table: String,
    /// Rows this run built.
    pub rows: u64,
    /// Bytes of these rows.
    pub bytes: u64,
    /// Files of these rows.
    pub files: usize,
    /// Where its files lie.
    pub location: String,
}

/// An instant in the format of records.
pub fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The release that readers see, and the run's part in it.
#[derive(Debug, Clone)]
pub struct PublishedResult {
    /// The release.
    pub release: u64,
    /// Whether it was already there, byte for byte.
    pub unchanged: bool,
    /// The warehouse, without secrets.
    pub warehouse: String,
    /// What the run built.
    pub tables: Vec<TableResult>,
    /// Tables whose as-of is older than the newest of the pipeline's tables.
    pub behind: Vec<TableAsOfResult>,
    /// Tables that were removed from the warehouse.
    pub dropped: Vec<String>,
    /// Periods that were removed from the warehouse, of tables that remain.
    pub dropped_periods: Vec<DroppedPeriodsResult>,
}
