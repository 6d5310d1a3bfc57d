//! A raw table: where its files lie, how they are written, what they must hold.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Named, SourceColumn, Spanned};

/// A raw table and its contract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A path or URL, with `*`, `?`, `**` and `{a,b}`; `${NAME:-default}` is replaced.
    #[schemars(with = "String")]
    pub location: Spanned<String>,
    /// How the files are written. A name ending in `.gz` says that a file is compressed.
    pub format: Format,
    /// The character between the fields of a `csv`; a comma if left out.
    #[schemars(with = "Option<String>")]
    pub delimiter: Option<Spanned<String>>,
    /// Whether text files start with a line of names. Without one, columns go by position.
    #[serde(default = "yes")]
    pub header: bool,
    /// The column that says when a row happened. Rows at or after as-of are not used.
    #[schemars(with = "Option<String>")]
    pub event_time: Option<Spanned<String>>,
    /// How many rows may be rejected before the run stops; none if left out.
    #[serde(default)]
    pub max_rejects: Rejects,
    /// Whether the files may be missing: the table is then empty.
    #[serde(default)]
    pub optional: bool,
    /// What the table holds.
    pub description: Option<String>,
    /// The columns the run may use; others in the files are ignored.
    pub columns: Named<SourceColumn>,
}

fn yes() -> bool {
    true
}

/// How the files of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with quotes (RFC 4180).
    Csv,
    /// Text in columns parted by runs of blanks.
    Whitespace,
    /// One JSON object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

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
