//! Reports whose columns are years, months and days, and names that come twice, in text and in workbooks.

use insta::assert_snapshot;

use super::{accepted, folder, inferred, types};
use crate::support::workbook::Cell::{Number, Styled, Text};
use crate::support::workbook::{Row, workbook};

/// 2025-01-01 as a sheet counts it.
const NEW_YEAR: &str = "45658";

fn sheet(rows: &[Row]) -> (String, u64) {
    let files = folder(&[("a.xlsx", &workbook(&[("s", rows)], false))]);
    let block = inferred(&files, "a.xlsx").unwrap();
    let rows = accepted(&files, &block);
    (block, rows)
}

#[test]
fn years_and_days_above_a_sheet_are_names() {
    let (block, rows) = sheet(&[
        (1, vec![Text("sku"), Number("2024"), Styled(NEW_YEAR, 1)]),
        (2, vec![Text("a"), Number("5"), Number("7")]),
        (3, vec![Text("b"), Number("6"), Number("1930")]),
    ]);
    assert_eq!(rows, 2, "{block}");
    assert_snapshot!(block, @r#"
    # Inferred from 1 file.
    # Of the first sheet, 2 rows.
    raw_a:
      location: a.xlsx
      format: xlsx
      columns:
        sku: {type: string, required: true}  # never empty in 2 rows
        _2024: {type: int32, required: true, from: "2024"}  # never empty in 2 rows
        _2025_01_01: {type: int32, required: true, from: "2025-01-01"}  # never empty in 2 rows
    "#);
}

#[test]
fn years_above_text_are_names() {
    for header in [
        "sku,2024,2025",
        "sku,2025-01-01,2025-02-01",
        "sku,2024-Q1,2024-Q2",
        "sku,Jan 2024,Feb 2024",
    ] {
        let text = format!("{header}\na,5,7\nb,6,8\nc,1,2\n");
        let files = folder(&[("a.csv", text.as_bytes())]);
        let block = inferred(&files, "a.csv").unwrap();
        assert_eq!(accepted(&files, &block), 3, "{block}");
        assert!(
            types(&block).starts_with("sku string, _202")
                || types(&block).starts_with("sku string, jan_2024"),
            "{block}"
        );
        assert!(!block.contains("header:"), "{block}");
    }
    let semicolons = "sku;12.2024;01.2025\na;1,5;2,5\nb;3,25;4\n";
    let files = folder(&[("a.csv", semicolons.as_bytes())]);
    let block = inferred(&files, "a.csv").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert_eq!(
        types(&block),
        "sku string, _12_2024 decimal(18,2), _01_2025 decimal(18,2)",
        "{block}"
    );
}

#[test]
fn a_first_line_that_may_be_either_is_said_to_be_unsure() {
    let files = folder(&[
        ("one.csv", b"sku,2024\na,5\nb,6\n"),
        ("born.csv", b"ann,1990,2001\nbob,1985,2003\n"),
    ]);
    let block = inferred(&files, "one.csv").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert!(
        block.contains(
            "header: true  # years, days or numbers in the first line are taken for names"
        ),
        "{block}"
    );
    let block = inferred(&files, "born.csv").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert!(
        block.contains(
            "header: false  # the first line has years or days in order, but so have the others"
        ),
        "{block}"
    );
}

#[test]
fn a_sheet_without_names_is_read_by_position() {
    let (block, rows) = sheet(&[
        (1, vec![Number("17"), Text("x"), Number("1.5")]),
        (2, vec![Number("18"), Text("y"), Number("2.5")]),
    ]);
    assert_eq!(
        (rows, types(&block).as_str()),
        (2, "column_1 int32, column_2 string, column_3 decimal(18,2)"),
        "{block}"
    );
    assert!(block.contains("    header: false\n"), "{block}");
}

#[test]
fn names_that_come_twice_are_left_out_and_told_in_every_format() {
    let (block, rows) = sheet(&[
        (1, vec![Text("id"), Text("id"), Text("n")]),
        (2, vec![Number("1"), Number("2"), Number("3")]),
    ]);
    assert_eq!((rows, types(&block).as_str()), (1, "n int32"), "{block}");
    assert!(block.contains("# The name id is there twice and left out."), "{block}");
    let files = folder(&[("a.csv", b"id,id,n\n1,2,3\n")]);
    let block = inferred(&files, "a.csv").unwrap();
    assert!(block.contains("# The name id is there twice and left out."), "{block}");
}

#[test]
fn sheets_that_lack_a_column_are_read_together() {
    let book = |rows: &[Row]| workbook(&[("s", rows)], false);
    let one = book(&[(1, vec![Text("id"), Text("n")]), (2, vec![Number("1"), Number("2")])]);
    let other = book(&[(1, vec![Text("id")]), (2, vec![Number("2")])]);
    let files = folder(&[("x/1.xlsx", &one), ("x/2.xlsx", &other)]);
    let block = inferred(&files, "x").unwrap();
    assert_eq!(accepted(&files, &block), 2, "{block}");
    assert!(block.contains("missing_columns: null"), "{block}");
}
