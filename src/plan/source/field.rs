//! A declared column of a source as it will be read: where it is, how it is written, what it may hold.

use chrono_tz::Tz;
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use regex::Regex;

use crate::declare::{ColumnType, OnInvalid, Range};

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
    /// What becomes of a row, or of its cell, that cannot be a value.
    pub on_invalid: OnInvalid,
}

/// How the text of a column is written.
#[derive(Debug, Clone)]
pub struct Notation {
    /// The `strftime` patterns of dates and timestamps, and the names of counts of timestamps, the
    /// first that fits; ISO 8601 if none.
    pub formats: Vec<String>,
    /// The zone of timestamps written without one.
    pub time_zone: Tz,
    /// What stands before the decimals of a number.
    pub decimal_mark: char,
    /// What groups the digits of a number.
    pub thousands_mark: Option<char>,
    /// Signs that may stand before or after a number.
    pub currency: Vec<String>,
    /// Whether a minus may stand behind a number.
    pub trailing_minus: bool,
    /// Whether exact numbers may be written as floats are.
    pub float_notation: bool,
    /// Words for true other than the usual ones, which then do not count.
    pub true_values: Vec<String>,
    /// Words for false other than the usual ones, which then do not count.
    pub false_values: Vec<String>,
    /// Texts that are no value, besides the empty field.
    pub null_values: Vec<String>,
}

/// What a number of a timestamp column counts from the first of January 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochUnit {
    /// Seconds: `epoch`, or `%s` as in `strftime`.
    Seconds,
    /// Milliseconds: `epoch_ms`.
    Millis,
    /// Microseconds: `epoch_us`.
    Micros,
    /// Nanoseconds: `epoch_ns`.
    Nanos,
}

impl EpochUnit {
    /// By the name of a format, if it is one.
    pub fn named(format: &str) -> Option<Self> {
        match format {
            "epoch" | "%s" => Some(Self::Seconds),
            "epoch_ms" => Some(Self::Millis),
            "epoch_us" => Some(Self::Micros),
            "epoch_ns" => Some(Self::Nanos),
            _ => None,
        }
    }

    /// How many make a second.
    pub fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }
}

/// What the values of a column must be; NULL is none of it.
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
    /// A column of this name and type, written as usual, in which anything goes.
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

    /// Whether a cell that cannot be a value becomes NULL. A row without a required one is rejected.
    pub fn becomes_null(&self) -> bool {
        self.on_invalid == OnInvalid::Null && !self.required
    }

    /// The column as the engine knows it.
    pub fn field(&self) -> Field {
        Field::new(&self.name, self.arrow_type(), !self.required)
    }

    /// The type that carries its values.
    pub fn arrow_type(&self) -> DataType {
        arrow_type(self.data_type, self.zone)
    }
}

impl Notation {
    /// Numbers with a point, times by ISO 8601, and no text but the empty one that is no value.
    pub fn usual(time_zone: Tz) -> Self {
        Self {
            formats: Vec::new(),
            time_zone,
            decimal_mark: '.',
            thousands_mark: None,
            currency: Vec::new(),
            trailing_minus: false,
            float_notation: false,
            true_values: Vec::new(),
            false_values: Vec::new(),
            null_values: Vec::new(),
        }
    }
}

/// The type that carries a declared one within a run: moments are instants, and `zone` is that of
/// their days.
pub fn arrow_type(column: ColumnType, zone: Tz) -> DataType {
    match column {
        ColumnType::Timestamp | ColumnType::Timestamptz => instants(zone),
        other => shown_type(other),
    }
}

/// Instants to the microsecond whose days are those of `zone`.
pub fn instants(zone: Tz) -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(zone.name().into()))
}

/// The type that readers of a published table find for a declared one.
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
