//! How a table is laid out for its readers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spanned;

/// The layout of a published table. A table that varies by period is always partitioned by
/// `period` first.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Columns whose values become folders, outermost first.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub partition_by: Vec<Spanned<String>>,
    /// The order of rows within a file; the key completes it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sort_by: Vec<Spanned<String>>,
}
