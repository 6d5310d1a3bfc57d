//! Cells that cannot be values and become NULL, and lists within documents.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use patronage::declare::{Format, OnInvalid, Range};
use patronage::plan::{Rules, SourcePlan};
use patronage::read::Summary;

use super::{Raw, gzip, parquet, rejects, source};
use crate::support::workbook::{Cell, workbook};

fn nullified(summary: &Summary) -> Vec<String> {
    let show = |((column, reason), counted): (&(String, _), &patronage::read::Counted)| {
        let first = &counted.examples[0];
        format!("{column} {reason} {} {}:{} {}", counted.rows, first.file, first.line, first.text)
    };
    summary.nullified.iter().map(show).collect()
}

/// A source in which every cell may be what it wants; some columns have rules.
fn lenient(location: &str, format: Format, columns: &[(&str, &str)]) -> SourcePlan {
    let mut source = source(location, format, columns);
    for field in &mut source.columns {
        field.on_invalid = OnInvalid::Null;
    }
    source
}

#[tokio::test]
async fn every_reason_of_a_cell_makes_it_null_and_is_counted() {
    let raw = Raw::with(&[(
        "a.csv",
        b"id,n,d,day,at,ok,score,tier,code\n\
          1,1,1.25,2026-01-01,2026-01-01 10:00:00,yes,10,gold,A1\n\
          2,x,1.255,2026-02-30,noon,maybe,11,tin,a1\n\
          3,99999999999,1e999,,,,,,\n\
          x,y,z,2026-01-01,2026-01-01 10:00:00,yes,1,gold,A1\n\
          ,1,1,,,,,,\n\
          5,1\n\
          6,1,1,,,,0,,\n",
    )]);
    let columns = [
        ("id", "int32!"),
        ("n", "int32"),
        ("d", "decimal(9,2)"),
        ("day", "date"),
        ("at", "timestamp"),
        ("ok", "boolean"),
        ("score", "int32"),
        ("tier", "string"),
        ("code", "string"),
    ];
    let mut source = lenient("a.csv", Format::Csv, &columns);
    let range = Range { min: Some("1".to_owned()), max: Some("10".to_owned()) };
    source.columns[6].rules = Rules { accepted_range: Some(range), ..Rules::default() };
    source.columns[7].rules.accepted_values = Some(vec!["gold".to_owned()]);
    source.columns[8].rules.pattern = Some("^[A-Z]".parse().unwrap());
    let (shown, summary) =
        raw.ask(&source, "select * exclude (_file) from raw order by id").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---+------+------------+----------------------+------+-------+------+------+-------+
    | id | n | d    | day        | at                   | ok   | score | tier | code | _line |
    +----+---+------+------------+----------------------+------+-------+------+------+-------+
    | 1  | 1 | 1.25 | 2026-01-01 | 2026-01-01T10:00:00Z | true | 10    | gold | A1   | 2     |
    | 2  |   |      |            |                      |      |       |      |      | 3     |
    | 3  |   |      |            |                      |      |       |      |      | 4     |
    | 6  | 1 | 1.00 |            |                      |      |       |      |      | 8     |
    +----+---+------+------------+----------------------+------+-------+------+------+-------+
    ");
    assert_eq!((summary.rows, summary.accepted, summary.rejected), (7, 4, 3));
    let expected = [
        "- wrong_field_count 1 a.csv:7 5,1",
        "id bad_number 1 a.csv:5 x",
        "id missing_required 1 a.csv:6 ",
    ];
    assert_eq!(rejects(&summary), expected);
    let expected = [
        "at bad_timestamp 1 a.csv:3 noon",
        "code pattern_mismatch 1 a.csv:3 a1",
        "d bad_number 1 a.csv:4 1e999",
        "d scale 1 a.csv:3 1.255",
        "day bad_date 1 a.csv:3 2026-02-30",
        "n bad_number 1 a.csv:3 x",
        "n out_of_range 1 a.csv:4 99999999999",
        "ok bad_boolean 1 a.csv:3 maybe",
        "score out_of_range 2 a.csv:3 11",
        "tier not_accepted 1 a.csv:3 tin",
    ];
    assert_eq!(nullified(&summary), expected);
}

#[tokio::test]
async fn what_is_counted_does_not_depend_on_what_is_asked_for() {
    let raw = Raw::with(&[("a.csv", b"id,n,t\n1,x,a\n2,2,b\n3,y,c\n")]);
    let mut source =
        lenient("a.csv", Format::Csv, &[("id", "int32"), ("n", "int32"), ("t", "string")]);
    source.columns[2].rules.accepted_values = Some(vec!["a".to_owned()]);
    let (_, all) = raw.ask(&source, "select * from raw").await.unwrap();
    let (_, one) = raw.ask(&source, "select count(*) from raw").await.unwrap();
    assert_eq!((all.nullified.len(), &all.nullified), (2, &one.nullified));
}

#[tokio::test]
async fn typed_formats_follow_the_same_rule() {
    use Cell::{Error, Number, Text};
    let amounts: ArrayRef = Arc::new(Float64Array::from(vec![1.5, 1.255, 1e30]));
    let days: ArrayRef = Arc::new(StringArray::from(vec!["2026-01-01", "soon", "2026-01-03"]));
    let rows = [
        (1, vec![Text("amount"), Text("day")]),
        (2, vec![Number("1.5"), Text("2026-01-01")]),
        (3, vec![Number("1.255"), Error("#N/A")]),
        (4, vec![Error("#REF!"), Text("2026-01-03")]),
    ];
    let raw = Raw::with(&[
        ("a.parquet", &parquet(&[("amount", amounts), ("day", days)])),
        ("a.xlsx", &workbook(&[("S", &rows)], false)),
    ]);
    for (file, format, expected) in [
        ("a.parquet", Format::Parquet, ["amount scale 1", "amount inexact 1", "day bad_date 1"]),
        ("a.xlsx", Format::Xlsx, ["amount scale 1", "amount cell_error 1", "day cell_error 1"]),
    ] {
        let source = lenient(file, format, &[("amount", "decimal(9,2)"), ("day", "date")]);
        let sql = "select count(*), count(amount), count(day), sum(amount) from raw";
        let (shown, summary) = raw.ask(&source, sql).await.unwrap();
        assert!(
            shown.contains("| 3        | 1                 | 2              | 1.50"),
            "{shown}"
        );
        assert_eq!((summary.accepted, summary.rejected), (3, 0));
        let found = nullified(&summary);
        let starts = found.iter().zip(expected).all(|(found, start)| found.starts_with(start));
        assert!(found.len() == 3 && starts, "{found:?}");
    }
}

#[tokio::test]
async fn a_list_is_read_where_it_is_within_a_document() {
    let page = r#"{"meta":{"tickets":[]},"data":{"tickets":[{"id":1,"score":12.0},
        {"id":2e0,"score":"bad"}],"n":2},"next":null}"#;
    let packed = [gzip(page.as_bytes()), vec![0; 512]].concat();
    let raw = Raw::with(&[("a.json", page.as_bytes()), ("b.json.gz", &packed), ("c.json", b"{}")]);
    let mut plan = lenient("[ab].json*", Format::Json, &[("id", "int64!"), ("score", "int32")]);
    plan.record_path = Some("data.tickets".to_owned());
    plan.zero_padding = true;
    for field in &mut plan.columns {
        field.notation.float_notation = true;
    }
    let sql = "select id, score, _line, count(*) from raw group by all order by id";
    let (shown, summary) = raw.ask(&plan, sql).await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+-------+-------+----------+
    | id | score | _line | count(*) |
    +----+-------+-------+----------+
    | 1  | 12    | 1     | 2        |
    | 2  |       | 2     | 2        |
    +----+-------+-------+----------+
    ");
    assert_eq!(
        (summary.rows, nullified(&summary)),
        (4, vec!["score bad_number 2 a.json:2 bad".to_owned()])
    );
    plan.location = "c.json".to_owned();
    let error = raw.ask(&plan, sql).await.unwrap_err();
    assert_eq!(error.to_string(), "`c.json` line 1: there is nothing at `data.tickets`");
    plan.location = "b.json.gz".to_owned();
    plan.zero_padding = false;
    let error = raw.ask(&plan, sql).await.unwrap_err();
    assert!(error.to_string().contains("`zero_padding: true` ignores them"), "{error}");
}
