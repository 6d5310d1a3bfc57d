//! Formats, folders and what cannot be understood.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int64Array, NullArray, RecordBatch, StringArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;

use super::{accepted, folder, inferred, resolved, types};
use patronage::declare::Format;

#[test]
fn a_block_says_what_it_is_unsure_about() {
    let folder = folder(&[(
        "drops/orders/2024-01.csv",
        b"OrderNo;Placed;Customer;Total;Paid\n\
          17;01/02/2024 10:00;17850.0;\xe2\x82\xac 1.234,50;oui\n\
          18;02/02/2024 11:30;NA;\xe2\x82\xac 12,00;non\n\
          19;03/02/2024 09:15;13047.0;\xe2\x82\xac 3,99;oui\n",
    )]);
    let block = inferred(&folder, "drops/orders").unwrap();
    assert_eq!(accepted(&folder, &block), 3);
    assert_snapshot!(block, @r#"
      # Inferred from 3 rows of 1 file. Look at what the comments say is unsure.
      raw_orders:
        location: drops/orders/*.csv
        format: csv
        delimiter: ";"
        # event_time: placed  # rows at or after as-of are then not used
        columns:
          order_no: {type: int64, required: true, from: OrderNo}  # never empty in 3 rows
          placed: {type: timestamp, required: true, from: Placed, format: "%d/%m/%Y %H:%M"}  # day or month first? no day above 12 decides; the other is %m/%d/%Y %H:%M; never empty in 3 rows
          customer: {type: int64, from: Customer, float_notation: true, null_values: [NA]}  # whole numbers written with `.0`, as ids are that were numbers once; empty in 1 of 3 rows
          total: {type: "decimal(18,2)", required: true, from: Total, decimal_mark: ",", thousands_mark: ".", currency: ["€"]}  # up to 2 decimals; never empty in 3 rows
          paid: {type: boolean, required: true, from: Paid, true_values: [oui], false_values: [non]}  # never empty in 3 rows
    "#);
}

#[test]
fn lines_and_lists_of_json_become_columns_by_path() {
    let one = r#"{"id": 1, "customer": {"id": "a", "vip": true}, "lines": [{"sku": "x"}], "total": 1.50}"#;
    let two = r#"{"id": 2, "customer": {"id": "b"}, "at": "2024-01-01T10:00:00Z", "total": 2}"#;
    let expected = "id int64, customer_id string, customer_vip boolean, lines string, \
                    total decimal(18,2), at timestamp";
    for (name, text, format) in [
        ("x.ndjson", format!("{one}\n{two}\n"), Format::Ndjson),
        ("x.json", format!("[{one},\n {two}]"), Format::Json),
    ] {
        let folder = folder(&[(name, text.as_bytes())]);
        let block = inferred(&folder, name).unwrap();
        assert_eq!(resolved(&block).format, format);
        assert_eq!(types(&block), expected);
        assert_eq!(accepted(&folder, &block), 2);
    }
}

#[test]
fn a_parquet_file_says_its_own_types() {
    let folder = folder(&[]);
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let batch = RecordBatch::try_from_iter([("Id", ids), ("name", names)]).unwrap();
    let file = File::create(folder.path().join("x.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let block = inferred(&folder, "x.parquet").unwrap();
    assert_eq!(types(&block), "id int64, name string");
    assert_eq!(accepted(&folder, &block), 2);
}

#[test]
fn ids_that_became_floats_are_told_from_measures() {
    let folder = folder(&[]);
    let floats =
        |values: [Option<f64>; 3]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
    let columns: [(&str, ArrayRef); 5] = [
        ("customer_id", floats([Some(7.0), None, Some(13.0)])),
        ("account", floats([Some(17850.0), None, Some(13047.0)])),
        ("quantity", floats([Some(1.0), None, Some(3.0)])),
        ("price", floats([Some(17850.0), None, Some(0.5)])),
        ("coupon", Arc::new(NullArray::new(3))),
    ];
    let columns = columns.into_iter().map(|(name, values)| (name, values, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let file = File::create(folder.path().join("x.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let block = inferred(&folder, "x.parquet").unwrap();
    let expected =
        "customer_id int64, account int64, quantity float64, price float64, coupon string";
    assert_eq!(types(&block), expected, "{block}");
    assert_eq!(block.matches("whole numbers held as floats").count(), 2, "{block}");
    assert_eq!(block.matches("without any value").count(), 1, "{block}");
    assert_eq!(accepted(&folder, &block), 3);
}

#[test]
fn packed_files_in_folders_of_values_are_one_source() {
    let pack = |text: &str| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let folder = folder(&[
        ("raw/country=fr/year=2024/a.csv.gz", &pack("id,n\n1,2\n")),
        ("raw/country=de/year=2025/b.csv.gz", &pack("n,id,more\n2,1,x\n")),
    ]);
    let block = inferred(&folder, "raw").unwrap();
    assert!(block.contains("location: raw/**/*.csv.gz"), "{block}");
    assert!(block.contains("missing_columns: null"), "{block}");
    let expected = "id int64, n int32, more string, country string, year int32";
    let found = types(&block);
    let sorted = |text: &str| {
        let mut parts: Vec<String> = text.split(", ").map(str::to_owned).collect();
        parts.sort();
        parts
    };
    assert_eq!(sorted(&found), sorted(expected), "{block}");
    assert_eq!(accepted(&folder, &block), 2);
}

#[test]
fn notes_beside_the_data_are_not_looked_at() {
    let folder = folder(&[
        ("raw/README.md", b"# What this is, and\n"),
        ("raw/1.csv", b"id,n\n1,2\n"),
        ("raw/2.csv", b"id,n\n2,3\n"),
    ]);
    let block = inferred(&folder, "raw").unwrap();
    assert!(block.contains("location: raw/*.csv"), "{block}");
    assert_eq!(accepted(&folder, &block), 2);
}

#[test]
fn what_cannot_be_understood_is_said() {
    let folder = folder(&[
        ("empty.csv", b""),
        ("mixed/a.parquet", b"PAR1"),
        ("mixed/b.csv", b"a,b\n1,2\n"),
        ("apart/a.csv", b"a,b\n1,2\n"),
        ("apart/b.csv", b"c,d\n1,2\n"),
        ("noise.bin", b"\x00\x01\x02\xff\x00\x03\x00\x00"),
        ("packed.csv", b"\x1f\x8b\x08\x00"),
        ("object.json", b"{\n \"a\": 1\n}\n"),
    ]);
    let said = |location: &str| inferred(&folder, location).unwrap_err().to_string();
    assert_eq!(said("nothing/*.csv"), "nothing matches `nothing/*.csv`");
    assert_eq!(said("empty.csv"), "the files of `empty.csv` are empty");
    assert_eq!(said("mixed/*"), "`mixed/a.parquet` and `mixed/b.csv` are not of one format");
    assert_eq!(said("apart"), "`apart/a.csv` and `apart/b.csv` have no column in common");
    assert!(said("noise.bin").contains("neither text nor known"));
    assert!(said("packed.csv").contains("does not end in `.gz`"));
    assert!(said("object.json").contains("neither one object a line nor one list"));
}
