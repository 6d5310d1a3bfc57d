//! Columns and their types in a contract.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Approximations, Concepts, Spanned};

/// A column of a table: its meaning for readers and, where stated, its type.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What a value says, in a sentence.
    pub description: Option<String>,
    /// The unit of a number: days, weeks, purchases, money, a share of 1.
    pub unit: Option<String>,
    /// The type readers can rely on; the query's own type if left out.
    #[serde(rename = "type")]
    #[schemars(with = "Option<ColumnType>")]
    pub data_type: Option<Spanned<ColumnType>>,
    /// Whether a canonical table declares that this is never NULL.
    #[serde(default)]
    pub required: bool,
    /// The concepts of the catalogue that it measures, by number: `L20`, or `[L20, L27]`.
    #[serde(default)]
    pub concept: Concepts,
    /// The concepts that it only approximates, each with the reason why it does not measure them
    /// fully: `{L5: Visits are not seen.}`
    #[serde(default)]
    pub approximates: Approximations,
}

/// A type of column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A real number.
    Float64,
    /// A calendar day.
    Date,
    /// A timestamp, to the microsecond. Readers of a published table see the wall time of
    /// the pipeline's zone.
    Timestamp,
    /// A timestamp that readers of a published table see as an instant.
    Timestamptz,
    /// An exact number: its precision and its scale.
    Decimal(u8, i8),
}

/// The types a column can have, as they are written.
const SPELLINGS: &str = "string, boolean, int32, int64, float64, date, timestamp, timestamptz or decimal(precision,scale)";

impl ColumnType {
    /// Whether its values are numbers.
    pub fn is_number(self) -> bool {
        match self {
            Self::Int32 | Self::Int64 | Self::Float64 | Self::Decimal(..) => true,
            Self::String | Self::Boolean | Self::Date | Self::Timestamp | Self::Timestamptz => {
                false
            }
        }
    }

    /// Whether its values say when.
    pub fn is_time(self) -> bool {
        match self {
            Self::Date | Self::Timestamp | Self::Timestamptz => true,
            Self::String
            | Self::Boolean
            | Self::Int32
            | Self::Int64
            | Self::Float64
            | Self::Decimal(..) => false,
        }
    }

    /// How a value of the type is written.
    pub fn example(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Boolean => "`true` or `false`",
            Self::Int32 | Self::Int64 => "a whole number, such as `3`",
            Self::Float64 | Self::Decimal(..) => "a number, such as `0.15`",
            Self::Date => "a date, such as `2026-11-01`",
            Self::Timestamp | Self::Timestamptz => "a timestamp, such as `2026-11-01T06:00:00`",
        }
    }
}

impl FromStr for ColumnType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "string" => Ok(Self::String),
            "boolean" => Ok(Self::Boolean),
            "int32" => Ok(Self::Int32),
            "int64" => Ok(Self::Int64),
            "float64" => Ok(Self::Float64),
            "date" => Ok(Self::Date),
            "timestamp" => Ok(Self::Timestamp),
            "timestamptz" => Ok(Self::Timestamptz),
            _ => decimal(text).ok_or_else(|| format!("unknown type `{text}`: use {SPELLINGS}")),
        }
    }
}

fn decimal(text: &str) -> Option<ColumnType> {
    let (precision, scale) = text.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(',')?;
    let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    let fits = (1..=38).contains(&precision) && (0..=38).contains(&scale);
    (fits && i16::from(scale) <= i16::from(precision))
        .then_some(ColumnType::Decimal(precision, scale))
}

impl fmt::Display for ColumnType {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::String => formatter.write_str("string"),
            Self::Boolean => formatter.write_str("boolean"),
            Self::Int32 => formatter.write_str("int32"),
            Self::Int64 => formatter.write_str("int64"),
            Self::Float64 => formatter.write_str("float64"),
            Self::Date => formatter.write_str("date"),
            Self::Timestamp => formatter.write_str("timestamp"),
            Self::Timestamptz => formatter.write_str("timestamptz"),
            Self::Decimal(precision, scale) => write!(formatter, "decimal({precision},{scale})"),
        }
    }
}

impl<'de> Deserialize<'de> for ColumnType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for ColumnType {
    fn schema_name() -> Cow<'static, str> {
        "ColumnType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern":
                "^(string|boolean|int32|int64|float64|date|timestamp|timestamptz|decimal\\([0-9]+, *[0-9]+\\))$",
            "description": format!("One of {SPELLINGS}."),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ColumnType;

    #[test]
    fn a_type_reads_back_as_it_is_written() {
        for text in ["string", "int64", "date", "timestamptz", "decimal(18,2)"] {
            assert_eq!(text.parse::<ColumnType>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_impossible_decimal_is_not_a_type() {
        for text in ["decimal(39,2)", "decimal(2,3)", "decimal(18)", "money"] {
            assert!(text.parse::<ColumnType>().unwrap_err().contains("unknown type"), "{text}");
        }
    }
}
