//! From bytes to values: packing, encoding, notation and the rules of columns.

use std::io::Write;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, StringArray};
use patronage::declare::{ColumnType, DamagedFiles, Format, Range};
use patronage::plan::{Rules, SourceField, SourcePlan};
use patronage::read::ReadError;

use super::{Raw, gzip, parquet, rejects, source};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// A source with columns that are not written as usual.
fn noted(location: &str, columns: &[(&str, &str)], note: impl Fn(&mut SourceField)) -> SourcePlan {
    let mut source = source(location, Format::Csv, columns);
    source.columns.iter_mut().for_each(note);
    source
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 1).unwrap()
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_column_is_read_in_its_own_notation() {
    let raw = Raw::with(&[(
        "a.csv",
        "price;n;share;ok;at;day\n\
         1.234,50 €;1.000;0,5;oui;01-02-2024 10:30;20240229\n\
         € -7;-1;1.5;NON;2024-02-01T10:30:00;29/02/2024\n\
         (1,00);1.00;1e3;vrai;01/02/2024;2024-02-29\n\
         n/a; - ;n/a;-;n/a;n/a\n"
            .as_bytes(),
    )]);
    let columns = [
        ("price", "decimal(18,2)"),
        ("n", "int64"),
        ("share", "float64"),
        ("ok", "boolean"),
        ("at", "timestamp"),
        ("day", "date"),
    ];
    let mut source = noted("a.csv", &columns, |field| {
        let notation = &mut field.notation;
        (notation.decimal_mark, notation.thousands_mark) = (',', Some('.'));
        notation.currency = texts(&["€"]);
        (notation.true_values, notation.false_values) = (texts(&["oui"]), texts(&["non"]));
        notation.null_values = texts(&["n/a", "-"]);
        notation.formats = match field.data_type {
            ColumnType::Timestamp => texts(&["%d-%m-%Y %H:%M", "%Y-%m-%dT%H:%M:%S"]),
            ColumnType::Date => texts(&["%Y%m%d", "%d/%m/%Y"]),
            _ => Vec::new(),
        };
        notation.time_zone = chrono_tz::Europe::Paris;
    });
    source.dialect.delimiter = b';';
    let sql = "select price, n, share, ok, at, day from raw order by _line";
    let (shown, summary) = raw.ask(&source, sql).await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +---------+------+-------+------+----------------------+------------+
    | price   | n    | share | ok   | at                   | day        |
    +---------+------+-------+------+----------------------+------------+
    | 1234.50 | 1000 | 0.5   | true | 2024-02-01T09:30:00Z | 2024-02-29 |
    |         |      |       |      |                      |            |
    +---------+------+-------+------+----------------------+------------+
    ");
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r"
    n bad_number 1 a.csv:4 1.00
    share bad_number 1 a.csv:3 1.5
    ");
}

#[tokio::test]
async fn texts_that_are_no_value_are_null_quoted_or_not() {
    let raw = Raw::with(&[("a.csv", b"id,name\n1,NA\n2,\"NA\"\n3, NA\n NA,x\n5,\"\"\nNA,na\n")]);
    let columns = [("id", "int32"), ("name", "string")];
    let source = noted("a.csv", &columns, |field| field.notation.null_values = texts(&["NA"]));
    let sql = "select id, name, name is null as missing from raw order by _line";
    let (shown, _) = raw.ask(&source, sql).await.unwrap();
    insta::assert_snapshot!(shown, @r"
    +----+------+---------+
    | id | name | missing |
    +----+------+---------+
    | 1  |      | true    |
    | 2  |      | true    |
    | 3  |  NA  | false   |
    |    | x    | false   |
    | 5  |      | false   |
    |    | na   | false   |
    +----+------+---------+
    ");
    let source = noted("a.csv", &[("id", "int32!"), ("name", "string!")], |field| {
        field.notation.null_values = texts(&["NA"]);
    });
    let (_, summary) = raw.ask(&source, "select count(*) from raw").await.unwrap();
    insta::assert_snapshot!(rejects(&summary).join("\n"), @r"
    id missing_required 2 a.csv:5  NA
    name missing_required 2 a.csv:2 NA
    ");
}

fn ruled() -> [SourceField; 3] {
    let field = |name: &str, kind, rules| {
        let field = SourceField::new(name, kind, chrono_tz::UTC);
        SourceField { rules, ..field }
    };
    let range = Some(Range { min: Some("1".to_owned()), max: Some("10".to_owned()) });
    let values = Some(texts(&["new", "paid"]));
    let pattern = Some(regex::Regex::new("^[A-Z]+$").unwrap());
    [
        field("score", ColumnType::Int32, Rules { accepted_range: range, ..Rules::default() }),
        field("status", ColumnType::String, Rules { accepted_values: values, ..Rules::default() }),
        field("code", ColumnType::String, Rules { pattern, ..Rules::default() }),
    ]
}

#[tokio::test]
async fn rules_reject_rows_of_every_format_though_nobody_asks_for_the_column() {
    let scores: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(11), Some(5), None]));
    let statuses: ArrayRef =
        Arc::new(StringArray::from(vec![Some("new"), Some("new"), Some("lost"), None]));
    let codes: ArrayRef =
        Arc::new(StringArray::from(vec![Some("A"), Some("A"), Some("A"), Some("a")]));
    let raw = Raw::with(&[
        ("a.csv", b"score,status,code\n1,new,A\n11,new,A\n5,lost,A\n,,a\n"),
        ("a.ndjson", b"{\"score\":1,\"status\":\"new\",\"code\":\"A\"}\n{\"score\":11,\"status\":\"new\",\"code\":\"A\"}\n{\"score\":5,\"status\":\"lost\",\"code\":\"A\"}\n{\"code\":\"a\"}\n"),
        ("a.parquet", &parquet(&[("score", scores), ("status", statuses), ("code", codes)])),
    ]);
    for (name, format) in
        [("a.csv", Format::Csv), ("a.ndjson", Format::Ndjson), ("a.parquet", Format::Parquet)]
    {
        let source = SourcePlan::new("raw", name, format, ruled().to_vec());
        let (_, summary) = raw.ask(&source, "select count(*) from raw").await.unwrap();
        let found: Vec<_> = rejects(&summary)
            .iter()
            .map(|reject| reject.split(' ').take(3).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            found,
            ["code pattern_mismatch 1", "score out_of_range 1", "status not_accepted 1"],
            "{name}"
        );
        assert_eq!((summary.rows, summary.accepted), (4, 1), "{name}");
    }
}

#[tokio::test]
async fn a_rule_that_compares_with_no_value_stops_before_reading() {
    let raw = Raw::with(&[("a.csv", b"score\n1\n")]);
    let mut columns = ruled().to_vec();
    columns[0].rules.accepted_range = Some(Range { min: Some("1.5".to_owned()), max: None });
    let source = SourcePlan::new("raw", "a.csv", Format::Csv, columns);
    let error = raw.ask(&source, "select count(*) from raw").await.unwrap_err();
    assert!(matches!(error, ReadError::Rule { .. }), "{error}");
}

#[tokio::test]
async fn every_packing_reads_as_what_was_packed() {
    let orders: Vec<_> = (0..20_000).map(|n| format!("order-{},{n}\n", n % 97)).collect();
    let text = format!("id,n\n{}", orders.concat());
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let members = |pack: fn(&[u8]) -> Vec<u8>| [pack(first), pack(second)].concat();
    let raw = Raw::with(&[
        ("a.csv", text.as_bytes()),
        ("a.csv.gz", &members(gzip)),
        ("a.csv.zst", &members(zstd)),
        ("a.csv.bz2", &members(bzip2)),
    ]);
    let columns = [("id", "string!"), ("n", "int64!")];
    let sql = "select count(*) as rows, sum(n) as n, max(_line) as line from raw";
    let (plain, _) = raw.ask(&source("a.csv", Format::Csv, &columns), sql).await.unwrap();
    for name in ["a.csv.gz", "a.csv.zst", "a.csv.bz2"] {
        let (packed, _) = raw.ask(&source(name, Format::Csv, &columns), sql).await.unwrap();
        assert_eq!(packed, plain, "{name}");
    }
}

#[tokio::test]
async fn a_packed_file_that_is_cut_off_stops_the_run_or_keeps_what_is_whole() {
    let orders: Vec<_> = (0..200_000).map(|n| format!("order-{}\n", n * 7919 % 100_003)).collect();
    let text = format!("id\n{}", orders.concat());
    for (name, packed) in [
        ("a.csv.gz", gzip(text.as_bytes())),
        ("a.csv.zst", zstd(text.as_bytes())),
        ("a.csv.bz2", bzip2(text.as_bytes())),
    ] {
        let raw = Raw::with(&[(name, &packed[..packed.len() - packed.len() / 10])]);
        let mut source = source(name, Format::Csv, &[("id", "string")]);
        let error = raw.ask(&source, "select id from raw").await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.starts_with(&format!("`{name}` is not a whole ")), "{shown}");
        source.damaged_files = DamagedFiles::Quarantine;
        let (_, summary) = raw.ask(&source, "select id from raw").await.unwrap();
        assert_eq!(summary.rejected, 1, "{name}");
        assert!(rejects(&summary)[0].starts_with("- truncated_file 1 "), "{name}");
        assert!(summary.accepted > 10_000, "{name}: {}", summary.accepted);
    }
}

#[tokio::test]
async fn a_bomb_is_one_record_that_is_too_long() {
    let bomb = zstd(&[b"id,n\na,1\n", vec![b'x'; 100 << 20].as_slice(), b"\nb,2\n"].concat());
    assert!(bomb.len() < 20_000);
    let raw = Raw::with(&[("a.csv.zst", &bomb)]);
    let source = source("a.csv.zst", Format::Csv, &[("id", "string"), ("n", "int32")]);
    let (_, summary) = raw.ask(&source, "select id from raw").await.unwrap();
    assert_eq!((summary.accepted, summary.rejected), (2, 1));
    assert!(rejects(&summary)[0].starts_with("- too_long 1 a.csv.zst:3 "));
}

#[tokio::test]
async fn text_in_another_encoding_becomes_utf8() {
    let text = "id,city\n1,Malmö\n2,Köln €\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = [&b"\xFE\xFF"[..], &utf16].concat();
    let raw = Raw::with(&[
        ("latin.csv", b"id,city\n1,Malm\xF6\n2,K\xF6ln \x80\n"),
        ("utf16.csv", &utf16),
        ("marked.csv", &marked),
        ("packed.csv.gz", &gzip(&marked)),
    ]);
    let sql = "select city from raw order by id";
    let columns = [("id", "int32"), ("city", "string")];
    for (name, encoding) in [
        ("latin.csv", encoding_rs::WINDOWS_1252),
        ("utf16.csv", encoding_rs::UTF_16BE),
        ("marked.csv", encoding_rs::UTF_8),
        ("marked.csv", encoding_rs::WINDOWS_1252),
        ("packed.csv.gz", encoding_rs::UTF_8),
    ] {
        let mut source = source(name, Format::Csv, &columns);
        source.dialect.encoding = encoding;
        let (shown, summary) = raw.ask(&source, sql).await.unwrap();
        assert_eq!(summary.rejected, 0, "{name}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown, @r"
            +--------+
            | city   |
            +--------+
            | Malmö  |
            | Köln € |
            +--------+
            ");
        }
    }
}

#[tokio::test]
async fn what_no_encoding_has_rejects_its_row_and_is_shown() {
    let lone = b"i\0d\0\n\0a\0\n\0\x00\xD8\n\0b\0\n\0";
    let raw = Raw::with(&[("a.csv", lone), ("b.csv", b"id\na\nx\0y\nb\n")]);
    let mut utf16 = source("a.csv", Format::Csv, &[("id", "string")]);
    utf16.dialect.encoding = encoding_rs::UTF_16LE;
    let (_, summary) = raw.ask(&utf16, "select id from raw").await.unwrap();
    assert_eq!(rejects(&summary), [r"- bad_utf8 1 a.csv:3 \xFF\x00\xD8"]);
    assert_eq!(summary.accepted, 2);
    let nul = source("b.csv", Format::Csv, &[("id", "string")]);
    let (_, summary) = raw.ask(&nul, "select id from raw").await.unwrap();
    assert_eq!(rejects(&summary), ["- nul_byte 1 b.csv:3 x\0y"]);
    assert_eq!(summary.accepted, 2);
}
