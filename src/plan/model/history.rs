//! How a table keeps what was true before.

use crate::declare::Missing;

/// The column that says since when a version has been true.
pub const VALID_FROM: &str = "valid_from";
/// The column that says until when it was; exclusive, NULL while it is.
pub const VALID_TO: &str = "valid_to";
/// The column that says whether it is.
pub const IS_CURRENT: &str = "is_current";

/// How a stage's rows become versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPlan {
    /// The columns that tell things apart.
    pub key: Vec<String>,
    /// The column that says when a row was true.
    pub at: String,
    /// The columns whose changes make a version.
    pub track: Vec<String>,
    /// What it means that a thing is not in a later snapshot.
    pub missing: Missing,
}

impl HistoryPlan {
    /// How many times the query's rows are read.
    pub fn readings(&self) -> usize {
        if self.missing == Missing::Close { 2 } else { 1 }
    }
}
