//! Types by the names that table files give them.

use datafusion::arrow::datatypes::DataType;

use crate::declare::ColumnType;

/// A type as a table file would write it; one that it cannot, as the engine does.
pub fn type_name(data_type: &DataType) -> String {
    column_type(data_type).map_or_else(|| data_type.to_string(), |found| found.to_string())
}

/// The type of a table file that is this one.
pub(crate) fn column_type(data_type: &DataType) -> Option<ColumnType> {
    Some(match data_type {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => ColumnType::String,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int32 => ColumnType::Int32,
        DataType::Int64 => ColumnType::Int64,
        DataType::Float64 => ColumnType::Float64,
        DataType::Date32 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Decimal128(precision, scale) => ColumnType::Decimal(*precision, *scale),
        _ => return None,
    })
}
