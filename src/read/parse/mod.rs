//! Text becomes a value of the declared type, exactly, or the reason why it cannot.
//!
//! Blanks around a value that is not a string are ignored. Nothing is rounded, wrapped or guessed.

mod number;
mod time;

pub(super) use self::number::{boolean, decimal, float, int32, int64};
pub(super) use self::time::{Days, Moments, Zones};

use crate::declare::ColumnType;
use crate::plan::{SourceField, SourcePlan};

use super::ReadError;

/// How the values of one column are read.
#[derive(Debug)]
pub(super) enum Parser {
    /// As it stands.
    Text,
    /// `true`, `t`, `1`, `yes` or `y`, and their opposites, in any case.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A finite number.
    Float64,
    /// A calendar day.
    Date(Days),
    /// A moment, brought to the pipeline's clock.
    Timestamp(Moments),
    /// Precision and scale.
    Decimal(u8, i8),
}

/// A parser for every column of a source.
pub(super) fn parsers(source: &SourcePlan) -> Result<Vec<Parser>, ReadError> {
    source.columns.iter().map(|field| parser(source, field)).collect()
}

fn parser(source: &SourcePlan, field: &SourceField) -> Result<Parser, ReadError> {
    let pattern = field.notation.formats.first().map(String::as_str);
    let refuse = |pattern: &str| ReadError::TimePattern {
        table: source.name.clone(),
        column: field.name.clone(),
        pattern: pattern.to_owned(),
    };
    let zones = Zones { from: field.notation.time_zone, to: source.time_zone };
    Ok(match field.data_type {
        ColumnType::String => Parser::Text,
        ColumnType::Boolean => Parser::Boolean,
        ColumnType::Int32 => Parser::Int32,
        ColumnType::Int64 => Parser::Int64,
        ColumnType::Float64 => Parser::Float64,
        ColumnType::Date => Parser::Date(Days::new(pattern).map_err(refuse)?),
        ColumnType::Timestamp => Parser::Timestamp(Moments::new(pattern, zones).map_err(refuse)?),
        ColumnType::Decimal(precision, scale) => Parser::Decimal(precision, scale),
    })
}
