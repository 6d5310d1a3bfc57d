//! Accepted rows that a newer one of the same key replaces, where a source wants to keep them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::{DataFusionError, Result};

use super::tally::{Reject, Tally};
use crate::plan::{FILE_COLUMN, LINE_COLUMN};
use crate::read::ReadError;
use crate::value::Reason;

/// Rejects the rows of a batch, which has the columns of the source, `_file` and `_line` among them.
///
/// # Errors
/// The disk refuses, or the batch is of another table.
pub fn reject_superseded(source: &str, rows: &RecordBatch, tally: &Tally) -> Result<()> {
    let files = cast(named(rows, FILE_COLUMN)?, &DataType::Utf8)?;
    let lines = cast(named(rows, LINE_COLUMN)?, &DataType::Int64)?;
    let (files, lines) = (files.as_string::<i32>(), lines.as_primitive::<Int64Type>());
    let texts: Result<Vec<String>> = (0..rows.num_rows()).map(|row| json(rows, row)).collect();
    let texts = texts?;
    let rejects = texts.iter().enumerate().map(|(row, raw)| Reject {
        source,
        file: files.value(row),
        line: lines.value(row),
        column: None,
        reason: Reason::DuplicateKey,
        text: raw,
        raw,
    });
    tally.reject_accepted(rejects).map_err(|error| ReadError::scratch(&error).into())
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::reject_superseded;
    use crate::read::account::{FileTally, Tally};
    use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

    #[test]
    fn a_superseded_row_moves_from_the_accepted_to_the_rejected() {
        let tally = Arc::new(Tally::default());
        let mut counts = FileTally::of(0);
        counts.accepted = 3;
        tally.finish("a", counts).unwrap();
        let text = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
        let rows = RecordBatch::try_from_iter([
            ("key", text(vec![Some("o\"1"), None])),
            ("n", Arc::new(Int64Array::from(vec![7, 8])) as ArrayRef),
            ("_file", text(vec![Some("a"), Some("a")])),
            ("_line", Arc::new(Int64Array::from(vec![2, 4])) as ArrayRef),
        ]);
        reject_superseded("orders", &rows.unwrap(), &tally).unwrap();
        let summary = tally.summary();
        assert_eq!((summary.rows, summary.accepted, summary.rejected), (3, 1, 2));
        let kept: Vec<_> = tally.quarantined().flat_map(Result::unwrap).collect();
        assert_eq!(kept[0].raw, r#"{"key":"o\"1","n":"7"}"#);
        assert_eq!(kept[1].raw, r#"{"key":null,"n":"8"}"#);
        assert!(kept.iter().all(|row| row.reason == "duplicate_key" && row.column.is_none()));
    }
}
