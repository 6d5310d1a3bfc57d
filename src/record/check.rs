//! Checks as they ended.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::text::printable;

/// A check that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckResult {
    /// The table.
    pub table: String,
    /// The check, as declared in its table file.
    pub check: String,
    /// How it ended.
    pub status: CheckStatus,
    /// Rows that break it.
    pub failed_rows: u64,
    /// How many rows may break it, as declared in its table file; null if none.
    pub allowed: Option<String>,
    /// The first of them.
    pub examples: Vec<String>,
    /// The tables that it read as published, since the run does not replace them.
    pub as_published: Vec<String>,
    /// Seconds it took.
    pub seconds: f64,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// No row breaks it, or no more than it allows.
    Passed,
    /// Rows break it, and it only warns.
    Warned,
    /// Rows break it: nothing is published.
    Failed,
}

/// As it is reported for one that failed.
impl fmt::Display for CheckResult {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { table, check, failed_rows, allowed, examples, as_published, .. } = self;
        let rows = rows_break(*failed_rows);
        write!(formatter, "check failed: `{table}`: {rows} `{check}`")?;
        if let Some(allowed) = allowed {
            write!(formatter, ", {allowed} allowed")?;
        }
        examples.iter().try_for_each(|it| write!(formatter, "\n  {}", printable(it)))?;
        as_published.iter().try_for_each(|table| {
            write!(
                formatter,
                "\n  `{table}` is seen as it is published: the run does not replace it"
            )
        })
    }
}

/// `1 row breaks`, `2 rows break`.
pub(crate) fn rows_break(rows: u64) -> String {
    format!("{rows} {}", if rows == 1 { "row breaks" } else { "rows break" })
}
