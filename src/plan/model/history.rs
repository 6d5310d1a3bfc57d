//! How a table keeps former versions.

use crate::declare::Missing;

/// The column with the start of a version.
pub const VALID_FROM: &str = "valid_from";
/// The column with its exclusive end; NULL while it is current.
pub const VALID_TO: &str = "valid_to";
/// The column that says whether it is current.
pub const IS_CURRENT: &str = "is_current";

/// How a stage's rows become versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPlan {
    /// The columns that identify an entity.
    pub key: Vec<String>,
    /// The column that says when a row was true.
    pub at: String,
    /// The columns whose changes make a version.
    pub track: Vec<String>,
    /// What it means that an entity is not in a later snapshot.
    pub missing: Missing,
}

impl HistoryPlan {
    /// How many times the query's rows are read.
    pub fn readings(&self) -> usize {
        if self.missing == Missing::Close { 2 } else { 1 }
    }
}
