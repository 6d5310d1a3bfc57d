//! A declared column of a source as it will be read: where it is, its notation, its constraints.

use chrono_tz::Tz;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use regex::Regex;

use crate::declare::{ColumnType, OnInvalid, Range};
use crate::value::{Notation, Reason, declared_values};

/// A declared column of a source.
#[derive(Debug, Clone)]
pub struct SourceField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: ColumnType,
    /// The pipeline's zone.
    pub zone: Tz,
    /// Whether a row without a value is rejected.
    pub required: bool,
    /// Whether files may lack the column.
    pub optional: bool,
    /// What files call it: the first of these names that a file has.
    pub from: Vec<String>,
    /// Whether the value is in the path of the file, as `name=value`.
    pub folder: bool,
    /// How its text is written.
    pub notation: Notation,
    /// What its values must be.
    pub rules: Rules,
    /// What happens to a row with an invalid cell, or to the cell.
    pub on_invalid: OnInvalid,
}

/// The constraints on the values of a column, which do not apply to NULL.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The only texts accepted.
    pub accepted_values: Option<Vec<String>>,
    /// The only values accepted, both ends included, as they were written.
    pub accepted_range: Option<Range>,
    /// What the text must match.
    pub pattern: Option<Regex>,
}

impl SourceField {
    /// A column of this name and type, in the usual notation, without constraints.
    pub fn new(name: &str, data_type: ColumnType, zone: Tz) -> Self {
        Self {
            name: name.to_owned(),
            data_type,
            zone,
            required: false,
            optional: false,
            from: vec![name.to_owned()],
            folder: false,
            notation: Notation::usual(zone),
            rules: Rules::default(),
            on_invalid: OnInvalid::default(),
        }
    }

    /// Whether an invalid cell becomes NULL. A row without a required one is rejected.
    pub fn becomes_null(&self) -> bool {
        self.on_invalid == OnInvalid::Null && !self.required
    }

    /// The column as a field of the engine.
    pub fn field(&self) -> Field {
        Field::new(&self.name, self.arrow_type(), !self.required)
    }

    /// The values that are declared for the column, as a column of its type; the reason if one of
    /// them is invalid.
    pub(crate) fn values(&self, texts: &[&str]) -> Result<ArrayRef, Reason> {
        declared_values((self.data_type, self.zone), &self.notation, texts)
    }

    /// The type that carries its values.
    pub fn arrow_type(&self) -> DataType {
        arrow_type(self.data_type, self.zone)
    }
}

/// The type within a run for a declared one: timestamps are instants, and `zone` is that of
/// their days.
pub fn arrow_type(column: ColumnType, zone: Tz) -> DataType {
    match column {
        ColumnType::Timestamp | ColumnType::Timestamptz => instants(zone),
        ColumnType::String
        | ColumnType::Boolean
        | ColumnType::Int32
        | ColumnType::Int64
        | ColumnType::Float64
        | ColumnType::Date
        | ColumnType::Decimal(..) => shown_type(column),
    }
}

/// Instants to the microsecond whose days are those of `zone`.
pub fn instants(zone: Tz) -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(zone.name().into()))
}

/// The published type for a declared one.
pub fn shown_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::String => DataType::Utf8View,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Int32 => DataType::Int32,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::Float64 => DataType::Float64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Timestamptz => instants(Tz::UTC),
        ColumnType::Decimal(precision, scale) => DataType::Decimal128(precision, scale),
    }
}
