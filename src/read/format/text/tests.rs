//! The way of a text through a reader: in pieces, in batches, with faults.

use super::reader::Reader;
use super::splitter::Splitter;
use super::splitters::{csv, json, ndjson, whitespace};
use crate::declare::{ColumnType, Format};
use crate::plan::{Dialect, Margins, SourceField, SourcePlan};
use crate::read::format::text::records::{MAX_RECORD, Records};
use crate::value::Reason;
use proptest::prelude::*;

/// Line, fault, raw text and the values of `a` and `b`.
type Row = (i64, Option<Reason>, String, [Option<String>; 2]);

fn source(format: Format, header: bool) -> SourcePlan {
    let field = |name: &str| SourceField::new(name, ColumnType::String, chrono_tz::UTC);
    let dialect = Dialect { header, ..Dialect::default() };
    SourcePlan { dialect, ..SourcePlan::new("raw", "", format, vec![field("a"), field("b")]) }
}

fn splitter(source: &SourcePlan, file: &str) -> Box<dyn Splitter> {
    match source.format {
        Format::Csv => csv(source, file),
        Format::Whitespace => whitespace(source, file),
        Format::Ndjson => ndjson(source, file),
        Format::Json => json(source, file),
        Format::Parquet | Format::Avro | Format::Xlsx => panic!("no text"),
    }
}

fn rows(records: &Records) -> Vec<Row> {
    let text = |range| records.text.get(range).map(|b| String::from_utf8_lossy(b).into_owned());
    let row = |(row, record): (usize, &crate::read::format::text::Row)| {
        let cell = |column: usize| text(records.cells[row * 2 + column].range());
        let raw = text(record.span.range()).unwrap_or_default();
        (record.line, record.fault, raw, [cell(0), cell(1)])
    };
    records.rows.iter().enumerate().map(row).collect()
}

fn read<'a>(
    source: &SourcePlan,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    batch: usize,
) -> Result<Vec<Row>, String> {
    let reader = Reader::new(splitter(source, "f"), 2, batch);
    let mut reader = reader.skipping(source.margins.skip_rows);
    let mut found = Vec::new();
    let show = |error: crate::read::ReadError| error.to_string();
    for piece in pieces {
        reader.feed(piece);
        while let Some(full) = reader.next().map_err(show)? {
            found.extend(rows(&full));
        }
    }
    found.extend(rows(&reader.finish().map_err(show)?));
    Ok(found)
}

fn whole(format: Format, text: &str) -> Vec<Row> {
    read(&source(format, false), [text.as_bytes()], 10).unwrap()
}

fn values(format: Format, text: &str) -> Vec<[Option<String>; 2]> {
    whole(format, text).into_iter().map(|row| row.3).collect()
}

fn some(a: &str, b: &str) -> [Option<String>; 2] {
    [Some(a.to_owned()), Some(b.to_owned())]
}

#[test]
fn quotes_keep_commas_line_ends_and_quotes() {
    let text = "\"x, \"\"y\"\"\r\nz\",1\r\na\"b,2\n";
    let expected = [some("x, \"y\"\r\nz", "1"), some("a\"b", "2")];
    assert_eq!(values(Format::Csv, text), expected);
}

#[test]
fn nothing_is_null_and_quotes_around_nothing_are_not() {
    assert_eq!(values(Format::Csv, ",\"\"\n"), [[None, Some(String::new())]]);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let text = "\n\"a\nb\",1\r\n\r\nc,2\nd,\"3\n\n\"\ne,4";
    let lines: Vec<_> = whole(Format::Csv, text).iter().map(|row| row.0).collect();
    assert_eq!(lines, [2, 5, 6, 9]);
}

#[test]
fn the_raw_text_of_a_record_is_kept_as_it_is_written() {
    let rows = whole(Format::Csv, "\"a\"\"\nb\",1,2\r\n");
    assert_eq!(rows[0].2, "\"a\"\"\nb\",1,2");
    assert_eq!(rows[0].1, Some(Reason::WrongFieldCount));
}

#[test]
fn a_mark_before_the_header_is_not_part_of_a_name() {
    let text = b"\xEF\xBB\xBFa,b\n1,2\n";
    for cut in 0..text.len() {
        let pieces = [&text[..cut], &text[cut..]];
        let found = read(&source(Format::Csv, true), pieces, 10).unwrap();
        assert_eq!((found[0].0, &found[0].3), (2, &some("1", "2")));
    }
}

#[test]
fn lines_before_the_header_are_skipped_whatever_is_in_them_and_stay_lines() {
    let text = "\u{feff}Report, \"unclosed\n\n\"#\na,b\nA,B\n1,\"2\n3\"\n4,5\n";
    let margins = Margins { skip_rows: 3, header_rows: 2, ..Margins::default() };
    let source = SourcePlan { margins, ..source(Format::Csv, true) };
    let found = read(&source, [text.as_bytes()], 10).unwrap();
    let lines: Vec<i64> = found.iter().map(|row| row.0).collect();
    assert_eq!((lines, &found[0].3), (vec![6, 8], &some("1", "2\n3")));
}

#[test]
fn a_line_without_end_is_skipped_without_being_kept() {
    let long = vec![b'x'; 1 << 20];
    let pieces = std::iter::repeat_n(long.as_slice(), 40).chain([&b"\na,b\n1,2\n"[..]]);
    let margins = Margins { skip_rows: 1, ..Margins::default() };
    let source = SourcePlan { margins, ..source(Format::Csv, true) };
    let found = read(&source, pieces, 10).unwrap();
    assert_eq!((found[0].0, &found[0].3), (3, &some("1", "2")));
}

#[test]
fn an_empty_file_has_no_rows() {
    for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
        for text in ["", "\n", "\r\n\n"] {
            let found = read(&source(format, true), [text.as_bytes()], 10);
            assert_eq!(found, Ok(Vec::new()), "{format:?} {text:?}");
        }
    }
}

#[test]
fn a_record_without_end_is_rejected_without_being_kept() {
    let long = vec![b'x'; 1 << 20];
    for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
        let pieces = std::iter::repeat_n(long.as_slice(), 40);
        let pieces = [&b"1,2\n"[..]].into_iter().chain(pieces).chain([&b"\n3,4\n"[..]]);
        let found = read(&source(format, false), pieces, 10).unwrap();
        let faults: Vec<_> = found.iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(faults[1], (2, Some(Reason::TooLong)), "{format:?}");
        assert_eq!(faults.len(), 3);
        assert_eq!(faults[2].0, 3);
        assert!(found[1].2.len() < MAX_RECORD / 1000);
    }
}

#[test]
fn a_quote_without_end_is_an_error_before_memory_ends() {
    let long = vec![b'x'; 1 << 20];
    let pieces = [&b"\"a"[..]].into_iter().chain(std::iter::repeat_n(long.as_slice(), 40));
    let error = read(&source(Format::Csv, false), pieces, 10).unwrap_err();
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn json_values_are_found_whatever_is_around_them() {
    let text = r#" {"x":{"a":[1,"}"]}, "b" : "\u0041\\" ,"a":-1.50e3 }"#;
    assert_eq!(values(Format::Ndjson, text), [some("-1500", "A\\")]);
}

proptest! {
    #[test]
    fn no_cutting_of_the_bytes_changes_the_records(
        text in "([ab,\"\n\r é{}:]|\r\n|\"\"|,\"|\"\n|[{]\"a\":\"b\\\\\"\"[}]\n){0,60}",
        cuts in prop::collection::vec(0_usize..80, 0..12),
        batch in 1_usize..5,
        header: bool,
        skip_rows in 0_u32..3,
        header_rows in 1_u32..3,
    ) {
        let text = text.as_bytes();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        for format in [Format::Csv, Format::Whitespace, Format::Ndjson] {
            let margins = Margins { skip_rows, header_rows, ..Margins::default() };
            let margins = if format == Format::Ndjson { Margins::default() } else { margins };
            let source = SourcePlan { margins, ..source(format, header) };
            let whole = read(&source, [text], 1000);
            let pieces = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]);
            prop_assert_eq!(read(&source, pieces, batch), whole);
            let bytes = text.chunks(1);
            prop_assert_eq!(read(&source, bytes, batch), read(&source, [text], 1000));
        }
    }

    #[test]
    fn what_is_quoted_reads_back(a in "[ab,\"\n\r é]{1,12}", b in "[ab,\"\n\r é]{0,12}") {
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let line = format!("{},{}\r\n", quote(&a), quote(&b));
        prop_assert_eq!(values(Format::Csv, &line), [some(&a, &b)]);
    }
}
