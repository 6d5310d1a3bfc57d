//! What must hold of a table before anybody may see it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spanned;

/// A condition on the staged rows of a table. Each becomes a query that must return no rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// These columns are never NULL.
    NotNull(#[schemars(with = "Vec<String>")] Vec<Spanned<String>>),
    /// No two rows agree in all of these columns.
    Unique(#[schemars(with = "Vec<String>")] Vec<Spanned<String>>),
    /// The column holds only these values, or NULL.
    AcceptedValues(AcceptedValues),
    /// The column lies between these bounds, or is NULL.
    AcceptedRange(AcceptedRange),
    /// Every value, unless NULL, occurs in another table.
    References(References),
    /// The table has so many rows.
    RowCount(RowCount),
    /// A query of the project's own returns nothing.
    NoRows(NoRows),
}

/// See [`Check::AcceptedValues`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedValues {
    /// The column to look at.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// The values it may hold.
    pub values: Vec<String>,
}

/// See [`Check::AcceptedRange`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedRange {
    /// The column to look at.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// The smallest value allowed.
    pub min: Option<f64>,
    /// The largest value allowed.
    pub max: Option<f64>,
}

/// See [`Check::References`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// The column to look at.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// The table that must know the value.
    #[schemars(with = "String")]
    pub table: Spanned<String>,
    /// The column of that table.
    #[schemars(with = "String")]
    pub to: Spanned<String>,
}

/// See [`Check::RowCount`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowCount {
    /// At least so many rows.
    pub min: Option<u64>,
    /// At most so many rows.
    pub max: Option<u64>,
}

/// See [`Check::NoRows`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoRows {
    /// A file of the project holding one query; the rows it returns are the evidence.
    #[schemars(with = "String")]
    pub sql: Spanned<String>,
}
