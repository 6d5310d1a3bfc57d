//! Accepted rows that a newer one of the same key replaces, where a source wants to keep them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::{DataFusionError, Result};

use super::tally::Reject;
use crate::plan::{FILE_COLUMN, LINE_COLUMN};
use crate::value::Reason;

/// A row that a newer one replaces.
pub(super) struct Superseded {
    file: String,
    line: i64,
    /// Its values as a JSON object.
    raw: String,
}

impl Superseded {
    /// The row as one that is rejected.
    pub(super) fn reject<'a>(&'a self, source: &'a str) -> Reject<'a> {
        let Self { file, line, raw } = self;
        let reason = Reason::DuplicateKey;
        Reject { source, file, line: *line, column: None, reason, text: raw, raw }
    }
}

/// The rows of a batch, which has the columns of the source, `_file` and `_line` among them.
pub(super) fn superseded(rows: &RecordBatch) -> Result<Vec<Superseded>> {
    let files = cast(named(rows, FILE_COLUMN)?, &DataType::Utf8)?;
    let lines = cast(named(rows, LINE_COLUMN)?, &DataType::Int64)?;
    let (files, lines) = (files.as_string::<i32>(), lines.as_primitive::<Int64Type>());
    let row = |row: usize| {
        let (file, line) = (files.value(row).to_owned(), lines.value(row));
        Ok(Superseded { file, line, raw: json(rows, row)? })
    };
    (0..rows.num_rows()).map(row).collect()
}

fn named<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    rows.column_by_name(name)
        .ok_or_else(|| DataFusionError::Internal(format!("superseded rows lack `{name}`")))
}

/// The declared columns of a row as a JSON object, their values as text.
fn json(rows: &RecordBatch, row: usize) -> Result<String> {
    let schema = rows.schema();
    let columns = schema.fields().iter().zip(rows.columns());
    let declared =
        columns.filter(|(field, _)| ![FILE_COLUMN, LINE_COLUMN].contains(&field.name().as_str()));
    let pairs: Result<Vec<String>> = declared
        .map(|(field, values)| {
            let text = (!values.is_null(row)).then(|| array_value_to_string(values, row));
            let value = serde_json::json!(text.transpose()?);
            Ok(format!("{}:{value}", serde_json::json!(field.name())))
        })
        .collect();
    Ok(format!("{{{}}}", pairs?.join(",")))
}
