//! Lines around the rows of a file: titles, headers of several rows, totals.

use patronage::declare::{DamagedFiles, Format};
use patronage::plan::{Margins, SourcePlan};
use patronage::read::{Margin, Summary};

use super::{Raw, gzip, rejects, source};
use crate::support::workbook::{Cell, workbook};

fn within(source: SourcePlan, [skip, header, footer]: [u32; 3], names: &[u32]) -> SourcePlan {
    let margins = Margins {
        skip_rows: skip,
        header_rows: header,
        names_rows: names.to_vec(),
        footer_rows: footer,
    };
    SourcePlan { margins, ..source }
}

/// What was left out: how much, and where and what the first of it is.
fn skipped(summary: &Summary) -> Vec<String> {
    let show = |(margin, counted): (&Margin, &patronage::read::Counted)| {
        let first = &counted.examples[0];
        format!(
            "{} {} {}:{} {}",
            margin.setting(),
            counted.rows,
            first.file,
            first.line,
            first.text
        )
    };
    summary.skipped.iter().map(show).collect()
}

#[tokio::test]
async fn titles_and_totals_are_no_rows_and_every_line_keeps_its_number() {
    let text = "Ad report, \"May\n\nday,clicks\nDay,\"Clicks\nof all\"\n\
                2026-05-01,3\n2026-05-02,x\n2026-05-03,5\nTotal,8\n\n-- end --\n";
    let packed = gzip(text.as_bytes());
    let raw = Raw::with(&[("a.csv", text.as_bytes()), ("b.csv.gz", &packed)]);
    for (file, text) in [("a.csv", "a.csv"), ("b.csv.gz", "b.csv.gz")] {
        let columns = [("day", "date!"), ("clicks", "int32")];
        let source = within(source(file, Format::Csv, &columns), [2, 2, 2], &[1]);
        let (shown, summary) =
            raw.ask(&source, "select day, clicks, _line from raw order by _line").await.unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @r"
        +------------+--------+-------+
        | day        | clicks | _line |
        +------------+--------+-------+
        | 2026-05-01 | 3      | 6     |
        | 2026-05-03 | 5      | 8     |
        +------------+--------+-------+
        ") };
        assert_eq!((summary.rows, summary.accepted, summary.rejected), (3, 2, 1));
        assert_eq!(rejects(&summary), [format!("clicks bad_number 1 {text}:7 x")]);
        let expected = [
            format!("skip_rows 2 {text}:1 Ad report, \"May"),
            format!("header_rows 1 {text}:4 Day,\"Clicks\nof all\""),
            format!("footer_rows 2 {text}:9 Total,8"),
        ];
        assert_eq!(skipped(&summary), expected);
    }
}

#[tokio::test]
async fn the_names_are_those_of_the_declared_row() {
    let raw = Raw::with(&[("a.csv", b"id,Liked?,,\n,Price,Quality,Why\n1,x,,a\n2,,y,b\n")]);
    let mut columns = source("a.csv", Format::Csv, &[("id", "int64"), ("q", "string")]);
    columns.columns[1].from = vec!["Liked? Quality".to_owned()];
    let joined = within(columns.clone(), [0, 2, 0], &[1, 2]);
    let (shown, _) = raw.ask(&joined, "select max(id), max(q) from raw").await.unwrap();
    assert!(shown.contains("| 2           | y          |"), "{shown}");
    (columns.columns[0].from, columns.columns[1].from) =
        (vec!["Price".to_owned()], vec!["Quality".to_owned()]);
    columns.columns[0].data_type = patronage::declare::ColumnType::String;
    let second = within(columns, [0, 2, 0], &[2]);
    let (shown, _) = raw.ask(&second, "select max(id), max(q) from raw").await.unwrap();
    assert!(shown.contains("| x           | y          |"), "{shown}");
}

#[tokio::test]
async fn a_footer_may_be_as_long_as_the_file_and_is_none_of_a_file_that_breaks_off() {
    let raw = Raw::with(&[("a.csv", b"a\n1\n2\n"), ("b.csv", b"a\n1\n2\n\"3\n")]);
    for (footer, left) in [(0, 2), (1, 1), (2, 0), (3, 0), (1000, 0)] {
        let source = within(source("a.csv", Format::Csv, &[("a", "int32")]), [0, 1, footer], &[1]);
        let (_, summary) = raw.ask(&source, "select * from raw").await.unwrap();
        assert_eq!(summary.rows, left, "{footer}");
    }
    let mut broken = within(source("b.csv", Format::Csv, &[("a", "int32")]), [0, 1, 2], &[1]);
    broken.damaged_files = DamagedFiles::Quarantine;
    let (_, summary) = raw.ask(&broken, "select * from raw").await.unwrap();
    assert_eq!(
        (summary.accepted, rejects(&summary)),
        (2, vec!["- unclosed_quote 1 b.csv:4 \"3\n".to_owned()])
    );
}

#[tokio::test]
async fn text_in_columns_has_margins_too() {
    let raw =
        Raw::with(&[("a.txt", b"The Till\n  a   b\n  kg  m\n  1   2\n  3   4\nend of file\n")]);
    let source = source("a.txt", Format::Whitespace, &[("b", "int32"), ("a", "int32")]);
    let source = within(source, [1, 2, 1], &[1]);
    let (shown, summary) = raw.ask(&source, "select sum(a), sum(b) from raw").await.unwrap();
    assert!(shown.contains("| 4          | 6          |"), "{shown}");
    assert_eq!((summary.rows, skipped(&summary).len()), (2, 3));
}

#[tokio::test]
async fn sheets_have_margins_in_rows_of_the_sheet() {
    use Cell::{Nothing, Number, Text};
    let rows = [
        (1, vec![Text("Report")]),
        (4, vec![Nothing, Text("Liked?"), Nothing]),
        (5, vec![Text("id"), Text("Price"), Text("Quality")]),
        (6, vec![Number("1"), Text("x")]),
        (9, vec![Number("2"), Nothing, Text("y")]),
        (12, vec![Text("Total"), Number("2"), Number("1")]),
    ];
    let raw = Raw::with(&[("a.xlsx", &workbook(&[("S", &rows)], false))]);
    let mut plan = source("a.xlsx", Format::Xlsx, &[("id", "int64!"), ("q", "string")]);
    plan.columns[1].from = vec!["Liked? Quality".to_owned()];
    let plan = within(plan, [3, 2, 1], &[1, 2]);
    let (shown, summary) = raw.ask(&plan, "select id, q, _line from raw order by 1").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---+-------+
    | id | q | _line |
    +----+---+-------+
    | 1  |   | 6     |
    | 2  | y | 9     |
    +----+---+-------+
    ");
    assert_eq!(summary.rows, 2);
    assert_eq!(
        skipped(&summary),
        [
            "skip_rows 1 a.xlsx:1 Report",
            "footer_rows 1 a.xlsx:12 {\"id\":\"Total\",\"Liked? Quality\":1}"
        ]
    );
}
