//! Raw files through a session: what is accepted, what is rejected and what stops a run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod dirt;
mod formats;
mod margins;
mod missing;
mod nullified;
mod numbers;
mod replay;
mod values;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use datafusion::arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{SessionConfig, SessionContext};
use flate2::Compression;
use flate2::write::GzEncoder;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use patronage::declare::{ColumnType, Format};
use patronage::plan::{Exclude, SourceField, SourcePlan};
use patronage::read::{
    Corrections, Inventory, ReadError, Reports, Spool, Summary, inventory, table,
};
use patronage::store::Location;
use patronage::zone::{first_instant, never};
use tempfile::TempDir;

/// A folder of raw files.
struct Raw {
    folder: TempDir,
}

impl Raw {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a query over the source as table `raw`.
    async fn ask(&self, source: &SourcePlan, sql: &str) -> Result<(String, Summary), ReadError> {
        self.ask_at(source, sql, never()).await
    }

    async fn ask_at(
        &self,
        source: &SourcePlan,
        sql: &str,
        as_of: DateTime<Tz>,
    ) -> Result<(String, Summary), ReadError> {
        let found = inventory(source, self.path()).await?;
        query(source, found, sql, as_of).await
    }
}

async fn query(
    source: &SourcePlan,
    found: Inventory,
    sql: &str,
    as_of: DateTime<Tz>,
) -> Result<(String, Summary), ReadError> {
    let (shown, mut reports) = spooled(source, found, sql, as_of, Spool::none()).await?;
    Ok((shown, reports.summary()))
}

/// The same with what is reported; rejected rows go to the spool.
async fn spooled(
    source: &SourcePlan,
    found: Inventory,
    sql: &str,
    as_of: DateTime<Tz>,
    spool: Spool,
) -> Result<(String, Reports), ReadError> {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
    let (provider, reports) = table(source, found, as_of, Corrections::default(), spool)?;
    session.register_table("raw", provider).unwrap();
    match session.sql(sql).await.unwrap().collect().await {
        Ok(batches) => Ok((pretty_format_batches(&batches).unwrap().to_string(), reports)),
        Err(error) => Err(ReadError::find(&error).unwrap_or_else(|| panic!("{error}")).clone()),
    }
}

fn day(year: i32, month: u32, day: u32) -> DateTime<Tz> {
    first_instant(Tz::UTC, NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

/// A source named `raw`; a `!` after a type makes a column required.
fn source(location: &str, format: Format, columns: &[(&str, &str)]) -> SourcePlan {
    let columns = columns.iter().map(|(name, kind)| field(name, kind)).collect();
    SourcePlan::new("raw", location, format, columns)
}

fn field(name: &str, kind: &str) -> SourceField {
    let data_type = kind.trim_end_matches('!').parse::<ColumnType>().unwrap();
    let required = kind.ends_with('!');
    SourceField { required, ..SourceField::new(name, data_type, chrono_tz::UTC) }
}

/// The rejects as `column reason rows first-file:line text`.
fn rejects(summary: &Summary) -> Vec<String> {
    let show = |((column, reason), rejected): (&(Option<String>, _), &patronage::read::Counted)| {
        let first = &rejected.examples[0];
        let column = column.as_deref().unwrap_or("-");
        let text: String = first.text.chars().take(20).collect();
        format!("{column} {reason} {} {}:{} {text}", rejected.rows, first.file, first.line)
    };
    summary.rejects.iter().map(show).collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn parquet(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.iter().map(|(name, values)| (*name, Arc::clone(values), true)),
    )
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn columns_are_found_by_name_and_typed_as_declared() {
    let raw = Raw::with(&[(
        "a.csv",
        b"\xEF\xBB\xBFignored,price,id,at,ok,day,n\r\n\
          x, 12.50 ,\"a \"\"b\"\"\nc\",2024-02-29T10:00:00Z,yes,2024-02-29,7\r\n\
          \r\n\
          ,,\"\",,,,\r\n\
          ,,,,,,\r\n",
    )]);
    let columns = [
        ("id", "string"),
        ("price", "decimal(18,2)"),
        ("at", "timestamp"),
        ("ok", "boolean"),
        ("day", "date"),
        ("n", "int32"),
    ];
    let (shown, summary) = raw
        .ask(
            &source("a.csv", Format::Csv, &columns),
            "select *, id is null as no_id from raw order by _line",
        )
        .await
        .unwrap();
    insta::assert_snapshot!(shown, @r#"
    +-------+-------+----------------------+------+------------+---+-------+-------+-------+
    | id    | price | at                   | ok   | day        | n | _file | _line | no_id |
    +-------+-------+----------------------+------+------------+---+-------+-------+-------+
    | a "b" | 12.50 | 2024-02-29T10:00:00Z | true | 2024-02-29 | 7 | a.csv | 2     | false |
    | c     |       |                      |      |            |   |       |       |       |
    |       |       |                      |      |            |   | a.csv | 5     | false |
    |       |       |                      |      |            |   | a.csv | 6     | true  |
    +-------+-------+----------------------+------+------------+---+-------+-------+-------+
    "#);
    assert_eq!((summary.files, summary.rows, summary.accepted), (1, 3, 3));
}

#[tokio::test]
async fn every_reason_is_counted_and_shown_by_file_and_line() {
    let raw = Raw::with(&[(
        "a.csv",
        b"id,n,price,at,day,ok,x\n\
          ,1,1.00,2024-01-01,2024-01-01,t,1\n\
          a,1x,1.00,2024-01-01,2024-01-01,t,1\n\
          a,99999999999,1.00,2024-01-01,2024-01-01,t,1\n\
          a,1,1.001,2024-01-01,2024-01-01,t,1\n\
          a,1,1.00,2024-13-01,2024-01-01,t,1\n\
          a,1,1.00,2024-01-01,01/01/2024,t,1\n\
          a,1,1.00,2024-01-01,2024-01-01,maybe,1\n\
          a,1,1.00,2024-01-01,2024-01-01,t,inf\n\
          a,1\n\
          \"a\"b,1,1.00,2024-01-01,2024-01-01,t,1\n\
          \xFF,1,1.00,2024-01-01,2024-01-01,t,1\n\
          ok,1,1.00,2024-01-01,2024-01-01,t,1\n\
          \"a",
    )]);
    let columns = [
        ("id", "string!"),
        ("n", "int32"),
        ("price", "decimal(18,2)"),
        ("at", "timestamp"),
        ("day", "date"),
        ("ok", "boolean"),
        ("x", "float64"),
    ];
    let (shown, summary) = raw
        .ask(&source("*.csv", Format::Csv, &columns), "select id, _file, _line from raw")
        .await
        .unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+-------+-------+
    | id | _file | _line |
    +----+-------+-------+
    | ok | a.csv | 13    |
    +----+-------+-------+
    ");
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r#"
    - wrong_field_count 1 a.csv:10 a,1
    - bad_quotes 2 a.csv:11 "a"b,1,1.00,2024-01-
    - bad_utf8 1 a.csv:12 \xFF,1,1.00,2024-01-
    at bad_timestamp 1 a.csv:6 2024-13-01
    day bad_date 1 a.csv:7 01/01/2024
    id missing_required 1 a.csv:2 
    n bad_number 1 a.csv:3 1x
    n out_of_range 1 a.csv:4 99999999999
    ok bad_boolean 1 a.csv:8 maybe
    price scale 1 a.csv:5 1.001
    x bad_number 1 a.csv:9 inf
    "#);
    assert_eq!((summary.rows, summary.accepted, summary.rejected), (13, 1, 12));
}

#[tokio::test]
async fn a_skipped_local_time_is_rejected() {
    let raw = Raw::with(&[("a.csv", b"at\n2024-03-31 02:30:00\n2024-03-31 03:30:00\n")]);
    let mut source = source("a.csv", Format::Csv, &[("at", "timestamp!")]);
    source.columns[0].notation.time_zone = chrono_tz::Europe::Stockholm;
    let (shown, summary) = raw.ask(&source, "select at from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----------------------+
    | at                   |
    +----------------------+
    | 2024-03-31T01:30:00Z |
    +----------------------+
    ");
    assert_eq!(rejects(&summary), ["at skipped_time 1 a.csv:2 2024-03-31 02:30:00"]);
}

#[tokio::test]
async fn a_declared_column_that_is_not_in_the_header_stops_the_run() {
    let raw = Raw::with(&[("a.csv", b"id,n\n1,2\n")]);
    let source = source("a.csv", Format::Csv, &[("id", "string"), ("m", "int32")]);
    let error = raw.ask(&source, "select id from raw").await.unwrap_err();
    assert_eq!(error.to_string(), "`a.csv` has no column `m`; it has `id`, `n`");
}

#[tokio::test]
async fn packed_files_read_like_plain_ones_even_in_several_members() {
    let text: String = (0..20_000).fold("id,n\n".to_owned(), |text, n| format!("{text}a{n},{n}\n"));
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let members = [gzip(first), gzip(second)].concat();
    let raw = Raw::with(&[("a.csv", text.as_bytes()), ("b.csv.gz", &members)]);
    let columns = [("id", "string!"), ("n", "int64!")];
    let sql = "select count(*) as rows, sum(n) as n, max(_line) as line from raw";
    let (plain, _) = raw.ask(&source("a.csv", Format::Csv, &columns), sql).await.unwrap();
    let (packed, _) = raw.ask(&source("b.csv.gz", Format::Csv, &columns), sql).await.unwrap();
    assert_eq!(plain, packed);
    insta::assert_snapshot!(plain, @r"
    +-------+-----------+-------+
    | rows  | n         | line  |
    +-------+-----------+-------+
    | 20000 | 199990000 | 20001 |
    +-------+-----------+-------+
    ");
}

#[tokio::test]
async fn a_gzip_file_that_is_cut_off_stops_the_run() {
    let whole = gzip(b"id\na\nb\n");
    for end in [0, 5, whole.len() / 2, whole.len() - 1] {
        let raw = Raw::with(&[("a.csv.gz", &whole[..end])]);
        let source = source("*.gz", Format::Csv, &[("id", "string")]);
        let error = raw.ask(&source, "select id from raw").await.unwrap_err();
        assert!(matches!(error, ReadError::Compressed { .. }), "{end}: {error}");
        assert!(error.to_string().contains("a.csv.gz"));
    }
}

#[tokio::test]
async fn an_open_quote_that_swallows_lines_stops_the_run() {
    let raw = Raw::with(&[("a.csv", b"id,n\na,1\n\"b,2\nc,3\n")]);
    let source = source("a.csv", Format::Csv, &[("id", "string")]);
    let error = raw.ask(&source, "select id from raw").await.unwrap_err();
    assert_eq!(error.to_string(), "`a.csv` line 3: a quote opened in this record is never closed");
}

#[tokio::test]
async fn without_a_header_columns_go_by_position() {
    let raw = Raw::with(&[("a.csv", b"a;1\nb;2;3\n")]);
    let mut source = source("a.csv", Format::Csv, &[("id", "string"), ("n", "int32")]);
    (source.dialect.header, source.dialect.delimiter) = (false, b';');
    let (shown, summary) = raw.ask(&source, "select id, n from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---+
    | id | n |
    +----+---+
    | a  | 1 |
    +----+---+
    ");
    assert_eq!(rejects(&summary), ["- wrong_field_count 1 a.csv:2 b;2;3"]);
}

#[tokio::test]
async fn columns_parted_by_blanks_are_read() {
    let raw = Raw::with(&[(
        "a.txt",
        b" 00001 19970101  1   11.77\r\n\t00002\t19970112  2   12.00  \n\n00003 19970102\n",
    )]);
    let columns =
        [("id", "string!"), ("day", "date!"), ("units", "int32!"), ("paid", "decimal(18,2)!")];
    let mut source = source("a.txt", Format::Whitespace, &columns);
    source.dialect.header = false;
    source.columns[1].notation.formats = vec!["%Y%m%d".to_owned()];
    let (shown, summary) = raw.ask(&source, "select * from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +-------+------------+-------+-------+-------+-------+
    | id    | day        | units | paid  | _file | _line |
    +-------+------------+-------+-------+-------+-------+
    | 00001 | 1997-01-01 | 1     | 11.77 | a.txt | 1     |
    | 00002 | 1997-01-12 | 2     | 12.00 | a.txt | 2     |
    +-------+------------+-------+-------+-------+-------+
    ");
    assert_eq!(rejects(&summary), ["- wrong_field_count 1 a.txt:4 00003 19970102"]);
}

#[tokio::test]
async fn a_header_can_be_parted_by_blanks_too() {
    let raw = Raw::with(&[("a.txt", b"  n   id\n  1   a\n")]);
    let source = source("a.txt", Format::Whitespace, &[("id", "string"), ("n", "int32")]);
    let (shown, _) = raw.ask(&source, "select id, n from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---+
    | id | n |
    +----+---+
    | a  | 1 |
    +----+---+
    ");
}

#[tokio::test]
async fn json_lines_keep_the_digits_of_numbers() {
    let raw = Raw::with(&[(
        "a.ndjson",
        br#"{"id":"a\"\u00e9","paid":1234567890123456.78,"n":1,"tags":["x",{"y":"}"}],"other":{}}
{"n":"2", "id" : null}

{"id":"c","n":1.5}
{"id":"d"
["e"]
"#,
    )]);
    let columns = [("id", "string"), ("paid", "decimal(18,2)"), ("n", "int32"), ("tags", "string")];
    let source = source("a.ndjson", Format::Ndjson, &columns);
    let (shown, summary) = raw.ask(&source, "select * from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r#"
    +-----+---------------------+---+-----------------+----------+-------+
    | id  | paid                | n | tags            | _file    | _line |
    +-----+---------------------+---+-----------------+----------+-------+
    | a"é | 1234567890123456.78 | 1 | ["x",{"y":"}"}] | a.ndjson | 1     |
    |     |                     | 2 |                 | a.ndjson | 2     |
    +-----+---------------------+---+-----------------+----------+-------+
    "#);
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r#"
    - bad_json 2 a.ndjson:5 {"id":"d"
    n bad_number 1 a.ndjson:4 1.5
    "#);
}

#[tokio::test]
async fn parquet_is_brought_to_the_declared_types() {
    let micros = |text: &str| text.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_micros();
    let noon = micros("2024-07-01T12:00:00");
    let columns: [(&str, ArrayRef); 6] = [
        ("id", Arc::new(StringArray::from(vec![Some("a"), None, Some("c"), Some("d")]))),
        ("at", Arc::new(TimestampNanosecondArray::from(vec![noon * 1000; 4]))),
        ("zoned", Arc::new(TimestampMicrosecondArray::from(vec![noon; 4]).with_timezone("+00:00"))),
        ("day", Arc::new(StringArray::from(vec!["2024-01-01", "2024-01-02", "x", "2024-01-04"]))),
        ("paid", Arc::new(Float64Array::from(vec![1.25, 1.0, 1.0, 1.005]))),
        ("n", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
    ];
    let raw = Raw::with(&[("a.parquet", &parquet(&columns))]);
    let columns = [
        ("id", "string!"),
        ("at", "timestamp"),
        ("zoned", "timestamp"),
        ("day", "date"),
        ("paid", "decimal(18,2)"),
        ("n", "int32"),
        ("absent", "string"),
    ];
    let mut source = source("*.parquet", Format::Parquet, &columns);
    source.time_zone = chrono_tz::Europe::Stockholm;
    source.columns.iter_mut().for_each(|column| column.zone = source.time_zone);
    let (shown, summary) = raw.ask(&source, "select * from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+---------------------------+---------------------------+------------+------+---+--------+-----------+-------+
    | id | at                        | zoned                     | day        | paid | n | absent | _file     | _line |
    +----+---------------------------+---------------------------+------------+------+---+--------+-----------+-------+
    | a  | 2024-07-01T14:00:00+02:00 | 2024-07-01T14:00:00+02:00 | 2024-01-01 | 1.25 | 1 |        | a.parquet | 1     |
    +----+---------------------------+---------------------------+------------+------+---+--------+-----------+-------+
    ");
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r"
    day bad_date 1 a.parquet:3 x
    id missing_required 1 a.parquet:2 
    paid scale 1 a.parquet:4 1.005
    ");
    assert_eq!((summary.rows, summary.accepted), (4, 1));
    let (shown, same) = raw.ask(&source, "select _line from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +-------+
    | _line |
    +-------+
    | 1     |
    +-------+
    ");
    assert_eq!(same, summary);
}

#[tokio::test]
async fn a_parquet_decimal_is_never_rounded() {
    let paid =
        Decimal128Array::from(vec![12_3400, 12_3450]).with_precision_and_scale(18, 4).unwrap();
    let raw = Raw::with(&[("a.parquet", &parquet(&[("paid", Arc::new(paid))]))]);
    let source = source("*.parquet", Format::Parquet, &[("paid", "decimal(18,2)")]);
    let (shown, summary) = raw.ask(&source, "select paid from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +-------+
    | paid  |
    +-------+
    | 12.34 |
    +-------+
    ");
    assert_eq!(rejects(&summary), ["paid scale 1 a.parquet:2 12.3450"]);
}

#[tokio::test]
async fn a_parquet_file_without_a_required_column_stops_the_run() {
    let raw = Raw::with(&[("a.parquet", &parquet(&[("n", Arc::new(Int64Array::from(vec![1])))]))]);
    let source = source("*.parquet", Format::Parquet, &[("id", "string!")]);
    let error = raw.ask(&source, "select * from raw").await.unwrap_err();
    assert_eq!(error.to_string(), "`a.parquet` has no column `id`; it has `n`");
}

#[tokio::test]
async fn what_is_asked_for_does_not_change_what_is_rejected() {
    let raw = Raw::with(&[("a.csv", b"id,n\na,1\n,2\nc,x\nd,4\n")]);
    let source = source("a.csv", Format::Csv, &[("id", "string!"), ("n", "int32")]);
    let (lines, summary) = raw.ask(&source, "select _line from raw").await.unwrap();
    insta::assert_snapshot!(lines, @r"
    +-------+
    | _line |
    +-------+
    | 2     |
    | 5     |
    +-------+
    ");
    for sql in ["select count(*) from raw", "select n + 1, upper(id) from raw", "select * from raw"]
    {
        assert_eq!(raw.ask(&source, sql).await.unwrap().1, summary, "{sql}");
    }
}

#[tokio::test]
async fn rows_at_or_after_as_of_are_counted_and_left_out() {
    let raw = Raw::with(&[("a.csv", b"at,n\n2024-01-31 23:59:59,1\n2024-02-01,2\n2024-02-02,x\n")]);
    let mut source = source("a.csv", Format::Csv, &[("at", "timestamp!"), ("n", "int32")]);
    source.event_time = Some("at".to_owned());
    let asked = raw.ask_at(&source, "select n from raw", day(2024, 2, 1));
    let (shown, summary) = asked.await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +---+
    | n |
    +---+
    | 1 |
    +---+
    ");
    assert_eq!(
        (summary.rows, summary.accepted, summary.after_as_of, summary.rejected),
        (3, 2, 1, 1)
    );
}

#[tokio::test]
async fn nothing_there_is_an_error_unless_the_source_is_optional() {
    let raw = Raw::with(&[("a.txt", b"")]);
    let mut source = source("orders/*.csv", Format::Csv, &[("id", "string")]);
    let error = raw.ask(&source, "select * from raw").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "source `raw`: nothing matches `orders/*.csv`; `.` holds `a.txt`"
    );
    source.optional = true;
    let (shown, summary) = raw.ask(&source, "select count(*) from raw").await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----------+
    | count(*) |
    +----------+
    | 0        |
    +----------+
    ");
    assert_eq!(summary, Summary::default());
}

#[tokio::test]
async fn a_folder_is_not_a_file() {
    let raw = Raw::with(&[("orders/a.csv", b"id\n1\n")]);
    let source = source("orders", Format::Csv, &[("id", "string")]);
    let error = raw.ask(&source, "select * from raw").await.unwrap_err();
    assert!(matches!(error, ReadError::NothingMatched { .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_contains_itself_is_refused() {
    let raw = Raw::with(&[("orders/a.csv", b"id\n1\n")]);
    std::os::unix::fs::symlink(raw.path().join("orders"), raw.path().join("orders/again")).unwrap();
    let source = source("orders/**/*.csv", Format::Csv, &[("id", "string")]);
    let error = raw.ask(&source, "select * from raw").await.unwrap_err();
    assert!(matches!(error, ReadError::LinkLoop { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_changes_after_it_was_listed_stops_the_run() {
    let raw = Raw::with(&[("a.csv", b"id\n1\n")]);
    let source = source("a.csv", Format::Csv, &[("id", "string")]);
    let found = inventory(&source, raw.path()).await.unwrap();
    std::fs::write(raw.path().join("a.csv"), b"id\n1\n2\n").unwrap();
    let error = query(&source, found, "select * from raw", never()).await.unwrap_err();
    assert!(matches!(error, ReadError::Changed { .. }), "{error}");
}

#[tokio::test]
async fn two_readers_of_one_table_do_not_count_twice() {
    let raw = Raw::with(&[("a.csv", b"id\n1\n\n2\n"), ("b.csv", b"id\n3\n")]);
    let source = source("*.csv", Format::Csv, &[("id", "int32!")]);
    let sql = "select count(*) from raw a join raw b on a._line = b._line";
    let (_, summary) = raw.ask(&source, sql).await.unwrap();
    assert_eq!((summary.files, summary.rows, summary.accepted), (2, 3, 3));
}

#[tokio::test]
async fn every_store_gives_the_same_rows_however_it_cuts_the_bytes() {
    let files: BTreeMap<String, String> = (0..7)
        .map(|file| {
            let rows = (0..500).fold("id,n\n".to_owned(), |text, row| {
                format!(
                    "{text}\"{file},\"\"{row}\"\"\",{}\n",
                    if row % 50 == 7 { "x" } else { "3" }
                )
            });
            (format!("day={file}/part #1 100%.csv"), rows)
        })
        .collect();
    let borrowed: Vec<_> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let raw = Raw::with(&borrowed);
    let source = source("*/*.csv", Format::Csv, &[("id", "string!"), ("n", "int32!")]);
    let sql = "select id, n, _line from raw order by id, _line";
    let (local, summary) = raw.ask(&source, sql).await.unwrap();

    let memory = Arc::new(InMemory::new());
    for (name, text) in &files {
        let path = object_store::path::Path::parse(name).unwrap();
        memory.put(&path, text.clone().into()).await.unwrap();
    }
    let chunked: Arc<dyn ObjectStore> =
        Arc::new(object_store::chunked::ChunkedStore::new(memory, 7));
    let place = Location {
        url: datafusion::execution::object_store::ObjectStoreUrl::parse("memory://raw").unwrap(),
        store: chunked,
        path: object_store::path::Path::default(),
        local: None,
    };
    let found =
        Inventory::list(&place, Some("*/*.csv"), &Exclude::default(), raw.path()).await.unwrap();
    assert_eq!(found.files.len(), 7);
    let remote = query(&source, found, sql, never()).await.unwrap();
    assert_eq!((&local, &summary), (&remote.0, &remote.1));
    assert_eq!((summary.rows, summary.rejected), (3500, 70));
}

#[tokio::test]
async fn a_remote_file_is_read_in_parts() {
    let text: String =
        (0..1_000_000).fold("id,n\n".to_owned(), |text, n| text + &format!("{n:09},1\n"));
    let packed = gzip(text.as_bytes());
    let memory = Arc::new(InMemory::new());
    memory.put(&"a.csv".into(), text.into()).await.unwrap();
    memory.put(&"b.csv.gz".into(), packed.into()).await.unwrap();
    let place = Location {
        url: datafusion::execution::object_store::ObjectStoreUrl::parse("memory://raw").unwrap(),
        store: memory,
        path: object_store::path::Path::default(),
        local: None,
    };
    let source = source("", Format::Csv, &[("id", "int64!"), ("n", "int32!")]);
    let found =
        Inventory::list(&place, Some("*"), &Exclude::default(), Path::new("/")).await.unwrap();
    let sql = "select _file, sum(id) as id, sum(n) as n, max(_line) as line from raw group by 1 order by 1";
    let (shown, _) = query(&source, found, sql, never()).await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----------+--------------+---------+---------+
    | _file    | id           | n       | line    |
    +----------+--------------+---------+---------+
    | a.csv    | 499999500000 | 1000000 | 1000001 |
    | b.csv.gz | 499999500000 | 1000000 | 1000001 |
    +----------+--------------+---------+---------+
    ");
}
