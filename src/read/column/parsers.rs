//! How the columns of a source are read.

use crate::plan::{SourceField, SourcePlan};
use crate::read::ReadError;
use crate::value::Parser;

/// A parser for every column of a source.
pub(in crate::read) fn parsers(source: &SourcePlan) -> Result<Vec<Parser>, ReadError> {
    source.columns.iter().map(|field| parser(source, field)).collect()
}

fn parser(source: &SourcePlan, field: &SourceField) -> Result<Parser, ReadError> {
    let refuse = |pattern: &str| ReadError::TimePattern {
        table: source.name.clone(),
        column: field.name.clone(),
        pattern: pattern.to_owned(),
    };
    let parser = Parser::of(field.data_type, &field.notation, source.time_zone, source.nan);
    parser.map_err(refuse)
}
