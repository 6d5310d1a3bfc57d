//! How many rows may be rejected before a run stops.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// How many rows may be rejected, as `0.5%` of those read or as a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rejects {
    /// A share of the rows read, 0 to 1.
    Share(f64),
    /// A number of rows.
    Count(u64),
}

impl Default for Rejects {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Rejects {
    /// Whether `rejected` of `read` rows is more than allowed.
    pub fn exceeded_by(self, rejected: u64, read: u64) -> bool {
        match self {
            Self::Share(share) => rejected as f64 > share * read as f64,
            Self::Count(count) => rejected > count,
        }
    }
}

impl std::fmt::Display for Rejects {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Share(share) => write!(formatter, "{}%", share * 100.0),
            Self::Count(count) => write!(formatter, "{count}"),
        }
    }
}

impl std::str::FromStr for Rejects {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = |percent: &str| {
            percent.trim().parse::<f64>().ok().filter(|value| (0.0..=100.0).contains(value))
        };
        match text.strip_suffix('%') {
            Some(percent) => share(percent).map(|percent| Self::Share(percent / 100.0)),
            None => text.parse().ok().map(Self::Count),
        }
        .ok_or_else(|| format!("`{text}` is neither a share such as `0.5%` nor a count"))
    }
}

impl<'de> Deserialize<'de> for Rejects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Rejects {
    fn schema_name() -> Cow<'static, str> {
        "Rejects".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "pattern": "^[0-9.]+%?$",
            "description": "A share of the rows read, such as 0.5%, or a number of rows.",
        })
    }
}
