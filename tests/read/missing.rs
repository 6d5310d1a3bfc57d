//! Columns that files do not have: known from headers and schemas, of JSON from all records.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};
use patronage::declare::{Format, MissingColumns};
use patronage::plan::SourcePlan;
use patronage::read::Summary;

use super::{Raw, parquet, source};
use crate::support::workbook::Cell::{Number, Text};
use crate::support::workbook::workbook;

/// Of the column `n`: whether some file has it, which files lack it, and names that it may have.
fn absence(summary: &Summary) -> (bool, String, String) {
    let absence = summary.columns.get(1).cloned().unwrap_or_default();
    let others: Vec<String> = absence.others.iter().cloned().collect();
    (absence.somewhere, absence.without().1.join(" "), others.join(" "))
}

fn said(somewhere: bool, files: &str, others: &str) -> (bool, String, String) {
    (somewhere, files.to_owned(), others.to_owned())
}

async fn look(raw: &Raw, declared: &SourcePlan) -> (bool, String, String) {
    // No query reads the column.
    absence(&raw.ask(declared, "select count(id) from raw").await.unwrap().1)
}

fn numbers(name: &str, rows: usize) -> Vec<u8> {
    let values = || -> ArrayRef { Arc::new(Int64Array::from(vec![1; rows])) };
    parquet(&[("id", values()), (name, values())])
}

#[tokio::test]
async fn a_column_that_no_file_has_is_known_in_every_format() {
    let sheet = [(1, vec![Text("id"), Text("N")]), (2, vec![Number("1"), Number("2")])];
    let raw = Raw::with(&[
        ("a.csv", b"id,N\n1,2\n"),
        ("a.txt", b"id N\n1 2\n"),
        ("a.parquet", &numbers("N", 1)),
        ("a.ndjson", b"{\"id\":1,\"N\":2}\n{\"id\":2}\n"),
        ("a.json", b"[{\"id\":1},{\"N\":2,\"id\":2}]"),
        ("a.xlsx", &workbook(&[("s", &sheet)], false)),
    ]);
    for (name, format) in [
        ("a.csv", Format::Csv),
        ("a.txt", Format::Whitespace),
        ("a.parquet", Format::Parquet),
        ("a.ndjson", Format::Ndjson),
        ("a.json", Format::Json),
        ("a.xlsx", Format::Xlsx),
    ] {
        let declared = source(name, format, &[("id", "string"), ("n", "int64")]);
        let declared = SourcePlan { missing_columns: MissingColumns::Null, ..declared };
        assert_eq!(look(&raw, &declared).await, said(false, name, "N"), "{name}");
    }
}

#[tokio::test]
async fn files_without_a_column_are_told_from_those_with_it() {
    let raw = Raw::with(&[
        ("1.parquet", &numbers("n", 1)),
        ("2.parquet", &numbers("m", 1)),
        ("3.parquet", &numbers("m", 0)),
        ("1.ndjson", b"{\"id\":1}\n{\"id\":2,\"n\":null}\n"),
        ("2.ndjson", b"{\"id\":1}\n{\"id\":2}\n"),
        ("3.ndjson", b"\n"),
        ("4.ndjson", b"{\"id\":\n"),
    ]);
    for (location, format, lacking) in [
        ("*.parquet", Format::Parquet, said(true, "2.parquet", "m")),
        ("*.ndjson", Format::Ndjson, said(true, "2.ndjson", "")),
        ("[34].ndjson", Format::Ndjson, said(false, "", "")),
        ("3.parquet", Format::Parquet, said(false, "", "")),
    ] {
        let declared = source(location, format, &[("id", "string"), ("n", "int64")]);
        assert_eq!(look(&raw, &declared).await, lacking, "{location}");
    }
}

#[tokio::test]
async fn a_path_whose_way_is_cut_short_is_in_no_file_for_all_that_is_known() {
    let raw = Raw::with(&[
        ("1.ndjson", b"{\"id\":1,\"c\":null}\n"),
        ("2.ndjson", b"{\"id\":1,\"c\":{\"Code\":1}}\n"),
        ("3.ndjson", b"{\"id\":1,\"c\":{}}\n"),
    ]);
    for (name, expected) in [
        ("1.ndjson", said(false, "1.ndjson", "")),
        ("2.ndjson", said(false, "2.ndjson", "c.Code")),
        ("3.ndjson", said(false, "3.ndjson", "")),
    ] {
        let mut declared = source(name, Format::Ndjson, &[("id", "string"), ("n", "int64")]);
        declared.columns[1].from = vec!["c.code".to_owned()];
        assert_eq!(look(&raw, &declared).await, expected, "{name}");
    }
}

#[tokio::test]
async fn without_names_a_sheet_has_the_columns_that_its_rows_reach() {
    let narrow = [(1, vec![Text("a")]), (2, vec![Text("b")])];
    let raw = Raw::with(&[("a.xlsx", &workbook(&[("s", &narrow)], false))]);
    let mut declared = source("a.xlsx", Format::Xlsx, &[("id", "string"), ("n", "int64")]);
    declared.dialect.header = false;
    assert_eq!(look(&raw, &declared).await, said(false, "a.xlsx", ""));
}

#[tokio::test]
async fn an_optional_column_may_be_in_no_header_and_no_path() {
    let raw = Raw::with(&[("a.csv", b"id\n1\n")]);
    let mut declared = source("a.csv", Format::Csv, &[("id", "string"), ("n", "int64")]);
    assert!(raw.ask(&declared, "select id from raw").await.is_err());
    declared.columns[1].optional = true;
    assert_eq!(look(&raw, &declared).await, said(false, "a.csv", ""));
    declared.columns[1].folder = true;
    assert_eq!(look(&raw, &declared).await, said(false, "a.csv", ""));
}

#[tokio::test]
async fn the_record_that_leads_farthest_decides_whether_a_path_is_there() {
    for (path, text, nowhere, unclear) in [
        ("a.n", r#"{"a":{"x":2}} {"a":null}"#, true, false),
        ("a[0].n", r#"{"a":[{"x":2}]} {"a":[]}"#, true, false),
        ("a.n", r#"{"a":null} {"b":1}"#, true, true),
        ("a[0].n", r#"{"a":[]} {"a":null}"#, true, true),
        ("a.b.n", r#"{"a":{"b":null}} {"a":{"x":1}}"#, true, true),
        ("a.b.n", r#"{"a":{"b":null}} {"a":{"b":{}}}"#, true, false),
        ("a.n", r#"{"a":null} {"a":"text"}"#, true, false),
        ("a.n", r#"{"a":null} {"a":{"n":null}}"#, false, false),
    ] {
        let raw = Raw::with(&[("a.ndjson", text.replace("} {", "}\n{").as_bytes())]);
        let mut declared = source("a.ndjson", Format::Ndjson, &[("id", "string"), ("n", "int64")]);
        declared.columns[1].from = vec![path.to_owned()];
        let summary = raw.ask(&declared, "select count(id) from raw").await.unwrap().1;
        let absence = &summary.columns[1];
        assert_eq!(
            (absence.is_nowhere(), absence.is_unclear()),
            (nowhere, unclear),
            "{path} {text}"
        );
    }
}

#[tokio::test]
async fn a_file_whose_parents_are_null_lacks_nothing_that_others_have() {
    let raw = Raw::with(&[
        ("1.ndjson", b"{\"a\":{\"n\":1}}\n"),
        ("2.ndjson", b"{\"a\":null}\n"),
        ("3.ndjson", b"{\"a\":{\"N\":1}}\n{\"a\":null}\n"),
    ]);
    let mut declared = source("*.ndjson", Format::Ndjson, &[("id", "string"), ("n", "int64")]);
    declared.columns[1].from = vec!["a.n".to_owned()];
    assert_eq!(look(&raw, &declared).await, said(true, "3.ndjson", "a a.N"));
}
