//! Rows and values of typed files as JSON: for evidence, and for nested values in a
//! column of strings.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;

/// A row as a JSON object of the columns that were read, under the names that the file gives them.
pub(in crate::read) fn object(read: &RecordBatch, row: usize) -> String {
    let schema = read.schema();
    let pairs = schema.fields().iter().zip(read.columns());
    let pairs = pairs.map(|(field, values)| (field.name().as_str(), value(values, row)));
    object_of(pairs)
}

/// A JSON object of members whose values are JSON already.
pub(in crate::read) fn object_of<'a>(members: impl Iterator<Item = (&'a str, String)>) -> String {
    let members = members.map(|(name, value)| format!("{}:{value}", text(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// A text as JSON writes it.
pub(in crate::read) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as JSON: numbers and truth values as they are, structs and maps as objects, lists as lists,
/// everything else as text.
pub(in crate::read) fn value(values: &ArrayRef, row: usize) -> String {
    if values.is_null(row) {
        return "null".to_owned();
    }
    if let (DataType::Struct(fields), Some(inner)) = (values.data_type(), values.as_struct_opt()) {
        let members = fields.iter().zip(inner.columns());
        return object_of(members.map(|(it, values)| (it.name().as_str(), value(values, row))));
    }
    if let Some(map) = values.as_map_opt() {
        return members(&map.value(row));
    }
    if let Some(items) = items(values, row) {
        let items: Vec<String> = (0..items.len()).map(|at| value(&items, at)).collect();
        return format!("[{}]", items.join(","));
    }
    let written = array_value_to_string(values, row).unwrap_or_default();
    let kind = values.data_type();
    // `NaN` and `inf` are not numbers in JSON.
    let finite = || written.ends_with(|last: char| last.is_ascii_digit());
    if *kind == DataType::Boolean || (kind.is_numeric() && finite()) {
        written
    } else {
        text(&written)
    }
}

/// The items of a list.
fn items(values: &ArrayRef, row: usize) -> Option<ArrayRef> {
    match values.data_type() {
        DataType::List(_) => Some(values.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Some(values.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => Some(values.as_fixed_size_list().value(row)),
        _ => None,
    }
}

/// The entries of a map. Names that are not text are written as text.
fn members(entries: &StructArray) -> String {
    let (names, values) = (entries.column(0), entries.column(1));
    let names: Vec<String> =
        (0..entries.len()).map(|at| array_value_to_string(names, at).unwrap_or_default()).collect();
    object_of(names.iter().enumerate().map(|(at, name)| (name.as_str(), value(values, at))))
}

#[cfg(test)]
mod tests {
    use super::object;
    use datafusion::arrow::array::{
        ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch,
        StringArray, TimestampMicrosecondArray,
    };
    use std::sync::Arc;

    #[test]
    fn a_row_is_a_json_object() {
        let columns: [(&str, ArrayRef); 7] = [
            ("a \"b\"", Arc::new(StringArray::from(vec!["x\n\"y\""]))),
            ("n", Arc::new(Int64Array::from(vec![None]))),
            ("f", Arc::new(Float64Array::from(vec![1.5e300]))),
            ("nan", Arc::new(Float64Array::from(vec![f64::NAN]))),
            (
                "d",
                Arc::new(
                    Decimal128Array::from(vec![1250]).with_precision_and_scale(18, 2).unwrap(),
                ),
            ),
            ("t", Arc::new(TimestampMicrosecondArray::from(vec![1_000_000]))),
            ("ok", Arc::new(BooleanArray::from(vec![false]))),
        ];
        let row = object(&RecordBatch::try_from_iter(columns).unwrap(), 0);
        let parsed: serde_json::Value = serde_json::from_str(&row).unwrap();
        assert_eq!(parsed["a \"b\""], "x\n\"y\"");
        insta::assert_snapshot!(row, @r#"{"a \"b\"":"x\n\"y\"","n":null,"f":1.5e300,"nan":"NaN","d":12.50,"t":"1970-01-01T00:00:01","ok":false}"#);
    }
}
