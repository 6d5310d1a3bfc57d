//! Columns that are folders of files, and those that files have as well.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use insta::assert_snapshot;

use super::{accepted, folder, inferred, types};

#[test]
fn a_folder_of_null_promises_no_value() {
    let files = folder(&[
        ("raw/g=a/x.csv", b"id,n\n1,2\n"),
        ("raw/g=__HIVE_DEFAULT_PARTITION__/x.csv", b"id,n\n2,3\n"),
    ]);
    let block = inferred(&files, "raw").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert!(
        block.contains("g: {type: string, folder: true}  # from the path; NULL in 1 of 2 paths"),
        "{block}"
    );
    let numbers = folder(&[
        ("raw/y=2024/x.csv", b"id,n\n1,2\n"),
        ("raw/y=__HIVE_DEFAULT_PARTITION__/x.csv", b"id,n\n2,3\n"),
        ("raw/y=/x.csv", b"id,n\n2,3\n"),
    ]);
    let block = inferred(&numbers, "raw").unwrap();
    assert_eq!(accepted(&numbers, &block), 3, "{block}");
    assert!(
        block.contains("\"y\": {type: int32, folder: true}  # from the path; NULL in 2 of 3 paths"),
        "{block}"
    );
}

#[test]
fn folders_that_some_paths_lack_are_optional() {
    let files = folder(&[("raw/g=a/x.csv", b"id,n\n1,2\n"), ("raw/x.csv", b"id,n\n2,3\n")]);
    let block = inferred(&files, "raw").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert!(
        block.contains(
            "g: {type: string, folder: true, optional: true}  # from the path; in 1 of 2 paths"
        ),
        "{block}"
    );
}

#[test]
fn values_of_folders_are_what_their_characters_mean() {
    let files = folder(&[
        ("raw/day=2024%2D01%2D31/g=a/g=b/x.csv", b"id,n\n1,2\n"),
        ("raw/day=2024%2D02%2D29/g=b/g=c/x.csv", b"id,n\n2,3\n"),
    ]);
    let block = inferred(&files, "raw").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert_eq!(types(&block), "id int64, n int32, day date, g string", "{block}");
}

fn parquet(path: &Path, columns: [(&str, ArrayRef); 3]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_column_of_files_and_of_their_paths_is_one() {
    let files = folder(&[]);
    let (whole, texts) = (
        |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) },
        |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) },
    );
    for (year, month) in [(2024, "12"), (2025, "01")] {
        let path = files.path().join(format!("raw/y={year}/m={month}/0.parquet"));
        parquet(&path, [("id", whole(7)), ("y", whole(year)), ("m", texts(month))]);
    }
    let block = inferred(&files, "raw").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert_snapshot!(block, @r#"
    # Inferred from 2 of 2 files.
    raw_raw:
      location: raw/**/*.parquet
      format: parquet
      columns:
        id: {type: int64, required: true}
        "y": {type: int64, required: true, folder: true}  # from the path; the files have it as well, which is not read
        m: {type: string, required: true, folder: true}  # from the path; the files have it as well, which is not read
    "#);
}

#[test]
fn of_files_and_paths_that_differ_in_type_the_files_are_read() {
    let text = |amount: &str| format!("id,amount\n1,{amount}\n");
    let files = folder(&[
        ("raw/amount=1.50/x.csv", text("1.50").as_bytes()),
        ("raw/amount=2/x.csv", text("2").as_bytes()),
        ("part/g=1/x.csv", b"id,g\n1,1\n"),
        ("part/x.csv", b"id,g\n1,2\n"),
    ]);
    let block = inferred(&files, "raw").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert_eq!(types(&block), "id int64, amount decimal(18,2)", "{block}");
    assert!(block.contains("also in the path, which is not read"), "{block}");
    let block = inferred(&files, "part").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert_eq!(types(&block), "id int64, g int32", "{block}");
    assert!(block.contains("also in some paths, which are not read"), "{block}");
}
