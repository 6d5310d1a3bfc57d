//! Values that a pipeline declares for a column: those it accepts, those that mark deleted rows.

use chrono_tz::Tz;
use datafusion::arrow::array::ArrayRef;

use super::faults::Faults;
use super::notation::Notation;
use super::parser::Parser;
use super::reason::Reason;
use super::texts::Texts;
use crate::declare::ColumnType;

/// Values of a type and a zone as a column of that type; the reason if one of them is invalid. They
/// are written as usual, truth values in the column's own words as well.
pub(crate) fn declared_values(
    (data_type, zone): (ColumnType, Tz),
    notation: &Notation,
    texts: &[&str],
) -> Result<ArrayRef, Reason> {
    let parser = Parser::declared(data_type, notation, zone);
    let mut faults = Faults::none(texts.len());
    let text = |row: usize| texts.get(row).copied();
    let texts = Texts { column: 0, rows: texts.len(), required: true, text };
    let values = texts.read(&parser, &mut faults);
    faults.iter().next().map_or(Ok(values), |(_, fault)| Err(fault.reason))
}
