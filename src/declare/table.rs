//! The file beside a stage's SQL: what the table is, for its readers and for the checks.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Column, DeclaredCheck, History, Named, Param, Publish, Spanned};

/// `<table>.yaml`. Beside a `.sql` of the same name it describes the result of the query. Alone, it
/// declares a canonical table: a stage of that name provides it, and without one it is empty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// What the table contains, in a sentence or two.
    pub description: Option<String>,
    /// Whether the rows depend on the period. A query that uses `$previous_start`, `$period_start` or `$period_end`,
    /// or reads a table that does, varies by period without saying so.
    pub per: Option<Per>,
    /// The columns that identify a row: checked to be unique and never NULL.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub key: Vec<Spanned<String>>,
    /// Present: the table contains the versions of the entities in the query's rows.
    pub history: Option<History>,
    /// The columns, in order. A published table describes all of them.
    #[serde(default)]
    pub columns: Named<Column>,
    /// Conditions that must be true before the table is published.
    #[serde(default)]
    #[schemars(with = "Vec<DeclaredCheck>")]
    pub checks: Vec<Spanned<DeclaredCheck>>,
    /// Present: the table is published, in this layout.
    pub publish: Option<Publish>,
    /// Values that queries use as `$name`, in every pipeline that runs the stage. Each is declared
    /// by one table.
    #[serde(default)]
    pub params: Named<Param>,
    /// The canonical table, or the column of one, without which the table has nothing to show: where no stage
    /// provides it, the headlines of the table are not shown.
    #[schemars(with = "Option<String>")]
    pub rests_on: Option<Spanned<String>>,
    /// Numbers to show at the end of a run, in every pipeline that runs the stage: a title and a query
    /// that returns one value.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub headlines: Named<Spanned<String>>,
}

/// What a table's rows vary by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// The pipeline's period.
    Period,
}
