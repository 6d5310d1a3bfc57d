//! A table that keeps former versions: one row for each version of an entity.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spanned;

/// Turns the rows of the query, snapshots or changes in any order, into versions: the key, the
/// tracked columns, and `valid_from`, `valid_to` (exclusive; NULL while current) and `is_current`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The columns that identify an entity.
    #[schemars(with = "Vec<String>")]
    pub key: Vec<Spanned<String>>,
    /// The column that says when a row was true: a date or a timestamp.
    #[schemars(with = "String")]
    pub at: Spanned<String>,
    /// The columns whose changes make a version; all others if left out. Columns that are not
    /// tracked are not in the table.
    #[schemars(with = "Option<Vec<String>>")]
    pub track: Option<Vec<Spanned<String>>>,
    /// What it means that an entity is not in a later snapshot.
    #[serde(default)]
    pub missing: Missing,
}

/// What it means that an entity is not in a later snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nothing: rows are changes, and unchanged entities may be left out.
    #[default]
    Keep,
    /// It is deleted: rows are full snapshots, one for each timestamp that occurs.
    Close,
}
