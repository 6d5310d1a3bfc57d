//! Dialects, one small file each: what their columns are, and that nothing of them is rejected.

use super::{accepted, folder, inferred, types};

/// Infers one file, reads it with the block and gives the columns.
fn columns(name: &str, text: impl AsRef<[u8]>, rows: u64) -> String {
    let folder = folder(&[(name, text.as_ref())]);
    let block = inferred(&folder, name).unwrap();
    assert_eq!(accepted(&folder, &block), rows, "{block}");
    types(&block)
}

#[test]
fn signs_between_and_around_fields_are_found() {
    for text in [
        "id,note\n1,\"a,b\"\n2,\"c\"\"d\"\n",
        "id;note\n1;a,b\n2;c\n",
        "id\tnote\n1\ta b\n2\tc\n",
        "id|note\n1|a;b\n2|c\n",
        "'id','note'\n'1','a,b'\n'2','it''s'\n",
        "id,note\n1,\"a \\\"b\\\", c\"\n2,\"d\"\n",
        "# from the till\nid,note\n1,a\n# more\n2,b\n",
        "id,note\r\n1,a\r\n2,\"b\r\nc\"\r\n",
        "\u{feff}id,note\n1,a\n2,b\n",
        "id,note\n1,a\n2,b",
    ] {
        assert_eq!(columns("x.csv", text, 2), "id int64, note string", "{text}");
    }
}

#[test]
fn text_in_columns_is_told_from_text_with_delimiters() {
    assert_eq!(
        columns("x.txt", "00004 19970101  2  29.33\n00004 19970118 10   5.00\n", 2),
        "column_1 string, column_2 date, column_3 int32, column_4 decimal(18,2)"
    );
}

#[test]
fn encodings_are_found_by_mark_by_form_or_guessed() {
    let text = "id,näme\n1,é\n2,ü\n";
    let wide = |order: fn(u16) -> [u8; 2], text: &str| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    let narrow: Vec<u8> = text.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    for bytes in [
        text.as_bytes().to_vec(),
        wide(u16::to_le_bytes, &format!("\u{feff}{text}")),
        wide(u16::to_be_bytes, &format!("\u{feff}{text}")),
        wide(u16::to_le_bytes, text),
        narrow,
    ] {
        assert_eq!(columns("x.csv", bytes, 2), "id int64, näme string");
    }
}

#[test]
fn numbers_are_what_people_write() {
    for (values, expected) in [
        (["1", "-2", "+3"], "int32"),
        (["1", "2", "30000000000"], "int64"),
        (["1.5", "2.25", "3"], "decimal(18,2)"),
        (["1,5", "2,25", "3"], "decimal(18,2)"),
        (["1.234,5", "2,25", "3.000.000"], "decimal(18,2)"),
        (["1,234.5", "2.25", "3,000,000"], "decimal(18,2)"),
        (["€ 1,50", "€ 2,00", "3 €"], "decimal(18,2)"),
        (["$1.50", "-$2.00", "$3"], "decimal(18,2)"),
        (["1 234,50", "2,00", "3"], "decimal(18,2)"),
        (["1e5", "2.5", "3"], "float64"),
        (["52.12345", "4.98765", "3.1"], "float64"),
        (["007", "123", "042"], "string"),
        (["17850.0", "13047.0", "12583.0"], "int64"),
        (["1,234.50-", "2.25", "3.00-"], "decimal(18,2)"),
        (["1.2.3", "2.0", "x"], "string"),
        (["NA", "2", "3"], "int32"),
        (["-", "2.5", "3"], "decimal(18,2)"),
        (["12345678901234567890", "1", "2"], "string"),
    ] {
        let [one, two, three] = values;
        let text = format!("k|v|w\na|{one}|x\nb|{two}|y\nc|{three}|z\n");
        let expected = format!("k string, v {expected}, w string");
        assert_eq!(columns("x.csv", &text, 3), expected, "{text}");
    }
}

#[test]
fn days_and_moments_are_what_people_write() {
    for (values, expected) in [
        (["2024-02-29", "2024-03-01"], "date"),
        (["20240229", "20240301"], "date"),
        (["29/02/2024", "01/03/2024"], "date"),
        (["02/29/2024", "03/01/2024"], "date"),
        (["29.02.2024", "01.03.2024"], "date"),
        (["29-Feb-2024", "1-Mar-2024"], "date"),
        (["29/02/24", "01/03/24"], "date"),
        (["2024-02-29 10:00:00", "2024-03-01 00:00:00"], "timestamp"),
        (["2024-02-29T10:00:00Z", "2024-03-01T00:00:00+02:00"], "timestamp"),
        (["2024-02-29T10:00:00.123", "2024-03-01T00:00:00.5"], "timestamp"),
        (["29-02-2024 10:00", "2024-03-01T00:00:00"], "timestamp"),
        (["12/1/2010 8:26", "12/31/2010 10:00"], "timestamp"),
        (["2/29/2024 1:05 PM", "3/1/2024 11:00 AM"], "timestamp"),
        (["2024-02-30", "2024-03-01"], "string"),
        (["29/02/2024", "03/31/2024"], "string"),
    ] {
        let [one, two] = values;
        let text = format!("k,v\na,{one}\nb,{two}\n");
        let expected = format!("k string, v {expected}");
        assert_eq!(columns("x.csv", &text, 2), expected, "{text}");
    }
}

#[test]
fn words_for_true_and_false_are_found_in_any_language() {
    for (yes, no) in
        [("true", "false"), ("Y", "N"), ("oui", "non"), ("ja", "nein"), ("TRUE", "FALSE")]
    {
        let text = format!("k,v\na,{yes}\nb,{no}\n");
        assert_eq!(columns("x.csv", &text, 2), "k string, v boolean", "{text}");
    }
}

#[test]
fn names_become_names_that_sql_takes() {
    let text = "Order ID,from,Größe,2nd\n1,a,b,c\n";
    assert_eq!(
        columns("x.csv", text, 1),
        "order_id int64, from_ string, größe string, _2nd string"
    );
}

#[test]
fn files_without_names_go_by_position() {
    let text = "1,a,2024-01-01\n2,b,2024-01-02\n";
    assert_eq!(columns("x.csv", text, 2), "column_1 int32, column_2 string, column_3 date");
}

#[test]
fn a_file_of_one_column_is_one() {
    assert_eq!(columns("x.csv", "amount\n1.50\n2.50\n", 2), "amount decimal(18,2)");
}
