//! The tests of a stage, as they are written beside its SQL: rows in, rows out.

mod cell;
mod rows;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

pub use self::cell::Cell;
pub use self::rows::{Expected, Given, Listed};
pub(super) use self::rows::{NO_ROWS, ROWS_OR_CSV};
use super::Spanned;
use super::named::Named;

/// The tests of a stage: `<stage>.tests.yaml` beside `<stage>.sql`. Keys at the top apply to every
/// test that does not override them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestsFile {
    /// The exclusive end of what the stage may use, `$as_of`: a date or a timestamp, as for
    /// `--as-of` of a run.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Spanned<String>>,
    /// A day of the period that is built; the one that is open at `as_of` if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub period: Option<Spanned<String>>,
    /// Values of parameters that the stage uses; those of the pipeline if left out.
    #[serde(default)]
    #[schemars(schema_with = "values")]
    pub parameters: Named<Spanned<String>>,
    /// What a column missing from given rows means.
    #[serde(default)]
    pub missing_columns: LeftOut,
    /// The tests, each under its name.
    #[schemars(with = "std::collections::BTreeMap<String, UnitTest>")]
    pub tests: Named<UnitTest>,
}

/// One test: what a stage returns for given rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTest {
    /// What it shows, for people.
    #[serde(default)]
    pub description: Option<String>,
    /// The exclusive end of what the stage may use, `$as_of`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Spanned<String>>,
    /// A day of the period that is built.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub period: Option<Spanned<String>>,
    /// Values of parameters that the stage uses.
    #[serde(default)]
    #[schemars(schema_with = "values")]
    pub parameters: Named<Spanned<String>>,
    /// What a column missing from given rows means.
    #[serde(default)]
    pub missing_columns: LeftOut,
    /// Rows of the tables that the stage reads. A table that is not named has none.
    #[serde(default)]
    pub given: Named<Given>,
    /// The rows that the stage returns for them.
    #[serde(default)]
    #[schemars(with = "Option<Expected>")]
    pub expect: Option<Spanned<Expected>>,
    /// The rows that queries of its `with` return for them, by their names.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, Expected>")]
    pub ctes: Named<Spanned<Expected>>,
}

/// What a column missing from given rows means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = as_words)]
pub enum LeftOut {
    /// As inherited; a mistake if nothing is.
    #[default]
    #[serde(skip)]
    Unsaid,
    /// A mistake.
    Stop,
    /// The column is NULL.
    Null,
}

impl LeftOut {
    /// This, unless it is not said.
    #[must_use]
    pub fn or(self, outer: Self) -> Self {
        if self == Self::Unsaid { outer } else { self }
    }
}

/// Values by the names of parameters, of whatever type these are.
fn values(_: &mut SchemaGenerator) -> Schema {
    let value = schemars::json_schema!({ "type": ["string", "number", "boolean"] });
    schemars::json_schema!({ "type": "object", "additionalProperties": value })
}

/// For a YAML parser, `null` without quotes is not text.
fn as_words(schema: &mut Schema) {
    *schema = schemars::json_schema!({
        "description": "What a column means that given rows leave out: a mistake, or NULL.",
        "enum": ["stop", null],
    });
}
