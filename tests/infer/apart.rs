//! Files of one source that differ: in their columns, and in their delimiters.

use super::{accepted, folder, inferred, read, types};

/// So many lines below a header, each with its number for `#`.
fn text(header: &str, line: &str, lines: usize) -> String {
    let line = |number: usize| line.replace('#', &number.to_string()) + "\n";
    format!("{header}\n{}", (1..=lines).map(line).collect::<String>())
}

/// What is inferred of the files of a folder, and what is accepted of them.
fn of(files: &[&str]) -> (String, u64) {
    let names: Vec<String> = (1..=files.len()).map(|at| format!("x/{at}.csv")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(files.iter().map(|it| it.as_bytes())).collect();
    let folder = folder(&files);
    let block = inferred(&folder, "x").unwrap();
    let rows = accepted(&folder, &block);
    (block, rows)
}

#[test]
fn a_column_that_came_later_is_one_more() {
    let times = ["2025-01-01 10:00:00", "2025-01-01T10:00:00", "2025-01-01T10:00:00+00:00"];
    for (few, many) in [(5, 5), (100, 20), (20, 300)] {
        for at in times {
            let one = text("id,qty,at", &format!("#,1,{at}"), few);
            let other = text("id,qty,gift,at", &format!("#,1,x,{at}"), many);
            let (block, rows) = of(&[&one, &other]);
            let rows_of_both = u64::try_from(few + many).unwrap();
            assert_eq!(rows, rows_of_both, "{block}");
            assert_eq!(types(&block), "id int64, qty int32, at timestamp, gift string", "{block}");
            assert!(block.contains("in 1 of 2 files") && !block.contains("delimiter"), "{block}");
        }
    }
}

#[test]
fn a_column_that_came_later_parts_no_decimals() {
    let one = text("id;qty;price", "#;1;5,99", 30);
    let other = text("id;qty;gift;price", "#;1;x;5,99", 30);
    let (block, rows) = of(&[&one, &other]);
    assert_eq!(rows, 60, "{block}");
    assert_eq!(types(&block), "id int64, qty int32, price decimal(18,2), gift string", "{block}");
    assert!(block.contains("delimiter: \";\"") && block.contains("decimal_mark: \",\""), "{block}");
}

#[test]
fn tabs_and_pipes_part_files_of_other_columns() {
    for sign in ["\t", "|"] {
        let signed = |text: String| text.replace('~', sign);
        let one = signed(text("id~time~date", "#~10:30~2025-01-01", 10));
        let other = signed(text("id~extra~time~date", "#~e~10:30~2025-01-01", 3));
        let (block, rows) = of(&[&one, &one, &other]);
        assert_eq!(rows, 23, "{block}");
        assert_eq!(types(&block), "id int64, time string, date date, extra string", "{block}");
    }
}

#[test]
fn a_file_of_one_column_of_times_or_amounts_is_one() {
    for (header, value, expected) in [
        ("at", "2025-01-01 10:00:00", "at timestamp"),
        ("price", "5,99", "price decimal(18,2)"),
        ("price", "\"5,99\"", "price decimal(18,2)"),
    ] {
        let (block, rows) = of(&[&text(header, value, 30)]);
        assert_eq!((types(&block).as_str(), rows), (expected, 30), "{block}");
    }
}

#[test]
fn files_with_other_delimiters_are_told() {
    let (one, other) = (text("id;n", "#;2", 5), text("id,n", "#,2", 5));
    let files = folder(&[("x/1.csv", one.as_bytes()), ("x/2.csv", other.as_bytes())]);
    let error = inferred(&files, "x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`x/1.csv` and `x/2.csv` are not written alike: \";\" and \",\" stand between their fields"
    );
    assert!(error.help().unwrap().contains("`delimiter`"));
    // Without names, only the fields distinguish them.
    let (one, other) = (text("1;2", "#;2", 5), text("1,2", "#,2", 3));
    let files = folder(&[("x/1.csv", one.as_bytes()), ("x/2.csv", other.as_bytes())]);
    let block = inferred(&files, "x").unwrap();
    let said = "`x/1.csv` and `x/2.csv` are not written alike: \";\" and \",\" stand between their fields: make several sources of them.";
    assert!(block.contains(said), "{block}");
}

#[test]
fn files_without_names_and_with_other_widths_are_told() {
    let (one, other) = (text("1,2,3", "#,2,3", 5), text("1,2,3,4", "#,2,3,4", 5));
    let files = folder(&[("x/1.csv", one.as_bytes()), ("x/2.csv", other.as_bytes())]);
    let block = inferred(&files, "x").unwrap();
    assert!(block.contains("Some files have 3 fields, others 4"), "{block}");
}

#[test]
fn a_file_without_rows_promises_nothing_of_columns_that_it_lacks() {
    let files = folder(&[("x/1.csv", b"id,n\n1,2\n"), ("x/2.csv", b"id\n")]);
    let block = inferred(&files, "x").unwrap();
    assert_eq!(accepted(&files, &block), 1, "{block}");
    assert!(block.contains("\"n\": {type: int32}"), "{block}");
}

#[test]
fn a_limit_of_rejected_rows_is_one_that_the_sample_keeps() {
    let ragged = |plain: usize, other: usize| {
        let rows = "7,2025-01-01 10:00:00,x\n".repeat(plain) + &"1,2\n".repeat(other);
        format!("id,at,note\n{rows}")
    };
    for (plain, other, limit) in [
        (3, 3, "max_rejects: 50%  # rejects 3 of 6 rows: wrong_field_count"),
        (499, 1, "max_rejects: 1%  # rejects 1 of 500 rows: wrong_field_count"),
        (98, 2, "max_rejects: 2%  # rejects 2 of 100 rows: wrong_field_count"),
        (88, 12, "max_rejects: 12%  # rejects 12 of 100 rows: wrong_field_count"),
        (65, 35, "max_rejects: 35%  # rejects 35 of 100 rows: wrong_field_count"),
        (2, 1, "max_rejects: 34%  # rejects 1 of 3 rows: wrong_field_count"),
    ] {
        let files = folder(&[("x.csv", ragged(plain, other).as_bytes())]);
        let block = inferred(&files, "x.csv").unwrap();
        assert!(block.contains(&format!("    # {limit}\n")), "{block}");
        assert_eq!(types(&block), "id int64, at timestamp, note string", "{block}");
        let done = &read(&block, files.path())[0];
        let (plain, other) = (u64::try_from(plain).unwrap(), u64::try_from(other).unwrap());
        assert_eq!((done.accepted, done.rejected), (plain, other), "{block}");
    }
    let text = ragged(3, 2) + "1,2025-01-01 10:00:00,x,y\n1,2,3,4\n";
    let files = folder(&[("x.csv", text.as_bytes())]);
    let block = inferred(&files, "x.csv").unwrap();
    assert!(
        block.contains("# Reading the samples with it rejects 4 of 7 rows: wrong_field_count."),
        "{block}"
    );
    assert!(!block.contains("max_rejects"), "{block}");
    let files = folder(&[("x.csv", ragged(5, 0).as_bytes())]);
    assert!(!inferred(&files, "x.csv").unwrap().contains("max_rejects"));
}
