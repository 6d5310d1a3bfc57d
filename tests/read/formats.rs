//! One table in every format, and columns by whatever name.

use std::sync::Arc;

use arrow_avro::compression::CompressionCodec;
use arrow_avro::writer::WriterBuilder;
use arrow_avro::writer::format::AvroOcfFormat;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray, Float64Array,
    Int32Array, Int64Array, ListArray, ListBuilder, RecordBatch, StringArray, StringBuilder,
    StructArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int32Type};
use patronage::declare::{ExtraColumns, Format, MissingColumns};
use patronage::plan::SourcePlan;
use patronage::read::Summary;

use super::{Raw, field, parquet, rejects, source};
use crate::support::workbook::Cell::{Error, Nothing, Number, Styled, Text, Truth};
use crate::support::workbook::{Row, workbook};

const COLUMNS: [(&str, &str); 6] = [
    ("id", "string!"),
    ("n", "int32"),
    ("price", "decimal(18,2)"),
    ("ok", "boolean"),
    ("day", "date"),
    ("at", "timestamp"),
];

const CSV: &[u8] = b"id,n,price,ok,day,at\n\
    17850,1,12.50,true,2024-01-31,2024-01-31 18:00:00\n\
    \"a \"\"b\"\", c\",,-0.05,false,,\n\
    x,-3,,,1999-12-31,2024-02-29 00:00:00\n";

const NDJSON: &[u8] =
    br#"{"id":17850,"n":1,"price":12.50,"ok":true,"day":"2024-01-31","at":"2024-01-31 18:00:00"}
{"id":"a \"b\", c","n":null,"price":-0.05,"ok":false}
{"at":"2024-02-29 00:00:00","day":"1999-12-31","id":"x","n":-3}
"#;

fn batch() -> RecordBatch {
    let price = Decimal128Array::from(vec![Some(1250), Some(-5), None]);
    let columns: [(&str, ArrayRef); 6] = [
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(1_706_724_000_000_000),
                None,
                Some(1_709_164_800_000_000),
            ])),
        ),
        ("id", Arc::new(StringArray::from(vec!["17850", "a \"b\", c", "x"]))),
        ("n", Arc::new(Int64Array::from(vec![Some(1), None, Some(-3)]))),
        ("price", Arc::new(price.with_precision_and_scale(18, 2).unwrap())),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("day", Arc::new(Date32Array::from(vec![Some(19_753), None, Some(10_956)]))),
    ];
    let columns = columns.into_iter().map(|(name, values)| (name, values, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn avro(batch: &RecordBatch, codec: Option<CompressionCodec>) -> Vec<u8> {
    let builder = WriterBuilder::new(batch.schema().as_ref().clone()).with_compression(codec);
    let mut writer = builder.build::<_, AvroOcfFormat>(Vec::new()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner()
}

fn sheet() -> [Row<'static>; 5] {
    [
        (2, ["n", "id", "price", "ok", "day", "at"].map(Text).to_vec()),
        (
            3,
            vec![
                Number("1"),
                Number("17850"),
                Number("12.5"),
                Truth(true),
                Styled("45322", 1),
                Styled("45322.75", 2),
            ],
        ),
        (4, vec![Nothing, Text("a \"b\", c"), Number("-0.05"), Truth(false)]),
        (5, vec![Nothing, Text("")]),
        (
            6,
            vec![Number("-3"), Text("x"), Nothing, Nothing, Text("1999-12-31"), Styled("45351", 1)],
        ),
    ]
}

fn list() -> Vec<u8> {
    let text = String::from_utf8(NDJSON.to_vec()).unwrap();
    format!("[\n{}]", text.trim_end().replace("}\n", "},\n")).into_bytes()
}

#[tokio::test]
async fn one_table_reads_the_same_from_every_format() {
    let parquet: Vec<_> =
        batch().schema().fields().iter().cloned().zip(batch().columns().to_vec()).collect();
    let parquet: Vec<_> = parquet.iter().map(|(f, v)| (f.name().as_str(), Arc::clone(v))).collect();
    let raw = Raw::with(&[
        ("a.csv", CSV),
        ("a.ndjson", NDJSON),
        ("a.json", &list()),
        ("a.parquet", &super::parquet(&parquet)),
        ("a.avro", &avro(&batch(), None)),
        ("a.xlsx", &workbook(&[("Sheet1", &sheet())], false)),
    ]);
    let sql = "select id, n, price, ok, day, at from raw order by _line";
    let (expected, _) = raw.ask(&source("a.csv", Format::Csv, &COLUMNS), sql).await.unwrap();
    insta::assert_snapshot!(expected, @r#"
    +----------+----+-------+-------+------------+----------------------+
    | id       | n  | price | ok    | day        | at                   |
    +----------+----+-------+-------+------------+----------------------+
    | 17850    | 1  | 12.50 | true  | 2024-01-31 | 2024-01-31T18:00:00Z |
    | a "b", c |    | -0.05 | false |            |                      |
    | x        | -3 |       |       | 1999-12-31 | 2024-02-29T00:00:00Z |
    +----------+----+-------+-------+------------+----------------------+
    "#);
    let formats = [
        ("a.ndjson", Format::Ndjson),
        ("a.json", Format::Json),
        ("a.parquet", Format::Parquet),
        ("a.avro", Format::Avro),
        ("a.xlsx", Format::Xlsx),
    ];
    for (name, format) in formats {
        let (shown, summary) = raw.ask(&source(name, format, &COLUMNS), sql).await.unwrap();
        assert_eq!(shown, expected, "{name}");
        assert_eq!((summary.rows, summary.accepted), (3, 3), "{name}");
    }
}

#[tokio::test]
async fn avro_blocks_are_unpacked_whatever_packs_them() {
    let codecs = [
        CompressionCodec::Deflate,
        CompressionCodec::Snappy,
        CompressionCodec::ZStandard,
        CompressionCodec::Bzip2,
    ];
    let raw = Raw::with(&[]);
    for codec in codecs {
        std::fs::write(raw.path().join("a.avro"), avro(&batch(), Some(codec))).unwrap();
        let source = source("a.avro", Format::Avro, &COLUMNS);
        let (shown, _) =
            raw.ask(&source, "select count(n) as n, max(id) as id from raw").await.unwrap();
        assert!(shown.contains("| 2 | x  |"), "{codec:?}\n{shown}");
    }
}

#[tokio::test]
async fn a_damaged_avro_file_stops_the_run() {
    let whole = avro(&batch(), Some(CompressionCodec::Deflate));
    let raw = Raw::with(&[]);
    let source = source("a.avro", Format::Avro, &COLUMNS);
    let mut wrong = whole.clone();
    let last = wrong.len() - 20;
    wrong[last] ^= 0xff;
    for damaged in
        [&whole[..whole.len() - 1], &whole[..whole.len() / 4], &whole[..3], &wrong, b"id,n\n"]
    {
        std::fs::write(raw.path().join("a.avro"), damaged).unwrap();
        let error = raw.ask(&source, "select * from raw").await.unwrap_err().to_string();
        assert!(error.starts_with("`a.avro` is not a readable Avro file"), "{error}");
    }
}

/// A source whose first column has these names in files.
fn renamed(location: &str, format: Format, from: &[&str]) -> SourcePlan {
    let mut source = source(location, format, &[("id", "string!"), ("n", "int32")]);
    source.columns[0].from = from.iter().map(|name| (*name).to_owned()).collect();
    source
}

#[tokio::test]
async fn a_column_goes_by_the_first_of_its_names_that_a_file_has() {
    let one = |name| {
        parquet(&[
            (name, Arc::new(StringArray::from(vec!["b"])) as ArrayRef),
            ("n", Arc::new(Int32Array::from(vec![1]))),
        ])
    };
    let raw = Raw::with(&[
        ("1.csv", b"no,n,OrderNo\nx,1,b\n"),
        ("2.csv", b"n,no\n1,b\n"),
        ("1.ndjson", br#"{"no":"b","n":1}"#),
        ("2.ndjson", br#"{"no":"x","OrderNo":"b","n":1}"#),
        ("1.parquet", &one("OrderNo")),
        ("2.parquet", &one("no")),
        (
            "1.xlsx",
            &workbook(
                &[("s", &[(1, vec![Text("no"), Text("n")]), (2, vec![Text("b"), Number("1")])])],
                false,
            ),
        ),
    ]);
    let formats = [
        ("*.csv", Format::Csv),
        ("*.ndjson", Format::Ndjson),
        ("*.parquet", Format::Parquet),
        ("*.xlsx", Format::Xlsx),
    ];
    for (name, format) in formats {
        let source = renamed(name, format, &["OrderNo", "no"]);
        let (shown, _) = raw.ask(&source, "select distinct id, n from raw").await.unwrap();
        assert!(shown.contains("| b  | 1 |") && shown.lines().count() == 5, "{name}\n{shown}");
    }
}

#[tokio::test]
async fn paths_lead_into_json_and_keys_with_dots_win() {
    let raw = Raw::with(&[(
        "a.ndjson",
        br#"{"customer":{"id":"c1"},"lines":[{"n":1},{"n":2}]}
{"customer":"c2","lines":[]}
{"customer.id":"c3","customer":{"id":"x"},"lines":{"n":3}}
{"customer":{"id":"a","id":"b"}}
{"customer":{"id":"c4"},"lines":[{"n":"\u0034"}]}
"#,
    )]);
    let mut source = source("a.ndjson", Format::Ndjson, &[("id", "string"), ("n", "int32")]);
    source.columns[0].from = vec!["customer.id".to_owned()];
    source.columns[1].from = vec!["lines[0].n".to_owned()];
    let (shown, summary) =
        raw.ask(&source, "select id, n, _line from raw order by _line").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---+-------+
    | id | n | _line |
    +----+---+-------+
    | c1 | 1 | 1     |
    |    |   | 2     |
    | c3 |   | 3     |
    | c4 | 4 | 5     |
    +----+---+-------+
    ");
    assert_eq!(rejects(&summary), [r#"- bad_json 1 a.ndjson:4 {"customer":{"id":"a"#]);
}

#[tokio::test]
async fn columns_that_are_missing_or_too_many_are_as_declared() {
    let raw = Raw::with(&[
        ("a.csv", b"id,extra\na,1\n"),
        ("a.ndjson", br#"{"id":"a","extra":1}"#),
        (
            "a.xlsx",
            &workbook(
                &[(
                    "s",
                    &[(1, vec![Text("id"), Text("extra")]), (2, vec![Text("a"), Number("1")])],
                )],
                false,
            ),
        ),
        (
            "a.parquet",
            &parquet(&[
                ("id", Arc::new(StringArray::from(vec!["a"])) as ArrayRef),
                ("extra", Arc::new(Int32Array::from(vec![1]))),
            ]),
        ),
    ]);
    let formats = [
        ("a.csv", Format::Csv),
        ("a.ndjson", Format::Ndjson),
        ("a.xlsx", Format::Xlsx),
        ("a.parquet", Format::Parquet),
    ];
    for (name, format) in formats {
        let plain = source(name, format, &[("id", "string!"), ("n", "int32")]);
        let null = SourcePlan { missing_columns: MissingColumns::Null, ..plain };
        let (shown, _) = raw.ask(&null, "select id, n from raw").await.unwrap();
        assert!(shown.contains("| a  |   |"), "{name}\n{shown}");
        let strict = SourcePlan { extra_columns: ExtraColumns::Stop, ..null };
        let error = raw.ask(&strict, "select id, n from raw").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{name}` has the column `extra`, which is not declared")
        );
    }
}

#[tokio::test]
async fn folders_are_columns_in_every_format() {
    let id =
        |id: &'static str| parquet(&[("id", Arc::new(StringArray::from(vec![id])) as ArrayRef)]);
    let raw = Raw::with(&[
        ("c/country=C%C3%B4te/day=2024-01-31/a.csv", b"id\na\nb\n"),
        ("c/country=__HIVE_DEFAULT_PARTITION__/day=2024-02-01/a.csv", b"id\nc\n"),
        ("p/country=C%C3%B4te/day=2024-01-31/a.parquet", &id("a")),
        ("j/country=C%C3%B4te/day=2024-01-31/a.json", br#"[{"id":"a"}]"#),
    ]);
    let declared = |location: &str, format| {
        let mut source =
            source(location, format, &[("country", "string"), ("id", "string!"), ("day", "date!")]);
        source.columns[0].folder = true;
        source.columns[2].folder = true;
        source
    };
    let sql = "select country, day, id from raw order by id";
    let (shown, _) = raw.ask(&declared("c/**/*.csv", Format::Csv), sql).await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +---------+------------+----+
    | country | day        | id |
    +---------+------------+----+
    | Côte    | 2024-01-31 | a  |
    | Côte    | 2024-01-31 | b  |
    |         | 2024-02-01 | c  |
    +---------+------------+----+
    ");
    for (location, format) in [("p/**", Format::Parquet), ("j/**", Format::Json)] {
        let (shown, _) = raw.ask(&declared(location, format), sql).await.unwrap();
        assert!(shown.contains("| Côte    | 2024-01-31 | a  |"), "{location}\n{shown}");
    }
}

#[tokio::test]
async fn a_path_that_does_not_fit_is_one_error() {
    let raw = Raw::with(&[("day=x/a.csv", b"id\na\n"), ("a.csv", b"id\na\n")]);
    let mut wrong = source("day=x/*.csv", Format::Csv, &[("id", "string"), ("day", "date!")]);
    wrong.columns[1].folder = true;
    let error = raw.ask(&wrong, "select * from raw").await.unwrap_err().to_string();
    assert_eq!(error, "`day=x/a.csv`: `x` in its path is no value of column `day`: bad_date");
    let mut missing = source("a.csv", Format::Csv, &[("id", "string"), ("day", "date")]);
    missing.columns[1].folder = true;
    let error = raw.ask(&missing, "select * from raw").await.unwrap_err().to_string();
    assert_eq!(error, "`a.csv` lies in no folder `day=...`");
    missing.missing_columns = MissingColumns::Null;
    let (shown, _) = raw.ask(&missing, "select id, day is null as none from raw").await.unwrap();
    assert!(shown.contains("| a  | true |"), "{shown}");
}

async fn of_sheet(rows: &[Row<'_>], columns: &[(&str, &str)], is_1904: bool) -> (String, Summary) {
    let raw = Raw::with(&[("a.xlsx", &workbook(&[("s", rows)], is_1904))]);
    raw.ask(&source("a.xlsx", Format::Xlsx, columns), "select * from raw order by _line")
        .await
        .unwrap()
}

#[tokio::test]
async fn cells_become_what_is_declared_or_reject_their_row() {
    let rows = [
        (1, vec![Text("id"), Text("day"), Text("n")]),
        (3, vec![Number("17850"), Styled("45322", 1), Number("3.3000000000000003")]),
        (4, vec![Styled("45322.5", 2), Styled("45322.5", 2), Number("1")]),
        (5, vec![Text("a"), Number("45322"), Number("1")]),
        (6, vec![Error("#N/A"), Nothing, Number("1")]),
        (7, vec![Truth(true), Nothing, Text("1x")]),
        (8, vec![Styled("45322", 1), Nothing, Text("4.5")]),
        (9, vec![Nothing, Nothing, Number("1.23")]),
        (10, vec![Text("z"), Nothing, Number("1.23")]),
    ];
    let columns = [("id", "string!"), ("day", "date"), ("n", "decimal(18,1)")];
    let (shown, summary) = of_sheet(&rows, &columns, false).await;
    insta::assert_snapshot!(shown, @r"
    +------------+------------+-----+--------+-------+
    | id         | day        | n   | _file  | _line |
    +------------+------------+-----+--------+-------+
    | 17850      | 2024-01-31 | 3.3 | a.xlsx | 3     |
    | 2024-01-31 |            | 4.5 | a.xlsx | 8     |
    +------------+------------+-----+--------+-------+
    ");
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r"
    day bad_date 2 a.xlsx:4 2024-01-31 12:00:00
    id missing_required 1 a.xlsx:9 
    id cell_error 1 a.xlsx:6 #N/A
    n bad_number 1 a.xlsx:7 1x
    n scale 1 a.xlsx:10 1.23
    ");
}

#[tokio::test]
async fn a_workbook_may_count_its_days_from_1904() {
    let rows = [(1, vec![Text("day")]), (2, vec![Styled("43860", 1)])];
    let (shown, _) = of_sheet(&rows, &[("day", "date")], true).await;
    assert!(shown.contains("| 2024-01-31 |"), "{shown}");
}

/// Excel has a day between these two, which it took over from Lotus 1-2-3.
#[tokio::test]
async fn the_twenty_ninth_of_february_1900_is_no_day() {
    let day = |line, serial| (line, vec![Styled(serial, 1)]);
    let rows = [(1, vec![Text("day")]), day(2, "59"), day(3, "60"), day(4, "61"), day(5, "1")];
    let (shown, summary) = of_sheet(&rows, &[("day", "date")], false).await;
    for day in ["1900-02-28 | a.xlsx | 2", "1900-03-01 | a.xlsx | 4", "1900-01-01 | a.xlsx | 5"] {
        assert!(shown.contains(day), "{shown}");
    }
    assert_eq!(rejects(&summary), ["day bad_date 1 a.xlsx:3 1900-02-29"]);
    let (_, summary) = of_sheet(&rows, &[("day", "timestamp")], false).await;
    assert_eq!(rejects(&summary), ["day bad_timestamp 1 a.xlsx:3 1900-02-29"]);
}

#[tokio::test]
async fn sheets_go_by_name_and_their_columns_by_place_without_a_header() {
    let first = [(1, vec![Text("id")]), (2, vec![Text("wrong")])];
    let second =
        [(1, vec![Text("a"), Number("1")]), (2, vec![Text("b"), Number("2"), Text("more")])];
    let raw =
        Raw::with(&[("a.xlsx", &workbook(&[("First", &first), ("Answers", &second)], false))]);
    let mut source = source("a.xlsx", Format::Xlsx, &[("id", "string"), ("n", "int32")]);
    source.sheet = Some("Answers".to_owned());
    source.dialect.header = false;
    let (shown, summary) = raw.ask(&source, "select id, n from raw").await.unwrap();
    assert!(shown.contains("| a  | 1 |"), "{shown}");
    assert_eq!(rejects(&summary), ["- wrong_field_count 1 a.xlsx:2 "]);
    source.sheet = Some("Answer".to_owned());
    let error = raw.ask(&source, "select id, n from raw").await.unwrap_err();
    assert_eq!(error.to_string(), "`a.xlsx` has no sheet `Answer`; it has `First`, `Answers`");
    assert_eq!(error.help().as_deref(), Some("did you mean `Answers`?"));
}

#[tokio::test]
async fn a_workbook_that_is_none_stops_the_run() {
    let raw = Raw::with(&[("a.xlsx", b"id,n\n1,2\n")]);
    let source = source("a.xlsx", Format::Xlsx, &[("id", "string")]);
    let error = raw.ask(&source, "select * from raw").await.unwrap_err().to_string();
    assert!(error.starts_with("`a.xlsx` is not a readable workbook"), "{error}");
}

#[tokio::test]
async fn a_json_list_that_ends_too_soon_is_damaged() {
    let raw = Raw::with(&[("a.json", b"[{\"id\":\"a\"},\n{\"id\":")]);
    let source = SourcePlan {
        columns: vec![field("id", "string")],
        ..source("a.json", Format::Json, &[("id", "string")])
    };
    let error = raw.ask(&source, "select id from raw").await.unwrap_err().to_string();
    assert_eq!(error, "`a.json` line 2: the file ends within its list");
    let damaged_files = patronage::declare::DamagedFiles::Quarantine;
    let lenient = SourcePlan { damaged_files, ..source };
    let (shown, summary) = raw.ask(&lenient, "select id from raw").await.unwrap();
    assert!(shown.contains("| a  |"), "{shown}");
    assert_eq!(rejects(&summary), ["- truncated_file 1 a.json:2 {\"id\":"]);
}

#[tokio::test]
async fn what_stands_for_no_value_does_so_in_every_format() {
    const COLUMNS: [(&str, &str); 5] = [
        ("n", "int64"),
        ("price", "decimal(9,2)"),
        ("x", "float64"),
        ("day", "date"),
        ("word", "string"),
    ];
    let csv = b"n,price,x,day,word\n-999,1.50,-999,1900-01-01,n/a\n1,-999,0.5,2024-01-31,-999\n";
    let ndjson = br#"{"n":-999,"price":1.50,"x":-999.0,"day":"1900-01-01","word":"n/a"}
{"n":1,"price":-999.00,"x":0.5,"day":"2024-01-31","word":-999}
"#;
    let price = Decimal128Array::from(vec![150, -99_900]);
    let columns: [(&str, ArrayRef); 5] = [
        ("n", Arc::new(Int32Array::from(vec![-999, 1]))),
        ("price", Arc::new(price.with_precision_and_scale(9, 2).unwrap())),
        ("x", Arc::new(Float64Array::from(vec![-999.0, 0.5]))),
        ("day", Arc::new(Date32Array::from(vec![-25_567, 19_753]))),
        ("word", Arc::new(StringArray::from(vec!["n/a", "-999"]))),
    ];
    let batch = RecordBatch::try_from_iter(columns.clone()).unwrap();
    let sheet = [
        (1, ["n", "price", "x", "day", "word"].map(Text).to_vec()),
        (2, vec![Number("-999"), Number("1.5"), Number("-999"), Text("1900-01-01"), Text("n/a")]),
        (3, vec![Number("1"), Number("-999"), Number("0.5"), Styled("45322", 1), Number("-999")]),
    ];
    let raw = Raw::with(&[
        ("a.csv", csv),
        ("a.ndjson", ndjson),
        ("a.parquet", &parquet(&columns)),
        ("a.avro", &avro(&batch, None)),
        ("a.xlsx", &workbook(&[("Sheet1", &sheet)], false)),
    ]);
    for (name, format) in [
        ("a.csv", Format::Csv),
        ("a.ndjson", Format::Ndjson),
        ("a.parquet", Format::Parquet),
        ("a.avro", Format::Avro),
        ("a.xlsx", Format::Xlsx),
    ] {
        let mut source = source(name, format, &COLUMNS);
        for field in &mut source.columns {
            let nulls = ["-999", "1900-01-01", "n/a"].map(str::to_owned);
            field.notation.null_values = nulls.to_vec();
        }
        let sql = "select n, price, x, day, word from raw order by _line";
        let (shown, summary) = raw.ask(&source, sql).await.unwrap();
        assert_eq!((summary.rows, summary.accepted), (2, 2), "{name}");
        assert_eq!(
            shown.trim(),
            "\
+---+-------+-----+------------+------+
| n | price | x   | day        | word |
+---+-------+-----+------------+------+
|   | 1.50  |     |            |      |
| 1 |       | 0.5 | 2024-01-31 |      |
+---+-------+-----+------------+------+",
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_has_parts_is_json_and_bytes_are_text_unless_they_are_a_uuid() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
        Some(vec![Some(1), None]),
        None,
        Some(vec![]),
    ]);
    let mut words = ListBuilder::new(StringBuilder::new());
    words.append_value(["a \"b\"", "c"].map(Some));
    words.append_null();
    words.append_value([None::<&str>]);
    let fields = Fields::from(vec![Field::new("k", DataType::Utf8, true)]);
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("v"), None, None]));
    let structs = StructArray::new(fields, vec![inner], Some(vec![true, false, true].into()));
    let ids = [b"0123456789abcdef", b"ABCDEFGHIJKLMNOP", b"................"];
    let ids = FixedSizeBinaryArray::try_from_iter(ids.iter()).unwrap();
    let columns: [(&str, ArrayRef); 4] = [
        ("numbers", Arc::new(lists)),
        ("words", Arc::new(words.finish())),
        ("whole", Arc::new(structs)),
        ("id", Arc::new(ids)),
    ];
    let raw = Raw::with(&[("a.parquet", &parquet(&columns))]);
    let columns =
        [("numbers", "string"), ("words", "string"), ("whole", "string"), ("id", "string")];
    let source = source("a.parquet", Format::Parquet, &columns);
    let sql = "select numbers, words, whole, id from raw order by _line";
    let (shown, summary) = raw.ask(&source, sql).await.unwrap();
    assert_eq!(summary.accepted, 3, "{:?}", rejects(&summary));
    insta::assert_snapshot!(shown, @r#"
    +----------+-----------------+------------+------------------+
    | numbers  | words           | whole      | id               |
    +----------+-----------------+------------+------------------+
    | [1,null] | ["a \"b\"","c"] | {"k":"v"}  | 0123456789abcdef |
    |          |                 |            | ABCDEFGHIJKLMNOP |
    | []       | [null]          | {"k":null} | ................ |
    +----------+-----------------+------------+------------------+
    "#);
}
