//! What can be read in two ways is read as the rest of its source is written, or said to be unsure.

use datafusion::arrow::util::display::array_value_to_string;

use super::*;

/// The block of one file, and the values that it reads of it, column by column.
fn values(name: &str, text: &str) -> (String, Vec<String>) {
    let folder = folder(&[(name, text.as_bytes())]);
    let block = inferred(&folder, name).unwrap();
    let source = resolved(&block);
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    let read = waited(preview(&source, name, bytes));
    let (batches, summary) = read.unwrap();
    assert_eq!(summary.rejected, 0, "{:?}\n{block}", summary.rejects);
    let column = |column: usize| {
        let texts = batches.iter().flat_map(|batch| {
            let values = batch.column(column);
            (0..batch.num_rows()).map(|row| array_value_to_string(values, row).unwrap())
        });
        texts.collect::<Vec<_>>().join(" ")
    };
    let columns = (0..source.columns.len()).map(column).collect();
    (block, columns)
}

#[test]
fn counts_of_thousands_go_by_the_amounts_beside_them() {
    let text = "Campaign report\n2025-01-01 - 2025-01-31\n\nDay;Clicks;Cost €;CTR\n\
                01.01.2025;1.234;1.234,56;1,5%\n13.01.2025;12;-0,99;0,5%\nTotal;1.246;1.233,57;\n";
    let (block, read) = values("report.csv", text);
    assert_eq!(types(&block), "day date, clicks int32, cost decimal(18,2), ctr string");
    assert_eq!(read, ["2025-01-01 2025-01-13", "1234 12", "1234.56 -0.99", "1,5% 0,5%"]);
    assert!(!block.contains("unsure:"), "{block}");
}

#[test]
fn groups_of_three_are_thousands_or_decimals_as_another_column_says() {
    // The column that could be either, the one that settles it, and what the first then is.
    for (either, settles, expected) in [
        ("1.234", "1,5", "1234"),
        ("1.234", "1.5", "1.234"),
        ("1,234", "1.5", "1234"),
        ("1,234", "1,5", "1.234"),
        ("1.234", "2.345.678", "1234"),
        ("1,234", "2.345,67", "1.234"),
        ("1.234", "2,5 %", "1234"),
        ("1,234", "2'345.5", "1234"),
        ("1.234", "0,500", "1234"),
        ("-1.234", "0.500", "-1.234"),
        ("1 234", "1.5", "1234"),
        ("1'234", "1,5", "1234"),
    ] {
        let text = format!("k|v|w\na|{either}|{settles}\nb|{either}|{settles}\n");
        let (block, read) = values("x.csv", &text);
        assert_eq!(read[1], format!("{expected} {expected}"), "{block}");
        assert!(!block.contains("unsure:"), "{block}");
    }
}

#[test]
fn what_no_column_settles_is_said_to_be_unsure() {
    let unsure =
        |mark: &str| format!("unsure: does `{mark}` group digits or stand before decimals?");
    for (text, mark, expected) in [
        ("k|v\na|1.234\nb|12\n", ".", "1.234 12.000"),
        ("k|v\na|1,234\nb|12\n", ",", "1234 12"),
        // Columns that contradict each other settle nothing, and neither do floats that were ids.
        ("k|v|x|y\na|1.234|1,5|1.5\nb|12|2,5|2.5\n", ".", "1.234 12.000"),
        ("k|v|id\na|1.234|17850.0\nb|12|13047.0\n", ".", "1.234 12.000"),
    ] {
        let (block, read) = values("x.csv", text);
        assert_eq!(read[1], expected, "{block}");
        assert!(block.contains(&unsure(mark)), "{block}");
    }
}

#[test]
fn numbers_of_json_have_a_point_whatever_its_texts_have() {
    let text = "{\"n\": 1.234, \"t\": \"1.234\", \"u\": \"1,5\"}\n";
    let (block, read) = values("x.ndjson", text);
    assert_eq!(read, ["1.234", "1234", "1.50"], "{block}");
    let (block, _) = values("x.ndjson", "{\"n\": 1.234}\n");
    assert!(!block.contains("unsure:"), "{block}");
}

#[test]
fn days_that_could_be_months_go_by_another_column() {
    for (either, settles, expected) in [
        ("01/02/2025", "31/01/2025", "2025-02-01"),
        ("01/02/2025", "01/31/2025", "2025-01-02"),
        ("01.02.2025", "31.01.2025", "2025-02-01"),
        ("01.02.2025", "01.31.2025", "2025-01-02"),
        ("01-02-2025", "01/31/2025", "2025-01-02"),
        ("01/02/25", "01/31/2025 10:00", "2025-01-02"),
    ] {
        let text = format!("k|v|w\na|{either}|{settles}\nb|{either}|{settles}\n");
        let (block, read) = values("x.csv", &text);
        assert_eq!(read[1], format!("{expected} {expected}"), "{block}");
        assert!(!block.contains("day or month first?"), "{block}");
    }
    // All are ambiguous, or two contradict each other.
    for text in [
        "k|v\na|01/02/2025\nb|03/04/2025\n",
        "k|v|x|y\na|01/02/2025|31/01/2025|01/31/2025\nb|03/04/2025|31/01/2025|01/31/2025\n",
    ] {
        let (block, read) = values("x.csv", text);
        assert_eq!(read[1], "2025-02-01 2025-04-03", "{block}");
        assert_eq!(block.matches("day or month first?").count(), 1, "{block}");
    }
}

#[test]
fn digits_that_tell_things_apart_stay_as_they_are_written() {
    for (name, one, other) in [
        ("contact", "+4912", "+33123"),
        ("contact", "+4915112345678", "4915112345679"),
        ("phone", "4915112345678", "4915112345679"),
        ("mobile_number", "4155550123", "4155550124"),
        ("zip", "10115", "80331"),
        ("shipping_postcode", "1011", "8004"),
        ("sku", "12E4", "7E10"),
    ] {
        let text = format!("k|{name}\na|{one}\nb|{other}\n");
        let (block, read) = values("x.csv", &text);
        assert_eq!(types(&block), format!("k string, {name} string"), "{block}");
        assert_eq!(read[1], format!("{one} {other}"));
    }
    // Changes go both ways, and counts are short.
    for (name, one, other) in [
        ("change", "+12", "-7"),
        ("mobile", "12", "7"),
        ("zip_files", "12", "7"),
        ("change", "+1.5", "2.5"),
    ] {
        let text = format!("k|{name}\na|{one}\nb|{other}\n");
        assert!(!types(&values("x.csv", &text).0).ends_with("string"), "{text}");
    }
}
