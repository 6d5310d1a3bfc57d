//! Checks of a table before it is published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source_column::Bound;
use super::{Rejects, Spanned};

/// A check in a table file: a condition, and what happens if it fails.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct DeclaredCheck {
    /// What must hold.
    pub check: Check,
    /// What happens where it does not.
    pub severity: Severity,
    /// How many rows may break it without failing it.
    pub max_failed_rows: Rejects,
}

/// What a failing check does to the run.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is published.
    #[default]
    Error,
    /// It is reported, its rows are kept, and the run goes on.
    Warn,
}

/// The keys of a check: one condition, its severity and its tolerance.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Check")]
#[serde(deny_unknown_fields)]
struct Written {
    /// These columns are never NULL.
    #[schemars(with = "Option<Vec<String>>")]
    not_null: Option<Vec<Spanned<String>>>,
    /// No two rows are equal in all of these columns, NULL in both included.
    #[schemars(with = "Option<Vec<String>>")]
    unique: Option<Vec<Spanned<String>>>,
    /// The column contains only these values, or NULL.
    accepted_values: Option<AcceptedValues>,
    /// The column is between these bounds, or NULL.
    accepted_range: Option<AcceptedRange>,
    /// Every value, unless NULL, occurs in another table.
    references: Option<References>,
    /// The number of rows of the table is between these bounds.
    row_count: Option<RowCount>,
    /// A query of the project's own returns nothing.
    no_rows: Option<NoRows>,
    /// `error`, which publishes nothing, or `warn`, which is reported and goes on.
    #[serde(default)]
    severity: Severity,
    /// How many rows may break it without failing it: a number, or a share of the table's rows such
    /// as 0.1%. Not for `row_count`.
    #[serde(default)]
    max_failed_rows: Rejects,
}

impl TryFrom<Written> for DeclaredCheck {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let conditions = [
            written.not_null.map(Check::NotNull),
            written.unique.map(Check::Unique),
            written.accepted_values.map(Check::AcceptedValues),
            written.accepted_range.map(Check::AcceptedRange),
            written.references.map(Check::References),
            written.row_count.map(Check::RowCount),
            written.no_rows.map(Check::NoRows),
        ];
        let mut conditions = conditions.into_iter().flatten();
        let (Some(check), None) = (conditions.next(), conditions.next()) else {
            return Err(ONE_CONDITION.into());
        };
        let (severity, max_failed_rows) = (written.severity, written.max_failed_rows);
        if !check.is_broken_by_rows() && max_failed_rows != Rejects::default() {
            return Err(NO_ROWS_TO_ALLOW.into());
        }
        Ok(Self { check, severity, max_failed_rows })
    }
}

/// The message about a check without a condition, or with two.
pub(super) const ONE_CONDITION: &str = "a check has one condition";

/// The message about a tolerance of a check that no row breaks.
pub(super) const NO_ROWS_TO_ALLOW: &str =
    "`max_failed_rows` means nothing beside `row_count`, which the table breaks and no row of it";

/// A condition on the rows of a table. Each becomes a query that must return no rows.
#[derive(Debug, Clone)]
pub enum Check {
    /// These columns are never NULL.
    NotNull(Vec<Spanned<String>>),
    /// No two rows are equal in all of these columns.
    Unique(Vec<Spanned<String>>),
    /// The column contains only these values, or NULL.
    AcceptedValues(AcceptedValues),
    /// The column is between these bounds, or NULL.
    AcceptedRange(AcceptedRange),
    /// Every value, unless NULL, occurs in another table.
    References(References),
    /// The number of rows of the table is between these bounds.
    RowCount(RowCount),
    /// A query of the project's own returns nothing.
    NoRows(NoRows),
}

impl Check {
    /// Whether single rows break it, so that they can be counted.
    const fn is_broken_by_rows(&self) -> bool {
        match self {
            Self::RowCount(_) => false,
            Self::NotNull(_)
            | Self::Unique(_)
            | Self::AcceptedValues(_)
            | Self::AcceptedRange(_)
            | Self::References(_)
            | Self::NoRows(_) => true,
        }
    }
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
    /// The smallest value allowed, in the notation of the column's type: `1`, `2026-01-31`.
    #[schemars(with = "Option<Bound>")]
    pub min: Option<Spanned<String>>,
    /// The largest value allowed.
    #[schemars(with = "Option<Bound>")]
    pub max: Option<Spanned<String>>,
}

/// See [`Check::References`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// The column to look at.
    #[schemars(with = "String")]
    pub column: Spanned<String>,
    /// The table that must contain the value.
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
    /// The smallest number of rows.
    pub min: Option<u64>,
    /// The greatest number of rows.
    pub max: Option<u64>,
}

/// See [`Check::NoRows`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoRows {
    /// A file of the project with one query; the rows it returns are the evidence.
    #[schemars(with = "String")]
    pub sql: Spanned<String>,
}
