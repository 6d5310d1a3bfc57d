//! What an engine answers, in a form in which two answers can be compared.

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;

/// Values as text; numbers without needless zeros, whatever their type.
pub(super) type Row = Vec<Option<String>>;

/// Rows, or why there are none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Rows(Vec<Row>),
    Error(String),
}

impl Answer {
    /// Whether both have the same rows, each as often, in whatever order.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rows(rows), Self::Rows(others)) => sorted(rows) == sorted(others),
            _ => false,
        }
    }

    /// The rows as lines.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Error(error) => format!("  {}", error.replace('\n', " ")),
            Self::Rows(rows) => {
                let line = |row: &Row| {
                    let values = row.iter().map(|value| value.as_deref().unwrap_or("NULL"));
                    format!("  {}", values.collect::<Vec<_>>().join(" | "))
                };
                sorted(rows).iter().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

fn sorted(rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.sort();
    rows
}

/// The rows of batches.
pub(super) fn rows(batches: &[RecordBatch]) -> Vec<Row> {
    let of = |batch: &RecordBatch| -> Vec<Row> {
        let row = |at| batch.columns().iter().map(|column| value(column, at)).collect();
        (0..batch.num_rows()).map(row).collect()
    };
    batches.iter().flat_map(of).collect()
}

fn value(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    let text = array_value_to_string(column, row).expect("printable");
    let number = matches!(column.data_type(), DataType::Decimal128(..) | DataType::Float64);
    let shown = match text.contains('.') && number {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    };
    Some(if number && shown == "-0" { "0".to_owned() } else { shown })
}
