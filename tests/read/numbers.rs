//! Numbers of typed formats: ids that became floats, NaN, and columns without a type.

use std::sync::Arc;

use arrow_avro::writer::WriterBuilder;
use arrow_avro::writer::format::AvroOcfFormat;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array,
    Float64Array, Int8Array, Int64Array, NullArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int8Type, Schema};
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::arrow::{ArrowWriter, encode_arrow_schema};
use datafusion::parquet::data_type::{Int96, Int96Type};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::parquet::file::writer::SerializedFileWriter;
use datafusion::parquet::schema::parser::parse_message_type;
use patronage::declare::{ExtraColumns, Format, Nan};
use patronage::plan::{SourceField, SourcePlan};

use super::{Raw, parquet, rejects, source};
use crate::support::workbook::Cell::{Formula, Nothing, Number, Text};
use crate::support::workbook::workbook;

fn avro(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let columns = columns.iter().map(|(name, values)| (*name, Arc::clone(values), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let builder = WriterBuilder::new(batch.schema().as_ref().clone());
    let mut writer = builder.build::<_, AvroOcfFormat>(Vec::new()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner()
}

fn doubles(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

/// The rows of a column `v` of one Parquet file, declared as `kind`, and the rejects.
async fn read_as(values: ArrayRef, kind: &str) -> (Vec<String>, Vec<String>) {
    let raw = Raw::with(&[("a.parquet", &parquet(&[("v", values)]))]);
    let source = source("a.parquet", Format::Parquet, &[("v", kind)]);
    shown(&raw, &source).await
}

/// The values of a column `v` as text, in order, and the rejects.
async fn shown(raw: &Raw, source: &SourcePlan) -> (Vec<String>, Vec<String>) {
    let sql = "select coalesce(cast(v as varchar), 'NULL') as v from raw order by _file, _line";
    let (text, summary) = raw.ask(source, sql).await.unwrap();
    let lines = text.lines().skip(3).filter(|line| line.starts_with('|'));
    let values = lines.map(|line| line.trim_matches(['|', ' ']).to_owned()).collect();
    (values, rejects(&summary))
}

#[tokio::test]
async fn an_id_that_became_a_float_joins_with_itself_from_every_format() {
    let json = b"[{\"v\":17850.0},{\"v\":1.3047e4},{\"v\":12.5}]";
    let sheet = [
        (1, vec![Text("v")]),
        (2, vec![Number("17850")]),
        (3, vec![Number("13047.0")]),
        (4, vec![Number("12.5")]),
    ];
    let values = doubles(&[17850.0, 13047.0, 12.5]);
    let raw = Raw::with(&[
        ("a.csv", b"v\n17850\n13047\n12.5\n"),
        ("a.parquet", &parquet(&[("v", Arc::clone(&values))])),
        ("a.avro", &avro(&[("v", values)])),
        ("a.json", json),
        ("a.xlsx", &workbook(&[("s", &sheet)], false)),
    ]);
    for (name, format) in [
        ("a.csv", Format::Csv),
        ("a.parquet", Format::Parquet),
        ("a.avro", Format::Avro),
        ("a.json", Format::Json),
        ("a.xlsx", Format::Xlsx),
    ] {
        let (values, rejects) = shown(&raw, &source(name, format, &[("v", "string")])).await;
        assert_eq!(values, ["17850", "13047", "12.5"], "{name}");
        assert!(rejects.is_empty(), "{name}: {rejects:?}");
    }
}

#[tokio::test]
async fn a_float_that_may_have_been_another_number_rejects_its_row() {
    let large = [9_007_199_254_740_993.0, 9_007_199_254_740_991.0];
    let kept = "9007199254740991";
    for kind in ["string", "int64", "decimal(20,0)"] {
        let (values, rejects) = read_as(doubles(&large), kind).await;
        assert_eq!(values, [kept], "{kind}");
        assert_eq!(rejects, ["v inexact 1 a.parquet:1 9007199254740992"], "{kind}");
    }
    let singles = Float32Array::from(vec![16_777_216.0, 16_777_215.0, 19.99]);
    let (values, _) = read_as(Arc::new(singles), "string").await;
    assert_eq!(values, ["16777215", "19.99"]);
    // A float column wants no digits that a float does not keep.
    let (values, rejects) = read_as(doubles(&large[..1]), "float64").await;
    assert_eq!((values.len(), rejects.len()), (1, 0));

    let raw = Raw::with(&[
        ("a.ndjson", b"{\"v\":9007199254740993}\n{\"v\":9007199254740992.0}\n{\"v\":1e300}\n"),
        ("a.xlsx", &workbook(&[("s", &[(1, vec![Text("v")]), (2, vec![Number("1e16")])])], false)),
    ]);
    for kind in ["string", "int64"] {
        let declared = source("a.ndjson", Format::Ndjson, &[("v", kind)]);
        let (values, rejects) = shown(&raw, &declared).await;
        assert_eq!(values, ["9007199254740993"], "{kind}");
        assert_eq!(rejects, ["v inexact 2 a.ndjson:2 9007199254740992.0"], "{kind}");
        let (_, rejects) = shown(&raw, &source("a.xlsx", Format::Xlsx, &[("v", kind)])).await;
        assert!(rejects[0].starts_with("v inexact 1 a.xlsx:2"), "{rejects:?}");
    }
}

#[tokio::test]
async fn a_float_has_the_digits_of_its_shortest_text_whatever_decimal_it_becomes() {
    let floats = || doubles(&[123_456.789, 19.99, 0.1, -0.07, 9_007_199_254_740_991.0]);
    let numbers = ["123456.789", "19.99", "0.1", "-0.07", "9007199254740991"];
    let mut rows = vec![(1, vec![Text("v")])];
    rows.extend(numbers.iter().enumerate().map(|(at, text)| (at + 2, vec![Number(text)])));
    let lines: Vec<_> = numbers.iter().map(|text| format!("{{\"v\":{text}}}\n")).collect();
    let raw = Raw::with(&[
        ("a.parquet", &parquet(&[("v", floats())])),
        ("a.avro", &avro(&[("v", floats())])),
        ("a.xlsx", &workbook(&[("s", &rows)], false)),
        ("a.ndjson", lines.concat().as_bytes()),
    ]);
    for (name, format) in [
        ("a.parquet", Format::Parquet),
        ("a.avro", Format::Avro),
        ("a.xlsx", Format::Xlsx),
        ("a.ndjson", Format::Ndjson),
    ] {
        for scale in [3, 10, 18, 22] {
            let declared = source(name, format, &[("v", &format!("decimal(38,{scale})"))]);
            let (values, rejects) = shown(&raw, &declared).await;
            let padded = |text: &&str| {
                let (whole, part) = text.split_once('.').unwrap_or((text, ""));
                format!("{whole}.{part:0<scale$}")
            };
            assert_eq!(values, numbers.iter().map(padded).collect::<Vec<_>>(), "{name} {scale}");
            assert!(rejects.is_empty(), "{name} {scale}: {rejects:?}");
        }
    }
    let single: ArrayRef = Arc::new(Float32Array::from(vec![19.99, 0.1]));
    let (values, _) = read_as(single, "decimal(38,20)").await;
    assert_eq!(values, ["19.99000000000000000000", "0.10000000000000000000"]);
    let (values, rejects) = read_as(doubles(&[1.005, 1e12, 1.25]), "decimal(9,2)").await;
    assert_eq!(values, ["1.25"]);
    let expected = ["v out_of_range 1 a.parquet:2 1000000000000", "v scale 1 a.parquet:1 1.005"];
    assert_eq!(rejects, expected);
}

#[tokio::test]
async fn a_decimal_becomes_the_float_that_is_nearest() {
    // 0.07, 0.55 and 1.1, with more digits than a float has room for as one whole number.
    let values = [7, 55, 110].map(|hundredths| hundredths * 10_i128.pow(26));
    let decimals = Decimal128Array::from(values.to_vec()).with_precision_and_scale(38, 28);
    let (values, rejects) = read_as(Arc::new(decimals.unwrap()), "float64").await;
    assert_eq!((values.join(" ").as_str(), rejects.len()), ("0.07 0.55 1.1", 0));
}

#[tokio::test]
async fn whole_numbers_of_workbooks_are_exact_or_refused() {
    let whole = ["9007199254740993", "9007199254740992", "9007199254740991", "4111111111111111"];
    let mut rows = vec![(1, vec![Text("v")])];
    rows.extend(whole.iter().enumerate().map(|(at, text)| (at + 2, vec![Number(text)])));
    let raw = Raw::with(&[("a.xlsx", &workbook(&[("s", &rows)], false))]);
    for (kind, end) in
        [("string", ""), ("int64", ""), ("decimal(38,0)", ""), ("decimal(38,10)", ".0000000000")]
    {
        let (values, rejects) = shown(&raw, &source("a.xlsx", Format::Xlsx, &[("v", kind)])).await;
        let expected = [whole[2], whole[3]].map(|text| format!("{text}{end}"));
        assert_eq!(values, expected, "{kind}");
        assert_eq!(rejects, ["v inexact 2 a.xlsx:2 9007199254740992"], "{kind}");
    }
}

#[tokio::test]
async fn decimals_and_packed_floats_follow_the_same_rule() {
    let decimals = Decimal128Array::from(vec![1_785_000, 1250]).with_precision_and_scale(20, 2);
    let (values, _) = read_as(Arc::new(decimals.unwrap()), "string").await;
    assert_eq!(values, ["17850", "12.5"]);
    let packed = || -> ArrayRef {
        let keys = Int8Array::from(vec![Some(0), Some(1), Some(2), None]);
        let values = Float64Array::from(vec![Some(17850.0), Some(1.5), None]);
        Arc::new(DictionaryArray::<Int8Type>::new(keys, Arc::new(values)))
    };
    assert_eq!(read_as(packed(), "string").await.0, ["17850", "1.5", "NULL", "NULL"]);
    let (values, rejects) = read_as(packed(), "int64!").await;
    assert_eq!(values, ["17850"]);
    let expected = ["v bad_number 1 a.parquet:2 1.5", "v missing_required 2 a.parquet:3 "];
    assert_eq!(rejects, expected);
}

#[tokio::test]
async fn what_is_no_number_rejects_its_row_unless_nan_is_null() {
    let values = || doubles(&[1.0, f64::NAN, f64::INFINITY]);
    let text = b"v\n1\nNaN\ninf\n";
    let json = b"{\"v\":1}\n{\"v\":NaN,\"s\":\"NaN \\\" NaN\"}\n{\"v\":Infinity}\n";
    let raw = Raw::with(&[
        ("a.parquet", &parquet(&[("v", values())])),
        ("a.avro", &avro(&[("v", values())])),
        ("a.csv", text),
        ("a.ndjson", json),
        ("b.ndjson", b"{\"v\":1}\n{\"v\":\"NaN\"}\n{\"v\":\"-inf\"}\n"),
    ]);
    for (name, format) in [
        ("a.parquet", Format::Parquet),
        ("a.avro", Format::Avro),
        ("a.csv", Format::Csv),
        ("a.ndjson", Format::Ndjson),
        ("b.ndjson", Format::Ndjson),
    ] {
        for kind in ["float64", "int64", "decimal(9,2)", "float64!"] {
            let strict = source(name, format, &[("v", kind)]);
            let (values, rejects) = shown(&raw, &strict).await;
            assert_eq!(values.len(), 1, "{name} {kind}: {values:?}");
            let reason = if name == "a.ndjson" { "bad_json 2" } else { "v bad_number 2" };
            assert!(rejects[0].contains(reason), "{name} {kind}: {rejects:?}");

            let lenient = SourcePlan { nan: Nan::Null, ..strict };
            let (values, rejects) = shown(&raw, &lenient).await;
            let nulls = values.iter().filter(|value| *value == "NULL").count();
            let required = usize::from(kind.ends_with('!'));
            assert_eq!(nulls, 1 - required, "{name} {kind}: {values:?}");
            assert_eq!(rejects.len(), 1 + required, "{name} {kind}: {rejects:?}");
        }
    }
    // In a column of strings, NaN is treated the same, and a text is a text.
    let floats = source("a.parquet", Format::Parquet, &[("v", "string")]);
    let (values, rejects) = shown(&raw, &floats).await;
    assert_eq!((values, rejects.len()), (vec!["1".to_owned()], 1));
    let texts = source("a.csv", Format::Csv, &[("v", "string")]);
    assert_eq!(shown(&raw, &texts).await.0, ["1", "NaN", "inf"]);
}

#[tokio::test]
async fn nan_rejects_its_row_also_where_no_query_reads_the_column() {
    let raw = Raw::with(&[("a.parquet", &parquet(&[("v", doubles(&[1.0, f64::NAN]))]))]);
    let source = source("a.parquet", Format::Parquet, &[("v", "float64")]);
    let (_, summary) = raw.ask(&source, "select count(*) from raw").await.unwrap();
    assert_eq!((summary.accepted, summary.rejected), (1, 1));
}

#[tokio::test]
async fn a_column_without_a_type_is_null_of_any_type() {
    for kind in ["string", "boolean", "int32", "int64", "float64", "date", "timestamp"] {
        let (values, rejects) = read_as(Arc::new(NullArray::new(2)), kind).await;
        assert_eq!((values.join(" "), rejects.len()), ("NULL NULL".to_owned(), 0), "{kind}");
        let (values, rejects) = read_as(Arc::new(NullArray::new(2)), &format!("{kind}!")).await;
        assert!(values.is_empty(), "{kind}");
        assert_eq!(rejects, ["v missing_required 2 a.parquet:1 "], "{kind}");
    }
    let (values, _) = read_as(Arc::new(NullArray::new(1)), "decimal(18,2)").await;
    assert_eq!(values, ["NULL"]);
}

/// A file with a column `v` of two missing values and no type, which says that it is packed.
fn packed_nothing() -> Vec<u8> {
    let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Null));
    let packed = Schema::new(vec![Field::new("v", kind, true)]);
    let said = KeyValue::new("ARROW:schema".to_owned(), encode_arrow_schema(&packed));
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![said])).build();
    let options = ArrowWriterOptions::new().with_properties(properties);
    let options = options.with_skip_arrow_metadata(true);
    let nothing: ArrayRef = Arc::new(NullArray::new(2));
    let batch = RecordBatch::try_from_iter_with_nullable([("v", nothing, true)]).unwrap();
    let mut bytes = Vec::new();
    let writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options);
    let mut writer = writer.unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn a_packed_column_without_a_type_is_null_too() {
    let raw = Raw::with(&[("a.parquet", &packed_nothing())]);
    for kind in ["string", "int64", "decimal(18,2)", "date"] {
        let (values, rejects) =
            shown(&raw, &source("a.parquet", Format::Parquet, &[("v", kind)])).await;
        assert_eq!((values.join(" "), rejects.len()), ("NULL NULL".to_owned(), 0), "{kind}");
    }
}

#[tokio::test]
async fn a_field_of_a_struct_is_read_by_its_path() {
    let amounts: ArrayRef = Arc::new(Float64Array::from(vec![Some(19.99), None, Some(5.0)]));
    let notes: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", "z"]));
    let kinds = |fields: &[(&str, DataType)]| -> Fields {
        fields.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect()
    };
    let inner = kinds(&[("amount", DataType::Float64), ("note", DataType::Utf8)]);
    let nulls = NullBuffer::from(vec![true, true, false]);
    let inner: ArrayRef = Arc::new(StructArray::new(inner, vec![amounts, notes], Some(nulls)));
    let outer = kinds(&[("charge", inner.data_type().clone())]);
    let outer: ArrayRef = Arc::new(StructArray::new(outer, vec![inner], None));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let columns = [("id", ids), ("s", outer)];
    let raw = Raw::with(&[("a.parquet", &parquet(&columns)), ("a.avro", &avro(&columns))]);
    for (name, format) in [("a.parquet", Format::Parquet), ("a.avro", Format::Avro)] {
        let mut declared =
            source(name, format, &[("id", "int64"), ("v", "decimal(38,18)"), ("note", "string!")]);
        declared.columns[1].from = vec!["s.charge.amount".to_owned()];
        declared.columns[2].from = vec!["s.charge.note".to_owned()];
        declared.extra_columns = ExtraColumns::Stop;
        let (values, rejects) = shown(&raw, &declared).await;
        assert_eq!(values, ["19.990000000000000000", "NULL"], "{name}");
        assert_eq!(rejects, [format!("note missing_required 1 {name}:3 ")], "{name}");
        declared.columns[1].from = vec!["s.charge.Amount".to_owned()];
        let summary = raw.ask(&declared, "select count(id) from raw").await.unwrap().1;
        assert!(summary.columns[1].is_nowhere(), "{name}");
        assert!(summary.columns[1].others.contains("s.charge.amount"), "{name}");
    }
}

#[tokio::test]
async fn numbers_and_moments_are_not_taken_for_one_another() {
    // Without a pattern, the unit of an integer is unknown.
    let epoch = || -> ArrayRef { Arc::new(Int64Array::from(vec![1_764_547_200])) };
    for kind in ["timestamp", "date"] {
        let (values, rejects) = read_as(epoch(), kind).await;
        assert!(values.is_empty() && rejects[0].contains("v bad_"), "{kind}: {rejects:?}");
    }
    let raw = Raw::with(&[("a.parquet", &parquet(&[("v", epoch())]))]);
    let mut declared = source("a.parquet", Format::Parquet, &[("v", "timestamp")]);
    declared.columns[0].notation.formats = vec!["%s".to_owned()];
    assert_eq!(shown(&raw, &declared).await.0, ["2025-12-01T00:00:00Z"]);

    let moment: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1]));
    let day: ArrayRef = Arc::new(Date32Array::from(vec![1]));
    for (name, values) in [("m.parquet", moment), ("d.parquet", day)] {
        let raw = Raw::with(&[(name, &parquet(&[("v", values)]))]);
        for kind in ["int64", "int32", "float64", "decimal(18,0)", "boolean"] {
            let declared = source(name, Format::Parquet, &[("v", kind)]);
            let error = raw.ask(&declared, "select v from raw").await.unwrap_err().to_string();
            assert!(error.contains("cannot be read as"), "{name} {kind}: {error}");
        }
    }
}

/// A file with a column `v` of the old type INT96: nanoseconds of a day, and its Julian number.
fn int96(moments: &[(u64, u32)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message m { required int96 v; }").unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let moment = |(nanos, day): &(u64, u32)| {
        let mut moment = Int96::new();
        moment.set_data((*nanos & 0xffff_ffff) as u32, (*nanos >> 32) as u32, *day);
        moment
    };
    let moments: Vec<Int96> = moments.iter().map(moment).collect();
    column.typed::<Int96Type>().write_batch(&moments, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn old_moments_are_what_they_are_in_all_years() {
    // Julian days begin at noon of their number less a half; these are midnights.
    let moments =
        [(0, 1_721_426), (0, 2_305_448), (86_399_000_000_000, 5_373_484), (1_000, 2_440_588)];
    let raw = Raw::with(&[("a.parquet", &int96(&moments))]);
    let declared = source("a.parquet", Format::Parquet, &[("v", "timestamp")]);
    let expected = [
        "0001-01-01T00:00:00Z",
        "1600-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01T00:00:00.000001Z",
    ];
    assert_eq!(shown(&raw, &declared).await.0, expected);
}

#[tokio::test]
async fn old_moments_are_instants_in_utc_whatever_the_zones_of_column_and_pipeline() {
    // Midnight and three in the morning of 2024-01-01 in UTC; in São Paulo it was three hours earlier.
    let moments = [(0, 2_460_311), (3 * 3_600_000_000_000, 2_460_311)];
    let raw = Raw::with(&[("a.parquet", &int96(&moments))]);
    let declared = |kind| {
        let mut declared = source("a.parquet", Format::Parquet, &[("v", kind)]);
        declared.time_zone = chrono_tz::America::Sao_Paulo;
        let column = SourceField::new("v", kind.parse().unwrap(), declared.time_zone);
        declared.columns[0] = column;
        declared.columns[0].notation.time_zone = chrono_tz::Asia::Tokyo;
        declared
    };
    for kind in ["timestamp", "timestamptz"] {
        let seconds = "select to_unixtime(v) as v from raw order by _line";
        let (text, _) = raw.ask(&declared(kind), seconds).await.unwrap();
        assert!(text.contains("1704067200") && text.contains("1704078000"), "{kind}: {text}");
    }
    let (days, rejects) = shown(&raw, &declared("date")).await;
    assert_eq!((days, rejects.len()), (vec!["2024-01-01".to_owned()], 1));
}

#[tokio::test]
async fn casts_lose_nothing_between_truth_and_numbers() {
    let (values, rejects) = read_as(Arc::new(Int64Array::from(vec![0, 1, 5])), "boolean").await;
    assert_eq!(values, ["false", "true"]);
    assert_eq!(rejects, ["v bad_boolean 1 a.parquet:3 5"]);
    let truths: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
    assert_eq!(read_as(Arc::clone(&truths), "string").await.0, ["true", "false"]);
    assert_eq!(read_as(truths, "int32").await.0, ["1", "0"]);
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 5]));
    let (values, rejects) = read_as(Arc::clone(&large), "int64").await;
    assert_eq!((values, rejects.len()), (vec!["5".to_owned()], 1));
    assert_eq!(read_as(large, "string").await.0, ["18446744073709551615", "5"]);
}

#[tokio::test]
async fn json_numbers_are_what_they_are_however_they_are_written() {
    let text = b"{\"v\":1e3}\n{\"v\":12.0}\n{\"v\":-0.0}\n{\"v\":12345678901234567890}\n";
    let raw = Raw::with(&[("a.ndjson", text)]);
    let declared = |kind| source("a.ndjson", Format::Ndjson, &[("v", kind)]);
    let (values, rejects) = shown(&raw, &declared("int64")).await;
    assert_eq!(values, ["1000", "12", "0"]);
    assert_eq!(rejects, ["v out_of_range 1 a.ndjson:4 12345678901234567890"]);
    let (values, _) = shown(&raw, &declared("string")).await;
    assert_eq!(values, ["1000", "12", "0", "12345678901234567890"]);
    let (values, _) = shown(&raw, &declared("decimal(22,1)")).await;
    assert_eq!(values, ["1000.0", "12.0", "0.0", "12345678901234567890.0"]);
}

#[tokio::test]
async fn a_formula_that_nobody_calculated_rejects_its_row() {
    let rows = [
        (1, vec![Text("id"), Text("v")]),
        (2, vec![Text("a"), Formula("A2*2")]),
        (3, vec![Text("b"), Number("5")]),
        (4, vec![Text("c"), Nothing]),
    ];
    let raw = Raw::with(&[("a.xlsx", &workbook(&[("s", &rows)], false))]);
    let declared = source("a.xlsx", Format::Xlsx, &[("id", "string"), ("v", "decimal(18,2)")]);
    let (values, rejects) = shown(&raw, &declared).await;
    assert_eq!(values, ["5.00", "NULL"]);
    assert_eq!(rejects, ["v formula_without_value 1 a.xlsx:2 =A2*2"]);
}

#[tokio::test]
async fn names_count_as_they_are_seen() {
    let texts = || -> ArrayRef { Arc::new(StringArray::from(vec!["x"])) };
    let raw = Raw::with(&[
        ("a.csv", b"\"\xEF\xBB\xBFv\"\nx\n"),
        ("a.parquet", &parquet(&[("\u{feff}v ", texts())])),
    ]);
    for (name, format) in [("a.csv", Format::Csv), ("a.parquet", Format::Parquet)] {
        let (values, _) = shown(&raw, &source(name, format, &[("v", "string!")])).await;
        assert_eq!(values, ["x"], "{name}");
    }
}

#[tokio::test]
async fn days_are_of_the_years_1_to_9999() {
    // The last of the year before 1 and the first after 9999, and their neighbours within.
    let days: ArrayRef =
        Arc::new(Date32Array::from(vec![-719_163, -719_162, 2_932_896, 2_932_897]));
    let (values, rejects) = read_as(Arc::clone(&days), "date").await;
    assert_eq!(values, ["0001-01-01", "9999-12-31"]);
    assert!(rejects.len() == 1 && rejects[0].contains("out_of_range 2"), "{rejects:?}");
    let raw = Raw::with(&[("a.csv", b"v\n0000-12-31\n0001-01-01\n9999-12-31\n")]);
    let declared = source("a.csv", Format::Csv, &[("v", "date")]);
    let (values, rejects) = shown(&raw, &declared).await;
    assert_eq!(values, ["0001-01-01", "9999-12-31"]);
    assert!(rejects.len() == 1 && rejects[0].contains("out_of_range 1"), "{rejects:?}");
}
