//! The rows of an answer, read value by value.

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::Result;

/// The rows of an answer.
#[derive(Debug)]
pub(super) struct Rows(RecordBatch);

/// A row of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    batch: &'a RecordBatch,
    at: usize,
}

impl Rows {
    /// The rows of batches of one schema; nothing if there are none.
    pub(super) fn of_batches(batches: &[RecordBatch]) -> Result<Option<Self>> {
        let Some(first) = batches.first() else { return Ok(None) };
        let rows = concat_batches(&first.schema(), batches)?;
        Ok((rows.num_rows() > 0).then_some(Self(rows)))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.0.num_rows()).map(|at| Row { batch: &self.0, at })
    }

    /// The rows in which a column has a value.
    pub(super) fn of<'a>(&'a self, column: &'a str, value: &'a str) -> Vec<Row<'a>> {
        self.iter().filter(|row| row.text(column).as_deref() == Some(value)).collect()
    }
}

impl Row<'_> {
    /// A value as text, to its last digit; nothing where it is unknown.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        let values = self.batch.column_by_name(column);
        debug_assert!(values.is_some(), "the answer has no column `{column}`");
        let values = values.filter(|values| !values.is_null(self.at))?;
        array_value_to_string(values, self.at).ok()
    }

    /// A value as a number; nothing where it is unknown.
    pub(super) fn number(&self, column: &str) -> Option<f64> {
        self.text(column)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Both ends of an interval.
    pub(super) fn limits(&self, lower: &str, upper: &str) -> Option<(f64, f64)> {
        Some((self.number(lower)?, self.number(upper)?))
    }

    /// Whether the values of a column have all of their digits.
    pub(super) fn is_decimal(&self, column: &str) -> bool {
        let values = self.batch.column_by_name(column);
        values.is_some_and(|it| matches!(it.data_type(), DataType::Decimal128(_, _)))
    }

    /// A text, empty where it is unknown.
    pub(super) fn code(&self, column: &str) -> String {
        self.text(column).unwrap_or_default()
    }
}
