//! What the user wrote: YAML files, parsed into types and nothing more.
//!
//! A [`Pipeline`] and a [`TableFile`] are as close to their files as they can be: names are still
//! text, stages may not exist, SQL is unparsed, `${VARIABLES}` are as written. Anything that needs
//! other information (another file, a schema, the environment) belongs in [`crate::plan`]. Nothing
//! here opens a file.

mod check;
mod column;
mod concepts;
mod format;
mod history;
mod malformed;
mod masking;
mod named;
mod nothing;
mod pipeline;
mod positions;
mod publish;
mod rejects;
mod source;
mod source_column;
mod table;
mod texts;
mod time_span;
mod unit_test;
mod used;
mod variable;
pub(crate) mod yaml_text;

pub use self::check::{
    AcceptedRange, AcceptedValues, Check, DeclaredCheck, NoRows, References, RowCount, Severity,
};
pub use self::column::{Column, ColumnType};
pub use self::concepts::{Approximations, Concepts};
pub use self::format::{
    DamagedFiles, ExtraColumns, Format, FormatFacts, FormatFeature, MissingColumns, Nan, OnInvalid,
    Superseded,
};
pub use self::history::{History, Missing};
pub(crate) use self::masking::{Quoted, is_secret_name, masked_values};
pub use self::named::Named;
pub use self::pipeline::{AsOf, OlderAsOf, Param, PartitionColumns, PeriodUnit, Pipeline};
pub use self::positions::Positions;
pub use self::publish::Publish;
pub use self::rejects::Rejects;
pub use self::source::{Deleted, Freshness, Source, SourcesFile};
pub use self::source_column::{Range, SourceColumn};
pub use self::table::{Per, TableFile};
pub use self::texts::Texts;
pub use self::time_span::TimeSpan;
pub use self::unit_test::{Cell, Expected, Given, LeftOut, Listed, TestsFile, UnitTest};
pub use self::used::Use;
pub use self::variable::{VariableError, expand};

use std::sync::Arc;

use serde::de::DeserializeOwned;
pub use serde_yaml::Spanned;

use crate::diagnostic::{Diagnostic, SourceFile};

/// Reads one pipeline.
///
/// # Errors
/// The YAML is malformed, or does not have the shape of a [`Pipeline`].
pub fn pipeline(file: &Arc<SourceFile>) -> Result<Pipeline, Diagnostic> {
    from_yaml(file)
}

/// The name that a file declares if it is a pipeline, whatever else is in it.
pub fn pipeline_name(file: &SourceFile) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct OnlyName {
        pipeline: String,
    }
    serde_yaml::from_str::<OnlyName>(&file.text).ok().map(|named| named.pipeline)
}

/// The families that a file names if it is a pipeline, whatever else is in it.
pub fn used(file: &SourceFile) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct OnlyUse {
        #[serde(rename = "use")]
        uses: Spanned<Use>,
    }
    let used = serde_yaml::from_str::<OnlyUse>(&file.text).map(|only| Use::names(&only.uses));
    used.unwrap_or_default().into_iter().map(|name| name.value).collect()
}

/// Reads one file of sources that several pipelines may read.
///
/// # Errors
/// The YAML is malformed, or does not hold `sources` alone.
pub fn sources(file: &Arc<SourceFile>) -> Result<Named<Source>, Diagnostic> {
    from_yaml(file).map(|SourcesFile { sources }| sources)
}

/// Reads one table file.
///
/// # Errors
/// The YAML is malformed, or does not have the shape of a [`TableFile`].
pub fn table(file: &Arc<SourceFile>) -> Result<TableFile, Diagnostic> {
    from_yaml(file)
}

/// Reads one file of tests.
///
/// # Errors
/// The YAML is malformed, or does not have the shape of a [`TestsFile`].
pub fn tests(file: &Arc<SourceFile>) -> Result<TestsFile, Diagnostic> {
    nothing::first_outside_rows(file).map_or_else(|| shaped(file), Err)
}

fn from_yaml<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Diagnostic> {
    nothing::first(file).map_or_else(|| shaped(file), Err)
}

fn shaped<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Diagnostic> {
    serde_yaml::from_str(&file.text).map_err(|error| malformed::diagnostic(file, &error))
}
