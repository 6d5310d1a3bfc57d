//! The manifest of a writer: a row for each file, which crosses process boundaries like any other rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::error::{DataFusionError, Result};

use super::StagedFile;
use crate::store::RelativePath;

/// The columns: a row says of a file what [`StagedFile`] does, the partition values as JSON.
pub(crate) fn manifest_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("path", DataType::Utf8, false),
        Field::new("partition", DataType::Utf8, false),
        Field::new("rows", DataType::Int64, false),
        Field::new("bytes", DataType::Int64, false),
        Field::new("sha256", DataType::Utf8, false),
    ]))
}

/// Files as rows.
pub(super) fn manifest(files: &[StagedFile]) -> Result<RecordBatch> {
    let text = |field: fn(&StagedFile) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(files.iter().map(field)))
    };
    let number = |field: fn(&StagedFile) -> u64| -> ArrayRef {
        Arc::new(files.iter().map(|file| i64::try_from(field(file)).ok()).collect::<Int64Array>())
    };
    let columns = vec![
        text(|file| file.path.to_string()),
        text(|file| serde_json::json!(file.partition).to_string()),
        number(|file| file.rows),
        number(|file| file.bytes),
        text(|file| file.sha256.clone()),
    ];
    Ok(RecordBatch::try_new(manifest_schema(), columns)?)
}

/// The files described by a batch of rows.
///
/// # Errors
/// A path is invalid, or partition values cannot be read.
pub fn staged_files(batch: &RecordBatch) -> Result<Vec<StagedFile>> {
    let text = |column: usize| batch.column(column).as_string::<i32>();
    let number = |column: usize| batch.column(column).as_primitive::<Int64Type>();
    (0..batch.num_rows())
        .map(|row| {
            Ok(StagedFile {
                path: RelativePath::new(text(0).value(row)).map_err(external)?,
                partition: serde_json::from_str(text(1).value(row)).map_err(external)?,
                rows: number(2).value(row).unsigned_abs(),
                bytes: number(3).value(row).unsigned_abs(),
                sha256: text(4).value(row).to_owned(),
            })
        })
        .collect()
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(error.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{RecordBatch, StringArray};

    use super::{manifest, manifest_schema, staged_files};
    use crate::publish::StagedFile;

    fn file() -> StagedFile {
        StagedFile {
            path: "city=Z%C3%BCrich/part-00000.parquet".parse().unwrap(),
            partition: vec![Some("Zürich \"1\"".into()), None, Some(String::new())],
            rows: 3,
            bytes: 99,
            sha256: "a".into(),
        }
    }

    #[test]
    fn files_are_the_same_once_they_have_been_rows() {
        let files = [file(), StagedFile { partition: Vec::new(), ..file() }];
        assert_eq!(staged_files(&manifest(&files).unwrap()).unwrap(), files);
    }

    /// A file without its partition values would be read as one of a table without partitions.
    #[test]
    fn partition_values_that_cannot_be_read_are_an_error() {
        for wrong in ["", "[", "[1]", "Zürich"] {
            let mut columns = manifest(&[file()]).unwrap().columns().to_vec();
            columns[1] = Arc::new(StringArray::from(vec![wrong]));
            let batch = RecordBatch::try_new(manifest_schema(), columns).unwrap();
            assert!(staged_files(&batch).is_err(), "{wrong}");
        }
    }
}
