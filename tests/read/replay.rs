//! Records of typed files that are read as corrected.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::prelude::SessionContext;
use patronage::declare::{Format, Range};
use patronage::plan::{Rules, SourcePlan};
use patronage::read::{Correction, Corrections, Spool, Summary, inventory, table};

use super::{Raw, never, parquet, source};

fn contract() -> SourcePlan {
    let mut source =
        source("a.parquet", Format::Parquet, &[("id", "string!"), ("n", "int64"), ("x", "string")]);
    let range = Range { min: Some("1".into()), max: None };
    source.columns[1].rules = Rules { accepted_range: Some(range), ..Rules::default() };
    source
}

fn file() -> Raw {
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(StringArray::from(vec!["a", "b", "c"]))),
        ("n", Arc::new(Int64Array::from(vec![1, -2, -3]))),
        ("x", Arc::new(StringArray::from(vec!["u", "v", "w"]))),
    ];
    Raw::with(&[("a.parquet", &parquet(&columns))])
}

async fn read(raw: &Raw, sql: &str, corrections: Corrections) -> (Vec<String>, Summary) {
    let contract = contract();
    let found = inventory(&contract, raw.path()).await.unwrap();
    let (provider, mut reports) =
        table(&contract, found, never(), corrections, Spool::none()).unwrap();
    let session = SessionContext::new();
    session.register_table("raw", provider).unwrap();
    let rows = session.sql(sql).await.unwrap().to_string().await.unwrap();
    let rows = rows.lines().skip(3).filter(|line| line.starts_with("| "));
    (rows.map(str::to_owned).collect(), reports.summary())
}

fn correction(line: i64, original: &str, corrected: &str) -> Corrections {
    let mut corrections = Corrections::default();
    let (original, corrected) = (original.to_owned(), corrected.to_owned());
    corrections.insert("a.parquet", line, Correction { original, corrected });
    corrections
}

const ALL: &str = "select * from raw order by _line";

#[tokio::test]
async fn a_corrected_row_is_read_once_and_the_others_as_they_are() {
    let fixed = correction(2, r#"{"id":"b","n":-2,"x":"v"}"#, r#"{"id":"b","n":2,"x":"v"}"#);
    let (rows, summary) = read(&file(), ALL, fixed).await;
    assert_eq!(rows, ["| a  | 1 | u | a.parquet | 1     |", "| b  | 2 | v | a.parquet | 2     |"]);
    let counts = (summary.rows, summary.accepted, summary.rejected, summary.corrected);
    assert_eq!(counts, (3, 2, 1, 1));
}

#[tokio::test]
async fn columns_that_were_not_read_when_the_row_was_rejected_are_as_the_file_has_them() {
    let fixed = correction(2, r#"{"id":"b","n":-2}"#, r#"{"id":"b","n":2}"#);
    let (rows, _) = read(&file(), ALL, fixed.clone()).await;
    assert_eq!(rows[1], "| b  | 2 | v | a.parquet | 2     |");
    let (rows, _) = read(&file(), "select n from raw order by n", fixed).await;
    assert_eq!(rows, ["| 1 |", "| 2 |"]);
}

#[tokio::test]
async fn a_correction_of_another_row_or_one_that_is_no_object_changes_nothing() {
    for fixed in [
        correction(2, r#"{"id":"b","n":-7,"x":"v"}"#, r#"{"id":"b","n":2,"x":"v"}"#),
        correction(1, r#"{"id":"b","n":-2,"x":"v"}"#, r#"{"id":"b","n":2,"x":"v"}"#),
        correction(2, r#"{"id":"b","n":-2,"x":"v"}"#, "b,2,v"),
    ] {
        let (rows, summary) = read(&file(), ALL, fixed).await;
        assert_eq!((rows.len(), summary.accepted, summary.rejected), (1, 1, 2));
    }
}
