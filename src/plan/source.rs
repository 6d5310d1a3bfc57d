//! A source as it will be read: locations expanded, types known, zones resolved.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::declare::{ColumnType, Format, Rejects};

/// The hidden column that names the file a row came from.
pub const FILE_COLUMN: &str = "_file";
/// The hidden column with the physical line of a row in its file, from 1.
pub const LINE_COLUMN: &str = "_line";

/// A raw table and how to read it.
#[derive(Debug, Clone)]
pub struct SourcePlan {
    /// The name the SQL uses.
    pub name: String,
    /// A path or URL, perhaps with wildcards.
    pub location: String,
    /// How the files are written.
    pub format: Format,
    /// The byte between fields of a `csv`.
    pub delimiter: u8,
    /// Whether text files start with a line of names.
    pub header: bool,
    /// The column that says when a row happened.
    pub event_time: Option<String>,
    /// How many rows may be rejected.
    pub max_rejects: Rejects,
    /// Whether the files may be missing.
    pub optional: bool,
    /// The declared columns.
    pub columns: Vec<SourceField>,
    /// The zone that timestamps are brought to.
    pub time_zone: Tz,
}

/// A declared column of a source.
#[derive(Debug, Clone)]
pub struct SourceField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: ColumnType,
    /// Whether a row without a value is rejected.
    pub required: bool,
    /// The `strftime` pattern of dates and timestamps.
    pub format: Option<String>,
    /// The zone of timestamps written without one.
    pub time_zone: Tz,
}

impl SourcePlan {
    /// The table the SQL sees: the declared columns, then the two hidden ones.
    pub fn schema(&self) -> SchemaRef {
        let declared = self.columns.iter().map(SourceField::field);
        let hidden = [
            Field::new(FILE_COLUMN, DataType::Utf8, false),
            Field::new(LINE_COLUMN, DataType::Int64, false),
        ];
        Arc::new(Schema::new(declared.chain(hidden).collect::<Vec<_>>()))
    }
}

impl SourceField {
    fn field(&self) -> Field {
        Field::new(&self.name, arrow_type(self.data_type), !self.required)
    }
}

/// The type that carries a declared one.
pub fn arrow_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::String => DataType::Utf8View,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Int32 => DataType::Int32,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::Float64 => DataType::Float64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Decimal(precision, scale) => DataType::Decimal128(precision, scale),
    }
}
