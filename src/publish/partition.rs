//! Hive folders: `column=value` for each partition column, outermost first.

use std::fmt::Write;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;

/// What stands for NULL in a folder's name.
pub const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";

/// The partition values of one row as text; `None` is NULL.
pub(super) fn values(
    batch: &RecordBatch,
    columns: &[usize],
    row: usize,
) -> Result<Vec<Option<String>>> {
    let options = FormatOptions::default();
    columns
        .iter()
        .map(|column| {
            let array = batch.column(*column);
            if array.is_null(row) {
                return Ok(None);
            }
            let shown = ArrayFormatter::try_new(array.as_ref(), &options)?;
            Ok(Some(shown.value(row).to_string()))
        })
        .collect()
}

/// The folder of these values, with a `/` at its end; empty without partitions.
pub(super) fn folder(columns: &[String], values: &[Option<String>]) -> String {
    let mut folder = String::new();
    for (column, value) in columns.iter().zip(values) {
        let value = value.as_deref().map_or_else(|| NULL_FOLDER.to_owned(), encoded);
        let _ = write!(folder, "{column}={value}/");
    }
    folder
}

/// Percent-encodes what a folder's name could not hold on every store, and the one text that would
/// be read as NULL.
fn encoded(value: &str) -> String {
    if let Some(rest) = value.strip_prefix('_').filter(|_| value == NULL_FOLDER) {
        return format!("%5F{rest}");
    }
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{NULL_FOLDER, folder};

    #[test]
    fn a_value_is_encoded_and_null_has_its_own_folder() {
        let columns = ["country".to_owned(), "month".to_owned()];
        assert_eq!(
            folder(&columns, &[Some("São Paulo/1".into()), None]),
            "country=S%C3%A3o%20Paulo%2F1/month=__HIVE_DEFAULT_PARTITION__/"
        );
    }

    #[test]
    fn different_values_never_share_a_folder() {
        let values = ["", " ", ".", "..", "/", "%", "%2F", "=", "a", "A", "ä", NULL_FOLDER];
        let values = values.into_iter().map(|value| Some(value.to_owned())).chain([None]);
        let mut folders: Vec<String> =
            values.map(|value| folder(&["c".to_owned()], &[value])).collect();
        let all = folders.len();
        folders.sort();
        folders.dedup();
        assert_eq!(folders.len(), all, "{folders:?}");
    }
}
